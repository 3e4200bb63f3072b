//! `rampcheck facts`.

use std::sync::Arc;

use super::arguments::{FactsArguments, Format};
use super::exit::{Exit, Failure};
use super::output::say;
use super::redaction::Redaction;
use super::{packs, source};
use crate::inspect::{Request, facts};
use crate::render::json::{facts_document, json};
use crate::render::text::Style;

/// Runs it.
pub fn run(arguments: &FactsArguments, style: Style) -> Result<Exit, Failure> {
    if let Some(file) = arguments.record.as_ref().filter(|file| file.symlink_metadata().is_ok()) {
        return Err(Failure::usage(format!("--record {}: it exists already; name a new file", file.display())));
    }
    let mut redaction = Redaction::open(&arguments.redact)?;
    let mut request = Request { every_version: true, ..source::request(&arguments.source) };
    let (host, view) = source::open(&arguments.source, &mut request)?;
    let packs = packs::find(&arguments.packs.packs)?.read_all().map_err(Failure::usage)?;
    let observed = facts(&request, Arc::clone(&host), view, &packs, &mut redaction.redactor, &mut source::progress())
        .map_err(Failure::tool)?;
    if let Some(file) = &arguments.record {
        host.save(file).map_err(|error| Failure::tool(format!("cannot record: {error}")))?;
    }
    let text = match arguments.format {
        Format::Human => crate::render::facts::facts(&observed, style),
        Format::Json => json(&facts_document(observed)).map_err(Failure::tool)?,
    };
    redaction.keep()?;
    say(&text)?;
    Ok(Exit::Success)
}
