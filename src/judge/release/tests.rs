//! Support windows by every authority, and where to upgrade to.

use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::judge::testing::{TODAY, facts, pack, releases, unknown, words};
use crate::plan::ServerPlan;

/// What is derived of these facts and, where the plan names one, this release. The product has an image.
fn derived(facts: &Facts, planned: Option<&str>, today: Date) -> Facts {
    derived_for(&["vendor/thing"], facts, planned, today)
}

fn derived_for(images: &[&str], facts: &Facts, planned: Option<&str>, today: Date) -> Facts {
    let server = ServerPlan { version: planned.map(str::to_owned), ..ServerPlan::default() };
    let mut pack = pack(vec![], vec![]);
    pack.application.images.extend(words(images));
    let mut derived = Facts::new();
    derive(&mut derived, facts, &pack, &releases(), &Plan { server, ..Plan::default() }, today);
    derived
}

/// A fact in short: its value, `-` if absent, `?` if unknown.
fn short(facts: &Facts, name: &str) -> String {
    match &facts[name].state {
        FactState::Known(Value::Text(text)) => text.clone(),
        FactState::Known(Value::Bool(value)) => value.to_string(),
        FactState::Known(Value::Number(number)) => number.to_string(),
        FactState::Known(Value::Releases(list)) => {
            list.iter().map(|release| release.version.as_str()).collect::<Vec<_>>().join(" ")
        }
        FactState::Known(other) => format!("{other:?}"),
        FactState::Absent => "-".to_owned(),
        FactState::Unknown { .. } => "?".to_owned(),
    }
}

fn shorts(facts: &Facts, names: &str) -> String {
    names.split(' ').map(|name| short(facts, &format!("release.{name}"))).collect::<Vec<_>>().join(" | ")
}

fn reason(facts: &Facts, name: &str) -> String {
    let FactState::Unknown { reason, .. } = &facts[name].state else { panic!("{name}: {:?}", facts[name]) };
    reason.clone()
}

fn entry(version: &str, until: Date) -> SupportedRelease {
    SupportedRelease { version: version.to_owned(), until, lts: false, exception: false }
}

/// A server of a version, and a verified list that was made on the first of November.
fn listed(version: &str, list: Vec<SupportedRelease>) -> Facts {
    let mut facts =
        facts(&[("server.version", version), ("support_list.state", "verified"), ("support_list.date", "2026-11-01")]);
    facts.insert("support_list.releases".to_owned(), Fact::known(list, "the list"));
    facts
}

