//! A recorded host: it answers like the machine it was recorded on.
//!
//! Recordings are files, and [`super::recording`] knows their format. The same type, built in memory, serves unit tests.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::recording::{self, Answers, Call, Node, Nodes, RecordedError, Trouble, below, has_below};
use super::tree::resolve;
use super::{
    Endpoint, FileKind, Host, HostError, Latencies, Listener, Measurement, Output, Port, Reached, Response, Result,
    Stat, StatFs, User, WebAnswer,
};

/// The deadline that is reported for a call that was recorded as timed out.
const TIMED_OUT: Duration = Duration::from_secs(5);

/// What a path leads to once its links were followed.
enum Found<'n> {
    File(&'n [u8]),
    Directory,
    Listed,
    Nothing,
}

/// A host that answers from memory. What was not recorded is [`HostError::NotAsked`], except for files, tools and processes:
/// those that the recording does not have are not found.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    pub(super) nodes: Nodes,
    pub(super) answers: Answers,
}

impl Recorded {
    /// Reads a recording, which [`Recorded::to_toml`] or a person wrote.
    ///
    /// # Errors
    /// When the file cannot be read, is larger than [`super::RECORDING_LIMIT`] or is not a recording.
    pub fn load(file: &Path) -> std::result::Result<Self, RecordedError> {
        let (nodes, answers) = recording::read(file)?;
        if nodes.is_empty() {
            return Err(RecordedError::Empty(file.to_owned()));
        }
        Ok(Self { nodes, answers })
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.nodes.insert(path.into(), Node::File(content.into()));
        self
    }

    /// Adds a symbolic link.
    #[must_use]
    pub fn symlink(mut self, path: &str, target: &str) -> Self {
        self.nodes.insert(path.into(), Node::Link(target.into()));
        self
    }

    /// Adds a directory.
    #[must_use]
    pub fn directory(mut self, path: &str) -> Self {
        self.nodes.insert(path.into(), Node::Directory);
        self
    }

    /// Adds the files, links and directories of a recording's text. Its other answers replace all that were there.
    ///
    /// # Errors
    /// When the text is not a recording.
    pub fn answering(mut self, toml: &str) -> std::result::Result<Self, RecordedError> {
        let (nodes, answers) = recording::parse(toml, Path::new("recording"))?;
        self.nodes.extend(nodes);
        self.answers = answers;
        Ok(self)
    }

    /// The text of a recording that answers like this host.
    ///
    /// # Errors
    /// When a number is larger than TOML allows (2^63 - 1).
    pub fn to_toml(&self) -> std::result::Result<String, toml::ser::Error> {
        recording::write(&self.nodes, &self.answers)
    }

    /// Whether reads and writes of a disk were measured when the host was recorded.
    pub fn measured(&self) -> (bool, bool) {
        let taken = self.answers.measurements.keys().map(String::as_str);
        let failed = self.answers.errors.keys().filter_map(|call| call.0.strip_prefix("measure "));
        let (writes, reads): (Vec<_>, Vec<_>) = taken.chain(failed).partition(|what| what.starts_with("writes "));
        (!reads.is_empty(), !writes.is_empty())
    }

    /// The recorded error of a call, if it has one. Blocks for ever where the call hung.
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

    /// The stat of a file, directory or mount point that has no entry of its own. The path must be free of links.
    pub(super) fn usual_stat(&self, path: &Path) -> Option<Stat> {
        let (kind, mode) = match self.nodes.get(path) {
            Some(Node::File(_)) => (FileKind::File, 0o644),
            Some(Node::Directory) => (FileKind::Directory, 0o755),
            _ if has_below(&self.nodes, path) || self.answers.statfs.contains_key(path) => (FileKind::Directory, 0o755),
            _ => return None,
        };
        Some(Stat { kind, uid: 0, gid: 0, mode })
    }

    fn find(&self, path: &Path) -> Result<(PathBuf, Found<'_>)> {
        let path = self.resolved(path)?;
        let found = match self.nodes.get(&path) {
            Some(Node::File(content)) => Found::File(content),
            Some(Node::Directory) => Found::Directory,
            _ if has_below(&self.nodes, &path) => Found::Directory,
            Some(Node::Listed) => Found::Listed,
            _ => Found::Nothing,
        };
        Ok((path, found))
    }
}

