//! The judgement: pack, plan, facts and a day to findings and a verdict.
//!
//! Total and pure: the same input gives the same findings, on any machine. It reads nothing and knows no format.

mod calendar;
mod deployment;
mod derive;
mod examples;
mod finding;
mod fit;
mod follows;
mod mongodb;
mod next;
mod nodes;
mod predicate;
mod release;
mod requirement;
mod sizes;
mod subjects;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod verdict;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::facts::{Fact, FactState, Facts, Provenance, Value};
use crate::pack::{COMPLETE, Check, Leaf, Level, Need, Outcome, Pack, Predicate, Source, Tier};
use crate::plan::{BEYOND, HOLDS, Plan, STORAGE_NEEDED, Scope, StoragePlan, exceeded};

pub use crate::pack::Fix;
pub use calendar::{Calendar, CalendarLine, Standing, calendar};
pub use examples::{ExampleFailed, run_examples};
pub use finding::{Finding, HostGroup, Reason, Status, Waived};
pub use fit::{Fits, TierFit, fits};
pub use next::{Cause, Next};
pub use nodes::{NodeSize, NodesNeeded, Spread, nodes, parse_node};
pub use predicate::number;
pub use requirement::{Comparison, Condition, Requirement};
pub use subjects::subjects;
pub use verdict::{Summary, Verdict, verdict};

use predicate::{Evidence, Truth};

/// What came out of a judgement.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Every fact that was judged: observed, attested, of the plan, derived.
    pub facts: Facts,
    /// A finding for each check, in pack order; those of plugins come last.
    pub findings: Vec<Finding>,
    /// The verdict over them.
    pub verdict: Verdict,
    /// What to do next, in this order.
    pub next: Vec<Next>,
}

/// Judges what was observed of a host. Facts that were derived by an earlier judgement are derived anew.
pub fn judge(pack: &Pack, plan: &Plan, observed: Facts, today: Date) -> Judgement {
    let pack = &*pack.with_plugins(&plan.plugins);
    let mut facts = observed;
    facts.retain(|_, fact| fact.provenance != Provenance::Derived);
    for attestation in &plan.attestations {
        let fact = Fact::known(attestation.value.clone(), "").by(Provenance::Attested);
        facts.insert(attestation.fact.clone(), fact);
    }
    facts.extend(plan.facts(pack));
    deployment::place(&mut facts, plan);
    mongodb::place(&mut facts, plan);
    derive::derive(&mut facts, pack, plan, today);
    let tier = plan.tier_in(pack);
    let mut findings = findings(pack, pack.of_host(&plan.only), plan, Evidence { facts: &facts, tier }, today);
    let failed: Vec<_> =
        findings.iter().filter(|finding| finding.outcome == Outcome::Fail).map(|finding| finding.id.clone()).collect();
    for fix in findings.iter_mut().filter_map(|finding| finding.fix.as_mut()) {
        fix.after.retain(|id| failed.contains(id));
    }
    let verdict = verdict(&findings);
    let go_on = plan.only.is_empty().then_some(pack.next.as_str());
    let next = Next::steps(verdict, &findings, &facts, go_on, runs_unsaid(pack, plan, &facts));
    Judgement { facts, findings, verdict, next }
}

/// Judges what is known of all hosts of a fleet together: the checks that look at `fleet.*`, and the sizes of a tier that are
/// the total of a cluster. Gives back these findings, in pack order, and every fact that was judged.
pub fn judge_whole(pack: &Pack, plan: &Plan, known: Facts, today: Date) -> (Vec<Finding>, Facts) {
    let mut facts = known;
    facts.extend(plan.facts(pack));
    let tier = plan.tier_in(pack);
    let is_total = |check: &&Check| tier.is_some_and(|tier| tier.cluster && compares(check, tier));
    let checks = pack.chosen(&plan.only).filter(|check| check.is_of_fleet() || is_total(check));
    let findings = findings(pack, checks, plan, Evidence { facts: &facts, tier }, today);
    (findings, facts)
}

