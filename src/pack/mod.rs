//! What a vendor requires, as data: a product's checks, tiers and dated tables.
//!
//! A pack is read in two steps. The `format` is what its files hold, with the place of every value; it is also what the
//! JSON Schema for editors is made from. Then the whole is validated into the model in this module and its neighbours,
//! and every problem is reported at once. A pack that loads cannot break at run time. This module knows neither hosts nor
//! plans, and it judges nothing.

mod archive;
mod builtin;
mod fleet;
mod format;
mod lines;
mod packs;
mod plugins;
mod predicate;
mod tier;
mod validate;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use archive::{
    ArchiveError, Installed, MOST_BYTES, MOST_FILE_BYTES, MOST_FILES, RECORD, SignedBy, replaces, signed_by, unpack,
};
pub use builtin::{BUILT_IN, COMMON, Head, PackFiles, builtin, common, is_built_in};
pub use fleet::{COMPLETE, FLEET};
pub use format::{At, Day, Literal, Misfit, Places, Problem, Problems, parse_value, read};
pub use lines::{Line, LineTable, Lines, ReleasePolicy, Released, Releases};
pub use packs::{PackError, Packs};
pub use plugins::PLUGIN;
pub use predicate::{Leaf, Operator, Predicate, Quantity};
pub use tier::{Assume, Model, Models, Need, Selection, StorageGuidance, Tier};
pub use validate::{load, load_without_examples};

use crate::facts::catalogue::lookup;
use crate::facts::{Application, Facts, Port, Questions, Row, WayIn};

/// Whether a check decides the verdict or warns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The vendor's support depends on it.
    Required,
    /// The vendor recommends it; a failure is a warning.
    Recommended,
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It could not be determined.
    Unknown,
    /// It does not apply.
    Skipped,
}

/// A page that a figure comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Title of the page.
    pub title: String,
    /// Its address; empty for a baseline of this project's own, which has no page.
    #[serde(default)]
    pub url: String,
    /// Day it was last read.
    pub read: Date,
}

/// A port that nodes of the product reach on one another, or that is reached from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodePort {
    /// The port.
    pub port: Port,
    /// What it is for.
    pub why: String,
    /// Key of its source in [`Pack::sources`].
    pub source: String,
}

/// A sentence that explains an outcome when its predicate holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Because {
    /// It explains a pass, and nothing else.
    pub pass: bool,
    /// When it explains.
    pub when: Predicate,
    /// The explanation.
    pub text: String,
}

/// What has to be another one where nothing that is installed or configured on a host puts it right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Another {
    /// Another machine, or a change to this one: more memory, a faster disk.
    Machine,
    /// Another operating system, or another release of this one.
    System,
}

/// What is done to put a finding right. The commands are typed in this order: by hand, run, destructive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fix {
    /// Ids of checks whose steps come first: in a remedy if they failed, too, and in a finding because they did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// What has to be another one, because nothing that is installed or configured here puts it right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub another: Option<Another>,
    /// What to do, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Commands that need a person: they only show something, ask, or have to be filled in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_hand: Vec<String>,
    /// Commands that a script can run as they are, again and again. They ask nothing, and they take nothing away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub run: Vec<String>,
    /// Commands that remove something, or stop what runs: containers, services, the machine.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub destructive: Vec<String>,
}

impl Fix {
    /// Every command, in the order in which they are typed.
    pub fn commands(&self) -> impl Iterator<Item = &String> {
        self.by_hand.iter().chain(&self.run).chain(&self.destructive)
    }
}

/// How a failure is put right.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// Operating system families it is for (`os.family`); empty for all.
    pub family: Vec<String>,
    /// When it is the right one.
    pub when: Option<Predicate>,
    /// It is for an unknown outcome, not for a failure.
    pub for_unknown: bool,
    /// What is done.
    pub fix: Fix,
}

/// A case with the outcome it must have.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Where it stands, for messages: `file:line`.
    pub place: String,
    /// Facts of the host and of the plan. Facts of the host that are left out are unknown; those of the plan are as in a
    /// plan that says nothing.
    pub facts: Facts,
    /// Tier judged against.
    pub tier: Option<String>,
    /// Day judged, if not the day of the pack's review.
    pub today: Option<Date>,
    /// Outcome it must have.
    pub outcome: Outcome,
}

/// One requirement.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Kebab-case id: the name of its file, and what `--waive` and `explain` take.
    pub id: String,
    /// The requirement in one line.
    pub title: String,
    /// Whether it decides.
    pub level: Level,
    /// When its failure is a warning, whatever its level is.
    pub warns_when: Option<Predicate>,
    /// Group it is shown in.
    pub group: String,
    /// Key of its source in [`Pack::sources`].
    pub source: String,
    /// Why it matters.
    pub why: String,
    /// When it applies; always, when left out.
    pub applies_when: Option<Predicate>,
    /// What it expects.
    pub expect: Predicate,
    /// What is needed, in the pack's own words, where those of the predicate are not enough.
    pub needed: Option<String>,
    /// Facts to show as found, if not those that `expect` looks at.
    pub found: Vec<String>,
    /// Explanations; the first that holds counts.
    pub because: Vec<Because>,
    /// Remedies; the first that fits counts.
    pub remedies: Vec<Remedy>,
    /// Cases that `packs validate` and the tests run.
    pub examples: Vec<Example>,
}

