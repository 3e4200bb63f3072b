//! A whole report for a person at a terminal: a line per check, and all there is to say of those that did not pass.

use std::fmt::Write as _;

use super::fleet;
use super::terminal::{mark, steps, verdict, wrapped};
use super::text::{Style, Tone, columns, padded, paragraph};
use super::words::{self, counts};
use crate::judge::Finding;
use crate::pack::Outcome;
use crate::report::Report;

/// The whole report, but for what a reader must know before anything else.
pub(super) fn body(out: &mut String, report: &Report, style: Style) {
    head(out, report, style);
    let marks = if style.unicode { 1 } else { 6 };
    let ids = report.findings.iter().map(|finding| columns(&finding.id)).max().unwrap_or(0).min(28);
    for group in report.findings.chunk_by(|one, next| one.group == next.group) {
        let title = group.first().map_or("", |finding| &finding.group);
        let _ = writeln!(out, "\n{}", style.bold(&style.plain(title)));
        let (skipped, evaluated): (Vec<_>, Vec<_>) =
            group.iter().partition(|finding| finding.outcome == Outcome::Skipped);
        for finding in evaluated {
            line(out, report, finding, style, marks, ids);
            if finding.outcome != Outcome::Pass {
                details(out, report, finding, style);
            }
        }
        skips(out, report, &skipped, style, marks);
    }
    if let Some(fleet) = &report.fleet {
        out.push('\n');
        fleet::body(out, report, fleet, style, usize::MAX);
    }
    foot(out, report, style);
}

/// One finding, whole.
pub(super) fn finding(out: &mut String, report: &Report, finding: &Finding, style: Style) {
    line(out, report, finding, style, if style.unicode { 1 } else { 6 }, columns(&finding.id));
    details(out, report, finding, style);
}

fn head(out: &mut String, report: &Report, style: Style) {
    let dot = style.sign(" \u{b7} ", " - ");
    let mut title = vec![style.plain(&report.pack.title)];
    if let Some(tier) = &report.tier {
        let needs: Vec<_> = tier.needs.iter().map(|(cell, need)| format!("{cell} {need}")).collect();
        title.push(style.plain(&format!("tier {} ({})", tier.id, needs.join(", "))));
    }
    title.push(style.plain(&format!("phase {}", report.plan.phase)));
    let _ = writeln!(out, "{}", style.bold(&wrapped(&title.join(dot), style)));
    let fact = |name: &str| report.facts.get(name).and_then(|fact| fact.text()).map(|text| style.plain(text));
    let mut host = match &report.fleet {
        Some(fleet) => vec![words::number_of(words::counted(fleet), "host")],
        None => vec![fact("host.name").unwrap_or_else(|| "host without a name".to_owned())],
    };
    host.extend(fact("os.pretty_name"));
    host.extend([
        style.plain(&report.collection.view),
        style.plain(&format!("pack {}", words::pack(report))),
        report.today.to_string(),
    ]);
    let _ = writeln!(out, "{}", wrapped(&host.join(dot), style));
    for remark in words::remarks(report) {
        paragraph(out, style, "note: ", 6, &remark);
    }
}

fn line(out: &mut String, report: &Report, finding: &Finding, style: Style, marks: usize, ids: usize) {
    let mark = mark(finding.status());
    let sign = mark.painted(marks, style);
    let id = padded(&style.plain(&finding.id), ids);
    let passed = finding.outcome == Outcome::Pass;
    let found = || words::found(finding, &report.facts);
    let is_nothing = || words::is_nothing(finding, &report.facts);
    let text = match words::because(finding, &report.facts) {
        Some(because) if passed => format!("{}: {} ({because})", finding.title, found()),
        _ if passed && is_nothing() => finding.title.clone(),
        _ if passed && finding.found.iter().any(|name| name == "release.state") => {
            format!("{}: {}", finding.title, found())
        }
        _ if passed => format!("{}: {}", finding.title, shortened(&found())),
        _ => finding.title.clone(),
    };
    let id = if passed { id } else { style.bold(&id) };
    paragraph(out, style, &format!("  {sign} {id}  "), 2 + marks + 1 + ids + 2, &text);
}

/// The checks of a group that do not apply: those with the same reason share a line.
fn skips(out: &mut String, report: &Report, skipped: &[&Finding], style: Style, marks: usize) {
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for finding in skipped {
        let reason = words::because(finding, &report.facts).unwrap_or_else(|| "does not apply".to_owned());
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, ids)) => ids.push(&finding.id),
            None => reasons.push((reason, vec![&finding.id])),
        }
    }
    for (reason, ids) in reasons {
        let mark = padded("-", marks);
        paragraph(out, style, &format!("  {mark} "), 2 + marks + 1, &format!("{}: {reason}", ids.join(", ")));
    }
}

/// The beginning of a long text; the JSON report has all of it.
fn shortened(text: &str) -> String {
    const MOST: usize = 100;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}\u{2026}", &text[..end]),
        None => text.to_owned(),
    }
}

fn details(out: &mut String, report: &Report, finding: &Finding, style: Style) {
    const INDENT: usize = 14;
    let mut part = |name: &str, text: &str| {
        paragraph(out, style, &format!("      {name:<8}"), INDENT, text);
    };
    for (name, text) in words::details(finding, &report.facts) {
        part(name, &text);
    }
    if let Some(fix) = &finding.fix {
        let text = words::fix(fix);
        if !text.is_empty() {
            part("fix", &text);
        }
        let label = if text.is_empty() { "fix" } else { "" };
        for (number, command) in fix.commands().enumerate() {
            let label = if number == 0 { label } else { "" };
            let _ = writeln!(out, "      {label:<8}{}", style.paint(&style.plain(command), Tone::Command));
        }
    }
    if !finding.source.url.is_empty() {
        paragraph(out, style, "      source  ", INDENT, &finding.source.url);
    }
}

fn foot(out: &mut String, report: &Report, style: Style) {
    let _ = writeln!(out, "\n{}", counts(&report.summary()));
    verdict(out, report, style);
    steps(out, report, style);
}
