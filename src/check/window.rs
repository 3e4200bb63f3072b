//! The support window of the product's release: which source speaks of it, in order of trust, and until when it is open.
//!
//! A verified signed list goes before the calendar of the pack, and that before the day of the release. What was decided
//! by whom was recorded as facts when the host was read; here they are put together with the calendar. A list that was
//! refused, or a clock that cannot be right, leaves everything unknown: neither makes a release supported or unsupported.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::releases::{Calendar, Release, numbers};
use crate::facts::{Facts, Reading, Value, Version, days, utc_day};

/// Who says until when a release is supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Authority {
    /// The vendor's signed list, verified.
    SignedList,
    /// The calendar of the pack.
    Calendar,
    /// The vendor's rule, from the day of the release.
    ReleaseDate,
}

/// Whether a window is open on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Open.
    Open,
    /// Open or not, depending on how the vendor counted: between the certain and the possible last day.
    Doubtful,
    /// Over.
    Ended,
}

impl State {
    /// What a window is on a day that certainly ends on `until`, and possibly later; last days count.
    pub fn on(today: Date, until: Date, possible: Option<Date>) -> Self {
        match possible {
            _ if today <= until => Self::Open,
            Some(possible) if today <= possible => Self::Doubtful,
            _ => Self::Ended,
        }
    }
}

/// The support window of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The release.
    pub version: String,
    /// Its line, or the first line of the calendar that it is older than.
    pub line: String,
    /// A long-term line.
    pub lts: bool,
    /// Who says so.
    pub authority: Authority,
    /// Where that was read, for people.
    pub source: String,
    /// Day of the source: the list's timestamp, or the calendar's review.
    pub source_date: Date,
    /// Last day that is certain.
    pub until: Date,
    /// A later last day that is possible.
    pub until_possible: Option<Date>,
}

impl Window {
    /// Whether it is open on that day.
    pub fn state(&self, today: Date) -> State {
        State::on(today, self.until, self.until_possible)
    }

    /// Days after `today` that are certainly inside; negative when the certain part is over.
    pub fn days_left(&self, today: Date) -> i64 {
        days(today, self.until)
    }

    /// Days since the source was made or reviewed.
    pub fn source_age(&self, today: Date) -> i64 {
        days(self.source_date, today)
    }
}

/// A release line that can be gone to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Line {
    /// Its first two numbers.
    pub line: String,
    /// A long-term line.
    pub lts: bool,
    /// Last day of its support.
    pub until: Date,
}

fn text<'f>(facts: &'f Facts, name: &str) -> Option<&'f str> {
    facts.get(name)?.text()
}

fn day(facts: &Facts, name: &str) -> Option<Date> {
    text(facts, name)?.parse().ok()
}

/// The verified list: where it was read, its day, and its lines.
fn list(facts: &Facts) -> Option<(&str, Date, BTreeMap<String, Line>)> {
    if text(facts, "server.list.state") != Some("verified") {
        return None;
    }
    let made: Timestamp = text(facts, "server.list.timestamp")?.parse().ok()?;
    let entries = match facts.get("server.list.releases").and_then(|fact| fact.value()) {
        Some(Value::List(entries)) => entries.as_slice(),
        _ => &[],
    };
    let lines = entries.iter().filter_map(|entry| {
        let (version, rest) = entry.split_once(" until ")?;
        let (until, lts) = rest.strip_suffix(" lts").map_or((rest, false), |until| (until, true));
        let (major, minor) = numbers(version);
        let line = format!("{major}.{minor}");
        Some((line.clone(), Line { line, lts, until: until.parse().ok()? }))
    });
    let source = text(facts, "server.list.source").unwrap_or("signed list");
    Some((source, utc_day(made), lines.collect()))
}

/// The window of `server.version`, or why there is none to tell. `None` where the version itself is not known: that fact
/// has its own reason.
pub fn window(facts: &Facts, calendar: Option<&Calendar>) -> Option<Result<Window, String>> {
    let fact = facts.get("server.version")?;
    let version = Version::parse(fact.text()?).ok()?;
    if let Some(clock) = facts.get("clock.plausible").filter(|clock| clock.value() == Some(&Value::Bool(false))) {
        return Some(Err(format!("the clock of this host cannot be right: {}", clock.source)));
    }
    // What could not be told might have been a refusal.
    let mut telling = vec!["clock.plausible", "server.list.state"];
    telling.extend((!fact.attested).then_some("server.support.until"));
    for name in telling {
        if let Some(Reading::Unknown { reason, .. }) = facts.get(name).map(|fact| &fact.reading) {
            return Some(Err(format!("{name} cannot be told: {reason}")));
        }
    }
    if text(facts, "server.list.state") == Some("untrusted") {
        let problems = match facts.get("server.list.problems").map(|fact| &fact.reading) {
            Some(Reading::Known(Value::List(problems))) => problems.join("; "),
            _ => String::new(),
        };
        return Some(Err(format!("a failure of trust: no signed list that was offered is the vendor's ({problems})")));
    }
    // A version that someone attested is not the one that was matched when the host was read.
    let of_list = list(facts).and_then(|list| from_list(facts, &version, fact.attested, list, calendar));
    let found = of_list.or_else(|| from_calendar(&version, calendar?));
    Some(
        found.ok_or_else(|| {
            format!("{version} is on no line that the vendor's list or the calendar of this pack knows")
        }),
    )
}

