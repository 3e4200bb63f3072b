//! Releases, their last days of support, and the MongoDB that each needs.

use crate::support::signing::{SITE_PUBLIC, list};
use crate::support::{Check, rampcheck, scratch};

/// A planned release on a host on which no container runs.
fn release(version: &str) -> Check {
    Check::of("rocketchat").tier("vps-minimal").on("ubuntu-22.04").with(&["--server-version", version])
}

#[test]
fn a_release_runs_with_the_mongodb_lines_it_was_built_for() {
    for (version, mongodb, outcome) in [
        // 6.x: 4.4, 5.0 and 6.0.
        ("6.13.0", "4.4.30", "pass"),
        ("6.0.0", "6.0", "pass"),
        ("6.13.0", "7.0", "fail"),
        // 7.0 to 7.12: 5.0, 6.0 and 7.0.
        ("7.0.0", "5.0.32", "pass"),
        ("7.12.1", "7.0", "pass"),
        ("7.12.1", "8.0", "fail"),
        ("7.0.0", "4.4", "fail"),
        // 7.13: 5.0, 6.0, 7.0 and 8.0.
        ("7.13.2", "5.0", "pass"),
        ("7.13.2", "8.0.16", "pass"),
        ("7.13.2", "8.2.1", "fail"),
        // 8.0 and 8.1: 8.2.
        ("8.0.0", "8.2.1", "pass"),
        ("8.1.3", "8.0", "fail"),
        // 8.2 to 9.0: 8.0.
        ("8.2.0", "8.0.16", "pass"),
        ("8.9.0", "8.0", "pass"),
        ("9.0.0", "8.0.16", "pass"),
        ("9.0.0", "7.0", "fail"),
        ("9.0.0", "8.2", "fail"),
        ("8.2.0", "8.2.1", "fail"),
        // Nobody has said what runs with a release that is not known, or which line of a major release it is.
        ("9.9.0", "8.0", "unknown"),
        ("5.4.3", "4.4", "unknown"),
        ("9.0.0", "8", "unknown"),
    ] {
        for place in ["local", "remote"] {
            let report = release(version).with(&["--mongodb", place, "--mongodb-version", mongodb]).report();
            assert_eq!(report.outcome("mongodb-release"), outcome, "{version} with a {place} MongoDB {mongodb}");
        }
    }
}

#[test]
fn the_remedy_names_the_lines_that_fit() {
    for (version, mongodb, remedy) in [
        ("9.0.0", "7.0", "Run MongoDB 8.0, or another release"),
        ("8.0.0", "8.0", "Run MongoDB 8.2, or another release"),
        ("7.13.0", "8.2", "Run MongoDB 8.0, or 5.0 to 7.0."),
        ("7.5.0", "8.0", "Run MongoDB 7.0, or 5.0 or 6.0, or upgrade Rocket.Chat first."),
        ("6.5.0", "7.0", "Run MongoDB 6.0, or 4.4 or 5.0, or upgrade Rocket.Chat first."),
    ] {
        let report = release(version).with(&["--mongodb-version", mongodb]).report();
        let found = report.finding("mongodb-release").found;
        assert!(
            found.starts_with(&format!("MongoDB: {mongodb};")) && found.contains("the release runs with: "),
            "{found}"
        );
        let findings = report["findings"].as_array().unwrap();
        let fix = &findings.iter().find(|finding| finding["id"] == "mongodb-release").unwrap()["fix"];
        assert!(fix["text"].as_str().unwrap().starts_with(remedy), "{version} with {mongodb}: {fix}");
    }
}

#[test]
fn without_a_release_the_newest_one_that_is_out_says_which_mongodb() {
    let none = || Check::of("rocketchat").tier("vps-minimal").on("ubuntu-22.04").with(&["--mongodb-version", "7.0"]);
    for (today, release) in [("2026-11-20", "9.0"), ("2026-11-09", "8.9"), ("2026-08-06", "8.6")] {
        let report = none().today(today).report();
        let place = format!("{release}, the newest release in the calendar of this pack");
        assert_eq!(report.fact("release.mongodb")["place"], place, "{today}");
        assert_eq!(report.outcome("mongodb-release"), "fail", "{today}");
    }
    assert_eq!(none().today("2025-11-01").report().outcome("mongodb-release"), "pass", "7.12 was the newest");
}

#[test]
fn of_a_remote_mongodb_no_version_is_assumed() {
    let report = release("9.0.0").with(&["--mongodb", "remote"]).report();
    assert_eq!(report.outcome("mongodb-release"), "skipped");
}

