//! Redaction: stand-ins (`host-1`, `ip-1`) in the place of names, ids and addresses, the same for the same thing wherever
//! it appears.
//!
//! Facts, plan and notes are redacted before anything is judged. The [catalogue](crate::facts::catalogue) says what the
//! text of a fact can hold:
//! - A host's name, a person's name and a machine's id are replaced as a whole.
//! - A path, an address, an image and a free text are searched: for what its form tells (the user of a home directory, the
//!   host of a URL, a MAC address) and for every name that is known, however common a word it is. Where a fact was read,
//!   and why it is unknown, are free texts.
//! - Nothing else is touched.
//!
//! The last pass looks, with another search, for originals that are left in those texts. It makes no exception for common
//! words: it leaves out the stand-ins and public names that redaction has marked, and nothing else. That suffices, because
//! findings and pages are made of these texts, of facts that hold nothing private, and of the vendor's and rampcheck's own
//! words.
//!
//! The work grows with the size of the texts, not with the number of names. This module knows no files and no formats.

mod find;
mod known;
mod names;

use std::collections::HashSet;
use std::iter;
use std::net::IpAddr;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::facts::catalogue::lookup;
use crate::facts::{FactState, Facts, Privacy, Value};
use find::{Span, apart, domains, is_nobodys, members, spans};
use known::Known;
pub use names::{Names, Sort};
use names::{Numbers, stand_ins};

/// Stands around what redaction put into a text until the last pass is done. No text keeps one of its own.
const MARK: char = '\0';

/// What is replaced by stand-ins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

/// Why redacted facts are not handed out.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedactError {
    /// The last pass found an original.
    #[error("redact everything: `{0}` would be left")]
    Left(String),
}

/// Replaces originals by stand-ins, over as many hosts as there are.
#[derive(Debug)]
pub struct Redactor {
    level: Redaction,
    names: Names,
    known: Known,
    numbers: Numbers,
    public: HashSet<String>,
}

impl Default for Redactor {
    /// Replaces nothing.
    fn default() -> Self {
        Self::new(Redaction::None, Names::default())
    }
}

impl Redactor {
    /// Redacts to a level, with the stand-ins of earlier runs.
    pub fn new(level: Redaction, names: Names) -> Self {
        let (mut known, mut numbers) = (Known::default(), Numbers::default());
        for (sort, original, stand_in) in names.iter() {
            known.add(sort, original, stand_in, false);
            numbers.reserve(original);
            numbers.reserve(stand_in);
        }
        Self { level, names, known, numbers, public: HashSet::new() }
    }

    /// Leaves public names where they are: hosts of vendors (`docker.io`) wherever they stand, and repositories of their
    /// images as [`repository`](crate::facts::repository) gives them (`rocketchat/rocket.chat`, `mongo`) in references.
    pub fn keep(&mut self, public: impl IntoIterator<Item = String>) {
        self.public.extend(public.into_iter().map(|name| folded(&name)));
    }

    /// Every original met so far with its stand-in: for the owner alone.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Redacts the facts of a host, and other texts about it with what each can hold. The result is the level that all of it
    /// has now.
    ///
    /// `before` is the level that they have, as their report says: what looks like a stand-in is one then and stays, and the
    /// level never gets lower. In what was just read, at no level, a host that is really called `host-1` gets another stand-in.
    ///
    /// # Errors
    /// When an original is left. Then neither facts nor texts may be handed out.
    pub fn redact(
        &mut self,
        before: Redaction,
        facts: &mut Facts,
        others: &mut [(Privacy, &mut String)],
    ) -> Result<Redaction, RedactError> {
        let level = self.level.max(before);
        if level == Redaction::None {
            return Ok(level);
        }
        let received = before > Redaction::None;
        let mut texts = private_texts(facts, others);
        for text in &mut texts {
            text.shown.retain(|sign| sign != MARK);
            text.lower = folded(text.shown);
            self.numbers.reserve(&text.lower);
        }
        // Whole names come first, so that the host itself is host-1.
        for text in texts.iter_mut().filter(|text| whole(text.privacy).is_some()) {
            text.spans = vec![text.whole_name(received)];
            if let Some((sort, name)) = &text.spans[0].is {
                self.learn_whole(*sort, name);
            }
        }
        for text in texts.iter_mut().filter(|text| whole(text.privacy).is_none()) {
            text.spans = spans(&text.lower, text.privacy, level, received, &self.public);
            for (sort, original) in text.spans.iter().filter_map(|span| span.is.as_ref()) {
                self.learn(*sort, original);
            }
        }
        for text in &mut texts {
            *text.shown = self.rewritten(text, level);
        }
        let left = texts.iter().find_map(|text| self.left_in(text.shown, level));
        for text in texts {
            text.shown.retain(|sign| sign != MARK);
        }
        left.map_or(Ok(level), |original| Err(RedactError::Left(original)))
    }

    /// The stand-in of an original. From now on it is searched for, and so are the domains of a host.
    fn learn(&mut self, sort: Sort, original: &str) -> String {
        if let Some(stand_in) = self.names.get(sort, original) {
            return stand_in.to_owned();
        }
        let stand_in = self.numbers.next(sort);
        self.names.insert(sort, original, &stand_in);
        self.known.add(sort, original, &stand_in, false);
        if sort == Sort::Host {
            for domain in domains(original).filter(|domain| !self.public.contains(*domain)).collect::<Vec<_>>() {
                self.learn(Sort::Domain, domain);
            }
        }
        stand_in
    }

