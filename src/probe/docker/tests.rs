//! The probe over answers of real engines, trimmed to what is read.

use proptest::prelude::*;

use super::*;
use crate::facts::{FactState, Facts, Subject, Value};
use crate::host::Recorded;
use crate::probe::testing::{self, of_image, why};

const SOCKET: &str = "unix:///var/run/docker.sock";

/// Docker 20.10.24 of Debian 12: the platform has no name.
const DEBIAN_VERSION: &str = r#"{"Platform":{"Name":""},"Components":[
    {"Name":"Engine","Version":"20.10.24+dfsg1","Details":{"ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"linux"}},
    {"Name":"containerd","Version":"1.6.20~ds1","Details":{"GitCommit":"1.6.20~ds1-1+deb12u3"}}],
    "Version":"20.10.24+dfsg1","ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"linux","Arch":"amd64"}"#;
/// The same engine as the first manager of a Swarm, on control groups version 1.
const DEBIAN_INFO: &str = r#"{"ID":"KMMR:2PVI","Containers":0,"Driver":"overlay2","CgroupDriver":"cgroupfs",
    "CgroupVersion":"1","OperatingSystem":"Debian GNU/Linux 12 (bookworm)","NCPU":2,"MemTotal":25276502016,
    "DockerRootDir":"/var/lib/docker","ServerVersion":"20.10.24+dfsg1","Swarm":{"NodeID":"dhyq21tg406j",
    "LocalNodeState":"active","ControlAvailable":true,"Error":"","Nodes":4,"Managers":3},
    "SecurityOptions":["name=seccomp,profile=default"],"Warnings":null}"#;
const DEBIAN_CONTAINERS: &str = r#"[
    {"Id":"fad3","Names":["/rc"],"Image":"rocketchat/rocket.chat:7.10.3","Ports":[],"State":"running"},
    {"Id":"fad4","Names":["/rc2"],"Image":"docker.io/rocketchat/rocket.chat:7.9.0","Ports":[]},
    {"Id":"fad5","Names":["/rc3"],"Image":"rocketchat/rocket.chat:7.10.3","Ports":[]},
    {"Id":"fad6","Names":["/db"],"Image":"mongo:7","Ports":[]}]"#;

/// docker-ce 29 on control groups version 2, images in containerd's store, outside a Swarm.
const CE_VERSION: &str = r#"{"Platform":{"Name":"Docker Engine - Community"},"Version":"29.0.2","ApiVersion":"1.52",
    "MinAPIVersion":"1.44","Components":[{"Name":"Engine","Version":"29.0.2"},{"Name":"containerd"}]}"#;
const CE_INFO: &str = r#"{"Driver":"overlayfs","DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]],
    "CgroupDriver":"systemd","CgroupVersion":"2","DockerRootDir":"/var/lib/docker",
    "OperatingSystem":"Ubuntu 24.04.3 LTS",
    "Swarm":{"NodeID":"","LocalNodeState":"inactive","ControlAvailable":false,"Error":"","RemoteManagers":null},
    "SecurityOptions":["name=apparmor","name=seccomp,profile=builtin","name=cgroupns"]}"#;

/// Podman 4.3.1 of Debian 12 behind the Docker socket.
const PODMAN_VERSION: &str = r#"{"Platform":{"Name":"linux/amd64/debian-12"},"Components":[
    {"Name":"Podman Engine","Version":"4.3.1","Details":{"APIVersion":"4.3.1","MinAPIVersion":"4.0.0"}},
    {"Name":"Conmon","Version":"conmon version 2.1.6, commit: unknown"}],"Version":"4.3.1","ApiVersion":"1.41"}"#;
const PODMAN_INFO: &str = r#"{"Driver":"overlay","DriverStatus":[],"CgroupDriver":"cgroupfs","OperatingSystem":"debian",
    "DockerRootDir":"/var/lib/containers/storage","Labels":null,"ServerVersion":"4.3.1","Swarm":{"NodeID":"",
    "LocalNodeState":"inactive","ControlAvailable":false,"Error":"","RemoteManagers":null},
    "SecurityOptions":["name=seccomp,profile=default"],"CgroupVersion":"1","Rootless":false}"#;

