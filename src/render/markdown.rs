//! A report in Markdown, to paste into an issue or a chat: the verdict, what did not pass, and what to do next.

use std::fmt::Write as _;

use super::fleet::{groups, like, open};
use super::sizes::Size;
use super::text::inert;
use super::words::{self, brief, counts, sign, verdict_sentence, verdict_word};
use crate::judge::{Finding, Status};
use crate::report::Report;
use crate::report::fleet::{Fleet, Standing};

/// Rows of hosts that do not count, and of those that do.
const MOST_HOSTS: usize = 20;

/// The whole text.
pub fn report(report: &Report) -> String {
    let mut out = String::new();
    for doubt in words::doubts(report) {
        let _ = writeln!(out, "> **Attention:** {}\n", text(&doubt));
    }
    let _ = writeln!(out, "**{}**: {}\n", verdict_word(report.verdict), text(&verdict_sentence(report)));
    let read = report.collection.started.strftime("%Y-%m-%d %H:%M UTC");
    let read = if report.fleet.is_some() { format!("read since {read}") } else { format!("read {read}") };
    let _ = writeln!(out, "{}\n", text(&format!("{} · {read}", words::about(report))));
    let open: Vec<_> = [Status::Failed, Status::Warning, Status::Waived]
        .into_iter()
        .flat_map(|status| report.findings.iter().filter(move |finding| finding.status() == status))
        .collect();
    if !open.is_empty() {
        out.push_str("| | check | found and needed |\n|---|---|---|\n");
        for finding in &open {
            row(&mut out, report, finding);
        }
        out.push('\n');
    }
    for (cause, findings) in words::unknowns(report) {
        let ids: Vec<_> = findings.iter().map(|finding| code(&finding.id)).collect();
        let _ = writeln!(out, "- {} {}: {}", sign(Status::Unknown), ids.join(", "), text(&cause));
    }
    if report.findings.iter().any(|finding| finding.status() == Status::Unknown) {
        out.push('\n');
    }
    if let Some(fleet) = &report.fleet {
        hosts(&mut out, report, fleet);
    }
    fixes(&mut out, report, &open);
    for remark in words::remarks(report) {
        let _ = writeln!(out, "- {}", text(&remark));
    }
    let _ = writeln!(out, "\n{}", counts(&report.summary()));
    out
}

fn row(out: &mut String, report: &Report, finding: &Finding) {
    let waived = finding.waiver.as_ref().map(|waived| format!("; waived: {}", words::waived(waived)));
    let found = format!("{}{}", brief(finding, &report.facts, 2), waived.unwrap_or_default());
    let _ = writeln!(out, "| {} | {} | {} |", sign(finding.status()), code(&finding.id), text(&found));
}

/// The hosts of a fleet: totals, those that do not count, and the others, the worst first.
fn hosts(out: &mut String, report: &Report, fleet: &Fleet) {
    for size in Size::all(report).iter().filter(|size| size.status != Status::Skipped) {
        let share = size.share.map_or_else(|| "unknown".to_owned(), |share| format!("{:.0} %", share * 100.0));
        let line = format!("{}: {} of {}, {share}", size.name, size.found, size.needed);
        let _ = writeln!(out, "- {} {}", sign(size.status), text(&line));
    }
    out.push('\n');
    let mut lines = Vec::new();
    let mut gaps: Vec<_> = fleet.hosts.iter().filter(|host| host.standing != Standing::Judged).collect();
    gaps.sort_by_key(|host| !host.standing.is_gap());
    for host in gaps.iter().take(MOST_HOSTS) {
        let status = if host.standing.is_gap() { Status::Unknown } else { Status::Skipped };
        let why = text(&format!("{}: {}", host.standing, words::standing(host).unwrap_or_default()));
        lines.push(format!("| {} | {} | {why} |", sign(status), code(&host.name)));
    }
    if gaps.len() > MOST_HOSTS {
        lines.push(format!("| | and {} more | not counted |", gaps.len() - MOST_HOSTS));
    }
    let groups = groups(fleet);
    for group in groups.iter().take(MOST_HOSTS) {
        let Some(said) = group.first().and_then(|host| host.said.as_ref()) else { continue };
        let sign = sign(words::verdict_status(said.verdict));
        lines.push(format!("| {sign} | {} | {} |", text(&like(group)), text(&open(said))));
    }
    if groups.len() > MOST_HOSTS {
        let rest: usize = groups[MOST_HOSTS..].iter().map(Vec::len).sum();
        lines.push(format!("| | and {} | |", words::number_of(rest, "more host")));
    }
    if !lines.is_empty() {
        let _ = writeln!(out, "| | hosts | open |\n|---|---|---|\n{}\n", lines.join("\n"));
    }
}

/// What puts failures and warnings right, the commands ready to copy.
fn fixes(out: &mut String, report: &Report, open: &[&Finding]) {
    for finding in open.iter().filter(|finding| finding.status() != Status::Waived) {
        let Some(fix) = &finding.fix else { continue };
        let example = words::fix_example(report, finding).map(|example| format!("{example} ")).unwrap_or_default();
        let said = format!("{}: {}{}", code(&finding.id), text(&example), text(&words::fix(fix)));
        let _ = writeln!(out, "{}\n", said.trim_end());
        if fix.commands().next().is_some() {
            let commands: Vec<_> = fix.commands().map(|command| format!("    {}", inert(command))).collect();
            let _ = writeln!(out, "{}\n", commands.join("\n"));
        }
    }
}

/// Text that is only text: no link, no mention, no markup. Words that a forge would turn into a link, and what the packs put
/// between backticks, are code.
fn text(text: &str) -> String {
    let mut out = String::new();
    for (number, part) in inert(text).split('`').enumerate() {
        if number % 2 == 1 {
            out.push_str(&code(part));
            continue;
        }
        for (number, word) in part.split(' ').enumerate() {
            if number > 0 {
                out.push(' ');
            }
            if word.contains(['@', '#']) || word.contains("://") || word.contains("www.") {
                // What ends a sentence or its part is not of the address.
                let (word, end) = word.split_at(word.trim_end_matches([',', ';', '.', ':']).len());
                out.push_str(&code(word));
                out.push_str(end);
            } else {
                out.extend(word.chars().flat_map(escaped));
            }
        }
    }
    out
}

/// A sign that Markdown could take for markup stands behind a backslash.
fn escaped(sign: char) -> impl Iterator<Item = char> {
    let is_markup = matches!(sign, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '|' | '!' | '&');
    is_markup.then_some('\\').into_iter().chain([sign])
}

/// Text as code. Neither a backtick nor the bar of a table can stand in it.
fn code(text: &str) -> String {
    let text = inert(text).replace('`', "'").replace('|', "/");
    if text.trim().is_empty() { String::new() } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_text() {
        for (foreign, shown) in [
            ("2 CPUs, needs 8", "2 CPUs, needs 8"),
            ("<img src=x>", "\\<img src=x\\>"),
            ("![x](y) *b* a|b", "\\!\\[x\\](y) \\*b\\* a\\|b"),
            ("ask @everyone", "ask `@everyone`"),
            ("see https://evil.example/", "see `https://evil.example/`"),
            ("at mongodb://db/rc, needs", "at `mongodb://db/rc`, needs"),
            ("`never` up to", "`never` up to"),
            ("a\nb\u{1b}[31m", "a b\u{fffd}\\[31m"),
            ("a ` b | c", "a ` b / c`"),
        ] {
            assert_eq!(text(foreign), shown, "{foreign}");
        }
    }
}
