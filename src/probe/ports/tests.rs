//! The probe over the tables of small hosts.

use super::*;
use crate::facts::{FactState, Facts, Subject, Value, Why};
use crate::host::Recorded;
use crate::probe::Questions;
use crate::probe::testing::{self, why};

const TCP: &str = "/proc/net/tcp";
const TCP6: &str = "/proc/net/tcp6";
const HEADER: &str =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const TRIE: &str = "Local:\n     |-- 10.0.0.5\n        /32 host LOCAL\n     |-- 127.0.0.1\n        /32 host LOCAL\n";

/// A table with listeners: address and port as printed, user, inode.
fn table_of(listeners: &[(&str, u32, u64)]) -> String {
    let line = |(local, uid, inode): &(&str, u32, u64)| {
        format!("   0: {local} 00000000:0000 0A 00000000:00000000 00:00000000 00000000 {uid:5}        0 {inode} 1 0\n")
    };
    HEADER.to_owned() + &listeners.iter().map(line).collect::<String>()
}

fn engine(containers: &str) -> String {
    format!(
        "[[http]]\nendpoint = 'unix:///var/run/docker.sock'\ntarget = '/containers/json'\nstatus = 200\n\
         body = '''{containers}'''\n"
    )
}

/// What is reported of port 443 and one that nothing listens on.
fn probed(host: Recorded, answers: &str) -> Facts {
    let questions = Questions { ports: [443, 65000].into(), ..Questions::default() };
    testing::ask_with(&questions, Subject::Ports, &host.answering(answers).unwrap())
}

fn of_443(facts: &Facts) -> (Option<&str>, Option<&str>, Option<&str>, Option<&Value>) {
    let text = |what: &str| facts[&fact(443, what)].text();
    (text("state"), text("owner"), text("exposure"), facts[&fact(443, "addresses")].value())
}

fn list(addresses: &[&str]) -> Value {
    Value::List(addresses.iter().map(|address| (*address).to_owned()).collect())
}

#[test]
fn nothing_listens() {
    let facts = probed(Recorded::default().file(TCP, HEADER), "");
    assert_eq!(of_443(&facts), (Some("free"), None, Some("none"), None));
    assert_eq!(facts["ports.tcp.443.owner"].state, FactState::Absent);
    assert_eq!(facts["ports.tcp.443.addresses"].state, FactState::Absent);
}

#[test]
fn a_process_listens_on_ipv6_for_both() {
    let host = Recorded::default()
        .file(TCP, HEADER)
        .file(TCP6, table_of(&[("00000000000000000000000000000000:01BB", 33, 23651)]))
        .file("/proc/net/fib_trie", TRIE)
        .symlink("/proc/812/fd/6", "socket:[23651]")
        .symlink("/proc/812/fd/0", "/dev/null")
        .symlink("/proc/1200/fd/6", "socket:[23651]");
    let facts = probed(host.clone(), "processes = { 812 = 'nginx', 1200 = 'nginx' }");
    assert_eq!(of_443(&facts), (Some("in-use"), Some("nginx (pid 812)"), Some("all"), Some(&list(&["::"]))));
    assert_eq!(facts["ports.tcp.65000.state"].text(), Some("free"));

    let public = host.file("/proc/net/if_inet6", "20010db8000000000000000000000007 02 40 00 80     eth0\n");
    assert_eq!(probed(public, "")["ports.tcp.443.exposure"].text(), Some("public"));
}

#[test]
fn who_listens_is_for_root_to_see() {
    let host = Recorded::default().file(TCP, table_of(&[("0500000A:01BB", 33, 7)])).directory("/proc/812/fd");
    for (trouble, why, reason) in [
        (
            "errors = { 'list /proc/812/fd' = 'not-permitted' }",
            Why::NotPermitted,
            "run as root to see who listens (uid 33)",
        ),
        ("", Why::NotDetermined, "no process has the socket open (uid 33)"),
    ] {
        let facts = probed(host.clone(), trouble);
        assert_eq!(of_443(&facts), (Some("in-use"), None, Some("private"), Some(&list(&["10.0.0.5"]))));
        let expected = FactState::Unknown { why, reason: reason.to_owned() };
        assert_eq!(facts["ports.tcp.443.owner"].state, expected);
    }
}

