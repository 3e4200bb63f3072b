//! Windows by every authority, and the way on.

use std::sync::LazyLock;

use jiff::civil::date;
use proptest::prelude::*;

use super::super::{builtin, load};
use super::*;
use crate::facts::{Fact, Why};

fn calendar() -> Calendar {
    static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
        let files = builtin().into_iter().find(|files| files.name == "rocketchat").unwrap();
        load(&files).unwrap().calendar.unwrap()
    });
    CALENDAR.clone()
}

fn facts(rows: &[(&str, Value)]) -> Facts {
    rows.iter().map(|(name, value)| ((*name).to_owned(), Fact::known(value.clone(), "test"))).collect()
}

fn of_version(version: &str) -> Facts {
    facts(&[("server.version", version.into())])
}

fn listed(version: &str, until: &str, releases: &[&str]) -> Facts {
    facts(&[
        ("server.version", version.into()),
        ("server.list.state", "verified".into()),
        ("server.list.source", "list".into()),
        ("server.list.timestamp", "2026-11-01T10:20:30.123456789Z".into()),
        ("server.list.releases", releases.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>().into()),
        ("server.support.until", until.into()),
    ])
}

fn told(facts: &Facts) -> Window {
    window(facts, Some(&calendar())).unwrap().unwrap()
}

#[test]
fn the_calendar_agrees_with_the_vendors_rule() {
    for release in calendar().releases {
        let Release { line, lts, released, published, published_possible } = release;
        let day = released.certainly();
        let (until, possible) =
            (super::super::months::end_of_support(day, lts), super::super::months::possible_end(day, lts));
        // Some releases of a month's last day were counted from the next month, and the vendor has said so.
        let later = published == possible && published_possible.is_none();
        let unknown_day = matches!(released, super::super::Released::In(_)) && published_possible.is_none();
        assert!(later || published == Some(until), "{line}");
        assert!(later || unknown_day || published_possible == possible, "{line}");
    }
}

#[test]
fn support_is_not_monotonic() {
    let today = date(2026, 7, 15);
    let state = |version: &str| told(&of_version(version)).state(today);
    assert_eq!(state("7.10.4"), State::Open);
    for ended in ["7.9.1", "7.11.0", "7.12.3", "7.13.0", "7.1.0", "6.13.0", "5.4.0", "0.1"] {
        assert_eq!(state(ended), State::Ended, "{ended}");
    }
    assert_eq!(told(&of_version("5.4.0")).line, "before 6.0");
}

#[test]
fn a_month_end_is_doubtful_between_its_two_ends() {
    let window = told(&of_version("8.4.1"));
    for (today, state) in [
        (date(2026, 10, 31), State::Open),
        (date(2026, 11, 1), State::Doubtful),
        (date(2026, 11, 30), State::Doubtful),
        (date(2026, 12, 1), State::Ended),
    ] {
        assert_eq!(window.state(today), state, "{today}");
    }
    assert_eq!((window.days_left(date(2026, 10, 1)), window.days_left(date(2026, 11, 2))), (30, -2));
}

#[test]
fn the_list_goes_before_the_calendar() {
    let window = told(&listed("8.6.1", "2026-12-24", &["8.6.1 until 2026-12-24"]));
    assert_eq!(
        (window.authority, window.until, window.source_date),
        (Authority::SignedList, date(2026, 12, 24), date(2026, 11, 1))
    );
    // What the list does not know, the calendar may.
    let mut facts = listed("8.7.0", "2026-12-24", &["8.6.1 until 2026-12-24"]);
    facts.insert("server.support.until".to_owned(), Fact::absent("list"));
    assert_eq!(told(&facts).authority, Authority::Calendar);
    // An attested version was not the one matched.
    let mut facts = listed("8.5.0", "2026-12-24", &["8.5.3 until 2027-06-15 lts", "8.6.1 until 2026-12-24"]);
    facts.get_mut("server.version").unwrap().attested = true;
    let window = told(&facts);
    assert_eq!((window.until, window.lts), (date(2027, 6, 15), true));
}

