//! Redaction: what was planted never survives, what was judged stays, and the owner alone can tell what a stand-in means.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::support::{Check, DAY, Folder, Run, in_parallel, rampcheck, recorded, recorded_hosts, scratch};

/// A recorded host under another name: a file of its own.
fn renamed(name: &str, folder: &Folder) -> String {
    let recording = fs::read_to_string(recorded("ubuntu-22.04")).unwrap();
    assert!(recording.contains("chat-2.example.net"));
    folder.write("host.toml", recording.replace("chat-2.example.net", name))
}

/// A plan in which every text that a person writes names the host and its domain.
fn plan_of(name: &str) -> String {
    let (short, domain) = name.split_once('.').unwrap();
    format!(
        r#"data_dir = "/srv/{short}"
server = {{ url = "https://{name}/{short}", trust_key = ["/etc/{short}/key.pub"], list_url = "https://list.{domain}/{short}" }}
[[waiver]]
id = "cpu"
reason = "{short} is to get more; ask {name}"
who = "{short}"
[[attestation]]
fact = "storage.data.media"
value = "ssd"
[[attestation]]
fact = "storage.data.path"
value = "/mnt/{short}"
"#
    )
}

/// What a run of `check --redact strict` writes in every format, without what differs from run to run.
fn strict(name: &str) -> Vec<String> {
    let dir = scratch(&format!("redact-word/{name}"));
    let host = renamed(name, &dir);
    let outputs = FORMATS.map(|format| format!("{format}={}", dir.at(format)));
    let outputs: Vec<_> = outputs.iter().flat_map(|output| ["--output", output]).collect();
    let check = ["check", "rocketchat", "--tier", "vps-minimal", "--today", DAY, "--redact", "strict", "--host", &host];
    let shown = rampcheck(&[&check[..], &outputs].concat()).quiet().stdout;
    let written = FORMATS.map(|format| fs::read_to_string(dir.at(format)).unwrap());
    let report: Value = serde_json::from_str(&written[1]).unwrap();
    let collection = &report["collection"];
    let started = collection["started"].as_str().unwrap();
    let took = collection["duration_ms"].as_u64().unwrap();
    let varies = [
        (report["digest"].as_str().unwrap().to_owned(), "DIGEST"),
        (dir.display().to_string(), "DIR"),
        (started.to_owned(), "STARTED"),
        (started.split('.').next().unwrap().to_owned(), "STARTED"),
        (started[..16].replace('T', " "), "STARTED"),
        (format!(" in {took} ms"), "TOOK"),
        (format!("\"duration_ms\": {took}"), "\"duration_ms\": 0"),
        (format!("time=\"{}.{:03}\"", took / 1000, took % 1000), "TOOK"),
    ];
    let texts = written.into_iter().chain([shown]);
    texts.map(|text| varies.iter().fold(text, |text, (from, to)| text.replace(from.as_str(), to))).collect()
}

