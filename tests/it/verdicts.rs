//! Every recorded host judged for every tier: verdict, exit code and the ids by status, as a file to review for each
//! product. A change of behaviour anywhere shows there as changed lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde_json::Value;

use crate::support::{
    Check, DAY, Finding, Report, expected, in_parallel, rampcheck, recorded, recorded_hosts, scratch,
};

/// Words of a row, and the statuses they stand for.
const SHOWN: [(&str, &str); 3] = [("fail", "failed"), ("warn", "warning"), ("unknown", "unknown")];

/// How a host's reading is limited: one lies on a server that does not answer, and every probe waits for its deadline.
const QUICK: [&str; 2] = ["--timeout", "1s"];

/// What came out for one plan on one host.
struct Row {
    plan: String,
    code: i32,
    verdict: String,
    /// `fail cpu` and the like, in the order of the report.
    marks: Vec<String>,
    /// Of each of these its id, and what was found or why that is unknown.
    reasons: Vec<(String, String)>,
}

impl Row {
    fn of(plan: &str, report: &Report) -> Self {
        let mark = |(word, status)| report.ids(status).into_iter().map(move |id| format!("{word} {id}"));
        let reason = |(_, status)| {
            let of_status = report.findings().into_iter().filter(move |finding| finding.status == status);
            of_status.map(|Finding { id, found, because, .. }| (id, if found.is_empty() { because } else { found }))
        };
        Self {
            reasons: SHOWN.into_iter().flat_map(reason).collect(),
            plan: plan.trim_start_matches("--tier ").to_owned(),
            code: report.code(),
            verdict: report.verdict().to_owned(),
            marks: SHOWN.into_iter().flat_map(mark).collect(),
        }
    }

    /// Everything but the plan. What all tiers share stands above the rows; what this one lacks of it, it says.
    fn text(&self, shared: &[String]) -> String {
        let own: Vec<_> = self.marks.iter().filter(|mark| !shared.contains(mark)).cloned().collect();
        let lacking: Vec<_> = shared.iter().filter(|mark| !self.marks.contains(mark)).cloned().collect();
        let but = if lacking.is_empty() { String::new() } else { format!("; not {}", grouped(&lacking)) };
        format!("{} {}{}{but}", self.code, self.verdict, prefixed(": ", &grouped(&own)))
    }
}

/// `fail cpu memory, warn nofile`.
fn grouped(marks: &[String]) -> String {
    let group = |(word, _): &(&str, &str)| {
        let ids: Vec<_> = marks.iter().filter_map(|mark| mark.strip_prefix(word)).collect();
        (!ids.is_empty()).then(|| format!("{word}{}", ids.concat()))
    };
    SHOWN.iter().filter_map(group).collect::<Vec<_>>().join(", ")
}

fn prefixed(sign: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{sign}{text}") }
}

/// `qa, baseline-10k .. baseline-200k`: rows by their numbers, neighbours together.
fn plans(rows: &[Row], numbers: &[usize]) -> String {
    let runs = numbers.chunk_by(|one, next| one + 1 == *next);
    let run = |run: &[usize]| match *run {
        [first, _, .., last] => format!("{} .. {}", rows[first].plan, rows[last].plan),
        _ => run.iter().map(|number| rows[*number].plan.as_str()).collect::<Vec<_>>().join(", "),
    };
    runs.map(run).collect::<Vec<_>>().join(", ")
}

/// A host's rows: what every tier shares, then a line for each outcome with the plans that come to it.
fn shown(host: &str, tiers: usize, rows: &[Row]) -> String {
    let in_all = |mark: &&String| rows[..tiers].iter().all(|row| row.marks.contains(mark));
    let shared: Vec<_> = rows[0].marks.iter().filter(in_all).cloned().collect();
    let mut out = format!("{host}{}\n", prefixed(": every tier: ", &grouped(&shared)));
    let texts: Vec<_> = rows.iter().map(|row| row.text(&shared)).collect();
    for (number, text) in texts.iter().enumerate() {
        if !texts[..number].contains(text) {
            let same: Vec<_> = (0..rows.len()).filter(|other| texts[*other] == *text).collect();
            let _ = writeln!(out, "  {} = {text}", plans(rows, &same));
        }
    }
    let reasons: BTreeMap<_, BTreeSet<_>> = rows.iter().flat_map(|row| &row.reasons).fold(
        BTreeMap::new(),
        |mut reasons: BTreeMap<_, BTreeSet<_>>, (id, reason)| {
            reasons.entry(id).or_default().insert(reason.as_str());
            reasons
        },
    );
    for (id, reasons) in reasons {
        let _ = writeln!(out, "    {id}: {}", reasons.into_iter().collect::<Vec<_>>().join(" | "));
    }
    out
}

/// A recorded host as it was read once: its name, the report without a tier, and the file of that.
struct Read {
    host: String,
    report: Report,
    file: String,
}

