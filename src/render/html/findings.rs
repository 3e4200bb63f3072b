//! The findings: in few words for the card, one by one below it, and what passed or does not apply folded away.

use super::super::markup::{Attributes, Markup};
use super::super::words::{self, OnHosts, because, found, level};
use super::{class, mark, prose, spoken};
use crate::judge::{Finding, Fix, Reason, Status};
use crate::report::Report;

/// Characters of a line of figures that two parts of what was found may fill; in a longer one the second is folded.
const MOST_FIGURES: usize = 72;

/// Where a finding stands in the page: by its number, because an id is foreign text.
pub fn anchor(report: &Report, finding: &Finding) -> String {
    let number = report.findings.iter().position(|one| std::ptr::eq(one, finding)).unwrap_or_default();
    format!("finding-{number}")
}

fn of(report: &Report, status: Status) -> Vec<&Finding> {
    report.findings.iter().filter(|finding| finding.status() == status).collect()
}

/// What was found and what is needed, in a line.
fn figures(report: &Report, finding: &Finding) -> String {
    let both = words::brief(finding, &report.facts, 2);
    if both.chars().count() <= MOST_FIGURES { both } else { words::brief(finding, &report.facts, 1) }
}

/// The same for the card, which has room for one place of a manifest.
fn shortest(report: &Report, finding: &Finding) -> String {
    let has_places = words::has_places(finding, &report.facts);
    if has_places { words::brief_in(finding, &report.facts, 1, 1) } else { figures(report, finding) }
}

/// What did not pass, in few words, with links: for the card.
pub fn brief(html: &mut Markup, report: &Report) {
    for (title, findings) in words::failures(report) {
        if let Some(title) = title {
            html.line("p", &[("class", "group")], &title);
        }
        html.inside("ul", &[("class", "brief failed")], |html| {
            for finding in findings {
                brief_line(html, Status::Failed, |html| {
                    link(html, report, finding);
                    html.text(&format!(": {}", shortest(report, finding)));
                });
            }
        });
    }
    let warnings = of(report, Status::Warning);
    if !warnings.is_empty() {
        html.inside("ul", &[("class", "brief warning")], |html| {
            brief_line(html, Status::Warning, |html| {
                html.text(&format!("{}: ", words::number_of(warnings.len(), "warning")));
                links(html, report, &warnings);
            });
        });
    }
    let unknowns = words::unknowns(report);
    if unknowns.is_empty() {
        return;
    }
    html.inside("ul", &[("class", "brief unknown")], |html| {
        for (cause, findings) in unknowns {
            brief_line(html, Status::Unknown, |html| match findings.as_slice() {
                [finding] => {
                    link(html, report, finding);
                    html.text(&format!(": {cause}"));
                }
                findings => {
                    html.text(&format!("{} checks, {cause}: ", findings.len()));
                    links(html, report, findings);
                }
            });
        }
    });
}

fn brief_line(html: &mut Markup, status: Status, text: impl FnOnce(&mut Markup)) {
    html.inline("li", &[], |html| {
        mark(html, status);
        html.inline("span", &[], text);
    });
    html.line_end();
}

fn links(html: &mut Markup, report: &Report, findings: &[&Finding]) {
    for (number, finding) in findings.iter().enumerate() {
        if number > 0 {
            html.text(", ");
        }
        link(html, report, finding);
    }
}

fn link(html: &mut Markup, report: &Report, finding: &Finding) {
    let target = format!("#{}", anchor(report, finding));
    html.inline("a", &[("href", &target)], |html| html.element("code", &[], &finding.id));
}

/// All findings, in the order of a terminal: what failed, warnings, what is waived, what is unknown, and the rest folded.
pub fn sections(html: &mut Markup, report: &Report) {
    let failures = words::failures(report);
    let count = failures.iter().map(|(_, findings)| findings.len()).sum();
    section(html, "failed", "Failed", count, |html| {
        for (title, findings) in &failures {
            if let Some(title) = title {
                html.line("p", &[("class", "group")], title);
            }
            findings.iter().for_each(|finding| article(html, report, finding, &figures(report, finding)));
        }
    });
    for (status, title, id) in [(Status::Warning, "Warnings", "warnings"), (Status::Waived, "Waived", "waived")] {
        let findings = of(report, status);
        section(html, id, title, findings.len(), |html| {
            findings.iter().for_each(|finding| article(html, report, finding, &figures(report, finding)));
        });
    }
    let unknowns = words::unknowns(report);
    let count = unknowns.iter().map(|(_, findings)| findings.len()).sum();
    section(html, "unknown", "Unknown", count, |html| {
        for (cause, findings) in &unknowns {
            match findings.as_slice() {
                [finding] => article(html, report, finding, cause),
                findings => shared(html, report, cause, findings),
            }
        }
    });
    folded(html, report, Status::Passed, "Passed", "What holds, and what was found", "Found");
    folded(html, report, Status::Skipped, "Does not apply", "What was not judged, and why", "Because");
}

fn section(html: &mut Markup, id: &str, title: &str, count: usize, content: impl FnOnce(&mut Markup)) {
    if count == 0 {
        return;
    }
    html.inside("section", &[("aria-labelledby", id)], |html| {
        html.line("h2", &[("id", id)], &format!("{title} ({count})"));
        content(html);
    });
}

/// Groups of hosts that are shown at once.
const MOST_GROUPS: usize = 12;
/// Names of hosts in a group.
const MOST_NAMES: usize = 10;

