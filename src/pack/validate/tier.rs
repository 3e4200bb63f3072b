//! Tiers: their cells fit the facts that checks compare them with.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, is_kebab};
use crate::facts::Kind;
use crate::facts::catalogue::lookup;
use crate::facts::catalogue::nearest;
use crate::pack::format::{AssumeEntry, At, Cell, Misfit, ModelsEntry, StorageEntry, TierEntry, TiersFile, allowed};
use crate::pack::{Assume, Check, Model, Models, Need, Predicate, Selection, StorageGuidance, Tier};

/// What `tiers.toml` says.
#[derive(Default)]
pub(super) struct Sizes {
    pub(super) numbers: BTreeMap<String, String>,
    pub(super) tiers: Vec<Tier>,
    pub(super) selection: Selection,
    pub(super) storage: Option<StorageGuidance>,
}

/// A cell to the kinds of the facts it is compared with, and the check that does.
type Uses<'c> = BTreeMap<&'c str, Vec<(Kind, &'c str)>>;

impl Context<'_> {
    /// The tiers and how they are chosen.
    pub(super) fn sizes(&self, file: &TiersFile, checks: &[Check]) -> Sizes {
        let mut uses = Uses::new();
        for check in checks {
            for (cell, leaf) in check.predicates().flat_map(Predicate::cells) {
                let kinds = uses.entry(cell).or_default();
                if kinds.iter().all(|(kind, _)| *kind != leaf.kind) {
                    kinds.push((leaf.kind, &check.id));
                }
            }
        }
        for number in file.numbers.keys().filter(|name| lookup(&format!("plan.number.{}", name.value)).is_none()) {
            let message =
                format!("`{}` is not a name of a number: lower-case letters, digits and hyphens", number.value);
            self.document.problem(&number.span, message);
        }
        let mut ids = BTreeSet::new();
        for tier in file.tier.iter().filter(|tier| !ids.insert(&tier.id.value)) {
            self.document.problem(&tier.id.span, format!("tier `{}` stands twice", tier.id.value));
        }
        let models = file.selection.models.as_ref();
        Sizes {
            numbers: file.numbers.iter().map(|(name, what)| (name.value.clone(), what.clone())).collect(),
            tiers: file.tier.iter().map(|entry| self.tier(entry, models, &uses)).collect(),
            selection: Selection {
                beyond: file.selection.beyond.clone(),
                models: models.map(|models| self.models(models)),
            },
            storage: file.storage.as_ref().map(|entry| self.storage(entry)),
        }
    }

    fn storage(&self, entry: &StorageEntry) -> StorageGuidance {
        self.source(&entry.source);
        let range = |at: &At<[u64; 2]>| {
            let [least, most] = at.value;
            if least > most {
                self.document.problem(&at.span, "the first number must not be more than the second");
            }
            (least, most)
        };
        StorageGuidance {
            source: entry.source.value.clone(),
            retention_days: range(&entry.retention_days),
            growth_percent: range(&entry.growth_percent),
            backup_copies: range(&entry.backup_copies),
        }
    }

    fn number(&self, name: &At<String>) {
        let numbers = self.names.numbers.as_ref().map(|numbers| numbers.iter().copied());
        self.document.defined(name, numbers, "number in `[numbers]`");
    }

    fn models(&self, entry: &ModelsEntry) -> Models {
        entry.ratio.iter().for_each(|name| self.number(name));
        let [above, below] = &entry.ratio;
        let bounds = entry.bounds.iter();
        Models {
            ratio: (above.value.clone(), below.value.clone()),
            models: bounds
                .map(|(name, bounds)| (name.clone(), Model { at_most: bounds.at_most, at_least: bounds.at_least }))
                .collect(),
        }
    }

    /// What is assumed of a plan.
    pub(super) fn assume(&self, entry: &AssumeEntry) -> Assume {
        let word = |word: &Option<At<String>>, fact: &str, further: &[&'static str]| {
            let at = word.as_ref()?;
            let known = match lookup(fact).map(|row| row.kind) {
                Some(Kind::Choice(words)) => words,
                _ => &[],
            };
            let known = || known.iter().chain(further).copied();
            if !known().any(|word| word == at.value) {
                let message = format!("`{}` is not one of {}", at.value, known().collect::<Vec<_>>().join(", "));
                self.document.suggest(&at.span, message, nearest(at, known()));
            }
            Some(at.value.clone())
        };
        Assume {
            deployment: word(&entry.deployment, "plan.deployment", &[]),
            mongodb: word(&entry.mongodb, "plan.mongodb", &["unknown"]),
            microservices: entry.microservices,
        }
    }

    fn tier(&self, entry: &TierEntry, models: Option<&ModelsEntry>, uses: &Uses<'_>) -> Tier {
        if !is_kebab(&entry.id) {
            self.document.problem(&entry.id.span, format!("`{}` is not kebab-case", entry.id.value));
        }
        self.source(&entry.source);
        entry.holds.keys().for_each(|name| self.number(name));
        if let Some(model) = &entry.model {
            let known = models.iter().flat_map(|models| models.bounds.keys()).map(String::as_str);
            self.document.defined(model, Some(known), "model in `[selection.models.bounds]`");
        }
        Tier {
            id: entry.id.value.clone(),
            title: entry.title.clone(),
            source: entry.source.value.clone(),
            production: entry.production,
            cluster: entry.cluster,
            model: entry.model.as_ref().map(|model| model.value.clone()),
            holds: entry.holds.iter().map(|(name, holds)| (name.value.clone(), *holds)).collect(),
            assume: self.assume(&entry.assume),
            needs: self.needs(&entry.id, &entry.needs, uses),
            mongodb: self.needs(&entry.id, &entry.mongodb, uses),
        }
    }

    /// What the cells of a tier ask for.
    fn needs(&self, tier: &str, cells: &BTreeMap<At<String>, At<Cell>>, uses: &Uses<'_>) -> BTreeMap<String, Need> {
        let mut needs = BTreeMap::new();
        for (cell, need) in cells {
            let Some(kinds) = uses.get(cell.as_str()) else {
                if self.names.used_cells.as_ref().is_some_and(|used| !used.contains(cell.as_str())) {
                    let message = format!("no check looks at the cell `{}` of tier {}", cell.value, tier);
                    self.document.problem(&cell.span, message);
                }
                continue;
            };
            let of_kinds = kinds.iter().map(|(kind, check)| {
                need_of(need, *kind).map_err(|misfit| Misfit {
                    message: format!("{}; the check {check} compares it with a {}", misfit.message, kind.name()),
                    ..misfit
                })
            });
            match of_kinds.collect::<Result<Vec<_>, _>>() {
                Ok(of_kinds) if of_kinds.iter().all(|need| *need == of_kinds[0]) => {
                    needs.extend(of_kinds.into_iter().next().map(|need| (cell.value.clone(), need)));
                }
                Ok(_) => {
                    let kinds: Vec<_> = kinds.iter().map(|(kind, _)| kind.name()).collect();
                    let message =
                        format!("`{}` is compared with facts of different kinds: {}", cell.value, kinds.join(", "));
                    self.document.problem(&cell.span, message);
                }
                Err(misfit) => self.document.misfit(&need.span, misfit),
            }
        }
        needs
    }
}

/// What a cell asks of a fact of this kind.
fn need_of(cell: &Cell, kind: Kind) -> Result<Need, Misfit> {
    match (cell, kind) {
        (Cell::Words(words), Kind::Text | Kind::Choice(_)) if !words.is_empty() => {
            words.iter().try_for_each(|word| allowed(word, kind))?;
            Ok(Need::OneOf(words.clone()))
        }
        (Cell::Words(words), _) => Err(format!("`{}` is not a quantity", words.join(", ")).into()),
        (Cell::Amount(from, to), _) => {
            let (from, to) = (from.quantity(kind)?, to.as_ref().map(|to| to.quantity(kind)).transpose()?);
            if to.as_ref().is_some_and(|to| to.number < from.number) {
                return Err("`from` must not be more than `to`".into());
            }
            Ok(Need::Quantity { from, to })
        }
    }
}
