//! Processors: how many, of which kind, with which instructions, and how much of them may be used.
//!
//! Counts differ by what is counted (online, possible, affinity, cores, quota); each fact says which one it is.

mod cpuinfo;

use std::collections::BTreeSet;

pub(super) use cpuinfo::Cpuinfo;

use super::cgroup::{OWN_GROUPS, cpu_quota};
use super::{Host, HostError, Questions, Sink, read_line, read_number};
use crate::facts::Why;
use crate::host::read_text;

const ONLINE: &str = "/sys/devices/system/cpu/online";
pub(super) const CPUINFO: &str = "/proc/cpuinfo";
/// In kHz.
const MAX_FREQUENCY: &str = "/sys/devices/system/cpu/cpuN/cpufreq/cpuinfo_max_freq";
const TOPOLOGY: &str = "/sys/devices/system/cpu/cpuN/topology";

/// More CPUs than the largest kernel is built for (NR_CPUS of 8192 on x86); a longer list is not a list of CPUs.
const MAX_CPUS: usize = 16_384;

pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    let text = read_text(host, CPUINFO);
    let cpuinfo = match &text {
        Ok(text) => Cpuinfo::parse(text).ok_or_else(|| HostError::Failed("names no field".to_owned())),
        Err(error) => Err(error.clone()),
    };
    let online = counts(host, cpuinfo.as_ref(), sink);
    match &cpuinfo {
        Ok(cpuinfo) => {
            sink.result("cpu.model", cpuinfo.model().ok_or(HostError::NotFound), CPUINFO);
            sink.result("cpu.flags", cpuinfo.flags().ok_or(HostError::NotFound), CPUINFO);
        }
        Err(error) => {
            sink.failed("cpu.model", error, CPUINFO);
            sink.failed("cpu.flags", error, CPUINFO);
        }
    }
    match (max_frequency(host, &online), cpuinfo.map(|cpuinfo| cpuinfo.mhz())) {
        (Ok(khz), _) => sink.known("cpu.mhz", khz as f64 / 1000.0, MAX_FREQUENCY),
        (Err(HostError::NotFound), Ok(Some(mhz))) => sink.known("cpu.mhz", mhz, CPUINFO),
        // Every CPU has a clock. Some machines, such as AWS Graviton, do not tell it.
        (Err(HostError::NotFound), Ok(None)) => {
            sink.unknown("cpu.mhz", Why::NotDetermined, "this machine does not tell it", CPUINFO);
        }
        (Err(HostError::NotFound), Err(error)) => sink.failed("cpu.mhz", &error, CPUINFO),
        (Err(error), _) => sink.failed("cpu.mhz", &error, MAX_FREQUENCY),
    }
    match cpu_quota(host) {
        Ok(Some((cpus, file))) => sink.known("cpu.quota", cpus, file),
        Ok(None) => sink.absent("cpu.quota", OWN_GROUPS),
        Err(error) => sink.failed("cpu.quota", &error, OWN_GROUPS),
    }
}

/// The highest of the limits of these CPUs: the first can be a little core beside big ones.
fn max_frequency(host: &dyn Host, online: &BTreeSet<u32>) -> Result<u64, HostError> {
    let mut highest = Err(HostError::NotFound);
    for cpu in online {
        match (read_number(host, MAX_FREQUENCY.replace('N', &cpu.to_string())), &highest) {
            (Ok(khz), Ok(known)) => highest = Ok(khz.max(*known)),
            (Err(HostError::NotFound), _) | (Err(_), Ok(_)) => {}
            (answer, Err(_)) => highest = answer,
        }
    }
    highest
}

