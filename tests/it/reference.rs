//! Generated files are what the program would write now; `RAMPCHECK_BLESS=1 cargo test --test it reference` rewrites them.

use std::sync::Arc;

use std::collections::BTreeSet;

use rampcheck::pack::{Pack, Packs};
use rampcheck::render::reference::{Statement, Statements, page};

use crate::support::expected;

fn packs() -> Vec<Arc<Pack>> {
    Packs::built_in().read_all().unwrap_or_else(|problems| panic!("{problems}"))
}

fn statements() -> Vec<Statement> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/checks/statements.toml");
    toml::from_str::<Statements>(&std::fs::read_to_string(file).unwrap()).unwrap().statement
}

#[test]
fn the_page_of_checks_is_current() {
    expected("checks/README.md", &page(&packs(), &statements()));
}

#[test]
fn every_statement_names_checks_that_there_are_or_says_why_none() {
    let packs = packs();
    for statement in statements() {
        let Statement { product, source, says, checks, why_none } = &statement;
        let pack = packs.iter().find(|pack| pack.product == *product).unwrap_or_else(|| panic!("no pack {product}"));
        assert!(pack.sources.get(source).is_some_and(|source| !source.url.is_empty()), "{says}: {source} is no page");
        assert_eq!(checks.is_empty(), why_none.is_some(), "{says}: either checks, or why there is none");
        for id in checks {
            assert!(pack.check(id).is_some(), "{says}: there is no check {id}");
        }
    }
}

/// Of the pages whose statements are listed.
#[test]
fn every_check_of_a_page_is_named_by_one_of_its_statements() {
    let (packs, statements) = (packs(), statements());
    for pack in &packs {
        let own: Vec<_> = statements.iter().filter(|statement| statement.product == pack.product).collect();
        let pages: BTreeSet<_> = own.iter().map(|statement| &statement.source).collect();
        assert!(!pages.is_empty(), "{} has no statements", pack.product);
        for check in pack.checks.iter().filter(|check| pages.contains(&check.source)) {
            let is_named =
                own.iter().any(|statement| statement.source == check.source && statement.checks.contains(&check.id));
            assert!(is_named, "{}: no statement of {} names {}", pack.product, check.source, check.id);
        }
    }
}
