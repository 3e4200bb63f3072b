//! `rampcheck show`.

use super::arguments::{Format, ShowArguments};
use super::exit::{Exit, Failure};
use super::output::say;
use super::received;
use crate::facts::catalogue::nearest;
use crate::render::text::Style;
use crate::render::{json, saved, ticket};
use crate::report::read::Received;

/// Runs it.
pub fn run(arguments: &ShowArguments, style: Style) -> Result<Exit, Failure> {
    let received = received::report(&arguments.report)?;
    let report = &received.report;
    say(&match (&arguments.id, arguments.format) {
        _ if arguments.ticket => ticket::ticket(report, received.intact),
        (Some(id), format) => one(&received, id, format, style)?,
        (None, Format::Human) => saved::report(report, received.intact, style),
        // As it was received, with members that this version does not know and the digest over them.
        (None, Format::Json) => json(&received.document).map_err(Failure::tool)?,
    })?;
    Ok(Exit::Success)
}

/// One finding or fact.
fn one(received: &Received, id: &str, format: Format, style: Style) -> Result<String, Failure> {
    let report = &received.report;
    let finding = report.findings.iter().find(|finding| finding.id == id);
    let fact = report.facts.get(id);
    match (finding, fact, format) {
        (Some(finding), _, Format::Json) => json(finding).map_err(Failure::tool),
        (None, Some(fact), Format::Json) => json(fact).map_err(Failure::tool),
        (Some(finding), _, Format::Human) => Ok(saved::finding(finding, style)),
        (None, Some(fact), Format::Human) => Ok(saved::fact(id, fact, style)),
        (None, None, _) => {
            let ids = report.findings.iter().map(|finding| finding.id.as_str());
            let names = ids.chain(report.facts.keys().map(String::as_str));
            let hint = nearest(id, names).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default();
            Err(Failure::usage(format!("this report has no finding or fact `{id}`{hint}")))
        }
    }
}
