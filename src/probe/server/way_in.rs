//! The way in to a server: the redirect from its plain port to HTTPS, and whether WebSockets reach the product.
//!
//! The pack says which port and which paths. Nothing but the server that the operator named is asked.

use reqwest::Url;
use serde_json::Value;

use super::super::{Sink, unanswered};
use super::successful;
use crate::facts::ServerQuestions;
use crate::host::{Host, HostError};

const REDIRECT: &str = "server.redirect.state";
const REDIRECT_TO: &str = "server.redirect.to";
const SOCKJS: &str = "server.sockjs.state";
const WEBSOCKET: &str = "server.websocket.state";
const WEBSOCKET_STATUS: &str = "server.websocket.status";

/// What nobody asked for.
const OPTION: &str = "--server";

/// The second path of the plain port that is asked, where the pack names none: no server treats it in its own way.
const ANOTHER: &str = "/rampcheck";

/// Asks for all of it side by side: each answer may take its time.
pub(super) fn report(host: &dyn Host, server: &ServerQuestions, sink: &Sink) {
    std::thread::scope(|scope| {
        scope.spawn(|| redirect(host, server, sink));
        scope.spawn(|| sockjs(host, server, sink));
        websocket(host, server, sink);
    });
}

/// What the plain port does at a path: a state, where it redirects, and where it was asked.
type Plain = (&'static str, Option<String>, String);

/// What the plain port does. A redirect of the start page alone is not one of all that the server has.
fn redirect(host: &dyn Host, server: &ServerQuestions, sink: &Sink) {
    let Some(start) = server.plain_url() else {
        return [REDIRECT, REDIRECT_TO].iter().for_each(|name| sink.absent(*name, OPTION));
    };
    let known = at(host, server, start.clone()).and_then(|first| {
        if !matches!(first.0, "https" | "elsewhere") {
            return Ok(first);
        }
        let path = server.way.as_ref().and_then(|way| way.sockjs_path.as_deref()).unwrap_or(ANOTHER);
        let second = at(host, server, format!("{}{path}", start.trim_end_matches('/')))?;
        let is_worse = second.0 == "plain" || (first.0, second.0) == ("https", "elsewhere");
        Ok(if is_worse { second } else { first })
    });
    match known {
        Ok((state, to, place)) => {
            sink.known(REDIRECT, state, place.as_str());
            match to {
                Some(to) => sink.known(REDIRECT_TO, to, place),
                None => sink.absent(REDIRECT_TO, place),
            }
        }
        Err((error, place)) => {
            [REDIRECT, REDIRECT_TO].iter().for_each(|name| sink.put(*name, unanswered(&error, place.as_str())));
        }
    }
}

/// What the plain port does there. A certificate that cannot be verified is behind a redirect all the same.
fn at(host: &dyn Host, server: &ServerQuestions, place: String) -> Result<Plain, (HostError, String)> {
    let (state, to) = match host.fetch(&place) {
        Ok(answer) if answer.origin.as_ref().is_some_and(|origin| origin.starts_with("https://")) => ("https", None),
        Ok(_) => ("plain", None),
        Err(HostError::Tls(_)) => ("https", None),
        Err(HostError::Redirected(to)) if Some(&to) == server.url.as_deref().and_then(origin).as_ref() => {
            ("https", None)
        }
        Err(HostError::Redirected(to)) if to.starts_with("https://") => ("elsewhere", Some(to)),
        Err(HostError::Redirected(to)) => ("plain", Some(to)),
        Err(HostError::Refused) => ("closed", None),
        Err(error) => return Err((error, place)),
    };
    Ok((state, to, place))
}

/// The origin of an address, as the host gives that of a redirect.
fn origin(url: &str) -> Option<String> {
    Some(Url::parse(url).ok()?.origin().ascii_serialization())
}

/// The address and path of the server that the pack names.
fn place(server: &ServerQuestions, path: Option<&String>) -> Option<String> {
    Some(format!("{}{}", server.url.as_ref()?, path?))
}

/// What SockJS says of itself.
fn sockjs(host: &dyn Host, server: &ServerQuestions, sink: &Sink) {
    let Some(place) = place(server, server.way.as_ref().and_then(|way| way.sockjs_path.as_ref())) else {
        return sink.absent(SOCKJS, OPTION);
    };
    let answer = match host.fetch(&place) {
        Ok(answer) if answer.status == 200 => successful(answer),
        other => other,
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return sink.put(SOCKJS, unanswered(&error, place)),
    };
    let is_on = serde_json::from_str::<Value>(&answer.body).ok().and_then(|said| said.get("websocket")?.as_bool());
    match is_on.filter(|_| answer.status == 200) {
        Some(true) => sink.known(SOCKJS, "websocket", place),
        Some(false) => sink.known(SOCKJS, "off", place),
        None => sink.known(SOCKJS, "other", place),
    }
}

/// Whether a WebSocket opens. It is closed at once.
fn websocket(host: &dyn Host, server: &ServerQuestions, sink: &Sink) {
    let place = place(server, server.way.as_ref().and_then(|way| way.websocket_path.as_ref()));
    let Some(place) = place.map(|place| place.replacen("http", "ws", 1)) else {
        return [WEBSOCKET, WEBSOCKET_STATUS].iter().for_each(|name| sink.absent(*name, OPTION));
    };
    match host.fetch(&place) {
        Ok(answer) if answer.status == 101 && answer.body.is_empty() => {
            sink.known(WEBSOCKET, "open", place.as_str());
            sink.absent(WEBSOCKET_STATUS, place);
        }
        Ok(answer) => {
            sink.known(WEBSOCKET, "refused", place.as_str());
            sink.known(WEBSOCKET_STATUS, u64::from(answer.status), place);
        }
        Err(error) => {
            [WEBSOCKET, WEBSOCKET_STATUS].iter().for_each(|name| sink.put(*name, unanswered(&error, place.as_str())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::ask_with;
    use super::*;
    use crate::facts::{FactState, Facts, Questions, Subject, Value, WayIn, Why};
    use crate::host::Recorded;

    fn asked(url: &str, recorded: &str) -> Facts {
        let mut questions = Questions::default();
        questions.server.url = Some(url.to_owned());
        questions.server.way = Some(WayIn {
            http_port: 80,
            sockjs_path: Some("/sockjs/info?cb=x".to_owned()),
            websocket_path: Some("/websocket".to_owned()),
        });
        ask_with(&questions, Subject::Server, &Recorded::default().answering(recorded).unwrap())
    }

    fn text<'f>(facts: &'f Facts, name: &str) -> Option<&'f str> {
        facts[name].text()
    }

    #[test]
    fn what_the_plain_port_does() {
        let plain = "http://chat.example.com/";
        let second = "http://chat.example.com/sockjs/info?cb=x";
        let start = format!("[[web]]\nurl = '{plain}'\norigin = 'https://chat.example.com'\n");
        for (recorded, state, to) in [
            (
                format!("{start}[errors]\n'fetch {second}' = {{ redirected = 'https://chat.example.com:8443' }}\n"),
                Some("https"),
                None,
            ),
            (format!("{start}[[web]]\nurl = '{second}'\nstatus = 200\n"), Some("plain"), None),
            (format!("{start}[[web]]\nurl = '{second}'\nstatus = 404\n"), Some("plain"), None),
            (
                format!("{start}[errors]\n'fetch {second}' = {{ redirected = 'http://www.example.com' }}\n"),
                Some("plain"),
                Some("http://www.example.com"),
            ),
            (
                format!("{start}[errors]\n'fetch {second}' = {{ redirected = 'https://www.example.com' }}\n"),
                Some("elsewhere"),
                Some("https://www.example.com"),
            ),
            (format!("{start}[errors]\n'fetch {second}' = 'timed-out'\n"), None, None),
            (format!("[[web]]\nurl = '{plain}'\nencoding = 'gzip'\n"), Some("plain"), None),
            (format!("[[web]]\nurl = '{plain}'\nstatus = 200\n"), Some("plain"), None),
            (format!("[[web]]\nurl = '{plain}'\nstatus = 404\n"), Some("plain"), None),
            (
                format!(
                    "[errors]\n'fetch {plain}' = {{ redirected = 'https://chat.example.com:8443' }}\n\
                     'fetch {second}' = {{ redirected = 'https://chat.example.com:8443' }}\n"
                ),
                Some("https"),
                None,
            ),
            (
                format!(
                    "[errors]\n'fetch {plain}' = {{ redirected = 'https://www.example.com' }}\n\
                     'fetch {second}' = {{ redirected = 'https://www.example.com' }}\n"
                ),
                Some("elsewhere"),
                Some("https://www.example.com"),
            ),
            (
                format!("[errors]\n'fetch {plain}' = {{ redirected = 'http://www.example.com' }}\n"),
                Some("plain"),
                Some("http://www.example.com"),
            ),
            (format!("[errors]\n'fetch {plain}' = 'refused'\n"), Some("closed"), None),
            (format!("[errors]\n'fetch {plain}' = 'timed-out'\n"), None, None),
        ] {
            let facts = asked("https://chat.example.com:8443", &recorded);
            assert_eq!((text(&facts, REDIRECT), text(&facts, REDIRECT_TO)), (state, to), "{recorded}");
        }
        let facts = asked("http://chat.example.com", "");
        assert_eq!(facts[REDIRECT].state, FactState::Absent, "it was named without HTTPS");
    }

    #[test]
    fn websockets_open_or_are_refused() {
        let answers = |sockjs: &str, status: u16| {
            asked(
                "https://chat.example.com",
                &format!(
                    "[[web]]\nurl = 'https://chat.example.com/sockjs/info?cb=x'\n{sockjs}\n\
                     [[web]]\nurl = 'wss://chat.example.com/websocket'\nstatus = {status}\n"
                ),
            )
        };
        for (sockjs, state) in [
            (r#"body = '{"websocket":true,"origins":["*:*"]}'"#, "websocket"),
            (r#"body = '{"websocket":false}'"#, "off"),
            ("body = '<html>'", "other"),
            ("status = 502", "other"),
            ("status = 404\nbody = '{\"websocket\":true}'", "other"),
        ] {
            assert_eq!(text(&answers(sockjs, 101), SOCKJS), Some(state), "{sockjs}");
        }
        let open = answers("", 101);
        assert_eq!((text(&open, WEBSOCKET), &open[WEBSOCKET_STATUS].state), (Some("open"), &FactState::Absent));
        let other = asked(
            "https://chat.example.com",
            "[[web]]\nurl = 'wss://chat.example.com/websocket'\nstatus = 101\nbody = 'no header'\n\
             [[web]]\nurl = 'https://chat.example.com/sockjs/info?cb=x'\nencoding = 'br'\n",
        );
        assert_eq!(text(&other, WEBSOCKET), Some("refused"));
        assert!(matches!(other[SOCKJS].state, FactState::Unknown { .. }));
        let refused = answers("", 400);
        assert_eq!(
            (text(&refused, WEBSOCKET), refused[WEBSOCKET_STATUS].value()),
            (Some("refused"), Some(&Value::Count(400)))
        );
        let silent =
            asked("https://chat.example.com", "[errors]\n'fetch wss://chat.example.com/websocket' = 'timed-out'\n");
        assert!(matches!(silent[WEBSOCKET].state, FactState::Unknown { why: Why::TimedOut, .. }));
    }

    #[test]
    fn a_product_without_releases_tells_its_certificate() {
        let recorded = "[[web]]\nurl = 'https://chat.example.com/'\nstatus = 401\ntls = '1.3'\ncertificate_ends = '2027-01-31'\n\
                        answered_by = 'nginx'\n";
        let facts = asked("https://chat.example.com", recorded);
        assert_eq!(text(&facts, "server.tls.state"), Some("valid"));
        assert_eq!(text(&facts, "server.answered_by"), Some("nginx"));
        assert_eq!(facts["server.version"].state, FactState::Absent);
    }
}
