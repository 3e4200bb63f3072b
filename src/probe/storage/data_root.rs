//! Where the Docker Engine keeps its data: what the engine says, else its configuration. And where containerd keeps the
//! images, if the engine leaves them to it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::facts::{Fact, Why};
use crate::host::{Host, HostError, read_text};
use crate::probe::docker::{CONFIGURATION, INFO, Info, daemon_configuration, engine};
use crate::probe::{exists, unanswered};

const DEFAULT: &str = "/var/lib/docker";
const SNAP_TOOL: &str = "/snap/bin/docker";
const SNAP: &str = "/var/snap/docker/common/var-lib-docker";

/// Socket of the containerd that the system runs; /var/run is /run.
const CONTAINERD_SOCKETS: [&str; 2] = ["/run/containerd/containerd.sock", "/var/run/containerd/containerd.sock"];
const CONTAINERD_CONFIGURATION: &str = "/etc/containerd/config.toml";
const CONTAINERD_DEFAULT: &str = "/var/lib/containerd";

/// Where data is kept.
#[derive(Debug)]
pub(super) struct DataRoot {
    pub path: PathBuf,
    /// What says so.
    pub place: String,
    /// Where containerd keeps the images, if that is not below `path`.
    pub images: Option<Result<PathBuf, Fact>>,
}

/// The data root of the engine on this host. If the engine does not answer, its configuration says where that is, and the
/// place says why. The error is the unknown fact for everything about the data.
pub(super) fn data_root(host: &dyn Host) -> Result<DataRoot, Fact> {
    let Ok(engine) = engine(host) else { return configured(host, Some("the engine was not asked")) };
    match engine.info().map(|answer| answer.body) {
        Ok(info) if info.is_desktop() => {
            let reason = "Docker Desktop keeps its data in a virtual machine; name another path with --data-dir";
            Err(Fact::unknown(Why::NotDetermined, reason, engine.place(INFO)))
        }
        Ok(Info { data_root: Some(root), containerd_store, containerd_address, .. }) => {
            // An engine that starts its own containerd keeps it below the data root.
            let is_systems = |socket: String| CONTAINERD_SOCKETS.contains(&socket.as_str());
            let systems = containerd_address.is_none_or(is_systems);
            let unsaid = || {
                Fact::unknown(Why::NotDetermined, "the engine does not say who keeps the images", engine.place(INFO))
            };
            Ok(DataRoot {
                place: format!("DockerRootDir of {}: {root}", engine.place(INFO)),
                path: root.into(),
                images: match containerd_store {
                    Some(false) => None,
                    _ if !systems => None,
                    Some(true) => Some(containerd_root(host)),
                    None => Some(Err(unsaid())),
                },
            })
        }
        Ok(_) => configured(host, Some("the engine does not say")),
        Err(HostError::NotFound | HostError::Refused) => configured(host, None),
        Err(HostError::NotAsked(_)) => configured(host, Some("the engine was not asked")),
        Err(error) => configured(host, Some(&format!("the engine did not answer: {error}"))),
    }
}

/// The data root by files. `because` says in the place why the engine did not name it.
fn configured(host: &dyn Host, because: Option<&str>) -> Result<DataRoot, Fact> {
    let (path, rule) = by_files(host).map_err(|error| unanswered(&error, CONFIGURATION))?;
    let because = because.map(|because| format!(" ({because})")).unwrap_or_default();
    Ok(DataRoot { place: format!("{rule}: {}{because}", path.display()), path, images: None })
}

fn by_files(host: &dyn Host) -> Result<(PathBuf, &'static str), HostError> {
    if let Some(path) = parse(&daemon_configuration(host)?)? {
        return Ok((path, CONFIGURATION));
    }
    if host.tool("docker").is_ok_and(|tool| tool == Path::new(SNAP_TOOL)) && exists(host, SNAP) == Ok(true) {
        return Ok((PathBuf::from(SNAP), "Docker's snap"));
    }
    Ok((PathBuf::from(DEFAULT), "Docker's default"))
}

/// `data-root` of daemon.json, or `graph`, its name until Docker 17.05.
fn parse(json: &serde_json::Value) -> Result<Option<PathBuf>, HostError> {
    match json.get("data-root").or_else(|| json.get("graph")) {
        None => Ok(None),
        Some(root) => {
            let root = root.as_str().ok_or_else(|| HostError::Failed("`data-root` is not a text".to_owned()))?;
            Ok((!root.is_empty()).then(|| PathBuf::from(root)))
        }
    }
}

/// The root directory of the system's containerd: `root` of its configuration, containerd-config.toml(5). A data root of the
/// engine does not move it.
fn containerd_root(host: &dyn Host) -> Result<PathBuf, Fact> {
    let root = match read_text(host, CONTAINERD_CONFIGURATION) {
        Ok(text) => parse_containerd(&text),
        Err(HostError::NotFound) => Ok(None),
        Err(error) => Err(error),
    };
    let root = root.map_err(|error| unanswered(&error, CONTAINERD_CONFIGURATION))?;
    Ok(root.unwrap_or_else(|| PathBuf::from(CONTAINERD_DEFAULT)))
}

