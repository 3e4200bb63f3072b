//! Which tiers a host fits, for a person at a terminal and for programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::text::{Style, Tone, columns, options, padded, paragraph};
use super::words::{found, needed, number_of};
use crate::facts::catalogue::lookup;
use crate::facts::{Kind, format_count};
use crate::judge::{Condition, Finding, Fits, Status, TierFit, Verdict};
use crate::pack::{Level, Outcome};
use crate::report::TierId;

/// A tier, and what this host lacks for it, for programs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The tier.
    #[serde(flatten)]
    pub tier: TierId,
    /// Whether this host is one for it.
    pub fits: Fits,
    /// Verdict over the checks that compare with the tier's cells, as if this host were all of a cluster.
    pub verdict: Verdict,
    /// What they found.
    pub sizes: Vec<Size>,
}

/// A size of the host against a tier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Size {
    /// Check id.
    pub id: String,
    /// How it came out.
    pub status: Status,
    /// What was found, in words.
    pub found: String,
    /// What is needed, in words.
    pub needed: String,
}

/// The rows for programs.
pub fn rows(fits: &[TierFit<'_>]) -> Vec<Row> {
    let row = |fit: &TierFit<'_>| Row {
        tier: TierId::from(fit.tier),
        fits: fit.fits(),
        verdict: fit.verdict,
        sizes: fit
            .findings
            .iter()
            .map(|finding| Size {
                id: finding.id.clone(),
                status: finding.status(),
                found: found(finding, &fit.facts),
                needed: needed(finding),
            })
            .collect(),
    };
    fits.iter().map(row).collect()
}

/// A table of the tiers, and what this host lacks for them below it.
pub fn tiers(product: &str, host: &str, fits: &[TierFit<'_>], style: Style) -> String {
    let title = style.plain(&format!("Tiers of {product}, against {host}"));
    let mut out = format!("{}\n\n", style.bold(&textwrap::fill(&title, options(style.width))));
    let table = Table::of(fits);
    if !table.print(&mut out, style) {
        table.list(&mut out, style);
    }
    let mut lines = lacking(fits);
    lines.extend(further(fits));
    if !lines.is_empty() {
        out.push('\n');
    }
    lines.iter().for_each(|line| paragraph(&mut out, style, "", 2, line));
    out.push('\n');
    paragraph(&mut out, style, "", 0, &count(fits));
    out
}

/// How many tiers fit.
fn count(fits: &[TierFit<'_>]) -> String {
    let of = |answer| fits.iter().filter(|fit| fit.fits() == answer).count();
    let (nodes, unknown) = (of(Fits::Node), of(Fits::Unknown));
    let mut text =
        format!("This host fits {} of {} for one host", of(Fits::Yes), number_of(fits.len() - nodes, "tier"));
    if unknown > 0 {
        let _ = write!(text, "; {unknown} {} unknown", if unknown == 1 { "is" } else { "are" });
    }
    text.push('.');
    if nodes > 0 {
        let tiers = number_of(nodes, "tier");
        let _ = write!(text, " For clusters: {tiers}. Their sizes are totals, and this host can be one of the nodes.");
    }
    text + " Only sizes are compared here; `rampcheck check` judges the rest."
}

/// Cells of a tier that the table shows.
const COLUMNS: [&str; 3] = ["CPUs", "memory", "storage"];

/// The column in which a size is shown.
fn column(condition: &Condition) -> Option<&'static str> {
    match (condition.fact.as_str(), lookup(&condition.fact)?.kind) {
        ("size.cpus" | "size.cores", _) => Some("CPUs"),
        (_, Kind::Memory) => Some("memory"),
        (_, Kind::Storage) => Some("storage"),
        _ => None,
    }
}

/// The cell of a tier for each column.
fn shown<'f>(fit: &'f TierFit<'_>) -> BTreeMap<&'static str, &'f Condition> {
    let mut cells = BTreeMap::new();
    for condition in fit.findings.iter().flat_map(|finding| finding.needed.conditions()) {
        if let (Some(column), Some(_)) = (column(condition), &condition.cell) {
            cells.entry(column).or_insert(condition);
        }
    }
    cells
}

/// A range with its unit once: `4 GiB to 12 GiB` is `4–12 GiB`.
fn compact(written: &str) -> String {
    let Some((from, to)) = written.split_once(" to ") else { return written.to_owned() };
    match (from.split_once(' '), to.split_once(' ')) {
        (Some((number, unit)), Some((_, same))) if unit == same => format!("{number}\u{2013}{to}"),
        _ => format!("{from}\u{2013}{to}"),
    }
}

