//! Where a text of a document stands, and so what it may hold.

use serde_json::Value;

use super::Sort;
use crate::facts::Kind;
use crate::facts::catalogue::lookup;

/// What a text may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A word of the format: never touched.
    Fixed,
    /// The vendor's or rampcheck's own words: nothing is looked for in them.
    Vendor,
    /// A version, whose numbers are no address.
    Version,
    /// One name, as a whole.
    Whole(Sort),
    /// Anything that the host or the operator says.
    Host,
}

/// What a text at a path may hold; entries of lists are `*`. What is not known here may hold anything.
fn place(path: &[String]) -> Place {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["schema" | "digest" | "redaction" | "verdict" | "today" | "started"]
        | ["tool", ..]
        | ["pack", "product" | "sha256" | "reviewed"]
        | ["plan", "product" | "tier" | "phase" | "deployment" | "mongodb" | "mongodb_version"]
        | ["plan", "waivers", "*", "id" | "until"]
        | ["plan", "attestations", "*", "fact"]
        | ["tier", "id"]
        | ["findings", "*", "id" | "level" | "outcome"]
        | ["findings", "*", "evidence", "*", "fact"]
        | ["findings", "*", "source", "read"]
        | ["findings", "*", "waiver", "id" | "until"]
        | [
            "findings",
            "*",
            "window",
            "version" | "line" | "source" | "source_date" | "key" | "until" | "until_possible",
        ]
        | ["findings", "*", "window", "supported_today" | "go_to", ..]
        | ["facts", _, "state" | "why"] => Place::Fixed,
        ["host", "name"] | ["facts", "host.name", "value"] => Place::Whole(Sort::Host),
        ["host", "id"] | ["facts", "host.id", "value"] => Place::Whole(Sort::Id),
        ["plan", "waivers", "*", "who"] | ["findings", "*", "waiver", "who"] => Place::Whole(Sort::User),
        ["pack", "title" | "version"]
        | ["tier", ..]
        | ["next"]
        | ["findings", "*", "title" | "subject" | "needed" | "why" | "source" | "remedy", ..] => Place::Vendor,
        ["facts", name, "value"] => match lookup(name).map(|row| row.kind) {
            Some(Kind::Choice(_) | Kind::Date) => Place::Fixed,
            Some(Kind::Version) => Place::Version,
            _ => Place::Host,
        },
        _ => Place::Host,
    }
}

/// Visits every text of a document that is a value; names of members are the format's.
pub(super) fn walk(value: &mut Value, visit: &mut impl FnMut(Place, &mut String)) {
    fn go(value: &mut Value, path: &mut Vec<String>, visit: &mut impl FnMut(Place, &mut String)) {
        match value {
            Value::String(text) => visit(place(path), text),
            Value::Array(list) => {
                // A list of texts stands where the list stands.
                for entry in list {
                    if entry.is_string() {
                        go(entry, path, visit);
                    } else {
                        path.push("*".to_owned());
                        go(entry, path, visit);
                        path.pop();
                    }
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    path.push(name.clone());
                    go(member, path, visit);
                    path.pop();
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    go(value, &mut Vec::new(), visit);
}
