//! The words for people that every format shares: facts, findings, the verdict, notes, what to do next.
//!
//! The one place where a report's types become English. No code reads these words back.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::facts::catalogue::lookup;
use crate::facts::{
    Excerpt, Fact, FactState, Facts, Kind, Provenance, SupportedRelease, Value, Why, format_bytes, format_count,
    format_number,
};
use crate::judge::{
    Cause, Comparison, Condition, Finding, Fix, HostGroup, Next, Reason, Requirement, Status, Summary, Verdict, Waived,
    number,
};
use crate::pack::{Another, BUILT_IN, COMPLETE, Level, Outcome};
use crate::plan::{Exceeded, HOLDS, Note, STORAGE_NEEDED, Scope};
use crate::report::Report;
use crate::report::fleet::{Fleet, FleetHost, Standing};

/// Most circumstances that keep a check from applying; each of them would do alone.
const MOST_CIRCUMSTANCES: usize = 2;
/// Most names of hosts that a finding tells.
const MOST_HOSTS: usize = 3;
/// Most entries of a list that are shown whole.
const MOST_ENTRIES: usize = 12;
/// Most places of a manifest that a line of a finding tells.
pub const MOST_PLACES: usize = 2;

/// The name of a host, or what stands for it; of a fleet, how many hosts were judged.
pub fn host(report: &Report) -> Cow<'_, str> {
    match &report.fleet {
        Some(fleet) => Cow::Owned(hosts(fleet)),
        None => Cow::Borrowed(report.host.name.as_deref().unwrap_or("a host without a name")),
    }
}

/// How many hosts of a fleet count.
pub fn counted(fleet: &Fleet) -> usize {
    fleet.hosts.iter().filter(|host| host.standing == Standing::Judged).count()
}

/// How many hosts of a fleet count, and of how many: `6 hosts`, `5 of 6 hosts`.
pub fn hosts(fleet: &Fleet) -> String {
    let counted = counted(fleet);
    let known = counted + fleet.hosts.iter().filter(|host| host.standing.is_gap()).count();
    if counted == known { number_of(known, "host") } else { format!("{counted} of {}", number_of(known, "host")) }
}

/// What the verdict is about, and whether it is several: `this host`, `the 6 hosts`.
fn judged(report: &Report) -> (String, bool) {
    match report.fleet.as_ref().map(counted) {
        None => ("this host".to_owned(), false),
        Some(0) => ("this fleet".to_owned(), false),
        Some(count) => (format!("the {}", number_of(count, "host")), count > 1),
    }
}

/// When the first and the last host of a fleet that counts was read.
pub fn read(fleet: &Fleet) -> Option<(Timestamp, Timestamp)> {
    let judged = fleet.hosts.iter().filter(|host| host.standing == Standing::Judged);
    let read: Vec<_> = judged.filter_map(|host| Some(host.said.as_ref()?.read)).collect();
    Some((*read.iter().min()?, *read.iter().max()?))
}

/// Why a host of a fleet does not count; nothing if it does.
pub fn standing(host: &FleetHost) -> Option<String> {
    Some(match &host.standing {
        Standing::Judged => return None,
        Standing::Missing => "there is no report of it".to_owned(),
        Standing::Stale { age } => format!("it was read {} ago", duration(*age)),
        Standing::Edited => "the report was edited or damaged: its digest does not fit its content".to_owned(),
        Standing::Unsigned { problem } => format!("signed by {problem}"),
        Standing::Unreadable { problem } => problem.clone(),
        Standing::OtherProduct { product } => format!("the report is of {product}"),
        Standing::Superseded { by } => format!("{by} is newer"),
        Standing::SameHost { by } => format!("it has the same machine id as the host of {by}"),
        Standing::Unexpected => "it is not on the list of hosts".to_owned(),
    })
}

