//! The containers of real engines (Docker 20.10.24, 26.1.5 and 28.5.2, Podman 4.3.1), trimmed to what is read and what must not be.

use super::*;
use crate::facts::{Application, FactState, Facts, Subject, Value};
use crate::host::Recorded;
use crate::probe::essence;
use crate::probe::testing::{self, reason, why};

const SOCKET: &str = "unix:///var/run/docker.sock";

/// Of Docker 26.1.5 and 28.5.2: the tag of the chat's image has moved, so that the list shows an id.
const CONTAINERS: &str = r#"[
    {"Id":"1cbc","Names":["/crash"],"Image":"mongo:8.0","Command":"mongod","Labels":{},"State":"restarting","Ports":[]},
    {"Id":"9170","Names":["/db"],"Image":"mongo:8.0","Labels":{},"State":"running","Ports":[
        {"IP":"0.0.0.0","PrivatePort":27017,"PublicPort":27017,"Type":"tcp"},
        {"IP":"::","PrivatePort":27017,"PublicPort":27017,"Type":"tcp"}]},
    {"Id":"7783","Names":["/chat"],"Image":"sha256:9e1b326a5c5c","Labels":{"secret":"s3cret"},"State":"running","Ports":[
        {"IP":"0.0.0.0","PrivatePort":3000,"PublicPort":3000,"Type":"tcp"},
        {"IP":"127.0.0.1","PrivatePort":9458,"PublicPort":9458,"Type":"tcp"}]},
    {"Id":"aaaa","Names":["/graphs"],"Image":"grafana/grafana:12.2","Labels":{},"State":"running","Ports":[]},
    {"Id":"bbbb","Names":["/other"],"Image":"redis:7","Labels":{},"State":"running","Ports":[]}]"#;
const CRASH: &str = r#"{"Name":"/crash","Path":"docker-entrypoint.sh","Args":["mongod","--keyFile","/s3cret","--replSet","rs0"],
    "State":{"Status":"restarting","Restarting":true,"Pid":0,"ExitCode":1},
    "HostConfig":{"RestartPolicy":{"Name":"always","MaximumRetryCount":0},"Memory":0,
    "LogConfig":{"Type":"json-file","Config":{}}},"Mounts":[],"Config":{"Image":"mongo:8.0","Env":["A=s3cret"]}}"#;
const DB: &str = r#"{"Name":"/db","Path":"docker-entrypoint.sh","Args":["mongod","--oplogSize","128"],
    "State":{"Status":"running","Restarting":false,"Pid":14004},
    "HostConfig":{"RestartPolicy":{"Name":"no","MaximumRetryCount":0},"Memory":0,"Binds":["/s3cret:/y"],
    "LogConfig":{"Type":"json-file","Config":{}}},"Mounts":[{"Type":"bind","Source":"/s3cret","Destination":"/y"}],
    "Config":{"Image":"mongo:8.0","Env":["MONGO_INITDB_ROOT_PASSWORD=s3cret"]}}"#;
const CHAT: &str = r#"{"Name":"/chat","Path":"docker-entrypoint.sh","Args":["node","main.js","--token=s3cret"],
    "State":{"Status":"running","Restarting":false,"Pid":13626,"Health":{"Status":"unhealthy","FailingStreak":11,
    "Log":[{"ExitCode":1,"Output":"s3cret"}]}},
    "HostConfig":{"RestartPolicy":{"Name":"unless-stopped","MaximumRetryCount":0},"Memory":67108864,
    "LogConfig":{"Type":"json-file","Config":{"max-size":"10m","labels":"s3cret"}}},
    "Mounts":[{"Type":"volume","Name":"uploads","Source":"/var/lib/docker/volumes/uploads/_data","Destination":"/app/uploads",
    "Driver":"local","Mode":"z","RW":true,"Propagation":""},{"Type":"bind","Source":"/s3cret","Destination":"/y"}],
    "Config":{"Image":"rocketchat/rocket.chat:8.5.1","Labels":{"secret":"s3cret"},"Env":["SECRET=s3cret",
    "MONGO_URL=mongodb://u:s3cret@db:27017/chat?replicaSet=rs0&password=s3cret","BYPASS_MONGO_VALIDATION=true",
    "ROOT_URL=https://chat.example.com","NODE_VERSION=22"]}}"#;
