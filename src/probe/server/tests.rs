//! What the probe reports of servers, containers, lists and clocks.

use super::super::testing::{ask_with, of_image, reason, why};
use super::*;
use crate::facts::{Fact, FactState, Facts, Subject, SupportedRelease, Value};
use crate::host::Recorded;

use super::signing::{HEADER, OTHER, SITE_PUBLIC, list, token};

const URL: &str = "https://chat.example.com";

fn site() -> Questions {
    let mut questions = of_image("rocketchat/rocket.chat");
    questions.server.keys.push(SITE_PUBLIC.to_owned());
    questions.server.info_path = Some("/api/info".to_owned());
    questions.server.id_path = Some("/api/v1/settings.public?_id=uniqueID".to_owned());
    questions.server.list_url = Some("https://releases.example.com/list".to_owned());
    questions.now = "2999-01-01T00:00:00Z".parse().ok();
    questions
}

/// A host that answers these addresses with status 200.
fn web(answers: &[(&str, &str)]) -> Recorded {
    let rows = answers.iter().map(|(url, body)| {
        format!("[[web]]\nurl = '{url}'\nstatus = 200\nbody = '{body}'\ntls = '1.3'\ncertificate_ends = '2027-01-31'\n")
    });
    Recorded::default().answering(&rows.collect::<String>()).unwrap()
}

fn containers(body: &str) -> Recorded {
    let answer = format!(
        "[[http]]\nendpoint = 'unix:///var/run/docker.sock'\ntarget = '/containers/json'\nstatus = 200\nbody = '{body}'\n"
    );
    Recorded::default().answering(&answer).unwrap()
}

fn facts(host: &Recorded, questions: &Questions) -> Facts {
    ask_with(questions, Subject::Server, host)
}

/// Versions and last days of the releases that the newest list supports.
fn supported(facts: &Facts) -> Vec<(&str, String)> {
    match facts["support_list.releases"].value() {
        Some(Value::Releases(releases)) => {
            releases.iter().map(|release| (release.version.as_str(), release.until.to_string())).collect()
        }
        _ => Vec::new(),
    }
}

fn texts<'f>(facts: &'f Facts, names: &[&str]) -> Vec<Option<&'f str>> {
    names.iter().map(|name| facts[*name].text()).collect()
}

