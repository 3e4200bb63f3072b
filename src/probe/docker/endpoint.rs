//! Where the engine is asked: the endpoint that the docker command would use, if it is on this host.
//!
//! Order of <https://docs.docker.com/engine/manage-resources/contexts/>: DOCKER_HOST, DOCKER_CONTEXT, the current
//! context of config.json, the default socket. sudo changes HOME and drops variables, so the rule that decided is kept
//! beside the endpoint. As root, a configuration that another user can change does not count. An engine on another machine says nothing about this host, and is not asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use reqwest::Url;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::facts::{Fact, Why, hex};
use crate::host::{Endpoint, Host, HostError, read_text, trusted};
use crate::probe::exists;

/// Where the daemon listens by default: dockerd(8).
const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

/// Port of an engine without TLS, if a tcp:// address names none.
const PLAIN_PORT: u16 = 2375;

/// An endpoint on this host, and the rule that chose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub endpoint: Endpoint,
    pub rule: String,
}

/// Why no engine is asked, which makes every fact of the engine unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) struct Refusal {
    pub why: Why,
    pub reason: String,
    pub place: String,
}

impl Refusal {
    fn unreadable(reason: impl Into<String>, place: impl Into<String>) -> Self {
        Self { why: Why::Unreadable, reason: reason.into(), place: place.into() }
    }

    pub(in crate::probe) fn fact(&self) -> Fact {
        Fact::unknown(self.why, self.reason.as_str(), self.place.as_str())
    }
}

/// The docker command's own directory: DOCKER_CONFIG, else `.docker` in HOME. A path that is not absolute depends on where
/// rampcheck was started.
pub(in crate::probe) fn config_directory(host: &dyn Host) -> Result<Option<PathBuf>, HostError> {
    let found = [("DOCKER_CONFIG", ""), ("HOME", ".docker")]
        .into_iter()
        .find_map(|(name, below)| set(host, name).map(|value| (name, PathBuf::from(value), below)));
    match found {
        Some((name, path, _)) if !path.is_absolute() => {
            Err(HostError::NotAsked(format!("{name} is not an absolute path")))
        }
        Some((_, path, "")) => Ok(Some(path)),
        Some((_, path, below)) => Ok(Some(path.join(below))),
        None => Ok(None),
    }
}

/// Reads a file of the docker command's own directory.
fn read_own(host: &dyn Host, path: &Path) -> Result<String, HostError> {
    let text = read_text(host, path)?;
    trusted(host, path).map(|()| text)
}

/// The endpoint that the docker command of this user would ask.
pub(super) fn choose(host: &dyn Host) -> Result<Choice, Refusal> {
    if let Some(address) = set(host, "DOCKER_HOST") {
        let tls = set(host, "DOCKER_TLS_VERIFY").is_some();
        return Ok(Choice {
            endpoint: parse(&address, tls, "DOCKER_HOST=", "DOCKER_HOST")?,
            rule: "DOCKER_HOST".to_owned(),
        });
    }
    let directory = config_directory(host);
    let (name, rule) = match (set(host, "DOCKER_CONTEXT"), &directory) {
        (Some(name), _) => (name, "DOCKER_CONTEXT".to_owned()),
        (None, Ok(None)) => return Ok(default_socket(host, "the default")),
        (None, Err(error)) => return Ok(default_socket(host, &format!("the default, because {error}"))),
        (None, Ok(Some(directory))) => {
            let path = directory.join("config.json");
            match current_context(host, &path) {
                Ok(Some(name)) => (name, format!("current context of {}", path.display())),
                Ok(None) => return Ok(default_socket(host, "the default")),
                // The docker command warns and continues with the default.
                Err(trouble) => {
                    let rule = format!("the default, because {} is not usable: {trouble}", path.display());
                    return Ok(default_socket(host, &rule));
                }
            }
        }
    };
    if name == "default" {
        return Ok(default_socket(host, &rule));
    }
    let directory = match directory {
        Ok(Some(directory)) => directory,
        Ok(None) => {
            return Err(Refusal::unreadable("the context's file cannot be found without HOME or DOCKER_CONFIG", rule));
        }
        Err(error) => {
            return Err(Refusal::unreadable(format!("the context's file cannot be found, because {error}"), rule));
        }
    };
    let path = directory.join("contexts/meta").join(context_id(&name)).join("meta.json");
    let place = path.display().to_string();
    let text = read_own(host, &path).map_err(|error| Refusal {
        why: match error {
            HostError::NotPermitted => Why::NotPermitted,
            HostError::NotAsked(_) => Why::NotAsked,
            _ => Why::Unreadable,
        },
        reason: format!("{place}, the file of the context chosen by {rule}: {error}"),
        place: place.clone(),
    })?;
    let address = context_host(&text).map_err(|error| Refusal::unreadable(format!("{place}: {error}"), &place))?;
    Ok(Choice { endpoint: parse(&address, false, "the context's endpoint ", &place)?, rule })
}

