//! Generated files are what the program would write now; `RAMPCHECK_BLESS=1 cargo test --test it reference` rewrites them.

use rampcheck::pack::Packs;
use rampcheck::render::reference::page;

use crate::support::expected;

#[test]
fn the_page_of_checks_is_current() {
    let packs = Packs::built_in().read_all().unwrap_or_else(|problems| panic!("{problems}"));
    expected("checks/README.md", &page(&packs));
}
