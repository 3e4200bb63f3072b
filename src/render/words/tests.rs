use super::found::found_lines;
use super::needed::condition;
use super::*;
use crate::facts::{Excerpt, Kind, Value};
use crate::judge::{Comparison, Condition, Requirement};
use crate::pack::Outcome;

fn known(rows: &[(&str, Value)]) -> Facts {
    rows.iter().map(|(name, value)| ((*name).to_owned(), Fact::known(value.clone(), "place"))).collect()
}

fn finding(found: &[&str]) -> Finding {
    Finding {
        id: "id".into(),
        title: "Title".into(),
        group: "Group".into(),
        level: Level::Required,
        outcome: Outcome::Fail,
        because: None,
        found: found.iter().map(|name| (*name).to_owned()).collect(),
        decided: Vec::new(),
        needed: Requirement::Condition(Condition::new(
            "docker.engine.version",
            Comparison::Version,
            Some(">=24".into()),
        )),
        needed_words: None,
        why: String::new(),
        fix: None,
        source: crate::pack::Source { title: String::new(), url: String::new(), read: jiff::civil::Date::MIN },
        waiver: None,
    }
}

#[test]
fn one_fact_needs_no_name_and_several_get_theirs() {
    let mut facts = known(&[
        ("memory.installed", Value::Count(16 << 30)),
        ("memory.total", Value::Count(15 << 30)),
        ("os.pretty_name", "Ubuntu".into()),
        ("os.esm", false.into()),
        ("docker.limits.nofile", Value::Count(4096)),
        ("limits.nofile", Value::Count(1024)),
        ("ports.tcp.80.exposure", "all".into()),
        ("ports.tcp.443.exposure", "all".into()),
        ("ports.tcp.22.exposure", "none".into()),
        ("plan.deployment", "swarm".into()),
    ]);
    facts.extend(known(&[
        ("chart.count.ddp_streamer", Value::Count(2)),
        ("chart.share.ddp_streamer", Value::Number(500.0)),
        ("chart.text.ingress_class", "nginx".into()),
        ("cluster.ingress_class", "traefik".into()),
        ("server.redirect.state", "plain".into()),
        ("server.redirect.to", "http://www.example.com".into()),
    ]));
    facts.insert("cluster.state".to_owned(), Fact::known("unreachable", "kubectl: exit code 1"));
    let unknown = |reason: &str| Fact::unknown(Why::Unreadable, reason, "place");
    for name in ["release.authority", "release.authority_age"] {
        facts.insert(name.to_owned(), unknown("no list"));
    }
    facts.insert("cluster.version".to_owned(), Fact::unknown(Why::Unreadable, "exit code 1", "kubectl"));
    assert_eq!(places(&finding(&["cluster.state", "cluster.version"]), &facts), "kubectl: exit code 1");
    for name in ["ports.tcp.22.addresses", "ports.tcp.22.owner"] {
        facts.insert(name.to_owned(), Fact::absent("place"));
    }
    for (names, expected) in [
        (&["memory.total"][..], "15 GiB"),
        (&["memory.installed", "memory.total"], "16 GiB installed; 15 GiB usable"),
        (&["os.pretty_name", "os.esm"], "Ubuntu; Ubuntu Pro: no"),
        (&["docker.limits.nofile", "limits.nofile"], "containers: 4,096; one process: 1,024"),
        (
            &["ports.tcp.80.exposure", "ports.tcp.443.exposure", "ports.tcp.22.exposure"],
            "ports 80, 443: on every address",
        ),
        (&["ports.tcp.22.exposure", "ports.tcp.22.owner"], "port 22: not reachable"),
        (&["ports.tcp.22.addresses", "ports.tcp.22.owner"], "addresses, owner: not found"),
        (&["cpu.online"], "unknown: not collected"),
        (&["plan.deployment", "plan.instances"], "Docker Swarm"),
        (&["os.esm"], "Ubuntu Pro: no"),
        (&["ports.tcp.80.exposure"], "port 80: on every address"),
        (&["chart.count.ddp_streamer", "chart.share.ddp_streamer"], "replicas: 2; 500 each"),
        (&["chart.text.ingress_class", "cluster.ingress_class"], "in the values: nginx; in the cluster: traefik"),
        (&["server.redirect.state", "server.redirect.to"], "redirects to http://www.example.com, without HTTPS"),
        // The place of what is known tells why the rest is not, and one reason needs no names.
        (&["cluster.state", "cluster.version"], "unreachable"),
        (&["release.authority", "release.authority_age"], "unknown: no list"),
    ] {
        assert_eq!(found(&finding(names), &facts), expected);
    }
}

#[test]
fn places_are_told_in_as_many_words_as_there_is_room() {
    let excerpts = |count: u64| {
        let excerpt = |line| Excerpt { place: "c.yml".to_owned(), line: Some(line), text: format!("image: x{line}") };
        let mut fact = Fact::known((1..=count).map(excerpt).collect::<Vec<_>>(), "c.yml");
        fact.cut();
        Facts::from([("deployment.unofficial".to_owned(), fact)])
    };
    let failed = finding(&["deployment.unofficial"]);
    for (count, places, expected) in [
        (1, 2, "c.yml:1: image: x1, needs 24"),
        (2, 2, "c.yml:1: image: x1, c.yml:2: image: x2, needs 24"),
        (40, 2, "c.yml:1: image: x1, c.yml:2: image: x2, and 38 more, needs 24"),
        (40, 1, "c.yml:1: image: x1, and 39 more, needs 24"),
        (40, 0, "c.yml:1, and 39 more, needs 24"),
    ] {
        assert_eq!(brief_in(&failed, &excerpts(count), 2, places), format!("{expected} or newer"), "{count}");
    }
    assert!(found(&failed, &excerpts(40)).ends_with("c.yml:10: image: x10, and 30 more"));
    let said = Finding { needed_words: Some("none".to_owned()), ..failed.clone() };
    assert_eq!([1, 2, 3].map(|count| is_whole(&said, &excerpts(count))), [true, true, false]);
    assert!(!is_whole(&failed, &excerpts(1)), "the figure is short, and its tolerance is not told");
    let lines = found_lines(&failed, &excerpts(40));
    assert_eq!((lines.len(), lines[11].as_str()), (12, "and 29 more"));
    assert_eq!(found_lines(&failed, &excerpts(12)).len(), 12);
}

