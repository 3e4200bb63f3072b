//! What the probe reports of servers, containers, lists and clocks.

use super::super::testing::{ask_with, reason, why};
use super::*;
use crate::facts::{Facts, Reading, Subject, Value};
use crate::host::Recorded;

use super::signing::{HEADER, OTHER, SITE_PUBLIC, list, token};

const URL: &str = "https://chat.example.com";

fn site() -> Questions {
    let mut questions = Questions::default();
    questions.server.keys.push(SITE_PUBLIC.to_owned());
    questions.server.releases_url = "https://releases.example.com/list".to_owned();
    questions.images.insert("rocketchat/rocket.chat".to_owned());
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

fn texts<'f>(facts: &'f Facts, names: &[&str]) -> Vec<Option<&'f str>> {
    names.iter().map(|name| facts[*name].text()).collect()
}

#[test]
fn a_server_tells_its_release_and_hands_on_its_list() {
    let token = list("2026-11-01T00:00:00.5Z", &[("8.5.3", "2027-06-30T00:00:00Z")], "");
    let info = format!(r#"{{"version":"8.5","supportedVersions":{{"signed":"{token}"}},"success":true}}"#);
    let mut questions = site();
    questions.server.url = Some(URL.to_owned());
    let facts = facts(&web(&[("https://chat.example.com/api/info", &info)]), &questions);
    assert_eq!(
        texts(
            &facts,
            &["server.url", "server.version", "server.version_source", "server.tls.state", "server.tls.ends"]
        ),
        [Some(URL), Some("8.5"), Some("api"), Some("valid"), Some("2027-01-31")]
    );
    assert_eq!(facts["server.build"].reading, Reading::Absent, "only major.minor is told");
    assert_eq!(
        texts(&facts, &["server.list.state", "server.list.timestamp", "server.support.until", "server.support.basis"]),
        [Some("verified"), Some("2026-11-01T00:00:00.5Z"), Some("2027-06-30"), Some("line")]
    );
    assert_eq!(facts["server.list.source"].text(), Some("https://chat.example.com/api/info"));
    assert_eq!(facts["server.list.problems"].reading, Reading::Absent);
    assert_eq!(
        facts["server.list.releases"].value(),
        Some(&Value::List(vec!["8.5.3 until 2027-06-30 lts".to_owned()]))
    );
}

#[test]
fn a_server_that_does_not_answer_is_unknown_with_the_reason() {
    for (trouble, words) in [
        (r#"{ dns = "chat.example.com" }"#, "no address was found for chat.example.com"),
        (r#"{ tls = "expired" }"#, "the certificate has expired"),
        (r#""refused""#, "connection refused"),
        (r#""timed-out""#, "no answer within"),
        (r#"{ redirected = "https://evil.example.net" }"#, "sent on to https://evil.example.net"),
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
        assert_eq!(facts["server.list.state"].text(), Some("none"));
    }
    let mut questions = site();
    questions.server.url = Some(URL.to_owned());
    let facts = facts(&web(&[("https://chat.example.com/api/info", "<html>")]), &questions);
    assert!(reason(&facts["server.version"]).contains("is not the JSON of a server"));
}

#[test]
fn the_release_intended_goes_before_the_servers() {
    let mut questions = site();
    questions.server.url = Some(URL.to_owned());
    questions.server.version = Some("8.6.0-rc.1".to_owned());
    let facts = facts(&web(&[("https://chat.example.com/api/info", r#"{"version":"8.5"}"#)]), &questions);
    assert_eq!(
        texts(&facts, &["server.version", "server.version_source", "server.build"]),
        [Some("8.6.0-rc.1"), Some("plan"), Some("candidate")]
    );
}

#[test]
fn without_a_word_the_running_container_tells() {
    for (body, expected) in [
        (r#"[{"Image":"rocketchat/rocket.chat:7.10.3"},{"Image":"mongo:8"}]"#, Some(("7.10.3", "image"))),
        (r#"[{"Image":"docker.io/rocketchat/rocket.chat:8.5.0@sha256:00"}]"#, Some(("8.5.0", "image"))),
        (
            r#"[{"Image":"rocketchat/rocket.chat:latest","Labels":{"org.opencontainers.image.version":"8.6.1"}}]"#,
            Some(("8.6.1", "label")),
        ),
        (r#"[{"Image":"rocketchat/rocket.chat:latest"}]"#, None),
        (r#"[{"Image":"rocketchat/rocket.chat:8"}]"#, None),
        (r#"[{"Image":"rocketchat/rocket.chat:8.5.0"},{"Image":"rocketchat/rocket.chat:8.6.0"}]"#, None),
    ] {
        let facts = facts(&containers(body), &site());
        let told = facts["server.version"].text().zip(facts["server.version_source"].text());
        assert_eq!(told, expected, "{body}");
        assert_eq!(why(&facts["server.version"]).is_some(), expected.is_none(), "{body}");
    }
    for host in
        [containers("[]"), containers(r#"[{"Image":"evil/rocketchat/rocket.chat:8.5.0"}]"#), Recorded::default()]
    {
        let facts = facts(&host, &site());
        assert!(reason(&facts["server.version"]).contains("name the release with --server"));
        assert_eq!(facts["server.version_source"].reading, Reading::Absent);
    }
    let host =
        Recorded::default().answering(r#"errors = { "get unix:///var/run/docker.sock" = "not-permitted" }"#).unwrap();
    assert_eq!(why(&facts(&host, &site())["server.version_source"]), Some(Why::NotPermitted));
}

#[test]
fn the_newest_verified_list_counts_wherever_it_comes_from() {
    let made =
        |day: &str, until: &str| list(&format!("{day}T00:00:00Z"), &[("8.5.3", &format!("{until}T00:00:00Z"))], "");
    let (old, middle, new) =
        (made("2026-09-01", "2027-01-01"), made("2026-10-01", "2027-02-02"), made("2026-11-01", "2027-03-03"));
    let mut questions = site();
    questions.server.version = Some("8.5.3".to_owned());
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
        assert_eq!(facts["server.support.until"].text(), Some("2027-03-03"));
        assert_eq!(facts["server.list.problems"].reading, Reading::Absent);
    }
}

#[test]
fn a_refused_list_is_told_and_never_wins() {
    let payload =
        r#"{"timestamp":"2026-12-01T00:00:00Z","versions":[{"version":"8.5.3","expiration":"2099-01-01T00:00:00Z"}]}"#;
    let forged = token(OTHER, HEADER, payload);
    let mut questions = site();
    questions.server.version = Some("8.5.3".to_owned());
    questions.server.lists = vec![("forged.jwt".to_owned(), forged)];
    let facts_of = |questions: &Questions| facts(&Recorded::default(), questions);
    let facts = facts_of(&questions);
    assert_eq!(facts["server.list.state"].text(), Some("untrusted"));
    assert_eq!(facts["server.support.until"].reading, Reading::Absent);
    let Some(Value::List(problems)) = facts["server.list.problems"].value() else { panic!("{facts:?}") };
    assert!(problems[0].starts_with("forged.jwt: refused, its signature"), "{problems:?}");
    questions
        .server
        .lists
        .push(("good.jwt".to_owned(), list("2026-11-01T00:00:00Z", &[("8.5.3", "2027-06-30T00:00:00Z")], "")));
    let facts = facts_of(&questions);
    assert_eq!(texts(&facts, &["server.list.state", "server.support.until"]), [Some("verified"), Some("2027-06-30")]);
    assert!(facts["server.list.problems"].value().is_some());
    // What is no list, or cannot be had, is a problem and no failure of trust.
    questions.server.lists = vec![("empty.json".to_owned(), "{}".to_owned())];
    questions.server.online = true;
    let facts = facts_of(&questions);
    assert_eq!(facts["server.list.state"].text(), Some("none"));
    let Some(Value::List(problems)) = facts["server.list.problems"].value() else { panic!("{facts:?}") };
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
        (r#""domain":"other.example.com""#, None),
        (r#""uniqueId":"w1""#, Some("2027-03-01")),
        (r#""uniqueId":"w2""#, None),
    ] {
        let info = format!(r#"{{"version":"7.9","supportedVersions":{{"signed":"{}"}}}}"#, list(whose));
        let mut questions = site();
        questions.server.url = Some(URL.to_owned());
        let facts = facts(&web(&[("https://chat.example.com/api/info", &info), settings]), &questions);
        assert_eq!(facts["server.support.until"].text(), until, "{whose}");
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
        assert!(clock.source.contains("the signed list was made on 2098-11-01"), "{clock:?}");
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
        assert_eq!(domain(url), Some(expected));
    }
}
