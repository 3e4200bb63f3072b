use std::sync::mpsc::channel;

use proptest::prelude::*;

use super::super::service::{Mount, Published, Setting};
use super::super::{deploys, named_files, probe};
use super::services::memory;
use super::*;
use crate::facts::{FactState, Facts, Manifest, Questions, Value};

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn application() -> Application {
    Application {
        images: set(&["vendor/chat"]),
        mongodb_images: set(&["mongo"]),
        needs: set(&["DB_URL"]),
        shortcuts: set(&["SKIP_IT"]),
        mongodb_addresses: set(&["DB_URL"]),
        mongodb_replica_set: [("REPLICA_SET_NAME".to_owned(), set(&["mongo"]))].into(),
        host_network: set(&["vendor/exporter"]),
        private_ports: [27017].into(),
        metrics_ports: [9458].into(),
        uploads: set(&["/uploads"]),
        ..Application::default()
    }
}

/// Manifests by name, and the files that they may name. A file `-` does not exist.
fn manifests(files: &[(&str, &str)], further: &[(&str, &str)]) -> Manifests {
    let of = |(name, text): &(&str, &str)| Manifest { name: (*name).into(), text: (*text).into() };
    let mut manifests = Manifests { files: files.iter().map(of).collect(), ..Manifests::default() };
    let content = |text: &str| Ok((text != "-").then(|| text.to_owned()));
    manifests.further = further.iter().map(|(name, text)| ((*name).to_owned(), content(text))).collect();
    manifests.further.entry(".env".to_owned()).or_insert(Ok(None));
    manifests
}

fn project_of(manifests: &Manifests) -> Project {
    project(manifests, &[application()]).unwrap()
}

fn one(files: &[(&str, &str)], further: &[(&str, &str)]) -> Service {
    let mut project = project_of(&manifests(files, further));
    assert_eq!(project.services.len(), 1, "{project:?}");
    project.services.remove(0)
}

/// The one service of a file `c.yml`.
fn of(text: &str) -> Service {
    one(&[("c.yml", text)], &[])
}

/// A service with these lines.
fn service(lines: &str) -> Service {
    let lines: Vec<_> = lines.lines().map(|line| format!("    {line}")).collect();
    of(&format!("services:\n  chat:\n{}\n", lines.join("\n")))
}

fn shown_of<T: std::fmt::Debug>(setting: Option<&Setting<T>>) -> String {
    let Some(Setting { value, excerpt }) = setting else { return "none".to_owned() };
    match value {
        Ok(value) => format!("{value:?} at {excerpt}"),
        Err(why) => format!("unknown: {why}"),
    }
}

/// What is known of `deployment.<name>`.
fn said(manifests: &Manifests, name: &str) -> String {
    let (send, facts) = channel();
    let questions =
        Questions { manifests: manifests.clone(), applications: vec![application()], ..Questions::default() };
    probe(&crate::host::Recorded::default(), &questions, &crate::probe::Sink::new(send));
    let facts: Facts = facts.try_iter().collect();
    match &facts[&format!("deployment.{name}")].state {
        FactState::Known(Value::Excerpts(list)) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        FactState::Known(value) => format!("{value:?}"),
        FactState::Absent => "absent".to_owned(),
        FactState::Unknown { reason, .. } => format!("unknown: {reason}"),
    }
}

