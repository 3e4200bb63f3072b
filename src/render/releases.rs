//! A product's release calendar, for a person at a terminal and for programs.

use std::fmt::Write as _;

use colored::Color;
use jiff::civil::Date;
use serde::Serialize;

use super::text::{Style, columns, padded, paragraph};
use crate::check::{Calendar, Pack, Release, State};
use crate::facts::days;

/// The calendar as of a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CalendarDocument {
    /// Product id.
    pub product: String,
    /// Product name for people.
    pub title: String,
    /// Day it is told for.
    pub today: Date,
    /// Day the calendar was last compared with its source.
    pub reviewed: Date,
    /// Page that it comes from.
    pub source: String,
    /// Lines in the order of their ends.
    pub releases: Vec<Row>,
}

/// What a line is on the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Not out yet.
    Coming,
    /// Supported.
    Supported,
    /// Supported or not, depending on how the vendor counted.
    Doubtful,
    /// Over.
    Ended,
}

/// A release line as of a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Its first two numbers.
    pub line: String,
    /// A long-term line.
    pub lts: bool,
    /// Day of its first release, or the month where the day is not known.
    pub released: String,
    /// Last day of support that is certain.
    pub until: Date,
    /// A later last day that is possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_possible: Option<Date>,
    /// What it is on the day.
    pub standing: Standing,
    /// Days after the day that are certainly inside; negative when over.
    pub days_left: i64,
}

/// The calendar as of `today`, in the order of the ends.
pub fn document(pack: &Pack, calendar: &Calendar, today: Date) -> CalendarDocument {
    let mut releases: Vec<Row> = calendar.releases.iter().map(|release| row(release, today)).collect();
    releases.sort_by_key(|row| row.until_possible.unwrap_or(row.until));
    CalendarDocument {
        product: pack.product.clone(),
        title: pack.title.clone(),
        today,
        reviewed: calendar.reviewed,
        source: pack.sources.get(&calendar.source).map(|source| source.url.clone()).unwrap_or_default(),
        releases,
    }
}

fn row(release: &Release, today: Date) -> Row {
    let (until, until_possible) = (release.until(), release.until_possible());
    let standing = match State::on(today, until, until_possible) {
        _ if release.released.certainly() > today => Standing::Coming,
        State::Open => Standing::Supported,
        State::Doubtful => Standing::Doubtful,
        State::Ended => Standing::Ended,
    };
    Row {
        line: release.line.clone(),
        lts: release.lts,
        released: release.released.to_string(),
        until,
        until_possible,
        standing,
        days_left: days(today, until),
    }
}

/// The calendar as a table, with a line at today: what stands above has ended.
pub fn releases(document: &CalendarDocument, style: Style) -> String {
    let title = format!("Releases of {}: when their support ends", document.title);
    let mut out = format!("{}\n\n", style.bold(&style.plain(&title)));
    let widest = document.releases.iter().map(|row| columns(&row.line)).max().unwrap_or(0).max(4);
    let head = format!("{}  LTS  {:<10}  {:<10}  days left", padded("line", widest), "released", "until");
    let _ = writeln!(out, "{}", style.dim(&head));
    let mut marked = false;
    let mark = |out: &mut String| {
        let rule = style.sign("\u{2500}\u{2500}", "--");
        let text = format!("{rule} {} {}", document.today, rule.repeat(16));
        let _ = writeln!(out, "{}", style.bold(&text));
    };
    for row in &document.releases {
        if !marked && row.standing != Standing::Ended {
            mark(&mut out);
            marked = true;
        }
        let (word, color) = match row.standing {
            Standing::Ended => ("ended".to_owned(), Color::BrightBlack),
            Standing::Coming => ("not out yet".to_owned(), Color::BrightBlack),
            Standing::Supported => (row.days_left.to_string(), Color::Green),
            Standing::Doubtful => ("doubtful".to_owned(), Color::Yellow),
        };
        let possible = row.until_possible.map(|day| format!("; possibly until {day}")).unwrap_or_default();
        let lts = if row.lts { "LTS" } else { "" };
        let line = padded(&style.plain(&row.line), widest);
        let text = format!("{line}  {lts:<3}  {:<10}  {}  {word}{possible}", row.released, row.until);
        let _ = writeln!(out, "{}", style.paint(&text, color));
    }
    if !marked {
        mark(&mut out);
    }
    out.push('\n');
    let source = format!("Reviewed {}; source: {}", document.reviewed, document.source);
    paragraph(&mut out, style, "", 0, &source);
    let advice = format!("rampcheck check {} --server-version VERSION judges a release.", document.product);
    paragraph(&mut out, style, "", 0, &advice);
    out
}
