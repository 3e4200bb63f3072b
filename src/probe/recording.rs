//! What a recording keeps of an answer: what a probe reads out of it, and nothing else.
//!
//! Engines, configuration and accounts tell far more than facts need: passwords of proxies and registries, commands and labels
//! of containers, the machine's id, names of persons. Each answer that can hold such things has its line here.

use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::deployment::{STARTED_BY, SWARM_SERVICE, cluster_essence, is_known, mongodb_options, shown};
use super::docker::{CONTAINERS, NETWORKS, SERVICES, TITLE, VOLUMES, names_an_image};
use super::machine::recorded_id;
use super::packages;
use super::plugins::said;
use super::server::LABEL;
use super::userinfo::without_user;
use crate::facts::{Application, Questions, hex};
use crate::host::PLUGINS;
use crate::host::mountinfo::MOUNTINFO;

/// Of `/info` and `/version`.
const OF_ENGINES: &[&str] = &[
    "ServerVersion",
    "DockerRootDir",
    "Driver",
    "MemTotal",
    "DriverStatus",
    "CgroupVersion",
    "OperatingSystem",
    "SecurityOptions",
    "Swarm.LocalNodeState",
    "Swarm.ControlAvailable",
    "Swarm.Managers",
    "Swarm.Nodes",
    "Containerd.Address",
    "Platform.Name",
    "Components.Name",
    "Version",
    "ApiVersion",
];
/// Of the headers that an engine's answer comes with.
const HEADERS: &[&str] = &["server", "api-version", "libpod-api-version"];
/// Of a container in the list of all.
const OF_CONTAINERS: &[&str] = &["Id", "Names", "Image", "Labels", "Ports"];
/// Of a container that is asked for by itself.
const OF_CONTAINER: &[&str] = &["Config.Image", "State.Pid", "HostConfig.Ulimits.Name"];
/// Of a container of the product, beyond that. Its variables, command and mounts are cut, too.
const OF_PRODUCT: &[&str] = &[
    "Config.Env",
    "Path",
    "Args",
    "State.Health.Status",
    "State.Restarting",
    "HostConfig.RestartPolicy.Name",
    "HostConfig.Memory",
    "HostConfig.LogConfig.Type",
    "HostConfig.LogConfig.Config.max-size",
    "Mounts.Type",
    "Mounts.Name",
    "Mounts.Source",
    "Mounts.Destination",
    "Mounts.Driver",
];
/// Of a network, a service of a Swarm and a volume.
const OF_NETWORKS: &[&str] = &["Name", "Scope", "Driver", "Ingress", "Options.encrypted"];
const OF_SERVICES: &[&str] =
    &["ID", "Spec.Mode.Replicated.Replicas", "Spec.TaskTemplate.RestartPolicy.Condition", "Endpoint.Ports"];
const OF_VOLUMES: &[&str] = &["Options.type"];
/// Of the configuration of dockerd.
const OF_DAEMON: &[&str] = &["data-root", "graph", "default-ulimits.nofile.Soft"];
/// Of servers of the product, and of the vendor's services.
const OF_SERVERS: &[&str] = &[
    "version",
    "info.version",
    "supportedVersions",
    "signed",
    "settings",
    "tag",
    "compatibleMongoVersions",
    "websocket",
];

/// The part of an answer that probes read. `question` is what a recording calls it: `read /etc/machine-id`,
/// `get unix:///run/docker.sock /info`, `header server`, `fetch https://chat.example.com/api/info`, `variable DOCKER_HOST`,
/// `run /usr/bin/jq --version`. Only for containers of the images that were asked for, the image and what else is read of them
/// are kept.
pub(crate) fn essence(question: &str, answer: String, questions: &Questions) -> String {
    if let Some(("run", command)) = question.split_once(' ')
        && let Some(kept) = cluster_essence(command, &answer, &questions.applications)
    {
        return kept;
    }
    match question.split_once(' ') {
        Some(("get", of)) if of.ends_with(CONTAINERS) => containers(&answer, questions),
        Some(("get", of)) if of.contains(" /containers/") => container(&answer, questions),
        Some(("get", of)) if of.ends_with(NETWORKS) => edited(&answer, |value| keep(value, OF_NETWORKS)),
        Some(("get", of)) if of.ends_with(SERVICES) => edited(&answer, |value| keep(value, OF_SERVICES)),
        Some(("get", of)) if of.contains(VOLUMES) => edited(&answer, |value| keep(value, OF_VOLUMES)),
        Some(("header", name)) if !HEADERS.contains(&name) => String::new(),
        Some(("get", _)) => edited(&answer, |value| keep(value, OF_ENGINES)),
        // A signed list may stand alone, and all other answers are JSON.
        Some(("fetch", _)) if answer.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-=\n".contains(&byte)) => {
            answer
        }
        Some(("fetch", _)) => server(&answer),
        Some(("variable", _)) => without_user(&answer),
        Some(("read", path)) => file(Path::new(path), answer),
        Some(("run", program)) if Path::new(program).starts_with(PLUGINS) => {
            said(&answer).unwrap_or_default().to_owned()
        }
        _ => answer,
    }
}

