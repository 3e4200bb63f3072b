//! Predicates and values as packs, plans and the command line write them.

use std::ops::Range as Span;

use toml::Spanned;
use toml::de::DeValue;

use super::super::document::{Table, count, date, kind_of, number, texts};
use super::super::tier::quantity;
use super::{Bound, Choices, Leaf, Operator, Predicate, Support, kind_name};
use crate::facts::catalogue::{lookup, suggest};
use crate::facts::{Kind, Range, Value, Version, format_number};

/// Reads a predicate; `None` after its problems were noted. Names of tables of ends are noted in `ends` for a later look.
pub(crate) fn read(table: Table<'_, '_>, tables: &mut Vec<(String, Span<usize>)>) -> Option<Predicate> {
    let compound: Vec<&'static str> =
        ["all", "any", "not"].into_iter().filter(|key| table.value(key).is_some()).collect();
    let predicate = match compound.as_slice() {
        [] => read_leaf(&table, tables).map(Predicate::Leaf),
        ["not"] => {
            let inner = table.nested_table("not").and_then(|inner| read(inner, tables));
            inner.map(|inner| Predicate::Not(Box::new(inner)))
        }
        [key] => {
            let nested = table.nested_tables(key);
            if nested.is_empty() {
                table.document.problem(table.span.clone(), format!("`{key}` must hold at least one predicate"));
            }
            let wanted = nested.len();
            let parts: Vec<_> = nested.into_iter().filter_map(|part| read(part, tables)).collect();
            (parts.len() == wanted && wanted > 0)
                .then(|| if *key == "all" { Predicate::All(parts) } else { Predicate::Any(parts) })
        }
        _ => {
            table
                .document
                .problem(table.span.clone(), "a predicate is one of `all`, `any`, `not` or a `fact` with one operator");
            None
        }
    };
    table.finish();
    predicate
}

const OPERATORS: [&str; 10] = [
    "version",
    "at_least",
    "at_most",
    "is",
    "one_of",
    "contains",
    "maintained",
    "within_support",
    "days_left",
    "present",
];

fn read_leaf(table: &Table<'_, '_>, tables: &mut Vec<(String, Span<usize>)>) -> Option<Leaf> {
    let fact = table.required("fact", table.text("fact"));
    let given: Vec<_> = OPERATORS.into_iter().filter_map(|key| table.value(key).map(|value| (key, value))).collect();
    let fact = fact?;
    let Some(row) = lookup(&fact.value) else {
        table.document.suggest(fact.span, format!("there is no fact `{}`", fact.value), suggest(&fact.value));
        return None;
    };
    let [(key, value)] = given.as_slice() else {
        let message = format!("needs exactly one operator: {}", OPERATORS.join(", "));
        table.document.problem(table.span.clone(), message);
        return None;
    };
    if *key == "within_support" && row.name != "server.version" {
        table.document.problem(value.span(), "`within_support` is said of `server.version`");
        return None;
    }
    match read_operator(key, value, row.kind) {
        Ok(operator) => {
            if let Operator::Maintained(name) = &operator {
                tables.push((name.clone(), value.span()));
            }
            Some(Leaf { fact: fact.value, kind: row.kind, operator })
        }
        Err(message) => {
            table.document.problem(value.span(), message);
            None
        }
    }
}

