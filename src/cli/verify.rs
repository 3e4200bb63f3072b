//! `rampcheck verify`.

use super::arguments::VerifyArguments;
use super::check::today;
use super::exit::{Exit, Failure};
use super::output::say;
use super::{packs, received};
use crate::render::saved;
use crate::render::text::Style;
use crate::report::verify::{Mark, verify};

/// Runs it.
pub fn run(arguments: &VerifyArguments, style: Style) -> Result<Exit, Failure> {
    let received = received::report(&arguments.report)?;
    let packs = packs::all(&arguments.packs.packs)?;
    let points = verify(&received, &packs, today());
    say(&saved::points(&received.report, &points, style))?;
    Ok(if points.iter().any(|point| point.mark == Mark::Bad) { Exit::Usage } else { Exit::Success })
}
