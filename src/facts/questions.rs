//! Which facts are asked for beyond those that every run collects.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;

use super::catalogue::{CLIENT_VERSION, Subject, VERSIONED_TOOLS, is_on_demand, lookup};
use super::{Chart, Port, is_of_any};

/// What is asked beyond the facts every run collects; packs and the plan say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    /// What is read, if not everything.
    pub subjects: Option<BTreeSet<Subject>>,
    /// TCP ports.
    pub ports: BTreeSet<u16>,
    /// Tools by command name.
    pub tools: BTreeSet<String>,
    /// Facts for which a program would be run that nothing else needs: versions of tools and of the docker command.
    pub versions: BTreeSet<String>,
    /// Path whose file system will hold the data, when not the Docker data root.
    pub data_dir: Option<PathBuf>,
    /// What is measured of the disk that holds the data; nothing unless somebody asked for it.
    pub measure: Option<Measure>,
    /// Hosts whose HTTPS is asked, with [`ServerQuestions::online`] alone.
    pub outbound: BTreeSet<String>,
    /// Plugins whose facts something looks at.
    pub plugins: BTreeSet<String>,
    /// Those that the operator named. No other plugin is run.
    pub named_plugins: BTreeSet<String>,
    /// The product's release and its support.
    pub server: ServerQuestions,
    /// Other nodes of the cluster.
    pub reach: ReachQuestions,
    /// Manifests of the operator, which say what will be deployed.
    pub manifests: Manifests,
    /// What the packs say of their products' containers: the product is that one whose images are found.
    pub applications: Vec<Application>,
    /// The Kubernetes cluster of the caller's kubeconfig may be asked.
    pub cluster: bool,
    /// This moment, by the clock of the machine rampcheck runs on.
    pub now: Option<Timestamp>,
}

/// Manifests that describe one deployment. They were read by whoever asks: they are the operator's, not the host's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifests {
    /// In the order in which they count.
    pub files: Vec<Manifest>,
    /// Files that they name, and `.env`, by their paths from the folder of the first one: their content, `None` if there is no such
    /// file, or why it could not be read.
    pub further: BTreeMap<String, Result<Option<String>, String>>,
}

/// A manifest: a Compose file, or values of a Helm chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The file as the operator named it.
    pub name: String,
    /// Its content.
    pub text: String,
}

