//! The judgement: pack, plan, facts and a day to findings.
//!
//! Total and pure: the same input gives the same bytes, on any machine. It reads nothing and knows no renderer.

mod examples;
mod finding;
mod window;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::check::{Check, Level, Outcome, Pack, Plan, Predicate, Scope, Source, Tier, Truth, Waiver, show_fact};
use crate::facts::catalogue::lookup;
use crate::facts::{Facts, Kind, Reading, Value};

pub use examples::{ExampleFailed, run_examples};
pub use finding::{Evidence, Finding, RemedyText, Waived};
pub use window::{GoTo, SupportWindow};

/// The findings of every check, in pack order.
pub fn findings(pack: &Pack, plan: &Plan, facts: &Facts, today: Date) -> Vec<Finding> {
    let tier = plan.tier.as_deref().and_then(|id| pack.tier(id));
    let mut all = facts.clone();
    all.extend(plan.facts(tier));
    let scope = Scope { facts: &all, tier, ends: &pack.ends, calendar: pack.calendar.as_ref(), today };
    let waivers: BTreeMap<_, _> = plan.waivers.iter().map(|waiver| (waiver.id.as_str(), waiver)).collect();
    pack.checks.iter().map(|check| finding(pack, check, &scope, waivers.get(check.id.as_str()).copied())).collect()
}

/// What of an outcome is not plain from the predicate.
struct Judged {
    outcome: Outcome,
    because: Option<String>,
}

fn judge(check: &Check, scope: &Scope<'_>) -> Judged {
    let blank = |reason: String, outcome| Judged { outcome, because: Some(reason) };
    let applies = check.applies_when.as_ref().map_or(Truth::True, |applies| applies.truth(scope));
    if applies == Truth::False {
        let reason = check.applies_when.as_ref().map(|applies| applies_in_words(applies, scope)).unwrap_or_default();
        return blank(reason, Outcome::Skipped);
    }
    for (cell, _) in check.expect.cells() {
        match scope.tier {
            None => {
                return blank(
                    "needs a tier: name one with --tier, or give the numbers that choose one".into(),
                    Outcome::Unknown,
                );
            }
            Some(tier) if !tier.needs.contains_key(cell) => {
                return blank(format!("the vendor gives no figure for {cell} in tier {}", tier.id), Outcome::Skipped);
            }
            Some(_) => {}
        }
    }
    let outcome = match (check.expect.truth(scope), applies) {
        (Truth::True, _) => Outcome::Pass,
        (Truth::Unknown, _) | (Truth::False, Truth::Unknown) => Outcome::Unknown,
        (Truth::False, _) => Outcome::Fail,
    };
    let explained = || {
        let because = check.because.iter().find(|because| because.when.truth(scope) == Truth::True)?;
        Some(because.text.clone())
    };
    let because = match outcome {
        Outcome::Pass => {
            check.expect.leaves().into_iter().find_map(|leaf| leaf.inside_range(scope).or_else(|| leaf.open(scope)))
        }
        _ => (check.expect.ended(scope).or_else(explained))
            .or_else(|| check.expect.unlisted(scope))
            .or_else(|| check.expect.leaves().into_iter().find_map(|leaf| leaf.support(scope))),
    };
    Judged { outcome, because }
}

/// Why a check does not apply: the facts that decide it, and what they would have to be.
fn applies_in_words(applies: &Predicate, scope: &Scope<'_>) -> String {
    let facts: Vec<_> =
        applies.deciding(scope).into_iter().map(|name| format!("{name} is {}", shown(name, scope.facts))).collect();
    format!("does not apply: {}", facts.join(", "))
}

fn finding(pack: &Pack, check: &Check, scope: &Scope<'_>, waiver: Option<&Waiver>) -> Finding {
    let Judged { outcome, because } = judge(check, scope);
    let advisory = scope.tier.is_some_and(|tier: &Tier| tier.advisory) && check.expect.cells().next().is_some();
    let level = if advisory { Level::Recommended } else { check.level };
    let evaluated = outcome != Outcome::Skipped;
    let deciding: Vec<&str> = if check.found.is_empty() {
        check.expect.deciding(scope).into_iter().filter(|name| !name.starts_with("plan.")).collect()
    } else {
        check.found.iter().map(String::as_str).collect()
    };
    let open = matches!(outcome, Outcome::Fail | Outcome::Unknown);
    Finding {
        id: check.id.clone(),
        title: check.title.clone(),
        subject: check.subject.clone(),
        level,
        outcome,
        because,
        found: if evaluated { found(&deciding, scope.facts) } else { String::new() },
        needed: check.needed.clone().unwrap_or_else(|| check.expect.needed(scope)),
        why: check.why.clone(),
        window: if evaluated { SupportWindow::of(check, scope) } else { None },
        evidence: if evaluated { evidence(&deciding, scope.facts) } else { Vec::new() },
        remedy: if open { remedy(check, outcome, scope) } else { None },
        source: pack.sources.get(&check.source).cloned().unwrap_or_else(|| Source {
            title: check.source.clone(),
            url: String::new(),
            read: pack.reviewed,
        }),
        waiver: waiver.map(|waiver| Waived {
            waiver: waiver.clone(),
            expired: waiver.until.is_some_and(|until| scope.today > until),
        }),
    }
}

