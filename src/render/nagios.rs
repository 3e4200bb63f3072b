//! A report as a Nagios plugin says it: a line with the state, performance data behind a bar, then a line per finding.

use std::fmt::Write as _;

use super::fleet::groups;
use super::text::{Style, columns};
use super::words::{counts, doubts, found, host, needed, pack, partial, standing, verdict_sentence, verdict_word};
use crate::judge::{Finding, Status, Verdict};
use crate::pack::BUILT_IN;
use crate::report::Report;
use crate::report::fleet::{Fleet, FleetHost, Standing};

/// Columns of the first line; more may be cut on its way to a pager.
const WIDTH: usize = 79;
/// Findings in the long text: monitoring cuts it somewhere between 4 and 8 KiB.
const MOST: usize = 20;
/// Columns of a line of the long text.
const LONGEST: usize = 240;
/// Hosts that are not judged, in the long text.
const MOST_HOSTS: usize = 10;
/// Columns of the name of a host.
const LONGEST_NAME: usize = 24;

/// A service's state, in the words of the plugin interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceState {
    /// Supported.
    Ok,
    /// Supported, with warnings.
    Warning,
    /// Unsupported.
    Critical,
    /// Undetermined, or rampcheck could not do what it was asked.
    Unknown,
}

impl ServiceState {
    /// The state of a verdict.
    pub fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Supported => Self::Ok,
            Verdict::SupportedWithWarnings => Self::Warning,
            Verdict::Undetermined => Self::Unknown,
            Verdict::Unsupported => Self::Critical,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// The whole output.
pub fn report(report: &Report, style: Style) -> String {
    let mut about = match &report.plan.tier {
        Some(tier) => format!("{} {tier}", report.pack.product),
        None => report.pack.product.clone(),
    };
    if partial(report).is_some() {
        about += ", partial";
    }
    let open = [
        (Status::Failed, "failed"),
        (Status::Unknown, "unknown"),
        (Status::Warning, "warned"),
        (Status::Waived, "waived"),
    ];
    let of = |status| move |finding: &&Finding| finding.status() == status;
    let doubts = doubts(report);
    let doubtful = if doubts.is_empty() { "" } else { "NOT RELIABLE, " };
    let ids = open.map(|(status, word)| {
        let ids: Vec<_> = report.findings.iter().filter(of(status)).map(|finding| finding.id.as_str()).collect();
        (word, ids)
    });
    let fleet = report.fleet.as_ref();
    let worst = fleet.and_then(worst);
    let tail = worst.map(|host| format!(", worst {}", cut(&style.plain(&host.name), LONGEST_NAME))).unwrap_or_default();
    let head = format!("{doubtful}{about}: ");
    let state = ServiceState::of(report.verdict);
    let room = WIDTH.saturating_sub(columns(&lead(state)) + columns(&style.plain(&head)));
    // The name of the worst host is worth more than the counts of what is less bad.
    let mut with_worst = (1..=ids.len()).rev().filter_map(|most| {
        let left = room.saturating_sub(columns(&tail));
        named(&ids[..most], left).filter(|what| columns(what) <= left).map(|what| what + &tail)
    });
    let what = worst
        .and_then(|_| with_worst.next())
        .or_else(|| named(&ids, room))
        .unwrap_or_else(|| counts(&report.summary()));
    let mut out = first_line(state, &format!("{head}{what}"), style);
    let _ = writeln!(out, " | {}", performance(report));
    for doubt in doubts {
        long_line(&mut out, &format!("ATTENTION: {doubt}"), style);
    }

    if report.pack.origin != BUILT_IN {
        long_line(&mut out, &format!("pack {}", pack(report)), style);
    }
    let sentence = format!("{}: {}", verdict_word(report.verdict), verdict_sentence(report));
    let sentence = format!("{}: {sentence}", host(report));
    long_line(&mut out, &sentence, style);
    if let Some(fleet) = fleet {
        of_fleet(&mut out, fleet, style);
    }
    let lines = open
        .iter()
        .flat_map(|(status, word)| report.findings.iter().filter(of(*status)).map(move |finding| (*word, finding)));
    for (word, finding) in lines.clone().take(MOST) {
        let (found, needed) = (found(finding, &report.facts), needed(finding));
        let text = format!("{word}: {}: {}; found {found}; needed {needed}", finding.id, finding.title);
        long_line(&mut out, &text, style);
    }
    let more = lines.count().saturating_sub(MOST);
    if more > 0 {
        let _ = writeln!(out, "and {more} more");
    }
    out
}

/// What a run without a result says.
pub fn unable(message: &str, style: Style) -> String {
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or("no reason is known");
    let mut out = first_line(ServiceState::Unknown, first, style);
    let whole = out.ends_with(&clean(first, style));
    out.push('\n');
    if !whole {
        long_line(&mut out, first, style);
    }
    for line in lines.take(MOST) {
        long_line(&mut out, line, style);
    }
    out
}

/// The host that most speaks against, if something does.
fn worst(fleet: &Fleet) -> Option<&FleetHost> {
    groups(fleet)
        .first()?
        .first()
        .copied()
        .filter(|host| host.said.as_ref().is_some_and(|said| said.verdict != Verdict::Supported))
}

/// The hosts that are not known, and the worst of the others.
fn of_fleet(out: &mut String, fleet: &Fleet, style: Style) {
    let gaps: Vec<_> = fleet.hosts.iter().filter(|host| host.standing.is_gap()).collect();
    for host in gaps.iter().take(MOST_HOSTS) {
        let why = standing(host).unwrap_or_default();
        long_line(out, &format!("not judged: {}: {}: {why}", cut(&host.name, LONGEST_NAME), host.standing), style);
    }
    if gaps.len() > MOST_HOSTS {
        let _ = writeln!(out, "and {} more", gaps.len() - MOST_HOSTS);
    }
    if let Some((host, said)) = worst(fleet).and_then(|host| Some((host, host.said.as_ref()?))) {
        long_line(out, &format!("worst: {}: {}", cut(&host.name, LONGEST_NAME), super::fleet::open(said)), style);
    }
}

/// `'label'=value;warn;crit;min;max`: a range `0` alerts on anything but 0. The alerts agree with the state, but for
/// unknown checks, which may also make it undetermined.
fn performance(report: &Report) -> String {
    let most = report.findings.len();
    let summary = report.summary();
    let rows = [
        ("failed", &summary.failed, ";0"),
        ("unknown", &summary.unknown, "0;"),
        ("warnings", &summary.warning, "0;"),
        ("waived", &summary.waived, "0;"),
        ("passed", &summary.passed, ";"),
        ("skipped", &summary.skipped, ";"),
    ];
    let rows: Vec<_> =
        rows.iter().map(|(label, ids, ranges)| format!("'{label}'={};{ranges};0;{most}", ids.len())).collect();
    let hosts = report.fleet.iter().flat_map(|fleet| {
        let of = |wanted: &dyn Fn(&FleetHost) -> bool| fleet.hosts.iter().filter(|host| wanted(host)).count();
        let verdict = |host: &FleetHost, verdict: Verdict| {
            host.standing == Standing::Judged && host.said.as_ref().is_some_and(|said| said.verdict == verdict)
        };
        let most = fleet.hosts.len();
        [
            ("hosts_judged", of(&|host| host.standing == Standing::Judged), ";"),
            ("hosts_not_judged", of(&|host| host.standing.is_gap()), "0;"),
            ("hosts_unsupported", of(&|host| verdict(host, Verdict::Unsupported)), ";0"),
            ("hosts_undetermined", of(&|host| verdict(host, Verdict::Undetermined)), "0;"),
        ]
        .map(|(label, count, ranges)| format!("'{label}'={count};{ranges};0;{most}"))
    });
    rows.into_iter().chain(hosts).collect::<Vec<_>>().join(" ")
}

/// What is open, with as many ids as there is room for: `2 failed (cpu and 1 more)`. No id is cut; they are given up from the
/// last one to the first. None if nothing is open.
fn named(open: &[(&str, Vec<&str>)], room: usize) -> Option<String> {
    let total: usize = open.iter().map(|(_, ids)| ids.len()).sum();
    let with = |most: usize| {
        let mut left = most;
        let part = |(word, ids): &(&str, Vec<&str>)| {
            let shown = ids.len().min(left);
            left -= shown;
            let names = ids[..shown].join(", ");
            let names = match (shown, ids.len() - shown) {
                (0, _) => String::new(),
                (_, 0) => format!(" ({names})"),
                (_, more) => format!(" ({names} and {more} more)"),
            };
            (!ids.is_empty()).then(|| format!("{} {word}{names}", ids.len()))
        };
        open.iter().filter_map(part).collect::<Vec<_>>().join(", ")
    };
    let text = (0..=total).rev().map(with).find(|text| columns(text) <= room).unwrap_or_else(|| with(0));
    (total > 0).then_some(text)
}

/// What the first line begins with.
fn lead(state: ServiceState) -> String {
    format!("RAMPCHECK {} - ", state.word())
}

fn first_line(state: ServiceState, what: &str, style: Style) -> String {
    cut(&format!("{}{}", lead(state), clean(what, style)), WIDTH)
}

fn long_line(out: &mut String, text: &str, style: Style) {
    let _ = writeln!(out, "{}", cut(&clean(text, style), LONGEST));
}

/// Text without the bar, behind which performance data begins, also in the long text.
fn clean(text: &str, style: Style) -> String {
    style.plain(text).replace('|', "/")
}

/// The beginning of a text that is too long.
fn cut(text: &str, most: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut taken = 0;
    for sign in text.chars() {
        taken += columns(sign.encode_utf8(&mut [0; 4]));
        if taken > most - 3 {
            break;
        }
        out.push(sign);
    }
    out + "..."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_is_cut() {
        let open = [("failed", vec!["docker-engine", "compose", "cpu"]), ("unknown", vec!["storage-media"])];
        for (room, text) in [
            (70, "3 failed (docker-engine, compose, cpu), 1 unknown (storage-media)"),
            (60, "3 failed (docker-engine, compose, cpu), 1 unknown"),
            (48, "3 failed (docker-engine and 2 more), 1 unknown"),
            (30, "3 failed, 1 unknown"),
            (3, "3 failed, 1 unknown"),
        ] {
            assert_eq!(named(&open, room).as_deref(), Some(text), "{room}");
        }
        assert_eq!(named(&[("failed", Vec::new())], 70), None);
    }
}
