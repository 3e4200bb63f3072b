//! The one interface through which anything touches a machine.
//!
//! [`Live`] is the machine rampcheck runs on, or a tree of files below `--root`; [`Recorded`] replays a folder that
//! [`Recorder`] wrote. Every call is read-only, bounded in size and time, and never follows a link out of the tree.
//! This module knows nothing of facts, packs or reports.

#![allow(clippy::disallowed_methods, reason = "the one place that touches a machine")]

mod answers;
mod child;
pub(crate) mod der;
mod http;
mod listeners;
mod live;
mod recorded;
mod recorder;
mod tree;
mod web;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use child::stop_all as stop_children;
pub use listeners::Listener;
pub use live::Live;
pub use recorded::{Recorded, RecordedError};
pub use recorder::Recorder;
pub use web::certificates;

/// Directories searched for tools, whatever PATH the caller came with (Ansible and cron come without sbin).
pub const SEARCH_PATH: &[&str] =
    &["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/snap/bin"];

/// No file that a host's facts come from is larger; what is larger is not read (a 1 GB os-release is not an os-release).
pub const READ_LIMIT: usize = 4 << 20;

/// Most that is kept of what a child writes to one of its two outputs.
pub const OUTPUT_LIMIT: usize = 256 << 10;

/// Largest HTTP body accepted.
pub const BODY_LIMIT: usize = 4 << 20;

/// Why a host did not answer. Messages are fragments that read after a fact's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum HostError {
    /// It is not there (ENOENT, ENOTDIR, no such tool; ESRCH for a process that has ended).
    #[error("not found")]
    NotFound,
    /// EACCES or EPERM.
    #[error("permission denied")]
    NotPermitted,
    /// It exists, but nobody listens (ECONNREFUSED).
    #[error("connection refused")]
    Refused,
    /// No answer within this time.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// Larger than this many bytes.
    #[error("larger than {0} bytes")]
    TooLarge(usize),
    /// No address was found for this name.
    #[error("no address was found for {0}")]
    Dns(String),
    /// No TLS connection that can be trusted.
    #[error("TLS: {0}")]
    Tls(TlsTrouble),
    /// Sent on to this other host, which was not asked.
    #[error("sent on to {0}, which is another host and was not asked")]
    Redirected(String),
    /// Not asked, because this kind of host does not answer such questions.
    #[error("{0}")]
    NotAsked(String),
    /// Anything else, in the words of the system.
    #[error("{0}")]
    Failed(String),
}

impl From<std::io::Error> for HostError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind as E;
        match error.kind() {
            E::NotFound | E::NotADirectory => Self::NotFound,
            E::PermissionDenied => Self::NotPermitted,
            E::ConnectionRefused => Self::Refused,
            _ if error.raw_os_error() == Some(libc::ESRCH) => Self::NotFound,
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// Result of asking a host.
pub type Result<T> = std::result::Result<T, HostError>;

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A Unix socket.
    Socket,
    /// Anything else.
    Other,
}

/// Kind, owner and mode of what a path names, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stat {
    /// What it is.
    pub kind: FileKind,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Permission bits, for example 0o660.
    pub mode: u32,
}

/// Size of a file system, by statvfs(3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatFs {
    /// f_blocks x f_frsize, bytes.
    pub size: u64,
    /// f_bavail x f_frsize, bytes.
    pub available: u64,
    /// f_files; 0 where the file system has no fixed number of inodes (btrfs).
    pub inodes: u64,
    /// f_favail.
    pub inodes_free: u64,
}

/// What a child process left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// First [`OUTPUT_LIMIT`] bytes of standard output, as UTF-8 with replacement characters.
    pub stdout: String,
    /// The same of standard error.
    pub stderr: String,
}

/// Where an HTTP service is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// A Unix socket, as a path of the host.
    Unix(PathBuf),
    /// A loopback port without TLS, `127.0.0.1:2375`.
    Loopback(std::net::SocketAddr),
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Loopback(address) => write!(f, "tcp://{address}"),
        }
    }
}