/// A variable that is set and not empty; the docker command ignores an empty one.
fn set(host: &dyn Host, name: &str) -> Option<String> {
    host.variable(name).filter(|value| !value.is_empty())
}

/// The system's socket, or that of a rootless engine where only that one exists:
/// <https://docs.docker.com/engine/security/rootless/tips/#client>.
fn default_socket(host: &dyn Host, rule: &str) -> Choice {
    let choice = |path: PathBuf, rule: &str| Choice { endpoint: Endpoint::Unix(path), rule: rule.to_owned() };
    if exists(host, DEFAULT_SOCKET) == Ok(false) {
        let runtime = set(host, "XDG_RUNTIME_DIR")
            .or_else(|| host.user().ok().map(|user| format!("/run/user/{}", user.uid)))
            .map(|directory| Path::new(&directory).join("docker.sock"));
        if let Some(rootless) = runtime.filter(|path| exists(host, path) == Ok(true) && trusted(host, path).is_ok()) {
            return choice(
                rootless,
                &format!("{rule}; {DEFAULT_SOCKET} does not exist, but the socket of a rootless engine does"),
            );
        }
    }
    choice(DEFAULT_SOCKET.into(), rule)
}

#[derive(Deserialize)]
struct Config {
    #[serde(rename = "currentContext")]
    current_context: Option<String>,
}

