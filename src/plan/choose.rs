//! The tier that holds the numbers of a plan.

use std::collections::BTreeMap;

use super::Note;
use crate::facts::format_count;
use crate::pack::{Model, Models, Selection, Tier};

/// No tier holds the numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no tier holds {numbers}. {beyond}")]
pub(super) struct Beyond {
    numbers: String,
    beyond: String,
}

/// The smallest tier that holds every number, and remarks on the choice. Tiers stand in their file from small to large.
///
/// # Errors
/// If no tier holds them.
pub(super) fn choose<'t>(
    tiers: &'t [Tier],
    selection: &Selection,
    numbers: &BTreeMap<String, u64>,
) -> Result<(&'t Tier, Vec<Note>), Beyond> {
    let (model, remark) = match &selection.models {
        Some(models) => {
            let (model, remark) = model_of(models, numbers);
            (Some(model), remark)
        }
        None => (None, None),
    };
    let holds = |tier: &&Tier| {
        tier.automatic
            && (model.is_none() || tier.model.as_deref() == model)
            && numbers.iter().all(|(name, number)| tier.holds.get(name).is_some_and(|holds| number <= holds))
    };
    let Some(tier) = tiers.iter().find(holds) else {
        let numbers: Vec<_> =
            numbers.iter().map(|(name, number)| format!("{} {name}", format_count(*number))).collect();
        return Err(Beyond { numbers: numbers.join(" and "), beyond: selection.beyond.clone() });
    };
    let chosen = Note::TierChosen { tier: tier.id.clone(), numbers: numbers.clone() };
    Ok((tier, std::iter::once(chosen).chain(remark).collect()))
}

/// The sizing model of the numbers, and a remark if it was not plain.
fn model_of<'m>(models: &'m Models, numbers: &BTreeMap<String, u64>) -> (&'m str, Option<Note>) {
    let (above, below) = (&models.ratio.0, &models.ratio.1);
    let (Some(numerator), Some(denominator)) = (numbers.get(above), numbers.get(below)) else {
        let missing = if numbers.contains_key(above) { below } else { above };
        let note = Note::ModelAssumed { model: models.assumed.clone(), missing: missing.clone() };
        return (&models.assumed, Some(note));
    };
    let ratio = *numerator as f64 / (*denominator).max(1) as f64;
    let within = |model: &Model| {
        model.at_most.is_none_or(|most| ratio <= most) && model.at_least.is_none_or(|least| ratio >= least)
    };
    if let Some((name, _)) = models.models.iter().find(|(_, model)| within(model)) {
        return (name, None);
    }
    let note = Note::BetweenModels { model: models.between.clone(), above: above.clone(), below: below.clone(), ratio };
    (&models.between, Some(note))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tier(id: &str, model: &str, mau: u64, pcc: u64) -> Tier {
        Tier {
            id: id.into(),
            title: id.into(),
            source: String::new(),
            production: true,
            cluster: true,
            advisory: false,
            automatic: true,
            model: Some(model.into()),
            holds: [("mau".to_owned(), mau), ("pcc".to_owned(), pcc)].into(),
            needs: BTreeMap::new(),
        }
    }

    fn chosen(numbers: &[(&str, u64)]) -> Result<(String, Vec<Note>), String> {
        let tiers = [
            tier("baseline-10k", "baseline", 10_000, 500),
            tier("baseline-25k", "baseline", 25_000, 1_250),
            tier("high-10k", "high", 10_000, 1_000),
            tier("high-25k", "high", 25_000, 2_500),
            Tier { automatic: false, ..tier("by-hand", "high", 90_000, 90_000) },
        ];
        let selection = Selection {
            beyond: "ask the vendor".into(),
            models: Some(Models {
                ratio: ("pcc".into(), "mau".into()),
                assumed: "baseline".into(),
                between: "high".into(),
                models: [
                    ("baseline".to_owned(), Model { at_most: Some(0.05), at_least: None }),
                    ("high".to_owned(), Model { at_most: None, at_least: Some(0.10) }),
                ]
                .into(),
            }),
        };
        let numbers = numbers.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
        choose(&tiers, &selection, &numbers)
            .map(|(tier, notes)| (tier.id.clone(), notes))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_smallest_row_that_holds_all_numbers_by_the_model_of_their_ratio() {
        let id = |numbers: &[(&str, u64)]| chosen(numbers).map(|(id, _)| id);
        for (numbers, expected) in [
            ([("mau", 9_000), ("pcc", 400)], "baseline-10k"),
            ([("mau", 10_000), ("pcc", 500)], "baseline-10k"),
            ([("mau", 10_001), ("pcc", 500)], "baseline-25k"),
            ([("mau", 10_000), ("pcc", 1_000)], "high-10k"),
            ([("mau", 10_000), ("pcc", 1_001)], "high-25k"),
        ] {
            assert_eq!(id(&numbers).as_deref(), Ok(expected), "{numbers:?}");
        }
        assert_eq!(
            id(&[("mau", 5_000), ("pcc", 2_600)]),
            Err("no tier holds 5,000 mau and 2,600 pcc. ask the vendor".into())
        );
        assert_eq!(id(&[("users", 5)]), Err("no tier holds 5 users. ask the vendor".into()));
    }

    #[test]
    fn a_choice_that_is_not_plain_is_remarked_on() {
        let remarks = |numbers: &[(&str, u64)]| chosen(numbers).unwrap().1;
        let numbers = [("mau".to_owned(), 9_000), ("pcc".to_owned(), 400)].into();
        assert_eq!(
            remarks(&[("mau", 9_000), ("pcc", 400)]),
            [Note::TierChosen { tier: "baseline-10k".into(), numbers }]
        );
        let between =
            Note::BetweenModels { model: "high".into(), above: "pcc".into(), below: "mau".into(), ratio: 0.07 };
        assert_eq!(remarks(&[("mau", 10_000), ("pcc", 700)])[1], between);
        let assumed = |missing: &str| Note::ModelAssumed { model: "baseline".into(), missing: missing.into() };
        assert_eq!(remarks(&[("mau", 20_000)])[1], assumed("pcc"));
        assert_eq!(remarks(&[("pcc", 20)])[1], assumed("mau"));
        assert_eq!(
            remarks(&[("mau", 0), ("pcc", 1)])[0],
            Note::TierChosen {
                tier: "high-10k".into(),
                numbers: [("mau".to_owned(), 0), ("pcc".to_owned(), 1)].into(),
            }
        );
    }
}
