//! The report: plan, facts, findings and verdict, in the form that is written and read.
//!
//! The JSON form is version 1 of the wire format: members may be added, none may change or go. It knows no renderer.

pub mod diff;
mod digest;
pub mod read;
pub mod redact;
pub mod verify;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::check::{Pack, Plan};
use crate::evaluate::{Finding, findings};
use crate::facts::{Fact, Facts};
use crate::verdict::{Summary, Verdict, verdict};

pub use digest::{hex_sha256, seal};
pub use redact::Redaction;

/// Identifies version 1 of the report.
pub const REPORT_SCHEMA: &str = "urn:rampcheck:report:1";
/// Identifies version 1 of the facts document.
pub const FACTS_SCHEMA: &str = "urn:rampcheck:facts:1";

/// Which program wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tool {
    /// `rampcheck`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Default for Tool {
    fn default() -> Self {
        Self { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// Which pack judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PackId {
    /// Product id.
    pub product: String,
    /// Product name for people.
    pub title: String,
    /// Version of the pack.
    pub version: String,
    /// Day its data was last compared with its sources.
    pub reviewed: Date,
    /// SHA-256 over its files.
    pub sha256: String,
    /// `built-in` or a folder.
    pub origin: String,
}

/// The tier judged against, with its cells as the vendor writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TierId {
    /// Id.
    pub id: String,
    /// What it is, for people.
    pub title: String,
    /// The figures are a cluster's total.
    pub cluster: bool,
    /// Cells: `cpus` to `8`, `memory` to `16 GB`.
    pub needs: std::collections::BTreeMap<String, String>,
}

/// Which host was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HostId {
    /// Hashed machine id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Host name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl HostId {
    /// The host that facts speak of.
    pub fn of(facts: &Facts) -> Self {
        let text = |name: &str| facts.get(name).and_then(|fact| fact.text()).map(str::to_owned);
        Self { id: text("host.id"), name: text("host.name") }
    }
}

/// How a host was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Collection {
    /// When reading began.
    pub started: Timestamp,
    /// How long it took, milliseconds.
    pub duration_ms: u64,
    /// What was read: `this host`, `tree DIR`, `recorded host DIR`, `facts FILE`.
    pub view: String,
    /// Effective user id that read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
}

/// Plan, facts, findings and verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    #[cfg_attr(test, schemars(extend("const" = REPORT_SCHEMA)))]
    pub schema: String,
    /// Program that wrote it.
    pub tool: Tool,
    /// Pack that judged.
    pub pack: PackId,
    /// Host that was read.
    pub host: HostId,
    /// How it was read.
    #[serde(flatten)]
    pub collection: Collection,
    /// Day judged.
    pub today: Date,
    /// What the operator intends.
    pub plan: Plan,
    /// Tier judged against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierId>,
    /// Remarks on the plan and the choice of tier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Verdict.
    pub verdict: Verdict,
    /// Counts.
    pub summary: Summary,
    /// Findings in pack order.
    pub findings: Vec<Finding>,
    /// Facts judged.
    pub facts: Facts,
    /// What to do after a positive verdict.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub next: String,
    /// What of it is replaced by stand-ins.
    #[serde(default)]
    pub redaction: Redaction,
    /// SHA-256, hexadecimal, over the JSON without this member: members sorted by name, no white space. It shows damage
    /// and edits by hand; it is no signature.
    #[serde(default)]
    pub digest: String,
}

/// Facts alone: what `rampcheck facts` writes and `--facts` reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FactsDocument {
    /// [`FACTS_SCHEMA`].
    #[cfg_attr(test, schemars(extend("const" = FACTS_SCHEMA)))]
    pub schema: String,
    /// Program that wrote it.
    pub tool: Tool,
    /// Host that was read.
    pub host: HostId,
    /// How it was read.
    #[serde(flatten)]
    pub collection: Collection,
    /// Facts by name.
    pub facts: Facts,
    /// What of it is replaced by stand-ins.
    #[serde(default)]
    pub redaction: Redaction,
}

impl From<&Report> for FactsDocument {
    fn from(report: &Report) -> Self {
        Self {
            schema: FACTS_SCHEMA.to_owned(),
            tool: report.tool.clone(),
            host: report.host.clone(),
            collection: report.collection.clone(),
            facts: report.facts.clone(),
            redaction: report.redaction,
        }
    }
}

impl Report {
    /// Judges facts against a pack. `notes` are remarks on the plan that came up before, for example on the choice of tier.
    /// The digest is not yet set.
    pub fn judge(
        pack: &Pack,
        plan: &Plan,
        facts: Facts,
        collection: Collection,
        today: Date,
        mut notes: Vec<String>,
    ) -> Report {
        let tier = plan.tier.as_deref().and_then(|id| pack.tier(id));
        let facts = attested(facts, plan);
        let findings = findings(pack, plan, &facts, today);
        match tier {
            Some(tier) if tier.cluster => notes.push(format!(
                "the vendor's figures of tier {} are the total of a cluster; this host alone is judged against the whole",
                tier.id
            )),
            Some(tier) if tier.advisory => {
                notes.push(format!(
                    "the vendor gives the sizes of tier {} as advice; they warn, but do not decide",
                    tier.id
                ));
            }
            None => notes.push("no tier was named and no numbers were given: sizes cannot be judged".to_owned()),
            Some(_) => {}
        }
        Report {
            schema: REPORT_SCHEMA.to_owned(),
            tool: Tool::default(),
            pack: PackId {
                product: pack.product.clone(),
                title: pack.title.clone(),
                version: pack.version.clone(),
                reviewed: pack.reviewed,
                sha256: pack.sha256.clone(),
                origin: pack.origin.clone(),
            },
            host: HostId::of(&facts),
            collection,
            today,
            plan: plan.clone(),
            tier: tier.map(|tier| TierId {
                id: tier.id.clone(),
                title: tier.title.clone(),
                cluster: tier.cluster,
                needs: tier.needs.iter().map(|(cell, need)| (cell.clone(), need.to_string())).collect(),
            }),
            notes,
            verdict: verdict(&findings),
            summary: Summary::of(&findings),
            findings,
            facts,
            next: pack.next.clone(),
            redaction: Redaction::None,
            digest: String::new(),
        }
    }
}

/// The facts with the operator's attestations in the place of what the host showed.
fn attested(mut facts: Facts, plan: &Plan) -> Facts {
    for attestation in &plan.attestations {
        let fact = Fact { attested: true, ..Fact::known(attestation.value.clone(), "attested by the operator") };
        facts.insert(attestation.fact.clone(), fact);
    }
    facts
}
