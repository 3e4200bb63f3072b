//! Memory and swap of the machine, and what the control groups around rampcheck leave of it.

use std::path::Path;

use super::cgroup::{OWN_GROUPS, memory_limit};
use super::{Host, HostError, Questions, Sink, exists, read_line};
use crate::host::read_text;

const MEMINFO: &str = "/proc/meminfo";
const BLOCKS: &str = "/sys/devices/system/memory";
/// Exists wherever sysfs is visible.
const SYSTEM: &str = "/sys/devices/system";

pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    // Every machine has these numbers, so a missing file means that /proc is not visible.
    let number = |name: &str, result: Result<u64, HostError>, place: &str| match result {
        Ok(number) => sink.known(name, number, place),
        Err(error) => sink.failed(name, &error, place),
    };
    let meminfo = read_text(host, MEMINFO);
    let field = |key: &str| match &meminfo {
        Ok(text) => field(text, key).ok_or_else(|| HostError::Failed(format!("no line `{key}` in kB"))),
        Err(error) => Err(error.clone()),
    };
    let total = field("MemTotal");
    number("memory.total", total.clone(), MEMINFO);
    number("swap.total", field("SwapTotal"), MEMINFO);
    match installed(host) {
        Err(HostError::NotFound) if exists(host, SYSTEM) == Ok(true) => sink.absent("memory.installed", BLOCKS),
        result => number("memory.installed", result, BLOCKS),
    }
    number("memory.available", field("MemAvailable"), MEMINFO);
    match memory_limit(host) {
        Err(error) => sink.failed("memory.limit", &error, OWN_GROUPS),
        // More than there is limits nothing.
        Ok(Some((limit, file))) if total.is_err() || total.is_ok_and(|total| limit < total) => {
            sink.known("memory.limit", limit, file);
        }
        Ok(_) => sink.absent("memory.limit", OWN_GROUPS),
    }
}

/// A line of /proc/meminfo in bytes; its `kB` are KiB, proc_meminfo(5).
fn field(meminfo: &str, key: &str) -> Option<u64> {
    let rest = meminfo.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    let kib: u64 = rest.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// Online blocks times the size of one, which is the memory assigned to the machine: the kernel's memory-hotplug
/// document. *Not found* where the kernel shows no blocks.
fn installed(host: &dyn Host) -> Result<u64, HostError> {
    let directory = Path::new(BLOCKS);
    let size = read_line(host, directory.join("block_size_bytes"))?;
    let size = u64::from_str_radix(&size, 16)
        .map_err(|_| HostError::Failed(format!("block_size_bytes `{size:.40}` is not a hexadecimal number")))?;
    let mut blocks = host.list(directory)?;
    blocks.retain(|name| is_block(name));
    let all_needed = present(host).is_some_and(|present| present.div_ceil(size.max(1)) == blocks.len() as u64);
    let online = if all_needed { blocks.len() as u64 } else { online(host, &blocks)? };
    size.checked_mul(online)
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| HostError::Failed(format!("{online} blocks of {size} bytes are online")))
}

/// How many of these blocks are online.
fn online(host: &dyn Host, blocks: &[String]) -> Result<u64, HostError> {
    let mut online = 0;
    for block in blocks {
        let block = Path::new(BLOCKS).join(block);
        let is_online = match read_line(host, block.join("online")) {
            Err(HostError::NotFound) => read_line(host, block.join("state"))? == "online",
            flag => flag? == "1",
        };
        online += u64::from(is_online);
    }
    Ok(online)
}

/// Bytes of the pages present in all zones: proc_zoneinfo(5). All of them are in online blocks, so if they need every block,
/// none is offline. One file shows that, where a large machine has thousands of blocks. Pages may be larger than 4096 bytes;
/// the number is then too small, and the blocks are read one by one.
fn present(host: &dyn Host) -> Option<u64> {
    let zones = read_text(host, "/proc/zoneinfo").ok()?;
    let pages = zones.lines().filter_map(|line| line.trim_start().strip_prefix("present ")?.trim().parse().ok());
    pages.fold(0, u64::saturating_add).checked_mul(4096)
}