/// A time in its largest unit: `30 h`.
fn duration(seconds: i64) -> String {
    match seconds {
        i64::MIN..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// The first names of many: `app-3, app-4 and 10 more`.
pub fn names(hosts: &[String], count: usize, most: usize) -> String {
    let shown: Vec<_> = hosts.iter().take(most).map(String::as_str).collect();
    match (count - shown.len().min(count), shown.as_slice()) {
        (0, [rest @ .., last]) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        (0, shown) => shown.concat(),
        (more, shown) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The version of the pack that judged; if the pack is not inside the program, whose it is, where it was read, and whether it
/// replaces one that is.
pub fn pack(report: &Report) -> String {
    let pack = &report.pack;
    if pack.origin == BUILT_IN {
        return pack.version.clone();
    }
    let replaces = if pack.replaces_built_in { ", replaces the built-in one" } else { "" };
    format!("{} {} from {}{replaces}", pack.product, pack.version, pack.origin)
}

/// The host, its operating system, and the pack that judged it.
pub fn about(report: &Report) -> String {
    let system = report.facts.get("os.pretty_name").and_then(Fact::text);
    let host = match &report.fleet {
        None => host(report).into_owned(),
        Some(fleet) => format!("{} judged", hosts(fleet)),
    };
    let parts = [host].into_iter().chain(system.map(str::to_owned));
    parts.chain([format!("pack {}", pack(report))]).collect::<Vec<_>>().join(" \u{b7} ")
}

/// What the verdict is about: product and tier.
pub fn subject(report: &Report) -> String {
    let tier = report.tier.as_ref().map(|tier| format!(", tier {}", tier.id)).unwrap_or_default();
    format!("{}{tier}", report.pack.title)
}

/// The counts: `22 checks: 15 passed, 3 failed`.
pub fn counts(summary: &Summary) -> String {
    format!("{}: {}", number_of(summary.total(), "check"), counts_by_status(summary))
}

/// The counts by status: `15 passed, 3 failed`.
pub fn counts_by_status(summary: &Summary) -> String {
    const ORDER: [Status; 6] =
        [Status::Passed, Status::Failed, Status::Warning, Status::Unknown, Status::Waived, Status::Skipped];
    let part = |status| {
        let count = summary.ids(status).len();
        let word = match status {
            Status::Passed => "passed",
            Status::Failed => "failed",
            Status::Warning if count == 1 => "warning",
            Status::Warning => "warnings",
            Status::Unknown => "unknown",
            Status::Waived => "waived",
            Status::Skipped => "skipped",
        };
        (count > 0).then(|| format!("{count} {word}"))
    };
    ORDER.into_iter().filter_map(part).collect::<Vec<_>>().join(", ")
}

/// A count and its noun: `1 check`, `3 checks`.
pub fn number_of(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Every verdict, the best first.
pub const VERDICTS: [Verdict; 4] =
    [Verdict::Supported, Verdict::SupportedWithWarnings, Verdict::Undetermined, Verdict::Unsupported];

/// The status whose sign and colour a verdict has.
pub fn verdict_status(verdict: Verdict) -> Status {
    match verdict {
        Verdict::Supported => Status::Passed,
        Verdict::SupportedWithWarnings => Status::Warning,
        Verdict::Undetermined => Status::Unknown,
        Verdict::Unsupported => Status::Failed,
    }
}

/// The verdict in one word or two.
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Supported => "SUPPORTED",
        Verdict::SupportedWithWarnings => "SUPPORTED, WITH WARNINGS",
        Verdict::Undetermined => "UNDETERMINED",
        Verdict::Unsupported => "UNSUPPORTED",
    }
}

/// That only some checks were judged, if so: `only 3 of 33 checks were judged`.
pub fn partial(report: &Report) -> Option<String> {
    report.notes.iter().find_map(|note| match note {
        Note::Partial { judged, checks } => {
            let were = if *judged == 1 { "was" } else { "were" };
            Some(format!("only {judged} of {} {were} judged", number_of(*checks, "check")))
        }
        _ => None,
    })
}

/// The verdict in one sentence.
pub fn verdict_sentence(report: &Report) -> String {
    match partial(report) {
        Some(partial) => format!("partial: {partial}; by these, {}", of_judged(report)),
        None => of_judged(report),
    }
}

/// The verdict over the checks that were judged.
fn of_judged(report: &Report) -> String {
    let of_cluster = report.scope == Scope::Node && asked_cluster(report);
    let of = match report.scope {
        Scope::Node if !of_cluster => format!("as a node of {}", subject(report)),
        _ => format!("for {}", subject(report)),
    };
    let required = |count: usize, verbs: [&str; 2]| {
        format!("{} {}", number_of(count, "required check"), verbs[usize::from(count != 1)])
    };
    let (who, are_several) = if of_cluster { ("this host and its cluster".to_owned(), true) } else { judged(report) };
    let qualifies = if are_several { "qualify" } else { "qualifies" };
    match report.verdict {
        Verdict::Supported => format!("{who} {qualifies} {of}"),
        Verdict::SupportedWithWarnings => format!("{who} {qualifies} {of}, but not everything is as recommended"),
        Verdict::Undetermined if report.findings.iter().all(|finding| finding.outcome == Outcome::Skipped) => {
            format!("whether {who} {qualifies} {of} is unknown: no check was evaluated")
        }
        Verdict::Undetermined => {
            let unknown = report
                .findings
                .iter()
                .filter(|finding| finding.status() == Status::Unknown && finding.level == Level::Required);
            let count = required(unknown.count(), ["is unknown", "are unknown"]);
            format!("whether {who} {qualifies} {of} is unknown: {count}{}", unread(report))
        }
        Verdict::Unsupported => {
            let failed: Vec<_> = report.findings.iter().filter(|finding| finding.status() == Status::Failed).collect();
            let count = required(failed.len(), ["fails", "fail"]);
            let trouble = match report.scope {
                Scope::Fleet => short(&failed),
                Scope::Host | Scope::Node => kind_of_trouble(&failed),
            };
            let does = if are_several { "do" } else { "does" };
            format!("{who} {does} not qualify {of}: {count}{trouble}")
        }
    }
}

/// Whether the cluster itself was asked, so that its totals are known on one host.
fn asked_cluster(report: &Report) -> bool {
    report.facts.get("cluster.state").and_then(Fact::text) == Some("reachable")
}

/// Which hosts of a fleet are not known, behind the count of what is unknown.
fn unread(report: &Report) -> String {
    match report.facts.get(COMPLETE).map(|fact| &fact.state) {
        Some(FactState::Unknown { reason, .. }) => format!(" ({reason})"),
        _ => String::new(),
    }
}

/// What the hosts of a fleet lack together, behind the count of what failed.
fn short(failed: &[&Finding]) -> String {
    let parts = failed.iter().filter_map(|finding| match &finding.because {
        Some(Reason::Short { fact, missing }) => Some(amount(fact, *missing)),
        _ => None,
    });
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { String::new() } else { format!("; {} short", parts.join(" and ")) }
}

/// An amount of a size, with what it is of: `8 CPUs`, `12 GiB of memory`.
fn amount(fact: &str, number: f64) -> String {
    let kind = kind(fact);
    let known = match kind {
        Kind::Memory | Kind::Storage => Value::Count(number.ceil() as u64),
        _ => Value::Number(number),
    };
    let of = match kind {
        Kind::Memory => " of memory",
        Kind::Storage => " of storage",
        _ => "",
    };
    format!("{}{of}", value(&known, kind))
}

/// Nodes that bring what is missing: `one more node of 40 CPUs, or two of 20 CPUs`.
fn nodes(missing: &BTreeMap<String, u64>) -> String {
    let of = |share: u64| {
        let parts =
            missing.iter().map(|(fact, missing)| amount(fact, sold(kind(fact), missing.div_ceil(share)) as f64));
        parts.collect::<Vec<_>>().join(" and ")
    };
    let (one, two) = (of(1), of(2));
    if one == two { format!("one more node of {one}") } else { format!("one more node of {one}, or two of {two} each") }
}

/// The next size in which machines are sold: powers of two, and above them multiples of 8 CPUs, 16 GiB and 100 GB.
fn sold(kind: Kind, least: u64) -> u64 {
    let (unit, step) = match kind {
        Kind::Memory => (1 << 30, 16),
        Kind::Storage => (1_000_000_000, 100),
        _ => (1, 8),
    };
    let least = least.div_ceil(unit);
    let sold = if least < step && step != 100 { least.next_power_of_two() } else { least.next_multiple_of(step) };
    sold * unit
}

/// What has to be another one before these findings pass: `another machine`. None if all of them can be put right here.
pub fn needs_another(findings: &[&Finding]) -> Option<&'static str> {
    let needs = |what| findings.iter().any(|finding| finding.another() == Some(what));
    match (needs(Another::Machine), needs(Another::System)) {
        (false, false) => None,
        (true, false) => Some("another machine"),
        (false, true) => Some("another operating system"),
        (true, true) => Some("another machine or operating system"),
    }
}

/// What failed: first what needs another machine or operating system, then what is put right here, each in the order of
/// fixing. They have titles where there are both.
pub fn failures(report: &Report) -> Vec<(Option<String>, Vec<&Finding>)> {
    let failed = report.findings.iter().filter(|finding| finding.status() == Status::Failed);
    let (elsewhere, here): (Vec<_>, Vec<_>) = failed.partition(|finding| finding.another().is_some());
    let both = needs_another(&elsewhere).filter(|_| !here.is_empty());
    let groups = [
        (both.map(|another| format!("Needs {another}")), elsewhere),
        (both.map(|_| "To put right here, in this order".to_owned()), here),
    ];
    groups.into_iter().filter(|(_, findings)| !findings.is_empty()).collect()
}

/// Whether failures can be put right here, or need another machine or operating system.
fn kind_of_trouble(failed: &[&Finding]) -> String {
    let Some(what) = needs_another(failed) else { return String::new() };
    let elsewhere = failed.iter().filter(|finding| finding.another().is_some()).count();
    match (elsewhere, failed.len()) {
        (1, 1) => format!(" and needs {what}"),
        (some, all) if some == all => format!(" and need {what}"),
        (1, _) => format!(", and 1 of them needs {what}"),
        (some, _) => format!(", and {some} of them need {what}"),
    }
}

/// What a run that waits says: what stands between this host and a positive verdict, and how much time is left.
pub fn waiting(report: &Report, left: Duration) -> String {
    let summary = report.summary();
    let open = [("failed", &summary.failed), ("unknown", &summary.unknown), ("warnings", &summary.warning)];
    let parts = open.iter().filter(|(_, ids)| !ids.is_empty()).map(|(word, ids)| format!("{word}: {}", ids.join(", ")));
    let parts: Vec<_> = parts.collect();
    let open = if parts.is_empty() { "no check was evaluated".to_owned() } else { parts.join("; ") };
    format!("not supported yet ({open}); judging again for up to {} s", left.as_secs_f64().ceil())
}

/// What a run says that was to compare its report with an earlier one, and there is none yet.
pub fn no_earlier_report(file: &str) -> String {
    format!("there is no earlier report in {file} yet: nothing to compare")
}

/// What a run says that was to compare its report with an earlier one, and cannot.
pub fn not_compared(why: &str) -> String {
    format!("not compared with an earlier report: {why}")
}

/// A step to take next, in a sentence or two; empty if there is nothing to say.
pub fn next(step: &Next, report: &Report) -> String {
    match step {
        Next::NamePhase => {
            "Name the phase, as the product runs here: --phase run, or --phase upgrade before an upgrade.".to_owned()
        }
        Next::RunAsRoot { checks } => {
            let verb = if checks.len() == 1 { "needs" } else { "need" };
            format!("Run the same command with sudo: {} {verb} root.", number_of(checks.len(), "check"))
        }
        Next::NameTier => {
            format!("Name a tier with --tier; `rampcheck tiers {}` lists them.", report.pack.product)
        }
        Next::AskVendor => "Ask the vendor for the sizes of an installation as large as this one.".to_owned(),
        Next::ChangeHost { checks } => match another(report, checks) {
            Some(Another::System) => {
                "Change the operating system or the host first: other steps depend on it.".to_owned()
            }
            _ => format!("Choose another machine, or change this one: {}.", checks.join(", ")),
        },
        Next::FixFailures { .. } => "Fix the failures from top to bottom.".to_owned(),
        Next::SupplyFacts { .. } => {
            "Remove what kept facts from being read, or supply them with --attest FACT=VALUE.".to_owned()
        }
        Next::CollectReports { hosts, count } => {
            format!("Collect the reports of {} and judge all hosts again.", names(hosts, *count, MOST_HOSTS))
        }
        Next::AddNodes { missing } => {
            let parts: Vec<_> = missing.iter().map(|(fact, missing)| amount(fact, *missing as f64)).collect();
            format!("Add {}: {}; or enlarge the nodes.", parts.join(" and "), nodes(missing))
        }
        Next::JudgeRest => "Run the same command without --only to judge the other checks.".to_owned(),
        Next::GoOn { text } => text.clone(),
    }
}

/// The steps to take next.
pub fn steps(report: &Report) -> Vec<String> {
    let texts = report.next.iter().map(|step| next(step, report));
    texts.filter(|text| !text.is_empty()).collect()
}

/// What of the host has to be another one before these checks pass: the operating system if it is among it.
fn another(report: &Report, checks: &[String]) -> Option<Another> {
    let of_checks = report.findings.iter().filter(|finding| checks.contains(&finding.id));
    of_checks.filter_map(Finding::another).max()
}

/// A remark on the plan or the judgement.
pub fn note(note: &Note, report: &Report) -> String {
    let tier = || report.tier.as_ref().map_or("", |tier| tier.id.as_str());
    match note {
        Note::ProductFound { product } => format!("no product was named: {product} runs here"),
        Note::ProductOfManifest { product } => {
            format!("no product was named: the manifest names an image of {product}")
        }
        Note::TierChosen { tier, numbers, smaller, exceeded } => {
            let why = match (smaller, exceeded) {
                (Some(smaller), Some(Exceeded { name, holds, .. })) => {
                    format!("; {smaller} holds only {} {name}", format_count(*holds))
                }
                _ => String::new(),
            };
            format!("{}: {tier} is the smallest tier that holds them{why}", self::numbers(numbers))
        }
        Note::NumbersMissing { tier, holds } => {
            format!("{tier} holds {}; give that number, too, if there are more", numbers(holds))
        }
        Note::OtherModel { tier, model, described, above, below, ratio } => format!(
            "{above} is {:.1} % of {below}, which the vendor describes as {described}; {tier} is of the {model} table and \
             holds the numbers with less",
            ratio * 100.0
        ),
        Note::BeyondTiers { numbers, text } => format!("no tier holds {}. {text}", self::numbers(numbers)),
        Note::ClusterTotal if report.scope == Scope::Node && asked_cluster(report) => format!(
            "the vendor's sizes of {} are the total of a cluster: the cluster that kubectl asked was judged by them, this host \
             was not",
            tier()
        ),
        Note::ClusterTotal if report.scope == Scope::Node => format!(
            "the vendor's sizes of {} are the total of a cluster and are judged over all nodes, not here; --nodes 1 says \
             that this host is the whole cluster",
            tier()
        ),
        Note::ClusterTotal => {
            format!("the vendor's sizes of {} are the total of a cluster, and this host is all of it", tier())
        }
        Note::Runs => format!(
            "{} runs here, and an installation was assumed: --phase run judges it in operation, --phase upgrade before an upgrade",
            report.pack.title
        ),
        Note::NoTier => "no tier was named and no numbers were given: sizes cannot be judged".to_owned(),
        Note::Partial { .. } => format!("--only {}: no other check was judged", report.plan.only.join(", ")),
        Note::OldPack { reviewed, days } => {
            format!(
                "this pack was reviewed {days} days ago, on {reviewed}: releases and ends of support may have moved since. \
                 `rampcheck packs install` takes a newer pack"
            )
        }
        Note::JudgedAsOf { day } => format!("judged as of {day}, as requested"),
        Note::JudgedAgain { started } => format!("judged again, from the facts of a report of {started}"),
        Note::Edited => {
            "the saved report is EDITED or damaged: its digest does not fit its content. Its facts were judged anew"
                .to_owned()
        }
        Note::NotFollowing => {
            "the saved report is FORGED or damaged: it does not follow from its own facts, which were judged anew"
                .to_owned()
        }
        Note::OtherPack { version } => format!(
            "the saved report is NOT VERIFIED: it was judged by pack {version}, which is not known here. Its facts were \
             judged anew by pack {}",
            report.pack.version
        ),
        Note::PlansDiffer { hosts } => format!(
            "{} collected for another tier, phase or deployment; all were judged by the plan of the fleet",
            if *hosts == 1 { "1 report was".to_owned() } else { format!("{hosts} reports were") }
        ),
        Note::NewerPack { hosts, version } => format!(
            "{} judged by pack {version}, which is newer than {}, the one that judges here: install it, or update rampcheck",
            if *hosts == 1 { "1 host was".to_owned() } else { format!("{hosts} hosts were") },
            report.pack.version
        ),
        Note::FactsFile if report.fleet.is_some() => {
            "NOT VERIFIED: facts of at least one host come from a file that has no digest".to_owned()
        }
        Note::FactsFile => "NOT VERIFIED: the facts come from a file that has no digest".to_owned(),
        Note::UnknownFacts { names, count } => {
            let more = if *count > names.len() { format!(" and {} more", count - names.len()) } else { String::new() };
            format!("facts that this version does not know are not judged: {}{more}", names.join(", "))
        }
    }
}

/// What was assumed, and the remarks on the plan and the judgement, a sentence each.
pub fn remarks(report: &Report) -> Vec<String> {
    let notes = report.notes.iter().filter(|note| !note.is_doubt());
    assumed(report).into_iter().chain(notes.map(|one| note(one, report))).collect()
}

/// Why the documents behind a report are not to be relied on, a sentence each. Every format shows them before anything else.
pub fn doubts(report: &Report) -> Vec<String> {
    report.notes.iter().filter(|note| note.is_doubt()).map(|one| note(one, report)).collect()
}

/// What of the plan nobody said. A tier or a product that was found out has a remark of its own.
fn assumed(report: &Report) -> Option<String> {
    let plan = &report.plan;
    let part = |member: &String| match member.as_str() {
        "phase" => Some(format!("phase {}", plan.phase)),
        // What a manifest is goes before what is assumed of the product.
        "deployment" => Some(format!("deployment {}", report.facts.get("plan.deployment").and_then(Fact::text)?)),
        "microservices" => Some("microservices".to_owned()),
        "storage.retention_days" => Some(format!("data kept for {}", days(plan.storage.retention_days? as i64))),
        "storage.growth_percent" => Some(format!("{} % for growth", plan.storage.growth_percent?)),
        "storage.backup_copies" => Some(format!("{} on the same storage", copies(plan.storage.backup_copies?))),
        // A container of MongoDB that runs here goes before what is assumed of the tier.
        "mongodb" => Some(match report.facts.get("plan.mongodb").and_then(Fact::text)? {
            "local" => format!("MongoDB on this host{}", mongodb_assumed(&report.facts)),
            _ => "MongoDB on another host".to_owned(),
        }),
        _ => None,
    };
    let parts: Vec<_> = plan.assumed.iter().filter_map(part).collect();
    (!parts.is_empty()).then(|| format!("assumed: {}", parts.join(", ")))
}

/// Copies of the data that backups keep.
fn copies(count: u64) -> String {
    if count == 1 { "1 backup copy".to_owned() } else { format!("{} backup copies", format_count(count)) }
}

/// The version of MongoDB that is assumed, and why.
fn mongodb_assumed(facts: &Facts) -> String {
    let text = |name: &str| facts.get(name).and_then(Fact::text);
    match (text("mongodb.from"), text("mongodb.version")) {
        (Some("release"), Some(version)) => {
            let place = facts.get("mongodb.version").map(|fact| fact.place.as_str()).unwrap_or_default();
            format!(" in version {version} ({place})")
        }
        _ => String::new(),
    }
}

/// Numbers of a plan: `9,000 mau and 400 pcc`.
pub fn numbers(numbers: &BTreeMap<String, u64>) -> String {
    let parts: Vec<_> = numbers.iter().map(|(name, number)| format!("{} {name}", format_count(*number))).collect();
    parts.join(" and ")
}

/// The sign of a status.
pub fn sign(status: Status) -> &'static str {
    match status {
        Status::Failed => "\u{2717}",
        Status::Warning => "!",
        Status::Unknown => "?",
        Status::Waived => "~",
        Status::Passed => "\u{2713}",
        Status::Skipped => "-",
    }
}

/// A level.
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Required => "required",
        Level::Recommended => "recommended",
    }
}

