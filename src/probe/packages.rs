//! Which version of a program is installed, by the packages of dpkg, for a host whose programs are not run: one that is seen from
//! a container. The version is that of the program's own release, without what the distribution counts behind it.
//!
//! It counts only for a file that a package brought: what was installed by hand lies elsewhere. The database of rpm is binary,
//! and not read.

use std::path::Path;

use super::tools::version;
use crate::host::{Host, HostError, read_text, trusted};

/// A paragraph for each package: dpkg(1), deb-control(5).
pub(super) const STATUS: &str = "/var/lib/dpkg/status";
/// A file for each package, with what it brought.
pub(super) const LISTS: &str = "/var/lib/dpkg/info";
/// A thousand packages take about 1 MB.
const STATUS_LIMIT: usize = 64 << 20;

/// The version of a program that gave no answer because it was not run, if one of these packages brought it; and the place that
/// says so.
pub(super) fn instead(
    host: &dyn Host,
    program: &Path,
    packages: &[&str],
    error: &HostError,
) -> Option<(String, String)> {
    if matches!(error, HostError::NotAsked(_)) { installed(host, program, packages) } else { None }
}

/// The version of the package that brought `program`.
fn installed(host: &dyn Host, program: &Path, packages: &[&str]) -> Option<(String, String)> {
    trusted(host, program).ok()?;
    let program = program.to_str()?;
    // Packages that were made before /bin became a link to /usr/bin.
    let older = program.strip_prefix("/usr").unwrap_or(program);
    let brought = |package: &&&str| {
        let files = read_text(host, format!("{LISTS}/{package}.list"));
        files.is_ok_and(|files| files.lines().any(|file| file == program || file == older))
    };
    let package = packages.iter().find(brought)?;
    let status = host.read(Path::new(STATUS), STATUS_LIMIT).ok()?;
    let found = of_package(&String::from_utf8_lossy(&status), package)?;
    Some((found, format!("{STATUS}: {package}")))
}

/// The upstream version of an installed package: without epoch and Debian revision, deb-version(7).
fn of_package(status: &str, package: &str) -> Option<String> {
    let mut paragraphs = status.split("\n\n");
    let paragraph = paragraphs.find(|paragraph| field(paragraph, "Package") == Some(package))?;
    // What is wanted (`install`, `hold`), an error, and what is: only the last two count.
    let is_installed = field(paragraph, "Status")?.ends_with(" ok installed");
    let full = field(paragraph, "Version").filter(|_| is_installed)?;
    let upstream = full.split_once(':').map_or(full, |(_, rest)| rest);
    version(upstream.rsplit_once('-').map_or(upstream, |(upstream, _)| upstream))
}

fn field<'p>(paragraph: &'p str, name: &str) -> Option<&'p str> {
    paragraph.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
}

/// What of the database is read for a program: of each package its name, state and version, and of its files the programs.
pub(super) fn essence(path: &Path, text: &str) -> Option<String> {
    let keep = |line: &&str| match path == Path::new(STATUS) {
        true => line.is_empty() || ["Package:", "Status:", "Version:"].iter().any(|name| line.starts_with(name)),
        false => line.ends_with("/openssl") || line.ends_with("/docker-compose"),
    };
    let is_read = path == Path::new(STATUS) || path.parent() == Some(Path::new(LISTS));
    is_read.then(|| text.lines().filter(keep).map(|line| format!("{line}\n")).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::host::Recorded;

    const OPENSSL: &str = "Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.19-1~deb12u2\nDescription: x\n y\n";

    #[test]
    fn versions_as_distributions_write_them() {
        for (version, expected) in [
            ("3.0.19-1~deb12u2", Some("3.0.19")),
            ("1.1.1f-1ubuntu2.24", Some("1.1.1f")),
            ("3.0.13-0ubuntu3.5", Some("3.0.13")),
            ("5:2.27.1-1~ubuntu.22.04~jammy", Some("2.27.1")),
            ("2.24.6+ds1-0ubuntu1~22.04.1", Some("2.24.6+ds1")),
            ("2.26.1-4", Some("2.26.1")),
            ("7", Some("7")),
            ("unknown", None),
        ] {
            let status = format!(
                "Package: other\nStatus: install ok installed\nVersion: 9\n\nPackage: x\nStatus: install ok installed\nVersion: {version}\n"
            );
            assert_eq!(of_package(&status, "x").as_deref(), expected, "{version}");
        }
        for (from, to) in [
            ("Package: openssl", "Package: openssl-x"),
            ("ok installed", "ok config-files"),
            ("ok installed", "reinstreq half-installed"),
        ] {
            assert_eq!(of_package(&OPENSSL.replace(from, to), "openssl"), None, "{to}");
        }
    }

    #[test]
    fn a_program_that_no_package_brought_has_no_version() {
        let host = |list: &str| {
            Recorded::default()
                .file("/usr/bin/openssl", "")
                .file("/usr/local/bin/openssl", "")
                .file(STATUS, OPENSSL)
                .file(&format!("{LISTS}/openssl.list"), list)
        };
        let at = |host: &Recorded, program: &str| {
            installed(host, Path::new(program), &["openssl"]).map(|(version, _)| version)
        };
        for list in ["/.\n/usr/bin\n/usr/bin/openssl\n", "/bin/openssl\n"] {
            assert_eq!(at(&host(list), "/usr/bin/openssl").as_deref(), Some("3.0.19"));
            assert_eq!(at(&host(list), "/usr/local/bin/openssl"), None);
        }
        assert_eq!(at(&host("/usr/bin/openssl-1\n"), "/usr/bin/openssl"), None);
        let others = "user = { uid = 0, groups = [0] }\nstat.'/usr/bin/openssl' = { kind = 'file', uid = 1000, gid = 0, mode = 0o755 }";
        assert_eq!(at(&host("/usr/bin/openssl\n").answering(others).unwrap(), "/usr/bin/openssl"), None);
    }

    #[test]
    fn only_a_program_that_was_not_run_is_looked_up() {
        let host = Recorded::default()
            .file("/usr/bin/openssl", "")
            .file(STATUS, OPENSSL)
            .file(&format!("{LISTS}/openssl.list"), "/usr/bin/openssl\n");
        let ask = |packages, error| instead(&host, Path::new("/usr/bin/openssl"), packages, &error);
        let refused = || HostError::NotAsked("x".to_owned());
        assert_eq!(ask(&["openssl"], refused()), Some(("3.0.19".to_owned(), format!("{STATUS}: openssl"))));
        assert_eq!(ask(&["openssl"], HostError::NotPermitted), None);
        assert_eq!(ask(&["other"], refused()), None);
    }

    #[test]
    fn a_recording_keeps_what_is_read() {
        assert_eq!(
            essence(Path::new(STATUS), OPENSSL).as_deref(),
            Some("Package: openssl\nStatus: install ok installed\nVersion: 3.0.19-1~deb12u2\n")
        );
        let list = Path::new("/var/lib/dpkg/info/openssl.list");
        assert_eq!(essence(list, "/etc/ssl\n/usr/bin/openssl\n").as_deref(), Some("/usr/bin/openssl\n"));
        assert_eq!(essence(Path::new("/etc/os-release"), "ID=debian\n"), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = of_package(&text, "openssl");
            let _ = of_package(&format!("Package: x\nStatus: install ok installed\nVersion: {text}"), "x");
        }
    }
}
