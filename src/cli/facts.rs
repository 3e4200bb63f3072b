//! `rampcheck facts`.

use super::arguments::{FactsArguments, Format};
use super::exit::{Exit, Failure};
use super::output::say;
use super::redaction::Redacting;
use super::{packs, source};
use crate::render::text::Style;
use crate::render::{facts, json};

/// Runs it.
pub fn run(arguments: &FactsArguments, style: Style) -> Result<Exit, Failure> {
    let packs = packs::all(&arguments.packs.packs)?;
    let mut questions = packs::questions(&packs);
    questions.data_dir.clone_from(&arguments.source.data_dir);
    let mut redaction = Redacting::open(&arguments.redact)?;
    let document = source::read(&arguments.source, None, &questions, arguments.record.as_deref())?;
    let document = redaction.redact(document)?;
    let text = match arguments.format {
        Format::Human => facts::facts(&document, style),
        Format::Json => json(&document).map_err(Failure::tool)?,
    };
    redaction.examine("standard output", &text)?;
    redaction.keep()?;
    say(&text)?;
    Ok(Exit::Success)
}
