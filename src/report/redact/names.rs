//! Which original has which stand-in. Kept by the owner, it gives the same stand-ins over a fleet, and tells what a
//! stand-in of a report means.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// What an original is, and the first part of its stand-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// A host.
    Host,
    /// A user.
    User,
    /// A domain.
    Domain,
    /// A machine id.
    Id,
    /// A MAC address.
    Mac,
    /// An IP address.
    Ip,
}

impl Sort {
    /// Every sort.
    pub const ALL: [Self; 6] = [Self::Host, Self::User, Self::Domain, Self::Id, Self::Mac, Self::Ip];

    fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::User => "user",
            Self::Domain => "domain",
            Self::Id => "id",
            Self::Mac => "mac",
            Self::Ip => "ip",
        }
    }
}

/// Originals, in lower case, to their stand-ins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Names {
    sorts: BTreeMap<Sort, BTreeMap<String, String>>,
    /// Texts of the documents that look like stand-ins, and so must not become one.
    #[serde(skip)]
    reserved: BTreeSet<String>,
}

impl Names {
    /// Originals of a sort with their stand-ins.
    pub fn of(&self, sort: Sort) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.sorts.get(&sort).into_iter().flatten();
        entries.map(|(original, stand_in)| (original.as_str(), stand_in.as_str()))
    }

    /// The stand-in of an original that has one.
    pub(super) fn known(&self, sort: Sort, original: &str) -> Option<&str> {
        self.sorts.get(&sort)?.get(original).map(String::as_str)
    }

    /// The stand-in of an original; a new one has the next free number.
    pub(super) fn stand_in(&mut self, sort: Sort, original: &str) -> String {
        if let Some(known) = self.known(sort, original) {
            return known.to_owned();
        }
        let of_sort = self.sorts.entry(sort).or_default();
        let taken: BTreeSet<&String> = of_sort.values().collect();
        let mut names = (1_u64..).map(|number| format!("{}-{number}", sort.word()));
        let name = names.find(|name| !taken.contains(name) && !self.reserved.contains(name)).unwrap_or_default();
        of_sort.insert(original.to_owned(), name.clone());
        name
    }

    /// Keeps what looks like a stand-in in a text from becoming one.
    pub(super) fn reserve(&mut self, text: &str) {
        let words = text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-');
        self.reserved.extend(words.filter(|word| looks_like_one(word)).map(str::to_owned));
    }
}

/// Whether a text has the form of a stand-in.
pub(super) fn looks_like_one(text: &str) -> bool {
    Sort::ALL.iter().any(|sort| {
        let number = text.strip_prefix(sort.word()).and_then(|rest| rest.strip_prefix('-'));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
    })
}
