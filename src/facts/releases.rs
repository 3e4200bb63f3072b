//! What a list of supported releases says of a version, and what kind of build a version is.
//!
//! Knows neither who made the list nor which day it is.

use jiff::civil::Date;

use super::{Build, SupportedRelease, Version};

/// What a list says of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Last day of support that is certain.
    pub until: Date,
    /// A later last day that is possible, because the patches of the line differ.
    pub possible: Option<Date>,
    /// An entry for this server alone says so.
    pub exception: bool,
    /// The entry is for this very version, not for its line.
    pub exact: bool,
}

/// The entry for a version: the one of exactly this version, else those of its line.
///
/// A list names builds before a release one by one, so such a build is on no line. An exception is there to prolong support: beside an exact entry of the list, the later day counts. Otherwise an
/// exception for the version or its line counts before the list's entries for the line.
pub fn find(list: &[SupportedRelease], version: &str) -> Option<Match> {
    let exact = exactly(list, version, false);
    let exception = exactly(list, version, true).or_else(|| on_line(list, version, true));
    match (exact, exception) {
        (Some(exact), Some(exception)) if exception.until > exact.until => Some(exception),
        (Some(exact), _) => Some(exact),
        (None, Some(exception)) => Some(exception),
        (None, None) => on_line(list, version, false),
    }
}

/// Kind of build, by the suffix of a version: `release`, `candidate` or `development`.
pub fn build(version: &str) -> &'static str {
    match Version::parse(version).map_or(Build::Release, |version| version.build()) {
        Build::Release => "release",
        Build::Candidate => "candidate",
        Build::Development => "development",
    }
}

/// `8.5` of `8.5.3`; `None` if the version does not have at least these two numbers.
pub fn line(version: &str) -> Option<String> {
    let parsed = Version::parse(version).ok()?;
    let line = format!("{}.{}", parsed.major(), parsed.minor());
    parsed.is_on_line(&line).then_some(line)
}

/// Whether a version names its patch. Servers name it to some callers only.
pub fn has_patch(version: &str) -> bool {
    Version::parse(version)
        .is_ok_and(|parsed| parsed.is_on_line(&format!("{}.{}.{}", parsed.major(), parsed.minor(), parsed.patch())))
}

/// Whether a container tells the patch of a server that names its line alone: the container is of that line.
pub fn tells_patch(container: &str, server: &str) -> bool {
    !has_patch(server) && line(server).is_some_and(|server| line(container) == Some(server))
}

/// The release to ask the vendor about: `8.5.0` for `8.5`, whose patches share what they need. None if the text is not a plain
/// version, for it becomes part of an address.
pub fn with_patch(version: &str) -> Option<String> {
    let plain = version.trim_start_matches(['v', 'V']);
    let is_plain = plain.len() <= 40 && plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    line(plain).filter(|_| is_plain)?;
    Some(if has_patch(plain) { plain.to_owned() } else { format!("{plain}.0") })
}

/// The entry of exactly this version. Of several, the earliest day is certain.
fn exactly(list: &[SupportedRelease], version: &str, exception: bool) -> Option<Match> {
    let bare = |text: &str| text.trim_start_matches(['v', 'V']).to_ascii_lowercase();
    let version = bare(version);
    let entries = list.iter().filter(|release| release.exception == exception && bare(&release.version) == version);
    let until = entries.map(|release| release.until).min()?;
    Some(Match { until, possible: None, exception, exact: true })
}

