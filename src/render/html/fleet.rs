//! The hosts of a fleet: those that do not count, a matrix of the others by the checks that did not pass, and a table of all.
//!
//! It stays usable with thousands of hosts: hosts that are alike share a row, and whatever is long is folded, or scrolls in a
//! box of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::super::fleet::{groups, like, outliers};
use super::super::markup::Markup;
use super::super::words;
use super::findings::{anchor, fold, heads};
use super::{class, mark, spoken};
use crate::facts::{Fact, Value};
use crate::judge::{Finding, Status};
use crate::report::Report;
use crate::report::fleet::{Fleet, FleetHost, Said, Standing};

/// Rows of the matrix that are shown at once.
const MOST_ROWS: usize = 30;
/// Hosts that do not count, and remarks on what differs, that are shown at once.
const MOST_LINES: usize = 12;

/// All of it.
pub fn section(html: &mut Markup, report: &Report, fleet: &Fleet) {
    html.inside("section", &[("class", "hosts"), ("aria-labelledby", "hosts")], |html| {
        html.line("h2", &[("id", "hosts")], &format!("Hosts ({} judged)", words::hosts(fleet)));
        not_counted(html, fleet);
        matrix(html, report, fleet);
        let outliers = outliers(fleet);
        several(html, "differs", "What differs", &outliers, |html, text| html.line("li", &[], text));
        fold(html, &[("class", "every")], "Every host", |html| every(html, fleet));
    });
}

/// A list below a title, the end of a long one folded.
fn several<T>(html: &mut Markup, class: &'static str, title: &str, all: &[T], item: impl Fn(&mut Markup, &T)) {
    if all.is_empty() {
        return;
    }
    let (shown, folded) = all.split_at(all.len().min(MOST_LINES));
    let list = |html: &mut Markup, some: &[T]| {
        html.inside("ul", &[("class", class)], |html| some.iter().for_each(|one| item(html, one)))
    };
    html.line("p", &[("class", "group")], title);
    list(html, shown);
    if !folded.is_empty() {
        html.inside("details", &[("class", "rest")], |html| {
            html.line("summary", &[], &format!("and {} more", folded.len()));
            list(html, folded);
        });
    }
}

/// The hosts that do not count; those of which the same is said share a line.
fn not_counted(html: &mut Markup, fleet: &Fleet) {
    let mut groups: BTreeMap<(bool, String), Vec<&FleetHost>> = BTreeMap::new();
    for host in fleet.hosts.iter().filter(|host| host.standing != Standing::Judged) {
        let text = format!("{}: {}", host.standing, words::standing(host).unwrap_or_default());
        groups.entry((!host.standing.is_gap(), text)).or_default().push(host);
    }
    let count: usize = groups.values().map(Vec::len).sum();
    let groups: Vec<_> = groups.into_iter().collect();
    let title = format!("Not counted ({count})");
    several(html, "not-counted", &title, &groups, |html, ((is_harmless, text), hosts)| {
        let status = if *is_harmless { Status::Skipped } else { Status::Unknown };
        html.inline("li", &[("class", class(status))], |html| {
            mark(html, status);
            html.inside("div", &[], |html| {
                names(html, hosts);
                html.line("span", &[], text);
            });
        });
        html.line_end();
    });
}

/// The name of a host, or of several that are alike; many names are folded.
fn names(html: &mut Markup, hosts: &[&FleetHost]) {
    let short = like(hosts);
    let all = hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>().join(", ");
    if short == all {
        return html.line("strong", &[], &all);
    }
    html.inside("details", &[("class", "names")], |html| {
        html.inline("summary", &[], |html| html.element("strong", &[], &short));
        html.line_end();
        // Many names scroll, and the keyboard has to reach what scrolls.
        html.line("p", &[("tabindex", "0")], &all);
    });
}

/// The hosts that count by what did not pass on any of them, the worst first.
fn matrix(html: &mut Markup, report: &Report, fleet: &Fleet) {
    let rows: Vec<_> = groups(fleet).into_iter().filter_map(Row::of).collect();
    let open: BTreeSet<&str> = rows.iter().flat_map(|row| row.open.keys().copied()).collect();
    let mut columns: Vec<_> = report.findings.iter().filter(|finding| open.contains(finding.id.as_str())).collect();
    columns.sort_by_key(|finding| Status::ALL.iter().position(|status| *status == finding.status()));
    if columns.is_empty() {
        if !rows.is_empty() {
            html.line("p", &[], "No check is open on any of them.");
        }
        return;
    }
    let (shown, folded) = rows.split_at(rows.len().min(MOST_ROWS));
    table(html, report, &columns, "Checks that did not pass", shown);
    html.inline("p", &[("class", "note")], |html| {
        for status in [Status::Failed, Status::Unknown, Status::Warning, Status::Waived] {
            html.inline("span", &[("class", class(status))], |html| mark(html, status));
            html.text(&format!("{}, ", spoken(status)));
        }
        html.text(
            "blank: passed, or does not apply. The worst hosts come first; each verdict is on the host by itself.",
        );
    });
    html.line_end();
    if !folded.is_empty() {
        let hosts = folded.iter().map(|row| row.hosts.len()).sum();
        html.inside("details", &[("class", "rest")], |html| {
            html.line("summary", &[], &format!("and {}", words::number_of(hosts, "more host")));
            table(html, report, &columns, "The other hosts", folded);
        });
    }
}