fn not_recorded<T>(what: &str) -> Result<T> {
    Err(HostError::NotAsked(format!("{what} was not recorded")))
}

/// How a recording names a command: program and arguments, separated by single spaces.
pub(super) fn command_line(program: &Path, arguments: &[impl AsRef<str>]) -> String {
    let mut line = program.display().to_string();
    for argument in arguments {
        line.push(' ');
        line.push_str(argument.as_ref());
    }
    line
}

impl Host for Recorded {
    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>> {
        self.trouble(&Call::path("read", path).0).map_err(|error| match error {
            HostError::TooLarge(_) => HostError::TooLarge(limit),
            error => error,
        })?;
        match self.find(path)?.1 {
            Found::File(content) if content.len() > limit => Err(HostError::TooLarge(limit)),
            Found::File(content) => Ok(content.to_vec()),
            Found::Directory => Err(HostError::Failed("is a directory".to_owned())),
            Found::Listed => not_recorded("its content"),
            Found::Nothing => Err(HostError::NotFound),
        }
    }

    fn list(&self, directory: &Path) -> Result<Vec<String>> {
        self.trouble(&Call::path("list", directory).0)?;
        let (path, found) = self.find(directory)?;
        match found {
            Found::Directory => {
                let first_part = |below: &Path| Some(below.strip_prefix(&path).ok()?.iter().next()?.to_owned());
                let mut names: Vec<_> = below(&self.nodes, &path).filter_map(first_part).collect();
                names.dedup();
                Ok(names.into_iter().map(|name| name.to_string_lossy().into_owned()).collect())
            }
            Found::Listed => not_recorded("its list of names"),
            Found::File(_) | Found::Nothing => Err(HostError::NotFound),
        }
    }

    fn link(&self, path: &Path) -> Result<PathBuf> {
        self.trouble(&Call::path("link", path).0)?;
        let parent = self.resolved(path.parent().unwrap_or(path))?;
        let path = path.file_name().map_or_else(|| parent.clone(), |name| parent.join(name));
        match self.nodes.get(&path) {
            Some(Node::Link(target)) => Ok(target.clone()),
            Some(Node::Listed) if !has_below(&self.nodes, &path) => not_recorded("whether it is a link"),
            None if !has_below(&self.nodes, &path) => Err(HostError::NotFound),
            _ => Err(HostError::Failed("is not a link".to_owned())),
        }
    }

    fn canonical(&self, path: &Path) -> Result<PathBuf> {
        self.trouble(&Call::path("canonical", path).0)?;
        self.resolved(path)
    }

    fn stat(&self, path: &Path) -> Result<Stat> {
        self.trouble(&Call::path("stat", path).0)?;
        let (path, found) = self.find(path)?;
        if let Some(stat) = self.answers.stat.get(&path) {
            return Ok(*stat);
        }
        match (self.usual_stat(&path), found) {
            (Some(stat), _) => Ok(stat),
            (None, Found::Listed) => not_recorded("its kind and mode"),
            (None, _) => Err(HostError::NotFound),
        }
    }

    fn statfs(&self, path: &Path) -> Result<StatFs> {
        self.trouble(&Call::path("statfs", path).0)?;
        path.ancestors()
            .find_map(|above| self.answers.statfs.get(above).copied())
            .map_or_else(|| not_recorded("the size of the file system"), Ok)
    }

