//! Facts that follow from others, the plan, the pack and the day. Ordinary operators judge them.
//!
//! A derived fact that a person attested stays as attested.

use jiff::civil::Date;

use super::deployment::judged;
use super::follows::follows;
use super::mongodb;
use super::predicate::{Evidence, Truth, number};
use super::{release, sizes};
use crate::facts::{Fact, FactState, Facts, Provenance, Value, Version, Why, days};
use crate::pack::{LineTable, Pack};
use crate::plan::Plan;

/// Adds every derived fact of the pack to facts of the host and of the plan.
pub fn derive(facts: &mut Facts, pack: &Pack, plan: &Plan, today: Date) {
    let mut derived = Facts::new();
    if let Some(releases) = &pack.releases {
        release::derive(&mut derived, facts, pack, releases, plan, today);
    }
    sizes::derive(&mut derived, facts);
    for (name, count) in pack.application.chart.iter().flat_map(|chart| &chart.count) {
        if let Some(number) = &count.shares {
            derived.insert(format!("chart.share.{name}"), share(facts, name, number));
        }
    }
    derived.insert("deployment.judged".to_owned(), judged(facts));
    derived.insert("os.released".to_owned(), os_released(facts, today));
    derived.insert("server.tls.days_left".to_owned(), days_left(facts, "server.tls.ends", today));
    for part in ["data", "images"] {
        derived.insert(format!("storage.{part}.available_share"), available_share(facts, part));
    }
    add(facts, derived);
    mongodb::derive(facts, pack.releases.as_ref(), today);
    // Last, because a table can be of a derived version.
    let mut derived = Facts::new();
    for (name, table) in &pack.tables {
        lines(&mut derived, facts, &format!("lines.{name}"), table, today);
    }
    add(facts, derived);
}

/// Why the day judged is not to be relied on: the clock that it comes from cannot be right, or nothing shows that it can.
pub(super) fn wrong_clock(facts: &Facts) -> Option<String> {
    let clock = facts.get("clock.plausible")?;
    match &clock.state {
        FactState::Known(Value::Bool(false)) => {
            Some(format!("the clock of this host cannot be right: {}", clock.place))
        }
        FactState::Unknown { reason, .. } => Some(format!("clock.plausible could not be determined: {reason}")),
        FactState::Known(_) | FactState::Absent => None,
    }
}

/// Whether a derived fact is another one on another day.
fn depends_on_day(name: &str) -> bool {
    ["os.released", "server.tls.days_left", "release.supported", "release.upgrade"].contains(&name)
        || (name.starts_with("lines.") && name.ends_with(".state"))
}

/// Adds derived facts. What a person attested, or an example states, stays. What depends on the day is unknown when the clock
/// cannot be right: one in the past would maintain every line again.
pub(super) fn add(facts: &mut Facts, derived: Facts) {
    let clock = wrong_clock(facts);
    for (name, mut fact) in derived {
        if let Some(reason) = clock.as_ref().filter(|_| fact.value().is_some() && depends_on_day(&name)) {
            fact = Fact::unknown(Why::NotDetermined, reason.as_str(), fact.place);
        }
        facts.entry(name).or_insert_with(|| fact.by(Provenance::Derived));
    }
}

/// Whether the release of Ubuntu that the host names can be out on the day judged: its number is the year and the month in
/// which it comes out. Absent on other systems.
fn os_released(facts: &Facts, today: Date) -> Fact {
    let (id, version) = (facts.get("os.id"), facts.get("os.version_id"));
    match id.and_then(Fact::text) {
        Some("ubuntu") => {}
        Some(_) => return Fact::absent("os.id"),
        None => return follows(id, "os.id"),
    }
    let month = version.and_then(Fact::text).and_then(|text| {
        let (year, month) = text.split_once('.')?;
        Date::new(2000_i16.checked_add(year.parse().ok()?)?, month.parse().ok()?, 1).ok()
    });
    let place = "os.version_id and the day judged";
    match month {
        Some(first) if today > first.last_of_month() => Fact::known(true, place),
        Some(first) if today < first => Fact::known(false, place),
        Some(_) => Fact::unknown(Why::NotDetermined, "this release comes out in the month of the day judged", place),
        None => follows(version, "os.version_id"),
    }
}

