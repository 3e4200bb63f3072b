//! Values of a Helm chart: what a manifest sets, or what a release has. Where a value stands, the pack says.

use std::sync::mpsc::channel;

use serde_json::{Value as Json, json};

use super::rules;
use super::service::{Mongodb, Service, Setting, restarted_by_kubernetes, shown};
use super::yaml::{Node, Yaml, parse};
use crate::facts::{Application, Chart, ChartMongodb, Excerpt, Fact, Manifests, Why};
use crate::probe::Sink;

/// What a file is not that cannot be used.
const NEITHER: &str = "neither a Compose file, which has a map called `services`, nor values of a product's Helm chart";

/// What an object of Kubernetes is not.
const OBJECT: &str = "which is not read; name the values of the product's Helm chart, or a Compose file";

const UNPINNED: &str = "deployment.unpinned";
const RELEASE: &str = "deployment.release";
const UNOFFICIAL: &str = "deployment.unofficial";

/// Stands in an image for the tag that the version of the chart brings.
const OF_CHART: &str = "${the version of the chart}";
/// Truth values of YAML 1.1, which Helm reads.
const ON: [&str; 3] = ["true", "yes", "on"];
const OFF: [&str; 3] = ["false", "no", "off"];

/// The values of a chart.
pub(super) struct Values<'a> {
    chart: &'a Chart,
    /// Files in the order in which Helm takes them. What is in a later one counts.
    trees: Vec<Node>,
    /// Where they were read.
    place: String,
    /// What the chart itself sets is among them.
    is_all: bool,
}

/// What the values say at a path.
enum Said<'v> {
    /// This.
    Value(&'v Node, Excerpt),
    /// Nothing: the chart decides.
    Nothing,
    /// It cannot be told, with the reason.
    Unclear(String),
}

impl<'a> Values<'a> {
    /// The values in these files, and the application whose chart they are for: one of its values is among them.
    ///
    /// # Errors
    /// What is wrong with a file, with its line, or that it holds nothing of a chart.
    pub(super) fn read(
        manifests: &Manifests,
        applications: &'a [Application],
    ) -> Result<(Self, &'a Application), String> {
        let trees = trees(manifests)?;
        let found = applications.iter().find_map(|application| {
            let chart = application.chart.as_ref()?;
            trees.iter().any(|tree| has_value_of(chart, tree)).then_some((application, chart))
        });
        let place = manifests.names();
        let (application, chart) = found.ok_or_else(|| format!("{place}: {NEITHER}"))?;
        Ok((Self { chart, trees, place, is_all: false }, application))
    }

    /// Whether they are for the chart of this application, which nobody said: they have a value that no other chart has, or an
    /// image of the product, and no other image.
    pub(super) fn are_of(&self, application: &Application) -> bool {
        match self.repository() {
            Some(repository) => rules::is_instance(&repository, application),
            None => self.chart.known_by.iter().any(|path| !matches!(self.said(path), Said::Nothing)),
        }
    }

    /// The repository of the product's image, if the values name one.
    fn repository(&self) -> Option<String> {
        self.setting(&format!("{}.repository", self.chart.image))?.value.ok()
    }

    /// The values of a release, with those that the chart itself sets.
    pub(super) fn installed(chart: &'a Chart, text: &str, place: &str) -> Result<Self, String> {
        Ok(Self { chart, trees: parse(place, text)?, place: place.to_owned(), is_all: true })
    }

    /// Reports what the values are as facts: those of the counts if nothing that runs tells them.
    pub(super) fn report(&self, runs: bool, sink: &Sink) {
        for (name, count) in self.chart.count.iter().filter(|(_, count)| !runs || count.images.is_empty()) {
            let otherwise = count.otherwise.map(|count| Fact::known(count, "the chart's own value"));
            let number = |node: &Node| node.text()?.parse::<u64>().ok();
            let fact = self.fact(&count.at, "a whole number", number, otherwise, false);
            sink.put(format!("chart.count.{name}"), fact);
        }
        for (name, switch) in &self.chart.switch {
            let otherwise = switch.otherwise.map(|is_on| Fact::known(is_on, "the chart's own value"));
            sink.put(
                format!("chart.switch.{name}"),
                self.fact(&switch.at, "true or false", truth, otherwise, switch.varies),
            );
        }
        for (name, text) in &self.chart.text {
            let given = |node: &Node| node.text().map(str::to_owned);
            sink.put(format!("chart.text.{name}"), self.fact(&text.at, "a text", given, None, false));
        }
    }

