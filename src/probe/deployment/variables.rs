//! Variables of Compose: files of them, and what becomes of a text that names them.
//!
//! Only files say what a variable is, never the environment of rampcheck: that is another machine's or another user's.

use std::collections::BTreeMap;

/// Longest text that becomes of one.
const MOST_BYTES: usize = 64 << 10;
/// Deepest default in a default.
const DEPTH: usize = 16;

/// Variables that are set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Variables {
    /// Their values by name.
    pub values: BTreeMap<String, String>,
    /// Those that may be set, by name, and why it cannot be told.
    pub doubtful: BTreeMap<String, String>,
    /// Why there may be others: their file cannot be read.
    pub more: Option<String>,
}

/// A line of a file of variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Number of the line, from 1.
    pub number: u64,
    /// Name of the variable.
    pub name: String,
    /// Its value; none if it comes from the environment of `docker compose`.
    pub value: Option<String>,
}

impl Variables {
    /// The value of a variable, if it is set.
    pub fn get(&self, name: &str) -> Result<Option<&str>, String> {
        match (self.values.get(name), self.doubtful.get(name).or(self.more.as_ref())) {
            (Some(value), _) => Ok(Some(value)),
            (None, None) => Ok(None),
            (None, Some(why)) => Err(why.clone()),
        }
    }

    /// What becomes of a text. A variable that nothing sets, and that has no default, stays in it as `${NAME}`.
    ///
    /// # Errors
    /// When the text is no template, becomes too long, or the variables are unknown.
    pub fn expand(&self, text: &str) -> Result<String, String> {
        self.expand_at(text, 0)
    }

