//! The product's release, what the vendor's signed list says of it, and the server's certificate.
//!
//! The release is the one intended, else the one the server tells, else that of the official container that runs here.
//! Signed lists come with the server's answer, from files, and from the vendor's service when asked for; the newest one
//! that is verified counts. Here it is matched with the release; whether a last day is over is not judged here.

mod api_info;
mod container;
mod key;
mod matching;
mod signed_list;

use std::path::Path;

use jiff::Timestamp;

use super::{Asked, Questions, Sink, unanswered};
use crate::facts::{Fact, ServerQuestions, Why, utc_day};
use crate::host::{Host, HostError, READ_LIMIT, TlsTrouble, WebAnswer};
use container::Told;
pub use key::TrustKey;
use matching::Whose;
use signed_list::SignedList;

/// Where a site lays its lists: files named `supported-versions*` that end in `.jwt` or `.json`.
const SITE: &str = "/etc/rampcheck";

/// When this program was built, in seconds since 1970.
const BUILT: &str = env!("RAMPCHECK_BUILT");

/// What is told of the server's certificate.
const TLS: [&str; 3] = ["server.tls.state", "server.tls.version", "server.tls.ends"];

/// A token that was offered, or why it could not be had.
struct Offer {
    source: String,
    token: Result<String, String>,
}

/// Asks the server and the vendor's service side by side.
pub(crate) fn probe(host: &dyn Host, asked: &Asked, sink: &Sink) {
    let questions = asked.wait();
    let asked = &questions.server;
    let mut offers = Vec::new();
    let version = std::thread::scope(|scope| {
        let online = asked.online.then(|| scope.spawn(|| host.fetch(&asked.releases_url)));
        let server = ask_server(host, asked, sink);
        let version = report_version(host, questions, &server, sink);
        if let Ok(Some(info)) = server {
            offers.extend(info.list.map(|token| Offer { source: api_url(asked), token: Ok(token) }));
        }
        offers.extend(asked.lists.iter().map(|(file, text)| in_document(file, text)));
        offers.extend(of_site(host));
        if let Some(online) = online {
            let answer = online.join().unwrap_or_else(|_| Err(HostError::Failed("it was not asked".to_owned())));
            offers.push(match answer.and_then(successful) {
                Ok(answer) => in_document(&asked.releases_url, &answer.body),
                Err(error) => Offer { source: asked.releases_url.clone(), token: Err(error.to_string()) },
            });
        }
        version
    });
    let newest = report_list(offers, &TrustKey::all(&asked.keys), sink);
    report_support(host, asked, version.as_deref(), newest.as_ref().map(|(_, list)| list), sink);
    report_clock(questions.now, newest.as_ref().map(|(_, list)| list), sink);
}

/// Where the server tells of itself.
fn api_url(asked: &ServerQuestions) -> String {
    format!("{}/api/info", asked.url.as_deref().unwrap_or_default())
}

/// An answer, when its status says that it is one.
fn successful(answer: WebAnswer) -> Result<WebAnswer, HostError> {
    match answer.status {
        200 => Ok(answer),
        status => Err(HostError::Failed(format!("answered with status {status}"))),
    }
}

/// Asks the server and reports its certificate; `None` when no server was named, the unknown fact when it did not tell.
fn ask_server(host: &dyn Host, asked: &ServerQuestions, sink: &Sink) -> Result<Option<api_info::ApiInfo>, Fact> {
    let Some(url) = &asked.url else {
        sink.absent("server.url", "--server");
        TLS.iter().for_each(|name| sink.absent(*name, "--server"));
        return Ok(None);
    };
    sink.known("server.url", url.as_str(), "--server");
    let source = api_url(asked);
    let answer = host.fetch(&source);
    if url.starts_with("http://") {
        TLS.iter().for_each(|name| sink.absent(*name, source.as_str()));
    } else {
        report_tls(&answer, &source, sink);
    }
    let answer = answer.and_then(successful).map_err(|error| unanswered(&error, source.as_str()))?;
    let info = api_info::read(&answer.body);
    info.map(Some).map_err(|error| Fact::unknown(Why::Unreadable, format!("{source} {error}"), source))
}