    /// The fact that a value is.
    fn fact<T: Into<crate::facts::Value>>(
        &self,
        paths: &[String],
        what: &str,
        read: impl Fn(&Node) -> Option<T>,
        otherwise: Option<Fact>,
        varies: bool,
    ) -> Fact {
        match self.first(paths) {
            Said::Value(node, excerpt) => match read(node) {
                // What a number or a switch says stands in its line; a text is private in its value alone.
                Some(value) => {
                    let value = value.into();
                    let is_text = matches!(value, crate::facts::Value::Text(_));
                    let place = if is_text { node.place.to_string() } else { excerpt.to_string() };
                    Fact::known(value, place)
                }
                None => {
                    let reason = format!("{}: {} is not {what}", node.place, paths.join(" or "));
                    Fact::unknown(Why::Unreadable, reason, node.place.to_string())
                }
            },
            Said::Unclear(reason) => Fact::unknown(Why::NotDetermined, reason, self.place.as_str()),
            Said::Nothing if varies && !self.is_all => {
                let path = paths.first().map_or("", String::as_str);
                let reason =
                    format!("{} does not set {path}, and what the chart has depends on its version", self.place);
                Fact::unknown(Why::NotDetermined, reason, self.place.as_str())
            }
            Said::Nothing => otherwise.unwrap_or_else(|| Fact::absent(self.place.as_str())),
        }
    }