fn file(path: &Path, text: String) -> String {
    if let Some(text) = packages::essence(path, &text) {
        return text;
    }
    let member = |name: &str| edited(&text, |value| keep(value, &[name]));
    match path.to_str().unwrap_or_default() {
        MOUNTINFO => return lines(&text, mount),
        path if path.ends_with("/net/tcp") || path.ends_with("/net/tcp6") => return lines(&text, listener),
        "/etc/passwd" => return lines(&text, account),
        "/etc/group" => return lines(&text, group),
        "/etc/containerd/config.toml" => {
            let root = toml::from_str(&text).map(|mut table: toml::Table| table.remove("root"));
            return root.map_or("not readable".to_owned(), |root| {
                root.map_or(String::new(), |root| format!("root = {root}\n"))
            });
        }
        _ => {}
    }
    match path.file_name().and_then(|name| name.to_str()).unwrap_or_default() {
        "machine-id" => recorded_id(&text),
        "config.json" => member("currentContext"),
        "meta.json" => edited(&member("Endpoints.docker.Host"), |context| {
            if let Some(Value::String(address)) = context.pointer_mut("/Endpoints/docker/Host") {
                *address = without_user(address);
            }
        }),
        // An empty file configures nothing.
        "daemon.json" if text.trim().is_empty() => text,
        "daemon.json" => edited(&text, |value| keep(value, OF_DAEMON)),
        "status.json" => member("attached"),
        // What a script says of these two tells what it starts.
        _ if text.starts_with("#!") => {
            let said = ["docker run", "podman"].into_iter().filter(|said| text.contains(said));
            said.fold("#!\n".to_owned(), |script, said| script + said + "\n")
        }
        _ => text,
    }
}

/// JSON that was changed; nothing where it is no JSON.
fn edited(text: &str, edit: impl FnOnce(&mut Value)) -> String {
    let Ok(mut value) = serde_json::from_str(text) else { return String::new() };
    edit(&mut value);
    value.to_string()
}

/// Keeps some members, with all that is in them: `Swarm.Nodes` is a member of `Swarm`. In a list, those of each entry.
fn keep(value: &mut Value, kept: &[&str]) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| keep(value, kept)),
        Value::Object(members) => members.retain(|name, value| {
            let of = |path: &&str| path.strip_prefix(name.as_str())?.strip_prefix('.').map(str::len);
            let below: Vec<_> = kept.iter().filter_map(|path| Some(&path[path.len() - of(path)?..])).collect();
            if !below.is_empty() {
                keep(value, &below);
            }
            !below.is_empty() || kept.contains(&name.as_str())
        }),
        _ => {}
    }
}

fn containers(answer: &str, questions: &Questions) -> String {
    edited(answer, |value| {
        // The one that recorded it is gone when it is replayed.
        let title = |container: &Value| Some(container.get("Labels")?.get(TITLE.0)?.as_str()? == TITLE.1);
        if let Some(containers) = value.as_array_mut() {
            containers.retain(|container| title(container) != Some(true));
        }
        keep(value, OF_CONTAINERS);
        for container in value.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            let image = container.get("Image").and_then(Value::as_str).unwrap_or_default();
            // What an id stands for, only the container's own answer tells.
            if names_an_image(image) && !of_product(image, questions) {
                container.remove("Image");
                container.remove("Labels");
            } else if let Some(labels) = container.get_mut("Labels").and_then(Value::as_object_mut) {
                let starts_it = |name: &str| STARTED_BY.iter().any(|(label, _)| *label == name);
                labels.retain(|name, _| [LABEL, SWARM_SERVICE].contains(&name.as_str()) || starts_it(name));
            }
        }
    })
}

