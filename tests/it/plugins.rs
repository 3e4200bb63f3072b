//! `--plugin`: what a plugin reports is a check in every format; nothing runs a plugin that is not named.

use rampcheck::render::ReportFormat;

use crate::support::{Check, DAY, Folder, rampcheck, recorded, scratch};

/// A recorded host that meets CometChat's QA tier, and on which plugins answer like that: name, exit code, standard output.
fn host(folder: &Folder, answers: &[(&str, i32, &str)]) -> String {
    let mut text = std::fs::read_to_string(recorded("ubuntu-22.04")).unwrap();
    for (name, code, stdout) in answers {
        let run = format!("/usr/lib/rampcheck/plugins.d/{name}");
        // JSON and TOML write such a text alike.
        let stdout = serde_json::to_string(stdout).unwrap();
        text += &format!("\n[[command]]\nrun = {run:?}\ncode = {code}\nstdout = {stdout}\n");
    }
    folder.write("host.toml", text)
}

fn check(host: &str, plugins: &[&str]) -> Check {
    let check = Check::of("cometchat").tier("qa").with(&["--host", host]);
    plugins.iter().fold(check, |check, name| check.with(&["--plugin", name]))
}

/// All states at once.
const ANSWERS: [(&str, i32, &str); 4] = [
    ("disk", 0, "DISK OK - free space: / 9 GiB (50%); | /=9GB;;;0;18\nmore\n"),
    ("load", 1, "LOAD WARNING - 5.1, 4.2, 3.3|load1=5.1;5;6\n"),
    ("procs", 2, "PROCS CRITICAL: 0 processes with command name 'sshd'\n"),
    ("ntp", 3, "NTP UNKNOWN - no answer from ntp.example.net\n"),
];
const NAMES: [&str; 4] = ["disk", "load", "procs", "ntp"];

#[test]
fn ok_warning_critical_and_unknown_are_judged() {
    let folder = scratch("plugins");
    let host = host(&folder, &ANSWERS);
    let alone = |name: &str| check(&host, &[name]).report();
    for (name, status, verdict, found) in [
        ("disk", "passed", "supported", "OK; DISK OK - free space: / 9 GiB (50%);"),
        ("load", "warning", "supported_with_warnings", "WARNING; LOAD WARNING - 5.1, 4.2, 3.3"),
        ("procs", "failed", "unsupported", "CRITICAL; PROCS CRITICAL: 0 processes with command name 'sshd'"),
        (
            "ntp",
            "unknown",
            "undetermined",
            "unknown: /usr/lib/rampcheck/plugins.d/ntp: reports UNKNOWN: NTP UNKNOWN - no answer from ntp.example.net",
        ),
        ("other", "unknown", "undetermined", "unknown: `/usr/lib/rampcheck/plugins.d/other` was not recorded"),
    ] {
        let report = alone(name);
        let finding = report.finding(&format!("plugin-{name}"));
        assert_eq!((finding.status.as_str(), report.verdict()), (status, verdict), "{name}");
        assert_eq!(finding.found, found);
        assert_eq!(report["plan"]["plugins"], serde_json::json!([name]));
        assert_eq!(report.findings().len(), 44, "the checks of the pack are judged as ever");
    }
    assert_eq!(check(&host, &["load"]).with(&["--strict"]).report().ids("failed"), ["plugin-load"]);
    let all = check(&host, &NAMES);
    assert_eq!(all.report().verdict(), "unsupported");
    let waived = all.with(&["--waive", "plugin-procs=later", "--waive", "plugin-ntp=later"]).report();
    assert_eq!((waived.verdict(), waived.ids("waived").len()), ("supported_with_warnings", 2));
    let only = check(&host, &["disk", "procs"]).with(&["--only", "plugin-disk"]).report();
    assert_eq!((only.verdict(), only.findings().len()), ("supported", 1));
    assert!(only.fact("plugin.procs.status").is_null(), "what is not judged is not run");
    assert_eq!(check(&host, &["disk", "procs"]).with(&["--only", "plugins"]).report().findings().len(), 2);
}