#[test]
fn a_planned_release_is_not_said_to_run() {
    let dir = scratch("rules-planned");
    let ticket = |name: &str, check: &Check| {
        let file = dir.write(name, check.clone().format("json").run().stdout);
        rampcheck(&["show", "--ticket", &file]).expect(0).stdout
    };
    let stopped = Check::of("rocketchat").on("docker-stopped").with(&["--server-version", "8.6.1"]);
    let said = ticket("stopped.json", &stopped);
    assert!(said.contains("\nVersion: 8.6.1 (planned)\n"), "{said}");
    // Here 7.10.3 runs, and its image is named behind what is planned.
    let running = Check::of("rocketchat").on("ubuntu-20.04");
    let said = ticket("planned.json", &running.clone().with(&["--server-version", "8.6.1"]));
    assert!(said.contains("\nVersion: 8.6.1 (planned), ") && said.contains("rocket.chat:7.10.3\n"), "{said}");
    let said = ticket("running.json", &running);
    assert!(said.contains("\nVersion: 7.10.3, "), "{said}");
}

/// What is said of a release on a day: outcome of the required check, and how what was found begins.
#[track_caller]
fn says(version: &str, today: &str, outcome: &str, found: &str) {
    let finding = release(version).today(today).report().finding("server-version");
    assert_eq!(finding.outcome, outcome, "{version} on {today}: {finding:?}");
    let rest = finding.found.strip_prefix(&format!("{version}; ")).unwrap_or_default();
    assert!(rest.starts_with(found), "{version} on {today}: {finding:?}");
}

#[test]
fn between_two_possible_last_days_nobody_but_the_vendor_knows() {
    says("8.4.2", "2026-10-31", "pass", "supported until 2026-10-31 (0 days left), possibly 2026-11-30");
    for today in ["2026-11-01", "2026-11-20", "2026-11-30"] {
        says("8.4.2", today, "unknown", "unknown: support ended on 2026-10-31 or ends on 2026-11-30: ");
    }
    says("8.4.2", "2026-12-01", "fail", "support ended on 2026-11-30 (1 day ago)");
}

#[test]
fn a_release_is_said_to_end_on_the_day_of_its_own_line() {
    says("8.3.2", "2026-11-20", "fail", "support ended on 2026-10-31 (20 days ago)");
    says("7.10.4", "2026-10-01", "fail", "support ended on 2026-09-30 (1 day ago)");
    // The calendar does not know when a line before its first one ended.
    says("5.4.3", "2026-11-20", "fail", "support ended before the first line of the calendar");
    assert!(release("5.4.3").report().release("until").is_null());
}

#[test]
fn before_its_release_a_version_is_not_out() {
    says("9.0.0", "2026-11-09", "unknown", "unknown: 9.0.0 comes out on 2026-11-10, after the day judged");
    says("9.0.0", "2026-11-10", "pass", "supported until 2027-05-31");
    says("8.9.0", "2026-09-30", "unknown", "unknown: 8.9.0 comes out in 2026-10, after the day judged");
    says("8.9.0", "2026-10-15", "unknown", "unknown: 8.9.0 comes out in 2026-10, and on which day is not known");
    says("8.9.0", "2026-10-31", "pass", "supported until 2027-10-31");
}

#[test]
fn a_build_that_no_list_names_is_no_release_of_the_vendor() {
    let dir = scratch("rules-builds");
    let key = dir.write("site.pub", SITE_PUBLIC);
    let versions = [("8.6.1", "2027-01-31T00:00:00Z"), ("8.7.0-rc.1", "2027-02-28T00:00:00Z")];
    let signed = dir.write("list.jwt", list("2026-11-01T08:00:00Z", &versions, ""));
    for (version, with_list, without) in [
        ("8.7.0-rc.1", "pass", "unknown"),
        ("8.7.0-rc.2", "fail", "unknown"),
        ("8.6.1-rc.0", "fail", "unknown"),
        ("8.6.1-develop", "fail", "unknown"),
        ("8.6.1", "pass", "pass"),
    ] {
        let listed = release(version).with(&["--supported-versions", &signed, "--trust-key", &key]).report();
        assert_eq!(
            listed.outcome("server-version"),
            with_list,
            "{version} by the list: {:?}",
            listed.finding("server-version")
        );
        assert_eq!(release(version).report().outcome("server-version"), without, "{version} without a list");
    }
}

#[test]
fn a_pre_release_of_the_bound_is_before_it() {
    let cometchat =
        |fact: &str| Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--attest", fact]).report();
    for (version, outcome) in [
        ("24.0.0", "pass"),
        ("24.0.0-rc.1", "fail"),
        ("24.0.0-beta.2", "fail"),
        ("25.0.0-rc.1", "pass"),
        ("24.0.9+dfsg1", "pass"),
        ("24.0.0-ce", "pass"),
        ("24.0.0-rhel", "pass"),
        ("28.2.2-desktop.1", "pass"),
    ] {
        assert_eq!(
            cometchat(&format!("docker.engine.version={version}")).outcome("docker-engine"),
            outcome,
            "{version}"
        );
    }
    for (version, outcome) in [
        ("1.1.0-pre1", "fail"),
        ("1.1.0", "pass"),
        ("1.1.1w", "pass"),
        ("1.0.2k-fips", "fail"),
        ("3.0.0-alpha17", "pass"),
    ] {
        assert_eq!(cometchat(&format!("openssl.version={version}")).outcome("openssl"), outcome, "{version}");
    }
}

