//! The digest shows damage and careless edits. It is no signature: whoever edits a report can also compute its digest.
//!
//! Only values count. White space, the order of members and the spelling of numbers carry nothing, so that tools which write
//! a report anew (`jq .`) leave its digest as it is.

use std::io::{self, Write as _};

use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};

use crate::facts::hex;

/// SHA-256, hexadecimal.
pub fn hex_sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

/// Whole numbers below this one are the same as `u64` and as `f64`: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The digest of a document: SHA-256 over its JSON without the member `digest`, members sorted by name, no white space,
/// numbers as those of JavaScript: a whole number below 2^53 without a point, every other one as the nearest `f64`.
///
/// # Errors
/// When it cannot be written as JSON (a number that is not finite).
pub fn digest_of(document: &Value) -> Result<String, serde_json::Error> {
    let mut hash = Hash(Sha256::new());
    // What is written comes in parts of a few bytes.
    let mut writer = io::BufWriter::new(&mut hash);
    match document {
        Value::Object(members) => serde_json::to_writer(&mut writer, &Body(members))?,
        other => serde_json::to_writer(&mut writer, &Plain(other))?,
    }
    writer.flush().map_err(serde_json::Error::io)?;
    drop(writer);
    Ok(hex(hash.0.finalize().as_slice()))
}

/// A document without its digest. Members of a [`Map`] are sorted by name.
struct Body<'m>(&'m Map<String, Value>);

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = self.0.iter().filter(|(name, _)| *name != "digest");
        serializer.collect_map(members.map(|(name, value)| (name, Plain(value))))
    }
}

/// A value whose numbers are spelled in one way.
struct Plain<'v>(&'v Value);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Number(number) => plain(number, serializer),
            Value::Array(list) => serializer.collect_seq(list.iter().map(Plain)),
            Value::Object(members) => serializer.collect_map(members.iter().map(|(name, value)| (name, Plain(value)))),
            other => other.serialize(serializer),
        }
    }
}

fn plain<S: Serializer>(number: &Number, serializer: S) -> Result<S::Ok, S::Error> {
    match number.as_f64() {
        Some(whole) if whole.fract() == 0.0 && whole.abs() < EXACT => serializer.serialize_i64(whole as i64),
        Some(other) => serializer.serialize_f64(other),
        None => number.serialize(serializer),
    }
}

/// Hashes what is written, so that no copy of a large document is made.
struct Hash(Sha256);

impl io::Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        digest_of(&serde_json::from_str(text).unwrap()).unwrap()
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
