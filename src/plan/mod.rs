//! What the operator intends: product, tier or numbers, deployment, phase, server, waivers and attestations.
//!
//! An [`Intent`] is what a person said, on the command line or in a plan file. [`Intent::settle`] checks it against a pack and
//! turns it into a [`Plan`]: what was not said is assumed, and the plan says what that is. This module knows no host.

mod choose;
mod file;
mod server;
mod storage;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use choose::{Exceeded, exceeded};
pub use file::{parse_age, parse_duration, read_plan};
pub use server::{ServerPlan, parse_base, parse_release};
pub use storage::{BACKUP_COPIES, GROWTH_PERCENT, RETENTION_DAYS, STORAGE_NEEDED, StoragePlan, parse_daily_gb};

use crate::facts::catalogue::{CATALOGUE, is_plugin_name, lookup, nearest};
use crate::facts::{Fact, Facts, Kind, Privacy, Provenance, Subject, Value, Version, Why};
use crate::pack::{Assume, PLUGIN, Pack, Tier, group_id};
use choose::{Holds, holds};

/// Fact: the tier holds the numbers of the plan.
pub const HOLDS: &str = "plan.tier_holds";

/// Fact: the numbers of the plan exceed every tier.
pub const BEYOND: &str = "plan.beyond";

/// Numbers that have an option of their own: `--mau`.
pub const NUMBERS: [&str; 4] = ["users", "concurrent", "mau", "pcc"];

/// Most plugins that a plan names: they are run at the same time.
const MOST_PLUGINS: usize = 32;

/// Role of a host that runs the product, and counts in the totals of a tier.
pub const NODE: &str = "node";
/// Role of a host that runs MongoDB and nothing else.
pub const MONGODB: &str = "mongodb";

/// Deployed with Docker Compose.
pub const COMPOSE: &str = "compose";
/// Deployed in a cluster of Kubernetes.
pub const KUBERNETES: &str = "kubernetes";

/// Assumption of a tier about which nothing is assumed.
const NOT_ASSUMED: &str = "unknown";

/// What a verdict is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// One host by itself.
    #[default]
    Host,
    /// One of the nodes of a cluster, whose totals are judged elsewhere.
    Node,
    /// Many hosts together.
    Fleet,
}

/// What a verdict on one host is about: a tier of a cluster has totals, unless this host is all of it.
pub fn scope(tier: Option<&Tier>, nodes: Option<u64>) -> Scope {
    if tier.is_some_and(|tier| tier.cluster) && nodes != Some(1) { Scope::Node } else { Scope::Host }
}

/// A check that the operator accepts as it is. It is evaluated and shown all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
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

/// What a person said, in part or in full. What they left out is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intent {
    /// Product id.
    pub product: Option<String>,
    /// Tier judged against.
    pub tier: Option<String>,
    /// Numbers that choose a tier, or are compared with it.
    pub numbers: BTreeMap<String, u64>,
    /// Moment judged: a word of `plan.phase`.
    pub phase: Option<String>,
    /// Hosts of the cluster.
    pub nodes: Option<u64>,
    /// Application instances.
    pub instances: Option<u64>,
    /// How it is deployed: a word of `plan.deployment`.
    pub deployment: Option<String>,
    /// It is or will be deployed as microservices.
    pub microservices: bool,
    /// Manifests of what will be deployed: paths of files.
    pub manifests: Vec<String>,
    /// Where MongoDB runs: a word of `plan.mongodb`.
    pub mongodb: Option<String>,
    /// MongoDB version intended.
    pub mongodb_version: Option<String>,
    /// Directory that will hold the data.
    pub data_dir: Option<String>,
    /// How much data there will be, and how it is kept.
    pub storage: StoragePlan,
    /// The server, and who may be asked about its release.
    pub server: ServerPlan,
    /// Checks that are judged, by their ids and groups; all of them if empty.
    pub only: Vec<String>,
    /// Plugins that are run, each of which is a check.
    pub plugins: Vec<String>,
    /// Recommended checks are judged as required ones.
    pub strict: bool,
    /// Deadline of each probe. It is about the run, not about what is intended.
    pub timeout: Option<Duration>,
    /// Accepted findings.
    pub waivers: Vec<Waiver>,
    /// Supplied facts.
    pub attestations: Vec<Attestation>,
}

