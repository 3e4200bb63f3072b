use jiff::civil::date;

use super::*;
use crate::facts::FactState;
use crate::pack::{Packs, Tier};

fn numbers(rows: &[(&str, u64)]) -> BTreeMap<String, u64> {
    rows.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect()
}

fn waiver(id: &str, reason: &str) -> Waiver {
    Waiver { id: id.into(), reason: reason.into(), who: None, until: None }
}

/// Everything that a person can say.
fn full() -> Intent {
    Intent {
        product: Some("rocketchat".into()),
        tier: Some("bare-metal".into()),
        numbers: numbers(&[("users", 5)]),
        phase: Some("upgrade".into()),
        nodes: Some(2),
        instances: Some(3),
        deployment: Some("compose".into()),
        microservices: true,
        manifests: vec!["compose.yml".into()],
        mongodb: Some("external".into()),
        mongodb_version: Some("8.0".into()),
        data_dir: Some("/srv".into()),
        storage: StoragePlan::default(),
        server: ServerPlan { version: Some("8.5".into()), ..ServerPlan::default() },
        only: vec!["cpu".into(), "docker".into()],
        plugins: vec!["ntp".into()],
        strict: true,
        timeout: Some(Duration::from_secs(5)),
        waivers: vec![waiver("cpu", "small")],
        attestations: vec![Attestation { fact: "storage.data.media".into(), value: "ssd".into() }],
    }
}

#[test]
fn the_plan_supplies_every_plan_fact() {
    let pack = Packs::built_in().read("rocketchat").unwrap();
    let plan = Plan { numbers: [("users".to_owned(), 5)].into(), ..Plan::default() };
    let facts = plan.facts(&pack);
    let rows = CATALOGUE.iter().filter(|row| row.subject == Subject::Plan);
    for row in rows.clone() {
        assert!(facts.contains_key(&row.with("users")), "{}", row.name);
    }
    assert_eq!(facts["plan.number.concurrent"].state, FactState::Absent);
    assert_eq!(facts["plan.number.users"].value(), Some(&Value::Count(5)));
}

#[test]
fn what_is_said_here_goes_before_what_is_said_there() {
    let waiver = |id: &str, reason: &str| Waiver { id: id.into(), reason: reason.into(), who: None, until: None };
    let base = Intent {
        tier: Some("qa".into()),
        phase: Some("upgrade".into()),
        waivers: vec![waiver("cpu", "there"), waiver("git", "there")],
        ..Intent::default()
    };
    let numbers = Intent { numbers: [("mau".to_owned(), 9)].into(), ..Intent::default() };
    let merged = numbers.clone().over(base.clone());
    assert_eq!((merged.tier.as_deref(), merged.numbers["mau"]), (None, 9), "numbers put the tier aside");
    assert_eq!(merged.phase.as_deref(), Some("upgrade"));
    let merged = Intent { tier: Some("qa".into()), ..Intent::default() }.over(numbers);
    assert_eq!((merged.tier.as_deref(), merged.numbers["mau"]), (Some("qa"), 9), "a tier is compared with the numbers");
    let merged = Intent { waivers: vec![waiver("cpu", "here")], ..Intent::default() }.over(base);
    let reasons: Vec<_> = merged.waivers.iter().map(|waiver| (waiver.id.as_str(), waiver.reason.as_str())).collect();
    assert_eq!(reasons, [("cpu", "here"), ("git", "there")]);
}

