//! The deployments and stateful sets of the product, and the release of Helm that they are of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::rules;
use super::super::service::{Mongodb, Service, Setting, restarted_by_kubernetes};
use super::super::values::{self, Values};
use super::kubectl::{END, FIELD, Kubectl, fields};
use super::quantity;
use crate::facts::{Application, Excerpt, Fact, FactState, Why};
use crate::host::Host;
use crate::probe::Sink;

pub(super) const OF_ALL: &[&str] = &["deployments,statefulsets", "--all-namespaces"];

pub(super) const OF_WORKLOAD: &str = fields!(
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

impl Kubectl<'_> {
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
}

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
        return Some(values::essence(answer, applications));
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

/// Reports what the product's deployments in the cluster say. False if there are none, or the cluster is not to be asked. The
/// fact says why it is unknown.
pub(in crate::probe::deployment) fn of_release(
    host: &dyn Host,
    applications: &[Application],
    sink: &Sink,
) -> Result<bool, Fact> {
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
pub(super) fn name_and_version(chart: &str) -> Option<(&str, &str)> {
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
            restart: Some(restarted_by_kubernetes(&self.name)),
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
