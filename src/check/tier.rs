//! Tiers: the rows of a vendor's sizing tables, and how numbers choose one.

use std::collections::BTreeMap;
use std::fmt;

use crate::facts::{Kind, format_count, parse_bytes};

/// What one cell of a tier asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Need {
    /// A quantity as the vendor writes it (`8`, `16 GB`), and the upper end when the vendor gives a planning range.
    Quantity {
        /// What must be reached.
        from: String,
        /// Upper end of a planning range.
        to: Option<String>,
    },
    /// One of these words.
    OneOf(Vec<String>),
}

impl Need {
    /// What must be reached, as a number: bytes for sizes. `None` when the text does not fit the kind.
    pub fn floor(&self, kind: Kind) -> Option<f64> {
        match self {
            Self::Quantity { from, .. } => quantity(from, kind),
            Self::OneOf(_) => None,
        }
    }

    /// Upper end of a planning range.
    pub fn ceiling(&self, kind: Kind) -> Option<f64> {
        match self {
            Self::Quantity { to: Some(to), .. } => quantity(to, kind),
            _ => None,
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quantity { from, to: None } => f.write_str(from),
            Self::Quantity { from, to: Some(to) } => write!(f, "{from} to {to}"),
            Self::OneOf(words) => f.write_str(&words.join(" or ")),
        }
    }
}

/// A number by its kind: sizes may carry a unit.
pub(crate) fn quantity(text: &str, kind: Kind) -> Option<f64> {
    match kind {
        Kind::Memory | Kind::Storage => parse_bytes(text, kind).ok().map(|bytes| bytes as f64),
        // A range may begin between two counts ("0.8 to 3 CPUs").
        Kind::Count | Kind::Number(_) => text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0),
        _ => None,
    }
}

/// A sizing row of a vendor's table.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// Kebab-case id, the argument of `--tier`.
    pub id: String,
    /// What it is, for people.
    pub title: String,
    /// Key of the source in `pack.toml`.
    pub source: String,
    /// Meant for production.
    pub production: bool,
    /// The vendor's figures are the total of a cluster, not one host's.
    pub cluster: bool,
    /// The sizes are advice: a check of them is recommended at most.
    pub advisory: bool,
    /// Numbers may choose it; otherwise only `--tier` does.
    pub automatic: bool,
    /// Sizing model, where the vendor has several.
    pub model: Option<String>,
    /// How many of each number it holds (`users`, `concurrent`, `mau`, `pcc`).
    pub holds: BTreeMap<String, u64>,
    /// What it asks for, by cell; a cell that is blank at the vendor is not here.
    pub needs: BTreeMap<String, Need>,
}

/// Bounds of a sizing model on the ratio of two numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModelBounds {
    /// The ratio is at most this.
    pub at_most: Option<f64>,
    /// The ratio is at least this.
    pub at_least: Option<f64>,
}

/// How a vendor's sizing models are told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Models {
    /// Numerator and denominator of the ratio, as numbers of the plan.
    pub ratio: (String, String),
    /// Model when one of the two numbers was not given.
    pub assumed: String,
    /// Model when the ratio is inside nobody's bounds.
    pub between: String,
    /// Models and their bounds.
    pub bounds: BTreeMap<String, ModelBounds>,
}

/// How numbers choose a tier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// What to do when no tier holds the numbers.
    pub beyond: String,
    /// Sizing models, where the vendor has several.
    pub models: Option<Models>,
}

/// A tier chosen from numbers, and what the reader should know about the choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen<'t> {
    /// The smallest tier that holds every number.
    pub tier: &'t Tier,
    /// Remarks on the choice.
    pub notes: Vec<String>,
}

/// No tier holds the numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no tier holds {numbers}; {beyond}")]
pub struct Beyond {
    numbers: String,
    beyond: String,
}

