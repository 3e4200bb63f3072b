//! The product's release and its support window, end to end: the built binary against a real HTTPS server on loopback
//! with its own authority, lists signed by a key of the tests, and days that are given, so that no test ages.
//!
//! Nothing here needs the internet, and one of the tests is that nothing is asked of it unasked.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::signing::{HEADER, OTHER, SITE, SITE_PUBLIC, encoded, list, token};
use crate::support::web::{self, Answer, Identity, Server, http, ok, serve};
use crate::support::{Check, Folder, Report, rampcheck, scratch};

/// Entries that the lists of these tests have.
pub const VERSIONS: [(&str, &str); 8] = [
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

/// A folder with the key that the tests trust, and its path.
fn folder(name: &str) -> (Folder, String) {
    let folder = scratch(name);
    let key = folder.write("site.pub", SITE_PUBLIC);
    (folder, key)
}

/// A check of this machine with this deadline.
fn check_within(timeout: &str) -> Check {
    Check::of("rocketchat").tier("vps-minimal").with(&["--timeout", timeout])
}

/// A check of this machine, which may take its time.
fn check() -> Check {
    check_within("10s")
}

/// A check that asks this server and trusts its authority and this key.
fn asking(server: &Server, key: &str) -> Check {
    ask(check(), server, key)
}

fn ask(check: Check, server: &Server, key: &str) -> Check {
    check.with(&["--server", &server.url(), "--ca-file", &server.ca_file(), "--trust-key", key])
}

fn asked(server: &Server, key: &str, today: &str) -> Report {
    asking(server, key).today(today).report()
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
    let version = report.finding("server-version");
    assert_eq!(version.outcome, "pass", "{version:?}");
    for (name, value) in [
        ("state", json!("supported")),
        ("authority", json!("signed-list")),
        ("until", json!("2027-01-31")),
        ("days_left", json!(200.0)),
        ("version", json!("8.6")),
        ("line", json!("8.6")),
        ("lts", json!(false)),
        ("authority_date", json!("2026-07-10")),
        ("from", json!("server")),
    ] {
        assert_eq!(report.release(name), &value, "{name}");
    }
    assert_eq!(report.fact("release.until")["place"], format!("{}/api/info", server.url()));
    for id in ["server-version-ending", "support-list-trusted", "support-source-fresh"] {
        assert_eq!(report.outcome(id), "pass", "{id}");
    }
    assert_eq!(report.outcome("server-certificate"), "pass");
    assert_eq!(report.outcome("server-release-build"), "skipped");
    assert!(
        report["notes"].as_array().unwrap().iter().any(|note| note["text"] == "judged as of 2026-07-15, as requested")
    );
    assert_eq!(report["plan"]["server"]["url"], server.url());
}

#[test]
fn a_release_whose_support_ends_soon() {
    let (server, key) = server_with("server-ending", info("8.6", Some(&vendor_list())));
    let report = asked(&server, &key, "2027-01-01");
    assert_eq!(report.outcome("server-version"), "pass");
    assert_eq!(report.outcome("server-version-ending"), "fail");
    assert_eq!((report.release("days_left"), report.lines("upgrade")), (&json!(30.0), vec!["8.9"]));
    // The list is then 175 days old.
    assert_eq!(report.outcome("support-source-fresh"), "fail");
    let found = report.finding("support-source-fresh").found;
    assert!(found.contains("2026-07-10") && found.contains("175 days"), "{found}");
}

#[test]
fn an_ended_release_and_the_way_on() {
    let (server, key) = server_with("server-ended", info("7.13", Some(&vendor_list())));
    let report = asked(&server, &key, "2026-07-15");
    let version = report.finding("server-version");
    assert_eq!((version.outcome.as_str(), report.verdict()), ("fail", "unsupported"));
    assert!(version.found.starts_with("7.13; support ended on 2026-06-30 (15 days ago)"), "{version:?}");
    assert_eq!(report.release("days_left"), &json!(-15.0));
    assert_eq!(report.lines("supported"), ["7.10", "8.0", "8.1", "8.2", "8.3", "8.4", "8.5", "8.6", "8.7"]);
    assert_eq!(report.release("upgrade")[0]["lts"], true);
    assert_eq!(report.lines("upgrade"), ["8.5"]);
    // Support is not monotonic: the older long-term line is supported on that day.
    let older = asked(&server_with("server-lts-710", info("7.10", Some(&vendor_list()))).0, &key, "2026-07-15");
    assert_eq!(older.outcome("server-version"), "pass");
}

#[test]
fn a_long_term_release() {
    let (server, key) = server_with("server-lts", info("8.5", Some(&vendor_list())));
    let report = asked(&server, &key, "2027-03-01");
    assert_eq!(
        (report.outcome("server-version").as_str(), report.release("lts"), report.release("until")),
        ("pass", &true.into(), &"2027-06-30".into())
    );
}

#[test]
fn a_release_candidate() {
    let body = r#"{"version":"8.6","info":{"version":"8.6.0-rc.2"},"supportedVersions":"LIST"}"#
        .replace("LIST", &vendor_list());
    let (server, key) = server_with("server-candidate", body);
    let report = asked(&server, &key, "2026-07-15");
    assert_eq!(report.outcome("server-release-build"), "fail");
    assert_eq!(report.finding("server-release-build").because, "a release candidate");
    assert_eq!(report.release("until"), "2026-08-30");
}

#[test]
fn an_unknown_release() {
    let (server, key) = server_with("server-unknown", info("9.9", Some(&vendor_list())));
    let report = asked(&server, &key, "2026-07-15");
    let version = report.finding("server-version");
    assert_eq!(version.outcome, "unknown");
    assert!(version.found.contains("9.9 is on no line"), "{version:?}");
    assert_eq!(report.release("until"), &Value::Null);
}

#[test]
fn a_month_end_release_that_only_the_calendar_knows() {
    let (server, key) = server_with("server-month-end", info("8.4", None));
    let report = asked(&server, &key, "2026-11-15");
    let version = report.finding("server-version");
    assert_eq!(version.outcome, "unknown");
    let found = version.found;
    assert!(
        found.contains("ended on 2026-10-31 or ends on 2026-11-30") && found.contains("last day of a month"),
        "{found}"
    );
    assert_eq!(
        (report.release("authority"), report.release("until_possible")),
        (&"calendar".into(), &"2026-11-30".into())
    );
    let ended = asked(&server, &key, "2026-12-01").finding("server-version");
    assert_eq!(ended.outcome, "fail");
    assert!(ended.found.starts_with("8.4; support ended on 2026-11-30 (1 day ago)"), "{ended:?}");
}

#[test]
fn releases_that_are_planned_need_no_server() {
    for (version, today, expected) in [
        ("7.13.0", "2026-07-15", "fail"),
        ("7.10.4", "2026-07-15", "pass"),
        ("8.5", "2027-06-30", "pass"),
        ("8.5", "2027-07-01", "fail"),
    ] {
        let report = check().with(&["--server-version", version]).today(today).report();
        assert_eq!(report.outcome("server-version"), expected, "{version} on {today}");
        assert_eq!(report.release("from"), "plan");
    }
    check().with(&["--server-version", "8"]).run().refused("at least two numbers");
    let wrong = check().with(&["--server", "https://admin:secret@chat.example.com"]).run().refused("");
    assert!(!wrong.stderr.lines().next().unwrap().is_empty());
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
        let path = folder.write(name, &forged);
        // 8.6.1 is supported by the calendar, 7.13.0 is not: of neither is anything said.
        for version in ["8.6.1", "7.13.0"] {
            let list = ["--server-version", version, "--supported-versions", &path, "--trust-key", &key];
            let report = check().with(&list).today("2026-07-15").report();
            let found = report.finding("server-version");
            assert_eq!(found.outcome, "unknown", "{name}: {found:?}");
            assert!(found.found.contains("unknown: a failure of trust"), "{name}: {found:?}");
            assert_eq!(report.release("until"), &Value::Null, "{name}");
            assert_eq!(report.outcome("support-list-trusted"), "fail", "{name}");
            assert_eq!(report.fact("support_list.state")["value"], "untrusted", "{name}");
        }
    }
    // Without the site's key, its list is refused; the vendor's own key is the only one trusted.
    let path = folder.write("good", &good);
    let list = ["--server-version", "8.6.1", "--supported-versions", &path];
    let report = check().with(&list).today("2026-07-15").report();
    assert_eq!(report.outcome("server-version"), "unknown");
}

