//! A service of a deployment, as a manifest writes it or an engine runs it, and what of it makes facts.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Excerpt, Fact, Why};
use crate::probe::userinfo::after_user;

/// What is shown in the place of a secret.
const HIDDEN: &str = "***";

/// A setting and where it stands. The value is an error where it cannot be told, with the reason: a variable that nothing sets.
///
/// Of a text only a part may be unknown. A variable that nothing sets stays in it as `${NAME}`: see [`unset`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting<T> {
    /// The value.
    pub value: Result<T, String>,
    /// Where it stands. It shows no secret: see [`shown`].
    pub excerpt: Excerpt,
}

/// A service, or a container of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Service {
    /// Where it stands, with its name.
    pub excerpt: Excerpt,
    /// Its image.
    pub image: Option<Setting<String>>,
    /// It is built from a folder.
    pub build: Option<Setting<()>>,
    /// Its variables by name. Only those that a pack names have values, all others are there by name.
    pub environment: BTreeMap<String, Setting<String>>,
    /// Names of further variables, which a chart sets, or somebody whose values are not read.
    pub set_elsewhere: BTreeSet<String>,
    /// The MongoDB that a chart brings along for it: whether that is a replica set.
    pub own_mongodb: Option<Setting<bool>>,
    /// Why there may be more variables: a file of them that could not be read.
    pub more_environment: Option<String>,
    /// What starts instead of the image's own command.
    pub command: Option<Setting<String>>,
    /// Ports that the host publishes.
    pub ports: Vec<Setting<Published>>,
    /// When it is started again, in Docker's words (`unless-stopped`), of which `no` is one.
    pub restart: Option<Setting<String>>,
    /// Its memory limit, bytes.
    pub memory: Option<Setting<u64>>,
    /// How many of it there are.
    pub replicas: Option<Setting<u64>>,
    /// What is mounted in it.
    pub mounts: Vec<Setting<Mount>>,
}

impl Service {
    /// A service of which nothing more is known.
    pub(super) fn at(excerpt: Excerpt) -> Self {
        Self {
            excerpt,
            image: None,
            build: None,
            environment: BTreeMap::new(),
            set_elsewhere: BTreeSet::new(),
            own_mongodb: None,
            more_environment: None,
            command: None,
            ports: Vec::new(),
            restart: None,
            memory: None,
            replicas: None,
            mounts: Vec::new(),
        }
    }
}

/// Where the address of MongoDB comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mongodb {
    /// It is given.
    Address(Setting<String>),
    /// It is that of the MongoDB that the chart brings along: whether that is a replica set.
    Own(Setting<bool>),
}

impl Service {
    /// Sets the variable that has the address of MongoDB.
    pub(super) fn use_mongodb(&mut self, variable: &str, mongodb: Mongodb) {
        match mongodb {
            Mongodb::Address(setting) => _ = self.environment.insert(variable.to_owned(), setting),
            Mongodb::Own(setting) => {
                self.set_elsewhere.insert(variable.to_owned());
                self.own_mongodb = Some(setting);
            }
        }
    }
}

/// A port of a service that the host publishes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Published {
    /// Address of the host; every one of its addresses, if none is named.
    pub address: Option<std::net::IpAddr>,
    /// Port of the host; chosen by the engine, if none is named.
    pub port: Option<u16>,
    /// Port of the service.
    pub target: u16,
    /// TCP, not UDP.
    pub is_tcp: bool,
}

/// A directory of a service that is kept outside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// Directory in the service.
    pub target: String,
    /// It is on this host alone: a directory of the host, or a volume of its local driver without options.
    pub is_local: bool,
}

/// The first variable in a text that nothing sets.
pub(super) fn unset(text: &str) -> Option<&str> {
    let rest = text.split_once("${")?.1;
    rest.split_once('}').map(|(name, _)| name)
}

/// Kubernetes starts every container again that it manages.
pub(super) fn restarted_by_kubernetes(place: &str) -> Setting<String> {
    let excerpt = Excerpt { place: place.to_owned(), line: None, text: "Kubernetes restarts it".to_owned() };
    Setting { value: Ok("always".to_owned()), excerpt }
}

/// Faults as a fact: absent without one, unless `doubt` says why there may be one.
pub(super) fn faults(found: Vec<Excerpt>, doubt: Option<String>, place: &str) -> Fact {
    match doubt {
        _ if !found.is_empty() => Fact::known(found, place),
        Some(why) => Fact::unknown(Why::NotDetermined, why, place),
        None => Fact::absent(place),
    }
}