const GRAPHS: &str = r#"{"State":{"Pid":7},"HostConfig":{"RestartPolicy":{"Name":"always"},"LogConfig":{"Type":"local","Config":{}}},
    "Config":{"Image":"grafana/grafana:12.2","Env":["GF_SECURITY_ADMIN_PASSWORD=s3cret"]}}"#;
const UPLOADS: &str =
    r#"{"Driver":"local","Mountpoint":"/var/lib/docker/volumes/uploads/_data","Name":"uploads","Options":null}"#;

fn questions() -> Questions {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let application = Application {
        images: set(&["rocketchat/rocket.chat"]),
        microservices: set(&["rocketchat/presence-service"]),
        mongodb_images: set(&["mongo"]),
        monitoring: set(&["grafana/grafana"]),
        needs: set(&["MONGO_URL", "ROOT_URL"]),
        shortcuts: set(&["BYPASS_MONGO_VALIDATION"]),
        private_ports: [27017].into(),
        metrics_ports: [9458].into(),
        uploads: set(&["/app/uploads"]),
        mongodb_addresses: set(&["MONGO_URL"]),
        ..Application::default()
    };
    Questions { applications: vec![application], ..Questions::default() }
}

/// A recording in which an engine gives these answers.
fn engine(answers: &[(&str, &str)]) -> Recorded {
    let get = |(target, body): &(&str, &str)| {
        format!("[[http]]\nendpoint = '{SOCKET}'\ntarget = '{target}'\nstatus = 200\nbody = '''{body}'''\n")
    };
    Recorded::default().answering(&answers.iter().map(get).collect::<String>()).unwrap()
}

fn compose() -> Vec<(&'static str, &'static str)> {
    vec![
        ("/containers/json", CONTAINERS),
        ("/containers/1cbc/json", CRASH),
        ("/containers/9170/json", DB),
        ("/containers/7783/json", CHAT),
        ("/containers/aaaa/json", GRAPHS),
        ("/volumes/uploads", UPLOADS),
    ]
}

fn facts(host: &Recorded) -> Facts {
    testing::ask_with(&questions(), Subject::Deployment, host)
}

/// A list of excerpts, a line each.
fn lines(facts: &Facts, name: &str) -> Vec<String> {
    match facts[&format!("deployment.{name}")].value() {
        Some(Value::Excerpts(excerpts)) => excerpts.iter().map(ToString::to_string).collect(),
        Some(value) => vec![format!("{value:?}")],
        None => Vec::new(),
    }
}

fn is_absent(facts: &Facts, name: &str) -> bool {
    facts[&format!("deployment.{name}")].state == FactState::Absent
}

#[test]
fn containers_are_the_services_of_a_deployment() {
    let facts = facts(&engine(&compose()));
    assert_eq!(facts["deployment.from"].text(), Some("containers"));
    assert_eq!(facts["deployment.release"].text(), Some("8.5.1"));
    for (name, expected) in [
        ("services", &["container chat: Image: rocketchat/rocket.chat:8.5.1"][..]),
        ("instances", &["Count(1)"]),
        ("memory_limit", &["Count(67108864)"]),
        ("monitoring", &["Bool(true)"]),
        ("shortcuts", &["container chat: BYPASS_MONGO_VALIDATION=true"]),
        ("standalone_mongodb", &["container db: Command: mongod"]),
        ("public_backends", &["container db: 0.0.0.0:27017 -> 27017/tcp"]),
        ("local_uploads", &["container chat: volume uploads -> /app/uploads"]),
        ("unhealthy", &["container crash: State: restarting", "container chat: Health: unhealthy"]),
        (
            "logs_unbounded",
            &[
                "container crash: LogConfig: json-file without max-size",
                "container db: LogConfig: json-file without max-size",
            ],
        ),
    ] {
        assert_eq!(lines(&facts, name), expected, "{name}");
    }
    for name in ["unpinned", "unofficial", "no_restart", "public_metrics", "variables_missing", "microservices"] {
        assert!(is_absent(&facts, name), "{name}: {:?}", facts[&format!("deployment.{name}")]);
    }
    assert!(!format!("{facts:?}").contains("s3cret"), "{facts:?}");
}

#[test]
fn a_recording_of_it_has_no_secrets_and_says_the_same() {
    let answers = compose();
    let kept: Vec<(&str, String)> = answers
        .iter()
        .map(|(target, body)| {
            let question = format!("get {SOCKET} {target}");
            (*target, essence(&question, (*body).to_owned(), &questions()))
        })
        .collect();
    assert!(kept.iter().all(|(_, body)| !body.contains("s3cret")), "{kept:?}");
    let kept: Vec<_> = kept.iter().map(|(target, body)| (*target, body.as_str())).collect();
    assert_eq!(facts(&engine(&kept)), facts(&engine(&answers)));
}

