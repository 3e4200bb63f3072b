//! The words that every format shares: the verdict, the counts, what to do next, and what there is to say of a finding.

use std::borrow::Cow;

use super::window;
use crate::check::{Level, Outcome, Phase};
use crate::evaluate::{Finding, Waived};
use crate::facts::{Reading, Why};
use crate::report::Report;
use crate::verdict::{Status, Summary, Verdict};

/// The counts in words: `22 checks: 15 passed, 3 failed`.
pub fn counts(summary: &Summary) -> String {
    let total: usize = summary.counts().iter().sum();
    let parts = [
        (summary.passed, "passed"),
        (summary.failed, "failed"),
        (summary.warnings, if summary.warnings == 1 { "warning" } else { "warnings" }),
        (summary.unknown, "unknown"),
        (summary.waived, "waived"),
        (summary.skipped, "skipped"),
    ];
    let parts: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    format!("{total} {}: {}", if total == 1 { "check" } else { "checks" }, parts.join(", "))
}

/// The verdict in one word for people.
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Supported => "SUPPORTED",
        Verdict::SupportedWithWarnings => "SUPPORTED, WITH WARNINGS",
        Verdict::Undetermined => "UNDETERMINED",
        Verdict::Unsupported => "UNSUPPORTED",
    }
}

/// The verdict in one sentence.
pub fn verdict_sentence(report: &Report) -> String {
    let tier = report.tier.as_ref().map(|tier| format!(", tier {}", tier.id)).unwrap_or_default();
    let of = format!("{}{tier}", report.pack.title);
    let checks =
        |count: usize, one: &str, more: &str| format!("{count} required {}", if count == 1 { one } else { more });
    match report.verdict {
        Verdict::Supported => format!("this host qualifies for {of}"),
        Verdict::SupportedWithWarnings => format!("this host qualifies for {of}, though not everything is as advised"),
        Verdict::Undetermined if report.findings.iter().all(|finding| finding.outcome == Outcome::Skipped) => {
            format!("cannot tell whether this host qualifies for {of}: no check was evaluated")
        }
        Verdict::Undetermined => {
            let unknown = report.findings.iter().filter(|finding| {
                finding.outcome == Outcome::Unknown && finding.level == Level::Required && !finding.is_waived()
            });
            format!(
                "cannot tell whether this host qualifies for {of}: {} unknown",
                checks(unknown.count(), "check is", "checks are")
            )
        }
        Verdict::Unsupported => {
            format!(
                "this host does not qualify for {of}: {}",
                checks(report.summary.failed, "check fails", "checks fail")
            )
        }
    }
}

/// What to do next, in one sentence; empty when there is nothing to say.
pub fn next(report: &Report) -> String {
    let not_permitted = report.findings.iter().filter(|finding| finding.outcome == Outcome::Unknown).any(|finding| {
        finding.evidence.iter().any(|evidence| {
            let reading = report.facts.get(&evidence.fact).map(|fact| &fact.reading);
            matches!(reading, Some(Reading::Unknown { why: Why::NotPermitted, .. }))
        })
    });
    match report.verdict {
        Verdict::Supported | Verdict::SupportedWithWarnings => report.next.clone(),
        Verdict::Undetermined if not_permitted => {
            "run the same command again as root, which may read what this user may not".to_owned()
        }
        Verdict::Undetermined if report.tier.is_none() => {
            format!("name a tier (`rampcheck tiers {}` lists them) and run it again", report.pack.product)
        }
        Verdict::Undetermined => {
            "put right what kept the unknown checks from being read, or supply the fact with --attest FACT=VALUE"
                .to_owned()
        }
        Verdict::Unsupported => {
            "put the failed checks right and run the same command again; `rampcheck explain ID` tells more of each"
                .to_owned()
        }
    }
}

/// The moment judged.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Install => "install",
        Phase::Upgrade => "upgrade",
        Phase::Run => "run",
    }
}

/// The sign of a status.
pub fn sign(status: Status) -> &'static str {
    match status {
        Status::Failed => "\u{2717}",
        Status::Warning => "!",
        Status::Unknown => "?",
        Status::Waived => "~",
        Status::Passed => "\u{2713}",
        Status::Skipped => "-",
    }
}

/// All there is to say of a finding before its remedy, each part with its name; what says nothing is left out.
pub fn details(finding: &Finding) -> Vec<(&'static str, Cow<'_, str>)> {
    let before = [
        ("found", Cow::from(&finding.found)),
        ("read in", places(finding).into()),
        ("needed", Cow::from(&finding.needed)),
        ("because", finding.because.as_deref().unwrap_or_default().into()),
    ];
    let window = finding.window.iter().flat_map(window::lines).map(|(name, text)| (name, Cow::from(text)));
    let after =
        [("why", Cow::from(&finding.why)), ("waived", finding.waiver.as_ref().map(waived).unwrap_or_default().into())];
    before.into_iter().chain(window).chain(after).filter(|(_, text)| !text.is_empty()).collect()
}

/// Where the facts that decided were read.
fn places(finding: &Finding) -> String {
    let mut places: Vec<&str> = finding.evidence.iter().map(|evidence| evidence.source.as_str()).collect();
    places.retain(|place| !place.is_empty());
    places.dedup();
    places.join(", ")
}

/// A waiver: reason, who, until when, and whether it still counts.
pub fn waived(waived: &Waived) -> String {
    let by = waived.waiver.who.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
    let until = waived.waiver.until.map(|until| format!(" until {until}")).unwrap_or_default();
    let expired = if waived.expired { "; expired, it does not count" } else { "" };
    format!("{}{by}{until}{expired}", waived.waiver.reason)
}
