//! One format a file. A renderer turns a report or facts into text; it decides nothing and touches nothing.

pub mod changes;
pub mod explain;
pub mod facts;
pub mod html;
pub mod junit;
pub mod log;
mod markup;
pub mod nagios;
pub mod reference;
pub mod releases;
pub mod saved;
pub mod terminal;
pub mod text;
pub mod ticket;
pub mod tiers;
mod window;
pub mod words;

use std::fmt::Write as _;

use serde::Serialize;

/// JSON for people and programs: indented, with a line end. What would steer a terminal is written as an escape.
///
/// # Errors
/// When a number is not finite.
pub fn json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let pretty = serde_json::to_string_pretty(value)?;
    let mut text = String::with_capacity(pretty.len() + 1);
    for sign in pretty.chars() {
        match sign {
            // The only line ends that are left are those between members.
            sign if sign != '\n' && text::is_active(sign) => {
                let _ = write!(text, "\\u{:04x}", u32::from(sign));
            }
            sign => text.push(sign),
        }
    }
    text.push('\n');
    Ok(text)
}
