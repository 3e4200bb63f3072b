//! What the engine answers: `/version`, `/info`, `/containers/json` and `/containers/ID/json` of the Engine API, asked
//! without a version in the path (Engine 29 refuses API versions before 1.44), and of each only the members that facts are made of.
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
    fn list<T: DeserializeOwned>(&mut self, name: &str) -> impl Iterator<Item = T> {
        let list: Vec<Value> = self.take(name).unwrap_or_default();
        list.into_iter().filter_map(|element| serde_json::from_value(element).ok())
    }

    /// Takes a text. An empty one counts as missing: engines write one where they have nothing to say.
    fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).filter(|text: &String| !text.is_empty())
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
    public_port: Option<u16>,
    #[serde(rename = "Type")]
    protocol: Option<String>,
}

/// A TCP port that a container publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) struct PublishedPort {
    /// Port of the host.
    pub port: u16,
    /// Address of the host.
    pub address: String,
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

    pub(super) fn shown_name(&self) -> &str {
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

    /// The TCP ports it publishes. Here a member of another type is an error: a port must not be taken for free.
    pub(in crate::probe) fn published(&self) -> Result<Vec<PublishedPort>, HostError> {
        let name = self.shown_name();
        let ports = Option::<Vec<Port>>::deserialize(&self.ports)
            .map_err(|error| HostError::Failed(format!("the ports of container {name} are not readable: {error}")))?;
        let tcp = ports.into_iter().flatten().filter(|port| port.protocol.as_deref() == Some("tcp"));
        let published = tcp.filter_map(|port| {
            let address = port.ip.filter(|ip| !ip.is_empty()).unwrap_or_else(|| "0.0.0.0".to_owned());
            Some(PublishedPort { port: port.public_port?, address, container: name.to_owned() })
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
pub(super) struct Inspected {
    /// The reference it was started from, wherever its tag is by now.
    pub image: Option<String>,
    /// Its first process.
    pub pid: Option<u32>,
    /// It has a limit of open files of its own.
    pub own_nofile: bool,
}

impl From<Members> for Inspected {
    fn from(mut members: Members) -> Self {
        let mut part = |name: &str| members.take(name).unwrap_or(Members(Map::new()));
        let (mut config, mut state, mut host) = (part("Config"), part("State"), part("HostConfig"));
        Self {
            image: config.text("Image"),
            pid: state.take("Pid").filter(|pid| *pid > 0),
            own_nofile: host.list("Ulimits").any(|mut limit: Members| limit.text("Name").as_deref() == Some("nofile")),
        }
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
        let expected = [(27017, "0.0.0.0"), (27017, "::"), (8080, "0.0.0.0")].map(|(port, address)| PublishedPort {
            port,
            address: address.to_owned(),
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
            let expected = Inspected { image: image.map(str::to_owned), pid, own_nofile };
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
