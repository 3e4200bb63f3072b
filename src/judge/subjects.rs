//! What has to be read of a host to judge some checks and not others.

use std::collections::BTreeSet;

use crate::facts::Subject;
use crate::facts::catalogue::lookup;
use crate::pack::{Check, Pack, Predicate};

/// Files of a few bytes, which say what host it is, what its clock shows and which fixes are for it.
const ALWAYS: [Subject; 4] = [Subject::Os, Subject::Kernel, Subject::Machine, Subject::Clock];

/// The subjects that decide these checks of a pack.
pub fn subjects<'p>(pack: &'p Pack, checks: impl Iterator<Item = &'p Check>) -> BTreeSet<Subject> {
    let mut subjects: BTreeSet<_> = ALWAYS.into();
    for check in checks {
        let leaves = check.predicates().flat_map(Predicate::leaves).map(|leaf| &leaf.fact);
        leaves.chain(&check.found).for_each(|name| add(&mut subjects, pack, name));
    }
    subjects
}

/// Adds those that a fact comes from.
fn add(subjects: &mut BTreeSet<Subject>, pack: &Pack, name: &str) {
    let Some(row) = lookup(name) else { return };
    if row.is_observed() {
        subjects.insert(row.subject);
        return;
    }
    let mut parts = name.split('.');
    let from: &[Subject] = match (parts.next(), parts.next()) {
        (Some("lines"), Some(table)) => {
            let Some(table) = pack.tables.get(table) else { return };
            let when = table.when.iter().flat_map(Predicate::leaves).map(|leaf| leaf.fact.as_str());
            return when.chain([table.fact.as_str()]).for_each(|name| add(subjects, pack, name));
        }
        (Some("os"), _) => &[Subject::Os],
        // Docker Desktop has a machine of its own.
        (Some("size"), _) => &[Subject::Cpu, Subject::Memory, Subject::StorageData, Subject::Docker],
        (Some("chart" | "deployment"), _) | (Some("plan"), Some("deployment")) => &[Subject::Deployment],
        (Some("storage"), _) => &[Subject::StorageData],
        // Manifests and the containers that run here say which releases of the product and of MongoDB these are.
        (Some("release" | "mongodb"), _) | (Some("plan"), Some("mongodb")) => &[Subject::Server, Subject::Deployment],
        (Some("server"), _) => &[Subject::Server],
        _ => &[],
    };
    subjects.extend(from);
}
