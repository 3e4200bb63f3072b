//! What the services of a deployment say of a product: the `deployment.*` facts. It knows no format and no product.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::service::{Published, Service, Setting, unset};
use crate::facts::{Application, Excerpt, Fact, Value, Version, Why, is_of, repository};
use crate::probe::Sink;
use crate::probe::private::is_private;

/// Ports of the web. A service behind one of them is no backend, whatever its own port is.
const WEB: [u16; 2] = [80, 443];
/// Tokens of MongoDB's command line that name a replica set, or a file that may name one.
const REPLICA_SET: &str = "--replSet";
const CONFIGURATION: [&str; 3] = ["--config", "-f", "--configExpand"];

/// Reports every `deployment.*` fact. `from` is the word of `deployment.from`, `place` where the services were read.
pub(super) fn report(from: &str, place: &str, services: &[Service], applications: &[Application], sink: &Sink) {
    sink.known("deployment.from", from, place);
    let application = match applications {
        [one] => Some(one),
        several => several.iter().find(|application| is_among(services, application)),
    };
    let Some(application) = application else {
        for name in FACTS {
            let reason = "it is unknown of which product these services are";
            sink.unknown(format!("deployment.{name}"), Why::NotDetermined, reason, place);
        }
        return;
    };
    let mut services: Vec<_> = services.iter().map(|service| Known::of(service, application)).collect();
    if !services.iter().any(Known::is_product) {
        services.iter_mut().for_each(Known::doubt_built);
    }
    for (name, fact) in FACTS.iter().zip(facts(&services, application, place)) {
        sink.put(format!("deployment.{name}"), fact);
    }
}

/// Reports why it is unknown what the services are that `from` would tell of.
pub(super) fn report_untold(from: &str, unknown: &Fact, sink: &Sink) {
    sink.known("deployment.from", from, unknown.place.as_str());
    for name in FACTS {
        sink.put(format!("deployment.{name}"), unknown.clone());
    }
}

/// Reports that nothing tells of a deployment. `place` is where it was looked.
pub(super) fn report_none(place: &str, sink: &Sink) {
    for name in ["from"].iter().chain(&FACTS) {
        sink.absent(format!("deployment.{name}"), place);
    }
}

/// Reports that nothing of a deployment can be told, and why.
pub(super) fn report_unknown(why: &str, place: &str, sink: &Sink) {
    for name in ["from"].iter().chain(&FACTS) {
        sink.unknown(format!("deployment.{name}"), Why::Unreadable, why, place);
    }
}

/// Whether a service is the product, or a microservice of it, by its image.
pub(super) fn is_among(services: &[Service], application: &Application) -> bool {
    services.iter().any(|service| Known::of(service, application).is_product())
}

/// Whether an image is the product's, or of something beside it that a pack names; also if it only has the name of one of its own.
pub(in crate::probe) fn is_known(image: &str, application: &Application) -> bool {
    role(image, application) != Role::Other
}

/// Whether an image is the product's own.
pub(super) fn is_instance(image: &str, application: &Application) -> bool {
    matches!(role(image, application), Role::Application { .. })
}

/// Whether an image is that of a program that monitors.
pub(super) fn is_monitoring(image: &str, application: &Application) -> bool {
    role(image, application) == Role::Monitoring
}

/// Names of the facts, in the order of [`facts`].
const FACTS: [&str; 16] = [
    "services",
    "unofficial",
    "unpinned",
    "release",
    "mongodb",
    "instances",
    "microservices",
    "variables_missing",
    "shortcuts",
    "standalone_mongodb",
    "public_backends",
    "public_metrics",
    "no_restart",
    "memory_limit",
    "local_uploads",
    "monitoring",
];

