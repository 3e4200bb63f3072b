//! The engine that the docker command of this user would ask, and what it says of itself.
//!
//! Everything is asked of it here, whichever probe wants to know. The first question is `/info`, and `/version` follows only
//! where that leaves something open: for either one Docker runs its runtime's programs (`runc --version`,
//! `docker-init --version`), which take longer than everything else in a run but Compose.

use std::cell::OnceCell;

use super::access::denied;
use super::answers::{
    Answer, Container, Headers, Info, Inspected, Network, SwarmService, Version, Volume, get, names_an_image,
};
use super::endpoint::{Choice, Refusal, choose};
use crate::facts::{Fact, Why};
use crate::host::{Endpoint, Host, HostError, read_text};

/// Most containers that are asked for by themselves.
pub(in crate::probe) const MAX_INSPECTED: usize = 32;

/// What is asked first.
pub(in crate::probe) const INFO: &str = "/info";
const VERSION: &str = "/version";
/// Where the running containers are listed.
pub(in crate::probe) const CONTAINERS: &str = "/containers/json";
/// Where its networks are.
pub(in crate::probe) const NETWORKS: &str = "/networks";
/// Where the services of a Swarm are; only a manager tells.
pub(in crate::probe) const SERVICES: &str = "/services";
/// Where a volume is, by its name.
pub(in crate::probe) const VOLUMES: &str = "/volumes/";

/// An engine on this host, which may or may not answer.
pub(in crate::probe) struct Engine<'h> {
    host: &'h dyn Host,
    pub(super) endpoint: Endpoint,
    /// The rule that chose the endpoint.
    pub(super) rule: String,
}

/// The engine that the docker command of this user would ask; an engine on another machine is refused.
pub(in crate::probe) fn engine(host: &dyn Host) -> Result<Engine<'_>, Refusal> {
    choose(host).map(|Choice { endpoint, rule }| Engine { host, endpoint, rule })
}

impl<'h> Engine<'h> {
    /// The place of a fact that the answer to `target` says.
    pub(in crate::probe) fn place(&self, target: &str) -> String {
        format!("{} {target}", self.endpoint)
    }

    /// `/info`.
    pub(in crate::probe) fn info(&self) -> Result<Answer<Info>, HostError> {
        get(self.host, &self.endpoint, INFO)
    }

