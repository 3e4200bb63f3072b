//! Running every probe, each in its own thread and under a deadline, and saying why of each fact that did not arrive.
//!
//! Knows probes and the catalogue's names. Of what facts mean, it knows one thing: in a container for one program, what was read
//! is about the container, and says nothing of its host.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use super::{PROBES, Probe, Sink};
use crate::facts::catalogue::{CATALOGUE, REACH_PEERS, Row, is_on_demand, lookup};
use crate::facts::{Fact, Facts, Questions, Subject, Why, hides_host};
use crate::host::Host;

/// The container that rampcheck runs in.
const CONTAINER: &str = "host.container";

/// Name of the threads that run probes.
const THREAD: &str = "probe";

/// How many probes run at once, to begin with: they should not take the processor from the children of the first ones.
const AT_ONCE: usize = 2;
/// Those that run are waiting for something when none of them has ended for this long. Then another one is started.
const STALLED: Duration = Duration::from_millis(2);

/// When progress is first reported, and how often after that.
const PROGRESS_AFTER: Duration = Duration::from_millis(300);
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// How long facts are waited for, counted from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// For each probe.
    pub probe: Duration,
    /// For all of them together.
    pub total: Duration,
    /// How much longer each probe may take, because one of them was asked to measure, or to test other nodes.
    pub measuring: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { probe: Duration::from_secs(5), total: Duration::from_secs(30), measuring: Duration::ZERO }
    }
}

/// Reads everything the catalogue lists and the questions ask for, of the subjects that they name.
///
/// It returns when every probe has ended, and no later than the deadlines, whatever the host does. A probe that is still
/// running then keeps its thread, and its later facts are dropped. A fact that did not arrive is unknown, with the reason.
///
/// `progress` is called with the subjects still being read, about every 100 ms once 300 ms have passed, and with an empty
/// slice at the end.
pub fn collect(
    host: Arc<dyn Host>,
    questions: Questions,
    deadlines: &Deadlines,
    progress: &mut dyn FnMut(&[Subject]),
) -> Facts {
    let mut facts = run(PROBES, host, questions, deadlines, progress);
    conceal(&mut facts);
    facts
}

/// In a container that hides its host, makes unknown what would be taken for the host's. The clock is the machine's, and a server
/// that was asked is the same from everywhere.
fn conceal(facts: &mut Facts) {
    let Some(reason) = facts.get(CONTAINER).and_then(Fact::text).and_then(hides_host) else { return };
    let is_seen_here = facts.get("deployment.from").and_then(Fact::text).is_some_and(|from| from != "manifest");
    let is_elsewhere = |name: &str| match lookup(name).map(|row| row.subject) {
        Some(Subject::Clock) => true,
        // What a manifest says is the operator's word.
        Some(Subject::Deployment) => !is_seen_here,
        // Which containers run is the engine's word, and none is seen from here.
        Some(Subject::Server) => !name.starts_with("container."),
        // Who was asked for is the operator's word.
        _ => name == CONTAINER || name == REACH_PEERS,
    };
    for (_, fact) in facts.iter_mut().filter(|(name, _)| !is_elsewhere(name)) {
        *fact = Fact::unknown(Why::NotDetermined, reason.as_str(), CONTAINER);
    }
}

/// Whether the current thread was started to run a probe. A panic there is caught and becomes the reason of facts, so that
/// a panic hook need not print it.
pub fn is_probe_thread() -> bool {
    std::thread::current().name() == Some(THREAD)
}

fn run(
    probes: &'static [Probe],
    host: Arc<dyn Host>,
    questions: Questions,
    deadlines: &Deadlines,
    progress: &mut dyn FnMut(&[Subject]),
) -> Facts {
    let probes: Vec<_> = probes.iter().filter(|probe| questions.reads(probe.subject)).collect();
    let started = Instant::now();
    let deadline = deadlines.probe.saturating_add(deadlines.measuring).min(deadlines.total);
    let questions = Arc::new(questions);
    let (send_facts, facts) = channel();
    let (send_ends, ends) = channel();
    let mut to_start = probes.iter();
    let mut at_once = AT_ONCE;
    let mut running: Vec<Subject> = Vec::new();
    let mut ended = BTreeMap::new();
    let mut report_at = PROGRESS_AFTER;
    loop {
        for probe in to_start.by_ref().take(at_once.saturating_sub(running.len())) {
            start(probe, &host, &questions, Sink::new(send_facts.clone()), send_ends.clone());
            running.push(probe.subject);
        }
        if running.is_empty() {
            break;
        }
        let passed = started.elapsed();
        if passed >= deadline {
            break;
        }
        if passed >= report_at {
            progress(&running);
            report_at = passed + PROGRESS_EVERY;
        }
        let stalled = if to_start.len() > 0 { passed + STALLED } else { deadline };
        match ends.recv_timeout(deadline.min(report_at).min(stalled).saturating_sub(passed)) {
            Ok((subject, end)) => {
                running.retain(|other| *other != subject);
                ended.insert(subject, end);
            }
            // Only a timeout is an error here: `send_ends` is still open.
            Err(_) => at_once += 1,
        }
    }
    progress(&[]);
    let mut facts: Facts = facts.try_iter().collect();
    debug_assert!(facts.keys().all(|name| lookup(name).is_some()), "facts outside the catalogue: {facts:?}");
    for probe in probes {
        for name in names(probe.subject, &questions) {
            facts.entry(name).or_insert_with(|| missing(probe.subject, ended.get(&probe.subject), deadline));
        }
    }
    facts
}

