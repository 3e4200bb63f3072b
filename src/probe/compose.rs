//! Docker Compose: the highest one installed, and how it is installed.
//!
//! Compose may be installed in several places at once, and root and other users see different ones. So every place is
//! read, and the fact says which one answered. Version 1 is the Python generation; 2 and 5 have the same command line; 3 and
//! 4 were never released.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::thread;

use super::docker::config_directory;
use super::tools::{ask, script, success, version, version_after};
use super::{Questions, Sink};
use crate::facts::Version;
use crate::host::{FileKind, Host, HostError, trusted};

const VERSION: &str = "compose.version";
const KIND: &str = "compose.kind";

/// Where CLI plugins are installed for every user, in the order in which Docker looks:
/// <https://docs.docker.com/compose/install/linux/>; the user's own directory comes before.
const PLUGIN_DIRECTORIES: &[&str] = &[
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
];

const ASKED: &[&str] = &["version", "--short"];

/// Runs every Compose there is, all at once.
pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    let (found, obstacle) = candidates(host);
    if found.is_empty() {
        for name in [VERSION, KIND] {
            match &obstacle {
                Some((path, error)) => sink.failed(name, error, path.display().to_string()),
                None => sink.absent(name, "Docker's plugin directories and the search path"),
            }
        }
        return;
    }
    let answers: Vec<Result<String, HostError>> = thread::scope(|scope| {
        let mut rest = found.iter();
        let first = rest.next();
        let running: Vec<_> = rest.map(|candidate| scope.spawn(|| version_of(host, &candidate.path))).collect();
        // Usually there is only one, and it is the slowest child of a run: it does not wait for a thread to start.
        let first = first.map(|candidate| version_of(host, &candidate.path));
        let ended = || HostError::Failed("the thread that ran it failed".to_owned());
        let others = running.into_iter().map(|child| child.join().unwrap_or_else(|_| Err(ended())));
        first.into_iter().chain(others).collect()
    });
    report(sink, &found, &answers);
}

/// A file that should be Compose.
#[derive(Debug, PartialEq, Eq)]
struct Candidate {
    path: PathBuf,
    plugin: bool,
}

impl Candidate {
    fn place(&self) -> String {
        format!("{} {}", self.path.display(), ASKED.join(" "))
    }
}

/// Every Compose there is, each file once, and the first path that could not be read.
fn candidates(host: &dyn Host) -> (Vec<Candidate>, Option<(PathBuf, HostError)>) {
    let mut obstacle = None;
    let own = config_directory(host).unwrap_or_else(|error| {
        obstacle = Some((PathBuf::from("Docker's own directory of this user"), error));
        None
    });
    let own = own.map(|directory| directory.join("cli-plugins"));
    let directories = own.into_iter().chain(PLUGIN_DIRECTORIES.iter().map(PathBuf::from));
    let mut paths: Vec<_> =
        directories.map(|directory| Candidate { path: directory.join("docker-compose"), plugin: true }).collect();
    match host.tool("docker-compose") {
        Ok(path) => paths.push(Candidate { path, plugin: false }),
        Err(HostError::NotFound) => {}
        Err(error) => {
            obstacle.get_or_insert((PathBuf::from("docker-compose"), error));
        }
    }
    let mut seen = Vec::new();
    paths.retain(|candidate| {
        match host.stat(&candidate.path) {
            Ok(stat) if stat.kind == FileKind::File => {}
            // A command on the search path is there, even if its file was not recorded.
            Err(HostError::NotFound) if !candidate.plugin => {}
            Ok(_) | Err(HostError::NotFound) => return false,
            Err(error) => {
                obstacle.get_or_insert((candidate.path.clone(), error));
                return false;
            }
        }
        // A command on the search path is run under the same condition.
        if candidate.plugin
            && let Err(error) = trusted(host, &candidate.path)
        {
            obstacle.get_or_insert((candidate.path.clone(), error));
            return false;
        }
        let real = host.canonical(&candidate.path).unwrap_or_else(|_| candidate.path.clone());
        let new = !seen.contains(&real);
        seen.push(real);
        new
    });
    (paths, obstacle)
}

