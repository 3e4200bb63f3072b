//! Embeds the packs: every file of `checks/<folder>/`, so that adding a check or a product takes no Rust. The schemas
//! and the completions of the shells, compressed. What `--version` tells of the build. And the time of the build: a clock that is earlier cannot be right.

#![allow(clippy::disallowed_methods, reason = "runs on the machine that builds, before there is a host")]

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::GzEncoder;

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
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    fs::write(out.join("packs.rs"), code)?;
    fs::write(out.join("version.txt"), version(Path::new(&root), is_release)?)?;
    let texts = ["packaging/completions", "packaging/schemas"].map(|folder| {
        println!("cargo::rerun-if-changed={folder}");
        sorted(&Path::new(&root).join(folder))
    });
    for file in texts.into_iter().collect::<io::Result<Vec<_>>>()?.concat() {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let compressed = File::create(out.join(format!("{name}.gz")))?;
        let mut compressed = GzEncoder::new(compressed, Compression::best());
        io::copy(&mut File::open(&file)?, &mut compressed)?;
        compressed.finish()?;
    }
    Ok(())
}

/// What `--version` says: the version, the commit if this is a clone, the target, and the packs. A build for development has
/// no commit, or every commit would compile all of it again.
fn version(root: &Path, is_release: bool) -> io::Result<String> {
    let variable = |name: &str| env::var(name).map_err(io::Error::other);
    let mut text = variable("CARGO_PKG_VERSION")?;
    if let Some(commit) = is_release.then(|| commit(root)).flatten() {
        let _ = write!(text, "\ncommit {commit}");
    }
    let _ = write!(text, "\ntarget {}", variable("TARGET")?);
    for file in
        sorted(&root.join("checks"))?.into_iter().map(|folder| folder.join("pack.toml")).filter(|file| file.exists())
    {
        let pack = fs::read_to_string(&file)?;
        // The head of a pack has a key a line.
        let value = |key: &str| {
            let of_key = |line: &'_ str| {
                Some(line.strip_prefix(key)?.trim().strip_prefix('=')?.trim().trim_matches('"').to_owned())
            };
            pack.lines().find_map(of_key).unwrap_or_default()
        };
        let _ = write!(text, "\npack {} {}, reviewed {}", value("product"), value("version"), value("reviewed"));
    }
    Ok(text)
}

/// The commit that is built, if the source is a clone of its own and not a part of another one.
fn commit(root: &Path) -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if git(&["rev-parse", "--show-prefix"]).is_none_or(|prefix| !prefix.is_empty()) {
        return None;
    }
    let log =
        git(&["rev-parse", "--path-format=absolute", "--git-path", "logs/HEAD"]).filter(|log| Path::new(log).exists());
    if let Some(log) = log {
        println!("cargo::rerun-if-changed={log}");
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
