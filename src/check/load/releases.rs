//! `releases.toml`.

use jiff::civil::Date;
use toml::de::DeValue;

use super::super::document::{Table, date};
use super::super::releases::{Calendar, Release, Released, numbers};
use super::{Drafted, Reference};
use crate::facts::Version;

/// Reads `releases.toml`.
pub(super) fn read_calendar(table: Table<'_, '_>) -> Option<Drafted<Calendar>> {
    let source = table.required("source", table.text("source"));
    let reviewed = table.required("reviewed", table.date("reviewed"));
    let mut releases: Vec<Release> = Vec::new();
    for entry in table.nested_tables("release") {
        let (document, span) = (entry.document, entry.span.clone());
        let Some(release) = read_release(entry) else { continue };
        match releases.last() {
            Some(before) if numbers(&before.line) >= numbers(&release.line) => {
                document.problem(span, format!("`{}` must stand before `{}`, and once", release.line, before.line));
            }
            _ => releases.push(release),
        }
    }
    if releases.is_empty() {
        table.document.problem(table.span.clone(), "a calendar needs at least one `[[release]]`");
    }
    table.finish();
    let source = source?;
    let reference = Reference { name: source.value.clone(), span: source.span };
    let value = Calendar { source: source.value, reviewed: reviewed?, releases };
    Some(Drafted { value, sources: vec![reference], ends: Vec::new() })
}

fn read_release(table: Table<'_, '_>) -> Option<Release> {
    let line = table.required("line", table.text("line"));
    let released = table.required("released", table.value("released"));
    let lts = table.flag("lts").unwrap_or(false);
    let published = table.date("until");
    let published_possible = table.date("until_possible");
    let (line, released) = (line?, released?);
    if !is_line(&line.value) {
        table.document.problem(line.span.clone(), format!("`{}` is not a line such as 8.5", line.value));
    }
    let Some(day) = read_released(released.get_ref()) else {
        let message = "`released` must be a date, or a month such as \"2026-09\" when the day is not known";
        table.document.problem(released.span(), message);
        return None;
    };
    if published.is_some_and(|until| until < day.certainly()) {
        table.document.problem(table.span.clone(), format!("{} ends before it is released", line.value));
    }
    if published_possible.is_some_and(|possible| published.is_none_or(|until| possible <= until)) {
        table.document.problem(table.span.clone(), "`until_possible` must be later than `until`");
    }
    table.finish();
    Some(Release { line: line.value, lts, released: day, published, published_possible })
}

/// Two whole numbers.
fn is_line(text: &str) -> bool {
    let version = Version::parse(text).ok();
    version.is_some_and(|version| text == format!("{}.{}", version.major(), version.minor()))
}

fn read_released(value: &DeValue<'_>) -> Option<Released> {
    if let Some(day) = date(value) {
        return Some(Released::On(day));
    }
    let (year, month) = value.as_str()?.split_once('-')?;
    let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    Some(Released::In(first.last_of_month()))
}
