//! `rampcheck explain`.

use super::arguments::ExplainArguments;
use super::exit::{Exit, Failure};
use super::output::say;
use super::packs;
use crate::facts::catalogue::{CATALOGUE, lookup};
use crate::pack::{PLUGIN, Pack, group_id};
use crate::plan::{did_you_mean, parse_plugin};
use crate::render::explain;
use crate::render::text::Style;

/// Runs it.
pub fn run(arguments: &ExplainArguments, style: Style) -> Result<Exit, Failure> {
    let plugin: Vec<_> =
        arguments.id.strip_prefix(PLUGIN).and_then(|name| parse_plugin(name).ok()).into_iter().collect();
    let packs = packs::find(&arguments.packs.packs)?.read_all().map_err(Failure::usage)?;
    let packs: Vec<_> = packs.iter().map(|pack| pack.with_plugins(&plugin)).collect();
    let checks = packs.iter().filter_map(|pack| Some(explain::check(pack, pack.check(&arguments.id)?, style)));
    let group_of = |pack: &Pack| pack.groups.iter().find(|group| group_id(group) == arguments.id).cloned();
    let groups = packs.iter().filter_map(|pack| Some(explain::group(pack, &group_of(pack)?, style)));
    let fact = lookup(&arguments.id).map(|row| explain::fact(row, style));
    let parts: Vec<_> = checks.chain(groups).chain(fact).collect();
    if parts.is_empty() {
        let ids = packs.iter().flat_map(|pack| pack.checks.iter().map(|check| check.id.as_str()));
        let groups: Vec<_> = packs.iter().flat_map(|pack| &pack.groups).map(|group| group_id(group)).collect();
        let known = ids.chain(groups.iter().map(String::as_str)).chain(CATALOGUE.iter().map(|row| row.name));
        let hint = did_you_mean(&arguments.id, known);
        let message = format!(
            "there is no check, group or fact `{}`{hint}; a report shows the ids of checks, `rampcheck facts` the names of facts",
            arguments.id
        );
        return Err(Failure::usage(message));
    }
    say(&parts.join("\n"))?;
    Ok(Exit::Success)
}
