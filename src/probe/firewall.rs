//! Host firewall: which one is configured, whether it filters, and what it does with connections to a port.
//!
//! Files show which one is configured, and of ufw and firewalld also that it filters. Everything else takes the rules that
//! are loaded, which only root may list. Those that Docker makes for its containers do not count.

mod rules;

pub(super) use rules::Fate;
use rules::{OLDER_TABLES, loaded};

use super::{Host, HostError, Questions, Sink, exists, read_line, unanswered};
use crate::facts::{Fact, Value, Why};
use crate::host::{Result, read_text};

const UFW: &str = "/etc/ufw/ufw.conf";
const WITNESSES: &str = "/etc/ufw/ufw.conf, services enabled in /etc/systemd/system, /proc/net/ip_tables_names";
const RULES: &str = "nft --terse list ruleset";

/// Where an enabled service is linked; nftables belongs to sysinit on Debian and to multi-user on RHEL.
const WANTS: [&str; 3] = [
    "/etc/systemd/system/multi-user.target.wants",
    "/etc/systemd/system/sysinit.target.wants",
    "/etc/systemd/system/basic.target.wants",
];

/// Services that load rules when the host starts, and end.
const LOADERS: [(&str, &str); 6] = [
    ("nftables.service", "nftables"),
    ("iptables.service", "iptables"),
    ("netfilter-persistent.service", "iptables"),
    ("ferm.service", "ferm"),
    ("shorewall.service", "shorewall"),
    ("shorewall6.service", "shorewall"),
];

/// What firewalld leaves while it runs. Under systemd it writes no process id; its control group is there while it
/// runs, at one of three places by the layout of the groups.
const FIREWALLD: [&str; 5] = [
    "/run/firewalld",
    "/run/firewalld.pid",
    "/sys/fs/cgroup/system.slice/firewalld.service",
    "/sys/fs/cgroup/systemd/system.slice/firewalld.service",
    "/sys/fs/cgroup/unified/system.slice/firewalld.service",
];

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
    let active = |kind, place: &str| Firewall { kind, place: place.to_owned(), active: Fact::known(true, place) };
    if ufw_enabled(host).map_err(at(UFW))? {
        return Ok(active("ufw", UFW));
    }
    if let Some(trace) = first(host, &FIREWALLD).map_err(at("/run/firewalld"))? {
        return Ok(active("firewalld", trace));
    }
    let (kind, place) = configured(host).map_err(at(WANTS[0]))?.unwrap_or(("none", WITNESSES.to_owned()));
    Ok(Firewall { kind, place, active: by_rules(host) })
}

/// A firewall that is configured and may have loaded its rules.
fn configured(host: &dyn Host) -> Result<Option<(&'static str, String)>> {
    for (service, kind) in [("firewalld.service", "firewalld")].into_iter().chain(LOADERS) {
        if let Some(link) = enabled(host, service)? {
            return Ok(Some((kind, link)));
        }
    }
    // For root only; whoever may not read it may not list the rules either.
    let older = OLDER_TABLES.into_iter().find(|file| read_line(host, file).is_ok_and(|tables| !tables.is_empty()));
    Ok(older.map(|file| ("iptables", file.to_owned())))
}

/// Whether the loaded rules drop anything.
fn by_rules(host: &dyn Host) -> Fact {
    match loaded(host).map(|rules| rules.filter()) {
        Ok(Some(filters)) => Fact::known(filters, RULES),
        Ok(None) => Fact::unknown(Why::NotDetermined, "whether the loaded rules filter is not clear", RULES),
        Err(HostError::NotPermitted) => Fact::unknown(Why::NotPermitted, "run as root to read the loaded rules", RULES),
        Err(error) => unanswered(&error, RULES),
    }
}

