//! What arrives at a support team: reports in every form that people send, and all that they send instead.

use std::fs::{self, File};
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::{Check, DAY, Folder, Report, Run, command, recorded, scratch};

/// A folder with `good.json`, a report on a host of which one check fails.
fn inbox(name: &str) -> Folder {
    let dir = scratch(&format!("arriving-{name}"));
    dir.write("good.json", qa("vm-14gib", "json"));
    dir
}

fn qa(host: &str, format: &str) -> String {
    Check::of("cometchat").tier("qa").on(host).format(format).run().quiet().stdout
}

/// A path of the source tree, as a run in another folder takes it.
fn absolute(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

/// Runs rampcheck in a folder, at a terminal of 80 columns.
fn run(dir: &Folder, arguments: &[&str]) -> Run {
    Run::of(command(arguments).current_dir(&**dir).env("COLUMNS", "80"))
}

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes.as_ref()).unwrap();
    packed.finish().unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{}", text.replace('\n', "\r\n")).encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn quoted(text: &str, sign: &str) -> String {
    text.lines().map(|line| format!("{sign}{line}\n")).collect()
}

/// With the lines that mail programs find too long broken at a space.
fn wrapped(text: &str) -> String {
    let options = textwrap::Options::new(76).break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation);
    let lines = text.lines().flat_map(|line| textwrap::wrap(line, &options));
    lines.map(|line| format!("{line}\n")).collect()
}

/// A bundle of the host of `good.json`.
fn bundle(dir: &Folder, name: &str) {
    let host = absolute(&recorded("vm-14gib"));
    run(dir, &["bundle", "cometchat", "--tier", "qa", "--host", &host, "--today", DAY, "-o", name]).expect(0);
}

#[test]
fn a_report_is_read_in_every_form_in_which_it_arrives() {
    let dir = inbox("forms");
    let good = fs::read_to_string(dir.at("good.json")).unwrap();
    bundle(&dir, "bundle.tar.gz");
    for (name, content) in [
        ("report.json.gz", gzip(&good)),
        ("mark.json", format!("\u{feff}{good}").into_bytes()),
        ("utf16.json", utf16(&good)),
        ("mail.txt", format!("Hello,\n\nthis is it:\n\n{}\nRegards\n", quoted(&good, "> ")).into_bytes()),
        ("nested.txt", quoted(&quoted(&good, "> "), ">> ").into_bytes()),
        ("wrapped.txt", format!("See below.\n\n{}", wrapped(&good)).into_bytes()),
        ("wrapped-quoted.txt", quoted(&wrapped(&good), "> ").into_bytes()),
        ("issue.md", format!("It fails:\n\n```json\n{good}```\n\nAny idea?\n").into_bytes()),
        ("list.json", format!("[{good}]").into_bytes()),
    ] {
        dir.write(name, content);
    }
    let names = dir.names();
    assert_eq!(names.len(), 11, "{names:?}");
    for name in &names {
        let name = name.as_str();
        run(&dir, &["verify", name]).expect(0);
        assert_eq!(run(&dir, &["show", name, "--format", "json"]).expect(0).json()["verdict"], "unsupported", "{name}");
        assert_eq!(run(&dir, &["show", name, "memory", "--format", "json"]).expect(0).json()["status"], "failed");
        run(&dir, &["evaluate", name, "--today", DAY]).expect(3);
        // A bundle holds more facts.
        let differs = if name == "bundle.tar.gz" { 3 } else { 0 };
        run(&dir, &["diff", "good.json", name, "--exit-code"]).expect(differs);
        run(&dir, &["check", "cometchat", "--tier", "qa", "--today", DAY, "--facts", name]).expect(3);
    }
    for name in ["good.json", "bundle.tar.gz"] {
        for arguments in [&["show", "-"][..], &["verify", "-"], &["diff", "good.json", "-"]] {
            let mut command = command(arguments);
            Run::of(command.current_dir(&*dir).stdin(File::open(dir.at(name)).unwrap())).expect(0);
        }
    }
    run(&dir, &["show", "-", "-"]).refused("standard input (`-`) can be named only once");
}

/// A signature that ssh-keygen made would be longer.
const SIGNATURE: &str = "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n";

