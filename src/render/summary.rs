//! A report in one line, for logs and for whoever reads the output of many hosts:
//! `UNSUPPORTED cometchat qa host failed=cpu,docker-engine unknown=storage-media`.

use super::text::{Style, inert};
use super::words::{self, doubts, verdict_word};
use crate::judge::Status;
use crate::report::Report;

/// Stands for what is not known: a tier, the name of a host.
const NONE: &str = "-";

/// The line: verdict, product, tier, host, then the ids of what did not pass. A verdict of several words has underscores.
pub fn report(report: &Report, style: Style) -> String {
    let mut words = vec![
        verdict_word(report.verdict).replace(", ", "_").replace(' ', "_"),
        word(&report.pack.product),
        report.tier.as_ref().map_or(NONE.to_owned(), |tier| word(&tier.id)),
        match &report.fleet {
            Some(fleet) => format!("{}-hosts", words::counted(fleet)),
            None => report.host.name.as_deref().map_or(NONE.to_owned(), word),
        },
    ];
    let summary = report.summary();
    for (name, status) in [
        ("failed", Status::Failed),
        ("unknown", Status::Unknown),
        ("warnings", Status::Warning),
        ("waived", Status::Waived),
    ] {
        let ids: Vec<_> = summary.ids(status).iter().map(|id| word(id)).collect();
        if !ids.is_empty() {
            words.push(format!("{name}={}", ids.join(",")));
        }
    }
    let gaps = report.fleet.iter().flat_map(|fleet| &fleet.hosts).filter(|host| host.standing.is_gap());
    let gaps: Vec<_> = gaps.map(|host| word(&host.name)).collect();
    if !gaps.is_empty() {
        words.push(format!("not-judged={}", gaps.join(",")));
    }
    if !doubts(report).is_empty() {
        words.push("reliable=no".to_owned());
    }
    style.plain(&words.join(" ")) + "\n"
}

/// A text as one word, so that the line can be split at spaces.
fn word(text: &str) -> String {
    inert(text).split_whitespace().collect::<Vec<_>>().join("_").replace(['=', ','], "_")
}
