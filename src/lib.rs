//! rampcheck tells whether a host qualifies for a vendor's support, what is missing, and how to put it right.
//!
//! ```text
//! host --probes--> facts --redact--> derive --> judge (pure) --> report --> render: terminal, json, html, junit, nagios
//!                  request + pack + day ---------^
//! ```
//!
//! Data goes one way. Only [`host`] touches a machine, only a renderer knows a format, only [`cli`] knows arguments and exit
//! codes. The whole way is one call, [`inspect::inspect`]:
//!
//! ```
//! use std::sync::Arc;
//!
//! use jiff::Timestamp;
//! use rampcheck::host::{Recorded, Remembering};
//! use rampcheck::inspect::{Request, Source, inspect};
//! use rampcheck::judge::Verdict;
//! use rampcheck::pack::Packs;
//! use rampcheck::plan::Intent;
//! use rampcheck::redact::Redactor;
//! use rampcheck::render::words;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let host = Recorded::load("tests/hosts/ubuntu-22.04.toml".as_ref())?;
//! let mut request = Request::at(Timestamp::now());
//! request.today = Some("2026-11-20".parse()?);
//! request.intent = Intent { product: Some("cometchat".into()), tier: Some("qa".into()), ..Intent::default() };
//!
//! let source = Source::Host(Arc::new(Remembering::new(Arc::new(host))), "an example".into());
//! let report = inspect(&request, source, &Packs::built_in(), &mut Redactor::default(), &mut |_| {})?;
//!
//! assert_eq!(report.verdict, Verdict::Supported);
//! assert_eq!(words::verdict_sentence(&report), "this host qualifies for CometChat on-premise, tier qa");
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod cli;
pub mod facts;
pub mod fleet;
pub mod host;
pub mod inspect;
pub mod judge;
pub mod pack;
pub mod plan;
pub mod probe;
pub mod redact;
pub mod render;
pub mod report;
#[cfg(test)]
mod schema;
pub mod signature;