    /// The running containers, without the one that rampcheck may run in; none where no engine runs.
    pub(in crate::probe) fn containers(&self) -> Result<Vec<Container>, HostError> {
        match get::<Vec<Container>>(self.host, &self.endpoint, CONTAINERS) {
            Ok(answer) => Ok(answer.body.into_iter().filter(|container| !container.is_rampcheck()).collect()),
            Err(HostError::NotFound | HostError::Refused) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// A running container, asked for by itself.
    pub(in crate::probe) fn inspect(&self, container: &Container) -> Result<Inspected, HostError> {
        let id = container.id.as_deref().filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let id = id.ok_or_else(|| HostError::Failed("a container without an id".to_owned()))?;
        get(self.host, &self.endpoint, &format!("/containers/{id}/json")).map(|answer| answer.body)
    }

    /// The first process of a container. The engine may run in a virtual machine, where the process id is another's: the control
    /// group must be the container's.
    pub(in crate::probe) fn process(&self, container: &Container, inspected: &Inspected) -> Option<u32> {
        let pid = inspected.pid?;
        let groups = read_text(self.host, format!("/proc/{pid}/cgroup")).ok()?;
        groups.contains(container.id.as_deref()?).then_some(pid)
    }

    /// The running containers with such images. An error if the image of one is not known: it may be
    /// one of them.
    pub(in crate::probe) fn of(&self, is_one: impl Fn(&str) -> bool) -> Result<Vec<Container>, HostError> {
        let mut asked = 0;
        let mut found = Vec::new();
        for container in self.containers()? {
            let container = match container.image() {
                Some(image) if !names_an_image(image) => {
                    asked += 1;
                    if asked > MAX_INSPECTED {
                        return Err(HostError::Failed(format!("more than {MAX_INSPECTED} images have no name")));
                    }
                    let name = self.inspect(&container)?.image.filter(|name| names_an_image(name));
                    let unnamed =
                        || format!("the image {image:.19} of container {} has no name", container.shown_name());
                    let name = name.ok_or_else(|| HostError::Failed(unnamed()))?;
                    container.of_image(name)
                }
                _ => container,
            };
            if container.image().is_some_and(&is_one) {
                found.push(container);
            }
        }
        Ok(found)
    }

    /// The unknown fact when this user may not ask it: who may, and what helps.
    pub(in crate::probe) fn denied(&self) -> Fact {
        Fact::unknown(Why::NotPermitted, denied(self.host, &self.endpoint), self.place(INFO))
    }

    /// The networks that it knows.
    pub(super) fn networks(&self) -> Result<Vec<Network>, HostError> {
        get(self.host, &self.endpoint, NETWORKS).map(|answer| answer.body)
    }

    /// The services of the Swarm that it manages.
    pub(in crate::probe) fn swarm_services(&self) -> Result<Vec<SwarmService>, HostError> {
        get(self.host, &self.endpoint, SERVICES).map(|answer| answer.body)
    }

    /// The file system that the local driver was told to mount as a volume; none for a directory of the host.
    pub(in crate::probe) fn volume_fstype(&self, name: &str) -> Result<Option<String>, HostError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_plain) {
            return Err(HostError::Failed("the volume has a name that Docker does not give".to_owned()));
        }
        get::<Volume>(self.host, &self.endpoint, &format!("{VOLUMES}{name}")).map(|answer| answer.body.fstype)
    }

    /// The engine, if it answers; the error is that of `/info`.
    pub(super) fn running(&self) -> Result<Running<'h, '_>, HostError> {
        let running = Running { engine: self, info: self.info(), version: OnceCell::new() };
        match running.info {
            // An engine in trouble may fail at this and still answer with its version.
            Err(HostError::Failed(_) | HostError::TooLarge(_)) if running.version().is_some() => Ok(running),
            Err(error) => Err(error),
            Ok(_) => Ok(running),
        }
    }
}

/// Whose engine it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavor {
    Docker,
    Podman,
    Other,
}

impl Flavor {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
            Self::Other => "other",
        }
    }
}

/// An engine that answers.
pub(super) struct Running<'h, 'e> {
    engine: &'e Engine<'h>,
    info: Result<Answer<Info>, HostError>,
    version: OnceCell<Option<Answer<Version>>>,
}

/// What an engine answered, and to which target.
pub(super) type Answered<'a> = (&'a str, &'static str);

impl Running<'_, '_> {
    /// The place of a fact that the answer to `target` says.
    pub(super) fn place(&self, target: &str) -> String {
        self.engine.place(target)
    }

    /// `/info`, or why there is none.
    pub(super) fn info(&self) -> Result<&Info, &HostError> {
        self.info.as_ref().map(|info| &info.body)
    }

    fn version(&self) -> Option<&Answer<Version>> {
        let Engine { host, endpoint, .. } = self.engine;
        self.version.get_or_init(|| get(*host, endpoint, VERSION).ok()).as_ref()
    }

    /// A text of `/info`, else one of `/version`.
    fn text<'a>(
        &'a self,
        of_info: impl FnOnce(&'a Answer<Info>) -> Option<&'a String>,
        of_version: impl FnOnce(&'a Version) -> Option<&'a String>,
    ) -> Option<Answered<'a>> {
        let info = self.info.as_ref().ok().and_then(of_info).map(|text| (text.as_str(), INFO));
        info.or_else(|| Some((of_version(&self.version()?.body)?.as_str(), VERSION)))
    }

