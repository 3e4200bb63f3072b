//! rampcheck in a container for one program, without a view of its host: nothing of the host is judged, whatever the container
//! shows. tests/e2e/container.sh runs it in real ones.

use serde_json::Value;

use crate::support::rampcheck;

const HOST: &str = "tests/hosts/container-overlay.toml";

/// The recorded container has Debian 12, no Docker, and a free port 443: two failures and a pass, if they were the host's.
#[test]
fn nothing_is_judged_of_a_host_that_is_hidden() {
    let run = rampcheck(&["check", "cometchat", "--tier", "qa", "--host", HOST, "--format", "json"]).expect(4);
    let report = run.json();
    for id in
        ["os-supported", "docker-installed", "port-443", "cpu", "memory", "storage-size", "openssl", "git", "nofile"]
    {
        let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == id).unwrap();
        let found = finding["found"]["text"].as_str().unwrap();
        assert_eq!(finding["status"], "unknown", "{id}: {found}");
        assert!(
            found.ends_with("inside a container (docker): mount the host's root and use --root /host"),
            "{id}: {found}"
        );
    }
    assert_eq!(report["summary"]["failed"], Value::Array(Vec::new()));
    assert_eq!(report["host"]["name"], Value::Null);
    assert_eq!(report["facts"]["clock.synchronized"]["value"], true);
}

/// What a person supplies counts, as for every other fact that is unknown.
#[test]
fn what_is_attested_counts() {
    let attested = ["--attest", "docker.engine.version=29.0.0", "--only", "docker-engine"];
    rampcheck(&[&["check", "cometchat", "--tier", "qa", "--host", HOST][..], &attested].concat()).expect(0);
}

/// A system container is a host: it is judged, within its limits.
#[test]
fn a_container_that_is_a_host_is_judged() {
    let lxc = [
        "check",
        "cometchat",
        "--tier",
        "qa",
        "--host",
        "tests/hosts/ubuntu-22.04.toml",
        "--attest",
        "host.container=lxc",
    ];
    rampcheck(&[&lxc[..], &["--only", "os-supported"]].concat()).expect(0);
}
