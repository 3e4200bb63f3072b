//! Which process holds a socket: /proc/PID/fd has a link `socket:[INODE]` for each, proc_pid_fd(5).
//!
//! Only root sees other users' descriptors. The user of a socket, unlike its process, is in the tables that everybody may
//! read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::joined;
use crate::facts::{Fact, Why};
use crate::host::{Host, HostError, Listener, read_text};

const PLACE: &str = "/proc/PID/fd";

/// The processes that hold some sockets.
pub(super) struct Processes {
    /// Lowest process id by socket: of a server and its workers, the server.
    by_inode: BTreeMap<u64, u32>,
    /// Some process did not show its descriptors.
    hidden: bool,
}

impl Processes {
    /// Looks for the holders of these sockets, and stops when all are found.
    pub(super) fn holding(host: &dyn Host, mut inodes: BTreeSet<u64>) -> Self {
        let mut found = Self { by_inode: BTreeMap::new(), hidden: false };
        if inodes.is_empty() {
            return found;
        }
        let names = host.list(Path::new("/proc")).unwrap_or_default();
        let mut pids: Vec<u32> = names.iter().filter_map(|name| name.parse().ok()).collect();
        pids.sort_unstable();
        for pid in pids {
            let directory = format!("/proc/{pid}/fd");
            let descriptors = host.list(Path::new(&directory));
            found.hidden |= descriptors == Err(HostError::NotPermitted);
            for descriptor in descriptors.unwrap_or_default() {
                let target = host.link(&Path::new(&directory).join(descriptor));
                found.hidden |= target == Err(HostError::NotPermitted);
                let Some(inode) = target.ok().and_then(|target| socket_inode(target.to_str()?)) else { continue };
                if inodes.remove(&inode) {
                    found.by_inode.insert(inode, pid);
                }
            }
            if inodes.is_empty() {
                break;
            }
        }
        found
    }

    /// Who listens, and what that is: known when every one of the sockets has its process.
    pub(super) fn owner(&self, host: &dyn Host, listeners: &[Listener]) -> (Fact, Fact) {
        let pids: Option<BTreeSet<u32>> =
            listeners.iter().map(|listener| self.by_inode.get(&listener.inode).copied()).collect();
        if let Some(pids) = pids {
            let name = |pid: u32| host.process_name(pid).unwrap_or_else(|_| "a process".to_owned());
            let owner = joined(pids.iter().map(|pid| format!("{} (pid {pid})", name(*pid))));
            let holders = pids.iter().map(|pid| match name(*pid).as_str() {
                "dockerd" | "docker-proxy" => "docker",
                _ if in_container(host, *pid) => "container",
                _ => "process",
            });
            // By the alphabet the last of these words is the worst.
            return (Fact::known(owner, PLACE), Fact::known(holders.max().unwrap_or("process"), PLACE));
        }
        let users = joined(listeners.iter().map(|listener| format!("uid {}", listener.uid)));
        let unknown = if self.hidden {
            // Root in a container, or in a service without capabilities.
            let is_root = host.user().is_ok_and(|user| user.uid == 0);
            let how =
                if is_root { "it takes CAP_SYS_PTRACE (for a container: --cap-add=SYS_PTRACE)" } else { "run as root" };
            Fact::unknown(Why::NotPermitted, format!("{how} to see who listens ({users})"), PLACE)
        } else {
            Fact::unknown(Why::NotDetermined, format!("no process has the socket open ({users})"), PLACE)
        };
        (unknown.clone(), unknown)
    }
}

/// Whether a process runs in a container, as one does that uses the host's network: the name of a control group around it
/// holds the container's id, 64 hexadecimal digits.
fn in_container(host: &dyn Host, pid: u32) -> bool {
    let groups = read_text(host, format!("/proc/{pid}/cgroup")).unwrap_or_default();
    let mut words = groups.split(|c: char| !c.is_ascii_hexdigit());
    words.any(|word| word.len() == 64)
}

fn socket_inode(target: &str) -> Option<u64> {
    target.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn links_to_sockets() {
        for (target, inode) in [
            ("socket:[23651]", Some(23651)),
            ("pipe:[7]", None),
            ("/dev/null", None),
            ("socket:[", None),
            ("socket:[x]", None),
        ] {
            assert_eq!(socket_inode(target), inode, "{target}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = socket_inode(&text);
        }
    }
}
