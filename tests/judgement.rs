//! Every recorded host, judged: what a person would read of each, in one table a product.
//!
//! The day is fixed, so that ends of support do not age the tests.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test reads its own files; one that cannot has failed"
)]

mod common;

use std::fs;

use common::{rampcheck, stderr, stdout};
use serde_json::Value;

const TODAY: &str = "2026-11-20";

fn hosts() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hosts");
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}")).flatten();
    let mut names: Vec<_> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Reports of a host whose data lies on a server that does not answer wait for the deadline: keep it short.
fn judge(host: &str, plan: &[&str]) -> Value {
    let folder = format!("tests/hosts/{host}");
    let mut arguments = vec!["check"];
    arguments.extend(plan);
    arguments.extend(["--host", &folder, "--today", TODAY, "--format", "json", "--timeout", "2s"]);
    let run = rampcheck(&arguments);
    assert_eq!(stderr(&run), "", "{host}");
    let report: Value = serde_json::from_str(&stdout(&run)).unwrap_or_else(|error| panic!("{host}: {error}"));
    let code = match report["verdict"].as_str() {
        Some("supported" | "supported_with_warnings") => 0,
        Some("undetermined") => 4,
        Some("unsupported") => 3,
        other => panic!("{host}: {other:?}"),
    };
    assert_eq!(run.status.code(), Some(code), "{host}");
    report
}

