//! Version 1 of the report as it is written and read: a frozen copy of [`super::Report`].
//!
//! From the first release on, members may be added and none may change or go. Members named `text` are words for people,
//! made when a report is written; reading one back, the words are made anew from the rest.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::fleet::FleetHost;
use super::{Collection, HostId, PackId, Report, TierId, Tool};
use crate::facts::Facts;
use crate::judge::{Fix, Next, Reason, Requirement, Status, Summary, Verdict, Waived};
use crate::pack::{Level, Outcome, Source};
use crate::plan::{Note, Plan, Scope};
use crate::redact::Redaction;

/// A report. What stands for its findings may be something that passes over them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Document"))]
pub struct Document<F = Vec<Finding>> {
    /// `urn:rampcheck:report:1`.
    #[cfg_attr(test, schemars(extend("const" = super::REPORT_SCHEMA)))]
    pub schema: String,
    /// Program that wrote it.
    pub tool: Tool,
    /// Pack that judged.
    pub pack: PackId,
    /// Host that was read.
    pub host: HostId,
    /// How it was read.
    pub collection: Collection,
    /// Day judged.
    pub today: Date,
    /// What the verdict is about.
    pub scope: Scope,
    /// What the operator intends.
    pub plan: Plan,
    /// Remarks on the plan and the judgement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Remark>,
    /// Tier judged against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierId>,
    /// Verdict.
    pub verdict: Verdict,
    /// The verdict in a sentence.
    #[serde(default)]
    pub sentence: String,
    /// Ids of the findings by status.
    pub summary: Summary,
    /// What to do next, in this order.
    pub next: Vec<NextStep>,
    /// Findings in pack order.
    pub findings: F,
    /// Every fact judged: observed, attested, of the plan, derived.
    pub facts: Facts,
    /// What of it is replaced by stand-ins.
    #[serde(default)]
    pub redaction: Redaction,
    /// The hosts; in a report on a fleet, and in no other.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub fleet: Option<Hosts>,
    /// SHA-256, hexadecimal, over the JSON without this member: members sorted by name, no white space, a whole number below
    /// 2^53 without a point and every other one as the nearest 64-bit float. It shows damage and careless edits; it is no
    /// signature.
    #[serde(default)]
    pub digest: String,
}

/// The hosts of a fleet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Hosts {
    /// Every host that was named, expected or read, in the order of their names.
    pub hosts: Vec<Host>,
}

/// A host of a fleet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Host {
    /// Why it does not count, in words; empty if it counts.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What is known of it.
    #[serde(flatten)]
    pub host: FleetHost,
}

/// Facts alone: what `rampcheck facts` writes and `--facts` reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FactsDocument {
    /// `urn:rampcheck:facts:1`.
    #[cfg_attr(test, schemars(extend("const" = super::FACTS_SCHEMA)))]
    pub schema: String,
    /// Program that wrote it.
    pub tool: Tool,
    /// Host that was read.
    pub host: HostId,
    /// How it was read.
    pub collection: Collection,
    /// Facts by name.
    pub facts: Facts,
    /// What of it is replaced by stand-ins.
    #[serde(default)]
    pub redaction: Redaction,
}

/// A remark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Remark {
    /// In words.
    #[serde(default)]
    pub text: String,
    /// What it says.
    pub note: Note,
}

/// A step to take next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NextStep {
    /// In words.
    #[serde(default)]
    pub text: String,
    /// What it says.
    pub step: Next,
}

/// A check's outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// Check id.
    pub id: String,
    /// The requirement in one line.
    pub title: String,
    /// Group it is shown in.
    pub group: String,
    /// Whether it decides.
    pub level: Level,
    /// Outcome.
    pub outcome: Outcome,
    /// Outcome, level and waiver in one word.
    pub status: Status,
    /// Why this outcome, where found and needed do not show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Because>,
    /// What was found.
    pub found: Found,
    /// Names of the facts that decided.
    #[serde(default)]
    pub decided: Vec<String>,
    /// What is needed.
    pub needed: Needed,
    /// Why it matters.
    #[serde(default)]
    pub why: String,
    /// How it is put right, if it failed or is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// Page that the requirement comes from.
    pub source: Source,
    /// Waiver that stands against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Waived>,
}

/// Why an outcome is what it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Because {
    /// In words.
    #[serde(default)]
    pub text: String,
    /// What they say.
    pub reason: Reason,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Found {
    /// In words; empty if the check was skipped.
    #[serde(default)]
    pub text: String,
    /// Names of the facts that it shows.
    #[serde(default)]
    pub facts: Vec<String>,
}

/// What is needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Needed {
    /// In words.
    #[serde(default)]
    pub text: String,
    /// Those of them that are the pack's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Operators, values and units.
    pub requirement: Requirement,
}

impl From<Document> for Report {
    fn from(mut document: Document) -> Self {
        let findings = std::mem::take(&mut document.findings);
        Self { findings: findings.into_iter().map(Into::into).collect(), ..document.without_findings() }
    }
}

impl<F> Document<F> {
    /// The report without its findings.
    pub fn without_findings(self) -> Report {
        Report {
            tool: self.tool,
            pack: self.pack,
            host: self.host,
            collection: self.collection,
            today: self.today,
            scope: self.scope,
            plan: self.plan,
            notes: self.notes.into_iter().map(|remark| remark.note).collect(),
            tier: self.tier,
            facts: self.facts,
            findings: Vec::new(),
            verdict: self.verdict,
            next: self.next.into_iter().map(|next| next.step).collect(),
            redaction: self.redaction,
            // A report on a fleet is made from those of its hosts, and never read.
            fleet: None,
            digest: self.digest,
        }
    }
}

impl From<Finding> for crate::judge::Finding {
    fn from(finding: Finding) -> Self {
        Self {
            id: finding.id,
            title: finding.title,
            group: finding.group,
            level: finding.level,
            outcome: finding.outcome,
            because: finding.because.map(|because| because.reason),
            found: finding.found.facts,
            decided: finding.decided,
            needed: finding.needed.requirement,
            needed_words: finding.needed.words,
            why: finding.why,
            fix: finding.fix,
            source: finding.source,
            waiver: finding.waiver,
        }
    }
}
