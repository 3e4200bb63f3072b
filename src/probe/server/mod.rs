//! The product's release, what the vendor says of it, the vendor's signed list of supported releases, and the server's
//! certificate and way in.
//!
//! Where a server and the vendor are asked, and which keys may sign a list, the questions say. A signed list comes with the
//! server's answer, from files, and from the vendor's service if the operator allows it. The newest verified list counts.
//! What the list says of the release, and whether a last day has passed, is not judged here.

mod api_info;
mod container;
mod key;
mod release_info;
mod signed_list;
mod way_in;

use std::path::Path;

use jiff::Timestamp;
use reqwest::Url;

use super::{Questions, Sink, unanswered};
use crate::facts::releases::tells_patch;
use crate::facts::{ServerQuestions, Why, utc_day};
use crate::host::{Host, HostError, READ_LIMIT, TlsTrouble, WebAnswer};
use api_info::ApiInfo;
pub(super) use container::LABEL;
pub use key::TrustKey;
use signed_list::{Exceptions, SignedList};

/// Directory for a site's own lists: files named `supported-versions*` that end in `.jwt` or `.json`.
const SITE: &str = "/etc/rampcheck";

/// When this program was built, in seconds since 1970.
const BUILT: &str = env!("RAMPCHECK_BUILT");

const URL: &str = "server.url";
const VERSION: &str = "server.version";
const ANSWERED_BY: &str = "server.answered_by";
const TLS_STATE: &str = "server.tls.state";
const TLS_VERSION: &str = "server.tls.version";
const TLS_ENDS: &str = "server.tls.ends";
const TLS: [&str; 3] = [TLS_STATE, TLS_VERSION, TLS_ENDS];

/// A token that may be a signed list, or why it could not be read.
struct Offer {
    place: String,
    token: Result<String, String>,
}

/// Asks the engine, the server and the vendor's service side by side: each of them may take its time.
pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    let server = &questions.server;
    std::thread::scope(|scope| {
        let container = scope.spawn(|| container::report(host, questions, sink));
        let vendor = server.list_url.as_deref().filter(|_| server.online);
        let vendor = vendor.map(|url| (url, scope.spawn(|| host.fetch(url))));
        let way_in = scope.spawn(|| way_in::report(host, server, sink));
        let (named, offer) = report_server(host, server, sink);
        // A panic there leaves its facts unreported, which makes them unknown.
        let _ = way_in.join();
        let mut offers: Vec<Offer> = offer.into_iter().collect();
        offers.extend(server.lists.iter().map(|(file, text)| in_document(file, text)));
        offers.extend(of_site(host));
        if let Some((url, answer)) = vendor {
            let answer = answer.join().unwrap_or_else(|_| Err(HostError::Failed("the request failed".to_owned())));
            offers.push(match answer.and_then(successful) {
                Ok(answer) => in_document(url, &answer.body),
                Err(error) => Offer { place: url.to_owned(), token: Err(error.to_string()) },
            });
        }
        let list = report_list(host, server, offers, sink);
        report_clock(questions.now, list.as_ref(), sink);
        // Last, because which release it is has to be known, and because nothing else waits for it.
        let running = container.join().ok().flatten();
        let release = match (&server.release, named, running) {
            (Some(planned), ..) => Some(planned.clone()),
            (None, Some(named), Some(running)) if tells_patch(&running, &named) => Some(running),
            (None, Some(named), _) => Some(named),
            (None, None, running) => running.filter(|_| server.url.is_none()),
        };
        release_info::report(host, server, release.as_deref(), sink);
    });
}

/// An answer whose status is 200, and whose body can be read.
fn successful(answer: WebAnswer) -> Result<WebAnswer, HostError> {
    match (answer.status, &answer.encoding) {
        (200, None) => Ok(answer),
        (200, Some(encoding)) => {
            Err(HostError::Failed(format!("the body is encoded with {encoding}, which was not requested")))
        }
        (status, _) => Err(HostError::Failed(format!("answered with status {status}"))),
    }
}

