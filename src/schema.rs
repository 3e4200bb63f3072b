//! The JSON Schema of the report in `packaging/schemas/`, out of its types; `RAMPCHECK_BLESS=1 cargo test` rewrites it.
//!
//! Compiled for tests only: the program prints the file.

#![allow(clippy::disallowed_methods, reason = "compares a file of the source tree")]

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::report::{FLEET_SCHEMA, REPORT_SCHEMA, v1};

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

fn of_document(settings: SchemaSettings, id: &str, title: &str) -> Value {
    let mut schema = settings.into_generator().into_root_schema_for::<v1::Document>();
    schema.insert("$id".to_owned(), id.into());
    schema.insert("title".to_owned(), title.into());
    schema.insert(
        "description".to_owned(),
        "Members may be added within a version; readers accept those that they do not know.".into(),
    );
    schema.to_value()
}

#[test]
fn the_schema_of_the_report_is_current() {
    let schema = of_document(SchemaSettings::draft2020_12(), REPORT_SCHEMA, "rampcheck report, version 1");
    current("report-v1.schema.json", &schema);
}

#[test]
fn the_schema_of_the_report_on_a_fleet_is_current() {
    // It is written and never read.
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = of_document(settings, FLEET_SCHEMA, "rampcheck report on a fleet, version 1");
    schema["properties"]["schema"]["const"] = FLEET_SCHEMA.into();
    schema["properties"]["schema"]["description"] = format!("`{FLEET_SCHEMA}`.").into();
    schema["properties"]["fleet"] = serde_json::json!({"$ref": "#/$defs/Hosts", "description": "The hosts."});
    schema["required"].as_array_mut().unwrap().push("fleet".into());
    current("fleet-v1.schema.json", &schema);
}