/// The line of a table that a version is on, whether it is maintained, and its last day.
fn lines(derived: &mut Facts, facts: &Facts, name: &str, table: &LineTable, today: Date) {
    let mut put = |fact: &str, value: Fact| _ = derived.insert(format!("{name}.{fact}"), value);
    let place = format!("{}, reviewed {}", table.fact, table.lines.reviewed);
    let applies = table.when.as_ref().map_or(Truth::True, |when| Evidence { facts, tier: None }.truth(when));
    let fact = facts.get(&table.fact);
    let version = fact.and_then(Fact::text).and_then(|text| Version::parse(text).ok());
    let all = match (applies, &version) {
        (Truth::False, _) => Some(Fact::absent(place.clone())),
        (Truth::Unknown, _) => {
            Some(Fact::unknown(Why::NotDetermined, "whether the table applies is unknown", place.clone()))
        }
        (Truth::True, None) => Some(follows(fact, &table.fact)),
        (Truth::True, Some(_)) => None,
    };
    if let Some(fact) = all {
        for part in ["state", "line", "until"] {
            put(part, fact.clone());
        }
        return;
    }
    let Some(version) = version else { return };
    match table.lines.find(&version) {
        Some(line) => {
            let maintained = line.until.is_none_or(|until| today <= until);
            put("state", Fact::known(if maintained { "maintained" } else { "ended" }, place.clone()));
            put("line", Fact::known(line.line.as_str(), place.clone()));
            put(
                "until",
                line.until.map_or_else(|| Fact::absent(place.clone()), |until| Fact::known(until, place.clone())),
            );
        }
        None if table.lines.is_older(&version) => {
            put("state", Fact::known("ended", place.clone()));
            put("line", Fact::absent(place.clone()));
            put("until", Fact::unknown(Why::NotDetermined, "it ended before the first line of the table", place));
        }
        None => {
            let reason = format!("when the line of {version} ends is not known to this pack");
            for part in ["state", "line", "until"] {
                put(part, Fact::unknown(Why::NotDetermined, reason.clone(), place.clone()));
            }
        }
    }
}

/// A number of the plan, shared among so many.
fn share(facts: &Facts, count: &str, shared: &str) -> Fact {
    let [count, shared] = [format!("chart.count.{count}"), format!("plan.number.{shared}")];
    let of = |name: &str| facts.get(name).and_then(Fact::value).and_then(number);
    match (of(&shared), of(&count)) {
        (None, _) => follows(facts.get(&shared), &shared),
        (_, None) => follows(facts.get(&count), &count),
        (Some(_), Some(0.0)) => Fact::absent(format!("{count} is 0")),
        (Some(all), Some(among)) => Fact::known(all / among, format!("{shared} among {count}")),
    }
}

/// Days from today to the day that a fact tells.
fn days_left(facts: &Facts, name: &str, today: Date) -> Fact {
    let fact = facts.get(name);
    match fact.and_then(Fact::text).and_then(|text| text.parse().ok()) {
        Some(day) => Fact::known(days(today, day) as f64, name),
        None => follows(fact, name),
    }
}

