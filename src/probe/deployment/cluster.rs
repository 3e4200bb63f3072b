//! The Kubernetes cluster of the caller's kubeconfig, as kubectl and helm tell it.
//!
//! Both only read, and each with a time limit. Answers are asked for field by field: the objects of a cluster are larger than
//! what is kept of an output, and hold what is nobody's business. An answer that was cut is unknown, never half of a sum.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::Value as Json;

use super::super::tools::{ask, complaint, search_path, version};
use super::super::{Questions, Sink, unanswered};
use super::rules;
use super::service::{Mongodb, Service, Setting};
use super::values::Values;
use crate::facts::catalogue::CLUSTER_STATE;
use crate::facts::{Application, Excerpt, Fact, FactState, Why};
use crate::host::{Host, HostError, Output, trusted};

const SERVER: &str = "cluster.version";
const CLIENT: &str = "cluster.kubectl.version";
const NODES: &str = "cluster.nodes";
const NOT_READY: &str = "cluster.nodes_not_ready";
const CPUS: &str = "cluster.cpus";
const MEMORY: &str = "cluster.memory";
const STORAGE_CLASS: &str = "cluster.storage_class";
const INGRESS_CLASSES: &str = "cluster.ingress_classes";
const INGRESS_CLASS: &str = "cluster.ingress_class";
const REPLICAS_MISSING: &str = "cluster.replicas_missing";
const HELM: &str = "cluster.helm.version";

/// Facts that only the server tells.
const OF_SERVER: &[&str] =
    &[NODES, NOT_READY, CPUS, MEMORY, STORAGE_CLASS, INGRESS_CLASSES, INGRESS_CLASS, REPLICAS_MISSING];

/// Where k3s, RKE2 and kubeadm leave a kubeconfig on a server.
const OF_SERVERS: &[&str] = &["/etc/rancher/k3s/k3s.yaml", "/etc/rancher/rke2/rke2.yaml", "/etc/kubernetes/admin.conf"];

/// It keeps what it learnt of a server below the user's home otherwise.
const NO_CACHE: &str = "--cache-dir=/dev/null";
/// Shorter than the time that a child has.
const TIMEOUT: &str = "--request-timeout=3s";

/// Prints what a kubeconfig runs to get a token, and nothing secret.
const PLUGINS: &str = "-o=jsonpath={.users[*].user.exec.command}{.users[*].user.auth-provider.name}";

/// What stands at the end of an answer that is whole.
const END: &str = "end";
/// What stands between the fields of an object.
const FIELD: char = '|';

/// Taints that keep pods away which do not ask for such a node.
const CLOSED: &[&str] = &["NoSchedule", "NoExecute"];

macro_rules! fields {
    ($($field:literal),+) => {
        concat!("-o=jsonpath={range .items[*]}", $("{", $field, "}|",)+ "{\"\\n\"}{end}end")
    };
}

const OF_NODE: &str = fields!(
    ".metadata.name",
    ".status.conditions[?(@.type==\"Ready\")].status",
    ".spec.unschedulable",
    ".spec.taints[*].effect",
    ".status.capacity.cpu",
    ".status.capacity.memory"
);
// Kubernetes still honours the older annotation of storage classes.
const OF_STORAGE_CLASS: &str = fields!(
    ".metadata.name",
    ".metadata.annotations.storageclass\\.kubernetes\\.io/is-default-class",
    ".metadata.annotations.storageclass\\.beta\\.kubernetes\\.io/is-default-class"
);
const OF_INGRESS_CLASS: &str =
    fields!(".metadata.name", ".metadata.annotations.ingressclass\\.kubernetes\\.io/is-default-class");
const OF_WORKLOAD: &str = fields!(
    ".metadata.namespace",
    ".metadata.name",
    ".spec.replicas",
    ".status.readyReplicas",
    ".spec.template.spec.containers[*].image",
    ".spec.template.spec.containers[*].env[*].name",
    ".spec.template.spec.containers[*].envFrom[*].secretRef.name",
    ".spec.template.spec.containers[*].envFrom[*].configMapRef.name",
    ".spec.template.spec.containers[*].resources.limits.memory",
    ".metadata.labels.helm\\.sh/chart",
    ".metadata.annotations.meta\\.helm\\.sh/release-namespace",
    ".metadata.annotations.meta\\.helm\\.sh/release-name",
    ".metadata.labels.app\\.kubernetes\\.io/instance"
);

