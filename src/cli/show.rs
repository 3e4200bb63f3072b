//! `rampcheck show`.

use super::arguments::ShowArguments;
use super::check::exit;
use super::exit::{Exit, Failure};
use super::input;
use super::output::say;
use super::redaction::Redaction;
use crate::plan::did_you_mean;
use crate::redact;
use crate::render::ReportFormat;
use crate::render::json::{finding, json, seal};
use crate::render::text::Style;
use crate::render::{saved, ticket};
use crate::report::{Report, Tool};

/// Runs it.
pub fn run(arguments: &ShowArguments, style: Style) -> Result<Exit, Failure> {
    let style = Style { detail: arguments.detail.detail(), ..style };
    let redacts = arguments.redact.redact > redact::Redaction::None;
    let mut redaction = Redaction::open(&arguments.redact)?;
    let mut report = input::judged_anew(&arguments.report, &arguments.packs.packs)?;
    let as_written = !redacts && !report.digest.is_empty();
    if as_written && arguments.id.is_none() && !arguments.ticket && arguments.format == ReportFormat::Json {
        // As it was received, with members that this version does not know, and the digest over them.
        say(&json(&input::json(&arguments.report)?).map_err(Failure::tool)?)?;
        return Ok(Exit::Success);
    }
    if redacts {
        report.redact(&mut redaction.redactor).map_err(Failure::tool)?;
    }
    if !as_written {
        report.tool = Tool::default();
        seal(&mut report).map_err(Failure::tool)?;
    }
    let text = match (&arguments.id, arguments.format) {
        _ if arguments.ticket => ticket::ticket(&report),
        (Some(id), format) => one(&report, id, format, style)?,
        (None, ReportFormat::Human) => saved::report(&report, style),
        (None, format) => format.report(&report, style).map_err(Failure::tool)?,
    };
    redaction.keep()?;
    say(&text)?;
    Ok(match arguments.format {
        ReportFormat::Nagios => exit(&report, ReportFormat::Nagios),
        _ => Exit::Success,
    })
}

/// One finding or fact.
fn one(report: &Report, id: &str, format: ReportFormat, style: Style) -> Result<String, Failure> {
    let of_check = report.findings.iter().find(|finding| finding.id == id);
    let fact = report.facts.get(id);
    match (of_check, fact, format) {
        (Some(of_check), _, ReportFormat::Json) => json(&finding(of_check, report)).map_err(Failure::tool),
        (None, Some(fact), ReportFormat::Json) => json(fact).map_err(Failure::tool),
        (Some(of_check), _, ReportFormat::Human) => Ok(saved::finding(report, of_check, style)),
        (None, Some(fact), ReportFormat::Human) => Ok(saved::fact(report, id, fact, style)),
        (None, None, _) => {
            let ids = report.findings.iter().map(|finding| finding.id.as_str());
            let hint = did_you_mean(id, ids.chain(report.facts.keys().map(String::as_str)));
            Err(Failure::usage(format!("this report has no finding or fact `{id}`{hint}")))
        }
        _ => Err(Failure::usage("one finding or fact can only be shown with --format human or json")),
    }
}
