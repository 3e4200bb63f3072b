//! A report as JUnit XML, for CI systems: a test case per check.
//!
//! A failed required check is a failure, an unknown one an error; a warning is no failure but stands in the case's output;
//! what does not apply or is waived is skipped.

use super::markup::Markup;
use super::words::{
    self, because, counts, details, doubts, found, host, needed, pack, subject, verdict_sentence, verdict_word, waived,
};
use crate::judge::{Finding, Status};
use crate::pack::Outcome;
use crate::report::Report;

/// The whole document.
pub fn report(report: &Report) -> String {
    // A run that evaluated nothing must not be green.
    let nothing = report.findings.iter().all(|finding| finding.outcome == Outcome::Skipped);
    let tests = (report.findings.len() + usize::from(nothing)).to_string();
    let summary = report.summary();
    let failures = summary.failed.len().to_string();
    let errors = (summary.unknown.len() + usize::from(nothing)).to_string();
    let skipped = (summary.skipped.len() + summary.waived.len()).to_string();
    let time = format!("{}.{:03}", report.collection.duration_ms / 1000, report.collection.duration_ms % 1000);
    let totals = [
        ("tests", tests.as_str()),
        ("failures", &failures),
        ("errors", &errors),
        ("skipped", &skipped),
        ("time", &time),
    ];
    let name = subject(report);
    let started = report.collection.started.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let mut suite = vec![("name", name.as_str())];
    suite.extend(totals);
    suite.extend([("timestamp", started.as_str()), ("hostname", host(report))]);
    let mut all = vec![("name", "rampcheck")];
    all.extend(totals);

    let mut xml = Markup::declared("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    xml.inside("testsuites", &all, |xml| {
        xml.inside("testsuite", &suite, |xml| {
            properties(xml, report);
            for finding in &report.findings {
                case(xml, report, finding);
            }
            if nothing {
                let class = format!("{}.Verdict", report.pack.product);
                xml.inside("testcase", &[("classname", &class), ("name", "verdict")], |xml| {
                    xml.line("error", &[("message", &verdict_sentence(report)), ("type", "undetermined")], "");
                });
            }
            xml.line(
                "system-out",
                &[],
                &format!("{}. {}: {}", counts(&summary), verdict_word(report.verdict), verdict_sentence(report)),
            );
        });
    });
    xml.finish()
}

fn properties(xml: &mut Markup, report: &Report) {
    let today = report.today.to_string();
    let tool = format!("{} {}", report.tool.name, report.tool.version);
    let pack = pack(report);
    let partial = words::partial(report).unwrap_or_default();
    let rows = [
        ("verdict", verdict_word(report.verdict)),
        ("partial", &partial),
        ("product", &report.pack.product),
        ("tier", report.plan.tier.as_deref().unwrap_or_default()),
        ("phase", &report.plan.phase),
        ("today", &today),
        ("pack", &pack),
        ("tool", &tool),
        ("digest", &report.digest),
    ];
    let doubts = doubts(report);
    let rows = doubts.iter().map(|doubt| ("attention", doubt.as_str())).chain(rows);
    xml.inside("properties", &[], |xml| {
        for (name, value) in rows.filter(|(_, value)| !value.is_empty()) {
            xml.empty("property", &[("name", name), ("value", value)]);
        }
    });
}

fn case(xml: &mut Markup, report: &Report, finding: &Finding) {
    let class = format!("{}.{}", report.pack.product, finding.group);
    let name = format!("{}: {}", finding.id, finding.title);
    let attributes = [("classname", class.as_str()), ("name", name.as_str())];
    let because = because(finding, &report.facts).unwrap_or_default();
    let message = format!("found {}; needed {}", found(finding, &report.facts), needed(finding));
    let body = |xml: &mut Markup| body(xml, report, finding);
    xml.inside("testcase", &attributes, |xml| match finding.status() {
        Status::Passed => {}
        Status::Failed => xml.inside("failure", &[("message", &message), ("type", "required")], body),
        Status::Unknown => xml.inside("error", &[("message", &message), ("type", "unknown")], body),
        Status::Skipped => xml.empty("skipped", &[("message", &because)]),
        Status::Waived => {
            let reason = finding.waiver.as_ref().map(waived).unwrap_or_default();
            xml.empty("skipped", &[("message", &format!("waived: {reason}"))]);
            xml.inside("system-out", &[], body);
        }
        Status::Warning => xml.inside("system-out", &[], |xml| {
            xml.text(&format!("warning: {message}"));
            xml.line_end();
            body(xml);
        }),
    });
}

/// A line per part.
fn body(xml: &mut Markup, report: &Report, finding: &Finding) {
    let mut line = |name: &str, text: &str| {
        xml.text(&format!("{name}: {text}"));
        xml.line_end();
    };
    for (name, text) in details(finding, &report.facts) {
        line(name, &text);
    }
    if let Some(fix) = &finding.fix {
        for text in std::iter::once(&words::fix(fix)).chain(fix.commands()).filter(|text| !text.is_empty()) {
            line("fix", text);
        }
    }
    if !finding.source.url.is_empty() {
        line("source", &finding.source.url);
    }
}
