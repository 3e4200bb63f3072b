//! The order of checks. What is done first stands first: reports show findings, and so their fixes, in this order.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Draft};
use crate::pack::{Check, Level};

impl Context<'_> {
    /// Complains of what remedies name to be done first: a check that is not there, is the same, is shown later, or waits for
    /// this one. A pack need not take all that a shared check names.
    pub(super) fn order(
        &self,
        draft: &Draft<'_>,
        before: &BTreeMap<&str, Vec<&str>>,
        group_of: impl Fn(&str) -> Option<usize>,
    ) {
        for id in draft.parsed.content.remedy.iter().flat_map(|remedy| &remedy.after) {
            let problem = |message| self.document.problem(&id.span, message);
            if id.value == draft.stem {
                problem("a check cannot come after itself".to_owned());
            } else if !before.contains_key(id.as_str()) {
                if draft.taken.is_none() {
                    self.document.defined(id, Some(before.keys().copied()), "check of this pack");
                }
            } else if comes_after(id, draft.stem, before) {
                problem(format!("`{}` and `{}` come after each other", draft.stem, id.value));
            } else if group_of(id) > group_of(draft.stem) {
                problem(format!("`{}` is of a later group, so its steps are shown later", id.value));
            }
        }
    }
}

impl<'a> Draft<'a> {
    /// What its remedies name to be done first.
    pub(super) fn after(&self) -> Vec<&str> {
        self.parsed.content.remedy.iter().flat_map(|remedy| &remedy.after).map(|id| id.as_str()).collect()
    }
}

/// Whether a check comes after another, directly or through others.
fn comes_after(id: &str, other: &str, before: &BTreeMap<&str, Vec<&str>>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        if id == other {
            return true;
        }
        if seen.insert(id) {
            open.extend(before.get(id).into_iter().flatten());
        }
    }
    false
}

/// Sorts checks by group, in it by what comes first, then required before recommended, then by id.
pub(super) fn sorted(mut checks: Vec<Check>, groups: &[String]) -> Vec<Check> {
    checks.sort_by_cached_key(|check| {
        let group = groups.iter().position(|group| *group == check.group);
        (group, check.level == Level::Recommended, check.id.clone())
    });
    let mut sorted: Vec<Check> = Vec::with_capacity(checks.len());
    while !checks.is_empty() {
        let waits = |check: &Check| {
            let mut after = check.remedies.iter().flat_map(|remedy| &remedy.fix.after);
            after.any(|id| checks.iter().any(|open| open.id == *id))
        };
        // No circle is left, so that one never waits. Groups stay together, since nothing waits for a later group.
        let next = checks.iter().position(|check| !waits(check)).unwrap_or_default();
        sorted.push(checks.remove(next));
    }
    sorted
}
