//! Containers that are hosts, and those that hide theirs.

/// Containers that boot a system, and are administered and sized like machines.
const SYSTEM_CONTAINERS: [&str; 6] = ["lxc", "lxc-libvirt", "incus", "systemd-nspawn", "openvz", "wsl"];

/// Why nothing of the host is seen from inside a container, by its name in `host.container`. `None` if it is a host itself:
/// system, packages, ports and disks inside a container for one program (Docker, a pod) are its own.
pub fn hides_host(container: &str) -> Option<String> {
    let reason = || format!("inside a container ({container}): mount the host's root and use --root /host");
    (!SYSTEM_CONTAINERS.contains(&container)).then(reason)
}
