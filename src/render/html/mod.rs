//! A report as one page: complete in itself, without scripts, without requests.
//!
//! It is written so that an XML parser reads it, too; everything from a host, a pack or a plan passes
//! [`Markup`]. The style is the only active part, and the page's content security policy allows that one by its hash.

mod appendix;
mod findings;
mod fleet;
mod sizes;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::markup::Markup;
use super::text::inert;
use super::words::{self, counts, host, sign, subject, verdict_sentence, verdict_word};
use crate::judge::Status;
use crate::report::Report;

const STYLE: &str = include_str!("style.css");
/// What stands for the host's name in the style, which writes it below every printed page.
const HOST: &str = "HOST-NAME";
/// Characters of a host's name that fit below a page.
const MOST_NAME: usize = 64;

/// The whole page.
pub fn report(report: &Report) -> String {
    let mut html = Markup::declared("<!DOCTYPE html>");
    html.inside("html", &[("lang", "en")], |html| {
        html.inside("head", &[], |html| head(html, report));
        html.inside("body", &[], |html| {
            html.inside("main", &[], |html| {
                banner(html, report);
                sizes::section(html, report);
                if let Some(fleet) = &report.fleet {
                    fleet::section(html, report, fleet);
                }
                findings::sections(html, report);
                appendix::sections(html, report);
            });
        });
    });
    html.finish()
}

fn head(html: &mut Markup, report: &Report) {
    // A meta element is read from where it stands, so the policy comes before all it governs.
    html.empty("meta", &[("charset", "utf-8")]);
    let (before, after) = STYLE.split_once(HOST).unwrap_or((STYLE, ""));
    let name = css(&host(report));
    let hash = STANDARD.encode(Sha256::digest([before, &name, after].concat()));
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
    html.empty("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)]);
    html.empty("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
    html.empty("meta", &[("name", "color-scheme"), ("content", "light dark")]);
    html.empty("meta", &[("name", "referrer"), ("content", "no-referrer")]);
    html.line("title", &[], &format!("{}: {} for {}", verdict_word(report.verdict), host(report), subject(report)));
    html.inline("style", &[], |html| {
        html.verbatim(before);
        html.text(&name);
        html.verbatim(after);
    });
    html.line_end();
}

fn banner(html: &mut Markup, report: &Report) {
    let status = words::verdict_status(report.verdict);
    html.inside("header", &[("class", &format!("banner {}", class(status)))], |html| {
        html.line("p", &[("class", "about")], &format!("{}, phase {}", subject(report), report.plan.phase));
        for doubt in words::doubts(report) {
            html.inline("p", &[], |html| html.element("strong", &[], &format!("Attention: {doubt}.")));
            html.line_end();
        }
        html.inline("h1", &[], |html| {
            mark(html, status);
            html.text(verdict_word(report.verdict));
        });
        html.line_end();
        html.line("p", &[("class", "sentence")], &sentence(report));
        html.line("p", &[("class", "counts")], &counts(&report.summary()));
        findings::brief(html, report);
        steps(html, report);
    });
    let name = host(report);
    let system = report.facts.get("os.pretty_name").and_then(|fact| fact.text()).unwrap_or("unknown");
    let minute = |time: Timestamp| time.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let read = minute(report.collection.started);
    let (first, last) =
        report.fleet.as_ref().and_then(words::read).map(|(first, last)| (minute(first), minute(last))).unzip();
    let mut rows = vec![];
    match (&report.fleet, &first, &last) {
        (None, ..) => rows.extend([("Host", &*name), ("Operating system", system), ("Read", &*read)]),
        (Some(_), Some(first), Some(last)) => {
            rows.extend([("Judged", &*name), ("First host read", first.as_str()), ("Last host read", last.as_str())]);
        }
        (Some(_), ..) => rows.push(("Judged", &*name)),
    }
    let (today, pack) = (report.today.to_string(), format!("pack {}", words::pack(report)));
    rows.extend([("Judged as of", today.as_str()), ("Judged by", &pack)]);
    pairs(html, "overview", &rows);
    for remark in words::remarks(report) {
        html.line("p", &[("class", "note")], &format!("Note: {}.", remark.trim_end_matches('.')));
    }
}

/// The verdict in a sentence, and on which host.
fn sentence(report: &Report) -> String {
    let sentence = verdict_sentence(report);
    if report.fleet.is_none() {
        return format!("{}: {sentence}.", host(report));
    }
    // What it is about is in the sentence already.
    let mut signs = sentence.chars();
    format!("{}{}.", signs.next().into_iter().flat_map(char::to_uppercase).collect::<String>(), signs.as_str())
}

/// What to do next.
fn steps(html: &mut Markup, report: &Report) {
    let steps = words::steps(report);
    if steps.is_empty() {
        return;
    }
    html.line("p", &[("class", "group")], "Next");
    html.inside("ol", &[("class", "steps")], |html| {
        for step in steps {
            html.inline("li", &[], |html| prose(html, &step));
            html.line_end();
        }
    });
}

/// Text in which commands stand between backticks.
fn prose(html: &mut Markup, text: &str) {
    for (number, part) in text.split('`').enumerate() {
        if number % 2 == 0 { html.text(part) } else { html.element("code", &[], part) }
    }
}

/// Names and what they stand for.
fn pairs(html: &mut Markup, class: &'static str, rows: &[(&str, &str)]) {
    html.inside("dl", &[("class", class)], |html| {
        for (name, text) in rows {
            html.inside("div", &[], |html| {
                html.line("dt", &[], name);
                html.line("dd", &[], text);
            });
        }
    });
}

/// The sign of a status, for the eye only: a word always stands beside it.
fn mark(html: &mut Markup, status: Status) {
    html.element("span", &[("class", "mark"), ("aria-hidden", "true")], sign(status));
    html.text(" ");
}

/// Foreign text inside a CSS string: all but letters, digits, dots and hyphens is escaped.
fn css(text: &str) -> String {
    let mut out = String::new();
    for sign in inert(text).chars().take(MOST_NAME) {
        match sign {
            'A'..='Z' | 'a'..='z' | '0'..='9' | '.' | '-' => out.push(sign),
            sign => {
                let _ = write!(out, "\\{:x} ", u32::from(sign));
            }
        }
    }
    out
}

/// The class that colours a status.
fn class(status: Status) -> &'static str {
    match status {
        Status::Failed => "failed",
        Status::Warning | Status::Waived => "warning",
        Status::Unknown => "unknown",
        Status::Passed => "passed",
        Status::Skipped => "skipped",
    }
}

/// The word that stands for a sign.
fn spoken(status: Status) -> &'static str {
    match status {
        Status::Failed => "failed",
        Status::Warning => "warning",
        Status::Waived => "waived",
        Status::Unknown => "unknown",
        Status::Passed => "passed",
        Status::Skipped => "skipped",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_the_style_cannot_leave_its_string() {
        assert_eq!(STYLE.matches(HOST).count(), 1);
        assert_eq!(css("chat-17.example.net"), "chat-17.example.net");
        assert_eq!(css("a\"}</style>\n\\\u{202e}\u{e9}"), "a\\22 \\7d \\3c \\2f style\\3e \\20 \\5c \\fffd \\e9 ");
        assert_eq!(css(&"x".repeat(1000)).len(), MOST_NAME);
    }
}
