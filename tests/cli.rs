//! The program as its users meet it: arguments, help, exit codes, output, and what it says when something is wrong.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test reads its own files; one that cannot has failed"
)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use common::{command, rampcheck, scratch, stderr, stdout};
use serde_json::Value;

const GOOD: &str = "tests/hosts/ubuntu-22.04";
const DAY: &str = "2026-11-20";

/// A run on a recorded host on a fixed day.
fn check(arguments: &[&str]) -> std::process::Output {
    let mut all = vec!["check"];
    all.extend(arguments);
    all.extend(["--today", DAY]);
    rampcheck(&all)
}

#[test]
fn a_host_that_qualifies() {
    let run = check(&["cometchat", "--tier", "qa", "--host", GOOD]);
    assert_eq!((run.status.code(), stderr(&run).as_str()), (Some(0), ""));
    insta::assert_snapshot!(stdout(&run), @r"
    CometChat on-premise · tier qa (cpus 8, media ssd, memory 16 GB, storage 100 GB) · phase install
    chat-2.example.net · Ubuntu 22.04.5 LTS · recorded host tests/hosts/ubuntu-22.04 · pack 2026.11.20 ·
      2026-11-20
    note: judged as of 2026-11-20, as asked

    Operating system
      ✓ os-supported              Ubuntu LTS from 20.04 on, or Red Hat Enterprise Linux 8 or later:
                                  Ubuntu 22.04.5 LTS
      ✓ os-maintained             The operating system still gets security updates: Ubuntu 22.04.5 LTS;
                                  esm: no
      ✓ os-tested                 A release that the vendor names as tested: Ubuntu 22.04.5 LTS

    Docker
      ✓ compose-v2                Docker Compose of the v2 generation: 5.1.0
      ✓ docker-engine             Docker Engine 24 or newer: 29.1.3
      ✓ docker-engine-flavor      The engine is Docker's own: docker
      ✓ docker-engine-maintained  Docker Engine from a release line that is still maintained: 29.1.3;
                                  packaging: docker-ce
      - swarm-active: does not apply: plan.production is no
      - swarm-managers: does not apply: plan.production is no, docker.swarm.state is inactive,
        docker.swarm.control is no

    Software
      ✓ curl                      curl installed: /usr/bin/curl
      ✓ git                       Git installed: /usr/bin/git
      ✓ jq                        jq installed: /usr/bin/jq
      ✓ net-tools                 net-tools installed: /usr/bin/netstat
      ✓ openssl                   OpenSSL 1.1 or newer: openssl; 3.0.2

    Size
      ✓ cpu                       As many CPUs as the tier asks for: 8
      ✓ memory                    As much memory as the tier asks for: 16 GiB installed; 15.6 GiB usable

    Storage
      ✓ storage-media             The data lies on SSD or NVMe: ssd; /dev/sda2
      ✓ storage-size              As much storage as the tier asks for: 195 GB size; /var/lib/docker
      ✓ storage-free              At least 15 % of the data file system free: 171 GB available; 195 GB
                                  size
      - storage-planning: the vendor gives no figure for storage_plan in tier qa
      - storage-start: the vendor gives no figure for storage_start in tier qa

    Network
      ✓ backend-ports-private     Databases, Kafka and Redis not on public addresses: ports 3306, 4000,
                                  2379, 27017, 6379, 9092: none
      ✓ monitoring-ports-private  Monitoring not on public addresses: ports 9090, 3100, 9100, 8080: none
      ✓ port-443                  Port 443 for HTTPS: free
      ✓ port-80                   Port 80 for HTTP, to redirect to HTTPS: free
      ✓ backend-ports-bound       Backend and monitoring ports bound to chosen addresses: ports 3306,
                                  4000, 2379, 27017, 6379, 9092, 9090, 3100, 9100, 8080: none

    Limits
      ✓ nofile                    500 000 open files for the Docker daemon: 524,288

    27 checks: 23 passed, 4 skipped
    SUPPORTED: this host qualifies for CometChat on-premise, tier qa
    Next: Clone the vendor's deployment repository, which comes with the licence, and follow its
          production guide.
    ");
}

#[test]
fn a_host_that_does_not_at_80_columns_in_ascii() {
    let run = command(&["check", "cometchat", "--tier", "qa", "--host", "tests/hosts/vm-14gib", "--today", DAY])
        .env("COLUMNS", "80")
        .env("LANG", "C")
        .output()
        .unwrap();
    assert_eq!((run.status.code(), stderr(&run).as_str()), (Some(3), ""));
    assert!(stdout(&run).is_ascii());
    insta::assert_snapshot!(stdout(&run), @r"
    CometChat on-premise - tier qa (cpus 8, media ssd, memory 16 GB, storage 100 GB)
      - phase install
    chat-17.example.net - Ubuntu 22.04.5 LTS - recorded host tests/hosts/vm-14gib -
      pack 2026.11.20 - 2026-11-20
    note: judged as of 2026-11-20, as asked

    Operating system
      ok     os-supported              Ubuntu LTS from 20.04 on, or Red Hat
                                       Enterprise Linux 8 or later: Ubuntu 22.04.5
                                       LTS
      ok     os-maintained             The operating system still gets security
                                       updates: Ubuntu 22.04.5 LTS; esm: no
      ok     os-tested                 A release that the vendor names as tested:
                                       Ubuntu 22.04.5 LTS

    Docker
      ok     compose-v2                Docker Compose of the v2 generation: 5.1.0
      ok     docker-engine             Docker Engine 24 or newer: 29.1.3
      ok     docker-engine-flavor      The engine is Docker's own: docker
      ok     docker-engine-maintained  Docker Engine from a release line that is
                                       still maintained: 29.1.3; packaging:
                                       docker-ce
      -      swarm-active: does not apply: plan.production is no
      -      swarm-managers: does not apply: plan.production is no,
             docker.swarm.state is inactive, docker.swarm.control is no

    Software
      ok     curl                      curl installed: /usr/bin/curl
      ok     git                       Git installed: /usr/bin/git
      ok     jq                        jq installed: /usr/bin/jq
      ok     net-tools                 net-tools installed: /usr/bin/netstat
      ok     openssl                   OpenSSL 1.1 or newer: openssl; 3.0.2

    Size
      ok     cpu                       As many CPUs as the tier asks for: 8
      FAIL   memory                    As much memory as the tier asks for
          found   14 GiB installed; 13.4 GiB usable
          read in /sys/devices/system/memory, /proc/meminfo
          needed  at least 16 GB (counted from 14.4 GiB measured)
          why     The data stores keep their working sets in memory; with too little
                  of it the kernel starts to stop services.
          fix     Give the machine more memory, or choose a larger one.
          source  https://www.cometchat.com/docs/on-premise-deployment/docker/prerequisites

    Storage
      ok     storage-media             The data lies on SSD or NVMe: ssd; /dev/sda1
      ok     storage-size              As much storage as the tier asks for: 157 GB
                                       size; /var/lib/docker
      ok     storage-free              At least 15 % of the data file system free:
                                       141 GB available; 157 GB size
      -      storage-planning: the vendor gives no figure for storage_plan in tier
             qa
      -      storage-start: the vendor gives no figure for storage_start in tier qa

    Network
      ok     backend-ports-private     Databases, Kafka and Redis not on public
                                       addresses: ports 3306, 4000, 2379, 27017,
                                       6379, 9092: none
      ok     monitoring-ports-private  Monitoring not on public addresses: ports
                                       9090, 3100, 9100, 8080: none
      ok     port-443                  Port 443 for HTTPS: free
      ok     port-80                   Port 80 for HTTP, to redirect to HTTPS: free
      ok     backend-ports-bound       Backend and monitoring ports bound to chosen
                                       addresses: ports 3306, 4000, 2379, 27017,
                                       6379, 9092, 9090, 3100, 9100, 8080: none

    Limits
      ok     nofile                    500 000 open files for the Docker daemon:
                                       524,288

    27 checks: 22 passed, 1 failed, 4 skipped
    UNSUPPORTED: this host does not qualify for CometChat on-premise, tier qa: 1
      required check fails
    Next: put the failed checks right and run the same command again; `rampcheck
          explain ID` tells more of each
    ");
}

#[test]
fn a_data_directory_may_be_relative() {
    let run =
        rampcheck(&["check", "cometchat", "--tier", "qa", "--data-dir", "tests", "--today", DAY, "--format", "json"]);
    let report: Value = serde_json::from_str(&stdout(&run)).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    assert_eq!(report["facts"]["storage.data.path"]["value"], path);
    assert_eq!(report["plan"]["data_dir"], path);
}

#[test]
fn exit_codes_are_the_promised_ones() {
    for (host, strict, code) in [
        ("ubuntu-22.04", false, 0),
        ("rhel-8.10", false, 0),
        ("rhel-8.10", true, 3),
        ("vm-14gib", false, 3),
        ("vm-16gb-virtio", false, 4),
    ] {
        let folder = format!("tests/hosts/{host}");
        let mut arguments = vec!["cometchat", "--tier", "qa", "--host", &folder];
        if strict {
            arguments.push("--strict");
        }
        assert_eq!(check(&arguments).status.code(), Some(code), "{host} {strict}");
    }
}

#[test]
fn without_a_tier_sizes_cannot_be_told() {
    let run = check(&["cometchat", "--host", GOOD]);
    assert_eq!(run.status.code(), Some(4));
    assert!(stdout(&run).contains("needs a tier: name one with --tier"), "{}", stdout(&run));
    assert!(stdout(&run).contains("Next: name a tier (`rampcheck tiers cometchat` lists them)"), "{}", stdout(&run));
}

#[test]
fn numbers_choose_the_tier_and_the_report_says_how() {
    let run = check(&["cometchat", "--mau", "9000", "--pcc", "700", "--host", GOOD]);
    assert_eq!(run.status.code(), Some(3));
    let out = stdout(&run);
    assert!(out.contains("tier high-concurrency-10k"), "{out}");
    assert!(out.contains("pcc is 7.8 % of mau: the vendor defines no model for that"), "{out}");
    assert!(out.contains("are the total of a cluster"), "{out}");
    let beyond = check(&["cometchat", "--mau", "300000", "--pcc", "1000", "--host", GOOD]);
    assert_eq!(beyond.status.code(), Some(2));
    assert!(stderr(&beyond).contains("no tier holds 300,000 mau and 1000 pcc"), "{}", stderr(&beyond));
}

#[test]
fn the_product_that_runs_here_needs_no_name() {
    let run = check(&["--host", "tests/hosts/rhel-8.10", "--phase", "run"]);
    assert!(stdout(&run).contains("no product was named: rocketchat runs here"), "{}{}", stdout(&run), stderr(&run));
    let none = check(&["--host", GOOD]);
    assert_eq!((none.status.code(), stdout(&none).as_str()), (Some(2), ""));
    insta::assert_snapshot!(stderr(&none), @r"
    rampcheck: name a product, because none of them runs here:
      cometchat    CometChat on-premise
      rocketchat   Rocket.Chat self-managed
    for example: rampcheck check cometchat --tier qa
    ");
}

#[test]
fn attested_and_waived_are_shown_and_counted() {
    let run = check(&[
        "cometchat",
        "--tier",
        "qa",
        "--host",
        "tests/hosts/vm-16gb-virtio",
        "--attest",
        "storage.data.media=ssd",
        "--format",
        "json",
    ]);
    assert_eq!(run.status.code(), Some(0), "{}", stdout(&run));
    let report: Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!(report["facts"]["storage.data.media"]["attested"], true);
    assert_eq!(report["plan"]["attestations"][0]["fact"], "storage.data.media");

    let run = check(&[
        "cometchat",
        "--tier",
        "qa",
        "--host",
        "tests/hosts/vm-14gib",
        "--waive",
        "memory=a larger one is ordered",
    ]);
    assert_eq!(run.status.code(), Some(0), "{}", stdout(&run));
    let out = stdout(&run);
    assert!(
        out.contains("~ memory") && out.contains("waived  a larger one is ordered") && out.contains("1 waived"),
        "{out}"
    );
    assert!(out.contains("SUPPORTED, WITH WARNINGS"), "{out}");
}

#[test]
fn an_expired_waiver_counts_as_if_absent() {
    let dir = scratch("expired-waiver");
    let plan = dir.join("plan.toml");
    let text = "product = \"cometchat\"\ntier = \"qa\"\n[[waiver]]\nid = \"memory\"\nreason = \"ordered\"\nuntil = 2026-11-19\n";
    fs::write(&plan, text).unwrap();
    let run = check(&["--plan", plan.to_str().unwrap(), "--host", "tests/hosts/vm-14gib"]);
    assert_eq!(run.status.code(), Some(3));
    assert!(stdout(&run).contains("ordered until 2026-11-19; expired, it does not count"), "{}", stdout(&run));
}

#[test]
fn a_plan_file_and_arguments_go_together() {
    let dir = scratch("plan");
    let plan = dir.join("plan.toml");
    fs::write(&plan, "product = \"cometchat\"\nmau = 25000\npcc = 1250\nphase = \"upgrade\"\nstrict = true\n").unwrap();
    let plan = plan.to_str().unwrap();
    let json = |arguments: &[&str]| -> Value {
        let mut all = vec!["--plan", plan, "--host", GOOD, "--format", "json"];
        all.extend(arguments);
        serde_json::from_str(&stdout(&check(&all))).unwrap()
    };
    assert_eq!(json(&[])["plan"]["tier"], "baseline-25k");
    assert_eq!(json(&[])["plan"]["phase"], "upgrade");
    let over = json(&["--tier", "qa", "--phase", "install"]);
    assert_eq!((&over["plan"]["tier"], &over["plan"]["phase"]), (&"qa".into(), &"install".into()));
    assert_eq!(over["plan"].get("mau"), None, "a tier puts the file's numbers aside");
    assert_eq!(json(&["--pcc", "3000"])["plan"]["tier"], "high-concurrency-50k");
}

#[test]
fn wrong_input_is_refused_with_what_to_do() {
    let dir = scratch("wrong");
    let plan = dir.join("plan.toml");
    fs::write(&plan, "tir = \"qa\"\nphase = 3\n").unwrap();
    let garbage = dir.join("garbage.json");
    fs::write(&garbage, [0xff, 0xfe, 0, b'{']).unwrap();
    let foreign = dir.join("foreign.json");
    fs::write(
        &foreign,
        r#"{"schema":"urn:other:1","started":"2026-01-01T00:00:00Z","duration_ms":1,"view":"x","facts":{}}"#,
    )
    .unwrap();
    let deep = dir.join("deep.json");
    fs::write(&deep, format!("{{\"facts\":{}", "[".repeat(100_000))).unwrap();
    let unreadable = "/proc/self/mem";
    let path = |path: &std::path::PathBuf| path.to_str().unwrap().to_owned();
    for (arguments, said) in [
        (
            vec!["comet".to_owned()],
            "there is no product `comet` (did you mean `cometchat`?); products: cometchat, rocketchat",
        ),
        (vec!["cometchat".into(), "--tier".into(), "qaa".into()], "cometchat has no tier `qaa` (did you mean `qa`?)"),
        (
            vec!["cometchat".into(), "--waive".into(), "memry=x".into()],
            "there is no check `memry` to waive (did you mean `memory`?)",
        ),
        (vec!["cometchat".into(), "--waive".into(), "memory".into()], "write ID=REASON"),
        (
            vec!["cometchat".into(), "--attest".into(), "storage.data.medium=ssd".into()],
            "did you mean `storage.data.media`?",
        ),
        (
            vec!["cometchat".into(), "--attest".into(), "storage.data.media=fast".into()],
            "`fast` is not one of ssd, hdd, sd-card",
        ),
        (vec!["cometchat".into(), "--attest".into(), "plan.tier=qa".into()], "there is no fact `plan.tier`"),
        (vec!["cometchat".into(), "--tier".into()], "a value is required for '--tier <ID>'"),
        (vec!["cometchat".into(), "--teir".into(), "qa".into()], "a similar argument exists: '--tier'"),
        (vec!["cometchat".into(), "--timeout".into(), "soon".into()], "`soon` is not a time such as 5s, 500ms or 2m"),
        (vec!["cometchat".into(), "--output".into(), "json".into()], "write FORMAT=FILE"),
        (vec!["cometchat".into(), "--output".into(), "pdf=x".into()], "`pdf` is no format"),
        (
            vec!["cometchat".into(), "--output".into(), "json=/nonexistent/x.json".into()],
            "cannot write /nonexistent/x.json: No such file or directory",
        ),
        (vec!["cometchat".into(), "--output".into(), "json=/dev".into()], "it exists and is not a regular file"),
        (vec!["cometchat".into(), "--root".into(), "/nonexistent".into()], "--root /nonexistent: not found"),
        (
            vec!["cometchat".into(), "--host".into(), "/nonexistent".into()],
            "/nonexistent/answers.toml: No such file or directory",
        ),
        (vec!["cometchat".into(), "--host".into(), ".".into(), "--root".into(), "/".into()], "cannot be used with"),
        (vec!["cometchat".into(), "--facts".into(), "/nonexistent".into()], "/nonexistent: No such file or directory"),
        (vec!["cometchat".into(), "--facts".into(), path(&garbage)], "garbage.json: "),
        (
            vec!["cometchat".into(), "--facts".into(), path(&foreign)],
            "schema `urn:other:1` is not one that this version reads",
        ),
        (vec!["cometchat".into(), "--facts".into(), path(&deep)], "more than 32 levels of nesting"),
        (vec!["cometchat".into(), "--facts".into(), unreadable.into()], "/proc/self/mem: "),
        (vec!["cometchat".into(), "--plan".into(), path(&plan)], "`tir` is not a key here (did you mean `tier`?)"),
        (vec!["cometchat".into(), "--plan".into(), path(&plan)], "`phase` must be a text, not a whole number"),
        (vec!["cometchat".into(), "--plan".into(), "/dev/zero".into()], "no regular file"),
        (
            vec!["cometchat".into(), "--pack".into(), "/nonexistent".into()],
            "pack /nonexistent: No such file or directory",
        ),
        (
            vec!["cometchat".into(), "--mongodb-version".into(), "latest".into()],
            "MongoDB version: `latest` does not begin with a version number",
        ),
        (vec!["cometchat".into(), "--today".into(), "tomorrow".into()], "`tomorrow` is not a date such as 2026-11-20"),
    ] {
        let mut all = vec!["check".to_owned()];
        all.extend(arguments.clone());
        let run = command(&[]).args(&all).output().unwrap();
        assert_eq!(run.status.code(), Some(2), "{arguments:?}: {}", stderr(&run));
        assert!(stderr(&run).contains(said), "{arguments:?}: {}", stderr(&run));
        assert_eq!(stdout(&run), "", "{arguments:?}");
        assert!(!stderr(&run).contains("panicked"), "{arguments:?}: {}", stderr(&run));
    }
}

#[test]
fn output_files_appear_whole_beside_standard_output() {
    let dir = scratch("output");
    let (json, human) = (dir.join("report.json"), dir.join("report.txt"));
    let run = check(&[
        "cometchat",
        "--tier",
        "qa",
        "--host",
        GOOD,
        "--output",
        &format!("json={}", json.display()),
        "--output",
        &format!("human={}", human.display()),
    ]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    assert_eq!(fs::read_to_string(&human).unwrap(), stdout(&run));
    let report: Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(report["verdict"], "supported");
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 2, "no temporary file stays");
    assert_eq!(fs::metadata(&json).unwrap().permissions().mode() & 0o600, 0o600);
}

#[test]
fn colour_only_where_it_is_wanted() {
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut all = vec!["check", "cometchat", "--tier", "qa", "--host", GOOD, "--today", DAY];
        all.extend(arguments);
        stdout(&command(&all).envs(variables.iter().copied()).output().unwrap())
    };
    let plain = run(&[], &[]);
    assert!(!plain.contains('\u{1b}'), "no colour in a pipe");
    assert!(!run(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!run(&[], &[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'), "only --color decides in a pipe");
    let colored = run(&["--color", "always"], &[("NO_COLOR", "1")]);
    assert!(colored.contains("\u{1b}[32m"), "{colored}");
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
    let recorded = dir.join("recorded");
    let run = rampcheck(&["facts", "--format", "json", "--record", recorded.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let live: Value = serde_json::from_str(&stdout(&run)).unwrap();
    let replayed = rampcheck(&["facts", "--format", "json", "--host", recorded.to_str().unwrap()]);
    let replayed: Value = serde_json::from_str(&stdout(&replayed)).unwrap();
    let facts = live["facts"].as_object().unwrap();
    assert!(facts.len() > 80, "{}", facts.len());
    for (name, fact) in facts {
        assert_eq!(*fact, replayed["facts"][name], "{name}");
    }
    let again = rampcheck(&["facts", "--record", recorded.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(2), "a directory that holds something is not written into");

    let document = dir.join("facts.json");
    fs::write(&document, stdout(&rampcheck(&["facts", "--format", "json", "--host", GOOD]))).unwrap();
    let of_facts = check(&["cometchat", "--tier", "qa", "--facts", document.to_str().unwrap(), "--format", "json"]);
    let of_host = check(&["cometchat", "--tier", "qa", "--host", GOOD, "--format", "json"]);
    let findings =
        |run: &std::process::Output| serde_json::from_str::<Value>(&stdout(run)).unwrap()["findings"].clone();
    assert_eq!(findings(&of_facts), findings(&of_host));
    // A report is a facts document, too.
    let report = dir.join("report.json");
    fs::write(&report, stdout(&of_host)).unwrap();
    let of_report = check(&["cometchat", "--tier", "qa", "--facts", report.to_str().unwrap(), "--format", "json"]);
    assert_eq!(findings(&of_report), findings(&of_host));
}

#[test]
fn a_tree_is_judged_without_running_anything() {
    let run = check(&["cometchat", "--tier", "qa", "--root", "tests/hosts/ubuntu-22.04/files", "--format", "json"]);
    let report: Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!(report["facts"]["os.id"]["value"], "ubuntu");
    assert_eq!(report["facts"]["memory.installed"]["value"], 16_u64 << 30);
    for name in ["openssl.version", "clock.synchronized"] {
        let fact = &report["facts"][name];
        let named = fact["why"] == "not-asked" || fact["state"] == "absent";
        assert!(named, "{name}: {fact}");
    }
}

#[test]
fn what_a_host_says_cannot_steer_the_terminal() {
    let dir = scratch("escapes");
    let etc = dir.join("etc");
    fs::create_dir_all(&etc).unwrap();
    fs::write(etc.join("os-release"), "ID=debian\nPRETTY_NAME=\"\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}evil\"\n").unwrap();
    for arguments in
        [vec!["check", "cometchat", "--tier", "qa", "--color", "always"], vec!["facts"], vec!["tiers", "cometchat"]]
    {
        let mut all = arguments.clone();
        all.extend(["--root", dir.to_str().unwrap()]);
        let out = stdout(&rampcheck(&all));
        assert!(!out.contains("\u{1b}]") && !out.contains("\u{1b}[2J") && !out.contains('\u{202e}'), "{out}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = command(&["facts", "--host", GOOD]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn help_has_examples_and_exit_codes() {
    for arguments in [vec!["--help"], vec!["check", "--help"]] {
        let out = stdout(&rampcheck(&arguments));
        for part in
            ["Examples:", "rampcheck check cometchat --tier qa", "Exit codes:", "3  unsupported", "4  undetermined"]
        {
            assert!(out.contains(part), "{part}\n{out}");
        }
    }
    let bare = rampcheck(&[]);
    assert_eq!(bare.status.code(), Some(2));
    assert!(stderr(&bare).contains("Usage:"), "{}", stderr(&bare));
}

#[test]
fn explain_tells_of_checks_and_facts() {
    insta::assert_snapshot!(stdout(&rampcheck(&["explain", "storage-free"])), @r"
    storage-free (CometChat on-premise)
      checks    At least 15 % of the data file system free
      level     recommended: a failure is a warning
      needs     15 % of the file system free
      why       Below this share the vendor's own monitoring raises its alarm; a full file system stops
                Kafka and the databases.
      looks at  storage.data.available
      source    CometChat: Monitoring
                https://www.cometchat.com/docs/on-premise-deployment/docker/monitoring (read 2026-11-20)
      fix       on any system: See what fills it before you delete or enlarge anything; unused images
                and build caches are often the most of it.
                  sudo docker system df
                  sudo du -xh --max-depth=2 /var/lib/docker | sort -h | tail -n 20
      waive     rampcheck check cometchat --waive storage-free=REASON
    ");
    insta::assert_snapshot!(stdout(&rampcheck(&["explain", "storage.data.media"])), @r"
    storage.data.media
      kind      ssd | hdd | sd-card
      says      what it is stored on: queue/rotational of the disks below, where the bus can be believed
      attest    rampcheck check PRODUCT --attest storage.data.media=VALUE
    ");
    let wrong = rampcheck(&["explain", "storage-fre"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("did you mean `storage-free`?"), "{}", stderr(&wrong));
}

#[test]
fn tiers_say_which_fit_and_what_the_others_lack() {
    let run = rampcheck(&["tiers", "rocketchat", "--host", "tests/hosts/hdd-server"]);
    assert_eq!(run.status.code(), Some(0));
    insta::assert_snapshot!(stdout(&run), @r"
    Tiers of Rocket.Chat self-managed, against chat-25.example.net

    ✗ vps-minimal               virtual server, minimal, to 200 users and 50 at the same time (cpus 1,
                                media ssd, memory 1 GB, mhz 2000, storage 30 GB)
        lacks storage-media: found hdd; /dev/sda2, needed ssd
    ✗ vps-recommended           virtual server, recommended, to 500 users and 100 at the same time (cpus
                                2, media ssd, memory 2 GB, mhz 2000, storage 40 GB)
        lacks storage-media: found hdd; /dev/sda2, needed ssd
    ✓ small-office              Raspberry Pi 2 or 3 with MongoDB elsewhere, to 50 users and 25 at the
                                same time (cpus 4, memory 1 GB, storage 32 GB)
    ✓ bare-metal                bare-metal server, to 1000 users and 300 at the same time (cpus 6,
                                memory 4 GB, mhz 1700, storage 500 GB)
    ! guide-vps                 sizing guide, virtual server, to 500 users (cpus 0.8 to 3, media ssd,
                                memory 2 GB, storage 40 GB; advice)
        lacks storage-media: found hdd; /dev/sda2, needed ssd
    ! guide-small-ha            sizing guide, small high availability (monolithic), 1000 to 2000 users
                                (cpus 31 to 60, memory 1.5 GB to 4 GB; a cluster's total; advice)
        lacks cpu: found 12, needed at least 31 to 60
    ! guide-s-microservices     sizing guide, small microservices, 10 000 to 20 000 users (cpus 31 to
                                60; a cluster's total; advice)
        lacks cpu: found 12, needed at least 31 to 60
    ! guide-l-microservices     sizing guide, large microservices, 40 000 to 80 000 users (cpus 117 to
                                233, storage 3508 GB to 6999 GB; a cluster's total; advice)
        lacks cpu: found 12, needed at least 117 to 233
    ✓ starter                   2026 sizes, Starter, to 25 at the same time (cpus 1, memory 2 GiB,
                                storage 40 GB; advice)
    ✓ pro-ha                    2026 sizes, Pro with high availability, fewer than 500 at the same time
                                (cpus 2, memory 4 GiB, storage 40 GB; advice)
    ✓ enterprise-microservices  2026 sizes, Enterprise microservices, 500 to 5000 at the same time (cpus
                                4 to 16, memory 4 GiB to 12 GiB, storage 40 GB; advice)

    9 of 11 tiers fit. Only sizes are compared here; `rampcheck check` judges the rest.
    ");
    let json: Value =
        serde_json::from_str(&stdout(&rampcheck(&["tiers", "cometchat", "--host", GOOD, "--format", "json"]))).unwrap();
    assert_eq!((&json[0]["id"], &json[0]["verdict"]), (&"qa".into(), &"supported".into()));
}
