//! Lines of versions and the last day of each: operating systems, engines, databases, and the product's own releases.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::Predicate;
use crate::facts::Version;

/// When the first release of a line came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// On this day.
    On(Date),
    /// In the month that ends on this day; the day is not known.
    In(Date),
}

impl Released {
    /// The first day on which it is certainly out.
    pub fn certainly(self) -> Date {
        match self {
            Self::On(day) | Self::In(day) => day,
        }
    }
}

impl std::fmt::Display for Released {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::On(day) => write!(f, "{day}"),
            Self::In(last) => write!(f, "{:04}-{:02}", last.year(), last.month()),
        }
    }
}

/// A line of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The numbers that its versions begin with: `28`, `7.10`.
    pub line: String,
    /// When its first release came out, where the table says so.
    pub released: Option<Released>,
    /// Its last day; none while no end is known.
    pub until: Option<Date>,
    /// A later last day that is possible: the source is not clear.
    pub until_possible: Option<Date>,
    /// It is supported for longer than others.
    pub lts: bool,
}

/// Lines of one kind of version, in the order of their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Key of the source in `pack.toml`.
    pub source: String,
    /// Day they were last compared with their source.
    pub reviewed: Date,
    /// The lines.
    pub lines: Vec<Line>,
}

/// A table of lines for the version that a fact tells.
#[derive(Clone, Debug, PartialEq)]
pub struct LineTable {
    /// The fact, of kind version.
    pub fact: String,
    /// When the table applies; always, when left out.
    pub when: Option<Predicate>,
    /// The lines.
    pub lines: Lines,
}

/// The product's own release lines, and how the vendor supports them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Releases {
    /// The calendar. Every line has its day of release.
    pub lines: Lines,
    /// The vendor's rule and services.
    pub policy: ReleasePolicy,
    /// Lines of MongoDB that a release line runs with, in the order of their numbers. Empty if the product needs none.
    pub mongodb: BTreeMap<String, Vec<String>>,
}

/// How a vendor supports releases, and who tells until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasePolicy {
    /// Months that a release is supported; it ends with the last day of the month so many months on.
    pub months: u32,
    /// The same for long-term lines.
    pub lts_months: u32,
    /// URL of the vendor's signed list of supported releases.
    pub list_url: Option<String>,
    /// URL where the vendor describes a release, with `VERSION` in the place of its version.
    pub release_url: Option<String>,
    /// Public keys, PEM, that the vendor signs the list with.
    pub keys: Vec<String>,
    /// Path where a server tells its release: `/api/info`.
    pub info_path: Option<String>,
    /// Path and query where a server tells the id of its workspace.
    pub id_path: Option<String>,
}

impl Lines {
    /// The longest line that the version is on.
    pub fn find(&self, version: &Version) -> Option<&Line> {
        let on_line = self.lines.iter().filter(|line| version.is_on_line(&line.line));
        on_line.max_by_key(|line| line.line.split('.').count())
    }

    /// Whether the version is older than every line. The table has no gaps behind its first line, so it ended before.
    pub fn is_older(&self, version: &Version) -> bool {
        let first = self.lines.first().and_then(|line| Version::parse(&line.line).ok());
        first.is_some_and(|first| version < &first)
    }
}