fn report_tls(answer: &Result<WebAnswer, HostError>, source: &str, sink: &Sink) {
    let told = |name: &str, value: Option<&String>| match value {
        Some(value) => sink.known(name, value.as_str(), source),
        None => sink.unknown(name, Why::NotTold, "no certificate of the server was seen", source),
    };
    let state = match answer {
        Ok(answer) => {
            told("server.tls.version", answer.tls.as_ref());
            told("server.tls.ends", answer.certificate_ends.as_ref());
            return match answer.tls {
                Some(_) => sink.known("server.tls.state", "valid", source),
                None => sink.unknown("server.tls.state", Why::NotTold, "no certificate of the server was seen", source),
            };
        }
        Err(HostError::Tls(TlsTrouble::Expired)) => "expired",
        Err(HostError::Tls(TlsTrouble::NotYetValid)) => "not-yet-valid",
        Err(HostError::Tls(TlsTrouble::WrongName)) => "wrong-name",
        Err(HostError::Tls(TlsTrouble::Untrusted)) => "untrusted",
        Err(HostError::Tls(TlsTrouble::Outdated)) => "outdated",
        Err(error) => {
            return TLS.iter().for_each(|name| sink.failed(*name, error, source));
        }
    };
    sink.known("server.tls.state", state, source);
    for name in ["server.tls.version", "server.tls.ends"] {
        sink.unknown(name, Why::NotTold, "the connection was given up before it was told", source);
    }
}

/// Reports the release and returns it.
fn report_version(
    host: &dyn Host,
    questions: &Questions,
    server: &Result<Option<api_info::ApiInfo>, Fact>,
    sink: &Sink,
) -> Option<String> {
    let all_unknown = |fact: &Fact| {
        for name in ["server.version", "server.version_source", "server.build"] {
            sink.put(name, fact.clone());
        }
        None
    };
    let source = api_url(&questions.server);
    let (version, from, source) = match (&questions.server.version, server) {
        (Some(version), _) => (version.clone(), "plan", "--server-version".to_owned()),
        (None, Err(unknown)) => return all_unknown(unknown),
        (None, Ok(Some(info))) => match &info.version {
            Some(version) => (version.clone(), "api", source),
            None => return all_unknown(&Fact::unknown(Why::NotTold, format!("{source} tells no version"), source)),
        },
        (None, Ok(None)) => match container::ask(host, questions) {
            Told::Release(version, from, source) => (version, from, source),
            Told::Unknown(unknown) => return all_unknown(&unknown),
            Told::None(source) => {
                let reason = "no official container runs here; name the release with --server or --server-version";
                sink.unknown("server.version", Why::NotTold, reason, source.as_str());
                sink.absent("server.version_source", source.as_str());
                sink.absent("server.build", source);
                return None;
            }
        },
    };
    sink.known("server.version", version.as_str(), source.as_str());
    sink.known("server.version_source", from, source.as_str());
    if matching::has_patch(&version) || from == "plan" {
        sink.known("server.build", matching::build(&version), source);
    } else {
        sink.absent("server.build", source);
    }
    Some(version)
}

/// The token in a file or in the answer of the vendor's service.
fn in_document(source: &str, text: &str) -> Offer {
    let token = signed_list::token(text).ok_or_else(|| "holds no signed list".to_owned());
    Offer { source: source.to_owned(), token }
}

/// What the site laid down on the host.
fn of_site(host: &dyn Host) -> Vec<Offer> {
    let names = match host.list(Path::new(SITE)) {
        Ok(names) => names,
        Err(HostError::NotFound) => return Vec::new(),
        Err(error) => return vec![Offer { source: SITE.to_owned(), token: Err(error.to_string()) }],
    };
    let lists = names
        .iter()
        .filter(|name| name.starts_with("supported-versions") && (name.ends_with(".jwt") || name.ends_with(".json")));
    let read = |name: &String| {
        let path = Path::new(SITE).join(name);
        match host.read(&path, READ_LIMIT) {
            Ok(bytes) => in_document(&path.display().to_string(), &String::from_utf8_lossy(&bytes)),
            Err(error) => Offer { source: path.display().to_string(), token: Err(error.to_string()) },
        }
    };
    lists.map(read).collect()
}

