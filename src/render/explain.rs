//! A check, a fact or a tier explained, for a person at a terminal.

use std::fmt::Write as _;

use super::text::{Style, Tone, columns, padded, paragraph};
use super::words;
use crate::facts::{Kind, Row};
use crate::judge::requirement;
use crate::pack::{Check, Level, PLUGIN, Pack, Predicate, group_id};

/// All that a pack says of a check.
pub fn check(pack: &Pack, check: &Check, style: Style) -> String {
    let mut out = String::new();
    let level = match check.level {
        Level::Required => "required: without it the host is unsupported",
        Level::Recommended => "recommended: a failure is a warning",
    };
    let _ = writeln!(out, "{}", style.bold(&style.plain(&format!("{} ({})", check.id, pack.title))));
    let mut part = |name: &str, text: &str| paragraph(&mut out, style, &format!("  {name:<10}"), 12, text);
    part("checks", &check.title);
    part("level", level);
    part("group", &format!("{} (--only {})", check.group, group_id(&check.group)));
    part("needs", &check.needed.clone().unwrap_or_else(|| words::requirement(&requirement(check))));
    part("why", &check.why);
    part("looks at", &facts(&check.expect));
    if let Some(applies) = &check.applies_when {
        part("applies", &format!("depending on {}", facts(applies)));
    }
    if let Some(source) = pack.sources.get(&check.source) {
        part("source", &format!("{} {} (read {})", source.title, source.url, source.read));
    }
    for remedy in &check.remedies {
        let family = if remedy.family.is_empty() { "any system".to_owned() } else { remedy.family.join(", ") };
        let when = remedy.when.as_ref().map(|when| format!(", depending on {}", facts(when))).unwrap_or_default();
        let after = if remedy.fix.after.is_empty() {
            String::new()
        } else {
            format!(", after {}", remedy.fix.after.join(" and "))
        };
        paragraph(&mut out, style, "  fix       ", 12, &format!("on {family}{when}{after}: {}", remedy.fix.text));
        for command in remedy.fix.commands() {
            let _ = writeln!(out, "              {}", style.paint(&style.plain(command), Tone::Command));
        }
    }
    let plugin = check.id.strip_prefix(PLUGIN).map(|name| format!(" --plugin {name}")).unwrap_or_default();
    let waive = format!("rampcheck check {}{plugin} --waive {}=REASON", pack.product, check.id);
    paragraph(&mut out, style, "  waive     ", 12, &waive);
    out
}

/// A group of checks: the line of each.
pub fn group(pack: &Pack, group: &str, style: Style) -> String {
    let mut out = format!("{}\n", style.bold(&style.plain(&format!("{group} ({})", pack.title))));
    let checks = || pack.checks.iter().filter(|check| check.group == group);
    let widest = checks().map(|check| columns(&check.id)).max().unwrap_or(0);
    for check in checks() {
        paragraph(&mut out, style, &format!("  {}  ", padded(&check.id, widest)), widest + 4, &check.title);
    }
    let only = format!("rampcheck check {} --only {}", pack.product, group_id(group));
    paragraph(&mut out, style, &format!("  {}  ", padded("only these", widest)), widest + 4, &only);
    out
}

/// Names of the facts that a predicate looks at, each once.
fn facts(predicate: &Predicate) -> String {
    let mut names: Vec<&str> = Vec::new();
    for leaf in predicate.leaves() {
        if !names.contains(&leaf.fact.as_str()) {
            names.push(&leaf.fact);
        }
    }
    names.join(", ")
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
        Kind::Memory | Kind::Storage => format!("{} (bytes)", kind.name()),
        Kind::Number(unit) => format!("{} ({unit})", kind.name()),
        kind => kind.name().to_owned(),
    }
}
