//! What to do next, and why a check could not be determined.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Finding, Reason, Status, Verdict};
use crate::facts::{FactState, Facts, Why};
use crate::pack::{Level, Outcome};

/// A step to take next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Next {
    /// Say which moment is judged: the product runs here, and an installation was assumed.
    NamePhase,
    /// Judge again as root, who may read what this user may not.
    RunAsRoot {
        /// Ids of the checks that need it.
        checks: Vec<String>,
    },
    /// Name a tier, or give the numbers that choose one.
    NameTier,
    /// Say what the plan leaves open.
    CompletePlan {
        /// The facts of the plan that are unknown.
        facts: Vec<String>,
    },
    /// The numbers exceed every tier: ask the vendor for sizes.
    AskVendor,
    /// Choose another machine or operating system, or change this one.
    ChangeHost {
        /// Ids of the failed checks that need it.
        checks: Vec<String>,
    },
    /// Put failed checks right by installing and configuring, and judge again.
    FixFailures {
        /// Their ids, in the order in which they are put right.
        checks: Vec<String>,
    },
    /// Put right what kept facts from being read, or attest them.
    SupplyFacts {
        /// Ids of the required checks that wait for them.
        checks: Vec<String>,
    },
    /// Collect reports of hosts of a fleet, or collect them again.
    CollectReports {
        /// Names of the hosts, of many only the first.
        hosts: Vec<String>,
        /// How many they are.
        count: usize,
    },
    /// Add nodes to a fleet, or enlarge those that it has.
    AddNodes {
        /// What is missing of each size, by its fact, in base units.
        missing: BTreeMap<String, u64>,
    },
    /// Judge the checks that were not asked for.
    JudgeRest,
    /// Go on as the vendor says.
    GoOn {
        /// In the words of the pack; empty if it has none.
        text: String,
    },
}

impl Next {
    /// What fits the verdict, in the order in which it is done. `go_on` is what the pack says after a positive one; none if
    /// only some of its checks were judged. `runs` says that an installation was assumed where the product runs.
    pub(super) fn steps(
        verdict: Verdict,
        findings: &[Finding],
        facts: &Facts,
        go_on: Option<&str>,
        runs: bool,
    ) -> Vec<Self> {
        let mut steps = Vec::new();
        if runs {
            steps.push(Self::NamePhase);
        }
        if verdict <= Verdict::SupportedWithWarnings {
            steps.push(go_on.map_or(Self::JudgeRest, |text| Self::GoOn { text: text.to_owned() }));
        }
        let ids = |wanted: &dyn Fn(&Finding) -> bool| -> Vec<String> {
            findings.iter().filter(|finding| wanted(finding)).map(|finding| finding.id.clone()).collect()
        };
        let unknown = |finding: &Finding, wanted: &dyn Fn(&Cause<'_>) -> bool| {
            finding.status() == Status::Unknown && wanted(&Cause::of(finding, facts))
        };
        let mut step = |names: Vec<String>, make: fn(Vec<String>) -> Self| {
            if !names.is_empty() {
                steps.push(make(names));
            }
        };
        step(ids(&|finding| unknown(finding, &|cause| *cause == Cause::NotPermitted)), |checks| Self::RunAsRoot {
            checks,
        });
        step(ids(&|finding| unknown(finding, &|cause| *cause == Cause::NoTier)), |_| Self::NameTier);
        let open = findings.iter().filter(|finding| finding.status() == Status::Unknown);
        let open = open.filter_map(|finding| match Cause::of(finding, facts) {
            Cause::Plan(name) => Some(name.to_owned()),
            _ => None,
        });
        step(open.collect::<BTreeSet<_>>().into_iter().collect(), |facts| Self::CompletePlan { facts });
        step(ids(&|finding| unknown(finding, &|cause| *cause == Cause::BeyondTiers)), |_| Self::AskVendor);
        let failed = |finding: &Finding, elsewhere: bool| {
            finding.status() == Status::Failed && finding.another().is_some() == elsewhere
        };
        step(ids(&|finding| failed(finding, true)), |checks| Self::ChangeHost { checks });
        step(ids(&|finding| failed(finding, false)), |checks| Self::FixFailures { checks });
        if verdict == Verdict::Undetermined {
            let waits = |finding: &Finding| {
                finding.level == Level::Required
                    && unknown(finding, &|cause| matches!(cause, Cause::Fact(_) | Cause::Other))
            };
            step(ids(&waits), |checks| Self::SupplyFacts { checks });
        }
        steps
    }
}

/// Why a check could not be determined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause<'f> {
    /// This user may not read a fact that decides.
    NotPermitted,
    /// No tier was chosen.
    NoTier,
    /// The numbers of the plan exceed every tier.
    BeyondTiers,
    /// The plan leaves open what decides: the name of that fact of the plan.
    Plan(&'f str),
    /// Another fact that decides is unknown: its name.
    Fact(&'f str),
    /// Another cause.
    Other,
}

impl<'f> Cause<'f> {
    /// The cause of a finding that is unknown.
    pub fn of(finding: &'f Finding, facts: &'f Facts) -> Self {
        let why = |name: &str| match facts.get(name).map(|fact| &fact.state) {
            Some(FactState::Unknown { why, .. }) => Some(*why),
            _ => None,
        };
        match &finding.because {
            Some(Reason::NoTier) => Self::NoTier,
            Some(Reason::BeyondTiers { .. }) => Self::BeyondTiers,
            _ if finding.outcome != Outcome::Unknown => Self::Other,
            _ if finding.decided.iter().any(|name| why(name) == Some(Why::NotPermitted)) => Self::NotPermitted,
            _ => finding.decided.iter().find(|name| why(name).is_some()).map_or(Self::Other, |name| {
                let mut of_plan = facts.iter().filter(|(name, _)| name.starts_with("plan."));
                // What follows from it is unknown for the same reason.
                let state = facts.get(name).map(|fact| &fact.state);
                let same = of_plan.find(|(_, fact)| Some(&fact.state) == state);
                same.map_or(Self::Fact(name), |(of_plan, _)| Self::Plan(of_plan))
            }),
        }
    }
}

#[cfg(test)]
mod tests;
