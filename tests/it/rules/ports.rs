//! Ports while the platform runs, backends behind a firewall, and limits of containers.

use crate::support::{Check, Report, recorded, scratch};

/// A check of a recorded host in which some texts were replaced. Each of them must be in the recording.
#[track_caller]
fn judged(product: &str, host: &str, edits: &[(&str, &str)], arguments: &[&str]) -> Report {
    let mut text = std::fs::read_to_string(recorded(host)).unwrap();
    for (old, new) in edits {
        assert!(text.contains(old), "{host} has no {old}");
        text = text.replace(old, new);
    }
    let line = std::panic::Location::caller().line();
    let file = scratch(&format!("ports-{host}-{line}")).write("host.toml", text);
    Check::of(product).with(&["--host", &file]).with(arguments).report()
}

const PROCESSES: &str = "[processes]\n";
const ROOT: &str = "user = { uid = 0, groups = [0] }";
/// The last line of the table of sockets, and the last link of a process, of Ubuntu 22.04.
const SOCKETS: &str = "   2: 1600140A:0016";
const LINKS: &str = "\"/proc/912/fd/4\" =";
const NO_CONTAINER: &str = "body = \"[]\"";

/// CometChat in operation, on Ubuntu 22.04, where process 700 of this name, in this control group, listens on port 443.
#[track_caller]
fn running(name: &str, group: &str) -> Report {
    judged(
        "cometchat",
        "ubuntu-22.04",
        &[
            (PROCESSES, &format!("{PROCESSES}700 = \"{name}\"\n")),
            (SOCKETS, &format!("   3: 00000000:01BB 00000000:0000 0A 0:0 0:0 0 33 0 24999 1 0\n{SOCKETS}")),
            (LINKS, &format!("\"/proc/700/fd/9\" = \"socket:[24999]\"\n{LINKS}")),
            ("[files]\n", &format!("[files]\n\"/proc/700/cgroup\" = \"0::/system.slice/{group}\\n\"\n")),
        ],
        &["--tier", "qa", "--phase", "run"],
    )
}

#[test]
fn while_it_runs_a_container_or_docker_holds_port_443_and_80_may_be_closed() {
    let container = format!("docker-{}.scope", "0b2fb4ff41d90ca0".repeat(4));
    for (name, group) in [
        ("docker-proxy", "docker.service"),
        // The ingress of a Swarm, on every node, workers included.
        ("dockerd", "docker.service"),
        // A container in the network of the host.
        ("nginx", container.as_str()),
    ] {
        let report = running(name, group);
        assert_eq!(report.finding("port-443-running").status, "passed", "{name} {group}");
        for id in ["port-443", "port-80"] {
            assert_eq!(report.finding(id).status, "skipped", "{id}");
        }
        assert_ne!(report.verdict(), "unsupported");
    }
    let published = r#"[{"Id":"a1","Names":["/nginx"],"Ports":[{"IP":"0.0.0.0","PublicPort":443,"Type":"tcp"}]}]"#;
    let body = format!("body = '{published}'");
    let arguments = &["--tier", "qa", "--phase", "run"];
    let report = judged("cometchat", "ubuntu-22.04", &[(NO_CONTAINER, &body)], arguments);
    assert_eq!(report.finding("port-443-running").status, "passed");
}

#[test]
fn while_it_runs_another_process_on_port_443_is_a_warning_that_names_it() {
    let finding = running("apache2", "apache2.service").finding("port-443-running");
    assert_eq!((finding.status.as_str(), finding.outcome.as_str()), ("warning", "fail"));
    assert!(finding.found.contains("apache2 (pid 700)"), "{}", finding.found);
    assert!(finding.because.contains("the site's own reverse proxy"), "{}", finding.because);
    // Nothing listens.
    let report = Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--phase", "run"]).report();
    assert_eq!(report.finding("port-443-running").status, "warning");
}

#[test]
fn while_it_runs_a_holder_that_cannot_be_read_is_unknown() {
    let report = judged(
        "cometchat",
        "ubuntu-22.04",
        &[
            (ROOT, "user = { uid = 1000, groups = [1000] }\nerrors = { \"list /proc/688/fd\" = \"not-permitted\" }"),
            (SOCKETS, &format!("   3: 00000000:01BB 00000000:0000 0A 0:0 0:0 0 33 0 24999 1 0\n{SOCKETS}")),
        ],
        &["--tier", "qa", "--phase", "run"],
    );
    assert_eq!(report.finding("port-443-running").status, "unknown");
}

#[test]
fn before_the_installation_nothing_else_may_hold_the_ports() {
    let edits = [(SOCKETS, &*format!("   3: 00000000:01BB 00000000:0000 0A 0:0 0:0 0 33 0 24999 1 0\n{SOCKETS}"))];
    let report = judged("cometchat", "ubuntu-22.04", &edits, &["--tier", "qa"]);
    assert_eq!(report.finding("port-443").status, "failed");
    assert_eq!(report.finding("port-80").status, "passed");
    assert_eq!(report.finding("port-443-running").status, "skipped");
}

