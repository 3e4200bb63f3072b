//! JUnit XML, Nagios output and the page, read back by readers that are not ours; and foreign text, inert in every format.

use std::collections::BTreeMap;

use rampcheck::render::json::{document, json};
use rampcheck::render::text::{Detail, Style};
use rampcheck::render::{html, junit, markdown, nagios, prometheus, summary, terminal};
use rampcheck::report::{Report, read, v1};
use roxmltree::{Document, Node, ParsingOptions};
use serde_json::Value;

use crate::support::{Check, Run, expected, in_parallel, rampcheck, recorded_hosts, scratch};

const PLAIN: Style = Style { width: 100, color: false, unicode: true, detail: Detail::Screen };

fn passing() -> Check {
    Check::of("cometchat").tier("qa").on("ubuntu-22.04")
}

fn failing() -> Check {
    Check::of("cometchat").tier("qa").on("vm-14gib")
}

fn undetermined() -> Check {
    Check::of("cometchat").tier("qa").on("vm-16gb-virtio")
}

fn warned() -> Check {
    Check::of("cometchat").tier("qa").on("rhel-8.10")
}

/// Every status in one report.
fn mixed() -> Check {
    Check::of("rocketchat").tier("vps-recommended").on("debian-12").with(&["--waive", "port-80=the proxy's"])
}

fn shown(check: &Check, format: &str) -> Run {
    check.clone().format(format).run().quiet()
}

/// The report as the library reads it.
fn report(check: &Check) -> Report {
    read::report(check.report().text().as_bytes()).unwrap().report
}

