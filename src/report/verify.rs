//! Whether a report can be relied on: untouched, of a known pack, and following from its own facts.

use jiff::civil::Date;

use super::REPORT_SCHEMA;
use super::read::Received;
use crate::facts::{days, utc_day};
use crate::judge::{Finding, judge, verdict};
use crate::pack::Pack;

/// Days after which a report is called old: hosts and packs change.
const OLD: i64 = 30;

/// How a point of the examination came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Good,
    /// To be known, but no reason to distrust the report.
    Remark,
    /// A reason to distrust the report.
    Bad,
}

/// One point of the examination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// What was looked at.
    pub what: &'static str,
    /// How it came out.
    pub mark: Mark,
    /// That in words.
    pub text: String,
}

/// Examines a report. `packs` are those that are known here.
pub fn verify(received: &Received, packs: &[Pack], today: Date) -> Vec<Point> {
    let report = &received.report;
    let point = |what, mark, text: String| Point { what, mark, text };
    let mut points = vec![point("form", Mark::Good, format!("valid, schema {REPORT_SCHEMA}"))];
    points.push(if received.intact {
        point("digest", Mark::Good, format!("fits: not edited since rampcheck {} wrote it", report.tool.version))
    } else if report.digest.is_empty() {
        point("digest", Mark::Bad, "EDITED or damaged: there is none".to_owned())
    } else {
        point("digest", Mark::Bad, "EDITED or damaged: it does not fit the content".to_owned())
    });
    points.push(if received.consistent && report.verdict == verdict(&report.findings) {
        point("verdict", Mark::Good, "follows from the findings".to_owned())
    } else {
        point("verdict", Mark::Bad, "does not follow from the findings".to_owned())
    });
    points.extend(of_pack(received, packs));
    points.push(age(received, today));
    points
}

fn of_pack(received: &Received, packs: &[Pack]) -> Vec<Point> {
    let report = &received.report;
    let own = format!("{} {}", report.pack.product, report.pack.version);
    let remark = |text: String| vec![Point { what: "pack", mark: Mark::Remark, text }];
    let Some(pack) = packs.iter().find(|pack| pack.product == report.pack.product) else {
        return remark(format!("{own} is not known here: name its folder with --pack"));
    };
    if pack.sha256 != report.pack.sha256 {
        let order = match pack.reviewed.cmp(&report.pack.reviewed) {
            std::cmp::Ordering::Greater => "a newer one",
            std::cmp::Ordering::Less => "an older one",
            std::cmp::Ordering::Equal => "another of the same day",
        };
        return remark(format!(
            "{own} is not known here; {} is {order}: `rampcheck evaluate` judges with it",
            pack.version
        ));
    }
    let known = Point { what: "pack", mark: Mark::Good, text: format!("{own}, {}", pack.origin) };
    let outcomes = |findings: &[Finding]| -> Vec<_> {
        findings.iter().map(|finding| (finding.id.clone(), finding.level, finding.outcome)).collect()
    };
    let again = judge(pack, &report.plan, report.facts.clone(), report.today).findings;
    let (mark, text) = if outcomes(&again) == outcomes(&report.findings) {
        (Mark::Good, "follow from the facts: judged again, they are the same")
    } else if report.tool.version == env!("CARGO_PKG_VERSION") {
        (Mark::Bad, "do not follow from the facts: judged again, they differ")
    } else {
        (Mark::Remark, "differ when judged again; another version of rampcheck judged them")
    };
    vec![known, Point { what: "findings", mark, text: text.to_owned() }]
}

fn age(received: &Received, today: Date) -> Point {
    let day = utc_day(received.report.collection.started);
    let days = days(day, today);
    let (mark, text) = match days {
        ..0 => (Mark::Remark, format!("the host was read on {day}, which is still to come")),
        0 => (Mark::Good, format!("the host was read today, {day}")),
        1 => (Mark::Good, format!("the host was read yesterday, {day}")),
        _ if days > OLD => (Mark::Remark, format!("old: the host was read {days} days ago, on {day}")),
        _ => (Mark::Good, format!("the host was read {days} days ago, on {day}")),
    };
    Point { what: "age", mark, text }
}
