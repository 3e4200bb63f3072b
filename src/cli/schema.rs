//! `rampcheck schema`.

use super::arguments::{SchemaArguments, SchemaOf};
use super::exit::{Exit, Failure};
use super::output::say_compressed;

/// The schema of version 1 of the report, as it is published; compressed by the build script, like the next one.
const REPORT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/report-v1.schema.json.gz"));
/// The schema of version 1 of the report on a fleet.
const FLEET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/fleet-v1.schema.json.gz"));
/// The schema of the files of a pack.
const PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pack-v1.schema.json.gz"));

/// Runs it.
pub fn run(arguments: &SchemaArguments) -> Result<Exit, Failure> {
    say_compressed(match arguments.of {
        SchemaOf::Report => REPORT,
        SchemaOf::Fleet => FLEET,
        SchemaOf::Pack => PACK,
    })?;
    Ok(Exit::Success)
}
