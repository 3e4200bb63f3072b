//! The report: request, facts, findings and verdict of one host.
//!
//! [`Report`] is what renderers show; [`v1`] is the form in which it is written and read as JSON. It knows no renderer.

pub mod diff;
mod digest;
pub mod fleet;
mod plain;
pub mod read;
pub mod unpack;
pub mod v1;
pub mod verify;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::facts::{Fact, FactState, Facts, Privacy, utc_day};
use crate::judge::{Finding, Judgement, Next, Summary, Verdict, judge};
use crate::pack::{BUILT_IN, Need, Pack, Tier, is_built_in};
use crate::plan::{Note, Plan, Scope};
use crate::redact::{RedactError, Redaction, Redactor};

pub use digest::{digest_of, hex_sha256};

/// Identifies version 1 of the report.
pub const REPORT_SCHEMA: &str = "urn:rampcheck:report:1";
/// Identifies version 1 of the report on a fleet.
pub const FLEET_SCHEMA: &str = "urn:rampcheck:fleet:1";
/// Days after which the review of a pack is long ago: the vendor of one releases every month.
const OLD_PACK: i32 = 90;
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
    /// Name of the product for people.
    pub title: String,
    /// Version of the pack.
    pub version: String,
    /// Day its data was last compared with its sources.
    pub reviewed: Date,
    /// SHA-256 over its files, without their examples.
    pub sha256: String,
    /// `built-in` or a folder.
    pub origin: String,
    /// It was used instead of the built-in pack of the same product.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replaces_built_in: bool,
}

impl From<&Pack> for PackId {
    fn from(pack: &Pack) -> Self {
        Self {
            product: pack.product.clone(),
            title: pack.title.clone(),
            version: pack.version.clone(),
            reviewed: pack.reviewed,
            sha256: pack.sha256.clone(),
            origin: pack.origin.clone(),
            replaces_built_in: pack.origin != BUILT_IN && is_built_in(&pack.product),
        }
    }
}

/// The tier judged against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TierId {
    /// Id.
    pub id: String,
    /// What it is, for people.
    pub title: String,
    /// The vendor's figures are the total of a cluster.
    pub cluster: bool,
    /// Cells as the vendor writes them: `cpus` to `8`, `memory` to `16 GB`.
    pub needs: BTreeMap<String, String>,
}

impl From<&Tier> for TierId {
    fn from(tier: &Tier) -> Self {
        let written = |need: &Need| match need {
            Need::Quantity { from, to: None } => from.text.clone(),
            Need::Quantity { from, to: Some(to) } => format!("{} to {}", from.text, to.text),
            Need::OneOf(words) => words.join(" or "),
        };
        Self {
            id: tier.id.clone(),
            title: tier.title.clone(),
            cluster: tier.cluster,
            needs: tier.needs.iter().map(|(cell, need)| (cell.clone(), written(need))).collect(),
        }
    }
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
    /// In a redacted report: equal for the same host under the same file of stand-ins (`--redact-map`), and for nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl HostId {
    /// The host that facts speak of, and its token.
    pub fn of(facts: &Facts, token: Option<String>) -> Self {
        let text = |name: &str| facts.get(name).and_then(|fact| fact.text()).map(str::to_owned);
        Self { id: text("host.id"), name: text("host.name"), token }
    }
}

/// The token of a host whose facts hold stand-ins. A stand-in is the same in every file of stand-ins, so its salt goes with
/// it. None if no such file is kept.
pub fn token(redactor: &Redactor, facts: &Facts) -> Option<String> {
    let salt = Some(&redactor.names().salt).filter(|salt| !salt.is_empty())?;
    let id = facts.get("host.id")?.text()?;
    Some(hex_sha256(format!("rampcheck:{salt}:{id}").as_bytes())[..16].to_owned())
}

/// How a host was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Collection {
    /// When reading began.
    pub started: Timestamp,
    /// How long it took, milliseconds.
    pub duration_ms: u64,
    /// What was read: `this host`, `tree below DIR`, `recorded host FILE`, `facts FILE`.
    pub view: String,
    /// Effective user id that read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
}

