//! Hosts in trouble: each of these has taken a tool like this one down, or made it tell a lie.
//!
//! Trouble of children and of HTTP services is tested beside `src/host/child.rs` and `src/host/http.rs`, that of probes
//! beside `src/probe/collect.rs`; here is what shows at the interface. Times are bounds against hanging, no measurements.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rampcheck::host::{
    Endpoint, FileKind, Host, HostError, Live, READ_LIMIT, Recorded, Remembering, Result, read_text,
};

use crate::support::{DEADLINE, Tree};

const HANGS: Duration = Duration::from_secs(5);

fn os_release(host: &dyn Host) -> Result<String> {
    let started = Instant::now();
    let answer = read_text(host, "/etc/os-release");
    assert!(started.elapsed() < HANGS, "{:?}", started.elapsed());
    answer
}

fn failed<T>(words: &str) -> Result<T> {
    Err(HostError::Failed(words.to_owned()))
}

#[test]
fn an_os_release_of_a_gigabyte_is_not_read() {
    let tree = Tree::new();
    std::fs::File::create(tree.at("/etc/os-release")).unwrap().set_len(1 << 30).unwrap();
    assert_eq!(os_release(&tree.host()), Err(HostError::TooLarge(READ_LIMIT)));
    let tree = Tree::new().file("/etc/os-release", "ID=ubuntu");
    assert_eq!(tree.host().read(Path::new("/etc/os-release"), 9), Ok(b"ID=ubuntu".to_vec()));
    assert_eq!(tree.host().read(Path::new("/etc/os-release"), 8), Err(HostError::TooLarge(8)));
}

