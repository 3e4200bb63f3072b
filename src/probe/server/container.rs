//! The release of the official containers that run here: the image's tag, else a label.

use crate::facts::{Fact, Why};
use crate::host::{Host, HostError};
use crate::probe::docker::{CONTAINERS, Container, choose, containers, is_asked};
use crate::probe::{Questions, unanswered};

use super::matching::line;

/// Where an image says its version: OCI image specification, annotations.
const LABEL: &str = "org.opencontainers.image.version";

/// What the containers tell.
pub(super) enum Told {
    /// The release, where it stands (`image`, `label`), and where that was read.
    Release(String, &'static str, String),
    /// None of them runs here; where that was seen.
    None(String),
    /// It cannot be told.
    Unknown(Fact),
}

/// Asks the engine for the running containers of the images a pack names.
pub(super) fn ask(host: &dyn Host, questions: &Questions) -> Told {
    let choice = match choose(host) {
        Ok(choice) => choice,
        Err(refusal) => return Told::Unknown(refusal.fact()),
    };
    let source = format!("{} {CONTAINERS}", choice.endpoint);
    let running = match containers(host, &choice.endpoint) {
        Ok(running) => running,
        // No engine, no container.
        Err(HostError::NotFound | HostError::Refused) => return Told::None(source),
        Err(error) => return Told::Unknown(unanswered(&error, source)),
    };
    let official = |container: &&Container| is_asked(container.image().unwrap_or_default(), questions);
    let mut releases: Vec<(String, &'static str)> = Vec::new();
    let mut silent = Vec::new();
    for container in running.iter().filter(official) {
        match release(container) {
            Some(release) => releases.push(release),
            None => silent.push(container.image().unwrap_or_default()),
        }
    }
    releases.sort_unstable();
    releases.dedup_by(|one, other| one.0 == other.0);
    match (releases.as_slice(), silent.first()) {
        ([], None) => Told::None(source),
        ([(version, from)], _) => Told::Release(version.clone(), from, source),
        ([], Some(image)) => {
            let reason = format!("neither the tag of {image} nor its label {LABEL} names a release");
            Told::Unknown(Fact::unknown(Why::NotTold, reason, source))
        }
        (several, _) => {
            let versions: Vec<&str> = several.iter().map(|(version, _)| version.as_str()).collect();
            let reason = format!("several releases run here: {}; name one with --server-version", versions.join(", "));
            Told::Unknown(Fact::unknown(Why::NotTold, reason, source))
        }
    }
}

/// The release of a container, and where it stands.
fn release(container: &Container) -> Option<(String, &'static str)> {
    let named = |text: &str| line(text).map(|_| text.trim_start_matches(['v', 'V']).to_owned());
    let tag = container.image().and_then(tag).and_then(named).map(|version| (version, "image"));
    tag.or_else(|| container.label(LABEL).and_then(named).map(|version| (version, "label")))
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
