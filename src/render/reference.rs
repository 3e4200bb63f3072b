//! `checks/README.md`: every check, statement of a vendor and fact, generated; a test fails when it drifts.

use std::fmt::Write as _;
use std::sync::Arc;

use serde::Deserialize;

use super::explain::kind_with_unit;
use super::words;
use crate::facts::catalogue::CATALOGUE;
use crate::pack::{Pack, Source};
use crate::report::TierId;

/// What the vendors' pages state: `checks/statements.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statements {
    /// The statements, in the order of the pages.
    pub statement: Vec<Statement>,
}

/// What a vendor's page states, and what becomes of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Product id.
    pub product: String,
    /// Key of the page in the pack.
    pub source: String,
    /// What the page says, in other words.
    pub says: String,
    /// Checks that carry it.
    #[serde(default)]
    pub checks: Vec<String>,
    /// Why no check does.
    pub why_none: Option<String>,
}

/// The whole page.
pub fn page(packs: &[Arc<Pack>], statements: &[Statement]) -> String {
    let mut out = String::from(
        "# Checks, tiers and facts\n\nGenerated from the packs and the catalogue; `RAMPCHECK_BLESS=1 cargo test` rewrites it.\n",
    );
    for pack in packs {
        let _ = writeln!(
            out,
            "\n## {} (`{}`)\n\nPack {}, reviewed {}.\n",
            pack.title, pack.product, pack.version, pack.reviewed
        );
        out.push_str("| check | level | requirement | source |\n|---|---|---|---|\n");
        for check in &pack.checks {
            let level = words::level(check.level);
            let link = pack.sources.get(&check.source).map(link).unwrap_or_default();
            let _ = writeln!(out, "| `{}` | {level} | {} | {link} |", check.id, cell(&check.title));
        }
        if !pack.tiers.is_empty() {
            out.push_str("\n| tier | holds | needs |\n|---|---|---|\n");
        }
        for tier in &pack.tiers {
            let needs: Vec<_> = TierId::from(tier).needs.iter().map(|(name, need)| format!("{name} {need}")).collect();
            let _ = writeln!(out, "| `{}` | {} | {} |", tier.id, words::numbers(&tier.holds), needs.join(", "));
        }
    }
    out.push_str(
        "\n## Statements of the vendors\n\nWhat the vendors' pages state, in our own words, and which checks carry it.\n",
    );
    for pack in packs {
        let _ = writeln!(out, "\n### {}", pack.title);
        let mut page = None;
        for statement in statements.iter().filter(|statement| statement.product == pack.product) {
            if page.replace(&statement.source) != Some(&statement.source) {
                let link = pack.sources.get(&statement.source).map(link).unwrap_or_default();
                let _ = writeln!(out, "\n{link}\n\n| the page says | checks |\n|---|---|");
            }
            let checks: Vec<_> = statement.checks.iter().map(|id| format!("`{id}`")).collect();
            let carried = statement.why_none.as_ref().map_or(checks.join(", "), |why| format!("none. {}", cell(why)));
            let _ = writeln!(out, "| {} | {carried} |", cell(&statement.says));
        }
    }
    out.push_str("\n## Facts\n\n| fact | kind | says |\n|---|---|---|\n");
    for row in CATALOGUE {
        let _ = writeln!(out, "| `{}` | {} | {} |", row.name, cell(&kind_with_unit(row.kind)), cell(row.doc));
    }
    out
}

/// A source as a link, if it is a page.
fn link(source: &Source) -> String {
    if source.url.is_empty() { cell(&source.title) } else { format!("[{}]({})", cell(&source.title), source.url) }
}

/// Text inside a table's cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
