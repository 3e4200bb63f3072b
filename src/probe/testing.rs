//! Asking one probe in a test, and holding it to the catalogue while at it.

use super::collect::names;
use super::reports;
use crate::facts::catalogue::lookup;
use crate::facts::{Application, Fact, FactState, Facts, Kind, Questions, Subject, Value, Version, Why};
use crate::host::Recorded;

/// What is asked of a product with this image.
pub(super) fn of_image(repository: &str) -> Questions {
    let application = Application { images: [repository.to_owned()].into(), ..Application::default() };
    Questions { applications: vec![application], ..Questions::default() }
}

/// The facts that the probe of `subject` reports without further questions: see [`ask_with`].
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

/// Whether a fact's value is of the kind, and written as probes write it; a fact without a value fits every kind.
fn fits(kind: Kind, fact: &Fact) -> bool {
    let Some(value) = fact.value() else { return true };
    kind.takes(value)
        && match (kind, value) {
            (Kind::Choice(choices), Value::Text(text)) => choices.contains(&text.as_str()),
            (Kind::Version, Value::Text(text)) => Version::parse(text).is_ok(),
            (Kind::Date, Value::Text(text)) => text.parse::<jiff::civil::Date>().is_ok(),
            (Kind::Number(_), value) => matches!(value, Value::Number(_)),
            (Kind::Releases, value) => matches!(value, Value::Releases(_)),
            _ => true,
        }
}

/// The class of the reason, when the fact is unknown.
pub(super) fn why(fact: &Fact) -> Option<Why> {
    match fact.state {
        FactState::Unknown { why, .. } => Some(why),
        _ => None,
    }
}

/// The reason in words, empty unless the fact is unknown.
pub(super) fn reason(fact: &Fact) -> &str {
    match &fact.state {
        FactState::Unknown { reason, .. } => reason,
        _ => "",
    }
}
