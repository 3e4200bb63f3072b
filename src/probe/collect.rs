//! Running every probe under its deadline, and saying so of every fact that did not come in.
//!
//! Those that run programs start before it is known what else to ask. All share few threads, and get another one as soon as
//! one of them takes its time, so that no probe waits for one that hangs.
//!
//! Knows probes and the catalogue's names, not what any fact means.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, Once, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::{PROBES, Probe, Questions, Sink};
use crate::facts::catalogue::{CATALOGUE, Row, is_on_demand, lookup};
use crate::facts::{Fact, Facts, Subject, Why};
use crate::host::Host;

/// Threads of probes are named so.
const THREAD: &str = "probe";

/// How long a run may take before progress is worth a word, and how often it is then told.
const PROGRESS_AFTER: Duration = Duration::from_millis(300);
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// How long is waited for answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For each probe, counted from the start of the collection.
    pub probe: Duration,
    /// For all of them together.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { probe: Duration::from_secs(5), total: Duration::from_secs(30) }
    }
}

/// Probes that wait for a thread.
///
/// Most take well under a millisecond: a thread for each would cost more than the probe, and all at once would take the
/// processors from the programs that are waited for longest.
type Queue = Mutex<VecDeque<&'static Probe>>;

/// How many threads there are before the questions are known; then comes one more.
const AT_FIRST: usize = 2;

/// How long the queue stands still before it gets another thread; at most a tenth of the deadline.
const PATIENCE: Duration = Duration::from_millis(30);

/// How a probe ended: as it should, or with this reason.
type Outcome = Result<(), String>;

/// Both ends of a channel.
type Ends<T> = (Sender<T>, Receiver<T>);

/// The questions, for a probe that may have started before they were known.
#[derive(Clone, Debug, Default)]
pub struct Asked(Arc<OnceLock<Questions>>);

impl Asked {
    /// Waits until they are known.
    pub fn wait(&self) -> &Questions {
        self.0.wait()
    }
}

impl From<Questions> for Asked {
    fn from(questions: Questions) -> Self {
        Self(Arc::new(OnceLock::from(questions)))
    }
}

/// A collection under way: programs that take their time run already while somebody still finds out what to ask. It never
/// takes longer than its limits, whatever the host does.
pub struct Collecting {
    probes: &'static [Probe],
    host: Arc<dyn Host>,
    asked: Asked,
    limit: Duration,
    started: Instant,
    queue: Arc<Queue>,
    facts: Ends<(String, Fact)>,
    ended: Ends<(Subject, Outcome)>,
}

impl Collecting {
    /// Starts with what is asked of every host.
    pub fn start(host: Arc<dyn Host>, limits: &Limits) -> Self {
        Self::of(PROBES, host, limits)
    }

    fn of(probes: &'static [Probe], host: Arc<dyn Host>, limits: &Limits) -> Self {
        let limit = limits.probe.min(limits.total);
        let (asked, started) = (Asked::default(), Instant::now());
        let early: VecDeque<_> = probes.iter().filter(|probe| probe.early).collect();
        let threads = early.len().min(AT_FIRST);
        let (queue, facts, ended) = (Arc::new(Mutex::new(early)), mpsc::channel(), mpsc::channel());
        let collecting = Self { probes, host, asked, limit, started, queue, facts, ended };
        (0..threads).for_each(|_| collecting.employ());
        collecting
    }

    /// Asks the rest, and waits for every fact the questions call for.
    ///
    /// `progress` is called with the subjects still being read about every 100 ms once 300 ms have passed, and with an
    /// empty slice at the end. A probe that is not done in time keeps its thread, and nobody listens to it any more.
    pub fn finish(self, questions: Questions, progress: &mut dyn FnMut(&[Subject])) -> Facts {
        let questions = self.asked.0.get_or_init(|| questions);
        waiting(&self.queue).extend(self.probes.iter().filter(|probe| !probe.early));
        self.employ();
        // What can be done while the probes run is done before they are waited for.
        let wanted =
            |probe: &'static Probe| names(probe.subject, questions).into_iter().map(move |name| (name, probe.subject));
        let wanted: Vec<_> = self.probes.iter().flat_map(wanted).collect();
        let (mut facts, ended) = self.wait(progress);
        debug_assert!(facts.keys().all(|name| lookup(name).is_some()), "facts outside the catalogue: {facts:?}");
        for (name, subject) in wanted {
            facts.entry(name).or_insert_with(|| missing(subject, ended.get(&subject), self.limit));
        }
        facts
    }

