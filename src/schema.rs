//! The JSON Schema of the report in `packaging/schemas/`, out of its types; `RAMPCHECK_BLESS=1 cargo test` rewrites it.
//!
//! Compiled for tests only: the program prints the file.

#![allow(clippy::disallowed_methods, reason = "compares a file of the source tree")]

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::report::{REPORT_SCHEMA, v1};

/// Compares a generated schema with its file in `packaging/schemas/`, or rewrites that.
pub(crate) fn current(name: &str, schema: &Value) {
    let path = format!("{}/packaging/schemas/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = format!("{}\n", serde_json::to_string_pretty(schema).unwrap());
    if std::env::var_os("RAMPCHECK_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{name} is not current: RAMPCHECK_BLESS=1 cargo test --lib schema");
}

#[test]
fn the_schema_of_the_report_is_current() {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<v1::Document>();
    schema.insert("$id".to_owned(), REPORT_SCHEMA.into());
    schema.insert("title".to_owned(), "rampcheck report, version 1".into());
    schema.insert(
        "description".to_owned(),
        "Members may be added within a version; readers accept those that they do not know.".into(),
    );
    current("report-v1.schema.json", schema.as_value());
}
