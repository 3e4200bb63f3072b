//! What changed between two reports, worst first.
//!
//! Findings are compared by their ids, facts by their names. What changes with every look (load, uptime, free memory,
//! storage and inodes) is counted, not listed. It knows no renderer.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::Report;
use super::read::Received;
use crate::check::{Level, Outcome, show_fact};
use crate::evaluate::Finding;
use crate::facts::catalogue::lookup;
use crate::facts::{Fact, Kind};
use crate::verdict::{Status, Verdict};

/// Facts that change with every look; `*` stands for one part of a name.
const VOLATILE: [&str; 5] =
    ["host.load", "host.uptime", "memory.available", "storage.*.available", "storage.*.inodes_free"];

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

/// What one report says of a check.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// Outcome.
    pub outcome: Outcome,
    /// Whether it decides.
    pub level: Level,
    /// A waiver that counts stands against it.
    pub waived: bool,
    /// What was found.
    pub found: String,
    /// What is needed.
    pub needed: String,
}

/// A finding that changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FindingChange {
    /// Check id.
    pub id: String,
    /// The requirement in one line.
    pub title: String,
    /// How it changed.
    pub change: Change,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Side>,
    /// After.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Side>,
}

/// A fact that changed, for people.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactChange {
    /// Name.
    pub name: String,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// After.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// Which report was compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// Host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// When the host was read.
    pub started: Timestamp,
    /// Day judged.
    pub today: Date,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its digest fits.
    pub intact: bool,
}

/// Everything that changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diff {
    /// The earlier report.
    pub old: Compared,
    /// The later report.
    pub new: Compared,
    /// What makes the two less comparable: another host, pack, plan; an edited report.
    pub remarks: Vec<String>,
    /// Findings, worst first.
    pub findings: Vec<FindingChange>,
    /// Facts by name.
    pub facts: Vec<FactChange>,
    /// Changed facts that change with every look.
    pub volatile: usize,
}

impl Diff {
    /// Compares two reports.
    pub fn of(old: &Received, new: &Received) -> Self {
        let (facts, volatile) = facts(&old.report, &new.report);
        Self {
            old: compared(old),
            new: compared(new),
            remarks: remarks(old, new),
            findings: findings(&old.report.findings, &new.report.findings),
            facts,
            volatile,
        }
    }
}

fn compared(received: &Received) -> Compared {
    let report = &received.report;
    Compared {
        host: report.host.name.clone(),
        started: report.collection.started,
        today: report.today,
        verdict: report.verdict,
        intact: received.intact,
    }
}

fn remarks(old: &Received, new: &Received) -> Vec<String> {
    let mut remarks = Vec::new();
    for (which, received) in [("earlier", old), ("later", new)] {
        if !received.intact {
            remarks.push(format!("the {which} report is edited or damaged: its digest does not fit its content"));
        }
    }
    let (old, new) = (&old.report, &new.report);
    let mut differs = |what: &str, old: String, new: String| {
        if old != new {
            remarks.push(format!("{what}: {old} before, {new} now"));
        }
    };
    let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "not said".to_owned());
    if old.host.id.is_none() || old.host.id != new.host.id {
        differs("another host", said(&old.host.name), said(&new.host.name));
    }
    let pack = |report: &Report| {
        let hash: String = report.pack.sha256.chars().take(12).collect();
        format!("{} {} ({hash})", report.pack.product, report.pack.version)
    };
    differs("another pack", pack(old), pack(new));
    let plan = |report: &Report| serde_json::to_string(&report.plan).unwrap_or_default();
    differs("another plan", plan(old), plan(new));
    differs("another day judged", old.today.to_string(), new.today.to_string());
    if old.redaction != new.redaction {
        remarks.push("redacted in another way: names and addresses may differ for that reason alone".to_owned());
    }
    if old.collection.started > new.collection.started {
        remarks.push("the host of the second report was read before that of the first".to_owned());
    }
    remarks
}

/// How much a finding weighs; 0 when nothing is to be done.
fn weight(finding: &Finding) -> u8 {
    match (Status::of(finding), finding.level) {
        (Status::Failed, _) => 4,
        (Status::Unknown, Level::Required) => 3,
        (Status::Warning | Status::Unknown, _) => 2,
        (Status::Waived, _) => 1,
        (Status::Passed | Status::Skipped, _) => 0,
    }
}

fn side(finding: &Finding) -> Side {
    Side {
        outcome: finding.outcome,
        level: finding.level,
        waived: finding.is_waived(),
        found: finding.found.clone(),
        needed: finding.needed.clone(),
    }
}

fn findings(old: &[Finding], new: &[Finding]) -> Vec<FindingChange> {
    let before: BTreeMap<&str, &Finding> = old.iter().map(|finding| (finding.id.as_str(), finding)).collect();
    let after: BTreeMap<&str, &Finding> = new.iter().map(|finding| (finding.id.as_str(), finding)).collect();
    let gone =
        old.iter().filter(|finding| !after.contains_key(finding.id.as_str())).map(|finding| (Some(finding), None));
    let pairs = new.iter().map(|finding| (before.get(finding.id.as_str()).copied(), Some(finding))).chain(gone);
    let mut changes: Vec<(Change, u8, FindingChange)> = pairs
        .filter_map(|(old, new)| {
            let change = changed(old, new)?;
            let shown = new.or(old)?;
            let entry = FindingChange {
                id: shown.id.clone(),
                title: shown.title.clone(),
                change,
                old: old.map(side),
                new: new.map(side),
            };
            Some((change, weight(shown), entry))
        })
        .collect();
    changes.sort_by_key(|(change, weight, _)| (*change, std::cmp::Reverse(*weight)));
    changes.into_iter().map(|(.., entry)| entry).collect()
}

fn changed(old: Option<&Finding>, new: Option<&Finding>) -> Option<Change> {
    match (old, new) {
        (Some(old), Some(new)) => match (weight(old), weight(new)) {
            (before, now) if now > before => Some(Change::Worse),
            (1.., 0) => Some(Change::Fixed),
            (before, now) if now < before => Some(Change::Better),
            _ => (side(old) != side(new) && (weight(new) > 0 || old.outcome != new.outcome)).then_some(Change::Changed),
        },
        (None, Some(new)) => (weight(new) > 0).then_some(Change::New),
        (Some(old), None) => (weight(old) > 0).then_some(Change::Gone),
        (None, None) => None,
    }
}

fn facts(old: &Report, new: &Report) -> (Vec<FactChange>, usize) {
    let names: std::collections::BTreeSet<&String> = old.facts.keys().chain(new.facts.keys()).collect();
    let changed = names.into_iter().filter(|name| {
        old.facts.get(*name).map(|fact| &fact.reading) != new.facts.get(*name).map(|fact| &fact.reading)
    });
    let (volatile, lasting): (Vec<_>, Vec<_>) = changed.partition(|name| is_volatile(name));
    let shown = |name: &String, fact: Option<&Fact>| {
        let kind = lookup(name).map_or(Kind::Text, |row| row.kind);
        fact.map(|fact| show_fact(fact, kind))
    };
    let lasting = lasting.into_iter().map(|name| FactChange {
        name: name.clone(),
        old: shown(name, old.facts.get(name)),
        new: shown(name, new.facts.get(name)),
    });
    (lasting.collect(), volatile.len())
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
        for name in ["host.load", "storage.data.available", "storage.root.available"] {
            assert!(is_volatile(name), "{name}");
        }
        for name in ["storage.data.size", "memory.total", "storage.available"] {
            assert!(!is_volatile(name), "{name}");
        }
    }
}
