//! What a file system is stored on, as far as the kernel's word can be believed.
//!
//! `queue/rotational` is 1 wherever nobody said otherwise: disks of virtio, VMware and QEMU, USB sticks and RAID
//! controllers report flash so; Xen says 0 of everything. So 1 counts only for a disk on an ATA bus of a machine
//! without hypervisor, and 0 only for a disk of this machine. All else is unknown, which a person can attest.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::facts::{Fact, Why};
use crate::host::{Host, HostError};
use crate::probe::machine::virtualization;
use crate::probe::mountinfo::{MOUNTINFO, Mount};
use crate::probe::{exists, read_line, read_number};

/// Most disks followed below one file system; a RAID of more is real but rare, a loop is not.
const MAX_DISKS: usize = 256;

/// What a disk is; the order decides for several, the first counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Media {
    Hdd,
    SdCard,
    /// Why it cannot be told.
    Unknown(String),
    Ssd,
}

impl Media {
    fn name(&self) -> &'static str {
        match self {
            Self::Hdd => "hdd",
            Self::SdCard => "sd-card",
            Self::Unknown(_) => "unknown",
            Self::Ssd => "ssd",
        }
    }
}

/// The media below `mount`, told as the fact `name`, with every disk named as the source.
pub(super) fn media(host: &dyn Host, mount: &Mount, name: &str) -> Fact {
    let hint = format!("attest it with --attest {name}=ssd");
    let device = match device(host, mount) {
        Ok(device) => device,
        Err(reason) => return Fact::unknown(Why::NotTold, format!("{reason}; {hint}"), MOUNTINFO),
    };
    let mut disks = BTreeSet::new();
    let found = leaves(host, &device, &mut BTreeSet::new(), &mut disks).and_then(|()| {
        btrfs_members(host, mount, &device)?
            .iter()
            .try_for_each(|member| leaves(host, member, &mut BTreeSet::new(), &mut disks))
    });
    if let Err(error) = found {
        return Fact::unknown(Why::Unreadable, format!("{}: {error}", device.display()), device.display().to_string());
    }
    let disks: Vec<_> = disks.iter().map(|disk| (file_name(disk), classify(host, disk))).collect();
    let source: Vec<_> = disks.iter().map(|(disk, media)| format!("{disk} ({})", media.name())).collect();
    let source = source.join(", ");
    match disks.into_iter().map(|(_, media)| media).min() {
        Some(Media::Unknown(reason)) => Fact::unknown(Why::NotTold, format!("{reason}; {hint}"), source),
        Some(known) => Fact::known(known.name(), source),
        None => Fact::unknown(Why::NotTold, format!("no disk is shown below {}", device.display()), source),
    }
}

/// The mounted device's directory in sysfs, or in words why there is none.
fn device(host: &dyn Host, mount: &Mount) -> Result<PathBuf, String> {
    let (major, minor) = mount.device;
    let shown = |path: PathBuf| {
        let canonical = host.canonical(&path).and_then(|canonical| host.stat(&canonical).map(|_| canonical));
        canonical.map_err(|error| format!("{}: {error}", path.display()))
    };
    if major != 0 {
        return shown(PathBuf::from(format!("/sys/dev/block/{major}:{minor}")));
    }
    if mount.source.starts_with("/dev/") {
        // /dev/mapper/vg-data is a link to ../dm-0; where links are not shown, the name itself may be the kernel's.
        let node = host.canonical(Path::new(&mount.source)).unwrap_or_else(|_| PathBuf::from(&mount.source));
        return shown(Path::new("/sys/class/block").join(file_name(&node)));
    }
    Err(match mount.fstype.as_str() {
        "overlay" => "inside a container the disk below an overlay is not shown".to_owned(),
        "zfs" => format!("the disks of a ZFS pool are not shown: ask `zpool status {}`", pool(&mount.source)),
        "nfs" | "nfs4" | "cifs" | "smb3" | "ceph" | "9p" | "virtiofs" | "afs" | "glusterfs" | "lustre" => {
            format!("the network file system {} does not show its disks", mount.source)
        }
        "tmpfs" | "ramfs" | "rootfs" => "it is kept in memory".to_owned(),
        fstype => format!("{fstype} does not name its disks"),
    })
}

/// Name of the pool in `tank/data/docker`.
fn pool(dataset: &str) -> &str {
    dataset.split('/').next().unwrap_or(dataset)
}

