//! The kind of disk and the speed of writes, as `--measure` finds them. What was measured stands in copies of a recorded host.

use crate::support::{Check, Report, recorded, scratch};

/// Random reads of the disk, in microseconds: from the fastest to the slowest, and the second read of each place.
type Reads = (u64, u64, u64);

/// A copy of a recorded host with a measurement of its disk, and of 100 writes that all take as long.
fn measured(name: &str, host: &str, reads: Option<Reads>, writes: Option<u64>) -> String {
    let list = |times: Vec<u64>| times.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let mut text = std::fs::read_to_string(recorded(host)).unwrap() + "\n[measurements]\n";
    if let Some((fastest, slowest, again)) = reads {
        let first = list((0..200).map(|step| fastest + (slowest - fastest) * step / 199).collect());
        let again = list(vec![again; 200]);
        text += &format!("'device /dev/vda' = {{ size = 100000000000, first = [{first}], again = [{again}] }}\n");
    }
    if let Some(time) = writes {
        text += &format!("'writes /var/lib/docker' = {{ first = [{}] }}\n", list(vec![time; 100]));
    }
    scratch(name).write("host.toml", text)
}

fn report(product: &str, tier: &str, host: &str) -> Report {
    Check::of(product).tier(tier).with(&["--host", host]).report()
}

#[test]
fn a_virtual_disk_that_reads_like_flash_is_an_ssd_and_one_that_turns_is_not() {
    let cases: [(&str, Reads, &str, &str); 5] = [
        ("flash", (300, 900, 600), "pass", "ssd"),
        ("rotating", (4000, 16_000, 150), "fail", "hdd"),
        ("between", (1500, 3500, 1500), "unknown", ""),
        ("throttled", (9900, 10_100, 10_000), "unknown", ""),
        ("cached", (40, 60, 45), "unknown", ""),
    ];
    for (name, reads, outcome, media) in cases {
        let host = measured(&format!("measure-{name}"), "vm-16gb-virtio", Some(reads), None);
        for (product, tier) in [("cometchat", "qa"), ("rocketchat", "vps-minimal")] {
            let report = report(product, tier, &host);
            assert_eq!(report.outcome("storage-media"), outcome, "{name}, {product}: {}", report.text());
            assert_eq!(report.fact("storage.data.media")["value"].as_str().unwrap_or_default(), media, "{name}");
            assert_eq!(report.outcome("storage-write-latency"), "skipped", "{name}: only reads were measured");
        }
    }
}

#[test]
fn whoever_does_not_know_the_kind_of_disk_is_told_to_measure_and_then_to_ask() {
    let fix = |host: &str| {
        let report = report("cometchat", "qa", host);
        let findings = report["findings"].as_array().unwrap().clone();
        let media = findings.into_iter().find(|finding| finding["id"] == "storage-media").unwrap();
        media["fix"]["text"].as_str().unwrap().to_owned()
    };
    assert!(fix(&recorded("vm-16gb-virtio")).starts_with("Run it again with --measure"));
    let unclear = measured("measure-unclear", "vm-16gb-virtio", Some((1500, 3500, 1500)), None);
    assert!(fix(&unclear).starts_with("Ask whoever runs the storage"));
}

#[test]
fn writes_should_reach_the_disk_within_10_ms() {
    for (time, outcome, status) in [(9_900, "pass", "passed"), (10_000, "pass", "passed"), (10_100, "fail", "warning")]
    {
        let host = measured(&format!("measure-writes-{time}"), "vm-16gb-virtio", Some((300, 900, 600)), Some(time));
        for (product, tier) in [("cometchat", "qa"), ("rocketchat", "vps-minimal")] {
            let finding = report(product, tier, &host).finding("storage-write-latency");
            assert_eq!((finding.outcome.as_str(), finding.status.as_str()), (outcome, status), "{time} {product}");
        }
    }
}

#[test]
fn nothing_is_said_of_writes_that_nobody_measured() {
    let report = Check::of("cometchat").tier("qa").on("vm-16gb-virtio").report();
    assert_eq!(report.outcome("storage-write-latency"), "skipped");
    assert_eq!(report.finding("storage-write-latency").because, "does not apply: nothing was measured (--measure)");
}

#[test]
fn an_attested_medium_goes_before_a_measured_one() {
    let host = measured("measure-attested", "vm-16gb-virtio", Some((4000, 16_000, 150)), None);
    let check = Check::of("cometchat").tier("qa").with(&["--host", &host, "--attest", "storage.data.media=ssd"]);
    assert_eq!(check.report().outcome("storage-media"), "pass");
}

#[test]
fn a_volume_that_its_provider_sells_as_both_is_not_called_an_ssd() {
    for (host, outcome) in [("amazon-linux-2023", "unknown"), ("ubuntu-20.04", "pass")] {
        let report = Check::of("rocketchat").tier("vps-minimal").on(host).report();
        assert_eq!(report.outcome("storage-media"), outcome, "{host}");
    }
}