    /// Its version.
    pub(super) fn release(&self) -> Option<Answered<'_>> {
        self.text(|info| info.body.server_version.as_ref(), |version| version.version.as_ref())
    }

    /// The highest API version it supports, from the header of every answer.
    pub(super) fn api_version<'a>(&'a self) -> Option<Answered<'a>> {
        let of_header = |info: &'a Answer<Info>| info.headers.get("api-version").filter(|text| !text.is_empty());
        self.text(of_header, |version| version.api_version.as_ref())
    }

    /// The product it was built for.
    pub(super) fn platform(&self) -> Option<&str> {
        self.version()?.body.platform.as_deref()
    }

    /// Whose engine it is, and the target whose answer says so. Podman names itself in headers and components, whatever it
    /// is started as; engines before 18.06 name no components.
    pub(super) fn flavor(&self) -> (Flavor, &'static str) {
        let by_headers = |headers: &Headers| {
            let server = headers.get("server").map_or("", String::as_str);
            if headers.contains_key("libpod-api-version") || server.starts_with("Libpod/") {
                Some(Flavor::Podman)
            } else {
                server.starts_with("Docker/").then_some(Flavor::Docker)
            }
        };
        if let Some(flavor) = self.info.as_ref().ok().and_then(|info| by_headers(&info.headers)) {
            return (flavor, INFO);
        }
        let Some(version) = self.version() else { return (Flavor::Other, INFO) };
        let headers = by_headers(&version.headers);
        let components = &version.body.components;
        let flavor = if headers == Some(Flavor::Podman) || components.iter().any(|name| name.contains("Podman")) {
            Flavor::Podman
        } else if headers == Some(Flavor::Docker) || components.iter().any(|name| name == "Engine") {
            Flavor::Docker
        } else {
            Flavor::Other
        };
        (flavor, VERSION)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Recorded;

    const SOCKET: &str = "/var/run/docker.sock";

    /// The flavor of an engine that answers `/info` with a header, and `/version` with a body and the same header.
    fn flavor(body: &str, header: Option<(&str, &str)>) -> Flavor {
        let headers = header.map_or_else(String::new, |(name, value)| format!("{name} = '{value}'"));
        let answer = |target: &str, body: &str| {
            format!(
                "[[http]]\nendpoint = 'unix://{SOCKET}'\ntarget = '{target}'\nstatus = 200\nbody = '{body}'\n\
                 headers = {{ {headers} }}\n"
            )
        };
        let answers = answer(INFO, "{}") + &answer(VERSION, body);
        let host = Recorded::default().answering(&answers).unwrap();
        engine(&host).unwrap().running().unwrap().flavor().0
    }

    #[test]
    fn who_answers() {
        let docker = r#"{"Platform":{"Name":""},"Components":[{"Name":"Engine","Version":"20.10.24+dfsg1"}]}"#;
        let podman = r#"{"Components":[{"Name":"Podman Engine","Version":"4.3.1"},{"Name":"Conmon"}]}"#;
        for (body, header, expected) in [
            (docker, Some(("server", "Docker/20.10.24+dfsg1 (linux)")), Flavor::Docker),
            (docker, None, Flavor::Docker),
            (r#"{"Version":"17.03.2-ce"}"#, Some(("server", "Docker/17.03.2-ce (linux)")), Flavor::Docker),
            (podman, None, Flavor::Podman),
            (r#"{"Components":[{"Name":"Podman"}]}"#, None, Flavor::Podman),
            ("{}", Some(("server", "Libpod/4.3.1 (linux)")), Flavor::Podman),
            (docker, Some(("libpod-api-version", "5.4.0")), Flavor::Podman),
            ("{}", None, Flavor::Other),
            (r#"{"Components":null}"#, Some(("server", "nginx")), Flavor::Other),
        ] {
            assert_eq!(flavor(body, header), expected, "{body} {header:?}");
        }
    }
}
