//! Which host is read, and reading it: [`start`], then [`Reading::finish`].

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::arguments::SourceArguments;
use super::exit::Failure;
use crate::facts::{Questions, Subject};
use crate::host::{Host, Live, Recorded, Recorder};
use crate::probe::{Collecting, Limits};
use crate::report::{Collection, FACTS_SCHEMA, FactsDocument, HostId, Redaction, Tool};

/// Deadline of each probe, when none is given.
const PROBE_DEADLINE: Duration = Duration::from_secs(5);

/// A host that is being read.
pub struct Reading {
    host: Arc<dyn Host>,
    view: String,
    recording: Option<(Arc<Recorder>, PathBuf)>,
    started: Timestamp,
    clock: Instant,
    collecting: Collecting,
}

/// Starts to read the host that the arguments name, with what is asked of every host; the rest is asked once packs and
/// plan say what. `authorities`, PEM, are trusted besides the system's.
pub fn start(
    arguments: &SourceArguments,
    timeout: Option<Duration>,
    authorities: &str,
    record: Option<&Path>,
) -> Result<Reading, Failure> {
    let deadline = arguments.timeout.or(timeout).unwrap_or(PROBE_DEADLINE);
    let (mut host, view): (Arc<dyn Host>, String) = if let Some(directory) = &arguments.host {
        let host = Recorded::load(directory).map_err(|error| Failure::usage(format!("recorded host {error}")))?;
        (Arc::new(host), format!("recorded host {}", directory.display()))
    } else {
        // A call's own deadline comes before the probe's, so that its reason names the call.
        let host = Live::new(arguments.root.as_deref(), deadline.mul_f64(0.9)).map_err(|error| {
            let root = arguments.root.as_deref().unwrap_or(Path::new("/"));
            Failure::usage(format!("--root {}: {error}", root.display()))
        })?;
        let host = host.trusting(authorities.to_owned());
        let view = match &arguments.root {
            Some(root) => format!("tree below {}", root.display()),
            None => "this host".to_owned(),
        };
        (Arc::new(host), view)
    };
    let mut recording = None;
    if let Some(directory) = record {
        let used = std::fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some());
        if used || directory.is_file() {
            return Err(Failure::usage(format!("--record {}: name a new or an empty directory", directory.display())));
        }
        let recorder = Arc::new(Recorder::new(host));
        host = Arc::clone(&recorder) as Arc<dyn Host>;
        recording = Some((recorder, directory.to_owned()));
    }
    let limits = Limits { probe: deadline, total: deadline * 6 };
    Ok(Reading {
        view,
        recording,
        started: Timestamp::now(),
        clock: Instant::now(),
        collecting: Collecting::start(Arc::clone(&host), &limits),
        host,
    })
}

impl Reading {
    /// Asks the questions, and waits for the facts.
    pub fn finish(self, questions: Questions) -> Result<FactsDocument, Failure> {
        let facts = self.collecting.finish(questions, &mut progress());
        let collection = Collection {
            started: self.started.round(jiff::Unit::Millisecond).unwrap_or(self.started),
            duration_ms: u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX),
            view: self.view,
            uid: self.host.user().ok().map(|user| user.uid),
        };
        if let Some((recorder, directory)) = self.recording {
            recorder.save(&directory).map_err(|error| Failure::tool(format!("cannot record: {error}")))?;
        }
        Ok(FactsDocument {
            schema: FACTS_SCHEMA.to_owned(),
            tool: Tool::default(),
            host: HostId::of(&facts),
            collection,
            facts,
            redaction: Redaction::None,
        })
    }
}

/// A line on standard error, when that is a terminal, that says what is still being read.
fn progress() -> impl FnMut(&[Subject]) {
    let stderr = std::io::stderr();
    let shown = stderr.is_terminal();
    let mut dirty = false;
    move |running| {
        if !shown || (running.is_empty() && !dirty) {
            return;
        }
        let names: Vec<_> = running.iter().map(|subject| subject.name()).collect();
        let line = if names.is_empty() { String::new() } else { format!("reading {} ...", names.join(", ")) };
        dirty = !names.is_empty();
        let _ = write!(stderr.lock(), "\r\x1b[K{line}");
        let _ = stderr.lock().flush();
    }
}
