//! What becomes of a report: redacted and sealed, then to standard output and files, each in its form.

use super::arguments::{DeliveryArguments, ReportFormat};
use super::exit::Failure;
use super::output::{Target, rendered, say};
use super::redaction::Redacting;
use crate::render::json;
use crate::render::text::Style;
use crate::report::{Redaction, Report, seal};

/// Where a report goes. Opened before the run, so that a bad path fails early.
pub struct Delivery {
    format: ReportFormat,
    targets: Vec<(ReportFormat, Target)>,
    redacting: Redacting,
    preview: bool,
}

impl Delivery {
    /// Opens the files that the arguments name.
    pub fn open(arguments: &DeliveryArguments) -> Result<Self, Failure> {
        let targets = arguments.output.iter().map(|output| Ok((output.format, Target::open(&output.file)?)));
        Ok(Self {
            format: arguments.format,
            targets: targets.collect::<Result<_, Failure>>()?,
            redacting: Redacting::open(&arguments.redact)?,
            preview: arguments.preview,
        })
    }

    /// Redacts and seals a report, and delivers it.
    pub fn report(mut self, report: Report, style: Style) -> Result<(), Failure> {
        let mut report = self.redacting.redact(report)?;
        // Only what is kept needs a digest.
        let shown_only = |format: &ReportFormat| *format == ReportFormat::Human;
        if !shown_only(&self.format) || !self.targets.iter().all(|(format, _)| shown_only(format)) {
            seal(&mut report).map_err(Failure::tool)?;
        }
        let mut files = Vec::new();
        for (format, target) in std::mem::take(&mut self.targets) {
            let text = rendered(&report, format, Style { color: false, ..style })?;
            let name = file_name(&report, format.extension());
            let path = target.path(&name);
            self.redacting.examine(&path.display().to_string(), &format!("{name}\n{text}"))?;
            files.push((target, name, path, text));
        }
        let shown = rendered(&report, self.format, style)?;
        self.redacting.examine("standard output", &shown)?;
        if self.preview {
            let parts = files.iter().map(|(_, _, path, text)| format!("=== {}\n{text}", path.display()));
            let parts: Vec<_> = parts.collect();
            return say(&if parts.is_empty() { shown } else { parts.join("\n") });
        }
        self.redacting.keep()?;
        for (target, name, _, text) in files {
            target.write(&name, text.as_bytes())?;
        }
        say(&shown)
    }

    /// Redacts and seals several reports and delivers them to standard output: as a list, in JSON.
    pub fn reports(mut self, mut reports: Vec<Report>, style: Style) -> Result<(), Failure> {
        if reports.len() == 1 {
            return reports.pop().map_or(Ok(()), |report| self.report(report, style));
        }
        let mut sealed = Vec::new();
        for report in reports {
            let mut report = self.redacting.redact(report)?;
            seal(&mut report).map_err(Failure::tool)?;
            sealed.push(report);
        }
        let text = if self.format == ReportFormat::Json {
            json(&sealed).map_err(Failure::tool)?
        } else {
            let texts = sealed.iter().map(|report| rendered(report, self.format, style));
            texts.collect::<Result<Vec<_>, _>>()?.join("\n")
        };
        self.redacting.examine("standard output", &text)?;
        self.redacting.keep()?;
        say(&text)
    }
}

/// The name of a report's file: host, time of reading, level of redaction.
pub fn file_name(report: &Report, extension: &str) -> String {
    let host = report.host.name.as_deref().unwrap_or("host").to_ascii_lowercase();
    let fits = |sign: char| sign.is_ascii_alphanumeric() || sign == '-' || sign == '.';
    let host: String = host.chars().map(|sign| if fits(sign) { sign } else { '-' }).take(64).collect();
    let time = report.collection.started.strftime("%Y%m%dT%H%M%SZ");
    let redacted = match report.redaction {
        Redaction::None => String::new(),
        level => format!("-redacted-{}", level.word()),
    };
    format!("rampcheck-report-{}-{time}{redacted}.{extension}", host.trim_start_matches('.'))
}
