//! Ends of support and maintenance: dated lines of versions, as data of a pack.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::facts::Version;

/// A table of ends: version lines and the last day of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Ends {
    /// Key of the source in `pack.toml`.
    pub source: String,
    /// Day the table was last compared with its source.
    pub reviewed: Date,
    /// Line to its last day; `None` while no end is known.
    pub lines: BTreeMap<String, Option<Date>>,
}

/// A line and its last day; `None` while no end is known.
pub type Line<'a> = (&'a str, Option<Date>);

impl Ends {
    /// The longest line that the version's numbers begin with, and its last day.
    pub fn line(&self, version: &str) -> Option<Line<'_>> {
        let version = Version::parse(version).ok()?;
        self.lines
            .iter()
            .filter(|(line, _)| version.is_on_line(line))
            .max_by_key(|(line, _)| line.split('.').count())
            .map(|(line, end)| (line.as_str(), *end))
    }

    /// Whether the version's line is maintained on that day (its last day included); `None` when it is on no line.
    pub fn is_maintained(&self, version: &str, today: Date) -> Option<bool> {
        self.line(version).map(|(_, end)| end.is_none_or(|end| today <= end))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_longest_line_decides_through_its_last_day() {
        let lines = [("7", None), ("7.10", Some(date(2026, 9, 30))), ("7.1", Some(date(2025, 6, 30)))];
        let ends = Ends {
            source: String::new(),
            reviewed: date(2026, 11, 20),
            lines: lines.into_iter().map(|(line, end)| (line.to_owned(), end)).collect(),
        };
        assert_eq!(ends.is_maintained("7.10.4", date(2026, 9, 30)), Some(true));
        assert_eq!(ends.is_maintained("7.10.4", date(2026, 10, 1)), Some(false));
        assert_eq!(ends.is_maintained("7.1.0", date(2026, 9, 30)), Some(false));
        assert_eq!(ends.is_maintained("7.99", date(2030, 1, 1)), Some(true));
        assert_eq!(ends.is_maintained("8.0", date(2026, 1, 1)), None);
        assert_eq!(ends.is_maintained("sid", date(2026, 1, 1)), None);
    }
}
