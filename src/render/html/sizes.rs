//! Bars of CPU, memory and storage: what was found against what the tier asks for.
//!
//! The bars show; whether a size is enough was judged before, and its finding says so.

use super::super::markup::Markup;
use super::super::words;
use super::findings::heads;
use super::{class, mark};
use crate::facts::Fact;
use crate::judge::{Condition, Finding, Status, number};
use crate::report::Report;

/// Cells of a tier that have a bar, with the name of the size; of several cells for one size the first that was judged
/// counts.
const SIZES: [(&str, &[&str]); 3] =
    [("CPUs", &["cpus", "cores"]), ("Memory", &["memory"]), ("Storage", &["storage", "storage_start"])];

/// The table of sizes; nothing without a tier.
pub fn section(html: &mut Markup, report: &Report) {
    let Some(tier) = &report.tier else { return };
    let rows: Vec<_> = SIZES.iter().filter_map(|(name, cells)| Size::of(report, name, cells)).collect();
    if rows.is_empty() {
        return;
    }
    html.inside("section", &[("aria-labelledby", "sizes")], |html| {
        html.line("h2", &[("id", "sizes")], &format!("Size against tier {}", tier.id));
        html.inside("table", &[("class", "sizes")], |html| {
            html.line("caption", &[], &format!("{}. The line marks what is needed.", tier.title));
            heads(html, &["Size", "Found", "Needed", "Share of what is needed"]);
            html.inside("tbody", &[], |html| rows.iter().for_each(|size| size.row(html)));
        });
    });
}

struct Size {
    name: &'static str,
    found: String,
    needed: String,
    /// Share of what is needed that was found, where both are numbers.
    share: Option<f64>,
    status: Status,
}

impl Size {
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
            let judged = report.findings.iter().map(|finding| (finding, compared(finding, cell)));
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

    fn row(&self, html: &mut Markup) {
        html.inside("tr", &[], |html| {
            html.line("th", &[("scope", "row")], self.name);
            html.line("td", &[], &self.found);
            html.line("td", &[], &self.needed);
            html.inside("td", &[("class", class(self.status))], |html| self.bar(html));
        });
    }

    /// The bar ends at twice what is needed, so that the line that marks it stands in the middle of every bar.
    fn bar(&self, html: &mut Markup) {
        let text = self.share.map_or_else(|| "unknown".to_owned(), |share| format!("{:.0} %", share * 100.0));
        let width = format!("{:.1}%", self.share.unwrap_or_default().clamp(0.0, 2.0) * 50.0);
        html.inside("svg", &[("class", "bar"), ("aria-hidden", "true"), ("width", "100%"), ("height", "18")], |html| {
            html.empty("rect", &[("class", "track"), ("width", "100%"), ("y", "3"), ("height", "12"), ("rx", "3")]);
            html.empty("rect", &[("class", "fill"), ("width", &width), ("y", "3"), ("height", "12"), ("rx", "3")]);
            html.empty("line", &[("class", "needed"), ("x1", "50%"), ("x2", "50%"), ("y1", "0"), ("y2", "18")]);
        });
        html.inline("span", &[("class", "share")], |html| {
            mark(html, self.status);
            html.text(&text);
            html.text(match self.status {
                Status::Passed => ", passed",
                Status::Failed => ", failed",
                Status::Warning => ", warning",
                Status::Waived => ", waived",
                Status::Skipped => " of the total of the cluster",
                Status::Unknown => "",
            });
        });
    }
}
