//! Which packs there are: built in, in /etc/rampcheck/packs.d, and named with `--pack`; and the `packs` command.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::arguments::{Format, PacksCommand, SITE};
use super::exit::{Exit, Failure};
use super::output::say;
use super::{input, install};
use crate::judge::run_examples;
use crate::pack::{COMMON, Installed, MOST_BYTES, MOST_FILES, PackError, PackFiles, Packs, RECORD, load};
use crate::render::json::json;
use crate::render::packs::{Listed, table};
use crate::render::text::Style;

/// A folder with more entries, files of packs or not, is not one.
const MOST_ENTRIES: usize = 10_000;
/// How often a folder is read again that another one takes the place of meanwhile.
const TRIES: usize = 10;

fn unusable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("pack {}: {error}", path.display()))
}

/// Reads the files of a pack's folder: regular files below it, and no more of them than a pack has.
pub fn read_folder(folder: &Path) -> Result<PackFiles, Failure> {
    of_one(folder, || read_once(folder))
}

/// What is read of a folder: all of it is of one folder, also if `packs install` replaces it meanwhile.
fn of_one<T>(folder: &Path, read: impl Fn() -> Result<T, Failure>) -> Result<T, Failure> {
    let inode = || fs::metadata(folder).map(|meta| (meta.dev(), meta.ino())).ok();
    let mut last = (inode(), read());
    for _ in 0..TRIES {
        if last.0 == inode() {
            break;
        }
        last = (inode(), read());
    }
    last.1
}

fn read_once(folder: &Path) -> Result<PackFiles, Failure> {
    let canonical = folder.canonicalize().map_err(|error| unusable(folder, &error))?;
    let name = canonical.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut room = Room { entries: MOST_ENTRIES, files: MOST_FILES, bytes: MOST_BYTES };
    let files = room.files(folder, &canonical)?;
    let common = folder.join(COMMON);
    let common = if common.is_dir() { room.files(&common, &canonical)? } else { BTreeMap::new() };
    let record = folder.join(RECORD);
    let installed = if record.exists() {
        Installed::read(&read_file(&record, &canonical).map_err(|error| unusable(&record, &error))?)
    } else {
        None
    };
    Ok(PackFiles { name, origin: folder.display().to_string(), files, common, installed })
}

/// What the folders of a pack may still hold.
struct Room {
    entries: usize,
    files: usize,
    bytes: usize,
}

impl Room {
    /// The files of a pack in one folder.
    fn files(&mut self, folder: &Path, pack: &Path) -> Result<BTreeMap<String, Cow<'static, str>>, Failure> {
        let too_much = || unusable(folder, &"not a pack: more than 10,000 entries, 1000 files or 8 MiB");
        let take = |from: &mut usize, count| from.checked_sub(count).map(|left| *from = left).ok_or_else(too_much);
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(|error| unusable(folder, &error))? {
            let path = entry.map_err(|error| unusable(folder, &error))?.path();
            take(&mut self.entries, 1)?;
            let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if path.extension().is_none_or(|end| end != "toml") || file.starts_with('.') {
                continue;
            }
            take(&mut self.files, 1)?;
            let text = read_file(&path, pack).map_err(|error| unusable(&path, &error))?;
            take(&mut self.bytes, text.len())?;
            files.insert(file, text.into());
        }
        Ok(files)
    }
}

/// The text of a file of a pack.
fn read_file(path: &Path, folder: &Path) -> io::Result<String> {
    input::inside(path, folder, "not a file of a pack: ")
}

/// Whether nobody but root and `owner` can change what is in a folder: it, its files, and what stands above it.
fn is_of(owner: u32, folder: &Path) -> io::Result<bool> {
    let folder = folder.canonicalize()?;
    let entries = |folder: &Path| -> io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.take(MOST_ENTRIES).map(|entry| Ok(entry?.path())).collect()
    };
    let mut inside = entries(&folder)?;
    if folder.join(COMMON).is_dir() {
        inside.extend(entries(&folder.join(COMMON))?);
    }
    let inside = inside.iter().map(fs::symlink_metadata).collect::<io::Result<Vec<_>>>()?;
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
    find_in(Path::new(SITE), named)
}

fn find_in(site: &Path, named: &[PathBuf]) -> Result<Packs, Failure> {
    let mut packs = Packs::built_in();
    let is_hidden = |path: &Path| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let mut folders: Vec<_> = match fs::read_dir(site) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect(),
        Err(_) => Vec::new(),
    };
    // Such a name has a pack that is being installed.
    folders.retain(|folder| !is_hidden(folder));
    folders.sort();
    for folder in folders {
        let files = of_one(&folder, || {
            // Nobody named it, so root believes it only if nobody else can have written it.
            if geteuid().is_root() && !is_of(0, &folder).map_err(|error| unusable(&folder, &error))? {
                return Err(unusable(
                    &folder,
                    &"others than root can write it: run chown -R root and chmod -R go-w on it",
                ));
            }
            read_once(&folder)
        })?;
        if files.unchanged().is_some() {
            packs.add_if_newer(files);
        } else {
            packs.add(files);
        }
    }
    for folder in named {
        let files = read_folder(folder)?;
        // What is named on the command line must be a pack, even if this run judges with another.
        load(&files).map_err(|problems| Failure::usage(PackError::Unusable(problems)))?;
        packs.add(files);
    }
    Ok(packs)
}

