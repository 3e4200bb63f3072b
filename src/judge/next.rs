//! What to do next.

use serde::{Deserialize, Serialize};

use super::{Finding, Verdict};
use crate::facts::{FactState, Facts, Why};
use crate::pack::Outcome;
use crate::plan::Plan;

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Next {
    /// Say which moment is judged: the product runs here, and an installation was assumed.
    NamePhase,
    /// Put the failed checks right, and judge again.
    FixFailures,
    /// Judge again as root, who may read what this user may not.
    RunAsRoot,
    /// Name a tier, or give the numbers that choose one.
    NameTier,
    /// The numbers exceed every tier: ask the vendor for sizes.
    AskVendor,
    /// Put right what kept facts from being read, or attest them.
    SupplyFacts,
    /// Judge the checks that were not asked for.
    JudgeRest,
    /// Go on as the vendor says.
    GoOn {
        /// In the words of the pack; empty if it has none.
        text: String,
    },
}

impl Next {
    /// What fits the verdict. `go_on` is what the pack says after a positive one; `runs` says that an installation was assumed
    /// where the product runs.
    pub(super) fn of(
        verdict: Verdict,
        findings: &[Finding],
        facts: &Facts,
        plan: &Plan,
        go_on: &str,
        runs: bool,
    ) -> Self {
        let not_permitted = |name: &String| {
            let state = facts.get(name).map(|fact| &fact.state);
            matches!(state, Some(FactState::Unknown { why: Why::NotPermitted, .. }))
        };
        let mut unknown = findings.iter().filter(|finding| finding.outcome == Outcome::Unknown);
        match verdict {
            _ if runs => Self::NamePhase,
            Verdict::Unsupported => Self::FixFailures,
            Verdict::Supported | Verdict::SupportedWithWarnings if !plan.only.is_empty() => Self::JudgeRest,
            Verdict::Supported | Verdict::SupportedWithWarnings => Self::GoOn { text: go_on.to_owned() },
            Verdict::Undetermined if unknown.any(|finding| finding.decided.iter().any(not_permitted)) => {
                Self::RunAsRoot
            }
            Verdict::Undetermined if plan.tier.is_none() && !plan.numbers.is_empty() => Self::AskVendor,
            Verdict::Undetermined if plan.tier.is_none() => Self::NameTier,
            Verdict::Undetermined => Self::SupplyFacts,
        }
    }
}

#[cfg(test)]
mod tests;
