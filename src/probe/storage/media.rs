//! What a file system is stored on, as far as the kernel can be believed, the provider is known, or a measurement tells.
//!
//! `queue/rotational` is 1 by default: virtio, VMware and QEMU, USB sticks and RAID controllers report it for flash too, and
//! Xen reports 0 for every disk. So 1 counts only for a disk on an ATA bus of a machine without a hypervisor, and 0 only for
//! a disk of this machine. What is left is decided by what the provider sells, and then by a measurement, if somebody asked
//! for one. Everything else is unknown, and a person can attest it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::latency::{Conclusion, conclude, percentile};
use super::providers::{Product, Sold, product};
use crate::facts::{Fact, Why};
use crate::host::mountinfo::{MOUNTINFO, Mount};
use crate::host::{Host, HostError, Latencies, Measurement};
use crate::probe::machine::virtualization;
use crate::probe::{exists, read_line, read_number};

/// Most disks followed below one file system; a RAID of more is real but rare, a loop is not.
const MAX_DISKS: usize = 256;

/// The fact that a measurement can decide.
pub(super) const DATA_MEDIA: &str = "storage.data.media";

/// A measurement of reads, and what came of it.
pub(super) type Measured = (Measurement, Result<Latencies, HostError>);

/// What a disk is; the order decides for several, the first counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Media {
    Hdd,
    SdCard,
    /// Why it could not be determined, and that the time of reads tells nothing about it.
    Hidden(String),
    /// Why it could not be determined, and that slow reads tell nothing about it: some providers load a volume that was made
    /// from a snapshot when it is first read (https://docs.aws.amazon.com/ebs/latest/userguide/initalize-volume.html).
    Volume(String),
    /// Why it could not be determined.
    Unknown(String),
    /// An SSD by the page of the provider.
    Sold(&'static str),
    Ssd,
}

impl Media {
    fn name(&self) -> &'static str {
        match self {
            Self::Hdd => "hdd",
            Self::SdCard => "sd-card",
            Self::Hidden(_) | Self::Volume(_) | Self::Unknown(_) => "unknown",
            Self::Sold(_) | Self::Ssd => "ssd",
        }
    }

    /// What is said of a disk beside its name.
    fn label(&self) -> String {
        match self {
            Self::Sold(source) => format!("{}, by {source}", self.name()),
            _ => self.name().to_owned(),
        }
    }
}

/// The disks below a file system.
pub(super) struct Disks {
    /// The node to measure: the disk, or what is mounted if that is made of several. None if there is no block device.
    pub node: Option<PathBuf>,
    /// What counts of all of them.
    media: Media,
    why: Why,
    /// Every disk, or what was asked for them.
    place: String,
    /// There may be several. A measurement of them together does not show that each is fast.
    several: bool,
}

impl Disks {
    /// The disks below `mount`.
    pub fn below(host: &dyn Host, mount: &Mount) -> Self {
        let without = |why, media, place: String| Self { node: None, media, why, place, several: false };
        let devices = match devices(host, mount) {
            Ok(devices) => devices,
            Err(media) => return without(Why::NotDetermined, media, MOUNTINFO.to_owned()),
        };
        let mut disks = BTreeSet::new();
        for device in &devices {
            let found = leaves(host, device, &mut BTreeSet::new(), &mut disks).and_then(|()| {
                btrfs_members(host, mount, device)?
                    .iter()
                    .try_for_each(|member| leaves(host, member, &mut BTreeSet::new(), &mut disks))
            });
            if let Err(error) = found {
                let shown = device.display().to_string();
                let unread = without(Why::Unreadable, Media::Unknown(format!("{shown}: {error}")), shown);
                return Self { several: true, ..unread };
            }
        }
        // Blocks of a thin disk that were never written read as zeros only there, not through a device that encrypts.
        let only = match devices.as_slice() {
            [device] => Some(device),
            _ => None,
        };
        let node = if disks.len() == 1 { disks.first() } else { only }.map(|device| node(device));
        let several = disks.len() > 1;
        let disks: Vec<_> = disks.iter().map(|disk| (file_name(disk), classify(host, disk))).collect();
        let place: Vec<_> = disks.iter().map(|(disk, media)| format!("{disk} ({})", media.label())).collect();
        let worst = disks.into_iter().map(|(_, media)| media).min();
        let media = worst.unwrap_or_else(|| Media::Unknown(format!("no disk is visible below {}", mount.source)));
        Self { node, media, why: Why::NotDetermined, place: place.join(", "), several }
    }

    /// Whether the kind of disk is known without a measurement.
    pub fn is_known(&self) -> bool {
        !matches!(self.media, Media::Hidden(_) | Media::Volume(_) | Media::Unknown(_))
    }

