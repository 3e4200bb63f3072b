//! Asking one probe in a test, and holding it to the catalogue while at it.

use super::collect::names;
use super::{Questions, reports};
use crate::facts::catalogue::lookup;
use crate::facts::{Fact, Facts, Kind, Reading, Subject, Value, Version, Why};
use crate::host::Recorded;

/// The facts that the probe of `subject` reports when nothing is asked beyond them: see [`ask_with`].
pub(super) fn ask(subject: Subject, host: &Recorded) -> Facts {
    ask_with(&Questions::default(), subject, host)
}

/// The facts that the probe of `subject` reports. Fails when it leaves out a row of the catalogue that is its own,
/// reports one twice or one that is not its own, or a value that does not fit the row's kind.
pub(super) fn ask_with(questions: &Questions, subject: Subject, host: &Recorded) -> Facts {
    let mut facts = Facts::new();
    for (name, fact) in reports(subject, host, questions) {
        let row = lookup(&name).unwrap_or_else(|| panic!("{name} is not in the catalogue"));
        assert_eq!(row.subject, subject, "{name}");
        assert!(fits(row.kind, &fact), "{name} is {:?}: {fact:?}", row.kind);
        assert!(facts.insert(name.clone(), fact).is_none(), "{name} is reported twice");
    }
    for name in names(subject, questions) {
        assert!(facts.contains_key(&name), "{name} is not reported");
    }
    facts
}

/// Whether the fact's value is of the kind; what has no value is of every kind.
fn fits(kind: Kind, fact: &Fact) -> bool {
    match (&fact.reading, kind) {
        (Reading::Known(Value::Text(text)), Kind::Choice(choices)) => choices.contains(&text.as_str()),
        (Reading::Known(Value::Text(text)), Kind::Version) => Version::parse(text).is_ok(),
        (Reading::Known(Value::Text(text)), Kind::Date) => text.parse::<jiff::civil::Date>().is_ok(),
        (Reading::Known(Value::Text(_)), kind) => kind == Kind::Text,
        (Reading::Known(Value::Bool(_)), kind) => kind == Kind::Bool,
        (Reading::Known(Value::Count(_)), kind) => matches!(kind, Kind::Count | Kind::Memory | Kind::Storage),
        (Reading::Known(Value::Number(_)), kind) => matches!(kind, Kind::Number(_)),
        (Reading::Known(Value::List(_)), kind) => kind == Kind::List,
        (Reading::Absent | Reading::Unknown { .. }, _) => true,
    }
}

/// The class of the reason, when the fact is unknown.
pub(super) fn why(fact: &Fact) -> Option<Why> {
    match fact.reading {
        Reading::Unknown { why, .. } => Some(why),
        _ => None,
    }
}

/// The reason in words, empty unless the fact is unknown.
pub(super) fn reason(fact: &Fact) -> &str {
    match &fact.reading {
        Reading::Unknown { reason, .. } => reason,
        _ => "",
    }
}
