//! The files of a pack to the validated [`Pack`]; every problem of every file is reported at once.
//!
//! A file with a syntax error, an unknown key or a value of the wrong type counts as unreadable: what others say of it is
//! then not judged.

mod before_examples;
mod check;
mod order;
mod predicate;
mod table;
mod tier;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::builtin::PackFiles;
use super::fleet;
use super::format::{
    At, CheckFile, CommonFile, EndpointsFile, LinesFile, Misfit, NodePortEntry, PackFile, Places, Problem, Problems,
    ReleasesFile, SourceEntry, TakeEntry, TiersFile, WayInEntry, read,
};
use super::{Check, LineTable, NodePort, Pack, Source};
use crate::facts::catalogue::{lookup, nearest};
use crate::facts::{Application, Chart, Port, WayIn, hex};

pub(super) const HEAD: &str = "pack.toml";
const TIERS: &str = "tiers.toml";
const LINES: &str = "lines.toml";
const RELEASES: &str = "releases.toml";
const ENDPOINTS: &str = "endpoints.toml";
const SOURCES: &str = "common.toml";

/// Each is a socket of the listener, and a thread of who asks.
const MOST_NODE_PORTS: usize = 16;

/// Every other file is a check.
const RESERVED: [&str; 6] = [HEAD, TIERS, LINES, RELEASES, ENDPOINTS, SOURCES];

/// Reads and validates a pack. What it takes from the shared checks comes from its own, else from those inside the program.
///
/// # Errors
/// All that is wrong with it, sorted by file, line and column.
pub fn load(files: &PackFiles) -> Result<Pack, Problems> {
    load_with(files, &files.shared(), true)
}

/// Reads a pack without the examples of its checks: half the work, which every run saves for packs whose examples the tests
/// have run.
///
/// # Errors
/// As [`load`].
pub fn load_without_examples(files: &PackFiles) -> Result<Pack, Problems> {
    load_with(files, &files.shared(), false)
}

/// A file: where its problems go.
struct Document<'a> {
    path: String,
    text: &'a str,
    problems: &'a RefCell<Vec<Problem>>,
}

/// A file and what it says.
struct Parsed<'a, T> {
    document: Document<'a>,
    content: T,
}

/// A check's file, and how the pack takes it when it is a shared one.
struct Draft<'a> {
    stem: &'a str,
    parsed: Parsed<'a, CheckFile>,
    taken: Option<(&'a At<String>, &'a TakeEntry)>,
}

/// The names that files use and others define; none where the file that defines them is unreadable.
#[derive(Default)]
struct Names<'a> {
    sources: BTreeSet<&'a str>,
    shared_sources: BTreeSet<&'a str>,
    groups: BTreeSet<&'a str>,
    numbers: Option<BTreeSet<&'a str>>,
    tiers: Option<BTreeSet<&'a str>>,
    cells: Option<BTreeSet<&'a str>>,
    /// Cells that checks name; none where a check is unreadable.
    used_cells: Option<BTreeSet<&'a str>>,
    tables: Option<BTreeSet<&'a str>>,
    shared_tables: BTreeSet<&'a str>,
    releases: bool,
    /// Facts of the chart's values.
    chart: BTreeSet<String>,
}

/// A file in the light of the whole pack. Only a shared one sees the sources and tables of the shared checks.
#[derive(Clone, Copy)]
struct Context<'a> {
    document: &'a Document<'a>,
    names: &'a Names<'a>,
    shared: bool,
}

impl Document<'_> {
    fn places(&self) -> Places<'_> {
        Places::new(&self.path, self.text)
    }

    fn problem(&self, span: &Range<usize>, message: impl Into<String>) {
        self.suggest(span, message, None);
    }

    fn suggest(&self, span: &Range<usize>, message: impl Into<String>, suggestion: Option<&str>) {
        self.problems.borrow_mut().push(self.places().problem(span.clone(), message, suggestion));
    }

    fn misfit(&self, span: &Range<usize>, misfit: Misfit) {
        self.suggest(span, misfit.message, misfit.suggestion.as_deref());
    }

    /// Complains of a name that is not defined. Nothing is known of those that an unreadable file defines.
    fn defined<'n>(&self, name: &At<String>, names: Option<impl Iterator<Item = &'n str> + Clone>, what: &str) {
        let Some(mut names) = names else { return };
        if !names.clone().any(|defined| defined == name.value) {
            let suggestion = nearest(name, &mut names);
            self.suggest(&name.span, format!("there is no {what} called `{}`", name.value), suggestion);
        }
    }
}

impl Context<'_> {
    /// Complains of a source that is not there.
    fn source(&self, key: &At<String>) {
        let shared = self.names.shared_sources.iter().filter(|_| self.shared);
        let what = if self.shared { "source in common.toml" } else { "source in pack.toml" };
        self.document.defined(key, Some(self.names.sources.iter().chain(shared).copied()), what);
    }
}

