//! What an absent or unknown fact says of those that follow from it.

use crate::facts::{Fact, FactState, Why};

/// What follows for a fact whose origin is not known: the same reason.
pub(super) fn follows(origin: Option<&Fact>, name: &str) -> Fact {
    match origin.map(|fact| (&fact.state, &fact.place)) {
        Some((FactState::Absent, place)) => Fact::absent(place.clone()),
        Some((FactState::Unknown { why, reason }, place)) => Fact::unknown(*why, reason.clone(), place.clone()),
        Some((FactState::Known(_), place)) => {
            Fact::unknown(Why::Unreadable, format!("{name} makes no sense"), place.clone())
        }
        None => Fact::unknown(Why::NotAsked, format!("{name} was not collected"), ""),
    }
}
