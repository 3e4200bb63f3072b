//! A report on a fleet for a person at a terminal: totals against the tier, the hosts that are not known, what fails, and the
//! hosts, the worst first, those alike in one line.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::sizes::Size;
use super::terminal::{mark, short};
use super::text::{Detail, Style, Tone, columns, padded, paragraph};
use super::words;
use crate::judge::{Finding, Status};
use crate::pack::COMPLETE;
use crate::report::Report;
use crate::report::fleet::{Fleet, FleetHost, Said, Standing};

/// Lines of findings on one screen; the whole report has all of them.
const MOST_FINDINGS: usize = 8;
/// Fewest of them.
const LEAST_FINDINGS: usize = 4;
/// Fewest lines of hosts on one screen.
const LEAST_HOSTS: usize = 2;
/// Columns of the name of a host, or of hosts in one line.
const LONGEST_NAME: usize = 40;
/// Names in a line; the others are counted.
const MOST_NAMES: usize = 3;
/// Width of a bar, in columns; it is full at what is needed.
const BAR: usize = 20;

/// Totals, the hosts that do not count, what did not pass, and the hosts that count, in so many lines if they are enough.
/// The whole report has its findings before this.
pub(super) fn body(out: &mut String, report: &Report, fleet: &Fleet, style: Style, lines: usize) {
    let mut parts = [String::new(), String::new(), String::new()];
    let [totals, open, rows] = &mut parts;
    sizes(totals, report, style);
    if style.detail == Detail::All {
        not_counted(totals, fleet, style);
    } else {
        gaps(totals, fleet, style);
        let most = lines.saturating_sub(taken(totals) + 1 + LEAST_HOSTS + 2);
        findings(open, report, style, most.clamp(LEAST_FINDINGS, MOST_FINDINGS));
    }
    hosts(rows, fleet, style, lines.saturating_sub(taken(totals) + taken(open)).max(LEAST_HOSTS));
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    out.push_str(&parts.join("\n"));
}

/// Lines of a part, with the blank one behind it.
fn taken(part: &str) -> usize {
    if part.is_empty() { 0 } else { part.lines().count() + 1 }
}

/// What did not pass, a line each, in so many lines.
fn findings(out: &mut String, report: &Report, style: Style, most: usize) {
    let of = |status| report.findings.iter().filter(move |finding| finding.status() == status);
    let failures = words::failures(report).into_iter().flat_map(|(_, findings)| findings);
    let judged = failures.chain(of(Status::Warning)).chain(of(Status::Waived)).map(|finding| {
        let waived = finding.waiver.as_ref().map(|waived| format!("; waived: {}", words::waived(waived)));
        let text = format!("{}{}", words::brief(finding, &report.facts, 1), waived.unwrap_or_default());
        (finding.status(), finding.id.clone(), text)
    });
    // The hosts that are not known are told before.
    let is_told = |findings: &Vec<&Finding>| {
        report.plan.nodes.is_none() && findings.iter().all(|finding| finding.found.iter().all(|name| name == COMPLETE))
    };
    let unknown = words::unknowns(report).into_iter().filter(|(_, findings)| !is_told(findings));
    let unknown = unknown.map(|(cause, findings)| match findings.as_slice() {
        [finding] => (Status::Unknown, finding.id.clone(), cause),
        several => {
            let ids: Vec<_> = several.iter().map(|finding| finding.id.as_str()).collect();
            (Status::Unknown, format!("{} checks", ids.len()), format!("{cause}: {}", ids.join(", ")))
        }
    });
    let lines: Vec<_> = judged.chain(unknown).collect();
    let most = if lines.len() <= most { lines.len() } else { most - 1 };
    let width = lines.iter().take(most).map(|(_, id, _)| columns(id)).max().unwrap_or(0);
    for (status, id, text) in lines.iter().take(most) {
        row(out, style, *status, id, width, text);
    }
    more(out, lines.len() - most, "more finding");
}

/// A line with a sign, a name and a text; a text that does not fit is cut.
fn row(out: &mut String, style: Style, status: Status, name: &str, width: usize, text: &str) {
    let marks = if style.unicode { 1 } else { 6 };
    let name = style.bold(&padded(&style.plain(name), width));
    let label = format!("  {} {name}  ", mark(status).painted(marks, style));
    let indent = marks + 5 + width;
    match style.detail {
        Detail::All => paragraph(out, style, &label, indent, text),
        // Room for the sign that something was cut.
        _ => short(out, Style { width: style.width.saturating_sub(3), ..style }, &label, indent, text, 1),
    }
}