/// Why a fact is unknown, as a class.
pub fn why(why: Why) -> &'static str {
    match why {
        Why::NotPermitted => "not permitted",
        Why::TimedOut => "timed out",
        Why::Unreadable => "unreadable",
        Why::NotAsked => "not asked",
        Why::NotDetermined => "cannot be determined from outside",
    }
}

/// A value by its kind.
pub fn value(known: &Value, kind: Kind) -> String {
    match (known, kind) {
        (Value::Bool(true), _) => "yes".to_owned(),
        (Value::Bool(false), _) => "no".to_owned(),
        (Value::Count(bytes), Kind::Memory | Kind::Storage) => format_bytes(*bytes, kind),
        (Value::Count(count), _) if *count >= i64::MAX as u64 => "unlimited".to_owned(),
        // A number that is whole may have been written without its point since.
        (Value::Count(count), Kind::Number(_)) => value(&Value::Number(*count as f64), kind),
        (Value::Count(count), _) => format_count(*count),
        (Value::Number(number), Kind::Number("days")) => days(*number as i64),
        // A disk answers within tenths of a millisecond.
        (Value::Number(number), Kind::Number("ms")) if *number < 10.0 => format!("{number:.2} ms"),
        (Value::Number(number), Kind::Number(unit)) => format!("{} {unit}", format_number(*number)),
        (Value::Number(number), _) => format_number(*number),
        (Value::Text(text), Kind::Choice(words)) => choice(text, words),
        (Value::Text(text), _) => text.clone(),
        (Value::List(list), _) => listed(list.iter().cloned()),
        (Value::Releases(releases), _) => listed(releases.iter().map(release)),
        (Value::Excerpts(excerpts), _) => places_of(excerpts, excerpts.len(), None),
    }
}

/// A word of a choice for people; `words` is the choice. Most need nothing but spaces for hyphens.
fn choice(word: &str, words: &[&str]) -> String {
    let among = |other: &str| words.contains(&other);
    let text = match word {
        "all" => "on every address",
        "boringssl" => "BoringSSL",
        "critical" => "CRITICAL",
        "compose" => "Compose",
        "desktop" => "Docker Desktop",
        "distribution" => "the distribution's package",
        "docker" => "Docker Engine",
        "docker-ce" => "Docker's own package",
        "hdd" => "hard disk",
        "elsewhere" if among("plain") => "redirects to HTTPS of another host or port",
        "https" => "redirects to HTTPS",
        "hung" => "not answering",
        "kubernetes" => "Kubernetes",
        "libressl" => "LibreSSL",
        "loopback" => "from this host only",
        "nomad" => "Nomad",
        "ok" => "OK",
        "none" if among("loopback") => "not reachable",
        "openshift" => "OpenShift",
        "openssl" => "OpenSSL",
        "other" if among("libressl") => "another library",
        "other" if among("nomad") => "another method",
        "other" if among("podman") => "another engine",
        "other" if among("off") => "something else answers",
        "permission-denied" => "not answering this user",
        "off" => "WebSocket is off",
        "plain" => "answers without HTTPS",
        "podman" => "Podman",
        "private" => "from private networks",
        "process" => "plain processes",
        "public" => "on a public address",
        "rancher" => "Rancher",
        "sd-card" => "SD card",
        "snap" => "a snap",
        "ssd" => "SSD",
        "swarm" => "Docker Swarm",
        "v1" => "the first generation",
        "warning" => "WARNING",
        "websocket" => "WebSocket is on",
        "wrong-name" => "for another name",
        word => return word.replace('-', " "),
    };
    text.to_owned()
}

fn release(release: &SupportedRelease) -> String {
    let lts = if release.lts { " LTS" } else { "" };
    format!("{}{lts} until {}", release.version, release.until)
}

/// Entries of a list, or the first of them and how many more there are.
pub fn listed(entries: impl ExactSizeIterator<Item = String>) -> String {
    let count = entries.len();
    if count == 0 {
        return "none".to_owned();
    }
    let shown = if count > MOST_ENTRIES { MOST_ENTRIES - 2 } else { count };
    let list = entries.take(shown).collect::<Vec<_>>().join(", ");
    if count > shown { format!("{list} and {} more", count - shown) } else { list }
}

