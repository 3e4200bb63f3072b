//! Reading a host: one subject, one probe, one file.
//!
//! A probe asks a [`Host`] and reports facts as it goes. It is read-only and keeps no deadline: [`collect`] runs it in a
//! thread of its own and stops waiting at the deadline, so that a hung file system or a panic costs only those facts of
//! that subject that were not yet reported. Several probes ask the same things, such as the engine. Each of these things
//! has one function here, and a host that remembers its answers makes asking again cheap. Probes do not know packs or
//! plans.

mod cgroup;
mod clock;
mod collect;
mod compose;
mod cpu;
mod deployment;
mod docker;
mod firewall;
mod kernel;
mod machine;
mod memory;
mod openssl;
mod os;
mod outbound;
mod packages;
mod plugins;
mod ports;
mod private;
mod reach;
mod recording;
mod resource_limits;
mod server;
mod storage;
#[cfg(test)]
mod testing;
mod tools;
mod userinfo;

use std::path::Path;
use std::sync::mpsc::{Sender, channel};

use crate::facts::{Fact, Questions, Subject, Value, Why};
use crate::host::{Host, HostError, read_text};

pub(crate) use recording::essence;

pub use collect::{Deadlines, collect, is_probe_thread};
pub use deployment::{MOST_MANIFEST_BYTES, are_values, deploys, named_files};
pub use os::{OsRelease, parse_os_release};
pub use reach::{AT_ONCE, Answer, ask_nodes, asked_ports};
pub use server::TrustKey;

/// What the probe of one subject reports, in this thread: without a deadline, and a panic is the caller's. For tests and
/// fuzzing; [`collect`] is for hosts.
pub fn reports(subject: Subject, host: &dyn Host, questions: &Questions) -> Vec<(String, Fact)> {
    let (send, receive) = channel();
    if let Some(probe) = PROBES.iter().find(|probe| probe.subject == subject) {
        (probe.run)(host, questions, &Sink::new(send));
    }
    receive.try_iter().collect()
}

/// One probe.
pub(crate) struct Probe {
    /// What it reads. It reports every catalogue row of this subject.
    pub subject: Subject,
    /// Reads it.
    pub run: fn(&dyn Host, &Questions, &Sink),
}

/// Every probe, in the order in which they are started: those first that wait for a program or an engine.
pub(crate) const PROBES: &[Probe] = &[
    Probe { subject: Subject::Compose, run: compose::probe },
    Probe { subject: Subject::Openssl, run: openssl::probe },
    Probe { subject: Subject::Docker, run: docker::probe },
    Probe { subject: Subject::Tools, run: tools::probe },
    Probe { subject: Subject::Deployment, run: deployment::probe },
    Probe { subject: Subject::Cluster, run: deployment::probe_cluster },
    Probe { subject: Subject::Plugins, run: plugins::probe },
    Probe { subject: Subject::Server, run: server::probe },
    Probe { subject: Subject::Outbound, run: outbound::probe },
    Probe { subject: Subject::Reach, run: reach::probe },
    Probe { subject: Subject::Ports, run: ports::probe },
    Probe { subject: Subject::StorageData, run: storage::probe_data },
    Probe { subject: Subject::StorageRoot, run: storage::probe_root },
    Probe { subject: Subject::Cpu, run: cpu::probe },
    Probe { subject: Subject::Memory, run: memory::probe },
    Probe { subject: Subject::Os, run: os::probe },
    Probe { subject: Subject::Kernel, run: kernel::probe },
    Probe { subject: Subject::Firewall, run: firewall::probe },
    Probe { subject: Subject::Clock, run: clock::probe },
    Probe { subject: Subject::ResourceLimits, run: resource_limits::probe },
    Probe { subject: Subject::Machine, run: machine::probe },
];

/// Where a probe puts its facts, one by one, so that those before a hang are kept.
#[derive(Clone)]
pub(crate) struct Sink {
    send: Sender<(String, Fact)>,
}

impl Sink {
    fn new(send: Sender<(String, Fact)>) -> Self {
        Self { send }
    }

    /// Reports a fact. After the deadline nobody receives it.
    pub fn put(&self, name: impl Into<String>, fact: Fact) {
        let _ = self.send.send((name.into(), fact));
    }

    /// Reports a value and where it was read.
    pub fn known(&self, name: impl Into<String>, value: impl Into<Value>, place: impl Into<String>) {
        self.put(name, Fact::known(value, place));
    }

    /// Reports that it was looked for and is not there.
    pub fn absent(&self, name: impl Into<String>, place: impl Into<String>) {
        self.put(name, Fact::absent(place));
    }

    /// Reports that it could not be determined, and why.
    pub fn unknown(&self, name: impl Into<String>, why: Why, reason: impl Into<String>, place: impl Into<String>) {
        self.put(name, Fact::unknown(why, reason, place));
    }

    /// Reports a value, or what the host's error means: *not found* is absent, every other error is unknown.
    pub fn result<V: Into<Value>>(
        &self,
        name: impl Into<String>,
        result: Result<V, HostError>,
        place: impl Into<String>,
    ) {
        let place = place.into();
        match result {
            Ok(value) => self.known(name, value, place),
            Err(HostError::NotFound) => self.absent(name, place),
            Err(error) => self.failed(name, &error, place),
        }
    }

    /// Reports that it could not be determined because of `error`, even if that is *not found*.
    pub fn failed(&self, name: impl Into<String>, error: &HostError, place: impl Into<String>) {
        self.put(name, unanswered(error, place));
    }
}

/// The unknown fact when the host answered with `error`.
fn unanswered(error: &HostError, place: impl Into<String>) -> Fact {
    let place = place.into();
    let why = match error {
        HostError::NotPermitted => Why::NotPermitted,
        HostError::TimedOut(_) => Why::TimedOut,
        HostError::NotAsked(_) => Why::NotAsked,
        _ => Why::Unreadable,
    };
    let reason = if matches!(error, HostError::NotAsked(_)) { error.to_string() } else { format!("{place}: {error}") };
    Fact::unknown(why, reason, place)
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

/// Whether a path exists, links followed.
fn exists(host: &dyn Host, path: impl AsRef<Path>) -> Result<bool, HostError> {
    match host.stat(path.as_ref()) {
        Ok(_) => Ok(true),
        Err(HostError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
