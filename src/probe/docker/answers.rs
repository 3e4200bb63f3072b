//! What the engine answers: `/version`, `/info`, `/containers/json`, `/containers/ID/json`, `/networks`, `/services` and
//! `/volumes/NAME` of the Engine API, asked without a version in the path (Engine 29 refuses API versions before 1.44), and of each
//! only the members that facts are made of.
//!
//! Reference: <https://docs.docker.com/reference/api/engine/>. Any member may be missing, because podman and old engines
//! leave some out. A member of another type counts as missing too, and costs nothing else.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::host::{Endpoint, Host, HostError};

/// Label of an image that names its program, and the name in the label of rampcheck's own.
pub(in crate::probe) const TITLE: (&str, &str) = ("org.opencontainers.image.title", "rampcheck");

/// Members of a JSON object.
#[derive(Deserialize)]
struct Members(Map<String, Value>);

impl Members {
    /// Takes a member; `None` if it is missing, null or of another type.
    fn take<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        serde_json::from_value(self.0.remove(name)?).ok()
    }

    /// Takes the elements of a list that are of the type.
    fn list<T: DeserializeOwned>(&mut self, name: &str) -> impl Iterator<Item = T> + use<T> {
        let list: Vec<Value> = self.take(name).unwrap_or_default();
        list.into_iter().filter_map(|element| serde_json::from_value(element).ok())
    }

    /// Takes a text. An empty one counts as missing: engines write one where they have nothing to say.
    fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).filter(|text: &String| !text.is_empty())
    }

    /// Takes an object; an empty one if it is missing.
    fn part(&mut self, name: &str) -> Self {
        self.take(name).unwrap_or(Self(Map::new()))
    }
}

/// `/version`.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Members")]
pub(super) struct Version {
    /// The product it was built for. Distributions leave it empty, and engines before 18.06 leave it out.
    pub platform: Option<String>,
    pub components: Vec<String>,
    pub version: Option<String>,
    pub api_version: Option<String>,
}

impl From<Members> for Version {
    fn from(mut members: Members) -> Self {
        let name = |mut members: Members| members.take::<String>("Name");
        Self {
            platform: members.take("Platform").and_then(name),
            components: members.list("Components").filter_map(name).collect(),
            version: members.text("Version"),
            api_version: members.text("ApiVersion"),
        }
    }
}

/// `/info`.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Members")]
pub(in crate::probe) struct Info {
    pub server_version: Option<String>,
    pub data_root: Option<String>,
    pub driver: Option<String>,
    pub cgroup_version: Option<String>,
    pub operating_system: Option<String>,
    /// Memory of the machine that it runs in, in bytes.
    pub memory: Option<u64>,
    /// Whether it runs without root.
    pub rootless: Option<bool>,
    pub swarm: Option<Swarm>,
    /// Images are kept by containerd instead of the engine.
    pub containerd_store: Option<bool>,
    /// Socket of the containerd it uses, since Engine 27.
    pub containerd_address: Option<String>,
}

impl From<Members> for Info {
    fn from(mut members: Members) -> Self {
        let data_root = members.text("DockerRootDir");
        let rootless = match members.0.remove("SecurityOptions") {
            // An engine without any option writes null. One that says nothing at all has no data root either.
            None | Some(Value::Null) => data_root.is_some().then_some(false),
            Some(options) => {
                // Engines before 17.03 wrote objects.
                let options: Option<Vec<String>> = serde_json::from_value(options).ok();
                options.map(|options| options.iter().any(|option| option == "name=rootless"))
            }
        };
        // A list of pairs; null without any.
        let containerd_store = match members.0.remove("DriverStatus") {
            None | Some(Value::Null) => Some(false),
            Some(Value::Array(status)) => {
                let mut words = status.iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str);
                Some(words.any(|word| word.starts_with("io.containerd.snapshotter")))
            }
            Some(_) => None,
        };
        Self {
            server_version: members.text("ServerVersion"),
            driver: members.text("Driver"),
            cgroup_version: members.text("CgroupVersion"),
            operating_system: members.text("OperatingSystem"),
            // Zero is what an engine says that could not find out.
            memory: members.take("MemTotal").filter(|bytes| *bytes > 0),
            rootless,
            swarm: members.take("Swarm"),
            containerd_store,
            containerd_address: members.take("Containerd").and_then(|mut members: Members| members.text("Address")),
            data_root,
        }
    }
}

