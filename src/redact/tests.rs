use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::facts::catalogue::CATALOGUE;
use crate::facts::{Fact, Kind, Why};

const PUBLIC: [&str; 4] = ["docker.io", "registry.rocket.chat", "cloud.rocket.chat", "rocketchat/rocket.chat"];

impl Redactor {
    /// Redacts a host as it was read.
    fn redact_read(&mut self, facts: &mut Facts, others: &mut [(Privacy, &mut String)]) -> Result<(), RedactError> {
        self.redact(Redaction::None, facts, others).map(|_| ())
    }
}

/// A customer's host, with its names in every place where a probe can put them.
fn planted(host: &str, domain: &str, user: &str, ip: &str, mac: &str) -> Facts {
    let full = if domain.is_empty() { host.to_owned() } else { format!("{host}.{domain}") };
    let (doubled, dashed, upper) = (host.replace('-', "--"), ip.replace('.', "-"), full.to_uppercase());
    let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let reason = format!("no answer from {upper} ({ip}:2376, dhcp-{dashed}.{domain}) for {user}@{full}");
    [
        ("host.name", Fact::known(full.clone(), "/proc/sys/kernel/hostname")),
        ("host.id", Fact::known("a1b2c3d4e5f60718", "/etc/machine-id of a1b2c3d4e5f60718")),
        ("host.virtualization", Fact::known("kvm", format!("{full}:{mac}"))),
        ("os.id", Fact::known("ubuntu", "/etc/os-release")),
        ("os.version_id", Fact::known("24.04", "/etc/os-release")),
        ("memory.total", Fact::known(4_024_813_568, "/proc/meminfo")),
        ("docker.engine.version", Fact::known("29.1.3", format!("/home/{user}/docker.sock /info"))),
        ("storage.data.path", Fact::known(format!("/home/{user}/data"), format!("/home/{user}/daemon.json"))),
        ("storage.data.device", Fact::known(format!("nas-7.{domain}:/export/{host}"), "/proc/self/mountinfo")),
        ("storage.root.device", Fact::known(format!("/dev/mapper/{doubled}--vg-root"), "x")),
        ("docker.engine.endpoint", Fact::known(format!("ssh://{user}:secret@build.{domain}:22"), "DOCKER_HOST")),
        ("ports.tcp.443.owner", Fact::known(format!("container {host}_proxy-1"), format!("{mac} on {ip}"))),
        ("ports.tcp.443.addresses", Fact::known(list(&[ip, "127.0.0.1", "::", "2001:db8:7::9"]), "/proc/net/tcp")),
        ("docker.engine.state", Fact::unknown(Why::TimedOut, reason, format!("tcp://{ip}:2376 /version"))),
        ("docker.images", Fact::known(list(&["rocketchat/rocket.chat:8.5", "images.acme.example/mongo:8"]), "x")),
        ("server.url", Fact::known(format!("https://talk.{domain}/team"), "--server")),
    ]
    .map(|(name, fact)| (name.to_owned(), fact))
    .into()
}

fn example() -> Facts {
    planted("chat-2", "acme.example", "alice", "10.20.0.15", "52:54:00:ab:cd:01")
}

fn redactor(level: Redaction) -> Redactor {
    let mut redactor = Redactor::new(level, Names::default());
    redactor.keep(PUBLIC.map(str::to_owned));
    redactor
}

fn redacted(facts: &Facts, level: Redaction) -> Facts {
    let mut facts = facts.clone();
    redactor(level).redact_read(&mut facts, &mut []).unwrap();
    facts
}

/// Every text that redaction may touch.
fn texts(facts: &Facts) -> Vec<String> {
    private_texts(&mut facts.clone(), &mut []).into_iter().map(|text| text.shown.clone()).collect()
}

/// A text in the place of the owner of a port.
fn free(text: &str) -> Facts {
    [("ports.tcp.80.owner".to_owned(), Fact::known(text, ""))].into()
}

