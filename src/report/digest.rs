//! The digest shows damage and edits by hand; it is no signature.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Report;

/// SHA-256, hexadecimal.
pub fn hex_sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Puts the digest into a report: SHA-256 over its JSON without `digest`, members sorted by name, no white space.
///
/// # Errors
/// When the report cannot be written as JSON (a number that is not finite).
pub fn seal(report: &mut Report) -> Result<(), serde_json::Error> {
    report.digest = digest_of(report)?;
    Ok(())
}

fn digest_of(report: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut value = serde_json::to_value(report)?;
    if let Value::Object(members) = &mut value {
        members.remove("digest");
    }
    Ok(hex_sha256(value.to_string().as_bytes()))
}
