//! What was found.

use super::fleet::{MOST_HOSTS, counted, names};
use super::needed::{in_words, operators};
use super::reasons::{RELEASE_STATE, because, support, support_state};
use super::values::{MOST_ENTRIES, UNKNOWN, fact, fact_in, number_of};
use crate::facts::{Fact, FactState, Facts, Value, format_count};
use crate::judge::{Finding, HostGroup, Reason, Status};
use crate::pack::Outcome;
use crate::report::fleet::Fleet;

/// Most places of a manifest that a line of a finding tells.
pub const MOST_PLACES: usize = 2;

/// A size that stands in one place of a manifest.
const MEMORY_LIMIT: &str = "deployment.memory_limit";

/// What was found, for people. One fact needs no name; of several, those that say nothing beside the others are left out,
/// each gets the word that tells it from its neighbours, and those with the same value stand together.
pub fn found(finding: &Finding, facts: &Facts) -> String {
    found_parts(finding, facts, None).join("; ")
}

/// Whether places of a manifest are among what was found.
pub fn has_places(finding: &Finding, facts: &Facts) -> bool {
    let is_place = |name: &String| matches!(facts.get(name).and_then(Fact::value), Some(Value::Excerpts(_)));
    finding.found.iter().any(|name| name == MEMORY_LIMIT || is_place(name))
}

/// Whether the line of a finding that failed has all that was found and is needed.
pub fn is_whole(finding: &Finding, facts: &Facts) -> bool {
    let [name] = finding.found.as_slice() else { return false };
    let is_short = facts.get(name).is_some_and(|fact| match fact.value() {
        Some(Value::Excerpts(_)) => fact.excerpts() <= MOST_PLACES,
        known => known.is_some() && name != RELEASE_STATE,
    });
    let says_need = matches!(finding.because, None | Some(Reason::Explained { .. })) && finding.needed_words.is_some();
    finding.outcome == Outcome::Fail && is_short && says_need
}

