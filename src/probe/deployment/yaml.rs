//! YAML with the place of every value. It knows neither Compose nor charts.
//!
//! The text is foreign: how deep it goes and how much becomes of it, with its aliases, is bounded.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

/// Largest text.
pub(super) const MOST_BYTES: usize = 1 << 20;
/// Deepest nesting, aliases included.
const DEPTH: usize = 64;
/// Most bytes that become of a text, aliases included.
const MOST: usize = 16 << 20;
/// What a value costs of them beside its text.
const EACH: usize = 64;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The file, as people know it.
    pub file: Arc<str>,
    /// Number of the line, from 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A value and where it stands. What an alias or a merge key brings stands where its anchor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// Where it begins.
    pub place: Place,
    /// A tag of its own, without the exclamation mark: `reset`.
    pub tag: Option<String>,
    /// The value.
    pub yaml: Yaml,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Yaml {
    /// A text as it is written, numbers and truth values included.
    Scalar {
        /// The text.
        text: String,
        /// It is quoted, so that it is a text and nothing else.
        quoted: bool,
    },
    /// Values one after the other.
    List(Vec<Node>),
    /// Values by name. No name is there twice.
    Map(Vec<(Key, Node)>),
}

/// The name of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// The name.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

impl Node {
    /// The text of a scalar that is not null.
    pub fn text(&self) -> Option<&str> {
        match &self.yaml {
            Yaml::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// Nothing, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.yaml, Yaml::Scalar { text, quoted: false } if ["", "~", "null", "Null", "NULL"].contains(&text.as_str()))
    }

    /// The values of a list.
    pub fn list(&self) -> Option<&[Self]> {
        match &self.yaml {
            Yaml::List(list) => Some(list),
            _ => None,
        }
    }

    /// The entries of a map.
    pub fn map(&self) -> Option<&[(Key, Self)]> {
        match &self.yaml {
            Yaml::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The entry of a map that has this name.
    pub fn entry(&self, name: &str) -> Option<&(Key, Self)> {
        self.map()?.iter().find(|(key, _)| key.text == name)
    }

    /// The value in a map that has this name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        Some(&self.entry(name)?.1)
    }

    /// What it is, for a message that something else was expected.
    pub fn kind(&self) -> &'static str {
        match &self.yaml {
            Yaml::Scalar { .. } if self.is_null() => "nothing",
            Yaml::Scalar { .. } => "a text",
            Yaml::List(_) => "a list",
            Yaml::Map(_) => "a map",
        }
    }
}

/// A value that is complete.
#[derive(Clone)]
struct Part {
    node: Node,
    depth: usize,
    cost: usize,
}

/// A list or a map that is not at its end.
struct Open {
    part: Part,
    anchor: usize,
    /// Name of the value that comes next.
    key: Option<Key>,
    names: BTreeSet<String>,
    /// Maps of merge keys.
    merged: Vec<Node>,
}

struct Builder<'a> {
    file: &'a Arc<str>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Part>,
    documents: Vec<Node>,
    cost: usize,
}

/// The documents of a text. `file` is what people know it by.
///
/// # Errors
/// What is wrong with it, with file and line.
pub(super) fn parse(file: &str, text: &str) -> Result<Vec<Node>, String> {
    let file = Arc::from(file);
    if text.len() > MOST_BYTES {
        return Err(format!("{file}: larger than {} MiB", MOST_BYTES >> 20));
    }
    let mut builder =
        Builder { file: &file, open: Vec::new(), anchors: BTreeMap::new(), documents: Vec::new(), cost: 0 };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| format!("{file}:{}: {}", error.marker().line(), error.info()))?;
        builder.take(event, span)?;
    }
    Ok(builder.documents)
}

