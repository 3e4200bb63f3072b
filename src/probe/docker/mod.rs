//! Docker: the engine behind its endpoint, the docker command, Swarm, and the images that run.
//!
//! The engine is asked over its socket and never through the docker command, whose version says nothing of the engine's
//! and which prints an object of zeros where no engine answers. What did not answer makes unknown facts, never zeros.
//! The command's own version is asked when somebody wants to know it. Podman may stand there under docker's name: its file
//! tells, without running it.

mod access;
mod answers;
mod endpoint;
mod engine;
mod packaging;

use std::path::{Path, PathBuf};

use answers::Info;
pub(super) use answers::{CONTAINERS, Container, containers, is_asked};
use endpoint::Choice;
pub(super) use endpoint::{choose, config_directory};
use engine::{Engine, Flavor, INFO};

use super::tools::{self, ask, put_asked, script, searched, success, version, version_after};
use super::{Asked, Questions, Sink, exists, read_number, unanswered};
use crate::facts::catalogue::CLIENT_VERSION;
use crate::facts::{Fact, Why};
use crate::host::{Endpoint, Host, HostError, read_text};

const STATE: &str = "docker.engine.state";
const ENDPOINT: &str = "docker.engine.endpoint";
const VERSION: &str = "docker.engine.version";
const FLAVOR: &str = "docker.engine.flavor";
const API_VERSION: &str = "docker.engine.api_version";
const DATA_ROOT: &str = "docker.engine.data_root";
const STORAGE_DRIVER: &str = "docker.engine.storage_driver";
const CGROUP_VERSION: &str = "docker.engine.cgroup_version";
const ROOTLESS: &str = "docker.engine.rootless";
const PACKAGING: &str = "docker.engine.packaging";
const IMAGES: &str = "docker.images";
const SWARM_STATE: &str = "docker.swarm.state";
const SWARM_MANAGERS: &str = "docker.swarm.managers";
const SWARM_NODES: &str = "docker.swarm.nodes";
const SWARM_CONTROL: &str = "docker.swarm.control";
const NOFILE: &str = "docker.limits.nofile";

/// Facts that only `/info` can tell.
const OF_INFO: &[&str] =
    &[DATA_ROOT, STORAGE_DRIVER, CGROUP_VERSION, ROOTLESS, SWARM_STATE, SWARM_MANAGERS, SWARM_NODES, SWARM_CONTROL];

/// Swarm states, as `LocalNodeState` names them.
const SWARM_STATES: &[&str] = &["inactive", "pending", "active", "error", "locked"];

/// Where dockerd stands when it came as a snap, which puts no command of that name on the search path.
const SNAP_DAEMON: &str = "/snap/docker/current/bin/dockerd";

/// Reads the engine, then the docker command.
pub(crate) fn probe(host: &dyn Host, asked: &Asked, sink: &Sink) {
    match choose(host) {
        Ok(Choice { endpoint, rule }) => {
            sink.known(ENDPOINT, endpoint.to_string(), rule.as_str());
            match Engine::ask(host, &endpoint) {
                Ok(engine) => running(host, asked.wait(), sink, &endpoint, &engine),
                Err(error) => not_running(host, sink, &endpoint, &error),
            }
        }
        Err(refusal) => {
            let of_engine = [STATE, ENDPOINT, VERSION, FLAVOR, API_VERSION, PACKAGING, IMAGES, NOFILE];
            put_all(sink, of_engine.iter().chain(OF_INFO), &refusal.fact());
        }
    }
    if asked.wait().versions.contains(CLIENT_VERSION) {
        report_client(host, sink);
    }
}

fn put_all<'a>(sink: &Sink, names: impl IntoIterator<Item = &'a &'static str>, fact: &Fact) {
    for name in names {
        sink.put(*name, fact.clone());
    }
}

/// Reports the command's version.
fn report_client(host: &dyn Host, sink: &Sink) {
    match host.tool("docker") {
        Ok(program) => {
            let version = ask(host, &program, &[tools::VERSION], |output| success(output).and_then(parse_client));
            put_asked(sink, CLIENT_VERSION, version, &program, tools::VERSION);
        }
        Err(error) => sink.result::<String>(CLIENT_VERSION, Err(error), searched()),
    }
}

/// Reads `Docker version 28.2.2, build e6534b4`. The podman-docker script prints `podman version 4.3.1`, and a link
/// named docker to podman prints `docker version 4.3.1`, without the capital.
fn parse_client(text: &str) -> Option<String> {
    version_after(text, &["Docker version ", "podman version ", "docker version "])
}

