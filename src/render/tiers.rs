//! Which tiers a host fits, for a person at a terminal and for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::text::{Style, Tone, columns, padded, paragraph};
use super::words::{found, needed};
use crate::judge::{Status, TierFit, Verdict};
use crate::pack::Outcome;
use crate::report::TierId;

/// A tier, and what this host lacks for it, for programs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The tier.
    #[serde(flatten)]
    pub tier: TierId,
    /// Verdict over the checks that compare with the tier's cells.
    pub verdict: Verdict,
    /// What they found.
    pub sizes: Vec<Size>,
}

/// A size of the host against a tier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Size {
    /// Check id.
    pub id: String,
    /// How it came out.
    pub status: Status,
    /// What was found, in words.
    pub found: String,
    /// What is needed, in words.
    pub needed: String,
}

/// The rows for programs.
pub fn rows(fits: &[TierFit<'_>]) -> Vec<Row> {
    let row = |fit: &TierFit<'_>| Row {
        tier: TierId::from(fit.tier),
        verdict: fit.verdict,
        sizes: fit
            .findings
            .iter()
            .map(|finding| Size {
                id: finding.id.clone(),
                status: finding.status(),
                found: found(finding, &fit.facts),
                needed: needed(finding),
            })
            .collect(),
    };
    fits.iter().map(row).collect()
}

/// A line per tier, and what is lacking below it.
pub fn tiers(product: &str, host: &str, fits: &[TierFit<'_>], style: Style) -> String {
    let mut out = format!("{}\n\n", style.bold(&style.plain(&format!("Tiers of {product}, against {host}"))));
    let widest = fits.iter().map(|fit| columns(&fit.tier.id)).max().unwrap_or(0);
    for fit in fits {
        let (unicode, ascii, tone) = match fit.verdict {
            Verdict::Supported => ("\u{2713}", "ok", Tone::Good),
            Verdict::SupportedWithWarnings => ("!", "warn", Tone::Warning),
            Verdict::Undetermined => ("?", "????", Tone::Unknown),
            Verdict::Unsupported => ("\u{2717}", "no", Tone::Bad),
        };
        let width = if style.unicode { 1 } else { 4 };
        let sign = style.paint(&padded(style.sign(unicode, ascii), width), tone);
        let id = style.bold(&padded(&style.plain(&fit.tier.id), widest));
        let cluster = if fit.tier.cluster { "; the total of a cluster" } else { "" };
        let needs: Vec<_> = TierId::from(fit.tier).needs.iter().map(|(cell, need)| format!("{cell} {need}")).collect();
        let text = format!("{} ({}{cluster})", fit.tier.title, needs.join(", "));
        paragraph(&mut out, style, &format!("{sign} {id}  "), width + widest + 3, &text);
        for finding in &fit.findings {
            let lacks = match finding.outcome {
                Outcome::Fail => "lacks",
                Outcome::Unknown => "unknown:",
                Outcome::Pass | Outcome::Skipped => continue,
            };
            let (found, needed) = (found(finding, &fit.facts), needed(finding));
            let text = format!("{lacks} {}: found {found}, needed {needed}", finding.id);
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
