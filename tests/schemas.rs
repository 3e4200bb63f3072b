//! The published JSON Schemas hold for what is really written, judged by a validator that is not ours; and what earlier
//! versions wrote stays readable.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "the tests write the files they hand over")]

mod common;

use std::fs;

use common::{rampcheck, stderr, stdout};
use jsonschema::{Validator, draft202012};
use serde_json::{Value, json};

fn schema(of: &str) -> Value {
    let run = rampcheck(&["schema", of]);
    assert_eq!((run.status.code(), stderr(&run).as_str()), (Some(0), ""));
    let schema: Value = serde_json::from_str(&stdout(&run)).unwrap();
    draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{of}: {error}"));
    schema
}

/// A validator that looks at dates and times, too.
fn validator(schema: &Value) -> Validator {
    draft202012::options().should_validate_formats(true).build(schema).unwrap()
}

/// The validator of one kind of a pack's files.
fn of_file(kind: &str) -> Validator {
    let mut schema = schema("pack");
    schema["anyOf"] = json!([{ "$ref": format!("#/$defs/{kind}") }]);
    validator(&schema)
}

fn report_validator() -> Validator {
    validator(&schema("report"))
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
    let mut hosts = 0;
    for entry in fs::read_dir("tests/hosts").unwrap().flatten().filter(|entry| entry.path().is_dir()) {
        let folder = entry.path().display().to_string();
        let common = ["--host", &folder, "--today", "2026-11-20", "--timeout", "1s", "--format", "json"];
        for plan in [
            &["check", "cometchat", "--mau", "9000", "--pcc", "700", "--waive", "cpu=ordered"][..],
            &["check", "rocketchat", "--deployment", "compose", "--attest", "storage.data.media=ssd"],
        ] {
            let run = rampcheck(&[plan, &common[..]].concat());
            none_wrong(&validator, &serde_json::from_str(&stdout(&run)).unwrap(), &folder);
        }
        hosts += 1;
    }
    assert!(hosts > 20);
}

fn frozen() -> Value {
    serde_json::from_str(&fs::read_to_string("tests/reports/v1.json").unwrap()).unwrap()
}

