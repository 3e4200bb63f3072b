//! Reports from strangers: each is refused with its name and the reason, or shown with nothing that acts; in bounded time
//! and memory.

use std::io::{self, Read};
use std::process::Command;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::{Run, in_parallel, scratch, scrubbed};

/// The promise is 2 s. A build without optimisation gets so much more that a busy machine is no failure.
const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 2 });
/// Most memory of any run: what does not fit aborts it. Heap, stacks and other private data count.
const LIMIT: &str = "ulimit -d 65536 && exec \"$0\" \"$@\"";

const COMMANDS: [&[&str]; 10] = [
    &["show"],
    &["show", "--ticket"],
    &["show", "--format", "json"],
    &["show", "--format", "html"],
    &["show", "--format", "junit"],
    &["show", "--format", "nagios"],
    &["verify"],
    &["evaluate", "--format", "json"],
    &["diff", "tests/reports/v1.json"],
    &["check", "cometchat", "--tier", "qa", "--facts"],
];

/// A file that it cannot use costs this run no more than the comparison.
const COMPARING: &[&str] =
    &["check", "cometchat", "--tier", "qa", "--host", "tests/hosts/ubuntu-22.04.toml", "--changed-since"];

fn bounded(arguments: &[&str]) -> Run {
    let mut limited = Command::new("sh");
    scrubbed(&mut limited).args(["-c", LIMIT, env!("CARGO_BIN_EXE_rampcheck")]).args(arguments);
    let started = Instant::now();
    let run = Run::of(&mut limited);
    assert!(started.elapsed() < TIME, "{arguments:?} took {:?}", started.elapsed());
    run
}

/// Every command refuses the file with its name and this reason.
fn refused(file: &str, reason: &str) {
    for command in COMMANDS {
        let run = bounded(&[command, &[file][..]].concat());
        if command.contains(&"nagios") {
            run.expect(3);
        } else {
            run.refused(&format!("{file}: ")).refused(reason);
        }
    }
}

/// Every command gets through the file; what each wrote.
fn survived(file: &str) -> Vec<String> {
    in_parallel(&[&COMMANDS[..], &[COMPARING]].concat(), |command| {
        let run = bounded(&[command, &[file][..]].concat());
        assert!(run.code != 1, "{command:?}: {}", run.stderr);
        run.stdout + &run.stderr
    })
}

fn example() -> Value {
    serde_json::from_str(&std::fs::read_to_string("tests/reports/v1.json").unwrap()).unwrap()
}

fn written(folder: &str, document: &Value) -> String {
    scratch(folder).write("report.json", document.to_string())
}

#[test]
fn a_gigabyte_is_refused_by_its_size() {
    let file = scratch("gigabyte").at("report.json");
    std::fs::File::create(&file).unwrap().set_len(1 << 30).unwrap();
    refused(&file, "larger than 16 MiB");
    refused("/dev/zero", "larger than 16 MiB");
}

#[test]
fn what_unpacks_to_too_much_is_refused_before_it_does() {
    let dir = scratch("unpacks");
    let packed = |from: &mut dyn Read| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        io::copy(from, &mut packed).unwrap();
        packed.finish().unwrap()
    };
    let zeros = packed(&mut io::repeat(0).take(1 << 25));
    refused(&dir.write("report.json.gz", &zeros), "larger than 16 MiB when unpacked");
    // The report stands behind a file that is too large to be passed over.
    let mut header = tar::Header::new_gnu();
    header.set_path("x/photo").unwrap();
    header.set_size(1 << 25);
    header.set_cksum();
    let mut archive = header.as_bytes().chain(io::repeat(0).take(1 << 25));
    let bundle = dir.write("bundle.tar.gz", packed(&mut archive));
    bounded(&["verify", &bundle]).refused("larger than 16 MiB when unpacked");
    let many = |text: &str, count: usize| text.repeat(count);
    for (text, reason) in [
        (many(" ", 9 << 20) + &example().to_string(), "larger than 8 MiB"),
        // Objects that do not end, and objects without number.
        ("see\n".to_owned() + &many("{\n", 2 << 20), "not a report"),
        (format!("[{}]", many("{},", 5 << 20)), "more than 10000 documents in a list"),
    ] {
        bounded(&["verify", &dir.write("report.json", text)]).refused(reason);
    }
    // Two of the largest in one list, and as Windows writes them.
    let mut largest = example();
    largest["later"] = vec!["word ".repeat(13_000); 125].into();
    let list = format!("[{largest},{largest}]");
    bounded(&["verify", &dir.write("report.json", &list)]).expect(2).says(&["2 reports: 0 can be relied on"]);
    let utf16: Vec<_> = format!("\u{feff}{largest}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    bounded(&["verify", &dir.write("report.json", utf16)]).expect(2).says(&["Not to be relied on"]);
}

