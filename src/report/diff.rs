//! What changed between two reports, worst first.
//!
//! Findings are compared by their ids, facts by their names. What changes with every look (load, uptime, free memory,
//! storage and inodes) is counted, not listed. It knows no renderer.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{HostId, Report};
use crate::facts::Fact;
use crate::judge::{Finding, Status};
use crate::pack::Level;
use crate::plan::Note;
use crate::redact::Redaction;

/// Facts that change at every look; `*` stands for one part of a name.
const VOLATILE: [&str; 13] = [
    "clock.max_error",
    "host.load",
    "host.uptime",
    "memory.available",
    "storage.*.available",
    "storage.*.available_share",
    "storage.*.inodes_free",
    "storage.data.read_latency_p50",
    "storage.data.read_latency_p99",
    "storage.data.read_latency_reads",
    "storage.data.write_latency_p50",
    "storage.data.write_latency_p99",
    "storage.data.write_latency_writes",
];

/// How a finding changed. The order is worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It weighs more than before.
    Worse,
    /// Its check was not asked before, and it is open.
    New,
    /// It weighs the same, but found or needed differs.
    Changed,
    /// Its check is no longer asked, and it was open.
    Gone,
    /// It weighs less than before, and is still open.
    Better,
    /// It was open and passes.
    Fixed,
}

/// A finding that changed, as both reports have it.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingChange<'r> {
    /// How it changed.
    pub change: Change,
    /// Before.
    pub old: Option<&'r Finding>,
    /// After.
    pub new: Option<&'r Finding>,
}

/// A fact that changed, as both reports have it.
#[derive(Clone, Debug, PartialEq)]
pub struct FactChange<'r> {
    /// Name.
    pub name: &'r str,
    /// Before.
    pub old: Option<&'r Fact>,
    /// After.
    pub new: Option<&'r Fact>,
}

/// What makes two reports less comparable.
#[derive(Clone, Debug, PartialEq)]
pub enum Remark {
    /// What speaks against the earlier (or later) report.
    Doubt {
        /// It is the later one.
        later: bool,
        /// What it is.
        doubt: Note,
    },
    /// Something differs: what, before, now.
    Differs(&'static str, String, String),
    /// Nothing shows whether it is the same host.
    HostNotTold,
    /// It is another host, or the two are redacted with another file of stand-ins: the names before and now.
    HostOrMap(String, String),
    /// The two are redacted differently.
    Redaction,
    /// The host of the second report was read before that of the first.
    Order,
}

/// Everything that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff<'r> {
    /// The earlier report.
    pub old: &'r Report,
    /// The later report.
    pub new: &'r Report,
    /// What makes the two less comparable: another host, pack, plan; an edited report.
    pub remarks: Vec<Remark>,
    /// Findings, worst first.
    pub findings: Vec<FindingChange<'r>>,
    /// Facts by name.
    pub facts: Vec<FactChange<'r>>,
    /// Changed facts that change at every look.
    pub volatile: usize,
}

impl<'r> Diff<'r> {
    /// Compares two reports, each judged anew.
    pub fn of(old: &'r Report, new: &'r Report) -> Self {
        let remarks = remarks(old, new);
        let (facts, volatile) = facts(old, new);
        Self { old, new, remarks, findings: findings(old, new), facts, volatile }
    }

    /// Ids of the findings that changed in one of these ways.
    pub fn ids(&self, changes: &[Change]) -> Vec<&'r str> {
        let changed = self.findings.iter().filter(|finding| changes.contains(&finding.change));
        changed.filter_map(|finding| Some(finding.new.or(finding.old)?.id.as_str())).collect()
    }

    /// Whether the verdict or a finding weighs more than before.
    pub fn is_worse(&self) -> bool {
        self.new.verdict > self.old.verdict || !self.ids(&[Change::Worse, Change::New]).is_empty()
    }

    /// Whether no finding, no lasting fact and no verdict differs.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty() && self.facts.is_empty() && self.old.verdict == self.new.verdict
    }
}

