//! Redaction: names, ids and addresses out of a document, and typed stand-ins (`host-1`, `ip-1`) in their place, the same
//! for the same thing wherever it appears.
//!
//! Where a thing stands tells what it is: a host name, a path below `/home`, the authority of an address, a MAC. What was
//! found there is then replaced wherever else it occurs, inside longer texts too. A name that is also a word (`web`,
//! `docker`, `data`) is replaced only where it stands as a name, or the report would lose its vocabulary; so is one of
//! fewer than four characters. Loopback and wildcard addresses, and what vendors say, stay. It knows no files.

mod find;
mod names;
mod place;

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use find::{Span, is_common, occurrences};
use names::looks_like_one;
pub use names::{Names, Sort};
use place::{Place, walk};

/// What of a report is replaced by stand-ins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Redaction {
    /// Nothing.
    #[default]
    None,
    /// Host and user names, domains, machine ids and MAC addresses.
    Identifiers,
    /// IP addresses, too.
    Strict,
}

impl Redaction {
    /// The word that arguments, reports and file names use.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Identifiers => "identifiers",
            Self::Strict => "strict",
        }
    }
}

/// Why a redacted document is not handed out.
#[derive(Debug, thiserror::Error)]
pub enum RedactError {
    /// It cannot be written or read back as JSON.
    #[error("cannot redact: {0}")]
    Form(#[from] serde_json::Error),
    /// The last pass found an original.
    #[error("`{0}` would be left in it after redaction")]
    Left(String),
}

/// An original that must not be left.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Secret {
    /// Lower case.
    text: String,
    stand_in: String,
    /// It may have letters beside it, as in `acmewebdata`: long enough, and a name.
    loose: bool,
}

/// Replaces originals by stand-ins, and knows afterwards what must not be left.
#[derive(Debug)]
pub struct Redactor {
    level: Redaction,
    names: Names,
    /// Longest first, so that a host's full name goes before its domain.
    secrets: Vec<Secret>,
}

impl Redactor {
    /// Redacts to a level, with the stand-ins of earlier documents.
    pub fn new(level: Redaction, names: Names) -> Self {
        Self { level, names, secrets: Vec::new() }
    }

    /// Every original met so far, with its stand-in: for the owner alone.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// A copy with stand-ins. The level it was redacted to before is never lowered.
    ///
    /// # Errors
    /// When the document cannot be written or read back.
    pub fn redact<T: Serialize + DeserializeOwned>(&mut self, document: &T) -> Result<T, RedactError> {
        let mut value = serde_json::to_value(document)?;
        let before = Redaction::deserialize(value.get("redaction").unwrap_or(&Value::Null)).unwrap_or_default();
        self.level = self.level.max(before);
        if self.level > Redaction::None {
            self.learn(&mut value, before);
            walk(&mut value, &mut |place, text| *text = self.rewritten(place, text));
        }
        value["redaction"] = serde_json::to_value(self.level)?;
        Ok(serde_json::from_value(value)?)
    }

    /// The last pass: nothing that was replaced is left in what is about to be written.
    ///
    /// # Errors
    /// Names what is left.
    pub fn examine(&self, text: &str) -> Result<(), RedactError> {
        let lower = text.to_ascii_lowercase();
        for secret in &self.secrets {
            let escaped = serde_json::to_string(&secret.text)?;
            let spellings = [secret.text.as_str(), escaped.trim_matches('"')];
            if spellings.iter().any(|spelling| !occurrences(&lower, spelling, secret.loose).is_empty()) {
                return Err(RedactError::Left(secret.text.clone()));
            }
        }
        Ok(())
    }