fn container(answer: &str, questions: &Questions) -> String {
    edited(answer, |value| {
        let image = value.pointer("/Config/Image").and_then(Value::as_str).unwrap_or_default();
        if of_product(image, questions) {
            keep(value, &[OF_CONTAINER, OF_PRODUCT].concat());
            return product(value, questions);
        }
        keep(value, OF_CONTAINER);
        if let Some(Value::String(image)) = value.pointer_mut("/Config/Image")
            && names_an_image(image)
        {
            *image = veiled(image);
        }
    })
}

/// Cuts what a container of the product was started with to what is read: see `deployment::containers`.
fn product(value: &mut Value, questions: &Questions) {
    let is_read = |name: &str| questions.applications.iter().flat_map(Application::variables).any(|read| read == name);
    let variables = value.pointer_mut("/Config/Env").and_then(Value::as_array_mut);
    for variable in variables.into_iter().flatten() {
        let text = variable.as_str().unwrap_or_default();
        *variable = match text.split_once('=') {
            Some((name, content)) if is_read(name) => format!("{name}={}", shown(content)).into(),
            _ => text.split('=').next().unwrap_or_default().into(),
        };
    }
    let command: Vec<String> = ["Path", "Args"]
        .into_iter()
        .filter_map(|member| value.as_object_mut()?.remove(member))
        .flat_map(|words| match words {
            Value::Array(words) => words,
            word => vec![word],
        })
        .filter_map(|word| word.as_str().map(str::to_owned))
        .collect();
    let uploads = |mounted: &Value| {
        let directory = mounted.get("Destination").and_then(Value::as_str);
        directory.is_some_and(|directory| questions.applications.iter().any(|of| of.holds_uploads(directory)))
    };
    if let Some(members) = value.as_object_mut() {
        members.insert("Args".to_owned(), mongodb_options(&command).into());
        if let Some(mounts) = members.get_mut("Mounts").and_then(Value::as_array_mut) {
            mounts.retain(uploads);
        }
    }
}

fn of_product(image: &str, questions: &Questions) -> bool {
    questions.applications.iter().any(|application| is_known(image, application))
}

fn server(answer: &str) -> String {
    edited(answer, |value| {
        keep(value, OF_SERVERS);
        if let Some(settings) = value.get_mut("settings").and_then(Value::as_array_mut) {
            settings.retain(|setting| setting.get("_id").and_then(Value::as_str) == Some("uniqueID"));
        }
    })
}

fn lines(text: &str, line: impl Fn(&str) -> Option<String>) -> String {
    text.lines().filter_map(|text| Some(line(text)? + "\n")).collect()
}

/// Options of a mount tell users and servers. Only those of control groups and of a container's root are read.
fn mount(line: &str) -> Option<String> {
    let (mount, system) = line.split_once(" - ")?;
    let is_read = mount.split(' ').nth(4) == Some("/") || system.starts_with("cgroup");
    let (rest, options) = system.rsplit_once(' ')?;
    let options = if is_read { options } else { options.split(',').next()? };
    Some(format!("{mount} - {rest} {options}"))
}

/// Connections tell who talks to the host. Only those sockets are read that listen.
fn listener(line: &str) -> Option<String> {
    let state = line.split_whitespace().nth(3)?;
    ["st", "0A"].contains(&state).then(|| line.to_owned())
}

fn account(line: &str) -> Option<String> {
    let fields: Vec<_> = line.split(':').collect();
    let [name, _, user, group, ..] = fields.as_slice() else { return None };
    Some(format!("{}:x:{user}:{group}:::", veiled(name)))
}

fn group(line: &str) -> Option<String> {
    let fields: Vec<_> = line.split(':').collect();
    let [name, _, id, members, ..] = fields.as_slice() else { return None };
    // Groups of persons begin there: login.defs(5).
    let of_persons = id.parse().is_ok_and(|id: u32| id >= 1000);
    let name = if of_persons { veiled(name) } else { (*name).to_owned() };
    let members: Vec<_> = members.trim().split(',').map(veiled).collect();
    Some(format!("{name}:x:{id}:{}", members.join(",")))
}

