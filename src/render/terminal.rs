//! A report for a person at a terminal, on one screen: the verdict, what did not pass in the order in which it is put right,
//! what could not be determined by its cause, and what to do next.

use std::fmt::Write as _;

use super::detail;
use super::fleet;
use super::text::{Detail, Style, Tone, columns, options, padded, paragraph};
use super::words::{self, sign, verdict_sentence, verdict_word};
use crate::judge::{Finding, Next, Status, Verdict};
use crate::report::Report;

/// Lines that a finding takes at most.
const MOST_LINES: usize = 2;
/// Lines of a terminal.
const SCREEN: usize = 24;
/// Steps that one screen names for a fleet.
const MOST_STEPS: usize = 1;

/// A status as it is marked: its sign, or its word where there are no signs, and its tone.
pub(super) struct Mark {
    unicode: &'static str,
    ascii: &'static str,
    tone: Tone,
}

impl Mark {
    /// Filled to a width.
    pub(super) fn painted(&self, width: usize, style: Style) -> String {
        style.paint(&padded(style.sign(self.unicode, self.ascii), width), self.tone)
    }
}

/// The mark of a status.
pub(super) fn mark(status: Status) -> Mark {
    let (ascii, tone) = match status {
        Status::Waived => ("waived", Tone::Warning),
        Status::Passed => ("ok", Tone::Good),
        Status::Failed => ("FAIL", Tone::Bad),
        Status::Warning => ("warn", Tone::Warning),
        Status::Unknown => ("????", Tone::Unknown),
        Status::Skipped => ("-", Tone::Aside),
    };
    Mark { unicode: sign(status), ascii, tone }
}

/// The report, in as much detail as the style asks for.
pub fn report(report: &Report, style: Style) -> String {
    let mut out = String::new();
    doubts(&mut out, report, style);
    body(&mut out, report, style);
    out
}

/// What a reader must know before anything else.
pub(super) fn doubts(out: &mut String, report: &Report, style: Style) {
    for doubt in words::doubts(report) {
        paragraph(out, style, &style.paint("ATTENTION: ", Tone::Bad), 11, &doubt);
    }
}

/// The report without that.
pub(super) fn body(out: &mut String, report: &Report, style: Style) {
    match style.detail {
        Detail::Verdict => verdict(out, report, style),
        Detail::Screen => screen(out, report, style),
        Detail::All => detail::body(out, report, style),
    }
}

fn screen(out: &mut String, report: &Report, style: Style) {
    verdict(out, report, style);
    head(out, report, style);
    out.push('\n');
    let mut end = String::new();
    steps(&mut end, report, style);
    last(&mut end, report, style);
    let before = out.len();
    match &report.fleet {
        None => findings(out, report, style),
        Some(fleet) => {
            let taken = out.lines().count() + end.lines().count() + 1;
            fleet::body(out, report, fleet, style, SCREEN.saturating_sub(taken));
        }
    }
    if out.len() > before {
        out.push('\n');
    }
    out.push_str(&end);
}

/// The host, and what it was judged by.
fn head(out: &mut String, report: &Report, style: Style) {
    let _ = writeln!(out, "{}", wrapped(&style.plain(&words::about(report)), style));
    for remark in words::remarks(report) {
        paragraph(out, style, "", 0, &remark);
    }
}

fn findings(out: &mut String, report: &Report, style: Style) {
    let of = |status| report.findings.iter().filter(move |finding| finding.status() == status);
    let failures = words::failures(report);
    let rest: Vec<_> = of(Status::Warning).chain(of(Status::Waived)).collect();
    let warnings = (!failures.is_empty() && !rest.is_empty()).then(|| "Warnings".to_owned());
    for (title, findings) in failures.into_iter().chain([(warnings, rest)]) {
        if let Some(title) = title {
            let _ = writeln!(out, "{}", style.bold(&title));
        }
        let ids = findings.iter().map(|finding| columns(&finding.id)).max().unwrap_or(0);
        for finding in findings {
            line(out, report, finding, ids, style);
        }
    }
    unknowns(out, report, style);
}

/// A finding that did not pass: `✗ cpu  2 CPUs, needs 8`.
fn line(out: &mut String, report: &Report, finding: &Finding, ids: usize, style: Style) {
    let marks = if style.unicode { 1 } else { 6 };
    let indent = 2 + marks + 1 + ids + 2;
    let room = style.width.saturating_sub(indent).max(20);
    let brief = |parts, places| style.plain(&words::brief_in(finding, &report.facts, parts, places));
    let both = brief(2, words::MOST_PLACES);
    let text = match &finding.waiver {
        Some(waived) => format!("{}; waived: {}", brief(1, 1), words::waived(waived)),
        None if columns(&both) <= room => both,
        None => {
            let texts = (0..=words::MOST_PLACES).rev().map(|places| brief(1, places));
            texts.clone().find(|text| says_need(text, room)).or_else(|| texts.clone().next()).unwrap_or_default()
        }
    };
    let id = style.bold(&padded(&style.plain(&finding.id), ids));
    let label = format!("  {} {id}  ", mark(finding.status()).painted(marks, style));
    short(out, style, &label, indent, &text, MOST_LINES);
}