fn facts(services: &[Known<'_>], application: &Application, place: &str) -> [Fact; 16] {
    let of_product = || services.iter().filter(|known| known.is_product());
    let listed = |of: &dyn Fn(&Known<'_>, &mut Faults)| {
        let mut faults = Faults::default();
        for known in services {
            of(known, &mut faults);
        }
        faults.fact(place)
    };
    // What concerns the services of the product alone. Of a service whose image is unknown it is unknown.
    let of_services = |of: &dyn Fn(&Known<'_>, &mut Faults)| {
        listed(&|known, faults| match &known.role {
            Role::Unknown(why) => faults.doubt(why),
            _ if known.is_product() => of(known, faults),
            _ => {}
        })
    };
    let images = |is: fn(&Role) -> bool| {
        of_services(&|known, faults| {
            if is(&known.role) {
                faults.add(known.excerpt());
            }
        })
    };
    [
        images(|_| true),
        of_services(&unofficial),
        of_services(&|known, faults| match known.tag() {
            Err(why) => faults.doubt(&why),
            Ok(tag) if !known.is_pinned(tag) => faults.add(known.excerpt()),
            Ok(_) => {}
        }),
        version(services, |role| matches!(role, Role::Application { .. } | Role::Microservice { .. }), place),
        version(services, |role| *role == Role::Mongodb, place),
        instances(services, place),
        images(|role| matches!(role, Role::Microservice { .. })),
        of_services(&|known, faults| variables_missing(known, application, faults)),
        of_services(&|known, faults| shortcuts(known, application, faults)),
        listed(&|known, faults| standalone_mongodb(known, application, faults)),
        listed(&|known, faults| public(known, &application.private_ports, faults)),
        listed(&|known, faults| public(known, &application.metrics_ports, faults)),
        of_services(&no_restart),
        memory_limit(of_product(), services, place),
        of_services(&|known, faults| local_uploads(known, application, faults)),
        monitoring(services, place),
    ]
}

/// What a service is to a product.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Role {
    /// The product itself, in the vendor's image or one that has its name.
    Application { official: bool },
    /// A microservice of it, likewise.
    Microservice { official: bool },
    /// Its database.
    Mongodb,
    /// A program that monitors.
    Monitoring,
    /// Something else.
    Other,
    /// It cannot be told, with the reason.
    Unknown(String),
}

/// A service, and what it is to the product.
struct Known<'a> {
    service: &'a Service,
    role: Role,
}

impl<'a> Known<'a> {
    fn of(service: &'a Service, application: &Application) -> Self {
        let role = match service.image.as_ref().map(|image| &image.value) {
            Some(Err(why)) => Role::Unknown(why.clone()),
            Some(Ok(image)) => role(image, application),
            None => Role::Other,
        };
        Self { service, role }
    }

    /// A service that is built and whose image has no name can be anything.
    fn doubt_built(&mut self) {
        if let (None, Some(build)) = (&self.service.image, &self.service.build) {
            self.role = Role::Unknown(format!("{}: what is built there is unknown", at(build)));
        }
    }

    fn is_product(&self) -> bool {
        matches!(self.role, Role::Application { .. } | Role::Microservice { .. })
    }

    /// Where its image is named, or it itself.
    fn excerpt(&self) -> &'a Excerpt {
        self.service.image.as_ref().map_or(&self.service.excerpt, |image| &image.excerpt)
    }

    /// A remark on the service.
    fn remark(&self, remark: &str) -> Excerpt {
        let Excerpt { text, .. } = &self.service.excerpt;
        Excerpt { text: format!("{} {remark}", text.trim_end_matches(':')), ..self.service.excerpt.clone() }
    }

    /// The tag of its image, if there is one.
    fn tag(&self) -> Result<Option<&'a str>, String> {
        let image = match self.service.image.as_ref().map(|image| &image.value) {
            Some(Ok(image)) => image.as_str(),
            Some(Err(why)) => return Err(why.clone()),
            None => return Ok(None),
        };
        if let Some(name) = unset(image) {
            return Err(nothing_sets(name, self.excerpt()));
        }
        let name = image.split('@').next().unwrap_or_default();
        let last = name.rsplit('/').next().unwrap_or_default();
        Ok(last.split_once(':').map(|(_, tag)| tag))
    }

    /// A digest, or a tag that begins with the numbers of a release.
    fn is_pinned(&self, tag: Option<&str>) -> bool {
        let image = self.service.image.as_ref().and_then(|image| image.value.as_ref().ok());
        image.is_some_and(|image| image.contains("@sha256:") || image.contains("@sha512:"))
            || tag.is_some_and(|tag| release_of(tag).is_some())
    }
}

