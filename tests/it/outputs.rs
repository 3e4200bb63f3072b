//! Files that rampcheck writes, in folders where others can plant something.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::time::Duration;

use crate::support::{Check, Run, command, rampcheck, recorded, scratch};

const NOBODY: u32 = 65534;

fn mode(path: &str) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Every command that writes a file, with this place for it.
fn writers(place: &str) -> [Run; 4] {
    let host = recorded("ubuntu-22.04");
    let check = ["check", "cometchat", "--tier", "qa", "--host", &host];
    let bundle = ["bundle", "cometchat", "--tier", "qa", "--host", &host, "-o", place];
    [
        rampcheck(&[&check[..], &["--output", &format!("json={place}")]].concat()),
        rampcheck(&bundle),
        rampcheck(&["facts", "--record", place]),
        rampcheck(&[&check[..], &["--redact", "strict", "--redact-map", place]].concat()),
    ]
}

#[test]
fn a_planted_link_is_not_followed() {
    let dir = scratch("planted-link");
    let secret = dir.write("secret", "secret");
    fs::create_dir(dir.at("tmp")).unwrap();
    fs::set_permissions(dir.at("tmp"), fs::Permissions::from_mode(0o1777)).unwrap();
    for (name, target) in [("link", secret.as_str()), ("dangling", "/nonexistent")] {
        let place = dir.at(&format!("tmp/{name}"));
        symlink(target, &place).unwrap();
        for (number, run) in writers(&place).into_iter().enumerate() {
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{number}: {}", run.stderr);
            assert!(fs::symlink_metadata(&place).unwrap().is_symlink());
        }
    }
    assert_eq!(fs::read_to_string(secret).unwrap(), "secret");
}

#[test]
fn root_writes_to_no_folder_that_another_user_can_change() {
    if !is_root() {
        return;
    }
    let dir = scratch("foreign-folder");
    for name in ["own", "open", "sticky"] {
        fs::create_dir_all(dir.at(&format!("{name}/inner"))).unwrap();
    }
    chown(dir.at("own"), Some(NOBODY), None).unwrap();
    fs::set_permissions(dir.at("open"), fs::Permissions::from_mode(0o777)).unwrap();
    fs::set_permissions(dir.at("sticky"), fs::Permissions::from_mode(0o1777)).unwrap();
    symlink(dir.at("own/inner"), dir.at("way")).unwrap();
    for (place, words) in [
        ("own/x", "user 65534 can change this folder"),
        ("own/inner/x", "user 65534 can change this folder"),
        ("open/inner/x", "everybody can change this folder"),
        ("way/x", "user 65534 can change this folder"),
    ] {
        for run in writers(&dir.at(place)) {
            run.refused(words);
        }
    }
    assert_eq!(fs::read_dir(dir.at("own/inner")).unwrap().count(), 0);
    // A file of somebody else in a shared folder would be his to read.
    fs::write(dir.at("sticky/x"), "").unwrap();
    chown(dir.at("sticky/x"), Some(NOBODY), None).unwrap();
    let output = |place: &str| format!("json={}", dir.at(place));
    let check = Check::of("cometchat").tier("qa").on("ubuntu-22.04");
    check.clone().with(&["--output", &output("sticky/x")]).run().refused("it belongs to user 65534");
    check.clone().with(&["--output", &output("sticky/y")]).expect(0);
    // Who called sudo may have his own folder, and gets what is made there.
    let called = check.env("SUDO_UID", &NOBODY.to_string());
    called.with(&["--output", &output("own/x")]).expect(0);
    assert_eq!(fs::metadata(dir.at("own/x")).unwrap().uid(), NOBODY);
}

