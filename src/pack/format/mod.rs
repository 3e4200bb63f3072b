//! The files of a pack as types. What a key means is written here and nowhere else: the JSON Schema that editors use is
//! made from these types, and `validate` turns them into the model.
//!
//! Names and values whose meaning only the whole pack can tell carry their place.

#[cfg(test)]
mod schema;
mod text;
mod value;

use std::collections::BTreeMap;

#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;

pub use text::{At, Places, Problem, Problems, read};
pub use value::{Amount, Cell, Day, Literal, Misfit, ReleasedEntry, Until, allowed, is_quantity, parse_value};

use super::{Another, Level, Outcome};
use crate::facts::{Application, Chart, Protocol};

/// Full name of a fact: see the table in checks/README.md.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct FactName(pub String);

/// `pack.toml`: the product and its sources.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    /// Product id: the name of the folder.
    pub product: At<String>,
    /// Name of the product for people.
    pub title: String,
    /// Version of the pack.
    pub version: String,
    /// Day its data was last compared with its sources.
    pub reviewed: Day,
    /// Groups of checks in the order of the report.
    pub groups: Vec<String>,
    /// What its containers are made of, as manifests and engines show it.
    #[serde(default)]
    pub application: Application,
    /// The Helm chart that deploys it.
    pub chart: Option<At<Chart>>,
    /// What is assumed of a plan that does not say it: the vendor's standard installation.
    #[serde(default)]
    pub assume: AssumeEntry,
    /// How many managers a Swarm may have; left out if the product does not run in one.
    #[serde(default)]
    pub managers: Vec<u64>,
    /// What to do after a positive verdict.
    #[serde(default)]
    pub next: String,
    /// Shared checks that this pack takes from `checks/common/`, by id.
    #[serde(default)]
    pub take: BTreeMap<At<String>, TakeEntry>,
    /// Ports that nodes reach on one another, or that are reached from outside: `rampcheck reach` tests them.
    #[serde(default)]
    pub node_port: Vec<NodePortEntry>,
    /// What a server that is named with `--server` is asked about the way in.
    pub server: Option<WayInEntry>,
    /// Pages that figures come from, by key.
    #[serde(default)]
    pub source: BTreeMap<String, SourceEntry>,
}

/// What a server is asked about the way in, beside its release and its certificate.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WayInEntry {
    /// Port that redirects to HTTPS: 80.
    #[cfg_attr(test, schemars(range(min = 1, max = 65535)))]
    pub http_port: At<u16>,
    /// Path and query of what SockJS says of itself: `/sockjs/info?cb=x`.
    pub sockjs_path: Option<At<String>>,
    /// Path where a WebSocket opens: `/websocket`.
    pub websocket_path: Option<At<String>>,
}

/// A port that nodes reach on one another, or that is reached from outside.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NodePortEntry {
    /// Its number.
    #[cfg_attr(test, schemars(range(min = 1, max = 65535)))]
    pub port: At<u16>,
    /// Its protocol.
    pub protocol: Protocol,
    /// What it is for.
    pub why: String,
    /// Key of a source.
    pub source: At<String>,
}

/// What is assumed of a plan that does not say it.
#[derive(Default, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AssumeEntry {
    /// How the product is deployed: a word of `plan.deployment`.
    #[cfg_attr(test, schemars(extend("enum" = schema::words("plan.deployment"))))]
    pub deployment: Option<At<String>>,
    /// Where MongoDB runs: a word of `plan.mongodb`, or `unknown` for nothing.
    pub mongodb: Option<At<String>>,
    /// It is deployed as microservices.
    pub microservices: bool,
}

/// A shared check, and what this pack says otherwise of it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TakeEntry {
    /// Whether it decides the verdict or warns.
    pub level: Option<Level>,
    /// Key of a source of this pack.
    pub source: Option<At<String>>,
    /// Group it is shown in.
    pub group: Option<At<String>>,
}

/// A page that figures come from.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SourceEntry {
    /// Title of the page.
    pub title: String,
    /// Its address; none for a baseline of this project's own, which has no page.
    #[serde(default)]
    pub url: String,
    /// Day it was last read.
    pub read: Day,
}

/// `common.toml` of the shared checks: their sources.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CommonFile {
    /// Pages that figures come from, by key.
    pub source: BTreeMap<String, SourceEntry>,
}