/// What is intended, complete.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Plan {
    /// Product id.
    pub product: String,
    /// Tier judged against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Numbers by name: `users`, `mau`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub numbers: BTreeMap<String, u64>,
    /// Moment judged: a word of `plan.phase`.
    #[cfg_attr(test, schemars(extend("enum" = words("plan.phase"))))]
    pub phase: String,
    /// Hosts of the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<u64>,
    /// What the host is in a fleet: a word of `plan.role`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("enum" = words("plan.role"))))]
    pub role: Option<String>,
    /// Application instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances: Option<u64>,
    /// How it is deployed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("enum" = words("plan.deployment"))))]
    pub deployment: Option<String>,
    /// It is or will be deployed as microservices.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub microservices: bool,
    /// Manifests of what will be deployed: paths of files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub manifests: Vec<String>,
    /// Where MongoDB runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("enum" = words("plan.mongodb"))))]
    pub mongodb: Option<String>,
    /// MongoDB version intended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mongodb_version: Option<String>,
    /// Directory that will hold the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<String>,
    /// How much data there will be, and how it is kept.
    #[serde(skip_serializing_if = "StoragePlan::is_empty")]
    pub storage: StoragePlan,
    /// The server, and who may be asked about its release.
    #[serde(skip_serializing_if = "ServerPlan::is_empty")]
    pub server: ServerPlan,
    /// Checks that are judged, by their ids and groups (`operating-system`); all of them if it is left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// Plugins that are run, each of which is a check (`plugin-NAME`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<String>,
    /// Recommended checks are judged as required ones.
    pub strict: bool,
    /// Accepted findings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
    /// Supplied facts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attestations: Vec<Attestation>,
    /// Members of this plan that nobody said: they were assumed, or found out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<String>,
}

/// A remark on how the plan came about, or on what it means for the judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Note {
    /// No product was named; the official container of this one runs here.
    ProductFound {
        /// Product id.
        product: String,
    },
    /// No product was named; the manifests deploy this one.
    ProductOfManifest {
        /// Product id.
        product: String,
    },
    /// The numbers chose the tier: it is the smallest that holds them.
    TierChosen {
        /// Tier id.
        tier: String,
        /// The numbers.
        numbers: BTreeMap<String, u64>,
        /// The next smaller tier, if it is too small by one of the numbers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        smaller: Option<String>,
        /// That number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exceeded: Option<Exceeded>,
    },
    /// The tier that was chosen names further numbers, which the plan does not give.
    NumbersMissing {
        /// Tier id.
        tier: String,
        /// How many it holds of each.
        holds: BTreeMap<String, u64>,
    },
    /// The vendor describes these numbers as another sizing model than that of the smallest tier that holds them.
    OtherModel {
        /// Tier id.
        tier: String,
        /// Its model.
        model: String,
        /// The model described.
        described: String,
        /// Numerator of the ratio.
        above: String,
        /// Denominator of the ratio.
        below: String,
        /// The ratio.
        ratio: f64,
    },
    /// No tier holds the numbers, so that no size can be judged.
    BeyondTiers {
        /// The numbers.
        numbers: BTreeMap<String, u64>,
        /// What to do, in the words of the pack.
        text: String,
    },
    /// The vendor's quantities are the total of a cluster: they are judged over all nodes, or on this host if it is the only one.
    ClusterTotal,
    /// The product's official containers run here, and nobody said which moment is judged.
    Runs,
    /// Reports of hosts were made for another tier, phase or deployment than that of the fleet.
    PlansDiffer {
        /// How many.
        hosts: usize,
    },
    /// Hosts of a fleet were judged by a newer pack than the one that judges the fleet.
    NewerPack {
        /// How many.
        hosts: usize,
        /// The newest version.
        version: String,
    },
    /// No tier was named and no numbers were given: sizes cannot be judged.
    NoTier,
    /// Only some checks were asked for, so the verdict is about these alone.
    Partial {
        /// How many were judged.
        judged: usize,
        /// How many the pack has.
        checks: usize,
    },
    /// The pack's data was compared with its sources long ago.
    OldPack {
        /// Day of its review.
        reviewed: Date,
        /// How long ago that was, days.
        days: i32,
    },
    /// Judged as of a day that was asked for.
    JudgedAsOf {
        /// The day.
        day: Date,
    },
    /// Judged from the facts of an earlier report.
    JudgedAgain {
        /// When the host was read.
        started: jiff::Timestamp,
    },
    /// The digest of that report does not fit its content.
    Edited,
    /// That report does not follow from its own facts, plan and day.
    NotFollowing,
    /// That report was judged by a pack that is not known here, so nothing but its facts was judged again.
    OtherPack {
        /// Version of that pack.
        version: String,
    },
    /// The facts come from a file that has no digest.
    FactsFile,
    /// Facts that this version does not know are not judged.
    UnknownFacts {
        /// Their names, at most ten.
        names: Vec<String>,
        /// How many there are.
        count: usize,
    },
}