    /// The fact `name`. `measured` is what was measured, and of what; None if it was not measured.
    pub fn media(&self, name: &str, measured: Option<&Measured>) -> Fact {
        let Self { media, place, .. } = self;
        let (Media::Hidden(reason) | Media::Volume(reason) | Media::Unknown(reason)) = media else {
            return Fact::known(media.name(), place.as_str());
        };
        let is_hidden = matches!(media, Media::Hidden(_));
        let unknown = |words: &str| {
            Fact::unknown(self.why, format!("{reason}; {words}attest it with --attest {name}=ssd"), place.as_str())
        };
        let (what, taken) = match measured {
            Some((what, Ok(taken))) => (what, taken),
            Some((what, Err(error))) => {
                return unknown(&format!("it could not be measured ({}: {error}); ", words(what)));
            }
            None if is_hidden || name != DATA_MEDIA => return unknown(""),
            None => return unknown("measure it with --measure, or "),
        };
        let figures = figures(what, taken);
        let conclusion = match conclude(taken) {
            _ if is_hidden => Conclusion::Unclear("that says nothing about its kind"),
            Conclusion::Hdd if matches!(media, Media::Volume(_)) => {
                Conclusion::Unclear("a volume that was made from a snapshot is as slow when it is first read")
            }
            Conclusion::Ssd if self.several => Conclusion::Unclear("that does not show each of several disks"),
            conclusion => conclusion,
        };
        match conclusion {
            Conclusion::Ssd => Fact::known("ssd", format!("{place}; {figures}")),
            Conclusion::Hdd => Fact::known("hdd", format!("{place}; {figures}")),
            Conclusion::Unclear(why) => unknown(&format!("{figures}: {why}; ")),
        }
    }
}

/// What was measured, in words.
pub(super) fn words(what: &Measurement) -> String {
    match what {
        Measurement::Device(path) => format!("random reads of {}", path.display()),
        Measurement::Files(path) => format!("random reads of large files on the file system of {}", path.display()),
        Measurement::Writes(path) => format!("writes to a file in {}", path.display()),
    }
}

/// The figures of a measurement of reads.
fn figures(what: &Measurement, taken: &Latencies) -> String {
    let [median, most] = [50, 99].map(|percent| percentile(&taken.first, percent) as f64 / 1000.0);
    format!("measured: {} {}, median {median:.2} ms, 99 % within {most:.2} ms", taken.first.len(), words(what))
}

/// The kernel's node of a block device in sysfs. In its names, `!` stands for a slash.
fn node(device: &Path) -> PathBuf {
    Path::new("/dev").join(file_name(device).replace('!', "/"))
}

/// The directories in sysfs of what is mounted, or why there is none. Only bcachefs names several devices: `/dev/sda:/dev/sdb`.
fn devices(host: &dyn Host, mount: &Mount) -> Result<Vec<PathBuf>, Media> {
    let (major, minor) = mount.device;
    let shown = |path: PathBuf| {
        let canonical = host.canonical(&path).and_then(|canonical| host.stat(&canonical).map(|_| canonical));
        canonical.map_err(|error| Media::Unknown(format!("{}: {error}", path.display())))
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
        "overlay" => Media::Unknown("inside a container, the disk below an overlay is not visible".to_owned()),
        "zfs" => {
            let pool = pool(&mount.source);
            Media::Unknown(format!("the disks of a ZFS pool are not visible here; `zpool status {pool}` lists them"))
        }
        fstype if is_network(fstype) => {
            Media::Hidden(format!("the disks of the network file system {} are not visible", mount.source))
        }
        "tmpfs" | "ramfs" | "rootfs" => Media::Hidden("it is in memory".to_owned()),
        fstype => Media::Hidden(format!("{fstype} does not name its disks")),
    })
}

/// Whether a file system is on other machines.
pub(in crate::probe) fn is_network(fstype: &str) -> bool {
    matches!(fstype, "nfs" | "nfs4" | "cifs" | "smb3" | "ceph" | "9p" | "virtiofs" | "afs" | "glusterfs" | "lustre")
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
            Ok("MMC") => Media::Hidden(format!("{name} is eMMC flash, neither an SSD nor an SD card")),
            _ => Media::Hidden(format!("{name} does not say whether it is an SD card")),
        };
    }
    if let Some(media) = elsewhere(&name) {
        return media;
    }
    if let Some((sold, Product { disk, source, .. })) = product(host, disk, &name) {
        let both = || format!("{name} is of {disk}, which is sold as SSD and as hard disk ({source})");
        return match sold {
            Sold::Ssd => Media::Sold(source),
            Sold::Both => Media::Unknown(both()),
            Sold::Volumes => Media::Volume(both()),
        };
    }
    if let Some(reason) = over_a_network(host, disk, &name) {
        return Media::Hidden(reason);
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

/// What a disk is that by its name does not say what it is stored on.
fn elsewhere(name: &str) -> Option<Media> {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if begins(&["xvd"]) {
        // Amazon's older machines have their volumes behind Xen.
        Some(Media::Volume(format!("{name} is a disk of Xen, which reports no disk as rotating")))
    } else if begins(&["loop"]) {
        Some(Media::Unknown(format!("the disk below the loop device {name} is not visible")))
    } else if begins(&["nbd", "rbd", "drbd"]) {
        Some(Media::Hidden(format!("{name} is a disk of another machine, which is not visible over the network")))
    } else if begins(&["zram", "ram"]) {
        Some(Media::Hidden(format!("{name} is memory")))
    } else if begins(&["dm-", "md", "bcache"]) {
        Some(Media::Unknown(format!("the disks that {name} consists of are not visible")))
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
