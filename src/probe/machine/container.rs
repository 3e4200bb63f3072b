//! Which container rampcheck runs in.
//!
//! `/.dockerenv` alone proves nothing: a machine whose image was made from a Docker image has it too. PID 1's environment,
//! where managers put `container=`, is readable by root only. So each answer rests on what a manager writes or mounts.

use std::path::Path;

use crate::host::mountinfo::{MOUNTINFO, Mount, holding, mounts};
use crate::host::{Host, HostError, Result, read_text};
use crate::probe::{exists, read_line};

/// All that is read.
pub(super) const WITNESSES: &str = "/run/.containerenv, /run/systemd/container, /proc/1/cgroup, /proc/self/mountinfo";

const INIT_GROUPS: &str = "/proc/1/cgroup";
const PROCESSES: &str = "/proc/self/ns/pid";
/// The first process namespace, that of the machine: `PROC_PID_INIT_INO` of the kernel's include/linux/proc_ns.h.
const FIRST_PROCESSES: &str = "pid:[4026531836]";

/// The container, and the place that names it; `None` outside one; an error if the mounts cannot be read.
pub(super) fn container(host: &dyn Host) -> Result<Option<(String, &'static str)>> {
    let mounts = mounts(host);
    let groups = read_text(host, INIT_GROUPS);
    if mounts.as_ref().is_ok_and(|mounts| is_pod(mounts)) {
        return Ok(Some(("kubernetes".to_owned(), MOUNTINFO)));
    }
    if let Some(name) = groups.as_ref().ok().and_then(|text| by_group(text)) {
        return Ok(Some((name.to_owned(), INIT_GROUPS)));
    }
    if exists(host, "/run/.containerenv")? {
        return Ok(Some(("podman".to_owned(), "/run/.containerenv")));
    }
    match read_line(host, "/run/systemd/container") {
        Ok(name) if is_word(&name) => return Ok(Some((name, "/run/systemd/container"))),
        Ok(_) | Err(HostError::NotFound) => {}
        Err(error) => return Err(error),
    }
    let dockerenv = exists(host, "/.dockerenv")?;
    match by_mounts(&mounts?, dockerenv) {
        // Its manager left no name. The processes tell that it is one.
        Err(_) if host.link(Path::new(PROCESSES)).is_ok_and(|link| link != Path::new(FIRST_PROCESSES)) => {
            Ok(Some(("other".to_owned(), PROCESSES)))
        }
        found => Ok(found?.map(|name| (name.to_owned(), MOUNTINFO))),
    }
}

/// The kubelet mounts a pod's /etc/hosts from its own directory.
fn is_pod(mounts: &[Mount]) -> bool {
    mounts.iter().any(|mount| mount.point == Path::new("/etc/hosts") && mount.root.contains("/pods/"))
}

/// Names of control groups that container managers make, as long as no namespace hides them.
fn by_group(groups: &str) -> Option<&'static str> {
    [
        ("kubepods", "kubernetes"),
        ("/libpod-", "podman"),
        ("/libpod_parent", "podman"),
        ("/docker/", "docker"),
        ("/docker-", "docker"),
        ("/lxc/", "lxc"),
        ("/lxc.payload", "lxc"),
        ("cri-containerd", "containerd"),
    ]
    .into_iter()
    .find_map(|(part, name)| groups.contains(part).then_some(name))
}

fn by_mounts(mounts: &[Mount], dockerenv: bool) -> Result<Option<&'static str>> {
    // lxcfs mounts its own view over files of /proc; on the machine that serves it, it is mounted in /var/lib.
    if mounts.iter().any(|mount| mount.fstype == "fuse.lxcfs" && mount.point.starts_with("/proc")) {
        return Ok(Some("lxc"));
    }
    if mounts.iter().any(is_file_of_docker) {
        return Ok(Some("docker"));
    }
    let Some(root) = holding(mounts, Path::new("/")) else {
        return Err(HostError::Failed("no mount at / is listed".to_owned()));
    };
    // With the btrfs and zfs drivers the layer is the mount's root or its place.
    let names = |part: &str| [&root.options, &root.root, &root.source].iter().any(|text| text.contains(part));
    match root.fstype.as_str() {
        _ if names("/containers/storage/") => Ok(Some("podman")),
        _ if names("/docker/") => Ok(Some("docker")),
        // Layer paths may be relative and name nobody, and containerd's serve others than Docker too.
        "overlay" if dockerenv => Ok(Some("docker")),
        _ if names("/io.containerd.snapshotter") => Ok(Some("containerd")),
        // A container whose manager left no name, or a machine that runs from a read-only image.
        "overlay" => Err(HostError::Failed(
            "the root file system is an overlay, and nothing names the container manager".to_owned(),
        )),
        _ => Ok(None),
    }
}

