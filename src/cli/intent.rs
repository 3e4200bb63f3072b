//! What is intended: the plan file under the arguments, and the content of the files that both name.

use std::path::Path;

use super::arguments::{PlanArguments, ServerArguments};
use super::exit::Failure;
use super::input;
use crate::host::certificates;
use crate::inspect::Files;
use crate::plan::{Intent, ServerPlan, read_plan};
use crate::probe::TrustKey;
use crate::report::{FACTS_SCHEMA, REPORT_SCHEMA};

/// What the arguments and the plan file say together. Arguments override the file.
pub fn of(product: Option<&String>, plan: &PlanArguments, server: Option<&ServerArguments>) -> Result<Intent, Failure> {
    let server = server.map(ServerArguments::plan).unwrap_or_default();
    let said = Intent { product: product.cloned(), server, ..plan.intent() };
    Ok(match &plan.plan {
        Some(path) => said.over(read(path)?),
        None => said,
    })
}

/// Reads a plan file, and says what it is if it is something else that rampcheck writes.
fn read(path: &Path) -> Result<Intent, Failure> {
    let (name, text) = (path.display(), input::text("plan", path)?);
    if let Ok(document) = serde_json::from_str::<serde_json::Value>(&text) {
        let what = match document["schema"].as_str() {
            Some(REPORT_SCHEMA) => format!("this is a report, not a plan; rampcheck evaluate {name} judges it again"),
            Some(FACTS_SCHEMA) => format!("these are facts, not a plan; --facts {name} judges them"),
            _ => "this is JSON, and a plan is TOML, such as: product = \"cometchat\"".to_owned(),
        };
        return Err(Failure::usage(format!("--plan {name}: {what}")));
    }
    read_plan(&name.to_string(), &text).map_err(Failure::usage)
}

/// Reads the files that an intent names, and refuses those that cannot be used.
pub fn files(server: &ServerPlan) -> Result<Files, Failure> {
    let unusable =
        |option: &str, path: &str, error: &dyn std::fmt::Display| Failure::usage(format!("{option} {path}: {error}"));
    let mut files = Files::default();
    for path in &server.supported_versions {
        files.lists.push((path.clone(), input::text("--supported-versions", path.as_ref())?));
    }
    for path in &server.trust_key {
        let pem = input::text("--trust-key", path.as_ref())?;
        TrustKey::from_pem(&pem).map_err(|error| unusable("--trust-key", path, &error))?;
        files.keys.push(pem);
    }
    if let Some(path) = &server.ca_file {
        files.authorities = input::text("--ca-file", path.as_ref())?;
        match certificates(&files.authorities) {
            Ok(found) if found.is_empty() => return Err(unusable("--ca-file", path, &"contains no certificate")),
            Ok(_) => {}
            Err(error) => return Err(unusable("--ca-file", path, &error)),
        }
    }
    Ok(files)
}
