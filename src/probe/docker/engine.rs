//! The engine behind an endpoint, and what it says of itself.
//!
//! It is asked for `/info`, and for `/version` only where that leaves something open: for either one Docker runs its
//! runtime's programs (`runc --version`, `docker-init --version`), which take longer than everything else in a run but
//! Compose.

use std::cell::OnceCell;

use super::answers::{Answer, Headers, Info, Version, get};
use crate::host::{Endpoint, Host, HostError};

/// What is asked first.
pub(super) const INFO: &str = "/info";
const VERSION: &str = "/version";

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
pub(super) struct Engine<'h> {
    host: &'h dyn Host,
    endpoint: &'h Endpoint,
    info: Result<Answer<Info>, HostError>,
    version: OnceCell<Option<Answer<Version>>>,
}

/// What an engine said, and which of its answers said it.
pub(super) type Said<'a> = (&'a str, &'static str);

impl<'h> Engine<'h> {
    /// Asks it; the error is that of `/info`.
    pub(super) fn ask(host: &'h dyn Host, endpoint: &'h Endpoint) -> Result<Self, HostError> {
        let engine = Self { host, endpoint, info: get(host, endpoint, INFO), version: OnceCell::new() };
        match engine.info {
            // An engine in trouble may fail at this and still tell its version.
            Err(HostError::Failed(_) | HostError::TooLarge(_)) if engine.version().is_some() => Ok(engine),
            Err(error) => Err(error),
            Ok(_) => Ok(engine),
        }
    }

    /// Where it is asked for `target`, for the source of a fact.
    pub(super) fn source(&self, target: &str) -> String {
        format!("{} {target}", self.endpoint)
    }

    /// `/info` and its source, or why there is none.
    pub(super) fn info(&self) -> (Result<&Info, &HostError>, String) {
        (self.info.as_ref().map(|info| &info.body), self.source(INFO))
    }

    fn version(&self) -> Option<&Answer<Version>> {
        self.version.get_or_init(|| get(self.host, self.endpoint, VERSION).ok()).as_ref()
    }

    /// A text of `/info`, else one of `/version`. An empty text is no value: engines print one where they have nothing
    /// to say.
    fn said<'a>(
        &'a self,
        of_info: impl FnOnce(&'a Answer<Info>) -> Option<&'a String>,
        of_version: impl FnOnce(&'a Version) -> Option<&'a String>,
    ) -> Option<Said<'a>> {
        let told = |text: Option<&'a String>| text.map(String::as_str).filter(|text| !text.is_empty());
        let info = told(self.info.as_ref().ok().and_then(of_info)).map(|text| (text, INFO));
        info.or_else(|| Some((told(of_version(&self.version()?.body))?, VERSION)))
    }

    /// Its version.
    pub(super) fn release(&self) -> Option<Said<'_>> {
        self.said(|info| info.body.server_version.as_ref(), |version| version.version.as_ref())
    }

    /// The highest API version it speaks; with every answer it sends it in a header.
    pub(super) fn api_version(&self) -> Option<Said<'_>> {
        self.said(|info| info.headers.get("api-version"), |version| version.api_version.as_ref())
    }

    /// The product it was built for: `Platform` of `/version`. Distributions build it without a name, and engines before
    /// 18.06 know no platform.
    pub(super) fn platform(&self) -> Option<&str> {
        self.version()?.body.platform.as_ref()?.name.as_deref()
    }

    /// Who answers, and which answer says so. Podman names itself in headers and components, whatever it is started as;
    /// engines before 18.06 name no components.
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
        let components = version.body.components.iter().flatten().filter_map(|component| component.name.as_deref());
        let (components, headers) = (components.collect::<Vec<_>>(), by_headers(&version.headers));
        let flavor = if headers == Some(Flavor::Podman) || components.iter().any(|name| name.contains("Podman")) {
            Flavor::Podman
        } else if headers == Some(Flavor::Docker) || components.contains(&"Engine") {
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
        Engine::ask(&host, &Endpoint::Unix(SOCKET.into())).unwrap().flavor().0
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
