//! The direction of dependencies: host <- probe -> facts <- check <- evaluate <- report <- render, and `cli` sees all.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test reads its own files; one that cannot has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// Module, and the modules of this crate that it may use.
const MAY_USE: [(&str, &[&str]); 9] = [
    ("facts", &[]),
    ("host", &[]),
    ("probe", &["facts", "host"]),
    ("check", &["facts"]),
    ("evaluate", &["facts", "check"]),
    ("verdict", &["check", "evaluate"]),
    ("report", &["facts", "check", "evaluate", "verdict"]),
    ("render", &["facts", "check", "evaluate", "verdict", "report"]),
    ("main", &["cli"]),
];

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn no_module_looks_against_the_direction_of_the_data() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in files {
        let inside = file.strip_prefix(&root).unwrap_or(&file);
        let first = inside.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let module = first.unwrap_or_default().trim_end_matches(".rs").to_owned();
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else { continue };
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        // Unit tests may build on whatever helps them.
        let code = text.split("#[cfg(test)]").next().unwrap_or(&text);
        for used in code.match_indices("crate::").map(|(at, word)| &code[at + word.len()..]) {
            seen += 1;
            let used: String = used.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if !used.is_empty() && used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{} uses {used}", inside.display()));
            }
        }
    }
    assert!(seen > 30, "the test no longer sees the code");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