/// Further devices of a btrfs file system; its mount names one of them.
fn btrfs_members(host: &dyn Host, mount: &Mount, device: &Path) -> Result<Vec<PathBuf>, HostError> {
    let base = Path::new("/sys/fs/btrfs");
    if mount.fstype != "btrfs" || !exists(host, base)? {
        return Ok(Vec::new());
    }
    let own = file_name(device);
    for id in host.list(base)? {
        let members = match host.list(&base.join(id).join("devices")) {
            // `features` stands beside the file systems.
            Err(HostError::NotFound) => continue,
            members => members?,
        };
        if members.contains(&own) {
            return members.iter().map(|member| host.canonical(&Path::new("/sys/class/block").join(member))).collect();
        }
    }
    Ok(Vec::new())
}

/// Collects the whole disks below a block device: a partition's disk, and all that dm, md and bcache are made of.
fn leaves(
    host: &dyn Host,
    device: &Path,
    seen: &mut BTreeSet<PathBuf>,
    disks: &mut BTreeSet<PathBuf>,
) -> Result<(), HostError> {
    if seen.len() >= MAX_DISKS {
        return Err(HostError::Failed(format!("more than {MAX_DISKS} devices lie below it")));
    }
    if !seen.insert(device.to_owned()) {
        return Ok(());
    }
    let slaves = match host.list(&device.join("slaves")) {
        Err(HostError::NotFound) => Vec::new(),
        slaves => slaves?,
    };
    if !slaves.is_empty() {
        for slave in slaves {
            leaves(host, &host.canonical(&device.join("slaves").join(slave))?, seen, disks)?;
        }
        return Ok(());
    }
    if let (true, Some(disk)) = (exists(host, device.join("partition"))?, device.parent()) {
        return leaves(host, disk, seen, disks);
    }
    disks.insert(device.to_owned());
    Ok(())
}

/// What a whole disk is.
fn classify(host: &dyn Host, disk: &Path) -> Media {
    let name = file_name(disk);
    if name.starts_with("mmcblk") {
        return match read_line(host, disk.join("device/type")).as_deref() {
            Ok("SD") => Media::SdCard,
            Ok("MMC") => Media::Unknown(format!("{name} is eMMC flash, neither an SSD nor an SD card")),
            _ => Media::Unknown(format!("{name} does not say whether it is an SD card")),
        };
    }
    if let Some(reason) = elsewhere(&name) {
        return Media::Unknown(reason);
    }
    match read_number(host, disk.join("queue/rotational")) {
        Ok(0) => Media::Ssd,
        Ok(1) => rotating(host, disk, &name),
        Ok(other) => Media::Unknown(format!("{name} reports rotational={other}")),
        Err(HostError::NotFound) if name.starts_with("nvme") => Media::Ssd,
        Err(error) => Media::Unknown(format!("queue/rotational of {name}: {error}")),
    }
}

/// Why the word of a disk of this name is a default or another machine's, never its own.
fn elsewhere(name: &str) -> Option<String> {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if begins(&["xvd"]) {
        Some(format!("Xen says of every disk that it does not rotate, so of {name} too"))
    } else if begins(&["loop"]) {
        Some(format!("the loop device {name} does not show what its file is stored on"))
    } else if begins(&["nbd", "rbd", "drbd"]) {
        Some(format!("{name} is a disk of another machine, which the network does not show"))
    } else if begins(&["zram", "ram"]) {
        Some(format!("{name} is memory"))
    } else if begins(&["dm-", "md", "bcache"]) {
        Some(format!("{name} does not show which disks it is made of"))
    } else {
        None
    }
}

/// What a disk is that reports rotational=1.
fn rotating(host: &dyn Host, disk: &Path, name: &str) -> Media {
    let about = |file: &str| read_line(host, disk.join(file)).unwrap_or_default();
    let label = format!("{} {}", about("device/vendor"), about("device/model"));
    let bus = disk.to_string_lossy().to_ascii_lowercase();
    let by_label = ["QEMU", "VMware", "VBOX", "Msft", "Virtual"].iter().any(|maker| label.contains(maker));
    let by_bus = bus.contains("/virtio") || bus.contains("vmbus");
    match virtualization(host) {
        _ if by_label || by_bus => {}
        Ok(None) if on_ata(disk) => return Media::Hdd,
        Ok(None) => {
            return Media::Unknown(format!(
                "{name} reports rotational=1, which USB bridges and RAID controllers say of flash too"
            ));
        }
        Ok(Some(_)) => {}
        Err(error) => {
            return Media::Unknown(format!(
                "{name} reports rotational=1, and whether it is a virtual disk cannot be told: {error}"
            ));
        }
    }
    Media::Unknown(format!("the virtual disk {name} reports rotational=1, which hypervisors say of flash too"))
}

/// Whether the disk hangs on an ATA port of its own: `/sys/devices/pci0000:00/0000:00:1f.2/ata1/host0/...`.
fn on_ata(disk: &Path) -> bool {
    disk.components().any(|component| {
        let name = component.as_os_str().to_string_lossy();
        name.strip_prefix("ata").is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit()))
    })
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
