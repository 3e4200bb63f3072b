use super::*;
use crate::facts::Fact;
use crate::judge::Fix;
use crate::judge::judge;
use crate::judge::testing::{TODAY, at_least, cell, check, facts, finding, is, pack, tier, unknown};
use crate::pack::{Another, Level, Packs};
use crate::plan::{Intent, Plan};

#[test]
fn the_next_steps_fit_the_verdict_and_name_the_checks() {
    use Verdict::{Supported, SupportedWithWarnings, Undetermined, Unsupported};
    let checks = || vec!["cpu".to_owned()];
    let go_on = || Next::GoOn { text: "clone it".to_owned() };
    let (root, supply) = (|| Next::RunAsRoot { checks: checks() }, || Next::SupplyFacts { checks: checks() });
    let (denied, late, known) = (unknown(Why::NotPermitted), unknown(Why::TimedOut), Fact::known(1, "test"));
    let remedy = |another| Some(Fix { another, text: "so".to_owned(), ..Fix::default() });
    for (verdict, outcome, fact, because, another, expected) in [
        (Unsupported, Outcome::Fail, &known, None, None, vec![Next::FixFailures { checks: checks() }]),
        (Unsupported, Outcome::Fail, &known, None, Some(Another::Machine), vec![Next::ChangeHost { checks: checks() }]),
        // What root can tell comes first, even when others fail.
        (Unsupported, Outcome::Unknown, &denied, None, None, vec![root()]),
        (Supported, Outcome::Pass, &known, None, None, vec![go_on()]),
        (SupportedWithWarnings, Outcome::Unknown, &denied, None, None, vec![go_on(), root()]),
        (SupportedWithWarnings, Outcome::Unknown, &late, None, None, vec![go_on()]),
        (Undetermined, Outcome::Unknown, &denied, None, None, vec![root()]),
        (Undetermined, Outcome::Unknown, &late, None, None, vec![supply()]),
        (Undetermined, Outcome::Unknown, &late, Some(Reason::NoTier), None, vec![Next::NameTier]),
        (Undetermined, Outcome::Unknown, &known, None, None, vec![supply()]),
        // What could not be read does not matter where the rest decided.
        (Undetermined, Outcome::Pass, &denied, None, None, vec![]),
    ] {
        let finding = Finding {
            decided: vec!["cpu.model".to_owned(), "cpu.online".to_owned()],
            because: because.clone(),
            fix: remedy(another),
            ..finding("cpu", Level::Required, outcome, None)
        };
        let facts = [("cpu.online".to_owned(), fact.clone())].into();
        let steps = |go_on, runs| Next::steps(verdict, std::slice::from_ref(&finding), &facts, go_on, runs);
        assert_eq!(steps(Some("clone it"), false), expected, "{verdict:?}, {outcome:?}, {fact:?}, {because:?}");
        let rest = |step: &Next| if *step == go_on() { Next::JudgeRest } else { step.clone() };
        let partial: Vec<_> = expected.iter().map(rest).collect();
        assert_eq!(steps(None, false), partial);
        assert_eq!(steps(Some("clone it"), true), [&[Next::NamePhase], &expected[..]].concat());
    }
}

#[test]
fn what_the_plan_leaves_open_is_to_be_said() {
    let open = || Fact::unknown(Why::NotAsked, "not said", "plan");
    let facts: Facts = [
        ("plan.mongodb".to_owned(), open()),
        ("mongodb.version".to_owned(), open()),
        ("cpu.model".to_owned(), unknown(Why::TimedOut)),
    ]
    .into();
    let complete = || Next::CompletePlan { facts: vec!["plan.mongodb".to_owned()] };
    let supply = || Next::SupplyFacts { checks: vec!["x".to_owned()] };
    for (verdict, decided, expected) in [
        (Verdict::Undetermined, "plan.mongodb", vec![complete()]),
        (Verdict::Undetermined, "mongodb.version", vec![complete()]),
        (Verdict::Unsupported, "mongodb.version", vec![complete()]),
        (Verdict::Undetermined, "cpu.model", vec![supply()]),
    ] {
        let finding = finding("x", Level::Required, Outcome::Unknown, None);
        let finding = Finding { decided: vec![decided.to_owned()], ..finding };
        assert_eq!(Next::steps(verdict, &[finding], &facts, None, false), expected, "{decided}");
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
    let fix = || Next::FixFailures { checks: vec!["os".to_owned()] };
    for (os, tier, expected) in [
        ("rhel", Some("big"), vec![fix()]),
        ("rhel", None, vec![Next::NameTier, fix()]),
        ("debian", None, vec![Next::NameTier]),
        ("debian", Some("big"), vec![go_on]),
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
                let goes_on = judgement.next.iter().any(|step| matches!(step, Next::GoOn { .. }));
                assert!(!goes_on, "{}: {:?}", pack.product, judgement.next);
            }
        }
    }
}
