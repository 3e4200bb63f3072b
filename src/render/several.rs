//! Several saved reports at once: a row each for a person at a terminal, the worst first; and whether each can be relied on,
//! for programs, too.

use std::cmp::Reverse;

use serde::Serialize;

use super::text::{Style, Tone, columns, padded, paragraph};
use super::words::{host, number_of};
use crate::judge::{Summary, Verdict};
use crate::plan::Note;
use crate::report::Report;
use crate::report::verify::{Mark, Point, SIGNER, Signed};

/// Widest column that is lined up; what is wider pushes the next one away.
const WIDEST: usize = 30;
/// Columns of the word that a row begins with.
const WORD: usize = 14;

/// What a table shows of a report: little enough to be kept of many.
#[derive(Clone, Debug)]
pub struct Row {
    verdict: Verdict,
    host: String,
    subject: String,
    file: String,
    failed: Vec<String>,
    unknown: Vec<String>,
    doubt: Option<&'static str>,
}

impl Row {
    /// The row of a report, which came from a file.
    pub fn of(report: &Report, file: &str) -> Self {
        let tier = report.tier.as_ref().map_or("no tier", |tier| tier.id.as_str());
        let Summary { failed, unknown, .. } = report.summary();
        let doubt = report.notes.iter().find(|note| note.is_doubt()).map(|doubt| match doubt {
            Note::Edited => "EDITED or damaged; its facts were judged anew",
            Note::NotFollowing => "FORGED or damaged; its facts were judged anew",
            _ => "NOT VERIFIED; its facts were judged anew",
        });
        Self {
            verdict: report.verdict,
            host: host(report).into_owned(),
            subject: format!("{} {tier}", report.plan.product),
            file: file.to_owned(),
            doubt,
            failed,
            unknown,
        }
    }
}

/// What to write before a row: a sign where there are signs, and a word.
fn label(unicode: &str, word: &str, tone: Tone, style: Style) -> (String, usize) {
    let sign = style.sign(unicode, "");
    let sign = if sign.is_empty() { String::new() } else { format!("{sign} ") };
    let text = padded(&format!("{sign}{word}"), columns(&sign) + WORD);
    (style.paint(&text, tone), columns(&text))
}

fn verdict_label(verdict: Verdict, style: Style) -> (String, usize) {
    match verdict {
        Verdict::Unsupported => label("\u{2717}", "UNSUPPORTED", Tone::Bad, style),
        Verdict::Undetermined => label("?", "UNDETERMINED", Tone::Unknown, style),
        Verdict::SupportedWithWarnings => label("!", "WARNINGS", Tone::Warning, style),
        Verdict::Supported => label("\u{2713}", "SUPPORTED", Tone::Good, style),
    }
}

/// Width at which a column is lined up.
fn width<'t>(texts: impl Iterator<Item = &'t str>) -> usize {
    texts.map(columns).filter(|columns| *columns <= WIDEST).max().unwrap_or(0)
}

/// The rows, the worst first, then what could not be used, then the sum.
pub fn table(mut rows: Vec<Row>, unusable: &[String], style: Style) -> String {
    rows.sort_by(|one, other| {
        let weight = |row: &Row| Reverse((row.verdict, row.failed.len(), row.unknown.len()));
        (weight(one), &one.host, &one.file).cmp(&(weight(other), &other.host, &other.file))
    });
    let mut out = String::new();
    let (hosts, subjects) = (width(rows.iter().map(|row| &*row.host)), width(rows.iter().map(|row| &*row.subject)));
    for row in &rows {
        let (label, indent) = verdict_label(row.verdict, style);
        let text = format!("{}  {}  {}", padded(&row.host, hosts), padded(&row.subject, subjects), row.file);
        paragraph(&mut out, style, &label, indent, &text);
        let blank = " ".repeat(indent);
        if let Some(doubt) = row.doubt {
            paragraph(&mut out, style, &format!("{blank}{}", style.paint("! ", Tone::Bad)), indent + 2, doubt);
        }
        for (name, ids) in [("failed", &row.failed), ("unknown", &row.unknown)] {
            if !ids.is_empty() {
                paragraph(&mut out, style, &format!("{blank}{name:<7}  "), indent + 9, &ids.join(", "));
            }
        }
    }
    let count = |verdict, word| {
        let count = rows.iter().filter(|row| row.verdict == verdict).count();
        (count > 0).then(|| format!("{count} {word}"))
    };
    let counts: Vec<_> = [
        count(Verdict::Unsupported, "unsupported"),
        count(Verdict::Undetermined, "undetermined"),
        count(Verdict::SupportedWithWarnings, "supported with warnings"),
        count(Verdict::Supported, "supported"),
    ]
    .into_iter()
    .flatten()
    .collect();
    rest(&mut out, unusable, style);
    let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    sum(&mut out, &format!("{}{counts}", number_of(rows.len(), "report")), unusable, style);
    out
}

