//! How the product is or will be deployed: by manifests, by what runs in a cluster, or by the containers that run here.
//!
//! A manifest decides alone: it is what will be deployed.

mod compose;
mod containers;
mod rules;
mod service;
mod variables;
mod yaml;

use std::collections::BTreeSet;

use containers::{Running, running};
pub(super) use containers::{STARTED_BY, SWARM_SERVICE, holds_uploads, mongodb_options};
pub(super) use rules::is_known;
pub(super) use service::shown;

use super::{Questions, Sink};
use crate::facts::{Application, Excerpt, Fact, Manifest, Why};
use crate::host::Host;

/// Largest manifest, and largest file that one names.
pub const MOST_MANIFEST_BYTES: usize = yaml::MOST_BYTES;

/// Facts that only running containers show.
const UNHEALTHY: &str = "deployment.unhealthy";
const UNBOUNDED: &str = "deployment.logs_unbounded";
const METRICS: &str = "deployment.metrics";

pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    if questions.manifests.is_empty() {
        return report_containers(host, &questions.applications, sink);
    }
    report_manifests(&questions.manifests, &questions.applications, sink);
    for name in [UNHEALTHY, UNBOUNDED, METRICS] {
        sink.absent(name, "--manifest");
    }
}

/// Reports what manifests will deploy.
fn report_manifests(manifests: &[Manifest], applications: &[Application], sink: &Sink) {
    let names: Vec<_> = manifests.iter().map(|manifest| manifest.name.as_str()).collect();
    let mut place = names.join(", ");
    match project(manifests, applications) {
        Ok(project) => {
            if !project.left_out.is_empty() {
                place += &format!(", without {}: profiles start them", project.left_out.join(", "));
            }
            rules::report("manifest", &place, &project.services, applications, sink);
        }
        Err(why) => rules::report_unknown(&why, &place, sink),
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
            put(sink, UNHEALTHY, unhealthy, None, &place);
            put(sink, UNBOUNDED, unbounded, more_unbounded, &place);
            match metrics {
                Some(Ok(offers)) => sink.known(METRICS, offers, "/proc/PID/net/tcp of containers"),
                Some(Err(reason)) => sink.unknown(METRICS, Why::NotDetermined, reason, place),
                None => sink.absent(METRICS, place),
            }
        }
        // They are what would tell. Where nothing runs yet, no check asks what.
        Err(unknown) => {
            rules::report_untold(FROM, &unknown, sink);
            for name in [UNHEALTHY, UNBOUNDED, METRICS] {
                sink.put(name, unknown.clone());
            }
        }
    }
}

/// Reports faults; without one, that there is none, unless `more` says why there may be.
fn put(sink: &Sink, name: &str, faults: Vec<Excerpt>, more: Option<String>, place: &str) {
    sink.put(
        name,
        match more {
            _ if !faults.is_empty() => Fact::known(faults, place),
            Some(reason) => Fact::unknown(Why::NotDetermined, reason, place),
            None => Fact::absent(place),
        },
    );
}

/// The files that manifests name and that [`Manifest::further`] does not have yet: paths from the folder of the first manifest.
///
/// # Errors
/// When a manifest cannot be used, with file and line.
pub fn named_files(manifests: &[Manifest]) -> Result<BTreeSet<String>, String> {
    Ok(project(manifests, &[])?.missing)
}

/// Whether manifests deploy the product of which a pack says this.
pub fn deploys(manifests: &[Manifest], application: &Application) -> bool {
    project(manifests, std::slice::from_ref(application))
        .is_ok_and(|project| rules::is_among(&project.services, application))
}

fn project(manifests: &[Manifest], applications: &[Application]) -> Result<compose::Project, String> {
    for manifest in manifests {
        if !compose::is_compose(&yaml::parse(&manifest.name, &manifest.text)?) {
            return Err(format!("{}: not a Compose file: it has no map called `services`", manifest.name));
        }
    }
    compose::project(&manifests.iter().collect::<Vec<_>>(), applications)
}

#[cfg(test)]
mod tests;
