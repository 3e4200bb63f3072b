//! From findings to one word.

use serde::{Deserialize, Serialize};

use super::finding::{Finding, Status};
use crate::pack::{Level, Outcome};

/// Whether the host qualifies. The order is the order of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every check holds, the recommended ones, too.
    Supported,
    /// Every required check holds; a recommended one does not, or a failure was waived.
    SupportedWithWarnings,
    /// No required check fails, but at least one could not be determined.
    Undetermined,
    /// A required check fails.
    Unsupported,
}

/// Ids of the findings by status, in pack order: what is fixed first stands first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// Failed and required.
    pub failed: Vec<String>,
    /// Failed and recommended.
    pub warning: Vec<String>,
    /// Could not be determined.
    pub unknown: Vec<String>,
    /// Failed or unknown, and waived.
    pub waived: Vec<String>,
    /// Passed.
    pub passed: Vec<String>,
    /// Did not apply.
    pub skipped: Vec<String>,
}

impl Summary {
    /// Sorts findings by their status.
    pub fn of(findings: &[Finding]) -> Self {
        let ids = |status| {
            let of_status = findings.iter().filter(move |finding| finding.status() == status);
            of_status.map(|finding| finding.id.clone()).collect()
        };
        Self {
            failed: ids(Status::Failed),
            warning: ids(Status::Warning),
            unknown: ids(Status::Unknown),
            waived: ids(Status::Waived),
            passed: ids(Status::Passed),
            skipped: ids(Status::Skipped),
        }
    }

    /// The ids of one status.
    pub fn ids(&self, status: Status) -> &[String] {
        match status {
            Status::Failed => &self.failed,
            Status::Warning => &self.warning,
            Status::Unknown => &self.unknown,
            Status::Waived => &self.waived,
            Status::Passed => &self.passed,
            Status::Skipped => &self.skipped,
        }
    }

    /// How many findings there are.
    pub fn total(&self) -> usize {
        Status::ALL.iter().map(|status| self.ids(*status).len()).sum()
    }
}

/// The verdict over findings. If no check was evaluated it is undetermined, never supported.
pub fn verdict(findings: &[Finding]) -> Verdict {
    let evaluated = findings.iter().filter(|finding| finding.outcome != Outcome::Skipped);
    let worst = evaluated.map(|finding| match (finding.status(), finding.level) {
        (Status::Failed, _) => Verdict::Unsupported,
        (Status::Unknown, Level::Required) => Verdict::Undetermined,
        (Status::Warning | Status::Unknown | Status::Waived, _) => Verdict::SupportedWithWarnings,
        (Status::Passed | Status::Skipped, _) => Verdict::Supported,
    });
    worst.max().unwrap_or(Verdict::Undetermined)
}

#[cfg(test)]
mod tests;
