//! Versions as programs print them, compared by their numbers.
//!
//! `20.10.24+dfsg1`, `18.06.1-ce`, `v2.26.1`, `1.1.1w`, `1.0.2k-fips` and `5.15.0-91-generic` are releases: what follows the
//! numbers names a build. Only a few words make a pre-release, which is before the release of the same numbers. So the rules
//! of semver, by which every suffix does, do not hold here: its order is used, after a version is reduced to its numbers and
//! to whether it is a pre-release.

use std::cmp::Ordering;
use std::fmt;

/// Words behind the numbers that say what a build is before its release.
const BEFORE_RELEASE: [(&str, Build); 9] = [
    ("rc", Build::Candidate),
    ("alpha", Build::Development),
    ("beta", Build::Development),
    ("dev", Build::Development),
    ("develop", Build::Development),
    ("nightly", Build::Development),
    ("pre", Build::Development),
    ("preview", Build::Development),
    ("snapshot", Build::Development),
];

/// What a version is in the life of its release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// A release.
    Release,
    /// A candidate for it: `-rc.1`.
    Candidate,
    /// A build before it: `-beta1`, `-develop`.
    Development,
}

/// A version string and its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    text: String,
    /// What it is ordered by.
    order: semver::Version,
}

/// Why a text is not a version or a range of versions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// The text does not begin with a number.
    #[error("`{0}` does not begin with a version number")]
    NotAVersion(String),
    /// A range's part has no operator in front.
    #[error("`{0}` needs an operator in front: =, >, >=, < or <=")]
    NoOperator(String),
    /// Nothing stands in the range.
    #[error("a version range must not be empty")]
    Empty,
}

/// The text after an optional `v`, and where its leading digits and dots end.
fn parts(text: &str) -> (&str, &str) {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()))
}

/// The leading dotted numbers of `text` (at most three are kept) after an optional `v`.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let numbers: Vec<u64> = parts(text)
        .0
        .split('.')
        .map_while(|part| if part.is_empty() { None } else { part.parse().ok() })
        .take(3)
        .collect();
    (!numbers.is_empty()).then_some(numbers)
}

/// The release of the first three numbers, 0 for those that are not there.
fn release(numbers: &[u64]) -> semver::Version {
    let number = |index: usize| numbers.get(index).copied().unwrap_or(0);
    semver::Version::new(number(0), number(1), number(2))
}

impl Version {
    /// Reads a version such as `28.2.2`, `v5.1`, `1.1.1w` or `20.04`.
    ///
    /// # Errors
    /// When the text does not begin with a number (after an optional `v`).
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        let numbers = numbers(text).ok_or_else(|| VersionError::NotAVersion(text.to_owned()))?;
        let pre = match build(text) {
            Build::Release => semver::Prerelease::EMPTY,
            // Which one it is makes no difference to any bound.
            Build::Candidate | Build::Development => semver::Prerelease::new("0").unwrap_or_default(),
        };
        Ok(Self { text: text.trim().to_owned(), order: semver::Version { pre, ..release(&numbers) } })
    }

    /// Major number.
    pub fn major(&self) -> u64 {
        self.order.major
    }

    /// Minor number, 0 when the text has none.
    pub fn minor(&self) -> u64 {
        self.order.minor
    }

    /// Patch number, 0 when the text has none.
    pub fn patch(&self) -> u64 {
        self.order.patch
    }

    /// Whether this version's own numbers begin with those of `line`: `28.2.2` is on line `28`, `7.10.3` on `7.10`.
    pub fn is_on_line(&self, line: &str) -> bool {
        let (Some(own), Some(line)) = (numbers(&self.text), numbers(line)) else { return false };
        own.starts_with(&line)
    }

    /// What it is in the life of its release.
    pub fn build(&self) -> Build {
        build(&self.text)
    }
}

/// What a version is in the life of its release, by the words behind its numbers. What follows a `+`, a blank or a comma
/// belongs to a packager, or is no part of the version.
fn build(text: &str) -> Build {
    let suffix = parts(text).1.to_ascii_lowercase();
    let own = suffix.split(['+', ' ', ',']).next().unwrap_or_default();
    let words = own.split(|c: char| !c.is_ascii_alphanumeric()).map(|word| {
        let digits = word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len());
        &word[..digits]
    });
    let known = |word: &str| BEFORE_RELEASE.iter().find(|(known, _)| *known == word);
    words.filter_map(known).next().map_or(Build::Release, |(_, build)| *build)
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.order.cmp(&other.order))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A range of versions such as `>=24` or `>=6.19, <7.0.14`; all its parts must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    text: String,
    parts: Vec<(&'static str, Vec<u64>)>,
}

