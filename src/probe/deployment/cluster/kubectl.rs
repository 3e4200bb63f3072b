//! kubectl and helm, as the caller would use them.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::facts::{Fact, Why};
use crate::host::{Host, HostError, Output, trusted};
use crate::probe::tools::{complaint, search_path, version};
use crate::probe::unanswered;

/// Where k3s, RKE2 and kubeadm leave a kubeconfig on a server.
const OF_SERVERS: &[&str] = &["/etc/rancher/k3s/k3s.yaml", "/etc/rancher/rke2/rke2.yaml", "/etc/kubernetes/admin.conf"];
/// It keeps what it learnt of a server below the user's home otherwise.
pub(super) const NO_CACHE: &str = "--cache-dir=/dev/null";
/// Shorter than the time that a child has.
pub(super) const TIMEOUT: &str = "--request-timeout=3s";
/// Prints what a kubeconfig runs to get a token, and nothing secret.
pub(super) const PLUGINS: &str = "-o=jsonpath={.users[*].user.exec.command}{.users[*].user.auth-provider.name}";
/// What stands at the end of an answer that is whole.
pub(super) const END: &str = "end";
/// What stands between the fields of an object.
pub(super) const FIELD: char = '|';

/// Prints these fields of every object, a line each, and a last line that shows that nothing was cut.
macro_rules! fields {
    ($($field:literal),+) => {
        concat!("-o=jsonpath={range .items[*]}", $("{", $field, "}|",)+ "{\"\\n\"}{end}end")
    };
}
pub(super) use fields;

/// What asks the cluster.
pub(super) struct Kubectl<'h> {
    host: &'h dyn Host,
    program: PathBuf,
    /// The kubeconfig, as an option.
    config: String,
}

pub(super) const ASK_VERSION: &str = "version -o json";

/// The versions at both ends.
pub(super) struct Versions {
    pub client: Result<String, Fact>,
    pub server: Result<String, NoServer>,
}

/// Why the server said no version.
pub(super) struct NoServer {
    /// As a fact.
    pub fact: Fact,
    /// What kubectl says, if nothing answers there.
    pub complaint: Option<String>,
}

impl<'h> Kubectl<'h> {
    /// The kubectl that the caller would use, and his kubeconfig. The fact says why there is none: absent if nothing is to be asked.
    pub(super) fn find(host: &'h dyn Host) -> Result<Self, Fact> {
        let program = host.tool("kubectl").map_err(|error| match error {
            HostError::NotFound => Fact::absent(format!("kubectl on {}", search_path())),
            error => unanswered(&error, "kubectl"),
        })?;
        let path = kubeconfig(host)?;
        let place = path.display().to_string();
        trusted(host, &path).map_err(|error| unanswered(&error, place.as_str()))?;
        let kubectl = Self { host, program, config: format!("--kubeconfig={place}") };
        kubectl.runs_nothing_else()?;
        Ok(kubectl)
    }

    /// Whether the cluster answers, and its client: for whoever asks it more.
    pub(super) fn reach(host: &'h dyn Host) -> Result<Self, Fact> {
        let kubectl = Self::find(host)?;
        match kubectl.versions().server {
            Ok(_) => Ok(kubectl),
            Err(NoServer { fact, .. }) => Err(fact),
        }
    }

    /// A command as people would type it.
    pub(super) fn place(&self, command: &str) -> String {
        format!("kubectl {} {command}", self.config)
    }

    /// A kubeconfig can name a program that brings the token. As root, it is not run.
    fn runs_nothing_else(&self) -> Result<(), Fact> {
        if self.host.user().is_ok_and(|user| user.uid != 0) {
            return Ok(());
        }
        let place = self.place("config view");
        let arguments = [self.config.as_str(), "config", "view", "--minify", PLUGINS];
        let named = match self.host.run(&self.program, &arguments) {
            Ok(output) if output.code == Some(0) => output.stdout.trim().to_owned(),
            Ok(output) => {
                return Err(Fact::unknown(Why::Unreadable, format!("{place}: {}", complaint(&output)), place));
            }
            // Nothing is run below --root.
            Err(HostError::NotAsked(reason)) => return Err(Fact::absent(reason)),
            Err(error) => return Err(unanswered(&error, place)),
        };
        if named.is_empty() {
            return Ok(());
        }
        let path = self.config.trim_start_matches("--kubeconfig=");
        let reason = format!(
            "{path} has `{named:.60}` bring the token, which is not run as root; run rampcheck as another user"
        );
        Err(Fact::unknown(Why::NotAsked, reason, place))
    }

    pub(super) fn versions(&self) -> Versions {
        let place = self.place(ASK_VERSION);
        let output = match self.host.run(&self.program, &[&self.config, NO_CACHE, TIMEOUT, "version", "-o", "json"]) {
            Ok(output) => output,
            Err(error) => {
                let fact = match error {
                    HostError::NotAsked(reason) => Fact::absent(reason),
                    error => unanswered(&error, place),
                };
                return Versions { client: Err(fact.clone()), server: Err(NoServer { fact, complaint: None }) };
            }
        };
        // Without an answer of the server, it prints its own version and complains.
        let json: Json = serde_json::from_str(&output.stdout).unwrap_or_default();
        let of = |end: &str| json.pointer(&format!("/{end}/gitVersion")).and_then(Json::as_str).and_then(version);
        let number = |version: String| version.trim_start_matches('v').to_owned();
        let Trouble { words, is_refused } = trouble(&output);
        let fact = Fact::unknown(Why::Unreadable, format!("{place}: {words}"), place);
        let client = of("clientVersion").map(number);
        let complaint = Some(words).filter(|_| client.is_some() && !is_refused);
        Versions {
            client: client.ok_or_else(|| fact.clone()),
            server: of("serverVersion").map(number).ok_or(NoServer { fact, complaint }),
        }
    }

