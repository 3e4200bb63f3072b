//! The product's release and its support window, end to end: the built binary against a real HTTPS server on loopback
//! with its own authority, lists signed by a key of the tests, and days that are given, so that no test ages.
//!
//! Nothing here needs the internet, and one of the tests is that nothing is asked of it unasked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "the tests run servers and write the files they name")]

mod common;
#[path = "common/signing.rs"]
mod signing;
#[path = "common/web.rs"]
mod web;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use common::{command, scratch, stderr, stdout};
use serde_json::Value;
use signing::{HEADER, OTHER, SITE, SITE_PUBLIC, encoded, list, token};
use web::{Answer, Identity, Server, http, ok, serve};

/// Entries that the lists of these tests have.
const VERSIONS: [(&str, &str); 8] = [
    ("7.10.4", "2026-09-30T23:59:59.999999999Z"),
    ("7.13.0", "2026-06-30T00:00:00Z"),
    ("8.5.0", "2027-06-30T00:00:00Z"),
    ("8.5.3", "2027-06-30T00:00:00Z"),
    ("8.6.0-rc.2", "2026-08-30T00:00:00Z"),
    ("8.6.1", "2027-01-31T00:00:00Z"),
    ("8.3.2", "2026-10-31T00:00:00Z"),
    ("8.7.0", "2027-02-28T00:00:00Z"),
];

fn vendor_list() -> String {
    list("2026-07-10T08:00:00.123456789Z", &VERSIONS, r#","exceptions":{}"#)
}

/// A server's answer of `/api/info`.
fn info(version: &str, list: Option<&str>) -> String {
    let list = list.map(|list| format!(r#","supportedVersions":{{"signed":"{list}"}}"#)).unwrap_or_default();
    format!(r#"{{"version":"{version}"{list},"success":true}}"#)
}

/// A folder with the key that the tests trust.
fn folder(name: &str) -> (PathBuf, String) {
    let folder = scratch(name);
    let key = folder.join("site.pub");
    std::fs::write(&key, SITE_PUBLIC).unwrap();
    (folder, key.display().to_string())
}

fn file(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.display().to_string()
}

fn checking(timeout: &str, arguments: &[&str]) -> Command {
    let fixed = ["check", "rocketchat", "--format", "json", "--tier", "vps-minimal", "--timeout", timeout];
    command(&[&fixed[..], arguments].concat())
}

fn check(arguments: &[&str]) -> Output {
    checking("10s", arguments).output().unwrap()
}

/// Whom to trust, and the day.
fn trusting<'a>(ca_file: &'a str, key: &'a str, today: &'a str) -> [&'a str; 6] {
    ["--ca-file", ca_file, "--trust-key", key, "--today", today]
}

/// The report of a check, and its exit code.
fn report(arguments: &[&str]) -> Value {
    let output = check(arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}{}", stdout(&output), stderr(&output)))
}

fn finding<'r>(report: &'r Value, id: &str) -> &'r Value {
    report["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == id).unwrap()
}

fn outcome<'r>(report: &'r Value, id: &str) -> &'r str {
    finding(report, id)["outcome"].as_str().unwrap()
}

/// Asks a server that answers `/api/info` with `body`.
fn asked(server: &Server, key: &str, today: &str) -> Value {
    let ca_file = server.ca_file.display().to_string();
    report(&[&["--server", &server.url()][..], &trusting(&ca_file, key, today)].concat())
}

fn server_with(name: &str, body: String) -> (Server, String) {
    let (folder, key) = folder(name);
    let server = serve(&folder, &Identity::default(), move |target| match target {
        "/api/info" => ok(&body),
        _ => http(404, "", ""),
    });
    (server, key)
}

