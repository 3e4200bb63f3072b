//! Compose files as `docker compose` reads them: interpolation, several files, `include`, `extends`, profiles.
//!
//! What follows from a file that cannot be read, or from a variable that nothing sets, is unknown. A value of a type that
//! Compose does not expect costs no more than its own setting.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::service::{Mount, Published, Service, Setting, shown, shown_command, unset};
use super::variables::{Variables, read};
use super::yaml::{self, Key, Node, Place, Yaml};
use crate::facts::{Application, Excerpt, Manifest, format_count, is_of_any};

/// Deepest `include` in an `include`, and `extends` of an `extends`.
const DEPTH: usize = 8;
/// Most services of a file.
const MOST_SERVICES: usize = 1000;
/// Most values that become of all files together.
const MOST_NODES: usize = 200_000;
/// Most bytes that are read of further files together, each time that one is named, and what each costs at least.
const MOST_READ: usize = 16 << 20;
const EACH_READ: usize = 16 << 10;
/// Most ports of a range.
const MOST_PORTS: u16 = 1024;
/// What a later file replaces, also by nothing.
const REPLACED: [&str; 3] = ["command", "entrypoint", "test"];

/// What Compose files say.
#[derive(Debug, Default)]
pub(super) struct Project {
    /// The services that `docker compose up` starts.
    pub services: Vec<Service>,
    /// Names of those that it does not start, because of their profiles.
    pub left_out: Vec<String>,
    /// Files that they name and that were not read yet: paths from the folder of the first manifest.
    pub missing: BTreeSet<String>,
}

/// Whether the documents of a manifest are those of a Compose file.
pub(super) fn is_compose(documents: &[Node]) -> bool {
    let has = |name: &str, is: fn(&Node) -> bool| documents.iter().any(|node| node.get(name).is_some_and(is));
    has("services", |node| node.map().is_some()) || has("include", |node| node.list().is_some())
}

/// Reads Compose files, of which later ones are laid over earlier ones.
///
/// # Errors
/// When a file is none, with file and line.
pub(super) fn project(manifests: &[&Manifest], applications: &[Application]) -> Result<Project, String> {
    let Some(first) = manifests.first() else { return Ok(Project::default()) };
    let mut reader = Reader {
        folder: Path::new(&first.name).parent().unwrap_or(Path::new("")),
        further: manifests.iter().flat_map(|manifest| &manifest.further).collect(),
        applications,
        files: BTreeMap::new(),
        partial: BTreeMap::new(),
        unread: Vec::new(),
        missing: RefCell::default(),
        nodes: 0,
        read: Cell::new(0),
    };
    let mut variables = reader.variables(&[".env".to_owned()], &Variables::default());
    let mut parsed = Vec::new();
    for manifest in manifests {
        parsed.push((manifest, yaml::parse(&manifest.name, &manifest.text)?));
    }
    name_project(&mut variables, parsed.iter().flat_map(|(_, documents)| documents));
    let mut whole: Option<Node> = None;
    for (manifest, documents) in parsed {
        reader
            .files
            .insert(manifest.name.as_str().into(), File { folder: String::new(), variables: variables.clone() });
        for document in documents {
            let document = reader.document(document, 0)?;
            match &mut whole {
                None => whole = Some(document),
                Some(whole) => merge(whole, document, ""),
            }
        }
    }
    Ok(reader.finish(whole, &variables))
}

/// Compose always sets the project's name: what the manifests say last, or else what it makes of the folder's name.
fn name_project<'a>(variables: &mut Variables, documents: impl Iterator<Item = &'a Node>) {
    const NAME: &str = "COMPOSE_PROJECT_NAME";
    if variables.get(NAME) != Ok(None) {
        return;
    }
    let named = documents.filter_map(|document| document.get("name")?.text()).last();
    // Compose changes other names.
    let is_kept = |name: &String| {
        let mut signs = name.bytes();
        let is_first = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit();
        signs.next().is_some_and(is_first) && signs.all(|sign| is_first(sign) || sign == b'_' || sign == b'-')
    };
    match named.and_then(|name| variables.expand(name).ok()).filter(is_kept) {
        Some(name) => _ = variables.values.insert(NAME.to_owned(), name),
        None => variables.doubt(NAME, format!("{NAME} follows from the name of the folder: set `name` in a manifest")),
    }
}

