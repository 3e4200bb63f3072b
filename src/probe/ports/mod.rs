//! TCP ports: whether anything listens, where, who it is, and who can reach it.
//!
//! Read from the kernel's list of listening sockets (or its tables in /proc/net), never by binding or connecting: that needs
//! privilege, disturbs, and is fooled by proxies and firewalls. The engine is asked too: it may publish a port by address
//! translation alone, and it knows which container is behind docker-proxy. The sockets are those of the network namespace
//! rampcheck runs in.

mod exposure;
mod owner;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use exposure::{Exposure, Listened, exposure, public};
use owner::Processes;
use tables::{listeners, own_ipv4, own_ipv6};

use super::docker::{CONTAINERS, PublishedPort, engine};
use super::firewall::{Fate, fate};
use super::{Questions, Sink, unanswered};
use crate::facts::{Fact, Why};
use crate::host::{Host, HostError, Listener};

/// 150 bytes a socket: room for 400 000 connections. A chat server under load has more than fit the usual limit.
const TABLE_LIMIT: usize = 64 << 20;

/// The tables of this network namespace.
const OWN: &str = "/proc/net";
const TABLES: &str = "/proc/net/tcp, /proc/net/tcp6";

/// Reports every port asked for.
pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    if questions.ports.is_empty() {
        return;
    }
    let mut listening: BTreeMap<u16, Vec<Listener>> = BTreeMap::new();
    let mut tables = TABLES;
    let sockets = host.listeners().inspect(|_| tables = "sock_diag(7)");
    match sockets.or_else(|_| listeners_in(host, OWN)) {
        Ok(sockets) => {
            for socket in sockets.into_iter().filter(|socket| questions.ports.contains(&socket.port)) {
                listening.entry(socket.port).or_default().push(socket);
            }
        }
        Err(trouble) => return questions.ports.iter().for_each(|port| put_all(sink, *port, &trouble)),
    }
    // Before the engine is asked, which may take its time: that a port is in use does not depend on it.
    for port in listening.keys() {
        sink.known(fact(*port, "state"), "in-use", tables);
    }
    let mut engine = Published::ask(host);
    let mut used = Vec::new();
    for number in &questions.ports {
        let port = Port {
            number: *number,
            listeners: listening.remove(number).unwrap_or_default(),
            published: engine.by_port.remove(number).unwrap_or_default(),
        };
        if !port.listeners.is_empty() {
            used.push(port);
        } else if !port.published.is_empty() {
            sink.known(port.fact("state"), "in-use", engine.place.as_str());
            used.push(port);
        } else if let Some(trouble) = &engine.trouble {
            put_all(sink, *number, trouble);
        } else {
            report_free(sink, *number, &format!("{tables}, {}", engine.place));
        }
    }
    report_used(host, sink, &used, tables, &engine);
}

fn fact(port: u16, what: &str) -> String {
    format!("ports.tcp.{port}.{what}")
}

fn put_all(sink: &Sink, port: u16, trouble: &Fact) {
    for what in ["state", "owner", "addresses", "exposure", "holder", "firewall"] {
        sink.put(fact(port, what), trouble.clone());
    }
}

fn report_free(sink: &Sink, port: u16, place: &str) {
    sink.known(fact(port, "state"), "free", place);
    sink.known(fact(port, "exposure"), Exposure::None.name(), place);
    for what in ["owner", "addresses", "holder", "firewall"] {
        sink.absent(fact(port, what), place);
    }
}

/// Reports the addresses of ports in use, who can reach them, who listens, and what the firewall does with them.
fn report_used(host: &dyn Host, sink: &Sink, used: &[Port], tables: &str, engine: &Published) {
    let wildcard = |port: &Port| port.listened().iter().any(|(address, _)| address.is_unspecified());
    let own = if used.iter().any(wildcard) { own_addresses(host) } else { BTreeSet::new() };
    for port in used {
        let place = if port.published.is_empty() { tables.to_owned() } else { format!("{tables}, {}", engine.place) };
        let listened = port.listened();
        sink.known(port.fact("exposure"), exposure(&listened, &own).name(), place.as_str());
        let addresses: BTreeSet<IpAddr> = listened.into_iter().map(|(address, _)| address).collect();
        let addresses: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
        sink.known(port.fact("addresses"), addresses, place);
    }
    let (published, others): (Vec<&Port>, Vec<&Port>) = used.iter().partition(|port| !port.published.is_empty());
    for port in published {
        let names = port.published.iter().map(|(_, name)| format!("container {name}"));
        sink.known(port.fact("owner"), joined(names), engine.place.as_str());
        sink.known(port.fact("holder"), "container", engine.place.as_str());
        sink.put(port.fact("firewall"), port.firewall(host, &own, (!engine.rootless).then_some(engine.place.as_str())));
    }
    let inodes = others.iter().flat_map(|port| &port.listeners).map(|listener| listener.inode).collect();
    let processes = Processes::holding(host, inodes);
    for port in others {
        let (owner, holder) = processes.owner(host, &port.listeners);
        let docker = (holder.text() == Some("docker")).then_some(holder.place.as_str());
        sink.put(port.fact("firewall"), port.firewall(host, &own, docker));
        sink.put(port.fact("owner"), owner);
        sink.put(port.fact("holder"), holder);
    }
}

