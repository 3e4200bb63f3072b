//! The digest shows damage and edits by hand; it is no signature.

use std::io;

use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::facts::hex;

/// SHA-256, hexadecimal.
pub fn hex_sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

/// The digest of a document: SHA-256 over its JSON without the member `digest`, members sorted by name, no white space.
///
/// # Errors
/// When it cannot be written as JSON (a number that is not finite).
pub fn digest_of(document: &Value) -> Result<String, serde_json::Error> {
    let mut hash = Hash(Sha256::new());
    match document {
        Value::Object(members) => serde_json::to_writer(&mut hash, &Body(members))?,
        other => serde_json::to_writer(&mut hash, other)?,
    }
    Ok(hex(hash.0.finalize().as_slice()))
}

/// A document without its digest. Members of a [`Map`] are sorted by name.
struct Body<'m>(&'m Map<String, Value>);

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().filter(|(name, _)| *name != "digest"))
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