/// Whether the lines that a finding takes tell what is needed, or at least how that begins.
fn says_need(text: &str, room: usize) -> bool {
    let lines = textwrap::wrap(text, options(room));
    let shown = lines.iter().take(MOST_LINES).map(|line| line.as_ref()).collect::<Vec<_>>().join(" ");
    lines.len() <= MOST_LINES
        || shown.split_once(", needs ").is_some_and(|(_, needed)| needed.split_whitespace().count() > 1)
}

/// What could not be determined: checks with the same cause share a line.
fn unknowns(out: &mut String, report: &Report, style: Style) {
    let marks = if style.unicode { 1 } else { 6 };
    for (cause, findings) in words::unknowns(report) {
        let label = format!("  {} ", mark(Status::Unknown).painted(marks, style));
        let ids: Vec<_> = findings.iter().map(|finding| finding.id.as_str()).collect();
        let text = match ids.as_slice() {
            [id] => format!("{id}: {cause}"),
            ids => format!("{} checks, {cause}: {}", ids.len(), ids.join(", ")),
        };
        paragraph(out, style, &label, 2 + marks + 1, &text);
    }
}

/// A paragraph of few lines; the whole report has the rest.
pub(super) fn short(out: &mut String, style: Style, label: &str, indent: usize, text: &str, most: usize) {
    let mut whole = String::new();
    paragraph(&mut whole, style, label, indent, text);
    let lines: Vec<_> = whole.lines().collect();
    for (number, line) in lines.iter().take(most).enumerate() {
        if number + 1 < most || lines.len() <= most {
            let _ = writeln!(out, "{line}");
            continue;
        }
        let more = style.sign(" \u{2026}", " ...");
        let mut line = *line;
        let is_too_long = |line: &str| columns(line) + columns(more) > style.width;
        while let Some((shorter, _)) = line.rsplit_once(' ').filter(|(shorter, _)| !shorter.trim().is_empty())
            && is_too_long(line)
        {
            line = shorter;
        }
        let _ = writeln!(out, "{}{more}", line.trim_end_matches([' ', ',']));
    }
}

/// The verdict in a sentence.
pub(super) fn verdict(out: &mut String, report: &Report, style: Style) {
    after_verdict(out, report, &verdict_sentence(report), style);
}

/// A text behind the word of the verdict.
fn after_verdict(out: &mut String, report: &Report, text: &str, style: Style) {
    let word = verdict_word(report.verdict);
    let text = wrapped(&style.plain(&format!("{word}: {text}")), style);
    let _ = writeln!(out, "{}", text.replacen(word, &style.bold(&style.paint(word, tone(report.verdict))), 1));
}

/// What to do next, a line a step.
pub(super) fn steps(out: &mut String, report: &Report, style: Style) {
    let text = |step: &Next| match step {
        Next::FixFailures { .. } if report.fleet.is_some() => {
            "Fix from top to bottom: `rampcheck show REPORT -v` shows how for each host.".to_owned()
        }
        Next::FixFailures { .. } => {
            "Fix from top to bottom: -v shows how, --output fix=FILE writes it down.".to_owned()
        }
        _ => words::next(step, report),
    };
    let most = if report.fleet.is_some() && style.detail != Detail::All { MOST_STEPS } else { usize::MAX };
    let texts = report.next.iter().map(text).filter(|text| !text.is_empty()).take(most);
    for (number, text) in texts.enumerate() {
        paragraph(out, style, if number == 0 { "Next: " } else { "      " }, 6, &text);
    }
}

/// The verdict once more, with the counts, and where to read on.
fn last(out: &mut String, report: &Report, style: Style) {
    let counts = words::counts_by_status(&report.summary());
    if report.fleet.is_some() {
        // The whole is a screen, with the verdict at its top.
        return paragraph(out, style, "", 0, &format!("{counts}; -v shows all"));
    }
    after_verdict(out, report, &format!("{counts}; -v shows all"), style);
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Supported | Verdict::SupportedWithWarnings => Tone::Good,
        Verdict::Undetermined => Tone::Unknown,
        Verdict::Unsupported => Tone::Bad,
    }
}

/// Text wrapped to the width, later lines indented.
pub(super) fn wrapped(text: &str, style: Style) -> String {
    textwrap::fill(text, options(style.width).subsequent_indent("  "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_said_or_a_shorter_text_is_tried() {
        for (text, says) in [
            ("compose.yml:18: image: mirror/x:1, needs images of the vendor", true),
            (
                "compose.yml:18: image: mirror.example.com/rocketchat/presence-service:8.6.1, needs images of the vendor",
                false,
            ),
            ("compose.yml:18, needs images of the vendor: rocketchat/rocket.chat, or registry.rocket.chat", true),
        ] {
            assert_eq!(says_need(text, 40), says, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_cut_says_so_and_stays_within_the_width() {
        let style = Style { width: 24, color: false, unicode: false, detail: Detail::Screen };
        let start = "aaaa bbbb cccc dddd eeee ffff,";
        for (end, expected) in [
            ("", "eeee ffff,"),
            (" gggg hhhh iiii", "eeee ffff, gggg ..."),
            (" gggggg hhhhhhhhhhhh", "eeee ffff, gggggg ..."),
            (" gggggggggggggggggg", "eeee ffff ..."),
        ] {
            let (text, expected) = (format!("{start}{end}"), format!("- aaaa bbbb cccc dddd\n  {expected}\n"));
            let mut out = String::new();
            short(&mut out, style, "- ", 2, &text, 2);
            assert_eq!(out, expected);
        }
    }
}