/// Names in a row, each once.
fn joined(names: impl Iterator<Item = String>) -> String {
    names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

/// The host's addresses, as far as they can be read; what cannot be read makes nothing public.
fn own_addresses(host: &dyn Host) -> BTreeSet<IpAddr> {
    let mut own = table(host, "/proc/net/fib_trie").map(|text| own_ipv4(&text)).unwrap_or_default();
    own.extend(table(host, "/proc/net/if_inet6").map(|text| own_ipv6(&text)).unwrap_or_default());
    own
}

/// Reads both tables of sockets: `/proc/net` if the kernel cannot be asked, `/proc/PID/net` for the network namespace of a process.
/// Without IPv6 there is no second one.
pub(super) fn listeners_in(host: &dyn Host, directory: &str) -> Result<Vec<Listener>, Fact> {
    // The big-endian machines that Docker is built for; the tables print numbers in the machine's order.
    let big_endian = host.arch().is_ok_and(|arch| arch == "s390x" || arch == "ppc64");
    let mut sockets = Vec::new();
    for name in ["tcp", "tcp6"] {
        let path = format!("{directory}/{name}");
        match table(host, &path).and_then(|text| listeners(&text, big_endian).map_err(HostError::Failed)) {
            Ok(found) => sockets.extend(found),
            Err(HostError::NotFound) if name == "tcp6" => {}
            Err(error) => return Err(unanswered(&error, path)),
        }
    }
    Ok(sockets)
}

fn table(host: &dyn Host, path: &str) -> Result<String, HostError> {
    host.read(Path::new(path), TABLE_LIMIT).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// What the engine publishes.
struct Published {
    /// Where it was asked; empty when it was not.
    place: String,
    /// Addresses and container names.
    by_port: BTreeMap<u16, BTreeSet<(IpAddr, String)>>,
    /// It runs without root, and so writes no rules of its own.
    rootless: bool,
    /// Why the engine did not answer, which makes every port without a listener unknown.
    trouble: Option<Fact>,
}

impl Published {
    fn ask(host: &dyn Host) -> Self {
        let mut published = Self { place: String::new(), by_port: BTreeMap::new(), rootless: false, trouble: None };
        let engine = match engine(host) {
            Ok(engine) => engine,
            Err(refusal) => return Self { trouble: Some(refusal.fact()), ..published },
        };
        published.place = engine.place(CONTAINERS);
        let ports = engine.containers().and_then(|containers| -> Result<Vec<PublishedPort>, _> {
            let ports: Result<Vec<_>, _> = containers.iter().map(|container| container.published()).collect();
            ports.map(|ports| ports.into_iter().flatten().filter(|port| port.protocol == "tcp").collect())
        });
        match ports {
            Ok(ports) => {
                published.rootless =
                    !ports.is_empty() && engine.info().is_ok_and(|info| info.body.rootless == Some(true));
                for PublishedPort { port, address, container, .. } in ports {
                    // An address that is not understood may be every address.
                    let address = address.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
                    published.by_port.entry(port).or_default().insert((address, container));
                }
            }
            Err(error) => {
                let place = format!("no listener; published ports of {}", published.place);
                published.trouble = Some(unanswered(&error, place));
            }
        }
        published
    }
}

/// A port asked for, and what holds it.
struct Port {
    number: u16,
    listeners: Vec<Listener>,
    published: BTreeSet<(IpAddr, String)>,
}

impl Port {
    fn fact(&self, what: &str) -> String {
        fact(self.number, what)
    }

    /// What the firewall does with connections from public addresses. `docker` says why Docker's own rules let them in.
    fn firewall(&self, host: &dyn Host, own: &BTreeSet<IpAddr>, docker: Option<&str>) -> Fact {
        const FIREWALL: &str = "nft --terse list ruleset";
        let listened = self.listened();
        let reached: BTreeSet<bool> =
            listened.iter().flat_map(|listened| public(listened, own)).map(IpAddr::is_ipv6).collect();
        if reached.is_empty() {
            return Fact::absent("not on a public address");
        }
        if let Some(place) = docker {
            return Fact::known("passes", format!("{place}: Docker's rules come before those of the host"));
        }
        let (why, reason) = match fate(host, self.number, &Vec::from_iter(reached)) {
            Ok(Fate::Passes) => return Fact::known("passes", FIREWALL),
            Ok(Fate::Blocked) => return Fact::known("blocks", FIREWALL),
            Ok(Fate::Unclear) => {
                (Why::NotDetermined, "the rules of the firewall do not say clearly who reaches it".to_owned())
            }
            Err(reason) => reason,
        };
        let name = self.fact("firewall");
        Fact::unknown(why, format!("{reason}; if it keeps others out, attest it with --attest {name}=blocks"), FIREWALL)
    }

    fn listened(&self) -> BTreeSet<Listened> {
        let listened = self.listeners.iter().map(|listener| (listener.address, listener.v6_only));
        listened.chain(self.published.iter().map(|(address, _)| (*address, false))).collect()
    }
}

#[cfg(test)]
mod tests;
