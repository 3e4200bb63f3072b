//! Writing results: standard output, and files that appear whole or not at all.
//!
//! A file is written without a name and gets one when it is whole, so nothing is left of it whatever ends the run. Where the
//! file system cannot do that, it has a temporary name, which signals remove. The folder is held by a descriptor, a link in
//! the place of the file is refused, and root writes to no folder that another user can change.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use flate2::read::GzDecoder;
use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags, OFlag, openat, renameat};
use nix::sys::stat::{FileStat, Mode, SFlag, fstat, fstatat};
use nix::unistd::{geteuid, linkat};

use super::exit::Failure;
use crate::host::{Live, outsider};
use crate::render::text::inert;

/// Writes a result to standard output. A reader that went away (`| head`) is no failure.
pub fn say(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::tool(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a text to standard output that the build script has compressed.
pub fn say_compressed(text: &[u8]) -> Result<(), Failure> {
    let mut plain = String::new();
    GzDecoder::new(text).read_to_string(&mut plain).map_err(Failure::tool)?;
    say(&plain)
}

/// How urgent a message is, as syslog(3) counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// There is no result.
    Error = 3,
    /// Somebody should look.
    Warning = 4,
    /// Worth knowing.
    Notice = 5,
}

/// Writes to standard error why there is no result.
pub fn complain(message: &str) {
    log(Urgency::Error, message);
}

/// Writes a message to standard error, with nothing in it that steers a terminal. In the journal it gets its priority, as
/// sd-daemon(3) says.
pub fn log(urgency: Urgency, message: &str) {
    let priority = if stderr_is_journal() { format!("<{}>", urgency as u8) } else { String::new() };
    let lines: Vec<_> = message.lines().map(|line| inert(line).into_owned()).collect();
    let _ = writeln!(io::stderr(), "{priority}rampcheck: {}", lines.join("\n"));
}

/// Whether standard error is the journal's: systemd.exec(5) says in JOURNAL_STREAM which file that is.
fn stderr_is_journal() -> bool {
    let stream = std::env::var("JOURNAL_STREAM").ok();
    let own = fstat(io::stderr()).ok().map(|status| format!("{}:{}", status.st_dev, status.st_ino));
    stream.is_some() && stream == own
}

/// Temporary files and folders of this run, to be removed when a signal ends it.
static PENDING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Device and inode of a folder, and the name in it, of every file that this run writes.
static TAKEN: Mutex<Vec<(u64, u64, OsString)>> = Mutex::new(Vec::new());

fn locked<T>(list: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    list.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Removes the temporary files and folders of this run.
pub fn remove_pending() {
    remove_all(&mut locked(&PENDING));
}

/// The same when a signal ends the run: whoever makes another one waits for the end.
pub fn remove_pending_for_good() {
    let mut pending = locked(&PENDING);
    remove_all(&mut pending);
    std::mem::forget(pending);
}

fn remove_all(pending: &mut Vec<PathBuf>) {
    for path in pending.drain(..) {
        let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(path));
    }
}

/// Does something that no signal interrupts: none before it is done. It gets the list of what a signal removes.
pub fn uninterrupted<T>(work: impl FnOnce(&mut Vec<PathBuf>) -> T) -> T {
    work(&mut locked(&PENDING))
}

/// Has a file or a folder removed if a signal ends the run.
pub fn promise_to_remove(path: &Path) {
    uninterrupted(|pending| pending.push(path.to_owned()));
}

/// Takes back [`promise_to_remove`].
pub fn forget(path: &Path) {
    uninterrupted(|pending| pending.retain(|pending| pending != path));
}

/// What a new file is for. A file that is there already keeps its owner and mode.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Everybody may read it whom the umask lets.
    Report,
    /// Only its owner may read it.
    Private,
    /// The same, and it must not be there yet.
    Recording,
}

/// A file opened before the run, so that a bad path fails early, and put in its place when its content is whole.
pub struct Target {
    /// The folder as the operator named it.
    shown: PathBuf,
    folder: File,
    /// `None` if the operator named only the folder.
    name: Option<OsString>,
    file: File,
    /// The file's name as long as it is not in its place; usually it has none.
    temporary: Option<OsString>,
    purpose: Purpose,
}

impl Target {
    /// Opens a file to be put at `path`, or in it when that ends in `/`: then [`Target::write`] names it, and `extension` is
    /// how that name ends.
    pub fn open(path: &Path, purpose: Purpose, extension: &str) -> Result<Self, Failure> {
        Self::begin(path, purpose, extension, anonymous)
            .map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
    }

