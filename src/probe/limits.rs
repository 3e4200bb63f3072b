//! Resource limits that hold for programs started like rampcheck. Those of the Docker daemon are the docker probe's.

use super::{Asked, Host, HostError, Sink};
use crate::host::read_text;

const LIMITS: &str = "/proc/self/limits";

/// What stands for `unlimited`: the largest number a signed 64-bit integer holds, which JSON readers keep as a number.
pub(super) const UNLIMITED: u64 = i64::MAX as u64;

/// Soft and hard `Max open files` of a /proc/PID/limits, by proc_pid_limits(5).
pub(super) fn open_files(limits: &str) -> Option<(u64, u64)> {
    let mut words = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_whitespace();
    let mut limit = || match words.next()? {
        "unlimited" => Some(UNLIMITED),
        number => number.parse().ok(),
    };
    Some((limit()?, limit()?))
}

pub(crate) fn probe(host: &dyn Host, _: &Asked, sink: &Sink) {
    let hard = read_text(host, LIMITS).and_then(|text| {
        let limits = open_files(&text);
        limits.map(|(_, hard)| hard).ok_or_else(|| HostError::Failed("no line `Max open files`".to_owned()))
    });
    match hard {
        Ok(hard) => sink.known("limits.nofile", hard, LIMITS),
        Err(error) => sink.failed("limits.nofile", &error, LIMITS),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{ask, reason};
    use super::*;
    use crate::facts::{Subject, Value};
    use crate::host::Recorded;

    const DEBIAN: &str = "\
Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max processes             95963                95963                processes 
Max open files            1024                 1048576              files     
Max locked memory         3167809536           3167809536           bytes     
";

    #[test]
    fn the_hard_limit_counts() {
        let nofile = |text: &str| {
            let host = Recorded::default().file(LIMITS, text);
            ask(Subject::Limits, &host)["limits.nofile"].clone()
        };
        assert_eq!(nofile(DEBIAN).value(), Some(&Value::Count(1_048_576)));
        assert_eq!(open_files(DEBIAN), Some((1024, 1_048_576)));
        let unlimited = DEBIAN.replace("1048576 ", "unlimited");
        assert_eq!(nofile(&unlimited).value(), Some(&Value::Count(UNLIMITED)));
        for wrong in ["", "Max open files  many  more", "Max open files 1024"] {
            assert_eq!(reason(&nofile(wrong)), "/proc/self/limits: no line `Max open files`", "{wrong}");
        }
        let facts = ask(Subject::Limits, &Recorded::default());
        assert_eq!(reason(&facts["limits.nofile"]), "/proc/self/limits: not found");
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), numbers in any::<String>()) {
            let _ = open_files(&text);
            let _ = open_files(&format!("Max open files {numbers}"));
        }
    }
}
