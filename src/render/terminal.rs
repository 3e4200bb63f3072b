//! A report for a person at a terminal: a line per check, more only where something is to be done.

use std::fmt::Write as _;

use colored::Color;

use super::text::{Style, columns, options, padded, paragraph};
use crate::check::{Level, Outcome};
use crate::evaluate::Finding;
use crate::facts::{Reading, Why};
use crate::report::Report;
use crate::verdict::{Summary, Verdict};

/// A finding's sign, word and colour.
struct Mark {
    unicode: &'static str,
    ascii: &'static str,
    color: Color,
}

fn mark(finding: &Finding) -> Mark {
    let (unicode, ascii, color) = match (finding.outcome, finding.level) {
        (Outcome::Fail | Outcome::Unknown, _) if finding.is_waived() => ("~", "waived", Color::Yellow),
        (Outcome::Pass, _) => ("\u{2713}", "ok", Color::Green),
        (Outcome::Fail, Level::Required) => ("\u{2717}", "FAIL", Color::Red),
        (Outcome::Fail, Level::Recommended) => ("!", "warn", Color::Yellow),
        (Outcome::Unknown, _) => ("?", "????", Color::Magenta),
        (Outcome::Skipped, _) => ("-", "-", Color::White),
    };
    Mark { unicode, ascii, color }
}

/// The whole report.
pub fn report(report: &Report, style: Style) -> String {
    let mut out = String::new();
    head(&mut out, report, style);
    let marks = if style.unicode { 1 } else { 6 };
    let ids = report.findings.iter().map(|finding| columns(&finding.id)).max().unwrap_or(0).min(28);
    for group in report.findings.chunk_by(|one, next| one.subject == next.subject) {
        let subject = group.first().map_or("", |finding| &finding.subject);
        let _ = writeln!(out, "\n{}", style.bold(&style.plain(subject)));
        let (skipped, evaluated): (Vec<_>, Vec<_>) =
            group.iter().partition(|finding| finding.outcome == Outcome::Skipped);
        for finding in evaluated {
            line(&mut out, finding, style, marks, ids);
            if finding.outcome != Outcome::Pass {
                details(&mut out, finding, style);
            }
        }
        skips(&mut out, &skipped, style, marks);
    }
    foot(&mut out, report, style);
    out
}

fn head(out: &mut String, report: &Report, style: Style) {
    let dot = style.sign(" \u{b7} ", " - ");
    let mut title = vec![style.plain(&report.pack.title)];
    if let Some(tier) = &report.tier {
        let needs: Vec<_> = tier.needs.iter().map(|(cell, need)| format!("{cell} {need}")).collect();
        title.push(style.plain(&format!("tier {} ({})", tier.id, needs.join(", "))));
    }
    title.push(format!("phase {}", phase(report)));
    let _ = writeln!(out, "{}", style.bold(&wrapped(&title.join(dot), style)));
    let fact = |name: &str| report.facts.get(name).and_then(|fact| fact.text()).map(|text| style.plain(text));
    let mut host = vec![fact("host.name").unwrap_or_else(|| "host without a name".to_owned())];
    host.extend(fact("os.pretty_name"));
    host.extend([
        style.plain(&report.collection.view),
        format!("pack {}", style.plain(&report.pack.version)),
        report.today.to_string(),
    ]);
    let _ = writeln!(out, "{}", style.dim(&wrapped(&host.join(dot), style)));
    for note in &report.notes {
        paragraph(out, style, "note: ", 6, note);
    }
}

fn wrapped(text: &str, style: Style) -> String {
    textwrap::fill(text, options(style.width).subsequent_indent("  "))
}

fn phase(report: &Report) -> &'static str {
    match report.plan.phase {
        crate::check::Phase::Install => "install",
        crate::check::Phase::Upgrade => "upgrade",
        crate::check::Phase::Run => "run",
    }
}

fn line(out: &mut String, finding: &Finding, style: Style, marks: usize, ids: usize) {
    let mark = mark(finding);
    let sign = style.paint(&padded(style.sign(mark.unicode, mark.ascii), marks), mark.color);
    let id = padded(&style.plain(&finding.id), ids);
    let passed = finding.outcome == Outcome::Pass;
    let text = match &finding.because {
        Some(because) if passed => format!("{}: {} ({because})", finding.title, finding.found),
        _ if passed => format!("{}: {}", finding.title, shortened(&finding.found)),
        _ => finding.title.clone(),
    };
    let id = if passed { id } else { style.bold(&id) };
    paragraph(out, style, &format!("  {sign} {id}  "), 2 + marks + 1 + ids + 2, &text);
}

