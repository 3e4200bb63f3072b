//! The published schema of the report holds for what is really written, judged by a validator that is not ours; and what
//! earlier versions wrote stays readable. The schema of packs is tested beside the types it comes from.

use std::fs;

use jsonschema::{Validator, draft202012};
use serde_json::{Value, json};

use crate::support::{Check, DAY, in_parallel, rampcheck, recorded_hosts};

/// The validator of reports; it looks at dates and times, too.
fn report_validator() -> Validator {
    let schema = rampcheck(&["schema", "report"]).expect(0).json();
    draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{error}"));
    draft202012::options().should_validate_formats(true).build(&schema).unwrap()
}

/// What is wrong with a document.
fn wrong(validator: &Validator, document: &Value) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn none_wrong(validator: &Validator, document: &Value, what: &str) {
    let wrong = wrong(validator, document);
    assert!(wrong.is_empty(), "{what}: {}", wrong.join("\n"));
}

#[test]
fn every_report_validates() {
    let validator = report_validator();
    in_parallel(&recorded_hosts(), |host| {
        for check in [
            Check::of("cometchat").with(&["--mau", "9000", "--pcc", "700", "--waive", "cpu=ordered"]),
            Check::of("rocketchat").with(&["--deployment", "compose", "--attest", "storage.data.media=ssd"]),
        ] {
            let run = check.on(host).with(&["--timeout", "1s"]).format("json").run();
            none_wrong(&validator, &run.json(), host);
        }
    });
}

fn frozen() -> Value {
    serde_json::from_str(&fs::read_to_string("tests/reports/v1.json").unwrap()).unwrap()
}

/// This file is never written again: it stands for all the reports that are out there.
#[test]
fn the_frozen_report_of_version_1_stays_readable() {
    let file = "tests/reports/v1.json";
    none_wrong(&report_validator(), &frozen(), file);
    rampcheck(&["verify", file]).expect(2).says(&["digest   fits"]);
    let parts = ["chat-20.example.net", "~ cpu", "a larger machine is ordered", "(attested)", "UNSUPPORTED"];
    rampcheck(&["show", "-v", file]).expect(0).says(&parts);
    rampcheck(&["show", "--ticket", file]).expect(0).says(&["Operating system: Ubuntu 24.04.3 LTS"]);
    rampcheck(&["evaluate", file, "--tier", "baseline-10k", "--today", DAY]).expect(3);
    rampcheck(&["diff", file, file]).expect(0);
    Check::of("cometchat").tier("qa").with(&["--facts", file]).expect(3);
}

#[test]
fn the_schema_of_the_report_refuses_what_the_reader_refuses() {
    let validator = report_validator();
    for (pointer, value) in [
        ("/schema", json!("urn:rampcheck:report:2")),
        ("/findings", json!({})),
        ("/findings/0/outcome", json!("maybe")),
        ("/findings/0/decided/0", json!(1)),
        ("/findings/0/status", json!("fine")),
        ("/facts/os.id", json!({ "state": "known" })),
        ("/facts/os.id", json!({ "state": "absent", "value": 1 })),
        ("/facts/os.id", json!({ "state": "unknown", "why": "not-told" })),
        ("/facts/os.id/value", json!({})),
        ("/verdict", json!("fine")),
        ("/collection/duration_ms", json!(-1)),
        ("/plan/phase", json!("later")),
        ("/redaction", json!("some")),
    ] {
        let mut document = frozen();
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value.clone();
        assert!(!validator.is_valid(&document), "{pointer} {value}");
    }
    let mut later = frozen();
    later["fleet"] = json!({ "size": 3 });
    later["findings"][0]["mood"] = json!({});
    none_wrong(&validator, &later, "additions are allowed");
}
