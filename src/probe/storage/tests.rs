//! Machines by the disks below their file systems.

use super::super::testing::{ask, ask_with, reason, why};
use super::*;
use crate::facts::{FactState, Facts, Measure, Subject, Value, Why};
use crate::host::Recorded;
use crate::probe::Questions;

const PCI: &str = "/sys/devices/pci0000:00";
const BARE_METAL: &str = "processor : 0\nflags : fpu avx\n";
const GUEST: &str = "processor : 0\nflags : fpu avx hypervisor\n";

/// A machine whose `/` is what this line of mountinfo says.
fn machine(mount: &str, cpuinfo: &str) -> Recorded {
    let line = format!("27 1 {mount}\n");
    Recorded::default().file("/proc/self/mountinfo", line).file("/proc/cpuinfo", cpuinfo)
}

/// Adds a disk at a path of sysfs, with its number, and its partitions 1 and 2 with the numbers after it.
fn disk(host: Recorded, path: &str, (major, minor): (u32, u32), rotational: &str) -> Recorded {
    let name = path.rsplit('/').next().unwrap();
    let mut host = host
        .file(&format!("{path}/queue/rotational"), format!("{rotational}\n"))
        .symlink(&format!("/sys/dev/block/{major}:{minor}"), path)
        .symlink(&format!("/sys/class/block/{name}"), path);
    for number in 1..3 {
        let separator = if name.ends_with(|c: char| c.is_ascii_digit()) { "p" } else { "" };
        let part = format!("{name}{separator}{number}");
        host = host
            .file(&format!("{path}/{part}/partition"), format!("{number}\n"))
            .symlink(&format!("/sys/dev/block/{major}:{}", minor + number), &format!("{path}/{part}"))
            .symlink(&format!("/sys/class/block/{part}"), &format!("{path}/{part}"));
    }
    host
}

/// Adds a device made of others.
fn made_of(host: Recorded, name: &str, (major, minor): (u32, u32), parts: &[&str]) -> Recorded {
    let path = format!("/sys/devices/virtual/block/{name}");
    let host = host
        .file(&format!("{path}/queue/rotational"), "0\n")
        .symlink(&format!("/sys/dev/block/{major}:{minor}"), &path)
        .symlink(&format!("/sys/class/block/{name}"), &path);
    parts
        .iter()
        .fold(host, |host, part| host.symlink(&format!("{path}/slaves/{part}"), &format!("/sys/class/block/{part}")))
}

fn sata(name: &str, port: u32) -> String {
    format!("{PCI}/0000:00:1f.2/ata{port}/host{port}/target{port}:0:0/{port}:0:0:0/block/{name}")
}

fn root(host: &Recorded) -> Facts {
    ask(Subject::StorageRoot, host)
}

fn media(host: &Recorded) -> Fact {
    root(host)["storage.root.media"].clone()
}

#[test]
fn disks_whose_bus_can_be_believed() {
    let nvme = format!("{PCI}/0000:00:1d.0/0000:03:00.0/nvme/nvme0/nvme0n1");
    let usb = format!("{PCI}/0000:00:14.0/usb2/2-1/2-1:1.0/host4/target4:0:0/4:0:0:0/block/sda");
    let raid = format!("{PCI}/0000:00:02.0/0000:03:00.0/host0/target0:2:0/0:2:0:0/block/sda");
    for (path, rotational, expected) in [
        (nvme.as_str(), "0", Some("ssd")),
        (&sata("sda", 1), "0", Some("ssd")),
        (&sata("sda", 1), "1", Some("hdd")),
        (&raid, "0", Some("ssd")),
        (&raid, "1", None),
        (&usb, "1", None),
        (&nvme, "1", None),
        ("/sys/devices/virtual/block/loop0", "0", None),
        ("/sys/devices/vbd-51712/block/xvda", "0", None),
        ("/sys/devices/virtual/block/nbd0", "0", None),
        ("/sys/devices/virtual/block/zram0", "0", None),
        ("/sys/devices/virtual/block/dm-7", "0", None),
    ] {
        let host = machine("8:2 / / rw - ext4 /dev/root rw", BARE_METAL);
        let fact = media(&disk(host, path, (8, 0), rotational));
        assert_eq!(fact.text(), expected, "{path} {rotational}: {fact:?}");
        assert_eq!(why(&fact), expected.is_none().then_some(Why::NotDetermined), "{path} {rotational}");
    }
}

