//! How the product is or will be deployed: by manifests, by what runs in a cluster, or by the containers that run here.

mod containers;
mod rules;
mod service;
mod yaml;

pub(super) use containers::{STARTED_BY, SWARM_SERVICE, holds_uploads, mongodb_options};
use containers::{Running, running};
pub(super) use rules::is_known;
pub(super) use service::shown;

use super::{Questions, Sink};
use crate::facts::{Excerpt, Fact, Why};
use crate::host::Host;

const UNHEALTHY: &str = "deployment.unhealthy";
const UNBOUNDED: &str = "deployment.logs_unbounded";
const METRICS: &str = "deployment.metrics";

pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    report_containers(host, questions, sink);
}

/// Reports the containers that run here.
fn report_containers(host: &dyn Host, questions: &Questions, sink: &Sink) {
    const FROM: &str = "containers";
    match running(host, &questions.applications) {
        Ok(Running { place, services, unhealthy, unbounded, more_unbounded, metrics }) => {
            if services.is_empty() {
                rules::report_none(&place, sink);
            } else {
                rules::report(FROM, &place, &services, &questions.applications, sink);
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
            rules::report_unknown(FROM, &unknown, sink);
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

#[cfg(test)]
mod tests;
