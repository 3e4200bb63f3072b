//! The built-in packs, and what a pack that someone else writes can and cannot do.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test reads its own files; one that cannot has failed"
)]

mod common;

use std::fs;

use common::{rampcheck, scratch, stderr, stdout};
use rampcheck::check::{builtin, load, load_without_examples};
use rampcheck::evaluate::run_examples;

#[test]
fn every_example_of_every_built_in_check_comes_out_as_it_says() {
    for files in builtin() {
        let pack = load(&files).unwrap_or_else(|problems| panic!("{problems}"));
        let quick = load_without_examples(&files).unwrap_or_else(|problems| panic!("{problems}"));
        assert!(quick.checks.iter().all(|check| check.examples.is_empty()), "examples stand last in their files");
        assert_eq!((&quick.sha256, quick.checks.len()), (&pack.sha256, pack.checks.len()));
        let failed: Vec<_> = run_examples(&pack).iter().map(ToString::to_string).collect();
        assert!(failed.is_empty(), "{}", failed.join("\n"));
        assert!(pack.checks.len() > 20 && pack.tiers.len() > 9, "{} lost checks or tiers", pack.product);
        for check in &pack.checks {
            assert!(!check.remedy.is_empty(), "{} says nowhere how it is put right", check.id);
        }
    }
}

/// A product that rampcheck has never heard of: a folder outside the source tree, no Rust.
const PACK: [(&str, &str); 3] = [
    (
        "pack.toml",
        r#"
product = "mattermost"
title = "Mattermost"
version = "1.0.0"
reviewed = 2026-11-20
subjects = ["Size", "Software", "Network"]
images = ["mattermost/mattermost-team-edition"]
[source.docs]
title = "Requirements"
url = "https://docs.example.org/requirements"
read = 2026-11-20
"#,
    ),
    (
        "tiers.toml",
        r#"
[selection]
beyond = "ask the vendor"
[[tier]]
id = "small"
title = "up to 1000 users"
source = "docs"
holds = { users = 1000 }
needs = { cpus = 1, memory = "2 GB" }
[[tier]]
id = "large"
title = "up to 2000 users"
source = "docs"
holds = { users = 2000 }
needs = { cpus = 64, memory = "512 GB" }
"#,
    ),
    (
        "cpu.toml",
        r#"
id = "cpu"
title = "Enough CPUs"
level = "required"
subject = "Size"
source = "docs"
why = "They are shared."
expect = { all = [
    { fact = "cpu.online", at_least = { tier = "cpus" } },
    { fact = "memory.total", at_least = { tier = "memory" } },
    { fact = "ports.tcp.8065.state", is = "free" },
    { not = { fact = "tools.tar.path", present = false } },
] }
[[remedy]]
text = "Get a larger machine."
[[example]]
facts = { "cpu.online" = 2, "memory.total" = "1.9 GiB", "ports.tcp.8065.state" = "free", "tools.tar.path" = "/usr/bin/tar" }
plan = { tier = "small" }
outcome = "pass"
[[example]]
facts = { "cpu.online" = 2 }
plan = { tier = "large" }
outcome = "fail"
"#,
    ),
];

#[test]
fn a_third_product_is_a_folder_and_no_rust() {
    let dir = scratch("third-product");
    let pack = dir.join("mattermost");
    fs::create_dir_all(&pack).unwrap();
    for (name, text) in PACK {
        fs::write(pack.join(name), text).unwrap();
    }
    let dir = pack.to_str().unwrap();
    let validated = rampcheck(&["packs", "validate", dir]);
    assert_eq!(stdout(&validated), "mattermost: 1 checks, 2 tiers, 2 examples, all as they should be\n");

    let run = |users: &str| {
        rampcheck(&[
            "check",
            "mattermost",
            "--pack",
            dir,
            "--users",
            users,
            "--host",
            "tests/hosts/ubuntu-22.04",
            "--attest",
            "tools.tar.path=/usr/bin/tar",
            "--attest",
            "ports.tcp.8065.state=free",
        ])
    };
    let small = run("900");
    assert_eq!(small.status.code(), Some(0), "{}{}", stdout(&small), stderr(&small));
    assert!(stdout(&small).contains("SUPPORTED: this host qualifies for Mattermost, tier small"), "{}", stdout(&small));
    let large = run("1001");
    assert_eq!(large.status.code(), Some(3), "{}", stdout(&large));
    let listed = rampcheck(&["packs", "list", "--pack", dir]);
    assert_eq!(stdout(&listed).lines().count(), 3, "{}", stdout(&listed));
}

#[test]
fn all_that_is_wrong_with_a_pack_is_said_at_once_with_its_place() {
    let dir = scratch("bad-pack");
    let pack = dir.join("broken");
    fs::create_dir_all(&pack).unwrap();
    let [(head_name, head), (tiers_name, tiers), (check_name, check)] = PACK;
    fs::write(pack.join(head_name), head.replace("product = \"mattermost\"", "product = \"broken\"")).unwrap();
    fs::write(pack.join(tiers_name), tiers.replace("memory = \"2 GB\"", "memori = \"2 GB\"")).unwrap();
    let check = check
        .replace("level = \"required\"", "level = \"requird\"")
        .replace("\"cpu.online\", at_least", "\"cpu.onlin\", at_least")
        .replace("\"memory.total\", at_least", "\"memory.total\", version");
    fs::write(pack.join(check_name), check).unwrap();
    let run = rampcheck(&["packs", "validate", pack.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(2));
    assert_eq!(stdout(&run), "");
    let said = stderr(&run);
    for part in [
        "cpu.toml:4:9: `requird` is not one of required, recommended (did you mean `required`?)",
        "there is no fact `cpu.onlin` (did you mean `cpu.online`?)",
        "`version` does not fit a fact of kind memory size",
        "no check looks at the cell `memori` of tier small",
    ] {
        assert!(said.contains(part), "missing: {part}\n{said}");
    }
}
