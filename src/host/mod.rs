//! The one interface through which anything touches a machine.
//!
//! [`Live`] is the machine that rampcheck runs on, or a tree of files below `--root`. [`Recorded`] replays a recording.
//! [`Remembering`] wraps another host, asks it every question only once, and can save the answers as a recording. Every call
//! is bounded in size and time, never follows a link out of the tree, and is read-only, except for [`Measurement::Writes`].
//! This module knows nothing about facts, packs or reports.

#![allow(clippy::disallowed_methods, reason = "the one place that touches a machine")]

mod child;
mod client;
pub(crate) mod der;
mod http;
mod listeners;
mod live;
mod measure;
pub(crate) mod mountinfo;
mod reach;
mod recorded;
mod recording;
mod remembering;
mod standing;
mod tree;
mod trust;
mod web;

use std::collections::BTreeMap;
use std::fs::{File, FileType};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use listeners::Listener;
pub use live::Live;
pub use measure::MEASURING;
pub use reach::{Listening, MEASURING_PATHS, Port, PortReached, PortState, Reached, Token, listen, reach};
pub use recorded::Recorded;
pub use recording::{RECORDING_LIMIT, RecordedError};
pub use remembering::Remembering;
pub use trust::{outsider, trusted};
pub use web::certificates;

/// Directories that are searched for tools. The caller's PATH is ignored: that of Ansible and cron has no sbin.
pub const SEARCH_PATH: &[&str] =
    &["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/snap/bin"];

/// The directory of plugins. A program in it is run only if root alone can change it, whoever runs rampcheck.
pub const PLUGINS: &str = "/usr/lib/rampcheck/plugins.d";

/// The usual limit for a file. A larger one is not what it claims to be: an os-release of 1 GB is not an os-release.
pub const READ_LIMIT: usize = 4 << 20;

/// How much of each output of a child is kept.
pub const OUTPUT_LIMIT: usize = 256 << 10;

/// The largest HTTP body that is accepted.
pub const BODY_LIMIT: usize = 4 << 20;

/// Why a host did not answer. The messages are fragments that read after the name of what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// ENOENT, ENOTDIR, no such tool, or ESRCH for a process that has ended.
    #[error("not found")]
    NotFound,
    /// EACCES or EPERM.
    #[error("permission denied")]
    NotPermitted,
    /// ECONNREFUSED: the socket or address exists, but nothing listens on it.
    #[error("connection refused")]
    Refused,
    /// The deadline passed.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// The limit, in bytes.
    #[error("larger than {0} bytes")]
    TooLarge(usize),
    /// The name that has no address.
    #[error("no address was found for {0}")]
    Dns(String),
    /// There is no TLS connection that can be trusted.
    #[error("TLS: {0}")]
    Tls(TlsTrouble),
    /// The scheme and host of a redirect that was not followed.
    #[error("redirected to {0}; redirects to another host or port or from HTTPS to HTTP are not followed")]
    Redirected(String),
    /// This kind of host does not answer such questions. The text says why.
    #[error("{0}")]
    NotAsked(String),
    /// Anything else, with the message of the system.
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

/// The type of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A Unix socket.
    Socket,
    /// A device, a FIFO or anything else.
    Other,
}

/// Kind, owner and mode of a file, by stat(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stat {
    /// File, directory, socket or other.
    pub kind: FileKind,
    /// Owner's user id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Permission bits, for example 0o660.
    pub mode: u32,
}

/// Size of a file system, by statvfs(3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatFs {
    /// Bytes: f_blocks x f_frsize.
    pub size: u64,
    /// Bytes that are free for every user: f_bavail x f_frsize.
    pub available: u64,
    /// f_files. 0 if the file system has no fixed number of inodes (btrfs).
    pub inodes: u64,
    /// Inodes that are free for every user: f_favail.
    pub inodes_free: u64,
}

/// The result of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Exit code. `None` if a signal ended it.
    pub code: Option<i32>,
    /// The first [`OUTPUT_LIMIT`] bytes of standard output, with U+FFFD in place of invalid UTF-8.
    pub stdout: String,
    /// The same for standard error.
    pub stderr: String,
}

/// The address of a local HTTP service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Why there is no TLS connection that can be trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum TlsTrouble {
    /// Its last day has passed.
    #[error("the certificate has expired")]
    Expired,
    /// Its first day is in the future, or the clock of this host is slow.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// It does not name the host that was asked.
    #[error("the certificate is for another name")]
    WrongName,
    /// No chain of certificates leads to an authority that this host trusts.
    #[error("no authority that this host trusts has signed the certificate; name the site's own with --ca-file")]
    Untrusted,
    /// The server only supports older versions of TLS.
    #[error("the server does not support TLS 1.2 or later")]
    Outdated,
    /// Anything else, with the message of the TLS library.
    #[error("{0}")]
    Other(String),
}

/// The response of a web server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebAnswer {
    /// Status code.
    pub status: u16,
    /// Body, with U+FFFD in place of invalid UTF-8. At most [`BODY_LIMIT`] bytes are accepted. The body of a 101 that opens no
    /// WebSocket says why.
    pub body: String,
    /// What the body is encoded with, though that was not requested. It is not read then.
    pub encoding: Option<String>,
    /// Last day of the server's certificate, `2027-01-31`. `None` without TLS, and behind a proxy.
    pub certificate_ends: Option<String>,
    /// Version of TLS, `1.3`. `None` without TLS.
    pub tls: Option<String>,
    /// Origin that answered, `https://chat.example.com`, if redirects led to another one than was asked.
    pub origin: Option<String>,
    /// What names itself in the headers `Server` and `Via`: `nginx/1.24.0, via 1.1 edge`.
    pub answered_by: Option<String>,
}

