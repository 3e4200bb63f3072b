//! `rampcheck fleet`: the reports of many hosts, judged together.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::arguments::{FleetArguments, Output};
use super::check::exit;
use super::delivery::Delivery;
use super::exit::{Exit, Failure};
use super::input::{self, Arrived};
use super::{intent, packs, source, verify};
use crate::fleet::{Arrival, Gathering, Judge, Judged, Question};
use crate::redact::Redaction;
use crate::render::ReportFormat;
use crate::render::text::Style;
use crate::report::verify::Signed;

/// How the names of reports end.
const ENDINGS: [&str; 4] = [".json", ".json.gz", ".tar.gz", ".tgz"];
/// How often a terminal is told how far it is.
const BETWEEN: Duration = Duration::from_millis(200);

/// Runs it.
pub fn run(arguments: &FleetArguments, style: Style) -> Result<Exit, Failure> {
    let style = Style { detail: arguments.delivery.detail.detail(), ..style };
    let format = arguments.delivery.format;
    refuse(arguments)?;
    let delivery = Delivery::open(&arguments.delivery)?;
    let packs = packs::find(&arguments.packs.packs)?;
    let files = files(arguments)?;
    let read = |option: &str, path: &Option<PathBuf>| path.as_ref().map(|path| input::text(option, path)).transpose();
    let mut question = Question {
        intent: intent::of(arguments.product.as_ref(), &arguments.plan, None)?,
        now: super::now(),
        today: arguments.plan.today,
        expected: expected(read("--hosts", &arguments.hosts)?.as_deref())?,
        roles: roles(&arguments.role, read("--roles", &arguments.roles)?.as_deref())?,
        max_age: arguments.max_age,
        allowed_signers: read("--require-signed", &arguments.require_signed)?,
    };
    if let Some(first) = first(&files) {
        question = question.as_with(&first);
    }
    let Some(product) = &question.intent.product else {
        return Err(Failure::usage("there is no report that says which product is judged: name it with --product"));
    };
    let pack = packs.read(product).map_err(Failure::usage)?;
    let signers = question.allowed_signers.clone();
    let judge = Judge::new(&pack, question).map_err(Failure::usage)?;
    let mut gathering = Gathering::new(&judge);
    let mut progress = Progress::new(files.len());
    input::all(
        &files,
        |arrived| judged(&judge, arrived, signers.as_deref()),
        |judged| {
            progress.step();
            gathering.add(judged);
        },
    );
    progress.end();
    let report = gathering.finish();
    let exit = exit(&report, format);
    delivery.deliver(report, style)?;
    Ok(exit)
}

/// Refuses what there is of one host only.
fn refuse(arguments: &FleetArguments) -> Result<(), Failure> {
    let delivery = &arguments.delivery;
    let mut formats = delivery.output.iter().map(|Output { format, .. }| *format).chain([delivery.format]);
    if let Some(format) = formats.find(|format| matches!(format, ReportFormat::Fix | ReportFormat::FixAnsible)) {
        return Err(Failure::usage(format!(
            "{} is a plan for one host: `rampcheck evaluate REPORT --format {0}` writes it",
            format.name()
        )));
    }
    if delivery.redact.redact != Redaction::None {
        return Err(Failure::usage(
            "--redact is for reports of hosts: `rampcheck evaluate REPORT... --redact LEVEL --redact-map FILE` redacts them, \
             and a fleet report made of those has stand-ins only",
        ));
    }
    if arguments.reports.is_empty() && arguments.reports_from.is_empty() {
        return Err(Failure::usage("name the reports of the hosts, or their directory with --reports-from DIR"));
    }
    Ok(())
}

/// The files that are named, and the reports in the directories that are, by their names.
fn files(arguments: &FleetArguments) -> Result<Vec<PathBuf>, Failure> {
    let mut files = arguments.reports.clone();
    for folder in &arguments.reports_from {
        let fail =
            |error: &dyn std::fmt::Display| Failure::usage(format!("--reports-from {}: {error}", folder.display()));
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(|error| fail(&error))? {
            let path = entry.map_err(|error| fail(&error))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if !name.starts_with('.') && ENDINGS.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
        found.sort();
        files.append(&mut found);
    }
    let mut seen = std::collections::HashSet::new();
    files.retain(|path| seen.insert(path.clone()));
    Ok(files)
}

/// The names in a file of hosts, a line each, with their places.
fn expected(text: Option<&str>) -> Result<BTreeMap<String, usize>, Failure> {
    let Some(text) = text else { return Ok(BTreeMap::new()) };
    let names: BTreeMap<_, _> = lines(text).map(str::to_owned).zip(0..).collect();
    if let Some(name) = names.keys().find(|name| name.contains(char::is_whitespace)) {
        return Err(Failure::usage(format!("--hosts: `{name}` is no host: a line holds one name")));
    }
    if names.is_empty() {
        return Err(Failure::usage("--hosts: the file names no host"));
    }
    Ok(names)
}

/// Lines without comments and blank ones.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty())
}

