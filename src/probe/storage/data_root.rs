//! Where the Docker Engine keeps its data, by its configuration. What a running engine says of itself is the docker
//! probe's to ask; asking it here as well would cost a second wait for an engine that hangs.

use std::path::{Path, PathBuf};

use crate::host::{Host, HostError, read_text};
use crate::probe::exists;

const CONFIGURATION: &str = "/etc/docker/daemon.json";
const DEFAULT: &str = "/var/lib/docker";
const SNAP_TOOL: &str = "/snap/bin/docker";
const SNAP: &str = "/var/snap/docker/common/var-lib-docker";

/// The data root and by which rule; on failure the file that should have told.
pub(super) fn data_root(host: &dyn Host) -> Result<(PathBuf, String), (HostError, String)> {
    let configured = match read_text(host, CONFIGURATION) {
        Ok(text) => configured(&text),
        Err(HostError::NotFound) => Ok(None),
        Err(error) => Err(error),
    };
    match configured {
        Ok(Some(path)) => return Ok((path, CONFIGURATION.to_owned())),
        Ok(None) => {}
        Err(error) => return Err((error, CONFIGURATION.to_owned())),
    }
    if host.tool("docker").is_ok_and(|tool| tool == Path::new(SNAP_TOOL)) && exists(host, SNAP) == Ok(true) {
        return Ok((PathBuf::from(SNAP), "Docker's snap".to_owned()));
    }
    Ok((PathBuf::from(DEFAULT), "Docker's default".to_owned()))
}

/// `data-root` of daemon.json, or `graph`, its name until Docker 17.05. An empty file is no configuration.
fn configured(text: &str) -> Result<Option<PathBuf>, HostError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let json: serde_json::Value =
        serde_json::from_str(text).map_err(|error| HostError::Failed(format!("is no JSON: {error}")))?;
    match json.get("data-root").or_else(|| json.get("graph")) {
        None => Ok(None),
        Some(root) => {
            let root = root.as_str().ok_or_else(|| HostError::Failed("`data-root` is no text".to_owned()))?;
            Ok((!root.is_empty()).then(|| PathBuf::from(root)))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::host::Recorded;

    #[test]
    fn configuration_then_snap_then_default() {
        let root = |host: &Recorded| data_root(host).map(|(path, _)| path.display().to_string());
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
            assert_eq!(configured(Recorded::default(), wrong).unwrap_err().1, CONFIGURATION, "{wrong}");
        }
    }

    #[test]
    fn a_configuration_that_may_not_be_read_is_not_the_default() {
        let host =
            Recorded::default().answering("errors = { 'read /etc/docker/daemon.json' = 'not-permitted' }").unwrap();
        assert_eq!(data_root(&host), Err((HostError::NotPermitted, CONFIGURATION.to_owned())));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = configured(&text);
        }
    }
}