/// Places of a manifest, the first of `count`: at most so many, or as many as a list shows. With none, the first is told
/// without what stands there.
fn places_of(excerpts: &[Excerpt], count: usize, most: Option<usize>) -> String {
    let most = most.unwrap_or(if count > MOST_ENTRIES { MOST_ENTRIES - 2 } else { count });
    let shown: Vec<_> = match (most, excerpts) {
        (0, [Excerpt { place, line: Some(line), .. }, ..]) => vec![format!("{place}:{line}")],
        _ => excerpts.iter().take(most.max(1)).map(ToString::to_string).collect(),
    };
    let (more, shown) = (count.saturating_sub(shown.len()), shown.join(", "));
    if more == 0 { shown } else { format!("{shown}, and {} more", format_count(more as u64)) }
}

fn days(days: i64) -> String {
    let sign = if days < 0 { "-" } else { "" };
    let count = days.unsigned_abs();
    format!("{sign}{} {}", format_count(count), if count == 1 { "day" } else { "days" })
}

/// A size that stands in one place of a manifest.
const MEMORY_LIMIT: &str = "deployment.memory_limit";

/// What comes before the reason of what is unknown.
const UNKNOWN: &str = "unknown: ";

/// A fact: its value, `not found`, or why it is unknown.
pub fn fact(name: &str, fact: Option<&Fact>) -> String {
    fact_in(name, fact, None)
}

/// The same, with at most so many places of a manifest.
fn fact_in(name: &str, fact: Option<&Fact>, places: Option<usize>) -> String {
    let Some(fact) = fact else {
        return if name.starts_with("plan.") { "not given".to_owned() } else { "unknown: not collected".to_owned() };
    };
    match &fact.state {
        FactState::Known(known) => {
            let attested = if fact.provenance == Provenance::Attested { " (attested)" } else { "" };
            let text = match known {
                Value::Excerpts(excerpts) => places_of(excerpts, fact.excerpts(), places),
                known => value(known, kind(name)),
            };
            format!("{text}{attested}")
        }
        FactState::Absent => "not found".to_owned(),
        FactState::Unknown { reason, .. } => format!("{UNKNOWN}{reason}"),
    }
}

fn kind(name: &str) -> Kind {
    lookup(name).map_or(Kind::Text, |row| row.kind)
}

/// What was found, for people. One fact needs no name; of several, those that say nothing beside the others are left out,
/// each gets the word that tells it from its neighbours, and those with the same value stand together.
pub fn found(finding: &Finding, facts: &Facts) -> String {
    found_parts(finding, facts, None).join("; ")
}

/// Whether places of a manifest are among what was found.
pub fn has_places(finding: &Finding, facts: &Facts) -> bool {
    let is_place = |name: &String| matches!(facts.get(name).and_then(Fact::value), Some(Value::Excerpts(_)));
    finding.found.iter().any(|name| name == MEMORY_LIMIT || is_place(name))
}

/// Whether the line of a finding that failed has all that was found and is needed.
pub fn is_whole(finding: &Finding, facts: &Facts) -> bool {
    let [name] = finding.found.as_slice() else { return false };
    let is_short = facts.get(name).is_some_and(|fact| match fact.value() {
        Some(Value::Excerpts(_)) => fact.excerpts() <= MOST_PLACES,
        known => known.is_some() && name != RELEASE_STATE,
    });
    let says_need = matches!(finding.because, None | Some(Reason::Explained { .. })) && finding.needed_words.is_some();
    finding.outcome == Outcome::Fail && is_short && says_need
}

/// What was found, with a line for each place of a manifest.
fn found_lines(finding: &Finding, facts: &Facts) -> Vec<String> {
    let excerpts = |name: &String| match facts.get(name).and_then(Fact::value) {
        Some(Value::Excerpts(excerpts)) => excerpts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    let mut lines: Vec<String> = finding.found.iter().flat_map(excerpts).collect();
    let is_of_hosts = matches!(finding.because, Some(Reason::OnHosts { .. }));
    if is_of_hosts || lines.len() < 2 {
        return vec![found(finding, facts)];
    }
    let others = finding.found.iter().filter(|name| excerpts(name).is_empty()).map(String::as_str).collect();
    let others = found_parts_of(others, facts, None).join("; ");
    let count: usize = finding.found.iter().filter_map(|name| facts.get(name)).map(Fact::excerpts).sum();
    if count > MOST_ENTRIES {
        lines.truncate(MOST_ENTRIES - 1);
        lines.push(format!("and {} more", format_count((count - lines.len()) as u64)));
    }
    std::iter::once(others).filter(|text| !text.is_empty()).chain(lines).collect()
}

/// Whether what was found says nothing: nothing listens, nothing is installed.
pub fn is_nothing(finding: &Finding, facts: &Facts) -> bool {
    !finding.found.is_empty()
        && finding.found.iter().all(|name| match facts.get(name) {
            Some(Fact { state: FactState::Absent, .. }) => true,
            fact => fact.and_then(Fact::text) == Some("none"),
        })
}

/// What was found, in parts. With `short`, at most so many places of a manifest, and of a release no more than when its support
/// ended.
fn found_parts(finding: &Finding, facts: &Facts, short: Option<usize>) -> Vec<String> {
    if let Some(Reason::OnHosts { groups }) = &finding.because {
        let same = groups.iter().filter(|group| group.status == finding.status());
        return same.map(|group| found_on(finding, group, short)).collect();
    }
    found_parts_of(finding.found.iter().map(String::as_str).collect(), facts, short)
}

/// What was found on hosts of a fleet: `20.10.24 on app-3 and app-4`.
fn found_on(finding: &Finding, group: &HostGroup, short: Option<usize>) -> String {
    let shown = finding.found.iter().map(String::as_str).filter(|name| group.found.contains_key(*name));
    let found = found_parts_of(shown.collect(), &group.found, short).join(", ");
    let most = if short.is_none() || group.count <= MOST_HOSTS { MOST_HOSTS } else { 1 };
    let hosts = names(&group.hosts, group.count, most);
    if found.is_empty() { format!("on {hosts}") } else { format!("{found} on {hosts}") }
}

/// What came out on hosts of a fleet that are alike.
pub struct OnHosts {
    /// Outcome, level and waiver in one word.
    pub status: Status,
    /// The hosts, of many the first names.
    pub hosts: String,
    /// How many they are.
    pub count: usize,
    /// What was found there; empty if nothing is shown.
    pub found: String,
    /// Why it is so, where that does not show it; else empty.
    pub why: String,
}

/// What came out where, of a check that did not pass on some hosts of a fleet; empty for every other one.
/// Of many hosts, so many names are told.
pub fn on_hosts(finding: &Finding, most: usize) -> Vec<OnHosts> {
    let Some(Reason::OnHosts { groups }) = &finding.because else { return Vec::new() };
    let one = |group: &HostGroup| {
        let inner = Finding { because: group.because.as_deref().cloned(), ..finding.clone() };
        let shown = finding.found.iter().map(String::as_str).filter(|name| group.found.contains_key(*name));
        OnHosts {
            status: group.status,
            hosts: names(&group.hosts, group.count, most),
            count: group.count,
            found: found_parts_of(shown.collect(), &group.found, Some(MOST_PLACES)).join(", "),
            why: because(&inner, &group.found).unwrap_or_default(),
        }
    };
    groups.iter().map(one).collect()
}

fn found_parts_of(names: Vec<&str>, facts: &Facts, short: Option<usize>) -> Vec<String> {
    let known = |name: &str| facts.get(name).and_then(Fact::value);
    let shown = |name: &str| match (name, facts.get(name)) {
        ("release.state", _) if short.is_some() => support_state(facts),
        ("release.state", _) => support(facts),
        (_, Some(Fact { state: FactState::Absent, .. })) => "nothing".to_owned(),
        ("server.redirect.state", found) => redirect(facts).unwrap_or_else(|| fact(name, found)),
        // A size does not show where it stands.
        (MEMORY_LIMIT, Some(found)) if short.is_some() && known(name).is_some() && !found.place.is_empty() => {
            format!("{} ({})", fact(name, Some(found)), found.place)
        }
        (name, found) => fact_in(name, found, short),
    };
    if let [name] = names.as_slice() {
        let label = label(name);
        let says_nothing = match known(name) {
            Some(Value::Bool(_)) => true,
            known => known.is_some() && matches!(label, Label::Port(_)),
        };
        let text = shown(name);
        return vec![if says_nothing { labelled(&text, true, &[label]) } else { text }];
    }
    // What the plan does not say is not in a report.
    let is_absent =
        |name: &str| facts.get(name).map_or(name.starts_with("plan."), |fact| matches!(fact.state, FactState::Absent));
    let is_none = |name: &str| facts.get(name).and_then(Fact::text) == Some("none");
    let mut names: Vec<&str> = names;
    if redirect(facts).is_some() {
        names.retain(|name| *name != "server.redirect.to");
    }
    // What is known tells already why the rest is not.
    let places: Vec<_> =
        names.iter().filter(|name| known(name).is_some()).filter_map(|name| Some(&facts.get(*name)?.place)).collect();
    names.retain(|name| match facts.get(*name).map(|fact| &fact.state) {
        Some(FactState::Unknown { reason, .. }) => !places.iter().any(|place| place.contains(reason.as_str())),
        _ => true,
    });
    for says_nothing in [&is_absent as &dyn Fn(&str) -> bool, &is_none] {
        let saying: Vec<_> = names.iter().copied().filter(|name| !says_nothing(name)).collect();
        if !saying.is_empty() {
            names = saying;
        }
    }
    let mut values: Vec<(String, bool, Vec<Label<'_>>)> = Vec::new();
    for name in names {
        let text = shown(name);
        match values.iter_mut().find(|(known, ..)| *known == text) {
            Some((_, _, labels)) => labels.push(label(name)),
            None => {
                let is_known = facts.get(name).is_some_and(|fact| fact.value().is_some());
                values.push((text, is_known, vec![label(name)]));
            }
        }
    }
    // Of what is unknown for one reason, no name says more.
    if let [(text, false, labels)] = values.as_slice()
        && text.starts_with(UNKNOWN)
        && !labels.iter().any(|label| matches!(label, Label::Port(_)))
    {
        return vec![text.clone()];
    }
    let mut parts: Vec<String> = Vec::new();
    for (text, is_known, labels) in &values {
        match parts.last_mut() {
            Some(before) if *is_known && labels.as_slice() == [Label::Owner] => {
                before.push_str(&format!(" by {text}"));
            }
            _ => parts.push(labelled(text, *is_known, labels)),
        }
    }
    parts
}

/// Where a server leads that redirects, but not to HTTPS.
fn redirect(facts: &Facts) -> Option<String> {
    let text = |name: &str| facts.get(name).and_then(Fact::text);
    let to = text("server.redirect.to").filter(|_| text("server.redirect.state") == Some("plain"))?;
    Some(format!("redirects to {to}, without HTTPS"))
}

/// A finding that did not pass, in one line: `2 CPUs, needs 8`. Of what was found, at most so many parts.
pub fn brief(finding: &Finding, facts: &Facts, parts: usize) -> String {
    brief_in(finding, facts, parts, MOST_PLACES)
}

/// The same, with at most so many places of a manifest; with none, the first is told without what stands there.
pub fn brief_in(finding: &Finding, facts: &Facts, parts: usize, places: usize) -> String {
    let found = found_parts(finding, facts, Some(places)).into_iter().take(parts).collect::<Vec<_>>().join(", ");
    // Of hosts of a fleet, each part is of some of them.
    let more: usize = on_hosts(finding, MOST_HOSTS)
        .iter()
        .filter(|on| on.status == finding.status())
        .skip(parts)
        .map(|on| on.count)
        .sum();
    let found = if more == 0 { found } else { format!("{found}, and {}", number_of(more, "more host")) };
    with_needed(finding, facts, found)
}

/// A finding that did not pass on some hosts of a fleet, in one line: `fails on 12 of 60 hosts, needs 24 or newer`.
pub fn brief_on_hosts(finding: &Finding, facts: &Facts, fleet: &Fleet) -> String {
    let same = on_hosts(finding, 0).into_iter().filter(|on| on.status == finding.status());
    let word = if finding.outcome == Outcome::Unknown { "unknown" } else { "fails" };
    let count: usize = same.map(|on| on.count).sum();
    with_needed(finding, facts, format!("{word} on {count} of {}", number_of(counted(fleet), "host")))
}

fn with_needed(finding: &Finding, facts: &Facts, found: String) -> String {
    match &finding.because {
        Some(
            Reason::LineEnded { .. }
            | Reason::TierExceeded { .. }
            | Reason::TierForTests { .. }
            | Reason::BeyondTiers { .. }
            | Reason::Short { .. }
            | Reason::ShortSoFar { .. },
        ) => format!("{found}: {}", because(finding, facts).unwrap_or_default()),
        _ => {
            let figure = || {
                let needed = operators(&finding.needed, true);
                // `2 CPUs, needs 8 CPUs` says the unit twice.
                let unit = needed.rsplit_once(' ').filter(|(_, unit)| found.ends_with(&format!(" {unit}")));
                unit.map_or(needed.as_str(), |(figure, _)| figure).to_owned()
            };
            let figures = format!("{found}, needs {}", in_words(finding).unwrap_or_else(figure));
            match &finding.because {
                Some(Reason::StorageNeeded { .. }) => {
                    format!("{figures}: {}", because(finding, facts).unwrap_or_default())
                }
                _ => figures,
            }
        }
    }
}

/// What could not be determined, in few words: checks with the same cause stand together.
pub fn unknowns(report: &Report) -> Vec<(String, Vec<&Finding>)> {
    let mut groups: Vec<(String, Vec<&Finding>)> = Vec::new();
    for finding in report.findings.iter().filter(|finding| finding.status() == Status::Unknown) {
        let cause = cause(finding, report);
        match groups.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, findings)) => findings.push(finding),
            None => groups.push((cause, vec![finding])),
        }
    }
    groups
}

