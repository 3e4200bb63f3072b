//! Values that are more than one of TOML's types: facts, sizes with units, cells, dates.

use jiff::civil::Date;
use serde::Deserialize;
use toml::Value as Toml;

use crate::facts::catalogue::nearest;
use crate::facts::{Excerpt, Kind, SupportedRelease, Value, Version, parse_bytes};
use crate::pack::{Quantity, Released};

/// A value as TOML has it. What it may be depends on the kind of the fact it is for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Literal(Toml);

/// A number, or a size with its unit: `8`, `1.5`, `"16 GB"`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Literal")]
pub struct Amount(Toml);

/// A day: `2026-11-20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Literal")]
pub struct Day(pub Date);

/// When a line came out: a day, or a month such as `"2026-09"` when the day is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Literal")]
pub struct ReleasedEntry(pub Released);

/// The last day of a line; `"maintained"` while none is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Literal")]
pub struct Until(pub Option<Date>);

/// What one cell of a tier asks for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Literal")]
pub enum Cell {
    /// A number or a size, and the upper end of a planning range.
    Amount(Amount, Option<Amount>),
    /// One of these words.
    Words(Vec<String>),
}

/// Why a value does not fit, and what was probably meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", .suggestion.as_ref().map(|word| format!(" (did you mean `{word}`?)")).unwrap_or_default())]
pub struct Misfit {
    /// What is wrong.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl<T: Into<String>> From<T> for Misfit {
    fn from(message: T) -> Self {
        Self { message: message.into(), suggestion: None }
    }
}

impl TryFrom<Literal> for Amount {
    type Error = &'static str;

    fn try_from(literal: Literal) -> Result<Self, Self::Error> {
        match literal.0 {
            Toml::Integer(_) | Toml::Float(_) | Toml::String(_) => Ok(Self(literal.0)),
            _ => Err("must be a number, or a size such as \"16 GB\""),
        }
    }
}

impl TryFrom<Literal> for Day {
    type Error = &'static str;

    fn try_from(literal: Literal) -> Result<Self, Self::Error> {
        literal.day().map(Self).ok_or("must be a date such as 2026-11-20")
    }
}

impl TryFrom<Literal> for ReleasedEntry {
    type Error = &'static str;

    fn try_from(literal: Literal) -> Result<Self, Self::Error> {
        let month = || {
            let (year, month) = literal.0.as_str()?.split_once('-')?;
            Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()
        };
        let day = literal.day().map(Released::On);
        day.or_else(|| month().map(|first| Released::In(first.last_of_month())))
            .map(Self)
            .ok_or("must be a date, or a month such as \"2026-09\" when the day is not known")
    }
}

impl TryFrom<Literal> for Until {
    type Error = &'static str;

    fn try_from(literal: Literal) -> Result<Self, Self::Error> {
        match (literal.day(), literal.0.as_str()) {
            (Some(day), _) => Ok(Self(Some(day))),
            (None, Some("maintained")) => Ok(Self(None)),
            _ => Err("must be a date, or \"maintained\" while no end is known"),
        }
    }
}

impl TryFrom<Literal> for Cell {
    type Error = &'static str;

    fn try_from(literal: Literal) -> Result<Self, Self::Error> {
        let cell = match literal.0 {
            Toml::Array(_) => literal.texts().map(Self::Words),
            Toml::Table(mut range) if range.len() == 2 => {
                let mut end = |name| Amount::try_from(Literal(range.remove(name)?)).ok();
                end("from").zip(end("to")).map(|(from, to)| Self::Amount(from, Some(to)))
            }
            _ => Amount::try_from(literal).ok().map(|amount| Self::Amount(amount, None)),
        };
        cell.ok_or("must be a number, a size, a list of words or { from, to }")
    }
}