/// Asks the server, if one was named, and reports its release and certificate. Returns the release and the list that came with
/// its answer.
fn report_server(host: &dyn Host, server: &ServerQuestions, sink: &Sink) -> (Option<String>, Option<Offer>) {
    const OPTION: &str = "--server";
    let Some(url) = &server.url else {
        [URL, VERSION, ANSWERED_BY].iter().chain(&TLS).for_each(|name| sink.absent(*name, OPTION));
        return (None, None);
    };
    sink.known(URL, url.as_str(), OPTION);
    let asked = server.info_path.as_deref().or(server.way.as_ref().map(|_| "/"));
    let Some(path) = asked else {
        let reason = "the product's pack does not say where a server names its release";
        [VERSION, ANSWERED_BY].iter().chain(&TLS).for_each(|name| sink.unknown(*name, Why::NotAsked, reason, OPTION));
        return (None, None);
    };
    let place = format!("{url}{path}");
    let answer = host.fetch(&place);
    match answer.as_ref().map(|answer| answer.answered_by.clone()) {
        Ok(Some(name)) => sink.known(ANSWERED_BY, name, place.as_str()),
        Ok(None) => sink.absent(ANSWERED_BY, place.as_str()),
        Err(error) => sink.failed(ANSWERED_BY, error, place.as_str()),
    }
    if url.starts_with("http://") {
        TLS.iter().for_each(|name| sink.absent(*name, place.as_str()));
    } else {
        report_tls(&answer, &place, sink);
    }
    if server.info_path.is_none() {
        sink.absent(VERSION, place);
        return (None, None);
    }
    match answer.and_then(successful).map(|answer| api_info::read(&answer.body)) {
        Ok(Ok(ApiInfo { version, list })) => {
            match version.clone() {
                Some(version) => sink.known(VERSION, version, place.as_str()),
                None => sink.unknown(VERSION, Why::NotDetermined, "the server names no version", place.as_str()),
            }
            (version, list.map(|token| Offer { place, token: Ok(token) }))
        }
        Ok(Err(error)) => {
            sink.unknown(VERSION, Why::Unreadable, format!("{place} {error}"), place);
            (None, None)
        }
        Err(error) => {
            sink.put(VERSION, unanswered(&error, place));
            (None, None)
        }
    }
}

fn report_tls(answer: &Result<WebAnswer, HostError>, place: &str, sink: &Sink) {
    let state = match answer {
        Ok(answer) => {
            let valid = answer.tls.as_ref().map(|_| "valid".to_owned());
            for (name, value) in
                [(TLS_STATE, valid), (TLS_VERSION, answer.tls.clone()), (TLS_ENDS, answer.certificate_ends.clone())]
            {
                match value {
                    Some(value) => sink.known(name, value, place),
                    None => sink.unknown(name, Why::NotDetermined, "the server's certificate was not seen", place),
                }
            }
            return;
        }
        Err(HostError::Tls(TlsTrouble::Expired)) => "expired",
        Err(HostError::Tls(TlsTrouble::NotYetValid)) => "not-yet-valid",
        Err(HostError::Tls(TlsTrouble::WrongName)) => "wrong-name",
        Err(HostError::Tls(TlsTrouble::Untrusted)) => "untrusted",
        Err(HostError::Tls(TlsTrouble::Outdated)) => "outdated",
        Err(error) => return TLS.iter().for_each(|name| sink.failed(*name, error, place)),
    };
    sink.known(TLS_STATE, state, place);
    for name in [TLS_VERSION, TLS_ENDS] {
        sink.unknown(name, Why::NotDetermined, "the TLS connection was not completed", place);
    }
}

/// The token in a file or in the answer of the vendor's service.
fn in_document(place: &str, text: &str) -> Offer {
    let token = signed_list::token(text).ok_or_else(|| "holds no signed list".to_owned());
    Offer { place: place.to_owned(), token }
}

