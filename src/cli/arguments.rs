//! The command line, declared once; help comes out of it. Parsing touches nothing.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::exit;
use super::later::Later;
use super::server::ServerArguments;
use crate::check::{Attestation, Deployment, Mongodb, Phase, Waiver, parse_seconds, parse_value};
use crate::facts::Subject;
use crate::facts::catalogue::{lookup, suggest};
use crate::report::Redaction;

const EXAMPLES: &str = "\
Examples:
  rampcheck check cometchat --tier qa
  rampcheck check rocketchat --users 800 --concurrent 200
  rampcheck check rocketchat --server https://chat.example.com
  rampcheck check cometchat --mau 25000 --pcc 1250 --format json --output human=report.txt
  rampcheck tiers cometchat
  rampcheck explain docker-engine
  rampcheck facts --format json";

const CHECK_EXAMPLES: &str = "\
Examples:
  rampcheck check cometchat --tier qa
  rampcheck check cometchat --mau 25000 --pcc 1250 --phase upgrade
  rampcheck check rocketchat --tier vps-recommended --mongodb local
  rampcheck check rocketchat --attest storage.data.media=ssd --waive storage-size='grows next week'
  rampcheck check rocketchat --server-version 8.6.1 --today 2027-01-15
  rampcheck check --plan plan.toml --format json --output human=report.txt
  rampcheck check cometchat --tier qa --root /host";

/// Tells whether this host qualifies for a vendor's support, what is missing, and how to put it right.
///
/// rampcheck only reads: it installs, changes and sends nothing.
#[derive(Debug, Parser)]
#[command(name = "rampcheck", version, max_term_width = 100, after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub struct Arguments {
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub color: When,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge this host for a product: findings, remedies and a verdict
    #[command(after_help = format!("{CHECK_EXAMPLES}\n\n{}", exit::TABLE))]
    Check(Later<CheckArguments>),
    /// Show what is known of this host, and where it was read; judge nothing
    Facts(Later<FactsArguments>),
    /// Show a product's tiers, which of them this host fits, and what the others lack
    Tiers(Later<TiersArguments>),
    /// Show a product's releases and when their support ends
    Releases(Later<ReleasesArguments>),
    /// Explain a check (why, source, remedies) or a fact
    Explain(Later<ExplainArguments>),
    /// Judge the facts of saved reports again: another tier, product, pack or day; offline, on any machine
    #[command(after_help = exit::TABLE)]
    Evaluate(Later<EvaluateArguments>),
    /// Judge this host and pack all that support needs into one file: report, page, facts, log, checksums
    Bundle(Later<BundleArguments>),
    /// Show a saved report, and first what could not be determined
    Show(Later<ShowArguments>),
    /// Show what changed between two reports, worst first
    Diff(Later<DiffArguments>),
    /// Tell whether a report can be relied on: digest, form, pack, age
    #[command(after_help = "Exit codes:\n  0  it can be relied on\n  2  it cannot, or it is no report")]
    Verify(Later<VerifyArguments>),
    /// Print the JSON Schema of reports, or of a pack's files
    Schema(Later<SchemaArguments>),
    /// List the packs, or validate one
    #[command(subcommand)]
    Packs(PacksCommand),
}

/// Form of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    Human,
    /// For programs and support teams.
    Json,
}

/// Form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people at a terminal.
    Human,
    /// For programs and support teams.
    Json,
    /// One page, complete in itself, to look at and to print.
    Html,
    /// JUnit XML for CI systems: a test case per check.
    Junit,
    /// A Nagios plugin's output and exit codes.
    Nagios,
}

impl ReportFormat {
    /// How the name of a file of this form ends.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Human | Self::Nagios => "txt",
            Self::Json => "json",
            Self::Html => "html",
            Self::Junit => "xml",
        }
    }
}

/// A report written to a file beside standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its form.
    pub format: ReportFormat,
    /// Where.
    pub file: PathBuf,
}

fn output(text: &str) -> Result<Output, String> {
    let (format, file) = text.split_once('=').ok_or("write FORMAT=FILE, for example json=report.json")?;
    if file.is_empty() {
        return Err("the file's name is missing: write FORMAT=FILE, for example json=report.json".to_owned());
    }
    Ok(Output {
        format: ReportFormat::from_str(format, false)
            .map_err(|_| format!("`{format}` is no format: use human, json, html, junit or nagios"))?,
        file: file.into(),
    })
}

fn waiver(text: &str) -> Result<Waiver, String> {
    match text.split_once('=') {
        Some((id, reason)) if !id.is_empty() && !reason.trim().is_empty() => {
            Ok(Waiver { id: id.to_owned(), reason: reason.trim().to_owned(), who: None, until: None })
        }
        _ => Err("write ID=REASON, for example storage-media='flash array behind the hypervisor'".to_owned()),
    }
}