impl Info {
    /// Whether the engine runs in the virtual machine of Docker Desktop, where its paths are.
    pub(in crate::probe) fn is_desktop(&self) -> bool {
        self.operating_system.as_deref().is_some_and(is_desktop)
    }
}

/// Whether the name of an operating system or platform is Docker Desktop's.
pub(super) fn is_desktop(name: &str) -> bool {
    name.starts_with("Docker Desktop")
}

/// `Swarm` of `/info`. An engine leaves numbers out where they are zero, as on a worker.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Members")]
pub(in crate::probe) struct Swarm {
    pub state: Option<String>,
    pub control: Option<bool>,
    pub managers: Option<u64>,
    pub nodes: Option<u64>,
}

impl From<Members> for Swarm {
    fn from(mut members: Members) -> Self {
        Self {
            state: members.take("LocalNodeState"),
            control: members.take("ControlAvailable"),
            managers: members.take("Managers"),
            nodes: members.take("Nodes"),
        }
    }
}

/// A running container of `/containers/json`.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Members")]
pub(in crate::probe) struct Container {
    pub(super) id: Option<String>,
    names: Vec<String>,
    image: Option<String>,
    labels: BTreeMap<String, String>,
    ports: Value,
}

impl From<Members> for Container {
    fn from(mut members: Members) -> Self {
        let labels: Map<String, Value> = members.take("Labels").unwrap_or_default();
        let text = |(name, value)| serde_json::from_value(value).ok().map(|value| (name, value));
        Self {
            id: members.text("Id"),
            names: members.list("Names").collect(),
            image: members.text("Image"),
            labels: labels.into_iter().filter_map(text).collect(),
            ports: members.0.remove("Ports").unwrap_or_default(),
        }
    }
}

/// A port of a container; it is published if it has a `PublicPort`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Port {
    #[serde(rename = "IP")]
    ip: Option<String>,
    private_port: Option<u16>,
    public_port: Option<u16>,
    #[serde(rename = "Type")]
    protocol: Option<String>,
}

/// A port that a container publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) struct PublishedPort {
    /// Port of the host.
    pub port: u16,
    /// Address of the host.
    pub address: String,
    /// Port of the container.
    pub target: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// Name of the container.
    pub container: String,
}

impl Container {
    /// The same container with the reference it was started from.
    pub(super) fn of_image(self, image: String) -> Self {
        Self { image: Some(image), ..self }
    }

    /// Its name. Aliases of other containers' links (`/web/db`) are not its name.
    pub(super) fn name(&self) -> Option<&str> {
        self.names.iter().map(|name| name.trim_start_matches('/')).find(|name| !name.contains('/'))
    }

    pub(in crate::probe) fn shown_name(&self) -> &str {
        self.name().unwrap_or("without a name")
    }

    /// The reference it was started from: `registry.example.com/chat:7.10.3`. Once its tag has moved to another image,
    /// Docker gives the image's id here: see [`names_an_image`].
    pub(in crate::probe) fn image(&self) -> Option<&str> {
        self.image.as_deref()
    }

    /// A label of the container; those of its image are among them.
    pub(in crate::probe) fn label(&self, name: &str) -> Option<&str> {
        self.labels.get(name).map(String::as_str)
    }

    /// Whether it is rampcheck itself, which is no container of the host's own.
    pub(super) fn is_rampcheck(&self) -> bool {
        self.label(TITLE.0) == Some(TITLE.1)
    }

    /// The ports it publishes. Here a member of another type is an error: a port must not be taken for free.
    pub(in crate::probe) fn published(&self) -> Result<Vec<PublishedPort>, HostError> {
        let name = self.shown_name();
        let ports = Option::<Vec<Port>>::deserialize(&self.ports)
            .map_err(|error| HostError::Failed(format!("the ports of container {name} are not readable: {error}")))?;
        let published = ports.into_iter().flatten().filter_map(|Port { ip, private_port, public_port, protocol }| {
            let port = public_port?;
            Some(PublishedPort {
                port,
                address: ip.filter(|ip| !ip.is_empty()).unwrap_or_else(|| "0.0.0.0".to_owned()),
                target: private_port.unwrap_or(port),
                protocol: protocol.unwrap_or_default(),
                container: name.to_owned(),
            })
        });
        Ok(published.collect())
    }
}

