//! The plan: what the operator intends, from the command line or a file.
//!
//! ```toml
//! product = "cometchat"
//! tier = "qa"                      # or: mau = 25000, pcc = 1250
//! phase = "upgrade"
//! timeout = "10s"
//! strict = true
//! server = { url = "https://chat.example.com", online = true }
//! [[waiver]]
//! id = "storage-media"
//! reason = "all-flash array, confirmed by the data centre"
//! until = 2027-03-31
//! [[attestation]]
//! fact = "storage.data.media"
//! value = "ssd"
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::document::{Document, Problems, Table};
use super::predicate::read_value;
use super::server::{ServerPlan, read_server};
use super::tier::Tier;
use crate::facts::catalogue::{lookup, suggest};
use crate::facts::{Fact, Facts, Subject, Value, Version};

/// Moment judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Before the product is installed.
    #[default]
    Install,
    /// Before it is upgraded.
    Upgrade,
    /// While it runs.
    Run,
}

/// How the product is or will be deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Deployment {
    /// Docker Compose.
    Compose,
    /// Docker Swarm.
    Swarm,
    /// Kubernetes, including Rancher and OpenShift.
    Kubernetes,
    /// Anything else.
    Other,
}

/// Where MongoDB runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Mongodb {
    /// On this host.
    Local,
    /// Elsewhere.
    Remote,
}

/// A check that the operator accepts as it is. It is evaluated and shown all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Waiver {
    /// Check id.
    pub id: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Last day it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// A fact that a person supplies because the host cannot show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Attestation {
    /// Full name of the fact.
    pub fact: String,
    /// Its value.
    pub value: Value,
}

/// What the operator intends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Plan {
    /// Product id.
    pub product: String,
    /// Tier judged against: named, or chosen from the numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Moment judged.
    pub phase: Phase,
    /// Users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<u64>,
    /// Users active at the same time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrent: Option<u64>,
    /// Monthly active users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mau: Option<u64>,
    /// Peak concurrent connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pcc: Option<u64>,
    /// Application instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances: Option<u64>,
    /// How it is deployed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment: Option<Deployment>,
    /// Where MongoDB runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mongodb: Option<Mongodb>,
    /// MongoDB version intended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mongodb_version: Option<String>,
    /// Directory that will hold the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// The server, and who may be asked of it.
    #[serde(skip_serializing_if = "ServerPlan::is_empty")]
    pub server: ServerPlan,
    /// Accepted findings.
    #[serde(rename = "waivers", skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
    /// Supplied facts.
    #[serde(rename = "attestations", skip_serializing_if = "Vec::is_empty")]
    pub attestations: Vec<Attestation>,
}

/// A plan file: the plan, and how to run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanFile {
    /// The plan; `product` is empty when the file names none.
    pub plan: Plan,
    /// Whether the file names a phase.
    pub phase: Option<Phase>,
    /// Deadline of each probe.
    pub timeout: Option<Duration>,
    /// Warnings fail.
    pub strict: bool,
}

const PHASES: [(&str, Phase); 3] = [("install", Phase::Install), ("upgrade", Phase::Upgrade), ("run", Phase::Run)];
const DEPLOYMENTS: [(&str, Deployment); 4] = [
    ("compose", Deployment::Compose),
    ("swarm", Deployment::Swarm),
    ("kubernetes", Deployment::Kubernetes),
    ("other", Deployment::Other),
];
const MONGODB: [(&str, Mongodb); 2] = [("local", Mongodb::Local), ("remote", Mongodb::Remote)];

fn word_of<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    words.iter().find(|(_, candidate)| candidate == value).map_or("", |(word, _)| word)
}

