//! A report on a fleet for a person at a terminal: totals against the tier, the hosts that are not known, what fails, and the
//! hosts, the worst first, those alike in one line.

use std::cmp::Reverse;
use std::fmt::Write as _;

use super::sizes::Size;
use super::terminal::mark;
use super::text::{Detail, Style, Tone, columns, padded, paragraph};
use super::words;
use crate::judge::{Status, Verdict};
use crate::report::Report;
use crate::report::fleet::{Fleet, FleetHost, Said, Standing};

/// Lines of hosts on one screen; the whole report has all of them.
const MOST_LINES: usize = 12;
/// Hosts that do not count, on one screen.
const MOST_UNKNOWN: usize = 8;
/// Names in a line; the others are counted.
const MOST_NAMES: usize = 3;
/// Width of a bar, in columns; it is full at what is needed.
const BAR: usize = 20;

/// Totals, and the hosts that do not count.
pub(super) fn head(out: &mut String, report: &Report, fleet: &Fleet, style: Style) {
    let before = out.len();
    sizes(out, report, style);
    not_counted(out, fleet, style);
    if out.len() > before {
        out.push('\n');
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

fn not_counted(out: &mut String, fleet: &Fleet, style: Style) {
    let mut hosts: Vec<_> = fleet.hosts.iter().filter(|host| host.standing != Standing::Judged).collect();
    if hosts.is_empty() {
        return;
    }
    hosts.sort_by_key(|host| !host.standing.is_gap());
    let most = if style.detail == Detail::All { hosts.len() } else { MOST_UNKNOWN };
    let _ = writeln!(out, "{}", style.bold("Not counted"));
    let marks = if style.unicode { 1 } else { 6 };
    let width = hosts.iter().take(most).map(|host| columns(&host.name)).max().unwrap_or(0).min(30);
    for host in hosts.iter().take(most) {
        let status = if host.standing.is_gap() { Status::Unknown } else { Status::Skipped };
        let name = style.bold(&padded(&style.plain(&host.name), width));
        let label = format!("  {} {name}  ", mark(status).painted(marks, style));
        let why = words::standing(host).unwrap_or_default();
        paragraph(out, style, &label, marks + 5 + width.max(columns(&host.name)), &format!("{}: {why}", host.standing));
    }
    if hosts.len() > most {
        let _ = writeln!(out, "    and {} more; -v shows all", hosts.len() - most);
    }
}

/// The hosts that count, the worst first. Hosts with the same findings share a line.
pub(super) fn hosts(out: &mut String, fleet: &Fleet, style: Style) {
    let groups = groups(fleet);
    if groups.is_empty() {
        return;
    }
    let most = if style.detail == Detail::All { groups.len() } else { MOST_LINES };
    let marks = if style.unicode { 1 } else { 6 };
    let _ = writeln!(out, "{}", style.bold("Hosts"));
    let names: Vec<_> = groups.iter().map(|group| like(group)).collect();
    let width = names.iter().take(most).map(|name| columns(name)).max().unwrap_or(0).min(40);
    for (group, name) in groups.iter().zip(&names).take(most) {
        let Some(said) = group.first().and_then(|host| host.said.as_ref()) else { continue };
        let status = match said.verdict {
            Verdict::Unsupported => Status::Failed,
            Verdict::Undetermined => Status::Unknown,
            Verdict::SupportedWithWarnings => Status::Warning,
            Verdict::Supported => Status::Passed,
        };
        let name = padded(&style.plain(name), width);
        let label = format!("  {} {}  ", mark(status).painted(marks, style), style.bold(&name));
        paragraph(out, style, &label, marks + 5 + columns(&name), &open(said));
    }
    if groups.len() > most {
        let rest: usize = groups[most..].iter().map(Vec::len).sum();
        let _ = writeln!(out, "    and {rest} more; -v shows all");
    }
    for text in outliers(fleet) {
        paragraph(out, style, "  Differs: ", 11, &text);
    }
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
    match group {
        [] => String::new(),
        [first, rest @ ..] if rest.len() >= MOST_NAMES => format!("{} and {} like it", first.name, rest.len()),
        all => all.iter().map(|host| host.name.as_str()).collect::<Vec<_>>().join(", "),
    }
}

/// What is open on a host.
fn open(said: &Said) -> String {
    let parts =
        [("failed", &said.failed), ("unknown", &said.unknown), ("warnings", &said.warnings), ("waived", &said.waived)];
    let parts = parts.iter().filter(|(_, ids)| !ids.is_empty()).map(|(word, ids)| format!("{word} {}", ids.join(", ")));
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { "nothing open".to_owned() } else { parts.join("; ") }
}

/// Hosts that differ from most others in what they run.
pub(super) fn outliers(fleet: &Fleet) -> Vec<String> {
    let said: Vec<(&str, &Said)> = fleet
        .hosts
        .iter()
        .filter(|host| host.standing == Standing::Judged)
        .filter_map(|host| Some((host.name.as_str(), host.said.as_ref()?)))
        .collect();
    let of = |what: &str, value: fn(&Said) -> Option<&String>| -> Vec<String> {
        let mut values: Vec<(&str, Vec<String>)> = Vec::new();
        for (name, said) in &said {
            let Some(value) = value(said) else { continue };
            match values.iter_mut().find(|(known, _)| known == value) {
                Some((_, hosts)) => hosts.push((*name).to_owned()),
                None => values.push((value, vec![(*name).to_owned()])),
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
