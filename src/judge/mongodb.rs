//! The MongoDB that is judged, the MongoDB lines that the product's release runs with, and whether the one is of the other.

use jiff::civil::Date;

use super::deployment::told;
use super::derive::{add, wrong_clock};
use super::follows::follows;
use super::release::CALENDAR;
use crate::facts::releases::{line, with_patch};
use crate::facts::{Fact, FactState, Facts, Provenance, Value, Version, Why};
use crate::pack::Releases;
use crate::plan::Plan;

const VERSION: &str = "mongodb.version";
const LINES: &str = "release.mongodb";
const CONTAINER: &str = "container.mongodb";

/// Says where MongoDB is if the plan does not. What a manifest says of it goes before a container of MongoDB that runs here, and
/// that before what is assumed.
pub(super) fn place(facts: &mut Facts, plan: &Plan) {
    const PLACE: &str = "plan.mongodb";
    const DEPLOYED: &str = "deployment.mongodb_place";
    if (plan.mongodb.is_some() && plan.has_said("mongodb")) || !facts.contains_key(PLACE) {
        return;
    }
    let of_manifest =
        told(facts, DEPLOYED).filter(|(_, from)| *from == "manifest").map(|(fact, _)| match &fact.state {
            FactState::Unknown { why, reason } => {
                Fact::unknown(*why, format!("{reason}; say where MongoDB runs: --mongodb"), fact.place.clone())
            }
            _ => fact.clone(),
        });
    let runs = || {
        let container = facts.get(CONTAINER).filter(|fact| fact.value().is_some())?;
        Some(Fact::known("local", container.place.clone()))
    };
    if let Some(found) = of_manifest.or_else(runs) {
        facts.insert(PLACE.to_owned(), found.by(Provenance::Derived));
    }
}

/// Adds `mongodb.*`, and `release.mongodb` of a product with releases.
pub(super) fn derive(facts: &mut Facts, releases: Option<&Releases>, today: Date) {
    if let Some(releases) = releases {
        let lines = of_release(facts, releases, today);
        add(facts, [(LINES.to_owned(), lines)].into());
    }
    let (version, from) = version(facts);
    add(facts, [(VERSION.to_owned(), version), ("mongodb.from".to_owned(), from)].into());
    if releases.is_some() {
        let compatible = compatible(facts);
        add(facts, [("mongodb.compatible".to_owned(), compatible)].into());
    }
}

/// The version judged, and what says it: the plan, a container that runs here, or, for a MongoDB on this host, the release,
/// whose newest line is assumed. Of a MongoDB elsewhere nothing is.
fn version(facts: &Facts) -> (Fact, Fact) {
    const SAID: &str = "plan.mongodb_version";
    let by = |fact: &Fact, from: &str| (fact.clone(), Fact::known(from, fact.place.clone()));
    let both = |fact: Fact| (fact.clone(), fact);
    if let Some(said) = facts.get(SAID).filter(|said| said.value().is_some()) {
        return by(said, "plan");
    }
    // What will be deployed goes before what runs.
    const DEPLOYED: &str = "deployment.mongodb";
    if let Some((fact, from)) = told(facts, DEPLOYED) {
        return match fact.value() {
            Some(_) => by(fact, from),
            None => both(follows(Some(fact), DEPLOYED)),
        };
    }
    let place = facts.get("plan.mongodb");
    match place.map(|fact| (&fact.state, fact.text())) {
        Some((_, Some("local"))) => {}
        Some((FactState::Unknown { .. }, _)) | None => return both(follows(place, "plan.mongodb")),
        Some(_) => return both(Fact::absent("plan")),
    }
    let container = facts.get(CONTAINER);
    let installs = facts.get("plan.phase").and_then(Fact::text) == Some("install");
    match container.map(|fact| &fact.state) {
        Some(FactState::Known(_)) => {
            return container.map_or_else(|| both(follows(None, CONTAINER)), |one| by(one, "container"));
        }
        Some(FactState::Absent) => {}
        // One that was not looked for, or an engine that does not answer yet: nothing runs before an installation.
        None => {}
        Some(FactState::Unknown { why: Why::NotAsked, .. }) => {}
        Some(FactState::Unknown { .. }) if installs => {}
        Some(FactState::Unknown { .. }) => return both(follows(container, CONTAINER)),
    }
    let lines = facts.get(LINES);
    let newest = match lines.and_then(Fact::value) {
        Some(Value::List(lines)) => lines
            .iter()
            .filter_map(|line| Version::parse(line).ok())
            .max_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal)),
        _ => None,
    };
    match (newest, lines) {
        (Some(newest), Some(lines)) => {
            by(&Fact::known(newest.to_string(), format!("needed by {}", lines.place)), "release")
        }
        _ => both(follows(lines, LINES)),
    }
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
