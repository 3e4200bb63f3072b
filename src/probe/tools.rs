//! Command-line tools: where they are and whether they run; and how any program is asked for its version.
//!
//! Packs say which tools matter, and which versions. A tool is only run when its version is asked for; one that prints its
//! version works.

use std::path::Path;
use std::thread;

use super::userinfo::without_user;
use super::{Questions, Sink};
use crate::facts::Version;
use crate::host::{Host, HostError, Output, SEARCH_PATH};

/// How any of them is asked.
pub(super) const VERSION: &str = "--version";

/// Longest script that is read; programs are binaries of tens of megabytes.
const SCRIPT_LIMIT: usize = 64 << 10;

/// What precedes the version at the beginning of a line, by tool. `netstat` is from net-tools or BusyBox; jq before 1.5 said
/// `jq version 1.3`.
const MARKERS: &[(&str, &[&str])] = &[
    ("git", &["git version "]),
    ("jq", &["jq-", "jq version "]),
    ("curl", &["curl "]),
    ("netstat", &["net-tools ", "BusyBox v"]),
];

/// Reads the paths of the tools asked for, and the versions asked for, all children at once.
pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    thread::scope(|scope| {
        for tool in &questions.tools {
            let path_fact = format!("tools.{tool}.path");
            let version_fact = Some(format!("tools.{tool}.version")).filter(|fact| questions.versions.contains(fact));
            match host.tool(tool) {
                Ok(path) => {
                    sink.known(path_fact, path.display().to_string(), "search path");
                    if let Some(version_fact) = version_fact {
                        scope.spawn(move || {
                            let version = ask(host, &path, &[VERSION], |output| version_of(tool, output));
                            put_answer(sink, &version_fact, version, &path, VERSION);
                        });
                    }
                }
                Err(error) => {
                    for name in [Some(path_fact), version_fact].into_iter().flatten() {
                        sink.result::<String>(name, Err(error.clone()), search_path());
                    }
                }
            }
        }
    });
}

/// Where tools are looked for, as the place of a fact.
pub(super) fn search_path() -> String {
    SEARCH_PATH.join(":")
}

/// Runs a program and reads what it printed. A program that is there but does not run, or prints something else, is never
/// *not found*.
pub(super) fn ask<T>(
    host: &dyn Host,
    program: &Path,
    arguments: &[&str],
    read: impl FnOnce(&Output) -> Option<T>,
) -> Result<T, HostError> {
    let output = host.run(program, arguments).map_err(|error| match error {
        // execve(2) says ENOENT too when the interpreter of a script or the loader of a binary is missing.
        HostError::NotFound => HostError::Failed("does not run: its interpreter or loader was not found".to_owned()),
        error => error,
    })?;
    read(&output).ok_or_else(|| HostError::Failed(complaint(&output)))
}

/// The text of a program that is a script.
pub(super) fn script(host: &dyn Host, program: &Path) -> Option<String> {
    let content = host.read(program, SCRIPT_LIMIT).ok()?;
    content.starts_with(b"#!").then(|| String::from_utf8_lossy(&content).into_owned())
}

/// Reports what [`ask`] returned, with the command as the place.
pub(super) fn put_answer(sink: &Sink, name: &str, version: Result<String, HostError>, program: &Path, arguments: &str) {
    let place = format!("{} {arguments}", program.display());
    match version {
        Ok(version) => sink.known(name, version, place),
        Err(error) => sink.failed(name, &error, place),
    }
}

/// The version right after one of `markers` at the beginning of a line.
pub(super) fn version_after(text: &str, markers: &[&str]) -> Option<String> {
    text.lines()
        .find_map(|line| markers.iter().find_map(|marker| line.trim_start().strip_prefix(marker)))
        .and_then(version)
}

/// The first word of `text`, if it is a version; a comma after it is punctuation.
pub(super) fn version(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?.trim_end_matches(',');
    Version::parse(word).is_ok().then(|| word.to_owned())
}

/// Standard output of a program that succeeded.
pub(super) fn success(output: &Output) -> Option<&str> {
    (output.code == Some(0)).then_some(output.stdout.as_str())
}

