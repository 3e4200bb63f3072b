//! `rampcheck verify`.

use super::arguments::VerifyArguments;
use super::exit::{Exit, Failure};
use super::output::say;
use super::{input, packs};
use crate::render::saved;
use crate::render::text::Style;
use crate::report::verify::{Mark, verify};

/// Runs it.
pub fn run(arguments: &VerifyArguments, style: Style) -> Result<Exit, Failure> {
    let received = input::report(&arguments.report)?;
    let packs = packs::find(&arguments.packs.packs)?.read_all().map_err(Failure::usage)?;
    let points = verify(&received, &packs, super::today());
    say(&saved::points(&received.report, &points, style))?;
    Ok(if points.iter().any(|point| point.mark == Mark::Bad) { Exit::Usage } else { Exit::Success })
}
