use std::collections::BTreeMap;
use std::sync::mpsc::channel;

use super::super::service::{Mongodb, Mount};
use super::*;
use crate::facts::{FactState, Facts};

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn application() -> Application {
    Application {
        images: set(&["vendor/chat", "registry.vendor.test/vendor/chat"]),
        microservices: set(&["vendor/stream-service"]),
        mongodb_images: set(&["mongo", "bitnami/mongodb"]),
        monitoring: set(&["prom/prometheus"]),
        needs: set(&["DB_URL", "ROOT_URL"]),
        microservices_need: set(&["DB_URL", "BUS"]),
        shortcuts: set(&["SKIP_IT"]),
        private_ports: [27017, 4222].into(),
        metrics_ports: [9458].into(),
        uploads: set(&["/app/uploads"]),
        mongodb_addresses: set(&["DB_URL"]),
        mongodb_replica_set: [("REPLICA_SET_NAME".to_owned(), set(&["bitnami/mongodb"]))].into(),
        schemes: [("BUS".to_owned(), set(&["bus"]))].into(),
        host_network: BTreeSet::new(),
        chart: None,
    }
}

fn excerpt(line: u64, text: &str) -> Excerpt {
    Excerpt { place: "c.yml".to_owned(), line: Some(line), text: text.to_owned() }
}

fn setting<T>(line: u64, text: &str, value: T) -> Setting<T> {
    Setting { value: Ok(value), excerpt: excerpt(line, text) }
}

fn unknown<T>(why: &str) -> Setting<T> {
    Setting { value: Err(why.to_owned()), excerpt: excerpt(99, "?") }
}

/// A service with nothing but an image.
fn bare(image: &str) -> Service {
    Service {
        image: Some(setting(2, &format!("image: {image}"), image.to_owned())),
        ..Service::at(excerpt(1, "chat:"))
    }
}

fn with(service: Service, name: &str, value: &str) -> Service {
    let mut service = service;
    service.environment.insert(name.to_owned(), setting(5, &format!("{name}: {value}"), value.to_owned()));
    service
}

/// A service of the product without a fault.
fn good() -> Service {
    let service = with(bare("vendor/chat:8.5.1"), "DB_URL", "mongodb://db/chat?replicaSet=rs0");
    let service = with(service, "ROOT_URL", "https://chat.example.com");
    Service { restart: Some(setting(6, "restart: always", "always".to_owned())), ..service }
}

fn mongodb(command: &str) -> Service {
    Service { command: Some(setting(3, "command", command.to_owned())), ..bare("mongo:8.0") }
}

fn published(address: Option<&str>, port: Option<u16>, target: u16) -> Setting<Published> {
    let address = address.map(|address| address.parse().unwrap());
    setting(7, "- port", Published { address, port, target, is_tcp: true })
}

fn facts_of(services: &[Service]) -> Facts {
    facts_for(services, &[application()])
}

fn facts_for(services: &[Service], applications: &[Application]) -> Facts {
    let (send, facts) = channel();
    report("manifest", "c.yml", services, applications, &Sink::new(send));
    facts.try_iter().collect()
}

/// What is known of `deployment.<name>`: texts of its excerpts or the value, `absent`, or `unknown: ` and why.
fn said(services: &[Service], name: &str) -> String {
    match &facts_of(services)[&format!("deployment.{name}")].state {
        FactState::Known(Value::Excerpts(list)) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        FactState::Known(Value::Text(text)) => text.clone(),
        FactState::Known(Value::Count(count)) => count.to_string(),
        FactState::Known(other) => format!("{other:?}"),
        FactState::Absent => "absent".to_owned(),
        FactState::Unknown { reason, .. } => format!("unknown: {reason}"),
    }
}

