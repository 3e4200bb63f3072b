//! `--changed-since`: a run says once what changed since the last one, and leaves everything else as it is.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;

use serde_json::Value;

use crate::support::{Check, Folder, Run, command, recorded, scratch};

/// A run that compares itself with its own last report, on a host that this changed.
fn run(folder: &Folder, changed: &[(&str, &str)], more: &[&str]) -> Run {
    let mut host = fs::read_to_string(recorded("ubuntu-22.04")).unwrap();
    for (old, new) in changed {
        assert!(host.contains(old), "{old}");
        host = host.replace(old, new);
    }
    let (host, last) = (folder.write("host.toml", host), folder.at("report.json"));
    let keep = format!("json={last}");
    Check::of("cometchat")
        .tier("qa")
        .with(&["--host", &host, "--format", "summary", "--changed-since", &last, "--output", &keep])
        .with(more)
        .run()
}

/// The line without the time of the last report.
fn line(run: &Run) -> String {
    let Some(rest) = run.stderr.strip_prefix("rampcheck: changed since 20") else { return run.stderr.clone() };
    let (time, said) = rest.split_once(": ").unwrap();
    assert!(time.ends_with('Z'), "{time}");
    format!("changed: {}", said.trim_end())
}

const OLD_ENGINE: (&str, &str) = ("29.1.3", "20.10.5");
const OLD_COMPOSE: (&str, &str) = ("\"5.1.0\\n\"", "\"1.29.2\\n\"");

#[test]
fn a_change_is_said_once() {
    let dir = scratch("changed-since");
    let first = run(&dir, &[], &[]);
    let none = format!("rampcheck: there is no earlier report in {} yet: nothing to compare\n", dir.at("report.json"));
    assert_eq!((first.code, first.stderr), (0, none));
    run(&dir, &[], &[]).expect(0);
    let worse = run(&dir, &[OLD_ENGINE], &[]);
    assert_eq!(
        (worse.code, line(&worse).as_str()),
        (3, "changed: SUPPORTED before, UNSUPPORTED now; worse: docker-engine, docker-engine-maintained")
    );
    assert!(
        worse.stdout.starts_with("UNSUPPORTED cometchat qa ") && worse.stdout.lines().count() == 1,
        "{}",
        worse.stdout
    );
    run(&dir, &[OLD_ENGINE], &[]).expect(3);
    let other = run(&dir, &[OLD_COMPOSE], &[]);
    assert_eq!(
        (other.code, line(&other).as_str()),
        (3, "changed: still UNSUPPORTED; worse: compose; better: docker-engine, docker-engine-maintained")
    );
    let better = run(&dir, &[], &[]);
    assert_eq!(
        (better.code, line(&better).as_str()),
        (0, "changed: UNSUPPORTED before, SUPPORTED now; better: compose")
    );
}

#[test]
fn what_explains_a_change_is_said_and_another_plan_alone_is_none() {
    let dir = scratch("changed-since-plan");
    run(&dir, &[], &[]);
    run(&dir, &[], &["--strict"]).expect(0);
    let fewer = run(&dir, &[OLD_ENGINE], &["--only", "compose"]);
    assert_eq!(line(&fewer), "");
    let more = run(&dir, &[OLD_ENGINE], &[]);
    assert_eq!(
        line(&more),
        "changed: SUPPORTED before, UNSUPPORTED now; worse: docker-engine, docker-engine-maintained; another plan"
    );
    let elsewhere = run(&dir, &[("395e09c6", "395e09c7")], &[]);
    assert_eq!(
        line(&elsewhere),
        "changed: UNSUPPORTED before, SUPPORTED now; better: docker-engine, docker-engine-maintained; another host"
    );
}

#[test]
fn a_verdict_that_a_newer_pack_changed_has_changed() {
    let dir = scratch("changed-since-pack");
    let pack = |version: &str, engine: &str| {
        dir.write(
            "acme/pack.toml",
            format!(
                "product = \"acme\"\ntitle = \"Acme\"\nversion = \"{version}\"\nreviewed = 2026-11-20\ngroups = [\"Docker\"]\n\
                 [source.docs]\ntitle = \"Docs\"\nurl = \"https://docs.example.org\"\nread = 2026-11-20\n"
            ),
        );
        dir.write(
            "acme/engine.toml",
            format!(
                "id = \"engine\"\ntitle = \"Docker Engine\"\nlevel = \"required\"\ngroup = \"Docker\"\nsource = \"docs\"\n\
                 why = \"It serves.\"\nexpect = {{ fact = \"docker.engine.version\", version = \">={engine}\" }}\n\
                 [[remedy]]\ntext = \"Update it.\"\n\
                 [[example]]\nfacts = {{ \"docker.engine.version\" = \"99\" }}\noutcome = \"pass\"\n\
                 [[example]]\nfacts = {{ \"docker.engine.version\" = \"1\" }}\noutcome = \"fail\"\n"
            ),
        );
        let last = dir.at("report.json");
        let keep = format!("json={last}");
        let check = Check::of("acme").on("ubuntu-22.04").with(&["--pack", &dir.at("acme")]);
        check.with(&["--changed-since", &last, "--output", &keep]).run()
    };
    assert_eq!(pack("1", "24").code, 0);
    let newer = pack("2", "30");
    assert_eq!(line(&newer), "changed: SUPPORTED before, UNSUPPORTED now; worse: engine; another pack");
    assert_eq!(pack("2", "30").stderr, "");
}