/// A product's checks, tiers and dated tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// Product id: the name of the folder, and the argument of `check`.
    pub product: String,
    /// Name of the product for people.
    pub title: String,
    /// Version of the pack.
    pub version: String,
    /// Day its data was last compared with its sources.
    pub reviewed: Date,
    /// SHA-256 over its files and the shared ones it takes, without their examples, hexadecimal.
    pub sha256: String,
    /// Where it was read: `built-in` or a folder.
    pub origin: String,
    /// Groups of checks in the order of the report.
    pub groups: Vec<String>,
    /// What its containers are made of.
    pub application: Application,
    /// What is assumed of a plan that does not say it.
    pub assume: Assume,
    /// How many managers a Swarm may have; empty if the product does not run in one.
    pub managers: Vec<u64>,
    /// What to do after a positive verdict.
    pub next: String,
    /// Pages that figures come from, by key.
    pub sources: BTreeMap<String, Source>,
    /// Numbers that a plan can give (`users`, `mau`), with what they count.
    pub numbers: BTreeMap<String, String>,
    /// Tiers, from small to large: numbers choose the first that holds them.
    pub tiers: Vec<Tier>,
    /// How numbers choose a tier.
    pub selection: Selection,
    /// The vendor's guidance for the size of storage, if there is any.
    pub storage: Option<StorageGuidance>,
    /// Tables of version lines and their ends, by name.
    pub tables: BTreeMap<String, LineTable>,
    /// The product's own release lines, and how the vendor supports them.
    pub releases: Option<Releases>,
    /// Hosts that the product needs to reach over HTTPS.
    pub endpoints: Vec<String>,
    /// What a server is asked about the way in; nothing if the pack does not say it.
    pub server: Option<WayIn>,
    /// Ports that `rampcheck reach` tests, by number and protocol.
    pub node_ports: Vec<NodePort>,
    /// Checks in the order of the report.
    pub checks: Vec<Check>,
}

/// A group as a word to type: `operating-system`.
pub fn group_id(group: &str) -> String {
    group.to_lowercase().replace(|sign: char| !sign.is_alphanumeric(), "-")
}

impl Check {
    /// Whether this is its id or its group, as [`group_id`] writes it.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || group_id(&self.group) == name
    }

    /// Every predicate in it.
    pub fn predicates(&self) -> impl Iterator<Item = &Predicate> {
        let explaining = self.because.iter().map(|because| &because.when);
        let remedies = self.remedies.iter().filter_map(|remedy| remedy.when.as_ref());
        let conditions = self.applies_when.iter().chain(&self.warns_when);
        std::iter::once(&self.expect).chain(conditions).chain(explaining).chain(remedies)
    }
}

impl Pack {
    /// The tier with that id.
    pub fn tier(&self, id: &str) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.id == id)
    }

    /// The check with that id.
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }

    /// The checks that these words name, by their ids and groups; all of them if there is no word.
    pub fn chosen(&self, only: &[String]) -> impl Iterator<Item = &Check> + Clone {
        self.checks.iter().filter(move |check| only.is_empty() || only.iter().any(|name| check.is_called(name)))
    }

    /// The checks that its files say: one is everywhere.
    pub fn own_checks(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.id != fleet::HOSTS_COMPLETE)
    }

    /// Those of them that are judged on each host.
    pub fn of_host(&self, only: &[String]) -> impl Iterator<Item = &Check> + Clone {
        self.chosen(only).filter(|check| !check.is_of_fleet())
    }

    /// Names of all facts that its tables, and its checks that these words name, look at.
    pub fn fact_names(&self, only: &[String]) -> BTreeSet<&str> {
        let of_checks = self.chosen(only).flat_map(Check::predicates);
        let of_tables = self.tables.values().filter_map(|table| table.when.as_ref());
        let leaves = of_checks.chain(of_tables).flat_map(Predicate::leaves).map(|leaf| leaf.fact.as_str());
        let shown = self.chosen(only).flat_map(|check| &check.found).map(String::as_str);
        leaves.chain(shown).chain(self.tables.values().map(|table| table.fact.as_str())).collect()
    }

    /// Hosts and images that the pack names: they are the vendor's, and nobody's secret.
    pub fn public_names(&self) -> Vec<String> {
        let of_url = |url: &String| reqwest::Url::parse(url).ok()?.host_str().map(str::to_owned);
        let policies = self.releases.iter().map(|releases| &releases.policy);
        let lists = policies.flat_map(|policy| policy.list_url.iter().chain(&policy.release_url));
        let images = &self.application.images;
        let registries = images.iter().filter_map(|image| image.split_once('/')).map(|(first, _)| first.to_owned());
        let hub = ["docker.io", "index.docker.io", "registry-1.docker.io"].map(str::to_owned);
        let hosts = lists.filter_map(of_url).chain(registries).chain(self.endpoints.iter().cloned());
        hosts.chain(images.iter().cloned()).chain(hub).collect()
    }

    /// Adds what this pack asks of a host beyond the facts that every run collects: ports, tools, images, endpoints, ports between
    /// nodes. If there are words, only what the checks that they name ask.
    pub fn ask(&self, questions: &mut Questions, only: &[String]) {
        questions.applications.push(self.application.clone());
        questions.reach.ports.extend(self.node_ports.iter().map(|node| node.port));
        let is_observed = |name: &&str| lookup(name).is_some_and(Row::is_observed);
        for name in self.fact_names(only).into_iter().filter(is_observed) {
            questions.ask(name);
        }
    }
}
