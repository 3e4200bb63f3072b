//! Where fuzzing begins: real samples of this tree, as each target takes them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rampcheck::facts::Subject;
use rampcheck::host::{Endpoint, Host, READ_LIMIT, Recorded, Remembering};
use rampcheck::probe::reports;
use rampcheck::report::FACTS_SCHEMA;
use rampcheck::signature::{REPORTS, SigningKey};
use serde_json::{Value, json};

use super::bodies::{SUBJECTS, questions};

/// The samples of a target. `root` is the source tree.
pub fn seeds(target: &str, root: &Path) -> Vec<Vec<u8>> {
    let hosts = || folder(&root.join("tests/hosts")).into_iter().filter_map(|host| Recorded::load(&host).ok());
    let of_hosts = |path: &str| -> Vec<Vec<u8>> {
        hosts().filter_map(|host| host.read(Path::new(path), READ_LIMIT).ok()).collect()
    };
    match target {
        "report" => {
            let files = folder(&root.join("tests/reports"));
            let reports = files.iter().filter_map(|file| serde_json::from_slice(&fs::read(file).ok()?).ok());
            reports.flat_map(|report| parts(&report)).collect()
        }
        "pack" => {
            let products = ["cometchat", "rocketchat"].map(|product| folder(&root.join("checks").join(product)));
            let seed = |file: &std::path::PathBuf| {
                let name = file.file_name()?.to_str()?;
                // Every check stands for the one check of the pack that the target keeps.
                let text = fs::read_to_string(file).ok()?;
                let id = format!("id = \"{}\"", name.strip_suffix(".toml")?);
                Some(format!("# {name}\n{}", text.replacen(&id, "id = \"cpu\"", 1)).into_bytes())
            };
            products.iter().flatten().filter_map(seed).collect()
        }
        "os_release" => of_hosts("/etc/os-release"),
        "mountinfo" => of_hosts("/proc/self/mountinfo"),
        "version" => [
            ">=24\n20.10.24+dfsg1",
            ">=1.1, <3\n1.1.1w",
            "=24\n18.06.1-ce",
            ">=6.19, <7.0.14\n6.8.0-88-generic",
            "<=5\nv2.26.1",
            ">2\n5.15.0-91-generic",
            "20.04",
            "99999999999999999999.1",
        ]
        .map(|text| text.as_bytes().to_vec())
        .into(),
        "docker" => hosts().filter_map(|host| answers(&host)).collect(),
        "jwt" => {
            // A token of the right form that nobody signed, alone and as servers and services hand it on.
            let token = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0aW1lc3RhbXAiOiIyMDI2LTExLTAxVDAwOjAwOjAwWiIsInZlcnNpb25zIjpbXX0.AAAA";
            let served = format!("{{\"version\":\"8.5\",\"supportedVersions\":{{\"signed\":\"{token}\"}}}}");
            [
                token.to_owned(),
                format!("{{\"signed\":\"{token}\"}}"),
                format!("\"{token}\""),
                served,
                "{\"version\":\"8.5\"}".to_owned(),
            ]
            .map(String::into_bytes)
            .into()
        }
        "host" => {
            let questions = questions();
            let of_host = |host: Recorded| {
                let host = Arc::new(host);
                SUBJECTS.map(|subject| asked(&host, subject, &questions))
            };
            let answers = Recorded::default().answering(ANSWERS).expect("a recording");
            let hosts = folder(&root.join("tests/hosts")).into_iter().filter(|host| {
                // It hangs, and here is no deadline.
                fs::read_to_string(host).is_ok_and(|text| !text.contains("\"hangs\""))
            });
            let hosts = hosts.filter_map(|host| Recorded::load(&host).ok());
            let all: BTreeSet<_> = hosts.chain([answers]).flat_map(of_host).flatten().collect();
            all.into_iter().collect()
        }
        "http" => [
            "HTTP/1.1 200 OK\r\nServer: Docker/28\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\nX: y\r\n\r\n",
            "HTTP/1.0 404 Not Found\r\nConnection: close\r\n\r\nno such page",
            "HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nApi-Version: 1.51\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
            "SSH-2.0-OpenSSH_9.6\r\n",
        ]
        .map(|text| text.as_bytes().to_vec())
        .into(),
        "plan" => {
            [PLAN, "product = \"rocketchat\"", "tier = \"qa\"\nphase = \"run\"\nstrict = true", "numbers = { mau = 1 }"]
                .map(|text| text.as_bytes().to_vec())
                .into()
        }
        "manifest" => MANIFESTS.map(|text| text.as_bytes().to_vec()).into(),
        "redact_map" => {
            let map =
                r#"{"salt":"6f1c","host":{"chat-7.corp.example":"host-1","chat-7":"host-1"},"user":{"mara":"user-1"},"#;
            let more = r#""domain":{"corp.example":"domain-1"},"ip":{"10.20.0.15":"ip-1","2001:db8::9":"ip-2"}}"#;
            [
                format!(
                    "{map}{more}\nmara@chat-7.corp.example:/home/mara 10.20.0.15 [2001:db8::9]:443 52:54:00:ab:cd:01"
                ),
                "{\"host\":{\"host-1\":\"host-2\"}}\nhost-1 host-2".to_owned(),
                "{}\nweb".to_owned(),
            ]
            .map(String::into_bytes)
            .into()
        }
        "signature" => {
            let read = |name: &str| fs::read_to_string(root.join("tests/keys").join(name)).expect("a key of the tests");
            let (private, public) = (read("ssh"), read("ssh.pub"));
            let signed = SigningKey::parse(&private).expect("a good key").sign(b"a report", REPORTS);
            [
                format!("# who may sign\n*@example.net,!x namespaces=\"git,rampcheck\" {public}"),
                format!("chat.example.net,10.0.0.1 {public}@cert-authority *.example.net {public}"),
                format!("|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= {public}"),
                format!("[chat.example.net]:2222 {public}@revoked * {public}"),
                private,
                signed,
                read("site.pub"),
            ]
            .map(String::into_bytes)
            .into()
        }
        "archive" => {
            let text = |path: &str| fs::read_to_string(root.join("checks").join(path)).expect("a file of a pack");
            let tar = |product: &str, files: &[(&str, &str)]| {
                let mut archive = tar::Builder::new(Vec::new());
                for (place, file) in files {
                    let mut header = tar::Header::new_ustar();
                    let text = text(file);
                    header.set_size(text.len() as u64);
                    archive.append_data(&mut header, format!("{product}/{place}"), text.as_bytes()).expect("memory");
                }
                archive.into_inner().expect("memory")
            };
            let record = "on = \"2026-12-03\"\nsha256 = \"00\"\n[signed_by]\nname = \"a\"\nkey = \"SHA256:x\"\n";
            vec![
                tar("cometchat", &[("pack.toml", "cometchat/pack.toml"), ("cpu.toml", "cometchat/cpu.toml")]),
                tar("x", &[("a.toml", "cometchat/jq.toml"), ("common/b.toml", "common/openssl.toml")]),
                record.as_bytes().to_vec(),
            ]
        }
        _ => Vec::new(),
    }
}

