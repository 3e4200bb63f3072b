//! Ports that a service publishes.

use std::collections::BTreeSet;

use super::super::service::{Published, Setting, unset};
use super::super::yaml::Node;
use super::{Reader, excerpt};
use crate::facts::{Application, is_of_any};

/// Most ports of a range.
const MOST_PORTS: u16 = 1024;

impl Reader<'_> {
    pub(super) fn ports(&self, service: &Node) -> Vec<Setting<Published>> {
        let mut ports = Vec::new();
        if let Some((key, node)) = service.entry("network_mode").filter(|_| !self.has_no_such_port(service)) {
            let every = "every port of the service is one of the host";
            let why = match self.text(node) {
                Ok(mode) if mode == "host" => Some(format!("{}: {every}", key.place)),
                Ok(mode) => unset(&mode).map(|name| format!("{}: nothing sets {name}", key.place)),
                Err(why) => Some(why),
            };
            let excerpt = self.setting_excerpt(key, node);
            ports.extend(why.map(|why| Setting { value: Err(why), excerpt }));
        }
        let Some(node) = service.get("ports") else { return ports };
        let Some(list) = node.list().filter(|list| list.len() <= usize::from(MOST_PORTS)) else {
            let why = format!("{}: a list of at most {MOST_PORTS} ports is expected here", node.place);
            ports.push(Setting { value: Err(why), excerpt: excerpt(&node.place, "ports") });
            return ports;
        };
        let mut found = BTreeSet::new();
        for node in list {
            let (range, text) = if node.map().is_some() {
                let part = |name: &str| node.get(name).map(|node| self.whole_text(node)).transpose();
                let text = ["host_ip", "published", "target"]
                    .iter()
                    .filter_map(|name| Some(format!("{name}: {}", self.written(node.get(name)?))));
                let text = text.collect::<Vec<_>>().join(", ");
                let range = part("target").and_then(|target| {
                    let (address, published) = (part("host_ip")?, part("published")?);
                    let protocol = part("protocol")?.unwrap_or_else(|| "tcp".to_owned());
                    Ok(target
                        .and_then(|target| Range::of(address.as_deref(), published.as_deref(), &target, &protocol)))
                });
                (range, text)
            } else {
                (self.whole_text(node).map(|text| Range::parse(&text)), self.written(node))
            };
            let excerpt = excerpt(&node.place, &format!("- {text}"));
            let range = match (range, self.target(node)) {
                // Where the service itself listens decides first.
                (Err(_), Some(Ok((first, last)))) if !(first..=last).any(|port| self.names_port(port)) => continue,
                (Err(_), Some(Err(why))) => Err(why),
                (range, _) => range,
            };
            let range = range.and_then(|range| range.ok_or_else(|| format!("{}: not a port", node.place)));
            match range {
                Err(why) => ports.push(Setting { value: Err(why), excerpt }),
                Ok(range) => {
                    // Another file may say the same.
                    let is_new = |port: &Published| self.is_of_interest(port) && found.insert(port.clone());
                    let all = range.ports().into_iter().filter(is_new);
                    ports.extend(all.map(|port| Setting { value: Ok(port), excerpt: excerpt.clone() }));
                }
            }
        }
        ports
    }

    /// Whether a pack names a port. The others of a range are none of the facts'.
    fn is_of_interest(&self, published: &Published) -> bool {
        self.names_port(published.target) || published.port.is_some_and(|port| self.names_port(port))
    }

    fn names_port(&self, port: u16) -> bool {
        let names = |of: &Application| of.private_ports.contains(&port) || of.metrics_ports.contains(&port);
        self.applications.iter().any(names)
    }

    /// First and last port of the service, also if the rest of what is written depends on variables that nothing sets.
    fn target(&self, node: &Node) -> Option<Result<(u16, u16), String>> {
        let text = self.text(node.get("target").unwrap_or(node)).ok()?;
        let last = text.split('/').next().and_then(|text| text.rsplit(':').next()).unwrap_or_default();
        match unset(last) {
            Some(name) => Some(Err(format!("{}: nothing sets {name}", node.place))),
            None => range(last).map(Ok),
        }
    }

    /// Whether a service that uses the network of the host has none of the ports there.
    fn has_no_such_port(&self, service: &Node) -> bool {
        let image = service.get("image").and_then(|node| self.text(node).ok()).unwrap_or_default();
        let knows = |of: &Application| is_of_any(&image, &of.host_network);
        !self.applications.is_empty() && self.applications.iter().all(knows)
    }
}

/// Ports one after the other, and those of the host that they are published at.
struct Range {
    address: Option<std::net::IpAddr>,
    /// First and last.
    host: Option<(u16, u16)>,
    target: (u16, u16),
    is_tcp: bool,
}

impl Range {
    /// Reads `[[ADDRESS:]HOST:]TARGET[/PROTOCOL]`.
    fn parse(text: &str) -> Option<Self> {
        let (text, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        match text.rsplit_once(':') {
            None => Self::of(None, None, text, protocol),
            Some((rest, target)) => match rest.rsplit_once(':') {
                None => Self::of(None, Some(rest), target, protocol),
                Some((address, host)) => Self::of(Some(address), Some(host), target, protocol),
            },
        }
    }

    fn of(address: Option<&str>, host: Option<&str>, target: &str, protocol: &str) -> Option<Self> {
        let address = address.filter(|address| !address.is_empty());
        let address = address.map(|address| address.trim_start_matches('[').trim_end_matches(']').parse());
        let host = host.filter(|host| !host.is_empty()).map(range);
        let (host, target) = (
            match host {
                Some(range) => Some(range?),
                None => None,
            },
            range(target)?,
        );
        let length = |(first, last): (u16, u16)| last - first;
        // A single port is published at one of several.
        let fits = host.is_none_or(|host| length(host) == length(target) || length(target) == 0);
        let protocol = protocol.to_ascii_lowercase();
        let is_known = ["tcp", "udp", "sctp"].contains(&protocol.as_str());
        (fits && is_known).then_some(())?;
        Some(Self { address: address.transpose().ok()?, host, target, is_tcp: protocol == "tcp" })
    }

    fn ports(&self) -> Vec<Published> {
        let all = |(first, last): (u16, u16)| first..=last;
        let published = |port, target| Published { address: self.address, port, target, is_tcp: self.is_tcp };
        match self.host {
            None => all(self.target).map(|target| published(None, target)).collect(),
            Some(host) if self.target.0 == self.target.1 => {
                all(host).map(|port| published(Some(port), self.target.0)).collect()
            }
            Some(host) => all(host).zip(all(self.target)).map(|(port, target)| published(Some(port), target)).collect(),
        }
    }
}

/// A port, or the first and the last of several.
fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last && last - first < MOST_PORTS).then_some((first, last))
}
