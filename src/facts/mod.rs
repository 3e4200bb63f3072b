//! What is known of a host, typed and named.
//!
//! A [`Fact`] is *known* (with where it was read), *absent* (looked for, not there) or *unknown* (with the reason).
//! Absent and unknown never merge. This module knows neither how a fact was obtained nor what is required of it.

pub mod catalogue;
mod chart;
mod container;
mod cut;
mod day;
mod hex;
mod image;
mod port;
mod quantity;
mod questions;
pub mod releases;
mod version;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use catalogue::{Kind, Privacy, Row, Subject};
pub use chart::{Chart, ChartCount, ChartMongodb, ChartSwitch, ChartText};
pub use container::hides_host;
pub use day::{days, utc_day};
pub(crate) use hex::hex;
pub use image::{is_of, is_of_any, registry, repository};
pub use port::{Port, Protocol};
pub(crate) use quantity::format_number;
pub use quantity::{QuantityError, format_bytes, format_count, parse_bytes, parse_count};
pub use questions::{Application, Manifest, Manifests, Measure, Questions, ReachQuestions, ServerQuestions, WayIn};
pub use version::{Build, Range, Version, VersionError};

/// A fact's value. Its kind and unit stand in the [catalogue]; sizes are bytes, durations seconds unless it says otherwise.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Value {
    // Reading tries one after the other, and most values are texts.
    /// Text, a version string, or a choice out of a closed set.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A count, or a size in bytes.
    Count(u64),
    /// A measured number that need not be whole (MHz, CPUs of a quota, load).
    Number(f64),
    /// Several texts, sorted by the probe where their order carries no meaning.
    List(Vec<String>),
    /// Releases and the last day of their support.
    Releases(Vec<SupportedRelease>),
    /// Places of a manifest, or of what runs. There is at least one.
    Excerpts(Vec<Excerpt>),
}

/// A place that a person can look up, and what stands there. It never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Excerpt {
    /// The file, `compose.yml`; or what was asked, `container chat`.
    pub place: String,
    /// Number of the line in the file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What stands there: `image: rocketchat/rocket.chat:latest`.
    pub text: String,
}

impl std::fmt::Display for Excerpt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.place, self.text),
            None => write!(f, "{}: {}", self.place, self.text),
        }
    }
}

/// A release, or a release line, and the last day of its support.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SupportedRelease {
    /// Version of the release (`8.5.3`), or its line (`8.5`).
    pub version: String,
    /// Last day of support.
    pub until: Date,
    /// It is supported for longer than others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lts: bool,
    /// It is supported so long for this server alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exception: bool,
}

/// Values are equal if JSON cannot tell them apart: `5000.0` may come back as `5000`, and every empty list is `[]`.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bool(one), Self::Bool(two)) => one == two,
            (Self::Count(one), Self::Count(two)) => one == two,
            (Self::Number(one), Self::Number(two)) => one == two,
            (Self::Count(count), Self::Number(number)) | (Self::Number(number), Self::Count(count)) => {
                *count as f64 == *number
            }
            (Self::Text(one), Self::Text(two)) => one == two,
            (Self::List(one), Self::List(two)) => one == two,
            (Self::Releases(one), Self::Releases(two)) => one == two,
            (Self::Excerpts(one), Self::Excerpts(two)) => one == two,
            (Self::List(texts), Self::Releases(releases)) | (Self::Releases(releases), Self::List(texts)) => {
                texts.is_empty() && releases.is_empty()
            }
            _ => false,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Count(value)
    }
}
impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl From<Vec<SupportedRelease>> for Value {
    fn from(value: Vec<SupportedRelease>) -> Self {
        Self::Releases(value)
    }
}
impl From<Vec<Excerpt>> for Value {
    fn from(value: Vec<Excerpt>) -> Self {
        Self::Excerpts(value)
    }
}
impl From<Date> for Value {
    fn from(value: Date) -> Self {
        Self::Text(value.to_string())
    }
}
impl From<Vec<String>> for Value {
    fn from(value: Vec<String>) -> Self {
        Self::List(value)
    }
}

/// Why a fact is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The kernel or a service refused: another user, a group or root would see it.
    NotPermitted,
    /// No answer before the deadline.
    TimedOut,
    /// It is there, but what was read makes no sense or could not be read.
    Unreadable,
    /// It was not looked for: this kind of run does not ask (a tree below `--root`, no network).
    NotAsked,
    /// It cannot be determined from here (a disk behind a hypervisor, a file system without a device).
    NotDetermined,
}

/// What is known of a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum FactState {
    /// It is there and this is its value.
    Known(Value),
    /// It was looked for and is not there.
    Absent,
    /// It could not be determined.
    Unknown {
        /// The class of the reason.
        why: Why,
        /// The reason as a fragment for people, for example ``permission denied on /run/docker.sock``.
        reason: String,
    },
}

