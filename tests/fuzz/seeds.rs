//! Where fuzzing begins: real samples of this tree, as each target takes them.

use std::fs;
use std::path::Path;

/// The samples of a target. `root` is the source tree.
pub fn seeds(target: &str, root: &Path) -> Vec<Vec<u8>> {
    let hosts = || folder(&root.join("tests/hosts"));
    let of_hosts = |path: &str| -> Vec<Vec<u8>> {
        hosts().iter().filter_map(|host| fs::read(host.join("files").join(path)).ok()).collect()
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
        "os_release" => of_hosts("etc/os-release").into_iter().chain(of_hosts("usr/lib/os-release")).collect(),
        "mountinfo" => of_hosts("proc/self/mountinfo").into_iter().chain(of_hosts("proc/1/mountinfo")).collect(),
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
        "docker" => hosts().iter().filter_map(|host| answers(host)).collect(),
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
fn answers(host: &Path) -> Option<Vec<u8>> {
    let table: toml::Table = fs::read_to_string(host.join("answers.toml")).ok()?.parse().ok()?;
    let all = table.get("http")?.as_array()?;
    let body = |target: &str| -> Option<String> {
        let answer = all.iter().find(|answer| answer.get("target").and_then(toml::Value::as_str) == Some(target))?;
        let value: serde_json::Value = serde_json::from_str(answer.get("body")?.as_str()?).ok()?;
        Some(value.to_string())
    };
    let lines = ["/version", "/info", "/containers/json"].map(|target| body(target).unwrap_or_default());
    Some(lines.join("\n").into_bytes())
}

fn folder(path: &Path) -> Vec<std::path::PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
}
