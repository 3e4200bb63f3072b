//! The release calendar of a pack: `releases.toml`. Release lines, when they came out, and when their support ends.

use jiff::civil::Date;

use super::months::{end_of_support, possible_end};
use crate::facts::Version;

/// When a release came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// On this day.
    On(Date),
    /// In the month that ends on this day; the day is not known.
    In(Date),
}

impl Released {
    /// The day from which it is certainly out.
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

/// A release line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its first two numbers, `8.5`.
    pub line: String,
    /// Supported for longer than others.
    pub lts: bool,
    /// When its first release came out.
    pub released: Released,
    /// Last day of support that the source gives; none when only the release is known.
    pub published: Option<Date>,
    /// A later last day that is possible: the source is not clear.
    pub published_possible: Option<Date>,
}

impl Release {
    /// Last day of support: the published one, else by the vendor's rule.
    pub fn until(&self) -> Date {
        self.published.unwrap_or_else(|| end_of_support(self.released.certainly(), self.lts))
    }

    /// A later last day that is possible.
    pub fn until_possible(&self) -> Option<Date> {
        match (self.published, self.released) {
            (Some(_), _) => self.published_possible,
            // Unknown, it may have been the month's last.
            (None, Released::On(day) | Released::In(day)) => possible_end(day, self.lts),
        }
    }
}

/// Release lines and when they end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Key of the source in `pack.toml`.
    pub source: String,
    /// Day it was last compared with its source.
    pub reviewed: Date,
    /// Lines in the order of their numbers.
    pub releases: Vec<Release>,
}

/// The numbers that lines are ordered by.
pub(crate) fn numbers(line: &str) -> (u64, u64) {
    Version::parse(line).map(|version| (version.major(), version.minor())).unwrap_or_default()
}

impl Calendar {
    /// The line that a version is on.
    pub fn line(&self, version: &Version) -> Option<&Release> {
        self.releases.iter().find(|release| version.is_on_line(&release.line))
    }

    /// The first line, when the version is older: the calendar has no gaps behind it, so that version ended before.
    pub fn older_than(&self, version: &Version) -> Option<&Release> {
        let first = self.releases.first()?;
        ((version.major(), version.minor()) < numbers(&first.line)).then_some(first)
    }
}