fn is_block(name: &str) -> bool {
    name.strip_prefix("memory").is_some_and(|number| number.parse::<u64>().is_ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{ask, reason, why};
    use super::*;
    use crate::facts::{FactState, Facts, Subject, Value, Why};
    use crate::host::Recorded;

    const MEMINFO_24G: &str = "\
MemTotal:       24684084 kB
MemFree:        21049408 kB
MemAvailable:   23539508 kB
SwapTotal:       2097148 kB
SwapFree:        2097148 kB
";

    fn facts(host: &Recorded) -> Facts {
        ask(Subject::Memory, host)
    }

    fn bytes(facts: &Facts, name: &str) -> Option<u64> {
        match facts[name].value() {
            Some(Value::Count(bytes)) => Some(*bytes),
            _ => None,
        }
    }

    #[test]
    fn kib_of_meminfo_and_blocks_of_sysfs() {
        let host = Recorded::default()
            .file(MEMINFO, MEMINFO_24G)
            .file("/sys/devices/system/memory/block_size_bytes", "8000000\n")
            .file("/sys/devices/system/memory/auto_online_blocks", "offline\n")
            .file("/sys/devices/system/memory/memory0/online", "1\n")
            .file("/sys/devices/system/memory/memory1/online", "0\n")
            .file("/sys/devices/system/memory/memory32/state", "online\n")
            .file("/sys/devices/system/memory/memory33/state", "going-offline\n");
        let facts = facts(&host);
        assert_eq!(bytes(&facts, "memory.total"), Some(24_684_084 * 1024));
        assert_eq!(bytes(&facts, "swap.total"), Some(2_097_148 * 1024));
        assert_eq!(bytes(&facts, "memory.installed"), Some(2 * 0x800_0000));
        assert_eq!(bytes(&facts, "memory.available"), Some(23_539_508 * 1024), "whatever /proc/loadavg is");
        assert_eq!(reason(&facts["memory.limit"]), "/proc/self/cgroup: not found");
    }

    #[test]
    fn blocks_are_read_one_by_one_only_where_one_may_be_offline() {
        let host = |present: [u64; 3]| {
            let [dma, dma32, normal] = present;
            Recorded::default()
                .file("/sys/devices/system/memory/block_size_bytes", "8000000\n")
                .file("/sys/devices/system/memory/memory0/online", "1\n")
                .file("/sys/devices/system/memory/memory1/online", "0\n")
                .file(
                    "/proc/zoneinfo",
                    format!(
                        "Node 0, zone      DMA\n  pages free     2816\n        spanned  4095\n        present  {dma}\n\
                         Node 0, zone    DMA32\n        present  {dma32}\n        managed  30000\n\
                         Node 1, zone   Normal\n        present  {normal}\n"
                    ),
                )
        };
        let installed = |host: &Recorded| bytes(&facts(host), "memory.installed");
        // 65,536 pages are two blocks, both needed from 32,769 on.
        assert_eq!(installed(&host([3998, 28_770, 1])), Some(2 * 0x800_0000));
        assert_eq!(installed(&host([3998, 61_000, 0])), Some(2 * 0x800_0000));
        assert_eq!(installed(&host([3998, 28_770, 0])), Some(0x800_0000));
        assert_eq!(installed(&host([3998, 28_770, u64::MAX])), Some(0x800_0000), "more than there can be");
    }

    #[test]
    fn a_limit_counts_below_the_total_only() {
        let host = |limit: &str| {
            Recorded::default()
                .file(MEMINFO, MEMINFO_24G)
                .file(OWN_GROUPS, "0::/a\n")
                .file("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
                .file("/sys/fs/cgroup/a/memory.max", limit)
        };
        let limited = facts(&host("8589934592\n"));
        assert_eq!(bytes(&limited, "memory.limit"), Some(8 << 30));
        assert_eq!(limited["memory.limit"].place, "/sys/fs/cgroup/a/memory.max");
        for none in ["max\n", "25276502016\n", "9223372036854771712\n"] {
            assert_eq!(facts(&host(none))["memory.limit"].state, FactState::Absent, "{none}");
        }
    }

    #[test]
    fn what_is_not_shown_is_unknown() {
        let nothing = facts(&Recorded::default());
        for name in ["memory.total", "memory.available", "swap.total", "memory.installed", "memory.limit"] {
            assert_eq!(why(&nothing[name]), Some(Why::Unreadable), "{name}");
        }
        let arm = facts(&Recorded::default().directory(SYSTEM).file(MEMINFO, "MemTotal: many kB\n"));
        assert_eq!(arm["memory.installed"].state, FactState::Absent, "sysfs is shown and has no blocks");
        assert_eq!(reason(&arm["memory.total"]), "/proc/meminfo: no line `MemTotal` in kB");
        let empty = Recorded::default().file("/sys/devices/system/memory/block_size_bytes", "8000000\n");
        assert_eq!(
            reason(&facts(&empty)["memory.installed"]),
            format!("{BLOCKS}: 0 blocks of 134217728 bytes are online")
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), kib in any::<u64>()) {
            let _ = field(&text, "MemTotal");
            let bytes = field(&format!("MemTotal: {kib} kB"), "MemTotal");
            prop_assert_eq!(bytes, kib.checked_mul(1024));
        }
    }
}
