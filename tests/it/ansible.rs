//! The program as a module of Ansible, and the collection that stands beside it: the same options, and the same version.

use std::collections::BTreeSet;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::support::{DAY, Folder, Run, rampcheck, recorded, scratch};

/// Runs the program as Ansible does, with these options.
fn task(folder: &Folder, options: &Value) -> Value {
    let mut options = options.clone();
    let own = json!({ "_ansible_check_mode": false, "_ansible_version": "2.19.14", "_ansible_no_log": false });
    for (key, value) in own.as_object().unwrap() {
        options.as_object_mut().unwrap().entry(key).or_insert(value.clone());
    }
    let file = folder.write("args", options.to_string());
    rampcheck(&[&file]).expect(0).json()
}

/// Options that judge a recorded host, and these.
fn of(host: &str, more: Value) -> Value {
    let mut options = json!({ "product": "cometchat", "tier": "qa", "today": DAY, "host": recorded(host) });
    options.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    options
}

#[test]
fn a_task_gets_the_report_and_what_it_says() {
    let folder = scratch("module");
    let result = task(&folder, &of("debian-12", json!({})));
    assert_eq!(
        (&result["changed"], &result["failed"], &result["verdict"]),
        (&json!(false), &Value::Null, &json!("unsupported"))
    );
    assert_eq!(result["report"]["schema"], "urn:rampcheck:report:1");
    assert_eq!(result["report"]["verdict"], result["verdict"]);
    for member in ["findings", "summary"] {
        assert_eq!(result[member], result["report"][member]);
    }
    assert_eq!(result["msg"], result["report"]["sentence"]);
    let report = folder.write("report.json", result["report"].to_string());
    rampcheck(&["verify", &report]).expect(0);
}

#[test]
fn values_may_be_texts_as_in_an_ad_hoc_command() {
    let folder = scratch("module-texts");
    let spelled = [
        json!({ "mau": "25k", "pcc": "1250", "strict": "yes", "tier": null, "only": "docker-engine,openssl" }),
        json!({ "mau": 25000, "pcc": 1250, "strict": true, "only": ["docker-engine", "openssl"] }),
        json!({ "number": { "mau": 25000, "pcc": 1250 }, "strict": 1, "only": ["docker-engine,openssl"] }),
        json!({ "number": ["mau=25k", "pcc=1250"], "strict": "True", "only": "docker-engine,openssl", "online": "false" }),
    ];
    let plans = spelled.map(|more| {
        let mut options = of("ubuntu-24.04", more);
        options["tier"] = Value::Null;
        let result = task(&folder, &options);
        assert_eq!(result["report"]["findings"].as_array().unwrap().len(), 2, "{}", result["msg"]);
        (result["report"]["plan"].clone(), result["report"]["tier"].clone())
    });
    assert_eq!(plans[0].0["strict"], true);
    for plan in &plans[1..] {
        assert_eq!(*plan, plans[0]);
    }
}

#[test]
fn waivers_attestations_and_files_are_dictionaries_or_lists() {
    let folder = scratch("module-pairs");
    let (json, html) = (folder.at("report.json"), folder.at("page.html"));
    let more = json!({
        "waive": { "memory": "grows next week = soon" },
        "attest": ["storage.data.media=ssd"],
        "output": { "json": json, "html": html },
    });
    let result = task(&folder, &of("vm-14gib", more.clone()));
    assert_eq!(result["summary"]["waived"], json!(["memory"]));
    assert_eq!(result["report"]["plan"]["waivers"][0]["reason"], "grows next week = soon");
    assert_eq!(folder.names(), ["args", "page.html", "report.json"]);

    let folder = scratch("module-check-mode");
    let mut more = more;
    more["_ansible_check_mode"] = json!(true);
    more["output"] = json!({ "json": folder.at("report.json") });
    more["redact_map"] = json!(folder.at("map"));
    more["redact"] = json!("strict");
    let result = task(&folder, &of("vm-14gib", more));
    assert_eq!(result["summary"]["waived"], json!(["memory"]));
    assert_eq!(folder.names(), ["args"], "check mode writes nothing");
}

