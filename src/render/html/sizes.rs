//! Bars of CPU, memory and storage: what was found against what the tier asks for.
//!
//! The bars show; whether a size is enough was judged before, and its finding says so.

use super::super::markup::Markup;
use super::findings::heads;
use super::{class, mark};
use crate::check::show_fact;
use crate::facts::catalogue::lookup;
use crate::facts::{Fact, Kind, Reading, Value, parse_bytes};
use crate::report::Report;
use crate::verdict::Status;

/// Cells of a tier, the first that it has counts; their name; and the facts that can show it, the best first.
const SIZES: [(&[&str], &str, &[&str]); 3] = [
    (&["cpus"], "CPUs", &["cpu.online"]),
    (&["memory"], "Memory", &["memory.installed", "memory.total"]),
    (&["storage", "storage_start"], "Storage", &["storage.data.size"]),
];

/// The table of sizes; nothing without a tier.
pub fn section(html: &mut Markup, report: &Report) {
    let Some(tier) = &report.tier else { return };
    let rows: Vec<_> = SIZES
        .iter()
        .filter_map(|(cells, name, facts)| {
            let needed = cells.iter().find_map(|cell| tier.needs.get(*cell))?;
            Some(Size::of(report, name, needed, facts))
        })
        .collect();
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

struct Size<'r> {
    name: &'static str,
    shown: String,
    needed: &'r str,
    /// Found and needed in one unit, when both are numbers.
    numbers: Option<(f64, f64)>,
    /// Status of the finding that judged it.
    status: Option<Status>,
}

impl<'r> Size<'r> {
    fn of(report: &'r Report, name: &'static str, needed: &'r str, facts: &[&str]) -> Self {
        let known =
            |fact: &&&str| report.facts.get(**fact).is_some_and(|fact| matches!(fact.reading, Reading::Known(_)));
        let fact = facts.iter().find(known).or(facts.last()).copied().unwrap_or_default();
        let kind = lookup(fact).map_or(Kind::Text, |row| row.kind);
        let shown = report.facts.get(fact);
        let judged = report.findings.iter().find(|finding| {
            finding.needed.starts_with(&format!("at least {needed}"))
                && finding.evidence.iter().any(|evidence| facts.contains(&evidence.fact.as_str()))
        });
        Self {
            name,
            shown: shown.map_or_else(|| "unknown: not collected".to_owned(), |fact| show_fact(fact, kind)),
            needed: judged.map_or(needed, |finding| finding.needed.trim_start_matches("at least ")),
            numbers: shown.and_then(number).zip(floor(needed, kind)).filter(|(_, needed)| *needed > 0.0),
            status: judged.map(Status::of),
        }
    }

    fn row(&self, html: &mut Markup) {
        html.inside("tr", &[], |html| {
            html.line("th", &[("scope", "row")], self.name);
            html.line("td", &[], &self.shown);
            html.line("td", &[], self.needed);
            html.inside("td", &[("class", self.status.map_or("skipped", class))], |html| self.bar(html));
        });
    }

    /// The bar ends at twice what is needed, so that the line that marks it stands in the middle of every bar.
    fn bar(&self, html: &mut Markup) {
        let share = self.numbers.map(|(found, needed)| found / needed);
        let words = share.map_or_else(|| "cannot be told".to_owned(), |share| format!("{:.0} %", share * 100.0));
        let width = format!("{:.1}%", share.unwrap_or_default().clamp(0.0, 2.0) * 50.0);
        html.inside("svg", &[("class", "bar"), ("aria-hidden", "true"), ("width", "100%"), ("height", "18")], |html| {
            html.empty("rect", &[("class", "track"), ("width", "100%"), ("y", "3"), ("height", "12"), ("rx", "3")]);
            html.empty("rect", &[("class", "fill"), ("width", &width), ("y", "3"), ("height", "12"), ("rx", "3")]);
            html.empty("line", &[("class", "needed"), ("x1", "50%"), ("x2", "50%"), ("y1", "0"), ("y2", "18")]);
        });
        html.inline("span", &[("class", "share")], |html| {
            if let Some(status) = self.status {
                mark(html, status);
            }
            html.text(&words);
            html.text(match self.status {
                Some(Status::Passed) => ", passed",
                Some(Status::Failed) => ", failed",
                Some(Status::Warning) => ", warning",
                Some(Status::Waived) => ", waived",
                Some(Status::Unknown | Status::Skipped) | None => "",
            });
        });
    }
}

fn number(fact: &Fact) -> Option<f64> {
    match fact.value()? {
        Value::Count(count) => Some(*count as f64),
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

/// What a cell of a tier asks for at least: the lower end of a range.
fn floor(needed: &str, kind: Kind) -> Option<f64> {
    let text = needed.split(" to ").next().unwrap_or(needed);
    match kind {
        Kind::Memory | Kind::Storage => parse_bytes(text, kind).ok().map(|bytes| bytes as f64),
        _ => text.parse().ok().filter(|number: &f64| number.is_finite()),
    }
}
