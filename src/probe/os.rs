//! Distribution and release: os-release(5) and Ubuntu Pro's status file.
//!
//! Says what a distribution is and what it is built from. Packs say which of them a vendor supports.

use std::collections::BTreeMap;

use super::{Host, HostError, Questions, Sink};
use crate::facts::{Value, Version, Why};
use crate::host::read_text;

/// The administrator's file, and the distribution's for when that one is missing. Never both: os-release(5).
const FILES: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];

/// Written by the Ubuntu Pro client, readable by everyone.
const PRO_STATUS: &str = "/var/lib/ubuntu-advantage/status.json";

/// Every fact that comes from os-release.
const OF_THE_FILE: [&str; 8] = [
    "os.id",
    "os.version_id",
    "os.pretty_name",
    "os.id_like",
    "os.codename",
    "os.family",
    "os.derivative_of",
    "os.lts",
];

/// Rebuilds of RHEL. CentOS Linux 7 and Oracle Linux 7 have no `PLATFORM_ID` that would say so.
const RHEL_REBUILDS: [&str; 9] =
    ["rocky", "almalinux", "ol", "centos", "scientific", "eurolinux", "virtuozzo", "circle", "miraclelinux"];

/// The assignments of an os-release file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OsRelease {
    fields: BTreeMap<String, String>,
}

impl OsRelease {
    /// A field's value; an empty one counts as not set.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.fields.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// `ID` in lower case, `linux` when it has none.
    fn id(&self) -> String {
        self.get("ID").unwrap_or("linux").to_ascii_lowercase()
    }

    fn id_like(&self) -> impl Iterator<Item = &str> {
        self.get("ID_LIKE").unwrap_or_default().split_whitespace()
    }

    /// Whether `PLATFORM_ID` is this one with a number: `platform:el8` of RHEL and its rebuilds, `platform:f42` of Fedora.
    /// Fedora's rawhide spin has `platform:eln`.
    fn is_platform(&self, platform: &str) -> bool {
        self.get("PLATFORM_ID")
            .and_then(|id| id.strip_prefix("platform:")?.strip_prefix(platform))
            .is_some_and(|major| major.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// The family whose packages and commands it uses.
    fn family(&self) -> &'static str {
        if let Some(family) = family_of(&self.id()) {
            return family;
        }
        if self.is_platform("el") {
            return "rhel";
        }
        if self.is_platform("f") {
            return "fedora";
        }
        if self.get("UBUNTU_CODENAME").is_some() {
            return "ubuntu";
        }
        self.id_like().find_map(family_of).unwrap_or("other")
    }

    /// The listed distribution it is built from. `ID_LIKE` naming rhel proves nothing: Nobara says so and is Fedora.
    fn derivative_of(&self) -> Option<&'static str> {
        let id = self.id();
        if id == "ubuntu" || id == "rhel" {
            return None;
        }
        if self.get("UBUNTU_CODENAME").is_some() || self.id_like().any(|like| like == "ubuntu") {
            return Some("ubuntu");
        }
        (self.is_platform("el") || RHEL_REBUILDS.contains(&id.as_str())).then_some("rhel")
    }

    /// For Ubuntu, whether the release is of April in an even year. `None`: no such release number.
    fn lts(&self) -> Option<bool> {
        let (year, month) = self.get("VERSION_ID")?.split_once('.')?;
        let (year, month): (u32, u32) = (year.parse().ok()?, month.parse().ok()?);
        Some(year.is_multiple_of(2) && month == 4)
    }
}

fn family_of(id: &str) -> Option<&'static str> {
    Some(match id {
        "ubuntu" => "ubuntu",
        "rhel" => "rhel",
        "fedora" => "fedora",
        id if RHEL_REBUILDS.contains(&id) => "rhel",
        "debian" | "raspbian" => "debian",
        "amzn" => "amazon",
        "sles" | "sled" | "suse" => "suse",
        id if id.starts_with("opensuse") => "suse",
        "arch" => "arch",
        "alpine" => "alpine",
        _ => return None,
    })
}

