//! The judgement as a whole: what goes into a finding, and what the verdict depends on.

use jiff::civil::date;

use super::testing::{TODAY, at_least, cell, check, facts, is, leaf, pack, quantity, source, tier, unknown, words};
use super::*;
use crate::facts::{Value, Why};
use crate::pack::{Because, Level, Line, LineTable, Lines, Need, Operator, Remedy, Tier};
use crate::plan::{Attestation, Waiver};
use Level::{Recommended, Required};

fn fact(name: &str, fact: Fact) -> Facts {
    [(name.to_owned(), fact)].into()
}

/// The one finding of a pack with one check.
fn only(check: Check, plan: &Plan, facts: Facts) -> Finding {
    let tiers = vec![tier("sized", &[("cpus", at_least(4.0, "4"))]), tier("blank", &[])];
    let mut findings = judge(&pack(tiers, vec![check]), plan, facts, TODAY).findings;
    assert_eq!(findings.len(), 1);
    findings.remove(0)
}

fn with_tier(id: &str) -> Plan {
    Plan { tier: Some(id.to_owned()), ..Plan::default() }
}

/// What a size check of some level finds on some host, with some tier, and what becomes of the whole. The columns on the
/// right: status and verdict without a waiver, with one that expired, and with one that counts. A strict plan judges a recommended check as a required one.
#[test]
fn the_verdict_by_size_tier_level_and_waiver() {
    const OK: &str = "passed  supported";
    const FAILED: &str = "failed  unsupported";
    const WARNING: &str = "warning  supported_with_warnings";
    const UNDETERMINED: &str = "unknown  undetermined";
    const UNKNOWN: &str = "unknown  supported_with_warnings";
    const WAIVED: &str = "waived  supported_with_warnings";
    const SKIPPED: &str = "skipped  undetermined";
    for (cpus, tier, level, plain, with_waiver) in [
        // CPUs, tier, level              no or expired waiver  waived
        ("enough", "sized", Required, OK, OK),
        ("enough", "sized", Recommended, OK, OK),
        ("enough", "blank", Required, SKIPPED, SKIPPED),
        ("enough", "blank", Recommended, SKIPPED, SKIPPED),
        ("enough", "none", Required, UNDETERMINED, WAIVED),
        ("enough", "none", Recommended, UNKNOWN, WAIVED),
        ("too few", "sized", Required, FAILED, WAIVED),
        ("too few", "sized", Recommended, WARNING, WAIVED),
        ("too few", "blank", Required, SKIPPED, SKIPPED),
        ("too few", "blank", Recommended, SKIPPED, SKIPPED),
        ("too few", "none", Required, UNDETERMINED, WAIVED),
        ("too few", "none", Recommended, UNKNOWN, WAIVED),
        ("absent", "sized", Required, FAILED, WAIVED),
        ("absent", "sized", Recommended, WARNING, WAIVED),
        ("absent", "blank", Required, SKIPPED, SKIPPED),
        ("absent", "blank", Recommended, SKIPPED, SKIPPED),
        ("absent", "none", Required, UNDETERMINED, WAIVED),
        ("absent", "none", Recommended, UNKNOWN, WAIVED),
        ("unknown", "sized", Required, UNDETERMINED, WAIVED),
        ("unknown", "sized", Recommended, UNKNOWN, WAIVED),
        ("unknown", "blank", Required, SKIPPED, SKIPPED),
        ("unknown", "blank", Recommended, SKIPPED, SKIPPED),
        ("unknown", "none", Required, UNDETERMINED, WAIVED),
        ("unknown", "none", Recommended, UNKNOWN, WAIVED),
    ] {
        let cpu = match cpus {
            "enough" => Fact::known(4, "test"),
            "too few" => Fact::known(3, "test"),
            "absent" => Fact::absent("test"),
            _ => unknown(Why::TimedOut),
        };
        let waiver = |until| Waiver { id: "cpu".into(), reason: "small".into(), who: None, until: Some(until) };
        let expired = waiver(date(2026, 11, 19));
        for (waivers, expected) in [(vec![], plain), (vec![expired], plain), (vec![waiver(TODAY)], with_waiver)] {
            let strictly = (level == Required).then_some((Recommended, true));
            for (level, strict) in [(level, false)].into_iter().chain(strictly) {
                let plan = Plan {
                    tier: (tier != "none").then(|| tier.to_owned()),
                    strict,
                    waivers: waivers.clone(),
                    ..Plan::default()
                };
                let tiers = vec![
                    super::testing::tier("sized", &[("cpus", at_least(4.0, "4"))]),
                    super::testing::tier("blank", &[]),
                ];
                let pack = pack(tiers, vec![check("cpu", level, cell("cpu.online", "cpus"))]);
                let judged = judge(&pack, &plan, fact("cpu.online", cpu.clone()), TODAY);
                let word = |value| serde_json::to_value(value).unwrap().as_str().unwrap().to_owned();
                let status = word(serde_json::to_value(judged.findings[0].status()).unwrap());
                let verdict = word(serde_json::to_value(judged.verdict).unwrap());
                assert_eq!(format!("{status}  {verdict}"), expected, "{cpus}, {tier}, {level:?}, {plan:?}");
            }
        }
    }
}

