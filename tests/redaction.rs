//! Redaction: what was planted never survives, what was judged stays, and the owner alone can tell what a stand-in means.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "the tests write the files they hand over")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use common::{rampcheck, scratch, stderr, stdout};
use proptest::prelude::*;
use rampcheck::check::Plan;
use rampcheck::facts::{Fact, Value as FactValue, Why};
use rampcheck::report::redact::{Names, Redactor};
use rampcheck::report::{Redaction, Report, read};
use serde_json::Value;

const DAY: &str = "2026-11-20";

fn example() -> Report {
    read::report(&fs::read("tests/reports/v1.json").unwrap()).unwrap().report
}

/// What a report says beside names: outcomes, levels, verdict, counts.
fn judged(report: &Report) -> String {
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|finding| format!("{} {:?} {:?}", finding.id, finding.level, finding.outcome))
        .collect();
    format!("{:?} {:?} {}", report.verdict, report.summary, findings.join("\n"))
}

/// An example of a customer's host, with its names in every place that a probe can put them.
fn planted(host: &str, domain: &str, user: &str, ip: &str, mac: &str) -> Report {
    let mut report = example();
    let full = format!("{host}.{domain}");
    let dashed = ip.replace('.', "-");
    let mut put = |name: &str, fact: Fact| _ = report.facts.insert(name.to_owned(), fact);
    put("host.name", Fact::known(full.clone(), "/proc/sys/kernel/hostname"));
    put("host.id", Fact::known("a1b2c3d4e5f60718", "/etc/machine-id"));
    put("storage.data.path", Fact::known(format!("/home/{user}/data"), format!("/home/{user}/.docker/daemon.json")));
    put("storage.data.device", Fact::known(format!("nas-7.{domain}:/export/{host}"), "/proc/self/mountinfo"));
    put("storage.root.device", Fact::known(format!("/dev/mapper/{}--vg-root", host.replace('-', "--")), "x"));
    put("docker.engine.endpoint", Fact::known(format!("ssh://{user}@build.{domain}:22"), "DOCKER_HOST"));
    put("ports.tcp.443.owner", Fact::known(format!("container {host}_proxy-1"), format!("{mac} on {ip}")));
    let addresses = vec![ip.to_owned(), "127.0.0.1".to_owned(), "::".to_owned(), "2001:db8:7::9".to_owned()];
    put("ports.tcp.443.addresses", Fact::known(FactValue::List(addresses), "/proc/net/tcp"));
    let reason =
        format!("no answer from {} ({ip}:2376, dhcp-{dashed}.{domain}) for {user}@{full}", full.to_uppercase());
    put("docker.engine.state", Fact::unknown(Why::TimedOut, reason.clone(), format!("tcp://{ip}:2376 /version")));
    put("server.url", Fact::known(format!("https://talk.{domain}/team"), "--server"));
    report.plan.server.url = Some(format!("https://talk.{domain}/team"));
    report.host.name = Some(full.clone());
    report.host.id = Some("a1b2c3d4e5f60718".to_owned());
    report.notes.push(format!("disk of {host} is {mac}"));
    report.collection.view = format!("tree below /home/{user}/{full}");
    report.pack.origin = format!("/home/{user}/packs/cometchat");
    for finding in &mut report.findings {
        finding.found = format!("{} [{full}]", finding.found);
        finding.because = Some(reason.clone());
        for evidence in &mut finding.evidence {
            evidence.source = format!("tcp://{ip}:2376 {host}");
            evidence.shown.clone_from(&reason);
        }
    }
    report
}

fn redacted(report: &Report, level: Redaction) -> (Report, Redactor) {
    let mut redactor = Redactor::new(level, Names::default());
    let out = redactor.redact(report).unwrap();
    (out, redactor)
}

