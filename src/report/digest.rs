//! The digest shows damage and careless edits. It is no signature: whoever edits a report can also compute its digest.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::plain::{Bounds, plain};
use crate::facts::hex;

/// SHA-256, hexadecimal.
pub fn hex_sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

/// The member of a document that holds its digest.
pub(super) const DIGEST: &str = "digest";

/// The digest of a document: SHA-256 over its [plain form](super::plain) without the member `digest`.
///
/// # Errors
/// When it cannot be written as JSON (a number that is not finite).
pub fn digest_of(document: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(hex_sha256(&plain(&serde_json::to_vec(document)?, DIGEST, Bounds::NONE)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        digest_of(&serde_json::from_str::<serde_json::Value>(text).unwrap()).unwrap()
    }

    #[test]
    fn the_spelling_of_a_number_carries_nothing() {
        for (one, other) in [
            (r#"{"a": 5000.0}"#, r#"{ "a": 5000 }"#),
            (r#"{"a": [1.50, 0.0]}"#, r#"{"a": [15e-1, -0]}"#),
            // What jq 1.6 makes of the largest number of open files.
            (r#"{"a": 9223372036854775807}"#, r#"{"a": 9223372036854776000}"#),
            (r#"{"a": 18446744073709551615}"#, r#"{"a": 18446744073709552000}"#),
            (r#"{"a": 0.1, "digest": "x"}"#, r#"{"digest": "y", "a": 0.10000000000000001}"#),
        ] {
            assert_eq!(of(one), of(other), "{one}");
        }
        for (one, other) in
            [("[1]", "[1.5]"), ("[1]", "[-1]"), ("[1]", r#"["1"]"#), ("[9007199254740991]", "[9007199254740990]")]
        {
            assert_ne!(of(one), of(other), "{one}");
        }
    }
}