#[test]
fn a_server_names_its_release_and_passes_its_list_on() {
    let token = list("2026-11-01T00:00:00.5Z", &[("8.5.3", "2027-06-30T00:00:00Z")], "");
    let info = format!(r#"{{"version":"8.5","supportedVersions":{{"signed":"{token}"}},"success":true}}"#);
    let mut questions = site();
    questions.server.url = Some(URL.to_owned());
    let facts = facts(&web(&[("https://chat.example.com/api/info", &info)]), &questions);
    assert_eq!(
        texts(&facts, &["server.url", "server.version", "server.tls.state", "server.tls.version", "server.tls.ends"]),
        [Some(URL), Some("8.5"), Some("valid"), Some("1.3"), Some("2027-01-31")]
    );
    let key = TrustKey::from_pem(SITE_PUBLIC).unwrap();
    assert_eq!(
        texts(&facts, &["support_list.state", "support_list.date", "support_list.key"]),
        [Some("verified"), Some("2026-11-01"), Some(key.fingerprint.as_str())]
    );
    assert_eq!(facts["support_list.problems"].state, FactState::Absent);
    let release = SupportedRelease {
        version: "8.5.3".to_owned(),
        until: jiff::civil::date(2027, 6, 30),
        lts: true,
        exception: false,
    };
    let expected = Fact::known(vec![release], "https://chat.example.com/api/info");
    assert_eq!(facts["support_list.releases"], expected);
}

#[test]
fn a_server_that_does_not_answer_is_unknown_with_the_reason() {
    for (trouble, words) in [
        (r#"{ dns = "chat.example.com" }"#, "no address was found for chat.example.com"),
        (r#"{ tls = "expired" }"#, "the certificate has expired"),
        (r#""refused""#, "connection refused"),
        (r#""timed-out""#, "no answer within"),
        (r#"{ redirected = "https://evil.example.net" }"#, "redirected to https://evil.example.net"),
    ] {
        let host = Recorded::default()
            .answering(&format!("errors = {{ \"fetch https://chat.example.com/api/info\" = {trouble} }}"))
            .unwrap();
        let mut questions = site();
        questions.server.url = Some(URL.to_owned());
        let facts = facts(&host, &questions);
        assert!(reason(&facts["server.version"]).contains(words), "{trouble}: {:?}", facts["server.version"]);
        let state = if trouble.contains("expired") { Some("expired") } else { None };
        assert_eq!(facts["server.tls.state"].text(), state, "{trouble}");
        assert_eq!(facts["support_list.state"].text(), Some("none"));
    }
    let mut questions = site();
    questions.server.url = Some(URL.to_owned());
    let facts = facts(&web(&[("https://chat.example.com/api/info", "<html>")]), &questions);
    assert!(reason(&facts["server.version"]).contains("is not the JSON of a server"));
}

#[test]
fn without_an_address_or_a_path_nothing_is_asked() {
    let facts_without = facts(&Recorded::default(), &site());
    for name in ["server.url", "server.version", "server.tls.state", "server.tls.version", "server.tls.ends"] {
        assert_eq!(facts_without[name], Fact::absent("--server"), "{name}");
    }
    let mut questions = Questions::default();
    questions.server.url = Some(URL.to_owned());
    questions.server.online = true;
    let hangs = r#"errors = { "get unix:///var/run/docker.sock" = "hangs" }"#;
    let facts = facts(&Recorded::default().answering(hangs).unwrap(), &questions);
    assert_eq!(facts["server.url"].text(), Some(URL));
    for (name, words) in [
        ("server.version", "the product's pack does not say"),
        ("server.tls.state", "the product's pack does not say"),
        ("container.release", "the pack names no such image"),
    ] {
        assert_eq!(why(&facts[name]), Some(Why::NotAsked), "{name}");
        assert!(reason(&facts[name]).starts_with(words), "{name}");
    }
    assert_eq!(facts["support_list.state"].text(), Some("none"));
}

#[test]
fn plain_http_has_no_certificate() {
    let mut questions = site();
    questions.server.url = Some("http://127.0.0.1:3000".to_owned());
    let facts = facts(&web(&[("http://127.0.0.1:3000/api/info", r#"{"version":"8.5"}"#)]), &questions);
    assert_eq!(facts["server.version"].text(), Some("8.5"));
    assert_eq!(facts["server.tls.state"].state, FactState::Absent);
}

#[test]
fn the_running_container_names_its_release() {
    let label = "label org.opencontainers.image.version";
    for (body, expected) in [
        (r#"[{"Image":"rocketchat/rocket.chat:7.10.3"},{"Image":"mongo:8"}]"#, Some(("7.10.3", "image tag"))),
        (r#"[{"Image":"docker.io/rocketchat/rocket.chat:8.5.0@sha256:00"}]"#, Some(("8.5.0", "image tag"))),
        (
            r#"[{"Image":"rocketchat/rocket.chat:latest","Labels":{"org.opencontainers.image.version":"8.6.1"}}]"#,
            Some(("8.6.1", label)),
        ),
        (r#"[{"Image":"rocketchat/rocket.chat:latest"}]"#, None),
        (r#"[{"Image":"rocketchat/rocket.chat:8"}]"#, None),
        (r#"[{"Image":"rocketchat/rocket.chat:8.5.0"},{"Image":"rocketchat/rocket.chat:8.6.0"}]"#, None),
    ] {
        let release = &facts(&containers(body), &site())["container.release"];
        assert_eq!(release.text(), expected.map(|(version, _)| version), "{body}");
        assert_eq!(why(release), expected.is_none().then_some(Why::NotDetermined), "{body}");
        let place = "unix:///var/run/docker.sock /containers/json";
        let within = expected.map(|(_, within)| format!("{place}, {within}"));
        assert_eq!(release.place, within.unwrap_or(place.to_owned()), "{body}");
    }
    for host in
        [containers("[]"), containers(r#"[{"Image":"evil/rocketchat/rocket.chat:8.5.0"}]"#), Recorded::default()]
    {
        assert_eq!(facts(&host, &site())["container.release"].state, FactState::Absent);
    }
    let host =
        Recorded::default().answering(r#"errors = { "get unix:///var/run/docker.sock" = "not-permitted" }"#).unwrap();
    assert_eq!(why(&facts(&host, &site())["container.release"]), Some(Why::NotPermitted));
}

#[test]
fn the_newest_verified_list_counts_wherever_it_comes_from() {
    let made =
        |day: &str, until: &str| list(&format!("{day}T00:00:00Z"), &[("8.5.3", &format!("{until}T00:00:00Z"))], "");
    let (old, middle, new) =
        (made("2026-09-01", "2027-01-01"), made("2026-10-01", "2027-02-02"), made("2026-11-01", "2027-03-03"));
    let mut questions = site();
    questions.server.online = true;
    for (api, file, site, online) in [
        (&new, &old, &middle, &old),
        (&old, &new, &middle, &old),
        (&old, &old, &new, &middle),
        (&old, &old, &middle, &new),
    ] {
        questions.server.url = Some(URL.to_owned());
        questions.server.lists = vec![("list.json".to_owned(), format!("{{\"signed\":\"{file}\"}}"))];
        let info = format!(r#"{{"version":"8.5","supportedVersions":"{api}"}}"#);
        let host = web(&[
            ("https://chat.example.com/api/info", &info),
            ("https://releases.example.com/list", &format!(r#"{{"signed":"{online}"}}"#)),
        ])
        .file("/etc/rampcheck/supported-versions.jwt", format!("{site}\n"))
        .file("/etc/rampcheck/supported-versions.txt", "not looked at");
        let facts = facts(&host, &questions);
        assert_eq!(supported(&facts), [("8.5.3", "2027-03-03".to_owned())]);
        assert_eq!(facts["support_list.problems"].state, FactState::Absent);
    }
}

#[test]
fn a_refused_list_is_a_problem_and_never_wins() {
    let payload =
        r#"{"timestamp":"2026-12-01T00:00:00Z","versions":[{"version":"8.5.3","expiration":"2099-01-01T00:00:00Z"}]}"#;
    let forged = token(OTHER, HEADER, payload);
    let mut questions = site();
    questions.server.lists = vec![("forged.jwt".to_owned(), forged)];
    let facts_of = |questions: &Questions| facts(&Recorded::default(), questions);
    let facts = facts_of(&questions);
    assert_eq!(facts["support_list.state"].text(), Some("untrusted"));
    for name in ["support_list.date", "support_list.key", "support_list.releases"] {
        assert_eq!(facts[name].state, FactState::Absent, "{name}");
    }
    let Some(Value::List(problems)) = facts["support_list.problems"].value() else { panic!("{facts:?}") };
    assert!(problems[0].starts_with("forged.jwt: refused, it was not signed"), "{problems:?}");
    questions
        .server
        .lists
        .push(("good.jwt".to_owned(), list("2026-11-01T00:00:00Z", &[("8.5.3", "2027-06-30T00:00:00Z")], "")));
    let facts = facts_of(&questions);
    assert_eq!(facts["support_list.state"].text(), Some("verified"));
    assert_eq!(supported(&facts), [("8.5.3", "2027-06-30".to_owned())]);
    assert!(facts["support_list.problems"].value().is_some());
    // What is not a list, or cannot be read, is a problem but not a refused list.
    questions.server.lists = vec![("empty.json".to_owned(), "{}".to_owned())];
    questions.server.online = true;
    let facts = facts_of(&questions);
    assert_eq!(facts["support_list.state"].text(), Some("none"));
    let Some(Value::List(problems)) = facts["support_list.problems"].value() else { panic!("{facts:?}") };
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn an_exception_is_found_by_domain_or_by_the_workspaces_id() {
    let list = |whose: &str| {
        let exceptions = format!(
            r#","exceptions":{{{whose},"versions":[{{"version":"7.9.2","expiration":"2027-03-01T00:00:00Z"}}]}}"#
        );
        list("2026-11-01T00:00:00Z", &[("8.5.3", "2027-06-30T00:00:00Z")], &exceptions)
    };
    let settings = (
        "https://chat.example.com/api/v1/settings.public?_id=uniqueID",
        r#"{"settings":[{"_id":"uniqueID","value":"w1"}]}"#,
    );
    for (whose, until) in [
        (r#""domain":"chat.example.com""#, Some("2027-03-01")),
        (r#""domain":"Chat.Example.com""#, Some("2027-03-01")),
        (r#""domain":"other.example.com""#, None),
        (r#""uniqueId":"w1""#, Some("2027-03-01")),
        (r#""uniqueId":"w2""#, None),
    ] {
        let info = format!(r#"{{"version":"7.9","supportedVersions":{{"signed":"{}"}}}}"#, list(whose));
        let mut questions = site();
        questions.server.url = Some(URL.to_owned());
        let facts = facts(&web(&[("https://chat.example.com/api/info", &info), settings]), &questions);
        let exception = supported(&facts).into_iter().find(|(version, _)| *version == "7.9.2");
        assert_eq!(exception.map(|(_, until)| until).as_deref(), until, "{whose}");
    }
}

#[test]
fn a_clock_before_the_build_or_the_list_is_not_believed() {
    let mut questions = site();
    questions.server.lists = vec![("list".to_owned(), list("2098-11-01T00:00:00Z", &[], ""))];
    for (now, plausible) in
        [("1970-01-01T00:00:00Z", false), ("2098-10-31T23:59:59Z", false), ("2098-11-01T00:00:00Z", true)]
    {
        questions.now = now.parse().ok();
        let clock = facts(&Recorded::default(), &questions)["clock.plausible"].clone();
        assert_eq!(clock.value(), Some(&Value::Bool(plausible)), "{now}");
        assert!(clock.place.contains("the signed list was made on 2098-11-01"), "{clock:?}");
    }
    questions.server.lists.clear();
    questions.now = "2000-01-01T00:00:00Z".parse().ok();
    assert_eq!(facts(&Recorded::default(), &questions)["clock.plausible"].value(), Some(&Value::Bool(false)));
    questions.now = None;
    assert_eq!(why(&facts(&Recorded::default(), &questions)["clock.plausible"]), Some(Why::NotAsked));
}

#[test]
fn domains_of_addresses() {
    for (url, expected) in [
        ("https://chat.example.com", "chat.example.com"),
        ("https://chat.example.com:8443/team", "chat.example.com"),
        ("http://[::1]:3000", "[::1]"),
    ] {
        assert_eq!(domain(url).as_deref(), Some(expected));
    }
}

#[test]
fn the_vendor_is_asked_what_the_release_runs_with_and_only_online() {
    let info = "https://releases.example.com/8.5.0/info";
    let host = |url: &str| {
        web(&[
            (url, r#"{"tag":"8.5.0","compatibleMongoVersions":["8.0"]}"#),
            (&format!("{URL}/api/info"), r#"{"version":"8.5"}"#),
        ])
    };
    let asking = |online, release: Option<&str>, url: Option<&str>| {
        let mut questions = site();
        questions.server.online = online;
        questions.server.release_url = Some("https://releases.example.com/VERSION/info".to_owned());
        questions.server.release = release.map(str::to_owned);
        questions.server.url = url.map(str::to_owned);
        questions
    };
    for (questions, expected) in [
        (asking(true, Some("8.5"), None), Some("8.5.0")),
        (asking(true, None, Some(URL)), Some("8.5.0")),
        // What is planned goes before what runs.
        (asking(true, Some("8.5.0"), Some("https://other.example.com")), Some("8.5.0")),
        (asking(false, Some("8.5"), Some(URL)), None),
        (asking(true, None, None), None),
        // What is no plain version becomes no part of an address.
        (asking(true, Some("8.5.0/../../x"), None), None),
    ] {
        let facts = facts(&host(info), &questions);
        assert_eq!(facts["release_info.version"].text(), expected, "{:?}", questions.server);
        let lines = expected.map(|_| Value::List(vec!["8.0".to_owned()]));
        assert_eq!(facts["release_info.mongodb"].value(), lines.as_ref(), "{:?}", questions.server);
    }
    // The container of the server's line tells the patch, as it does for the judgement.
    let both = format!(
        "[[http]]\nendpoint = 'unix:///var/run/docker.sock'\ntarget = '/containers/json'\nstatus = 200\n\
         body = '[{{\"Image\":\"rocketchat/rocket.chat:8.5.3\"}}]'\n\
         [[web]]\nurl = '{URL}/api/info'\nstatus = 200\nbody = '{{\"version\":\"8.5\"}}'\n"
    );
    let both = Recorded::default().answering(&both).unwrap();
    let patched = facts(&both, &asking(true, None, Some(URL)));
    assert_eq!(patched["release_info.version"].text(), Some("8.5.3"), "{patched:?}");
    let nobody = facts(&Recorded::default(), &asking(true, Some("8.5"), None));
    assert!(matches!(nobody["release_info.mongodb"].state, FactState::Unknown { .. }), "{nobody:?}");
    assert_eq!(nobody["support_list.state"].text(), Some("none"), "and nothing else is lost");
}
