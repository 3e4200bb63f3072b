//! TOML read in two steps: parsed with the place of every value, then taken apart key by key.
//!
//! Every problem of a document is kept and reported, each at its file, line and column. Used for packs and plans.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::facts::catalogue::nearest;

/// Something wrong in a file that a person wrote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// File, as the reader knows it.
    pub file: String,
    /// Line, from 1; 0 when the problem is the file's as a whole.
    pub line: usize,
    /// Column in characters, from 1; 0 like `line`.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.message)?;
        self.suggestion.as_ref().map_or(Ok(()), |word| write!(f, " (did you mean `{word}`?)"))
    }
}

/// All that is wrong with a pack or a plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Problems(pub Vec<Problem>);

/// Collects the problems of one file.
pub(crate) struct Document<'s> {
    file: &'s str,
    text: &'s str,
    problems: RefCell<Vec<Problem>>,
}

impl<'s> Document<'s> {
    pub(crate) fn new(file: &'s str, text: &'s str) -> Self {
        Self { file, text, problems: RefCell::default() }
    }

    /// Parses the text; what does not parse is a problem, and the rest is read all the same.
    pub(crate) fn parse(&self) -> DeTable<'s> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            self.problem(error.span().unwrap_or(0..0), error.message().to_owned());
        }
        table.into_inner()
    }

    pub(crate) fn problem(&self, span: Range<usize>, message: impl Into<String>) {
        self.suggest(span, message, None);
    }

    pub(crate) fn suggest(&self, span: Range<usize>, message: impl Into<String>, suggestion: Option<&str>) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = self.line_of(&span);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        self.problems.borrow_mut().push(Problem {
            file: self.file.to_owned(),
            line,
            column,
            message: message.into(),
            suggestion: suggestion.map(str::to_owned),
        });
    }

    /// The line, from 1, on which a span begins.
    pub(crate) fn line_of(&self, span: &Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// The table at the top.
    pub(crate) fn table<'t>(&'t self, map: &'t DeTable<'s>) -> Table<'t, 's> {
        Table { document: self, map, span: 0..0, asked: RefCell::default() }
    }
}

/// A table being taken apart; [`Table::finish`] complains of the keys nobody asked for.
pub(crate) struct Table<'t, 's> {
    pub(crate) document: &'t Document<'s>,
    map: &'t DeTable<'s>,
    pub(crate) span: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
}

/// A value and where it stands.
#[derive(Clone)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Range<usize>,
}

impl<'t, 's> Table<'t, 's> {
    /// A table inside this one.
    pub(crate) fn nested(&self, map: &'t DeTable<'s>, span: Range<usize>) -> Table<'t, 's> {
        Table { document: self.document, map, span, asked: RefCell::default() }
    }

    pub(crate) fn value(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'s>>> {
        self.asked.borrow_mut().push(key);
        self.map.get(key)
    }

    fn typed<T>(
        &self,
        key: &'static str,
        wanted: &str,
        read: impl FnOnce(&'t DeValue<'s>) -> Option<T>,
    ) -> Option<At<T>> {
        let value = self.value(key)?;
        let read = read(value.get_ref());
        if read.is_none() {
            self.document.problem(value.span(), format!("`{key}` must be {wanted}, not {}", kind_of(value.get_ref())));
        }
        read.map(|read| At { value: read, span: value.span() })
    }

    /// Complains when a key that must be there is not.
    pub(crate) fn required<T>(&self, key: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.map.contains_key(key) {
            self.document.problem(self.span.clone(), format!("`{key}` is missing"));
        }
        value
    }

    pub(crate) fn text(&self, key: &'static str) -> Option<At<String>> {
        self.typed(key, "a text", |value| value.as_str().map(str::to_owned))
    }

    pub(crate) fn flag(&self, key: &'static str) -> Option<bool> {
        self.typed(key, "true or false", DeValue::as_bool).map(|at| at.value)
    }