/// A recording in which an engine gives these answers.
fn engine(server: &str, version: &str, info: &str, containers: &str) -> String {
    let get = |target: &str, body: &str| {
        format!(
            "[[http]]\nendpoint = '{SOCKET}'\ntarget = '{target}'\nstatus = 200\nheaders = {{ server = '{server}' }}\n\
             body = '''{body}'''\n"
        )
    };
    get("/version", version) + &get("/info", info) + &get("/containers/json", containers)
}

fn probed(host: Recorded, answers: &str) -> Facts {
    let mut questions = of_image("rocketchat/rocket.chat");
    questions.ask(CLIENT_VERSION);
    testing::ask_with(&questions, Subject::Docker, &host.answering(answers).unwrap())
}

fn texts<const N: usize>(facts: &Facts, names: [&str; N]) -> [Option<String>; N] {
    names.map(|name| facts[name].text().map(str::to_owned))
}

fn some<const N: usize>(values: [&str; N]) -> [Option<String>; N] {
    values.map(|value| Some(value.to_owned()))
}

fn is_unknown(facts: &Facts, name: &str, expected: Why) -> bool {
    why(&facts[name]) == Some(expected)
}

#[test]
fn an_engine_of_the_distribution_in_a_swarm() {
    let host = Recorded::default()
        .file("/var/lib/dpkg/info/docker.io.md5sums", "")
        .file("/run/docker/containerd/containerd.pid", "4711")
        .file(
            "/proc/4711/limits",
            "Max processes  unlimited  unlimited  processes\nMax open files  1048576  2097152  files\n",
        )
        .symlink("/var/run", "/run");
    let answers = "tools = { docker = '/usr/bin/docker' }\nprocesses = { 4711 = 'containerd' }\n\
        [[command]]\nrun = '/usr/bin/docker --version'\ncode = 0\nstdout = 'Docker version 28.2.2, build e6534b4'\n"
        .to_owned()
        + &engine("Docker/20.10.24+dfsg1 (linux)", DEBIAN_VERSION, DEBIAN_INFO, DEBIAN_CONTAINERS);
    let facts = probed(host, &answers);
    assert_eq!(
        texts(&facts, [STATE, ENDPOINT, VERSION, FLAVOR, API_VERSION, PACKAGING, CLIENT_VERSION]),
        some(["running", SOCKET, "20.10.24+dfsg1", "docker", "1.41", "distribution", "28.2.2"])
    );
    assert_eq!(
        texts(&facts, [DATA_ROOT, STORAGE_DRIVER, CGROUP_VERSION, SWARM_STATE]),
        some(["/var/lib/docker", "overlay2", "1", "active"])
    );
    assert_eq!(facts[ENDPOINT].place, "the default");
    assert_eq!(facts[ROOTLESS].value(), Some(&Value::Bool(false)));
    assert_eq!(facts[SWARM_CONTROL].value(), Some(&Value::Bool(true)));
    assert_eq!(facts[SWARM_MANAGERS].value(), Some(&Value::Count(3)));
    assert_eq!(facts[SWARM_NODES].value(), Some(&Value::Count(4)));
    assert_eq!(facts[NOFILE].value(), Some(&Value::Count(1_048_576)));
    let images = ["docker.io/rocketchat/rocket.chat:7.9.0", "rocketchat/rocket.chat:7.10.3"].map(str::to_owned);
    assert_eq!(facts[IMAGES].value(), Some(&Value::List(images.into())));
}

