//! The lines that a vendor's bug form asks for, as plain text to paste.

use std::fmt::Write as _;

use super::text::inert;
use super::words::{self, counts, verdict_word};
use crate::facts::{Fact, Value};
use crate::judge::Status;
use crate::pack::BUILT_IN;
use crate::redact::Redaction;
use crate::report::Report;

/// The lines. What nobody said and what is unknown has none.
pub fn ticket(report: &Report) -> String {
    let mut out = String::new();
    let mut line = |name: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "{name}: {}", inert(text));
        }
    };
    words::doubts(report).iter().for_each(|doubt| line("Attention", doubt));
    let plan = &report.plan;
    line("Product", &report.pack.title);
    let is_planned = report.facts.get("release.from").and_then(Fact::text) == Some("plan");
    let mut version = known(report, "release.version");
    if is_planned && let Some(version) = &mut version {
        version.push_str(" (planned)");
    }
    let version = version.into_iter().chain(known(report, "docker.images"));
    line("Version", &version.collect::<Vec<_>>().join(", "));
    if known(report, "release.until").is_some() {
        line("Support", &words::support(&report.facts));
    }
    line("Deployment method", &all(report, &["plan.deployment"]));
    line("Instances", &plan.instances.map_or(String::new(), |count| count.to_string()));
    line("Users", &words::numbers(&plan.numbers));
    line("Tier", report.tier.as_ref().map_or("", |tier| tier.id.as_str()));
    line("Phase", &plan.phase);
    line("Operating system", &all(report, &["os.pretty_name", "kernel.release", "kernel.arch"]));
    line("CPUs and memory", &all(report, &["cpu.online", "memory.total", "host.virtualization"]));
    line("Docker", &all(report, &["docker.engine.version", "docker.engine.flavor", "docker.engine.packaging"]));
    line("Compose", &all(report, &["compose.version", "compose.kind"]));
    let mongodb: Vec<_> = plan.mongodb_version.iter().chain(&plan.mongodb).cloned().collect();
    line("MongoDB", &mongodb.join(", "));
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
            let before = if wanted == Status::Unknown { "" } else { "found " };
            line(name, &format!("{}: {before}{found}, needed {needed}", finding.id));
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

/// A fact, if it is known. An empty list says nothing here.
fn known(report: &Report, name: &str) -> Option<String> {
    let says = |fact: &&Fact| fact.value().is_some_and(|value| *value != Value::List(Vec::new()));
    let fact = report.facts.get(name).filter(says)?;
    Some(words::fact(name, Some(fact)))
}

/// Those of several facts that are known.
fn all(report: &Report, names: &[&str]) -> String {
    let shown = names.iter().filter_map(|name| match *name {
        "memory.total" => known(report, name).map(|size| format!("{size} of memory")),
        name => known(report, name),
    });
    shown.collect::<Vec<_>>().join(", ")
}
