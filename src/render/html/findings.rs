//! The findings: what needs a hand in full, what passed or does not apply folded away.

use super::super::markup::Markup;
use super::super::words::{self, because, details, found, level};
use super::{class, mark};
use crate::judge::{Finding, Fix, Status};
use crate::report::Report;

/// The findings with their numbers, which make their anchors: an id is foreign text.
pub fn numbered(report: &Report) -> impl Iterator<Item = (usize, &Finding)> {
    report.findings.iter().enumerate()
}

/// Where a finding stands in the page.
pub fn anchor(number: usize) -> String {
    format!("finding-{number}")
}

/// All findings, the worst first.
pub fn sections(html: &mut Markup, report: &Report) {
    for (status, title, id) in [
        (Status::Failed, "Failed", "failed"),
        (Status::Warning, "Warnings", "warnings"),
        (Status::Unknown, "Unknown", "unknown"),
        (Status::Waived, "Waived", "waived"),
    ] {
        let of_status: Vec<_> = numbered(report).filter(|(_, finding)| finding.status() == status).collect();
        if of_status.is_empty() {
            continue;
        }
        html.inside("section", &[("aria-labelledby", id)], |html| {
            html.line("h2", &[("id", id)], &format!("{title} ({})", of_status.len()));
            for (number, finding) in of_status {
                article(html, report, number, finding);
            }
        });
    }
    folded(html, report, Status::Passed, "Passed", "What holds, and what was found", "Found");
    folded(html, report, Status::Skipped, "Does not apply", "What was not judged, and why", "Because");
}

fn article(html: &mut Markup, report: &Report, number: usize, finding: &Finding) {
    let status = finding.status();
    let class = format!("finding {}", class(status));
    html.inside("article", &[("class", &class), ("id", &anchor(number))], |html| {
        html.inline("h3", &[], |html| {
            mark(html, status);
            html.element("code", &[], &finding.id);
            html.text(&format!(" {}", finding.title));
        });
        html.line_end();
        let word = match status {
            Status::Failed => "Failed",
            Status::Warning => "Warning",
            Status::Unknown => "Unknown",
            Status::Waived => "Waived",
            Status::Passed | Status::Skipped => "",
        };
        let level = level(finding.level);
        html.line("p", &[("class", "level")], &format!("{word}, {level}; {}", finding.group));
        html.inside("dl", &[], |html| {
            for (name, text) in details(finding, &report.facts) {
                row(html, name, |html| html.text(&text));
            }
            if let Some(fix) = &finding.fix {
                row(html, "fix", |html| self::fix(html, fix));
            }
            if !finding.source.title.is_empty() || !finding.source.url.is_empty() {
                row(html, "source", |html| source(html, finding));
            }
        });
    });
}

fn row(html: &mut Markup, name: &str, text: impl FnOnce(&mut Markup)) {
    html.inside("div", &[], |html| {
        html.line("dt", &[], name);
        html.inline("dd", &[], text);
        html.line_end();
    });
}

/// The commands in one block, so that one click marks all of them and nothing else.
fn fix(html: &mut Markup, fix: &Fix) {
    html.text(&words::fix(fix));
    if fix.commands().next().is_none() {
        return;
    }
    html.inline("pre", &[], |html| {
        for (number, command) in fix.commands().enumerate() {
            if number > 0 {
                html.line_end();
            }
            html.element("code", &[], command);
        }
    });
}

/// The page that the requirement comes from. Its address is what is shown: a link must lead where it says.
fn source(html: &mut Markup, finding: &Finding) {
    let source = &finding.source;
    html.text(&format!("{}, read {}", source.title, source.read));
    let safe = source.url.starts_with("https://") || source.url.starts_with("http://");
    if safe {
        html.text(": ");
        html.element("a", &[("href", &source.url), ("rel", "noopener noreferrer")], &source.url);
    } else if !source.url.is_empty() {
        html.text(&format!(": {}", source.url));
    }
}

fn folded(html: &mut Markup, report: &Report, status: Status, title: &str, caption: &str, last: &str) {
    let of_status: Vec<_> = report.findings.iter().filter(|finding| finding.status() == status).collect();
    if of_status.is_empty() {
        return;
    }
    fold(html, &format!("{title} ({})", of_status.len()), |html| {
        html.inside("table", &[], |html| {
            html.line("caption", &[], caption);
            heads(html, &["Check", "Requirement", last]);
            html.inside("tbody", &[], |html| {
                for finding in of_status {
                    let text = match (status, because(finding, &report.facts)) {
                        (Status::Passed, None) => found(finding, &report.facts),
                        (Status::Passed, Some(because)) => format!("{} ({because})", found(finding, &report.facts)),
                        (_, because) => because.unwrap_or_default(),
                    };
                    html.inside("tr", &[], |html| {
                        html.inline("th", &[("scope", "row")], |html| {
                            mark(html, status);
                            html.element("code", &[], &finding.id);
                        });
                        html.line_end();
                        html.line("td", &[], &finding.title);
                        html.line("td", &[], &text);
                    });
                }
            });
        });
    });
}

/// A part that is shown when it is asked for, and in print.
pub fn fold(html: &mut Markup, title: &str, content: impl FnOnce(&mut Markup)) {
    html.inside("details", &[], |html| {
        html.inline("summary", &[], |html| html.element("h2", &[], title));
        html.line_end();
        content(html);
    });
}

/// The head of a table.
pub fn heads(html: &mut Markup, names: &[&str]) {
    html.inside("thead", &[], |html| {
        html.inside("tr", &[], |html| {
            for name in names {
                html.line("th", &[("scope", "col")], name);
            }
        });
    });
}
