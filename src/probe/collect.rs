//! Running every probe under its deadline, and saying so of every fact that did not come in.
//!
//! Knows probes and the catalogue's names, not what any fact means.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use super::{PROBES, Probe, Questions, Sink};
use crate::facts::catalogue::{CATALOGUE, Row, lookup};
use crate::facts::{Fact, Facts, Subject, Why};
use crate::host::Host;

/// Threads of probes are named so, followed by the subject.
const THREAD: &str = "probe ";

/// How long a run may take before progress is worth a word, and how often it is then told.
const PROGRESS_AFTER: Duration = Duration::from_millis(300);
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// How long is waited for answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For each probe. All of them run at the same time.
    pub probe: Duration,
    /// For all of them together.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { probe: Duration::from_secs(5), total: Duration::from_secs(30) }
    }
}

/// How a probe ended: as it should, or with this reason.
type End = Result<(), String>;

/// Asks a host for every fact the questions call for; never takes longer than `limits`, whatever the host does.
///
/// `progress` is called with the subjects still being read about every 100 ms once 300 ms have passed, and with an empty
/// slice at the end. A probe that is not done in time keeps its thread, and nobody listens to it any more.
pub fn collect(
    host: Arc<dyn Host>,
    questions: &Questions,
    limits: &Limits,
    progress: &mut dyn FnMut(&[Subject]),
) -> Facts {
    run(PROBES, host, questions, limits, progress)
}

fn run(
    probes: &[Probe],
    host: Arc<dyn Host>,
    questions: &Questions,
    limits: &Limits,
    progress: &mut dyn FnMut(&[Subject]),
) -> Facts {
    let limit = limits.probe.min(limits.total);
    let started = Instant::now();
    let (sink, reported) = mpsc::channel();
    let (end, ends) = mpsc::channel();
    for probe in probes {
        let (host, questions, sink) = (Arc::clone(&host), questions.clone(), Sink::new(sink.clone()));
        let (subject, read, told) = (probe.subject, probe.run, end.clone());
        let thread = std::thread::Builder::new().name(format!("{THREAD}{}", words(subject))).spawn(move || {
            silence_panics_of_probes();
            let outcome = catch_unwind(AssertUnwindSafe(|| read(&*host, &questions, &sink)));
            // Nobody listens after the deadline.
            let _ = told.send((subject, outcome.map_err(|panic| format!("the probe failed: {}", message(&*panic)))));
        });
        if let Err(error) = thread {
            let _ = end.send((subject, Err(format!("the probe could not be started: {error}"))));
        }
    }
    drop((sink, end));
    let running: Vec<_> = probes.iter().map(|probe| probe.subject).collect();
    let ended = wait(running, &ends, started, limit, progress);
    // A probe's facts were sent before its end was, so all of them are here.
    let mut facts: Facts = reported.try_iter().collect();
    debug_assert!(facts.keys().all(|name| lookup(name).is_some()), "facts outside the catalogue: {facts:?}");
    for probe in probes {
        for name in names(probe.subject, questions) {
            facts.entry(name).or_insert_with(|| missing(probe.subject, ended.get(&probe.subject), limit));
        }
    }
    facts
}