/// The verdict over the findings of a fleet, and what to do next. `unread` are the hosts that are not known, of which at most
/// `most` are named.
pub fn next_of_whole(
    pack: &Pack,
    plan: &Plan,
    findings: &[Finding],
    facts: &Facts,
    unread: &[String],
    most: usize,
) -> (Verdict, Vec<Next>) {
    let verdict = verdict(findings);
    let is_of_whole = |finding: &&Finding| {
        finding.decided.iter().any(|name| name == COMPLETE)
            || matches!(finding.because, Some(Reason::Short { .. } | Reason::ShortSoFar { .. }))
    };
    let others: Vec<_> = findings.iter().filter(|finding| !is_of_whole(finding)).cloned().collect();
    let go_on = plan.only.is_empty().then_some(pack.next.as_str());
    let mut next = Vec::new();
    if !unread.is_empty() {
        let hosts = unread.iter().take(most).cloned().collect();
        next.push(Next::CollectReports { hosts, count: unread.len() });
    }
    let missing = findings.iter().filter(|finding| finding.status() == Status::Failed);
    let missing: BTreeMap<_, _> = missing
        .filter_map(|finding| match &finding.because {
            Some(Reason::Short { fact, missing }) => Some((fact.clone(), missing.ceil() as u64)),
            _ => None,
        })
        .collect();
    if !missing.is_empty() {
        next.push(Next::AddNodes { missing });
    }
    next.extend(Next::steps(verdict, &others, facts, go_on, false));
    (verdict, next)
}

/// Whether a check compares a size with a total: with a cell of this tier, or with what the plan needs.
fn compares(check: &Check, tier: &Tier) -> bool {
    let mut cells = check.expect.cells().filter(|(_, leaf)| !is_total(leaf));
    check.expect.plan_facts().next().is_some()
        || cells.any(|(cell, _)| matches!(tier.needs.get(cell), Some(Need::Quantity { .. })))
}

/// Whether a fact is about a whole cluster already, whichever host tells it.
fn is_total(leaf: &Leaf) -> bool {
    leaf.fact.starts_with("cluster.")
}

/// The findings of these checks, with their waivers.
fn findings<'c>(
    pack: &Pack,
    checks: impl Iterator<Item = &'c Check>,
    plan: &Plan,
    evidence: Evidence<'_>,
    today: Date,
) -> Vec<Finding> {
    let is_wrong = derive::wrong_clock(evidence.facts).is_some();
    let waivers: BTreeMap<_, _> = plan.waivers.iter().map(|waiver| (waiver.id.as_str(), waiver)).collect();
    let judged = checks.map(|check| {
        let waiver = waivers.get(check.id.as_str()).map(|waiver| Waived::on(today, is_wrong, waiver));
        let warns = check.warns_when.as_ref().is_some_and(|when| evidence.truth(when) == Truth::True);
        let level = match (plan.strict, warns) {
            (true, _) => Level::Required,
            (false, true) => Level::Recommended,
            (false, false) => check.level,
        };
        Finding { waiver, level, ..finding(pack, check, &evidence) }
    });
    judged.collect()
}

/// Whether official containers of the product run here.
pub fn runs(pack: &Pack, facts: &Facts) -> bool {
    let images = match facts.get("docker.images").and_then(Fact::value) {
        Some(Value::List(images)) => images.as_slice(),
        _ => &[],
    };
    images.iter().any(|image| pack.application.is_official(image))
}

/// Whether the product runs here, and nobody said which moment is judged.
fn runs_unsaid(pack: &Pack, plan: &Plan, facts: &Facts) -> bool {
    !plan.has_said("phase") && runs(pack, facts)
}

/// What a check needs when no tier fills in its cells, to be explained.
pub fn requirement(check: &Check) -> Requirement {
    let facts = Facts::new();
    Evidence { facts: &facts, tier: None }.requirement(&check.expect)
}

/// A check's outcome, without a waiver.
fn finding(pack: &Pack, check: &Check, evidence: &Evidence<'_>) -> Finding {
    let (outcome, because) = outcome(pack, check, evidence);
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let (found, decided) = match outcome {
        Outcome::Skipped if !matches!(because, Some(Reason::ClusterTotal { .. })) => (Vec::new(), Vec::new()),
        _ => (owned(shown(check, evidence)), owned(deciding(check, evidence, outcome))),
    };
    Finding {
        id: check.id.clone(),
        title: check.title.clone(),
        group: check.group.clone(),
        level: check.level,
        outcome,
        because,
        found,
        decided,
        needed: evidence.requirement(&check.expect),
        needed_words: check.needed.clone(),
        why: check.why.clone(),
        fix: fix(check, outcome, evidence),
        source: pack.sources.get(&check.source).cloned().unwrap_or_else(|| Source {
            title: check.source.clone(),
            url: String::new(),
            read: pack.reviewed,
        }),
        waiver: None,
    }
}

