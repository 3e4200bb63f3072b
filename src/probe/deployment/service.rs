//! A service of a deployment, as a manifest writes it or an engine runs it, and what of it makes facts.

use std::collections::BTreeMap;

use crate::facts::Excerpt;

/// A setting and where it stands. The value is an error where it cannot be told, with the reason: a variable that nothing sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting<T> {
    /// The value.
    pub value: Result<T, String>,
    /// Where it stands. It shows no secret: see [`shown`].
    pub excerpt: Excerpt,
}

/// A service, or a container of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Service {
    /// Where it stands, with its name.
    pub excerpt: Excerpt,
    /// Its image.
    pub image: Option<Setting<String>>,
    /// It is built from a folder, and that is written there.
    pub build: Option<Excerpt>,
    /// Its variables by name. Only those that a pack names have values, all others are there by name.
    pub environment: BTreeMap<String, Setting<String>>,
    /// Why there may be more variables: a file of them that could not be read.
    pub more_environment: Option<String>,
    /// What starts instead of the image's own command.
    pub command: Option<Setting<String>>,
    /// Ports that the host publishes.
    pub ports: Vec<Setting<Published>>,
    /// When it is started again, in Docker's words (`unless-stopped`), of which `no` is one.
    pub restart: Option<Setting<String>>,
    /// Its memory limit, bytes.
    pub memory: Option<Setting<u64>>,
    /// How many of it there are.
    pub replicas: Option<Setting<u64>>,
    /// What is mounted in it.
    pub mounts: Vec<Setting<Mount>>,
}

/// A port of a service that the host publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Published {
    /// Address of the host; every one of its addresses, if none is named.
    pub address: Option<std::net::IpAddr>,
    /// Port of the host; chosen by the engine, if none is named.
    pub port: Option<u16>,
    /// Port of the service.
    pub target: u16,
    /// TCP, not UDP.
    pub is_tcp: bool,
}

/// A directory of a service that is kept outside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// Directory in the service.
    pub target: String,
    /// It is on this host alone: a directory of the host, or a volume of its local driver without options.
    pub is_local: bool,
}
