//! Plugins as checks: one for each plugin that a plan names, judged like those of the pack.

use std::borrow::Cow;

use super::{Check, Fix, Leaf, Level, Operator, Pack, Predicate, Remedy};
use crate::facts::Value;
use crate::facts::catalogue::lookup;

/// What the ids of these checks begin with. No check of a pack begins like that.
pub const PLUGIN: &str = "plugin-";

/// The group of these checks.
const GROUP: &str = "Plugins";

impl Pack {
    /// This pack, and a check for each of these plugins.
    pub fn with_plugins(&self, names: &[String]) -> Cow<'_, Self> {
        if names.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut pack = self.clone();
        if !pack.groups.iter().any(|group| group == GROUP) {
            pack.groups.push(GROUP.to_owned());
        }
        pack.checks.extend(names.iter().map(|name| check(name)));
        Cow::Owned(pack)
    }
}

fn check(name: &str) -> Check {
    let [status, text] = ["status", "text"].map(|fact| format!("plugin.{name}.{fact}"));
    Check {
        id: format!("{PLUGIN}{name}"),
        title: format!("The plugin {name} reports OK"),
        level: Level::Required,
        warns_when: Some(is(&status, "warning")),
        group: GROUP.to_owned(),
        source: String::new(),
        why: "The plan names this plugin: WARNING is a warning, and CRITICAL makes the host unsupported.".to_owned(),
        applies_when: None,
        expect: is(&status, "ok"),
        needed: None,
        found: vec![status, text],
        because: Vec::new(),
        remedies: vec![Remedy {
            family: Vec::new(),
            when: None,
            for_unknown: false,
            fix: Fix { text: "Put right what the plugin reports.".to_owned(), ..Fix::default() },
        }],
        examples: Vec::new(),
    }
}

fn is(fact: &str, word: &str) -> Predicate {
    let kind = lookup(fact).map_or(crate::facts::Kind::Text, |row| row.kind);
    Predicate::Leaf(Leaf { fact: fact.to_owned(), kind, operator: Operator::Is(Value::from(word)), share: None })
}