/// Every kind of file that is no report, by its name.
fn broken(dir: &Folder) -> Vec<String> {
    let good = fs::read_to_string(dir.at("good.json")).unwrap();
    let of_schema = |schema: &str| good.replace("urn:rampcheck:report:1", schema);
    let facts = run(dir, &["facts", "--format", "json", "--host", &absolute(&recorded("vm-14gib"))]).expect(0).stdout;
    bundle(dir, "bundle.tar.gz");
    let packed = fs::read(dir.at("bundle.tar.gz")).unwrap();
    fs::remove_file(dir.at("bundle.tar.gz")).unwrap();
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(0);
    archive.append_data(&mut header, "photo.png", &b""[..]).unwrap();
    let host = fs::read(absolute(&recorded("vm-14gib"))).unwrap();
    let plan = "product = \"cometchat\"\ntier = \"qa\"\n";
    let files: [(&str, Vec<u8>); 25] = [
        ("archive.tar", archive.into_inner().unwrap()),
        ("bomb.json.gz", gzip(vec![0; 20 << 20])),
        ("bundle-cut.tar.gz", packed[..packed.len() / 10].to_vec()),
        ("check.toml", fs::read(absolute("checks/cometchat/cpu.toml")).unwrap()),
        ("cut.json", good[..good.len() / 2].into()),
        ("cut.txt", quoted(&good[..good.len() / 2], "> ").into()),
        ("empty.json", Vec::new()),
        ("facts.json", facts.into()),
        ("host.toml", host),
        ("key.pub", b"ssh-ed25519 AAAA root@chat\n".to_vec()),
        ("list-empty.json", b"[]\n".to_vec()),
        ("nagios.txt", qa("vm-14gib", "nagios").into()),
        ("newer.json", of_schema("urn:rampcheck:report:2").into()),
        ("no-json.json", good.replacen("\"schema\":", "\"schema\"", 1).into()),
        ("no-schema.json", b"{\"verdict\": \"supported\"}\n".to_vec()),
        ("other.json", of_schema("urn:other:1").into()),
        ("page.html", qa("vm-14gib", "html").into()),
        ("plan.toml", plan.into()),
        ("report.json.sig", SIGNATURE.into()),
        ("report.pdf", b"%PDF-1.7\n".to_vec()),
        ("report.txt", qa("vm-14gib", "human").into()),
        ("report.zip", b"PK\x03\x04\0\0".to_vec()),
        ("screen.png", b"\x89PNG\r\n".to_vec()),
        ("spaces.json", b" \r\n".to_vec()),
        ("tests.xml", qa("vm-14gib", "junit").into()),
    ];
    fs::create_dir(dir.join("reports")).unwrap();
    let mut names = vec!["missing.json".to_owned(), "reports".to_owned()];
    for (name, content) in files {
        dir.write(name, content);
        names.push(name.to_owned());
    }
    names.sort();
    names
}

