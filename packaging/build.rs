//! Embeds the packs: every file of `checks/<product>/`, so that adding a check or a product takes no Rust; and the words in
//! them that may name facts, so that a run knows what a pack asks without reading all of it. And the time of the build: a
//! clock that is earlier cannot be right. And the unwinder goes into the program.

#![allow(clippy::disallowed_methods, reason = "runs on the machine that builds, before there is a host")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=checks");
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map(|passed| passed.as_secs()).unwrap_or_default();
    let built = env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok()).unwrap_or_else(now);
    println!("cargo::rustc-env=RAMPCHECK_BUILT={built}");
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let mut code = String::from("&[\n");
    for folder in sorted(&Path::new(&root).join("checks"))?.into_iter().filter(|path| path.is_dir()) {
        let mut names = BTreeSet::new();
        let _ = writeln!(code, "    Embedded {{ product: {:?}, files: &[", folder.file_name().unwrap_or_default());
        for file in sorted(&folder)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml")) {
            let _ = writeln!(code, "        ({:?}, include_str!({file:?})),", file.file_name().unwrap_or_default());
            names.extend(names_of_facts(&fs::read_to_string(file)?));
        }
        let _ = writeln!(code, "    ], names: &{:?} }},", Vec::from_iter(names));
    }
    code.push_str("]\n");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("packs.rs"), code)?;
    link_unwinder();
    Ok(())
}

/// Links libgcc's unwinder into the program where the C compiler has it as an archive: a run then loads one library less,
/// which is some hundredths of its time, and the program needs nothing of a host but its C library.
fn link_unwinder() {
    let of = |name: &str| env::var(name).unwrap_or_default();
    if of("CARGO_CFG_TARGET_ENV") != "gnu" || of("TARGET") != of("HOST") {
        return;
    }
    let Ok(asked) = Command::new("cc").arg("-print-file-name=libgcc_eh.a").output() else { return };
    // A compiler without it prints the bare name.
    let archive = PathBuf::from(String::from_utf8_lossy(&asked.stdout).trim());
    if let Some(folder) = archive.parent().filter(|_| archive.is_file()) {
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// Words in quotes, before the examples, that may name facts: which do, only the catalogue knows.
fn names_of_facts(text: &str) -> Vec<String> {
    let checks = text.split("\n[[example]]").next().unwrap_or_default();
    let name = |word: &&str| {
        word.contains('.')
            && word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    checks.split('"').filter(name).map(str::to_owned).collect()
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
