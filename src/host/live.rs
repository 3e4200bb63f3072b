//! The machine rampcheck runs on, or a tree of files below `--root`.
//!
//! Asks the kernel, and tells its errors apart. A tree that is the root of this machine, mounted into a container, is read like
//! the machine as far as the container's namespaces let it be seen. What the answers mean is the probes' business.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{File, FileType, Metadata};
use std::io::{ErrorKind, Read};
use std::mem::MaybeUninit;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::sys::statfs::{CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, PROC_SUPER_MAGIC, SYSFS_MAGIC};

use super::child::Children;
use super::http::Http;
use super::mountinfo::{self, MOUNTINFO};
use super::standing::{Standing, shares_name, shares_network, standing};
use super::tree::{Held, Tree};
use super::trust::{belongs_to_root, trusted};
use super::web::Web;
use super::{
    Endpoint, FileKind, Host, HostError, Latencies, Listener, Measurement, Output, PLUGINS, Port, READ_LIMIT, Reached,
    Response, Result, SEARCH_PATH, Stat, StatFs, Token, User, WebAnswer, listeners, measure, reach, read_text, regular,
};

/// A directory with more names is not listed. The largest one that is listed is /proc, with an entry for each process.
const LIST_LIMIT: usize = 1 << 17;

/// Variables of the caller that a child gets. Docker and its plugins find their contexts through them.
const INHERITED: &[&str] = &["HOME", "DOCKER_CONFIG"];

/// Programs whose ELF headers give the architecture of a tree that is not running.
const PROGRAMS: &[&str] = &["/usr/bin/env", "/bin/sh", "/usr/lib/systemd/systemd", "/lib/systemd/systemd"];

/// Where systems keep the certificate authorities they trust, in one file: Debian, RHEL, SUSE, Alpine.
const AUTHORITIES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// What the kernel shows of whoever asks, in any /proc.
const HOST_NAME: &str = "/proc/sys/kernel/hostname";
const OWN_LIMITS: &str = "/proc/self/limits";

/// The machine rampcheck runs on, or a tree of files below a root.
pub struct Live {
    /// `None` for this machine.
    root: Option<Tree>,
    /// What the tree is to this machine.
    standing: Standing,
    /// Sockets of a tree that were asked.
    sockets: Mutex<BTreeMap<PathBuf, Held>>,
    deadline: Duration,
    children: Children,
    http: Http,
    web: Web,
    token: Option<Token>,
}

impl Live {
    /// This machine, or the tree below `root`. `deadline` holds for each child and each HTTP request.
    ///
    /// # Errors
    /// When `root` is not a directory or cannot be reached.
    pub fn new(root: Option<&Path>, deadline: Duration) -> Result<Self> {
        let root = match root {
            Some(root) if !root.metadata()?.is_dir() => return Err(HostError::Failed("is not a directory".to_owned())),
            // The root of another process has the same name, and is not the same.
            Some(root) => Some(Tree::new(root)?).filter(|tree| tree.path().is_none_or(|path| path != Path::new("/"))),
            None => None,
        };
        let standing = root.as_ref().map_or(Standing::Machine, standing);
        let (children, http, web) = (Children::default(), Http::new(deadline), Web::new(deadline));
        Ok(Self { root, standing, sockets: Mutex::default(), deadline, children, http, web, token: None })
    }

    /// Whether this is the machine that rampcheck runs on, or its root mounted elsewhere, and not files of another one.
    pub fn is_this_machine(&self) -> bool {
        self.standing == Standing::Machine
    }

    /// Kills the children that run for this host, with everything they started. From now on [`Host::run`] starts nothing.
    /// For a program that is about to exit while threads still ask this host.
    pub fn stop(&self) {
        self.children.stop();
    }

    /// Trusts the certificate authorities in `pem`, too.
    #[must_use]
    pub fn trusting(mut self, pem: String) -> Self {
        self.web.trust(pem);
        self
    }

    /// Proves itself to other machines with this token.
    #[must_use]
    pub fn with_token(mut self, token: Option<Token>) -> Self {
        self.token = token;
        self
    }

