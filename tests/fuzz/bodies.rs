//! What each fuzz target does with its bytes: read them as the thing they pretend to be, and hold what comes out to what
//! must always be true of it. Used by the libFuzzer targets beside this file and by `tests/it/fuzz.rs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rampcheck::facts::catalogue::lookup;
use rampcheck::facts::{Fact, Questions, Range, Subject, Version};
use rampcheck::host::{
    Endpoint, FileKind, Host, HostError, Latencies, Listener, Measurement, Output, Response, Result, Stat, StatFs,
    User, WebAnswer,
};
use rampcheck::judge::run_examples;
use rampcheck::pack::{builtin, load};
use rampcheck::plan::read_plan;
use rampcheck::probe::reports;
use rampcheck::redact::{Names, Redaction, Redactor};
use rampcheck::render::json::{document, json};
use rampcheck::render::text::Style;
use rampcheck::render::{html, junit, nagios, saved, terminal, ticket};
use rampcheck::report::diff::Diff;
use rampcheck::report::read;
use rampcheck::report::unpack::unpack;
use rampcheck::report::verify::{Signed, verify};

/// What a target does with its bytes.
pub type Body = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Body); 7] = [
    ("report", report),
    ("pack", pack),
    ("os_release", os_release),
    ("version", version),
    ("mountinfo", mountinfo),
    ("docker", docker),
    ("jwt", jwt),
];

/// A report that is read is rendered, redacted, compared and verified; nothing that acts on a terminal is left.
pub fn report(bytes: &[u8]) {
    let _ = read::sent(bytes);
    let _ = unpack(bytes.to_vec()).map(|arrived| arrived.documents().for_each(|document| _ = read::sent(document)));
    let Ok(received) = read::report(bytes) else { return };
    let style = Style { width: 80, color: false, unicode: true };
    let report = &received.report;
    let written = json(&document(report)).expect("what was read can be written");
    let texts = [
        terminal::report(report, style),
        saved::report(report, style),
        ticket::ticket(report),
        junit::report(report),
        nagios::report(report, style),
        html::report(report),
    ];
    for text in texts.iter().chain([&written]) {
        assert!(!text.chars().any(|sign| sign != '\n' && sign.is_control()), "{text:?}");
    }
    let again = read::report(written.as_bytes()).expect("what was written can be read");
    assert_eq!(again.report, *report);
    let same = Diff::of(report, report);
    assert!(same.findings.is_empty() && same.facts.is_empty());
    let _ = verify(&received, &Signed::default(), &[], report.today);
    let mut redactor = Redactor::new(Redaction::Strict, Names::default());
    let (verdict, summary) = (report.verdict, report.summary());
    let mut redacted = received.report;
    if redacted.redact(&mut redactor).is_ok() {
        assert_eq!((redacted.verdict, redacted.summary()), (verdict, summary));
    }
}

/// The bytes take the place of one file of a good pack; what loads has examples that run. Plans are read the same way.
pub fn pack(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (which, text) = text.split_once('\n').unwrap_or(("", &text));
    let _ = read_plan("plan.toml", text);
    let Some(mut files) = builtin().into_iter().next() else { return };
    files.files.retain(|name, _| ["pack.toml", "tiers.toml", "lines.toml", "cpu.toml"].contains(&name.as_str()));
    let name = ["pack.toml", "tiers.toml", "lines.toml", "releases.toml", "endpoints.toml", "cpu.toml"]
        .into_iter()
        .find(|name| which.contains(name))
        .unwrap_or("cpu.toml");
    files.files.insert(name.to_owned(), text.to_owned().into());
    if let Ok(pack) = load(&files) {
        let _ = run_examples(&pack);
    }
}

/// As /etc/os-release.
pub fn os_release(bytes: &[u8]) {
    let host = Only::file("/etc/os-release", bytes);
    read_by(&host, &[Subject::Os], &Questions::default());
}

/// A version that is read is shown as it was written, and ranges hold or do not.
pub fn version(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (range, text) = text.split_once('\n').unwrap_or((">=1", &text));
    let range = Range::parse(range);
    if let Ok(version) = Version::parse(text) {
        assert_eq!(Version::parse(&version.to_string()).as_ref(), Ok(&version));
        assert!(version.is_on_line(&version.major().to_string()));
        if let Ok(range) = range {
            let _ = range.contains(&version);
        }
    }
}

/// As /proc/self/mountinfo.
pub fn mountinfo(bytes: &[u8]) {
    let host = Only::file("/proc/self/mountinfo", bytes);
    read_by(&host, &[Subject::StorageRoot, Subject::StorageData, Subject::Machine], &Questions::default());
}