fn current_context(host: &dyn Host, path: &Path) -> Result<Option<String>, String> {
    match read_own(host, path) {
        Ok(text) => serde_json::from_str::<Config>(&text)
            .map(|config| config.current_context.filter(|name| !name.is_empty()))
            .map_err(|error| error.to_string()),
        Err(HostError::NotFound) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Contexts are stored under the SHA-256 of their name, in hex.
fn context_id(name: &str) -> String {
    hex(&Sha256::digest(name))
}

#[derive(Deserialize)]
struct Context {
    #[serde(rename = "Endpoints")]
    endpoints: Endpoints,
}

#[derive(Deserialize)]
struct Endpoints {
    docker: DockerEndpoint,
}

#[derive(Deserialize)]
struct DockerEndpoint {
    #[serde(rename = "Host")]
    host: String,
}

fn context_host(text: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str::<Context>(text).map(|context| context.endpoints.docker.host)
}

/// Reads an address such as `unix:///var/run/docker.sock`. For another machine the refusal names, after `prefix`, scheme and
/// host only, because an address may contain a user's name and password.
fn parse(address: &str, tls: bool, prefix: &str, place: &str) -> Result<Endpoint, Refusal> {
    // Not a URL: a path is taken as it is written.
    if let Some(path) = address.strip_prefix("unix://") {
        return match path {
            "" => Ok(Endpoint::Unix(DEFAULT_SOCKET.into())),
            path if path.starts_with('/') => Ok(Endpoint::Unix(path.into())),
            _ => Err(Refusal::unreadable(format!("{place} does not name the absolute path of a socket"), place)),
        };
    }
    let not_asked = |reason: String| Refusal { why: Why::NotAsked, reason, place: place.to_owned() };
    let not_an_address =
        |why: &str| Refusal::unreadable(format!("{place} is not the address of an engine: {why}"), place);
    if !address.contains("://") {
        return Err(not_an_address("it has no scheme such as unix:// or tcp://"));
    }
    // Docker takes `tcp://:2375` for this machine; a URL must name a host.
    let url = Url::parse(&address.replacen("://:", "://localhost:", 1));
    let url = url.map_err(|error| not_an_address(&error.to_string()))?;
    let scheme = url.scheme();
    if !["tcp", "http", "https", "ssh"].contains(&scheme) {
        return Err(not_asked(format!("{place} has the scheme {scheme}://, which rampcheck does not support")));
    }
    let name = url.host_str().unwrap_or_default();
    let own = match name.trim_matches(['[', ']']) {
        "" | "localhost" => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        name => name.parse::<IpAddr>().ok().and_then(loopback),
    };
    match own {
        Some(_) if scheme != "ssh" && (tls || scheme == "https") => {
            Err(not_asked(format!("{place} asks for TLS, which rampcheck does not support here")))
        }
        Some(ip) if scheme != "ssh" => {
            Ok(Endpoint::Loopback(SocketAddr::new(ip, url.port_or_known_default().unwrap_or(PLAIN_PORT))))
        }
        _ => Err(not_asked(format!(
            "{prefix}{scheme}://{name} is another machine: its engine says nothing about this host; run rampcheck there"
        ))),
    }
}

/// The loopback address to ask where `ip` means this machine: connecting to the wildcard reaches it too.
fn loopback(ip: IpAddr) -> Option<IpAddr> {
    match ip {
        _ if ip.is_loopback() => Some(ip),
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Some(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Some(Ipv6Addr::LOCALHOST.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::host::Recorded;

    fn chosen(host: Recorded, answers: &str) -> Result<(String, String), Refusal> {
        choose(&host.answering(answers).unwrap()).map(|choice| (choice.endpoint.to_string(), choice.rule))
    }

    fn ok(endpoint: &str, rule: &str) -> Result<(String, String), Refusal> {
        Ok((endpoint.to_owned(), rule.to_owned()))
    }

    const SOCKET: &str = "unix:///var/run/docker.sock";
    const CONFIG: &str = "/root/.docker/config.json";
    /// As `docker context create remote` of Docker 28.2.2 names and writes it.
    const META: &str =
        "/root/.docker/contexts/meta/b71199ebd070b36beab7317920c2c2f1d777df8d05e5527d8458fda57cb17a7a/meta.json";
    const REMOTE: &str =
        r#"{"Name":"remote","Metadata":{},"Endpoints":{"docker":{"Host":"ssh://me@10.0.0.9","SkipTLSVerify":false}}}"#;

    #[test]
    fn addresses_on_this_host_are_asked() {
        for (address, endpoint) in [
            ("unix:///run/user/1000/docker.sock", "unix:///run/user/1000/docker.sock"),
            ("unix://", SOCKET),
            ("tcp://127.0.0.1:2375", "tcp://127.0.0.1:2375"),
            ("tcp://localhost", "tcp://127.0.0.1:2375"),
            ("tcp://:2375", "tcp://127.0.0.1:2375"),
            ("tcp://", "tcp://127.0.0.1:2375"),
            ("http://127.0.0.1", "tcp://127.0.0.1:80"),
            ("unix:///run/a b/docker.sock", "unix:///run/a b/docker.sock"),
            ("tcp://0.0.0.0:4243", "tcp://127.0.0.1:4243"),
            ("tcp://[::1]:2375/", "tcp://[::1]:2375"),
            ("http://127.0.0.2:2375", "tcp://127.0.0.2:2375"),
        ] {
            assert_eq!(parse(address, false, "", "").map(|e| e.to_string()), Ok(endpoint.to_owned()), "{address}");
        }
    }

    #[test]
    fn what_is_not_asked_says_why_and_no_secret() {
        for (address, tls, why, reason) in [
            ("tcp://192.0.2.7:2376", true, Why::NotAsked, "DOCKER_HOST=tcp://192.0.2.7 is another machine: "),
            (
                "ssh://me:secret@ci.example.net:22/x",
                false,
                Why::NotAsked,
                "DOCKER_HOST=ssh://ci.example.net is another",
            ),
            ("ssh://localhost", false, Why::NotAsked, "DOCKER_HOST=ssh://localhost is another machine: "),
            ("tcp://[2001:db8::7]:2375", false, Why::NotAsked, "DOCKER_HOST=tcp://[2001:db8::7] is another machine: "),
            ("tcp://a b\u{1b}:1", false, Why::Unreadable, "DOCKER_HOST is not the address of an engine: "),
            ("tcp://127.0.0.1:2376", true, Why::NotAsked, "DOCKER_HOST asks for TLS"),
            ("npipe:////./pipe/docker_engine", false, Why::NotAsked, "DOCKER_HOST has the scheme "),
            ("fd://", false, Why::NotAsked, "DOCKER_HOST has the scheme "),
            ("127.0.0.1:2375", false, Why::Unreadable, "DOCKER_HOST is not the address of an engine: "),
            ("unix://run/docker.sock", false, Why::Unreadable, "DOCKER_HOST does not name the absolute path"),
            ("tcp://127.0.0.1:x", false, Why::Unreadable, "DOCKER_HOST is not the address of an engine: "),
        ] {
            let refusal = parse(address, tls, "DOCKER_HOST=", "DOCKER_HOST").unwrap_err();
            assert_eq!(refusal.why, why, "{address}");
            assert!(refusal.reason.starts_with(reason), "{}", refusal.reason);
            assert!(!refusal.reason.contains("secret") && !refusal.reason.contains("me@"), "{}", refusal.reason);
        }
    }

    #[test]
    fn the_order_is_that_of_the_docker_command() {
        let host = || Recorded::default().file(CONFIG, r#"{"auths":{},"currentContext":"remote"}"#);
        let local = REMOTE.replace("ssh://me@10.0.0.9", "unix:///home/me/.colima/docker.sock");
        let root = r#"variables = { HOME = "/root" }"#;
        assert_eq!(
            chosen(host(), r#"variables = { HOME = "/root", DOCKER_CONTEXT = "x", DOCKER_HOST = "unix:///a" }"#),
            ok("unix:///a", "DOCKER_HOST")
        );
        assert_eq!(
            chosen(host(), r#"variables = { HOME = "/root", DOCKER_CONTEXT = "default" }"#),
            ok(SOCKET, "DOCKER_CONTEXT")
        );
        assert_eq!(
            chosen(host().file(META, local), root),
            ok("unix:///home/me/.colima/docker.sock", "current context of /root/.docker/config.json")
        );
        assert_eq!(chosen(host(), r#"variables = { DOCKER_HOST = "" }"#), ok(SOCKET, "the default"));
        assert_eq!(chosen(Recorded::default(), root), ok(SOCKET, "the default"));
        let elsewhere = chosen(host().file(META, REMOTE), root).unwrap_err();
        assert!(
            elsewhere.reason.starts_with("the context's endpoint ssh://10.0.0.9 is another"),
            "{}",
            elsewhere.reason
        );
    }

    #[test]
    fn a_broken_context_names_its_file() {
        let root = r#"variables = { HOME = "/root" }"#;
        let config = || Recorded::default().file(CONFIG, r#"{"currentContext":"remote"}"#);
        for host in [config(), config().file(META, "{"), config().file(META, r#"{"Endpoints":{}}"#)] {
            let refusal = chosen(host, root).unwrap_err();
            assert_eq!(refusal.why, Why::Unreadable);
            assert!(refusal.reason.contains(META), "{}", refusal.reason);
        }
        let (endpoint, rule) = chosen(Recorded::default().file(CONFIG, "[]"), root).unwrap();
        assert_eq!(endpoint, SOCKET);
        assert!(rule.starts_with("the default, because /root/.docker/config.json is not usable: "), "{rule}");
    }

    #[test]
    fn root_believes_no_configuration_that_another_user_can_change() {
        let nobodys = r#"
            user = { uid = 0, groups = [0] }
            variables = { HOME = "/home/ann" }
            stat."/home/ann" = { kind = "directory", uid = 1000, gid = 1000, mode = 0o755 }
        "#;
        let host = || Recorded::default().file("/home/ann/.docker/config.json", r#"{"currentContext":"remote"}"#);
        assert_eq!(
            chosen(host(), nobodys),
            ok(
                SOCKET,
                "the default, because /home/ann/.docker/config.json is not usable: \
                 user 1000 can change /home/ann/.docker/config.json, and rampcheck runs as root"
            )
        );
        assert!(chosen(host(), &nobodys.replace("uid = 0,", "uid = 1000,")).is_err(), "her own counts for her");
        let meta = META.replace("/root", "/home/ann");
        let named = nobodys.replace("HOME =", "DOCKER_CONTEXT = 'remote', HOME =");
        let refusal = chosen(host().file(&meta, REMOTE.replace("ssh://me@10.0.0.9", "unix:///x")), &named).unwrap_err();
        assert_eq!(refusal.why, Why::NotAsked);
        assert!(
            refusal
                .reason
                .ends_with("user 1000 can change {meta}, and rampcheck runs as root".replace("{meta}", &meta).as_str()),
            "{}",
            refusal.reason
        );
        let rootless = r#"
            user = { uid = 0, groups = [0] }
            variables = { XDG_RUNTIME_DIR = "/run/user/1000" }
            stat."/run/user/1000/docker.sock" = { kind = "socket", uid = 1000, gid = 1000, mode = 0o660 }
        "#;
        assert_eq!(chosen(Recorded::default(), rootless), ok(SOCKET, "the default"));
    }

    #[test]
    fn a_configuration_is_not_looked_for_in_the_working_directory() {
        for (name, variable) in [("DOCKER_CONFIG", ".docker"), ("HOME", "."), ("HOME", "home/ann")] {
            let answers = format!("variables = {{ {name} = '{variable}' }}");
            let rule = format!("the default, because {name} is not an absolute path");
            assert_eq!(chosen(Recorded::default(), &answers), ok(SOCKET, &rule));
            let answers = format!("variables = {{ {name} = '{variable}', DOCKER_CONTEXT = 'x' }}");
            assert!(chosen(Recorded::default(), &answers).unwrap_err().reason.ends_with("is not an absolute path"));
        }
    }

    #[test]
    fn a_rootless_engine_is_found_where_the_system_has_none() {
        let rootless = r#"stat."/run/user/1000/docker.sock" = { kind = "socket", uid = 1000, gid = 1000, mode = 432 }"#;
        let user = "user = { uid = 1000, groups = [1000] }";
        let expected = "unix:///run/user/1000/docker.sock";
        for answers in [
            format!("{user}\n{rootless}"),
            format!("variables = {{ XDG_RUNTIME_DIR = \"/run/user/1000\" }}\n{rootless}"),
        ] {
            assert_eq!(chosen(Recorded::default(), &answers).unwrap().0, expected);
        }
        let both = format!(
            "{user}\n{rootless}\nstat.\"/var/run/docker.sock\" = {{ kind = \"socket\", uid = 0, gid = 0, mode = 432 }}"
        );
        assert_eq!(chosen(Recorded::default(), &both), ok(SOCKET, "the default"));
        assert_eq!(chosen(Recorded::default(), user), ok(SOCKET, "the default"));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), tls: bool) {
            let _ = parse(&text, tls, "", "");
            let _ = parse(&format!("tcp://{text}"), tls, "", "");
            let _ = context_host(&text);
        }
    }

    #[test]
    fn a_context_is_stored_under_the_hash_of_its_name() {
        assert_eq!(context_id("default"), "37a8eec1ce19687d132fe29051dca629d164e2c4958ba141d5f4133a33f0688f");
    }
}