#[test]
fn a_forged_list_beside_a_good_one_is_told_and_decides_nothing() {
    let payload =
        r#"{"timestamp":"2026-07-14T08:00:00Z","versions":[{"version":"7.13.0","expiration":"2099-01-31T00:00:00Z"}]}"#;
    let (server, key) = server_with("server-forged-beside", info("7.13", Some(&token(OTHER, HEADER, payload))));
    let good = scratch("server-good-beside").write("good.jwt", vendor_list());
    let report = asking(&server, &key).with(&["--supported-versions", &good]).today("2026-07-15").report();
    assert_eq!(report.outcome("server-version"), "fail");
    assert_eq!(report.outcome("support-list-trusted"), "fail");
    assert!(report.finding("support-list-trusted").found.contains("refused"));
}

#[test]
fn a_list_from_the_future_means_that_the_clock_is_wrong() {
    let (folder, key) = folder("server-clock");
    let path = folder.write("list", list("2099-01-01T00:00:00Z", &VERSIONS, ""));
    let list = ["--server-version", "8.6.1", "--supported-versions", &path, "--trust-key", &key];
    let found = check().with(&list).by_the_clock().report().finding("server-version");
    assert_eq!(found.outcome, "unknown");
    assert!(found.found.contains("clock of this host cannot be right"), "{found:?}");
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
            "redirected to https://evil.example.net",
        ),
        (
            "downgrade",
            good(),
            Box::new(|_| http(302, "Location: http://127.0.0.1/api/info\r\n", "")),
            "redirected to http://127.0.0.1",
        ),
        (
            "port",
            good(),
            Box::new(|_| http(302, "Location: https://127.0.0.1:1/api/info\r\n", "")),
            "redirected to https://127.0.0.1:1; redirects to another host or port",
        ),
        ("circle", good(), Box::new(|_| http(302, "Location: /api/info\r\n", "")), "more than 5 redirects"),
        (
            "gzip",
            good(),
            Box::new(|_| http(200, "Content-Encoding: gzip\r\n", "\u{1f}x")),
            "encoded with gzip, which was not requested",
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
        let report = ask(check_within("2s"), &server, &key).today("2026-07-15").report();
        assert!(started.elapsed() < Duration::from_secs(10), "{name}: {:?}", started.elapsed());
        let version = report.fact("server.version");
        assert!(version["reason"].as_str().unwrap_or_default().contains(words), "{name}: {version}");
        assert_eq!(report.outcome("server-version"), "unknown", "{name}");
        let certificate = match name {
            "expired" | "later" | "name" => "fail",
            "500" | "html" | "gzip" => continue,
            _ => "unknown",
        };
        assert_eq!(report.outcome("server-certificate"), certificate, "{name}");
    }
}