/// Starts the thread of a probe. What it sends at the end is the reason why it failed, if it did.
fn start(
    probe: &'static Probe,
    host: &Arc<dyn Host>,
    questions: &Arc<Questions>,
    sink: Sink,
    ends: Sender<(Subject, Option<String>)>,
) {
    let (host, questions, not_started) = (Arc::clone(host), Arc::clone(questions), ends.clone());
    let thread = std::thread::Builder::new().name(THREAD.to_owned()).spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(|| (probe.run)(&*host, &questions, &sink)));
        let failure = result.err().map(|panic| format!("the probe failed: {}", message(&*panic)));
        // Nobody receives it after the deadline.
        let _ = ends.send((probe.subject, failure));
    });
    if let Err(error) = thread {
        let _ = not_started.send((probe.subject, Some(format!("the probe could not be started: {error}"))));
    }
}

/// The unknown fact in place of one that its probe did not report. `end` is how the probe ended, if it did.
fn missing(subject: Subject, end: Option<&Option<String>>, deadline: Duration) -> Fact {
    let (why, reason) = match end {
        None => (Why::TimedOut, format!("no answer within {} s", deadline.as_secs_f32())),
        Some(Some(failure)) => (Why::Unreadable, failure.clone()),
        Some(None) => (Why::Unreadable, "the probe ended without reporting it".to_owned()),
    };
    Fact::unknown(why, format!("{}: {reason}", subject.name()), "")
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
        } else if row.name.contains("<plugin>") {
            questions.plugins.iter().cloned().collect()
        } else {
            return vec![row.name.to_owned()];
        };
        arguments.iter().map(|argument| row.with(argument)).filter(|name| row.argument(name).is_some()).collect()
    };
    let mut names: Vec<_> = CATALOGUE.iter().filter(|row| row.subject == subject).flat_map(of_row).collect();
    names.retain(|name| !is_on_demand(name) || questions.versions.contains(name));
    if subject == Subject::Reach && questions.reach.peers.is_empty() {
        names.retain(|name| name == REACH_PEERS);
    }
    names
}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::facts::{FactState, Value};
    use crate::host::Recorded;

    const SHORT: Deadlines =
        Deadlines { probe: Duration::from_millis(300), total: Duration::from_secs(30), measuring: Duration::ZERO };
    /// A bound against hanging, not a measurement.
    const HANGS: Duration = Duration::from_secs(5);

    fn facts_of(probes: Vec<Probe>, host: Recorded, deadlines: &Deadlines) -> Facts {
        let started = Instant::now();
        let facts = run(probes.leak(), Arc::new(host), Questions::default(), deadlines, &mut |_| {});
        assert!(started.elapsed() < HANGS, "{:?}", started.elapsed());
        facts
    }

    fn unknown(facts: &Facts, name: &str) -> (Why, String) {
        match facts.get(name).map(|fact| &fact.state) {
            Some(FactState::Unknown { why, reason }) => (*why, reason.clone()),
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
        let facts = facts_of(vec![root, CLOCK], host, &SHORT);
        let timed_out = (Why::TimedOut, "root file system: no answer within 0.3 s".to_owned());
        assert_eq!(unknown(&facts, "storage.root.size"), timed_out);
        assert_eq!(unknown(&facts, "storage.root.media"), timed_out);
        assert_eq!(facts.get("storage.root.path").and_then(Fact::text), Some("/"));
        assert!(facts.get("clock.synchronized").is_some_and(|fact| fact.value().is_some()));
    }

    #[test]
    fn the_total_holds_where_it_is_shorter() {
        let hung = Probe {
            subject: Subject::Clock,
            run: |_, _, _| {
                loop {
                    std::thread::park();
                }
            },
        };
        let deadlines =
            Deadlines { probe: Duration::from_secs(30), total: Duration::from_millis(100), ..Deadlines::default() };
        let facts = facts_of(vec![hung], Recorded::default(), &deadlines);
        assert_eq!(unknown(&facts, "clock.synchronized").1, "clock: no answer within 0.1 s");
    }

    #[test]
    fn a_probe_that_panics_costs_its_own_facts_only() {
        let limits = Probe {
            subject: Subject::ResourceLimits,
            run: |host, _, _| panic!("nothing at {}", host.arch().unwrap_or_else(|_| "home".to_owned())),
        };
        let facts = facts_of(vec![limits, CLOCK], Recorded::default(), &Deadlines::default());
        assert_eq!(
            unknown(&facts, "limits.nofile"),
            (Why::Unreadable, "resource limits: the probe failed: nothing at home".to_owned())
        );
        assert!(facts.get("clock.synchronized").is_some_and(|fact| fact.value().is_some()));
    }

    #[test]
    fn a_probe_knows_its_own_threads() {
        let clock = Probe {
            subject: Subject::Clock,
            run: |_, _, sink| sink.known("clock.synchronized", is_probe_thread(), "test"),
        };
        let facts = facts_of(vec![clock], Recorded::default(), &Deadlines::default());
        assert_eq!(facts["clock.synchronized"].value(), Some(&Value::Bool(true)));
        assert!(!is_probe_thread());
    }

    #[test]
    fn a_measurement_has_its_own_time_within_that_of_the_run() {
        let measures = || Probe {
            subject: Subject::Clock,
            run: |_, _, sink| {
                std::thread::sleep(SHORT.probe + Duration::from_millis(200));
                sink.known("clock.synchronized", true, "test");
            },
        };
        let measuring = Deadlines { measuring: Duration::from_secs(3), ..SHORT };
        let facts = facts_of(vec![measures()], Recorded::default(), &measuring);
        assert_eq!(facts["clock.synchronized"].value(), Some(&Value::Bool(true)));
        let run = Deadlines { total: SHORT.probe, ..measuring };
        let facts = facts_of(vec![measures()], Recorded::default(), &run);
        assert_eq!(unknown(&facts, "clock.synchronized").0, Why::TimedOut);
    }

    #[test]
    fn a_fact_that_a_probe_forgot_is_unknown() {
        let forgetful = Probe { subject: Subject::ResourceLimits, run: |_, _, _| {} };
        let facts = facts_of(vec![forgetful], Recorded::default(), &Deadlines::default());
        assert_eq!(unknown(&facts, "limits.nofile").1, "resource limits: the probe ended without reporting it");
    }

    #[test]
    fn a_container_for_one_program_tells_nothing_of_its_host() {
        let observed = || -> Facts {
            ["os.id", "cpu.online", "docker.engine.state", "ports.tcp.443.state", "container.release", "server.version"]
                .into_iter()
                .chain(["clock.synchronized", "host.name"])
                .map(|name| (name.to_owned(), Fact::known("x", "read")))
                .collect()
        };
        let seen_from = |container: Fact| {
            let mut facts = observed();
            facts.insert(CONTAINER.to_owned(), container);
            conceal(&mut facts);
            facts.into_iter().filter(|(_, fact)| fact.value().is_some()).map(|(name, _)| name).collect::<Vec<_>>()
        };
        for name in ["docker", "kubernetes", "podman", "containerd", "other"] {
            assert_eq!(seen_from(Fact::known(name, "read")), ["clock.synchronized", CONTAINER, "server.version"]);
        }
        for own in [Fact::known("lxc", "read"), Fact::absent("read"), Fact::unknown(Why::Unreadable, "x", "read")] {
            assert!(seen_from(own.clone()).len() >= observed().len(), "{own:?}");
        }
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
        assert!(ports.contains(&"ports.tcp.443.state".to_owned()) && ports.len() == 12, "{ports:?}");
        assert!(names(Subject::Ports, &Questions::default()).is_empty());
    }

    #[test]
    fn progress_names_what_is_still_running_and_ends_empty() {
        let slow = Probe {
            subject: Subject::StorageData,
            run: |_, _, _| std::thread::sleep(PROGRESS_AFTER + 2 * PROGRESS_EVERY),
        };
        let mut reported = Vec::new();
        let (host, questions) = (Arc::new(Recorded::default()), Questions::default());
        run(vec![slow, CLOCK].leak(), host, questions, &Deadlines::default(), &mut |running| {
            reported.push(running.to_vec());
        });
        assert_eq!(reported.first(), Some(&vec![Subject::StorageData]));
        assert_eq!(reported.iter().filter(|running| running.is_empty()).count(), 1);
        assert_eq!(reported.last(), Some(&Vec::new()));
    }

    #[test]
    fn every_subject_with_facts_of_the_host_has_one_probe() {
        for row in CATALOGUE.iter().filter(|row| row.is_observed()) {
            assert_eq!(PROBES.iter().filter(|probe| probe.subject == row.subject).count(), 1, "{:?}", row.subject);
        }
    }
}
