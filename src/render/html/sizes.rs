//! Bars of CPU, memory and storage: what was found against what the tier asks for.
//!
//! The bars show; whether a size is enough was judged before, and its finding says so.

use super::super::markup::Markup;
use super::super::sizes::Size;
use super::findings::heads;
use super::{class, mark};
use crate::judge::Status;
use crate::report::Report;

/// The table of sizes; nothing without a tier.
pub fn section(html: &mut Markup, report: &Report) {
    let Some(tier) = &report.tier else { return };
    let rows = Size::all(report);
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

impl Size {
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
