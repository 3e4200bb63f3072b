//! Redaction.

use serde::{Deserialize, Serialize};

/// What of a report is replaced by stand-ins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Redaction {
    /// Nothing.
    #[default]
    None,
    /// Host and user names, domains, machine ids and MAC addresses.
    Identifiers,
    /// IP addresses, too.
    Strict,
}
