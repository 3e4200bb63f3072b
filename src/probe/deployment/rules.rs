//! What the services of a deployment say of a product: the `deployment.*` facts. It knows no format and no product.

mod place;
mod replica_set;

use std::collections::BTreeSet;
use std::net::IpAddr;

use replica_set::{Started, standalone_mongodb};

use super::service::{Published, Service, Setting, faults, unset};
use crate::facts::{Application, Excerpt, Fact, FactState, Value, Version, Why, is_of_any, registry, repository};
use crate::probe::Sink;
use crate::probe::private::is_private;

/// Ports of the web. A service behind one of them is no backend, whatever its own port is, unless it is a database.
const WEB: [u16; 2] = [80, 443];

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
    let services: Vec<_> = services.iter().map(|service| Known::of(service, application)).collect();
    // A manifest that nobody recognises may deploy the product all the same. Where it does not run, nothing of it does.
    let is_recognised = services.iter().any(Known::is_product) || application.images.is_empty() || from != "manifest";
    let unrecognised = (!is_recognised).then_some("no service has an image of the product");
    for (name, fact) in FACTS.iter().zip(facts(&services, application, unrecognised, place)) {
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
    matches!(role(image, application), Role::Application(_))
}

/// Whether an image is the product's own, or of a microservice of it.
pub(super) fn is_product(image: &str, application: &Application) -> bool {
    role(image, application).is_product()
}

/// Whether an image has the name of one of these repositories, wherever it comes from.
pub(super) fn is_like(image: &str, repositories: &BTreeSet<String>) -> bool {
    let last = |reference: &str| repository(reference).rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    repositories.iter().any(|known| last(known) == last(image))
}

/// Whether an image is that of a program that monitors.
pub(super) fn is_monitoring(image: &str, application: &Application) -> bool {
    role(image, application) == Role::Monitoring
}