/// Opens the files of a folder and keeps what is wrong with their shape.
struct Opener<'a> {
    files: &'a PackFiles,
    examples: bool,
    problems: &'a RefCell<Vec<Problem>>,
}

impl<'a> Opener<'a> {
    fn has(&self, name: &str) -> bool {
        self.files.files.contains_key(name)
    }

    /// A file and what it says, one that is not there being empty; none when it is unreadable.
    fn open<T: DeserializeOwned>(&self, name: &str) -> Option<Parsed<'a, T>> {
        let text = self.files.files.get(name).map_or("", |text| text.as_ref());
        let text = if self.examples { text } else { before_examples::before_examples(text) };
        let document = Document { path: self.files.path(name), text, problems: self.problems };
        match read(&document.path, text) {
            Ok(content) => Some(Parsed { document, content }),
            Err(problem) => {
                self.problems.borrow_mut().push(problem);
                None
            }
        }
    }

    /// The same of a file that a pack need not have; none when it is not there, either.
    fn open_if_there<T: DeserializeOwned>(&self, name: &str) -> Option<Parsed<'a, T>> {
        self.has(name).then(|| self.open(name)).flatten()
    }
}

fn load_with(files: &PackFiles, shared: &PackFiles, examples: bool) -> Result<Pack, Problems> {
    let problems = RefCell::default();
    let own = Opener { files, examples, problems: &problems };
    let shared = Opener { files: shared, examples, problems: &problems };
    if !own.has(HEAD) {
        let message = "a pack needs this file: it names the product and its sources";
        return Err(Problems(vec![Places::new(&files.path(HEAD), "").whole(message)]));
    }

    // First what every file says by itself.
    let head = own.open::<PackFile>(HEAD);
    let tiers = own.open::<TiersFile>(TIERS);
    let lines = own.open::<LinesFile>(LINES);
    let releases = own.open_if_there::<ReleasesFile>(RELEASES);
    let endpoints = own.open_if_there::<EndpointsFile>(ENDPOINTS);
    let stems = files.files.keys().filter(|name| !RESERVED.contains(&name.as_str()));
    let stems = stems.filter_map(|name| name.strip_suffix(".toml"));
    let mut drafts: Vec<_> =
        stems.filter_map(|stem| Some(Draft { stem, parsed: own.open(&file_of(stem))?, taken: None })).collect();
    let Some(head) = head else { return Err(sorted(problems)) };
    let taking = !head.content.take.is_empty();
    let shared_lines = taking.then(|| shared.open::<LinesFile>(LINES)).flatten();
    let shared_sources = taking.then(|| shared.open::<CommonFile>(SOURCES)).flatten();
    drafts.extend(head.content.take.iter().filter_map(|taken| take(&head.document, taken, &own, &shared)));
    let complete = problems.borrow().is_empty();

    // Then what they say of one another.
    let names = Names {
        sources: keys(&head.content.source),
        shared_sources: shared_sources.as_ref().map(|file| keys(&file.content.source)).unwrap_or_default(),
        groups: head.content.groups.iter().map(String::as_str).collect(),
        numbers: tiers.as_ref().map(|file| spanned_keys(&file.content.numbers)),
        tiers: tiers.as_ref().map(|file| file.content.tier.iter().map(|tier| tier.id.as_str()).collect()),
        cells: tiers.as_ref().map(|file| {
            file.content.tier.iter().flat_map(|tier| tier.needs.keys()).map(|cell| cell.as_str()).collect()
        }),
        used_cells: complete.then(|| drafts.iter().flat_map(|draft| draft.parsed.content.cells()).collect()),
        tables: lines.as_ref().map(|file| spanned_keys(&file.content.0)),
        shared_tables: shared_lines.as_ref().map(|file| spanned_keys(&file.content.0)).unwrap_or_default(),
        releases: own.has(RELEASES),
        chart: head.content.chart.iter().flat_map(|chart| chart.facts()).collect(),
    };
    let context = |document, shared| Context { document, names: &names, shared };
    context(&head.document, false).head(&head.content, &files.name);
    let assume = context(&head.document, false).assume(&head.content.assume);
    let server = head.content.server.as_ref().map(|entry| context(&head.document, false).way_in(entry));
    let node_ports = context(&head.document, false).node_ports(&head.content.node_port);
    let mut checks: Vec<Check> = drafts
        .iter()
        .filter_map(|draft| {
            context(&draft.parsed.document, draft.taken.is_some()).check(draft, &head.document, examples)
        })
        .collect();
    if let Some(file) = &endpoints {
        context(&file.document, false).endpoints(&file.content, &mut checks);
    }
    if complete {
        let group_of = |id: &str| {
            let group = &checks.iter().find(|check| check.id == id)?.group;
            head.content.groups.iter().position(|known| known == group)
        };
        let of_endpoints = endpoints.iter().flat_map(|file| &file.content.endpoint);
        let mut before: BTreeMap<_, _> = of_endpoints.map(|entry| (entry.id.as_str(), Vec::new())).collect();
        before.extend(drafts.iter().map(|draft| (draft.stem, draft.after())));
        for draft in &drafts {
            context(&draft.parsed.document, draft.taken.is_some()).order(draft, &before, group_of);
        }
    }
    if checks.is_empty() && complete {
        problems.borrow_mut().push(head.document.places().whole("the pack holds no check: add a TOML file beside it"));
    }
    let mut tables = BTreeMap::new();
    for (file, shared) in [(&shared_lines, true), (&lines, false)] {
        tables.extend(file.iter().flat_map(|file| context(&file.document, shared).tables(&file.content)));
    }
    let releases = releases.as_ref().and_then(|file| context(&file.document, false).releases(&file.content));
    let sizes =
        tiers.as_ref().map(|file| context(&file.document, false).sizes(&file.content, &checks)).unwrap_or_default();
    if !problems.borrow().is_empty() {
        return Err(sorted(problems));
    }

    // A shared table comes along when a check looks at it, a shared source when something rests on it.
    let used = used_tables(&checks);
    let is_own = |table: &str| names.tables.as_ref().is_some_and(|own| own.contains(table));
    tables.retain(|name, _| is_own(name) || used.contains(name));
    let mut sources = sources(&head.content, shared_sources.as_ref().map(|file| &file.content), &checks, &tables);
    let endpoints =
        endpoints.iter().flat_map(|file| &file.content.endpoint).map(|entry| entry.host.value.clone()).collect();
    let sha256 = sha256(files, shared.files, &head.content.take);
    let PackFile { product, title, version, reviewed, mut groups, application, chart, managers, next, .. } =
        head.content;
    let application = Application { chart: chart.map(|chart| chart.value), ..application };
    let mut checks = order::sorted(checks, &groups);
    if !groups.iter().any(|group| group == fleet::GROUP) {
        groups.push(fleet::GROUP.to_owned());
    }
    checks.push(fleet::hosts_complete());
    let own = Source { title: "A rule of rampcheck's own".to_owned(), url: String::new(), read: reviewed.0 };
    sources.insert(fleet::SOURCE.to_owned(), own);
    Ok(Pack {
        product: product.value,
        title,
        version,
        reviewed: reviewed.0,
        sha256,
        origin: files.origin.clone(),
        groups,
        application,
        assume,
        managers,
        next,
        sources,
        numbers: sizes.numbers,
        tiers: sizes.tiers,
        selection: sizes.selection,
        storage: sizes.storage,
        tables,
        releases,
        endpoints,
        server,
        node_ports,
        checks,
    })
}