/// This file is never written again: it stands for all the reports that are out there.
#[test]
fn the_frozen_report_of_version_1_stays_readable() {
    let file = "tests/reports/v1.json";
    none_wrong(&report_validator(), &frozen(), file);
    let verified = rampcheck(&["verify", file]);
    assert_eq!(verified.status.code(), Some(0), "{}", stdout(&verified));
    assert!(stdout(&verified).contains("digest   fits"), "{}", stdout(&verified));
    let shown = stdout(&rampcheck(&["show", file]));
    for part in ["chat-20.example.net", "~ cpu", "a larger machine is ordered", "(attested)", "UNSUPPORTED"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    assert!(stdout(&rampcheck(&["show", "--ticket", file])).contains("Operating system: Ubuntu 24.04.3 LTS"));
    let again = rampcheck(&["evaluate", file, "--tier", "baseline-10k", "--today", "2026-11-20"]);
    assert_eq!((again.status.code(), stderr(&again).as_str()), (Some(3), ""));
    assert_eq!(rampcheck(&["diff", file, file]).status.code(), Some(0));
    let judged = rampcheck(&["check", "cometchat", "--tier", "qa", "--facts", file]);
    assert_eq!((judged.status.code(), stderr(&judged).as_str()), (Some(3), ""));
}

#[test]
fn the_schema_of_the_report_refuses_what_the_reader_refuses() {
    let validator = report_validator();
    for (pointer, value) in [
        ("/schema", json!("urn:rampcheck:report:2")),
        ("/findings", json!({})),
        ("/findings/0/outcome", json!("maybe")),
        ("/findings/0/evidence/0/fact", json!(1)),
        ("/facts/os.id", json!({ "state": "known" })),
        ("/facts/os.id", json!({ "state": "absent", "value": 1 })),
        ("/facts/os.id", json!({ "state": "unknown", "why": "not-told" })),
        ("/facts/os.id/value", json!({})),
        ("/verdict", json!("fine")),
        ("/duration_ms", json!(-1)),
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

/// A TOML document as JSON; dates become texts, as editors see them.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(list) => list.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, as_json(value))).collect(),
    }
}

/// Every file of every built-in pack: its path, its kind, and its content.
fn pack_files() -> Vec<(String, &'static str, Value)> {
    let mut files = Vec::new();
    for product in ["cometchat", "rocketchat"] {
        for entry in fs::read_dir(format!("checks/{product}")).unwrap().flatten() {
            let kind = match entry.file_name().to_str().unwrap() {
                "pack.toml" => "pack",
                "tiers.toml" => "tiers",
                "ends.toml" => "ends",
                "releases.toml" => "releases",
                name if name.ends_with(".toml") => "check",
                _ => continue,
            };
            let table: toml::Table = fs::read_to_string(entry.path()).unwrap().parse().unwrap();
            files.push((entry.path().display().to_string(), kind, as_json(toml::Value::Table(table))));
        }
    }
    files
}

#[test]
fn every_file_of_the_packs_validates() {
    let whole = validator(&schema("pack"));
    let validators = ["pack", "tiers", "ends", "releases", "check"].map(|kind| (kind, of_file(kind)));
    let files = pack_files();
    assert!(files.len() > 60, "{}", files.len());
    for (path, kind, document) in files {
        let (_, validator) = validators.iter().find(|(name, _)| *name == kind).unwrap();
        none_wrong(validator, &document, &path);
        assert!(whole.is_valid(&document), "{path}");
    }
}

#[test]
fn the_schema_of_a_pack_refuses_what_the_reader_refuses() {
    let files = pack_files();
    let find = |end: &str| files.iter().find(|(path, ..)| path.ends_with(end)).unwrap();
    for (end, pointer, value) in [
        ("cometchat/cpu.toml", "/level", json!("requird")),
        ("cometchat/cpu.toml", "/id", json!("CPU")),
        ("cometchat/docker-engine.toml", "/expect", json!({ "fact": "docker.engine.verison", "version": ">=24" })),
        ("cometchat/docker-engine.toml", "/expect", json!({ "fact": "docker.engine.version" })),
        ("cometchat/docker-engine.toml", "/expect", json!({ "fact": "cpu.online", "version": ">=2", "is": 1 })),
        ("cometchat/docker-engine.toml", "/expect", json!({ "all": [] })),
        ("cometchat/docker-engine.toml", "/expect", json!({ "any": [{ "fact": "ports.tcp.0.state", "is": "free" }] })),
        ("cometchat/docker-engine.toml", "/example", json!([])),
        ("cometchat/docker-engine.toml", "/example/0/facts", json!({ "tools.rm.version": "1" })),
        ("cometchat/docker-engine.toml", "/remedy/0", json!({ "family": ["ubuntu"] })),
        ("cometchat/docker-engine.toml", "/remedy/0", json!({ "family": ["beos"], "text": "x" })),
        ("cometchat/tiers.toml", "/tier/0/needs", json!({ "cpus": { "from": 1 } })),
        ("cometchat/tiers.toml", "/tier/1/holds", json!({ "monthly": 1 })),
        ("cometchat/pack.toml", "/reviewed", json!(1)),
        ("cometchat/ends.toml", "/docker-engine/ends", json!({ "24": "never" })),
    ] {
        let (path, kind, document) = find(end);
        let mut document = document.clone();
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{path} {pointer}")) = value.clone();
        assert!(!of_file(kind).is_valid(&document), "{path} {pointer} {value}");
    }
    for (path, kind, document) in &files {
        if *kind != "ends" {
            let mut document = document.clone();
            document["titel"] = json!("x");
            assert!(!of_file(kind).is_valid(&document), "{path}");
        }
    }
}