    fn expand_at(&self, text: &str, depth: usize) -> Result<String, String> {
        if depth > DEPTH {
            return Err("defaults are nested too deeply".to_owned());
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            if let Some(escaped) = after.strip_prefix('$') {
                out.push('$');
                rest = escaped;
            } else if let Some(begun) = after.strip_prefix('{') {
                let inside = braced(begun).ok_or(NO_TEMPLATE)?;
                out.push_str(&self.substitute(inside, depth)?);
                rest = &begun[inside.len() + 1..];
            } else if let Some(name) = name(after) {
                out.push_str(&self.substitute(name, depth)?);
                rest = &after[name.len()..];
            } else {
                // A sign like any other: `$(stat ...)`.
                out.push('$');
                rest = after;
            }
            if out.len() > MOST_BYTES {
                return Err("too long once its variables are filled in".to_owned());
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    /// What stands for `NAME`, `NAME:-default` and the like.
    fn substitute(&self, inside: &str, depth: usize) -> Result<String, String> {
        let name = name(inside).ok_or(NO_TEMPLATE)?;
        let operator = &inside[name.len()..];
        let value = self.get(name)?;
        let (operator, value) = match operator.strip_prefix(':') {
            // An empty one counts as not set.
            Some(operator) if !operator.is_empty() => (operator, value.filter(|value| !value.is_empty())),
            _ => (operator, value),
        };
        match (operator.chars().next(), value) {
            (None, Some(value)) => Ok(value.to_owned()),
            (Some('-' | '?'), Some(value)) => Ok(value.to_owned()),
            (Some('-'), None) | (Some('+'), Some(_)) => self.expand_at(&operator[1..], depth + 1),
            (Some('+'), None) => Ok(String::new()),
            (None | Some('?'), None) => Ok(format!("${{{name}}}")),
            (Some(_), _) => Err(NO_TEMPLATE.to_owned()),
        }
    }

    /// Adds the lines of a file, of which the last one of a name counts.
    pub fn add(&mut self, lines: &[Line]) {
        self.values.extend(lines.iter().filter_map(|line| Some((line.name.clone(), line.value.clone()?))));
    }

    /// What others set besides. What is set already stays.
    pub fn or(mut self, others: &Self) -> Self {
        let is_free = |name: &String| self.get(name) == Ok(None);
        let values: Vec<_> = others.values.iter().filter(|(name, _)| is_free(name)).collect();
        let doubtful: Vec<_> = others.doubtful.iter().filter(|(name, _)| is_free(name)).collect();
        let cloned = |(name, text): (&String, &String)| (name.clone(), text.clone());
        self.values.extend(values.into_iter().map(cloned));
        self.doubtful.extend(doubtful.into_iter().map(cloned));
        self.more = self.more.or_else(|| others.more.clone());
        self
    }

    /// A variable that may have another value.
    pub fn doubt(&mut self, name: &str, why: String) {
        self.values.remove(name);
        self.doubtful.insert(name.to_owned(), why);
    }
}

const NO_TEMPLATE: &str = "a `${` that does not begin a variable";

/// The name at the beginning of a text.
fn name(text: &str) -> Option<&str> {
    let end = text.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').unwrap_or(text.len());
    let name = &text[..end];
    (!name.is_empty() && !name.starts_with(|sign: char| sign.is_ascii_digit())).then_some(name)
}

/// What stands before the brace that closes.
fn braced(text: &str) -> Option<&str> {
    let mut open = 1_usize;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' if at > 0 && bytes[at - 1] == b'$' => open += 1,
            b'}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(&text[..at]);
        }
    }
    None
}

/// The lines of a file of variables. With `is_raw`, values are taken as they stand. `outer` are the variables that are set besides.
///
/// # Errors
/// What is wrong with it, with the number of the line.
pub(super) fn read(text: &str, is_raw: bool, outer: &Variables) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    let mut known = outer.clone();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut number = 0;
    while !rest.is_empty() {
        number += 1;
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let start = rest;
        rest = after;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let exported = line.strip_prefix("export").filter(|rest| rest.starts_with(char::is_whitespace));
        let line = exported.map_or(line, str::trim_start);
        let end = line.find(|sign| sign == '=' || (sign == ':' && !is_raw)).unwrap_or(line.len());
        let name = line[..end].trim_end();
        // What a line says may be a secret.
        if name.is_empty() || name.contains(|sign: char| sign.is_whitespace() || sign == '"' || sign == '\'') {
            return Err(format!("line {number}: not a variable"));
        }
        let begun = number;
        let value = match line.get(end + 1..) {
            None => None,
            Some(value) if is_raw => Some(value.to_owned()),
            Some(value) => {
                let value = value.trim_start();
                let wrong = |why: &str| format!("line {begun}: {why}");
                let quote = value.chars().next().filter(|sign| ['"', '\''].contains(sign));
                Some(match quote {
                    Some(quote) => {
                        // A quoted value may have several lines.
                        let at = start.len() - start.trim_start().len();
                        let value = &start[at..];
                        let value = &value[value.find(quote).map_or(0, |at| at + 1)..];
                        let end = closing(value, quote).ok_or_else(|| wrong("a quote that is not closed"))?;
                        let (inside, after) = (&value[..end], &value[end + 1..]);
                        rest = after.split_once('\n').map_or("", |(_, rest)| rest);
                        number += inside.matches('\n').count() as u64;
                        if quote == '"' {
                            known.expand(&unescaped(inside)).map_err(|why| wrong(&why))?
                        } else {
                            inside.to_owned()
                        }
                    }
                    None => {
                        // A value may begin with what would be a comment after one.
                        let value = value.find(" #").map_or(value, |at| &value[..at]);
                        known.expand(value.trim_end()).map_err(|why| wrong(&why))?
                    }
                })
            }
        };
        // Of two lines of a name the last one counts, but none of them before what is set besides.
        if let (Some(value), Ok(None)) = (&value, outer.get(name)) {
            known.values.insert(name.to_owned(), value.clone());
        }
        lines.push(Line { number: begun, name: name.to_owned(), value });
    }
    Ok(lines)
}