/// Whether a reference names an image. An id (`sha256:db86b52fad17...`, or its first digits) names none.
pub(in crate::probe) fn names_an_image(reference: &str) -> bool {
    let id = reference.strip_prefix("sha256:").unwrap_or(reference);
    id.len() < 12 || !id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `/containers/ID/json`.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Members")]
pub(in crate::probe) struct Inspected {
    /// The reference it was started from, wherever its tag is by now.
    pub image: Option<String>,
    /// Its first process.
    pub pid: Option<u32>,
    /// It has a limit of open files of its own.
    pub own_nofile: bool,
    /// Its variables, `NAME=VALUE`; nothing if the engine does not say.
    pub environment: Option<Vec<String>>,
    /// The program that it was started with, and its arguments.
    pub command: Vec<String>,
    /// What its health check says: `unhealthy`. Nothing without one.
    pub health: Option<String>,
    /// Its program has ended, and it is started again and again.
    pub is_restarting: bool,
    /// When it is started again: `unless-stopped`. Podman, and Docker for tasks of a Swarm, write no name for `no`.
    pub restart: Option<String>,
    /// Its memory limit, bytes.
    pub memory: Option<u64>,
    /// How its output is kept.
    pub log: Option<Log>,
    /// What is mounted in it.
    pub mounts: Vec<Mounted>,
}

/// How the output of a container is kept.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::probe) struct Log {
    /// The driver: `json-file`.
    pub driver: String,
    /// The size at which a file of it is closed.
    pub max_size: Option<String>,
}

/// What is mounted in a container.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(in crate::probe) struct Mounted {
    /// `bind`, `volume` or `tmpfs`.
    #[serde(rename = "Type")]
    pub kind: String,
    /// Name of the volume.
    pub name: String,
    /// Directory of the host.
    pub source: String,
    /// Directory in the container.
    pub destination: String,
    /// Driver of the volume.
    pub driver: String,
}

impl From<Members> for Inspected {
    fn from(mut members: Members) -> Self {
        let mut config = members.part("Config");
        let mut state = members.part("State");
        let mut host = members.part("HostConfig");
        let mut log = host.part("LogConfig");
        // Podman says json-file whatever the driver is, and null for its options. Docker writes an object.
        let options: Option<Members> = log.take("Config");
        Self {
            image: config.text("Image"),
            pid: state.take("Pid").filter(|pid| *pid > 0),
            own_nofile: host.list("Ulimits").any(|mut limit: Members| limit.text("Name").as_deref() == Some("nofile")),
            environment: config.0.contains_key("Env").then(|| config.list("Env").collect()),
            command: members.text("Path").into_iter().chain(members.list("Args")).collect(),
            health: state.part("Health").text("Status"),
            is_restarting: state.take("Restarting").unwrap_or(false),
            restart: host
                .take("RestartPolicy")
                .map(|mut policy: Members| policy.text("Name").unwrap_or_else(|| "no".to_owned())),
            memory: host.take("Memory").filter(|bytes| *bytes > 0),
            log: log
                .text("Type")
                .zip(options)
                .map(|(driver, mut options)| Log { driver, max_size: options.text("max-size") }),
            mounts: members.list("Mounts").collect(),
        }
    }
}

/// A network of `/networks`.
#[derive(Debug, Deserialize)]
#[serde(from = "Members")]
pub(super) struct Network {
    pub name: String,
    /// It is of a Swarm, not of one host, and carries what its services say to one another.
    pub is_overlay: bool,
    pub is_encrypted: bool,
}

impl From<Members> for Network {
    fn from(mut members: Members) -> Self {
        let is = |text: Option<String>, expected: &str| text.as_deref() == Some(expected);
        // That of the Swarm for published ports is another matter: what comes in has its own TLS.
        let is_ingress = members.take("Ingress").unwrap_or(false);
        let encrypted: Option<String> = members.part("Options").take("encrypted");
        Self {
            is_overlay: is(members.text("Driver"), "overlay") && is(members.text("Scope"), "swarm") && !is_ingress,
            is_encrypted: encrypted.is_some_and(|value| value != "false"),
            name: members.text("Name").unwrap_or_default(),
        }
    }
}

/// A service of a Swarm, of `/services`.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Members")]
pub(in crate::probe) struct SwarmService {
    pub id: String,
    /// How many of it there are; nothing if there is one for each node.
    pub replicas: Option<u64>,
    /// When it is started again: `any` (if it says nothing), `on-failure` or `none`.
    pub restart: String,
    /// Ports that it publishes on every node.
    pub ports: Vec<SwarmPort>,
}

