use super::whole::{Part, facts as of_whole};
use super::*;
use crate::facts::{FactState, Facts, Value};

fn facts(known: &[(&str, Value)]) -> Facts {
    known.iter().map(|(name, value)| ((*name).to_owned(), Fact::known(value.clone(), "read"))).collect()
}

/// The facts of the whole, for hosts that have these facts.
fn whole(hosts: &[(&str, Facts)], gaps: &str) -> Facts {
    let parts: Vec<_> = hosts.iter().map(|(name, facts)| (*name, Part::of(facts, NODE))).collect();
    let parts: Vec<_> = parts.iter().map(|(name, part)| (*name, part)).collect();
    of_whole(&parts, gaps)
}

fn known<'f>(facts: &'f Facts, name: &str) -> Option<&'f Value> {
    facts[name].value()
}

fn reason<'f>(facts: &'f Facts, name: &str) -> &'f str {
    match &facts[name].state {
        FactState::Unknown { reason, .. } => reason,
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn names_of_many_are_cut() {
    let names: Vec<_> = (0..12).map(|number| format!("h{number}")).collect();
    let of = |count: usize| named(names.iter().take(count).map(String::as_str), count);
    assert_eq!(of(2), "h0, h1");
    assert!(of(12).ends_with("h9 and 2 more"), "{}", of(12));
}

fn swarm(managers: u64, nodes: u64) -> Facts {
    facts(&[
        ("docker.swarm.state", "active".into()),
        ("docker.swarm.control", true.into()),
        ("docker.swarm.managers", managers.into()),
        ("docker.swarm.nodes", nodes.into()),
    ])
}

fn worker() -> Facts {
    facts(&[("docker.swarm.state", "active".into()), ("docker.swarm.control", false.into())])
}

fn outside() -> Facts {
    facts(&[("docker.swarm.state", "inactive".into())])
}

#[test]
fn a_swarm_is_one_if_its_managers_count_what_is_here() {
    let of = |hosts: &[Facts], gaps: &str| {
        let names = ["a", "b", "c", "d", "e", "f"];
        whole(&names.into_iter().zip(hosts.iter().cloned()).collect::<Vec<_>>(), gaps)
    };
    let three = [swarm(3, 4), swarm(3, 4), swarm(3, 4), worker()];
    let one = of(&three, "");
    assert_eq!(known(&one, "fleet.swarm.managers"), Some(&3_u64.into()));
    assert_eq!(known(&one, "fleet.swarm.alike"), Some(&true.into()));
    for (hosts, why) in [
        (vec![swarm(3, 3), swarm(3, 3), swarm(3, 3), swarm(3, 3), swarm(3, 3), swarm(3, 3)], "two Swarms of three"),
        (vec![swarm(3, 4), swarm(3, 4), swarm(1, 1), worker()], "managers that count differently"),
        (vec![swarm(2, 2), swarm(2, 2), outside()], "a node outside it"),
        (vec![swarm(3, 5), swarm(3, 5), swarm(3, 5), worker()], "a node that nobody knows, and no host is missing"),
        (vec![swarm(1, 3), worker()], "one node more than there are"),
    ] {
        assert_eq!(known(&of(&hosts, ""), "fleet.swarm.alike"), Some(&false.into()), "{why}");
    }
    // The node that is missing may be the one that is not known.
    let with_gap = of(&[swarm(3, 4), swarm(3, 4), worker()], "missing: d");
    assert!(reason(&with_gap, "fleet.swarm.alike").contains("the Swarm has 4 nodes and 3 managers"));
    assert_eq!(of(&[outside(), outside()], "")["fleet.swarm.alike"].state, FactState::Absent);
    assert!(reason(&of(&[worker(), worker()], ""), "fleet.swarm.alike").contains("no manager"));
    let not_read = of(&[outside(), Facts::new()], "");
    assert_eq!(reason(&not_read, "fleet.swarm.alike"), "docker.swarm.state is unknown on b");
}

#[test]
fn clocks_can_be_apart_by_the_two_largest_errors() {
    let clock = |synchronized: bool, error: f64| {
        facts(&[("clock.synchronized", synchronized.into()), ("clock.max_error", error.into())])
    };
    let of = |clocks: &[Facts]| {
        let names = ["a", "b", "c"];
        whole(&names.into_iter().zip(clocks.iter().cloned()).collect::<Vec<_>>(), "")
    };
    let close = of(&[clock(true, 0.25), clock(true, 0.5), clock(true, 0.125)]);
    assert_eq!(known(&close, "fleet.clock.apart"), Some(&0.75.into()));
    let loose = of(&[clock(true, 0.1), clock(false, 16.0)]);
    assert_eq!(reason(&loose, "fleet.clock.apart"), "the clock is not synchronized on b");
    assert!(reason(&of(&[clock(true, 0.1), Facts::new()]), "fleet.clock.apart").contains("unknown on b"));
    assert_eq!(of(&[clock(true, 0.1)])["fleet.clock.apart"].state, FactState::Absent);
}

#[test]
fn versions_are_alike_where_they_do_not_say_otherwise() {
    let of = |fact: &str, versions: &[Option<&str>], alike: &str| {
        let host = |version: &Option<&str>| version.map_or_else(Facts::new, |version| facts(&[(fact, version.into())]));
        let names = ["a", "b", "c"];
        let hosts: Vec<_> = names.into_iter().zip(versions.iter().map(host)).collect();
        whole(&hosts, "")[alike].state.clone()
    };
    let yes = FactState::Known(true.into());
    let no = FactState::Known(false.into());
    let engine = |versions: &[Option<&str>]| of("docker.engine.version", versions, "fleet.docker.alike");
    assert_eq!(engine(&[Some("28.0.1"), Some("28.5.2")]), yes);
    assert_eq!(engine(&[Some("28.0.1"), Some("29.0.0"), None]), no);
    assert!(matches!(engine(&[Some("28.0.1"), None]), FactState::Unknown { .. }));
    let release = |versions: &[Option<&str>]| of("release.version", versions, "fleet.releases.alike");
    assert_eq!(release(&[Some("8.5"), Some("8.5.3")]), yes, "a server that tells its line alone");
    assert_eq!(release(&[Some("8.5.3"), Some("8.5.1")]), no);
    assert_eq!(release(&[Some("8.5"), Some("8.50.1")]), no);
}

#[test]
fn a_sum_over_hosts_that_are_not_all_known_is_a_lower_bound() {
    let size = |cpus: f64| facts(&[("size.cpus", cpus.into())]);
    let sums = whole(&[("a", size(16.0)), ("b", size(8.5)), ("c", Facts::new())], "");
    assert_eq!(known(&sums, "size.cpus"), Some(&24.5.into()));
    let none = whole(&[("a", Facts::new())], "");
    assert!(reason(&none, "size.cpus").contains("unknown on every node"));
    assert!(!whole(&[], "no report counts").contains_key("size.cpus"));
    assert_eq!(reason(&whole(&[], "no report counts"), "fleet.complete"), "no report counts");
    // A host of MongoDB brings nothing to the product.
    let parts = [Part::of(&size(16.0), NODE), Part::of(&size(16.0), MONGODB)];
    let of_roles = of_whole(&[("a", &parts[0]), ("db", &parts[1])], "");
    assert_eq!(known(&of_roles, "size.cpus"), Some(&16.0.into()));
    assert_eq!(known(&of_roles, "fleet.mongodb.hosts"), Some(&1_u64.into()));
}
