//! How many files a process in a container may have open.
//!
//! Containers take `default-ulimits` of daemon.json, and without it the limit of containerd, not of dockerd:
//! <https://github.com/moby/moby/issues/45060>. containerd 2.1.5 and later set none, so that systemd's 1024 holds. A
//! container that runs shows what holds now.

use std::path::Path;

use serde_json::Value;

use super::answers::Container;
use super::engine::{Engine, MAX_INSPECTED};
use crate::facts::{Fact, Why};
use crate::host::{Host, HostError, read_text};
use crate::probe::resource_limits::{UNLIMITED, open_files};
use crate::probe::{read_number, unanswered};

/// Where dockerd is configured.
pub(in crate::probe) const CONFIGURATION: &str = "/etc/docker/daemon.json";

/// Processes of the containerd that systemd runs, by the layout of the control groups; and process ids of one that dockerd
/// starts.
const SERVICE: [&str; 3] = [
    "/sys/fs/cgroup/system.slice/containerd.service/cgroup.procs",
    "/sys/fs/cgroup/systemd/system.slice/containerd.service/cgroup.procs",
    "/sys/fs/cgroup/unified/system.slice/containerd.service/cgroup.procs",
];
const PID_FILES: [&str; 2] = ["/run/docker/containerd/containerd.pid", "/run/snap.docker/containerd/containerd.pid"];

/// The unit, in the order in which systemd looks for it, and the directory whose files override it.
const UNITS: [&str; 3] = [
    "/etc/systemd/system/containerd.service",
    "/usr/lib/systemd/system/containerd.service",
    "/lib/systemd/system/containerd.service",
];
const OVERRIDES: &str = "/etc/systemd/system/containerd.service.d";

/// What the running containers show.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The lowest soft limit, which is the one in force, of containers without a limit of their own; else of the others.
    pub usual: Option<Fact>,
    /// The lowest of those that run MongoDB.
    pub mongodb: Option<Fact>,
    /// Not every container could be seen.
    pub partly: bool,
}

/// Looks at the first process of each running container.
pub(super) fn of_containers(host: &dyn Host, engine: &Engine<'_>) -> Seen {
    let Ok(containers) = engine.containers() else { return Seen { partly: true, ..Seen::default() } };
    let mut seen = Seen { partly: containers.len() > MAX_INSPECTED, ..Seen::default() };
    let (mut usual, mut own, mut mongodb) = (None, None, None);
    let lower = |lowest: &mut Option<(u64, String)>, soft: u64, place: &str| {
        if lowest.as_ref().is_none_or(|(known, _)| soft < *known) {
            *lowest = Some((soft, place.to_owned()));
        }
    };
    for container in containers.iter().take(MAX_INSPECTED) {
        let Some((pid, has_own, soft)) = of_container(host, engine, container) else {
            seen.partly = true;
            continue;
        };
        let place = format!("/proc/{pid}/limits of container {}", container.shown_name());
        lower(if has_own { &mut own } else { &mut usual }, soft, &place);
        if host.process_name(pid).is_ok_and(|name| name == "mongod") {
            lower(&mut mongodb, soft, &place);
        }
    }
    let known = |(soft, place): (u64, String)| Fact::known(soft, place);
    (seen.usual, seen.mongodb) = (usual.or(own).map(known), mongodb.map(known));
    seen
}

/// The first process of a container, whether the container has a limit of its own, and the soft limit.
fn of_container(host: &dyn Host, engine: &Engine<'_>, container: &Container) -> Option<(u32, bool, u64)> {
    let inspected = engine.inspect(container).ok()?;
    let pid = engine.process(container, &inspected)?;
    let (soft, _) = open_files(host, &format!("/proc/{pid}/limits")).ok()?;
    Some((pid, inspected.own_nofile, soft))
}

/// The limit of a container that is started now, by the configuration of dockerd, else of containerd.
pub(super) fn configured(host: &dyn Host) -> Fact {
    let soft = daemon_configuration(host).and_then(|json| match json.pointer("/default-ulimits/nofile") {
        None | Some(Value::Null) => Ok(None),
        Some(limit) => match limit.get("Soft").and_then(Value::as_i64) {
            Some(soft) => Ok(Some(u64::try_from(soft).unwrap_or(UNLIMITED))),
            None => Err(HostError::Failed("`default-ulimits` has no soft limit of `nofile`".to_owned())),
        },
    });
    match soft {
        Ok(Some(soft)) => return Fact::known(soft, format!("default-ulimits of {CONFIGURATION}")),
        Ok(None) => {}
        Err(error) => return unanswered(&error, CONFIGURATION),
    }
    let of_service = SERVICE.iter().find_map(|file| read_text(host, file).ok()).unwrap_or_default();
    let of_service = of_service.lines().filter_map(|line| line.trim().parse().ok());
    let of_files = PID_FILES.iter().filter_map(|file| u32::try_from(read_number(host, file).ok()?).ok());
    let is_containerd = |pid: &u32| host.process_name(*pid).is_ok_and(|name| name == "containerd");
    if let Some(pid) = of_service.chain(of_files).find(is_containerd) {
        let limits = format!("/proc/{pid}/limits");
        let place = format!("{limits} of containerd");
        return match open_files(host, &limits) {
            Ok((soft, _)) => Fact::known(soft, place),
            Err(error) => unanswered(&error, place),
        };
    }
    match of_unit(host) {
        Ok(Some((soft, place))) => Fact::known(soft, place),
        Ok(None) => Fact::unknown(
            Why::NotDetermined,
            "no container runs, and neither daemon.json nor containerd sets a limit",
            format!("{CONFIGURATION}, containerd.service"),
        ),
        Err(error) => unanswered(&error, "containerd.service"),
    }
}