impl Range {
    /// Reads comma-separated comparisons, each with one of `=`, `>`, `>=`, `<`, `<=` in front.
    /// `=24` holds for every 24.x.y; `>24` begins with 25.
    ///
    /// # Errors
    /// When a part lacks its operator or its version.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        let mut parts = Vec::new();
        for part in text.split(',').map(str::trim) {
            if part.is_empty() {
                return Err(VersionError::Empty);
            }
            let (sign, rest) = [">=", "<=", ">", "<", "="]
                .into_iter()
                .find_map(|sign| part.strip_prefix(sign).map(|rest| (sign, rest.trim())))
                .ok_or_else(|| VersionError::NoOperator(part.to_owned()))?;
            parts.push((sign, numbers(rest).ok_or_else(|| VersionError::NotAVersion(rest.to_owned()))?));
        }
        Ok(Self { text: text.trim().to_owned(), parts })
    }

    /// Whether `version` lies in the range. A pre-release of a bound is before it.
    pub fn contains(&self, version: &Version) -> bool {
        let holds = |(sign, bound): &(&str, Vec<u64>)| {
            let to_bound = version.order.cmp(&release(bound));
            // As many numbers as the bound has: `24.0.9` is neither above nor below 24.
            let numbers = [version.major(), version.minor(), version.patch()];
            let on_line = numbers.starts_with(bound) && to_bound != Ordering::Less;
            match *sign {
                ">=" => to_bound != Ordering::Less,
                "<" => to_bound == Ordering::Less,
                ">" => to_bound == Ordering::Greater && !on_line,
                "<=" => to_bound == Ordering::Less || on_line,
                _ => on_line,
            }
        };
        self.parts.iter().all(holds)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holds(range: &str, version: &str) -> bool {
        Range::parse(range).unwrap().contains(&Version::parse(version).unwrap())
    }

    #[test]
    fn versions_as_programs_print_them() {
        for (range, inside, outside) in [
            (">=24", "24.0.9", "23.0.6"),
            (">=24", "28.2.2", "20.10.24+dfsg1"),
            (">=18.6.1", "18.06.1-ce", "18.06.0-ce"),
            (">=1.1", "1.1.1w  11 Sep 2023", "1.0.2k-fips"),
            (">=20.04", "20.04", "18.04.6"),
            (">=6.19, <7.0.14", "7.0.13-15-generic", "7.0.14"),
            ("=7.10", "7.10.4", "7.1.0"),
            (">24", "25.0.0", "24.0.9"),
            ("<=2", "2.40.1", "3.0.0"),
        ] {
            assert!(holds(range, inside), "{inside} in {range}");
            assert!(!holds(range, outside), "{outside} in {range}");
        }
    }

    #[test]
    fn a_pre_release_of_a_bound_is_before_it() {
        for (range, version, inside) in [
            (">=24", "24.0.0-rc.1", false),
            (">=24", "24.0.1-rc.1", true),
            (">=24", "25.0.0-beta.2", true),
            (">=1.1", "1.1.0-pre1", false),
            (">=1.1", "1.1.1-pre9", true),
            (">=1.1", "3.0.0-alpha17", true),
            (">=2", "2.0.0-dev", false),
            (">=2", "v2.0.0-RC.3", false),
            ("<7.0.14", "7.0.14-rc2", true),
            (">=6.19", "6.19.0-rc8", false),
            ("<8", "8.0.0-rc1", true),
            // A pre-release of 25 is above every 24.x, and on no line of 24.
            (">24", "25.0.0-rc.1", true),
            (">24", "24.0.1-rc.1", false),
            ("<=24", "25.0.0-rc.1", false),
            ("<=24", "24.0.0-rc.1", true),
            ("=24", "24.0.0-rc.1", false),
            ("=24", "24.1.0-rc.1", true),
            // What only names a build is none.
            (">=20.10.24", "20.10.24+dfsg1", true),
            (">=18.6.1", "18.06.1-ce", true),
            (">=1.1.1", "1.1.1w  11 Sep 2023", true),
            (">=1.0.2", "1.0.2k-fips", true),
            (">=2.30.3", "2.30.3-desktop.1", true),
            (">=1.13.1", "1.13.1-rhel", true),
            (">=24", "24.0.0+rc1", true),
            (">=8.5.1", "8.5.1-alpine", true),
            (">=5.15", "5.15.0-91-generic", true),
        ] {
            assert_eq!(holds(range, version), inside, "{version} in {range}");
        }
    }

    #[test]
    fn lines_are_compared_by_whole_numbers() {
        let version = Version::parse("7.10.3").unwrap();
        assert!(version.is_on_line("7.10") && version.is_on_line("7"));
        assert!(!version.is_on_line("7.1") && !version.is_on_line("x"));
        assert!(!Version::parse("9").unwrap().is_on_line("9.0"));
    }

    #[test]
    fn what_is_no_version_says_so() {
        for text in ["", "dev", ".5", "-1", "99999999999999999999"] {
            assert!(Version::parse(text).is_err(), "{text}");
        }
        assert_eq!(Range::parse("24").unwrap_err().to_string(), "`24` needs an operator in front: =, >, >=, < or <=");
        assert!(Range::parse("").is_err() && Range::parse(">=1,").is_err() && Range::parse(">=x").is_err());
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Version::parse(&text);
            let _ = Range::parse(&text);
        }

        #[test]
        fn display_then_parse_is_identity(major: u32, minor: u32, patch: u32, suffix in "[a-z+.-]?[a-z0-9]{0,5}") {
            let text = format!("{major}.{minor}.{patch}-{suffix}");
            let version = Version::parse(&text).unwrap();
            prop_assert_eq!(Version::parse(&version.to_string()).unwrap(), version);
        }

        #[test]
        fn a_version_is_below_on_or_above_every_line(version in "[0-3](\\.[0-3]){0,2}(-rc\\.1|-ce)?", line in "[0-3](\\.[0-3]){0,2}") {
            let signs = ["<", "=", ">"].map(|sign| holds(&format!("{sign}{line}"), &version));
            prop_assert_eq!(signs.iter().filter(|holds| **holds).count(), 1);
            prop_assert_eq!(holds(&format!(">={line}"), &version), signs[1] || signs[2]);
            prop_assert_eq!(holds(&format!("<={line}"), &version), signs[0] || signs[1]);
        }

        #[test]
        fn a_newer_version_never_leaves_a_floor(floor: u16, a: [u16; 3], b: [u16; 3]) {
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            let text = |v: [u16; 3]| format!("{}.{}.{}", v[0], v[1], v[2]);
            let range = format!(">={floor}");
            prop_assert!(!holds(&range, &text(low)) || holds(&range, &text(high)));
        }
    }
}
