//! `--measure`, on the disk of the machine that runs the tests. The device may be there to be opened or not; files are.

use std::time::{Duration, Instant};

use crate::support::{Check, rampcheck, recorded, scratch};

/// 2 s each for reads and writes, the search for files, and everything else on a busy machine.
const LONGEST: Duration = Duration::from_secs(20);

#[test]
fn a_measurement_gives_figures_and_a_conclusion_and_is_replayed() {
    let dir = scratch("measure");
    // What is read where no device may be opened.
    dir.write("large", vec![7; 80 << 20]);
    let (place, record) = (dir.to_str().unwrap(), dir.at("record.toml"));
    let started = Instant::now();
    let arguments = ["facts", "--measure", "writes", "--data-dir", place, "--format", "json", "--record", &record];
    let live = rampcheck(&arguments).expect(0).json();
    assert!(started.elapsed() < LONGEST, "{:?}", started.elapsed());
    let fact = |name: &str| &live["facts"][format!("storage.data.{name}")];
    assert_eq!(fact("measured")["value"], "writes");
    let number = |name: &str| fact(name)["value"].as_f64().unwrap_or_else(|| panic!("{name}: {}", fact(name)));
    for kind in ["read", "write"] {
        let [median, most] = ["p50", "p99"].map(|name| number(&format!("{kind}_latency_{name}")));
        assert!(0.0 < median && median <= most, "{kind}: {median} {most}");
        assert!(number(&format!("{kind}_latency_{kind}s")) >= 1.0);
    }
    assert!(["device", "files"].contains(&fact("read_latency_method")["value"].as_str().unwrap()));
    let media = fact("media");
    let known = ["ssd", "hdd", "sd-card"].contains(&media["value"].as_str().unwrap_or_default());
    let measured = media["reason"].as_str().unwrap_or_default().contains("measured: ");
    assert!(known || measured, "{media}");
    assert_eq!(dir.names(), ["large", "record.toml"], "nothing is left behind");

    let replayed = rampcheck(&["facts", "--host", &record, "--data-dir", place, "--format", "json"]).expect(0).json();
    for name in ["media", "measured", "read_latency_p50", "read_latency_p99", "write_latency_p99"] {
        assert_eq!(replayed["facts"][format!("storage.data.{name}")], *fact(name), "{name}");
    }
}

#[test]
fn only_a_disk_of_this_machine_is_measured() {
    let dir = scratch("measure-refused");
    let facts =
        dir.write("facts.json", rampcheck(&["facts", "--host", &recorded("ubuntu-22.04"), "--format", "json"]).stdout);
    let host = recorded("ubuntu-22.04");
    for (option, value, why) in [
        ("--host", host.as_str(), "a recording that was made with --measure replays its measurement anyway"),
        ("--root", "/mnt", "that tree may come from another one"),
        ("--facts", &facts, "those facts hold what was measured where they were collected"),
    ] {
        let run = Check::of("cometchat").with(&["--measure", "reads", option, value]).run();
        assert_eq!(run.code, 2, "{option}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("--measure cannot be used with {option}: ")), "{}", run.stderr);
        assert!(run.stderr.contains(why), "{}", run.stderr);
    }
    let wrong = rampcheck(&["facts", "--measure", "speed"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("[possible values: reads, writes]"), "{}", wrong.stderr);
}