    /// What stands at the first of these paths. Values that have the map around one are of a chart that reads it there.
    fn first(&self, paths: &[String]) -> Said<'_> {
        let is_there = |path: &str| matches!(self.said(path), Said::Value(node, _) if node.map().is_some());
        for path in paths {
            match self.said(path) {
                Said::Nothing if path.rsplit_once('.').is_some_and(|(around, _)| is_there(around)) => break,
                Said::Nothing => {}
                said => return said,
            }
        }
        Said::Nothing
    }

    /// What the last file says that says something. Nothing and an empty text are no value.
    fn said(&self, path: &str) -> Said<'_> {
        for tree in self.trees.iter().rev() {
            let mut at = tree;
            let mut parts = path.split('.').peekable();
            while let Some(part) = parts.next() {
                if at.map().is_none() {
                    return Said::Unclear(format!("{}: {} is in the place of {path}", at.place, at.kind()));
                }
                let Some((key, node)) = at.entry(part) else { break };
                if parts.peek().is_some() {
                    at = node;
                } else if node.is_null() || node.text() == Some("") {
                    return Said::Nothing;
                } else {
                    return Said::Value(node, excerpt(&key.text, &key.place, node));
                }
            }
        }
        Said::Nothing
    }

    fn setting(&self, path: &str) -> Option<Setting<String>> {
        match self.said(path) {
            Said::Nothing => None,
            Said::Value(node, excerpt) => {
                let value = node.text().map(str::to_owned);
                Some(Setting {
                    value: value.ok_or_else(|| format!("{}: {path} is {}", node.place, node.kind())),
                    excerpt,
                })
            }
            Said::Unclear(reason) => Some(Setting { excerpt: self.own(&reason), value: Err(reason) }),
        }
    }

    /// What the values as a whole say.
    fn own(&self, text: &str) -> Excerpt {
        Excerpt { place: self.place.clone(), line: None, text: text.to_owned() }
    }

    /// Whether the product has the tag that the version of the chart brings: it names a release.
    fn has_own_tag(&self) -> bool {
        matches!(self.said(&format!("{}.tag", self.chart.image)), Said::Nothing)
    }

    /// The services that the chart makes of these values.
    pub(super) fn services(&self, application: &Application) -> Vec<Service> {
        let default = application.images.iter().next().map_or("", String::as_str);
        let added = self.added().unwrap_or_default().into_iter();
        let is_named =
            |(name, _): &(String, _)| application.shortcuts.contains(name) || application.needs.contains(name);
        let mut product = Service {
            set_elsewhere: application.needs.union(&application.microservices_need).cloned().collect(),
            more_environment: self.more_environment(),
            memory: self.chart.memory.as_ref().and_then(|path| self.memory(path)),
            replicas: self.replicas(application),
            ..self.service(&self.chart.image, Some(default))
        };
        self.use_mongodb(&mut product);
        // What the values add counts more.
        product.environment.extend(added.filter(is_named));
        let is_off =
            self.chart.switch.get("microservices").is_some_and(
                |switch| matches!(self.first(&switch.at), Said::Value(node, _) if truth(node) == Some(false)),
            );
        let further = self
            .chart
            .microservices
            .iter()
            .filter(|path| !is_off && !matches!(self.said(&format!("{path}.repository")), Said::Nothing));
        let further = further.map(|path| {
            let set_elsewhere = application.microservices_need.clone();
            let mut service = Service { set_elsewhere, ..self.service(path, None) };
            self.use_mongodb(&mut service);
            service
        });
        std::iter::once(product).chain(further).chain(self.own_mongodb(application)).collect()
    }

    fn use_mongodb(&self, service: &mut Service) {
        if let (Some(of), Some(mongodb)) = (&self.chart.mongodb, self.mongodb()) {
            service.use_mongodb(&of.variable, mongodb);
        }
    }

    /// The chart's own MongoDB, if the values say its version.
    fn own_mongodb(&self, application: &Application) -> Option<Service> {
        let of = self.chart.mongodb.as_ref().filter(|of| self.brings_mongodb(of))?;
        let version = of.version.iter().find_map(|path| self.setting(path))?;
        let repository = application.mongodb_images.first()?;
        let image = version.value.map(|version| format!("{repository}:{version}"));
        Some(Service {
            image: Some(Setting { value: image, excerpt: version.excerpt.clone() }),
            own_mongodb: Some(self.own_mongodb_as(of)),
            restart: Some(restarted_by_kubernetes(&self.place)),
            ..Service::at(version.excerpt)
        })
    }

    /// Whether the product uses a MongoDB that the chart brings.
    fn brings_mongodb(&self, of: &ChartMongodb) -> bool {
        let is_off = matches!(self.said(&of.own), Said::Value(node, _) if truth(node) == Some(false));
        !is_off && [&of.secret, &of.address].iter().all(|path| matches!(self.said(path), Said::Nothing))
    }

    /// A service by its image.
    fn service(&self, path: &str, default: Option<&str>) -> Service {
        let repository = self.setting(&format!("{path}.repository"));
        let tag = self.setting(&format!("{}.tag", self.chart.image));
        let excerpt = match (&repository, &tag) {
            (Some(one), Some(tag)) => {
                let both = format!("{}, {}", one.excerpt.text, tag.excerpt.text);
                let Excerpt { place, line, .. } = tag.excerpt.clone();
                Excerpt { place, line, text: both }
            }
            (Some(one), None) | (None, Some(one)) => one.excerpt.clone(),
            (None, None) => self.own(&format!("{path}: as the chart has it")),
        };
        let repository = repository.map_or_else(|| Ok(default.unwrap_or_default().to_owned()), |setting| setting.value);
        let tag = tag.map_or_else(|| Ok(OF_CHART.to_owned()), |setting| setting.value);
        let value = repository.and_then(|repository| Ok(format!("{repository}:{}", tag?)));
        Service {
            restart: Some(restarted_by_kubernetes(&self.place)),
            image: Some(Setting { value, excerpt: excerpt.clone() }),
            ..Service::at(excerpt)
        }
    }

    fn replicas(&self, application: &Application) -> Option<Setting<u64>> {
        let count = self.chart.count.values().find(|count| !count.images.is_disjoint(&application.images))?;
        match self.first(&count.at) {
            Said::Value(node, excerpt) => {
                let value = node.text().and_then(|text| text.parse().ok());
                Some(Setting { value: value.ok_or_else(|| format!("{}: not a whole number", node.place)), excerpt })
            }
            Said::Nothing => {
                Some(Setting { value: Ok(count.otherwise?), excerpt: self.own("replicas: as the chart has it") })
            }
            Said::Unclear(reason) => Some(Setting { excerpt: self.own(&reason), value: Err(reason) }),
        }
    }

    fn memory(&self, path: &str) -> Option<Setting<u64>> {
        let Setting { value, excerpt } = self.setting(path)?;
        let bytes = |text: String| {
            let bytes = super::cluster::quantity(&text).map(|bytes| bytes as u64);
            bytes.ok_or_else(|| format!("{}: not a size of memory", excerpt.place))
        };
        Some(Setting { value: value.and_then(bytes), excerpt })
    }

    /// Where the product's address of MongoDB comes from.
    pub(super) fn mongodb(&self) -> Option<Mongodb> {
        let of = self.chart.mongodb.as_ref()?;
        let address = if let Some(secret) = self.setting(&of.secret) {
            let Excerpt { place, line, .. } = &secret.excerpt;
            let at = line.map_or_else(String::new, |line| format!(":{line}"));
            Setting {
                value: Err(format!("{place}{at}: the address of MongoDB is in a secret of the cluster")),
                ..secret
            }
        } else if let Some(address) = self.setting(&of.address) {
            let text = address.value.as_deref().map(shown).unwrap_or_default();
            let name = of.address.rsplit('.').next().unwrap_or_default();
            let excerpt = Excerpt { text: format!("{name}: {text}"), ..address.excerpt };
            Setting { value: address.value, excerpt }
        } else {
            match self.said(&of.own) {
                Said::Value(node, excerpt) if truth(node) == Some(false) => {
                    Setting { value: Ok(String::new()), excerpt }
                }
                Said::Unclear(reason) => Setting { excerpt: self.own(&reason), value: Err(reason) },
                _ => return Some(Mongodb::Own(self.own_mongodb_as(of))),
            }
        };
        Some(Mongodb::Address(address))
    }

    /// Whether the chart's own MongoDB is a replica set, as it is unless a value says otherwise.
    fn own_mongodb_as(&self, of: &ChartMongodb) -> Setting<bool> {
        let unclear = |reason: String| Setting { excerpt: self.own(&reason), value: Err(reason) };
        match self.said(&of.architecture) {
            Said::Value(node, excerpt) if node.text() == Some(&of.standalone) => {
                return Setting { value: Ok(false), excerpt };
            }
            Said::Unclear(reason) => return unclear(reason),
            _ => {}
        }
        match self.said(&of.replica_set) {
            Said::Value(node, excerpt) => match truth(node) {
                Some(is_replica_set) => Setting { value: Ok(is_replica_set), excerpt },
                None => unclear(format!("{}: {} is not true or false", node.place, of.replica_set)),
            },
            Said::Unclear(reason) => unclear(reason),
            Said::Nothing => {
                let excerpt = self.own(&format!("{}: set by the chart", of.variable));
                Setting { value: Ok(true), excerpt }
            }
        }
    }

    /// Variables that the values add, a list of names and values or the text of one.
    fn added(&self) -> Result<Vec<(String, Setting<String>)>, String> {
        let Some(path) = &self.chart.variables else { return Ok(Vec::new()) };
        let (node, text) = match self.said(path) {
            Said::Value(node, _) => (node, node.text()),
            Said::Nothing => return Ok(Vec::new()),
            Said::Unclear(reason) => return Err(reason),
        };
        let unclear = || format!("{}: {path} is not a list of variables", node.place);
        let parsed = match text {
            Some(text) => Some(parse(&node.place.file, text).map_err(|_| unclear())?),
            None => None,
        };
        let list = parsed.as_ref().map_or(Some(node), |documents| documents.first()).and_then(Node::list);
        let mut added = Vec::new();
        for entry in list.ok_or_else(unclear)? {
            let (name, value) = (entry.get("name").and_then(Node::text).ok_or_else(unclear)?, entry.get("value"));
            let line = if text.is_some() { node.place.line + entry.place.line - 1 } else { entry.place.line };
            let excerpt =
                Excerpt { place: node.place.file.to_string(), line: Some(line), text: format!("name: {name}") };
            let value = match value.filter(|value| !value.is_null()) {
                Some(value) => value.text().map(str::to_owned).ok_or_else(unclear),
                None if entry.get("valueFrom").is_some() => {
                    Err(format!("{}:{line}: the value of {name} is in the cluster", excerpt.place))
                }
                None => Ok(String::new()),
            };
            added.push((name.to_owned(), Setting { value, excerpt }));
        }
        Ok(added)
    }

    fn more_environment(&self) -> Option<String> {
        let secret = self.chart.secret.as_ref().and_then(|path| self.setting(path));
        let of_secret = |Setting { excerpt, .. }: Setting<String>| {
            let at = excerpt.line.map_or_else(String::new, |line| format!(":{line}"));
            format!("{}{at}: a secret holds further variables", excerpt.place)
        };
        self.added().err().or_else(|| secret.map(of_secret))
    }
}