#[test]
fn an_earlier_report_that_cannot_be_used_costs_the_comparison_alone() {
    let dir = scratch("changed-since-broken");
    let plain = run(&dir, &[], &[]).stdout;
    let report = fs::read_to_string(dir.at("report.json")).unwrap();
    let list = format!("[{report},{report}]");
    for (broken, why) in [
        (&report[..report.len() / 2], "cut off in line "),
        ("", "empty"),
        (&report.replace("29.1.3", "29.1.4"), "edited or damaged: its digest does not fit its content"),
        (&list, "several reports: name one"),
    ] {
        dir.write("report.json", broken);
        let run = run(&dir, &[], &[]);
        assert!(run.stderr.starts_with("rampcheck: not compared with an earlier report: "), "{}", run.stderr);
        assert!(run.stderr.contains(why) && run.stderr.lines().count() == 1, "{why}: {}", run.stderr);
        assert_eq!((run.code, &run.stdout), (0, &plain));
        assert!(
            fs::read_to_string(dir.at("report.json")).unwrap().contains("\"verdict\": \"supported\""),
            "it is replaced"
        );
    }
    fs::remove_file(dir.at("report.json")).unwrap();
    fs::create_dir(dir.at("folder")).unwrap();
    let folder =
        Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--changed-since", &dir.at("folder")]).run();
    assert!(folder.code == 0 && folder.stderr.contains("this is a directory"), "{}", folder.stderr);
}

#[test]
fn a_hostile_earlier_report_adds_no_line() {
    let dir = scratch("changed-since-hostile");
    run(&dir, &[], &[]);
    let mut report: Value = serde_json::from_str(&fs::read_to_string(dir.at("report.json")).unwrap()).unwrap();
    let findings = report["findings"].as_array_mut().unwrap();
    findings[0]["id"] = "gone\n<0>kernel: \u{1b}[2J".into();
    findings[0]["outcome"] = "fail".into();
    let more = findings[0].clone();
    for number in 0..50 {
        let mut more = more.clone();
        more["id"] = format!("x{number}").into();
        findings.push(more);
    }
    report["digest"] = rampcheck::report::digest_of(&report).unwrap().into();
    dir.write("report.json", report.to_string());
    let run = run(&dir, &[], &[]);
    let said = line(&run);
    assert!(said.contains("; no longer checked: gone <0>kernel: \u{fffd}[2J, x0, "), "{said}");
    assert!(said.ends_with(" more"), "{said}");
    assert_eq!((run.code, run.stderr.lines().count()), (0, 1));
}

#[test]
fn in_the_journal_the_line_has_its_priority() {
    let dir = scratch("changed-since-journal");
    let said = |journal: bool, changed: &[(&str, &str)]| {
        let text = changed
            .iter()
            .fold(fs::read_to_string(recorded("ubuntu-22.04")).unwrap(), |text, (old, new)| text.replace(old, new));
        let (host, last) = (dir.write("host.toml", text), dir.at("report.json"));
        let log = File::create(dir.at("log")).unwrap();
        let meta = log.metadata().unwrap();
        let inode = if journal { meta.ino() } else { meta.ino() + 1 };
        let keep = format!("json={last}");
        let mut command = command(&[
            "check",
            "cometchat",
            "--tier",
            "qa",
            "--host",
            &host,
            "--changed-since",
            &last,
            "--output",
            &keep,
        ]);
        command
            .env("JOURNAL_STREAM", format!("{}:{inode}", meta.dev()))
            .stderr(log)
            .stdout(std::process::Stdio::null());
        command.status().unwrap();
        fs::read_to_string(dir.at("log")).unwrap()
    };
    assert!(said(true, &[]).starts_with("<5>rampcheck: there is no earlier report in "));
    assert!(said(true, &[OLD_ENGINE]).starts_with("<4>rampcheck: changed since "));
    assert!(said(true, &[]).starts_with("<5>rampcheck: changed since "));
    assert!(said(false, &[OLD_ENGINE]).starts_with("rampcheck: changed since "));
    assert_eq!(said(true, &[OLD_ENGINE]), "");
    assert!(said(true, &[("[[command]]", "[[comand]]")]).starts_with("<3>rampcheck: recorded host "));
}
