//! The published schema of the report holds for what is really written, judged by a validator that is not ours; and what
//! earlier versions wrote stays readable. The schema of packs is tested beside the types it comes from.

use std::fs;

use jsonschema::{Validator, draft202012};
use serde_json::{Value, json};

use crate::support::{Check, DAY, in_parallel, rampcheck, recorded_hosts, scratch};

/// The validator of reports.
fn report_validator() -> Validator {
    validator("report")
}

/// The validator of what a schema is of; it looks at dates and times, too.
fn validator(of: &str) -> Validator {
    let schema = rampcheck(&["schema", of]).expect(0).json();
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

#[test]
fn every_report_on_a_fleet_validates() {
    let dir = scratch("schema-fleet");
    let files = in_parallel(&recorded_hosts(), |host| {
        let check = Check::of("cometchat").with(&["--mau", "9000", "--pcc", "700"]);
        let run = check.on(host).with(&["--timeout", "1s"]).format("json").run();
        dir.write(&format!("{host}.json"), run.stdout)
    });
    dir.write("cut.json", "{");
    let hosts = dir.write("hosts", format!("{}\nnobody\n", recorded_hosts().join("\n")));
    let validator = validator("fleet");
    for more in [&[][..], &["--hosts", &hosts], &["--max-age", "1s"], &["--waive", "cpu=ordered", "--phase", "run"]] {
        let run =
            rampcheck(&[&["fleet", "--today", DAY, "--format", "json", "--reports-from", &dir.at("")], more].concat());
        let report = run.json();
        assert_eq!(
            report["fleet"]["hosts"].as_array().unwrap().len(),
            files.len() + 1 + usize::from(more == ["--hosts", &hosts])
        );
        none_wrong(&validator, &report, &format!("{more:?}"));
    }
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

/// What is promised since 0.1.0 and is not kept any more. Members and words may be added, and none may go or change: whoever
/// reads reports by the frozen schema finds in later ones all that it names.
fn broken(frozen: &Value, now: &Value, at: &str) -> Vec<String> {
    match (frozen, now) {
        (Value::Object(frozen), Value::Object(now)) => {
            let members = frozen.iter().filter(|(name, _)| !["description", "title"].contains(&name.as_str()));
            let broken = members.flat_map(|(name, then)| match now.get(name) {
                Some(now) => broken(then, now, &format!("{at}/{name}")),
                None => vec![format!("{at}/{name} is gone")],
            });
            broken.collect()
        }
        // The words of an enumeration, alternatives, and what no report leaves out.
        (Value::Array(frozen), Value::Array(now)) => {
            let gone = frozen.iter().filter(|then| !now.iter().any(|now| broken(then, now, at).is_empty()));
            gone.map(|then| format!("{at} has lost {then}")).collect()
        }
        _ if frozen == now => Vec::new(),
        _ => vec![format!("{at} was {frozen} and is {now}")],
    }
}

/// This file is never written again, either.
#[test]
fn the_frozen_schema_of_version_1_is_only_added_to() {
    let frozen: Value =
        serde_json::from_str(&fs::read_to_string("tests/schemas/report-v1.schema.json").unwrap()).unwrap();
    let now = rampcheck(&["schema", "report"]).expect(0).json();
    assert_eq!(broken(&frozen, &now, ""), [""; 0]);
    // The comparison notices what breaks readers, and nothing else.
    for (pointer, value, breaks) in [
        ("/$defs/Verdict/new", json!("fine"), false),
        ("/properties/verdict/description", json!("another"), false),
        ("/properties/verdict", json!({ "type": "string" }), true),
        ("/properties/findings", Value::Null, true),
        ("/required", json!(["schema"]), true),
        ("/type", json!("array"), true),
    ] {
        let mut changed = frozen.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        changed.pointer_mut(parent).unwrap()[name] = value;
        assert_eq!(!broken(&frozen, &changed, "").is_empty(), breaks, "{pointer}");
    }
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
