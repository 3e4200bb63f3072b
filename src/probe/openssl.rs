//! The openssl program: its version, and which project it comes from.
//!
//! LibreSSL 3.3 is not OpenSSL 3.3, and distributions keep an old number while they backport fixes: the facts say what
//! the version string says, no more. The library that other programs load may be another one. Where programs are not run, the
//! distribution's package tells the version.

use super::tools::{ask, search_path, success, version};
use super::{Questions, Sink, packages};
use crate::facts::Why;
use crate::host::Host;

const VERSION: &str = "openssl.version";
const FLAVOR: &str = "openssl.flavor";

/// Asks `openssl version`.
pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    let program = match host.tool("openssl") {
        Ok(program) => program,
        Err(error) => {
            for name in [VERSION, FLAVOR] {
                sink.result::<String>(name, Err(error.clone()), search_path());
            }
            return;
        }
    };
    let place = format!("{} version", program.display());
    match ask(host, &program, &["version"], |output| success(output).and_then(parse)) {
        Ok(openssl) => {
            sink.known(FLAVOR, openssl.flavor, place.as_str());
            match openssl.version {
                Some(version) => sink.known(VERSION, version, place),
                None => {
                    sink.unknown(VERSION, Why::NotDetermined, "it names only the version it is compatible with", place)
                }
            }
        }
        Err(error) => match packages::instead(host, &program, &["openssl"], &error) {
            Some((version, place)) => {
                sink.known(FLAVOR, "openssl", place.as_str());
                sink.known(VERSION, version, place);
            }
            None => [VERSION, FLAVOR].into_iter().for_each(|name| sink.failed(name, &error, place.as_str())),
        },
    }
}

/// What `openssl version` says.
#[derive(Debug, PartialEq, Eq)]
struct Openssl {
    flavor: &'static str,
    version: Option<String>,
}

/// Reads `OpenSSL 3.0.17 1 Jul 2025 (Library: ...)`: first the program's own version, then the library's.
/// BoringSSL and AWS-LC name OpenSSL first: `OpenSSL 1.1.1 (compatible; AWS-LC 1.35.1)`.
fn parse(text: &str) -> Option<Openssl> {
    let line = text.lines().next()?;
    if let Some((_, real)) = line.split_once("(compatible; ") {
        let (name, rest) = real.trim_end_matches(')').split_once(' ').unwrap_or((real.trim_end_matches(')'), ""));
        let flavor = if name == "BoringSSL" { "boringssl" } else { "other" };
        return Some(Openssl { flavor, version: version(rest) });
    }
    let (name, rest) = line.trim().split_once(' ')?;
    let flavor = match name {
        "OpenSSL" => "openssl",
        "LibreSSL" => "libressl",
        "BoringSSL" => "boringssl",
        _ => "other",
    };
    Some(Openssl { flavor, version: Some(version(rest)?) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::{FactState, Facts, Subject};
    use crate::host::Recorded;
    use crate::probe::testing::{self, why};

    #[test]
    fn version_lines_as_programs_print_them() {
        for (line, flavor, expected) in [
            ("OpenSSL 1.1.1w  11 Sep 2023", "openssl", Some("1.1.1w")),
            ("OpenSSL 3.0.17 1 Jul 2025 (Library: OpenSSL 3.0.19 27 Jan 2026)", "openssl", Some("3.0.17")),
            ("OpenSSL 1.0.2k-fips  26 Jan 2017", "openssl", Some("1.0.2k-fips")),
            ("OpenSSL 1.1.1k  FIPS 25 Mar 2021", "openssl", Some("1.1.1k")),
            ("LibreSSL 3.3.6", "libressl", Some("3.3.6")),
            ("OpenSSL 1.1.1 (compatible; BoringSSL)", "boringssl", None),
            ("OpenSSL 1.1.1 (compatible; AWS-LC 1.35.1)", "other", Some("1.35.1")),
        ] {
            assert_eq!(parse(line), Some(Openssl { flavor, version: expected.map(str::to_owned) }), "{line}");
        }
        for line in ["", "OpenSSL", "openssl: command not found", "OpenSSL dev"] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    fn probed(answers: &str) -> Facts {
        testing::ask(Subject::Openssl, &Recorded::default().answering(answers).unwrap())
    }

    #[test]
    fn a_program_that_is_not_there_is_absent_and_one_that_is_not_run_unknown() {
        let absent = probed("");
        let unknown = probed(r#"tools = { openssl = "/usr/bin/openssl" }"#);
        for name in [VERSION, FLAVOR] {
            assert_eq!(absent[name].state, FactState::Absent);
            assert_eq!(why(&unknown[name]), Some(Why::NotAsked));
        }
    }

    #[test]
    fn what_it_prints_is_reported_with_the_program_that_said_it() {
        let facts = probed(
            r#"
            tools = { openssl = "/usr/local/bin/openssl" }
            command = [{ run = "/usr/local/bin/openssl version", code = 0, stdout = "LibreSSL 3.3.6\n" }]
            "#,
        );
        assert_eq!((facts[VERSION].text(), facts[FLAVOR].text()), (Some("3.3.6"), Some("libressl")));
        assert_eq!(facts[VERSION].place, "/usr/local/bin/openssl version");
    }

    #[test]
    fn the_package_tells_it_where_programs_are_not_run() {
        let list = format!("{}/openssl.list", packages::LISTS);
        let facts = testing::ask(
            Subject::Openssl,
            &Recorded::default()
                .file("/usr/bin/openssl", "")
                .file(&list, "/usr/bin/openssl\n")
                .file(packages::STATUS, "Package: openssl\nStatus: install ok installed\nVersion: 3.0.13-0ubuntu3.5\n")
                .answering("tools = { openssl = '/usr/bin/openssl' }")
                .unwrap(),
        );
        assert_eq!((facts[VERSION].text(), facts[FLAVOR].text()), (Some("3.0.13"), Some("openssl")));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = parse(&text);
            let _ = parse(&format!("OpenSSL 1.1.1 (compatible; {text}"));
        }
    }
}
