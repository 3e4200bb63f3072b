//! The packs inside the binary.

use super::load::PackFiles;

/// Product, then name and content of each file; written by the build script from `checks/`.
const EMBEDDED: &[(&str, &[(&str, &str)])] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// Origin of the packs inside the binary.
pub const BUILT_IN: &str = "built-in";

/// The built-in packs' files.
pub fn builtin() -> Vec<PackFiles> {
    let owned = |(name, files): &(&str, &[(&str, &str)])| PackFiles {
        name: (*name).to_owned(),
        origin: BUILT_IN.to_owned(),
        files: files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
    };
    EMBEDDED.iter().map(owned).collect()
}