impl Manifests {
    /// Their names, for people.
    pub fn names(&self) -> String {
        self.files.iter().map(|manifest| manifest.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// What a pack says of its product's containers, and of the chart that deploys them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Application {
    /// Image repositories of the product itself, without tag: a running container of one shows that the product runs.
    pub images: BTreeSet<String>,
    /// Image repositories of its microservices.
    pub microservices: BTreeSet<String>,
    /// Image repositories of MongoDB: a container of one runs the product's database, and tells its version.
    pub mongodb_images: BTreeSet<String>,
    /// Image repositories of programs that monitor it.
    pub monitoring: BTreeSet<String>,
    /// Variables that every service of the product needs.
    pub needs: BTreeSet<String>,
    /// Variables that every microservice needs.
    pub microservices_need: BTreeSet<String>,
    /// Variables that switch a safeguard off, which the vendor does not support.
    pub shortcuts: BTreeSet<String>,
    /// TCP ports of backends, which are not for the public.
    pub private_ports: BTreeSet<u16>,
    /// TCP ports of metrics, which are not for the public.
    pub metrics_ports: BTreeSet<u16>,
    /// Directories in its container that hold uploads.
    pub uploads: BTreeSet<String>,
    /// Variables that hold the address of its MongoDB.
    pub mongodb_addresses: BTreeSet<String>,
    /// Variables that make a MongoDB container a member of a replica set, each with the image repositories that read it.
    pub mongodb_replica_set: BTreeMap<String, BTreeSet<String>>,
    /// Schemes of the addresses that variables hold, by the name of the variable: `nats` for `nats://`.
    pub schemes: BTreeMap<String, BTreeSet<String>>,
    /// Image repositories of programs beside it that use the network of the host, and none of the ports above.
    pub host_network: BTreeSet<String>,
    /// The Helm chart that deploys it, a table of its own in a pack.
    #[serde(skip)]
    pub chart: Option<Chart>,
}

impl Application {
    /// The variables whose values are read.
    pub fn variables(&self) -> impl Iterator<Item = &String> {
        let of_product = self.needs.iter().chain(&self.microservices_need).chain(&self.shortcuts);
        of_product.chain(&self.mongodb_addresses).chain(self.mongodb_replica_set.keys())
    }
}

/// What may be measured of a disk. The later one includes the earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// How long random reads take.
    Reads,
    /// How long a write takes to reach the disk, too. This writes a file of its own.
    Writes,
}

/// What is asked about the product's release. Files were read by whoever asks: they are the operator's, not the host's.
/// Where a server and the vendor tell what, the pack of the product says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerQuestions {
    /// Address of the server, `https://chat.example.com`, without a slash at the end.
    pub url: Option<String>,
    /// Path below that address where a server tells its release and the signed list: `/api/info`.
    pub info_path: Option<String>,
    /// Path and query where it tells the id of its workspace, for which a signed list can make exceptions.
    pub id_path: Option<String>,
    /// What else it is asked about the way in.
    pub way: Option<WayIn>,
    /// Signed lists: name and content of each file.
    pub lists: Vec<(String, String)>,
    /// Public keys, PEM, that may sign a list: the vendor's and those the operator trusts.
    pub keys: Vec<String>,
    /// Certificate authorities, PEM, trusted besides the system's.
    pub authorities: String,
    /// The vendor's services may be asked.
    pub online: bool,
    /// Where the vendor's list is fetched, with [`ServerQuestions::online`] alone.
    pub list_url: Option<String>,
    /// Where the vendor describes a release, with `VERSION` in the place of its version, with [`ServerQuestions::online`] alone.
    pub release_url: Option<String>,
    /// The release that is planned, which is described instead of the one that runs.
    pub release: Option<String>,
}

/// What a server is asked about the way in, beside its release and its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayIn {
    /// Port that redirects to HTTPS.
    pub http_port: u16,
    /// Path and query of what SockJS says of itself: `/sockjs/info?cb=x`.
    pub sockjs_path: Option<String>,
    /// Path where a WebSocket opens.
    pub websocket_path: Option<String>,
}

impl ServerQuestions {
    /// Where the redirect to HTTPS is looked for, if the server speaks HTTPS.
    pub fn plain_url(&self) -> Option<String> {
        let rest = self.url.as_deref()?.strip_prefix("https://")?;
        let authority = rest.split('/').next().unwrap_or_default();
        // The address of an IPv6 host has colons of its own, in brackets.
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        };
        match self.way.as_ref()?.http_port {
            80 => Some(format!("http://{host}/")),
            port => Some(format!("http://{host}:{port}/")),
        }
    }
}

/// What is asked of other nodes of a cluster; nothing unless the operator names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReachQuestions {
    /// Names or addresses of the nodes.
    pub peers: Vec<String>,
    /// Ports that nodes reach on one another.
    pub ports: BTreeSet<Port>,
}

impl Questions {
    /// Whether an image is an official one of a product.
    pub fn is_official(&self, image: &str) -> bool {
        self.applications.iter().any(|application| application.is_official(image))
    }
}

impl Application {
    /// Whether an image is an official one of the product itself.
    pub fn is_official(&self, image: &str) -> bool {
        is_of_any(image, &self.images)
    }

    /// Whether a directory of its container is one for uploads, or above one.
    pub fn holds_uploads(&self, directory: &str) -> bool {
        self.uploads.iter().any(|uploads| Path::new(uploads).starts_with(directory))
    }

    /// Whether an image is of its database.
    pub fn is_mongodb(&self, image: &str) -> bool {
        is_of_any(image, &self.mongodb_images)
    }

