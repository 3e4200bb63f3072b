//! Compose files as `docker compose` reads them: interpolation, several files, `include`, `extends`, profiles.
//!
//! What follows from a file that cannot be read, or from a variable that nothing sets, is unknown. A value of a type that
//! Compose does not expect costs no more than its own setting.

mod ports;
mod services;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use services::anything;

use super::service::{Service, shown, unset};
use super::variables::{Variables, read};
use super::yaml::{self, Key, Node, Place, Yaml};
use crate::facts::{Application, Excerpt, Manifests, format_count};

/// Deepest `include` in an `include`, and `extends` of an `extends`.
const DEPTH: usize = 8;
/// Most services of a file.
const MOST_SERVICES: usize = 1000;
/// Most values that become of all files together.
const MOST_NODES: usize = 200_000;
/// Most bytes that are read of further files together, each time that one is named, and what each costs at least.
const MOST_READ: usize = 16 << 20;
const EACH_READ: usize = 16 << 10;
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
pub(super) fn project(manifests: &Manifests, applications: &[Application]) -> Result<Project, String> {
    let Some(first) = manifests.files.first() else { return Ok(Project::default()) };
    let mut reader = Reader {
        folder: Path::new(&first.name).parent().unwrap_or(Path::new("")),
        further: &manifests.further,
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
    for manifest in &manifests.files {
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
    further: &'a BTreeMap<String, Result<Option<String>, String>>,
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
        match self.further.get(path) {
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

#[cfg(test)]
mod tests;