impl Releases {
    /// Last day of support of a line, and a later one that is possible: as its source says, else by the vendor's rule. Where
    /// a release came out on the last day of a month, the vendor has also counted from the next month.
    pub fn until(&self, line: &Line) -> Option<(Date, Option<Date>)> {
        if let Some(until) = line.until {
            return Some((until, line.until_possible));
        }
        let released = line.released?.certainly();
        let months = if line.lts { self.policy.lts_months } else { self.policy.months };
        let end = |from: Date| from.saturating_add(i64::from(months).months()).last_of_month();
        let possible = (released == released.last_of_month()).then(|| end(released.saturating_add(1.day())));
        Some((end(released), possible))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::facts::days;

    fn lines(rows: &[&str]) -> Lines {
        let line = |line: &&str| Line {
            line: (*line).to_owned(),
            released: None,
            until: None,
            until_possible: None,
            lts: false,
        };
        Lines { source: String::new(), reviewed: date(2026, 11, 20), lines: rows.iter().map(line).collect() }
    }

    fn end(released: Date, lts: bool) -> (Date, Option<Date>) {
        let policy = ReleasePolicy {
            months: 6,
            lts_months: 12,
            list_url: None,
            release_url: None,
            keys: Vec::new(),
            info_path: None,
            id_path: None,
        };
        let releases = Releases { lines: lines(&[]), policy, mongodb: BTreeMap::new() };
        let released = Some(Released::On(released));
        releases.until(&Line { line: "1.0".into(), released, until: None, until_possible: None, lts }).unwrap()
    }

    #[test]
    fn the_longest_line_counts_and_older_ones_ended_before_the_first() {
        let lines = lines(&["7", "7.1", "7.10", "9.0"]);
        let find = |text: &str| lines.find(&Version::parse(text).unwrap()).map(|line| line.line.as_str());
        for (version, line) in [
            ("7.10.4", Some("7.10")),
            ("7.1.0", Some("7.1")),
            ("7.99", Some("7")),
            ("8.0", None),
            ("9", None),
            ("9.0.1-rc.1", Some("9.0")),
            ("6.9", None),
        ] {
            assert_eq!(find(version), line, "{version}");
        }
        let older = |text: &str| lines.is_older(&Version::parse(text).unwrap());
        assert!(older("6.99") && !older("7.0") && !older("8.0") && !older("99"));
    }

    #[test]
    fn windows_of_releases_that_the_vendor_has_published() {
        for (released, lts, until, possible) in [
            (date(2025, 4, 7), false, date(2025, 10, 31), None),
            (date(2023, 8, 2), false, date(2024, 2, 29), None),
            (date(2024, 8, 9), false, date(2025, 2, 28), None),
            (date(2025, 9, 4), true, date(2026, 9, 30), None),
            (date(2025, 8, 31), false, date(2026, 2, 28), Some(date(2026, 3, 31))),
            (date(2024, 2, 29), true, date(2025, 2, 28), Some(date(2025, 3, 31))),
            (date(2024, 10, 31), false, date(2025, 4, 30), Some(date(2025, 5, 31))),
        ] {
            assert_eq!(end(released, lts), (until, possible), "{released}");
        }
    }

    #[test]
    fn what_the_source_says_goes_before_the_rule() {
        let releases = crate::pack::validate::tests::rocketchat().releases.unwrap();
        for line in &releases.lines.lines {
            let by_rule = releases.until(&Line { until: None, until_possible: None, ..line.clone() }).unwrap();
            let (until, possible) = releases.until(line).unwrap();
            // Some releases of the last day of a month were counted from the next month, and the vendor has said so.
            let later = Some(until) == by_rule.1 && possible.is_none();
            let unknown_day = matches!(line.released, Some(Released::In(_))) && possible.is_none();
            assert!(later || until == by_rule.0, "{}", line.line);
            assert!(later || unknown_day || possible == by_rule.1, "{}", line.line);
        }
        assert_eq!(releases.until(&lines(&["1.0"]).lines[0]), None, "neither an end nor a day of release");
    }

    fn any_day() -> impl Strategy<Value = Date> {
        (2000i16..2400, 1i8..=12, 1i8..=31)
            .prop_filter_map("a day of the calendar", |(year, month, day)| Date::new(year, month, day).ok())
    }

    proptest! {
        #[test]
        fn a_window_ends_with_the_sixth_or_twelfth_month(released in any_day(), lts: bool) {
            let (until, _) = end(released, lts);
            let months = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
            prop_assert_eq!(months(until) - months(released), if lts { 12 } else { 6 });
            prop_assert_eq!(until, until.last_of_month());
            prop_assert_eq!(until, end(released.first_of_month(), lts).0);
            prop_assert_eq!(until, end(released.last_of_month(), lts).0);
        }

        #[test]
        fn only_the_last_day_of_a_month_is_uncertain(released in any_day(), lts: bool) {
            let (until, possible) = end(released, lts);
            prop_assert_eq!(possible.is_some(), released == released.last_of_month());
            if let Some(possible) = possible {
                prop_assert!((28..=31).contains(&days(until, possible)));
                prop_assert_eq!(possible, possible.last_of_month());
            }
        }

        #[test]
        fn a_later_release_never_ends_earlier(one in any_day(), other in any_day(), lts: bool) {
            prop_assert!(one > other || end(one, lts).0 <= end(other, lts).0);
        }

        #[test]
        fn the_ends_of_the_calendar_do_not_overflow(year in prop_oneof![Just(-9999i16), Just(9999)], lts: bool) {
            for day in [Date::constant(year, 1, 1), Date::constant(year, 12, 31)] {
                let _ = end(day, lts);
            }
        }
    }
}