    /// The fields of every object of a kind.
    pub(super) fn get(&self, what: &[&str], fields: &str) -> Result<Vec<Vec<String>>, Fact> {
        let place = self.place(&format!("get {}", what.join(" ")));
        let arguments = [&[self.config.as_str(), NO_CACHE, TIMEOUT, "get"], what, &[fields]].concat();
        let output = self.host.run(&self.program, &arguments).map_err(|error| unanswered(&error, place.as_str()))?;
        if output.code != Some(0) {
            let Trouble { words, .. } = trouble(&output);
            return Err(Fact::unknown(Why::Unreadable, format!("{place}: {words}"), place));
        }
        let Some(rows) = output.stdout.strip_suffix(END) else {
            let reason = format!("{place}: the answer is too long, or not whole");
            return Err(Fact::unknown(Why::Unreadable, reason, place));
        };
        let row = |line: &str| line.split(FIELD).map(str::to_owned).collect();
        Ok(rows.lines().map(row).collect())
    }

    /// The values of a release as they are in effect, YAML, and where they were read.
    pub(super) fn values(&self, (namespace, name): &(String, String)) -> Result<(String, String), Fact> {
        let place = format!("helm get values {name} --namespace={namespace} --all");
        let failed = |reason: String| Fact::unknown(Why::Unreadable, format!("{place}: {reason}"), place.as_str());
        let program = match self.host.tool("helm") {
            Ok(program) => program,
            Err(HostError::NotFound) => return Err(failed("helm is not on the search path".to_owned())),
            Err(error) => return Err(unanswered(&error, place)),
        };
        let namespace = format!("--namespace={namespace}");
        let arguments = ["get", "values", name, &namespace, "--all", "--output=yaml", &self.config];
        // A name that begins like an option is none.
        if name.starts_with('-') {
            return Err(failed("not a name of a release".to_owned()));
        }
        let output = self.host.run(&program, &arguments).map_err(|error| unanswered(&error, place.as_str()))?;
        match output.code {
            Some(0) if output.stdout.len() < crate::host::OUTPUT_LIMIT => Ok((output.stdout, place)),
            Some(0) => Err(failed("the answer is too long".to_owned())),
            _ => Err(failed(trouble(&output).words)),
        }
    }
}

/// The kubeconfig that kubectl would use.
fn kubeconfig(host: &dyn Host) -> Result<PathBuf, Fact> {
    let named = host.variable("KUBECONFIG").filter(|named| !named.is_empty());
    let unclear = |reason: &str| Err(Fact::unknown(Why::NotDetermined, reason, "KUBECONFIG"));
    let is_named = named.is_some();
    let candidates = match named {
        Some(named) if named.contains(':') => return unclear("KUBECONFIG names several files; set it to one of them"),
        Some(named) if !named.starts_with('/') => return unclear("KUBECONFIG is not an absolute path"),
        Some(named) => vec![named],
        None => {
            let home = host.variable("HOME").filter(|home| home.starts_with('/'));
            let own = home.map(|home| format!("{home}/.kube/config"));
            own.into_iter().chain(OF_SERVERS.iter().map(|path| (*path).to_owned())).collect()
        }
    };
    for path in &candidates {
        match host.stat(Path::new(path)) {
            Ok(_) => return Ok(PathBuf::from(path)),
            Err(HostError::NotFound) => {}
            Err(error) => return Err(unanswered(&error, path.as_str())),
        }
    }
    if is_named {
        return unclear("KUBECONFIG names a file that is not there");
    }
    Err(Fact::absent(candidates.join(", ")))
}

/// Why kubectl or helm failed.
struct Trouble {
    /// In its own words, and which right is missing.
    words: String,
    /// The server answers, and refuses. Another user of this machine, or root, would not be told more.
    is_refused: bool,
}

fn trouble(output: &Output) -> Trouble {
    let words = complaint(output);
    let is_refused = ["orbidden", "nauthorized", "must be logged in"].iter().any(|part| output.stderr.contains(part));
    match missing_right(&output.stderr) {
        Some(right) => {
            Trouble { words: format!("{words}; `kubectl auth can-i {right}` has to answer yes"), is_refused }
        }
        None => Trouble { words, is_refused },
    }
}

/// What is asked of `kubectl auth can-i`: of `… cannot list resource "deployments" in API group "apps" at the cluster scope`.
pub(super) fn missing_right(complaint: &str) -> Option<String> {
    let is_name = |text: &&str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    let (verb, rest) = complaint.split_once(" cannot ")?.1.split_once(" resource \"")?;
    let (resource, rest) = rest.split_once('"')?;
    let quoted = |after: &str| rest.split_once(after)?.1.split_once('"').map(|(name, _)| name).filter(is_name);
    let group = quoted("API group \"").map_or_else(String::new, |group| format!(".{group}"));
    let place =
        quoted("namespace \"").map_or_else(|| "--all-namespaces".to_owned(), |name| format!("--namespace={name}"));
    [verb, resource].iter().all(is_name).then(|| format!("{verb} {resource}{group} {place}"))
}
