//! One format a file. A renderer turns a report or facts into text; it decides nothing and touches nothing.

pub mod changes;
pub mod explain;
pub mod facts;
pub mod reference;
pub mod saved;
pub mod terminal;
pub mod text;
pub mod ticket;
pub mod tiers;
pub mod words;

use serde::Serialize;

/// JSON for people and programs: indented, with a line end.
///
/// # Errors
/// When a number is not finite.
pub fn json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}
