//! Which facts are asked for beyond those that every run collects.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::catalogue::{Subject, lookup};

/// What is asked beyond the facts every run collects; packs and the plan say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    /// TCP ports.
    pub ports: BTreeSet<u16>,
    /// Tools by command name.
    pub tools: BTreeSet<String>,
    /// Image repositories worth naming when a container runs one, without tag: `rocketchat/rocket.chat`.
    pub images: BTreeSet<String>,
    /// Path whose file system will hold the data, when not the Docker data root.
    pub data_dir: Option<PathBuf>,
}

impl Questions {
    /// Asks for a fact whose name holds a port or a tool; other facts are always collected.
    pub fn ask(&mut self, fact: &str) {
        let Some((row, argument)) = lookup(fact).and_then(|row| Some((row, row.argument(fact)?))) else { return };
        match argument.parse() {
            Ok(port) if row.subject == Subject::Ports => _ = self.ports.insert(port),
            _ => _ = self.tools.insert(argument.to_owned()),
        }
    }
}
