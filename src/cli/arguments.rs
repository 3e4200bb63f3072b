//! The command line, declared once; help comes out of it. Parsing touches nothing.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::exit;
use crate::facts::{Measure, parse_count};
use crate::judge::{NodeSize, parse_node};
use crate::pack::parse_value;
use crate::plan::{
    Attestation, BACKUP_COPIES, GROWTH_PERCENT, Intent, RETENTION_DAYS, ServerPlan, StoragePlan, Waiver, attestable,
    can_be_attested, did_you_mean, parse_age, parse_base, parse_daily_gb, parse_duration, parse_plugin, parse_release,
    words,
};
use crate::redact::Redaction;
use crate::render::ReportFormat;
use crate::render::text::Detail;

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
  rampcheck check cometchat --tier qa --daily-gb 0.5 --retention-days 60
  rampcheck check rocketchat --tier vps-recommended --mongodb local
  rampcheck check rocketchat --tier vps-minimal --measure
  rampcheck check rocketchat --manifest compose.yml
  rampcheck check rocketchat --tier guide-s-microservices --deployment kubernetes --manifest values.yaml
  rampcheck check rocketchat --attest storage.data.media=ssd --waive storage-size='grows next week'
  rampcheck check rocketchat --server-version 8.6.1 --today 2027-01-15
  rampcheck check --plan plan.toml --format json --output human=report.txt
  rampcheck check cometchat --tier qa --root /host";

