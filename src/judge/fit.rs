//! Which tiers a host fits by its sizes.

use jiff::civil::Date;
use serde::Serialize;

use super::{Finding, Judgement, Verdict, judge, verdict};
use crate::facts::Facts;
use crate::pack::{Outcome, Pack, Tier};
use crate::plan::Plan;

/// Whether a host is one for a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fits {
    /// It is as large as the tier asks for.
    Yes,
    /// It is too small, or lacks something.
    No,
    /// The tier's sizes are the total of a cluster, of which it can be one node.
    Node,
    /// Something that decides is unknown.
    Unknown,
}

/// A tier, and how the host's sizes compare with it.
#[derive(Clone, Debug, PartialEq)]
pub struct TierFit<'p> {
    /// The tier.
    pub tier: &'p Tier,
    /// Every fact judged.
    pub facts: Facts,
    /// Verdict over the checks that compare with the tier's cells.
    pub verdict: Verdict,
    /// Their findings.
    pub findings: Vec<Finding>,
}

impl TierFit<'_> {
    /// Whether the host is one for it.
    pub fn fits(&self) -> Fits {
        match self.verdict {
            _ if self.tier.cluster => Fits::Node,
            Verdict::Supported | Verdict::SupportedWithWarnings => Fits::Yes,
            Verdict::Unsupported => Fits::No,
            Verdict::Undetermined => Fits::Unknown,
        }
    }
}

/// Compares the host with every tier of the pack, as if it were all of a cluster.
pub fn fits<'p>(pack: &'p Pack, facts: &Facts, today: Date) -> Vec<TierFit<'p>> {
    let compares = |id: &str| pack.check(id).is_some_and(|check| check.expect.cells().next().is_some());
    let fit = |tier: &'p Tier| {
        let plan = Plan { nodes: Some(1), ..Plan::of_tier(pack, Some(tier.id.clone())) };
        let Judgement { facts, mut findings, .. } = judge(pack, &plan, facts.clone(), today);
        findings.retain(|finding| compares(&finding.id) && finding.outcome != Outcome::Skipped);
        TierFit { tier, facts, verdict: verdict(&findings), findings }
    };
    pack.tiers.iter().map(fit).collect()
}

#[cfg(test)]
mod tests;