#[test]
fn a_limit_tells_where_it_stands_and_how_much_is_needed() {
    let limit = Fact::known(256 << 20, "c.yml:7: mem_limit: 256m");
    let facts = Facts::from([("deployment.memory_limit".to_owned(), limit)]);
    let needed = Requirement::Condition(Condition {
        written: Some("2 GB".into()),
        tolerance: Some(0.5),
        ..Condition::new("deployment.memory_limit", Comparison::AtLeast, Some(Value::Count(2 << 30)))
    });
    let needed_words = Some("half of the tier's memory, or no limit".to_owned());
    let failed = Finding { needed, needed_words, ..finding(&["deployment.memory_limit"]) };
    assert_eq!(
        brief(&failed, &facts, 2),
        "256 MiB (c.yml:7: mem_limit: 256m), needs half of the tier's memory, or no limit (1 GiB of 2 GB)"
    );
    assert_eq!(found(&failed, &facts), "256 MiB");
}

#[test]
fn absent_is_not_a_value() {
    let facts = Facts::from([("docker.engine.version".to_owned(), Fact::absent("x"))]);
    assert_eq!(found(&finding(&["docker.engine.version"]), &facts), "not found");
    assert_eq!(fact("docker.engine.version", facts.get("docker.engine.version")), "not found");
    assert_eq!(value(&Value::List(Vec::new()), Kind::List), "none");
}

#[test]
fn no_word_of_a_choice_is_shown_as_programs_write_it() {
    for (name, word, expected) in [
        ("docker.engine.state", "not-installed", "not installed"),
        ("docker.engine.state", "permission-denied", "not answering this user"),
        ("docker.engine.flavor", "other", "another engine"),
        ("docker.engine.packaging", "snap", "a snap"),
        ("ports.tcp.443.state", "in-use", "in use"),
        ("ports.tcp.443.exposure", "none", "not reachable"),
        ("firewall.kind", "none", "none"),
        ("storage.data.media", "sd-card", "SD card"),
        ("plan.deployment", "swarm", "Docker Swarm"),
        ("plan.deployment", "other", "another method"),
        ("server.tls.state", "not-yet-valid", "not yet valid"),
    ] {
        assert_eq!(fact(name, known(&[(name, word.into())]).get(name)), expected, "{name}");
    }
    // A text that is no choice is the host's own.
    assert_eq!(value(&"in-use".into(), Kind::Text), "in-use");
    let one_of = Condition::new(
        "storage.data.media",
        Comparison::OneOf,
        Some(Value::List(vec!["ssd".to_owned(), "hdd".to_owned()])),
    );
    assert_eq!(condition(&one_of, false), "SSD or hard disk");
}

#[test]
fn a_range_is_not_a_minimum_and_thousands_are_apart() {
    let plan = Condition {
        written: Some("500 GB to 2 TB".into()),
        tolerance: Some(0.9),
        up_to: Some(2e12),
        ..Condition::new("storage.data.size", Comparison::AtLeast, Some(Value::Count(500_000_000_000)))
    };
    assert_eq!(condition(&plan, false), "500 GB to 2 TB (from 450 GB measured)");
    let clock = Condition {
        written: Some("2000".into()),
        ..Condition::new("cpu.mhz", Comparison::AtLeast, Some(Value::Count(2000)))
    };
    assert_eq!(condition(&clock, false), "at least 2,000 MHz");
    let facts = known(&[("cpu.mhz", Value::Number(5000.0)), ("cpu.model", "Xeon".into())]);
    assert_eq!(found(&finding(&["cpu.mhz", "cpu.model"]), &facts), "5,000 MHz; Xeon");
}

#[test]
fn requirements_name_value_unit_and_tolerance() {
    let memory = Condition {
        written: Some("16 GB".into()),
        tolerance: Some(0.9),
        ..Condition::new("memory.total", Comparison::AtLeast, Some(Value::Count(16 << 30)))
    };
    assert_eq!(condition(&memory, false), "at least 16 GB (from 14.4 GiB measured)");
    let share = Condition {
        written: Some("15".into()),
        ..Condition::new("storage.data.available_share", Comparison::AtLeast, Some(Value::Count(15)))
    };
    assert_eq!(condition(&share, false), "at least 15 %");
    let cell = Condition { cell: Some("memory".into()), ..Condition::new("memory.total", Comparison::AtLeast, None) };
    assert_eq!(condition(&cell, false), "what the tier asks for (memory)");
    let parts = vec![Requirement::Condition(memory.clone()), Requirement::Condition(memory)];
    assert_eq!(requirement(&Requirement::any(parts)), "at least 16 GB (from 14.4 GiB measured)");
}
