//! `rampcheck diff`.

use super::arguments::{DiffArguments, Format};
use super::exit::{Exit, Failure};
use super::output::say;
use super::{input, packs};
use crate::render::changes;
use crate::render::json::json;
use crate::render::text::Style;
use crate::report::diff::Diff;

/// Runs it. That something changed is no failure, unless --exit-code asks.
pub fn run(arguments: &DiffArguments, style: Style) -> Result<Exit, Failure> {
    let packs = packs::find(&arguments.packs.packs)?;
    let mut pair = Vec::new();
    let mut count = 0;
    let unusable = input::each(&arguments.reports, false, |arrived| {
        count += 1;
        if count <= 2 {
            pair.push(arrived.judged_anew(&packs)?);
        }
        Ok(())
    })?;
    if !unusable.is_empty() {
        let messages: Vec<_> = unusable.into_iter().map(|unusable| unusable.message).collect();
        return Err(Failure::usage(messages.join("\n")));
    }
    let ([old, new], 2) = (pair.as_slice(), count) else {
        return Err(Failure::usage(format!(
            "diff compares two reports, an earlier and a later one, and these are {count}; `rampcheck show` lists several"
        )));
    };
    let diff = Diff::of(old, new);
    match arguments.format {
        Format::Human => say(&changes::diff(&diff, style))?,
        Format::Json => say(&json(&changes::document(&diff)).map_err(Failure::tool)?)?,
    }
    Ok(if arguments.exit_code && !diff.is_empty() { Exit::Unsupported } else { Exit::Success })
}
