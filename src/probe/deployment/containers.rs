//! The containers of the product that run here, as the engine describes them.
//!
//! They are the running ones, because those that are stopped serve nobody. Of a container's variables only those that a pack
//! names have values.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::rules::{is_instance, is_known, is_monitoring};
use super::service::{Mount, Published, Service, Setting, shown};
use crate::facts::{Application, Excerpt, Fact};
use crate::host::mountinfo::{holding, mounts};
use crate::host::{Host, HostError};
use crate::probe::docker::{
    CONTAINERS, Container, Engine, Inspected, Log, MAX_INSPECTED, Mounted, PublishedPort, SwarmService, engine,
};
use crate::probe::ports::listeners_in;
use crate::probe::storage::is_network;
use crate::probe::unanswered;

/// Label of a container that a service of a Swarm started: the service's id.
pub(in crate::probe) const SWARM_SERVICE: &str = "com.docker.swarm.service.id";
/// Labels of containers that somebody else than the engine starts again, and who.
pub(in crate::probe) const STARTED_BY: [(&str, &str); 2] =
    [("io.kubernetes.pod.name", "Kubernetes"), ("PODMAN_SYSTEMD_UNIT", "a unit of systemd")];

/// The option that makes mongod a member of a replica set, and those that name a file in which that may stand.
const MONGODB_OPTIONS: [&str; 4] = ["--replSet", "--config", "-f", "--configExpand"];

const NOT_SAID: &str = "the engine does not say";
const ONLY_A_MANAGER: &str = "only a manager of the Swarm knows it";

/// What runs here.
#[derive(Debug, Default)]
pub(super) struct Running {
    /// The engine, and what was asked.
    pub place: String,
    /// The containers; those of a Swarm's service once.
    pub services: Vec<Service>,
    /// Those whose health check fails, or that are started again and again.
    pub unhealthy: Vec<Excerpt>,
    /// Those whose output is kept without a bound.
    pub unbounded: Vec<Excerpt>,
    /// Why more of them may be without a bound.
    pub more_unbounded: Option<String>,
    /// Whether an instance of the product offers metrics, or why that is unknown; nothing without an instance.
    pub metrics: Option<Result<bool, String>>,
}

/// The running containers of these applications and of their databases, and beside them those that monitor; none without an engine.
/// The error says why they are not known.
pub(super) fn running(host: &dyn Host, applications: &[Application]) -> Result<Running, Fact> {
    let names_images = |application: &Application| {
        [&application.images, &application.microservices, &application.mongodb_images].iter().any(|of| !of.is_empty())
    };
    if !applications.iter().any(names_images) {
        return Ok(Running { place: "the pack names no image".to_owned(), ..Running::default() });
    }
    let engine = engine(host).map_err(|refusal| refusal.fact())?;
    let place = engine.place(CONTAINERS);
    match running_of(host, &engine, applications) {
        Ok(running) => Ok(Running { place, ..running }),
        Err(HostError::NotPermitted) => Err(engine.denied()),
        Err(error) => Err(unanswered(&error, place)),
    }
}

fn running_of(host: &dyn Host, engine: &Engine<'_>, applications: &[Application]) -> Result<Running, HostError> {
    let of_any =
        |image: &str, is: fn(&str, &Application) -> bool| applications.iter().any(|application| is(image, application));
    let containers = engine.of(|image| of_any(image, is_known))?;
    // A program that monitors is no deployment of anything else.
    if containers.iter().all(|container| container.image().is_some_and(|image| of_any(image, is_monitoring))) {
        return Ok(Running::default());
    }
    if containers.len() > MAX_INSPECTED {
        return Err(HostError::Failed(format!("more than {MAX_INSPECTED} containers of the product")));
    }
    let reader = Reader {
        host,
        engine,
        applications,
        variables: applications.iter().flat_map(Application::variables).map(String::as_str).collect(),
    };
    let in_swarm = containers.iter().any(|container| container.label(SWARM_SERVICE).is_some());
    let swarm = if in_swarm { engine.swarm_services().unwrap_or_default() } else { Vec::new() };
    let mut running = Running::default();
    let mut seen = BTreeSet::new();
    for container in &containers {
        let inspected = engine.inspect(container)?;
        let excerpt =
            |text: String| Excerpt { place: format!("container {}", container.shown_name()), line: None, text };
        if inspected.is_restarting {
            running.unhealthy.push(excerpt("State: restarting".to_owned()));
        } else if inspected.health.as_deref() == Some("unhealthy") {
            running.unhealthy.push(excerpt("Health: unhealthy".to_owned()));
        }
        match &inspected.log {
            Some(Log { driver, max_size: None }) if driver == "json-file" => {
                running.unbounded.push(excerpt("LogConfig: json-file without max-size".to_owned()));
            }
            Some(_) => {}
            None => {
                running.more_unbounded = Some("the engine does not say how the output of containers is kept".to_owned())
            }
        }
        if container.image().is_some_and(|image| of_any(image, is_instance)) && running.metrics != Some(Ok(true)) {
            let metrics = reader.metrics(container, &inspected);
            // One that offers them is enough, and one that is unknown leaves it unknown.
            if running.metrics.is_none() || metrics != Ok(false) {
                running.metrics = Some(metrics);
            }
        }
        let service = container.label(SWARM_SERVICE);
        if service.is_none_or(|id| seen.insert(id)) {
            let of_swarm = service.map(|id| swarm.iter().find(|service| service.id == id));
            running.services.push(reader.service(container, inspected, of_swarm)?);
        }
    }
    Ok(running)
}

