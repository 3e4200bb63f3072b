//! `rampcheck show`.

use super::arguments::{ReportFormat, ShowArguments};
use super::exit::{Exit, Failure};
use super::output::{rendered, say};
use super::received::{self, EDITED};
use super::redaction::Redacting;
use crate::facts::catalogue::nearest;
use crate::render::text::Style;
use crate::render::{json, saved, ticket};
use crate::report::read::Received;
use crate::report::{Redaction, Report, seal};

/// Runs it.
pub fn run(arguments: &ShowArguments, style: Style) -> Result<Exit, Failure> {
    let redacts = arguments.redact.redact > Redaction::None;
    if !redacts && arguments.id.is_none() && !arguments.ticket && arguments.format == ReportFormat::Json {
        // As it was received, with members that this version does not know, and the digest over them.
        say(&json(&received::document(&arguments.report)?).map_err(Failure::tool)?)?;
        return Ok(Exit::Success);
    }
    let mut redacting = Redacting::open(&arguments.redact)?;
    let Received { mut report, intact } = received::report(&arguments.report)?;
    if redacts {
        if !intact {
            report.notes.push(EDITED.to_owned());
        }
        report = redacting.redact(report)?;
        seal(&mut report).map_err(Failure::tool)?;
    }
    let text = match (&arguments.id, arguments.format) {
        _ if arguments.ticket => ticket::ticket(&report, intact),
        (Some(id), format) => one(&report, id, format, style)?,
        (None, ReportFormat::Human) => saved::report(&report, intact, style),
        (None, format) => rendered(&report, format, style)?,
    };
    redacting.examine("standard output", &text)?;
    redacting.keep()?;
    say(&text)?;
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