#[test]
fn while_it_runs_a_process_on_rocket_chats_port_is_a_warning() {
    let listener = format!("   3: 0100007F:0BB8 00000000:0000 0A 0:0 0:0 0 33 0 24999 1 0\n{SOCKETS}");
    let holder = |name: &str| {
        let edits = [
            (PROCESSES, &*format!("{PROCESSES}700 = \"{name}\"\n")),
            (SOCKETS, listener.as_str()),
            (LINKS, &format!("\"/proc/700/fd/9\" = \"socket:[24999]\"\n{LINKS}")),
        ];
        let report = judged("rocketchat", "ubuntu-22.04", &edits, &["--tier", "vps-recommended", "--phase", "run"]);
        report.finding("port-3000-running").status
    };
    assert_eq!(holder("node"), "warning");
    assert_eq!(holder("docker-proxy"), "passed");
    let free = Check::of("rocketchat").tier("vps-recommended").on("ubuntu-22.04").with(&["--phase", "run"]).report();
    assert_eq!(free.finding("port-3000-running").status, "passed", "the application may be on another port");
}

/// Findings of the exposed host, whose processes have 27017, 9100 and 9090, and whose engine publishes 6379.
#[track_caller]
fn exposed(edits: &[(&str, &str)], arguments: &[&str]) -> [String; 2] {
    let report = judged("cometchat", "backend-exposed", edits, arguments);
    ["backend-ports-private", "monitoring-ports-private"].map(|id| report.finding(id).status)
}

const MONITORING_RULES: [(&str, &str); 2] = [
    ("\t\tmeta l4proto tcp tcp dport 9100 counter packets 0 bytes 0 accept\n", ""),
    ("\t\tmeta l4proto tcp tcp dport 9090 counter packets 0 bytes 0 accept\n", ""),
];
const NFT: &str = "nft = \"/usr/sbin/nft\"\n";

#[test]
fn a_backend_on_a_public_address_fails_where_rules_let_others_in_or_filter_nothing() {
    assert_eq!(exposed(&[], &[]), ["failed", "failed"]);
    let no_firewall = [("ENABLED=yes", "ENABLED=no"), ("policy drop", "policy accept")];
    assert_eq!(exposed(&no_firewall, &[]), ["failed", "failed"]);
}

#[test]
fn a_backend_that_the_rules_keep_others_from_passes_unless_docker_publishes_it() {
    // 6379 is published: Docker's rules come before those of ufw.
    assert_eq!(exposed(&MONITORING_RULES, &[]), ["failed", "passed"]);
}

#[test]
fn a_backend_behind_a_firewall_whose_rules_cannot_be_read_is_unknown_and_can_be_attested() {
    let unread = [(NFT, "")];
    assert_eq!(exposed(&unread, &[]), ["failed", "unknown"]);
    let found = judged("cometchat", "backend-exposed", &unread, &[]).finding("monitoring-ports-private").found;
    assert!(found.contains("ufw is active") && found.contains("--attest ports.tcp.9100.firewall=blocks"), "{found}");
    let attested = ["--attest", "ports.tcp.9100.firewall=blocks", "--attest", "ports.tcp.9090.firewall=blocks"];
    assert_eq!(exposed(&unread, &attested), ["failed", "passed"]);
}

#[test]
fn rocket_chats_vendor_has_no_rule_for_mongodb_and_nats_so_they_warn() {
    let report = Check::of("rocketchat").tier("vps-recommended").on("backend-exposed").report();
    let finding = report.finding("mongodb-port-private");
    assert_eq!((finding.status.as_str(), finding.outcome.as_str()), ("warning", "fail"));
    assert_eq!(report.finding("nats-port-private").status, "passed");
}

/// A limit of open files as /proc/PID/limits writes it, soft and hard.
fn open_files(soft: u32, hard: u32) -> String {
    format!("Max open files            {soft:<21}{hard:<21}files")
}

#[test]
fn containers_take_their_limit_from_daemon_json_else_from_containerd() {
    const DAEMON: &str = r#"[files]
"/etc/docker/daemon.json" = '{"default-ulimits":{"nofile":{"Name":"nofile","Soft":500000,"Hard":500000}}}'
"#;
    let nofile =
        |edits: &[(&str, &str)]| judged("cometchat", "ubuntu-22.04", edits, &["--tier", "qa"]).finding("nofile");
    assert_eq!(nofile(&[]).status, "passed");
    let (limit, low) = (open_files(524_288, 524_288), open_files(1024, 524_288));
    let few = nofile(&[(&limit, &low)]);
    assert_eq!((few.status.as_str(), few.found.as_str()), ("warning", "1,024"));
    assert_eq!(nofile(&[(&limit, &low), ("[files]\n", DAEMON)]).status, "passed");
}

#[test]
fn the_limit_of_mongodb_is_that_of_its_container() {
    let nofile = |edits: &[(&str, &str)]| {
        let arguments = ["--tier", "vps-recommended", "--mongodb", "local"];
        judged("rocketchat", "ubuntu-20.04", edits, &arguments).finding("mongodb-nofile")
    };
    assert_eq!(nofile(&[]).status, "passed");
    let few = nofile(&[(&open_files(1_048_576, 1_048_576), &open_files(1024, 1_048_576))]);
    assert_eq!(few.status, "warning");
    assert!(few.found.starts_with("MongoDB's container, containers: 1,024"), "{}", few.found);
}
