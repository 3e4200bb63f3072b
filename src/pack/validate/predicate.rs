//! Predicates: every fact is known, and its operator fits its kind.

use super::{Context, table_of};
use crate::facts::catalogue::{lookup, suggest};
use crate::facts::{Kind, Range, Row, Subject};
use crate::pack::format::{At, FactName, Misfit, PredicateEntry, allowed, is_quantity};
use crate::pack::{Leaf, Operator, Predicate};

/// Operators in the order in which messages name them.
const OPERATORS: &str = "version, at_least, at_most, is, one_of, contains, tier, at_least_fact, present";

impl Context<'_> {
    /// The catalogue's row of a fact. What packs name in a fact's name must be in this pack.
    pub(super) fn fact(&self, name: &At<FactName>) -> Option<&'static Row> {
        let FactName(text) = &name.value;
        let Some(row) = lookup(text) else {
            self.document.suggest(&name.span, format!("there is no fact `{text}`"), suggest(text));
            return None;
        };
        let inner = |value: String| At { value, span: name.span.clone() };
        if let Some(table) = table_of(text) {
            let shared = self.names.shared_tables.iter().filter(|_| self.shared);
            let tables = self.names.tables.as_ref().map(|tables| tables.iter().chain(shared).copied());
            self.document.defined(&inner(table), tables, "table in lines.toml");
        }
        if let Some(number) = row.argument(text).filter(|_| row.subject == Subject::Plan) {
            let numbers = self.names.numbers.as_ref().map(|numbers| numbers.iter().copied());
            self.document.defined(&inner(number.to_owned()), numbers, "number in tiers.toml");
        }
        if let Some(value) = row.argument(text).filter(|_| text.starts_with("chart.")) {
            let of = text.replacen("chart.share.", "chart.count.", 1);
            if !self.names.chart.contains(&of) {
                self.document
                    .problem(&name.span, format!("there is no value in [chart] called `{value}` for `{text}`"));
            }
        }
        if text.starts_with("release.") && !self.names.releases {
            let message = format!("`{text}` needs the releases of the product: add releases.toml to the pack");
            self.document.problem(&name.span, message);
        }
        Some(row)
    }

    /// The predicate; none after its problems were noted.
    pub(super) fn predicate(&self, entry: &At<PredicateEntry>) -> Option<Predicate> {
        let parts = |key: &str, list: &Vec<At<PredicateEntry>>| -> Option<Vec<Predicate>> {
            if list.is_empty() {
                self.document.problem(&entry.span, format!("`{key}` must hold at least one predicate"));
                return None;
            }
            let parts: Vec<_> = list.iter().map(|part| self.predicate(part)).collect();
            parts.into_iter().collect()
        };
        match (&entry.all, &entry.any, &entry.not, self.is_leaf(entry)) {
            (Some(list), None, None, false) => parts("all", list).map(Predicate::All),
            (None, Some(list), None, false) => parts("any", list).map(Predicate::Any),
            (None, None, Some(part), false) => self.predicate(part).map(|part| Predicate::Not(Box::new(part))),
            (None, None, None, _) => self.leaf(entry).map(Predicate::Leaf),
            _ => {
                let message = "a predicate is one of `all`, `any`, `not` or a `fact` with one operator";
                self.document.problem(&entry.span, message);
                None
            }
        }
    }

    fn leaf(&self, entry: &At<PredicateEntry>) -> Option<Leaf> {
        let Some(fact) = &entry.fact else {
            self.document.problem(&entry.span, "`fact` is missing");
            return None;
        };
        let row = self.fact(fact)?;
        let mut given = operators(entry, row.kind);
        let (Some((span, operator)), true) = (given.pop(), given.is_empty()) else {
            self.document.problem(&entry.span, format!("needs exactly one operator: {OPERATORS}"));
            return None;
        };
        if let Some(cell) = &entry.tier {
            let cells = self.names.cells.as_ref().map(|cells| cells.iter().copied());
            self.document.defined(cell, cells, "cell of a tier");
        }
        if let Some(other) = &entry.at_least_fact
            && let Some(of_plan) = self.fact(other)
            && (of_plan.subject != Subject::Plan || of_plan.kind != row.kind)
        {
            let message = format!("`at_least_fact` must name a fact of the plan of kind {}", row.kind.name());
            self.document.problem(&other.span, message);
        }
        match operator {
            Ok(operator) => {
                let share = entry.share.as_ref().map(|share| {
                    let is_share = share.value > 0.0 && share.value <= 1.0;
                    let is_size =
                        matches!(operator, Operator::AtLeast(_) | Operator::AtLeastFact(_) | Operator::Tier(_));
                    if !is_share || !is_size {
                        let message =
                            "`share` goes with `at_least`, `at_least_fact` or `tier` and is above 0 and at most 1";
                        self.document.problem(&share.span, message);
                    }
                    share.value
                });
                Some(Leaf { fact: fact.0.clone(), kind: row.kind, operator, share })
            }
            Err(misfit) => {
                self.document.misfit(&span, misfit);
                None
            }
        }
    }

    fn is_leaf(&self, entry: &PredicateEntry) -> bool {
        entry.fact.is_some() || !operators(entry, Kind::Text).is_empty()
    }
}

