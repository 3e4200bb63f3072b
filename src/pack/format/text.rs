//! TOML text to a file's type, and problems with their place. Used for packs and plans.

use std::fmt;
use std::ops::{Deref, Range};

use serde::de::{Deserialize, DeserializeOwned, Deserializer};

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
pub struct Problems(pub Vec<Problem>);

/// Most problems that a message lists: more have one cause, such as a file of another kind.
const MOST_PROBLEMS: usize = 20;

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().take(MOST_PROBLEMS).map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))?;
        match self.0.len().saturating_sub(MOST_PROBLEMS) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

/// A value and where it stands in its file. It compares and orders as the value does.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

impl<T> Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}
impl<T: Eq> Eq for At<T> {}
impl<T: PartialOrd> PartialOrd for At<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.value.partial_cmp(&other.value)
    }
}
impl<T: Ord> Ord for At<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = toml::Spanned::<T>::deserialize(deserializer)?;
        Ok(Self { span: spanned.span(), value: spanned.into_inner() })
    }
}

/// Reads a file into its type.
///
/// # Errors
/// The first thing that is wrong with its syntax, its keys or the types of its values.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|error| {
        let (message, suggestion) = in_plain_words(error.message());
        let places = Places::new(file, text);
        error.span().map_or_else(
            || places.whole(message.clone()),
            |span| places.problem(span, message.clone(), suggestion.as_deref()),
        )
    })
}

/// Turns spans of a file's text into problems with line and column.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    file: &'a str,
    text: &'a str,
}

impl<'a> Places<'a> {
    /// Places in the text of a file.
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text }
    }

    /// A problem at a span of the text.
    pub fn problem(&self, span: Range<usize>, message: impl Into<String>, suggestion: Option<&str>) -> Problem {
        let column = self.before(&span).rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Problem {
            file: self.file.to_owned(),
            line: self.line(&span),
            column,
            message: message.into(),
            suggestion: suggestion.map(str::to_owned),
        }
    }

    /// A problem of the file as a whole.
    pub fn whole(&self, message: impl Into<String>) -> Problem {
        Problem { file: self.file.to_owned(), line: 0, column: 0, message: message.into(), suggestion: None }
    }

    /// The line, from 1, on which a span begins.
    pub fn line(&self, span: &Range<usize>) -> usize {
        self.before(span).matches('\n').count() + 1
    }

    fn before(&self, span: &Range<usize>) -> &'a str {
        self.text.get(..span.start).unwrap_or(self.text)
    }
}

/// The message of a deserialisation error for people who do not know Rust, and what was probably meant. The wording of
/// serde that it recognises is held by the tests; any other message stays as it is.
fn in_plain_words(message: &str) -> (String, Option<String>) {
    let words = |list: &str| -> Vec<String> { list.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let unknown = |rest: &str| {
        let (word, known) = rest.split_once("`, ")?;
        let known = words(known);
        let meant = nearest(word, known.iter().map(String::as_str)).map(str::to_owned);
        Some((word.to_owned(), known, meant))
    };
    if let Some((key, _, meant)) = message.strip_prefix("unknown field `").and_then(unknown) {
        return (format!("`{key}` is not a key here"), meant);
    }
    if let Some((word, known, meant)) = message.strip_prefix("unknown variant `").and_then(unknown) {
        return (format!("`{word}` is not one of {}", known.join(", ")), meant);
    }
    if let Some(rest) = message.strip_prefix("missing field ") {
        return (format!("{rest} is missing"), None);
    }
    if let Some((found, expected)) =
        message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "))
    {
        return (format!("must be {}, not {}", kind(expected), kind(found)), None);
    }
    (message.to_owned(), None)
}

/// A type of serde's in words.
fn kind(name: &str) -> &str {
    match name.split([' ', '\n']).next().unwrap_or_default() {
        "string" => "a text",
        "integer" => "a whole number",
        "floating" => "a number",
        "boolean" => "true or false",
        "map" => "a table or date",
        "sequence" => "a list",
        "struct" => "a table",
        "u32" | "u64" => "a whole number",
        "f64" => "a number",
        "a" => match name {
            "a string" => "a text",
            "a boolean" => "true or false",
            "a sequence" => "a list",
            "a map" => "a table",
            _ => name,
        },
        "an" => "a list",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::pack::Level;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Sample {
        title: String,
        level: Option<Level>,
        count: Option<At<u64>>,
        yes: Option<bool>,
        words: Option<Vec<String>>,
        pair: Option<[String; 2]>,
        table: Option<BTreeMap<At<String>, At<f64>>>,
        part: Option<Vec<Part>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Part {
        id: String,
    }

    #[test]
    fn what_has_the_wrong_shape_is_said_with_its_place() {
        for (text, problem) in [
            ("titel = 'x'", "f.toml:1:1: `titel` is not a key here (did you mean `title`?)"),
            (
                "title = 'x'\nlevel = 'requird'",
                "f.toml:2:9: `requird` is not one of required, recommended (did you mean `required`?)",
            ),
            ("yes = true", "f.toml:1:1: `title` is missing"),
            ("title = 'é'\npart = [{ id = 'é' }, {}]", "f.toml:2:23: `id` is missing"),
            ("title = 'x'\n[[part]]\nid = 'a'\n[[part]]\n", "f.toml:4:1: `id` is missing"),
            ("title = 1", "f.toml:1:9: must be a text, not a whole number"),
            ("title = true", "f.toml:1:9: must be a text, not true or false"),
            ("title = 2026-11-20", "f.toml:1:9: must be a text, not a table or date"),
            ("title = ''\ncount = 'x'", "f.toml:2:9: must be a whole number, not a text"),
            ("title = ''\nyes = 1.5", "f.toml:2:7: must be true or false, not a number"),
            ("title = ''\nwords = 'x'", "f.toml:2:9: must be a list, not a text"),
            ("title = ''\nwords = ['x', 1]", "f.toml:2:15: must be a text, not a whole number"),
            ("title = ''\npair = ['x']", "f.toml:2:8: invalid length 1, expected an array of length 2"),
            ("title = ''\ntable = 1", "f.toml:2:9: must be a table, not a whole number"),
            ("title = ''\ntable = { a = 'x' }", "f.toml:2:15: must be a number, not a text"),
            ("title = ''\npart = [1]", "f.toml:2:9: must be a table, not a whole number"),
            ("title = 'x'\ntitle = 'y'", "f.toml:2:1: duplicate key"),
            ("title = ", "f.toml:1:9: string values must be quoted, expected literal string"),
        ] {
            assert_eq!(read::<Sample>("f.toml", text).unwrap_err().to_string(), problem, "{text}");
        }
    }

    #[test]
    fn many_problems_are_cut_and_counted() {
        let problems =
            |count| Problems((0..count).map(|_| Places::new("x.toml", "").whole("wrong")).collect()).to_string();
        assert_eq!(problems(20).lines().count(), 20);
        assert_eq!(problems(1547).lines().count(), 21);
        assert!(problems(1547).ends_with("x.toml: wrong\nand 1527 more"));
    }
}
