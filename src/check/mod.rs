//! What a vendor requires, as data: packs, their checks and tiers, and the operator's plan.
//!
//! A pack is read with the place of every value and validated as a whole; a pack that loads cannot break at run time.
//! This module knows neither hosts nor reports.

mod builtin;
mod document;
mod ends;
mod load;
mod months;
mod plan;
mod predicate;
mod releases;
mod server;
mod tier;
mod window;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use builtin::{BUILT_IN, ask_unread, builtin};
pub use document::{Problem, Problems};
pub use ends::Ends;
pub use load::{PackFiles, load, load_without_examples};
pub use plan::{Attestation, Deployment, Mongodb, Phase, Plan, PlanFile, Waiver, parse_seconds, read_plan};
pub use predicate::{Leaf, Operator, Predicate, Scope, Support, Truth, kind_name, parse_value, show_fact};
pub use releases::{Calendar, Release, Released};
pub use server::{RELEASES_SERVICE, ServerPlan, parse_base, parse_release};
pub use tier::{Beyond, Chosen, Need, Selection, Tier, choose};
pub use window::{Authority, Line, State, Window, supported, way_on, window};

use crate::facts::{Facts, Questions};

/// Whether a check decides support or warns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The vendor's support depends on it.
    Required,
    /// The vendor advises it; a failure is a warning.
    Recommended,
}

/// A check's outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not.
    Fail,
    /// It cannot be told.
    Unknown,
    /// It does not apply.
    Skipped,
}

/// A page that a figure comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Source {
    /// The page's title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Day it was read.
    pub read: Date,
}

/// A sentence that explains an outcome when its predicate holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Because {
    /// When it explains.
    pub when: Predicate,
    /// The explanation.
    pub text: String,
}

/// How a failure is put right.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// Operating system families it is for; empty for all.
    pub family: Vec<String>,
    /// When it is the right one.
    pub when: Option<Predicate>,
    /// It is for an outcome that cannot be told, not for a failure.
    pub for_unknown: bool,
    /// What to do, in words.
    pub text: String,
    /// Commands to copy.
    pub run: Vec<String>,
}

/// A case with the outcome it must have.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Where it stands, for messages: `file:line`.
    pub place: String,
    /// Facts; those left out are unknown.
    pub facts: Facts,
    /// Plan.
    pub plan: Plan,
    /// Day judged, when not the pack's review.
    pub today: Option<Date>,
    /// Outcome that it must have.
    pub outcome: Outcome,
}

/// One requirement.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Kebab-case id, the token that `--waive` and `explain` take.
    pub id: String,
    /// The requirement in one line.
    pub title: String,
    /// Whether it decides.
    pub level: Level,
    /// Group it is shown in.
    pub subject: String,
    /// Key of the source in `pack.toml`.
    pub source: String,
    /// Why it matters.
    pub why: String,
    /// When it applies; always, when left out.
    pub applies_when: Option<Predicate>,
    /// What it expects.
    pub expect: Predicate,
    /// What is needed, in words, when the predicate's own words do not do.
    pub needed: Option<String>,
    /// Facts to show as found, when not those of `expect`.
    pub found: Vec<String>,
    /// Explanations, the first that holds counts.
    pub because: Vec<Because>,
    /// Remedies, the first that fits counts.
    pub remedy: Vec<Remedy>,
    /// Cases that the tests run.
    pub examples: Vec<Example>,
}

/// A product's tiers, checks and dated data.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// Product id: the folder's name and the argument of `check`.
    pub product: String,
    /// Product name for people.
    pub title: String,
    /// Version of the pack.
    pub version: String,
    /// Day its data was last compared with its sources.
    pub reviewed: Date,
    /// SHA-256 over its files, hexadecimal.
    pub sha256: String,
    /// Where it was read: `built-in` or a folder.
    pub origin: String,
    /// Groups in the order of the report.
    pub subjects: Vec<String>,
    /// Image repositories that show that the product runs.
    pub images: Vec<String>,
    /// What to do after a positive verdict.
    pub next: String,
    /// Pages that figures come from.
    pub sources: BTreeMap<String, Source>,
    /// Tiers, small to large.
    pub tiers: Vec<Tier>,
    /// How numbers choose a tier.
    pub selection: Selection,
    /// Tables of ends.
    pub ends: BTreeMap<String, Ends>,
    /// Release calendar.
    pub calendar: Option<Calendar>,
    /// Checks in the order of the report.
    pub checks: Vec<Check>,
}

impl Pack {
    /// The tier of that id.
    pub fn tier(&self, id: &str) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.id == id)
    }

    /// The check of that id.
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }

    /// Names of all facts that its checks look at.
    fn fact_names(&self) -> BTreeSet<&str> {
        self.checks
            .iter()
            .flat_map(|check| {
                let predicates = [Some(&check.expect), check.applies_when.as_ref()].into_iter().flatten();
                let explaining = check.because.iter().map(|because| &because.when);
                let remedies = check.remedy.iter().filter_map(|remedy| remedy.when.as_ref());
                let leaves = predicates.chain(explaining).chain(remedies).flat_map(Predicate::leaves);
                leaves.map(|leaf| leaf.fact.as_str()).chain(check.found.iter().map(String::as_str))
            })
            .collect()
    }

    /// Adds what this pack asks of a host: ports, tools, images.
    pub fn ask(&self, questions: &mut Questions) {
        questions.images.extend(self.images.iter().cloned());
        for name in self.fact_names() {
            questions.ask(name);
        }
    }
}