fn from_list(
    facts: &Facts,
    version: &Version,
    attested: bool,
    (source, made, lines): (&str, Date, BTreeMap<String, Line>),
    calendar: Option<&Calendar>,
) -> Option<Window> {
    let line = lines.values().find(|line| version.is_on_line(&line.line));
    let (until, until_possible) = match day(facts, "server.support.until") {
        Some(until) if !attested => (until, day(facts, "server.support.until_possible")),
        _ => (line.filter(|_| attested)?.until, None),
    };
    let basis = match text(facts, "server.support.basis") {
        Some("exception") if !attested => ", an exception for this workspace",
        _ => "",
    };
    let planned_lts = calendar.and_then(|calendar| calendar.line(version)).is_some_and(|release| release.lts);
    Some(Window {
        version: version.to_string(),
        line: format!("{}.{}", version.major(), version.minor()),
        lts: planned_lts || line.is_some_and(|line| line.lts),
        authority: Authority::SignedList,
        source: format!("{source}{basis}"),
        source_date: made,
        until,
        until_possible,
    })
}

fn from_calendar(version: &Version, calendar: &Calendar) -> Option<Window> {
    let window = |release: &Release, line: String| Window {
        version: version.to_string(),
        line,
        lts: release.lts,
        authority: if release.published.is_some() { Authority::Calendar } else { Authority::ReleaseDate },
        source: "the calendar of this pack".to_owned(),
        source_date: calendar.reviewed,
        until: release.until(),
        until_possible: release.until_possible(),
    };
    let on_line = calendar.line(version).map(|release| window(release, release.line.clone()));
    on_line.or_else(|| {
        let first = calendar.older_than(version)?;
        Some(window(first, format!("before {}", first.line)))
    })
}

/// The lines supported on that day, oldest first: those of the verified list in the place of the calendar's.
pub fn supported(facts: &Facts, calendar: Option<&Calendar>, today: Date) -> Vec<Line> {
    let mut lines: Vec<Line> = known(facts, calendar, today).into_iter().filter(|line| today <= line.until).collect();
    lines.sort_by_key(|line| numbers(&line.line));
    lines
}

/// Every line that is out on that day.
fn known(facts: &Facts, calendar: Option<&Calendar>, today: Date) -> Vec<Line> {
    let mut lines = list(facts).map(|(_, _, lines)| lines).unwrap_or_default();
    for release in calendar.iter().flat_map(|calendar| &calendar.releases) {
        match lines.get_mut(&release.line) {
            Some(line) => line.lts |= release.lts,
            None if release.released.certainly() <= today => {
                let line = Line { line: release.line.clone(), lts: release.lts, until: release.until() };
                lines.insert(release.line.clone(), line);
            }
            None => {}
        }
    }
    lines.into_values().collect()
}

/// Where to go from a version: the newest long-term line supported on that day, else the newest line, and a stop in each
/// major between, the last stop being the goal. `None` when nothing newer is supported.
pub fn way_on(version: &str, facts: &Facts, calendar: Option<&Calendar>, today: Date) -> Option<(Line, Vec<Line>)> {
    let from = numbers(version);
    let lines = supported(facts, calendar, today);
    let newer = || lines.iter().filter(|line| numbers(&line.line) > from);
    let goal = newer().rfind(|line| line.lts).or_else(|| newer().next_back())?.clone();
    let all = known(facts, calendar, today);
    let stop = |major: u64| {
        let of_major = || all.iter().filter(|line| numbers(&line.line).0 == major);
        let newest = |lines: &mut dyn Iterator<Item = &Line>| lines.max_by_key(|line| numbers(&line.line)).cloned();
        newest(&mut of_major().filter(|line| line.lts)).or_else(|| newest(&mut of_major()))
    };
    let mut steps: Vec<Line> = (from.0 + 1..numbers(&goal.line).0).filter_map(stop).collect();
    steps.push(goal.clone());
    Some((goal, steps))
}

#[cfg(test)]
mod tests;