/// The page is written as XML, so that a strict parser sees what a lenient one would guess at.
pub fn parsed(text: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

pub fn named<'a, 'i>(document: &'a Document<'i>, name: &'static str) -> Vec<Node<'a, 'i>> {
    document.descendants().filter(|node| node.has_tag_name(name)).collect()
}

/// What a reader of the page sees before anything is unfolded, a line for each block.
fn seen(page: &Document<'_>) -> String {
    const BLOCKS: [&str; 11] = ["h1", "h2", "h3", "p", "dt", "dd", "li", "pre", "th", "td", "caption"];
    let is_block = |node: &Node<'_, '_>| BLOCKS.contains(&node.tag_name().name());
    let folded = |node: &Node<'_, '_>| node.ancestors().any(|above| above.has_tag_name("details"));
    let blocks = named(page, "main")[0].descendants().filter(|node| is_block(node) && !folded(node));
    let lines = blocks.filter(|node| !node.ancestors().skip(1).any(|above| is_block(&above))).map(|node| {
        let text: String = node.descendants().filter(Node::is_text).filter_map(|part| part.text()).collect();
        format!("{}: {}\n", node.tag_name().name(), text.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    lines.collect()
}

#[test]
fn one_failing_host_in_every_format() {
    let dir = scratch("formats");
    let formats = ["human", "summary", "json", "html", "markdown", "junit", "nagios", "prometheus"];
    let outputs = formats.map(|format| format!("{format}={}", dir.at(format)));
    let outputs: Vec<_> = outputs.iter().flat_map(|output| ["--output", output]).collect();
    failing().with(&outputs).expect(3);
    let [human, summary, json, html, markdown, junit, nagios, prometheus] =
        formats.map(|format| std::fs::read_to_string(dir.at(format)).unwrap());
    let varies = |line: &str| line.starts_with("rampcheck_last_run_") || line.starts_with("rampcheck_run_duration_");
    let same = |line: &str| if varies(line) { line.rsplit_once(' ').unwrap().0.to_owned() } else { line.to_owned() };
    let prometheus = prometheus.lines().map(same).collect::<Vec<_>>().join("\n");
    // Of the JSON only what failed and the facts that decided that, lest it be longer than all others.
    let mut shown: Value = serde_json::from_str(&json).unwrap();
    let findings = shown["findings"].as_array_mut().unwrap();
    findings.retain(|finding| finding["status"] == "failed");
    let decided = findings[0]["decided"].as_array().unwrap().clone();
    shown["facts"].as_object_mut().unwrap().retain(|name, _| decided.iter().any(|one| one == name.as_str()));
    let milliseconds = shown["collection"]["duration_ms"].take().as_u64().unwrap();
    let mut text = format!(
        "=== human\n{human}\n=== summary\n{summary}\n=== json\n{}\n\n=== html\n{}\n=== markdown\n{markdown}\n=== junit\n{junit}\n=== nagios\n{nagios}\n=== prometheus\n{prometheus}",
        serde_json::to_string_pretty(&shown).unwrap(),
        seen(&parsed(&html)),
    );
    let started = shown["collection"]["started"].as_str().unwrap();
    for (varies, word) in [
        (started, "STARTED"),
        (started.split('.').next().unwrap(), "STARTED"),
        (shown["digest"].as_str().unwrap(), "DIGEST"),
        (shown["pack"]["sha256"].as_str().unwrap(), "SHA256"),
        (&started[..16].replace('T', " "), "STARTED"),
        (&format!("time=\"{}.{:03}\"", milliseconds / 1000, milliseconds % 1000), "time=\"SECONDS\""),
        (&format!(", in {milliseconds} ms"), ", in MILLISECONDS"),
    ] {
        text = text.replace(varies, word);
    }
    expected("tests/it/expected/formats.txt", &text);
}

#[test]
fn junit_has_a_case_per_check_and_counts_that_are_right() {
    for check in [passing(), failing(), undetermined(), warned(), mixed()] {
        let report = report(&check);
        let text = shown(&check, "junit").stdout;
        let xml = parsed(&text);
        let cases = named(&xml, "testcase");
        assert_eq!(cases.len(), report.findings.len());
        for (case, finding) in cases.iter().zip(&report.findings) {
            assert_eq!(case.attribute("name"), Some(format!("{}: {}", finding.id, finding.title).as_str()));
            let class = format!("{}.{}", report.pack.product, finding.group);
            assert_eq!(case.attribute("classname"), Some(class.as_str()));
        }
        let under = |name| cases.iter().filter(|case| case.children().any(|child| child.has_tag_name(name))).count();
        let summary = report.summary();
        let [failed, unknown, skipped, waived, warnings] =
            [&summary.failed, &summary.unknown, &summary.skipped, &summary.waived, &summary.warning].map(Vec::len);
        assert_eq!(
            (under("failure"), under("error"), under("skipped"), under("system-out")),
            (failed, unknown, skipped + waived, warnings + waived)
        );
        for suite in named(&xml, "testsuite").iter().chain(&named(&xml, "testsuites")) {
            for (attribute, count) in [
                ("tests", cases.len()),
                ("failures", under("failure")),
                ("errors", under("error")),
                ("skipped", under("skipped")),
            ] {
                assert_eq!(suite.attribute(attribute), Some(count.to_string().as_str()), "{attribute}");
            }
        }
    }
}

#[test]
fn junit_says_what_a_reader_needs() {
    let run = shown(&mixed(), "junit").expect(3);
    let xml = parsed(&run.stdout);
    let case = |id: &str| {
        let cases = named(&xml, "testcase");
        let case = cases.iter().find(|case| case.attribute("name").is_some_and(|name| name.starts_with(id))).copied();
        let case = case.unwrap_or_else(|| panic!("{id}"));
        case.children()
            .filter(Node::is_element)
            .map(|part| {
                let text: Vec<_> = part.text().unwrap_or_default().trim().lines().take(2).map(str::to_owned).collect();
                let message = part.attribute("message").unwrap_or_default();
                format!("{} [{message}] {}", part.tag_name().name(), text.join(" / ")).trim_end().to_owned()
            })
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(case("compose"), @"failure [found 1.29.2; needed 2 or newer] found: 1.29.2 / read in: /usr/bin/docker-compose version --short");
    insta::assert_snapshot!(case("port-443"), @"system-out [] warning: found in use by container proxy; needed a free port / found: in use by container proxy");
    insta::assert_snapshot!(case("port-80"), @"
    skipped [waived: the proxy's]
    system-out [] found: in use by container proxy / read in: /proc/net/tcp, /proc/net/tcp6, unix:///var/run/docker.sock /containers/json
    ");
    insta::assert_snapshot!(case("mongodb-xfs"), @"system-out [] warning: found ext4; /var/lib/docker; needed xfs / found: ext4; /var/lib/docker");
    insta::assert_snapshot!(case("storage-media"), @"error [found unknown: the virtual disk vda reports rotational=1, which hypervisors report for flash too; measure it with --measure, or attest it with --attest storage.data.media=ssd; /dev/vda1; needed SSD] found: unknown: the virtual disk vda reports rotational=1, which hypervisors report for flash too; measure it with --measure, or attest it with --attest storage.data.media=ssd; /dev/vda1 / read in: vda (unknown), /proc/self/mountinfo");
}

/// A range of performance data as the plugin guidelines have it: `[@][start:][end]`; alerts outside, with `@` inside.
fn alerts(range: &str, value: f64) -> bool {
    let (inside, range) = range.strip_prefix('@').map_or((false, range), |range| (true, range));
    if range.is_empty() {
        return false;
    }
    let (start, end) = range.split_once(':').unwrap_or(("0", range));
    let start = if start == "~" { f64::NEG_INFINITY } else { start.parse().unwrap() };
    let end = if end.is_empty() { f64::INFINITY } else { end.parse().unwrap() };
    assert!(start <= end, "{range}");
    (start..=end).contains(&value) == inside
}

/// Label to value and whether it warns and is critical.
fn performance(text: &str) -> BTreeMap<String, (f64, bool, bool)> {
    let row = |row: &str| {
        let (label, rest) = row.strip_prefix('\'').unwrap().split_once("'=").unwrap();
        let parts: Vec<_> = rest.split(';').collect();
        let [value, warn, critical, least, most] = parts[..] else { panic!("{row}") };
        let value: f64 = value.parse().unwrap();
        let (least, most): (f64, f64) = (least.parse().unwrap(), most.parse().unwrap());
        assert!((least..=most).contains(&value), "{row}");
        (label.to_owned(), (value, alerts(warn, value), alerts(critical, value)))
    };
    text.split(' ').map(row).collect()
}

#[test]
fn nagios_reads_its_state_line_and_ranges() {
    for (check, code, word) in [
        (passing(), 0, "OK"),
        (warned(), 1, "WARNING"),
        (failing(), 2, "CRITICAL"),
        (mixed(), 2, "CRITICAL"),
        (undetermined(), 3, "UNKNOWN"),
    ] {
        let out = shown(&check, "nagios").expect(code).stdout;
        let (first, long) = out.split_once('\n').unwrap();
        let (text, data) = first.split_once(" | ").unwrap();
        assert!(text.starts_with(&format!("RAMPCHECK {word} - ")), "{text}");
        assert!(
            text.chars().count() < 80 && !text.contains('|') && !data.contains('|') && !long.contains('|'),
            "{out}"
        );
        let data = performance(data);
        let report = report(&check);
        assert_eq!(data["failed"].0 as usize, report.summary().failed.len());
        assert_eq!(data.values().map(|row| row.0).sum::<f64>() as usize, report.findings.len());
        let (warns, critical) = (data.values().any(|row| row.1), data.values().any(|row| row.2));
        assert_eq!((critical, warns || critical), (code == 2, code > 0), "the ranges agree with the state: {out}");
    }
    insta::assert_snapshot!(shown(&mixed(), "nagios").stdout, @"
    RAMPCHECK CRITICAL - rocketchat vps-recommended: 2 failed, 1 unknown, 8 warn... | 'failed'=2;;0;0;93 'unknown'=1;0;;0;93 'warnings'=8;0;;0;93 'waived'=1;0;;0;93 'passed'=20;;;0;93 'skipped'=61;;;0;93
    chat-13.example.net: UNSUPPORTED: this host does not qualify for Rocket.Chat self-managed, tier vps-recommended: 2 required checks fail, and 1 of them needs another machine
    failed: compose: Docker Compose 2 or newer; found 1.29.2; needed 2 or newer
    failed: mongodb-cpu-avx: CPUs with AVX for a local MongoDB 5 or newer; found QEMU Virtual CPU version 2.5+; virtualization: kvm; needed the flag avx on every CPU
    unknown: storage-media: The data is on the kind of disk that the tier asks for; found unknown: the virtual disk vda reports rotational=1, which hypervisors report for flash too; measure it with --measure, or attest it with --attest stora...
    warned: os-baseline: Ubuntu LTS from 20.04 on, or Red Hat Enterprise Linux 8 or later; found Debian GNU/Linux 12 (bookworm); needed Ubuntu LTS from 20.04, or RHEL from 8
    warned: os-maintained: The operating system still gets security updates; found Debian GNU/Linux 12 (bookworm); needed a release that is still maintained, with Ubuntu Pro where it is attached
    warned: docker-engine: Docker Engine 24 or newer; found 20.10.24+dfsg1; needed 24 or newer
    warned: docker-engine-maintained: Docker Engine from a release line that is still maintained; found 20.10.24+dfsg1; the distribution's package; needed a maintained release line
    warned: mongodb-memory: As much memory for a local MongoDB as the sizing guide asks for; found 2 GiB installed; 1.9 GiB usable; 2 CPUs; needed 32 GB from 8 cores on, 8 GB below
    warned: mongodb-swappiness: vm.swappiness 1 for a local MongoDB; found 60; needed at most 1
    warned: mongodb-xfs: XFS for the data of a local MongoDB; found ext4; /var/lib/docker; needed xfs
    warned: port-443: Port 443 free for the proxy; found in use by container proxy; needed a free port
    waived: port-80: Port 80 free for the proxy; found in use by container proxy; needed a free port
    ");
}

#[test]
fn monitoring_hears_of_every_failure_on_standard_output() {
    let output = format!("json={}", scratch("nagios").at("missing/report.json"));
    for arguments in [
        &["check", "cometchat", "--tier", "qaa", "--format", "nagios"][..],
        &["check", "--teir", "qa", "--format=nagios"],
        &["check", "--format", "nagios", "cometchat", "--host", "/nonexistent|x"],
        &["check", "cometchat", "--format", "nagios", "--output", &output],
        &["facts", "--format", "nagios"],
    ] {
        let out = rampcheck(arguments).expect(3).stdout;
        assert!(out.starts_with("RAMPCHECK UNKNOWN - ") && !out.contains('|'), "{out}");
        assert!(out.lines().next().unwrap().chars().count() < 80, "{out}");
    }
    insta::assert_snapshot!(rampcheck(&["check", "cometchat", "--tier", "qaa", "--format", "nagios"]).stdout, @"
    RAMPCHECK UNKNOWN - cometchat has no tier `qaa` (did you mean `qa`?); tiers:...
    cometchat has no tier `qaa` (did you mean `qa`?); tiers: qa, baseline-10k, high-concurrency-10k, baseline-25k, high-concurrency-25k, baseline-50k, high-concurrency-50k, baseline-100k, high-concurrency-100k, baseline-200k, high-concurrenc...
    ");
    assert_eq!(rampcheck(&["check", "--help", "--format", "nagios"]).code, 0, "help is no failure");
}

#[test]
fn a_line_for_logs_has_the_verdict_and_what_did_not_pass() {
    let line = |check: Check| shown(&check, "summary").stdout;
    assert_eq!(line(passing()), "SUPPORTED cometchat qa chat-2.example.net\n");
    assert_eq!(line(failing()), "UNSUPPORTED cometchat qa chat-17.example.net failed=memory\n");
    assert_eq!(line(undetermined()), "UNDETERMINED cometchat qa chat-18.example.net unknown=storage-media\n");
    let warned = line(warned());
    assert!(warned.starts_with("SUPPORTED_WITH_WARNINGS cometchat qa chat-8.example.net warnings="), "{warned}");
    let of_file = Check::of("cometchat").with(&["--facts", &recorded_facts()]);
    assert!(line(of_file).ends_with(" reliable=no\n"));
}

/// Facts without a digest.
fn recorded_facts() -> String {
    let place = scratch("summary").at("facts.json");
    let host = crate::support::recorded("ubuntu-22.04");
    std::fs::write(&place, rampcheck(&["facts", "--format", "json", "--host", &host]).expect(0).stdout).unwrap();
    place
}

#[test]
fn programs_that_ask_for_json_get_it_whatever_goes_wrong() {
    let missing = format!("json={}", scratch("errors").at("missing/report.json"));
    for (arguments, words) in [
        (&["check", "cometchat", "--tier", "qaa", "--format", "json"][..], "did you mean `qa`?"),
        (&["check", "--teir", "qa", "--format=json"], "a similar argument exists: '--tier'"),
        (&["check", "cometchat", "--format", "json", "--host", "/nonexistent"], "No such file or directory"),
        (&["check", "cometchat", "--format", "json", "--output", &missing], "No such file or directory"),
        (&["tiers", "comet", "--format", "json"], "did you mean `cometchat`?"),
    ] {
        let run = rampcheck(arguments);
        let error = run.json();
        assert_eq!((run.code, &error["schema"]), (2, &"urn:rampcheck:error:1".into()), "{arguments:?}");
        assert_eq!((&error["error"]["kind"], &error["error"]["exit_code"]), (&"usage".into(), &2.into()));
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.contains(words) && !message.starts_with("error: "), "{message}");
        assert!(run.stderr.starts_with("rampcheck: ") && run.stderr.contains(words), "{}", run.stderr);
    }
    assert_eq!(rampcheck(&["check", "--teir", "qa"]).stdout, "");
}

#[test]
fn a_report_of_eight_findings_fits_the_screen() {
    let on = |check: Check| check.env("COLUMNS", "80").run().quiet().stdout;
    in_parallel(&recorded_hosts(), |host| {
        for check in [Check::of("cometchat").tier("qa"), Check::of("rocketchat").tier("vps-recommended")] {
            let check = check.on(host).with(&["--timeout", "1s"]);
            let summary = report(&check).summary();
            let text = on(check);
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
            let word = text.split(':').next().unwrap();
            let last = text.lines().rfind(|line| !line.starts_with(' ')).unwrap();
            assert!(last.starts_with(word), "the verdict stands first and last:\n{text}");
            let findings = summary.failed.len() + summary.warning.len() + summary.unknown.len();
            // One line of the 24 is the shell's, and one says which day was asked for.
            assert!(findings > 8 || text.lines().count() - 1 < 24, "{findings} findings:\n{text}");
        }
    });
    let failing = Check::of("cometchat").tier("qa").on("debian-12");
    insta::assert_snapshot!(on(failing), @"
    UNSUPPORTED: this host does not qualify for CometChat on-premise, tier qa: 8
      required checks fail, and 4 of them need another machine or operating system
    chat-13.example.net · Debian GNU/Linux 12 (bookworm) · pack 2026.11.20
    assumed: phase install, deployment compose
    judged as of 2026-11-20, as requested

    Needs another machine or operating system
      ✗ os-supported  Debian GNU/Linux 12 (bookworm), needs Ubuntu LTS from 20.04,
                      or RHEL from 8
      ✗ cpu           2 CPUs, needs 8
      ✗ memory        2 GiB installed, 1.9 GiB usable, needs 16 GB
      ✗ storage-size  42 GB size, /var/lib/docker, needs 100 GB
    To put right here, in this order
      ✗ docker-engine  20.10.24+dfsg1, needs 24 or newer
      ✗ compose        1.29.2, needs 2 or newer
      ✗ port-443       in use by container proxy, needs a free port
      ✗ port-80        in use by container proxy, needs a free port
    Warnings
      ! os-maintained             Debian GNU/Linux 12 (bookworm): support for line
                                  12 ended on 2026-07-11
      ! docker-engine-maintained  20.10.24+dfsg1, needs a maintained release line
      ? storage-media: the virtual disk vda reports rotational=1, which hypervisors
        report for flash too

    Next: Change the operating system or the host first: other steps depend on it.
          Fix from top to bottom: -v shows how, --output fix=FILE writes it down.
    UNSUPPORTED: 13 passed, 8 failed, 2 warnings, 1 unknown, 19 skipped; -v shows
      all
    ");
    insta::assert_snapshot!(on(Check::of("rocketchat").tier("vps-recommended").on("permission-denied")), @"
    UNDETERMINED: whether this host qualifies for Rocket.Chat self-managed, tier
      vps-recommended is unknown: 3 required checks are unknown
    chat-20.example.net · Ubuntu 24.04.3 LTS · pack 2026.11.20
    assumed: phase install, deployment compose, MongoDB on this host
    judged as of 2026-11-20, as requested

      ! mongodb-memory      4 GiB installed, needs 32 GB from 8 cores on, 8 GB below
      ! mongodb-swappiness  60, needs at most 1
      ! mongodb-thp         madvise, needs `never` up to MongoDB 7.0, `always` from
                            8.0 on
      ! mongodb-xfs         ext4, /var/lib/docker, needs xfs
      ! port-80             in use, needs a free port
      ? 14 checks, only root can tell: docker-engine-flavor, docker-engine,
        docker-engine-maintained, server-version, server-release-build,
        server-version-ending, support-source-fresh, mongodb-release,
        mongodb-maintained, backend-ports-bound, mongodb-port-private,
        nats-port-private, port-3000, port-443
      ? storage-media: the virtual disk vda reports rotational=1, which hypervisors
        report for flash too
      ? mongodb-nofile: not every container shows its limits

    Next: Run the same command with sudo: 14 checks need root.
          Remove what kept facts from being read, or supply them with --attest
          FACT=VALUE.
    UNDETERMINED: 15 passed, 5 warnings, 16 unknown, 57 skipped; -v shows all
    ");
}

#[test]
fn a_run_that_evaluated_nothing_is_never_green() {
    let mut report = report(&passing());
    report.findings.clear();
    report.verdict = rampcheck::judge::verdict(&report.findings);
    let text = junit::report(&report);
    let xml = parsed(&text);
    assert_eq!((named(&xml, "testsuites")[0].attribute("errors"), named(&xml, "error").len()), (Some("1"), 1));
    assert!(nagios::report(&report, PLAIN).starts_with("RAMPCHECK UNKNOWN - "));
    let page = html::report(&report);
    assert!(page.contains("UNDETERMINED: ") && page.contains("no check was evaluated"), "{page}");
}

#[test]
fn the_page_says_the_verdict_first_and_needs_nothing_else() {
    let text = shown(&mixed(), "html").stdout;
    let page = parsed(&text);
    let text_of = |name| -> Vec<String> {
        named(&page, name)
            .iter()
            .map(|node| node.descendants().filter_map(|part| part.text().filter(|_| part.is_text())).collect())
            .collect()
    };
    insta::assert_snapshot!(text_of("title").join("|"), @r"UNSUPPORTED: chat-13.example.net for Rocket.Chat self-managed, tier vps-recommended");
    insta::assert_snapshot!([text_of("h1"), text_of("h2")].concat().join("\n"), @"
    ✗ UNSUPPORTED
    Size against tier vps-recommended
    Failed (2)
    Warnings (8)
    Waived (1)
    Unknown (1)
    Passed (20)
    Does not apply (61)
    Facts (240, 28 unknown)
    Plan
    This report
    How to send it
    ");
    insta::assert_snapshot!(text_of("pre").join("\n"), @r#"
    sudo docker ps
    sudo apt-get update
    sudo apt-get install -y --no-remove ca-certificates curl
    sudo install -m 0755 -d /etc/apt/keyrings
    sudo curl -fsSL https://download.docker.com/linux/debian/gpg -o /etc/apt/keyrings/docker.asc
    sudo chmod a+r /etc/apt/keyrings/docker.asc
    printf 'Types: deb\nURIs: https://download.docker.com/linux/debian\nSuites: %s\nComponents: stable\nSigned-By: /etc/apt/keyrings/docker.asc\n' "$(. /etc/os-release && echo "$VERSION_CODENAME")" | sudo tee /etc/apt/sources.list.d/docker.sources
    sudo apt-get update
    sudo apt-get remove docker.io docker-compose containerd runc
    sudo apt-get install -y --no-remove docker-ce docker-ce-cli containerd.io docker-buildx-plugin docker-compose-plugin
    echo 'vm.swappiness = 1' | sudo tee /etc/sysctl.d/90-mongodb.conf
    sudo sysctl -p /etc/sysctl.d/90-mongodb.conf
    sudo ss -ltnp 'sport = :443'
    sudo docker ps --filter publish=443
    sudo ss -ltnp 'sport = :80'
    sudo docker ps --filter publish=80
    "#);
    assert_eq!((named(&page, "main").len(), named(&page, "script").len()), (1, 0));
    for element in page.descendants().filter(Node::is_element) {
        for attribute in element.attributes() {
            let name = attribute.name();
            assert!(!name.starts_with("on") && name != "style" && name != "src", "{name}");
        }
    }
    for header in named(&page, "th") {
        assert!(header.attribute("scope").is_some(), "{header:?}");
    }
    assert!(named(&page, "table").iter().all(|table| table.children().any(|child| child.has_tag_name("caption"))));
}

#[test]
fn the_card_lists_what_did_not_pass_and_links_to_it() {
    let denied = Check::of("rocketchat").tier("vps-recommended").on("permission-denied");
    for check in [failing(), mixed(), undetermined(), denied.clone()] {
        let text = shown(&check, "html").stdout;
        let page = parsed(&text);
        let code = |node: &Node<'_, '_>| {
            let code = node.descendants().find(|part| part.has_tag_name("code")).and_then(|code| code.text());
            code.map(str::to_owned).unwrap()
        };
        let links: Vec<_> = named(&page, "header")[0].descendants().filter(|node| node.has_tag_name("a")).collect();
        for link in &links {
            let target = link.attribute("href").unwrap().trim_start_matches('#');
            let targets: Vec<_> = page.descendants().filter(|node| node.attribute("id") == Some(target)).collect();
            assert_eq!(targets.iter().map(code).collect::<Vec<_>>(), [code(link)]);
        }
        let mut linked: Vec<_> = links.iter().map(code).collect();
        let summary = report(&check).summary();
        let mut ids = [summary.failed, summary.warning, summary.unknown].concat();
        linked.sort();
        ids.sort();
        assert_eq!(linked, ids);
    }
    let blocks = |check: &Check, from: &str, to: &str| {
        let text = shown(check, "html").stdout;
        let seen = seen(&parsed(&text));
        let lines = seen.lines().skip_while(|line| !line.starts_with(from));
        lines.take_while(|line| !line.starts_with(to)).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(blocks(&mixed(), "h1", "dt"), @"
    h1: ✗ UNSUPPORTED
    p: chat-13.example.net: this host does not qualify for Rocket.Chat self-managed, tier vps-recommended: 2 required checks fail, and 1 of them needs another machine.
    p: 93 checks: 20 passed, 2 failed, 8 warnings, 1 unknown, 1 waived, 61 skipped
    p: Needs another machine
    li: ✗ mongodb-cpu-avx: QEMU Virtual CPU version 2.5+, needs the flag avx on every CPU
    p: To put right here, in this order
    li: ✗ compose: 1.29.2, needs 2 or newer
    li: ! 8 warnings: os-baseline, os-maintained, docker-engine, docker-engine-maintained, mongodb-memory, mongodb-swappiness, mongodb-xfs, port-443
    li: ? storage-media: the virtual disk vda reports rotational=1, which hypervisors report for flash too
    p: Next
    li: Choose another machine, or change this one: mongodb-cpu-avx.
    li: Fix the failures from top to bottom.
    ");
    insta::assert_snapshot!(blocks(&mixed(), "h2: Failed", "h2: Warnings"), @"
    h2: Failed (2)
    p: Needs another machine
    h3: ✗ mongodb-cpu-avx CPUs with AVX for a local MongoDB 5 or newer
    p: QEMU Virtual CPU version 2.5+, needs the flag avx on every CPU
    p: Give the machine the CPU model of its host (host in KVM and Proxmox), or run MongoDB elsewhere.
    p: To put right here, in this order
    h3: ✗ compose Docker Compose 2 or newer
    p: 1.29.2, needs 2 or newer
    p: First fix docker-engine. The steps of docker-engine install Compose, too.
    ");
    insta::assert_snapshot!(blocks(&denied, "h1", "dt"), @"
    h1: ? UNDETERMINED
    p: chat-20.example.net: whether this host qualifies for Rocket.Chat self-managed, tier vps-recommended is unknown: 3 required checks are unknown.
    p: 93 checks: 15 passed, 5 warnings, 16 unknown, 57 skipped
    li: ! 5 warnings: mongodb-memory, mongodb-swappiness, mongodb-thp, mongodb-xfs, port-80
    li: ? 14 checks, only root can tell: docker-engine-flavor, docker-engine, docker-engine-maintained, server-version, server-release-build, server-version-ending, support-source-fresh, mongodb-release, mongodb-maintained, backend-ports-bound, mongodb-port-private, nats-port-private, port-3000, port-443
    li: ? storage-media: the virtual disk vda reports rotational=1, which hypervisors report for flash too
    li: ? mongodb-nofile: not every container shows its limits
    p: Next
    li: Run the same command with sudo: 14 checks need root.
    li: Remove what kept facts from being read, or supply them with --attest FACT=VALUE.
    ");
    insta::assert_snapshot!(blocks(&denied, "h2: Unknown", "h2: Plan"), @"
    h2: Unknown (16)
    h3: ? 14 checks
    p: only root can tell
    h3: ? storage-media The data is on the kind of disk that the tier asks for
    p: the virtual disk vda reports rotational=1, which hypervisors report for flash too
    p: Run it again with --measure, which reads from the disk for 2 s. If that does not tell, ask whoever runs the storage below this machine. If it is SSD or NVMe, add --attest storage.data.media=ssd.
    h3: ? mongodb-nofile 64,000 open files for a local MongoDB
    p: not every container shows its limits
    p: Set ulimits: { nofile: { soft: 64000, hard: 64000 } } for MongoDB in the Compose file, and create its container again. default-ulimits in /etc/docker/daemon.json sets a limit for every container that is created afterwards.
    pre: sudo docker compose up -d
    ");
}

/// Escapes, markup of both sorts, a turn of direction, a bar, an end of data, in one text.
const PLANTED: &str = "<script>alert(1)</script><img src=x onerror=alert(1)>\"]]>'&lt;|\u{1b}]0;x\u{7}\u{1b}[31m\u{9b}31m\u{202e}\u{2066}\0\u{ffff}\r\n`";
/// As many characters that no format cares for: what holds the structure of a text, but its place.
const HARMLESS: &str = "harmless`";

/// A report with a text at the end of every text and every name that may hold any text.
fn planted(report: &Report, plant: &str) -> Report {
    fn paths(value: &Value, path: &mut Vec<String>, into: &mut Vec<Vec<String>>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    path.push(name.clone());
                    paths(member, path, into);
                    path.pop();
                }
            }
            Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    path.push(number.to_string());
                    paths(item, path, into);
                    path.pop();
                }
            }
            Value::String(_) => into.push(path.clone()),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(document(report)).unwrap();
    let mut all = Vec::new();
    paths(&value, &mut Vec::new(), &mut all);
    let mut count = 0;
    for path in all {
        let part = path.iter().fold(&mut value, |at, name| match at {
            Value::Array(items) => &mut items[name.parse::<usize>().unwrap()],
            at => &mut at[name.as_str()],
        });
        let original = part.clone();
        *part = Value::String(format!("{}{plant}", original.as_str().unwrap()));
        // Words out of a closed set and dates take no other text. The schema only names the form.
        if free(&path) {
            count += 1;
        } else {
            *part = original;
        }
    }
    assert!(count > 300, "{count}");
    for members in [&["facts"][..], &["tier", "needs"]] {
        let part = members.iter().fold(&mut value, |at, name| &mut at[*name]);
        let renamed = part.as_object().unwrap().iter().map(|(name, member)| (format!("{name}{plant}"), member.clone()));
        *part = Value::Object(renamed.chain(part.as_object().unwrap().clone()).collect());
    }
    serde_json::from_value::<v1::Document>(value).unwrap().into()
}

/// Whether any text may stand there.
fn free(path: &[String]) -> bool {
    let closed = [
        "state",
        "why",
        "level",
        "outcome",
        "status",
        "provenance",
        "scope",
        "operator",
        "kind",
        "verdict",
        "phase",
        "deployment",
        "redaction",
        "another",
        "mongodb",
        "reviewed",
        "read",
        "until",
        "day",
        "today",
        "started",
    ];
    let last = path.last().map_or("", String::as_str);
    // `why` of a finding is a sentence, `why` of a fact a word.
    (last == "why" && path[0] == "findings") || !closed.contains(&last)
}

/// The elements and attributes of markup, without any text.
fn structure(document: &Document<'_>) -> Vec<String> {
    let elements = document.descendants().filter(Node::is_element);
    elements
        .map(|element| {
            let attributes: Vec<_> = element.attributes().map(|attribute| attribute.name().to_owned()).collect();
            format!("{} {}", element.tag_name().name(), attributes.join(" "))
        })
        .collect()
}

/// Characters that steer a terminal or turn text around.
pub fn active(text: &str) -> Option<char> {
    text.chars().find(|sign| {
        (sign.is_control() && *sign != '\n') || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

#[test]
fn what_is_planted_in_every_text_of_a_report_is_inert_in_every_format() {
    let more = ["--attest", "storage.root.media=ssd", "--mongodb-version", "8.0", "--data-dir", "/srv"];
    for check in [failing(), undetermined(), mixed().with(&more)] {
        let report = report(&check);
        let (hostile, harmless) = (planted(&report, PLANTED), planted(&report, HARMLESS));

        for render in [html::report, junit::report] {
            let (hostile, harmless) = (render(&hostile), render(&harmless));
            assert_eq!(active(&hostile), None);
            let (hostile, harmless) = (parsed(&hostile), parsed(&harmless));
            assert_eq!(structure(&hostile), structure(&harmless), "text makes no element and no attribute");
            let texts = hostile.descendants().filter_map(|node| node.text()).collect::<String>();
            let attributes: String =
                hostile.descendants().flat_map(|node| node.attributes()).map(|attribute| attribute.value()).collect();
            let whole = "<script>alert(1)</script><img src=x onerror=alert(1)>\"]]>'&lt;|\u{fffd}]0;x";
            assert!((texts + &attributes).contains(whole), "the text itself is all there");
            for link in named(&hostile, "a") {
                let target = link.attribute("href").unwrap();
                assert!(target.starts_with("https://") || target.starts_with("#finding-"), "{target}");
            }
        }

        let human = terminal::report(&hostile, PLAIN);
        assert_eq!(active(&human), None, "{human}");
        assert!(human.contains("\u{fffd}]0;x"), "{human}");

        let monitoring = nagios::report(&hostile, PLAIN);
        assert_eq!(active(&monitoring), None);
        assert_eq!(monitoring.matches('|').count(), 1, "{monitoring}");
        let open = |report: &Report| nagios::report(report, PLAIN).lines().count();
        assert_eq!(open(&hostile), open(&harmless), "text makes no line");

        for render in [markdown::report, |report: &Report| summary::report(report, PLAIN)] {
            let (hostile, harmless) = (render(&hostile), render(&harmless));
            assert_eq!(active(&hostile), None);
            assert_eq!(hostile.lines().count(), harmless.lines().count(), "text makes no line");
        }
        // A sample is a name, labels and a number, whatever the host is called.
        for line in prometheus::report(&hostile).lines().filter(|line| !line.starts_with("# ")) {
            let (labels, number) = line.rsplit_once("} ").unwrap();
            assert!(active(line).is_none() && number.parse::<f64>().is_ok(), "{line}");
            let quotes = labels.replace("\\\\", "").replace("\\\"", "").matches('"').count();
            assert_eq!(quotes, 2 * labels.matches("=\"").count(), "{line}");
        }
        // Outside of code, Markdown takes nothing of it for an element, a link or a cell.
        for line in
            markdown::report(&hostile).lines().filter(|line| !line.starts_with("    ") && !line.starts_with('|'))
        {
            let words = line.split('`').step_by(2).collect::<String>().replace("\\\\", "");
            for sign in ['<', '[', '|', '!'] {
                assert_eq!(words.matches(sign).count(), words.matches(&format!("\\{sign}")).count(), "{sign} {line}");
            }
        }

        let written = json(&document(&hostile)).unwrap();
        assert_eq!(active(&written), None);
        let read = Report::from(serde_json::from_str::<v1::Document>(&written).unwrap());
        assert_eq!(read, hostile, "JSON keeps every character");
    }
}

#[test]
fn a_link_leads_to_the_web_or_is_none() {
    let mut report = report(&failing());
    for finding in &mut report.findings {
        finding.source.url = "javascript:alert(1)".to_owned();
    }
    let text = html::report(&report);
    let page = parsed(&text);
    for link in named(&page, "a") {
        assert!(link.attribute("href").unwrap().starts_with("#finding-"), "{link:?}");
    }
    assert!(text.contains("javascript:alert(1)"));
}
