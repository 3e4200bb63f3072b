//! Reading a host: one subject, one probe, one file.
//!
//! A probe asks a [`Host`] and reports facts as it goes. It is read-only and may take as long as it likes: [`Collecting`]
//! runs it in another thread and stops listening at the deadline, so that a hung file system or a panic costs the facts of
//! that subject that were not yet reported, and nothing else. Probes do not know packs or plans.

mod cgroup;
mod clock;
mod collect;
mod compose;
mod cpu;
mod docker;
mod firewall;
mod kernel;
mod limits;
mod machine;
mod memory;
mod mountinfo;
mod openssl;
mod os;
mod outbound;
mod ports;
mod server;
mod storage;
#[cfg(test)]
mod testing;
mod tools;

use std::path::Path;
use std::sync::mpsc::{Sender, channel};

pub use crate::facts::Questions;
use crate::facts::{Fact, Subject, Value, Why};
use crate::host::{Host, HostError, read_text};

pub use collect::{Asked, Collecting, Limits};
pub use os::{OsRelease, parse_os_release};
pub use server::TrustKey;

/// What the probe of one subject reports, in this thread: no deadline is kept, and a panic is the caller's. For tests and
/// fuzzing; [`Collecting`] is for hosts.
pub fn reports(subject: Subject, host: &dyn Host, questions: &Questions) -> Vec<(String, Fact)> {
    let (send, receive) = channel();
    let probe = PROBES.iter().find(|probe| probe.subject == subject);
    if let Some(probe) = probe {
        (probe.run)(host, &Asked::from(questions.clone()), &Sink::new(send));
    }
    receive.try_iter().collect()
}

/// One probe.
pub(crate) struct Probe {
    /// What it reads; every catalogue row of this subject is its to report.
    pub subject: Subject,
    /// It runs a program, or waits for an engine, which takes longer than all the rest, and starts before the questions are
    /// known.
    pub early: bool,
    /// Reads it.
    pub run: fn(&dyn Host, &Asked, &Sink),
}

/// Every probe, the slowest first so that its child starts first.
pub(crate) const PROBES: &[Probe] = &[
    Probe { subject: Subject::Compose, early: true, run: compose::probe },
    Probe { subject: Subject::Docker, early: true, run: docker::probe },
    Probe { subject: Subject::Openssl, early: true, run: openssl::probe },
    Probe { subject: Subject::Server, early: false, run: server::probe },
    Probe { subject: Subject::Outbound, early: false, run: outbound::probe },
    Probe { subject: Subject::Tools, early: false, run: tools::probe },
    Probe { subject: Subject::StorageData, early: false, run: storage::probe_data },
    Probe { subject: Subject::StorageRoot, early: false, run: storage::probe_root },
    Probe { subject: Subject::Ports, early: false, run: ports::probe },
    Probe { subject: Subject::Cpu, early: false, run: cpu::probe },
    Probe { subject: Subject::Memory, early: false, run: memory::probe },
    Probe { subject: Subject::Os, early: false, run: os::probe },
    Probe { subject: Subject::Kernel, early: false, run: kernel::probe },
    Probe { subject: Subject::Firewall, early: false, run: firewall::probe },
    Probe { subject: Subject::Clock, early: false, run: clock::probe },
    Probe { subject: Subject::Limits, early: false, run: limits::probe },
    Probe { subject: Subject::Machine, early: false, run: machine::probe },
];

/// Where a probe puts its facts, one by one, so that those before a hang are kept.
#[derive(Clone)]
pub struct Sink {
    send: Sender<(String, Fact)>,
}

impl Sink {
    /// A sink over a channel; the other end collects.
    pub fn new(send: Sender<(String, Fact)>) -> Self {
        Self { send }
    }

    /// Reports a fact. Nobody listens any more after the deadline; that is no error here.
    pub fn put(&self, name: impl Into<String>, fact: Fact) {
        let _ = self.send.send((name.into(), fact));
    }

    /// Reports a value and where it was read.
    pub fn known(&self, name: impl Into<String>, value: impl Into<Value>, source: impl Into<String>) {
        self.put(name, Fact::known(value, source));
    }

    /// Reports that it was looked for and is not there.
    pub fn absent(&self, name: impl Into<String>, source: impl Into<String>) {
        self.put(name, Fact::absent(source));
    }

    /// Reports that it could not be told.
    pub fn unknown(&self, name: impl Into<String>, why: Why, reason: impl Into<String>, source: impl Into<String>) {
        self.put(name, Fact::unknown(why, reason, source));
    }

    /// Reports a value, or what the host's error means for it: *not found* is absent, all else unknown.
    pub fn result<V: Into<Value>>(
        &self,
        name: impl Into<String>,
        result: Result<V, HostError>,
        source: impl Into<String>,
    ) {
        let source = source.into();
        match result {
            Ok(value) => self.known(name, value, source),
            Err(HostError::NotFound) => self.absent(name, source),
            Err(error) => self.failed(name, &error, source),
        }
    }

    /// Reports that it could not be told because of `error`, whatever that is.
    pub fn failed(&self, name: impl Into<String>, error: &HostError, source: impl Into<String>) {
        self.put(name, unanswered(error, source));
    }
}

/// The unknown fact of a question to which `error` was the answer.
fn unanswered(error: &HostError, source: impl Into<String>) -> Fact {
    let source = source.into();
    let why = match error {
        HostError::NotPermitted => Why::NotPermitted,
        HostError::TimedOut(_) => Why::TimedOut,
        HostError::NotAsked(_) => Why::NotAsked,
        _ => Why::Unreadable,
    };
    let reason = if matches!(error, HostError::NotAsked(_)) { error.to_string() } else { format!("{source}: {error}") };
    Fact::unknown(why, reason, source)
}

/// A file of one line, such as those of sysfs, without the white space around it.
fn read_line(host: &dyn Host, path: impl AsRef<Path>) -> Result<String, HostError> {
    read_text(host, path).map(|text| text.trim().to_owned())
}

/// A file of one whole number.
fn read_number(host: &dyn Host, path: impl AsRef<Path>) -> Result<u64, HostError> {
    let line = read_line(host, path)?;
    line.parse().map_err(|_| HostError::Failed(format!("`{line:.40}` is not a number")))
}

/// Whether anything stands at a path, links followed.
fn exists(host: &dyn Host, path: impl AsRef<Path>) -> Result<bool, HostError> {
    match host.stat(path.as_ref()) {
        Ok(_) => Ok(true),
        Err(HostError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