/// A tier of a cluster, whose CPUs are a total and whose disks are every node's.
fn cluster() -> Tier {
    let media = Need::OneOf(words(&["ssd"]));
    Tier { cluster: true, ..tier("cluster", &[("cpus", at_least(64.0, "64")), ("media", media)]) }
}

#[test]
fn totals_of_a_cluster_are_judged_on_one_host_only_if_it_is_all_of_it() {
    let checks = || {
        vec![
            check("cpu", Required, cell("cpu.online", "cpus")),
            check("media", Required, cell("storage.data.media", "media")),
        ]
    };
    let observed: Facts = [
        ("cpu.online".to_owned(), Fact::known(16, "test")),
        ("storage.data.media".to_owned(), Fact::known("ssd", "test")),
    ]
    .into();
    for (nodes, outcome, verdict) in [
        (None, Outcome::Skipped, Verdict::Supported),
        (Some(4), Outcome::Skipped, Verdict::Supported),
        (Some(1), Outcome::Fail, Verdict::Unsupported),
    ] {
        let plan = Plan { nodes, ..with_tier("cluster") };
        let judged = judge(&pack(vec![cluster()], checks()), &plan, observed.clone(), TODAY);
        let [cpu, media] = judged.findings.as_slice() else { panic!("{:?}", judged.findings) };
        assert_eq!((cpu.outcome, media.outcome, judged.verdict), (outcome, Outcome::Pass, verdict), "{nodes:?}");
        if outcome == Outcome::Skipped {
            assert_eq!(cpu.because, Some(Reason::ClusterTotal { cell: "cpus".to_owned() }));
            assert_eq!(cpu.found, ["cpu.online"], "what this node brings is shown");
        }
    }
}

#[test]
fn numbers_beyond_every_tier_leave_sizes_unknown_and_the_rest_judged() {
    let checks = vec![check("cpu", Required, cell("cpu.online", "cpus")), check("os", Required, is("os.id", "debian"))];
    let plan = Plan { numbers: [("seats".to_owned(), 9)].into(), ..Plan::default() };
    let judged = judge(&pack(vec![tier("small", &[])], checks), &plan, facts(&[("os.id", "debian")]), TODAY);
    let outcomes: Vec<_> = judged.findings.iter().map(|finding| finding.outcome).collect();
    assert_eq!(outcomes, [Outcome::Unknown, Outcome::Pass]);
    assert_eq!(judged.findings[0].because, Some(Reason::BeyondTiers { text: "ask the vendor".to_owned() }));
    assert_eq!((judged.verdict, judged.next), (Verdict::Undetermined, vec![Next::AskVendor]));
}

