//! Sizes beside what a tier asks for: CPUs, memory and storage.
//!
//! Whether a size is enough was judged before, and its finding says so.

use super::words;
use crate::facts::Fact;
use crate::judge::{Condition, Finding, Reason, Status, number};
use crate::report::Report;

/// Cells of a tier that have a bar, with the name of the size; of several cells for one size the first that was judged
/// counts.
const SIZES: [(&str, &[&str]); 3] =
    [("CPUs", &["cpus", "cores"]), ("Memory", &["memory"]), ("Storage", &["storage", "storage_start"])];

/// A size that was compared with the tier.
pub(super) struct Size {
    pub(super) name: &'static str,
    pub(super) found: String,
    pub(super) needed: String,
    /// Share of what is needed that was found, where both are numbers.
    pub(super) share: Option<f64>,
    pub(super) status: Status,
}

impl Size {
    /// The sizes that were compared; none without a tier.
    pub(super) fn all(report: &Report) -> Vec<Self> {
        SIZES.iter().filter_map(|(name, cells)| Self::of(report, name, cells)).collect()
    }

    /// The size that a finding compared with one of these cells.
    fn of(report: &Report, name: &'static str, cells: &[&str]) -> Option<Self> {
        let compared = |finding: &'_ Finding, cell: &str| -> Vec<Condition> {
            let conditions = finding.needed.conditions().into_iter();
            // Of a cell that is blank at the vendor nothing is needed.
            let asks = |condition: &&Condition| condition.cell.as_deref() == Some(cell) && condition.value.is_some();
            conditions.filter(asks).cloned().collect()
        };
        let found = |condition: &Condition| report.facts.get(&condition.fact).and_then(Fact::value).and_then(number);
        cells.iter().find_map(|cell| {
            let applies = |finding: &&Finding| !matches!(finding.because, Some(Reason::NotApplicable { .. }));
            let judged = report.findings.iter().filter(applies).map(|finding| (finding, compared(finding, cell)));
            let (finding, conditions) = judged.into_iter().find(|(_, conditions)| !conditions.is_empty())?;
            // Of several facts that can show a size the first that is known counts.
            let condition = conditions.iter().find(|condition| found(condition).is_some()).or(conditions.first())?;
            let needed = condition.value.as_ref().and_then(number).filter(|needed| *needed > 0.0);
            Some(Self {
                name,
                found: words::fact(&condition.fact, report.facts.get(&condition.fact)),
                needed: condition.written.clone().unwrap_or_default(),
                share: found(condition).zip(needed).map(|(found, needed)| found / needed),
                status: finding.status(),
            })
        })
    }
}