/// The words of the plan, and what is made besides reports: facts, a bundle, a recording, and what the owner is shown before.
#[test]
fn a_word_as_a_name_leaves_no_trace_in_plans_facts_bundles_and_recordings() {
    let written = |name: &str| {
        let dir = scratch(&format!("redact-plan/{name}"));
        let host = renamed(name, &dir);
        let plan = dir.write("plan.toml", plan_of(name).replace("/etc/", &format!("{}/", dir.display())));
        let (short, domain) = name.split_once('.').unwrap();
        fs::create_dir(dir.join(short)).unwrap();
        dir.write(&format!("{short}/key.pub"), include_str!("../keys/site.pub"));
        let redact = ["--redact", "identifiers", "--host", &host, "--timeout", "9s"];
        let judged = ["rocketchat", "--tier", "vps-minimal", "--today", DAY, "--plan", &plan];
        let mut shown = Vec::new();
        for format in FORMATS {
            let check = [&["check", "--format", format][..], &judged, &redact].concat();
            shown.push((format, rampcheck(&check).stdout));
        }
        let bundle = dir.at("bundle.tar.gz");
        let preview = ["--preview", "--output", &bundle];
        shown.push(("bundle", rampcheck(&[&["bundle"][..], &judged, &redact, &preview].concat()).expect(0).stdout));
        for format in ["human", "json"] {
            shown.push(("facts", rampcheck(&[&["facts", "--format", format][..], &redact].concat()).expect(0).stdout));
        }
        let recording = dir.at("recording.toml");
        for folder in ["root/proc/sys/kernel", "root/proc/1"] {
            fs::create_dir_all(dir.join(folder)).unwrap();
        }
        dir.write("root/proc/sys/kernel/hostname", format!("{name}\n"));
        let mount = format!("36 35 0:9 / /mnt/{short} rw - nfs4 nas.{domain}:/export/{short} rw\n");
        dir.write("root/proc/1/mountinfo", format!("35 1 8:1 / / rw - ext4 /dev/sda1 rw\n{mount}"));
        let root = ["facts", "--root", &dir.at("root"), "--redact", "identifiers", "--record", &recording];
        rampcheck(&root).expect(0);
        shown.push(("recording", fs::read_to_string(recording).unwrap()));
        for (what, text) in &shown {
            assert!(text.len() > 50, "{what}: {text}");
            without(&[name.to_owned(), domain.to_owned()], text, &format!("{name} {what}"));
        }
        shown
    };
    let unlike_any_word = written("qzxv.acme.example");
    let names = ["qzxv".to_owned(), "acme".to_owned()];
    unlike_any_word.iter().for_each(|(what, text)| without(&names, text, what));
    for name in ["web", "center", "nomad"] {
        for ((what, of_word), (_, expected)) in written(&format!("{name}.acme.example")).iter().zip(&unlike_any_word) {
            // Only words that rampcheck and the pack say anyway are left, as often as for a host that is not called so.
            let count = |text: &str| text.matches(name).count();
            assert_eq!(count(of_word), count(expected), "{name} in {what}:\n{of_word}");
        }
    }
}

/// Names that are also words of packs, of the page's style and of the formats. A report of such a host is, byte for byte,
/// that of a host whose name stands nowhere else: so nothing of the name is left, and nothing else was replaced.
#[test]
fn a_host_that_is_called_like_a_word_leaves_no_trace_in_any_format() {
    let unlike_any_word = strict("qzxv.acme.example");
    without(&["qzxv".to_owned(), "acme".to_owned()], &unlike_any_word.join("\n"), "qzxv");
    for name in ["nomad", "dark", "center", "web", "docker", "data", "memory", "supported"] {
        let of_word = strict(&format!("{name}.acme.example"));
        for (of_word, expected) in of_word.iter().zip(&unlike_any_word) {
            if ["docker", "data", "memory"].contains(&name) {
                // Paths of the host contain these words, and lose them, too: the price of leaving no trace.
                continue;
            }
            assert_eq!(of_word, expected, "{name}");
        }
        let json: Value = serde_json::from_str(&of_word[1]).unwrap();
        assert_eq!(json["host"]["name"], "host-1", "{name}");
        without(&[format!("{name}.acme.example")], &of_word.join("\n"), name);
    }
}

#[test]
fn a_redacted_report_stays_as_it_is_and_never_loses_a_level() {
    let dir = scratch("redact-twice");
    let check = Check::of("cometchat").tier("qa").on("ubuntu-22.04").format("json");
    let before = check.clone().with(&["--redact", "strict"]).run().stdout;
    let file = dir.write("strict.json", &before);
    let again = rampcheck(&["show", &file, "--redact", "identifiers", "--format", "json"]).expect(0).json();
    let before: Value = serde_json::from_str(&before).unwrap();
    assert_eq!(again["redaction"], "strict");
    assert_eq!((&again["facts"], &again["findings"]), (&before["facts"], &before["findings"]));
}

/// Names and addresses of a recorded host, as its report shows them.
fn originals(report: &crate::support::Report, strict: bool) -> Vec<String> {
    let text = |name: &str| report.fact(name)["value"].as_str().unwrap_or_default().to_owned();
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

/// None of these names stands in the text by itself.
fn without(names: &[String], text: &str, what: &str) {
    let beside = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_alphanumeric());
    for name in names {
        let stands = text
            .match_indices(name.as_str())
            .any(|(at, _)| !beside(text[..at].chars().next_back()) && !beside(text[at + name.len()..].chars().next()));
        assert!(!stands, "{what}: {name}\n{text}");
    }
}

