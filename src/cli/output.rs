//! Writing results: standard output, and files that appear whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::exit::Failure;

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

/// Temporary files of this run, to be removed when a signal ends it.
static PENDING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn pending() -> std::sync::MutexGuard<'static, Vec<PathBuf>> {
    PENDING.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Removes the temporary files of this run.
pub fn remove_pending() {
    for path in pending().drain(..) {
        let _ = fs::remove_file(path);
    }
}

/// A file opened before the run, so that a bad path fails early, and put in its place when its content is whole.
pub struct Target {
    place: PathBuf,
    file: tempfile::NamedTempFile,
}

impl Target {
    /// Opens a temporary file beside `path`, or in it when that ends in `/`: then [`Target::write`] names it.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        Self::with_mode(path, 0o666)
    }

    /// The same for a file that only its owner may read.
    pub fn private(path: &Path) -> Result<Self, Failure> {
        Self::with_mode(path, 0o600)
    }

    fn with_mode(path: &Path, mode: u32) -> Result<Self, Failure> {
        let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("cannot write {}: {error}", path.display()));
        let is_folder = path.as_os_str().as_encoded_bytes().ends_with(b"/");
        // A link is written through, not replaced.
        let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&place) {
            Ok(meta) if !is_folder && !meta.is_file() => return Err(fail(&"it exists and is not a regular file")),
            _ => {}
        }
        let parent = if is_folder { Some(place.as_path()) } else { place.parent() };
        let folder = parent.filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        let file = tempfile::Builder::new()
            .prefix(".rampcheck-")
            .permissions(mode)
            .tempfile_in(folder)
            .map_err(|error| fail(&format!("{error} (in {})", folder.display())))?;
        pending().push(file.path().to_owned());
        Ok(Self { place, file })
    }

    /// Where the content will stand; `name` counts when the target is a directory.
    pub fn path(&self, name: &str) -> PathBuf {
        if self.place.is_dir() { self.place.join(name) } else { self.place.clone() }
    }

    /// Writes the content, waits until it is on the disk, and puts it in its place.
    pub fn write(mut self, name: &str, content: &[u8]) -> Result<(), Failure> {
        let path = self.path(name);
        let fail = |error: &io::Error| Failure::tool(format!("cannot write {}: {error}", path.display()));
        let temporary = self.file.path().to_owned();
        let written = self.file.write_all(content).and_then(|()| self.file.as_file().sync_all());
        written.map_err(|error| fail(&error))?;
        self.file.persist(&path).map_err(|error| fail(&error.error))?;
        pending().retain(|path| *path != temporary);
        Ok(())
    }
}
