//! Which packs there are: built in, in /etc/rampcheck/packs.d, and named with `--pack`; and the `packs` command.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::arguments::PacksCommand;
use super::exit::{Exit, Failure};
use super::output::say;
use crate::judge::run_examples;
use crate::pack::{PackError, PackFiles, Packs, load};

/// Site packs; each folder in it is one.
const SITE: &str = "/etc/rampcheck/packs.d";
/// A pack's file that is larger is not one.
const LIMIT: u64 = 1 << 20;
/// A pack with more files is not one.
const MOST_FILES: usize = 1000;

/// Reads the files of a pack's folder.
fn read_folder(folder: &Path) -> Result<PackFiles, Failure> {
    let fail = |path: &Path, error: &dyn std::fmt::Display| Failure::usage(format!("pack {}: {error}", path.display()));
    let canonical = folder.canonicalize().map_err(|error| fail(folder, &error))?;
    let name = canonical.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(&canonical).map_err(|error| fail(folder, &error))? {
        let path = entry.map_err(|error| fail(folder, &error))?.path();
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.extension().is_none_or(|end| end != "toml") || file.starts_with('.') {
            continue;
        }
        let meta = fs::metadata(&path).map_err(|error| fail(&path, &error))?;
        if !meta.is_file() || meta.len() > LIMIT || files.len() == MOST_FILES {
            return Err(fail(
                &path,
                &"not a file of a pack: it is not a regular file, is larger than 1 MiB, or is one of more than 1000",
            ));
        }
        let text = fs::read_to_string(&path).map_err(|error| fail(&path, &error))?;
        files.insert(file, text.into());
    }
    Ok(PackFiles { name, origin: folder.display().to_string(), files })
}

/// Finds the packs there are; what is named later replaces what came before.
pub fn find(named: &[PathBuf]) -> Result<Packs, Failure> {
    let mut packs = Packs::built_in();
    let mut folders: Vec<_> = match fs::read_dir(SITE) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect(),
        Err(_) => Vec::new(),
    };
    folders.sort();
    for folder in folders {
        packs.add(read_folder(&folder)?);
    }
    for folder in named {
        let files = read_folder(folder)?;
        // What is named on the command line must be a pack, even if this run judges with another.
        load(&files).map_err(|problems| Failure::usage(PackError::Unusable(problems)))?;
        packs.add(files);
    }
    Ok(packs)
}

/// Runs `packs list` and `packs validate`.
pub fn run(command: &PacksCommand) -> Result<Exit, Failure> {
    match command {
        PacksCommand::List(arguments) => {
            let mut out = String::new();
            for pack in find(&arguments.packs)?.read_all().map_err(Failure::usage)? {
                let _ = writeln!(
                    out,
                    "{:<12} {:<28} {}  reviewed {}  {} checks  {} tiers  {}",
                    pack.product,
                    pack.title,
                    pack.version,
                    pack.reviewed,
                    pack.checks.len(),
                    pack.tiers.len(),
                    pack.origin
                );
            }
            say(&out)?;
            Ok(Exit::Success)
        }
        PacksCommand::Validate { dir } => {
            let pack = load(&read_folder(dir)?).map_err(Failure::usage)?;
            let failed = run_examples(&pack);
            if !failed.is_empty() {
                let lines: Vec<_> = failed.iter().map(ToString::to_string).collect();
                return Err(Failure::usage(lines.join("\n")));
            }
            let examples: usize = pack.checks.iter().map(|check| check.examples.len()).sum();
            say(&format!(
                "{}: {} checks, {} tiers, {examples} examples, all correct\n",
                pack.product,
                pack.checks.len(),
                pack.tiers.len()
            ))?;
            Ok(Exit::Success)
        }
    }
}