#[test]
fn what_is_said_is_what_is_planned() {
    let pack = Packs::built_in().read("rocketchat").unwrap();
    let (plan, notes) = full().settle(&pack).unwrap();
    let judged = 1 + pack.of_host(&[]).filter(|check| check.group == "Docker").count();
    assert_eq!(notes, [Note::Partial { judged, checks: pack.of_host(&[]).count() + 1 }], "the plugin is a check");
    let expected = Plan {
        product: "rocketchat".into(),
        tier: Some("bare-metal".into()),
        numbers: numbers(&[("users", 5)]),
        phase: "upgrade".into(),
        nodes: Some(2),
        role: None,
        instances: Some(3),
        deployment: Some("compose".into()),
        microservices: true,
        manifests: vec!["compose.yml".into()],
        mongodb: Some("external".into()),
        mongodb_version: Some("8.0".into()),
        data_dir: Some("/srv".into()),
        storage: StoragePlan::default(),
        server: ServerPlan { version: Some("8.5".into()), ..ServerPlan::default() },
        only: vec!["cpu".into(), "docker".into()],
        plugins: vec!["ntp".into()],
        strict: true,
        waivers: vec![waiver("cpu", "small")],
        attestations: vec![Attestation { fact: "storage.data.media".into(), value: "ssd".into() }],
        assumed: vec![],
    };
    assert_eq!(plan, expected);
    let values: Vec<_> = plan.facts(&pack).into_iter().map(|(name, fact)| (name, fact.value().cloned())).collect();
    let value = |name: &str, value: Option<Value>| (name.to_owned(), value);
    assert_eq!(
        values,
        [
            value("plan.beyond", Some(false.into())),
            value("plan.deployment", Some("compose".into())),
            value("plan.instances", Some(Value::Count(3))),
            value("plan.microservices", Some(true.into())),
            value("plan.mongodb", Some("external".into())),
            value("plan.mongodb_version", Some("8.0".into())),
            value("plan.nodes", Some(Value::Count(2))),
            value("plan.number.concurrent", None),
            value("plan.number.users", Some(Value::Count(5))),
            value("plan.online", Some(false.into())),
            value("plan.phase", Some("upgrade".into())),
            value("plan.product", Some("rocketchat".into())),
            value("plan.production", Some(true.into())),
            value("plan.role", Some("node".into())),
            value("plan.storage.backup_copies", None),
            value("plan.storage.daily", None),
            value("plan.storage.data", None),
            value("plan.storage.growth", None),
            value("plan.storage.needed", None),
            value("plan.storage.retention", None),
            value("plan.tier", Some("bare-metal".into())),
            value("plan.tier_holds", Some(true.into())),
        ]
    );
    // Said again, it is the same plan; how long a probe may take is about the run.
    assert_eq!(plan.intent(), Intent { timeout: None, ..full() });
    assert_eq!(plan.intent().settle(&pack).unwrap().0, plan);
}

#[test]
fn what_is_not_said_is_assumed_and_the_plan_says_so() {
    let [rocketchat, cometchat] = ["rocketchat", "cometchat"].map(|product| Packs::built_in().read(product).unwrap());
    let intent = |product: Option<&str>, tier: Option<&str>, given: &[(&str, u64)], phase: Option<&str>| Intent {
        product: product.map(str::to_owned),
        tier: tier.map(str::to_owned),
        numbers: numbers(given),
        phase: phase.map(str::to_owned),
        ..Intent::default()
    };
    let found = |product: &str| Note::ProductFound { product: product.into() };
    let chosen = |tier: &str, given: &[(&str, u64)]| Note::TierChosen {
        tier: tier.into(),
        numbers: numbers(given),
        smaller: None,
        exceeded: None,
    };
    let missing = |tier: &str, holds: &[(&str, u64)]| Note::NumbersMissing { tier: tier.into(), holds: numbers(holds) };
    let (users, mau) = ([("users", 150)], [("mau", 9_000)]);
    for (pack, intent, tier, phase, assumed, notes) in [
        (
            &rocketchat,
            intent(None, None, &[], None),
            None,
            "install",
            &["phase", "product", "deployment", "mongodb"][..],
            vec![found("rocketchat"), Note::NoTier],
        ),
        (
            &rocketchat,
            intent(Some("rocketchat"), None, &[], Some("run")),
            None,
            "run",
            &["deployment", "mongodb"],
            vec![Note::NoTier],
        ),
        (
            &rocketchat,
            intent(Some("rocketchat"), Some("bare-metal"), &[], None),
            Some("bare-metal"),
            "install",
            &["phase", "deployment", "mongodb"],
            vec![],
        ),
        (
            &rocketchat,
            intent(None, None, &users, Some("run")),
            Some("vps-minimal"),
            "run",
            &["tier", "product", "deployment", "mongodb"],
            vec![found("rocketchat"), chosen("vps-minimal", &users), missing("vps-minimal", &[("concurrent", 50)])],
        ),
        // A tier that is named stands, and the numbers are compared with it.
        (
            &rocketchat,
            intent(Some("rocketchat"), Some("bare-metal"), &users, Some("run")),
            Some("bare-metal"),
            "run",
            &["deployment", "mongodb"],
            vec![],
        ),
        // Nothing is assumed about the MongoDB of a Raspberry Pi, and the rows of 2026 have it elsewhere.
        (
            &rocketchat,
            intent(Some("rocketchat"), Some("small-office"), &[], Some("run")),
            Some("small-office"),
            "run",
            &["deployment"],
            vec![],
        ),
        // Above the last row the plan has no tier.
        (
            &rocketchat,
            intent(Some("rocketchat"), None, &[("users", 80_001)], Some("run")),
            None,
            "run",
            &["deployment", "mongodb"],
            vec![Note::BeyondTiers {
                numbers: numbers(&[("users", 80_001)]),
                text: rocketchat.selection.beyond.clone(),
            }],
        ),
        // The total of a cluster.
        (
            &rocketchat,
            intent(Some("rocketchat"), Some("guide-small-ha"), &[], Some("run")),
            Some("guide-small-ha"),
            "run",
            &["deployment", "mongodb"],
            vec![Note::ClusterTotal],
        ),
        (
            &cometchat,
            intent(Some("cometchat"), None, &mau, Some("run")),
            Some("baseline-10k"),
            "run",
            &["tier", "deployment"],
            vec![chosen("baseline-10k", &mau), missing("baseline-10k", &[("pcc", 500)]), Note::ClusterTotal],
        ),
        (
            &cometchat,
            intent(Some("cometchat"), Some("qa"), &[], Some("run")),
            Some("qa"),
            "run",
            &["deployment"],
            vec![],
        ),
    ] {
        let (plan, remarks) = intent.clone().settle(pack).unwrap();
        assert_eq!((plan.tier.as_deref(), plan.phase.as_str()), (tier, phase), "{intent:?}");
        assert_eq!((plan.product.as_str(), remarks), (pack.product.as_str(), notes), "{intent:?}");
        assert_eq!(plan.assumed, assumed, "{intent:?}");
        // What was assumed was not said; what was found out is.
        let again = plan.intent();
        assert_eq!((again.tier, again.phase, again.numbers), (intent.tier, intent.phase, intent.numbers));
        assert_eq!((again.deployment, again.mongodb), (None, None));
    }
}