struct Table<'f> {
    head: Vec<&'f str>,
    rows: Vec<(Fits, Vec<String>)>,
}

impl<'f> Table<'f> {
    fn of(fits: &'f [TierFit<'_>]) -> Self {
        let numbers: BTreeSet<&str> = fits.iter().flat_map(|fit| fit.tier.holds.keys()).map(String::as_str).collect();
        let head = ["tier", "fits"].into_iter().chain(numbers.iter().copied()).chain(COLUMNS).collect();
        let row = |fit: &TierFit<'_>| {
            let needs = TierId::from(fit.tier).needs;
            let cells = shown(fit);
            let cell = |column: &&str| {
                let condition = cells.get(*column)?;
                let unit = if condition.fact == "size.cores" { " cores" } else { "" };
                Some(format!("{}{unit}", compact(needs.get(condition.cell.as_ref()?)?)))
            };
            let holds = |name: &&str| fit.tier.holds.get(*name).map(|number| format_count(*number));
            let answer = fit.fits();
            let word = match answer {
                Fits::Yes => "yes",
                Fits::No => "no",
                Fits::Node => "node",
                Fits::Unknown => "?",
            };
            let cells = numbers.iter().map(holds).chain(COLUMNS.iter().map(cell));
            let cells = cells.map(|cell| cell.unwrap_or_else(|| "-".to_owned()));
            (answer, [fit.tier.id.clone(), word.to_owned()].into_iter().chain(cells).collect())
        };
        Self { head, rows: fits.iter().map(row).collect() }
    }

    /// Prints it, unless it is too wide.
    fn print(&self, out: &mut String, style: Style) -> bool {
        let plain: Vec<Vec<_>> =
            self.rows.iter().map(|(_, row)| row.iter().map(|cell| style.plain(cell)).collect()).collect();
        let width = |(at, name): (usize, &&str)| {
            plain.iter().map(|row| columns(&row[at])).chain([columns(name)]).max().unwrap_or(0)
        };
        let widths: Vec<_> = self.head.iter().enumerate().map(width).collect();
        let all: usize = widths.iter().sum();
        let gaps = widths.len() - 1;
        let gap = if all + 2 * gaps <= style.width { 2 } else { 1 };
        if all + gap * gaps > style.width {
            return false;
        }
        let line = |cells: &[String]| -> Vec<String> {
            let is_number = |at: usize| at >= 2 && at < widths.len() - COLUMNS.len();
            let cell = |(at, cell): (usize, &String)| match is_number(at) {
                true => format!("{}{cell}", " ".repeat(widths[at].saturating_sub(columns(cell)))),
                false => padded(cell, widths[at]),
            };
            cells.iter().enumerate().map(cell).collect()
        };
        let between = " ".repeat(gap);
        let head: Vec<_> = self.head.iter().map(|name| (*name).to_owned()).collect();
        let _ = writeln!(out, "{}", style.bold(line(&head).join(&between).trim_end()));
        for ((answer, _), row) in self.rows.iter().zip(&plain) {
            let mut cells = line(row);
            cells[1] = paint(style, *answer, &cells[1]);
            let _ = writeln!(out, "{}", cells.join(&between).trim_end());
        }
        true
    }

    /// A paragraph for each tier, where the table is too wide.
    fn list(&self, out: &mut String, style: Style) {
        for (answer, row) in &self.rows {
            let cells = self.head.iter().zip(row).skip(2).filter(|(_, cell)| *cell != "-");
            let cells: Vec<_> = cells.map(|(name, cell)| format!("{name} {cell}")).collect();
            let label = format!("{}: {}", style.bold(&style.plain(&row[0])), paint(style, *answer, &row[1]));
            let _ = writeln!(out, "{label}");
            paragraph(out, style, "  ", 2, &cells.join(", "));
        }
    }
}

fn paint(style: Style, answer: Fits, text: &str) -> String {
    match answer {
        Fits::Yes => style.paint(text, Tone::Good),
        Fits::No => style.paint(text, Tone::Bad),
        Fits::Unknown => style.paint(text, Tone::Unknown),
        Fits::Node => text.to_owned(),
    }
}

/// Tiers of a list, named in the shortest way.
fn named(ids: &[&str], all: &[&str], kind: &str) -> String {
    let others: Vec<_> = all.iter().copied().filter(|id| !ids.contains(id)).collect();
    match others.as_slice() {
        [] if ids.len() > 1 => format!("all {kind}"),
        [_] | [_, _] if ids.len() > 2 => format!("all {kind} but {}", others.join(" and ")),
        _ => ids.join(", "),
    }
}

