//! The packs inside the binary.

use std::borrow::Cow;

use super::load::{PackFiles, images};
use crate::facts::Questions;

/// A pack inside the binary.
struct Embedded {
    product: &'static str,
    /// Name and content of each file.
    files: &'static [(&'static str, &'static str)],
    /// Words of its checks that may be names of facts.
    names: &'static [&'static str],
}

/// Written by the build script from `checks/`.
const EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// Origin of the packs inside the binary.
pub const BUILT_IN: &str = "built-in";

/// The built-in packs' files.
pub fn builtin() -> Vec<PackFiles> {
    let owned = |pack: &Embedded| PackFiles {
        name: pack.product.to_owned(),
        origin: BUILT_IN.to_owned(),
        files: pack.files.iter().map(|(name, text)| ((*name).to_owned(), Cow::Borrowed(*text))).collect(),
    };
    EMBEDDED.iter().map(owned).collect()
}

/// Adds what a built-in pack asks of a host, as [`Pack::ask`](super::Pack::ask) does, without reading its checks, which
/// takes twenty times as long.
pub fn ask_unread(files: &PackFiles, questions: &mut Questions) {
    questions.images.extend(images(files));
    let names = EMBEDDED.iter().filter(|pack| pack.product == files.name).flat_map(|pack| pack.names);
    names.for_each(|name| questions.ask(name));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::load;

    #[test]
    fn a_built_in_pack_asks_the_same_whether_it_was_read_or_not() {
        for files in builtin() {
            let (mut read, mut unread) = (Questions::default(), Questions::default());
            load(&files).unwrap().ask(&mut read);
            ask_unread(&files, &mut unread);
            assert!(!read.ports.is_empty());
            assert_eq!(unread, read, "{}", files.name);
        }
    }
}
