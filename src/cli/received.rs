//! Reports and facts documents that someone sent: files to what `report::read` makes of them.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use super::exit::Failure;
use crate::report::read::{self, MOST_BYTES, Observed, ReadError, Received};

/// What a report that was made from an edited one says of that.
pub const EDITED: &str = "the report behind this one is edited or damaged: its digest does not fit its content";

/// Reads a report.
pub fn report(path: &Path) -> Result<Received, Failure> {
    bytes(path).and_then(|bytes| read::report(&bytes).map_err(|error| failure(path, &error)))
}

/// Reads a report with the members that this version does not know.
pub fn document(path: &Path) -> Result<Value, Failure> {
    let bytes = bytes(path)?;
    // What is no report is not passed on, either.
    read::report(&bytes).and_then(|_| read::document(&bytes)).map_err(|error| failure(path, &error))
}

/// Reads the facts of a facts document or a report.
pub fn observed(path: &Path) -> Result<Observed, Failure> {
    let mut observed = bytes(path).and_then(|bytes| read::observed(&bytes).map_err(|error| failure(path, &error)))?;
    observed.collection.view = format!("facts {}", path.display());
    Ok(observed)
}

fn failure(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {error}", path.display()))
}

/// The content of a file of a document. What is too large is refused by its size, before it is read; a pipe, at the bound.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let file = File::open(path).map_err(|error| failure(path, &error))?;
    let length = file.metadata().map(|meta| meta.len()).unwrap_or_default();
    if length > MOST_BYTES as u64 {
        return Err(failure(path, &ReadError::TooLarge));
    }
    let mut content = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    file.take(MOST_BYTES as u64 + 1).read_to_end(&mut content).map_err(|error| failure(path, &error))?;
    Ok(content)
}