/// A check, what came out of it, and the tiers that it is about with their findings.
struct Lack<'f> {
    id: &'f str,
    outcome: Outcome,
    tiers: Vec<(&'f TierFit<'f>, &'f Finding)>,
}

impl Lack<'_> {
    /// Which tiers it is about.
    fn tiers(&self, all: &[&str], kind: &str) -> String {
        let ids: Vec<_> = self.tiers.iter().map(|(fit, _)| fit.tier.id.as_str()).collect();
        named(&ids, all, kind)
    }

    /// Which tiers need what: `vps-minimal needs SSD`.
    fn needs(&self, all: &[&str], kind: &str) -> Option<String> {
        let (_, finding) = self.tiers.first()?;
        let verb = match finding.level {
            Level::Required => "need",
            Level::Recommended => "recommend",
        };
        let verb = if self.tiers.len() == 1 { format!("{verb}s") } else { verb.to_owned() };
        let needed = match needed(finding) {
            one if self.tiers.iter().all(|(_, other)| needed(other) == one) => one,
            _ => "more".to_owned(),
        };
        Some(format!("{} {verb} {needed}", self.tiers(all, kind)))
    }
}

/// The checks that these findings are of, each once for each outcome. What passed is kept apart by what is needed.
fn grouped<'f>(findings: impl Iterator<Item = (&'f TierFit<'f>, &'f Finding)>) -> Vec<Lack<'f>> {
    let mut lacks: Vec<Lack<'f>> = Vec::new();
    for (fit, finding) in findings {
        let is_alike = |lack: &&mut Lack<'_>| {
            let (id, outcome) = (lack.id, lack.outcome);
            let needs_the_same = || lack.tiers.iter().all(|(_, other)| needed(other) == needed(finding));
            id == finding.id && outcome == finding.outcome && (outcome != Outcome::Pass || needs_the_same())
        };
        match lacks.iter_mut().find(is_alike) {
            Some(lack) => lack.tiers.push((fit, finding)),
            None => lacks.push(Lack { id: &finding.id, outcome: finding.outcome, tiers: vec![(fit, finding)] }),
        }
    }
    lacks
}

/// What this host lacks for the tiers of one host.
fn lacking(fits: &[TierFit<'_>]) -> Vec<String> {
    let of_one_host = || fits.iter().filter(|fit| fit.fits() != Fits::Node);
    let all: Vec<_> = of_one_host().map(|fit| fit.tier.id.as_str()).collect();
    let kind = if all.len() == fits.len() { "tiers" } else { "tiers for one host" };
    let findings = of_one_host().flat_map(|fit| fit.findings.iter().map(move |finding| (fit, finding)));
    let line = |lack: &Lack<'_>| {
        let (fit, finding) = lack.tiers.first()?;
        let found = found(finding, &fit.facts);
        if lack.outcome == Outcome::Unknown {
            let reason = if found.is_empty() { format!("needed {}", needed(finding)) } else { found };
            let reason = reason.strip_prefix("unknown: ").unwrap_or(&reason);
            return Some(format!("{}: unknown for {}; {reason}", lack.id, lack.tiers(&all, kind)));
        }
        Some(format!("{}: {}; found {found}", lack.id, lack.needs(&all, kind)?))
    };
    grouped(findings.filter(|(_, finding)| finding.outcome != Outcome::Pass)).iter().filter_map(line).collect()
}

/// What those tiers are for that numbers do not choose, and what else tiers ask for that the table does not show.
fn further(fits: &[TierFit<'_>]) -> Vec<String> {
    let all: Vec<_> = fits.iter().map(|fit| fit.tier.id.as_str()).collect();
    let unnumbered = fits.iter().filter(|fit| fit.tier.holds.is_empty());
    let titles = unnumbered.map(|fit| format!("{}: {}", fit.tier.id, fit.tier.title));
    let is_in_table = |(fit, finding): &(&TierFit<'_>, &Finding)| {
        let cells = shown(fit);
        let of_table = |condition: &&Condition| cells.values().any(|shown| shown.cell == condition.cell);
        finding.needed.conditions().iter().filter(|condition| condition.cell.is_some()).all(of_table)
    };
    let findings = fits.iter().flat_map(|fit| fit.findings.iter().map(move |finding| (fit, finding)));
    let passed = grouped(findings.filter(|pair| pair.1.outcome == Outcome::Pass && !is_in_table(pair)));
    let line = |lack: &Lack<'_>| Some(format!("{}: {}", lack.id, lack.needs(&all, "tiers")?));
    titles.chain(passed.iter().filter_map(line)).collect()
}
