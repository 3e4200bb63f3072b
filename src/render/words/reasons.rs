//! Why a check came out as it did.

use super::fleet::{MOST_HOSTS, names};
use super::needed::condition;
use super::values::{MOST_ENTRIES, days, fact, format_decimals, numbers, storage};
use super::whole::{amount, copies, nodes};
use crate::facts::{Fact, FactState, Facts, Value};
use crate::judge::{Condition, Finding, Reason, Status, number};
use crate::plan::{Exceeded, HOLDS, STORAGE_NEEDED};

/// Most circumstances that keep a check from applying; each of them would do alone.
const MOST_CIRCUMSTANCES: usize = 2;

/// Until when the release is supported, how many days that is, and who says so.
pub fn support(facts: &Facts) -> String {
    let known = |name: &str| facts.get(name).and_then(Fact::text);
    if known(RELEASE_STATE).is_none() {
        return fact(RELEASE_STATE, facts.get(RELEASE_STATE));
    }
    let lts = match facts.get("release.lts").and_then(Fact::value) {
        Some(Value::Bool(true)) => ", a long-term line",
        _ => "",
    };
    let place = facts.get(RELEASE_STATE).map(|fact| fact.place.as_str()).unwrap_or_default();
    let age = whole(facts, "release.authority_age");
    let old = if age > 0 { format!(", {} old", days(age)) } else { String::new() };
    let date = known("release.authority_date").unwrap_or_default();
    let by = match known("release.authority") {
        Some("signed-list") => format!("the signed list of {date}{old} ({place})"),
        Some("release-date") => format!("the vendor's rule from the day of release, in {place}"),
        _ => format!("{place}, reviewed {date}{old}"),
    };
    format!("{}{lts}; according to {by}", support_state(facts))
}

pub(super) const RELEASE_STATE: &str = "release.state";

/// Until when the release is supported, and how many days that is.
pub(super) fn support_state(facts: &Facts) -> String {
    let known = |name: &str| facts.get(name).and_then(Fact::text);
    let left = whole(facts, "release.days_left");
    match (known(RELEASE_STATE), known("release.until"), known("release.until_possible")) {
        (None, ..) => fact(RELEASE_STATE, facts.get(RELEASE_STATE)),
        (Some("supported"), Some(until), Some(possible)) => {
            format!("supported until {until} ({} left), possibly {possible}", days(left))
        }
        (Some("supported"), Some(until), None) => format!("supported until {until} ({} left)", days(left)),
        (Some("unlisted"), ..) => "not a release, and not on the list of supported versions".to_owned(),
        (_, Some(until), possible) => {
            format!("support ended on {} ({} ago)", possible.unwrap_or(until), days(-left))
        }
        _ => "support ended before the first line of the calendar".to_owned(),
    }
}

/// A fact that is a number of days; 0 if it is not known.
fn whole(facts: &Facts, name: &str) -> i64 {
    match facts.get(name).and_then(Fact::value) {
        Some(Value::Number(number)) => *number as i64,
        _ => 0,
    }
}

/// Why an outcome is what it is.
pub fn because(finding: &Finding, facts: &Facts) -> Option<String> {
    Some(match finding.because.as_ref()? {
        Reason::Explained { text } => text.clone(),
        Reason::NotApplicable { facts: names } => {
            let parts = names.iter().take(MOST_CIRCUMSTANCES).map(|name| circumstance(name, facts.get(name)));
            format!("does not apply: {}", parts.collect::<Vec<_>>().join(", "))
        }
        Reason::BeyondTiers { text } => format!("the numbers exceed every tier. {text}"),
        Reason::ClusterTotal { cell } => {
            let is_it = |one: &&Condition| one.cell.as_ref().or(one.from.as_ref()) == Some(cell);
            let condition = finding.needed.conditions().into_iter().find(is_it);
            let brings = condition.map(|condition| match facts.get(&condition.fact).map(|fact| (fact, fact.value())) {
                Some((known, Some(_))) => fact(&condition.fact, Some(known)),
                _ => "an unknown part".to_owned(),
            });
            let figure = |one: &Condition| one.written.clone().unwrap_or_else(|| self::condition(one, true));
            let whole = condition.map(figure).unwrap_or_default();
            format!("this node brings {} of {whole}; judged over all nodes", brings.unwrap_or_default())
        }
        Reason::TierExceeded { tier, numbers } => {
            let list = |number: fn(&Exceeded) -> u64| {
                self::numbers(&numbers.iter().map(|one| (one.name.clone(), number(one))).collect())
            };
            format!("{tier} holds {}, and the plan has {}", list(|one| one.holds), list(|one| one.number))
        }
        Reason::TierForTests { tier } => {
            format!("{tier} is for tests, and the numbers of the plan are those of a production installation")
        }
        Reason::NoTier => "needs a tier: name one with --tier, or give the numbers that choose one".to_owned(),
        Reason::BlankCell { cell } => format!("the vendor gives no figure for {} in this tier", cell.replace('_', " ")),
        Reason::InRange { cell } => {
            let condition = finding.needed.conditions().into_iter().find(|one| one.cell.as_ref() == Some(cell));
            let range = condition.and_then(|condition| condition.written.clone()).unwrap_or_default();
            match condition.and_then(|condition| share_of_range(condition, facts)) {
                Some(percent) => format!("inside the vendor's planning range of {range}, {percent} % of the way up"),
                None => format!("inside the vendor's planning range of {range}"),
            }
        }
        Reason::StorageNeeded { daily, retention_days, growth_percent, data, backup_copies, needed } => {
            let factor = format_decimals(1.0 + *growth_percent as f64 / 100.0);
            let backups = match backup_copies {
                0 => "backups are kept elsewhere".to_owned(),
                copies => format!("with {}, {}", self::copies(*copies), storage(*needed)),
            };
            format!(
                "{} GB a day x {} x {factor} for growth = {}; {backups}",
                format_decimals(*daily as f64 / 1e9),
                days(*retention_days as i64),
                storage(*data)
            )
        }
        Reason::UnknownFacts { facts: names } => {
            let mut reasons: Vec<_> = names.iter().map(|name| unknown_reason(facts.get(name))).collect();
            reasons.dedup();
            reasons.join("; ")
        }
        Reason::OnHosts { groups } => {
            let parts = groups.iter().take(MOST_ENTRIES).map(|group| {
                let word = match group.status {
                    Status::Unknown => "unknown",
                    Status::Waived => "waived",
                    _ => "fails",
                };
                let hosts = names(&group.hosts, group.count, MOST_HOSTS);
                let inner = Finding { because: group.because.as_deref().cloned(), ..finding.clone() };
                let why = because(&inner, &group.found).map(|why| format!(": {why}")).unwrap_or_default();
                format!("{word} on {hosts}{why}")
            });
            parts.collect::<Vec<_>>().join("; ")
        }
        Reason::Short { fact, missing } => {
            let of_one = [(fact.clone(), missing.ceil() as u64)].into();
            format!("{} short: {}", amount(fact, *missing), nodes(&of_one))
        }
        Reason::ShortSoFar { fact, missing } => {
            format!("{} short without the hosts that are not known", amount(fact, *missing))
        }
        Reason::LineEnded { line, until } => format!("support for line {line} ended on {until}"),
    })
}