/// A report is larger than what libFuzzer changes well. So each seed has some of its findings, with the facts that they are
/// about, and one is a document of facts.
fn parts(report: &Value) -> Vec<Vec<u8>> {
    let findings = report["findings"].as_array().expect("a report has findings");
    let facts = report["facts"].as_object().expect("a report has facts");
    let seed = |findings: &[Value]| {
        let said = Value::from(findings).to_string();
        let mut part = report.clone();
        part["findings"] = findings.into();
        part["facts"] = facts
            .iter()
            .filter(|(name, _)| said.contains(name.as_str()))
            .map(|(name, fact)| (name.clone(), fact.clone()))
            .collect();
        part.to_string().into_bytes()
    };
    let mut seeds: Vec<_> = findings.chunks(5).map(seed).collect();
    let facts: Value = facts.iter().step_by(6).map(|(name, fact)| (name.clone(), fact.clone())).collect();
    let document = json!({ "schema": FACTS_SCHEMA, "collection": report["collection"], "facts": facts });
    seeds.push(document.to_string().into_bytes());
    seeds
}

/// A plan that says everything.
const PLAN: &str = r#"
product = "rocketchat"
numbers = { users = 900, concurrent = 100 }
phase = "upgrade"
nodes = 2
instances = 3
deployment = "docker"
mongodb = "external"
mongodb_version = "8.0.4"
data_dir = "/srv/data"
server = { url = "https://chat.example.com", version = "8.5.0", online = true, supported_versions = ["list.jwt"] }
strict = true
timeout = "10s"
[[waiver]]
id = "storage-media"
reason = "all-flash array"
who = "mara"
until = 2027-03-31
[[attestation]]
fact = "storage.data.media"
value = "ssd"
"#;