    /// The path of this machine that a path of the host stands for, and what keeps it standing for that.
    fn place(&self, path: &Path) -> Result<(PathBuf, Option<Held>)> {
        match &self.root {
            None => Ok((path.to_owned(), None)),
            Some(root) => {
                let held = root.hold(path)?;
                self.is_about_the_tree(path, &held)?;
                Ok((held.place.clone(), Some(held)))
            }
        }
    }

    /// Whether a path shows something of the system below the tree. Files do. What the kernel shows is about the system whose root
    /// the tree is, or about rampcheck itself.
    fn is_about_the_tree(&self, path: &Path, held: &Held) -> Result<()> {
        let is_about_rampcheck = (path == Path::new(HOST_NAME) && !shares_name()) || path == Path::new(OWN_LIMITS);
        if self.standing != Standing::Files && !is_about_rampcheck {
            return Ok(());
        }
        match held.file_system()? {
            PROC_SUPER_MAGIC | SYSFS_MAGIC | CGROUP_SUPER_MAGIC | CGROUP2_SUPER_MAGIC => {}
            _ => return Ok(()),
        }
        if is_about_rampcheck {
            not_asked(&format!("{} is about rampcheck itself", path.display()))
        } else {
            not_asked(
                "its /proc and /sys are those of the machine that rampcheck runs on, whose root it is not; \
                 to read that machine, mount its whole root",
            )
        }
    }

    /// Whether the network that rampcheck is in is that of the host.
    fn shares_network(&self) -> Result<()> {
        match &self.root {
            None => Ok(()),
            Some(_) if self.standing != Standing::Machine => {
                not_asked("the network belongs to this machine, not to the tree")
            }
            Some(root) if shares_network(root) => Ok(()),
            Some(_) => not_asked("the network here is that of the container; run it with --net=host"),
        }
    }

    fn open(&self, path: &Path) -> Result<File> {
        let (place, _held) = self.place(path)?;
        Ok(regular(&place)?)
    }

    /// The variables of the caller that a child gets. Python finds modules through the first one. A directory that another user
    /// can change is not handed on to a child of root.
    fn inherited(&self) -> Vec<(&'static str, OsString)> {
        let values = INHERITED.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)));
        values.filter(|(_, path)| Path::new(path).is_absolute() && trusted(self, Path::new(path)).is_ok()).collect()
    }

    /// The certificate authorities of a system below a root. Those of this process are found by the TLS library.
    fn authorities(&self) -> String {
        let mut files = AUTHORITIES.iter().filter(|_| self.root.is_some());
        files.find_map(|file| read_text(self, file).ok()).unwrap_or_default()
    }

    /// The architecture of the first well-known program that is there.
    fn arch_of_programs(&self) -> Result<String> {
        for program in PROGRAMS {
            let mut header = [0; 20];
            match self.open(Path::new(program)).and_then(|mut file| Ok(file.read_exact(&mut header)?)) {
                Err(HostError::NotFound) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    return elf_arch(&header).map(str::to_owned).ok_or_else(|| {
                        HostError::Failed(format!("the ELF header of {program} does not name a known architecture"))
                    });
                }
            }
        }
        Err(HostError::Failed(format!("the architecture is unknown: none of {} exists", PROGRAMS.join(", "))))
    }

    /// Whether a file of the tree is on the disk that it was on when its machine ran: the size of the disk that a copy is on
    /// says nothing about the machine.
    fn is_mounted_here(&self, path: &Path, held: &Held) -> Result<()> {
        let path = self.canonical(path)?;
        let own = mountinfo::mounts(self).unwrap_or_default();
        let own = mountinfo::holding(&own, &path).map(|mount| mount.device);
        let info = held.info()?;
        let id = info.lines().find_map(|line| line.strip_prefix("mnt_id:")).and_then(|id| id.trim().parse().ok());
        let here = mountinfo::parse(&std::fs::read_to_string(MOUNTINFO)?);
        let here = here.iter().find(|mount| Some(mount.id) == id).map(|mount| mount.device);
        match own {
            Some(_) if own == here => Ok(()),
            Some((major, minor)) => not_asked(&format!(
                "the tree was on the disk with the number {major}:{minor}, and is on another one here"
            )),
            None => not_asked("the tree has no /proc/self/mountinfo that says on which disk it was"),
        }
    }
}

