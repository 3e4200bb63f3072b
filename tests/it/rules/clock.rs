//! A clock that cannot be right: what depends on the day is unknown, whichever way the clock is wrong.

use serde_json::{Value, json};

use crate::support::{Check, DAY, Report, rampcheck, scratch};

const WRONG: [&str; 2] = ["--attest", "clock.plausible=false"];

#[test]
fn an_ended_line_is_not_maintained_again() {
    let qa = Check::of("cometchat").tier("qa").on("ubuntu-22.04");
    for day in [DAY, "2020-01-01", "2040-01-01"] {
        let report = qa.clone().with(&WRONG).today(day).report();
        assert_eq!((report.verdict(), report.outcome("os-maintained").as_str()), ("undetermined", "unknown"), "{day}");
        assert!(report.finding("os-maintained").because.contains("the clock of this host cannot be right"));
        assert_eq!(report.outcome("memory"), "pass", "what does not depend on the day");
        assert_eq!(report.fact("lines.ubuntu.line")["value"], "22.04");
    }
    let newest = Check::of("rocketchat").tier("vps-minimal").on("ubuntu-22.04").with(&WRONG).report();
    for name in ["release.supported", "release.upgrade", "release.mongodb"] {
        assert_ne!(newest.fact(name)["state"], "known", "{name}");
    }
}

#[test]
fn an_expired_waiver_does_not_count_again() {
    let dir = scratch("clock-waiver");
    let plan = |until: &str| {
        let waiver = format!("tier = \"qa\"\n[[waiver]]\nid = \"memory\"\nreason = \"ordered\"\n{until}");
        dir.write("plan.toml", waiver)
    };
    let of = |plan: String, wrong: &[&str]| {
        Check::of("cometchat").on("vm-14gib").with(&["--plan", &plan]).with(wrong).report()
    };
    assert_eq!(of(plan("until = 2027-03-31"), &[]).finding("memory").status, "waived");
    let report = of(plan("until = 2027-03-31"), &WRONG);
    assert_eq!((report.verdict(), report.finding("memory").status.as_str()), ("unsupported", "failed"));
    let shown =
        Check::of("cometchat").on("vm-14gib").with(&["--plan", &plan("until = 2027-03-31")]).with(&WRONG).with(&["-v"]);
    shown.expect(3).says(&["ordered until 2027-03-31; whether the clock is right is doubtful, so it does not count"]);
    assert_eq!(of(plan(""), &WRONG).finding("memory").status, "waived", "without a last day it counts on any day");
}

#[test]
fn a_report_from_tomorrow_shows_that_the_clock_here_is_wrong() {
    let dir = scratch("clock-report");
    let check = Check::of("cometchat").tier("qa").on("ubuntu-22.04").report();
    let mut report: Value = serde_json::from_str(&check.text()).unwrap();
    report["collection"]["started"] = json!("2099-01-01T00:00:00Z");
    report["digest"] = rampcheck::report::digest_of(&report).unwrap().into();
    let file = dir.write("report.json", report.to_string());
    let again = Report::of(rampcheck(&["evaluate", &file, "--format", "json"]).json());
    assert_eq!(again.outcome("os-maintained"), "unknown");
    let of_day = Report::of(rampcheck(&["evaluate", &file, "--format", "json", "--today", DAY]).json());
    assert_eq!(of_day.outcome("os-maintained"), "pass");
}