/// An Ubuntu of this version, on a day.
fn ubuntu(product: &str, version: &str, today: &str) -> Check {
    let check = Check::of(product).on("ubuntu-26.04").today(today);
    check.with(&["--attest", &format!("os.version_id={version}")])
}

#[test]
fn a_later_lts_passes_by_the_projects_own_reading_and_only_when_it_exists() {
    for (version, today, outcome) in [
        ("24.04", "2026-11-20", "pass"),
        ("26.04", "2026-11-20", "pass"),
        ("28.04", "2026-11-20", "fail"),
        ("28.04", "2028-04-15", "unknown"),
        ("28.04", "2028-05-01", "pass"),
    ] {
        let (cometchat, rocketchat) = (ubuntu("cometchat", version, today), ubuntu("rocketchat", version, today));
        assert_eq!(cometchat.report().outcome("os-supported"), outcome, "{version} on {today}");
        assert_eq!(rocketchat.report().outcome("os-baseline"), outcome, "{version} on {today}");
    }
    let report = ubuntu("cometchat", "26.04", "2026-11-20").report();
    let because = report.finding("os-supported").because;
    assert!(because.contains("not on the vendor's page") && because.contains("rampcheck reads it"), "{because}");
    assert_eq!(report.finding("os-tested").status, "warning");
    // What the page names needs no reading.
    assert_eq!(ubuntu("cometchat", "24.04", "2026-11-20").report().finding("os-supported").because, "");
    let missing = ubuntu("cometchat", "28.04", "2026-11-20").report().finding("os-supported").because;
    assert_eq!(missing, "no release of Ubuntu with this number is out on the day judged");
}

#[test]
fn lines_of_other_software_end_on_their_own_days() {
    for (product, fact, check, last) in [
        ("cometchat", "docker.engine.version=26.0.2", "docker-engine-maintained", "2024-06-08"),
        ("cometchat", "docker.engine.version=26.1.5", "docker-engine-maintained", "2025-02-17"),
        ("cometchat", "docker.engine.version=25.0.13", "docker-engine-maintained", "2026-12-04"),
        ("rocketchat", "mongodb.version=8.1.3", "mongodb-maintained", "2025-09-30"),
        ("rocketchat", "mongodb.version=8.2.1", "mongodb-maintained", "2026-07-31"),
        ("rocketchat", "mongodb.version=8.3.1", "mongodb-maintained", "2029-10-31"),
        ("rocketchat", "mongodb.version=7.3.4", "mongodb-maintained", "2024-10-02"),
        ("rocketchat", "mongodb.version=5.1.1", "mongodb-maintained", "2022-01-18"),
        ("rocketchat", "os.version_id=25.04", "os-maintained", "2026-01-31"),
        ("rocketchat", "os.version_id=25.10", "os-maintained", "2026-07-31"),
        ("rocketchat", "os.version_id=22.04", "os-maintained", "2027-04-30"),
    ] {
        let on = |today: &str| {
            let check = Check::of(product).on("ubuntu-22.04").with(&["--attest", fact, "--attest", "os.esm=false"]);
            check.today(today).report()
        };
        let after = last.parse::<jiff::civil::Date>().unwrap().tomorrow().unwrap().to_string();
        assert_eq!(on(last).outcome(check), "pass", "{fact} on {last}");
        assert_eq!(on(&after).outcome(check), "fail", "{fact} on {after}");
    }
}

#[test]
fn centos_linux_and_stream_end_apart() {
    for (version, name, last) in [
        ("8", "CentOS Linux 8", "2021-12-31"),
        ("8", "CentOS Linux 8 (Core)", "2021-12-31"),
        ("8", "CentOS Stream 8", "2024-05-31"),
        ("9", "CentOS Stream 9", "2027-05-31"),
        ("10", "CentOS Stream 10 (Coughlan)", "2030-05-31"),
    ] {
        let check = Check::of("cometchat").on("centos-stream-9");
        let [version, name] = [format!("os.version_id={version}"), format!("os.pretty_name={name}")];
        let on = |today: &str| {
            check
                .clone()
                .with(&["--attest", &version, "--attest", &name])
                .today(today)
                .report()
                .outcome("os-maintained")
        };
        let after = last.parse::<jiff::civil::Date>().unwrap().tomorrow().unwrap().to_string();
        assert_eq!((on(last).as_str(), on(&after).as_str()), ("pass", "fail"), "{name} after {last}");
    }
}

#[test]
fn the_remedy_for_huge_pages_follows_the_version() {
    for (version, word) in [("7.0", "off"), ("8.0", "on")] {
        let check =
            Check::of("rocketchat").on("ubuntu-22.04").with(&["--mongodb", "local", "--mongodb-version", version]);
        let report = check.with(&["--attest", "kernel.thp=madvise"]).report();
        let findings = report["findings"].as_array().unwrap();
        let fix = &findings.iter().find(|finding| finding["id"] == "mongodb-thp").unwrap()["fix"];
        assert!(
            fix["text"].as_str().unwrap().starts_with(&format!("Switch them {word}, now and at every start")),
            "{version}: {fix}"
        );
    }
}