#[test]
fn modes_and_owners() {
    let dir = scratch("modes");
    let host = recorded("ubuntu-22.04");
    let check = Check::of("cometchat").tier("qa").on("ubuntu-22.04");
    let (report, bundle, recording) = (dir.at("report.json"), dir.at("bundle.tar.gz"), dir.at("host.toml"));
    let output = format!("json={report}");
    let run = || {
        check.clone().with(&["--output", &output]).expect(0);
        rampcheck(&["bundle", "cometchat", "--tier", "qa", "--host", &host, "-o", &bundle]).expect(0);
    };
    run();
    rampcheck(&["facts", "--record", &recording]).expect(0);
    let umask = nix::sys::stat::umask(nix::sys::stat::Mode::empty());
    nix::sys::stat::umask(umask);
    assert_eq!(mode(&report), 0o666 & !umask.bits());
    assert_eq!((mode(&bundle), mode(&recording)), (0o600, 0o600));
    for file in [&report, &bundle] {
        fs::set_permissions(file, fs::Permissions::from_mode(0o640)).unwrap();
        if is_root() {
            chown(file, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    run();
    for file in [&report, &bundle] {
        assert_eq!(mode(file), 0o640);
        assert!(!is_root() || fs::metadata(file).unwrap().uid() == NOBODY);
    }
}

#[test]
fn two_outputs_to_one_place_are_an_error_before_the_run() {
    let dir = scratch("two-outputs");
    let (one, same) = (dir.at("x"), dir.at("./x"));
    let folder = format!("{}/", dir.display());
    let check = Check::of("cometchat").tier("qa").on("ubuntu-22.04");
    for (first, second) in [(&one, &same), (&folder, &folder)] {
        let outputs = ["--output", &format!("json={first}"), "--output", &format!("json={second}")];
        check.clone().with(&outputs).run().refused("another output of this run goes there");
    }
    let map = ["--output", &format!("json={one}"), "--redact", "strict", "--redact-map", &same];
    check.clone().with(&map).run().refused("another output of this run goes there");
    assert_eq!(dir.names(), [""; 0]);
    let both = ["--output", &format!("json={folder}"), "--output", &format!("html={folder}")];
    check.with(&both).expect(0);
    assert_eq!(dir.names().len(), 2);
}

/// Waits until a run has its output file open.
fn has_opened(pid: u32, folder: &Path) -> bool {
    (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        let files = fs::read_dir(format!("/proc/{pid}/fd")).unwrap().flatten();
        files.filter_map(|file| fs::read_link(file.path()).ok()).any(|file| file.starts_with(folder) && file != folder)
    })
}

#[test]
fn no_signal_leaves_a_file_behind() {
    use nix::sys::signal::{Signal, kill};
    let dir = scratch("signals");
    let host = dir.write("host.toml", "errors = { 'read /etc/os-release' = 'hangs' }\nfiles = { '/x' = '' }\n");
    fs::create_dir(dir.at("out")).unwrap();
    for signal in [Signal::SIGKILL, Signal::SIGUSR1, Signal::SIGTERM] {
        let out = format!("{}/out/", dir.display());
        let mut command = command(&["bundle", "cometchat", "--tier", "qa", "--host", &host, "-o", &out]);
        let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        assert!(has_opened(child.id(), &dir.join("out")), "{signal}");
        kill(nix::unistd::Pid::from_raw(child.id().cast_signed()), signal).unwrap();
        let ended = child.wait().unwrap();
        assert!(ended.signal() == Some(signal as i32) || ended.code() == Some(128 + signal as i32), "{ended:?}");
        assert_eq!(fs::read_dir(dir.at("out")).unwrap().count(), 0, "{signal}");
    }
}

#[test]
fn a_limit_of_file_size_is_an_error_that_leaves_nothing() {
    let dir = scratch("file-size");
    let line = format!(
        "ulimit -f 1; exec {} check cometchat --tier qa --host {} --output json={}",
        env!("CARGO_BIN_EXE_rampcheck"),
        recorded("ubuntu-22.04"),
        dir.at("report.json"),
    );
    let mut shell = std::process::Command::new("/bin/sh");
    let run = Run::of(crate::support::scrubbed(shell.args(["-c", &line])).current_dir(env!("CARGO_MANIFEST_DIR")));
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("File too large"), "{}", run.stderr);
    assert_eq!(dir.names(), [""; 0]);
}

/// An engine with more to tell than facts need.
fn talkative_engine(socket: &str) {
    let listener = UnixListener::bind(socket).unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 2048];
            let read = stream.read(&mut request).unwrap_or_default();
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let body = if request.starts_with("GET /info") {
                r#"{"ServerVersion":"29.1.3","DockerRootDir":"/var/lib/docker","HttpProxy":"http://me:s3cret@proxy","Labels":["s3cret"]}"#
            } else {
                r#"[{"Names":["/web"],"Image":"registry.example.net/s3cret:1","Command":"run --password s3cret","Labels":{"a":"s3cret"},
                    "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}]}]"#
            };
            let head = format!(
                "HTTP/1.1 200 OK\r\nServer: Docker/29\r\nX-Token: s3cret\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all((head + body).as_bytes());
        }
    });
}

