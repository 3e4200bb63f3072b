//! The bundle: one small file with all that support needs, and nothing that the owner did not see listed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "the tests open what was written, with the system's own tar")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{rampcheck, scratch, stderr, stdout};
use serde_json::Value;

const CHECK: [&str; 7] =
    ["cometchat", "--tier", "qa", "--host", "tests/hosts/permission-denied", "--today", "2026-11-20"];

fn bundle(file: &Path, more: &[&str]) -> std::process::Output {
    rampcheck(&[&["bundle"], &CHECK[..], &["-o", file.to_str().unwrap()], more].concat())
}

/// A program of the system, at work in a folder.
fn system(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let run = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(run.status.success(), "{program}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn it_holds_what_support_needs_with_checksums() {
    let dir = scratch("bundle");
    let file = dir.join("support.tar.gz");
    let run = bundle(&file, &[]);
    assert_eq!((run.status.code(), stderr(&run).as_str()), (Some(0), ""));
    assert!(fs::metadata(&file).unwrap().len() < 100_000);
    let listed = system(&dir, "tar", &["-tzf", "support.tar.gz"]);
    let folder = listed.split('/').next().unwrap().to_owned();
    assert!(folder.starts_with("rampcheck-report-chat-20.example.net-20"), "{folder}");
    let names: Vec<_> = listed.lines().map(|line| line.split_once('/').unwrap().1).collect();
    assert_eq!(names, ["report.json", "report.html", "facts.json", "rampcheck.log", "MANIFEST"]);
    for name in names {
        assert!(stdout(&run).contains(&format!("  {name} ")), "{name} is not listed: {}", stdout(&run));
    }
    let before = stdout(&run).find("MANIFEST").unwrap();
    assert!(stdout(&run).find("written to").unwrap() > before);

    system(&dir, "tar", &["-xzf", "support.tar.gz"]);
    let inside = dir.join(folder);
    assert_eq!(system(&inside, "sha256sum", &["--check", "MANIFEST"]).matches(": OK").count(), 4);
    let report = inside.join("report.json");
    assert_eq!(rampcheck(&["verify", report.to_str().unwrap()]).status.code(), Some(0));
    let facts = inside.join("facts.json");
    let judged =
        rampcheck(&["check", "cometchat", "--tier", "qa", "--facts", facts.to_str().unwrap(), "--today", "2026-11-20"]);
    assert_eq!((judged.status.code(), stderr(&judged).as_str()), (Some(3), ""));
    assert!(fs::read_to_string(inside.join("report.html")).unwrap().contains("UNSUPPORTED"));
    let log = fs::read_to_string(inside.join("rampcheck.log")).unwrap();
    for part in [
        "reading recorded host tests/hosts/permission-denied as user 1000",
        "read: /etc/os-release: os.codename",
        "could not read: not permitted (permission denied on /var/run/docker.sock",
        "not there: ",
        "judged with pack cometchat 2026.11.20 (built-in)",
        "UNSUPPORTED; 27 checks",
    ] {
        assert!(log.contains(part), "{part}\n{log}");
    }
}

#[test]
fn it_is_redacted_as_a_whole() {
    let dir = scratch("bundle-redacted");
    let file = dir.join("support.tar.gz");
    let run = bundle(&file, &["--redact", "strict"]);
    assert_eq!((run.status.code(), stderr(&run).as_str()), (Some(0), ""));
    assert!(stdout(&run).contains("-redacted-strict.tar.gz, redaction strict"), "{}", stdout(&run));
    let all = system(&dir, "tar", &["-xzOf", "support.tar.gz"]) + &system(&dir, "tar", &["-tzf", "support.tar.gz"]);
    for name in ["chat-20", "example.net"] {
        assert!(!all.contains(name), "{name}");
    }
    assert!(all.contains("host-1"));
}

#[test]
fn preview_writes_nothing_and_shows_all() {
    let dir = scratch("bundle-preview");
    let run = bundle(&dir.join("support.tar.gz"), &["--redact", "identifiers", "--preview"]);
    assert_eq!(run.status.code(), Some(0));
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
    let shown = stdout(&run);
    let heads: Vec<_> = shown.lines().filter(|line| line.starts_with("=== ")).collect();
    assert_eq!(heads.len(), 5, "{heads:?}");
    let json = shown.split("report.json\n").nth(1).unwrap().split("\n=== ").next().unwrap();
    assert_eq!(serde_json::from_str::<Value>(json).unwrap()["redaction"], "identifiers");
}

#[test]
fn what_cannot_be_written_fails_before_the_run() {
    let run = bundle(Path::new("/nonexistent/support.tar.gz"), &[]);
    assert_eq!((run.status.code(), stdout(&run).as_str()), (Some(2), ""));
    let dir = scratch("bundle-fails");
    let run = rampcheck(&["bundle", "comet", "-o", dir.join("x.tar.gz").to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(2));
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0, "nothing is left behind");
}
