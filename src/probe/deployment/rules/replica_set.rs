//! Whether MongoDB is a replica set.

use super::super::service::{Service, Setting, unset};
use super::{Faults, Known, Role, at, is_templated, nothing_sets, set_elsewhere, setting_unset, templated};
use crate::facts::{Application, is_of_any};
use crate::probe::userinfo::after_user;

/// Options of mongod that name a replica set, or a file that may name one, and how the names of such files end.
const REPLICA_SET: &str = "--replSet";
const CONFIGURATION: [&str; 3] = ["--config", "-f", "--configExpand"];
const CONFIGURATION_FILES: [&str; 3] = ["conf", ".yaml", ".yml"];
/// What the images of MongoDB start besides mongod.
const CLIENTS: [&str; 5] = ["mongosh", "mongo", "mongodump", "mongorestore", "mongoimport"];
const SHELLS: [&str; 4] = ["sh", "bash", "ash", "dash"];

pub(super) fn standalone_mongodb(known: &Known<'_>, application: &Application, faults: &mut Faults) {
    let service = known.service;
    match &known.role {
        Role::Unknown(why) => faults.doubt(why),
        Role::Application(_) | Role::Microservice(_) => {
            for name in &application.mongodb_addresses {
                match service.environment.get(name).map(|setting| (&setting.value, &setting.excerpt)) {
                    // That it is empty is a fault of its own.
                    Some((Ok(url), _)) if url.is_empty() => {}
                    Some((Ok(url), excerpt)) => match replica_set_of(url) {
                        ReplicaSet::Named(name) => unset(name).iter().for_each(|name| {
                            faults.doubt(&nothing_sets(name, excerpt));
                        }),
                        _ if unset(url).is_some() => faults.doubt(&setting_unset(known, name)),
                        _ if is_templated(url) => faults.doubt(&templated(excerpt)),
                        ReplicaSet::Found(by) => faults.doubt(&format!("{}: {by}", at(excerpt))),
                        ReplicaSet::None => faults.add(excerpt),
                    },
                    Some((Err(why), _)) => faults.doubt(why),
                    None => standalone_elsewhere(service, name, faults),
                }
            }
        }
        Role::Mongodb => standalone_mongod(known, application, faults),
        Role::Monitoring | Role::Other => {}
    }
}

/// What is known of the replica set without the address of MongoDB.
fn standalone_elsewhere(service: &Service, name: &str, faults: &mut Faults) {
    match &service.own_mongodb {
        Some(Setting { value: Ok(true), .. }) => {}
        Some(Setting { value: Ok(false), excerpt }) => faults.add(excerpt),
        Some(Setting { value: Err(why), .. }) => faults.doubt(why),
        None if service.set_elsewhere.contains(name) => faults.doubt(&set_elsewhere(name, service)),
        None => service.more_environment.iter().for_each(|why| faults.doubt(why)),
    }
}

/// What a container of MongoDB's images says of the replica set, unless it is one beside mongod.
fn standalone_mongod(known: &Known<'_>, application: &Application, faults: &mut Faults) {
    let service = known.service;
    // The product's settings say what the chart makes of it.
    if service.own_mongodb.is_some() {
        return;
    }
    let image = service.image.as_ref().and_then(|image| image.value.as_deref().ok()).unwrap_or_default();
    for (name, images) in &application.mongodb_replica_set {
        let is_read = is_of_any(image, images);
        match service.environment.get(name).filter(|_| is_read).map(|setting| &setting.value) {
            Some(Ok(value)) if unset(value).is_some() => return faults.doubt(&setting_unset(known, name)),
            Some(Ok(value)) if !value.is_empty() => return,
            Some(Err(why)) => return faults.doubt(why),
            None if is_read && service.set_elsewhere.contains(name) => return,
            _ => {}
        }
    }
    let (command, excerpt) = match &service.command {
        Some(Setting { value: Err(why), .. }) => return faults.doubt(why),
        Some(Setting { value: Ok(command), excerpt }) => (command.as_str(), excerpt),
        None => ("", known.excerpt()),
    };
    let options = match Started::by(command) {
        Started::Mongod(options) => options,
        Started::Other => return,
        Started::Unknown => {
            let unclear = || format!("{}: this may start mongod, with or without {REPLICA_SET}", at(excerpt));
            let why = unset(command).map_or_else(unclear, |name| nothing_sets(name, excerpt));
            return faults.doubt(&why);
        }
    };
    let is_file = |target: &str| CONFIGURATION_FILES.iter().any(|end| target.ends_with(end));
    let mut mounted = service.mounts.iter().filter_map(|mount| mount.value.as_ref().ok());
    let mut has_file = mounted.any(|mount| is_file(&mount.target));
    let is_name = |value: &&str| value.starts_with(|sign: char| sign.is_alphanumeric() || "_$".contains(sign));
    for (index, option) in options.iter().enumerate() {
        let (option, value) = option.split_once('=').map_or((*option, None), |(option, value)| (option, Some(value)));
        has_file |= CONFIGURATION.contains(&option);
        let value = value.or_else(|| options.get(index + 1).copied()).filter(is_name);
        if let (REPLICA_SET, Some(name)) = (option, value) {
            return unset(name).iter().for_each(|name| faults.doubt(&nothing_sets(name, excerpt)));
        }
    }
    if let Some(name) = unset(command) {
        faults.doubt(&nothing_sets(name, excerpt));
    } else if has_file {
        faults.doubt(&format!("{}: MongoDB's configuration file may name a replica set", at(excerpt)));
    } else if let Some(why) = &service.more_environment {
        faults.doubt(why);
    } else {
        faults.add(excerpt);
    }
}