    /// Starts a thread that runs the probes in the queue one by one.
    fn employ(&self) {
        let (host, asked, sink) = (Arc::clone(&self.host), self.asked.clone(), Sink::new(self.facts.0.clone()));
        let (told, queue) = (self.ended.0.clone(), Arc::clone(&self.queue));
        let thread = std::thread::Builder::new().name(THREAD.to_owned()).spawn(move || {
            silence_panics_of_probes();
            while let Some(probe) = next(&queue) {
                let outcome = catch_unwind(AssertUnwindSafe(|| (probe.run)(&*host, &asked, &sink)));
                let outcome = outcome.map_err(|panic| format!("the probe failed: {}", message(&*panic)));
                // Nobody listens after the deadline.
                let _ = told.send((probe.subject, outcome));
            }
        });
        if let Err(error) = thread
            && let Some(probe) = next(&self.queue)
        {
            let _ = self.ended.0.send((probe.subject, Err(format!("the probe could not be started: {error}"))));
        }
    }

    /// Waits until every probe has ended or time is up; returns the facts, and how those that ended did.
    fn wait(&self, progress: &mut dyn FnMut(&[Subject])) -> (Facts, BTreeMap<Subject, Outcome>) {
        let mut running: Vec<_> = self.probes.iter().map(|probe| probe.subject).collect();
        let (mut facts, mut ended) = (Facts::new(), BTreeMap::new());
        let mut tell = PROGRESS_AFTER;
        while !running.is_empty() {
            let passed = self.started.elapsed();
            if passed >= self.limit {
                break;
            }
            if passed >= tell {
                progress(&running);
                tell = passed + PROGRESS_EVERY;
            }
            let kept_waiting = !waiting(&self.queue).is_empty();
            let patience = if kept_waiting { PATIENCE.min(self.limit / 10) } else { Duration::MAX };
            match self.ended.1.recv_timeout(self.limit.min(tell).saturating_sub(passed).min(patience)) {
                Ok((subject, end)) => {
                    running.retain(|other| *other != subject);
                    ended.insert(subject, end);
                    // A probe's facts were sent before its end was.
                    facts.extend(self.facts.1.try_iter());
                }
                // One that takes its time, or hangs, keeps the others waiting.
                Err(_) if kept_waiting => self.employ(),
                // Time passed, no more: the sending end is kept here, too.
                Err(_) => {}
            }
        }
        progress(&[]);
        facts.extend(self.facts.1.try_iter());
        (facts, ended)
    }
}

fn waiting(queue: &Queue) -> MutexGuard<'_, VecDeque<&'static Probe>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the next probe out of the queue.
fn next(queue: &Queue) -> Option<&'static Probe> {
    waiting(queue).pop_front()
}

impl Drop for Collecting {
    /// When nothing is to be asked after all, no probe is left waiting for it.
    fn drop(&mut self) {
        self.asked.0.get_or_init(Questions::default);
    }
}

/// What is said of a fact that its probe did not report.
fn missing(subject: Subject, end: Option<&Outcome>, limit: Duration) -> Fact {
    let (why, reason) = match end {
        None => (Why::TimedOut, format!("no answer within {} s", limit.as_secs_f32())),
        Some(Err(reason)) => (Why::Unreadable, reason.clone()),
        Some(Ok(())) => (Why::Unreadable, "the probe ended without reporting it".to_owned()),
    };
    Fact::unknown(why, format!("{}: {reason}", words(subject)), "")
}