#[test]
fn the_day_of_release_decides_when_nothing_else_is_known() {
    let mut calendar = calendar();
    for release in &mut calendar.releases {
        (release.published, release.published_possible) = (None, None);
    }
    let window = |version: &str| window(&of_version(version), Some(&calendar)).unwrap().unwrap();
    let authority = |window: &Window| (window.authority, window.until, window.until_possible);
    assert_eq!(authority(&window("8.6.0")), (Authority::ReleaseDate, date(2027, 1, 31), None));
    assert_eq!(authority(&window("8.4.0")), (Authority::ReleaseDate, date(2026, 10, 31), Some(date(2026, 11, 30))));
    assert_eq!(authority(&window("8.9.0")), (Authority::ReleaseDate, date(2027, 10, 31), Some(date(2027, 11, 30))));
}

#[test]
fn what_cannot_be_trusted_decides_nothing() {
    let mut facts = of_version("8.6.1");
    facts.insert("server.list.state".to_owned(), Fact::known("untrusted", "test"));
    facts.insert("server.list.problems".to_owned(), Fact::known(vec!["file: refused".to_owned()], "test"));
    let reason = window(&facts, Some(&calendar())).unwrap().unwrap_err();
    assert!(reason.contains("failure of trust") && reason.contains("file: refused"), "{reason}");
    let mut facts = listed("8.6.1", "2027-01-31", &[]);
    facts.insert("clock.plausible".to_owned(), Fact::known(false, "the clock says 1970-01-01"));
    let reason = window(&facts, Some(&calendar())).unwrap().unwrap_err();
    assert_eq!(reason, "the clock of this host cannot be right: the clock says 1970-01-01");
    for name in ["clock.plausible", "server.list.state", "server.support.until"] {
        let mut facts = of_version("8.6.1");
        facts.insert(name.to_owned(), Fact::unknown(Why::TimedOut, "no answer", "test"));
        let reason = window(&facts, Some(&calendar())).unwrap().unwrap_err();
        assert_eq!(reason, format!("{name} cannot be told: no answer"));
    }
    assert!(window(&of_version("9.9.0"), Some(&calendar())).unwrap().unwrap_err().contains("on no line"));
    assert_eq!(window(&Facts::new(), Some(&calendar())), None);
    assert!(window(&of_version("8.6.1"), None).unwrap().is_err());
}

fn way(version: &str, today: Date) -> Option<(String, Vec<String>)> {
    let names = |line: Line| line.line;
    way_on(version, &of_version(version), Some(&calendar()), today)
        .map(|(goal, steps)| (goal.line, steps.into_iter().map(names).collect()))
}

#[test]
fn the_way_on_skips_no_major() {
    let to =
        |goal: &str, steps: &[&str]| Some((goal.to_owned(), steps.iter().map(|step| (*step).to_owned()).collect()));
    let today = date(2026, 11, 20);
    assert_eq!(way("7.13.0", today), to("8.9", &["8.9"]));
    assert_eq!(way("6.5.0", today), to("8.9", &["7.10", "8.9"]));
    assert_eq!(way("5.4.0", today), to("8.9", &["6.13", "7.10", "8.9"]));
    // A long-term line behind is no way on; the newest one is.
    assert_eq!(way("8.10.0", today), to("9.0", &["9.0"]));
    assert_eq!(way("9.0.1", today), None);
    // 7.10 was the one long-term line, and 8.5 was not out yet.
    assert_eq!(way("7.4.0", date(2026, 1, 5)), to("7.10", &["7.10"]));
    let supported = supported(&of_version("7.4.0"), Some(&calendar()), date(2026, 1, 5));
    let lines: Vec<_> = supported.iter().map(|line| line.line.as_str()).collect();
    assert_eq!(lines, ["7.8", "7.9", "7.10", "7.11", "7.12", "7.13"]);
}

proptest! {
    #[test]
    fn a_window_once_over_stays_over(version in "[5-9]\\.[0-9]{1,2}(\\.[0-9])?", day in 0i32..2000, later in 0i32..2000) {
        use jiff::ToSpan as _;
        let Some(Ok(window)) = window(&of_version(&version), Some(&calendar())) else { return Ok(()) };
        let first = date(2023, 1, 1).saturating_add(day.days());
        let second = first.saturating_add(later.days());
        prop_assert!(window.state(first) != State::Ended || window.state(second) == State::Ended);
        prop_assert!(window.days_left(first) >= window.days_left(second));
    }

    #[test]
    fn never_panics(version: String, until: String, releases: Vec<String>) {
        let releases: Vec<_> = releases.iter().map(String::as_str).collect();
        let facts = listed(&version, &until, &releases);
        let _ = window(&facts, Some(&calendar()));
        let _ = way_on(&version, &facts, None, date(2026, 1, 1));
    }
}
