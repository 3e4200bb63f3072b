//! A check's outcome on a host, with everything that explains it. What is said of it to people is made in `words`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::requirement::Requirement;
use crate::facts::Facts;
use crate::pack::{Another, Fix, Level, Outcome, Source};
use crate::plan::{Exceeded, Waiver};

/// Why an outcome is what it is, where found and needed do not show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Reason {
    /// In the words of the pack.
    Explained {
        /// The words.
        text: String,
    },
    /// The check does not apply, because of these facts.
    NotApplicable {
        /// Names of the facts that decide.
        facts: Vec<String>,
    },
    /// Sizes need a tier, and none was chosen.
    NoTier,
    /// The numbers of the plan exceed every tier, so that no size is known.
    BeyondTiers {
        /// What to do, in the words of the pack.
        text: String,
    },
    /// The cell is the total of a cluster, and this host is one node of it.
    ClusterTotal {
        /// The cell.
        cell: String,
    },
    /// The tier does not hold the numbers of the plan.
    TierExceeded {
        /// The tier.
        tier: String,
        /// The numbers that it does not hold, and how many it does.
        numbers: Vec<Exceeded>,
    },
    /// Numbers are those of production, and the tier is for tests.
    TierForTests {
        /// The tier.
        tier: String,
    },
    /// The vendor gives no figure in this cell of the tier.
    BlankCell {
        /// The cell.
        cell: String,
    },
    /// The size lies inside the planning range that the vendor gives in this cell of the tier.
    InRange {
        /// The cell.
        cell: String,
    },
    /// How the storage that the plan needs is calculated.
    StorageNeeded {
        /// Data that is added a day, bytes.
        daily: u64,
        /// Days that it is kept.
        retention_days: u64,
        /// Room for growth, percent.
        growth_percent: u64,
        /// That data with its growth, bytes.
        data: u64,
        /// Copies of it that backups keep on the same storage.
        backup_copies: u64,
        /// The storage to provide for all of it, bytes.
        needed: u64,
    },
    /// Facts that decide are unknown, beside those that are shown.
    UnknownFacts {
        /// Their names.
        facts: Vec<String>,
    },
    /// The line that a version is on has ended.
    LineEnded {
        /// The line.
        line: String,
        /// Its last day.
        until: Date,
    },
    /// It is so on these hosts of a fleet.
    OnHosts {
        /// The hosts, those that decide first; what is the same on several stands once.
        groups: Vec<HostGroup>,
    },
    /// The hosts of a fleet together have too little of this.
    Short {
        /// The size.
        fact: String,
        /// How much is missing, in base units.
        missing: f64,
    },
    /// The hosts that are known have too little of this, and not all hosts are known.
    ShortSoFar {
        /// The size.
        fact: String,
        /// How much is missing so far, in base units.
        missing: f64,
    },
}

/// Hosts of a fleet on which a check came out in the same way, for the same reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HostGroup {
    /// Outcome, level and waiver in one word.
    pub status: Status,
    /// Names of the hosts, of many only the first.
    pub hosts: Vec<String>,
    /// How many they are.
    pub count: usize,
    /// What was found there.
    #[serde(default, skip_serializing_if = "Facts::is_empty")]
    pub found: Facts,
    /// Why it is so, where that does not show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Box<Reason>>,
}

/// A waiver that stands against a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Waived {
    /// Why it is accepted.
    pub reason: String,
    /// Who accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Last day it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Its last day is over: it is shown, but does not count.
    pub expired: bool,
    /// Whether its last day is over is unknown, because the clock cannot be right: it is shown, but does not count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wrong_clock: bool,
}

impl Waived {
    /// A waiver as of a day, which comes from a clock that may be wrong.
    pub fn on(today: Date, wrong_clock: bool, waiver: &Waiver) -> Self {
        Self {
            reason: waiver.reason.clone(),
            who: waiver.who.clone(),
            until: waiver.until,
            expired: waiver.until.is_some_and(|until| today > until),
            wrong_clock: wrong_clock && waiver.until.is_some(),
        }
    }
}

/// Outcome, level and waiver of a finding in one word. The order is that of a reader's attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Failed and required.
    Failed,
    /// Failed and recommended.
    Warning,
    /// Could not be determined.
    Unknown,
    /// Failed or unknown, and waived.
    Waived,
    /// Passed.
    Passed,
    /// Did not apply.
    Skipped,
}

impl Status {
    /// Every status, in its order.
    pub const ALL: [Self; 6] = [Self::Failed, Self::Warning, Self::Unknown, Self::Waived, Self::Passed, Self::Skipped];

    /// The status of an outcome.
    pub fn of(outcome: Outcome, level: Level, is_waived: bool) -> Self {
        match (outcome, level) {
            (Outcome::Pass, _) => Self::Passed,
            (Outcome::Skipped, _) => Self::Skipped,
            (Outcome::Fail | Outcome::Unknown, _) if is_waived => Self::Waived,
            (Outcome::Unknown, _) => Self::Unknown,
            (Outcome::Fail, Level::Required) => Self::Failed,
            (Outcome::Fail, Level::Recommended) => Self::Warning,
        }
    }
}

/// A check's outcome on a host.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Check id.
    pub id: String,
    /// The requirement in one line.
    pub title: String,
    /// Group it is shown in.
    pub group: String,
    /// Whether it decides.
    pub level: Level,
    /// Outcome.
    pub outcome: Outcome,
    /// Why this outcome, where found and needed do not show it.
    pub because: Option<Reason>,
    /// Names of the facts worth showing as found; none when skipped.
    pub found: Vec<String>,
    /// Names of the facts that decided.
    pub decided: Vec<String>,
    /// What is needed.
    pub needed: Requirement,
    /// The same in the pack's own words, where it has them.
    pub needed_words: Option<String>,
    /// Why it matters.
    pub why: String,
    /// How it is put right, if it failed or is unknown.
    pub fix: Option<Fix>,
    /// Page that the requirement comes from.
    pub source: Source,
    /// Waiver that stands against it.
    pub waiver: Option<Waived>,
}

impl Finding {
    /// Whether a waiver that still counts stands against it.
    pub fn is_waived(&self) -> bool {
        self.waiver.as_ref().is_some_and(|waived| !waived.expired && !waived.wrong_clock)
    }

    /// What has to be another one before it passes; none if it can be put right here, or nothing is known of how.
    pub fn another(&self) -> Option<Another> {
        self.fix.as_ref().and_then(|fix| fix.another)
    }

    /// Outcome, level and waiver in one word.
    pub fn status(&self) -> Status {
        Status::of(self.outcome, self.level, self.is_waived())
    }
}

#[cfg(test)]
mod tests;
