//! What is needed.

use super::values::{kind, value};
use crate::facts::{Kind, Value, format_bytes, format_count};
use crate::judge::{Comparison, Condition, Finding, Requirement};

/// What is needed: in the pack's own words, or in those of its operators.
pub fn needed(finding: &Finding) -> String {
    in_words(finding).unwrap_or_else(|| requirement(&finding.needed))
}

/// What is needed in the pack's own words, which cannot have the figure of a share of a tier's cell.
pub(super) fn in_words(finding: &Finding) -> Option<String> {
    let words = finding.needed_words.clone()?;
    let conditions = finding.needed.conditions();
    let [Condition { fact, value: Some(Value::Count(bytes)), written: Some(written), tolerance: Some(share), .. }] =
        conditions.as_slice()
    else {
        return Some(words);
    };
    let least = (*bytes as f64 * share).round() as u64;
    Some(format!("{words} ({} of {written})", format_bytes(least, kind(fact))))
}

/// What is needed, in the words of its operators.
pub fn requirement(requirement: &Requirement) -> String {
    operators(requirement, false)
}

/// What is needed, in the words of its operators; short ones are the figures alone.
pub(super) fn operators(requirement: &Requirement, short: bool) -> String {
    let joined = |parts: &[Requirement], word: &str| {
        let mut texts: Vec<String> = Vec::new();
        for part in parts {
            let text = operators(part, short);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts.join(word)
    };
    match requirement {
        Requirement::All(parts) => joined(parts, " and "),
        // Of several ways to reach the same figure, the first says enough.
        Requirement::Any(parts) => {
            let figure = |part: &Requirement| part.conditions().into_iter().find_map(|one| one.written.clone());
            let first = parts.first().and_then(figure);
            let is_another = |part: &&Requirement| first.is_none() || figure(part) != first;
            let further = parts.iter().skip(1).filter(is_another);
            joined(&parts.iter().take(1).chain(further).cloned().collect::<Vec<_>>(), " or ")
        }
        Requirement::Not(part) => format!("not {}", operators(part, short)),
        Requirement::Condition(condition) => self::condition(condition, short),
    }
}

/// What is needed of a fact; a short one is the figure alone.
pub(super) fn condition(condition: &Condition, short: bool) -> String {
    let kind = kind(&condition.fact);
    let Some(wanted) = &condition.value else {
        return match &condition.from {
            Some(name) => format!("what the plan needs ({name})"),
            None => format!("what the tier asks for ({})", condition.cell.as_deref().unwrap_or("its cell")),
        };
    };
    let written = || condition.written.clone().unwrap_or_else(|| value(wanted, kind));
    match (condition.operator, wanted) {
        (Comparison::AtLeast, _) if short => with_unit(&written(), kind),
        (Comparison::AtLeast, _) => {
            let least = if condition.up_to.is_some() { "" } else { "at least " };
            format!("{least}{}{}", with_unit(&written(), kind), tolerance(condition, kind))
        }
        (Comparison::AtMost, _) => format!("at most {}", with_unit(&written(), kind)),
        (Comparison::OneOf, Value::List(words)) => {
            let words = words.iter().map(|word| value(&Value::Text(word.clone()), kind));
            words.collect::<Vec<_>>().join(" or ")
        }
        (Comparison::Version, Value::Text(range)) => version_range(range),
        (Comparison::Present, Value::Bool(true)) => "present".to_owned(),
        (Comparison::Present, _) => "none".to_owned(),
        (_, wanted) => value(wanted, kind),
    }
}

/// A range of versions: `>=24` is "24 or newer"; a range with further bounds stays as it is.
fn version_range(range: &str) -> String {
    match range.strip_prefix(">=").map(str::trim) {
        Some(version) if !version.contains(',') => format!("{version} or newer"),
        _ => range.to_owned(),
    }
}

/// A number as the pack writes it, but for its thousands, with the unit of its fact where that is not plain.
fn with_unit(written: &str, kind: Kind) -> String {
    let written = written.parse().map_or_else(|_| written.to_owned(), format_count);
    match kind {
        Kind::Number(unit) => format!("{written} {unit}"),
        _ => written,
    }
}

/// What suffices of a nominal size.
fn tolerance(condition: &Condition, kind: Kind) -> String {
    match (&condition.value, condition.tolerance) {
        (Some(Value::Count(bytes)), Some(share)) => {
            let floor = (*bytes as f64 * share).round() as u64;
            format!(" (from {} measured)", format_bytes(floor, kind))
        }
        _ => String::new(),
    }
}