const FORMATS: [&str; 7] = ["human", "json", "html", "junit", "nagios", "fix", "fix-ansible"];

/// A recorded host's report without redaction.
fn plain(host: &str) -> crate::support::Report {
    Check::of("cometchat").tier("qa").on(host).with(&["--timeout", "1s"]).report()
}

#[test]
fn no_format_of_any_host_keeps_a_name_and_every_verdict_stays() {
    let with_address = in_parallel(&recorded_hosts(), |host| {
        let dir = scratch(&format!("redact-hosts/{host}"));
        let before = plain(host);
        let facts = dir.write("plain.json", before.text());
        let mut addresses = 0;
        for level in ["identifiers", "strict"] {
            let names = originals(&before, level == "strict");
            addresses += names.iter().filter(|name| name.contains("10.20.") || name.contains("198.51.")).count();
            let outputs = FORMATS.map(|format| format!("{format}={}", dir.at(format)));
            let outputs: Vec<_> = outputs.iter().flat_map(|output| ["--output", output]).collect();
            let again = ["evaluate", &facts, "--today", DAY, "--redact", level];
            rampcheck(&[&again, &outputs[..]].concat()).expect(before.code());
            for format in FORMATS {
                without(&names, &fs::read_to_string(dir.at(format)).unwrap(), &format!("{host} {level} {format}"));
            }
            let file = dir.at("json");
            let after = crate::support::Report::read(&fs::read_to_string(&file).unwrap());
            assert_eq!(after["redaction"], level, "{host}");
            assert_eq!((after.verdict(), &after["summary"]), (before.verdict(), &before["summary"]), "{host}");
            let again = rampcheck(&["evaluate", &file, "--today", DAY, "--format", "json"]).expect(before.code());
            let again = crate::support::Report::read(&again.stdout);
            assert_eq!(again["redaction"], level, "{host}");
            let outcomes = |report: &crate::support::Report| -> Vec<_> {
                report.findings().into_iter().map(|finding| (finding.id, finding.outcome)).collect()
            };
            assert_eq!(outcomes(&again), outcomes(&before), "{host}");
            rampcheck(&["verify", &file]).expect(0);
        }
        addresses
    });
    assert!(with_address.iter().sum::<usize>() > 0, "no host shows an address of its own");
}

fn redact(host: &str, map: &str, more: &[&str]) -> Run {
    let redact = ["--redact", "identifiers", "--redact-map", map];
    Check::of("cometchat").tier("qa").on(host).with(&redact).with(more).run()
}

#[test]
fn the_owners_file_gives_the_same_stand_ins_over_a_fleet() {
    let dir = scratch("redact-map");
    let map = dir.at("map.json");
    let name = |host: &str| redact(host, &map, &["--format", "json"]).json()["host"]["name"].clone();
    assert_eq!(["ubuntu-22.04", "vm-14gib", "ubuntu-22.04"].map(name), ["host-1", "host-2", "host-1"]);
    assert_eq!(fs::metadata(&map).unwrap().permissions().mode() & 0o777, 0o600);
    let kept: Value = serde_json::from_str(&fs::read_to_string(&map).unwrap()).unwrap();
    assert_eq!(kept["host"]["chat-17.example.net"], "host-2");
    assert_eq!(kept["domain"]["example.net"], "domain-1");
    assert_eq!(dir.names(), ["map.json"], "no temporary file stays");

    fs::set_permissions(&map, fs::Permissions::from_mode(0o640)).unwrap();
    redact("vm-14gib", &map, &[]).refused("others can read or write it");
    fs::set_permissions(&map, fs::Permissions::from_mode(0o600)).unwrap();
    for (text, said) in [("{", "EOF"), ("{\"host\": 1}", "invalid type"), ("{\"cat\": {}}", "unknown variant `cat`")] {
        fs::write(&map, text).unwrap();
        redact("vm-14gib", &map, &[]).refused(said);
        assert_eq!(fs::read_to_string(&map).unwrap(), text, "what cannot be read is not replaced");
    }
    assert_eq!(rampcheck(&["check", "cometchat", "--redact-map", &map]).code, 2);
}

