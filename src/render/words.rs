//! The words for people that every format shares: facts, findings, the verdict, notes, what to do next.
//!
//! The one place where a report's types become English. No code reads these words back.

mod fleet;
mod found;
mod needed;
mod reasons;
#[cfg(test)]
mod tests;
mod values;
mod whole;

use std::collections::BTreeSet;

use crate::facts::{Fact, Facts, Value, Why};
use crate::judge::{Finding, Fix, Reason, Status, Waived};
use crate::pack::Level;
use crate::report::Report;
use crate::report::fleet::Standing;
pub use fleet::{counted, host, hosts, names, read, standing};
use found::found_lines;
pub use found::{
    MOST_PLACES, OnHosts, brief, brief_in, brief_on_hosts, found, has_places, is_nothing, is_whole, on_hosts,
};
pub use needed::{needed, requirement};
pub use reasons::{because, support};
use values::release;
pub use values::{fact, listed, number_of, numbers, value};
pub use whole::{
    VERDICTS, about, counts, counts_by_status, doubts, failures, needs_another, next, no_earlier_report, not_compared,
    note, pack, partial, remarks, steps, subject, unknowns, verdict_sentence, verdict_status, verdict_word, waiting,
};

/// The sign of a status.
pub fn sign(status: Status) -> &'static str {
    match status {
        Status::Failed => "\u{2717}",
        Status::Warning => "!",
        Status::Unknown => "?",
        Status::Waived => "~",
        Status::Passed => "\u{2713}",
        Status::Skipped => "-",
    }
}

/// A level.
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Required => "required",
        Level::Recommended => "recommended",
    }
}

/// Why a fact is unknown, as a class.
pub fn why(why: Why) -> &'static str {
    match why {
        Why::NotPermitted => "not permitted",
        Why::TimedOut => "timed out",
        Why::Unreadable => "unreadable",
        Why::NotAsked => "not asked",
        Why::NotDetermined => "cannot be determined from outside",
    }
}

/// All there is to say of a finding before its fix, each part with its name; what says nothing is left out.
pub fn details(finding: &Finding, facts: &Facts) -> Vec<(&'static str, String)> {
    let mut parts: Vec<_> = found_lines(finding, facts).into_iter().map(|line| ("found", line)).collect();
    parts.extend([
        ("read in", places(finding, facts)),
        ("needed", needed(finding)),
        ("because", because(finding, facts).unwrap_or_default()),
    ]);
    if finding.found.iter().any(|name| name == "release.state") {
        parts.extend(upgrade(facts));
    }
    parts.push(("why", finding.why.clone()));
    parts.push(("waived", finding.waiver.as_ref().map(waived).unwrap_or_default()));
    parts.retain(|(_, text)| !text.is_empty());
    parts
}

/// For which hosts of a fleet a fix is written, if other hosts have other systems.
pub fn fix_example(report: &Report, finding: &Finding) -> Option<String> {
    let judged = report.fleet.as_ref()?.hosts.iter().filter(|host| host.standing == Standing::Judged);
    let systems: BTreeSet<_> = judged.filter_map(|host| host.said.as_ref()?.system.as_ref()).collect();
    let Some(Reason::OnHosts { groups }) = &finding.because else { return None };
    let host = groups.first()?.hosts.first()?;
    (systems.len() > 1).then(|| format!("For {host}; on other systems it may differ:"))
}

/// How a finding is put right, in words: what comes first, then the pack's text; its commands stand apart.
pub fn fix(fix: &Fix) -> String {
    let first = if fix.after.is_empty() { String::new() } else { format!("First fix {}. ", fix.after.join(" and ")) };
    format!("{first}{}", fix.text).trim_end().to_owned()
}

/// Where to upgrade to, when support has ended or ends within 30 days, and the key of the list that says so.
fn upgrade(facts: &Facts) -> Vec<(&'static str, String)> {
    const ENDING: f64 = 30.0;
    let releases = |name: &str| match facts.get(name).and_then(Fact::value) {
        Some(Value::Releases(releases)) => releases.clone(),
        _ => Vec::new(),
    };
    let known = |name: &str| facts.get(name).and_then(Fact::text);
    let ends = match facts.get("release.days_left").and_then(Fact::value) {
        Some(Value::Number(left)) => *left <= ENDING,
        // Between two possible last days, too.
        _ => known("release.state").is_some() || known("release.until_possible").is_some(),
    };
    let mut parts = Vec::new();
    if let ([stops @ .., goal], true) = (releases("release.upgrade").as_slice(), ends) {
        let lts = if goal.lts { " LTS" } else { "" };
        let stops: Vec<_> = stops.iter().map(|stop| stop.version.as_str()).collect();
        let through = if stops.is_empty() { String::new() } else { format!(", through {}", stops.join(" and ")) };
        parts.push(("go to", format!("{}{lts}{through}", goal.version)));
        let supported = releases("release.supported").iter().map(release).collect::<Vec<_>>().join(", ");
        parts.push(("open", format!("supported on that day: {supported}")));
    }
    if let Some(key) = known("support_list.key").filter(|_| known("release.authority") == Some("signed-list")) {
        parts.push(("key", key.to_owned()));
    }
    parts
}

/// Where the facts that are shown were read.
fn places(finding: &Finding, facts: &Facts) -> String {
    let mut places: Vec<&str> = Vec::new();
    let of_found = finding.found.iter().filter_map(|name| facts.get(name));
    for place in of_found.flat_map(|fact| fact.place.split(", ")) {
        if !place.is_empty() && !places.contains(&place) {
            places.push(place);
        }
    }
    // A place that is told with what was said there need not stand alone.
    let is_told =
        |place: &&str| places.iter().any(|other| other.strip_prefix(*place).is_some_and(|rest| rest.starts_with(':')));
    places.iter().copied().filter(|place| !is_told(place)).collect::<Vec<_>>().join(", ")
}

/// A waiver: reason, who, until when, and whether it still counts.
pub fn waived(waived: &Waived) -> String {
    let by = waived.who.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
    let until = waived.until.map(|until| format!(" until {until}")).unwrap_or_default();
    let expired = match (waived.expired, waived.wrong_clock) {
        (true, _) => "; expired, so it does not count",
        (false, true) => "; whether the clock is right is doubtful, so it does not count",
        (false, false) => "",
    };
    format!("{}{by}{until}{expired}", waived.reason)
}
