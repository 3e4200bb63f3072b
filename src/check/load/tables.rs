//! `pack.toml` and `ends.toml`.

use std::collections::BTreeMap;

use super::super::document::{Table, date};
use super::super::{Pack, Selection, Source};
use super::{Drafted, Ends, Reference};

/// Reads `pack.toml`.
pub(super) fn read_head(table: Table<'_, '_>, folder: &str) -> Option<Pack> {
    let product = table.required("product", table.text("product"));
    if let Some(product) = product.as_ref().filter(|product| product.value != folder) {
        table.document.problem(product.span.clone(), format!("the product must be named like its folder, `{folder}`"));
    }
    let title = table.required("title", table.text("title"));
    let version = table.required("version", table.text("version"));
    let reviewed = table.required("reviewed", table.date("reviewed"));
    let subjects = table.required("subjects", table.texts("subjects"));
    let images = table.texts("images").map(|at| at.value).unwrap_or_default();
    let next = table.text("next").map(|at| at.value).unwrap_or_default();
    let mut sources = BTreeMap::new();
    for (key, span, value) in table.nested_table("source").iter().flat_map(Table::entries) {
        let Some(map) = value.get_ref().as_table() else {
            table.document.problem(span, format!("source `{key}` must be a table with title, url and read"));
            continue;
        };
        let entry = table.nested(map, value.span());
        let title = entry.required("title", entry.text("title"));
        // A baseline of the project itself has no page.
        let url = entry.text("url").map(|at| at.value).unwrap_or_default();
        let read = entry.required("read", entry.date("read"));
        entry.finish();
        if let (Some(title), Some(read)) = (title, read) {
            sources.insert(key.to_owned(), Source { title: title.value, url, read });
        }
    }
    table.finish();
    Some(Pack {
        product: product?.value,
        title: title?.value,
        version: version?.value,
        reviewed: reviewed?,
        sha256: String::new(),
        origin: String::new(),
        subjects: subjects?.value,
        images,
        next,
        sources,
        tiers: Vec::new(),
        selection: Selection::default(),
        ends: BTreeMap::new(),
        calendar: None,
        checks: Vec::new(),
    })
}

/// Reads `ends.toml`.
pub(super) fn read_ends(table: &Table<'_, '_>) -> Vec<Drafted<(String, Ends)>> {
    let mut tables = Vec::new();
    for (name, span, value) in table.entries() {
        let Some(map) = value.get_ref().as_table() else {
            table.document.problem(span, format!("`{name}` must be a table with source, reviewed and ends"));
            continue;
        };
        let entry = table.nested(map, value.span());
        let source = entry.required("source", entry.text("source"));
        let reviewed = entry.required("reviewed", entry.date("reviewed"));
        let lines = entry.required("ends", entry.nested_table("ends"));
        entry.finish();
        let (Some(source), Some(reviewed), Some(lines)) = (source, reviewed, lines) else { continue };
        let mut ends = BTreeMap::new();
        for (line, span, value) in lines.entries() {
            let end = match (date(value.get_ref()), value.get_ref().as_str()) {
                (Some(date), _) => Some(date),
                (None, Some("maintained")) => None,
                _ => {
                    table.document.problem(value.span(), "an end is a date, or \"maintained\" while none is known");
                    continue;
                }
            };
            if crate::facts::Version::parse(line).is_err() {
                table.document.problem(span, format!("`{line}` is not a version line"));
            }
            ends.insert(line.to_owned(), end);
        }
        let reference = Reference { name: source.value.clone(), span: source.span };
        let value = (name.to_owned(), Ends { source: source.value, reviewed, lines: ends });
        tables.push(Drafted { value, sources: vec![reference], ends: Vec::new() });
    }
    tables
}