/// Verifies what was offered, reports the outcome, and returns the newest list with where it came from.
fn report_list(offers: Vec<Offer>, keys: &[TrustKey], sink: &Sink) -> Option<(String, SignedList)> {
    const OFFERED: &str = "signed lists offered";
    let mut newest: Option<(String, SignedList)> = None;
    let mut problems = Vec::new();
    let mut refused = false;
    for Offer { source, token } in offers {
        match token.map(|token| signed_list::verify(&token, keys)) {
            Err(error) => problems.push(format!("{source}: {error}")),
            Ok(Err(error)) => {
                refused = true;
                problems.push(format!("{source}: refused, {error}"));
            }
            Ok(Ok(list)) => {
                if newest.as_ref().is_none_or(|(_, known)| list.timestamp > known.timestamp) {
                    newest = Some((source, list));
                }
            }
        }
    }
    if problems.is_empty() {
        sink.absent("server.list.problems", OFFERED);
    } else {
        sink.known("server.list.problems", problems, OFFERED);
    }
    let state = match &newest {
        Some(_) => "verified",
        None if refused => "untrusted",
        None => "none",
    };
    sink.known("server.list.state", state, OFFERED);
    match &newest {
        Some((source, list)) => {
            sink.known("server.list.source", source.as_str(), source.as_str());
            sink.known("server.list.timestamp", list.timestamp.to_string(), source.as_str());
            sink.known("server.list.key", list.key.as_str(), source.as_str());
            sink.known("server.list.releases", matching::lines(list), source.as_str());
        }
        None => {
            for name in ["source", "timestamp", "key", "releases"] {
                sink.absent(format!("server.list.{name}"), OFFERED);
            }
        }
    }
    newest
}

/// Reports what the list says of the release.
fn report_support(
    host: &dyn Host,
    asked: &ServerQuestions,
    version: Option<&str>,
    list: Option<&SignedList>,
    sink: &Sink,
) {
    const NAMES: [&str; 3] = ["server.support.until", "server.support.until_possible", "server.support.basis"];
    const SOURCE: &str = "signed list";
    let (Some(version), Some(list)) = (version, list) else {
        return NAMES.iter().for_each(|name| sink.absent(*name, SOURCE));
    };
    let domain = asked.url.as_deref().and_then(domain);
    let mut whose = Whose { domain, unique_id: None };
    // Only a list with an exception for some workspace makes it worth asking which workspace this is.
    let exception = list.exceptions.as_ref().and_then(|exceptions| exceptions.unique_id.as_ref());
    let unique_id = exception.and(asked.url.as_deref()).and_then(|url| {
        let answer = host.fetch(&format!("{url}/api/v1/settings.public?_id=uniqueID")).and_then(successful).ok()?;
        api_info::unique_id(&answer.body)
    });
    whose.unique_id = unique_id.as_deref();
    let Some(found) = matching::find(list, version, whose) else {
        return NAMES.iter().for_each(|name| sink.absent(*name, SOURCE));
    };
    sink.known("server.support.until", found.until.to_string(), SOURCE);
    match found.possible {
        Some(possible) => sink.known("server.support.until_possible", possible.to_string(), SOURCE),
        None => sink.absent("server.support.until_possible", SOURCE),
    }
    sink.known("server.support.basis", found.basis, SOURCE);
}

/// The host of a server's address, without its port.
fn domain(url: &str) -> Option<&str> {
    let authority = url.split_once("://")?.1.split('/').next()?;
    if authority.starts_with('[') {
        return authority.split_inclusive(']').next();
    }
    authority.split(':').next()
}

/// Reports whether the clock can be right. Days are compared: a few seconds between two machines mean nothing.
fn report_clock(now: Option<Timestamp>, list: Option<&SignedList>, sink: &Sink) {
    const NAME: &str = "clock.plausible";
    let built = BUILT.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let (Some(now), Some(built)) = (now, built) else {
        return sink.unknown(NAME, Why::NotAsked, "the clock was not read", "");
    };
    let (now, built) = (utc_day(now), utc_day(built));
    let mut source = format!("the clock says {now}, this program was built on {built}");
    let mut plausible = now >= built;
    if let Some(list) = list {
        let made = utc_day(list.timestamp);
        plausible &= now >= made;
        source += &format!(", the signed list was made on {made}");
    }
    sink.known(NAME, plausible, source);
}

#[cfg(test)]
#[path = "../../../tests/common/signing.rs"]
mod signing;
#[cfg(test)]
mod tests;