/// A line: host, verdict, and the ids that failed, warned or could not be told.
fn row(host: &str, report: &Value) -> String {
    let ids = |outcome: &str, level: &str| -> Vec<String> {
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        findings
            .iter()
            .filter(|finding| finding["outcome"] == outcome && (level.is_empty() || finding["level"] == level))
            .map(|finding| finding["id"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let part = |sign: &str, ids: Vec<String>| {
        if ids.is_empty() { String::new() } else { format!(" {sign}: {}", ids.join(" ")) }
    };
    format!(
        "{host} = {}{}{}{}\n",
        report["verdict"].as_str().unwrap_or_default(),
        part("fail", ids("fail", "required")),
        part("warn", ids("fail", "recommended")),
        part("unknown", ids("unknown", "")),
    )
}

fn table(plan: &[&str]) -> String {
    hosts().iter().map(|host| row(host, &judge(host, plan))).collect()
}

#[test]
fn cometchat_qa() {
    insta::assert_snapshot!(table(&["cometchat", "--tier", "qa"]), @r"
    amazon-linux-2023 = unsupported fail: os-supported compose-v2 git net-tools cpu memory warn: nofile
    backend-exposed = unsupported fail: backend-ports-private monitoring-ports-private warn: backend-ports-bound
    btrfs-luks = unsupported fail: os-supported
    centos-stream-9 = unsupported fail: os-supported cpu memory storage-size unknown: storage-media
    container-overlay = unsupported fail: os-supported compose-v2 docker-engine git jq net-tools openssl warn: os-maintained unknown: storage-media
    debian-12 = unsupported fail: os-supported compose-v2 docker-engine cpu memory storage-size port-443 port-80 warn: os-maintained docker-engine-maintained unknown: storage-media
    docker-stopped = unsupported fail: compose-v2 jq net-tools cpu memory storage-size warn: docker-engine-maintained unknown: storage-media nofile
    hdd-server = unsupported fail: storage-media
    hung-nfs = unsupported fail: memory warn: os-maintained docker-engine-maintained unknown: storage-media storage-size storage-free
    ipv6-443 = unsupported fail: cpu memory storage-size port-443 port-80 unknown: storage-media
    linux-mint-22 = unsupported fail: os-supported cpu memory warn: docker-engine-maintained
    lvm-over-ssd-and-hdd = unsupported fail: storage-media
    md-mixed = unsupported fail: storage-media
    permission-denied = unsupported fail: cpu memory storage-size port-80 unknown: docker-engine docker-engine-flavor docker-engine-maintained storage-media backend-ports-private monitoring-ports-private port-443 backend-ports-bound
    raspberry-pi-3 = unsupported fail: os-supported jq cpu memory storage-media storage-size warn: docker-engine-maintained
    rhel-10.0 = supported_with_warnings warn: docker-engine-maintained
    rhel-7.9 = unsupported fail: os-supported compose-v2 docker-engine jq openssl cpu memory warn: os-maintained unknown: storage-media
    rhel-8.10 = supported_with_warnings warn: docker-engine-maintained
    rhel-9.6 = unsupported fail: compose-v2 docker-engine docker-engine-flavor cpu memory storage-size warn: backend-ports-bound unknown: storage-media nofile
    rocky-9 = unsupported fail: os-supported cpu memory warn: docker-engine-maintained unknown: storage-media
    ubuntu-20.04 = unsupported fail: cpu memory warn: docker-engine-maintained unknown: storage-media
    ubuntu-22.04 = supported
    ubuntu-24.04 = unsupported fail: port-443 port-80
    ubuntu-25.10 = unsupported fail: os-supported compose-v2 cpu memory storage-size warn: docker-engine-maintained unknown: os-maintained storage-media
    ubuntu-26.04 = supported_with_warnings warn: os-tested
    vm-14gib = unsupported fail: memory
    vm-16gb-virtio = undetermined unknown: storage-media
    ");
}

#[test]
fn rocketchat_vps_recommended() {
    insta::assert_snapshot!(table(&["rocketchat", "--tier", "vps-recommended", "--mongodb", "local"]), @r"
    amazon-linux-2023 = unsupported fail: compose warn: os-baseline mongodb-nofile mongodb-swappiness mongodb-thp
    backend-exposed = unsupported fail: mongodb-port-private warn: mongodb-swappiness mongodb-thp mongodb-xfs backend-ports-bound
    btrfs-luks = supported_with_warnings warn: os-baseline mongodb-swappiness mongodb-xfs
    centos-stream-9 = undetermined warn: os-baseline mongodb-memory mongodb-swappiness unknown: storage-media
    container-overlay = unsupported fail: compose docker-installed warn: os-baseline os-maintained openssl-baseline mongodb-swappiness mongodb-thp mongodb-xfs unknown: storage-media
    debian-12 = unsupported fail: compose mongodb-cpu-avx warn: os-baseline os-maintained docker-engine-baseline docker-engine-maintained mongodb-memory mongodb-swappiness mongodb-xfs port-443 port-80 unknown: storage-media
    docker-stopped = unsupported fail: compose storage-size warn: docker-engine-maintained mongodb-memory mongodb-swappiness mongodb-thp mongodb-xfs unknown: storage-media mongodb-nofile
    hdd-server = unsupported fail: storage-media warn: mongodb-swappiness mongodb-thp mongodb-xfs
    hung-nfs = undetermined warn: os-maintained docker-engine-maintained mongodb-memory mongodb-swappiness mongodb-thp mongodb-xfs unknown: storage-media storage-size
    ipv6-443 = undetermined warn: mongodb-memory mongodb-swappiness mongodb-thp mongodb-xfs port-443 port-80 unknown: storage-media
    linux-mint-22 = supported_with_warnings warn: os-baseline docker-engine-maintained mongodb-swappiness mongodb-thp mongodb-xfs
    lvm-over-ssd-and-hdd = unsupported fail: storage-media warn: mongodb-swappiness mongodb-thp
    md-mixed = unsupported fail: storage-media warn: mongodb-swappiness mongodb-thp mongodb-xfs
    permission-denied = undetermined warn: mongodb-memory mongodb-swappiness mongodb-thp mongodb-xfs port-80 unknown: docker-engine-baseline docker-engine-flavor docker-engine-maintained server-version server-release-build server-version-certain server-version-ending support-source-fresh storage-media mongodb-port-private nats-port-private backend-ports-bound port-3000 port-443
    raspberry-pi-3 = unsupported fail: memory storage-media storage-size raspberry-pi warn: os-baseline docker-engine-maintained cpu-clock mongodb-memory mongodb-swappiness mongodb-xfs unknown: mongodb-thp
    rhel-10.0 = supported_with_warnings warn: docker-engine-maintained mongodb-swappiness
    rhel-7.9 = unsupported fail: compose docker-installed warn: os-baseline os-maintained openssl-baseline mongodb-nofile mongodb-swappiness unknown: storage-media
    rhel-8.10 = supported_with_warnings warn: docker-engine-maintained mongodb-memory mongodb-swappiness port-3000
    rhel-9.6 = unsupported fail: compose warn: docker-engine-baseline docker-engine-flavor mongodb-swappiness unknown: storage-media mongodb-nofile
    rocky-9 = undetermined warn: os-baseline docker-engine-maintained mongodb-memory mongodb-swappiness unknown: storage-media
    ubuntu-20.04 = unsupported fail: server-version warn: docker-engine-maintained mongodb-swappiness mongodb-thp mongodb-xfs port-3000 unknown: storage-media
    ubuntu-22.04 = supported_with_warnings warn: mongodb-memory mongodb-swappiness mongodb-thp mongodb-xfs
    ubuntu-24.04 = supported_with_warnings warn: mongodb-swappiness mongodb-thp mongodb-xfs port-443 port-80
    ubuntu-25.10 = unsupported fail: compose warn: os-baseline docker-engine-maintained mongodb-swappiness mongodb-thp mongodb-xfs unknown: os-maintained storage-media
    ubuntu-26.04 = unsupported fail: mongodb-kernel warn: mongodb-memory mongodb-swappiness mongodb-thp mongodb-xfs
    vm-14gib = supported_with_warnings warn: mongodb-memory mongodb-swappiness mongodb-thp mongodb-xfs
    vm-16gb-virtio = undetermined warn: mongodb-memory mongodb-swappiness mongodb-thp mongodb-xfs unknown: storage-media
    ");
}

#[test]
fn every_probe_answers_for_every_fact_of_every_host() {
    for host in hosts() {
        let report = judge(&host, &["cometchat", "--tier", "qa"]);
        for (name, fact) in report["facts"].as_object().unwrap_or_else(|| panic!("{host}")) {
            let reason = fact["reason"].as_str().unwrap_or_default();
            assert!(!reason.contains("without reporting"), "{host}: {name}: {reason}");
            assert!(!reason.contains("was not recorded"), "{host}: {name}: {reason}");
            let hung = fact["why"] == "timed-out";
            assert!(!hung || (host == "hung-nfs" && name.starts_with("storage.data.")), "{host}: {name}: {reason}");
        }
    }
}
