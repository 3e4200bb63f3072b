//! Which entry of a verified list speaks of a release, and what sort of build a version is.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::signed_list::{Release, SignedList};
use crate::facts::Version;

/// Most lines of a list that are kept as a fact; the newest ones.
const MOST_LINES: usize = 60;

/// What a list says of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub until: Date,
    /// The latest last day among the line's patches, when it is later than `until`.
    pub possible: Option<Date>,
    pub basis: &'static str,
}

/// Whose support is looked up: exceptions are for one domain or one workspace.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Whose<'a> {
    pub domain: Option<&'a str>,
    pub unique_id: Option<&'a str>,
}

/// The sort of build that a version's suffix names.
pub(super) fn build(version: &str) -> &'static str {
    let version = version.to_ascii_lowercase();
    if version.contains("-rc") {
        "candidate"
    } else if version.contains("-dev") || version.contains("-alpha") || version.contains("-beta") {
        "develop"
    } else {
        "release"
    }
}

/// `8.5` of `8.5.3`; `None` when the version does not name at least these two numbers.
pub(super) fn line(version: &str) -> Option<String> {
    let parsed = Version::parse(version).ok()?;
    let line = format!("{}.{}", parsed.major(), parsed.minor());
    parsed.is_on_line(&line).then_some(line)
}

/// Whether a version names its patch, as anonymous servers do not.
pub(super) fn has_patch(version: &str) -> bool {
    Version::parse(version)
        .is_ok_and(|parsed| parsed.is_on_line(&format!("{}.{}.{}", parsed.major(), parsed.minor(), parsed.patch())))
}

/// The entry for a version: the exact one, an exception of this workspace, the line. An exception is there to prolong:
/// beside an exact entry the later day counts, as when one is asked after the other.
pub(super) fn find(list: &SignedList, version: &str, whose: Whose<'_>) -> Option<Match> {
    let exact = exactly(&list.releases, version).map(|until| Match { until, possible: None, basis: "exact" });
    let exception = list.exceptions.as_ref().filter(|exceptions| {
        let domain =
            exceptions.domain.as_deref().zip(whose.domain).is_some_and(|(of, own)| of.eq_ignore_ascii_case(own));
        let workspace = exceptions.unique_id.as_deref().zip(whose.unique_id).is_some_and(|(of, own)| of == own);
        domain || workspace
    });
    let exception = exception.and_then(|exceptions| {
        let exact =
            exactly(&exceptions.releases, version).map(|until| Match { until, possible: None, basis: "exception" });
        exact.or_else(|| on_line(&exceptions.releases, version, "exception"))
    });
    match (exact, exception) {
        (Some(exact), Some(exception)) if exception.until > exact.until => Some(exception),
        (None, Some(exception)) => Some(exception),
        (Some(exact), _) => Some(exact),
        (None, None) => on_line(&list.releases, version, "line"),
    }
}

fn exactly(releases: &[Release], version: &str) -> Option<Date> {
    let bare = |text: &str| text.trim_start_matches(['v', 'V']).to_ascii_lowercase();
    releases.iter().find(|release| bare(&release.version) == bare(version)).map(|release| release.until)
}

/// The days of the patches of a line. They are one day by the vendor's rule; where they differ, the patch is not known to
/// the list, so the earliest is certain and the latest possible.
fn on_line(releases: &[Release], version: &str, basis: &'static str) -> Option<Match> {
    let line = line(version)?;
    let days = || {
        let released = releases.iter().filter(|release| build(&release.version) == "release");
        let of_line = released.filter(|release| self::line(&release.version).is_some_and(|other| other == line));
        of_line.map(|release| release.until)
    };
    let (until, latest) = (days().min()?, days().max()?);
    Some(Match { until, possible: (latest > until).then_some(latest), basis })
}