#[test]
fn a_guest_is_not_believed_that_its_disk_rotates() {
    let virtio = format!("{PCI}/0000:00:05.0/virtio2/block/vda");
    let hyperv = "/sys/devices/LNXSYSTM:00/VMBUS:00/f8b3781a/host0/target0:0:0/0:0:0:0/block/sda";
    for (path, cpuinfo) in
        [(virtio.as_str(), GUEST), (&virtio, BARE_METAL), (hyperv, BARE_METAL), (&sata("sda", 1), GUEST)]
    {
        let fact = media(&disk(machine("8:1 / / rw - ext4 /dev/x rw", cpuinfo), path, (8, 0), "1"));
        let name = path.rsplit('/').next().unwrap();
        assert_eq!(
            reason(&fact),
            format!(
                "the virtual disk {name} reports rotational=1, which hypervisors report for flash too; \
                 attest it with --attest storage.root.media=ssd"
            )
        );
        assert_eq!(fact.place, format!("{name} (unknown)"));
        let flash = media(&disk(machine("8:1 / / rw - ext4 /dev/x rw", cpuinfo), path, (8, 0), "0"));
        assert_eq!(flash.text(), Some("ssd"), "0 is not a default");
    }
    // QEMU's SATA disk where the CPU's flag is hidden.
    let host = disk(machine("8:1 / / rw - ext4 /dev/sda1 rw", BARE_METAL), &sata("sda", 1), (8, 0), "1");
    let labelled = host.clone().file(&format!("{}/device/model", sata("sda", 1)), "QEMU HARDDISK   \n");
    assert_eq!(media(&host).text(), Some("hdd"));
    assert_eq!(media(&labelled).text(), None);
    // Nothing says whether there is a hypervisor.
    let blind = disk(machine("8:1 / / rw - ext4 /dev/sda1 rw", ""), &sata("sda", 1), (8, 0), "1");
    let blind = blind.answering("errors = { 'read /proc/cpuinfo' = 'not-permitted' }").unwrap();
    assert!(reason(&media(&blind)).contains("could not be determined: permission denied"), "{:?}", media(&blind));
}

#[test]
fn cards() {
    let path = "/sys/devices/platform/soc/3f202000.mmc/mmc_host/mmc0/mmc0:aaaa/block/mmcblk0";
    for (kind, expected) in [("SD\n", Some("sd-card")), ("MMC\n", None), ("SDcombo\n", None)] {
        let host = disk(machine("179:2 / / rw - ext4 /dev/root rw", "Features : neon\n"), path, (179, 0), "0");
        let fact = media(&host.file(&format!("{path}/device/type"), kind));
        assert_eq!(fact.text(), expected, "{kind}: {fact:?}");
    }
}

#[test]
fn of_several_disks_the_worst_counts() {
    let mount = "253:0 / / rw - xfs /dev/mapper/vg-root rw";
    let host = |rotational: [&str; 2]| {
        let host = disk(machine(mount, BARE_METAL), &sata("sda", 1), (8, 0), rotational[0]);
        disk(host, &sata("sdb", 2), (8, 16), rotational[1])
    };
    // LVM over dm-crypt over a RAID of partitions.
    let stacked = |host| {
        let host = made_of(host, "md0", (9, 0), &["sda2", "sdb2"]);
        made_of(made_of(host, "dm-1", (253, 1), &["md0"]), "dm-0", (253, 0), &["dm-1"])
    };
    for (rotational, expected, place) in [
        (["0", "0"], Some("ssd"), "sda (ssd), sdb (ssd)"),
        (["0", "1"], Some("hdd"), "sda (ssd), sdb (hdd)"),
        (["0", "?"], None, "sda (ssd), sdb (unknown)"),
        (["1", "?"], Some("hdd"), "sda (hdd), sdb (unknown)"),
    ] {
        let fact = media(&stacked(host(rotational)));
        assert_eq!(fact.text(), expected, "{rotational:?}: {fact:?}");
        assert_eq!(fact.place, place);
    }
    // Devices made of one another never were, but a recorded host may say anything.
    let looped = made_of(machine(mount, BARE_METAL), "dm-0", (253, 0), &["dm-1"]);
    let looped = made_of(looped, "dm-1", (253, 1), &["dm-0"]);
    assert_eq!(why(&media(&looped)), Some(Why::NotDetermined));
}

