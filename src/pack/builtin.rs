//! The packs inside the program, and the checks they share.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use super::archive::Installed;
use super::format::{PackFile, read};
use super::validate::HEAD;
use crate::facts::hex;

/// Folders of `checks/` and their files: name and content. Written by the build script.
const EMBEDDED: &[(&str, &[(&str, &str)])] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// Origin of the packs inside the program.
pub const BUILT_IN: &str = "built-in";

/// Folder of the shared checks: beside the built-in packs, or in a pack that brings its own.
pub const COMMON: &str = "common";

/// What the head of a pack says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Name of the product for people.
    pub title: String,
    /// Version of the pack.
    pub version: String,
    /// Day its data was last compared with its sources.
    pub reviewed: Date,
}

/// The files of a pack: name within the folder to content.
#[derive(Clone, Debug, Default)]
pub struct PackFiles {
    /// Name of the folder; must be the product's id.
    pub name: String,
    /// `built-in` or the path of the folder.
    pub origin: String,
    /// Name of each file to its content.
    pub files: BTreeMap<String, Cow<'static, str>>,
    /// The same of the shared checks that it brings along; if there is none, those inside the program count.
    pub common: BTreeMap<String, Cow<'static, str>>,
    /// How it was installed, if `packs install` did.
    pub installed: Option<Installed>,
}

impl PackFiles {
    /// Whether they are inside the program.
    pub fn is_built_in(&self) -> bool {
        self.origin == BUILT_IN
    }

    /// The shared checks that it takes from.
    pub(super) fn shared(&self) -> Self {
        if self.common.is_empty() {
            return common();
        }
        let origin = format!("{}/{COMMON}", self.origin);
        Self { name: COMMON.to_owned(), origin, files: self.common.clone(), ..Self::default() }
    }

    /// SHA-256 over the names and contents of all of its files, hexadecimal. That of a [`Pack`](super::Pack) covers what judges.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        let files = [("", &self.files), ("common/", &self.common)];
        let files = files.into_iter().flat_map(|(folder, files)| files.iter().map(move |file| (folder, file)));
        for part in files.flat_map(|(folder, (name, text))| [folder, name, text]) {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hex(&hash.finalize())
    }

    /// How it was installed, if its files are still those that were.
    pub fn unchanged(&self) -> Option<&Installed> {
        self.installed.as_ref().filter(|installed| installed.sha256 == self.sha256())
    }

    /// The head of the pack, if it can be read.
    pub fn head(&self) -> Option<Head> {
        let PackFile { title, version, reviewed, .. } = read(HEAD, self.files.get(HEAD)?).ok()?;
        Some(Head { title, version, reviewed: reviewed.0 })
    }

    /// What a file is called in messages.
    pub(super) fn path(&self, name: &str) -> String {
        if self.is_built_in() { format!("checks/{}/{name}", self.name) } else { format!("{}/{name}", self.origin) }
    }
}

/// The files of the built-in packs, one pack a product.
pub fn builtin() -> Vec<PackFiles> {
    EMBEDDED.iter().map(|(name, _)| *name).filter(|name| *name != COMMON).map(embedded).collect()
}

/// Whether there is a pack for this product inside the program.
pub fn is_built_in(product: &str) -> bool {
    product != COMMON && EMBEDDED.iter().any(|(name, _)| *name == product)
}

/// The files of the shared checks, which every pack can take from.
pub fn common() -> PackFiles {
    embedded(COMMON)
}

fn embedded(folder: &str) -> PackFiles {
    let of_folder = EMBEDDED.iter().filter(|(name, _)| *name == folder).flat_map(|(_, files)| *files);
    PackFiles {
        name: folder.to_owned(),
        origin: BUILT_IN.to_owned(),
        files: of_folder.map(|(name, text)| ((*name).to_owned(), Cow::Borrowed(*text))).collect(),
        ..PackFiles::default()
    }
}
