//! `checks/README.md`: every check and every fact, generated; a test fails when it drifts.

use std::fmt::Write as _;
use std::sync::Arc;

use super::explain::kind_with_unit;
use super::words;
use crate::facts::catalogue::CATALOGUE;
use crate::pack::Pack;
use crate::report::TierId;

/// The whole page.
pub fn page(packs: &[Arc<Pack>]) -> String {
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
            let source = pack.sources.get(&check.source);
            let link = source.map(|source| {
                if source.url.is_empty() {
                    source.title.clone()
                } else {
                    format!("[{}]({})", cell(&source.title), source.url)
                }
            });
            let _ =
                writeln!(out, "| `{}` | {level} | {} | {} |", check.id, cell(&check.title), link.unwrap_or_default());
        }
        if !pack.tiers.is_empty() {
            out.push_str("\n| tier | holds | needs |\n|---|---|---|\n");
        }
        for tier in &pack.tiers {
            let needs: Vec<_> = TierId::from(tier).needs.iter().map(|(name, need)| format!("{name} {need}")).collect();
            let _ = writeln!(out, "| `{}` | {} | {} |", tier.id, words::numbers(&tier.holds), needs.join(", "));
        }
    }
    out.push_str("\n## Facts\n\n| fact | kind | says |\n|---|---|---|\n");
    for row in CATALOGUE {
        let _ = writeln!(out, "| `{}` | {} | {} |", row.name, cell(&kind_with_unit(row.kind)), cell(row.doc));
    }
    out
}

/// Text inside a table's cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
