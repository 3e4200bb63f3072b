//! What each fuzz target does with its bytes: read them as the thing they pretend to be, and hold what comes out to what
//! must always be true of it. Used by the libFuzzer targets beside this file and by `tests/it/fuzz.rs`.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use rampcheck::facts::catalogue::lookup;
use rampcheck::facts::{
    Application, Fact, Facts, Manifest, Manifests, Measure, Privacy, Questions, Range, Subject, Version,
};
use rampcheck::host::{
    BODY_LIMIT, Endpoint, FileKind, Host, HostError, Latencies, Listener, Live, Measurement, Output, Port, Reached,
    Recorded, Remembering, Response, Result, Stat, StatFs, User, WebAnswer, certificates,
};
use rampcheck::inspect::{Request, recording};
use rampcheck::judge::run_examples;
use rampcheck::pack::{Installed, MOST_BYTES, MOST_FILES, Pack, Packs, builtin, load, unpack as unpack_pack};
use rampcheck::plan::read_plan;
use rampcheck::probe::{TrustKey, deploys, named_files, reports};
use rampcheck::redact::{Names, Redaction, Redactor};
use rampcheck::render::json::{document, json};
use rampcheck::render::text::{Detail, Style};
use rampcheck::render::{html, junit, markdown, nagios, prometheus, saved, summary, terminal, ticket};
use rampcheck::report::diff::Diff;
use rampcheck::report::read::{self, Received};
use rampcheck::report::unpack::unpack;
use rampcheck::report::verify::{Signed, verify};
use rampcheck::report::{Observation, Report};
use rampcheck::signature::{KnownHost, RELEASES, REPORTS, Signer, SigningKey};

/// What a target does with its bytes.
pub type Body = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Body); 14] = [
    ("report", report),
    ("pack", pack),
    ("os_release", os_release),
    ("version", version),
    ("mountinfo", mountinfo),
    ("docker", docker),
    ("jwt", jwt),
    ("host", host),
    ("http", http),
    ("plan", plan),
    ("redact_map", redact_map),
    ("signature", signature),
    ("archive", archive),
    ("manifest", manifest),
];

/// Subjects that are probed.
pub const SUBJECTS: [Subject; 17] = [
    Subject::Clock,
    Subject::Compose,
    Subject::Cpu,
    Subject::Docker,
    Subject::Firewall,
    Subject::Kernel,
    Subject::Machine,
    Subject::Memory,
    Subject::Openssl,
    Subject::Os,
    Subject::Outbound,
    Subject::Ports,
    Subject::ResourceLimits,
    Subject::Server,
    Subject::StorageData,
    Subject::StorageRoot,
    Subject::Tools,
];

static PACKS: LazyLock<Vec<Arc<Pack>>> =
    LazyLock::new(|| Packs::built_in().read_all().expect("the built-in packs load"));

/// A good report.
static REPORT: LazyLock<Received> =
    LazyLock::new(|| read::report(include_bytes!("../reports/v1.json")).expect("a good report is read"));

