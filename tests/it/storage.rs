//! The plan of storage: what is added a day becomes the size to provide, beside what the host has.

use crate::support::{Check, DAY, rampcheck, scratch};

/// A host of 8 CPUs, 16 GB of memory and 195 GB of storage.
const HOST: &str = "ubuntu-22.04";

fn qa(options: &[&str]) -> Check {
    Check::of("cometchat").tier("qa").on(HOST).with(options)
}

#[test]
fn the_data_of_a_day_becomes_a_size_with_its_arithmetic() {
    let check = qa(&["--daily-gb", "5", "--backup-copies", "0"]);
    let report = check.report();
    let finding = report.finding("storage-data");
    assert_eq!((finding.status.as_str(), report.verdict()), ("warning", "supported_with_warnings"));
    let arithmetic = "5 GB a day x 90 days x 1.5 for growth = 675 GB; backups are kept elsewhere";
    assert_eq!(finding.because, arithmetic);
    let of_json =
        report["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == "storage-data").unwrap();
    assert_eq!(of_json["because"]["reason"]["kind"], "storage-needed");
    assert_eq!(of_json["because"]["reason"]["data"], 675_000_000_000_u64);
    assert_eq!(of_json["needed"]["text"], "at least 675 GB (from 641 GB measured)");
    assert_eq!(report["plan"]["storage"]["daily"], 5_000_000_000_u64);
    let assumed = report["plan"]["assumed"].as_array().unwrap();
    assert!(assumed.iter().any(|name| name == "storage.growth_percent"));
    assert!(!assumed.iter().any(|name| name == "storage.backup_copies"));
    let screen = check.expect(0).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(screen.contains(&format!("needs 675 GB: {arithmetic}")), "{screen}");
    assert!(screen.contains("data kept for 90 days, 50 % for growth"), "{screen}");
    check.clone().format("html").expect(0).says(&["5 GB a day x 90 days"]);
}

#[test]
fn what_is_not_said_is_the_most_of_the_guidance() {
    let report = qa(&["--daily-gb", "0.5"]).report();
    let finding = report.finding("storage-data");
    assert_eq!(finding.because, "0.5 GB a day x 90 days x 1.5 for growth = 67.5 GB; with 2 backup copies, 203 GB");
    let less = qa(&["--daily-gb", "0.5", "--retention-days", "30", "--growth", "30", "--backup-copies", "1"]).report();
    let finding = less.finding("storage-data");
    assert_eq!(finding.status, "passed");
    assert_eq!(finding.because, "0.5 GB a day x 30 days x 1.3 for growth = 19.5 GB; with 1 backup copy, 39 GB");
    assert_eq!(qa(&[]).report().finding("storage-data").because, "does not apply: --daily-gb was not given");
}

#[test]
fn a_plan_file_and_a_report_hold_it_too() {
    let dir = scratch("storage-plan");
    let plan = dir
        .write("plan.toml", "product = \"cometchat\"\ntier = \"qa\"\nstorage = { daily_gb = 5, backup_copies = 0 }\n");
    let of_plan = Check::of_what_runs().on(HOST).with(&["--plan", &plan]).report();
    assert_eq!(of_plan.finding("storage-data").status, "warning");
    let saved = dir.write("report.json", of_plan.text());
    rampcheck(&["verify", &saved]).expect(0);
    rampcheck(&["evaluate", &saved, "--today", DAY, "--daily-gb", "0.5"]).expect(0).says(&["SUPPORTED: this host"]);
}

#[test]
fn what_cannot_be_planned_is_refused() {
    for (options, said) in [
        (&["--daily-gb", "0"][..], "`0` is not between 0.001 and 10000 GB a day"),
        (&["--daily-gb", "5GB"], "`5GB` is not a number of GB such as 5 or 0.5"),
        (&["--daily-gb", "1", "--retention-days", "0"], "0 is not in 1..=3650"),
        (&["--daily-gb", "1", "--growth", "1001"], "1001 is not in 0..=1000"),
        (&["--backup-copies", "1"], "the plan of storage does not say how much data is added a day: add --daily-gb N"),
    ] {
        qa(options).run().refused(said);
    }
    let other = Check::of("rocketchat").tier("vps-minimal").on(HOST).with(&["--daily-gb", "5"]);
    other.run().refused("the pack of rocketchat has no guidance for storage");
}
