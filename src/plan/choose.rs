//! Tiers and numbers: which tier holds them, and what exceeds one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Note;
use crate::pack::{Model, Need, Selection, Tier};

/// The cell of a tier that says where its MongoDB runs.
const MONGODB: &str = "mongodb";

/// A number that a tier does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Exceeded {
    /// Its name: `users`.
    pub name: String,
    /// The number of the plan.
    pub number: u64,
    /// How many the tier holds.
    pub holds: u64,
}

/// Whether a tier holds the numbers of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// It holds them all.
    Yes,
    /// It names one and holds fewer, or it is for tests.
    No,
    /// It does not name one, and no smaller tier holds that.
    NotSaid,
}

/// The numbers that a tier names and does not hold.
pub fn exceeded(tier: &Tier, numbers: &BTreeMap<String, u64>) -> Vec<Exceeded> {
    let more = |(name, holds): (&String, &u64)| {
        let number = *numbers.get(name).filter(|number| *number > holds)?;
        Some(Exceeded { name: name.clone(), number, holds: *holds })
    };
    tier.holds.iter().filter_map(more).collect()
}

/// Whether the tier holds the numbers, of which it must name one. Some tables name one number only: what a tier does not
/// name, it holds if a tier that is no larger does, which the order of the file tells. A tier whose MongoDB runs elsewhere
/// is smaller than it looks, but not smaller than a cluster.
pub(super) fn holds(tiers: &[Tier], tier: &Tier, numbers: &BTreeMap<String, u64>) -> Holds {
    if tier.is_for_tests() || !exceeded(tier, numbers).is_empty() {
        return Holds::No;
    }
    let elsewhere = |tier: &Tier| tier.needs.contains_key(MONGODB);
    let is_comparable = |other: &&Tier| !elsewhere(other) || elsewhere(tier) || tier.cluster;
    let smaller = || tiers.iter().take_while(|other| other.id != tier.id).filter(is_comparable);
    let by_any = |(name, number): (&String, &u64)| {
        smaller().chain([tier]).any(|other| other.holds.get(name).is_some_and(|holds| number <= holds))
    };
    let names_one = numbers.keys().any(|name| tier.holds.contains_key(name));
    if names_one && numbers.iter().all(by_any) { Holds::Yes } else { Holds::NotSaid }
}

/// The smallest tier that holds every number, and remarks on the choice. A tier whose MongoDB runs elsewhere is taken if the
/// plan says so, or if it says nothing and no other tier holds them.
pub(super) fn choose<'t>(
    tiers: &'t [Tier],
    selection: &Selection,
    numbers: &BTreeMap<String, u64>,
    mongodb: Option<&str>,
) -> Option<(&'t Tier, Vec<Note>)> {
    let fits = |tier: &Tier, mongodb: Option<&str>| match (tier.needs.get(MONGODB), mongodb) {
        (Some(Need::OneOf(words)), Some(place)) => words.iter().any(|word| word == place),
        _ => true,
    };
    let find = |mongodb: Option<&str>| {
        tiers.iter().find(|tier| fits(tier, mongodb) && holds(tiers, tier, numbers) == Holds::Yes)
    };
    let tier = match mongodb {
        Some(said) => find(Some(said)),
        None => find(Some("local")).or_else(|| find(None)),
    }?;
    let smaller = tiers.iter().take_while(|other| other.id != tier.id).filter(|other| !other.is_for_tests()).last();
    let too_small = smaller.and_then(|smaller| {
        let exceeded = exceeded(smaller, numbers).into_iter().next()?;
        Some((smaller.id.clone(), exceeded))
    });
    let (smaller, exceeded) = too_small.unzip();
    let mut remarks = vec![Note::TierChosen { tier: tier.id.clone(), numbers: numbers.clone(), smaller, exceeded }];
    let unsaid = |name: &String| !numbers.contains_key(name);
    let further: BTreeMap<_, _> =
        tier.holds.iter().filter(|(name, _)| unsaid(name)).map(|(name, holds)| (name.clone(), *holds)).collect();
    if !further.is_empty() {
        remarks.push(Note::NumbersMissing { tier: tier.id.clone(), holds: further });
    }
    remarks.extend(other_model(selection, tier, numbers));
    Some((tier, remarks))
}

