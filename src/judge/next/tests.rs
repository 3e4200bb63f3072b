use super::*;
use crate::facts::Fact;
use crate::judge::judge;
use crate::judge::testing::{TODAY, at_least, cell, check, facts, finding, is, pack, tier, unknown};
use crate::pack::{Level, Packs};
use crate::plan::Intent;

#[test]
fn the_next_step_fits_the_verdict() {
    use Verdict::{Supported, SupportedWithWarnings, Undetermined, Unsupported};
    let go_on = || Next::GoOn { text: "clone it".to_owned() };
    let (denied, late, known) = (unknown(Why::NotPermitted), unknown(Why::TimedOut), Fact::known(1, "test"));
    for (verdict, outcome, fact, has_tier, expected) in [
        (Unsupported, Outcome::Fail, &known, true, Next::FixFailures),
        (Unsupported, Outcome::Unknown, &denied, false, Next::FixFailures),
        (Supported, Outcome::Pass, &known, true, go_on()),
        (SupportedWithWarnings, Outcome::Unknown, &denied, false, go_on()),
        (Undetermined, Outcome::Unknown, &denied, true, Next::RunAsRoot),
        (Undetermined, Outcome::Unknown, &denied, false, Next::RunAsRoot),
        (Undetermined, Outcome::Unknown, &late, true, Next::SupplyFacts),
        (Undetermined, Outcome::Unknown, &late, false, Next::NameTier),
        (Undetermined, Outcome::Unknown, &known, true, Next::SupplyFacts),
        // What could not be read does not matter where the rest decided.
        (Undetermined, Outcome::Pass, &denied, true, Next::SupplyFacts),
    ] {
        let finding = Finding {
            decided: vec!["cpu.model".to_owned(), "cpu.online".to_owned()],
            ..finding("cpu", Level::Required, outcome, None)
        };
        let facts = [("cpu.online".to_owned(), fact.clone())].into();
        let plan = Plan { tier: has_tier.then(|| "big".to_owned()), ..Plan::default() };
        let next = Next::of(verdict, std::slice::from_ref(&finding), &facts, &plan, "clone it", false);
        assert_eq!(next, expected, "{verdict:?}, {outcome:?}, {fact:?}, a tier: {has_tier}");
        let partial = Plan { only: vec!["cpu".to_owned()], ..plan };
        let next = Next::of(verdict, &[finding], &facts, &partial, "clone it", false);
        let rest = if expected == go_on() { Next::JudgeRest } else { expected };
        assert_eq!(next, rest, "partial: {verdict:?}, {outcome:?}, {fact:?}, a tier: {has_tier}");
    }
}

#[test]
fn only_a_positive_verdict_says_how_to_go_on() {
    let checks = vec![
        check("os", Level::Required, is("os.id", "debian")),
        check("cpu", Level::Required, cell("cpu.online", "cpus")),
    ];
    let pack = pack(vec![tier("big", &[("cpus", at_least(4.0, "4"))])], checks);
    let go_on = Next::GoOn { text: "Clone the vendor's deployment repository.".to_owned() };
    for (os, tier, expected) in [
        ("rhel", Some("big"), Next::FixFailures),
        ("rhel", None, Next::FixFailures),
        ("debian", None, Next::NameTier),
        ("debian", Some("big"), go_on),
    ] {
        let mut facts = facts(&[("os.id", os)]);
        facts.insert("cpu.online".to_owned(), Fact::known(4, "test"));
        let plan = Plan { tier: tier.map(str::to_owned), ..Plan::default() };
        assert_eq!(judge(&pack, &plan, facts, TODAY).next, expected, "{os}, {tier:?}");
    }
}

#[test]
fn no_built_in_pack_tells_an_unsupported_or_undetermined_host_to_go_on() {
    for pack in Packs::built_in().read_all().unwrap() {
        for tier in pack.tiers.iter().map(|tier| Some(tier.id.clone())).chain([None]) {
            let (plan, _) = Intent { tier, ..Intent::default() }.settle(&pack).unwrap();
            let nothing = judge(&pack, &plan, Facts::new(), TODAY);
            for finding in nothing.findings.iter().filter(|finding| finding.outcome == Outcome::Fail) {
                let is_of_plan = finding.decided.iter().all(|name| name.starts_with("plan."));
                assert!(is_of_plan, "nothing is known of the host, but {} failed", finding.id);
            }
            let other = judge(&pack, &plan, facts(&[("os.id", "windows"), ("os.family", "windows")]), TODAY);
            for judgement in [nothing, other] {
                assert!(!matches!(judgement.next, Next::GoOn { .. }), "{}: {:?}", pack.product, judgement.next);
            }
        }
    }
}
