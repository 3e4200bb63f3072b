//! Root runs and believes nothing that another user can change. These tests need root.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

use serde_json::Value;

use crate::support::{Folder, Run, command, scratch};

const NOBODY: u32 = 65534;

/// A home directory with a Compose of its own that says that it ran, and its folder.
fn home(name: &str) -> Folder {
    let dir = scratch(name);
    let ran = dir.at("ran");
    let plugin =
        dir.write("home/.docker/cli-plugins/docker-compose", format!("#!/bin/sh\necho $HOME > {ran}\necho 99.1.2\n"));
    fs::set_permissions(plugin, fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

fn facts(variables: &[(&str, &str)], folder: &Folder) -> Value {
    let mut command = command(&["facts", "--format", "json"]);
    Run::of(command.envs(variables.iter().copied()).current_dir(&**folder)).expect(0).json()["facts"].clone()
}

fn ran(dir: &Folder) -> bool {
    std::path::Path::new(&dir.at("ran")).exists()
}

#[test]
fn root_runs_no_program_of_another_user() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let plugin = "home/.docker/cli-plugins/docker-compose";
    // Which part of the path the other user owns, or everybody can write.
    for (number, (part, owner, mode)) in [
        (plugin, NOBODY, 0o755),
        ("home/.docker/cli-plugins", NOBODY, 0o755),
        ("home", NOBODY, 0o755),
        (plugin, 0, 0o777),
        ("home/.docker", 0, 0o777),
    ]
    .into_iter()
    .enumerate()
    {
        let dir = home(&format!("owners-{number}"));
        chown(dir.at(part), Some(owner), None).unwrap();
        fs::set_permissions(dir.at(part), fs::Permissions::from_mode(mode)).unwrap();
        let facts = facts(&[("HOME", &dir.at("home"))], &dir);
        assert!(!ran(&dir), "{part}: {}", facts["compose.version"]);
        assert_ne!(facts["compose.version"]["value"], "99.1.2", "{part}");
        if facts["compose.version"]["state"] == "unknown" {
            let reason = facts["compose.version"]["reason"].as_str().unwrap();
            assert!(reason.ends_with("docker-compose, and rampcheck runs as root"), "{reason}");
        }
    }
    // A link that the other user made chooses what root runs.
    let dir = home("owners-link");
    fs::rename(dir.at("home"), dir.at("real")).unwrap();
    fs::create_dir(dir.at("theirs")).unwrap();
    symlink(dir.at("real"), dir.at("theirs/home")).unwrap();
    chown(dir.at("theirs"), Some(NOBODY), None).unwrap();
    facts(&[("HOME", &dir.at("theirs/home"))], &dir);
    assert!(!ran(&dir));
    // Root's own counts.
    let dir = home("owners-root");
    let facts = facts(&[("HOME", &dir.at("home"))], &dir);
    assert_eq!(facts["compose.version"]["value"], "99.1.2");
    assert_eq!(fs::read_to_string(dir.at("ran")).unwrap().trim(), dir.at("home"));
}

#[test]
fn relative_values_are_refused() {
    let dir = home("owners-relative");
    for variables in [&[("DOCKER_CONFIG", "home/.docker")][..], &[("HOME", "home")]] {
        let facts = facts(variables, &dir);
        assert!(!ran(&dir), "{variables:?}");
        let rule = facts["docker.engine.endpoint"]["place"].as_str().unwrap();
        assert!(rule.contains("is not an absolute path"), "{rule}");
    }
}

#[test]
fn a_child_of_root_gets_no_home_that_another_user_can_change() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let dir = home("owners-home");
    fs::create_dir(dir.at("theirs")).unwrap();
    chown(dir.at("theirs"), Some(NOBODY), None).unwrap();
    facts(&[("DOCKER_CONFIG", &dir.at("home/.docker")), ("HOME", &dir.at("theirs"))], &dir);
    assert_eq!(fs::read_to_string(dir.at("ran")).unwrap(), "\n");
}
