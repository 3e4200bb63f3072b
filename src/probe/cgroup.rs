//! What the control groups around rampcheck allow: cgroups(7), the kernel's cgroup-v1 and cgroup-v2 documents.
//!
//! The limits of all groups above one's own hold too, so the smallest counts. Inside a container, the groups above the
//! container's own are not visible, nor are their limits.

use std::path::{Component, Path, PathBuf};

use super::{HostError, read_line};
use crate::host::mountinfo::{Mount, mounts};
use crate::host::{Host, read_text};

/// Where a process finds its groups.
pub(super) const OWN_GROUPS: &str = "/proc/self/cgroup";

/// Version 1 says "no limit" as the largest number of whole pages (9223372036854771712 with pages of 4 KiB, less with
/// larger ones); no machine has half of that either.
const NO_LIMIT: u64 = 1 << 62;

/// A limit and the file that sets it.
pub(super) type Limit<T> = (T, String);

/// CPUs' worth of time that may be used.
pub(super) fn cpu_quota(host: &dyn Host) -> Result<Option<Limit<f64>>, HostError> {
    smallest(host, "cpu", "cpu.max", "cpu.cfs_quota_us", |line, file| {
        if file.ends_with("cpu.max") {
            return quota_v2(line);
        }
        let Some(quota) = quota_v1(line)? else { return Ok(None) };
        let period = read_line(host, file.with_file_name("cpu.cfs_period_us"))?;
        Ok(Some(quota / positive(&period)?))
    })
}

/// Bytes of memory that may be used.
pub(super) fn memory_limit(host: &dyn Host) -> Result<Option<Limit<u64>>, HostError> {
    smallest(host, "memory", "memory.max", "memory.limit_in_bytes", |line, _| memory(line))
}

/// The smallest limit that `read` finds in the file of each group from one's own upwards.
fn smallest<T: PartialOrd>(
    host: &dyn Host,
    controller: &str,
    v2_file: &str,
    v1_file: &str,
    read: impl Fn(&str, &Path) -> Result<Option<T>, HostError>,
) -> Result<Option<Limit<T>>, HostError> {
    let own = read_text(host, OWN_GROUPS)?;
    let Some(group) = Group::of(&own, controller) else { return Ok(None) };
    let mounts = mounts(host)?;
    let file = if group.v1 { v1_file } else { v2_file };
    let mut smallest: Option<Limit<T>> = None;
    for directory in group.directories(&mounts, controller)? {
        let path = directory.join(file);
        let limit = match read_line(host, &path) {
            // The root group has no limits, and others only those of the controllers handed down to them.
            Err(HostError::NotFound) => None,
            line => line.and_then(|line| read(&line, &path))?,
        };
        if let Some(limit) = limit
            && smallest.as_ref().is_none_or(|(least, _)| limit < *least)
        {
            smallest = Some((limit, path.display().to_string()));
        }
    }
    Ok(smallest)
}

/// The group that holds rampcheck for one controller.
#[derive(Debug, PartialEq, Eq)]
struct Group<'t> {
    /// Whether the controller is on a version 1 hierarchy. In hybrid layouts each controller is on either.
    v1: bool,
    path: &'t Path,
}

impl<'t> Group<'t> {
    /// Reads /proc/self/cgroup: `4:cpu,cpuacct:/path` for version 1, `0::/path` for version 2.
    fn of(own: &'t str, controller: &str) -> Option<Self> {
        let lines = own.lines().filter_map(|line| {
            let mut fields = line.splitn(3, ':').skip(1);
            Some((fields.next()?, Path::new(fields.next()?)))
        });
        let v1 = lines.clone().find(|(controllers, _)| controllers.split(',').any(|name| name == controller));
        let v2 = || lines.clone().find(|(controllers, _)| controllers.is_empty());
        v1.map(|(_, path)| Self { v1: true, path }).or_else(|| v2().map(|(_, path)| Self { v1: false, path }))
    }

    /// The directories of this group and those above it, as far as they are mounted here.
    fn directories(&self, mounts: &[Mount], controller: &str) -> Result<Vec<PathBuf>, HostError> {
        let mut hierarchy = mounts.iter().filter(|mount| match mount.fstype.as_str() {
            "cgroup" => self.v1 && mount.options.split(',').any(|option| option == controller),
            "cgroup2" => !self.v1,
            _ => false,
        });
        let below = |mount: &&Mount| self.path.strip_prefix(&mount.root).ok();
        let Some(first) = hierarchy.next() else {
            return Err(HostError::Failed(format!("the {controller} control groups are not mounted")));
        };
        let (mount, below) = std::iter::once(first)
            .chain(hierarchy)
            .find_map(|mount| below(&mount).map(|below| (mount, below)))
            // Own path above or beside what is mounted (`/../..` in a namespace): the mount's root is all there is.
            .unwrap_or((first, Path::new("")));
        let climbs = below.components().any(|part| part == Component::ParentDir);
        let own = if climbs { mount.point.clone() } else { mount.point.join(below) };
        Ok(own.ancestors().take_while(|path| path.starts_with(&mount.point)).map(Path::to_owned).collect())
    }
}

/// `max 100000`, or microseconds of time in each period: `150000 100000`.
fn quota_v2(line: &str) -> Result<Option<f64>, HostError> {
    match line.split_once(' ') {
        Some(("max", _)) => Ok(None),
        Some((quota, period)) => Ok(Some(positive(quota)? / positive(period)?)),
        None => Err(not_understood(line)),
    }
}

/// Microseconds, or -1 for no limit.
fn quota_v1(line: &str) -> Result<Option<f64>, HostError> {
    if line == "-1" { Ok(None) } else { positive(line).map(Some) }
}

