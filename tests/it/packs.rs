//! The built-in packs, and what a pack that someone else writes can and cannot do.

use rampcheck::judge::run_examples;
use rampcheck::pack::{builtin, load};

use crate::support::signing::{HEADER, OTHER, SITE_PUBLIC, list, token};
use crate::support::{Check, Folder, rampcheck, scratch};

#[test]
fn every_example_of_every_built_in_check_comes_out_as_it_says() {
    for files in builtin() {
        let pack = load(&files).unwrap_or_else(|problems| panic!("{problems}"));
        let failed: Vec<_> = run_examples(&pack).iter().map(ToString::to_string).collect();
        assert!(failed.is_empty(), "{}", failed.join("\n"));
        assert!(pack.checks.len() > 20 && pack.tiers.len() > 9, "{} lost checks or tiers", pack.product);
        for check in &pack.checks {
            assert!(!check.remedies.is_empty(), "{} says nowhere how it is put right", check.id);
        }
    }
}

/// A product that rampcheck has never heard of: a folder outside the source tree, no Rust. Its tiers are chosen by seats, and
/// its releases are supported for three months, as a list says that its vendor signs with a key of its own.
const PACK: [(&str, &str); 5] = [
    (
        "pack.toml",
        r#"
product = "mattermost"
title = "Mattermost"
version = "1.0.0"
reviewed = 2026-11-20
groups = ["Size", "Software", "Network", "Release"]
next = "Install the package."

[source.docs]
title = "Requirements"
url = "https://docs.example.org/requirements"
read = 2026-11-20
"#,
    ),
    (
        "tiers.toml",
        r#"
[numbers]
seats = "seats"
[selection]
beyond = "Ask the vendor."
[[tier]]
id = "small"
title = "up to 1000 seats"
source = "docs"
holds = { seats = 1000 }
needs = { cpus = 1, memory = "2 GB" }
[[tier]]
id = "large"
title = "up to 2000 seats"
source = "docs"
holds = { seats = 2000 }
needs = { cpus = 64, memory = "512 GB" }
"#,
    ),
    (
        "cpu.toml",
        r#"
id = "cpu"
title = "Enough CPUs"
level = "required"
group = "Size"
source = "docs"
why = "They are shared."
expect = { all = [
    { fact = "cpu.online", tier = "cpus" },
    { fact = "memory.total", tier = "memory", share = 0.9 },
    { fact = "ports.tcp.8065.state", is = "free" },
    { not = { fact = "tools.tar.path", present = false } },
] }
[[remedy]]
text = "Get a larger machine."
[[example]]
facts = { "cpu.online" = 2, "memory.total" = "1.9 GiB", "ports.tcp.8065.state" = "free", "tools.tar.path" = "/usr/bin/tar" }
tier = "small"
outcome = "pass"
[[example]]
facts = { "cpu.online" = 2 }
tier = "large"
outcome = "fail"
"#,
    ),
    (
        "release.toml",
        r#"
id = "release"
title = "The release is supported"
level = "required"
group = "Release"
source = "docs"
why = "Older releases get no security updates."
applies_when = { fact = "release.version", present = true }
expect = { fact = "release.state", is = "supported" }
[[remedy]]
text = "Upgrade."
[[example]]
facts = { "server.version" = "10.11.2", "support_list.state" = "none", "clock.plausible" = true }
outcome = "pass"
[[example]]
facts = { "server.version" = "10.10.0", "support_list.state" = "none", "clock.plausible" = true }
outcome = "fail"
[[example]]
facts = { "server.version" = { absent = true }, "container.release" = { absent = true } }
outcome = "skipped"
"#,
    ),
    (
        "releases.toml",
        r#"
source = "docs"
reviewed = 2026-11-20
[policy]
months = 3
lts_months = 9
list_url = "https://releases.example.org/supported"
keys = ["""
SITE_PUBLIC"""]
info_path = "/api/version"
[[release]]
line = "10.10"
released = 2026-07-16
until = 2026-10-31
[[release]]
line = "10.11"
released = 2026-08-15
until = 2026-11-30
"#,
    ),
];

/// The files of the product in a folder, each as this function leaves it. Gives the folder's path.
fn third_product(dir: &Folder, edit: impl Fn(&str, String) -> String) -> String {
    for (name, text) in PACK {
        let text = edit(name, text.replace("SITE_PUBLIC", SITE_PUBLIC));
        dir.write(&format!("mattermost/{name}"), text);
    }
    dir.at("mattermost")
}