/// The response of a local HTTP service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Headers, with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Body, with U+FFFD in place of invalid UTF-8. At most [`BODY_LIMIT`] bytes are accepted.
    pub body: String,
}

/// The user that rampcheck runs as. Probes find names in /etc/passwd and /etc/group, never in a directory service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Effective user id.
    pub uid: u32,
    /// All group ids of the process, sorted.
    pub groups: Vec<u32>,
}

/// What is measured. Only [`Measurement::Writes`] writes, and only to a file of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measurement {
    /// Reads at random places of a block device, `/dev/vda`.
    Device(PathBuf),
    /// Reads at random places of the large files on the file system of a directory.
    Files(PathBuf),
    /// Appends to a new file in a directory, each of which waits for the disk. The file never has a name that stays.
    Writes(PathBuf),
}

impl std::fmt::Display for Measurement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Device(path) => write!(f, "device {}", path.display()),
            Self::Files(path) => write!(f, "files {}", path.display()),
            Self::Writes(path) => write!(f, "writes {}", path.display()),
        }
    }
}

/// What was measured: microseconds of each block of 4 KiB, in the order in which they were taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Latencies {
    /// Bytes among which the places to read were chosen.
    pub size: u64,
    /// The first read of each place, or each write.
    pub first: Vec<u64>,
    /// The second read of the same places, right after the first.
    pub again: Vec<u64>,
    /// Reads of places that hold nothing but zeros. A thin disk answers them from nowhere.
    pub zeros: Vec<u64>,
}

/// A machine that can be asked. Paths are absolute paths of that machine, and links are followed within it.
pub trait Host: Send + Sync {
    /// The whole content of a regular file. [`HostError::TooLarge`] if it has more than `limit` bytes.
    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>>;
    /// The names in a directory, sorted.
    fn list(&self, directory: &Path) -> Result<Vec<String>>;
    /// The target of a symbolic link, as it is written there.
    fn link(&self, path: &Path) -> Result<PathBuf>;
    /// The path with every link followed: from `/sys/class/block/sda1` to the device.
    fn canonical(&self, path: &Path) -> Result<PathBuf>;
    /// Kind, owner and mode of what the path leads to.
    fn stat(&self, path: &Path) -> Result<Stat>;
    /// Size of the file system that `path` is on.
    fn statfs(&self, path: &Path) -> Result<StatFs>;
    /// The path of a command on [`SEARCH_PATH`].
    fn tool(&self, name: &str) -> Result<PathBuf>;
    /// Runs a program without a shell, with a fixed PATH, LC_ALL=C and an empty standard input. At the deadline, its process
    /// group is killed.
    fn run(&self, program: &Path, arguments: &[&str]) -> Result<Output>;
    /// HTTP GET from a local service.
    fn get(&self, endpoint: &Endpoint, target: &str) -> Result<Response>;
    /// HTTP or HTTPS GET from any machine; of `ws://` and `wss://`, one that asks for a WebSocket. Status 101 says that it opened, and
    /// it is closed at once. Other machines are reached through the proxy that the environment names. This is the
    /// only call that leaves the machine, so it is reserved for what the operator asked for.
    fn fetch(&self, url: &str) -> Result<WebAnswer>;
    /// An environment variable of the caller. Below `--root` there are none, but root has its HOME on a machine that is seen from a
    /// container.
    fn variable(&self, name: &str) -> Option<String>;
    /// Listening TCP sockets, by sock_diag(7). [`HostError::NotAsked`] if there are only the tables in /proc/net.
    fn listeners(&self) -> Result<Vec<Listener>>;
    /// The user that rampcheck runs as.
    fn user(&self) -> Result<User>;
    /// The architecture in the words of uname(2), `x86_64`.
    fn arch(&self) -> Result<String>;
    /// Whether the kernel considers its clock synchronized, by adjtimex(2).
    fn clock_synchronized(&self) -> Result<bool>;
    /// How wrong the clock can be at most, in microseconds, as the kernel reckons: maxerror of adjtimex(2).
    fn clock_max_error(&self) -> Result<u64>;
    /// The name of a process, from /proc/PID/comm.
    fn process_name(&self, pid: u32) -> Result<String>;
    /// Takes a measurement, for no longer than [`MEASURING`]. Reserved for what the operator asked for.
    fn measure(&self, what: &Measurement) -> Result<Latencies>;
    /// Tests ports of another machine, on which `rampcheck reach listen` runs. Reserved for what the operator asked for.
    fn reach(&self, machine: &str, ports: &[Port]) -> Result<Reached>;
}

/// Opens a regular file. Opening a FIFO would block, and opening a device may have effects. O_NONBLOCK helps if one takes the
/// place of the file after the check.
fn regular(path: &Path) -> std::io::Result<File> {
    let check = |kind: FileType| match kind {
        kind if kind.is_dir() => Err(std::io::Error::other("is a directory")),
        kind if !kind.is_file() => Err(std::io::Error::other("is not a regular file")),
        _ => Ok(()),
    };
    check(path.metadata()?.file_type())?;
    let file = File::options().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)?;
    check(file.metadata()?.file_type())?;
    Ok(file)
}

/// Reads a text file of at most [`READ_LIMIT`] bytes, with U+FFFD in place of invalid UTF-8.
pub fn read_text(host: &dyn Host, path: impl AsRef<Path>) -> Result<String> {
    host.read(path.as_ref(), READ_LIMIT).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