fn attestation(text: &str) -> Result<Attestation, String> {
    let (fact, value) = text.split_once('=').ok_or("write FACT=VALUE, for example storage.data.media=ssd")?;
    let Some(row) = lookup(fact).filter(|row| row.subject != Subject::Plan) else {
        let hint = suggest(fact).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default();
        return Err(format!("there is no fact `{fact}`{hint}"));
    };
    Ok(Attestation { fact: fact.to_owned(), value: parse_value(value, row.kind)? })
}

/// A path from here as one from the root, which is how a host is asked.
fn absolute(text: &str) -> Result<PathBuf, String> {
    std::path::absolute(text).map_err(|error| error.to_string())
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("`{text}` is not a date such as 2026-11-20"))
}

/// Where facts come from.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What is read")]
pub struct SourceArguments {
    /// Read the tree below DIR instead of this host (a host mounted at /host, an image, a dump); runs no command
    #[arg(long, value_name = "DIR", conflicts_with = "host")]
    pub root: Option<PathBuf>,
    /// Read a recorded host that `facts --record` wrote
    #[arg(long, value_name = "DIR")]
    pub host: Option<PathBuf>,
    /// Directory that will hold the data [default: the Docker data root]
    #[arg(long, value_name = "DIR", value_parser = absolute)]
    pub data_dir: Option<PathBuf>,
    /// Deadline of each probe; six times that in all [default: 5s]
    #[arg(long, value_name = "TIME", value_parser = parse_seconds)]
    pub timeout: Option<Duration>,
}

/// Packs beside the built-in ones.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Packs")]
pub struct PackArguments {
    /// Add the pack in DIR, or replace the one of the same product
    #[arg(long = "pack", value_name = "DIR")]
    pub packs: Vec<PathBuf>,
}

/// What the operator intends.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Plan")]
pub struct PlanArguments {
    /// Tier to judge against (`rampcheck tiers PRODUCT` lists them)
    #[arg(long, value_name = "ID")]
    pub tier: Option<String>,
    /// Users
    #[arg(long, value_name = "N")]
    pub users: Option<u64>,
    /// Users active at the same time
    #[arg(long, value_name = "N")]
    pub concurrent: Option<u64>,
    /// Monthly active users
    #[arg(long, value_name = "N")]
    pub mau: Option<u64>,
    /// Peak concurrent connections
    #[arg(long, value_name = "N")]
    pub pcc: Option<u64>,
    /// Application instances
    #[arg(long, value_name = "N")]
    pub instances: Option<u64>,
    /// How it is or will be deployed
    #[arg(long, value_enum, value_name = "HOW")]
    pub deployment: Option<Deployment>,
    /// Where MongoDB runs
    #[arg(long, value_enum, value_name = "WHERE")]
    pub mongodb: Option<Mongodb>,
    /// MongoDB version intended
    #[arg(long, value_name = "VERSION")]
    pub mongodb_version: Option<String>,
    /// Moment judged [default: install]
    #[arg(long, value_enum)]
    pub phase: Option<Phase>,
    /// Read the plan from a TOML file; arguments go before it
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Accept a finding; it is shown, but does not decide
    #[arg(long, value_name = "ID=REASON", value_parser = waiver)]
    pub waive: Vec<Waiver>,
    /// Supply a fact that the host cannot show; it is marked as attested
    #[arg(long, value_name = "FACT=VALUE", value_parser = attestation)]
    pub attest: Vec<Attestation>,
    /// Judge as of this day [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub today: Option<Date>,
}

/// What is replaced by stand-ins before anything is shown or written.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Redaction")]
pub struct RedactArguments {
    /// Replace names and ids (identifiers), and IP addresses too (strict), by stand-ins such as host-1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Redaction::None, hide_default_value = true)]
    pub redact: Redaction,
    /// Keep originals and stand-ins in FILE, to be used again for other hosts; keep it to yourself
    #[arg(long, value_name = "FILE")]
    pub redact_map: Option<PathBuf>,
}

/// What becomes of a report.
#[derive(Debug, Args)]
#[command(next_help_heading = "Result")]
pub struct DeliveryArguments {
    /// Form of the result on standard output
    #[arg(long, value_enum, default_value_t = ReportFormat::Human)]
    pub format: ReportFormat,
    /// Also write the result to a file, or under a name of its own into a directory (DIR/); can be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    pub output: Vec<Output>,
    /// Redaction.
    #[command(flatten)]
    pub redact: RedactArguments,
    /// Show exactly what would be written to files, and write none
    #[arg(long, help_heading = "Redaction")]
    pub preview: bool,
}