    fn begin(
        path: &Path,
        purpose: Purpose,
        extension: &str,
        create: fn(&File, Mode) -> nix::Result<File>,
    ) -> Result<Self, String> {
        let is_folder = path.as_os_str().as_encoded_bytes().ends_with(b"/");
        let (shown, name) = match path.file_name() {
            _ if is_folder => (path, None),
            Some(name) => (path.parent().unwrap_or(path), Some(name)),
            None => return Err("it names no file".to_owned()),
        };
        let opened = if shown == Path::new("") { Path::new(".") } else { shown };
        let within = |error: &dyn std::fmt::Display| format!("{error} (in {})", opened.display());
        let folder = open_folder(opened).map_err(|error| within(&error))?;
        let meta = folder.metadata().map_err(|error| within(&error))?;
        let taken = (meta.dev(), meta.ino(), name.map_or_else(|| format!("*.{extension}").into(), OsStr::to_owned));
        let there = name.map(|name| there(&folder, meta.mode(), name, purpose)).transpose()?.flatten();
        let mode = if purpose == Purpose::Report { 0o666 } else { 0o600 };
        let mut temporary = None;
        let file = create(&folder, Mode::from_bits_truncate(mode)).or_else(|_| {
            let (file, name) = named(&folder, Mode::from_bits_truncate(mode))?;
            promise_to_remove(&shown.join(&name));
            temporary = Some(name);
            Ok(file)
        });
        let file = file.map_err(|error: Errno| within(&io::Error::from(error)))?;
        match there {
            Some(there) => keep(&file, &there).map_err(|error| format!("cannot keep its owner and mode: {error}"))?,
            // What root makes in the folder of the user who called sudo is for that user.
            None if geteuid().is_root() => {
                let _ = fchown(&file, Some(meta.uid()), None);
            }
            None => {}
        }
        let mut all = locked(&TAKEN);
        if all.contains(&taken) {
            return Err("another output of this run goes there".to_owned());
        }
        all.push(taken);
        Ok(Self { shown: shown.to_owned(), folder, name: name.map(OsStr::to_owned), file, temporary, purpose })
    }

    /// Where the content will stand; `name` counts when the target is a directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.shown.join(self.name.as_deref().unwrap_or(OsStr::new(name)))
    }

    /// Writes the content, waits until it is on the disk, and puts it in its place.
    pub fn write(mut self, name: &str, content: &[u8]) -> Result<(), Failure> {
        let path = self.path(name);
        let written = self.file.write_all(content).and_then(|()| self.file.sync_all());
        let placed = written.and_then(|()| Ok(self.place(path.file_name().unwrap_or_default())?));
        placed.map_err(|error| Failure::tool(format!("cannot write {}: {error}", path.display())))
    }

    /// Gives the file its name. What has this name, a link too, is replaced and never followed.
    fn place(&mut self, name: &OsStr) -> nix::Result<()> {
        let Self { folder, file, .. } = self;
        let link = |name: &OsStr| {
            let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
            linkat(AT_FDCWD, unnamed.as_str(), &*folder, name, AtFlags::AT_SYMLINK_FOLLOW)
        };
        let temporary = match &self.temporary {
            None => match link(name) {
                Err(Errno::EEXIST) if self.purpose != Purpose::Recording => {
                    let temporary = temporary_name(0);
                    promise_to_remove(&self.shown.join(&temporary));
                    link(&temporary)?;
                    temporary
                }
                placed => return placed,
            },
            Some(_) if self.purpose == Purpose::Recording && status(folder, name)?.is_some() => {
                return Err(Errno::EEXIST);
            }
            Some(temporary) => temporary.clone(),
        };
        self.temporary = Some(temporary.clone());
        renameat(&*folder, temporary.as_os_str(), &*folder, name)?;
        self.forget();
        Ok(())
    }

    fn forget(&mut self) -> Option<PathBuf> {
        let path = self.shown.join(self.temporary.take()?);
        forget(&path);
        Some(path)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(path) = self.forget() {
            let _ = fs::remove_file(path);
        }
    }
}