/// `tiers.toml`: the rows of the vendor's sizing tables.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TiersFile {
    /// Numbers that a plan can give, with what they count.
    #[serde(default)]
    pub numbers: BTreeMap<At<String>, String>,
    /// How numbers choose a tier.
    #[serde(default)]
    pub selection: SelectionEntry,
    /// The vendor's guidance for the size of storage, if there is any.
    pub storage: Option<StorageEntry>,
    /// Tiers, from small to large: numbers choose the first that holds them.
    #[serde(default)]
    pub tier: Vec<TierEntry>,
}

/// The vendor's guidance for the size of storage: the least and the most of each. The most is assumed of what a plan does not
/// say.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StorageEntry {
    /// Key of a source.
    pub source: At<String>,
    /// Days that data is kept.
    pub retention_days: At<[u64; 2]>,
    /// Room for growth, percent of the data.
    pub growth_percent: At<[u64; 2]>,
    /// Copies of the data that backups keep on the same storage.
    pub backup_copies: At<[u64; 2]>,
}

/// How numbers choose a tier.
#[derive(Default, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SelectionEntry {
    /// What to do when no tier holds the numbers.
    #[serde(default)]
    pub beyond: String,
    /// The vendor's sizing models, where there are several.
    pub models: Option<ModelsEntry>,
}

/// How the vendor describes its sizing models: by the ratio of two numbers. They name rows and choose none.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ModelsEntry {
    /// Numerator and denominator of the ratio, as numbers of the plan.
    pub ratio: [At<String>; 2],
    /// Models and their bounds on the ratio.
    pub bounds: BTreeMap<String, BoundsEntry>,
}

/// Bounds of a sizing model on the ratio.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BoundsEntry {
    /// The ratio is at most this.
    pub at_most: Option<f64>,
    /// The ratio is at least this.
    pub at_least: Option<f64>,
}

/// A row of the vendor's sizing table.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TierEntry {
    /// Kebab-case id, the argument of `--tier`.
    #[cfg_attr(test, schemars(regex(pattern = schema::KEBAB)))]
    pub id: At<String>,
    /// What it is, for people.
    pub title: String,
    /// Key of a source.
    pub source: At<String>,
    /// It is meant for production.
    #[serde(default)]
    pub production: bool,
    /// The vendor's quantities are the total of a cluster, not one host's.
    #[serde(default)]
    pub cluster: bool,
    /// Sizing model, where the vendor has several.
    pub model: Option<At<String>>,
    /// How many of each number it holds; nothing if numbers do not choose it.
    #[serde(default)]
    pub holds: BTreeMap<At<String>, u64>,
    /// What is assumed with this tier, in the place of what `pack.toml` says.
    #[serde(default)]
    pub assume: AssumeEntry,
    /// What it asks for, by cell. A cell that is blank at the vendor is left out.
    pub needs: BTreeMap<At<String>, At<Cell>>,
    /// What it asks of each host that runs MongoDB and nothing else, by cell.
    #[serde(default)]
    pub mongodb: BTreeMap<At<String>, At<Cell>>,
}

/// `lines.toml`: tables of lines of versions and the last day of each, by name.
#[derive(Default, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(transparent)]
pub struct LinesFile(pub BTreeMap<At<String>, LineTableEntry>);

/// A table of lines for the version that a fact tells. Releases before its first line count as ended.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LineTableEntry {
    /// The fact, of kind version.
    pub fact: At<FactName>,
    /// When the table applies; always, when left out.
    pub when: Option<At<PredicateEntry>>,
    /// Key of a source.
    pub source: At<String>,
    /// Day it was last compared with its source.
    pub reviewed: Day,
    /// Line to its last day, in the order of their numbers.
    pub until: BTreeMap<At<String>, Until>,
}

/// `releases.toml`: the product's own release lines, and how the vendor supports them.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReleasesFile {
    /// Key of a source.
    pub source: At<String>,
    /// Day they were last compared with their source.
    pub reviewed: Day,
    /// The vendor's rule and services.
    pub policy: PolicyEntry,
    /// Lines in the order of their numbers, without gaps: what is older than the first ended before it did.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub release: At<Vec<At<ReleaseEntry>>>,
}

