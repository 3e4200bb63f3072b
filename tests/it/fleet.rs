//! Fleets: one verdict over the reports of many hosts. Nodes are recorded hosts with names and machine ids of their own.

use std::fs;

use crate::formats::{active, named, parsed};
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
    4 hosts judged · pack 2026.11.20
    assumed: phase install, deployment swarm
    judged as of 2026-11-20, as requested

      CPUs     32 CPUs  of 32      ████████████████████ 100 %
      Memory   62.4 GiB of 64 GiB  ███████████████████░ 97 %
      Storage  781 GB   of 100 GB  ████████████████████ 781 %

    Hosts: 4 supported
      ✓ app-1 and 3 like it  nothing open

    Next: Follow the vendor's production guide. Its deployment repository comes with the licence.
    29 passed, 23 skipped; -v shows all
    ");
}

#[test]
fn the_storage_that_a_plan_needs_is_the_total_of_the_nodes() {
    let dir = nodes("storage-total", 4);
    let planned = |daily: &str| judged(&dir, &["--daily-gb", daily, "--backup-copies", "0"]).finding("storage-data");
    assert_eq!(planned("5").status, "passed");
    let short = planned("10");
    assert_eq!(short.status, "warning");
    assert!(short.because.starts_with("569 GB of storage short: one more node"), "{}", short.because);
    let one = Check::of("cometchat").tier("baseline-10k").on(NODE).with(&["--daily-gb", "5", "--backup-copies", "0"]);
    let finding = one.report().finding("storage-data");
    assert_eq!(finding.because, "this node brings 195 GB of 675 GB; judged over all nodes");
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
    4 hosts judged · pack 2026.11.20
    assumed: phase install, deployment swarm
    judged as of 2026-11-20, as requested

      CPUs     32 CPUs  of 32      ████████████████████ 100 %
      Memory   62.4 GiB of 64 GiB  ███████████████████░ 97 %
      Storage  781 GB   of 100 GB  ████████████████████ 781 %

      ✗ docker-engine             20.10.24 on app-3, needs 24 or newer
      ! docker-engine-maintained  20.10.24, Docker's own package on app-3, needs a maintained …
      ! engines-alike             29 on app-1, app-2, app-4, 20 on app-3, needs one release line on …

    Hosts: 1 unsupported, 3 supported
      ✗ app-3                failed docker-engine; warnings docker-engine-maintained
      ✓ app-1, app-2, app-4  nothing open
      Differs: app-3 has Docker Engine 20.10.24, and 3 others 29.1.3

    Next: Fix from top to bottom: `rampcheck show REPORT -v` shows how for each host.
    26 passed, 1 failed, 2 warnings, 23 skipped; -v shows all
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
fn the_findings_of_a_report_are_passed_over() {
    let dir = nodes("passed-over", 4);
    let whole = judged(&dir, &[]);
    let mut report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(dir.at("reports/app-1.json")).unwrap()).unwrap();
    report["findings"] = serde_json::json!([7, {"outcome": "of a later version"}]);
    report["digest"] = rampcheck::report::digest_of(&report).unwrap().into();
    dir.write("reports/app-1.json", report.to_string());
    let again = judged(&dir, &[]);
    assert_eq!(
        (again["fleet"].clone(), again["findings"].clone()),
        (whole["fleet"].clone(), whole["findings"].clone())
    );
    // Bounds, facts and the digest are looked at as ever.
    report["findings"] = serde_json::json!([8]);
    dir.write("reports/app-1.json", report.to_string());
    assert_eq!(states(&judged(&dir, &[]))[0], "app-1 edited");
    report["findings"] = serde_json::json!([{}]);
    dir.write("reports/app-1.json", report.to_string().replacen("[{}]", &"[".repeat(40), 1));
    assert_eq!(states(&judged(&dir, &[]))[0], "app-1 unreadable");
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
    // An age is told in whole seconds.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let report = judged(&dir, &["--max-age", "1s"]);
    assert!(states(&report).iter().all(|state| state.ends_with("stale")), "{:?}", states(&report));
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
fn tiers_say_how_many_nodes_of_a_size_they_need() {
    let run = rampcheck(&["tiers", "cometchat", "--node", "16x32GiBx500GB"]).expect(0);
    insta::assert_snapshot!(run.stdout, @"
    Nodes of 16 CPUs, 32 GiB and 500 GB that the tiers of CometChat on-premise need

    tier                   nodes  spread
    baseline-10k               3  3 managers
    high-concurrency-10k       3  3 managers
    baseline-25k               4  3 managers and 1 worker
    high-concurrency-25k       6  3 managers and 3 workers, or 5 managers and 1 worker
    baseline-50k               6  3 managers and 3 workers, or 5 managers and 1 worker
    high-concurrency-50k      10  3 managers and 7 workers, or 5 managers and 5 workers
    baseline-100k             10  3 managers and 7 workers, or 5 managers and 5 workers
    high-concurrency-100k     15  3 managers and 12 workers, or 5 managers and 10 workers
    baseline-200k             17  3 managers and 14 workers, or 5 managers and 12 workers
    high-concurrency-200k     30  3 managers and 27 workers, or 5 managers and 25 workers

    Sizes are those that the tiers name, recommended ones included. Managers run services, too, and
    count in the totals. `rampcheck fleet` judges the nodes.
    ");
    let rows = rampcheck(&["tiers", "cometchat", "--node", "16x32GiBx500GB", "--format", "json"]).expect(0).json();
    assert_eq!(rows[0]["spreads"], serde_json::json!([{ "managers": 3, "workers": 0 }]));
    let run = rampcheck(&["tiers", "cometchat", "--node", "16"]);
    assert!(run.code == 2 && run.stderr.contains("write CPUs, memory and storage"), "{}", run.stderr);
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
        ("prometheus", 3, "rampcheck_fleet_verdict"),
        ("csv", 3, "app-3,node,judged"),
    ] {
        let run = fleet(&dir, &["--format", format]).expect(code);
        assert!(run.stdout.contains(said), "{format}: {}", run.stdout);
    }
}

/// Three nodes, one of them with an old engine, and a host that is expected but has no report.
fn with_gap(name: &str) -> (Folder, String) {
    let dir = nodes(name, 3);
    node(&dir, "app-3", &[("29.1.3", "20.10.24")]);
    let hosts = dir.write("hosts.txt", "app-1\napp-2\napp-3\napp-4\n");
    (dir, hosts)
}

#[test]
fn the_page_has_the_hosts_and_what_did_not_pass_on_them() {
    let (dir, hosts) = with_gap("page");
    let text = fleet(&dir, &["--hosts", &hosts, "--format", "html"]).expect(3).stdout;
    let page = parsed(&text);
    let words = |node: &roxmltree::Node<'_, '_>| {
        let text: String = node.descendants().filter(roxmltree::Node::is_text).filter_map(|part| part.text()).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let texts = |name| named(&page, name).iter().map(words).collect::<Vec<_>>();
    assert_eq!(texts("title"), ["UNSUPPORTED: 3 of 4 hosts for CometChat on-premise, tier baseline-10k"]);
    assert!(text.contains("content: \"3\\20 of\\20 4\\20 hosts\""), "the foot of a printed page");
    let of_class =
        |class| named(&page, "table").into_iter().find(|table| table.attribute("class") == Some(class)).unwrap();
    let rows = of_class("matrix").descendants().filter(|node| node.has_tag_name("tr")).collect::<Vec<_>>();
    insta::assert_snapshot!(rows.iter().map(words).collect::<Vec<_>>().join("\n"), @"
    Hosts docker-engine docker-engine-maintained
    ✗ app-3 unsupported ✗ failed! warning
    ✓ app-1, app-2 supported
    ");
    // Every sign has its word, and the box can be reached by the keyboard.
    let cells =
        rows.iter().flat_map(|row| row.children()).filter(|node| node.has_tag_name("td") && node.has_children());
    for cell in cells {
        assert!(["failed", "warning", "unknown", "waived"].iter().any(|word| words(&cell).ends_with(word)));
    }
    let region = of_class("matrix").parent().unwrap();
    assert_eq!((region.attribute("role"), region.attribute("tabindex")), (Some("region"), Some("0")));
    assert_eq!(of_class("list").descendants().filter(|node| node.has_tag_name("tr")).count(), 1 + 4);
    assert!(texts("li").iter().any(|item| item.contains("app-4 missing: there is no report of it")));
    let on: Vec<_> = named(&page, "ul").into_iter().filter(|list| list.attribute("class") == Some("on")).collect();
    assert_eq!(words(&on[0]), "\u{2717} app-3 failed: 20.10.24");
    assert!(named(&page, "script").is_empty());
}

#[test]
fn hosts_that_are_alike_share_a_row_of_the_page() {
    let dir = nodes("alike", 5);
    node(&dir, "app-3", &[("29.1.3", "20.10.24")]);
    let text = fleet(&dir, &["--format", "html"]).expect(3).stdout;
    assert!(text.contains("app-1 and 3 like it"), "the group");
    assert!(text.contains("app-1, app-2, app-4, app-5"), "its names, folded");
}

#[test]
fn junit_has_a_case_per_host() {
    let (dir, hosts) = with_gap("junit");
    let text = fleet(&dir, &["--hosts", &hosts, "--format", "junit"]).expect(3).stdout;
    let xml = parsed(&text);
    let suites = named(&xml, "testsuite");
    assert_eq!(suites[1].attribute("name"), Some("hosts"));
    let case = |case: roxmltree::Node<'_, '_>| {
        let outcome = case.children().find(roxmltree::Node::is_element);
        let outcome = outcome.map(|node| format!(" {} {}", node.tag_name().name(), node.attribute("message").unwrap()));
        format!("{}{}", case.attribute("name").unwrap(), outcome.unwrap_or_default())
    };
    let cases: Vec<_> = suites[1].children().filter(|node| node.has_tag_name("testcase")).map(case).collect();
    assert_eq!(
        cases,
        [
            "app-1",
            "app-2",
            "app-3 failure failed docker-engine; warnings docker-engine-maintained",
            "app-4 error missing: there is no report of it",
        ]
    );
    for (attribute, element) in
        [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
    {
        let count = |suite: &roxmltree::Node<'_, '_>| suite.attribute(attribute).unwrap().parse::<usize>().unwrap();
        let inside =
            |suite: &roxmltree::Node<'_, '_>| suite.descendants().filter(|node| node.has_tag_name(element)).count();
        for suite in suites.iter().chain(&named(&xml, "testsuites")) {
            assert_eq!(count(suite), inside(suite), "{attribute}");
        }
    }
}

#[test]
fn nagios_names_the_worst_host() {
    let (dir, hosts) = with_gap("nagios");
    let text = fleet(&dir, &["--hosts", &hosts, "--format", "nagios"]).expect(2).stdout;
    insta::assert_snapshot!(text, @"
    RAMPCHECK CRITICAL - cometchat baseline-10k: 1 failed, 3 unknown, worst app-3 | 'failed'=1;;0;0;52 'unknown'=3;0;;0;52 'warnings'=2;0;;0;52 'waived'=0;0;;0;52 'passed'=23;;;0;52 'skipped'=23;;;0;52 'hosts_judged'=3;;;0;4 'hosts_not_judged'=1;0;;0;4 'hosts_unsupported'=1;;0;0;4 'hosts_undetermined'=0;0;;0;4
    3 of 4 hosts: UNSUPPORTED: the 3 hosts do not qualify for CometChat on-premise, tier baseline-10k: 1 required check fails
    not judged: app-4: missing: there is no report of it
    worst: app-3: failed docker-engine; warnings docker-engine-maintained
    failed: docker-engine: Docker Engine 24 or newer; found 20.10.24 on app-3; needed 24 or newer
    unknown: cpu: As many CPUs as the tier asks for; found 24 CPUs; needed at least 32 CPUs
    unknown: memory: As much memory as the tier asks for; found 48 GiB installed; 46.8 GiB usable; needed at least 64 GiB (from 57.6 GiB measured)
    unknown: hosts-complete: Every host has a report that counts; found unknown: missing: app-4; needed a report of every host that is expected
    warned: docker-engine-maintained: Docker Engine from a release line that is still maintained; found 20.10.24, Docker's own package on app-3; needed a maintained release line
    warned: engines-alike: All nodes run the same release line of Docker Engine; found 29 on app-1, app-2, 20 on app-3; needed one release line on all nodes
    ");
    let first = text.lines().next().unwrap().split(" | ").next().unwrap();
    assert!(first.len() <= 79, "{first}");
}

#[test]
fn metrics_of_a_fleet_share_no_name_with_those_of_a_host() {
    let (dir, hosts) = with_gap("metrics");
    let text = fleet(&dir, &["--hosts", &hosts, "--format", "prometheus"]).expect(3).stdout;
    let names = |text: &str| {
        let names = text
            .lines()
            .filter_map(|line| line.strip_prefix("# TYPE "))
            .map(|line| line.split(' ').next().unwrap().to_owned());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    let of_host = Check::of("cometchat").tier("baseline-10k").on(NODE).format("prometheus").run().stdout;
    assert!(names(&text).is_disjoint(&names(&of_host)), "{:?}", names(&text));
    assert!(names(&text).iter().all(|name| name.starts_with("rampcheck_fleet_")));
    let shown: Vec<_> = text.lines().filter(|line| line.starts_with("rampcheck_fleet_hosts")).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    rampcheck_fleet_hosts{product="cometchat",state="judged"} 3
    rampcheck_fleet_hosts{product="cometchat",state="missing"} 1
    rampcheck_fleet_hosts{product="cometchat",state="stale"} 0
    rampcheck_fleet_hosts{product="cometchat",state="edited"} 0
    rampcheck_fleet_hosts{product="cometchat",state="unsigned"} 0
    rampcheck_fleet_hosts{product="cometchat",state="unreadable"} 0
    rampcheck_fleet_hosts{product="cometchat",state="other-product"} 0
    rampcheck_fleet_hosts{product="cometchat",state="superseded"} 0
    rampcheck_fleet_hosts{product="cometchat",state="same-host"} 0
    rampcheck_fleet_hosts{product="cometchat",state="unexpected"} 0
    rampcheck_fleet_hosts_by_verdict{product="cometchat",verdict="supported"} 2
    rampcheck_fleet_hosts_by_verdict{product="cometchat",verdict="supported_with_warnings"} 0
    rampcheck_fleet_hosts_by_verdict{product="cometchat",verdict="undetermined"} 0
    rampcheck_fleet_hosts_by_verdict{product="cometchat",verdict="unsupported"} 1
    "#);
}

#[test]
fn markdown_has_a_table_of_hosts() {
    let (dir, hosts) = with_gap("markdown");
    let text = fleet(&dir, &["--hosts", &hosts, "--format", "markdown"]).expect(3).stdout;
    let shown: Vec<_> = text.lines().filter(|line| line.starts_with('|') || line.starts_with("- ")).collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    | | check | found and needed |
    |---|---|---|
    | ✗ | `docker-engine` | 20.10.24 on app-3, needs 24 or newer |
    | ! | `docker-engine-maintained` | 20.10.24, Docker's own package on app-3, needs a maintained release line |
    | ! | `engines-alike` | 29 on app-1, app-2, 20 on app-3, needs one release line on all nodes |
    - ? `cpu`: 8 CPUs short without the hosts that are not known
    - ? `memory`: 17.2 GiB of memory short without the hosts that are not known
    - ? `hosts-complete`: missing: app-4
    - ? CPUs: 24 CPUs of 32, 75 %
    - ? Memory: 46.8 GiB of 64 GiB, 73 %
    - ✓ Storage: 586 GB of 100 GB, 586 %
    | | hosts | open |
    |---|---|---|
    | ? | `app-4` | missing: there is no report of it |
    | ✗ | app-3 | failed docker-engine; warnings docker-engine-maintained |
    | ✓ | app-1, app-2 | nothing open |
    - assumed: phase install, deployment swarm
    - judged as of 2026-11-20, as requested
    ");
}

#[test]
fn names_of_hosts_are_inert_and_bounded_in_every_format() {
    let dir = nodes("hostile-names", 2);
    let markup = "<script>alert(1)</script>";
    for (file, name) in [("a", markup), ("b", "\\u001b[31mred\\u202e|x"), ("c", &"y".repeat(65_536))] {
        let host = dir.write(&format!("{file}.toml"), recording(NODE, name, &[]));
        let report = Check::of("cometchat").tier("baseline-10k").with(&["--host", &host]).report();
        dir.write(&format!("reports/{file}.json"), report.text());
    }
    let expected =
        ["app-1", "app-2", "a", "b", "c", "<img/src=x>", "e\u{1b}[2J\u{202e}", &"z".repeat(65_536)].join("\n");
    let hosts = dir.write("hosts", expected);
    for hosts in [vec![], vec!["--hosts", &*hosts]] {
        for format in ["human", "summary", "html", "markdown", "junit", "nagios", "prometheus", "csv"] {
            let run = fleet(&dir, &[&hosts[..], &["--format", format]].concat());
            let text = run.stdout.replace("\r\n", "\n");
            assert_eq!(active(&text), None, "{format}");
            assert!(
                !run.stdout.is_empty() && (hosts.is_empty() || format == "prometheus" || text.contains("img")),
                "{format}"
            );
            if matches!(format, "html" | "junit") {
                let document = parsed(&text);
                assert!(named(&document, "script").is_empty() && named(&document, "img").is_empty(), "{format}");
            }
            if format == "nagios" {
                assert!(text.lines().all(|line| line.split(" | ").next().unwrap().chars().count() <= 240), "{text}");
            }
            if format == "human" {
                let long = text.lines().filter(|line| line.chars().count() > 120 && !line.contains(&"z".repeat(200)));
                assert_eq!(long.collect::<Vec<_>>(), [""; 0]);
            }
        }
    }
}

#[test]
fn a_fleet_of_many_findings_fits_the_screen() {
    let dir = scratch("screen");
    fs::create_dir(dir.at("reports")).unwrap();
    let check = Check::of("cometchat").tier("baseline-10k");
    for (number, host) in
        ["debian-12", "rhel-9.6", "vm-14gib", "permission-denied", "ubuntu-24.04", NODE, NODE, NODE].iter().enumerate()
    {
        let name = format!("app-{number}");
        let recorded = dir.write(&format!("{name}.toml"), recording(host, &name, &[]));
        dir.write(&format!("reports/{name}.json"), check.clone().with(&["--host", &recorded]).report().text());
    }
    let hosts: String = (0..12).map(|number| format!("app-{number}\n")).collect();
    let hosts = dir.write("hosts", hosts);
    let reports = dir.at("reports");
    let run = rampcheck(&["fleet", "--today", DAY, "--reports-from", &reports, "--hosts", &hosts]).expect(3);
    insta::assert_snapshot!(run.stdout, @"
    UNSUPPORTED: the 8 hosts do not qualify for CometChat on-premise, tier baseline-10k: 5 required
      checks fail
    8 of 12 hosts judged · pack 2026.11.20
    assumed: phase install, deployment swarm
    judged as of 2026-11-20, as requested

      CPUs     72 CPUs of 32      ████████████████████ 225 %
      Memory   200 GiB of 64 GiB  ████████████████████ 312 %
      Storage  4.4 TB  of 100 GB  ████████████████████ 4430 %
      ? missing  4 hosts: app-10, app-11, app-8 and 1 more

      ✗ os-supported          Debian GNU/Linux 12 (bookworm) on app-0, needs Ubuntu LTS from 20.04 …
      ✗ docker-engine-flavor  Podman on app-1, needs Docker Engine
      ✗ docker-engine         20.10.24+dfsg1 on app-0, and 1 more host, needs 24 or newer
      ✗ port-443              in use by container proxy, port 443: on every address on app-0 and …
        and 8 more findings; -v shows all

    Hosts: 4 unsupported, 4 supported
      ✗ app-0  failed os-supported, docker-engine, port-443, port-80; unknown storage-media; …
      ✗ app-1  failed docker-engine-flavor, docker-engine; unknown storage-media; warnings …
        and 6 more hosts; -v shows all

    Next: Collect the reports of app-8, app-9, app-10 and 1 more and judge all hosts again.
    15 passed, 5 failed, 4 warnings, 5 unknown, 23 skipped; -v shows all
    ");
    assert!(run.stdout.lines().count() <= 24, "{}", run.stdout.lines().count());
}