#[test]
fn a_million_findings() {
    let dir = scratch("million");
    let text = example().to_string();
    for (document, reason) in [
        (
            text.replace("\"findings\":[", &format!("\"findings\":[{}", "0,".repeat(1_000_000))),
            "more than 10000 entries in a list",
        ),
        (
            text.replace("\"findings\":[", &format!("\"findings\":[{}", "[],".repeat(2_600_000))),
            "more than 10000 entries in a list",
        ),
        (format!("{{\"a\":[{}0]}}", format!("[{}0],", "0,".repeat(9_998)).repeat(400)), "more than 100000 values"),
    ] {
        refused(&dir.write("report.json", document), reason);
    }
}

#[test]
fn nesting_a_hundred_thousand_deep() {
    let dir = scratch("deep");
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}0{}", open.repeat(100_000), close.repeat(100_000));
        refused(&dir.write("report.json", deep.replace('0', "null")), "more than 32 levels of nesting");
        let mut text = example().to_string();
        text.insert_str(1, &format!("\"later\":{deep},"));
        refused(&dir.write("report.json", text), "more than 32 levels of nesting");
    }
}

#[test]
fn wrong_types_and_numbers_out_of_range() {
    for (pointer, wrong, reason) in [
        ("/findings", json!({}), "invalid type: map, expected a sequence"),
        ("/findings/0", json!("x"), "invalid type: string \"x\", expected struct Finding"),
        ("/findings/0/outcome", json!("maybe"), "unknown variant `maybe`, expected one of `pass`, `fail`"),
        ("/findings/0/decided", json!(null), "invalid type: null, expected a sequence"),
        ("/facts", json!([1]), "invalid type"),
        ("/facts/os.id", json!({"state": "known"}), "a known fact needs a `value`"),
        ("/facts/os.id", json!({"state": "known", "value": {"a": 1}}), "did not match any variant"),
        ("/facts/os.id/value", json!(7), "fact `os.id` is not of kind text"),
        ("/facts/memory.total/value", json!(-1), "fact `memory.total` is not of kind memory size"),
        ("/facts/cpu.online/value", json!(1.5), "fact `cpu.online` is not of kind count"),
        ("/collection/started", json!("yesterday"), "failed to parse"),
        ("/collection/started", json!("-999999-01-01T00:00:00Z"), "failed to parse"),
        ("/today", json!("2026-02-30"), "parsed date is not valid"),
        ("/verdict", json!("fine"), "unknown variant `fine`"),
        ("/collection/duration_ms", json!(-1), "invalid value: integer `-1`, expected u64"),
        ("/collection/duration_ms", json!(1e300), "invalid type: floating point"),
        ("/schema", json!(1), "invalid type: integer `1`, expected a string"),
    ] {
        let mut document = example();
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = wrong;
        bounded(&["verify", &written("wrong-type", &document)]).refused("report.json: ").refused(reason);
    }
    let text = example().to_string();
    let dir = scratch("range");
    for (from, to, reason) in [
        ("\"duration_ms\":10", "\"duration_ms\":1e999", "number out of range"),
        ("\"duration_ms\":10", "\"duration_ms\":99999999999999999999", "invalid type: floating point"),
    ] {
        assert!(text.contains(from), "{from}");
        bounded(&["show", &dir.write("report.json", text.replace(from, to))]).refused(reason);
    }
}

#[test]
fn members_that_stand_twice() {
    let text = example().to_string();
    let dir = scratch("twice");
    for (from, to) in [
        ("\"verdict\":", "\"verdict\":\"supported\",\"verdict\":"),
        ("\"os.id\":{", "\"os.id\":{\"state\":\"absent\"},\"os.id\":{"),
        ("\"state\":\"known\"", "\"state\":\"known\",\"st\\u0061te\":\"known\""),
    ] {
        assert!(text.contains(from), "{from}");
        refused(&dir.write("report.json", text.replacen(from, to, 1)), "stands twice at line 1");
    }
}

