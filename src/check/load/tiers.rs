//! `tiers.toml`.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::super::document::{Table, count, kind_of, texts};
use super::super::tier::{ModelBounds, Models, Need, Selection, Tier};
use super::{Drafted, Reference, is_kebab};
use crate::facts::catalogue::nearest;

const NUMBERS: [&str; 4] = ["users", "concurrent", "mau", "pcc"];

/// Reads `tiers.toml`.
pub(super) fn read_tiers(table: Table<'_, '_>) -> (Selection, Vec<Drafted<Tier>>) {
    let mut selection = Selection::default();
    if let Some(entry) = table.nested_table("selection") {
        selection.beyond = entry.required("beyond", entry.text("beyond")).map(|at| at.value).unwrap_or_default();
        selection.models = entry.nested_table("models").and_then(read_models);
        entry.finish();
    }
    let tiers = table.nested_tables("tier").into_iter().filter_map(read_tier).collect();
    table.finish();
    (selection, tiers)
}

fn read_models(table: Table<'_, '_>) -> Option<Models> {
    let ratio = table.required("ratio", table.texts("ratio"));
    let assumed = table.required("assumed", table.text("assumed"));
    let between = table.required("between", table.text("between"));
    let mut bounds = BTreeMap::new();
    for (name, _, value) in table.entries() {
        let Some(map) = value.get_ref().as_table() else { continue };
        let entry = table.nested(map, value.span());
        let model = ModelBounds {
            at_most: entry.number("at_most").map(|at| at.value),
            at_least: entry.number("at_least").map(|at| at.value),
        };
        entry.finish();
        bounds.insert(name.to_owned(), model);
    }
    let (ratio, assumed, between) = (ratio?, assumed?, between?);
    for word in [&assumed, &between] {
        if !bounds.contains_key(&word.value) {
            let suggestion = nearest(&word.value, bounds.keys().map(String::as_str));
            table.document.suggest(word.span.clone(), format!("there is no model `{}`", word.value), suggestion);
        }
    }
    match ratio.value.as_slice() {
        [above, below] if [above, below].iter().all(|name| NUMBERS.contains(&name.as_str())) => Some(Models {
            ratio: (above.clone(), below.clone()),
            assumed: assumed.value,
            between: between.value,
            bounds,
        }),
        _ => {
            table.document.problem(ratio.span, format!("`ratio` takes two of {}", NUMBERS.join(", ")));
            None
        }
    }
}

fn read_tier(table: Table<'_, '_>) -> Option<Drafted<Tier>> {
    let id = table.required("id", table.text("id"));
    if let Some(id) = id.as_ref().filter(|id| !is_kebab(&id.value)) {
        table.document.problem(id.span.clone(), format!("`{}` is not kebab-case", id.value));
    }
    let title = table.required("title", table.text("title"));
    let source = table.required("source", table.text("source"));
    let mut holds = BTreeMap::new();
    for (name, span, value) in table.nested_table("holds").iter().flat_map(Table::entries) {
        match count(value.get_ref()) {
            _ if !NUMBERS.contains(&name) => {
                let message = format!("`{name}` is not one of {}", NUMBERS.join(", "));
                table.document.suggest(span, message, nearest(name, NUMBERS.into_iter()));
            }
            Some(count) => _ = holds.insert(name.to_owned(), count),
            None => table.document.problem(value.span(), format!("`{name}` must be a whole number")),
        }
    }
    let mut needs = BTreeMap::new();
    for (cell, _, value) in table.required("needs", table.nested_table("needs")).iter().flat_map(Table::entries) {
        match read_need(value.get_ref()) {
            Some(need) => _ = needs.insert(cell.to_owned(), need),
            None => table.document.problem(
                value.span(),
                format!(
                    "a cell is a number, a size, a list of words or {{ from, to }}, not {}",
                    kind_of(value.get_ref())
                ),
            ),
        }
    }
    let production = table.flag("production").unwrap_or(false);
    let cluster = table.flag("cluster").unwrap_or(false);
    let advisory = table.flag("advisory").unwrap_or(false);
    let automatic = table.flag("automatic").unwrap_or(true);
    let model = table.text("model").map(|at| at.value);
    table.finish();
    let source = source?;
    let reference = Reference { name: source.value.clone(), span: source.span };
    let value = Tier {
        id: id?.value,
        title: title?.value,
        source: source.value,
        production,
        cluster,
        advisory,
        automatic,
        model,
        holds,
        needs,
    };
    Some(Drafted { value, sources: vec![reference], ends: Vec::new() })
}

fn read_need(value: &DeValue<'_>) -> Option<Need> {
    let quantity = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(integer) => Some(integer.as_str().replace('_', "")),
        DeValue::Float(float) => Some(float.as_str().to_owned()),
        _ => None,
    };
    if let Some(words) = texts(value) {
        return Some(Need::OneOf(words));
    }
    if let Some(from) = quantity(value) {
        return Some(Need::Quantity { from, to: None });
    }
    let table = value.as_table().filter(|table| table.len() == 2)?;
    Some(Need::Quantity {
        from: quantity(table.get("from")?.get_ref())?,
        to: Some(quantity(table.get("to")?.get_ref())?),
    })
}