fn role(image: &str, application: &Application) -> Role {
    let repository_of = repository(image);
    if let Some(name) = unset(repository_of) {
        return Role::Unknown(format!("nothing sets {name}, so the image is unknown"));
    }
    let is_one = |images: &BTreeSet<String>| images.iter().any(|known| is_of(image, known));
    let last = |reference: &str| repository(reference).rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let is_like = |images: &BTreeSet<String>| images.iter().any(|known| last(known) == last(image));
    if is_one(&application.images) {
        Role::Application { official: true }
    } else if is_one(&application.microservices) {
        Role::Microservice { official: true }
    } else if is_one(&application.mongodb_images) {
        Role::Mongodb
    } else if is_one(&application.monitoring) {
        Role::Monitoring
    } else if is_like(&application.images) {
        Role::Application { official: false }
    } else if is_like(&application.microservices) {
        Role::Microservice { official: false }
    } else {
        Role::Other
    }
}

/// What a tag says of a release: `8.5.1` of `8.5.1-alpine`. It names the line at least.
fn release_of(tag: &str) -> Option<&str> {
    let (major, rest) = tag.strip_prefix('v').unwrap_or(tag).split_once('.')?;
    let is_number = |text: &str| text.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    let is_version = major.bytes().all(|byte| byte.is_ascii_digit()) && is_number(major) && is_number(rest);
    (is_version && Version::parse(tag).is_ok()).then_some(tag)
}

/// Where something stands.
fn at(excerpt: &Excerpt) -> String {
    match excerpt.line {
        Some(line) => format!("{}:{line}", excerpt.place),
        None => excerpt.place.clone(),
    }
}

fn nothing_sets(name: &str, excerpt: &Excerpt) -> String {
    format!("{}: nothing sets {name}", at(excerpt))
}

/// Faults that were found, and why there may be more.
#[derive(Default)]
struct Faults {
    found: Vec<Excerpt>,
    doubt: Option<String>,
}

impl Faults {
    fn add(&mut self, excerpt: &Excerpt) {
        self.found.push(excerpt.clone());
    }

    fn doubt(&mut self, why: &str) {
        self.doubt.get_or_insert_with(|| why.to_owned());
    }

    fn fact(self, place: &str) -> Fact {
        match (self.found.is_empty(), self.doubt) {
            (false, _) => Fact::known(self.found, place),
            (true, Some(why)) => Fact::unknown(Why::NotDetermined, why, place),
            (true, None) => Fact::absent(place),
        }
    }
}

fn unofficial(known: &Known<'_>, faults: &mut Faults) {
    match (&known.role, &known.service.build) {
        (_, Some(build)) => faults.add(build),
        (Role::Application { official: false } | Role::Microservice { official: false }, None) => {
            faults.add(known.excerpt());
        }
        _ => {}
    }
}