/// Every recorded host, read once for a product.
fn read(product: &str) -> &'static [Read] {
    static COMETCHAT: LazyLock<Vec<Read>> = LazyLock::new(|| read_now("cometchat"));
    static ROCKETCHAT: LazyLock<Vec<Read>> = LazyLock::new(|| read_now("rocketchat"));
    if product == "cometchat" { &COMETCHAT } else { &ROCKETCHAT }
}

fn read_now(product: &str) -> Vec<Read> {
    let dir = scratch(&format!("verdicts-{product}"));
    in_parallel(&recorded_hosts(), |host| {
        let report = Check::of(product).on(host).with(&QUICK).report();
        Read { host: host.clone(), file: dir.write(&format!("{host}.json"), report.text()), report }
    })
}

/// Every host that was read, judged by a plan in one go.
fn judged(product: &str, plan: &[&str]) -> Vec<Report> {
    let hosts = read(product);
    let files: Vec<_> = hosts.iter().map(|host| host.file.as_str()).collect();
    let run = rampcheck(&[&["evaluate", "--today", DAY, "--format", "json"], plan, &files].concat());
    let Value::Array(reports) = run.json() else { panic!("not a list of reports") };
    let reports: Vec<_> = reports.into_iter().map(Report::of).collect();
    assert_eq!(reports.len(), hosts.len());
    let codes: BTreeSet<_> = reports.iter().map(Report::code).collect();
    let worst = [3, 4, 0].into_iter().find(|code| codes.contains(code)).unwrap();
    run.expect(worst);
    reports
}

/// Compares a product's table. `more` are plans beside the bare tiers.
fn table(product: &str, more: &[&str]) {
    let listed = rampcheck(&["tiers", product, "--host", &recorded("ubuntu-22.04"), "--format", "json"]).json();
    let tiers = listed.as_array().unwrap().iter().map(|tier| tier["id"].as_str().unwrap());
    let mut plans: Vec<_> = tiers.map(|id| format!("--tier {id}")).collect();
    let tiers = plans.len();
    assert!(tiers > 9, "{plans:?}");
    plans.extend(more.iter().map(|&plan| plan.to_owned()));

    let by_plan = in_parallel(&plans, |plan| judged(product, &plan.split(' ').collect::<Vec<_>>()));
    let hosts = read(product).iter().enumerate().map(|(number, Read { host, report, .. })| {
        let judged = plans.iter().zip(&by_plan).map(|(plan, reports)| Row::of(plan, &reports[number]));
        let rows: Vec<_> = judged.chain([Row::of("no tier", report)]).collect();
        shown(host, tiers, &rows)
    });
    let head = format!(
        "{product}: every recorded host as of {DAY}. After its name the ids that are the same for every tier; then plans =\n\
         exit code, verdict and what they have beside that; then what was found of each id. `RAMPCHECK_BLESS=1 cargo test --test it verdicts` rewrites this.\n\n"
    );
    expected(&format!("tests/it/expected/{product}.txt"), &(head + &hosts.collect::<Vec<_>>().join("\n")));
}

#[test]
fn cometchat() {
    table(
        "cometchat",
        &[
            "--tier qa --phase upgrade",
            "--tier qa --phase run",
            "--tier qa --deployment other",
            "--tier baseline-10k --phase run",
            "--tier baseline-10k --nodes 1",
            "--mau 30000 --pcc 20001",
        ],
    );
}

#[test]
fn rocketchat() {
    table(
        "rocketchat",
        &[
            "--tier vps-recommended --mongodb remote",
            "--tier vps-recommended --mongodb-version 7.0 --phase run",
            "--tier vps-recommended --deployment kubernetes --instances 3",
            "--tier vps-recommended --deployment other",
            "--tier vps-minimal --users 5000 --concurrent 4000",
            "--users 1500 --concurrent 100",
            "--users 90000",
        ],
    );
}

#[test]
fn facts_read_once_are_judged_as_the_host_itself_is() {
    for (product, plan) in
        [("cometchat", &["--tier", "qa"][..]), ("rocketchat", &["--tier", "vps-recommended", "--mongodb", "local"])]
    {
        let of_facts = judged(product, plan);
        let of_hosts =
            in_parallel(read(product), |read| Check::of(product).with(plan).on(&read.host).with(&QUICK).report());
        for (facts, host) in of_facts.iter().zip(&of_hosts) {
            assert_eq!(facts["findings"], host["findings"], "{}", host["host"]);
        }
    }
}

#[test]
fn every_probe_answers_for_every_fact_of_every_host() {
    for Read { host, report, .. } in read("cometchat") {
        for (name, fact) in report["facts"].as_object().unwrap() {
            let reason = fact["reason"].as_str().unwrap_or_default();
            assert!(!reason.contains("without reporting"), "{host}: {name}: {reason}");
            assert!(!reason.contains("was not recorded"), "{host}: {name}: {reason}");
            let hung = fact["why"] == "timed-out";
            let of_data = name.starts_with("storage.data.") || name == "size.storage";
            assert!(!hung || (host == "hung-nfs" && of_data), "{host}: {name}: {reason}");
        }
    }
}
