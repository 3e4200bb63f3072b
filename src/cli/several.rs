//! What becomes of several reports at once: a table, or a JSON list that is written as it grows. No report is kept.

use super::exit::{Exit, Failure};
use super::input::Unusable;
use super::output::{complain, say};
use super::redaction::Redaction;
use crate::render::ReportFormat;
use crate::render::several::{Row, table};
use crate::render::summary;
use crate::render::text::Style;
use crate::report::Report;

/// Several reports on their way to standard output.
pub struct Several {
    /// `None`: the arguments ask for what there is of one report only.
    format: Option<ReportFormat>,
    style: Style,
    rows: Vec<Row>,
    list: List,
}

/// The form in which several reports can be shown.
pub fn listed(format: ReportFormat) -> Option<ReportFormat> {
    matches!(format, ReportFormat::Human | ReportFormat::Summary | ReportFormat::Json).then_some(format)
}

impl Several {
    /// In this form. `redaction` says whether stand-ins have to be kept before anything is written.
    pub fn new(format: Option<ReportFormat>, redaction: &Redaction, style: Style) -> Self {
        Self { format, style, rows: Vec::new(), list: List::new(redaction.has_map()) }
    }

    /// Adds a report. `written` is its JSON, if that is the form.
    pub fn add(
        &mut self,
        name: &str,
        report: &Report,
        written: impl FnOnce() -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        match self.format {
            Some(ReportFormat::Human) => self.rows.push(Row::of(report, name)),
            Some(ReportFormat::Summary) => self.list.write(&summary::report(report, self.style))?,
            Some(ReportFormat::Json) => self.list.add(&written()?)?,
            _ => {}
        }
        Ok(())
    }

    /// Writes what is left to write, and says what could not be used.
    pub fn finish(self, unusable: &[Unusable], redaction: &mut Redaction) -> Result<Exit, Failure> {
        let Some(format) = self.format else {
            return Err(Failure::usage(
                "several reports can only be shown with --format human, summary or json, without --output, --ticket or an id",
            ));
        };
        redaction.keep()?;
        match format {
            ReportFormat::Human => say(&table(self.rows, &messages(unusable), self.style))?,
            ReportFormat::Json => self.list.finish()?,
            _ => self.list.release()?,
        }
        // The table has them.
        if format != ReportFormat::Human {
            unusable.iter().for_each(|unusable| complain(&unusable.message));
        }
        Ok(if unusable.is_empty() { Exit::Success } else { Exit::Usage })
    }
}

/// What is said of what could not be used.
pub fn messages(unusable: &[Unusable]) -> Vec<String> {
    unusable.iter().map(|unusable| unusable.message.clone()).collect()
}

/// A JSON list on standard output.
pub struct List {
    is_empty: bool,
    /// Text that must wait.
    held: Option<String>,
}

impl List {
    /// A list; held back to its end or not.
    pub fn new(is_held: bool) -> Self {
        Self { is_empty: true, held: is_held.then(String::new) }
    }

    /// Adds the JSON of an element.
    pub fn add(&mut self, text: &str) -> Result<(), Failure> {
        let before = if std::mem::take(&mut self.is_empty) { "[\n" } else { ",\n" };
        self.write(&format!("{before}{}", text.trim_end()))
    }

    /// Ends the list.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.write(if self.is_empty { "[]\n" } else { "\n]\n" })?;
        self.release()
    }

    /// Writes what was held back.
    fn release(self) -> Result<(), Failure> {
        self.held.as_deref().map_or(Ok(()), say)
    }

    fn write(&mut self, text: &str) -> Result<(), Failure> {
        match &mut self.held {
            Some(held) => held.push_str(text),
            None => return say(text),
        }
        Ok(())
    }
}