/// How a vendor supports releases, and who tells until when.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicyEntry {
    /// Months that a release is supported; it ends with the last day of the month so many months on.
    pub months: u32,
    /// The same for long-term lines.
    pub lts_months: u32,
    /// URL of the vendor's signed list of supported releases.
    pub list_url: Option<At<String>>,
    /// URL where the vendor describes a release, with `VERSION` in the place of its version.
    pub release_url: Option<At<String>>,
    /// Public keys, PEM, that the vendor signs the list with.
    #[serde(default)]
    pub keys: Vec<At<String>>,
    /// Path where a server tells its release: `/api/info`.
    pub info_path: Option<At<String>>,
    /// Path and query where a server tells the id of its workspace.
    pub id_path: Option<At<String>>,
}

/// A release line.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReleaseEntry {
    /// Its first two numbers, `8.5`.
    #[cfg_attr(test, schemars(regex(pattern = r"^[0-9]+\.[0-9]+$")))]
    pub line: At<String>,
    /// It is supported for longer than others.
    #[serde(default)]
    pub lts: bool,
    /// When its first release came out.
    pub released: ReleasedEntry,
    /// Last day of support that the source gives.
    pub until: Option<At<Day>>,
    /// A later last day that is possible, because the source is not clear.
    pub until_possible: Option<At<Day>>,
    /// Lines of MongoDB that it runs with, in the order of their numbers: `["7.0", "8.0"]`.
    #[serde(default)]
    pub mongodb: Vec<At<String>>,
}

/// `endpoints.toml`: hosts that the product needs to reach over HTTPS. Each is a check of its own.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EndpointsFile {
    /// Group that the checks are shown in.
    pub group: At<String>,
    /// Key of their source.
    pub source: At<String>,
    /// Whether they decide the verdict or warn.
    pub level: Level,
    /// The hosts.
    pub endpoint: Vec<EndpointEntry>,
}

/// A host that the product needs to reach over HTTPS.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EndpointEntry {
    /// Id of its check.
    #[cfg_attr(test, schemars(regex(pattern = schema::KEBAB)))]
    pub id: At<String>,
    /// Name of the host.
    pub host: At<String>,
    /// What it is needed for.
    pub why: String,
    /// Group, if not that of the file.
    pub group: Option<At<String>>,
    /// Key of its source, if not that of the file.
    pub source: Option<At<String>>,
    /// Level, if not that of the file.
    pub level: Option<Level>,
}

/// Every other file is a check: one requirement.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckFile {
    /// Kebab-case id: the name of the file without `.toml`.
    #[cfg_attr(test, schemars(regex(pattern = schema::KEBAB)))]
    pub id: At<String>,
    /// The requirement in one line.
    pub title: String,
    /// Whether it decides the verdict or warns.
    pub level: Level,
    /// A group of `pack.toml`.
    pub group: At<String>,
    /// Key of a source. Only a shared check can leave it out, for the packs that take it to name one.
    pub source: Option<At<String>>,
    /// Why it matters.
    pub why: String,
    /// When it applies; always, when left out.
    pub applies_when: Option<At<PredicateEntry>>,
    /// What it expects.
    pub expect: At<PredicateEntry>,
    /// What is needed, in the pack's own words, where those of the predicate are not enough.
    pub needed: Option<String>,
    /// Facts to show as found, if not those that `expect` looks at.
    #[serde(default)]
    pub found: Vec<At<FactName>>,
    /// Explanations; the first that holds counts.
    #[serde(default)]
    pub because: Vec<BecauseEntry>,
    /// Remedies; the first that fits counts.
    #[serde(default)]
    pub remedy: Vec<At<RemedyEntry>>,
    /// Cases; at least one that passes and one that does not.
    #[serde(default)]
    #[cfg_attr(test, schemars(length(min = 2), required))]
    pub example: Vec<At<ExampleEntry>>,
}

