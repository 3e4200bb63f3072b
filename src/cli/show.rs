//! `rampcheck show`.

use super::arguments::{ReportFormat, ShowArguments};
use super::exit::{Exit, Failure};
use super::output::{rendered, say};
use super::received;
use crate::facts::catalogue::nearest;
use crate::render::text::Style;
use crate::render::{json, saved, ticket};
use crate::report::Report;

/// Runs it.
pub fn run(arguments: &ShowArguments, style: Style) -> Result<Exit, Failure> {
    if arguments.id.is_none() && !arguments.ticket && arguments.format == ReportFormat::Json {
        // As it was received, with members that this version does not know, and the digest over them.
        say(&json(&received::document(&arguments.report)?).map_err(Failure::tool)?)?;
        return Ok(Exit::Success);
    }
    let received = received::report(&arguments.report)?;
    let report = &received.report;
    say(&match (&arguments.id, arguments.format) {
        _ if arguments.ticket => ticket::ticket(report, received.intact),
        (Some(id), format) => one(report, id, format, style)?,
        (None, ReportFormat::Human) => saved::report(report, received.intact, style),
        (None, format) => rendered(report, format, style)?,
    })?;
    Ok(match arguments.format {
        ReportFormat::Nagios => Exit::of(report.verdict, false, ReportFormat::Nagios),
        _ => Exit::Success,
    })
}

/// One finding or fact.
fn one(report: &Report, id: &str, format: ReportFormat, style: Style) -> Result<String, Failure> {
    let finding = report.findings.iter().find(|finding| finding.id == id);
    let fact = report.facts.get(id);
    match (finding, fact, format) {
        (Some(finding), _, ReportFormat::Json) => json(finding).map_err(Failure::tool),
        (None, Some(fact), ReportFormat::Json) => json(fact).map_err(Failure::tool),
        (Some(finding), _, ReportFormat::Human) => Ok(saved::finding(finding, style)),
        (None, Some(fact), ReportFormat::Human) => Ok(saved::fact(id, fact, style)),
        (None, None, _) => {
            let ids = report.findings.iter().map(|finding| finding.id.as_str());
            let names = ids.chain(report.facts.keys().map(String::as_str));
            let hint = nearest(id, names).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default();
            Err(Failure::usage(format!("this report has no finding or fact `{id}`{hint}")))
        }
        _ => Err(Failure::usage("one finding or fact is shown with --format human or json only")),
    }
}