/// The checks of a group that do not apply: those with the same reason share a line.
fn skips(out: &mut String, skipped: &[&Finding], style: Style, marks: usize) {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for finding in skipped {
        let reason = finding.because.as_deref().unwrap_or("does not apply");
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, ids)) => ids.push(&finding.id),
            None => reasons.push((reason, vec![&finding.id])),
        }
    }
    for (reason, ids) in reasons {
        let mark = style.dim(&padded("-", marks));
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

fn details(out: &mut String, finding: &Finding, style: Style) {
    const INDENT: usize = 14;
    let mut part = |name: &str, text: &str| {
        if !text.is_empty() {
            paragraph(out, style, &format!("      {name:<8}"), INDENT, text);
        }
    };
    part("found", &finding.found);
    let mut places: Vec<&str> = finding.evidence.iter().map(|evidence| evidence.source.as_str()).collect();
    places.retain(|place| !place.is_empty());
    places.dedup();
    part("read in", &places.join(", "));
    part("needed", &finding.needed);
    part("because", finding.because.as_deref().unwrap_or_default());
    part("why", &finding.why);
    if let Some(waived) = &finding.waiver {
        let by = waived.waiver.who.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
        let until = waived.waiver.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let expired = if waived.expired { "; expired, it does not count" } else { "" };
        part("waived", &format!("{}{by}{until}{expired}", waived.waiver.reason));
    }
    if let Some(remedy) = &finding.remedy {
        part("fix", &remedy.text);
        let label = if remedy.text.is_empty() { "fix" } else { "" };
        for (number, command) in remedy.run.iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            let _ = writeln!(out, "      {label:<8}{}", style.paint(&style.plain(command), Color::Cyan));
        }
    }
    if !finding.source.url.is_empty() {
        paragraph(out, style, "      source  ", INDENT, &finding.source.url);
    }
}

/// The counts in words: `22 checks: 15 passed, 3 failed`.
pub fn counts(summary: &Summary) -> String {
    let total = summary.passed + summary.failed + summary.warnings + summary.unknown + summary.skipped + summary.waived;
    let parts = [
        (summary.passed, "passed"),
        (summary.failed, "failed"),
        (summary.warnings, if summary.warnings == 1 { "warning" } else { "warnings" }),
        (summary.unknown, "unknown"),
        (summary.waived, "waived"),
        (summary.skipped, "skipped"),
    ];
    let parts: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    format!("{total} {}: {}", if total == 1 { "check" } else { "checks" }, parts.join(", "))
}

/// The verdict in one word for people.
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Supported => "SUPPORTED",
        Verdict::SupportedWithWarnings => "SUPPORTED, WITH WARNINGS",
        Verdict::Undetermined => "UNDETERMINED",
        Verdict::Unsupported => "UNSUPPORTED",
    }
}

/// The verdict in one sentence.
pub fn verdict_sentence(report: &Report) -> String {
    let tier = report.tier.as_ref().map(|tier| format!(", tier {}", tier.id)).unwrap_or_default();
    let of = format!("{}{tier}", report.pack.title);
    let checks =
        |count: usize, one: &str, more: &str| format!("{count} required {}", if count == 1 { one } else { more });
    match report.verdict {
        Verdict::Supported => format!("this host qualifies for {of}"),
        Verdict::SupportedWithWarnings => format!("this host qualifies for {of}, though not everything is as advised"),
        Verdict::Undetermined => {
            let unknown = report.findings.iter().filter(|finding| {
                finding.outcome == Outcome::Unknown && finding.level == Level::Required && !finding.is_waived()
            });
            format!(
                "cannot tell whether this host qualifies for {of}: {} unknown",
                checks(unknown.count(), "check is", "checks are")
            )
        }
        Verdict::Unsupported => {
            format!(
                "this host does not qualify for {of}: {}",
                checks(report.summary.failed, "check fails", "checks fail")
            )
        }
    }
}

fn next(report: &Report) -> String {
    let not_permitted = report.findings.iter().filter(|finding| finding.outcome == Outcome::Unknown).any(|finding| {
        finding.evidence.iter().any(|evidence| {
            let reading = report.facts.get(&evidence.fact).map(|fact| &fact.reading);
            matches!(reading, Some(Reading::Unknown { why: Why::NotPermitted, .. }))
        })
    });
    match report.verdict {
        Verdict::Supported | Verdict::SupportedWithWarnings => report.next.clone(),
        Verdict::Undetermined if not_permitted => {
            "run the same command again as root, which may read what this user may not".to_owned()
        }
        Verdict::Undetermined if report.tier.is_none() => {
            format!("name a tier (`rampcheck tiers {}` lists them) and run it again", report.pack.product)
        }
        Verdict::Undetermined => {
            "put right what kept the unknown checks from being read, or supply the fact with --attest FACT=VALUE"
                .to_owned()
        }
        Verdict::Unsupported => {
            "put the failed checks right and run the same command again; `rampcheck explain ID` tells more of each"
                .to_owned()
        }
    }
}

fn foot(out: &mut String, report: &Report, style: Style) {
    let color = match report.verdict {
        Verdict::Supported => Color::Green,
        Verdict::SupportedWithWarnings => Color::Yellow,
        Verdict::Undetermined => Color::Magenta,
        Verdict::Unsupported => Color::Red,
    };
    let _ = writeln!(out, "\n{}", counts(&report.summary));
    let word = verdict_word(report.verdict);
    let text = wrapped(&style.plain(&format!("{word}: {}", verdict_sentence(report))), style);
    let _ = writeln!(out, "{}", text.replacen(word, &style.bold(&style.paint(word, color)), 1));
    let next = next(report);
    if !next.is_empty() {
        paragraph(out, style, "Next: ", 6, &next);
    }
}
