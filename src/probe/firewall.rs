//! Host firewall: which one is configured and whether it is known to filter.
//!
//! From files alone: listing rules takes root and the right program (one of two kinds of iptables, or nft). Rules that
//! somebody loaded by hand, and those that Docker makes for itself, do not count here.

use super::{Host, HostError, Questions, Sink, exists, read_line};
use crate::facts::{Fact, Why};
use crate::host::{Result, read_text};

const UFW: &str = "/etc/ufw/ufw.conf";
const IP_TABLES: &str = "/proc/net/ip_tables_names";
const WITNESSES: &str = "/etc/ufw/ufw.conf, services enabled in /etc/systemd/system, /proc/net/ip_tables_names";

/// Where an enabled service is linked; nftables belongs to sysinit on Debian and to multi-user on RHEL.
const WANTS: [&str; 2] = ["/etc/systemd/system/multi-user.target.wants", "/etc/systemd/system/sysinit.target.wants"];

/// What firewalld leaves while it runs. Under systemd it writes no process id; its control group is there while it
/// runs, at one of three places by the layout of the groups.
const FIREWALLD: [&str; 5] = [
    "/run/firewalld",
    "/run/firewalld.pid",
    "/sys/fs/cgroup/system.slice/firewalld.service",
    "/sys/fs/cgroup/systemd/system.slice/firewalld.service",
    "/sys/fs/cgroup/unified/system.slice/firewalld.service",
];

/// There when systemd keeps the groups, so that a service without one does not run.
const SLICES: [&str; 2] = ["/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/systemd/system.slice"];

/// What is configured, the place that says so, and whether it filters.
struct Firewall {
    kind: &'static str,
    place: String,
    active: Fact,
}

pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    match firewall(host) {
        Ok(firewall) => {
            sink.known("firewall.kind", firewall.kind, firewall.place);
            sink.put("firewall.active", firewall.active);
        }
        Err((error, place)) => {
            sink.failed("firewall.kind", &error, place);
            sink.failed("firewall.active", &error, place);
        }
    }
}

fn firewall(host: &dyn Host) -> std::result::Result<Firewall, (HostError, &'static str)> {
    let at = |place| move |error| (error, place);
    let known = |kind, active: bool, place: &str| Firewall {
        kind,
        place: place.to_owned(),
        active: Fact::known(active, place),
    };
    let loaded_unseen = |kind, place: String| Firewall {
        kind,
        active: Fact::unknown(Why::NotAsked, "rampcheck does not list the loaded rules", place.as_str()),
        place,
    };
    if ufw_enabled(host).map_err(at(UFW))? {
        return Ok(known("ufw", true, UFW));
    }
    if let Some(trace) = first(host, &FIREWALLD).map_err(at("/run/firewalld"))? {
        return Ok(known("firewalld", true, trace));
    }
    if let Some(link) = enabled(host, "firewalld.service").map_err(at(WANTS[0]))? {
        return match first(host, &SLICES) {
            Ok(Some(_)) => Ok(known("firewalld", false, &link)),
            _ => Ok(loaded_unseen("firewalld", link)),
        };
    }
    for (service, kind) in [
        ("nftables.service", "nftables"),
        ("iptables.service", "iptables"),
        ("netfilter-persistent.service", "iptables"),
    ] {
        if let Some(link) = enabled(host, service).map_err(at(WANTS[0]))? {
            return Ok(loaded_unseen(kind, link));
        }
    }
    // For root only; without the file no table of the older kind was ever loaded.
    match read_line(host, IP_TABLES) {
        Ok(tables) if !tables.is_empty() => Ok(loaded_unseen("iptables", IP_TABLES.to_owned())),
        Ok(_) | Err(HostError::NotFound) => Ok(known("none", false, WITNESSES)),
        Err(error) => Err((error, IP_TABLES)),
    }
}

