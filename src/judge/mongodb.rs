//! The MongoDB that is judged, the MongoDB lines that the product's release runs with, and whether the one is of the other.

use jiff::civil::Date;

use super::derive::{add, wrong_clock};
use super::follows::follows;
use super::release::CALENDAR;
use crate::facts::releases::{line, with_patch};
use crate::facts::{Fact, FactState, Facts, Value, Version, Why};
use crate::pack::Releases;

const VERSION: &str = "mongodb.version";
const LINES: &str = "release.mongodb";

/// Adds `mongodb.*`, and `release.mongodb` of a product with releases.
pub(super) fn derive(facts: &mut Facts, releases: Option<&Releases>, today: Date) {
    if let Some(releases) = releases {
        let lines = of_release(facts, releases, today);
        add(facts, [(LINES.to_owned(), lines)].into());
    }
    let version = version(facts);
    add(facts, [(VERSION.to_owned(), version)].into());
    if releases.is_some() {
        let compatible = compatible(facts);
        add(facts, [("mongodb.compatible".to_owned(), compatible)].into());
    }
}

/// The version judged: what the plan says.
fn version(facts: &Facts) -> Fact {
    const SAID: &str = "plan.mongodb_version";
    facts.get(SAID).cloned().unwrap_or_else(|| follows(None, SAID))
}

/// The lines that the release judged runs with: what the vendor's service answered for it, else what the calendar says. If
/// no release is known, those of the newest one, which would be installed.
fn of_release(facts: &Facts, releases: &Releases, today: Date) -> Fact {
    if releases.mongodb.is_empty() {
        return Fact::absent(CALENDAR);
    }
    let release = facts.get("release.version");
    let Some(text) = release.and_then(Fact::text) else {
        return match release.map(|fact| &fact.state) {
            Some(FactState::Absent) => match wrong_clock(facts) {
                Some(clock) => Fact::unknown(Why::NotDetermined, clock, CALENDAR),
                None => of_newest(releases, today),
            },
            _ => follows(release, "release.version"),
        };
    };
    let answered = facts.get("release_info.mongodb").filter(|answer| {
        let asked = facts.get("release_info.version").and_then(Fact::text);
        answer.value().is_some() && asked.is_some() && asked == with_patch(text).as_deref()
    });
    if let Some(answer) = answered {
        return answer.clone();
    }
    let found = Version::parse(text).ok().and_then(|version| releases.lines.find(&version));
    match found.and_then(|found| releases.mongodb.get_key_value(&found.line)) {
        Some((line, lines)) => Fact::known(lines.clone(), format!("{line} in {CALENDAR}")),
        None => {
            let reason = format!("which MongoDB versions {text} runs with is not known to this pack");
            Fact::unknown(Why::NotDetermined, reason, CALENDAR)
        }
    }
}

fn of_newest(releases: &Releases, today: Date) -> Fact {
    let is_out = |line: &&crate::pack::Line| line.released.is_none_or(|released| released.certainly() <= today);
    let newest = releases.lines.lines.iter().rfind(is_out);
    match newest.and_then(|newest| releases.mongodb.get_key_value(&newest.line)) {
        Some((line, lines)) => Fact::known(lines.clone(), format!("{line}, the newest release in {CALENDAR}")),
        None => Fact::unknown(Why::NotDetermined, "which MongoDB the newest release needs is not known", CALENDAR),
    }
}

/// Whether the version is on one of the lines.
fn compatible(facts: &Facts) -> Fact {
    let (version, lines) = (facts.get(VERSION), facts.get(LINES));
    let Some(text) = version.and_then(Fact::text) else { return follows(version, VERSION) };
    let place = [version, lines].into_iter().flatten().map(|fact| fact.place.as_str()).collect::<Vec<_>>().join(", ");
    match (Version::parse(text), line(text), lines.and_then(Fact::value)) {
        (Ok(_), None, _) => {
            let reason = format!("{text} has no minor number, and each minor number is a line of its own");
            Fact::unknown(Why::NotDetermined, reason, place)
        }
        (Ok(version), _, Some(Value::List(lines))) => {
            Fact::known(lines.iter().any(|line| version.is_on_line(line)), place)
        }
        (Err(_), ..) => follows(version, VERSION),
        _ => follows(lines, LINES),
    }
}

#[cfg(test)]
mod tests;
