//! `rampcheck tiers`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::arguments::{Format, TiersArguments};
use super::exit::{Exit, Failure};
use super::output::say;
use super::{packs, source};
use crate::check::{Outcome, Plan};
use crate::evaluate::findings;
use crate::render::json;
use crate::render::text::Style;
use crate::render::tiers::{TierFit, tiers};
use crate::verdict::verdict;

/// Runs it.
pub fn run(arguments: &TiersArguments, style: Style) -> Result<Exit, Failure> {
    let packs = packs::all(&arguments.packs.packs)?;
    let pack = packs::of_product(&packs, &arguments.product)?;
    let mut questions = packs::questions(&packs);
    questions.data_dir.clone_from(&arguments.source.data_dir);
    let document = source::read(&arguments.source, None, &questions, None)?;
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let fits: Vec<_> = pack
        .tiers
        .iter()
        .map(|tier| {
            let plan = Plan { product: pack.product.clone(), tier: Some(tier.id.clone()), ..Plan::default() };
            let looks_at_tier = |id: &str| pack.check(id).is_some_and(|check| check.expect.cells().next().is_some());
            let mut findings = findings(pack, &plan, &document.facts, today);
            findings.retain(|finding| looks_at_tier(&finding.id) && finding.outcome != Outcome::Skipped);
            let needs: Vec<_> = tier.needs.iter().map(|(cell, need)| format!("{cell} {need}")).collect();
            TierFit {
                id: tier.id.clone(),
                title: tier.title.clone(),
                cluster: tier.cluster,
                advisory: tier.advisory,
                needs: needs.join(", "),
                verdict: verdict(&findings),
                findings,
            }
        })
        .collect();
    match arguments.format {
        Format::Human => {
            let host = document.host.name.as_deref().unwrap_or("this host");
            say(&tiers(&pack.title, host, &fits, style))?;
        }
        Format::Json => say(&json(&fits).map_err(Failure::tool)?)?,
    }
    Ok(Exit::Success)
}