    /// Finds what there is to replace.
    fn learn(&mut self, value: &mut Value, before: Redaction) {
        let whole = value.to_string().to_ascii_lowercase();
        self.names.reserve(&whole);
        // The host itself comes first, so that it is host-1.
        let (mut whole_names, mut found) = (Vec::new(), BTreeSet::new());
        let mut versions = BTreeSet::new();
        walk(value, &mut |place, text| match place {
            Place::Whole(sort) => whole_names.push((sort, text.to_ascii_lowercase())),
            Place::Version => _ = versions.insert(text.to_ascii_lowercase()),
            Place::Host => {
                found.extend(find::spans(text, self.level).into_iter().map(|span| (span.sort, span.original)))
            }
            Place::Fixed | Place::Vendor => {}
        });
        let mut found: Vec<(Sort, String)> = whole_names.into_iter().chain(found).collect();
        // A version of four numbers is no address; and what is redacted already has its stand-ins.
        let is_done = |original: &str| before > Redaction::None && looks_like_one(original);
        found.retain(|(_, original)| !versions.contains(original) && !is_done(original));
        let mut secrets = Vec::new();
        for (sort, original) in found {
            self.learn_one(&mut secrets, sort, &original);
        }
        // Other hosts of the same domains, wherever they are named.
        let domains: Vec<_> = self.names.of(Sort::Domain).map(|(domain, _)| domain.to_owned()).collect();
        for host in find::members(&whole, &domains) {
            self.learn_one(&mut secrets, Sort::Host, &host);
        }
        // What earlier documents taught, where it occurs here.
        for sort in Sort::ALL.into_iter().filter(|sort| *sort != Sort::Ip || self.level == Redaction::Strict) {
            for (original, stand_in) in self.names.of(sort) {
                if secrets.iter().all(|secret: &Secret| secret.text != original) && whole.contains(original) {
                    secrets.push(secret(sort, original, stand_in));
                }
            }
        }
        self.secrets.extend(secrets.into_iter().filter(|secret| !is_common(&secret.text)));
        self.secrets.sort_by(|a, b| b.text.len().cmp(&a.text.len()).then_with(|| a.text.cmp(&b.text)));
        self.secrets.dedup_by(|a, b| a.text == b.text);
    }

    /// Gives an original its stand-in, and with a host's full name its short name and its domains theirs.
    fn learn_one(&mut self, secrets: &mut Vec<Secret>, sort: Sort, original: &str) {
        if find::is_nobodys(sort, original) {
            return;
        }
        let stand_in = self.names.stand_in(sort, original);
        secrets.push(secret(sort, original, &stand_in));
        if sort != Sort::Host {
            return;
        }
        // Device mapper writes a hyphen of a name twice.
        if original.contains('-') {
            secrets.push(secret(sort, &original.replace('-', "--"), &stand_in));
        }
        let Some((short, domain)) = original.split_once('.') else { return };
        secrets.push(secret(sort, short, &stand_in));
        if short.contains('-') {
            secrets.push(secret(sort, &short.replace('-', "--"), &stand_in));
        }
        let mut rest = Some(domain);
        while let Some(domain) = rest.filter(|domain| domain.contains('.') && !is_common(domain)) {
            let stand_in = self.names.stand_in(Sort::Domain, domain);
            secrets.push(secret(Sort::Domain, domain, &stand_in));
            rest = domain.split_once('.').map(|(_, parent)| parent);
        }
    }

    fn rewritten(&mut self, place: Place, text: &str) -> String {
        let spans = match place {
            Place::Fixed => return text.to_owned(),
            Place::Vendor | Place::Version => Vec::new(),
            Place::Whole(sort) => {
                vec![Span { start: 0, end: text.len(), sort, original: text.to_ascii_lowercase() }]
            }
            Place::Host => find::spans(text, self.level),
        };
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for span in spans {
            let Some(stand_in) = self.names.known(span.sort, &span.original) else { continue };
            out += &self.without_secrets(&text[done..span.start]);
            out += stand_in;
            done = span.end;
        }
        out += &self.without_secrets(&text[done..]);
        out
    }

    /// A text with every secret in it replaced, the longest first.
    fn without_secrets(&self, text: &str) -> String {
        let lower = text.to_ascii_lowercase();
        let mut taken: BTreeMap<usize, (usize, &str)> = BTreeMap::new();
        for secret in &self.secrets {
            for start in occurrences(&lower, &secret.text, secret.loose) {
                let end = start + secret.text.len();
                if taken.range(..end).next_back().is_none_or(|(_, (before, _))| *before <= start) {
                    taken.insert(start, (end, &secret.stand_in));
                }
            }
        }
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for (start, (end, stand_in)) in taken {
            out += &text[done..start];
            out += stand_in;
            done = end;
        }
        out + &text[done..]
    }
}

fn secret(sort: Sort, original: &str, stand_in: &str) -> Secret {
    let is_name = matches!(sort, Sort::Host | Sort::User | Sort::Domain);
    Secret { text: original.to_owned(), stand_in: stand_in.to_owned(), loose: is_name && original.len() >= 8 }
}
