//! Which packs there are: built in, in /etc/rampcheck/packs.d, and named with `--pack`; and the `packs` command.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::unistd::geteuid;

use super::arguments::PacksCommand;
use super::exit::{Exit, Failure};
use super::output::say;
use crate::judge::run_examples;
use crate::pack::{PackError, PackFiles, Packs, load};
use crate::render::text::inert;

/// Site packs; each folder in it is one.
const SITE: &str = "/etc/rampcheck/packs.d";
/// A pack's file that is larger is not one.
const LIMIT: u64 = 1 << 20;
/// A pack with more files is not one.
const MOST_FILES: usize = 1000;

/// A folder with more entries, files of packs or not, is not one.
const MOST_ENTRIES: usize = 10_000;
/// A pack is not larger than this.
const TOTAL: usize = 8 << 20;

fn unusable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("pack {}: {error}", path.display()))
}

/// Reads the files of a pack's folder: regular files below it, and no more of them than a pack has.
fn read_folder(folder: &Path) -> Result<PackFiles, Failure> {
    let canonical = folder.canonicalize().map_err(|error| unusable(folder, &error))?;
    let name = canonical.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut files = BTreeMap::new();
    let too_much = "not a pack: more than 10,000 entries, 1000 files or 8 MiB";
    let mut total = 0;
    for (number, entry) in fs::read_dir(&canonical).map_err(|error| unusable(folder, &error))?.enumerate() {
        let path = entry.map_err(|error| unusable(folder, &error))?.path();
        if number >= MOST_ENTRIES {
            return Err(unusable(folder, &too_much));
        }
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.extension().is_none_or(|end| end != "toml") || file.starts_with('.') {
            continue;
        }
        let text = read_file(&path, &canonical).map_err(|error| unusable(&path, &error))?;
        total += text.len();
        files.insert(file, text.into());
        if files.len() > MOST_FILES || total > TOTAL {
            return Err(unusable(folder, &too_much));
        }
    }
    Ok(PackFiles { name, origin: folder.display().to_string(), files })
}

/// The text of a file of a pack. A link may lead to another place in the folder, as in a volume of Kubernetes. Opening and
/// reading never wait.
fn read_file(path: &Path, folder: &Path) -> io::Result<String> {
    const NOT_ONE: &str = "not a file of a pack: it is not a regular file in its folder, or larger than 1 MiB";
    let not_one = || io::Error::other(NOT_ONE);
    let path = path.canonicalize()?;
    if !path.starts_with(folder) {
        return Err(not_one());
    }
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOFOLLOW;
    let file = File::options().read(true).custom_flags(flags.bits()).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(not_one());
    }
    let mut text = String::new();
    file.take(LIMIT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LIMIT { Err(not_one()) } else { Ok(text) }
}

