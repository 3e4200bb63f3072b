//! `rampcheck tiers`.

use super::arguments::{Format, TiersArguments};
use super::exit::{Exit, Failure};
use super::output::say;
use super::{packs, source};
use crate::inspect::facts;
use crate::judge::{fits, nodes};
use crate::redact::Redactor;
use crate::render::json::json;
use crate::render::nodes::table as nodes_table;
use crate::render::text::Style;
use crate::render::tiers::{rows, tiers};
use crate::report::HostId;

/// Runs it.
pub fn run(arguments: &TiersArguments, style: Style) -> Result<Exit, Failure> {
    let pack = packs::find(&arguments.packs.packs)?.read(&arguments.product).map_err(Failure::usage)?;
    if let Some(node) = &arguments.node {
        let needed = nodes(&pack, node);
        match arguments.format {
            Format::Human => say(&nodes_table(&pack, node, &needed, style))?,
            Format::Json => say(&json(&needed).map_err(Failure::tool)?)?,
        }
        return Ok(Exit::Success);
    }
    let mut request = source::request(&arguments.source);
    let (host, view) = source::open(&arguments.source, &mut request)?;
    let asking = std::slice::from_ref(&pack);
    let observed = facts(&request, host, view, asking, &mut Redactor::default(), &mut source::progress())
        .map_err(Failure::tool)?;
    let fits = fits(&pack, &observed.facts, super::today());
    match arguments.format {
        Format::Human => {
            let host = HostId::of(&observed.facts, None).name.unwrap_or_else(|| "this host".to_owned());
            say(&tiers(&pack.title, &host, &fits, style))?;
        }
        Format::Json => say(&json(&rows(&fits)).map_err(Failure::tool)?)?,
    }
    Ok(Exit::Success)
}