impl Context<'_> {
    /// The ports between nodes, sorted.
    fn node_ports(&self, entries: &[NodePortEntry]) -> Vec<NodePort> {
        let mut ports: BTreeMap<Port, NodePort> = BTreeMap::new();
        for entry in entries {
            self.source(&entry.source);
            let port = Port { number: entry.port.value, protocol: entry.protocol };
            if port.number == 0 {
                self.document.problem(&entry.port.span, "`0` is not a port: 1 to 65535");
            }
            let node = NodePort { port, why: entry.why.clone(), source: entry.source.value.clone() };
            if ports.insert(port, node).is_some() {
                self.document.problem(&entry.port.span, format!("the port {port} stands twice"));
            }
        }
        if ports.len() > MOST_NODE_PORTS {
            let message =
                format!("{} ports between nodes, and `rampcheck reach` tests at most {MOST_NODE_PORTS}", ports.len());
            self.document.problem(&(0..0), message);
        }
        ports.into_values().collect()
    }

    /// What a server is asked about the way in.
    fn way_in(&self, entry: &WayInEntry) -> WayIn {
        if entry.http_port.value == 0 {
            self.document.problem(&entry.http_port.span, "`0` is not a port: 1 to 65535");
        }
        entry.sockjs_path.iter().chain(&entry.websocket_path).for_each(|path| self.path(path));
        let text = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
        WayIn {
            http_port: entry.http_port.value,
            sockjs_path: text(&entry.sockjs_path),
            websocket_path: text(&entry.websocket_path),
        }
    }

    /// What the values of the chart are called, and the numbers that they share.
    fn chart(&self, chart: &At<Chart>) {
        for fact in chart.facts().filter(|fact| lookup(fact).is_none()) {
            self.document.problem(&chart.span, format!("`{fact}` is not a name: small letters, digits, `-` and `_`"));
        }
        for number in chart.count.values().filter_map(|count| count.shares.as_ref()) {
            let numbers = self.names.numbers.as_ref().map(|numbers| numbers.iter().copied());
            let number = At { value: number.clone(), span: chart.span.clone() };
            self.document.defined(&number, numbers, "number in tiers.toml");
        }
    }

    fn head(&self, head: &PackFile, folder: &str) {
        if let Some(chart) = &head.chart {
            self.chart(chart);
        }
        if head.product.value != folder {
            let message = format!("the product must be named like its folder, `{folder}`");
            self.document.problem(&head.product.span, message);
        }
    }
}