/// What a command starts in an image of MongoDB.
pub(super) enum Started<'a> {
    /// Its server, with these words.
    Mongod(Vec<&'a str>),
    /// Something else: a client, or a shell.
    Other,
    /// It cannot be told.
    Unknown,
}

impl<'a> Started<'a> {
    pub(super) fn by(command: &'a str) -> Self {
        let words = command.split(|sign: char| sign.is_whitespace() || "\\\"'".contains(sign));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let program = |word: &'a str| word.rsplit('/').next().unwrap_or_default();
        // The images' own entrypoint starts what follows it.
        let at = words.iter().take_while(|word| program(word).starts_with("docker-entrypoint.")).count();
        let words = words.get(at..).unwrap_or_default();
        let first = words.first().copied().map(program).unwrap_or_default();
        let is_inline = |option: &&str| option.starts_with('-') && !option.starts_with("--") && option.contains('c');
        if CLIENTS.contains(&first) {
            Self::Other
        } else if first.is_empty() || first.starts_with('-') || words.iter().any(|word| program(word) == "mongod") {
            Self::Mongod(words.to_vec())
        } else if SHELLS.contains(&first)
            && words.get(1).is_some_and(is_inline)
            && !words.iter().any(|word| word.trim_end_matches(';').ends_with(".sh"))
        {
            Self::Other
        } else {
            Self::Unknown
        }
    }
}

/// What an address of MongoDB says of the replica set.
enum ReplicaSet<'a> {
    /// Its name.
    Named(&'a str),
    /// The driver finds it out where it connects, by this.
    Found(&'static str),
    /// There is none.
    None,
}

/// The options of an address are in the manual of MongoDB, "Connection String Options". Their names may be in any case.
fn replica_set_of(url: &str) -> ReplicaSet<'_> {
    const IN_DNS: &str = "the replica set of this address is in DNS";
    const SEVERAL: &str = "the address has several hosts, and does not say whether they are a replica set";
    const BALANCED: &str = "the address is that of a load balancer, and does not say what is behind it";
    let (is_srv, rest) = match (url.strip_prefix("mongodb://"), url.strip_prefix("mongodb+srv://")) {
        (Some(rest), _) => (false, rest),
        (None, Some(rest)) => (true, rest),
        (None, None) => return ReplicaSet::None,
    };
    let (place, options) = after_user(rest).split_once('?').unwrap_or((after_user(rest), ""));
    let options = options.split(['&', ';']).filter_map(|option| option.split_once('='));
    let option = |name: &str| options.clone().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    match option("replicaSet") {
        Some(name) if !name.is_empty() => ReplicaSet::Named(name),
        _ if option("loadBalanced") == Some("true") => ReplicaSet::Found(BALANCED),
        _ if is_srv => ReplicaSet::Found(IN_DNS),
        _ if place.split('/').next().is_some_and(|hosts| hosts.contains(',')) => ReplicaSet::Found(SEVERAL),
        _ => ReplicaSet::None,
    }
}
