//! Reading a report or a facts document that someone else wrote: hostile until it is read.
//!
//! A first look goes over the text and makes its plain form, which its digest is of: nesting, counts, lengths and members that
//! stand twice are settled there, so that what follows is bounded in time and memory. Members that this version does not know are
//! accepted, because additions are allowed within a version of the schema. It knows no files.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::digest::{DIGEST, hex_sha256};
use super::plain::{Bounds, plain};
use super::{Collection, FACTS_SCHEMA, FLEET_SCHEMA, HostId, Observation, REPORT_SCHEMA, Report, v1};
use crate::facts::Facts;
use crate::facts::catalogue::lookup;
use crate::redact::Redaction;

/// Largest document, bytes. A report has about 50 KiB; several copies of the largest one must fit 64 MiB.
pub const MOST_BYTES: usize = 8 << 20;
/// How much a document may hold. A report needs 6 levels and about 2000 values.
const BOUNDS: Bounds =
    Bounds { levels: 32, entries: 10_000, members: 20_000, values: 100_000, text: 64 << 10, name: 256 };

/// Why a document is not read. Messages are fragments that read after the file's name.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Larger than [`MOST_BYTES`].
    #[error("larger than 8 MiB")]
    TooLarge,
    /// It ends before the document does.
    #[error("cut off in line {0}: ask for the whole file")]
    Cut(usize),
    /// No JSON, beyond a bound, or not of the report's form; with line and column.
    #[error("{what}{0}", what = if .0.is_data() { "" } else { "not a JSON document: " })]
    Form(serde_json::Error),
    /// A later version of the schema.
    #[error("written by a newer rampcheck: schema `{0}`; this one reads version 1, so use that version or a later one")]
    Newer(String),
    /// Facts, where a report is needed.
    #[error("this is a facts document, not a report: `rampcheck check PRODUCT --facts FILE` judges it")]
    Facts,
    /// A report on a fleet, where one on a host is needed.
    #[error("this is a report on a fleet, not on a host: `rampcheck fleet` makes it from the reports of its hosts")]
    Fleet,
    /// JSON that does not say what it is.
    #[error("JSON without a `schema`, so not a report: ask for what `--format json` writes")]
    NoSchema,
    /// Another document.
    #[error("schema `{found}` is not one that this version reads here: {wanted}")]
    Schema {
        /// What it says it is.
        found: String,
        /// What would be read.
        wanted: &'static str,
    },
    /// A known fact whose value does not fit its kind.
    #[error("fact `{name}` is not of kind {kind}")]
    Kind {
        /// Name of the fact.
        name: String,
        /// Kind of the catalogue.
        kind: &'static str,
    },
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        if error.is_eof() { Self::Cut(error.line()) } else { Self::Form(error) }
    }
}

/// A report as it was received.
#[derive(Debug)]
pub struct Received {
    /// What this version understands of it.
    pub report: Report,
    /// Its summary follows from its findings; no if those were passed over.
    pub consistent: bool,
    /// What its digest should be.
    pub content: String,
}

impl Received {
    /// Whether its digest fits. Whoever edits a report can also compute its digest.
    pub fn is_intact(&self) -> bool {
        self.content == self.report.digest
    }
}

/// A document with facts that somebody sent.
#[derive(Debug)]
pub enum Sent {
    /// Facts alone. They have no digest.
    Facts(Observation),
    /// The facts of a report.
    Report(Box<Received>),
}

/// Reads a report.
///
/// # Errors
/// When it is too large, no report, of another version, or beyond a bound.
pub fn report(bytes: &[u8]) -> Result<Received, ReadError> {
    let (document, content) = of_v1::<Vec<v1::Finding>>(bytes)?;
    let summary = document.summary.clone();
    let report = Report::from(document);
    Ok(Received { consistent: summary == report.summary(), report, content })
}

/// Reads a report for its facts and its plan, and passes over its findings, whatever they are.
///
/// # Errors
/// As [`report`].
pub fn facts_of_report(bytes: &[u8]) -> Result<Received, ReadError> {
    let (document, content) = of_v1::<IgnoredAny>(bytes)?;
    // Nobody looked.
    Ok(Received { consistent: false, report: document.without_findings(), content })
}

