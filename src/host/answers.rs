//! `answers.toml`: what a recorded host answers where no file does, and how calls are named in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{HostError, Listener, LiveState, Stat, StatFs, TlsTrouble, User, WebAnswer};

/// A call that got no answer when it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Trouble {
    /// ENOENT, where the replay would not say so by itself: a command, a listed file that was gone when it was read.
    NotFound,
    /// EACCES.
    NotPermitted,
    /// ECONNREFUSED.
    Refused,
    /// It never answers: the replay blocks, and the caller's deadline decides.
    Hangs,
    /// It did not answer in time; the replay says so at once.
    TimedOut,
    /// Larger than rampcheck reads.
    TooLarge,
    /// No address for this name.
    Dns(String),
    /// No TLS connection that can be trusted.
    Tls(TlsTrouble),
    /// Sent on to this other host.
    Redirected(String),
    /// The host that was recorded does not answer such questions, and said why.
    NotAsked(String),
    /// Any other error, in the system's words.
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

/// A command and what it left.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Command {
    /// Program and arguments, separated by single spaces.
    pub run: String,
    #[serde(default)]
    pub code: Option<i32>,
    #[serde(default)]
    pub stdout: String,
    #[serde(default)]
    pub stderr: String,
}

/// A GET request and its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Get {
    /// `unix:///var/run/docker.sock` or `tcp://127.0.0.1:2375`.
    pub endpoint: String,
    pub target: String,
    pub status: u16,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    pub body: String,
}

/// An address that was fetched and what came.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Fetch {
    pub url: String,
    #[serde(flatten)]
    pub answer: WebAnswer,
}

/// Everything of a recorded host that is no file: `answers.toml`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Answers {
    /// uname(2) machine.
    pub arch: Option<String>,
    /// adjtimex(2).
    pub clock_synchronized: Option<bool>,
    /// Who asked.
    pub user: Option<User>,
    /// Available memory, load, uptime.
    pub live_state: Option<LiveState>,
    /// What listens on TCP; without it, the tables among the files tell.
    pub listeners: Option<Vec<Listener>>,
    /// Environment variables.
    pub variables: BTreeMap<String, String>,
    /// Command name to path.
    pub tools: BTreeMap<String, PathBuf>,
    /// Process id to name.
    pub processes: BTreeMap<String, String>,
    /// Path to kind, owner and mode; sockets need it, files and directories do not.
    pub stat: BTreeMap<PathBuf, Stat>,
    /// Mount point or path to size.
    pub statfs: BTreeMap<PathBuf, StatFs>,
    /// `CALL SUBJECT` to what went wrong: `read /proc/1/environ`, `statfs /mnt`, `run /usr/bin/docker --version`,
    /// `get unix:///run/docker.sock` (all its targets), `get unix:///run/docker.sock /info`,
    /// `fetch https://chat.example.com/api/info`; `user`, `arch`, `listeners`, `clock_synchronized` and `live_state` have
    /// no subject.
    pub errors: BTreeMap<String, Trouble>,
    /// Commands and what they left.
    pub command: Vec<Command>,
    /// HTTP requests and their answers.
    pub http: Vec<Get>,
    /// Addresses fetched and what came.
    pub web: Vec<Fetch>,
}

/// How a call about a path is named among the `errors`.
pub(super) fn call(name: &str, path: &Path) -> String {
    format!("{name} {}", path.display())
}

/// How a command is named: program and arguments, separated by single spaces.
pub(super) fn command_line(program: &Path, arguments: &[&str]) -> String {
    let mut line = program.display().to_string();
    for argument in arguments {
        line.push(' ');
        line.push_str(argument);
    }
    line
}
