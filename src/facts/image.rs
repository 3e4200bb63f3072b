//! Image references: `registry/name:tag@digest`.

/// Names of Docker Hub.
const HUB: [&str; 4] = ["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"];

/// The repository of a reference, as packs name it: without registry of Docker Hub, tag and digest.
pub fn repository(reference: &str) -> &str {
    let name = reference.split('@').next().unwrap_or_default();
    let last = name.rfind('/').map_or(0, |slash| slash + 1);
    let end = name.get(last..).and_then(|last| last.find(':')).map_or(name.len(), |colon| last + colon);
    let name = name.get(..end).unwrap_or(name);
    let hub = HUB.iter().find_map(|host| name.strip_prefix(host)?.strip_prefix('/')).unwrap_or(name);
    hub.strip_prefix("library/").unwrap_or(hub)
}

/// Whether a reference is of a repository, whatever its tag or digest.
pub fn is_of(reference: &str, wanted: &str) -> bool {
    let parts = |reference| {
        let (registry, path) = registry(reference);
        (registry.map(|host| host.strip_suffix(":443").unwrap_or(host)), path)
    };
    parts(reference) == parts(wanted)
}

/// Whether a reference is of one of these repositories.
pub fn is_of_any<'a>(reference: &str, wanted: impl IntoIterator<Item = &'a String>) -> bool {
    wanted.into_iter().any(|repository| is_of(reference, repository))
}

/// The registry that a reference names, if it is not Docker Hub, and the path of its repository there.
pub fn registry(reference: &str) -> (Option<&str>, &str) {
    let name = repository(reference);
    match name.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (Some(host), path),
        _ => (None, name),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn repositories_of_references() {
        for (reference, expected) in [
            ("rocketchat/rocket.chat:7.10.3", "rocketchat/rocket.chat"),
            ("docker.io/rocketchat/rocket.chat:7.10.3", "rocketchat/rocket.chat"),
            ("registry.rocket.chat/rocketchat/rocket.chat:latest", "registry.rocket.chat/rocketchat/rocket.chat"),
            ("localhost:5000/rocketchat/rocket.chat", "localhost:5000/rocketchat/rocket.chat"),
            ("docker.io/library/mongo:8.0@sha256:0123", "mongo"),
            ("mongo@sha256:0123", "mongo"),
            ("mongo", "mongo"),
            ("sha256:db86b52fad17", "sha256"),
            ("", ""),
        ] {
            assert_eq!(repository(reference), expected);
        }
    }

    #[test]
    fn an_image_of_the_vendor() {
        let hub = "rocketchat/rocket.chat";
        for image in [
            hub,
            "index.docker.io/rocketchat/rocket.chat:8.5",
            "registry-1.docker.io/rocketchat/rocket.chat",
            "docker.io/rocketchat/rocket.chat@sha256:ab",
        ] {
            assert!(is_of(image, hub), "{image}");
        }
        let other = "registry.rocket.chat/rocketchat/rocket.chat";
        assert!(is_of("registry.rocket.chat:443/rocketchat/rocket.chat:8.0", other));
        assert!(!is_of("registry.rocket.chat:5000/rocketchat/rocket.chat:8.0", other));
        assert!(!is_of("evil/rocketchat/rocket.chat:1", hub));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = repository(&text);
        }

        #[test]
        fn tag_and_digest_do_not_change_the_repository(
            name in "[a-z]{1,8}(/[a-z.]{1,8}){0,2}", tag in "[a-z0-9.]{1,8}"
        ) {
            let reference = format!("{name}:{tag}@sha256:00");
            prop_assert_eq!(repository(&reference), repository(&name));
        }
    }
}