/// What asks the cluster.
pub(super) struct Kubectl<'h> {
    host: &'h dyn Host,
    program: PathBuf,
    /// The kubeconfig, as an option.
    config: String,
}

/// A deployment or a stateful set.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Workload {
    /// Its namespace and its name.
    pub name: String,
    /// How many pods it should have.
    pub replicas: u64,
    /// How many are ready.
    pub ready: u64,
    /// Images of its containers.
    pub images: Vec<String>,
    /// Names of their variables.
    pub variables: Vec<String>,
    /// Secrets and maps whose entries are variables, too.
    pub more_variables: Vec<String>,
    /// The least memory limit of them, bytes.
    pub memory: Option<u64>,
    /// Chart and its version, as the label joins them.
    pub chart: Option<String>,
    /// Namespace and name of the release that Helm installed.
    pub release: Option<(String, String)>,
    /// Namespace and name of the release, whoever installed it; its namespace alone if it has no such label.
    pub instance: String,
}

/// Reads the cluster, if it may be asked.
pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    if !questions.cluster {
        return sink.absent(CLUSTER_STATE, "not asked without --deployment kubernetes, rancher or openshift");
    }
    thread::scope(|scope| {
        scope.spawn(|| report_helm(host, sink));
        report(host, questions, sink);
    });
}

fn report(host: &dyn Host, questions: &Questions, sink: &Sink) {
    let all = |fact: &Fact, names: &[&str]| names.iter().for_each(|name| sink.put(*name, fact.clone()));
    let kubectl = match Kubectl::find(host) {
        Ok(kubectl) => kubectl,
        Err(fact) => {
            sink.put(CLUSTER_STATE, fact.clone());
            let is_there = fact.state != FactState::Absent;
            let not_asked = || Fact::unknown(Why::NotAsked, "the cluster was not asked", fact.place.as_str());
            return all(&if is_there { fact } else { not_asked() }, &[&[CLIENT, SERVER], OF_SERVER].concat());
        }
    };
    let place = kubectl.place(ASK_VERSION);
    let Versions { client, server } = kubectl.versions();
    sink.put(CLIENT, client.map_or_else(|fact| fact, |version| Fact::known(version, place.as_str())));
    match server {
        Ok(version) => {
            sink.known(CLUSTER_STATE, "reachable", place.as_str());
            sink.known(SERVER, version, place);
        }
        Err(NoServer { fact, complaint }) => {
            let unreachable = |words| Fact::known("unreachable", format!("{place}: {words}"));
            sink.put(CLUSTER_STATE, complaint.map_or_else(|| fact.clone(), unreachable));
            return all(&fact, &[&[SERVER], OF_SERVER].concat());
        }
    }
    thread::scope(|scope| {
        scope.spawn(|| report_storage(&kubectl, sink));
        scope.spawn(|| report_ingress(&kubectl, sink));
        scope.spawn(|| report_workloads(&kubectl, questions, sink));
        report_nodes(&kubectl, sink);
    });
}

const ASK_VERSION: &str = "version -o json";

/// The versions at both ends.
struct Versions {
    client: Result<String, Fact>,
    server: Result<String, NoServer>,
}