fn outcome(pack: &Pack, check: &Check, evidence: &Evidence<'_>) -> (Outcome, Option<Reason>) {
    let applies = check.applies_when.as_ref().map_or(Truth::True, |applies| evidence.truth(applies));
    if let (Truth::False, Some(applies)) = (applies, &check.applies_when) {
        let facts = evidence.deciding(applies).into_iter().map(str::to_owned).collect();
        return (Outcome::Skipped, Some(Reason::NotApplicable { facts }));
    }
    for (cell, leaf) in check.expect.cells() {
        let cell_name = || cell.to_owned();
        match (evidence.tier, evidence.need(cell)) {
            (None, _) if is_true(evidence.facts, BEYOND) => {
                return (Outcome::Unknown, Some(Reason::BeyondTiers { text: pack.selection.beyond.clone() }));
            }
            (None, _) => return (Outcome::Unknown, Some(Reason::NoTier)),
            (Some(_), None) => return (Outcome::Skipped, Some(Reason::BlankCell { cell: cell_name() })),
            (Some(_), Some(Need::Quantity { .. })) if evidence.scope() == Scope::Node && !is_total(leaf) => {
                return (Outcome::Skipped, Some(Reason::ClusterTotal { cell: cell_name() }));
            }
            (Some(_), Some(_)) => {}
        }
    }
    if let Some(name) = check.expect.plan_facts().next()
        && evidence.scope() == Scope::Node
    {
        return (Outcome::Skipped, Some(Reason::ClusterTotal { cell: name.to_owned() }));
    }
    let outcome = match (evidence.truth(&check.expect), applies) {
        (Truth::True, _) => Outcome::Pass,
        (Truth::Unknown, _) | (Truth::False, Truth::Unknown) => Outcome::Unknown,
        (Truth::False, _) => Outcome::Fail,
    };
    let because = match outcome {
        Outcome::Pass => in_range(&check.expect, evidence)
            .or_else(|| storage_needed(&check.expect, evidence))
            .or_else(|| explained(check, true, evidence)),
        Outcome::Unknown => explained(check, false, evidence).or_else(|| unknown_facts(check, evidence)),
        _ => line_ended(&check.expect, evidence)
            .or_else(|| tier_holds_not(&check.expect, evidence))
            .or_else(|| storage_needed(&check.expect, evidence))
            .or_else(|| explained(check, false, evidence)),
    };
    (outcome, because)
}

/// The pack's own explanation of a pass, or of what did not pass.
fn explained(check: &Check, pass: bool, evidence: &Evidence<'_>) -> Option<Reason> {
    let holds = |when| evidence.truth(when) == Truth::True;
    let because = check.because.iter().find(|because| because.pass == pass && holds(&because.when))?;
    Some(Reason::Explained { text: because.text.clone() })
}

/// The unknown facts that decide, where they are not among those that are shown.
fn unknown_facts(check: &Check, evidence: &Evidence<'_>) -> Option<Reason> {
    let is_unknown = |name: &&str| {
        !evidence.facts.get(*name).is_some_and(|fact| matches!(fact.state, FactState::Known(_) | FactState::Absent))
    };
    if shown(check, evidence).iter().any(is_unknown) {
        return None;
    }
    let decided = deciding(check, evidence, Outcome::Unknown).into_iter();
    let facts: Vec<_> = decided.filter(is_unknown).map(str::to_owned).collect();
    (!facts.is_empty()).then_some(Reason::UnknownFacts { facts })
}

/// Names of the facts that are shown as what was found.
fn shown<'c>(check: &'c Check, evidence: &Evidence<'_>) -> Vec<&'c str> {
    if !check.found.is_empty() {
        return check.found.iter().map(String::as_str).collect();
    }
    let of_host = |name: &&str| !name.starts_with("plan.");
    evidence.deciding(&check.expect).into_iter().filter(of_host).collect()
}