/// Hosts with the same findings.
struct Row<'h> {
    hosts: Vec<&'h FleetHost>,
    said: &'h Said,
    /// What did not pass on them.
    open: BTreeMap<&'h str, Status>,
}

impl<'h> Row<'h> {
    fn of(hosts: Vec<&'h FleetHost>) -> Option<Self> {
        let said = hosts.first()?.said.as_ref()?;
        let ids = [
            (&said.failed, Status::Failed),
            (&said.warnings, Status::Warning),
            (&said.unknown, Status::Unknown),
            (&said.waived, Status::Waived),
        ];
        let open = ids.into_iter().flat_map(|(ids, status)| ids.iter().map(move |id| (id.as_str(), status)));
        Some(Self { said, open: open.collect(), hosts })
    }

    fn name(&self, html: &mut Markup) {
        mark(html, words::verdict_status(self.said.verdict));
        names(html, &self.hosts);
        let word = words::verdict_word(self.said.verdict).to_lowercase();
        html.line("small", &[], &word);
    }
}

fn table(html: &mut Markup, report: &Report, columns: &[&Finding], caption: &str, rows: &[Row<'_>]) {
    scrolling(html, caption, "matrix", |html| {
        html.inside("thead", &[], |html| {
            html.inside("tr", &[], |html| {
                html.line("th", &[("scope", "col")], "Hosts");
                for finding in columns {
                    html.inline("th", &[("scope", "col"), ("title", &finding.title)], |html| {
                        let target = format!("#{}", anchor(report, finding));
                        html.inline("a", &[("href", &target)], |html| html.element("code", &[], &finding.id));
                    });
                    html.line_end();
                }
            });
        });
        html.inside("tbody", &[], |html| {
            for row in rows {
                html.inside("tr", &[], |html| {
                    html.inline(
                        "th",
                        &[("scope", "row"), ("class", class(words::verdict_status(row.said.verdict)))],
                        |html| row.name(html),
                    );
                    html.line_end();
                    for finding in columns {
                        match row.open.get(finding.id.as_str()) {
                            Some(status) => html.inline("td", &[("class", class(*status))], |html| {
                                mark(html, *status);
                                html.element("span", &[("class", "spoken")], spoken(*status));
                            }),
                            None => html.inline("td", &[], |_| {}),
                        }
                    }
                    html.line_end();
                });
            }
        });
    });
}

/// A table that scrolls in a box of its own, which the keyboard can reach.
fn scrolling(html: &mut Markup, caption: &str, class: &'static str, content: impl FnOnce(&mut Markup)) {
    html.inside(
        "div",
        &[("class", "scrolls"), ("role", "region"), ("aria-label", caption), ("tabindex", "0")],
        |html| {
            html.inside("table", &[("class", class)], |html| {
                html.line("caption", &[], caption);
                content(html);
            });
        },
    );
}

fn every(html: &mut Markup, fleet: &Fleet) {
    scrolling(html, "Every host, by name", "list", |html| {
        heads(
            html,
            &["Host", "Role", "Verdict", "CPUs", "Memory", "Storage", "System", "Docker Engine", "Release", "Read"],
        );
        html.inside("tbody", &[], |html| fleet.hosts.iter().for_each(|host| host_row(html, host)));
    });
}

fn host_row(html: &mut Markup, host: &FleetHost) {
    let said = host.said.as_ref();
    let verdict = said.filter(|_| host.standing == Standing::Judged).map(|said| said.verdict);
    let (status, word) = match verdict {
        Some(verdict) => (words::verdict_status(verdict), words::verdict_word(verdict).to_lowercase()),
        None if host.standing.is_gap() => (Status::Unknown, host.standing.to_string()),
        None => (Status::Skipped, host.standing.to_string()),
    };
    let bytes = |name: &str, bytes: Option<f64>| {
        bytes.map(|bytes| words::fact(name, Some(&Fact::known(Value::Count(bytes as u64), "")))).unwrap_or_default()
    };
    let text = |of: fn(&Said) -> Option<String>| said.and_then(of).unwrap_or_default();
    html.inside("tr", &[], |html| {
        html.element("th", &[("scope", "row")], &host.name);
        html.element("td", &[], &host.role);
        html.inline("td", &[("class", class(status))], |html| {
            mark(html, status);
            html.text(&word);
        });
        html.line_end();
        for cell in [
            text(|said| said.cpus.map(|cpus| cpus.to_string())),
            bytes("size.memory", said.and_then(|said| said.memory)),
            bytes("size.storage", said.and_then(|said| said.storage)),
            text(|said| said.system.clone()),
            text(|said| said.engine.clone()),
            text(|said| said.release.clone()),
            text(|said| Some(said.read.strftime("%Y-%m-%d %H:%M").to_string())),
        ] {
            html.element("td", &[], &cell);
        }
    });
}
