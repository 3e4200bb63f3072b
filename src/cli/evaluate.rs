//! `rampcheck evaluate`: the facts of saved reports, judged again.

use super::arguments::EvaluateArguments;
use super::check::exit;
use super::delivery::Delivery;
use super::exit::{Exit, Failure};
use super::{input, intent, packs};
use crate::inspect::{Request, Source, inspect};
use crate::render::ReportFormat;
use crate::render::text::Style;

/// Runs it. Of several reports the worst verdict decides the exit code.
pub fn run(arguments: &EvaluateArguments, style: Style) -> Result<Exit, Failure> {
    let style = Style { detail: arguments.delivery.detail.detail(), ..style };
    let format = arguments.delivery.format;
    if arguments.reports.len() > 1
        && (!arguments.delivery.output.is_empty() || ![ReportFormat::Human, ReportFormat::Json].contains(&format))
    {
        return Err(Failure::usage(
            "several reports at once can only be shown with --format human or json, without --output",
        ));
    }
    let mut delivery = Delivery::open(&arguments.delivery)?;
    let packs = packs::find(&arguments.packs.packs)?;
    let request = Request {
        intent: intent::of(arguments.product.as_ref(), &arguments.plan, None)?,
        today: arguments.plan.today,
        ..Request::at(super::now())
    };
    let mut reports = Vec::new();
    for path in &arguments.reports {
        let source = Source::Report(Box::new(input::report(path)?));
        let report = inspect(&request, source, &packs, &mut delivery.redaction.redactor, &mut |_| {})?;
        reports.push(report);
    }
    let worst = reports.iter().max_by_key(|report| report.verdict).map(|report| exit(report, format));
    delivery.deliver_all(reports, style)?;
    worst.ok_or_else(|| Failure::usage("name a report"))
}
