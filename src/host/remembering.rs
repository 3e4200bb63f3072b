//! A host that asks another one, and every question only once.
//!
//! It sees what probes ask and nothing else, and so does a recording of it: no other file, variable or process is in there.
//! How a recording is replayed is [`Recorded`]'s business. Here is what it must hold to give the same answers.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::recorded::command_line;
use super::recording::{Call, Command, Fetch, Get, Node, Trouble, has_below};
use super::tree::resolve;
use super::{
    Endpoint, Host, Latencies, Listener, Measurement, Output, Port, Reached, Recorded, Response, Result, Stat, StatFs,
    User, WebAnswer,
};

/// Asks another host, and remembers its answers. Callers that ask the same question at the same time wait for one answer, so
/// that all of them see the same state. A question that hangs delays nobody who asks another.
pub struct Remembering {
    inner: Arc<dyn Host>,
    read: Memo<(PathBuf, usize), Result<Vec<u8>>>,
    list: Memo<PathBuf, Result<Vec<String>>>,
    link: Memo<PathBuf, Result<PathBuf>>,
    canonical: Memo<PathBuf, Result<PathBuf>>,
    stat: Memo<PathBuf, Result<Stat>>,
    statfs: Memo<PathBuf, Result<StatFs>>,
    tool: Memo<String, Result<PathBuf>>,
    run: Memo<(PathBuf, Vec<String>), Result<Output>>,
    get: Memo<(Endpoint, String), Result<Response>>,
    fetch: Memo<String, Result<WebAnswer>>,
    variable: Memo<String, Option<String>>,
    listeners: Memo<(), Result<Vec<Listener>>>,
    user: Memo<(), Result<User>>,
    arch: Memo<(), Result<String>>,
    clock_synchronized: Memo<(), Result<bool>>,
    clock_max_error: Memo<(), Result<u64>>,
    process_name: Memo<u32, Result<String>>,
    measure: Memo<Measurement, Result<Latencies>>,
    /// Never recorded: a recording is of one host.
    reach: Memo<(String, Vec<Port>), Result<Reached>>,
}

/// What a recording holds of an answer.
type Keep<'k> = dyn Fn(&str, String) -> String + 'k;