impl Amount {
    /// The number in base units. Sizes can have a unit; other numbers must not.
    ///
    /// # Errors
    /// When it is not a quantity of this kind.
    pub fn quantity(&self, kind: Kind) -> Result<Quantity, Misfit> {
        let number = match (&self.0, kind) {
            (Toml::Integer(integer), _) => Some(*integer as f64),
            (Toml::Float(float), _) => Some(*float),
            (Toml::String(text), Kind::Memory | Kind::Storage) => {
                Some(parse_bytes(text, kind).map_err(|error| error.to_string())? as f64)
            }
            _ => None,
        };
        let fits = |number: &f64| number.is_finite() && (*number >= 0.0 || matches!(kind, Kind::Number(_)));
        let number = number.filter(fits).filter(|_| is_quantity(kind));
        let number = number.ok_or_else(|| format!("`{self}` is not a quantity of kind {}", kind.name()))?;
        Ok(Quantity { number, text: self.to_string() })
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Toml::String(text) => f.write_str(text),
            Toml::Float(float) => write!(f, "{float}"),
            other => write!(f, "{other}"),
        }
    }
}

impl Literal {
    /// It is `{ absent = true }`.
    pub fn is_absent(&self) -> bool {
        let single = self.0.as_table().filter(|table| table.len() == 1);
        single.and_then(|table| table.get("absent")).and_then(Toml::as_bool) == Some(true)
    }

    /// The value of a fact of this kind. Sizes can have a unit.
    ///
    /// # Errors
    /// Says what the kind takes.
    pub fn value(&self, kind: Kind) -> Result<Value, Misfit> {
        let count = || self.0.as_integer().and_then(|integer| u64::try_from(integer).ok());
        let value = match (kind, &self.0) {
            (Kind::Bool, _) => self.0.as_bool().map(Value::Bool),
            (Kind::Count, _) => count().map(Value::Count),
            (Kind::Number(_), Toml::Integer(integer)) => Some(Value::Number(*integer as f64)),
            (Kind::Number(_), Toml::Float(float)) => Some(*float).filter(|float| float.is_finite()).map(Value::Number),
            (Kind::List, _) => self.texts().map(Value::List),
            (Kind::Date, _) => self.day().map(Value::from),
            (Kind::Releases, _) => self.releases().map(Value::Releases),
            (Kind::Excerpts, _) => self.excerpts().map(Value::Excerpts),
            (Kind::Memory | Kind::Storage, Toml::Integer(_)) => count().map(Value::Count),
            (Kind::Number(_), _) => None,
            (_, Toml::String(text)) => return parse_value(text, kind),
            _ => None,
        };
        value.ok_or_else(|| {
            let found = match &self.0 {
                Toml::String(_) => "a text",
                Toml::Integer(_) => "a whole number",
                Toml::Float(_) => "a number",
                Toml::Boolean(_) => "true or false",
                Toml::Datetime(_) => "a date",
                Toml::Array(_) => "a list",
                Toml::Table(_) => "a table",
            };
            format!("{found} does not fit a fact of kind {}", kind.name()).into()
        })
    }

    fn texts(&self) -> Option<Vec<String>> {
        self.0.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
    }

    fn day(&self) -> Option<Date> {
        let datetime = self.0.as_datetime()?;
        let date = datetime.date.filter(|_| datetime.time.is_none() && datetime.offset.is_none())?;
        Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
    }

    fn excerpts(&self) -> Option<Vec<Excerpt>> {
        let excerpt = |entry: &Toml| {
            let table = entry.as_table()?;
            let text = |key| Some(table.get(key)?.as_str()?.to_owned());
            let line = match table.get("line") {
                Some(line) => Some(u64::try_from(line.as_integer()?).ok()?),
                None => None,
            };
            let known = |key: &String| ["place", "line", "text"].contains(&key.as_str());
            table.keys().all(known).then_some(Excerpt { place: text("place")?, line, text: text("text")? })
        };
        self.0.as_array()?.iter().map(excerpt).collect::<Option<Vec<_>>>().filter(|list| !list.is_empty())
    }

