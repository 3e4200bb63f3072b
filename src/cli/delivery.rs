//! What becomes of a report: sealed, then to standard output and files, each in its form.

use super::arguments::DeliveryArguments;
use super::exit::Failure;
use super::output::{Target, say};
use super::redaction::Redaction;
use crate::redact;
use crate::render::ReportFormat;
use crate::render::json::{document, json, seal};
use crate::render::text::Style;
use crate::report::Report;
use crate::report::read;

/// Where a report goes. Opened before the run, so that a bad path fails early.
pub struct Delivery {
    /// How the report is redacted.
    pub redaction: Redaction,
    format: ReportFormat,
    targets: Vec<(ReportFormat, Target)>,
    preview: bool,
}

impl Delivery {
    /// Opens the files that the arguments name.
    pub fn open(arguments: &DeliveryArguments) -> Result<Self, Failure> {
        let targets = arguments.output.iter().map(|output| Ok((output.format, Target::open(&output.file)?)));
        Ok(Self {
            redaction: Redaction::open(&arguments.redact)?,
            format: arguments.format,
            targets: targets.collect::<Result<_, Failure>>()?,
            preview: arguments.preview,
        })
    }

    /// Seals a report and delivers it.
    pub fn deliver(mut self, mut report: Report, style: Style) -> Result<(), Failure> {
        // Only what is kept needs a digest.
        let shown_only = |format: ReportFormat| format == ReportFormat::Human;
        if !shown_only(self.format) || !self.targets.iter().all(|(format, _)| shown_only(*format)) {
            seal(&mut report).map_err(Failure::tool)?;
        }
        let mut files = Vec::new();
        for (format, target) in std::mem::take(&mut self.targets) {
            let text = written(format, &report, Style { color: false, ..style })?;
            files.push((target, file_name(&report, format.extension()), text));
        }
        let shown = written(self.format, &report, style)?;
        if self.preview {
            let part = |(target, name, text): &(Target, String, String)| {
                format!("=== {}\n{text}", target.path(name).display())
            };
            let parts: Vec<_> = files.iter().map(part).collect();
            return say(&if parts.is_empty() { shown } else { parts.join("\n") });
        }
        self.redaction.keep()?;
        for (target, name, text) in files {
            target.write(&name, text.as_bytes())?;
        }
        say(&shown)
    }

    /// Seals several reports and delivers them to standard output: as a list, in JSON.
    pub fn deliver_all(mut self, mut reports: Vec<Report>, style: Style) -> Result<(), Failure> {
        if reports.len() == 1 {
            return reports.pop().map_or(Ok(()), |report| self.deliver(report, style));
        }
        for report in &mut reports {
            seal(report).map_err(Failure::tool)?;
        }
        let text = if self.format == ReportFormat::Json {
            json(&reports.iter().map(document).collect::<Vec<_>>()).map_err(Failure::tool)?
        } else {
            let texts = reports.iter().map(|report| self.format.report(report, style).map_err(Failure::tool));
            texts.collect::<Result<Vec<_>, _>>()?.join("\n")
        };
        self.redaction.keep()?;
        say(&text)
    }
}

/// A report in a form. What could not be read back is not written: a waiver or a text of a pack may be too long.
pub fn written(format: ReportFormat, report: &Report, style: Style) -> Result<String, Failure> {
    let text = format.report(report, style).map_err(Failure::tool)?;
    if format == ReportFormat::Json {
        read::document(text.as_bytes())
            .map_err(|error| Failure::usage(format!("the report could not be read back: {error}")))?;
    }
    Ok(text)
}

/// The name of a report's file: host, time of reading, level of redaction.
pub fn file_name(report: &Report, extension: &str) -> String {
    let host = report.host.name.as_deref().unwrap_or("host").to_ascii_lowercase();
    let fits = |sign: char| sign.is_ascii_alphanumeric() || sign == '-' || sign == '.';
    let host: String = host.chars().map(|sign| if fits(sign) { sign } else { '-' }).take(64).collect();
    let time = report.collection.started.strftime("%Y%m%dT%H%M%SZ");
    let redacted = match report.redaction {
        redact::Redaction::None => String::new(),
        level => format!("-redacted-{}", level.word()),
    };
    format!("rampcheck-report-{}-{time}{redacted}.{extension}", host.trim_start_matches('.'))
}