/// A document of version 1, and what its digest should be.
fn of_v1<F: DeserializeOwned>(bytes: &[u8]) -> Result<(v1::Document<F>, String), ReadError> {
    let plain = within_bounds(bytes)?;
    // What has a plain form is text, and its strings need no look of their own.
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let document = match serde_json::from_str::<v1::Document<F>>(text) {
        Ok(document) if document.schema == REPORT_SCHEMA => document,
        // What it says that it is explains more than what it lacks.
        other => {
            look(bytes, &[REPORT_SCHEMA])?;
            other?
        }
    };
    fits(&document.facts)?;
    Ok((document, hex_sha256(&plain)))
}

/// Reads a report with the members that this version does not know, and without a look at those that it does.
///
/// # Errors
/// When it is too large, no JSON, of another version, or beyond a bound.
pub fn document(bytes: &[u8]) -> Result<Value, ReadError> {
    look(bytes, &[REPORT_SCHEMA])?;
    Ok(serde_json::from_slice(bytes)?)
}

/// Reads the facts of a facts document or a report.
///
/// # Errors
/// As [`report`].
pub fn sent(bytes: &[u8]) -> Result<Sent, ReadError> {
    #[derive(Deserialize)]
    struct Facts {
        collection: Collection,
        facts: crate::facts::Facts,
        #[serde(default)]
        redaction: Redaction,
        #[serde(default)]
        host: HostId,
    }
    if look(bytes, &[FACTS_SCHEMA, REPORT_SCHEMA])? == REPORT_SCHEMA {
        return Ok(Sent::Report(Box::new(report(bytes)?)));
    }
    let Facts { collection, facts, redaction, host } = serde_json::from_slice(bytes)?;
    fits(&facts)?;
    Ok(Sent::Facts(Observation { collection, facts, redaction, token: host.token }))
}

/// Known facts have values of their kind. Facts that the catalogue does not know are kept: a newer version wrote them.
fn fits(facts: &Facts) -> Result<(), ReadError> {
    for (name, fact) in facts {
        let (Some(row), Some(value)) = (lookup(name), fact.value()) else { continue };
        if !row.kind.takes(value) {
            return Err(ReadError::Kind { name: name.clone(), kind: row.kind.name() });
        }
    }
    Ok(())
}

/// The plain form of a document that is small enough to be read.
///
/// # Errors
/// When it is too large, no JSON, or beyond a bound.
pub fn within_bounds(bytes: &[u8]) -> Result<Vec<u8>, ReadError> {
    if bytes.len() > MOST_BYTES {
        return Err(ReadError::TooLarge);
    }
    Ok(bounded(bytes)?)
}