#[test]
fn a_supported_release() {
    let (server, key) = server_with("server-supported", info("8.6", Some(&vendor_list())));
    let report = asked(&server, &key, "2026-07-15");
    let version = finding(&report, "server-version");
    assert_eq!(version["outcome"], "pass", "{version}");
    let window = &version["window"];
    assert_eq!(
        (&window["source"], &window["until"], &window["days_left"]),
        (&"signed-list".into(), &"2027-01-31".into(), &200.into())
    );
    assert_eq!((&window["version"], &window["line"], &window["lts"]), (&"8.6".into(), &"8.6".into(), &false.into()));
    assert_eq!(window["source_date"], "2026-07-10");
    assert_eq!(window["read_in"], format!("{}/api/info", server.url()));
    assert_eq!(window["key"], report["facts"]["server.list.key"]["value"]);
    assert!(window.get("go_to").is_none());
    for id in ["server-version-ending", "server-version-certain", "support-list-trusted", "support-source-fresh"] {
        assert_eq!(outcome(&report, id), "pass", "{id}");
    }
    assert_eq!(outcome(&report, "server-certificate"), "pass");
    assert_eq!(outcome(&report, "server-release-build"), "skipped");
    assert!(report["notes"].as_array().unwrap().iter().any(|note| note == "judged as of 2026-07-15, as asked"));
    assert_eq!(report["plan"]["server"]["url"], server.url());
}

#[test]
fn a_release_whose_support_ends_soon() {
    let (server, key) = server_with("server-ending", info("8.6", Some(&vendor_list())));
    let report = asked(&server, &key, "2027-01-01");
    assert_eq!(outcome(&report, "server-version"), "pass");
    assert_eq!(outcome(&report, "server-version-ending"), "fail");
    let window = &finding(&report, "server-version")["window"];
    assert_eq!((&window["days_left"], &window["go_to"]["version"]), (&30.into(), &"8.9".into()));
    // The list is then 175 days old.
    assert_eq!(outcome(&report, "support-source-fresh"), "fail");
    let because = finding(&report, "support-source-fresh")["because"].as_str().unwrap();
    assert!(because.contains("the signed list of 2026-07-10, 175 days old"), "{because}");
}

#[test]
fn an_ended_release_and_the_way_on() {
    let (server, key) = server_with("server-ended", info("7.13", Some(&vendor_list())));
    let report = asked(&server, &key, "2026-07-15");
    let version = finding(&report, "server-version");
    assert_eq!((&version["outcome"], &report["verdict"]), (&"fail".into(), &"unsupported".into()));
    assert!(version["because"].as_str().unwrap().starts_with("support ended 2026-06-30 (15 days ago)"), "{version}");
    assert_eq!(version["window"]["days_left"], -15);
    let lines: Vec<_> =
        version["window"]["supported_today"].as_array().unwrap().iter().map(|line| &line["line"]).collect();
    assert_eq!(lines, ["7.10", "8.0", "8.1", "8.2", "8.3", "8.4", "8.5", "8.6", "8.7"]);
    assert_eq!(version["window"]["go_to"], serde_json::json!({ "version": "8.5", "lts": true, "steps": ["8.5"] }));
    // Support is not monotonic: the older long-term line is supported on that day.
    let older = asked(&server_with("server-lts-710", info("7.10", Some(&vendor_list()))).0, &key, "2026-07-15");
    assert_eq!(outcome(&older, "server-version"), "pass");
}

#[test]
fn a_long_term_release() {
    let (server, key) = server_with("server-lts", info("8.5", Some(&vendor_list())));
    let report = asked(&server, &key, "2027-03-01");
    let window = &finding(&report, "server-version")["window"];
    assert_eq!(
        (outcome(&report, "server-version"), &window["lts"], &window["until"]),
        ("pass", &true.into(), &"2027-06-30".into())
    );
}

#[test]
fn a_release_candidate() {
    let body = r#"{"version":"8.6","info":{"version":"8.6.0-rc.2"},"supportedVersions":"LIST"}"#
        .replace("LIST", &vendor_list());
    let (server, key) = server_with("server-candidate", body);
    let report = asked(&server, &key, "2026-07-15");
    assert_eq!(outcome(&report, "server-release-build"), "fail");
    assert_eq!(finding(&report, "server-release-build")["because"], "a release candidate");
    assert_eq!(finding(&report, "server-version")["window"]["until"], "2026-08-30");
    assert_eq!(report["facts"]["server.support.basis"]["value"], "exact");
}

