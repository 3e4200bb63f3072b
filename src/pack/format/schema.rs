//! The JSON Schema of a pack's files, out of their types: `RAMPCHECK_BLESS=1 cargo test --lib pack::format` rewrites it.
//!
//! What one file says of another (tiers, tables, sources), and which operator fits which fact, only the validation knows.

#![allow(clippy::disallowed_methods, reason = "compares a file of the source tree")]

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use super::*;
use crate::facts::Kind;
use crate::facts::catalogue::{CATALOGUE, VERSIONED_TOOLS, lookup};

/// What ids look like.
pub(super) const KEBAB: &str = r"^[a-z0-9.]([a-z0-9.-]*[a-z0-9.])?$";

/// Place and value are written as the value.
impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// How a type is written whose form its own `Deserialize` decides.
macro_rules! written_as {
    ($type:ident, $schema:expr) => {
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema.try_into().unwrap()
            }
        }
    };
}

fn amount() -> Value {
    json!({ "type": ["number", "string"] })
}

fn texts() -> Value {
    json!({ "type": "array", "items": { "type": "string" } })
}

written_as!(Day, json!({ "description": "A day: 2026-11-20.", "type": "string", "format": "date" }));
written_as!(
    Amount,
    json!({ "description": "A number, or a size with its unit: 8, 1.5, \"16 GB\".", "anyOf": [amount()] })
);
written_as!(
    Until,
    json!({
        "description": "The last day of a line; \"maintained\" while none is known.",
        "anyOf": [{ "type": "string", "format": "date" }, { "const": "maintained" }],
    })
);
written_as!(
    ReleasedEntry,
    json!({
        "description": "A day, or a month such as \"2026-09\" when the day is not known.",
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{1,2}(-[0-9]{2})?$",
    })
);
written_as!(
    Cell,
    json!({
        "description": "What a cell of a tier asks for: a number, a size, one of several words, or a planning range.",
        "anyOf": [amount(), texts(), {
            "type": "object",
            "properties": { "from": amount(), "to": amount() },
            "required": ["from", "to"],
            "additionalProperties": false,
        }],
    })
);
written_as!(
    Literal,
    json!({
        "description": "A value of the fact's kind; sizes may have a unit. Absent facts of an example are { absent = true }.",
        "anyOf": [{ "type": ["boolean", "number", "string"] }, texts(), {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "version": { "type": "string" },
                    "until": { "type": "string", "format": "date" },
                    "lts": { "type": "boolean" },
                    "exception": { "type": "boolean" },
                },
                "required": ["version", "until"],
                "additionalProperties": false,
            },
        }, {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "place": { "type": "string" },
                    "line": { "type": "integer", "minimum": 1 },
                    "text": { "type": "string" },
                },
                "required": ["place", "text"],
                "additionalProperties": false,
            },
            "minItems": 1,
        }, {
            "type": "object",
            "properties": { "absent": { "const": true } },
            "required": ["absent"],
            "additionalProperties": false,
        }],
    })
);
written_as!(FactName, {
    let names: Vec<_> = CATALOGUE
        .iter()
        .map(|row| {
            let tools = VERSIONED_TOOLS.join("|");
            let name = row.name.replace('.', "\\.").replace("<port>", "[1-9][0-9]{0,4}");
            let name = name.replace("<host>", "[a-z0-9-]+(\\.[a-z0-9-]+)+");
            let name = name.replace("<table>", "[a-z0-9_-]+").replace("<number>", "[a-z0-9_-]+");
            let name = name.replace("<plugin>", "[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");
            name.replace("<tool>\\.version", &format!("({tools})\\.version")).replace("<tool>", "[a-z0-9_+-]+")
        })
        .collect();
    json!({
        "description": "Full name of a fact: see the table in checks/README.md.",
        "type": "string",
        "pattern": format!("^({})$", names.join("|")),
    })
});

/// The words of a choice.
pub(super) fn words(fact: &str) -> Vec<&'static str> {
    match lookup(fact).map(|row| row.kind) {
        Some(Kind::Choice(words)) => words.to_vec(),
        _ => Vec::new(),
    }
}

/// A predicate is one of `all`, `any` and `not` alone, or a fact with one operator, which a share can go with.
pub(super) fn one_form(schema: &mut Schema) {
    let alone = |key: &str| json!({ "required": [key], "maxProperties": 1 });
    let leaf =
        json!({ "required": ["fact"], "not": { "required": ["share"] }, "minProperties": 2, "maxProperties": 2 });
    let compared = json!([{ "required": ["at_least"] }, { "required": ["tier"] }]);
    let shared = json!({ "required": ["fact", "share"], "anyOf": compared, "minProperties": 3, "maxProperties": 3 });
    schema.insert("oneOf".to_owned(), json!([alone("all"), alone("any"), alone("not"), leaf, shared]));
}

/// Without `null`, which TOML does not have and an optional key of a type brings along.
fn without_null(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    members.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(words)) = members.get_mut("enum") {
                words.retain(|word| !word.is_null());
            }
            if let Some(Value::Array(parts)) = members.get_mut("anyOf") {
                parts.retain(|part| part != &json!({ "type": "null" }));
                if let [Value::Object(only)] = parts.as_slice() {
                    let only = only.clone();
                    members.remove("anyOf");
                    members.extend(only);
                }
            }
            members.values_mut().for_each(without_null);
        }
        Value::Array(list) => list.iter_mut().for_each(without_null),
        _ => {}
    }
}