#[test]
fn the_window_of_every_kind_of_line() {
    let names = "state line lts until until_possible days_left authority authority_date authority_age";
    for (version, today, expected) in [
        // Support is not monotonic: 7.10 outlives what came after it.
        ("7.9.1", "2026-07-15", "ended | 7.9 | false | 2026-02-28 | - | -137 | calendar | 2026-11-18 | -126"),
        ("7.10.4", "2026-07-15", "supported | 7.10 | true | 2026-09-30 | - | 77 | calendar | 2026-11-18 | -126"),
        ("7.13.0", "2026-07-15", "ended | 7.13 | false | 2026-06-30 | - | -15 | calendar | 2026-11-18 | -126"),
        // Through the last day.
        ("7.10.4", "2026-09-30", "supported | 7.10 | true | 2026-09-30 | - | 0 | calendar | 2026-11-18 | -49"),
        ("7.10.4", "2026-10-01", "ended | 7.10 | true | 2026-09-30 | - | -1 | calendar | 2026-11-18 | -48"),
        // Between its two ends nobody can say. After the later one it ended with that.
        ("8.4.1", "2026-10-31", "supported | 8.4 | false | 2026-10-31 | 2026-11-30 | 0 | calendar | 2026-11-18 | -18"),
        ("8.4.1", "2026-11-01", "? | 8.4 | false | 2026-10-31 | 2026-11-30 | ? | calendar | 2026-11-18 | -17"),
        ("8.4.1", "2026-11-30", "? | 8.4 | false | 2026-10-31 | 2026-11-30 | ? | calendar | 2026-11-18 | 12"),
        ("8.4.1", "2026-12-01", "ended | 8.4 | false | 2026-10-31 | 2026-11-30 | -1 | calendar | 2026-11-18 | 13"),
        // Through the day before its release, a release is not out.
        ("9.1.0", "2026-12-14", "? | ? | ? | ? | ? | ? | ? | ? | ?"),
        ("9.1.0", "2026-12-15", "supported | 9.1 | false | 2027-06-30 | - | 197 | calendar | 2026-11-18 | 27"),
        ("8.9.0", "2026-10-30", "? | ? | ? | ? | ? | ? | ? | ? | ?"),
        // Six or twelve months by the rule, where the calendar has no end.
        ("8.6.1", "2026-11-20", "supported | 8.6 | false | 2027-01-31 | - | 72 | release-date | 2026-11-18 | 2"),
        (
            "8.9.0",
            "2026-11-20",
            "supported | 8.9 | true | 2027-10-31 | 2027-11-30 | 345 | release-date | 2026-11-18 | 2",
        ),
        // Older than the first line.
        ("5.4.0", "2026-11-20", "ended | - | false | ? | - | ? | calendar | 2026-11-18 | 2"),
        ("0.1", "2026-11-20", "ended | - | false | ? | - | ? | calendar | 2026-11-18 | 2"),
        // On no line.
        ("9.9.0", "2026-11-20", "? | ? | ? | ? | ? | ? | ? | ? | ?"),
        ("latest", "2026-11-20", "? | ? | ? | ? | ? | ? | ? | ? | ?"),
    ] {
        let got = derived(&facts(&[("server.version", version)]), None, today.parse().unwrap());
        assert_eq!(shorts(&got, names), expected, "{version} on {today}");
    }
    let old = derived(&facts(&[("server.version", "5.4.0")]), None, TODAY);
    assert_eq!(reason(&old, "release.until"), "it ended before the calendar's first line");
    let newer = derived(&facts(&[("server.version", "9.9.0")]), None, TODAY);
    let unheard = "9.9.0 is on no line that the vendor's list or the calendar of this pack knows";
    assert_eq!(reason(&newer, "release.state"), unheard);
    for (version, today, expected) in [
        ("9.1.2", date(2026, 12, 14), "9.1.2 comes out on 2026-12-15, after the day judged"),
        ("8.9", date(2026, 9, 30), "8.9 comes out in 2026-10, after the day judged"),
        ("8.9", date(2026, 10, 1), "8.9 comes out in 2026-10, and on which day is not known"),
        (
            "8.4.1",
            date(2026, 11, 1),
            "support ended on 2026-10-31 or ends on 2026-11-30: the line's first release came out on the last day of a \
             month, and the vendor has sometimes counted from the next month",
        ),
    ] {
        let got = derived(&facts(&[("server.version", version)]), None, today);
        assert_eq!(reason(&got, "release.state"), expected, "{version} on {today}");
        assert_eq!(reason(&got, "release.days_left"), expected, "{version} on {today}");
    }
    let text = derived(&facts(&[("server.version", "latest")]), None, TODAY);
    assert_eq!(reason(&text, "release.state"), "release.version makes no sense");
}

#[test]
fn which_release_is_judged_and_who_names_it() {
    let (server, container) = ("server.version", "container.release");
    let known = |version: &str| Some(Fact::known(version, "test"));
    let late = || Some(unknown(Why::TimedOut));
    let absent = || Some(Fact::absent("test"));
    for (planned, of_server, of_container, expected) in [
        (Some("8.5"), known("8.6.1"), known("8.4.0"), "8.5 | plan | release | supported"),
        (Some("8.7.0-rc.2"), None, None, "8.7.0-rc.2 | plan | candidate | ?"),
        (None, known("8.6.1"), known("8.4.0"), "8.6.1 | server | release | supported"),
        (None, known("8.6.0-develop"), None, "8.6.0-develop | server | development | ?"),
        // A server that does not tell its patch may run any build.
        (None, known("8.6"), None, "8.6 | server | - | supported"),
        // The container of its line tells the patch, and one of another line is another server's.
        (None, known("8.6"), known("8.6.0-rc.2"), "8.6.0-rc.2 | container | candidate | ?"),
        (None, known("8.6"), known("8.6.1"), "8.6.1 | container | release | supported"),
        (None, known("8.6"), known("8.5.1"), "8.6 | server | - | supported"),
        (None, known("8.6.0"), known("8.6.1"), "8.6.0 | server | release | supported"),
        (None, absent(), known("8.4.0"), "8.4.0 | container | release | ?"),
        (None, None, known("8.4.0"), "8.4.0 | container | release | ?"),
        (None, absent(), absent(), "- | - | - | ?"),
        (None, None, absent(), "- | - | - | ?"),
        (None, late(), known("8.4.0"), "? | ? | ? | ?"),
        (None, absent(), late(), "? | ? | ? | ?"),
        (None, absent(), None, "? | ? | ? | ?"),
        (None, None, None, "? | ? | ? | ?"),
    ] {
        let rows = [(server, of_server), (container, of_container)];
        let facts = rows.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact?))).collect();
        assert_eq!(shorts(&derived(&facts, planned, TODAY), "version from build state"), expected, "{facts:?}");
    }
    let none = derived(&[(container.to_owned(), Fact::absent("docker ps"))].into(), None, TODAY);
    let named = "no official container runs here; name the release with --server or --server-version";
    assert_eq!(reason(&none, "release.state"), named);
    assert_eq!(
        (none["release.version"].place.as_str(), none["release.from"].place.as_str()),
        ("docker ps", "docker ps")
    );
    let late = derived(&[(server.to_owned(), unknown(Why::TimedOut))].into(), None, TODAY);
    assert_eq!(late["release.until"].state, FactState::Unknown { why: Why::TimedOut, reason: "no answer".into() });
}

