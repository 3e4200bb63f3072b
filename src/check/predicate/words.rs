//! Predicates and facts in words.

use super::super::ends::Line;
use super::{Bound, Choices, Leaf, NOMINAL_SHARE, Operator, Predicate, Scope, Truth};
use crate::facts::{Fact, Kind, Reading, Value, format_bytes, format_count, format_number};

impl Predicate {
    /// What is needed, in words: the part that does not hold, or all of it when it holds.
    pub fn needed(&self, scope: &Scope<'_>) -> String {
        match self {
            Self::All(parts) => {
                let open: Vec<_> = parts.iter().filter(|part| part.truth(scope) != Truth::True).collect();
                let shown: Vec<_> = if open.is_empty() { parts.iter().collect() } else { open };
                join(shown.into_iter().map(|part| part.needed(scope)), " and ")
            }
            Self::Any(parts) => join(parts.iter().map(|part| part.needed(scope)), " or "),
            Self::Not(part) => format!("not {}", part.needed(scope)),
            Self::Leaf(leaf) => leaf.needed(scope),
        }
    }
}

impl Predicate {
    /// When the line of a version ended that should be maintained.
    pub fn ended(&self, scope: &Scope<'_>) -> Option<String> {
        self.relevant_leaves(scope).into_iter().find_map(|leaf| match leaf.line(scope)? {
            (_, Some((line, Some(end)))) if end < scope.today => Some(format!("{line} ended on {end}")),
            _ => None,
        })
    }

    /// That a version that should be maintained is on no line of its table.
    pub fn unlisted(&self, scope: &Scope<'_>) -> Option<String> {
        self.relevant_leaves(scope).into_iter().find_map(|leaf| match leaf.line(scope)? {
            (text, None) => Some(format!("when the line of {text} ends is not known to this pack")),
            _ => None,
        })
    }

    /// The leaves, without those of branches that are about another distribution or product.
    fn relevant_leaves(&self, scope: &Scope<'_>) -> Vec<&Leaf> {
        let is_about_ends =
            |part: &Self| part.leaves().iter().any(|leaf| matches!(leaf.operator, Operator::Maintained(_)));
        match self {
            Self::All(parts) if parts.iter().any(|part| !is_about_ends(part) && part.truth(scope) == Truth::False) => {
                Vec::new()
            }
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(|part| part.relevant_leaves(scope)).collect(),
            Self::Not(_) => Vec::new(),
            Self::Leaf(leaf) => vec![leaf],
        }
    }
}

fn join(parts: impl Iterator<Item = String>, word: &str) -> String {
    let mut texts: Vec<String> = Vec::new();
    for part in parts {
        if !texts.contains(&part) {
            texts.push(part);
        }
    }
    texts.join(word)
}

impl Leaf {
    /// The quantity is inside a tier's planning range, but below its upper end.
    pub fn inside_range(&self, scope: &Scope<'_>) -> Option<String> {
        let Operator::AtLeast(Bound::Tier(cell)) = &self.operator else { return None };
        let need = scope.tier?.needs.get(cell)?;
        let (ceiling, found) = (need.ceiling(self.kind)?, scope.quantity(&self.fact)?);
        (found < ceiling).then(|| format!("inside the vendor's planning range of {need}"))
    }

    /// The text of a version that should be maintained, and its line with its last day, when it is on one.
    fn line<'s>(&self, scope: &Scope<'s>) -> Option<(&'s str, Option<Line<'s>>)> {
        let Operator::Maintained(table) = &self.operator else { return None };
        let text = scope.facts.get(&self.fact)?.text()?;
        Some((text, scope.ends.get(table)?.line(text)))
    }

    fn needed(&self, scope: &Scope<'_>) -> String {
        match &self.operator {
            Operator::Version(range) => range.to_string(),
            Operator::AtLeast(bound) => format!("at least {}", self.bound_text(bound, scope, true)),
            Operator::AtMost(bound) => format!("at most {}", self.bound_text(bound, scope, false)),
            Operator::Is(Value::Bool(true)) => "yes".to_owned(),
            Operator::Is(Value::Bool(false)) => "no".to_owned(),
            Operator::Is(value) => show_value(value, self.kind),
            Operator::OneOf(Choices::Fixed(words)) => words.join(" or "),
            Operator::OneOf(Choices::Tier(cell)) => scope
                .tier
                .and_then(|tier| tier.needs.get(cell))
                .map_or_else(|| format!("the tier's {cell}"), ToString::to_string),
            Operator::Contains(words) => words.join(", "),
            Operator::Maintained(_) => format!("maintained on {}", scope.today),
            Operator::WithinSupport(support) => support.needed(scope),
            Operator::DaysLeft(days) => format!("more than {days} days ahead"),
            Operator::Present(true) => "present".to_owned(),
            Operator::Present(false) => "none".to_owned(),
        }
    }

    fn bound_text(&self, bound: &Bound, scope: &Scope<'_>, floor: bool) -> String {
        let size = |number: f64| format_bytes(number.round() as u64, self.kind);
        let nominal = |text: &str, number: f64| {
            if floor && self.is_size() {
                format!("{text} (counted from {} measured)", size(number * NOMINAL_SHARE))
            } else {
                text.to_owned()
            }
        };
        match bound {
            Bound::Fixed(number, text) => nominal(text, *number),
            Bound::Tier(cell) => match scope.tier.and_then(|tier| tier.needs.get(cell)) {
                Some(need) => nominal(&need.to_string(), need.floor(self.kind).unwrap_or_default()),
                None => format!("the tier's {cell}"),
            },
            Bound::Share(share, of) => {
                let share_text = format!("{} % of {of}", format_number(share * 100.0));
                match self.bound(bound, scope) {
                    Some(number) if self.is_size() => format!("{} ({share_text})", size(number)),
                    _ => share_text,
                }
            }
        }
    }
}

/// A value for people, by its kind.
pub fn show_value(value: &Value, kind: Kind) -> String {
    match (value, kind) {
        (Value::Bool(true), _) => "yes".to_owned(),
        (Value::Bool(false), _) => "no".to_owned(),
        (Value::Count(bytes), Kind::Memory | Kind::Storage) => format_bytes(*bytes, kind),
        (Value::Count(count), _) if *count >= i64::MAX as u64 => "unlimited".to_owned(),
        (Value::Count(count), _) => format_count(*count),
        (Value::Number(number), Kind::Number(unit)) => format!("{} {unit}", format_number(*number)),
        (Value::Number(number), _) => format_number(*number),
        (Value::Text(text), _) => text.clone(),
        (Value::List(list), _) if list.is_empty() => "none".to_owned(),
        (Value::List(list), _) if list.len() > 12 => format!("{} and {} more", list[..10].join(", "), list.len() - 10),
        (Value::List(list), _) => list.join(", "),
    }
}

/// A fact for people: its value, `not found`, or why it is unknown.
pub fn show_fact(fact: &Fact, kind: Kind) -> String {
    match &fact.reading {
        Reading::Known(value) if fact.attested => format!("{} (attested)", show_value(value, kind)),
        Reading::Known(value) => show_value(value, kind),
        Reading::Absent => "none".to_owned(),
        Reading::Unknown { reason, .. } => format!("unknown: {reason}"),
    }
}

/// Name of a kind in messages and documentation.
pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Choice(_) => "choice",
        Kind::Bool => "yes/no",
        Kind::Count => "count",
        Kind::Memory => "memory size",
        Kind::Storage => "storage size",
        Kind::Number(_) => "number",
        Kind::Version => "version",
        Kind::Date => "date",
        Kind::List => "list",
    }
}