fn remarks(old: &Report, new: &Report) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (later, report) in [(false, old), (true, new)] {
        let doubts = report.notes.iter().filter(|note| note.is_doubt()).cloned();
        remarks.extend(doubts.map(|doubt| Remark::Doubt { later, doubt }));
    }
    let name = |report: &Report| report.host.name.clone().unwrap_or_else(|| "a host without a name".to_owned());
    let is_redacted = old.redaction.max(new.redaction) > Redaction::None;
    match (&old.host, &new.host) {
        (HostId { token: Some(before), .. }, HostId { token: Some(now), .. }) if before == now => {}
        (HostId { token: Some(_), .. }, HostId { token: Some(_), .. }) => {
            remarks.push(Remark::HostOrMap(name(old), name(new)));
        }
        (HostId { id: Some(before), .. }, HostId { id: Some(now), .. }) if !is_redacted => {
            if before != now {
                remarks.push(Remark::Differs("host", name(old), name(new)));
            }
        }
        _ => remarks.push(Remark::HostNotTold),
    }
    let mut differs = |what: &'static str, old: String, new: String| {
        if old != new {
            remarks.push(Remark::Differs(what, old, new));
        }
    };
    let pack = |report: &Report| {
        let hash: String = report.pack.sha256.chars().take(12).collect();
        format!("{} {} ({hash})", report.pack.product, report.pack.version)
    };
    differs("pack", pack(old), pack(new));
    let plan = |report: &Report| serde_json::to_string(&report.plan).unwrap_or_default();
    differs("plan", plan(old), plan(new));
    differs("day judged", old.today.to_string(), new.today.to_string());
    if old.redaction != new.redaction {
        remarks.push(Remark::Redaction);
    }
    if old.collection.started > new.collection.started {
        remarks.push(Remark::Order);
    }
    remarks
}

/// How much a finding weighs; 0 when nothing is to be done.
fn weight(finding: &Finding) -> u8 {
    match (finding.status(), finding.level) {
        (Status::Failed, _) => 4,
        (Status::Unknown, Level::Required) => 3,
        (Status::Warning | Status::Unknown, _) => 2,
        (Status::Waived, _) => 1,
        (Status::Passed | Status::Skipped, _) => 0,
    }
}

/// What a report says of a check, to be compared: its status, the facts it shows, and what it needs.
fn said<'r>(report: &'r Report, finding: &'r Finding) -> impl PartialEq + 'r {
    let shown: Vec<_> = finding.found.iter().map(|name| report.facts.get(name).map(|fact| &fact.state)).collect();
    (finding.status(), finding.level, shown, &finding.needed)
}

fn findings<'r>(old: &'r Report, new: &'r Report) -> Vec<FindingChange<'r>> {
    let by_id = |report: &'r Report| -> BTreeMap<&str, &'r Finding> {
        report.findings.iter().map(|finding| (finding.id.as_str(), finding)).collect()
    };
    let (before, after) = (by_id(old), by_id(new));
    let gone = old.findings.iter().filter(|finding| !after.contains_key(finding.id.as_str()));
    let pairs = new.findings.iter().map(|finding| (before.get(finding.id.as_str()).copied(), Some(finding)));
    let mut changes: Vec<_> = pairs
        .chain(gone.map(|finding| (Some(finding), None)))
        .filter_map(|(one, other)| {
            let change = changed((old, one), (new, other))?;
            Some((weight(other.or(one)?), FindingChange { change, old: one, new: other }))
        })
        .collect();
    changes.sort_by_key(|(weight, entry)| (entry.change, std::cmp::Reverse(*weight)));
    changes.into_iter().map(|(_, entry)| entry).collect()
}

fn changed(old: (&Report, Option<&Finding>), new: (&Report, Option<&Finding>)) -> Option<Change> {
    match (old, new) {
        ((before, Some(old)), (after, Some(new))) => match (weight(old), weight(new)) {
            (before, now) if now > before => Some(Change::Worse),
            (1.., 0) => Some(Change::Fixed),
            (before, now) if now < before => Some(Change::Better),
            _ => {
                let differs = said(before, old) != said(after, new);
                (differs && (weight(new) > 0 || old.outcome != new.outcome)).then_some(Change::Changed)
            }
        },
        ((_, None), (_, Some(new))) => (weight(new) > 0).then_some(Change::New),
        ((_, Some(old)), (_, None)) => (weight(old) > 0).then_some(Change::Gone),
        ((_, None), (_, None)) => None,
    }
}

fn facts<'r>(old: &'r Report, new: &'r Report) -> (Vec<FactChange<'r>>, usize) {
    let names: std::collections::BTreeSet<&String> = old.facts.keys().chain(new.facts.keys()).collect();
    let changes = names.into_iter().map(|name| FactChange { name, old: old.facts.get(name), new: new.facts.get(name) });
    let changes = changes.filter(|change| change.old.map(|fact| &fact.state) != change.new.map(|fact| &fact.state));
    let (volatile, lasting): (Vec<_>, Vec<_>) = changes.partition(|change| is_volatile(change.name));
    (lasting, volatile.len())
}

fn is_volatile(name: &str) -> bool {
    VOLATILE.iter().any(|pattern| {
        let (pattern, name): (Vec<_>, Vec<_>) = (pattern.split('.').collect(), name.split('.').collect());
        pattern.len() == name.len() && pattern.iter().zip(name).all(|(part, own)| *part == "*" || *part == own)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volatile_facts_are_told_by_their_names() {
        for name in ["host.load", "storage.data.available", "storage.root.available", "storage.data.write_latency_p99"]
        {
            assert!(is_volatile(name), "{name}");
        }
        for name in ["storage.data.size", "memory.total", "storage.available"] {
            assert!(!is_volatile(name), "{name}");
        }
    }
}
