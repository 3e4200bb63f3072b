//! Where the engine is asked: the endpoint the docker command would use, as far as it is on this host.
//!
//! Order of <https://docs.docker.com/engine/manage-resources/contexts/>: DOCKER_HOST, DOCKER_CONTEXT, the current
//! context of config.json, the default socket. sudo changes HOME and drops variables, so the rule that decided is kept
//! beside the endpoint. An engine on another machine says nothing about this host and is not asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::facts::{Fact, Why, hex};
use crate::host::{Endpoint, Host, HostError, read_text};
use crate::probe::exists;

/// Where the daemon listens unless told otherwise: dockerd(8).
const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

/// Port of an engine without TLS where the address names none.
const PLAIN_PORT: u16 = 2375;

/// An endpoint on this host, and the rule that chose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) struct Choice {
    pub endpoint: Endpoint,
    pub rule: String,
}

/// Why no engine is asked: the unknown that every fact of the engine then is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) struct Refusal {
    pub why: Why,
    pub reason: String,
    pub source: String,
}

impl Refusal {
    fn unreadable(reason: impl Into<String>, source: impl Into<String>) -> Self {
        Self { why: Why::Unreadable, reason: reason.into(), source: source.into() }
    }

    pub(in crate::probe) fn fact(&self) -> Fact {
        Fact::unknown(self.why, self.reason.as_str(), self.source.as_str())
    }
}

/// The docker command's own directory: DOCKER_CONFIG, else `.docker` in HOME.
pub(in crate::probe) fn config_directory(host: &dyn Host) -> Option<PathBuf> {
    set(host, "DOCKER_CONFIG").map(PathBuf::from).or_else(|| Some(Path::new(&set(host, "HOME")?).join(".docker")))
}

/// The endpoint that the docker command of this user would ask.
pub(in crate::probe) fn choose(host: &dyn Host) -> Result<Choice, Refusal> {
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
        (None, None) => return Ok(default_socket(host, "the default")),
        (None, Some(directory)) => {
            let path = directory.join("config.json");
            match current_context(host, &path) {
                Ok(Some(name)) => (name, format!("current context of {}", path.display())),
                Ok(None) => return Ok(default_socket(host, "the default")),
                // The docker command warns and goes on with the default.
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
    let Some(directory) = directory else {
        return Err(Refusal::unreadable("the context's file is not found without HOME or DOCKER_CONFIG", rule));
    };
    let path = directory.join("contexts/meta").join(context_id(&name)).join("meta.json");
    let source = path.display().to_string();
    let text = read_text(host, &path).map_err(|error| Refusal {
        why: if error == HostError::NotPermitted { Why::NotPermitted } else { Why::Unreadable },
        reason: format!("{source} of the context chosen by {rule}: {error}"),
        source: source.clone(),
    })?;
    let address = context_host(&text).map_err(|error| Refusal::unreadable(format!("{source}: {error}"), &source))?;
    Ok(Choice { endpoint: parse(&address, false, "the context's endpoint ", &source)?, rule })
}

/// A variable that is set to something; the docker command takes an empty one for none.
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
        if let Some(rootless) = runtime.filter(|path| exists(host, path) == Ok(true)) {
            return choice(
                rootless,
                &format!("{rule}; {DEFAULT_SOCKET} is not there, the rootless engine's socket is"),
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
    match read_text(host, path) {
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

/// Reads an address such as `unix:///var/run/docker.sock`. Of another machine's the refusal names, behind `prefix`,
/// scheme and host only: an address may carry a user's name.
fn parse(address: &str, tls: bool, prefix: &str, source: &str) -> Result<Endpoint, Refusal> {
    let not_asked = |reason: String| Refusal { why: Why::NotAsked, reason, source: source.to_owned() };
    let Some((scheme, rest)) = address.split_once("://") else {
        return Err(Refusal::unreadable(format!("{source} is no address of an engine"), source));
    };
    if scheme == "unix" {
        return match rest {
            "" => Ok(Endpoint::Unix(DEFAULT_SOCKET.into())),
            path if path.starts_with('/') => Ok(Endpoint::Unix(path.into())),
            _ => Err(Refusal::unreadable(format!("{source} names no absolute path of a socket"), source)),
        };
    }
    if !["tcp", "http", "https", "ssh"].contains(&scheme) {
        return Err(not_asked(format!("{source} is of a kind that rampcheck does not ask")));
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let (name, port) = split_port(authority);
    let own = match name {
        "" | "localhost" => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        _ => name.parse::<IpAddr>().ok().and_then(loopback),
    };
    match own {
        Some(ip) if scheme != "ssh" => {
            if tls || scheme == "https" {
                return Err(not_asked(format!("{source} asks for TLS, which rampcheck does not speak")));
            }
            let port = match port {
                None => PLAIN_PORT,
                Some(port) => port
                    .parse()
                    .map_err(|_| Refusal::unreadable(format!("{source} names no port of an engine"), source))?,
            };
            Ok(Endpoint::Loopback(SocketAddr::new(ip, port)))
        }
        _ => Err(not_asked(format!(
            "{prefix}{scheme}://{} is another machine: its engine says nothing about this host; run rampcheck there",
            shown(name)
        ))),
    }
}

/// A host's name as it is shown; what no host is called is not repeated.
fn shown(name: &str) -> &str {
    let fits = name.len() <= 253 && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_:".contains(c));
    if fits { name } else { "..." }
}

/// Splits `host:port`, `[v6]:port`, `host`.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    if let Some((v6, rest)) = authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (v6, rest.strip_prefix(':'));
    }
    authority.split_once(':').map_or((authority, None), |(name, port)| (name, Some(port)))
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
            ("tcp://a b\u{1b}:1", false, Why::NotAsked, "DOCKER_HOST=tcp://... is another machine: "),
            ("tcp://127.0.0.1:2376", true, Why::NotAsked, "DOCKER_HOST asks for TLS"),
            ("npipe:////./pipe/docker_engine", false, Why::NotAsked, "DOCKER_HOST is of a kind"),
            ("fd://", false, Why::NotAsked, "DOCKER_HOST is of a kind"),
            ("127.0.0.1:2375", false, Why::Unreadable, "DOCKER_HOST is no address"),
            ("unix://run/docker.sock", false, Why::Unreadable, "DOCKER_HOST names no absolute path"),
            ("tcp://127.0.0.1:x", false, Why::Unreadable, "DOCKER_HOST names no port"),
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
