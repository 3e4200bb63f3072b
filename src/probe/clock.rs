//! Clock synchronisation, in the kernel's own word: no D-Bus, no systemd, whoever keeps the time (NTP, PTP, VM tools).

use super::{Host, Questions, Sink};

const PLACE: &str = "adjtimex(2)";

pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    match host.clock_synchronized() {
        Ok(synchronized) => sink.known("clock.synchronized", synchronized, PLACE),
        Err(error) => sink.failed("clock.synchronized", &error, PLACE),
    }
    match host.clock_max_error() {
        Ok(error) => sink.known("clock.max_error", error as f64 / 1e6, PLACE),
        Err(error) => sink.failed("clock.max_error", &error, PLACE),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ask, why};
    use crate::facts::{Subject, Value, Why};
    use crate::host::Recorded;

    #[test]
    fn the_largest_error_is_in_seconds() {
        let host = Recorded::default().answering("clock_max_error = 250000").unwrap();
        assert_eq!(ask(Subject::Clock, &host)["clock.max_error"].value(), Some(&Value::Number(0.25)));
        assert_eq!(why(&ask(Subject::Clock, &Recorded::default())["clock.max_error"]), Some(Why::NotAsked));
    }

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