fn parse_containerd(text: &str) -> Result<Option<PathBuf>, HostError> {
    #[derive(Deserialize)]
    struct Configuration {
        root: Option<PathBuf>,
    }
    let configuration: Configuration =
        toml::from_str(text).map_err(|error| HostError::Failed(format!("is not readable: {}", error.message())))?;
    Ok(configuration.root.filter(|root| !root.as_os_str().is_empty()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::host::Recorded;
    use crate::probe::testing::why;

    #[test]
    fn configuration_then_snap_then_default() {
        let root = |host: &Recorded| data_root(host).map(|root| root.path.display().to_string());
        let snap = || Recorded::default().directory(SNAP).answering("tools = { docker = '/snap/bin/docker' }").unwrap();
        let configured = |host: Recorded, json: &str| root(&host.file(CONFIGURATION, json));
        assert_eq!(root(&Recorded::default()).unwrap(), DEFAULT);
        assert_eq!(root(&Recorded::default().directory(SNAP)).unwrap(), DEFAULT, "left over from a snap");
        assert_eq!(root(&snap()).unwrap(), SNAP);
        assert_eq!(configured(snap(), r#"{"data-root": "/srv/docker"}"#).unwrap(), "/srv/docker");
        assert_eq!(configured(snap(), r#"{"graph": "/old"}"#).unwrap(), "/old");
        assert_eq!(configured(snap(), r#"{"debug": true}"#).unwrap(), SNAP);
        assert_eq!(configured(Recorded::default(), "").unwrap(), DEFAULT);
        for wrong in ["{", "{\"data-root\": 1}", "\u{1}"] {
            assert_eq!(configured(Recorded::default(), wrong).unwrap_err().place, CONFIGURATION, "{wrong}");
        }
    }

    #[test]
    fn a_configuration_that_may_not_be_read_is_not_the_default() {
        let host =
            Recorded::default().answering("errors = { 'read /etc/docker/daemon.json' = 'not-permitted' }").unwrap();
        let fact = data_root(&host).unwrap_err();
        assert_eq!((why(&fact), fact.place.as_str()), (Some(Why::NotPermitted), CONFIGURATION));
    }

    /// A host whose engine answers `/info` with this body.
    fn engine(info: &str) -> Recorded {
        let answer = format!(
            "http = [{{ endpoint = 'unix:///var/run/docker.sock', target = '/info', status = 200, body = '{info}' }}]"
        );
        Recorded::default().answering(&answer).unwrap()
    }

    #[test]
    fn what_the_engine_says_goes_before_its_configuration() {
        let host = engine(r#"{"DockerRootDir":"/srv/docker"}"#).file(CONFIGURATION, r#"{"data-root":"/old"}"#);
        let root = data_root(&host).unwrap();
        assert_eq!(root.path, Path::new("/srv/docker"));
        assert_eq!(root.place, "DockerRootDir of unix:///var/run/docker.sock /info: /srv/docker");
        assert!(root.images.is_none());
        let silent = engine("{}").file(CONFIGURATION, r#"{"data-root":"/srv/old"}"#);
        assert_eq!(data_root(&silent).unwrap().place, "/etc/docker/daemon.json: /srv/old (the engine does not say)");
    }

    #[test]
    fn an_engine_that_does_not_answer_leaves_it_to_its_configuration_and_says_so() {
        for (answers, expected) in [
            ("errors = { 'get unix:///var/run/docker.sock' = 'refused' }", ""),
            (
                "errors = { 'get unix:///var/run/docker.sock' = 'timed-out' }",
                " (the engine did not answer: no answer within 5 s)",
            ),
            (
                "errors = { 'get unix:///var/run/docker.sock' = 'not-permitted' }",
                " (the engine did not answer: permission denied)",
            ),
            ("variables = { DOCKER_HOST = 'ssh://me@192.0.2.7' }", " (the engine was not asked)"),
        ] {
            let place = data_root(&Recorded::default().answering(answers).unwrap()).unwrap().place;
            assert_eq!(place, format!("Docker's default: /var/lib/docker{expected}"));
        }
    }

    #[test]
    fn a_path_in_a_virtual_machine_is_not_one_of_this_host() {
        let host = engine(r#"{"DockerRootDir":"/var/lib/docker","OperatingSystem":"Docker Desktop"}"#);
        assert_eq!(why(&data_root(&host).unwrap_err()), Some(Why::NotDetermined));
    }

    #[test]
    fn containerd_keeps_the_images_in_its_own_root() {
        let info = |more: &str| {
            let status = r#"[["driver-type","io.containerd.snapshotter.v1"]]"#;
            format!(r#"{{"DockerRootDir":"/srv/docker","DriverStatus":{status}{more}}}"#)
        };
        let images = |host: &Recorded| data_root(host).unwrap().images.map(Result::unwrap);
        let default = Some(PathBuf::from(CONTAINERD_DEFAULT));
        assert_eq!(images(&engine(&info(""))), default);
        let systems = info(r#","Containerd":{"Address":"/run/containerd/containerd.sock"}"#);
        assert_eq!(images(&engine(&systems)), default);
        let own = info(r#","Containerd":{"Address":"/var/run/docker/containerd/containerd.sock"}"#);
        assert_eq!(images(&engine(&own)), None, "its own containerd has its root below the data root");
        for (configuration, expected) in [
            ("version = 3\nroot = '/mnt/containerd'\n[plugins]\n", "/mnt/containerd"),
            ("disabled_plugins = ['cri']\n", CONTAINERD_DEFAULT),
            ("", CONTAINERD_DEFAULT),
        ] {
            let host = engine(&systems).file(CONTAINERD_CONFIGURATION, configuration);
            assert_eq!(images(&host), Some(PathBuf::from(expected)), "{configuration}");
        }
        let broken = engine(&systems).file(CONTAINERD_CONFIGURATION, "root = 1");
        assert_eq!(data_root(&broken).unwrap().images.unwrap().unwrap_err().place, CONTAINERD_CONFIGURATION);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = parse(&serde_json::from_str(&text).unwrap_or_default());
            let _ = parse_containerd(&text);
        }
    }
}