#[test]
fn all_that_does_not_fit_the_pack_is_said_at_once() {
    let pack = |product| Packs::built_in().read(product).unwrap().as_ref().clone();
    let [rocketchat, cometchat] = ["rocketchat", "cometchat"].map(pack);
    let without_numbers = Pack { numbers: BTreeMap::new(), product: "thing".into(), ..cometchat.clone() };
    let one_tier = Pack { tiers: vec![Tier { id: "only".into(), ..cometchat.tiers[0].clone() }], ..cometchat.clone() };
    let tier = |id: &str| Intent { tier: Some(id.into()), ..Intent::default() };
    let server = || ServerPlan { online: true, ..ServerPlan::default() };
    for (pack, intent, problems) in [
        (
            &rocketchat,
            Intent { waivers: vec![waiver("memori", ""), waiver("cpu", ""), waiver("xyz", "")], ..Intent::default() },
            &[
                "there is no check `memori` to waive (did you mean `memory`?); every report of rocketchat shows the ids",
                "there is no check `xyz` to waive; every report of rocketchat shows the ids",
            ][..],
        ),
        (
            &rocketchat,
            Intent { numbers: numbers(&[("user", 5), ("users", 5)]), ..Intent::default() },
            &[
                "rocketchat counts --concurrent (users active at the same time) and --users, not user (did you mean `users`?)",
            ],
        ),
        (
            &without_numbers,
            Intent { numbers: numbers(&[("mau", 5)]), ..Intent::default() },
            &["thing counts no numbers, not mau"],
        ),
        (
            &rocketchat,
            Intent { mongodb_version: Some("newest".into()), ..Intent::default() },
            &["MongoDB version: `newest` does not begin with a version number"],
        ),
        (
            &cometchat,
            Intent { server: server(), ..Intent::default() },
            &["the pack of cometchat has no releases, so --server-version, --online and the like are not for it"],
        ),
        (&one_tier, tier("onli"), &["cometchat has no tier `onli` (did you mean `only`?); tiers: only"]),
        // Numbers that the pack does not have choose no tier.
        (
            &cometchat,
            Intent { numbers: numbers(&[("seats", 5)]), server: server(), ..Intent::default() },
            &[
                "cometchat counts --mau (monthly active users) and --pcc (peak concurrent connections), not seats",
                "the pack of cometchat has no releases, so --server-version, --online and the like are not for it",
            ],
        ),
    ] {
        let PlanError(wrong) = intent.clone().settle(pack).unwrap_err();
        assert_eq!(wrong, problems, "{intent:?}");
    }
    assert_eq!(PlanError(vec!["a".into(), "b".into()]).to_string(), "a\nb");
    let fits = Intent { server: server(), ..Intent::default() };
    assert!(fits.settle(&rocketchat).is_ok());
}

