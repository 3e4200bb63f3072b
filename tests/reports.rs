//! Saved reports: shown, judged again, compared, verified. Days are fixed, so that reports do not age.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "the tests write the files they hand over")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{rampcheck, scratch, stderr, stdout};
use serde_json::Value;

const DAY: &str = "2026-11-20";

/// A report on a recorded host, in a file; times are made the same for every run.
fn saved(folder: &Path, host: &str, plan: &[&str]) -> PathBuf {
    let place = format!("tests/hosts/{host}");
    let mut arguments = vec!["check"];
    arguments.extend(plan);
    arguments.extend(["--host", &place, "--today", DAY, "--format", "json"]);
    let run = rampcheck(&arguments);
    assert_eq!(stderr(&run), "", "{host}");
    let file = folder.join(format!("{host}.json"));
    fs::write(&file, stdout(&run)).unwrap();
    file
}

fn qa(folder: &Path, host: &str) -> PathBuf {
    saved(folder, host, &["cometchat", "--tier", "qa"])
}

/// Runs a command on files.
fn on(command: &str, files: &[&Path], more: &[&str]) -> std::process::Output {
    let mut arguments = vec![command];
    arguments.extend(files.iter().map(|file| file.to_str().unwrap()));
    arguments.extend(more);
    rampcheck(&arguments)
}

fn value(run: &std::process::Output) -> Value {
    serde_json::from_str(&stdout(run)).unwrap_or_else(|error| panic!("{error}: {}{}", stdout(run), stderr(run)))
}

/// Output without what differs from run to run.
fn timeless(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive([' ', '\n', ',']) {
        let trimmed = word.trim_end_matches([' ', '\n', ',']);
        let end = &word[trimmed.len()..];
        let is_time = trimmed.len() >= 20 && trimmed.starts_with("20") && trimmed.ends_with('Z');
        let is_hash = trimmed.len() == 16 && trimmed.bytes().all(|b| b.is_ascii_hexdigit());
        out += if is_time {
            "TIME"
        } else if is_hash {
            "HASH"
        } else {
            trimmed
        };
        out += end;
    }
    out
}

#[test]
fn the_same_facts_pack_and_day_give_the_same_findings_byte_for_byte() {
    let dir = scratch("again");
    for (host, plan) in [
        ("permission-denied", &["cometchat", "--mau", "9000", "--pcc", "700"][..]),
        ("hdd-server", &["rocketchat", "--tier", "vps-recommended", "--mongodb", "local"]),
        (
            "vm-16gb-virtio",
            &["cometchat", "--tier", "qa", "--attest", "storage.data.media=ssd", "--waive", "cpu=ordered"],
        ),
    ] {
        let file = saved(&dir, host, plan);
        let first: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let again = value(&on("evaluate", &[&file], &["--today", DAY, "--format", "json"]));
        for member in ["findings", "facts", "verdict", "summary", "plan", "tier", "host", "started", "view"] {
            assert_eq!(first[member].to_string(), again[member].to_string(), "{host}: {member}");
        }
        let file = dir.join("again.json");
        fs::write(&file, again.to_string()).unwrap();
        assert_eq!(value(&on("evaluate", &[&file], &["--today", DAY, "--format", "json"]))["digest"], again["digest"]);
    }
}

#[test]
fn another_tier_product_phase_or_day_is_judged_from_the_same_facts() {
    let dir = scratch("another");
    let file = qa(&dir, "ubuntu-22.04");
    let run = |more: &[&str]| {
        let mut all = vec!["--today", DAY, "--format", "json"];
        all.extend(more);
        let run = on("evaluate", &[&file], &all);
        (run.status.code().unwrap(), value(&run))
    };
    let (code, same) = run(&[]);
    assert_eq!((code, &same["plan"]["tier"]), (0, &"qa".into()));
    let (code, higher) = run(&["--tier", "baseline-25k"]);
    assert_eq!((code, &higher["tier"]["needs"]["cpus"]), (3, &"64".into()));
    let (_, by_numbers) = run(&["--mau", "9000", "--pcc", "700"]);
    assert_eq!(by_numbers["plan"]["tier"], "high-concurrency-10k");
    let (_, later) = run(&["--phase", "run"]);
    assert_eq!(later["plan"]["phase"], "run");
    let (_, other) = run(&["--product", "rocketchat", "--tier", "vps-recommended"]);
    assert_eq!((&other["pack"]["product"], &other["plan"]["tier"]), (&"rocketchat".into(), &"vps-recommended".into()));
    assert_eq!(run(&["--product", "rocketchat"]).1["plan"].get("tier"), None, "a tier is the other product's");
    let aged = on("evaluate", &[&file], &["--today", "2033-01-01"]);
    assert!(stdout(&aged).contains("22.04 ended on"), "{}", stdout(&aged));
    assert_eq!(on("evaluate", &[&file], &["--tier", "qaa"]).status.code(), Some(2));
}

