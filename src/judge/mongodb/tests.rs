//! Which MongoDB a release runs with, by whom, and which version fits.

use jiff::civil::date;

use super::*;
use crate::judge::testing::{TODAY, facts, releases, unknown, words};

/// What is derived for this release and this MongoDB, where they are known, with an answer of the vendor for 8.6.1.
fn derived(release: Option<&str>, mongodb: Option<&str>, today: Date) -> Facts {
    let fact = |text: Option<&str>| text.map_or_else(|| Fact::absent("test"), |text| Fact::known(text, "test"));
    let mut facts = facts(&[("release_info.version", "8.6.1")]);
    facts.insert("release_info.mongodb".to_owned(), Fact::known(words(&["8.0", "8.2"]), "the vendor's service"));
    facts.insert("release.version".to_owned(), fact(release));
    facts.insert("plan.mongodb_version".to_owned(), fact(mongodb));
    derive(&mut facts, Some(&releases()), today);
    facts
}

/// The lines of the release and where they come from, or why they are unknown.
fn lines(facts: &Facts) -> String {
    let fact = &facts[LINES];
    match &fact.state {
        FactState::Known(Value::List(lines)) => format!("{} ({})", lines.join(" "), fact.place),
        FactState::Unknown { reason, .. } => reason.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn the_lines_that_a_release_runs_with() {
    for (release, today, expected) in [
        (Some("7.13.2"), TODAY, "7.0 8.0 (7.13 in the calendar of this pack)"),
        (Some("8.0"), TODAY, "8.2 (8.0 in the calendar of this pack)"),
        (Some("9.0.0"), TODAY, "8.0 (9.0 in the calendar of this pack)"),
        // The vendor's answer goes before the calendar, for the release that was asked about alone.
        (Some("8.6.1"), TODAY, "8.0 8.2 (the vendor's service)"),
        (Some("v8.6.1"), TODAY, "8.0 8.2 (the vendor's service)"),
        (Some("8.6.0"), TODAY, "8.0 (8.6 in the calendar of this pack)"),
        (Some("5.4.3"), TODAY, "which MongoDB versions 5.4.3 runs with is not known to this pack"),
        (Some("9.9.0"), TODAY, "which MongoDB versions 9.9.0 runs with is not known to this pack"),
        // No release is known: the newest one that is out on the day judged.
        (None, TODAY, "8.0 (9.0, the newest release in the calendar of this pack)"),
        (None, date(2026, 12, 15), "9.0 (9.1, the newest release in the calendar of this pack)"),
        (None, date(2026, 7, 31), "8.0 (8.6, the newest release in the calendar of this pack)"),
        (None, date(2020, 1, 1), "which MongoDB the newest release needs is not known"),
    ] {
        assert_eq!(lines(&derived(release, None, today)), expected, "{release:?} on {today}");
    }
    // A release that could not be determined may be any: nothing is assumed.
    let mut late: Facts = [("release.version".to_owned(), unknown(Why::TimedOut))].into();
    derive(&mut late, Some(&releases()), TODAY);
    assert_eq!(lines(&late), "no answer");
    let mut none = Facts::new();
    derive(&mut none, Some(&Releases { mongodb: [].into(), ..releases() }), TODAY);
    assert_eq!(none[LINES].state, FactState::Absent, "a product that needs no MongoDB");
    let mut other = Facts::new();
    derive(&mut other, None, TODAY);
    assert!(!other.contains_key(LINES) && !other.contains_key("mongodb.compatible"));
}

#[test]
fn an_answer_that_was_not_had_leaves_the_calendar() {
    for answer in [unknown(Why::TimedOut), Fact::absent("test")] {
        let mut facts = facts(&[("release_info.version", "8.6.1"), ("release.version", "8.6.1")]);
        facts.insert("release_info.mongodb".to_owned(), answer);
        derive(&mut facts, Some(&releases()), TODAY);
        assert_eq!(lines(&facts), "8.0 (8.6 in the calendar of this pack)");
    }
}

#[test]
fn whether_a_version_fits() {
    for (release, mongodb, expected) in [
        (Some("9.0.0"), Some("8.0"), Ok(true)),
        (Some("9.0.0"), Some("8.0.16"), Ok(true)),
        (Some("9.0.0"), Some("7.0"), Ok(false)),
        (Some("9.0.0"), Some("8.2.1"), Ok(false)),
        (Some("8.0.0"), Some("8.2.1"), Ok(true)),
        (None, Some("7.0"), Ok(false)),
        (Some("9.0.0"), Some("8"), Err("8 has no minor number, and each minor number is a line of its own")),
        (Some("9.0.0"), Some("new"), Err("mongodb.version makes no sense")),
        (Some("9.9.0"), Some("8.0"), Err("which MongoDB versions 9.9.0 runs with is not known to this pack")),
    ] {
        let facts = derived(release, mongodb, TODAY);
        let got = match &facts["mongodb.compatible"].state {
            FactState::Known(Value::Bool(fits)) => Ok(*fits),
            FactState::Unknown { reason, .. } => Err(reason.as_str()),
            other => panic!("{other:?}"),
        };
        assert_eq!(got, expected, "{mongodb:?} for {release:?}");
    }
    assert_eq!(derived(Some("9.0.0"), None, TODAY)["mongodb.compatible"].state, FactState::Absent);
}