/// Docker mounts three files from the container's folder, which is named by its id: `/srv/docker/containers/ID/hosts`.
fn is_file_of_docker(mount: &Mount) -> bool {
    const FILES: [&str; 3] = ["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];
    let id = mount.root.rsplit('/').nth(1).unwrap_or_default();
    FILES.iter().any(|file| mount.point == Path::new(file))
        && mount.root.contains("/containers/")
        && id.len() == 64
        && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_word(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Recorded;

    const VM: &str = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n";
    const DOCKER: &str = "\
1290 1183 0:60 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/AB,upperdir=/x
1305 1290 254:1 /var/lib/docker/containers/4f5e/hosts /etc/hosts rw - ext4 /dev/vda1 rw
";
    const RELATIVE: &str = "1290 1183 0:60 / / rw - overlay overlay rw,lowerdir=l/AB:l/CD,upperdir=c/diff\n";
    const CONTAINERD: &str = "\
1290 1183 0:60 / / rw - overlay overlay rw,lowerdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/1/fs
";
    const POD: &str = "\
1290 1183 0:60 / / rw - overlay overlay rw,lowerdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/1/fs
1305 1290 254:1 /var/lib/kubelet/pods/3f/etc-hosts /etc/hosts rw - ext4 /dev/vda1 rw
";
    const PODMAN: &str =
        "99 98 0:60 / / rw - overlay overlay rw,lowerdir=/var/lib/containers/storage/overlay/l/AB,upperdir=u\n";
    /// A data root of its own, and a driver that leaves no trace of Docker.
    const VFS: &str = "\
99 98 254:0 /srv/data/vfs/dir/4f5e / rw - ext4 /dev/vda rw
100 99 254:0 /srv/data/containers/0b2fb4ff41d90ca00b2fb4ff41d90ca00b2fb4ff41d90ca00b2fb4ff41d90ca0/hosts /etc/hosts rw - ext4 /dev/vda rw
";
    const BTRFS: &str = "99 98 0:60 /@/var/lib/docker/btrfs/subvolumes/4f / rw - btrfs /dev/sda2 rw\n";
    const LXC: &str = "99 98 0:60 / / rw - zfs rpool/data/subvol-100-disk-0 rw\n\
                       100 99 0:70 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw\n";
    const LXC_HOST: &str =
        "27 1 254:0 / / rw - ext4 /dev/vda rw\n28 27 0:70 / /var/lib/lxcfs rw - fuse.lxcfs lxcfs rw\n";

    fn found(mountinfo: &str, files: &[(&str, &str)]) -> Option<String> {
        let host = Recorded::default().file(MOUNTINFO, mountinfo);
        let host = files.iter().fold(host, |host, (path, text)| host.file(path, *text));
        container(&host).unwrap().map(|(name, _)| name)
    }

    #[test]
    fn managers_leave_their_traces() {
        let dockerenv = ("/.dockerenv", "");
        for (mountinfo, files, expected) in [
            (VM, &[][..], None),
            (VM, &[dockerenv], None),
            (VM, &[(INIT_GROUPS, "0::/init.scope\n")], None),
            (LXC_HOST, &[], None),
            (DOCKER, &[], Some("docker")),
            (RELATIVE, &[dockerenv], Some("docker")),
            (BTRFS, &[], Some("docker")),
            (VFS, &[], Some("docker")),
            (VM, &[(INIT_GROUPS, "4:memory:/docker/4f5e\n")], Some("docker")),
            (VM, &[(INIT_GROUPS, "0::/system.slice/docker-4f5e.scope\n")], Some("docker")),
            (CONTAINERD, &[], Some("containerd")),
            (CONTAINERD, &[dockerenv], Some("docker")),
            (POD, &[], Some("kubernetes")),
            (VM, &[(INIT_GROUPS, "0::/kubepods.slice/kubepods-pod3f.slice\n")], Some("kubernetes")),
            (PODMAN, &[], Some("podman")),
            (RELATIVE, &[("/run/.containerenv", "")], Some("podman")),
            (LXC, &[], Some("lxc")),
            (VM, &[("/run/systemd/container", "systemd-nspawn\n")], Some("systemd-nspawn")),
            (VM, &[("/run/systemd/container", "<b>\n")], None),
        ] {
            assert_eq!(found(mountinfo, files).as_deref(), expected, "{mountinfo} {files:?}");
        }
    }

    #[test]
    fn a_container_without_a_name_is_told_by_its_processes() {
        let of = |link: &str| {
            let host = Recorded::default().file(MOUNTINFO, RELATIVE).symlink(PROCESSES, link);
            container(&host).map(|found| found.map(|(name, _)| name))
        };
        assert_eq!(of("pid:[4026532281]"), Ok(Some("other".to_owned())));
        assert!(of(FIRST_PROCESSES).is_err());
    }

    #[test]
    fn what_the_mounts_do_not_show_is_unknown() {
        assert_eq!(container(&Recorded::default()), Err(HostError::NotFound));
        for unclear in [RELATIVE, ""] {
            let host = Recorded::default().file(MOUNTINFO, unclear);
            assert!(matches!(container(&host), Err(HostError::Failed(_))), "{unclear}");
        }
    }
}