#[test]
fn the_level_stands_in_the_name_of_the_file() {
    let check = |more: &[&str]| {
        let dir = scratch("redact-name");
        let output = format!("json={}/", dir.display());
        Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--output", &output]).with(more).expect(0);
        let file = dir.only_file();
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
    let (file, map) = (dir.at("report.json"), dir.at("map.json"));
    let output = format!("json={file}");
    let preview = redact("ubuntu-22.04", &map, &["--output", &output, "--preview"]).expect(0).stdout;
    assert!(dir.names().is_empty());
    redact("ubuntu-22.04", &map, &["--output", &output]).expect(0);
    let (head, shown) = preview.split_once('\n').unwrap();
    assert_eq!(head, format!("=== {file}"));
    // Times of reading differ from run to run, and the digest with them.
    let timeless = |text: &str| {
        let mut value: Value = serde_json::from_str(text).unwrap();
        // So does the salt of a new file of stand-ins, which a preview does not keep.
        value["host"]["token"].take();
        for member in ["collection", "digest"] {
            value[member].take();
        }
        value
    };
    assert_eq!(timeless(shown), timeless(&fs::read_to_string(&file).unwrap()));
}

#[test]
fn facts_are_redacted_too() {
    let host = recorded("hung-nfs");
    let facts = ["facts", "--host", &host, "--timeout", "1s", "--redact", "identifiers"];
    let run = rampcheck(&[&facts[..], &["--format", "json"]].concat()).expect(0);
    let document = run.json();
    assert_eq!((&document["redaction"], &document["host"]["name"]), (&json!("identifiers"), &json!("host-1")));
    assert!(!run.stdout.contains("example.net"), "{}", run.stdout);
    let human = rampcheck(&facts).expect(0).says(&["host-1"]);
    assert!(!human.stdout.contains("example.net"), "{}", human.stdout);
}

#[test]
fn a_saved_report_is_redacted_when_it_is_shown() {
    let before = plain("permission-denied");
    let file = scratch("redact-show").write("plain.json", before.text());
    for level in ["identifiers", "strict"] {
        let names = originals(&before, level == "strict");
        for format in FORMATS {
            let text = rampcheck(&["show", &file, "--redact", level, "--format", format]).quiet().stdout;
            without(&names, &text, &format!("{level} {format}"));
        }
    }
}

#[test]
fn two_redacted_reports_are_of_the_same_host_only_if_one_map_says_so() {
    let dir = scratch("same-host");
    let report = |host: &str, map: Option<&str>, name: &str| {
        let check = Check::of("cometchat").tier("qa").on(host).with(&["--redact", "identifiers"]);
        let check = map.iter().fold(check, |check, map| check.with(&["--redact-map", &dir.at(map)]));
        dir.write(name, check.format("json").run().quiet().stdout)
    };
    let diff = |old: &str, new: &str| rampcheck(&["diff", old, new]).expect(0);
    let [one, other] = ["ubuntu-22.04", "ubuntu-24.04"].map(|host| report(host, None, &format!("{host}.json")));
    for new in [&one, &other] {
        diff(&one, new).says(&["whether it is the same host cannot be told"]);
    }
    let first = report("ubuntu-22.04", Some("map"), "first.json");
    let again = report("ubuntu-22.04", Some("map"), "again.json");
    diff(&first, &again).says(&["the same host, pack, plan and day"]);
    let another = report("ubuntu-24.04", Some("map"), "another.json");
    diff(&first, &another).says(&["another host, or redacted with another --redact-map: host-1 before, host-2 now"]);
    let elsewhere = report("ubuntu-22.04", Some("map-2"), "elsewhere.json");
    diff(&first, &elsewhere).says(&["another host, or redacted with another --redact-map: host-1 before, host-1 now"]);
    diff(&first, &one).says(&["cannot be told"]);
    // Judged again, it is still the same host; the salt stays with the owner.
    let judged = rampcheck(&["evaluate", &first, "--today", DAY, "--format", "json"]).expect(0).stdout;
    let shown = diff(&first, &dir.write("judged.json", &judged)).stdout;
    assert!(!shown.contains("host cannot") && !shown.contains("another host"), "{shown}");
    let map: Value = serde_json::from_str(&fs::read_to_string(dir.at("map")).unwrap()).unwrap();
    assert!(!judged.contains(map["salt"].as_str().unwrap()));
}
