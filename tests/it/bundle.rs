//! The bundle: one small file with all that support needs, and nothing that the owner did not see listed.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Check, DAY, Report, Run, rampcheck, recorded, scratch};

fn bundle(file: &str, more: &[&str]) -> Run {
    let host = recorded("permission-denied");
    let plan = ["bundle", "cometchat", "--tier", "qa", "--host", &host, "--today", DAY, "-o", file];
    rampcheck(&[&plan, more].concat())
}

/// A program of the system, at work in a folder.
fn system(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    Run::of(command.args(arguments).current_dir(folder)).expect(0).stdout
}

#[test]
fn it_holds_what_support_needs_with_checksums() {
    let dir = scratch("bundle");
    let file = dir.at("support.tar.gz");
    let listing = bundle(&file, &[]).expect(0).stdout;
    assert!(fs::metadata(&file).unwrap().len() < 100_000);
    let packed = system(&dir, "tar", &["-tzf", "support.tar.gz"]);
    let folder = packed.split('/').next().unwrap().to_owned();
    assert!(folder.starts_with("rampcheck-report-chat-20.example.net-20"), "{folder}");
    let names: Vec<_> = packed.lines().map(|line| line.split_once('/').unwrap().1).collect();
    assert_eq!(names, ["report.json", "report.html", "facts.json", "rampcheck.log", "MANIFEST"]);
    for name in names {
        assert!(listing.contains(&format!("  {name} ")), "{name} is not listed: {listing}");
    }
    assert!(listing.find("written to").unwrap() > listing.find("MANIFEST").unwrap());

    system(&dir, "tar", &["-xzf", "support.tar.gz"]);
    let inside = dir.join(folder);
    assert_eq!(system(&inside, "sha256sum", &["--check", "MANIFEST"]).matches(": OK").count(), 4);
    let path = |name: &str| inside.join(name).to_str().unwrap().to_owned();
    rampcheck(&["verify", &path("report.json")]).expect(0);
    Check::of("cometchat").tier("qa").with(&["--facts", &path("facts.json")]).expect(3);
    assert!(fs::read_to_string(path("report.html")).unwrap().contains("UNSUPPORTED"));
    let checks = Report::read(&fs::read_to_string(path("report.json")).unwrap()).findings().len();
    let log = fs::read_to_string(path("rampcheck.log")).unwrap();
    for part in [
        &format!("reading recorded host {} as user 1000", recorded("permission-denied")),
        "read: /etc/os-release: os.codename",
        "could not read: not permitted (permission denied on /var/run/docker.sock",
        "not there: ",
        "judged with pack cometchat 2026.11.20 (built-in)",
        &format!("UNSUPPORTED; {checks} checks"),
    ] {
        assert!(log.contains(part), "{part}\n{log}");
    }
}

#[test]
fn it_is_redacted_as_a_whole() {
    let dir = scratch("bundle-redacted");
    let file = dir.at("support.tar.gz");
    bundle(&file, &["--redact", "strict"]).expect(0).says(&["-redacted-strict.tar.gz, redaction strict"]);
    let all = system(&dir, "tar", &["-xzOf", "support.tar.gz"]) + &system(&dir, "tar", &["-tzf", "support.tar.gz"]);
    for name in ["chat-20", "example.net"] {
        assert!(!all.contains(name), "{name}");
    }
    assert!(all.contains("host-1"));
}

#[test]
fn preview_writes_nothing_and_shows_all() {
    let dir = scratch("bundle-preview");
    let shown = bundle(&dir.at("support.tar.gz"), &["--redact", "identifiers", "--preview"]).expect(0).stdout;
    assert!(dir.names().is_empty());
    let heads: Vec<_> = shown.lines().filter(|line| line.starts_with("=== ")).collect();
    assert_eq!(heads.len(), 5, "{heads:?}");
    let json = shown.split("report.json\n").nth(1).unwrap().split("\n=== ").next().unwrap();
    assert_eq!(serde_json::from_str::<Value>(json).unwrap()["redaction"], "identifiers");
}

#[test]
fn what_cannot_be_written_fails_before_the_run() {
    bundle("/nonexistent/support.tar.gz", &[]).refused("");
    let dir = scratch("bundle-fails");
    let run = rampcheck(&["bundle", "comet", "-o", &dir.at("x.tar.gz")]);
    assert_eq!(run.code, 2);
    assert!(dir.names().is_empty(), "nothing is left behind");
}
