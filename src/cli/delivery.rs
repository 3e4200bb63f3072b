//! What becomes of a report: standard output and files, each in its form.

use super::arguments::{DeliveryArguments, ReportFormat};
use super::exit::Failure;
use super::output::{Target, rendered, say};
use crate::render::json;
use crate::render::text::Style;
use crate::report::{Report, seal};

/// Where a report goes. Opened before the run, so that a bad path fails early.
pub struct Delivery {
    format: ReportFormat,
    targets: Vec<(ReportFormat, Target)>,
}

impl Delivery {
    /// Opens the files that the arguments name.
    pub fn open(arguments: &DeliveryArguments) -> Result<Self, Failure> {
        let targets = arguments.output.iter().map(|output| Ok((output.format, Target::open(&output.file)?)));
        Ok(Self { format: arguments.format, targets: targets.collect::<Result<_, Failure>>()? })
    }

    /// Seals a report and delivers it.
    pub fn report(self, mut report: Report, style: Style) -> Result<(), Failure> {
        // Only what is kept needs a digest.
        let shown_only = |format: &ReportFormat| *format == ReportFormat::Human;
        if !shown_only(&self.format) || !self.targets.iter().all(|(format, _)| shown_only(format)) {
            seal(&mut report).map_err(Failure::tool)?;
        }
        for (format, target) in self.targets {
            target.write(&rendered(&report, format, Style { color: false, ..style })?)?;
        }
        say(&rendered(&report, self.format, style)?)
    }

    /// Seals several reports and delivers them to standard output: as a list, in JSON.
    pub fn reports(self, mut reports: Vec<Report>, style: Style) -> Result<(), Failure> {
        if reports.len() == 1 {
            return reports.pop().map_or(Ok(()), |report| self.report(report, style));
        }
        for report in &mut reports {
            seal(report).map_err(Failure::tool)?;
        }
        if self.format == ReportFormat::Json {
            return say(&json(&reports).map_err(Failure::tool)?);
        }
        let texts = reports.iter().map(|report| rendered(report, self.format, style));
        say(&texts.collect::<Result<Vec<_>, _>>()?.join("\n"))
    }
}
