//! The lines that a vendor's bug form asks for, as plain text to paste.

use std::fmt::Write as _;

use super::text::inert;
use super::words::{self, counts, verdict_word};
use crate::facts::{Fact, FactState};
use crate::judge::Status;
use crate::pack::BUILT_IN;
use crate::redact::Redaction;
use crate::report::Report;

const NOT_SAID: &str = "not given";

/// The lines.
pub fn ticket(report: &Report) -> String {
    let mut out = String::new();
    let mut line = |name: &str, text: &str| {
        let _ = writeln!(out, "{name}: {}", inert(text));
    };
    words::doubts(report).iter().for_each(|doubt| line("Attention", doubt));
    let plan = &report.plan;
    line("Product", &report.pack.title);
    let planned = report.facts.get("release.from").and_then(Fact::text) == Some("plan");
    let mut version = Vec::new();
    if report.facts.contains_key("release.version") {
        version.push(fact(report, "release.version") + if planned { " (planned)" } else { "" });
    }
    if report.facts.get("docker.images").is_some_and(|images| images.value().is_some() || version.is_empty()) {
        version.push(fact(report, "docker.images"));
    }
    line("Version", if version.is_empty() { NOT_SAID.to_owned() } else { version.join(", ") }.as_str());
    if report.facts.get("release.until").is_some_and(|fact| fact.value().is_some()) {
        line("Support", &words::support(&report.facts));
    }
    let said = |choice: &Option<String>| choice.clone().unwrap_or_else(|| NOT_SAID.to_owned());
    line("Deployment method", &said(&plan.deployment));
    line("Instances", &plan.instances.map_or(NOT_SAID.to_owned(), |count| count.to_string()));
    let users = words::numbers(&plan.numbers);
    line("Users", if users.is_empty() { NOT_SAID } else { &users });
    line("Tier", report.tier.as_ref().map_or(NOT_SAID, |tier| tier.id.as_str()));
    line("Phase", &plan.phase);
    line("Operating system", &facts(report, &["os.pretty_name", "kernel.release", "kernel.arch"]));
    line("CPUs and memory", &facts(report, &["cpu.online", "memory.total", "host.virtualization"]));
    line("Docker", &facts(report, &["docker.engine.version", "docker.engine.flavor", "docker.engine.packaging"]));
    line("Compose", &facts(report, &["compose.version", "compose.kind"]));
    let mongodb: Vec<_> = plan.mongodb_version.iter().chain(&plan.mongodb).cloned().collect();
    line("MongoDB", if mongodb.is_empty() { NOT_SAID.to_owned() } else { mongodb.join(", ") }.as_str());
    let partial = words::partial(report).map(|partial| format!("; partial: {partial}")).unwrap_or_default();
    line("Verdict", &format!("{} ({}){partial}", verdict_word(report.verdict), counts(&report.summary())));
    for (name, wanted) in [
        ("Failed", Status::Failed),
        ("Warning", Status::Warning),
        ("Not determined", Status::Unknown),
        ("Waived", Status::Waived),
    ] {
        for finding in report.findings.iter().filter(|finding| finding.status() == wanted) {
            let (found, needed) = (words::found(finding, &report.facts), words::needed(finding));
            line(name, &format!("{}: found {found}, needed {needed}", finding.id));
        }
    }
    let redaction = match report.redaction {
        Redaction::None => "not redacted",
        Redaction::Identifiers | Redaction::Strict => "redacted",
    };
    let digest: String = report.digest.chars().take(16).collect();
    let tool = &report.tool;
    let pack = match report.pack.origin.as_str() {
        BUILT_IN => format!("{} {}", report.pack.product, report.pack.version),
        _ => words::pack(report),
    };
    line(
        "Report",
        &format!(
            "{} {}, pack {pack}, host read {}, {redaction}, digest {digest}",
            tool.name, tool.version, report.collection.started
        ),
    );
    out
}

fn fact(report: &Report, name: &str) -> String {
    words::fact(name, report.facts.get(name))
}

/// Several facts; after the first, only those that are known.
fn facts(report: &Report, names: &[&str]) -> String {
    let known = |name: &&str| report.facts.get(*name).is_some_and(|fact| matches!(fact.state, FactState::Known(_)));
    let (first, rest) = names.split_first().map_or(("", names), |(first, rest)| (*first, rest));
    let mut shown = vec![fact(report, first)];
    shown.extend(rest.iter().filter(|name| known(name)).map(|name| match *name {
        "memory.total" => format!("{} of memory", fact(report, name)),
        name => fact(report, name),
    }));
    shown.join(", ")
}
