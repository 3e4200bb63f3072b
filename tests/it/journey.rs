//! The way of a report: a customer collects and redacts, support verifies, shows, judges against a higher tier and compares
//! with a later report.

use std::path::Path;

use serde_json::Value;

use crate::support::{DAY, Folder, Report, Run, command, recorded, scratch};

/// One side: a folder of its own, and rampcheck run in it.
struct Side(Folder);

impl Side {
    fn new(name: &str) -> Self {
        Self(scratch(&format!("journey-{name}")))
    }

    fn run(&self, arguments: &[&str], code: i32) -> String {
        Run::of(command(arguments).current_dir(&*self.0)).expect(code).stdout
    }

    fn json(&self, arguments: &[&str], code: i32) -> Value {
        serde_json::from_str(&self.run(&[arguments, &["--format", "json"]].concat(), code)).unwrap()
    }

    /// What arrives on the other side.
    fn send(&self, file: &str, to: &Side) -> String {
        let name = Path::new(file).file_name().unwrap().to_str().unwrap();
        std::fs::copy(file, to.0.at(name)).unwrap();
        name.to_owned()
    }
}

#[test]
fn from_the_customers_host_to_the_supports_answer_and_back() {
    let (customer, support) = (Side::new("customer"), Side::new("support"));
    let collect = |host: &str, folder: &str, code: i32| {
        let arrived = scratch(&format!("journey-customer/{folder}"));
        let place = format!("{}/{}", env!("CARGO_MANIFEST_DIR"), recorded(host));
        let output = format!("json={folder}/");
        let redact = ["--redact", "strict", "--redact-map", "names.json", "--output", &output];
        let check = ["check", "cometchat", "--tier", "qa", "--host", &place, "--today", DAY];
        customer.run(&[&check[..], &redact].concat(), code);
        arrived.only_file().to_str().unwrap().to_owned()
    };

    // The customer: one command, one file without names.
    let first = collect("vm-14gib", "first", 3);
    let name = customer.send(&first, &support);
    assert!(name.starts_with("rampcheck-report-host-1-") && name.ends_with("-redacted-strict.json"), "{name}");
    let sent = std::fs::read_to_string(&first).unwrap();
    assert!(!sent.contains("chat-17") && !sent.contains("example.net"), "{sent}");

    // Support: is it what was written, what does it say, and would the next tier do?
    assert!(support.run(&["verify", &name], 0).contains("To be relied on"));
    let shown = support.run(&["show", &name], 0);
    assert!(shown.starts_with("UNSUPPORTED: "), "{shown}");
    assert!(shown.contains("host-1") && shown.contains("; redacted: names, ids and"), "{shown}");
    assert!(support.run(&["show", "--ticket", &name], 0).contains("Failed: memory: found 14 GiB installed"));
    let higher = Report::read(
        &support.json(&["evaluate", &name, "--tier", "baseline-10k", "--nodes", "1", "--today", DAY], 3).to_string(),
    );
    assert_eq!(higher.ids("failed"), ["cpu", "memory"]);
    assert_eq!((&higher["tier"]["id"], &higher["redaction"]), (&"baseline-10k".into(), &"strict".into()));

    // The customer puts it right (a larger machine), and sends again, under the same stand-ins where it is the same.
    let second = collect("ubuntu-22.04", "second", 0);
    let later = customer.send(&second, &support);
    assert!(later.starts_with("rampcheck-report-host-2-"), "{later}");
    let diff = support.json(&["diff", &name, &later], 0);
    assert_eq!((&diff["old"]["verdict"], &diff["new"]["verdict"]), (&"unsupported".into(), &"supported".into()));
    assert_eq!((&diff["findings"][0]["id"], &diff["findings"][0]["change"]), (&"memory".into(), &"fixed".into()));
    assert!(support.run(&["diff", &name, &later], 0).contains("Verdict UNSUPPORTED before, SUPPORTED now"));

    // Only the customer can tell who host-1 is.
    let names: Value = serde_json::from_str(&std::fs::read_to_string(customer.0.at("names.json")).unwrap()).unwrap();
    assert_eq!(names["host"]["chat-17.example.net"], "host-1");
    assert_eq!(names["host"]["chat-2.example.net"], "host-2");

    // On the way, somebody helps the verdict along.
    support.0.write(&name, sent.replace("\"outcome\": \"fail\"", "\"outcome\": \"pass\""));
    assert!(support.run(&["verify", &name], 2).contains("EDITED or damaged"));
}