/// Reports how many there are. Gives the numbers of those online.
fn counts(host: &dyn Host, cpuinfo: Result<&Cpuinfo<'_>, &HostError>, sink: &Sink) -> BTreeSet<u32> {
    let listed = read_line(host, ONLINE).and_then(|line| {
        parse_list(&line).ok_or_else(|| HostError::Failed(format!("`{line:.60}` is not a list of CPUs")))
    });
    let (online, place) = match (listed, cpuinfo) {
        (Ok(listed), _) => (Ok(listed), ONLINE),
        (Err(_), Ok(cpuinfo)) => {
            let processors = cpuinfo.processors();
            let none = || HostError::Failed("names no processor".to_owned());
            ((!processors.is_empty()).then_some(processors).ok_or_else(none), CPUINFO)
        }
        (Err(error), Err(_)) => (Err(error), ONLINE),
    };
    match online {
        Ok(online) => {
            sink.known("cpu.online", online.len() as u64, place);
            match physical(host, &online) {
                Ok(cores) => sink.known("cpu.physical", cores, TOPOLOGY),
                Err(error) => sink.failed("cpu.physical", &error, TOPOLOGY),
            }
            online
        }
        Err(error) => {
            sink.failed("cpu.online", &error, place);
            sink.failed("cpu.physical", &error, place);
            BTreeSet::new()
        }
    }
}

/// Reads a list such as `0-3,6` (the kernel's cputopology document). `None`: it is not one, or is empty.
fn parse_list(line: &str) -> Option<BTreeSet<u32>> {
    let mut cpus = BTreeSet::new();
    for part in line.trim().split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        if first > last || (last - first) as usize >= MAX_CPUS {
            return None;
        }
        cpus.extend(first..=last);
        if cpus.len() > MAX_CPUS {
            return None;
        }
    }
    Some(cpus)
}

