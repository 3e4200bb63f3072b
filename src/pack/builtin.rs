//! The packs inside the program, and the checks they share.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Folders of `checks/` and their files: name and content. Written by the build script.
const EMBEDDED: &[(&str, &[(&str, &str)])] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// Origin of the packs inside the program.
pub const BUILT_IN: &str = "built-in";

/// Folder of the shared checks, which is no product.
const COMMON: &str = "common";

/// The files of a pack: name within the folder to content.
#[derive(Clone, Debug, Default)]
pub struct PackFiles {
    /// Name of the folder; must be the product's id.
    pub name: String,
    /// `built-in` or the path of the folder.
    pub origin: String,
    /// Name of each file to its content.
    pub files: BTreeMap<String, Cow<'static, str>>,
}

impl PackFiles {
    /// Whether they are inside the program.
    pub fn is_built_in(&self) -> bool {
        self.origin == BUILT_IN
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
    }
}