/// What is expected of facts: `all`, `any` or `not` of predicates, or one operator on one fact.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(transform = schema::one_form))]
#[serde(deny_unknown_fields)]
pub struct PredicateEntry {
    /// Every part holds.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub all: Option<Vec<At<PredicateEntry>>>,
    /// At least one part holds.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub any: Option<Vec<At<PredicateEntry>>>,
    /// The part does not hold.
    pub not: Option<Box<At<PredicateEntry>>>,
    /// Full name of the fact.
    pub fact: Option<At<FactName>>,
    /// The numbers of the version lie in the range: `>=24, <29`.
    pub version: Option<At<String>>,
    /// The number is at least this.
    pub at_least: Option<At<Amount>>,
    /// The number is at most this.
    pub at_most: Option<At<Amount>>,
    /// The value is this.
    pub is: Option<At<Literal>>,
    /// The text is one of these.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub one_of: Option<At<Vec<At<String>>>>,
    /// The list contains all of these.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub contains: Option<At<Vec<String>>>,
    /// What this cell of the tier asks for: at least its quantity, or one of its words.
    pub tier: Option<At<String>>,
    /// The number is at least that of this fact of the plan. For the nodes of a cluster, it is one of their total.
    pub at_least_fact: Option<At<FactName>>,
    /// With `at_least`, `at_least_fact` or `tier`: the share of the quantity that suffices, such as 0.9; all of it, when left out.
    pub share: Option<At<f64>>,
    /// The fact is known (true) or absent (false).
    pub present: Option<At<bool>>,
}

impl CheckFile {
    /// The cells of tiers that its predicates name.
    pub fn cells(&self) -> Vec<&str> {
        let explaining = self.because.iter().map(|because| &because.when);
        let remedies = self.remedy.iter().filter_map(|remedy| remedy.when.as_ref());
        let all = std::iter::once(&self.expect).chain(&self.applies_when).chain(explaining).chain(remedies);
        all.flat_map(|predicate| predicate.cells()).collect()
    }
}

impl PredicateEntry {
    fn cells(&self) -> Vec<&str> {
        let parts = self.all.iter().chain(&self.any).flatten().chain(self.not.as_deref());
        parts.flat_map(|part| part.cells()).chain(self.tier.as_ref().map(|cell| cell.as_str())).collect()
    }
}

/// A sentence that explains an outcome when its predicate holds.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BecauseEntry {
    /// Whether it explains a pass, and not (when left out) what did not pass.
    #[serde(default)]
    pub pass: bool,
    /// When it explains.
    pub when: At<PredicateEntry>,
    /// The explanation.
    pub text: String,
}

/// How a failure is put right: words, commands or both. A command is one line, and says `sudo` where it needs root.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(extend("anyOf" = [
    { "required": ["text"] }, { "required": ["by_hand"] }, { "required": ["run"] }, { "required": ["destructive"] }
])))]
#[serde(deny_unknown_fields)]
pub struct RemedyEntry {
    /// Operating system families it is for (`os.family`); all, when left out.
    #[serde(default)]
    #[cfg_attr(test, schemars(extend("items" = { "enum": schema::words("os.family") })))]
    pub family: Vec<At<String>>,
    /// When it is the right one.
    pub when: Option<At<PredicateEntry>>,
    /// Whether it is for a failure (when left out) or for an unknown outcome.
    pub outcome: Option<RemedyOutcome>,
    /// Ids of checks of the pack whose steps come first if they failed, too.
    #[serde(default)]
    pub after: Vec<At<String>>,
    /// What has to be another one, because nothing that is installed or configured here puts it right.
    pub another: Option<Another>,
    /// What to do, in words.
    #[serde(default)]
    pub text: String,
    /// Commands that need a person: they only show something, ask, or have to be filled in. They are typed first.
    #[serde(default)]
    pub by_hand: Vec<At<String>>,
    /// Commands that a fix plan runs as they are: they ask nothing, take nothing away, and can be run again.
    #[serde(default)]
    pub run: Vec<At<String>>,
    /// Commands that remove something, or stop what runs: containers, services, the machine. They are typed last, and a fix
    /// plan has them commented out.
    #[serde(default)]
    pub destructive: Vec<At<String>>,
}

/// The outcome that a remedy is for.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RemedyOutcome {
    /// A failure.
    Fail,
    /// What could not be determined.
    Unknown,
}

/// A case with the outcome it must have.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExampleEntry {
    /// Facts of the host and of the plan: a value, or `{ absent = true }`. Facts of the host that are left out are unknown;
    /// those of the plan are as in a plan that says nothing.
    #[serde(default)]
    pub facts: BTreeMap<At<FactName>, At<Literal>>,
    /// Tier judged against.
    pub tier: Option<At<String>>,
    /// Day judged, if not the day of the pack's review.
    pub today: Option<Day>,
    /// Outcome it must have.
    pub outcome: Outcome,
}