#[test]
fn what_is_no_file_is_not_opened() {
    let tree = Tree::new();
    nix::unistd::mkfifo(&tree.at("/etc/os-release"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    assert_eq!(os_release(&tree.host()), failed("is not a regular file"));
    // The same without a root.
    let here = Live::new(None, DEADLINE).unwrap();
    assert_eq!(here.read(&tree.at("/etc/os-release"), READ_LIMIT), failed("is not a regular file"));
    assert_eq!(here.read(Path::new("/dev/zero"), READ_LIMIT), failed("is not a regular file"));
    let tree = Tree::new();
    std::fs::create_dir(tree.at("/etc/os-release")).unwrap();
    assert_eq!(os_release(&tree.host()), failed("is a directory"));
    let tree = Tree::new();
    let _socket = UnixListener::bind(tree.at("/etc/os-release")).unwrap();
    assert_eq!(os_release(&tree.host()), failed("is not a regular file"));
    assert_eq!(os_release(&Tree::new().host()), Err(HostError::NotFound));
}

#[test]
fn links_lead_to_what_stands_below_the_root() {
    let secret = Tree::new().file("/secret", "ID=outside");
    let outside = secret.at("/secret");
    for target in [outside.to_str().unwrap(), &format!("../../../../../../../../..{}", outside.display())] {
        let tree = Tree::new().link("/etc/os-release", target);
        assert_eq!(os_release(&tree.host()), Err(HostError::NotFound), "{target}");
        let tree = tree.file(outside.to_str().unwrap(), "ID=inside");
        assert_eq!(os_release(&tree.host()).as_deref(), Ok("ID=inside"), "{target}");
        assert_eq!(tree.host().canonical(Path::new("/etc/os-release")), Ok(outside.clone()));
    }
    let tree = Tree::new().link("/etc", "/elsewhere").file("/elsewhere/os-release", "ID=inside");
    assert_eq!(os_release(&tree.host()).as_deref(), Ok("ID=inside"));
    assert_eq!(read_text(&tree.host(), "/../../etc/os-release").as_deref(), Ok("ID=inside"));
    assert_eq!(tree.host().list(Path::new("/etc")), Ok(vec!["os-release".to_owned()]));
    assert_eq!(tree.host().link(Path::new("/etc")), Ok("/elsewhere".into()));
    assert_eq!(tree.host().stat(Path::new("/etc")).map(|stat| stat.kind), Ok(FileKind::Directory));
    let tree = Tree::new().link("/etc/os-release", "os-release");
    assert_eq!(os_release(&tree.host()), failed("too many levels of symbolic links"));
}

#[test]
fn below_a_root_nothing_of_this_machine_is_taken_for_the_trees() {
    let tree = Tree::new()
        .file("/proc/42/comm", "nginx\n")
        .file("/usr/sbin/plain", "")
        .file("/usr/bin/jq", "")
        .link("/usr/bin/env", "/usr/bin/coreutils")
        .file("/usr/bin/coreutils", [&b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\xb7\0"[..], &[0; 40]].concat());
    std::fs::set_permissions(tree.at("/usr/bin/jq"), PermissionsExt::from_mode(0o755)).unwrap();
    let host = tree.host();
    assert_eq!(host.process_name(42).as_deref(), Ok("nginx"));
    assert_eq!(host.process_name(1), Err(HostError::NotFound));
    assert_eq!(host.arch().as_deref(), Ok("aarch64"));
    assert_eq!(host.tool("jq"), Ok("/usr/bin/jq".into()));
    assert_eq!(host.tool("plain"), Err(HostError::NotFound));
    assert_eq!(host.tool("sh"), Err(HostError::NotFound));
    assert_eq!(host.variable("PATH"), None);
    let docker = Endpoint::Loopback("127.0.0.1:2375".parse().unwrap());
    for not_asked in [
        host.run(Path::new("/bin/sh"), &["-c", "exit 0"]).map(drop),
        host.get(&docker, "/version").map(drop),
        host.clock_synchronized().map(drop),
    ] {
        assert!(
            matches!(&not_asked, Err(HostError::NotAsked(why)) if why.starts_with("not asked below --root: ")),
            "{not_asked:?}"
        );
    }
}

#[test]
fn an_empty_tree_tells_nothing() {
    let tree = Tree::new();
    let host = tree.host();
    assert!(matches!(host.arch(), Err(HostError::Failed(_))));
    assert_eq!(host.list(Path::new("/proc")), Err(HostError::NotFound));
    assert_eq!(host.statfs(Path::new("/var/lib/docker")), Err(HostError::NotFound));
    assert!(matches!(host.statfs(Path::new("/")), Err(HostError::NotAsked(_))));
    let socket = Endpoint::Unix("/var/run/docker.sock".into());
    assert_eq!(host.get(&socket, "/version"), Err(HostError::NotFound));
    let tree = Tree::new().file("/bin/sh", "#!");
    assert!(matches!(tree.host().arch(), Err(HostError::Failed(_))));
}

/// The device number of the mount that holds a path of this machine.
fn device(path: &Path) -> String {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let mounts = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let mount = mounts.filter(|mount| path.starts_with(mount[4])).max_by_key(|mount| mount[4].len());
    mount.unwrap()[2].to_owned()
}

#[test]
fn the_size_of_a_copied_tree_is_not_that_of_the_disk_it_was_copied_to() {
    let here = Tree::new();
    let own = device(&here.root().canonicalize().unwrap());
    let tree = |mountinfo: &str| {
        let tree =
            Tree::new().file("/data/docker/x", "").link("/var/lib/docker", "/data/docker").link("/proc/self", "7");
        tree.file("/proc/1/mountinfo", mountinfo)
    };
    let mount = |device: &str, point: &str| format!("22 1 {device} / {point} rw - ext4 /dev/x rw\n");
    let refused = |tree: &Tree, at: &str, said: &str| {
        let answer = tree.host().statfs(Path::new(at));
        assert!(matches!(&answer, Err(HostError::NotAsked(why)) if why.contains(said)), "{answer:?}");
    };
    let elsewhere = "was on the disk with the number 4095:7, and is on another one here";
    let same = tree(&mount(&own, "/"));
    for at in ["/", "/var/lib/docker"] {
        let answer = same.host().statfs(Path::new(at));
        assert!(answer.is_ok(), "{at} on {own}: {answer:?}");
    }
    let other = tree(&mount("4095:7", "/"));
    refused(&other, "/", elsewhere);
    refused(&other, "/var/lib/docker", elsewhere);
    // The data was on a disk of its own.
    let data = tree(&(mount(&own, "/") + &mount("4095:7", "/data")));
    assert!(data.host().statfs(Path::new("/")).is_ok());
    refused(&data, "/var/lib/docker", elsewhere);
    refused(&tree(""), "/", "has no /proc/self/mountinfo");
    refused(&Tree::new(), "/", "has no /proc/self/mountinfo");
}

/// /proc and /sys by themselves: trees that hold nothing but what the kernel says of this machine.
#[test]
fn what_the_kernel_says_of_this_machine_is_not_said_of_a_tree() {
    for (root, file) in [("/proc", "/uptime"), ("/proc", "/self/limits"), ("/sys", "/devices/system/cpu/online")] {
        let tree = Live::new(Some(Path::new(root)), DEADLINE).unwrap();
        let answer = read_text(&tree, file);
        assert!(matches!(&answer, Err(HostError::NotAsked(why)) if why.contains("whose root it is not")), "{answer:?}");
        assert!(tree.list(Path::new("/")).is_err() && !tree.is_this_machine());
    }
    assert!(!Tree::new().host().is_this_machine());
    // The root of a process is read as what it is, and that of this one is no tree.
    let own = Live::new(Some(Path::new("/proc/self/root")), DEADLINE).unwrap();
    assert!(own.is_this_machine() && read_text(&own, "/proc/uptime").is_ok());
}

/// Asks as nobody when the tests run as root, who may read and connect whatever the mode says. setfsuid(2) holds for one
/// thread and those it starts, and takes root's rights over files away with it.
fn without_privilege<T: Send>(ask: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            if nix::unistd::geteuid().is_root() {
                nix::unistd::setfsuid(65534.into());
            }
            ask()
        });
        asked.join().unwrap()
    })
}