#[test]
fn settings_have_their_lines() {
    let service = service("image: vendor/chat:8.5.1\nrestart: unless-stopped\nmem_limit: 2g\nscale: 3\nbuild: .");
    assert_eq!(service.excerpt.to_string(), "c.yml:2: chat:");
    assert_eq!(shown_of(service.image.as_ref()), r#""vendor/chat:8.5.1" at c.yml:3: image: vendor/chat:8.5.1"#);
    assert_eq!(shown_of(service.restart.as_ref()), r#""unless-stopped" at c.yml:4: restart: unless-stopped"#);
    assert_eq!(shown_of(service.memory.as_ref()), "2147483648 at c.yml:5: mem_limit: 2g");
    assert_eq!(shown_of(service.replicas.as_ref()), "3 at c.yml:6: scale: 3");
    assert_eq!(shown_of(service.build.as_ref()), "() at c.yml:7: build: .");
}

#[test]
fn what_has_a_wrong_type_costs_its_own_setting() {
    let odd = service(
        "image: [a]\nrestart: sometimes\nmem_limit: much\nscale: few\nports: 80\nvolumes: x\nenvironment: [[a]]\n\
         command: {}\n",
    );
    for (said, expected) in [
        (shown_of(odd.image.as_ref()), "unknown: c.yml:3: a text is expected here, not a list"),
        (shown_of(odd.restart.as_ref()), "unknown: c.yml:4: not a restart policy"),
        (shown_of(odd.memory.as_ref()), "unknown: c.yml:5: not a size of memory"),
        (shown_of(odd.replicas.as_ref()), "unknown: c.yml:6: not a number of replicas"),
        (shown_of(odd.ports.first()), "unknown: c.yml:7: a list of at most 1024 ports is expected here"),
        (shown_of(odd.mounts.first()), "unknown: c.yml:8: a list is expected here, not a text"),
        (odd.more_environment.unwrap(), "c.yml:9: a map or a list is expected here"),
        (shown_of(odd.command.as_ref()), "unknown: c.yml:10: a text is expected here, not a map"),
    ] {
        assert_eq!(said, expected);
    }
    let nothing = of("services:\n  chat:\n");
    assert_eq!(shown_of(nothing.image.as_ref()), "unknown: c.yml:2: a map is expected here, not nothing");
}

#[test]
fn variables_come_from_the_file_beside_the_first() {
    let text = "services:\n  chat:\n    image: ${IMAGE:-vendor/chat}:${TAG}\n    restart: ${POLICY}\n";
    let files = [("dir/c.yml", text)];
    let image = |further: &[(&str, &str)]| shown_of(one(&files, further).image.as_ref());
    let written = "image: ${IMAGE:-vendor/chat}:${TAG}";
    let set = format!(r#""vendor/chat:8.5" at dir/c.yml:3: {written} # vendor/chat:8.5"#);
    assert_eq!(image(&[(".env", "TAG=8.5")]), set);
    let unset = format!(r#""vendor/chat:${{TAG}}" at dir/c.yml:3: {written} # vendor/chat:${{TAG}}"#);
    assert_eq!(image(&[]), unset);
    assert_eq!(image(&[(".env", "not a variable")]), "unknown: dir/c.yml:3: .env: line 1: not a variable");
    let policy = shown_of(one(&files, &[]).restart.as_ref());
    assert_eq!(policy, r#""${POLICY}" at dir/c.yml:4: restart: ${POLICY}"#);
    let mut unread = manifests(&files, &[]);
    unread.further.insert(".env".to_owned(), Err("a link".to_owned()));
    assert_eq!(said(&unread, "unpinned"), "unknown: dir/c.yml:3: .env: a link");
}

#[test]
fn a_project_always_has_a_name() {
    let chat = "services: { chat: { image: 'vendor/chat:${COMPOSE_PROJECT_NAME:-8.5}' } }\n";
    let unknown = "unknown: COMPOSE_PROJECT_NAME follows from the name of the folder: set `name` in a manifest";
    for (name, dotenv, expected) in [
        ("", "", unknown),
        ("", "COMPOSE_PROJECT_NAME=a", r#""vendor/chat:a""#),
        ("name: b\n", "", r#""vendor/chat:b""#),
        ("name: b\n", "COMPOSE_PROJECT_NAME=a", r#""vendor/chat:a""#),
        ("name: b\n---\nname: ${N:-c}\n", "", r#""vendor/chat:c""#),
        ("name: b\n---\nname:\n", "N=x", r#""vendor/chat:b""#),
        ("name: Own Name\n", "", unknown),
        ("name: $N\n", "", unknown),
        ("", "not a variable", "unknown: .env: line 1: not a variable"),
    ] {
        let text = format!("{name}---\n{chat}");
        let image = shown_of(one(&[("c.yml", text.trim_start_matches("---\n"))], &[(".env", dotenv)]).image.as_ref());
        let line = text.trim_start_matches("---\n").lines().count();
        let image = image.replace(&format!("c.yml:{line}: "), "");
        assert!(image.starts_with(expected), "{name} {dotenv}: {image}");
    }
}

#[test]
fn environment_in_every_form() {
    let service = one(
        &[(
            "c.yml",
            "services:\n  chat:\n    env_file:\n      - a.env\n      - { path: b.env, required: No }\n    environment:\n      \
             DB_URL: mongodb://u:s3cret@${H:-db}/?replicaSet=rs0\n      SKIP_IT:\n      OTHER: s3cret\n",
        )],
        &[("a.env", "DB_URL=x\nREPLICA_SET_NAME=s3cret\n"), ("b.env", "-")],
    );
    assert_eq!(service.more_environment, None);
    let all: Vec<_> =
        service.environment.iter().map(|(name, value)| format!("{name}: {}", shown_of(Some(value)))).collect();
    assert_eq!(
        all,
        [
            r#"DB_URL: "mongodb://u:s3cret@db/?replicaSet=rs0" at c.yml:7: DB_URL: mongodb://***@${H:-db}/?replicaSet=rs0 # mongodb://***@db/?replicaSet=rs0"#,
            r#"OTHER: "" at c.yml:9: OTHER"#,
            r#"REPLICA_SET_NAME: "s3cret" at a.env:2: REPLICA_SET_NAME=***"#,
            "SKIP_IT: unknown: c.yml:8: SKIP_IT is taken from where `docker compose` runs",
        ]
    );
    let listed = self::service("environment:\n  - SKIP_IT=true\n  - SKIP_IT\n  - SKIP_IT=no # last");
    assert_eq!(shown_of(listed.environment.get("SKIP_IT")), r#""no" at c.yml:6: SKIP_IT=no"#);
    let named = self::service("environment:\n  - ${NAME}=true");
    assert_eq!(named.more_environment.unwrap(), "c.yml:4: the name of a variable depends on another one");
    let files = [("c.yml", "services:\n  chat:\n    env_file: [a.env, b.env]\n    environment: { O: own }\n")];
    for (dotenv, first, line, expected) in [
        ("", "Q=true", "${Q:-false}", r#"Ok("true")"#),
        ("Q=true", "", "${Q:-false}", r#"Ok("true")"#),
        ("Q=true", "Q=true", "$Q", r#"Ok("true")"#),
        ("", "Q=true\nQ=false", "$Q", r#"Ok("false")"#),
        ("Q=1", "Q=2", "$Q", "b.env: line 1: releases of Compose differ in which Q counts here: set it once"),
        ("", "O=2", "${O:-3}", "b.env: line 1: not every release of Compose reads O of c.yml:4 here: set it in .env"),
        ("O=1", "", "${O:-3}", r#"Ok("1")"#),
        ("", "not a variable", "${Q:-false}", "a.env: line 1: not a variable"),
    ] {
        let line = format!("SKIP_IT={line}");
        let service = one(&files, &[(".env", dotenv), ("a.env", first), ("b.env", &line)]);
        let skip = service.environment.get("SKIP_IT").map(|skip| format!("{:?}", skip.value));
        assert_eq!(skip.or(service.more_environment).unwrap(), expected, "{dotenv} {first} {line}");
    }
    let base = "services:\n  chat:\n    env_file: [a.env, b.env]\n";
    for (over, expected) in [
        ("", r#"Ok("b")"#),
        ("a.env", r#"Ok("b")"#),
        ("{ path: a.env, required: false }", r#"Ok("b")"#),
        ("[b.env, a.env]", r#"Ok("b")"#),
        ("./a.env", r#"Ok("a")"#),
        ("[c.env, a.env]", r#"Ok("c")"#),
    ] {
        let over = format!("services:\n  chat:\n    env_file: {over}\n");
        let further = [("a.env", "SKIP_IT=a"), ("b.env", "SKIP_IT=b"), ("c.env", "SKIP_IT=c")];
        let service = one(&[("c.yml", base), ("d.yml", &over)], &further);
        assert_eq!(format!("{:?}", service.environment["SKIP_IT"].value), expected, "{over}");
        assert_eq!(service.more_environment, None);
    }
    let gone = one(&[("c.yml", "services:\n  chat:\n    env_file: a.env\n")], &[("a.env", "-")]);
    assert_eq!(gone.more_environment.unwrap(), "c.yml:3: a.env: there is no such file");
}

#[test]
fn ports_in_every_form() {
    for (written, expected) in [
        ("27017", "None None 27017 tcp"),
        ("'27017:27017'", "None Some(27017) 27017 tcp"),
        ("127.0.0.1:37017:27017", "Some(127.0.0.1) Some(37017) 27017 tcp"),
        ("'127.0.0.1::27017'", "Some(127.0.0.1) None 27017 tcp"),
        ("'[::1]:27017:27017/udp'", "Some(::1) Some(27017) 27017 udp"),
        ("27000-27100:27000-27100", "None Some(27017) 27017 tcp"),
        ("'27017-27018:1000'", "None Some(27017) 1000 tcp"),
        (
            "{ target: 27017, published: '27017', host_ip: 10.0.0.1, protocol: UDP }",
            "Some(10.0.0.1) Some(27017) 27017 udp",
        ),
        ("{ target: 27017 }", "None None 27017 tcp"),
        ("${P:-27017}:${P:-27017}", "None Some(27017) 27017 tcp"),
        ("27017/TCP\n  - 27017\n  - { target: 27017 }", "None None 27017 tcp"),
        ("3000:3000", ""),
        ("'${P}:27017'", "unknown: c.yml:4: nothing sets P"),
        ("'${IP}:${P}:3000/tcp'", ""),
        ("{ target: 3000, published: '${P}' }", ""),
        ("'${IP}:${P}:${T}'", "unknown: c.yml:4: nothing sets T"),
        ("'${P}:1000-30000'", "unknown: c.yml:4: nothing sets P"),
        ("70000:1", "unknown: c.yml:4: not a port"),
        ("1-3:1-2", "unknown: c.yml:4: not a port"),
        ("1-60000", "unknown: c.yml:4: not a port"),
        ("localhost:1:1", "unknown: c.yml:4: not a port"),
        ("{ published: 1 }", "unknown: c.yml:4: not a port"),
        ("[]", "unknown: c.yml:4: a text is expected here, not a list"),
    ] {
        let ports = service(&format!("ports:\n  - {written}")).ports;
        let all: Vec<_> = ports
            .iter()
            .map(|setting| match &setting.value {
                Ok(Published { address, port, target, is_tcp }) => {
                    format!("{address:?} {port:?} {target} {}", if *is_tcp { "tcp" } else { "udp" })
                }
                Err(why) => format!("unknown: {why}"),
            })
            .collect();
        assert_eq!(all.join("; "), expected, "{written}");
    }
    let host = service("network_mode: host").ports;
    assert_eq!(shown_of(host.first()), "unknown: c.yml:3: every port of the service is one of the host");
    let unset = service("network_mode: ${M}").ports;
    assert_eq!(shown_of(unset.first()), "unknown: c.yml:3: nothing sets M");
    assert!(service("network_mode: bridge").ports.is_empty());
    for (image, count) in [("vendor/exporter:1", 0), ("docker.io/vendor/exporter", 0), ("other:1", 1), ("${I}", 1)] {
        assert_eq!(service(&format!("image: {image}\nnetwork_mode: host")).ports.len(), count, "{image}");
    }
}

#[test]
fn sizes_replicas_and_policies_of_swarm() {
    for (text, bytes) in [
        ("512", Some(512)),
        ("512k", Some(512 << 10)),
        ("1.5GB", Some(3 << 29)),
        ("2gib", Some(2 << 30)),
        ("2 g", Some(2 << 30)),
        ("g", None),
        ("1x", None),
        ("99999999999t", None),
    ] {
        assert_eq!(memory(text), bytes, "{text}");
    }
    let swarm = service(
        "mem_limit: 9g\ndeploy:\n  replicas: 2\n  restart_policy: { condition: on-failure }\n  resources: { limits: { memory: 1g } }",
    );
    assert_eq!(shown_of(swarm.memory.as_ref()), "1073741824 at c.yml:7: memory: 1g");
    assert_eq!(shown_of(swarm.replicas.as_ref()), "2 at c.yml:5: replicas: 2");
    assert_eq!(shown_of(swarm.restart.as_ref()), r#""on-failure" at c.yml:6: condition: on-failure"#);
    for (scale, expected) in [("010", "8"), ("'010'", "10"), ("08", "8"), ("0", "0"), ("${N:-10}", "10")] {
        let scaled = service(&format!("scale: {scale}"));
        assert_eq!(shown_of(scaled.replicas.as_ref()).split(' ').next(), Some(expected), "{scale}");
    }
    let global = service("deploy:\n  mode: global");
    assert_eq!(shown_of(global.replicas.as_ref()), "unknown: c.yml:4: as many as there are nodes");
}

#[test]
fn the_policy_of_a_deployment_counts_before_restart() {
    let no_condition = "unknown: c.yml:4: without a condition, a Swarm starts the service again and `docker compose up` \
                        does not: set `condition`";
    for (policy, restart, expected) in [
        ("{ condition: none }", "always", r#""none" at c.yml:4: condition: none"#),
        ("{ condition: any }", "no", r#""any" at c.yml:4: condition: any"#),
        ("{ delay: 5s }", "always", no_condition),
        ("{ condition: }", "always", no_condition),
        ("{}", "no", no_condition),
        ("", "always", r#""always" at c.yml:5: restart: always"#),
    ] {
        let service = service(&format!("deploy:\n  restart_policy: {policy}\nrestart: {restart}"));
        assert_eq!(shown_of(service.restart.as_ref()), expected, "{policy}");
    }
}

#[test]
fn volumes_in_every_form() {
    let volumes = "volumes:\n  plain:\n  nfs: { driver_opts: { type: nfs } }\n  other: { driver: rexray }\n  out: { external: true }\n";
    for (written, expected) in [
        ("plain:/uploads", "/uploads true"),
        ("plain:/uploads:ro", "/uploads true"),
        ("./up:/uploads", "/uploads true"),
        ("/uploads", "/uploads true"),
        ("nfs:/uploads", "/uploads false"),
        ("other:/uploads", "/uploads false"),
        ("out:/uploads", "unknown: c.yml:9: what the volume is made of is not said here"),
        ("{ type: bind, source: /srv, target: /uploads }", "/uploads true"),
        ("{ type: volume, source: nfs, target: /uploads }", "/uploads false"),
        ("{ type: tmpfs, target: /uploads }", ""),
        ("{ type: volume }", "unknown: c.yml:4: no target"),
        ("'${V}:/uploads'", "unknown: c.yml:4: nothing sets V"),
    ] {
        let text = format!("services:\n  chat:\n    volumes:\n      - {written}\n{volumes}");
        let all: Vec<_> = of(&text)
            .mounts
            .iter()
            .map(|mount| match &mount.value {
                Ok(Mount { target, is_local }) => format!("{target} {is_local}"),
                Err(why) => format!("unknown: {why}"),
            })
            .collect();
        assert_eq!(all.join("; "), expected, "{written}");
    }
}

#[test]
fn of_a_directory_the_last_mount_counts() {
    let volumes = "volumes:\n  nfs: { driver_opts: { type: nfs } }\n  out: { external: true }\n";
    for (first, last, expected) in [
        ("./up:/uploads", "nfs:/uploads/", "/uploads false"),
        ("nfs:/uploads", "./up://x/../uploads/.", "/uploads true"),
        ("./up:/uploads", "{ type: tmpfs, target: /uploads/ }", ""),
        ("{ type: tmpfs, target: /uploads }", "./up:/uploads", "/uploads true"),
        ("out:/uploads", "nfs:/uploads", "/uploads false"),
        ("nfs:/uploads", "out:/uploads", "unknown: c.yml:8: what the volume is made of is not said here"),
        ("nfs:/a", "./up:/b", "/b true; /a false"),
    ] {
        let text = format!("services:\n  chat:\n    volumes:\n      - {first}\n      - {last}\n{volumes}");
        let shown = |mount: &Setting<Mount>| match &mount.value {
            Ok(Mount { target, is_local }) => format!("{target} {is_local}"),
            Err(why) => format!("unknown: {why}"),
        };
        let all: Vec<_> = of(&text).mounts.iter().map(shown).collect();
        assert_eq!(all.join("; "), expected, "{first} {last}");
    }
}

#[test]
fn commands() {
    let command = |lines: &str| shown_of(service(lines).command.as_ref());
    assert_eq!(
        command("command: mongod --replSet rs0"),
        r#""mongod --replSet rs0" at c.yml:3: command: mongod --replSet ***"#
    );
    assert_eq!(
        command("entrypoint: [bash]\ncommand: ['mongod', '--auth']"),
        r#""bash mongod --auth" at c.yml:4: command: bash *** --auth"#
    );
    assert_eq!(command("command:"), r#""" at c.yml:3: command:"#);
    assert_eq!(command("image: x"), "none");
    let configured = service("configs:\n  - mongod.conf\n  - { source: a, target: /etc/a.conf }");
    let mounts: Vec<_> = configured.mounts.iter().map(|mount| mount.value.as_ref().unwrap().target.as_str()).collect();
    assert_eq!(mounts, ["/mongod.conf", "/etc/a.conf"]);
}

#[test]
fn anchors_and_merge_keys() {
    let service = one(
        &[(
            "c.yml",
            "x-base: &base\n  restart: always\n  image: vendor/chat\nservices:\n  chat:\n    <<: *base\n    image: vendor/chat:8.5\n",
        )],
        &[],
    );
    assert_eq!(shown_of(service.restart.as_ref()), r#""always" at c.yml:2: restart: always"#);
    assert_eq!(shown_of(service.image.as_ref()), r#""vendor/chat:8.5" at c.yml:7: image: vendor/chat:8.5"#);
}

#[test]
fn later_files_lie_over_earlier_ones() {
    let base = "services:\n  chat:\n    image: vendor/chat:1.0\n    restart: no\n    command: [a, b]\n    environment: { SKIP_IT: 'true', A: 1 }\n    \
                ports: ['27017:27017']\n    volumes: ['./a:/uploads']\n";
    let over = "services:\n  chat:\n    image: vendor/chat:2.0\n    restart:\n    command: [c]\n    environment: ['SKIP_IT=no']\n    \
                ports: ['127.0.0.1:9458:9458']\n    volumes: ['./b:/uploads/']\n---\nservices:\n  chat:\n    ports: !override []\n    \
                environment:\n      A: !reset null\n";
    let both = one(&[("a.yml", base), ("b.yml", over)], &[]);
    assert_eq!(shown_of(both.image.as_ref()), r#""vendor/chat:2.0" at b.yml:3: image: vendor/chat:2.0"#);
    assert_eq!(shown_of(both.command.as_ref()), r#""c" at b.yml:5: command: c"#);
    assert_eq!(shown_of(both.environment.get("SKIP_IT")), r#""no" at b.yml:6: SKIP_IT=no"#);
    assert!(!both.environment.contains_key("A") && both.ports.is_empty(), "{both:?}");
    assert_eq!(shown_of(both.restart.as_ref()), r#""no" at a.yml:4: restart: no"#, "nothing is laid over it");
    let nothing = "services:\n  chat:\n    image:\n    command:\n    environment: { SKIP_IT: , A: }\n    ports:\n";
    let both = one(&[("a.yml", base), ("b.yml", nothing)], &[]);
    assert_eq!(shown_of(both.image.as_ref()), r#""vendor/chat:1.0" at a.yml:3: image: vendor/chat:1.0"#);
    assert_eq!(shown_of(both.command.as_ref()), r#""" at b.yml:4: command:"#);
    let skip = shown_of(both.environment.get("SKIP_IT"));
    assert_eq!(skip, "unknown: b.yml:5: SKIP_IT is taken from where `docker compose` runs");
    assert_eq!(both.ports.len(), 1);
    let first = over.split("---").next().unwrap();
    let both = one(&[("a.yml", base), ("b.yml", first)], &[]);
    assert_eq!(both.ports.len(), 2);
}

#[test]
fn services_extend_others() {
    let text = "services:\n  chat:\n    extends: { file: sub/common.yml, service: base }\n    image: vendor/chat:8.5\n";
    let common = "services:\n  root: { restart: always }\n  base:\n    extends: root\n    image: vendor/chat:1.0\n    env_file: [c.env]\n";
    let chat = one(&[("c.yml", text)], &[("sub/common.yml", common), ("sub/c.env", "DB_URL=mongodb://db")]);
    assert_eq!(shown_of(chat.image.as_ref()), r#""vendor/chat:8.5" at c.yml:4: image: vendor/chat:8.5"#);
    assert_eq!(shown_of(chat.restart.as_ref()), r#""always" at sub/common.yml:2: restart: always"#);
    assert_eq!(shown_of(chat.environment.get("DB_URL")), r#""mongodb://db" at sub/c.env:1: DB_URL=mongodb://db"#);
    for (extends, why) in [
        ("{ file: gone.yml, service: base }", "gone.yml: there is no such file"),
        (
            "{ file: ../x.yml, service: base }",
            "c.yml:3: ../x.yml is not read: it lies outside the folder of the manifest",
        ),
        ("{ file: /etc/x.yml, service: base }", "c.yml:3: /etc/x.yml is not read: the path is absolute"),
        (
            "{ file: 'https://x.test/x.yml', service: base }",
            "c.yml:3: https://x.test/x.yml is not read: it is not a file",
        ),
        ("nobody", "c.yml:3: extends: there is no such service"),
        ("chat", "c.yml:3: extends: the services extend one another"),
    ] {
        let text = format!("services:\n  chat:\n    extends: {extends}\n    image: vendor/chat:8.5\n");
        let chat = one(&[("c.yml", &text)], &[("gone.yml", "-")]);
        assert!(chat.image.as_ref().unwrap().value.is_ok());
        assert_eq!(shown_of(chat.restart.as_ref()), format!("unknown: {why}"));
        assert_eq!(chat.more_environment.as_deref(), Some(why));
        let manifests = manifests(&[("c.yml", &text)], &[("gone.yml", "-")]);
        assert_eq!(said(&manifests, "unofficial"), format!("unknown: {why}"));
    }
    let own = "services:\n  chat:\n    extends: nobody\n    image: vendor/chat:8.5\n    build: .\n";
    assert_eq!(said(&manifests(&[("c.yml", own)], &[]), "unofficial"), "c.yml:5: build: .");
}

#[test]
fn services_have_an_end() {
    let of = |count: usize| {
        let services: String =
            (0..count).map(|number| format!("  s{number}: {{ image: vendor/chat:1.2.3 }}\n")).collect();
        let manifests = manifests(&[("c.yml", &format!("services:\n{services}"))], &[]);
        project(&manifests, &[application()]).map(|project| project.services.len())
    };
    assert_eq!(of(1000), Ok(1000));
    assert_eq!(of(1001), Err("c.yml:1002: more than 1,000 services".to_owned()));
}

#[test]
fn files_include_others() {
    let text = "include:\n  - db/compose.yml\n  - path: [a.yml, b.yml]\n    env_file: [first.env, a.env]\n  - https://x.test/c.yml\nservices:\n  web: { image: 'nginx:1' }\n";
    let files = manifests(
        &[("dir/c.yml", text)],
        &[
            ("db/compose.yml", "services:\n  db: { image: 'mongo:${V}', env_file: own.env }\n"),
            ("db/.env", "V=8.0"),
            ("db/own.env", "REPLICA_SET_NAME=x"),
            ("a.yml", "services:\n  chat: { image: 'vendor/chat:1.0' }\n"),
            ("b.yml", "services:\n  chat: { image: 'vendor/chat:${V}' }\n"),
            ("first.env", "M=8\nV=1"),
            ("a.env", "V=${M}.5"),
        ],
    );
    let project = project_of(&files);
    assert_eq!(project.missing, BTreeSet::new());
    let images: Vec<_> = project.services.iter().map(|service| shown_of(service.image.as_ref())).collect();
    assert!(images.iter().any(|image| image.starts_with(r#""mongo:8.0" at dir/db/compose.yml:2"#)), "{images:?}");
    assert!(images.iter().any(|image| image.starts_with(r#""vendor/chat:8.5" at dir/b.yml:2"#)), "{images:?}");
    assert!(
        images.contains(&"unknown: dir/c.yml:5: https://x.test/c.yml is not read: it is not a file".to_owned()),
        "{images:?}"
    );
    assert_eq!(images.len(), 4);
    assert_eq!(
        said(&files, "standalone_mongodb"),
        "unknown: dir/c.yml:5: https://x.test/c.yml is not read: it is not a file"
    );
    let circle = manifests(&[("c.yml", "include: [c.yml]\n")], &[("c.yml", "include: [c.yml]\n")]);
    assert!(said(&circle, "services").contains("too many files include one another"));
}

#[test]
fn what_is_named_is_asked_for_step_by_step() {
    let text = "include: [a.yml]\nservices:\n  chat: { image: vendor/chat, env_file: [x.env], extends: { file: b.yml, service: s } }\n";
    let mut files = manifests(&[("c.yml", text)], &[]);
    files.further.clear();
    assert_eq!(named_files(&files).unwrap(), set(&[".env", "a.yml", "b.yml", "x.env"]));
    for (name, text) in [
        ("a.yml", "include: [sub/d.yml]"),
        ("b.yml", "services: { s: { env_file: y.env } }"),
        ("x.env", ""),
        (".env", ""),
    ] {
        files.further.insert(name.to_owned(), Ok(Some(text.to_owned())));
    }
    assert_eq!(named_files(&files).unwrap(), set(&["sub/.env", "sub/d.yml", "y.env"]));
}

#[test]
fn profiles_leave_services_out() {
    let text = "services:\n  chat: { image: 'vendor/chat:8.5' }\n  debug: { image: vendor/chat, profiles: [debug] }\n";
    let project = project_of(&manifests(&[("c.yml", text)], &[]));
    assert_eq!((project.services.len(), project.left_out), (1, vec!["debug".to_owned()]));
    for profiles in ["debug", "a,debug", "*"] {
        let files = manifests(&[("c.yml", text)], &[(".env", &format!("COMPOSE_PROFILES={profiles}"))]);
        assert_eq!(project_of(&files).services.len(), 2, "{profiles}");
    }
}

#[test]
fn which_files_are_manifests() {
    for (text, error) in [
        ("services:\n  a: {}\n", ""),
        ("include: [a.yml]\n", ""),
        ("replicaCount: 2\n", ""),
        ("services: [a]\n", "c.yml: neither a Compose file, which has a map called `services`, nor values"),
        ("apiVersion: v1\n", "c.yml: an object of Kubernetes, which is not read"),
        ("", "c.yml is empty"),
        ("a: b: c\n", "c.yml:1: "),
    ] {
        let files = manifests(&[("c.yml", text)], &[]);
        match named_files(&files) {
            Ok(_) => assert_eq!(error, "", "{text}"),
            Err(why) => assert!(!error.is_empty() && why.starts_with(error), "{text}: {why}"),
        }
    }
    let files = manifests(&[("c.yml", "services:\n  a: { image: vendor/chat }\n")], &[]);
    assert!(deploys(&files, &application()));
    assert!(!deploys(&files, &Application::default()));
}

#[test]
fn rules_see_what_the_files_say() {
    let files = manifests(
        &[(
            "c.yml",
            "services:\n  chat:\n    image: vendor/chat:latest\n    environment:\n      DB_URL: mongodb://u:s3cret@db/chat\n      SKIP_IT: true\n    \
            ports: ['9458:9458']\n  db:\n    image: mongo:8.0\n    ports: [27017:27017]\n",
        )],
        &[],
    );
    for (name, expected) in [
        ("unpinned", "c.yml:3: image: vendor/chat:latest"),
        ("shortcuts", "c.yml:6: SKIP_IT: true"),
        ("standalone_mongodb", "c.yml:5: DB_URL: mongodb://***@db/chat; c.yml:9: image: mongo:8.0"),
        ("public_metrics", "c.yml:7: - 9458:9458"),
        ("public_backends", "c.yml:10: - 27017:27017"),
        ("no_restart", "c.yml:2: chat has no restart policy"),
    ] {
        assert_eq!(said(&files, name), expected, "{name}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in "(services:\n)?(  [a-c]:\n|    (image|ports|environment|extends|volumes|restart|deploy|profiles): ?(\\$\\{A|[\\[\\]{},a-c:$ -]){0,8}\n|      - ?[a-c0-9:=/$-]{0,9}\n){0,12}") {
        let files = manifests(&[("c.yml", &text)], &[]);
        let _ = (named_files(&files), deploys(&files, &application()));
        if named_files(&files).is_ok() {
            said(&files, "unpinned");
        }
    }
}
