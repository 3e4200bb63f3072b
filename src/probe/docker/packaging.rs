//! Whose package the engine is: Docker's own, the distribution's, a snap, Docker Desktop.

use std::path::Path;

use super::answers::{Flavor, Info, Version};
use crate::host::Host;
use crate::probe::exists;

/// What dpkg(1) keeps of an installed package, and removes with it even when configuration files stay.
const DPKG_LISTS: &[(&str, &str)] =
    &[("/var/lib/dpkg/info/docker-ce.md5sums", "docker-ce"), ("/var/lib/dpkg/info/docker.io.md5sums", "distribution")];

/// Whose package a running engine is, and where that stands.
pub(super) fn of_running(
    host: &dyn Host,
    flavor: Flavor,
    version: &Version,
    info: &Info,
) -> Option<(&'static str, String)> {
    if flavor == Flavor::Podman {
        return managed(host, "podman");
    }
    let desktop = |text: Option<&str>| text.is_some_and(|text| text.starts_with("Docker Desktop"));
    let platform = version.platform.as_ref().and_then(|platform| platform.name.as_deref());
    if desktop(platform) || desktop(info.operating_system.as_deref()) {
        return Some(("desktop", "Platform of /version, OperatingSystem of /info".to_owned()));
    }
    if info.docker_root_dir.as_deref().is_some_and(|root| root.starts_with("/var/snap/docker/")) {
        return Some(("snap", "DockerRootDir of /info".to_owned()));
    }
    match platform {
        Some("Docker Engine - Community") => Some(("docker-ce", "Platform of /version".to_owned())),
        // Distributions build the engine without naming a platform.
        Some("") => listed(host).or_else(|| managed(host, "dockerd")),
        // Engines before 18.06 say nothing of a platform.
        None => listed(host),
        Some(_) => Some(("other", "Platform of /version".to_owned())),
    }
}

/// Whose package an engine that does not answer is, as far as files tell.
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