#[test]
fn redirects_on_the_same_host_are_followed() {
    let (folder, key) = folder("server-redirect");
    let server = serve(&folder, &Identity::default(), |target| match target {
        "/api/info" => http(301, "Location: /team/api/info\r\n", ""),
        _ => ok(&info("8.6", None)),
    });
    assert_eq!(asked(&server, &key, "2026-07-15").fact("server.version")["value"], "8.6");
}

#[test]
fn an_authority_that_is_not_named_is_not_trusted() {
    let (server, _) = server_with("server-untrusted", info("8.6", None));
    let report = check().with(&["--server", &server.url()]).report();
    assert_eq!(report.fact("server.tls.state")["value"], "untrusted");
    assert!(report.fact("server.version")["reason"].as_str().unwrap().contains("--ca-file"));
}

#[test]
fn a_file_of_authorities_without_end_is_not_read() {
    let (server, key) = server_with("server-cert-file", info("8.6", None));
    let large = scratch("server-cert-file-large").at("large.pem");
    std::fs::File::create(&large).unwrap().set_len(1 << 34).unwrap();
    for file in ["/dev/zero", &large] {
        let report = asking(&server, &key).env("SSL_CERT_FILE", file).report();
        let reason = report.fact("server.version")["reason"].as_str().unwrap().to_owned();
        assert!(reason.contains("SSL_CERT_FILE does not name a regular file of at most 4 MiB"), "{reason}");
    }
}

