//! What is planned, what is assumed, and the tier that holds it.

use super::{hold, row};
use crate::support::Check;

#[test]
fn a_tier_and_numbers_are_compared() {
    hold(&[
        row(
            "the smallest VPS holds 200 users and 50 at the same time",
            "rocketchat --tier vps-minimal --users 5000 --concurrent 4000",
            "ubuntu-22.04",
            "unsupported",
            "tier-holds-plan failed",
            "vps-minimal holds 50 concurrent and 200 users, and the plan has",
        ),
        row(
            "exactly as many as the row holds are held",
            "rocketchat --tier vps-minimal --users 200 --concurrent 50",
            "ubuntu-22.04",
            "",
            "tier-holds-plan passed",
            "",
        ),
        row(
            "QA is never for production",
            "cometchat --tier qa --mau 200000 --pcc 20000",
            "ubuntu-22.04",
            "unsupported",
            "tier-holds-plan failed",
            "qa is for tests",
        ),
        row(
            "not even for a small one",
            "cometchat --tier qa --mau 100 --pcc 5",
            "ubuntu-22.04",
            "unsupported",
            "tier-holds-plan failed",
            "qa",
        ),
        row(
            "a row of the guide names users only, and a smaller row holds 100 at the same time",
            "rocketchat --tier guide-small-ha --users 1500 --concurrent 100",
            "ubuntu-22.04",
            "",
            "tier-holds-plan passed",
            "",
        ),
        row(
            "a row of 2026 says nothing of 50,000 users, and no smaller row holds them",
            "rocketchat --tier pro-ha --users 50000 --concurrent 400",
            "ubuntu-22.04",
            "undetermined",
            "tier-holds-plan unknown",
            "",
        ),
        row(
            "without numbers there is nothing to compare",
            "cometchat --tier qa",
            "ubuntu-22.04",
            "supported",
            "tier-holds-plan skipped",
            "",
        ),
    ]);
}

#[test]
fn numbers_choose_the_smallest_row_of_any_table() {
    for (numbers, tier) in [
        ("rocketchat --users 200 --concurrent 50", "vps-minimal"),
        ("rocketchat --users 201", "vps-recommended"),
        ("rocketchat --users 1000 --concurrent 300", "bare-metal"),
        ("rocketchat --users 1500", "guide-small-ha"),
        ("rocketchat --users 1500 --concurrent 100", "guide-small-ha"),
        ("rocketchat --users 300 --concurrent 250", "bare-metal"),
        ("rocketchat --users 1500 --concurrent 400", "guide-small-ha"),
        ("rocketchat --users 2001", "guide-s-microservices"),
        ("rocketchat --users 80000", "guide-l-microservices"),
        // Sizes of 2026 are for the application alone: taken if MongoDB is elsewhere, or if nothing else holds the number.
        ("rocketchat --concurrent 250", "bare-metal"),
        ("rocketchat --concurrent 250 --mongodb remote", "pro-ha"),
        ("rocketchat --concurrent 400", "pro-ha"),
        ("rocketchat --concurrent 5000", "enterprise-microservices"),
        ("cometchat --mau 10000 --pcc 500", "baseline-10k"),
        ("cometchat --mau 10000 --pcc 501", "high-concurrency-10k"),
        ("cometchat --mau 10001 --pcc 500", "baseline-25k"),
        // 1,100 of 5,000 is high concurrency, and a baseline row holds it with less.
        ("cometchat --mau 5000 --pcc 1100", "baseline-25k"),
        ("cometchat --pcc 15000", "high-concurrency-200k"),
        ("cometchat --mau 200000 --pcc 10000", "baseline-200k"),
    ] {
        let mut words = numbers.split(' ');
        let report = Check::of(words.next().unwrap()).on("ubuntu-22.04").with(&words.collect::<Vec<_>>()).report();
        assert_eq!(report["plan"]["tier"], tier, "{numbers}");
        assert_eq!(report.outcome("tier-holds-plan"), "pass", "{numbers}");
    }
}

