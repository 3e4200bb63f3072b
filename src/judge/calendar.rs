//! A product's release calendar as of a day.

use jiff::civil::Date;
use serde::Serialize;

use crate::facts::days;
use crate::pack::{Line, Pack, Releases};

/// The calendar as of a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calendar {
    /// Product id.
    pub product: String,
    /// Name of the product for people.
    pub title: String,
    /// Day it is shown for.
    pub today: Date,
    /// Day the calendar was last compared with its source.
    pub reviewed: Date,
    /// Page that it comes from.
    pub source: String,
    /// Lines in the order of their ends.
    pub releases: Vec<CalendarLine>,
}

/// What a line is on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Not released yet.
    Unreleased,
    /// Supported.
    Supported,
    /// Supported or not, depending on how the vendor counted.
    Uncertain,
    /// No longer supported.
    Ended,
}

/// A release line as of a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CalendarLine {
    /// Its first two numbers.
    pub line: String,
    /// It is supported for longer than others.
    pub lts: bool,
    /// Day of its first release, or the month if the day is not known.
    pub released: String,
    /// Last day of support that is certain.
    pub until: Date,
    /// A later last day that is possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_possible: Option<Date>,
    /// What it is on the day.
    pub standing: Standing,
    /// Days from the day to the last one that is certain; negative when it is over.
    pub days_left: i64,
}

/// The calendar as of `today`, in the order of the ends; `None` if the pack has none.
pub fn calendar(pack: &Pack, today: Date) -> Option<Calendar> {
    let releases = pack.releases.as_ref()?;
    let mut rows: Vec<_> = releases.lines.lines.iter().filter_map(|line| row(releases, line, today)).collect();
    rows.sort_by_key(|row| row.until_possible.unwrap_or(row.until));
    Some(Calendar {
        product: pack.product.clone(),
        title: pack.title.clone(),
        today,
        reviewed: releases.lines.reviewed,
        source: pack.sources.get(&releases.lines.source).map(|source| source.url.clone()).unwrap_or_default(),
        releases: rows,
    })
}

fn row(releases: &Releases, line: &Line, today: Date) -> Option<CalendarLine> {
    let (until, until_possible) = releases.until(line)?;
    let standing = match until_possible {
        _ if line.released.is_some_and(|released| released.certainly() > today) => Standing::Unreleased,
        _ if today <= until => Standing::Supported,
        Some(possible) if today <= possible => Standing::Uncertain,
        _ => Standing::Ended,
    };
    Some(CalendarLine {
        line: line.line.clone(),
        lts: line.lts,
        released: line.released.map(|released| released.to_string()).unwrap_or_default(),
        until,
        until_possible,
        standing,
        days_left: days(today, until),
    })
}

#[cfg(test)]
mod tests;
