//! How many nodes of a size each tier of a cluster needs, as a table.

use std::fmt::Write as _;

use super::text::{Style, columns, padded, paragraph};
use super::words::number_of;
use crate::judge::{NodeSize, NodesNeeded, Spread};
use crate::pack::Pack;

/// The table.
pub fn table(pack: &Pack, node: &NodeSize, needed: &[NodesNeeded], style: Style) -> String {
    let mut out = String::new();
    paragraph(&mut out, style, "", 0, &format!("Nodes of {node} that the tiers of {} need", pack.title));
    out.push('\n');
    if needed.is_empty() {
        paragraph(&mut out, style, "", 0, "No tier of this product is the total of a cluster.");
        return out;
    }
    let tiers = needed.iter().map(|one| columns(&one.tier)).max().unwrap_or(0).max(4);
    let _ = writeln!(out, "{}", style.bold(&format!("{}  nodes  spread", padded("tier", tiers))));
    for one in needed {
        let spread = |spread: &Spread| match spread.workers {
            0 => format!("{} managers", spread.managers),
            workers => format!("{} managers and {}", spread.managers, number_of(workers as usize, "worker")),
        };
        let by = match one.by.as_deref() {
            Some("size.memory" | "memory.installed") => " (memory decides)",
            Some("size.storage") => " (storage decides)",
            _ => "",
        };
        let spreads: Vec<_> = one.spreads.iter().map(spread).collect();
        let label = format!("{}  {:>5}  ", padded(&style.plain(&one.tier), tiers), one.nodes);
        paragraph(&mut out, style, &label, tiers + 9, format!("{}{by}", spreads.join(", or ")).trim_start());
    }
    out.push('\n');
    let managers = match pack.managers.as_slice() {
        [] => "",
        _ => " Managers run services, too, and count in the totals.",
    };
    paragraph(
        &mut out,
        style,
        "",
        0,
        &format!(
            "Sizes are those that the tiers name, recommended ones included.{managers} `rampcheck fleet` judges the nodes."
        ),
    );
    out
}
