//! A recorded host: a folder that answers like the machine it was recorded on.
//!
//! ```text
//! DIR/files/etc/os-release   every file that was read, links as links
//! DIR/answers.toml           everything else that was asked: commands, sockets, sizes, errors
//! ```
//! Hand-written ones are the test cases in `tests/hosts/`; the same type, built in memory, serves the unit tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::answers::{Answers, Trouble, call, command_line};
use super::tree::resolve;
use super::{
    Endpoint, FileKind, Host, HostError, Listener, LiveState, Output, Response, Result, Stat, StatFs, User, WebAnswer,
};

/// The time that a call recorded as timed out says it was given.
const TIMED_OUT: Duration = Duration::from_secs(5);

/// Links and files of a recorded tree.
#[derive(Clone, Debug)]
pub(super) enum Node {
    File(Vec<u8>),
    Link(PathBuf),
    Directory,
}

/// A recorded host could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordedError {
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `answers.toml` is not what it should be.
    #[error("{}: {message}", path.display())]
    Answers {
        /// The file.
        path: PathBuf,
        /// Line, column and what is wrong.
        message: String,
    },
}

/// A host that answers from memory what was recorded.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    pub(super) nodes: BTreeMap<PathBuf, Node>,
    pub(super) answers: Answers,
}

impl Recorded {
    /// Reads a folder that [`super::Recorder`] or a person wrote.
    ///
    /// # Errors
    /// When the folder or its `answers.toml` cannot be read.
    pub fn load(directory: &Path) -> std::result::Result<Self, RecordedError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| RecordedError::Io { path, source }
        };
        let path = directory.join("answers.toml");
        let text = std::fs::read_to_string(&path).map_err(io(&path))?;
        let answers = toml::from_str(&text).map_err(|error| RecordedError::Answers {
            path: path.clone(),
            message: error.to_string().trim_end().to_owned(),
        })?;
        let mut host = Self { answers, ..Self::default() };
        let files = directory.join("files");
        let mut folders = if files.is_dir() { vec![files.clone()] } else { Vec::new() };
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).map_err(io(&folder))? {
                let path = entry.map_err(io(&folder))?.path();
                let inner = Path::new("/").join(path.strip_prefix(&files).unwrap_or(&path));
                let kind = path.symlink_metadata().map_err(io(&path))?.file_type();
                let node = if kind.is_symlink() {
                    Node::Link(path.read_link().map_err(io(&path))?)
                } else if kind.is_dir() {
                    folders.push(path);
                    Node::Directory
                } else {
                    Node::File(std::fs::read(&path).map_err(io(&path))?)
                };
                host.nodes.insert(inner, node);
            }
        }
        Ok(host)
    }

    /// Adds a file and the directories above it.
    #[must_use]
    pub fn file(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.insert(path, Node::File(content.into()));
        self
    }

    /// Adds a symbolic link.
    #[must_use]
    pub fn symlink(mut self, path: &str, target: &str) -> Self {
        self.insert(path, Node::Link(target.into()));
        self
    }

    /// Adds an empty directory.
    #[must_use]
    pub fn directory(mut self, path: &str) -> Self {
        self.insert(path, Node::Directory);
        self
    }

    /// Adds what stands in an `answers.toml`, replacing what was there.
    ///
    /// # Errors
    /// When the text is not such a file.
    pub fn answering(mut self, toml: &str) -> std::result::Result<Self, RecordedError> {
        self.answers = toml::from_str(toml)
            .map_err(|error| RecordedError::Answers { path: "answers.toml".into(), message: error.to_string() })?;
        Ok(self)
    }

    fn insert(&mut self, path: &str, node: Node) {
        let path = PathBuf::from(path);
        for above in path.ancestors().skip(1) {
            self.nodes.entry(above.to_owned()).or_insert(Node::Directory);
        }
        self.nodes.insert(path, node);
    }

    /// The recorded trouble with a call, if there was any; blocks for ever where it hung.
    fn trouble(&self, call: &str) -> Result<()> {
        match self.answers.errors.get(call) {
            None => Ok(()),
            Some(Trouble::NotFound) => Err(HostError::NotFound),
            Some(Trouble::NotPermitted) => Err(HostError::NotPermitted),
            Some(Trouble::Refused) => Err(HostError::Refused),
            Some(Trouble::Dns(name)) => Err(HostError::Dns(name.clone())),
            Some(Trouble::Tls(trouble)) => Err(HostError::Tls(trouble.clone())),
            Some(Trouble::Redirected(host)) => Err(HostError::Redirected(host.clone())),
            Some(Trouble::TooLarge) => Err(HostError::TooLarge(super::READ_LIMIT)),
            Some(Trouble::TimedOut) => Err(HostError::TimedOut(TIMED_OUT)),
            Some(Trouble::NotAsked(reason)) => Err(HostError::NotAsked(reason.clone())),
            Some(Trouble::Failed(message)) => Err(HostError::Failed(message.clone())),
            Some(Trouble::Hangs) => loop {
                std::thread::park();
            },
        }
    }

    /// The path with every recorded link followed.
    pub(super) fn resolved(&self, path: &Path) -> Result<PathBuf> {
        resolve(path, |at| match self.nodes.get(at) {
            Some(Node::Link(target)) => Ok(Some(target.clone())),
            _ => Ok(None),
        })
    }

    fn node(&self, path: &Path) -> Result<(PathBuf, Option<&Node>)> {
        let path = self.resolved(path)?;
        let node = self.nodes.get(&path);
        Ok((path, node))
    }
}

