//! Tables of lines, and the product's own releases.

use jiff::civil::Date;
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject as _;

use super::Context;
use crate::facts::Kind;
use crate::facts::catalogue::lookup;
use crate::pack::format::{At, Day, LineTableEntry, LinesFile, PolicyEntry, ReleaseEntry, ReleasesFile};
use crate::pack::{Line, LineTable, Lines, ReleasePolicy, Releases};

impl Context<'_> {
    /// The tables of a file by name.
    pub(super) fn tables(&self, file: &LinesFile) -> Vec<(String, LineTable)> {
        file.0.iter().filter_map(|(name, entry)| Some((name.value.clone(), self.table(name, entry)?))).collect()
    }

    fn table(&self, name: &At<String>, entry: &LineTableEntry) -> Option<LineTable> {
        if lookup(&format!("lines.{}.state", name.value)).is_none() {
            let message = format!("`{}` is not a name of a table: lower-case letters, digits and hyphens", name.value);
            self.document.problem(&name.span, message);
        }
        self.source(&entry.source);
        let fact = self.fact(&entry.fact);
        if let Some(row) = fact.filter(|row| row.kind != Kind::Version) {
            let message = format!("`{}` is {}, and a table is of a version", entry.fact.0, row.kind.name());
            self.document.problem(&entry.fact.span, message);
        }
        let when = entry.when.as_ref().map(|when| (when, self.predicate(when)));
        for (at, predicate) in when.iter().filter_map(|(at, predicate)| Some((at, predicate.as_ref()?))) {
            for leaf in predicate.leaves().into_iter().filter(|leaf| leaf.fact.starts_with("lines.")) {
                let message = format!("`{}` comes from a table, and `when` says which table applies", leaf.fact);
                self.document.problem(&at.span, message);
            }
        }
        let mut until: Vec<_> = entry.until.iter().collect();
        until.sort_by_key(|(line, _)| line.span.start);
        if until.is_empty() {
            self.document.problem(&name.span, "a table needs at least one line");
        }
        until.iter().filter(|(line, _)| numbers(line).is_none()).for_each(|(line, _)| {
            self.document.problem(&line.span, format!("`{}` is not a line of versions, such as 7.10", line.value));
        });
        self.in_order(until.iter().map(|(line, _)| *line));
        let lines = until.into_iter().map(|(line, until)| Line {
            line: line.value.clone(),
            released: None,
            until: until.0,
            until_possible: None,
            lts: false,
        });
        Some(LineTable {
            fact: entry.fact.0.clone(),
            when: match when {
                Some((_, predicate)) => Some(predicate?),
                None => None,
            },
            lines: Lines { source: entry.source.value.clone(), reviewed: entry.reviewed.0, lines: lines.collect() },
        })
    }

    /// Complains of a line that stands behind a newer one.
    fn in_order<'l>(&self, lines: impl Iterator<Item = &'l At<String>>) {
        let mut before: Option<&At<String>> = None;
        for line in lines {
            match before.filter(|before| numbers(before) >= numbers(line)) {
                Some(before) => {
                    let message = format!("`{}` must stand before `{}`, and once", line.value, before.value);
                    self.document.problem(&line.span, message);
                }
                None => before = Some(line),
            }
        }
    }

    /// The product's own releases.
    pub(super) fn releases(&self, file: &ReleasesFile) -> Option<Releases> {
        self.source(&file.source);
        if file.release.is_empty() {
            self.document.problem(&file.release.span, "a product needs at least one `[[release]]`");
        }
        let lines = file.release.iter().map(|release| self.release(release)).collect();
        let mongodb = file.release.iter().filter(|release| !release.mongodb.is_empty()).map(|release| {
            release.mongodb.iter().for_each(|line| self.line(line, "8.0"));
            self.in_order(release.mongodb.iter());
            (release.line.value.clone(), release.mongodb.iter().map(|line| line.value.clone()).collect())
        });
        let mongodb = mongodb.collect();
        self.in_order(file.release.iter().map(|release| &release.line));
        Some(Releases {
            lines: Lines { source: file.source.value.clone(), reviewed: file.reviewed.0, lines },
            policy: self.policy(&file.policy),
            mongodb,
        })
    }

    /// Complains of what is not a line of two numbers.
    fn line(&self, line: &At<String>, example: &str) {
        if numbers(line).is_none_or(|numbers| numbers.len() != 2) {
            self.document.problem(&line.span, format!("`{}` is not a line such as {example}", line.value));
        }
    }

    fn release(&self, entry: &At<ReleaseEntry>) -> Line {
        self.line(&entry.line, "8.5");
        let day = |at: &Option<At<Day>>| -> Option<Date> { at.as_ref().map(|at| at.value.0) };
        let (until, possible) = (day(&entry.until), day(&entry.until_possible));
        if let Some(at) = entry.until.as_ref().filter(|at| at.value.0 < entry.released.0.certainly()) {
            self.document.problem(&at.span, format!("{} ends before it is released", entry.line.value));
        }
        if let Some(at) = entry.until_possible.as_ref().filter(|at| until.is_none_or(|until| at.value.0 <= until)) {
            self.document.problem(&at.span, "`until_possible` must be later than `until`");
        }
        Line {
            line: entry.line.value.clone(),
            released: Some(entry.released.0),
            until,
            until_possible: possible,
            lts: entry.lts,
        }
    }

    /// Complains of what is not a path of a server.
    pub(super) fn path(&self, path: &At<String>) {
        if !path.starts_with('/') || path.starts_with("//") || !is_plain(path) {
            self.document.problem(&path.span, format!("`{}` is not a path such as /api/info", path.value));
        }
    }

    fn policy(&self, entry: &PolicyEntry) -> ReleasePolicy {
        for url in entry.list_url.iter().chain(&entry.release_url) {
            let host = url.strip_prefix("https://").filter(|rest| is_plain(rest) && !rest.starts_with('/'));
            if host.is_none_or(|rest| rest.is_empty() || rest.contains('@')) {
                let message = format!("`{}` is not an address such as https://releases.example.com/list", url.value);
                self.document.problem(&url.span, message);
            }
        }
        if let Some(url) = entry.release_url.as_ref().filter(|url| !url.contains("/VERSION/")) {
            let message = format!("`{}` needs /VERSION/ where the version of the release belongs", url.value);
            self.document.problem(&url.span, message);
        }
        entry.info_path.iter().chain(&entry.id_path).for_each(|path| self.path(path));
        for key in &entry.keys {
            let read: Vec<_> = SubjectPublicKeyInfoDer::pem_slice_iter(key.as_bytes()).collect();
            if !matches!(read.as_slice(), [Ok(_)]) {
                self.document.problem(&key.span, "a key is one public key in PEM: -----BEGIN PUBLIC KEY-----");
            }
        }
        let text = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
        ReleasePolicy {
            months: entry.months,
            lts_months: entry.lts_months,
            list_url: text(&entry.list_url),
            release_url: text(&entry.release_url),
            keys: entry.keys.iter().map(|key| key.value.clone()).collect(),
            info_path: text(&entry.info_path),
            id_path: text(&entry.id_path),
        }
    }
}

/// Whether a text can stand in an address as it is.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\<>`{}|^".contains(&byte))
}

/// The numbers of a line, which it is ordered by; none when it is something else.
fn numbers(line: &str) -> Option<Vec<u64>> {
    let parts = line.split('.').map(|part| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    });
    parts.collect::<Option<Vec<_>>>().filter(|numbers| numbers.len() <= 3)
}