/// What came out on which hosts of a fleet.
fn on_hosts(html: &mut Markup, finding: &Finding) {
    let all = words::on_hosts(finding, MOST_NAMES);
    let (shown, folded) = all.split_at(all.len().min(MOST_GROUPS));
    let list = |html: &mut Markup, groups: &[OnHosts]| {
        html.inside("ul", &[("class", "on")], |html| {
            for OnHosts { status, hosts, found, why, .. } in groups {
                html.inline("li", &[("class", class(*status))], |html| {
                    mark(html, *status);
                    html.inline("span", &[], |html| {
                        html.element("strong", &[], hosts);
                        html.text(&format!(" {}", spoken(*status)));
                        // What is unknown says so itself.
                        let parts = [found.strip_prefix("unknown: ").unwrap_or(found), why.as_str()];
                        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                        if !parts.is_empty() {
                            html.text(&format!(": {}", parts.join("; ")));
                        }
                    });
                });
                html.line_end();
            }
        });
    };
    if !shown.is_empty() {
        list(html, shown);
    }
    if !folded.is_empty() {
        html.inside("details", &[], |html| {
            let hosts = folded.iter().map(|on| on.count).sum();
            html.line("summary", &[], &format!("and {}", words::number_of(hosts, "more host")));
            list(html, folded);
        });
    }
}

/// A finding: a large line of figures or of the cause, how it is put right, and the rest folded.
fn article(html: &mut Markup, report: &Report, finding: &Finding, text: &str) {
    let status = finding.status();
    let is_on_hosts = matches!(finding.because, Some(Reason::OnHosts { .. }));
    let of_hosts = report.fleet.as_ref().filter(|_| is_on_hosts);
    let of_hosts = of_hosts.map(|fleet| words::brief_on_hosts(finding, &report.facts, fleet));
    let text = of_hosts.as_deref().unwrap_or(text);
    let class = format!("finding {}", class(status));
    html.inside("article", &[("class", &class), ("id", &anchor(report, finding))], |html| {
        html.inline("h3", &[], |html| {
            mark(html, status);
            named(html, finding);
        });
        html.line_end();
        let is_long = words::has_places(finding, &report.facts);
        html.line("p", &[("class", if is_long { "figures long" } else { "figures" })], text);
        on_hosts(html, finding);
        if let Some(waived) = &finding.waiver {
            html.line("p", &[], &format!("Waived: {}", words::waived(waived)));
        }
        if let Some(fix) = &finding.fix {
            html.inside("div", &[("class", "fix")], |html| {
                if let Some(example) = words::fix_example(report, finding) {
                    html.line("p", &[("class", "note")], &example);
                }
                self::fix(html, fix);
            });
        }
        html.inside("details", &[("class", "more")], |html| {
            html.line("summary", &[], "Why, source, and where it was read");
            details(html, report, finding, words::is_whole(finding, &report.facts));
        });
    });
}

/// Findings that are unknown for the same cause.
fn shared(html: &mut Markup, report: &Report, cause: &str, findings: &[&Finding]) {
    html.inside("article", &[("class", "finding unknown")], |html| {
        html.inline("h3", &[], |html| {
            mark(html, Status::Unknown);
            html.text(&format!("{} checks", findings.len()));
        });
        html.line_end();
        html.line("p", &[("class", "figures")], cause);
        for finding in findings {
            html.inside("details", &[("id", &anchor(report, finding))], |html| {
                html.inline("summary", &[], |html| named(html, finding));
                html.line_end();
                on_hosts(html, finding);
                if let Some(fix) = &finding.fix {
                    html.inside("div", &[("class", "fix")], |html| self::fix(html, fix));
                }
                details(html, report, finding, false);
            });
        }
    });
}

fn named(html: &mut Markup, finding: &Finding) {
    html.element("code", &[], &finding.id);
    html.text(&format!(" {}", finding.title));
}

/// All there is to say. If what was found and is needed stands above it, these rows are not printed.
fn details(html: &mut Markup, report: &Report, finding: &Finding, is_above: bool) {
    html.inside("dl", &[], |html| {
        let is_on_hosts = matches!(finding.because, Some(Reason::OnHosts { .. }));
        let is_said = |name: &str| is_on_hosts && matches!(name, "found" | "because");
        let parts: Vec<_> =
            words::details(finding, &report.facts).into_iter().filter(|(name, _)| !is_said(name)).collect();
        for same in parts.chunk_by(|(name, _), (next, _)| name == next) {
            let Some((name, _)) = same.first() else { continue };
            let is_above = is_above && matches!(*name, "found" | "needed");
            let attributes: &Attributes<'_> = if is_above { &[("class", "above")] } else { &[] };
            html.inside("div", attributes, |html| {
                html.line("dt", &[], name);
                same.iter().for_each(|(_, text)| html.line("dd", &[], text));
            });
        }
        row(html, "level", |html| html.text(&format!("{}; {}", level(finding.level), finding.group)));
        if !finding.source.title.is_empty() || !finding.source.url.is_empty() {
            row(html, "source", |html| source(html, finding));
        }
    });
}

fn row(html: &mut Markup, name: &str, text: impl FnOnce(&mut Markup)) {
    html.inside("div", &[], |html| {
        html.line("dt", &[], name);
        html.inline("dd", &[], text);
        html.line_end();
    });
}

/// How it is put right. The commands stand in one block, so that one click marks all of them and nothing else.
fn fix(html: &mut Markup, fix: &Fix) {
    let text = words::fix(fix);
    if !text.is_empty() {
        html.inline("p", &[], |html| prose(html, &text));
        html.line_end();
    }
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
    let of_status = of(report, status);
    if of_status.is_empty() {
        return;
    }
    fold(html, &[], &format!("{title} ({})", of_status.len()), |html| {
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

/// A part that is shown when it is asked for.
pub fn fold(html: &mut Markup, attributes: &Attributes<'_>, title: &str, content: impl FnOnce(&mut Markup)) {
    html.inside("details", attributes, |html| {
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
