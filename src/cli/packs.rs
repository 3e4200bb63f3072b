//! Which packs there are: built in, in /etc/rampcheck/packs.d, and named with `--pack`; and the `packs` command.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::arguments::PacksCommand;
use super::exit::{Exit, Failure};
use super::output::say;
use crate::check::{BUILT_IN, Pack, PackFiles, Problems, ask_unread, builtin, load, load_without_examples};
use crate::evaluate::run_examples;
use crate::facts::Questions;
use crate::facts::catalogue::nearest;

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
            return Err(fail(&path, &"not a check: no regular file, larger than 1 MiB, or one of more than 1000"));
        }
        let text = fs::read_to_string(&path).map_err(|error| fail(&path, &error))?;
        files.insert(file, text.into());
    }
    Ok(PackFiles { name, origin: folder.display().to_string(), files })
}

/// The packs there are, by product, none of them read yet.
pub struct Packs(BTreeMap<String, PackFiles>);

impl Packs {
    /// Finds them; what is named later replaces what came before.
    pub fn find(named: &[PathBuf]) -> Result<Self, Failure> {
        let mut packs: BTreeMap<_, _> = builtin().into_iter().map(|files| (files.name.clone(), files)).collect();
        let mut folders: Vec<_> = match fs::read_dir(SITE) {
            Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect(),
            Err(_) => Vec::new(),
        };
        folders.sort();
        folders.extend(named.iter().cloned());
        for folder in folders {
            let files = read_folder(&folder)?;
            packs.insert(files.name.clone(), files);
        }
        Ok(Self(packs))
    }

    /// Reads all of them.
    pub fn read(&self) -> Result<Vec<Pack>, Failure> {
        let mut packs = Vec::new();
        let mut problems = Vec::new();
        for files in self.0.values() {
            match read(files) {
                Ok(pack) => packs.push(pack),
                Err(found) => problems.push(found.to_string()),
            }
        }
        if problems.is_empty() { Ok(packs) } else { Err(unusable(&problems.join("\n"))) }
    }

    /// Reads the one of a product.
    pub fn read_one(&self, product: &str) -> Result<Pack, Failure> {
        let files = self.0.get(product).ok_or_else(|| unknown(product, self.0.keys().map(String::as_str)))?;
        read(files).map_err(|problems| unusable(&problems.to_string()))
    }

    /// What all packs ask of a host, so that its facts can be judged for any of them later; `known` was read before.
    pub fn questions(&self, known: Option<&Pack>) -> Result<Questions, Failure> {
        let mut questions = Questions { now: Some(Timestamp::now()), ..Questions::default() };
        for files in self.0.values() {
            match known.filter(|pack| pack.product == files.name) {
                Some(pack) => pack.ask(&mut questions),
                None if files.origin == BUILT_IN => ask_unread(files, &mut questions),
                None => read(files).map_err(|problems| unusable(&problems.to_string()))?.ask(&mut questions),
            }
        }
        Ok(questions)
    }
}

/// Reads a pack; the examples of those in the binary were run by the tests.
fn read(files: &PackFiles) -> Result<Pack, Problems> {
    if files.origin == BUILT_IN { load_without_examples(files) } else { load(files) }
}

fn unusable(problems: &str) -> Failure {
    Failure::usage(format!("these packs cannot be used:\n{problems}"))
}

fn unknown<'p>(product: &str, products: impl Iterator<Item = &'p str> + Clone) -> Failure {
    let hint = nearest(product, products.clone()).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default();
    let names: Vec<_> = products.collect();
    Failure::usage(format!("there is no product `{product}`{hint}; products: {}", names.join(", ")))
}

/// Finds and reads every pack.
pub fn all(named: &[PathBuf]) -> Result<Vec<Pack>, Failure> {
    Packs::find(named)?.read()
}

/// The pack of a product.
pub fn of_product<'p>(packs: &'p [Pack], product: &str) -> Result<&'p Pack, Failure> {
    let products = packs.iter().map(|pack| pack.product.as_str());
    packs.iter().find(|pack| pack.product == product).ok_or_else(|| unknown(product, products))
}

/// Runs `packs list` and `packs validate`.
pub fn run(command: &PacksCommand) -> Result<Exit, Failure> {
    match command {
        PacksCommand::List(arguments) => {
            let mut out = String::new();
            for pack in all(&arguments.packs)? {
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
                "{}: {} checks, {} tiers, {examples} examples, all as they should be\n",
                pack.product,
                pack.checks.len(),
                pack.tiers.len()
            ))?;
            Ok(Exit::Success)
        }
    }
}