fn shown(name: &str, facts: &Facts) -> String {
    let kind = lookup(name).map_or(Kind::Text, |row| row.kind);
    facts.get(name).map_or_else(|| "unknown: not collected".to_owned(), |fact| show_fact(fact, kind))
}

/// What was found, for people. One fact needs no name; of several, those that say nothing beside the others are left out,
/// each gets the word that tells it from its neighbours, and those with the same value stand together.
fn found(names: &[&str], facts: &Facts) -> String {
    if let [name] = names {
        return shown(name, facts);
    }
    let says = |name: &&&str| {
        let reading = facts.get(**name).map(|fact| &fact.reading);
        !matches!(reading, Some(Reading::Absent)) && reading != Some(&Reading::Known("none".into()))
    };
    let saying: Vec<&&str> = names.iter().filter(says).collect();
    let mut values: Vec<(String, Vec<Label<'_>>)> = Vec::new();
    for name in if saying.is_empty() { names.iter().collect() } else { saying } {
        let value = shown(name, facts);
        match values.iter_mut().find(|(known, _)| *known == value) {
            Some((_, labels)) => labels.push(label(name)),
            None => values.push((value, vec![label(name)])),
        }
    }
    values.into_iter().map(|(value, labels)| labelled(&value, &labels)).collect::<Vec<_>>().join("; ")
}

/// How a fact is told from its neighbours.
#[derive(Clone, Copy, PartialEq)]
enum Label<'n> {
    /// Its value says what it is.
    Plain,
    /// A word behind the value: `16 GiB installed`.
    Behind(&'n str),
    /// A word before the value: `esm: no`.
    Before(&'n str),
    /// A port.
    Port(&'n str),
}

fn label(name: &str) -> Label<'_> {
    let parts: Vec<_> = name.split('.').collect();
    match parts.as_slice() {
        ["memory", "total"] => Label::Behind("usable"),
        [.., word @ ("installed" | "available" | "size")] => Label::Behind(word),
        ["ports", "tcp", port, "exposure"] => Label::Port(port),
        [.., "pretty_name" | "version" | "path" | "flavor" | "media" | "device" | "state"] => Label::Plain,
        [.., last] => Label::Before(last),
        [] => Label::Plain,
    }
}

fn labelled(value: &str, labels: &[Label<'_>]) -> String {
    let ports: Vec<_> =
        labels.iter().filter_map(|label| if let Label::Port(port) = label { Some(*port) } else { None }).collect();
    let words: Vec<_> = labels
        .iter()
        .filter_map(|label| if let Label::Before(word) = label { Some(word.replace('_', " ")) } else { None })
        .collect();
    match (ports.as_slice(), words.as_slice(), labels) {
        ([], [], [Label::Behind(word), ..]) if !value.starts_with("unknown") => format!("{value} {word}"),
        ([], [], _) => value.to_owned(),
        ([], words, _) => format!("{}: {value}", words.join(", ")),
        ([port], ..) => format!("port {port}: {value}"),
        (ports, ..) => format!("ports {}: {value}", ports.join(", ")),
    }
}

fn evidence(names: &[&str], facts: &Facts) -> Vec<Evidence> {
    let of = |name: &&str| {
        let source = facts.get(*name).map(|fact| fact.source.clone()).unwrap_or_default();
        Evidence { fact: (*name).to_owned(), shown: shown(name, facts), source }
    };
    names.iter().map(of).collect()
}

/// The first remedy that fits this operating system, these facts and this outcome. What puts a failure right is no help
/// for what could not be told, unless its own condition is known to hold.
fn remedy(check: &Check, outcome: Outcome, scope: &Scope<'_>) -> Option<RemedyText> {
    let family = match scope.facts.get("os.family").map(|fact| &fact.reading) {
        Some(Reading::Known(Value::Text(family))) => family.as_str(),
        _ => "",
    };
    let fits = check.remedy.iter().find(|remedy| {
        (remedy.family.is_empty() || remedy.family.iter().any(|name| name == family))
            && remedy.when.as_ref().is_none_or(|when| when.truth(scope) == Truth::True)
            && (if outcome == Outcome::Unknown {
                remedy.for_unknown || remedy.when.is_some()
            } else {
                !remedy.for_unknown
            })
    });
    fits.map(|remedy| RemedyText { text: remedy.text.clone(), run: remedy.run.clone() })
}
