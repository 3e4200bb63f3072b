//! Which host is read, and how long it is waited for.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::arguments::{SourceArguments, path_text};
use super::exit::Failure;
use crate::facts::Subject;
use crate::host::{Host, Live, Recorded, Remembering};
use crate::inspect::Request;
use crate::plan::Intent;
use crate::probe::Deadlines;

/// Deadline of each probe, when none is given.
const PROBE_DEADLINE: Duration = Duration::from_secs(5);

/// The machine that this process reads, so that its children can be stopped at the end.
static LIVE: Mutex<Option<Arc<Live>>> = Mutex::new(None);

/// Kills what rampcheck has started, and lets it start nothing more. For the end of the process.
pub fn stop_children() {
    if let Some(live) = LIVE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        live.stop();
    }
}

/// The deadlines that the arguments or the plan ask for.
pub fn deadlines(arguments: &SourceArguments, planned: Option<Duration>) -> Deadlines {
    let probe = arguments.timeout.or(planned).unwrap_or(PROBE_DEADLINE);
    Deadlines { probe, total: probe * 6 }
}

/// A request to read what the arguments name, with no plan.
pub fn request(arguments: &SourceArguments) -> Request {
    let data_dir = arguments.data_dir.as_deref().map(path_text);
    Request {
        intent: Intent { data_dir, ..Intent::default() },
        deadlines: deadlines(arguments, None),
        ..Request::at(super::now())
    }
}

/// Opens the host that the arguments name. `authorities`, PEM, are trusted besides the system's.
pub fn open(
    arguments: &SourceArguments,
    deadlines: &Deadlines,
    authorities: &str,
) -> Result<(Arc<Remembering>, String), Failure> {
    let (host, view): (Arc<dyn Host>, String) = if let Some(file) = &arguments.host {
        let host = Recorded::load(file).map_err(|error| Failure::usage(format!("recorded host {error}")))?;
        (Arc::new(host), format!("recorded host {}", file.display()))
    } else {
        // A call's own deadline comes before the probe's, so that its reason names the call.
        let host = Live::new(arguments.root.as_deref(), deadlines.probe.mul_f64(0.9)).map_err(|error| {
            let root = arguments.root.as_deref().unwrap_or(Path::new("/"));
            Failure::usage(format!("--root {}: {error}", root.display()))
        })?;
        let host = Arc::new(host.trusting(authorities.to_owned()));
        *LIVE.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&host));
        let view = match &arguments.root {
            Some(root) => format!("tree below {}", root.display()),
            None => "this host".to_owned(),
        };
        (host, view)
    };
    Ok((Arc::new(Remembering::new(host)), view))
}

/// A line on standard error, when that is a terminal, that says what is still being read.
pub fn progress() -> impl FnMut(&[Subject]) {
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