/// What dockerd is configured with; an empty object without a file. An empty file configures nothing.
pub(in crate::probe) fn daemon_configuration(host: &dyn Host) -> Result<Value, HostError> {
    match read_text(host, CONFIGURATION) {
        Ok(text) if text.trim().is_empty() => Ok(Value::Null),
        Ok(text) => serde_json::from_str(&text).map_err(|error| HostError::Failed(format!("is not JSON: {error}"))),
        Err(HostError::NotFound) => Ok(Value::Null),
        Err(error) => Err(error),
    }
}

/// The last `LimitNOFILE=` of containerd's unit and of the files that override it: systemd.exec(5).
fn of_unit(host: &dyn Host) -> Result<Option<(u64, String)>, HostError> {
    let overrides = match host.list(Path::new(OVERRIDES)) {
        Err(HostError::NotFound) => Vec::new(),
        names => names?,
    };
    let overrides = overrides.iter().filter(|name| name.ends_with(".conf")).map(|name| format!("{OVERRIDES}/{name}"));
    let unit = UNITS.iter().find(|unit| host.stat(Path::new(unit)).is_ok()).map(|unit| (*unit).to_owned());
    let mut last = None;
    for file in unit.into_iter().chain(overrides) {
        let text = read_text(host, &file)?;
        if let Some(soft) = text.lines().rev().find_map(limit) {
            last = Some((soft, format!("LimitNOFILE of {file}")));
        }
    }
    Ok(last)
}

/// The soft limit of `LimitNOFILE=1024:524288`, of one number for both, or of `infinity`.
fn limit(line: &str) -> Option<u64> {
    let value = line.trim().strip_prefix("LimitNOFILE")?.trim_start().strip_prefix('=')?;
    match value.split(':').next()?.trim() {
        "infinity" => Some(UNLIMITED),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::Value as Known;
    use crate::host::Recorded;
    use crate::probe::testing::why;

    fn limits(soft: u64) -> String {
        format!("Max open files            {soft}                 524288               files     \n")
    }

    #[test]
    fn configuration_then_the_process_then_the_unit() {
        let unit = || {
            Recorded::default()
                .file(UNITS[1], "[Service]\nLimitNOFILE=infinity\n")
                .file(&format!("{OVERRIDES}/limits.conf"), "[Service]\nLimitNOFILE = 65536:524288\n")
                .file(&format!("{OVERRIDES}/note.txt"), "LimitNOFILE=7\n")
        };
        let process = |file: &str| {
            let answers = "processes = { 40 = 'containerd-shim', 41 = 'containerd' }";
            unit().file(file, "40\n41\n").file("/proc/41/limits", limits(1024)).answering(answers).unwrap()
        };
        let daemon = |json: &str| process(SERVICE[0]).file(CONFIGURATION, json);
        for (host, expected) in [
            (unit(), Some(65_536)),
            (Recorded::default().file(UNITS[2], "LimitNOFILE=infinity\n"), Some(UNLIMITED)),
            (Recorded::default().file(UNITS[2], "[Service]\n"), None),
            (Recorded::default(), None),
            (process(SERVICE[0]), Some(1024)),
            (process(SERVICE[1]), Some(1024)),
            (daemon(r#"{"default-ulimits":{"nofile":{"Name":"nofile","Soft":500000,"Hard":500001}}}"#), Some(500_000)),
            (daemon(r#"{"default-ulimits":{"nofile":{"Name":"nofile","Soft":-1,"Hard":-1}}}"#), Some(UNLIMITED)),
            (daemon(r#"{"default-ulimits":{"core":{"Soft":0}},"data-root":7}"#), Some(1024)),
            (daemon(r#"{"default-ulimits":{"nofile":"many"}}"#), None),
            (daemon("{"), None),
        ] {
            assert_eq!(configured(&host).value(), expected.map(Known::Count).as_ref(), "{host:?}");
        }
        let hidden = format!("errors = {{ 'read {CONFIGURATION}' = 'not-permitted' }}");
        let hidden = Recorded::default().answering(&hidden).unwrap();
        assert_eq!(why(&configured(&hidden)), Some(Why::NotPermitted));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = (limit(&text), limit(&format!("LimitNOFILE={text}")));
        }
    }
}
