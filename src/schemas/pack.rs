//! The files of a pack as types, for the JSON Schema that editors use.
//!
//! The reader of packs takes TOML apart key by key, to name the place of every problem; these types say the same once
//! more, and `tests/schemas.rs` holds the two together. What one file says of another (tiers, tables, sources), and which
//! operator fits which fact, only `rampcheck packs validate` knows.

#![allow(dead_code, reason = "only their schema is used")]

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::{Value, json};

use crate::check::{Deployment, Level, Mongodb, Outcome, Phase, ServerPlan, Waiver};
use crate::facts::Kind;
use crate::facts::catalogue::{CATALOGUE, VERSIONED_TOOLS, lookup};

/// `pack.toml`: the product and its sources.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PackFile {
    /// Product id: the folder's name.
    product: String,
    /// Product name for people.
    title: String,
    /// Version of the pack.
    version: String,
    /// Day its data was last compared with its sources.
    reviewed: Date,
    /// Groups in the order of the report.
    subjects: Vec<String>,
    /// Image repositories that show that the product runs.
    images: Option<Vec<String>>,
    /// What to do after a positive verdict.
    next: Option<String>,
    /// Pages that figures come from.
    source: Option<BTreeMap<String, SourceEntry>>,
}

/// A page that figures come from.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SourceEntry {
    /// The page's title.
    title: String,
    /// Its address.
    url: Option<String>,
    /// Day it was read.
    read: Date,
}

/// `tiers.toml`: the rows of the vendor's sizing tables.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TiersFile {
    /// How numbers choose a tier.
    selection: Option<SelectionEntry>,
    /// Tiers, small to large.
    tier: Option<Vec<TierEntry>>,
}

/// How numbers choose a tier.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SelectionEntry {
    /// What to do when no tier holds the numbers.
    beyond: String,
    /// The vendor's sizing models.
    models: Option<ModelsEntry>,
}

/// How sizing models are told apart; every further key is a model with its bounds.
#[derive(Serialize, JsonSchema)]
struct ModelsEntry {
    /// Numerator and denominator of the ratio.
    ratio: (Number, Number),
    /// Model when one of the two numbers was not given.
    assumed: String,
    /// Model when the ratio is inside nobody's bounds.
    between: String,
    /// Models.
    #[serde(flatten)]
    bounds: BTreeMap<String, BoundsEntry>,
}

/// Bounds of a model on the ratio.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct BoundsEntry {
    at_most: Option<f64>,
    at_least: Option<f64>,
}

/// A number of the plan.
#[derive(Serialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
enum Number {
    Users,
    Concurrent,
    Mau,
    Pcc,
}

/// A sizing row.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TierEntry {
    /// Kebab-case id, the argument of `--tier`.
    #[schemars(regex(pattern = r"^[a-z0-9.]([a-z0-9.-]*[a-z0-9.])?$"))]
    id: String,
    /// What it is, for people.
    title: String,
    /// Key of the source in `pack.toml`.
    source: String,
    /// Meant for production.
    production: Option<bool>,
    /// The figures are a cluster's total.
    cluster: Option<bool>,
    /// The sizes are advice.
    advisory: Option<bool>,
    /// Numbers may choose it; otherwise only `--tier` does.
    automatic: Option<bool>,
    /// Sizing model.
    model: Option<String>,
    /// How many of each number it holds.
    holds: Option<BTreeMap<Number, u64>>,
    /// What it asks for, by cell.
    needs: BTreeMap<String, Cell>,
}

/// What one cell of a tier asks for.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Cell {
    /// A number or a size.
    Quantity(Quantity),
    /// One of these words.
    Words(Vec<String>),
    /// A planning range.
    Range(RangeCell),
}

/// A planning range.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RangeCell {
    from: Quantity,
    to: Quantity,
}

/// A number, or a size with its unit: `8`, `1.5`, `"16 GB"`.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Quantity {
    Number(f64),
    Size(String),
}

/// `ends.toml`: tables of version lines and the last day of each.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
struct EndsFile(BTreeMap<String, EndsTable>);

/// A table of ends.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct EndsTable {
    /// Key of the source in `pack.toml`.
    source: String,
    /// Day it was last compared with its source.
    reviewed: Date,
    /// Line to its last day, or `maintained` while none is known.
    ends: BTreeMap<String, End>,
}

/// The last day of a line.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum End {
    Day(Date),
    Word(Maintained),
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Maintained {
    /// No end is known.
    Maintained,
}

/// `releases.toml`: the release calendar.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ReleasesFile {
    /// Key of the source in `pack.toml`.
    source: String,
    /// Day it was last compared with its source.
    reviewed: Date,
    /// Lines in the order of their numbers.
    #[schemars(length(min = 1))]
    release: Vec<ReleaseEntry>,
}