/// Reads a plan file.
///
/// # Errors
/// All that is wrong with it.
pub fn read_plan(file: &str, text: &str) -> Result<PlanFile, Problems> {
    let document = Document::new(file, text);
    let map = document.parse();
    let table = document.table(&map);
    let timeout = table.text("timeout").and_then(|at| match parse_seconds(&at.value) {
        Ok(timeout) => Some(timeout),
        Err(message) => {
            document.problem(at.span, message);
            None
        }
    });
    let strict = table.flag("strict").unwrap_or(false);
    let phase = table.choice("phase", &PHASES);
    let plan = plan_of_table(table);
    let problems = document.into_problems();
    if problems.is_empty() { Ok(PlanFile { plan, phase, timeout, strict }) } else { Err(Problems(problems)) }
}

/// Reads a duration such as `5s`, `500ms`, `2m` or plain seconds.
///
/// # Errors
/// Says what a duration looks like.
pub fn parse_seconds(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a time such as 5s, 500ms or 2m");
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().map_err(|_| wrong())?;
    let factor = match text[end..].trim() {
        "" | "s" => 1.0,
        "ms" => 0.001,
        "m" => 60.0,
        _ => return Err(wrong()),
    };
    let seconds = number * factor;
    if (0.001..=3600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(format!("`{text}` is not between 1ms and 60m"))
    }
}

pub(crate) fn plan_of_table(table: Table<'_, '_>) -> Plan {
    let text = |key| table.text(key).map(|at| at.value);
    let mongodb_version = table.text("mongodb_version").and_then(|at| match Version::parse(&at.value) {
        Ok(_) => Some(at.value),
        Err(error) => {
            table.document.problem(at.span, error.to_string());
            None
        }
    });
    let data_dir = table.text("data_dir").and_then(|at| {
        let path = PathBuf::from(at.value);
        if !path.is_absolute() {
            table.document.problem(at.span, format!("`{}` must be an absolute path", path.display()));
        }
        path.is_absolute().then_some(path)
    });
    let plan = Plan {
        product: text("product").unwrap_or_default(),
        tier: text("tier"),
        phase: table.choice("phase", &PHASES).unwrap_or_default(),
        users: table.count("users"),
        concurrent: table.count("concurrent"),
        mau: table.count("mau"),
        pcc: table.count("pcc"),
        instances: table.count("instances"),
        deployment: table.choice("deployment", &DEPLOYMENTS),
        mongodb: table.choice("mongodb", &MONGODB),
        mongodb_version,
        data_dir,
        server: table.nested_table("server").map(read_server).unwrap_or_default(),
        waivers: table.nested_tables("waiver").into_iter().filter_map(read_waiver).collect(),
        attestations: table.nested_tables("attestation").into_iter().filter_map(read_attestation).collect(),
    };
    table.finish();
    plan
}

fn read_waiver(table: Table<'_, '_>) -> Option<Waiver> {
    let id = table.required("id", table.text("id"));
    let reason = table.required("reason", table.text("reason"));
    let who = table.text("who").map(|at| at.value);
    let until = table.date("until");
    table.finish();
    Some(Waiver { id: id?.value, reason: reason?.value, who, until })
}

fn read_attestation(table: Table<'_, '_>) -> Option<Attestation> {
    let fact = table.required("fact", table.text("fact"));
    let value = table.required("value", table.value("value"));
    table.value("value");
    let result = match (fact, value) {
        (Some(fact), Some(value)) => match lookup(&fact.value).filter(|row| row.subject != Subject::Plan) {
            None => {
                table.document.suggest(fact.span, format!("there is no fact `{}`", fact.value), suggest(&fact.value));
                None
            }
            Some(row) => match read_value(value.get_ref(), row.kind) {
                Ok(value) => Some(Attestation { fact: fact.value, value }),
                Err(message) => {
                    table.document.problem(value.span(), message);
                    None
                }
            },
        },
        _ => None,
    };
    table.finish();
    result
}

impl Plan {
    /// The numbers that choose a tier, by name.
    pub fn numbers(&self) -> BTreeMap<String, u64> {
        [("users", self.users), ("concurrent", self.concurrent), ("mau", self.mau), ("pcc", self.pcc)]
            .into_iter()
            .filter_map(|(name, number)| Some((name.to_owned(), number?)))
            .collect()
    }