#[test]
fn a_tier_that_does_not_hold_the_plan_names_both_numbers() {
    let holds = |id: &str, holds: u64| Tier { holds: [("seats".to_owned(), holds)].into(), ..tier(id, &[]) };
    let tests = Tier { production: false, ..tier("tests", &[]) };
    let checks = || vec![check("tier-holds-plan", Required, is(HOLDS, true))];
    for (tier, seats, because) in [
        ("small", 5, None),
        (
            "small",
            6,
            Some(Reason::TierExceeded {
                tier: "small".into(),
                numbers: vec![crate::plan::Exceeded { name: "seats".into(), number: 6, holds: 5 }],
            }),
        ),
        ("tests", 1, Some(Reason::TierForTests { tier: "tests".into() })),
    ] {
        let plan = Plan { numbers: [("seats".to_owned(), seats)].into(), ..with_tier(tier) };
        let pack = pack(vec![tests.clone(), holds("small", 5), holds("large", 9)], checks());
        let finding = judge(&pack, &plan, Facts::new(), TODAY).findings.remove(0);
        let expected = if because.is_some() { Outcome::Fail } else { Outcome::Pass };
        assert_eq!((finding.outcome, finding.because), (expected, because), "{tier} {seats}");
    }
}

#[test]
fn waivers_are_shown_with_the_finding_that_they_name() {
    let waiver = |id: &str, until| Waiver { id: id.into(), reason: "array".into(), who: Some("Ada".into()), until };
    let plan = Plan { waivers: vec![waiver("git", None), waiver("cpu", Some(date(2026, 11, 19)))], ..Plan::default() };
    let checks = ["cpu", "git", "os"].map(|id| check(id, Required, is("os.id", "debian"))).to_vec();
    let judged = judge(&pack(vec![], checks), &plan, facts(&[("os.id", "rhel")]), TODAY);
    let expired: Vec<_> =
        judged.findings.iter().map(|finding| finding.waiver.as_ref().map(|waived| waived.expired)).collect();
    assert_eq!(expired, [Some(true), Some(false), None]);
    assert_eq!(Summary::of(&judged.findings).waived, ["git"]);
}

#[test]
fn facts_that_are_judged() {
    let attest = |fact: &str, value: &str| Attestation { fact: fact.to_owned(), value: value.into() };
    let plan = Plan {
        product: "thing".to_owned(),
        attestations: vec![
            attest("storage.data.media", "ssd"),
            attest("os.id", "debian"),
            attest("release.state", "supported"),
        ],
        ..Plan::default()
    };
    let mut observed = facts(&[("os.id", "rhel"), ("os.family", "rhel"), ("server.tls.ends", "2026-11-30")]);
    // What an earlier judgement derived, or another plan said, is forgotten.
    for (name, value) in [("server.tls.days_left", 400.0), ("release.days_left", 7.0)] {
        observed.insert(name.to_owned(), Fact::known(value, "then").by(Provenance::Derived));
    }
    observed.insert("plan.tier".to_owned(), Fact::known("old", "plan").by(Provenance::Derived));
    let pack = Pack { releases: Some(testing::releases()), ..pack(vec![], vec![]) };
    let facts = judge(&pack, &plan, observed, TODAY).facts;
    let of = |name: &str| (facts[name].value().cloned(), facts[name].provenance);
    for (name, value, provenance) in [
        ("storage.data.media", Some("ssd".into()), Provenance::Attested),
        ("os.id", Some("debian".into()), Provenance::Attested),
        ("os.family", Some("rhel".into()), Provenance::Observed),
        ("plan.product", Some("thing".into()), Provenance::Derived),
        ("plan.tier", None, Provenance::Derived),
        ("server.tls.days_left", Some(Value::Number(10.0)), Provenance::Derived),
        ("release.days_left", None, Provenance::Derived),
        // What could be derived, too, stays as attested.
        ("release.state", Some("supported".into()), Provenance::Attested),
        ("storage.images.available_share", None, Provenance::Derived),
    ] {
        assert_eq!(of(name), (value, provenance), "{name}");
    }
}