/// The docker command, if it is podman: a link to it, or the script of podman-docker.
fn podman_as_docker(host: &dyn Host) -> Option<PathBuf> {
    let program = host.tool("docker").ok()?;
    let linked = host.canonical(&program).is_ok_and(|real| real.file_name() == Some("podman".as_ref()));
    let is_podman = linked || script(host, &program).is_some_and(|text| text.contains("podman"));
    is_podman.then_some(program)
}

/// Reports an engine that answers.
fn running(host: &dyn Host, questions: &Questions, sink: &Sink, endpoint: &Endpoint, engine: &Engine) {
    let (flavor, teller) = engine.flavor();
    let source = |target: &str| match flavor {
        Flavor::Podman => format!("{} (podman)", engine.source(target)),
        _ => engine.source(target),
    };
    sink.known(STATE, "running", source(teller));
    sink.known(FLAVOR, flavor.name(), source(teller));
    for (name, said) in [(VERSION, engine.release()), (API_VERSION, engine.api_version())] {
        match said {
            Some((text, teller)) => match version(text) {
                Some(version) => sink.known(name, version, source(teller)),
                None => sink.unknown(name, Why::Unreadable, format!("`{text}` is no version"), source(teller)),
            },
            None => sink.unknown(name, Why::NotTold, "the engine does not tell", source(teller)),
        }
    }
    match engine.info() {
        (Ok(info), source) => report_info(sink, info, &source),
        (Err(error), source) => put_all(sink, OF_INFO, &unanswered(error, source)),
    }
    put_packaging(sink, packaging::of_running(host, engine), "the engine names no package");
    report_images(host, questions, sink, endpoint);
    report_nofile(host, sink, endpoint, flavor);
}

fn put_packaging(sink: &Sink, found: Option<(&'static str, String)>, otherwise: &str) {
    match found {
        Some((packaging, source)) => sink.known(PACKAGING, packaging, source),
        None => sink.unknown(PACKAGING, Why::NotTold, otherwise, "package lists"),
    }
}

/// Reports what stands in `/info`. An empty text is no value: engines print one where they have nothing to say.
fn report_info(sink: &Sink, info: &Info, source: &str) {
    let not_told = |name: &str| sink.unknown(name, Why::NotTold, "the engine does not tell", source);
    for (name, text) in
        [(DATA_ROOT, &info.docker_root_dir), (STORAGE_DRIVER, &info.driver), (CGROUP_VERSION, &info.cgroup_version)]
    {
        match text.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => sink.known(name, text, source),
            None => not_told(name),
        }
    }
    // An engine without any option writes null; one that says nothing at all has no data root either.
    if info.docker_root_dir.is_some() {
        let rootless = info.security_options.iter().flatten().any(|option| option == "name=rootless");
        sink.known(ROOTLESS, rootless, source);
    } else {
        not_told(ROOTLESS);
    }
    let swarm = info.swarm.as_ref();
    let state = swarm.and_then(|swarm| swarm.local_node_state.as_deref()).filter(|state| SWARM_STATES.contains(state));
    let Some((swarm, state)) = swarm.zip(state) else {
        [SWARM_STATE, SWARM_CONTROL, SWARM_MANAGERS, SWARM_NODES].into_iter().for_each(not_told);
        return;
    };
    sink.known(SWARM_STATE, state, source);
    match swarm.control_available {
        Some(control) => sink.known(SWARM_CONTROL, control, source),
        None => not_told(SWARM_CONTROL),
    }
    for (name, count) in [(SWARM_MANAGERS, swarm.managers), (SWARM_NODES, swarm.nodes)] {
        match count.filter(|count| *count > 0) {
            _ if state == "inactive" => sink.absent(name, source),
            Some(count) => sink.known(name, count, source),
            None => sink.unknown(name, Why::NotTold, "only a manager of the Swarm tells", source),
        }
    }
}

/// Reports the images of running containers that were asked for. Without a question it stays unknown: an empty list
/// would tell a later reader that none runs.
fn report_images(host: &dyn Host, questions: &Questions, sink: &Sink, endpoint: &Endpoint) {
    let source = format!("{endpoint} {CONTAINERS}");
    if questions.images.is_empty() {
        return sink.unknown(IMAGES, Why::NotAsked, "no image was asked for", source);
    }
    match containers(host, endpoint) {
        Ok(containers) => {
            let mut images: Vec<String> = containers
                .iter()
                .filter_map(|container| container.image())
                .filter(|image| is_asked(image, questions))
                .map(str::to_owned)
                .collect();
            images.sort_unstable();
            images.dedup();
            sink.known(IMAGES, images, source);
        }
        Err(error) => sink.failed(IMAGES, &error, source),
    }
}