    pub(crate) fn number(&self, key: &'static str) -> Option<At<f64>> {
        self.typed(key, "a number", number)
    }

    pub(crate) fn count(&self, key: &'static str) -> Option<u64> {
        self.typed(key, "a whole number", count).map(|at| at.value)
    }

    pub(crate) fn date(&self, key: &'static str) -> Option<Date> {
        self.typed(key, "a date such as 2026-11-20", date).map(|at| at.value)
    }

    pub(crate) fn texts(&self, key: &'static str) -> Option<At<Vec<String>>> {
        self.typed(key, "a list of texts", texts)
    }

    pub(crate) fn nested_table(&self, key: &'static str) -> Option<Table<'t, 's>> {
        let at = self.typed(key, "a table", DeValue::as_table)?;
        Some(self.nested(at.value, at.span))
    }

    /// The tables of an array of tables; none when the key is not there.
    pub(crate) fn nested_tables(&self, key: &'static str) -> Vec<Table<'t, 's>> {
        let Some(list) = self.typed(key, "a list of tables", DeValue::as_array) else { return Vec::new() };
        let mut tables = Vec::new();
        for value in list.value.iter() {
            match value.get_ref().as_table() {
                Some(map) => tables.push(self.nested(map, value.span())),
                None => self.document.problem(value.span(), format!("`{key}` must hold tables")),
            }
        }
        tables
    }

    /// Every key with its value, for tables whose keys are free.
    pub(crate) fn entries(
        &self,
    ) -> impl Iterator<Item = (&'t str, Range<usize>, &'t Spanned<DeValue<'s>>)> + use<'t, 's> {
        self.map.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value))
    }

    /// One of a closed set of words.
    pub(crate) fn choice<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        let at = self.text(key)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == at.value) {
            return Some(*value);
        }
        let names: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        let message = format!("`{}` is not one of {}", at.value, names.join(", "));
        self.document.suggest(at.span, message, nearest(&at.value, names.into_iter()));
        None
    }

    /// Complains of every key that nobody asked for.
    pub(crate) fn finish(self) {
        let asked = self.asked.borrow();
        for (key, span, _) in self.entries() {
            if !asked.contains(&key) {
                let suggestion = nearest(key, asked.iter().copied());
                self.document.suggest(span, format!("`{key}` is not a key here"), suggestion);
            }
        }
    }
}

/// What a value is, in words.
pub(crate) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

pub(crate) fn count(value: &DeValue<'_>) -> Option<u64> {
    let integer = value.as_integer()?;
    u64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
}

pub(crate) fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Float(float) => float.as_str().replace('_', "").parse().ok(),
        value => count(value).map(|count| count as f64),
    }
}

pub(crate) fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
}

pub(crate) fn date(value: &DeValue<'_>) -> Option<Date> {
    let datetime = value.as_datetime()?;
    if datetime.time.is_some() || datetime.offset.is_some() {
        return None;
    }
    let date = datetime.date?;
    Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_reported_with_their_place() {
        let text = "titel = \"x\"\nlevel = \"recommendet\"\nreviewed = 2026-02-30\nnumbers = [1, \"a\"]\n";
        let document = Document::new("pack.toml", text);
        let map = document.parse();
        let table = document.table(&map);
        table.required("title", table.text("title"));
        table.choice("level", &[("required", 1), ("recommended", 2)]);
        table.texts("numbers");
        table.date("reviewed");
        table.finish();
        let all = Problems(document.into_problems()).to_string();
        for line in [
            "pack.toml:1:1: `titel` is not a key here (did you mean `title`?)",
            "pack.toml:2:9: `recommendet` is not one of required, recommended (did you mean `recommended`?)",
            "pack.toml:4:11: `numbers` must be a list of texts, not a list",
        ] {
            assert!(all.contains(line), "{all}");
        }
        assert!(all.contains("pack.toml:3:"), "{all}");
    }
}