fn not_recorded<T>(what: &str) -> Result<T> {
    Err(HostError::NotAsked(format!("{what} was not recorded")))
}

impl Host for Recorded {
    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>> {
        self.trouble(&call("read", path)).map_err(|error| match error {
            HostError::TooLarge(_) => HostError::TooLarge(limit),
            error => error,
        })?;
        match self.node(path)?.1 {
            Some(Node::File(content)) if content.len() > limit => Err(HostError::TooLarge(limit)),
            Some(Node::File(content)) => Ok(content.clone()),
            Some(_) => Err(HostError::Failed("is a directory".to_owned())),
            None => Err(HostError::NotFound),
        }
    }

    fn list(&self, directory: &Path) -> Result<Vec<String>> {
        self.trouble(&call("list", directory))?;
        let (path, node) = self.node(directory)?;
        match node {
            Some(Node::Directory) => Ok(self
                .nodes
                .range(path.clone()..)
                .take_while(|(below, _)| below.starts_with(&path))
                .filter(|(below, _)| below.parent() == Some(&path))
                .filter_map(|(below, _)| below.file_name().map(|name| name.to_string_lossy().into_owned()))
                .collect()),
            _ => Err(HostError::NotFound),
        }
    }

    fn link(&self, path: &Path) -> Result<PathBuf> {
        self.trouble(&call("link", path))?;
        let parent = self.resolved(path.parent().unwrap_or(path))?;
        match path.file_name().and_then(|name| self.nodes.get(&parent.join(name))) {
            Some(Node::Link(target)) => Ok(target.clone()),
            Some(_) => Err(HostError::Failed("is not a link".to_owned())),
            None => Err(HostError::NotFound),
        }
    }

    fn canonical(&self, path: &Path) -> Result<PathBuf> {
        self.trouble(&call("canonical", path))?;
        self.resolved(path)
    }

    fn stat(&self, path: &Path) -> Result<Stat> {
        self.trouble(&call("stat", path))?;
        let (path, node) = self.node(path)?;
        if let Some(stat) = self.answers.stat.get(&path) {
            return Ok(*stat);
        }
        match node {
            Some(Node::Directory) => Ok(Stat { kind: FileKind::Directory, uid: 0, gid: 0, mode: 0o755 }),
            Some(_) => Ok(Stat { kind: FileKind::File, uid: 0, gid: 0, mode: 0o644 }),
            None if self.answers.statfs.contains_key(&path) => {
                Ok(Stat { kind: FileKind::Directory, uid: 0, gid: 0, mode: 0o755 })
            }
            None => Err(HostError::NotFound),
        }
    }

    fn statfs(&self, path: &Path) -> Result<StatFs> {
        self.trouble(&call("statfs", path))?;
        path.ancestors()
            .find_map(|above| self.answers.statfs.get(above).copied())
            .map_or_else(|| not_recorded("the file system's size"), Ok)
    }

