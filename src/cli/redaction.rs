//! Redaction as the arguments ask for it, and the owner's file of originals and stand-ins.

use std::fs::File;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::arguments::RedactArguments;
use super::exit::Failure;
use super::output::Target;
use super::received;
use crate::render::json;
use crate::report::Redaction;
use crate::report::read::bounded;
use crate::report::redact::{Names, RedactError, Redactor};

/// Redaction under way.
pub struct Redacting {
    level: Redaction,
    redactor: Redactor,
    map: Option<(PathBuf, Target)>,
}

impl Redacting {
    /// Reads the file of stand-ins, when one is named and there.
    pub fn open(arguments: &RedactArguments) -> Result<Self, Failure> {
        let level = arguments.redact;
        let mut names = Names::default();
        let mut map = None;
        if let Some(path) = &arguments.redact_map {
            if level == Redaction::None {
                return Err(Failure::usage("--redact-map goes with --redact identifiers or strict"));
            }
            names = read(path)?;
            map = Some((path.clone(), Target::private(path)?));
        }
        Ok(Self { level, redactor: Redactor::new(level, names), map })
    }

    /// A document with stand-ins; unchanged when nothing was asked for.
    pub fn redact<T: Serialize + DeserializeOwned>(&mut self, document: T) -> Result<T, Failure> {
        if self.level == Redaction::None {
            return Ok(document);
        }
        self.redactor.redact(&document).map_err(Failure::tool)
    }

    /// The last pass over what is about to be written to `place`.
    pub fn examine(&self, place: &str, text: &str) -> Result<(), Failure> {
        self.redactor.examine(text).map_err(|error| match error {
            RedactError::Left(_) => Failure::tool(format!("{place} is not written: {error}")),
            RedactError::Form(_) => Failure::tool(error),
        })
    }

    /// Writes the file of stand-ins. Before anything that holds a stand-in, so that none is ever lost.
    pub fn keep(&mut self) -> Result<(), Failure> {
        let Some((path, target)) = self.map.take() else { return Ok(()) };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        target.write(&name, json(self.redactor.names()).map_err(Failure::tool)?.as_bytes())
    }
}

fn read(path: &Path) -> Result<Names, Failure> {
    let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", path.display()));
    let meta = match File::open(path).and_then(|file| file.metadata()) {
        Ok(meta) => meta,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Names::default()),
        Err(error) => return Err(fail(&error)),
    };
    if !meta.is_file() {
        return Err(fail(&"not a regular file"));
    }
    if meta.permissions().mode() & 0o077 != 0 {
        return Err(fail(&"others may read or write it, and it tells what every stand-in means: chmod 600 it first"));
    }
    let bytes = received::bytes(path)?;
    bounded(&bytes).and_then(|()| serde_json::from_slice(&bytes)).map_err(|error| fail(&error))
}
