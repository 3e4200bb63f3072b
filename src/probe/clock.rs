//! Clock synchronisation, in the kernel's own word: no D-Bus, no systemd, whoever keeps the time (NTP, PTP, VM tools).

use super::{Host, Questions, Sink};

const PLACE: &str = "adjtimex(2)";

pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    match host.clock_synchronized() {
        Ok(synchronized) => sink.known("clock.synchronized", synchronized, PLACE),
        Err(error) => sink.failed("clock.synchronized", &error, PLACE),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ask, why};
    use crate::facts::{Subject, Value, Why};
    use crate::host::Recorded;

    #[test]
    fn says_what_the_kernel_says() {
        let clock = |host: &Recorded| ask(Subject::Clock, host)["clock.synchronized"].clone();
        for synchronized in [true, false] {
            let host = Recorded::default().answering(&format!("clock_synchronized = {synchronized}")).unwrap();
            assert_eq!(clock(&host).value(), Some(&Value::Bool(synchronized)));
        }
        assert_eq!(why(&clock(&Recorded::default())), Some(Why::NotAsked));
    }
}