impl Builder<'_> {
    fn place(&self, span: Span) -> Place {
        Place { file: Arc::clone(self.file), line: span.start.line() as u64 }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), String> {
        let place = self.place(span);
        let (own, is_text) = match &event {
            Event::Scalar(_, _, _, tag) | Event::SequenceStart(_, tag) | Event::MappingStart(_, tag) => {
                own_tag(tag.as_deref())
            }
            _ => (None, false),
        };
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let quoted = style != ScalarStyle::Plain || is_text;
                let cost = EACH + text.len();
                self.spend(cost, &place)?;
                let yaml = Yaml::Scalar { text: text.into_owned(), quoted };
                self.add(Part { node: Node { place, tag: own, yaml }, depth: 1, cost }, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(place, own, Yaml::List(Vec::new()), anchor),
            Event::MappingStart(anchor, _) => self.begin(place, own, Yaml::Map(Vec::new()), anchor),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(mut open) = self.open.pop() else { return Ok(()) };
                for node in std::mem::take(&mut open.merged) {
                    merge(&mut open, node)?;
                }
                self.add(open.part, open.anchor)
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(part) => {
                    let part = part.clone();
                    self.spend(part.cost, &place)?;
                    self.add(part, 0)
                }
                None => Err(format!("{place}: this alias is inside its own anchor")),
            },
            _ => Ok(()),
        }
    }

    fn spend(&mut self, cost: usize, place: &Place) -> Result<(), String> {
        self.cost += cost;
        if self.cost > MOST {
            return Err(format!("{place}: with its aliases, larger than {} MiB", MOST >> 20));
        }
        Ok(())
    }

    fn begin(&mut self, place: Place, tag: Option<String>, yaml: Yaml, anchor: usize) -> Result<(), String> {
        if self.open.len() >= DEPTH {
            return Err(format!("{place}: nested deeper than {DEPTH} levels"));
        }
        self.spend(EACH, &place)?;
        let part = Part { node: Node { place, tag, yaml }, depth: 1, cost: EACH };
        self.open.push(Open { part, anchor, key: None, names: BTreeSet::new(), merged: Vec::new() });
        Ok(())
    }

    /// Puts a value where it belongs: in the list or map that is open, or it is a document.
    fn add(&mut self, part: Part, anchor: usize) -> Result<(), String> {
        let place = part.node.place.clone();
        if anchor > 0 {
            // What an anchor keeps is a copy of its own.
            self.spend(part.cost, &place)?;
            self.anchors.insert(anchor, part.clone());
        }
        if self.open.len() + part.depth > DEPTH + 1 {
            return Err(format!("{place}: nested deeper than {DEPTH} levels"));
        }
        let Some(open) = self.open.last_mut() else {
            self.documents.push(part.node);
            return Ok(());
        };
        open.part.depth = open.part.depth.max(part.depth + 1);
        open.part.cost += part.cost;
        match (&mut open.part.node.yaml, open.key.take()) {
            (Yaml::List(list), _) => list.push(part.node),
            (Yaml::Map(_), None) => {
                let Yaml::Scalar { text, quoted } = part.node.yaml else {
                    return Err(format!("{place}: the name of a value is a list or a map"));
                };
                if !open.names.insert(text.clone()) {
                    return Err(format!("{place}: `{text:.60}` is there twice"));
                }
                // A quoted name merges nothing.
                if text == MERGE && quoted {
                    return Err(format!("{place}: `{MERGE}` is not a name"));
                }
                open.key = Some(Key { text, place });
            }
            (Yaml::Map(_), Some(key)) if key.text == MERGE => match part.node.yaml {
                Yaml::Map(_) => open.merged.push(part.node),
                Yaml::List(list) => open.merged.extend(list),
                Yaml::Scalar { .. } => return Err(format!("{place}: `{MERGE}` merges maps only")),
            },
            (Yaml::Map(map), Some(key)) => map.push((key, part.node)),
            (Yaml::Scalar { .. }, _) => {}
        }
        Ok(())
    }
}

const MERGE: &str = "<<";

/// Adds the entries of a map that a merge key brings, where there are none of their names.
fn merge(open: &mut Open, from: Node) -> Result<(), String> {
    let (Yaml::Map(map), Yaml::Map(entries)) = (&mut open.part.node.yaml, from.yaml) else {
        return Err(format!("{}: `{MERGE}` merges maps only", from.place));
    };
    for (key, node) in entries {
        if open.names.insert(key.text.clone()) {
            map.push((key, node));
        }
    }
    Ok(())
}