/// A report that is read is rendered, redacted, compared and verified; nothing that acts on a terminal is left.
pub fn report(bytes: &[u8]) {
    let _ = read::sent(bytes);
    let _ = unpack(bytes.to_vec()).map(|arrived| arrived.documents().for_each(|document| _ = read::sent(document)));
    let Ok(received) = read::report(bytes) else { return };
    let style = Style { width: 80, color: false, unicode: true, detail: Detail::Screen };
    let report = &received.report;
    let written = json(&document(report)).expect("what was read can be written");
    let texts = [
        terminal::report(report, style),
        saved::report(report, style),
        ticket::ticket(report),
        junit::report(report),
        nagios::report(report, style),
        html::report(report),
        markdown::report(report),
        summary::report(report, style),
        prometheus::report(report),
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

/// The bytes take the place of one file of a good pack; what loads has examples that run.
pub fn pack(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (which, text) = text.split_once('\n').unwrap_or(("", &text));
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
        applications: vec![Application {
            images: ["rocketchat/rocket.chat".to_owned()].into(),
            ..Application::default()
        }],
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

/// What is asked of a host of which everything is asked.
pub fn questions() -> Questions {
    let mut questions = Questions { measure: Some(Measure::Writes), ..Questions::default() };
    PACKS.iter().for_each(|pack| pack.ask(&mut questions, &[]));
    questions.ask_versions();
    questions.data_dir = Some("/srv/data".into());
    questions.now = Some(REPORT.report.collection.started);
    if let Some(policy) = PACKS.iter().find_map(|pack| Some(&pack.releases.as_ref()?.policy)) {
        let server = &mut questions.server;
        server.url = Some("https://chat.example.com".to_owned());
        server.info_path = policy.info_path.clone();
        server.id_path = policy.id_path.clone();
        server.keys = policy.keys.clone();
        server.online = true;
        server.list_url = policy.list_url.clone();
        server.release_url = policy.release_url.clone();
    }
    questions
}

/// The subject that the first line of a recording names in a comment; without one, all of them.
fn subjects(text: &str) -> Vec<Subject> {
    let named = text.lines().next().and_then(|line| line.strip_prefix("# "));
    let one = SUBJECTS.into_iter().find(|subject| Some(subject.name()) == named);
    one.map_or(SUBJECTS.to_vec(), |subject| vec![subject])
}

/// As a recording: files of /proc, /sys and /etc, what programs print, and what engines and servers answer. What is recorded of
/// the replay gives the same facts.
pub fn host(bytes: &[u8]) {
    static QUESTIONS: LazyLock<Questions> = LazyLock::new(questions);
    let text = String::from_utf8_lossy(bytes);
    let Ok(host) = Recorded::default().answering(&text) else { return };
    // A number may be larger than TOML allows.
    let Ok(written) = host.to_toml() else { return };
    let again = Recorded::default().answering(&written).expect("what was written can be read");
    assert_eq!(again.to_toml().as_ref(), Ok(&written));
    // Its replay blocks until a deadline, and here is none.
    if written.contains("hangs") {
        return;
    }
    let subjects = subjects(&text);
    let remembering = Remembering::new(Arc::new(host));
    let facts = read_by(&remembering, &subjects, &QUESTIONS);
    let request = Request::at(REPORT.report.collection.started);
    let recording = recording(&request, &remembering, &PACKS, &mut Redactor::default());
    if let Ok(recording) = recording.map(|text| Recorded::default().answering(&text).expect("it was read before")) {
        let again = read_by(&recording, &subjects, &QUESTIONS);
        for (name, fact) in facts {
            let value = again.get(&name).and_then(Fact::value);
            assert_eq!(value, fact.value(), "{name}: {:?}", again.get(&name));
        }
    }
}

/// As all that a local service writes.
pub fn http(bytes: &[u8]) {
    const DEADLINE: Duration = Duration::from_secs(1);
    let id = format!("rampcheck-fuzz-{}-{:?}.sock", std::process::id(), thread::current().id());
    let socket = std::env::temp_dir().join(id);
    let _ = std::fs::remove_file(&socket);
    let listener = UnixListener::bind(&socket).expect("a socket can be made");
    let answer = thread::scope(|scope| {
        scope.spawn(|| {
            if let Ok((mut stream, _)) = listener.accept() {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(bytes);
            }
        });
        let host = Live::new(None, DEADLINE).expect("this machine can be read");
        let started = Instant::now();
        let answer = host.get(&Endpoint::Unix(socket.clone()), "/version");
        assert!(started.elapsed() < 4 * DEADLINE, "{:?}", started.elapsed());
        // Ends the service if it was not asked.
        let _ = UnixStream::connect(&socket);
        answer
    });
    let _ = std::fs::remove_file(&socket);
    if let Ok(answer) = answer {
        // U+FFFD takes three bytes in the place of one.
        assert!(answer.body.len() <= 3 * BODY_LIMIT);
    }
}

/// As a plan. One that fits a pack is judged with the facts of a good report, and the new report is read back.
pub fn plan(bytes: &[u8]) {
    let Ok(intent) = read_plan("plan.toml", &String::from_utf8_lossy(bytes)) else { return };
    for pack in PACKS.iter().filter(|pack| intent.product.as_ref().is_none_or(|product| *product == pack.product)) {
        let Ok((plan, notes)) = intent.clone().settle(pack) else { continue };
        let Report { collection, facts, redaction, host, today, .. } = REPORT.report.clone();
        let observed = Observation { collection, facts, redaction, token: host.token };
        let judged = Report::judge(pack, plan, notes, observed, today);
        let written = json(&document(&judged)).expect("what was judged can be written");
        // A waiver may be longer than any text that is read back.
        if bytes.len() < 4096 {
            read::report(written.as_bytes()).expect("what was judged can be read");
        }
        report(written.as_bytes());
    }
}

/// As a file of stand-ins, which are used for texts that name the same things.
pub fn redact_map(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (map, text) = text.rsplit_once('\n').unwrap_or((&text, ""));
    if read::bounded(map.as_bytes()).is_err() {
        return;
    }
    let Ok(names) = serde_json::from_str::<Names>(map) else { return };
    let mut redactor = Redactor::new(Redaction::Strict, names.clone());
    let mut facts: Facts = [
        ("host.name".to_owned(), Fact::known(text, "/proc/sys/kernel/hostname")),
        ("docker.endpoint".to_owned(), Fact::known(format!("ssh://{text}"), text)),
        ("storage.data.path".to_owned(), Fact::known(format!("/home/{text}"), text)),
    ]
    .into();
    let mut free = text.to_owned();
    if redactor.redact(Redaction::None, &mut facts, &mut [(Privacy::FreeText, &mut free)]).is_ok() {
        for (sort, original, stand_in) in names.iter() {
            assert_eq!(redactor.names().get(sort, original), Some(stand_in), "a stand-in changed");
        }
        let written = json(redactor.names()).expect("stand-ins can be written");
        assert_eq!(serde_json::from_str::<Names>(&written).ok().as_ref(), Some(redactor.names()));
    }
}

/// As what signs and who is trusted: private keys, signatures, allowed signers, known hosts, certificates and public keys.
pub fn signature(bytes: &[u8]) {
    const MESSAGE: &[u8] = b"a report";
    static KEY: LazyLock<SigningKey> =
        LazyLock::new(|| SigningKey::parse(include_str!("../keys/ssh")).expect("a good key is read"));
    static SIGNER: LazyLock<Signer> =
        LazyLock::new(|| Signer::of(&KEY.sign(MESSAGE, REPORTS), MESSAGE, REPORTS).expect("a good signature is read"));
    let public = include_str!("../keys/ssh.pub");
    let text = String::from_utf8_lossy(bytes);
    if let Ok(key) = SigningKey::parse(&text) {
        assert!(Signer::of(&key.sign(MESSAGE, REPORTS), MESSAGE, REPORTS).is_ok(), "a key signs what it cannot verify");
    }
    let _ = Signer::of(&text, MESSAGE, RELEASES);
    let base64 = public.split(' ').nth(1).expect("a public key has its fields");
    let named = text.replace('"', "").contains(base64);
    assert!(named || SIGNER.trusted(&text, REPORTS).is_none(), "nobody allowed that key");
    assert!(named || SIGNER.known_host(&text, "chat.example.net") == KnownHost::Unknown, "nobody knows that key");
    let revoked = format!("{text}\n@revoked * {public}");
    assert_eq!(SIGNER.known_host(&revoked, "chat.example.net"), KnownHost::Revoked);
    let _ = (certificates(&text), TrustKey::from_pem(&text));
}

/// As the archive of a pack, and as the record that its installation leaves.
pub fn archive(bytes: &[u8]) {
    if let Some(installed) = Installed::read(&String::from_utf8_lossy(bytes)) {
        let written = installed.to_text().expect("what was read can be written");
        assert_eq!(Installed::read(&written), Some(installed));
    }
    let Ok(files) = unpack_pack(bytes, "archive") else { return };
    let all = || files.files.iter().chain(&files.common);
    assert!(all().count() <= MOST_FILES && all().map(|(_, text)| text.len()).sum::<usize>() <= MOST_BYTES);
    for name in all().map(|(name, _)| name).chain([&files.name]) {
        let fits = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-' || sign == '.';
        assert!(
            !name.starts_with('.') && !name.is_empty() && name.chars().all(fits),
            "{name:?} is no name of a pack or its file"
        );
    }
    if let Ok(pack) = load(&files) {
        let _ = run_examples(&pack);
    }
}

/// Runs probes and holds what they report to the catalogue.
fn read_by(host: &dyn Host, subjects: &[Subject], questions: &Questions) -> BTreeMap<String, Fact> {
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

    fn clock_max_error(&self) -> Result<u64> {
        Ok(0)
    }

    fn process_name(&self, _: u32) -> Result<String> {
        Err(HostError::NotFound)
    }

    fn measure(&self, _: &Measurement) -> Result<Latencies> {
        Err(HostError::NotFound)
    }

    fn reach(&self, _: &str, _: &[Port]) -> Result<Reached> {
        Err(HostError::NotFound)
    }
}

/// As a manifest, and as every file that it names. What is told of it fits the catalogue.
pub fn manifest(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let file = Manifest { name: "compose.yml".to_owned(), text: text.clone() };
    let mut manifests = Manifests { files: vec![file], ..Manifests::default() };
    let Ok(named) = named_files(&manifests) else { return };
    manifests.further = named.into_iter().map(|name| (name, Ok(Some(text.clone())))).collect();
    let applications: Vec<_> = PACKS.iter().map(|pack| pack.application.clone()).collect();
    for application in &applications {
        deploys(&manifests, application);
        let questions =
            Questions { manifests: manifests.clone(), applications: vec![application.clone()], ..Questions::default() };
        for (name, fact) in reports(Subject::Deployment, &Recorded::default(), &questions) {
            let row = lookup(&name).unwrap_or_else(|| panic!("{name} is not in the catalogue"));
            assert!(fact.value().is_none_or(|value| row.kind.takes(value)), "{name}: {fact:?}");
        }
    }
}