impl Note {
    /// Whether it is a reason not to rely on what the judgement is made from.
    pub fn is_doubt(&self) -> bool {
        matches!(self, Self::Edited | Self::NotFollowing | Self::OtherPack { .. } | Self::FactsFile)
    }

    /// Whether it is about the run. All others follow from the plan and the pack.
    pub fn is_of_run(&self) -> bool {
        self.is_doubt()
            || matches!(self, Self::JudgedAsOf { .. } | Self::JudgedAgain { .. } | Self::UnknownFacts { .. })
    }
}

/// All that is wrong with an intent, a line each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct PlanError(pub Vec<String>);

/// The words that a fact of the plan can have, such as `plan.phase`: the catalogue is where they are written.
pub fn words(fact: &str) -> &'static [&'static str] {
    match lookup(fact).map(|row| row.kind) {
        Some(Kind::Choice(words)) => words,
        _ => &[],
    }
}

/// The phase when none is named: the first word of `plan.phase`.
fn default_phase() -> String {
    words("plan.phase").first().copied().unwrap_or_default().to_owned()
}

/// The name of a plugin.
///
/// # Errors
/// Says what such a name looks like.
pub fn parse_plugin(text: &str) -> Result<String, String> {
    if is_plugin_name(text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "`{text:.60}` is not the name of a plugin: small letters, digits and hyphens, at most 40, as its file in \
         /usr/lib/rampcheck/plugins.d is called"
    ))
}

/// A hint at what was probably meant.
pub fn did_you_mean<'a>(word: &str, among: impl Iterator<Item = &'a str>) -> String {
    nearest(word, among).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

/// The same for a check, which may be that of a plugin.
fn check_meant<'a>(word: &str, among: impl Iterator<Item = &'a str>) -> String {
    match word.strip_prefix(PLUGIN) {
        Some(name) => format!(" (is --plugin {name} missing?)"),
        None => did_you_mean(word, among),
    }
}