#[test]
fn a_proc_that_cannot_be_read_is_not_an_absent_one() {
    let tree = Tree::new().file("/proc/meminfo", "MemTotal: 1 kB\n").file("/etc/shadow", "");
    let mode = |path: &str, mode| {
        std::fs::set_permissions(tree.root().join(path), PermissionsExt::from_mode(mode)).unwrap();
    };
    mode("", 0o755);
    mode("proc", 0o000);
    mode("etc/shadow", 0o000);
    let host = tree.host();
    let answers = without_privilege(|| {
        [
            host.process_name(1).map(drop),
            host.list(Path::new("/proc")).map(drop),
            host.stat(Path::new("/proc/meminfo")).map(drop),
            host.canonical(Path::new("/proc/meminfo")).map(drop),
            host.statfs(Path::new("/proc/meminfo")).map(drop),
            host.read(Path::new("/etc/shadow"), 1).map(drop),
            Live::new(None, DEADLINE).unwrap().read(Path::new("/proc/1/environ"), 1).map(drop),
        ]
    });
    mode("proc", 0o755);
    for answer in answers {
        assert_eq!(answer, Err(HostError::NotPermitted));
    }
}

#[test]
fn a_docker_socket_of_another_group_is_not_a_stopped_docker() {
    let tree = Tree::new();
    let _listening = UnixListener::bind(tree.at("/run/docker.sock")).unwrap();
    std::fs::set_permissions(tree.root(), PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::set_permissions(tree.at("/run/docker.sock"), PermissionsExt::from_mode(0o000)).unwrap();
    let endpoint = Endpoint::Unix("/run/docker.sock".into());
    let answer = without_privilege(|| tree.host().get(&endpoint, "/version"));
    assert_eq!(answer, Err(HostError::NotPermitted));
}

#[test]
fn a_docker_socket_that_never_answers_costs_the_deadline() {
    let tree = Tree::new().link("/var/run", "/run");
    let _silent = UnixListener::bind(tree.at("/run/docker.sock")).unwrap();
    let started = Instant::now();
    let answer = tree.host().get(&Endpoint::Unix("/var/run/docker.sock".into()), "/version");
    assert_eq!(answer, Err(HostError::TimedOut(DEADLINE)));
    assert!(started.elapsed() < HANGS, "{:?}", started.elapsed());
}

/// Asks every kind of question, of what is there and what is not.
fn questions(host: &dyn Host) -> Vec<String> {
    let path = Path::new;
    let socket = Endpoint::Unix("/var/run/docker.sock".into());
    let mut answers = vec![
        format!("{:?}", host.list(path("/etc"))),
        format!("{:?}", host.list(path("/sys/class/block"))),
        format!("{:?}", host.list(path("/empty"))),
        format!("{:?}", host.list(path("/none"))),
        format!("{:?}", host.canonical(path("/sys/class/block/vda"))),
        format!("{:?}", host.canonical(path("/none/at/all"))),
        format!("{:?}", host.read(path("/sys/class/block/vda/queue/rotational"), 100)),
        format!("{:?}", host.read(path("/etc/os-release"), 2)),
        format!("{:?}", host.read(path("/etc/os-release"), 100)),
        format!("{:?}", host.read(path("/etc/dangling"), 100)),
        format!("{:?}", host.read(path("/etc/folder"), 100)),
        format!("{:?}", host.read(path("/etc/large"), 100)),
        format!("{:?}", host.link(path("/etc/os-release"))),
        format!("{:?}", host.link(path("/etc/folder"))),
        format!("{:?}", host.link(path("/none"))),
        format!("{:?}", host.stat(path("/etc/folder"))),
        format!("{:?}", host.stat(path("/etc/os-release"))),
        format!("{:?}", host.stat(path("/var/run/docker.sock"))),
        format!("{:?}", host.stat(path("/etc/dangling"))),
        format!("{:?}", host.statfs(path("/none"))),
        format!("{:?}", host.get(&socket, "/version")),
        format!("{:?}", host.get(&socket, "/info")),
        format!("{:?}", host.get(&Endpoint::Unix("/none".into()), "/info")),
        format!("{:?}", host.run(path("/usr/bin/jq"), &["--version"])),
        format!("{:?}", host.run(path("/none"), &[])),
        format!("{:?}", host.variable("DOCKER_HOST")),
        format!("{:?}", host.clock_synchronized()),
        format!("{:?}", host.user()),
        format!("{:?}", host.arch()),
    ];
    answers.extend(["jq", "none"].map(|name| format!("{:?}", host.tool(name))));
    answers.extend([42, 43].map(|pid| format!("{:?}", host.process_name(pid))));
    answers
}

/// What `host` answers, what its recording answers once it was saved and loaded, and the text of the recording.
fn record(host: Arc<dyn Host>) -> (Vec<String>, Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    let host = Remembering::new(host);
    let answers = questions(&host);
    let file = folder.path().join("host.toml");
    std::fs::write(&file, host.recorded(|_, answer| answer).to_toml().unwrap()).unwrap();
    let replayed = questions(&Recorded::load(&file).unwrap());
    (answers, replayed, std::fs::read_to_string(file).unwrap())
}

fn tree_to_record() -> Tree {
    let tree = Tree::new()
        .file("/usr/lib/os-release", "ID=debian\n")
        .link("/etc/os-release", "../usr/lib/os-release")
        .link("/etc/dangling", "/nowhere")
        .file("/etc/shadow", "root:secret")
        .file("/etc/large", "x".repeat(101))
        .file("/etc/folder/file", "")
        .file("/empty/x", "")
        .file("/proc/42/comm", "nginx\n")
        .file("/sys/devices/virtual/block/vda/queue/rotational", "0\n")
        .link("/sys/class/block/vda", "../../devices/virtual/block/vda")
        .link("/var/run", "/run");
    std::fs::remove_file(tree.at("/empty/x")).unwrap();
    drop(UnixListener::bind(tree.at("/run/docker.sock")).unwrap());
    tree
}

#[test]
fn a_recording_answers_like_the_tree_it_was_made_of() {
    let tree = tree_to_record();
    let (answers, replayed, text) = record(Arc::new(tree.host()));
    assert_eq!(answers, replayed, "{text}");
    assert!(!text.contains("read /etc/dangling") && !text.contains("secret"), "{text}");
}

#[test]
fn a_recording_of_a_recording_is_the_same_again() {
    let host = Recorded::default()
        .file("/usr/lib/os-release", "ID=debian\n")
        .symlink("/etc/os-release", "../usr/lib/os-release")
        .directory("/empty")
        .answering(
            r#"
            arch = "x86_64"
            clock_synchronized = true
            user = { uid = 1000, groups = [1000, 998] }
            variables = { DOCKER_HOST = "unix:///var/run/docker.sock" }
            tools = { jq = "/usr/bin/jq" }
            processes = { 42 = "nginx" }
            statfs."/" = { size = 100, available = 50, inodes = 10, inodes_free = 5 }
            stat."/var/run/docker.sock" = { kind = "socket", uid = 0, gid = 998, mode = 0o660 }
            errors = { "list /etc" = "not-permitted", "read /etc/large" = "timed-out", "get unix:///none" = "not-permitted" }
            command = [{ run = "/usr/bin/jq --version", code = 0, stdout = "jq-1.7\n", stderr = "a\n'''\"" }]
            http = [{ endpoint = "unix:///var/run/docker.sock", target = "/version", status = 200, body = "{}" }]
            "#,
        )
        .unwrap();
    let (answers, replayed, text) = record(Arc::new(host));
    assert_eq!(answers, replayed, "{text}");
}

#[test]
fn a_recording_holds_what_was_asked_and_nothing_else() {
    let tree = tree_to_record();
    let host = Remembering::new(Arc::new(tree.host()));
    assert!(host.read(Path::new("/etc/os-release"), 100).is_ok());
    let text = host.recorded(|_, answer| answer).to_toml().unwrap();
    let entries: Vec<_> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(
        entries,
        [
            "[links]",
            r#""/etc/os-release" = "../usr/lib/os-release""#,
            "[files]",
            r#""/usr/lib/os-release" = "ID=debian\n""#,
        ]
    );
}