/// Whether nobody but root and `owner` can change what is in a folder: it, its files, and what stands above it.
fn is_of(owner: u32, folder: &Path) -> io::Result<bool> {
    let folder = folder.canonicalize()?;
    let files = fs::read_dir(&folder)?.take(MOST_ENTRIES).map(|entry| fs::symlink_metadata(entry?.path()));
    let inside = files.collect::<io::Result<Vec<_>>>()?;
    let above = folder.ancestors().map(fs::symlink_metadata).collect::<io::Result<Vec<_>>>()?;
    let is_trusted = |meta: &fs::Metadata| {
        const STICKY: u32 = 0o1000;
        let closed = meta.mode() & 0o022 == 0 || meta.is_symlink();
        // In a sticky folder nobody can replace what belongs to another.
        let sticky = meta.is_dir() && meta.mode() & STICKY != 0;
        [0, owner].contains(&meta.uid()) && (closed || sticky)
    };
    let sticky_itself = above.first().is_some_and(|meta| meta.mode() & 0o022 != 0);
    Ok(!sticky_itself && inside.iter().chain(&above).all(is_trusted))
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
        // Nobody named it, so root believes it only if nobody else can have written it.
        if geteuid().is_root() && !is_of(0, &folder).map_err(|error| unusable(&folder, &error))? {
            return Err(unusable(&folder, &"others than root can write it: run chown -R root and chmod -R go-w on it"));
        }
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
                let line = format!(
                    "{:<12} {:<28} {}  reviewed {}  {} checks  {} tiers  {}",
                    pack.product,
                    pack.title,
                    pack.version,
                    pack.reviewed,
                    pack.checks.len(),
                    pack.tiers.len(),
                    pack.origin
                );
                let _ = writeln!(out, "{}", inert(&line));
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn a_site_pack_is_believed_only_if_nobody_else_can_have_written_it() {
        let site = tempfile::tempdir().unwrap();
        let folder = site.path().join("product");
        fs::create_dir(&folder).unwrap();
        let file = folder.join("pack.toml");
        fs::write(&file, "").unwrap();
        let me = geteuid().as_raw();
        let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        mode(&folder, 0o755);
        mode(&file, 0o644);
        assert!(is_of(me, &folder).unwrap());
        for (path, open, closed) in [
            (&folder, 0o775, 0o755),
            (&folder, 0o1777, 0o755),
            (&file, 0o646, 0o644),
            (&site.path().into(), 0o777, 0o755),
        ] {
            mode(path, open);
            assert!(!is_of(me, &folder).unwrap(), "{} {open:o}", path.display());
            mode(path, closed);
        }
        assert!(is_of(me, &folder).unwrap());
        assert_eq!(is_of(me + 1, &folder).unwrap(), me == 0, "a folder of another user");
    }

    #[test]
    fn what_is_no_file_of_the_folder_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let canonical = folder.path().canonicalize().unwrap();
        let inside = canonical.join("inside");
        fs::write(&inside, "text").unwrap();
        let link = |target: &Path| {
            let link = canonical.join("x.toml");
            let _ = fs::remove_file(&link);
            symlink(target, &link).unwrap();
            read_file(&link, &canonical)
        };
        assert_eq!(link(&inside).unwrap(), "text");
        for target in ["/proc/kmsg", "/dev/zero", "/etc/passwd", "/nonexistent"] {
            assert!(link(target.as_ref()).is_err(), "{target}");
        }
        let fifo = canonical.join("fifo.toml");
        nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert!(read_file(&fifo, &canonical).is_err());
        for (size, fits) in [(LIMIT, true), (LIMIT + 1, false)] {
            fs::write(&inside, "#".repeat(size as usize)).unwrap();
            assert_eq!(read_file(&inside, &canonical).is_ok(), fits, "{size}");
        }
        fs::remove_file(&fifo).unwrap();
        link(&inside).unwrap_err();
        fs::remove_file(canonical.join("x.toml")).unwrap();
        for number in 0..=MOST_FILES {
            fs::write(canonical.join(format!("{number}.toml")), "").unwrap();
        }
        assert!(read_folder(&canonical).is_err(), "one file more than there may be");
        fs::remove_file(canonical.join("0.toml")).unwrap();
        assert_eq!(read_folder(&canonical).unwrap().files.len(), MOST_FILES);
        for number in 1..=8 {
            fs::write(canonical.join(format!("{number}.toml")), "#".repeat(LIMIT as usize)).unwrap();
        }
        assert!(read_folder(&canonical).is_ok());
        fs::write(canonical.join("9.toml"), "#").unwrap();
        assert!(read_folder(&canonical).is_err(), "one byte more than there may be");
    }

    #[test]
    fn other_entries_of_the_folder_are_counted_too() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.toml"), "").unwrap();
        for number in 1..10_000 {
            fs::hard_link(folder.path().join("a.toml"), folder.path().join(number.to_string())).unwrap();
        }
        assert_eq!(read_folder(folder.path()).unwrap().files.len(), 1);
        fs::write(folder.path().join("more"), "").unwrap();
        assert!(read_folder(folder.path()).is_err());
    }
}
