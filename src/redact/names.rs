//! Which original has which stand-in. The owner keeps this in a file: it gives the same stand-ins over many runs, and
//! tells what a stand-in of a report means.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What an original is, and the first part of its stand-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// A host, also a server of files, images or pages.
    Host,
    /// A user or another person.
    User,
    /// A domain.
    Domain,
    /// The id of a machine, or a UUID.
    Id,
    /// A MAC address.
    Mac,
    /// An IP address.
    Ip,
}

/// The first parts of stand-ins, in the order of the sorts.
const WORDS: [&str; 6] = ["host", "user", "domain", "id", "mac", "ip"];

/// Originals in lower case, and their stand-ins.
///
/// A host that was met by its full name has its short name here as well, with the same stand-in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// What nobody but the owner knows: it makes the tokens of hosts. Empty if these names are not kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub salt: String,
    #[serde(flatten)]
    sorts: BTreeMap<Sort, BTreeMap<String, String>>,
}

impl Names {
    /// Every original with its sort and stand-in.
    pub fn iter(&self) -> impl Iterator<Item = (Sort, &str, &str)> {
        self.sorts.iter().flat_map(|(sort, names)| {
            names.iter().map(|(original, stand_in)| (*sort, original.as_str(), stand_in.as_str()))
        })
    }

    /// The stand-in of an original, if it has one.
    pub fn get(&self, sort: Sort, original: &str) -> Option<&str> {
        self.sorts.get(&sort)?.get(original).map(String::as_str)
    }

    pub(super) fn insert(&mut self, sort: Sort, original: &str, stand_in: &str) {
        self.sorts.entry(sort).or_default().insert(original.to_owned(), stand_in.to_owned());
    }
}

/// Gives out stand-ins that nothing else is called.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    last: BTreeMap<Sort, u64>,
    taken: HashSet<String>,
}

impl Numbers {
    /// The next free stand-in of a sort.
    pub fn next(&mut self, sort: Sort) -> String {
        let last = self.last.entry(sort).or_default();
        loop {
            *last += 1;
            let stand_in = format!("{}-{last}", WORDS[sort as usize]);
            if !self.taken.contains(&stand_in) {
                return stand_in;
            }
        }
    }

    /// Never gives out what stands in this text already.
    pub fn reserve(&mut self, text: &str) {
        self.taken.extend(stand_ins(text).map(|range| text[range].to_owned()));
    }
}

/// Where a text has the form of a stand-in, such as `host-1`.
pub(super) fn stand_ins(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices('-').filter_map(|(hyphen, _)| {
        let before = &text[..hyphen];
        let start = before.trim_end_matches(char::is_alphanumeric).len();
        let after = &text[hyphen + 1..];
        let length = after.find(|sign: char| !sign.is_alphanumeric()).unwrap_or(after.len());
        let is_number = length > 0 && after[..length].bytes().all(|digit| digit.is_ascii_digit());
        (is_number && WORDS.contains(&&before[start..])).then_some(start..hyphen + 1 + length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_are_told_by_their_form() {
        for (sort, word) in [Sort::Host, Sort::User, Sort::Domain, Sort::Id, Sort::Mac, Sort::Ip].into_iter().zip(WORDS)
        {
            assert_eq!(serde_json::to_value(sort).unwrap(), word);
        }
        for (text, wanted) in [
            ("host-1", vec!["host-1"]),
            ("/home/user-12/host-1--vg-root", vec!["user-12", "host-1"]),
            ("ip-10-20-0-15", vec!["ip-10"]),
            ("xhost-1 host-1x host- -1 host_1 web-1 é-1", vec![]),
        ] {
            assert_eq!(stand_ins(text).map(|range| &text[range]).collect::<Vec<_>>(), wanted, "{text}");
        }
    }

    #[test]
    fn a_stand_in_that_is_taken_is_not_given_out() {
        let mut numbers = Numbers::default();
        numbers.reserve("host-1, host-3");
        assert_eq!([(); 3].map(|()| numbers.next(Sort::Host)), ["host-2", "host-4", "host-5"]);
        assert_eq!(numbers.next(Sort::User), "user-1");
    }
}
