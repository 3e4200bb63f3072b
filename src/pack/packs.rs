//! The packs that can be judged with, by product. Each is read when it is needed, and once.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::archive::order;
use super::{Pack, PackFiles, Problems, builtin, load, load_without_examples};
use crate::facts::catalogue::nearest;

/// The packs there are.
#[derive(Clone, Debug)]
pub struct Packs(BTreeMap<String, OfProduct>);

/// The packs of a product.
#[derive(Clone, Debug, Default)]
struct OfProduct {
    /// The one that is used, and after it those that are not.
    files: Vec<PackFiles>,
    /// The one that is used, if it has been read.
    read: OnceLock<Result<Arc<Pack>, Problems>>,
}

impl OfProduct {
    fn read(&self) -> Option<Result<Arc<Pack>, Problems>> {
        let files = self.files.first()?;
        Some(self.read.get_or_init(|| loaded(files).map(Arc::new)).clone())
    }

    fn insert(&mut self, at: usize, files: PackFiles) {
        self.files.insert(at, files);
        self.read = OnceLock::new();
    }
}

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
        let mut packs = Self(BTreeMap::new());
        builtin().into_iter().for_each(|files| packs.add(files));
        packs
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
        let is_newer = packs.files.first().is_none_or(|used| {
            let versions = version(&files).zip(version(used));
            versions.and_then(|(new, used)| order(&new, &used)) == Some(Ordering::Greater)
        });
        packs.insert(if is_newer { 0 } else { packs.files.len() }, files);
    }

    /// Every pack and whether it is used, by product; the one that is used is the first of its product.
    pub fn all(&self) -> impl Iterator<Item = (&PackFiles, bool)> {
        self.0.values().flat_map(|packs| packs.files.iter().enumerate().map(|(number, files)| (files, number == 0)))
    }

    /// The products.
    pub fn products(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Reads the pack of a product.
    ///
    /// # Errors
    /// When there is none, or it cannot be used.
    pub fn read(&self, product: &str) -> Result<Arc<Pack>, PackError> {
        let read = self.0.get(product).and_then(OfProduct::read).ok_or_else(|| PackError::Unknown {
            product: product.to_owned(),
            products: self.0.keys().cloned().collect(),
        })?;
        read.map_err(PackError::Unusable)
    }

    /// Reads every pack, in the order of the products.
    ///
    /// # Errors
    /// All that is wrong with any of them.
    pub fn read_all(&self) -> Result<Vec<Arc<Pack>>, PackError> {
        let mut packs = Vec::new();
        let mut problems = Vec::new();
        for read in self.0.values().filter_map(OfProduct::read) {
            match read {
                Ok(pack) => packs.push(pack),
                Err(Problems(found)) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(packs) } else { Err(PackError::Unusable(Problems(problems))) }
    }
}
