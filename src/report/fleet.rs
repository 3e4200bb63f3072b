//! The hosts of a fleet, in the report on all of them together.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use crate::facts::{Fact, FactState, Facts, Value};
use crate::judge::{Finding, Status, Verdict, number};

/// The hosts of a fleet.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fleet {
    /// Every host that was named, expected or read, in the order of their names.
    pub hosts: Vec<FleetHost>,
}

/// What is known of a host of a fleet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FleetHost {
    /// Its name: the one that is expected, else the one in its report.
    pub name: String,
    /// A word of `plan.role`.
    pub role: String,
    /// File that its report came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Whether it counts, and why not.
    #[serde(flatten)]
    pub standing: Standing,
    /// What its report says; none if there is none that can be read.
    #[serde(flatten)]
    pub said: Option<Said>,
}

/// Whether the report of a host counts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Standing {
    /// It was judged, and counts.
    Judged,
    /// It is expected, and no report is its own.
    Missing,
    /// The host was read too long ago.
    Stale {
        /// How long ago that was, seconds.
        age: i64,
    },
    /// The digest of the report does not fit its content.
    Edited,
    /// The report is not signed by one of those who may.
    Unsigned {
        /// What is wrong with the signature.
        problem: String,
    },
    /// The file holds no report that can be judged.
    Unreadable {
        /// What is wrong with it.
        problem: String,
    },
    /// The report is of another product.
    OtherProduct {
        /// That product.
        product: String,
    },
    /// There is a newer report of the same host, so this one does not count.
    Superseded {
        /// File of the newer report.
        by: String,
    },
    /// It has the machine id of another expected host, so it is that host.
    SameHost {
        /// File of the report that counts.
        by: String,
    },
    /// Nobody expects this host, so it does not count.
    Unexpected,
}

impl Standing {
    /// The word of each, as JSON has it.
    pub const WORDS: [&'static str; 10] = [
        "judged",
        "missing",
        "stale",
        "edited",
        "unsigned",
        "unreadable",
        "other-product",
        "superseded",
        "same-host",
        "unexpected",
    ];

    /// Whether it keeps the fleet from being known whole.
    pub fn is_gap(&self) -> bool {
        !matches!(self, Self::Judged | Self::Superseded { .. } | Self::Unexpected)
    }
}

impl fmt::Display for Standing {
    /// Its word, as JSON has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = match self {
            Self::Judged => 0,
            Self::Missing => 1,
            Self::Stale { .. } => 2,
            Self::Edited => 3,
            Self::Unsigned { .. } => 4,
            Self::Unreadable { .. } => 5,
            Self::OtherProduct { .. } => 6,
            Self::Superseded { .. } => 7,
            Self::SameHost { .. } => 8,
            Self::Unexpected => 9,
        };
        f.write_str(Self::WORDS[at])
    }
}

/// What the report of a host says, judged anew by the plan of the fleet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Said {
    /// Hashed machine id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When the host was read.
    pub read: Timestamp,
    /// Verdict on the host by itself.
    pub verdict: Verdict,
    /// Ids of the checks that failed and are required.
    pub failed: Vec<String>,
    /// Ids of those that failed and are recommended.
    pub warnings: Vec<String>,
    /// Ids of those that could not be determined.
    pub unknown: Vec<String>,
    /// Ids of those that failed or are unknown, and are waived.
    pub waived: Vec<String>,
    /// CPUs that count (`size.cpus`); none if that is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpus: Option<f64>,
    /// Memory that counts, bytes (`size.memory`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<f64>,
    /// Storage that counts, bytes (`size.storage`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<f64>,
    /// Operating system (`os.pretty_name`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// Docker Engine (`docker.engine.version`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// Release of the product (`release.version`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// Version of rampcheck that read the host, and of the pack that judged it there.
    pub collected_by: String,
}

impl Said {
    /// What the facts and findings of a host say in short.
    pub fn of(
        id: Option<String>,
        read: Timestamp,
        collected_by: String,
        verdict: Verdict,
        findings: &[Finding],
        facts: &Facts,
    ) -> Self {
        let ids = |status: Status| {
            let of_status = findings.iter().filter(|finding| finding.status() == status);
            of_status.map(|finding| finding.id.clone()).collect()
        };
        let known = |name: &str| match facts.get(name).map(|fact: &Fact| &fact.state) {
            Some(FactState::Known(value)) => Some(value),
            _ => None,
        };
        let size = |name: &str| known(name).and_then(number);
        let text = |name: &str| match known(name) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        Self {
            id,
            read,
            verdict,
            failed: ids(Status::Failed),
            warnings: ids(Status::Warning),
            unknown: ids(Status::Unknown),
            waived: ids(Status::Waived),
            cpus: size("size.cpus"),
            memory: size("size.memory"),
            storage: size("size.storage"),
            system: text("os.pretty_name"),
            engine: text("docker.engine.version"),
            release: text("release.version"),
            collected_by,
        }
    }

    /// How much speaks against it: the worst hosts come first.
    pub fn weight(&self) -> (Verdict, usize, usize, usize) {
        (self.verdict, self.failed.len(), self.unknown.len(), self.warnings.len())
    }
}
