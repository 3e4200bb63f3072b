//! Whether a predicate holds of facts, which facts decide that, and what it asks for.
//!
//! Three-valued: unknown in, unknown out, unless the rest decides. An absent fact makes every operator but `present` false.

use std::collections::BTreeSet;

use super::requirement::{Comparison, Condition, Requirement};
use crate::facts::{Fact, FactState, Facts, Value, Version};
use crate::pack::{Leaf, Need, Operator, Predicate, Quantity, Tier};
use crate::plan::{Scope, scope};

/// Fact: how many hosts are judged together.
const FLEET_HOSTS: &str = "fleet.hosts";

/// Whether a predicate holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It could not be determined.
    Unknown,
}

impl Truth {
    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// What a predicate is judged on.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// Every fact: of the host, of the plan, derived.
    pub facts: &'a Facts,
    /// Tier of the plan.
    pub tier: Option<&'a Tier>,
}

impl<'a> Evidence<'a> {
    /// What a verdict on these facts is about.
    pub fn scope(&self) -> Scope {
        if self.facts.contains_key(FLEET_HOSTS) {
            return Scope::Fleet;
        }
        let nodes = self.facts.get("plan.nodes").and_then(Fact::value).and_then(number);
        scope(self.tier, nodes.map(|nodes| nodes as u64))
    }

