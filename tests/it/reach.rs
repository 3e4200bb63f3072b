//! `rampcheck reach`, and `check --reach`: both sides over loopback, with a pack whose ports are high and free.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{TcpListener, UdpSocket};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Check, Folder, Run, command, rampcheck, recorded, scratch};

const TOKEN: &str = "0123456789abcdef";

const PACK: &str = "product = 'thing'\ntitle = 'Thing'\nversion = '1'\nreviewed = 2026-11-01\ngroups = ['Network']\n";
const SOURCE: &str = "[source.docs]\ntitle = 'Docs'\nurl = 'https://docs.example.com'\nread = 2026-11-01\n";
const CHECK: &str = "id = 'node-ports'\ntitle = 'Ports are open'\nlevel = 'required'\ngroup = 'Network'\nsource = 'docs'\n\
    why = 'x'\napplies_when = { fact = 'reach.peers', present = true }\nexpect = { fact = 'reach.closed', present = false }\n\
    [[remedy]]\ntext = 'x'\n\
    [[example]]\nfacts = { 'reach.peers' = ['a'], 'reach.closed' = { absent = true } }\noutcome = 'pass'\n\
    [[example]]\nfacts = { 'reach.peers' = ['a'], 'reach.closed' = ['a 1/tcp: refused'] }\noutcome = 'fail'\n";

/// A pack with a TCP and a UDP port that are free for now, and a file with the token.
struct Site {
    folder: Folder,
    tcp: u16,
    udp: u16,
}

impl Site {
    fn new(name: &str) -> Self {
        let tcp = TcpListener::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port();
        let udp = UdpSocket::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port();
        let site = Self { folder: scratch(name), tcp, udp };
        let ports = format!("{}{}", node_port(tcp, "tcp", "management"), node_port(udp, "udp", "data"));
        site.folder.write("thing/pack.toml", format!("{PACK}{ports}{SOURCE}"));
        site.folder.write("thing/node-ports.toml", CHECK);
        site.folder.write("token", format!("{TOKEN}\n"));
        site
    }

    fn pack(&self) -> String {
        self.folder.at("thing")
    }

    fn token(&self) -> String {
        self.folder.at("token")
    }

    /// Starts a listener that has its sockets when this returns.
    fn listen(&self, further: &[&str]) -> Listener {
        let (pack, token) = (self.pack(), self.token());
        let mut command = command(&["reach", "listen", "--for", "thing", "--pack", &pack, "--token-file", &token]);
        let mut child = command.args(further).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        Listener { child, first, out }
    }

    fn to(&self, hosts: &[&str], further: &[&str]) -> Run {
        let (pack, token) = (self.pack(), self.token());
        let fixed = ["--for", "thing", "--pack", &pack, "--token-file", &token, "--timeout", "1s"];
        rampcheck(&[&["reach", "to"], hosts, fixed.as_slice(), further].concat())
    }

    fn states(&self, hosts: &[&str]) -> Value {
        let run = self.to(hosts, &["--format", "json"]);
        let test = run.json();
        assert_eq!(test["schema"], "urn:rampcheck:reach:1");
        let code = match test["result"].as_str().unwrap() {
            "reached" => 0,
            "not_reached" => 3,
            "undetermined" => 4,
            other => panic!("{other}"),
        };
        assert_eq!(run.code, code, "{}", run.stderr);
        let hosts = test["hosts"].as_array().unwrap().iter();
        hosts
            .map(|host| host["ports"].as_array().unwrap().iter().map(|port| port["state"].clone()).collect::<Value>())
            .collect()
    }
}

fn node_port(port: u16, protocol: &str, why: &str) -> String {
    format!("[[node_port]]\nport = {port}\nprotocol = '{protocol}'\nwhy = '{why}'\nsource = 'docs'\n")
}

/// A listener that runs; it is ended with the test.
struct Listener {
    child: Child,
    first: String,
    out: BufReader<std::process::ChildStdout>,
}