#[test]
fn a_third_product_is_a_folder_and_no_rust() {
    let dir = scratch("third-product");
    let pack = third_product(&dir, |_, text| text);
    let validated = rampcheck(&["packs", "validate", &pack]).expect(0).stdout;
    assert_eq!(validated, "mattermost: 2 checks, 2 tiers, 5 examples, all correct\n");
    let listed = rampcheck(&["packs", "list", "--pack", &pack]).expect(0).stdout;
    assert_eq!(listed.lines().count(), 4, "{listed}");
    let origin = format!("mattermost  Mattermost                1.0.0       2026-11-20  folder: {pack}");
    assert!(listed.contains(&origin), "{listed}");

    let attested = ["--attest", "tools.tar.path=/usr/bin/tar", "--attest", "ports.tcp.8065.state=free"];
    let check = Check::of("mattermost").with(&["--pack", &pack]).on("ubuntu-22.04").with(&attested);
    let small = check.clone().with(&["--number", "seats=900"]);
    small.expect(0).says(&["SUPPORTED: this host qualifies for Mattermost, tier small"]);
    check.clone().with(&["--number", "seats=1001"]).expect(3).says(&["tier large"]);
    check.with(&["--number", "seat=1"]).run().refused("`seats`");

    // The calendar decides, until the vendor's list says otherwise: one that the key of the pack signed.
    let of = |version: &str, more: &[&str]| small.clone().with(&["--server-version", version]).with(more).report();
    let current = of("10.11.2", &[]);
    assert_eq!((current.outcome("release"), current.release("until")), ("pass".into(), &"2026-11-30".into()));
    let ended = of("10.10.4", &[]);
    assert_eq!((ended.outcome("release"), ended.release("authority")), ("fail".into(), &"calendar".into()));
    let signed = list("2026-11-18T08:00:00Z", &[("10.10.4", "2027-01-31T00:00:00Z")], "");
    let file = dir.write("list.jwt", signed);
    let extended = of("10.10.4", &["--supported-versions", &file]);
    assert_eq!((extended.outcome("release"), extended.release("authority")), ("pass".into(), &"signed-list".into()));
    let foreign =
        dir.write("foreign.jwt", token(OTHER, HEADER, r#"{"timestamp":"2026-11-18T08:00:00Z","versions":[]}"#));
    assert_eq!(of("10.11.2", &["--supported-versions", &foreign]).outcome("release"), "unknown");
}

#[test]
fn all_that_is_wrong_with_a_pack_is_said_at_once_with_its_place() {
    let pack = third_product(&scratch("bad-pack"), |name, text| match name {
        "pack.toml" => text.replace("reviewed = 2026", "reviewd = 2026"),
        "tiers.toml" => text.replace("memory = \"2 GB\"", "memori = \"2 GB\""),
        "cpu.toml" => text.replace("\"cpu.online\", tier", "\"cpu.onlin\", tier"),
        "release.toml" => text.replace("level = \"required\"", "level = \"requird\""),
        _ => text,
    });
    let mut run = rampcheck(&["packs", "validate", &pack]);
    for part in [
        "pack.toml:5:1: `reviewd` is not a key here (did you mean `reviewed`?)",
        "release.toml:4:9: `requird` is not one of required, recommended (did you mean `required`?)",
    ] {
        run = run.refused(part);
    }
    let pack = third_product(&scratch("bad-meaning"), |name, text| match name {
        "tiers.toml" => text.replace("memory = \"2 GB\"", "memori = \"2 GB\""),
        "cpu.toml" => text
            .replace("\"cpu.online\", tier", "\"cpu.onlin\", tier")
            .replace("\"memory.total\", tier = \"memory\"", "\"memory.total\", version = \">=2\""),
        _ => text,
    });
    let mut run = rampcheck(&["packs", "validate", &pack]);
    for part in [
        "cpu.toml:9:14: there is no fact `cpu.onlin` (did you mean `cpu.online`?)",
        "`version` does not fit a fact of kind memory size",
        "no check looks at the cell `memori` of tier small",
    ] {
        run = run.refused(part);
    }
}

/// A copy of a built-in pack, with one more remark in its head.
fn own_cometchat(dir: &Folder) -> String {
    for entry in std::fs::read_dir("checks/cometchat").unwrap().flatten() {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        dir.write(&format!("cometchat/{}", entry.file_name().to_str().unwrap()), format!("# Ours.\n{text}"));
    }
    dir.at("cometchat")
}

#[test]
fn the_head_of_every_format_says_which_pack_replaces_the_built_in_one() {
    let dir = scratch("replacing-pack");
    let pack = own_cometchat(&dir);
    let words = format!("pack cometchat 2026.11.20 from {pack}, replaces the built-in one");
    let check = Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--pack", &pack]);
    let one_line = |text: &str| text.replace("\n#", " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for format in ["human", "html", "junit", "nagios", "fix", "fix-ansible"] {
        let said = check.clone().format(format).env("COLUMNS", "120").expect(0).stdout;
        let words = if format == "junit" { words.trim_start_matches("pack ") } else { &words };
        assert!(one_line(&said).contains(words), "{format}: {said}");
        let built_in = Check::of("cometchat").tier("qa").on("ubuntu-22.04").format(format).expect(0).stdout;
        assert!(!built_in.contains("replaces the built-in one"), "{format}: {built_in}");
    }
    let report = check.report();
    assert_eq!((&report["pack"]["origin"], &report["pack"]["replaces_built_in"]), (&pack.into(), &true.into()));
    // Where it stands is as private as every path.
    let home = scratch("replacing-pack/home/mallory");
    let pack = own_cometchat(&home);
    let redacted = Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--pack", &pack]);
    let text = redacted.with(&["--redact", "identifiers", "--format", "json"]).expect(0).stdout;
    assert!(!text.contains("mallory") && text.contains("/home/user-1/cometchat"), "{text}");
}

#[test]
fn no_text_of_a_pack_steers_a_terminal() {
    let dir = scratch("steering-pack");
    let pack = third_product(&dir, |name, text| match name {
        "pack.toml" | "tiers.toml" => text.replace("title = \"", "title = \"\\u001b[31m\\u202e\\u0007"),
        _ => text.replace("why = \"", "why = \"\\u001b[31m\\u202e\\u0007"),
    });
    let pack = ["--pack", &pack];
    let host = ["--host", "tests/hosts/ubuntu-22.04.toml"];
    for (command, more) in [
        (&["packs", "list"][..], &[][..]),
        (&["explain", "release"], &[]),
        (&["releases", "mattermost"], &[]),
        (&["tiers", "mattermost"], &host),
        (&["check", "mattermost"], &host),
        (&["check", "mattermost", "--format", "json"], &host),
        (&["check", "mattermost", "--format", "html"], &host),
        (&["check", "mattermost", "--format", "junit"], &host),
        (&["check", "mattermost", "--format", "nagios"], &host),
        (&["check"], &host),
    ] {
        let run = rampcheck(&[command, &pack, more].concat());
        let said = run.stdout + &run.stderr;
        let active = said.chars().find(|sign| (sign.is_control() && *sign != '\n') || *sign == '\u{202e}');
        assert_eq!(active, None, "{command:?}: {said:?}");
    }
}

#[test]
fn a_pack_is_read_from_regular_files_of_its_folder_only() {
    let dir = scratch("linked-pack");
    let pack = third_product(&dir, |_, text| text);
    for target in ["/proc/kmsg", "/dev/zero", "/etc/passwd"] {
        let link = dir.join("mattermost/more.toml");
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(target, link).unwrap();
        rampcheck(&["packs", "validate", &pack]).refused("not a regular file in its folder");
    }
}

#[test]
fn a_pack_that_was_reviewed_long_ago_is_named_as_such() {
    let words = "this pack was reviewed 91 days ago, on 2026-11-20";
    let on = |day: &str| Check::of("cometchat").tier("qa").on("ubuntu-22.04").today(day);
    assert!(!on("2027-02-18").run().stdout.contains("this pack was reviewed"), "90 days");
    for format in ["human", "html", "markdown", "json"] {
        on("2027-02-19").format(format).run().says(&[words]);
    }
    let report = scratch("old-pack").write("report.json", on("2027-02-19").report().text());
    rampcheck(&["verify", &report]).expect(0).says(&["the whole report is the same"]);
    assert_eq!(on("2026-11-01").report()["notes"][0]["note"]["kind"], "judged-as-of", "a day before the review");
}
