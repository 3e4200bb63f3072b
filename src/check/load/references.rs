//! Names that one file of a pack uses and another defines: sources, subjects, tables of ends, tiers and their cells.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::document::{Document, Problem};
use super::super::predicate::{Leaf, Operator, kind_name};
use super::super::tier::Need;
use super::{Calendar, CheckFile, Drafted, Ends, Pack, PackFiles, Reference, Tier, whole};
use crate::facts::Kind;
use crate::facts::catalogue::nearest;

/// Looks names up and keeps the problems.
pub(super) struct Links<'a> {
    pub(super) files: &'a PackFiles,
    pub(super) problems: &'a mut Vec<Problem>,
}

impl Links<'_> {
    pub(super) fn resolve(
        &mut self,
        pack: &Pack,
        tiers: &[Drafted<Tier>],
        ends: &[Drafted<(String, Ends)>],
        calendar: Option<&Drafted<Calendar>>,
        checks: &[CheckFile<'_>],
    ) {
        let sources: BTreeSet<&str> = pack.sources.keys().map(String::as_str).collect();
        let tables: BTreeSet<&str> = ends.iter().map(|table| table.value.0.as_str()).collect();
        for table in ends {
            self.names("ends.toml", &table.sources, &sources, "source in pack.toml");
        }
        if let Some(calendar) = calendar {
            self.names("releases.toml", &calendar.sources, &sources, "source in pack.toml");
        }
        for tier in tiers {
            self.names("tiers.toml", &tier.sources, &sources, "source in pack.toml");
        }
        let mut cells = BTreeSet::new();
        for CheckFile { file, drafted } in checks {
            self.names(file, &drafted.sources, &sources, "source in pack.toml");
            self.names(file, &drafted.ends, &tables, "table in ends.toml");
            let check = &drafted.value;
            self.name(file, &check.subject, &pack.subjects, "subject in pack.toml");
            let support = |leaf: &&Leaf| matches!(leaf.operator, Operator::WithinSupport(_));
            if calendar.is_none() && check.expect.leaves().iter().any(support) {
                self.file(file, "`within_support` needs a calendar: add releases.toml to the pack");
            }
            for (cell, kind) in check.expect.cells() {
                cells.insert(cell);
                self.cell(file, cell, kind, tiers);
            }
            let ids: Vec<_> = tiers.iter().map(|tier| tier.value.id.clone()).collect();
            for id in check.examples.iter().filter_map(|example| example.plan.tier.as_ref()) {
                self.name(file, id, &ids, "tier in tiers.toml");
            }
        }
        let mut ids = BTreeSet::new();
        for tier in tiers.iter().map(|tier| &tier.value) {
            for cell in tier.needs.keys().filter(|cell| !cells.contains(cell.as_str())) {
                self.file("tiers.toml", &format!("no check looks at the cell `{cell}` of tier {}", tier.id));
            }
            if !ids.insert(&tier.id) {
                self.file("tiers.toml", &format!("tier `{}` stands twice", tier.id));
            }
        }
        if checks.is_empty() {
            self.file("pack.toml", "the pack holds no check: add a TOML file beside it");
        }
    }

    /// A problem of a file as a whole.
    fn file(&mut self, name: &str, message: &str) {
        self.problems.push(whole(self.files.path(name), message));
    }

    fn place(&mut self, name: &str, span: Range<usize>, message: String, suggestion: Option<&str>) {
        let path = self.files.path(name);
        let document = Document::new(&path, self.files.files.get(name).map(AsRef::as_ref).unwrap_or_default());
        document.suggest(span, message, suggestion);
        self.problems.extend(document.into_problems());
    }

    fn names(&mut self, file: &str, used: &[Reference], defined: &BTreeSet<&str>, what: &str) {
        for reference in used.iter().filter(|reference| !defined.contains(reference.name.as_str())) {
            let suggestion = nearest(&reference.name, defined.iter().copied());
            self.place(
                file,
                reference.span.clone(),
                format!("there is no {what} called `{}`", reference.name),
                suggestion,
            );
        }
    }

    fn name(&mut self, file: &str, used: &String, defined: &[String], what: &str) {
        if !defined.contains(used) {
            let suggestion = nearest(used, defined.iter().map(String::as_str));
            self.place(file, 0..0, format!("there is no {what} called `{used}`"), suggestion);
        }
    }

    /// A cell that a check compares with must stand in some tier, and fit the fact wherever it stands.
    fn cell(&mut self, file: &str, cell: &str, kind: Kind, tiers: &[Drafted<Tier>]) {
        let mut stands = false;
        for tier in tiers.iter().map(|tier| &tier.value) {
            let Some(need) = tier.needs.get(cell) else { continue };
            stands = true;
            let fits = match need {
                Need::OneOf(_) => matches!(kind, Kind::Text | Kind::Choice(_)),
                Need::Quantity { .. } => need.floor(kind).is_some(),
            };
            if !fits {
                let message = format!(
                    "`{cell} = {need}` of tier {} is not a {}, which {file} compares it with",
                    tier.id,
                    kind_name(kind)
                );
                self.file("tiers.toml", &message);
            }
        }
        if !stands {
            self.place(file, 0..0, format!("no tier has a cell `{cell}`"), None);
        }
    }
}