/// A port that a Swarm publishes.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::probe) struct SwarmPort {
    /// Port of every node.
    pub published_port: u16,
    /// Port of the service.
    pub target_port: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// `ingress`, or `host` where the container itself publishes it.
    pub publish_mode: String,
}

impl From<Members> for SwarmService {
    fn from(mut members: Members) -> Self {
        let mut spec = members.part("Spec");
        Self {
            id: members.text("ID").unwrap_or_default(),
            replicas: spec.part("Mode").part("Replicated").take("Replicas"),
            restart: spec.part("TaskTemplate").part("RestartPolicy").text("Condition").unwrap_or("any".to_owned()),
            ports: members.part("Endpoint").list("Ports").collect(),
        }
    }
}

/// A volume of `/volumes/NAME`: the file system that its driver was told to mount, such as `nfs`.
#[derive(Debug, Deserialize)]
#[serde(from = "Members")]
pub(super) struct Volume {
    pub fstype: Option<String>,
}

impl From<Members> for Volume {
    fn from(mut members: Members) -> Self {
        Self { fstype: members.part("Options").text("type") }
    }
}

/// An answer and the headers it came with, named in lower case.
pub(in crate::probe) struct Answer<T> {
    pub body: T,
    pub headers: Headers,
}

pub(super) type Headers = BTreeMap<String, String>;

