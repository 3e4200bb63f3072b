//! What a service of the files says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::service::{Mount, Service, Setting, shown, shown_command, unset};
use super::super::variables::{Variables, read};
use super::super::yaml::{Key, Node, Place, Yaml};
use super::{LISTED, Reader, excerpt};
use crate::facts::Excerpt;

impl Reader<'_> {
    pub(super) fn service(&self, key: &Key, node: &Node, volumes: Option<&Node>) -> Service {
        let own = excerpt(&key.place, &format!("{}:", key.text));
        if node.map().is_none() {
            return anything(own, &format!("{}: a map is expected here, not {}", node.place, node.kind()));
        }
        let (environment, more_environment) = self.environment(node);
        let mut service = Service {
            image: node.entry("image").map(|(key, node)| self.setting(key, node)),
            build: node
                .entry("build")
                .map(|(key, node)| Setting { value: Ok(()), excerpt: self.setting_excerpt(key, node) }),
            environment,
            more_environment,
            command: self.command(node),
            ports: self.ports(node),
            restart: self.restart(node),
            memory: self.memory(node),
            replicas: self.replicas(node),
            mounts: self.mounts(node, volumes).into_iter().chain(self.configs(node)).collect(),
            ..Service::at(own)
        };
        if let Some(why) = self.partial.get(&key.text) {
            let rest = anything(service.excerpt.clone(), why);
            service.image = service.image.or(rest.image);
            service.build = service.build.or(rest.build);
            service.more_environment = service.more_environment.or(rest.more_environment);
            service.command = service.command.or(rest.command);
            service.ports.extend(rest.ports);
            service.restart = service.restart.or(rest.restart);
            service.memory = service.memory.or(rest.memory);
            service.replicas = service.replicas.or(rest.replicas);
            service.mounts.extend(rest.mounts);
        }
        service
    }

    /// A setting that can be shown as it is written.
    fn setting(&self, key: &Key, node: &Node) -> Setting<String> {
        Setting { value: self.text(node), excerpt: self.setting_excerpt(key, node) }
    }

    pub(super) fn setting_excerpt(&self, key: &Key, node: &Node) -> Excerpt {
        excerpt(&key.place, format!("{}: {}", key.text, self.written(node)).trim_end())
    }

    /// A text as it is written, and what becomes of it.
    pub(super) fn written(&self, node: &Node) -> String {
        let text = node.text().unwrap_or_default();
        match self.text(node) {
            Ok(expanded) if expanded != text => format!("{text} # {expanded}"),
            _ => text.to_owned(),
        }
    }

    /// A value out of a text in which nothing may be unknown.
    fn parsed<T>(&self, key: &Key, node: &Node, parse: impl Fn(&str) -> Option<T>, what: &str) -> Setting<T> {
        let value = self.whole_text(node).and_then(|text| parse(&text).ok_or_else(|| format!("{}: {what}", key.place)));
        Setting { value, excerpt: self.setting_excerpt(key, node) }
    }

    /// The variables of a service, and why there may be more of them.
    fn environment(&self, service: &Node) -> (BTreeMap<String, Setting<String>>, Option<String>) {
        let mut variables = BTreeMap::new();
        let mut more = None;
        let own = service.get("environment").and_then(Node::map).unwrap_or_default();
        let mut known = Variables::default();
        // A file that is named again is read at its first place, as the last one of its names says.
        let (mut files, mut places) = (Vec::new(), BTreeMap::new());
        for node in service.get("env_file").and_then(Node::list).unwrap_or_default() {
            let name = self.text(node.get("path").unwrap_or(node)).map(|path| self.folder_of(node).to_owned() + &path);
            let at = *places.entry(name).or_insert(files.len());
            if at < files.len() {
                files[at] = node;
            } else {
                files.push(node);
            }
        }
        for node in files {
            if let Err(why) = self.env_file(node, own, &mut known, &mut variables) {
                known = Variables { more: Some(why.clone()), ..Variables::default() };
                more.get_or_insert(why);
            }
        }
        let Some((_, environment)) = service.entry("environment") else { return (variables, more) };
        let Some(entries) = environment.map() else {
            more.get_or_insert(format!("{}: a map or a list is expected here", environment.place));
            return (variables, more);
        };
        for (key, node) in entries {
            if key.text.contains('$') {
                more.get_or_insert(format!("{}: the name of a variable depends on another one", key.place));
                continue;
            }
            let value = if node.is_null() { self.passed(&key.text, &node.place) } else { self.text(node) };
            let sign = if node.tag.as_deref() == Some(LISTED) { "=" } else { ": " };
            variables.insert(key.text.clone(), self.variable(&key.text, sign, &key.place, node.text(), value));
        }
        (variables, more)
    }

    /// A variable, with its value only if a pack names it.
    fn variable(
        &self,
        name: &str,
        sign: &str,
        place: &Place,
        written: Option<&str>,
        value: Result<String, String>,
    ) -> Setting<String> {
        if !self.applications.iter().any(|application| application.names_variable(name)) {
            return Setting { value: Ok(String::new()), excerpt: excerpt(place, name) };
        }
        let text = match (written.map(shown), value.as_deref().map(shown)) {
            (Some(written), Ok(value)) if value != written => format!("{name}{sign}{written} # {value}"),
            (Some(written), _) => format!("{name}{sign}{written}"),
            (None, _) => name.to_owned(),
        };
        Setting { value, excerpt: excerpt(place, &text) }
    }

    /// The value of a variable that a service takes over from where `docker compose` runs.
    fn passed(&self, name: &str, place: &Place) -> Result<String, String> {
        let file = self.files.get(&place.file);
        match file.map(|file| file.variables.get(name)) {
            Some(Ok(Some(value))) => Ok(value.to_owned()),
            Some(Err(why)) => Err(why),
            _ => Err(format!("{place}: {name} is taken from where `docker compose` runs")),
        }
    }

    /// Reads a file of a service's variables. `own` are those of its `environment`, and `known` those of the files before.
    fn env_file(
        &self,
        node: &Node,
        own: &[(Key, Node)],
        known: &mut Variables,
        into: &mut BTreeMap<String, Setting<String>>,
    ) -> Result<(), String> {
        let named = node.get("path").unwrap_or(node);
        let path = self.path(named)?;
        let required = node.get("required").and_then(Node::text).unwrap_or_default().to_ascii_lowercase();
        let is_needed = !["false", "no", "off", "n"].contains(&required.as_str());
        let is_raw = node.get("format").and_then(Node::text) == Some("raw");
        let text = match self.content(&path).map_err(|why| format!("{}: {why}", named.place))? {
            Some(text) => text,
            None if !is_needed => return Ok(()),
            None => return Err(format!("{}: {path}: there is no such file", named.place)),
        };
        let outer = self.files.get(&named.place.file).map(|file| file.variables.clone()).unwrap_or_default();
        let file: Arc<str> = self.folder.join(&path).display().to_string().into();
        let mut others = outer.clone().or(known);
        // Releases of Compose differ in what a line may name besides.
        for (name, value) in &known.values {
            if others.get(name).is_ok_and(|other| other != Some(value.as_str())) {
                others.doubt(name, format!("releases of Compose differ in which {name} counts here: set it once"));
            }
        }
        for (key, _) in own {
            if outer.get(&key.text) == Ok(None) {
                let Key { text: name, place } = key;
                others
                    .doubt(name, format!("not every release of Compose reads {name} of {place} here: set it in .env"));
            }
        }
        let lines = read(&text, is_raw, &others).map_err(|why| format!("{file}: {why}"))?;
        known.add(&lines);
        for line in lines {
            let place = Place { file: Arc::clone(&file), line: line.number };
            let written = line.value.clone();
            let value = match line.value {
                Some(value) => Ok(value),
                None => outer.get(&line.name).and_then(|value| {
                    let taken = || format!("{place}: {} is taken from where `docker compose` runs", line.name);
                    value.map(str::to_owned).ok_or_else(taken)
                }),
            };
            into.insert(line.name.clone(), self.variable(&line.name, "=", &place, written.as_deref(), value));
        }
        Ok(())
    }

    fn command(&self, service: &Node) -> Option<Setting<String>> {
        let parts: Vec<_> = ["entrypoint", "command"].iter().filter_map(|name| service.entry(name)).collect();
        let (key, _) = parts.last()?;
        let mut words = Vec::new();
        let mut value = Ok(());
        for (_, node) in &parts {
            for word in node.list().unwrap_or(std::slice::from_ref(node)) {
                match self.text(word) {
                    _ if word.is_null() => {}
                    Ok(word) => words.push(word),
                    Err(why) => value = value.and(Err(why)),
                }
            }
        }
        let command = words.join(" ");
        let excerpt = excerpt(&key.place, format!("{}: {}", key.text, shown_command(&command)).trim_end());
        Some(Setting { value: value.map(|()| command), excerpt })
    }

    fn restart(&self, service: &Node) -> Option<Setting<String>> {
        let set = |node: &Node, name: &str| node.entry(name).filter(|(_, node)| !node.is_null()).cloned();
        // The policy of a deployment counts, whatever `restart` says.
        let policy = service.get("deploy").and_then(|deploy| set(deploy, "restart_policy"));
        let (key, node) = match policy {
            None => service.entry("restart").cloned()?,
            Some((key, policy)) => match set(&policy, "condition") {
                Some(condition) => condition,
                None => {
                    let why = "without a condition, a Swarm starts the service again and `docker compose up` does not";
                    let value = Err(format!("{}: {why}: set `condition`", key.place));
                    return Some(Setting { value, excerpt: excerpt(&key.place, "restart_policy:") });
                }
            },
        };
        let (key, node) = (&key, &node);
        let mut setting = self.setting(key, node);
        let is_known = |text: &str| {
            let word = text.split(':').next().unwrap_or_default();
            ["", "no", "always", "unless-stopped", "on-failure", "any", "none"].contains(&word) || unset(text).is_some()
        };
        if setting.value.as_ref().is_ok_and(|text| !is_known(text)) {
            setting.value = Err(format!("{}: not a restart policy", key.place));
        }
        Some(setting)
    }

    fn memory(&self, service: &Node) -> Option<Setting<u64>> {
        let limits = service.get("deploy").and_then(|deploy| deploy.get("resources")?.get("limits"));
        let (key, node) = limits.and_then(|limits| limits.entry("memory")).or_else(|| service.entry("mem_limit"))?;
        Some(self.parsed(key, node, memory, "not a size of memory"))
    }

    fn replicas(&self, service: &Node) -> Option<Setting<u64>> {
        let deploy = service.get("deploy");
        if let Some((key, node)) = deploy.and_then(|deploy| deploy.entry("mode"))
            && self.text(node).is_ok_and(|mode| mode.starts_with("global"))
        {
            let why = format!("{}: as many as there are nodes", key.place);
            return Some(Setting { value: Err(why), excerpt: self.setting_excerpt(key, node) });
        }
        let (key, node) = service.entry("scale").or_else(|| deploy?.entry("replicas"))?;
        let is_octal = |text: &str| text.starts_with('0') && text.bytes().all(|sign| (b'0'..=b'7').contains(&sign));
        let radix = if matches!(&node.yaml, Yaml::Scalar { text, quoted: false } if is_octal(text)) { 8 } else { 10 };
        Some(self.parsed(key, node, |text| u64::from_str_radix(text, radix).ok(), "not a number of replicas"))
    }

    fn mounts(&self, service: &Node, volumes: Option<&Node>) -> Vec<Setting<Mount>> {
        let Some(node) = service.get("volumes") else { return Vec::new() };
        let Some(list) = node.list() else {
            let why = format!("{}: a list is expected here, not {}", node.place, node.kind());
            return vec![Setting { value: Err(why), excerpt: excerpt(&node.place, "volumes") }];
        };
        let (mut mounts, mut targets) = (Vec::new(), BTreeSet::new());
        for node in list.iter().rev() {
            let (target, mount) = self.mount(node, volumes);
            // Of a directory the last one counts.
            if target.is_none_or(|target| targets.insert(target)) {
                mounts.extend(mount);
            }
        }
        mounts
    }

    /// Files of Compose's own that it mounts.
    fn configs(&self, service: &Node) -> Vec<Setting<Mount>> {
        let config = |node: &Node| {
            let target = match node.get("target") {
                Some(target) => self.text(target).ok()?,
                None => format!("/{}", self.text(node.get("source").unwrap_or(node)).ok()?),
            };
            let excerpt = excerpt(&node.place, &format!("- {target}"));
            Some(Setting { value: Ok(Mount { target, is_local: false }), excerpt })
        };
        service.get("configs").and_then(Node::list).unwrap_or_default().iter().filter_map(config).collect()
    }

    /// A mount's directory, if it is known, and the mount, unless it is in memory.
    fn mount(&self, node: &Node, volumes: Option<&Node>) -> (Option<String>, Option<Setting<Mount>>) {
        let part = |name: &str| node.get(name).map(|node| self.whole_text(node)).transpose();
        let (read, text) = if node.map().is_some() {
            let read = part("type").and_then(|kind| Ok((kind, part("source")?, part("target")?)));
            let text = ["source", "target"]
                .iter()
                .filter_map(|name| Some(format!("{name}: {}", self.written(node.get(name)?))));
            (read, text.collect::<Vec<_>>().join(", "))
        } else {
            let read = self.whole_text(node).map(|text| match text.split_once(':') {
                Some((source, rest)) => {
                    let target = rest.split(':').next().unwrap_or_default().to_owned();
                    (None, Some(source.to_owned()), Some(target))
                }
                None => (None, None, Some(text)),
            });
            (read, self.written(node))
        };
        let excerpt = excerpt(&node.place, &format!("- {text}"));
        let (target, value) = match read {
            Err(why) => (None, Err(why)),
            Ok((_, _, None)) => (None, Err(format!("{}: no target", node.place))),
            Ok((kind, source, Some(target))) => {
                let target = clean(&target);
                if kind.as_deref() == Some("tmpfs") {
                    return (Some(target), None);
                }
                let is_local = match source {
                    _ if kind.as_deref() == Some("bind") => Ok(true),
                    None => Ok(true),
                    Some(source) if source.starts_with(['/', '.', '~']) => Ok(true),
                    Some(source) => self.is_local(volumes.and_then(|volumes| volumes.get(&source))),
                };
                (Some(target.clone()), is_local.map(|is_local| Mount { target, is_local }))
            }
        };
        (target, Some(Setting { value, excerpt }))
    }

    /// Whether a volume is on this host alone.
    fn is_local(&self, volume: Option<&Node>) -> Result<bool, String> {
        let Some(volume) = volume else { return Ok(true) };
        if let Some((key, node)) = volume.entry("external")
            && node.text() != Some("false")
        {
            return Err(format!("{}: what the volume is made of is not said here", key.place));
        }
        let driver = volume.get("driver").map(|node| self.whole_text(node)).transpose()?;
        let has_options = volume.get("driver_opts").and_then(Node::map).is_some_and(|options| !options.is_empty());
        Ok(driver.is_none_or(|driver| driver == "local") && !has_options)
    }
}

