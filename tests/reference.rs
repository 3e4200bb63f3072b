//! Generated files are what the program would write now; `RAMPCHECK_BLESS=1 cargo test --test reference` rewrites them.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test reads its own files; one that cannot has failed"
)]

use std::{env, fs};

use rampcheck::check::{builtin, load};
use rampcheck::render::reference::page;

#[test]
fn the_page_of_checks_is_current() {
    let packs: Vec<_> =
        builtin().iter().map(|files| load(files).unwrap_or_else(|problems| panic!("{problems}"))).collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/checks/README.md");
    let page = page(&packs);
    if env::var_os("RAMPCHECK_BLESS").is_some() {
        fs::write(path, &page).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(written == page, "checks/README.md is not current: RAMPCHECK_BLESS=1 cargo test --test reference");
}