#[test]
fn numbers_never_prevent_a_report() {
    hold(&[
        row(
            "above the last row the sizes are unknown and the rest is judged",
            "rocketchat --users 80001",
            "ubuntu-22.04",
            "undetermined",
            "cpu unknown, memory unknown, storage-size unknown",
            "Ask the vendor for a size",
        ),
        row(
            "the rest is judged",
            "rocketchat --users 80001",
            "ubuntu-22.04",
            "",
            "compose passed, mongodb-cpu-avx passed",
            "",
        ),
        row(
            "more than 20,000 peak concurrent connections are for Kubernetes and the vendor's team",
            "cometchat --pcc 20001",
            "ubuntu-22.04",
            "undetermined",
            "cpu unknown, memory unknown",
            "Deploy on Kubernetes",
        ),
        row(
            "every production installation needs SSD, the largest, too",
            "cometchat --pcc 20001",
            "hdd-server",
            "unsupported",
            "storage-media failed, cpu unknown",
            "",
        ),
        row(
            "a failure beside it still decides",
            "cometchat --pcc 20001",
            "debian-12",
            "unsupported",
            "os-supported failed",
            "",
        ),
    ]);
}

#[test]
fn the_choice_is_explained_by_the_figure_that_exceeds_a_row() {
    let text = |plan: &[&str]| {
        let report = Check::of("cometchat").on("ubuntu-22.04").with(plan).report();
        report["notes"].as_array().unwrap().iter().map(|note| note["text"].to_string()).collect::<Vec<_>>().join(" ")
    };
    let between = text(&["--mau", "10000", "--pcc", "501"]);
    assert!(
        between.contains("high-concurrency-10k is the smallest tier that holds them; baseline-10k holds only 500 pcc")
    );
    let other = text(&["--mau", "5000", "--pcc", "1100"]);
    assert!(other.contains("22.0 % of mau, which the vendor describes as high-concurrency"), "{other}");
    assert!(other.contains("baseline-25k is of the baseline table"), "{other}");
}

#[test]
fn a_node_of_a_cluster_is_not_judged_against_the_whole() {
    hold(&[
        row(
            "production sizes are totals of the cluster",
            "cometchat --tier baseline-10k",
            "ubuntu-22.04",
            "",
            "cpu skipped",
            "this node brings 8 CPUs of 32; judged over all nodes",
        ),
        row(
            "of memory, too",
            "cometchat --tier baseline-10k",
            "ubuntu-22.04",
            "",
            "memory skipped",
            "this node brings 15.6 GiB of 64 GiB",
        ),
        row(
            "every node needs SSD",
            "cometchat --tier baseline-10k",
            "hdd-server",
            "unsupported",
            "storage-media failed",
            "",
        ),
        row(
            "one node of one is the whole cluster",
            "cometchat --tier baseline-10k --nodes 1",
            "ubuntu-22.04",
            "unsupported",
            "cpu failed, memory failed",
            "",
        ),
        row("one of three is not", "cometchat --tier baseline-10k --nodes 3", "ubuntu-22.04", "", "cpu skipped", ""),
        row(
            "a tier for one host is judged on it, whatever the nodes",
            "cometchat --tier qa --nodes 3",
            "vm-14gib",
            "unsupported",
            "memory failed",
            "",
        ),
    ]);
    let node = Check::of("cometchat").tier("baseline-10k").on("ubuntu-22.04").report();
    assert_eq!(node["scope"], "node");
    let sentence = node["sentence"].as_str().unwrap();
    assert!(
        sentence.starts_with("this host qualifies as a node of CometChat on-premise, tier baseline-10k"),
        "{sentence}"
    );
    let whole = Check::of("cometchat").tier("baseline-10k").on("ubuntu-22.04").with(&["--nodes", "1"]).report();
    assert_eq!(whole["scope"], "host");
}

