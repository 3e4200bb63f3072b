//! `rampcheck diff`.

use super::arguments::{DiffArguments, Format};
use super::exit::{Exit, Failure};
use super::input;
use super::output::say;
use crate::render::changes;
use crate::render::json::json;
use crate::render::text::Style;
use crate::report::diff::Diff;

/// Runs it. That something changed is no failure.
pub fn run(arguments: &DiffArguments, style: Style) -> Result<Exit, Failure> {
    let packs = &arguments.packs.packs;
    let (old, new) = (input::judged_anew(&arguments.old, packs)?, input::judged_anew(&arguments.new, packs)?);
    let diff = Diff::of(&old, &new);
    match arguments.format {
        Format::Human => say(&changes::diff(&diff, style))?,
        Format::Json => say(&json(&changes::document(&diff)).map_err(Failure::tool)?)?,
    }
    Ok(Exit::Success)
}