    fn releases(&self) -> Option<Vec<SupportedRelease>> {
        let release = |entry: &Toml| {
            let table = entry.as_table()?;
            let flag = |key| table.get(key).map_or(Some(false), Toml::as_bool);
            let known = |key: &String| ["version", "until", "lts", "exception"].contains(&key.as_str());
            table.keys().all(known).then_some(())?;
            Some(SupportedRelease {
                version: table.get("version")?.as_str()?.to_owned(),
                until: Self(table.get("until")?.clone()).day()?,
                lts: flag("lts")?,
                exception: flag("exception")?,
            })
        };
        self.0.as_array()?.iter().map(release).collect()
    }
}

/// Reads a fact's value by its kind from text, as `--attest FACT=VALUE` writes it.
///
/// # Errors
/// Says what the kind takes.
pub fn parse_value(text: &str, kind: Kind) -> Result<Value, Misfit> {
    let wrong = |takes: &str| Misfit::from(format!("`{text}` is not {takes}"));
    match kind {
        Kind::Text => Ok(text.into()),
        Kind::Choice(_) => allowed(text, kind).map(|()| text.into()),
        Kind::Version => Version::parse(text).map(|_| text.into()).map_err(|error| error.to_string().into()),
        Kind::Date => text.parse::<Date>().map(Value::from).map_err(|_| wrong("a date such as 2026-11-20")),
        Kind::Bool => match text {
            "true" | "yes" => Ok(Value::Bool(true)),
            "false" | "no" => Ok(Value::Bool(false)),
            _ => Err(wrong("true or false")),
        },
        Kind::Count => text.parse().map(Value::Count).map_err(|_| wrong("a whole number")),
        Kind::Number(_) => {
            let number = text.parse().ok().filter(|number: &f64| number.is_finite());
            number.map(Value::Number).ok_or_else(|| wrong("a number"))
        }
        Kind::Memory | Kind::Storage => {
            parse_bytes(text, kind).map(Value::Count).map_err(|error| error.to_string().into())
        }
        Kind::List => Ok(Value::List(text.split(',').map(|word| word.trim().to_owned()).collect())),
        Kind::Releases => Err("a list of releases cannot be given as one text".into()),
        Kind::Excerpts => Err("excerpts cannot be given as one text".into()),
    }
}

/// Complains of a word that a fact of this kind cannot have.
///
/// # Errors
/// When the kind is a choice without that word.
pub fn allowed(word: &str, kind: Kind) -> Result<(), Misfit> {
    match kind {
        Kind::Choice(words) if !words.contains(&word) => Err(Misfit {
            message: format!("`{word}` is not one of {}", words.join(", ")),
            suggestion: nearest(word, words.iter().copied()).map(str::to_owned),
        }),
        _ => Ok(()),
    }
}

