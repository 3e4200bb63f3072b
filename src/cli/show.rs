//! `rampcheck show`.

use std::path::PathBuf;

use super::arguments::ShowArguments;
use super::check::exit;
use super::exit::{Exit, Failure};
use super::output::say;
use super::redaction::Redaction;
use super::several::{Several, listed};
use super::{input, packs};
use crate::plan::did_you_mean;
use crate::redact;
use crate::render::ReportFormat;
use crate::render::json::{document, finding, json, seal};
use crate::render::text::Style;
use crate::render::{saved, ticket};
use crate::report::{Report, Tool};

/// Runs it.
pub fn run(arguments: &ShowArguments, style: Style) -> Result<Exit, Failure> {
    let style = Style { detail: arguments.detail.detail(), ..style };
    let (paths, id) = split(&arguments.reports);
    let redacts = arguments.redact.redact > redact::Redaction::None;
    let mut redaction = Redaction::open(&arguments.redact)?;
    let packs = packs::find(&arguments.packs.packs)?;
    let form = listed(arguments.format).filter(|_| id.is_none() && !arguments.ticket);
    let mut several = Several::new(form, &redaction, style);
    let mut alone = None;
    let unusable = input::each(paths, false, |arrived| {
        let mut report = arrived.judged_anew(&packs)?;
        let is_as_written = !redacts && !report.digest.is_empty();
        if redacts {
            report.redact(&mut redaction.redactor).map_err(Failure::tool)?;
        }
        if !is_as_written {
            report.tool = Tool::default();
            seal(&mut report).map_err(Failure::tool)?;
        }
        // As it was received, with members that this version does not know, and the digest over them.
        let as_json = || {
            let text = if is_as_written { json(&arrived.json()?) } else { json(&document(&report)) };
            text.map_err(Failure::tool)
        };
        if arrived.is_list {
            return several.add(&arrived.name, &report, as_json);
        }
        let text = match (id, arguments.format) {
            _ if arguments.ticket => ticket::ticket(&report),
            (Some(id), format) => one(&report, id, format, style)?,
            (None, ReportFormat::Human) => saved::report(&report, style),
            (None, ReportFormat::Json) => as_json()?,
            (None, format) => format.report(&report, style).map_err(Failure::tool)?,
        };
        let exit = match arguments.format {
            ReportFormat::Nagios => exit(&report, ReportFormat::Nagios),
            _ => Exit::Success,
        };
        alone = Some((text, exit));
        Ok(())
    })?;
    let Some((text, exit)) = alone else {
        return several.finish(&unusable, &mut redaction);
    };
    redaction.keep()?;
    say(&text)?;
    Ok(exit)
}

/// What is named: reports, and after a single one the id of a finding or a fact. A file goes before an id of the same name.
fn split(named: &[PathBuf]) -> (&[PathBuf], Option<&str>) {
    match named {
        [report, id] if id.symlink_metadata().is_err() => match id.to_str() {
            Some(text) if text != "-" && !text.contains('/') => (std::slice::from_ref(report), Some(text)),
            _ => (named, None),
        },
        _ => (named, None),
    }
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
            Err(Failure::usage(format!("this report has no finding or fact `{id}`{hint}, and there is no such file")))
        }
        _ => Err(Failure::usage("one finding or fact can only be shown with --format human or json")),
    }
}
