//! Completions as the shells use them, and what `--version` says.

use std::process::Command;

use crate::support::{Run, rampcheck, scratch, scrubbed};

/// What bash offers for the last of these words.
fn offered(script: &str, words: &[&str]) -> Vec<String> {
    let last = words.len() - 1;
    let code = r#"source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rampcheck rampcheck "${!#}" "${@:$#-1:1}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let mut bash = Command::new("bash");
    scrubbed(&mut bash).env("PATH", "/usr/bin:/bin").args(["--norc", "-c", code, "bash", script]).args(words);
    let run = Run::of(&mut bash).expect(0);
    let offered: Vec<_> = run.stdout.split_whitespace().map(str::to_owned).collect();
    assert!(offered.iter().all(|word| word.starts_with(words[last])), "{offered:?}");
    offered
}

#[test]
fn bash_completes_commands_products_tiers_and_checks() {
    let script = scratch("completions").write("rampcheck.bash", rampcheck(&["completions", "bash"]).expect(0).stdout);
    for (words, expected) in [
        (&["rampcheck", "eva"][..], &["evaluate"][..]),
        (&["rampcheck", "check", "comet"], &["cometchat"]),
        (&["rampcheck", "tiers", "rocket"], &["rocketchat"]),
        (&["rampcheck", "check", "cometchat", "--tier", "baseline-10"], &["baseline-10k", "baseline-100k"]),
        (&["rampcheck", "check", "--phase", "up"], &["upgrade"]),
        (&["rampcheck", "check", "cometchat", "--only", "limit"], &["limits"]),
        (&["rampcheck", "explain", "docker-engine-f"], &["docker-engine-flavor"]),
        (&["rampcheck", "check", "--measu"], &["--measure"]),
    ] {
        let mut offered = offered(&script, words);
        offered.sort_by_key(String::len);
        assert_eq!(offered, expected, "{words:?}");
    }
}

#[test]
fn every_shell_has_its_own_completions() {
    for (shell, words) in
        [("zsh", "#compdef rampcheck"), ("fish", "complete -c rampcheck"), ("bash", "complete -F _rampcheck")]
    {
        rampcheck(&["completions", shell]).expect(0).says(&[words, "cometchat", "vps-recommended"]);
    }
    rampcheck(&["completions", "tcsh"]).refused("possible values: bash, zsh, fish");
}

#[test]
fn the_long_version_names_target_and_packs_and_the_short_one_is_a_line() {
    let version = concat!("rampcheck ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(rampcheck(&["-V"]).expect(0).stdout, version);
    let long =
        rampcheck(&["--version"]).expect(0).says(&["\ntarget ", "\npack cometchat ", "\npack rocketchat "]).stdout;
    assert!(long.starts_with(version), "{long}");
    let packs = rampcheck(&["packs", "list"]).expect(0).stdout;
    for pack in long.lines().filter_map(|line| line.strip_prefix("pack ")) {
        let (id, reviewed) = pack.split_once(", reviewed ").unwrap();
        let listed = packs.lines().find(|line| line.starts_with(id.split(' ').next().unwrap())).unwrap();
        assert!(listed.contains(reviewed) && id.split(' ').all(|word| listed.contains(word)), "{pack}\n{listed}");
    }
}