#[test]
fn a_recording_holds_no_secret_and_replays_the_same() {
    let dir = scratch("recording-secrets");
    dir.write("home/.docker/config.json", r#"{"auths":{"r.example.net":{"auth":"s3cret"}}}"#);
    let socket = format!("/tmp/rampcheck-engine-{}.sock", std::process::id());
    let _ = fs::remove_file(&socket);
    talkative_engine(&socket);
    let machine = fs::read_to_string("/etc/machine-id").unwrap_or_default();
    for (number, variables) in [
        [("HOME", dir.at("home")), ("DOCKER_CONTEXT", String::new())],
        [("HOME", dir.at("home")), ("DOCKER_HOST", format!("unix://{socket}"))],
    ]
    .into_iter()
    .enumerate()
    {
        let file = dir.at(&format!("host-{number}.toml"));
        let arguments = ["facts", "--format", "json", "--record", &file];
        let live = Run::of(command(&arguments).envs(variables)).expect(0).json();
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("s3cret"), "{text}");
        assert!(machine.trim().is_empty() || !text.contains(machine.trim()), "{text}");
        assert_eq!(text.contains("29.1.3"), number == 1, "{text}");
        let replayed = rampcheck(&["facts", "--format", "json", "--host", &file]).expect(0).json();
        for (name, fact) in live["facts"].as_object().unwrap() {
            assert_eq!(*fact, replayed["facts"][name], "{name}");
        }
    }
    let _ = fs::remove_file(socket);
}

#[test]
fn a_recording_is_redacted() {
    let dir = scratch("recording-redacted");
    let tree = crate::support::Tree::new()
        .file("/proc/sys/kernel/hostname", "chat-7.acme.example\n")
        .file("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        .file("/etc/docker/daemon.json", r#"{"data-root":"/home/carla/docker"}"#)
        .file("/etc/os-release", "ID=ubuntu\nVERSION_ID=\"22.04\"\nPRETTY_NAME=\"Ubuntu of chat-7\"\n");
    let (file, root) = (dir.at("host.toml"), tree.root().display().to_string());
    let record = ["facts", "--root", &root, "--format", "json", "--record", &file];
    let redact = |level| [&record[..], &["--redact", level]].concat();
    rampcheck(&redact("strict")).refused("a recording keeps IP addresses");
    let live = rampcheck(&redact("identifiers")).expect(0).json();
    let text = fs::read_to_string(&file).unwrap();
    for original in ["chat-7", "acme", "carla", "0123456789abcdef"] {
        assert!(!text.contains(original), "{original}: {text}");
    }
    let replayed = rampcheck(&["facts", "--format", "json", "--host", &file]).expect(0).json();
    for name in ["host.name", "host.id", "storage.data.path"] {
        assert_eq!(live["facts"][name]["value"], replayed["facts"][name]["value"], "{name}");
    }
}