/// What the firewall does with connections from public addresses to a port of the host's own programs, on the IP versions at
/// which they can reach it (true for IPv6). The error is the reason why that is unknown.
pub(super) fn fate(host: &dyn Host, port: u16, versions: &[bool]) -> std::result::Result<Fate, (Why, String)> {
    let rules = loaded(host).map_err(|error| {
        let which = match firewall(host) {
            Ok(Firewall { kind, active, .. }) if active.value() == Some(&Value::Bool(true)) => {
                format!("{kind} is active")
            }
            _ => "a firewall may be active".to_owned(),
        };
        match error {
            HostError::NotPermitted => (Why::NotPermitted, format!("{which}, and only root may read its rules")),
            HostError::NotAsked(reason) => (Why::NotAsked, format!("{which}, and its rules are not known: {reason}")),
            error => (Why::Unreadable, format!("{which}, and its rules could not be read: {error}")),
        }
    })?;
    let fates: Vec<Fate> = versions.iter().map(|v6| rules.fate(port, *v6)).collect();
    let worst = [Fate::Passes, Fate::Unclear].into_iter().find(|fate| fates.contains(fate));
    Ok(worst.unwrap_or(Fate::Blocked))
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
            (ufw("no"), "none", None),
            (service(ufw("no"), "multi-user", "firewalld").directory("/run/firewalld"), "firewalld", Some(true)),
            (slices().directory("/sys/fs/cgroup/system.slice/firewalld.service"), "firewalld", Some(true)),
            (service(slices(), "multi-user", "firewalld"), "firewalld", None),
            (service(Recorded::default(), "sysinit", "nftables"), "nftables", None),
            (service(Recorded::default(), "multi-user", "nftables"), "nftables", None),
            (service(Recorded::default(), "multi-user", "netfilter-persistent"), "iptables", None),
            (service(Recorded::default(), "multi-user", "ferm"), "ferm", None),
            (service(Recorded::default(), "basic", "shorewall"), "shorewall", None),
            (Recorded::default().file(OLDER_TABLES[0], "nat\nfilter\n"), "iptables", None),
            (Recorded::default().file(OLDER_TABLES[0], ""), "none", None),
            (Recorded::default(), "none", None),
        ] {
            assert_eq!(found(&host), (Some(kind.to_owned()), active), "{host:?}");
        }
    }

    /// A host of a user where nft lists these rules.
    fn listing(host: Recorded, uid: u32, rules: &str) -> Recorded {
        let answers = format!(
            "user = {{ uid = {uid}, groups = [] }}\ntools = {{ nft = '/usr/sbin/nft' }}\n\
             [[command]]\nrun = '/usr/sbin/nft --terse list ruleset'\nstdout = {rules:?}\n"
        );
        host.answering(&answers).unwrap()
    }

    const DROPS: &str =
        "table inet filter {\n chain input {\n  type filter hook input priority 0; policy drop;\n }\n}\n";

    #[test]
    fn without_a_front_end_the_loaded_rules_decide() {
        let none = Recorded::default;
        for (host, kind, active) in [
            (listing(none(), 0, ""), "none", Some(false)),
            (listing(none(), 0, DROPS), "none", Some(true)),
            (listing(none(), 1000, ""), "none", None),
            (listing(none().file(OLDER_TABLES[1], "filter\n"), 0, ""), "iptables", None),
            (listing(service(none(), "multi-user", "nftables"), 0, ""), "nftables", Some(false)),
            (listing(service(none(), "multi-user", "ferm"), 0, DROPS), "ferm", Some(true)),
        ] {
            assert_eq!(found(&host), (Some(kind.to_owned()), active), "{host:?}");
        }
        let fails = none().answering(
            "user = { uid = 0, groups = [] }\ntools = { nft = '/usr/sbin/nft' }\n\
             command = [{ run = '/usr/sbin/nft --terse list ruleset', code = 1, stderr = 'netlink: Operation not permitted' }]",
        );
        assert_eq!(found(&fails.unwrap()), (Some("none".to_owned()), None));
    }

    #[test]
    fn why_it_is_not_known_what_a_firewall_does() {
        let reason = |host: &Recorded| fate(host, 27017, &[false]).unwrap_err().1;
        let user = "user = { uid = 1000, groups = [] }";
        let other = Recorded::default().answering(user).unwrap();
        assert_eq!(reason(&other), "a firewall may be active, and only root may read its rules");
        let ufw = Recorded::default().file(UFW, "ENABLED=yes\n").answering("user = { uid = 0, groups = [] }").unwrap();
        assert_eq!(
            reason(&ufw),
            "ufw is active, and its rules could not be read: there is no program nft to list them"
        );
        assert_eq!(fate(&listing(Recorded::default(), 0, DROPS), 27017, &[false]), Ok(Fate::Blocked));
        assert_eq!(fate(&listing(Recorded::default(), 0, ""), 27017, &[false]), Ok(Fate::Passes));
    }

    #[test]
    fn what_may_not_be_read_is_unknown() {
        for call in ["read /etc/ufw/ufw.conf", "stat /run/firewalld"] {
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