/// The names of all facts that a subject's probe has to report.
pub(super) fn names(subject: Subject, questions: &Questions) -> Vec<String> {
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
    let mut names: Vec<_> = CATALOGUE.iter().filter(|row| row.subject == subject).flat_map(of_row).collect();
    names.retain(|name| !is_on_demand(name) || questions.versions.contains(name));
    names
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
            if std::thread::current().name() != Some(THREAD) {
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

    fn facts_of(probes: Vec<Probe>, host: Recorded, limits: &Limits) -> Facts {
        let started = Instant::now();
        let facts = Collecting::of(probes.leak(), Arc::new(host), limits).finish(Questions::default(), &mut |_| {});
        assert!(started.elapsed() < HANGS, "{:?}", started.elapsed());
        facts
    }

    fn unknown(facts: &Facts, name: &str) -> (Why, String) {
        match facts.get(name).map(|fact| &fact.reading) {
            Some(Reading::Unknown { why, reason }) => (*why, reason.clone()),
            other => panic!("{name}: {other:?}"),
        }
    }

    const CLOCK: Probe = Probe {
        subject: Subject::Clock,
        early: false,
        run: |_, _, sink| sink.known("clock.synchronized", true, "adjtimex"),
    };

    #[test]
    fn a_file_system_that_hangs_costs_its_own_facts_only() {
        let root = Probe {
            subject: Subject::StorageRoot,
            early: false,
            run: |host, _, sink| {
                sink.known("storage.root.path", "/", "");
                sink.result("storage.root.size", host.statfs(Path::new("/")).map(|fs| fs.size), "statvfs /");
            },
        };
        let host = Recorded::default().answering(r#"errors = { "statfs /" = "hangs" }"#).unwrap();
        let facts = facts_of(vec![root, CLOCK], host, &SHORT);
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
            early: false,
            run: |_, _, _| {
                loop {
                    std::thread::park();
                }
            },
        };
        let limits = Limits { probe: Duration::from_secs(30), total: Duration::from_millis(100) };
        let facts = facts_of(vec![hung], Recorded::default(), &limits);
        assert_eq!(unknown(&facts, "clock.synchronized").1, "clock: no answer within 0.1 s");
    }

    #[test]
    fn a_probe_that_panics_costs_its_own_facts_only() {
        let limits = Probe {
            subject: Subject::Limits,
            early: false,
            run: |host, _, _| panic!("nothing at {}", host.arch().unwrap_or_else(|_| "home".to_owned())),
        };
        let facts = facts_of(vec![limits, CLOCK], Recorded::default(), &Limits::default());
        assert_eq!(
            unknown(&facts, "limits.nofile"),
            (Why::Unreadable, "limits: the probe failed: nothing at home".to_owned())
        );
        assert!(facts.get("clock.synchronized").is_some_and(|fact| fact.value().is_some()));
    }

    #[test]
    fn a_fact_that_a_probe_forgot_is_told() {
        let forgetful = Probe { subject: Subject::Limits, early: false, run: |_, _, _| {} };
        let facts = facts_of(vec![forgetful], Recorded::default(), &Limits::default());
        assert_eq!(unknown(&facts, "limits.nofile").1, "limits: the probe ended without reporting it");
    }

    #[test]
    fn names_follow_the_questions() {
        let questions = Questions {
            ports: [80, 443].into(),
            tools: ["git", "docker", "a/b"].map(str::to_owned).into(),
            ..Questions::default()
        };
        assert_eq!(names(Subject::Tools, &questions), ["tools.docker.path", "tools.git.path"]);
        let questions = Questions { versions: ["tools.git.version".to_owned()].into(), ..questions };
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
            early: false,
            run: |_, _, _| std::thread::sleep(PROGRESS_AFTER + 2 * PROGRESS_EVERY),
        };
        let mut told = Vec::new();
        Collecting::of(vec![slow, CLOCK].leak(), Arc::new(Recorded::default()), &Limits::default())
            .finish(Questions::default(), &mut |running| told.push(running.to_vec()));
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