/// As the engine's answers: `/version`, `/info` and `/containers/json`, a line each.
pub fn docker(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.splitn(3, '\n');
    let mut host = Only::default();
    for target in ["/version", "/info", "/containers/json"] {
        host.answers.insert(target.to_owned(), parts.next().unwrap_or_default().to_owned());
    }
    let questions = Questions {
        ports: [80, 443, 27017].into(),
        images: ["rocketchat/rocket.chat".to_owned()].into(),
        ..Questions::default()
    };
    read_by(&host, &[Subject::Docker, Subject::Ports, Subject::Server, Subject::StorageData], &questions);
}

/// As a signed list in a file, and as what a server says of itself.
pub fn jwt(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut questions = Questions::default();
    questions.server.lists.push(("list.jwt".to_owned(), text.clone()));
    questions.server.url = Some("https://chat.example.com".to_owned());
    questions.server.info_path = Some("/api/info".to_owned());
    let mut host = Only::default();
    host.answers.insert("/api/info".to_owned(), text);
    let facts = read_by(&host, &[Subject::Server], &questions);
    let state = facts.get("support_list.state").and_then(Fact::text);
    assert_ne!(state, Some("verified"), "nobody signed that");
}

/// Runs probes and holds what they report to the catalogue.
fn read_by(host: &Only, subjects: &[Subject], questions: &Questions) -> BTreeMap<String, Fact> {
    let mut facts = BTreeMap::new();
    for subject in subjects {
        for (name, fact) in reports(*subject, host, questions) {
            let row = lookup(&name).unwrap_or_else(|| panic!("{name} is not in the catalogue"));
            assert!(fact.value().is_none_or(|value| row.kind.takes(value)), "{name}: {fact:?}");
            facts.insert(name, fact);
        }
    }
    facts
}

/// A host that has some files and answers of services, and nothing else.
#[derive(Default)]
struct Only {
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// By the end of the address asked.
    answers: BTreeMap<String, String>,
}

impl Only {
    fn file(path: &str, bytes: &[u8]) -> Self {
        Self { files: [(path.into(), bytes.to_vec())].into(), ..Self::default() }
    }

    fn answer(&self, address: &str) -> Result<String> {
        let found = self.answers.iter().find(|(end, _)| address.ends_with(end.as_str()));
        found.map(|(_, body)| body.clone()).ok_or(HostError::NotFound)
    }
}

impl Host for Only {
    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>> {
        let bytes = self.files.get(path).ok_or(HostError::NotFound)?;
        if bytes.len() > limit { Err(HostError::TooLarge(limit)) } else { Ok(bytes.clone()) }
    }

    fn list(&self, _: &Path) -> Result<Vec<String>> {
        Err(HostError::NotFound)
    }

    fn link(&self, _: &Path) -> Result<PathBuf> {
        Err(HostError::NotFound)
    }

    fn canonical(&self, path: &Path) -> Result<PathBuf> {
        Ok(path.to_owned())
    }

    fn stat(&self, path: &Path) -> Result<Stat> {
        let kind = match path.to_str() {
            Some("/var/run/docker.sock" | "/run/docker.sock") if !self.answers.is_empty() => FileKind::Socket,
            Some("/" | "/var" | "/var/lib" | "/var/lib/docker") => FileKind::Directory,
            _ if self.files.contains_key(path) => FileKind::File,
            _ => return Err(HostError::NotFound),
        };
        Ok(Stat { kind, uid: 0, gid: 0, mode: 0o755 })
    }

    fn statfs(&self, _: &Path) -> Result<StatFs> {
        Ok(StatFs { size: 1 << 40, available: 1 << 39, inodes: 1 << 20, inodes_free: 1 << 19 })
    }

    fn tool(&self, _: &str) -> Result<PathBuf> {
        Err(HostError::NotFound)
    }

    fn run(&self, _: &Path, _: &[&str]) -> Result<Output> {
        Err(HostError::NotFound)
    }

    fn get(&self, _: &Endpoint, target: &str) -> Result<Response> {
        Ok(Response { status: 200, headers: BTreeMap::new(), body: self.answer(target)? })
    }

    fn fetch(&self, url: &str) -> Result<WebAnswer> {
        Ok(WebAnswer { status: 200, body: self.answer(url)?, ..WebAnswer::default() })
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn listeners(&self) -> Result<Vec<Listener>> {
        Ok(Vec::new())
    }

    fn user(&self) -> Result<User> {
        Ok(User::default())
    }

    fn arch(&self) -> Result<String> {
        Ok("x86_64".to_owned())
    }

    fn clock_synchronized(&self) -> Result<bool> {
        Ok(true)
    }

    fn process_name(&self, _: u32) -> Result<String> {
        Err(HostError::NotFound)
    }

    fn measure(&self, _: &Measurement) -> Result<Latencies> {
        Err(HostError::NotFound)
    }
}