#[test]
fn an_unknown_release() {
    let (server, key) = server_with("server-unknown", info("9.9", Some(&vendor_list())));
    let report = asked(&server, &key, "2026-07-15");
    let version = finding(&report, "server-version");
    assert_eq!(version["outcome"], "unknown");
    assert!(version["because"].as_str().unwrap().contains("9.9 is on no line"), "{version}");
    assert!(version.get("window").is_none());
}

#[test]
fn a_month_end_release_that_only_the_calendar_knows() {
    let (server, key) = server_with("server-month-end", info("8.4", None));
    let report = asked(&server, &key, "2026-11-15");
    assert_eq!(outcome(&report, "server-version"), "pass");
    assert_eq!(outcome(&report, "server-version-certain"), "fail");
    let because = finding(&report, "server-version-certain")["because"].as_str().unwrap();
    assert!(
        because.contains("ended 2026-10-31 or ends 2026-11-30") && because.contains("last day of a month"),
        "{because}"
    );
    let window = &finding(&report, "server-version")["window"];
    assert_eq!((&window["source"], &window["until_possible"]), (&"calendar".into(), &"2026-11-30".into()));
    assert_eq!(outcome(&asked(&server, &key, "2026-12-01"), "server-version"), "fail");
}

#[test]
fn releases_that_are_planned_need_no_server() {
    for (version, today, expected) in [
        ("7.13.0", "2026-07-15", "fail"),
        ("7.10.4", "2026-07-15", "pass"),
        ("8.5", "2027-06-30", "pass"),
        ("8.5", "2027-07-01", "fail"),
    ] {
        let report = report(&["--server-version", version, "--today", today]);
        assert_eq!(outcome(&report, "server-version"), expected, "{version} on {today}");
        assert_eq!(report["facts"]["server.version_source"]["value"], "plan");
    }
    let wrong = check(&["--server-version", "8"]);
    assert_eq!((wrong.status.code(), stderr(&wrong).contains("at least two numbers")), (Some(2), true));
    let wrong = check(&["--server", "https://admin:secret@chat.example.com"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(!stderr(&wrong).lines().next().unwrap().is_empty());
}

/// Every way to pass off what is no list of the vendor: refused, told, neither supported nor unsupported.
#[test]
fn forged_lists_are_a_failure_of_trust() {
    let (folder, key) = folder("server-forged");
    let good = vendor_list();
    let parts: Vec<&str> = good.split('.').collect();
    let payload =
        r#"{"timestamp":"2026-07-10T08:00:00Z","versions":[{"version":"8.6.1","expiration":"2099-01-31T00:00:00Z"}]}"#;
    let hs256 = {
        let signed = format!("{}.{}", encoded(r#"{"alg":"HS256","typ":"JWT"}"#), encoded(payload));
        let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SITE_PUBLIC.as_bytes());
        format!("{signed}.{}", encoded(ring::hmac::sign(&secret, signed.as_bytes())))
    };
    for (name, forged) in [
        ("none", format!("{}.{}.", encoded(r#"{"alg":"none"}"#), encoded(payload))),
        ("none-signed", token(SITE, r#"{"alg":"none"}"#, payload)),
        ("hs256", hs256),
        ("rs512", token(SITE, r#"{"alg":"RS512","typ":"JWT"}"#, payload)),
        ("wrong-key", token(OTHER, HEADER, payload)),
        ("cut", good[..good.len() - 7].to_owned()),
        ("unsigned", format!("{}.{}.", parts[0], parts[1])),
        ("altered", format!("{}.{}.{}", parts[0], encoded(payload), parts[2])),
    ] {
        let path = file(&folder, name, &forged);
        // 8.6.1 is supported by the calendar, 7.13.0 is not: of neither is anything said.
        for version in ["8.6.1", "7.13.0"] {
            let arguments = [
                "--server-version",
                version,
                "--supported-versions",
                &path,
                "--trust-key",
                &key,
                "--today",
                "2026-07-15",
            ];
            let report = report(&arguments);
            let found = finding(&report, "server-version");
            assert_eq!(found["outcome"], "unknown", "{name}: {found}");
            assert!(found["because"].as_str().unwrap().starts_with("a failure of trust"), "{name}: {found}");
            assert!(found.get("window").is_none(), "{name}");
            assert_eq!(outcome(&report, "support-list-trusted"), "fail", "{name}");
            assert_eq!(report["facts"]["server.list.state"]["value"], "untrusted", "{name}");
        }
    }
    // Without the site's key, its list is refused; the vendor's own key is the only one trusted.
    let path = file(&folder, "good", &good);
    let report = report(&["--server-version", "8.6.1", "--supported-versions", &path, "--today", "2026-07-15"]);
    assert_eq!(outcome(&report, "server-version"), "unknown");
}

#[test]
fn a_forged_list_beside_a_good_one_is_told_and_decides_nothing() {
    let payload =
        r#"{"timestamp":"2026-07-14T08:00:00Z","versions":[{"version":"7.13.0","expiration":"2099-01-31T00:00:00Z"}]}"#;
    let (server, key) = server_with("server-forged-beside", info("7.13", Some(&token(OTHER, HEADER, payload))));
    let good = file(server.ca_file.parent().unwrap(), "good.jwt", &vendor_list());
    let report = report(&[
        "--server",
        &server.url(),
        "--ca-file",
        &server.ca_file.display().to_string(),
        "--trust-key",
        &key,
        "--supported-versions",
        &good,
        "--today",
        "2026-07-15",
    ]);
    assert_eq!(outcome(&report, "server-version"), "fail");
    assert_eq!(outcome(&report, "support-list-trusted"), "fail");
    assert!(finding(&report, "support-list-trusted")["found"].as_str().unwrap().contains("refused"));
}

#[test]
fn a_list_from_the_future_means_that_the_clock_is_wrong() {
    let (folder, key) = folder("server-clock");
    let path = file(&folder, "list", &list("2099-01-01T00:00:00Z", &VERSIONS, ""));
    let report = report(&["--server-version", "8.6.1", "--supported-versions", &path, "--trust-key", &key]);
    let found = finding(&report, "server-version");
    assert_eq!(found["outcome"], "unknown");
    assert!(found["because"].as_str().unwrap().contains("clock of this host cannot be right"), "{found}");
}

/// What a server in trouble makes of `server.version`: always unknown, with words that tell which trouble.
#[test]
fn servers_in_trouble_say_which() {
    let (folder, key) = folder("server-trouble");
    let body = || info("8.6", Some(&vendor_list()));
    let expired = Identity { days: (-30, -1), ..Identity::default() };
    let later = Identity { days: (2, 30), ..Identity::default() };
    let other = Identity { names: vec!["chat.example.com".to_owned()], ..Identity::default() };
    let head = |length: usize| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    type Handler = Box<dyn Fn(&str) -> Answer + Send + Sync>;
    let good = Identity::default;
    let cases: Vec<(&str, Identity, Handler, &str)> = vec![
        ("expired", expired, Box::new(move |_| ok(&body())), "TLS: the certificate has expired"),
        ("later", later, Box::new(move |_| ok(&body())), "TLS: the certificate is not valid yet"),
        ("name", other, Box::new(move |_| ok(&body())), "TLS: the certificate is for another name"),
        ("500", good(), Box::new(|_| http(500, "", "oops")), "answered with status 500"),
        ("html", good(), Box::new(|_| ok("<html>")), "is not the JSON of a server"),
        ("slow", good(), Box::new(move |_| Answer::Stalls(head(100))), "no answer within 1.8 s"),
        (
            "cut",
            good(),
            Box::new(|_| Answer::Whole(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec())),
            "no usable HTTP answer",
        ),
        ("silent", good(), Box::new(|_| Answer::Whole(Vec::new())), "no usable HTTP answer"),
        (
            "elsewhere",
            good(),
            Box::new(|_| http(302, "Location: https://evil.example.net/api/info\r\n", "")),
            "sent on to https://evil.example.net",
        ),
        (
            "downgrade",
            good(),
            Box::new(|_| http(302, "Location: http://127.0.0.1/api/info\r\n", "")),
            "sent on to http://127.0.0.1",
        ),
        ("circle", good(), Box::new(|_| http(302, "Location: /api/info\r\n", "")), "more than 5 redirects"),
        (
            "gzip",
            good(),
            Box::new(|_| http(200, "Content-Encoding: gzip\r\n", "\u{1f}x")),
            "encoded with gzip, which was not asked for",
        ),
        (
            "flood",
            good(),
            Box::new(|_| Answer::Floods(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), 100)),
            "larger than 4194304 bytes",
        ),
        (
            "long",
            good(),
            Box::new(|_| {
                Answer::Floods(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 100 << 20).into_bytes(), 100)
            }),
            "larger than 4194304 bytes",
        ),
    ];
    for (name, identity, handler, words) in cases {
        let server = serve(&folder, &identity, handler);
        let started = Instant::now();
        let (url, ca_file) = (server.url(), server.ca_file.display().to_string());
        let arguments = [&["--server", &url][..], &trusting(&ca_file, &key, "2026-07-15")].concat();
        let output = checking("2s", &arguments).output().unwrap();
        assert!(started.elapsed() < Duration::from_secs(10), "{name}: {:?}", started.elapsed());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let version = &report["facts"]["server.version"];
        assert!(version["reason"].as_str().unwrap_or_default().contains(words), "{name}: {version}");
        assert_eq!(outcome(&report, "server-version"), "unknown", "{name}");
        let certificate = match name {
            "expired" | "later" | "name" => "fail",
            "500" | "html" | "gzip" => continue,
            _ => "unknown",
        };
        assert_eq!(outcome(&report, "server-certificate"), certificate, "{name}");
    }
}

#[test]
fn redirects_on_the_same_host_are_followed() {
    let (folder, key) = folder("server-redirect");
    let server = serve(&folder, &Identity::default(), |target| match target {
        "/api/info" => http(301, "Location: /team/api/info\r\n", ""),
        _ => ok(&info("8.6", None)),
    });
    assert_eq!(asked(&server, &key, "2026-07-15")["facts"]["server.version"]["value"], "8.6");
}

#[test]
fn an_authority_that_is_not_named_is_not_trusted() {
    let (server, _) = server_with("server-untrusted", info("8.6", None));
    let report = report(&["--server", &server.url()]);
    assert_eq!(report["facts"]["server.tls.state"]["value"], "untrusted");
    assert!(report["facts"]["server.version"]["reason"].as_str().unwrap().contains("--ca-file"));
}

#[test]
fn what_cannot_be_asked_or_read_is_said() {
    let (folder, _) = folder("server-nobody");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = report(&["--server", &format!("https://{free}")]);
    assert!(refused["facts"]["server.version"]["reason"].as_str().unwrap().contains("connection refused"));
    let junk = file(&folder, "junk.pem", "junk");
    for (option, words) in [("--ca-file", "holds no certificate"), ("--trust-key", "does not hold one")] {
        let wrong = check(&["--server", "https://127.0.0.1:1", option, &junk]);
        assert_eq!(wrong.status.code(), Some(2), "{option}");
        assert!(stderr(&wrong).contains(words), "{}", stderr(&wrong));
    }
    assert_eq!(check(&["--supported-versions", "/nonexistent"]).status.code(), Some(2));
    // A product without releases has nothing to ask.
    let other = command(&["check", "cometchat", "--online"]).output().unwrap();
    assert_eq!(other.status.code(), Some(2));
    assert!(stderr(&other).contains("knows no releases"), "{}", stderr(&other));
}

#[test]
fn a_certificate_that_ends_soon_is_a_warning() {
    let (folder, key) = folder("server-certificate");
    let soon = Identity { days: (-60, 20), ..Identity::default() };
    let server = serve(&folder, &soon, |_| ok(&info("8.6", None)));
    let run = || {
        report(&["--server", &server.url(), "--ca-file", &server.ca_file.display().to_string(), "--trust-key", &key])
    };
    let report = run();
    assert_eq!(
        (outcome(&report, "server-certificate"), outcome(&report, "server-certificate-ending")),
        ("pass", "fail")
    );
    assert_eq!(report["facts"]["server.tls.version"]["value"], "1.3");
}

/// A server that stands for every service of the vendor, behind a proxy.
fn vendor(name: &str) -> (Server, String) {
    let (folder, key) = folder(name);
    let names = ["127.0.0.1", "chat.example.com", "*.rocket.chat", "registry-1.docker.io"].map(str::to_owned).to_vec();
    let server = serve(&folder, &Identity { names, ..Identity::default() }, |target| match target {
        "/api/info" => ok(&info("8.6", None)),
        "/v2/server/supportedVersions" => ok(&format!(r#"{{"signed":"{}","versions":[]}}"#, vendor_list())),
        _ => http(404, "", ""),
    });
    (server, key)
}

#[test]
fn online_fetches_the_list_and_asks_the_vendors_services_through_the_proxy() {
    let (server, key) = vendor("server-online");
    let (proxy, seen) = web::proxy(server.address, &["omni-gateway.rocket.chat"]);
    let ca = server.ca_file.display().to_string();
    let run = |more: &[&str]| {
        let output = checking("10s", &[&trusting(&ca, &key, "2026-07-15")[..], more].concat())
            .env("https_proxy", format!("http://{proxy}"))
            .env("http_proxy", format!("http://{proxy}"))
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        (report, std::mem::take(&mut *seen.lock().unwrap()))
    };
    // Unasked, nothing leaves the machine.
    let (report, seen) = run(&["--server-version", "8.6.1"]);
    assert_eq!((seen.len(), outcome(&report, "outbound-cloud")), (0, "skipped"), "{seen:?}");
    // The server alone, which is behind the proxy.
    let (report, seen) = run(&["--server", "https://chat.example.com"]);
    assert_eq!(seen, ["CONNECT chat.example.com:443 HTTP/1.1"]);
    assert_eq!(report["facts"]["server.version"]["value"], "8.6");
    // This machine is never asked through it.
    let (report, seen) = run(&["--server", &server.url()]);
    assert_eq!((seen.len(), &report["facts"]["server.version"]["value"]), (0, &"8.6".into()), "{seen:?}");

    let (report, seen) = run(&["--server-version", "8.6.1", "--online"]);
    assert_eq!(
        report["facts"]["server.list.source"]["value"],
        "https://releases.rocket.chat/v2/server/supportedVersions"
    );
    assert_eq!(finding(&report, "server-version")["window"]["source"], "signed-list");
    for service in ["cloud", "releases", "marketplace", "gateway", "collector", "billing", "nps", "registry"] {
        assert_eq!(outcome(&report, &format!("outbound-{service}")), "pass", "{service}");
    }
    assert_eq!(outcome(&report, "outbound-omni-gateway"), "fail");
    assert_eq!(seen.len(), 10, "{seen:?}");
    // A mirror in the place of the releases service.
    let (report, _) = run(&["--server-version", "8.6.1", "--online", "--releases-url", &server.url()]);
    assert_eq!(report["facts"]["server.list.source"]["value"], format!("{}/v2/server/supportedVersions", server.url()));
}

#[test]
fn a_plan_file_says_what_the_arguments_do() {
    let (server, key) = server_with("server-plan", info("8.6", Some(&vendor_list())));
    let folder = server.ca_file.parent().unwrap();
    let plan = format!(
        "tier = \"vps-minimal\"\nserver = {{ url = \"{}\", ca_file = \"{}\", trust_key = [\"{key}\"] }}\n",
        server.url(),
        server.ca_file.display()
    );
    let plan = file(folder, "plan.toml", &plan);
    let output = command(&["check", "rocketchat", "--format", "json", "--plan", &plan, "--today", "2026-07-15"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(finding(&report, "server-version")["window"]["source"], "signed-list");
    let wrong = file(folder, "wrong.toml", "server = { url = \"ftp://x\", version = \"8\", onlin = true }\n");
    let output = command(&["check", "rocketchat", "--plan", &wrong]).output().unwrap();
    let said = stderr(&output);
    for part in ["is neither https nor http", "names no release", "`onlin` is not a key here (did you mean `online`?)"]
    {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_report_is_judged_again_for_another_day_and_release() {
    let (server, key) = server_with("server-again", info("8.6", Some(&vendor_list())));
    let first = asked(&server, &key, "2026-07-15");
    let facts = file(server.ca_file.parent().unwrap(), "report.json", &first.to_string());
    assert_eq!(outcome(&report(&["--facts", &facts, "--today", "2027-01-31"]), "server-version"), "pass");
    assert_eq!(outcome(&report(&["--facts", &facts, "--today", "2027-02-01"]), "server-version"), "fail");
    let other = report(&["--facts", &facts, "--today", "2027-02-01", "--attest", "server.version=8.5.0"]);
    assert_eq!(finding(&other, "server-version")["window"]["until"], "2027-06-30");
    assert_eq!(outcome(&other, "server-version"), "pass");
}

#[test]
fn the_terminal_tells_the_way_on() {
    let output = command(&[
        "check",
        "rocketchat",
        "--tier",
        "vps-minimal",
        "--server-version",
        "6.5.0",
        "--today",
        "2026-11-20",
        "--host",
        "tests/hosts/ubuntu-22.04",
    ])
    .output()
    .unwrap();
    let said = stdout(&output);
    for part in [
        "because support ended 2024-06-30 (873 days ago); by the calendar of this pack, reviewed",
        "go to   8.9 LTS, by way of 7.10",
        "8.5 LTS until 2027-06-30, 8.6 until 2027-01-31",
        "note: judged as of 2026-11-20, as asked",
    ] {
        assert!(said.contains(part), "missing {part}\n{said}");
    }
}

#[test]
fn the_calendar_is_shown_with_today_marked() {
    let output = command(&["releases", "rocketchat", "--today", "2026-11-20"]).output().unwrap();
    let said = stdout(&output);
    let lines: Vec<&str> = said.lines().collect();
    let mark = lines.iter().position(|line| line.contains("\u{2500}\u{2500} 2026-11-20")).unwrap();
    assert!(
        lines[mark - 1].starts_with("8.3") && lines[mark + 1].contains("doubtful; possibly until 2026-11-30"),
        "{said}"
    );
    assert!(lines.iter().any(|line| line.starts_with("8.5   LTS  2026-06-10  2027-06-30  222")), "{said}");
    assert!(lines.iter().any(|line| line.starts_with("8.8        2026-09     2027-03-31  131")), "{said}");
    let output = command(&["releases", "rocketchat", "--format", "json", "--today", "2026-07-15"]).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let standing = |line: &str| {
        let rows = json["releases"].as_array().unwrap();
        rows.iter().find(|row| row["line"] == line).unwrap()["standing"].clone()
    };
    assert_eq!(
        (json["today"].clone(), standing("7.13"), standing("7.10")),
        ("2026-07-15".into(), "ended".into(), "supported".into())
    );
    assert_eq!((standing("8.7"), standing("8.9")), ("coming".into(), "coming".into()));
    assert_eq!(command(&["releases", "cometchat"]).output().unwrap().status.code(), Some(2));
}
