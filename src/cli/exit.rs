//! The one table of exit codes.

use std::process::ExitCode;

use crate::verdict::Verdict;

/// How a run ended. The numbers are a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: supported, warnings included; or the command did what it was asked.
    Success,
    /// 1: rampcheck itself failed.
    Failed,
    /// 2: wrong usage, or input that cannot be used: arguments, plan, pack, report.
    Usage,
    /// 3: unsupported; with `--strict` also warnings.
    Unsupported,
    /// 4: undetermined: a required check could not be told.
    Undetermined,
}

/// The table for help texts.
pub const TABLE: &str = "\
Exit codes:
  0  supported, warnings included (without a verdict: done)
  1  rampcheck itself failed
  2  wrong usage, or a plan, pack or facts file that cannot be used
  3  unsupported (with --strict also: supported with warnings)
  4  undetermined: a required check could not be told";

impl Exit {
    /// The code of a verdict.
    pub fn of(verdict: Verdict, strict: bool) -> Self {
        match verdict {
            Verdict::Supported => Self::Success,
            Verdict::SupportedWithWarnings if strict => Self::Unsupported,
            Verdict::SupportedWithWarnings => Self::Success,
            Verdict::Undetermined => Self::Undetermined,
            Verdict::Unsupported => Self::Unsupported,
        }
    }

    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Unsupported => 3,
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

impl Failure {
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
