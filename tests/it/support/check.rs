//! `rampcheck check` as a sentence, and a report as an answer.

use std::ops::Index;

use serde_json::Value;

use super::{DAY, Run, command, recorded};

/// A run of `rampcheck check` that is being put together: `Check::of("cometchat").tier("qa").on("ubuntu-22.04").expect(3)`.
///
/// It judges as of [`DAY`] and this machine, unless told otherwise.
#[derive(Clone)]
pub struct Check {
    arguments: Vec<String>,
    today: Option<String>,
    environment: Vec<(String, String)>,
}

impl Check {
    /// A check for a product.
    pub fn of(product: &str) -> Self {
        Self {
            arguments: vec!["check".to_owned(), product.to_owned()],
            today: Some(DAY.to_owned()),
            environment: Vec::new(),
        }
    }

    /// A check that names no product.
    pub fn of_what_runs() -> Self {
        Self { arguments: vec!["check".to_owned()], ..Self::of("") }
    }

    pub fn tier(self, id: &str) -> Self {
        self.with(&["--tier", id])
    }

    /// Of a recorded host, not of this machine.
    pub fn on(self, host: &str) -> Self {
        let place = recorded(host);
        self.with(&["--host", &place])
    }

    pub fn format(self, name: &str) -> Self {
        self.with(&["--format", name])
    }

    /// As of this day.
    pub fn today(mut self, day: &str) -> Self {
        self.today = Some(day.to_owned());
        self
    }

    /// As of the day of this machine's clock.
    pub fn by_the_clock(mut self) -> Self {
        self.today = None;
        self
    }

    /// With further arguments.
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|&argument| argument.to_owned()));
        self
    }

    /// With an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs it to whatever end.
    pub fn run(&self) -> Run {
        let mut command = command(&[]);
        command.args(&self.arguments).envs(self.environment.iter().cloned());
        if let Some(day) = &self.today {
            command.args(["--today", day]);
        }
        Run::of(&mut command)
    }

    /// Runs it to this exit code, with nothing on standard error.
    #[track_caller]
    pub fn expect(&self, code: i32) -> Run {
        self.run().expect(code)
    }

    /// Runs it with `--format json`. The exit code must be that of the verdict.
    #[track_caller]
    pub fn report(&self) -> Report {
        let run = self.clone().format("json").run().quiet();
        let report = Report::read(&run.stdout);
        run.expect(report.code());
        report
    }
}

/// A report as tests ask about it. `report["plan"]` gives a member of the document as it is.
#[derive(Clone, Debug)]
pub struct Report(Value);

impl Report {
    /// The report in this document.
    pub fn of(document: Value) -> Self {
        Self(document)
    }

    #[track_caller]
    pub fn read(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}")))
    }

    /// The document as text.
    pub fn text(&self) -> String {
        self.0.to_string()
    }

    /// The document as it is.
    pub fn document(&self) -> Value {
        self.0.clone()
    }

    pub fn verdict(&self) -> &str {
        self.0["verdict"].as_str().unwrap()
    }

    /// The exit code that this verdict is promised to have.
    pub fn code(&self) -> i32 {
        match self.verdict() {
            "supported" | "supported_with_warnings" => 0,
            "unsupported" => 3,
            "undetermined" => 4,
            other => panic!("{other}"),
        }
    }

    pub fn findings(&self) -> Vec<Finding> {
        self.0["findings"].as_array().unwrap().iter().map(Finding::read).collect()
    }

    #[track_caller]
    pub fn finding(&self, id: &str) -> Finding {
        self.findings().into_iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no finding {id}"))
    }

    /// Outcome of the finding of this id.
    #[track_caller]
    pub fn outcome(&self, id: &str) -> String {
        self.finding(id).outcome
    }

    /// Ids of the findings of this status, in their order.
    pub fn ids(&self, status: &str) -> Vec<String> {
        self.findings().into_iter().filter(|finding| finding.status == status).map(|finding| finding.id).collect()
    }

    /// What is known of the release: the value of a fact below `release.`, null when it has none.
    pub fn release(&self, name: &str) -> &Value {
        &self.fact(&format!("release.{name}"))["value"]
    }

    /// Lines of a fact below `release.`, without their days.
    pub fn lines(&self, name: &str) -> Vec<&str> {
        self.release(name).as_array().into_iter().flatten().filter_map(|line| line["version"].as_str()).collect()
    }

    /// A fact, null when there is none of that name.
    pub fn fact(&self, name: &str) -> &Value {
        &self.0["facts"][name]
    }
}

impl Index<&str> for Report {
    type Output = Value;

    fn index(&self, member: &str) -> &Value {
        &self.0[member]
    }
}

/// A finding of a report. Texts that it does not have are empty.
#[derive(Clone, Debug)]
pub struct Finding {
    pub id: String,
    pub outcome: String,
    /// `failed`, `warning`, `unknown`, `waived`, `passed` or `skipped`.
    pub status: String,
    pub because: String,
    pub found: String,
}

impl Finding {
    /// The one place that knows how a report writes a finding.
    fn read(value: &Value) -> Self {
        let text = |name: &str| {
            let member = &value[name];
            member.as_str().or(member["text"].as_str()).unwrap_or_default().to_owned()
        };
        Self {
            id: text("id"),
            outcome: text("outcome"),
            status: text("status"),
            because: text("because"),
            found: text("found"),
        }
    }
}
