//! Writing a recording so that people can read it: in a fixed order, one entry a line, texts as they are.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::super::{Latencies, Stat};
use super::{Answers, Command, Fetch, Get, Node, Nodes, has_below, ok};

/// Lists of names are wrapped at this width.
pub(super) const WIDTH: usize = 100;

/// The text of a recording.
///
/// # Errors
/// When a number is larger than TOML allows (2^63 - 1).
pub(in crate::host) fn write(nodes: &Nodes, answers: &Answers) -> Result<String, toml::ser::Error> {
    let mut text = String::from(
        "# A recorded host: `rampcheck check ... --host FILE` and `rampcheck facts --host FILE` replay it.\n",
    );
    let mut single = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "{key} = {value}");
        }
    };
    single("arch", answers.arch.as_deref().map(string));
    single("clock_synchronized", answers.clock_synchronized.map(|synchronized| synchronized.to_string()));
    single("clock_max_error", answers.clock_max_error.map(|error| error.to_string()));
    single("user", answers.user.as_ref().map(inline).transpose()?);
    single("listeners", answers.listeners.as_deref().map(lines).transpose()?);
    table(&mut text, "variables", answers.variables.iter().map(|(name, value)| (name, string(value))));
    table(&mut text, "tools", answers.tools.iter().map(|(name, path)| (name, string(&path.to_string_lossy()))));
    answers.command.iter().for_each(|command| command.write(&mut text));
    for get in &answers.http {
        get.write(&mut text)?;
    }
    answers.web.iter().for_each(|fetch| fetch.write(&mut text));
    table(&mut text, "processes", answers.processes.iter().map(|(pid, name)| (pid, string(name))));
    let stat = answers.stat.iter().map(|(path, stat)| stat_inline(stat).map(|stat| (path.to_string_lossy(), stat)));
    table(&mut text, "stat", stat.collect::<Result<Vec<_>, _>>()?);
    let statfs = answers.statfs.iter().map(|(path, fs)| inline(fs).map(|fs| (path.to_string_lossy(), fs)));
    table(&mut text, "statfs", statfs.collect::<Result<Vec<_>, _>>()?);
    table(&mut text, "measurements", answers.measurements.iter().map(|(what, taken)| (what, latencies(taken))));
    let errors = answers.errors.iter().map(|(call, trouble)| inline(trouble).map(|trouble| (&call.0, trouble)));
    table(&mut text, "errors", errors.collect::<Result<Vec<_>, _>>()?);
    write_nodes(nodes, &mut text);
    Ok(text)
}

fn write_nodes(nodes: &Nodes, text: &mut String) {
    let name = |path: &Path| path.to_string_lossy().into_owned();
    let links = nodes.iter().filter_map(|(path, node)| match node {
        Node::Link(target) => Some((name(path), string(&target.to_string_lossy()))),
        _ => None,
    });
    table(text, "links", links);
    let mut listed: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
    for (path, node) in nodes {
        match (node, path.parent(), path.file_name()) {
            (Node::Listed, Some(directory), Some(name)) if !has_below(nodes, path) => {
                listed.entry(directory).or_default().push(string(&name.to_string_lossy()));
            }
            (Node::Directory, ..) if !has_below(nodes, path) => {
                listed.entry(path).or_default();
            }
            _ => {}
        }
    }
    table(text, "directories", listed.iter().map(|(path, names)| (name(path), wrapped(names))));
    let files: Vec<_> = nodes
        .iter()
        .filter_map(|(path, node)| match node {
            Node::File(content) => Some((name(path), content, std::str::from_utf8(content))),
            _ => None,
        })
        .collect();
    table(text, "files", files.iter().filter_map(|(path, _, utf8)| Some((path, string(utf8.ok()?)))));
    let binary = files.iter().filter(|(.., utf8)| utf8.is_err());
    table(text, "binary", binary.map(|(path, content, _)| (path, string(&STANDARD.encode(content)))));
}

impl Command {
    fn write(&self, text: &mut String) {
        let _ = writeln!(text, "\n[[command]]\nrun = {}", string(&self.run));
        match (self.killed, self.code) {
            (true, _) => text.push_str("killed = true\n"),
            (false, 0) => {}
            (false, code) => _ = writeln!(text, "code = {code}"),
        }
        optional(text, "stdout", &self.stdout);
        optional(text, "stderr", &self.stderr);
    }
}

