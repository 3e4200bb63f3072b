//! Services of the vendor that a server needs to reach: does their HTTPS answer from here?
//!
//! Asked only with `--online`, all at the same time. Any HTTP answer counts, whatever its status: nothing particular was
//! asked for. A certificate that this host does not trust, such as that of a proxy that opens TLS, does not count: the
//! product would not accept it either.

use super::docker::{Container, engine};
use super::{Questions, Sink};
use crate::facts::{self, Why};
use crate::host::{Host, HostError};

const REGISTRY: &str = "outbound.registry.reachable";

/// Registry of images whose reference does not name one.
const DOCKER_HUB: &str = "registry-1.docker.io";

pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    let names = questions.outbound.iter().map(|name| (format!("outbound.{name}.reachable"), Some(name.as_str())));
    let names = names.chain([(REGISTRY.to_owned(), None)]);
    if !questions.server.online {
        for (fact, _) in names {
            sink.unknown(fact, Why::NotAsked, "checked only with --online", "");
        }
        return;
    }
    std::thread::scope(|scope| {
        for (fact, name) in names {
            scope.spawn(move || {
                let name = name.map_or_else(|| registry(host, questions), str::to_owned);
                report(host, &fact, &name, sink);
            });
        }
    });
}

fn report(host: &dyn Host, fact: &str, name: &str, sink: &Sink) {
    let url = format!("https://{name}/");
    match host.fetch(&url) {
        Ok(_) | Err(HostError::Redirected(_) | HostError::TooLarge(_)) => sink.known(fact, true, url),
        Err(error @ HostError::NotAsked(_)) => sink.failed(fact, &error, url),
        Err(error) => sink.known(fact, false, format!("{url}: {error}")),
    }
}

/// The registry of the official image that runs here.
fn registry(host: &dyn Host, questions: &Questions) -> String {
    let official =
        engine(host).ok().and_then(|engine| engine.of(|image| questions.is_official(image)).ok()).unwrap_or_default();
    let image = official.first().and_then(Container::image);
    image.and_then(|image| facts::registry(image).0).unwrap_or(DOCKER_HUB).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ask_with, of_image, why};
    use super::*;
    use crate::facts::{Subject, Value};
    use crate::host::Recorded;

    #[test]
    fn nothing_is_asked_unless_the_operator_asks() {
        let questions = Questions { outbound: ["cloud.rocket.chat".to_owned()].into(), ..Questions::default() };
        let facts = ask_with(&questions, Subject::Outbound, &Recorded::default());
        assert_eq!(facts.len(), 2);
        assert!(facts.values().all(|fact| why(fact) == Some(Why::NotAsked)));
    }

    #[test]
    fn any_answer_counts_that_comes_over_trusted_tls() {
        let host = Recorded::default()
            .answering(
                r#"
                web = [{ url = "https://a.example.com/", status = 404 }]
                errors = { "fetch https://b.example.com/" = { redirected = "https://www.example.com" }, "fetch https://c.example.com/" = { tls = "untrusted" }, "fetch https://d.example.com/" = { dns = "d.example.com" }, "fetch https://registry.rocket.chat/" = "timed-out" }
                http = [{ endpoint = "unix:///var/run/docker.sock", target = "/containers/json", status = 200, body = '[{"Image":"mongo:8"},{"Image":"registry.rocket.chat/rocketchat/rocket.chat:8.5.0"}]' }]
                "#,
            )
            .unwrap();
        let mut questions = Questions {
            outbound: ["a", "b", "c", "d", "e"].map(|name| format!("{name}.example.com")).into(),
            ..of_image("registry.rocket.chat/rocketchat/rocket.chat")
        };
        questions.server.online = true;
        let facts = ask_with(&questions, Subject::Outbound, &host);
        let reachable = |name: &str| match facts[&format!("outbound.{name}.reachable")].value() {
            Some(Value::Bool(reachable)) => Some(*reachable),
            _ => None,
        };
        let answers = ["a", "b", "c", "d", "e"].map(|name| reachable(&format!("{name}.example.com")));
        assert_eq!(answers, [Some(true), Some(true), Some(false), Some(false), None]);
        assert_eq!(reachable("registry"), Some(false));
        assert!(facts[REGISTRY].place.contains("https://registry.rocket.chat/: no answer within"));
    }
}
