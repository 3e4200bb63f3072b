//! Following links within the tree of another machine, never out of it.
//!
//! While a path is followed, somebody else may exchange parts of it. So every part is held by a descriptor, and what is held
//! is what is read.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::File;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, OFlag, OpenHow, ResolveFlag, openat, openat2, readlinkat};
use nix::sys::stat::Mode;
use nix::sys::statfs::{FsType, statfs};

use super::{HostError, Result};

/// The directory that is the top of another machine.
pub(super) struct Tree(File);

/// Something in a tree, held without being opened.
pub(super) struct Held {
    file: File,
    /// A path of this machine that leads to it, whatever its own path leads to by now.
    pub place: PathBuf,
}

impl Held {
    fn new(file: File) -> Self {
        let place = format!("/proc/self/fd/{}", file.as_raw_fd()).into();
        Self { file, place }
    }

    /// The kind of its file system. By path, because Linux before 3.12 does not tell it of such a descriptor.
    pub(super) fn file_system(&self) -> Result<FsType> {
        let statfs = statfs(&self.place).map_err(std::io::Error::from)?;
        Ok(statfs.filesystem_type())
    }

    /// What the kernel tells of the descriptor: proc_pid_fdinfo(5).
    pub(super) fn info(&self) -> std::io::Result<String> {
        std::fs::read_to_string(format!("/proc/self/fdinfo/{}", self.file.as_raw_fd()))
    }
}