/// Names of the facts that decide. What does not hold is unknown as long as nobody knows whether it has to hold.
fn deciding<'c>(check: &'c Check, evidence: &Evidence<'_>, outcome: Outcome) -> Vec<&'c str> {
    let of_expect = || evidence.deciding(&check.expect);
    match &check.applies_when {
        Some(applies) if outcome == Outcome::Unknown && evidence.truth(applies) == Truth::Unknown => {
            let mut names = evidence.deciding(applies);
            if evidence.truth(&check.expect) == Truth::Unknown {
                let others: Vec<_> = of_expect().into_iter().filter(|name| !names.contains(name)).collect();
                names.extend(others);
            }
            names
        }
        _ => of_expect(),
    }
}

/// A size inside the tier's planning range, but below its upper end.
fn in_range(expect: &Predicate, evidence: &Evidence<'_>) -> Option<Reason> {
    let Requirement::Condition(condition) = evidence.requirement(expect) else { return None };
    let found = evidence.facts.get(&condition.fact).and_then(Fact::value).and_then(number)?;
    (found < condition.up_to?).then_some(Reason::InRange { cell: condition.cell? })
}

/// How the storage that the plan needs is calculated.
fn storage_needed(expect: &Predicate, evidence: &Evidence<'_>) -> Option<Reason> {
    expect.plan_facts().find(|name| *name == STORAGE_NEEDED)?;
    let plan = StoragePlan::of_facts(evidence.facts);
    let (data, needed) = plan.sizes()?;
    Some(Reason::StorageNeeded {
        daily: plan.daily?,
        retention_days: plan.retention_days?,
        growth_percent: plan.growth_percent?,
        data,
        backup_copies: plan.backup_copies?,
        needed,
    })
}

/// The line of a version that had to be maintained, and has ended.
fn line_ended(expect: &Predicate, evidence: &Evidence<'_>) -> Option<Reason> {
    let known = |name: &str| evidence.facts.get(name).and_then(Fact::text);
    evidence.deciding(expect).into_iter().find_map(|name| {
        let table = name.strip_prefix("lines.")?.strip_suffix(".state")?;
        let line = known(&format!("lines.{table}.line")).filter(|_| known(name) == Some("ended"))?;
        let until = known(&format!("lines.{table}.until"))?.parse().ok()?;
        Some(Reason::LineEnded { line: line.to_owned(), until })
    })
}

fn is_true(facts: &Facts, name: &str) -> bool {
    facts.get(name).and_then(Fact::value) == Some(&Value::Bool(true))
}

/// What of the plan a tier does not hold.
fn tier_holds_not(expect: &Predicate, evidence: &Evidence<'_>) -> Option<Reason> {
    let tier = evidence.tier.filter(|_| evidence.deciding(expect).contains(&HOLDS))?;
    let id = tier.id.clone();
    if tier.is_for_tests() {
        return Some(Reason::TierForTests { tier: id });
    }
    let number = |name: &String| evidence.facts.get(&format!("plan.number.{name}"))?.value().and_then(number);
    let numbers = tier.holds.keys().filter_map(|name| Some((name.clone(), number(name)? as u64))).collect();
    Some(Reason::TierExceeded { tier: id, numbers: exceeded(tier, &numbers) })
}

/// The first remedy that fits this operating system, these facts and this outcome. What puts a failure right is no help with
/// what is unknown, unless its own condition is known to hold.
fn fix(check: &Check, outcome: Outcome, evidence: &Evidence<'_>) -> Option<Fix> {
    let is_unknown = match outcome {
        Outcome::Fail => false,
        Outcome::Unknown => true,
        Outcome::Pass | Outcome::Skipped => return None,
    };
    let family = evidence.facts.get("os.family").and_then(Fact::text).unwrap_or_default();
    let fits = check.remedies.iter().find(|remedy| {
        (remedy.family.is_empty() || remedy.family.iter().any(|name| name == family))
            && remedy.when.as_ref().is_none_or(|when| evidence.truth(when) == Truth::True)
            && (remedy.for_unknown == is_unknown || (is_unknown && remedy.when.is_some()))
    });
    fits.map(|remedy| remedy.fix.clone())
}
