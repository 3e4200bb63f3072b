//! Docker Compose: the one that `docker compose` runs, and how it is installed.
//!
//! Compose may be installed in several places at once, and root and other users see different ones. docker runs the first
//! plugin of its search order, whatever its version, and fails if that one cannot be executed: `PluginRunCommand` of
//! docker/cli, cli-plugins/manager. A command of its own, `docker-compose`, counts where there is no plugin. Version 1 is the
//! Python generation; 2 and 5 have the same command line; 3 and 4 were never released.

use std::path::{Path, PathBuf};

use super::docker::config_directory;
use super::tools::{ask, script, success, version, version_after};
use super::{Questions, Sink, packages, unanswered};
use crate::facts::{Fact, Version, Why};
use crate::host::{FileKind, Host, HostError, read_text, trusted};

const VERSION: &str = "compose.version";
const KIND: &str = "compose.kind";

/// Where CLI plugins are installed for every user, in the order in which docker looks. Directories that the user's
/// configuration names come before, then the user's own.
const PLUGIN_DIRECTORIES: &[&str] = &[
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
];

const PLUGIN: &str = "docker-compose";
/// Packages that bring it: Docker's own, Ubuntu's, Debian's.
const PACKAGES: &[&str] = &["docker-compose-plugin", "docker-compose-v2", "docker-compose"];
const ASKED: &[&str] = &["version", "--short"];

/// Runs the Compose that docker would run.
pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    match candidate(host) {
        Ok(Some(found)) => report(host, sink, &found),
        Ok(None) => {
            for name in [VERSION, KIND] {
                sink.absent(name, "Docker's plugin directories and the search path");
            }
        }
        Err(unknown) => {
            for name in [VERSION, KIND] {
                sink.put(name, unknown.clone());
            }
        }
    }
}

/// A file that should be Compose.
#[derive(Debug, PartialEq, Eq)]
struct Candidate {
    path: PathBuf,
    plugin: bool,
}

/// The Compose that docker would run; without a plugin, the command.
fn candidate(host: &dyn Host) -> Result<Option<Candidate>, Fact> {
    let own = config_directory(host).map_err(|error| unanswered(&error, "Docker's own directory of this user"))?;
    let extra = match own.as_ref().map(|own| own.join("config.json")) {
        Some(file) => extra_directories(host, &file).map_err(|error| unanswered(&error, file.display().to_string()))?,
        None => Vec::new(),
    };
    let own = own.map(|own| own.join("cli-plugins"));
    for directory in extra.iter().cloned().chain(own).chain(PLUGIN_DIRECTORIES.iter().map(PathBuf::from)) {
        let path = directory.join(PLUGIN);
        let place = path.display().to_string();
        if !directory.is_absolute() && extra.contains(&directory) {
            let reason = format!("which Compose docker runs depends on its working directory: {place}");
            return Err(Fact::unknown(Why::NotDetermined, reason, place));
        }
        match host.stat(&path) {
            // A command on the search path is run under the same condition.
            Ok(_) => match trusted(host, &path) {
                Ok(()) => return Ok(Some(Candidate { path, plugin: true })),
                Err(error) => return Err(unanswered(&error, place)),
            },
            Err(HostError::NotFound) => {}
            Err(error) => return Err(unanswered(&error, place)),
        }
    }
    match host.tool(PLUGIN) {
        Ok(path) => Ok(Some(Candidate { path, plugin: false })),
        Err(HostError::NotFound) => Ok(None),
        Err(error) => Err(unanswered(&error, PLUGIN)),
    }
}