/// The schema; each kind of file is one of its definitions.
pub(in crate::pack) fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let files = [
        ("pack", generator.subschema_for::<PackFile>()),
        ("common", generator.subschema_for::<CommonFile>()),
        ("tiers", generator.subschema_for::<TiersFile>()),
        ("lines", generator.subschema_for::<LinesFile>()),
        ("releases", generator.subschema_for::<ReleasesFile>()),
        ("endpoints", generator.subschema_for::<EndpointsFile>()),
        ("check", generator.subschema_for::<CheckFile>()),
    ];
    let references: Vec<_> = files.iter().map(|(name, _)| json!({ "$ref": format!("#/$defs/{name}") })).collect();
    let mut definitions = generator.take_definitions(true);
    definitions.extend(files.map(|(name, schema)| (name.to_owned(), schema.to_value())));
    definitions.values_mut().for_each(without_null);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:rampcheck:pack:1",
        "title": "rampcheck pack, version 1",
        "description": "The files of a pack: pack.toml is #/$defs/pack, tiers.toml #/$defs/tiers, lines.toml #/$defs/lines, \
                        releases.toml #/$defs/releases, endpoints.toml #/$defs/endpoints, common.toml #/$defs/common, \
                        every other file #/$defs/check. `rampcheck packs validate` knows more.",
        "anyOf": references,
        "$defs": definitions,
    })
}

#[test]
fn the_schema_of_a_pack_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/schemas/pack-v1.schema.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    if std::env::var_os("RAMPCHECK_BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == text, "pack-v1.schema.json is not current: RAMPCHECK_BLESS=1 cargo test --lib pack::format");
}

/// The validator of one kind of file, by a crate that is not ours.
fn validator(kind: &str) -> jsonschema::Validator {
    let mut schema = schema();
    schema["anyOf"] = json!([{ "$ref": format!("#/$defs/{kind}") }]);
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap()
}

/// A document as editors see it: dates are texts.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(list) => list.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, as_json(value))).collect(),
    }
}

const KINDS: [&str; 6] = ["pack", "common", "tiers", "lines", "releases", "endpoints"];

/// Path, kind and content of every file in `checks/`.
fn files() -> Vec<(String, &'static str, Value)> {
    let packs = crate::pack::builtin().into_iter().chain([crate::pack::common()]);
    let files = packs.flat_map(|pack| {
        let path = |name: &String| format!("{}/{name}", pack.name);
        pack.files.iter().map(|(name, text)| (path(name), text.to_string())).collect::<Vec<_>>()
    });
    let read = |(path, text): (String, String)| {
        let kind = KINDS.into_iter().find(|kind| path.ends_with(&format!("/{kind}.toml"))).unwrap_or("check");
        let first = text.lines().next();
        assert_eq!(first, Some("#:schema ../../packaging/schemas/pack-v1.schema.json"), "{path}");
        (path, kind, as_json(toml::from_str::<toml::Value>(&text).unwrap()))
    };
    files.map(read).collect()
}

#[test]
fn every_file_of_the_packs_fits_the_schema() {
    let whole = jsonschema::draft202012::options().should_validate_formats(true).build(&schema()).unwrap();
    let validators: Vec<_> = KINDS.into_iter().chain(["check"]).map(|kind| (kind, validator(kind))).collect();
    let files = files();
    assert!(files.len() > 70, "{}", files.len());
    for (path, kind, document) in files {
        let (_, validator) = validators.iter().find(|(name, _)| *name == kind).unwrap();
        let wrong: Vec<_> = validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{path}: {}", wrong.join("\n"));
        assert!(whole.is_valid(&document), "{path}");
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let files = files();
    for (file, pointer, value) in [
        ("cometchat/cpu.toml", "/level", json!("requird")),
        ("cometchat/cpu.toml", "/id", json!("CPU")),
        ("common/docker-engine.toml", "/expect", json!({ "fact": "docker.engine.verison", "version": ">=24" })),
        ("common/docker-engine.toml", "/expect", json!({ "fact": "docker.engine.version" })),
        ("common/docker-engine.toml", "/expect", json!({ "fact": "cpu.online", "version": ">=2", "is": 1 })),
        ("common/docker-engine.toml", "/expect", json!({ "fact": "cpu.online", "at_least": { "tier": "cpus" } })),
        ("common/docker-engine.toml", "/expect", json!({ "all": [] })),
        ("common/docker-engine.toml", "/expect", json!({ "any": [{ "fact": "ports.tcp.0.state", "is": "free" }] })),
        ("common/docker-engine.toml", "/example", json!([])),
        ("common/docker-engine.toml", "/example/0/facts", json!({ "tools.rm.version": "1" })),
        ("common/docker-engine.toml", "/remedy/0", json!({ "family": ["ubuntu"] })),
        ("common/docker-engine.toml", "/remedy/0", json!({ "family": ["beos"], "text": "x" })),
        ("cometchat/tiers.toml", "/tier/0/needs", json!({ "cpus": { "from": 1 } })),
        ("cometchat/tiers.toml", "/selection/models/ratio", json!(["pcc"])),
        ("cometchat/pack.toml", "/reviewed", json!(1)),
        ("cometchat/pack.toml", "/take/os-maintained", json!({ "id": "x" })),
        ("common/lines.toml", "/docker-engine/until", json!({ "24": "never" })),
        ("rocketchat/releases.toml", "/policy/months", json!("six")),
        ("rocketchat/endpoints.toml", "/endpoint/0/host", json!(1)),
    ] {
        let (_, kind, document) = files.iter().find(|(path, ..)| path == file).unwrap();
        let mut document = document.clone();
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{file} {pointer}")) = value.clone();
        assert!(!validator(kind).is_valid(&document), "{file} {pointer} {value}");
    }
    for (path, kind, document) in
        files.iter().filter(|(path, ..)| path.starts_with("rocketchat/") && !path.ends_with("lines.toml"))
    {
        let mut document = document.clone();
        document["titel"] = json!("x");
        assert!(!validator(kind).is_valid(&document), "{path}");
    }
}
