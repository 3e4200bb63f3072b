//! A report as JUnit XML, for CI systems: a test case per check.
//!
//! A failed required check is a failure, an unknown one an error; a warning is no failure but stands in the case's output;
//! what does not apply or is waived is skipped. A fleet has a second suite, with a test case per host.

use super::fleet::open;
use super::markup::Markup;
use super::words::{
    self, because, counts, details, doubts, found, host, needed, pack, subject, verdict_sentence, verdict_word, waived,
};
use crate::judge::{Finding, Status, Verdict};
use crate::pack::Outcome;
use crate::report::Report;
use crate::report::fleet::{Fleet, FleetHost, Standing};

/// The whole document.
pub fn report(report: &Report) -> String {
    // A run that evaluated nothing must not be green.
    let nothing = report.findings.iter().all(|finding| finding.outcome == Outcome::Skipped);
    let summary = report.summary();
    let checks = Totals {
        tests: report.findings.len() + usize::from(nothing),
        failures: summary.failed.len(),
        errors: summary.unknown.len() + usize::from(nothing),
        skipped: summary.skipped.len() + summary.waived.len(),
    };
    let hosts = report.fleet.as_ref().map(Totals::of_hosts);
    let time = format!("{}.{:03}", report.collection.duration_ms / 1000, report.collection.duration_ms % 1000);
    let started = report.collection.started.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let (name, of_all, of_checks) = (subject(report), checks.and(hosts.as_ref()).words(), checks.words());
    let host = host(report);
    let mut suite = of_checks.attributes(&name, &time);
    suite.extend([("timestamp", started.as_str()), ("hostname", &*host)]);
    let all = of_all.attributes("rampcheck", &time);

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
        if let (Some(fleet), Some(totals)) = (&report.fleet, &hosts) {
            let words = totals.words();
            let mut suite = words.attributes("hosts", "0.000");
            suite.push(("timestamp", &started));
            xml.inside("testsuite", &suite, |xml| {
                fleet.hosts.iter().for_each(|host| host_case(xml, &report.pack.product, host));
            });
        }
    });
    xml.finish()
}

/// How many test cases there are of each kind.
struct Totals {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Totals {
    fn of_hosts(fleet: &Fleet) -> Self {
        let count = |wanted: Option<Status>| fleet.hosts.iter().filter(|host| outcome(host) == wanted).count();
        Self {
            tests: fleet.hosts.len(),
            failures: count(Some(Status::Failed)),
            errors: count(Some(Status::Unknown)),
            skipped: count(Some(Status::Skipped)),
        }
    }

    fn and(&self, other: Option<&Self>) -> Self {
        let sum = |of: fn(&Self) -> usize| of(self) + other.map_or(0, of);
        Self {
            tests: sum(|totals| totals.tests),
            failures: sum(|totals| totals.failures),
            errors: sum(|totals| totals.errors),
            skipped: sum(|totals| totals.skipped),
        }
    }

    fn words(&self) -> Written {
        let Self { tests, failures, errors, skipped } = self;
        Written(
            [("tests", tests), ("failures", failures), ("errors", errors), ("skipped", skipped)]
                .map(|(name, count)| (name, count.to_string())),
        )
    }
}

/// Totals as attributes.
struct Written([(&'static str, String); 4]);

impl Written {
    fn attributes<'w>(&'w self, name: &'w str, time: &'w str) -> Vec<(&'static str, &'w str)> {
        let totals = self.0.iter().map(|(name, count)| (*name, count.as_str()));
        std::iter::once(("name", name)).chain(totals).chain([("time", time)]).collect()
    }
}

/// How the test case of a host ends: unsupported is a failure, a host that is not known an error. None if it passes.
fn outcome(host: &FleetHost) -> Option<Status> {
    match (&host.standing, host.said.as_ref().map(|said| said.verdict)) {
        (Standing::Judged, Some(Verdict::Unsupported)) => Some(Status::Failed),
        (Standing::Judged, Some(Verdict::Undetermined)) => Some(Status::Unknown),
        (Standing::Judged, _) => None,
        (standing, _) if standing.is_gap() => Some(Status::Unknown),
        _ => Some(Status::Skipped),
    }
}

fn host_case(xml: &mut Markup, product: &str, host: &FleetHost) {
    let class = format!("{product}.hosts");
    let message = match (words::standing(host), &host.said) {
        (Some(why), _) => format!("{}: {why}", host.standing),
        (None, Some(said)) => open(said),
        (None, None) => String::new(),
    };
    let kind = host.standing.to_string();
    xml.inside("testcase", &[("classname", class.as_str()), ("name", host.name.as_str())], |xml| match outcome(host) {
        Some(Status::Failed) => xml.line("failure", &[("message", message.as_str()), ("type", "unsupported")], ""),
        Some(Status::Unknown) if host.standing == Standing::Judged => {
            xml.line("error", &[("message", message.as_str()), ("type", "undetermined")], "");
        }
        Some(Status::Unknown) => xml.line("error", &[("message", message.as_str()), ("type", kind.as_str())], ""),
        Some(_) => xml.empty("skipped", &[("message", &message)]),
        None => {}
    });
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