/// The newest patch of each line: `8.5.3 until 2027-06-30 lts`, oldest line first.
pub(super) fn lines(list: &SignedList) -> Vec<String> {
    let mut newest: BTreeMap<(u64, u64), (u64, &Release)> = BTreeMap::new();
    for release in list.releases.iter().filter(|release| build(&release.version) == "release") {
        let Ok(version) = Version::parse(&release.version) else { continue };
        let slot = newest.entry((version.major(), version.minor())).or_insert((version.patch(), release));
        if version.patch() > slot.0 {
            *slot = (version.patch(), release);
        }
    }
    let skipped = newest.len().saturating_sub(MOST_LINES);
    let lts = |release: &Release| if release.lts { " lts" } else { "" };
    let words = newest.values().skip(skipped);
    words.map(|(_, release)| format!("{} until {}{}", release.version, release.until, lts(release))).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::super::signed_list::Exceptions;
    use super::*;

    fn release(version: &str, until: Date) -> Release {
        Release { version: version.to_owned(), until, lts: version.starts_with("8.5") }
    }

    fn list(exceptions: Option<Exceptions>) -> SignedList {
        let releases = vec![
            release("8.6.1", date(2027, 1, 31)),
            release("8.5.0", date(2027, 6, 30)),
            release("8.6.0", date(2027, 1, 31)),
            release("8.7.0-rc.1", date(2026, 8, 30)),
            release("8.8.0-develop", date(2026, 9, 5)),
            release("6.4.0", date(2024, 1, 27)),
            release("6.4.1", date(2024, 2, 9)),
        ];
        SignedList { timestamp: Timestamp::UNIX_EPOCH, key: String::new(), releases, exceptions }
    }

    fn exceptions(domain: Option<&str>, unique_id: Option<&str>) -> Option<Exceptions> {
        let releases = vec![release("6.4.0", date(2025, 1, 1)), release("7.9.2", date(2027, 3, 1))];
        Some(Exceptions { domain: domain.map(str::to_owned), unique_id: unique_id.map(str::to_owned), releases })
    }

    #[test]
    fn the_exact_entry_goes_before_the_line() {
        let found = |version| find(&list(None), version, Whose::default()).map(|m| (m.until, m.possible, m.basis));
        assert_eq!(found("8.6.1"), Some((date(2027, 1, 31), None, "exact")));
        assert_eq!(found("v8.6.1"), Some((date(2027, 1, 31), None, "exact")));
        assert_eq!(found("8.6.9"), Some((date(2027, 1, 31), None, "line")));
        assert_eq!(found("8.5"), Some((date(2027, 6, 30), None, "line")));
        assert_eq!(found("8.7.0-rc.1"), Some((date(2026, 8, 30), None, "exact")));
        assert_eq!(found("6.4.1"), Some((date(2024, 2, 9), None, "exact")));
        assert_eq!(found("6.4"), Some((date(2024, 1, 27), Some(date(2024, 2, 9)), "line")));
        for unknown in ["8.7", "8.7.0", "8.8.0", "8.50.0", "8", "9.0.0", "x", ""] {
            assert_eq!(found(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn an_exception_is_for_its_domain_or_workspace_alone() {
        let domain = Whose { domain: Some("Chat.example.com"), unique_id: None };
        let workspace = Whose { domain: Some("other.example.com"), unique_id: Some("w1") };
        let found = |exceptions, version, whose| find(&list(exceptions), version, whose).map(|m| (m.until, m.basis));
        let for_domain = exceptions(Some("chat.example.com"), None);
        assert_eq!(found(for_domain.clone(), "6.4.0", domain), Some((date(2025, 1, 1), "exception")));
        assert_eq!(found(for_domain.clone(), "7.9", domain), Some((date(2027, 3, 1), "exception")));
        assert_eq!(found(for_domain.clone(), "6.4.0", workspace), Some((date(2024, 1, 27), "exact")));
        assert_eq!(found(for_domain.clone(), "7.9", Whose::default()), None);
        assert_eq!(found(exceptions(None, Some("w1")), "7.9.2", workspace), Some((date(2027, 3, 1), "exception")));
        assert_eq!(found(exceptions(None, None), "7.9.2", workspace), None);
        // An exception that ends before the list's own day takes nothing away.
        let mut shorter = exceptions(Some("chat.example.com"), None);
        shorter.as_mut().unwrap().releases = vec![release("8.5.0", date(2026, 1, 1))];
        assert_eq!(found(shorter, "8.5.0", domain), Some((date(2027, 6, 30), "exact")));
    }

    #[test]
    fn lines_show_the_newest_patch() {
        assert_eq!(
            lines(&list(None)),
            ["6.4.1 until 2024-02-09", "8.5.0 until 2027-06-30 lts", "8.6.1 until 2027-01-31"]
        );
    }

    #[test]
    fn builds_and_lines_of_versions() {
        for (version, build, line, has_patch) in [
            ("8.6.1", "release", Some("8.6"), true),
            ("8.6", "release", Some("8.6"), false),
            ("8.6.0-rc.3", "candidate", Some("8.6"), true),
            ("8.7.0-develop", "develop", Some("8.7"), true),
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

    proptest! {
        #[test]
        fn never_panics(version: String) {
            let _ = (build(&version), has_patch(&version), find(&list(None), &version, Whose::default()));
        }
    }
}