fn version_of(tool: &str, output: &Output) -> Option<String> {
    let (_, markers) = MARKERS.iter().find(|(name, _)| *name == tool)?;
    if tool == "netstat" {
        // BusyBox knows no --version: it names itself on standard error and fails; net-tools 1.60 exits with 5.
        return version_after(&output.stdout, markers).or_else(|| version_after(&output.stderr, markers));
    }
    version_after(success(output)?, markers)
}

/// Why an output holds no version, in one short line.
pub(super) fn complaint(output: &Output) -> String {
    let lines = || {
        [&output.stderr, &output.stdout]
            .into_iter()
            .flat_map(|text| text.lines())
            .filter(|line| !line.trim().is_empty())
    };
    let line = lines().find(|line| !is_logged(line)).or_else(|| lines().next());
    let excerpt = line.map(|line| {
        // A password must not lose what tells that it is one.
        let words: Vec<_> = line.split_whitespace().map(without_user).collect();
        words.join(" ").chars().take(120).collect::<String>()
    });
    match (output.code, excerpt) {
        (Some(0), Some(excerpt)) => format!("printed `{excerpt}`, which names no version"),
        (Some(0), None) => "printed nothing".to_owned(),
        (Some(code), Some(excerpt)) => format!("exit code {code}: {excerpt}"),
        (Some(code), None) => format!("exit code {code}"),
        (None, _) => "ended by a signal".to_owned(),
    }
}