fn more(out: &mut String, count: usize, noun: &str) {
    if count > 0 {
        let _ = writeln!(out, "    and {}; -v shows all", words::number_of(count, noun));
    }
}

/// Bars of the sizes against the tier.
fn sizes(out: &mut String, report: &Report, style: Style) {
    let sizes = Size::all(report);
    let width = |of: fn(&Size) -> &str| sizes.iter().map(|size| columns(of(size))).max().unwrap_or(0);
    let (names, found, needed) = (width(|size| size.name), width(|size| &size.found), width(|size| &size.needed));
    let tone = |status| match status {
        Status::Failed => Tone::Bad,
        Status::Unknown => Tone::Unknown,
        Status::Warning | Status::Waived => Tone::Warning,
        Status::Passed => Tone::Good,
        Status::Skipped => Tone::Aside,
    };
    for size in sizes.iter().filter(|size| size.status != Status::Skipped) {
        let share = size.share.unwrap_or_default();
        let full = ((share * BAR as f64).floor() as usize).min(BAR);
        let bar =
            format!("{}{}", style.sign("\u{2588}", "#").repeat(full), style.sign("\u{2591}", ".").repeat(BAR - full));
        let _ = writeln!(
            out,
            "  {}  {} of {}  {} {}",
            padded(size.name, names),
            padded(&style.plain(&size.found), found),
            padded(&style.plain(&size.needed), needed),
            style.paint(&bar, tone(size.status)),
            size.share.map_or_else(|| "unknown".to_owned(), |share| format!("{:.0} %", share * 100.0)),
        );
    }
}

/// The hosts that keep the fleet from being known whole, a line for each reason.
fn gaps(out: &mut String, fleet: &Fleet, style: Style) {
    let mut by_word: BTreeMap<String, Vec<&FleetHost>> = BTreeMap::new();
    for host in fleet.hosts.iter().filter(|host| host.standing.is_gap()) {
        by_word.entry(host.standing.to_string()).or_default().push(host);
    }
    let width = by_word.keys().map(|word| columns(word)).max().unwrap_or(0);
    for (word, hosts) in by_word {
        let text = match hosts.as_slice() {
            [host] => format!("{}: {}", name(host), words::standing(host).unwrap_or_default()),
            hosts => {
                let names: Vec<_> = hosts.iter().map(|host| name(host)).collect();
                format!("{}: {}", words::number_of(hosts.len(), "host"), words::names(&names, names.len(), MOST_NAMES))
            }
        };
        row(out, style, Status::Unknown, &word, width, &text);
    }
}

/// Every host that does not count, and why.
fn not_counted(out: &mut String, fleet: &Fleet, style: Style) {
    let mut hosts: Vec<_> = fleet.hosts.iter().filter(|host| host.standing != Standing::Judged).collect();
    hosts.sort_by_key(|host| !host.standing.is_gap());
    if hosts.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.bold("Not counted"));
    let names: Vec<_> = hosts.iter().map(|host| name(host)).collect();
    let width = names.iter().map(|name| columns(name)).max().unwrap_or(0);
    for (host, name) in hosts.iter().zip(&names) {
        let status = if host.standing.is_gap() { Status::Unknown } else { Status::Skipped };
        let why = words::standing(host).unwrap_or_default();
        row(out, style, status, name, width, &format!("{}: {why}", host.standing));
    }
}

/// The hosts that count, the worst first, in so many lines. Hosts with the same findings share a line.
fn hosts(out: &mut String, fleet: &Fleet, style: Style, lines: usize) {
    let groups = groups(fleet);
    if groups.is_empty() {
        return;
    }
    let differs = outliers(fleet);
    // The head, and the line that counts the rest.
    let room = lines.saturating_sub(1).max(LEAST_HOSTS);
    let most = if groups.len() <= room { groups.len() } else { room - 1 };
    let verdicts = words::VERDICTS.iter().rev().filter_map(|verdict| {
        let of = |group: &&Vec<&FleetHost>| {
            group.iter().any(|host| host.said.as_ref().is_some_and(|said| said.verdict == *verdict))
        };
        let count: usize = groups.iter().filter(of).map(Vec::len).sum();
        (count > 0).then(|| format!("{count} {}", words::verdict_word(*verdict).to_lowercase().replace(',', "")))
    });
    let verdicts = verdicts.collect::<Vec<_>>().join(", ");
    let _ = writeln!(out, "{}", style.bold(&format!("Hosts: {verdicts}")));
    let names: Vec<_> = groups.iter().map(|group| like(group)).collect();
    let width = names.iter().take(most).map(|name| columns(name)).max().unwrap_or(0);
    for (group, name) in groups.iter().zip(&names).take(most) {
        let Some(said) = group.first().and_then(|host| host.said.as_ref()) else { continue };
        row(out, style, words::verdict_status(said.verdict), name, width, &open(said));
    }
    more(out, groups[most..].iter().map(Vec::len).sum(), "more host");
    let left = room - most - usize::from(most < groups.len());
    for text in differs.iter().take(left) {
        match style.detail {
            Detail::All => paragraph(out, style, "  Differs: ", 11, text),
            _ => short(out, Style { width: style.width.saturating_sub(3), ..style }, "  Differs: ", 11, text, 1),
        }
    }
}