/// `ENABLED=yes` of ufw.conf, as ufw(8) writes it when it loads its rules and at every boot thereafter.
fn ufw_enabled(host: &dyn Host) -> Result<bool> {
    match read_text(host, UFW) {
        Ok(text) => Ok(is_enabled(&text)),
        Err(HostError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

fn is_enabled(conf: &str) -> bool {
    let value = conf.lines().filter_map(|line| line.trim().strip_prefix("ENABLED=")).next_back();
    value.is_some_and(|value| value.trim_matches(['"', '\'']).eq_ignore_ascii_case("yes"))
}

/// The link by which systemd starts a service at boot.
fn enabled(host: &dyn Host, service: &str) -> Result<Option<String>> {
    for directory in WANTS {
        let path = format!("{directory}/{service}");
        match host.link(path.as_ref()) {
            Ok(_) => return Ok(Some(path)),
            Err(HostError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The first of these paths that exists.
fn first<'p>(host: &dyn Host, paths: &[&'p str]) -> Result<Option<&'p str>> {
    for path in paths {
        if exists(host, path)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{ask, why};
    use super::*;
    use crate::facts::{Subject, Value};
    use crate::host::Recorded;

    /// Kind, and whether it is active.
    fn found(host: &Recorded) -> (Option<String>, Option<bool>) {
        let facts = ask(Subject::Firewall, host);
        let active = match facts["firewall.active"].value() {
            Some(Value::Bool(active)) => Some(*active),
            _ => None,
        };
        (facts["firewall.kind"].text().map(str::to_owned), active)
    }

    fn service(host: Recorded, target: &str, name: &str) -> Recorded {
        let link = format!("/etc/systemd/system/{target}.target.wants/{name}.service");
        host.symlink(&link, &format!("/lib/systemd/system/{name}.service"))
    }

    #[test]
    fn one_firewall_by_its_traces() {
        let ufw = |enabled: &str| {
            Recorded::default()
                .file(UFW, format!("# /etc/ufw/ufw.conf\n#ENABLED=maybe\nENABLED={enabled}\nLOGLEVEL=low\n"))
        };
        let slices = || Recorded::default().directory("/sys/fs/cgroup/system.slice");
        for (host, kind, active) in [
            (ufw("yes"), "ufw", Some(true)),
            (ufw("\"yes\""), "ufw", Some(true)),
            (ufw("no"), "none", Some(false)),
            (service(ufw("no"), "multi-user", "firewalld").directory("/run/firewalld"), "firewalld", Some(true)),
            (slices().directory("/sys/fs/cgroup/system.slice/firewalld.service"), "firewalld", Some(true)),
            (service(slices(), "multi-user", "firewalld"), "firewalld", Some(false)),
            (service(Recorded::default(), "multi-user", "firewalld"), "firewalld", None),
            (service(Recorded::default(), "sysinit", "nftables"), "nftables", None),
            (service(Recorded::default(), "multi-user", "nftables"), "nftables", None),
            (service(Recorded::default(), "multi-user", "netfilter-persistent"), "iptables", None),
            (Recorded::default().file(IP_TABLES, "nat\nfilter\n"), "iptables", None),
            (Recorded::default().file(IP_TABLES, ""), "none", Some(false)),
            (Recorded::default(), "none", Some(false)),
        ] {
            assert_eq!(found(&host), (Some(kind.to_owned()), active), "{host:?}");
        }
    }

    #[test]
    fn what_may_not_be_read_is_unknown() {
        for call in ["read /etc/ufw/ufw.conf", "stat /run/firewalld", "read /proc/net/ip_tables_names"] {
            let host = Recorded::default().answering(&format!("errors = {{ '{call}' = 'not-permitted' }}")).unwrap();
            let facts = ask(Subject::Firewall, &host);
            assert_eq!(why(&facts["firewall.kind"]), Some(Why::NotPermitted), "{call}");
            assert_eq!(why(&facts["firewall.active"]), Some(Why::NotPermitted), "{call}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = is_enabled(&text);
        }
    }
}
