//! The machine itself: name, hashed id, what it runs on and in, load and uptime.

mod container;
mod virtualization;

use sha2::{Digest, Sha256};

pub(super) use virtualization::virtualization;

use super::{Host, HostError, Questions, Sink, read_line};
use crate::facts::hex;

const HOSTNAME: &str = "/proc/sys/kernel/hostname";
const MACHINE_ID: &str = "/etc/machine-id";

pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    match read_line(host, HOSTNAME) {
        Ok(name) => sink.known("host.name", name, HOSTNAME),
        Err(error) => sink.failed("host.name", &error, HOSTNAME),
    }
    // machine-id(5): empty or `uninitialized` until the first boot of an image.
    let id = read_line(host, MACHINE_ID).and_then(|id| match id.as_str() {
        "" | "uninitialized" => Err(HostError::NotFound),
        id => Ok(hashed(id)),
    });
    sink.result("host.id", id, MACHINE_ID);
    match virtualization(host) {
        Ok(Some(found)) => sink.known("host.virtualization", found.name, found.place),
        Ok(None) => sink.absent("host.virtualization", virtualization::WITNESSES),
        Err(error) => sink.failed("host.virtualization", &error, virtualization::WITNESSES),
    }
    match container::container(host) {
        Ok(Some((name, place))) => sink.known("host.container", name, place),
        Ok(None) => sink.absent("host.container", container::WITNESSES),
        Err(error) => sink.failed("host.container", &error, container::WITNESSES),
    }
    match host.live_state() {
        Ok(state) => {
            sink.known("host.load", state.load, "/proc/loadavg");
            sink.known("host.uptime", state.uptime, "/proc/uptime");
        }
        Err(error) => {
            sink.failed("host.load", &error, "/proc/loadavg");
            sink.failed("host.uptime", &error, "/proc/uptime");
        }
    }
}

/// What stands before the hash in a recording.
const HASH: &str = "hash:";

/// What a recording holds in the place of the id.
pub(super) fn recorded_id(text: &str) -> String {
    match text.trim() {
        "" | "uninitialized" => text.to_owned(),
        id => format!("{HASH}{}\n", hashed(id)),
    }
}

/// machine-id(5) asks to keep the id itself confidential; a keyed hash of it is stable and reveals nothing.
fn hashed(id: &str) -> String {
    if let Some(hash) = id.strip_prefix(HASH).filter(|hash| hash.len() <= 32) {
        return hash.to_owned();
    }
    let digest = Sha256::new().chain_update("rampcheck:").chain_update(id).finalize();
    hex(&digest[..8])
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ask, why};
    use super::*;
    use crate::facts::{FactState, Facts, Subject, Value, Why};
    use crate::host::Recorded;

    fn facts(host: &Recorded) -> Facts {
        ask(Subject::Machine, host)
    }

    #[test]
    fn a_machine_is_named_without_giving_its_id_away() {
        let host = Recorded::default()
            .file(HOSTNAME, "chat-1\n")
            .file(MACHINE_ID, "0123456789abcdef0123456789abcdef\n")
            .answering("live_state = { memory_available = 5, load = 0.25, uptime = 86400 }")
            .unwrap();
        let facts = facts(&host);
        assert_eq!(facts["host.name"].text(), Some("chat-1"));
        // printf 'rampcheck:0123456789abcdef0123456789abcdef' | sha256sum | cut -c1-16
        assert_eq!(facts["host.id"].text(), Some("9291e6e07cbb9438"));
        assert_eq!(facts["host.load"].value(), Some(&Value::Number(0.25)));
        assert_eq!(facts["host.uptime"].value(), Some(&Value::Count(86400)));
    }

    #[test]
    fn an_image_before_its_first_boot_has_no_id() {
        for id in ["", "\n", "uninitialized\n"] {
            assert_eq!(facts(&Recorded::default().file(MACHINE_ID, id))["host.id"].state, FactState::Absent, "{id:?}");
        }
    }

    #[test]
    fn what_is_not_shown_is_unknown() {
        let facts = facts(&Recorded::default());
        for name in ["host.name", "host.virtualization", "host.container"] {
            assert_eq!(why(&facts[name]), Some(Why::Unreadable), "{name}");
        }
        for name in ["host.load", "host.uptime"] {
            assert_eq!(why(&facts[name]), Some(Why::NotAsked), "{name}");
        }
        assert_eq!(facts["host.id"].state, FactState::Absent);
    }
}