/// What was found, with a line for each place of a manifest.
pub(super) fn found_lines(finding: &Finding, facts: &Facts) -> Vec<String> {
    let excerpts = |name: &String| match facts.get(name).and_then(Fact::value) {
        Some(Value::Excerpts(excerpts)) => excerpts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    let mut lines: Vec<String> = finding.found.iter().flat_map(excerpts).collect();
    let is_of_hosts = matches!(finding.because, Some(Reason::OnHosts { .. }));
    if is_of_hosts || lines.len() < 2 {
        return vec![found(finding, facts)];
    }
    let others = finding.found.iter().filter(|name| excerpts(name).is_empty()).map(String::as_str).collect();
    let others = found_parts_of(others, facts, None).join("; ");
    let count: usize = finding.found.iter().filter_map(|name| facts.get(name)).map(Fact::excerpts).sum();
    if count > MOST_ENTRIES {
        lines.truncate(MOST_ENTRIES - 1);
        lines.push(format!("and {} more", format_count((count - lines.len()) as u64)));
    }
    std::iter::once(others).filter(|text| !text.is_empty()).chain(lines).collect()
}

/// Whether what was found says nothing: nothing listens, nothing is installed.
pub fn is_nothing(finding: &Finding, facts: &Facts) -> bool {
    !finding.found.is_empty()
        && finding.found.iter().all(|name| match facts.get(name) {
            Some(Fact { state: FactState::Absent, .. }) => true,
            fact => fact.and_then(Fact::text) == Some("none"),
        })
}

/// What was found, in parts. With `short`, at most so many places of a manifest, and of a release no more than when its support
/// ended.
fn found_parts(finding: &Finding, facts: &Facts, short: Option<usize>) -> Vec<String> {
    if let Some(Reason::OnHosts { groups }) = &finding.because {
        let same = groups.iter().filter(|group| group.status == finding.status());
        return same.map(|group| found_on(finding, group, short)).collect();
    }
    found_parts_of(finding.found.iter().map(String::as_str).collect(), facts, short)
}

/// What was found on hosts of a fleet: `20.10.24 on app-3 and app-4`.
fn found_on(finding: &Finding, group: &HostGroup, short: Option<usize>) -> String {
    let shown = finding.found.iter().map(String::as_str).filter(|name| group.found.contains_key(*name));
    let found = found_parts_of(shown.collect(), &group.found, short).join(", ");
    let most = if short.is_none() || group.count <= MOST_HOSTS { MOST_HOSTS } else { 1 };
    let hosts = names(&group.hosts, group.count, most);
    if found.is_empty() { format!("on {hosts}") } else { format!("{found} on {hosts}") }
}

/// What came out on hosts of a fleet that are alike.
pub struct OnHosts {
    /// Outcome, level and waiver in one word.
    pub status: Status,
    /// The hosts, of many the first names.
    pub hosts: String,
    /// How many they are.
    pub count: usize,
    /// What was found there; empty if nothing is shown.
    pub found: String,
    /// Why it is so, where that does not show it; else empty.
    pub why: String,
}

/// What came out where, of a check that did not pass on some hosts of a fleet; empty for every other one.
/// Of many hosts, so many names are told.
pub fn on_hosts(finding: &Finding, most: usize) -> Vec<OnHosts> {
    let Some(Reason::OnHosts { groups }) = &finding.because else { return Vec::new() };
    let one = |group: &HostGroup| {
        let inner = Finding { because: group.because.as_deref().cloned(), ..finding.clone() };
        let shown = finding.found.iter().map(String::as_str).filter(|name| group.found.contains_key(*name));
        OnHosts {
            status: group.status,
            hosts: names(&group.hosts, group.count, most),
            count: group.count,
            found: found_parts_of(shown.collect(), &group.found, Some(MOST_PLACES)).join(", "),
            why: because(&inner, &group.found).unwrap_or_default(),
        }
    };
    groups.iter().map(one).collect()
}

fn found_parts_of(names: Vec<&str>, facts: &Facts, short: Option<usize>) -> Vec<String> {
    let known = |name: &str| facts.get(name).and_then(Fact::value);
    let shown = |name: &str| match (name, facts.get(name)) {
        ("release.state", _) if short.is_some() => support_state(facts),
        ("release.state", _) => support(facts),
        (_, Some(Fact { state: FactState::Absent, .. })) => "not found".to_owned(),
        ("server.redirect.state", found) => redirect(facts).unwrap_or_else(|| fact(name, found)),
        // A size does not show where it stands.
        (MEMORY_LIMIT, Some(found)) if short.is_some() && known(name).is_some() && !found.place.is_empty() => {
            format!("{} ({})", fact(name, Some(found)), found.place)
        }
        (name, found) => fact_in(name, found, short),
    };
    if let [name] = names.as_slice() {
        let label = label(name);
        let says_nothing = match known(name) {
            Some(Value::Bool(_)) => true,
            known => known.is_some() && matches!(label, Label::Port(_)),
        };
        let text = shown(name);
        return vec![if says_nothing { labelled(&text, true, &[label]) } else { text }];
    }
    // What the plan does not say is not in a report.
    let is_absent =
        |name: &str| facts.get(name).map_or(name.starts_with("plan."), |fact| matches!(fact.state, FactState::Absent));
    let is_none = |name: &str| facts.get(name).and_then(Fact::text) == Some("none");
    let mut names: Vec<&str> = names;
    if redirect(facts).is_some() {
        names.retain(|name| *name != "server.redirect.to");
    }
    // What is known tells already why the rest is not.
    let places: Vec<_> =
        names.iter().filter(|name| known(name).is_some()).filter_map(|name| Some(&facts.get(*name)?.place)).collect();
    names.retain(|name| match facts.get(*name).map(|fact| &fact.state) {
        Some(FactState::Unknown { reason, .. }) => !places.iter().any(|place| place.contains(reason.as_str())),
        _ => true,
    });
    for says_nothing in [&is_absent as &dyn Fn(&str) -> bool, &is_none] {
        let saying: Vec<_> = names.iter().copied().filter(|name| !says_nothing(name)).collect();
        if !saying.is_empty() {
            names = saying;
        }
    }
    let mut values: Vec<(String, bool, Vec<Label<'_>>)> = Vec::new();
    for name in names {
        let text = shown(name);
        match values.iter_mut().find(|(known, ..)| *known == text) {
            Some((_, _, labels)) => labels.push(label(name)),
            None => {
                let is_known = facts.get(name).is_some_and(|fact| fact.value().is_some());
                values.push((text, is_known, vec![label(name)]));
            }
        }
    }
    // Of what is unknown for one reason, no name says more.
    if let [(text, false, labels)] = values.as_slice()
        && text.starts_with(UNKNOWN)
        && !labels.iter().any(|label| matches!(label, Label::Port(_)))
    {
        return vec![text.clone()];
    }
    let mut parts: Vec<String> = Vec::new();
    for (text, is_known, labels) in &values {
        match parts.last_mut() {
            Some(before) if *is_known && labels.as_slice() == [Label::Owner] => {
                before.push_str(&format!(" by {text}"));
            }
            _ => parts.push(labelled(text, *is_known, labels)),
        }
    }
    parts
}

/// Where a server leads that redirects, but not to HTTPS.
fn redirect(facts: &Facts) -> Option<String> {
    let text = |name: &str| facts.get(name).and_then(Fact::text);
    let to = text("server.redirect.to").filter(|_| text("server.redirect.state") == Some("plain"))?;
    Some(format!("redirects to {to}, without HTTPS"))
}

/// A finding that did not pass, in one line: `2 CPUs, needs 8`. Of what was found, at most so many parts.
pub fn brief(finding: &Finding, facts: &Facts, parts: usize) -> String {
    brief_in(finding, facts, parts, MOST_PLACES)
}

/// The same, with at most so many places of a manifest; with none, the first is told without what stands there.
pub fn brief_in(finding: &Finding, facts: &Facts, parts: usize, places: usize) -> String {
    let found = found_parts(finding, facts, Some(places)).into_iter().take(parts).collect::<Vec<_>>().join(", ");
    // Of hosts of a fleet, each part is of some of them.
    let more: usize = on_hosts(finding, MOST_HOSTS)
        .iter()
        .filter(|on| on.status == finding.status())
        .skip(parts)
        .map(|on| on.count)
        .sum();
    let found = if more == 0 { found } else { format!("{found}, and {}", number_of(more, "more host")) };
    with_needed(finding, facts, found)
}

/// A finding that did not pass on some hosts of a fleet, in one line: `fails on 12 of 60 hosts, needs 24 or newer`.
pub fn brief_on_hosts(finding: &Finding, facts: &Facts, fleet: &Fleet) -> String {
    let same = on_hosts(finding, 0).into_iter().filter(|on| on.status == finding.status());
    let word = if finding.outcome == Outcome::Unknown { "unknown" } else { "fails" };
    let count: usize = same.map(|on| on.count).sum();
    with_needed(finding, facts, format!("{word} on {count} of {}", number_of(counted(fleet), "host")))
}

fn with_needed(finding: &Finding, facts: &Facts, found: String) -> String {
    match &finding.because {
        Some(
            Reason::LineEnded { .. }
            | Reason::TierExceeded { .. }
            | Reason::TierForTests { .. }
            | Reason::BeyondTiers { .. }
            | Reason::Short { .. }
            | Reason::ShortSoFar { .. },
        ) => format!("{found}: {}", because(finding, facts).unwrap_or_default()),
        _ => {
            let figure = || {
                let needed = operators(&finding.needed, true);
                // `2 CPUs, needs 8 CPUs` says the unit twice.
                let unit = needed.rsplit_once(' ').filter(|(_, unit)| found.ends_with(&format!(" {unit}")));
                unit.map_or(needed.as_str(), |(figure, _)| figure).to_owned()
            };
            let figures = format!("{found}, needs {}", in_words(finding).unwrap_or_else(figure));
            match &finding.because {
                Some(Reason::StorageNeeded { .. }) => {
                    format!("{figures}: {}", because(finding, facts).unwrap_or_default())
                }
                _ => figures,
            }
        }
    }
}

/// How a fact is told from its neighbours.
#[derive(Clone, Copy, PartialEq)]
enum Label<'n> {
    /// Its value says what it is.
    Plain,
    /// A word behind the value: `16 GiB installed`.
    Behind(&'n str),
    /// A word before the value: `esm: no`.
    Before(&'n str),
    /// A port.
    Port(&'n str),
    /// Who holds a port: `in use by nginx`.
    Owner,
}

fn label(name: &str) -> Label<'_> {
    let parts: Vec<_> = name.split('.').collect();
    match parts.as_slice() {
        ["memory", "total"] | ["size", "memory"] => Label::Behind("usable"),
        ["chart", "name"] | ["cluster", "cpus" | "memory" | "nodes_not_ready"] => Label::Plain,
        ["chart", "count", _] => Label::Before("replicas"),
        ["chart", "switch", _] => Label::Before("enabled"),
        ["chart", "share", _] => Label::Plain,
        ["chart", "text", "ingress_class"] => Label::Before("in the values"),
        ["cluster", "ingress_class"] => Label::Before("in the cluster"),
        ["cluster", "nodes"] => Label::Before("nodes in all"),
        ["deployment", "monitoring"] => Label::Before("Prometheus or Grafana"),
        ["deployment", "metrics"] => Label::Before("metrics offered"),
        ["size", "storage"] => Label::Behind("size"),
        ["size", _] => Label::Plain,
        ["docker", "limits", "mongodb_nofile"] => Label::Before("MongoDB's container"),
        ["docker", "limits", _] => Label::Before("containers"),
        ["limits", _] => Label::Before("one process"),
        ["os", "esm"] => Label::Before("Ubuntu Pro"),
        ["plugin", ..] | ["release", "state"] => Label::Plain,
        ["server", "sockjs", _] => Label::Before("SockJS"),
        ["server", "websocket", "state"] => Label::Before("WebSocket"),
        ["server", "answered_by"] => Label::Before("answered by"),
        ["mongodb", "version"] => Label::Before("MongoDB"),
        ["release", "mongodb"] => Label::Before("the release runs with"),
        [.., word @ ("installed" | "available" | "size")] => Label::Behind(word),
        ["ports", "tcp", port, "exposure"] => Label::Port(port),
        ["ports", "tcp", _, "owner"] => Label::Owner,
        [
            ..,
            "pretty_name" | "model" | "mhz" | "deployment" | "version" | "path" | "flavor" | "media" | "device"
            | "state" | "arch" | "fstype" | "packaging" | "thp" | "upstream",
        ] => Label::Plain,
        [.., last] => Label::Before(last),
        [] => Label::Plain,
    }
}

fn labelled(text: &str, is_known: bool, labels: &[Label<'_>]) -> String {
    let ports: Vec<_> =
        labels.iter().filter_map(|label| if let Label::Port(port) = label { Some(*port) } else { None }).collect();
    let mut words: Vec<_> = labels
        .iter()
        .filter_map(|label| match label {
            Label::Before(word) => Some(word.replace('_', " ")),
            Label::Owner => Some("owner".to_owned()),
            _ => None,
        })
        .collect();
    words.dedup();
    match (ports.as_slice(), words.as_slice(), labels) {
        ([], [], [Label::Behind(word), ..]) if is_known => format!("{text} {word}"),
        ([], [], _) => text.to_owned(),
        ([], words, _) => format!("{}: {text}", words.join(", ")),
        ([port], ..) => format!("port {port}: {text}"),
        (ports, ..) => format!("ports {}: {text}", ports.join(", ")),
    }
}
