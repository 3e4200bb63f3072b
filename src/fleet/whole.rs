//! What all hosts of a fleet are together: the facts `fleet.*`, and the sums of their sizes.

use std::collections::BTreeSet;

use super::{derived, named};
use crate::facts::{Fact, FactState, Facts, Value, Version, Why};
use crate::judge::{Condition, Finding, Reason, number};
use crate::pack::{COMPLETE, Outcome};
use crate::plan::MONGODB;

/// Sizes that are summed over nodes.
const SIZES: [&str; 5] = ["size.cpus", "size.cores", "size.memory", "size.storage", "memory.installed"];

/// What one host adds to the whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    is_mongodb: bool,
    sizes: [Known<f64>; SIZES.len()],
    engine: Known<Version>,
    release: Known<Version>,
    mongodb: Known<Version>,
    swarm: Known<Swarm>,
    /// How wrong the clock can be, seconds, if it is synchronized.
    clock: Known<f64>,
}

/// What is known of a fact, without where it was read.
#[derive(Clone, Debug, Default)]
enum Known<T> {
    Is(T),
    Absent,
    #[default]
    Unknown,
}

/// The Swarm as a host sees it.
#[derive(Clone, Debug)]
struct Swarm {
    is_active: bool,
    is_manager: bool,
    managers: Option<u64>,
    nodes: Option<u64>,
}

impl<T> Known<T> {
    fn of(facts: &Facts, name: &str, of: impl Fn(&Value) -> Option<T>) -> Self {
        match facts.get(name).map(|fact| &fact.state) {
            Some(FactState::Known(value)) => of(value).map_or(Self::Unknown, Self::Is),
            Some(FactState::Absent) => Self::Absent,
            _ => Self::Unknown,
        }
    }

    fn get(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            _ => None,
        }
    }
}

fn version(value: &Value) -> Option<Version> {
    match value {
        Value::Text(text) => Version::parse(text).ok(),
        _ => None,
    }
}

impl Part {
    /// What the facts of a host in this role add.
    pub(super) fn of(facts: &Facts, role: &str) -> Self {
        let truth = |name: &str| Known::of(facts, name, |value| Some(*value == Value::Bool(true)));
        let count = |name: &str| match facts.get(name).and_then(Fact::value) {
            Some(Value::Count(count)) => Some(*count),
            _ => None,
        };
        let swarm = Known::of(facts, "docker.swarm.state", |value| {
            Some(Swarm {
                is_active: *value == Value::from("active"),
                is_manager: truth("docker.swarm.control").get() == Some(&true),
                managers: count("docker.swarm.managers"),
                nodes: count("docker.swarm.nodes"),
            })
        });
        let clock = match truth("clock.synchronized") {
            Known::Is(true) => Known::of(facts, "clock.max_error", number),
            Known::Is(false) | Known::Absent => Known::Absent,
            Known::Unknown => Known::Unknown,
        };
        Self {
            is_mongodb: role == MONGODB,
            sizes: SIZES.map(|name| Known::of(facts, name, number)),
            engine: Known::of(facts, "docker.engine.version", version),
            release: Known::of(facts, "release.version", version),
            mongodb: Known::of(facts, "container.mongodb", version),
            swarm,
            clock,
        }
    }
}

/// The facts of the whole. `gaps` says why not all hosts are known.
pub(super) fn facts(hosts: &[(&str, &Part)], gaps: &str) -> Facts {
    let nodes: Vec<_> = hosts.iter().filter(|(_, part)| !part.is_mongodb).copied().collect();
    let place = format!("{} reports", hosts.len());
    let mut facts = Facts::new();
    let mut put = |name: &str, fact: Fact| _ = facts.insert(name.to_owned(), derived(fact));
    put("fleet.hosts", Fact::known(hosts.len() as u64, place.as_str()));
    put(
        COMPLETE,
        if gaps.is_empty() {
            Fact::known(true, place.as_str())
        } else {
            Fact::unknown(Why::NotDetermined, gaps, place.as_str())
        },
    );
    for (at, name) in SIZES.iter().enumerate() {
        if let Some(fact) = sum(&nodes, at) {
            put(name, fact);
        }
    }
    let line = |version: &Version| version.to_string().split('.').next().unwrap_or_default().to_owned();
    let series = |version: &Version| version.to_string().split('.').take(2).collect::<Vec<_>>().join(".");
    let whole = |version: &Version| version.to_string();
    for (name, alike, [list, same]) in [
        (
            "docker.engine.version",
            seen(&nodes, |part| &part.engine, &line),
            ["fleet.docker.lines", "fleet.docker.alike"],
        ),
        ("release.version", seen(&nodes, |part| &part.release, &whole), ["fleet.releases", "fleet.releases.alike"]),
        (
            "container.mongodb",
            seen(hosts, |part| &part.mongodb, &series),
            ["fleet.mongodb.versions", "fleet.mongodb.alike"],
        ),
    ] {
        put(list, alike.list());
        put(same, alike.same(name));
    }
    let mongodb = hosts.len() - nodes.len();
    put("fleet.mongodb.hosts", if mongodb == 0 { Fact::absent("roles") } else { Fact::known(mongodb as u64, "roles") });
    let (managers, alike) = swarm(&nodes, gaps.is_empty());
    put("fleet.swarm.managers", managers);
    put("fleet.swarm.alike", alike);
    put("fleet.clock.apart", apart(hosts));
    facts
}

