//! The vendor's signed list of supported releases: a JSON Web Token (RFC 7515), RS256 and nothing else.
//!
//! The signature is verified over the bytes as they came, before any of them is believed. The algorithm is fixed here, and
//! the header can only agree with it. Who offered the list, and which release is looked for, is not known here.

use std::cmp::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::key::TrustKey;
use crate::facts::{SupportedRelease, Version, utc_day};

/// Longest token read. The vendor's lists have some 30 kB.
const TOKEN_LIMIT: usize = 2 << 20;

/// Most releases of a list that are kept as a fact: the newest ones. The vendor's lists have some 150.
const MOST_RELEASES: usize = 400;

/// A list whose signature was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignedList {
    /// When it was made.
    pub timestamp: Timestamp,
    /// Fingerprint of the key that signed it.
    pub key: String,
    pub releases: Vec<SupportedRelease>,
    pub exceptions: Option<Exceptions>,
}

/// Releases that one server may run longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Exceptions {
    pub domain: Option<String>,
    pub unique_id: Option<String>,
    pub releases: Vec<SupportedRelease>,
}

impl SignedList {
    /// The newest releases of the list and those of the exceptions, oldest first.
    pub(super) fn supported(&self, exceptions: Option<&Exceptions>) -> Vec<SupportedRelease> {
        let mut releases = newest(&self.releases);
        releases.extend(exceptions.into_iter().flat_map(|exceptions| newest(&exceptions.releases)));
        releases.sort_by(in_order);
        releases.into_iter().map(|(_, release)| release.clone()).collect()
    }
}

type Versioned<'r> = (Version, &'r SupportedRelease);

fn newest(releases: &[SupportedRelease]) -> Vec<Versioned<'_>> {
    let mut releases: Vec<_> =
        releases.iter().filter_map(|release| Some((Version::parse(&release.version).ok()?, release))).collect();
    releases.sort_by(in_order);
    releases.split_off(releases.len().saturating_sub(MOST_RELEASES))
}

/// By version, an exception behind the list's own entry.
fn in_order((a, one): &Versioned<'_>, (b, other): &Versioned<'_>) -> Ordering {
    a.partial_cmp(b).unwrap_or(Ordering::Equal).then_with(|| one.exception.cmp(&other.exception))
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

impl Entry {
    fn release(self, exception: bool) -> SupportedRelease {
        let lts = self.release_type.is_some_and(|kind| kind.eq_ignore_ascii_case("lts"));
        SupportedRelease { version: self.version, until: utc_day(self.expiration), lts, exception }
    }
}

/// The token in a document: the token itself, a JSON text, `{"signed": ...}` as the vendor's service answers, or a server's
/// answer with `supportedVersions`.
pub(super) fn token(document: &str) -> Option<String> {
    let document = document.trim();
    if !document.starts_with(['{', '"']) {
        return (!document.is_empty()).then(|| document.to_owned());
    }
    signed(&serde_json::from_str(document).ok()?)
}

/// The token in a JSON value. Older servers give a bare text. An empty text is not a token.
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
        return Err(format!("it is not a signed token: it has {} parts instead of 3", parts.len()));
    };
    let decoded = |part: &str, name: &str| {
        URL_SAFE_NO_PAD.decode(part).map_err(|error| format!("its {name} is not base64url: {error}"))
    };
    let algorithm: Header = serde_json::from_slice(&decoded(header, "header")?)
        .map_err(|error| format!("its header is not that of a signed list: {error}"))?;
    if algorithm.alg != "RS256" || algorithm.typ.is_some_and(|typ| typ != "JWT") {
        return Err(format!("its header names `{:.20}`, and only RS256 is accepted", algorithm.alg));
    }
    let signature = decoded(signature, "signature")?;
    let signed = &token[..header.len() + 1 + payload.len()];
    let Some(key) = keys.iter().find(|key| key.verifies(signed.as_bytes(), &signature)) else {
        return Err("it was not signed with a trusted key, or it was altered".to_owned());
    };
    let payload: Payload = serde_json::from_slice(&decoded(payload, "payload")?)
        .map_err(|error| format!("it is signed, but it is not a list of releases: {error}"))?;
    let releases = |entries: Vec<Entry>, exception| entries.into_iter().map(|entry| entry.release(exception)).collect();
    Ok(SignedList {
        timestamp: payload.timestamp,
        key: key.fingerprint.clone(),
        releases: releases(payload.versions, false),
        exceptions: payload.exceptions.map(|exceptions| Exceptions {
            domain: exceptions.domain,
            unique_id: exceptions.unique_id,
            releases: releases(exceptions.versions.unwrap_or_default(), true),
        }),
    })
}

#[cfg(test)]
mod tests;
