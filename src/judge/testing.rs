//! Small packs, checks and facts for the tests of the judgement.

use jiff::civil::{Date, date};

use super::{Finding, Requirement, Waived};
use crate::facts::catalogue::lookup;
use crate::facts::{Fact, Facts, Value, Why};
use crate::pack::Released::{In, On};
use crate::pack::{
    Assume, Check, Leaf, Level, Line, Lines, Need, Operator, Outcome, Pack, Predicate, Quantity, ReleasePolicy,
    Released, Releases, Selection, Source, Tier,
};

/// The day that these tests judge.
pub const TODAY: Date = date(2026, 11, 20);

pub fn facts<V: Into<Value> + Clone>(rows: &[(&str, V)]) -> Facts {
    rows.iter().map(|(name, value)| ((*name).to_owned(), Fact::known(value.clone(), "test"))).collect()
}

pub fn unknown(why: Why) -> Fact {
    Fact::unknown(why, "no answer", "test")
}

pub fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

pub fn quantity(number: f64, text: &str) -> Quantity {
    Quantity { number, text: text.to_owned() }
}

/// A leaf on a fact of the catalogue.
pub fn leaf(fact: &str, operator: Operator) -> Predicate {
    let kind = lookup(fact).unwrap_or_else(|| panic!("{fact} is not in the catalogue")).kind;
    Predicate::Leaf(Leaf { fact: fact.to_owned(), kind, operator, share: None })
}

pub fn is(fact: &str, value: impl Into<Value>) -> Predicate {
    leaf(fact, Operator::Is(value.into()))
}

/// The fact satisfies the cell of the tier.
pub fn cell(fact: &str, cell: &str) -> Predicate {
    leaf(fact, Operator::Tier(cell.to_owned()))
}

pub fn at_least(number: f64, text: &str) -> Need {
    Need::Quantity { from: quantity(number, text), to: None }
}

pub fn tier(id: &str, needs: &[(&str, Need)]) -> Tier {
    Tier {
        id: id.to_owned(),
        title: id.to_owned(),
        source: "docs".to_owned(),
        production: true,
        cluster: false,
        model: None,
        holds: [].into(),
        assume: Assume::default(),
        needs: needs.iter().map(|(cell, need)| ((*cell).to_owned(), need.clone())).collect(),
        mongodb: [].into(),
    }
}

pub fn check(id: &str, level: Level, expect: Predicate) -> Check {
    Check {
        id: id.to_owned(),
        title: format!("title of {id}"),
        level,
        warns_when: None,
        group: "Size".to_owned(),
        source: "docs".to_owned(),
        why: format!("why of {id}"),
        applies_when: None,
        expect,
        needed: None,
        found: Vec::new(),
        because: Vec::new(),
        remedies: Vec::new(),
        examples: Vec::new(),
    }
}

pub fn source() -> Source {
    Source { title: "The vendor's page".into(), url: "https://docs.example.com/page".into(), read: date(2026, 10, 1) }
}

pub fn pack(tiers: Vec<Tier>, checks: Vec<Check>) -> Pack {
    Pack {
        product: "thing".to_owned(),
        title: "Thing".to_owned(),
        version: "1".to_owned(),
        reviewed: TODAY,
        sha256: String::new(),
        origin: "test".to_owned(),
        groups: vec!["Size".to_owned()],
        application: Default::default(),
        assume: Assume::default(),
        managers: Vec::new(),
        node_ports: Vec::new(),
        next: "Clone the vendor's deployment repository.".to_owned(),
        sources: [("docs".to_owned(), source())].into(),
        numbers: [("seats".to_owned(), "seats".to_owned())].into(),
        tiers,
        selection: Selection { beyond: "ask the vendor".to_owned(), models: None },
        storage: None,
        tables: [].into(),
        releases: None,
        endpoints: Vec::new(),
        server: None,
        checks,
    }
}

pub fn waived(expired: bool) -> Waived {
    Waived { reason: "accepted".to_owned(), who: None, until: None, expired, wrong_clock: false }
}

/// A finding with nothing that the verdict does not look at.
pub fn finding(id: &str, level: Level, outcome: Outcome, waiver: Option<Waived>) -> Finding {
    Finding {
        id: id.to_owned(),
        title: String::new(),
        group: String::new(),
        level,
        outcome,
        because: None,
        found: Vec::new(),
        decided: Vec::new(),
        needed: Requirement::All(Vec::new()),
        needed_words: None,
        why: String::new(),
        fix: None,
        source: source(),
        waiver,
    }
}

/// A calendar with what makes support windows hard: long-term lines that outlive later ones, a day of release at the end of
/// a month, lines without a published end, one whose day of release is not known, one that is not out yet.
pub fn releases() -> Releases {
    let rows = [
        ("6.0", On(date(2023, 3, 9)), Some(date(2023, 9, 30)), None, false),
        ("6.13", On(date(2024, 10, 10)), Some(date(2025, 4, 30)), None, false),
        ("7.0", On(date(2024, 12, 4)), Some(date(2025, 6, 30)), None, false),
        ("7.9", On(date(2025, 8, 5)), Some(date(2026, 2, 28)), None, false),
        ("7.10", On(date(2025, 9, 4)), Some(date(2026, 9, 30)), None, true),
        ("7.13", On(date(2025, 12, 10)), Some(date(2026, 6, 30)), None, false),
        ("8.0", On(date(2026, 1, 10)), Some(date(2026, 7, 31)), None, false),
        ("8.4", On(date(2026, 4, 30)), Some(date(2026, 10, 31)), Some(date(2026, 11, 30)), false),
        ("8.5", On(date(2026, 6, 10)), Some(date(2027, 6, 30)), None, true),
        ("8.6", On(date(2026, 7, 3)), None, None, false),
        ("8.9", In(date(2026, 10, 31)), None, None, true),
        ("9.0", On(date(2026, 11, 10)), Some(date(2027, 5, 31)), None, false),
        ("9.1", On(date(2026, 12, 15)), Some(date(2027, 6, 30)), None, false),
    ];
    let line = |(line, released, until, until_possible, lts): (&str, Released, _, _, bool)| Line {
        line: line.to_owned(),
        released: Some(released),
        until,
        until_possible,
        lts,
    };
    Releases {
        lines: Lines { source: "docs".to_owned(), reviewed: date(2026, 11, 18), lines: rows.map(line).into() },
        policy: ReleasePolicy {
            months: 6,
            lts_months: 12,
            list_url: None,
            release_url: None,
            keys: Vec::new(),
            info_path: None,
            id_path: None,
        },
        mongodb: [
            ("7.13", &["7.0", "8.0"][..]),
            ("8.0", &["8.2"]),
            ("8.6", &["8.0"]),
            ("9.0", &["8.0"]),
            ("9.1", &["9.0"]),
        ]
        .map(|(line, mongodb)| (line.to_owned(), words(mongodb)))
        .into(),
    }
}