#[test]
fn a_good_deployment_has_no_fault() {
    let services = [good(), mongodb("mongod --replSet rs0"), bare("traefik:v3.1")];
    for (name, expected) in [
        ("from", "manifest"),
        ("services", "c.yml:2: image: vendor/chat:8.5.1"),
        ("unofficial", "absent"),
        ("unpinned", "absent"),
        ("release", "8.5.1"),
        ("mongodb", "8.0"),
        ("instances", "1"),
        ("microservices", "absent"),
        ("variables_missing", "absent"),
        ("shortcuts", "absent"),
        ("standalone_mongodb", "absent"),
        ("public_backends", "absent"),
        ("public_metrics", "absent"),
        ("no_restart", "absent"),
        ("memory_limit", "absent"),
        ("local_uploads", "absent"),
        ("monitoring", "Bool(false)"),
    ] {
        assert_eq!(said(&services, name), expected, "{name}");
    }
}

#[test]
fn images_and_tags() {
    const MIRROR: &str = "a copy of the vendor's image, or another one";
    for (image, unofficial, unpinned, release) in [
        ("vendor/chat:8.5", "absent", "absent", "8.5"),
        ("docker.io/vendor/chat:8.5.1-alpine", "absent", "absent", "8.5.1-alpine"),
        ("registry.vendor.test/vendor/chat:v8.5.1", "absent", "absent", "v8.5.1"),
        ("vendor/chat:latest", "absent", "fault", "unknown: c.yml:2: the tag latest names no release"),
        ("vendor/chat:develop", "absent", "fault", "unknown: c.yml:2: the tag develop names no release"),
        ("vendor/chat:8", "absent", "fault", "unknown: c.yml:2: the tag 8 names no release"),
        ("vendor/chat:2024-8.5", "absent", "fault", "unknown: c.yml:2: the tag 2024-8.5 names no release"),
        ("vendor/chat", "absent", "fault", "unknown: c.yml:2: the image has no tag"),
        ("vendor/chat@sha256:0123", "absent", "absent", "unknown: c.yml:2: the image has no tag"),
        ("vendor/chat:latest@sha256:0123", "absent", "absent", "unknown: c.yml:2: the tag latest names no release"),
        ("vendor/chat:${TAG}", "absent", "unknown: c.yml:2: nothing sets TAG", "unknown: c.yml:2: nothing sets TAG"),
        ("vendor/chat:8.5.x", "absent", "fault", "unknown: c.yml:2: the tag 8.5.x names no release"),
        ("registry.vendor.test:443/vendor/chat:8.5.1", "absent", "absent", "8.5.1"),
        ("localhost:5000/mirror/chat:8.5.1", MIRROR, "absent", "8.5.1"),
        ("harbor.test/vendor/chat:8.5.1", MIRROR, "absent", "8.5.1"),
        ("me/Chat:8.5.1", "fault", "absent", "8.5.1"),
    ] {
        let services = [bare(image)];
        let fault = format!("c.yml:2: image: {image}");
        let expected = |word: &str| if word == "fault" { fault.clone() } else { word.to_owned() };
        assert_eq!(said(&services, "services"), fault, "{image}");
        let unofficial = match unofficial {
            MIRROR => format!("unknown: {fault}: {MIRROR}"),
            word => expected(word),
        };
        assert_eq!(said(&services, "unofficial"), unofficial, "{image}");
        assert_eq!(said(&services, "unpinned"), expected(unpinned), "{image}");
        assert_eq!(said(&services, "release"), release, "{image}");
    }
    let built = |build| Service { build: Some(build), ..good() };
    assert_eq!(said(&[built(setting(3, "build: .", ()))], "unofficial"), "c.yml:3: build: .");
    assert_eq!(said(&[built(unknown("not read"))], "unofficial"), "unknown: not read");
    let own = Service { build: Some(unknown("not read")), ..bare("me/chat:8.5.1") };
    assert_eq!(said(&[own], "unofficial"), "c.yml:2: image: me/chat:8.5.1");
    let other = "unknown: the services are of several releases: 8.4.0, 8.5.1";
    assert_eq!(said(&[good(), bare("vendor/chat:8.4.0")], "release"), other);
}