/// The last days of the releases on the version's line. Vendors give all patches of a line the same day. Where they differ,
/// the list does not have this patch: then the earliest day is certain and the latest is possible.
fn on_line(list: &[SupportedRelease], version: &str, exception: bool) -> Option<Match> {
    let line = line(version).filter(|_| build(version) == "release")?;
    let is_on_line = |release: &&SupportedRelease| {
        release.exception == exception
            && build(&release.version) == "release"
            && self::line(&release.version).is_some_and(|other| other == line)
    };
    let days = || list.iter().filter(is_on_line).map(|release| release.until);
    let (until, latest) = (days().min()?, days().max()?);
    Some(Match { until, possible: (latest > until).then_some(latest), exception, exact: false })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn release(version: &str, until: Date) -> SupportedRelease {
        SupportedRelease { version: version.to_owned(), until, lts: version.starts_with("8.5"), exception: false }
    }

    fn exception(version: &str, until: Date) -> SupportedRelease {
        SupportedRelease { exception: true, ..release(version, until) }
    }

    fn list(exceptions: &[SupportedRelease]) -> Vec<SupportedRelease> {
        let mut list = vec![
            release("8.6.1", date(2027, 1, 31)),
            release("8.5.0", date(2027, 6, 30)),
            release("8.6.0", date(2027, 1, 31)),
            release("8.7.0-rc.1", date(2026, 8, 30)),
            release("8.8.0-develop", date(2026, 9, 5)),
            release("6.4.0", date(2024, 1, 27)),
            release("6.4.1", date(2024, 2, 9)),
        ];
        list.extend_from_slice(exceptions);
        list
    }

    #[test]
    fn the_exact_entry_goes_before_the_line() {
        let found = |version| find(&list(&[]), version).map(|found| (found.until, found.possible, found.exact));
        assert_eq!(found("8.6.1"), Some((date(2027, 1, 31), None, true)));
        assert_eq!(found("v8.6.1"), Some((date(2027, 1, 31), None, true)));
        assert_eq!(found("8.6.9"), Some((date(2027, 1, 31), None, false)));
        assert_eq!(found("8.5"), Some((date(2027, 6, 30), None, false)));
        assert_eq!(found("8.7.0-rc.1"), Some((date(2026, 8, 30), None, true)));
        assert_eq!(found("6.4.1"), Some((date(2024, 2, 9), None, true)));
        assert_eq!(found("6.4"), Some((date(2024, 1, 27), Some(date(2024, 2, 9)), false)));
        for unknown in
            ["8.7", "8.7.0", "8.8.0", "8.50.0", "8", "9.0.0", "x", "", "8.6.0-rc.1", "8.6.9-develop", "8.5.0-beta.1"]
        {
            assert_eq!(found(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn an_exception_prolongs_and_never_shortens() {
        let exceptions = [exception("6.4.0", date(2025, 1, 1)), exception("7.9.2", date(2027, 3, 1))];
        let found = |exceptions: &[SupportedRelease], version| {
            find(&list(exceptions), version).map(|found| (found.until, found.exception, found.exact))
        };
        assert_eq!(found(&exceptions, "6.4.0"), Some((date(2025, 1, 1), true, true)));
        assert_eq!(found(&exceptions, "7.9.2"), Some((date(2027, 3, 1), true, true)));
        assert_eq!(found(&exceptions, "7.9"), Some((date(2027, 3, 1), true, false)));
        assert_eq!(found(&exceptions, "6.4"), Some((date(2025, 1, 1), true, false)));
        assert_eq!(found(&[], "7.9"), None);
        // One that ends before the list's own day takes nothing away.
        assert_eq!(found(&[exception("8.5.0", date(2026, 1, 1))], "8.5.0"), Some((date(2027, 6, 30), false, true)));
    }

    #[test]
    fn builds_and_lines_of_versions() {
        for (version, build, line, has_patch) in [
            ("8.6.1", "release", Some("8.6"), true),
            ("8.6", "release", Some("8.6"), false),
            ("8.6.0-rc.3", "candidate", Some("8.6"), true),
            ("8.7.0-develop", "development", Some("8.7"), true),
            ("8.7.0-BETA.1", "development", Some("8.7"), true),
            ("8.5.1-alpine", "release", Some("8.5"), true),
            ("7.10.3", "release", Some("7.10"), true),
            ("8", "release", None, false),
            ("latest", "release", None, false),
        ] {
            assert_eq!(
                (super::build(version), super::line(version).as_deref(), super::has_patch(version)),
                (build, line, has_patch),
                "{version}"
            );
        }
    }

    fn lists() -> impl Strategy<Value = Vec<SupportedRelease>> {
        let version = "v?[78]\\.[0-2](\\.[0-2])?(-rc\\.1|-develop)?";
        let entry = (version, 0i64..1000, any::<bool>()).prop_map(|(version, day, exception)| {
            let until = date(2026, 1, 1).saturating_add(jiff::Span::new().days(day));
            SupportedRelease { exception, ..release(&version, until) }
        });
        prop::collection::vec(entry, 0..12)
    }

    proptest! {
        #[test]
        fn never_panics(version: String) {
            let _ = (build(&version), has_patch(&version), find(&list(&[]), &version));
        }

        #[test]
        fn a_possible_day_is_later_than_the_certain_one(list in lists(), version in "[78]\\.[0-2](\\.[0-2])?") {
            if let Some(found) = find(&list, &version) {
                prop_assert!(found.possible.is_none_or(|possible| possible > found.until));
                prop_assert!(list.iter().any(|release| release.until == found.until));
            }
        }

        #[test]
        fn the_order_of_a_list_means_nothing(list in lists(), version in "[78]\\.[0-2](\\.[0-2])?") {
            let backwards: Vec<_> = list.iter().rev().cloned().collect();
            prop_assert_eq!(find(&list, &version), find(&backwards, &version));
        }

        #[test]
        fn an_exception_never_shortens_an_exact_entry(list in lists(), version in "[78]\\.[0-2]\\.[0-2]") {
            let own: Vec<_> = list.iter().filter(|release| !release.exception).cloned().collect();
            if let Some(exact) = find(&own, &version).filter(|found| found.exact) {
                prop_assert!(find(&list, &version).is_some_and(|found| found.until >= exact.until));
            }
        }
    }
}
