//! JSON: the report of version 1, with its words and its digest; and JSON of anything else.

use std::fmt::Write as _;

use serde::Serialize;

use super::{text, words};
use crate::judge::Finding;
use crate::report::fleet::FleetHost;
use crate::report::v1::{Because, Document, FactsDocument, Found, Needed, NextStep, Remark};
use crate::report::{FACTS_SCHEMA, FLEET_SCHEMA, HostId, Observation, REPORT_SCHEMA, Report, Tool, digest_of, v1};

/// JSON for people and programs: indented, with a line end. What would steer a terminal, and what cannot be seen, is written
/// as an escape.
///
/// # Errors
/// When a number is not finite.
pub fn json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let pretty = serde_json::to_string_pretty(value)?;
    let mut text = String::with_capacity(pretty.len() + 1);
    for sign in pretty.chars() {
        match sign {
            // The only line ends that are left are those between members.
            sign if sign != '\n' && text::is_active(sign) => {
                for unit in sign.encode_utf16(&mut [0; 2]) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
            sign => text.push(sign),
        }
    }
    text.push('\n');
    Ok(text)
}

/// Puts the digest into a report.
///
/// # Errors
/// When the report cannot be written as JSON (a number that is not finite).
pub fn seal(report: &mut Report) -> Result<(), serde_json::Error> {
    report.digest = digest(report)?;
    Ok(())
}

/// The digest of a report as this version writes it.
///
/// # Errors
/// When the report cannot be written as JSON (a number that is not finite).
pub fn digest(report: &Report) -> Result<String, serde_json::Error> {
    digest_of(&document(report))
}

/// A report in the form that is written.
pub fn document(report: &Report) -> Document {
    Document {
        schema: if report.fleet.is_some() { FLEET_SCHEMA } else { REPORT_SCHEMA }.to_owned(),
        tool: report.tool.clone(),
        pack: report.pack.clone(),
        host: report.host.clone(),
        collection: report.collection.clone(),
        today: report.today,
        scope: report.scope,
        plan: report.plan.clone(),
        notes: report.notes.iter().map(|note| Remark { text: words::note(note, report), note: note.clone() }).collect(),
        tier: report.tier.clone(),
        verdict: report.verdict,
        sentence: words::verdict_sentence(report),
        summary: report.summary(),
        next: report.next.iter().map(|step| NextStep { text: words::next(step, report), step: step.clone() }).collect(),
        findings: report.findings.iter().map(|finding| self::finding(finding, report)).collect(),
        facts: report.facts.clone(),
        redaction: report.redaction,
        fleet: report.fleet.as_ref().map(|fleet| v1::Hosts { hosts: fleet.hosts.iter().map(host).collect() }),
        digest: report.digest.clone(),
    }
}

/// A host of a fleet in the form that is written.
fn host(host: &FleetHost) -> v1::Host {
    v1::Host { why: words::standing(host).unwrap_or_default(), host: host.clone() }
}

/// A finding in the form that is written.
pub fn finding(finding: &Finding, report: &Report) -> v1::Finding {
    let because = finding
        .because
        .clone()
        .map(|reason| Because { text: words::because(finding, &report.facts).unwrap_or_default(), reason });
    v1::Finding {
        id: finding.id.clone(),
        title: finding.title.clone(),
        group: finding.group.clone(),
        level: finding.level,
        outcome: finding.outcome,
        status: finding.status(),
        because,
        found: Found { text: words::found(finding, &report.facts), facts: finding.found.clone() },
        decided: finding.decided.clone(),
        needed: Needed {
            text: words::needed(finding),
            words: finding.needed_words.clone(),
            requirement: finding.needed.clone(),
        },
        why: finding.why.clone(),
        fix: finding.fix.clone(),
        source: finding.source.clone(),
        waiver: finding.waiver.clone(),
    }
}

/// Facts in the form that is written.
pub fn facts_document(observation: Observation) -> FactsDocument {
    FactsDocument {
        schema: FACTS_SCHEMA.to_owned(),
        tool: Tool::default(),
        host: HostId::of(&observation.facts, observation.token),
        collection: observation.collection,
        facts: observation.facts,
        redaction: observation.redaction,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_or_cannot_be_seen_is_an_escape_that_reads_back() {
        let hostile = "a\u{1b}[31m\u{9b}0m\u{202e}b\u{200b}c\u{e0041}\u{1f600}";
        let text = json(&hostile).unwrap();
        assert!(text.trim_end().chars().all(|sign| !text::is_active(sign)), "{text}");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), hostile);
    }
}
