//! `rampcheck facts`.

use std::sync::Arc;

use super::arguments::{FactsArguments, Format};
use super::exit::{Exit, Failure};
use super::output::{Purpose, Target, say};
use super::redaction::Redaction;
use super::{packs, source};
use crate::inspect::{Request, facts, recording};
use crate::redact;
use crate::render::json::{facts_document, json};
use crate::render::text::Style;

/// Runs it.
pub fn run(arguments: &FactsArguments, style: Style) -> Result<Exit, Failure> {
    // Addresses decide what a replay says of ports.
    if arguments.record.is_some() && arguments.redact.redact == redact::Redaction::Strict {
        return Err(Failure::usage(
            "a recording keeps IP addresses: --record goes with --redact identifiers, not with strict",
        ));
    }
    let record = arguments.record.as_ref().map(|file| Target::open(file, Purpose::Recording, "toml")).transpose()?;
    let mut redaction = Redaction::open(&arguments.redact)?;
    let mut request = Request { every_version: true, ..source::request(&arguments.source) };
    request.intent.plugins.clone_from(&arguments.plugin);
    let (host, view) = source::open(&arguments.source, &mut request)?;
    let packs = packs::find(&arguments.packs.packs)?.read_all().map_err(Failure::usage)?;
    let observed = facts(&request, Arc::clone(&host), view, &packs, &mut redaction.redactor, &mut source::progress())
        .map_err(Failure::tool)?;
    if let Some(file) = record {
        let text = recording(&request, &host, &packs, &mut redaction.redactor)
            .map_err(|error| Failure::tool(format!("cannot record: {error}")))?;
        file.write("recording.toml", text.as_bytes())?;
    }
    let text = match arguments.format {
        Format::Human => crate::render::facts::facts(&observed, style),
        Format::Json => json(&facts_document(observed)).map_err(Failure::tool)?,
    };
    redaction.keep()?;
    say(&text)?;
    Ok(Exit::Success)
}
