//! The file of a recorded host: one TOML file that people can read and edit.
//!
//! ```toml
//! arch = "x86_64"
//! user = { uid = 0, groups = [0] }
//!
//! [tools]
//! jq = "/usr/bin/jq"
//!
//! [[command]]
//! run = "/usr/bin/jq --version"
//! stdout = "jq-1.7\n"
//!
//! [errors]
//! "statfs /mnt/nfs" = "hangs"
//!
//! [links]
//! "/etc/os-release" = "../usr/lib/os-release"
//!
//! [directories]
//! "/sys/class/dmi" = []
//! "/proc" = ["1", "42"]
//!
//! [files]
//! "/usr/lib/os-release" = '''
//! ID=debian
//! VERSION_ID="12"
//! '''
//! ```
//! `tests/hosts/README.md` describes every key. A recording may come from anybody: its size and its paths are bounded, and
//! every error names the line and column.

mod write;

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::ops::{Bound, Range};
use std::path::{Component, Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use toml::Spanned;

pub(super) use write::write;

use super::{HostError, Latencies, Listener, Stat, StatFs, TlsTrouble, User, WebAnswer, regular};

/// The largest recording that is read or written.
pub const RECORDING_LIMIT: usize = 16 << 20;

/// Most values of a recording. That of a machine with 10,000 mounts and as many processes has a tenth of it.
const MOST_VALUES: usize = 400_000;

/// `PATH_MAX` of limits.h, for paths and for the targets of links.
const PATH_LIMIT: usize = 4096;

/// A recording could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordedError {
    /// The file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The recording.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The file is not a recording.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Format {
        /// The recording.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// Column in characters, counted from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// No file of a host is in it.
    #[error("{}: records no files of a host; `rampcheck facts --record FILE` writes a recording", .0.display())]
    Empty(PathBuf),
    /// The file has more than [`RECORDING_LIMIT`] bytes.
    #[error("{}: larger than {} MiB", .0.display(), RECORDING_LIMIT >> 20)]
    TooLarge(PathBuf),
}

/// An error in the place of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Trouble {
    /// Needed only where the replay would not say so by itself, for example for a command or a name in a listed directory.
    NotFound,
    NotPermitted,
    Refused,
    /// The replay blocks, and the caller's deadline decides.
    Hangs,
    /// The replay reports the timeout at once.
    TimedOut,
    TooLarge,
    /// The name that has no address.
    Dns(String),
    Tls(TlsTrouble),
    /// The host that the server redirected to.
    Redirected(String),
    /// Why the recorded host was not asked.
    NotAsked(String),
    /// The system's message.
    Failed(String),
}

impl From<&HostError> for Trouble {
    fn from(error: &HostError) -> Self {
        match error {
            HostError::NotFound => Self::NotFound,
            HostError::NotPermitted => Self::NotPermitted,
            HostError::Refused => Self::Refused,
            HostError::TimedOut(_) => Self::TimedOut,
            HostError::TooLarge(_) => Self::TooLarge,
            HostError::Dns(name) => Self::Dns(name.clone()),
            HostError::Tls(trouble) => Self::Tls(trouble.clone()),
            HostError::Redirected(host) => Self::Redirected(host.clone()),
            HostError::NotAsked(reason) => Self::NotAsked(reason.clone()),
            HostError::Failed(message) => Self::Failed(message.clone()),
        }
    }
}

/// What is recorded about a path. The directories above need no node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    File(Vec<u8>),
    Link(PathBuf),
    /// Without it, a directory that has no entries would be missing.
    Directory,
    /// The name is in a directory's listing, and nothing more is known about it.
    Listed,
}

/// What is recorded about paths that are free of links.
pub(super) type Nodes = BTreeMap<PathBuf, Node>;

/// The paths below one, which must be free of links.
pub(super) fn below<'n>(nodes: &'n Nodes, path: &'n Path) -> impl Iterator<Item = &'n Path> {
    // Paths are ordered by their components, so those below one come right after it.
    let after = nodes.range::<Path, _>((Bound::Excluded(path), Bound::Unbounded));
    after.map(|(below, _)| below.as_path()).take_while(move |below| below.starts_with(path))
}

pub(super) fn has_below(nodes: &Nodes, path: &Path) -> bool {
    below(nodes, path).next().is_some()
}

/// A command and its result.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Command {
    /// Program and arguments, separated by single spaces.
    pub run: String,
    #[serde(default)]
    pub code: i32,
    /// A signal ended it, so there is no code.
    #[serde(default)]
    pub killed: bool,
    #[serde(default)]
    pub stdout: String,
    #[serde(default)]
    pub stderr: String,
}

