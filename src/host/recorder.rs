//! A host that remembers what another was asked and what it answered.
//!
//! It sees what probes ask and nothing else, and so does a recording: no other file, variable or process is in it. How
//! a recording is read back is [`Recorded`]'s business; here is what has to be written down so that it answers the same.

use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::answers::{Command, Fetch, Get, Trouble, call, command_line};
use super::recorded::{Node, RecordedError};
use super::tree::resolve;
use super::{Endpoint, Host, Listener, LiveState, Output, Recorded, Response, Result, Stat, StatFs, User, WebAnswer};

/// Asks another host and remembers what it answered. Of a call made twice, the last answer counts.
pub struct Recorder {
    inner: Arc<dyn Host>,
    log: Mutex<Recorded>,
}

impl Recorder {
    /// Records what `inner` is asked from now on.
    pub fn new(inner: Arc<dyn Host>) -> Self {
        Self { inner, log: Mutex::default() }
    }

    /// Writes what was recorded so far to a folder that is new or empty, for [`Recorded::load`].
    ///
    /// # Errors
    /// When the folder has something in it, or it cannot be written.
    pub fn save(&self, directory: &Path) -> std::result::Result<(), RecordedError> {
        let mut recorded = self.log().clone();
        recorded.forget_what_goes_without_saying();
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| RecordedError::Io { path, source }
        };
        std::fs::create_dir_all(directory).map_err(io(directory))?;
        if std::fs::read_dir(directory).map_err(io(directory))?.next().is_some() {
            return Err(io(directory)(ErrorKind::DirectoryNotEmpty.into()));
        }
        let files = directory.join("files");
        let place = |path: &Path| files.join(path.strip_prefix("/").unwrap_or(path));
        // Links last: were one in the way of a file, the file would be written to wherever it points.
        let (links, others): (Vec<_>, Vec<_>) =
            recorded.nodes.iter().partition(|(_, node)| matches!(node, Node::Link(_)));
        for (path, node) in others.into_iter().chain(links) {
            let path = place(path);
            match node {
                Node::File(content) => write_new(&path, content),
                Node::Directory => std::fs::create_dir_all(&path),
                Node::Link(target) => symlink(target, &path),
            }
            .map_err(io(&path))?;
        }
        let path = directory.join("answers.toml");
        let text = toml::to_string_pretty(&recorded.answers)
            .map_err(|error| RecordedError::Answers { path: path.clone(), message: error.to_string() })?;
        write_new(&path, text.as_bytes()).map_err(io(&path))
    }

    fn log(&self) -> MutexGuard<'_, Recorded> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks; `keep` puts down a good answer. A call that never comes back stays recorded as timed out.
    fn ask<T>(&self, call: String, ask: impl FnOnce() -> Result<T>, keep: impl FnOnce(&mut Recorded, &T)) -> Result<T> {
        self.log().answers.errors.insert(call.clone(), Trouble::TimedOut);
        let answer = ask();
        let mut log = self.log();
        match &answer {
            Ok(value) => {
                log.answers.errors.remove(&call);
                keep(&mut log, value);
            }
            Err(error) => {
                log.answers.errors.insert(call, error.into());
            }
        }
        answer
    }

    /// Asks about a path, after the links in it were recorded.
    fn ask_path<T>(
        &self,
        name: &str,
        path: &Path,
        ask: impl FnOnce() -> Result<T>,
        keep: impl FnOnce(&mut Recorded, &T),
    ) -> Result<T> {
        let follow_and_ask = || {
            let _ = resolve(path, |at| {
                let target = self.inner.link(at).ok();
                if let Some(target) = &target {
                    self.log().put(at, Node::Link(target.clone()));
                }
                Ok(target)
            });
            ask()
        };
        self.ask(call(name, path), follow_and_ask, keep)
    }
}

/// Writes a file that must not exist, readable for everyone: a recording is there to be handed on.
fn write_new(path: &Path, content: &[u8]) -> std::io::Result<()> {
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o644).open(path)?.write_all(content)
}

impl Recorded {
    /// Puts a node where `path`, free of links, says; names of a listing above it turn out to be directories.
    fn put(&mut self, path: &Path, node: Node) {
        for above in path.ancestors().skip(1) {
            self.nodes.insert(above.to_owned(), Node::Directory);
        }
        self.nodes.insert(path.to_owned(), node);
    }

    /// Puts a node where `path` leads by the links recorded so far.
    fn put_resolved(&mut self, path: &Path, node: Node) {
        if let Ok(path) = self.resolved(path) {
            self.put(&path, node);
        }
    }

    /// Files, tools and processes that were not found need no entry: the replay does not find them either. Except a file
    /// whose name stands in the listing of a directory.
    fn forget_what_goes_without_saying(&mut self) {
        let nodes = &self.nodes;
        let resolved = |path: &str| self.resolved(Path::new(path));
        let needless: Vec<_> = self
            .answers
            .errors
            .iter()
            .filter(|(_, trouble)| **trouble == Trouble::NotFound)
            .filter(|(call, _)| match call.split_once(' ') {
                Some(("read" | "list" | "link" | "stat", path)) => {
                    resolved(path).is_ok_and(|path| !nodes.contains_key(&path))
                }
                Some(("tool" | "process_name", _)) => true,
                _ => false,
            })
            .map(|(call, _)| call.clone())
            .collect();
        self.answers.errors.retain(|call, _| !needless.contains(call));
    }
}