#[test]
fn a_password_in_an_argument_is_not_repeated() {
    for arguments in [
        &["check", "rocketchat", "--server", "https://user:se/c@ret@chat.example.com"][..],
        &["check", "rocketchat", "--server", "user:secret@chat.example.com"],
        &["check", "rocketchat", "--online", "--list-url", "ftp://user:secret@chat.example.com/list"],
        &["check", "rocketchat", "https://user:secret@chat.example.com"],
        &["https://user:secret@chat.example.com"],
        &["check", "rocketchat", "--online", "https://user:secret@chat.example.com"],
        &["check", "rocketchat", "--format", "nagios", "--server", "https://user:secret@chat.example.com"],
    ] {
        let run = rampcheck(arguments);
        assert!([2, 3].contains(&run.code), "{arguments:?}");
        let said = run.stdout + &run.stderr;
        assert!(!said.contains("secret") && !said.contains("user:"), "{arguments:?}: {said}");
    }
}

#[test]
fn what_cannot_be_asked_or_read_is_said() {
    let (folder, _) = folder("server-nobody");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = check().with(&["--server", &format!("https://{free}")]).report();
    assert!(refused.fact("server.version")["reason"].as_str().unwrap().contains("connection refused"));
    let junk = folder.write("junk.pem", "junk");
    for (option, words) in [("--ca-file", "contains no certificate"), ("--trust-key", "BEGIN PUBLIC KEY")] {
        check().with(&["--server", "https://127.0.0.1:1", option, &junk]).run().refused(words);
    }
    check().with(&["--supported-versions", "/nonexistent"]).run().refused("/nonexistent");
    // A product without releases has nothing to ask.
    Check::of("cometchat").with(&["--online"]).run().refused("has no releases");
}

#[test]
fn a_certificate_that_ends_soon_is_a_warning() {
    let (folder, key) = folder("server-certificate");
    let soon = Identity { days: (-60, 20), ..Identity::default() };
    let server = serve(&folder, &soon, |_| ok(&info("8.6", None)));
    let report = asking(&server, &key).by_the_clock().report();
    assert_eq!(["server-certificate", "server-certificate-ending"].map(|id| report.outcome(id)), ["pass", "fail"]);
    assert_eq!(report.fact("server.tls.version")["value"], "1.3");
}

