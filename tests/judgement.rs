//! Every recorded host, judged: what a person would read of each, in one table a product.
//!
//! The day is fixed, so that ends of support do not age the tests.

mod common;

use std::fs;

use common::{rampcheck, stderr, stdout};
use serde_json::Value;

const TODAY: &str = "2026-11-20";

fn hosts() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hosts");
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}")).flatten();
    let mut names: Vec<_> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Reports of a host whose data lies on a server that does not answer wait for the deadline: keep it short.
fn judge(host: &str, plan: &[&str]) -> Value {
    let folder = format!("tests/hosts/{host}");
    let mut arguments = vec!["check"];
    arguments.extend(plan);
    arguments.extend(["--host", &folder, "--today", TODAY, "--format", "json", "--timeout", "2s"]);
    let run = rampcheck(&arguments);
    assert_eq!(stderr(&run), "", "{host}");
    let report: Value = serde_json::from_str(&stdout(&run)).unwrap_or_else(|error| panic!("{host}: {error}"));
    let code = match report["verdict"].as_str() {
        Some("supported" | "supported_with_warnings") => 0,
        Some("undetermined") => 4,
        Some("unsupported") => 3,
        other => panic!("{host}: {other:?}"),
    };
    assert_eq!(run.status.code(), Some(code), "{host}");
    report
}

/// A line: host, verdict, and the ids that failed, warned or could not be told.
fn row(host: &str, report: &Value) -> String {
    let ids = |outcome: &str, level: &str| -> Vec<String> {
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        findings
            .iter()
            .filter(|finding| finding["outcome"] == outcome && (level.is_empty() || finding["level"] == level))
            .map(|finding| finding["id"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let part = |sign: &str, ids: Vec<String>| if ids.is_empty() { String::new() } else { format!(" {sign}: {}", ids.join(" ")) };
    format!(
        "{host} = {}{}{}{}\n",
        report["verdict"].as_str().unwrap_or_default(),
        part("fail", ids("fail", "required")),
        part("warn", ids("fail", "recommended")),
        part("unknown", ids("unknown", "")),
    )
}

fn table(plan: &[&str]) -> String {
    hosts().iter().map(|host| row(host, &judge(host, plan))).collect()
}

#[test]
fn cometchat_qa() {
    insta::assert_snapshot!(table(&["cometchat", "--tier", "qa"]), @"");
}

#[test]
fn rocketchat_vps_recommended() {
    insta::assert_snapshot!(table(&["rocketchat", "--tier", "vps-recommended", "--mongodb", "local"]), @"");
}

#[test]
fn every_probe_answers_for_every_fact_of_every_host() {
    for host in hosts() {
        let report = judge(&host, &["cometchat", "--tier", "qa"]);
        for (name, fact) in report["facts"].as_object().unwrap_or_else(|| panic!("{host}")) {
            let reason = fact["reason"].as_str().unwrap_or_default();
            assert!(!reason.contains("without reporting"), "{host}: {name}: {reason}");
            assert!(!reason.contains("was not recorded"), "{host}: {name}: {reason}");
            let hung = fact["why"] == "timed-out";
            assert!(!hung || (host == "hung-nfs" && name.starts_with("storage.data.")), "{host}: {name}: {reason}");
        }
    }
}
