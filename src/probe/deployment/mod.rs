//! How the product is or will be deployed: by manifests, by what runs in a cluster, or by the containers that run here.
//!
//! A manifest decides alone: it is what will be deployed.

mod cluster;
mod compose;
mod containers;
mod rules;
mod service;
mod values;
mod variables;
mod yaml;

use std::collections::BTreeSet;

pub(super) use cluster::{essence as cluster_essence, probe as probe_cluster};
use containers::{Running, running};
pub(super) use containers::{STARTED_BY, SWARM_SERVICE, mongodb_options};
pub(super) use rules::is_known;
use service::faults;
pub(super) use service::shown;

use super::collect::names;
use super::{Questions, Sink};
use crate::facts::{Application, Fact, Manifests, Subject, Why};
use crate::host::Host;

/// Largest manifest, and largest file that one names.
pub const MOST_MANIFEST_BYTES: usize = yaml::MOST_BYTES;

/// Facts that only running containers show.
const OF_CONTAINERS: [&str; 3] = [UNHEALTHY, UNBOUNDED, METRICS];
/// What the manifests are.
const FORMAT: &str = "deployment.format";
const UNHEALTHY: &str = "deployment.unhealthy";
const UNBOUNDED: &str = "deployment.logs_unbounded";
const METRICS: &str = "deployment.metrics";

pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    const OPTION: &str = "--manifest";
    let Questions { manifests, applications, .. } = questions;
    let of_containers = || OF_CONTAINERS.map(|name| sink.absent(name, OPTION));
    if !manifests.files.is_empty() {
        of_containers();
        return report_manifests(questions, sink);
    }
    match questions.cluster.then(|| cluster::of_release(host, applications, sink)) {
        Some(Ok(true)) => {
            sink.absent(FORMAT, OPTION);
            of_containers();
        }
        Some(Err(fact)) => put_all(questions, "", &fact, sink),
        None | Some(Ok(false)) => {
            sink.absent(FORMAT, OPTION);
            put_all(questions, CHART, &Fact::absent(OPTION), sink);
            report_containers(host, applications, sink);
        }
    }
}

/// What the names of facts of a chart begin with.
const CHART: &str = "chart.";

/// Reports every fact whose name begins so.
fn put_all(questions: &Questions, begin: &str, fact: &Fact, sink: &Sink) {
    let names = names(Subject::Deployment, questions).into_iter().filter(|name| name.starts_with(begin));
    names.for_each(|name| sink.put(name, fact.clone()));
}

/// Reports what manifests will deploy.
fn report_manifests(questions: &Questions, sink: &Sink) {
    let Questions { manifests, applications, .. } = questions;
    let mut place = manifests.names();
    let are_values = are_values(manifests);
    sink.put(
        FORMAT,
        match &are_values {
            Ok(are_values) => Fact::known(if *are_values { "values" } else { "compose" }, place.as_str()),
            Err(why) => Fact::unknown(Why::Unreadable, why.as_str(), place.as_str()),
        },
    );
    let reported = are_values.and_then(|are_values| match are_values {
        true => values::report(manifests, applications, sink),
        false => compose::project(manifests, applications).map(|project| {
            if !project.left_out.is_empty() {
                place += &format!(", without {}: profiles start them", project.left_out.join(", "));
            }
            rules::report("manifest", &place, &project.services, applications, sink);
            put_all(questions, CHART, &Fact::absent(place.as_str()), sink);
        }),
    });
    if let Err(why) = reported {
        rules::report_unknown(&why, &place, sink);
        put_all(questions, CHART, &Fact::unknown(Why::Unreadable, why, place), sink);
    }
}

/// Reports the containers that run here.
fn report_containers(host: &dyn Host, applications: &[Application], sink: &Sink) {
    const FROM: &str = "containers";
    match running(host, applications) {
        Ok(Running { place, services, unhealthy, unbounded, more_unbounded, metrics }) => {
            if services.is_empty() {
                rules::report_none(&place, sink);
            } else {
                rules::report(FROM, &place, &services, applications, sink);
            }
            sink.put(UNHEALTHY, faults(unhealthy, None, &place));
            sink.put(UNBOUNDED, faults(unbounded, more_unbounded, &place));
            match metrics {
                Some(Ok(offers)) => sink.known(METRICS, offers, "/proc/PID/net/tcp of containers"),
                Some(Err(reason)) => sink.unknown(METRICS, Why::NotDetermined, reason, place),
                None => sink.absent(METRICS, place),
            }
        }
        // They are what would tell. Where nothing runs yet, no check asks what.
        Err(unknown) => {
            rules::report_untold(FROM, &unknown, sink);
            for name in OF_CONTAINERS {
                sink.put(name, unknown.clone());
            }
        }
    }
}

/// The files that manifests name and that [`Manifest::further`] does not have yet: paths from the folder of the first manifest.
///
/// # Errors
/// When a manifest cannot be used, with file and line.
pub fn named_files(manifests: &Manifests) -> Result<BTreeSet<String>, String> {
    match are_values(manifests)? {
        true => values::can_be(manifests).map(|()| BTreeSet::new()),
        false => Ok(compose::project(manifests, &[])?.missing),
    }
}

/// Whether manifests deploy the product of which a pack says this.
pub fn deploys(manifests: &Manifests, application: &Application) -> bool {
    let application = std::slice::from_ref(application);
    match are_values(manifests) {
        Ok(true) => values::Values::read(manifests, application).is_ok_and(|(values, one)| values.are_of(one)),
        Ok(false) => compose::project(manifests, application)
            .is_ok_and(|project| application.iter().any(|one| rules::is_among(&project.services, one))),
        Err(_) => false,
    }
}

/// Whether manifests are values of a chart, and not Compose files.
///
/// # Errors
/// When a manifest cannot be used, with file and line, or they are of both kinds.
pub fn are_values(manifests: &Manifests) -> Result<bool, String> {
    let mut kinds = BTreeSet::new();
    for manifest in &manifests.files {
        kinds.insert(!compose::is_compose(&yaml::parse(&manifest.name, &manifest.text)?));
    }
    match kinds.len() {
        2.. => Err("Compose files and values of a Helm chart cannot be judged together".to_owned()),
        _ => Ok(kinds.contains(&true)),
    }
}

#[cfg(test)]
mod tests;
