//! Where the MongoDB is that a deployment uses.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::super::service::{Setting, unset};
use super::{Known, at, nothing_sets, set_elsewhere, undetermined};
use crate::facts::{Application, Fact, Why};
use crate::probe::userinfo::after_user;

/// Names of the machine itself, as containers see it.
const HERE: [&str; 3] = ["localhost", "host.docker.internal", "gateway.docker.internal"];

/// Where it is: `local` among the services or on this host, else `remote`. Absent if no service names an address, unknown if
/// one names neither a service of its own nor a domain.
pub(super) fn of_mongodb(services: &[Known<'_>], application: &Application, place: &str) -> Fact {
    if services.iter().any(Known::is_mongod) {
        return Fact::known("local", place);
    }
    if let Some(why) = undetermined(services) {
        return Fact::unknown(Why::NotDetermined, why, place);
    }
    let mut places = BTreeSet::new();
    for known in services.iter().filter(|known| known.is_product()) {
        for name in &application.mongodb_addresses {
            let service = known.service;
            let unknown = |why: String| Fact::unknown(Why::NotDetermined, why, place);
            let setting = match (service.environment.get(name), &service.own_mongodb) {
                (Some(setting), _) => setting,
                (None, Some(Setting { excerpt, .. })) => {
                    return unknown(format!("{}: the chart's own MongoDB can be on this host, too", at(excerpt)));
                }
                (None, None) if service.set_elsewhere.contains(name) => return unknown(set_elsewhere(name, service)),
                (None, None) => continue,
            };
            let is_local = setting.value.clone().and_then(|url| {
                let hosts = hosts(&url).ok_or_else(|| format!("{}: no address of MongoDB", at(&setting.excerpt)))?;
                match (unset(hosts), is_local(&url, hosts)) {
                    (Some(name), _) => Err(nothing_sets(name, &setting.excerpt)),
                    (None, Some(is_local)) => Ok(is_local),
                    (None, None) => Err(format!("{}: {hosts} can be on this host, too", at(&setting.excerpt))),
                }
            });
            match is_local {
                Ok(is_local) => _ = places.insert(is_local),
                Err(why) => return unknown(why),
            }
        }
    }
    match (places.contains(&true), places.is_empty()) {
        (_, true) => Fact::absent(place),
        (true, _) => Fact::known("local", place),
        (false, _) => Fact::known("remote", place),
    }
}

/// The hosts that an address of MongoDB names, with their ports.
fn hosts(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    after_user(rest).split(['/', '?']).next().filter(|hosts| !hosts.is_empty())
}

/// Whether one of these hosts is this one. Nothing if that cannot be told.
fn is_local(url: &str, hosts: &str) -> Option<bool> {
    if url.starts_with("mongodb+srv:") {
        return Some(false);
    }
    let mut is_told = true;
    for host in hosts.split(',') {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let name = name.trim_matches(['[', ']']);
        match name.parse::<IpAddr>() {
            Ok(address) if address.is_loopback() || address.is_unspecified() => return Some(true),
            Ok(_) => {}
            Err(_) if HERE.contains(&name) => return Some(true),
            // The name of a container, or of a host in the same domain.
            Err(_) => is_told &= name.contains('.'),
        }
    }
    is_told.then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_addresses() {
        for (url, expected) in [
            ("mongodb://db.example.com:27017/chat?replicaSet=rs0", Some(false)),
            ("mongodb://u:p@ss@a.example.com,b.example.com:27018/chat", Some(false)),
            ("mongodb+srv://chat.abcde.mongodb.net/chat", Some(false)),
            ("mongodb://10.0.0.7/chat", Some(false)),
            ("mongodb://[fd00::7]:27017/chat", Some(false)),
            ("mongodb://localhost:27017/chat", Some(true)),
            ("mongodb://127.0.0.1/chat", Some(true)),
            ("mongodb://[::1]/chat", Some(true)),
            ("mongodb://host.docker.internal/chat", Some(true)),
            ("mongodb://db:27017/chat", None),
            ("mongodb://a.example.com,db/chat", None),
        ] {
            assert_eq!(hosts(url).and_then(|hosts| is_local(url, hosts)), expected, "{url}");
        }
        assert_eq!(hosts("mongodb:///chat"), None);
        assert_eq!(hosts("secret"), None);
    }
}