impl Get {
    fn write(&self, text: &mut String) -> Result<(), toml::ser::Error> {
        let (endpoint, target) = (string(&self.endpoint), string(&self.target));
        let _ = writeln!(text, "\n[[http]]\nendpoint = {endpoint}\ntarget = {target}");
        status(text, self.status);
        if !self.headers.is_empty() {
            let _ = writeln!(text, "headers = {}", inline(&self.headers)?);
        }
        optional(text, "body", &self.body);
        Ok(())
    }
}

impl Fetch {
    fn write(&self, text: &mut String) {
        let _ = writeln!(text, "\n[[web]]\nurl = {}", string(&self.url));
        status(text, self.status);
        optional(text, "certificate_ends", self.certificate_ends.as_deref().unwrap_or_default());
        optional(text, "tls", self.tls.as_deref().unwrap_or_default());
        optional(text, "origin", self.origin.as_deref().unwrap_or_default());
        optional(text, "answered_by", self.answered_by.as_deref().unwrap_or_default());
        optional(text, "body", &self.body);
    }
}

fn status(text: &mut String, status: u16) {
    if status != ok() {
        let _ = writeln!(text, "status = {status}");
    }
}

fn optional(text: &mut String, key: &str, value: &str) {
    if !value.is_empty() {
        let _ = writeln!(text, "{key} = {}", string(value));
    }
}

/// A table, unless it has no entries.
fn table<K: AsRef<str>>(text: &mut String, name: &str, entries: impl IntoIterator<Item = (K, String)>) {
    let mut entries = entries.into_iter().peekable();
    if entries.peek().is_some() {
        let _ = writeln!(text, "\n[{name}]");
    }
    for (name, value) in entries {
        let _ = writeln!(text, "{} = {value}", key(name.as_ref()));
    }
}

/// As `inline`, but the mode is octal.
fn stat_inline(Stat { kind, uid, gid, mode }: &Stat) -> Result<String, toml::ser::Error> {
    Ok(format!("{{ kind = {}, uid = {uid}, gid = {gid}, mode = 0o{mode:03o} }}", inline(kind)?))
}

/// On several lines, because there are hundreds.
fn latencies(Latencies { size, first, again, zeros }: &Latencies) -> String {
    let list = |of: &[u64]| wrapped(&of.iter().map(u64::to_string).collect::<Vec<_>>());
    format!("{{ size = {size}, first = {}, again = {}, zeros = {} }}", list(first), list(again), list(zeros))
}

/// A value on one line.
fn inline<V: Serialize>(value: &V) -> Result<String, toml::ser::Error> {
    let mut text = String::new();
    value.serialize(toml::ser::ValueSerializer::new(&mut text))?;
    Ok(text)
}

/// An array with a value on each line.
fn lines<V: Serialize>(values: &[V]) -> Result<String, toml::ser::Error> {
    let lines: Result<String, _> =
        values.iter().map(|value| inline(value).map(|value| format!("    {value},\n"))).collect();
    Ok(format!("[\n{}]", lines?))
}

/// An array on one line, or on several where it does not fit.
pub(super) fn wrapped(values: &[String]) -> String {
    let line = format!("[{}]", values.join(", "));
    if line.len() <= WIDTH {
        return line;
    }
    let mut text = String::from("[");
    let mut width = WIDTH;
    for value in values {
        if width + value.len() + 2 > WIDTH {
            text.push_str("\n   ");
            width = 3;
        }
        let _ = write!(text, " {value},");
        width += value.len() + 2;
    }
    text + "\n]"
}

fn key(name: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !name.is_empty() && name.bytes().all(bare) { name.to_owned() } else { escaped(name) }
}

/// A basic string. It is always on one line, as a key must be.
fn escaped(text: &str) -> String {
    let mut string = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => string.extend(['\\', c]),
            '\n' => string.push_str("\\n"),
            '\t' => string.push(c),
            c if c.is_control() => _ = write!(string, "\\u{:04X}", u32::from(c)),
            c => string.push(c),
        }
    }
    string + "\""
}

/// A string in the form that reads best: on one line if it is one, otherwise as it is, between `'''`.
pub(super) fn string(text: &str) -> String {
    let line = text.strip_suffix('\n').unwrap_or(text);
    let shown = |c: char| c == '\t' || !c.is_control();
    if line.chars().all(|c| shown(c) && c != '"' && c != '\\') {
        return format!("\"{line}{}\"", if line.len() < text.len() { "\\n" } else { "" });
    }
    let literal = text.chars().all(|c| shown(c) || c == '\n');
    if literal && text.contains('\n') && !text.contains("'''") && !text.ends_with('\'') {
        return format!("'''\n{text}'''");
    }
    if literal && !text.contains(['\n', '\'']) {
        return format!("'{text}'");
    }
    escaped(text)
}