/// Reads os-release(5): one assignment a line in the shell's quoting, without expansion. Lines that are not a
/// whole assignment are left out; of several for one name, the last counts.
pub fn parse_os_release(text: &str) -> OsRelease {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    OsRelease { fields: text.lines().filter_map(assignment).collect() }
}

fn assignment(line: &str) -> Option<(String, String)> {
    let (name, value) = line.trim().split_once('=')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(())?;
    Some((name.to_owned(), unquote(value)?))
}

/// One word of the shell's: quoted and unquoted parts side by side, then nothing or a comment. `None`: it is not one.
fn unquote(text: &str) -> Option<String> {
    let mut value = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => loop {
                match chars.next()? {
                    '\'' => break,
                    c => value.push(c),
                }
            },
            '"' => loop {
                match chars.next()? {
                    '"' => break,
                    '\\' => match chars.next()? {
                        c @ ('$' | '`' | '"' | '\\') => value.push(c),
                        c => value.extend(['\\', c]),
                    },
                    c => value.push(c),
                }
            },
            '\\' => value.push(chars.next()?),
            c if c.is_whitespace() => {
                let rest = chars.as_str().trim_start();
                return (rest.is_empty() || rest.starts_with('#')).then_some(value);
            }
            c => value.push(c),
        }
    }
    Some(value)
}

pub(crate) fn probe(host: &dyn Host, _: &Questions, sink: &Sink) {
    match read_text(host, FILES[0]) {
        Err(HostError::NotFound) => match read_text(host, FILES[1]) {
            Err(HostError::NotFound) => {
                let place = FILES.join(", ");
                let reason = format!("neither {} nor {} exists", FILES[0], FILES[1]);
                for name in OF_THE_FILE {
                    sink.unknown(name, Why::NotDetermined, reason.as_str(), place.as_str());
                }
            }
            result => report(result, FILES[1], sink),
        },
        result => report(result, FILES[0], sink),
    }
    esm(host, sink);
}

fn report(text: Result<String, HostError>, file: &str, sink: &Sink) {
    let release = text.and_then(|text| {
        let release = parse_os_release(&text);
        let empty = release.fields.is_empty();
        if empty { Err(HostError::Failed("holds no assignment".to_owned())) } else { Ok(release) }
    });
    let release = match release {
        Ok(release) => release,
        Err(error) => {
            for name in OF_THE_FILE {
                sink.failed(name, &error, file);
            }
            return;
        }
    };
    let optional = |name: &str, value: Option<Value>| match value {
        Some(value) => sink.known(name, value, file),
        None => sink.absent(name, file),
    };
    let text = |key: &str| release.get(key).map(Value::from);

    sink.known("os.id", release.id(), file);
    match release.get("VERSION_ID") {
        Some(version) if Version::parse(version).is_err() => {
            sink.unknown("os.version_id", Why::Unreadable, format!("VERSION_ID `{version}` is not a version"), file);
        }
        _ => optional("os.version_id", text("VERSION_ID")),
    }
    optional("os.pretty_name", text("PRETTY_NAME"));
    let like: Vec<String> = release.id_like().map(str::to_owned).collect();
    optional("os.id_like", (!like.is_empty()).then(|| like.into()));
    optional("os.codename", text("VERSION_CODENAME"));
    sink.known("os.family", release.family(), file);
    optional("os.derivative_of", release.derivative_of().map(Value::from));
    match release.lts() {
        _ if release.id() != "ubuntu" => sink.absent("os.lts", file),
        Some(lts) => sink.known("os.lts", lts, file),
        None => sink.unknown("os.lts", Why::NotDetermined, "VERSION_ID is not that of an Ubuntu release", file),
    }
}

fn esm(host: &dyn Host, sink: &Sink) {
    let attached = read_text(host, PRO_STATUS).and_then(|text| {
        serde_json::from_str::<serde_json::Value>(&text)
            .ok()
            .and_then(|status| status.get("attached")?.as_bool())
            .ok_or_else(|| HostError::Failed("does not say whether it is `attached`".to_owned()))
    });
    sink.result("os.esm", attached, PRO_STATUS);
}

#[cfg(test)]
mod tests;