#[test]
fn every_member_that_is_not_said_here_is_taken_from_there() {
    assert_eq!(Intent::default().over(full()), full());
    assert_eq!(full().over(Intent::default()), full());
    let other = Intent {
        product: Some("cometchat".into()),
        tier: Some("qa".into()),
        numbers: numbers(&[("mau", 1)]),
        phase: Some("run".into()),
        nodes: Some(7),
        instances: Some(9),
        deployment: Some("kubernetes".into()),
        microservices: false,
        manifests: vec!["values.yaml".into()],
        mongodb: Some("bundled".into()),
        mongodb_version: Some("7.0".into()),
        data_dir: Some("/data".into()),
        storage: StoragePlan::default(),
        server: ServerPlan { version: Some("7.10".into()), ..ServerPlan::default() },
        only: vec!["memory".into()],
        plugins: vec!["disk".into()],
        strict: false,
        timeout: Some(Duration::from_secs(1)),
        waivers: vec![],
        attestations: vec![],
    };
    let plugins = vec!["ntp".to_owned(), "disk".to_owned()];
    let both = Intent { numbers: numbers(&[("users", 5), ("mau", 1)]), plugins, ..full() };
    assert_eq!(full().over(other), both, "what is said here stands");
    assert!(Intent { strict: true, ..Intent::default() }.over(Intent::default()).strict);
    assert!(Intent::default().over(Intent { strict: true, ..Intent::default() }).strict);
    let given = |rows| Intent { numbers: numbers(rows), ..Intent::default() };
    let merged = given(&[("mau", 1)]).over(given(&[("mau", 2), ("pcc", 3)]));
    assert_eq!(merged.numbers, numbers(&[("mau", 1), ("pcc", 3)]), "numbers are told apart by their names");
}

#[test]
fn what_is_not_said_of_storage_is_assumed_from_the_guidance() {
    let [cometchat, rocketchat] = ["cometchat", "rocketchat"].map(|name| Packs::built_in().read(name).unwrap());
    let said = StoragePlan { daily: Some(5_000_000_000), retention_days: Some(30), ..StoragePlan::default() };
    let intent = Intent { storage: said.clone(), ..Intent::default() };
    let (plan, _) = intent.clone().settle(&cometchat).unwrap();
    let most = StoragePlan { growth_percent: Some(50), backup_copies: Some(2), ..said.clone() };
    assert_eq!(plan.storage, most);
    for member in ["storage.growth_percent", "storage.backup_copies"] {
        assert!(plan.assumed.iter().any(|name| name == member), "{member}");
    }
    assert!(!plan.assumed.iter().any(|name| name == "storage.retention_days"));
    assert_eq!(plan.intent().storage, said, "what was assumed was not said");
    assert_eq!(plan.facts(&cometchat)[STORAGE_NEEDED].value(), Some(&Value::Count(675_000_000_000)));
    let wrong = |intent: Intent, pack| intent.settle(pack).unwrap_err().to_string();
    assert_eq!(
        wrong(intent, &rocketchat),
        "the pack of rocketchat has no guidance for storage, so --daily-gb, --retention-days, --growth and --backup-copies \
         are not for it"
    );
    let of = |storage| Intent { storage, ..Intent::default() };
    let alone = of(StoragePlan { backup_copies: Some(0), ..StoragePlan::default() });
    assert_eq!(
        wrong(alone, &cometchat),
        "the plan of storage does not say how much data is added a day: add --daily-gb N"
    );
    for beyond in [
        StoragePlan { daily: Some(1), ..StoragePlan::default() },
        StoragePlan { daily: Some(u64::MAX), ..StoragePlan::default() },
        StoragePlan { growth_percent: Some(1_001), ..said },
    ] {
        assert!(wrong(of(beyond), &cometchat).contains("out of bounds"));
    }
    let over = of(StoragePlan { daily: Some(1), ..StoragePlan::default() });
    let base = of(StoragePlan { daily: Some(2), growth_percent: Some(3), ..StoragePlan::default() });
    assert_eq!(
        over.over(base).storage,
        StoragePlan { daily: Some(1), growth_percent: Some(3), ..StoragePlan::default() }
    );
}

