//! `--wait`: the host is judged again until it is supported or the time is up.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Check, Folder, Run, Tree, command, recorded, scratch};

/// A pack whose only check is that something listens on a port.
fn pack(folder: &Folder, port: u16) -> String {
    let head = "product = \"acme\"\ntitle = \"Acme\"\nversion = \"1\"\nreviewed = 2026-11-20\ngroups = [\"Network\"]\n\
                [source.docs]\ntitle = \"Docs\"\nurl = \"https://docs.example.org\"\nread = 2026-11-20\n";
    let check = "id = \"listens\"\ntitle = \"Acme listens\"\nlevel = \"required\"\ngroup = \"Network\"\nsource = \"docs\"\n\
                 why = \"It serves.\"\nexpect = { fact = \"ports.tcp.PORT.state\", is = \"in-use\" }\n\
                 [[remedy]]\ntext = \"Start it.\"\n\
                 [[example]]\nfacts = { \"ports.tcp.PORT.state\" = \"in-use\" }\noutcome = \"pass\"\n\
                 [[example]]\nfacts = { \"ports.tcp.PORT.state\" = \"free\" }\noutcome = \"fail\"\n";
    folder.write("acme/pack.toml", head);
    folder.write("acme/listens.toml", check.replace("PORT", &port.to_string()));
    folder.at("acme")
}

/// Waits so long on this machine for something to listen on the port. What it took, too.
fn wait(name: &str, port: u16, time: &str) -> (Run, Duration) {
    let pack = pack(&scratch(name), port);
    let started = Instant::now();
    (Check::of("acme").with(&["--pack", &pack, "--wait", time]).run(), started.elapsed())
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_service_that_appears_later_is_waited_for() {
    let port = free_port();
    let service = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(500));
        TcpListener::bind(("127.0.0.1", port)).unwrap()
    });
    let (run, took) = wait("wait-later", port, "1m");
    drop(service.join().unwrap());
    assert!(took < Duration::from_secs(30), "{took:?}");
    assert_eq!(run.stderr, "rampcheck: not supported yet (failed: listens); judging again for up to 60 s\n");
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert_eq!(run.stdout.matches("assumed: ").count(), 1, "one report: {}", run.stdout);
}

#[test]
fn when_the_time_is_up_the_last_report_stands() {
    let (run, took) = wait("wait-up", free_port(), "1s");
    assert!((1.0..30.0).contains(&took.as_secs_f64()), "{took:?}");
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert_eq!(run.stdout.matches("assumed: ").count(), 1, "one report: {}", run.stdout);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
}

#[test]
fn a_host_that_is_supported_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (run, took) = wait("wait-not", listener.local_addr().unwrap().port(), "1m");
    run.expect(0);
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn strict_waits_for_warnings_too_and_a_tree_may_change() {
    let tree = Tree::new().file("/etc/os-release", "ID=ubuntu\nVERSION_ID=\"26.04\"\n");
    let check = Check::of("cometchat").with(&["--only", "os-tested", "--root", tree.root().to_str().unwrap()]);
    check.clone().with(&["--wait", "1m"]).expect(0);
    let changes = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        tree.file("/etc/os-release", "ID=ubuntu\nVERSION_ID=\"22.04\"\n")
    });
    let run = check.with(&["--strict", "--wait", "1s"]).run();
    drop(changes.join().unwrap());
    assert_eq!((run.code, run.stderr.contains("(failed: os-tested)")), (0, true), "{}{}", run.stderr, run.stdout);
}

#[test]
fn what_cannot_change_is_not_waited_for() {
    let check = || Check::of("cometchat").tier("qa").with(&["--wait", "1m"]);
    check().on("ubuntu-22.04").run().refused("--wait cannot be used with --host: ");
    check().with(&["--measure"]).run().refused("--wait cannot be used with --measure: ");
    check().with(&["--facts", &recorded("ubuntu-22.04")]).run().refused("--wait cannot be used with --facts: ");
}

#[test]
fn a_signal_ends_the_wait() {
    let pack = pack(&scratch("wait-signal"), free_port());
    let mut child = command(&["check", "acme", "--pack", &pack, "--wait", "1m"]).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(700));
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    let started = Instant::now();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(started.elapsed() < Duration::from_secs(20));
}
