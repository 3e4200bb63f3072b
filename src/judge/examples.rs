//! The examples that every check carries.

use super::predicate::Evidence;
use super::{derive, finding};
use crate::pack::{Outcome, Pack};
use crate::plan::Plan;

/// An example of a check that did not have the outcome it names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: the example of {id} came out as {got:?}, not {expected:?}")]
pub struct ExampleFailed {
    /// `file:line`.
    pub place: String,
    /// Check id.
    pub id: String,
    /// Outcome it names.
    pub expected: Outcome,
    /// Outcome it had.
    pub got: Outcome,
}

/// Runs every example of every check of a pack.
pub fn run_examples(pack: &Pack) -> Vec<ExampleFailed> {
    let mut failed = Vec::new();
    for check in &pack.checks {
        for example in &check.examples {
            let plan = Plan::of_tier(pack, example.tier.clone());
            // What an example states goes before what the plan says and what would be derived.
            let mut facts = plan.facts(pack);
            facts.extend(example.facts.clone());
            derive::derive(&mut facts, pack, &plan, example.today.unwrap_or(pack.reviewed));
            let tier = example.tier.as_deref().and_then(|id| pack.tier(id));
            let got = finding(pack, check, &Evidence { facts: &facts, tier }).outcome;
            if got != example.outcome {
                let (place, id) = (example.place.clone(), check.id.clone());
                failed.push(ExampleFailed { place, id, expected: example.outcome, got });
            }
        }
    }
    failed
}

#[cfg(test)]
mod tests;