#[test]
fn an_address_of_microservices_shows_them() {
    for (address, microservices, missing) in [
        ("bus://b:4222", "c.yml:5: BUS: bus://b:4222", "absent"),
        ("alone+bus://b:4222", "absent", "absent"),
        ("", "absent", "absent"),
    ] {
        let services = [with(good(), "BUS", address)];
        assert_eq!(said(&services, "microservices"), microservices, "{address}");
        assert_eq!(said(&services, "variables_missing"), missing, "{address}");
    }
}

#[test]
fn what_starts_no_mongod_is_no_mongodb() {
    let client =
        |command: &str| Service { image: Some(setting(2, "image", "mongo:7.0".to_owned())), ..mongodb(command) };
    let services = [good(), mongodb("mongod --replSet rs0"), client("mongosh --eval rs.initiate()")];
    assert_eq!(said(&services, "mongodb"), "8.0");
    assert_eq!(said(&[good(), client("mongodump --uri x")], "mongodb"), "absent");
}

#[test]
fn a_manifest_without_the_product_says_nothing_of_it() {
    let built = Service { build: Some(setting(4, "build: .", ())), ..bare("own/thing:1") };
    let with_shortcut = with(bare("nginx:1"), "SKIP_IT", "true");
    for services in [vec![], vec![built], vec![with_shortcut, mongodb("mongod --replSet rs0")]] {
        assert_eq!(said(&services, "services"), "absent");
        for name in ["unofficial", "unpinned", "release", "instances", "microservices", "shortcuts"] {
            assert_eq!(said(&services, name), "unknown: no service has an image of the product", "{name}");
        }
    }
    let (send, facts) = channel();
    report("containers", "/containers/json", &[mongodb("mongod --replSet rs0")], &[application()], &Sink::new(send));
    let facts: Facts = facts.try_iter().collect();
    assert_eq!(facts["deployment.unofficial"].state, FactState::Absent, "a host of MongoDB alone");
}

#[test]
fn what_cannot_be_told_is_unknown_unless_a_fault_is_found() {
    let hidden = Service { image: Some(unknown("nothing sets IMAGE")), ..bare("") };
    let variable = bare("${IMAGE}:8.5");
    let nameless = Service { image: None, build: Some(setting(4, "build: .", ())), ..bare("") };
    for (service, why) in [(hidden, "nothing sets IMAGE"), (variable, "nothing sets IMAGE, so the image is unknown")] {
        let services = [service];
        for name in FACTS {
            // They are asked of services whose image does not matter.
            let is_asked_of_all = ["public_backends", "public_metrics"].contains(&name);
            if !is_asked_of_all {
                assert_eq!(said(&services, name), format!("unknown: {why}"), "{name}");
            }
        }
    }
    assert_eq!(said(&[good(), nameless], "unofficial"), "absent", "the product is there, and this is something else");
    let both = [bare("vendor/chat:latest"), bare("${IMAGE}")];
    assert_eq!(said(&both, "unpinned"), "c.yml:2: image: vendor/chat:latest");
}

