//! Kernel release, architecture and the settings of memory management that packs ask about.

use super::{Host, HostError, Questions, Sink, exists, read_line, read_number};
use crate::facts::Why;

const RELEASE: &str = "/proc/sys/kernel/osrelease";
const SIGNATURE: &str = "/proc/version_signature";
const THP: &str = "/sys/kernel/mm/transparent_hugepage/enabled";
/// Exists wherever sysfs is visible, whatever the kernel was built with.
const MM: &str = "/sys/kernel/mm";

pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    // None of these can be absent: where the kernel release is missing, /proc is not visible.
    let text = |name: &str, result: Result<String, HostError>, place: &str| match result {
        Ok(text) => sink.known(name, text, place),
        Err(error) => sink.failed(name, &error, place),
    };
    let release = read_line(host, RELEASE).and_then(|release| versioned(release.as_str()).map(str::to_owned));
    text("kernel.release", release.clone(), RELEASE);
    match read_line(host, SIGNATURE) {
        Err(HostError::NotFound) => text("kernel.upstream", release, RELEASE),
        signature => text("kernel.upstream", signature.and_then(|line| upstream(&line)), SIGNATURE),
    }
    text("kernel.arch", host.arch(), "uname(2)");
    thp(host, sink);
    for (name, path) in
        [("kernel.swappiness", "/proc/sys/vm/swappiness"), ("kernel.max_map_count", "/proc/sys/vm/max_map_count")]
    {
        match read_number(host, path) {
            Ok(number) => sink.known(name, number, path),
            Err(error) => sink.failed(name, &error, path),
        }
    }
}

fn versioned(text: &str) -> Result<&str, HostError> {
    match crate::facts::Version::parse(text) {
        Ok(_) => Ok(text),
        Err(error) => Err(HostError::Failed(error.to_string())),
    }
}

/// Third field of `Ubuntu 5.15.0-91.101-generic 5.15.131`.
fn upstream(signature: &str) -> Result<String, HostError> {
    let field = signature.split_whitespace().nth(2);
    let field = field.ok_or_else(|| HostError::Failed(format!("`{signature:.60}` has no third field")))?;
    versioned(field).map(str::to_owned)
}

fn thp(host: &dyn Host, sink: &Sink) {
    let name = "kernel.thp";
    match read_line(host, THP) {
        // Without that file the kernel has no transparent huge pages, provided that sysfs is visible.
        Err(HostError::NotFound) if exists(host, MM) == Ok(true) => sink.absent(name, THP),
        Err(error) => sink.failed(name, &error, THP),
        Ok(line) => match bracketed(&line) {
            Some(word @ ("always" | "madvise" | "never")) => sink.known(name, word, THP),
            _ => sink.unknown(name, Why::Unreadable, format!("{THP}: `{line:.60}` selects no mode"), THP),
        },
    }
}

/// The word chosen in `always [madvise] never`.
fn bracketed(line: &str) -> Option<&str> {
    line.split_once('[')?.1.split_once(']').map(|(word, _)| word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{ask, reason, why};
    use super::*;
    use crate::facts::{FactState, Facts, Subject, Value};
    use crate::host::Recorded;

    fn facts(host: &Recorded) -> Facts {
        ask(Subject::Kernel, host)
    }

    #[test]
    fn ubuntu_names_its_upstream_release() {
        let host = Recorded::default()
            .file(RELEASE, "5.15.0-91-generic\n")
            .file(SIGNATURE, "Ubuntu 5.15.0-91.101-generic 5.15.131\n")
            .file(THP, "always [madvise] never\n")
            .file("/proc/sys/vm/swappiness", "60\n")
            .file("/proc/sys/vm/max_map_count", "65530\n")
            .answering("arch = 'x86_64'")
            .unwrap();
        let facts = facts(&host);
        assert_eq!(facts["kernel.release"].text(), Some("5.15.0-91-generic"));
        assert_eq!(facts["kernel.upstream"].text(), Some("5.15.131"));
        assert_eq!(facts["kernel.arch"].text(), Some("x86_64"));
        assert_eq!(facts["kernel.thp"].text(), Some("madvise"));
        assert_eq!(facts["kernel.swappiness"].value(), Some(&Value::Count(60)));
        assert_eq!(facts["kernel.max_map_count"].value(), Some(&Value::Count(65530)));
    }

    #[test]
    fn elsewhere_the_release_is_upstreams() {
        let host = Recorded::default().file(RELEASE, "6.1.0-37-amd64\n").directory(MM);
        let facts = facts(&host);
        assert_eq!(facts["kernel.upstream"].text(), Some("6.1.0-37-amd64"));
        assert_eq!(facts["kernel.upstream"].place, RELEASE);
        assert_eq!(facts["kernel.thp"].state, FactState::Absent, "sysfs is shown and has no such file");
        assert_eq!(why(&facts["kernel.arch"]), Some(Why::NotAsked));
    }

    #[test]
    fn what_is_not_shown_is_unknown() {
        for fact in facts(&Recorded::default()).values() {
            assert!(why(fact).is_some(), "{fact:?}");
        }
        let host = Recorded::default()
            .file(SIGNATURE, "Ubuntu\n")
            .file(RELEASE, "\n")
            .file(THP, "always madvise never")
            .file("/proc/sys/vm/swappiness", "sixty");
        let facts = facts(&host);
        assert_eq!(reason(&facts["kernel.upstream"]), "/proc/version_signature: `Ubuntu` has no third field");
        assert!(why(&facts["kernel.release"]).is_some());
        assert!(reason(&facts["kernel.thp"]).ends_with("selects no mode"));
        assert_eq!(reason(&facts["kernel.swappiness"]), "/proc/sys/vm/swappiness: `sixty` is not a number");
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = upstream(&text);
            let _ = bracketed(&text);
        }
    }
}
