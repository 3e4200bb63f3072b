//! The product's release: which one is judged, until when it is supported and who says so, and where to upgrade to.
//!
//! A verified signed list goes before the calendar of the pack, and that before the day of release and the vendor's rule.
//! A list that was refused, or a clock that cannot be right, leaves everything unknown: neither makes a release supported or
//! unsupported. A candidate or development build is the vendor's only where a list names it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::deployment::told;
use super::derive::wrong_clock;
use super::follows::follows;
use crate::facts::releases::{build, find, has_patch, line, tells_patch};
use crate::facts::{Build, Fact, FactState, Facts, SupportedRelease, Value, Version, Why, days};
use crate::pack::{Line, Pack, Released, Releases};
use crate::plan::Plan;

/// Facts that say until when the release is supported.
const SUPPORT: [&str; 9] = [
    "release.state",
    "release.line",
    "release.lts",
    "release.until",
    "release.until_possible",
    "release.days_left",
    "release.authority",
    "release.authority_date",
    "release.authority_age",
];

pub(super) const CALENDAR: &str = "the calendar of this pack";

/// Adds `release.*`.
pub(super) fn derive(derived: &mut Facts, facts: &Facts, pack: &Pack, releases: &Releases, plan: &Plan, today: Date) {
    let (version, from) = version(facts, pack, plan);
    derived.insert("release.build".to_owned(), build_of(&version, &from));
    let window = match version.text().and_then(|text| Version::parse(text).ok()) {
        Some(version) => {
            window(&version, facts, releases, today).map_err(|reason| Fact::unknown(Why::NotDetermined, reason, ""))
        }
        None if version.state == FactState::Absent => {
            let reason = "no official container runs here; name the release with --server or --server-version";
            Err(Fact::unknown(Why::NotDetermined, reason, version.place.clone()))
        }
        None => Err(follows(Some(&version), "release.version")),
    };
    match &window {
        Ok(window) => window.report(derived, today),
        Err(unknown) => SUPPORT.iter().for_each(|name| _ = derived.insert((*name).to_owned(), unknown.clone())),
    }
    let known = known_lines(facts, releases, today);
    let supported: Vec<_> = known.iter().filter(|line| today <= line.until).cloned().collect();
    let upgrade = match version.text() {
        Some(text) => {
            let steps = upgrade(numbers(text), &known, today);
            if steps.is_empty() { Fact::absent(CALENDAR) } else { Fact::known(steps, CALENDAR) }
        }
        None => follows(Some(&version), "release.version"),
    };
    derived.insert("release.supported".to_owned(), Fact::known(supported, CALENDAR));
    derived.insert("release.upgrade".to_owned(), upgrade);
    derived.insert("release.version".to_owned(), version);
    derived.insert("release.from".to_owned(), from);
}

/// The release judged, and who names it: the plan, a manifest, the cluster, the server, or the official container that runs here.
fn version(facts: &Facts, pack: &Pack, plan: &Plan) -> (Fact, Fact) {
    if let Some(version) = &plan.server.version {
        return (Fact::known(version.as_str(), "--server-version"), Fact::known("plan", "--server-version"));
    }
    // What will be deployed goes before what runs.
    const DEPLOYED: &str = "deployment.release";
    if let Some((fact, from)) = told(facts, DEPLOYED) {
        return match fact.value() {
            Some(_) => (fact.clone(), Fact::known(from, fact.place.clone())),
            None => (follows(Some(fact), DEPLOYED), follows(Some(fact), DEPLOYED)),
        };
    }
    for (name, from) in [("server.version", "server"), ("container.release", "container")] {
        let fact = facts.get(name);
        // Anonymous callers are told the line alone. The container of that line, which runs here, tells the patch.
        let of_container = text(facts, "container.release").filter(|_| from == "server");
        if of_container.zip(fact.and_then(Fact::text)).is_some_and(|(container, server)| tells_patch(container, server))
        {
            continue;
        }
        match fact.map(|fact| (&fact.state, &fact.place)) {
            Some((FactState::Known(value), place)) => {
                return (Fact::known(value.clone(), place.clone()), Fact::known(from, place.clone()));
            }
            // No server was named, or no container runs.
            Some((FactState::Absent, _)) => {}
            // Facts that were collected before there was a server to ask.
            None if name == "server.version" => {}
            // No image is the product's, so no container can be.
            _ if name == "container.release" && pack.application.images.is_empty() => {}
            _ => return (follows(fact, name), follows(fact, name)),
        }
    }
    let place = facts.get("container.release").map(|fact| fact.place.clone()).unwrap_or_default();
    (Fact::absent(place.clone()), Fact::absent(place))
}

