//! Whether a report can be relied on: undamaged, and following from its own facts, plan and day by a pack that is known here.
//!
//! Everything that reads a saved report passes through here. Nothing that a report says of its findings is believed: they
//! are judged anew. What no look at a report can tell is whether its facts are true.

use std::sync::Arc;

use jiff::civil::Date;

use super::read::Received;
use super::{Observation, REPORT_SCHEMA, Report};
use crate::facts::catalogue::lookup;
use crate::facts::{Fact, Facts, Provenance, Row, days, utc_day};
use crate::pack::Pack;
use crate::plan::{Note, PlanError};
use crate::redact::Redaction;
use crate::signature::{KnownHost, REPORTS, SignatureError, Signer};

/// Days after which a report is called old: hosts and packs change.
const OLD: i64 = 30;

/// The point that says who signed.
pub const SIGNER: &str = "signer";

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

impl Received {
    /// What the report says was observed. What it says was attested or derived is made anew from its plan.
    pub fn observation(&self) -> Observation {
        let Report { collection, facts, redaction, .. } = &self.report;
        let is_observed = |name: &str, fact: &Fact| {
            fact.provenance == Provenance::Observed && lookup(name).is_none_or(Row::is_observed)
        };
        let observed = facts.iter().filter(|(name, fact)| is_observed(name, fact));
        let mut facts: Facts = observed.map(|(name, fact)| (name.clone(), fact.clone())).collect();
        facts.values_mut().for_each(Fact::cut);
        let token = self.report.host.token.clone();
        Observation { collection: collection.clone(), facts, redaction: *redaction, token }
    }

    /// The report, judged anew as it says that it was judged: from its facts, by its plan, on its day. Its notes say what
    /// speaks against the report that was received.
    ///
    /// # Errors
    /// When its plan does not fit the pack.
    pub fn judged_anew(&self, pack: &Pack) -> Result<Report, PlanError> {
        let written = &self.report;
        let (plan, mut notes) = written.plan.intent().settle(pack)?;
        notes.extend(written.notes.iter().filter(|note| note.is_of_run()).cloned());
        let mut anew = Report::judge(pack, plan, notes, self.observation(), written.today);
        anew.tool = written.tool.clone();
        let is_same_pack = anew.pack.sha256 == written.pack.sha256;
        if is_same_pack {
            // It may stand elsewhere here.
            anew.pack.origin = written.pack.origin.clone();
            anew.pack.replaces_built_in = written.pack.replaces_built_in;
        }
        anew.digest = written.digest.clone();
        let mut doubts = Vec::new();
        if !self.is_intact() {
            doubts.push(Note::Edited);
        }
        if !is_same_pack {
            doubts.push(Note::OtherPack { version: written.pack.version.clone() });
        } else if anew != *written || !self.consistent {
            doubts.push(Note::NotFollowing);
        }
        if !doubts.is_empty() {
            anew.digest.clear();
        }
        doubts.retain(|doubt| !anew.notes.contains(doubt));
        anew.notes.append(&mut doubts);
        Ok(anew)
    }
}

/// The file that a report was read from, its signature, and whose signature counts.
#[derive(Clone, Debug, Default)]
pub struct Signed<'m> {
    /// The bytes of the file.
    pub message: &'m [u8],
    /// The signature, if there is one.
    pub signature: Option<String>,
    /// Content of a file of allowed signers: one of them must have signed.
    pub allowed_signers: Option<String>,
    /// Content of a file of known hosts: the host of the report must have signed.
    pub known_hosts: Option<String>,
}

impl Signed<'_> {
    /// The fingerprint of the key that signed, if the signature is one of this file.
    pub fn key(&self) -> Option<String> {
        Some(Signer::of(self.signature.as_deref()?, self.message, REPORTS).ok()?.fingerprint())
    }
}

/// Examines a report. `packs` are those that are known here.
pub fn verify(received: &Received, signed: &Signed<'_>, packs: &[Arc<Pack>], today: Date) -> Vec<Point> {
    let report = &received.report;
    let point = |what, mark, text: String| Point { what, mark, text };
    let mut points = vec![point("form", Mark::Good, format!("valid, schema {REPORT_SCHEMA}"))];
    points.push(if received.is_intact() {
        point(
            "digest",
            Mark::Good,
            "fits: the report is not damaged, and nobody edited it without a new digest".to_owned(),
        )
    } else if report.digest.is_empty() {
        point("digest", Mark::Bad, "EDITED or damaged: there is none".to_owned())
    } else {
        point("digest", Mark::Bad, "EDITED or damaged: it does not fit the content".to_owned())
    });
    points.extend(of_pack(received, packs));
    for doubt in report.notes.iter().filter(|note| note.is_doubt()) {
        points.push(point("source", Mark::Bad, source(doubt).to_owned()));
    }
    points.push(age(received, today));
    let signers = signers(&received.report, signed).into_iter();
    points.extend(signers.map(|(mark, text)| point(SIGNER, mark, text)));
    points
}