/// The name of a host, not longer than a line has room for.
fn name(host: &FleetHost) -> String {
    cut(&host.name)
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST_NAME {
        return text.to_owned();
    }
    text.chars().take(LONGEST_NAME - 1).chain(['\u{2026}']).collect()
}

/// Hosts with the same findings, the worst first.
pub(super) fn groups(fleet: &Fleet) -> Vec<Vec<&FleetHost>> {
    let mut hosts: Vec<_> = fleet.hosts.iter().filter(|host| host.standing == Standing::Judged).collect();
    let key = |host: &FleetHost| {
        let said = host.said.as_ref()?;
        let ids = [&said.failed, &said.unknown, &said.warnings, &said.waived];
        Some((Reverse(said.weight()), ids.map(Clone::clone), host.role.clone()))
    };
    hosts.sort_by_cached_key(|host| (key(host), host.name.clone()));
    let groups = hosts.chunk_by(|one, other| key(one) == key(other));
    groups.map(<[&FleetHost]>::to_vec).collect()
}

/// The name of a group: `app-3 and 11 like it`.
pub(super) fn like(group: &[&FleetHost]) -> String {
    let [first, rest @ ..] = group else { return String::new() };
    let names = group.iter().take(MOST_NAMES).map(|host| name(host)).collect::<Vec<_>>().join(", ");
    if group.len() <= MOST_NAMES && (rest.is_empty() || names.chars().count() <= LONGEST_NAME) {
        return names;
    }
    format!("{} and {} like it", name(first), rest.len())
}

/// What is open on a host.
pub(super) fn open(said: &Said) -> String {
    let parts =
        [("failed", &said.failed), ("unknown", &said.unknown), ("warnings", &said.warnings), ("waived", &said.waived)];
    let parts = parts.iter().filter(|(_, ids)| !ids.is_empty()).map(|(word, ids)| format!("{word} {}", ids.join(", ")));
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { "nothing open".to_owned() } else { parts.join("; ") }
}

/// Hosts that differ from most others in what they run.
pub(super) fn outliers(fleet: &Fleet) -> Vec<String> {
    let said: Vec<(String, &Said)> = fleet
        .hosts
        .iter()
        .filter(|host| host.standing == Standing::Judged)
        .filter_map(|host| Some((name(host), host.said.as_ref()?)))
        .collect();
    let of = |what: &str, value: fn(&Said) -> Option<&String>| -> Vec<String> {
        let mut values: Vec<(&str, Vec<String>)> = Vec::new();
        for (name, said) in &said {
            let Some(value) = value(said) else { continue };
            match values.iter_mut().find(|(known, _)| known == value) {
                Some((_, hosts)) => hosts.push(name.clone()),
                None => values.push((value, vec![name.clone()])),
            }
        }
        values.sort_by_key(|(_, hosts)| Reverse(hosts.len()));
        let known: usize = values.iter().map(|(_, hosts)| hosts.len()).sum();
        match values.as_slice() {
            [(most, hosts), others @ ..] if 2 * hosts.len() > known && known > 2 => others
                .iter()
                .map(|(value, on)| {
                    let names = words::names(on, on.len(), MOST_NAMES);
                    let runs = if on.len() == 1 { "has" } else { "have" };
                    format!("{names} {runs} {what} {value}, and {} others {most}", hosts.len())
                })
                .collect(),
            _ => Vec::new(),
        }
    };
    [
        of("", |said| said.system.as_ref()),
        of("Docker Engine", |said| said.engine.as_ref()),
        of("release", |said| said.release.as_ref()),
    ]
    .concat()
    .iter()
    .map(|text| text.replace("  ", " "))
    .collect()
}