/// A directory of a service in the one way to write it: without slashes, `.` and `..` that change nothing.
fn clean(directory: &str) -> String {
    let mut parts = Vec::new();
    for part in directory.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    format!("/{}", parts.join("/"))
}

/// A service of which nothing is known.
pub(super) fn anything(excerpt: Excerpt, why: &str) -> Service {
    fn setting<T>(excerpt: &Excerpt, why: &str) -> Setting<T> {
        Setting { value: Err(why.to_owned()), excerpt: excerpt.clone() }
    }
    Service {
        image: Some(setting(&excerpt, why)),
        build: Some(setting(&excerpt, why)),
        more_environment: Some(why.to_owned()),
        command: Some(setting(&excerpt, why)),
        ports: vec![setting(&excerpt, why)],
        restart: Some(setting(&excerpt, why)),
        memory: Some(setting(&excerpt, why)),
        replicas: Some(setting(&excerpt, why)),
        mounts: vec![setting(&excerpt, why)],
        ..Service::at(excerpt)
    }
}

/// Bytes of a size in Docker's words: `512m`, `1.5gb`, `2GiB`. Every unit is a power of 1024.
pub(super) fn memory(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let unit = text[end..].trim_start();
    let power = match unit.strip_suffix('b').unwrap_or(unit).trim_end_matches('i') {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        _ => return None,
    };
    let bytes = number * 1024_f64.powi(power);
    (bytes < 2_f64.powi(63)).then_some(bytes as u64)
}