/// Roles by host: those of the file, under those of the arguments.
fn roles(arguments: &[(String, String)], text: Option<&str>) -> Result<BTreeMap<String, String>, Failure> {
    let mut roles = BTreeMap::new();
    for line in text.into_iter().flat_map(lines) {
        let (host, role) = role(line).map_err(|error| Failure::usage(format!("--roles: `{line}`: {error}")))?;
        roles.insert(host, role);
    }
    roles.extend(arguments.iter().cloned());
    Ok(roles)
}

/// A host and its role.
pub fn role(text: &str) -> Result<(String, String), String> {
    match text.split_once('=').map(|(host, role)| (host.trim(), role.trim())) {
        Some((host, role)) if !host.is_empty() && !role.is_empty() => Ok((host.to_owned(), role.to_owned())),
        _ => Err("write HOST=ROLE, for example db-1=mongodb".to_owned()),
    }
}

/// The first report that can be read: its plan is that of the fleet, where nothing else is said.
fn first(files: &[PathBuf]) -> Option<crate::report::Report> {
    let mut first = None;
    for file in files.iter().filter(|file| !input::is_stdin(file)) {
        // What cannot be read is said when it is judged.
        let _ = input::each(std::slice::from_ref(file), true, |arrived| {
            if first.is_none() {
                first = arrived
                    .facts_of_report()
                    .ok()
                    .filter(|received| received.is_intact())
                    .map(|received| received.report);
            }
            Ok(())
        });
        if first.is_some() {
            break;
        }
    }
    first
}

/// The host of a document.
fn judged(judge: &Judge<'_>, arrived: Result<&Arrived<'_>, (&Path, &Failure)>, signers: Option<&str>) -> Judged {
    let unreadable = |path: &Path, name: &str, failure: &Failure| {
        let message = failure.to_string();
        let problem = message.strip_prefix(&format!("{name}: ")).unwrap_or(&message).to_owned();
        Judged::unreadable(name, &stem(path), problem)
    };
    let arrived = match arrived {
        Ok(arrived) => arrived,
        Err((path, failure)) => return unreadable(path, &path.display().to_string(), failure),
    };
    let read = || {
        let signature = if signers.is_some() { verify::signature(None, arrived)? } else { None };
        Ok((arrived.facts_of_report()?, signature))
    };
    let (received, signature) = match read() {
        Ok(read) => read,
        Err(failure) => return unreadable(arrived.path, &arrived.name, &failure),
    };
    let signed =
        Signed { message: arrived.bytes, signature, allowed_signers: signers.map(str::to_owned), known_hosts: None };
    // A file of several reports is named after none of their hosts.
    let stem = if arrived.is_alone { stem(arrived.path) } else { String::new() };
    judge.judge(Arrival { file: &arrived.name, stem: &stem, received, signed })
}

/// The name of a file without its endings.
fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut endings = ENDINGS.to_vec();
    endings.sort_by_key(|ending| usize::MAX - ending.len());
    let stem = endings.iter().find_map(|ending| name.strip_suffix(ending));
    stem.unwrap_or(&name).to_owned()
}

/// Tells a terminal how far it is.
struct Progress {
    files: usize,
    done: usize,
    last: Instant,
    line: Option<source::Waiting>,
}

impl Progress {
    fn new(files: usize) -> Self {
        let line = std::io::stderr().is_terminal().then(source::Waiting::default);
        Self { files, done: 0, last: Instant::now(), line }
    }

    fn step(&mut self) {
        self.done += 1;
        if let Some(line) = self.line.as_mut().filter(|_| self.last.elapsed() > BETWEEN) {
            line.say(&format!("judged {} of {} reports", self.done, self.files));
            self.last = Instant::now();
        }
    }

    fn end(&self) {
        if let Some(line) = &self.line {
            line.end();
        }
    }
}
