//! Whose package the engine is: Docker's own, the distribution's, a snap, Docker Desktop.

use std::path::Path;

use super::answers::{Info, is_desktop};
use super::engine::{Flavor, Running};
use crate::host::Host;
use crate::probe::exists;

/// What dpkg(1) keeps of an installed package, and removes with it even when configuration files stay.
const DPKG_LISTS: &[(&str, &str)] =
    &[("/var/lib/dpkg/info/docker-ce.md5sums", "docker-ce"), ("/var/lib/dpkg/info/docker.io.md5sums", "distribution")];

/// Whose package a running engine is, and the place that says so.
pub(super) fn of_running(host: &dyn Host, engine: &Running<'_, '_>) -> Option<(&'static str, String)> {
    if engine.flavor().0 == Flavor::Podman {
        return managed(host, "podman");
    }
    let info = engine.info().ok();
    if info.is_some_and(Info::is_desktop) {
        return Some(("desktop", "OperatingSystem of /info".to_owned()));
    }
    if info.and_then(|info| info.data_root.as_deref()).is_some_and(|root| root.starts_with("/var/snap/docker/")) {
        return Some(("snap", "DockerRootDir of /info".to_owned()));
    }
    // Debian marks what it repacked.
    if let Some((release, target)) = engine.release()
        && release.contains("+dfsg")
    {
        return Some(("distribution", format!("version {release} of {target}")));
    }
    listed(host).or_else(|| {
        let packaging = match engine.platform()? {
            "Docker Engine - Community" => "docker-ce",
            // Distributions build the engine without naming a platform.
            "" => return managed(host, "dockerd"),
            platform if is_desktop(platform) => "desktop",
            _ => "other",
        };
        Some((packaging, "Platform of /version".to_owned()))
    })
}

/// Whose package an engine is that does not answer, as far as files show it.
pub(super) fn installed(host: &dyn Host, daemon: Option<&Path>) -> Option<(&'static str, String)> {
    match daemon {
        Some(daemon) if daemon.starts_with("/snap") => Some(("snap", daemon.display().to_string())),
        _ => listed(host),
    }
}

fn listed(host: &dyn Host) -> Option<(&'static str, String)> {
    DPKG_LISTS
        .iter()
        .find(|(path, _)| exists(host, path) == Ok(true))
        .map(|(path, packaging)| (*packaging, (*path).to_owned()))
}

/// A program below /usr and not below /usr/local is the distribution's: hier(7), FHS 3.0.
fn managed(host: &dyn Host, program: &str) -> Option<(&'static str, String)> {
    let path = host.tool(program).ok()?;
    let managed = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"].iter().any(|directory| path.starts_with(directory));
    managed.then(|| ("distribution", path.display().to_string()))
}
