//! A report as a whole: the verdict, what it assumes, notes, what to do next.

use std::collections::BTreeMap;
use std::time::Duration;

use super::fleet::{MOST_HOSTS, host, hosts, judged, names};
use super::found::on_hosts;
use super::reasons::{because, unknown_reason};
use super::values::{days, kind, number_of, numbers, value};
use crate::facts::{Fact, FactState, Facts, Kind, Value, format_count};
use crate::judge::{Cause, Finding, Next, Reason, Status, Summary, Verdict};
use crate::pack::{Another, BUILT_IN, COMPLETE, Level, Outcome};
use crate::plan::{Exceeded, HOLDS, Note, Scope};
use crate::report::Report;

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
pub(super) fn short(failed: &[&Finding]) -> String {
    let parts = failed.iter().filter_map(|finding| match &finding.because {
        Some(Reason::Short { fact, missing }) => Some(amount(fact, *missing)),
        _ => None,
    });
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { String::new() } else { format!("; {} short", parts.join(" and ")) }
}

/// An amount of a size, with what it is of: `8 CPUs`, `12 GiB of memory`.
pub(super) fn amount(fact: &str, number: f64) -> String {
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
pub(super) fn nodes(missing: &BTreeMap<String, u64>) -> String {
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
        Next::CompletePlan { facts } => {
            let say = |name: &String| match name.as_str() {
                HOLDS => format!(
                    "Give the numbers that the tier has, or leave out --tier: `rampcheck tiers {}` lists them.",
                    report.pack.product
                ),
                "plan.mongodb" => "Say where MongoDB runs: --mongodb.".to_owned(),
                name => format!("Say what the plan leaves open: {}.", name.trim_start_matches("plan.")),
            };
            facts.iter().map(say).collect::<Vec<_>>().join(" ")
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
    unsaid(report).into_iter().chain(notes.map(|one| note(one, report))).collect()
}

/// Why the documents behind a report are not to be relied on, a sentence each. Every format shows them before anything else.
pub fn doubts(report: &Report) -> Vec<String> {
    report.notes.iter().filter(|note| note.is_doubt()).map(|one| note(one, report)).collect()
}

/// What of the plan nobody said: what is assumed, and what the manifests say. A tier or a product that was found out has a remark
/// of its own.
fn unsaid(report: &Report) -> Vec<String> {
    let plan = &report.plan;
    let known = |name: &str| report.facts.get(name).and_then(Fact::text);
    let has_manifest = known("deployment.from") == Some("manifest");
    let is_told = |member: &&String| match member.as_str() {
        "deployment" => has_manifest && known("deployment.format").is_some(),
        "mongodb" => has_manifest && known("deployment.mongodb_place").is_some(),
        _ => false,
    };
    let part = |member: &String| match member.as_str() {
        "phase" => Some(format!("phase {}", plan.phase)),
        // What a manifest is goes before what is assumed of the product.
        "deployment" => Some(format!("deployment {}", known("plan.deployment")?)),
        "microservices" => Some("microservices".to_owned()),
        "storage.retention_days" => Some(format!("data kept for {}", days(plan.storage.retention_days? as i64))),
        "storage.growth_percent" => Some(format!("{} % for growth", plan.storage.growth_percent?)),
        "storage.backup_copies" => Some(format!("{} on the same storage", copies(plan.storage.backup_copies?))),
        // A container of MongoDB that runs here goes before what is assumed of the tier.
        "mongodb" => Some(match known("plan.mongodb")? {
            "local" => format!("MongoDB on this host{}", mongodb_assumed(&report.facts)),
            _ => "MongoDB on another host".to_owned(),
        }),
        _ => None,
    };
    let (told, assumed): (Vec<_>, Vec<_>) = plan.assumed.iter().partition(is_told);
    let remark = |begin: &str, members: Vec<&String>| {
        let parts: Vec<_> = members.into_iter().filter_map(part).collect();
        (!parts.is_empty()).then(|| format!("{begin}: {}", parts.join(", ")))
    };
    [remark("assumed", assumed), remark("the manifests say", told)].into_iter().flatten().collect()
}

/// Copies of the data that backups keep.
pub(super) fn copies(count: u64) -> String {
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
        Cause::Plan(name) | Cause::Fact(name) => {
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
