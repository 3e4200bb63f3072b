//! What counts of a host's sizes: `size.*`, which checks compare with the cells of a tier.
//!
//! A control group limits this host if the host is a container itself (LXC, systemd-nspawn). On a machine, the groups around
//! rampcheck are those of a session or a service, and say nothing of the containers of a product. In a container for one
//! program (Docker, a pod), nothing that can be read is the size of a host, and nothing that was attested beside it.

use super::follows::follows;
use super::predicate::number;
use crate::facts::{Fact, FactState, Facts, Value, Why, hides_host};

/// Where rampcheck looks from.
enum View {
    Machine,
    SystemContainer,
    /// A container for one program, and why it shows no size.
    Program(String),
    Unknown,
}

/// Adds `size.*`.
pub(super) fn derive(derived: &mut Facts, facts: &Facts) {
    let view = view(facts);
    let mut put = |name: &str, fact: Fact| _ = derived.insert(format!("size.{name}"), within(&view, fact));
    let cpus = limited(facts, &view, "cpu.online", "cpu.quota");
    // Virtual CPUs are what is sold of a virtual machine; its threads and cores are made up.
    let cores = match facts.get("host.virtualization").map(|fact| &fact.state) {
        Some(FactState::Absent) => limited(facts, &view, "cpu.physical", "cpu.quota"),
        Some(FactState::Known(_)) => cpus.clone(),
        _ => follows(facts.get("host.virtualization"), "host.virtualization"),
    };
    put("cpus", as_number(cpus));
    put("cores", as_number(cores));
    put("memory", of_engine(facts, limited(facts, &view, "memory.total", "memory.limit")));
    put("storage", facts.get("storage.data.size").cloned().unwrap_or_else(|| follows(None, "storage.data.size")));
}

fn view(facts: &Facts) -> View {
    match facts.get("host.container").map(|fact| &fact.state) {
        Some(FactState::Absent) => View::Machine,
        Some(FactState::Known(Value::Text(name))) => hides_host(name).map_or(View::SystemContainer, View::Program),
        _ => View::Unknown,
    }
}

/// A container for one program has no sizes of a host.
fn within(view: &View, fact: Fact) -> Fact {
    match view {
        View::Program(reason) => Fact::unknown(Why::NotDetermined, reason.as_str(), "host.container"),
        _ => fact,
    }
}

/// The size, or the limit of the control group where one binds and is smaller.
fn limited(facts: &Facts, view: &View, size: &str, limit: &str) -> Fact {
    let of = |name: &str| facts.get(name).and_then(Fact::value).and_then(number);
    let own = || facts.get(size).cloned().unwrap_or_else(|| follows(None, size));
    let Some(whole) = of(size) else { return follows(facts.get(size), size) };
    match (view, facts.get(limit).map(|fact| &fact.state)) {
        (View::Machine | View::Program(_), _) | (_, Some(FactState::Absent)) => own(),
        (View::SystemContainer, Some(FactState::Known(_))) if of(limit).is_some_and(|limit| limit < whole) => {
            facts.get(limit).cloned().unwrap_or_else(own)
        }
        (_, Some(FactState::Known(_))) if of(limit).is_some_and(|limit| limit >= whole) => own(),
        (View::Unknown, Some(FactState::Known(_))) => {
            let reason = format!("whether {limit} limits this host is unknown, because host.container is");
            Fact::unknown(Why::NotDetermined, reason, limit)
        }
        _ => follows(facts.get(limit), limit),
    }
}

/// The memory of the machine that the engine runs in, where that is less: with Docker Desktop it is a virtual one.
fn of_engine(facts: &Facts, memory: Fact) -> Fact {
    let bytes = |fact: &Fact| fact.value().and_then(number);
    let engine = facts.get("docker.engine.memory");
    match (engine, engine.and_then(bytes), bytes(&memory)) {
        (Some(engine), Some(less), Some(own)) if less < own => engine.clone(),
        _ => memory,
    }
}