type Given = (std::ops::Range<usize>, Result<Operator, Misfit>);

/// The operators that a leaf gives.
fn operators(entry: &PredicateEntry, kind: Kind) -> Vec<Given> {
    let word = matches!(kind, Kind::Text | Kind::Choice(_));
    let fits = |key: &str, fits: bool| {
        let message = || format!("`{key}` does not fit a fact of kind {}", kind.name()).into();
        if fits { Ok(()) } else { Err(message()) }
    };
    let mut given: Vec<Given> = Vec::new();
    let mut add = |span: &std::ops::Range<usize>, operator| given.push((span.clone(), operator));
    if let Some(at) = &entry.version {
        let range = || Range::parse(at).map_err(|error| Misfit::from(error.to_string()));
        add(&at.span, fits("version", kind == Kind::Version).and_then(|()| range()).map(Operator::Version));
    }
    if let Some(at) = &entry.at_least {
        let fits = fits("at_least", is_quantity(kind));
        add(&at.span, fits.and_then(|()| at.quantity(kind)).map(Operator::AtLeast));
    }
    if let Some(at) = &entry.at_most {
        let fits = fits("at_most", is_quantity(kind));
        add(&at.span, fits.and_then(|()| at.quantity(kind)).map(Operator::AtMost));
    }
    if let Some(at) = &entry.is {
        let fits = fits("is", !matches!(kind, Kind::Releases | Kind::Excerpts));
        add(&at.span, fits.and_then(|()| at.value(kind)).map(Operator::Is));
    }
    if let Some(at) = &entry.one_of {
        let operator = fits("one_of", word || kind == Kind::Version).and_then(|()| {
            if at.is_empty() {
                return Err("`one_of` must hold at least one text".into());
            }
            at.iter().try_for_each(|word| allowed(word, kind))?;
            Ok(Operator::OneOf(at.iter().map(|word| word.value.clone()).collect()))
        });
        add(&at.span, operator);
    }
    if let Some(at) = &entry.contains {
        let operator = fits("contains", kind == Kind::List).and_then(|()| match at.value.as_slice() {
            [] => Err("`contains` must hold at least one text".into()),
            words => Ok(Operator::Contains(words.to_vec())),
        });
        add(&at.span, operator);
    }
    if let Some(at) = &entry.tier {
        let fits = fits("tier", word || is_quantity(kind));
        add(&at.span, fits.map(|()| Operator::Tier(at.value.clone())));
    }
    if let Some(at) = &entry.at_least_fact {
        let fits = fits("at_least_fact", is_quantity(kind));
        add(&at.span, fits.map(|()| Operator::AtLeastFact(at.0.clone())));
    }
    if let Some(at) = &entry.present {
        add(&at.span, Ok(Operator::Present(at.value)));
    }
    given
}