/// Whether a line is of a log as programs of Kubernetes write it, which tells time and process: `E1122 14:44:27.813224 21872 ...`.
fn is_logged(line: &str) -> bool {
    let mut signs = line.bytes();
    signs.next().is_some_and(|level| b"IWEF".contains(&level)) && signs.take(4).filter(u8::is_ascii_digit).count() == 4
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::catalogue::VERSIONED_TOOLS;
    use crate::facts::{Fact, FactState, Facts, Subject, Why};
    use crate::host::Recorded;
    use crate::probe::Questions;
    use crate::probe::testing::{self, why};

    fn printed(code: i32, stdout: &str, stderr: &str) -> Output {
        Output { code: Some(code), stdout: stdout.to_owned(), stderr: stderr.to_owned() }
    }

    #[test]
    fn a_complaint_tells_no_password_and_no_time() {
        for (stderr, expected) in [
            ("\nno such file\n", "exit code 1: no such file"),
            (
                "E1122 14:44:27.813224   21872 memcache.go:265] x\nError from server: y",
                "exit code 1: Error from server: y",
            ),
            (
                "E1122 14:44:27.813224   21872 memcache.go:265] x",
                "exit code 1: E1122 14:44:27.813224 21872 memcache.go:265] x",
            ),
            (
                r#"error: invalid 'proxy-url' "http://user:pl@nted@127.0.0.1:x" for cluster "c""#,
                r#"exit code 1: error: invalid 'proxy-url' "http://127.0.0.1:x" for cluster "c""#,
            ),
        ] {
            assert_eq!(complaint(&printed(1, "", stderr)), expected);
        }
    }

    fn probed(tools: &[&str], answers: &str) -> Facts {
        let mut questions =
            Questions { tools: tools.iter().map(|tool| (*tool).to_owned()).collect(), ..Questions::default() };
        questions.ask_versions();
        testing::ask_with(&questions, Subject::Tools, &Recorded::default().answering(answers).unwrap())
    }

    #[test]
    fn every_tool_that_has_a_version_can_be_read() {
        let names: Vec<_> = MARKERS.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, VERSIONED_TOOLS);
    }

    #[test]
    fn versions_as_tools_print_them() {
        let busybox =
            "netstat: unrecognized option '--version'\nBusyBox v1.35.0 (Debian 1:1.35.0-4+b3) multi-call binary.\n";
        for (tool, code, stdout, stderr, expected) in [
            ("git", 0, "git version 2.39.5\n", "", Some("2.39.5")),
            ("git", 0, "git version 2.39.5 (Apple Git-154)\n", "", Some("2.39.5")),
            ("git", 1, "git version 2.39.5\n", "", None),
            ("jq", 0, "jq-1.6\n", "", Some("1.6")),
            ("jq", 0, "jq-1.7.1\n", "", Some("1.7.1")),
            ("jq", 0, "jq-1.5-1-a5b5cbe\n", "", Some("1.5-1-a5b5cbe")),
            ("jq", 0, "jq version 1.3\n", "", Some("1.3")),
            ("jq", 0, "jq-master\n", "", None),
            (
                "curl",
                0,
                "curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1\nRelease-Date: 2023-02-20\n",
                "",
                Some("7.88.1"),
            ),
            ("netstat", 0, "net-tools 2.10\nFred Baumgarten, Alan Cox\n", "", Some("2.10")),
            ("netstat", 5, "net-tools 1.60\nnetstat 1.42 (2001-04-15)\n", "", Some("1.60")),
            ("netstat", 1, "", busybox, Some("1.35.0")),
            ("netstat", 127, "", "netstat: error while loading shared libraries: libselinux.so.1\n", None),
        ] {
            assert_eq!(version_of(tool, &printed(code, stdout, stderr)).as_deref(), expected, "{tool} {stdout}");
        }
    }

    #[test]
    fn a_tool_whose_version_nobody_asks_for_is_not_run() {
        let mut questions = Questions::default();
        questions.ask("tools.git.path");
        questions.ask("tools.jq.version");
        let host = Recorded::default()
            .answering("tools = { git = '/usr/bin/git' }\nerrors = { 'run /usr/bin/git --version' = 'hangs' }")
            .unwrap();
        let facts = testing::ask_with(&questions, Subject::Tools, &host);
        assert_eq!(facts["tools.git.path"].text(), Some("/usr/bin/git"));
        assert_eq!(facts["tools.jq.version"], Fact::absent(search_path()));
        assert!(!facts.contains_key("tools.git.version"));
    }

    #[test]
    fn a_tool_is_known_absent_or_unknown() {
        let facts = probed(
            &["git", "curl", "jq", "netstat", "rsync"],
            r#"
            tools = { git = "/usr/bin/git", curl = "/usr/bin/curl", netstat = "/bin/netstat", rsync = "/usr/bin/rsync" }
            errors = { "run /bin/netstat --version" = { failed = "exec format error" } }
            [[command]]
            run = "/usr/bin/git --version"
            code = 0
            stdout = "git version 2.39.5"
            [[command]]
            run = "/usr/bin/curl --version"
            code = 127
            stderr = "curl: error while loading shared libraries: libssl.so.3"
            "#,
        );
        assert_eq!(facts["tools.git.path"], Fact::known("/usr/bin/git", "search path"));
        assert_eq!(facts["tools.git.version"], Fact::known("2.39.5", "/usr/bin/git --version"));
        for name in ["tools.jq.path", "tools.jq.version"] {
            assert_eq!(facts[name], Fact::absent(search_path()));
        }
        assert_eq!(
            facts["tools.curl.version"].state,
            FactState::Unknown {
                why: Why::Unreadable,
                reason: "/usr/bin/curl --version: exit code 127: \
                    curl: error while loading shared libraries: libssl.so.3"
                    .to_owned()
            }
        );
        assert_eq!(why(&facts["tools.netstat.version"]), Some(Why::Unreadable));
        assert_eq!(facts["tools.rsync.path"].text(), Some("/usr/bin/rsync"));
        assert_eq!(facts.len(), 9, "a version is asked only of the tools that have one");
    }

    proptest! {
        #[test]
        fn never_panics(stdout in any::<String>(), stderr in any::<String>(), code in any::<Option<i32>>()) {
            let output = Output { code, stdout, stderr };
            for tool in VERSIONED_TOOLS {
                let _ = version_of(tool, &output);
            }
            prop_assert!(complaint(&output).chars().count() < 200);
        }

        #[test]
        fn a_version_is_found_behind_its_marker(version in "[0-9]{1,3}\\.[0-9]{1,3}(\\.[0-9]{1,3})?") {
            prop_assert_eq!(version_after(&format!("notice\njq-{version}, rest"), &["jq-"]), Some(version));
        }
    }
}
