//! The machine itself: name, hashed id, what it runs on and in, load and uptime.

mod container;
mod virtualization;

use sha2::{Digest, Sha256};

pub(super) use virtualization::virtualization;

use super::{Host, HostError, Questions, Sink, read_line};
use crate::facts::hex;
use crate::host::read_text;

const HOSTNAME: &str = "/proc/sys/kernel/hostname";
/// The name that the host gets when it starts: hostname(5).
const STATIC_NAME: &str = "/etc/hostname";
const MACHINE_ID: &str = "/etc/machine-id";
const LOAD: &str = "/proc/loadavg";
const UPTIME: &str = "/proc/uptime";

pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    match read_line(host, HOSTNAME) {
        Ok(name) => sink.known("host.name", name, HOSTNAME),
        // Below --root, the kernel tells the name of the container that rampcheck runs in, or none.
        Err(error) => match static_name(host) {
            Some(name) => sink.known("host.name", name, STATIC_NAME),
            None => sink.failed("host.name", &error, HOSTNAME),
        },
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
    match first_number(host, LOAD) {
        Ok(load) => sink.known("host.load", load, LOAD),
        Err(error) => sink.failed("host.load", &error, LOAD),
    }
    match first_number(host, UPTIME) {
        Ok(seconds) => sink.known("host.uptime", seconds as u64, UPTIME),
        Err(error) => sink.failed("host.uptime", &error, UPTIME),
    }
}

/// The name in /etc/hostname, which may hold comments.
fn static_name(host: &dyn Host) -> Option<String> {
    let text = read_text(host, STATIC_NAME).ok()?;
    text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned)
}

/// The first number of a file of one line: proc_loadavg(5), proc_uptime(5).
fn first_number(host: &dyn Host, path: &str) -> Result<f64, HostError> {
    let line = read_line(host, path)?;
    let number = line.split_whitespace().next().and_then(|word| word.parse().ok());
    number
        .filter(|number: &f64| number.is_finite() && *number >= 0.0)
        .ok_or_else(|| HostError::Failed(format!("`{line:.40}` does not begin with a number")))
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
            .file(LOAD, "0.25 0.40 0.30 1/467 12345\n")
            .file(UPTIME, "86400.47 234388.90\n");
        let facts = facts(&host);
        assert_eq!(facts["host.name"].text(), Some("chat-1"));
        // printf 'rampcheck:0123456789abcdef0123456789abcdef' | sha256sum | cut -c1-16
        assert_eq!(facts["host.id"].text(), Some("9291e6e07cbb9438"));
        assert_eq!(facts["host.load"].value(), Some(&Value::Number(0.25)));
        assert_eq!(facts["host.uptime"].value(), Some(&Value::Count(86400)));
    }

    #[test]
    fn a_name_that_the_kernel_does_not_tell_is_that_of_the_next_start() {
        let named = |text: &str| Recorded::default().file(STATIC_NAME, text);
        let refused = format!("errors = {{ 'read {HOSTNAME}' = {{ not-asked = 'it is about rampcheck itself' }} }}");
        for (host, name, place) in [
            (named("chat-1\n"), Some("chat-1"), STATIC_NAME),
            (named("# set by hand\n\n chat-1\n"), Some("chat-1"), STATIC_NAME),
            (named("chat-1\n").answering(&refused).unwrap(), Some("chat-1"), STATIC_NAME),
            (named("chat-1\n").file(HOSTNAME, "chat-2\n"), Some("chat-2"), HOSTNAME),
            (named("# none\n"), None, HOSTNAME),
        ] {
            let name_of = &facts(&host)["host.name"];
            assert_eq!((name_of.text(), name_of.place.as_str()), (name, place), "{host:?}");
        }
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
        for name in ["host.name", "host.virtualization", "host.container", "host.load", "host.uptime"] {
            assert_eq!(why(&facts[name]), Some(Why::Unreadable), "{name}");
        }
        assert_eq!(facts["host.id"].state, FactState::Absent);
    }

    #[test]
    fn a_load_that_is_no_number_costs_itself_only() {
        for load in ["", "\n", "x", "NaN 1", "inf", "-1 2"] {
            let facts = facts(&Recorded::default().file(LOAD, load).file(UPTIME, "9.5 1.0\n"));
            assert_eq!(why(&facts["host.load"]), Some(Why::Unreadable), "{load}");
            assert_eq!(facts["host.uptime"].value(), Some(&Value::Count(9)));
        }
    }
}