/// Distinct cores: each CPU lists those that share its core. Where it does not, a core's id is its own within its package,
/// die, cluster, book and drawer only: the kernel's cputopology document.
fn physical(host: &dyn Host, online: &BTreeSet<u32>) -> Result<u64, HostError> {
    let mut cores = BTreeSet::new();
    for cpu in online {
        let topology = TOPOLOGY.replace('N', &cpu.to_string());
        let id = |name: &str| read_line(host, format!("{topology}/{name}"));
        let core = match id("thread_siblings_list") {
            Ok(siblings) => siblings,
            Err(_) => {
                let mut core = vec![id("physical_package_id")?, id("core_id")?];
                let within = ["die_id", "cluster_id", "book_id", "drawer_id"];
                core.extend(within.into_iter().map(|name| id(name).unwrap_or_default()));
                core.join(" ")
            }
        };
        cores.insert(core);
    }
    Ok(cores.len() as u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{ask, reason, why};
    use super::*;
    use crate::facts::{FactState, Facts, Subject, Value, Why};
    use crate::host::Recorded;

    fn facts(host: &Recorded) -> Facts {
        ask(Subject::Cpu, host)
    }

    /// CPUs with their package and core.
    fn topology(cpus: &[(u32, u32, u32)]) -> Recorded {
        cpus.iter().fold(Recorded::default(), |host, (cpu, package, core)| {
            let directory = format!("/sys/devices/system/cpu/cpu{cpu}/topology");
            host.file(&format!("{directory}/physical_package_id"), format!("{package}\n"))
                .file(&format!("{directory}/core_id"), format!("{core}\n"))
        })
    }

    #[test]
    fn two_sockets_with_threads_and_an_offline_cpu() {
        // Two packages of two cores of two threads each; CPU 7 is offline, and its core has one thread left.
        let cpus: Vec<_> = (0..8).map(|cpu| (cpu, cpu / 4, cpu % 4 / 2)).collect();
        let host = topology(&cpus).file(ONLINE, "0-3,4-6\n").file(CPUINFO, "processor\t: 0\n");
        let facts = facts(&host);
        assert_eq!(facts["cpu.online"].value(), Some(&Value::Count(7)));
        assert_eq!(facts["cpu.physical"].value(), Some(&Value::Count(4)));
    }

    #[test]
    fn cpuinfo_counts_where_sysfs_does_not() {
        let facts = facts(&Recorded::default().file(CPUINFO, "processor\t: 0\n\nprocessor\t: 1\n"));
        assert_eq!(facts["cpu.online"].value(), Some(&Value::Count(2)));
        assert_eq!(facts["cpu.online"].place, CPUINFO);
        assert_eq!(why(&facts["cpu.physical"]), Some(Why::Unreadable));
        assert_eq!(why(&facts["cpu.mhz"]), Some(Why::NotDetermined), "every CPU has a clock");
    }

    #[test]
    fn the_hardware_limit_is_the_highest_clock() {
        let cpuinfo = "processor : 0\nmodel name : Intel(R) Xeon(R) CPU @ 2.20GHz\ncpu MHz : 2199.998\n";
        let host = Recorded::default().file(CPUINFO, cpuinfo);
        assert_eq!(facts(&host)["cpu.mhz"].value(), Some(&Value::Number(2200.0)));
        let limits = |limits: &[&str]| {
            let host = host.clone().file(ONLINE, "0-2\n");
            let files = limits.iter().enumerate();
            files.fold(host, |host, (cpu, khz)| host.file(&MAX_FREQUENCY.replace('N', &cpu.to_string()), *khz))
        };
        for (khz, expected) in [
            (&["3900000\n"][..], Some(3900.0)),
            (&["1500000\n", "1500000\n", "2800000\n"], Some(2800.0)),
            (&["x\n", "2800000\n"], Some(2800.0)),
            (&["x\n"], None),
        ] {
            let mhz = facts(&limits(khz))["cpu.mhz"].value().cloned();
            assert_eq!(mhz, expected.map(Value::Number), "{khz:?}: a little core may be the first");
        }
    }

    #[test]
    fn cores_whose_ids_repeat() {
        // Two dies, and two books, with the same core ids.
        for name in ["die_id", "book_id"] {
            let host = topology(&[(0, 0, 0), (1, 0, 0)]).file(ONLINE, "0-1\n").file(CPUINFO, "a : b\n");
            assert_eq!(facts(&host)["cpu.physical"].value(), Some(&Value::Count(1)));
            let directory = |cpu: u32| format!("{}/{name}", TOPOLOGY.replace('N', &cpu.to_string()));
            let host = host.file(&directory(0), "0\n").file(&directory(1), "1\n");
            assert_eq!(facts(&host)["cpu.physical"].value(), Some(&Value::Count(2)), "{name}");
        }
        // Four CPUs of one id, of which two and two share a core.
        let host =
            topology(&[(0, 0, 0), (1, 0, 0), (2, 0, 0), (3, 0, 0)]).file(ONLINE, "0-3\n").file(CPUINFO, "a : b\n");
        let host = (0..4).fold(host, |host, cpu| {
            let list = TOPOLOGY.replace('N', &cpu.to_string()) + "/thread_siblings_list";
            host.file(&list, if cpu < 2 { "0-1\n" } else { "2-3\n" })
        });
        assert_eq!(facts(&host)["cpu.physical"].value(), Some(&Value::Count(2)));
    }

    #[test]
    fn a_quota_of_the_groups_around() {
        let host = Recorded::default()
            .file(OWN_GROUPS, "0::/\n")
            .file("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        assert_eq!(facts(&host)["cpu.quota"].state, FactState::Absent);
        let host = host.file("/sys/fs/cgroup/cpu.max", "299000 100000\n");
        assert_eq!(facts(&host)["cpu.quota"].value(), Some(&Value::Number(2.99)));
    }

    #[test]
    fn what_is_not_shown_is_unknown() {
        for (name, fact) in facts(&Recorded::default()) {
            assert_eq!(why(&fact), Some(Why::Unreadable), "{name}");
        }
        let facts = facts(&Recorded::default().file(ONLINE, "all\n").file(CPUINFO, "\n"));
        assert_eq!(reason(&facts["cpu.online"]), "/sys/devices/system/cpu/online: `all` is not a list of CPUs");
        assert_eq!(reason(&facts["cpu.flags"]), "/proc/cpuinfo: names no field");
    }

    #[test]
    fn lists_of_cpus() {
        let count = |line: &str| parse_list(line).map(|cpus| cpus.len());
        assert_eq!(count("0"), Some(1));
        assert_eq!(count("0-3,6\n"), Some(5));
        assert_eq!(count("0-2,1-3"), Some(4), "counted once");
        for wrong in ["", ",", "3-0", "0-", "-1", "a", "0-4294967295", "0-16383,20000-30000"] {
            assert_eq!(count(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), list in "[0-9,-]{0,40}") {
            let _ = parse_list(&text);
            let _ = parse_list(&list);
        }

        #[test]
        fn a_list_holds_what_it_names(cpus in proptest::collection::btree_set(0u32..9000, 1..40)) {
            let line: Vec<String> = cpus.iter().map(u32::to_string).collect();
            prop_assert_eq!(parse_list(&line.join(",")), Some(cpus));
        }
    }
}
