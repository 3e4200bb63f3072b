//! Which tiers a host satisfies, for a person at a terminal.

use std::fmt::Write as _;

use colored::Color;
use serde::Serialize;

use super::text::{Style, columns, padded, paragraph};
use crate::check::Outcome;
use crate::evaluate::Finding;
use crate::verdict::Verdict;

/// A tier, and what this host lacks for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TierFit {
    /// Tier id.
    pub id: String,
    /// What it is, for people.
    pub title: String,
    /// The figures are a cluster's total.
    pub cluster: bool,
    /// The sizes are advice.
    pub advisory: bool,
    /// What it asks for, in words.
    pub needs: String,
    /// Verdict over the checks that look at a tier's figures.
    pub verdict: Verdict,
    /// The findings that look at its figures.
    pub findings: Vec<Finding>,
}

/// A line per tier, and what is lacking below it.
pub fn tiers(product: &str, host: &str, fits: &[TierFit], style: Style) -> String {
    let mut out = format!("{}\n\n", style.bold(&style.plain(&format!("Tiers of {product}, against {host}"))));
    let widest = fits.iter().map(|fit| columns(&fit.id)).max().unwrap_or(0);
    for fit in fits {
        let (unicode, ascii, color) = match fit.verdict {
            Verdict::Supported => ("\u{2713}", "ok", Color::Green),
            Verdict::SupportedWithWarnings => ("!", "warn", Color::Yellow),
            Verdict::Undetermined => ("?", "????", Color::Magenta),
            Verdict::Unsupported => ("\u{2717}", "no", Color::Red),
        };
        let width = if style.unicode { 1 } else { 4 };
        let sign = style.paint(&padded(style.sign(unicode, ascii), width), color);
        let id = style.bold(&padded(&style.plain(&fit.id), widest));
        let cluster = if fit.cluster { "; a cluster's total" } else { "" };
        let advisory = if fit.advisory { "; advice" } else { "" };
        let text = format!("{} ({}{cluster}{advisory})", fit.title, fit.needs);
        paragraph(&mut out, style, &format!("{sign} {id}  "), width + widest + 3, &text);
        for finding in &fit.findings {
            let lacks = match finding.outcome {
                Outcome::Fail => "lacks",
                Outcome::Unknown => "cannot tell",
                Outcome::Pass | Outcome::Skipped => continue,
            };
            let text = format!("{lacks} {}: found {}, needed {}", finding.id, finding.found, finding.needed);
            paragraph(&mut out, style, &" ".repeat(width + 3), width + 5, &text);
        }
    }
    let satisfied = fits.iter().filter(|fit| fit.verdict <= Verdict::SupportedWithWarnings).count();
    let _ = writeln!(
        out,
        "\n{satisfied} of {} tiers fit. Only sizes are compared here; `rampcheck check` judges the rest.",
        fits.len()
    );
    out
}
