//! How the product is or will be deployed: by manifests, by what runs in a cluster, or by the containers that run here.

mod cluster;
mod rules;
mod service;
mod values;
mod yaml;

pub(super) use cluster::probe as probe_cluster;

use super::collect::names;
use super::{Questions, Sink};
use crate::facts::{Fact, Subject, Why};
use crate::host::Host;

pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    let applications = questions.applications.as_slice();
    let all =
        |fact: Fact| names(Subject::Deployment, questions).into_iter().for_each(|name| sink.put(name, fact.clone()));
    if !questions.manifests.is_empty() {
        all(Fact::absent("--manifest"));
        match values::of_manifests(&questions.manifests, applications, sink) {
            Ok(true) => {}
            Ok(false) => all(Fact::unknown(Why::NotDetermined, "not a manifest that can be read", "--manifest")),
            Err(error) => all(Fact::unknown(Why::Unreadable, error, "--manifest")),
        }
        return;
    }
    match questions.cluster.then(|| cluster::of_release(host, applications, sink)) {
        Some(Ok(true)) => {}
        None | Some(Ok(false)) => all(Fact::absent("--manifest")),
        Some(Err(fact)) => all(fact),
    }
}
