//! The packs that can be judged with, by product. Each is read when it is needed.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::archive::order;
use super::{Pack, PackFiles, Problems, builtin, load, load_without_examples};
use crate::facts::catalogue::nearest;

/// The packs there are, none of them read yet: of each product the one that is used, and after it those that are not.
#[derive(Clone, Debug)]
pub struct Packs(BTreeMap<String, Vec<PackFiles>>);

/// A pack that is needed cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// There is none for the product.
    #[error("there is no product `{product}`{}; products: {}", hint(product, products), products.join(", "))]
    Unknown {
        /// The product asked for.
        product: String,
        /// Those there are.
        products: Vec<String>,
    },
    /// Something in it is wrong.
    #[error("these packs cannot be used:\n{0}")]
    Unusable(Problems),
}

fn hint(product: &str, products: &[String]) -> String {
    let nearest = nearest(product, products.iter().map(String::as_str));
    nearest.map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

/// A pack. The tests have run the examples of what is inside the program, and `packs install` those of what it installed.
fn loaded(files: &PackFiles) -> Result<Pack, Problems> {
    if files.is_built_in() || files.unchanged().is_some() { load_without_examples(files) } else { load(files) }
}

impl Packs {
    /// The packs inside the binary.
    pub fn built_in() -> Self {
        Self(builtin().into_iter().map(|files| (files.name.clone(), vec![files])).collect())
    }

    /// Adds a pack, which replaces the one of the same product.
    pub fn add(&mut self, files: PackFiles) {
        self.0.entry(files.name.clone()).or_default().insert(0, files);
    }

    /// Adds a pack, which replaces the one of the same product only if it is newer: the program may have been upgraded since
    /// the pack was installed.
    pub fn add_if_newer(&mut self, files: PackFiles) {
        let packs = self.0.entry(files.name.clone()).or_default();
        let version = |files: &PackFiles| Some(files.head()?.version);
        let is_newer = packs.first().is_none_or(|used| {
            let versions = version(&files).zip(version(used));
            versions.and_then(|(new, used)| order(&new, &used)) == Some(Ordering::Greater)
        });
        packs.insert(if is_newer { 0 } else { packs.len() }, files);
    }

    /// Every pack and whether it is used, by product; the one that is used is the first of its product.
    pub fn all(&self) -> impl Iterator<Item = (&PackFiles, bool)> {
        self.0.values().flat_map(|packs| packs.iter().enumerate().map(|(number, files)| (files, number == 0)))
    }

    /// The products.
    pub fn products(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Reads the pack of a product.
    ///
    /// # Errors
    /// When there is none, or it cannot be used.
    pub fn read(&self, product: &str) -> Result<Pack, PackError> {
        let files = self.0.get(product).and_then(|packs| packs.first()).ok_or_else(|| PackError::Unknown {
            product: product.to_owned(),
            products: self.0.keys().cloned().collect(),
        })?;
        loaded(files).map_err(PackError::Unusable)
    }

    /// Reads every pack, in the order of the products.
    ///
    /// # Errors
    /// All that is wrong with any of them.
    pub fn read_all(&self) -> Result<Vec<Pack>, PackError> {
        let mut packs = Vec::new();
        let mut problems = Vec::new();
        for (files, _) in self.all().filter(|(_, is_used)| *is_used) {
            match loaded(files) {
                Ok(pack) => packs.push(pack),
                Err(Problems(found)) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(packs) } else { Err(PackError::Unusable(Problems(problems))) }
    }
}
