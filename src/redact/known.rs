//! Names that are known, and where they stand in a text.
//!
//! There are two searches, one to replace names and one to see that none is left. They share what a name of its own is
//! ([`stands_alone`]), and nothing else.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound::{Included, Unbounded};
use std::ops::Range;

use super::find::{LONGEST, is_nobodys};
use super::{MARK, Redaction, Sort, folded};

/// Originals with their stand-ins.
#[derive(Debug, Default)]
pub(super) struct Known {
    names: BTreeMap<String, (Sort, String)>,
    /// How long the names are that begin with a byte.
    lengths: HashMap<u8, BTreeSet<usize>>,
}

impl Known {
    /// Searches for a name from now on, from its first to its last letter or digit. One that is known already keeps its
    /// stand-in, unless the new one is `surer`.
    pub fn add(&mut self, sort: Sort, name: &str, stand_in: &str, surer: bool) {
        let is_name = name.len() <= LONGEST && !is_nobodys(sort, name);
        let name = name.trim_matches(|sign: char| !sign.is_alphanumeric());
        let Some(first) = name.bytes().next().filter(|_| is_name) else { return };
        if surer || !self.names.contains_key(name) {
            self.names.insert(name.to_owned(), (sort, stand_in.to_owned()));
            self.lengths.entry(first).or_default().insert(name.len());
        }
        // Device mapper writes a hyphen of a name twice.
        if matches!(sort, Sort::Host | Sort::User | Sort::Domain) && name.contains('-') && !name.contains("--") {
            self.add(sort, &name.replace('-', "--"), stand_in, surer);
        }
    }

    /// Where names stand in a text in lower case, and their stand-ins; the longest name where several begin.
    pub fn find(&self, lower: &str, level: Redaction) -> Vec<(Range<usize>, &str)> {
        let mut found = Vec::new();
        let (mut done, mut inside) = (0, false);
        for (start, sign) in lower.char_indices() {
            let was_inside = std::mem::replace(&mut inside, sign.is_alphanumeric());
            if start >= done
                && !was_inside
                && let Some((end, stand_in)) = self.longest(lower, start, level)
            {
                found.push((start..end, stand_in));
                done = end;
            }
        }
        found
    }

    /// The longest name that stands at a place: where it ends, and its stand-in.
    fn longest(&self, text: &str, start: usize, level: Redaction) -> Option<(usize, &str)> {
        let rest = &text[start..];
        let mut upto = rest;
        loop {
            // Every name that `upto` begins with is no later than this one, and this one begins with it.
            let (name, (sort, stand_in)) = self.names.range::<str, _>((Unbounded, Included(upto))).next_back()?;
            let shared = name.bytes().zip(rest.bytes()).take_while(|(a, b)| a == b).count();
            if shared < name.len() {
                upto = &rest[..rest.floor_char_boundary(shared)];
                continue;
            }
            let end = start + name.len();
            if is_replaced(*sort, level) && stands_alone(text, start, end) {
                return Some((end, stand_in));
            }
            upto = &name[..name.floor_char_boundary(name.len().saturating_sub(1))];
        }
    }

    /// A name that is left in a text: looks up every part of the text that is as long as a name.
    pub fn left_in(&self, text: &str, level: Redaction) -> Option<String> {
        let lower = folded(text);
        for (start, first) in lower.bytes().enumerate() {
            for length in self.lengths.get(&first).into_iter().flatten() {
                let Some(part) = lower.get(start..start + length) else { continue };
                let is_name = self.names.get(part).is_some_and(|(sort, _)| is_replaced(*sort, level));
                if is_name && stands_alone(&lower, start, start + length) {
                    return Some(part.to_owned());
                }
            }
        }
        None
    }
}

fn is_replaced(sort: Sort, level: Redaction) -> bool {
    sort != Sort::Ip || level == Redaction::Strict
}

/// Whether a part of a text is a name of its own: no letter or digit touches it. One or two characters are one only if
/// no hyphen, dot or underscore touches them either, or `a` would be found in `a-b`.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let name = &text[start..end];
    let is_short = name.chars().nth(2).is_none();
    let touches = |beside: char| beside.is_alphanumeric() || is_short && ['-', '.', '_', MARK].contains(&beside);
    !text[..start].ends_with(touches) && !text[end..].starts_with(touches)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn known(names: &[&str]) -> Known {
        let mut known = Known::default();
        for name in names {
            known.add(Sort::Host, name, "host-1", false);
        }
        known
    }

    fn starts(names: &[&str], text: &str) -> Vec<usize> {
        let known = known(names);
        let found =
            known.find(&folded(text), Redaction::Strict).into_iter().map(|(range, _)| range.start).collect::<Vec<_>>();
        assert_eq!(known.left_in(text, Redaction::Strict).is_none(), found.is_empty(), "{text}");
        found
    }

    #[test]
    fn neighbours_decide_whether_a_name_stands_in_a_text() {
        assert_eq!(starts(&["chat-2"], "chat-2 chat-25 xchat-2 Chat-2-db-1 chat--2"), [0, 23, 35]);
        assert_eq!(starts(&["nomad"], "nomads nomad_1 /nomad/ NOMAD."), [7, 16, 23]);
        assert_eq!(starts(&["db"], "db my-db-1 a.db db_1 container db:5432 /db/"), [0, 31, 40]);
        assert_eq!(starts(&["ana"], "anaïs ïana «ana»"), [15]);
        assert_eq!(starts(&["zürich"], "ZÜRICH-1 zürichs"), [0]);
        assert_eq!(starts(&["_apt"], "_apt xapt apt-1"), [1, 10]);
        assert_eq!(starts(&[""], "anything"), [0; 0]);
    }

    #[test]
    fn the_longest_name_goes_first() {
        let known = known(&["chat", "chat-2", "chat-2.acme.example", "acme.example", "chat-2.acme.example.net"]);
        let text = "chat-2.acme.example.nets chat-2x acme.example";
        let found: Vec<_> = known.find(text, Redaction::Strict).into_iter().map(|(range, _)| &text[range]).collect();
        assert_eq!(found, ["chat-2.acme.example", "chat", "acme.example"]);
    }

    #[test]
    fn addresses_are_names_with_strict_alone() {
        let mut known = Known::default();
        known.add(Sort::Ip, "10.0.0.5", "ip-1", false);
        assert_eq!(known.find("1.10.0.0.5", Redaction::Strict).len(), 1);
        assert_eq!(known.find("10.0.0.5", Redaction::Identifiers), []);
        assert_eq!(known.left_in("10.0.0.5", Redaction::Identifiers), None);
    }

    proptest! {
        #[test]
        fn both_searches_agree(names in prop::collection::vec("[ab.é-]{1,5}", 0..6), text in "[abB.é _-]{0,30}") {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            starts(&names, &text);
        }
    }
}