/// What the files say, without those that say nothing.
fn trees(manifests: &Manifests) -> Result<Vec<Node>, String> {
    let mut trees = Vec::new();
    for manifest in &manifests.files {
        let mut documents = parse(&manifest.name, &manifest.text)?;
        let is_object = documents.iter().any(|tree| tree.get("apiVersion").is_some());
        if documents.len() > 1 && !is_object {
            return Err(format!("{}: values are one document, and there are {}", manifest.name, documents.len()));
        }
        let tree = documents.pop().filter(|tree| !tree.is_null());
        // Objects of Kubernetes and files for Compose say what they are.
        if let Some(kind) = tree.as_ref().filter(|tree| tree.get("apiVersion").is_some()).map(|tree| tree.get("kind")) {
            let kind = kind.and_then(Node::text).map_or_else(String::new, |kind| format!(", kind {kind:.60}"));
            return Err(format!("{}: an object of Kubernetes{kind}, {OBJECT}", manifest.name));
        }
        if tree.as_ref().is_some_and(|tree| tree.map().is_none() || tree.get("services").is_some()) {
            return Err(format!("{}: {NEITHER}", manifest.name));
        }
        trees.extend(tree);
    }
    Ok(trees)
}

/// Whether files can be the values of a chart, whichever it is.
///
/// # Errors
/// What is wrong with a file, with its line.
pub(super) fn can_be(manifests: &Manifests) -> Result<(), String> {
    match (trees(manifests)?.is_empty(), manifests.files.first()) {
        (true, Some(first)) => Err(format!("{} is empty", first.name)),
        _ => Ok(()),
    }
}