/// A file that was read.
struct File {
    /// The folder that its paths begin in, from that of the first manifest: empty, or with a slash at its end.
    folder: String,
    variables: Variables,
}

struct Reader<'a> {
    folder: &'a Path,
    further: BTreeMap<&'a String, &'a Result<Option<String>, String>>,
    applications: &'a [Application],
    files: BTreeMap<Arc<str>, File>,
    /// Services of which a part could not be read, and why.
    partial: BTreeMap<String, String>,
    /// Places of files that could not be read and may have services, and why.
    unread: Vec<(Place, String)>,
    missing: RefCell<BTreeSet<String>>,
    nodes: usize,
    read: Cell<usize>,
}

impl Reader<'_> {
    /// The content of a file, `None` if it does not exist.
    fn content(&self, path: &str) -> Result<Option<String>, String> {
        match self.further.get(&path.to_owned()) {
            Some(Ok(content)) => {
                self.read.set(self.read.get() + EACH_READ.max(content.as_ref().map_or(0, String::len)));
                if self.read.get() > MOST_READ {
                    return Err(format!("{path}: not read: too many files are named"));
                }
                Ok(content.clone())
            }
            Some(Err(why)) => Err(format!("{path}: {why}")),
            None => {
                self.missing.borrow_mut().insert(path.to_owned());
                Err(format!("{path}: not read"))
            }
        }
    }

    /// What files of variables set, of which the last one counts, under what is set besides.
    fn variables(&self, paths: &[String], outer: &Variables) -> Variables {
        let mut own = Variables::default();
        for path in paths {
            let lines = match self.content(path) {
                Ok(None) => continue,
                Ok(Some(text)) => read(&text, false, &outer.clone().or(&own)).map_err(|why| format!("{path}: {why}")),
                Err(why) => Err(why),
            };
            match lines {
                Ok(lines) => own.add(&lines),
                Err(why) => own = Variables { more: Some(why), ..Variables::default() },
            }
        }
        outer.clone().or(&own)
    }

    /// What a text becomes, with the variables of its file.
    fn text(&self, node: &Node) -> Result<String, String> {
        let text =
            node.text().ok_or_else(|| format!("{}: a text is expected here, not {}", node.place, node.kind()))?;
        let expanded = match self.files.get(&node.place.file) {
            Some(file) => file.variables.expand(text),
            None => Ok(text.to_owned()),
        };
        expanded.map_err(|why| format!("{}: {why}", node.place))
    }

    /// The same, where a part of it must not be unknown.
    fn whole_text(&self, node: &Node) -> Result<String, String> {
        let text = self.text(node)?;
        match unset(&text) {
            Some(name) => Err(format!("{}: nothing sets {name}", node.place)),
            None => Ok(text),
        }
    }

    /// The folder that the paths of a value's file begin in.
    fn folder_of(&self, node: &Node) -> &str {
        self.files.get(&node.place.file).map_or("", |file| &file.folder)
    }

    /// A path that a file names, from the folder of the first manifest.
    fn path(&self, node: &Node) -> Result<String, String> {
        let path = self.whole_text(node)?;
        let shown = if path.contains("://") { shown(&path) } else { path.clone() };
        let refused = |why: &str| Err(format!("{}: {shown} is not read: {why}", node.place));
        if path.contains("://") || path.starts_with("git@") || path.starts_with("oci:") {
            return refused("it is not a file");
        }
        if path.starts_with(['/', '~']) {
            return refused("the path is absolute");
        }
        let folder = self.folder_of(node);
        let mut parts: Vec<&str> = Vec::new();
        let joined = format!("{folder}{path}");
        for part in joined.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if part != ".." {
                parts.push(part);
            } else if parts.pop().is_none() {
                return refused("it lies outside the folder of the manifest");
            }
        }
        Ok(parts.join("/"))
    }

    /// The documents of a further file, one over the other, with `include` and `extends` not yet followed.
    fn further_file(&mut self, path: &str, variables: &Variables) -> Result<Option<Node>, String> {
        let text = self.content(path)?.ok_or_else(|| format!("{path}: there is no such file"))?;
        let name = self.folder.join(path).display().to_string();
        let folder = path.rfind('/').map_or(String::new(), |slash| path[..=slash].to_owned());
        self.files.insert(name.as_str().into(), File { folder, variables: variables.clone() });
        let mut whole: Option<Node> = None;
        for document in yaml::parse(&name, &text)? {
            if document.map().is_none() {
                return Err(format!("{}: a map is expected here, not {}", document.place, document.kind()));
            }
            match &mut whole {
                None => whole = Some(document),
                Some(whole) => merge(whole, document, ""),
            }
        }
        Ok(whole)
    }

    /// A document with what it includes, and with its services as they are extended.
    fn document(&mut self, mut document: Node, depth: usize) -> Result<Node, String> {
        let Yaml::Map(entries) = &mut document.yaml else {
            return Err(format!("{}: a map is expected here, not {}", document.place, document.kind()));
        };
        let include = entries.iter().position(|(key, _)| key.text == "include").map(|at| entries.remove(at).1);
        self.count(&document)?;
        let base = document.clone();
        if let Some(services) = value_of(&mut document, "services")
            && let Yaml::Map(services) = &mut services.yaml
        {
            if let Some((key, _)) = services.get(MOST_SERVICES) {
                return Err(format!("{}: more than {} services", key.place, format_count(MOST_SERVICES as u64)));
            }
            for (key, service) in services {
                normalise(service);
                match self.extended(service.clone(), &base, &mut vec![(key.place.file.to_string(), key.text.clone())]) {
                    Ok(extended) => *service = extended,
                    Err(why) => _ = self.partial.insert(key.text.clone(), why),
                }
            }
        }
        for entry in include.iter().flat_map(|node| node.list().unwrap_or_default()) {
            match self.included(entry, depth) {
                Ok(Some(included)) => {
                    // What the file itself says goes over it.
                    let mut under = included;
                    merge(&mut under, document, "");
                    document = under;
                }
                Ok(None) => {}
                Err(why) => self.unread.push((entry.place.clone(), why)),
            }
        }
        if let Some(node) = include.filter(|node| node.list().is_none()) {
            let why = format!("{}: a list is expected here, not {}", node.place, node.kind());
            self.unread.push((node.place, why));
        }
        Ok(document)
    }

    /// The values of a document count.
    fn count(&mut self, node: &Node) -> Result<(), String> {
        self.nodes += size(node);
        if self.nodes > MOST_NODES {
            return Err(format!("{}: more than {MOST_NODES} values in all files together", node.place));
        }
        Ok(())
    }

    /// What an entry of `include` brings.
    fn included(&mut self, entry: &Node, depth: usize) -> Result<Option<Node>, String> {
        if depth >= DEPTH {
            return Err(format!("{}: not read: too many files include one another", entry.place));
        }
        let named = entry.get("path").unwrap_or(entry);
        let paths: Vec<_> = match named.list() {
            Some(list) => list.iter().map(|node| self.path(node)).collect::<Result<_, _>>()?,
            None => vec![self.path(named)?],
        };
        let Some(first) = paths.first() else { return Ok(None) };
        let folder = match entry.get("project_directory") {
            Some(node) => self.path(node)? + "/",
            None => first.rfind('/').map_or(String::new(), |slash| first[..=slash].to_owned()),
        };
        let outer = self.files.get(&entry.place.file).map(|file| file.variables.clone()).unwrap_or_default();
        let files = match entry.get("env_file") {
            Some(node) => match node.list() {
                Some(list) => list.iter().map(|node| self.path(node)).collect::<Result<Vec<_>, _>>()?,
                None => vec![self.path(node)?],
            },
            None => vec![format!("{folder}.env")],
        };
        let variables = self.variables(&files, &outer);
        let mut whole: Option<Node> = None;
        for path in &paths {
            let Some(document) = self.further_file(path, &variables)? else { continue };
            if let Some(file) = self.files.get_mut(&document.place.file) {
                file.folder.clone_from(&folder);
            }
            let document = self.document(document, depth + 1)?;
            match &mut whole {
                None => whole = Some(document),
                Some(whole) => merge(whole, document, ""),
            }
        }
        Ok(whole)
    }

    /// A service over the one that it extends. `seen` are the services that led here.
    fn extended(
        &mut self,
        mut service: Node,
        document: &Node,
        seen: &mut Vec<(String, String)>,
    ) -> Result<Node, String> {
        let Yaml::Map(entries) = &mut service.yaml else { return Ok(service) };
        let Some(at) = entries.iter().position(|(key, _)| key.text == "extends") else { return Ok(service) };
        let (key, extends) = entries.remove(at);
        let fail = |why: &str| format!("{}: extends: {why}", key.place);
        let named = extends.get("service").unwrap_or(&extends);
        let name = self.whole_text(named)?;
        let other = match extends.get("file") {
            Some(file) => {
                let path = self.path(file)?;
                let variables = self.files.get(&key.place.file).map(|file| file.variables.clone()).unwrap_or_default();
                let other = self.further_file(&path, &variables)?.ok_or_else(|| fail("the file is empty"))?;
                self.count(&other)?;
                Some(other)
            }
            None => None,
        };
        let document = other.as_ref().unwrap_or(document);
        let id = (document.place.file.to_string(), name.clone());
        if seen.contains(&id) || seen.len() > DEPTH {
            return Err(fail("the services extend one another"));
        }
        seen.push(id);
        let found = document.get("services").and_then(|services| services.get(&name));
        let mut base = found.ok_or_else(|| fail("there is no such service"))?.clone();
        self.count(&base)?;
        normalise(&mut base);
        let mut base = self.extended(base, document, seen)?;
        merge(&mut base, service, "services");
        Ok(base)
    }

    /// The services of all files.
    fn finish(self, whole: Option<Node>, variables: &Variables) -> Project {
        let mut project = Project::default();
        let profiles = variables.get("COMPOSE_PROFILES").ok().flatten().unwrap_or_default();
        let active: Vec<&str> = profiles.split(',').map(str::trim).collect();
        let volumes = whole.as_ref().and_then(|whole| whole.get("volumes"));
        let services = whole.as_ref().and_then(|whole| whole.get("services"));
        for (key, node) in services.and_then(Node::map).unwrap_or_default() {
            let own = node.get("profiles").map(|node| node.list().unwrap_or(std::slice::from_ref(node)));
            let is_active = |profile: &Node| match self.text(profile) {
                Ok(name) => active.contains(&name.as_str()) || active.contains(&"*") || unset(&name).is_some(),
                Err(_) => true,
            };
            if own.is_some_and(|own| !own.is_empty() && !own.iter().any(is_active)) {
                project.left_out.push(key.text.clone());
            } else {
                project.services.push(self.service(key, node, volumes));
            }
        }
        for (place, why) in &self.unread {
            project.services.push(anything(excerpt(place, "include"), why));
        }
        project.missing = self.missing.into_inner();
        project
    }

    fn service(&self, key: &Key, node: &Node, volumes: Option<&Node>) -> Service {
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

    fn setting_excerpt(&self, key: &Key, node: &Node) -> Excerpt {
        excerpt(&key.place, format!("{}: {}", key.text, self.written(node)).trim_end())
    }

    /// A text as it is written, and what becomes of it.
    fn written(&self, node: &Node) -> String {
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

    fn ports(&self, service: &Node) -> Vec<Setting<Published>> {
        let mut ports = Vec::new();
        if let Some((key, node)) = service.entry("network_mode").filter(|_| !self.has_no_such_port(service)) {
            let every = "every port of the service is one of the host";
            let why = match self.text(node) {
                Ok(mode) if mode == "host" => Some(format!("{}: {every}", key.place)),
                Ok(mode) => unset(&mode).map(|name| format!("{}: nothing sets {name}", key.place)),
                Err(why) => Some(why),
            };
            let excerpt = self.setting_excerpt(key, node);
            ports.extend(why.map(|why| Setting { value: Err(why), excerpt }));
        }
        let Some(node) = service.get("ports") else { return ports };
        let Some(list) = node.list().filter(|list| list.len() <= usize::from(MOST_PORTS)) else {
            let why = format!("{}: a list of at most {MOST_PORTS} ports is expected here", node.place);
            ports.push(Setting { value: Err(why), excerpt: excerpt(&node.place, "ports") });
            return ports;
        };
        let mut found = BTreeSet::new();
        for node in list {
            let (range, text) = if node.map().is_some() {
                let part = |name: &str| node.get(name).map(|node| self.whole_text(node)).transpose();
                let text = ["host_ip", "published", "target"]
                    .iter()
                    .filter_map(|name| Some(format!("{name}: {}", self.written(node.get(name)?))));
                let text = text.collect::<Vec<_>>().join(", ");
                let range = part("target").and_then(|target| {
                    let (address, published) = (part("host_ip")?, part("published")?);
                    let protocol = part("protocol")?.unwrap_or_else(|| "tcp".to_owned());
                    Ok(target
                        .and_then(|target| Range::of(address.as_deref(), published.as_deref(), &target, &protocol)))
                });
                (range, text)
            } else {
                (self.whole_text(node).map(|text| Range::parse(&text)), self.written(node))
            };
            let excerpt = excerpt(&node.place, &format!("- {text}"));
            let range = match (range, self.target(node)) {
                // Where the service itself listens decides first.
                (Err(_), Some(Ok((first, last)))) if !(first..=last).any(|port| self.names_port(port)) => continue,
                (Err(_), Some(Err(why))) => Err(why),
                (range, _) => range,
            };
            let range = range.and_then(|range| range.ok_or_else(|| format!("{}: not a port", node.place)));
            match range {
                Err(why) => ports.push(Setting { value: Err(why), excerpt }),
                Ok(range) => {
                    // Another file may say the same.
                    let is_new = |port: &Published| self.is_of_interest(port) && found.insert(port.clone());
                    let all = range.ports().into_iter().filter(is_new);
                    ports.extend(all.map(|port| Setting { value: Ok(port), excerpt: excerpt.clone() }));
                }
            }
        }
        ports
    }

    /// Whether a pack names a port. The others of a range are none of the facts'.
    fn is_of_interest(&self, published: &Published) -> bool {
        self.names_port(published.target) || published.port.is_some_and(|port| self.names_port(port))
    }

    fn names_port(&self, port: u16) -> bool {
        let names = |of: &Application| of.private_ports.contains(&port) || of.metrics_ports.contains(&port);
        self.applications.iter().any(names)
    }

    /// First and last port of the service, also if the rest of what is written depends on variables that nothing sets.
    fn target(&self, node: &Node) -> Option<Result<(u16, u16), String>> {
        let text = self.text(node.get("target").unwrap_or(node)).ok()?;
        let last = text.split('/').next().and_then(|text| text.rsplit(':').next()).unwrap_or_default();
        match unset(last) {
            Some(name) => Some(Err(format!("{}: nothing sets {name}", node.place))),
            None => range(last).map(Ok),
        }
    }

    /// Whether a service that uses the network of the host has none of the ports there.
    fn has_no_such_port(&self, service: &Node) -> bool {
        let image = service.get("image").and_then(|node| self.text(node).ok()).unwrap_or_default();
        let knows = |of: &Application| is_of_any(&image, &of.host_network);
        !self.applications.is_empty() && self.applications.iter().all(knows)
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

/// The tag that marks what was an entry of a list: `NAME=value`.
const LISTED: &str = "rampcheck-listed";

/// Brings the forms that a service can be written in into one: `environment` as a map, `env_file` as a list.
fn normalise(service: &mut Node) {
    if let Some(environment) = value_of(service, "environment")
        && let Yaml::List(list) = &mut environment.yaml
    {
        let (mut map, mut names, mut is_odd) = (Vec::new(), BTreeSet::new(), false);
        // The last one of a name counts.
        for node in std::mem::take(list).into_iter().rev() {
            let Some(text) = node.text() else {
                is_odd = true;
                continue;
            };
            let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
            if names.insert(name.to_owned()) {
                let key = Key { text: name.to_owned(), place: node.place.clone() };
                let yaml = Yaml::Scalar { text: value.unwrap_or_default().to_owned(), quoted: value.is_some() };
                map.push((key, Node { place: node.place.clone(), tag: Some(LISTED.to_owned()), yaml }));
            }
        }
        map.reverse();
        // Of a list of something else nothing is known.
        environment.yaml = if is_odd { Yaml::List(Vec::new()) } else { Yaml::Map(map) };
    }
    if let Some(file) = value_of(service, "env_file")
        && file.list().is_none()
        && !file.is_null()
    {
        let (place, one) = (file.place.clone(), file.clone());
        *file = Node { place, tag: one.tag.clone(), yaml: Yaml::List(vec![one]) };
    }
}

/// Lays a value over another one, as Compose does with later files. `name` is the name of both.
fn merge(base: &mut Node, over: Node, name: &str) {
    match (&mut base.yaml, over.yaml) {
        (Yaml::Map(entries), Yaml::Map(others)) => {
            let places: BTreeMap<String, usize> =
                entries.iter().enumerate().map(|(at, (key, _))| (key.text.clone(), at)).collect();
            let mut reset = BTreeSet::new();
            for (key, mut other) in others {
                if name == "services" {
                    normalise(&mut other);
                }
                let is_reset = other.tag.as_deref() == Some("reset");
                let Some((at, (_, own))) = places.get(&key.text).and_then(|at| Some((*at, entries.get_mut(*at)?)))
                else {
                    if !is_reset {
                        entries.push((key, other));
                    }
                    continue;
                };
                let is_replaced = REPLACED.contains(&key.text.as_str());
                let is_override = other.tag.as_deref() == Some("override");
                let is_list = own.list().is_some() && other.list().is_some() && !is_replaced;
                let is_map = own.map().is_some() && other.map().is_some();
                if is_reset {
                    reset.insert(key.text);
                } else if !is_override && (is_list || is_map) {
                    merge(own, other, &key.text);
                } else if other.is_null() && !is_override && !is_replaced && name != "environment" {
                    // What is there stays where nothing is laid over it.
                } else {
                    entries[at] = (key, other);
                }
            }
            entries.retain(|(key, _)| !reset.contains(&key.text));
        }
        (Yaml::List(list), Yaml::List(others)) => list.extend(others),
        (own, other) => *own = other,
    }
}

fn value_of<'a>(node: &'a mut Node, name: &str) -> Option<&'a mut Node> {
    match &mut node.yaml {
        Yaml::Map(map) => map.iter_mut().find(|(key, _)| key.text == name).map(|(_, node)| node),
        _ => None,
    }
}

fn size(node: &Node) -> usize {
    match &node.yaml {
        Yaml::Scalar { .. } => 1,
        Yaml::List(list) => 1 + list.iter().map(size).sum::<usize>(),
        Yaml::Map(map) => 1 + map.iter().map(|(_, node)| size(node)).sum::<usize>(),
    }
}

fn excerpt(place: &Place, text: &str) -> Excerpt {
    Excerpt { place: place.file.to_string(), line: Some(place.line), text: text.to_owned() }
}

/// A service of which nothing is known.
fn anything(excerpt: Excerpt, why: &str) -> Service {
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

/// Ports one after the other, and those of the host that they are published at.
struct Range {
    address: Option<std::net::IpAddr>,
    /// First and last.
    host: Option<(u16, u16)>,
    target: (u16, u16),
    is_tcp: bool,
}

impl Range {
    /// Reads `[[ADDRESS:]HOST:]TARGET[/PROTOCOL]`.
    fn parse(text: &str) -> Option<Self> {
        let (text, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        match text.rsplit_once(':') {
            None => Self::of(None, None, text, protocol),
            Some((rest, target)) => match rest.rsplit_once(':') {
                None => Self::of(None, Some(rest), target, protocol),
                Some((address, host)) => Self::of(Some(address), Some(host), target, protocol),
            },
        }
    }

    fn of(address: Option<&str>, host: Option<&str>, target: &str, protocol: &str) -> Option<Self> {
        let address = address.filter(|address| !address.is_empty());
        let address = address.map(|address| address.trim_start_matches('[').trim_end_matches(']').parse());
        let host = host.filter(|host| !host.is_empty()).map(range);
        let (host, target) = (
            match host {
                Some(range) => Some(range?),
                None => None,
            },
            range(target)?,
        );
        let length = |(first, last): (u16, u16)| last - first;
        // A single port is published at one of several.
        let fits = host.is_none_or(|host| length(host) == length(target) || length(target) == 0);
        let protocol = protocol.to_ascii_lowercase();
        let is_known = ["tcp", "udp", "sctp"].contains(&protocol.as_str());
        (fits && is_known).then_some(())?;
        Some(Self { address: address.transpose().ok()?, host, target, is_tcp: protocol == "tcp" })
    }

    fn ports(&self) -> Vec<Published> {
        let all = |(first, last): (u16, u16)| first..=last;
        let published = |port, target| Published { address: self.address, port, target, is_tcp: self.is_tcp };
        match self.host {
            None => all(self.target).map(|target| published(None, target)).collect(),
            Some(host) if self.target.0 == self.target.1 => {
                all(host).map(|port| published(Some(port), self.target.0)).collect()
            }
            Some(host) => all(host).zip(all(self.target)).map(|(port, target)| published(Some(port), target)).collect(),
        }
    }
}

/// A port, or the first and the last of several.
fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last && last - first < MOST_PORTS).then_some((first, last))
}

/// Bytes of a size in Docker's words: `512m`, `1.5gb`, `2GiB`. Every unit is a power of 1024.
fn memory(text: &str) -> Option<u64> {
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

#[cfg(test)]
mod tests;
