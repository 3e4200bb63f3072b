//! The recorded hosts in `tests/hosts/` are whole and agree with themselves, whatever the probes make of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]
#![allow(clippy::disallowed_methods, reason = "finds the folders of the recorded hosts")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rampcheck::host::{Endpoint, FileKind, Host, HostError, Recorded, read_text};

/// Folders below `tests/hosts/`.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hosts")
}

fn cases() -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap());
    entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// Runs `test` over every case.
fn each_host(test: impl Fn(&str, &Recorded)) {
    for case in cases() {
        test(&case, &Recorded::load(&folder().join(&case)).unwrap());
    }
}

fn directory(host: &Recorded, path: &Path) -> bool {
    host.stat(path).is_ok_and(|stat| stat.kind == FileKind::Directory)
}

/// Single number in a file.
fn number(host: &Recorded, path: &str) -> u64 {
    read_text(host, path).unwrap().trim().parse().unwrap()
}

fn mem_total(host: &Recorded) -> u64 {
    let meminfo = read_text(host, "/proc/meminfo").unwrap();
    let kib = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:")?.strip_suffix("kB")).unwrap();
    kib.trim().parse::<u64>().unwrap() * 1024
}

/// CPUs of a list such as `0-3,6`.
fn cpu_list(text: &str) -> Vec<u32> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        first.parse().unwrap()..=last.parse().unwrap()
    };
    text.trim().split(',').flat_map(range).collect()
}

#[test]
fn readme_lists_exactly_the_folders() {
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" |"));
    let listed: Vec<String> = rows.map(|(case, _)| case.to_owned()).filter(|case| case != "case").collect();
    assert_eq!(listed, cases().into_iter().collect::<Vec<_>>());
}

#[test]
fn every_host_says_what_it_is() {
    each_host(|case, host| {
        let release = read_text(host, "/etc/os-release").unwrap();
        assert!(release.lines().any(|line| line.starts_with("ID=")), "{case}");
        assert_eq!(host.link(Path::new("/etc/os-release")), Ok("../usr/lib/os-release".into()), "{case}");
        for path in ["/proc/sys/kernel/osrelease", "/proc/sys/kernel/hostname", "/proc/self/limits", "/etc/passwd"] {
            assert!(!read_text(host, path).unwrap().trim().is_empty(), "{case}: {path}");
        }
        let machine_id = read_text(host, "/etc/machine-id").unwrap_or_default();
        let hex = machine_id.trim().len() == 32 && machine_id.trim().bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(hex || case == "container-overlay", "{case}");
        assert!(host.arch().is_ok() && host.user().is_ok() && host.clock_synchronized().is_ok(), "{case}");
    });
}

#[test]
fn memory_agrees_with_its_blocks() {
    each_host(|case, host| {
        let total = mem_total(host);
        assert!(host.live_state().unwrap().memory_available <= total, "{case}");
        let blocks = match host.list(Path::new("/sys/devices/system/memory")) {
            Ok(names) => names.iter().filter(|name| *name != "block_size_bytes").count() as u64,
            Err(error) => return assert_eq!((case, error), ("raspberry-pi-3", HostError::NotFound)),
        };
        let size = read_text(host, "/sys/devices/system/memory/block_size_bytes").unwrap();
        let installed = blocks * u64::from_str_radix(size.trim(), 16).unwrap();
        assert_eq!(number(host, "/sys/devices/system/memory/memory0/online"), 1, "{case}");
        assert!(total < installed && total * 100 > installed * 90, "{case}: {total} of {installed}");
    });
}

#[test]
fn online_cpus_are_described() {
    each_host(|case, host| {
        let online = cpu_list(&read_text(host, "/sys/devices/system/cpu/online").unwrap());
        let cpuinfo = read_text(host, "/proc/cpuinfo").unwrap();
        let described: Vec<u32> = cpuinfo
            .lines()
            .filter_map(|line| line.strip_prefix("processor\t: "))
            .map(|cpu| cpu.parse().unwrap())
            .collect();
        assert_eq!(described, online, "{case}");
        for cpu in online {
            let topology = format!("/sys/devices/system/cpu/cpu{cpu}/topology");
            number(host, &format!("{topology}/core_id"));
            number(host, &format!("{topology}/physical_package_id"));
        }
    });
}

