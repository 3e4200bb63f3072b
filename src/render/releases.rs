//! A product's release calendar, for a person at a terminal.

use std::fmt::Write as _;

use super::text::{Style, Tone, columns, padded, paragraph};
use crate::judge::{Calendar, Standing};

/// The calendar as a table, with a line at today: what stands above has ended.
pub fn releases(document: &Calendar, style: Style) -> String {
    let title = format!("Releases of {}: when their support ends", document.title);
    let mut out = format!("{}\n\n", style.bold(&style.plain(&title)));
    let widest = document.releases.iter().map(|row| columns(&row.line)).max().unwrap_or(0).max(4);
    let head = format!("{}  LTS  {:<10}  {:<10}  days left", padded("line", widest), "released", "until");
    let _ = writeln!(out, "{}", head);
    let mut marked = false;
    let mark = |out: &mut String| {
        let rule = style.sign("\u{2500}\u{2500}", "--");
        let text = format!("{rule} {} {}", document.today, rule.repeat(16));
        let _ = writeln!(out, "{}", style.bold(&text));
    };
    for row in &document.releases {
        if !marked && row.standing != Standing::Ended {
            mark(&mut out);
            marked = true;
        }
        let (word, tone) = match row.standing {
            Standing::Ended => ("ended".to_owned(), Tone::Aside),
            Standing::Unreleased => ("not released yet".to_owned(), Tone::Aside),
            Standing::Supported => (row.days_left.to_string(), Tone::Good),
            Standing::Uncertain => ("uncertain".to_owned(), Tone::Warning),
        };
        let possible = row.until_possible.map(|day| format!("; possibly until {day}")).unwrap_or_default();
        let lts = if row.lts { "LTS" } else { "" };
        let line = padded(&style.plain(&row.line), widest);
        let text = format!("{line}  {lts:<3}  {:<10}  {}  {word}{possible}", row.released, row.until);
        let _ = writeln!(out, "{}", style.paint(&text, tone));
    }
    if !marked {
        mark(&mut out);
    }
    out.push('\n');
    let source = format!("Reviewed {}; source: {}", document.reviewed, document.source);
    paragraph(&mut out, style, "", 0, &source);
    let advice = format!("rampcheck check {} --server-version VERSION judges a release.", document.product);
    paragraph(&mut out, style, "", 0, &advice);
    out
}
