use super::*;
use crate::facts::Facts;
use crate::judge::testing::{at_least, cell, check, facts, is, pack, tier};
use crate::pack::{Example, Level};
use jiff::civil::{Date, date};

fn example(place: &str, facts: Facts, tier: Option<&str>, today: Option<Date>, outcome: Outcome) -> Example {
    Example { place: place.to_owned(), facts, tier: tier.map(str::to_owned), today, outcome }
}

#[test]
fn an_example_that_comes_out_otherwise_is_named() {
    let big = || tier("big", &[("cpus", at_least(4.0, "4"))]);
    let four = || facts(&[("cpu.online", 4)]);
    let mut cpu = check("cpu", Level::Required, cell("cpu.online", "cpus"));
    cpu.examples = vec![
        example("a:1", four(), Some("big"), None, Outcome::Pass),
        example("a:2", four(), None, None, Outcome::Unknown),
        example("a:3", four(), Some("big"), None, Outcome::Fail),
        example("a:4", Facts::new(), Some("big"), None, Outcome::Skipped),
    ];
    let mut days = check("days", Level::Required, is("server.tls.days_left", 1.0));
    let ends = || facts(&[("server.tls.ends", "2026-11-21")]);
    let stated =
        || facts(&[("server.tls.ends", "2030-01-01")]).into_iter().chain(facts(&[("server.tls.days_left", 1.0)]));
    days.examples = vec![
        // The day of the review, unless the example names one.
        example("b:1", ends(), None, None, Outcome::Pass),
        example("b:2", ends(), None, Some(date(2026, 11, 19)), Outcome::Fail),
        // What it states goes before what would be derived.
        example("b:3", stated().collect(), None, None, Outcome::Pass),
    ];
    let mut phase = check("phase", Level::Required, is("plan.phase", "install"));
    phase.examples = vec![
        example("c:1", Facts::new(), None, None, Outcome::Pass),
        example("c:2", facts(&[("plan.phase", "run")]), None, None, Outcome::Fail),
    ];
    let mut product = check("product", Level::Required, is("plan.product", "thing"));
    product.examples = vec![example("d:1", Facts::new(), None, None, Outcome::Pass)];
    let mut of_tier = check("of-tier", Level::Required, is("plan.tier", "big"));
    of_tier.examples = vec![
        example("e:1", Facts::new(), Some("big"), None, Outcome::Pass),
        example("e:2", Facts::new(), None, None, Outcome::Fail),
    ];
    let failed = run_examples(&pack(vec![big()], vec![cpu, days, phase, product, of_tier]));
    let of = |place: &str, expected, got| ExampleFailed { place: place.into(), id: "cpu".into(), expected, got };
    assert_eq!(failed, [of("a:3", Outcome::Fail, Outcome::Pass), of("a:4", Outcome::Skipped, Outcome::Unknown)]);
    assert_eq!(failed[0].to_string(), "a:3: the example of cpu came out as Pass, not Fail");
}