/// A GET request to a local service and the response.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Get {
    /// `unix:///var/run/docker.sock` or `tcp://127.0.0.1:2375`.
    pub endpoint: String,
    pub target: String,
    #[serde(default = "ok")]
    pub status: u16,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    pub body: String,
}

/// A GET request to a web server and the response.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fetch {
    pub url: String,
    #[serde(default = "ok")]
    pub status: u16,
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub encoding: Option<String>,
    #[serde(default)]
    pub certificate_ends: Option<String>,
    #[serde(default)]
    pub tls: Option<String>,
    #[serde(default)]
    pub origin: Option<String>,
    #[serde(default)]
    pub answered_by: Option<String>,
}

const fn ok() -> u16 {
    200
}

impl Fetch {
    pub fn answer(&self) -> WebAnswer {
        let Self { url: _, status, body, encoding, certificate_ends, tls, origin, answered_by } = self.clone();
        WebAnswer { status, body, encoding, certificate_ends, tls, origin, answered_by }
    }
}

/// A recording as it stands in the file. [`super::Recorded`] moves `files`, `binary`, `links` and `directories` to its nodes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Answers {
    pub arch: Option<String>,
    pub clock_synchronized: Option<bool>,
    pub clock_max_error: Option<u64>,
    pub user: Option<User>,
    pub listeners: Option<Vec<Listener>>,
    pub variables: BTreeMap<String, String>,
    pub tools: BTreeMap<String, PathBuf>,
    /// Process id to name.
    pub processes: BTreeMap<String, String>,
    /// Sockets need an entry. Files and directories that belong to root and have the usual mode do not.
    pub stat: BTreeMap<PathBuf, Stat>,
    /// An entry counts for everything below its path, too.
    pub statfs: BTreeMap<PathBuf, StatFs>,
    /// By the words of [`super::Measurement`]: `device /dev/vda`.
    pub measurements: BTreeMap<String, Latencies>,
    pub errors: BTreeMap<Call, Trouble>,
    pub command: Vec<Command>,
    pub http: Vec<Get>,
    pub web: Vec<Fetch>,
    files: BTreeMap<Spanned<HostPath>, String>,
    binary: BTreeMap<Spanned<HostPath>, Base64>,
    links: BTreeMap<Spanned<HostPath>, Target>,
    directories: BTreeMap<Spanned<HostPath>, Vec<Name>>,
}

/// A call of [`super::Host`] as the key of an error: `CALL SUBJECT`, for example `read /proc/1/environ`,
/// `run /usr/bin/docker --version`, `get unix:///run/docker.sock` (all its targets), `get unix:///run/docker.sock /info` or
/// `fetch https://chat.example.com/api/info`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Call(pub String);

/// Calls that have a subject, and calls that have none.
const ABOUT: &[&str] =
    &["read", "list", "link", "canonical", "stat", "statfs", "tool", "run", "get", "fetch", "process_name", "measure"];
const ALONE: &[&str] = &["listeners", "user", "arch", "clock_synchronized", "clock_max_error"];

impl Call {
    /// A call about a path.
    pub fn path(name: &str, path: &Path) -> Self {
        Self(format!("{name} {}", path.display()))
    }
}

impl TryFrom<String> for Call {
    type Error = String;

    fn try_from(call: String) -> Result<Self, String> {
        let known = match call.split_once(' ') {
            Some((name, _)) => ABOUT.contains(&name),
            None => ALONE.contains(&call.as_str()),
        };
        if known {
            return Ok(Self(call));
        }
        let about: Vec<_> = ABOUT.iter().map(|name| format!("`{name} ...`")).collect();
        let alone: Vec<_> = ALONE.iter().map(|name| format!("`{name}`")).collect();
        Err(format!("unknown call, expected one of {}, {}", about.join(", "), alone.join(", ")))
    }
}

impl Borrow<str> for Call {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// An absolute path of the recorded host, without `.`, `..` and needless slashes, so that no path has two spellings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct HostPath(PathBuf);

impl TryFrom<String> for HostPath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let path = Target::try_from(text)?.0;
        let normal: PathBuf = path.components().filter(|part| *part != Component::ParentDir).collect();
        if !path.is_absolute() || normal.as_os_str() != path.as_os_str() {
            return Err("not an absolute path without dot components and needless slashes".to_owned());
        }
        Ok(Self(path))
    }
}

/// What a link holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Target(PathBuf);

impl TryFrom<String> for Target {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.len() {
            1..=PATH_LIMIT => Ok(Self(text.into())),
            length => Err(format!("a path of {length} bytes, expected 1 to {PATH_LIMIT}")),
        }
    }
}

