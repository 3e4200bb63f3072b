//! The vendor's signed list of supported releases: a JSON Web Token (RFC 7515), RS256 and nothing else.
//!
//! The signature is verified over the bytes as they came before any of them is believed; the algorithm is fixed here and
//! the header can only agree with it. Who offered the list, and which release is looked for, is not known here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::key::TrustKey;
use crate::facts::utc_day;

/// Longest token read. The vendor's lists have some 30 kB.
const TOKEN_LIMIT: usize = 2 << 20;

/// A list whose signature was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignedList {
    /// When it was made.
    pub timestamp: Timestamp,
    /// Fingerprint of the key that signed it.
    pub key: String,
    pub releases: Vec<Release>,
    pub exceptions: Option<Exceptions>,
}

/// A release and the last day of its support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Release {
    pub version: String,
    pub until: Date,
    pub lts: bool,
}

/// Releases that one workspace may run longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Exceptions {
    pub domain: Option<String>,
    pub unique_id: Option<String>,
    pub releases: Vec<Release>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: Option<String>,
}

#[derive(Deserialize)]
struct Payload {
    timestamp: Timestamp,
    versions: Vec<Entry>,
    exceptions: Option<PayloadExceptions>,
}

#[derive(Deserialize)]
struct PayloadExceptions {
    domain: Option<String>,
    #[serde(rename = "uniqueId")]
    unique_id: Option<String>,
    versions: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    version: String,
    expiration: Timestamp,
    #[serde(rename = "releaseType")]
    release_type: Option<String>,
}

impl From<Entry> for Release {
    fn from(entry: Entry) -> Self {
        let lts = entry.release_type.is_some_and(|sort| sort.eq_ignore_ascii_case("lts"));
        Self { version: entry.version, until: utc_day(entry.expiration), lts }
    }
}

/// The token in a document: the token itself, a JSON text, `{"signed": ...}` as the releases service and the vendor's
/// clients have it, or an `/api/info` with `supportedVersions`.
pub(super) fn token(document: &str) -> Option<String> {
    let document = document.trim();
    if !document.starts_with(['{', '"']) {
        return (!document.is_empty()).then(|| document.to_owned());
    }
    signed(&serde_json::from_str(document).ok()?)
}

/// The token in a JSON value: older servers give a bare text. An empty one is none.
pub(super) fn signed(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Object(members) => members.get("signed").or_else(|| members.get("supportedVersions")).and_then(signed),
        _ => None,
    }
}

/// Verifies a token with the keys; says why it is refused.
pub(super) fn verify(token: &str, keys: &[TrustKey]) -> Result<SignedList, String> {
    if token.len() > TOKEN_LIMIT {
        return Err(format!("it is larger than {TOKEN_LIMIT} bytes"));
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        return Err(format!("it is no signed token: it has {} parts, not 3", parts.len()));
    };
    let decoded = |part: &str, name: &str| {
        URL_SAFE_NO_PAD.decode(part).map_err(|error| format!("its {name} is not base64url: {error}"))
    };
    let algorithm: Header = serde_json::from_slice(&decoded(header, "header")?)
        .map_err(|error| format!("its header is not that of a list: {error}"))?;
    if algorithm.alg != "RS256" || algorithm.typ.is_some_and(|typ| typ != "JWT") {
        return Err(format!("its header asks for `{:.20}`, and only RS256 is accepted", algorithm.alg));
    }
    let signature = decoded(signature, "signature")?;
    let signed = &token[..header.len() + 1 + payload.len()];
    let Some(key) = keys.iter().find(|key| key.verifies(signed.as_bytes(), &signature)) else {
        return Err("its signature is by no key that is trusted, or it was altered".to_owned());
    };
    let payload: Payload = serde_json::from_slice(&decoded(payload, "payload")?)
        .map_err(|error| format!("it is signed, but makes no sense: {error}"))?;
    let releases = |entries: Vec<Entry>| entries.into_iter().map(Release::from).collect();
    Ok(SignedList {
        timestamp: payload.timestamp,
        key: key.fingerprint.clone(),
        releases: releases(payload.versions),
        exceptions: payload.exceptions.map(|exceptions| Exceptions {
            domain: exceptions.domain,
            unique_id: exceptions.unique_id,
            releases: releases(exceptions.versions.unwrap_or_default()),
        }),
    })
}

#[cfg(test)]
mod tests;
