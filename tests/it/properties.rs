//! What must hold of every judgement, whatever the facts: over the recorded hosts' facts, changed at random.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rampcheck::facts::{Fact, FactState, Facts, Questions, Value, Why};
use rampcheck::host::Recorded;
use rampcheck::judge::{Finding, judge, verdict};
use rampcheck::pack::{Outcome, Pack, Packs};
use rampcheck::plan::Plan;
use rampcheck::probe::{Deadlines, collect};

use crate::support::recorded;

const TODAY: Date = date(2026, 11, 20);

static PACKS: LazyLock<Vec<Arc<Pack>>> = LazyLock::new(|| Packs::built_in().read_all().unwrap());

static HOSTS: LazyLock<Vec<Facts>> = LazyLock::new(|| {
    let mut questions = Questions::default();
    PACKS.iter().for_each(|pack| pack.ask(&mut questions, &[]));
    let deadlines = Deadlines { probe: Duration::from_secs(2), total: Duration::from_secs(2), ..Deadlines::default() };
    ["ubuntu-22.04", "rhel-8.10", "debian-12", "raspberry-pi-3", "backend-exposed", "ubuntu-26.04", "rhel-9.6"]
        .map(|name| {
            let host = Arc::new(Recorded::load(Path::new(&recorded(name))).unwrap());
            collect(host, questions.clone(), &deadlines, &mut |_| {})
        })
        .to_vec()
});

/// A pack, one of its tiers, and whether MongoDB is local.
fn plans() -> impl Strategy<Value = (&'static Pack, Plan)> {
    (0..PACKS.len(), any::<prop::sample::Index>(), any::<bool>()).prop_map(|(pack, tier, local)| {
        let pack = PACKS[pack].as_ref();
        let tier = tier.get(&pack.tiers).id.clone();
        let mongodb = local.then(|| "local".to_owned());
        let phase = "install".to_owned();
        (pack, Plan { product: pack.product.clone(), tier: Some(tier), mongodb, phase, ..Plan::default() })
    })
}

fn hosts() -> impl Strategy<Value = Facts> {
    (0..HOSTS.len()).prop_map(|host| HOSTS[host].clone())
}

fn judged(pack: &Pack, plan: &Plan, facts: &Facts) -> Vec<Finding> {
    judge(pack, plan, facts.clone(), TODAY).findings
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn knowing_less_never_helps((pack, plan) in plans(), facts in hosts(), hidden in prop::collection::vec(any::<prop::sample::Index>(), 1..30)) {
        let before = judged(pack, &plan, &facts);
        let names: Vec<String> = facts.keys().cloned().collect();
        let mut fewer = facts.clone();
        for index in hidden {
            fewer.insert(index.get(&names).clone(), Fact::unknown(Why::NotPermitted, "hidden", "test"));
        }
        let after = judged(pack, &plan, &fewer);
        for (before, after) in before.iter().zip(&after) {
            let was_open = matches!(before.outcome, Outcome::Fail | Outcome::Unknown);
            prop_assert!(!(was_open && after.outcome == Outcome::Pass), "{}: {:?} became a pass", before.id, before.outcome);
        }
    }

    #[test]
    fn more_of_a_machine_never_fails((pack, plan) in plans(), facts in hosts(), more in 1u64..1 << 40) {
        let before = judged(pack, &plan, &facts);
        let mut larger = facts.clone();
        for name in ["cpu.online", "memory.installed", "memory.total", "storage.data.size", "limits.nofile", "docker.limits.nofile"] {
            if let Some(FactState::Known(Value::Count(count))) = larger.get(name).map(|fact| fact.state.clone()) {
                larger.insert(name.to_owned(), Fact::known(count.saturating_add(more), "test"));
            }
        }
        // The share of free space is of the size: keep it.
        larger.insert("storage.data.available".to_owned(), Fact::known(u64::MAX / 2, "test"));
        for (before, after) in before.iter().zip(&judged(pack, &plan, &larger)) {
            // The vendor's guide asks for more memory beside MongoDB where there are more CPUs.
            let grows = before.id == "mongodb-memory";
            let fails = before.outcome == Outcome::Pass && after.outcome == Outcome::Fail;
            prop_assert!(grows || !fails, "{} fails with more", before.id);
        }
    }

    #[test]
    fn the_same_facts_give_the_same_findings((pack, plan) in plans(), facts in hosts()) {
        let (one, other) = (judged(pack, &plan, &facts), judged(pack, &plan, &facts));
        prop_assert_eq!(verdict(&one), verdict(&other));
        prop_assert_eq!(one, other);
    }
}