const FLEET_EXAMPLES: &str = "\
Examples:
  rampcheck fleet reports/*.json --tier baseline-10k
  rampcheck fleet --reports-from reports --hosts hosts.txt --mau 25000 --pcc 1250 --max-age 24h
  rampcheck fleet --reports-from reports --role db-1=mongodb --role db-2=mongodb --role db-3=mongodb
  rampcheck fleet --reports-from reports --output html=fleet.html --format json

The first report that can be read says what is judged, where the arguments and the plan file do not. Waivers and attestations of
the reports hold for their own hosts, those of the arguments for all.";

const INSTALL: &str = "\
An archive is refused if it was changed after it was signed, if the key that signed it is not trusted, if it is older than the \
pack in use, or if this rampcheck cannot use it. The pack is put in its place whole or not at all. An installed pack is used as \
long as it is newer than the built-in one.

Exit codes:
  0  installed, or installed already
  1  rampcheck failed, for example because the disk is full
  2  the archive was refused, or DIR cannot be used";

const REACH: &str = "\
`reach listen` runs on one node, or on all, and `reach to` on the others. Both need the same token, which is made for this one \
test. `rampcheck check --reach` does the same as `reach to`, and puts the result into the report.

Examples:
  openssl rand -hex 16 > token                                           # and copy it to every node
  sudo rampcheck reach listen --for cometchat --token-file token         # on app-2 and app-3
  rampcheck reach to app-2 app-3 --for cometchat --token-file token      # on app-1";

const REACH_TO: &str = "\
Exit codes:
  0  every port of every host answered
  1  rampcheck itself failed
  2  wrong usage
  3  a port is closed: refused, unreachable, or no answer
  4  undetermined: on a host nothing answered with the token, or a port could not be tested";

const REACH_LISTEN: &str = "\
Only ports that are free are listened on. Nobody without the token gets an answer, and the token never travels.

Exit codes:
  0  done: the time is over, or all --peers have finished
  1  rampcheck itself failed
  2  wrong usage
  4  no port could be listened on, or the time is over and not all --peers have finished";

const COMPLETIONS: &str = "\
For example:
  rampcheck completions bash > ~/.local/share/bash-completion/completions/rampcheck
  rampcheck completions zsh > ~/.zfunc/_rampcheck      # with fpath+=~/.zfunc before compinit in ~/.zshrc
  rampcheck completions fish > ~/.config/fish/completions/rampcheck.fish";

/// Packs of this site: each folder in it is one.
pub const SITE: &str = "/etc/rampcheck/packs.d";

/// The version, and what was built: the commit if the source is a clone, the target, and the packs with the days of their review.
const VERSION: &str = include_str!(concat!(env!("OUT_DIR"), "/version.txt"));

/// Check whether this host qualifies for a vendor's support, what is missing, and how to put it right.
///
/// rampcheck only reads: it installs nothing and changes nothing. Only `--measure writes` writes, to a file of its own that is
/// gone at once, and `packs install` puts a pack in its folder. It asks other machines only with --server or --online, here or
/// in a plan file, with --reach and `reach to`, and says before which ones. With a deployment on Kubernetes it asks the cluster,
/// through kubectl and helm. Only `reach listen` opens ports. A plugin, which is a program of your own, runs only if it is named.
#[derive(Debug, Parser)]
#[command(name = "rampcheck", version, long_version = VERSION, max_term_width = 100, after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub struct Arguments {
    /// When to use color
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub color: When,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// When to use color.
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
    /// Judge this host for a product: findings, fixes and a verdict
    #[command(after_help = format!("{CHECK_EXAMPLES}\n\n{}", exit::TABLE))]
    Check(Box<CheckArguments>),
    /// Show what is known about this host, and where it was read; judges nothing
    Facts(FactsArguments),
    /// Show a product's tiers, which of them this host fits, and what it lacks for the others; or how many nodes they need
    Tiers(TiersArguments),
    /// Show a product's releases and when their support ends
    Releases(ReleasesArguments),
    /// Explain a check (why, source, fixes), a group of checks or a fact
    Explain(ExplainArguments),
    /// Judge the facts of saved reports again: another tier, product, pack or day; offline, on any machine
    #[command(after_help = exit::TABLE)]
    Evaluate(Box<EvaluateArguments>),
    /// Judge many hosts together by their reports: totals against the tier, rules of the whole, and who is missing
    #[command(after_help = format!("{FLEET_EXAMPLES}\n\n{}", exit::TABLE))]
    Fleet(Box<FleetArguments>),
    /// Judge this host and pack everything that support needs into one file: report, page, facts, log, checksums
    Bundle(Box<BundleArguments>),
    /// Show a saved report; or several in a table, worst first
    #[command(override_usage = "rampcheck show [OPTIONS] <REPORT>... [ID]")]
    Show(ShowArguments),
    /// Show what changed between two reports, worst first
    #[command(
        override_usage = "rampcheck diff [OPTIONS] <OLD> <NEW>",
        after_help = "Exit codes:\n  0  done (with --exit-code: no finding, fact or verdict differs)\n  2  a report cannot be used\n  3  with --exit-code: something differs"
    )]
    Diff(DiffArguments),
    /// Tell whether reports can be relied on: digest, form, pack, age, and whether they follow when they are judged anew
    #[command(after_help = "Exit codes:\n  0  every report can be relied on\n  2  one cannot, or is not a report")]
    Verify(VerifyArguments),
    /// Print the JSON Schema of reports, of reports on fleets, or of the files of a pack
    Schema(SchemaArguments),
    /// Print what a shell needs to complete words: commands, options, products, tiers and checks
    #[command(after_help = COMPLETIONS)]
    Completions(CompletionsArguments),
    /// List the packs, install one, or validate one
    #[command(subcommand)]
    Packs(PacksCommand),
    /// Test the ports between the nodes of a cluster, from both sides
    #[command(subcommand, after_help = REACH)]
    Reach(ReachCommand),
}

/// Form of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    Human,
    /// For programs and support teams.
    Json,
}

fn report_format() -> impl TypedValueParser<Value = ReportFormat> {
    let values = ReportFormat::ALL.map(|format| PossibleValue::new(format.name()).help(format.purpose()));
    // Clap lets through what stands in the list, and nothing else.
    PossibleValuesParser::new(values).map(|name| ReportFormat::named(&name).unwrap_or(ReportFormat::Human))
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
        return Err("the name of the file is missing: write FORMAT=FILE, for example json=report.json".to_owned());
    }
    let unknown = || {
        let names = ReportFormat::ALL.map(ReportFormat::name).join(", ");
        format!("`{format}` is not a format; formats: {names}")
    };
    Ok(Output { format: ReportFormat::named(format).ok_or_else(unknown)?, file: file.into() })
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
    let Some(kind) = can_be_attested(fact) else {
        return Err(format!("there is no fact `{fact}`{}", did_you_mean(fact, attestable())));
    };
    let value = parse_value(value, kind).map_err(|misfit| misfit.to_string())?;
    Ok(Attestation { fact: fact.to_owned(), value })
}

fn number(text: &str) -> Result<(String, u64), String> {
    let (name, number) = text.split_once('=').ok_or("write NAME=N, for example users=500")?;
    Ok((name.to_owned(), parse_count(number)?))
}

/// A path from here as one from the root, which is how a host is asked.
fn absolute(text: &str) -> Result<PathBuf, String> {
    std::path::absolute(text).map_err(|error| error.to_string())
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("`{text}` is not a date such as 2026-11-20"))
}

/// The name or address of another machine.
fn machine(text: &str) -> Result<String, String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:_-%[]".contains(&byte));
    if text.is_empty() || text.starts_with('-') || !plain {
        return Err(format!("`{text}` is not a host name or an IP address"));
    }
    Ok(text.to_owned())
}

/// How long a listener may be open.
fn listening_time(text: &str) -> Result<Duration, String> {
    const MOST: Duration = Duration::from_secs(60);
    let time = parse_duration(text)?;
    if time > MOST {
        Err(format!("`{text}` is more than a minute: start it again when it has ended"))
    } else {
        Ok(time)
    }
}

/// The words that a fact of the plan can have.
fn one_of(fact: &str) -> PossibleValuesParser {
    PossibleValuesParser::new(words(fact))
}

/// A whole number within bounds.
fn within((least, most): (u64, u64)) -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(least..=most)
}

fn redaction() -> impl clap::builder::TypedValueParser<Value = Redaction> {
    const LEVELS: [Redaction; 3] = [Redaction::None, Redaction::Identifiers, Redaction::Strict];
    PossibleValuesParser::new(LEVELS.map(Redaction::word))
        .map(|word| LEVELS.into_iter().find(|level| level.word() == word).unwrap_or_default())
}

fn measure() -> impl TypedValueParser<Value = Measure> {
    let parser = PossibleValuesParser::new(["reads", "writes"]);
    parser.map(|word| if word == "writes" { Measure::Writes } else { Measure::Reads })
}

/// Where facts come from.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What is read")]
pub struct SourceArguments {
    /// Read the tree below DIR instead of this host (a host mounted at /host, an image, a dump); runs no program
    #[arg(long, value_name = "DIR", conflicts_with = "host")]
    pub root: Option<PathBuf>,
    /// Read a recorded host that `facts --record` wrote
    #[arg(long, value_name = "FILE")]
    pub host: Option<PathBuf>,
    /// Directory that will hold the data [default: Docker's data root]
    #[arg(long, value_name = "DIR", value_parser = absolute)]
    pub data_dir: Option<PathBuf>,
    /// Also measure the disk that holds the data: `reads` at random places for 2 s, which change nothing, or `writes` as
    /// well for 2 s, at most 2 MB to a new file that has no name [WHAT if left out: reads]
    #[arg(long, value_name = "WHAT", num_args = 0..=1, default_missing_value = "reads", value_parser = measure())]
    pub measure: Option<Measure>,
    /// Deadline of each probe; the whole run may take six times as long [default: 5s]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub timeout: Option<Duration>,
}

/// The server, its release, and who may be asked.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Server and release")]
pub struct ServerArguments {
    /// Ask this server for its release and the vendor's signed list, its certificate, its redirect from port 80 to HTTPS and its
    /// WebSocket, as far as the product has them; for example https://chat.example.com
    #[arg(long, value_name = "URL", value_parser = parse_base)]
    pub server: Option<String>,
    /// Judge this release instead of the one that is running [default: the server's, else the official container's]
    #[arg(long, value_name = "VERSION", value_parser = parse_release)]
    pub server_version: Option<String>,
    /// Also read the vendor's signed list from FILE; /etc/rampcheck/supported-versions*.jwt and .json are found anyway
    #[arg(long, value_name = "FILE")]
    pub supported_versions: Vec<PathBuf>,
    /// Fetch the signed list from the vendor, and test whether the vendor's services can be reached
    #[arg(long)]
    pub online: bool,
    /// With --online, fetch the signed list from this address instead, for example from a mirror
    #[arg(long, value_name = "URL", value_parser = parse_base)]
    pub list_url: Option<String>,
    /// Also trust lists signed with the RSA public key in FILE (PEM)
    #[arg(long, value_name = "FILE")]
    pub trust_key: Vec<PathBuf>,
    /// Also trust the certificate authorities in FILE (PEM)
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
}

impl ServerArguments {
    /// What they say.
    pub fn plan(&self) -> ServerPlan {
        let texts = |paths: &[PathBuf]| paths.iter().map(|path| path_text(path)).collect();
        ServerPlan {
            url: self.server.clone(),
            version: self.server_version.clone(),
            supported_versions: texts(&self.supported_versions),
            online: self.online,
            list_url: self.list_url.clone(),
            trust_key: texts(&self.trust_key),
            ca_file: self.ca_file.as_deref().map(path_text),
        }
    }
}

/// A path as a text.
pub fn path_text(path: &Path) -> String {
    path.display().to_string()
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
    /// Users; this and the other numbers can be written as 25000, 25,000 or 25k
    #[arg(long, value_name = "N", value_parser = parse_count)]
    pub users: Option<u64>,
    /// Users active at the same time
    #[arg(long, value_name = "N", value_parser = parse_count)]
    pub concurrent: Option<u64>,
    /// Monthly active users
    #[arg(long, value_name = "N", value_parser = parse_count)]
    pub mau: Option<u64>,
    /// Peak concurrent connections
    #[arg(long, value_name = "N", value_parser = parse_count)]
    pub pcc: Option<u64>,
    /// Another number that tiers of the product hold, for example seats=500
    #[arg(long, value_name = "NAME=N", value_parser = number)]
    pub number: Vec<(String, u64)>,
    /// Hosts of the cluster; 1 says that this host is all of it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub nodes: Option<u64>,
    /// Application instances
    #[arg(long, value_name = "N")]
    pub instances: Option<u64>,
    /// How it is or will be deployed. With kubernetes, rancher or openshift, `check` asks the cluster, if kubectl is here
    #[arg(long, value_name = "HOW", value_parser = one_of("plan.deployment"))]
    pub deployment: Option<String>,
    /// It is or will be deployed as microservices
    #[arg(long)]
    pub microservices: bool,
    /// Where MongoDB runs
    #[arg(long, value_name = "WHERE", value_parser = one_of("plan.mongodb"))]
    pub mongodb: Option<String>,
    /// MongoDB version intended
    #[arg(long, value_name = "VERSION")]
    pub mongodb_version: Option<String>,
    /// Moment judged [default: install]
    #[arg(long, value_parser = one_of("plan.phase"))]
    pub phase: Option<String>,
    /// GB of data that are added a day, such as 5 or 0.5, from which the storage that is needed is computed. Only for products
    /// whose vendor gives guidance for it, which Rocket.Chat's does not
    #[arg(long, value_name = "N", value_parser = parse_daily_gb)]
    pub daily_gb: Option<u64>,
    /// Days that data is kept, with --daily-gb [default: the most that the vendor's guidance names]
    #[arg(long, value_name = "N", value_parser = within(RETENTION_DAYS))]
    pub retention_days: Option<u64>,
    /// Room for growth, with --daily-gb [default: the most that the vendor's guidance names]
    #[arg(long, value_name = "PERCENT", value_parser = within(GROWTH_PERCENT))]
    pub growth: Option<u64>,
    /// Copies of the data that backups keep on the same storage, with --daily-gb; 0 if they are kept elsewhere [default: the
    /// most that the vendor's guidance names]
    #[arg(long, value_name = "N", value_parser = within(BACKUP_COPIES))]
    pub backup_copies: Option<u64>,
    /// Read the plan from a TOML file; command-line arguments override it, and what it says of a server is asked, too
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Accept a finding: it is shown, but does not decide
    #[arg(long, value_name = "ID=REASON", value_parser = waiver)]
    pub waive: Vec<Waiver>,
    /// Judge recommended checks as required ones: what would be a warning makes the host unsupported
    #[arg(long)]
    pub strict: bool,
    /// Supply a fact that the host cannot show; it is marked as attested
    #[arg(long, value_name = "FACT=VALUE", value_parser = attestation)]
    pub attest: Vec<Attestation>,
    /// Judge only this check, or the checks of this group such as docker; the report says that its verdict is partial
    #[arg(long, value_name = "ID|GROUP", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Judge what this plugin reports: the file NAME in /usr/lib/rampcheck/plugins.d, which is run if this host is read. Its check
    /// is called plugin-NAME; can be given several times
    #[arg(long, value_name = "NAME", value_parser = parse_plugin)]
    pub plugin: Vec<String>,
    /// Judge as of this day [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub today: Option<Date>,
}

impl PlanArguments {
    /// What they say, without the plan file.
    pub fn intent(&self) -> Intent {
        let named = [("users", self.users), ("concurrent", self.concurrent), ("mau", self.mau), ("pcc", self.pcc)];
        let named = named.into_iter().filter_map(|(name, number)| Some((name.to_owned(), number?)));
        Intent {
            tier: self.tier.clone(),
            numbers: named.chain(self.number.iter().cloned()).collect(),
            phase: self.phase.clone(),
            nodes: self.nodes,
            instances: self.instances,
            deployment: self.deployment.clone(),
            microservices: self.microservices,
            mongodb: self.mongodb.clone(),
            mongodb_version: self.mongodb_version.clone(),
            storage: StoragePlan {
                daily: self.daily_gb,
                retention_days: self.retention_days,
                growth_percent: self.growth,
                backup_copies: self.backup_copies,
            },
            strict: self.strict,
            only: self.only.clone(),
            plugins: self.plugin.clone(),
            waivers: self.waive.clone(),
            attestations: self.attest.clone(),
            ..Intent::default()
        }
    }
}

/// What is replaced with stand-ins before anything is judged, shown or written.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Redaction")]
pub struct RedactArguments {
    /// Replace names and ids (identifiers), and IP addresses too (strict), with stand-ins such as host-1
    #[arg(long, value_name = "LEVEL", value_parser = redaction(), default_value = "none", hide_default_value = true)]
    pub redact: Redaction,
    /// Keep originals and stand-ins in FILE and use them again for other hosts; keep this file to yourself
    #[arg(long, value_name = "FILE")]
    pub redact_map: Option<PathBuf>,
}

/// How much of a report is shown to people.
#[derive(Debug, Args)]
#[command(next_help_heading = "Result")]
pub struct DetailArguments {
    /// Show everything: a line per check; where it was read, why it matters and how it is put right. Files always have it
    #[arg(long, short, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Show the verdict alone
    #[arg(long, short)]
    pub quiet: bool,
}

impl DetailArguments {
    /// What they say.
    pub fn detail(&self) -> Detail {
        match (self.verbose, self.quiet) {
            (true, _) => Detail::All,
            (_, true) => Detail::Verdict,
            _ => Detail::Screen,
        }
    }
}

/// What becomes of a report.
#[derive(Debug, Args)]
#[command(next_help_heading = "Result")]
pub struct DeliveryArguments {
    /// Form of the result on standard output
    #[arg(long, value_parser = report_format(), default_value = ReportFormat::Human.name())]
    pub format: ReportFormat,
    /// How much of it is shown.
    #[command(flatten)]
    pub detail: DetailArguments,
    /// Also write the result to a file, or into a directory (DIR/) under a name of its own; can be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    pub output: Vec<Output>,
    /// Sign every JSON file of --output with this ssh key (Ed25519, no passphrase), into FILE.sig beside it; as root, the
    /// host's own key is /etc/ssh/ssh_host_ed25519_key
    #[arg(long, value_name = "KEY")]
    pub sign: Option<PathBuf>,
    /// Redaction.
    #[command(flatten)]
    pub redact: RedactArguments,
    /// Show exactly what would be written to files, and write nothing
    #[arg(long, help_heading = "Redaction")]
    pub preview: bool,
}

/// Other nodes whose ports are tested.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Other nodes")]
pub struct NodesArguments {
    /// Also test the ports of these nodes, on which `rampcheck reach listen` runs; separate them with commas
    #[arg(long, value_name = "HOST", value_delimiter = ',', value_parser = machine, requires = "reach_token_file")]
    pub reach: Vec<String>,
    /// Read the token of the listeners from FILE; `-` is standard input
    #[arg(long, value_name = "FILE", requires = "reach")]
    pub reach_token_file: Option<PathBuf>,
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
    /// Other nodes.
    #[command(flatten)]
    pub nodes: NodesArguments,
    /// Read what will be deployed from a Compose file, or from values of the vendor's Helm chart; `-` is standard input. Later
    /// files override earlier ones. Variables come from the .env beside the first file and from defaults, never from this
    /// environment. Files that a file names are read only in its own folder
    #[arg(long, value_name = "FILE", help_heading = "What is read")]
    pub manifest: Vec<PathBuf>,
    /// Judge the facts in a file that `facts --format json` or `check --format json` wrote
    #[arg(long, value_name = "FILE", help_heading = "What is read", conflicts_with_all = ["root", "host", "data_dir", "manifest", "timeout", "server", "server_version", "supported_versions", "online", "list_url", "trust_key", "ca_file", "reach"])]
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
    /// Until this host is supported, judge it again every 5 s, for at most TIME such as 2m, and show the last report
    #[arg(long, value_name = "TIME", value_parser = parse_duration, help_heading = "Result")]
    pub wait: Option<Duration>,
    /// If the verdict or the status of a check changed since the report in FILE (JSON), say so in one line on standard
    /// error. FILE is read before --output replaces it, and need not exist yet
    #[arg(long, value_name = "FILE", help_heading = "Result")]
    pub changed_since: Option<PathBuf>,
}

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArguments {
    /// Reports: JSON, bundles, compressed, quoted in an e-mail, or lists of them; `-` is standard input
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
}

/// Arguments of `fleet`.
#[derive(Debug, Args)]
pub struct FleetArguments {
    /// Reports of the hosts: JSON, bundles, compressed, or lists of them; `-` is standard input
    #[arg(value_name = "REPORT")]
    pub reports: Vec<PathBuf>,
    /// Also every report in DIR: *.json, *.json.gz, *.tar.gz
    #[arg(long, value_name = "DIR", help_heading = "Hosts")]
    pub reports_from: Vec<PathBuf>,
    /// The hosts that are expected, a name a line. A report is that of the host that its file is named after (app-3.json), or
    /// whose name it has. A host without a report leaves the verdict undetermined [default: those that have reports]
    #[arg(long, value_name = "FILE", help_heading = "Hosts")]
    pub hosts: Option<PathBuf>,
    /// Role of a host: node, which counts in the totals, or mongodb, which runs MongoDB and nothing else [default: node]
    #[arg(long, value_name = "HOST=ROLE", value_parser = super::fleet::role, help_heading = "Hosts")]
    pub role: Vec<(String, String)>,
    /// Roles in a file, HOST=ROLE a line
    #[arg(long, value_name = "FILE", help_heading = "Hosts")]
    pub roles: Option<PathBuf>,
    /// Do not count a host that was read longer ago than TIME, such as 24h
    #[arg(long, value_name = "TIME", value_parser = parse_age, help_heading = "Hosts")]
    pub max_age: Option<Duration>,
    /// Count only reports signed with a key that this file allows for `rampcheck` (see ALLOWED SIGNERS in ssh-keygen(1))
    #[arg(long, value_name = "FILE", help_heading = "Hosts")]
    pub require_signed: Option<PathBuf>,
    /// Judge for this product [default: the one of the first report]
    #[arg(long, value_name = "PRODUCT", help_heading = "Plan")]
    pub product: Option<String>,
    /// Plan of the fleet, over the one of the first report.
    #[command(flatten)]
    pub plan: PlanArguments,
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
    /// What becomes of the report.
    #[command(flatten)]
    pub delivery: DeliveryArguments,
}

/// Arguments of `bundle`.
#[derive(Debug, Args)]
pub struct BundleArguments {
    /// What is judged.
    #[command(flatten)]
    pub judge: JudgeArguments,
    /// Write the bundle to FILE, for example support.tar.gz
    #[arg(long, short, value_name = "FILE", help_heading = "Result")]
    pub output: PathBuf,
    /// Sign the report in it with this ssh key (Ed25519, no passphrase), for example /etc/ssh/ssh_host_ed25519_key
    #[arg(long, value_name = "KEY", help_heading = "Result")]
    pub sign: Option<PathBuf>,
    /// Redaction.
    #[command(flatten)]
    pub redact: RedactArguments,
    /// Show exactly what the bundle would contain, and write nothing
    #[arg(long, help_heading = "Redaction")]
    pub preview: bool,
}

/// Arguments of `show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// Reports: JSON, bundles, compressed, quoted in an e-mail, or lists of them; `-` is standard input. After one report,
    /// the ID of a finding or a fact shows that alone
    #[arg(required = true, value_name = "REPORT")]
    pub reports: Vec<PathBuf>,
    /// Show the lines that a vendor's bug form asks for, ready to paste
    #[arg(long, conflicts_with = "format")]
    pub ticket: bool,
    /// Form of the result
    #[arg(long, value_parser = report_format(), default_value = ReportFormat::Human.name())]
    pub format: ReportFormat,
    /// How much of it is shown.
    #[command(flatten)]
    pub detail: DetailArguments,
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
    /// Redaction.
    #[command(flatten)]
    pub redact: RedactArguments,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffArguments {
    /// The earlier report and the later one, in any form that `show` takes; `-` is standard input
    #[arg(required = true, num_args = 1.., value_names = ["OLD", "NEW"])]
    pub reports: Vec<PathBuf>,
    /// End with code 3 if a finding, a fact or the verdict differs
    #[arg(long)]
    pub exit_code: bool,
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Reports: JSON, bundles, compressed, quoted in an e-mail, or lists of them; `-` is standard input
    #[arg(required = true, value_name = "REPORT")]
    pub reports: Vec<PathBuf>,
    /// The report must be signed with a key that this file allows for `rampcheck` (see ALLOWED SIGNERS in ssh-keygen(1))
    #[arg(long, value_name = "FILE", help_heading = "Signature")]
    pub allowed_signers: Option<PathBuf>,
    /// The report must be signed by its own host: with the key that this file, such as ~/.ssh/known_hosts, has for its name
    #[arg(long, value_name = "FILE", help_heading = "Signature")]
    pub known_hosts: Option<PathBuf>,
    /// Signature of the one report [default: REPORT.sig, if it is there, or the one in a bundle]
    #[arg(long, value_name = "FILE", help_heading = "Signature")]
    pub signature: Option<PathBuf>,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Packs that are known beside the built-in ones.
    #[command(flatten)]
    pub packs: PackArguments,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArguments {
    /// What the schema is of
    #[arg(value_enum)]
    pub of: SchemaOf,
}

/// What there is a JSON Schema of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Reports.
    Report,
    /// Reports on fleets.
    Fleet,
    /// The files of a pack, for editors.
    Pack,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// A shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// bash, with bash-completion.
    Bash,
    /// zsh.
    Zsh,
    /// fish.
    Fish,
}

/// Arguments of `facts`.
#[derive(Debug, Args)]
pub struct FactsArguments {
    /// What is read.
    #[command(flatten)]
    pub source: SourceArguments,
    /// Run this plugin, the file NAME in /usr/lib/rampcheck/plugins.d; can be given several times
    #[arg(long, value_name = "NAME", value_parser = parse_plugin, help_heading = "What is read")]
    pub plugin: Vec<String>,
    /// Packs whose ports and tools are looked at.
    #[command(flatten)]
    pub packs: PackArguments,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human, help_heading = "Result")]
    pub format: Format,
    /// Also record everything that was read in a new file, to be replayed with --host
    #[arg(long, value_name = "FILE", conflicts_with = "host", help_heading = "Result")]
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
    /// Show how many nodes of this size each tier of a cluster needs, and how many of them are managers, instead of what this
    /// host fits: CPUs, memory and storage such as 16x32GiBx500GB
    #[arg(long, value_name = "SIZE", value_parser = parse_node, conflicts_with_all = ["root", "host", "data_dir", "measure", "timeout"])]
    pub node: Option<NodeSize>,
    /// What is read.
    #[command(flatten)]
    pub source: SourceArguments,
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human, help_heading = "Result")]
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
    #[arg(long, value_enum, default_value_t = Format::Human, help_heading = "Result")]
    pub format: Format,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// Check, group of checks (such as docker) or fact, as the report shows it
    pub id: String,
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
}

/// Arguments of `packs list`.
#[derive(Debug, Args)]
pub struct PacksListArguments {
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human, help_heading = "Result")]
    pub format: Format,
}

/// Arguments of `packs install`.
#[derive(Debug, Args)]
pub struct InstallArguments {
    /// Archive of a pack, such as rampcheck-pack-rocketchat-2026.12.1.tar.gz, with its signature in ARCHIVE.sig beside it
    pub archive: PathBuf,
    /// Also trust packs signed with the ssh key in FILE: a public key (Ed25519), or allowed signers as in ssh-keygen(1)
    #[arg(long, value_name = "FILE")]
    pub trust_key: Option<PathBuf>,
    /// Install it in this folder; in any other than the default, use it with --pack DIR/PRODUCT
    #[arg(long, value_name = "DIR", default_value = SITE)]
    pub dir: PathBuf,
}

/// Commands about packs.
#[derive(Debug, Subcommand)]
pub enum PacksCommand {
    /// List the packs: version, day of review, where each comes from, and which one is used
    List(PacksListArguments),
    /// Install the pack in a signed archive, so that it is used in the place of an older one
    #[command(after_help = INSTALL)]
    Install(InstallArguments),
    /// Validate a pack and run its examples
    Validate {
        /// Folder that holds pack.toml
        dir: PathBuf,
    },
}

/// The token of a test of ports.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct TokenArguments {
    /// Read the token from FILE: at least 16 characters; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// The token itself. Every user of this machine can see it in the list of processes: --token-file keeps it from them
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
}

/// Arguments of `reach listen`.
#[derive(Debug, Args)]
pub struct ListenArguments {
    /// Product whose ports between nodes are listened on, for example cometchat
    #[arg(long = "for", value_name = "PRODUCT")]
    pub product: String,
    /// Token.
    #[command(flatten)]
    pub token: TokenArguments,
    /// How long, at most a minute
    #[arg(long, value_name = "TIME", value_parser = listening_time, default_value = "60s")]
    pub for_time: Duration,
    /// End as soon as so many hosts have finished
    #[arg(long, value_name = "N")]
    pub peers: Option<usize>,
    /// Listen on this address of the host only [default: all]
    #[arg(long, value_name = "ADDRESS")]
    pub bind: Option<IpAddr>,
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
}

/// Arguments of `reach to`.
#[derive(Debug, Args)]
pub struct ToArguments {
    /// Hosts to test, on which `rampcheck reach listen` runs: names or addresses
    #[arg(required = true, value_name = "HOST", value_parser = machine)]
    pub hosts: Vec<String>,
    /// Product whose ports between nodes are tested, for example cometchat
    #[arg(long = "for", value_name = "PRODUCT")]
    pub product: String,
    /// Token.
    #[command(flatten)]
    pub token: TokenArguments,
    /// How long a port is waited for
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "5s")]
    pub timeout: Duration,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human, help_heading = "Result")]
    pub format: Format,
    /// Packs.
    #[command(flatten)]
    pub packs: PackArguments,
}

/// Commands about ports between nodes.
#[derive(Debug, Subcommand)]
pub enum ReachCommand {
    /// Listen for a while on the ports that the product needs between its nodes, and answer who has the token
    #[command(after_help = REACH_LISTEN)]
    Listen(ListenArguments),
    /// Test these ports on other hosts: open or closed, round-trip time, loss and path MTU
    #[command(after_help = REACH_TO)]
    To(ToArguments),
}