#[test]
fn what_is_no_report_is_named_with_what_to_do() {
    let dir = inbox("broken");
    let names = broken(&dir);
    let mut messages = String::new();
    for name in &names {
        let message = run(&dir, &["show", name]).refused(&format!("rampcheck: {name}: ")).stderr;
        for arguments in [
            &["verify", name][..],
            &["evaluate", name],
            &["diff", "good.json", name],
            &["diff", name, "good.json"],
            &["show", "--format", "json", name],
            &["show", "--ticket", name],
        ] {
            assert_eq!(run(&dir, arguments).refused("").stderr, message, "{arguments:?}");
        }
        let of_facts = run(&dir, &["check", "cometchat", "--tier", "qa", "--today", DAY, "--facts", name]);
        match name.as_str() {
            "facts.json" => _ = of_facts.expect(3),
            _ => _ = of_facts.refused(&format!("rampcheck: {name}: ")),
        }
        let listed = run(&dir, &["verify", name, "--format", "json"]).expect(2).json();
        assert_eq!(listed[0]["file"], name.as_str());
        assert_eq!(listed[0]["reasons"][0]["what"], "file");
        messages += message.strip_prefix("rampcheck: ").unwrap();
    }
    insta::assert_snapshot!(messages, @"
    archive.tar: this is an archive without a report.json, so not a bundle: name a bundle or a JSON report
    bomb.json.gz: larger than 16 MiB when unpacked
    bundle-cut.tar.gz: packed, but damaged or not copied whole (incomplete deflate stream): ask for the file again
    check.toml: this is a file of a pack, not a report: `rampcheck packs validate DIR` looks at its folder
    cut.json: cut off in line 1778: ask for the whole file
    cut.txt: cut off in line 1778: ask for the whole file
    empty.json: empty: the report was not written, or it was not copied whole
    facts.json: this is a facts document, not a report: `rampcheck check PRODUCT --facts FILE` judges it
    host.toml: this is a recorded host, not a report: `rampcheck check --host FILE` judges it
    key.pub: not a report: ask for the JSON report (`--format json`)
    list-empty.json: a list without a report
    missing.json: No such file or directory (os error 2)
    nagios.txt: this is the output for Nagios: ask for the JSON report (`--format json`)
    newer.json: written by a newer rampcheck: schema `urn:rampcheck:report:2`; this one reads version 1, so use that version or a later one
    no-json.json: not a JSON document: expected `:` at line 2 column 12
    no-schema.json: JSON without a `schema`, so not a report: ask for what `--format json` writes
    other.json: schema `urn:other:1` is not one that this version reads here: name a report
    page.html: this is the HTML page: ask for the JSON report (`--format json`)
    plan.toml: this is a plan, not a report: `rampcheck check --plan FILE` takes it
    report.json.sig: this is a signature: name the report that it was made for
    report.pdf: this is a PDF: ask for the JSON report (`--format json`)
    report.txt: this is the report as text: ask for the JSON report (`--format json`)
    report.zip: this is a ZIP file: unpack it, and name the report in it
    reports: this is a directory: name the files in it
    screen.png: this is a picture: ask for the JSON report (`--format json`)
    spaces.json: empty: the report was not written, or it was not copied whole
    tests.xml: this is JUnit XML: ask for the JSON report (`--format json`)
    ");
}

#[test]
fn one_that_cannot_be_used_among_many_costs_its_own_line() {
    let dir = inbox("many");
    for host in ["ubuntu-22.04", "vm-16gb-virtio", "debian-12"] {
        dir.write(&format!("{host}.json"), qa(host, "json"));
    }
    let running = Check::of("rocketchat").with(&["--users", "800", "--concurrent", "200"]).on("hdd-server");
    dir.write("hdd-server.json", running.format("json").run().stdout);
    let good = fs::read_to_string(dir.at("good.json")).unwrap();
    dir.write("edited.json", good.replace("\"outcome\": \"fail\"", "\"outcome\": \"pass\""));
    dir.write("cut.json", &good[..3000]);
    dir.write("page.html", "<!DOCTYPE html>\n");
    let names = dir.names();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let of_all = |command: &[&str]| run(&dir, &[command, &names].concat());

    let shown = of_all(&["show"]).expect(2).stdout;
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    insta::assert_snapshot!(shown, @"
    ✗ UNSUPPORTED   chat-13.example.net  cometchat qa           debian-12.json
                    failed   os-supported, docker-engine, compose, cpu, memory,
                             storage-size, port-443, port-80
                    unknown  storage-media
    ✗ UNSUPPORTED   chat-17.example.net  cometchat qa           edited.json
                    ! EDITED or damaged; its facts were judged anew
                    failed   memory
    ✗ UNSUPPORTED   chat-17.example.net  cometchat qa           good.json
                    failed   memory
    ? UNDETERMINED  chat-18.example.net  cometchat qa           vm-16gb-virtio.json
                    unknown  storage-media
    ! WARNINGS      chat-25.example.net  rocketchat bare-metal  hdd-server.json
    ✓ SUPPORTED     chat-2.example.net   cometchat qa           ubuntu-22.04.json
    ✗ NOT USABLE    cut.json: cut off in line 134: ask for the whole file
    ✗ NOT USABLE    page.html: this is the HTML page: ask for the JSON report
                    (`--format json`)

    6 reports: 3 unsupported, 1 undetermined, 1 supported with warnings, 1
    supported; 2 could not be used
    ");
    let again = of_all(&["evaluate", "--today", DAY]).expect(2).stdout;
    assert_eq!(again, shown, "the same judgement");
    insta::assert_snapshot!(of_all(&["verify"]).expect(2).stdout, @"
    ✗ NOT RELIABLE  chat-17.example.net  edited.json
                    digest    EDITED or damaged: it does not fit the content
                    findings  do not follow from the facts: judged again, 1 of them
                              differ
    ✓ RELIABLE      chat-13.example.net  debian-12.json
    ✓ RELIABLE      chat-17.example.net  good.json
    ✓ RELIABLE      chat-18.example.net  vm-16gb-virtio.json
    ✓ RELIABLE      chat-2.example.net   ubuntu-22.04.json
    ✓ RELIABLE      chat-25.example.net  hdd-server.json
    ✗ NOT USABLE    cut.json: cut off in line 134: ask for the whole file
    ✗ NOT USABLE    page.html: this is the HTML page: ask for the JSON report
                    (`--format json`)

    6 reports: 5 can be relied on; `rampcheck verify FILE` says how far; 2 could not
    be used
    ");

    let verified = of_all(&["verify", "--format", "json"]).expect(2).json();
    let reliable: Vec<_> = verified.as_array().unwrap().iter().filter(|one| one["reliable"] == true).collect();
    assert_eq!((verified.as_array().unwrap().len(), reliable.len()), (8, 5));
    for one in verified.as_array().unwrap() {
        let members: Vec<_> = one.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["file", "host", "reasons", "reliable", "remarks", "signed_by"]);
    }
    for command in [&["show", "--format", "json"][..], &["evaluate", "--format", "json", "--today", DAY]] {
        let listed = of_all(command);
        assert_eq!((listed.code, listed.stderr.lines().count()), (2, 2), "{}", listed.stderr);
        assert!(listed.stderr.contains("rampcheck: page.html: this is the HTML page"), "{}", listed.stderr);
        let listed = listed.json();
        assert_eq!(listed.as_array().unwrap().len(), 6);
        // What was written as a list is read as one.
        dir.write("list.json", listed.to_string());
        let table = run(&dir, &["show", "list.json"]).expect(0).stdout;
        assert!(table.contains("list.json, report 6") && table.contains("6 reports: 3 unsupported"), "{table}");
        fs::remove_file(dir.at("list.json")).unwrap();
    }
    of_all(&["show", "--format", "html"])
        .refused("several reports can only be shown with --format human, summary or json");
    of_all(&["show", "--ticket"]).refused("several reports can only be shown");
    of_all(&["diff"]).refused("cut.json: cut off in line");
    run(&dir, &["diff", "good.json", "good.json", "good.json"])
        .refused("diff compares two reports, an earlier and a later one, and these are 3");
    run(&dir, &["diff", "good.json"]).refused("and these are 1");
    dir.write("both.json", format!("{good}{good}"));
    run(&dir, &["diff", "both.json", "--exit-code"]).expect(0);
    run(&dir, &["evaluate", "good.json", "edited.json", "--output", "json=x.json"]).refused("without --output");
    run(&dir, &["verify", "good.json", "edited.json", "--signature", "x.sig"]).expect(2);
}

#[test]
fn of_several_reports_stand_ins_are_kept_before_they_are_shown() {
    let dir = inbox("redacted");
    dir.write("other.json", qa("ubuntu-22.04", "json"));
    let redact = ["--redact", "identifiers", "--redact-map", "names.json", "--format", "json"];
    for command in [&["show", "good.json", "other.json"][..], &["evaluate", "--today", DAY, "good.json", "other.json"]]
    {
        let run = run(&dir, &[command, &redact].concat());
        let hosts: Vec<_> =
            run.json().as_array().unwrap().iter().map(|report| report["host"]["name"].clone()).collect();
        assert_eq!(hosts, ["host-1", "host-2"]);
        let names: Value = serde_json::from_str(&fs::read_to_string(dir.at("names.json")).unwrap()).unwrap();
        assert_eq!(names["host"]["chat-17.example.net"], "host-1");
    }
}

#[test]
fn diff_answers_with_its_exit_code_when_asked() {
    let dir = inbox("diff");
    dir.write("other.json", qa("ubuntu-22.04", "json"));
    run(&dir, &["diff", "good.json", "other.json"]).expect(0);
    run(&dir, &["diff", "good.json", "other.json", "--exit-code"]).expect(3);
    // What changes at every look is no difference.
    let mut later = Report::read(&fs::read_to_string(dir.at("good.json")).unwrap()).document();
    later["facts"]["host.uptime"]["value"] = json!(1);
    later["digest"] = rampcheck::report::digest_of(&later).unwrap().into();
    dir.write("later.json", later.to_string());
    let run = run(&dir, &["diff", "good.json", "later.json", "--exit-code"]).expect(0);
    run.says(&["and 1 that change at every look"]);
}

/// What README asks of a customer, word for word: the arguments after `sudo rampcheck`.
fn requests() -> Vec<Vec<String>> {
    let readme = fs::read_to_string(absolute("README.md")).unwrap();
    let (_, support) = readme.split_once("### For a support team").unwrap();
    let (support, _) = support.split_once("Then, offline").unwrap();
    let commands = support.split("sudo rampcheck ").skip(1);
    let words = |command: &str| {
        let command = command.split(['\n', '`', '>']).next().unwrap();
        command.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    commands.map(words).collect()
}

#[test]
fn the_request_in_readme_gets_a_verdict_on_a_healthy_host_that_runs_the_product() {
    let dir = scratch("arriving-request");
    let host = absolute(&recorded("rhel-8.10"));
    let requests = requests();
    assert_eq!(requests.iter().map(|request| request[0].as_str()).collect::<Vec<_>>(), ["bundle", "check"]);
    for request in &requests {
        let arguments: Vec<_> = request.iter().map(String::as_str).collect();
        for named in [true, false] {
            // Without its name, the product that runs is found.
            let words = arguments.iter().filter(|word| named || **word != "rocketchat").copied();
            let arguments: Vec<_> = words.chain(["--host", &host, "--today", DAY]).collect();
            let done = run(&dir, &arguments).expect(0);
            let report = match request[0].as_str() {
                "check" => Report::read(&done.stdout),
                _ => Report::read(&run(&dir, &["show", "support.tar.gz", "--format", "json"]).expect(0).stdout),
            };
            assert_eq!(report["plan"]["phase"], "run");
            assert_eq!(report["tier"]["id"], "vps-minimal");
            assert_eq!(report.verdict(), "supported_with_warnings", "{:?}", report.ids("unknown"));
        }
    }
}
