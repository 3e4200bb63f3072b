//! Which host is read, and how long it is waited for.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::arguments::{SourceArguments, path_text};
use super::exit::Failure;
use crate::facts::{Measure, Subject};
use crate::host::{Host, Live, MEASURING, Recorded, Remembering};
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
    // Reads; reads where the device may not be opened, which is then known at once; writes.
    let measuring = match arguments.measure {
        None => Duration::ZERO,
        Some(Measure::Reads) => MEASURING,
        Some(Measure::Writes) => 2 * MEASURING,
    };
    Deadlines { probe, total: probe * 6, measuring }
}

/// What is measured. A recorded host is asked for everything, because it replays what was measured when it was recorded.
///
/// # Errors
/// When the arguments want a measurement of what is not this machine. `facts` is a file of facts that are judged instead.
pub fn measure(arguments: &SourceArguments, facts: Option<&Path>) -> Result<Option<Measure>, Failure> {
    let refused = |option: &str, why: &str| {
        Err(Failure::usage(format!(
            "--measure cannot be used with {option}: it measures a disk of this machine, and {why}"
        )))
    };
    match arguments {
        SourceArguments { measure: None, host, .. } => Ok(host.is_some().then_some(Measure::Writes)),
        _ if facts.is_some() => refused("--facts", "those facts hold what was measured where they were collected"),
        SourceArguments { host: Some(_), .. } => {
            refused("--host", "a recording that was made with --measure replays its measurement anyway")
        }
        SourceArguments { root: Some(_), .. } => refused("--root", "that tree may come from another one"),
        SourceArguments { measure, .. } => Ok(*measure),
    }
}

/// A request to read what the arguments name, with no plan.
pub fn request(arguments: &SourceArguments) -> Result<Request, Failure> {
    let data_dir = arguments.data_dir.as_deref().map(path_text);
    Ok(Request {
        intent: Intent { data_dir, ..Intent::default() },
        measure: measure(arguments, None)?,
        deadlines: deadlines(arguments, None),
        ..Request::at(super::now())
    })
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