#[test]
fn a_table_applies_when_its_condition_holds_and_says_where_it_is_from() {
    let line = |line: &str, until| Line { line: line.into(), released: None, until, until_possible: None, lts: false };
    let lines = vec![line("22.04", Some(date(2027, 4, 30)))];
    let lines = Lines { source: "docs".to_owned(), reviewed: date(2026, 11, 1), lines };
    let table = LineTable { fact: "os.version".to_owned(), when: Some(is("os.id", "ubuntu")), lines };
    let pack = Pack { tables: [("ubuntu".to_owned(), table)].into(), ..pack(vec![], vec![]) };
    let of = |id: &str, version: &str| {
        judge(&pack, &Plan::default(), facts(&[("os.id", id), ("os.version", version)]), TODAY).facts
    };
    let state = |id: &str, version: &str| of(id, version)["lines.ubuntu.state"].clone();
    let place = "os.version, reviewed 2026-11-01";
    assert_eq!(state("ubuntu", "22.04"), Fact::known("maintained", place).by(Provenance::Derived));
    assert_eq!(state("debian", "22.04"), Fact::absent(place).by(Provenance::Derived));
    let nonsense = Fact::unknown(Why::Unreadable, "os.version makes no sense", "test");
    assert_eq!(state("ubuntu", "rolling"), nonsense.by(Provenance::Derived));
}

#[test]
fn a_check_applies_unless_its_condition_is_known_not_to_hold() {
    use Outcome::{Fail, Pass, Skipped, Unknown};
    let both = |family, id| {
        let rows: [(&str, Option<&str>); 2] = [("os.family", family), ("os.id", id)];
        rows.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Fact::known(value?, "test")))).collect()
    };
    for (family, id, outcome) in [
        (Some("debian"), Some("ubuntu"), Pass),
        (Some("debian"), Some("debian"), Fail),
        (Some("debian"), None, Unknown),
        (Some("rhel"), Some("ubuntu"), Skipped),
        (Some("rhel"), Some("debian"), Skipped),
        (Some("rhel"), None, Skipped),
        // Whether it applies is unknown: what holds, holds; what does not may not have to.
        (None, Some("ubuntu"), Pass),
        (None, Some("debian"), Unknown),
        (None, None, Unknown),
    ] {
        let check =
            Check { applies_when: Some(is("os.family", "debian")), ..check("x", Required, is("os.id", "ubuntu")) };
        let finding = only(check, &Plan::default(), both(family, id));
        assert_eq!(finding.outcome, outcome, "{family:?}, {id:?}");
        let because = match (family, id) {
            _ if outcome == Skipped => Some(Reason::NotApplicable { facts: words(&["os.family"]) }),
            (None, Some("debian")) => Some(Reason::UnknownFacts { facts: words(&["os.family"]) }),
            _ => None,
        };
        assert_eq!(finding.because, because, "{family:?}, {id:?}");
        let (found, decided): (&[&str], &[&str]) = match (family, id) {
            _ if outcome == Skipped => (&[], &[]),
            (None, Some("debian")) => (&["os.id"], &["os.family"]),
            (None, None) => (&["os.id"], &["os.family", "os.id"]),
            _ => (&["os.id"], &["os.id"]),
        };
        assert_eq!((finding.found, finding.decided), (words(found), words(decided)), "{family:?}, {id:?}");
    }
}

#[test]
fn a_finding_carries_what_its_check_says() {
    let with_words = Check { needed: Some("Ubuntu".to_owned()), ..check("os", Recommended, is("os.id", "ubuntu")) };
    let finding = only(with_words.clone(), &Plan::default(), facts(&[("os.id", "rhel")]));
    assert_eq!(
        finding,
        Finding {
            title: "title of os".to_owned(),
            group: "Size".to_owned(),
            found: words(&["os.id"]),
            decided: words(&["os.id"]),
            needed: requirement(&with_words),
            needed_words: Some("Ubuntu".to_owned()),
            why: "why of os".to_owned(),
            source: source(),
            ..testing::finding("os", Recommended, Outcome::Fail, None)
        }
    );
    let without_source = Check { source: "gone".to_owned(), ..with_words };
    let source = only(without_source, &Plan::default(), Facts::new()).source;
    assert_eq!((source.title.as_str(), source.url.as_str(), source.read), ("gone", "", TODAY));
}