/// `cliPluginsExtraDirs` of docker's configuration. docker goes on without a configuration that it cannot read.
fn extra_directories(host: &dyn Host, configuration: &Path) -> Result<Vec<PathBuf>, HostError> {
    let Ok(text) = read_text(host, configuration) else { return Ok(Vec::new()) };
    trusted(host, configuration)?;
    let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let named = json.get("cliPluginsExtraDirs").and_then(serde_json::Value::as_array);
    Ok(named.into_iter().flatten().filter_map(|name| name.as_str()).map(PathBuf::from).collect())
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

/// Reports which version answered. If the first plugin cannot be executed, `docker compose` does not work, whatever else is
/// installed.
fn report(host: &dyn Host, sink: &Sink, found: &Candidate) {
    let path = found.path.display().to_string();
    let place = format!("{path} {}", ASKED.join(" "));
    let packaged = |error| packages::instead(host, &found.path, PACKAGES, &error).ok_or(error);
    match version_of(host, &found.path).map(|version| (version, place.clone())).or_else(packaged) {
        Ok((version, place)) => {
            let is_v1 = Version::parse(&version).is_ok_and(|version| version.major() == 1);
            let kind = match found.plugin {
                _ if is_v1 => "v1",
                true => "plugin",
                false => "standalone",
            };
            sink.known(VERSION, version, place.as_str());
            sink.known(KIND, kind, place);
        }
        Err(error) if !matches!(error, HostError::NotAsked(_)) && is_broken(host, &found.path) => {
            let place = format!("{path}, the first that docker finds, cannot be executed");
            sink.absent(VERSION, place.as_str());
            sink.known(KIND, "broken", place);
        }
        Err(error) => {
            sink.failed(VERSION, &error, place.as_str());
            match found.plugin {
                true => sink.known(KIND, "plugin", path),
                false => sink.failed(KIND, &error, place),
            }
        }
    }
}

/// Whether nobody can execute a file: it is not one, or the kernel refuses even root, or finds no interpreter or loader.
fn is_broken(host: &dyn Host, path: &Path) -> bool {
    let stat = host.stat(path);
    match host.run(path, ASKED) {
        _ if stat.as_ref().is_ok_and(|stat| stat.kind != FileKind::File) => true,
        Err(HostError::NotPermitted) => {
            host.user().is_ok_and(|user| user.uid == 0) || stat.is_ok_and(|stat| stat.mode & 0o111 == 0)
        }
        Err(HostError::NotFound) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::{FactState, Facts, Subject, Why};
    use crate::host::Recorded;
    use crate::probe::testing::{self, why};

    const SYSTEM: &str = "/usr/libexec/docker/cli-plugins/docker-compose";

    fn probed(host: &Recorded) -> Facts {
        testing::ask(Subject::Compose, host)
    }

    fn shown(facts: &Facts) -> (Option<&str>, Option<&str>) {
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

    /// A host of root with Compose 2.26.1 in root's own directory, 2.9.0 in the system's, and 1.29.2 on the search path.
    fn several(more: &str) -> Recorded {
        let host = Recorded::default()
            .file("/usr/lib/docker/cli-plugins/docker-compose", "")
            .file("/root/.docker/cli-plugins/docker-compose", "");
        let run = |path: &str, stdout: &str| {
            format!("[[command]]\nrun = '{path}/docker-compose version --short'\nstdout = '{stdout}'\n")
        };
        let user = if more.contains("user") { "" } else { "user = { uid = 0, groups = [0] }" };
        let answers = format!(
            "variables = {{ HOME = '/root' }}\ntools = {{ docker-compose = '/usr/local/bin/docker-compose' }}\n\
             {user}\n{more}\n{}{}{}{}",
            run("/usr/local/bin", "1.29.2"),
            run("/usr/lib/docker/cli-plugins", "2.9.0"),
            run("/root/.docker/cli-plugins", "v2.26.1"),
            run("/opt/plugins", "v2.3.4"),
        );
        host.answering(&answers).unwrap()
    }

    #[test]
    fn docker_runs_the_first_plugin_of_its_search_order_not_the_highest() {
        const OWN: &str = "/root/.docker/cli-plugins/docker-compose version --short";
        let facts = probed(&several(""));
        assert_eq!(shown(&facts), (Some("2.26.1"), Some("plugin")));
        assert_eq!(facts[VERSION].place, OWN);
        let configured = |directories: &str| {
            several("")
                .file(
                    "/root/.docker/config.json",
                    format!(r#"{{"auths": {{}}, "cliPluginsExtraDirs": {directories}}}"#),
                )
                .file("/opt/plugins/docker-compose", "")
        };
        for (directories, expected) in [
            (r#"["/opt/none", "/opt/plugins"]"#, "2.3.4"),
            (r#"[7, "/opt/plugins"]"#, "2.3.4"),
            (r#"["/opt/none"]"#, "2.26.1"),
            (r#""/opt/plugins""#, "2.26.1"),
            ("not JSON", "2.26.1"),
        ] {
            assert_eq!(shown(&probed(&configured(directories))), (Some(expected), Some("plugin")), "{directories}");
        }
        let relative = configured(r#"["plugins"]"#);
        assert_eq!(why(&probed(&relative)[VERSION]), Some(Why::NotDetermined));
    }

    #[test]
    fn a_first_plugin_that_cannot_be_executed_means_that_compose_does_not_work() {
        const RUN: &str = "run /root/.docker/cli-plugins/docker-compose version --short";
        for trouble in ["not-permitted", "not-found"] {
            let facts = probed(&several(&format!("errors = {{ '{RUN}' = '{trouble}' }}")));
            assert_eq!(shown(&facts), (None, Some("broken")), "{trouble}");
            assert_eq!(facts[VERSION].state, FactState::Absent);
            assert!(facts[VERSION].place.ends_with("the first that docker finds, cannot be executed"));
        }
        // Others may be allowed to run it.
        let refused = format!(
            "errors = {{ '{RUN}' = 'not-permitted' }}\n\
             stat.'/root/.docker/cli-plugins/docker-compose' = {{ kind = 'file', uid = 0, gid = 0, mode = 0o700 }}"
        );
        let facts = probed(&several(&refused.replace("errors", "user = { uid = 7, groups = [7] }\nerrors")));
        assert_eq!((why(&facts[VERSION]), facts[KIND].text()), (Some(Why::NotPermitted), Some("plugin")));
        let hangs = probed(&several(&format!("errors = {{ '{RUN}' = 'timed-out' }}")));
        assert_eq!((why(&hangs[VERSION]), hangs[KIND].text()), (Some(Why::TimedOut), Some("plugin")));
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
            assert_eq!(shown(&probed(&host)), (Some(stdout.trim_start_matches('v')), Some(expected)));
        }
    }

    #[test]
    fn a_plugin_that_is_also_a_command_is_asked_once_and_is_a_plugin() {
        let host = Recorded::default().file(SYSTEM, "").symlink("/usr/bin/docker-compose", SYSTEM);
        let host = host.answering(r#"tools = { docker-compose = "/usr/bin/docker-compose" }"#).unwrap();
        assert_eq!(candidate(&host), Ok(Some(Candidate { path: SYSTEM.into(), plugin: true })));
    }

    #[test]
    fn what_is_there_and_is_not_run_has_an_unknown_version_of_a_known_kind() {
        let facts = probed(&Recorded::default().file(SYSTEM, ""));
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
    fn the_package_tells_the_version_where_programs_are_not_run() {
        let packaged = |package: &str, version: &str, program: &str| {
            let status = format!("Package: {package}\nStatus: install ok installed\nVersion: {version}\n");
            let list = format!("{}/{package}.list", packages::LISTS);
            Recorded::default().file(program, "").file(packages::STATUS, status).file(&list, format!("{program}\n"))
        };
        let plugin = probed(&packaged("docker-compose-plugin", "2.27.1-1~ubuntu.22.04~jammy", SYSTEM));
        assert_eq!(shown(&plugin), (Some("2.27.1"), Some("plugin")));
        let command = packaged("docker-compose", "1.29.2-3", "/usr/bin/docker-compose");
        let command = command.answering("tools = { docker-compose = '/usr/bin/docker-compose' }").unwrap();
        assert_eq!(shown(&probed(&command)), (Some("1.29.2"), Some("v1")));
        let by_hand = packaged("docker-compose-plugin", "2.27.1-1", "/usr/local/lib/docker/cli-plugins/docker-compose");
        let other = by_hand.file(
            &format!("{}/docker-compose-plugin.list", packages::LISTS),
            "/usr/libexec/docker/cli-plugins/docker-compose\n",
        );
        assert_eq!(shown(&probed(&other)), (None, Some("plugin")));
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
