//! The release of the official containers that run here, and the version of MongoDB's: the image's tag, else its label.

use std::collections::BTreeSet;

use crate::facts::releases::line;
use crate::facts::{Application, Fact, Why, is_of_any};
use crate::host::Host;
use crate::probe::docker::{CONTAINERS, Container, engine};
use crate::probe::{Questions, Sink, unanswered};

const RELEASE: &str = "container.release";
const MONGODB: &str = "container.mongodb";

/// Where an image names its version: OCI image specification, annotations.
pub(in crate::probe) const LABEL: &str = "org.opencontainers.image.version";

/// Reports the release of the running containers whose images a pack names, and returns it.
pub(super) fn report(host: &dyn Host, questions: &Questions, sink: &Sink) -> Option<String> {
    let release = release(host, questions, |of| &of.images, "--server-version");
    let version = release.text().map(str::to_owned);
    sink.put(RELEASE, release);
    sink.put(MONGODB, self::release(host, questions, |of| &of.mongodb_images, "--mongodb-version"));
    version
}

/// The release of the containers of these images; `option` names it where they do not.
fn release(host: &dyn Host, questions: &Questions, of: fn(&Application) -> &BTreeSet<String>, option: &str) -> Fact {
    let images: BTreeSet<_> = questions.applications.iter().flat_map(of).collect();
    if images.is_empty() {
        return Fact::unknown(Why::NotAsked, "the pack names no such image", "");
    }
    let engine = match engine(host) {
        Ok(engine) => engine,
        Err(refusal) => return refusal.fact(),
    };
    let place = engine.place(CONTAINERS);
    let running = match engine.of(|image| is_of_any(image, images.iter().copied())) {
        Ok(running) => running,
        Err(error) => return unanswered(&error, place),
    };
    let mut releases: Vec<(String, String)> = Vec::new();
    let mut unnamed = None;
    for container in &running {
        match named(container) {
            Some(release) => releases.push(release),
            None => unnamed = container.image(),
        }
    }
    releases.sort_unstable();
    releases.dedup_by(|one, other| one.0 == other.0);
    match (releases.as_slice(), unnamed) {
        ([], None) => Fact::absent(place),
        ([(version, within)], _) => Fact::known(version.as_str(), format!("{place}, {within}")),
        ([], Some(image)) => {
            let reason =
                format!("neither the tag of {image} nor its label {LABEL} names a release; name it with {option}");
            Fact::unknown(Why::NotDetermined, reason, place)
        }
        (several, _) => {
            let versions: Vec<&str> = several.iter().map(|(version, _)| version.as_str()).collect();
            let reason = format!("several releases run here: {}; name one with {option}", versions.join(", "));
            Fact::unknown(Why::NotDetermined, reason, place)
        }
    }
}

/// The release of a container, and what of it names the release.
fn named(container: &Container) -> Option<(String, String)> {
    let release = |text: &str| line(text).map(|_| text.trim_start_matches(['v', 'V']).to_owned());
    let tag = container.image().and_then(tag).and_then(release).map(|version| (version, "image tag".to_owned()));
    let label = || container.label(LABEL).and_then(release).map(|version| (version, format!("label {LABEL}")));
    tag.or_else(label)
}

/// The tag of an image reference: what follows the colon of its last part, before a digest.
fn tag(reference: &str) -> Option<&str> {
    let name = reference.split('@').next()?;
    name.rsplit('/').next()?.split_once(':').map(|(_, tag)| tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_references() {
        for (reference, expected) in [
            ("rocketchat/rocket.chat:7.10.3", Some("7.10.3")),
            ("registry.rocket.chat:443/rocketchat/rocket.chat:8.5.0@sha256:00", Some("8.5.0")),
            ("registry.rocket.chat:443/rocketchat/rocket.chat", None),
            ("rocketchat/rocket.chat@sha256:00", None),
            ("", None),
        ] {
            assert_eq!(tag(reference), expected, "{reference}");
        }
    }
}