    fn state(&self, name: &str) -> Option<&'a FactState> {
        static ABSENT: FactState = FactState::Absent;
        match self.facts.get(name) {
            Some(fact) => Some(&fact.state),
            // Facts that were collected before there was one to look for tell of no deployment.
            None if name.starts_with("deployment.") && !self.facts.contains_key("deployment.from") => Some(&ABSENT),
            None => None,
        }
    }

    /// What the tier asks for in this cell.
    pub fn need(&self, cell: &str) -> Option<&'a Need> {
        let is_mongodb = self.facts.get("plan.role").and_then(Fact::text) == Some("mongodb");
        let tier = self.tier?;
        if is_mongodb { tier.mongodb.get(cell) } else { tier.needs.get(cell) }
    }

    /// Whether the predicate holds. A cell of a tier that is blank or of no tier makes its leaf unknown.
    pub fn truth(&self, predicate: &Predicate) -> Truth {
        match predicate {
            Predicate::All(parts) => kleene(parts.iter().map(|part| self.truth(part)), Truth::False),
            Predicate::Any(parts) => kleene(parts.iter().map(|part| self.truth(part)), Truth::True),
            Predicate::Not(part) => self.truth(part).not(),
            Predicate::Leaf(leaf) => self.truth_of_leaf(leaf),
        }
    }

    fn truth_of_leaf(&self, leaf: &Leaf) -> Truth {
        match (self.state(&leaf.fact), &leaf.operator) {
            (None | Some(FactState::Unknown { .. }), _) => Truth::Unknown,
            (Some(FactState::Absent), Operator::Present(expected)) => (!expected).into(),
            (Some(FactState::Absent), _) => Truth::False,
            (Some(FactState::Known(value)), operator) => {
                self.holds(operator, leaf.share.unwrap_or(1.0), value).map_or(Truth::Unknown, Truth::from)
            }
        }
    }

    /// Whether the operator holds of a known value; `None` if that cannot be determined.
    fn holds(&self, operator: &Operator, share: f64, value: &Value) -> Option<bool> {
        match operator {
            Operator::Present(expected) => Some(*expected),
            Operator::Version(range) => Some(range.contains(&Version::parse(text(value)?).ok()?)),
            Operator::AtLeast(quantity) => Some(number(value)? >= quantity.number * share),
            Operator::AtMost(quantity) => Some(number(value)? <= quantity.number),
            Operator::Is(expected) => Some(value == expected),
            Operator::OneOf(words) => Some(words.iter().any(|word| text(value) == Some(word))),
            Operator::Contains(words) => match value {
                Value::List(list) => Some(words.iter().all(|word| list.contains(word))),
                _ => None,
            },
            Operator::Tier(cell) => match self.need(cell)? {
                Need::Quantity { from, .. } => Some(number(value)? >= from.number * share),
                Need::OneOf(words) => Some(words.iter().any(|word| text(value) == Some(word))),
            },
        }
    }

    /// Names of the facts that decide: of `all`, those of the parts that share its truth; of `any`, all.
    pub fn deciding<'p>(&self, predicate: &'p Predicate) -> Vec<&'p str> {
        let mut names: Vec<&str> = match predicate {
            Predicate::All(parts) => {
                let truth = self.truth(predicate);
                let same = parts.iter().filter(|part| self.truth(part) == truth);
                same.flat_map(|part| self.deciding(part)).collect()
            }
            Predicate::Any(parts) => parts.iter().flat_map(|part| self.deciding(part)).collect(),
            Predicate::Not(part) => self.deciding(part),
            Predicate::Leaf(leaf) => vec![leaf.fact.as_str()],
        };
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        names
    }

    /// What is needed: of `all`, the parts that do not hold, or all of them when they do.
    pub fn requirement(&self, predicate: &Predicate) -> Requirement {
        match predicate {
            Predicate::All(parts) => {
                let open: Vec<_> = parts.iter().filter(|part| self.truth(part) != Truth::True).collect();
                let shown = if open.is_empty() { parts.iter().collect() } else { open };
                Requirement::all(shown.into_iter().map(|part| self.requirement(part)).collect())
            }
            Predicate::Any(parts) => Requirement::any(parts.iter().map(|part| self.requirement(part)).collect()),
            Predicate::Not(part) => Requirement::Not(Box::new(self.requirement(part))),
            Predicate::Leaf(leaf) => Requirement::Condition(self.condition(leaf)),
        }
    }

    fn condition(&self, leaf: &Leaf) -> Condition {
        let of = |operator, value| Condition::new(&leaf.fact, operator, Some(value));
        let at_least = |quantity: &Quantity| Condition {
            written: Some(quantity.text.clone()),
            tolerance: leaf.share,
            ..of(Comparison::AtLeast, base_units(quantity.number))
        };
        match &leaf.operator {
            Operator::Version(range) => of(Comparison::Version, range.to_string().into()),
            Operator::AtLeast(quantity) => at_least(quantity),
            Operator::AtMost(quantity) => Condition {
                written: Some(quantity.text.clone()),
                ..of(Comparison::AtMost, base_units(quantity.number))
            },
            Operator::Is(value) => of(Comparison::Is, value.clone()),
            Operator::OneOf(words) => of(Comparison::OneOf, words.clone().into()),
            Operator::Contains(words) => of(Comparison::Contains, words.clone().into()),
            Operator::Present(expected) => of(Comparison::Present, (*expected).into()),
            Operator::Tier(cell) => {
                let condition = match self.need(cell) {
                    Some(Need::Quantity { from, to }) => Condition {
                        up_to: to.as_ref().map(|to| to.number),
                        written: Some(match to {
                            Some(to) => format!("{} to {}", from.text, to.text),
                            None => from.text.clone(),
                        }),
                        ..at_least(from)
                    },
                    Some(Need::OneOf(words)) => of(Comparison::OneOf, words.clone().into()),
                    None => Condition::new(&leaf.fact, Comparison::AtLeast, None),
                };
                Condition { cell: Some(cell.clone()), ..condition }
            }
        }
    }
}

/// Kleene's and/or: `decisive` as soon as one part is, unknown if one is, the other truth otherwise.
fn kleene(parts: impl Iterator<Item = Truth>, decisive: Truth) -> Truth {
    let mut result = decisive.not();
    for part in parts {
        if part == decisive {
            return decisive;
        }
        if part == Truth::Unknown {
            result = Truth::Unknown;
        }
    }
    result
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// A value as a number, if it is one.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Count(count) => Some(*count as f64),
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

/// A number as it is written in a report: whole if it is.
fn base_units(number: f64) -> Value {
    if number >= 0.0 && number.fract() == 0.0 && number < 2f64.powi(63) {
        Value::Count(number as u64)
    } else {
        Value::Number(number)
    }
}

#[cfg(test)]
mod tests;