/// Whether a report is signed, and by whom.
pub fn signers(report: &Report, signed: &Signed<'_>) -> Vec<(Mark, String)> {
    let Signed { message, signature, allowed_signers, known_hosts } = signed;
    let signer = match signature.as_deref().map(|signature| Signer::of(signature, message, REPORTS)) {
        None if allowed_signers.is_none() && known_hosts.is_none() => return Vec::new(),
        None => return vec![(Mark::Bad, "nobody: there is no signature".to_owned())],
        Some(Err(SignatureError::Wrong)) => {
            return vec![(
                Mark::Bad,
                "nobody: the signature is not of this report, or the report was edited".to_owned(),
            )];
        }
        Some(Err(error)) => return vec![(Mark::Bad, format!("nobody: the signature is {error}"))],
        Some(Ok(signer)) => signer,
    };
    let key = signer.fingerprint();
    let mut marks = Vec::new();
    if let Some(file) = allowed_signers {
        marks.push(match signer.allowed(file, REPORTS) {
            Some(principals) => (Mark::Good, format!("{principals}, an allowed signer, with {key}")),
            None => (Mark::Bad, format!("nobody who is allowed to: the key is {key}")),
        });
    }
    if let Some(file) = known_hosts {
        let own = report.host.name.as_deref().unwrap_or("a host without a name");
        marks.push(match signer.known_host(file, own) {
            KnownHost::Own => (Mark::Good, format!("the host itself, {own}, with {key}")),
            KnownHost::Other(names) if report.redaction > Redaction::None => {
                (Mark::Remark, format!("{names}, a known host, with {key}; the name in the report is redacted"))
            }
            KnownHost::Other(names) => (Mark::Bad, format!("another host, {names}, with {key}, and not {own}")),
            KnownHost::Revoked => (Mark::Bad, format!("a key that is revoked: {key}")),
            KnownHost::Unknown => (Mark::Bad, format!("no known host: the key is {key}")),
        });
    }
    if marks.is_empty() {
        let text = format!("whoever has {key}; --allowed-signers or --known-hosts can tell who that is");
        marks.push((Mark::Remark, text));
    }
    marks
}

/// What a report says against the document that it was made from.
fn source(doubt: &Note) -> &'static str {
    match doubt {
        Note::FactsFile => "it was made from a file of facts, which has no digest",
        _ => "it was made from a report that was edited, damaged or not verified",
    }
}

fn of_pack(received: &Received, packs: &[Arc<Pack>]) -> Vec<Point> {
    let written = &received.report;
    let own = format!("{} {}", written.pack.product, written.pack.version);
    let unknown = |text: String| {
        let findings = "cannot be judged again here, so nothing shows that they follow from the facts".to_owned();
        vec![
            Point { what: "pack", mark: Mark::Remark, text },
            Point { what: "findings", mark: Mark::Bad, text: findings },
        ]
    };
    let Some(pack) = packs.iter().find(|pack| pack.product == written.pack.product) else {
        return unknown(format!("{own} is not known here: name its folder with --pack"));
    };
    if pack.sha256 != written.pack.sha256 {
        let order = match pack.reviewed.cmp(&written.pack.reviewed) {
            std::cmp::Ordering::Greater => "a newer one",
            std::cmp::Ordering::Less => "an older one",
            std::cmp::Ordering::Equal => "another of the same day",
        };
        return unknown(format!(
            "{own} is not known here; {} is {order}: `rampcheck evaluate` judges with it",
            pack.version
        ));
    }
    let known = Point { what: "pack", mark: Mark::Good, text: format!("{own}, {}", pack.origin) };
    let differs = |differs: &dyn std::fmt::Display| {
        let by = &written.tool.version;
        let other = if by == env!("CARGO_PKG_VERSION") { String::new() } else { format!(" (by rampcheck {by})") };
        (Mark::Bad, format!("do not follow from the facts: judged again, {differs}{other}"))
    };
    let (mark, text) = match received.judged_anew(pack) {
        Err(PlanError(wrong)) => differs(&format_args!("the plan does not fit the pack: {}", wrong.join("; "))),
        Ok(anew) if !anew.notes.contains(&Note::NotFollowing) => {
            (Mark::Good, "follow from the facts: judged again, the whole report is the same".to_owned())
        }
        Ok(anew) if anew.verdict != written.verdict => differs(&"the verdict is another"),
        Ok(anew) if anew.findings != written.findings => {
            let same = |id: &str| written.findings.iter().find(|finding| finding.id == id);
            let other: Vec<_> = anew.findings.iter().filter(|finding| same(&finding.id) != Some(finding)).collect();
            differs(&format_args!("{} of them differ", other.len().max(1)))
        }
        Ok(_) => differs(&"other parts or words of the report differ"),
    };
    vec![known, Point { what: "findings", mark, text }]
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
