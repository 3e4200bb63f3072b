//! Embeds the packs: every file of `checks/<folder>/`, so that adding a check or a product takes no Rust. And the time of the
//! build: a clock that is earlier cannot be right.

#![allow(clippy::disallowed_methods, reason = "runs on the machine that builds, before there is a host")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs, io};

#[path = "../src/pack/validate/before_examples.rs"]
mod before_examples;
use before_examples::before_examples;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=checks");
    println!("cargo::rerun-if-changed=src/pack/validate/before_examples.rs");
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map(|passed| passed.as_secs()).unwrap_or_default();
    let built = env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok()).unwrap_or_else(now);
    println!("cargo::rustc-env=RAMPCHECK_BUILT={built}");
    // A program that is installed need not carry what only the tests run.
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let mut code = String::from("&[\n");
    for folder in sorted(&Path::new(&root).join("checks"))?.into_iter().filter(|path| path.is_dir()) {
        let _ = writeln!(code, "    ({:?}, &[", folder.file_name().unwrap_or_default());
        for file in sorted(&folder)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml")) {
            let text = fs::read_to_string(&file)?;
            let text = if is_release { before_examples(&text) } else { &text };
            let _ = writeln!(code, "        ({:?}, {text:?}),", file.file_name().unwrap_or_default());
        }
        code.push_str("    ]),\n");
    }
    code.push_str("]\n");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("packs.rs"), code)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
