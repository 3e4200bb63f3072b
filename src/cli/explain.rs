//! `rampcheck explain`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::arguments::ExplainArguments;
use super::exit::{Exit, Failure};
use super::output::say;
use super::packs;
use crate::check::Scope;
use crate::facts::Facts;
use crate::facts::catalogue::{CATALOGUE, lookup, nearest};
use crate::render::explain;
use crate::render::text::Style;

/// Runs it.
pub fn run(arguments: &ExplainArguments, style: Style) -> Result<Exit, Failure> {
    let packs = packs::all(&arguments.packs.packs)?;
    let mut out = String::new();
    for pack in &packs {
        let Some(check) = pack.check(&arguments.id) else { continue };
        let (facts, ends) = (Facts::new(), BTreeMap::new());
        let scope = Scope { facts: &facts, tier: None, ends: &ends, calendar: None, today: Date::MIN };
        let needed = check.needed.clone().unwrap_or_else(|| check.expect.needed(&scope));
        if !out.is_empty() {
            out.push('\n');
        }
        out += &explain::check(pack, check, &needed, style);
    }
    if let Some(row) = lookup(&arguments.id) {
        out += &explain::fact(row, style);
    }
    if out.is_empty() {
        let ids = packs.iter().flat_map(|pack| pack.checks.iter().map(|check| check.id.as_str()));
        let names = ids.chain(CATALOGUE.iter().map(|row| row.name));
        let hint = nearest(&arguments.id, names).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default();
        let message = format!(
            "there is no check or fact `{}`{hint}; a report shows the ids, `rampcheck facts` the names",
            arguments.id
        );
        return Err(Failure::usage(message));
    }
    say(&out)?;
    Ok(Exit::Success)
}
