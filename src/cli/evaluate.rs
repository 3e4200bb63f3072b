//! `rampcheck evaluate`: the facts of saved reports, judged again.

use super::arguments::{EvaluateArguments, ReportFormat};
use super::check::day;
use super::delivery::Delivery;
use super::exit::{Exit, Failure};
use super::received::{self, EDITED};
use super::{packs, plan};
use crate::check::{Pack, Plan, PlanFile, ServerPlan};
use crate::facts::catalogue::lookup;
use crate::render::text::Style;
use crate::report::Report;
use crate::report::read::Received;

/// Most names of facts that a note lists.
const MOST_NAMES: usize = 10;

/// Runs it. Of several reports the worst verdict decides the exit code.
pub fn run(arguments: &EvaluateArguments, style: Style) -> Result<Exit, Failure> {
    let delivery = &arguments.delivery;
    if arguments.reports.len() > 1
        && (!delivery.output.is_empty() || ![ReportFormat::Human, ReportFormat::Json].contains(&delivery.format))
    {
        return Err(Failure::usage(
            "of several reports at once there is only --format human or json, without --output",
        ));
    }
    let delivery = Delivery::open(delivery)?;
    let packs = packs::all(&arguments.packs.packs)?;
    let file = match &arguments.plan.plan {
        Some(path) => Some(plan::file(Some(path))?),
        None => None,
    };
    let mut reports = Vec::new();
    for path in &arguments.reports {
        let received = received::report(path)?;
        reports.push(again(received, file.clone(), arguments, &packs)?);
    }
    let strict = arguments.strict || file.is_some_and(|file| file.strict);
    let format = arguments.delivery.format;
    let exit = reports.iter().map(|report| report.verdict).max().map(|verdict| Exit::of(verdict, strict, format));
    delivery.reports(reports, style)?;
    exit.ok_or_else(|| Failure::usage("name a report"))
}

/// Judges the facts of a report again: its own plan with the arguments over it, or the plan of a file.
fn again(
    received: Received,
    file: Option<PlanFile>,
    arguments: &EvaluateArguments,
    packs: &[Pack],
) -> Result<Report, Failure> {
    let Received { report: recorded, intact, .. } = received;
    let mut base = file.unwrap_or_else(|| PlanFile {
        phase: Some(recorded.plan.phase),
        plan: recorded.plan.clone(),
        ..PlanFile::default()
    });
    if base.plan.product.is_empty() {
        base.plan.product.clone_from(&recorded.plan.product);
    }
    if arguments.product.as_ref().is_some_and(|product| *product != base.plan.product) {
        // Tier, numbers, waivers and server are those of the other product.
        base.plan = Plan {
            tier: None,
            users: None,
            concurrent: None,
            mau: None,
            pcc: None,
            waivers: Vec::new(),
            server: ServerPlan::default(),
            ..base.plan
        };
    }
    let mut plan = plan::merged(&base, arguments.product.as_ref(), &arguments.plan);
    let pack = packs::of_product(packs, &plan.product)?;
    let mut notes = plan::settle(&mut plan, pack)?;
    notes.push(format!("judged again, from the facts of a report of {}", recorded.collection.started));
    if !intact {
        notes.push(EDITED.to_owned());
    }
    let foreign: Vec<_> = recorded.facts.keys().filter(|name| lookup(name).is_none()).map(String::as_str).collect();
    if !foreign.is_empty() {
        let names = foreign[..foreign.len().min(MOST_NAMES)].join(", ");
        notes.push(format!("facts that this version does not know are not judged: {names}"));
    }
    let today = day(arguments.plan.today, &mut notes);
    let mut report = Report::judge(pack, &plan, recorded.facts, recorded.collection, today, notes);
    report.redaction = recorded.redaction;
    Ok(report)
}
