//! The predicate language of packs: what a check expects of facts.
//!
//! A predicate is `all`, `any` or `not` of predicates, or a leaf `{ fact = NAME, OPERATOR = ... }`. Which operators fit is
//! decided by the fact's kind when the pack is loaded, so that evaluation cannot fail. It is three-valued: unknown in,
//! unknown out, unless the rest decides. An absent fact makes every operator but `present` false.

mod read;
mod support;
mod words;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use read::parse_value;
pub(crate) use read::{read, read_value};
pub use support::Support;
pub use words::{kind_name, show_fact};

use super::ends::Ends;
use super::releases::Calendar;
use super::tier::{Need, Tier};
use crate::facts::{Facts, Kind, Range, Reading, Value, Version, days};

/// Share of a nominal size from which it counts as reached: firmware and kernel keep 2 to 10 % of memory (MemTotal of
/// machines sold as 16 GB is 15.2 to 15.7 GiB), partitions and file-system tables about as much of a disk.
pub const NOMINAL_SHARE: f64 = 0.90;

/// What a check expects.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// Every one holds.
    All(Vec<Predicate>),
    /// At least one holds.
    Any(Vec<Predicate>),
    /// It does not hold.
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
}

/// What a leaf expects of its fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Operator {
    /// The version lies in the range.
    Version(Range),
    /// The quantity is at least this.
    AtLeast(Bound),
    /// The quantity is at most this.
    AtMost(Bound),
    /// The value is this.
    Is(Value),
    /// The text is one of these.
    OneOf(Choices),
    /// The list contains all of these.
    Contains(Vec<String>),
    /// The version is on a line of this table of `ends.toml` that has not ended.
    Maintained(String),
    /// The support window of the product's release is as told.
    WithinSupport(Support),
    /// The day is more than so many days ahead.
    DaysLeft(u32),
    /// The fact is known (true) or absent (false).
    Present(bool),
}

/// What a quantity is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {
    /// A fixed quantity, with the text it was written as.
    Fixed(f64, String),
    /// A cell of the tier.
    Tier(String),
    /// A share of another fact.
    Share(f64, String),
}

/// What a text may be.
#[derive(Clone, Debug, PartialEq)]
pub enum Choices {
    /// These.
    Fixed(Vec<String>),
    /// Those of a cell of the tier.
    Tier(String),
}

/// A predicate's outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not.
    False,
    /// It cannot be told.
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

/// All that a predicate is judged on.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// Facts of the host and of the plan.
    pub facts: &'a Facts,
    /// Tier of the plan, if any.
    pub tier: Option<&'a Tier>,
    /// Tables of ends of the pack.
    pub ends: &'a BTreeMap<String, Ends>,
    /// Release calendar of the pack.
    pub calendar: Option<&'a Calendar>,
    /// The day judged.
    pub today: Date,
}

impl Scope<'_> {
    fn reading(&self, name: &str) -> Option<&Reading> {
        self.facts.get(name).map(|fact| &fact.reading)
    }

    fn quantity(&self, name: &str) -> Option<f64> {
        as_number(self.facts.get(name)?.value()?)
    }
}

fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Count(count) => Some(*count as f64),
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

impl Predicate {
    /// Whether it holds. A tier cell that is blank, or a tier that is not chosen, makes its leaf unknown; callers ask
    /// [`Predicate::cells`] first.
    pub fn truth(&self, scope: &Scope<'_>) -> Truth {
        match self {
            Self::All(parts) => kleene(parts.iter().map(|part| part.truth(scope)), Truth::False),
            Self::Any(parts) => kleene(parts.iter().map(|part| part.truth(scope)), Truth::True),
            Self::Not(part) => part.truth(scope).not(),
            Self::Leaf(leaf) => leaf.truth(scope),
        }
    }

