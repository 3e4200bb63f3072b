//! The one table of exit codes.

use std::process::ExitCode;

use serde::Serialize;

use crate::inspect::InspectError;
use crate::judge::Verdict;
use crate::render::nagios::ServiceState;
use crate::report::Tool;

/// How a run ended. The numbers are a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: supported, warnings included; or the command did what it was asked.
    Success,
    /// 1: rampcheck itself failed.
    Failed,
    /// 2: wrong usage, or input that cannot be used: arguments, plan, pack, report.
    Usage,
    /// 3: unsupported; with `diff --exit-code` something differs.
    Unsupported,
    /// 4: undetermined: a required check is unknown.
    Undetermined,
    /// 0 to 3 of the Nagios plugin interface, with `--format nagios`.
    Plugin(ServiceState),
}

/// The table for help texts.
pub const TABLE: &str = "\
Exit codes:
  0  supported, warnings included (without a verdict: done)
  1  rampcheck itself failed
  2  wrong usage, or a plan, pack, report or facts file that cannot be used
  3  unsupported; with `diff --exit-code`: the reports differ
  4  undetermined: a required check is unknown
With --format nagios: 0 OK, 1 WARNING, 2 CRITICAL (unsupported), 3 UNKNOWN (undetermined, or anything that went wrong)";

impl Exit {
    /// The code of a verdict.
    pub fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Supported | Verdict::SupportedWithWarnings => Self::Success,
            Verdict::Undetermined => Self::Undetermined,
            Verdict::Unsupported => Self::Unsupported,
        }
    }

    /// The one of two that decides: rampcheck failed, then some input could not be used, then the worse verdict.
    pub fn worst(self, other: Self) -> Self {
        let weight = |exit: Self| match exit.code() {
            0 => 0,
            // Undetermined is less than unsupported, as verdicts are.
            4 => 1,
            3 => 2,
            2 => 3,
            _ => 4,
        };
        if weight(other) > weight(self) { other } else { self }
    }

    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success | Self::Plugin(ServiceState::Ok) => 0,
            Self::Failed | Self::Plugin(ServiceState::Warning) => 1,
            Self::Usage | Self::Plugin(ServiceState::Critical) => 2,
            Self::Unsupported | Self::Plugin(ServiceState::Unknown) => 3,
            Self::Undetermined => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command ended without its result. The message says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Exit code 2.
    #[error("{0}")]
    Usage(String),
    /// Exit code 1.
    #[error("{0}")]
    Tool(String),
}

impl From<InspectError> for Failure {
    fn from(error: InspectError) -> Self {
        match error {
            InspectError::Redact(error) => Self::tool(error),
            error => Self::usage(error),
        }
    }
}

/// A failure as programs read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorDocument {
    /// `urn:rampcheck:error:1`.
    schema: &'static str,
    /// Program that wrote it.
    tool: Tool,
    /// What went wrong.
    error: ErrorEntry,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct ErrorEntry {
    /// `usage` or `tool`: whose fault it is.
    kind: &'static str,
    /// For people.
    message: String,
    exit_code: u8,
}

impl Failure {
    /// In the form that programs read.
    pub fn document(&self) -> ErrorDocument {
        let kind = match self {
            Self::Usage(_) => "usage",
            Self::Tool(_) => "tool",
        };
        let message = self.to_string().trim_end().to_owned();
        ErrorDocument {
            schema: "urn:rampcheck:error:1",
            tool: Tool::default(),
            error: ErrorEntry { kind, message, exit_code: self.exit().code() },
        }
    }

    /// Exit code 2 with this message.
    pub fn usage(message: impl ToString) -> Self {
        Self::Usage(message.to_string())
    }

    /// Exit code 1 with this message.
    pub fn tool(message: impl ToString) -> Self {
        Self::Tool(message.to_string())
    }

    /// Its exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Tool(_) => Exit::Failed,
        }
    }
}