/// Reports what values of a chart in these files say.
///
/// # Errors
/// What is wrong with a file, with its line, or that it holds nothing of a chart.
pub(super) fn report(manifests: &Manifests, applications: &[Application], sink: &Sink) -> Result<(), String> {
    let (values, application) = Values::read(manifests, applications)?;
    values.report(false, sink);
    for name in ["chart.name", "chart.version"] {
        sink.absent(name, values.place.as_str());
    }
    let services = values.services(application);
    let (send, facts) = channel();
    rules::report("manifest", &values.place, &services, std::slice::from_ref(application), &Sink::new(send));
    let why =
        format!("{}: without {}.tag, the version of the chart names the release", values.place, values.chart.image);
    let (is_of_chart, is_product) = (values.has_own_tag(), rules::is_among(&services, application));
    let image = services.first().and_then(|product| product.image.as_ref());
    for (name, fact) in facts.try_iter() {
        let fact = match (name.as_str(), image) {
            (UNPINNED, _) if is_of_chart => Fact::absent(why.as_str()),
            (RELEASE, _) if is_of_chart && is_product => {
                Fact::unknown(Why::NotDetermined, why.as_str(), values.place.as_str())
            }
            // What stands in the place of the product's image is no image of it.
            (UNOFFICIAL, Some(Setting { value: Ok(_), excerpt })) if !is_product && values.repository().is_some() => {
                Fact::known(vec![excerpt.clone()], values.place.as_str())
            }
            _ => fact,
        };
        sink.put(name, fact);
    }
    Ok(())
}