#[test]
fn a_published_port_belongs_to_its_container_also_without_a_listener() {
    let containers = r#"[{"Names":["/web"],"Image":"nginx","Ports":[
        {"IP":"0.0.0.0","PrivatePort":8443,"PublicPort":443,"Type":"tcp"},
        {"IP":"::","PrivatePort":8443,"PublicPort":443,"Type":"tcp"}]}]"#;
    let with_proxy = Recorded::default()
        .file(TCP, table_of(&[("00000000:01BB", 0, 7)]))
        .file("/proc/net/fib_trie", TRIE)
        .symlink("/proc/900/fd/4", "socket:[7]");
    let without_proxy = Recorded::default().file(TCP, HEADER).file("/proc/net/fib_trie", TRIE);
    for host in [with_proxy, without_proxy] {
        let facts = probed(host, &engine(containers));
        let addresses = list(&["0.0.0.0", "::"]);
        assert_eq!(of_443(&facts), (Some("in-use"), Some("container web"), Some("all"), Some(&addresses)));
        assert_eq!(facts["ports.tcp.65000.state"].text(), Some("free"));
    }
}

#[test]
fn a_listener_on_loopback_does_not_hide_a_port_published_to_all() {
    let containers = r#"[{"Names":["/db"],"Ports":[{"IP":"198.51.100.7","PublicPort":443,"Type":"tcp"}]}]"#;
    let host = Recorded::default().file(TCP, table_of(&[("0100007F:01BB", 0, 7)]));
    assert_eq!(probed(host, &engine(containers))["ports.tcp.443.exposure"].text(), Some("public"));
}

#[test]
fn an_engine_that_may_not_be_asked_leaves_only_ports_without_a_listener_open() {
    let host = Recorded::default().file(TCP, table_of(&[("0100007F:01BB", 0, 7)]));
    let facts = probed(host, "errors = { 'get unix:///var/run/docker.sock' = 'not-permitted' }");
    assert_eq!(facts["ports.tcp.443.state"].text(), Some("in-use"));
    assert_eq!(facts["ports.tcp.443.exposure"].text(), Some("loopback"));
    let reason = "no listener; published ports of unix:///var/run/docker.sock /containers/json: permission denied";
    let expected = FactState::Unknown { why: Why::NotPermitted, reason: reason.to_owned() };
    for what in ["state", "owner", "addresses", "exposure", "holder", "firewall"] {
        assert_eq!(facts[&fact(65000, what)].state, expected, "{what}");
    }
}

#[test]
fn an_engine_that_is_not_running_publishes_nothing() {
    let host = Recorded::default().file(TCP, HEADER);
    let facts = probed(host, "errors = { 'get unix:///var/run/docker.sock' = 'refused' }");
    assert_eq!(facts["ports.tcp.443.state"].text(), Some("free"));
}

#[test]
fn tables_that_cannot_be_read_leave_every_port_open() {
    let none = Recorded::default();
    let broken = Recorded::default().file(TCP, format!("{HEADER}nonsense\n"));
    let half = Recorded::default().file(TCP, HEADER);
    for (host, answers, expected) in [
        (none, "", Why::Unreadable),
        (broken, "", Why::Unreadable),
        (half, "errors = { 'read /proc/net/tcp6' = 'not-permitted' }", Why::NotPermitted),
    ] {
        let facts = probed(host, answers);
        assert!(facts.values().all(|fact| why(fact) == Some(expected)));
    }
}

#[test]
fn big_endian_machines_print_addresses_the_other_way_round() {
    let host = Recorded::default().file(TCP, table_of(&[("7F000001:01BB", 0, 7)]));
    assert_eq!(probed(host, "arch = 's390x'")["ports.tcp.443.exposure"].text(), Some("loopback"));
}