/// Who says a fact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Provenance {
    /// The host, when a probe read it.
    #[default]
    Observed,
    /// A person, with `--attest`.
    Attested,
    /// rampcheck, from other facts, the plan, the pack and the day.
    Derived,
}

impl Provenance {
    fn is_observed(&self) -> bool {
        *self == Self::Observed
    }
}

/// One typed observation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(with = "WireFact"))]
#[serde(try_from = "WireFact", into = "WireFact")]
pub struct Fact {
    /// What is known.
    pub state: FactState,
    /// Where it was read (`/proc/meminfo`, `openssl version`, `unix:///run/docker.sock /info`); empty when nowhere.
    pub place: String,
    /// Who says it.
    pub provenance: Provenance,
    /// How many places of a manifest there were, if not all of them are kept.
    pub cut_from: Option<u64>,
}

impl Fact {
    /// A known fact and where it was read.
    pub fn known(value: impl Into<Value>, place: impl Into<String>) -> Self {
        Self::observed(FactState::Known(value.into()), place)
    }

    /// A fact that was looked for at `place` and is not there.
    pub fn absent(place: impl Into<String>) -> Self {
        Self::observed(FactState::Absent, place)
    }

    /// A fact that could not be determined.
    pub fn unknown(why: Why, reason: impl Into<String>, place: impl Into<String>) -> Self {
        Self::observed(FactState::Unknown { why, reason: reason.into() }, place)
    }

    fn observed(state: FactState, place: impl Into<String>) -> Self {
        Self { state, place: place.into(), provenance: Provenance::Observed, cut_from: None }
    }

    /// The same fact as said by somebody else.
    #[must_use]
    pub fn by(self, provenance: Provenance) -> Self {
        Self { provenance, ..self }
    }

    /// The value, when known.
    pub fn value(&self) -> Option<&Value> {
        match &self.state {
            FactState::Known(value) => Some(value),
            _ => None,
        }
    }

    /// The value as text, when known and textual.
    pub fn text(&self) -> Option<&str> {
        match self.value() {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// How a fact is written: `state` decides which of the other members stand beside it.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Fact", transform = schema::states))]
struct WireFact {
    state: WireState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<Why>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    place: String,
    #[serde(default, skip_serializing_if = "Provenance::is_observed")]
    provenance: Provenance,
    /// How many places of a manifest there were, if not all of them are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cut_from: Option<u64>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum WireState {
    Known,
    Absent,
    Unknown,
}

impl From<Fact> for WireFact {
    fn from(fact: Fact) -> Self {
        let (state, value, why, reason) = match fact.state {
            FactState::Known(value) => (WireState::Known, Some(value), None, None),
            FactState::Absent => (WireState::Absent, None, None, None),
            FactState::Unknown { why, reason } => (WireState::Unknown, None, Some(why), Some(reason)),
        };
        Self { state, value, why, reason, place: fact.place, provenance: fact.provenance, cut_from: fact.cut_from }
    }
}

impl TryFrom<WireFact> for Fact {
    type Error = &'static str;

    fn try_from(wire: WireFact) -> Result<Self, Self::Error> {
        let state = match (wire.state, wire.value, wire.why, wire.reason) {
            (WireState::Known, Some(value), None, None) => FactState::Known(value),
            (WireState::Absent, None, None, None) => FactState::Absent,
            (WireState::Unknown, None, Some(why), Some(reason)) => FactState::Unknown { why, reason },
            (WireState::Known, None, ..) => return Err("a known fact needs a `value`"),
            (WireState::Unknown, None, ..) => return Err("an unknown fact needs `why` and `reason`"),
            _ => return Err("`value` goes with state `known`, `why` and `reason` with state `unknown`"),
        };
        Ok(Self { state, place: wire.place, provenance: wire.provenance, cut_from: wire.cut_from })
    }
}

/// Facts by name, in the order of their names.
pub type Facts = BTreeMap<String, Fact>;

#[cfg(test)]
mod schema {
    //! What the type of a written fact cannot say: which members go with which state.

    use schemars::Schema;
    use serde_json::json;

    pub(super) fn states(schema: &mut Schema) {
        let state = |state: &str, with: &[&str], without: &[&str]| {
            let without: Vec<_> = without.iter().map(|name| json!({ "required": [name] })).collect();
            json!({
                "properties": { "state": { "const": state } },
                "required": with,
                "not": { "anyOf": without },
            })
        };
        let states = json!([
            state("known", &["value"], &["why", "reason"]),
            state("absent", &[], &["value", "why", "reason"]),
            state("unknown", &["why", "reason"], &["value"]),
        ]);
        schema.insert("oneOf".to_owned(), states);
    }
}
