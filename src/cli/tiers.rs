//! `rampcheck tiers`.

use super::arguments::{Format, TiersArguments};
use super::check::today;
use super::exit::{Exit, Failure};
use super::output::say;
use super::packs::Packs;
use super::source;
use crate::check::{Outcome, Plan};
use crate::evaluate::findings;
use crate::render::json;
use crate::render::text::Style;
use crate::render::tiers::{TierFit, tiers};
use crate::verdict::verdict;

/// Runs it.
pub fn run(arguments: &TiersArguments, style: Style) -> Result<Exit, Failure> {
    let reading = source::start(&arguments.source, None, "", None)?;
    let packs = Packs::find(&arguments.packs.packs)?;
    let pack = &packs.read_one(&arguments.product)?;
    let mut questions = packs.questions(Some(pack))?;
    questions.data_dir.clone_from(&arguments.source.data_dir);
    let document = reading.finish(questions)?;
    let today = today();
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