#[test]
fn the_same_thing_has_the_same_stand_in_wherever_it_stands() {
    let report = planted("chat-2", "acme.example", "alice", "10.20.0.15", "52:54:00:ab:cd:01");
    let (out, _) = redacted(&report, Redaction::Strict);
    let fact = |name: &str| serde_json::to_value(&out.facts[name]).unwrap();
    insta::assert_snapshot!(
        serde_json::to_string_pretty(&serde_json::json!([
            out.host, out.collection.view, out.pack.origin, out.notes, out.findings[0].because,
            fact("storage.data.path"), fact("storage.data.device")["value"], fact("storage.root.device")["value"],
            fact("docker.engine.endpoint")["value"], fact("ports.tcp.443.owner"), fact("ports.tcp.443.addresses")["value"],
            fact("docker.engine.state"), fact("server.url")["value"], out.plan.server.url,
        ])).unwrap(), @r#"
        [
          {
            "id": "id-1",
            "name": "host-1"
          },
          "tree below /home/user-1/host-1",
          "/home/user-1/packs/cometchat",
          [
            "judged as of 2026-11-20, as asked",
            "disk of host-1 is mac-1"
          ],
          "no answer from host-1 (ip-1:2376, host-3) for user-1@host-1",
          {
            "source": "/home/user-1/.docker/daemon.json",
            "state": "known",
            "value": "/home/user-1/data"
          },
          "host-4:/export/host-1",
          "/dev/mapper/host-1--vg-root",
          "ssh://user-1@host-2:22",
          {
            "source": "mac-1 on ip-1",
            "state": "known",
            "value": "container host-1_proxy-1"
          },
          [
            "ip-1",
            "127.0.0.1",
            "::",
            "ip-2"
          ],
          {
            "reason": "no answer from host-1 (ip-1:2376, host-3) for user-1@host-1",
            "source": "tcp://ip-1:2376 /version",
            "state": "unknown",
            "why": "timed-out"
          },
          "https://host-5/team",
          "https://host-5/team"
        ]
        "#);
    assert_eq!(judged(&out), judged(&report));
    assert_eq!(out.redaction, Redaction::Strict);
    // Identifiers alone leave addresses where they are.
    let (out, _) = redacted(&report, Redaction::Identifiers);
    let text = serde_json::to_string(&out).unwrap();
    assert!(text.contains("10.20.0.15") && !text.contains("10-20-0-15") && !text.contains("52:54:00"), "{text}");
}

#[test]
fn names_that_are_words_go_only_where_they_are_names() {
    for host in ["web", "docker", "data", "root", "ubuntu", "supported", "db1", "memory"] {
        let mut report = example();
        report.host.name = Some(host.to_owned());
        report.facts.insert("host.name".to_owned(), Fact::known(host, "/proc/sys/kernel/hostname"));
        let (out, _) = redacted(&report, Redaction::Strict);
        assert_eq!(out.host.name.as_deref(), Some("host-1"), "{host}");
        assert_eq!(out.facts["host.name"].text(), Some("host-1"), "{host}");
        let (mut before, mut after) = (serde_json::to_value(&report).unwrap(), serde_json::to_value(&out).unwrap());
        for value in [&mut before, &mut after] {
            for member in ["host", "redaction", "digest"] {
                value[member] = Value::Null;
            }
            for name in ["host.name", "host.id"] {
                value["facts"][name] = Value::Null;
            }
            // Addresses of this report go in any case.
            let text = value.to_string().replace("10.20.0.20", "ip-1");
            *value = serde_json::from_str(&text).unwrap();
        }
        assert_eq!(before, after, "{host}");
    }
}

#[test]
fn what_is_nobodys_and_what_vendors_say_stays() {
    let mut report = example();
    report.host.name = Some("localhost".to_owned());
    report.facts.insert("host.name".to_owned(), Fact::known("localhost.localdomain", "x"));
    report
        .facts
        .insert("docker.images".to_owned(), Fact::known("registry.rocket.chat/rocketchat/rocket.chat:8.5.1", "x"));
    let (out, _) = redacted(&report, Redaction::Strict);
    assert_eq!(out.host.name.as_deref(), Some("localhost"));
    assert_eq!(out.facts["docker.images"], report.facts["docker.images"]);
    for (before, after) in report.findings.iter().zip(&out.findings) {
        assert_eq!((&before.source, &before.remedy, &before.why), (&after.source, &after.remedy, &after.why));
    }
}

#[test]
fn a_redacted_report_stays_as_it_is_and_never_loses_a_level() {
    let report = planted("chat-2", "acme.example", "alice", "10.20.0.15", "52:54:00:ab:cd:01");
    let (names, _) = redacted(&report, Redaction::Identifiers);
    for level in [Redaction::None, Redaction::Identifiers] {
        assert_eq!(redacted(&names, level).0, names);
    }
    let (strict, _) = redacted(&names, Redaction::Strict);
    assert_eq!(strict, redacted(&report, Redaction::Strict).0, "in two steps or in one");
    assert_eq!(redacted(&strict, Redaction::Identifiers).0.redaction, Redaction::Strict);
}

#[test]
fn a_host_that_is_called_like_a_stand_in_gets_another() {
    let report = planted("host-1", "acme.example", "user-1", "10.20.0.15", "52:54:00:ab:cd:01");
    let (out, redactor) = redacted(&report, Redaction::Strict);
    let text = serde_json::to_string(&out).unwrap();
    assert!(!text.contains("host-1\"") && !text.contains("user-1"), "{text}");
    redactor.examine(&text).unwrap();
}

#[test]
fn the_last_pass_refuses_what_was_left() {
    let report = planted("chat-2", "acme.example", "alice", "10.20.0.15", "52:54:00:ab:cd:01");
    let (out, redactor) = redacted(&report, Redaction::Strict);
    let text = serde_json::to_string(&out).unwrap();
    redactor.examine(&text).unwrap();
    for left in [
        "chat-2",
        "CHAT-2.acme.example",
        "acme.example",
        "x alice y",
        "10.20.0.15",
        "52:54:00:ab:cd:01",
        "a1b2c3d4e5f60718",
    ] {
        assert!(redactor.examine(&format!("{text}\n{left}")).is_err(), "{left}");
    }
    redactor.examine(&format!("{text}\nchat-25, 110.20.0.15, malice")).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn planted_names_never_survive_and_nothing_judged_changes(
        host in "[a-z]{4,9}-[0-9]{1,3}",
        domain in "[a-z]{5,10}\\.(example|corp\\.example|io)",
        user in "[a-z]{5,9}x",
        ip in "10\\.[1-9][0-9]?\\.[1-9][0-9]?\\.[1-9][0-9]?",
        mac in "52:54:00(:[0-9a-f]{2}){3}",
        strict: bool,
    ) {
        let level = if strict { Redaction::Strict } else { Redaction::Identifiers };
        let report = planted(&host, &domain, &user, &ip, &mac);
        let (out, redactor) = redacted(&report, level);
        let text = serde_json::to_string_pretty(&out).unwrap().to_lowercase();
        prop_assert!(redactor.examine(&text).is_ok(), "{:?}", redactor.examine(&text));
        for name in [&host, &domain, &user, &mac] {
            prop_assert!(!text.contains(name.as_str()), "{name} in {text}");
        }
        prop_assert!(!text.contains(&ip.replace('.', "-")), "{text}");
        prop_assert_eq!(!text.contains(&ip), strict);
        prop_assert_eq!(judged(&out), judged(&report));
        prop_assert_eq!(Plan { server: report.plan.server.clone(), ..out.plan }, report.plan);
    }
}

/// Names and addresses of a recorded host, as its report shows them.
fn originals(report: &Value, strict: bool) -> Vec<String> {
    let text = |name: &str| report["facts"][name]["value"].as_str().unwrap_or_default().to_owned();
    let mut found = vec![text("host.name"), text("host.id")];
    if let Some((short, domain)) = text("host.name").split_once('.') {
        found.extend([short.to_owned(), domain.to_owned()]);
    }
    if strict {
        let facts = report["facts"].as_object().unwrap().iter().filter(|(name, _)| name.ends_with(".addresses"));
        let lists = facts.filter_map(|(_, fact)| fact["value"].as_array().cloned()).flatten();
        let addresses = lists.filter_map(|address| address.as_str().map(str::to_owned));
        found.extend(addresses.filter(|address| !["127.0.0.1", "0.0.0.0", "::", "::1"].contains(&address.as_str())));
    }
    found.retain(|name| name.len() > 3);
    found
}

#[test]
fn no_format_of_any_host_keeps_a_name_and_every_verdict_stays() {
    let dir = scratch("redact-hosts");
    let mut with_address = 0;
    for entry in fs::read_dir("tests/hosts").unwrap().flatten().filter(|entry| entry.path().is_dir()) {
        let folder = entry.path().display().to_string();
        let plain_file = dir.join("plain.json");
        let check = ["check", "cometchat", "--tier", "qa", "--host", &folder, "--today", DAY, "--timeout", "1s"];
        let plain = rampcheck(&[&check[..], &["--format", "json"]].concat());
        fs::write(&plain_file, stdout(&plain)).unwrap();
        let before: Value = serde_json::from_str(&stdout(&plain)).unwrap();
        for level in ["identifiers", "strict"] {
            let names = originals(&before, level == "strict");
            with_address += names.iter().filter(|name| name.contains("10.20.") || name.contains("198.51.")).count();
            let run = |format: &str| {
                let file = plain_file.to_str().unwrap();
                let run = rampcheck(&["show", file, "--redact", level, "--format", format]);
                assert_eq!(stderr(&run), "", "{folder} {level} {format}");
                let text = stdout(&run);
                for name in &names {
                    let beside = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_alphanumeric());
                    let stands = text.match_indices(name.as_str()).any(|(at, _)| {
                        !beside(text[..at].chars().next_back()) && !beside(text[at + name.len()..].chars().next())
                    });
                    assert!(!stands, "{folder} {level} {format}: {name}\n{text}");
                }
                text
            };
            for format in ["human", "html", "junit", "nagios"] {
                run(format);
            }
            let after: Value = serde_json::from_str(&run("json")).unwrap();
            assert_eq!(after["redaction"], level, "{folder}");
            assert_eq!((&after["verdict"], &after["summary"]), (&before["verdict"], &before["summary"]), "{folder}");
            let file = dir.join("redacted.json");
            fs::write(&file, after.to_string()).unwrap();
            let again = rampcheck(&["evaluate", file.to_str().unwrap(), "--today", DAY, "--format", "json"]);
            assert_eq!(again.status.code(), plain.status.code(), "{folder}");
            let again: Value = serde_json::from_str(&stdout(&again)).unwrap();
            assert_eq!(again["redaction"], level, "{folder}");
            let outcomes = |report: &Value| -> Vec<Value> {
                report["findings"].as_array().unwrap().iter().map(|finding| finding["outcome"].clone()).collect()
            };
            assert_eq!(outcomes(&again), outcomes(&before), "{folder}");
            let verified = rampcheck(&["verify", file.to_str().unwrap()]);
            assert_eq!(verified.status.code(), Some(0), "{folder}: {}", stdout(&verified));
        }
    }
    assert!(with_address > 0, "no host shows an address of its own");
}