impl Intent {
    /// This intent, and what `base` says where this one says nothing. Numbers that are given here put the tier of the base
    /// aside. Plugins, waivers and attestations are added up; here goes before there.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        let by_numbers = self.tier.is_none() && !self.numbers.is_empty();
        let mut numbers = base.numbers;
        numbers.extend(self.numbers);
        let mut waivers = self.waivers;
        let further = base.waivers.into_iter().filter(|waiver| waivers.iter().all(|own| own.id != waiver.id));
        waivers.extend(further.collect::<Vec<_>>());
        let mut attestations = base.attestations;
        attestations.extend(self.attestations);
        let mut plugins = self.plugins;
        plugins.extend(base.plugins);
        Self {
            product: self.product.or(base.product),
            tier: self.tier.or(if by_numbers { None } else { base.tier }),
            numbers,
            phase: self.phase.or(base.phase),
            nodes: self.nodes.or(base.nodes),
            instances: self.instances.or(base.instances),
            deployment: self.deployment.or(base.deployment),
            microservices: self.microservices || base.microservices,
            manifests: if self.manifests.is_empty() { base.manifests } else { self.manifests },
            mongodb: self.mongodb.or(base.mongodb),
            mongodb_version: self.mongodb_version.or(base.mongodb_version),
            data_dir: self.data_dir.or(base.data_dir),
            storage: self.storage.over(base.storage),
            server: self.server.over(base.server),
            only: if self.only.is_empty() { base.only } else { self.only },
            plugins,
            strict: self.strict || base.strict,
            timeout: self.timeout.or(base.timeout),
            waivers,
            attestations,
        }
    }

    /// The plan for the product of `pack`, and remarks on what was assumed.
    ///
    /// # Errors
    /// All that does not fit the pack.
    pub fn settle(self, pack: &Pack) -> Result<(Plan, Vec<Note>), PlanError> {
        let mut wrong = Vec::new();
        let mut notes = Vec::new();
        if self.plugins.len() > MOST_PLUGINS {
            wrong.push(format!("{} plugins are named, and at most {MOST_PLUGINS} are run", self.plugins.len()));
        }
        let mut plugins = Vec::new();
        for name in self.plugins.into_iter().take(MOST_PLUGINS) {
            match parse_plugin(&name) {
                Ok(name) if plugins.contains(&name) => {}
                Ok(name) => plugins.push(name),
                Err(problem) => wrong.push(problem),
            }
        }
        let pack = &*pack.with_plugins(&plugins);
        for waiver in &self.waivers {
            if pack.check(&waiver.id).is_none() {
                let hint = check_meant(&waiver.id, pack.checks.iter().map(|check| check.id.as_str()));
                wrong.push(format!(
                    "there is no check `{}` to waive{hint}; every report of {} shows the ids",
                    waiver.id, pack.product
                ));
            }
        }
        for name in &self.only {
            if !pack.checks.iter().any(|check| check.is_called(name)) {
                let groups: Vec<_> = pack.groups.iter().map(|group| group_id(group)).collect();
                let ids = pack.checks.iter().map(|check| check.id.as_str());
                let hint = check_meant(name, ids.chain(groups.iter().map(String::as_str)));
                wrong.push(format!(
                    "{} has no check or group `{name}`{hint}; groups: {}; every report shows the ids of checks",
                    pack.product,
                    groups.join(", ")
                ));
            }
        }
        for name in self.numbers.keys().filter(|name| !pack.numbers.contains_key(*name)) {
            let hint = did_you_mean(name, pack.numbers.keys().map(String::as_str));
            let own = pack.numbers.iter().map(|(own, counts)| {
                let option =
                    if NUMBERS.contains(&own.as_str()) { format!("--{own}") } else { format!("--number {own}=N") };
                if own == counts { option } else { format!("{option} ({counts})") }
            });
            let own: Vec<_> = own.collect();
            let counts = if own.is_empty() { "no numbers".to_owned() } else { own.join(" and ") };
            wrong.push(format!("{} counts {counts}, not {name}{hint}", pack.product));
        }
        if let Some(Err(error)) = self.mongodb_version.as_deref().map(Version::parse) {
            wrong.push(format!("MongoDB version: {error}"));
        }
        wrong.extend(self.storage.problem(&pack.product, pack.storage.as_ref()));
        let way_in =
            ServerPlan { url: self.server.url.clone(), ca_file: self.server.ca_file.clone(), ..Default::default() };
        if pack.releases.is_none() && !(self.server.is_empty() || pack.server.is_some() && self.server == way_in) {
            let also = if pack.server.is_some() { "" } else { "--server, " };
            wrong.push(format!(
                "the pack of {} has no releases, so {also}--server-version, --online and the like are not for it",
                pack.product
            ));
        }
        let mut assumed = Vec::new();
        let mut tier = self.tier.clone();
        match &self.tier {
            Some(id) if pack.tier(id).is_none() => {
                let hint = did_you_mean(id, pack.tiers.iter().map(|tier| tier.id.as_str()));
                let tiers: Vec<_> = pack.tiers.iter().map(|tier| tier.id.as_str()).collect();
                wrong.push(format!("{} has no tier `{id}`{hint}; tiers: {}", pack.product, tiers.join(", ")));
            }
            Some(_) => {}
            None if self.numbers.is_empty() => notes.push(Note::NoTier),
            None if !wrong.is_empty() => {}
            None => match choose::choose(&pack.tiers, &pack.selection, &self.numbers, self.mongodb.as_deref()) {
                Some((chosen, remarks)) => {
                    tier = Some(chosen.id.clone());
                    assumed.push("tier".to_owned());
                    notes.extend(remarks);
                }
                None => {
                    notes.push(Note::BeyondTiers { numbers: self.numbers.clone(), text: pack.selection.beyond.clone() })
                }
            },
        }
        if !wrong.is_empty() {
            return Err(PlanError(wrong));
        }
        if !self.only.is_empty() {
            notes.push(Note::Partial { judged: pack.of_host(&self.only).count(), checks: pack.of_host(&[]).count() });
        }
        if tier.as_deref().and_then(|id| pack.tier(id)).is_some_and(|tier| tier.cluster) {
            notes.push(Note::ClusterTotal);
        }
        if self.phase.is_none() {
            assumed.push("phase".to_owned());
        }
        if self.product.is_none() {
            assumed.push("product".to_owned());
            let product = pack.product.clone();
            let is_of_manifest = !self.manifests.is_empty();
            let found =
                if is_of_manifest { Note::ProductOfManifest { product } } else { Note::ProductFound { product } };
            notes.insert(0, found);
        }
        let mut plan = Plan {
            product: pack.product.clone(),
            tier,
            numbers: self.numbers,
            phase: self.phase.unwrap_or_else(default_phase),
            nodes: self.nodes,
            role: None,
            instances: self.instances,
            deployment: self.deployment,
            microservices: self.microservices,
            manifests: self.manifests,
            mongodb: self.mongodb,
            mongodb_version: self.mongodb_version,
            data_dir: self.data_dir,
            storage: self.storage,
            server: self.server,
            only: self.only,
            plugins,
            strict: self.strict,
            waivers: self.waivers,
            attestations: self.attestations,
            assumed,
        };
        plan.assume(pack);
        Ok((plan, notes))
    }
}