    /// Whether an image is of the product, its microservices, its database or what monitors it.
    pub fn knows(&self, image: &str) -> bool {
        let all = [&self.images, &self.microservices, &self.mongodb_images, &self.monitoring];
        is_of_any(image, all.into_iter().flatten())
    }

    /// Whether somebody needs the value of a variable. No other value leaves the place where it was read.
    pub fn names_variable(&self, name: &str) -> bool {
        self.variables().any(|own| own == name)
    }
}

impl Questions {
    /// Asks for a fact that is not collected at every run: its name holds a port, a tool, a host or a plugin, or it costs the run of a
    /// program.
    pub fn ask(&mut self, fact: &str) {
        let Some(row) = lookup(fact) else { return };
        if is_on_demand(fact) {
            self.versions.insert(fact.to_owned());
        }
        let Some(argument) = row.argument(fact) else { return };
        match argument.parse() {
            Ok(port) if row.subject == Subject::Ports => _ = self.ports.insert(port),
            _ if row.subject == Subject::Plugins => _ = self.plugins.insert(argument.to_owned()),
            // The applications say which values of a chart are asked for.
            _ if row.subject == Subject::Deployment => {}
            _ if row.subject == Subject::Outbound => _ = self.outbound.insert(argument.to_owned()),
            _ => _ = self.tools.insert(argument.to_owned()),
        }
    }

    /// Whether a subject is read.
    pub fn reads(&self, subject: Subject) -> bool {
        self.subjects.as_ref().is_none_or(|subjects| subjects.contains(&subject))
    }

    /// Every address that is asked over the network: what the operator said, and with it what the pack adds. The host of the
    /// last one is known only when the engine has named the official image.
    pub fn addresses(&self) -> Vec<String> {
        let server = &self.server;
        let mut addresses = Vec::new();
        if self.reads(Subject::Server) {
            let asks = server.info_path.is_some() || server.way.is_some();
            addresses.extend(server.url.iter().filter(|_| asks).cloned());
            addresses.extend(server.plain_url());
            if server.online {
                addresses.extend(server.list_url.iter().chain(&server.release_url).cloned());
            }
        }
        if server.online && self.reads(Subject::Outbound) {
            addresses.extend(self.outbound.iter().map(|host| format!("https://{host}/")));
            addresses.push("the registry of the official image".to_owned());
        }
        if self.cluster && (self.reads(Subject::Cluster) || self.reads(Subject::Deployment)) {
            addresses.push("the Kubernetes cluster of the kubeconfig, if there is one".to_owned());
        }
        if self.reads(Subject::Reach) {
            addresses.extend(self.reach.peers.iter().map(|peer| format!("the node {peer}")));
        }
        addresses
    }

    /// Asks for the version of every tool asked for, and of the docker command: for somebody who reads the facts themselves.
    pub fn ask_versions(&mut self) {
        self.versions.insert(CLIENT_VERSION.to_owned());
        let versioned = VERSIONED_TOOLS.iter().filter(|tool| self.tools.contains(**tool));
        self.versions.extend(versioned.map(|tool| format!("tools.{tool}.version")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_redirect_is_looked_for_on_the_same_host() {
        let plain = |url: &str, http_port| {
            let way = WayIn { http_port, sockjs_path: None, websocket_path: None };
            ServerQuestions { url: Some(url.to_owned()), way: Some(way), ..ServerQuestions::default() }.plain_url()
        };
        for (url, expected) in [
            ("https://chat.example.com", Some("http://chat.example.com/")),
            ("https://chat.example.com:8443/team", Some("http://chat.example.com/")),
            ("https://[2001:db8::1]", Some("http://[2001:db8::1]/")),
            ("https://[2001:db8::1]:8443", Some("http://[2001:db8::1]/")),
            ("http://chat.example.com", None),
        ] {
            assert_eq!(plain(url, 80).as_deref(), expected);
        }
        assert_eq!(plain("https://chat.example.com", 8080).as_deref(), Some("http://chat.example.com:8080/"));
    }
}
