//! A folder of TOML to a validated [`Pack`]; every problem of every file is reported at once.

mod checks;
mod references;
mod releases;
mod tables;
mod tiers;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::document::{Document, Problem, Problems, Table};
use super::{BUILT_IN, Calendar, Check, Ends, Level, Pack, Tier};
use crate::facts::hex;
use references::Links;

/// The files of a pack: name within the folder to content.
#[derive(Clone, Debug, Default)]
pub struct PackFiles {
    /// Folder name; must be the product's id.
    pub name: String,
    /// `built-in` or the folder's path.
    pub origin: String,
    /// File name to content.
    pub files: BTreeMap<String, Cow<'static, str>>,
}

impl PackFiles {
    /// What a file is called in messages.
    fn path(&self, name: &str) -> String {
        if self.origin == BUILT_IN { format!("checks/{}/{name}", self.name) } else { format!("{}/{name}", self.origin) }
    }

    fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for part in self.files.iter().flat_map(|(name, text)| [name.as_str(), text]) {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hex(&hash.finalize())
    }
}

const RESERVED: [&str; 4] = ["pack.toml", "tiers.toml", "ends.toml", "releases.toml"];

/// A name used in one place that must be defined in another.
struct Reference {
    name: String,
    span: Range<usize>,
}

/// What one file says, with the names it relies on.
struct Drafted<T> {
    value: T,
    sources: Vec<Reference>,
    ends: Vec<Reference>,
}

/// A check, and the file it stands in.
struct CheckFile<'f> {
    file: &'f str,
    drafted: Drafted<Check>,
}

/// Reads and validates a pack.
///
/// # Errors
/// All that is wrong with it, sorted by file, line and column.
pub fn load(files: &PackFiles) -> Result<Pack, Problems> {
    read(files, true)
}

/// Reads a pack without the examples of its checks: a third of the work, for packs whose examples the tests ran.
///
/// # Errors
/// As [`load`].
pub fn load_without_examples(files: &PackFiles) -> Result<Pack, Problems> {
    read(files, false)
}

/// The image repositories that a pack names, without reading its checks.
pub(super) fn images(files: &PackFiles) -> Vec<String> {
    let mut problems = Vec::new();
    let mut parse = Parser { files, examples: false, problems: &mut problems };
    parse
        .file("pack.toml", |table, _| tables::read_head(table, &files.name))
        .map(|head| head.images)
        .unwrap_or_default()
}

fn read(files: &PackFiles, examples: bool) -> Result<Pack, Problems> {
    let mut problems = Vec::new();
    let mut parse = Parser { files, examples, problems: &mut problems };
    let head = parse.file("pack.toml", |table, _| tables::read_head(table, &files.name));
    let (selection, tiers) = parse.file("tiers.toml", |table, _| Some(tiers::read_tiers(table))).unwrap_or_default();
    let ends = parse.file("ends.toml", |table, _| Some(tables::read_ends(&table))).unwrap_or_default();
    let calendar = parse.file("releases.toml", |table, _| releases::read_calendar(table));
    let mut checks = Vec::new();
    for file in files.files.keys() {
        let Some(stem) = file.strip_suffix(".toml").filter(|_| !RESERVED.contains(&file.as_str())) else { continue };
        if let Some(drafted) = parse.file(file, |table, path| checks::read_check(table, stem, path, examples)) {
            checks.push(CheckFile { file, drafted });
        }
    }
    let Some(mut pack) = head else {
        if !files.files.contains_key("pack.toml") {
            problems
                .push(whole(files.path("pack.toml"), "a pack needs this file: it names the product and its sources"));
        }
        return Err(sorted(problems));
    };
    let mut links = Links { files, problems: &mut problems };
    links.resolve(&pack, &tiers, &ends, calendar.as_ref(), &checks);
    if !problems.is_empty() {
        return Err(sorted(problems));
    }
    pack.sha256 = files.sha256();
    pack.origin.clone_from(&files.origin);
    pack.selection = selection;
    pack.tiers = tiers.into_iter().map(|tier| tier.value).collect();
    pack.ends = ends.into_iter().map(|table| table.value).collect();
    pack.calendar = calendar.map(|calendar| calendar.value);
    pack.checks = checks.into_iter().map(|check| check.drafted.value).collect();
    let subjects = pack.subjects.clone();
    pack.checks.sort_by_key(|check| {
        let subject = subjects.iter().position(|subject| *subject == check.subject);
        (subject, check.level == Level::Recommended, check.id.clone())
    });
    Ok(pack)
}

fn whole(file: String, message: &str) -> Problem {
    Problem { file, line: 0, column: 0, message: message.to_owned(), suggestion: None }
}

fn sorted(mut problems: Vec<Problem>) -> Problems {
    problems.sort();
    problems.dedup();
    Problems(problems)
}

/// Parses the files of a pack and keeps their problems.
struct Parser<'a> {
    files: &'a PackFiles,
    examples: bool,
    problems: &'a mut Vec<Problem>,
}

impl Parser<'_> {
    /// Hands the top table of a file over, with the file's path; `None` when there is no such file or nothing came of it.
    fn file<T>(&mut self, name: &str, read: impl FnOnce(Table<'_, '_>, &str) -> Option<T>) -> Option<T> {
        let mut text: &str = self.files.files.get(name)?;
        if !self.examples {
            text = before_examples(text);
        }
        let path = self.files.path(name);
        let document = Document::new(&path, text);
        let map = document.parse();
        let result = read(document.table(&map), &path);
        self.problems.extend(document.into_problems());
        result
    }
}

/// The text up to its examples, when nothing else follows them.
fn before_examples(text: &str) -> &str {
    let Some(start) = text.find("\n[[example]]") else { return text };
    let mut headers = text[start..].lines().filter(|line| line.starts_with('['));
    let last = headers.all(|line| line.starts_with("[[example]]") || line.starts_with("[example."));
    if last { &text[..start] } else { text }
}

fn is_kebab(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    !text.is_empty() && text.bytes().all(fits) && !text.starts_with('-') && !text.ends_with('-')
}