/// What is judged: a product, a plan, and a host or its facts.
#[derive(Debug, Args)]
pub struct JudgeArguments {
    /// Product, for example cometchat or rocketchat [default: the one that runs here]
    pub product: Option<String>,
    /// Plan.
    #[command(flatten)]
    pub plan: PlanArguments,
    /// What is read.
    #[command(flatten)]
    pub source: SourceArguments,
    /// Server and release.
    #[command(flatten)]
    pub server: ServerArguments,
    /// Judge the facts in a file that `facts --format json` or `check --format json` wrote
    #[arg(long, value_name = "FILE", help_heading = "What is read", conflicts_with_all = ["root", "host", "server", "server_version", "supported_versions", "online"])]
    pub facts: Option<PathBuf>,
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// What is judged.
    #[command(flatten)]
    pub judge: JudgeArguments,
    /// What becomes of the report.
    #[command(flatten)]
    pub delivery: DeliveryArguments,
    /// Let warnings fail: exit code 3 (Nagios has a state of its own for them)
    #[arg(long, help_heading = "Result")]
    pub strict: bool,
}

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArguments {
    /// Reports that `check --format json` wrote
    #[arg(required = true, value_name = "REPORT")]
    pub reports: Vec<PathBuf>,
    /// Judge for this product [default: the one of the report]
    #[arg(long, value_name = "PRODUCT", help_heading = "Plan")]
    pub product: Option<String>,
    /// Plan, over the one of the report.
    #[command(flatten)]
    pub plan: PlanArguments,
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
    /// What becomes of the report.
    #[command(flatten)]
    pub delivery: DeliveryArguments,
    /// Let warnings fail: exit code 3 (Nagios has a state of its own for them)
    #[arg(long, help_heading = "Result")]
    pub strict: bool,
}

/// Arguments of `bundle`.
#[derive(Debug, Args)]
pub struct BundleArguments {
    /// What is judged.
    #[command(flatten)]
    pub judge: JudgeArguments,
    /// Write the bundle to FILE, for example support.tar.gz
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
    /// Redaction.
    #[command(flatten)]
    pub redact: RedactArguments,
    /// Show exactly what the bundle would hold, and write none
    #[arg(long, help_heading = "Redaction")]
    pub preview: bool,
}

/// Arguments of `show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// Report that `check --format json` wrote
    pub report: PathBuf,
    /// Show this finding or fact only
    pub id: Option<String>,
    /// Show the lines that a vendor's bug form asks for, to be pasted
    #[arg(long, conflicts_with_all = ["id", "format"])]
    pub ticket: bool,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = ReportFormat::Human)]
    pub format: ReportFormat,
    /// Redaction.
    #[command(flatten)]
    pub redact: RedactArguments,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffArguments {
    /// The earlier report
    pub old: PathBuf,
    /// The later report
    pub new: PathBuf,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Report that `check --format json` wrote
    pub report: PathBuf,
    /// Packs that are known beside the built-in ones.
    #[command(flatten)]
    pub packs: PackArguments,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArguments {
    /// Of what
    #[arg(value_enum)]
    pub of: SchemaOf,
}

/// What there is a JSON Schema of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Reports.
    Report,
    /// The files of a pack, for editors.
    Pack,
}

/// Arguments of `facts`.
#[derive(Debug, Args)]
pub struct FactsArguments {
    /// What is read.
    #[command(flatten)]
    pub source: SourceArguments,
    /// Packs, whose ports and tools are looked at.
    #[command(flatten)]
    pub packs: PackArguments,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Also record everything that was read into a new directory, to be replayed with --host
    #[arg(long, value_name = "DIR", conflicts_with = "host")]
    pub record: Option<PathBuf>,
    /// Redaction.
    #[command(flatten)]
    pub redact: RedactArguments,
}

/// Arguments of `tiers`.
#[derive(Debug, Args)]
pub struct TiersArguments {
    /// Product, for example cometchat or rocketchat
    pub product: String,
    /// What is read.
    #[command(flatten)]
    pub source: SourceArguments,
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Arguments of `releases`.
#[derive(Debug, Args)]
pub struct ReleasesArguments {
    /// Product, for example rocketchat
    pub product: String,
    /// Show it as of this day [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub today: Option<Date>,
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// Check id or fact name, as the report shows it
    pub id: String,
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
}

/// Commands about packs.
#[derive(Debug, Subcommand)]
pub enum PacksCommand {
    /// List the packs that would be used
    List(PackArguments),
    /// Validate a pack and run its examples
    Validate {
        /// Folder that holds pack.toml
        dir: PathBuf,
    },
}
