//! The one integration test binary: the built program driven from outside, and what holds of the library as a whole.
//!
//! `cargo test --test it verdicts::` runs one module. `RAMPCHECK_BLESS=1` rewrites the files in `expected/` and
//! `checks/README.md`; look at the difference before it is committed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "tests read and write their own files and start programs")]

mod support;

mod ansible;
mod arriving;
mod bundle;
mod changed_since;
mod cli;
mod completions;
mod container;
mod deployment;
mod fix;
mod fleet;
mod formats;
mod fuzz;
mod hostile;
mod installing;
mod journey;
mod layers;
mod manifest;
mod measure;
mod only;
mod outputs;
mod owners;
mod packs;
mod plugins;
mod properties;
mod reach;
mod redaction;
mod reference;
mod reports;
mod rules;
mod schemas;
mod server;
mod signatures;
mod trouble;
mod verdicts;
mod wait;
mod windows;
