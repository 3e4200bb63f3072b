//! Which host is read, and reading it.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::arguments::SourceArguments;
use super::exit::Failure;
use crate::facts::{Questions, Subject};
use crate::host::{Host, Live, Recorded, Recorder};
use crate::probe::{Limits, collect};
use crate::report::{Collection, FACTS_SCHEMA, FactsDocument, HostId, Redaction, Tool};

/// Deadline of each probe, when none is given.
const PROBE_DEADLINE: Duration = Duration::from_secs(5);

/// Reads the host that the arguments name.
pub fn read(
    arguments: &SourceArguments,
    timeout: Option<Duration>,
    questions: &Questions,
    record: Option<&Path>,
) -> Result<FactsDocument, Failure> {
    let deadline = arguments.timeout.or(timeout).unwrap_or(PROBE_DEADLINE);
    let (host, view): (Arc<dyn Host>, String) = if let Some(directory) = &arguments.host {
        let host = Recorded::load(directory).map_err(|error| Failure::usage(format!("recorded host {error}")))?;
        (Arc::new(host), format!("recorded host {}", directory.display()))
    } else {
        // A call's own deadline comes before the probe's, so that its reason names the call.
        let host = Live::new(arguments.root.as_deref(), deadline.mul_f64(0.9)).map_err(|error| {
            let root = arguments.root.as_deref().unwrap_or(Path::new("/"));
            Failure::usage(format!("--root {}: {error}", root.display()))
        })?;
        let host = host.trusting(questions.server.authorities.clone());
        let view = match &arguments.root {
            Some(root) => format!("tree below {}", root.display()),
            None => "this host".to_owned(),
        };
        (Arc::new(host), view)
    };
    let recorder = match record {
        Some(directory) => {
            let used = std::fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some());
            if used || directory.is_file() {
                return Err(Failure::usage(format!(
                    "--record {}: name a new or an empty directory",
                    directory.display()
                )));
            }
            Some(Arc::new(Recorder::new(Arc::clone(&host))))
        }
        None => None,
    };
    let asked: Arc<dyn Host> = match &recorder {
        Some(recorder) => Arc::clone(recorder) as Arc<dyn Host>,
        None => Arc::clone(&host),
    };
    let started = Timestamp::now();
    let clock = Instant::now();
    let limits = Limits { probe: deadline, total: deadline * 6 };
    let facts = collect(asked, questions, &limits, &mut progress());
    let collection = Collection {
        started: started.round(jiff::Unit::Millisecond).unwrap_or(started),
        duration_ms: u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX),
        view,
        uid: host.user().ok().map(|user| user.uid),
    };
    if let (Some(recorder), Some(directory)) = (recorder, record) {
        recorder.save(directory).map_err(|error| Failure::tool(format!("cannot record: {error}")))?;
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