/// The draft of a shared check.
fn take<'a>(
    head: &Document<'_>,
    (id, entry): (&'a At<String>, &'a TakeEntry),
    own: &Opener<'a>,
    shared: &Opener<'a>,
) -> Option<Draft<'a>> {
    let file = file_of(id);
    let is_check = |name: &&String| !RESERVED.contains(&name.as_str());
    if own.files.files.keys().filter(is_check).any(|name| *name == file) {
        head.problem(&id.span, format!("`{}` is a check of this pack and cannot be taken as well", id.value));
        return None;
    }
    let stems = shared.files.files.keys().filter(is_check).filter_map(|name| name.strip_suffix(".toml"));
    head.defined(id, Some(stems), "shared check");
    let parsed = shared.open_if_there(&file).filter(|_| is_check(&&file))?;
    Some(Draft { stem: id, parsed, taken: Some((id, entry)) })
}

/// Names of the tables of lines that checks look at.
fn used_tables(checks: &[Check]) -> BTreeSet<String> {
    let leaves = checks.iter().flat_map(Check::predicates).flat_map(super::Predicate::leaves);
    let facts = leaves.map(|leaf| leaf.fact.as_str());
    facts.chain(checks.iter().flat_map(|check| &check.found).map(String::as_str)).filter_map(table_of).collect()
}

/// The table that a derived fact comes from: `ubuntu` of `lines.ubuntu.state`.
fn table_of(fact: &str) -> Option<String> {
    let row = lookup(fact).filter(|_| fact.starts_with("lines."))?;
    row.argument(fact).map(str::to_owned)
}

/// The sources of the pack, and those of the shared checks that something rests on.
fn sources(
    head: &PackFile,
    shared: Option<&CommonFile>,
    checks: &[Check],
    tables: &BTreeMap<String, LineTable>,
) -> BTreeMap<String, Source> {
    let of_checks = checks.iter().map(|check| &check.source);
    let used: BTreeSet<&String> = of_checks.chain(tables.values().map(|table| &table.lines.source)).collect();
    let shared = shared.iter().flat_map(|file| &file.source).filter(|(key, _)| used.contains(key));
    let entries = shared.chain(&head.source);
    let source =
        |entry: &SourceEntry| Source { title: entry.title.clone(), url: entry.url.clone(), read: entry.read.0 };
    entries.map(|(key, entry)| (key.clone(), source(entry))).collect()
}

/// Over the names and contents of the pack's files, and of the shared ones it takes from, but for the examples: those judge
/// nothing, and a release does not carry them.
fn sha256(own: &PackFiles, shared: &PackFiles, take: &BTreeMap<At<String>, TakeEntry>) -> String {
    let mut taken: Vec<String> = take.keys().map(|id| file_of(id)).collect();
    if !taken.is_empty() {
        taken.extend([LINES, SOURCES].map(str::to_owned));
    }
    let taken = shared.files.iter().filter(|(name, _)| taken.contains(name));
    let mut hash = Sha256::new();
    let files = own.files.iter().map(|file| ("", file)).chain(taken.map(|file| ("common/", file)));
    for part in files.flat_map(|(folder, (name, text))| [folder, name, before_examples::before_examples(text)]) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize())
}

fn sorted(problems: RefCell<Vec<Problem>>) -> Problems {
    let mut problems = problems.into_inner();
    problems.sort();
    problems.dedup();
    Problems(problems)
}

fn file_of(stem: &str) -> String {
    format!("{stem}.toml")
}

fn keys<T>(map: &BTreeMap<String, T>) -> BTreeSet<&str> {
    map.keys().map(String::as_str).collect()
}

fn spanned_keys<T>(map: &BTreeMap<At<String>, T>) -> BTreeSet<&str> {
    map.keys().map(|key| key.as_str()).collect()
}

pub(super) fn is_kebab(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    !text.is_empty() && text.bytes().all(fits) && !text.starts_with('-') && !text.ends_with('-')
}

#[cfg(test)]
pub(super) mod tests;
