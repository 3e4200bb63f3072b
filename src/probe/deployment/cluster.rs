//! The Kubernetes cluster of the caller's kubeconfig, as kubectl and helm tell it.
//!
//! Both only read, and each with a time limit. Answers are asked for field by field: the objects of a cluster are larger than
//! what is kept of an output, and hold what is nobody's business. An answer that was cut is unknown, never half of a sum.

mod kubectl;
mod workloads;

use std::thread;

use kubectl::{ASK_VERSION, Kubectl, NoServer, Versions, fields};
pub(crate) use workloads::essence;
pub(super) use workloads::of_release;

use super::super::tools::{ask, search_path, version};
use super::super::{Questions, Sink};
use super::service::faults;
use crate::facts::catalogue::CLUSTER_STATE;
use crate::facts::{Excerpt, Fact, FactState, Why};
use crate::host::{Host, HostError, Output};

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

/// Taints that keep pods away which do not ask for such a node.
const CLOSED: &[&str] = &["NoSchedule", "NoExecute"];

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
    sink.put(NOT_READY, faults(not_ready, None, &place));
    let unclear =
        || Fact::unknown(Why::Unreadable, format!("{place}: a node does not tell its capacity"), place.as_str());
    sink.put(CPUS, cpus.map_or_else(unclear, |cpus| Fact::known(cpus, place.as_str())));
    sink.put(MEMORY, memory.map_or_else(unclear, |memory| Fact::known(memory as u64, place.as_str())));
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
            sink.put(REPLICAS_MISSING, faults(missing.collect(), None, &kubectl.place_of_workloads()));
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