fn read_operator(key: &str, value: &Spanned<DeValue<'_>>, kind: Kind) -> Result<Operator, String> {
    let value = value.get_ref();
    let unfit = || format!("`{key}` does not fit a fact of kind {}", kind_name(kind));
    let text =
        || value.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` takes a text, not {}", kind_of(value)));
    let is_quantity = matches!(kind, Kind::Count | Kind::Number(_) | Kind::Memory | Kind::Storage);
    match key {
        "version" if kind == Kind::Version => {
            Range::parse(&text()?).map(Operator::Version).map_err(|error| error.to_string())
        }
        "maintained" if kind == Kind::Version => text().map(Operator::Maintained),
        "within_support" if kind == Kind::Version => read_support(value).map(Operator::WithinSupport),
        "days_left" if kind == Kind::Date => days(value).map(Operator::DaysLeft),
        "at_least" if is_quantity => read_bound(value, kind).map(Operator::AtLeast),
        "at_most" if is_quantity => read_bound(value, kind).map(Operator::AtMost),
        "is" => read_value(value, kind).map(Operator::Is),
        "one_of" if matches!(kind, Kind::Text | Kind::Choice(_) | Kind::Version) => {
            if let Some(cell) = tier_cell(value) {
                return Ok(Operator::OneOf(Choices::Tier(cell)));
            }
            let words = texts(value).filter(|words| !words.is_empty());
            let words = words.ok_or("`one_of` takes a list of texts, or { tier = \"CELL\" }")?;
            words.iter().try_for_each(|word| allowed(word, kind))?;
            Ok(Operator::OneOf(Choices::Fixed(words)))
        }
        "contains" if kind == Kind::List => {
            let words = value.as_str().map(|word| vec![word.to_owned()]).or_else(|| texts(value));
            words
                .filter(|words| !words.is_empty())
                .map(Operator::Contains)
                .ok_or_else(|| "`contains` takes a text or a list of texts".to_owned())
        }
        "present" => value.as_bool().map(Operator::Present).ok_or_else(|| "`present` takes true or false".to_owned()),
        _ => Err(unfit()),
    }
}

fn days(value: &DeValue<'_>) -> Result<u32, String> {
    count(value).and_then(|days| u32::try_from(days).ok()).ok_or_else(|| "takes a number of days".to_owned())
}

fn read_support(value: &DeValue<'_>) -> Result<Support, String> {
    if value.as_bool() == Some(true) {
        return Ok(Support::Open);
    }
    let single = value.as_table().filter(|table| table.len() == 1).and_then(|table| table.iter().next());
    match single.map(|(key, value)| (key.get_ref().as_ref(), value.get_ref())) {
        Some(("days_left", value)) => days(value).map(Support::DaysLeft),
        Some(("source_days", value)) => days(value).map(Support::SourceDays),
        Some(("certain", value)) if value.as_bool() == Some(true) => Ok(Support::Certain),
        _ => Err("takes true, { days_left = 30 }, { certain = true } or { source_days = 90 }".to_owned()),
    }
}

/// A word that a fact of this kind can have.
fn allowed(word: &str, kind: Kind) -> Result<(), String> {
    match kind {
        Kind::Choice(words) if !words.contains(&word) => Err(format!("`{word}` is not one of {}", words.join(", "))),
        _ => Ok(()),
    }
}

fn tier_cell(value: &DeValue<'_>) -> Option<String> {
    let table = value.as_table()?;
    (table.len() == 1).then(|| table.get("tier")?.get_ref().as_str().map(str::to_owned)).flatten()
}

fn read_bound(value: &DeValue<'_>, kind: Kind) -> Result<Bound, String> {
    if let Some(number) = number(value) {
        return Ok(Bound::Fixed(number, format_number(number)));
    }
    if let Some(text) = value.as_str() {
        let number =
            quantity(text, kind).ok_or_else(|| format!("`{text}` is not a quantity of kind {}", kind_name(kind)))?;
        return Ok(Bound::Fixed(number, text.to_owned()));
    }
    if let Some(cell) = tier_cell(value) {
        return Ok(Bound::Tier(cell));
    }
    let table = value
        .as_table()
        .filter(|table| table.len() == 2)
        .ok_or("takes a quantity, { tier = \"CELL\" } or { share = 0.15, of = \"FACT\" }")?;
    let share = table.get("share").and_then(|share| number(share.get_ref())).ok_or("`share` must be a number")?;
    let of = table.get("of").and_then(|of| of.get_ref().as_str()).ok_or("`of` must name a fact")?;
    match lookup(of) {
        Some(row) if row.kind == kind => Ok(Bound::Share(share, of.to_owned())),
        Some(row) => Err(format!("`{of}` is of kind {}, not {}", kind_name(row.kind), kind_name(kind))),
        None => Err(format!("there is no fact `{of}`")),
    }
}

/// Reads a fact's value by its kind, as examples, attestations and `is` write it.
pub(crate) fn read_value(value: &DeValue<'_>, kind: Kind) -> Result<Value, String> {
    let wrong = || format!("{} does not fit a fact of kind {}", kind_of(value), kind_name(kind));
    match kind {
        Kind::Bool => value.as_bool().map(Value::Bool),
        Kind::Count => count(value).map(Value::Count),
        Kind::Number(_) => number(value).map(Value::Number),
        Kind::List => texts(value).map(Value::List),
        Kind::Date => date(value).map(|day| Value::Text(day.to_string())),
        Kind::Text | Kind::Choice(_) | Kind::Version | Kind::Memory | Kind::Storage => {
            return match (value.as_str(), count(value)) {
                (Some(text), _) => parse_value(text, kind),
                (None, Some(bytes)) if matches!(kind, Kind::Memory | Kind::Storage) => Ok(Value::Count(bytes)),
                _ => Err(wrong()),
            };
        }
    }
    .ok_or_else(wrong)
}

/// Reads a fact's value by its kind from text, as `--attest FACT=VALUE` writes it.
///
/// # Errors
/// Says what the kind takes.
pub fn parse_value(text: &str, kind: Kind) -> Result<Value, String> {
    let wrong = |takes: &str| format!("`{text}` is not {takes}");
    match kind {
        Kind::Text => Ok(Value::Text(text.to_owned())),
        Kind::Choice(_) => allowed(text, kind).map(|()| Value::Text(text.to_owned())),
        Kind::Version => Version::parse(text).map(|_| Value::Text(text.to_owned())).map_err(|error| error.to_string()),
        Kind::Date => text
            .parse::<jiff::civil::Date>()
            .map(|day| Value::Text(day.to_string()))
            .map_err(|_| wrong("a date such as 2026-11-20")),
        Kind::Bool => match text {
            "true" | "yes" => Ok(Value::Bool(true)),
            "false" | "no" => Ok(Value::Bool(false)),
            _ => Err(wrong("true or false")),
        },
        Kind::Count => text.parse().map(Value::Count).map_err(|_| wrong("a whole number")),
        Kind::Number(_) => text
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(Value::Number)
            .ok_or_else(|| wrong("a number")),
        Kind::Memory | Kind::Storage => {
            crate::facts::parse_bytes(text, kind).map(Value::Count).map_err(|error| error.to_string())
        }
        Kind::List => Ok(Value::List(text.split(',').map(|word| word.trim().to_owned()).collect())),
    }
}