/// Why a check could not be determined.
fn cause(finding: &Finding, report: &Report) -> String {
    match Cause::of(finding, &report.facts) {
        Cause::NotPermitted => "only root can tell".to_owned(),
        Cause::NoTier => "no tier was named".to_owned(),
        Cause::BeyondTiers => "the numbers exceed every tier".to_owned(),
        Cause::Fact(name) => {
            let reason = unknown_reason(report.facts.get(name));
            // What to do about it, and where to read of it, is said elsewhere.
            let reason = reason.split("; ").next().unwrap_or_default();
            reason.split(" (http").next().unwrap_or_default().to_owned()
        }
        Cause::Other => match on_hosts(finding, MOST_HOSTS).as_slice() {
            [] => because(finding, &report.facts).unwrap_or_else(|| "not collected".to_owned()),
            [first, others @ ..] => {
                let why = if first.why.is_empty() { String::new() } else { format!(": {}", first.why) };
                let more: usize = others.iter().map(|on| on.count).sum();
                let more =
                    if more == 0 { String::new() } else { format!("; not passed on {}", number_of(more, "more host")) };
                format!("on {}{why}{more}", first.hosts)
            }
        },
    }
}

/// Until when the release is supported, how many days that is, and who says so.
pub fn support(facts: &Facts) -> String {
    let known = |name: &str| facts.get(name).and_then(Fact::text);
    if known(RELEASE_STATE).is_none() {
        return fact(RELEASE_STATE, facts.get(RELEASE_STATE));
    }
    let lts = match facts.get("release.lts").and_then(Fact::value) {
        Some(Value::Bool(true)) => ", a long-term line",
        _ => "",
    };
    let place = facts.get(RELEASE_STATE).map(|fact| fact.place.as_str()).unwrap_or_default();
    let age = whole(facts, "release.authority_age");
    let old = if age > 0 { format!(", {} old", days(age)) } else { String::new() };
    let date = known("release.authority_date").unwrap_or_default();
    let by = match known("release.authority") {
        Some("signed-list") => format!("the signed list of {date}{old} ({place})"),
        Some("release-date") => format!("the vendor's rule from the day of release, in {place}"),
        _ => format!("{place}, reviewed {date}{old}"),
    };
    format!("{}{lts}; according to {by}", support_state(facts))
}

const RELEASE_STATE: &str = "release.state";

/// Until when the release is supported, and how many days that is.
fn support_state(facts: &Facts) -> String {
    let known = |name: &str| facts.get(name).and_then(Fact::text);
    let left = whole(facts, "release.days_left");
    match (known(RELEASE_STATE), known("release.until"), known("release.until_possible")) {
        (None, ..) => fact(RELEASE_STATE, facts.get(RELEASE_STATE)),
        (Some("supported"), Some(until), Some(possible)) => {
            format!("supported until {until} ({} left), possibly {possible}", days(left))
        }
        (Some("supported"), Some(until), None) => format!("supported until {until} ({} left)", days(left)),
        (Some("unlisted"), ..) => "not a release, and not on the list of supported versions".to_owned(),
        (_, Some(until), possible) => {
            format!("support ended on {} ({} ago)", possible.unwrap_or(until), days(-left))
        }
        _ => "support ended before the first line of the calendar".to_owned(),
    }
}

/// A fact that is a number of days; 0 if it is not known.
fn whole(facts: &Facts, name: &str) -> i64 {
    match facts.get(name).and_then(Fact::value) {
        Some(Value::Number(number)) => *number as i64,
        _ => 0,
    }
}