/// A server that stands for every service of the vendor, behind a proxy, and answers thus what 8.6.1 runs with.
fn vendor(name: &str, runs_with: impl Fn() -> Answer + Send + Sync + 'static) -> (Server, String) {
    let (folder, key) = folder(name);
    let names = ["127.0.0.1", "chat.example.com", "*.rocket.chat", "registry-1.docker.io"].map(str::to_owned).to_vec();
    let server = serve(&folder, &Identity { names, ..Identity::default() }, move |target| match target {
        "/api/info" => ok(&info("8.6", None)),
        "/v2/server/supportedVersions" => ok(&format!(r#"{{"signed":"{}","versions":[]}}"#, vendor_list())),
        "/8.6.1/info" => runs_with(),
        _ => http(404, "", ""),
    });
    (server, key)
}

#[test]
fn online_fetches_the_list_and_asks_the_vendors_services_through_the_proxy() {
    let (server, key) = vendor("server-online", || ok(r#"{"tag":"8.6.1","compatibleMongoVersions":["8.0","8.4"]}"#));
    let (proxy, seen) = web::proxy(server.address, &["omni-gateway.rocket.chat"]);
    let proxy = format!("http://{proxy}");
    let run = |more: &[&str]| {
        let trusting = ["--ca-file", &server.ca_file(), "--trust-key", &key];
        let check = check().with(&trusting).with(more).today("2026-07-15");
        let report = check.env("https_proxy", &proxy).env("http_proxy", &proxy).report();
        (report, std::mem::take(&mut *seen.lock().unwrap()))
    };
    // Unasked, nothing leaves the machine.
    let (report, seen) = run(&["--server-version", "8.6.1"]);
    assert_eq!((seen.len(), report.outcome("outbound-cloud").as_str()), (0, "skipped"), "{seen:?}");
    // The server alone, which is behind the proxy.
    let (report, seen) = run(&["--server", "https://chat.example.com"]);
    let seen: BTreeSet<_> = seen.iter().map(String::as_str).collect();
    assert_eq!(seen, ["CONNECT chat.example.com:443 HTTP/1.1", "GET http://chat.example.com/ HTTP/1.1"].into());
    assert_eq!(report.fact("server.version")["value"], "8.6");
    // This machine is never asked through it.
    let (report, seen) = run(&["--server", &server.url()]);
    assert_eq!((seen.len(), &report.fact("server.version")["value"]), (0, &"8.6".into()), "{seen:?}");

    let (report, seen) = run(&["--server-version", "8.6.1", "--online"]);
    assert_eq!(
        report.fact("support_list.releases")["place"],
        "https://releases.rocket.chat/v2/server/supportedVersions"
    );
    assert_eq!(report.release("authority"), "signed-list");
    for service in ["cloud", "releases", "marketplace", "gateway", "collector", "billing", "nps", "registry"] {
        assert_eq!(report.outcome(&format!("outbound-{service}")), "pass", "{service}");
    }
    assert_eq!(report.outcome("outbound-omni-gateway"), "fail");
    // What the vendor says that the release runs with goes before the calendar.
    assert_eq!(report.release("mongodb"), &json!(["8.0", "8.4"]));
    assert_eq!(report.fact("release.mongodb")["place"], "https://releases.rocket.chat/8.6.1/info");
    assert_eq!(seen.len(), 11, "{seen:?}");
    // A mirror in the place of the vendor's service.
    let list = format!("{}/v2/server/supportedVersions", server.url());
    let (report, _) = run(&["--server-version", "8.6.1", "--online", "--list-url", &list]);
    assert_eq!(report.fact("support_list.releases")["place"], list);
}

#[test]
fn a_hostile_answer_about_mongodb_costs_itself_only() {
    type Hostile = (&'static str, fn() -> Answer, &'static str);
    let answers: [Hostile; 5] = [
        ("html", || ok("<html>"), "is not JSON"),
        (
            "words",
            || ok(r#"{"compatibleMongoVersions":["8.0","\\u001b[31mnewest"]}"#),
            "names what is no version of MongoDB",
        ),
        ("other", || ok(r#"{"tag":"9.0.0","compatibleMongoVersions":["7.0"]}"#), "is about another release"),
        ("500", || http(500, "", "oops"), "answered with status 500"),
        ("flood", || Answer::Floods(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), 100), "larger than 4194304 bytes"),
    ];
    for (name, answer, words) in answers {
        let (server, key) = vendor(&format!("server-mongodb-{name}"), answer);
        let (proxy, _) = web::proxy(server.address, &[]);
        let online = ["--server-version", "8.6.1", "--online", "--mongodb-version", "8.0"];
        let check = check().with(&["--ca-file", &server.ca_file(), "--trust-key", &key]).with(&online);
        let report = check.env("https_proxy", &format!("http://{proxy}")).today("2026-07-15").report();
        let reason = report.fact("release_info.mongodb")["reason"].as_str().unwrap_or_default().to_owned();
        assert!(reason.contains(words), "{name}: {reason}");
        assert_eq!(report.fact("release.mongodb")["place"], "8.6 in the calendar of this pack", "{name}");
        for id in ["mongodb-release", "server-version", "support-list-trusted"] {
            assert_eq!(report.outcome(id), "pass", "{name}: {id}");
        }
    }
}

#[test]
fn a_plan_file_says_what_the_arguments_do() {
    let (server, key) = server_with("server-plan", info("8.6", Some(&vendor_list())));
    let folder = scratch("server-plan-file");
    let (url, ca_file) = (server.url(), server.ca_file());
    let plan = format!(
        "tier = \"vps-minimal\"\nserver = {{ url = \"{url}\", ca_file = \"{ca_file}\", trust_key = [\"{key}\"] }}\n"
    );
    let plan = folder.write("plan.toml", plan);
    let report = Check::of("rocketchat").with(&["--plan", &plan]).today("2026-07-15").report();
    assert_eq!(report.release("authority"), "signed-list");
    // What it will ask it says before, whoever said it.
    let said = Check::of("rocketchat").with(&["--plan", &plan]).today("2026-07-15").run();
    let asks = format!("{url}, http://127.0.0.1/");
    assert_eq!(said.asks, asks);
    assert_eq!(check().with(&["--server", &url]).run().asks, asks);
    let only = ["--list-url", "https://mirror.example.com/list", "--server-version", "8.6.1"];
    assert_eq!(check().with(&only).run().asks, "", "an address alone asks nothing");
    assert_eq!(check().with(&["--server", &url]).on("ubuntu-22.04").run().asks, "", "a recorded host asks nobody");
    let online = check_within("300ms").with(&["--online"]).env("https_proxy", "http://127.0.0.1:9").run();
    for address in ["https://releases.rocket.chat/", "https://cloud.rocket.chat/", "the registry of the official image"]
    {
        assert!(online.asks.contains(address), "{address}: {}", online.asks);
    }
    for (text, parts) in [
        (
            "server = { url = \"ftp://x\", version = \"8\" }\n",
            &["begins with neither https nor http", "is not a release"][..],
        ),
        ("server = { onlin = true }\n", &["`onlin` is not a key here (did you mean `online`?)"]),
    ] {
        let wrong = folder.write("wrong.toml", text);
        let mut wrong = Check::of("rocketchat").with(&["--plan", &wrong]).run();
        for part in parts {
            wrong = wrong.refused(part);
        }
    }
}

#[test]
fn a_report_is_judged_again_for_another_day_and_release() {
    let (server, key) = server_with("server-again", info("8.6", Some(&vendor_list())));
    let first = asked(&server, &key, "2026-07-15");
    let facts = scratch("server-again-facts").write("report.json", first.text());
    let again = |today: &str| Check::of("rocketchat").tier("vps-minimal").with(&["--facts", &facts]).today(today);
    assert_eq!(again("2027-01-31").report().outcome("server-version"), "pass");
    assert_eq!(again("2027-02-01").report().outcome("server-version"), "fail");
    let other = again("2027-02-01").with(&["--attest", "server.version=8.5.0"]).report();
    assert_eq!(other.release("until"), "2027-06-30");
    assert_eq!(other.outcome("server-version"), "pass");
}

#[test]
fn the_terminal_tells_the_way_on() {
    let check =
        Check::of("rocketchat").tier("vps-minimal").with(&["--server-version", "6.5.0", "-v"]).on("ubuntu-22.04");
    check.run().quiet().says(&[
        "support ended on 2024-06-30 (873 days ago); according to the calendar of this",
        "go to   8.9 LTS, through 7.10",
        "8.5 LTS until 2027-06-30, 8.6 until 2027-01-31",
        "note: judged as of 2026-11-20, as requested",
    ]);
}

#[test]
fn the_calendar_is_shown_with_today_marked() {
    let said = rampcheck(&["releases", "rocketchat", "--today", "2026-11-20"]).expect(0).stdout;
    let lines: Vec<&str> = said.lines().collect();
    let mark = lines.iter().position(|line| line.contains("\u{2500}\u{2500} 2026-11-20")).unwrap();
    assert!(
        lines[mark - 1].starts_with("8.3") && lines[mark + 1].contains("uncertain; possibly until 2026-11-30"),
        "{said}"
    );
    assert!(lines.iter().any(|line| line.starts_with("8.5   LTS  2026-06-10  2027-06-30  222")), "{said}");
    assert!(lines.iter().any(|line| line.starts_with("8.8        2026-09     2027-03-31  131")), "{said}");
    let json = rampcheck(&["releases", "rocketchat", "--format", "json", "--today", "2026-07-15"]).json();
    let standing = |line: &str| {
        let rows = json["releases"].as_array().unwrap();
        rows.iter().find(|row| row["line"] == line).unwrap()["standing"].clone()
    };
    assert_eq!(
        (json["today"].clone(), standing("7.13"), standing("7.10")),
        ("2026-07-15".into(), "ended".into(), "supported".into())
    );
    assert_eq!((standing("8.7"), standing("8.9")), ("unreleased".into(), "unreleased".into()));
    rampcheck(&["releases", "cometchat"]).refused("");
}

#[test]
fn what_a_server_says_at_length_is_cut_and_the_report_can_be_read_back() {
    let long = format!("8.6.1-{}", "x".repeat(200_000));
    let (server, key) = server_with("server-long", info(&long, None));
    let folder = scratch("server-long-report");
    let lists: Vec<_> =
        (0..120).map(|number| folder.write(&format!("{}-{number}", "n".repeat(200)), "no list")).collect();
    let lists: Vec<_> = lists.iter().flat_map(|list| ["--supported-versions", list]).collect();
    let report = asking(&server, &key).with(&lists).report();
    let version = report.fact("server.version");
    let said = version["value"].as_str().or(version["reason"].as_str()).unwrap_or_default();
    assert!(said.len() < 3000 && version["place"].as_str().unwrap().contains(" (cut from "), "{version}");
    assert!(report.fact("support_list.problems")["place"].as_str().unwrap().contains(" (cut from 120 entries, "));
    let file = folder.write("report.json", report.text());
    rampcheck(&["verify", &file]).expect(0);
    rampcheck(&["show", &file]).expect(0);
    // What the operator says at length is not cut: it is refused.
    let waiver = format!("memory={}", "x".repeat(70_000));
    let check = Check::of("cometchat").tier("qa").on("vm-14gib").with(&["--waive", &waiver]).format("json");
    check.run().refused("the report could not be read back: more than 65536 bytes in a text");
}

/// The answer of a server that opens a WebSocket, to the key that rampcheck asks with.
const OPENED: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

#[test]
fn websockets_reach_the_server_or_do_not() {
    let (folder, key) = folder("server-websocket");
    let serving = |sockjs: &'static str, socket: &'static str| {
        let body = info("8.6", None);
        serve(&folder, &Identity::default(), move |target| match target {
            "/api/info" => http(200, "Server: nginx/1.24.0\r\n", &body),
            "/sockjs/info?cb=rampcheck" => ok(sockjs),
            "/websocket" if socket.is_empty() => http(400, "", "Can \"Upgrade\" only to \"WebSocket\"."),
            "/websocket" => Answer::Whole(socket.as_bytes().to_vec()),
            _ => http(404, "", ""),
        })
    };
    let open = asked(&serving(r#"{"websocket":true}"#, OPENED), &key, "2026-07-15");
    assert_eq!(open.outcome("server-websocket"), "pass", "{:?}", open.finding("server-websocket"));
    assert_eq!(open.fact("server.answered_by")["value"], "nginx/1.24.0");
    let dropped = asked(&serving(r#"{"websocket":true}"#, ""), &key, "2026-07-15");
    let finding = dropped.finding("server-websocket");
    assert_eq!((finding.outcome.as_str(), finding.status.as_str()), ("fail", "warning"));
    assert!(finding.because.contains("may leave out the headers Upgrade and Connection"), "{finding:?}");
    assert_eq!(dropped.fact("server.websocket.status")["value"], 400);
    let elsewhere = asked(&serving("<html>", OPENED), &key, "2026-07-15").finding("server-websocket");
    assert_eq!(elsewhere.because, "/sockjs does not reach the service that answers WebSockets");
}

#[test]
fn a_server_of_a_product_without_releases_is_asked_for_its_way_in() {
    let (folder, _) = folder("server-cometchat");
    let server = serve(&folder, &Identity::default(), |_| http(401, "", ""));
    let ask = ["--server", &server.url(), "--ca-file", &server.ca_file()];
    let report = Check::of("cometchat").tier("qa").with(&ask).report();
    for id in ["server-certificate", "server-certificate-ending"] {
        assert_eq!(report.outcome(id), "pass", "{id}");
    }
    Check::of("cometchat").tier("qa").with(&["--online"]).run().refused("has no releases, so --server-version");
}
