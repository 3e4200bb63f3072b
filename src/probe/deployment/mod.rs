//! How the product is or will be deployed: by manifests, by what runs in a cluster, or by the containers that run here.
//!
//! A manifest decides alone: it is what will be deployed.

mod cluster;
mod compose;
mod rules;
mod service;
mod values;
mod variables;
mod yaml;

use std::collections::BTreeSet;

pub(super) use cluster::{essence as cluster_essence, probe as probe_cluster};

use super::collect::names;
use super::{Questions, Sink};
use crate::facts::{Application, Fact, Manifest, Subject, Why};
use crate::host::Host;

/// Largest manifest, and largest file that one names.
pub const MOST_MANIFEST_BYTES: usize = yaml::MOST_BYTES;

pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    let Questions { manifests, applications, .. } = questions;
    let all = |fact: &Fact, begin: &str| {
        let names = names(Subject::Deployment, questions).into_iter().filter(|name| name.starts_with(begin));
        names.for_each(|name| sink.put(name, fact.clone()));
    };
    if manifests.is_empty() {
        return match questions.cluster.then(|| cluster::of_release(host, applications, sink)) {
            Some(Ok(true)) => {}
            None | Some(Ok(false)) => {
                rules::report_none("--manifest", sink);
                all(&Fact::absent("--manifest"), "chart.");
            }
            Some(Err(fact)) => all(&fact, ""),
        };
    }
    let names: Vec<_> = manifests.iter().map(|manifest| manifest.name.as_str()).collect();
    let mut place = names.join(", ");
    let reported = are_values(manifests).and_then(|are_values| match are_values {
        true => values::report(manifests, applications, sink),
        false => compose::project(&manifests.iter().collect::<Vec<_>>(), applications).map(|project| {
            if !project.left_out.is_empty() {
                place += &format!(", without {}: profiles start them", project.left_out.join(", "));
            }
            rules::report("manifest", &place, &project.services, applications, sink);
            all(&Fact::absent(place.as_str()), "chart.");
        }),
    });
    if let Err(why) = reported {
        rules::report_unknown(&why, &place, sink);
        all(&Fact::unknown(Why::Unreadable, why, place), "chart.");
    }
}

/// The files that manifests name and that [`Manifest::further`] does not have yet: paths from the folder of the first manifest.
///
/// # Errors
/// When a manifest cannot be used, with file and line.
pub fn named_files(manifests: &[Manifest]) -> Result<BTreeSet<String>, String> {
    match are_values(manifests)? {
        true => values::can_be(manifests).map(|()| BTreeSet::new()),
        false => Ok(compose::project(&manifests.iter().collect::<Vec<_>>(), &[])?.missing),
    }
}

/// Whether manifests deploy the product of which a pack says this.
pub fn deploys(manifests: &[Manifest], application: &Application) -> bool {
    let application = std::slice::from_ref(application);
    match are_values(manifests) {
        Ok(true) => values::Values::read(manifests, application).is_ok(),
        Ok(false) => compose::project(&manifests.iter().collect::<Vec<_>>(), application)
            .is_ok_and(|project| application.iter().any(|one| rules::is_among(&project.services, one))),
        Err(_) => false,
    }
}

/// Whether manifests are values of a chart, and not Compose files.
fn are_values(manifests: &[Manifest]) -> Result<bool, String> {
    let mut kinds = BTreeSet::new();
    for manifest in manifests {
        kinds.insert(!compose::is_compose(&yaml::parse(&manifest.name, &manifest.text)?));
    }
    match kinds.len() {
        2.. => Err("manifests are either Compose files or values of a Helm chart, and not both".to_owned()),
        _ => Ok(kinds.contains(&true)),
    }
}
