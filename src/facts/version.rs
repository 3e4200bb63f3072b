//! Versions as programs print them, compared by their numeric core.
//!
//! `20.10.24+dfsg1`, `18.06.1-ce`, `v2.26.1`, `1.1.1w` and `5.15.0-91-generic` are releases, not pre-releases: what
//! follows the numbers names a build. So the semver rules for pre-releases must not decide; [`semver`] compares the cores.

use std::fmt;

use semver::{BuildMetadata, Comparator, Op, Prerelease};

/// A version string and its numeric core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    text: String,
    core: semver::Version,
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

/// The leading dotted numbers of `text` (at most three are kept) after an optional `v`.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let numbers: Vec<u64> = text[..end]
        .split('.')
        .map_while(|part| if part.is_empty() { None } else { part.parse().ok() })
        .take(3)
        .collect();
    (!numbers.is_empty()).then_some(numbers)
}

impl Version {
    /// Reads a version such as `28.2.2`, `v5.1`, `1.1.1w` or `20.04`.
    ///
    /// # Errors
    /// When the text does not begin with a number (after an optional `v`).
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        let numbers = numbers(text).ok_or_else(|| VersionError::NotAVersion(text.to_owned()))?;
        let part = |index: usize| numbers.get(index).copied().unwrap_or(0);
        Ok(Self { text: text.trim().to_owned(), core: semver::Version::new(part(0), part(1), part(2)) })
    }

    /// Major number.
    pub fn major(&self) -> u64 {
        self.core.major
    }

    /// Minor number, 0 when the text has none.
    pub fn minor(&self) -> u64 {
        self.core.minor
    }

    /// Patch number, 0 when the text has none.
    pub fn patch(&self) -> u64 {
        self.core.patch
    }

    /// Whether this version's own numbers begin with those of `line`: `28.2.2` is on line `28`, `7.10.3` on `7.10`.
    pub fn is_on_line(&self, line: &str) -> bool {
        let (Some(own), Some(line)) = (numbers(&self.text), numbers(line)) else { return false };
        own.starts_with(&line)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.core.cmp(&other.core))
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
    parts: semver::VersionReq,
}

impl Range {
    /// Reads comma-separated comparisons, each with one of `=`, `>`, `>=`, `<`, `<=` in front.
    /// `=24` holds for every 24.x.y; `>24` begins with 25.
    ///
    /// # Errors
    /// When a part lacks its operator or its version.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        let mut comparators = Vec::new();
        for part in text.split(',').map(str::trim) {
            if part.is_empty() {
                return Err(VersionError::Empty);
            }
            let (op, rest) =
                [(">=", Op::GreaterEq), ("<=", Op::LessEq), (">", Op::Greater), ("<", Op::Less), ("=", Op::Exact)]
                    .into_iter()
                    .find_map(|(sign, op)| part.strip_prefix(sign).map(|rest| (op, rest.trim())))
                    .ok_or_else(|| VersionError::NoOperator(part.to_owned()))?;
            let numbers = numbers(rest).ok_or_else(|| VersionError::NotAVersion(rest.to_owned()))?;
            comparators.push(Comparator {
                op,
                major: numbers[0],
                minor: numbers.get(1).copied(),
                patch: numbers.get(2).copied(),
                pre: Prerelease::EMPTY,
            });
        }
        Ok(Self { text: text.trim().to_owned(), parts: semver::VersionReq { comparators } })
    }

    /// Whether `version` lies in the range.
    pub fn contains(&self, version: &Version) -> bool {
        let core = semver::Version { build: BuildMetadata::EMPTY, pre: Prerelease::EMPTY, ..version.core.clone() };
        self.parts.matches(&core)
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
        fn a_newer_version_never_leaves_a_floor(floor: u16, a: [u16; 3], b: [u16; 3]) {
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            let text = |v: [u16; 3]| format!("{}.{}.{}", v[0], v[1], v[2]);
            let range = format!(">={floor}");
            prop_assert!(!holds(&range, &text(low)) || holds(&range, &text(high)));
        }
    }
}
