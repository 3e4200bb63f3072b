//! How the product is or will be deployed: by manifests, by what runs in a cluster, or by the containers that run here.

mod rules;
mod service;
mod yaml;

use super::{Questions, Sink};
use crate::host::Host;

pub(crate) fn probe(_host: &dyn Host, _questions: &Questions, sink: &Sink) {
    rules::report_none("--manifest", sink);
}