/// What was observed of a host: what `rampcheck facts` writes, and what is judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// How it was read.
    pub collection: Collection,
    /// Facts by name.
    pub facts: Facts,
    /// What of it is replaced by stand-ins.
    pub redaction: Redaction,
    /// Tells the host in redacted facts: see [`token`].
    pub token: Option<String>,
}

impl Observation {
    /// What was observed, and that the clock here is wrong if it has not reached the day of the observation.
    #[must_use]
    pub fn as_of(mut self, now: Timestamp) -> Self {
        let (read, now) = (utc_day(self.collection.started), utc_day(now));
        if now < read {
            let place = format!("the clock here says {now}, and the host was read on {read}");
            self.facts.insert("clock.plausible".to_owned(), Fact::known(false, place));
        }
        self
    }
}

/// Request, facts, findings and verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
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
    pub notes: Vec<Note>,
    /// Tier judged against.
    pub tier: Option<TierId>,
    /// Every fact judged: observed, attested, of the plan, derived.
    pub facts: Facts,
    /// Findings in pack order.
    pub findings: Vec<Finding>,
    /// Verdict.
    pub verdict: Verdict,
    /// What to do next, in this order.
    pub next: Vec<Next>,
    /// What of it is replaced by stand-ins.
    pub redaction: Redaction,
    /// The hosts, if it is on many of them together.
    pub fleet: Option<fleet::Fleet>,
    /// SHA-256 over its JSON, hexadecimal; empty until it is sealed.
    pub digest: String,
}

impl Report {
    /// Judges what was observed of a host against a pack.
    pub fn judge(pack: &Pack, plan: Plan, notes: Vec<Note>, observed: Observation, today: Date) -> Self {
        let Judgement { facts, findings, verdict, next } = judge(pack, &plan, observed.facts, today);
        let old = Self::old_pack(pack, today);
        let runs = next.contains(&Next::NamePhase).then_some(Note::Runs);
        let notes = old.into_iter().chain(notes).chain(runs).collect();
        let facts = Self::without_unsaid(facts);
        Self {
            tool: Tool::default(),
            pack: pack.into(),
            host: HostId::of(&facts, observed.token),
            collection: observed.collection,
            today,
            scope: plan.scope(pack),
            tier: plan.tier_in(pack).map(TierId::from),
            plan,
            notes,
            facts,
            findings,
            verdict,
            next,
            redaction: observed.redaction,
            fleet: None,
            digest: String::new(),
        }
    }

    /// That the review of a pack is long ago, if it is.
    pub(crate) fn old_pack(pack: &Pack, today: Date) -> Option<Note> {
        let age = (today - pack.reviewed).get_days();
        (age > OLD_PACK).then_some(Note::OldPack { reviewed: pack.reviewed, days: age })
    }

    /// Facts without those of what the plan does not say: that is in the plan already.
    pub(crate) fn without_unsaid(mut facts: Facts) -> Facts {
        facts.retain(|name, fact| !(name.starts_with("plan.") && fact.state == FactState::Absent));
        facts
    }

    /// Replaces what is private by stand-ins, in a report that was judged before.
    ///
    /// # Errors
    /// When an original would be left.
    pub fn redact(&mut self, redactor: &mut Redactor) -> Result<(), RedactError> {
        let mut texts = self.plan.private_texts();
        texts.push((Privacy::FreeText, &mut self.collection.view));
        texts.push((Privacy::Path, &mut self.pack.origin));
        for waived in self.findings.iter_mut().filter_map(|finding| finding.waiver.as_mut()) {
            texts.push((Privacy::FreeText, &mut waived.reason));
            texts.extend(waived.who.iter_mut().map(|who| (Privacy::UserName, who)));
        }
        let before = self.redaction;
        self.redaction = redactor.redact(before, &mut self.facts, &mut texts)?;
        let token = if before == Redaction::None { token(redactor, &self.facts) } else { self.host.token.take() };
        self.host = HostId::of(&self.facts, token);
        Ok(())
    }

    /// Ids of the findings by status.
    pub fn summary(&self) -> Summary {
        Summary::of(&self.findings)
    }
}