impl Host for Recorder {
    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>> {
        self.ask_path(
            "read",
            path,
            || self.inner.read(path, limit),
            |log, content| log.put_resolved(path, Node::File(content.clone())),
        )
    }

    fn list(&self, directory: &Path) -> Result<Vec<String>> {
        self.ask_path(
            "list",
            directory,
            || self.inner.list(directory),
            |log, names| {
                log.put_resolved(directory, Node::Directory);
                let Ok(directory) = log.resolved(directory) else { return };
                // Of most names nothing more will be asked; an empty file holds the place of one.
                for name in names {
                    log.nodes.entry(directory.join(name)).or_insert_with(|| Node::File(Vec::new()));
                }
            },
        )
    }

    fn link(&self, path: &Path) -> Result<PathBuf> {
        // Following the path has recorded this very link.
        self.ask_path("link", path, || self.inner.link(path), |_, _| {})
    }

    fn canonical(&self, path: &Path) -> Result<PathBuf> {
        self.ask_path("canonical", path, || self.inner.canonical(path), |_, _| {})
    }

    fn stat(&self, path: &Path) -> Result<Stat> {
        self.ask_path(
            "stat",
            path,
            || self.inner.stat(path),
            |log, stat| {
                if let Ok(path) = log.resolved(path) {
                    log.answers.stat.insert(path, *stat);
                }
            },
        )
    }

    fn statfs(&self, path: &Path) -> Result<StatFs> {
        self.ask(
            call("statfs", path),
            || self.inner.statfs(path),
            |log, fs| {
                log.answers.statfs.insert(path.to_owned(), *fs);
            },
        )
    }

    fn tool(&self, name: &str) -> Result<PathBuf> {
        self.ask(
            format!("tool {name}"),
            || self.inner.tool(name),
            |log, path| {
                log.answers.tools.insert(name.to_owned(), path.clone());
            },
        )
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Result<Output> {
        let line = command_line(program, arguments);
        self.ask(
            format!("run {line}"),
            || self.inner.run(program, arguments),
            |log, output| {
                let Output { code, stdout, stderr } = output.clone();
                log.answers.command.retain(|command| command.run != line);
                log.answers.command.push(Command { run: line.clone(), code, stdout, stderr });
            },
        )
    }

    fn get(&self, endpoint: &Endpoint, target: &str) -> Result<Response> {
        self.ask(
            format!("get {endpoint} {target}"),
            || self.inner.get(endpoint, target),
            |log, response| {
                let (endpoint, target) = (endpoint.to_string(), target.to_owned());
                let Response { status, headers, body } = response.clone();
                log.answers.http.retain(|get| get.endpoint != endpoint || get.target != target);
                log.answers.http.push(Get { endpoint, target, status, headers, body });
            },
        )
    }

    fn fetch(&self, url: &str) -> Result<WebAnswer> {
        self.ask(
            format!("fetch {url}"),
            || self.inner.fetch(url),
            |log, answer| {
                log.answers.web.retain(|fetch| fetch.url != url);
                log.answers.web.push(Fetch { url: url.to_owned(), answer: answer.clone() });
            },
        )
    }

    fn variable(&self, name: &str) -> Option<String> {
        let value = self.inner.variable(name);
        if let Some(value) = &value {
            self.log().answers.variables.insert(name.to_owned(), value.clone());
        }
        value
    }

    fn listeners(&self) -> Result<Vec<Listener>> {
        self.ask(
            "listeners".to_owned(),
            || self.inner.listeners(),
            |log, listeners| log.answers.listeners = Some(listeners.clone()),
        )
    }

    fn user(&self) -> Result<User> {
        self.ask("user".to_owned(), || self.inner.user(), |log, user| log.answers.user = Some(user.clone()))
    }

    fn arch(&self) -> Result<String> {
        self.ask("arch".to_owned(), || self.inner.arch(), |log, arch| log.answers.arch = Some(arch.clone()))
    }

    fn clock_synchronized(&self) -> Result<bool> {
        self.ask(
            "clock_synchronized".to_owned(),
            || self.inner.clock_synchronized(),
            |log, synchronized| log.answers.clock_synchronized = Some(*synchronized),
        )
    }

    fn live_state(&self) -> Result<LiveState> {
        // It changes while one looks, and two probes ask: the first answer is what everyone gets, as in a replay.
        let state = self.ask(
            "live_state".to_owned(),
            || self.inner.live_state(),
            |log, state| {
                log.answers.live_state.get_or_insert(*state);
            },
        )?;
        Ok(self.log().answers.live_state.unwrap_or(state))
    }

    fn process_name(&self, pid: u32) -> Result<String> {
        self.ask(
            format!("process_name {pid}"),
            || self.inner.process_name(pid),
            |log, name| {
                log.answers.processes.insert(pid.to_string(), name.clone());
            },
        )
    }
}