/// Of Docker 20.10.24, whose tasks of a Swarm have no restart policy. The services are cut to what is read.
#[test]
fn services_of_a_swarm_have_replicas() {
    let task = |id: &str, service: &str| {
        format!(
            r#"{{"Id":"{id}","Names":["/chat.{id}"],"Image":"rocketchat/rocket.chat:8.5.1@sha256:00","Ports":[],
            "Labels":{{"com.docker.swarm.service.id":"{service}","com.docker.swarm.task":""}}}}"#
        )
    };
    let containers = format!("[{},{},{}]", task("1a", "mn6t"), task("2b", "mn6t"), task("3c", "pswj"));
    let inspected = r#"{"Path":"x","State":{"Pid":22855},"HostConfig":{"RestartPolicy":{"Name":"","MaximumRetryCount":0},
        "LogConfig":{"Type":"json-file","Config":{}}},"Config":{"Image":"rocketchat/rocket.chat:8.5.1@sha256:00",
        "Env":["MONGO_URL=mongodb://db/?replicaSet=a","ROOT_URL=https://a"]}}"#;
    let services = r#"[{"ID":"mn6t","Spec":{"Name":"chat","TaskTemplate":{"ContainerSpec":{"Env":["A=s3cret"]}},
        "Mode":{"Replicated":{"Replicas":2}}},"Endpoint":{"Ports":[{"Protocol":"tcp","TargetPort":9458,"PublishedPort":9458,
        "PublishMode":"ingress"},{"Protocol":"tcp","TargetPort":27017,"PublishedPort":27017,"PublishMode":"host"}]}},
        {"ID":"pswj","Spec":{"Name":"more","TaskTemplate":{"RestartPolicy":{"Condition":"none"}},
        "Mode":{"Replicated":{"Replicas":1}}}}]"#;
    let one = |id: &str| format!("/containers/{id}/json");
    let (a, b, c) = (one("1a"), one("2b"), one("3c"));
    let tasks = [("/containers/json", containers.as_str()), (&a, inspected), (&b, inspected), (&c, inspected)];
    let manager = facts(&engine(&[&tasks[..], &[("/services", services)]].concat()));
    assert_eq!(lines(&manager, "instances"), ["Count(3)"], "each service counts once");
    assert_eq!(lines(&manager, "no_restart"), ["container chat.3c: RestartPolicy: no"]);
    assert_eq!(lines(&manager, "public_metrics"), ["container chat.1a: ingress: 9458 -> 9458/tcp"]);
    assert_eq!(lines(&manager, "logs_unbounded").len(), 3);
    let worker = facts(&engine(&tasks));
    for name in ["deployment.instances", "deployment.no_restart"] {
        assert_eq!(reason(&worker[name]), "only a manager of the Swarm knows it", "{name}");
    }
    let kept = essence(&format!("get {SOCKET} /services"), services.to_owned(), &questions());
    assert!(!kept.contains("s3cret"), "{kept}");
    assert_eq!(facts(&engine(&[&tasks[..], &[("/services", kept.as_str())]].concat())), manager);
}