fn redact(host: &str, map: &Path, more: &[&str]) -> std::process::Output {
    let folder = format!("tests/hosts/{host}");
    let all = ["check", "cometchat", "--tier", "qa", "--host", &folder, "--today", DAY, "--redact", "identifiers"];
    rampcheck(&[&all[..], &["--redact-map", map.to_str().unwrap()], more].concat())
}

#[test]
fn the_owners_file_gives_the_same_stand_ins_over_a_fleet() {
    let dir = scratch("redact-map");
    let map = dir.join("map.json");
    let name = |host: &str| {
        let report: Value = serde_json::from_str(&stdout(&redact(host, &map, &["--format", "json"]))).unwrap();
        report["host"]["name"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        (name("ubuntu-22.04"), name("vm-14gib"), name("ubuntu-22.04")),
        ("host-1".into(), "host-2".into(), "host-1".into())
    );
    assert_eq!(fs::metadata(&map).unwrap().permissions().mode() & 0o777, 0o600);
    let kept: Value = serde_json::from_str(&fs::read_to_string(&map).unwrap()).unwrap();
    assert_eq!(kept["host"]["chat-17.example.net"], "host-2");
    assert_eq!(kept["domain"]["example.net"], "domain-1");
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 1, "no temporary file stays");

    fs::set_permissions(&map, fs::Permissions::from_mode(0o640)).unwrap();
    let open = redact("vm-14gib", &map, &[]);
    assert_eq!((open.status.code(), stdout(&open).as_str()), (Some(2), ""));
    assert!(stderr(&open).contains("others may read or write it"), "{}", stderr(&open));
    fs::set_permissions(&map, fs::Permissions::from_mode(0o600)).unwrap();
    for (text, said) in [("{", "EOF"), ("{\"host\": 1}", "invalid type"), ("{\"cat\": {}}", "unknown variant `cat`")] {
        fs::write(&map, text).unwrap();
        let bad = redact("vm-14gib", &map, &[]);
        assert_eq!(bad.status.code(), Some(2), "{text}");
        assert!(stderr(&bad).contains(said), "{text}: {}", stderr(&bad));
        assert_eq!(fs::read_to_string(&map).unwrap(), text, "what cannot be read is not replaced");
    }
    let alone = rampcheck(&["check", "cometchat", "--redact-map", map.to_str().unwrap()]);
    assert_eq!(alone.status.code(), Some(2));
}