#[test]
fn a_plan_file_names_plugins_and_the_command_line_adds_to_them() {
    let folder = scratch("plugins-plan");
    let host = host(&folder, &ANSWERS);
    let plan = folder.write("plan.toml", "product = \"cometchat\"\ntier = \"qa\"\nplugins = [\"disk\"]\n");
    let of = |plugins: &[&str]| {
        let check = Check::of_what_runs().with(&["--plan", &plan, "--host", &host]);
        plugins.iter().fold(check, |check, name| check.with(&["--plugin", name])).report()
    };
    assert_eq!(of(&[])["plan"]["plugins"], serde_json::json!(["disk"]));
    assert_eq!(of(&["load", "disk"])["plan"]["plugins"], serde_json::json!(["load", "disk"]));
    check(&host, &["../disk"])
        .run()
        .refused("`../disk` is not the name of a plugin: small letters, digits and hyphens");
}

#[test]
fn a_plugin_that_is_not_named_is_not_run() {
    let folder = scratch("plugins-unnamed");
    let host = host(&folder, &ANSWERS);
    let report = check(&host, &[]).report();
    assert_eq!(report.findings().len(), 43);
    assert!(!["plugin-", "plugin."].iter().any(|name| report.text().contains(name)), "neither finding nor fact");
    folder.write("pack/thing/pack.toml", PACK);
    folder.write("pack/thing/disk.toml", CHECK);
    let pack = folder.at("pack/thing");
    let of = |named: &[&str]| Check::of("thing").with(&["--pack", &pack, "--host", &host]).with(named).report();
    let unnamed = of(&[]).finding("disk");
    assert_eq!(unnamed.found, "unknown: the plugin disk is not named; --plugin disk runs it");
    let named = of(&["--plugin", "disk"]);
    assert_eq!(
        (named.ids("passed"), named.verdict()),
        (vec!["disk".to_owned(), "plugin-disk".to_owned()], "supported")
    );
    let only = of(&["--plugin", "disk", "--only", "disk"]);
    assert_eq!((only.verdict(), only.findings().len()), ("supported", 1), "a check of the pack needs it");
}

const PACK: &str = "product = 'thing'\ntitle = 'Thing'\nversion = '1'\nreviewed = 2026-11-01\ngroups = ['Disk']\n\
    [source.docs]\ntitle = 'Docs'\nurl = 'https://docs.example.com'\nread = 2026-11-01\n";
const CHECK: &str = "id = 'disk'\ntitle = 'The disk plugin reports OK'\nlevel = 'required'\ngroup = 'Disk'\nsource = 'docs'\n\
    why = 'x'\nexpect = { fact = 'plugin.disk.status', is = 'ok' }\n[[remedy]]\ntext = 'x'\n\
    [[example]]\nfacts = { 'plugin.disk.status' = 'ok' }\noutcome = 'pass'\n\
    [[example]]\nfacts = { 'plugin.disk.status' = 'critical' }\noutcome = 'fail'\n";

