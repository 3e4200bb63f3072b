//! A row per host, for a spreadsheet: RFC 4180, with a head. Ids of checks are separated by spaces, sizes are in bytes.

use std::borrow::Cow;

use super::text::inert;
use super::words;
use crate::report::Report;
use crate::report::fleet::{FleetHost, Said, Standing};

const HEAD: [&str; 17] = [
    "host", "role", "state", "why", "verdict", "failed", "warnings", "unknown", "waived", "cpus", "memory", "storage",
    "system", "engine", "release", "read", "file",
];

/// The table.
pub fn report(report: &Report) -> String {
    let mut out = line(HEAD.map(Cow::Borrowed));
    match &report.fleet {
        Some(fleet) => fleet.hosts.iter().for_each(|host| out.push_str(&row(host))),
        None => out.push_str(&row(&alone(report))),
    }
    out
}

/// The one host of a report.
fn alone(report: &Report) -> FleetHost {
    let Report { host, collection, tool, pack, verdict, findings, facts, plan, .. } = report;
    let by = format!("{}, pack {}", tool.version, pack.version);
    FleetHost {
        name: words::host(report).into_owned(),
        role: plan.role.clone().unwrap_or_else(|| crate::plan::NODE.to_owned()),
        file: None,
        standing: Standing::Judged,
        said: Some(Said::of(host.id.clone(), collection.started, by, *verdict, findings, facts)),
    }
}

fn row(host: &FleetHost) -> String {
    let said = host.said.as_ref();
    let text = |of: fn(&Said) -> Option<String>| Cow::Owned(said.and_then(of).unwrap_or_default());
    line([
        Cow::Borrowed(&host.name),
        Cow::Borrowed(&host.role),
        Cow::Owned(host.standing.to_string()),
        Cow::Owned(words::standing(host).unwrap_or_default()),
        text(|said| Some(words::verdict_word(said.verdict).to_lowercase())),
        text(|said| Some(said.failed.join(" "))),
        text(|said| Some(said.warnings.join(" "))),
        text(|said| Some(said.unknown.join(" "))),
        text(|said| Some(said.waived.join(" "))),
        text(|said| said.cpus.map(|cpus| cpus.to_string())),
        text(|said| said.memory.map(|bytes| bytes.to_string())),
        text(|said| said.storage.map(|bytes| bytes.to_string())),
        text(|said| said.system.clone()),
        text(|said| said.engine.clone()),
        text(|said| said.release.clone()),
        text(|said| Some(said.read.to_string())),
        Cow::Owned(host.file.clone().unwrap_or_default()),
    ])
}

fn line(cells: [Cow<'_, str>; HEAD.len()]) -> String {
    cells.map(|text| cell(&text)).join(",") + "\r\n"
}

/// A cell. What a spreadsheet would take for a formula gets an apostrophe before it.
fn cell(text: &str) -> String {
    let text = inert(text);
    let is_formula = text.starts_with(['=', '+', '-', '@']);
    let text = if is_formula { format!("'{text}") } else { text.into_owned() };
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_quoted_and_are_no_formulas() {
        for (text, written) in [
            ("app-1", "app-1"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=cmd()", "'=cmd()"),
            ("@x,y", "\"'@x,y\""),
            ("two\nlines\u{1b}", "two lines\u{fffd}"),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
