//! A check, a fact or a tier explained, for a person at a terminal.

use std::fmt::Write as _;

use super::text::{Style, paragraph};
use crate::check::{Check, Level, Pack, kind_name};
use crate::facts::{Kind, Row};

/// All that a pack says of a check.
pub fn check(pack: &Pack, check: &Check, needed: &str, style: Style) -> String {
    let mut out = String::new();
    let level = match check.level {
        Level::Required => "required: without it the host is unsupported",
        Level::Recommended => "recommended: a failure is a warning",
    };
    let _ = writeln!(out, "{}", style.bold(&style.plain(&format!("{} ({})", check.id, pack.title))));
    let mut part = |name: &str, text: &str| paragraph(&mut out, style, &format!("  {name:<10}"), 12, text);
    part("checks", &check.title);
    part("level", level);
    part("needs", needed);
    part("why", &check.why);
    let facts: Vec<_> = check.expect.leaves().iter().map(|leaf| leaf.fact.clone()).collect();
    part("looks at", &facts.join(", "));
    if let Some(applies) = &check.applies_when {
        let facts: Vec<_> = applies.leaves().iter().map(|leaf| leaf.fact.clone()).collect();
        part("applies", &format!("depending on {}", facts.join(", ")));
    }
    if let Some(source) = pack.sources.get(&check.source) {
        part("source", &format!("{} {} (read {})", source.title, source.url, source.read));
    }
    for remedy in &check.remedy {
        let family = if remedy.family.is_empty() { "any system".to_owned() } else { remedy.family.join(", ") };
        let when: Vec<_> = remedy.when.iter().flat_map(|when| when.leaves()).map(|leaf| leaf.fact.clone()).collect();
        let when = if when.is_empty() { String::new() } else { format!(", depending on {}", when.join(", ")) };
        paragraph(&mut out, style, "  fix       ", 12, &format!("on {family}{when}: {}", remedy.text));
        for command in &remedy.run {
            let _ = writeln!(out, "              {}", style.paint(&style.plain(command), colored::Color::Cyan));
        }
    }
    let waive = format!("rampcheck check {} --waive {}=REASON", pack.product, check.id);
    paragraph(&mut out, style, "  waive     ", 12, &waive);
    out
}

/// All that the catalogue says of a fact.
pub fn fact(row: &Row, style: Style) -> String {
    let mut out = format!("{}\n", style.bold(row.name));
    let mut part = |name: &str, text: &str| paragraph(&mut out, style, &format!("  {name:<10}"), 12, text);
    part("kind", &kind_with_unit(row.kind));
    part("says", row.doc);
    part("attest", &format!("rampcheck check PRODUCT --attest {}=VALUE", row.name));
    out
}

/// A kind with its unit or its words.
pub fn kind_with_unit(kind: Kind) -> String {
    match kind {
        Kind::Choice(words) => words.join(" | "),
        Kind::Memory | Kind::Storage => format!("{} (bytes)", kind_name(kind)),
        Kind::Number(unit) => format!("{} ({unit})", kind_name(kind)),
        kind => kind_name(kind).to_owned(),
    }
}