/// What recorded hosts do not have: servers, services, measurements and troubles.
const ANSWERS: &str = r#"
variables = { DOCKER_HOST = "tcp://127.0.0.1:2375" }
web = [
    { url = "https://chat.example.com/api/info", body = '{"version":"8.5"}', certificate_ends = "2027-01-31", tls = "1.3" },
    { url = "https://releases.rocket.chat/v2/server/supportedVersions", body = '{"signed":"eyJ9.e30.AAAA"}' },
]
http = [
    { endpoint = "tcp://127.0.0.1:2375", target = "/version", headers = { server = "Docker/28" }, body = '{"Version":"28.0.1","ApiVersion":"1.48"}' },
    { endpoint = "tcp://127.0.0.1:2375", target = "/info", body = '{"DockerRootDir":"/var/lib/docker","Driver":"overlay2"}' },
]
errors = { "read /proc/meminfo" = "not-permitted", "fetch https://chat.example.com/api/v1/settings.public" = { tls = "expired" } }
measurements."writes /srv/data" = { size = 4096, first = [900, 1100] }
measurements."files /srv/data" = { size = 4096, first = [90, 110], again = [2, 3], zeros = [1] }
statfs."/" = { size = 1099511627776, available = 549755813888, inodes = 1000, inodes_free = 500 }
directories."/srv/data" = []
"#;

/// A recording of what the probe of one subject asks a host.
fn asked(host: &Arc<Recorded>, subject: Subject, questions: &rampcheck::facts::Questions) -> Option<Vec<u8>> {
    let remembering = Remembering::new(Arc::clone(host) as Arc<dyn Host>);
    reports(subject, &remembering, questions);
    let recording = remembering.recorded(|_, answer| answer).to_toml().ok()?;
    Some(format!("# {}\n{recording}", subject.name()).into_bytes())
}

/// What a recorded engine answered, a line for each question.
fn answers(host: &Recorded) -> Option<Vec<u8>> {
    let engine = Endpoint::Unix("/var/run/docker.sock".into());
    let body = |target: &str| -> Option<String> {
        let value: Value = serde_json::from_str(&host.get(&engine, target).ok()?.body).ok()?;
        Some(value.to_string())
    };
    let lines = ["/version", "/info", "/containers/json"].map(body);
    lines[0].is_some().then(|| lines.map(Option::unwrap_or_default).join("\n").into_bytes())
}

fn folder(path: &Path) -> Vec<std::path::PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
}

/// Compose files in the forms that services are written in.
const MANIFESTS: [&str; 4] = [
    "x-base: &base\n  restart: always\nservices:\n  chat:\n    <<: *base\n    image: ${IMAGE:-rocketchat/rocket.chat}:8.5.1\n    \
     environment:\n      MONGO_URL: mongodb://u:p@db/?replicaSet=rs0\n      ROOT_URL:\n    ports: ['127.0.0.1:3000:3000', 9458]\n",
    "services:\n  chat:\n    image: rocketchat/rocket.chat\n    env_file: [a.env]\n    environment: [A=1, 'B=$A', C]\n    deploy:\n      \
     replicas: 2\n      resources: { limits: { memory: 1g } }\n    volumes:\n      - { type: bind, source: ., target: /app/uploads }\n",
    "include:\n  - a.yml\n  - { path: [b.yml, ../c.yml], env_file: d.env }\nservices:\n  db:\n    extends: { file: e.yml, service: db }\n    \
     image: mongo:8.0\n    command: [mongod, --replSet, rs0]\n    ports: [{ target: 27017, published: '27017' }]\n---\nservices:\n  db: !override {}\n",
    "services:\n  a: { extends: b, profiles: [x] }\n  b: { extends: a, network_mode: host, build: . }\nvolumes: { v: { external: true } }\n",
];