#[test]
fn another_version_of_the_schema_and_other_documents() {
    for (schema, reason) in [
        (
            "urn:rampcheck:report:2",
            "written by a newer rampcheck: schema `urn:rampcheck:report:2`; this one reads version 1",
        ),
        ("urn:other:1", "schema `urn:other:1` is not one that this version reads here"),
        ("urn:rampcheck:report:-1", "is not one that this version reads here"),
        ("", "JSON without a `schema`, so not a report"),
    ] {
        let mut document = example();
        document["schema"] = schema.into();
        refused(&written("schema", &document), reason);
    }
    let dir = scratch("other");
    for (text, reason) in [
        (&b""[..], "empty: "),
        (b"{", "cut off in line 1"),
        (b"[1]", "invalid"),
        (b"\xff\xfe{\0}\0", "JSON without a `schema`"),
        (b"{\"schema\":\"\xff\"}", "invalid unicode"),
        (b"\x1f\x8b\x08\0\0\0", "packed, but damaged or not copied whole"),
        (b"{} {}", "trailing characters"),
    ] {
        refused(&dir.write("report.json", text), reason);
    }
}

/// What acts on a terminal or in a page, with what it must not leave behind.
const ACTIVE: &str =
    "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}evil\u{2066}\u{200f}\u{0}\r\n<script>alert(1)</script>&\"'";

fn plant(value: &mut Value) {
    match value {
        Value::String(text) => *text = format!("{text}{ACTIVE}"),
        Value::Array(list) => list.iter_mut().for_each(plant),
        Value::Object(members) => members.values_mut().for_each(plant),
        _ => {}
    }
}

/// The example with something active in every string that may be any text.
fn planted() -> Value {
    let mut document = example();
    for finding in document["findings"].as_array_mut().unwrap() {
        for member in ["id", "title", "group", "because", "found", "needed", "why", "decided", "fix"] {
            if let Some(value) = finding.get_mut(member) {
                plant(value);
            }
        }
        plant(&mut finding["source"]["url"]);
        plant(&mut finding["source"]["title"]);
    }
    for fact in document["facts"].as_object_mut().unwrap().values_mut() {
        for member in ["value", "reason", "place"] {
            if let Some(value) = fact.get_mut(member) {
                plant(value);
            }
        }
    }
    for member in ["notes", "host", "view", "next"] {
        plant(&mut document[member]);
    }
    for pointer in ["/pack/title", "/pack/version", "/pack/origin", "/tier/id", "/tier/title", "/tier/needs", "/tool"] {
        plant(document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")));
    }
    document["facts"][format!("gpu.{ACTIVE}")] = json!({"state": "unknown", "why": "not-asked", "reason": ACTIVE});
    document
}

#[test]
fn what_acts_comes_out_inert() {
    let file = written("active", &planted());
    for (command, out) in COMMANDS.iter().zip(survived(&file)) {
        for active in ["\u{1b}", "\u{7}", "\u{9b}", "\u{202e}", "\u{2066}", "\u{200f}", "\0", "\r"] {
            assert!(!out.contains(active), "{command:?}: {active:?}");
        }
    }
    let run = bounded(&["show", &file, "gpu.", "--color", "always"]);
    assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
}

#[test]
fn as_much_as_the_bounds_allow() {
    let mut document = example();
    let finding = document["findings"][0].clone();
    let mut findings = vec![finding; 3_700];
    for (number, finding) in findings.iter_mut().enumerate() {
        finding["id"] = format!("check-{number}").into();
        finding["outcome"] = ["fail", "unknown", "skipped"][number % 3].into();
        finding["because"] = format!("because of {number}").into();
        finding["group"] = "Size".into();
    }
    document["findings"] = findings.into();
    survived(&written("most", &document));

    let mut document = example();
    let facts = document["facts"].as_object_mut().unwrap();
    for number in 0..19_000 {
        facts.insert(
            format!("later.{number}"),
            json!({"state": "unknown", "why": "not-asked", "reason": number.to_string()}),
        );
    }
    survived(&written("facts", &document));

    let mut document = example();
    document["notes"] = vec!["word ".repeat(13_000); 125].into();
    survived(&written("long", &document));
}