#[test]
fn a_product_without_an_image_has_no_container_that_names_its_release() {
    let of_container =
        |fact: Option<Fact>| -> Facts { fact.into_iter().map(|fact| ("container.release".to_owned(), fact)).collect() };
    for (fact, with_image, without) in [
        (None, "? | ?", "- | -"),
        (Some(unknown(Why::TimedOut)), "? | ?", "- | -"),
        (Some(Fact::absent("test")), "- | -", "- | -"),
    ] {
        let of = |images| derived_for(images, &of_container(fact.clone()), None, TODAY);
        assert_eq!(shorts(&of(&["vendor/thing"]), "version from"), with_image, "{fact:?}");
        assert_eq!(shorts(&of(&[]), "version from"), without, "{fact:?}");
    }
    // What is unknown of a server stays so: it is no container.
    let server = [("server.version".to_owned(), unknown(Why::TimedOut))].into();
    assert_eq!(shorts(&derived_for(&[], &server, None, TODAY), "version from"), "? | ?");
}

#[test]
fn the_verified_list_goes_before_the_calendar() {
    let names = "state line lts until until_possible authority authority_date authority_age";
    let end = date(2026, 12, 24);
    let list = || vec![entry("8.6.1", end)];
    let long_term = |version: &str| SupportedRelease { lts: true, ..entry(version, end) };
    let by_calendar = "supported | 8.6 | false | 2027-01-31 | - | release-date | 2026-11-18 | 2";
    let by_list = "supported | 8.6 | false | 2026-12-24 | - | signed-list | 2026-11-01 | 19";
    for (version, list, expected) in [
        ("8.6.1", list(), by_list),
        ("8.6.0", list(), by_list),
        ("8.6.1", vec![], by_calendar),
        ("8.6.1", vec![entry("8.7.0", end)], by_calendar),
        // Of a patch that the list does not have, the earliest end of its line is certain.
        (
            "8.6.9",
            vec![entry("8.6.0", date(2026, 11, 1)), entry("8.6.1", end)],
            "? | 8.6 | false | 2026-11-01 | 2026-12-24 | signed-list | 2026-11-01 | 19",
        ),
        // A line is long-term if the list or the calendar says so.
        ("8.6.1", vec![long_term("8.6.1")], "supported | 8.6 | true | 2026-12-24 | - | signed-list | 2026-11-01 | 19"),
        ("8.6.1", vec![entry("8.6.1", end), long_term("8.5.0")], by_list),
        (
            "8.6.1",
            vec![entry("8.6.1", end), long_term("8.6.0")],
            "supported | 8.6 | true | 2026-12-24 | - | signed-list | 2026-11-01 | 19",
        ),
        ("8.5.3", vec![entry("8.5.3", end)], "supported | 8.5 | true | 2026-12-24 | - | signed-list | 2026-11-01 | 19"),
        // The list knows lines that the calendar does not.
        (
            "9.9.0",
            vec![entry("9.9.0", end)],
            "supported | 9.9 | false | 2026-12-24 | - | signed-list | 2026-11-01 | 19",
        ),
        (
            "8.6.1",
            vec![entry("8.6.1", TODAY.yesterday().unwrap())],
            "ended | 8.6 | false | 2026-11-19 | - | signed-list | 2026-11-01 | 19",
        ),
    ] {
        let got = derived(&listed(version, list.clone()), None, TODAY);
        assert_eq!(shorts(&got, names), expected, "{version} of {list:?}");
    }
    assert_eq!(derived(&listed("8.6.1", list()), None, TODAY)["release.until"].place, "the list");
    let exception = SupportedRelease { exception: true, ..entry("7.9.1", end) };
    let got = derived(&listed("7.9.1", vec![exception]), None, TODAY);
    assert_eq!(short(&got, "release.state"), "supported");
    assert_eq!(got["release.until"].place, "the list, an exception for this workspace");
    // A list that is not verified, or does not say when it was made, is none.
    for (name, value) in [("support_list.state", "none"), ("support_list.date", "soon")] {
        let mut facts = listed("8.6.1", list());
        facts.insert(name.to_owned(), Fact::known(value, "test"));
        assert_eq!(shorts(&derived(&facts, None, TODAY), names), by_calendar, "{name} = {value}");
    }
}