fn not_asked<T>(what: &str) -> Result<T> {
    Err(HostError::NotAsked(format!("not asked below --root: {what}")))
}

fn file_kind(kind: FileType) -> FileKind {
    if kind.is_file() {
        FileKind::File
    } else if kind.is_dir() {
        FileKind::Directory
    } else if kind.is_socket() {
        FileKind::Socket
    } else {
        FileKind::Other
    }
}

fn stat(metadata: &Metadata) -> Stat {
    Stat {
        kind: file_kind(metadata.file_type()),
        uid: metadata.uid(),
        gid: metadata.gid(),
        mode: metadata.mode() & 0o7777,
    }
}

/// The machine that an ELF header names (`e_ident` and `e_machine` of elf(5)), in the words of uname(2). A 32-bit program is
/// no proof: it also runs under a 64-bit kernel, and armv6l and armv7l have the same number.
fn elf_arch(header: &[u8; 20]) -> Option<&'static str> {
    let [0x7f, b'E', b'L', b'F', 2, order @ (1 | 2), ..] = header else { return None };
    let little = *order == 1;
    let machine = [header[18], header[19]];
    match if little { u16::from_le_bytes(machine) } else { u16::from_be_bytes(machine) } {
        62 => Some("x86_64"),
        183 if little => Some("aarch64"),
        243 if little => Some("riscv64"),
        21 if little => Some("ppc64le"),
        21 => Some("ppc64"),
        22 => Some("s390x"),
        _ => None,
    }
}

/// A number of statvfs(3), which has 32 bits on 32-bit ARM.
fn wide(number: impl Into<u64>) -> u64 {
    number.into()
}

impl Live {
    /// The state of the clock, by adjtimex(2).
    fn clock(&self) -> Result<(i32, libc::timex)> {
        if !self.is_this_machine() {
            return not_asked("the clock belongs to this machine, not to the tree");
        }
        let mut clock = MaybeUninit::<libc::timex>::zeroed();
        #[expect(unsafe_code, reason = "nix has no safe wrapper of adjtimex(2)")]
        // SAFETY: a timex may be all zero bytes, the pointer is to one, and with `modes` = 0 the call only reads.
        let (state, clock) = unsafe { (libc::adjtimex(clock.as_mut_ptr()), clock.assume_init()) };
        if state < 0 {
            return Err(std::io::Error::last_os_error().into());
        }
        Ok((state, clock))
    }
}