#[test]
fn btrfs_on_every_device_it_has() {
    let mount = "0:35 /@ / rw - btrfs /dev/sda2 rw,subvol=/@";
    let host = disk(machine(mount, BARE_METAL), &sata("sda", 1), (8, 0), "0");
    let host = disk(host, &sata("sdb", 2), (8, 16), "1").directory("/sys/fs/btrfs/features");
    assert_eq!(media(&host).text(), Some("ssd"));
    let members = "/sys/fs/btrfs/5f3c/devices";
    let both = host
        .symlink(&format!("{members}/sda2"), &sata("sda/sda2", 1))
        .symlink(&format!("{members}/sdb1"), &sata("sdb/sdb1", 2));
    assert_eq!(media(&both).text(), Some("hdd"));
    assert_eq!(media(&both).place, "sda (ssd), sdb (hdd)");
}

#[test]
fn btrfs_on_a_mapped_device() {
    let mount = "0:35 /@ / rw - btrfs /dev/mapper/luks-1 rw";
    let host = disk(machine(mount, BARE_METAL), &sata("sda", 1), (8, 0), "0").symlink("/dev/mapper/luks-1", "../dm-0");
    assert_eq!(media(&made_of(host, "dm-0", (253, 0), &["sda2"])).text(), Some("ssd"));
}

#[test]
fn file_systems_without_a_disk_to_look_at() {
    for (mount, words) in [
        (
            "0:60 / / rw - overlay overlay rw,lowerdir=/x",
            "inside a container, the disk below an overlay is not visible",
        ),
        ("0:30 / / rw - zfs tank/root rw,xattr", "`zpool status tank` lists them"),
        ("0:50 / / rw - nfs4 nas:/export rw", "the disks of the network file system nas:/export are not visible"),
        ("0:2 / / rw - tmpfs tmpfs rw", "it is in memory"),
        ("0:44 / / rw - fuse.mergerfs a:b rw", "fuse.mergerfs does not name its disks"),
        ("8:1 / / rw - ext4 /dev/sda1 rw", "/sys/dev/block/8:1: not found"),
        ("0:35 / / rw - btrfs /dev/sdz rw", "/sys/class/block/sdz: not found"),
    ] {
        let fact = media(&machine(mount, BARE_METAL));
        assert_eq!(why(&fact), Some(Why::NotDetermined));
        assert!(reason(&fact).contains(words), "{fact:?}");
    }
}

#[test]
fn sizes_come_from_statvfs() {
    let statfs = |inodes| format!("statfs.'/' = {{ size = 100, available = 40, inodes = {inodes}, inodes_free = 7 }}");
    let host = |inodes| machine("8:1 / / rw - ext4 /dev/sda1 rw", "").answering(&statfs(inodes)).unwrap();
    let facts = root(&host(10));
    assert_eq!(facts["storage.root.path"].text(), Some("/"));
    assert_eq!(facts["storage.root.device"].text(), Some("/dev/sda1"));
    assert_eq!(facts["storage.root.fstype"].text(), Some("ext4"));
    assert_eq!(facts["storage.root.size"].value(), Some(&Value::Count(100)));
    assert_eq!(facts["storage.root.available"].value(), Some(&Value::Count(40)));
    assert_eq!(facts["storage.root.inodes_free"].value(), Some(&Value::Count(7)));
    assert_eq!(root(&host(0))["storage.root.inodes_free"].state, FactState::Absent);
}

#[test]
fn a_file_system_that_hangs_costs_its_sizes_only() {
    let host = machine("0:50 / / rw - nfs4 nas:/export rw", "");
    let host = host.answering("errors = { 'statfs /' = 'hangs' }").unwrap();
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || probe_root(&host, &Questions::default(), &Sink::new(send)));
    for fact in ["path", "device", "fstype", "media"] {
        let (name, _) = receive.recv_timeout(std::time::Duration::from_secs(5)).unwrap();
        assert_eq!(name, format!("storage.root.{fact}"));
    }
}