/// The lists in the site's directory on the host.
fn of_site(host: &dyn Host) -> Vec<Offer> {
    let names = match host.list(Path::new(SITE)) {
        Ok(names) => names,
        Err(HostError::NotFound) => return Vec::new(),
        Err(error) => return vec![Offer { place: SITE.to_owned(), token: Err(error.to_string()) }],
    };
    let lists = names
        .iter()
        .filter(|name| name.starts_with("supported-versions") && (name.ends_with(".jwt") || name.ends_with(".json")));
    let read = |name: &String| {
        let path = Path::new(SITE).join(name);
        match host.read(&path, READ_LIMIT) {
            Ok(bytes) => in_document(&path.display().to_string(), &String::from_utf8_lossy(&bytes)),
            Err(error) => Offer { place: path.display().to_string(), token: Err(error.to_string()) },
        }
    };
    lists.map(read).collect()
}

/// Verifies what was offered, reports the newest verified list and all problems, and returns that list.
fn report_list(host: &dyn Host, server: &ServerQuestions, offers: Vec<Offer>, sink: &Sink) -> Option<SignedList> {
    const OFFERED: &str = "signed lists offered";
    // A key that cannot be read was reported when it was asked for.
    let keys: Vec<TrustKey> = server.keys.iter().filter_map(|pem| TrustKey::from_pem(pem).ok()).collect();
    let mut newest: Option<(String, SignedList)> = None;
    let mut problems = Vec::new();
    let mut refused = false;
    for Offer { place, token } in offers {
        match token.map(|token| signed_list::verify(&token, &keys)) {
            Err(error) => problems.push(format!("{place}: {error}")),
            Ok(Err(error)) => {
                refused = true;
                problems.push(format!("{place}: refused, {error}"));
            }
            Ok(Ok(list)) => {
                if newest.as_ref().is_none_or(|(_, known)| list.timestamp > known.timestamp) {
                    newest = Some((place, list));
                }
            }
        }
    }
    if problems.is_empty() {
        sink.absent("support_list.problems", OFFERED);
    } else {
        sink.known("support_list.problems", problems, OFFERED);
    }
    let state = match &newest {
        Some(_) => "verified",
        None if refused => "untrusted",
        None => "none",
    };
    sink.known("support_list.state", state, OFFERED);
    let Some((place, list)) = newest else {
        for name in ["support_list.date", "support_list.key", "support_list.releases"] {
            sink.absent(name, OFFERED);
        }
        return None;
    };
    sink.known("support_list.date", utc_day(list.timestamp), place.as_str());
    sink.known("support_list.key", list.key.as_str(), place.as_str());
    let exceptions = list.exceptions.as_ref().filter(|exceptions| is_for(host, server, exceptions));
    sink.known("support_list.releases", list.supported(exceptions), place);
    Some(list)
}

/// Whether exceptions are for this server: for its domain, or for its workspace. Which workspace it is, the server is only
/// asked when some workspace has an exception.
fn is_for(host: &dyn Host, server: &ServerQuestions, exceptions: &Exceptions) -> bool {
    let Some(url) = server.url.as_deref() else { return false };
    let is_domain = |of: &str| domain(url).is_some_and(|own| own.eq_ignore_ascii_case(of));
    let is_workspace = |of: &str| {
        let path = server.id_path.as_deref()?;
        let answer = host.fetch(&format!("{url}{path}")).and_then(successful).ok()?;
        Some(api_info::unique_id(&answer.body)? == of)
    };
    exceptions.domain.as_deref().is_some_and(is_domain)
        || exceptions.unique_id.as_deref().and_then(is_workspace) == Some(true)
}

/// The host in a server's address, without its port.
fn domain(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// Reports whether the clock can be right. Days are compared: a few seconds between two machines mean nothing.
fn report_clock(now: Option<Timestamp>, list: Option<&SignedList>, sink: &Sink) {
    const NAME: &str = "clock.plausible";
    let built = BUILT.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let (Some(now), Some(built)) = (now, built) else {
        return sink.unknown(NAME, Why::NotAsked, "the clock was not read", "");
    };
    let (now, built) = (utc_day(now), utc_day(built));
    let mut place = format!("the clock says {now}, this program was built on {built}");
    let mut plausible = now >= built;
    if let Some(list) = list {
        let made = utc_day(list.timestamp);
        plausible &= now >= made;
        place += &format!(", the signed list was made on {made}");
    }
    sink.known(NAME, plausible, place);
}

#[cfg(test)]
#[path = "../../../tests/common/signing.rs"]
mod signing;
#[cfg(test)]
mod tests;