impl Listener {
    /// Waits for its end: its exit code, and what it said last.
    fn end(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn both_sides_meet() {
    let site = Site::new("reach-meet");
    let listener = site.listen(&["--peers", "2"]);
    let ports = [format!("{}/tcp", site.tcp), format!("{}/udp", site.udp)];
    assert!(ports.iter().all(|port| listener.first.contains(port)), "{}", listener.first);
    assert!(listener.first.starts_with("listening for 60 s: "));
    let test = site.to(&["127.0.0.1"], &["--format", "json"]).expect(0).json();
    let host = &test["hosts"][0];
    assert_eq!((&host["answered"], &host["mtu"], &host["why"]), (&json!(true), &json!(9216), &Value::Null));
    let mut ports = host["ports"].as_array().unwrap().clone();
    ports.sort_by_key(|port| port["protocol"].to_string());
    assert_eq!(
        (&ports[0]["protocol"], &ports[0]["port"], &ports[0]["purpose"]),
        (&json!("tcp"), &json!(site.tcp), &json!("management"))
    );
    assert_eq!((&ports[0]["state"], &ports[0]["loss_percent"]), (&json!("open"), &Value::Null));
    assert_eq!((&ports[1]["state"], &ports[1]["loss_percent"]), (&json!("open"), &json!(0.0)));
    assert!(ports.iter().all(|port| port["rtt_ms"].as_f64().is_some()), "{ports:?}");
    site.to(&["localhost"], &[]).expect(0).says(&["localhost (", "path MTU: 9216 bytes", "REACHED: every port"]);
    assert_eq!(listener.end(), (Some(0), "2 hosts have finished\n".to_owned()));
    // A product without ports, and one whose ports are not those of Rust.
    rampcheck(&["reach", "to", "127.0.0.1", "--for", "rocketchat", "--token", TOKEN])
        .refused("the pack of rocketchat names no ports between nodes");
}

#[test]
fn a_report_holds_what_was_reached() {
    let site = Site::new("reach-report");
    let listener = site.listen(&["--peers", "1"]);
    let check = |peers: &str| {
        Check::of("thing").with(&["--pack", &site.pack(), "--reach", peers, "--reach-token-file", &site.token()])
    };
    let run = check("localhost").format("json").run();
    assert_eq!(run.asks, "the node localhost");
    let report = crate::support::Report::read(&run.stdout);
    assert_eq!((run.code, report.verdict()), (0, "supported"), "{}", run.stdout);
    assert_eq!(report.fact("reach.peers")["value"], json!(["localhost"]));
    let mut tested = [(site.tcp, "tcp"), (site.udp, "udp")];
    tested.sort_unstable();
    let tested: Vec<_> = tested.iter().map(|(port, protocol)| format!("localhost {port}/{protocol}")).collect();
    assert_eq!(report.fact("reach.tested")["value"], json!(tested));
    assert_eq!(report.fact("reach.closed")["state"], "absent");
    assert_eq!(report.fact("reach.mtu")["value"].as_f64(), Some(9216.0));
    assert_eq!(report.fact("reach.loss")["value"].as_f64(), Some(0.0));
    assert!(report.fact("reach.rtt")["value"].as_f64().is_some());
    assert_eq!(listener.end().0, Some(0));
    // It is judged again without asking anybody, and names of nodes are names of hosts.
    let saved = site.folder.write("report.json", &run.stdout);
    let pack = site.pack();
    rampcheck(&["evaluate", &saved, "--pack", &pack]).expect(0).says(&["SUPPORTED"]);
    let arguments = ["--pack", &site.pack(), "--reach", "app-7.example.net", "--reach-token-file", &site.token()];
    let arguments = [arguments.as_slice(), &["--redact", "identifiers", "--timeout", "500ms"]].concat();
    let redacted = Check::of("thing").with(&arguments).format("json").run();
    assert_eq!(redacted.code, 4, "{}", redacted.stdout);
    assert!(!redacted.stdout.contains("app-7") && redacted.stdout.contains("host-"), "{}", redacted.stdout);
    assert!(!redacted.stdout.contains(TOKEN) && !run.stdout.contains(TOKEN));
}

#[test]
fn where_nothing_listens_nothing_is_known() {
    let site = Site::new("reach-nothing");
    assert_eq!(site.states(&["127.0.0.1"]), json!([["refused", "refused"]]));
    site.to(&["127.0.0.1"], &[])
        .expect(4)
        .says(&["UNDETERMINED: Nothing answered with the token on 127.0.0.1", "rampcheck reach listen"]);
    site.to(&["rampcheck.invalid"], &[]).expect(4).says(&["rampcheck.invalid\n"]);
    let report = Check::of("thing")
        .with(&[
            "--pack",
            &site.pack(),
            "--reach",
            "127.0.0.1",
            "--reach-token-file",
            &site.token(),
            "--timeout",
            "500ms",
        ])
        .format("json")
        .run();
    let report = crate::support::Report::read(&report.stdout);
    assert_eq!((report.verdict(), report.outcome("node-ports").as_str()), ("undetermined", "unknown"));
    assert_eq!(
        report.finding("node-ports").found,
        "unknown: 127.0.0.1: no answer with proof of the token; is rampcheck reach listen running there?"
    );
    // Another token is as good as none.
    let listener = site.listen(&["--for-time", "3s"]);
    site.folder.write("token", "another token than that");
    site.to(&["127.0.0.1"], &[]).expect(4);
    assert_eq!(listener.end(), (Some(0), "0 hosts have finished\n".to_owned()));
}

#[test]
fn ports_of_other_programs_are_said() {
    let site = Site::new("reach-held");
    let held = UdpSocket::bind(("0.0.0.0", site.udp)).unwrap();
    let mut listener = site.listen(&["--peers", "1"]);
    let mut second = String::new();
    listener.out.read_line(&mut second).unwrap();
    assert!(second.starts_with(&format!("not listening on {}/udp (", site.udp)), "{second}");
    assert!(second.ends_with("): it cannot be tested\n"), "{second}");
    site.to(&["127.0.0.1"], &[]).expect(4).says(&["not tested: the listener could not use this port", "UNDETERMINED"]);
    assert_eq!(listener.end().0, Some(0));
    drop(held);
    // Nothing is free: there is nothing to wait for.
    let (tcp, udp) =
        (TcpListener::bind(("0.0.0.0", site.tcp)).unwrap(), UdpSocket::bind(("0.0.0.0", site.udp)).unwrap());
    let listener = site.listen(&[]);
    assert!(listener.first.contains("it is tested without proof") || listener.first.contains("it cannot be tested"));
    assert_eq!(listener.end().0, Some(4));
    drop((tcp, udp));
}

#[test]
fn a_listener_ends_in_time_and_on_a_signal() {
    let site = Site::new("reach-ends");
    let started = Instant::now();
    let listener = site.listen(&["--for-time", "500ms", "--peers", "1"]);
    assert_eq!(listener.end(), (Some(4), "the time is over: 0 of 1 hosts have finished\n".to_owned()));
    assert!(started.elapsed() < Duration::from_secs(10));
    let mut listener = site.listen(&[]);
    let pid = i32::try_from(listener.child.id()).unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGINT).unwrap();
    assert_eq!(listener.child.wait().unwrap().code(), Some(130));
    assert!(TcpListener::bind(("0.0.0.0", site.tcp)).is_ok());
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let site = Site::new("reach-refused");
    let token = site.token();
    let to = |further: &[&str]| rampcheck(&[&["reach", "to", "127.0.0.1", "--for", "cometchat"], further].concat());
    to(&[]).refused("--token-file <FILE>");
    to(&["--token", TOKEN, "--token-file", &token]).refused("cannot be used with");
    to(&["--token", "short"]).refused("--token: the token has fewer than 16 characters; make one with");
    to(&["--token-file", "/nonexistent"]).refused("--token-file /nonexistent: No such file");
    let listen = |further: &[&str]| {
        rampcheck(&[&["reach", "listen", "--for", "cometchat", "--token-file", &token], further].concat())
    };
    listen(&["--for-time", "61s"]).refused("`61s` is more than a minute");
    listen(&["--bind", "somewhere"]).refused("invalid IP address");
    rampcheck(&["reach", "to", "a b", "--for", "cometchat", "--token", TOKEN]).refused("`a b` is not a host name");
    Check::of("cometchat").with(&["--reach", "a"]).run().refused("--reach-token-file <FILE>");
    let nodes = ["--reach", "a", "--reach-token-file", &token];
    Check::of("cometchat").with(&nodes).on("ubuntu-22.04").run().refused("--reach cannot be used with --host");
    let facts = site
        .folder
        .write("facts.json", rampcheck(&["facts", "--host", &recorded("ubuntu-22.04"), "--format", "json"]).stdout);
    Check::of("cometchat").with(&nodes).with(&["--facts", &facts]).run().refused("cannot be used with");
    Check::of("cometchat").with(&nodes).with(&["--wait", "1m"]).run().refused("--wait cannot be used with --reach");
}

#[test]
fn wrong_ports_of_a_pack_are_said() {
    let site = Site::new("reach-pack");
    let pack = |ports: &str| {
        site.folder.write("thing/pack.toml", format!("{PACK}{ports}{SOURCE}"));
        rampcheck(&["packs", "validate", &site.pack()])
    };
    pack(&node_port(7, "tcp", "x")).expect(0);
    let twice = node_port(7, "tcp", "x") + &node_port(7, "udp", "x") + &node_port(7, "tcp", "y");
    pack(&twice).refused("the port 7/tcp stands twice");
    pack(&node_port(0, "tcp", "x")).refused("`0` is not a port: 1 to 65535");
    pack(&node_port(7, "sctp", "x")).refused("`sctp` is not one of tcp, udp");
    pack(&node_port(7, "tcp", "x").replace("docs", "nowhere")).refused("nowhere");
    pack(&(1..=17).map(|port| node_port(port, "tcp", "x")).collect::<String>()).refused("at most 16");
}
