//! What changed between two reports, for a person at a terminal and for programs.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::text::{Style, Tone, inert, paragraph};
use super::words::{self, verdict_word};
use crate::judge::{Finding, Status, Verdict};
use crate::report::Report;
use crate::report::diff::{Change, Diff, FindingChange, Remark};

/// The changes for programs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document {
    old: Compared,
    new: Compared,
    remarks: Vec<String>,
    findings: Vec<FindingEntry>,
    facts: Vec<FactEntry>,
    volatile: usize,
}

/// Which report was compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Compared {
    host: Option<String>,
    started: Timestamp,
    today: Date,
    verdict: Verdict,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct FindingEntry {
    id: String,
    title: String,
    change: Change,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Side>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Side>,
}

/// What one report says of a check.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Side {
    status: Status,
    found: String,
    needed: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct FactEntry {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<String>,
}

/// The changes in a form to be written as JSON.
pub fn document(diff: &Diff<'_>) -> Document {
    let compared = |report: &Report| Compared {
        host: report.host.name.clone(),
        started: report.collection.started,
        today: report.today,
        verdict: report.verdict,
    };
    let side = |report: &Report, finding: &Finding| Side {
        status: finding.status(),
        found: words::found(finding, &report.facts),
        needed: words::needed(finding),
    };
    let finding = |change: &FindingChange<'_>| {
        let shown = change.new.or(change.old);
        FindingEntry {
            id: shown.map(|finding| finding.id.clone()).unwrap_or_default(),
            title: shown.map(|finding| finding.title.clone()).unwrap_or_default(),
            change: change.change,
            old: change.old.map(|finding| side(diff.old, finding)),
            new: change.new.map(|finding| side(diff.new, finding)),
        }
    };
    Document {
        old: compared(diff.old),
        new: compared(diff.new),
        remarks: diff.remarks.iter().map(|one| remark(one, diff)).collect(),
        findings: diff.findings.iter().map(finding).collect(),
        facts: diff
            .facts
            .iter()
            .map(|change| FactEntry {
                name: change.name.to_owned(),
                old: change.old.map(|fact| words::fact(change.name, Some(fact))),
                new: change.new.map(|fact| words::fact(change.name, Some(fact))),
            })
            .collect(),
        volatile: diff.volatile,
    }
}

fn remark(remark: &Remark, diff: &Diff<'_>) -> String {
    match remark {
        Remark::Doubt { later, doubt } => {
            let (which, report) = if *later { ("later", diff.new) } else { ("earlier", diff.old) };
            format!("{which} report: {}", words::note(doubt, report))
        }
        Remark::Differs(what, before, now) => format!("another {what}: {before} before, {now} now"),
        Remark::HostNotTold => {
            "whether it is the same host cannot be told; in redacted reports, --redact-map keeps what tells it"
                .to_owned()
        }
        Remark::HostOrMap(before, now) => {
            format!("another host, or redacted with another --redact-map: {before} before, {now} now")
        }
        Remark::Redaction => "redacted differently: names and addresses may differ for that reason alone".to_owned(),
        Remark::Order => "the host of the second report was read before that of the first".to_owned(),
    }
}

/// Remarks first, then the verdict, findings worst first, facts.
pub fn diff(diff: &Diff<'_>, style: Style) -> String {
    let document = document(diff);
    let mut out = String::new();
    for (name, compared) in [("old", &document.old), ("new", &document.new)] {
        paragraph(&mut out, style, &format!("{name}  "), 5, &described(compared));
    }
    if document.remarks.is_empty() {
        let _ = writeln!(out, "the same host, pack, plan and day");
    }
    for remark in &document.remarks {
        paragraph(&mut out, style, &format!("{} ", style.paint("!", Tone::Warning)), 2, remark);
    }
    let (before, now) = (verdict_word(diff.old.verdict), verdict_word(diff.new.verdict));
    let text = if before == now { format!("unchanged: {now}") } else { format!("{before} before, {now} now") };
    let _ = writeln!(out, "\n{} {text}", style.bold("Verdict"));

    let _ = writeln!(out, "\n{}", style.bold("Findings"));
    for change in &document.findings {
        finding(&mut out, change, style);
    }
    if document.findings.is_empty() {
        let _ = writeln!(out, "  unchanged");
    }
    let _ = writeln!(out, "\n{}", style.bold("Facts"));
    for fact in &document.facts {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "not collected".to_owned());
        let text = format!("{}: {} before, {} now", fact.name, side(&fact.old), side(&fact.new));
        paragraph(&mut out, style, "  ", 6, &text);
    }
    if document.facts.is_empty() {
        let _ = writeln!(out, "  unchanged");
    }
    if document.volatile > 0 {
        let _ = writeln!(
            out,
            "  and {} that change at every look (load, uptime, free memory, storage and inodes)",
            document.volatile
        );
    }
    out
}

/// The changes in one line, for a log. `None` if the verdict is the same and no check is better or worse: a value that
/// moves within the same status is not worth a line every day.
pub fn line(diff: &Diff<'_>) -> Option<String> {
    let (before, now) = (verdict_word(diff.old.verdict), verdict_word(diff.new.verdict));
    let verdict = if before == now { format!("still {now}") } else { format!("{before} before, {now} now") };
    let checks = [
        ("worse", diff.ids(&[Change::Worse, Change::New])),
        ("better", diff.ids(&[Change::Better, Change::Fixed])),
        ("no longer checked", diff.ids(&[Change::Gone])),
    ];
    let mut parts = vec![format!("changed since {}: {verdict}", diff.old.collection.started)];
    let changed = checks.into_iter().filter(|(_, ids)| !ids.is_empty());
    parts.extend(changed.map(|(word, ids)| format!("{word}: {}", words::listed(ids.into_iter().map(str::to_owned)))));
    if before == now && parts.len() == 1 {
        return None;
    }
    // These explain a change. Another day is not one of them: every report has its own.
    let others = diff.remarks.iter().filter_map(|remark| match remark {
        Remark::Differs(what @ ("host" | "pack" | "plan"), ..) => Some(format!("another {what}")),
        Remark::HostOrMap(..) => Some("another host or --redact-map".to_owned()),
        _ => None,
    });
    parts.extend(others);
    Some(inert(&parts.join("; ")).into_owned())
}

fn described(compared: &Compared) -> String {
    let host = compared.host.as_deref().unwrap_or("a host without a name");
    format!("{host}, read {}, judged as of {}", compared.started, compared.today)
}

fn finding(out: &mut String, change: &FindingEntry, style: Style) {
    let (word, tone) = match change.change {
        Change::Worse => ("worse", Tone::Bad),
        Change::New => ("new", Tone::Bad),
        Change::Changed => ("changed", Tone::Warning),
        Change::Gone => ("gone", Tone::Aside),
        Change::Better => ("better", Tone::Good),
        Change::Fixed => ("fixed", Tone::Good),
    };
    let label = format!("  {} ", style.paint(&format!("{word:<7}"), tone));
    paragraph(out, style, &label, 10, &format!("{}: {}", change.id, change.title));
    for (name, side) in [("before", &change.old), ("now", &change.new)] {
        if let Some(side) = side {
            paragraph(out, style, &format!("          {name:<7} "), 18, &shown(side));
        }
    }
}

fn shown(side: &Side) -> String {
    let status = match side.status {
        Status::Failed => "failed",
        Status::Warning => "warning",
        Status::Unknown => "unknown",
        Status::Waived => "waived",
        Status::Passed => "passed",
        Status::Skipped => return "does not apply".to_owned(),
    };
    format!("{status}: found {}, needed {}", side.found, side.needed)
}
