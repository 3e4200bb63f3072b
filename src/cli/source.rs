//! Which host is read, and how long it is waited for.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::arguments::{SourceArguments, path_text};
use super::exit::Failure;
use crate::facts::{Measure, Subject};
use crate::host::{Host, Live, MEASURING, MEASURING_PATHS, Recorded, Remembering};
use crate::inspect::Request;
use crate::plan::Intent;
use crate::probe::{AT_ONCE, Deadlines};
use crate::render::text::inert;

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

/// The deadlines of a run that tests the ports of so many other nodes.
pub fn with_nodes(deadlines: Deadlines, nodes: usize) -> Deadlines {
    let rounds = u32::try_from(nodes.div_ceil(AT_ONCE)).unwrap_or(u32::MAX);
    let further = (deadlines.probe + MEASURING_PATHS).saturating_mul(rounds);
    Deadlines {
        measuring: deadlines.measuring.max(further),
        total: deadlines.total.saturating_add(further),
        ..deadlines
    }
}

/// Why there is nothing to measure with an option.
pub fn not_here(option: &str, why: &str) -> Failure {
    Failure::usage(format!("--measure cannot be used with {option}: it measures a disk of this machine, and {why}"))
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

/// Opens the host that the arguments name, and says in the request what is measured of it. A recorded host replays what was
/// measured when it was recorded.
pub fn open(arguments: &SourceArguments, request: &mut Request) -> Result<(Arc<Remembering>, String), Failure> {
    request.measure = arguments.measure;
    let (host, view): (Arc<dyn Host>, String) = if let Some(file) = &arguments.host {
        if arguments.measure.is_some() {
            return Err(not_here("--host", "a recording that was made with --measure replays its measurement anyway"));
        }
        let host = Recorded::load(file).map_err(|error| Failure::usage(format!("recorded host {error}")))?;
        request.measure = match host.measured() {
            (_, true) => Some(Measure::Writes),
            (true, false) => Some(Measure::Reads),
            (false, false) => None,
        };
        (Arc::new(host), format!("recorded host {}", file.display()))
    } else {
        if arguments.measure.is_some() && arguments.root.is_some() {
            return Err(not_here("--root", "that tree may come from another one"));
        }
        // A call's own deadline comes before the probe's, so that its reason names the call.
        let host = Live::new(arguments.root.as_deref(), request.deadlines.probe.mul_f64(0.9)).map_err(|error| {
            let root = arguments.root.as_deref().unwrap_or(Path::new("/"));
            Failure::usage(format!("--root {}: {error}", root.display()))
        })?;
        let host = host.trusting(request.files.authorities.clone()).with_token(request.files.token.clone());
        let host = Arc::new(host);
        let is_this_machine = host.is_this_machine();
        *LIVE.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&host));
        let view = match &arguments.root {
            Some(root) if is_this_machine => format!("this host, below {}", root.display()),
            Some(root) => format!("tree below {}", root.display()),
            None => "this host".to_owned(),
        };
        (host, view)
    };
    Ok((Arc::new(Remembering::new(host)), view))
}

/// Says on standard error what will be asked over the network, before it is.
pub fn announce(addresses: &[String]) {
    if !addresses.is_empty() {
        let _ = writeln!(std::io::stderr(), "rampcheck: asks over the network: {}", inert(&addresses.join(", ")));
    }
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

/// Says on standard error what a run waits for: on a terminal in a line that changes, elsewhere once.
#[derive(Default)]
pub struct Waiting {
    said: bool,
}

impl Waiting {
    /// Says it.
    pub fn say(&mut self, text: &str) {
        let mut stderr = std::io::stderr().lock();
        let _ = match (stderr.is_terminal(), self.said) {
            (true, _) => write!(stderr, "\r\x1b[K{}", inert(text)).and_then(|()| stderr.flush()),
            (false, false) => writeln!(stderr, "rampcheck: {}", inert(text)),
            (false, true) => Ok(()),
        };
        self.said = true;
    }

    /// Clears the line.
    pub fn end(&self) {
        let mut stderr = std::io::stderr().lock();
        if self.said && stderr.is_terminal() {
            let _ = write!(stderr, "\r\x1b[K").and_then(|()| stderr.flush());
        }
    }
}