fn build_of(version: &Fact, from: &Fact) -> Fact {
    match version.text() {
        Some(text) if has_patch(text) || from.text() == Some("plan") => Fact::known(build(text), version.place.clone()),
        Some(_) => Fact::absent(version.place.clone()),
        None => follows(Some(version), "release.version"),
    }
}

/// The support window of a release.
#[derive(Debug, PartialEq)]
struct Window {
    /// Its line; none if it is older than the calendar's first.
    line: Option<String>,
    lts: bool,
    authority: &'static str,
    /// Where that was read, for people.
    place: String,
    /// Day on which the list was made or the calendar reviewed.
    date: Date,
    until: Option<Date>,
    until_possible: Option<Date>,
    /// Its source names it. A list that does not name a build says that the vendor does not support it.
    named: bool,
}

impl Window {
    fn report(&self, derived: &mut Facts, today: Date) {
        let mut put = |name: &str, fact: Fact| _ = derived.insert(format!("release.{name}"), fact);
        let known = |value: Value| Fact::known(value, self.place.clone());
        let absent = || Fact::absent(self.place.clone());
        let unknown = |reason: String| Fact::unknown(Why::NotDetermined, reason, self.place.clone());
        let left = |until: Date| known((days(today, until) as f64).into());
        let before = || unknown("it ended before the calendar's first line".to_owned());
        let (state, days_left) = match (self.until, self.until_possible) {
            _ if !self.named => (known("unlisted".into()), absent()),
            (Some(until), _) if today <= until => (known("supported".into()), left(until)),
            (Some(until), Some(possible)) if today <= possible => {
                let unknown = unknown(self.either(until, possible));
                (unknown.clone(), unknown)
            }
            (until, possible) => (known("ended".into()), possible.or(until).map_or_else(before, left)),
        };
        put("state", state);
        put("line", self.line.as_ref().map_or_else(absent, |line| known(line.as_str().into())));
        put("lts", known(self.lts.into()));
        let none = if self.named { before() } else { absent() };
        put("until", self.until.map_or(none, |until| known(until.into())));
        put("until_possible", self.until_possible.map_or_else(absent, |until| known(until.into())));
        put("days_left", days_left);
        put("authority", known(self.authority.into()));
        put("authority_date", known(self.date.into()));
        put("authority_age", known((days(self.date, today) as f64).into()));
    }

    /// Why nobody but the vendor knows on which of two days support ends.
    fn either(&self, until: Date, possible: Date) -> String {
        let why = match self.authority {
            "signed-list" => "the list does not name this patch, and those of its line end on different days",
            _ => {
                "the line's first release came out on the last day of a month, and the vendor has sometimes counted from \
                 the next month"
            }
        };
        format!("support ended on {until} or ends on {possible}: {why}")
    }
}

/// The window of a version, or why it is unknown.
fn window(version: &Version, facts: &Facts, releases: &Releases, today: Date) -> Result<Window, String> {
    if let Some(clock) = wrong_clock(facts) {
        return Err(clock);
    }
    // What could not be determined might have been a refusal.
    if let Some(FactState::Unknown { reason, .. }) = facts.get("support_list.state").map(|fact| &fact.state) {
        return Err(format!("support_list.state could not be determined: {reason}"));
    }
    if text(facts, "support_list.state") == Some("untrusted") {
        let problems = match facts.get("support_list.problems").and_then(Fact::value) {
            Some(Value::List(problems)) => problems.join("; "),
            _ => String::new(),
        };
        return Err(format!("a failure of trust: no signed list that was offered is the vendor's ({problems})"));
    }
    let list = list(facts);
    let on_list = list.and_then(|(list, date, place)| of_list(version, list, date, place, releases));
    let line = releases.lines.find(version);
    let is_out = on_list.as_ref().is_some_and(|window| window.date <= today);
    if let Some(released) = line.and_then(|line| line.released).filter(|day| !is_out && day.certainly() > today) {
        return Err(not_out(version, released, today));
    }
    if on_list.is_none() && version.build() != Build::Release {
        let Some((_, date, place)) = list else {
            return Err(format!(
                "{version} is not a release, and only the vendor's signed list can say whether it is supported"
            ));
        };
        let window = unnamed(releases);
        let line = self::line(&version.to_string());
        return Ok(Window { line, authority: "signed-list", place: place.to_owned(), date, named: false, ..window });
    }
    on_list
        .or_else(|| of_calendar(version, releases))
        .ok_or_else(|| format!("{version} is on no line that the vendor's list or the calendar of this pack knows"))
}

/// Why a release is not judged on a day on which it may not be out.
fn not_out(version: &Version, released: Released, today: Date) -> String {
    match released {
        Released::In(last) if today >= last.first_of_month() => {
            format!("{version} comes out in {released}, and on which day is not known")
        }
        Released::In(_) => format!("{version} comes out in {released}, after the day judged"),
        Released::On(_) => format!("{version} comes out on {released}, after the day judged"),
    }
}

