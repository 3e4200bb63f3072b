//! A report as metrics for the textfile collector of node_exporter.
//!
//! Base units, no timestamps on samples, no free text in labels, one HELP for each metric: a file that breaks any of these is
//! skipped by the collector, or costs another file its metric. The verdict and the status of a check are state sets: a series
//! for each state, 1 for the one that holds. A fleet has metrics of its own, `rampcheck_fleet_*`, because a host's own file may
//! lie in the same directory.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::text::inert;
use super::words;
use crate::facts::Fact;
use crate::judge::{Status, Verdict, number};
use crate::plan::Scope;
use crate::report::Report;
use crate::report::fleet::{Fleet, FleetHost, Standing};

/// Every verdict, and its word.
const VERDICTS: [(Verdict, &str); 4] = [
    (Verdict::Supported, "supported"),
    (Verdict::SupportedWithWarnings, "supported_with_warnings"),
    (Verdict::Undetermined, "undetermined"),
    (Verdict::Unsupported, "unsupported"),
];

/// The whole file.
pub fn report(report: &Report) -> String {
    let mut out = Metrics::default();
    match &report.fleet {
        None => host(&mut out, report),
        Some(fleet) => whole(&mut out, report, fleet),
    }
    out.text
}

/// The labels of product and tier.
fn labels(report: &Report) -> [Label<'_>; 2] {
    [("product", report.pack.product.as_str()), ("tier", report.tier.as_ref().map_or("", |tier| tier.id.as_str()))]
}

fn host(out: &mut Metrics, report: &Report) {
    let [product, tier] = labels(report);
    out.metric("rampcheck_verdict", "Verdict on this host: 1 for the verdict it got, 0 for every other one.");
    verdict(out, report);
    out.metric(
        "rampcheck_check_status",
        "Status of a check on this host: 1 for the status it has, 0 for every other one.",
    );
    statuses(out, report);
    sizes(out, report, product, tier);
    if let Some(until) = report.facts.get("release.until").and_then(Fact::text).and_then(end_of) {
        out.metric(
            "rampcheck_supported_until_timestamp_seconds",
            "End of the last day on which the vendor supports the release that runs here or is planned.",
        );
        out.sample(&[product], until);
    }
    let collection = &report.collection;
    out.metric("rampcheck_last_run_timestamp_seconds", "When the host was read.");
    out.sample(&[product], collection.started.as_second() as f64);
    out.metric("rampcheck_run_duration_seconds", "How long it took to read the host.");
    out.sample(&[product], collection.duration_ms as f64 / 1000.0);
    out.metric("rampcheck_report_doubts", "Reasons not to rely on what was judged, such as an edited report.");
    out.sample(&[product], report.notes.iter().filter(|note| note.is_doubt()).count() as f64);
    out.metric("rampcheck_build_info", "Version of rampcheck that judged; always 1.");
    out.sample(&[product, ("version", &report.tool.version)], 1.0);
    out.metric("rampcheck_pack_info", "Version of the pack that judged, and the day of its review; always 1.");
    pack(out, report);
}

/// The metrics of a fleet.
fn whole(out: &mut Metrics, report: &Report, fleet: &Fleet) {
    let [product, tier] = labels(report);
    out.metric("rampcheck_fleet_verdict", "Verdict on the fleet: 1 for the verdict it got, 0 for every other one.");
    verdict(out, report);
    out.metric(
        "rampcheck_fleet_check_status",
        "Status of a check over all hosts of the fleet: 1 for the status it has, 0 for every other one.",
    );
    statuses(out, report);
    out.metric("rampcheck_fleet_hosts", "Hosts of the fleet by what became of their reports; only judged ones count.");
    for state in Standing::WORDS {
        let count = fleet.hosts.iter().filter(|host| host.standing.to_string() == state).count();
        out.sample(&[product, ("state", state)], count as f64);
    }
    out.metric("rampcheck_fleet_hosts_by_verdict", "Judged hosts of the fleet by the verdict on each by itself.");
    for (verdict, word) in VERDICTS {
        let of = |host: &&FleetHost| host.said.as_ref().is_some_and(|said| said.verdict == verdict);
        let judged = fleet.hosts.iter().filter(|host| host.standing == Standing::Judged);
        out.sample(&[product, ("verdict", word)], judged.filter(of).count() as f64);
    }
    for (name, [sum, needed], [of_hosts, of_tier]) in [
        (
            "size.cpus",
            ["rampcheck_fleet_cpus", "rampcheck_fleet_required_cpus"],
            ["CPUs of all nodes that count.", "CPUs that the tier asks of all nodes together."],
        ),
        (
            "size.memory",
            ["rampcheck_fleet_memory_bytes", "rampcheck_fleet_required_memory_bytes"],
            ["Memory of all nodes that counts.", "Memory that the tier asks of all nodes together."],
        ),
        (
            "size.storage",
            ["rampcheck_fleet_storage_bytes", "rampcheck_fleet_required_storage_bytes"],
            ["Storage of all nodes that counts.", "Storage that the tier asks of all nodes together."],
        ),
    ] {
        size(out, report, name, sum, of_hosts, &[product]);
        required(out, report, name, needed, of_tier, &[product, tier]);
    }
    if let Some((first, last)) = words::read(fleet) {
        out.metric("rampcheck_fleet_first_read_timestamp_seconds", "When the host that was read first was read.");
        out.sample(&[product], first.as_second() as f64);
        out.metric("rampcheck_fleet_last_read_timestamp_seconds", "When the host that was read last was read.");
        out.sample(&[product], last.as_second() as f64);
    }
    out.metric("rampcheck_fleet_build_info", "Version of rampcheck that judged the fleet; always 1.");
    out.sample(&[product, ("version", &report.tool.version)], 1.0);
    out.metric(
        "rampcheck_fleet_pack_info",
        "Version of the pack that judged the fleet, and the day of its review; always 1.",
    );
    pack(out, report);
}