#[test]
fn a_saved_report_is_judged_again_without_running_anything() {
    let folder = scratch("plugins-saved");
    let host = host(&folder, &ANSWERS);
    let report = folder.write("report.json", check(&host, &NAMES).format("json").run().stdout);
    rampcheck(&["verify", &report]).expect(0).says(&["the whole report is the same"]);
    rampcheck(&["show", &report]).expect(0).says(&["plugin-procs", "needs OK"]);
    rampcheck(&["show", &report, "plugin-load"]).expect(0).says(&["LOAD WARNING - 5.1, 4.2, 3.3"]);
    let evaluate = |further: &[&str]| {
        let arguments = [&["evaluate", &report, "--today", DAY, "--format", "json"], further].concat();
        crate::support::Report::of(rampcheck(&arguments).json())
    };
    assert_eq!(evaluate(&[]).ids("failed"), ["plugin-procs"]);
    let more = evaluate(&["--plugin", "more"]);
    assert_eq!(more.finding("plugin-more").found, "unknown: not collected");
    assert_eq!(more.finding("plugin-disk").status, "passed");
    let fewer = folder.write("fewer.json", check(&host, &["disk", "load"]).format("json").run().stdout);
    rampcheck(&["diff", &fewer, &report]).expect(0).says(&["plugin-procs"]);
    rampcheck(&["explain", "plugin-procs"]).expect(0).says(&[
        "plugin-procs (CometChat",
        "needs",
        "OK",
        "--only plugins",
    ]);
    rampcheck(&["explain", "plugin.procs.status"]).expect(0).says(&["ok | warning | critical", "--plugin names it"]);
}

#[test]
fn every_format_shows_a_plugin_and_no_text_of_one_steers_a_reader() {
    let folder = scratch("plugins-formats");
    let text = "\u{1b}[2J<script>alert(1)</script>\u{7} `x` \u{202e}evil\u{9b}1m # $(reboot)\r";
    let host = host(&folder, &[("disk", 2, &format!("{text}\nmore\n"))]);
    for format in ReportFormat::ALL.map(ReportFormat::name) {
        // A table of hosts ends its lines with CR and LF.
        let end = if format == "csv" { "\r\n" } else { "\n" };
        let out = check(&host, &["disk"]).format(format).run().stdout.replace(end, "\n");
        assert!(out.contains("plugin-disk"), "{format}: {out}");
        assert!(!out.contains(['\u{1b}', '\u{7}', '\r']), "{format}: {out:?}");
        if ["html", "markdown", "junit"].contains(&format) {
            assert!(!out.replace("\\<", "").contains("<script"), "{format}: {out}");
        }
        if ["fix", "fix-ansible"].contains(&format) {
            let in_comments = out.lines().all(|line| !line.contains("$(reboot)") || line.trim_start().starts_with('#'));
            assert!(in_comments, "{format}: {out}");
        }
    }
}

#[test]
fn a_recording_holds_what_a_plugin_said_and_nothing_else_of_it() {
    let folder = scratch("plugins-recorded");
    let host = host(&folder, &[("disk", 1, "\nDISK WARNING on chat-2.example.net|x=1\nsecret\n")]);
    let copy = folder.at("copy.toml");
    let record = ["facts", "--host", &host, "--plugin", "disk", "--format", "json"];
    let facts = rampcheck(&record).expect(0).json();
    assert_eq!(facts["facts"]["plugin.disk.text"]["value"], "DISK WARNING on chat-2.example.net");
    let redacted = check(&host, &["disk"]).with(&["--redact", "identifiers"]).report();
    let text = redacted.fact("plugin.disk.text")["value"].as_str().unwrap().to_owned();
    assert_eq!(text, "DISK WARNING on host-1");
    // A plugin that is not on this machine: its question is recorded all the same.
    rampcheck(&["facts", "--plugin", "none-of-that-name", "--record", &copy]).expect(0);
    let replayed = check(&copy, &["none-of-that-name"]).report();
    let found = "unknown: /usr/lib/rampcheck/plugins.d/none-of-that-name: not found";
    assert_eq!(replayed.finding("plugin-none-of-that-name").found, found);
}

#[test]
fn below_a_root_no_plugin_is_run() {
    let folder = scratch("plugins-root");
    folder.write("usr/lib/rampcheck/plugins.d/disk", "#!/bin/sh\necho OK\n");
    folder.write("etc/os-release", "ID=debian\n");
    let report = Check::of("cometchat").with(&["--root", folder.to_str().unwrap(), "--plugin", "disk"]).report();
    assert_eq!(report.finding("plugin-disk").found, "unknown: not asked below --root: commands are not run there");
}
