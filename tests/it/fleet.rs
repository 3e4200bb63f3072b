//! Fleets: one verdict over the reports of many hosts. Nodes are recorded hosts with names and machine ids of their own.

use std::fs;

use crate::support::{Check, DAY, Folder, Report, Run, rampcheck, recorded, scratch};

/// What makes a recorded host another one.
type Edits<'e> = &'e [(&'e str, &'e str)];

/// A node of 8 CPUs, 16 GB and 200 GB.
const NODE: &str = "ubuntu-22.04";

/// The text of a recording, as a host of this name.
fn recording(host: &str, name: &str, edits: Edits<'_>) -> String {
    let text = fs::read_to_string(recorded(host)).unwrap();
    let id = format!("{:0>32}", name.bytes().map(|b| format!("{b:02x}")).collect::<String>());
    let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}"));
    let mut text = text
        .replace(line("\"/etc/machine-id\""), &format!("\"/etc/machine-id\" = \"{id}\\n\""))
        .replace(line("\"/proc/sys/kernel/hostname\""), &format!("\"/proc/sys/kernel/hostname\" = \"{name}\\n\""));
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}

/// Writes the report of a node into `NAME.json`, and gives back its path.
fn node(dir: &Folder, name: &str, edits: Edits<'_>) -> String {
    node_by(dir, name, edits, &Check::of("cometchat").tier("baseline-10k"))
}

fn node_by(dir: &Folder, name: &str, edits: Edits<'_>, check: &Check) -> String {
    let host = dir.write(&format!("{name}.toml"), recording(NODE, name, edits));
    let report = check.clone().with(&["--host", &host]).report();
    dir.write(&format!("reports/{name}.json"), report.text())
}

/// A folder with the reports of so many nodes.
fn nodes(name: &str, count: usize) -> Folder {
    let dir = scratch(name);
    fs::create_dir(dir.at("reports")).unwrap();
    for number in 1..=count {
        node(&dir, &format!("app-{number}"), &[]);
    }
    dir
}

fn fleet(dir: &Folder, more: &[&str]) -> Run {
    let reports = dir.at("reports");
    rampcheck(&[&["fleet", "--today", DAY, "--reports-from", &reports], more].concat())
}

#[track_caller]
fn judged(dir: &Folder, more: &[&str]) -> Report {
    let run = fleet(dir, &[more, &["--format", "json"]].concat()).quiet();
    let report = Report::read(&run.stdout);
    run.expect(report.code());
    report
}

/// State of each host by name.
fn states(report: &Report) -> Vec<String> {
    let hosts = report["fleet"]["hosts"].as_array().unwrap().iter();
    hosts.map(|host| format!("{} {}", host["name"].as_str().unwrap(), host["state"].as_str().unwrap())).collect()
}