#[test]
fn variables_and_shortcuts() {
    let without = Service { environment: BTreeMap::new(), ..good() };
    assert_eq!(
        said(std::slice::from_ref(&without), "variables_missing"),
        "c.yml:1: chat has no DB_URL; c.yml:1: chat has no ROOT_URL"
    );
    let file = Service { more_environment: Some("cannot read x.env".to_owned()), ..without };
    for name in ["variables_missing", "shortcuts"] {
        assert_eq!(said(std::slice::from_ref(&file), name), "unknown: cannot read x.env", "{name}");
    }
    assert_eq!(said(&[with(good(), "ROOT_URL", "")], "variables_missing"), "c.yml:1: chat has an empty ROOT_URL");
    let unset = with(good(), "ROOT_URL", "${URL}");
    assert_eq!(said(&[unset], "variables_missing"), "unknown: c.yml:5: nothing sets URL");
    assert_eq!(said(&[with(good(), "ROOT_URL", "https://${NAME}")], "variables_missing"), "absent");
    let micro = with(bare("vendor/stream-service:8.5"), "DB_URL", "x");
    assert_eq!(said(std::slice::from_ref(&micro), "variables_missing"), "c.yml:1: chat has no BUS");
    let no_address = "c.yml:5: BUS is not an address that begins with bus://";
    for (bus, expected) in [
        ("bus://bus:4222", "absent"),
        ("***", no_address),
        ("x", no_address),
        ("other://bus", no_address),
        ("bus", no_address),
        ("bus://", no_address),
        ("${S}://bus", "unknown: c.yml:5: nothing sets S"),
        ("${BUS}", "unknown: c.yml:5: nothing sets BUS"),
    ] {
        let micro = with(micro.clone(), "BUS", bus);
        let chat = with(good(), "BUS", "bus://bus");
        assert_eq!(said(&[chat.clone(), micro], "variables_missing"), expected, "{bus}");
        let chat = with(good(), "BUS", bus);
        let micro = with(self::with(bare("vendor/stream-service:8.5"), "DB_URL", "x"), "BUS", "bus://bus");
        assert_eq!(said(&[chat.clone(), micro], "variables_missing"), expected, "{bus}");
        assert_eq!(said(&[chat], "variables_missing"), "absent", "without microservices");
    }
    let elsewhere = Service { set_elsewhere: set(&["BUS"]), ..micro.clone() };
    let chat = with(good(), "BUS", "bus://bus");
    assert_eq!(said(&[chat, elsewhere.clone()], "variables_missing"), "absent", "its value is somebody else's matter");
    assert_eq!(said(&[good(), elsewhere], "variables_missing"), "c.yml:1: chat has no BUS");
    let micro = with(micro, "BUS", "bus://bus");
    assert_eq!(said(&[good(), micro], "variables_missing"), "c.yml:1: chat has no BUS");
    for (value, expected) in [
        ("true", "c.yml:5: SKIP_IT: true"),
        ("YES", "c.yml:5: SKIP_IT: YES"),
        ("n", "unknown: c.yml:5: SKIP_IT is neither on nor off: write true or false"),
        ("disabled", "unknown: c.yml:5: SKIP_IT is neither on nor off: write true or false"),
        ("{{ .Values.x }}", "unknown: c.yml:5: a template fills in a part of this value, which is unknown here"),
        ("False", "absent"),
        ("no", "absent"),
        ("", "absent"),
        ("${X}", "unknown: c.yml:5: nothing sets X"),
    ] {
        assert_eq!(said(&[with(good(), "SKIP_IT", value)], "shortcuts"), expected, "{value}");
    }
    let beside = [good(), with(bare("nginx:1"), "SKIP_IT", "true")];
    assert_eq!(said(&beside, "shortcuts"), "absent");
}