/// Where a quote closes.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, sign) in text.char_indices() {
        match sign {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            sign if sign == quote => return Some(at),
            _ => {}
        }
    }
    None
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match (sign, if sign == '\\' { signs.next() } else { None }) {
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('r')) => out.push('\r'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('$')) => out.push_str("$$"),
            ('\\', Some(other)) if ['"', '\'', '\\'].contains(&other) => out.push(other),
            ('\\', Some(other)) => out.extend(['\\', other]),
            _ => out.push(sign),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn variables(set: &[(&str, &str)]) -> Variables {
        let values = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Variables { values, ..Variables::default() }
    }

    #[test]
    fn every_form_of_a_variable() {
        let set = variables(&[("A", "1"), ("E", ""), ("D", "$$x")]);
        for (text, expected) in [
            ("plain", "plain"),
            ("$A-${A}", "1-1"),
            ("$$A", "$A"),
            ("${A:-x}${A-x}${A:?x}${A?x}", "1111"),
            ("${A:+x}${A+x}", "xx"),
            ("[$E][${E:-x}][${E-x}][${E:+x}][${E+x}]", "[][x][][][x]"),
            ("${U:-x}${U-x}[${U:+x}][${U+x}]", "xx[][]"),
            ("${U:-}", ""),
            ("$U ${U} ${U:?must be set} ${E:?x}", "${U} ${U} ${U} ${E}"),
            ("${U:-${A}}${U:-${V:-y}}", "1y"),
            ("${U:-mongodb://${H:-db}:27017/?replicaSet=${R:-rs0}}", "mongodb://db:27017/?replicaSet=rs0"),
            ("$D", "$$x"),
            ("$ a$ b$1$(A)$-$", "$ a$ b$1$(A)$-$"),
            ("$(stat $A)$$(x)", "$(stat 1)$(x)"),
        ] {
            assert_eq!(set.expand(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["${", "${A", "${}", "${1}", "${A!x}", "${A:}", "${A:!}"] {
            assert!(set.expand(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_text_stays_small() {
        let long = variables(&[("A", &"x".repeat(60_000))]);
        assert!(long.expand("$A$A$A").is_err());
        assert!(variables(&[]).expand(&format!("{}x{}", "${A:-".repeat(40), "}".repeat(40))).is_err());
    }

    #[test]
    fn other_variables_may_be_set_where_a_file_cannot_be_read() {
        let unknown = Variables { more: Some("cannot read .env".to_owned()), ..variables(&[("A", "1")]) };
        assert_eq!(unknown.expand("$A").as_deref(), Ok("1"));
        assert_eq!(unknown.expand("${U:-x}"), Err("cannot read .env".to_owned()));
    }

    #[test]
    fn files_of_variables() {
        let text = "\u{feff}# comment\n\nA=1\nexport B = two words # comment\nC='$A'\nD=\"$A\\n\\$A\"\nE=${A}${O}\nF: x\nG\nH=\n\
            I=\"a\nb\"\nJ=a#b\r\nK=${U:-d}\nL= # l #\nM=#m\nexport\tN=n";
        let lines = read(text, false, &variables(&[("O", "o"), ("A", "9")])).unwrap();
        let lines: Vec<_> = lines.iter().map(|line| (line.number, line.name.as_str(), line.value.as_deref())).collect();
        let expected = [
            (3, "A", Some("1")),
            (4, "B", Some("two words")),
            (5, "C", Some("$A")),
            (6, "D", Some("9\n$A")),
            (7, "E", Some("9o")),
            (8, "F", Some("x")),
            (9, "G", None),
            (10, "H", Some("")),
            (11, "I", Some("a\nb")),
            (13, "J", Some("a#b")),
            (14, "K", Some("d")),
            (15, "L", Some("# l")),
            (16, "M", Some("#m")),
            (17, "N", Some("n")),
        ];
        assert_eq!(lines, expected);
        let raw = &read("A:B='$x' # y", true, &variables(&[])).unwrap()[0];
        assert_eq!((raw.name.as_str(), raw.value.as_deref()), ("A:B", Some("'$x' # y")));
        for (text, expected) in [
            ("A=1\nsecret words", "line 2: not a variable"),
            ("A=\"x", "line 1: a quote that is not closed"),
            ("=x", "line 1: not a variable"),
            ("A=${", "line 1: a `${` that does not begin a variable"),
        ] {
            assert_eq!(read(text, false, &variables(&[])), Err(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn lines_know_the_last_value_of_those_before_them() {
        let of = |outer: &Variables| {
            let lines = read("A=1\nB=$A\nA=2\nC=$A", false, outer).unwrap();
            lines.into_iter().filter_map(|line| line.value).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of(&variables(&[])), "1 1 2 2");
        assert_eq!(of(&variables(&[("A", "9")])), "1 9 2 9");
        let unknown = Variables { more: Some("cannot read .env".to_owned()), ..variables(&[]) };
        assert_eq!(read("A=1\nB=$A", false, &unknown), Err("line 2: cannot read .env".to_owned()));
    }

    #[test]
    fn what_is_set_already_stays() {
        let mut lines = Variables::default();
        lines.add(&read("A=2\nB=3\nB=4\nC", false, &variables(&[])).unwrap());
        assert_eq!(variables(&[("A", "1")]).or(&lines), variables(&[("A", "1"), ("B", "4")]));
        let unknown = Variables { more: Some("cannot read .env".to_owned()), ..variables(&[("A", "1")]) };
        assert_eq!(unknown.clone().or(&lines), unknown);
        lines.doubt("B", "odd".to_owned());
        let both = variables(&[("A", "1")]).or(&lines);
        assert_eq!((both.get("A"), both.get("B")), (Ok(Some("1")), Err("odd".to_owned())));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[${}:?+A-C=\"'\\\\# \n-]{0,40}") {
            let set = variables(&[("A", "1")]);
            let _ = (set.expand(&text), read(&text, false, &set), read(&text, true, &set));
        }

        #[test]
        fn a_text_without_a_dollar_stays(text in "[^$]{0,40}") {
            prop_assert_eq!(variables(&[]).expand(&text), Ok(text));
        }
    }
}
