//! A saved report for a person at a terminal: the same screen, or all of it with what could not be determined first; one
//! finding or fact of it; and whether it can be relied on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::text::{Detail, Style, Tone, padded, paragraph};
use super::{detail, facts, terminal, words};
use crate::facts::{Fact, FactState};
use crate::judge::Finding;
use crate::pack::Outcome;
use crate::redact::Redaction;
use crate::report::Report;
use crate::report::verify::{Mark, Point, SIGNER};

/// Most names of facts that share a reason to be listed.
const MOST_NAMES: usize = 6;

/// The whole report.
pub fn report(report: &Report, style: Style) -> String {
    let mut out = String::new();
    terminal::doubts(&mut out, report, style);
    if style.detail == Detail::All {
        undetermined(&mut out, report, style);
        out.push('\n');
    }
    terminal::body(&mut out, report, style);
    if style.detail == Detail::Verdict {
        return out;
    }
    let redacted = match report.redaction {
        Redaction::None => "not redacted",
        Redaction::Identifiers => "redacted: names and ids are stand-ins",
        Redaction::Strict => "redacted: names, ids and IP addresses are stand-ins",
    };
    let started = report.collection.started;
    let ms = report.collection.duration_ms;
    let tool = format!("{} {}", report.tool.name, report.tool.version);
    paragraph(&mut out, style, "Read: ", 6, &format!("{started}, in {ms} ms, by {tool}; {redacted}"));
    out
}

/// The findings that could not be told, then the facts that are unknown, too; those of the same reason share a line.
fn undetermined(out: &mut String, report: &Report, style: Style) {
    let findings: Vec<_> = report.findings.iter().filter(|finding| finding.outcome == Outcome::Unknown).collect();
    if findings.is_empty() {
        let _ = writeln!(out, "Every check that applies could be determined.");
    } else {
        let _ = writeln!(out, "{}", style.bold("Could not be determined"));
    }
    for finding in &findings {
        let sign = style.paint(style.sign("?", "????"), Tone::Unknown);
        let why = words::because(finding, &report.facts).unwrap_or_else(|| words::found(finding, &report.facts));
        let width = if style.unicode { 1 } else { 4 };
        paragraph(out, style, &format!("  {sign} "), width + 3, &format!("{}: {why}", finding.id));
    }
    let decided: BTreeSet<_> = findings.iter().flat_map(|finding| &finding.decided).map(String::as_str).collect();
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, fact) in report.facts.iter().filter(|(name, _)| !decided.contains(name.as_str())) {
        if let FactState::Unknown { reason, .. } = &fact.state {
            reasons.entry(reason).or_default().push(name);
        }
    }
    if !reasons.is_empty() {
        let _ = writeln!(out, "Facts that are unknown, though no check here waits for them");
    }
    for (reason, names) in reasons {
        let more = names.len().saturating_sub(MOST_NAMES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let names: Vec<_> = names.into_iter().take(MOST_NAMES).collect();
        paragraph(out, style, "  - ", 4, &format!("{}{more}: {reason}", names.join(", ")));
    }
}

/// One finding, with all there is to say of it.
pub fn finding(report: &Report, finding: &Finding, style: Style) -> String {
    let mut out = String::new();
    terminal::doubts(&mut out, report, style);
    detail::finding(&mut out, report, finding, style);
    for name in &finding.decided {
        let fact = report.facts.get(name);
        let place = fact.map(|fact| fact.place.as_str()).filter(|place| !place.is_empty());
        let place = place.map(|place| format!("  [{place}]")).unwrap_or_default();
        paragraph(&mut out, style, "      fact    ", 14, &format!("{name}: {}{place}", words::fact(name, fact)));
    }
    out
}

/// One fact.
pub fn fact(report: &Report, name: &str, fact: &Fact, style: Style) -> String {
    let mut out = String::new();
    terminal::doubts(&mut out, report, style);
    facts::line(&mut out, name, fact, 0, style);
    out
}

/// Whether it can be relied on.
pub fn points(report: &Report, points: &[Point], style: Style) -> String {
    let mut out = String::new();
    let title = format!("Report on {}, {}", words::host(report), report.pack.title);
    let _ = writeln!(out, "{}", style.bold(&style.plain(&title)));
    for point in points {
        let (unicode, ascii, tone) = match point.mark {
            Mark::Good => ("\u{2713}", "ok", Tone::Good),
            Mark::Remark => ("!", "note", Tone::Warning),
            Mark::Bad => ("\u{2717}", "BAD", Tone::Bad),
        };
        let width = if style.unicode { 1 } else { 4 };
        let sign = style.paint(&padded(style.sign(unicode, ascii), width), tone);
        paragraph(&mut out, style, &format!("  {sign} {:<9}", point.what), width + 12, &point.text);
    }
    let bad = points.iter().any(|point| point.mark == Mark::Bad);
    let is_signed = points.iter().any(|point| point.what == SIGNER && point.mark == Mark::Good);
    let word = if bad {
        "Not to be relied on."
    } else if is_signed {
        "To be relied on as far as its signer is: the signature shows who signed the report, not that its facts are true."
    } else {
        "To be relied on against damage and careless edits, and no further: whoever changes facts can judge them and compute \
         the digest again. Only a signature shows who wrote a report."
    };
    paragraph(&mut out, style, "", 0, word);
    out
}