fn only_file(dir: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(dir).unwrap().flatten().map(|entry| entry.path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.into_iter().next().unwrap()
}

#[test]
fn the_level_stands_in_the_name_of_the_file() {
    let dir = scratch("redact-name");
    let check = |more: &[&str]| {
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        let output = format!("json={}/", dir.display());
        let all = ["check", "cometchat", "--tier", "qa", "--host", "tests/hosts/ubuntu-22.04", "--today", DAY];
        let run = rampcheck(&[&all[..], &["--output", &output], more].concat());
        assert_eq!(stderr(&run), "");
        let file = only_file(&dir);
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let time: String = name.chars().filter(char::is_ascii_digit).collect();
        assert!(time.len() >= 14, "{name}");
        (name, fs::read_to_string(file).unwrap())
    };
    let (name, text) = check(&[]);
    assert!(name.starts_with("rampcheck-report-chat-2.example.net-20") && name.ends_with("Z.json"), "{name}");
    assert!(text.contains("\"redaction\": \"none\""));
    let (name, text) = check(&["--redact", "strict"]);
    assert!(name.starts_with("rampcheck-report-host-1-20") && name.ends_with("Z-redacted-strict.json"), "{name}");
    assert!(text.contains("\"redaction\": \"strict\"") && !text.contains("chat-2"), "{text}");
}

#[test]
fn preview_shows_what_would_be_written_and_writes_nothing() {
    let dir = scratch("redact-preview");
    let (file, map) = (dir.join("report.json"), dir.join("map.json"));
    let output = format!("json={}", file.display());
    let preview = redact("ubuntu-22.04", &map, &["--output", &output, "--preview"]);
    assert_eq!((preview.status.code(), stderr(&preview).as_str()), (Some(0), ""));
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
    redact("ubuntu-22.04", &map, &["--output", &output]);
    let shown = stdout(&preview);
    let (head, shown) = shown.split_once('\n').unwrap();
    assert_eq!(head, format!("=== {}", file.display()));
    // Times of reading differ from run to run, and the digest with them.
    let timeless = |text: &str| {
        let mut value: Value = serde_json::from_str(text).unwrap();
        for member in ["started", "duration_ms", "digest"] {
            value[member] = Value::Null;
        }
        value
    };
    assert_eq!(timeless(shown), timeless(&fs::read_to_string(&file).unwrap()));
}

#[test]
fn facts_are_redacted_too() {
    let run = rampcheck(&[
        "facts",
        "--host",
        "tests/hosts/hung-nfs",
        "--timeout",
        "1s",
        "--redact",
        "identifiers",
        "--format",
        "json",
    ]);
    let facts: Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!((&facts["redaction"], &facts["host"]["name"]), (&"identifiers".into(), &"host-1".into()));
    assert!(!stdout(&run).contains("example.net"), "{}", stdout(&run));
    let human = rampcheck(&["facts", "--host", "tests/hosts/hung-nfs", "--timeout", "1s", "--redact", "identifiers"]);
    assert!(stdout(&human).contains("host-1") && !stdout(&human).contains("example.net"), "{}", stdout(&human));
}