/// A host with a public address on which this process holds port 443.
fn held_by(name: &str, groups: &str) -> Facts {
    let host = Recorded::default()
        .file(TCP, table_of(&[("076433C6:01BB", 33, 7)]))
        .symlink("/proc/812/fd/6", "socket:[7]")
        .file("/proc/812/cgroup", groups);
    probed(host, &format!("processes = {{ 812 = '{name}' }}\nuser = {{ uid = 1000, groups = [] }}"))
}

#[test]
fn what_holds_a_port() {
    let id = "0b2fb4ff41d90ca04cb6b32bc7f6468284abf3a1105d12c21b13e5a748bd13a8";
    for (name, groups, expected) in [
        ("dockerd", "0::/system.slice/docker.service\n".to_owned(), "docker"),
        ("docker-proxy", "0::/system.slice/docker.service\n".to_owned(), "docker"),
        ("nginx", format!("0::/system.slice/docker-{id}.scope\n"), "container"),
        ("nginx", format!("12:pids:/docker/{id}\n1:name=systemd:/docker/{id}\n"), "container"),
        ("nginx", "0::/system.slice/nginx.service\n".to_owned(), "process"),
        ("apache2", String::new(), "process"),
    ] {
        let facts = held_by(name, &groups);
        assert_eq!(facts["ports.tcp.443.holder"].text(), Some(expected), "{name} {groups}");
        assert_eq!(facts["ports.tcp.443.owner"].text(), Some(format!("{name} (pid 812)").as_str()));
        assert_eq!(facts["ports.tcp.65000.holder"].state, FactState::Absent);
    }
}

#[test]
fn what_the_firewall_does_with_a_public_port() {
    let process = held_by("nginx", "");
    assert_eq!(why(&process["ports.tcp.443.firewall"]), Some(Why::NotPermitted));
    assert_eq!(
        testing::reason(&process["ports.tcp.443.firewall"]),
        "a firewall may be active, and only root may read its rules; \
         if it keeps others out, attest it with --attest ports.tcp.443.firewall=blocks"
    );
    assert_eq!(process["ports.tcp.65000.firewall"].state, FactState::Absent);
    assert_eq!(held_by("dockerd", "")["ports.tcp.443.firewall"].text(), Some("passes"), "the ingress of a Swarm");

    let containers = r#"[{"Names":["/db"],"Ports":[{"IP":"198.51.100.7","PublicPort":443,"Type":"tcp"}]}]"#;
    let published = probed(Recorded::default().file(TCP, HEADER), &engine(containers));
    assert_eq!(published["ports.tcp.443.firewall"].text(), Some("passes"));
    let rootless = "[[http]]\nendpoint = 'unix:///var/run/docker.sock'\ntarget = '/info'\n\
        body = '{\"SecurityOptions\":[\"name=rootless\"]}'\n";
    let rootless = probed(Recorded::default().file(TCP, HEADER), &(engine(containers) + rootless));
    assert!(why(&rootless["ports.tcp.443.firewall"]).is_some(), "it writes no rules");

    let listed = |port: u16| {
        let rules = format!(
            "table ip f {{\n chain i {{\n  type filter hook input priority 0; policy drop;\n  tcp dport {port} accept\n }}\n}}"
        );
        let answers = format!(
            "user = {{ uid = 0, groups = [] }}\ntools = {{ nft = '/usr/sbin/nft' }}\n\
             command = [{{ run = '/usr/sbin/nft --terse list ruleset', stdout = {rules:?} }}]"
        );
        let host = Recorded::default().file(TCP, table_of(&[("076433C6:01BB", 33, 7)]));
        probed(host, &answers)["ports.tcp.443.firewall"].text().map(str::to_owned)
    };
    assert_eq!(listed(443).as_deref(), Some("passes"));
    assert_eq!(listed(22).as_deref(), Some("blocks"));
}

#[test]
fn no_question_no_fact() {
    assert!(testing::ask(Subject::Ports, &Recorded::default()).is_empty());
}
