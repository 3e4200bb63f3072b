//! `rampcheck releases`.

use super::arguments::{Format, ReleasesArguments};
use super::exit::{Exit, Failure};
use super::output::say;
use super::packs;
use crate::judge::calendar;
use crate::render::json::json;
use crate::render::releases::releases;
use crate::render::text::Style;

/// Runs it.
pub fn run(arguments: &ReleasesArguments, style: Style) -> Result<Exit, Failure> {
    let pack = packs::find(&arguments.packs.packs)?.read(&arguments.product).map_err(Failure::usage)?;
    let today = arguments.today.unwrap_or_else(super::today);
    let Some(calendar) = calendar(&pack, today) else {
        return Err(Failure::usage(format!("the pack of {} has no release calendar", pack.product)));
    };
    match arguments.format {
        Format::Human => say(&releases(&calendar, style))?,
        Format::Json => say(&json(&calendar).map_err(Failure::tool)?)?,
    }
    Ok(Exit::Success)
}
