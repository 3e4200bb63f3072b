//! The lines that a vendor's bug form asks for, as plain text to paste.

use std::fmt::Write as _;

use super::text::inert;
use super::words::{counts, phase, verdict_word};
use crate::check::show_fact;
use crate::facts::catalogue::lookup;
use crate::facts::{Kind, Reading};
use crate::report::{Redaction, Report};
use crate::verdict::Status;

const NOT_SAID: &str = "not said";

/// The lines.
pub fn ticket(report: &Report, intact: bool) -> String {
    let mut out = String::new();
    let mut line = |name: &str, text: &str| {
        let _ = writeln!(out, "{name}: {}", inert(text));
    };
    if !intact {
        line("Attention", "this report is EDITED or damaged: its digest does not fit its content");
    }
    let plan = &report.plan;
    line("Product", &report.pack.title);
    line("Version", &facts(report, &["server.version", "docker.images"]));
    if let Some(window) = report.findings.iter().find_map(|finding| finding.window.as_ref()) {
        line("Supported until", &format!("{} ({} days left)", window.until, window.days_left));
    }
    line("Deployment method", &word(plan.deployment.as_ref()));
    line("Instances", &plan.instances.map_or(NOT_SAID.to_owned(), |count| count.to_string()));
    let users: Vec<_> = plan.numbers().into_iter().map(|(name, count)| format!("{count} {name}")).collect();
    line("Users", if users.is_empty() { NOT_SAID.to_owned() } else { users.join(", ") }.as_str());
    line("Tier", report.tier.as_ref().map_or(NOT_SAID, |tier| tier.id.as_str()));
    line("Phase", phase(plan.phase));
    line("Operating system", &facts(report, &["os.pretty_name", "kernel.release", "kernel.arch"]));
    line("CPUs and memory", &facts(report, &["cpu.online", "memory.total", "host.virtualization"]));
    line("Docker", &facts(report, &["docker.engine.version", "docker.engine.flavor", "docker.engine.packaging"]));
    line("Compose", &facts(report, &["compose.version", "compose.kind"]));
    let mongodb = plan.mongodb_version.clone().unwrap_or_else(|| format!("version {NOT_SAID}"));
    line("MongoDB", &format!("{mongodb}, {}", word(plan.mongodb.as_ref())));
    line("Verdict", &format!("{} ({})", verdict_word(report.verdict), counts(&report.summary)));
    for (name, wanted) in [
        ("Failed", Status::Failed),
        ("Warning", Status::Warning),
        ("Not determined", Status::Unknown),
        ("Waived", Status::Waived),
    ] {
        for finding in report.findings.iter().filter(|finding| Status::of(finding) == wanted) {
            line(name, &format!("{}: found {}, needed {}", finding.id, finding.found, finding.needed));
        }
    }
    let redaction = match report.redaction {
        Redaction::None => "not redacted",
        Redaction::Identifiers | Redaction::Strict => "redacted",
    };
    let digest: String = report.digest.chars().take(16).collect();
    let (tool, pack) = (&report.tool, &report.pack);
    line(
        "Report",
        &format!(
            "{} {}, pack {} {}, host read {}, {redaction}, digest {digest}",
            tool.name, tool.version, pack.product, pack.version, report.collection.started
        ),
    );
    out
}

/// A word of the plan as its file writes it.
fn word(choice: Option<&impl clap::ValueEnum>) -> String {
    choice
        .and_then(|choice| choice.to_possible_value())
        .map_or(NOT_SAID.to_owned(), |value| value.get_name().to_owned())
}

fn fact(report: &Report, name: &str) -> String {
    let kind = lookup(name).map_or(Kind::Text, |row| row.kind);
    report.facts.get(name).map_or_else(|| "not collected".to_owned(), |fact| show_fact(fact, kind))
}

/// Several facts; after the first, only those that are known.
fn facts(report: &Report, names: &[&str]) -> String {
    let known = |name: &&str| report.facts.get(*name).is_some_and(|fact| matches!(fact.reading, Reading::Known(_)));
    let (first, rest) = names.split_first().map_or(("", names), |(first, rest)| (*first, rest));
    let mut shown = vec![fact(report, first)];
    shown.extend(rest.iter().filter(|name| known(name)).map(|name| match *name {
        "memory.total" => format!("{} of memory", fact(report, name)),
        name => fact(report, name),
    }));
    shown.join(", ")
}