#[test]
fn replica_sets() {
    for (url, expected) in [
        ("mongodb://db/chat?replicaSet=rs0", "absent"),
        ("mongodb://db/chat?ssl=true&replicaSet=${RS}", "unknown: c.yml:5: nothing sets RS"),
        ("mongodb://${H}/chat?replicaSet=${RS}", "unknown: c.yml:5: nothing sets RS"),
        ("mongodb://u:p@db/chat?ssl=true;replicaset=rs0", "absent"),
        ("mongodb+srv://db.example.com/chat?replicaSet=rs0", "absent"),
        ("mongodb://db?replicaSet=rs0", "absent"),
        ("mongodb://${H}/chat?replicaSet=rs0", "absent"),
        ("mongodb://db/chat", "fault"),
        ("mongodb://db/chat?replicaSet=", "fault"),
        ("mongodb://db/replicaSet=rs0", "fault"),
        ("mongodb://db/chat&replicaSet=rs0", "fault"),
        ("mongodb://u:p&replicaSet=rs0@db/chat", "fault"),
        ("mongodb://u:x?replicaSet=a@db/chat", "fault"),
        ("http://db/chat?replicaSet=rs0", "fault"),
        ("db/chat?replicaSet=rs0", "fault"),
        ("mongodb://db/chat?loadBalanced=false", "fault"),
        ("mongodb://db/a,b", "fault"),
        (
            "mongodb://a:1,b,c/chat",
            "unknown: c.yml:5: the address has several hosts, and does not say whether they are a replica set",
        ),
        (
            "mongodb://db/chat?loadbalanced=true",
            "unknown: c.yml:5: the address is that of a load balancer, and does not say what is behind it",
        ),
        ("${URL}", "unknown: c.yml:5: nothing sets URL"),
        ("{{ .Values.url }}", "unknown: c.yml:5: a template fills in a part of this value, which is unknown here"),
        ("mongodb://${H}/chat", "unknown: c.yml:5: nothing sets H"),
        ("mongodb+srv://db.example.com/chat", "unknown: c.yml:5: the replica set of this address is in DNS"),
    ] {
        let expected = if expected == "fault" { format!("c.yml:5: DB_URL: {url}") } else { expected.to_owned() };
        assert_eq!(said(&[with(good(), "DB_URL", url)], "standalone_mongodb"), expected, "{url}");
    }
    for (command, expected) in [
        ("mongod --replSet rs0", "absent"),
        ("mongod --replSet=rs0 --port 1", "absent"),
        ("sh -c 'exec mongod --replSet rs0'", "absent"),
        ("mongod --bind_ip_all", "c.yml:3: command"),
        ("--replSet rs0 --bind_ip_all", "absent"),
        ("/usr/bin/mongod --replSet=rs0", "absent"),
        ("docker-entrypoint.sh mongod --replSet $NAME", "absent"),
        (r#"sh -c 'mongod --replSet \"rs0\"'"#, "absent"),
        ("numactl --interleave=all mongod --replSet 'rs0'", "absent"),
        ("mongod --replSet", "c.yml:3: command"),
        ("mongod --replSet=", "c.yml:3: command"),
        ("mongod --replSet \"\" --auth", "c.yml:3: command"),
        ("mongod --replSetX rs0", "c.yml:3: command"),
        ("--auth", "c.yml:3: command"),
        ("sh -c 'mongod --auth'", "c.yml:3: command"),
        ("", "c.yml:3: command"),
        ("mongod -f /etc/mongod.conf", "unknown: c.yml:3: MongoDB's configuration file may name a replica set"),
        ("mongod ${OPTIONS}", "unknown: c.yml:3: nothing sets OPTIONS"),
        ("mongod --replSet ${NAME}", "unknown: c.yml:3: nothing sets NAME"),
        ("${COMMAND}", "unknown: c.yml:3: nothing sets COMMAND"),
        ("mongosh --host mongod --eval 'rs.initiate()'", "absent"),
        ("mongodump --archive", "absent"),
        ("sh -xc 'chown -R 1001 /data/db ${X}'", "absent"),
        ("/start.sh", "unknown: c.yml:3: this may start mongod, with or without --replSet"),
        ("bash /start.sh", "unknown: c.yml:3: this may start mongod, with or without --replSet"),
        ("bash -c /start.sh;", "unknown: c.yml:3: this may start mongod, with or without --replSet"),
        ("mongos --configdb x", "unknown: c.yml:3: this may start mongod, with or without --replSet"),
        ("echo --replSetX", "unknown: c.yml:3: this may start mongod, with or without --replSet"),
    ] {
        assert_eq!(said(&[mongodb(command)], "standalone_mongodb"), expected, "{command}");
    }
    assert_eq!(said(&[bare("mongo:8.0")], "standalone_mongodb"), "c.yml:2: image: mongo:8.0");
    let member = with(bare("bitnami/mongodb:8.0"), "REPLICA_SET_NAME", "rs0");
    assert_eq!(said(&[member], "standalone_mongodb"), "absent");
    for (image, value, expected) in [
        ("bitnami/mongodb:8.0", "", "c.yml:2: image: bitnami/mongodb:8.0"),
        ("bitnami/mongodb:8.0", "${X}", "unknown: c.yml:5: nothing sets X"),
        ("mongo:8.0", "rs0", "c.yml:2: image: mongo:8.0"),
    ] {
        let service = with(bare(image), "REPLICA_SET_NAME", value);
        assert_eq!(said(&[service], "standalone_mongodb"), expected, "{image} {value}");
    }
    let file = setting(9, "- file", Mount { target: "/etc/mongod.conf".to_owned(), is_local: true });
    let expected = "unknown: c.yml:2: MongoDB's configuration file may name a replica set";
    assert_eq!(said(&[Service { mounts: vec![file], ..bare("mongo:8.0") }], "standalone_mongodb"), expected);
}

#[test]
fn the_mongodb_of_a_chart() {
    let without = Service { environment: BTreeMap::new(), ..good() };
    let with = |is_replica_set: Result<bool, &str>| {
        let mut chat = without.clone();
        let value = is_replica_set.map_err(str::to_owned);
        chat.use_mongodb("DB_URL", Mongodb::Own(Setting { value, excerpt: excerpt(7, "replicaSet: x") }));
        chat
    };
    for (is_replica_set, expected) in
        [(Ok(true), "absent"), (Ok(false), "c.yml:7: replicaSet: x"), (Err("odd"), "unknown: odd")]
    {
        let chat = with(is_replica_set);
        let mongod = Service { own_mongodb: chat.own_mongodb.clone(), ..bare("mongo:8.0") };
        for services in [vec![chat.clone()], vec![chat.clone(), mongod]] {
            assert_eq!(said(&services, "standalone_mongodb"), expected);
        }
        let services = [chat];
        assert_eq!(said(&services, "variables_missing"), "c.yml:1: chat has no ROOT_URL");
        let place = "unknown: c.yml:7: the chart's own MongoDB can be on this host, too";
        assert_eq!(said(&services, "mongodb_place"), place);
    }
    let elsewhere = Service { set_elsewhere: set(&["DB_URL"]), ..without };
    for name in ["standalone_mongodb", "mongodb_place"] {
        let expected = "unknown: c.yml:1: the value of DB_URL is set elsewhere";
        assert_eq!(said(std::slice::from_ref(&elsewhere), name), expected, "{name}");
    }
}

#[test]
fn published_ports() {
    for (address, port, target, is_fault) in [
        (None, Some(27017), 27017, true),
        (Some("0.0.0.0"), Some(37017), 27017, true),
        (Some("::"), None, 27017, true),
        (Some("203.0.113.5"), Some(4222), 1, true),
        (Some("::ffff:203.0.113.5"), Some(4222), 1, true),
        (Some("127.0.0.1"), Some(27017), 27017, false),
        (Some("::1"), Some(27017), 27017, false),
        (Some("10.0.0.5"), Some(27017), 27017, false),
        (None, Some(443), 4222, false),
        (None, Some(3000), 3000, false),
    ] {
        let service = Service { ports: vec![published(address, port, target)], ..bare("other:1") };
        let expected = if is_fault { "c.yml:7: - port" } else { "absent" };
        assert_eq!(said(&[service], "public_backends"), expected, "{address:?} {port:?} {target}");
    }
    let database = Service { ports: vec![published(None, Some(443), 27017)], ..bare("mongo:8.0") };
    assert_eq!(said(&[database], "public_backends"), "c.yml:7: - port");
    let mut udp = published(None, Some(27017), 27017);
    udp.value.as_mut().unwrap().is_tcp = false;
    assert_eq!(said(&[Service { ports: vec![udp], ..good() }], "public_backends"), "absent");
    let metrics = Service { ports: vec![published(None, Some(9458), 9458)], ..good() };
    assert_eq!(said(std::slice::from_ref(&metrics), "public_metrics"), "c.yml:7: - port");
    assert_eq!(said(&[metrics], "public_backends"), "absent");
    let odd = Service { ports: vec![unknown("not a port")], ..good() };
    assert_eq!(said(&[odd], "public_backends"), "unknown: not a port");
}

#[test]
fn restart_memory_replicas_and_uploads() {
    assert_eq!(said(&[bare("vendor/chat:8.5")], "no_restart"), "c.yml:1: chat has no restart policy");
    for (policy, expected) in
        [("no", "c.yml:6: restart"), ("on-failure:3", "absent"), ("unless-stopped", "absent"), ("any", "absent")]
    {
        let service = Service { restart: Some(setting(6, "restart", policy.to_owned())), ..good() };
        assert_eq!(said(&[service], "no_restart"), expected, "{policy}");
    }
    let limited = |bytes| Service { memory: Some(setting(8, "mem_limit", bytes)), ..good() };
    assert_eq!(said(&[limited(2 << 30), limited(1 << 30), limited(0), good()], "memory_limit"), (1 << 30).to_string());
    let least = facts_of(&[limited(2 << 30), Service { memory: Some(setting(9, "mem_limit", 1 << 30)), ..good() }]);
    assert_eq!(least["deployment.memory_limit"].place, "c.yml:9: mem_limit");
    assert_eq!(said(&[limited(0)], "memory_limit"), "absent");
    let odd = Service { memory: Some(unknown("not a size")), ..good() };
    assert_eq!(said(&[odd, limited(1)], "memory_limit"), "unknown: not a size");
    let scaled = Service { replicas: Some(setting(9, "replicas", 3)), ..good() };
    assert_eq!(said(&[scaled.clone(), good(), bare("vendor/stream-service:8.5")], "instances"), "4");
    let odd = Service { replicas: Some(unknown("not a number")), ..good() };
    assert_eq!(said(&[scaled, odd], "instances"), "unknown: not a number");
    for (target, is_local, expected) in [
        ("/app/uploads", true, "c.yml:9: - volume"),
        ("/app/uploads/", true, "c.yml:9: - volume"),
        ("/app", true, "c.yml:9: - volume"),
        ("/app/up", true, "absent"),
        ("/app/uploads", false, "absent"),
    ] {
        let mount = setting(9, "- volume", Mount { target: target.to_owned(), is_local });
        assert_eq!(said(&[Service { mounts: vec![mount], ..good() }], "local_uploads"), expected, "{target}");
    }
    assert_eq!(said(&[good(), bare("prom/prometheus:v3")], "monitoring"), "Bool(true)");
}

#[test]
fn the_product_is_the_one_whose_images_are_found() {
    let other = Application { images: set(&["other/thing"]), ..Application::default() };
    let of = |applications: &[Application], name: &str| {
        facts_for(&[good()], applications)[&format!("deployment.{name}")].state.clone()
    };
    let both = [other.clone(), application()];
    assert_eq!(of(&both, "release"), FactState::Known("8.5.1".into()));
    assert_eq!(of(&both[..1], "services"), FactState::Absent, "the only one there is");
    for several in [&[other.clone(), other][..], &[]] {
        assert!(matches!(of(several, "release"), FactState::Unknown { .. }));
    }
    // A product whose images have no names still has ports.
    let nameless = Application { private_ports: [3306].into(), ..Application::default() };
    let database = Service { ports: vec![published(None, Some(3306), 3306)], ..bare("mysql:8") };
    let facts = facts_for(&[database], &[nameless]);
    assert!(facts["deployment.public_backends"].value().is_some());
}

#[test]
fn without_a_deployment_every_fact_is_absent() {
    let (send, facts) = channel();
    report_none("--manifest", &Sink::new(send));
    let facts: Facts = facts.try_iter().collect();
    assert_eq!(facts.len(), FACTS.len() + 1);
    assert!(facts.values().all(|fact| fact.state == FactState::Absent));
}
