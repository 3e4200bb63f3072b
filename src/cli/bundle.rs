//! `rampcheck bundle`: everything that support needs, in one file.

use std::fmt::Write as _;
use std::io;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::arguments::BundleArguments;
use super::check::judge;
use super::delivery::{file_name, written};
use super::exit::{Exit, Failure};
use super::input;
use super::output::{Purpose, Target, say};
use super::redaction::Redaction;
use crate::facts::{Provenance, format_count};
use crate::render::ReportFormat;
use crate::render::json::{facts_document, json, seal};
use crate::render::log;
use crate::render::text::{Detail, Style};
use crate::report::{Observation, Report, hex_sha256};
use crate::signature::{REPORTS, SigningKey};

/// What support's mail and forms accept.
const MOST_BYTES: usize = 1_000_000;
/// How text is laid out in a file.
const STYLE: Style = Style { width: 100, color: false, unicode: true, detail: Detail::All };

/// Runs it. A bundle that is written is a success, whatever the verdict.
pub fn run(arguments: &BundleArguments) -> Result<Exit, Failure> {
    let key = arguments.sign.as_deref().map(input::signing_key).transpose()?;
    let target = Target::open(&arguments.output, Purpose::Private, "tar.gz")?;
    let mut redaction = Redaction::open(&arguments.redact)?;
    let mut report = judge(&arguments.judge, true, &mut redaction.redactor)?;
    seal(&mut report).map_err(Failure::tool)?;
    let files = files(&report, key.as_ref())?;
    let folder = file_name(&report, "");
    let folder = folder.trim_end_matches('.');
    if arguments.preview {
        let parts: Vec<_> = files.iter().map(|(name, text)| format!("=== {folder}/{name}\n{text}")).collect();
        say(&parts.join("\n"))?;
        return Ok(Exit::Success);
    }
    let packed = pack(&report, folder, &files).map_err(|error| Failure::tool(format!("cannot pack: {error}")))?;
    if packed.len() > MOST_BYTES {
        let size = format_count(packed.len() as u64);
        return Err(Failure::tool(format!("the bundle would have {size} bytes, more than 1 MB")));
    }
    say(&listing(&report, folder, &files, packed.len()))?;
    redaction.keep()?;
    let name = format!("{folder}.tar.gz");
    let path = target.path(&name);
    target.write(&name, &packed)?;
    say(&format!("written to {}\n", path.display()))?;
    Ok(Exit::Success)
}

/// The files by name, the manifest with their checksums last.
fn files(report: &Report, key: Option<&SigningKey>) -> Result<Vec<(&'static str, String)>, Failure> {
    let json_report = written(ReportFormat::Json, report, STYLE)?;
    let signature = key.map(|key| ("report.json.sig", key.sign(json_report.as_bytes(), REPORTS)));
    let mut files = vec![
        ("report.json", json_report),
        ("report.html", ReportFormat::Html.report(report, STYLE).map_err(Failure::tool)?),
        ("facts.json", json(&facts_document(observation(report))).map_err(Failure::tool)?),
        ("rampcheck.log", log::log(report)),
    ];
    files.extend(signature);
    let mut manifest = String::new();
    for (name, text) in &files {
        let _ = writeln!(manifest, "{}  {name}", hex_sha256(text.as_bytes()));
    }
    files.push(("MANIFEST", manifest));
    Ok(files)
}

/// The facts of a report without those that its judgement derived.
fn observation(report: &Report) -> Observation {
    let mut facts = report.facts.clone();
    facts.retain(|_, fact| fact.provenance != Provenance::Derived);
    let token = report.host.token.clone();
    Observation { collection: report.collection.clone(), facts, redaction: report.redaction, token }
}

/// What the bundle contains, before it is written.
fn listing(report: &Report, folder: &str, files: &[(&str, String)], packed: usize) -> String {
    let mut out = format!("{folder}.tar.gz, redaction {}:\n", report.redaction.word());
    for (name, text) in files {
        let _ = writeln!(out, "  {name:<14} {:>8} bytes", format_count(text.len() as u64));
    }
    let _ = writeln!(out, "  {:<14} {:>8} bytes", "packed", format_count(packed as u64));
    out
}

/// The same files give the same bytes: owner, mode and time are not those of this machine.
fn pack(report: &Report, folder: &str, files: &[(&str, String)]) -> io::Result<Vec<u8>> {
    let time = u64::try_from(report.collection.started.as_second()).unwrap_or_default();
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(time);
        archive.append_data(&mut header, format!("{folder}/{name}"), text.as_bytes())?;
    }
    archive.into_inner()?.finish()
}