/// A release line.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ReleaseEntry {
    /// Its first two numbers, `8.5`.
    #[schemars(regex(pattern = r"^[0-9]+\.[0-9]+$"))]
    line: String,
    /// Supported for longer than others.
    lts: Option<bool>,
    /// When its first release came out: a day, or a month such as `2026-09` when the day is not known.
    #[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{1,2}(-[0-9]{2})?$"))]
    released: String,
    /// Last day of support that the source gives.
    until: Option<Date>,
    /// A later last day that is possible.
    until_possible: Option<Date>,
}

/// A check: one requirement in a file of its own.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CheckFile {
    /// The file's name without `.toml`, kebab-case.
    #[schemars(regex(pattern = r"^[a-z0-9.]([a-z0-9.-]*[a-z0-9.])?$"))]
    id: String,
    /// The requirement in one line.
    title: String,
    /// Whether it decides.
    level: Level,
    /// A subject of `pack.toml`.
    subject: String,
    /// Key of the source in `pack.toml`.
    source: String,
    /// Why it matters.
    why: String,
    /// When it applies; always, when left out.
    applies_when: Option<PredicateEntry>,
    /// What it expects.
    expect: PredicateEntry,
    /// What is needed, in words, when the predicate's own words do not do.
    needed: Option<String>,
    /// Facts to show as found, when not those of `expect`.
    found: Option<Vec<FactName>>,
    /// Explanations; the first that holds counts.
    because: Option<Vec<BecauseEntry>>,
    /// Remedies; the first that fits counts.
    remedy: Option<Vec<RemedyEntry>>,
    /// Cases; at least one that passes and one that does not.
    #[schemars(length(min = 2))]
    example: Vec<ExampleEntry>,
}

/// What a check expects of facts: `all`, `any` or `not` of predicates, or one operator on one fact.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum PredicateEntry {
    All(AllEntry),
    Any(AnyEntry),
    Not(NotEntry),
    Leaf(Box<LeafEntry>),
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AllEntry {
    /// Every one holds.
    #[schemars(length(min = 1))]
    all: Vec<PredicateEntry>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AnyEntry {
    /// At least one holds.
    #[schemars(length(min = 1))]
    any: Vec<PredicateEntry>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct NotEntry {
    /// It does not hold.
    not: Box<PredicateEntry>,
}

/// One operator on one fact.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 2, "maxProperties" = 2))]
struct LeafEntry {
    /// Full name of the fact.
    fact: FactName,
    /// The version's numbers lie in the range: `>=24, <29`.
    version: Option<String>,
    /// Its line in this table of `ends.toml` has not ended.
    maintained: Option<String>,
    /// What is expected of the support window of `server.version`.
    within_support: Option<SupportEntry>,
    /// The day is more than so many days ahead.
    days_left: Option<u32>,
    /// At least this.
    at_least: Option<BoundEntry>,
    /// At most this.
    at_most: Option<BoundEntry>,
    /// Equal.
    is: Option<ValueEntry>,
    /// One of these words, or of those of a tier's cell.
    one_of: Option<WordsOrCell>,
    /// The list contains all of these.
    contains: Option<WordOrWords>,
    /// Known (true) or absent (false).
    present: Option<bool>,
}

/// What is expected of a support window: open, so many days left, certain, or from a source at most so many days old.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum SupportEntry {
    Open(#[schemars(extend("const" = true))] bool),
    DaysLeft(DaysLeftEntry),
    Certain(CertainEntry),
    SourceDays(SourceDaysEntry),
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct DaysLeftEntry {
    days_left: u32,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CertainEntry {
    #[schemars(extend("const" = true))]
    certain: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SourceDaysEntry {
    source_days: u32,
}

/// What a quantity is compared with.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum BoundEntry {
    Fixed(Quantity),
    Tier(TierCell),
    Share(ShareEntry),
}

/// A cell of the tier.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TierCell {
    tier: String,
}

/// A share of another fact.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ShareEntry {
    share: f64,
    of: FactName,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum WordsOrCell {
    Words(Vec<String>),
    Tier(TierCell),
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum WordOrWords {
    Word(String),
    Words(Vec<String>),
}

/// A value of the fact's kind; sizes may carry a unit.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum ValueEntry {
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<String>),
}

/// A sentence that explains an outcome when its predicate holds.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct BecauseEntry {
    when: PredicateEntry,
    text: String,
}

/// How a failure is put right; with `text`, `run` or both.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("anyOf" = [{ "required": ["text"] }, { "required": ["run"] }]))]
struct RemedyEntry {
    /// Operating system families it is for; all, when left out.
    #[schemars(extend("items" = { "enum": words("os.family") }))]
    family: Option<Vec<String>>,
    /// When it is the right one.
    when: Option<PredicateEntry>,
    /// Whether it is for a failure or for what cannot be told.
    #[schemars(extend("enum" = ["fail", "unknown"]))]
    outcome: Option<String>,
    /// What to do, in words.
    text: Option<String>,
    /// Commands to copy.
    run: Option<Vec<String>>,
}

/// A case with the outcome it must have.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ExampleEntry {
    /// Facts by name: a value, or `{ absent = true }`; those left out are unknown.
    facts: Option<BTreeMap<FactName, ExampleFact>>,
    /// Plan.
    plan: Option<PlanEntry>,
    /// Day judged, when not the pack's review.
    today: Option<Date>,
    /// Outcome.
    outcome: Outcome,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum ExampleFact {
    Value(ValueEntry),
    Absent(AbsentEntry),
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AbsentEntry {
    #[schemars(extend("const" = true))]
    absent: bool,
}

/// What the operator intends, in an example.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PlanEntry {
    product: Option<String>,
    tier: Option<String>,
    phase: Option<Phase>,
    users: Option<u64>,
    concurrent: Option<u64>,
    mau: Option<u64>,
    pcc: Option<u64>,
    instances: Option<u64>,
    deployment: Option<Deployment>,
    mongodb: Option<Mongodb>,
    mongodb_version: Option<String>,
    data_dir: Option<String>,
    server: Option<ServerPlan>,
    waiver: Option<Vec<Waiver>>,
    attestation: Option<Vec<AttestationEntry>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AttestationEntry {
    fact: FactName,
    value: ValueEntry,
}

/// Full name of a fact.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct FactName(String);

impl JsonSchema for FactName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FactName".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> Schema {
        let names: Vec<_> = CATALOGUE
            .iter()
            .map(|row| {
                let tools = VERSIONED_TOOLS.join("|");
                let name = row.name.replace('.', "\\.").replace("<port>", "[1-9][0-9]{0,4}");
                let name = name.replace("<host>", "[a-z0-9-]+(\\.[a-z0-9-]+)+");
                let name = name.replace("<tool>\\.version", &format!("({tools})\\.version"));
                name.replace("<tool>", "[a-z0-9_+-]+")
            })
            .collect();
        json!({
            "description": "Full name of a fact: see the table in checks/README.md.",
            "type": "string",
            "pattern": format!("^({})$", names.join("|")),
        })
        .try_into()
        .unwrap()
    }
}