/// The first look: bounds, then the schema, which is one of these.
fn look(bytes: &[u8], wanted: &[&'static str]) -> Result<String, ReadError> {
    #[derive(Deserialize)]
    struct Head {
        #[serde(default)]
        schema: String,
    }
    within_bounds(bytes)?;
    let Head { schema } = serde_json::from_slice(bytes)?;
    if wanted.contains(&schema.as_str()) {
        return Ok(schema);
    }
    let newer = |known: &&str| {
        let version = schema.strip_prefix(known.strip_suffix('1')?)?;
        version.parse().ok().filter(|version: &u32| *version > 1)
    };
    if [REPORT_SCHEMA, FACTS_SCHEMA].iter().find_map(newer).is_some() {
        return Err(ReadError::Newer(schema));
    }
    if schema == FACTS_SCHEMA {
        return Err(ReadError::Facts);
    }
    if schema == FLEET_SCHEMA {
        return Err(ReadError::Fleet);
    }
    if schema.is_empty() {
        return Err(ReadError::NoSchema);
    }
    let wanted = if wanted.contains(&FACTS_SCHEMA) { "name a facts document or a report" } else { "name a report" };
    Err(ReadError::Schema { found: schema.chars().take(80).collect(), wanted })
}

/// The plain form of a JSON text without its digest.
///
/// # Errors
/// When it is no JSON, or beyond a bound.
pub fn bounded(bytes: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    plain(bytes, DIGEST, BOUNDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        bounded(text.as_bytes()).map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn bounds_are_kept() {
        assert_eq!(said(r#"{"a": [1, -1, 1.5, null, true, "x"], "b": {}}"#), "");
        assert_eq!(said(&"[".repeat(BOUNDS.levels)), "EOF while parsing a list at line 1 column 32");
        assert_eq!(said(&"[".repeat(100_000)), "more than 32 levels of nesting at line 1 column 33");
        assert_eq!(said(&format!("[{}0]", "0,".repeat(BOUNDS.entries - 1))), "");
        assert!(said(&format!("[{}0]", "0,".repeat(BOUNDS.entries))).starts_with("more than 10000 entries in a list"));
        assert!(said(&format!("[{:?}]", "x".repeat(BOUNDS.text + 1))).starts_with("more than 65536 bytes in a text"));
        assert!(said(&format!("{{{:?}: 1}}", "x".repeat(257))).starts_with("more than 256 bytes in the name"));
        let lists = vec![format!("[{}0]", "0,".repeat(9_999)); 10].join(",");
        assert!(said(&format!("[{lists}]")).starts_with("more than 100000 values"));
        let members: Vec<_> = (0..=BOUNDS.members).map(|number| format!("\"{number}\":0")).collect();
        assert!(said(&format!("{{{}}}", members.join(","))).starts_with("more than 20000 members in an object"));
    }

    #[test]
    fn what_reaches_a_bound_is_read() {
        let values = |entries: usize| {
            let lists = vec![format!("[{}0]", "0,".repeat(9_999)); 9].join(",");
            said(&format!("[{lists},[{}0]]", "0,".repeat(entries - 1)))
        };
        let members = |count: usize| {
            let members: Vec<_> = (0..count).map(|number| format!("\"{number}\":0")).collect();
            said(&format!("{{{}}}", members.join(",")))
        };
        // The list of lists, ten lists, and what is in them.
        assert_eq!((values(9_989), values(9_990).is_empty()), (String::new(), false));
        assert_eq!((members(20_000), members(20_001).is_empty()), (String::new(), false));
        for (length, fits) in [(65_536, true), (65_537, false), (65_538, false)] {
            assert_eq!(said(&format!("[{:?}]", "x".repeat(length))).is_empty(), fits, "{length}");
        }
        for (length, fits) in [(256, true), (257, false), (258, false)] {
            assert_eq!(said(&format!("{{{:?}: 1}}", "x".repeat(length))).is_empty(), fits, "{length}");
        }
        for (levels, fits) in [(32, true), (33, false), (34, false)] {
            assert_eq!(said(&("[".repeat(levels) + &"]".repeat(levels))).is_empty(), fits, "{levels}");
        }
        for (length, fits) in [(8 << 20, true), ((8 << 20) + 1, false), ((8 << 20) + 2, false)] {
            let text = format!("[]{}", " ".repeat(length - 2));
            assert_eq!(within_bounds(text.as_bytes()).is_ok(), fits, "{length}");
        }
    }

    #[test]
    fn a_schema_of_a_later_version_is_told_from_none() {
        let schema = |version: &str| {
            let error =
                report(format!(r#"{{"schema": "{}{version}"}}"#, REPORT_SCHEMA.trim_end_matches('1')).as_bytes());
            matches!(error, Err(ReadError::Newer(_)))
        };
        assert_eq!(["2", "10", "0", "x", ""].map(schema), [true, true, false, false, false]);
    }

    #[test]
    fn members_that_stand_twice_are_refused_at_any_depth() {
        assert_eq!(said(r#"{"a": [{"b": 1, "b": 2}]}"#), "member `b` stands twice at line 1 column 23");
        assert!(said(r#"{"b": 1, "\u0062": 2}"#).starts_with("member `b` stands twice"));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "nul", "[1,]", "{} {}", "\"\u{1}\"", "[1e999]"] {
            assert_ne!(said(text), "", "{text}");
        }
        let no_text = bounded(b"{\"a\":\n\"\xff\"}").unwrap_err().to_string();
        assert!(no_text.starts_with("invalid unicode code point at line 2"), "{no_text}");
    }
}
