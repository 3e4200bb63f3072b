//! Docker: the engine behind its endpoint, the docker command, Swarm, and the images that run.
//!
//! The engine is asked over its socket and never through the docker command, whose version says nothing of the engine's
//! and which prints an object of zeros if no engine answers. What the engine did not answer is unknown, never zero. The
//! command's own version is read only if it is asked for. The command may be podman under docker's name; its file shows
//! that without running it.

mod access;
mod answers;
mod endpoint;
mod engine;
mod limits;
mod packaging;

use std::path::{Path, PathBuf};

pub(super) use answers::{
    Container, Info, Inspected, Log, Mounted, PublishedPort, SwarmService, TITLE, names_an_image,
};
pub(super) use endpoint::config_directory;
pub(super) use engine::{CONTAINERS, Engine, INFO, MAX_INSPECTED, NETWORKS, SERVICES, VOLUMES, engine};
use engine::{Flavor, Running};
pub(super) use limits::{CONFIGURATION, daemon_configuration};

use super::tools::{self, ask, put_answer, script, search_path, success, version, version_after};
use super::{Questions, Sink, exists, unanswered};
use crate::facts::catalogue::CLIENT_VERSION;
use crate::facts::{Fact, Value, Why};
use crate::host::{Host, HostError};

const STATE: &str = "docker.engine.state";
const ENDPOINT: &str = "docker.engine.endpoint";
const VERSION: &str = "docker.engine.version";
const FLAVOR: &str = "docker.engine.flavor";
const API_VERSION: &str = "docker.engine.api_version";
const MEMORY: &str = "docker.engine.memory";
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
const UNENCRYPTED: &str = "docker.networks.unencrypted";
const NOFILE: &str = "docker.limits.nofile";
const MONGODB_NOFILE: &str = "docker.limits.mongodb_nofile";

/// Facts that only `/info` has.
const OF_INFO: &[&str] = &[
    MEMORY,
    DATA_ROOT,
    STORAGE_DRIVER,
    CGROUP_VERSION,
    ROOTLESS,
    SWARM_STATE,
    SWARM_MANAGERS,
    SWARM_NODES,
    SWARM_CONTROL,
];

/// Swarm states, as `LocalNodeState` names them.
const SWARM_STATES: &[&str] = &["inactive", "pending", "active", "error", "locked"];

/// Why a fact is unknown that the engine's answer leaves out.
const NOT_SAID: &str = "the engine does not say";

/// Where the snap has dockerd; it puts no command of that name on the search path.
const SNAP_DAEMON: &str = "/snap/docker/current/bin/dockerd";

/// Reads the engine, then the docker command.
pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    match engine(host) {
        Ok(engine) => {
            sink.known(ENDPOINT, engine.endpoint.to_string(), engine.rule.as_str());
            match engine.running() {
                Ok(running) => report_running(host, questions, sink, &engine, &running),
                Err(error) => report_not_running(host, sink, &engine, &error),
            }
        }
        Err(refusal) => {
            let of_engine =
                [STATE, ENDPOINT, VERSION, FLAVOR, API_VERSION, PACKAGING, IMAGES, UNENCRYPTED, NOFILE, MONGODB_NOFILE];
            put_all(sink, of_engine.iter().chain(OF_INFO), &refusal.fact());
        }
    }
    if questions.versions.contains(CLIENT_VERSION) {
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
            put_answer(sink, CLIENT_VERSION, version, &program, tools::VERSION);
        }
        Err(error) => sink.result::<String>(CLIENT_VERSION, Err(error), search_path()),
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
fn report_running(host: &dyn Host, questions: &Questions, sink: &Sink, engine: &Engine<'_>, running: &Running<'_, '_>) {
    let (flavor, target) = running.flavor();
    let place = |target: &str| match flavor {
        Flavor::Podman => format!("{} (podman)", running.place(target)),
        _ => running.place(target),
    };
    sink.known(STATE, "running", place(target));
    sink.known(FLAVOR, flavor.name(), place(target));
    for (name, answer) in [(VERSION, running.release()), (API_VERSION, running.api_version())] {
        match answer {
            Some((text, target)) => match version(text) {
                Some(version) => sink.known(name, version, place(target)),
                None => sink.unknown(name, Why::Unreadable, format!("`{text}` is not a version"), place(target)),
            },
            None => sink.unknown(name, Why::NotDetermined, NOT_SAID, place(target)),
        }
    }
    match running.info() {
        Ok(info) => {
            report_info(sink, info, &running.place(INFO));
            report_networks(sink, engine, info);
        }
        Err(error) => {
            put_all(sink, OF_INFO.iter().chain(&[UNENCRYPTED]), &unanswered(error, running.place(INFO)));
        }
    }
    put_packaging(sink, packaging::of_running(host, running), "the engine names no package");
    report_images(questions, sink, engine);
    let rootless = running.info().is_ok_and(|info| info.rootless == Some(true));
    report_nofile(host, sink, engine, flavor, rootless);
}

