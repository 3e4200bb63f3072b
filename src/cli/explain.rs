//! `rampcheck explain`.

use super::arguments::ExplainArguments;
use super::exit::{Exit, Failure};
use super::output::say;
use super::packs;
use crate::facts::catalogue::{CATALOGUE, lookup};
use crate::plan::did_you_mean;
use crate::render::explain;
use crate::render::text::Style;

/// Runs it.
pub fn run(arguments: &ExplainArguments, style: Style) -> Result<Exit, Failure> {
    let packs = packs::find(&arguments.packs.packs)?.read_all().map_err(Failure::usage)?;
    let checks = packs.iter().filter_map(|pack| Some(explain::check(pack, pack.check(&arguments.id)?, style)));
    let fact = lookup(&arguments.id).map(|row| explain::fact(row, style));
    let parts: Vec<_> = checks.chain(fact).collect();
    if parts.is_empty() {
        let ids = packs.iter().flat_map(|pack| pack.checks.iter().map(|check| check.id.as_str()));
        let hint = did_you_mean(&arguments.id, ids.chain(CATALOGUE.iter().map(|row| row.name)));
        let message = format!(
            "there is no check or fact `{}`{hint}; a report shows the ids of checks, `rampcheck facts` the names of facts",
            arguments.id
        );
        return Err(Failure::usage(message));
    }
    say(&parts.join("\n"))?;
    Ok(Exit::Success)
}
