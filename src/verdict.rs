//! From findings to one word.

use serde::{Deserialize, Serialize};

use crate::check::{Level, Outcome};
use crate::evaluate::Finding;

/// Whether the host qualifies. The order is the order of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every required check holds, and so does all advice.
    Supported,
    /// Every required check holds; advice does not, or a failure was waived.
    SupportedWithWarnings,
    /// No required check fails, but at least one cannot be told.
    Undetermined,
    /// A required check fails.
    Unsupported,
}

/// A finding's outcome, level and waiver in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Failed and required.
    Failed,
    /// Failed and recommended.
    Warning,
    /// Could not be told.
    Unknown,
    /// Failed or unknown, and waived.
    Waived,
    /// Passed.
    Passed,
    /// Did not apply.
    Skipped,
}

impl Status {
    /// The status of a finding.
    pub fn of(finding: &Finding) -> Self {
        match (finding.outcome, finding.level) {
            (Outcome::Fail | Outcome::Unknown, _) if finding.is_waived() => Self::Waived,
            (Outcome::Pass, _) => Self::Passed,
            (Outcome::Fail, Level::Required) => Self::Failed,
            (Outcome::Fail, Level::Recommended) => Self::Warning,
            (Outcome::Unknown, _) => Self::Unknown,
            (Outcome::Skipped, _) => Self::Skipped,
        }
    }
}

/// How many findings there are of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// Passed.
    pub passed: usize,
    /// Failed and required.
    pub failed: usize,
    /// Failed and recommended.
    pub warnings: usize,
    /// Could not be told.
    pub unknown: usize,
    /// Did not apply.
    pub skipped: usize,
    /// Failed or unknown, and waived; counted here only.
    pub waived: usize,
}

impl Summary {
    /// The counts, each finding being in one of them.
    pub fn counts(&self) -> [usize; 6] {
        [self.passed, self.failed, self.warnings, self.unknown, self.skipped, self.waived]
    }

    /// Counts findings.
    pub fn of(findings: &[Finding]) -> Self {
        let mut summary = Self::default();
        for finding in findings {
            let counter = match Status::of(finding) {
                Status::Failed => &mut summary.failed,
                Status::Warning => &mut summary.warnings,
                Status::Unknown => &mut summary.unknown,
                Status::Waived => &mut summary.waived,
                Status::Passed => &mut summary.passed,
                Status::Skipped => &mut summary.skipped,
            };
            *counter += 1;
        }
        summary
    }
}

/// The verdict over findings. Nothing evaluated is undetermined, never supported.
pub fn verdict(findings: &[Finding]) -> Verdict {
    let worst = findings.iter().map(|finding| match (finding.outcome, finding.level) {
        (Outcome::Pass | Outcome::Skipped, _) => Verdict::Supported,
        _ if finding.is_waived() => Verdict::SupportedWithWarnings,
        (Outcome::Fail, Level::Required) => Verdict::Unsupported,
        (Outcome::Unknown, Level::Required) => Verdict::Undetermined,
        (Outcome::Fail | Outcome::Unknown, Level::Recommended) => Verdict::SupportedWithWarnings,
    });
    let worst = worst.max().unwrap_or(Verdict::Undetermined);
    let evaluated = findings.iter().any(|finding| finding.outcome != Outcome::Skipped);
    if evaluated { worst } else { Verdict::Undetermined }
}
