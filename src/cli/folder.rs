//! Putting a folder of files in its place whole or not at all, also in the place of an older one.
//!
//! The new folder is written beside the other one, under a name that begins with a dot, and waits until it is on the disk. Then
//! both exchange their names, and the older one is removed. Whatever ends the run leaves the one or the other; what is left of a
//! run that was killed is removed by the next one. A lock keeps two runs apart.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};
use rustix::fs::{RenameFlags, renameat_with};

use super::exit::Failure;
use super::output::{open_folder, promise_to_remove, uninterrupted};

/// Names that no pack has.
const NEW: &str = ".rampcheck-new";
const LOCK: &str = ".rampcheck-lock";

/// How often a lock is tried whose file another run has just removed.
const TRIES: usize = 10;

/// A folder in which folders are put, locked against other runs.
pub struct Site {
    path: PathBuf,
    folder: File,
    _lock: Flock<File>,
}

impl Site {
    /// Opens and locks the folder at `path`.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let folder = open_folder(path).map_err(|error| unwritable(path, &error))?;
        let lock = uninterrupted(|pending| lock(&path.join(LOCK), pending)).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => Failure::tool(format!(
                "another rampcheck installs a pack in {}: try again when it is done",
                path.display()
            )),
            _ => unwritable(path, &error),
        })?;
        // What a run left that was killed right after its exchange: there may be nothing more to put here.
        remove(&path.join(NEW)).map_err(|error| unwritable(path, &error))?;
        Ok(Self { path: path.to_owned(), folder, _lock: lock })
    }

    /// Puts a folder with these files at `name`. A file's name may have a folder of its own before it.
    pub fn put(&self, name: &str, files: &[(String, &str)]) -> Result<(), Failure> {
        let place = self.path.join(name);
        self.write(name, files).map_err(|error| {
            if error.raw_os_error() == Some(Errno::EINVAL as i32) {
                let place = place.display();
                return Failure::tool(format!(
                    "cannot replace {place}: its file system cannot exchange two folders. Move {place} away, and try again"
                ));
            }
            Failure::tool(format!("cannot write {}: {error}", place.display()))
        })
    }

    fn write(&self, name: &str, files: &[(String, &str)]) -> io::Result<()> {
        let new = self.path.join(NEW);
        promise_to_remove(&new);
        let written = self.fill(&new, files).and_then(|()| {
            uninterrupted(|_| self.exchange(name))?;
            self.folder.sync_all()
        });
        // Now it is the older one, or one that could not be written.
        uninterrupted(|pending| {
            let _ = remove(&new);
            pending.retain(|pending| *pending != new);
        });
        written
    }

    fn fill(&self, new: &Path, files: &[(String, &str)]) -> io::Result<()> {
        let mut folders = vec![new.to_owned()];
        folders.extend(files.iter().filter_map(|(name, _)| Some(new.join(Path::new(name).parent()?))));
        folders.sort();
        folders.dedup();
        // Each step is uninterrupted, so that a signal finds all there is to remove.
        for folder in &folders {
            uninterrupted(|_| {
                DirBuilder::new().mode(0o755).create(folder)?;
                // Whatever the umask is: other users read packs, too.
                fs::set_permissions(folder, Permissions::from_mode(0o755))
            })?;
        }
        for (name, text) in files {
            uninterrupted(|_| {
                let mut file = OpenOptions::new().write(true).create_new(true).mode(0o644).open(new.join(name))?;
                file.write_all(text.as_bytes())?;
                file.set_permissions(Permissions::from_mode(0o644))?;
                file.sync_all()
            })?;
        }
        folders.iter().try_for_each(|folder| File::open(folder)?.sync_all())
    }

    fn exchange(&self, name: &str) -> io::Result<()> {
        let is_there = self.path.join(name).symlink_metadata().is_ok();
        let flags = if is_there { RenameFlags::EXCHANGE } else { RenameFlags::empty() };
        Ok(renameat_with(&self.folder, NEW, &self.folder, name, flags)?)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let lock = self.path.join(LOCK);
        uninterrupted(|pending| {
            let _ = fs::remove_file(&lock);
            pending.retain(|pending| *pending != lock);
        });
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("cannot write in {}: {error}", path.display()))
}

/// Locks a file, which is made for it. Nobody else can open it, so nobody else can hold the lock.
fn lock(path: &Path, pending: &mut Vec<PathBuf>) -> io::Result<Flock<File>> {
    for _ in 0..TRIES {
        let flags = OFlag::O_NOFOLLOW.bits();
        let file =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).custom_flags(flags).open(path)?;
        let file = Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|(_, error)| io::Error::from(error))?;
        // Whoever had the lock before has removed its file.
        if path.symlink_metadata().is_ok_and(|meta| file.metadata().is_ok_and(|own| own.ino() == meta.ino())) {
            pending.push(path.to_owned());
            return Ok(file);
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn put(at: &Path, files: &[(&str, &str)]) -> Result<(), Failure> {
        let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), *text)).collect();
        Site::open(at)?.put("thing", &files)
    }

    #[test]
    fn a_folder_is_put_in_its_place_and_in_the_place_of_an_older_one() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        put(dir.path(), &[("a", "1"), ("common/b", "2")]).unwrap();
        assert_eq!((names(dir.path()), names(&at("thing"))), (vec!["thing".into()], vec!["a".into(), "common".into()]));
        for (name, mode) in [("thing", 0o755), ("thing/common", 0o755), ("thing/a", 0o644)] {
            assert_eq!(fs::metadata(at(name)).unwrap().mode() & 0o7777, mode, "{name}");
        }
        // What a run left that was killed.
        fs::create_dir(at(NEW)).unwrap();
        fs::write(at(NEW).join("c"), "").unwrap();
        fs::write(at(LOCK), "").unwrap();
        put(dir.path(), &[("d", "3")]).unwrap();
        assert_eq!((names(dir.path()), names(&at("thing"))), (vec!["thing".into()], vec!["d".into()]));
    }

    #[test]
    fn what_cannot_be_written_leaves_the_older_one() {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), &[("a", "1")]).unwrap();
        let failed = put(dir.path(), &[("a", "2"), ("a/b", "not in a file")]).unwrap_err();
        assert!(matches!(&failed, Failure::Tool(message) if message.starts_with("cannot write ")), "{failed}");
        assert_eq!(names(dir.path()), ["thing"]);
        assert_eq!(fs::read(dir.path().join("thing/a")).unwrap(), b"1");
    }

    #[test]
    fn a_second_run_at_the_same_time_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let site = Site::open(dir.path()).unwrap();
        assert!(
            matches!(Site::open(dir.path()), Err(Failure::Tool(message)) if message.starts_with("another rampcheck"))
        );
        site.put("thing", &[("a".into(), "1")]).unwrap();
        drop(site);
        put(dir.path(), &[("a", "2")]).unwrap();
        assert_eq!(names(dir.path()), ["thing"]);
    }
}