#[test]
fn what_is_shown_as_found() {
    let expect = || Predicate::All(vec![is("os.id", "ubuntu"), is("plan.phase", "run")]);
    let facts = || facts(&[("os.id", "ubuntu")]);
    let plan = Plan { phase: "run".to_owned(), ..Plan::default() };
    let finding = only(check("x", Required, expect()), &plan, facts());
    assert_eq!(finding.found, ["os.id"], "what the plan says was not found on the host");
    assert_eq!(finding.decided, ["os.id", "plan.phase"]);
    let shown = Check { found: words(&["os.pretty_name", "plan.phase"]), ..check("x", Required, expect()) };
    assert_eq!(
        only(shown.clone(), &plan, facts()).found,
        ["os.pretty_name", "plan.phase"],
        "the check says what is shown"
    );
    let skipped = Check { applies_when: Some(is("os.id", "rhel")), ..shown };
    assert_eq!(only(skipped, &plan, facts()).found, [""; 0]);
}

#[test]
fn reasons_that_found_and_needed_do_not_show() {
    let explain = |when, text: &str| Because { pass: false, when, text: text.to_owned() };
    let explained = |text: &str| Some(Reason::Explained { text: text.to_owned() });
    let os = Check {
        because: vec![
            explain(is("os.id", "gone"), "never"),
            explain(leaf("os.id", Operator::Present(false)), "no name"),
            explain(leaf("os.family", Operator::Present(true)), "a family"),
            explain(leaf("os.family", Operator::Present(true)), "later"),
        ],
        ..check("os", Required, is("os.id", "ubuntu"))
    };
    let found = |names: &[&str]| Check {
        found: words(names),
        ..check("os", Required, Predicate::All(vec![is("os.id", "ubuntu"), is("os.codename", "noble")]))
    };
    let unknowns = |names: &[&str]| Some(Reason::UnknownFacts { facts: words(names) });
    let rows = |rows: &[(&str, Fact)]| -> Facts {
        rows.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect()
    };
    let (ubuntu, rhel) = (|| Fact::known("ubuntu", "x"), || Fact::known("rhel", "x"));
    for (check, facts, outcome, because) in [
        // In the pack's words: the first explanation that is known to hold, and none where the check passed.
        (os.clone(), rows(&[("os.id", rhel()), ("os.family", rhel())]), Outcome::Fail, explained("a family")),
        (os.clone(), rows(&[("os.id", Fact::absent("x"))]), Outcome::Fail, explained("no name")),
        (os.clone(), rows(&[("os.id", rhel())]), Outcome::Fail, None),
        (os.clone(), rows(&[("os.family", rhel())]), Outcome::Unknown, explained("a family")),
        (os.clone(), rows(&[("os.id", ubuntu()), ("os.family", rhel())]), Outcome::Pass, None),
        // Unknown facts that decide, where those that are shown are all determined.
        (
            found(&["os.pretty_name"]),
            rows(&[("os.pretty_name", ubuntu()), ("os.id", ubuntu())]),
            Outcome::Unknown,
            unknowns(&["os.codename"]),
        ),
        (
            found(&["os.pretty_name"]),
            rows(&[("os.pretty_name", Fact::absent("x"))]),
            Outcome::Unknown,
            unknowns(&["os.id", "os.codename"]),
        ),
        (found(&["os.pretty_name"]), rows(&[("os.pretty_name", unknown(Why::TimedOut))]), Outcome::Unknown, None),
        (found(&["os.pretty_name", "os.id"]), rows(&[("os.pretty_name", ubuntu())]), Outcome::Unknown, None),
        (found(&[]), rows(&[("os.id", ubuntu())]), Outcome::Unknown, None),
        (found(&["os.pretty_name"]), rows(&[("os.pretty_name", ubuntu()), ("os.id", rhel())]), Outcome::Fail, None),
    ] {
        let finding = only(check, &Plan::default(), facts.clone());
        assert_eq!((finding.outcome, finding.because), (outcome, because), "{facts:?}");
    }
}