#[test]
fn overlay_networks_that_are_not_encrypted() {
    // Of Docker 20.10.24, 26.1.5 and 28.5.2 alike: the ingress is never encrypted, and other networks are of one host.
    let overlay = |name: &str, options: &str| {
        format!(
            r#"{{"Name":"{name}","Scope":"swarm","Driver":"overlay","Ingress":{},
            "Options":{{"com.docker.network.driver.overlay.vxlanid_list":"4097"{options}}}}}"#,
            name == "ingress"
        )
    };
    let local = r#"{"Name":"docker_gwbridge","Scope":"local","Driver":"bridge","Ingress":false,"Options":{}}"#;
    let (ingress, plain) = (overlay("ingress", ""), overlay("plain", ""));
    let (secret, open) = (overlay("secret", r#","encrypted":"""#), overlay("open", r#","encrypted":"false""#));
    let of = |networks: &[&str], state: &str, control: bool| {
        let info = format!(
            r#"{{"Swarm":{{"LocalNodeState":"{state}","ControlAvailable":{control},"Nodes":4,"Managers":3}}}}"#
        );
        let networks = networks.join(",");
        let networks =
            format!("[[http]]\nendpoint = '{SOCKET}'\ntarget = '/networks'\nstatus = 200\nbody = '''[{networks}]'''\n");
        probed(Recorded::default(), &(engine("", CE_VERSION, &info, "[]") + &networks))[UNENCRYPTED].clone()
    };
    let all = [local, &ingress, &plain, &secret, &open];
    for control in [true, false] {
        let listed = Value::List(vec!["open".to_owned(), "plain".to_owned()]);
        assert_eq!(of(&all, "active", control).value(), Some(&listed));
    }
    assert_eq!(of(&[local, &ingress, &secret], "active", true).state, FactState::Absent);
    let worker = of(&[local, &ingress, &secret], "active", false);
    assert_eq!(testing::reason(&worker), "only a manager of the Swarm knows all networks");
    assert_eq!(of(&all, "inactive", false).state, FactState::Absent);
    assert_eq!(why(&of(&all, "locked", false)), Some(Why::NotDetermined));
    assert_eq!(why(&of(&["7"], "active", true)), Some(Why::Unreadable));
}

#[test]
fn an_engine_of_docker_outside_a_swarm() {
    let facts = probed(Recorded::default(), &engine("Docker/29.0.2 (linux)", CE_VERSION, CE_INFO, "[]"));
    assert_eq!(
        texts(&facts, [VERSION, FLAVOR, API_VERSION, PACKAGING, STORAGE_DRIVER, CGROUP_VERSION, SWARM_STATE]),
        some(["29.0.2", "docker", "1.52", "docker-ce", "overlayfs", "2", "inactive"])
    );
    assert_eq!(facts[SWARM_CONTROL].value(), Some(&Value::Bool(false)));
    assert_eq!(facts[SWARM_MANAGERS].state, FactState::Absent);
    assert_eq!(facts[SWARM_NODES].state, FactState::Absent);
    assert_eq!(facts[IMAGES].value(), Some(&Value::List(Vec::new())));
    assert_eq!(facts[CLIENT_VERSION].state, FactState::Absent);
    assert!(is_unknown(&facts, NOFILE, Why::NotDetermined));
}

#[test]
fn whose_package_it_is() {
    let version = |platform: &str| format!(r#"{{"Platform":{{"Name":"{platform}"}},"Version":"26.1.5"}}"#);
    let info = |root: &str, system: &str| format!(r#"{{"DockerRootDir":"{root}","OperatingSystem":"{system}"}}"#);
    let daemon = "tools = { dockerd = '/usr/bin/dockerd' }\n";
    for (tools, platform, root, system, expected) in [
        ("", "Docker Engine - Community", "/var/lib/docker", "Debian GNU/Linux 12", Some("docker-ce")),
        ("", "Docker Desktop 4.30.0 (149282)", "/var/lib/docker", "Docker Desktop", Some("desktop")),
        ("", "", "/var/lib/docker", "Docker Desktop", Some("desktop")),
        ("", "", "/var/snap/docker/common/var-lib-docker", "Ubuntu Core 22", Some("snap")),
        (daemon, "", "/var/lib/docker", "Amazon Linux 2023", Some("distribution")),
        ("tools = { dockerd = '/usr/local/bin/dockerd' }\n", "", "/var/lib/docker", "Gentoo Linux", None),
        ("", "Mirantis Container Runtime", "/var/lib/docker", "Ubuntu 22.04", Some("other")),
    ] {
        let answers =
            tools.to_owned() + &engine("Docker/26.1.5 (linux)", &version(platform), &info(root, system), "[]");
        let facts = probed(Recorded::default(), &answers);
        assert_eq!(facts[PACKAGING].text(), expected, "{platform} {root} {system}");
    }
}

#[test]
fn a_rootless_engine_says_so_and_a_worker_knows_no_numbers() {
    let info = r#"{"Driver":"fuse-overlayfs","CgroupDriver":"none","CgroupVersion":"1",
        "DockerRootDir":"/home/ann/.local/share/docker",
        "SecurityOptions":["name=seccomp,profile=builtin","name=rootless"],
        "Swarm":{"LocalNodeState":"active","ControlAvailable":false}}"#;
    let facts = probed(Recorded::default(), &engine("Docker/26.1.5 (linux)", CE_VERSION, info, "[]"));
    assert_eq!(facts[ROOTLESS].value(), Some(&Value::Bool(true)));
    assert!(
        is_unknown(&facts, SWARM_MANAGERS, Why::NotDetermined) && is_unknown(&facts, SWARM_NODES, Why::NotDetermined)
    );
}

#[test]
fn podman_is_podman_whatever_it_is_called() {
    let answers = "tools = { podman = '/usr/bin/podman' }\n".to_owned()
        + &engine("Libpod/4.3.1 (linux)", PODMAN_VERSION, PODMAN_INFO, "[]");
    let facts = probed(Recorded::default(), &answers);
    assert_eq!(
        texts(&facts, [STATE, VERSION, FLAVOR, PACKAGING, SWARM_STATE]),
        some(["running", "4.3.1", "podman", "distribution", "inactive"])
    );
    assert!(facts[VERSION].place.contains("podman"));

    // What Debian's podman-docker installs, and the link of others.
    let script = "#!/bin/sh\n[ -e /etc/containers/nodocker ] || echo \"Emulate Docker CLI using podman.\" >&2\n\
        exec /usr/bin/podman \"$@\"\n";
    for (host, stdout) in [
        (Recorded::default().file("/usr/bin/docker", script), "podman version 4.3.1"),
        (Recorded::default().symlink("/usr/bin/docker", "/usr/bin/podman"), "docker version 4.3.1"),
    ] {
        let facts = probed(
            host,
            &format!(
                "tools = {{ docker = '/usr/bin/docker' }}\n\
                 command = [{{ run = '/usr/bin/docker --version', code = 0, stdout = '{stdout}' }}]"
            ),
        );
        assert_eq!(texts(&facts, [STATE, FLAVOR, CLIENT_VERSION]), some(["not-installed", "podman", "4.3.1"]));
        assert_eq!((facts[FLAVOR].place.as_str(), &facts[VERSION].state), ("/usr/bin/docker", &FactState::Absent));
    }
}

#[test]
fn zeros_and_missing_members_are_no_facts() {
    // What `docker info` prints without an engine, and an engine that says nothing.
    let zeros =
        r#"{"ID":"","Driver":"","DockerRootDir":"","NCPU":0,"Swarm":{"LocalNodeState":"","ControlAvailable":false}}"#;
    for info in [zeros, "{}"] {
        let facts = probed(Recorded::default(), &engine("Docker/26.1.5 (linux)", "{}", info, "{}"));
        assert_eq!(facts[STATE].text(), Some("running"));
        for name in
            [VERSION, API_VERSION, DATA_ROOT, STORAGE_DRIVER, CGROUP_VERSION, IMAGES, SWARM_STATE, SWARM_CONTROL]
        {
            assert!(why(&facts[name]).is_some(), "{name} of {info}");
        }
    }
}

#[test]
fn an_engine_that_fails_at_info_still_has_its_version() {
    for info in ["[1]", "not JSON", r#""overlay2""#] {
        let facts = probed(Recorded::default(), &engine("Docker/29.0.2 (linux)", CE_VERSION, info, "[]"));
        assert_eq!(
            texts(&facts, [STATE, VERSION, FLAVOR, API_VERSION, PACKAGING]),
            some(["running", "29.0.2", "docker", "1.52", "docker-ce"])
        );
        assert_eq!(facts[VERSION].place, format!("{SOCKET} /version"));
        assert!(is_unknown(&facts, DATA_ROOT, Why::Unreadable), "{info}");
    }
    let too_large = format!("errors = {{ 'get {SOCKET} /info' = 'too-large' }}\n");
    let facts = probed(Recorded::default(), &(too_large + &engine("", CE_VERSION, CE_INFO, "[]")));
    assert_eq!(texts(&facts, [STATE, VERSION]), some(["running", "29.0.2"]));
}

#[test]
fn an_engine_whose_info_says_all_is_asked_nothing_else() {
    let answers = format!(
        "[[http]]\nendpoint = '{SOCKET}'\ntarget = '/info'\nstatus = 200\nbody = '''{DEBIAN_INFO}'''\n\
         headers = {{ server = 'Docker/20.10.24+dfsg1 (linux)', api-version = '1.41' }}\n"
    );
    let facts = probed(Recorded::default(), &answers);
    assert_eq!(facts[PACKAGING].place, "version 20.10.24+dfsg1 of /info");
    let names = [STATE, VERSION, FLAVOR, API_VERSION, PACKAGING];
    assert_eq!(texts(&facts, names), some(["running", "20.10.24+dfsg1", "docker", "1.41", "distribution"]));
    for name in [STATE, VERSION, FLAVOR, API_VERSION] {
        assert_eq!(facts[name].place, format!("{SOCKET} /info"), "{name}");
    }
}

#[test]
fn an_engine_that_is_not_installed() {
    let facts = probed(Recorded::default(), "");
    assert_eq!(facts[STATE].text(), Some("not-installed"));
    for (name, fact) in facts.iter().filter(|(name, _)| ![STATE, ENDPOINT].contains(&name.as_str())) {
        assert_eq!(fact.state, FactState::Absent, "{name}");
    }
}

#[test]
fn an_engine_that_is_stopped_has_the_version_of_its_program() {
    let missing = "";
    let stale = "errors = { 'get unix:///var/run/docker.sock' = 'refused' }\n";
    for trouble in [missing, stale] {
        let facts = probed(
            Recorded::default().file("/var/lib/dpkg/info/docker-ce.md5sums", ""),
            &format!(
                "{trouble}tools = {{ dockerd = '/usr/bin/dockerd' }}\n\
                 command = [{{ run = '/usr/bin/dockerd --version', code = 0, \
                 stdout = 'Docker version 28.2.2, build e6534b4' }}]"
            ),
        );
        assert_eq!(
            texts(&facts, [STATE, VERSION, FLAVOR, PACKAGING]),
            some(["stopped", "28.2.2", "docker", "docker-ce"])
        );
        assert_eq!(facts[VERSION].place, "/usr/bin/dockerd --version");
        assert!(is_unknown(&facts, DATA_ROOT, Why::NotDetermined) && is_unknown(&facts, NOFILE, Why::NotDetermined));
    }
    let no_program = probed(Recorded::default(), stale);
    assert_eq!(no_program[STATE].text(), Some("stopped"));
    assert!(is_unknown(&no_program, VERSION, Why::NotDetermined));
}

#[test]
fn a_stopped_snap_is_not_taken_for_absent() {
    let facts = probed(Recorded::default().file("/snap/docker/current/bin/dockerd", ""), "");
    assert_eq!(texts(&facts, [STATE, PACKAGING]), some(["stopped", "snap"]));
}

#[test]
fn an_engine_that_may_not_be_asked() {
    let host = Recorded::default()
        .file("/etc/group", "docker:x:998:\n")
        .file("/run/docker/containerd/containerd.pid", "4711\n")
        .file("/proc/4711/limits", "Max open files            unlimited            unlimited            files\n");
    let facts = probed(
        host,
        "user = { uid = 1000, groups = [1000] }\n\
         processes = { 4711 = 'containerd' }\n\
         errors = { 'get unix:///var/run/docker.sock' = 'not-permitted' }\n\
         stat.'/var/run/docker.sock' = { kind = 'socket', uid = 0, gid = 998, mode = 432 }",
    );
    assert_eq!(facts[STATE].text(), Some("permission-denied"));
    for name in [VERSION, FLAVOR, DATA_ROOT, IMAGES, SWARM_STATE] {
        assert!(is_unknown(&facts, name, Why::NotPermitted), "{name}");
    }
    let reason = "permission denied on /var/run/docker.sock: root and the group docker may use it; \
        run rampcheck as root or add your user to that group";
    assert_eq!(testing::reason(&facts[VERSION]), reason);
    assert_eq!(facts[NOFILE].value(), Some(&Value::Count(i64::MAX as u64)));
}

#[test]
fn an_engine_that_does_not_answer() {
    let facts = probed(Recorded::default(), "errors = { 'get unix:///var/run/docker.sock' = 'timed-out' }");
    assert_eq!(facts[STATE].text(), Some("hung"));
    for name in [VERSION, FLAVOR, DATA_ROOT, IMAGES] {
        assert!(is_unknown(&facts, name, Why::TimedOut), "{name}");
    }
}

#[test]
fn other_trouble_leaves_the_state_open() {
    let failed = "errors = { 'get unix:///var/run/docker.sock' = { failed = 'connection reset by peer' } }";
    let status = format!("http = [{{ endpoint = '{SOCKET}', target = '/info', status = 503 }}]");
    let no_json = format!("http = [{{ endpoint = '{SOCKET}', target = '/info', status = 200, body = '<html>' }}]");
    for answers in [failed, &status, &no_json] {
        let facts = probed(Recorded::default(), answers);
        assert!(is_unknown(&facts, STATE, Why::Unreadable), "{answers}");
    }
}

#[test]
fn an_engine_elsewhere_is_not_asked() {
    let facts = probed(Recorded::default(), "variables = { DOCKER_HOST = 'tcp://192.0.2.7:2376' }");
    for (name, fact) in facts.iter().filter(|(name, _)| name.as_str() != CLIENT_VERSION) {
        assert_eq!(why(fact), Some(Why::NotAsked), "{name}");
        assert!(testing::reason(fact).starts_with("DOCKER_HOST=tcp://192.0.2.7 is another machine"), "{name}");
    }
}

#[test]
fn a_stale_pid_file_names_nobody() {
    let host = Recorded::default()
        .file("/run/docker/containerd/containerd.pid", "4711")
        .file("/proc/4711/limits", "Max open files            1024                 1024                 files\n");
    let answers = "processes = { 4711 = 'cron' }\n".to_owned() + &engine("", CE_VERSION, CE_INFO, "[]");
    assert!(is_unknown(&probed(host, &answers), NOFILE, Why::NotDetermined));
}

#[test]
fn without_a_question_no_image_is_looked_for_and_no_command_run() {
    let command = "tools = { docker = '/usr/bin/docker' }\nerrors = { 'run /usr/bin/docker --version' = 'hangs' }\n";
    let answers = command.to_owned() + &engine("", CE_VERSION, CE_INFO, DEBIAN_CONTAINERS);
    let facts = testing::ask(Subject::Docker, &Recorded::default().answering(&answers).unwrap());
    assert_eq!(facts[VERSION].text(), Some("29.0.2"));
    assert!(is_unknown(&facts, IMAGES, Why::NotAsked) && !facts.contains_key(CLIENT_VERSION));

    let facts = testing::ask(Subject::Docker, &Recorded::default().answering(command).unwrap());
    assert_eq!((facts[STATE].text(), facts.contains_key(CLIENT_VERSION)), (Some("not-installed"), false));
}

#[test]
fn a_container_whose_tag_has_moved_is_asked_for_its_image() {
    let listed = r#"[{"Id":"fad3","Names":["/rc"],"Image":"sha256:db86b52fad17"},{"Id":"fad6","Image":"mongo:7"}]"#;
    let base = || engine("Docker/29.0.2 (linux)", CE_VERSION, CE_INFO, listed);
    let inspected =
        |body: &str| format!("[[http]]\nendpoint = '{SOCKET}'\ntarget = '/containers/fad3/json'\nbody = '{body}'\n");
    let images = |answers: &str| probed(Recorded::default(), &(base() + answers))[IMAGES].clone();
    let official = images(&inspected(r#"{"Config":{"Image":"rocketchat/rocket.chat:7.10.3"}}"#));
    assert_eq!(official.value(), Some(&Value::List(vec!["rocketchat/rocket.chat:7.10.3".to_owned()])));
    let other = images(&inspected(r#"{"Config":{"Image":"redis:7"}}"#));
    assert_eq!(other.value(), Some(&Value::List(Vec::new())), "none of them runs");
    assert_eq!(why(&images("")), Some(Why::NotAsked), "it cannot be asked");
    for nameless in [r#"{"Config":{"Image":"db86b52fad17"}}"#, r#"{"Config":7}"#, "[]"] {
        assert_eq!(why(&images(&inspected(nameless))), Some(Why::Unreadable), "{nameless}");
    }
    let many = format!("[{}]", vec![r#"{"Id":"fad3","Image":"sha256:db86b52fad17"}"#; 33].join(","));
    let many = engine("Docker/29.0.2 (linux)", CE_VERSION, CE_INFO, &many);
    let answers = many + &inspected(r#"{"Config":{"Image":"redis:7"}}"#);
    let images = &probed(Recorded::default(), &answers)[IMAGES];
    assert!(testing::reason(images).ends_with("more than 32 images have no name"), "{images:?}");
}

/// Running containers: id, name of the first process, members of HostConfig, soft limit.
fn containers(containers: &[(&str, &str, &str, u64)]) -> Facts {
    let listed: Vec<_> =
        containers.iter().map(|(id, ..)| format!(r#"{{"Id":"{id}","Names":["/{id}"],"Image":"x"}}"#)).collect();
    let mut answers = String::from("[processes]\n");
    let mut host = Recorded::default().file("/etc/docker/daemon.json", r#"{"default-ulimits":{"nofile":{"Soft":77}}}"#);
    for (pid, (_, process, ..)) in (100..).zip(containers) {
        answers += &format!("{pid} = '{process}'\n");
    }
    answers += &engine("Docker/29.0.2 (linux)", CE_VERSION, CE_INFO, &format!("[{}]", listed.join(",")));
    for (pid, (id, _, config, soft)) in (100..).zip(containers) {
        answers += &format!(
            "[[http]]\nendpoint = '{SOCKET}'\ntarget = '/containers/{id}/json'\n\
             body = '{{\"State\":{{\"Pid\":{pid}}},\"HostConfig\":{{{config}}}}}'\n"
        );
        host = host
            .file(
                &format!("/proc/{pid}/cgroup"),
                format!("0::/system.slice/docker-{}.scope\n", id.trim_start_matches('f')),
            )
            .file(&format!("/proc/{pid}/limits"), format!("Max open files  {soft}  1048576  files\n"));
    }
    probed(host, &answers)
}

#[test]
fn running_containers_show_the_limit_that_holds() {
    const OWN: &str = r#""Ulimits":[{"Name":"nofile","Soft":64000,"Hard":64000}]"#;
    let count = |count: u64| Some(Value::Count(count));
    for (running, usual, mongodb) in [
        (&[][..], count(77), None),
        (&[("a1", "node", "", 1024), ("a2", "nginx", "", 4096)], count(1024), None),
        (&[("a1", "node", "", 1024), ("a2", "mongod", OWN, 64_000)], count(1024), count(64_000)),
        (&[("a1", "node", OWN, 500_000), ("a2", "mongod", OWN, 64_000)], count(64_000), count(64_000)),
        // The process id is not that of the container: its control group is another's.
        (&[("ff", "mongod", "", 1024)], count(77), None),
    ] {
        let facts = containers(running);
        assert_eq!(facts[NOFILE].value(), usual.as_ref(), "{running:?}");
        assert_eq!(facts[MONGODB_NOFILE].value(), mongodb.as_ref(), "{running:?}");
        let is_partly = running.iter().any(|(id, ..)| *id == "ff");
        assert_eq!(why(&facts[MONGODB_NOFILE]).is_some(), is_partly, "{running:?}");
    }
    assert_eq!(containers(&[("a1", "node", "", 1024)])[NOFILE].place, "/proc/100/limits of container a1");
}

#[test]
fn clients_as_they_name_themselves() {
    for (text, version) in [
        ("Docker version 28.2.2, build e6534b4\n", "28.2.2"),
        ("Docker version 20.10.24+dfsg1, build 297e128\n", "20.10.24+dfsg1"),
        ("podman version 4.3.1\n", "4.3.1"),
        ("docker version 4.3.1\n", "4.3.1"),
    ] {
        assert_eq!(parse_client(text).as_deref(), Some(version), "{text}");
    }
    assert_eq!(parse_client("Docker version unknown-version"), None);
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>()) {
        let _ = parse_client(&text);
    }
}