fn named(host: &str, text: &str) -> Facts {
    let mut facts = free(text);
    facts.insert("host.name".to_owned(), Fact::known(host, ""));
    facts
}

fn free_text(host: &str, text: &str) -> String {
    redacted(&named(host, text), Redaction::Strict)["ports.tcp.80.owner"].text().unwrap().to_owned()
}

/// Whether a name stands in a text with no letter or digit beside it, outside of what looks like a stand-in.
fn stands(text: &str, name: &str) -> bool {
    let mut text = text.to_lowercase();
    for range in stand_ins(&text.clone()) {
        text.replace_range(range.clone(), &"#".repeat(range.len()));
    }
    let is_beside = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    text.match_indices(name)
        .any(|(at, _)| !is_beside(text[..at].chars().next_back()) && !is_beside(text[at + name.len()..].chars().next()))
}

#[test]
fn the_same_thing_has_the_same_stand_in_wherever_it_stands() {
    insta::assert_snapshot!(texts(&redacted(&example(), Redaction::Strict)).join("\n"), @"
    DOCKER_HOST
    ssh://user-1@host-2:22
    tcp://ip-1:2376 /version
    no answer from host-1 (ip-1:2376, host-3) for user-1@host-1
    /home/user-1/docker.sock /info
    x
    rocketchat/rocket.chat:8.5
    host-4/mongo:8
    /etc/machine-id of id-1
    id-1
    /proc/sys/kernel/hostname
    host-1
    host-1:mac-1
    /proc/meminfo
    /etc/os-release
    /etc/os-release
    /proc/net/tcp
    ip-1
    127.0.0.1
    ::
    ip-2
    mac-1 on ip-1
    container host-1_proxy-1
    --server
    https://host-5/team
    /proc/self/mountinfo
    host-6:/export/host-1
    /home/user-1/daemon.json
    /home/user-1/data
    x
    /dev/mapper/host-1--vg-root
    ");
}

#[test]
fn identifiers_leave_addresses_where_they_are() {
    let text = texts(&redacted(&example(), Redaction::Identifiers)).join("\n");
    assert!(text.contains("10.20.0.15") && text.contains("2001:db8:7::9"), "{text}");
    assert!(!text.contains("10-20-0-15") && !text.contains("52:54:00") && !text.contains("secret"), "{text}");
}

#[test]
fn a_name_goes_however_common_a_word_it_is() {
    for host in [
        "nomad",
        "dark",
        "center",
        "web",
        "docker",
        "data",
        "host",
        "db1",
        "proc",
        "home",
        "container",
        "run",
        "user",
        "mac-1",
        "chat",
        "root",
        "zürich",
        "supported",
        "x86",
        "443",
    ] {
        for domain in ["", "acme.example"] {
            let facts = planted(host, domain, "alice", "10.20.0.15", "52:54:00:ab:cd:01");
            let out = redacted(&facts, Redaction::Strict);
            let text = texts(&out).join("\n").replace("rocketchat/rocket.chat", "");
            assert!(!stands(&text, host), "{host} in {text}");
            assert_eq!(out["host.name"].text(), Some("host-1"), "{host}");
            for name in ["os.id", "os.version_id", "memory.total", "docker.engine.version", "host.virtualization"] {
                assert_eq!(out[name].state, facts[name].state, "{host} {name}");
            }
        }
    }
    assert_eq!(free_text("nomad", "container nomad, nomads; NOMAD_1"), "container host-1, nomads; host-1_1");
    assert_eq!(free_text("db", "container db, my-db-1, db:5432"), "container host-1, my-db-1, host-1:5432");
    assert_eq!(free_text("docker.lan", "/run/docker.sock dockerd"), "/run/host-1.sock dockerd");
}

/// Whatever fact holds it, in its value, in its place and in why it is unknown, and whatever text of a plan.
#[test]
fn a_name_that_is_a_word_goes_from_every_fact_and_text() {
    use Privacy::{Address, FreeText, HostName, Image, MachineId, Path, UserName};
    for host in ["memory", "docker", "web", "center", "version", "host", "unknown"] {
        let full = format!("{host}.acme.example");
        let forms =
            [host.to_owned(), full.clone(), format!("/srv/{host}/x"), format!("{host}:/x on https://{full}:1/{host}")];
        for text in &forms {
            let mut facts: Facts = [("host.name".to_owned(), Fact::known(full.clone(), ""))].into();
            for row in CATALOGUE.iter().filter(|row| row.name != "host.name") {
                let name = row.with("443");
                let fact = match row.kind {
                    _ if row.privacy == Privacy::Nothing => Fact::known("x", text.clone()),
                    Kind::List => Fact::known(vec![text.clone(), "x".to_owned()], text.clone()),
                    _ => Fact::known(text.clone(), text.clone()),
                };
                facts.insert(name, fact);
            }
            let mut unknown = facts.clone();
            unknown.retain(|name, _| name != "host.name");
            for fact in unknown.values_mut() {
                *fact = Fact::unknown(Why::Unreadable, text.clone(), text.clone());
            }
            unknown.insert("host.name".to_owned(), Fact::known(full.clone(), ""));
            for facts in [facts, unknown] {
                let holds = [HostName, UserName, MachineId, Path, Address, Image, FreeText];
                let mut others = holds.map(|_| text.clone());
                let mut facts = facts;
                let mut pairs: Vec<_> = holds.into_iter().zip(&mut others).collect();
                redactor(Redaction::Identifiers).redact_read(&mut facts, &mut pairs).unwrap();
                for left in texts(&facts).iter().chain(&others) {
                    assert!(!stands(left, host), "{host} in `{left}`, which was `{text}`");
                }
            }
        }
    }
}

#[test]
fn what_is_nobodys_and_what_is_public_stays() {
    for (text, wanted) in [
        ("https://cloud.rocket.chat/x docker.io/library/mongo", "https://cloud.rocket.chat/x docker.io/library/mongo"),
        ("https://cloud.rocket.chat.evil.example/", "https://host-2/"),
        (
            "127.0.0.1:80 [::1]:80 0.0.0.0 255.255.0.0 localhost:80",
            "127.0.0.1:80 [::1]:80 0.0.0.0 255.255.0.0 localhost:80",
        ),
        ("root on /home/root/x", "root on /home/root/x"),
        ("root: http://root:pw@10.0.0.5", "root: http://user-1@ip-1"),
    ] {
        assert_eq!(free_text("rocket.chat", text), wanted);
    }
    for name in ["localhost", "localhost.localdomain", "(none)", "-"] {
        assert_eq!(redacted(&named(name, name), Redaction::Strict), named(name, name), "{name}");
    }
    let mut facts = named("rocketchat", "x");
    let images = ["rocketchat/rocket.chat:8.5", "registry.rocket.chat/rocketchat/rocket.chat:8.5", "rocketchat/x"];
    facts.insert("docker.images".to_owned(), Fact::known(images.map(str::to_owned).to_vec(), ""));
    let Some(Value::List(out)) = redacted(&facts, Redaction::Strict)["docker.images"].value().cloned() else {
        panic!()
    };
    assert_eq!(out, [images[0], "registry.rocket.chat/host-1/rocket.chat:8.5", "host-1/x"]);
}

#[test]
fn other_texts_are_redacted_by_what_they_can_hold() {
    let mut texts = ["chat-2.acme.example", "Alice", "approved by alice for chat-2", "/home/bob/chat-2", "chat-2"]
        .map(str::to_owned);
    let holds = [Privacy::HostName, Privacy::UserName, Privacy::FreeText, Privacy::Path, Privacy::Nothing];
    let mut others: Vec<_> = holds.into_iter().zip(&mut texts).collect();
    let mut redactor = redactor(Redaction::Identifiers);
    redactor.redact_read(&mut free("chat-2"), &mut others).unwrap();
    assert_eq!(texts, ["host-1", "user-1", "approved by user-1 for host-1", "/home/user-2/host-1", "chat-2"]);
}

#[test]
fn nothing_is_redacted_unless_it_is_asked_for() {
    assert_eq!(redacted(&example(), Redaction::None), example());
}

#[test]
fn what_is_redacted_stays_as_it_is_and_never_loses_a_level() {
    let facts = example();
    let names = redacted(&facts, Redaction::Identifiers);
    for level in [Redaction::None, Redaction::Identifiers] {
        let mut again = names.clone();
        let now = redactor(level).redact(Redaction::Identifiers, &mut again, &mut []).unwrap();
        assert_eq!((now, again), (Redaction::Identifiers, names.clone()));
    }
    let mut strict = names.clone();
    redactor(Redaction::Strict).redact(Redaction::Identifiers, &mut strict, &mut []).unwrap();
    assert_eq!(strict, redacted(&facts, Redaction::Strict), "in two steps or in one");
    let now = redactor(Redaction::Identifiers).redact(Redaction::Strict, &mut strict, &mut []).unwrap();
    assert_eq!((now, strict), (Redaction::Strict, redacted(&facts, Redaction::Strict)));
    // A new name gets a stand-in that is not there yet.
    let mut note = "for carol@acme.example".to_owned();
    let others = &mut [(Privacy::FreeText, &mut note)];
    redactor(Redaction::None).redact(Redaction::Identifiers, &mut names.clone(), others).unwrap();
    assert_eq!(note, "for user-2@host-7");
}

#[test]
fn a_host_that_is_called_like_a_stand_in_gets_another() {
    let out =
        redacted(&planted("host-1", "acme.example", "user-1", "10.20.0.15", "52:54:00:ab:cd:01"), Redaction::Strict);
    let text = texts(&out).join("\n");
    assert!(!text.contains("user-1") && !text.contains("host-1"), "{text}");
    assert_eq!(out["host.name"].text(), Some("host-2"));
    assert_eq!(free_text("host", "host-1 host"), "host-2-1 host-2");
}

#[test]
fn stand_ins_are_the_same_over_a_fleet_and_from_run_to_run() {
    let (mut first, mut second) = (named("web-1.acme.example", "web-2"), named("web-2.acme.example", "web-1 alice"));
    let mut redactor = redactor(Redaction::Identifiers);
    for facts in [&mut first, &mut second] {
        redactor.redact_read(facts, &mut []).unwrap();
    }
    assert_eq!(
        (texts(&first), texts(&second)),
        (vec!["host-1".into(), "web-2".into()], vec!["host-2".into(), "host-1 alice".into()])
    );
    let file = serde_json::to_string(redactor.names()).unwrap();
    let wanted = r#"{"host":{"web-1":"host-1","web-1.acme.example":"host-1","web-2":"host-2","web-2.acme.example":"host-2"},"domain":{"acme.example":"domain-1"}}"#;
    assert_eq!(file, wanted);
    let mut later = named("web-3", "web-2 Web-1");
    Redactor::new(Redaction::Identifiers, serde_json::from_str(&file).unwrap())
        .redact_read(&mut later, &mut [])
        .unwrap();
    assert_eq!(texts(&later), ["host-3", "host-2 host-1"]);
}

#[test]
fn the_last_pass_sees_what_is_left() {
    let mut redactor = redactor(Redaction::Strict);
    redactor.redact_read(&mut example(), &mut []).unwrap();
    for left in
        ["chat-2", "CHAT-2.acme.example", "acme.example", "x alice y", "10.20.0.15", "chat--2", "52:54:00:ab:cd:01"]
    {
        let text = format!("on {MARK}host-1{MARK}: {left}");
        assert!(redactor.left_in(&text, Redaction::Strict).is_some(), "{left}");
        assert_eq!(redactor.left_in(&format!("on {MARK}{left}{MARK}."), Redaction::Strict), None);
    }
    assert_eq!(redactor.left_in("chat-25, 110.20.0.15, malice", Redaction::Strict), None);
}

/// Redacts a fact three times: the shortest time that it took, and the last text that came out.
fn timed(value: impl Into<Value>) -> (Duration, String) {
    let fact = Fact::known(value, "");
    let runs = [(); 3].map(|()| {
        let mut facts = [("ports.tcp.80.addresses".to_owned(), fact.clone())].into();
        let mut redactor = redactor(Redaction::Strict);
        let start = Instant::now();
        redactor.redact_read(&mut facts, &mut []).unwrap();
        (start.elapsed(), texts(&facts).pop().unwrap())
    });
    runs.into_iter().min().unwrap()
}

#[test]
fn thousands_of_addresses_and_hosts_take_no_time() {
    let addresses: Vec<_> = (0..4000).map(|n| format!("10.1.{}.{}", n / 250, n % 250 + 1)).collect();
    let hosts: Vec<_> = (0..4000).map(|n| format!("chat-{n}:/x")).collect();
    let (a, b, c) = (timed(addresses.join(", ")), timed(hosts.join(" ")), timed(addresses));
    assert!(
        a.1.ends_with(", ip-4000") && b.1.ends_with(" host-4000:/x") && c.1 == "ip-4000",
        "{} {} {}",
        a.1,
        b.1,
        c.1
    );
    let took = [a.0, b.0, c.0];
    assert!(took.iter().all(|took| *took < Duration::from_millis(500)), "{took:?}");
}

/// What a host, a path or a message can be made of.
const PARTS: [&str; 42] = [
    "nomad",
    "Nomad",
    "nomad.acme.example",
    "db.acme.example",
    "acme.example",
    "nomad_1",
    "no--mad",
    "x",
    "é",
    "İ",
    "/home/",
    "/home/alice/x",
    "/run/docker.sock",
    "https://",
    "https://bob:pw@chat.acme.example:8443/x",
    "tcp://10.0.0.5:1",
    "nas:/export",
    "//nas/share",
    "alice@nomad.acme.example",
    "@",
    ":/",
    "//",
    "-",
    ".",
    ",",
    ":",
    "/",
    "%",
    "_",
    "10.0.0.5",
    "[::1]:80",
    "fe80::5%eth0",
    "::ffff:10.0.0.5",
    "52:54:00:ab:cd:01",
    "dhcp-10-0-0-5.lan",
    "host-1",
    "user-1",
    "ip-1",
    "docker.io",
    "\0",
    "a1b2c3d4-0042-3510-8052-b4c04f564332",
    "1",
];

fn joined(by: &'static str) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PARTS[..]), 0..8).prop_map(move |parts| parts.join(by))
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[abé1.:/@ -]{0,30}", joined(""), joined(" ")]
}

/// Facts of any rows with such texts.
fn facts_of(texts: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = Facts> {
    let fact = (0..CATALOGUE.len(), texts.clone(), texts.clone(), 0..3).prop_map(|(row, text, place, form)| {
        let fact = match form {
            0 => Fact::known(text, place),
            1 => Fact::known(vec![text.clone(), place.clone(), text], place),
            _ => Fact::unknown(Why::Unreadable, text, place),
        };
        (CATALOGUE[row].with("443"), fact)
    });
    let host = texts.prop_map(|name| ("host.name".to_owned(), Fact::known(name, "")));
    (prop::collection::vec(fact, 0..12), host).prop_map(|(facts, host)| facts.into_iter().chain([host]).collect())
}

proptest! {
    #[test]
    fn whatever_a_host_says_can_be_redacted(facts in facts_of(any_text().boxed()), strict: bool, received: bool) {
        let level = if strict { Redaction::Strict } else { Redaction::Identifiers };
        let before = if received { Redaction::Identifiers } else { Redaction::None };
        let mut out = facts.clone();
        redactor(level).redact(before, &mut out, &mut []).unwrap();
        for (name, fact) in &facts {
            if lookup(name).is_some_and(|row| row.privacy == Privacy::Nothing) && fact.value().is_some() {
                prop_assert_eq!(&out[name].state, &fact.state);
            }
        }
    }

    #[test]
    fn redacting_twice_changes_nothing(facts in facts_of(joined(" ").boxed()), strict: bool, same: bool) {
        let level = if strict { Redaction::Strict } else { Redaction::Identifiers };
        let mut first = redactor(level);
        let mut once = facts;
        first.redact_read(&mut once, &mut []).unwrap();
        let mut twice = once.clone();
        let mut again = if same { first } else { redactor(level) };
        again.redact(level, &mut twice, &mut []).unwrap();
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn planted_names_never_survive(
        host in "[a-z]{3,9}(-[0-9]{1,3})?",
        domain in "[a-z]{5,10}\\.(example|corp\\.example|io)",
        user in "[a-z]{5,9}x",
        ip in "10\\.[1-9][0-9]?\\.[1-9][0-9]?\\.[1-9][0-9]?",
        mac in "52:54:00(:[0-9a-f]{2}){3}",
        strict: bool,
    ) {
        let level = if strict { Redaction::Strict } else { Redaction::Identifiers };
        let facts = planted(&host, &domain, &user, &ip, &mac);
        let out = redacted(&facts, level);
        let text = texts(&out).join("\n").replace("rocketchat/rocket.chat", "");
        for name in [&host, &domain, &user, &mac, &ip.replace('.', "-")] {
            prop_assert!(!stands(&text, name), "{name} in {text}");
        }
        prop_assert_eq!(!text.contains(&ip), strict);
        for name in ["os.id", "os.version_id", "memory.total", "docker.engine.version"] {
            prop_assert_eq!(&out[name].state, &facts[name].state);
        }
    }
}

/// Forms in which names, addresses and secrets stand in texts, each with what must not be left.
#[test]
fn no_form_of_a_name_or_an_address_is_left() {
    for (text, gone) in [
        ("route to 2001:db8:7:: lost", &["2001:db8"][..]),
        ("[2001:db8:7::9]:2376 and 2001:db8:7::/64", &["2001:db8"]),
        ("alice@nas-7.acme.example:/export", &["alice", "nas-7", "acme"]),
        ("nas-a.acme.example,nas-b.acme.example:/vol", &["nas-a", "nas-b", "acme"]),
        ("mon1.acme.example:6789,mon2.acme.example:6789:/", &["mon1", "mon2", "acme"]),
        ("10.1.2.3:6789,10.1.2.4:6789:/", &["10.1.2"]),
        ("/run/user/alice/docker.sock", &["alice"]),
        ("/media/alice/disk and /home/alice", &["alice"]),
        ("enx525400abcd01 is down", &["525400abcd01"]),
        ("5254.00ab.cd01 and 52-54-00-AB-CD-01", &["5254", "AB-CD"]),
        ("mail to o'brien+ops.chat@acme.example", &["brien", "ops", "acme"]),
        ("ip=10.1.2.3:10.1.2.1:10.1.2.254:255.255.255.0:chat-7:eth0:off", &["10.1.2", "chat-7"]),
        ("https://mirror.acme.example/list?token=s3cr3t&x=1", &["s3cr3t", "mirror", "acme"]),
        ("asked db.internal.corp", &["db.internal", "corp"]),
    ] {
        let out = free_text("chat-7", text);
        let left: Vec<_> = gone.iter().filter(|part| out.contains(**part)).collect();
        assert!(left.is_empty(), "{text} became {out}: {left:?} is left");
    }
}