/// Names of the facts, in the order of [`facts`].
const FACTS: [&str; 17] = [
    "services",
    "unofficial",
    "unpinned",
    "release",
    "mongodb",
    "mongodb_place",
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

fn facts(services: &[Known<'_>], application: &Application, unrecognised: Option<&str>, place: &str) -> [Fact; 17] {
    let listed = |of: &dyn Fn(&Known<'_>, &mut Faults)| {
        let mut faults = Faults::default();
        for known in services {
            of(known, &mut faults);
        }
        faults
    };
    let of_every = |of: &dyn Fn(&Known<'_>, &mut Faults)| listed(of).fact(place);
    // What concerns the services of the product alone. Of a service whose image is unknown it is unknown.
    let of_product = |of: &dyn Fn(&Known<'_>, &mut Faults)| {
        listed(&|known, faults| match &known.role {
            Role::Unknown(why) => faults.doubt(why),
            _ if known.is_product() => of(known, faults),
            _ => {}
        })
    };
    let recognised = |fact: Fact| match unrecognised {
        Some(why) if fact.state == FactState::Absent => Fact::unknown(Why::NotDetermined, why, place),
        _ => fact,
    };
    let of_services = |of: &dyn Fn(&Known<'_>, &mut Faults)| recognised(of_product(of).fact(place));
    let has_microservices = services.iter().any(|known| known.of_microservices(application).is_some());
    [
        of_product(&|known, faults| faults.add(known.excerpt())).fact(place),
        of_services(&unofficial),
        of_services(&|known, faults| match known.tag() {
            Err(why) => faults.doubt(&why),
            Ok(tag) if !known.is_pinned(tag) => faults.add(known.excerpt()),
            Ok(_) => {}
        }),
        recognised(version(services, |known| known.is_product(), place)),
        version(services, |known| known.is_mongod(), place),
        place::of_mongodb(services, application, place),
        recognised(instances(services, place)),
        of_services(&|known, faults| {
            known.of_microservices(application).iter().for_each(|excerpt| faults.add(excerpt));
        }),
        of_services(&|known, faults| variables_missing(known, has_microservices, application, faults)),
        of_services(&|known, faults| shortcuts(known, application, faults)),
        of_every(&|known, faults| standalone_mongodb(known, application, faults)),
        of_every(&|known, faults| public(known, &application.private_ports, faults)),
        of_every(&|known, faults| public(known, &application.metrics_ports, faults)),
        of_services(&no_restart),
        memory_limit(services, place),
        of_services(&|known, faults| local_uploads(known, application, faults)),
        monitoring(services, place),
    ]
}

/// What a service is to a product.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Role {
    /// The product itself, in the vendor's image or one that has its name.
    Application(Origin),
    /// A microservice of it, likewise.
    Microservice(Origin),
    /// Its database.
    Mongodb,
    /// A program that monitors.
    Monitoring,
    /// Something else.
    Other,
    /// It cannot be told, with the reason.
    Unknown(String),
}

impl Role {
    /// The product, or a microservice of it.
    fn is_product(&self) -> bool {
        matches!(self, Self::Application(_) | Self::Microservice(_))
    }
}

/// Whose image one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// It is of a repository of the vendor.
    Vendor,
    /// It has the name of one in another registry, which may be a copy.
    Mirror,
    /// It has the name of one, and is somebody else's.
    Other,
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

    fn is_product(&self) -> bool {
        self.role.is_product()
    }

    /// Whether it is a server of MongoDB, or may be one, and no client of it.
    fn is_mongod(&self) -> bool {
        let command = self.service.command.as_ref().and_then(|command| command.value.as_deref().ok());
        self.role == Role::Mongodb && !matches!(Started::by(command.unwrap_or_default()), Started::Other)
    }

    /// What shows that the installation has microservices: it is one, or its address of them is not that of one without.
    fn of_microservices(&self, application: &Application) -> Option<&'a Excerpt> {
        let leads_to_them = |(name, schemes)| {
            let setting: &Setting<String> = self.service.environment.get(name)?;
            has_scheme(setting.value.as_ref().ok()?, Some(schemes)).then_some(&setting.excerpt)
        };
        match self.role {
            Role::Microservice(_) => Some(self.excerpt()),
            Role::Application(_) => application.schemes.iter().find_map(leads_to_them),
            _ => None,
        }
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
    let origin = if registry(image).0.is_some() { Origin::Mirror } else { Origin::Other };
    if application.is_official(image) {
        Role::Application(Origin::Vendor)
    } else if is_of_any(image, &application.microservices) {
        Role::Microservice(Origin::Vendor)
    } else if application.is_mongodb(image) {
        Role::Mongodb
    } else if is_of_any(image, &application.monitoring) {
        Role::Monitoring
    } else if is_like(image, &application.images) {
        Role::Application(origin)
    } else if is_like(image, &application.microservices) {
        Role::Microservice(origin)
    } else {
        Role::Other
    }
}

/// What a tag says of a release: `8.5.1` of `8.5.1-alpine`. It names the line at least.
fn release_of(tag: &str) -> Option<&str> {
    let numbers = tag.strip_prefix('v').unwrap_or(tag).split(['-', '+']).next()?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (numbers.contains('.') && numbers.split('.').all(is_number) && Version::parse(tag).is_ok()).then_some(tag)
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
        faults(self.found, self.doubt, place)
    }
}

fn unofficial(known: &Known<'_>, faults: &mut Faults) {
    match (&known.role, &known.service.build) {
        (_, Some(Setting { value: Ok(()), excerpt })) => faults.add(excerpt),
        (Role::Application(Origin::Other) | Role::Microservice(Origin::Other), _) => faults.add(known.excerpt()),
        (Role::Application(Origin::Mirror) | Role::Microservice(Origin::Mirror), _) => {
            let excerpt = known.excerpt();
            faults.doubt(&format!("{}: {}: a copy of the vendor's image, or another one", at(excerpt), excerpt.text));
        }
        (_, Some(Setting { value: Err(why), .. })) => faults.doubt(why),
        (_, None) => {}
    }
}

fn version(services: &[Known<'_>], is: fn(&Known<'_>) -> bool, place: &str) -> Fact {
    let mut versions = BTreeSet::new();
    let mut doubt = None;
    for known in services {
        if let Role::Unknown(why) = &known.role {
            doubt.get_or_insert(why);
        }
        if !is(known) {
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
            (Role::Application(_), Some(Setting { value: Err(why), .. })) => Err(why),
            (Role::Application(_), Some(Setting { value: Ok(count), .. })) => Ok(*count),
            (Role::Application(_), None) => Ok(1),
            _ => continue,
        };
        match count {
            Ok(count) => instances = Some(instances.unwrap_or(0_u64).saturating_add(count)),
            Err(why) => return Fact::unknown(Why::NotDetermined, why.as_str(), place),
        }
    }
    instances.map_or_else(|| Fact::absent(place), |count| Fact::known(count, place))
}

fn variables_missing(known: &Known<'_>, has_microservices: bool, application: &Application, faults: &mut Faults) {
    let of_all = (!matches!(known.role, Role::Microservice(_))).then_some(&application.needs);
    let of_microservices = has_microservices.then_some(&application.microservices_need);
    let needs: BTreeSet<&String> = of_all.into_iter().chain(of_microservices).flatten().collect();
    for name in needs {
        let setting = known.service.environment.get(name);
        match (setting.map(|setting| (&setting.value, &setting.excerpt)), &known.service.more_environment) {
            (Some((Ok(text), _)), _) if text.is_empty() => faults.add(&known.remark(&format!("has an empty {name}"))),
            // All of it is a variable that nothing sets.
            (Some((Ok(text), _)), _)
                if text.starts_with("${") && unset(text).is_some_and(|name| name.len() + 3 == text.len()) =>
            {
                faults.doubt(&setting_unset(known, name));
            }
            (Some((Ok(text), _)), _) if has_scheme(text, application.schemes.get(name)) => {}
            (Some((Ok(text), _)), _) if text.starts_with("${") => faults.doubt(&setting_unset(known, name)),
            (Some((Ok(text), excerpt)), _) if is_templated(text) => faults.doubt(&templated(excerpt)),
            (Some((Ok(_), excerpt)), _) => {
                let schemes: Vec<_> = application.schemes.get(name).into_iter().flatten().map(String::as_str).collect();
                let text = format!("{name} is not an address that begins with {}://", schemes.join(":// or "));
                faults.add(&Excerpt { text, ..excerpt.clone() });
            }
            (Some((Err(why), _)), _) => faults.doubt(why),
            (None, _) if known.service.set_elsewhere.contains(name) => {}
            (None, Some(why)) => faults.doubt(why),
            (None, None) => faults.add(&known.remark(&format!("has no {name}"))),
        }
    }
}

/// Whether a value is an address of one of these schemes, if only some are right.
fn has_scheme(value: &str, schemes: Option<&BTreeSet<String>>) -> bool {
    let is_one =
        |(scheme, place): (&str, &str)| schemes.is_some_and(|known| known.contains(scheme)) && !place.is_empty();
    schemes.is_none() || value.split_once("://").is_some_and(is_one)
}

/// Whether a chart or a Swarm fills in a part of a value.
pub(super) fn is_templated(value: &str) -> bool {
    value.contains("{{")
}

fn templated(excerpt: &Excerpt) -> String {
    format!("{}: a template fills in a part of this value, which is unknown here", at(excerpt))
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
    const ON: [&str; 4] = ["1", "true", "yes", "on"];
    for name in &application.shortcuts {
        match known.service.environment.get(name).map(|setting| (&setting.value, &setting.excerpt)) {
            Some((Ok(text), excerpt)) => {
                let word = text.trim().to_ascii_lowercase();
                if ON.contains(&word.as_str()) {
                    faults.add(excerpt);
                } else if unset(text).is_some() {
                    faults.doubt(&setting_unset(known, name));
                } else if is_templated(text) {
                    faults.doubt(&templated(excerpt));
                } else if !OFF.contains(&word.as_str()) {
                    faults.doubt(&format!("{}: {name} is neither on nor off: write true or false", at(excerpt)));
                }
            }
            Some((Err(why), _)) => faults.doubt(why),
            None => known.service.more_environment.iter().for_each(|why| faults.doubt(why)),
        }
    }
}

/// Why the value of a variable is unknown that is there.
fn set_elsewhere(name: &str, service: &Service) -> String {
    format!("{}: the value of {name} is set elsewhere", at(&service.excerpt))
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
        let is_behind = is_web && known.role != Role::Mongodb;
        let is_one = port.is_some_and(|port| ports.contains(&port)) || (ports.contains(target) && !is_behind);
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

/// Why it is unknown what one of the services is.
fn undetermined<'a>(services: &'a [Known<'_>]) -> Option<&'a str> {
    services.iter().find_map(|known| match &known.role {
        Role::Unknown(why) => Some(why.as_str()),
        _ => None,
    })
}

fn memory_limit(services: &[Known<'_>], place: &str) -> Fact {
    let unknown = |why: &str| Fact::unknown(Why::NotDetermined, why, place);
    if let Some(why) = undetermined(services) {
        return unknown(why);
    }
    let mut least: Option<(u64, &Excerpt)> = None;
    let of_product = services.iter().filter(|known| known.is_product());
    for setting in of_product.filter_map(|known| known.service.memory.as_ref()) {
        match &setting.value {
            // Docker's word for no limit.
            Ok(0) => {}
            Ok(limit) if least.is_some_and(|(least, _)| least <= *limit) => {}
            Ok(limit) => least = Some((*limit, &setting.excerpt)),
            Err(why) => return unknown(why),
        }
    }
    least.map_or_else(|| Fact::absent(place), |(limit, excerpt)| Fact::known(limit, excerpt.to_string()))
}

fn local_uploads(known: &Known<'_>, application: &Application, faults: &mut Faults) {
    for mount in &known.service.mounts {
        match &mount.value {
            Err(why) => faults.doubt(why),
            Ok(mounted) => {
                if mounted.is_local && application.holds_uploads(&mounted.target) {
                    faults.add(&mount.excerpt);
                }
            }
        }
    }
}

fn monitoring(services: &[Known<'_>], place: &str) -> Fact {
    let is_there = services.iter().any(|known| known.role == Role::Monitoring);
    match undetermined(services) {
        Some(why) if !is_there => Fact::unknown(Why::NotDetermined, why, place),
        _ => Fact::known(Value::Bool(is_there), place),
    }
}

#[cfg(test)]
mod tests;
