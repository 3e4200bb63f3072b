//! What becomes of a report: sealed, then to standard output and files, each in its form.

use std::path::Path;

use super::arguments::{DeliveryArguments, Output};
use super::exit::Failure;
use super::input;
use super::output::{Purpose, Target, say};
use super::redaction::Redaction;
use crate::redact;
use crate::render::ReportFormat;
use crate::render::json::seal;
use crate::render::text::{Detail, Style};
use crate::report::Report;
use crate::report::read;
use crate::signature::{REPORTS, SigningKey};

/// How the name of a signature ends.
pub const SIGNATURE: &str = ".sig";

/// Where a report goes. Opened before the run, so that a bad path fails early.
pub struct Delivery {
    /// How the report is redacted.
    pub redaction: Redaction,
    format: ReportFormat,
    /// Files, and where their signatures go.
    targets: Vec<(ReportFormat, Target, Option<Target>)>,
    key: Option<SigningKey>,
    preview: bool,
}

impl Delivery {
    /// Opens the files that the arguments name.
    pub fn open(arguments: &DeliveryArguments) -> Result<Self, Failure> {
        let key = arguments.sign.as_deref().map(input::signing_key).transpose()?;
        if key.is_some() && !arguments.output.iter().any(|output| output.format == ReportFormat::Json) {
            return Err(Failure::usage("--sign signs JSON files: add --output json=FILE"));
        }
        let targets = arguments.output.iter().map(|Output { format, file }| {
            let signature = if key.is_some() && *format == ReportFormat::Json { Some(beside(file)?) } else { None };
            Ok((*format, Target::open(file, Purpose::Report, format.extension())?, signature))
        });
        Ok(Self {
            redaction: Redaction::open(&arguments.redact)?,
            format: arguments.format,
            targets: targets.collect::<Result<_, Failure>>()?,
            key,
            preview: arguments.preview,
        })
    }

    /// Seals a report and delivers it.
    pub fn deliver(self, report: Report, style: Style) -> Result<(), Failure> {
        say(&self.write(report, style)?)
    }

    /// Seals a report and writes it to the files. Gives what goes to standard output.
    pub fn write(mut self, mut report: Report, style: Style) -> Result<String, Failure> {
        // Only what is kept needs a digest.
        let shown_only = |format: ReportFormat| format == ReportFormat::Human;
        if !shown_only(self.format) || !self.targets.iter().all(|(format, ..)| shown_only(*format)) {
            seal(&mut report).map_err(Failure::tool)?;
        }
        let mut files = Vec::new();
        for (format, target, signature) in std::mem::take(&mut self.targets) {
            let text = written(format, &report, Style { color: false, detail: Detail::All, ..style })?;
            let name = file_name(&report, format.extension());
            let signed = signature
                .zip(self.key.as_ref())
                .map(|(target, key)| (target, format!("{name}{SIGNATURE}"), key.sign(text.as_bytes(), REPORTS)));
            files.push((target, name, text));
            files.extend(signed);
        }
        let shown = written(self.format, &report, style)?;
        if self.preview {
            let part = |(target, name, text): &(Target, String, String)| {
                format!("=== {}\n{text}", target.path(name).display())
            };
            let parts: Vec<_> = files.iter().map(part).collect();
            return Ok(if parts.is_empty() { shown } else { parts.join("\n") });
        }
        self.redaction.keep()?;
        for (target, name, text) in files {
            target.write(&name, text.as_bytes())?;
        }
        Ok(shown)
    }
}

/// Where the signature of a file goes: beside it, as ssh-keygen does, or in the same directory.
fn beside(file: &Path) -> Result<Target, Failure> {
    let mut name = file.as_os_str().to_owned();
    if !name.as_encoded_bytes().ends_with(b"/") {
        name.push(SIGNATURE);
    }
    Target::open(name.as_ref(), Purpose::Report, "json.sig")
}

/// A report in a form. What could not be read back is not written: a waiver or a text of a pack may be too long. A report on a
/// fleet is not read back.
pub fn written(format: ReportFormat, report: &Report, style: Style) -> Result<String, Failure> {
    let text = format.report(report, style).map_err(Failure::tool)?;
    if format == ReportFormat::Json && report.fleet.is_none() {
        read::within_bounds(text.as_bytes())
            .map_err(|error| Failure::usage(format!("the report could not be read back: {error}")))?;
    }
    Ok(text)
}

/// The name of a report's file: host, time of reading, level of redaction.
pub fn file_name(report: &Report, extension: &str) -> String {
    let of_fleet = report.fleet.is_some().then_some("fleet");
    let host = of_fleet.or(report.host.name.as_deref()).unwrap_or("host").to_ascii_lowercase();
    let fits = |sign: char| sign.is_ascii_alphanumeric() || sign == '-' || sign == '.';
    let host: String = host.chars().map(|sign| if fits(sign) { sign } else { '-' }).take(64).collect();
    let time = report.collection.started.strftime("%Y%m%dT%H%M%SZ");
    let redacted = match report.redaction {
        redact::Redaction::None => String::new(),
        level => format!("-redacted-{}", level.word()),
    };
    format!("rampcheck-report-{}-{time}{redacted}.{extension}", host.trim_start_matches('.'))
}