/// How far up the planning range a fact is, in percent.
fn share_of_range(condition: &Condition, facts: &Facts) -> Option<u64> {
    let found = facts.get(&condition.fact).and_then(Fact::value).and_then(number)?;
    let (from, to) = (condition.value.as_ref().and_then(number)?, condition.up_to?);
    (to > from).then(|| (100.0 * (found - from) / (to - from)).clamp(0.0, 100.0).round() as u64)
}

pub(super) fn unknown_reason(fact: Option<&Fact>) -> String {
    match fact.map(|fact| &fact.state) {
        Some(FactState::Unknown { reason, .. }) => reason.clone(),
        _ => "not collected".to_owned(),
    }
}

/// A fact that keeps a check from applying: `the phase is install`.
fn circumstance(name: &str, found: Option<&Fact>) -> String {
    let is = |subject: &str| format!("{subject} is {}", fact(name, found));
    let absent = found.is_none_or(|fact| fact.state == FactState::Absent);
    match name {
        HOLDS => "the plan does not have both a tier and numbers".to_owned(),
        "cluster.helm.version" if absent => "helm is not on this machine".to_owned(),
        "cluster.state" if absent => "no cluster was asked".to_owned(),
        "cluster.state" => is("the cluster"),
        "deployment.from" | "deployment.judged" if absent => "nothing tells how it is deployed (--manifest)".to_owned(),
        "deployment.judged" => "what runs here is not judged before an installation".to_owned(),
        "deployment.from" => format!("the deployment is read from the {}", fact(name, found)),
        "deployment.instances" if absent => "nothing tells of its services".to_owned(),
        "deployment.memory_limit" if absent => "no service has a memory limit".to_owned(),
        "deployment.microservices" => {
            if absent { "no service is a microservice" } else { "services are microservices" }.to_owned()
        }
        "docker.engine.state" => is("Docker"),
        "docker.swarm.control" => "this host is no manager of a Swarm".to_owned(),
        "docker.swarm.state" => is("the Swarm"),
        "kernel.arch" => is("the processor"),
        "os.id" => is("the distribution"),
        "os.lts" => "not an LTS release".to_owned(),
        "os.version_id" => is("its version"),
        "plan.instances" | "plan.number.users" if absent => {
            format!("the plan does not say how many {}", name.rsplit('.').next().unwrap_or_default())
        }
        "plan.microservices" if found.and_then(Fact::value) == Some(&Value::Bool(true)) => {
            "the plan has microservices".to_owned()
        }
        "plan.microservices" => "the plan has no microservices".to_owned(),
        "plan.number.concurrent" if absent => {
            "the plan does not say how many users are active at the same time".to_owned()
        }
        STORAGE_NEEDED => "--daily-gb was not given".to_owned(),
        "plan.online" => "--online was not given".to_owned(),
        "plan.production" => "the plan is not one for production".to_owned(),
        "reach.peers" if absent => "no other node was named (--reach)".to_owned(),
        "release.state" | "release.version" if absent => "no release is known".to_owned(),
        "server.tls.state" | "server.redirect.state" if absent => "no server was asked over HTTPS".to_owned(),
        "server.redirect.state" => format!("port 80 of the server: {}", fact(name, found)),
        "server.websocket.state" | "server.sockjs.state" if absent => "no server was asked".to_owned(),
        "storage.data.measured" => "nothing was measured (--measure)".to_owned(),
        "support_list.problems" if absent => "no list was refused".to_owned(),
        "support_list.state" => "no signed list was read".to_owned(),
        _ if name.starts_with("chart.") => {
            let noun = name.rsplit('.').next().unwrap_or_default().replace('_', "-");
            if absent {
                format!("no chart values say anything of {noun}")
            } else {
                format!("{noun} in the chart's values: {}", fact(name, found))
            }
        }
        _ => {
            let noun = name.strip_prefix("plan.number.").or_else(|| name.strip_prefix("plan.")).unwrap_or(name);
            let noun = noun.replace(['.', '_'], " ");
            if absent { format!("no {noun}") } else { is(&format!("the {noun}")) }
        }
    }
}
