//! The examples that every check carries.

use super::finding;
use crate::check::{Outcome, Pack, Scope};

/// An example of a check that did not have the outcome it names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: the example of {id} came out as {got:?}, not {wanted:?}: found {found}")]
pub struct ExampleFailed {
    /// `file:line`.
    pub place: String,
    /// Check id.
    pub id: String,
    /// Outcome it names.
    pub wanted: Outcome,
    /// Outcome it had.
    pub got: Outcome,
    /// What was found.
    pub found: String,
}

/// Runs every example of every check of a pack.
pub fn run_examples(pack: &Pack) -> Vec<ExampleFailed> {
    let mut failed = Vec::new();
    for check in &pack.checks {
        for example in &check.examples {
            let tier = example.plan.tier.as_deref().and_then(|id| pack.tier(id));
            let mut facts = example.facts.clone();
            for (name, fact) in example.plan.facts(tier) {
                facts.entry(name).or_insert(fact);
            }
            let today = example.today.unwrap_or(pack.reviewed);
            let scope = Scope { facts: &facts, tier, ends: &pack.ends, calendar: pack.calendar.as_ref(), today };
            let got = finding(pack, check, &scope, None);
            if got.outcome != example.outcome {
                failed.push(ExampleFailed {
                    place: example.place.clone(),
                    id: check.id.clone(),
                    wanted: example.outcome,
                    got: got.outcome,
                    found: got.found,
                });
            }
        }
    }
    failed
}