/// Asks for an answer of type `T`.
pub(super) fn get<T: DeserializeOwned>(
    host: &dyn Host,
    endpoint: &Endpoint,
    target: &str,
) -> Result<Answer<T>, HostError> {
    let response = host.get(endpoint, target)?;
    if response.status != 200 {
        return Err(HostError::Failed(format!("answered with status {}", response.status)));
    }
    let body = serde_json::from_str(&response.body)
        .map_err(|error| HostError::Failed(format!("is not what an engine answers: {error}")))?;
    Ok(Answer { body, headers: response.headers })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_ports_of_a_container() {
        // Docker 26.1.5: one port published on all addresses, one exposed only, one UDP; podman leaves the address
        // empty.
        let body = r#"[{"Names":["/web/db","/db"],"Image":"mongo:7","Ports":[
            {"IP":"0.0.0.0","PrivatePort":27017,"PublicPort":27017,"Type":"tcp"},
            {"IP":"::","PrivatePort":27017,"PublicPort":27017,"Type":"tcp"},
            {"PrivatePort":28017,"Type":"tcp"},
            {"IP":"","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},
            {"IP":"0.0.0.0","PrivatePort":53,"PublicPort":53,"Type":"udp"}]},
            {"Names":null,"Ports":null},
            {}]"#;
        let containers: Vec<Container> = serde_json::from_str(body).unwrap();
        let published: Vec<_> = containers.iter().flat_map(|container| container.published().unwrap()).collect();
        let expected = [
            (27017, "0.0.0.0", 27017, "tcp"),
            (27017, "::", 27017, "tcp"),
            (8080, "0.0.0.0", 80, "tcp"),
            (53, "0.0.0.0", 53, "udp"),
        ]
        .map(|(port, address, target, protocol)| PublishedPort {
            port,
            address: address.to_owned(),
            target,
            protocol: protocol.to_owned(),
            container: "db".to_owned(),
        });
        assert_eq!(published, expected);
    }

    #[test]
    fn a_member_of_another_type_costs_itself_only() {
        let body = r#"{"Driver":7,"ServerVersion":"17.03.2-ce","DockerRootDir":"/var/lib/docker",
            "DriverStatus":[["Backing Filesystem",1]],"Swarm":{"LocalNodeState":"active","Nodes":-1,"Managers":1},
            "SecurityOptions":[{"Name":"seccomp","Options":[{"Key":"profile","Value":"default"}]}]}"#;
        let info: Info = serde_json::from_str(body).unwrap();
        let swarm = Swarm { state: Some("active".to_owned()), managers: Some(1), ..Swarm::default() };
        let expected = Info {
            server_version: Some("17.03.2-ce".to_owned()),
            data_root: Some("/var/lib/docker".to_owned()),
            swarm: Some(swarm),
            containerd_store: Some(false),
            ..Info::default()
        };
        assert_eq!(info, expected, "whether it runs without root is not known");
        for (status, expected) in [
            (r#"[["a",1],["driver-type","io.containerd.snapshotter.v1"],7]"#, Some(true)),
            ("null", Some(false)),
            (r#""overlay2""#, None),
        ] {
            let info: Info = serde_json::from_str(&format!(r#"{{"DriverStatus":{status}}}"#)).unwrap();
            assert_eq!(info.containerd_store, expected, "{status}");
        }
        let body = r#"[{"Names":["/web",7],"Image":"mongo:8","Labels":{"a":1,"b":"c"},"Ports":[{"PublicPort":70000}]},
            {"Names":"web","Image":7}]"#;
        let containers: Vec<Container> = serde_json::from_str(body).unwrap();
        assert_eq!((containers[0].name(), containers[1].name()), (Some("web"), None));
        assert_eq!((containers[0].label("a"), containers[0].label("b")), (None, Some("c")));
        assert_eq!(containers.iter().map(Container::image).collect::<Vec<_>>(), [Some("mongo:8"), None]);
        let published: Vec<_> = containers.iter().map(Container::published).collect();
        assert!(published[0].is_err() && published[1] == Ok(Vec::new()), "{published:?}");
        let version: Version = serde_json::from_str(r#"{"Version":"1.13.1","Platform":"x","Components":{}}"#).unwrap();
        assert_eq!(version, Version { version: Some("1.13.1".to_owned()), ..Version::default() });
        let version: Version = serde_json::from_str(r#"{"Components":[7,{"Name":1},{"Name":"Engine"}]}"#).unwrap();
        assert_eq!(version.components, ["Engine"]);
    }

    #[test]
    fn what_a_container_was_started_with() {
        for (body, image, pid, own_nofile) in [
            (
                r#"{"Config":{"Image":"mongo:8"},"State":{"Pid":41},"HostConfig":{"Ulimits":[{"Name":"nofile","Soft":9}]}}"#,
                Some("mongo:8"),
                Some(41),
                true,
            ),
            (
                r#"{"Config":{"Image":7},"State":{"Pid":41},"HostConfig":{"Ulimits":[{"Name":"core"}, 7]}}"#,
                None,
                Some(41),
                false,
            ),
            (r#"{"Config":7,"State":{"Pid":0},"HostConfig":{"Ulimits":null}}"#, None, None, false),
            ("{}", None, None, false),
        ] {
            let expected = Inspected { image: image.map(str::to_owned), pid, own_nofile, ..Inspected::default() };
            assert_eq!(serde_json::from_str::<Inspected>(body).unwrap(), expected, "{body}");
        }
    }

    #[test]
    fn ids_name_no_image() {
        for (reference, expected) in [
            ("sha256:db86b52fad17", false),
            ("db86b52fad17", false),
            ("mongo:8", true),
            ("mongo@sha256:db86b52fad17", true),
            ("feed", true),
            ("rocketchat/rocket.chat:7.10.3", true),
            ("", true),
        ] {
            assert_eq!(names_an_image(reference), expected, "{reference}");
        }
    }

    #[test]
    fn what_is_not_an_object_is_no_answer() {
        for body in ["[]", "[1]", "null", "7", "\"x\""] {
            assert!(serde_json::from_str::<Version>(body).is_err() && serde_json::from_str::<Info>(body).is_err());
        }
        for body in ["{}", "null", "[[]]", "[7]"] {
            assert!(serde_json::from_str::<Vec<Container>>(body).is_err(), "{body}");
        }
    }

    #[test]
    fn without_root() {
        let rootless = |members: &str| serde_json::from_str::<Info>(&format!("{{{members}}}")).unwrap().rootless;
        for (members, expected) in [
            (r#""DockerRootDir":"/d","SecurityOptions":["name=seccomp,profile=builtin","name=rootless"]"#, Some(true)),
            (r#""DockerRootDir":"/d","SecurityOptions":["name=apparmor"]"#, Some(false)),
            (r#""DockerRootDir":"/d","SecurityOptions":null"#, Some(false)),
            (r#""DockerRootDir":"/d""#, Some(false)),
            (r#""DockerRootDir":"/d","SecurityOptions":"none""#, None),
            ("", None),
        ] {
            assert_eq!(rootless(members), expected, "{members}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = serde_json::from_str::<Info>(&text);
            for container in serde_json::from_str::<Vec<Container>>(&text).unwrap_or_default() {
                let _ = container.published();
            }
        }
    }
}
