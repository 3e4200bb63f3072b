//! The containers of the product that run here, as the engine describes them.
//!
//! They are the running ones, because those that are stopped serve nobody. Of a container's variables only those that a pack
//! names have values, and no value holds the user of an address.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::service::{Mount, Published, Service, Setting, address};
use crate::facts::{Application, Excerpt, Fact, is_of};
use crate::host::mountinfo::{holding, mounts};
use crate::host::{Host, HostError};
use crate::probe::docker::{
    CONTAINERS, Container, Engine, Inspected, Log, MAX_INSPECTED, Mounted, PublishedPort, SwarmService, engine,
};
use crate::probe::storage::is_network;
use crate::probe::unanswered;

/// Label of a container that a service of a Swarm started: the service's id.
pub(in crate::probe) const SWARM_SERVICE: &str = "com.docker.swarm.service.id";
/// Labels of containers that somebody else than the engine starts again, and who.
pub(in crate::probe) const STARTED_BY: [(&str, &str); 2] =
    [("io.kubernetes.pod.name", "Kubernetes"), ("PODMAN_SYSTEMD_UNIT", "a unit of systemd")];

/// The option that makes mongod a member of a replica set, and those that name a file in which that may stand.
const REPLICA_SET: &str = "--replSet";
const CONFIGURATION: [&str; 2] = ["--config", "-f"];

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
}

/// The running containers of these applications, of their databases and of what monitors them; none without an engine. The error
/// says why they are not known.
pub(super) fn running(host: &dyn Host, applications: &[Application]) -> Result<Running, Fact> {
    let engine = engine(host).map_err(|refusal| refusal.fact())?;
    let place = engine.place(CONTAINERS);
    let images = applications.iter().flat_map(Application::every_image).cloned().collect();
    running_of(host, &engine, applications, &images).map(|running| Running { place: place.clone(), ..running }).map_err(
        |error| match error {
            HostError::NotPermitted => engine.denied(),
            error => unanswered(&error, place),
        },
    )
}