/// The answers to one kind of question, by its arguments. A cell is empty while the answer is awaited.
struct Memo<K, V>(Mutex<HashMap<K, Arc<OnceLock<V>>>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Ord + Clone, V: Clone> Memo<K, V> {
    /// The remembered answer; without one, `ask` gets it.
    fn answer(&self, key: K, ask: impl FnOnce() -> V) -> V {
        // The map is locked only to find the cell, so that other questions do not wait for this one.
        let cell = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        cell.get_or_init(ask).clone()
    }

    /// All questions so far, in their order. An answer is `None` if it has not come yet.
    fn all(&self) -> Vec<(K, Option<V>)> {
        let cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = cells.iter().map(|(key, cell)| (key.clone(), cell.get().cloned())).collect();
        all.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        all
    }
}

impl<K: Hash + Ord + Clone, V: Clone> Memo<K, Result<V>> {
    /// Records good answers with `keep`, and the others as errors of the call. A call that never came back timed out.
    fn record(&self, host: &mut Recorded, call: impl Fn(&K) -> Call, keep: impl Fn(&mut Recorded, K, V)) {
        for (key, answer) in self.all() {
            let trouble = match answer {
                Some(Ok(value)) => {
                    // A file may have been too large for one caller, and not for the next.
                    host.answers.errors.remove(&call(&key));
                    keep(host, key, value);
                    continue;
                }
                Some(Err(error)) => Trouble::from(&error),
                None => Trouble::TimedOut,
            };
            host.answers.errors.insert(call(&key), trouble);
        }
    }
}

impl Remembering {
    /// A host that has been asked nothing yet.
    pub fn new(inner: Arc<dyn Host>) -> Self {
        Self {
            inner,
            read: Memo::default(),
            list: Memo::default(),
            link: Memo::default(),
            canonical: Memo::default(),
            stat: Memo::default(),
            statfs: Memo::default(),
            tool: Memo::default(),
            run: Memo::default(),
            get: Memo::default(),
            fetch: Memo::default(),
            variable: Memo::default(),
            listeners: Memo::default(),
            user: Memo::default(),
            arch: Memo::default(),
            clock_synchronized: Memo::default(),
            clock_max_error: Memo::default(),
            process_name: Memo::default(),
            measure: Memo::default(),
            reach: Memo::default(),
        }
    }

    /// All that is remembered, as a host that gives the same answers. `keep` gets every answer in the words of somebody else,
    /// with its question in the words of a recording, and returns what the recording shall hold of it.
    pub fn recorded(&self, keep: impl Fn(&str, String) -> String) -> Recorded {
        let mut host = Recorded::default();
        let keep: &Keep<'_> = &keep;
        host.nodes.extend(self.links().into_iter().filter_map(|(path, target)| Some((path, Node::Link(target?)))));
        self.record_files(&mut host, keep);
        self.statfs.record(
            &mut host,
            |path| Call::path("statfs", path),
            |host, path, fs| {
                host.answers.statfs.insert(path, fs);
            },
        );
        self.record_programs(&mut host, keep);
        self.record_services(&mut host, keep);
        self.record_state(&mut host, keep);
        host.drop_needless_entries();
        host
    }

    fn record_files(&self, host: &mut Recorded, keep: &Keep<'_>) {
        self.read.record(
            host,
            |(path, _)| Call::path("read", path),
            |host, (path, _), content| {
                let text = String::from_utf8_lossy(&content).into_owned();
                let kept = keep(&Call::path("read", &path).0, text.clone());
                host.put(&path, Node::File(if kept == text { content } else { kept.into_bytes() }));
            },
        );
        self.list.record(
            host,
            |path| Call::path("list", path),
            |host, directory, names| {
                host.put(&directory, Node::Directory);
                let Ok(directory) = host.resolved(&directory) else { return };
                for name in names {
                    host.nodes.entry(directory.join(name)).or_insert(Node::Listed);
                }
            },
        );
        // The targets are in `links`.
        self.link.record(host, |path| Call::path("link", path), |_, _, _| {});
        self.canonical.record(host, |path| Call::path("canonical", path), |_, _, _| {});
        self.stat.record(
            host,
            |path| Call::path("stat", path),
            |host, path, stat| {
                if let Ok(path) = host.resolved(&path) {
                    host.answers.stat.insert(path, stat);
                }
            },
        );
    }

    fn record_programs(&self, host: &mut Recorded, keep: &Keep<'_>) {
        self.tool.record(
            host,
            |name| Call(format!("tool {name}")),
            |host, name, path| {
                host.answers.tools.insert(name, path);
            },
        );
        self.run.record(
            host,
            |(program, arguments)| Call(format!("run {}", command_line(program, arguments))),
            |host, (program, arguments), Output { code, stdout, stderr }| {
                let run = command_line(&program, &arguments);
                let [stdout, stderr] = [stdout, stderr].map(|text| keep(&format!("run {run}"), text));
                let (killed, code) = (code.is_none(), code.unwrap_or(0));
                host.answers.command.push(Command { run, code, killed, stdout, stderr });
            },
        );
        self.process_name.record(
            host,
            |pid| Call(format!("process_name {pid}")),
            |host, pid, name| {
                host.answers.processes.insert(pid.to_string(), name);
            },
        );
    }

    fn record_services(&self, host: &mut Recorded, keep: &Keep<'_>) {
        self.get.record(
            host,
            |(endpoint, target)| Call(format!("get {endpoint} {target}")),
            |host, (endpoint, target), Response { status, mut headers, body }| {
                headers.retain(|name, value| {
                    *value = keep(&format!("header {name}"), std::mem::take(value));
                    !value.is_empty()
                });
                let body = keep(&format!("get {endpoint} {target}"), body);
                host.answers.http.push(Get { endpoint: endpoint.to_string(), target, status, headers, body });
            },
        );
        self.fetch.record(
            host,
            |url| Call(format!("fetch {url}")),
            |host, url, WebAnswer { status, body, encoding, certificate_ends, tls, origin, answered_by }| {
                let body = keep(&format!("fetch {url}"), body);
                host.answers.web.push(Fetch {
                    url,
                    status,
                    body,
                    encoding,
                    certificate_ends,
                    tls,
                    origin,
                    answered_by,
                });
            },
        );
    }

    fn record_state(&self, host: &mut Recorded, keep: &Keep<'_>) {
        for (name, value) in self.variable.all() {
            if let Some(Some(value)) = value {
                let value = keep(&format!("variable {name}"), value);
                host.answers.variables.insert(name, value);
            }
        }
        let alone = |name: &'static str| move |(): &()| Call(name.to_owned());
        self.listeners.record(host, alone("listeners"), |host, (), all| host.answers.listeners = Some(all));
        self.user.record(host, alone("user"), |host, (), user| host.answers.user = Some(user));
        self.arch.record(host, alone("arch"), |host, (), arch| host.answers.arch = Some(arch));
        self.clock_synchronized.record(host, alone("clock_synchronized"), |host, (), synchronized| {
            host.answers.clock_synchronized = Some(synchronized);
        });
        self.clock_max_error.record(host, alone("clock_max_error"), |host, (), error| {
            host.answers.clock_max_error = Some(error);
        });
        self.measure.record(
            host,
            |what| Call(format!("measure {what}")),
            |host, what, taken| {
                host.answers.measurements.insert(what.to_string(), taken);
            },
        );
    }

    /// The targets of the links in all paths that were asked about; none for a component that is not a link. A path whose
    /// answer never came is left alone: asking about its links could hang as well.
    fn links(&self) -> BTreeMap<PathBuf, Option<PathBuf>> {
        fn answered<V>((path, answer): (PathBuf, Option<V>)) -> Option<PathBuf> {
            answer.map(|_| path)
        }
        let read = self.read.all().into_iter().map(|((path, _), answer)| (path, answer)).filter_map(answered);
        let list = self.list.all().into_iter().filter_map(answered);
        let link = self.link.all().into_iter().filter_map(answered);
        let canonical = self.canonical.all().into_iter().filter_map(answered);
        let stat = self.stat.all().into_iter().filter_map(answered);
        let mut links: BTreeMap<PathBuf, Option<PathBuf>> = BTreeMap::new();
        for path in read.chain(list).chain(link).chain(canonical).chain(stat) {
            let _ =
                resolve(&path, |at| Ok(links.entry(at.to_owned()).or_insert_with(|| self.inner.link(at).ok()).clone()));
        }
        links
    }
}

impl Recorded {
    /// Puts a node where `path` leads by the links recorded so far.
    fn put(&mut self, path: &Path, node: Node) {
        if let Ok(path) = self.resolved(path) {
            self.nodes.insert(path, node);
        }
    }

    /// Drops the entries that the replay does not need: files, tools, processes and services that were not found, since it
    /// does not find them either, and the usual modes. A name in a directory's listing keeps its error.
    fn drop_needless_entries(&mut self) {
        let is_known = |path: &str| match self.resolved(Path::new(path)) {
            Ok(path) => self.nodes.contains_key(&path) || has_below(&self.nodes, &path),
            Err(_) => true,
        };
        // The replay tells by itself that a file or directory is not a link.
        let is_not_link = |call: &Call, trouble: &Trouble| {
            let path = call.0.strip_prefix("link ").map(Path::new).filter(|_| matches!(trouble, Trouble::Failed(_)));
            path.is_some_and(|path| {
                let node = self.nodes.get(path);
                matches!(node, Some(Node::File(_) | Node::Directory)) || has_below(&self.nodes, path)
            })
        };
        let needless = |call: &Call| match call.0.split_once(' ') {
            Some(("read" | "list" | "link" | "stat", path)) => !is_known(path),
            Some(("tool" | "process_name", _)) => true,
            Some(("get", target)) => !self.answers.http.iter().any(|get| target.starts_with(&get.endpoint)),
            _ => false,
        };
        let errors = self.answers.errors.iter();
        let errors: BTreeMap<_, _> = errors
            .filter(|(call, trouble)| **trouble != Trouble::NotFound || !needless(call))
            .filter(|(call, trouble)| !is_not_link(call, trouble))
            .map(|(call, trouble)| (call.clone(), trouble.clone()))
            .collect();
        let stat = self.answers.stat.iter().filter(|(path, stat)| self.usual_stat(path) != Some(**stat));
        let stat = stat.map(|(path, stat)| (path.clone(), *stat)).collect();
        (self.answers.errors, self.answers.stat) = (errors, stat);
    }
}

impl Host for Remembering {
    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>> {
        self.read.answer((path.to_owned(), limit), || self.inner.read(path, limit))
    }

    fn list(&self, directory: &Path) -> Result<Vec<String>> {
        self.list.answer(directory.to_owned(), || self.inner.list(directory))
    }

    fn link(&self, path: &Path) -> Result<PathBuf> {
        self.link.answer(path.to_owned(), || self.inner.link(path))
    }

    fn canonical(&self, path: &Path) -> Result<PathBuf> {
        self.canonical.answer(path.to_owned(), || self.inner.canonical(path))
    }

    fn stat(&self, path: &Path) -> Result<Stat> {
        self.stat.answer(path.to_owned(), || self.inner.stat(path))
    }

    fn statfs(&self, path: &Path) -> Result<StatFs> {
        // Recorded by the path that was asked: following its links could hang where the call itself does not.
        self.statfs.answer(path.to_owned(), || self.inner.statfs(path))
    }

    fn tool(&self, name: &str) -> Result<PathBuf> {
        self.tool.answer(name.to_owned(), || self.inner.tool(name))
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Result<Output> {
        let key = (program.to_owned(), arguments.iter().map(|&argument| argument.to_owned()).collect());
        self.run.answer(key, || self.inner.run(program, arguments))
    }

    fn get(&self, endpoint: &Endpoint, target: &str) -> Result<Response> {
        self.get.answer((endpoint.clone(), target.to_owned()), || self.inner.get(endpoint, target))
    }

    fn fetch(&self, url: &str) -> Result<WebAnswer> {
        self.fetch.answer(url.to_owned(), || self.inner.fetch(url))
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variable.answer(name.to_owned(), || self.inner.variable(name))
    }

    fn listeners(&self) -> Result<Vec<Listener>> {
        self.listeners.answer((), || self.inner.listeners())
    }

    fn user(&self) -> Result<User> {
        self.user.answer((), || self.inner.user())
    }

    fn arch(&self) -> Result<String> {
        self.arch.answer((), || self.inner.arch())
    }

    fn clock_synchronized(&self) -> Result<bool> {
        self.clock_synchronized.answer((), || self.inner.clock_synchronized())
    }

    fn clock_max_error(&self) -> Result<u64> {
        self.clock_max_error.answer((), || self.inner.clock_max_error())
    }

    fn process_name(&self, pid: u32) -> Result<String> {
        self.process_name.answer(pid, || self.inner.process_name(pid))
    }

    fn measure(&self, what: &Measurement) -> Result<Latencies> {
        self.measure.answer(what.clone(), || self.inner.measure(what))
    }

    fn reach(&self, machine: &str, ports: &[Port]) -> Result<Reached> {
        self.reach.answer((machine.to_owned(), ports.to_owned()), || self.inner.reach(machine, ports))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    use super::super::HostError;
    use super::*;

    /// A bound against hanging, not a measurement.
    const HANGS: Duration = Duration::from_secs(5);

    /// Every answer takes a moment and holds the number of calls so far.
    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl Counting {
        fn next(&self) -> usize {
            std::thread::sleep(Duration::from_millis(20));
            self.0.fetch_add(1, Ordering::SeqCst)
        }

        fn failed<T>(&self) -> Result<T> {
            Err(HostError::Failed(self.next().to_string()))
        }
    }

    impl Host for Counting {
        fn read(&self, _: &Path, _: usize) -> Result<Vec<u8>> {
            self.failed()
        }
        fn list(&self, _: &Path) -> Result<Vec<String>> {
            self.failed()
        }
        fn link(&self, _: &Path) -> Result<PathBuf> {
            Err(HostError::NotFound)
        }
        fn canonical(&self, _: &Path) -> Result<PathBuf> {
            self.failed()
        }
        fn stat(&self, _: &Path) -> Result<Stat> {
            self.failed()
        }
        fn statfs(&self, _: &Path) -> Result<StatFs> {
            self.failed()
        }
        fn tool(&self, _: &str) -> Result<PathBuf> {
            self.failed()
        }
        fn run(&self, _: &Path, _: &[&str]) -> Result<Output> {
            self.failed()
        }
        fn get(&self, _: &Endpoint, _: &str) -> Result<Response> {
            self.failed()
        }
        fn fetch(&self, _: &str) -> Result<WebAnswer> {
            self.failed()
        }
        fn variable(&self, _: &str) -> Option<String> {
            Some(self.next().to_string())
        }
        fn listeners(&self) -> Result<Vec<Listener>> {
            self.failed()
        }
        fn user(&self) -> Result<User> {
            self.failed()
        }
        fn arch(&self) -> Result<String> {
            self.failed()
        }
        fn clock_synchronized(&self) -> Result<bool> {
            self.failed()
        }
        fn clock_max_error(&self) -> Result<u64> {
            self.failed()
        }
        fn process_name(&self, _: u32) -> Result<String> {
            self.failed()
        }
        fn measure(&self, _: &Measurement) -> Result<Latencies> {
            self.failed()
        }
        fn reach(&self, _: &str, _: &[Port]) -> Result<Reached> {
            self.failed()
        }
    }

    /// Every kind of question, and some with other arguments.
    fn questions(host: &dyn Host) -> Vec<String> {
        let path = Path::new;
        vec![
            format!("{:?}", host.read(path("/a"), 1)),
            format!("{:?}", host.read(path("/a"), 2)),
            format!("{:?}", host.read(path("/b"), 1)),
            format!("{:?}", host.list(path("/a"))),
            format!("{:?}", host.canonical(path("/a"))),
            format!("{:?}", host.stat(path("/a"))),
            format!("{:?}", host.statfs(path("/a"))),
            format!("{:?}", host.tool("a")),
            format!("{:?}", host.run(path("/a"), &["b c"])),
            format!("{:?}", host.run(path("/a"), &["b", "c"])),
            format!("{:?}", host.get(&Endpoint::Unix("/a".into()), "/b")),
            format!("{:?}", host.fetch("https://a.example.com")),
            format!("{:?}", host.variable("A")),
            format!("{:?}", host.listeners()),
            format!("{:?}", host.user()),
            format!("{:?}", host.arch()),
            format!("{:?}", host.clock_synchronized()),
            format!("{:?}", host.clock_max_error()),
            format!("{:?}", host.process_name(1)),
            format!("{:?}", host.measure(&Measurement::Device("/dev/a".into()))),
            format!("{:?}", host.measure(&Measurement::Files("/dev/a".into()))),
            format!("{:?}", host.reach("a", &[])),
            format!("{:?}", host.reach("b", &[])),
        ]
    }

    #[test]
    fn every_question_is_asked_once() {
        let inner = Arc::new(Counting::default());
        let host = Remembering::new(Arc::clone(&inner) as Arc<dyn Host>);
        let start = Barrier::new(8);
        let ask = || {
            start.wait();
            questions(&host)
        };
        let answers: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|other| *other == answers[0]), "{answers:?}");
        assert_eq!(inner.0.load(Ordering::SeqCst), answers[0].len());
        assert_eq!(questions(&host), answers[0]);
    }

    #[test]
    fn a_question_that_hangs_does_not_delay_others() {
        let inner = Recorded::default().file("/etc/os-release", "ID=debian\n");
        let inner = inner.answering(r#"errors = { "statfs /mnt" = "hangs", "read /mnt/x" = "hangs" }"#).unwrap();
        let host = Arc::new(Remembering::new(Arc::new(inner)));
        for _ in 0..3 {
            let host = Arc::clone(&host);
            std::thread::spawn(move || host.statfs(Path::new("/mnt")));
        }
        let other = Arc::clone(&host);
        std::thread::spawn(move || other.read(Path::new("/mnt/x"), 1));
        let started = Instant::now();
        let timed_out = loop {
            assert_eq!(host.read(Path::new("/etc/os-release"), 100), Ok(b"ID=debian\n".to_vec()));
            assert!(matches!(host.statfs(Path::new("/")), Err(HostError::NotAsked(_))));
            let recorded = host.recorded(|_, answer| answer);
            let answers = [recorded.statfs(Path::new("/mnt")).err(), recorded.read(Path::new("/mnt/x"), 1).err()];
            if answers.iter().all(|answer| matches!(answer, Some(HostError::TimedOut(_)))) {
                break true;
            }
            if started.elapsed() > HANGS {
                break false;
            }
        };
        assert!(timed_out, "calls that never came back are recorded as timed out");
    }

    #[test]
    fn a_panic_of_the_host_leaves_the_question_open() {
        struct Panics(Recorded, AtomicUsize);
        let memo: Memo<(), usize> = Memo::default();
        let panics = Panics(Recorded::default(), AtomicUsize::new(0));
        let ask = || match panics.1.fetch_add(1, Ordering::SeqCst) {
            0 => panic!("{:?}", panics.0),
            count => count,
        };
        let first = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| memo.answer((), ask)));
        assert!(first.is_err());
        assert_eq!(memo.answer((), ask), 1);
        assert_eq!(memo.answer((), ask), 1);
    }
}