    fn tool(&self, name: &str) -> Result<PathBuf> {
        self.trouble(&format!("tool {name}"))?;
        self.answers.tools.get(name).cloned().ok_or(HostError::NotFound)
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Result<Output> {
        let line = command_line(program, arguments);
        self.trouble(&format!("run {line}"))?;
        match self.answers.command.iter().find(|command| command.run == line) {
            Some(command) => {
                Ok(Output { code: command.code, stdout: command.stdout.clone(), stderr: command.stderr.clone() })
            }
            None => not_recorded(&format!("`{line}`")),
        }
    }

    fn get(&self, endpoint: &Endpoint, target: &str) -> Result<Response> {
        let endpoint = endpoint.to_string();
        self.trouble(&format!("get {endpoint}"))?;
        self.trouble(&format!("get {endpoint} {target}"))?;
        let mut of_endpoint = self.answers.http.iter().filter(|get| get.endpoint == endpoint).peekable();
        if of_endpoint.peek().is_none() {
            return Err(HostError::NotFound);
        }
        match of_endpoint.find(|get| get.target == target) {
            Some(get) => Ok(Response { status: get.status, headers: get.headers.clone(), body: get.body.clone() }),
            None => not_recorded(&format!("{endpoint} {target}")),
        }
    }

    fn fetch(&self, url: &str) -> Result<WebAnswer> {
        self.trouble(&format!("fetch {url}"))?;
        match self.answers.web.iter().find(|fetch| fetch.url == url) {
            Some(fetch) => Ok(fetch.answer.clone()),
            None => not_recorded(url),
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.answers.variables.get(name).cloned()
    }

    fn listeners(&self) -> Result<Vec<Listener>> {
        self.trouble("listeners")?;
        self.answers.listeners.clone().map_or_else(|| not_recorded("the list of listening sockets"), Ok)
    }

    fn user(&self) -> Result<User> {
        self.trouble("user")?;
        self.answers.user.clone().map_or_else(|| not_recorded("the user"), Ok)
    }

    fn arch(&self) -> Result<String> {
        self.trouble("arch")?;
        self.answers.arch.clone().map_or_else(|| not_recorded("the architecture"), Ok)
    }

    fn clock_synchronized(&self) -> Result<bool> {
        self.trouble("clock_synchronized")?;
        self.answers.clock_synchronized.map_or_else(|| not_recorded("the clock's state"), Ok)
    }

    fn live_state(&self) -> Result<LiveState> {
        self.trouble("live_state")?;
        self.answers.live_state.map_or_else(|| not_recorded("the live state"), Ok)
    }

    fn process_name(&self, pid: u32) -> Result<String> {
        self.trouble(&format!("process_name {pid}"))?;
        self.answers.processes.get(&pid.to_string()).cloned().ok_or(HostError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_like_the_machine_it_was_recorded_on() {
        let host = Recorded::default()
            .file("/usr/lib/os-release", "ID=debian\n")
            .symlink("/etc/os-release", "../usr/lib/os-release")
            .answering(
                r#"
                tools = { openssl = "/usr/bin/openssl" }
                statfs."/" = { size = 100, available = 50, inodes = 10, inodes_free = 5 }
                errors = { "read /etc/shadow" = "not-permitted", "run /usr/bin/jq --version" = { failed = "exec format error" } }
                command = [{ run = "/usr/bin/openssl version", code = 0, stdout = "OpenSSL 3.0.17" }]
                http = [{ endpoint = "unix:///run/docker.sock", target = "/version", status = 200, body = "{}" }]
                "#,
            )
            .unwrap();
        assert_eq!(host.read(Path::new("/etc/os-release"), 100), Ok(b"ID=debian\n".to_vec()));
        assert_eq!(host.read(Path::new("/etc/os-release"), 5), Err(HostError::TooLarge(5)));
        assert_eq!(host.read(Path::new("/etc/shadow"), 5), Err(HostError::NotPermitted));
        assert_eq!(host.list(Path::new("/etc")), Ok(vec!["os-release".to_owned()]));
        assert_eq!(host.link(Path::new("/etc/os-release")), Ok("../usr/lib/os-release".into()));
        assert_eq!(host.statfs(Path::new("/var/lib")).map(|fs| fs.size), Ok(100));
        assert_eq!(host.run(Path::new("/usr/bin/openssl"), &["version"]).map(|out| out.code), Ok(Some(0)));
        assert_eq!(host.get(&Endpoint::Unix("/run/docker.sock".into()), "/version").map(|r| r.status), Ok(200));
        assert_eq!(host.get(&Endpoint::Unix("/run/other.sock".into()), "/version"), Err(HostError::NotFound));
        assert!(matches!(host.run(Path::new("/usr/bin/jq"), &["--version"]), Err(HostError::Failed(_))));
        assert!(matches!(host.arch(), Err(HostError::NotAsked(_))));
    }
}
