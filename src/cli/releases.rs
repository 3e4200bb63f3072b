//! `rampcheck releases`.

use super::arguments::{Format, ReleasesArguments};
use super::check::today;
use super::exit::{Exit, Failure};
use super::output::say;
use super::packs::Packs;
use crate::render::json;
use crate::render::releases::{document, releases};
use crate::render::text::Style;

/// Runs it.
pub fn run(arguments: &ReleasesArguments, style: Style) -> Result<Exit, Failure> {
    let pack = &Packs::find(&arguments.packs.packs)?.read_one(&arguments.product)?;
    let Some(calendar) = &pack.calendar else {
        return Err(Failure::usage(format!("the pack of {} has no release calendar", pack.product)));
    };
    let today = arguments.today.unwrap_or_else(today);
    let document = document(pack, calendar, today);
    match arguments.format {
        Format::Human => say(&releases(&document, style))?,
        Format::Json => say(&json(&document).map_err(Failure::tool)?)?,
    }
    Ok(Exit::Success)
}