#[test]
fn a_build_is_supported_only_where_a_list_names_it() {
    let names = "state line until days_left authority authority_date";
    let list = || vec![entry("8.6.1", date(2027, 1, 31)), entry("8.7.0-rc.1", date(2026, 12, 24))];
    for (version, expected) in [
        ("8.7.0-rc.1", "supported | 8.7 | 2026-12-24 | 34 | signed-list | 2026-11-01"),
        ("8.7.0-rc.2", "unlisted | 8.7 | - | - | signed-list | 2026-11-01"),
        // The release of its line is on the list, and this build of it is not.
        ("8.6.1-rc.0", "unlisted | 8.6 | - | - | signed-list | 2026-11-01"),
        ("8.6.2-develop", "unlisted | 8.6 | - | - | signed-list | 2026-11-01"),
        ("8.6.1-alpine", "supported | 8.6 | 2027-01-31 | 72 | signed-list | 2026-11-01"),
    ] {
        assert_eq!(shorts(&derived(&listed(version, list()), None, TODAY), names), expected, "{version}");
    }
    // Without a list, nobody has said anything of it.
    let nobody = derived(&facts(&[("server.version", "8.6.1-rc.0")]), None, TODAY);
    let expected = "8.6.1-rc.0 is not a release, and only the vendor's signed list can say whether it is supported";
    assert_eq!(reason(&nobody, "release.state"), expected);
}

#[test]
fn a_list_of_a_later_day_does_not_make_a_release_come_out_earlier() {
    let list = || vec![entry("9.1.0", date(2027, 6, 30))];
    let of = |today| short(&derived(&listed("9.1.0", list()), None, today), "release.state");
    // The list is of the first of November, and knows more than the calendar.
    assert_eq!((of(TODAY).as_str(), of(date(2026, 10, 31)).as_str()), ("supported", "?"));
}

#[test]
fn what_cannot_be_trusted_decides_nothing() {
    let refused = "a failure of trust: no signed list that was offered is the vendor's (file: refused; url: old)";
    let clock = || Fact::known(false, "the clock says 1970-01-01");
    for (name, fact, expected) in [
        ("support_list.state", Fact::known("untrusted", "test"), Some(refused)),
        ("support_list.state", unknown(Why::TimedOut), Some("support_list.state could not be determined: no answer")),
        ("clock.plausible", unknown(Why::TimedOut), Some("clock.plausible could not be determined: no answer")),
        ("clock.plausible", clock(), Some("the clock of this host cannot be right: the clock says 1970-01-01")),
        ("clock.plausible", Fact::known(true, "test"), None),
        ("clock.plausible", Fact::absent("test"), None),
        ("support_list.state", Fact::absent("test"), None),
    ] {
        let mut facts = listed("8.6.1", vec![entry("8.6.1", date(2026, 12, 24))]);
        let problems = words(&["file: refused", "url: old"]);
        facts.insert("support_list.problems".to_owned(), Fact::known(problems, "test"));
        facts.insert(name.to_owned(), fact.clone());
        let got = derived(&facts, None, TODAY);
        match expected {
            None => assert_eq!(short(&got, "release.state"), "supported", "{name}: {fact:?}"),
            Some(expected) => {
                SUPPORT.iter().for_each(|support| assert_eq!(reason(&got, support), expected, "{support}"));
                assert_eq!(short(&got, "release.version"), "8.6.1", "which release it is, is known all the same");
            }
        }
    }
}