#[test]
fn reasons_of_sizes() {
    let range = Need::Quantity { from: quantity(100e9, "100 GB"), to: Some(quantity(200e9, "200 GB")) };
    let tiers = || vec![tier("range", &[("storage", range.clone())]), tier("blank", &[])];
    let in_range = || Some(Reason::InRange { cell: "storage".to_owned() });
    for (tier, size, outcome, because) in [
        (None, 150_000_000_000, Outcome::Unknown, Some(Reason::NoTier)),
        (Some("blank"), 1, Outcome::Skipped, Some(Reason::BlankCell { cell: "storage".to_owned() })),
        (Some("range"), 99_999_999_999, Outcome::Fail, None),
        (Some("range"), 100_000_000_000, Outcome::Pass, in_range()),
        (Some("range"), 199_999_999_999, Outcome::Pass, in_range()),
        (Some("range"), 200_000_000_000, Outcome::Pass, None),
        (Some("range"), 300_000_000_000, Outcome::Pass, None),
    ] {
        let plan = Plan { tier: tier.map(str::to_owned), ..Plan::default() };
        let checks = vec![check("storage", Required, cell("storage.data.size", "storage"))];
        let facts = fact("storage.data.size", Fact::known(size, "test"));
        let finding = judge(&pack(tiers(), checks), &plan, facts, TODAY).findings.remove(0);
        assert_eq!((finding.outcome, finding.because), (outcome, because), "{tier:?}, {size}");
        let is_skipped = outcome == Outcome::Skipped;
        assert_eq!((finding.found.is_empty(), finding.decided.is_empty()), (is_skipped, is_skipped));
    }
}

#[test]
fn the_line_that_ended() {
    let line = |line: &str, until| Line { line: line.into(), released: None, until, until_possible: None, lts: false };
    let lines = vec![line("27", Some(date(2026, 5, 1))), line("28", Some(date(2027, 5, 1)))];
    let lines = Lines { source: "docs".to_owned(), reviewed: TODAY, lines };
    let table = LineTable { fact: "docker.engine.version".to_owned(), when: None, lines };
    let expect = Predicate::All(vec![is("os.id", "debian"), is("lines.docker-engine.state", "maintained")]);
    let ended = || Some(Reason::LineEnded { line: "27".to_owned(), until: date(2026, 5, 1) });
    let said = || Some(Reason::Explained { text: "old".to_owned() });
    for (os, version, outcome, because) in [
        ("debian", "27.5.1", Outcome::Fail, ended()),
        ("debian", "28.1.0", Outcome::Pass, None),
        // It ended, but is not what failed; or it is on no line that could be named.
        ("debian", "26.0.0", Outcome::Fail, said()),
        ("rhel", "28.1.0", Outcome::Fail, said()),
        ("debian", "30.0.0", Outcome::Unknown, said()),
    ] {
        let because_old = Because { pass: false, when: leaf("os.id", Operator::Present(true)), text: "old".to_owned() };
        let check = Check { because: vec![because_old], ..check("x", Required, expect.clone()) };
        let pack = Pack { tables: [("docker-engine".to_owned(), table.clone())].into(), ..pack(vec![], vec![check]) };
        let facts = facts(&[("os.id", os), ("docker.engine.version", version)]);
        let finding = judge(&pack, &Plan::default(), facts, TODAY).findings.remove(0);
        assert_eq!((finding.outcome, finding.because), (outcome, because), "{os}, {version}");
    }
}

#[test]
fn the_first_remedy_that_fits() {
    let remedy = |text: &str, family: &[&str], when: Option<Predicate>, for_unknown| Remedy {
        family: words(family),
        when,
        for_unknown,
        fix: Fix { text: text.to_owned(), run: words(&["true"]), ..Fix::default() },
    };
    let has_name = || Some(leaf("os.pretty_name", Operator::Present(true)));
    let remedies = vec![
        remedy("on Debian, named", &["debian", "suse"], has_name(), false),
        remedy("on Debian", &["debian"], None, false),
        remedy("look", &["debian"], None, true),
        remedy("anywhere", &[], None, false),
        remedy("look anywhere", &[], None, true),
    ];
    for (family, name, id, expected) in [
        (Some("debian"), Some("x"), Some("rhel"), Some("on Debian, named")),
        (Some("suse"), Some("x"), Some("rhel"), Some("on Debian, named")),
        (Some("suse"), None, Some("rhel"), Some("anywhere")),
        (Some("debian"), None, Some("rhel"), Some("on Debian")),
        (Some("rhel"), Some("x"), Some("rhel"), Some("anywhere")),
        (None, Some("x"), Some("rhel"), Some("anywhere")),
        // What is unknown: a remedy of its own, or one whose condition is known to hold.
        (Some("debian"), Some("x"), None, Some("on Debian, named")),
        (Some("debian"), None, None, Some("look")),
        (Some("rhel"), Some("x"), None, Some("look anywhere")),
        (Some("debian"), Some("x"), Some("ubuntu"), None),
    ] {
        let rows = [("os.family", family), ("os.pretty_name", name), ("os.id", id)];
        let facts: Facts =
            rows.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Fact::known(value?, "test")))).collect();
        let check = Check { remedies: remedies.clone(), ..check("x", Required, is("os.id", "ubuntu")) };
        let fix = only(check, &Plan::default(), facts.clone()).fix;
        let expected = expected.map(|text| Fix { text: text.to_owned(), run: words(&["true"]), ..Fix::default() });
        assert_eq!(fix, expected, "{facts:?}");
    }
    let skipped =
        Check { applies_when: Some(is("os.id", "rhel")), remedies, ..check("x", Required, is("os.id", "ubuntu")) };
    assert_eq!(only(skipped, &Plan::default(), facts(&[("os.id", "debian")])).fix, None);
}

