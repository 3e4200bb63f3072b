//! Resource limits of programs started like rampcheck, and the one reader of such limits. Those of containers are
//! reported by the Docker probe.

use super::{Host, HostError, Questions, Sink};
use crate::host::{Result, read_text};

const LIMITS: &str = "/proc/self/limits";

/// What stands for `unlimited`: the largest signed 64-bit number, which every reader of JSON and TOML keeps as a number.
pub(super) const UNLIMITED: u64 = i64::MAX as u64;

/// Soft and hard limit of open files in a /proc/PID/limits.
pub(super) fn open_files(host: &dyn Host, path: &str) -> Result<(u64, u64)> {
    let text = read_text(host, path)?;
    parse(&text).ok_or_else(|| HostError::Failed("no line `Max open files`".to_owned()))
}

/// Reads soft and hard `Max open files`: proc_pid_limits(5).
fn parse(limits: &str) -> Option<(u64, u64)> {
    let mut words = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_whitespace();
    let mut limit = || match words.next()? {
        "unlimited" => Some(UNLIMITED),
        number => number.parse().ok(),
    };
    Some((limit()?, limit()?))
}

pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    match open_files(host, LIMITS) {
        Ok((_, hard)) => sink.known("limits.nofile", hard, LIMITS),
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
            ask(Subject::ResourceLimits, &host)["limits.nofile"].clone()
        };
        assert_eq!(nofile(DEBIAN).value(), Some(&Value::Count(1_048_576)));
        assert_eq!(parse(DEBIAN), Some((1024, 1_048_576)));
        let unlimited = DEBIAN.replace("1048576 ", "unlimited");
        assert_eq!(nofile(&unlimited).value(), Some(&Value::Count(UNLIMITED)));
        for wrong in ["", "Max open files  many  more", "Max open files 1024"] {
            assert_eq!(reason(&nofile(wrong)), "/proc/self/limits: no line `Max open files`", "{wrong}");
        }
        let facts = ask(Subject::ResourceLimits, &Recorded::default());
        assert_eq!(reason(&facts["limits.nofile"]), "/proc/self/limits: not found");
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), numbers in any::<String>()) {
            let _ = parse(&text);
            let _ = parse(&format!("Max open files {numbers}"));
        }
    }
}