fn running_of(
    host: &dyn Host,
    engine: &Engine<'_>,
    applications: &[Application],
    images: &BTreeSet<String>,
) -> Result<Running, HostError> {
    let containers = engine.of_images(images)?;
    if containers.len() > MAX_INSPECTED {
        return Err(HostError::Failed(format!("more than {MAX_INSPECTED} containers of the product")));
    }
    let reader = Reader {
        host,
        engine,
        variables: applications.iter().flat_map(Application::variables).collect(),
        databases: applications.iter().flat_map(|application| &application.mongodb_images).collect(),
        uploads: applications.iter().flat_map(|application| &application.uploads).collect(),
    };
    let in_swarm = containers.iter().any(|container| container.label(SWARM_SERVICE).is_some());
    let swarm = if in_swarm { engine.swarm_services().unwrap_or_default() } else { Vec::new() };
    let mut running = Running::default();
    let mut seen = BTreeSet::new();
    for container in &containers {
        let inspected = engine.inspect(container)?;
        let excerpt = |text: String| Excerpt { place: format!("container {}", container.shown_name()), line: None, text };
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
            None => running.more_unbounded = Some("the engine does not say how the output of containers is kept".to_owned()),
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
    /// Variables whose values are read.
    variables: BTreeSet<&'a String>,
    /// Images whose command is read.
    databases: BTreeSet<&'a String>,
    /// Directories whose mounts are read.
    uploads: BTreeSet<&'a String>,
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
        let is_database = self.databases.iter().any(|repository| is_of(image, repository));
        let mut ports: Vec<_> =
            container.published()?.iter().map(|port| published(port, &excerpt)).collect();
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
                    excerpt: excerpt(format!("ingress: {} -> {}/{}", port.published_port, port.target_port, port.protocol)),
                }));
                let replicas = service.replicas.ok_or_else(|| "one for each node of the Swarm".to_owned());
                (replicas, Ok(docker_word(&service.restart).to_owned()))
            }
        };
        let shown = |name: &str, value: &Result<String, String>| excerpt(format!("{name}: {}", value.as_ref().unwrap_or_else(|why| why)));
        Ok(Service {
            excerpt: excerpt(image.to_owned()),
            image: Some(Setting { value: Ok(image.to_owned()), excerpt: excerpt(format!("Image: {image}")) }),
            build: None,
            environment: self.environment(&inspected.environment, &excerpt),
            more_environment: None,
            command: is_database.then(|| {
                let options = mongodb_options(&inspected.command);
                let names = |option: &str| options.iter().any(|word| word.split('=').next() == Some(option));
                let command = options.join(" ");
                let value = match () {
                    () if names(REPLICA_SET) => Ok(command.clone()),
                    () if options == ["mongod"] => Ok(command.clone()),
                    () if options.is_empty() => Err("its command does not start mongod itself".to_owned()),
                    () => Err("the replica set may stand in its configuration file".to_owned()),
                };
                Setting { value, excerpt: excerpt(format!("Command: {command}")) }
            }),
            ports,
            restart: Some(Setting { excerpt: shown("RestartPolicy", &restart), value: restart }),
            memory: inspected.memory.map(|bytes| Setting { value: Ok(bytes), excerpt: excerpt(format!("Memory: {bytes}")) }),
            replicas: Some(Setting { excerpt: excerpt("Replicas".to_owned()), value: replicas }),
            mounts: inspected.mounts.iter().filter_map(|mounted| self.mount(mounted, &excerpt)).collect(),
        })
    }

    fn environment(
        &self,
        variables: &[String],
        excerpt: &impl Fn(String) -> Excerpt,
    ) -> BTreeMap<String, Setting<String>> {
        let setting = |variable: &String| match variable.split_once('=') {
            Some((name, value)) if self.variables.contains(&name.to_owned()) => {
                let value = address(value);
                let text = format!("{name}={}", value.as_deref().unwrap_or("***"));
                (name.to_owned(), Setting { value, excerpt: excerpt(text) })
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
            None => Ok(inspected.restart.clone()),
        }
    }

    /// What holds uploads, and whether it is on this host alone.
    fn mount(&self, mounted: &Mounted, excerpt: &impl Fn(String) -> Excerpt) -> Option<Setting<Mount>> {
        let Mounted { kind, name, source, destination, driver } = mounted;
        self.uploads.contains(destination).then(|| {
            let is_local = match kind.as_str() {
                "volume" if driver != "local" => Ok(false),
                "volume" => match self.engine.volume_fstype(name) {
                    Ok(fstype) => Ok(!fstype.is_some_and(|fstype| is_remote(&fstype))),
                    Err(error) => Err(format!("volume {name}: {error}")),
                },
                "bind" => match mounts(self.host) {
                    Ok(mounts) => Ok(!holding(&mounts, Path::new(source)).is_some_and(|mount| is_remote(&mount.fstype))),
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
            Ok(address) => Ok(Published {
                address: Some(address),
                port: Some(*port),
                target: *target,
                is_tcp: protocol == "tcp",
            }),
            Err(_) => Err(format!("`{address}` is not an address")),
        },
        excerpt: excerpt(format!("{shown}:{port} -> {target}/{protocol}")),
    }
}

/// A port as both families of addresses have it. The engine lists them one after the other.
fn is_both_families(six: &Setting<Published>, four: &Setting<Published>) -> bool {
    let (Ok(six), Ok(four)) = (&six.value, &four.value) else { return false };
    let is_every = |port: &Published| port.address.is_some_and(|address| address.is_unspecified());
    is_every(six) && is_every(four) && Published { address: None, ..six.clone() } == Published { address: None, ..four.clone() }
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
    let is_kept = |name: &str| name == REPLICA_SET || CONFIGURATION.contains(&name);
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
