//! Facts for a person at a terminal.

use std::fmt::Write as _;

use super::text::{Style, Tone, padded, paragraph};
use super::words;
use crate::facts::{Fact, FactState};
use crate::report::{HostId, Observation};

/// A line per fact: name, value, where it was read; grouped by the first word of the name.
pub fn facts(document: &Observation, style: Style) -> String {
    let mut out = String::new();
    let widest = document.facts.keys().map(String::len).max().unwrap_or(0).min(32);
    let mut group = "";
    for (name, fact) in &document.facts {
        let first = name.split('.').next().unwrap_or(name);
        if first != group {
            if !group.is_empty() {
                out.push('\n');
            }
            group = first;
        }
        line(&mut out, name, fact, widest, style);
    }
    let unknown = document.facts.values().filter(|fact| matches!(fact.state, FactState::Unknown { .. })).count();
    let _ = writeln!(
        out,
        "\n{} facts of {}, {unknown} unknown; read in {} ms",
        document.facts.len(),
        style.plain(HostId::of(&document.facts, None).name.as_deref().unwrap_or("a host without a name")),
        document.collection.duration_ms
    );
    out
}

/// A fact: its name filled to `widest`, its value, where it was read.
pub(super) fn line(out: &mut String, name: &str, fact: &Fact, widest: usize, style: Style) {
    let shown = match &fact.state {
        FactState::Absent => format!("not found ({})", fact.place),
        FactState::Unknown { .. } => words::fact(name, Some(fact)),
        FactState::Known(_) => format!("{}  [{}]", words::fact(name, Some(fact)), fact.place),
    };
    let label = padded(&style.plain(name), widest);
    let label = match fact.state {
        FactState::Known(_) => label,
        FactState::Absent => label.clone(),
        FactState::Unknown { .. } => style.paint(&label, Tone::Unknown),
    };
    paragraph(out, style, &format!("{label}  "), widest + 2, &shown);
}