fn put_packaging(sink: &Sink, found: Option<(&'static str, String)>, otherwise: &str) {
    match found {
        Some((packaging, place)) => sink.known(PACKAGING, packaging, place),
        None => sink.unknown(PACKAGING, Why::NotDetermined, otherwise, "package lists"),
    }
}

/// Reports what `/info` says.
fn report_info(sink: &Sink, info: &Info, place: &str) {
    let put = |name: &str, value: Option<Value>| match value {
        Some(value) => sink.known(name, value, place),
        None => sink.unknown(name, Why::NotDetermined, NOT_SAID, place),
    };
    put(DATA_ROOT, info.data_root.as_deref().map(Value::from));
    put(STORAGE_DRIVER, info.driver.as_deref().map(Value::from));
    put(CGROUP_VERSION, info.cgroup_version.as_deref().map(Value::from));
    put(MEMORY, info.memory.map(Value::Count));
    put(ROOTLESS, info.rootless.map(Value::from));
    let swarm = info.swarm.as_ref();
    let state = swarm.and_then(|swarm| swarm.state.as_deref()).filter(|state| SWARM_STATES.contains(state));
    let Some((swarm, state)) = swarm.zip(state) else {
        [SWARM_STATE, SWARM_CONTROL, SWARM_MANAGERS, SWARM_NODES].into_iter().for_each(|name| put(name, None));
        return;
    };
    sink.known(SWARM_STATE, state, place);
    put(SWARM_CONTROL, swarm.control.map(Value::from));
    for (name, count) in [(SWARM_MANAGERS, swarm.managers), (SWARM_NODES, swarm.nodes)] {
        match count.filter(|count| *count > 0) {
            _ if state == "inactive" => sink.absent(name, place),
            Some(count) => sink.known(name, count, place),
            None => sink.unknown(name, Why::NotDetermined, "only a manager of the Swarm knows it", place),
        }
    }
}

/// Reports the overlay networks that are not encrypted. A worker knows only those that its own containers use.
fn report_networks(sink: &Sink, engine: &Engine<'_>, info: &Info) {
    let swarm = info.swarm.as_ref();
    match swarm.and_then(|swarm| swarm.state.as_deref()) {
        Some("active") => {}
        Some("inactive") => return sink.absent(UNENCRYPTED, engine.place(INFO)),
        _ => return sink.unknown(UNENCRYPTED, Why::NotDetermined, NOT_SAID, engine.place(INFO)),
    }
    let place = engine.place(NETWORKS);
    let overlays = match engine.networks() {
        Ok(networks) => networks.into_iter().filter(|network| network.is_overlay && !network.is_encrypted),
        Err(error) => return sink.failed(UNENCRYPTED, &error, place),
    };
    let mut names: Vec<String> = overlays.map(|network| network.name).collect();
    names.sort_unstable();
    if !names.is_empty() {
        sink.known(UNENCRYPTED, names, place);
    } else if swarm.and_then(|swarm| swarm.control) == Some(true) {
        sink.absent(UNENCRYPTED, place);
    } else {
        sink.unknown(UNENCRYPTED, Why::NotDetermined, "only a manager of the Swarm knows all networks", place);
    }
}

/// Reports the images of running containers that were asked for. If none was, it is unknown: an empty list would say that
/// none of them runs.
fn report_images(questions: &Questions, sink: &Sink, engine: &Engine<'_>) {
    let place = engine.place(CONTAINERS);
    if questions.applications.iter().all(|application| application.images.is_empty()) {
        return sink.unknown(IMAGES, Why::NotAsked, "no image was asked for", place);
    }
    match engine.of(|image| questions.is_official(image)) {
        Ok(official) => {
            let mut images: Vec<String> = official.iter().filter_map(Container::image).map(str::to_owned).collect();
            images.sort_unstable();
            images.dedup();
            sink.known(IMAGES, images, place);
        }
        Err(error) => sink.failed(IMAGES, &error, place),
    }
}

/// Reports why no engine answers, and what is known without it.
fn report_not_running(host: &dyn Host, sink: &Sink, engine: &Engine<'_>, error: &HostError) {
    let endpoint = &engine.endpoint;
    let place = engine.place(INFO);
    let daemon = daemon(host);
    let (state, rest) = match error {
        HostError::NotFound if daemon.is_none() => {
            ("not-installed", Fact::absent(format!("{endpoint}, {}", search_path())))
        }
        HostError::NotFound | HostError::Refused => {
            ("stopped", Fact::unknown(Why::NotDetermined, "the engine is not running", place.as_str()))
        }
        HostError::NotPermitted => ("permission-denied", engine.denied()),
        HostError::TimedOut(_) => ("hung", unanswered(error, place.as_str())),
        _ => {
            let of_engine =
                [STATE, VERSION, FLAVOR, API_VERSION, PACKAGING, IMAGES, UNENCRYPTED, NOFILE, MONGODB_NOFILE];
            put_all(sink, of_engine.iter().chain(OF_INFO), &unanswered(error, place));
            return;
        }
    };
    sink.known(STATE, state, place.as_str());
    put_all(sink, [API_VERSION, IMAGES, UNENCRYPTED].iter().chain(OF_INFO), &rest);
    if state == "not-installed" {
        sink.put(PACKAGING, rest.clone());
    } else {
        put_packaging(sink, packaging::installed(host, daemon.as_deref()), "the engine does not answer");
    }
    match state {
        "not-installed" => put_all(sink, &[NOFILE, MONGODB_NOFILE], &rest),
        _ => report_nofile(host, sink, engine, Flavor::Other, false),
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

/// Reports the version that a stopped engine will have when it is started.
fn report_daemon(host: &dyn Host, sink: &Sink, daemon: &Path) {
    let version = ask(host, daemon, &[tools::VERSION], |output| {
        success(output).and_then(|text| version_after(text, &["Docker version "]))
    });
    let place = format!("{} {}", daemon.display(), tools::VERSION);
    match &version {
        Ok(_) => sink.known(FLAVOR, Flavor::Docker.name(), place),
        Err(error) => sink.failed(FLAVOR, error, place),
    }
    put_answer(sink, VERSION, version, daemon, tools::VERSION);
}

/// The installed daemon.
fn daemon(host: &dyn Host) -> Option<PathBuf> {
    let snap = || (exists(host, SNAP_DAEMON) == Ok(true)).then(|| PathBuf::from(SNAP_DAEMON));
    host.tool("dockerd").ok().or_else(snap)
}

/// Reports how many files a process in a container may have open, and in that of MongoDB.
fn report_nofile(host: &dyn Host, sink: &Sink, engine: &Engine<'_>, flavor: Flavor, rootless: bool) {
    let seen = limits::of_containers(host, engine);
    let elsewhere = |reason: &str| Fact::unknown(Why::NotDetermined, reason, "no running container shows it");
    sink.put(
        NOFILE,
        match seen.usual {
            Some(usual) => usual,
            None if flavor == Flavor::Podman => elsewhere("podman has no daemon"),
            None if rootless => elsewhere("an engine without root has a configuration of its own"),
            None => limits::configured(host),
        },
    );
    let place = engine.place(CONTAINERS);
    sink.put(
        MONGODB_NOFILE,
        match seen.mongodb {
            Some(mongodb) => mongodb,
            None if seen.partly => Fact::unknown(Why::NotDetermined, "not every container shows its limits", place),
            None => Fact::absent(place),
        },
    );
}

#[cfg(test)]
mod tests;