/// Opens the folder of an output. Root writes only where no other user can change anything: he could put a link in the place
/// of a folder. The user who called sudo is trusted with what root does anyway.
pub fn open_folder(folder: &Path) -> io::Result<File> {
    if geteuid().is_root() {
        let caller = std::env::var("SUDO_UID").ok().and_then(|uid| uid.parse().ok()).unwrap_or(0);
        let absolute = std::path::absolute(folder)?;
        let host = Live::new(None, Duration::ZERO).map_err(io::Error::other)?;
        // A folder that is not there is reported by the call that opens it.
        if let Ok(Some(who)) = outsider(&host, &absolute, caller) {
            return Err(io::Error::other(format!("{who} can change this folder, and rampcheck runs as root")));
        }
    }
    Ok(openat(AT_FDCWD, folder, OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?.into())
}

/// The file that has a name in a folder, if there is one. A link is not followed.
fn status(folder: &File, name: &OsStr) -> nix::Result<Option<FileStat>> {
    match fstatat(folder, name, AtFlags::AT_SYMLINK_NOFOLLOW) {
        Ok(status) => Ok(Some(status)),
        Err(Errno::ENOENT) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The file that an output will replace, unless it may not.
fn there(folder: &File, mode: u32, name: &OsStr, purpose: Purpose) -> Result<Option<FileStat>, String> {
    let Some(there) = status(folder, name).map_err(|error| io::Error::from(error).to_string())? else {
        return Ok(None);
    };
    if purpose == Purpose::Recording {
        return Err("it exists already; name a new file".to_owned());
    }
    match SFlag::from_bits_truncate(there.st_mode) & SFlag::S_IFMT {
        SFlag::S_IFREG => {}
        SFlag::S_IFLNK => return Err("it is a symbolic link; name the file itself".to_owned()),
        _ => return Err("it exists and is not a regular file".to_owned()),
    }
    // In /tmp, somebody else could have made it in order to read what is written to it.
    if mode & 0o1000 != 0 && there.st_uid != geteuid().as_raw() {
        return Err(format!("it belongs to user {}, in a folder where everybody can make files", there.st_uid));
    }
    Ok(Some(there))
}

/// Gives the new file the owner and the mode of the one that it will replace.
fn keep(file: &File, there: &FileStat) -> io::Result<()> {
    let meta = file.metadata()?;
    if (meta.uid(), meta.gid()) != (there.st_uid, there.st_gid) {
        fchown(file, Some(there.st_uid), Some(there.st_gid))?;
    }
    file.set_permissions(fs::Permissions::from_mode(there.st_mode & 0o777))
}

/// A file without a name, which can be given one.
fn anonymous(folder: &File, mode: Mode) -> nix::Result<File> {
    if !Path::new("/proc/self/fd").exists() {
        return Err(Errno::ENOENT);
    }
    Ok(openat(folder, ".", OFlag::O_TMPFILE | OFlag::O_WRONLY | OFlag::O_CLOEXEC, mode)?.into())
}

fn temporary_name(number: u32) -> OsString {
    format!(".rampcheck-{}-{number}", std::process::id()).into()
}

/// A file with a temporary name.
fn named(folder: &File, mode: Mode) -> nix::Result<(File, OsString)> {
    let flags = OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_WRONLY | OFlag::O_CLOEXEC;
    let mut number = 0;
    loop {
        number += 1;
        let name = temporary_name(number);
        match openat(folder, name.as_os_str(), flags, mode) {
            Err(Errno::EEXIST) if number < 1000 => {}
            opened => return Ok((opened?.into(), name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn target(path: &Path, purpose: Purpose, has_temporary_name: bool) -> Result<Target, String> {
        let create = if has_temporary_name { |_: &File, _| Err(Errno::EOPNOTSUPP) } else { anonymous };
        Target::begin(path, purpose, "json", create)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_temporary_name_that_is_taken_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for number in 1..1000 {
            fs::write(folder.path().join(temporary_name(number)), "of somebody else").unwrap();
        }
        let opened = File::open(folder.path()).unwrap();
        let (_, name) = named(&opened, Mode::S_IRUSR).unwrap();
        assert_eq!(name, temporary_name(1000));
        assert!(named(&opened, Mode::S_IRUSR).is_err(), "it does not try for ever");
        assert_eq!(fs::read(folder.path().join(temporary_name(7))).unwrap(), b"of somebody else");
    }

    #[test]
    fn with_and_without_a_temporary_name_the_file_is_the_same() {
        let folders = [(false, tempfile::tempdir().unwrap()), (true, tempfile::tempdir().unwrap())];
        for (has_temporary_name, folder) in &folders {
            let has_temporary_name = *has_temporary_name;
            let at = |name: &str| folder.path().join(name);
            let open = |name: &str, purpose| target(&at(name), purpose, has_temporary_name);
            let mode = |name: &str| fs::metadata(at(name)).unwrap().mode() & 0o777;
            fs::write(at("old"), "old").unwrap();
            fs::set_permissions(at("old"), fs::Permissions::from_mode(0o640)).unwrap();
            for (name, purpose, expected) in [
                ("old", Purpose::Private, 0o640),
                ("new", Purpose::Private, 0o600),
                ("tape", Purpose::Recording, 0o600),
            ] {
                let target = open(name, purpose).unwrap();
                assert_eq!(names(folder.path()).iter().any(|name| name.starts_with('.')), has_temporary_name);
                target.write("", b"content").unwrap();
                assert_eq!(fs::read(at(name)).unwrap(), b"content");
                assert_eq!(mode(name), expected, "{name}");
            }
            let late = open("late", Purpose::Recording).unwrap();
            fs::write(at("late"), "mine").unwrap();
            assert!(late.write("", b"").is_err());
            let planted = open("planted", Purpose::Report).unwrap();
            symlink(at("old"), at("planted")).unwrap();
            planted.write("", b"report").unwrap();
            assert!(at("planted").symlink_metadata().unwrap().is_file());
            assert_eq!(fs::read(at("old")).unwrap(), b"content");
            drop(open("given up", Purpose::Report).unwrap());
            assert_eq!(names(folder.path()), ["late", "new", "old", "planted", "tape"]);
        }
    }
}