/// Why a TLS connection cannot be trusted, or did not come about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum TlsTrouble {
    /// The certificate's last day is over.
    #[error("the certificate has expired")]
    Expired,
    /// The certificate's first day is to come, or this host's clock is behind.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// The certificate is another name's.
    #[error("the certificate is for another name")]
    WrongName,
    /// Nobody whom this host trusts has signed the certificate.
    #[error(
        "the certificate is signed by nobody whom this host trusts; name a certificate authority of the site with --ca-file"
    )]
    Untrusted,
    /// The server speaks nothing from TLS 1.2 on.
    #[error("the server offers no TLS 1.2 or later")]
    Outdated,
    /// Anything else, in the words of the TLS library.
    #[error("{0}")]
    Other(String),
}

/// What a web server answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WebAnswer {
    /// Status code.
    pub status: u16,
    /// Body, at most [`BODY_LIMIT`] bytes, as UTF-8 with replacement characters.
    pub body: String,
    /// Last day of the server's certificate, `2027-01-31`; none without TLS, or where a proxy stands between.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_ends: Option<String>,
    /// Version of TLS spoken, `1.3`; none without TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<String>,
}

/// What an HTTP service answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Body, at most [`BODY_LIMIT`] bytes, as UTF-8 with replacement characters.
    pub body: String,
}

/// Who rampcheck runs as. Names come from /etc/passwd and /etc/group of the host, never from a directory service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Effective user id.
    pub uid: u32,
    /// All group ids of this session.
    pub groups: Vec<u32>,
}

/// State that changes while one looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LiveState {
    /// Bytes of memory that can be had without swapping.
    pub memory_available: u64,
    /// Load average of one minute.
    pub load: f64,
    /// Seconds since boot.
    pub uptime: u64,
}

/// A machine that can be asked. Paths are absolute paths of that machine; links are followed within it.
pub trait Host: Send + Sync {
    /// A file's content, whole; [`HostError::TooLarge`] above `limit` bytes.
    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>>;
    /// The names in a directory, sorted.
    fn list(&self, directory: &Path) -> Result<Vec<String>>;
    /// What a symbolic link holds, as written.
    fn link(&self, path: &Path) -> Result<PathBuf>;
    /// The path with every link followed, as a path of that machine (`/sys/class/block/sda1` to its device).
    fn canonical(&self, path: &Path) -> Result<PathBuf>;
    /// Kind, owner and mode.
    fn stat(&self, path: &Path) -> Result<Stat>;
    /// Size of the file system that holds `path`.
    fn statfs(&self, path: &Path) -> Result<StatFs>;
    /// Where a command stands on [`SEARCH_PATH`].
    fn tool(&self, name: &str) -> Result<PathBuf>;
    /// Runs a program: no shell, fixed PATH, LC_ALL=C, stdin closed, its process group killed at the deadline.
    fn run(&self, program: &Path, arguments: &[&str]) -> Result<Output>;
    /// HTTP GET.
    fn get(&self, endpoint: &Endpoint, target: &str) -> Result<Response>;
    /// GET of an `https://` or `http://` address of any machine, through the proxy that the environment names unless it is
    /// this machine. The one call that leaves the machine: only for what the operator asked for.
    fn fetch(&self, url: &str) -> Result<WebAnswer>;
    /// An environment variable of the caller; none below `--root`.
    fn variable(&self, name: &str) -> Option<String>;
    /// What listens on TCP, by sock_diag(7); [`HostError::NotAsked`] where only the tables in /proc/net can be read.
    fn listeners(&self) -> Result<Vec<Listener>>;
    /// Who asks.
    fn user(&self) -> Result<User>;
    /// Machine architecture as uname(2) names it.
    fn arch(&self) -> Result<String>;
    /// Whether the kernel says that its clock is synchronized, by adjtimex(2).
    fn clock_synchronized(&self) -> Result<bool>;
    /// Available memory, load, uptime.
    fn live_state(&self) -> Result<LiveState>;
    /// Name of a process.
    fn process_name(&self, pid: u32) -> Result<String>;
}

/// Shorthand for probes: a text file with invalid UTF-8 replaced, at most [`READ_LIMIT`] bytes.
pub fn read_text(host: &dyn Host, path: impl AsRef<Path>) -> Result<String> {
    host.read(path.as_ref(), READ_LIMIT).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
