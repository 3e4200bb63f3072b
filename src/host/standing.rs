//! What a tree below `--root` is to the machine that rampcheck runs on: the root of that machine, mounted into a container; the
//! root of another system on its kernel; or files.
//!
//! What a tree says can be copied, so it proves nothing. What the kernel says of it cannot: the tree's /proc is one of the
//! kernel's own, PID 1 there has the tree as its root (the same directory of the same file system, in both tables of mounts), and
//! PID 2 there is a thread of the kernel. Such threads are only in the first process namespace, that of the machine. None of this
//! takes a privilege. /proc/1/root and /proc/1/ns would take CAP_SYS_PTRACE, which containers do not have.

use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use nix::sys::statfs::PROC_SUPER_MAGIC;

use super::mountinfo::{self, MOUNTINFO, Mount};
use super::tree::Tree;
use super::{READ_LIMIT, regular};

/// What a tree is to the machine that rampcheck runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its root: all that its kernel tells is about the tree.
    Machine,
    /// The root of another system on the same kernel, such as that of an LXC container around this one. Its /proc is its own.
    System,
    /// Files: a copy, an image, a disk that was mounted. What the kernel shows below it is about another system.
    Files,
}

/// `PF_KTHREAD` of the kernel's include/linux/sched.h.
const KERNEL_THREAD: u64 = 0x0020_0000;
/// The first UTS namespace, that of the machine: `PROC_UTS_INIT_INO` of the kernel's include/linux/proc_ns.h.
const FIRST_UTS: &str = "uts:[4026531838]";

/// What the tree is.
pub(super) fn standing(tree: &Tree) -> Standing {
    let show = |path: &str| shown(tree, path);
    let own = std::fs::read_to_string(MOUNTINFO).unwrap_or_default();
    let is_root = tree.path().is_some_and(|path| {
        show("/proc/1/mountinfo")
            .is_some_and(|init| is_root_of(&mountinfo::parse(&own), &path, &mountinfo::parse(&init)))
    });
    if !is_root {
        Standing::Files
    } else if show("/proc/2/stat").is_some_and(|stat| is_kernel_thread(&stat)) {
        Standing::Machine
    } else {
        Standing::System
    }
}

/// Whether rampcheck is in the network of the machine whose root the tree is. Every network has files of its own in /proc, and
/// their numbers are the same wherever /proc is mounted.
pub(super) fn shares_network(tree: &Tree) -> bool {
    const FILE: &str = "net/dev";
    let own = std::fs::metadata(Path::new("/proc/self").join(FILE));
    let machines = tree.hold(&Path::new("/proc/1").join(FILE)).map(|held| held.place.metadata());
    match (own, machines) {
        (Ok(own), Ok(Ok(machines))) => own.ino() == machines.ino(),
        _ => false,
    }
}

/// Whether rampcheck has the host name of the machine. With a name of its own, it is shown that one in every /proc.
pub(super) fn shares_name() -> bool {
    std::fs::read_link("/proc/self/ns/uts").is_ok_and(|link| link == Path::new(FIRST_UTS))
}

/// A file of the tree's /proc, if the kernel itself shows it there.
fn shown(tree: &Tree, path: &str) -> Option<String> {
    let held = tree.hold(Path::new(path)).ok()?;
    if held.file_system().ok()? != PROC_SUPER_MAGIC {
        return None;
    }
    let mut content = Vec::new();
    regular(&held.place).ok()?.take(READ_LIMIT as u64).read_to_end(&mut content).ok()?;
    Some(String::from_utf8_lossy(&content).into_owned())
}

/// Whether what is mounted at `path` here is what PID 1 has at `/`, by the mounts of both.
fn is_root_of(own: &[Mount], path: &Path, init: &[Mount]) -> bool {
    let at = |mounts: &[Mount], path: &Path| {
        let mount = mountinfo::holding(mounts, path).filter(|mount| mount.point == path)?;
        Some((mount.device, mount.root.clone()))
    };
    let root = at(init, Path::new("/"));
    root.is_some() && at(own, path) == root
}