#[test]
fn every_mounted_disk_leads_to_its_device() {
    each_host(|case, host| {
        for number in host.list(Path::new("/sys/dev/block")).unwrap() {
            let link = Path::new("/sys/dev/block").join(&number);
            let device = host.canonical(&link).unwrap();
            assert!(directory(host, &device), "{case}: {number} is at {device:?}");
            let by_name = Path::new("/sys/class/block").join(device.file_name().unwrap());
            assert_eq!(host.canonical(&by_name).unwrap(), device, "{case}: {by_name:?}");
            let disk = if host.read(&device.join("partition"), 8).is_ok() { device.parent().unwrap() } else { &device };
            let rotational = disk.join("queue/rotational").display().to_string();
            assert!(matches!(self::number(host, &rotational), 0 | 1), "{case}: {rotational}");
            for slave in host.list(&device.join("slaves")).unwrap_or_default() {
                let slave = host.canonical(&device.join("slaves").join(slave)).unwrap();
                assert!(directory(host, &slave), "{case}: {slave:?}");
            }
        }
        for line in read_text(host, "/proc/self/mountinfo").unwrap().lines() {
            let (before, after) = line.split_once(" - ").unwrap();
            let number = before.split(' ').nth(2).unwrap();
            let source = after.split(' ').nth(1).unwrap();
            if !number.starts_with("0:") {
                assert!(host.link(&Path::new("/sys/dev/block").join(number)).is_ok(), "{case}: {line}");
            } else if source.starts_with("/dev/") {
                let device = host.canonical(Path::new(source)).unwrap();
                let name = Path::new("/sys/class/block").join(device.file_name().unwrap());
                assert!(host.link(&name).is_ok(), "{case}: {line}");
            }
        }
    });
}

#[test]
fn sizes_of_file_systems_are_possible() {
    each_host(|case, host| {
        let root = host.statfs(Path::new("/")).unwrap();
        assert!(0 < root.available && root.available < root.size && root.inodes_free <= root.inodes, "{case}");
        assert_eq!(root.inodes == 0, case == "btrfs-luks", "{case}");
    });
}

#[test]
fn every_tool_found_answers() {
    each_host(|case, host| {
        let questions: [(&str, &[&str]); 7] = [
            ("docker", &["--version"]),
            ("docker-compose", &["version", "--short"]),
            ("openssl", &["version"]),
            ("git", &["--version"]),
            ("jq", &["--version"]),
            ("curl", &["--version"]),
            ("netstat", &["--version"]),
        ];
        for (tool, arguments) in questions {
            match host.tool(tool) {
                Ok(path) => assert!(!host.run(&path, arguments).unwrap().stdout.is_empty(), "{case}: {tool}"),
                Err(error) => assert_eq!(error, HostError::NotFound, "{case}: {tool}"),
            }
        }
        let plugin = Path::new("/usr/libexec/docker/cli-plugins/docker-compose");
        assert_eq!(host.stat(plugin).is_ok(), host.run(plugin, &["version", "--short"]).is_ok(), "{case}");
    });
}

#[test]
fn an_engine_that_answers_answers_everything() {
    each_host(|case, host| {
        let engine = Endpoint::Unix("/var/run/docker.sock".into());
        let socket = host.stat(Path::new("/var/run/docker.sock")).map(|stat| stat.kind);
        match host.get(&engine, "/version") {
            Ok(version) => {
                let info: serde_json::Value = serde_json::from_str(&host.get(&engine, "/info").unwrap().body).unwrap();
                let version: serde_json::Value = serde_json::from_str(&version.body).unwrap();
                assert_eq!(version["Version"], info["ServerVersion"], "{case}");
                assert_eq!(info["MemTotal"], mem_total(host), "{case}");
                assert!(host.get(&engine, "/containers/json").is_ok(), "{case}");
                assert_eq!(socket, Ok(FileKind::Socket), "{case}");
            }
            Err(HostError::NotPermitted) => assert_eq!(socket, Ok(FileKind::Socket), "{case}"),
            Err(error) => assert_eq!((error, socket), (HostError::NotFound, Err(HostError::NotFound)), "{case}"),
        }
    });
}

#[test]
fn root_sees_who_listens() {
    each_host(|case, host| {
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| read_text(host, path).unwrap_or_default());
        let listening = tables.iter().flat_map(|table| table.lines().skip(1)).filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            (fields[3] == "0A").then(|| format!("socket:[{}]", fields[9]))
        });
        let mut held = BTreeSet::new();
        for pid in host.list(Path::new("/proc")).unwrap() {
            let descriptors = Path::new("/proc").join(&pid).join("fd");
            for descriptor in host.list(&descriptors).unwrap_or_default() {
                held.insert(host.link(&descriptors.join(descriptor)).unwrap().display().to_string());
                assert!(host.process_name(pid.parse().unwrap()).is_ok(), "{case}: {pid}");
            }
        }
        for socket in listening {
            assert_eq!(held.contains(&socket), host.user().unwrap().uid == 0, "{case}: {socket}");
        }
    });
}
