//! What a check needs, as a report states it: operators, values and units, with the tier's cells filled in.

use serde::{Deserialize, Serialize};

use crate::facts::Value;

/// What is needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Requirement {
    /// All of these.
    All(Vec<Requirement>),
    /// At least one of these.
    Any(Vec<Requirement>),
    /// Not this.
    Not(Box<Requirement>),
    /// This of one fact.
    Condition(Condition),
}

/// How a fact is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Comparison {
    /// The version lies in a range.
    Version,
    /// At least.
    AtLeast,
    /// At most.
    AtMost,
    /// Equal.
    Is,
    /// One of several.
    OneOf,
    /// The list contains all of these.
    Contains,
    /// Known (true) or absent (false).
    Present,
}

/// What is needed of one fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Condition {
    /// Name of the fact. Its unit is that of the catalogue: bytes for sizes.
    pub fact: String,
    /// How it is compared.
    pub operator: Comparison,
    /// With what; none if it is a cell of a tier and no tier was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The value as the vendor writes it: `16 GB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// Upper end of the vendor's planning range, of which `value` is the lower one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<f64>,
    /// Share of the value that suffices, because sizes are sold by a nominal figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// Cell of the tier that the value comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// Fact of the plan that the value comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl Condition {
    /// A comparison with a value.
    pub fn new(fact: &str, operator: Comparison, value: Option<Value>) -> Self {
        Self {
            fact: fact.to_owned(),
            operator,
            value,
            written: None,
            up_to: None,
            tolerance: None,
            cell: None,
            from: None,
        }
    }
}

impl Requirement {
    /// All of the parts; a single one stands for itself.
    pub fn all(parts: Vec<Self>) -> Self {
        Self::single(parts).unwrap_or_else(Self::All)
    }

    /// Any of the parts; a single one stands for itself.
    pub fn any(parts: Vec<Self>) -> Self {
        Self::single(parts).unwrap_or_else(Self::Any)
    }

    fn single(mut parts: Vec<Self>) -> Result<Self, Vec<Self>> {
        if parts.len() == 1 { parts.pop().ok_or(parts) } else { Err(parts) }
    }

    /// Every condition in it.
    pub fn conditions(&self) -> Vec<&Condition> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::conditions).collect(),
            Self::Not(part) => part.conditions(),
            Self::Condition(condition) => vec![condition],
        }
    }
}

#[cfg(test)]
mod tests;