    /// Every leaf.
    pub fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::leaves).collect(),
            Self::Not(part) => part.leaves(),
            Self::Leaf(leaf) => vec![leaf],
        }
    }

    /// The cells of a tier that it compares with, and the kind of fact it compares them to.
    pub fn cells(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.leaves().into_iter().filter_map(|leaf| match &leaf.operator {
            Operator::AtLeast(Bound::Tier(cell)) | Operator::AtMost(Bound::Tier(cell)) => {
                Some((cell.as_str(), leaf.kind))
            }
            Operator::OneOf(Choices::Tier(cell)) => Some((cell.as_str(), leaf.kind)),
            _ => None,
        })
    }

    /// The facts that decide: of `all`, those of the parts that do not hold (or cannot be told, when none is false).
    pub fn deciding(&self, scope: &Scope<'_>) -> Vec<&str> {
        let mut names: Vec<&str> = match self {
            Self::All(parts) => {
                let truth = self.truth(scope);
                parts.iter().filter(|part| part.truth(scope) == truth).flat_map(|part| part.deciding(scope)).collect()
            }
            Self::Any(parts) => parts.iter().flat_map(|part| part.deciding(scope)).collect(),
            Self::Not(part) => part.deciding(scope),
            Self::Leaf(leaf) => vec![leaf.fact.as_str()],
        };
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        names
    }
}

/// Kleene's and/or: `decisive` as soon as one part is, unknown when one is, the other truth otherwise.
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

impl Leaf {
    fn truth(&self, scope: &Scope<'_>) -> Truth {
        match (scope.reading(&self.fact), &self.operator) {
            (None | Some(Reading::Unknown { .. }), _) => Truth::Unknown,
            (Some(Reading::Absent), Operator::Present(wanted)) => (!wanted).into(),
            (Some(Reading::Absent), _) => Truth::False,
            (Some(Reading::Known(value)), operator) => {
                self.holds(operator, value, scope).map_or(Truth::Unknown, Truth::from)
            }
        }
    }

    /// Whether the operator holds of a known value; `None` when that cannot be told.
    fn holds(&self, operator: &Operator, value: &Value, scope: &Scope<'_>) -> Option<bool> {
        let version = || match value {
            Value::Text(text) => Version::parse(text).ok(),
            _ => None,
        };
        match operator {
            Operator::Present(wanted) => Some(*wanted),
            Operator::Version(range) => Some(range.contains(&version()?)),
            Operator::Maintained(table) => {
                let text = match value {
                    Value::Text(text) => text,
                    _ => return None,
                };
                scope.ends.get(table)?.is_maintained(text, scope.today)
            }
            Operator::WithinSupport(support) => support.holds(scope),
            Operator::DaysLeft(ahead) => match value {
                Value::Text(text) => Some(days(scope.today, text.parse().ok()?) > i64::from(*ahead)),
                _ => None,
            },
            Operator::AtLeast(bound) => Some(as_number(value)? >= self.floor(bound, scope)?),
            Operator::AtMost(bound) => Some(as_number(value)? <= self.bound(bound, scope)?),
            Operator::Is(wanted) => Some(value == wanted),
            Operator::OneOf(choices) => match (value, choices) {
                (Value::Text(text), Choices::Fixed(words)) => Some(words.contains(text)),
                (Value::Text(text), Choices::Tier(cell)) => match scope.tier?.needs.get(cell)? {
                    Need::OneOf(words) => Some(words.contains(text)),
                    Need::Quantity { .. } => None,
                },
                _ => None,
            },
            Operator::Contains(words) => match value {
                Value::List(list) => Some(words.iter().all(|word| list.contains(word))),
                _ => None,
            },
        }
    }

    /// What the bound is, as a number.
    fn bound(&self, bound: &Bound, scope: &Scope<'_>) -> Option<f64> {
        match bound {
            Bound::Fixed(number, _) => Some(*number),
            Bound::Tier(cell) => scope.tier?.needs.get(cell)?.floor(self.kind),
            Bound::Share(share, of) => Some(share * scope.quantity(of)?),
        }
    }

    /// From where `at_least` holds: nominal sizes count from [`NOMINAL_SHARE`] of them.
    fn floor(&self, bound: &Bound, scope: &Scope<'_>) -> Option<f64> {
        let nominal = self.is_size() && !matches!(bound, Bound::Share(..));
        self.bound(bound, scope).map(|number| if nominal { number * NOMINAL_SHARE } else { number })
    }

    fn is_size(&self) -> bool {
        matches!(self.kind, Kind::Memory | Kind::Storage)
    }
}