fn words(fact: &str) -> Vec<&'static str> {
    match lookup(fact).map(|row| row.kind) {
        Some(Kind::Choice(words)) => words.to_vec(),
        _ => Vec::new(),
    }
}

/// Without `null`, which TOML does not have and an optional key of a type brings along.
fn without_null(schema: &mut Schema) {
    fn go(value: &mut Value) {
        match value {
            Value::Object(members) => {
                if let Some(Value::Array(types)) = members.get_mut("type") {
                    types.retain(|kind| kind != "null");
                    if let [only] = types.as_slice() {
                        let only = only.clone();
                        members.insert("type".to_owned(), only);
                    }
                }
                if let Some(Value::Array(words)) = members.get_mut("enum") {
                    words.retain(|word| !word.is_null());
                }
                if let Some(Value::Array(parts)) = members.get_mut("anyOf") {
                    parts.retain(|part| part != &json!({ "type": "null" }));
                    if let [Value::Object(only)] = parts.as_slice() {
                        let only = only.clone();
                        members.remove("anyOf");
                        members.extend(only);
                    }
                }
                members.values_mut().for_each(go);
            }
            Value::Array(list) => list.iter_mut().for_each(go),
            _ => {}
        }
    }
    schema.as_object_mut().into_iter().flat_map(|members| members.values_mut()).for_each(go);
}

#[test]
fn the_schema_of_a_pack_is_current() {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let files = [
        ("pack", generator.subschema_for::<PackFile>()),
        ("tiers", generator.subschema_for::<TiersFile>()),
        ("ends", generator.subschema_for::<EndsFile>()),
        ("releases", generator.subschema_for::<ReleasesFile>()),
        ("check", generator.subschema_for::<CheckFile>()),
    ];
    let mut definitions = generator.take_definitions(true);
    for (name, schema) in files {
        definitions.insert(name.to_owned(), schema.to_value());
    }
    let references: Vec<_> =
        ["pack", "tiers", "ends", "releases", "check"].map(|name| json!({ "$ref": format!("#/$defs/{name}") })).into();
    let mut schema: Schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:rampcheck:pack:1",
        "title": "rampcheck pack, version 1",
        "description": "The files of a pack: pack.toml is #/$defs/pack, tiers.toml #/$defs/tiers, ends.toml #/$defs/ends, \
                        releases.toml #/$defs/releases, \
                        every other file #/$defs/check. `rampcheck packs validate` knows more.",
        "anyOf": references,
        "$defs": definitions,
    })
    .try_into()
    .unwrap();
    without_null(&mut schema);
    super::current("pack-v1.schema.json", schema.as_value());
}
