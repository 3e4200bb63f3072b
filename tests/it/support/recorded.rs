//! The recorded hosts in `tests/hosts/`.

/// Path of a recorded host, as `--host` takes it in the source tree. The one place that knows where they are.
pub fn recorded(name: &str) -> String {
    format!("tests/hosts/{name}.toml")
}

/// Names of all recorded hosts, in order.
pub fn recorded_hosts() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hosts");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = entries.map(|entry| entry.file_name().into_string().unwrap());
    let mut names: Vec<_> = files.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    names.sort();
    assert!(names.len() > 20, "{names:?}");
    names
}
