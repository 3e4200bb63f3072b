//! Redaction as the arguments ask for it, and the owner's file of originals and stand-ins.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::arguments::RedactArguments;
use super::exit::Failure;
use super::input;
use super::output::{Purpose, Target};
use crate::facts::hex;
use crate::redact::{self, Names, Redactor};
use crate::render::json::json;
use crate::report::read::bounded;

/// A redactor, and the file that keeps its stand-ins.
pub struct Redaction {
    /// Replaces what is private.
    pub redactor: Redactor,
    map: Option<(PathBuf, Target)>,
}

impl Redaction {
    /// Reads the file of stand-ins, when one is named and there.
    pub fn open(arguments: &RedactArguments) -> Result<Self, Failure> {
        let mut names = Names::default();
        let mut map = None;
        if let Some(path) = &arguments.redact_map {
            if arguments.redact == redact::Redaction::None {
                return Err(Failure::usage("--redact-map goes with --redact identifiers or strict"));
            }
            // First, because it refuses what somebody else may have put there to be read.
            let target = Target::open(path, Purpose::Private, "")?;
            names = read(path)?;
            if names.salt.is_empty() {
                names.salt = salt()?;
            }
            map = Some((path.clone(), target));
        }
        Ok(Self { redactor: Redactor::new(arguments.redact, names), map })
    }

    /// Whether stand-ins are kept in a file.
    pub fn has_map(&self) -> bool {
        self.map.is_some()
    }

    /// Writes the file of stand-ins. Before anything that holds a stand-in, so that none is ever lost.
    pub fn keep(&mut self) -> Result<(), Failure> {
        let Some((path, target)) = self.map.take() else { return Ok(()) };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        target.write(&name, json(self.redactor.names()).map_err(Failure::tool)?.as_bytes())
    }
}

/// What nobody can guess: it keeps the tokens of hosts from being tried out.
fn salt() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    let read = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(|error| Failure::tool(format!("cannot make a salt for --redact-map: {error}")))?;
    Ok(hex(&bytes))
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
        return Err(fail(
            &"others can read or write it, and it tells what every stand-in means: run chmod 600 on it first",
        ));
    }
    let bytes = input::document(path)?;
    bounded(&bytes).and_then(|_| serde_json::from_slice(&bytes)).map_err(|error| fail(&error))
}