impl Plan {
    /// The plan that says nothing but a tier.
    pub fn of_tier(pack: &Pack, tier: Option<String>) -> Self {
        let mut plan = Self { product: pack.product.clone(), phase: default_phase(), tier, ..Self::default() };
        plan.assume(pack);
        plan
    }

    /// Fills in what was not said as the vendor's standard installation does it.
    fn assume(&mut self, pack: &Pack) {
        let of_tier = self.tier_in(pack).map(|tier| &tier.assume);
        let assumed = |what: fn(&Assume) -> &Option<String>| {
            let word = of_tier.and_then(|assume| what(assume).as_ref()).or(what(&pack.assume).as_ref());
            word.filter(|word| *word != NOT_ASSUMED).cloned()
        };
        for (member, said, word) in [
            ("deployment", &mut self.deployment, assumed(|assume| &assume.deployment)),
            ("mongodb", &mut self.mongodb, assumed(|assume| &assume.mongodb)),
        ] {
            if said.is_none() && word.is_some() {
                *said = word;
                self.assumed.push(member.to_owned());
            }
        }
        let has_microservices = of_tier.is_some_and(|assume| assume.microservices) || pack.assume.microservices;
        if has_microservices && !self.microservices {
            self.microservices = true;
            self.assumed.push("microservices".to_owned());
        }
        self.assumed.extend(self.storage.assume(pack.storage.as_ref()));
    }