fn version(services: &[Known<'_>], is: fn(&Role) -> bool, place: &str) -> Fact {
    let mut versions = BTreeSet::new();
    let mut doubt = None;
    for known in services {
        if let Role::Unknown(why) = &known.role {
            doubt.get_or_insert(why);
        }
        if !is(&known.role) {
            continue;
        }
        let unknown = match known.tag() {
            Ok(Some(tag)) if release_of(tag).is_some() => {
                versions.insert(tag);
                continue;
            }
            Ok(Some(tag)) => format!("{}: the tag {tag} names no release", at(known.excerpt())),
            Ok(None) => format!("{}: the image has no tag", at(known.excerpt())),
            Err(why) => why,
        };
        return Fact::unknown(Why::NotDetermined, unknown, place);
    }
    let mut all = versions.iter();
    match (all.next(), all.next(), doubt) {
        (Some(one), None, _) => Fact::known(*one, place),
        (None, _, Some(why)) => Fact::unknown(Why::NotDetermined, why.as_str(), place),
        (None, _, None) => Fact::absent(place),
        (Some(one), Some(two), _) => {
            Fact::unknown(Why::NotDetermined, format!("the services are of several releases: {one}, {two}"), place)
        }
    }
}

fn instances(services: &[Known<'_>], place: &str) -> Fact {
    let mut instances = None;
    for known in services {
        let count = match (&known.role, &known.service.replicas) {
            (Role::Unknown(why), _) => Err(why),
            (Role::Application { .. }, Some(Setting { value: Err(why), .. })) => Err(why),
            (Role::Application { .. }, Some(Setting { value: Ok(count), .. })) => Ok(*count),
            (Role::Application { .. }, None) => Ok(1),
            _ => continue,
        };
        match count {
            Ok(count) => instances = Some(instances.unwrap_or(0_u64).saturating_add(count)),
            Err(why) => return Fact::unknown(Why::NotDetermined, why.as_str(), place),
        }
    }
    instances.map_or_else(|| Fact::absent(place), |count| Fact::known(count, place))
}

fn variables_missing(known: &Known<'_>, application: &Application, faults: &mut Faults) {
    let needs = match known.role {
        Role::Microservice { .. } => &application.microservices_need,
        _ => &application.needs,
    };
    for name in needs {
        let value = known.service.environment.get(name);
        match (value.map(|setting| &setting.value), &known.service.more_environment) {
            (Some(Ok(text)), _) if text.is_empty() => faults.add(&known.remark(&format!("has an empty {name}"))),
            // All of it is a variable that nothing sets.
            (Some(Ok(text)), _)
                if text.starts_with("${") && unset(text).is_some_and(|name| name.len() + 3 == text.len()) =>
            {
                faults.doubt(&setting_unset(known, name));
            }
            (Some(Ok(_)), _) => {}
            (Some(Err(why)), _) => faults.doubt(why),
            (None, Some(why)) => faults.doubt(why),
            (None, None) => faults.add(&known.remark(&format!("has no {name}"))),
        }
    }
}

/// Why a variable of a service cannot be told.
fn setting_unset(known: &Known<'_>, name: &str) -> String {
    let setting = known.service.environment.get(name);
    let text = setting.and_then(|setting| setting.value.as_ref().ok());
    let missing = text.and_then(|text| unset(text)).unwrap_or(name);
    nothing_sets(missing, setting.map_or(&known.service.excerpt, |setting| &setting.excerpt))
}

fn shortcuts(known: &Known<'_>, application: &Application, faults: &mut Faults) {
    const OFF: [&str; 5] = ["", "0", "false", "no", "off"];
    for name in &application.shortcuts {
        match known.service.environment.get(name).map(|setting| (&setting.value, &setting.excerpt)) {
            Some((Ok(text), _)) if OFF.contains(&text.trim().to_ascii_lowercase().as_str()) => {}
            Some((Ok(text), _)) if unset(text).is_some() => faults.doubt(&setting_unset(known, name)),
            Some((Ok(_), excerpt)) => faults.add(excerpt),
            Some((Err(why), _)) => faults.doubt(why),
            None => known.service.more_environment.iter().for_each(|why| faults.doubt(why)),
        }
    }
}

fn standalone_mongodb(known: &Known<'_>, application: &Application, faults: &mut Faults) {
    let service = known.service;
    match &known.role {
        Role::Unknown(why) => faults.doubt(why),
        Role::Application { .. } | Role::Microservice { .. } => {
            for name in &application.mongodb_addresses {
                match service.environment.get(name).map(|setting| (&setting.value, &setting.excerpt)) {
                    Some((Ok(url), _)) if names_replica_set(url) => {}
                    Some((Ok(url), excerpt)) if url.starts_with("mongodb+srv:") => {
                        faults.doubt(&format!("{}: the replica set of this address is in DNS", at(excerpt)));
                    }
                    Some((Ok(url), _)) if unset(url).is_some() => faults.doubt(&setting_unset(known, name)),
                    // That it is empty is a fault of its own.
                    Some((Ok(url), _)) if url.is_empty() => {}
                    Some((Ok(_), excerpt)) => faults.add(excerpt),
                    Some((Err(why), _)) => faults.doubt(why),
                    None => service.more_environment.iter().for_each(|why| faults.doubt(why)),
                }
            }
        }
        Role::Mongodb => {
            if application.mongodb_replica_set.iter().any(|name| service.environment.contains_key(name)) {
                return;
            }
            let (command, excerpt) = match &service.command {
                Some(Setting { value: Err(why), .. }) => return faults.doubt(why),
                Some(Setting { value: Ok(command), excerpt }) => (command.as_str(), excerpt),
                None => ("", known.excerpt()),
            };
            let is_word = |word: &str| command.split_whitespace().any(|part| part.split('=').next() == Some(word));
            if command.contains(REPLICA_SET) {
                return;
            }
            if let Some(name) = unset(command) {
                faults.doubt(&nothing_sets(name, excerpt));
            } else if CONFIGURATION.iter().any(|option| is_word(option)) {
                faults.doubt("the configuration file of MongoDB may name a replica set");
            } else if let Some(why) = &service.more_environment {
                faults.doubt(why);
            } else {
                faults.add(excerpt);
            }
        }
        Role::Monitoring | Role::Other => {}
    }
}

/// Whether an address of MongoDB names a replica set.
fn names_replica_set(url: &str) -> bool {
    let name = url.split(['?', '&']).skip(1).find_map(|part| part.strip_prefix("replicaSet="));
    name.is_some_and(|name| !name.is_empty())
}

/// Ports out of a set that are published to the world.
fn public(known: &Known<'_>, ports: &BTreeSet<u16>, faults: &mut Faults) {
    for setting in &known.service.ports {
        let published = match &setting.value {
            Ok(published) => published,
            Err(why) => {
                faults.doubt(why);
                continue;
            }
        };
        let Published { address, port, target, is_tcp } = published;
        let is_web = port.is_some_and(|port| WEB.contains(&port));
        let is_one = port.is_some_and(|port| ports.contains(&port)) || (ports.contains(target) && !is_web);
        if *is_tcp && is_one && address.is_none_or(|address| is_public(&address)) {
            faults.add(&setting.excerpt);
        }
    }
}

fn is_public(address: &IpAddr) -> bool {
    let address = address.to_canonical();
    !address.is_loopback() && !is_private(&address)
}

fn no_restart(known: &Known<'_>, faults: &mut Faults) {
    match &known.service.restart {
        None => faults.add(&known.remark("has no restart policy")),
        Some(Setting { value: Ok(policy), excerpt }) => match unset(policy) {
            Some(name) => faults.doubt(&nothing_sets(name, excerpt)),
            None if policy == "no" || policy == "none" || policy.is_empty() => faults.add(excerpt),
            None => {}
        },
        Some(Setting { value: Err(why), .. }) => faults.doubt(why),
    }
}

fn memory_limit<'a>(of_product: impl Iterator<Item = &'a Known<'a>>, services: &[Known<'_>], place: &str) -> Fact {
    let unknown = |why: &String| Fact::unknown(Why::NotDetermined, why.as_str(), place);
    if let Some(why) = services.iter().find_map(|known| match &known.role {
        Role::Unknown(why) => Some(why),
        _ => None,
    }) {
        return unknown(why);
    }
    let mut least: Option<u64> = None;
    for setting in of_product.filter_map(|known| known.service.memory.as_ref()) {
        match &setting.value {
            // Docker's word for no limit.
            Ok(0) => {}
            Ok(limit) => least = Some(least.map_or(*limit, |least| least.min(*limit))),
            Err(why) => return unknown(why),
        }
    }
    least.map_or_else(|| Fact::absent(place), |limit| Fact::known(limit, place))
}

fn local_uploads(known: &Known<'_>, application: &Application, faults: &mut Faults) {
    for mount in &known.service.mounts {
        match &mount.value {
            Err(why) => faults.doubt(why),
            Ok(mounted) => {
                let target = mounted.target.trim_end_matches('/');
                let holds = |uploads: &String| {
                    uploads == target || uploads.strip_prefix(target).is_some_and(|rest| rest.starts_with('/'))
                };
                if mounted.is_local && application.uploads.iter().any(holds) {
                    faults.add(&mount.excerpt);
                }
            }
        }
    }
}

fn monitoring(services: &[Known<'_>], place: &str) -> Fact {
    let is_there = services.iter().any(|known| known.role == Role::Monitoring);
    let unknown = services.iter().find_map(|known| match &known.role {
        Role::Unknown(why) => Some(why),
        _ => None,
    });
    match unknown {
        Some(why) if !is_there => Fact::unknown(Why::NotDetermined, why.as_str(), place),
        _ => Fact::known(Value::Bool(is_there), place),
    }
}

#[cfg(test)]
mod tests;