fn version_of(host: &dyn Host, path: &Path) -> Result<String, HostError> {
    if starts_a_container(host, path) {
        return Err(HostError::NotAsked("not run: it is a script that starts a container".to_owned()));
    }
    ask(host, path, ASKED, |output| success(output).and_then(parse))
}

/// Compose 1 was also distributed as a shell script around `docker run docker/compose`: running it for its version would
/// pull an image and create a container.
fn starts_a_container(host: &dyn Host, path: &Path) -> bool {
    script(host, path).is_some_and(|text| text.contains("docker run"))
}

/// Reads `2.26.1`, `v5.1.0`, and the sentences of a Compose that knows no `--short`.
fn parse(text: &str) -> Option<String> {
    let version =
        version_after(text, &["docker-compose version ", "Docker Compose version "]).or_else(|| version(text))?;
    Some(version.strip_prefix('v').unwrap_or(&version).to_owned())
}

/// Reports the highest version that answered; if none did, why the first one did not.
fn report(sink: &Sink, found: &[Candidate], answers: &[Result<String, HostError>]) {
    let highest = found
        .iter()
        .zip(answers)
        .filter_map(|(candidate, answer)| Some((candidate, Version::parse(answer.as_ref().ok()?).ok()?)))
        // Of equals the one Docker would take: the earlier one.
        .reduce(|best, next| if next.1.partial_cmp(&best.1) == Some(Ordering::Greater) { next } else { best });
    if let Some((candidate, version)) = highest {
        let kind = match candidate.plugin {
            _ if version.major() == 1 => "v1",
            true => "plugin",
            false => "standalone",
        };
        sink.known(VERSION, version.to_string(), candidate.place());
        sink.known(KIND, kind, candidate.place());
    } else if let Some((candidate, Err(error))) = found.iter().zip(answers).next() {
        sink.failed(VERSION, error, candidate.place());
        match candidate.plugin {
            true => sink.known(KIND, "plugin", candidate.path.display().to_string()),
            false => sink.failed(KIND, error, candidate.place()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::{FactState, Facts, Subject, Why};
    use crate::host::Recorded;
    use crate::probe::testing::{self, why};

    const PLUGIN: &str = "/usr/libexec/docker/cli-plugins/docker-compose";

    fn probed(host: &Recorded) -> Facts {
        testing::ask(Subject::Compose, host)
    }

    fn highest(facts: &Facts) -> (Option<&str>, Option<&str>) {
        (facts[VERSION].text(), facts[KIND].text())
    }

    #[test]
    fn versions_as_compose_prints_them() {
        for (text, expected) in [
            ("2.26.1\n", Some("2.26.1")),
            ("v5.1.0\n", Some("5.1.0")),
            ("1.29.2\n", Some("1.29.2")),
            ("2.21.0-desktop.1\n", Some("2.21.0-desktop.1")),
            ("2.24.6+ds1-0ubuntu1\n", Some("2.24.6+ds1-0ubuntu1")),
            ("docker-compose version 1.29.2, build 5becea4c\ndocker-py version: 5.0.0\n", Some("1.29.2")),
            ("Docker Compose version v2.26.1\n", Some("2.26.1")),
            ("Docker Compose version dev\n", None),
            ("", None),
        ] {
            assert_eq!(parse(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn none_is_absent() {
        let facts = probed(&Recorded::default());
        assert_eq!(facts[VERSION].state, FactState::Absent);
        assert_eq!(facts[KIND].state, FactState::Absent);
    }

    #[test]
    fn a_relative_directory_is_not_searched() {
        let facts = probed(&Recorded::default().answering("variables = { DOCKER_CONFIG = '.docker' }").unwrap());
        for name in [VERSION, KIND] {
            let reason = "DOCKER_CONFIG is not an absolute path".to_owned();
            assert_eq!(facts[name].state, FactState::Unknown { why: Why::NotAsked, reason });
        }
    }

    #[test]
    fn the_highest_wins_wherever_it_stands() {
        let host = Recorded::default()
            .file("/usr/lib/docker/cli-plugins/docker-compose", "")
            .file("/root/.docker/cli-plugins/docker-compose", "");
        let host = host
            .answering(
                r#"
                variables = { HOME = "/root" }
                tools = { docker-compose = "/usr/local/bin/docker-compose" }
                command = [
                    { run = "/usr/local/bin/docker-compose version --short", code = 0, stdout = "1.29.2" },
                    { run = "/usr/lib/docker/cli-plugins/docker-compose version --short", code = 0, stdout = "2.9.0" },
                    { run = "/root/.docker/cli-plugins/docker-compose version --short", code = 0, stdout = "v2.26.1" },
                ]
                "#,
            )
            .unwrap();
        let facts = probed(&host);
        assert_eq!(highest(&facts), (Some("2.26.1"), Some("plugin")));
        assert_eq!(facts[VERSION].place, "/root/.docker/cli-plugins/docker-compose version --short");
    }

    #[test]
    fn the_python_generation_and_a_command_of_its_own() {
        for (stdout, expected) in [("1.29.2", "v1"), ("v2.26.1", "standalone")] {
            let host = Recorded::default()
                .answering(&format!(
                    r#"
                    tools = {{ docker-compose = "/usr/bin/docker-compose" }}
                    command = [{{ run = "/usr/bin/docker-compose version --short", code = 0, stdout = "{stdout}" }}]
                    "#
                ))
                .unwrap();
            assert_eq!(highest(&probed(&host)), (Some(stdout.trim_start_matches('v')), Some(expected)));
        }
    }

    #[test]
    fn a_plugin_that_is_also_a_command_is_asked_once_and_is_a_plugin() {
        let host = Recorded::default().file(PLUGIN, "").symlink("/usr/bin/docker-compose", PLUGIN);
        let host = host.answering(r#"tools = { docker-compose = "/usr/bin/docker-compose" }"#).unwrap();
        assert_eq!(candidates(&host).0, [Candidate { path: PLUGIN.into(), plugin: true }]);
    }

    #[test]
    fn what_is_there_and_is_not_run_has_an_unknown_version_of_a_known_kind() {
        let facts = probed(&Recorded::default().file(PLUGIN, ""));
        assert_eq!(why(&facts[VERSION]), Some(Why::NotAsked));
        assert_eq!(facts[KIND].text(), Some("plugin"));
    }

    #[test]
    fn a_directory_that_cannot_be_looked_at_leaves_it_open() {
        let host = Recorded::default()
            .answering(r#"errors = { "stat /usr/lib/docker/cli-plugins/docker-compose" = "not-permitted" }"#)
            .unwrap();
        assert_eq!(why(&probed(&host)[VERSION]), Some(Why::NotPermitted));
    }

    #[test]
    fn a_script_that_would_start_a_container_is_not_run() {
        let notice = "# Copyright, and what may be done with it.\n".repeat(1000);
        for before in ["", &notice] {
            let script = format!("#!/bin/sh\n{before}exec docker run --rm docker/compose:1.29.2 \"$@\"\n");
            let host = Recorded::default()
                .file("/usr/local/bin/docker-compose", script)
                .answering(
                    r#"
                    tools = { docker-compose = "/usr/local/bin/docker-compose" }
                    command = [{ run = "/usr/local/bin/docker-compose version --short", code = 0, stdout = "1.29.2" }]
                    "#,
                )
                .unwrap();
            assert_eq!(why(&probed(&host)[VERSION]), Some(Why::NotAsked));
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = parse(&text);
        }
    }
}