struct Reader<'a> {
    host: &'a dyn Host,
    engine: &'a Engine<'a>,
    applications: &'a [Application],
    /// Variables whose values are read.
    variables: BTreeSet<&'a str>,
}

impl Reader<'_> {
    /// A container, and the service of the Swarm that it is of, as far as that is known.
    fn service(
        &self,
        container: &Container,
        inspected: Inspected,
        of_swarm: Option<Option<&SwarmService>>,
    ) -> Result<Service, HostError> {
        let place = format!("container {}", container.shown_name());
        let excerpt = |text: String| Excerpt { place: place.clone(), line: None, text };
        let image = container.image().unwrap_or_default();
        let is_database = self.applications.iter().any(|application| application.is_mongodb(image));
        let mut ports: Vec<_> = container.published()?.iter().map(|port| published(port, &excerpt)).collect();
        ports.dedup_by(|one, other| is_both_families(one, other));
        let (replicas, restart) = match of_swarm {
            None => (Ok(1), self.restart(container, &inspected)),
            Some(None) => (Err(ONLY_A_MANAGER.to_owned()), Err(ONLY_A_MANAGER.to_owned())),
            Some(Some(service)) => {
                ports.extend(service.ports.iter().filter(|port| port.publish_mode == "ingress").map(|port| Setting {
                    value: Ok(Published {
                        address: None,
                        port: Some(port.published_port),
                        target: port.target_port,
                        is_tcp: port.protocol == "tcp",
                    }),
                    excerpt: excerpt(format!(
                        "ingress: {} -> {}/{}",
                        port.published_port, port.target_port, port.protocol
                    )),
                }));
                let replicas = service.replicas.ok_or_else(|| "one for each node of the Swarm".to_owned());
                (replicas, Ok(docker_word(&service.restart).to_owned()))
            }
        };
        let shown = |name: &str, value: &Result<String, String>| {
            excerpt(format!("{name}: {}", value.as_ref().unwrap_or_else(|why| why)))
        };
        Ok(Service {
            image: Some(Setting { value: Ok(image.to_owned()), excerpt: excerpt(format!("Image: {image}")) }),
            more_environment: inspected.environment.is_none().then(|| NOT_SAID.to_owned()),
            environment: self.environment(&inspected.environment.unwrap_or_default(), &excerpt),
            command: is_database.then(|| {
                let options = mongodb_options(&inspected.command).join(" ");
                let excerpt = excerpt(format!("Command: {options}"));
                let unclear = "its command does not show how mongod is started";
                let value = if options.is_empty() { Err(unclear.to_owned()) } else { Ok(options) };
                Setting { value, excerpt }
            }),
            ports,
            restart: Some(Setting { excerpt: shown("RestartPolicy", &restart), value: restart }),
            memory: inspected
                .memory
                .map(|bytes| Setting { value: Ok(bytes), excerpt: excerpt(format!("Memory: {bytes}")) }),
            replicas: Some(Setting { excerpt: excerpt("Replicas".to_owned()), value: replicas }),
            mounts: inspected.mounts.iter().filter_map(|mounted| self.mount(mounted, &excerpt)).collect(),
            ..Service::at(excerpt(image.to_owned()))
        })
    }

    /// Whether an instance listens on a port of metrics, in its own network.
    fn metrics(&self, container: &Container, inspected: &Inspected) -> Result<bool, String> {
        let name = container.shown_name();
        let pid = self.engine.process(container, inspected);
        let pid = pid.ok_or_else(|| format!("the process of container {name} is not visible"))?;
        let listeners = listeners_in(self.host, &format!("/proc/{pid}/net"))
            .map_err(|_| format!("what container {name} listens on is not readable"))?;
        // Docker's name server listens on loopback.
        let reached = listeners.iter().filter(|listener| !listener.address.is_loopback());
        let ports: BTreeSet<u16> = reached.map(|listener| listener.port).collect();
        let mut metrics = self.applications.iter().flat_map(|application| &application.metrics_ports);
        match metrics.any(|port| ports.contains(port)) {
            true => Ok(true),
            false if ports.len() <= 1 => Ok(false),
            false => Err(format!("container {name} listens on several ports, of which one may be that of metrics")),
        }
    }

    fn environment(
        &self,
        variables: &[String],
        excerpt: &impl Fn(String) -> Excerpt,
    ) -> BTreeMap<String, Setting<String>> {
        let setting = |variable: &String| match variable.split_once('=') {
            Some((name, value)) if self.variables.contains(name) => {
                let text = format!("{name}={}", shown(value));
                (name.to_owned(), Setting { value: Ok(value.to_owned()), excerpt: excerpt(text) })
            }
            _ => {
                let name = variable.split('=').next().unwrap_or_default();
                (name.to_owned(), Setting { value: Err("not read".to_owned()), excerpt: excerpt(name.to_owned()) })
            }
        };
        variables.iter().map(setting).collect()
    }

    /// When the engine starts a container again, unless somebody else does it.
    fn restart(&self, container: &Container, inspected: &Inspected) -> Result<String, String> {
        match STARTED_BY.iter().find(|(label, _)| container.label(label).is_some()) {
            Some((_, who)) => Err(format!("{who} decides when it is started again")),
            None => inspected.restart.clone().ok_or_else(|| NOT_SAID.to_owned()),
        }
    }

    /// What holds uploads, and whether it is on this host alone.
    fn mount(&self, mounted: &Mounted, excerpt: &impl Fn(String) -> Excerpt) -> Option<Setting<Mount>> {
        let Mounted { kind, name, source, destination, driver } = mounted;
        self.applications.iter().any(|application| application.holds_uploads(destination)).then(|| {
            let is_local = match kind.as_str() {
                "volume" if driver != "local" => Ok(false),
                "volume" => match self.engine.volume_fstype(name) {
                    Ok(fstype) => Ok(!fstype.is_some_and(|fstype| is_remote(&fstype))),
                    Err(error) => Err(format!("volume {name}: {error}")),
                },
                "bind" => match mounts(self.host) {
                    Ok(mounts) => {
                        Ok(!holding(&mounts, Path::new(source)).is_some_and(|mount| is_remote(&mount.fstype)))
                    }
                    Err(error) => Err(format!("{source}: {error}")),
                },
                _ => Ok(true),
            };
            let from = if kind == "volume" { name } else { source };
            Setting {
                value: is_local.map(|is_local| Mount { target: destination.clone(), is_local }),
                excerpt: excerpt(format!("{kind} {from} -> {destination}")),
            }
        })
    }
}

