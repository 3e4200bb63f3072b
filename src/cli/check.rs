//! `rampcheck check`.

use super::arguments::{CheckArguments, JudgeArguments, path_text};
use super::delivery::Delivery;
use super::exit::{Exit, Failure};
use super::{input, intent, packs, source};
use crate::inspect::{Request, Source, inspect};
use crate::redact::Redactor;
use crate::render::ReportFormat;
use crate::render::nagios::ServiceState;
use crate::render::text::Style;
use crate::report::Report;

/// Runs it.
pub fn run(arguments: &CheckArguments, style: Style) -> Result<Exit, Failure> {
    let style = Style { detail: arguments.delivery.detail.detail(), ..style };
    let mut delivery = Delivery::open(&arguments.delivery)?;
    let report = judge(&arguments.judge, false, &mut delivery.redaction.redactor)?;
    let exit = exit(&report, arguments.delivery.format);
    delivery.deliver(report, style)?;
    Ok(exit)
}

/// The exit code of a report that is shown in a format.
pub fn exit(report: &Report, format: ReportFormat) -> Exit {
    match format {
        ReportFormat::Nagios => Exit::Plugin(ServiceState::of(report.verdict)),
        _ => Exit::of(report.verdict),
    }
}

/// Inspects what the arguments name.
pub fn judge(arguments: &JudgeArguments, every_version: bool, redactor: &mut Redactor) -> Result<Report, Failure> {
    let mut intent = intent::of(arguments.product.as_ref(), &arguments.plan, Some(&arguments.server))?;
    intent.data_dir = arguments.source.data_dir.as_deref().map(path_text).or(intent.data_dir);
    let mut request = Request {
        today: arguments.plan.today,
        files: intent::files(&intent.server)?,
        every_version,
        deadlines: source::deadlines(&arguments.source, intent.timeout),
        intent,
        ..Request::at(super::now())
    };
    let source = match &arguments.facts {
        Some(_) if arguments.source.measure.is_some() => {
            return Err(source::not_here("--facts", "those facts hold what was measured where they were collected"));
        }
        Some(path) => Source::Facts(input::facts(path)?),
        None => {
            let (host, view) = source::open(&arguments.source, &mut request)?;
            Source::Host(host, view)
        }
    };
    let packs = packs::find(&arguments.packs.packs)?;
    if arguments.facts.is_none() && arguments.source.host.is_none() && arguments.source.root.is_none() {
        source::announce(&request.addresses(&packs).map_err(Failure::usage)?);
    }
    Ok(inspect(&request, source, &packs, redactor, &mut source::progress())?)
}