#[test]
fn a_fix_names_what_comes_first_only_if_that_failed_too() {
    let remedy = |after: &[&str]| Remedy {
        family: Vec::new(),
        when: None,
        for_unknown: false,
        fix: Fix { after: words(after), run: words(&["true"]), ..Fix::default() },
    };
    let of = |id: &str, system: &str, after: &[&str]| Check {
        remedies: vec![remedy(after)],
        ..check(id, Required, is("os.id", system))
    };
    let checks =
        vec![of("engine", "rhel", &[]), of("shell", "debian", &[]), of("compose", "rhel", &["engine", "shell"])];
    let findings = judge(&pack(vec![], checks), &Plan::default(), facts(&[("os.id", "debian")]), TODAY).findings;
    let after: Vec<_> = findings.into_iter().map(|finding| finding.fix.map(|fix| fix.after)).collect();
    assert_eq!(after, [Some(vec![]), None, Some(words(&["engine"]))]);
}

#[test]
fn what_a_plugin_reports_is_judged_as_a_check() {
    let plugins = vec!["ntp".to_owned()];
    let plan = |strict| Plan { plugins: plugins.clone(), strict, ..Plan::default() };
    let reported = |state: &str| -> Facts {
        let known = |name: &str, text: &str| (format!("plugin.ntp.{name}"), Fact::known(text, "test"));
        [known("status", state), known("text", "the text")].into()
    };
    let waiver = Waiver { id: "plugin-ntp".into(), reason: "x".into(), who: None, until: None };
    for (facts, status, strict, verdict) in [
        (reported("ok"), Status::Passed, Status::Passed, Verdict::Supported),
        (reported("warning"), Status::Warning, Status::Failed, Verdict::SupportedWithWarnings),
        (reported("critical"), Status::Failed, Status::Failed, Verdict::Unsupported),
        // A word of a later version is not OK.
        (reported("other"), Status::Failed, Status::Failed, Verdict::Unsupported),
        (fact("plugin.ntp.status", unknown(Why::TimedOut)), Status::Unknown, Status::Unknown, Verdict::Undetermined),
        (Facts::new(), Status::Unknown, Status::Unknown, Verdict::Undetermined),
    ] {
        let of = |plan: &Plan| judge(&pack(Vec::new(), Vec::new()), plan, facts.clone(), TODAY);
        let judgement = of(&plan(false));
        let [finding] = judgement.findings.as_slice() else { panic!("{:?}", judgement.findings) };
        assert_eq!((finding.id.as_str(), finding.group.as_str()), ("plugin-ntp", "Plugins"));
        assert_eq!((finding.status(), judgement.verdict), (status, verdict), "{facts:?}");
        assert_eq!(of(&plan(true)).findings[0].status(), strict, "{facts:?}");
        let waived = of(&Plan { waivers: vec![waiver.clone()], ..plan(false) });
        let expected = if status == Status::Passed { Status::Passed } else { Status::Waived };
        assert_eq!(waived.findings[0].status(), expected, "{facts:?}");
        assert!(of(&Plan::default()).findings.is_empty(), "facts alone make no check");
    }
}
