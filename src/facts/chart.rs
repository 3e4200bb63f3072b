//! What a pack says of the Helm chart that deploys its product: where the values stand that matter.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// What a pack says of the Helm chart of its product. A value is named by its path: `ingress.enabled`. Of several paths, those of
/// current charts come first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// Name of the chart, which Helm shows before the version.
    pub name: String,
    /// Values that no other chart has. A file with one of them is for this chart.
    #[serde(default)]
    pub known_by: BTreeSet<String>,
    /// Map of the product's image: `repository` and `tag`.
    pub image: String,
    /// The same of its microservices, which have the tag of the product.
    #[serde(default)]
    pub microservices: Vec<String>,
    /// Memory limit of the product.
    pub memory: Option<String>,
    /// List of further variables of the product.
    pub variables: Option<String>,
    /// Name of a secret that holds further variables.
    pub secret: Option<String>,
    /// Where the product's address of MongoDB comes from.
    pub mongodb: Option<ChartMongodb>,
    /// Whole numbers, as facts `chart.count.<value>`.
    #[serde(default)]
    pub count: BTreeMap<String, ChartCount>,
    /// What is on or off, as facts `chart.switch.<value>`.
    #[serde(default)]
    pub switch: BTreeMap<String, ChartSwitch>,
    /// Texts, as facts `chart.text.<value>`. None of them holds a secret.
    #[serde(default)]
    pub text: BTreeMap<String, ChartText>,
}

/// Where the address of MongoDB comes from that a chart hands to its product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChartMongodb {
    /// The variable.
    pub variable: String,
    /// The value that is such an address.
    pub address: String,
    /// The value that names a secret with it.
    pub secret: String,
    /// The value that says whether the chart brings a replica set of its own; it does unless it is off.
    pub own: String,
    /// The value that says how the chart's own MongoDB is arranged.
    pub architecture: String,
    /// What it says of a MongoDB without a replica set.
    pub standalone: String,
    /// The value that turns its replica set on, in old charts.
    pub replica_set: String,
    /// Its version, or the tag of its image.
    pub version: Vec<String>,
}

/// A whole number of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ChartCount {
    /// Where it stands. Without a place, only a cluster tells it.
    pub at: Vec<String>,
    /// What every version of the chart has without it.
    pub otherwise: Option<u64>,
    /// In a cluster, it is the number of replicas of these image repositories.
    pub images: BTreeSet<String>,
    /// The number of the plan that is shared among so many.
    pub shares: Option<String>,
}

/// A switch of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ChartSwitch {
    /// Where it stands.
    pub at: Vec<String>,
    /// What every version of the chart has without it.
    pub otherwise: Option<bool>,
    /// What the chart has without it depends on the version.
    pub varies: bool,
}

/// A text of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChartText {
    /// Where it stands.
    pub at: Vec<String>,
}

impl Chart {
    /// Names of the facts that its values are.
    pub fn facts(&self) -> impl Iterator<Item = String> {
        let counts = self.count.keys().map(|name| format!("chart.count.{name}"));
        let switches = self.switch.keys().map(|name| format!("chart.switch.{name}"));
        counts.chain(switches).chain(self.text.keys().map(|name| format!("chart.text.{name}")))
    }
}