impl Host for Live {
    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        self.open(path)?.take((limit as u64).saturating_add(1)).read_to_end(&mut content)?;
        if content.len() > limit { Err(HostError::TooLarge(limit)) } else { Ok(content) }
    }

    fn list(&self, directory: &Path) -> Result<Vec<String>> {
        let mut names = Vec::new();
        let (place, _held) = self.place(directory)?;
        for entry in std::fs::read_dir(place)? {
            if names.len() == LIST_LIMIT {
                return Err(HostError::Failed(format!("has more than {LIST_LIMIT} entries")));
            }
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn link(&self, path: &Path) -> Result<PathBuf> {
        let (parent, name) = (path.parent().unwrap_or(path), path.file_name().unwrap_or_default());
        let (place, _held) = self.place(parent)?;
        std::fs::read_link(place.join(name)).map_err(|error| match error.kind() {
            ErrorKind::InvalidInput => HostError::Failed("is not a link".to_owned()),
            _ => error.into(),
        })
    }

    fn canonical(&self, path: &Path) -> Result<PathBuf> {
        match &self.root {
            None => Ok(path.canonicalize()?),
            Some(root) => root.walk(path).map(|(_, path)| path),
        }
    }

    fn stat(&self, path: &Path) -> Result<Stat> {
        let (place, _held) = self.place(path)?;
        Ok(stat(&place.metadata()?))
    }

    fn statfs(&self, path: &Path) -> Result<StatFs> {
        let (place, held) = self.place(path)?;
        if let Some(held) = &held {
            self.is_mounted_here(path, held)?;
        }
        let fs = nix::sys::statvfs::statvfs(&place).map_err(std::io::Error::from)?;
        // Some FUSE file systems report 2^64 - 1 for "unlimited". TOML, and so a recording, goes up to 2^63 - 1.
        let cap = |number: u64| number.min(i64::MAX.unsigned_abs());
        let bytes = |blocks| cap(wide(blocks).saturating_mul(wide(fs.fragment_size())));
        Ok(StatFs {
            size: bytes(fs.blocks()),
            available: bytes(fs.blocks_available()),
            inodes: cap(wide(fs.files())),
            inodes_free: cap(wide(fs.files_available())),
        })
    }

    fn tool(&self, name: &str) -> Result<PathBuf> {
        // A name with a slash would lead out of the search path.
        if name.contains('/') {
            return Err(HostError::NotFound);
        }
        if self.root.is_none() {
            let path = std::env::join_paths(SEARCH_PATH).unwrap_or_else(|_| OsString::new());
            return which::which_in(name, Some(path), "/").map_err(|_| HostError::NotFound);
        }
        let mut places = SEARCH_PATH.iter().map(|directory| Path::new(directory).join(name));
        let executable =
            |place: &PathBuf| self.stat(place).is_ok_and(|stat| stat.kind == FileKind::File && stat.mode & 0o111 != 0);
        places.find(executable).ok_or(HostError::NotFound)
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Result<Output> {
        match self.root {
            None => {
                if program.starts_with(PLUGINS) {
                    belongs_to_root(self, program)?;
                } else {
                    trusted(self, program)?;
                }
                self.children.run(program, arguments, &self.inherited(), self.deadline)
            }
            Some(_) => not_asked("commands are not run there"),
        }
    }

    fn get(&self, endpoint: &Endpoint, target: &str) -> Result<Response> {
        match (&self.root, endpoint) {
            (None, _) => self.http.get(endpoint, target),
            (Some(root), Endpoint::Unix(path)) => {
                let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
                let place = match sockets.get(path) {
                    Some(held) => held.place.clone(),
                    None => {
                        let held = root.hold(path)?;
                        sockets.entry(path.clone()).or_insert(held).place.clone()
                    }
                };
                drop(sockets);
                self.http.get(&Endpoint::Unix(place), target)
            }
            (Some(_), Endpoint::Loopback(_)) => {
                self.shares_network()?;
                self.http.get(endpoint, target)
            }
        }
    }

    fn fetch(&self, url: &str) -> Result<WebAnswer> {
        self.shares_network()?;
        self.web.fetch(url, &|| self.authorities())
    }

    fn variable(&self, name: &str) -> Option<String> {
        match &self.root {
            None => std::env::var(name).ok(),
            // Those of the container are not the host's. Where root's files are, passwd(5) says everywhere.
            Some(_) if name == "HOME" && self.is_this_machine() && nix::unistd::geteuid().is_root() => {
                Some("/root".to_owned())
            }
            Some(_) => None,
        }
    }

    fn listeners(&self) -> Result<Vec<Listener>> {
        // Without it, the tables of PID 1 have them.
        self.shares_network()?;
        listeners::listeners()
    }

    fn user(&self) -> Result<User> {
        let mut groups: Vec<u32> =
            nix::unistd::getgroups().map_err(std::io::Error::from)?.into_iter().map(|group| group.as_raw()).collect();
        // getgroups(2) may leave the effective group out.
        groups.push(nix::unistd::getegid().as_raw());
        groups.sort_unstable();
        groups.dedup();
        Ok(User { uid: nix::unistd::geteuid().as_raw(), groups })
    }

    fn arch(&self) -> Result<String> {
        if !self.is_this_machine() {
            return self.arch_of_programs();
        }
        let names = nix::sys::utsname::uname().map_err(std::io::Error::from)?;
        Ok(names.machine().to_string_lossy().into_owned())
    }

    fn clock_synchronized(&self) -> Result<bool> {
        let (state, clock) = self.clock()?;
        Ok(state != libc::TIME_ERROR && clock.status & libc::STA_UNSYNC == 0)
    }

    fn clock_max_error(&self) -> Result<u64> {
        Ok(u64::try_from(self.clock()?.1.maxerror).unwrap_or_default())
    }

    fn process_name(&self, pid: u32) -> Result<String> {
        let name = self.read(Path::new(&format!("/proc/{pid}/comm")), READ_LIMIT)?;
        Ok(String::from_utf8_lossy(&name).trim_end().to_owned())
    }

    fn measure(&self, what: &Measurement) -> Result<Latencies> {
        match self.root {
            None => measure::measure(what),
            Some(_) => not_asked("the disks belong to this machine, not to the tree"),
        }
    }

    fn reach(&self, machine: &str, ports: &[Port]) -> Result<Reached> {
        self.shares_network()?;
        match &self.token {
            Some(token) => reach::reach(machine, ports, token, self.deadline),
            None => Err(HostError::NotAsked("other nodes are asked only with a token".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(bits: u8, order: u8, machine: [u8; 2]) -> [u8; 20] {
        let mut header = [0; 20];
        header[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', bits, order]);
        header[18..].copy_from_slice(&machine);
        header
    }

    #[test]
    fn an_elf_header_names_the_architecture() {
        for (bits, order, machine, arch) in [
            (2, 1, [62, 0], Some("x86_64")),
            (2, 1, [183, 0], Some("aarch64")),
            (2, 2, [0, 183], None),
            (2, 1, [243, 0], Some("riscv64")),
            (2, 1, [21, 0], Some("ppc64le")),
            (2, 2, [0, 21], Some("ppc64")),
            (2, 2, [0, 22], Some("s390x")),
            // 32-bit x86 and ARM programs, whatever the kernel is.
            (1, 1, [3, 0], None),
            (1, 1, [40, 0], None),
            (2, 3, [62, 0], None),
        ] {
            assert_eq!(elf_arch(&header(bits, order, machine)), arch, "{bits} {order} {machine:?}");
        }
        assert_eq!(elf_arch(b"#!/bin/sh\nexec true\n"), None);
    }

    #[test]
    fn this_machine_answers() {
        let host = Live::new(None, Duration::from_secs(5)).unwrap();
        assert!(host.read(Path::new("/proc/self/stat"), READ_LIMIT).is_ok_and(|content| !content.is_empty()));
        assert!(host.list(Path::new("/proc/self")).is_ok_and(|names| names.is_sorted() && names.len() > 10));
        assert_eq!(host.link(Path::new("/proc/self/stat")), Err(HostError::Failed("is not a link".to_owned())));
        assert_eq!(host.canonical(Path::new("/proc/../nonexistent")), Err(HostError::NotFound));
        assert_eq!(host.stat(Path::new("/dev/null")).map(|stat| stat.kind), Ok(FileKind::Other));
        assert!(host.statfs(Path::new("/")).is_ok_and(|fs| fs.size >= fs.available && fs.size > 0));
        assert!(host.tool("sh").is_ok_and(|path| path.is_absolute()));
        for wrong in ["no-such-tool", "", "../bin/sh", "/bin/sh", "."] {
            assert_eq!(host.tool(wrong), Err(HostError::NotFound), "{wrong}");
        }
        assert!(host.run(Path::new("/bin/sh"), &["-c", "exit 0"]).is_ok_and(|output| output.code == Some(0)));
        assert!(host.user().is_ok_and(|user| !user.groups.is_empty()));
        assert_eq!(host.arch().as_deref(), Ok(std::env::consts::ARCH));
        assert!(!matches!(host.clock_synchronized(), Err(HostError::Failed(_))));
        let name = std::fs::read_to_string("/proc/self/comm").unwrap();
        assert_eq!(host.process_name(std::process::id()).as_deref(), Ok(name.trim_end()));
        assert_eq!(host.process_name(0), Err(HostError::NotFound));
        assert!(Live::new(Some(Path::new("/nonexistent")), Duration::ZERO).is_err());
        assert!(Live::new(Some(Path::new("/dev/null")), Duration::ZERO).is_err());
        assert!(Live::new(Some(Path::new("/")), Duration::ZERO).is_ok_and(|host| host.root.is_none()));
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let host = Live::new(None, Duration::from_secs(5)).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "12345").unwrap();
        for (limit, fits) in [(6, true), (5, true), (4, false), (3, false)] {
            assert_eq!(host.read(file.path(), limit).is_ok(), fits, "{limit}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(header: [u8; 20]) {
            let _ = elf_arch(&header);
        }
    }
}