/// Whether a /proc/PID/stat is that of a thread of the kernel, by its flags: proc_pid_stat(5). The name before can hold anything.
fn is_kernel_thread(stat: &str) -> bool {
    let flags = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(6)?.parse::<u64>().ok());
    flags.is_some_and(|flags| flags & KERNEL_THREAD != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: &str = "\
22 28 0:21 / /proc rw - proc proc rw
28 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw
31 28 8:2 / /boot rw,relatime shared:2 - ext4 /dev/sda2 rw
";

    #[test]
    fn the_root_of_the_machine_is_the_same_directory_of_the_same_file_system() {
        let container = "290 183 0:60 / / rw - overlay overlay rw,lowerdir=l/AB\n";
        let subvolume = "28 1 0:30 /@ / rw - btrfs /dev/sda2 rw\n";
        let on = |line: &str| format!("{container}{line}\n301 300 0:21 / /host/proc rw - proc proc rw\n");
        for (own, init, expected) in [
            (on("300 290 253:0 / /host ro - ext4 /dev/mapper/vg-root rw"), MACHINE, true),
            (on("300 290 0:30 /@ /host ro - btrfs /dev/sda2 rw"), subvolume, true),
            // A snapshot, a folder, or another disk with an image, below which the machine's /proc is mounted.
            (on("300 290 0:30 /@snapshots/1 /host ro - btrfs /dev/sda2 rw"), subvolume, false),
            (on("300 290 253:0 /srv/image /host ro - ext4 /dev/mapper/vg-root rw"), MACHINE, false),
            (on("300 290 253:1 / /host ro - ext4 /dev/mapper/vg-image rw"), MACHINE, false),
            // Something else was mounted above it.
            (
                on("300 290 253:0 / /host ro - ext4 /dev/mapper/vg-root rw\n302 300 253:1 / /host ro - ext4 /dev/x rw"),
                MACHINE,
                false,
            ),
            // A folder that is not mounted there.
            (container.to_owned(), MACHINE, false),
            (on("300 290 253:0 / /host ro - ext4 /dev/mapper/vg-root rw"), "", false),
            (String::new(), "", false),
        ] {
            let (own, init) = (mountinfo::parse(&own), mountinfo::parse(init));
            assert_eq!(is_root_of(&own, Path::new("/host"), &init), expected, "{own:?}");
        }
    }

    #[test]
    fn a_thread_of_the_kernel_is_told_by_its_flags_and_not_by_its_name() {
        for (stat, expected) in [
            ("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0", true),
            ("2 (kthreadd) S 0 2 2 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0", false),
            ("2 (a) S 0 0 0 0 -1 2129984) S 0 2 2 0 -1 4194560 0 0 0 0 0", false),
            ("2 (kthreadd) S 0", false),
            ("", false),
        ] {
            assert_eq!(is_kernel_thread(stat), expected, "{stat}");
        }
    }

    #[test]
    fn files_are_never_the_root_of_a_machine() {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in
            [("1/mountinfo", MACHINE), ("2/stat", "2 (kthreadd) S 0 0 0 0 -1 2129984 0"), ("1/net/dev", "")]
        {
            let path = folder.path().join("proc").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let tree = Tree::new(folder.path()).unwrap();
        assert_eq!(standing(&tree), Standing::Files);
        assert!(!shares_network(&tree));
    }

    /// What takes privilege says the same of the root of this machine as what does not.
    #[test]
    fn the_root_of_pid_1_is_no_files() {
        let Ok(init) = std::fs::metadata("/proc/1/root/") else { return };
        let own = std::fs::metadata("/").unwrap();
        let is_root = (init.dev(), init.ino()) == (own.dev(), own.ino());
        assert_eq!(standing(&Tree::new(Path::new("/")).unwrap()) != Standing::Files, is_root);
    }
}