#[test]
fn of_several_reports_the_worst_decides() {
    let dir = scratch("several");
    let (good, bad, unknown) = (qa(&dir, "ubuntu-22.04"), qa(&dir, "vm-14gib"), qa(&dir, "vm-16gb-virtio"));
    assert_eq!(on("evaluate", &[&good, &good], &["--today", DAY]).status.code(), Some(0));
    assert_eq!(on("evaluate", &[&good, &unknown], &["--today", DAY]).status.code(), Some(4));
    let all = on("evaluate", &[&good, &bad, &unknown], &["--today", DAY, "--format", "json"]);
    assert_eq!(all.status.code(), Some(3));
    let verdicts: Vec<_> = value(&all).as_array().unwrap().iter().map(|report| report["verdict"].clone()).collect();
    assert_eq!(verdicts, ["supported", "unsupported", "undetermined"]);
    let missing = on("evaluate", &[&good, Path::new("/nonexistent")], &[]);
    assert_eq!((missing.status.code(), stdout(&missing).as_str()), (Some(2), ""));
}

#[test]
fn show_says_first_what_could_not_be_determined() {
    let dir = scratch("show");
    let run = on("show", &[&qa(&dir, "vm-16gb-virtio")], &[]);
    assert_eq!(run.status.code(), Some(0));
    let text = timeless(&stdout(&run));
    let head: Vec<_> = text.lines().take(9).collect();
    insta::assert_snapshot!(head.join("\n"), @r"
    Could not be determined
      ? storage-media: unknown: the virtual disk vda reports rotational=1, which hypervisors say of
        flash too; attest it with --attest storage.data.media=ssd; /dev/vda1
    Facts that are unknown, though no check here waits for them
      - outbound.registry.reachable: asked with --online only
      - server.version: no official container runs here; name the release with --server or
        --server-version
      - storage.root.media: the virtual disk vda reports rotational=1, which hypervisors say of flash
        too; attest it with --attest storage.root.media=ssd
    ");
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("Read: TIME") && last.ends_with("not redacted"), "{last}");
    let clear = on("show", &[&qa(&dir, "ubuntu-22.04")], &[]);
    assert!(stdout(&clear).starts_with("Every check that applies could be determined.\n"), "{}", stdout(&clear));
}

