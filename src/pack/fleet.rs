//! What is judged over all hosts of a fleet: the checks of a pack that look at `fleet.*`, and one that no pack can leave out.

use super::{Check, Fix, Leaf, Level, Operator, Predicate, Remedy};
use crate::facts::Kind;
use crate::facts::Value;

/// What the names of facts of all hosts begin with.
pub const FLEET: &str = "fleet.";
/// Fact: every host that is expected has a report that counts.
pub const COMPLETE: &str = "fleet.complete";
/// The group of checks over all hosts that no other group fits.
pub(super) const GROUP: &str = "Fleet";
/// Id of the check that every pack has.
pub(super) const HOSTS_COMPLETE: &str = "hosts-complete";

impl Check {
    /// Whether it is judged over all hosts of a fleet together, because it looks at facts of all of them, and not on each host.
    pub fn is_of_fleet(&self) -> bool {
        self.expect.leaves().into_iter().any(|leaf| leaf.fact.starts_with(FLEET))
    }
}

/// Key of the source of that check, which is no page.
pub(super) const SOURCE: &str = "rampcheck";

/// The check that every host is known: sizes and rules of the whole are not settled without it.
pub(super) fn hosts_complete() -> Check {
    let expect =
        Leaf { fact: COMPLETE.to_owned(), kind: Kind::Bool, operator: Operator::Is(Value::Bool(true)), share: None };
    Check {
        id: HOSTS_COMPLETE.to_owned(),
        title: "Every host has a report that counts".to_owned(),
        level: Level::Required,
        warns_when: None,
        group: GROUP.to_owned(),
        source: SOURCE.to_owned(),
        why: "What was not read, is too old or was changed says nothing about a host, and the verdict is about all of them."
            .to_owned(),
        applies_when: None,
        expect: Predicate::Leaf(expect),
        needed: Some("a report of every host that is expected".to_owned()),
        found: vec![COMPLETE.to_owned()],
        because: Vec::new(),
        remedies: vec![Remedy {
            family: Vec::new(),
            when: None,
            for_unknown: true,
            fix: Fix {
                text: "Collect the reports of these hosts again, or take them off the list of hosts.".to_owned(),
                ..Fix::default()
            },
        }],
        examples: Vec::new(),
    }
}
