//! Tiers: the rows of a vendor's sizing tables, and what tells how numbers choose one.

use std::collections::BTreeMap;

use super::Quantity;

/// What one cell of a tier asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Need {
    /// At least this; when the vendor gives a planning range, its lower end.
    Quantity {
        /// What must be reached.
        from: Quantity,
        /// Upper end of a planning range.
        to: Option<Quantity>,
    },
    /// One of these words.
    OneOf(Vec<String>),
}

/// A row of a vendor's sizing table.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// Kebab-case id, the argument of `--tier`.
    pub id: String,
    /// What it is, for people.
    pub title: String,
    /// Key of its source in `pack.toml`.
    pub source: String,
    /// It is meant for production.
    pub production: bool,
    /// The vendor's quantities are the total of a cluster, not one host's.
    pub cluster: bool,
    /// Sizing model, where the vendor has several.
    pub model: Option<String>,
    /// How many of each number it holds; empty if numbers do not choose it.
    pub holds: BTreeMap<String, u64>,
    /// What is assumed with this tier, in the place of what the pack says.
    pub assume: Assume,
    /// What it asks for, by cell. A cell that is blank at the vendor is not here.
    pub needs: BTreeMap<String, Need>,
    /// What it asks of each host that runs MongoDB and nothing else, by cell.
    pub mongodb: BTreeMap<String, Need>,
}

impl Tier {
    /// It is not meant for production, and the vendor gives no number of users for it.
    pub fn is_for_tests(&self) -> bool {
        !self.production && self.holds.is_empty()
    }
}

/// What is assumed of a plan that does not say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assume {
    /// A word of `plan.deployment`.
    pub deployment: Option<String>,
    /// A word of `plan.mongodb`, or `unknown`.
    pub mongodb: Option<String>,
    /// It is deployed as microservices.
    pub microservices: bool,
}

/// Bounds of a sizing model on the ratio of two numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    /// The ratio is at most this.
    pub at_most: Option<f64>,
    /// The ratio is at least this.
    pub at_least: Option<f64>,
}

/// How a vendor describes its sizing models.
#[derive(Clone, Debug, PartialEq)]
pub struct Models {
    /// Numerator and denominator of the ratio, as numbers of the plan.
    pub ratio: (String, String),
    /// Models and their bounds.
    pub models: BTreeMap<String, Model>,
}

/// The vendor's guidance for the size of storage, from the least to the most of each. The most is assumed of what a plan does
/// not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageGuidance {
    /// Key of its source in `pack.toml`.
    pub source: String,
    /// Days that data is kept.
    pub retention_days: (u64, u64),
    /// Room for growth, percent of the data.
    pub growth_percent: (u64, u64),
    /// Copies of the data that backups keep on the same storage.
    pub backup_copies: (u64, u64),
}

/// How numbers choose a tier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// What to do when no tier holds the numbers.
    pub beyond: String,
    /// Sizing models, where the vendor has several.
    pub models: Option<Models>,
}
