//! How the product is or will be deployed: by manifests, by what runs in a cluster, or by the containers that run here.

mod containers;
mod service;

pub(super) use containers::{STARTED_BY, SWARM_SERVICE, mongodb_options};
use containers::{Running, running};
pub(super) use service::address;

use super::{Questions, Sink};
use crate::facts::{Excerpt, Fact, Why};
use crate::host::Host;

const FROM: &str = "deployment.from";
const UNHEALTHY: &str = "deployment.unhealthy";
const UNBOUNDED: &str = "deployment.logs_unbounded";

pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    report_containers(host, questions, sink);
}

/// Reports the containers that run here.
fn report_containers(host: &dyn Host, questions: &Questions, sink: &Sink) {
    match running(host, &questions.applications) {
        Ok(running) => {
            let Running { place, services: _, unhealthy, unbounded, more_unbounded } = running;
            put(sink, UNHEALTHY, unhealthy, None, &place);
            put(sink, UNBOUNDED, unbounded, more_unbounded, &place);
        }
        Err(unknown) => {
            // They are what would tell.
            sink.known(FROM, "containers", unknown.place.as_str());
            for name in [UNHEALTHY, UNBOUNDED] {
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