/// The sum of a size over the nodes of which it is known; none if there is no node.
fn sum(nodes: &[(&str, &Part)], at: usize) -> Option<Fact> {
    if nodes.is_empty() {
        return None;
    }
    if nodes.iter().any(|(_, part)| matches!(part.sizes[at], Known::Absent)) {
        return Some(Fact::absent("not told by every node"));
    }
    let known: Vec<_> = nodes.iter().filter_map(|(_, part)| part.sizes[at].get()).collect();
    if known.is_empty() {
        return Some(Fact::unknown(Why::NotDetermined, "unknown on every node", ""));
    }
    let sum: f64 = known.iter().copied().sum();
    let place = format!("sum over {} nodes", known.len());
    // CPUs may be fractions of a quota; sizes are bytes.
    Some(if at < 2 { Fact::known(sum, place) } else { Fact::known(sum as u64, place) })
}

/// What versions hosts run.
struct Seen<'h> {
    /// By what of a version tells it from another: the hosts that run it.
    versions: Vec<(String, Vec<&'h str>)>,
    unknown: Vec<&'h str>,
}

fn seen<'h>(
    hosts: &[(&'h str, &'h Part)],
    of: impl Fn(&'h Part) -> &'h Known<Version>,
    key: &dyn Fn(&Version) -> String,
) -> Seen<'h> {
    let mut seen = Seen { versions: Vec::new(), unknown: Vec::new() };
    for (name, part) in hosts {
        match of(part) {
            Known::Is(version) => {
                let key = key(version);
                match seen.versions.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, hosts)) => hosts.push(name),
                    None => seen.versions.push((key, vec![name])),
                }
            }
            Known::Unknown => seen.unknown.push(name),
            Known::Absent => {}
        }
    }
    seen.versions.sort_by_key(|(_, hosts)| usize::MAX - hosts.len());
    seen
}

impl Seen<'_> {
    fn list(&self) -> Fact {
        if self.versions.is_empty() && !self.unknown.is_empty() {
            return Fact::unknown(Why::NotDetermined, "unknown on every host", "");
        }
        let text = |(version, hosts): &(String, Vec<&str>)| {
            format!("{version} on {}", named(hosts.iter().copied(), hosts.len()))
        };
        match self.versions.as_slice() {
            [] => Fact::absent(""),
            [(version, _)] => Fact::known(vec![version.clone()], ""),
            several => Fact::known(several.iter().map(text).collect::<Vec<_>>(), ""),
        }
    }

    fn same(&self, fact: &str) -> Fact {
        // A server that tells its line alone is no other release than its patch.
        let is_part = |one: &str, other: &str| one == other || other.starts_with(&format!("{one}."));
        let versions: Vec<_> = self.versions.iter().map(|(version, _)| version.as_str()).collect();
        let alike = versions.iter().all(|one| versions.iter().all(|other| is_part(one, other) || is_part(other, one)));
        let count: usize = self.versions.iter().map(|(_, hosts)| hosts.len()).sum();
        match (alike, self.unknown.as_slice()) {
            (false, _) => Fact::known(false, ""),
            (true, []) if count < 2 => Fact::absent(""),
            (true, []) => Fact::known(true, ""),
            (true, unknown) => {
                let on = named(unknown.iter().copied(), unknown.len());
                Fact::unknown(Why::NotDetermined, format!("{fact} is unknown on {on}"), "")
            }
        }
    }
}

