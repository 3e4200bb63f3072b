//! Predicates: what a check expects of facts. The operator of a leaf fits the kind of its fact, or the pack does not load.

use crate::facts::{Kind, Range, Value};

/// What is expected of facts.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// Every part holds.
    All(Vec<Predicate>),
    /// At least one part holds.
    Any(Vec<Predicate>),
    /// The part does not hold.
    Not(Box<Predicate>),
    /// An operator on one fact.
    Leaf(Leaf),
}

/// An operator on one fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// Full name of the fact.
    pub fact: String,
    /// Its kind.
    pub kind: Kind,
    /// What is expected.
    pub operator: Operator,
    /// Share of a quantity that suffices, if not all of it.
    pub share: Option<f64>,
}

/// What a leaf expects of its fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Operator {
    /// The version lies in the range.
    Version(Range),
    /// The number is at least this.
    AtLeast(Quantity),
    /// The number is at most this.
    AtMost(Quantity),
    /// The value is this.
    Is(Value),
    /// The text is one of these.
    OneOf(Vec<String>),
    /// The list contains all of these.
    Contains(Vec<String>),
    /// The number is at least that of this fact of the plan.
    AtLeastFact(String),
    /// What this cell of the tier asks for: at least its quantity, or one of its words.
    Tier(String),
    /// The fact is known (true) or absent (false).
    Present(bool),
}

/// A number in base units, and as the pack writes it: 17179869184, `16 GB`.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// Base units: bytes for sizes.
    pub number: f64,
    /// As it is written.
    pub text: String,
}

impl Predicate {
    /// Every leaf.
    pub fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::leaves).collect(),
            Self::Not(part) => part.leaves(),
            Self::Leaf(leaf) => vec![leaf],
        }
    }

    /// The facts of the plan that it compares facts with: like the cells of a tier, they are the total of a cluster.
    pub fn plan_facts(&self) -> impl Iterator<Item = &str> {
        self.leaves().into_iter().filter_map(|leaf| match &leaf.operator {
            Operator::AtLeastFact(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The cells of the tier that it compares facts with.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &Leaf)> {
        self.leaves().into_iter().filter_map(|leaf| match &leaf.operator {
            Operator::Tier(cell) => Some((cell.as_str(), leaf)),
            _ => None,
        })
    }
}