#[test]
fn an_upgrade_skips_no_major_release() {
    for (version, today, expected) in [
        ("8.0.3", "2026-11-20", "8.9"),
        ("7.13.0", "2026-11-20", "8.9"),
        // Through the long-term line of each major release between, else through its newest.
        ("6.13.2", "2026-11-20", "7.10 8.9"),
        ("5.4.0", "2026-11-20", "6.13 7.10 8.9"),
        ("8.5.0", "2026-11-20", "8.9"),
        // A long-term line behind is no goal; the newest one is.
        ("8.10.0", "2026-11-20", "9.0"),
        ("8.9.0", "2026-11-20", "9.0"),
        ("9.0.1", "2026-11-20", "-"),
        ("9.0.1", "2026-12-15", "9.1"),
        // What was not out yet, or has ended, is no goal.
        ("7.0.0", "2025-12-09", "7.10"),
        ("6.0.0", "2024-10-09", "-"),
        ("6.0.0", "2024-10-10", "6.13"),
        ("7.13.0", "2026-06-09", "8.4"),
        ("7.9.0", "2026-09-30", "8.5"),
    ] {
        let got = derived(&facts(&[("server.version", version)]), None, today.parse().unwrap());
        assert_eq!(short(&got, "release.upgrade"), expected, "{version} on {today}");
    }
    assert_eq!(short(&derived(&Facts::new(), None, TODAY), "release.upgrade"), "?");
    let none = derived(&[("container.release".to_owned(), Fact::absent("test"))].into(), None, TODAY);
    assert_eq!(short(&none, "release.upgrade"), "-");
}

#[test]
fn the_lines_that_are_supported_on_a_day() {
    let of = |facts: &Facts, today: &str| derived(facts, None, today.parse().unwrap())["release.supported"].clone();
    for (today, expected) in [
        ("2023-03-08", ""),
        ("2023-03-09", "6.0"),
        ("2023-09-30", "6.0"),
        ("2023-10-01", ""),
        ("2026-01-10", "7.9 7.10 7.13 8.0"),
        // The day of release of 8.9 is not known: it was out at the end of the month. Of 8.4 only the certain end counts.
        ("2026-10-30", "8.4 8.5 8.6"),
        ("2026-10-31", "8.4 8.5 8.6 8.9"),
        ("2026-11-20", "8.5 8.6 8.9 9.0"),
    ] {
        let facts = [("release.supported".to_owned(), of(&Facts::new(), today))].into();
        assert_eq!(short(&facts, "release.supported"), expected, "{today}");
    }
    // The list takes the place of the calendar's lines; of a line its newest patch counts.
    let end = |day| date(2027, 3, day);
    let list = vec![
        entry("8.6.2", end(2)),
        entry("8.6.10", end(10)),
        entry("8.6.9", end(9)),
        entry("8.5.1", end(1)),
        entry("9.2.0", end(20)),
        entry("9.3.0-rc.1", end(21)),
        entry("next", end(22)),
        SupportedRelease { exception: true, ..entry("7.9.1", end(23)) },
        SupportedRelease { lts: true, ..entry("9.0.1", end(24)) },
        entry("8.9.0", TODAY.yesterday().unwrap()),
    ];
    let line = |version: &str, until, lts| SupportedRelease { lts, ..entry(version, until) };
    let expected = vec![
        line("8.5", end(1), true),
        line("8.6", end(10), false),
        line("9.0", end(24), true),
        line("9.2", end(20), false),
    ];
    assert_eq!(of(&listed("8.6.1", list), "2026-11-20").value(), Some(&Value::Releases(expected)));
    // Two entries of the newest patch: the later one in the list counts.
    let twice = vec![entry("9.2.0", end(1)), entry("9.2.0", end(2))];
    let Some(Value::Releases(lines)) = of(&listed("8.6.1", twice), "2026-11-20").value().cloned() else { panic!() };
    assert_eq!(lines.last(), Some(&line("9.2", end(2), false)));
}

#[test]
fn an_upgrade_follows_the_list() {
    let list = vec![entry("8.9.0", date(2026, 11, 1)), entry("9.2.0", date(2027, 3, 1))];
    let got = derived(&listed("7.13.0", list), None, TODAY);
    assert_eq!(short(&got, "release.upgrade"), "8.5", "the list has put an end to 8.9");
}

proptest! {
    #[test]
    fn a_window_that_is_over_stays_over(
        version in "[5-9]\\.[0-9]{1,2}(\\.[0-9])?",
        day in 0i32..2000,
        later in 0i32..2000,
    ) {
        let first = date(2023, 1, 1).saturating_add(day.days());
        let of = |today| derived(&facts(&[("server.version", version.as_str())]), None, today);
        let [first, second] = [first, first.saturating_add(later.days())].map(of);
        let is_over = |facts: &Facts| short(facts, "release.state") == "ended";
        prop_assert!(!is_over(&first) || is_over(&second));
    }

    #[test]
    fn never_panics(version: String, listed_version: String, planned: Option<String>) {
        let facts = listed(&version, vec![entry(&listed_version, TODAY)]);
        let _ = derived(&facts, planned.as_deref(), TODAY);
    }
}
