//! How the product is or will be deployed: by manifests, by what runs in a cluster, or by the containers that run here.
//!
//! A manifest decides alone: it is what will be deployed.

mod compose;
mod rules;
mod service;
mod variables;
mod yaml;

use std::collections::BTreeSet;

use super::{Questions, Sink};
use crate::facts::{Application, Manifest};
use crate::host::Host;

/// Largest manifest, and largest file that one names.
pub const MOST_MANIFEST_BYTES: usize = yaml::MOST_BYTES;

pub(crate) fn probe(_host: &dyn Host, questions: &Questions, sink: &Sink) {
    let Questions { manifests, applications, .. } = questions;
    if manifests.is_empty() {
        return rules::report_none("--manifest", sink);
    }
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
