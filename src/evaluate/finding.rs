//! A check's outcome on a host, with everything a reader needs.

use serde::{Deserialize, Serialize};

use super::window::SupportWindow;
use crate::check::{Level, Outcome, Source, Waiver};

/// Where a fact that decided was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evidence {
    /// Name of the fact.
    pub fact: String,
    /// What it showed, for people.
    pub shown: String,
    /// Where it was read; empty when nowhere.
    pub source: String,
}

/// How a failure is put right on this operating system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RemedyText {
    /// What to do, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Commands to copy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub run: Vec<String>,
}

/// A waiver and whether it still counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Waived {
    /// The waiver.
    #[serde(flatten)]
    pub waiver: Waiver,
    /// Its last day is over: it is shown, but does not count.
    pub expired: bool,
}

/// A check's outcome on this host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// Check id.
    pub id: String,
    /// The requirement in one line.
    pub title: String,
    /// Group it is shown in.
    pub subject: String,
    /// Whether it decides.
    pub level: Level,
    /// Outcome.
    pub outcome: Outcome,
    /// Why this outcome, when that is not plain from found and needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// What was found, for people; empty when skipped.
    #[serde(default)]
    pub found: String,
    /// What is needed, for people.
    #[serde(default)]
    pub needed: String,
    /// Why it matters.
    #[serde(default)]
    pub why: String,
    /// Support window of the product's release, for the check that looks at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<SupportWindow>,
    /// Facts that decided, and where they were read.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// How it is put right; only when it failed or is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<RemedyText>,
    /// Page that the requirement comes from.
    pub source: Source,
    /// Waiver, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Waived>,
}

impl Finding {
    /// A waiver that still counts stands against it.
    pub fn is_waived(&self) -> bool {
        self.waiver.as_ref().is_some_and(|waived| !waived.expired)
    }
}