/// A tag that is no type of YAML's own, and whether the tag says that the value is a text.
fn own_tag(tag: Option<&Tag>) -> (Option<String>, bool) {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() => (None, tag.suffix == "str"),
        Some(tag) => (Some(tag.suffix.clone()), false),
        None => (None, false),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(text: &str) -> Node {
        let mut documents = parse("f.yml", text).unwrap();
        assert_eq!(documents.len(), 1, "{text}");
        documents.remove(0)
    }

    fn at(node: &Node, path: &str) -> (String, u64) {
        let found = path.split('.').try_fold(node, |node, name| match node.list() {
            Some(list) => list.get(name.parse::<usize>().unwrap()),
            None => node.get(name),
        });
        let found = found.unwrap_or_else(|| panic!("{path} in {node:?}"));
        (found.text().unwrap_or(found.kind()).to_owned(), found.place.line)
    }

    #[test]
    fn every_value_has_its_line() {
        let node = one("a: 1\nb:\n  - x\n  - { c: 'y', d: ~ }\n  -\ne: |\n  one\n  two\nf: [1,\n  2]\n");
        for (path, text, line) in [
            ("a", "1", 1),
            ("b", "a list", 3),
            ("b.0", "x", 3),
            ("b.1.c", "y", 4),
            ("b.1.d", "nothing", 4),
            ("e", "one\ntwo\n", 7),
            ("f.1", "2", 10),
        ] {
            assert_eq!(at(&node, path), (text.to_owned(), line), "{path}");
        }
        let (key, _) = node.entry("b").unwrap();
        assert_eq!(key.place.to_string(), "f.yml:2");
        assert!(matches!(node.get("b").unwrap().list().unwrap()[2].yaml, Yaml::Scalar { .. }));
    }

    #[test]
    fn what_is_quoted_is_a_text() {
        for (text, is_null) in [("", true), ("~", true), ("null", true), ("'null'", false), ("!!str null", false)] {
            assert_eq!(one(&format!("a: {text}")).get("a").unwrap().is_null(), is_null, "{text}");
        }
        assert_eq!(one("a: !reset null").get("a").unwrap().tag.as_deref(), Some("reset"));
        assert_eq!(one("a: no").get("a").unwrap().text(), Some("no"));
        assert_eq!(one("a: 0o17").get("a").unwrap().text(), Some("0o17"));
    }

    #[test]
    fn anchors_aliases_and_merge_keys() {
        let node = one("x: &one\n  r: 1\n  s: 2\ny: &two { s: 3, t: 4 }\nz:\n  <<: [*one, *two]\n  r: 9\nw: *one\n");
        for (path, text, line) in [("z.r", "9", 7), ("z.s", "2", 3), ("z.t", "4", 4), ("w.r", "1", 2)] {
            assert_eq!(at(&node, path), (text.to_owned(), line), "{path}");
        }
        assert_eq!(at(&one("a: &a 1\nb: &a 2\nc: *a"), "c").0, "2", "the last anchor of a name counts");
    }

    #[test]
    fn several_documents_and_none() {
        let documents = parse("f", "---\na: 1\n---\nb: 2\n...\n").unwrap();
        assert_eq!(documents.iter().map(|node| node.place.line).collect::<Vec<_>>(), [2, 4]);
        assert!(parse("f", "# nothing\n").unwrap().is_empty());
        assert_eq!(parse("f", "\u{feff}a: 1\r\nb: 2\r\n").unwrap()[0].get("b").unwrap().place.line, 2);
    }

    #[test]
    fn what_cannot_be_used_has_file_and_line() {
        let deep = format!("a: {}{}", "[".repeat(70), "]".repeat(70));
        for (text, expected) in [
            ("a: 1\na: 2", "f.yml:2: `a` is there twice"),
            ("a:\n  - x\n b", "f.yml:3: "),
            ("a:\n\t- x", "f.yml:2: "),
            ("a: *none", "f.yml:1: while parsing node, found unknown anchor"),
            ("a: &a [1, *a]", "f.yml:1: this alias is inside its own anchor"),
            ("[a]: 1", "f.yml:1: the name of a value is a list or a map"),
            ("<<: 1", "f.yml:1: `<<` merges maps only"),
            ("a: &a 1\n<<: [*a]", "f.yml:1: `<<` merges maps only"),
            ("a: \"x", "f.yml:1: "),
            ("a: b: c", "f.yml:1: "),
            (&deep, "f.yml:1: "),
        ] {
            let error = parse("f.yml", text).expect_err(text);
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }

    #[test]
    fn bombs_are_refused() {
        let laughs = (1..9).fold("a0: &a0 [lol, lol]\n".to_owned(), |text, level| {
            let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
            format!("{text}a{level}: &a{level} [{aliases}]\n")
        });
        assert!(parse("f", &laughs).unwrap_err().contains("with its aliases, larger than 16 MiB"));
        let long = format!("a: &a {}\nb: [{}]", "x".repeat(500_000), vec!["*a"; 1000].join(", "));
        assert!(parse("f", &long).unwrap_err().contains("with its aliases"));
        let deep = (1..70)
            .fold("a0: &a0 [1]\n".to_owned(), |text, level| format!("{text}a{level}: &a{level} [*a{}]\n", level - 1));
        assert!(parse("f", &deep).unwrap_err().contains("nested deeper than 64 levels"));
        assert!(parse("f", &"- 1\n".repeat(300_000)).unwrap_err().contains("larger than 1 MiB"));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = parse("f", &text);
        }

        #[test]
        fn never_panics_on_what_looks_like_yaml(text in "([ \t]{0,3}(- |[a-c]|<<|&a |\\*a|: |[\\[\\]{},!|>'\"#%-]|\n)){0,30}") {
            let _ = parse("f", &text);
        }
    }
}