/// Reports why no engine answers, and what is known all the same.
fn not_running(host: &dyn Host, sink: &Sink, endpoint: &Endpoint, error: &HostError) {
    let source = format!("{endpoint} {INFO}");
    let daemon = daemon(host);
    let (state, rest) = match error {
        HostError::NotFound if daemon.is_none() => {
            ("not-installed", Fact::absent(format!("{endpoint}, {}", searched())))
        }
        HostError::NotFound | HostError::Refused => {
            ("stopped", Fact::unknown(Why::NotTold, "the engine is not running", source.as_str()))
        }
        HostError::NotPermitted => {
            ("permission-denied", Fact::unknown(Why::NotPermitted, access::denied(host, endpoint), source.as_str()))
        }
        HostError::TimedOut(_) => ("hung", unanswered(error, source.as_str())),
        _ => {
            let of_engine = [STATE, VERSION, FLAVOR, API_VERSION, PACKAGING, IMAGES, NOFILE];
            put_all(sink, of_engine.iter().chain(OF_INFO), &unanswered(error, source));
            return;
        }
    };
    sink.known(STATE, state, source.as_str());
    put_all(sink, [API_VERSION, IMAGES].iter().chain(OF_INFO), &rest);
    if state == "not-installed" {
        sink.put(PACKAGING, rest.clone());
    } else {
        put_packaging(sink, packaging::installed(host, daemon.as_deref()), "the engine does not answer");
    }
    match state {
        "not-installed" | "stopped" => sink.put(NOFILE, rest.clone()),
        _ => report_nofile(host, sink, endpoint, Flavor::Other),
    }
    if state == "stopped"
        && let Some(daemon) = daemon
    {
        return report_daemon(host, sink, &daemon);
    }
    sink.put(VERSION, rest.clone());
    match podman_as_docker(host) {
        Some(program) => sink.known(FLAVOR, Flavor::Podman.name(), program.display().to_string()),
        None => sink.put(FLAVOR, rest),
    }
}

/// Reports the version that an engine which is installed and stopped will have when it is started.
fn report_daemon(host: &dyn Host, sink: &Sink, daemon: &Path) {
    let version = ask(host, daemon, &[tools::VERSION], |output| {
        success(output).and_then(|text| version_after(text, &["Docker version "]))
    });
    let source = format!("{} {}", daemon.display(), tools::VERSION);
    match &version {
        Ok(_) => sink.known(FLAVOR, Flavor::Docker.name(), source),
        Err(error) => sink.failed(FLAVOR, error, source),
    }
    put_asked(sink, VERSION, version, daemon, tools::VERSION);
}

/// The installed daemon.
fn daemon(host: &dyn Host) -> Option<PathBuf> {
    let snap = || (exists(host, SNAP_DAEMON) == Ok(true)).then(|| PathBuf::from(SNAP_DAEMON));
    host.tool("dockerd").ok().or_else(snap)
}

/// Reports the daemon's soft limit of open files, the one in force for it. The daemon writes its process id beside its
/// socket, or in /run; everybody may read both files.
fn report_nofile(host: &dyn Host, sink: &Sink, endpoint: &Endpoint, flavor: Flavor) {
    if flavor == Flavor::Podman {
        return sink.unknown(NOFILE, Why::NotTold, "podman runs no daemon", "podman");
    }
    let beside = match endpoint {
        Endpoint::Unix(socket) => socket.parent().map(|directory| directory.join("docker.pid")),
        Endpoint::Loopback(_) => None,
    };
    let files = beside.into_iter().chain([PathBuf::from("/run/docker.pid"), "/run/snap.docker/docker.pid".into()]);
    let mut pids = files.filter_map(|file| u32::try_from(read_number(host, file).ok()?).ok());
    let pid = pids.find(|pid| {
        // The file outlives a daemon that was killed, and the number may by now be another process's.
        host.process_name(*pid).is_ok_and(|name| name == "dockerd")
    });
    let Some(pid) = pid else {
        return sink.unknown(NOFILE, Why::NotTold, "no docker.pid names a running dockerd", "docker.pid");
    };
    let source = format!("/proc/{pid}/limits of dockerd");
    match read_text(host, format!("/proc/{pid}/limits")) {
        Ok(text) => match soft_limit_of_files(&text) {
            Some(limit) => sink.known(NOFILE, limit, source),
            None => sink.unknown(NOFILE, Why::Unreadable, "it has no line `Max open files`", source),
        },
        Err(error) => sink.failed(NOFILE, &error, source),
    }
}

/// The soft limit of the line `Max open files`: proc_pid_limits(5). `unlimited` is the largest number that TOML, and so
/// a recorded host, can write.
fn soft_limit_of_files(text: &str) -> Option<u64> {
    let limits = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    match limits.split_whitespace().next()? {
        "unlimited" => Some(i64::MAX as u64),
        limit => limit.parse().ok(),
    }
}

#[cfg(test)]
mod tests;