#[test]
fn what_is_not_said_is_assumed_as_the_vendors_standard_installation() {
    let report = Check::of("rocketchat").tier("vps-recommended").on("ubuntu-22.04").report();
    assert_eq!((&report["plan"]["deployment"], &report["plan"]["mongodb"]), (&"compose".into(), &"local".into()));
    assert_eq!(report["plan"]["assumed"], serde_json::json!(["phase", "deployment", "mongodb"]));
    let head = Check::of("rocketchat").tier("vps-recommended").on("ubuntu-22.04").expect(0).stdout;
    let head = head.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "assumed: phase install, deployment compose, MongoDB on this host",
        "in version 8.0 (needed by 9.0, the newest release",
    ] {
        assert!(head.contains(part), "{head}");
    }
    let said =
        Check::of("rocketchat").tier("vps-recommended").on("ubuntu-22.04").with(&["--mongodb", "remote"]).report();
    assert_eq!(said["plan"]["assumed"], serde_json::json!(["phase", "deployment"]));
    hold(&[
        row(
            "MongoDB needs AVX",
            "rocketchat --tier vps-recommended --attest cpu.flags=sse4_2",
            "ubuntu-22.04",
            "unsupported",
            "mongodb-cpu-avx failed",
            "",
        ),
        row(
            "elsewhere it does not concern this host",
            "rocketchat --tier vps-recommended --mongodb remote --attest cpu.flags=sse4_2",
            "ubuntu-22.04",
            "",
            "mongodb-cpu-avx skipped",
            "",
        ),
        row(
            "MongoDB 8 does not run on the first kernels of Ubuntu 26.04",
            "rocketchat --tier vps-recommended",
            "ubuntu-26.04",
            "unsupported",
            "mongodb-kernel failed",
            "",
        ),
        row(
            "two instances run on Compose unless another way is said",
            "rocketchat --tier vps-recommended --instances 2",
            "ubuntu-22.04",
            "",
            "deployment-method passed, compose passed",
            "",
        ),
        row(
            "two instances in a Swarm are not supported",
            "rocketchat --tier vps-recommended --instances 2 --deployment swarm",
            "ubuntu-22.04",
            "unsupported",
            "deployment-method failed",
            "",
        ),
        row(
            "microservices run on Kubernetes unless another way is said",
            "rocketchat --tier guide-s-microservices",
            "ubuntu-22.04",
            "",
            "microservices-method passed, compose skipped",
            "",
        ),
        row(
            "a Raspberry Pi has MongoDB elsewhere, or nobody knows",
            "rocketchat --tier small-office",
            "ubuntu-22.04",
            "undetermined",
            "mongodb-elsewhere unknown",
            "",
        ),
        row(
            "MongoDB on a Raspberry Pi is not advised",
            "rocketchat --tier small-office --mongodb local",
            "ubuntu-22.04",
            "unsupported",
            "mongodb-elsewhere failed",
            "",
        ),
        row(
            "elsewhere is right",
            "rocketchat --tier small-office --mongodb remote",
            "ubuntu-22.04",
            "",
            "mongodb-elsewhere passed",
            "",
        ),
        row("QA runs on Compose", "cometchat --tier qa", "ubuntu-22.04", "supported", "compose passed", ""),
        row(
            "a node of a Swarm needs no Compose",
            "cometchat --tier baseline-10k --attest compose.version=1.29.2",
            "ubuntu-22.04",
            "",
            "compose skipped",
            "",
        ),
    ]);
}

#[test]
fn the_mongodb_that_runs_here_counts_with_its_version() {
    let from = |plan: &[&str], host: &str| {
        let report = Check::of("rocketchat").tier("vps-recommended").on(host).with(plan).report();
        let text = |name: &str| report.fact(name)["value"].as_str().unwrap_or("none").to_owned();
        [text("mongodb.from"), text("mongodb.version")]
    };
    assert_eq!(from(&[], "ubuntu-26.04"), ["container", "8.0"], "a container of MongoDB runs there");
    assert_eq!(from(&[], "ubuntu-22.04"), ["release", "8.0"], "9.0, the newest release, needs it");
    assert_eq!(from(&["--server-version", "8.1.0"], "ubuntu-22.04"), ["release", "8.2"]);
    assert_eq!(from(&["--mongodb-version", "7.0"], "ubuntu-26.04"), ["plan", "7.0"]);
    assert_eq!(from(&["--mongodb", "remote"], "ubuntu-26.04"), ["none", "none"]);
    hold(&[
        row(
            "sizes of 2026 are for the application alone, and here runs a MongoDB, too",
            "rocketchat --tier pro-ha",
            "ubuntu-26.04",
            "unsupported",
            "mongodb-elsewhere failed, mongodb-kernel failed",
            "",
        ),
        row(
            "unless the plan says that it is not its own",
            "rocketchat --tier pro-ha --mongodb remote",
            "ubuntu-26.04",
            "supported",
            "mongodb-elsewhere passed",
            "",
        ),
    ]);
}