/// A remark if the vendor describes these numbers as another sizing model than the tier's.
fn other_model(selection: &Selection, tier: &Tier, numbers: &BTreeMap<String, u64>) -> Option<Note> {
    let models = selection.models.as_ref()?;
    let (above, below) = &models.ratio;
    let ratio = *numbers.get(above)? as f64 / (*numbers.get(below)?).max(1) as f64;
    let within = |model: &Model| {
        model.at_most.is_none_or(|most| ratio <= most) && model.at_least.is_none_or(|least| ratio >= least)
    };
    let (described, _) = models.models.iter().find(|(_, model)| within(model))?;
    let model = tier.model.clone().filter(|model| model != described)?;
    let (above, below) = (above.clone(), below.clone());
    Some(Note::OtherModel { tier: tier.id.clone(), model, described: described.clone(), above, below, ratio })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::{Assume, Models};

    fn tier(id: &str, model: &str, holds: &[(&str, u64)]) -> Tier {
        Tier {
            id: id.into(),
            title: id.into(),
            source: String::new(),
            production: true,
            cluster: true,
            model: Some(model.into()),
            holds: holds.iter().map(|(name, holds)| ((*name).to_owned(), *holds)).collect(),
            assume: Assume::default(),
            needs: BTreeMap::new(),
            mongodb: BTreeMap::new(),
        }
    }

    fn numbers(numbers: &[(&str, u64)]) -> BTreeMap<String, u64> {
        numbers.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect()
    }

    /// Two tables of both numbers, and one that names only users.
    fn tiers() -> Vec<Tier> {
        vec![
            Tier { production: false, holds: BTreeMap::new(), ..tier("tests", "", &[]) },
            tier("base-10k", "base", &[("mau", 10_000), ("pcc", 500)]),
            tier("high-10k", "high", &[("mau", 10_000), ("pcc", 1_000)]),
            tier("base-25k", "base", &[("mau", 25_000), ("pcc", 1_250)]),
            tier("many", "", &[("mau", 90_000)]),
        ]
    }

    fn chosen(given: &[(&str, u64)]) -> Option<(String, Vec<Note>)> {
        let selection = Selection {
            beyond: "ask the vendor".into(),
            models: Some(Models {
                ratio: ("pcc".into(), "mau".into()),
                models: [
                    ("base".to_owned(), Model { at_most: Some(0.05), at_least: None }),
                    ("high".to_owned(), Model { at_most: None, at_least: Some(0.10) }),
                ]
                .into(),
            }),
        };
        choose(&tiers(), &selection, &numbers(given), None).map(|(tier, notes)| (tier.id.clone(), notes))
    }

    #[test]
    fn the_smallest_row_of_any_table_that_holds_all_numbers() {
        for (given, expected) in [
            (&[("mau", 9_000), ("pcc", 400)][..], Some("base-10k")),
            (&[("mau", 10_000), ("pcc", 500)], Some("base-10k")),
            (&[("mau", 10_000), ("pcc", 501)], Some("high-10k")),
            (&[("mau", 10_001), ("pcc", 500)], Some("base-25k")),
            // 22 % is what the vendor calls high concurrency; a row of the other table is the smallest all the same.
            (&[("mau", 5_000), ("pcc", 1_100)], Some("base-25k")),
            // A row that names users only holds what a smaller row holds of the other number.
            (&[("mau", 40_000), ("pcc", 1_250)], Some("many")),
            (&[("mau", 40_000), ("pcc", 1_251)], None),
            (&[("mau", 90_001)], None),
            (&[("users", 5)], None),
            (&[("mau", 0)], Some("base-10k")),
        ] {
            assert_eq!(chosen(given).map(|(id, _)| id).as_deref(), expected, "{given:?}");
        }
    }

    #[test]
    fn a_row_with_mongodb_elsewhere_is_taken_when_the_plan_says_so_or_no_other_holds() {
        let elsewhere = Need::OneOf(vec!["remote".into()]);
        let tiers = [
            Tier { needs: [(MONGODB.to_owned(), elsewhere.clone())].into(), ..tier("small", "", &[("users", 5)]) },
            tier("host", "", &[("users", 10)]),
            Tier { needs: [(MONGODB.to_owned(), elsewhere)].into(), ..tier("large", "", &[("users", 50)]) },
        ];
        let of = |users, mongodb| {
            choose(&tiers, &Selection::default(), &numbers(&[("users", users)]), mongodb).map(|(tier, _)| &*tier.id)
        };
        assert_eq!(
            [of(5, None), of(5, Some("local")), of(5, Some("remote"))],
            [Some("host"), Some("host"), Some("small")]
        );
        assert_eq!([of(20, None), of(20, Some("local")), of(20, Some("remote"))], [Some("large"), None, Some("large")]);
    }

    #[test]
    fn a_tier_holds_what_it_or_a_smaller_one_names() {
        let tiers = tiers();
        let of = |id: &str, given: &[(&str, u64)]| {
            holds(&tiers, tiers.iter().find(|tier| tier.id == id).unwrap(), &numbers(given))
        };
        assert_eq!(of("base-10k", &[("mau", 10_000)]), Holds::Yes);
        assert_eq!(of("base-10k", &[("mau", 10_000), ("pcc", 501)]), Holds::No);
        assert_eq!(of("many", &[("mau", 50_000), ("pcc", 1_000)]), Holds::Yes);
        assert_eq!(of("many", &[("mau", 50_000), ("pcc", 2_000)]), Holds::NotSaid);
        assert_eq!(of("tests", &[("mau", 1)]), Holds::No);
    }

    #[test]
    fn a_choice_is_explained_by_the_row_that_is_too_small() {
        let (_, notes) = chosen(&[("mau", 10_000), ("pcc", 501)]).unwrap();
        let exceeded = Exceeded { name: "pcc".into(), number: 501, holds: 500 };
        assert_eq!(
            notes,
            [Note::TierChosen {
                tier: "high-10k".into(),
                numbers: numbers(&[("mau", 10_000), ("pcc", 501)]),
                smaller: Some("base-10k".into()),
                exceeded: Some(exceeded),
            }]
        );
        let (_, notes) = chosen(&[("mau", 5_000), ("pcc", 1_100)]).unwrap();
        assert!(
            matches!(&notes[1], Note::OtherModel { model, described, .. } if model == "base" && described == "high")
        );
        let (_, notes) = chosen(&[("mau", 20_000)]).unwrap();
        assert_eq!(notes[1], Note::NumbersMissing { tier: "base-25k".into(), holds: numbers(&[("pcc", 1_250)]) });
    }
}
