//! The program as its users meet it: arguments, help, exit codes, output, and what it says when something is wrong.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::support::{Check, Report, Run, Tree, command, rampcheck, recorded, scratch};

/// A host that qualifies.
const GOOD: &str = "ubuntu-22.04";

#[test]
fn a_host_that_qualifies() {
    insta::assert_snapshot!(Check::of("cometchat").tier("qa").on(GOOD).expect(0).stdout, @"
    SUPPORTED: this host qualifies for CometChat on-premise, tier qa
    chat-2.example.net · Ubuntu 22.04.5 LTS · pack 2026.11.20
    assumed: phase install, deployment compose
    judged as of 2026-11-20, as requested

    Next: Follow the vendor's production guide. Its deployment repository comes with the licence.
    SUPPORTED: 25 passed, 18 skipped; -v shows all
    ");
    let run = Check::of("cometchat").tier("qa").on(GOOD).with(&["-v"]).expect(0);
    insta::assert_snapshot!(run.stdout, @"
    CometChat on-premise · tier qa (cpus 8, memory 16 GB, storage 100 GB) · phase install
    chat-2.example.net · Ubuntu 22.04.5 LTS · recorded host tests/hosts/ubuntu-22.04.toml · pack
      2026.11.20 · 2026-11-20
    note: assumed: phase install, deployment compose
    note: judged as of 2026-11-20, as requested

    Operating system
      ✓ os-supported               Ubuntu LTS from 20.04 on, or Red Hat Enterprise Linux 8 or later:
                                   Ubuntu 22.04.5 LTS
      ✓ os-maintained              The operating system still gets security updates: Ubuntu 22.04.5 LTS;
                                   Ubuntu Pro: no
      ✓ os-tested                  A release that the vendor names as tested: Ubuntu 22.04.5 LTS

    Docker
      ✓ docker-engine-flavor       The engine is Docker's own: Docker Engine
      ✓ docker-installed           Docker is installed: running
      ✓ docker-engine              Docker Engine 24 or newer: 29.1.3
      ✓ compose                    Docker Compose 2 or newer: 5.1.0
      ✓ docker-engine-maintained   Docker Engine from a release line that is still maintained: 29.1.3;
                                   Docker's own package
      - overlays-encrypted, swarm-active: does not apply: the deployment is Compose, the phase is
        install
      - swarm-managers: does not apply: the plan is not one for production, the deployment is Compose

    Software
      ✓ curl                       curl installed: /usr/bin/curl
      ✓ git                        Git installed: /usr/bin/git
      ✓ jq                         jq installed: /usr/bin/jq
      ✓ net-tools                  net-tools installed: /usr/bin/netstat
      ✓ openssl                    OpenSSL 1.1 or newer: OpenSSL; 3.0.2

    Deployment
      ✓ deployment-method          Deployed by a method that the vendor supports: Compose
      - production-in-swarm: does not apply: the plan is not one for production

    Size
      ✓ cpu                        As many CPUs as the tier asks for: 8 CPUs
      ✓ memory                     As much memory as the tier asks for: 16 GiB installed; 15.6 GiB
                                   usable
      - tier-holds-plan: does not apply: the plan does not have both a tier and numbers

    Storage
      ✓ storage-media              The data is on SSD or NVMe: SSD; /dev/sda2
      ✓ storage-size               As much storage as the tier asks for: 195 GB size; /var/lib/docker
      ✓ storage-free               At least 15 % of the data file system free: 171 GB available; 195 GB
                                   size
      - storage-data: does not apply: --daily-gb was not given
      - storage-planning: the vendor gives no figure for storage plan in this tier
      - storage-start: the vendor gives no figure for storage start in this tier
      - storage-write-latency: does not apply: nothing was measured (--measure)

    Network
      ✓ backend-ports-private      Databases, Kafka and Redis not on public addresses
      ✓ monitoring-ports-private   Monitoring not on public addresses
      ✓ port-443                   Port 443 free for HTTPS: free
      ✓ port-80                    Port 80 free for HTTP, to redirect to HTTPS: free
      ✓ backend-ports-bound        Backend and monitoring ports bound to chosen addresses
      - server-redirect, server-certificate, server-certificate-ending, server-redirect-host: does not
        apply: no server was asked over HTTPS
      - node-mtu, node-ports: does not apply: no other node was named (--reach)
      - port-443-running: does not apply: the phase is install
      - published-backends, published-metrics: does not apply: nothing tells how it is deployed
        (--manifest)

    Limits
      ✓ nofile                     500,000 open files for containers: 524,288

    43 checks: 25 passed, 18 skipped
    SUPPORTED: this host qualifies for CometChat on-premise, tier qa
    Next: Follow the vendor's production guide. Its deployment repository comes with the licence.
    ");
}

#[test]
fn a_host_that_does_not_at_80_columns_in_ascii() {
    let check = Check::of("cometchat").tier("qa").on("vm-14gib").env("COLUMNS", "80").env("LANG", "C");
    insta::assert_snapshot!(check.expect(3).stdout, @"
    UNSUPPORTED: this host does not qualify for CometChat on-premise, tier qa: 1
      required check fails and needs another machine
    chat-17.example.net - Ubuntu 22.04.5 LTS - pack 2026.11.20
    assumed: phase install, deployment compose
    judged as of 2026-11-20, as requested

      FAIL   memory  14 GiB installed, 13.4 GiB usable, needs 16 GB

    Next: Choose another machine, or change this one: memory.
    UNSUPPORTED: 24 passed, 1 failed, 18 skipped; -v shows all
    ");
    let run = check.with(&["-v"]).expect(3);
    assert!(run.stdout.is_ascii());
    insta::assert_snapshot!(run.stdout, @"
    CometChat on-premise - tier qa (cpus 8, memory 16 GB, storage 100 GB) - phase
      install
    chat-17.example.net - Ubuntu 22.04.5 LTS - recorded host
      tests/hosts/vm-14gib.toml - pack 2026.11.20 - 2026-11-20
    note: assumed: phase install, deployment compose
    note: judged as of 2026-11-20, as requested

    Operating system
      ok     os-supported               Ubuntu LTS from 20.04 on, or Red Hat
                                        Enterprise Linux 8 or later: Ubuntu 22.04.5
                                        LTS
      ok     os-maintained              The operating system still gets security
                                        updates: Ubuntu 22.04.5 LTS; Ubuntu Pro: no
      ok     os-tested                  A release that the vendor names as tested:
                                        Ubuntu 22.04.5 LTS

    Docker
      ok     docker-engine-flavor       The engine is Docker's own: Docker Engine
      ok     docker-installed           Docker is installed: running
      ok     docker-engine              Docker Engine 24 or newer: 29.1.3
      ok     compose                    Docker Compose 2 or newer: 5.1.0
      ok     docker-engine-maintained   Docker Engine from a release line that is
                                        still maintained: 29.1.3; Docker's own
                                        package
      -      overlays-encrypted, swarm-active: does not apply: the deployment is
             Compose, the phase is install
      -      swarm-managers: does not apply: the plan is not one for production, the
             deployment is Compose

    Software
      ok     curl                       curl installed: /usr/bin/curl
      ok     git                        Git installed: /usr/bin/git
      ok     jq                         jq installed: /usr/bin/jq
      ok     net-tools                  net-tools installed: /usr/bin/netstat
      ok     openssl                    OpenSSL 1.1 or newer: OpenSSL; 3.0.2

    Deployment
      ok     deployment-method          Deployed by a method that the vendor
                                        supports: Compose
      -      production-in-swarm: does not apply: the plan is not one for production

    Size
      ok     cpu                        As many CPUs as the tier asks for: 8 CPUs
      FAIL   memory                     As much memory as the tier asks for
          found   14 GiB installed; 13.4 GiB usable
          read in /sys/devices/system/memory, /proc/meminfo
          needed  at least 16 GB (from 14.4 GiB measured)
          why     The data stores keep their working sets in memory. When memory
                  runs out, the kernel kills services.
          fix     Give the machine more memory, or choose a larger machine.
          source  https://www.cometchat.com/docs/on-premise-deployment/docker/prerequisites
      -      tier-holds-plan: does not apply: the plan does not have both a tier and
             numbers

    Storage
      ok     storage-media              The data is on SSD or NVMe: SSD; /dev/sda1
      ok     storage-size               As much storage as the tier asks for: 157 GB
                                        size; /var/lib/docker
      ok     storage-free               At least 15 % of the data file system free:
                                        141 GB available; 157 GB size
      -      storage-data: does not apply: --daily-gb was not given
      -      storage-planning: the vendor gives no figure for storage plan in this
             tier
      -      storage-start: the vendor gives no figure for storage start in this
             tier
      -      storage-write-latency: does not apply: nothing was measured (--measure)

    Network
      ok     backend-ports-private      Databases, Kafka and Redis not on public
                                        addresses
      ok     monitoring-ports-private   Monitoring not on public addresses
      ok     port-443                   Port 443 free for HTTPS: free
      ok     port-80                    Port 80 free for HTTP, to redirect to HTTPS:
                                        free
      ok     backend-ports-bound        Backend and monitoring ports bound to chosen
                                        addresses
      -      server-redirect, server-certificate, server-certificate-ending,
             server-redirect-host: does not apply: no server was asked over HTTPS
      -      node-mtu, node-ports: does not apply: no other node was named (--reach)
      -      port-443-running: does not apply: the phase is install
      -      published-backends, published-metrics: does not apply: nothing tells
             how it is deployed (--manifest)

    Limits
      ok     nofile                     500,000 open files for containers: 524,288

    43 checks: 24 passed, 1 failed, 18 skipped
    UNSUPPORTED: this host does not qualify for CometChat on-premise, tier qa: 1
      required check fails and needs another machine
    Next: Choose another machine, or change this one: memory.
    ");
}

#[test]
fn a_data_directory_may_be_relative() {
    let report = Check::of("cometchat").tier("qa").with(&["--data-dir", "tests"]).report();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    assert_eq!(report.fact("storage.data.path")["value"], path);
    assert_eq!(report["plan"]["data_dir"], path);
}

#[test]
fn exit_codes_are_the_promised_ones() {
    for (host, more, code) in [
        (GOOD, &[][..], 0),
        ("rhel-8.10", &[], 0),
        ("rhel-8.10", &["--strict"], 3),
        ("vm-14gib", &[], 3),
        ("vm-16gb-virtio", &[], 4),
    ] {
        Check::of("cometchat").tier("qa").on(host).with(more).expect(code);
    }
}

#[test]
fn without_a_tier_sizes_cannot_be_told() {
    Check::of("cometchat")
        .on(GOOD)
        .expect(4)
        .says(&["5 checks, no tier was named: cpu, memory", "Next: Name a tier with --tier"]);
}

#[test]
fn numbers_choose_the_tier_and_the_report_says_how() {
    Check::of("cometchat").with(&["--mau", "9000", "--pcc", "700"]).on(GOOD).expect(0).says(&[
        "tier high-concurrency-10k",
        "only 500 pcc",
        "are the total of a cluster",
        "qualifies as a node of CometChat on-premise",
    ]);
    let beyond = Check::of("cometchat").with(&["--mau", "300000", "--pcc", "1000"]).on(GOOD);
    beyond.expect(4).says(&["no tier holds 300,000 mau", "Ask the vendor for the sizes"]);
}

#[test]
fn the_product_that_runs_here_needs_no_name() {
    let run = Check::of_what_runs().on("rhel-8.10").with(&["--phase", "run"]).run();
    run.says(&["no product was named: rocketchat runs here"]);
    insta::assert_snapshot!(Check::of_what_runs().on(GOOD).run().refused("").stderr, @r"
    rampcheck: name a product, because none of them runs here:
      cometchat    CometChat on-premise
      rocketchat   Rocket.Chat self-managed
    for example: rampcheck check cometchat --tier qa
    ");
}

#[test]
fn attested_and_waived_are_shown_and_counted() {
    let attesting =
        Check::of("cometchat").tier("qa").on("vm-16gb-virtio").with(&["--attest", "storage.data.media=ssd"]);
    let report = attesting.report();
    assert_eq!(report.verdict(), "supported");
    assert_eq!(report.fact("storage.data.media")["provenance"], "attested");
    assert_eq!(report["plan"]["attestations"][0]["fact"], "storage.data.media");

    let waiving = Check::of("cometchat").tier("qa").on("vm-14gib").with(&["--waive", "memory=a larger one is ordered"]);
    waiving.expect(0).says(&[
        "~ memory  14 GiB installed, needs 16 GB; waived: a larger one is ordered",
        "1 waived",
        "SUPPORTED, WITH WARNINGS",
    ]);
}

#[test]
fn an_expired_waiver_counts_as_if_absent() {
    let plan = scratch("expired-waiver").write(
        "plan.toml",
        "product = \"cometchat\"\ntier = \"qa\"\n[[waiver]]\nid = \"memory\"\nreason = \"ordered\"\nuntil = 2026-11-19\n",
    );
    let check = Check::of_what_runs().with(&["--plan", &plan, "-v"]).on("vm-14gib");
    check.expect(3).says(&["ordered until 2026-11-19; expired, so it does not count"]);
}

#[test]
fn a_plan_file_and_arguments_go_together() {
    let plan = scratch("plan").write(
        "plan.toml",
        "product = \"cometchat\"\nnumbers = { mau = 25000, pcc = 1250 }\nphase = \"upgrade\"\nstrict = true\n",
    );
    let plan_of = |more: &[&str]| {
        let check = Check::of_what_runs().with(&["--plan", &plan]).on(GOOD).with(more).format("json");
        check.run().json()["plan"].clone()
    };
    let file = plan_of(&[]);
    assert_eq!((&file["tier"], &file["phase"]), (&json!("baseline-25k"), &json!("upgrade")));
    let over = plan_of(&["--tier", "qa", "--phase", "install"]);
    assert_eq!((&over["tier"], &over["phase"]), (&json!("qa"), &json!("install")));
    assert_eq!(over["numbers"]["mau"], 25_000, "a tier is compared with the file's numbers");
    assert_eq!(plan_of(&["--pcc", "3000"])["tier"], "high-concurrency-50k");
}

#[test]
fn wrong_input_is_refused_with_what_to_do() {
    let dir = scratch("wrong");
    let unknown = dir.write("unknown.toml", "product = \"cometchat\"\ntir = \"qa\"\n");
    let kind = dir.write("kind.toml", "tier = \"qa\"\nphase = 3\n");
    let report = dir.write("report.json", Check::of("cometchat").on(GOOD).format("json").run().stdout);
    let facts = dir.write("facts.json", r#"{ "schema": "urn:rampcheck:facts:1" }"#);
    let json = dir.write("plan.json", r#"{ "product": "cometchat" }"#);
    let garbage = dir.write("garbage.json", [0xff, 0xfe, 0, b'{']);
    let foreign = dir.write(
        "foreign.json",
        r#"{"schema":"urn:other:1","started":"2026-01-01T00:00:00Z","duration_ms":1,"view":"x","facts":{}}"#,
    );
    let deep = dir.write("deep.json", format!("{{\"facts\":{}", "[".repeat(100_000)));
    for (arguments, words) in [
        ("comet", "there is no product `comet` (did you mean `cometchat`?); products: cometchat, rocketchat"),
        ("cometchat --tier qaa", "cometchat has no tier `qaa` (did you mean `qa`?)"),
        ("cometchat --tier QA", "cometchat has no tier `QA` (did you mean `qa`?)"),
        ("cometchat --tier vps-recommended", "`vps-recommended` is a tier of rocketchat"),
        (
            "cometchat --users 5",
            "cometchat counts --mau (monthly active users) and --pcc (peak concurrent connections), not users",
        ),
        ("cometchat --mau 25kk", "`25kk` is not a whole number such as 25000, 25,000, 25k or 1.5m"),
        ("cometchat --number mau=much", "`much` is not a whole number"),
        ("cometchat --waive memry=x", "there is no check `memry` to waive (did you mean `memory`?)"),
        ("cometchat --waive memory", "write ID=REASON"),
        ("cometchat --attest storage.data.medium=ssd", "did you mean `storage.data.media`?"),
        ("cometchat --attest storage.data.media=fast", "`fast` is not one of ssd, hdd, sd-card"),
        ("cometchat --attest plan.tier=qa", "there is no fact `plan.tier`"),
        ("cometchat --tier", "a value is required for '--tier <ID>'"),
        ("cometchat --teir qa", "a similar argument exists: '--tier'"),
        ("cometchat --timeout soon", "`soon` is not a duration such as 5s, 500ms or 2m"),
        ("cometchat --output json", "write FORMAT=FILE"),
        ("cometchat --output pdf=x", "`pdf` is not a format"),
        ("cometchat --output json=/nonexistent/x.json", "cannot write /nonexistent/x.json: No such file or directory"),
        ("cometchat --output json=/dev", "it exists and is not a regular file"),
        ("cometchat --root /nonexistent", "--root /nonexistent: not found"),
        ("cometchat --host /nonexistent", "recorded host /nonexistent: No such file or directory"),
        ("cometchat --host . --root /", "cannot be used with"),
        ("cometchat --facts /nonexistent", "/nonexistent: No such file or directory"),
        (&format!("cometchat --facts {garbage}"), "garbage.json: "),
        (&format!("cometchat --facts {foreign}"), "schema `urn:other:1` is not one that this version reads"),
        (&format!("cometchat --facts {deep}"), "more than 32 levels of nesting"),
        ("cometchat --facts /proc/self/mem", "/proc/self/mem: "),
        (&format!("cometchat --plan {unknown}"), "unknown.toml:2:1: `tir` is not a key here (did you mean `tier`?)"),
        (&format!("cometchat --plan {kind}"), "kind.toml:2:9: must be a text, not a whole number"),
        (&format!("cometchat --plan {report}"), "this is a report, not a plan; rampcheck evaluate "),
        (&format!("cometchat --plan {facts}"), "these are facts, not a plan; --facts "),
        (&format!("cometchat --plan {json}"), "this is JSON, and a plan is TOML"),
        ("cometchat --plan /dev/zero", "larger than 4 MiB"),
        ("cometchat --host /dev/null", "/dev/null: is not a regular file"),
        ("cometchat --pack tests", "these packs cannot be used"),
        ("cometchat --pack /nonexistent", "pack /nonexistent: No such file or directory"),
        ("cometchat --mongodb-version latest", "MongoDB version: `latest` does not begin with a version number"),
        ("cometchat --today tomorrow", "`tomorrow` is not a date such as 2026-11-20"),
    ] {
        let arguments: Vec<_> = arguments.split(' ').collect();
        rampcheck(&[&["check"], &arguments[..]].concat()).refused(words);
    }
}

#[test]
fn unknown_words_and_options_get_a_hint_that_helps() {
    for (arguments, tip) in [
        ("cometchat --tier qa", "did you mean 'rampcheck check cometchat --tier qa'?"),
        (
            "rocketchat --server https://me:secret@chat.example.com",
            "check rocketchat --server https://***@chat.example.com'?",
        ),
        ("chek cometchat", "some similar subcommands exist"),
        ("check --json", "did you mean '--format json'?"),
        ("check cometchat --nagios", "did you mean '--format nagios'?"),
        ("--color never facts --json", "did you mean '--format json'?"),
        ("check --frmat json", "a similar argument exists: '--format'"),
        // These have no such format.
        ("facts --html", ""),
        ("explain --json cpu", ""),
    ] {
        let arguments: Vec<_> = arguments.split(' ').collect();
        let run = rampcheck(&arguments).refused(tip);
        assert_eq!(run.stderr.contains("tip:"), !tip.is_empty(), "{}", run.stderr);
        assert!(!run.stderr.contains("'-- "), "{}", run.stderr);
        assert!(!run.stderr.contains("secret"), "{}", run.stderr);
    }
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let numbers =
        |arguments: &[&str]| Check::of("cometchat").on(GOOD).with(arguments).report()["plan"]["numbers"].clone();
    assert_eq!(numbers(&["--mau", "25k", "--pcc", "1,250"]), json!({ "mau": 25_000, "pcc": 1250 }));
    assert_eq!(numbers(&["--mau", "0.025m", "--number", "pcc=1_250"]), json!({ "mau": 25_000, "pcc": 1250 }));
}

#[test]
fn where_the_product_runs_and_nothing_was_said_a_phase_is_proposed() {
    let check = Check::of("rocketchat").tier("vps-recommended").on("rhel-8.10");
    let proposes =
        |report: &Report| report["notes"].as_array().unwrap().iter().any(|note| note["note"]["kind"] == "runs");
    let report = check.report();
    assert!(proposes(&report), "{}", report["notes"]);
    assert_eq!(report["next"][0]["step"]["kind"], "name-phase");
    let path = scratch("runs").write("report.json", report.text());
    rampcheck(&["verify", &path]).expect(0).says(&["the whole report is the same"]);
    for phase in ["install", "run"] {
        let report = check.clone().with(&["--phase", phase]).report();
        assert!(
            !proposes(&report) && report["next"][0]["step"]["kind"] != "name-phase",
            "{phase}: {}",
            report["notes"]
        );
    }
}

#[test]
fn output_files_appear_whole_beside_standard_output() {
    let dir = scratch("output");
    let (json, human) = (dir.at("report.json"), dir.at("report.txt"));
    let run = Check::of("cometchat")
        .tier("qa")
        .on(GOOD)
        .with(&["--verbose", "--output", &format!("json={json}"), "--output", &format!("human={human}")])
        .expect(0);
    assert_eq!(fs::read_to_string(&human).unwrap(), run.stdout);
    assert_eq!(Report::read(&fs::read_to_string(&json).unwrap()).verdict(), "supported");
    assert_eq!(dir.names(), ["report.json", "report.txt"], "no temporary file stays");
    assert_eq!(fs::metadata(&json).unwrap().permissions().mode() & 0o600, 0o600);
}

#[test]
fn colour_only_where_it_is_wanted() {
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        let check = Check::of("cometchat").tier("qa").on(GOOD).with(arguments);
        variables.iter().fold(check, |check, (name, value)| check.env(name, value)).expect(0).stdout
    };
    let plain = run(&[], &[]);
    assert!(!plain.contains('\u{1b}'), "no colour in a pipe");
    assert!(!run(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!run(&[], &[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'), "only --color decides in a pipe");
    let colored = run(&["--color", "always"], &[("NO_COLOR", "1")]);
    assert!(colored.contains("\u{1b}[1;38;5;29m") || colored.contains("\u{1b}[38;5;29m"), "{colored}");
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        stripped.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    assert_eq!(stripped + rest, plain, "colour carries no meaning of its own");
}

#[test]
fn facts_are_shown_recorded_and_judged_again() {
    let dir = scratch("facts");
    let place = dir.at("recorded");
    let live = rampcheck(&["facts", "--format", "json", "--record", &place]).expect(0).json();
    let replayed = rampcheck(&["facts", "--format", "json", "--host", &place]).json();
    let facts = live["facts"].as_object().unwrap();
    assert!(facts.len() > 80, "{}", facts.len());
    for (name, fact) in facts {
        assert_eq!(*fact, replayed["facts"][name], "{name}");
    }
    let again = rampcheck(&["facts", "--record", &place]);
    assert_eq!(again.code, 2, "a directory that holds something is not written into");

    let qa = Check::of("cometchat").tier("qa");
    let facts = rampcheck(&["facts", "--format", "json", "--host", &recorded(GOOD)]).stdout;
    let of_facts = qa.clone().with(&["--facts", &dir.write("facts.json", facts)]).report();
    let of_host = qa.clone().on(GOOD).report();
    assert_eq!(of_facts["findings"], of_host["findings"]);
    // A report is a facts document, too.
    let of_report = qa.with(&["--facts", &dir.write("report.json", of_host.text())]).report();
    assert_eq!(of_report["findings"], of_host["findings"]);
}

#[test]
fn a_tree_is_judged_without_running_anything() {
    let memory = "/sys/devices/system/memory";
    let mut tree = Tree::new()
        .file("/etc/os-release", "ID=ubuntu\nVERSION_ID=\"22.04\"\n")
        .file("/usr/bin/openssl", "")
        .file(&format!("{memory}/block_size_bytes"), "8000000\n");
    for number in 0..128 {
        tree = tree.file(&format!("{memory}/memory{number}/online"), "1\n");
    }
    let report = Check::of("cometchat").tier("qa").with(&["--root", tree.root().to_str().unwrap()]).report();
    assert_eq!(report.fact("os.id")["value"], "ubuntu");
    assert_eq!(report.fact("memory.installed")["value"], 16_u64 << 30);
    for name in ["openssl.version", "clock.synchronized"] {
        let fact = report.fact(name);
        let named = fact["why"] == "not-asked" || fact["state"] == "absent";
        assert!(named, "{name}: {fact}");
    }
}

#[test]
fn what_a_host_says_cannot_steer_the_terminal() {
    let tree =
        Tree::new().file("/etc/os-release", "ID=debian\nPRETTY_NAME=\"\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}evil\"\n");
    for arguments in
        [&["check", "cometchat", "--tier", "qa", "--color", "always"][..], &["facts"], &["tiers", "cometchat"]]
    {
        let out = rampcheck(&[arguments, &["--root", tree.root().to_str().unwrap()]].concat()).stdout;
        assert!(!out.contains("\u{1b}]") && !out.contains("\u{1b}[2J") && !out.contains('\u{202e}'), "{out}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child =
        command(&["facts", "--host", &recorded(GOOD)]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn help_has_examples_and_exit_codes() {
    for arguments in [&["--help"][..], &["check", "--help"]] {
        rampcheck(arguments).expect(0).says(&[
            "Examples:",
            "rampcheck check cometchat --tier qa",
            "Exit codes:",
            "3  unsupported",
            "4  undetermined",
        ]);
    }
    let bare = rampcheck(&[]);
    assert_eq!(bare.code, 2);
    assert!(bare.stderr.contains("Usage:"), "{}", bare.stderr);
}

/// A check is explained without a host and without a day of judgement, so the only day is the one its source was read.
#[test]
fn explain_shows_no_made_up_day() {
    for id in ["server-version", "server-version-ending", "server-certificate", "support-source-fresh", "os-maintained"]
    {
        let shown = rampcheck(&["explain", id]).expect(0).stdout;
        let is_day = |word: &&str| word.len() > 7 && word.chars().all(|sign| sign.is_ascii_digit() || sign == '-');
        let days: Vec<_> = shown.split([' ', '(', ')', ',', '\n']).filter(is_day).collect();
        assert!(!days.is_empty() && days.iter().all(|day| *day == "2026-11-20"), "{id}: {days:?}");
    }
}

#[test]
fn explain_tells_of_checks_and_facts() {
    insta::assert_snapshot!(rampcheck(&["explain", "storage-free"]).expect(0).stdout, @"
    storage-free (CometChat on-premise)
      checks    At least 15 % of the data file system free
      level     recommended: a failure is a warning
      group     Storage (--only storage)
      needs     15 % of the file system free
      why       A full file system stops the databases, and a nearly full one has no room for the images
                of an upgrade.
      looks at  storage.data.available_share, storage.images.path, storage.images.available_share
      source    CometChat: Monitoring
                https://www.cometchat.com/docs/on-premise-deployment/docker/monitoring (read 2026-11-20)
      fix       on any system: Find out what fills it before you delete or enlarge anything. Often it is
                mostly unused images and build caches.
                  sudo docker system df
                  sudo du -xh --max-depth=2 /var/lib/docker | sort -h | tail -n 20
      waive     rampcheck check cometchat --waive storage-free=REASON

    storage-free (Rocket.Chat self-managed)
      checks    At least 15 % of the data file system free
      level     recommended: a failure is a warning
      group     Storage (--only storage)
      needs     15 % of the file system free
      why       A full file system stops the databases, and a nearly full one has no room for the images
                of an upgrade.
      looks at  storage.data.available_share, storage.images.path, storage.images.available_share
      source    rampcheck's own baseline for this product, as the vendor publishes none  (read
                2026-11-20)
      fix       on any system: Find out what fills it before you delete or enlarge anything. Often it is
                mostly unused images and build caches.
                  sudo docker system df
                  sudo du -xh --max-depth=2 /var/lib/docker | sort -h | tail -n 20
      waive     rampcheck check rocketchat --waive storage-free=REASON
    ");
    insta::assert_snapshot!(rampcheck(&["explain", "storage.data.media"]).expect(0).stdout, @"
    storage.data.media
      kind      ssd | hdd | sd-card
      says      what it is stored on: queue/rotational of the disks below, where the bus can be
                believed; else what the provider sells, or what --measure finds
      attest    rampcheck check PRODUCT --attest storage.data.media=VALUE
    ");
    rampcheck(&["explain", "storage-fre"]).refused("did you mean `storage-free`?");
}

#[test]
fn tiers_say_which_fit_and_what_the_others_lack() {
    let tiers = |product: &str, host: &str, columns: &str| {
        let run = Run::of(command(&["tiers", product, "--host", &recorded(host)]).env("COLUMNS", columns)).expect(0);
        let widest = run.stdout.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= columns.parse().unwrap(), "{widest}\n{}", run.stdout);
        run.stdout
    };
    insta::assert_snapshot!(tiers("rocketchat", "hdd-server", "80"), @"
    Tiers of Rocket.Chat self-managed, against chat-25.example.net

    tier                     fits concurrent  users CPUs    memory   storage
    vps-minimal              no           50    200 1       1 GB     30 GB
    starter                  yes          25      - 1       2 GiB    40 GB
    vps-recommended          no          100    500 2       2 GB     40 GB
    pro-ha                   yes         499      - 2       4 GiB    40 GB
    guide-vps                no            -    500 0.8–3   2 GB     40 GB
    small-office             ?            25     50 4       1 GB     32 GB
    bare-metal               yes         300  1,000 6 cores 4 GB     500 GB
    enterprise-microservices yes       5,000      - 4–16    4–12 GiB 40 GB
    guide-small-ha           node          -  2,000 31–60   1.5–4 GB -
    guide-s-microservices    node          - 20,000 31–60   -        -
    guide-l-microservices    node          - 80,000 117–233 -        3508–6999 GB

    storage-media: vps-minimal, vps-recommended, guide-vps need SSD; found hard
      disk; /dev/sda2
    mongodb-elsewhere: unknown for small-office; needed MongoDB on another host
    cpu-clock: vps-minimal, vps-recommended recommend at least 2,000 MHz
    mongodb-elsewhere: starter, pro-ha, enterprise-microservices need MongoDB on
      another host
    cpu-clock: bare-metal recommends at least 1,700 MHz

    This host fits 4 of 8 tiers for one host; 1 is unknown. For clusters: 3 tiers.
    Their sizes are totals, and this host can be one of the nodes. Only sizes are
    compared here; `rampcheck check` judges the rest.
    ");
    insta::assert_snapshot!(tiers("cometchat", "vm-14gib", "80"), @"
    Tiers of CometChat on-premise, against chat-17.example.net

    tier                   fits      mau     pcc  CPUs  memory   storage
    qa                     no          -       -  8     16 GB    100 GB
    baseline-10k           node   10,000     500  32    64 GiB   500 GB–2 TB
    high-concurrency-10k   node   10,000   1,000  48    96 GiB   500 GB–2 TB
    baseline-25k           node   25,000   1,250  64    128 GiB  500 GB–2 TB
    high-concurrency-25k   node   25,000   2,500  96    192 GiB  500 GB–2 TB
    baseline-50k           node   50,000   2,500  96    192 GiB  500 GB–2 TB
    high-concurrency-50k   node   50,000   5,000  156   312 GiB  500 GB–2 TB
    baseline-100k          node  100,000   5,000  156   312 GiB  500 GB–2 TB
    high-concurrency-100k  node  100,000  10,000  240   480 GiB  500 GB–2 TB
    baseline-200k          node  200,000  10,000  272   544 GiB  500 GB–2 TB
    high-concurrency-200k  node  200,000  20,000  480   960 GiB  500 GB–2 TB

    memory: qa needs at least 16 GB (from 14.4 GiB measured); found 14 GiB
      installed; 13.4 GiB usable
    qa: testing and QA, one host
    storage-start: all tiers but qa recommend at least 100 GB (from 95 GB
      measured)

    This host fits 0 of 1 tier for one host. For clusters: 10 tiers. Their sizes are
    totals, and this host can be one of the nodes. Only sizes are compared here;
    `rampcheck check` judges the rest.
    ");
    let narrow = tiers("rocketchat", "hdd-server", "40");
    assert!(
        narrow.contains(
            "\nbare-metal: yes\n  concurrent 300, users 1,000, CPUs 6\n  cores, memory 4 GB, storage 500 GB\n"
        ),
        "{narrow}"
    );
    let json = rampcheck(&["tiers", "cometchat", "--host", &recorded(GOOD), "--format", "json"]).json();
    assert_eq!((&json[0]["id"], &json[0]["verdict"]), (&"qa".into(), &"supported".into()));
    assert_eq!((&json[0]["fits"], &json[1]["fits"]), (&"yes".into(), &"node".into()));
}