fn rest(out: &mut String, unusable: &[String], style: Style) {
    for message in unusable {
        let (label, indent) = label("\u{2717}", "NOT USABLE", Tone::Bad, style);
        paragraph(out, style, &label, indent, message);
    }
}

fn sum(out: &mut String, text: &str, unusable: &[String], style: Style) {
    let more = if unusable.is_empty() { String::new() } else { format!("; {} could not be used", unusable.len()) };
    out.push('\n');
    paragraph(out, style, "", 0, &format!("{text}{more}"));
}

/// Whether a report can be relied on, for programs. Every member is always there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Examined {
    /// What was examined.
    file: String,
    /// Nothing speaks against it.
    reliable: bool,
    /// Name of the host, as the report has it; null if it has none, or could not be read.
    host: Option<String>,
    /// Null if there is no signature of this report.
    signed_by: Option<SignedBy>,
    /// What speaks against it: a point and words.
    reasons: Vec<Said>,
    /// What else should be known.
    remarks: Vec<Said>,
}

/// Who signed a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct SignedBy {
    /// Fingerprint of the key.
    key: String,
    /// The key is one of those that were said to count.
    trusted: bool,
    /// In words.
    text: String,
}

/// A point of the examination.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Said {
    what: &'static str,
    text: String,
}

impl Examined {
    /// What the points of an examination say.
    pub fn of(file: &str, report: &Report, signed: &Signed<'_>, points: &[Point]) -> Self {
        let said = |mark: Mark| {
            let points = points.iter().filter(|point| point.mark == mark);
            points.map(|point| Said { what: point.what, text: point.text.clone() }).collect::<Vec<_>>()
        };
        let signers: Vec<_> = points.iter().filter(|point| point.what == SIGNER).collect();
        let signed_by = signed.key().map(|key| SignedBy {
            key,
            trusted: signers.iter().all(|point| point.mark == Mark::Good),
            text: signers.iter().map(|point| point.text.as_str()).collect::<Vec<_>>().join("; "),
        });
        let reasons = said(Mark::Bad);
        Self {
            file: file.to_owned(),
            reliable: reasons.is_empty(),
            host: report.host.name.clone(),
            signed_by,
            reasons,
            remarks: said(Mark::Remark),
        }
    }

    /// What could not be read.
    pub fn unusable(file: &str, why: &str) -> Self {
        let reasons = vec![Said { what: "file", text: why.to_owned() }];
        Self { file: file.to_owned(), reliable: false, host: None, signed_by: None, reasons, remarks: Vec::new() }
    }
}

/// A row for each report, those first that cannot be relied on, then what could not be used, then the sum.
pub fn examined(mut all: Vec<Examined>, unusable: &[String], style: Style) -> String {
    all.sort_by(|one, other| (one.reliable, &one.host, &one.file).cmp(&(other.reliable, &other.host, &other.file)));
    let mut out = String::new();
    let name = |one: &Examined| one.host.clone().unwrap_or_else(|| "a host without a name".to_owned());
    let names: Vec<_> = all.iter().map(name).collect();
    let hosts = width(names.iter().map(String::as_str));
    for (one, host) in all.iter().zip(&names) {
        let (label, indent) = if one.reliable {
            label("\u{2713}", "RELIABLE", Tone::Good, style)
        } else {
            label("\u{2717}", "NOT RELIABLE", Tone::Bad, style)
        };
        paragraph(&mut out, style, &label, indent, &format!("{}  {}", padded(host, hosts), one.file));
        let blank = " ".repeat(indent);
        let signer = one.signed_by.as_ref().filter(|_| one.reliable).map(|by| (SIGNER, &by.text));
        for (what, text) in one.reasons.iter().map(|said| (said.what, &said.text)).chain(signer) {
            paragraph(&mut out, style, &format!("{blank}{what:<8}  "), indent + 10, text);
        }
    }
    rest(&mut out, unusable, style);
    let reliable = all.iter().filter(|one| one.reliable).count();
    sum(
        &mut out,
        &format!(
            "{}: {reliable} can be relied on; `rampcheck verify FILE` says how far",
            number_of(all.len(), "report")
        ),
        unusable,
        style,
    );
    out
}
