use super::*;
use crate::facts::{Fact, Range, Why};
use crate::judge::testing::{at_least, cell, facts, is, leaf, quantity, tier, unknown, words};
use Truth::{False, True, Unknown};

const GIB: u64 = 1 << 30;

fn version(range: &str) -> Operator {
    Operator::Version(Range::parse(range).unwrap())
}

/// A tier with a size, a range of sizes, a number and a choice. `cpu.quota` is of no cell.
fn sized() -> Tier {
    tier(
        "big",
        &[
            ("cpus", at_least(4.0, "4")),
            ("memory", at_least(16.0 * GIB as f64, "16 GB")),
            ("storage", Need::Quantity { from: quantity(500e9, "500 GB"), to: Some(quantity(2e12, "2 TB")) }),
            ("media", Need::OneOf(words(&["ssd", "nvme"]))),
        ],
    )
}

fn truth(predicate: &Predicate, facts: &Facts) -> Truth {
    Evidence { facts, tier: Some(&sized()) }.truth(predicate)
}

#[test]
fn operators_on_known_values() {
    let least = |number, text| Operator::AtLeast(quantity(number, text));
    let most = |number, text| Operator::AtMost(quantity(number, text));
    let cell = |name: &str| Operator::Tier(name.to_owned());
    let list = |list: &[&str]| Value::from(words(list));
    let gib16 = 16.0 * GIB as f64;
    for (fact, operator, value, expected) in [
        ("docker.engine.version", version(">=24"), "24.0.7-ce".into(), True),
        ("docker.engine.version", version(">=24"), "20.10.24+dfsg1".into(), False),
        ("docker.engine.version", version(">=24"), "unknown".into(), Unknown),
        ("docker.engine.version", version(">=24"), Value::Count(24), Unknown),
        // Without a share, all of a quantity is needed.
        ("memory.total", least(gib16, "16 GB"), Value::Count(16 * GIB), True),
        ("memory.total", least(gib16, "16 GB"), Value::Count(16 * GIB - 1), False),
        ("cpu.online", least(10.0, "10"), Value::Count(10), True),
        ("cpu.online", least(10.0, "10"), Value::Count(9), False),
        ("cpu.quota", least(2.5, "2.5"), Value::Number(2.5), True),
        ("cpu.quota", least(2.5, "2.5"), Value::Number(2.49), False),
        ("cpu.online", least(10.0, "10"), "10".into(), Unknown),
        // At most is exact, sizes included.
        ("memory.total", most(gib16, "16 GB"), Value::Count(16 * GIB), True),
        ("memory.total", most(gib16, "16 GB"), Value::Count(16 * GIB + 1), False),
        ("cpu.online", most(10.0, "10"), Value::Count(0), True),
        ("cpu.online", most(10.0, "10"), Value::Bool(true), Unknown),
        ("os.id", Operator::Is("debian".into()), "debian".into(), True),
        ("os.id", Operator::Is("debian".into()), "Debian".into(), False),
        ("clock.plausible", Operator::Is(false.into()), Value::Bool(false), True),
        ("clock.plausible", Operator::Is(false.into()), Value::Bool(true), False),
        ("os.id", Operator::OneOf(words(&["debian", "ubuntu"])), "ubuntu".into(), True),
        ("os.id", Operator::OneOf(words(&["debian", "ubuntu"])), "rhel".into(), False),
        ("cpu.flags", Operator::Contains(words(&["avx", "aes"])), list(&["aes", "avx", "sse"]), True),
        ("cpu.flags", Operator::Contains(words(&["avx", "aes"])), list(&["avx", "sse"]), False),
        ("cpu.flags", Operator::Contains(words(&["avx"])), "avx".into(), Unknown),
        ("os.id", Operator::Present(true), "debian".into(), True),
        ("os.id", Operator::Present(false), "debian".into(), False),
        ("cpu.online", cell("cpus"), Value::Count(4), True),
        ("cpu.online", cell("cpus"), Value::Count(3), False),
        ("memory.total", cell("memory"), Value::Count(16 * GIB), True),
        ("memory.total", cell("memory"), Value::Count(16 * GIB - 1), False),
        // Of a planning range the lower end is needed.
        ("storage.data.size", cell("storage"), Value::Count(500_000_000_000), True),
        ("storage.data.size", cell("storage"), Value::Count(499_999_999_999), False),
        ("storage.data.media", cell("media"), "nvme".into(), True),
        ("storage.data.media", cell("media"), "hdd".into(), False),
        ("cpu.online", cell("cpus"), "4".into(), Unknown),
        ("cpu.online", cell("blank"), Value::Count(4), Unknown),
    ] {
        let facts = facts(&[(fact, value.clone())]);
        assert_eq!(truth(&leaf(fact, operator.clone()), &facts), expected, "{fact} = {value:?}, {operator:?}");
    }
    let four = facts(&[("cpu.online", 4)]);
    let without_tier = Evidence { facts: &four, tier: None };
    assert_eq!(without_tier.truth(&leaf("cpu.online", cell("cpus"))), Unknown, "no tier");
}

