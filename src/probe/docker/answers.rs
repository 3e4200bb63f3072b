//! What the engine answers: `/version`, `/info` and `/containers/json` of the Engine API, asked without a version in
//! the path (Engine 29 refuses API versions before 1.44), and of each only the members that facts are made of.
//!
//! Reference: <https://docs.docker.com/reference/api/engine/>. Every member may be missing: podman and old engines
//! leave some out. A member of the wrong type makes the whole answer unusable.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::facts::{Questions, is_of};
use crate::host::{Endpoint, Host, HostError};

/// `/version`.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Version {
    pub platform: Option<Named>,
    pub components: Option<Vec<Named>>,
    pub version: Option<String>,
    pub api_version: Option<String>,
}

/// A member of `/version` of which only the name matters.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Named {
    pub name: Option<String>,
}

/// `/info`.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Info {
    pub server_version: Option<String>,
    pub docker_root_dir: Option<String>,
    pub driver: Option<String>,
    pub cgroup_version: Option<String>,
    pub security_options: Option<Vec<String>>,
    pub operating_system: Option<String>,
    pub swarm: Option<Swarm>,
}

/// `Swarm` of `/info`. An engine leaves numbers out where they are zero, as on a worker.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Swarm {
    pub local_node_state: Option<String>,
    pub control_available: Option<bool>,
    pub managers: Option<u64>,
    pub nodes: Option<u64>,
}

/// A running container of `/containers/json`.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::probe) struct Container {
    names: Option<Vec<String>>,
    image: Option<String>,
    labels: Option<BTreeMap<String, String>>,
    ports: Option<Vec<Port>>,
}

/// A port of a container; it is published when it has a `PublicPort`.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Port {
    #[serde(rename = "IP")]
    ip: Option<String>,
    public_port: Option<u16>,
    #[serde(rename = "Type")]
    protocol: Option<String>,
}

impl Container {
    /// Its name; aliases of other containers' links (`/web/db`) are not it.
    fn name(&self) -> Option<&str> {
        self.names.iter().flatten().map(|name| name.trim_start_matches('/')).find(|name| !name.contains('/'))
    }

    /// The reference it was started from: `rocketchat/rocket.chat:7.10.3`.
    pub(in crate::probe) fn image(&self) -> Option<&str> {
        self.image.as_deref()
    }

    /// A label of the container; those of its image are among them.
    pub(in crate::probe) fn label(&self, name: &str) -> Option<&str> {
        self.labels.as_ref()?.get(name).map(String::as_str)
    }

    /// The TCP ports it publishes: port of the host, address of the host, name of the container.
    pub(in crate::probe) fn published(&self) -> impl Iterator<Item = (u16, &str, &str)> {
        let name = self.name().unwrap_or("without a name");
        self.ports.iter().flatten().filter(|port| port.protocol.as_deref() == Some("tcp")).filter_map(move |port| {
            Some((port.public_port?, port.ip.as_deref().filter(|ip| !ip.is_empty()).unwrap_or("0.0.0.0"), name))
        })
    }
}

/// An answer and the headers it came with, named in lower case.
pub(super) struct Answer<T> {
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

/// The running containers.
pub(in crate::probe) fn containers(host: &dyn Host, endpoint: &Endpoint) -> Result<Vec<Container>, HostError> {
    get(host, endpoint, CONTAINERS).map(|answer| answer.body)
}

/// Where the running containers are listed.
pub(in crate::probe) const CONTAINERS: &str = "/containers/json";

/// Whether an image is of a repository that packs name.
pub(in crate::probe) fn is_asked(image: &str, questions: &Questions) -> bool {
    questions.images.iter().any(|asked| is_of(image, asked))
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
            {"Names":null,"Ports":null}]"#;
        let containers: Vec<Container> = serde_json::from_str(body).unwrap();
        let published: Vec<_> = containers.iter().flat_map(Container::published).collect();
        assert_eq!(published, [(27017, "0.0.0.0", "db"), (27017, "::", "db"), (8080, "0.0.0.0", "db")]);
    }

    #[test]
    fn a_member_of_the_wrong_type_makes_the_answer_unusable() {
        assert!(serde_json::from_str::<Info>(r#"{"Driver":7}"#).is_err());
        assert!(serde_json::from_str::<Vec<Container>>(r#"[{"Ports":[{"PublicPort":70000}]}]"#).is_err());
        assert!(serde_json::from_str::<Version>("[]").is_err() && serde_json::from_str::<Version>("null").is_err());
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = serde_json::from_str::<Info>(&text);
            let _ = serde_json::from_str::<Vec<Container>>(&text);
        }
    }
}
