//! What stands behind the findings: facts, plan, the run itself, and how to send it all.

use super::super::markup::Markup;
use super::super::words;
use super::findings::{fold, heads};
use super::pairs;
use crate::facts::{Fact, FactState};
use crate::report::{FLEET_SCHEMA, REPORT_SCHEMA, Report};

/// All of it.
pub fn sections(html: &mut Markup, report: &Report) {
    facts(html, report);
    plan(html, report);
    run(html, report);
    html.inside("section", &[("class", "send"), ("aria-labelledby", "send")], |html| {
        html.line("h2", &[("id", "send")], "How to send it");
        html.line(
            "p",
            &[],
            if report.fleet.is_some() {
                "This page is complete in itself: one file, no script, nothing is loaded from elsewhere. Attach it to the \
                 support request together with the JSON reports of the hosts: those are the form which can be verified \
                 and judged again. Read all of it before you send it, for it names the hosts."
            } else {
                "This page is complete in itself: one file, no script, nothing is loaded from elsewhere. Attach it to the \
                 support request together with the JSON report of the same run (--format json, or --output \
                 json=report.json): that is the form which can be verified and judged again. Read both before you send \
                 them, for they name this host."
            },
        );
    });
}

fn shown(name: &str, fact: &Fact) -> String {
    words::fact(name, Some(fact))
}

fn facts(html: &mut Markup, report: &Report) {
    let unknown = report.facts.values().filter(|fact| matches!(fact.state, FactState::Unknown { .. })).count();
    let title = format!("Facts ({}, {unknown} unknown)", report.facts.len());
    fold(html, &[("class", "facts")], &title, |html| {
        html.inside("table", &[], |html| {
            html.line("caption", &[], "Facts, and where they were read");
            heads(html, &["Fact", "Value", "Read in"]);
            html.inside("tbody", &[], |html| {
                for (name, fact) in &report.facts {
                    html.inside("tr", &[], |html| {
                        html.inline("th", &[("scope", "row")], |html| html.element("code", &[], name));
                        html.line_end();
                        let class = if matches!(fact.state, FactState::Unknown { .. }) { "unknown" } else { "known" };
                        html.line("td", &[("class", class)], &shown(name, fact));
                        html.line("td", &[("class", "place")], &fact.place);
                    });
                }
            });
        });
    });
}

fn plan(html: &mut Markup, report: &Report) {
    let mut rows: Vec<(String, String)> = Vec::new();
    for (name, fact) in report.facts.iter().filter(|(name, _)| name.starts_with("plan.")) {
        if fact.value().is_some() {
            rows.push((
                name.trim_start_matches("plan.").trim_start_matches("number.").replace('_', " "),
                shown(name, fact),
            ));
        }
    }
    rows.extend(report.plan.data_dir.iter().map(|dir| ("data directory".to_owned(), dir.clone())));
    for attestation in &report.plan.attestations {
        let fact = Fact::known(attestation.value.clone(), "");
        rows.push(("attested".to_owned(), format!("{} is {}", attestation.fact, shown(&attestation.fact, &fact))));
    }
    rows.extend(
        report.plan.waivers.iter().map(|waiver| ("waived".to_owned(), format!("{}: {}", waiver.id, waiver.reason))),
    );
    html.inside("section", &[("aria-labelledby", "plan")], |html| {
        html.line("h2", &[("id", "plan")], "Plan");
        let rows: Vec<_> = rows.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        pairs(html, "rows", &rows);
    });
}

fn run(html: &mut Markup, report: &Report) {
    let tool = format!("{} {}", report.tool.name, report.tool.version);
    let pack = format!(
        "{} {}, reviewed {}, {}, SHA-256 {}",
        report.pack.product, report.pack.version, report.pack.reviewed, report.pack.origin, report.pack.sha256
    );
    let user = report.collection.uid.map(|uid| format!(" by user {uid}")).unwrap_or_default();
    let read = format!(
        "{}, on {}{user}, in {} ms",
        report.collection.view, report.collection.started, report.collection.duration_ms
    );
    let schema = if report.fleet.is_some() { FLEET_SCHEMA } else { REPORT_SCHEMA };
    let mut rows = vec![("tool", tool.as_str()), ("pack", &pack)];
    match &report.fleet {
        Some(_) => rows.push(("made of", &report.collection.view)),
        None => rows.extend([("read", read.as_str()), ("host id", report.host.id.as_deref().unwrap_or("unknown"))]),
    }
    rows.extend([("schema", schema), ("digest", &report.digest)]);
    html.inside("section", &[("aria-labelledby", "run")], |html| {
        html.line("h2", &[("id", "run")], "This report");
        pairs(html, "rows", &rows);
    });
}
