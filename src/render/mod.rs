//! One format a file. A renderer turns a report or facts into text; it decides nothing and touches nothing.

pub mod changes;
pub mod explain;
pub mod facts;
pub mod html;
pub mod json;
pub mod junit;
pub mod log;
mod markup;
pub mod nagios;
pub mod reference;
pub mod releases;
pub mod saved;
pub mod several;
pub mod terminal;
pub mod text;
pub mod ticket;
pub mod tiers;
pub mod words;

use crate::report::Report;
use text::Style;

/// A form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// Text at a terminal.
    Human,
    /// The report itself.
    Json,
    /// A page.
    Html,
    /// JUnit XML.
    Junit,
    /// Output of a Nagios plugin.
    Nagios,
}

impl ReportFormat {
    /// Every format, the default first.
    pub const ALL: [Self; 5] = [Self::Human, Self::Json, Self::Html, Self::Junit, Self::Nagios];

    /// Its name, what it is for, and how the name of such a file ends.
    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Human => ("human", "For people at a terminal", "txt"),
            Self::Json => ("json", "For programs and support teams", "json"),
            Self::Html => ("html", "One self-contained page, to look at and to print", "html"),
            Self::Junit => ("junit", "JUnit XML for CI systems: a test case per check", "xml"),
            Self::Nagios => ("nagios", "Output and exit codes of a Nagios plugin", "txt"),
        }
    }

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// What it is for.
    pub const fn purpose(self) -> &'static str {
        self.row().1
    }

    /// How the name of a file of this form ends.
    pub const fn extension(self) -> &'static str {
        self.row().2
    }

    /// The format of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// A report in this form.
    ///
    /// # Errors
    /// When it cannot be written as JSON (a number that is not finite).
    pub fn report(self, report: &Report, style: Style) -> Result<String, serde_json::Error> {
        Ok(match self {
            Self::Human => terminal::report(report, style),
            Self::Json => json::json(&json::document(report))?,
            Self::Html => html::report(report),
            Self::Junit => junit::report(report),
            Self::Nagios => nagios::report(report, style),
        })
    }
}
