//! What a file system is stored on, as far as the kernel can be believed.
//!
//! `queue/rotational` is 1 by default: virtio, VMware and QEMU, USB sticks and RAID controllers report it for flash too, and
//! Xen reports 0 for every disk. So 1 counts only for a disk on an ATA bus of a machine without a hypervisor, and 0 only for
//! a disk of this machine. Everything else is unknown, and a person can attest it.

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
    /// Why it could not be determined.
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

/// The fact `name`: the media below `mount`, with every disk in the place.
pub(super) fn media(host: &dyn Host, mount: &Mount, name: &str) -> Fact {
    let hint = format!("attest it with --attest {name}=ssd");
    let devices = match devices(host, mount) {
        Ok(devices) => devices,
        Err(reason) => return Fact::unknown(Why::NotDetermined, format!("{reason}; {hint}"), MOUNTINFO),
    };
    let mut disks = BTreeSet::new();
    for device in &devices {
        let found = leaves(host, device, &mut BTreeSet::new(), &mut disks).and_then(|()| {
            btrfs_members(host, mount, device)?
                .iter()
                .try_for_each(|member| leaves(host, member, &mut BTreeSet::new(), &mut disks))
        });
        if let Err(error) = found {
            let place = device.display().to_string();
            return Fact::unknown(Why::Unreadable, format!("{place}: {error}"), place);
        }
    }
    let disks: Vec<_> = disks.iter().map(|disk| (file_name(disk), classify(host, disk))).collect();
    let place: Vec<_> = disks.iter().map(|(disk, media)| format!("{disk} ({})", media.name())).collect();
    let place = place.join(", ");
    match disks.into_iter().map(|(_, media)| media).min() {
        Some(Media::Unknown(reason)) => Fact::unknown(Why::NotDetermined, format!("{reason}; {hint}"), place),
        Some(known) => Fact::known(known.name(), place),
        None => Fact::unknown(Why::NotDetermined, format!("no disk is visible below {}", mount.source), place),
    }
}

/// The directories in sysfs of what is mounted, or why there is none. Only bcachefs names several devices: `/dev/sda:/dev/sdb`.
fn devices(host: &dyn Host, mount: &Mount) -> Result<Vec<PathBuf>, String> {
    let (major, minor) = mount.device;
    let shown = |path: PathBuf| {
        let canonical = host.canonical(&path).and_then(|canonical| host.stat(&canonical).map(|_| canonical));
        canonical.map_err(|error| format!("{}: {error}", path.display()))
    };
    if major != 0 {
        return shown(PathBuf::from(format!("/sys/dev/block/{major}:{minor}"))).map(|device| vec![device]);
    }
    if mount.source.starts_with("/dev/") {
        let of_node = |source: &str| {
            // /dev/mapper/vg-data is a link to ../dm-0; where links are not shown, the name itself may be the kernel's.
            let node = host.canonical(Path::new(source)).unwrap_or_else(|_| PathBuf::from(source));
            shown(Path::new("/sys/class/block").join(file_name(&node)))
        };
        return match mount.fstype.as_str() {
            "bcachefs" => mount.source.split(':').map(of_node).collect(),
            _ => of_node(&mount.source).map(|device| vec![device]),
        };
    }
    Err(match mount.fstype.as_str() {
        "overlay" => "inside a container, the disk below an overlay is not visible".to_owned(),
        "zfs" => {
            format!("the disks of a ZFS pool are not visible here; `zpool status {}` lists them", pool(&mount.source))
        }
        "nfs" | "nfs4" | "cifs" | "smb3" | "ceph" | "9p" | "virtiofs" | "afs" | "glusterfs" | "lustre" => {
            format!("the disks of the network file system {} are not visible", mount.source)
        }
        "tmpfs" | "ramfs" | "rootfs" => "it is in memory".to_owned(),
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
            // `features` is beside the file systems.
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
    if let Some(reason) = over_a_network(host, disk, &name) {
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

/// Why an NVMe disk may be elsewhere: the `transport` of its controller, or of every path to it below its subsystem, is a
/// network. Kernels before 4.8 do not tell the transport and know only disks of this machine.
fn over_a_network(host: &dyn Host, disk: &Path, name: &str) -> Option<String> {
    if !name.starts_with("nvme") {
        return None;
    }
    let above = disk.parent()?;
    let mut transports: Vec<String> = read_line(host, above.join("transport")).into_iter().collect();
    if transports.is_empty() {
        let controllers = host
            .list(above)
            .unwrap_or_default()
            .into_iter()
            .filter(|entry| entry.strip_prefix("nvme").is_some_and(|number| number.parse::<u32>().is_ok()));
        transports =
            controllers.filter_map(|entry| read_line(host, above.join(entry).join("transport")).ok()).collect();
    }
    match transports.iter().find(|transport| !["pcie", "apple-nvme"].contains(&transport.as_str())) {
        Some(transport) => Some(format!("{name} is an NVMe disk over {transport:.20}, and its disks are elsewhere")),
        None if transports.is_empty() && disk.starts_with("/sys/devices/virtual") => {
            Some(format!("{name} does not say whether it is a disk of this machine"))
        }
        None => None,
    }
}

/// Why a disk of this name does not say what it is stored on.
fn elsewhere(name: &str) -> Option<String> {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if begins(&["xvd"]) {
        Some(format!("{name} is a disk of Xen, which reports no disk as rotating"))
    } else if begins(&["loop"]) {
        Some(format!("the disk below the loop device {name} is not visible"))
    } else if begins(&["nbd", "rbd", "drbd"]) {
        Some(format!("{name} is a disk of another machine, which is not visible over the network"))
    } else if begins(&["zram", "ram"]) {
        Some(format!("{name} is memory"))
    } else if begins(&["dm-", "md", "bcache"]) {
        Some(format!("the disks that {name} consists of are not visible"))
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
                "{name} reports rotational=1, which USB bridges and RAID controllers report for flash too"
            ));
        }
        Ok(Some(_)) => {}
        Err(error) => {
            return Media::Unknown(format!(
                "{name} reports rotational=1, and whether it is a virtual disk could not be determined: {error}"
            ));
        }
    }
    Media::Unknown(format!("the virtual disk {name} reports rotational=1, which hypervisors report for flash too"))
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