/// Podman says json-file and null whatever the driver is, and nothing for no restart policy.
#[test]
fn podman_does_not_say_how_logs_are_kept() {
    let inspected = |labels: &str| {
        let list = format!(
            r#"[{{"Id":"f88d","Names":["/chat"],"Image":"docker.io/rocketchat/rocket.chat:8.5.1","Labels":{{{labels}}},"Ports":[
            {{"IP":"","PrivatePort":9458,"PublicPort":9458,"Type":"tcp"}}]}}]"#
        );
        let inspected = r#"{"Path":"/bin/sleep","Args":["1000"],"State":{"Restarting":false,"Pid":9,"Health":{"Status":"",
            "FailingStreak":0,"Log":null}},"HostConfig":{"RestartPolicy":{"Name":"","MaximumRetryCount":0},"Memory":0,
            "LogConfig":{"Type":"json-file","Config":null}},"Mounts":[{"Type":"bind","Source":"/srv","Destination":"/app/uploads",
            "Mode":"","RW":true,"Propagation":"rprivate"}],"Config":{"Image":"docker.io/rocketchat/rocket.chat:8.5.1",
            "Env":["container=podman"]}}"#;
        let host = engine(&[("/containers/json", list.as_str()), ("/containers/f88d/json", inspected)]);
        host.file("/proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / /nfs rw - nfs4 nas:/x rw\n")
    };
    let alone = facts(&inspected(""));
    assert_eq!(
        reason(&alone["deployment.logs_unbounded"]),
        "the engine does not say how the output of containers is kept"
    );
    assert_eq!(lines(&alone, "no_restart"), ["container chat: RestartPolicy: no"]);
    assert_eq!(lines(&alone, "local_uploads"), ["container chat: bind /srv -> /app/uploads"]);
    assert_eq!(lines(&alone, "public_metrics"), ["container chat: 0.0.0.0:9458 -> 9458/tcp"]);
    assert_eq!(lines(&alone, "variables_missing").len(), 2);
    assert!(is_absent(&alone, "unhealthy") && is_absent(&alone, "memory_limit"));
    let of_systemd = facts(&inspected(r#""PODMAN_SYSTEMD_UNIT":"chat.service""#));
    assert_eq!(reason(&of_systemd["deployment.no_restart"]), "a unit of systemd decides when it is started again");
}

#[test]
fn uploads_on_another_machine_are_not_local() {
    let of = |mount: &str, volume: &str| {
        let inspected = CHAT
            .replace(r#""Type":"volume","Name":"uploads","Source":"/var/lib/docker/volumes/uploads/_data","#, mount);
        let mut answers = compose();
        answers.retain(|(target, _)| *target != "/volumes/uploads" && *target != "/containers/7783/json");
        let host =
            engine(&[&answers[..], &[("/containers/7783/json", &inspected), ("/volumes/uploads", volume)]].concat());
        let mounts = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / /nfs rw - nfs4 nas:/x rw\n";
        facts(&host.file("/proc/self/mountinfo", mounts))["deployment.local_uploads"].clone()
    };
    let volume = r#""Type":"volume","Name":"uploads","#;
    for (mount, options, is_local) in [
        (volume, r#"{"Options":null}"#, Some(true)),
        (volume, r#"{"Options":{"type":"none","o":"bind","device":"/srv"}}"#, Some(true)),
        (volume, r#"{"Options":{"type":"nfs","o":"addr=10.0.0.1,s3cret","device":":/x"}}"#, Some(false)),
        (volume, "[]", None),
        (r#""Type":"volume","Name":"../x","#, "{}", None),
        (r#""Type":"bind","Source":"/srv/uploads","#, "{}", Some(true)),
        (r#""Type":"bind","Source":"/nfs/uploads","#, "{}", Some(false)),
    ] {
        let fact = of(mount, options);
        let found = match fact.state {
            FactState::Known(_) => Some(true),
            FactState::Absent => Some(false),
            FactState::Unknown { .. } => None,
        };
        assert_eq!(found, is_local, "{mount} {options}: {fact:?}");
    }
}

#[test]
fn metrics_are_offered_where_their_port_listens() {
    const HEADER: &str =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    let sockets = |addresses: &[&str]| {
        let line = |address: &&str| format!(" 0: {address} 00000000:0000 0A 0:0 00:0 0 0 0 1\n");
        HEADER.to_owned() + &addresses.iter().map(line).collect::<String>()
    };
    // Ports 3000 and 9458; the other ones are of Docker's name server, on loopback, and of nobody known.
    let (app, metrics, names, other) = ("00000000:0BB8", "00000000:24F2", "0B00007F:9C40", "00000000:9C41");
    for (addresses, expected) in [
        (Some(&[app, metrics, names][..]), Some(true)),
        (Some(&[app, names]), Some(false)),
        (Some(&[]), Some(false)),
        (Some(&[app, other]), None),
        (None, None),
    ] {
        let mut host = engine(&compose()).file("/proc/13626/cgroup", "0::/system.slice/docker-7783.scope\n");
        if let Some(addresses) = addresses {
            host = host.file("/proc/13626/net/tcp", sockets(addresses));
        }
        let fact = facts(&host)["deployment.metrics"].clone();
        assert_eq!(fact.value(), expected.map(Value::Bool).as_ref(), "{addresses:?}: {fact:?}");
        assert_eq!(why(&fact).is_some(), expected.is_none());
    }
    let elsewhere = engine(&compose()).file("/proc/13626/cgroup", "0::/init.scope\n");
    assert_eq!(reason(&facts(&elsewhere)["deployment.metrics"]), "the process of container chat is not visible");
}

#[test]
fn nothing_is_a_deployment_without_the_product() {
    let monitoring = r#"[{"Id":"aaaa","Names":["/graphs"],"Image":"grafana/grafana:12.2","Ports":[]}]"#;
    for host in [
        Recorded::default(),
        engine(&[("/containers/json", "[]")]),
        // Nothing further is asked of the engine: the recording has no more.
        engine(&[("/containers/json", monitoring)]),
        engine(&[("/containers/json", r#"[{"Id":"bbbb","Image":"redis:7","Ports":[]}]"#)]),
        Recorded::default().answering(&format!("errors = {{ 'get {SOCKET}' = 'refused' }}")).unwrap(),
    ] {
        let facts = facts(&host);
        assert!(facts.values().all(|fact| fact.state == FactState::Absent), "{facts:?}");
    }
    let unasked = testing::ask(Subject::Deployment, &engine(&compose()));
    assert!(unasked.values().all(|fact| fact.state == FactState::Absent), "{unasked:?}");
}

#[test]
fn an_image_that_has_the_name_of_the_products_runs() {
    let containers =
        r#"[{"Id":"7783","Names":["/chat"],"Image":"registry.example.com/own/rocket.chat:8.5.1","Ports":[]}]"#;
    let facts = facts(&engine(&[
        ("/containers/json", containers),
        ("/containers/7783/json", CHAT),
        ("/volumes/uploads", UPLOADS),
    ]));
    let expected = "container chat: Image: registry.example.com/own/rocket.chat:8.5.1: a copy of the vendor's image, or another one";
    assert_eq!(reason(&facts["deployment.unofficial"]), expected);
    assert_eq!(lines(&facts, "services"), ["container chat: Image: registry.example.com/own/rocket.chat:8.5.1"]);
}

#[test]
fn an_engine_that_does_not_tell_leaves_all_unknown() {
    for (trouble, expected) in [
        (format!("errors = {{ 'get {SOCKET}' = 'not-permitted' }}"), Why::NotPermitted),
        (format!("errors = {{ 'get {SOCKET}' = 'timed-out' }}"), Why::TimedOut),
        ("variables = { DOCKER_HOST = 'tcp://192.0.2.7:2376' }".to_owned(), Why::NotAsked),
    ] {
        let facts = facts(&Recorded::default().answering(&trouble).unwrap());
        assert_eq!(facts["deployment.format"].state, FactState::Absent);
        let of_containers = |name: &str| name.starts_with("deployment.") && name != "deployment.format";
        for (name, fact) in facts.iter().filter(|(name, _)| of_containers(name)) {
            let is_from = *name == "deployment.from" && fact.text() == Some("containers");
            assert!(is_from || why(fact) == Some(expected), "{trouble}: {name} {fact:?}");
        }
    }
    let listed = r#"[{"Id":"7783","Names":["/chat"],"Image":"rocketchat/rocket.chat:8","Ports":[]}]"#;
    let listed = listed.replace("7783", "7784");
    let many = format!("[{}]", vec![listed.trim_matches(['[', ']']); 33].join(","));
    let facts = facts(&engine(&[("/containers/json", &many)]));
    assert!(reason(&facts["deployment.services"]).ends_with("more than 32 containers of the product"), "{facts:?}");
}

#[test]
fn how_mongod_is_started() {
    for (command, expected) in [
        (&["docker-entrypoint.sh", "mongod", "--replSet", "rs0", "--password", "s3cret"][..], "mongod --replSet rs0"),
        (&["docker-entrypoint.sh", "--replSet=rs0", "s3cret"], "--replSet=rs0"),
        (&["sh", "-c", "mongod --replSet rs0 --bind_ip_all; mongosh -p s3cret"], "mongod --replSet rs0"),
        (&["docker-entrypoint.sh", "mongod", "-f", "/etc/mongod.conf"], "mongod -f /etc/mongod.conf"),
        (&["docker-entrypoint.sh", "mongod", "--replSet"], "mongod --replSet"),
        (&["/opt/bitnami/scripts/mongodb/entrypoint.sh", "/opt/bitnami/scripts/mongodb/run.sh"], ""),
        (&[], ""),
    ] {
        let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        let kept = mongodb_options(&command);
        assert_eq!(kept.join(" "), expected);
        assert_eq!(mongodb_options(&kept), kept);
    }
}