/// Whether other hosts have the same files.
fn is_remote(fstype: &str) -> bool {
    is_network(fstype) || fstype.starts_with("fuse.")
}

fn published(port: &PublishedPort, excerpt: &impl Fn(String) -> Excerpt) -> Setting<Published> {
    let PublishedPort { port, address, target, protocol, .. } = port;
    let shown = if address.contains(':') { format!("[{address}]") } else { address.clone() };
    Setting {
        value: match address.parse() {
            Ok(address) => {
                Ok(Published { address: Some(address), port: Some(*port), target: *target, is_tcp: protocol == "tcp" })
            }
            Err(_) => Err(format!("`{address}` is not an address")),
        },
        excerpt: excerpt(format!("{shown}:{port} -> {target}/{protocol}")),
    }
}

/// A port as both families of addresses have it. The engine lists them one after the other.
fn is_both_families(six: &Setting<Published>, four: &Setting<Published>) -> bool {
    let (Ok(six), Ok(four)) = (&six.value, &four.value) else { return false };
    let is_every = |port: &Published| port.address.is_some_and(|address| address.is_unspecified());
    is_every(six)
        && is_every(four)
        && Published { address: None, ..six.clone() } == Published { address: None, ..four.clone() }
}

/// When a Swarm starts a task again, in the words of an engine.
fn docker_word(condition: &str) -> &str {
    match condition {
        "none" => "no",
        "any" => "always",
        other => other,
    }
}

/// Of a command, what says whether MongoDB is of a replica set: that option, and the file that may hold it.
pub(in crate::probe) fn mongodb_options(command: &[String]) -> Vec<String> {
    let is_kept = |name: &str| MONGODB_OPTIONS.contains(&name);
    // A shell has the whole command in one word.
    let mut words = command.iter().flat_map(|word| word.split_whitespace());
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        let has_value = word.split_once('=').is_some_and(|(name, _)| is_kept(name));
        if has_value || word == "mongod" {
            kept.push(word.to_owned());
        } else if is_kept(word) {
            kept.extend([word.to_owned()].into_iter().chain(words.next().map(str::to_owned)));
        }
    }
    kept
}