/// Waits until every probe has ended or time is up; returns how those that ended did.
fn wait(
    mut running: Vec<Subject>,
    ends: &Receiver<(Subject, End)>,
    started: Instant,
    limit: Duration,
    progress: &mut dyn FnMut(&[Subject]),
) -> BTreeMap<Subject, End> {
    let mut ended = BTreeMap::new();
    let mut tell = PROGRESS_AFTER;
    while !running.is_empty() {
        let passed = started.elapsed();
        if passed >= limit {
            break;
        }
        if passed >= tell {
            progress(&running);
            tell = passed + PROGRESS_EVERY;
        }
        match ends.recv_timeout(limit.min(tell).saturating_sub(passed)) {
            Ok((subject, end)) => {
                running.retain(|other| *other != subject);
                ended.insert(subject, end);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    progress(&[]);
    ended
}

/// What is said of a fact that its probe did not report.
fn missing(subject: Subject, end: Option<&End>, limit: Duration) -> Fact {
    let (why, reason) = match end {
        None => (Why::TimedOut, format!("no answer within {} s", limit.as_secs_f32())),
        Some(Err(reason)) => (Why::Unreadable, reason.clone()),
        Some(Ok(())) => (Why::Unreadable, "the probe ended without reporting it".to_owned()),
    };
    Fact::unknown(why, format!("{}: {reason}", words(subject)), "")
}

/// The names of all facts that a subject's probe has to report.
fn names(subject: Subject, questions: &Questions) -> Vec<String> {
    let of_row = |row: &Row| -> Vec<String> {
        let arguments: Vec<String> = if row.name.contains("<port>") {
            questions.ports.iter().map(u16::to_string).collect()
        } else if row.name.contains("<tool>") {
            questions.tools.iter().cloned().collect()
        } else if row.name.contains("<host>") {
            questions.outbound.iter().cloned().collect()
        } else {
            return vec![row.name.to_owned()];
        };
        arguments.iter().map(|argument| row.with(argument)).filter(|name| row.argument(name).is_some()).collect()
    };
    CATALOGUE.iter().filter(|row| row.subject == subject).flat_map(of_row).collect()
}

/// A subject for people: `StorageRoot` is `storage root`.
fn words(subject: Subject) -> String {
    let mut words = String::new();
    for letter in format!("{subject:?}").chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Keeps the standard words about a panic, which a probe's facts repeat anyway, off the operator's terminal.
fn silence_panics_of_probes() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let standard = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !std::thread::current().name().is_some_and(|name| name.starts_with(THREAD)) {
                standard(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::facts::Reading;
    use crate::host::Recorded;

    const SHORT: Limits = Limits { probe: Duration::from_millis(300), total: Duration::from_secs(30) };
    /// A bound against hanging, not a measurement.
    const HANGS: Duration = Duration::from_secs(5);

    fn facts_of(probes: &[Probe], host: Recorded, limits: &Limits) -> Facts {
        let started = Instant::now();
        let facts = run(probes, Arc::new(host), &Questions::default(), limits, &mut |_| {});
        assert!(started.elapsed() < HANGS, "{:?}", started.elapsed());
        facts
    }

    fn unknown(facts: &Facts, name: &str) -> (Why, String) {
        match facts.get(name).map(|fact| &fact.reading) {
            Some(Reading::Unknown { why, reason }) => (*why, reason.clone()),
            other => panic!("{name}: {other:?}"),
        }
    }

    const CLOCK: Probe =
        Probe { subject: Subject::Clock, run: |_, _, sink| sink.known("clock.synchronized", true, "adjtimex") };

    #[test]
    fn a_file_system_that_hangs_costs_its_own_facts_only() {
        let root = Probe {
            subject: Subject::StorageRoot,
            run: |host, _, sink| {
                sink.known("storage.root.path", "/", "");
                sink.result("storage.root.size", host.statfs(Path::new("/")).map(|fs| fs.size), "statvfs /");
            },
        };
        let host = Recorded::default().answering(r#"errors = { "statfs /" = "hangs" }"#).unwrap();
        let facts = facts_of(&[root, CLOCK], host, &SHORT);
        let timed_out = (Why::TimedOut, "storage root: no answer within 0.3 s".to_owned());
        assert_eq!(unknown(&facts, "storage.root.size"), timed_out);
        assert_eq!(unknown(&facts, "storage.root.media"), timed_out);
        assert_eq!(facts.get("storage.root.path").and_then(Fact::text), Some("/"));
        assert!(facts.get("clock.synchronized").is_some_and(|fact| fact.value().is_some()));
    }

    #[test]
    fn the_total_holds_where_it_is_the_smaller_limit() {
        let hung = Probe {
            subject: Subject::Clock,
            run: |_, _, _| {
                loop {
                    std::thread::park();
                }
            },
        };
        let limits = Limits { probe: Duration::from_secs(30), total: Duration::from_millis(100) };
        let facts = facts_of(&[hung], Recorded::default(), &limits);
        assert_eq!(unknown(&facts, "clock.synchronized").1, "clock: no answer within 0.1 s");
    }

    #[test]
    fn a_probe_that_panics_costs_its_own_facts_only() {
        let limits = Probe {
            subject: Subject::Limits,
            run: |host, _, _| panic!("nothing at {}", host.arch().unwrap_or_else(|_| "home".to_owned())),
        };
        let facts = facts_of(&[limits, CLOCK], Recorded::default(), &Limits::default());
        assert_eq!(
            unknown(&facts, "limits.nofile"),
            (Why::Unreadable, "limits: the probe failed: nothing at home".to_owned())
        );
        assert!(facts.get("clock.synchronized").is_some_and(|fact| fact.value().is_some()));
    }

    #[test]
    fn a_fact_that_a_probe_forgot_is_told() {
        let forgetful = Probe { subject: Subject::Limits, run: |_, _, _| {} };
        let facts = facts_of(&[forgetful], Recorded::default(), &Limits::default());
        assert_eq!(unknown(&facts, "limits.nofile").1, "limits: the probe ended without reporting it");
    }

    #[test]
    fn names_follow_the_questions() {
        let questions = Questions {
            ports: [80, 443].into(),
            tools: ["git", "docker", "a/b"].map(str::to_owned).into(),
            ..Questions::default()
        };
        let tools = names(Subject::Tools, &questions);
        assert_eq!(tools, ["tools.docker.path", "tools.git.path", "tools.git.version"]);
        let ports = names(Subject::Ports, &questions);
        assert!(ports.contains(&"ports.tcp.443.state".to_owned()) && ports.len() == 8, "{ports:?}");
        assert!(names(Subject::Ports, &Questions::default()).is_empty());
    }

    #[test]
    fn progress_names_what_is_still_running_and_ends_empty() {
        let slow = Probe {
            subject: Subject::StorageData,
            run: |_, _, _| std::thread::sleep(PROGRESS_AFTER + 2 * PROGRESS_EVERY),
        };
        let mut told = Vec::new();
        run(
            &[slow, CLOCK],
            Arc::new(Recorded::default()),
            &Questions::default(),
            &Limits::default(),
            &mut |running: &[Subject]| told.push(running.to_vec()),
        );
        assert_eq!(told.first(), Some(&vec![Subject::StorageData]));
        assert_eq!(told.iter().filter(|running| running.is_empty()).count(), 1);
        assert_eq!(told.last(), Some(&Vec::new()));
    }

    #[test]
    fn every_subject_with_facts_of_the_host_has_one_probe() {
        for row in CATALOGUE.iter().filter(|row| row.subject != Subject::Plan) {
            assert_eq!(PROBES.iter().filter(|probe| probe.subject == row.subject).count(), 1, "{:?}", row.subject);
        }
    }
}