#[test]
fn four_nodes_are_enough_though_none_is_by_itself() {
    let dir = nodes("enough", 4);
    let report = judged(&dir, &[]);
    assert_eq!(report.verdict(), "supported", "{:?}", report.ids("unknown"));
    assert_eq!(report["schema"], "urn:rampcheck:fleet:1");
    assert_eq!(report["scope"], "fleet");
    assert_eq!(report.fact("size.cpus")["value"], 32.0);
    assert_eq!(report.finding("cpu").status, "passed");
    assert_eq!(report.finding("memory").status, "passed");
    assert_eq!(report.finding("hosts-complete").status, "passed");
    assert_eq!(states(&report), ["app-1 judged", "app-2 judged", "app-3 judged", "app-4 judged"]);
    insta::assert_snapshot!(fleet(&dir, &[]).expect(0).stdout, @"
    SUPPORTED: the 4 hosts qualify for CometChat on-premise, tier baseline-10k
    4 of 4 hosts judged · pack 2026.11.20
    assumed: phase install, deployment swarm
    judged as of 2026-11-20, as requested

      CPUs     32 CPUs  of 32      ████████████████████ 100 %
      Memory   62.4 GiB of 64 GiB  ███████████████████░ 97 %
      Storage  781 GB   of 100 GB  ████████████████████ 781 %


    Hosts
      ✓ app-1 and 3 like it  nothing open

    Next: Follow the vendor's production guide. Its deployment repository comes with the licence.
    SUPPORTED: 29 passed, 12 skipped; -v shows all
    ");
}

#[test]
fn what_three_nodes_lack_is_said_in_numbers() {
    let dir = nodes("short", 3);
    let report = judged(&dir, &[]);
    assert_eq!(report.ids("failed"), ["cpu", "memory"]);
    assert_eq!(
        report["sentence"],
        "the 3 hosts do not qualify for CometChat on-premise, tier baseline-10k: 2 required checks fail; 8 CPUs and 17.2 GiB of memory short"
    );
    assert_eq!(report.finding("cpu").because, "8 CPUs short: one more node of 8 CPUs, or two of 4 CPUs each");
    let next = report["next"][0]["text"].as_str().unwrap();
    assert_eq!(
        next,
        "Add 8 CPUs and 17.2 GiB of memory: one more node of 8 CPUs and 32 GiB of memory, or two of 4 CPUs and 16 GiB of memory each; or enlarge the nodes."
    );
    let run = fleet(&dir, &["--format", "summary"]).expect(3);
    assert!(run.stdout.starts_with("UNSUPPORTED cometchat baseline-10k 3-hosts failed=cpu,memory"), "{}", run.stdout);
}

#[test]
fn a_check_fails_where_it_fails_on_one_host() {
    let dir = nodes("one-old", 4);
    node(&dir, "app-3", &[("29.1.3", "20.10.24")]);
    let report = judged(&dir, &[]);
    assert_eq!(report.ids("failed"), ["docker-engine"]);
    let finding = report.finding("docker-engine");
    assert_eq!(finding.because, "fails on app-3");
    assert_eq!(finding.found, "20.10.24 on app-3");
    assert_eq!(report.finding("engines-alike").status, "warning");
    assert!(report.finding("engines-alike").found.contains("29 on app-1, app-2, app-4"));
    let text = fleet(&dir, &[]).expect(3).stdout;
    assert!(text.contains("app-3 has Docker Engine 20.10.24, and 3 others 29.1.3"), "{text}");
    insta::assert_snapshot!(text, @"
    UNSUPPORTED: the 4 hosts do not qualify for CometChat on-premise, tier baseline-10k: 1 required
      check fails
    4 of 4 hosts judged · pack 2026.11.20
    assumed: phase install, deployment swarm
    judged as of 2026-11-20, as requested

      CPUs     32 CPUs  of 32      ████████████████████ 100 %
      Memory   62.4 GiB of 64 GiB  ███████████████████░ 97 %
      Storage  781 GB   of 100 GB  ████████████████████ 781 %

      ✗ docker-engine  20.10.24 on app-3, needs 24 or newer
    Warnings
      ! docker-engine-maintained  20.10.24, Docker's own package on app-3, needs a maintained release
                                  line
      ! engines-alike             29 on app-1, app-2, app-4, 20 on app-3, needs one release line on all
                                  nodes

    Hosts
      ✗ app-3                failed docker-engine; warnings docker-engine-maintained
      ✓ app-1, app-2, app-4  nothing open
      Differs: app-3 has Docker Engine 20.10.24, and 3 others 29.1.3

    Next: Fix from top to bottom: `rampcheck show REPORT -v` shows how for each host.
    UNSUPPORTED: 26 passed, 1 failed, 2 warnings, 12 skipped; -v shows all
    ");
}

#[test]
fn hosts_that_are_not_known_leave_the_verdict_open() {
    let dir = nodes("gaps", 4);
    let hosts = dir.write("hosts.txt", "# the cluster\napp-1\napp-2\napp-3 # rack 2\napp-4\n\napp-5\n");
    let with = |what: &str| {
        let report = judged(&dir, &["--hosts", &hosts]);
        assert_eq!(report.verdict(), "undetermined", "{what}");
        assert_eq!(report.ids("failed"), [""; 0], "{what}");
        (states(&report).join(", "), report.finding("hosts-complete").found)
    };
    assert_eq!(
        with("missing"),
        (
            "app-1 judged, app-2 judged, app-3 judged, app-4 judged, app-5 missing".to_owned(),
            "unknown: missing: app-5".to_owned()
        )
    );
    // Too little without the host that is not known is not too little yet.
    let path = dir.at("reports/app-4.json");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, whole.replace("\"app-4\"", "\"app-9\"")).unwrap();
    let report = judged(&dir, &["--hosts", &hosts]);
    assert_eq!((report.verdict(), report.finding("cpu").status.as_str()), ("undetermined", "unknown"));
    assert_eq!(report.finding("cpu").because, "8 CPUs short without the hosts that are not known");
    assert!(states(&report).contains(&"app-4 edited".to_owned()), "{:?}", states(&report));
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(with("cut").0.contains("app-4 unreadable"));
    fs::write(&path, &whole).unwrap();
    // Nobody expects it, so it neither counts nor hurts.
    node(&dir, "stranger", &[]);
    assert!(with("unexpected").0.ends_with("stranger unexpected"));
}

#[test]
fn every_host_counts_once() {
    let dir = nodes("once", 3);
    let copy = |name: &str| fs::copy(dir.at("reports/app-1.json"), dir.at(name)).unwrap();
    copy("reports/app-1-again.json");
    let report = judged(&dir, &[]);
    assert_eq!(report.fact("size.cpus")["value"], 24.0);
    assert_eq!(states(&report), ["app-1 judged", "app-1 superseded", "app-2 judged", "app-3 judged"]);
    // A copy under the name of another host is not that host.
    fs::remove_file(dir.at("reports/app-1-again.json")).unwrap();
    copy("reports/app-4.json");
    let hosts = dir.write("hosts.txt", "app-1\napp-2\napp-3\napp-4\n");
    let report = judged(&dir, &["--hosts", &hosts]);
    assert_eq!(report.verdict(), "undetermined");
    assert_eq!(states(&report), ["app-1 judged", "app-2 judged", "app-3 judged", "app-4 same-host"]);
}

#[test]
fn no_report_is_never_green() {
    let dir = scratch("none");
    fs::create_dir(dir.at("reports")).unwrap();
    let report = judged(&dir, &["--product", "cometchat", "--tier", "baseline-10k"]);
    assert_eq!(report.verdict(), "undetermined");
    fleet(&dir, &[]).refused("name it with --product");
    rampcheck(&["fleet"]).refused("--reports-from DIR");
}

#[test]
fn reports_that_are_too_old_or_not_signed_do_not_count() {
    let dir = nodes("old", 2);
    let report = judged(&dir, &["--max-age", "1s"]);
    // They were read a moment ago.
    assert!(report.verdict() == "unsupported" || states(&report).iter().all(|state| state.ends_with("stale")));
    let signers = dir.write("allowed", "# nobody\n");
    let report = judged(&dir, &["--require-signed", &signers]);
    assert_eq!(states(&report), ["app-1 unsigned", "app-2 unsigned"]);
    assert_eq!(report.verdict(), "undetermined");
}

#[test]
fn roles_tell_hosts_of_mongodb_from_nodes() {
    let dir = scratch("roles");
    fs::create_dir(dir.at("reports")).unwrap();
    let check = Check::of("rocketchat").tier("pro-ha");
    for name in ["app-1", "app-2", "db-1", "db-2", "db-3"] {
        node_by(&dir, name, &[], &check);
    }
    let roles = dir.write("roles", "db-1=mongodb\ndb-2=mongodb\ndb-3 = mongodb\n");
    let report = judged(&dir, &["--roles", &roles]);
    assert_eq!(report.finding("mongodb-hosts").status, "passed", "{}", report.finding("mongodb-hosts").because);
    let report = judged(&dir, &["--role", "db-1=mongodb", "--role", "db-2=mongodb"]);
    assert_eq!(report.finding("mongodb-hosts").status, "failed");
    fleet(&dir, &["--role", "db-1=manager"]).refused("db-1: `manager` is not a role; roles: node, mongodb");
}

#[test]
fn waivers_hold_for_all_hosts_and_are_shown() {
    let dir = nodes("waived", 4);
    node(&dir, "app-3", &[("29.1.3", "20.10.24")]);
    let report = judged(&dir, &["--waive", "docker-engine=upgrade on Friday"]);
    assert_eq!(report.verdict(), "supported_with_warnings");
    assert_eq!(report.ids("waived"), ["docker-engine"]);
}

#[test]
fn what_is_of_one_host_is_refused() {
    let dir = nodes("refused", 1);
    for (arguments, said) in [
        (vec!["--format", "fix"], "fix is a plan for one host"),
        (vec!["--redact", "identifiers"], "--redact is for reports of hosts"),
        (vec!["--hosts", "/nowhere"], "--hosts"),
        (vec!["--max-age", "soon"], "is not an age such as 24h"),
        (vec!["--tier", "qaa"], "cometchat has no tier `qaa`"),
    ] {
        fleet(&dir, &arguments).refused(said);
    }
    // A fleet report is no report of a host.
    let json = fleet(&dir, &["--format", "json"]).stdout;
    rampcheck(&["show", &dir.write("fleet.json", json)]).refused("this is a report on a fleet");
}

#[test]
fn every_format_has_the_verdict() {
    let dir = nodes("formats", 3);
    for (format, code, said) in [
        ("human", 3, "UNSUPPORTED"),
        ("html", 3, "UNSUPPORTED"),
        ("markdown", 3, "UNSUPPORTED"),
        ("junit", 3, "<testsuite"),
        ("nagios", 2, "CRITICAL"),
        ("prometheus", 3, "rampcheck_verdict"),
        ("csv", 3, "app-3,node,judged"),
    ] {
        let run = fleet(&dir, &["--format", format]).expect(code);
        assert!(run.stdout.contains(said), "{format}: {}", run.stdout);
    }
}