/// A quota can be a fraction of a CPU.
fn as_number(fact: Fact) -> Fact {
    match fact.value().and_then(number) {
        Some(number) => Fact { state: FactState::Known(Value::Number(number)), ..fact },
        None => fact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    /// 8 CPUs on 4 cores, 16 GiB, and what else is said.
    fn sized(further: &[(&str, Fact)]) -> Facts {
        let known = |value: Value| Fact::known(value, "read");
        let absent = || Fact::absent("read");
        let mut facts: Facts = [
            ("cpu.online", known(Value::Count(8))),
            ("cpu.physical", known(Value::Count(4))),
            ("cpu.quota", absent()),
            ("memory.total", known(Value::Count(16 * GIB))),
            ("memory.limit", absent()),
            ("storage.data.size", known(Value::Count(100_000_000_000))),
            ("host.container", absent()),
            ("host.virtualization", absent()),
        ]
        .map(|(name, fact)| (name.to_owned(), fact))
        .into();
        facts.extend(further.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())));
        let mut derived = Facts::new();
        derive(&mut derived, &facts);
        derived
    }

    fn value(facts: &Facts, name: &str) -> Option<f64> {
        facts[name].value().and_then(number)
    }

    fn known(value: impl Into<Value>) -> Fact {
        Fact::known(value.into(), "read")
    }

    #[test]
    fn cores_of_hardware_and_cpus_of_virtual_machines() {
        let hardware = sized(&[]);
        assert_eq!((value(&hardware, "size.cpus"), value(&hardware, "size.cores")), (Some(8.0), Some(4.0)));
        let machine = sized(&[("host.virtualization", known("kvm"))]);
        assert_eq!(value(&machine, "size.cores"), Some(8.0));
        let unknown = sized(&[("host.virtualization", Fact::unknown(Why::Unreadable, "x", ""))]);
        assert_eq!(value(&unknown, "size.cores"), None);
    }

    #[test]
    fn limits_bind_a_host_that_is_a_container() {
        let limits =
            [("cpu.quota", known(1.5)), ("memory.limit", known(2 * GIB)), ("host.virtualization", known("kvm"))];
        let of = |container: Fact| sized(&[&limits[..], &[("host.container", container)]].concat());
        let lxc = of(known("lxc"));
        assert_eq!((value(&lxc, "size.cpus"), value(&lxc, "size.memory")), (Some(1.5), Some(2.0 * GIB as f64)));
        let machine = of(Fact::absent("read"));
        assert_eq!(
            (value(&machine, "size.cpus"), value(&machine, "size.memory")),
            (Some(8.0), Some(16.0 * GIB as f64))
        );
        let unclear = of(Fact::unknown(Why::Unreadable, "an overlay", "read"));
        assert_eq!((value(&unclear, "size.cpus"), value(&unclear, "size.memory")), (None, None));
        let unread =
            sized(&[("host.container", known("lxc")), ("memory.limit", Fact::unknown(Why::NotPermitted, "x", ""))]);
        assert_eq!(value(&unread, "size.memory"), None);
        let desktop = sized(&[("docker.engine.memory", known(4 * GIB))]);
        assert_eq!(value(&desktop, "size.memory"), Some(4.0 * GIB as f64), "Docker Desktop's own machine");
        let larger = sized(&[("host.container", known("lxc")), ("memory.limit", known(32 * GIB))]);
        assert_eq!(value(&larger, "size.memory"), Some(16.0 * GIB as f64));
    }

    #[test]
    fn a_container_for_one_program_shows_no_size_of_a_host() {
        let docker = sized(&[("host.container", known("docker"))]);
        for name in ["size.cpus", "size.cores", "size.memory", "size.storage"] {
            assert!(matches!(docker[name].state, FactState::Unknown { .. }), "{name}");
        }
    }
}