/// The same word for the same name, so that a member is still found.
fn veiled(name: &str) -> String {
    if ["", "root"].contains(&name) { name.to_owned() } else { format!("u{}", hex(&Sha256::digest(name)[..8])) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn kept(question: &str, answer: &str) -> String {
        let of = |name: &str| BTreeSet::from([name.to_owned()]);
        let application = Application {
            images: of("chat"),
            mongodb_images: of("mongo"),
            needs: of("URL"),
            uploads: of("/uploads"),
            ..Application::default()
        };
        let questions = Questions { applications: vec![application], ..Questions::default() };
        essence(question, answer.to_owned(), &questions)
    }

    #[test]
    fn only_what_probes_read_is_kept() {
        for (question, answer, expected) in [
            (
                "read /home/a/.docker/config.json",
                r#"{"auths":{"r":{"auth":"c2VjcmV0"}},"proxies":{},"currentContext":"x"}"#,
                r#"{"currentContext":"x"}"#,
            ),
            ("read /home/a/.docker/config.json", "secret", ""),
            (
                "read /root/.docker/contexts/meta/00/meta.json",
                r#"{"Name":"x","Metadata":{"a":1},"Endpoints":{"docker":{"Host":"ssh://me:secret@h","SkipTLSVerify":false}}}"#,
                r#"{"Endpoints":{"docker":{"Host":"ssh://h"}}}"#,
            ),
            (
                "read /etc/docker/daemon.json",
                r#"{"data-root":"/d","proxies":{"http-proxy":"http://u:secret@p"},"default-ulimits":{"nofile":{"Name":"nofile","Soft":9}}}"#,
                r#"{"data-root":"/d","default-ulimits":{"nofile":{"Soft":9}}}"#,
            ),
            ("read /etc/docker/daemon.json", " \n", " \n"),
            (
                "read /etc/containerd/config.toml",
                "root = '/d'\n[plugins.cri.registry]\npassword = 'secret'\n",
                "root = \"/d\"\n",
            ),
            (
                "read /var/lib/ubuntu-advantage/status.json",
                r#"{"attached":true,"account":{"name":"x"}}"#,
                r#"{"attached":true}"#,
            ),
            ("read /usr/bin/docker-compose", "#!/bin/sh\nT=secret docker run x\n", "#!\ndocker run\n"),
            (
                "read /etc/passwd",
                "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000:Ann A:/home/ann:/bin/sh\n",
                "root:x:0:0:::\nu49915e0d7d4b402e:x:1000:1000:::\n",
            ),
            (
                "read /etc/group",
                "docker:x:998:ann\nann:x:1000:\n",
                "docker:x:998:u49915e0d7d4b402e\nu49915e0d7d4b402e:x:1000:\n",
            ),
            (
                "read /proc/self/mountinfo",
                "1 0 8:1 / / rw - ext4 /dev/sda1 rw,errors=x\n2 1 0:9 / /m rw - cifs //nas/x rw,username=ann\n",
                "1 0 8:1 / / rw - ext4 /dev/sda1 rw,errors=x\n2 1 0:9 / /m rw - cifs //nas/x rw\n",
            ),
            (
                "read /proc/7/net/tcp",
                "  sl  local_address rem_address   st tx_queue\n 0: 0100007F:0CEA 00000000:0000 0A 0:0\n 1: A:1 B:2 01 0:0\n",
                "  sl  local_address rem_address   st tx_queue\n 0: 0100007F:0CEA 00000000:0000 0A 0:0\n",
            ),
            (
                "get unix:///run/docker.sock /info",
                r#"{"ID":"x","MemTotal":1,"HttpProxy":"http://u:secret@p","Swarm":{"Nodes":1,"RemoteManagers":[{"Addr":"10.0.0.1"}]},"Labels":["secret"],"Driver":"overlay2"}"#,
                r#"{"Driver":"overlay2","MemTotal":1,"Swarm":{"Nodes":1}}"#,
            ),
            (
                "get unix:///run/docker.sock /version",
                r#"{"Components":[{"Name":"Engine","Details":{}}]}"#,
                r#"{"Components":[{"Name":"Engine"}]}"#,
            ),
            (
                "get unix:///run/docker.sock /containers/json",
                r#"[{"Id":"1","Names":["/a"],"Image":"mongo:8","Command":"x secret","Labels":{"a":"secret","org.opencontainers.image.version":"8"},"Ports":[]},
                    {"Names":["/b"],"Image":"registry.acme.example/secret","Labels":{"org.opencontainers.image.version":"8"},"Mounts":[]}]"#,
                r#"[{"Id":"1","Image":"mongo:8","Labels":{"org.opencontainers.image.version":"8"},"Names":["/a"],"Ports":[]},{"Names":["/b"]}]"#,
            ),
            (
                "get unix:///run/docker.sock /containers/json",
                r#"[{"Id":"1a","Image":"mongo:8"},{"Id":"2b","Image":"mongo:8","Labels":{"org.opencontainers.image.title":"rampcheck"}}]"#,
                r#"[{"Id":"1a","Image":"mongo:8"}]"#,
            ),
            (
                "get unix:///run/docker.sock /containers/json",
                r#"[{"Id":"1a","Image":"sha256:db86b52fad17a3","Labels":{"a":"secret"}}]"#,
                r#"[{"Id":"1a","Image":"sha256:db86b52fad17a3","Labels":{}}]"#,
            ),
            (
                "get unix:///run/docker.sock /containers/1a/json",
                r#"{"Config":{"Image":"mongo:8","Env":["A=secret"]},"State":{"Pid":7},"HostConfig":{"Ulimits":[{"Name":"nofile","Soft":9}],"Binds":["/secret"]}}"#,
                r#"{"Args":[],"Config":{"Env":["A"],"Image":"mongo:8"},"HostConfig":{"Ulimits":[{"Name":"nofile"}]},"State":{"Pid":7}}"#,
            ),
            (
                "get unix:///run/docker.sock /containers/1a/json",
                r#"{"Config":{"Image":"registry.acme.example/secret"}}"#,
                r#"{"Config":{"Image":"ub6dfcd3485535b77"}}"#,
            ),
            (
                "get unix:///run/docker.sock /containers/1a/json",
                r#"{"Path":"x","Args":["--secret"],"Config":{"Image":"chat:1","Env":["A=secret","URL=nats://secret@h"]},
                    "State":{"Pid":7,"Restarting":false,"Health":{"Status":"healthy","Log":["secret"]}},
                    "HostConfig":{"RestartPolicy":{"Name":"no"},"Memory":9,"Binds":["/secret"],
                    "LogConfig":{"Type":"json-file","Config":{"max-size":"1m","env":"secret"}}},
                    "Mounts":[{"Type":"volume","Name":"u","Destination":"/uploads"},{"Source":"/secret","Destination":"/x"}]}"#,
                concat!(
                    r#"{"Args":[],"Config":{"Env":["A","URL=nats://***@h"],"Image":"chat:1"},"#,
                    r#""HostConfig":{"LogConfig":{"Config":{"max-size":"1m"},"Type":"json-file"},"Memory":9,"#,
                    r#""RestartPolicy":{"Name":"no"}},"Mounts":[{"Destination":"/uploads","Name":"u","Type":"volume"}],"#,
                    r#""State":{"Health":{"Status":"healthy"},"Pid":7,"Restarting":false}}"#
                ),
            ),
            (
                "get unix:///run/docker.sock /networks",
                r#"[{"Name":"a","Scope":"swarm","Driver":"overlay","Options":{"encrypted":"","x":"secret"},"Labels":{"secret":""}}]"#,
                r#"[{"Driver":"overlay","Name":"a","Options":{"encrypted":""},"Scope":"swarm"}]"#,
            ),
            (
                "get unix:///run/docker.sock /volumes/u",
                r#"{"Name":"u","Options":{"type":"cifs","o":"username=u,password=secret"}}"#,
                r#"{"Options":{"type":"cifs"}}"#,
            ),
            ("get tcp://127.0.0.1:2375 /other", "secret", ""),
            (
                "fetch https://c/api/info",
                r#"{"version":"8.5","info":{"version":"8.5.1","build":"secret"},"commit":1}"#,
                r#"{"info":{"version":"8.5.1"},"version":"8.5"}"#,
            ),
            (
                "fetch https://c/id",
                r#"{"settings":[{"_id":"uniqueID","value":"x"},{"_id":"y","value":"secret"}]}"#,
                r#"{"settings":[{"_id":"uniqueID","value":"x"}]}"#,
            ),
            ("fetch https://c/list", "aaa.bbb.c-c_c\n", "aaa.bbb.c-c_c\n"),
            ("fetch https://c/", "<html>secret</html>", ""),
            ("header server", "Docker/29", "Docker/29"),
            ("header set-cookie", "secret", ""),
            ("variable DOCKER_HOST", "tcp://u:secret@127.0.0.1:2375", "tcp://127.0.0.1:2375"),
            ("variable DOCKER_HOST", "unix:///run/a@b", "unix:///run/a@b"),
            ("run /usr/lib/rampcheck/plugins.d/disk", "\nDISK OK | /=5GB\nsecret\n", "DISK OK"),
            ("run /usr/bin/jq --version", "jq-1.7\nmore\n", "jq-1.7\nmore\n"),
            ("read /etc/os-release", "ID=debian\n", "ID=debian\n"),
        ] {
            assert_eq!(kept(question, answer), expected, "{question}");
        }
    }
}
