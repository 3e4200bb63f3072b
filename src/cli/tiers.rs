//! `rampcheck tiers`.

use std::sync::Arc;

use super::arguments::{Format, TiersArguments, path_text};
use super::exit::{Exit, Failure};
use super::output::say;
use super::{packs, source};
use crate::inspect::{Request, facts};
use crate::judge::fits;
use crate::plan::Intent;
use crate::redact::Redactor;
use crate::render::json::json;
use crate::render::text::Style;
use crate::render::tiers::{rows, tiers};
use crate::report::HostId;

/// Runs it.
pub fn run(arguments: &TiersArguments, style: Style) -> Result<Exit, Failure> {
    let packs = packs::find(&arguments.packs.packs)?;
    let pack = packs.read(&arguments.product).map_err(Failure::usage)?;
    let data_dir = arguments.source.data_dir.as_deref().map(path_text);
    let request = Request {
        intent: Intent { data_dir, ..Intent::default() },
        deadlines: source::deadlines(&arguments.source, None),
        ..Request::at(super::now())
    };
    let (host, view) = source::open(&arguments.source, &request.deadlines, "")?;
    let observed = facts(&request, Arc::clone(&host), view, &packs, &mut Redactor::default(), &mut source::progress())?;
    let fits = fits(&pack, &observed.facts, super::today());
    match arguments.format {
        Format::Human => {
            let host = HostId::of(&observed.facts).name.unwrap_or_else(|| "this host".to_owned());
            say(&tiers(&pack.title, &host, &fits, style))?;
        }
        Format::Json => say(&json(&rows(&fits)).map_err(Failure::tool)?)?,
    }
    Ok(Exit::Success)
}