pub(super) fn text<'f>(facts: &'f Facts, name: &str) -> Option<&'f str> {
    facts.get(name)?.text()
}

/// The verified list, the day it was made, and where it was read.
fn list(facts: &Facts) -> Option<(&[SupportedRelease], Date, &str)> {
    let fact = facts.get("support_list.releases")?;
    let Some(Value::Releases(list)) = fact.value() else { return None };
    let date = text(facts, "support_list.date")?.parse().ok()?;
    (text(facts, "support_list.state") == Some("verified")).then_some((list, date, fact.place.as_str()))
}

fn of_list(
    version: &Version,
    list: &[SupportedRelease],
    date: Date,
    place: &str,
    releases: &Releases,
) -> Option<Window> {
    let found = find(list, &version.to_string())?;
    let exception = if found.exception { ", an exception for this workspace" } else { "" };
    let on_line = |release: &&SupportedRelease| line(&release.version) == line(&version.to_string());
    let lts = list.iter().filter(on_line).any(|release| release.lts);
    Some(Window {
        line: line(&version.to_string()),
        lts: lts || releases.lines.find(version).is_some_and(|line| line.lts),
        authority: "signed-list",
        place: format!("{place}{exception}"),
        date,
        until: Some(found.until),
        until_possible: found.possible,
        named: true,
    })
}

/// The window of a release on no line of the calendar.
fn unnamed(releases: &Releases) -> Window {
    Window {
        line: None,
        lts: false,
        authority: "calendar",
        place: CALENDAR.to_owned(),
        date: releases.lines.reviewed,
        until: None,
        until_possible: None,
        named: true,
    }
}

fn of_calendar(version: &Version, releases: &Releases) -> Option<Window> {
    let window = unnamed(releases);
    let Some(line) = releases.lines.find(version) else {
        return releases.lines.is_older(version).then_some(window);
    };
    let (until, until_possible) = releases.until(line)?;
    Some(Window {
        line: Some(line.line.clone()),
        lts: line.lts,
        authority: if line.until.is_some() { "calendar" } else { "release-date" },
        until: Some(until),
        until_possible,
        ..window
    })
}

/// The numbers that lines are ordered by.
fn numbers(line: &str) -> (u64, u64) {
    Version::parse(line).map(|version| (version.major(), version.minor())).unwrap_or_default()
}

/// Every line that is out on that day, oldest first: those of the verified list in the place of the calendar's.
fn known_lines(facts: &Facts, releases: &Releases, today: Date) -> Vec<SupportedRelease> {
    let mut lines: BTreeMap<(u64, u64), SupportedRelease> = BTreeMap::new();
    let out = |line: &&Line| line.released.is_none_or(|released| released.certainly() <= today);
    for of_calendar in releases.lines.lines.iter().filter(out) {
        let Some((until, _)) = releases.until(of_calendar) else { continue };
        let release =
            SupportedRelease { version: of_calendar.line.clone(), until, lts: of_calendar.lts, exception: false };
        lines.insert(numbers(&of_calendar.line), release);
    }
    // Of a line of the list its newest patch counts.
    let mut newest: BTreeMap<(u64, u64), u64> = BTreeMap::new();
    let of_list = list(facts).map(|(list, ..)| list).unwrap_or_default();
    for release in of_list.iter().filter(|release| !release.exception && build(&release.version) == "release") {
        let (Some(line), Ok(version)) = (line(&release.version), Version::parse(&release.version)) else { continue };
        let patch = newest.entry(numbers(&line)).or_insert(version.patch());
        if version.patch() >= *patch {
            *patch = version.patch();
            let lts = release.lts || releases.lines.find(&version).is_some_and(|line| line.lts);
            lines.insert(numbers(&line), SupportedRelease { version: line, lts, ..release.clone() });
        }
    }
    lines.into_values().collect()
}

/// Lines to upgrade through, one in each major release: the last is the newest long-term line that is supported, else the
/// newest line. Empty if nothing newer is supported.
fn upgrade(from: (u64, u64), known: &[SupportedRelease], today: Date) -> Vec<SupportedRelease> {
    let newer = || known.iter().filter(|line| today <= line.until && numbers(&line.version) > from);
    let Some(goal) = newer().rfind(|line| line.lts).or_else(|| newer().next_back()) else { return Vec::new() };
    let stop = |major: u64| {
        let of_major = || known.iter().filter(|line| numbers(&line.version).0 == major);
        of_major().rfind(|line| line.lts).or_else(|| of_major().next_back()).cloned()
    };
    let stops = (from.0 + 1..numbers(&goal.version).0).filter_map(stop);
    stops.chain(std::iter::once(goal.clone())).collect()
}

#[cfg(test)]
mod tests;