impl Tree {
    /// Holds a directory.
    pub(super) fn new(root: &Path) -> std::io::Result<Self> {
        if !Path::new("/proc/self/fd").exists() {
            return Err(std::io::Error::other("it takes /proc to read a tree safely, and /proc is not mounted"));
        }
        Ok(Self(openat(AT_FDCWD, root, OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?.into()))
    }

    /// Where the tree is on this machine. `None` if no path leads there, as to the root of a process in a container.
    pub(super) fn path(&self) -> Option<PathBuf> {
        let path = std::fs::read_link(format!("/proc/self/fd/{}", self.0.as_raw_fd())).ok()?;
        let (here, tree) = (path.metadata().ok()?, self.0.metadata().ok()?);
        ((here.dev(), here.ino()) == (tree.dev(), tree.ino())).then_some(path)
    }

    /// Holds what a path leads to.
    pub(super) fn hold(&self, path: &Path) -> Result<Held> {
        // A link to /proc/self needs a look of our own.
        if !path.starts_with("/proc") {
            let resolve = ResolveFlag::RESOLVE_IN_ROOT | ResolveFlag::RESOLVE_NO_MAGICLINKS;
            match openat2(&self.0, path, OpenHow::new().flags(OFlag::O_PATH | OFlag::O_CLOEXEC).resolve(resolve)) {
                Ok(file) => return Ok(Held::new(file.into())),
                // Before Linux 5.6, where a filter of system calls does not know it, when a directory was moved at the same
                // time, and for a link of /proc.
                Err(Errno::ENOSYS | Errno::EPERM | Errno::EAGAIN | Errno::ELOOP) => {}
                Err(error) => return Err(std::io::Error::from(error).into()),
            }
        }
        self.walk(path).map(|(held, _)| held)
    }

    /// Holds what a path leads to, part by part, and says where that is.
    pub(super) fn walk(&self, path: &Path) -> Result<(Held, PathBuf)> {
        // The parts of the path that have been reached.
        let mut reached: Vec<File> = Vec::new();
        let system = |error: Errno| std::io::Error::from(error);
        let end = resolve(path, |at| {
            let depth = at.components().count() - 1;
            reached.truncate(depth - 1);
            let above = reached.last().unwrap_or(&self.0);
            let flags = OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
            let name = at.file_name().unwrap_or_default();
            let file = File::from(openat(above, name, flags, Mode::empty()).map_err(system)?);
            if !file.metadata()?.is_symlink() {
                reached.push(file);
                return Ok(None);
            }
            // `self` would be rampcheck itself, with its own mounts and network. PID 1 has those of the machine.
            if at == Path::new("/proc/self") {
                return Ok(Some(PathBuf::from("1")));
            }
            Ok(Some(readlinkat(&file, "").map_err(system)?.into()))
        })?;
        reached.truncate(end.components().count() - 1);
        let file = reached.pop().map_or_else(|| self.0.try_clone(), Ok)?;
        Ok((Held::new(file), end))
    }
}

/// How many links are followed, as in the kernel (`MAXSYMLINKS`).
const MAX_LINKS: usize = 40;

/// The absolute path that `path` leads to once every link was followed. `link` returns the target of a link, or `None` if the
/// path is not one. `..` at the top stays at the top, and an absolute target starts at the top of the tree.
pub(super) fn resolve(path: &Path, mut link: impl FnMut(&Path) -> Result<Option<PathBuf>>) -> Result<PathBuf> {
    let mut done = PathBuf::from("/");
    let mut rest: VecDeque<OsString> = parts(path).collect();
    let mut links = 0;
    while let Some(part) = rest.pop_front() {
        if part == ".." {
            done.pop();
            continue;
        }
        done.push(&part);
        let Some(target) = link(&done)? else { continue };
        links += 1;
        if links > MAX_LINKS {
            return Err(HostError::Failed("too many levels of symbolic links".to_owned()));
        }
        done.pop();
        if target.is_absolute() {
            done = PathBuf::from("/");
        }
        for part in parts(&target).collect::<Vec<_>>().into_iter().rev() {
            rest.push_front(part);
        }
    }
    Ok(done)
}

fn parts(path: &Path) -> impl Iterator<Item = OsString> + '_ {
    path.components().filter_map(|component| match component {
        Component::Normal(part) => Some(part.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn follow(path: &str, links: &[(&str, &str)]) -> Result<PathBuf> {
        resolve(Path::new(path), |at| {
            Ok(links.iter().find(|(from, _)| Path::new(from) == at).map(|(_, to)| PathBuf::from(to)))
        })
    }

    #[test]
    fn links_stay_within_the_tree() {
        let links =
            [("/var/run", "/run"), ("/etc/os-release", "../usr/lib/os-release"), ("/out", "../../../../etc/shadow")];
        assert_eq!(follow("/var/run/docker.sock", &links), Ok("/run/docker.sock".into()));
        assert_eq!(follow("/etc/os-release", &links), Ok("/usr/lib/os-release".into()));
        assert_eq!(follow("/out", &links), Ok("/etc/shadow".into()));
        assert_eq!(follow("/../../etc/./hosts", &links), Ok("/etc/hosts".into()));
    }

    /// While one thread exchanges parts of a path, another reads it: never what stands outside.
    #[test]
    fn an_exchange_while_reading_never_leads_out() {
        use std::os::unix::fs::symlink;
        use std::sync::atomic::{AtomicBool, Ordering};
        let outside = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(outside.path().join("d")).unwrap();
        std::fs::write(outside.path().join("d/f"), "outside").unwrap();
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        std::fs::create_dir_all(at("d")).unwrap();
        std::fs::write(at("d/f"), "inside").unwrap();
        std::fs::write(at("f"), "inside").unwrap();
        symlink(outside.path().join("d"), at("evil-d")).unwrap();
        symlink(outside.path().join("d/f"), at("evil-f")).unwrap();
        let tree = Tree::new(root.path()).unwrap();
        let stop = AtomicBool::new(false);
        let rounds = 20_000;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    for (one, other) in [("d", "evil-d"), ("f", "evil-f")] {
                        exchange(&at(one), &at(other), &at("away"));
                    }
                }
            });
            let (mut inside, mut outside, mut exposed) = (0, 0, 0);
            for round in 0..rounds {
                let path = Path::new(if round % 2 == 0 { "/d/f" } else { "/f" });
                for held in [tree.hold(path), tree.walk(path).map(|(held, _)| held)].into_iter().flatten() {
                    let is_inside = std::fs::read_to_string(&held.place).is_ok_and(|content| content == "inside");
                    *(if is_inside { &mut inside } else { &mut outside }) += 1;
                }
                exposed += usize::from(
                    std::fs::read(at(&path.display().to_string()[1..])).is_ok_and(|content| content == b"outside"),
                );
            }
            stop.store(true, Ordering::Relaxed);
            assert_eq!(outside, 0);
            assert!(inside > 0 && exposed > 0, "{inside} {exposed}: nothing was exchanged while it was read");
        });
    }

    /// Exchanges two names, in steps that others can see.
    fn exchange(one: &Path, other: &Path, away: &Path) {
        for (from, to) in [(one, away), (other, one), (one, other), (away, one)] {
            std::fs::rename(from, to).unwrap();
        }
    }

    #[test]
    fn a_walk_and_the_kernel_agree() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        std::fs::create_dir_all(at("a/b")).unwrap();
        std::fs::create_dir_all(at("proc/1")).unwrap();
        std::fs::write(at("proc/1/x"), "1").unwrap();
        std::fs::write(at("a/b/c"), "c").unwrap();
        for (link, target) in [
            ("up", "../../../a"),
            ("top", "/a/b"),
            ("a/b/back", "../.."),
            ("loop", "loop"),
            ("none", "/nowhere"),
            ("proc/self", "2"),
            ("proc/net", "self"),
        ] {
            symlink(target, at(link)).unwrap();
        }
        let tree = Tree::new(root.path()).unwrap();
        for (path, expected) in [
            ("/up/b/c", Ok("/a/b/c")),
            ("/top/c", Ok("/a/b/c")),
            ("/top/back/top/../b/c", Ok("/a/b/c")),
            ("/../../a/b/../b/c", Ok("/a/b/c")),
            ("/loop", Err(HostError::Failed("too many levels of symbolic links".to_owned()))),
            ("/none", Err(HostError::NotFound)),
            ("/a/b/c/d", Err(HostError::NotFound)),
            ("/", Ok("/")),
            ("/a/..", Ok("/")),
            ("/proc/net/x", Ok("/proc/1/x")),
        ] {
            let walked = tree.walk(Path::new(path));
            let inode = |held: &Held| std::os::unix::fs::MetadataExt::ino(&held.file.metadata().unwrap());
            assert_eq!(
                tree.hold(Path::new(path)).map(|held| inode(&held)),
                walked.as_ref().map(|(held, _)| inode(held)).map_err(Clone::clone)
            );
            assert_eq!(walked.map(|(_, end)| end), expected.map(PathBuf::from), "{path}");
        }
    }

    #[test]
    fn forty_links_are_followed_and_no_more() {
        let chain = |length: usize| {
            let mut links = 1..=length;
            resolve(Path::new("/0"), |_| Ok(links.next().map(|number| PathBuf::from(number.to_string()))))
        };
        assert_eq!(chain(40), Ok("/40".into()));
        assert!(chain(41).is_err() && chain(42).is_err());
    }

    #[test]
    fn a_loop_of_links_ends() {
        assert!(matches!(follow("/a", &[("/a", "b"), ("/b", "a")]), Err(HostError::Failed(_))));
    }

    proptest! {
        #[test]
        fn the_result_never_leaves_the_tree(
            path in "(/|\\.\\.|\\.|a|b|c){0,12}",
            links in proptest::collection::vec(("(/[abc]){1,3}", "/?((\\.\\.|\\.|a|b|c)/?){0,5}"), 0..6),
        ) {
            let links: Vec<_> = links.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
            if let Ok(end) = follow(&path, &links) {
                prop_assert!(end.is_absolute(), "{end:?}");
                prop_assert!(
                    end.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_))),
                    "{end:?}"
                );
                prop_assert!(links.iter().all(|(from, _)| Path::new(from) != end), "{end:?} is a link");
            }
        }
    }
}
