//! One format a file. A renderer turns a report or facts into text; it decides nothing and touches nothing.

pub mod changes;
pub mod csv;
mod detail;
pub mod explain;
pub mod facts;
pub mod fix;
mod fleet;
pub mod html;
pub mod json;
pub mod junit;
pub mod log;
pub mod markdown;
mod markup;
pub mod nagios;
pub mod nodes;
pub mod packs;
pub mod prometheus;
pub mod reach;
pub mod reference;
pub mod releases;
pub mod saved;
pub mod several;
mod sizes;
pub mod summary;
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
    /// One line.
    Summary,
    /// The report itself.
    Json,
    /// A page.
    Html,
    /// Markdown.
    Markdown,
    /// JUnit XML.
    Junit,
    /// Output of a Nagios plugin.
    Nagios,
    /// Metrics.
    Prometheus,
    /// A table for spreadsheets.
    Csv,
    /// What puts failures and warnings right, as a shell script.
    Fix,
    /// The same as an Ansible playbook.
    FixAnsible,
}

impl ReportFormat {
    /// Every format, the default first.
    pub const ALL: [Self; 11] = [
        Self::Human,
        Self::Summary,
        Self::Json,
        Self::Html,
        Self::Markdown,
        Self::Junit,
        Self::Nagios,
        Self::Prometheus,
        Self::Csv,
        Self::Fix,
        Self::FixAnsible,
    ];

    /// Its name, what it is for, and how the name of such a file ends.
    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Human => ("human", "For people at a terminal", "txt"),
            Self::Summary => ("summary", "One line, for logs and for many hosts", "txt"),
            Self::Json => ("json", "For programs and support teams", "json"),
            Self::Html => ("html", "One self-contained page, to look at and to print", "html"),
            Self::Markdown => ("markdown", "To paste into an issue or a chat", "md"),
            Self::Junit => ("junit", "JUnit XML for CI systems: a test case per check", "xml"),
            Self::Nagios => ("nagios", "Output and exit codes of a Nagios plugin", "txt"),
            Self::Prometheus => ("prometheus", "Metrics for the textfile collector of node_exporter", "prom"),
            Self::Csv => ("csv", "A row per host, for a spreadsheet", "csv"),
            Self::Fix => ("fix", "A shell script of the fixes, to read and then to run as root", "sh"),
            Self::FixAnsible => ("fix-ansible", "The same as an Ansible playbook", "yml"),
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
            Self::Summary => summary::report(report, style),
            Self::Json => json::json(&json::document(report))?,
            Self::Html => html::report(report),
            Self::Markdown => markdown::report(report),
            Self::Junit => junit::report(report),
            Self::Nagios => nagios::report(report, style),
            Self::Prometheus => prometheus::report(report),
            Self::Csv => csv::report(report),
            Self::Fix => fix::script::report(report),
            Self::FixAnsible => fix::playbook::report(report)?,
        })
    }
}