    /// The tier judged against.
    pub fn tier_in<'p>(&self, pack: &'p Pack) -> Option<&'p Tier> {
        pack.tier(self.tier.as_deref()?)
    }

    /// What a verdict on one host is about.
    pub fn scope(&self, pack: &Pack) -> Scope {
        scope(self.tier_in(pack), self.nodes)
    }

    /// Whether a member was said, and not assumed.
    pub fn has_said(&self, member: &str) -> bool {
        said(&self.assumed, member)
    }

    /// What was said to make this plan, to be judged again with something else said over it.
    pub fn intent(&self) -> Intent {
        let said = |member: &str| self.has_said(member);
        Intent {
            product: Some(self.product.clone()).filter(|_| said("product")),
            tier: self.tier.clone().filter(|_| said("tier")),
            numbers: self.numbers.clone(),
            phase: Some(self.phase.clone()).filter(|_| said("phase")),
            nodes: self.nodes,
            instances: self.instances,
            deployment: self.deployment.clone().filter(|_| said("deployment")),
            microservices: self.microservices && said("microservices"),
            manifests: self.manifests.clone(),
            mongodb: self.mongodb.clone().filter(|_| said("mongodb")),
            mongodb_version: self.mongodb_version.clone(),
            data_dir: self.data_dir.clone(),
            storage: self.storage.without(&self.assumed),
            server: self.server.clone(),
            only: self.only.clone(),
            plugins: self.plugins.clone(),
            strict: self.strict,
            timeout: None,
            waivers: self.waivers.clone(),
            attestations: self.attestations.clone(),
        }
    }

    /// The plan as facts, for predicates. What it does not say is absent.
    pub fn facts(&self, pack: &Pack) -> Facts {
        let tier = self.tier_in(pack);
        let beyond = tier.is_none() && !self.numbers.is_empty();
        let count = |number: Option<u64>| number.map(Value::Count);
        let text = |text: Option<&str>| text.map(Value::from);
        let mut values: BTreeMap<String, Option<Value>> = [
            ("plan.product", text(Some(&self.product))),
            ("plan.tier", text(self.tier.as_deref())),
            ("plan.production", tier.map(|tier| tier.production).or(beyond.then_some(true)).map(Value::Bool)),
            ("plan.phase", text(Some(&self.phase))),
            ("plan.deployment", text(self.deployment.as_deref())),
            ("plan.mongodb", text(self.mongodb.as_deref())),
            ("plan.mongodb_version", text(self.mongodb_version.as_deref())),
            ("plan.role", text(Some(self.role.as_deref().unwrap_or(NODE)))),
            ("plan.online", Some(Value::Bool(self.server.online))),
            ("plan.microservices", self.microservices.then_some(Value::Bool(true))),
            ("plan.instances", count(self.instances)),
            ("plan.nodes", count(self.nodes)),
            (BEYOND, Some(Value::Bool(beyond))),
        ]
        .into_iter()
        .chain(self.storage.values())
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        for name in pack.numbers.keys() {
            values.insert(format!("plan.number.{name}"), count(self.numbers.get(name).copied()));
        }
        let fact = |value: Option<Value>| {
            value.map_or_else(|| Fact::absent("plan"), |value| Fact::known(value, "plan")).by(Provenance::Derived)
        };
        let mut facts: Facts = values.into_iter().map(|(name, value)| (name, fact(value))).collect();
        let held =
            tier.filter(|_| !self.numbers.is_empty()).map(|tier| (tier, holds(&pack.tiers, tier, &self.numbers)));
        let held = match held {
            None => fact(None),
            Some((tier, Holds::NotSaid)) => {
                let not_said = self.numbers.keys().filter(|name| !tier.holds.contains_key(*name));
                let not_said = not_said.map(|name| format!("--{name}")).collect::<Vec<_>>().join(" and ");
                unsaid(&format!(
                    "the vendor's row of {} says nothing of {not_said}, and no smaller row holds as many",
                    tier.id
                ))
            }
            Some((_, held)) => fact(Some(Value::Bool(held == Holds::Yes))),
        };
        facts.insert(HOLDS.to_owned(), held);
        if self.mongodb.is_none() && pack.assume.mongodb.is_some() {
            let fact = unsaid("where MongoDB runs is not said, and nothing is assumed with this tier; add --mongodb");
            facts.insert("plan.mongodb".to_owned(), fact);
        }
        facts
    }

    /// The texts in it that can hold private things, with what they can hold.
    pub fn private_texts(&mut self) -> Vec<(Privacy, &mut String)> {
        let mut texts: Vec<(Privacy, &mut String)> = Vec::new();
        let server = &mut self.server;
        texts.extend(server.url.iter_mut().chain(&mut server.list_url).map(|url| (Privacy::Address, url)));
        let files = server.supported_versions.iter_mut().chain(&mut server.trust_key).chain(&mut server.ca_file);
        let files = files.chain(&mut self.data_dir).chain(&mut self.manifests);
        texts.extend(files.map(|path| (Privacy::Path, path)));
        for waiver in &mut self.waivers {
            texts.push((Privacy::FreeText, &mut waiver.reason));
            texts.extend(waiver.who.iter_mut().map(|who| (Privacy::UserName, who)));
        }
        for attestation in &mut self.attestations {
            let privacy = lookup(&attestation.fact).map_or(Privacy::FreeText, |row| row.privacy);
            match &mut attestation.value {
                Value::Text(text) => texts.push((privacy, text)),
                Value::List(list) => texts.extend(list.iter_mut().map(|text| (privacy, text))),
                Value::Bool(_) | Value::Count(_) | Value::Number(_) | Value::Releases(_) | Value::Excerpts(_) => {}
            }
        }
        texts
    }
}

/// Whether a method of deployment is Kubernetes, or built on it.
pub fn is_of_kubernetes(method: &str) -> bool {
    [KUBERNETES, "rancher", "openshift"].contains(&method)
}

/// Whether a member of a plan was said, and not assumed.
fn said(assumed: &[String], member: &str) -> bool {
    !assumed.iter().any(|name| name == member)
}

/// A fact of the plan that nobody said.
fn unsaid(reason: &str) -> Fact {
    Fact::unknown(Why::NotAsked, reason, "plan").by(Provenance::Derived)
}

/// Whether a fact can be attested: one of the plan is said by the plan itself.
pub fn can_be_attested(fact: &str) -> Option<Kind> {
    lookup(fact).filter(|row| row.subject != Subject::Plan).map(|row| row.kind)
}

/// The names of facts that can be attested, for suggestions.
pub fn attestable() -> impl Iterator<Item = &'static str> {
    CATALOGUE.iter().filter(|row| row.subject != Subject::Plan).map(|row| row.name)
}

#[cfg(test)]
mod tests;