    fn tool(&self, name: &str) -> Result<PathBuf> {
        self.trouble(&format!("tool {name}"))?;
        self.answers.tools.get(name).cloned().ok_or(HostError::NotFound)
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Result<Output> {
        let line = command_line(program, arguments);
        self.trouble(&format!("run {line}"))?;
        match self.answers.command.iter().find(|command| command.run == line) {
            Some(command) => Ok(Output {
                code: (!command.killed).then_some(command.code),
                stdout: command.stdout.clone(),
                stderr: command.stderr.clone(),
            }),
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
            Some(fetch) => Ok(fetch.answer()),
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
        self.answers.clock_synchronized.map_or_else(|| not_recorded("the state of the clock"), Ok)
    }

    fn clock_max_error(&self) -> Result<u64> {
        self.trouble("clock_max_error")?;
        self.answers.clock_max_error.map_or_else(|| not_recorded("the error of the clock"), Ok)
    }

    fn process_name(&self, pid: u32) -> Result<String> {
        self.trouble(&format!("process_name {pid}"))?;
        self.answers.processes.get(&pid.to_string()).cloned().ok_or(HostError::NotFound)
    }

    fn measure(&self, what: &Measurement) -> Result<Latencies> {
        let what = what.to_string();
        self.trouble(&format!("measure {what}"))?;
        let found = self.answers.measurements.get(&what).cloned();
        found.ok_or_else(|| HostError::NotAsked("not measured when this host was recorded".to_owned()))
    }

    fn reach(&self, _: &str, _: &[Port]) -> Result<Reached> {
        Err(HostError::NotAsked("a recorded host reaches nothing".to_owned()))
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
                command = [{ run = "/usr/bin/openssl version", stdout = "OpenSSL 3.0.17" }, { run = "/bin/x", killed = true }]
                http = [{ endpoint = "unix:///run/docker.sock", target = "/version", body = "{}" }]
                directories."/proc" = ["42", "self"]
                "#,
            )
            .unwrap();
        let path = Path::new;
        assert_eq!(host.read(path("/etc/os-release"), 100), Ok(b"ID=debian\n".to_vec()));
        assert_eq!(host.read(path("/etc/os-release"), 5), Err(HostError::TooLarge(5)));
        assert_eq!(host.read(path("/etc/os-release"), 10), Ok(b"ID=debian\n".to_vec()));
        assert_eq!(host.read(path("/etc/os-release"), 9), Err(HostError::TooLarge(9)));
        assert_eq!(host.read(path("/etc/shadow"), 5), Err(HostError::NotPermitted));
        assert_eq!(host.read(path("/usr/lib"), 5), Err(HostError::Failed("is a directory".to_owned())));
        assert_eq!(host.list(path("/etc")), Ok(vec!["os-release".to_owned()]));
        assert_eq!(host.list(path("/")), Ok(["etc", "proc", "usr"].map(str::to_owned).to_vec()));
        assert_eq!(host.list(path("/proc")), Ok(["42", "self"].map(str::to_owned).to_vec()));
        assert_eq!(host.link(path("/etc/os-release")), Ok("../usr/lib/os-release".into()));
        assert_eq!(host.stat(path("/usr")).map(|stat| stat.kind), Ok(FileKind::Directory));
        assert_eq!(host.statfs(path("/var/lib")).map(|fs| fs.size), Ok(100));
        assert_eq!(host.run(path("/usr/bin/openssl"), &["version"]).map(|out| out.code), Ok(Some(0)));
        assert_eq!(host.run(path("/bin/x"), &[]).map(|out| out.code), Ok(None));
        assert_eq!(host.get(&Endpoint::Unix("/run/docker.sock".into()), "/version").map(|r| r.status), Ok(200));
        assert_eq!(host.get(&Endpoint::Unix("/run/other.sock".into()), "/version"), Err(HostError::NotFound));
        assert!(matches!(host.run(path("/usr/bin/jq"), &["--version"]), Err(HostError::Failed(_))));
        assert!(matches!(host.arch(), Err(HostError::NotAsked(_))));
    }

    #[test]
    fn a_name_of_which_nothing_more_is_known_is_neither_there_nor_missing() {
        let host = Recorded::default().answering("directories.'/proc' = ['42']").unwrap();
        let path = Path::new("/proc/42");
        for answer in [
            host.read(path, 1).map(drop),
            host.list(path).map(drop),
            host.link(path).map(drop),
            host.stat(path).map(drop),
        ] {
            assert!(matches!(answer, Err(HostError::NotAsked(_))), "{answer:?}");
        }
        assert_eq!(host.list(Path::new("/proc/42/fd")), Err(HostError::NotFound));
    }
}