/// Whether facts of this kind can be compared with `at_least` and `at_most`.
pub fn is_quantity(kind: Kind) -> bool {
    matches!(kind, Kind::Count | Kind::Number(_) | Kind::Memory | Kind::Storage)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::facts::catalogue::CATALOGUE;

    fn literal(text: &str) -> Literal {
        Literal(toml::from_str::<toml::Table>(&format!("x = {text}")).unwrap().remove("x").unwrap())
    }

    #[test]
    fn a_literal_is_a_value_of_the_kind_of_its_fact() {
        let release = SupportedRelease { version: "8.5".into(), until: date(2027, 6, 30), lts: true, exception: false };
        for (text, kind, value) in [
            ("true", Kind::Bool, Value::Bool(true)),
            ("8", Kind::Count, Value::Count(8)),
            ("8", Kind::Number("MHz"), Value::Number(8.0)),
            ("-1", Kind::Number("days"), Value::Number(-1.0)),
            ("'16 GB'", Kind::Memory, Value::Count(16 << 30)),
            ("'100 GB'", Kind::Storage, Value::Count(100_000_000_000)),
            ("4096", Kind::Memory, Value::Count(4096)),
            ("'v2.1'", Kind::Version, "v2.1".into()),
            ("2026-11-20", Kind::Date, "2026-11-20".into()),
            ("['a', 'b']", Kind::List, vec!["a".to_owned(), "b".to_owned()].into()),
            ("'ssd'", Kind::Choice(&["ssd", "hdd"]), "ssd".into()),
            ("[{ version = '8.5', until = 2027-06-30, lts = true }]", Kind::Releases, vec![release].into()),
        ] {
            assert_eq!(literal(text).value(kind), Ok(value), "{text}");
        }
        for (text, kind, message) in [
            ("'true'", Kind::Text, ""),
            ("1", Kind::Bool, "a whole number does not fit a fact of kind yes/no"),
            ("-1", Kind::Count, "a whole number does not fit a fact of kind count"),
            ("1.5", Kind::Count, "a number does not fit a fact of kind count"),
            ("'8'", Kind::Number("MHz"), "a text does not fit a fact of kind number"),
            ("inf", Kind::Number("MHz"), "a number does not fit a fact of kind number"),
            ("'16 XB'", Kind::Memory, "`XB` is not a unit of size: use B, KB, MB, GB, TB, KiB, MiB, GiB or TiB"),
            ("'new'", Kind::Version, "`new` does not begin with a version number"),
            ("2026-11-20T10:00:00Z", Kind::Date, "a date does not fit a fact of kind date"),
            ("[1]", Kind::List, "a list does not fit a fact of kind list"),
            ("'sdd'", Kind::Choice(&["ssd", "hdd"]), "`sdd` is not one of ssd, hdd"),
            ("[{ version = '8.5' }]", Kind::Releases, "a list does not fit a fact of kind releases"),
        ] {
            let wrong = literal(text).value(kind).err().map(|misfit| misfit.message);
            assert_eq!(wrong.unwrap_or_default(), message, "{text}");
        }
    }

    #[test]
    fn an_amount_has_a_unit_only_where_it_is_a_size() {
        let quantity = |text: &str, kind| Amount::try_from(literal(text)).unwrap().quantity(kind);
        let of = |number: f64, text: &str| Ok(Quantity { number, text: text.to_owned() });
        assert_eq!(quantity("'16 GB'", Kind::Memory), of(17_179_869_184.0, "16 GB"));
        assert_eq!(quantity("64000", Kind::Count), of(64_000.0, "64000"));
        assert_eq!(quantity("0.8", Kind::Count), of(0.8, "0.8"));
        for (text, kind) in [
            ("'8'", Kind::Count),
            ("-1", Kind::Count),
            ("nan", Kind::Number("MHz")),
            ("1", Kind::Text),
            ("'16 GB'", Kind::Count),
        ] {
            assert!(quantity(text, kind).is_err(), "{text}");
        }
        assert!(Amount::try_from(literal("true")).is_err());
    }

    #[test]
    fn cells_ends_and_days_have_their_forms() {
        assert!(matches!(Cell::try_from(literal("{ from = 1, to = '2 GB' }")), Ok(Cell::Amount(_, Some(_)))));
        assert_eq!(Cell::try_from(literal("['ssd']")), Ok(Cell::Words(vec!["ssd".into()])));
        for text in ["true", "[1]", "{ from = 1 }", "{ from = 1, too = 2 }", "{ from = 1, to = [] }", "2026-01-01"] {
            assert!(Cell::try_from(literal(text)).is_err(), "{text}");
        }
        assert_eq!(Until::try_from(literal("'maintained'")), Ok(Until(None)));
        assert!(Until::try_from(literal("'never'")).is_err());
        let month = ReleasedEntry::try_from(literal("'2024-02'"));
        assert_eq!(month, Ok(ReleasedEntry(Released::In(date(2024, 2, 29)))));
        for text in ["'2024-13'", "'2024'", "2024-02-01T00:00:00", "10:00:00"] {
            assert!(ReleasedEntry::try_from(literal(text)).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text: String) {
            for row in CATALOGUE {
                let _ = parse_value(&text, row.kind);
                let _ = Literal(Toml::String(text.clone())).value(row.kind);
            }
        }
    }
}
