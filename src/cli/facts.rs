//! `rampcheck facts`.

use super::arguments::{FactsArguments, Format};
use super::exit::{Exit, Failure};
use super::output::say;
use super::packs::Packs;
use super::redaction::Redacting;
use super::source;
use crate::render::text::Style;
use crate::render::{facts, json};

/// Runs it.
pub fn run(arguments: &FactsArguments, style: Style) -> Result<Exit, Failure> {
    let mut redaction = Redacting::open(&arguments.redact)?;
    let reading = source::start(&arguments.source, None, "", arguments.record.as_deref())?;
    let mut questions = Packs::find(&arguments.packs.packs)?.questions(None)?;
    questions.ask_versions();
    questions.data_dir.clone_from(&arguments.source.data_dir);
    let document = reading.finish(questions)?;
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