/// Share of a file system that is available, in percent.
fn available_share(facts: &Facts, part: &str) -> Fact {
    let names = ["available", "size"].map(|fact| format!("storage.{part}.{fact}"));
    let [available, size] = names.each_ref().map(|name| facts.get(name).and_then(Fact::value).and_then(number));
    match (available, size) {
        (Some(available), Some(size)) if size > 0.0 => Fact::known(100.0 * available / size, names.join(" of ")),
        (Some(_), Some(_)) => Fact::unknown(Why::Unreadable, "the file system has no size", names[1].as_str()),
        (None, _) => follows(facts.get(&names[0]), &names[0]),
        (_, None) => follows(facts.get(&names[1]), &names[1]),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::pack::{Leaf, Line, Lines, Operator, Predicate};

    fn table(when: Option<Predicate>) -> LineTable {
        let line =
            |line: &str, until| Line { line: line.to_owned(), released: None, until, until_possible: None, lts: false };
        let lines = vec![line("7", None), line("7.1", Some(date(2025, 6, 30))), line("7.10", Some(date(2026, 9, 30)))];
        let lines = Lines { source: String::new(), reviewed: date(2026, 11, 20), lines };
        LineTable { fact: "compose.version".to_owned(), when, lines }
    }

    fn derived(version: Fact, when: Option<Predicate>, today: Date) -> Facts {
        let facts = [("compose.version".to_owned(), version), ("os.id".to_owned(), Fact::known("ubuntu", ""))].into();
        let mut derived = Facts::new();
        lines(&mut derived, &facts, "lines.t", &table(when), today);
        derived
    }

    fn state(facts: &Facts) -> Option<&str> {
        facts["lines.t.state"].text()
    }

    #[test]
    fn the_longest_line_decides_through_its_last_day() {
        let of = |version: &str, today| derived(Fact::known(version, "x"), None, today);
        assert_eq!(state(&of("7.10.4", date(2026, 9, 30))), Some("maintained"));
        assert_eq!(state(&of("7.10.4", date(2026, 10, 1))), Some("ended"));
        assert_eq!(state(&of("7.1.0", date(2026, 9, 30))), Some("ended"));
        assert_eq!(of("7.1.0", date(2026, 9, 30))["lines.t.until"].text(), Some("2025-06-30"));
        assert_eq!(of("7.1.0", date(2026, 9, 30))["lines.t.line"].text(), Some("7.1"));
        assert_eq!(state(&of("7.99", date(2030, 1, 1))), Some("maintained"));
        assert_eq!(of("7.99", date(2030, 1, 1))["lines.t.until"].state, FactState::Absent);
        assert_eq!(state(&of("6.9", date(2020, 1, 1))), Some("ended"), "older than the first line");
        let FactState::Unknown { reason, .. } = &of("8.0", date(2026, 1, 1))["lines.t.state"].state else { panic!() };
        assert_eq!(reason, "when the line of 8.0 ends is not known to this pack");
    }

    #[test]
    fn what_is_absent_or_unknown_stays_so() {
        let today = date(2026, 1, 1);
        assert_eq!(derived(Fact::absent("x"), None, today)["lines.t.state"].state, FactState::Absent);
        let unknown = Fact::unknown(Why::TimedOut, "no answer", "x");
        assert_eq!(derived(unknown.clone(), None, today)["lines.t.until"].state, unknown.state);
        let is = |fact: &str, word: &str| {
            let (fact, kind) = (fact.to_owned(), crate::facts::Kind::Text);
            Predicate::Leaf(Leaf { fact, kind, operator: Operator::Is(Value::from(word)), share: None })
        };
        let other = derived(Fact::known("7.1", "x"), Some(is("os.id", "rhel")), today);
        assert_eq!(other["lines.t.state"].state, FactState::Absent);
        let same = derived(Fact::known("7.1", "x"), Some(is("os.id", "ubuntu")), today);
        assert_eq!(state(&same), Some("ended"));
        let unknown = derived(Fact::known("7.1", "x"), Some(is("os.codename", "noble")), today);
        assert!(matches!(unknown["lines.t.state"].state, FactState::Unknown { .. }));
    }

    #[test]
    fn an_ubuntu_release_is_out_when_the_month_of_its_number_is_over() {
        let of = |id: &str, version: Fact, today| {
            let facts = [("os.id".to_owned(), Fact::known(id, "")), ("os.version_id".to_owned(), version)].into();
            os_released(&facts, today).state
        };
        let known = |version: &str| Fact::known(version, "");
        let day = date(2026, 11, 20);
        for version in ["26.04", "25.10", "26.10", "04.10"] {
            assert_eq!(of("ubuntu", known(version), day), FactState::Known(true.into()), "{version}");
        }
        for version in ["28.04", "26.12", "27.04"] {
            assert_eq!(of("ubuntu", known(version), day), FactState::Known(false.into()), "{version}");
        }
        for version in ["26.11", "sid", "26", "26.13", "99999.04"] {
            assert!(matches!(of("ubuntu", known(version), day), FactState::Unknown { .. }), "{version}");
        }
        assert_eq!(of("ubuntu", known("28.04"), date(2028, 5, 1)), FactState::Known(true.into()));
        assert_eq!(of("rhel", known("28.04"), day), FactState::Absent);
        assert_eq!(of("ubuntu", Fact::absent(""), day), FactState::Absent);
        assert!(matches!(os_released(&Facts::new(), day).state, FactState::Unknown { why: Why::NotAsked, .. }));
    }

    #[test]
    fn shares_and_days() {
        let number = |name: &str, number: u64| (name.to_owned(), Fact::known(number, "statvfs"));
        let facts = |available, size| {
            Facts::from([number("storage.data.available", available), number("storage.data.size", size)])
        };
        assert_eq!(available_share(&facts(15, 100), "data").value(), Some(&Value::Number(15.0)));
        assert!(matches!(available_share(&facts(15, 0), "data").state, FactState::Unknown { .. }));
        assert!(matches!(available_share(&Facts::new(), "data").state, FactState::Unknown { why: Why::NotAsked, .. }));
        let facts = Facts::from([("server.tls.ends".to_owned(), Fact::known("2026-12-21", "x"))]);
        assert_eq!(days_left(&facts, "server.tls.ends", date(2026, 11, 20)).value(), Some(&Value::Number(31.0)));
        assert_eq!(days_left(&facts, "server.tls.ends", date(2026, 12, 22)).value(), Some(&Value::Number(-1.0)));
    }
}