fn verdict(out: &mut Metrics, report: &Report) {
    let [product, tier] = labels(report);
    for (verdict, word) in VERDICTS {
        out.state(&[product, tier, ("verdict", word)], report.verdict == verdict);
    }
}

fn statuses(out: &mut Metrics, report: &Report) {
    let [product, _] = labels(report);
    for finding in &report.findings {
        for status in Status::ALL {
            let word = match status {
                Status::Failed => "failed",
                Status::Warning => "warning",
                Status::Unknown => "unknown",
                Status::Waived => "waived",
                Status::Passed => "passed",
                Status::Skipped => "skipped",
            };
            out.state(&[product, ("check", &finding.id), ("status", word)], finding.status() == status);
        }
    }
}

fn pack(out: &mut Metrics, report: &Report) {
    let [product, _] = labels(report);
    let reviewed = report.pack.reviewed.to_string();
    out.sample(&[product, ("version", &report.pack.version), ("reviewed", &reviewed)], 1.0);
}

/// What the host has, beside what the tier asks for. What is unknown has no sample: 0 would be a lie.
fn sizes(out: &mut Metrics, report: &Report, product: Label<'_>, tier: Label<'_>) {
    for (name, metric, help) in [
        ("size.cpus", "rampcheck_host_cpus", "CPUs of this host that count for a tier."),
        ("size.memory", "rampcheck_host_memory_bytes", "Memory of this host that counts for a tier."),
        ("size.storage", "rampcheck_host_storage_bytes", "Size of the file system that holds the data."),
        (
            "storage.data.available",
            "rampcheck_storage_free_bytes",
            "Free space on the file system that holds the data.",
        ),
    ] {
        size(out, report, name, metric, help, &[product]);
    }
    // Of a node, these are the totals of its cluster.
    let scope = match report.scope {
        Scope::Host => "host",
        Scope::Node => "node",
        Scope::Fleet => "fleet",
    };
    for (name, metric, help) in [
        ("size.cpus", "rampcheck_required_cpus", "CPUs that the tier asks for; in scope node, of all nodes together."),
        (
            "size.memory",
            "rampcheck_required_memory_bytes",
            "Memory that the tier asks for; in scope node, of all nodes together.",
        ),
        (
            "size.storage",
            "rampcheck_required_storage_bytes",
            "Storage that the tier asks for; in scope node, of all nodes together.",
        ),
    ] {
        required(out, report, name, metric, help, &[product, tier, ("scope", scope)]);
    }
}

/// A size that is known.
fn size(out: &mut Metrics, report: &Report, name: &str, metric: &'static str, help: &str, labels: &[Label<'_>]) {
    if let Some(size) = report.facts.get(name).and_then(Fact::value).and_then(number) {
        out.metric(metric, help);
        out.sample(labels, size);
    }
}

/// What the tier asks for of a size.
fn required(out: &mut Metrics, report: &Report, name: &str, metric: &'static str, help: &str, labels: &[Label<'_>]) {
    let conditions = report.findings.iter().flat_map(|finding| finding.needed.conditions());
    let of_tier = conditions.filter(|condition| condition.fact == name && condition.cell.is_some());
    if let Some(needed) = of_tier.filter_map(|condition| condition.value.as_ref().and_then(number)).reduce(f64::max) {
        out.metric(metric, help);
        out.sample(labels, needed);
    }
}

/// The end of a day in UTC, as a Unix timestamp.
fn end_of(day: &str) -> Option<f64> {
    let next = day.parse::<Date>().ok()?.tomorrow().ok()?;
    Some(next.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second() as f64)
}

/// Name and value of a label.
type Label<'a> = (&'static str, &'a str);

#[derive(Default)]
struct Metrics {
    text: String,
    name: &'static str,
}

impl Metrics {
    /// Begins a metric. Each is a gauge: the collector knows no state sets.
    fn metric(&mut self, name: &'static str, help: &str) {
        self.name = name;
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} gauge");
    }

    /// A state of a set: whether it is the one that holds.
    fn state(&mut self, labels: &[Label<'_>], holds: bool) {
        self.sample(labels, f64::from(u8::from(holds)));
    }

    /// A sample of the metric that was begun. A label without a value is left out, as Prometheus would.
    fn sample(&mut self, labels: &[Label<'_>], value: f64) {
        let shown = labels.iter().filter(|(_, value)| !value.is_empty());
        let shown: Vec<_> = shown.map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let _ = writeln!(self.text, "{}{{{}}} {value}", self.name, shown.join(","));
    }
}

/// The value of a label: foreign text, made inert.
fn escaped(text: &str) -> String {
    inert(text).replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_one_text_whatever_it_holds() {
        let mut out = Metrics::default();
        out.metric("rampcheck_x", "X.");
        out.sample(&[("a", "1\\2\"3\n4"), ("b", "")], 0.5);
        assert_eq!(out.text, "# HELP rampcheck_x X.\n# TYPE rampcheck_x gauge\nrampcheck_x{a=\"1\\\\2\\\"3 4\"} 0.5\n");
    }

    #[test]
    fn support_lasts_to_the_end_of_its_last_day() {
        assert_eq!(end_of("2026-11-30"), Some(1_796_083_200.0));
        assert_eq!(end_of("soon"), None);
    }
}
