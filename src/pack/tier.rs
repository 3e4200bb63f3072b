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
    /// The vendor's figures are the total of a cluster, not one host's.
    pub cluster: bool,
    /// The sizes are advice: a check of them is recommended at most.
    pub advisory: bool,
    /// Numbers can choose it; otherwise only `--tier` does.
    pub automatic: bool,
    /// Sizing model, where the vendor has several.
    pub model: Option<String>,
    /// How many of each number it holds.
    pub holds: BTreeMap<String, u64>,
    /// What it asks for, by cell. A cell that is blank at the vendor is not here.
    pub needs: BTreeMap<String, Need>,
}

/// Bounds of a sizing model on the ratio of two numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    /// The ratio is at most this.
    pub at_most: Option<f64>,
    /// The ratio is at least this.
    pub at_least: Option<f64>,
}

/// How a vendor's sizing models are told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Models {
    /// Numerator and denominator of the ratio, as numbers of the plan.
    pub ratio: (String, String),
    /// Model when one of the two numbers was not given.
    pub assumed: String,
    /// Model when the ratio is inside nobody's bounds.
    pub between: String,
    /// Models and their bounds.
    pub models: BTreeMap<String, Model>,
}

/// How numbers choose a tier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// What to do when no tier holds the numbers.
    pub beyond: String,
    /// Sizing models, where the vendor has several.
    pub models: Option<Models>,
}
