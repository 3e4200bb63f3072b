//! rampcheck tells whether a host qualifies for a vendor's support.
//!
//! ```text
//! host --probes--> facts --+
//!                          +-- evaluate (pure) --> report --> render: terminal, html, json, junit, nagios
//! pack + plan + today -----+
//! ```
//! Data goes one way. Only [`host`] touches a machine, only a renderer knows a format, only `cli` knows exit codes.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod check;
pub mod cli;
pub mod evaluate;
pub mod facts;
pub mod host;
pub mod probe;
pub mod render;
pub mod report;
#[cfg(test)]
mod schemas;
pub mod verdict;