fn positive(text: &str) -> Result<f64, HostError> {
    match text.parse::<u32>() {
        Ok(number) if number > 0 => Ok(f64::from(number)),
        _ => Err(not_understood(text)),
    }
}

fn memory(line: &str) -> Result<Option<u64>, HostError> {
    if line == "max" {
        return Ok(None);
    }
    let bytes: u64 = line.parse().map_err(|_| not_understood(line))?;
    Ok((bytes < NO_LIMIT).then_some(bytes))
}

fn not_understood(text: &str) -> HostError {
    HostError::Failed(format!("`{text:.40}` is not a limit"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::host::Recorded;

    const V2: &str = "30 23 0:26 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
    const V1: &str = "\
32 31 0:28 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct
35 31 0:31 / /sys/fs/cgroup/memory rw shared:11 - cgroup cgroup rw,memory
41 31 0:37 / /sys/fs/cgroup/unified rw shared:12 - cgroup2 cgroup2 rw
";

    fn host(own: &str, mounts: &str, files: &[(&str, &str)]) -> Recorded {
        let host = Recorded::default().file(OWN_GROUPS, own).file("/proc/self/mountinfo", mounts);
        files.iter().fold(host, |host, (path, content)| host.file(&format!("/sys/fs/cgroup{path}"), *content))
    }

    #[test]
    fn version_2_smallest_on_the_way_up() {
        let host = host(
            "0::/system.slice/agent.service\n",
            V2,
            &[
                ("/system.slice/agent.service/cpu.max", "250000 100000\n"),
                ("/system.slice/agent.service/memory.max", "max\n"),
                ("/system.slice/cpu.max", "150000 100000\n"),
                ("/system.slice/memory.max", "2147483648\n"),
                ("/other.slice/memory.max", "1\n"),
            ],
        );
        assert_eq!(cpu_quota(&host), Ok(Some((1.5, "/sys/fs/cgroup/system.slice/cpu.max".to_owned()))));
        assert_eq!(memory_limit(&host), Ok(Some((2 << 30, "/sys/fs/cgroup/system.slice/memory.max".to_owned()))));
    }

    #[test]
    fn version_1_and_hybrid() {
        let own = "4:memory:/user.slice\n3:cpu,cpuacct:/user.slice/one\n1:name=systemd:/user.slice\n0::/user.slice\n";
        let files = [
            ("/cpu,cpuacct/user.slice/one/cpu.cfs_quota_us", "-1\n"),
            ("/cpu,cpuacct/user.slice/cpu.cfs_quota_us", "50000\n"),
            ("/cpu,cpuacct/user.slice/cpu.cfs_period_us", "100000\n"),
            ("/memory/user.slice/memory.limit_in_bytes", "9223372036854771712\n"),
            ("/memory/memory.limit_in_bytes", "9223372036854710272\n"),
            ("/unified/user.slice/memory.max", "1\n"),
        ];
        let host = host(own, V1, &files);
        let quota = "/sys/fs/cgroup/cpu,cpuacct/user.slice/cpu.cfs_quota_us".to_owned();
        assert_eq!(cpu_quota(&host), Ok(Some((0.5, quota))));
        assert_eq!(memory_limit(&host), Ok(None), "no limit on the hierarchy that has the controller");
    }

    #[test]
    fn hybrid_with_a_controller_on_the_unified_hierarchy() {
        let host = host("1:name=systemd:/a\n0::/a\n", V1, &[("/unified/a/memory.max", "4096\n")]);
        assert_eq!(memory_limit(&host), Ok(Some((4096, "/sys/fs/cgroup/unified/a/memory.max".to_owned()))));
    }

    #[test]
    fn a_container_sees_its_own_root() {
        // Version 2 with a namespace of its own: the container's group is the root.
        let files = [("/memory.max", "536870912\n"), ("/cpu.max", "max 100000\n")];
        for own in ["0::/\n", "0::/../../user.slice\n"] {
            let host = host(own, V2, &files).file("/sys/user.slice/memory.max", "1\n");
            assert_eq!(memory_limit(&host), Ok(Some((512 << 20, "/sys/fs/cgroup/memory.max".to_owned()))), "{own}");
            assert_eq!(cpu_quota(&host), Ok(None));
        }
        // Version 1 without one: the host's path, of which the container's part is mounted.
        let mounts = "9 8 0:31 /docker/4f5e /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n";
        let host = host("4:memory:/docker/4f5e\n", mounts, &[("/memory/memory.limit_in_bytes", "1073741824\n")]);
        let file = "/sys/fs/cgroup/memory/memory.limit_in_bytes".to_owned();
        assert_eq!(memory_limit(&host), Ok(Some((1 << 30, file))));
    }

    #[test]
    fn what_cannot_be_seen_is_no_missing_limit() {
        assert_eq!(memory_limit(&Recorded::default()), Err(HostError::NotFound));
        let unmounted = host("0::/\n", "", &[]);
        assert!(matches!(memory_limit(&unmounted), Err(HostError::Failed(_))));
        for (file, content) in [("/memory.max", "much"), ("/cpu.max", "100000"), ("/cpu.max", "1 0")] {
            let host = host("0::/\n", V2, &[(file, content)]);
            let failed = memory_limit(&host).is_err() || cpu_quota(&host).is_err();
            assert!(failed, "{file} {content}");
        }
        let kernel_without_it = host("1:name=systemd:/\n", V1, &[]);
        assert_eq!(memory_limit(&kernel_without_it), Ok(None));
    }

    proptest! {
        #[test]
        fn never_panics(own in any::<String>(), mounts in any::<String>(), line in any::<String>()) {
            let host = host(&own, &mounts, &[]);
            let _ = memory_limit(&host);
            let _ = (quota_v1(&line), quota_v2(&line), memory(&line));
        }
    }
}