/// The value of a variable as it can be shown: without user and password of an address, and without the values of its
/// options, but for what they say of the replica set. What is neither an address nor a switch is not shown.
pub(in crate::probe) fn shown(value: &str) -> String {
    const SWITCHES: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "1", "0"];
    const SHOWN: [&str; 2] = ["replicaSet", "loadBalanced"];
    let Some(start) = value.find("://").map(|at| at + "://".len()) else {
        let name = value.strip_prefix('$').unwrap_or_default().trim_start_matches('{').trim_end_matches('}');
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let is_switch = SWITCHES.contains(&value.to_ascii_lowercase().as_str());
        return if is_name || is_switch || value.is_empty() { value.to_owned() } else { HIDDEN.to_owned() };
    };
    let (scheme, rest) = value.split_at(start);
    let place = after_user(rest);
    let mut shown = scheme.to_owned();
    if place.len() < rest.len() {
        shown.push_str(&format!("{HIDDEN}@"));
    }
    for (index, part) in place.split_inclusive(['?', '&', ';']).enumerate() {
        match part.split_once('=') {
            Some((name, _)) if SHOWN.iter().any(|known| name.eq_ignore_ascii_case(known)) => shown.push_str(part),
            Some((name, value)) if index > 0 => {
                let end = value.get(value.len().saturating_sub(1)..).filter(|end| ["&", ";"].contains(end));
                shown.push_str(&format!("{name}={HIDDEN}{}", end.unwrap_or_default()));
            }
            _ => shown.push_str(part),
        }
    }
    shown
}

/// A command as it can be shown: the program and the names of its long options.
pub(super) fn shown_command(command: &str) -> String {
    let mut shown: Vec<&str> = Vec::new();
    for (index, word) in command.split_whitespace().enumerate() {
        let name = word.split('=').next().unwrap_or_default();
        let is_option = name.strip_prefix("--").is_some_and(|name| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        });
        if index == 0 || is_option {
            shown.push(name);
        }
        if shown.last() != Some(&HIDDEN) && ((index > 0 && !is_option) || name.len() < word.len()) {
            shown.push(HIDDEN);
        }
    }
    shown.join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        for (value, expected) in [
            ("mongodb://db:27017/chat?replicaSet=rs0", "mongodb://db:27017/chat?replicaSet=rs0"),
            ("mongodb://u:p@db:27017/chat?replicaSet=rs0", "mongodb://***@db:27017/chat?replicaSet=rs0"),
            ("mongodb://u:p@/s?x@db/?replicaSet=rs0&a=b", "mongodb://***@db/?replicaSet=rs0&a=***"),
            ("mongodb://db/?proxyPassword=p&replicaSet=rs0", "mongodb://db/?proxyPassword=***&replicaSet=rs0"),
            ("mongodb://db/?a=b;replicaset=rs0;c=d", "mongodb://db/?a=***;replicaset=rs0;c=***"),
            ("mongodb://u:p&replicaSet=rs0@db/rc", "mongodb://***@db/rc"),
            ("nats://token@nats:4222,nats://token@nats-2:4222", "nats://***@nats-2:4222"),
            (
                "${M:-mongodb://u:p@${H:-db}/?replicaSet=${R:-rs0}}",
                "${M:-mongodb://***@${H:-db}/?replicaSet=${R:-rs0}}",
            ),
            ("mongodb://root:${P:-secret}@db", "mongodb://***@db"),
            ("user:secret@db", "***"),
            ("secret", "***"),
            ("${SECRET:-secret}", "***"),
            ("${NAME}", "${NAME}"),
            ("$NAME", "$NAME"),
            ("True", "True"),
            ("", ""),
        ] {
            assert_eq!(shown(value), expected, "{value}");
        }
    }

    #[test]
    fn a_command_is_shown_without_its_values() {
        for (command, expected) in [
            ("mongod --oplogSize 128 --bind_ip_all", "mongod --oplogSize *** --bind_ip_all"),
            ("mongod --password=secret -p secret", "mongod --password ***"),
            ("sh -c 'mongosh -u root -psecret --eval x'", "sh *** --eval ***"),
            ("--wiredTigerCacheSizeGB 1", "--wiredTigerCacheSizeGB ***"),
            ("", ""),
        ] {
            assert_eq!(shown_command(command), expected, "{command}");
        }
    }

    #[test]
    fn a_variable_that_nothing_sets() {
        assert_eq!(unset("a:${TAG}"), Some("TAG"));
        assert_eq!(unset("a:$TAG"), None);
        assert_eq!(unset("a:${TAG"), None);
    }

    proptest! {
        #[test]
        fn no_password_is_shown(user in "[a-z]{0,4}", password in "[!-~]{1,12}", tail in "(/[a-z]{0,3}(\\?replicaSet=rs0)?)?") {
            let secret = format!("SECRET{password}SECRET");
            let shown = shown(&format!("mongodb://{user}:{secret}@db{tail}"));
            prop_assert!(!shown.contains("SECRET"), "{}", shown);
            prop_assert!(shown.ends_with(&tail));
        }

        #[test]
        fn nothing_panics(text in any::<String>()) {
            let _ = (shown(&text), shown_command(&text), unset(&text));
        }
    }
}