/// Why the server said no version.
struct NoServer {
    /// As a fact.
    fact: Fact,
    /// What kubectl says, if nothing answers there.
    complaint: Option<String>,
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
    fn place(&self, command: &str) -> String {
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

    fn versions(&self) -> Versions {
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
    fn get(&self, what: &[&str], fields: &str) -> Result<Vec<Vec<String>>, Fact> {
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

    /// The deployments and stateful sets of every namespace that run images of these applications.
    pub(super) fn workloads(&self, applications: &[Application]) -> Result<Vec<Workload>, Fact> {
        let rows = self.get(OF_ALL, OF_WORKLOAD)?;
        let wanted = Wanted::among(rows.iter().map(Vec::as_slice), applications);
        let mut workloads = Vec::new();
        for row in &rows {
            let [
                namespace,
                name,
                replicas,
                ready,
                images,
                variables,
                secrets,
                maps,
                memory,
                chart,
                space,
                release,
                instance,
                _,
            ] = row.as_slice()
            else {
                let place = self.place_of_workloads();
                return Err(Fact::unknown(Why::Unreadable, format!("{place}: not what was asked for"), place));
            };
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            if !wanted.has(row) {
                continue;
            }
            let images = words(images);
            let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
            let release = given(release).map(|release| (space.clone(), release));
            let instance = match (&release, given(instance)) {
                (Some((space, name)), _) => format!("{space}/{name}"),
                (None, Some(instance)) => format!("{namespace}/{instance}"),
                (None, None) => namespace.clone(),
            };
            workloads.push(Workload {
                name: format!("{namespace}/{name}"),
                // Without a number, one: it is the API's own default.
                replicas: replicas.parse().unwrap_or(1),
                ready: ready.parse().unwrap_or(0),
                images,
                variables: words(variables),
                more_variables: [words(secrets), words(maps)].concat(),
                memory: words(memory).iter().filter_map(|limit| quantity(limit)).map(|limit| limit as u64).min(),
                chart: given(chart),
                release,
                instance,
            });
        }
        Ok(workloads)
    }

    /// Where [`Kubectl::workloads`] are read.
    pub(super) fn place_of_workloads(&self) -> String {
        self.place(&format!("get {}", OF_ALL.join(" ")))
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

const OF_ALL: &[&str] = &["deployments,statefulsets", "--all-namespaces"];

/// What a recording keeps of an answer of kubectl or helm: of the product alone, if it is about what runs. `None` if it is another
/// program's.
pub(crate) fn essence(command: &str, answer: &str, applications: &[Application]) -> Option<String> {
    let mut words = command.split(' ');
    let program = words.next().map(Path::new).and_then(Path::file_name)?;
    // What it complains of says why there is no answer.
    if answer.starts_with("Error") {
        return None;
    }
    if program == "helm" && command.contains(" get values ") {
        return Some(super::values::essence(answer, applications));
    }
    if program != "kubectl" || !words.any(|word| OF_ALL.first() == Some(&word)) {
        return None;
    }
    let lines: Vec<Vec<&str>> =
        answer.split_inclusive('\n').map(|line| line.split_inclusive(FIELD).collect()).collect();
    let wanted = Wanted::among(lines.iter().map(Vec::as_slice), applications);
    Some(lines.iter().filter(|line| wanted.has(line) || ***line == [END]).flatten().copied().collect())
}

/// Which deployments and stateful sets are of some applications: those that run an image that a pack names. Microservices have
/// common names, so an image that only has such a name counts beside the application alone, in its namespace.
struct Wanted<'a> {
    applications: &'a [Application],
    namespaces: BTreeSet<&'a str>,
}

impl<'a> Wanted<'a> {
    /// Among these rows of [`OF_WORKLOAD`].
    fn among<T: AsRef<str> + 'a>(rows: impl Iterator<Item = &'a [T]>, applications: &'a [Application]) -> Self {
        let is_one = |image: &str| applications.iter().any(|application| rules::is_instance(image, application));
        let runs = |row: &&[T]| images(row).split_whitespace().any(is_one);
        Self { applications, namespaces: rows.filter(runs).filter_map(namespace).collect() }
    }

    fn has<T: AsRef<str>>(&self, row: &[T]) -> bool {
        let is_beside = namespace(row).is_some_and(|namespace| self.namespaces.contains(namespace));
        let is_one = |image: &str| {
            self.applications
                .iter()
                .any(|application| application.knows(image) || (is_beside && rules::is_known(image, application)))
        };
        images(row).split_whitespace().any(is_one)
    }
}

fn namespace<T: AsRef<str>>(row: &[T]) -> Option<&str> {
    row.first().map(|field| field.as_ref().trim_end_matches(FIELD))
}

fn images<T: AsRef<str>>(row: &[T]) -> &str {
    row.get(4).map_or("", |field| field.as_ref().trim_end_matches(FIELD))
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
fn missing_right(complaint: &str) -> Option<String> {
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

/// A quantity of Kubernetes: `4`, `3920m`, `16393244Ki`, `16G`, `1e3`.
pub(super) fn quantity(text: &str) -> Option<f64> {
    const SUFFIXES: [(&str, f64); 14] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("Ei", 1_152_921_504_606_846_976.0),
        ("n", 1e-9),
        ("u", 1e-6),
        ("m", 1e-3),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
    ];
    let text = text.trim();
    let found = SUFFIXES.iter().find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, *unit)));
    let (digits, unit) = found.unwrap_or((text, 1.0));
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+".contains(&byte));
    let number: f64 = digits.parse().ok().filter(|_| is_number)?;
    Some(number * unit).filter(|number| number.is_finite())
}

/// Reports what the product's deployments in the cluster say. False if there are none, or the cluster is not to be asked. The
/// fact says why it is unknown.
pub(super) fn of_release(host: &dyn Host, applications: &[Application], sink: &Sink) -> Result<bool, Fact> {
    let kubectl = match Kubectl::reach(host) {
        Ok(kubectl) => kubectl,
        Err(fact) if fact.state == FactState::Absent => return Ok(false),
        Err(fact) => return Err(fact),
    };
    let place = kubectl.place_of_workloads();
    let is_of = |application: &Application, workload: &Workload| {
        workload.images.iter().any(|image| rules::is_product(image, application))
    };
    let workloads = kubectl.workloads(applications)?;
    let among = |application: &&Application| workloads.iter().any(|workload| is_of(application, workload));
    let Some(application) = applications.iter().find(among) else { return Ok(false) };
    let of_product: Vec<_> = workloads.iter().filter(|workload| is_of(application, workload)).collect();
    let several = several_releases(&of_product);
    let charts: BTreeSet<_> = of_product.iter().map(|workload| &workload.chart).collect();
    let chart = one(charts).map_or_else(
        || Err(Fact::unknown(Why::NotDetermined, "the deployments come from several charts", place.as_str())),
        |chart| Ok(chart.as_deref().and_then(name_and_version)),
    );
    for (name, part) in [("chart.name", true), ("chart.version", false)] {
        match &chart {
            Ok(Some((chart, version))) => sink.known(name, if part { *chart } else { *version }, place.as_str()),
            Ok(None) => sink.absent(name, place.as_str()),
            Err(fact) => sink.put(name, fact.clone()),
        }
    }
    let mut address = Err("its value is in the cluster".to_owned());
    if let Some(chart) = &application.chart {
        // What runs counts more than what was installed.
        let counted = chart.count.iter().filter(|(_, count)| !count.images.is_empty());
        let counted: BTreeMap<_, _> = counted.map(|(name, count)| (format!("chart.count.{name}"), count)).collect();
        let others = || chart.facts().filter(|name| !counted.contains_key(name));
        let unknown = |fact: Fact| others().for_each(|name| sink.put(name, fact.clone()));
        let releases: BTreeSet<_> = of_product.iter().filter_map(|workload| workload.release.as_ref()).collect();
        let text = match (&several, one(releases)) {
            (Some(why), _) => Err(Fact::unknown(Why::NotDetermined, why.as_str(), place.as_str())),
            (None, Some(release)) => kubectl.values(release),
            (None, None) => {
                let reason = "Helm has not installed them as one release, so its values are unknown";
                Err(Fact::unknown(Why::NotDetermined, reason, place.as_str()))
            }
        };
        match text {
            Ok((text, place)) => match Values::installed(chart, &text, &place) {
                Ok(values) => {
                    values.report(true, sink);
                    address = Ok(values.mongodb());
                }
                Err(error) => unknown(Fact::unknown(Why::Unreadable, error, place)),
            },
            Err(fact) => unknown(fact),
        }
        for (name, count) in counted {
            let runs = |workload: &&Workload| workload.images.iter().any(|image| rules::is_like(image, &count.images));
            let replicas: Vec<_> = workloads.iter().filter(runs).map(|workload| workload.replicas).collect();
            let sum = replicas.iter().fold(0_u64, |sum, replicas| sum.saturating_add(*replicas));
            sink.put(
                name,
                match &several {
                    _ if replicas.is_empty() => Fact::absent(place.as_str()),
                    Some(why) => Fact::unknown(Why::NotDetermined, why.as_str(), place.as_str()),
                    None => Fact::known(sum, place.as_str()),
                },
            );
        }
    }
    let services = |workload: &Workload| workload.services(application, &address, several.as_ref());
    let services: Vec<_> = workloads.iter().flat_map(services).collect();
    rules::report("cluster", &place, &services, std::slice::from_ref(application), sink);
    Ok(true)
}

/// Why the pods of these workloads cannot be counted, if they are of several releases.
fn several_releases(workloads: &[&Workload]) -> Option<String> {
    const SHOWN: usize = 4;
    let all: BTreeSet<_> = workloads.iter().map(|workload| workload.instance.as_str()).collect();
    let shown = all.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    let more = if all.len() > SHOWN { ", ..." } else { "" };
    (all.len() > 1).then(|| format!("several releases: {shown}{more}; judge each by its values, with --manifest"))
}

/// The parts of a label such as `rocketchat-6.27.1`. Both may hold hyphens.
fn name_and_version(chart: &str) -> Option<(&str, &str)> {
    chart.match_indices('-').find_map(|(at, _)| {
        let (name, version) = (chart.get(..at)?, chart.get(at + 1..)?);
        version.starts_with(|first: char| first.is_ascii_digit()).then_some((name, version))
    })
}

fn one<T>(set: BTreeSet<T>) -> Option<T> {
    let mut all = set.into_iter();
    all.next().filter(|_| all.next().is_none())
}

impl Workload {
    /// Its containers of the product and of what belongs to it. What a variable holds, the cluster alone knows, but for the address
    /// of MongoDB, which may be among the values. Pods do not count if there is a reason against it.
    fn services(&self, application: &Application, address: &Address, uncounted: Option<&String>) -> Vec<Service> {
        let excerpt = |text: String| Excerpt { place: self.name.clone(), line: None, text };
        let chart = application.chart.as_ref().and_then(|chart| chart.mongodb.as_ref());
        let unread = |name: &String, why: &str| Setting {
            value: Err(format!("{}: {name}: {why}", self.name)),
            excerpt: excerpt(name.clone()),
        };
        let set = |service: &mut Service, name: &String| match address {
            Ok(Some(mongodb)) if chart.is_some_and(|of| of.variable == *name) => {
                service.use_mongodb(name, mongodb.clone());
            }
            Err(why) if application.mongodb_addresses.contains(name) => {
                service.environment.insert(name.clone(), unread(name, why));
            }
            _ if application.shortcuts.contains(name) => {
                service.environment.insert(name.clone(), unread(name, "its value is in the cluster"));
            }
            _ => _ = service.set_elsewhere.insert(name.clone()),
        };
        let images = self.images.iter().filter(|image| rules::is_known(image, application));
        let service = |image: &String| Service {
            image: Some(Setting { value: Ok(image.clone()), excerpt: excerpt(format!("image: {image}")) }),
            more_environment: self
                .more_variables
                .first()
                .map(|name| format!("{}: {name} holds further variables", self.name)),
            // MongoDB is told apart by its command and variables, which are not asked for.
            command: Some(Setting {
                value: Err(format!("{}: the command is not asked for", self.name)),
                excerpt: excerpt("command".to_owned()),
            }),
            restart: Some(Setting {
                value: Ok("always".to_owned()),
                excerpt: excerpt("Kubernetes restarts it".to_owned()),
            }),
            memory: self.memory.map(|bytes| Setting { value: Ok(bytes), excerpt: excerpt(format!("memory: {bytes}")) }),
            replicas: Some(Setting {
                value: uncounted.map_or(Ok(self.replicas), |why| Err(why.clone())),
                excerpt: excerpt(format!("replicas: {}", self.replicas)),
            }),
            ..Service::at(excerpt(self.images.join(" ")))
        };
        let with_variables = |mut service: Service| {
            self.variables.iter().for_each(|name| set(&mut service, name));
            service
        };
        images.map(service).map(with_variables).collect()
    }
}

/// Where the address of MongoDB comes from, as the values say; an error if they are unknown.
type Address = Result<Option<Mongodb>, String>;

fn report_nodes(kubectl: &Kubectl<'_>, sink: &Sink) {
    let place = kubectl.place("get nodes");
    let rows = match kubectl.get(&["nodes"], OF_NODE) {
        Ok(rows) => rows,
        Err(fact) => return [NODES, NOT_READY, CPUS, MEMORY].iter().for_each(|name| sink.put(*name, fact.clone())),
    };
    let (mut not_ready, mut cpus, mut memory) = (Vec::new(), Some(0.0), Some(0.0));
    let count = rows.len() as u64;
    for row in rows {
        let [name, ready, unschedulable, taints, cpu, bytes, _] = row.as_slice() else {
            cpus = None;
            memory = None;
            continue;
        };
        if ready != "True" {
            let text = format!("Ready: {}", if ready.is_empty() { "Unknown" } else { ready });
            not_ready.push(Excerpt { place: format!("node {name}"), line: None, text });
        } else if unschedulable != "true" && !taints.split_whitespace().any(|taint| CLOSED.contains(&taint)) {
            let add = |sum: Option<f64>, text: &str| Some(sum? + quantity(text)?);
            (cpus, memory) = (add(cpus, cpu), add(memory, bytes));
        }
    }
    sink.known(NODES, count, place.as_str());
    put_faults(sink, NOT_READY, not_ready, &place);
    let unclear =
        || Fact::unknown(Why::Unreadable, format!("{place}: a node does not tell its capacity"), place.as_str());
    sink.put(CPUS, cpus.map_or_else(unclear, |cpus| Fact::known(cpus, place.as_str())));
    sink.put(MEMORY, memory.map_or_else(unclear, |memory| Fact::known(memory as u64, place.as_str())));
}

fn put_faults(sink: &Sink, name: &str, faults: Vec<Excerpt>, place: &str) {
    match faults.is_empty() {
        true => sink.absent(name, place),
        false => sink.known(name, faults, place),
    }
}

/// Names of classes, and which of them is the default.
fn classes(kubectl: &Kubectl<'_>, kind: &str, fields: &str) -> Result<(Vec<String>, Option<String>), Fact> {
    let rows = kubectl.get(&[kind], fields)?;
    let name = |row: &Vec<String>| row.first().cloned().unwrap_or_default();
    let default = rows.iter().find(|row| row.iter().skip(1).any(|is_default| is_default == "true")).map(name);
    Ok((rows.iter().map(name).collect(), default))
}

fn report_storage(kubectl: &Kubectl<'_>, sink: &Sink) {
    let place = kubectl.place("get storageclasses");
    match classes(kubectl, "storageclasses", OF_STORAGE_CLASS) {
        Ok((_, Some(name))) => sink.known(STORAGE_CLASS, name, place),
        Ok((_, None)) => sink.absent(STORAGE_CLASS, place),
        Err(fact) => sink.put(STORAGE_CLASS, fact),
    }
}

fn report_ingress(kubectl: &Kubectl<'_>, sink: &Sink) {
    let place = kubectl.place("get ingressclasses");
    match classes(kubectl, "ingressclasses", OF_INGRESS_CLASS) {
        Ok((names, default)) => {
            match names.is_empty() {
                true => sink.absent(INGRESS_CLASSES, place.as_str()),
                false => sink.known(INGRESS_CLASSES, names, place.as_str()),
            }
            sink.put(
                INGRESS_CLASS,
                default.map_or_else(|| Fact::absent(place.as_str()), |name| Fact::known(name, &*place)),
            );
        }
        Err(fact) => [INGRESS_CLASSES, INGRESS_CLASS].iter().for_each(|name| sink.put(*name, fact.clone())),
    }
}

fn report_workloads(kubectl: &Kubectl<'_>, questions: &Questions, sink: &Sink) {
    match kubectl.workloads(&questions.applications) {
        Ok(workloads) => {
            let missing = workloads.iter().filter(|workload| workload.ready < workload.replicas);
            let missing = missing.map(|workload| Excerpt {
                place: workload.name.clone(),
                line: None,
                text: format!("{} of {} replicas are ready", workload.ready, workload.replicas),
            });
            put_faults(sink, REPLICAS_MISSING, missing.collect(), &kubectl.place_of_workloads());
        }
        Err(fact) => sink.put(REPLICAS_MISSING, fact),
    }
}

/// Helm on this machine. Helm 2 prints `Client: v2.17.0+gd`, Helm 3 `v3.16.2+gd`.
fn report_helm(host: &dyn Host, sink: &Sink) {
    const COMMAND: &str = "version --short";
    let arguments: Vec<_> = COMMAND.split(' ').collect();
    let said = |output: &Output| {
        let text = output.stdout.trim_start();
        version(text.strip_prefix("Client: ").unwrap_or(text))
    };
    match host.tool("helm") {
        Err(HostError::NotFound) => sink.absent(HELM, search_path()),
        Err(error) => sink.failed(HELM, &error, "helm"),
        Ok(program) => {
            let place = format!("{} {COMMAND}", program.display());
            match ask(host, &program, &arguments, said) {
                Ok(version) => sink.known(HELM, version.trim_start_matches('v'), place),
                Err(error) => sink.failed(HELM, &error, place),
            }
        }
    }
}

#[cfg(test)]
mod tests;