    /// Learns a name that is a text as a whole. The short name of a host has the same stand-in.
    fn learn_whole(&mut self, sort: Sort, name: &str) {
        let stand_in = self.learn(sort, name);
        self.known.add(sort, name, &stand_in, true);
        let is_full = sort == Sort::Host && name.parse::<IpAddr>().is_err();
        let short = name.split_once('.').map(|(short, _)| short).filter(|short| is_full && !is_nobodys(sort, short));
        if let Some(short) = short {
            self.names.insert(sort, short, &stand_in);
            self.known.add(sort, short, &stand_in, true);
        }
    }

    /// A text with stand-ins. These, and what stays as it is, have a [`MARK`] on both sides.
    fn rewritten(&mut self, text: &mut Text<'_>, level: Redaction) -> String {
        let mut out = String::with_capacity(text.shown.len());
        text.spans.extend(members(&text.lower, &self.names));
        let mut done = 0;
        for Span { range, is } in apart(std::mem::take(&mut text.spans)) {
            self.replace_known(text, done..range.start, level, &mut out);
            match is {
                Some((sort, original)) => mark(&mut out, &self.learn(sort, &original)),
                None => mark(&mut out, &text.shown[range.clone()]),
            }
            done = range.end;
        }
        self.replace_known(text, done..text.shown.len(), level, &mut out);
        out
    }

    /// Writes a part of a text with the known names in it replaced.
    fn replace_known(&self, text: &Text<'_>, part: Range<usize>, level: Redaction, out: &mut String) {
        let (shown, mut done) = (&text.shown[part.clone()], 0);
        for (range, stand_in) in self.known.find(&text.lower[part], level) {
            out.push_str(&shown[done..range.start]);
            mark(out, stand_in);
            done = range.end;
        }
        out.push_str(&shown[done..]);
    }

    /// The last pass: an original that is left in what a text had before.
    fn left_in(&self, text: &str, level: Redaction) -> Option<String> {
        let kept: Vec<_> = text.split(MARK).step_by(2).collect();
        self.known.left_in(&kept.join(&MARK.to_string()), level)
    }
}

/// A text that may hold something private.
struct Text<'a> {
    privacy: Privacy,
    shown: &'a mut String,
    /// The same in lower case, place by place.
    lower: String,
    spans: Vec<Span>,
}

impl Text<'_> {
    /// The text as one name. It stays if it is nobody's, or a stand-in already.
    fn whole_name(&self, received: bool) -> Span {
        let name = self.lower.trim_matches(|sign: char| sign.is_whitespace() || sign == '.');
        let is_done = received && stand_ins(name).eq(iter::once(0..name.len()));
        let sort = whole(self.privacy).filter(|sort| !is_done && !is_nobodys(*sort, name));
        Span { range: 0..self.lower.len(), is: sort.map(|sort| (sort, name.to_owned())) }
    }
}

/// The texts that redaction may touch.
fn private_texts<'a>(facts: &'a mut Facts, others: &'a mut [(Privacy, &mut String)]) -> Vec<Text<'a>> {
    let mut texts = Vec::new();
    let mut add = |privacy, shown: &'a mut String| {
        if privacy != Privacy::Nothing && !shown.is_empty() {
            texts.push(Text { privacy, shown, lower: String::new(), spans: Vec::new() });
        }
    };
    for (name, fact) in facts {
        add(Privacy::FreeText, &mut fact.place);
        let privacy = lookup(name).map_or(Privacy::FreeText, |row| row.privacy);
        match &mut fact.state {
            FactState::Unknown { reason, .. } => add(Privacy::FreeText, reason),
            FactState::Known(Value::Text(text)) => add(privacy, text),
            FactState::Known(Value::List(list)) => list.iter_mut().for_each(|text| add(privacy, text)),
            FactState::Known(Value::Excerpts(excerpts)) => excerpts.iter_mut().for_each(|excerpt| {
                add(Privacy::Path, &mut excerpt.place);
                add(privacy, &mut excerpt.text);
            }),
            // Numbers, and releases of the product.
            FactState::Known(_) | FactState::Absent => {}
        }
    }
    others.iter_mut().for_each(|(privacy, text)| add(*privacy, text));
    texts
}

/// What a text is as a whole, if it is one name.
fn whole(privacy: Privacy) -> Option<Sort> {
    match privacy {
        Privacy::HostName => Some(Sort::Host),
        Privacy::UserName => Some(Sort::User),
        Privacy::MachineId => Some(Sort::Id),
        Privacy::Nothing | Privacy::Path | Privacy::Address | Privacy::Image | Privacy::FreeText => None,
    }
}

fn mark(out: &mut String, text: &str) {
    out.push(MARK);
    out.push_str(text);
    out.push(MARK);
}

/// A text in lower case, each character as long as before, so that places in one are places in the other.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let fold = |sign: char| {
        let mut lower = sign.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(one), None) if one.len_utf8() == sign.len_utf8() => one,
            _ => sign,
        }
    };
    text.chars().map(fold).collect()
}

#[cfg(test)]
mod tests;