/// How many managers there are, and whether all nodes belong to one Swarm.
fn swarm(nodes: &[(&str, &Part)], is_whole: bool) -> (Fact, Fact) {
    let both = |fact: Fact| (fact.clone(), fact);
    let unknown = |why: String| Fact::unknown(Why::NotDetermined, why, "");
    let views: Vec<_> = nodes.iter().filter_map(|(name, part)| Some((*name, part.swarm.get()?))).collect();
    let active: Vec<_> = views.iter().filter(|(_, swarm)| swarm.is_active).collect();
    let not_told: Vec<_> =
        nodes.iter().filter(|(_, part)| matches!(part.swarm, Known::Unknown)).map(|(name, _)| *name).collect();
    if active.is_empty() {
        return both(if not_told.is_empty() {
            Fact::absent("")
        } else {
            unknown(format!("docker.swarm.state is unknown on {}", named(not_told.iter().copied(), not_told.len())))
        });
    }
    let managers: Vec<_> = active.iter().filter(|(_, swarm)| swarm.is_manager).collect();
    let told: BTreeSet<_> = managers.iter().map(|(_, swarm)| (swarm.managers, swarm.nodes)).collect();
    let mut told = told.into_iter();
    let (seen, seen_nodes) = match (told.next(), told.next()) {
        (Some((Some(managers), Some(nodes))), None) => (managers, nodes),
        (None, _) => return both(unknown("no manager of the Swarm is among the hosts".to_owned())),
        (Some(_), None) => return both(unknown("a manager does not tell how many there are".to_owned())),
        // Two managers that count differently are not of one Swarm, or have lost one another.
        (Some(_), Some(_)) => return (unknown("the managers count differently".to_owned()), Fact::known(false, "")),
    };
    let outside = views.iter().any(|(_, swarm)| !swarm.is_active);
    let alike = !outside && seen_nodes == nodes.len() as u64 && seen == managers.len() as u64;
    let may_be = seen_nodes >= active.len() as u64 && seen >= managers.len() as u64 && !outside;
    let alike = match (alike, may_be && (!is_whole || !not_told.is_empty())) {
        (true, _) => Fact::known(true, ""),
        (false, true) => unknown(format!(
            "the Swarm has {seen_nodes} nodes and {seen} managers, of which {} and {} are known",
            active.len(),
            managers.len()
        )),
        (false, false) => Fact::known(false, ""),
    };
    (Fact::known(seen, ""), alike)
}

/// How far apart two clocks can be.
fn apart(hosts: &[(&str, &Part)]) -> Fact {
    let not = |wanted: fn(&Known<f64>) -> bool| {
        let names: Vec<_> = hosts.iter().filter(|(_, part)| wanted(&part.clock)).map(|(name, _)| *name).collect();
        (!names.is_empty()).then(|| named(names.iter().copied(), names.len()))
    };
    if let Some(on) = not(|clock| matches!(clock, Known::Absent)) {
        return Fact::unknown(Why::NotDetermined, format!("the clock is not synchronized on {on}"), "");
    }
    if let Some(on) = not(|clock| matches!(clock, Known::Unknown)) {
        return Fact::unknown(Why::NotDetermined, format!("how wrong the clock can be is unknown on {on}"), "");
    }
    let mut errors: Vec<f64> = hosts.iter().filter_map(|(_, part)| part.clock.get().copied()).collect();
    errors.sort_by(|one, other| other.total_cmp(one));
    match errors.as_slice() {
        [one, other, ..] => Fact::known(one + other, ""),
        _ => Fact::absent(""),
    }
}

/// Says how much is missing of a size. Where not all hosts are known, too little is not settled yet.
pub(super) fn shortage(finding: &mut Finding, facts: &Facts, is_whole: bool, hosts: &[(&str, &Part)]) {
    if finding.outcome != Outcome::Fail {
        return;
    }
    let conditions = finding.needed.conditions();
    let is_size = |condition: &&&Condition| {
        SIZES.contains(&condition.fact.as_str()) && (condition.cell.is_some() || condition.from.is_some())
    };
    let Some(condition) = conditions.iter().find(is_size) else { return };
    let found = facts.get(&condition.fact).and_then(Fact::value).and_then(number);
    let (Some(found), Some(needed)) = (found, condition.value.as_ref().and_then(number)) else { return };
    let fact = condition.fact.clone();
    let at = SIZES.iter().position(|name| *name == fact).unwrap_or_default();
    let unknown = |(_, part): &(&str, &Part)| !part.is_mongodb && matches!(part.sizes[at], Known::Unknown);
    let missing = needed - found;
    // More or larger nodes, and what that means, is said of the whole.
    finding.fix = None;
    if is_whole && !hosts.iter().any(unknown) {
        finding.because = Some(Reason::Short { fact, missing });
    } else {
        finding.outcome = Outcome::Unknown;
        finding.because = Some(Reason::ShortSoFar { fact, missing });
    }
}
