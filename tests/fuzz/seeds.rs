//! Where fuzzing begins: real samples of this tree, as each target takes them.

use std::fs;
use std::path::Path;

use rampcheck::host::{Endpoint, Host, READ_LIMIT, Recorded};

/// The samples of a target. `root` is the source tree.
pub fn seeds(target: &str, root: &Path) -> Vec<Vec<u8>> {
    let hosts = || folder(&root.join("tests/hosts")).into_iter().filter_map(|host| Recorded::load(&host).ok());
    let of_hosts = |path: &str| -> Vec<Vec<u8>> {
        hosts().filter_map(|host| host.read(Path::new(path), READ_LIMIT).ok()).collect()
    };
    match target {
        "report" => folder(&root.join("tests/reports")).iter().filter_map(|file| fs::read(file).ok()).collect(),
        "pack" => {
            let products = ["cometchat", "rocketchat"].map(|product| folder(&root.join("checks").join(product)));
            let seed = |file: &std::path::PathBuf| {
                let name = file.file_name()?.to_str()?;
                // Every check stands for the one check of the pack that the target keeps.
                let text = fs::read_to_string(file).ok()?;
                let id = format!("id = \"{}\"", name.strip_suffix(".toml")?);
                Some(format!("# {name}\n{}", text.replacen(&id, "id = \"cpu\"", 1)).into_bytes())
            };
            products.iter().flatten().filter_map(seed).collect()
        }
        "os_release" => of_hosts("/etc/os-release"),
        "mountinfo" => of_hosts("/proc/self/mountinfo"),
        "version" => [
            ">=24\n20.10.24+dfsg1",
            ">=1.1, <3\n1.1.1w",
            "=24\n18.06.1-ce",
            ">=6.19, <7.0.14\n6.8.0-88-generic",
            "<=5\nv2.26.1",
            ">2\n5.15.0-91-generic",
            "20.04",
            "99999999999999999999.1",
        ]
        .map(|text| text.as_bytes().to_vec())
        .into(),
        "docker" => hosts().filter_map(|host| answers(&host)).collect(),
        "jwt" => {
            // A token of the right form that nobody signed, alone and as servers and services hand it on.
            let token = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0aW1lc3RhbXAiOiIyMDI2LTExLTAxVDAwOjAwOjAwWiIsInZlcnNpb25zIjpbXX0.AAAA";
            let served = format!("{{\"version\":\"8.5\",\"supportedVersions\":{{\"signed\":\"{token}\"}}}}");
            [
                token.to_owned(),
                format!("{{\"signed\":\"{token}\"}}"),
                format!("\"{token}\""),
                served,
                "{\"version\":\"8.5\"}".to_owned(),
            ]
            .map(String::into_bytes)
            .into()
        }
        _ => Vec::new(),
    }
}

/// What a recorded engine answered, a line for each question.
fn answers(host: &Recorded) -> Option<Vec<u8>> {
    let engine = Endpoint::Unix("/var/run/docker.sock".into());
    let body = |target: &str| -> Option<String> {
        let value: serde_json::Value = serde_json::from_str(&host.get(&engine, target).ok()?.body).ok()?;
        Some(value.to_string())
    };
    let lines = ["/version", "/info", "/containers/json"].map(body);
    lines[0].is_some().then(|| lines.map(Option::unwrap_or_default).join("\n").into_bytes())
}

fn folder(path: &Path) -> Vec<std::path::PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
}