#[test]
fn show_takes_the_id_of_a_finding_or_a_fact() {
    let dir = scratch("show-one");
    let file = qa(&dir, "vm-14gib");
    insta::assert_snapshot!(stdout(&on("show", &[&file], &["memory"])), @r"
    ✗ memory  As much memory as the tier asks for
        found   14 GiB installed; 13.4 GiB usable
        read in /sys/devices/system/memory, /proc/meminfo
        needed  at least 16 GB (counted from 14.4 GiB measured)
        why     The data stores keep their working sets in memory; with too little of it the kernel
                starts to stop services.
        fix     Give the machine more memory, or choose a larger one.
        source  https://www.cometchat.com/docs/on-premise-deployment/docker/prerequisites
        fact    memory.installed: 14 GiB  [/sys/devices/system/memory]
        fact    memory.total: 13.4 GiB  [/proc/meminfo]
    ");
    insta::assert_snapshot!(stdout(&on("show", &[&file], &["memory.total"])), @r"memory.total  13.4 GiB  [/proc/meminfo]");
    assert_eq!(value(&on("show", &[&file], &["memory", "--format", "json"]))["outcome"], "fail");
    let wrong = on("show", &[&file], &["memry"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert_eq!(stderr(&wrong), "rampcheck: this report has no finding or fact `memry` (did you mean `memory`?)\n");
}

#[test]
fn the_ticket_holds_the_lines_that_a_bug_form_asks_for() {
    let dir = scratch("ticket");
    let plan =
        ["rocketchat", "--users", "800", "--concurrent", "200", "--mongodb", "local", "--mongodb-version", "8.0"];
    let more = ["--deployment", "compose", "--instances", "1"];
    let file = saved(&dir, "rhel-8.10", &[&plan[..], &more[..]].concat());
    insta::assert_snapshot!(timeless(&stdout(&on("show", &[&file], &["--ticket"]))), @r"
    Product: Rocket.Chat self-managed
    Version: 8.5.1, registry.rocket.chat/rocketchat/rocket.chat:8.5.1
    Supported until: 2027-06-30 (222 days left)
    Deployment method: compose
    Instances: 1
    Users: 200 concurrent, 800 users
    Tier: bare-metal
    Phase: install
    Operating system: Red Hat Enterprise Linux 8.10 (Ootpa), 4.18.0-553.83.1.el8_10.x86_64, x86_64
    CPUs and memory: 8, 15.3 GiB of memory
    Docker: 26.1.3, docker, docker-ce
    Compose: 2.27.0, plugin
    MongoDB: 8.0, local
    Verdict: UNSUPPORTED (49 checks: 27 passed, 1 failed, 5 warnings, 16 skipped)
    Failed: storage-size: found 429 GB size; /var/lib/docker, needed at least 500 GB (counted from 450 GB measured)
    Warning: docker-engine-maintained: found 26.1.3; packaging: docker-ce, needed a maintained release line
    Warning: instances: found instances: 1; online: 8, needed 2 or more, up to one fewer than there are cores
    Warning: mongodb-memory: found 16 GiB installed; 15.3 GiB usable; online: 8, needed 8 GB, from 8 cores on 32 GB
    Warning: mongodb-swappiness: found 30, needed at most 1
    Warning: port-3000: found in-use; owner: container rocketchat, needed free
    Report: rampcheck 0.1.0, pack rocketchat 2026.11.20, host read TIME, not redacted, digest HASH
    ");
}

#[test]
fn diff_tells_what_changed_worst_first() {
    let dir = scratch("diff");
    let (old, new) = (qa(&dir, "ubuntu-22.04"), qa(&dir, "ubuntu-24.04"));
    let run = on("diff", &[&old, &new], &[]);
    assert_eq!(run.status.code(), Some(0));
    insta::assert_snapshot!(timeless(&stdout(&run)), @r"
    old  chat-2.example.net, read TIME, judged as of 2026-11-20
    new  swarm-1.example.net, read TIME, judged as of 2026-11-20
    ! another host: chat-2.example.net before, swarm-1.example.net now

    Verdict SUPPORTED before, UNSUPPORTED now

    Findings
      worse   port-443: Port 443 for HTTPS
              before  passes: found free, needed free before the installation; afterwards in use and
                      reachable from other hosts
              now     fails: found in-use; owner: container proxy; port 443: all, needed free before the
                      installation; afterwards in use and reachable from other hosts
      worse   port-80: Port 80 for HTTP, to redirect to HTTPS
              before  passes: found free, needed free before the installation; afterwards in use and
                      reachable from other hosts
              now     fails: found in-use; owner: container proxy; port 80: all, needed free before the
                      installation; afterwards in use and reachable from other hosts

    Facts
      compose.version: 5.1.0 before, 2.40.3 now
      cpu.flags: 3dnowprefetch, abm, acpi, adx, aes, aperfmperf, apic, arch_perfmon, avx, avx2 and
          70 more before, 3dnowprefetch, abm, adx, aes, aperfmperf, apic, avx, avx2, bmi1, bmi2 and 68
          more now
      cpu.mhz: 5000 MHz before, 3729 MHz now
      cpu.model: Intel(R) Xeon(R) E-2278G CPU @ 3.40GHz before, AMD EPYC 7313P 16-Core Processor now
      cpu.online: 8 before, 32 now
      cpu.physical: 8 before, 16 now
      docker.engine.data_root: /var/lib/docker before, /srv/docker now
      docker.engine.storage_driver: overlayfs before, overlay2 now
      docker.swarm.control: no before, yes now
      docker.swarm.managers: none before, 3 now
      docker.swarm.nodes: none before, 5 now
      docker.swarm.state: inactive before, active now
      host.id: HASH before, HASH now
      host.name: chat-2.example.net before, swarm-1.example.net now
      kernel.max_map_count: 65,530 before, 262,144 now
      kernel.release: 5.15.0-161-generic before, 6.8.0-88-generic now
      kernel.swappiness: 60 before, 10 now
      kernel.upstream: 5.15.189 before, 6.8.12 now
      memory.installed: 16 GiB before, 128 GiB now
      memory.total: 15.6 GiB before, 126 GiB now
      openssl.version: 3.0.2 before, 3.0.13 now
      os.codename: jammy before, noble now
      os.pretty_name: Ubuntu 22.04.5 LTS before, Ubuntu 24.04.3 LTS now
      os.version_id: 22.04 before, 24.04 now
      ports.tcp.443.addresses: none before, 0.0.0.0, :: now
      ports.tcp.443.exposure: none before, all now
      ports.tcp.443.owner: none before, container proxy now
      ports.tcp.443.state: free before, in-use now
      ports.tcp.80.addresses: none before, 0.0.0.0, :: now
      ports.tcp.80.exposure: none before, all now
      ports.tcp.80.owner: none before, container proxy now
      ports.tcp.80.state: free before, in-use now
      storage.data.device: /dev/sda2 before, /dev/mapper/ubuntu--vg-docker now
      storage.data.path: /var/lib/docker before, /srv/docker now
      storage.data.size: 195 GB before, 3.5 TB now
      storage.root.device: /dev/sda2 before, /dev/mapper/ubuntu--vg-root now
      storage.root.size: 195 GB before, 105 GB now
      swap.total: 2 GiB before, 8 GiB now
      and 5 that change with every look (load, uptime, free memory, storage and inodes)
    ");
    let same = on("diff", &[&old, &old], &["--format", "json"]);
    let same = value(&same);
    for member in ["remarks", "findings", "facts"] {
        assert_eq!(same[member], serde_json::json!([]), "{member}");
    }
    // The other way round, what got worse is better.
    let back = value(&on("diff", &[&new, &old], &["--format", "json"]));
    let changes: Vec<_> = back["findings"].as_array().unwrap().iter().map(|finding| &finding["change"]).collect();
    assert_eq!(changes, ["fixed", "fixed"]);
}

#[test]
fn verify_calls_a_hand_edited_report_edited() {
    let dir = scratch("verify");
    let file = qa(&dir, "vm-14gib");
    let run = on("verify", &[&file], &[]);
    assert_eq!((run.status.code(), stderr(&run).as_str()), (Some(0), ""));
    let text = stdout(&run);
    for part in
        ["digest   fits", "verdict  follows", "pack     cometchat", "findings follow from the facts", "age      "]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let written = fs::read_to_string(&file).unwrap();
    for (from, to) in [
        ("\"outcome\": \"fail\"", "\"outcome\": \"pass\""),
        ("\"verdict\": \"unsupported\"", "\"verdict\": \"supported\""),
        ("chat-17", "chat-18"),
        ("\"digest\": \"", "\"digest\": \"0"),
        ("\"uid\": 0,", "\"uid\": 0, \"remark\": \"none\","),
    ] {
        assert!(written.contains(from), "{from}");
        fs::write(&file, written.replace(from, to)).unwrap();
        let run = on("verify", &[&file], &[]);
        assert_eq!(run.status.code(), Some(2), "{from}");
        assert!(stdout(&run).contains("EDITED or damaged"), "{from}: {}", stdout(&run));
        assert!(stdout(&on("show", &[&file], &[])).starts_with("this report is EDITED or damaged"), "{from}");
        let again = stdout(&on("evaluate", &[&file], &[]));
        assert!(again.contains("note: the report behind this one is edited or damaged"), "{from}: {again}");
    }
    // White space and the order of members carry nothing.
    let value: Value = serde_json::from_str(&written).unwrap();
    fs::write(&file, value.to_string()).unwrap();
    assert_eq!(on("verify", &[&file], &[]).status.code(), Some(0));
}

#[test]
fn verify_knows_packs_and_judges_again_with_them() {
    let dir = scratch("verify-pack");
    let pack = dir.join("cometchat");
    fs::create_dir_all(&pack).unwrap();
    for entry in fs::read_dir("checks/cometchat").unwrap().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap().replace("version = \"2026.11.20\"", "version = \"0.9\"");
        fs::write(pack.join(entry.file_name()), text.replace("reviewed = 2026-11-20", "reviewed = 2026-01-02"))
            .unwrap();
    }
    let folder = pack.to_str().unwrap();
    let file = saved(&dir, "ubuntu-22.04", &["cometchat", "--tier", "qa", "--pack", folder]);
    let unknown = on("verify", &[&file], &[]);
    assert_eq!(unknown.status.code(), Some(0), "{}", stdout(&unknown));
    assert!(
        stdout(&unknown).contains("cometchat 0.9 is not known here; 2026.11.20 is a newer one"),
        "{}",
        stdout(&unknown)
    );
    let known = on("verify", &[&file], &["--pack", folder]);
    assert!(stdout(&known).contains("judged again, they come out the same"), "{}", stdout(&known));
}

#[test]
fn members_and_facts_of_a_later_version_are_accepted_and_kept() {
    let dir = scratch("later");
    let file = qa(&dir, "ubuntu-22.04");
    let text = fs::read_to_string(&file).unwrap();
    let text = text.replacen(
        "\"facts\": {",
        "\"facts\": {\n\"gpu.count\": {\"state\": \"known\", \"value\": 1, \"mood\": 3},",
        1,
    );
    fs::write(&file, text.replacen('{', "{\"fleet\": {\"size\": 3},", 1)).unwrap();
    let shown = value(&on("show", &[&file], &["--format", "json"]));
    assert_eq!((&shown["fleet"]["size"], &shown["facts"]["gpu.count"]["mood"]), (&3.into(), &3.into()));
    let again = on("evaluate", &[&file], &["--today", DAY]);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    assert!(stdout(&again).contains("facts that this version does not know are not judged: gpu.count"));
}