/// How a fact is told from its neighbours.
#[derive(Clone, Copy, PartialEq)]
enum Label<'n> {
    /// Its value says what it is.
    Plain,
    /// A word behind the value: `16 GiB installed`.
    Behind(&'n str),
    /// A word before the value: `esm: no`.
    Before(&'n str),
    /// A port.
    Port(&'n str),
    /// Who holds a port: `in use by nginx`.
    Owner,
}

fn label(name: &str) -> Label<'_> {
    let parts: Vec<_> = name.split('.').collect();
    match parts.as_slice() {
        ["memory", "total"] | ["size", "memory"] => Label::Behind("usable"),
        ["chart", "name"] | ["cluster", "cpus" | "memory" | "nodes_not_ready"] => Label::Plain,
        ["chart", "count", _] => Label::Before("replicas"),
        ["chart", "switch", _] => Label::Before("enabled"),
        ["chart", "share", _] => Label::Plain,
        ["chart", "text", "ingress_class"] => Label::Before("in the values"),
        ["cluster", "ingress_class"] => Label::Before("in the cluster"),
        ["cluster", "nodes"] => Label::Before("nodes in all"),
        ["deployment", "monitoring"] => Label::Before("Prometheus or Grafana"),
        ["deployment", "metrics"] => Label::Before("metrics offered"),
        ["size", "storage"] => Label::Behind("size"),
        ["size", _] => Label::Plain,
        ["docker", "limits", "mongodb_nofile"] => Label::Before("MongoDB's container"),
        ["docker", "limits", _] => Label::Before("containers"),
        ["limits", _] => Label::Before("one process"),
        ["os", "esm"] => Label::Before("Ubuntu Pro"),
        ["plugin", ..] | ["release", "state"] => Label::Plain,
        ["server", "sockjs", _] => Label::Before("SockJS"),
        ["server", "websocket", "state"] => Label::Before("WebSocket"),
        ["server", "answered_by"] => Label::Before("answered by"),
        ["release", "mongodb"] => Label::Before("the release runs with"),
        [.., word @ ("installed" | "available" | "size")] => Label::Behind(word),
        ["ports", "tcp", port, "exposure"] => Label::Port(port),
        ["ports", "tcp", _, "owner"] => Label::Owner,
        [
            ..,
            "pretty_name" | "model" | "mhz" | "deployment" | "version" | "path" | "flavor" | "media" | "device"
            | "state" | "arch" | "fstype" | "packaging" | "thp" | "upstream",
        ] => Label::Plain,
        [.., last] => Label::Before(last),
        [] => Label::Plain,
    }
}

fn labelled(text: &str, is_known: bool, labels: &[Label<'_>]) -> String {
    let ports: Vec<_> =
        labels.iter().filter_map(|label| if let Label::Port(port) = label { Some(*port) } else { None }).collect();
    let mut words: Vec<_> = labels
        .iter()
        .filter_map(|label| match label {
            Label::Before(word) => Some(word.replace('_', " ")),
            Label::Owner => Some("owner".to_owned()),
            _ => None,
        })
        .collect();
    words.dedup();
    match (ports.as_slice(), words.as_slice(), labels) {
        ([], [], [Label::Behind(word), ..]) if is_known => format!("{text} {word}"),
        ([], [], _) => text.to_owned(),
        ([], words, _) => format!("{}: {text}", words.join(", ")),
        ([port], ..) => format!("port {port}: {text}"),
        (ports, ..) => format!("ports {}: {text}", ports.join(", ")),
    }
}

/// What is needed: in the pack's own words, or in those of its operators.
pub fn needed(finding: &Finding) -> String {
    in_words(finding).unwrap_or_else(|| requirement(&finding.needed))
}

/// What is needed in the pack's own words, which cannot have the figure of a share of a tier's cell.
fn in_words(finding: &Finding) -> Option<String> {
    let words = finding.needed_words.clone()?;
    let conditions = finding.needed.conditions();
    let [Condition { fact, value: Some(Value::Count(bytes)), written: Some(written), tolerance: Some(share), .. }] =
        conditions.as_slice()
    else {
        return Some(words);
    };
    let least = (*bytes as f64 * share).round() as u64;
    Some(format!("{words} ({} of {written})", format_bytes(least, kind(fact))))
}

/// What is needed, in the words of its operators.
pub fn requirement(requirement: &Requirement) -> String {
    operators(requirement, false)
}

/// What is needed, in the words of its operators; short ones are the figures alone.
fn operators(requirement: &Requirement, short: bool) -> String {
    let joined = |parts: &[Requirement], word: &str| {
        let mut texts: Vec<String> = Vec::new();
        for part in parts {
            let text = operators(part, short);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts.join(word)
    };
    match requirement {
        Requirement::All(parts) => joined(parts, " and "),
        // Of several ways to reach the same figure, the first says enough.
        Requirement::Any(parts) => {
            let figure = |part: &Requirement| part.conditions().into_iter().find_map(|one| one.written.clone());
            let first = parts.first().and_then(figure);
            let is_another = |part: &&Requirement| first.is_none() || figure(part) != first;
            let further = parts.iter().skip(1).filter(is_another);
            joined(&parts.iter().take(1).chain(further).cloned().collect::<Vec<_>>(), " or ")
        }
        Requirement::Not(part) => format!("not {}", operators(part, short)),
        Requirement::Condition(condition) => self::condition(condition, short),
    }
}

/// What is needed of a fact; a short one is the figure alone.
fn condition(condition: &Condition, short: bool) -> String {
    let kind = kind(&condition.fact);
    let Some(wanted) = &condition.value else {
        return match &condition.from {
            Some(name) => format!("what the plan needs ({name})"),
            None => format!("what the tier asks for ({})", condition.cell.as_deref().unwrap_or("its cell")),
        };
    };
    let written = || condition.written.clone().unwrap_or_else(|| value(wanted, kind));
    match (condition.operator, wanted) {
        (Comparison::AtLeast, _) if short => with_unit(&written(), kind),
        (Comparison::AtLeast, _) => {
            let least = if condition.up_to.is_some() { "" } else { "at least " };
            format!("{least}{}{}", with_unit(&written(), kind), tolerance(condition, kind))
        }
        (Comparison::AtMost, _) => format!("at most {}", with_unit(&written(), kind)),
        (Comparison::OneOf, Value::List(words)) => {
            let words = words.iter().map(|word| value(&Value::Text(word.clone()), kind));
            words.collect::<Vec<_>>().join(" or ")
        }
        (Comparison::Version, Value::Text(range)) => version_range(range),
        (Comparison::Present, Value::Bool(true)) => "present".to_owned(),
        (Comparison::Present, _) => "none".to_owned(),
        (_, wanted) => value(wanted, kind),
    }
}

/// A range of versions: `>=24` is "24 or newer"; a range with further bounds stays as it is.
fn version_range(range: &str) -> String {
    match range.strip_prefix(">=").map(str::trim) {
        Some(version) if !version.contains(',') => format!("{version} or newer"),
        _ => range.to_owned(),
    }
}

/// A number as the pack writes it, but for its thousands, with the unit of its fact where that is not plain.
fn with_unit(written: &str, kind: Kind) -> String {
    let written = written.parse().map_or_else(|_| written.to_owned(), format_count);
    match kind {
        Kind::Number(unit) => format!("{written} {unit}"),
        _ => written,
    }
}

/// What suffices of a nominal size.
fn tolerance(condition: &Condition, kind: Kind) -> String {
    match (&condition.value, condition.tolerance) {
        (Some(Value::Count(bytes)), Some(share)) => {
            let floor = (*bytes as f64 * share).round() as u64;
            format!(" (from {} measured)", format_bytes(floor, kind))
        }
        _ => String::new(),
    }
}

/// Why an outcome is what it is.
pub fn because(finding: &Finding, facts: &Facts) -> Option<String> {
    Some(match finding.because.as_ref()? {
        Reason::Explained { text } => text.clone(),
        Reason::NotApplicable { facts: names } => {
            let parts = names.iter().take(MOST_CIRCUMSTANCES).map(|name| circumstance(name, facts.get(name)));
            format!("does not apply: {}", parts.collect::<Vec<_>>().join(", "))
        }
        Reason::BeyondTiers { text } => format!("the numbers exceed every tier. {text}"),
        Reason::ClusterTotal { cell } => {
            let is_it = |one: &&Condition| one.cell.as_ref().or(one.from.as_ref()) == Some(cell);
            let condition = finding.needed.conditions().into_iter().find(is_it);
            let brings = condition.map(|condition| match facts.get(&condition.fact).map(|fact| (fact, fact.value())) {
                Some((known, Some(_))) => fact(&condition.fact, Some(known)),
                _ => "an unknown part".to_owned(),
            });
            let figure = |one: &Condition| one.written.clone().unwrap_or_else(|| self::condition(one, true));
            let whole = condition.map(figure).unwrap_or_default();
            format!("this node brings {} of {whole}; judged over all nodes", brings.unwrap_or_default())
        }
        Reason::TierExceeded { tier, numbers } => {
            let list = |number: fn(&Exceeded) -> u64| {
                self::numbers(&numbers.iter().map(|one| (one.name.clone(), number(one))).collect())
            };
            format!("{tier} holds {}, and the plan has {}", list(|one| one.holds), list(|one| one.number))
        }
        Reason::TierForTests { tier } => {
            format!("{tier} is for tests, and the numbers of the plan are those of a production installation")
        }
        Reason::NoTier => "needs a tier: name one with --tier, or give the numbers that choose one".to_owned(),
        Reason::BlankCell { cell } => format!("the vendor gives no figure for {} in this tier", cell.replace('_', " ")),
        Reason::InRange { cell } => {
            let condition = finding.needed.conditions().into_iter().find(|one| one.cell.as_ref() == Some(cell));
            let range = condition.and_then(|condition| condition.written.clone()).unwrap_or_default();
            match condition.and_then(|condition| share_of_range(condition, facts)) {
                Some(percent) => format!("inside the vendor's planning range of {range}, {percent} % of the way up"),
                None => format!("inside the vendor's planning range of {range}"),
            }
        }
        Reason::StorageNeeded { daily, retention_days, growth_percent, data, backup_copies, needed } => {
            let factor = format_decimals(1.0 + *growth_percent as f64 / 100.0);
            let backups = match backup_copies {
                0 => "backups are kept elsewhere".to_owned(),
                copies => format!("with {}, {}", self::copies(*copies), storage(*needed)),
            };
            format!(
                "{} GB a day x {} x {factor} for growth = {}; {backups}",
                format_decimals(*daily as f64 / 1e9),
                days(*retention_days as i64),
                storage(*data)
            )
        }
        Reason::UnknownFacts { facts: names } => {
            let mut reasons: Vec<_> = names.iter().map(|name| unknown_reason(facts.get(name))).collect();
            reasons.dedup();
            reasons.join("; ")
        }
        Reason::OnHosts { groups } => {
            let parts = groups.iter().take(MOST_ENTRIES).map(|group| {
                let word = match group.status {
                    Status::Unknown => "unknown",
                    Status::Waived => "waived",
                    _ => "fails",
                };
                let hosts = names(&group.hosts, group.count, MOST_HOSTS);
                let inner = Finding { because: group.because.as_deref().cloned(), ..finding.clone() };
                let why = because(&inner, &group.found).map(|why| format!(": {why}")).unwrap_or_default();
                format!("{word} on {hosts}{why}")
            });
            parts.collect::<Vec<_>>().join("; ")
        }
        Reason::Short { fact, missing } => {
            let of_one = [(fact.clone(), missing.ceil() as u64)].into();
            format!("{} short: {}", amount(fact, *missing), nodes(&of_one))
        }
        Reason::ShortSoFar { fact, missing } => {
            format!("{} short without the hosts that are not known", amount(fact, *missing))
        }
        Reason::LineEnded { line, until } => format!("support for line {line} ended on {until}"),
    })
}

/// A size of storage, in the unit in which a check compares it.
fn storage(bytes: u64) -> String {
    format_bytes(bytes, Kind::Storage)
}

/// A number with up to three decimals below 100, none above.
fn format_decimals(number: f64) -> String {
    if number >= 100.0 {
        return format_number(number);
    }
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// How far up the planning range a fact is, in percent.
fn share_of_range(condition: &Condition, facts: &Facts) -> Option<u64> {
    let found = facts.get(&condition.fact).and_then(Fact::value).and_then(number)?;
    let (from, to) = (condition.value.as_ref().and_then(number)?, condition.up_to?);
    (to > from).then(|| (100.0 * (found - from) / (to - from)).clamp(0.0, 100.0).round() as u64)
}

fn unknown_reason(fact: Option<&Fact>) -> String {
    match fact.map(|fact| &fact.state) {
        Some(FactState::Unknown { reason, .. }) => reason.clone(),
        _ => "not collected".to_owned(),
    }
}

/// A fact that keeps a check from applying: `the phase is install`.
fn circumstance(name: &str, found: Option<&Fact>) -> String {
    let is = |subject: &str| format!("{subject} is {}", fact(name, found));
    let absent = found.is_none_or(|fact| fact.state == FactState::Absent);
    match name {
        HOLDS => "the plan does not have both a tier and numbers".to_owned(),
        "cluster.helm.version" if absent => "helm is not on this machine".to_owned(),
        "cluster.state" if absent => "no cluster was asked".to_owned(),
        "cluster.state" => is("the cluster"),
        "deployment.from" | "deployment.judged" if absent => "nothing tells how it is deployed (--manifest)".to_owned(),
        "deployment.judged" => "what runs here is not judged before an installation".to_owned(),
        "deployment.from" => format!("the deployment is read from the {}", fact(name, found)),
        "deployment.instances" if absent => "nothing tells of its services".to_owned(),
        "deployment.memory_limit" if absent => "no service has a memory limit".to_owned(),
        "deployment.microservices" => {
            if absent { "no service is a microservice" } else { "services are microservices" }.to_owned()
        }
        "docker.engine.state" => is("Docker"),
        "docker.swarm.control" => "this host is no manager of a Swarm".to_owned(),
        "docker.swarm.state" => is("the Swarm"),
        "kernel.arch" => is("the processor"),
        "os.id" => is("the distribution"),
        "os.lts" => "not an LTS release".to_owned(),
        "os.version_id" => is("its version"),
        "plan.instances" | "plan.number.users" if absent => {
            format!("the plan does not say how many {}", name.rsplit('.').next().unwrap_or_default())
        }
        "plan.microservices" if fact(name, found) == "yes" => "the plan has microservices".to_owned(),
        "plan.microservices" => "the plan has no microservices".to_owned(),
        "plan.number.concurrent" if absent => {
            "the plan does not say how many users are active at the same time".to_owned()
        }
        STORAGE_NEEDED => "--daily-gb was not given".to_owned(),
        "plan.online" => "--online was not given".to_owned(),
        "plan.production" => "the plan is not one for production".to_owned(),
        "reach.peers" if absent => "no other node was named (--reach)".to_owned(),
        "release.state" | "release.version" if absent => "no release is known".to_owned(),
        "server.tls.state" | "server.redirect.state" if absent => "no server was asked over HTTPS".to_owned(),
        "server.redirect.state" => format!("port 80 of the server: {}", fact(name, found)),
        "server.websocket.state" | "server.sockjs.state" if absent => "no server was asked".to_owned(),
        "storage.data.measured" => "nothing was measured (--measure)".to_owned(),
        "support_list.problems" if absent => "no list was refused".to_owned(),
        "support_list.state" => "no signed list was read".to_owned(),
        _ if name.starts_with("chart.") => {
            let noun = name.rsplit('.').next().unwrap_or_default().replace('_', "-");
            if absent {
                format!("no chart values say anything of {noun}")
            } else {
                format!("{noun} in the chart's values: {}", fact(name, found))
            }
        }
        _ => {
            let noun = name.strip_prefix("plan.number.").or_else(|| name.strip_prefix("plan.")).unwrap_or(name);
            let noun = noun.replace(['.', '_'], " ");
            if absent { format!("no {noun}") } else { is(&format!("the {noun}")) }
        }
    }
}

/// All there is to say of a finding before its fix, each part with its name; what says nothing is left out.
pub fn details(finding: &Finding, facts: &Facts) -> Vec<(&'static str, String)> {
    let mut parts: Vec<_> = found_lines(finding, facts).into_iter().map(|line| ("found", line)).collect();
    parts.extend([
        ("read in", places(finding, facts)),
        ("needed", needed(finding)),
        ("because", because(finding, facts).unwrap_or_default()),
    ]);
    if finding.found.iter().any(|name| name == "release.state") {
        parts.extend(upgrade(facts));
    }
    parts.push(("why", finding.why.clone()));
    parts.push(("waived", finding.waiver.as_ref().map(waived).unwrap_or_default()));
    parts.retain(|(_, text)| !text.is_empty());
    parts
}

/// For which hosts of a fleet a fix is written, if other hosts have other systems.
pub fn fix_example(report: &Report, finding: &Finding) -> Option<String> {
    let judged = report.fleet.as_ref()?.hosts.iter().filter(|host| host.standing == Standing::Judged);
    let systems: BTreeSet<_> = judged.filter_map(|host| host.said.as_ref()?.system.as_ref()).collect();
    let Some(Reason::OnHosts { groups }) = &finding.because else { return None };
    let host = groups.first()?.hosts.first()?;
    (systems.len() > 1).then(|| format!("For {host}; on other systems it may differ:"))
}

/// How a finding is put right, in words: what comes first, then the pack's text; its commands stand apart.
pub fn fix(fix: &Fix) -> String {
    let first = if fix.after.is_empty() { String::new() } else { format!("First fix {}. ", fix.after.join(" and ")) };
    format!("{first}{}", fix.text).trim_end().to_owned()
}

/// Where to upgrade to, when support has ended or ends within 30 days, and the key of the list that says so.
fn upgrade(facts: &Facts) -> Vec<(&'static str, String)> {
    const ENDING: f64 = 30.0;
    let releases = |name: &str| match facts.get(name).and_then(Fact::value) {
        Some(Value::Releases(releases)) => releases.clone(),
        _ => Vec::new(),
    };
    let known = |name: &str| facts.get(name).and_then(Fact::text);
    let ends = match facts.get("release.days_left").and_then(Fact::value) {
        Some(Value::Number(left)) => *left <= ENDING,
        // Between two possible last days, too.
        _ => known("release.state").is_some() || known("release.until_possible").is_some(),
    };
    let mut parts = Vec::new();
    if let ([stops @ .., goal], true) = (releases("release.upgrade").as_slice(), ends) {
        let lts = if goal.lts { " LTS" } else { "" };
        let stops: Vec<_> = stops.iter().map(|stop| stop.version.as_str()).collect();
        let through = if stops.is_empty() { String::new() } else { format!(", through {}", stops.join(" and ")) };
        parts.push(("go to", format!("{}{lts}{through}", goal.version)));
        let supported = releases("release.supported").iter().map(release).collect::<Vec<_>>().join(", ");
        parts.push(("open", format!("supported on that day: {supported}")));
    }
    if let Some(key) = known("support_list.key").filter(|_| known("release.authority") == Some("signed-list")) {
        parts.push(("key", key.to_owned()));
    }
    parts
}

/// Where the facts that are shown were read.
fn places(finding: &Finding, facts: &Facts) -> String {
    let mut places: Vec<&str> = Vec::new();
    let of_found = finding.found.iter().filter_map(|name| facts.get(name));
    for place in of_found.flat_map(|fact| fact.place.split(", ")) {
        if !place.is_empty() && !places.contains(&place) {
            places.push(place);
        }
    }
    // A place that is told with what was said there need not stand alone.
    let is_told =
        |place: &&str| places.iter().any(|other| other.strip_prefix(*place).is_some_and(|rest| rest.starts_with(':')));
    places.iter().copied().filter(|place| !is_told(place)).collect::<Vec<_>>().join(", ")
}

/// A waiver: reason, who, until when, and whether it still counts.
pub fn waived(waived: &Waived) -> String {
    let by = waived.who.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
    let until = waived.until.map(|until| format!(" until {until}")).unwrap_or_default();
    let expired = match (waived.expired, waived.wrong_clock) {
        (true, _) => "; expired, so it does not count",
        (false, true) => "; whether the clock is right is doubtful, so it does not count",
        (false, false) => "",
    };
    format!("{}{by}{until}{expired}", waived.reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(rows: &[(&str, Value)]) -> Facts {
        rows.iter().map(|(name, value)| ((*name).to_owned(), Fact::known(value.clone(), "place"))).collect()
    }

    fn finding(found: &[&str]) -> Finding {
        Finding {
            id: "id".into(),
            title: "Title".into(),
            group: "Group".into(),
            level: Level::Required,
            outcome: Outcome::Fail,
            because: None,
            found: found.iter().map(|name| (*name).to_owned()).collect(),
            decided: Vec::new(),
            needed: Requirement::Condition(Condition::new(
                "docker.engine.version",
                Comparison::Version,
                Some(">=24".into()),
            )),
            needed_words: None,
            why: String::new(),
            fix: None,
            source: crate::pack::Source { title: String::new(), url: String::new(), read: jiff::civil::Date::MIN },
            waiver: None,
        }
    }

    #[test]
    fn one_fact_needs_no_name_and_several_get_theirs() {
        let mut facts = known(&[
            ("memory.installed", Value::Count(16 << 30)),
            ("memory.total", Value::Count(15 << 30)),
            ("os.pretty_name", "Ubuntu".into()),
            ("os.esm", false.into()),
            ("docker.limits.nofile", Value::Count(4096)),
            ("limits.nofile", Value::Count(1024)),
            ("ports.tcp.80.exposure", "all".into()),
            ("ports.tcp.443.exposure", "all".into()),
            ("ports.tcp.22.exposure", "none".into()),
            ("plan.deployment", "swarm".into()),
        ]);
        facts.extend(known(&[
            ("chart.count.ddp_streamer", Value::Count(2)),
            ("chart.share.ddp_streamer", Value::Number(500.0)),
            ("chart.text.ingress_class", "nginx".into()),
            ("cluster.ingress_class", "traefik".into()),
            ("server.redirect.state", "plain".into()),
            ("server.redirect.to", "http://www.example.com".into()),
        ]));
        facts.insert("cluster.state".to_owned(), Fact::known("unreachable", "kubectl: exit code 1"));
        let unknown = |reason: &str| Fact::unknown(Why::Unreadable, reason, "place");
        for name in ["release.authority", "release.authority_age"] {
            facts.insert(name.to_owned(), unknown("no list"));
        }
        facts.insert("cluster.version".to_owned(), Fact::unknown(Why::Unreadable, "exit code 1", "kubectl"));
        assert_eq!(places(&finding(&["cluster.state", "cluster.version"]), &facts), "kubectl: exit code 1");
        for name in ["ports.tcp.22.addresses", "ports.tcp.22.owner"] {
            facts.insert(name.to_owned(), Fact::absent("place"));
        }
        for (names, expected) in [
            (&["memory.total"][..], "15 GiB"),
            (&["memory.installed", "memory.total"], "16 GiB installed; 15 GiB usable"),
            (&["os.pretty_name", "os.esm"], "Ubuntu; Ubuntu Pro: no"),
            (&["docker.limits.nofile", "limits.nofile"], "containers: 4,096; one process: 1,024"),
            (
                &["ports.tcp.80.exposure", "ports.tcp.443.exposure", "ports.tcp.22.exposure"],
                "ports 80, 443: on every address",
            ),
            (&["ports.tcp.22.exposure", "ports.tcp.22.owner"], "port 22: not reachable"),
            (&["ports.tcp.22.addresses", "ports.tcp.22.owner"], "addresses, owner: nothing"),
            (&["cpu.online"], "unknown: not collected"),
            (&["plan.deployment", "plan.instances"], "Docker Swarm"),
            (&["os.esm"], "Ubuntu Pro: no"),
            (&["ports.tcp.80.exposure"], "port 80: on every address"),
            (&["chart.count.ddp_streamer", "chart.share.ddp_streamer"], "replicas: 2; 500 each"),
            (&["chart.text.ingress_class", "cluster.ingress_class"], "in the values: nginx; in the cluster: traefik"),
            (&["server.redirect.state", "server.redirect.to"], "redirects to http://www.example.com, without HTTPS"),
            // The place of what is known tells why the rest is not, and one reason needs no names.
            (&["cluster.state", "cluster.version"], "unreachable"),
            (&["release.authority", "release.authority_age"], "unknown: no list"),
        ] {
            assert_eq!(found(&finding(names), &facts), expected);
        }
    }

    #[test]
    fn places_are_told_in_as_many_words_as_there_is_room() {
        let excerpts = |count: u64| {
            let excerpt =
                |line| Excerpt { place: "c.yml".to_owned(), line: Some(line), text: format!("image: x{line}") };
            let mut fact = Fact::known((1..=count).map(excerpt).collect::<Vec<_>>(), "c.yml");
            fact.cut();
            Facts::from([("deployment.unofficial".to_owned(), fact)])
        };
        let failed = finding(&["deployment.unofficial"]);
        for (count, places, expected) in [
            (1, 2, "c.yml:1: image: x1, needs 24"),
            (2, 2, "c.yml:1: image: x1, c.yml:2: image: x2, needs 24"),
            (40, 2, "c.yml:1: image: x1, c.yml:2: image: x2, and 38 more, needs 24"),
            (40, 1, "c.yml:1: image: x1, and 39 more, needs 24"),
            (40, 0, "c.yml:1, and 39 more, needs 24"),
        ] {
            assert_eq!(brief_in(&failed, &excerpts(count), 2, places), format!("{expected} or newer"), "{count}");
        }
        assert!(found(&failed, &excerpts(40)).ends_with("c.yml:10: image: x10, and 30 more"));
        let said = Finding { needed_words: Some("none".to_owned()), ..failed.clone() };
        assert_eq!([1, 2, 3].map(|count| is_whole(&said, &excerpts(count))), [true, true, false]);
        assert!(!is_whole(&failed, &excerpts(1)), "the figure is short, and its tolerance is not told");
        let lines = found_lines(&failed, &excerpts(40));
        assert_eq!((lines.len(), lines[11].as_str()), (12, "and 29 more"));
        assert_eq!(found_lines(&failed, &excerpts(12)).len(), 12);
    }

    #[test]
    fn a_limit_tells_where_it_stands_and_how_much_is_needed() {
        let limit = Fact::known(256 << 20, "c.yml:7: mem_limit: 256m");
        let facts = Facts::from([("deployment.memory_limit".to_owned(), limit)]);
        let needed = Requirement::Condition(Condition {
            written: Some("2 GB".into()),
            tolerance: Some(0.5),
            ..Condition::new("deployment.memory_limit", Comparison::AtLeast, Some(Value::Count(2 << 30)))
        });
        let needed_words = Some("half of the tier's memory, or no limit".to_owned());
        let failed = Finding { needed, needed_words, ..finding(&["deployment.memory_limit"]) };
        assert_eq!(
            brief(&failed, &facts, 2),
            "256 MiB (c.yml:7: mem_limit: 256m), needs half of the tier's memory, or no limit (1 GiB of 2 GB)"
        );
        assert_eq!(found(&failed, &facts), "256 MiB");
    }

    #[test]
    fn absent_is_not_a_value() {
        let facts = Facts::from([("docker.engine.version".to_owned(), Fact::absent("x"))]);
        assert_eq!(found(&finding(&["docker.engine.version"]), &facts), "nothing");
        assert_eq!(fact("docker.engine.version", facts.get("docker.engine.version")), "not found");
        assert_eq!(value(&Value::List(Vec::new()), Kind::List), "none");
    }

    #[test]
    fn no_word_of_a_choice_is_shown_as_programs_write_it() {
        for (name, word, expected) in [
            ("docker.engine.state", "not-installed", "not installed"),
            ("docker.engine.state", "permission-denied", "not answering this user"),
            ("docker.engine.flavor", "other", "another engine"),
            ("docker.engine.packaging", "snap", "a snap"),
            ("ports.tcp.443.state", "in-use", "in use"),
            ("ports.tcp.443.exposure", "none", "not reachable"),
            ("firewall.kind", "none", "none"),
            ("storage.data.media", "sd-card", "SD card"),
            ("plan.deployment", "swarm", "Docker Swarm"),
            ("plan.deployment", "other", "another method"),
            ("server.tls.state", "not-yet-valid", "not yet valid"),
        ] {
            assert_eq!(fact(name, known(&[(name, word.into())]).get(name)), expected, "{name}");
        }
        // A text that is no choice is the host's own.
        assert_eq!(value(&"in-use".into(), Kind::Text), "in-use");
        let one_of = Condition::new(
            "storage.data.media",
            Comparison::OneOf,
            Some(Value::List(vec!["ssd".to_owned(), "hdd".to_owned()])),
        );
        assert_eq!(condition(&one_of, false), "SSD or hard disk");
    }

    #[test]
    fn a_range_is_not_a_minimum_and_thousands_are_apart() {
        let plan = Condition {
            written: Some("500 GB to 2 TB".into()),
            tolerance: Some(0.9),
            up_to: Some(2e12),
            ..Condition::new("storage.data.size", Comparison::AtLeast, Some(Value::Count(500_000_000_000)))
        };
        assert_eq!(condition(&plan, false), "500 GB to 2 TB (from 450 GB measured)");
        let clock = Condition {
            written: Some("2000".into()),
            ..Condition::new("cpu.mhz", Comparison::AtLeast, Some(Value::Count(2000)))
        };
        assert_eq!(condition(&clock, false), "at least 2,000 MHz");
        let facts = known(&[("cpu.mhz", Value::Number(5000.0)), ("cpu.model", "Xeon".into())]);
        assert_eq!(found(&finding(&["cpu.mhz", "cpu.model"]), &facts), "5,000 MHz; Xeon");
    }

    #[test]
    fn requirements_name_value_unit_and_tolerance() {
        let memory = Condition {
            written: Some("16 GB".into()),
            tolerance: Some(0.9),
            ..Condition::new("memory.total", Comparison::AtLeast, Some(Value::Count(16 << 30)))
        };
        assert_eq!(condition(&memory, false), "at least 16 GB (from 14.4 GiB measured)");
        let share = Condition {
            written: Some("15".into()),
            ..Condition::new("storage.data.available_share", Comparison::AtLeast, Some(Value::Count(15)))
        };
        assert_eq!(condition(&share, false), "at least 15 %");
        let cell =
            Condition { cell: Some("memory".into()), ..Condition::new("memory.total", Comparison::AtLeast, None) };
        assert_eq!(condition(&cell, false), "what the tier asks for (memory)");
        let parts = vec![Requirement::Condition(memory.clone()), Requirement::Condition(memory)];
        assert_eq!(requirement(&Requirement::any(parts)), "at least 16 GB (from 14.4 GiB measured)");
    }
}
