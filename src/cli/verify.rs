//! `rampcheck verify`.

use std::path::PathBuf;

use super::arguments::VerifyArguments;
use super::delivery::SIGNATURE;
use super::exit::{Exit, Failure};
use super::output::say;
use super::{input, packs};
use crate::render::saved;
use crate::render::text::Style;
use crate::report::verify::{Mark, Signed, verify};

/// Runs it.
pub fn run(arguments: &VerifyArguments, style: Style) -> Result<Exit, Failure> {
    let bytes = input::document(&arguments.report)?;
    let received = input::report_in(&arguments.report, &bytes)?;
    let packs = packs::find(&arguments.packs.packs)?.read_all().map_err(Failure::usage)?;
    let read = |option: &str, path: &Option<PathBuf>| path.as_ref().map(|path| input::text(option, path)).transpose();
    let mut beside = arguments.report.clone().into_os_string();
    beside.push(SIGNATURE);
    let beside = Some(PathBuf::from(beside)).filter(|path| path.symlink_metadata().is_ok());
    let signed = Signed {
        message: &bytes,
        signature: read("--signature", &arguments.signature.clone().or(beside))?,
        allowed_signers: read("--allowed-signers", &arguments.allowed_signers)?,
        known_hosts: read("--known-hosts", &arguments.known_hosts)?,
    };
    let points = verify(&received, &signed, &packs, super::today());
    say(&saved::points(&received.report, &points, style))?;
    Ok(if points.iter().any(|point| point.mark == Mark::Bad) { Exit::Usage } else { Exit::Success })
}
