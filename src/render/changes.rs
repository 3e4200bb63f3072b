//! What changed between two reports, for a person at a terminal.

use std::fmt::Write as _;

use colored::Color;

use super::text::{Style, paragraph};
use super::words::verdict_word;
use crate::check::Outcome;
use crate::report::diff::{Change, Compared, Diff, FindingChange, Side};

/// Remarks first, then the verdict, findings worst first, facts.
pub fn diff(diff: &Diff, style: Style) -> String {
    let mut out = String::new();
    for (name, compared) in [("old", &diff.old), ("new", &diff.new)] {
        paragraph(&mut out, style, &format!("{name}  "), 5, &described(compared));
    }
    if diff.remarks.is_empty() {
        let _ = writeln!(out, "the same host, pack, plan and day");
    }
    for remark in &diff.remarks {
        paragraph(&mut out, style, &format!("{} ", style.paint("!", Color::Yellow)), 2, remark);
    }
    let (before, now) = (verdict_word(diff.old.verdict), verdict_word(diff.new.verdict));
    let text = if before == now { format!("unchanged: {now}") } else { format!("{before} before, {now} now") };
    let _ = writeln!(out, "\n{} {text}", style.bold("Verdict"));

    let _ = writeln!(out, "\n{}", style.bold("Findings"));
    for change in &diff.findings {
        finding(&mut out, change, style);
    }
    if diff.findings.is_empty() {
        let _ = writeln!(out, "  unchanged");
    }
    let _ = writeln!(out, "\n{}", style.bold("Facts"));
    for fact in &diff.facts {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "not collected".to_owned());
        let text = format!("{}: {} before, {} now", fact.name, side(&fact.old), side(&fact.new));
        paragraph(&mut out, style, "  ", 6, &text);
    }
    if diff.facts.is_empty() {
        let _ = writeln!(out, "  unchanged");
    }
    if diff.volatile > 0 {
        let _ = writeln!(
            out,
            "  and {} that change with every look (load, uptime, free memory, storage and inodes)",
            diff.volatile
        );
    }
    out
}

fn described(compared: &Compared) -> String {
    format!(
        "{}, read {}, judged as of {}",
        compared.host.as_deref().unwrap_or("a host without a name"),
        compared.started,
        compared.today
    )
}

fn finding(out: &mut String, change: &FindingChange, style: Style) {
    let (word, color) = match change.change {
        Change::Worse => ("worse", Color::Red),
        Change::New => ("new", Color::Red),
        Change::Changed => ("changed", Color::Yellow),
        Change::Gone => ("gone", Color::White),
        Change::Better => ("better", Color::Green),
        Change::Fixed => ("fixed", Color::Green),
    };
    let label = format!("  {} ", style.paint(&format!("{word:<7}"), color));
    paragraph(out, style, &label, 10, &format!("{}: {}", change.id, change.title));
    for (name, side) in [("before", &change.old), ("now", &change.new)] {
        if let Some(side) = side {
            paragraph(out, style, &format!("          {name:<7} "), 18, &shown(side));
        }
    }
}

fn shown(side: &Side) -> String {
    let outcome = match side.outcome {
        Outcome::Pass => "passes",
        Outcome::Fail => "fails",
        Outcome::Unknown => "unknown",
        Outcome::Skipped => return "does not apply".to_owned(),
    };
    let waived = if side.waived { ", waived" } else { "" };
    format!("{outcome}{waived}: found {}, needed {}", side.found, side.needed)
}