/// Runs `packs list`, `packs install` and `packs validate`.
pub fn run(command: &PacksCommand, style: Style) -> Result<Exit, Failure> {
    match command {
        PacksCommand::List(arguments) => {
            let packs = find(&arguments.packs.packs)?;
            packs.read_all().map_err(Failure::usage)?;
            let listed: Vec<_> = packs.all().map(|(files, is_used)| Listed::of(files, is_used)).collect();
            say(&match arguments.format {
                Format::Human => table(&listed, style),
                Format::Json => json(&listed).map_err(Failure::tool)?,
            })?;
            Ok(Exit::Success)
        }
        PacksCommand::Install(arguments) => install::run(arguments, style),
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
                pack.own_checks().count(),
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
    use crate::pack::MOST_FILE_BYTES;

    const LIMIT: u64 = MOST_FILE_BYTES as u64;
    use crate::pack::SignedBy;

    #[test]
    fn a_site_pack_is_believed_only_if_nobody_else_can_have_written_it() {
        let site = tempfile::tempdir().unwrap();
        let folder = site.path().join("product");
        fs::create_dir(&folder).unwrap();
        let file = folder.join("pack.toml");
        fs::write(&file, "").unwrap();
        let (common, shared) = (folder.join(COMMON), folder.join("common/lines.toml"));
        fs::create_dir(&common).unwrap();
        fs::write(&shared, "").unwrap();
        let me = geteuid().as_raw();
        let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        mode(&folder, 0o755);
        mode(&file, 0o644);
        mode(&common, 0o755);
        mode(&shared, 0o644);
        assert!(is_of(me, &folder).unwrap());
        for (path, open, closed) in [
            (&folder, 0o775, 0o755),
            (&folder, 0o1777, 0o755),
            (&file, 0o646, 0o644),
            (&common, 0o775, 0o755),
            (&shared, 0o646, 0o644),
            (&site.path().into(), 0o777, 0o755),
        ] {
            mode(path, open);
            assert!(!is_of(me, &folder).unwrap(), "{} {open:o}", path.display());
            mode(path, closed);
        }
        assert!(is_of(me, &folder).unwrap());
        assert_eq!(is_of(me + 1, &folder).unwrap(), me == 0, "a folder of another user");
    }

    /// A copy of a built-in pack in a folder, with this version.
    fn written(site: &Path, version: &str) -> PathBuf {
        let folder = site.join("cometchat");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let pack = Packs::built_in();
        let (files, _) = pack.all().find(|(files, _)| files.name == "cometchat").unwrap();
        let own = files.head().unwrap().version;
        for (name, text) in &files.files {
            fs::write(
                folder.join(name),
                text.replace(&format!("version = \"{own}\""), &format!("version = \"{version}\"")),
            )
            .unwrap();
        }
        folder
    }

    fn record(folder: &Path) {
        let signed_by = SignedBy { name: "ada".into(), key: "SHA256:x".into() };
        let sha256 = read_folder(folder).unwrap().sha256();
        let installed = Installed { on: jiff::civil::date(2026, 12, 3), signed_by, sha256 };
        fs::write(folder.join(RECORD), installed.to_text().unwrap()).unwrap();
    }

    /// Versions of the packs of the product, the one that is used first.
    fn versions(site: &Path, named: &[PathBuf]) -> Vec<String> {
        let packs = find_in(site, named).unwrap();
        let of_product = packs.all().filter(|(files, _)| files.name == "cometchat");
        of_product.map(|(files, _)| files.head().unwrap().version).collect()
    }

    #[test]
    fn an_installed_pack_is_used_as_long_as_it_is_newer_than_the_built_in_one() {
        let site = tempfile::tempdir().unwrap();
        let own = versions(site.path(), &[]).remove(0);
        for (version, used) in [("9999.1.1", "9999.1.1"), ("2001.1.1", own.as_str()), (own.as_str(), own.as_str())] {
            let folder = written(site.path(), version);
            record(&folder);
            let listed = versions(site.path(), &[]);
            assert_eq!((listed.len(), listed[0].as_str()), (2, used), "{version}");
            // Whoever names it means it.
            assert_eq!(versions(site.path(), &[folder])[0], version);
        }
        // A folder of the site's own replaces the built-in one, whatever its version is; so does one that was changed.
        let folder = written(site.path(), "2001.1.1");
        assert_eq!(versions(site.path(), &[])[0], "2001.1.1");
        record(&folder);
        fs::write(folder.join("tiers.toml"), fs::read_to_string(folder.join("tiers.toml")).unwrap() + "# ours\n")
            .unwrap();
        assert_eq!(versions(site.path(), &[])[0], "2001.1.1");
        // What is being installed is none yet.
        fs::rename(&folder, site.path().join(".rampcheck-new")).unwrap();
        assert_eq!(versions(site.path(), &[]), [own]);
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