/// The recorded host, whose engine has images in containerd's store, with another data root.
fn with_data_root(root: &str) -> Recorded {
    let recording = include_str!("../../../tests/hosts/ubuntu-22.04.toml");
    let moved = recording.replace(r#""DockerRootDir":"/var/lib/docker""#, &format!(r#""DockerRootDir":"{root}""#));
    Recorded::default().answering(&moved).unwrap().directory(root)
}

#[test]
fn storage_is_that_of_the_engines_own_data_root() {
    let host = with_data_root("/srv/docker");
    let (engine, data) = (ask(Subject::Docker, &host), ask(Subject::StorageData, &host));
    assert_eq!(engine["docker.engine.data_root"].text(), Some("/srv/docker"));
    assert_eq!(data["storage.data.path"].text(), Some("/srv/docker"));
    assert_eq!(data["storage.data.path"].place, "DockerRootDir of unix:///var/run/docker.sock /info: /srv/docker");
    assert_eq!(data["storage.data.size"].place, "statvfs(3) of /srv/docker");
    assert_eq!(data["storage.images.path"].state, FactState::Absent, "containerd's root is on the same file system");
}

#[test]
fn images_on_a_disk_of_their_own_have_facts_of_their_own() {
    let info = r#"{"DockerRootDir":"/srv/docker","DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]]}"#;
    let answers = format!(
        "statfs.'/srv/docker' = {{ size = 100, available = 90, inodes = 10, inodes_free = 9 }}\n\
         statfs.'/var/lib/containerd' = {{ size = 50, available = 20, inodes = 10, inodes_free = 8 }}\n\
         [[http]]\nendpoint = 'unix:///var/run/docker.sock'\ntarget = '/info'\nstatus = 200\nbody = '{info}'\n",
    );
    let mounts = "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n28 27 8:17 / /srv rw - xfs /dev/sdb1 rw\n";
    let host = Recorded::default()
        .file("/proc/self/mountinfo", mounts)
        .directory("/srv/docker")
        .directory("/var/lib/containerd")
        .answering(&answers)
        .unwrap();
    let facts = ask(Subject::StorageData, &host);
    assert_eq!(facts["storage.data.path"].text(), Some("/srv/docker"));
    assert_eq!(facts["storage.data.device"].text(), Some("/dev/sdb1"));
    assert_eq!(facts["storage.images.path"].text(), Some("/var/lib/containerd"));
    for (name, number) in [("data.size", 100), ("data.available", 90), ("images.size", 50), ("images.available", 20)] {
        assert_eq!(facts[&format!("storage.{name}")].value(), Some(&Value::Count(number)), "{name}");
    }
}

#[test]
fn a_root_of_containerd_that_cannot_be_read_is_not_guessed() {
    let host = with_data_root("/srv/docker").file("/etc/containerd/config.toml", "root = [");
    let facts = ask(Subject::StorageData, &host);
    assert_eq!(facts["storage.data.fstype"].text(), Some("ext4"));
    assert!(facts["storage.data.size"].value().is_some());
    for name in ["path", "size", "available"] {
        let fact = &facts[&format!("storage.images.{name}")];
        assert!(reason(fact).starts_with("/etc/containerd/config.toml: is not readable: "), "{fact:?}");
    }
}

#[test]
fn a_hung_engine_leaves_the_data_root_to_its_configuration() {
    let host = Recorded::default()
        .file("/proc/self/mountinfo", "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n")
        .answering("errors = { 'get unix:///var/run/docker.sock' = 'timed-out' }")
        .unwrap();
    let facts = ask(Subject::StorageData, &host);
    assert_eq!(facts["storage.data.path"].text(), Some("/"));
    let place = "Docker's default: /var/lib/docker (the engine did not answer: no answer within 5 s)";
    assert_eq!(facts["storage.data.path"].place, place);
    assert_eq!(facts["storage.data.device"].text(), Some("/dev/sda1"));
}

#[test]
fn what_is_not_shown_is_unknown() {
    for (name, fact) in root(&Recorded::default()) {
        assert!(name == "storage.root.path" || why(&fact).is_some(), "{name}: {fact:?}");
    }
}

#[test]
fn the_data_is_where_it_is_or_will_be_made() {
    let mounts = "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n28 27 8:17 / /data rw - xfs /dev/sdb1 rw\n";
    let machine =
        || Recorded::default().file("/proc/self/mountinfo", mounts).directory("/var/lib").directory("/data/docker");
    let data = |host: &Recorded, data_dir: Option<&str>| {
        let questions = Questions { data_dir: data_dir.map(PathBuf::from), ..Questions::default() };
        ask_with(&questions, Subject::StorageData, host)
    };
    let path = |facts: &Facts| facts["storage.data.path"].text().map(str::to_owned);
    let device = |facts: &Facts| facts["storage.data.device"].text().map(str::to_owned);

    let fresh = data(&machine(), None);
    assert_eq!(path(&fresh).as_deref(), Some("/var/lib"));
    assert_eq!(fresh["storage.data.path"].place, "Docker's default: /var/lib/docker");
    assert_eq!(device(&fresh).as_deref(), Some("/dev/sda1"));

    let asked = data(&machine(), Some("/data/chat/files"));
    assert_eq!(path(&asked).as_deref(), Some("/data"));
    assert_eq!(asked["storage.data.path"].place, "--data-dir: /data/chat/files");
    assert_eq!(device(&asked).as_deref(), Some("/dev/sdb1"));

    // A link, and one to what is not made yet, lead to the file system of their target.
    for (target, expected) in [("/data/docker", "/data/docker"), ("/data/new", "/data")] {
        let linked = data(&machine().symlink("/var/lib/docker", target), None);
        assert_eq!(path(&linked).as_deref(), Some(expected));
        assert_eq!(device(&linked).as_deref(), Some("/dev/sdb1"));
    }

    let configured = data(&machine().file("/etc/docker/daemon.json", r#"{"data-root": "/data/docker"}"#), None);
    assert_eq!(configured["storage.data.path"].place, "/etc/docker/daemon.json: /data/docker");
}

#[test]
fn a_path_that_may_not_be_looked_at_is_not_judged_by_its_parent() {
    let host =
        Recorded::default().directory("/srv").answering("errors = { 'stat /srv/data' = 'not-permitted' }").unwrap();
    for (data_dir, why_not) in [("/srv/data/docker", Why::NotPermitted), ("data", Why::Unreadable)] {
        let questions = Questions { data_dir: Some(data_dir.into()), ..Questions::default() };
        let mut facts = ask_with(&questions, Subject::StorageData, &host);
        facts.remove("storage.data.measured");
        for (name, fact) in facts {
            assert_eq!(why(&fact), Some(why_not), "{name}: {fact:?}");
        }
    }
}

/// The questions of `--measure` and of `--measure writes`.
fn measuring(measure: Measure) -> Questions {
    Questions { measure: Some(measure), data_dir: Some("/".into()), ..Questions::default() }
}

/// Records a measurement of 100 reads: the first tenth of them, the others in steps from there, and the second reads.
fn taking(host: Recorded, what: &str, (from, to, again): (u64, u64, u64)) -> Recorded {
    let first: Vec<_> = (0..100).map(|step| (from + (to - from) * step / 99).to_string()).collect();
    let again = vec![again.to_string(); 100].join(",");
    let first = first.join(",");
    let answers = format!("measurements.'{what}' = {{ size = 40000000000, first = [{first}], again = [{again}] }}\n");
    host.answering(&answers).unwrap()
}

/// A guest whose `/` is on a virtual disk that says it rotates.
fn guest() -> Recorded {
    let virtio = format!("{PCI}/0000:00:05.0/virtio2/block/vda");
    disk(machine("254:1 / / rw - ext4 /dev/vda1 rw", GUEST), &virtio, (254, 0), "1")
}

const FLASH: (u64, u64, u64) = (300, 800, 100);
const ROTATING: (u64, u64, u64) = (4000, 16_000, 150);
const BETWEEN: (u64, u64, u64) = (1500, 3000, 150);

#[test]
fn a_measurement_tells_the_media_of_a_virtual_disk_where_it_is_unmistakable() {
    for (times, expected) in [(FLASH, Some("ssd")), (ROTATING, Some("hdd")), (BETWEEN, None)] {
        let host = taking(guest(), "device /dev/vda", times);
        let facts = ask_with(&measuring(Measure::Reads), Subject::StorageData, &host);
        let media = &facts["storage.data.media"];
        assert_eq!(media.text(), expected, "{times:?}: {media:?}");
        let said = if expected.is_some() { &media.place } else { reason(media) };
        assert!(said.contains("measured: 100 random reads of /dev/vda, median "), "{said}");
        assert_eq!(facts["storage.data.measured"].text(), Some("reads"));
        assert_eq!(facts["storage.data.read_latency_method"].text(), Some("device"));
        assert_eq!(facts["storage.data.read_latency_method"].place, "random reads of /dev/vda");
        assert_eq!(facts["storage.data.read_latency_reads"].value(), Some(&Value::Count(100)));
        assert_eq!(reason(&facts["storage.data.write_latency_p99"]), "not measured; add --measure writes");
    }
    let facts = ask_with(&measuring(Measure::Reads), Subject::StorageData, &taking(guest(), "device /dev/vda", FLASH));
    assert_eq!(facts["storage.data.read_latency_p50"].value(), Some(&Value::Number(0.547)));
    assert_eq!(facts["storage.data.read_latency_p99"].value(), Some(&Value::Number(0.794)));
}

#[test]
fn what_nobody_asked_to_measure_is_not_measured() {
    let host = taking(guest(), "device /dev/vda", FLASH);
    let questions = Questions { data_dir: Some("/".into()), ..Questions::default() };
    let facts = ask_with(&questions, Subject::StorageData, &host);
    assert_eq!(facts["storage.data.measured"].text(), Some("nothing"));
    for name in ["read_latency_p50", "read_latency_p99", "read_latency_reads", "read_latency_method"] {
        let fact = &facts[&format!("storage.data.{name}")];
        assert_eq!((why(fact), reason(fact)), (Some(Why::NotAsked), "not measured; add --measure"), "{name}");
    }
    let hint = "; measure it with --measure, or attest it with --attest storage.data.media=ssd";
    assert!(reason(&facts["storage.data.media"]).ends_with(hint), "{facts:?}");
}

#[test]
fn a_recording_without_the_measurement_says_so() {
    let facts = ask_with(&measuring(Measure::Writes), Subject::StorageData, &guest());
    assert_eq!(why(&facts["storage.data.read_latency_p50"]), Some(Why::NotAsked));
    assert_eq!(reason(&facts["storage.data.write_latency_p50"]), "not measured when this host was recorded");
    assert!(reason(&facts["storage.data.media"]).contains("it could not be measured"));
}

#[test]
fn where_the_device_may_not_be_opened_files_are_read() {
    let locked = |host: Recorded, trouble: &str| {
        let host = taking(host, "files /", FLASH);
        let errors = format!("[errors]\n'measure device /dev/vda' = '{trouble}'\n");
        let text = host.to_toml().unwrap() + &errors;
        Recorded::default().answering(&text).unwrap()
    };
    for trouble in ["not-permitted", "not-found"] {
        let facts = ask_with(&measuring(Measure::Reads), Subject::StorageData, &locked(guest(), trouble));
        assert_eq!(facts["storage.data.media"].text(), Some("ssd"), "{trouble}");
        assert!(facts["storage.data.media"].place.contains("random reads of large files on the file system of /,"));
        assert_eq!(facts["storage.data.read_latency_method"].text(), Some("files"));
    }
    let container = machine("0:60 / / rw - overlay overlay rw,lowerdir=/x", GUEST);
    let facts = ask_with(&measuring(Measure::Reads), Subject::StorageData, &taking(container, "files /", ROTATING));
    assert_eq!(facts["storage.data.media"].text(), Some("hdd"));
}

#[test]
fn what_cannot_be_measured_is_unknown_and_says_why() {
    let failed = "errors = { 'measure device /dev/vda' = { failed = 'Input/output error' } }";
    let facts = ask_with(&measuring(Measure::Reads), Subject::StorageData, &guest().answering(failed).unwrap());
    assert_eq!(why(&facts["storage.data.read_latency_p99"]), Some(Why::Unreadable));
    let media = reason(&facts["storage.data.media"]);
    assert!(
        media.contains("it could not be measured (random reads of /dev/vda: Input/output error); attest it"),
        "{media}"
    );
    // A thin disk to which nothing was written.
    let zeros = "measurements.'device /dev/vda' = { size = 40000000000, zeros = [30, 31, 32] }";
    let facts = ask_with(&measuring(Measure::Reads), Subject::StorageData, &guest().answering(zeros).unwrap());
    assert_eq!(facts["storage.data.read_latency_reads"].value(), Some(&Value::Count(0)));
    assert_eq!(reason(&facts["storage.data.read_latency_p50"]), "all that was read is zeros");
    assert!(reason(&facts["storage.data.media"]).contains("too few blocks that hold data"));
}

#[test]
fn a_measurement_does_not_overrule_the_kernel_on_real_hardware() {
    let real = disk(machine("8:1 / / rw - ext4 /dev/sda1 rw", BARE_METAL), &sata("sda", 1), (8, 0), "1");
    let facts = ask_with(&measuring(Measure::Reads), Subject::StorageData, &taking(real, "device /dev/sda", FLASH));
    assert_eq!(facts["storage.data.media"].text(), Some("hdd"));
    assert_eq!(facts["storage.data.media"].place, "sda (hdd)");
    assert_eq!(facts["storage.data.read_latency_p50"].value(), Some(&Value::Number(0.547)));
}

#[test]
fn several_disks_together_can_be_slow_but_do_not_show_that_each_is_fast() {
    let mount = "253:0 / / rw - xfs /dev/mapper/vg-root rw";
    let host = || {
        let host = disk(machine(mount, GUEST), &sata("sda", 1), (8, 0), "1");
        made_of(disk(host, &sata("sdb", 2), (8, 16), "1"), "dm-0", (253, 0), &["sda", "sdb"])
    };
    for (times, expected) in [(FLASH, None), (ROTATING, Some("hdd"))] {
        let host = taking(host(), "device /dev/dm-0", times);
        let facts = ask_with(&measuring(Measure::Reads), Subject::StorageData, &host);
        assert_eq!(facts["storage.data.media"].text(), expected, "{times:?}: {:?}", facts["storage.data.media"]);
    }
}

#[test]
fn the_time_of_a_network_says_nothing_about_disks() {
    let nfs = machine("0:50 / / rw - nfs4 nas:/export rw", GUEST);
    for times in [FLASH, ROTATING] {
        let host = taking(nfs.clone(), "files /", times);
        let facts = ask_with(&measuring(Measure::Reads), Subject::StorageData, &host);
        assert!(reason(&facts["storage.data.media"]).contains("that says nothing about its kind"), "{times:?}");
        assert!(facts["storage.data.read_latency_p50"].value().is_some());
    }
}

#[test]
fn writes_are_measured_in_the_data_directory() {
    let times: Vec<_> = (1..=100).map(|time| (time * 100).to_string()).collect();
    let answers = format!("measurements.'writes /' = {{ first = [{}] }}\n", times.join(","));
    let facts = ask_with(&measuring(Measure::Writes), Subject::StorageData, &guest().answering(&answers).unwrap());
    assert_eq!(facts["storage.data.measured"].text(), Some("writes"));
    assert_eq!(facts["storage.data.write_latency_p50"].value(), Some(&Value::Number(5.0)));
    assert_eq!(facts["storage.data.write_latency_p99"].value(), Some(&Value::Number(9.9)));
    assert_eq!(facts["storage.data.write_latency_writes"].value(), Some(&Value::Count(100)));
    let reads = ask_with(&measuring(Measure::Reads), Subject::StorageData, &guest().answering(&answers).unwrap());
    assert_eq!(reads["storage.data.write_latency_p99"].value(), None, "nobody asked to write");
}

#[test]
fn a_measurement_that_hangs_costs_its_own_facts() {
    let host = guest().answering("errors = { 'measure device /dev/vda' = 'hangs' }").unwrap();
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || probe_data(&host, &measuring(Measure::Reads), &Sink::new(send)));
    let reported: Vec<_> =
        (0..10).map(|_| receive.recv_timeout(std::time::Duration::from_secs(5)).unwrap().0).collect();
    for name in ["measured", "path", "device", "fstype", "size", "available", "inodes_free"] {
        assert!(reported.contains(&format!("storage.data.{name}")), "{name}: {reported:?}");
    }
}

/// A guest of a provider by its vendor and product in DMI, with one disk and its vendor and model.
fn provided(dmi: (&str, &str), path: &str, label: (&str, &str), rotational: &str) -> Fact {
    let mut host = disk(machine("8:1 / / rw - ext4 /dev/x rw", GUEST), path, (8, 0), rotational)
        .file("/sys/class/dmi/id/sys_vendor", dmi.0)
        .file("/sys/class/dmi/id/product_name", dmi.1);
    for (file, text) in [("vendor", label.0), ("model", label.1)] {
        if !text.is_empty() {
            host = host.file(&format!("{path}/device/{file}"), format!("{text}   \n"));
        }
    }
    media(&host)
}

#[test]
fn disks_of_providers_are_what_their_pages_say() {
    let nvme = format!("{PCI}/0000:00:1d.0/nvme/nvme0/nvme0n1");
    let virtio = format!("{PCI}/0000:00:05.0/virtio2/block/vda");
    let scsi = format!("{PCI}/0000:00:06.0/virtio3/host0/target0:0:0/0:0:0:1/block/sda");
    const STORE: (&str, &str) = ("", "Amazon EC2 NVMe Instance Storage");
    for (dmi, path, label, rotational, expected) in [
        // gp3 and st1 look alike.
        (("Amazon EC2", "t3.large"), &nvme, ("", "Amazon Elastic Block Store"), "0", None),
        (("Amazon EC2", "m5.metal"), &nvme, ("", "Amazon Elastic Block Store"), "0", None),
        (("Google", "Google Compute Engine"), &nvme, ("", "nvme_card-pd"), "0", None),
        (("Google", "Google Compute Engine"), &nvme, ("", "nvme_card"), "0", Some("ssd")),
        (("Amazon EC2", "i4i.large"), &nvme, STORE, "0", Some("ssd")),
        (("Amazon EC2", "d3en.xlarge"), &nvme, STORE, "1", None),
        (("DigitalOcean", "Droplet"), &virtio, ("", ""), "1", Some("ssd")),
        (("DigitalOcean", "Droplet"), &scsi, ("DO", "Volume"), "1", None),
        (("Hetzner", "vServer"), &scsi, ("HC", "Volume"), "1", Some("ssd")),
        (("Hetzner", "vServer"), &scsi, ("QEMU", "QEMU HARDDISK"), "1", None),
        (("QEMU", "Standard PC"), &virtio, ("", ""), "1", None),
        // Somebody else's disk of that name.
        (("QEMU", "Standard PC"), &scsi, ("HC", "Volume"), "1", None),
    ] {
        let fact = provided(dmi, path, label, rotational);
        assert_eq!(fact.text(), expected, "{dmi:?} {label:?}: {fact:?}");
    }
    let known = provided(("DigitalOcean", "Droplet"), &virtio, ("", ""), "1");
    assert!(known.place.starts_with("vda (ssd, by https://digitalocean.github.io/navigators-guide/"), "{known:?}");
    let dense = provided(("Amazon EC2", "d3en.xlarge"), &nvme, STORE, "0");
    assert_eq!(dense.text(), None, "machines of dense storage have hard disks behind NVMe: {dense:?}");
}

#[test]
fn a_slow_volume_of_a_provider_may_still_be_loading() {
    let nvme = format!("{PCI}/0000:00:1d.0/nvme/nvme0/nvme0n1");
    let host = || {
        disk(machine("259:1 / / rw - xfs /dev/nvme0n1p1 rw", GUEST), &nvme, (259, 0), "0")
            .file(&format!("{nvme}/device/model"), "Amazon Elastic Block Store\n")
    };
    let media = |times| {
        let host = taking(host(), "device /dev/nvme0n1", times);
        ask_with(&measuring(Measure::Reads), Subject::StorageData, &host)["storage.data.media"].clone()
    };
    assert_eq!(media(FLASH).text(), Some("ssd"));
    let xen = |times| {
        let disk = disk(
            machine("202:1 / / rw - ext4 /dev/xvda1 rw", GUEST),
            "/sys/devices/vbd-51712/block/xvda",
            (202, 0),
            "0",
        );
        let host = taking(disk, "device /dev/xvda", times);
        ask_with(&measuring(Measure::Reads), Subject::StorageData, &host)["storage.data.media"].clone()
    };
    assert_eq!(xen(FLASH).text(), Some("ssd"));
    assert_eq!(xen(ROTATING).text(), None, "older machines of the same provider");
    let slow = media(ROTATING);
    assert!(reason(&slow).contains("made from a snapshot is as slow when it is first read"), "{slow:?}");
}