    /// The plan as facts, for predicates. What the plan does not say is absent.
    pub fn facts(&self, tier: Option<&Tier>) -> Facts {
        let count = |number: Option<u64>| number.map(Value::Count);
        let text = |text: Option<&str>| text.map(Value::from);
        let rows = [
            ("plan.product", text(Some(&self.product))),
            ("plan.tier", text(self.tier.as_deref())),
            ("plan.production", tier.map(|tier| Value::Bool(tier.production))),
            ("plan.phase", text(Some(word_of(&PHASES, &self.phase)))),
            ("plan.deployment", text(self.deployment.as_ref().map(|value| word_of(&DEPLOYMENTS, value)))),
            ("plan.mongodb", text(self.mongodb.as_ref().map(|value| word_of(&MONGODB, value)))),
            ("plan.mongodb_version", text(self.mongodb_version.as_deref())),
            ("plan.online", Some(Value::Bool(self.server.online))),
            ("plan.instances", count(self.instances)),
            ("plan.users", count(self.users)),
            ("plan.concurrent", count(self.concurrent)),
            ("plan.mau", count(self.mau)),
            ("plan.pcc", count(self.pcc)),
        ];
        let fact =
            |value: Option<Value>| value.map_or_else(|| Fact::absent("plan"), |value| Fact::known(value, "plan"));
        rows.into_iter().map(|(name, value)| (name.to_owned(), fact(value))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::catalogue::CATALOGUE;

    #[test]
    fn a_plan_file_holds_what_the_command_line_does() {
        let text = r#"
            product = "cometchat"
            mau = 25_000
            pcc = 1250
            phase = "upgrade"
            timeout = "500ms"
            strict = true
            data_dir = "/srv"
            [[waiver]]
            id = "storage-media"
            reason = "array"
            until = 2027-03-31
            [[attestation]]
            fact = "storage.data.media"
            value = "ssd"
            [[attestation]]
            fact = "memory.installed"
            value = "16 GB"
        "#;
        let file = read_plan("plan.toml", text).unwrap();
        assert_eq!(file.plan.numbers(), [("mau".to_owned(), 25_000), ("pcc".to_owned(), 1250)].into());
        assert_eq!(
            (file.phase, file.timeout, file.strict),
            (Some(Phase::Upgrade), Some(Duration::from_millis(500)), true)
        );
        assert_eq!(file.plan.attestations[1].value, Value::Count(16 << 30));
    }

    #[test]
    fn every_problem_of_a_plan_is_reported() {
        let text = "prodct = \"x\"\nphase = \"instal\"\ntimeout = \"soon\"\ndata_dir = \"data\"\n[[waiver]]\nid = \"a\"\n[[attestation]]\nfact = \"storage.data.medium\"\nvalue = 1\n";
        let problems = read_plan("plan.toml", text).unwrap_err().to_string();
        for part in [
            "plan.toml:1:1: `prodct` is not a key here (did you mean `product`?)",
            "plan.toml:2:9: `instal` is not one of install, upgrade, run (did you mean `install`?)",
            "plan.toml:3:11: `soon` is not a time such as 5s, 500ms or 2m",
            "plan.toml:4:12: `data` must be an absolute path",
            "`reason` is missing",
            "there is no fact `storage.data.medium` (did you mean `storage.data.media`?)",
        ] {
            assert!(problems.contains(part), "{problems}");
        }
    }

    #[test]
    fn the_plan_supplies_every_plan_fact() {
        let facts = Plan::default().facts(None);
        let rows = CATALOGUE.iter().filter(|row| row.subject == Subject::Plan);
        assert!(rows.clone().all(|row| facts.contains_key(row.name)));
        assert_eq!(rows.count(), facts.len());
    }

    #[test]
    fn times_have_units_and_bounds() {
        assert_eq!(parse_seconds("5"), Ok(Duration::from_secs(5)));
        assert_eq!(parse_seconds("2m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "s", "-1s", "0", "1h", "2h", "61m", "1e9"] {
            assert!(parse_seconds(wrong).is_err(), "{wrong}");
        }
    }
}
