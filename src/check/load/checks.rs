//! Check files.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::super::document::Table;
use super::super::plan::plan_of_table;
use super::super::predicate::{self, Predicate, read_value};
use super::super::{Because, Check, Example, Level, Outcome, Remedy};
use super::{Drafted, Reference, is_kebab};
use crate::facts::catalogue::{lookup, nearest, suggest};
use crate::facts::{Fact, Facts, Kind, Reading};

const LEVELS: [(&str, Level); 2] = [("required", Level::Required), ("recommended", Level::Recommended)];
const OUTCOMES: [(&str, Outcome); 4] =
    [("pass", Outcome::Pass), ("fail", Outcome::Fail), ("unknown", Outcome::Unknown), ("skipped", Outcome::Skipped)];

/// Reads a check; `stem` is its file's name without `.toml`, `file` its path in messages.
pub(super) fn read_check(table: Table<'_, '_>, stem: &str, file: &str, with_examples: bool) -> Option<Drafted<Check>> {
    let mut ends = Vec::new();
    let id = table.required("id", table.text("id"));
    if let Some(id) = id.as_ref().filter(|id| id.value != stem || !is_kebab(&id.value)) {
        table.document.problem(id.span.clone(), format!("the id must be kebab-case and the file's name, `{stem}`"));
    }
    let title = table.required("title", table.text("title"));
    let level = table.required("level", table.choice("level", &LEVELS));
    let subject = table.required("subject", table.text("subject"));
    let source = table.required("source", table.text("source"));
    let why = table.required("why", table.text("why"));
    let applies = table.nested_table("applies_when");
    let applies_when = match applies {
        Some(applies) => Some(predicate::read(applies, &mut ends)?),
        None => None,
    };
    let expect =
        table.required("expect", table.nested_table("expect")).and_then(|expect| predicate::read(expect, &mut ends));
    let needed = table.text("needed").map(|at| at.value);
    let found = table.texts("found");
    if let Some(found) = &found {
        for name in found.value.iter().filter(|name| lookup(name).is_none()) {
            table.document.suggest(found.span.clone(), format!("there is no fact `{name}`"), suggest(name));
        }
    }
    let mut because = Vec::new();
    for entry in table.nested_tables("because") {
        let when = entry.required("when", entry.nested_table("when")).and_then(|when| predicate::read(when, &mut ends));
        let text = entry.required("text", entry.text("text"));
        entry.finish();
        if let (Some(when), Some(text)) = (when, text) {
            because.push(Because { when, text: text.value });
        }
    }
    let remedy = table.nested_tables("remedy").into_iter().filter_map(|entry| read_remedy(entry, &mut ends)).collect();
    let examples: Vec<_> =
        table.nested_tables("example").into_iter().filter_map(|entry| read_example(entry, file)).collect();
    let has = |pass: bool| examples.iter().any(|example: &Example| (example.outcome == Outcome::Pass) == pass);
    if with_examples && !(has(true) && has(false)) {
        table.document.problem(0..0, "a check needs at least one example that passes and one that does not");
    }
    table.finish();
    let source = source?;
    let reference = Reference { name: source.value.clone(), span: source.span };
    let value = Check {
        id: id?.value,
        title: title?.value,
        level: level?,
        subject: subject?.value,
        source: source.value,
        why: why?.value,
        applies_when,
        expect: expect?,
        needed,
        found: found.map(|at| at.value).unwrap_or_default(),
        because,
        remedy,
        examples,
    };
    let ends = ends.into_iter().map(|(name, span)| Reference { name, span }).collect();
    Some(Drafted { value, sources: vec![reference], ends })
}

fn read_remedy(table: Table<'_, '_>, ends: &mut Vec<(String, Range<usize>)>) -> Option<Remedy> {
    let family = table.texts("family");
    if let (Some(family), Some(Kind::Choice(words))) = (&family, lookup("os.family").map(|row| row.kind)) {
        for word in family.value.iter().filter(|word| !words.contains(&word.as_str())) {
            let message = format!("`{word}` is not one of {}", words.join(", "));
            table.document.suggest(family.span.clone(), message, nearest(word, words.iter().copied()));
        }
    }
    let when: Option<Predicate> = match table.nested_table("when") {
        Some(when) => Some(predicate::read(when, ends)?),
        None => None,
    };
    let for_unknown = table.choice("outcome", &[("fail", false), ("unknown", true)]).unwrap_or(false);
    let text = table.text("text").map(|at| at.value).unwrap_or_default();
    let run = table.texts("run").map(|at| at.value).unwrap_or_default();
    if text.is_empty() && run.is_empty() {
        table.document.problem(table.span.clone(), "a remedy needs `text`, `run` or both");
    }
    table.finish();
    Some(Remedy { family: family.map(|at| at.value).unwrap_or_default(), when, for_unknown, text, run })
}

fn read_example(table: Table<'_, '_>, file: &str) -> Option<Example> {
    let mut facts = Facts::new();
    for (name, span, value) in table.nested_table("facts").iter().flat_map(Table::entries) {
        let Some(row) = lookup(name) else {
            table.document.suggest(span, format!("there is no fact `{name}`"), suggest(name));
            continue;
        };
        match read_example_fact(value, row.kind) {
            Ok(reading) => {
                _ = facts.insert(name.to_owned(), Fact { reading, source: "example".to_owned(), attested: false })
            }
            Err(message) => table.document.problem(value.span(), message),
        }
    }
    let plan = table.nested_table("plan").map(plan_of_table).unwrap_or_default();
    let today = table.date("today");
    let outcome = table.required("outcome", table.choice("outcome", &OUTCOMES));
    let place = format!("{file}:{}", table.document.line_of(&table.span));
    table.finish();
    Some(Example { place, facts, plan, today, outcome: outcome? })
}

fn read_example_fact(value: &Spanned<DeValue<'_>>, kind: Kind) -> Result<Reading, String> {
    if let Some(table) = value.get_ref().as_table() {
        let is_absent =
            table.len() == 1 && table.get("absent").and_then(|absent| absent.get_ref().as_bool()) == Some(true);
        return if is_absent { Ok(Reading::Absent) } else { Err("a fact is a value or { absent = true }".to_owned()) };
    }
    read_value(value.get_ref(), kind).map(Reading::Known)
}
