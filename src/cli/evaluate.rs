//! `rampcheck evaluate`: the facts of saved reports, judged again.

use super::arguments::EvaluateArguments;
use super::check::exit;
use super::delivery::{Delivery, written};
use super::exit::{Exit, Failure};
use super::several::{Several, listed};
use super::{input, intent, packs};
use crate::inspect::{Request, Source, inspect};
use crate::render::ReportFormat;
use crate::render::json::seal;
use crate::render::text::Style;

/// Runs it. Of several reports the worst verdict decides the exit code.
pub fn run(arguments: &EvaluateArguments, style: Style) -> Result<Exit, Failure> {
    let style = Style { detail: arguments.delivery.detail.detail(), ..style };
    let format = arguments.delivery.format;
    let mut delivery = Delivery::open(&arguments.delivery)?;
    let packs = packs::find(&arguments.packs.packs)?;
    let request = Request {
        intent: intent::of(arguments.product.as_ref(), &arguments.plan, None)?,
        today: arguments.plan.today,
        ..Request::at(super::now())
    };
    let form = listed(format).filter(|_| arguments.delivery.output.is_empty());
    let mut several = Several::new(form, &delivery.redaction, style);
    let (mut alone, mut worst) = (None, Exit::Success);
    let unusable = input::each(&arguments.reports, false, |arrived| {
        let source = Source::Report(Box::new(arrived.report()?));
        let judged = inspect(&request, source, &packs, &mut delivery.redaction.redactor, &mut |_| {});
        let mut report = judged.map_err(Failure::from).map_err(|failure| arrived.named(failure))?;
        worst = worst.worst(exit(&report, format));
        if !arrived.is_list {
            alone = Some(report);
            return Ok(());
        }
        // Only what is kept needs a digest.
        if form == Some(ReportFormat::Json) {
            seal(&mut report).map_err(Failure::tool)?;
        }
        several.add(&arrived.name, &report, || written(ReportFormat::Json, &report, style))
    })?;
    Ok(match alone {
        Some(report) => {
            delivery.deliver(report, style)?;
            worst
        }
        None => worst.worst(several.finish(&unusable, &mut delivery.redaction)?),
    })
}