/// The smallest tier that holds every number of the plan; tiers stand in their file from small to large.
///
/// # Errors
/// When no tier holds them.
pub fn choose<'t>(
    tiers: &'t [Tier],
    selection: &Selection,
    numbers: &BTreeMap<String, u64>,
) -> Result<Chosen<'t>, Beyond> {
    let mut notes = Vec::new();
    let model = selection.models.as_ref().map(|models| models.of(numbers, &mut notes));
    let described =
        numbers.iter().map(|(name, number)| format!("{} {name}", format_count(*number))).collect::<Vec<_>>();
    let described = described.join(" and ");
    let found = tiers.iter().find(|tier| {
        tier.automatic
            && (model.is_none() || tier.model == model)
            && numbers.iter().all(|(name, number)| tier.holds.get(name).is_some_and(|holds| number <= holds))
    });
    match found {
        Some(tier) => {
            notes.insert(0, format!("{described}: {} is the smallest tier that holds them", tier.id));
            Ok(Chosen { tier, notes })
        }
        None => Err(Beyond { numbers: described, beyond: selection.beyond.clone() }),
    }
}

impl Models {
    fn of(&self, numbers: &BTreeMap<String, u64>, notes: &mut Vec<String>) -> String {
        let (above, below) = (&self.ratio.0, &self.ratio.1);
        let (Some(numerator), Some(denominator)) = (numbers.get(above), numbers.get(below)) else {
            let missing = if numbers.contains_key(above) { below } else { above };
            notes.push(format!("{missing} was not given: the {} model is assumed", self.assumed));
            return self.assumed.clone();
        };
        let ratio = *numerator as f64 / (*denominator).max(1) as f64;
        let within = |bounds: &ModelBounds| {
            bounds.at_most.is_none_or(|most| ratio <= most) && bounds.at_least.is_none_or(|least| ratio >= least)
        };
        if let Some((name, _)) = self.bounds.iter().find(|(_, bounds)| within(bounds)) {
            return name.clone();
        }
        notes.push(format!(
            "{above} is {:.1} % of {below}: the vendor defines no model for that, the larger ({}) is taken",
            ratio * 100.0,
            self.between
        ));
        self.between.clone()
    }
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

    fn chosen(numbers: &[(&str, u64)]) -> Result<(String, usize), String> {
        let tiers = [
            tier("baseline-10k", "baseline", 10_000, 500),
            tier("baseline-25k", "baseline", 25_000, 1_250),
            tier("high-10k", "high", 10_000, 1_000),
            tier("high-25k", "high", 25_000, 2_500),
        ];
        let selection = Selection {
            beyond: "ask the vendor".into(),
            models: Some(Models {
                ratio: ("pcc".into(), "mau".into()),
                assumed: "baseline".into(),
                between: "high".into(),
                bounds: [
                    ("baseline".to_owned(), ModelBounds { at_most: Some(0.05), at_least: None }),
                    ("high".to_owned(), ModelBounds { at_most: None, at_least: Some(0.10) }),
                ]
                .into(),
            }),
        };
        let numbers = numbers.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
        choose(&tiers, &selection, &numbers)
            .map(|chosen| (chosen.tier.id.clone(), chosen.notes.len()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_smallest_row_that_holds_all_numbers_by_the_model_of_their_ratio() {
        assert_eq!(chosen(&[("mau", 9_000), ("pcc", 400)]), Ok(("baseline-10k".into(), 1)));
        assert_eq!(chosen(&[("mau", 10_001), ("pcc", 500)]), Ok(("baseline-25k".into(), 1)));
        assert_eq!(chosen(&[("mau", 10_000), ("pcc", 1_000)]), Ok(("high-10k".into(), 1)));
        assert_eq!(
            chosen(&[("mau", 10_000), ("pcc", 700)]),
            Ok(("high-10k".into(), 2)),
            "between: the larger, said so"
        );
        assert_eq!(chosen(&[("mau", 20_000)]), Ok(("baseline-25k".into(), 2)), "assumed model, said so");
        assert_eq!(
            chosen(&[("mau", 5_000), ("pcc", 2_600)]),
            Err("no tier holds 5000 mau and 2600 pcc; ask the vendor".into())
        );
        assert_eq!(chosen(&[("users", 5)]), Err("no tier holds 5 users; ask the vendor".into()));
    }
}
