//! `rampcheck diff`.

use super::arguments::{DiffArguments, Format};
use super::exit::{Exit, Failure};
use super::output::say;
use super::received;
use crate::render::text::Style;
use crate::render::{changes, json};
use crate::report::diff::Diff;

/// Runs it. That something changed is no failure.
pub fn run(arguments: &DiffArguments, style: Style) -> Result<Exit, Failure> {
    let diff = Diff::of(&received::report(&arguments.old)?, &received::report(&arguments.new)?);
    match arguments.format {
        Format::Human => say(&changes::diff(&diff, style))?,
        Format::Json => say(&json(&diff).map_err(Failure::tool)?)?,
    }
    Ok(Exit::Success)
}