#[test]
fn what_cannot_be_used_fails_the_task_and_says_why() {
    let folder = scratch("module-wrong");
    for (more, kind, words) in [
        (json!({ "teir": "qa" }), "usage", "`teir` is not an option of this task (did you mean `tier`?)"),
        (json!({ "format": "html" }), "usage", "`format` is not an option of this task"),
        (json!({ "data-dir": "/srv" }), "usage", "`data-dir` is not an option of this task (did you mean `data_dir`?)"),
        (json!({ "strict": "perhaps" }), "usage", "strict: must be true or false"),
        (json!({ "tier": ["qa"] }), "usage", "tier: must be a text or a number"),
        (json!({ "mau": true }), "usage", "mau: must be a text or a number"),
        (json!({ "only": [{}] }), "usage", "only: must be a list of texts"),
        (json!({ "waive": { "memory": [] } }), "usage", "waive: must be a dictionary of texts"),
        (json!({ "waive": "memory" }), "usage", "write ID=REASON"),
        (json!({ "mau": "many" }), "usage", "many"),
        (json!({ "tier": "gold" }), "usage", "gold"),
        (json!({ "product": "--version" }), "usage", "--version"),
        (json!({ "host": "/nowhere.toml" }), "usage", "/nowhere.toml"),
    ] {
        let result = task(&folder, &of("vm-14gib", more));
        let told = (&result["failed"], &result["changed"], &result["error"]["kind"], &result["error"]["exit_code"]);
        assert_eq!(told, (&json!(true), &json!(false), &json!(kind), &json!(2)), "{words}");
        let message = result["msg"].as_str().unwrap();
        assert!(message.contains(words) && !message.starts_with("error"), "missing: {words}\n{message}");
        assert!(result.get("report").is_none());
    }
    let both = task(&folder, &json!({ "teir": "qa", "strict": [] }))["msg"].to_string();
    assert!(both.contains("teir") && both.contains("strict: "), "every problem is told: {both}");
}

#[test]
fn only_a_file_of_ansible_is_a_task() {
    let folder = scratch("module-usage");
    let good = json!({ "_ansible_check_mode": false, "product": "nothing" }).to_string();
    let file = folder.write("args", &good);
    assert_eq!(rampcheck(&[&file]).expect(0).json()["failed"], true, "this one is a task");
    symlink(&file, folder.join("link")).unwrap();
    let refused = |arguments: &[&str]| -> Run { rampcheck(arguments).refused("unrecognized subcommand") };
    refused(&[&folder.at("link")]);
    refused(&[&file, &file]);
    refused(&[&folder.at("nothing")]);
    refused(&[folder.to_str().unwrap()]);
    refused(&["/dev/null"]);
    let current = std::env::current_dir().unwrap();
    if let Ok(relative) = std::path::Path::new(&file).strip_prefix(current) {
        refused(&[relative.to_str().unwrap()]);
    }
    for content in
        ["", "null", "[{\"_ansible_x\": 1}]", "{\"product\": \"cometchat\"}", "{\"_ansible_x\": 1", "_ansible_"]
    {
        refused(&[&folder.write("other", content)]);
    }
    refused(&[&folder.write("other", format!("{}{good}", " ".repeat(5 << 20)))]);
    // A report is no task, whoever it is from.
    let report = rampcheck(&["check", "cometchat", "--host", &recorded("vm-14gib"), "--format", "json"]).stdout;
    refused(&[&folder.write("other", report)]);
}

/// A file of the collection.
fn collection(name: &str) -> String {
    let path = format!("{}/packaging/ansible/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_module_has_every_option_of_check() {
    let module = collection("plugins/modules/rampcheck_info.py");
    let documented = module.split("\noptions:\n").nth(1).unwrap().lines().take_while(|line| line.starts_with(' '));
    let documented: BTreeSet<_> = documented
        .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':').filter(|name| !name.starts_with(' ')))
        .map(str::to_owned)
        .collect();
    let help = rampcheck(&["check", "--help"]).expect(0).stdout;
    let long = |line: &str| {
        let option = line.trim_start().split_inclusive(' ').find(|word| word.starts_with("--"))?;
        let end = option[2..]
            .find(|sign: char| sign != '-' && !sign.is_ascii_lowercase())
            .map_or(option.len(), |end| end + 2);
        Some(option[2..end].replace('-', "_"))
    };
    let mut options: BTreeSet<_> = help
        .lines()
        .skip_while(|line| *line != "Options:")
        .take_while(|line| *line != "Examples:")
        .filter(|line| line.trim_start().starts_with('-'))
        .filter_map(long)
        .collect();
    // The result is one JSON document, and nobody looks at it. What changed since an earlier report, `diff` says.
    for left_out in ["format", "verbose", "quiet", "preview", "changed_since", "color", "help"] {
        assert!(options.remove(left_out), "{left_out}");
    }
    // What is said without a name, and what concerns the controller and the way to the host.
    options.extend(["product", "program", "binary_dir", "report_dir", "plan_content"].map(str::to_owned));
    assert_eq!(documented, options);
}

#[test]
fn the_collection_has_the_version_of_the_program() {
    let version = env!("CARGO_PKG_VERSION");
    let has = |file: &str, line: &str| assert!(collection(file).lines().any(|found| found == line), "{file}: {line}");
    has("galaxy.yml", &format!("version: {version}"));
    has("roles/install/defaults/main.yml", &format!("rampcheck_install_version: \"{version}\""));
}
