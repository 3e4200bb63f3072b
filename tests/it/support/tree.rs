//! A machine as a tree of files, for `--root` and for the host that reads it.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::time::Duration;

use rampcheck::host::Live;
use tempfile::TempDir;

/// How long the host that reads a tree waits for an answer.
pub const DEADLINE: Duration = Duration::from_millis(300);

/// A tree of files that goes away with it.
pub struct Tree(TempDir);

impl Tree {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Where it stands on this machine.
    pub fn root(&self) -> &std::path::Path {
        self.0.path()
    }

    /// Where a path of the tree stands on this machine; the folders above it are made.
    pub fn at(&self, path: &str) -> PathBuf {
        let at = self.0.path().join(path.trim_start_matches('/'));
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        at
    }

    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.at(path), content).unwrap();
        self
    }

    pub fn link(self, path: &str, target: &str) -> Self {
        symlink(target, self.at(path)).unwrap();
        self
    }

    /// The host that reads it.
    pub fn host(&self) -> Live {
        Live::new(Some(self.root()), DEADLINE).unwrap()
    }
}