#[test]
fn a_plugin_is_a_check_that_can_be_waived_and_chosen() {
    let pack = Packs::built_in().read("cometchat").unwrap();
    let plugins = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let named = Intent {
        plugins: plugins(&["ntp", "disk", "ntp"]),
        waivers: vec![waiver("plugin-ntp", "no server yet")],
        only: vec!["plugin-disk".into()],
        ..Intent::default()
    };
    let (plan, notes) = named.clone().settle(&pack).unwrap();
    assert_eq!(plan.plugins, ["ntp", "disk"], "a plugin that is named twice is one check");
    assert!(notes.contains(&Note::Partial { judged: 1, checks: pack.of_host(&[]).count() + 2 }), "{notes:?}");
    let only = Intent { only: vec!["plugins".into()], ..named.clone() };
    assert!(
        only.settle(&pack).unwrap().1.contains(&Note::Partial { judged: 2, checks: pack.of_host(&[]).count() + 2 })
    );
    let unnamed = Intent { plugins: plugins(&["disk"]), ..named };
    let PlanError(wrong) = unnamed.settle(&pack).unwrap_err();
    assert!(wrong[0].starts_with("there is no check `plugin-ntp` to waive (is --plugin ntp missing?)"), "{wrong:?}");
    for (names, problem) in [
        (plugins(&["../sh"]), "`../sh` is not the name of a plugin: small letters, digits and hyphens, at most 40"),
        ((0..33).map(|number| format!("p{number}")).collect(), "33 plugins are named, and at most 32 are run"),
    ] {
        let PlanError(wrong) = Intent { plugins: names, ..Intent::default() }.settle(&pack).unwrap_err();
        assert!(wrong.len() == 1 && wrong[0].starts_with(problem), "{wrong:?}");
    }
}

#[test]
fn texts_that_can_hold_private_things() {
    let text = |text: &str| Some(text.to_owned());
    let attest = |fact: &str, value: Value| Attestation { fact: fact.into(), value };
    let mut plan = Plan {
        data_dir: text("/data"),
        server: ServerPlan {
            url: text("https://a"),
            version: text("8.5"),
            supported_versions: vec!["/list".into()],
            online: true,
            list_url: text("https://b"),
            trust_key: vec!["/key".into()],
            ca_file: text("/ca"),
        },
        waivers: vec![Waiver { who: text("Ada"), until: Some(date(2027, 1, 1)), ..waiver("cpu", "because") }],
        attestations: vec![
            attest("os.pretty_name", "Debian".into()),
            attest("unheard.of", vec!["x".to_owned(), "y".to_owned()].into()),
            attest("cpu.online", 4.into()),
        ],
        ..Plan::default()
    };
    let mut texts: Vec<_> = plan.private_texts().into_iter().map(|(kind, text)| (text.clone(), kind)).collect();
    texts.sort_by(|one, other| one.0.cmp(&other.0));
    let os = lookup("os.pretty_name").unwrap().privacy;
    let expected = [
        ("/ca", Privacy::Path),
        ("/data", Privacy::Path),
        ("/key", Privacy::Path),
        ("/list", Privacy::Path),
        ("Ada", Privacy::UserName),
        ("Debian", os),
        ("because", Privacy::FreeText),
        ("https://a", Privacy::Address),
        ("https://b", Privacy::Address),
        ("x", Privacy::FreeText),
        ("y", Privacy::FreeText),
    ];
    assert_eq!(texts, expected.map(|(text, kind)| (text.to_owned(), kind)));
}

#[test]
fn what_can_be_attested() {
    for (fact, kind) in [
        ("cpu.online", Some(Kind::Count)),
        ("ports.tcp.443.state", lookup("ports.tcp.443.state").map(|row| row.kind)),
        ("release.days_left", lookup("release.days_left").map(|row| row.kind)),
        ("plan.instances", None),
        ("unheard.of", None),
    ] {
        assert_eq!(can_be_attested(fact), kind, "{fact}");
    }
    let suggested: Vec<_> = attestable().collect();
    assert!(suggested.contains(&"cpu.online") && !suggested.iter().any(|name| name.starts_with("plan.")));
    for (fact, expected) in
        [("plan.phase", &["install", "upgrade", "run"][..]), ("plan.product", &[]), ("unheard.of", &[])]
    {
        assert_eq!(words(fact), expected, "{fact}");
    }
}

#[test]
fn the_vendors_rows_stand_from_small_to_large() {
    let cpus = |tier: &Tier| match tier.needs.get("cpus").or(tier.needs.get("cores")) {
        Some(crate::pack::Need::Quantity { from, to }) => to.as_ref().unwrap_or(from).number,
        _ => panic!("{} names no CPUs", tier.id),
    };
    for (product, first) in [("cometchat", "qa"), ("rocketchat", "vps-minimal")] {
        let pack = Packs::built_in().read(product).unwrap();
        assert_eq!(pack.tiers[0].id, first);
        assert!(pack.tiers.iter().map(cpus).is_sorted(), "{product}");
    }
}