#[test]
fn absent_and_unknown_never_merge() {
    let operators = [
        ("os.id", Operator::Is("debian".into())),
        ("os.id", Operator::OneOf(words(&["debian"]))),
        ("cpu.flags", Operator::Contains(words(&[]))),
        ("cpu.online", Operator::AtLeast(quantity(0.0, "0"))),
        ("cpu.online", Operator::AtMost(quantity(9.0, "9"))),
        ("docker.engine.version", version(">=0")),
        ("cpu.online", Operator::Tier("cpus".into())),
    ]
    .map(|(fact, operator)| (fact, operator, False));
    let present =
        [(true, False), (false, True)].map(|(expected, absent)| ("os.id", Operator::Present(expected), absent));
    for (fact, operator, absent) in operators.into_iter().chain(present) {
        let predicate = leaf(fact, operator);
        let with = |state: Fact| truth(&predicate, &[(fact.to_owned(), state)].into());
        assert_eq!(with(Fact::absent("test")), absent, "{predicate:?} on an absent fact");
        assert_eq!(with(unknown(Why::TimedOut)), Unknown, "{predicate:?} on an unknown fact");
        assert_eq!(truth(&predicate, &Facts::new()), Unknown, "{predicate:?} on a fact that was not collected");
    }
}

/// Facts and a predicate on one of them for each truth.
fn three() -> (Facts, impl Fn(Truth) -> Predicate) {
    let facts = facts(&[("os.id", "debian"), ("os.family", "debian")]);
    let of = |truth| match truth {
        True => is("os.id", "debian"),
        False => is("os.family", "rhel"),
        Unknown => is("os.codename", "noble"),
    };
    (facts, of)
}

#[test]
fn what_is_unknown_stays_so_unless_the_rest_decides() {
    let (facts, of) = three();
    for (one, other, all, any) in [
        (True, True, True, True),
        (True, Unknown, Unknown, True),
        (True, False, False, True),
        (Unknown, Unknown, Unknown, Unknown),
        (Unknown, False, False, Unknown),
        (False, False, False, False),
    ] {
        for parts in [[one, other], [other, one]] {
            let parts = || parts.map(&of).to_vec();
            assert_eq!(truth(&Predicate::All(parts()), &facts), all, "{one:?} and {other:?}");
            assert_eq!(truth(&Predicate::Any(parts()), &facts), any, "{one:?} or {other:?}");
        }
    }
    for (part, not) in [(True, False), (False, True), (Unknown, Unknown)] {
        assert_eq!(truth(&Predicate::Not(Box::new(of(part))), &facts), not, "not {part:?}");
    }
    assert_eq!(truth(&Predicate::All(Vec::new()), &facts), True);
    assert_eq!(truth(&Predicate::Any(Vec::new()), &facts), False);
}

#[test]
fn the_facts_that_decide() {
    let (facts, of) = three();
    let (id, family, codename) = ("os.id", "os.family", "os.codename");
    let all = |parts: &[Truth]| Predicate::All(parts.iter().copied().map(&of).collect());
    let any = |parts: &[Truth]| Predicate::Any(parts.iter().copied().map(&of).collect());
    for (predicate, deciding) in [
        (of(True), vec![id]),
        (Predicate::Not(Box::new(of(False))), vec![family]),
        (all(&[True, False, Unknown]), vec![family]),
        (all(&[True, Unknown]), vec![codename]),
        (all(&[True, True]), vec![id]),
        (any(&[False, True, Unknown]), vec![family, id, codename]),
        (any(&[False, False, True, False]), vec![family, id]),
        (Predicate::All(vec![of(True), any(&[False, Unknown])]), vec![family, codename]),
    ] {
        assert_eq!(Evidence { facts: &facts, tier: None }.deciding(&predicate), deciding, "{predicate:?}");
    }
}

/// A condition in short: operator, value, as written, upper end, tolerance, cell.
type Short<'a> = (Comparison, Option<Value>, Option<&'a str>, Option<f64>, Option<f64>, Option<&'a str>);

#[test]
fn a_share_of_a_quantity_can_be_enough() {
    // 90 % of 16 GiB is 15461882265.6 bytes.
    let sixteen = Operator::AtLeast(quantity(16.0 * GIB as f64, "16 GB"));
    for operator in [sixteen, Operator::Tier("memory".to_owned())] {
        let Predicate::Leaf(leaf) = leaf("memory.total", operator) else { panic!("no leaf") };
        let predicate = Predicate::Leaf(Leaf { share: Some(0.9), ..leaf });
        for (bytes, expected) in [(15_461_882_266_u64, True), (15_461_882_265, False)] {
            assert_eq!(truth(&predicate, &facts(&[("memory.total", Value::Count(bytes))])), expected, "{bytes}");
        }
        let (facts, tier) = (Facts::new(), sized());
        let needed = Evidence { facts: &facts, tier: Some(&tier) }.requirement(&predicate);
        assert_eq!(needed.conditions()[0].tolerance, Some(0.9));
    }
}