/// The part of a release's values that is read, as a recording keeps it: JSON, which is YAML. Addresses have no secrets there.
pub(crate) fn essence(text: &str, applications: &[Application]) -> String {
    let Some((application, chart)) = applications.iter().find_map(|one| Some((one, one.chart.as_ref()?))) else {
        return String::new();
    };
    let Ok(values) = Values::installed(chart, text, "") else { return String::new() };
    let mut kept = Json::Object(Default::default());
    let image_parts = std::iter::once(&chart.image).chain(&chart.microservices);
    let of_images = image_parts.flat_map(|path| [format!("{path}.repository"), format!("{path}.tag")]);
    let others = paths(chart).chain(chart.memory.iter().chain(&chart.secret)).cloned();
    let address = chart.mongodb.as_ref().map(|of| of.address.as_str());
    for path in of_images.chain(others) {
        if let Said::Value(node, _) = values.said(&path)
            && let Some(text) = node.text()
        {
            let text = if address == Some(path.as_str()) { shown(text) } else { text.to_owned() };
            let of_number = || text.parse::<u64>().ok().map(Json::from);
            put(&mut kept, &path, truth(node).map(Json::from).or_else(of_number).unwrap_or(Json::from(text.as_str())));
        }
    }
    if let (Some(path), Ok(added)) = (&chart.variables, values.added()) {
        let variable = |(name, setting): (String, Setting<String>)| match setting.value {
            Ok(value) if application.shortcuts.contains(&name) => json!({ "name": name, "value": value }),
            // What a template fills in is kept as such, without its words.
            Ok(value) if rules::is_templated(&value) && !value.contains("://") => {
                json!({ "name": name, "value": "{{}}" })
            }
            Ok(value) => json!({ "name": name, "value": shown(&value) }),
            Err(_) => json!({ "name": name, "valueFrom": {} }),
        };
        put(&mut kept, path, added.into_iter().map(variable).collect());
    }
    kept.to_string()
}

/// Puts a value at a path.
fn put(tree: &mut Json, path: &str, value: Json) {
    let mut at = tree;
    for part in path.split('.') {
        at = &mut at[part];
    }
    *at = value;
}

/// Paths of its values, but for those of images.
fn paths(chart: &Chart) -> impl Iterator<Item = &String> {
    let of_counts = chart.count.values().flat_map(|count| &count.at);
    let of_switches = chart.switch.values().flat_map(|switch| &switch.at);
    let of_texts = chart.text.values().flat_map(|text| &text.at);
    let of_mongodb = chart.mongodb.iter().flat_map(|of| {
        [&of.address, &of.secret, &of.own, &of.architecture, &of.replica_set].into_iter().chain(&of.version)
    });
    of_counts.chain(of_switches).chain(of_texts).chain(of_mongodb)
}

/// Whether a file has a value of this chart.
fn has_value_of(chart: &Chart, tree: &Node) -> bool {
    let mut first = paths(chart).chain(&chart.known_by).chain([&chart.image]).filter_map(|path| path.split('.').next());
    first.any(|name| tree.get(name).is_some())
}

/// A switch. A quoted word is a text, which a template takes for on whatever it says.
fn truth(node: &Node) -> Option<bool> {
    let Yaml::Scalar { text, quoted: false } = &node.yaml else { return None };
    let word = text.to_ascii_lowercase();
    if ON.contains(&word.as_str()) { Some(true) } else { OFF.contains(&word.as_str()).then_some(false) }
}

/// The line of a value. Values that are lists or maps show their name alone.
fn excerpt(key: &str, place: &super::yaml::Place, node: &Node) -> Excerpt {
    let text = node.text().map_or_else(|| format!("{key}:"), |text| format!("{key}: {text:.120}"));
    Excerpt { place: place.file.to_string(), line: Some(place.line), text }
}

#[cfg(test)]
mod tests;