/// The name of an entry in a directory.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Name(String);

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let mut parts = Path::new(&name).components();
        match (parts.next(), parts.next()) {
            (Some(Component::Normal(only)), None) if only == name.as_str() && name.len() <= PATH_LIMIT => {
                Ok(Self(name))
            }
            _ => Err("not the name of a directory entry".to_owned()),
        }
    }
}

/// Content that is not UTF-8.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Base64(Vec<u8>);

impl TryFrom<String> for Base64 {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        STANDARD.decode(text).map(Self).map_err(|_| "not base64".to_owned())
    }
}

/// What is wrong in a text, and where.
type Wrong = (Option<Range<usize>>, String);

/// Reads the text of a recording.
pub(super) fn parse(text: &str, path: &Path) -> Result<(Nodes, Answers), RecordedError> {
    // Each value takes more memory than its text, so they are counted before they are read: at least one of these signs stands
    // before each. Content of files has them, too.
    if text.bytes().filter(|byte| b"=,[".contains(byte)).count() > MOST_VALUES {
        let message = format!("more than {MOST_VALUES} values");
        return Err(RecordedError::Format { path: path.to_owned(), line: 1, column: 1, message });
    }
    let parsed = toml::from_str(text).map_err(|error| (error.span(), unquoted(error.message())));
    parsed.and_then(nodes).map_err(|(span, message)| {
        let before = text.get(..span.map_or(0, |span| span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        RecordedError::Format { path: path.to_owned(), line, column, message }
    })
}

/// Reads a file that is a recording, and no more than [`RECORDING_LIMIT`] bytes of it.
pub(super) fn read(path: &Path) -> Result<(Nodes, Answers), RecordedError> {
    let mut text = String::new();
    let failed = |source| RecordedError::Io { path: path.to_owned(), source };
    let file = regular(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.len() > RECORDING_LIMIT as u64 {
        return Err(RecordedError::TooLarge(path.to_owned()));
    }
    file.take(RECORDING_LIMIT as u64 + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() > RECORDING_LIMIT {
        return Err(RecordedError::TooLarge(path.to_owned()));
    }
    parse(&text, path)
}

/// A path has two entries.
const TWICE: &str = "there is another entry for this path";

/// What is wrong, without the content that the reader's message quotes: the file may be another than it seems to be, such as a
/// link to one with passwords.
fn unquoted(message: &str) -> String {
    let (found, expected) = match message.rfind(", expected ") {
        Some(at) => message.split_at(at),
        None => (message, ""),
    };
    // What the recording lacks is a word of the format.
    let end = found.find(['`', '"', ':', '\'']).filter(|_| !found.starts_with("missing field"));
    format!("{}{expected}", found[..end.unwrap_or(found.len())].trim_end())
}

/// Moves files, links and directories out of the answers.
fn nodes(mut answers: Answers) -> Result<(Nodes, Answers), Wrong> {
    let files =
        std::mem::take(&mut answers.files).into_iter().map(|(path, text)| (path, Node::File(text.into_bytes())));
    let binary = std::mem::take(&mut answers.binary).into_iter().map(|(path, bytes)| (path, Node::File(bytes.0)));
    let links = std::mem::take(&mut answers.links).into_iter().map(|(path, target)| (path, Node::Link(target.0)));
    let mut nodes: BTreeMap<PathBuf, (Range<usize>, Node)> = BTreeMap::new();
    for (path, node) in files.chain(binary).chain(links) {
        let (span, path) = (path.span(), path.into_inner().0);
        if nodes.insert(path, (span.clone(), node)).is_some() {
            return Err((Some(span), TWICE.to_owned()));
        }
    }
    for (path, names) in std::mem::take(&mut answers.directories) {
        let (span, path) = (path.span(), path.into_inner().0);
        for name in names {
            nodes.entry(path.join(name.0)).or_insert((span.clone(), Node::Listed));
        }
        let (_, node) = nodes.entry(path.clone()).or_insert((span.clone(), Node::Directory));
        match node {
            Node::Listed | Node::Directory => *node = Node::Directory,
            Node::File(_) | Node::Link(_) => {
                return Err((Some(span), TWICE.to_owned()));
            }
        }
    }
    // What stands below a path comes right after it.
    let mut leaf: Option<&Path> = None;
    for (path, (span, node)) in &nodes {
        if leaf.is_some_and(|leaf| path.starts_with(leaf)) {
            return Err((Some(span.clone()), "below a path that is not a directory".to_owned()));
        }
        leaf = matches!(node, Node::File(_) | Node::Link(_)).then_some(path);
    }
    Ok((nodes.into_iter().map(|(path, (_, node))| (path, node)).collect(), answers))
}

#[cfg(test)]
mod tests;