#[test]
fn what_is_needed_of_one_fact() {
    use Comparison as C;
    let least = |number, text| Operator::AtLeast(quantity(number, text));
    let sizes = Some(Value::Count(16 * GIB));
    let cases: [(&str, Operator, Short<'_>); 15] = [
        ("docker.engine.version", version(">=24"), (C::Version, Some(">=24".into()), None, None, None, None)),
        ("cpu.online", least(4.0, "4"), (C::AtLeast, Some(Value::Count(4)), Some("4"), None, None, None)),
        ("cpu.quota", least(2.5, "2.5"), (C::AtLeast, Some(Value::Number(2.5)), Some("2.5"), None, None, None)),
        (
            "memory.total",
            least(16.0 * GIB as f64, "16 GB"),
            (C::AtLeast, sizes.clone(), Some("16 GB"), None, None, None),
        ),
        (
            "memory.total",
            Operator::AtMost(quantity(16.0 * GIB as f64, "16 GB")),
            (C::AtMost, sizes.clone(), Some("16 GB"), None, None, None),
        ),
        ("os.id", Operator::Is("debian".into()), (C::Is, Some("debian".into()), None, None, None, None)),
        (
            "os.id",
            Operator::OneOf(words(&["debian", "rhel"])),
            (C::OneOf, Some(words(&["debian", "rhel"]).into()), None, None, None, None),
        ),
        (
            "cpu.flags",
            Operator::Contains(words(&["avx"])),
            (C::Contains, Some(words(&["avx"]).into()), None, None, None, None),
        ),
        ("os.id", Operator::Present(true), (C::Present, Some(true.into()), None, None, None, None)),
        ("os.id", Operator::Present(false), (C::Present, Some(false.into()), None, None, None, None)),
        (
            "cpu.online",
            Operator::Tier("cpus".into()),
            (C::AtLeast, Some(Value::Count(4)), Some("4"), None, None, Some("cpus")),
        ),
        (
            "memory.total",
            Operator::Tier("memory".into()),
            (C::AtLeast, sizes, Some("16 GB"), None, None, Some("memory")),
        ),
        (
            "storage.data.size",
            Operator::Tier("storage".into()),
            (
                C::AtLeast,
                Some(Value::Count(500_000_000_000)),
                Some("500 GB to 2 TB"),
                Some(2e12),
                None,
                Some("storage"),
            ),
        ),
        (
            "storage.data.media",
            Operator::Tier("media".into()),
            (C::OneOf, Some(words(&["ssd", "nvme"]).into()), None, None, None, Some("media")),
        ),
        ("cpu.online", Operator::Tier("blank".into()), (C::AtLeast, None, None, None, None, Some("blank"))),
    ];
    let (facts, tier) = (Facts::new(), sized());
    for (fact, operator, (comparison, value, written, up_to, tolerance, cell)) in cases {
        let expected = Condition {
            fact: fact.to_owned(),
            operator: comparison,
            value,
            written: written.map(str::to_owned),
            up_to,
            tolerance,
            cell: cell.map(str::to_owned),
            from: None,
        };
        let got = Evidence { facts: &facts, tier: Some(&tier) }.requirement(&leaf(fact, operator));
        assert_eq!(got, Requirement::Condition(expected));
    }
}

#[test]
fn what_is_needed_of_several_facts() {
    let (facts, of) = three();
    let evidence = Evidence { facts: &facts, tier: None };
    let one = |truth| evidence.requirement(&of(truth));
    let all = |parts: &[Truth]| Predicate::All(parts.iter().copied().map(&of).collect());
    let any = |parts: &[Truth]| Predicate::Any(parts.iter().copied().map(&of).collect());
    for (predicate, needed) in [
        (all(&[True, False, Unknown]), Requirement::All(vec![one(False), one(Unknown)])),
        (all(&[True, False]), one(False)),
        (all(&[True, True]), Requirement::All(vec![one(True), one(True)])),
        (any(&[True, False]), Requirement::Any(vec![one(True), one(False)])),
        (any(&[False]), one(False)),
        (Predicate::Not(Box::new(of(False))), Requirement::Not(Box::new(one(False)))),
    ] {
        assert_eq!(evidence.requirement(&predicate), needed, "{predicate:?}");
    }
    assert_eq!(
        evidence.requirement(&cell("cpu.online", "cpus")),
        Requirement::Condition(Condition {
            cell: Some("cpus".into()),
            ..Condition::new("cpu.online", Comparison::AtLeast, None)
        })
    );
}

#[test]
fn numbers_are_written_whole_if_they_are() {
    for (number, written) in [
        (0.0, Value::Count(0)),
        (3.0, Value::Count(3)),
        (2.5, Value::Number(2.5)),
        (-1.0, Value::Number(-1.0)),
        (2f64.powi(62), Value::Count(1 << 62)),
        (2f64.powi(63), Value::Number(2f64.powi(63))),
        (1e300, Value::Number(1e300)),
    ] {
        assert_eq!(base_units(number), written, "{number}");
    }
    for (value, expected) in [
        (Value::Count(3), Some(3.0)),
        (Value::Number(-2.5), Some(-2.5)),
        ("3".into(), None),
        (true.into(), None),
        (words(&["3"]).into(), None),
    ] {
        assert_eq!(number(&value), expected, "{value:?}");
    }
}
