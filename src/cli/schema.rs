//! `rampcheck schema`.

use super::arguments::{SchemaArguments, SchemaOf};
use super::exit::{Exit, Failure};
use super::output::say;

/// The schema of version 1 of the report, as it is published.
const REPORT: &str = include_str!("../../packaging/schemas/report-v1.schema.json");
/// The schema of the files of a pack.
const PACK: &str = include_str!("../../packaging/schemas/pack-v1.schema.json");

/// Runs it.
pub fn run(arguments: &SchemaArguments) -> Result<Exit, Failure> {
    say(match arguments.of {
        SchemaOf::Report => REPORT,
        SchemaOf::Pack => PACK,
    })?;
    Ok(Exit::Success)
}
