//! HTTP and HTTPS GET from any machine. It is used only if the operator names a server or asks for `--online`.
//!
//! Certificates are verified against the authorities of the system and those of the site (`--ca-file`). Redirects are
//! followed on the same host and port only. The proxy variables are obeyed for other machines and ignored for this one. What a
//! response means is the probes' business.

use std::collections::BTreeMap;
use std::error::Error;
use std::mem::ManuallyDrop;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use reqwest::blocking::{Client, Response};
use reqwest::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, SERVER, UPGRADE, VIA,
};
use reqwest::tls::TlsInfo;
use reqwest::{Url, redirect};
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{AlertDescription, CertificateError, ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::client::{body, explain, innermost, layers};
use super::{HostError, READ_LIMIT, Result, TlsTrouble, WebAnswer, der};

/// A key that asks for a WebSocket, and what accepts it: those of RFC 6455, 1.3. Nothing is sent through the WebSocket, so it need
/// not be a secret.
const SOCKET_KEY: [&str; 2] = ["dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="];

/// Most characters of a name in a header.
const MOST_NAME: usize = 100;

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 5;

/// A client for this machine (true) and one for all others (false), each built when it is first needed.
///
/// They are never dropped: a drop waits for a name server that does not answer as long as the system does.
pub(super) struct Web {
    deadline: Duration,
    authorities: String,
    clients: Mutex<BTreeMap<bool, ManuallyDrop<Client>>>,
}

impl Web {
    /// The headers of a response must arrive within `deadline`, and its body within twice that time.
    pub(super) fn new(deadline: Duration) -> Self {
        Self { deadline, authorities: String::new(), clients: Mutex::default() }
    }

    /// Trusts the authorities in `pem`, too.
    pub(super) fn trust(&mut self, pem: String) {
        self.authorities = pem;
    }

    /// GET. `system` gives the authorities of a system whose files are not where this process looks for them, as PEM.
    pub(super) fn fetch(&self, url: &str, system: &dyn Fn() -> String) -> Result<WebAnswer> {
        let is_socket = url.starts_with("ws:") || url.starts_with("wss:");
        let http = if is_socket { url.replacen("ws", "http", 1) } else { url.to_owned() };
        let url = Url::parse(&http).map_err(|error| HostError::Failed(format!("`{url}` is not a URL: {error}")))?;
        let started = Instant::now();
        let (name, asked) = (url.host_str().unwrap_or_default().to_owned(), url.origin());
        let mut request = self.client(is_loopback(&url), system)?.get(url).header(ACCEPT_ENCODING, "identity");
        if is_socket {
            request = request
                .header(CONNECTION, "Upgrade")
                .header(UPGRADE, "websocket")
                .header(SEC_WEBSOCKET_VERSION, "13")
                .header(SEC_WEBSOCKET_KEY, SOCKET_KEY[0]);
        }
        let mut response = request.send().map_err(|error| self.explain(&error, &name))?;
        let encoding = response.headers().get(CONTENT_ENCODING).filter(|value| value.as_bytes() != b"identity");
        let encoding = encoding.map(|value| format!("{:.40}", String::from_utf8_lossy(value.as_bytes())));
        let status = response.status().as_u16();
        let (certificate_ends, tls) = tls_of(&response);
        let origin = Some(response.url().origin()).filter(|origin| *origin != asked);
        let origin = origin.map(|origin| origin.ascii_serialization());
        let answered_by = answered_by(&response);
        let body = match status {
            101 if is_socket => no_socket(&response).unwrap_or_default().as_bytes().to_vec(),
            101 => return Err(HostError::Failed("the answer 101 is to no request for a WebSocket".to_owned())),
            _ if encoding.is_some() => Vec::new(),
            _ => body(&mut response, started, self.deadline)?,
        };
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok(WebAnswer { status, body, encoding, certificate_ends, tls, origin, answered_by })
    }

    fn client(&self, loopback: bool, system: &dyn Fn() -> String) -> Result<Client> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&loopback) {
            return Ok(Client::clone(client));
        }
        let mut builder = Client::builder()
            .user_agent(concat!("rampcheck/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::custom(stay_on_host))
            .tls_backend_preconfigured(self.tls(&system())?)
            .tls_info(true)
            .timeout(self.deadline);
        if loopback {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| HostError::Failed(format!("TLS: {}", innermost(&error))))?;
        clients.insert(loopback, ManuallyDrop::new(client.clone()));
        Ok(client)
    }

    /// TLS with the authorities of the system and of the site. Without an explicit provider, rustls would need one that holds
    /// for the whole process.
    fn tls(&self, system: &str) -> Result<ClientConfig> {
        let failed = |error: rustls::Error| HostError::Failed(format!("TLS: {error}"));
        // The verifier reads this file whole, whatever it is.
        if let Some(file) = std::env::var_os("SSL_CERT_FILE")
            && std::fs::metadata(file).is_ok_and(|meta| !meta.is_file() || meta.len() > READ_LIMIT as u64)
        {
            let most = READ_LIMIT >> 20;
            let reason = format!("TLS: SSL_CERT_FILE does not name a regular file of at most {most} MiB");
            return Err(HostError::Failed(reason));
        }
        let provider = Arc::new(ring::default_provider());
        let mut authorities = certificates(&self.authorities).map_err(HostError::Failed)?;
        // A system may have some that nobody can use, and goes on without them.
        let of_system = CertificateDer::pem_slice_iter(system.as_bytes()).filter_map(std::result::Result::ok);
        authorities.extend(of_system.filter(|authority| RootCertStore::empty().add(authority.clone()).is_ok()));
        let verifier = Verifier::new_with_extra_roots(authorities, Arc::clone(&provider)).map_err(failed)?;
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }

    /// What an error means. `name` is the host that was asked.
    fn explain(&self, error: &(dyn Error + 'static), name: &str) -> HostError {
        for layer in layers(error) {
            if let Some(error) = layer.downcast_ref::<rustls::Error>() {
                return HostError::Tls(tls_trouble(error, self.authorities.is_empty()));
            }
            if let Some(Elsewhere(host)) = layer.downcast_ref::<Elsewhere>() {
                return HostError::Redirected(host.clone());
            }
            // The type of this layer is private to hyper-util.
            if layer.to_string().starts_with("dns error") {
                return HostError::Dns(name.to_owned());
            }
        }
        explain(error, self.deadline)
    }
}

/// Reads the certificates of a PEM file. Other sections, such as keys, are skipped.
///
/// # Errors
/// When the PEM is malformed.
pub fn certificates(pem: &str) -> std::result::Result<Vec<CertificateDer<'static>>, String> {
    CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| error.to_string())
}

/// A redirect to another host or port, or from HTTPS to HTTP, that was not followed.
#[derive(Debug, thiserror::Error)]
#[error("redirect to {0}")]
struct Elsewhere(String);

/// Follows redirects on the same host and port, or from the usual port of HTTP to that of HTTPS: on another port another service
/// answers. It does not follow from HTTPS to HTTP.
fn stay_on_host(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let Some(from) = attempt.previous().last() else { return attempt.stop() };
    let to = attempt.url();
    // A URL has no port if it is the usual one of its scheme.
    if (from.host(), from.port()) != (to.host(), to.port()) || (from.scheme() == "https" && to.scheme() != "https") {
        let to = to.origin().ascii_serialization();
        return attempt.error(Elsewhere(to));
    }
    if attempt.previous().len() > MOST_REDIRECTS {
        return attempt.error(format!("more than {MOST_REDIRECTS} redirects"));
    }
    attempt.follow()
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host == "localhost" || host.ends_with(".localhost"), |address| address.is_loopback())
}

/// Why an answer with the status 101 opens no WebSocket: RFC 6455, 4.1.
fn no_socket(response: &Response) -> Option<&'static str> {
    let has = |name: HeaderName, word: &str| {
        let values = response.headers().get_all(name);
        let mut words = values.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        words.any(|one| one.trim().eq_ignore_ascii_case(word))
    };
    let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT);
    if !has(UPGRADE, "websocket") {
        Some("no header `Upgrade: websocket`")
    } else if !has(CONNECTION, "upgrade") {
        Some("no header `Connection: Upgrade`")
    } else if accepted.is_none_or(|accepted| accepted.as_bytes() != SOCKET_KEY[1].as_bytes()) {
        Some("`Sec-WebSocket-Accept` does not fit the key")
    } else {
        None
    }
}

/// What is wrong with TLS. `of_system`: no authority is trusted but those of the system.
fn tls_trouble(error: &rustls::Error, of_system: bool) -> TlsTrouble {
    use CertificateError as C;
    match error {
        rustls::Error::InvalidCertificate(C::Expired | C::ExpiredContext { .. }) => TlsTrouble::Expired,
        rustls::Error::InvalidCertificate(C::NotValidYet | C::NotValidYetContext { .. }) => TlsTrouble::NotYetValid,
        rustls::Error::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => {
            TlsTrouble::WrongName
        }
        rustls::Error::InvalidCertificate(C::UnknownIssuer) => TlsTrouble::Untrusted,
        // What `openssl req -x509` makes. The type of this error is private to the verifier, which looks for no trust then.
        rustls::Error::InvalidCertificate(C::Other(other)) if other.0.to_string() == "CaUsedAsEndEntity" => {
            if of_system {
                return TlsTrouble::Untrusted;
            }
            TlsTrouble::Other(
                "the certificate is that of an authority, not that of a server; issue one without CA:TRUE".to_owned(),
            )
        }
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion) | rustls::Error::PeerIncompatible(_) => {
            TlsTrouble::Outdated
        }
        error => TlsTrouble::Other(error.to_string()),
    }
}

/// What names itself in an answer: the server, and what is between it and this machine.
fn answered_by(response: &Response) -> Option<String> {
    let text = |name: HeaderName| {
        let texts = response.headers().get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let text: String = texts.collect::<Vec<_>>().join(", ").chars().take(MOST_NAME).collect();
        Some(text).filter(|text| !text.trim().is_empty())
    };
    let parts: Vec<_> = text(SERVER).into_iter().chain(text(VIA).map(|via| format!("via {via}"))).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Last day of the server's certificate, and the version of TLS in use.
fn tls_of(response: &Response) -> (Option<String>, Option<String>) {
    use reqwest::tls::Version;
    let Some(info) = response.extensions().get::<TlsInfo>() else { return (None, None) };
    let version = match info.version() {
        Some(Version::TLS_1_2) => Some("1.2".to_owned()),
        Some(Version::TLS_1_3) => Some("1.3".to_owned()),
        _ => None,
    };
    (info.peer_certificate().and_then(last_day).map(|day| day.to_string()), version)
}

/// The day of `notAfter` of an X.509 certificate: RFC 5280, 4.1.
fn last_day(certificate: &[u8]) -> Option<Date> {
    let (certificate, _) = der::tagged(certificate, der::SEQUENCE)?;
    let (mut rest, _) = der::tagged(certificate, der::SEQUENCE)?;
    // Version (from the second one on), serial number, signature algorithm, issuer; then the validity.
    if let Some((0xa0, _, after)) = der::element(rest) {
        rest = after;
    }
    for tag in [der::INTEGER, der::SEQUENCE, der::SEQUENCE] {
        rest = der::tagged(rest, tag)?.1;
    }
    let (validity, _) = der::tagged(rest, der::SEQUENCE)?;
    let (_, _, not_after) = der::element(validity)?;
    let (tag, time, _) = der::element(not_after)?;
    let text = std::str::from_utf8(time).ok()?;
    let (year, text) = match tag {
        der::UTC_TIME => {
            let year: i16 = text.get(..2)?.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, text.get(2..)?)
        }
        der::GENERALIZED_TIME => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    Date::new(year, text.get(..2)?.parse().ok()?, text.get(2..4)?.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use proptest::prelude::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn a_certificate_tells_its_last_day() {
        let key = KeyPair::generate().unwrap();
        for (year, month, day) in [(2026, 12, 31), (2049, 2, 28), (2050, 1, 1), (2096, 2, 29)] {
            let mut params = CertificateParams::new(vec!["chat.example.com".to_owned()]).unwrap();
            params.not_after = date_time_ymd(year, month, day);
            let certificate = params.self_signed(&key).unwrap();
            let expected = Date::new(year as i16, month as i8, day as i8).ok();
            assert_eq!(last_day(certificate.der()), expected);
            for cut in 0..certificate.der().len().min(200) {
                assert_eq!(last_day(&certificate.der()[..cut]), None);
            }
        }
    }

    #[test]
    fn this_machine_is_asked_without_a_proxy() {
        for url in
            ["http://127.0.0.1:3000", "https://127.9.9.9/", "https://[::1]/", "https://localhost", "http://a.localhost"]
        {
            assert!(is_loopback(&Url::parse(url).unwrap()), "{url}");
        }
        for url in ["https://chat.example.com", "https://10.0.0.1", "https://localhost.example.com", "https://[::2]"] {
            assert!(!is_loopback(&Url::parse(url).unwrap()), "{url}");
        }
    }

    #[test]
    fn what_is_not_a_url_or_has_no_address_says_so() {
        let web = Web::new(Duration::from_secs(5));
        assert!(
            matches!(web.fetch("chat", &String::new), Err(HostError::Failed(words)) if words.contains("is not a URL"))
        );
        // RFC 6761: this name never has an address.
        let answer = web.fetch("https://rampcheck.invalid/", &String::new);
        assert!(
            matches!(&answer, Err(HostError::Dns(name)) if name == "rampcheck.invalid")
                || matches!(&answer, Err(HostError::TimedOut(_)))
                || std::env::var("https_proxy").or_else(|_| std::env::var("HTTPS_PROXY")).is_ok(),
            "{answer:?}"
        );
    }

    /// Answers one connection with these bytes, and gives back what was asked.
    fn asked(answer: &'static str, ask: impl Fn(&Web, &str) -> Result<WebAnswer>) -> (Result<WebAnswer>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.extend(byte);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(request).unwrap().to_lowercase()
        });
        let web = Web::new(Duration::from_secs(5));
        (ask(&web, &address), server.join().unwrap())
    }

    #[test]
    fn a_websocket_is_asked_for_and_opens() {
        let open = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        let ask = |web: &Web, address: &str| web.fetch(&format!("ws://{address}/websocket"), &String::new);
        let (answer, request) = asked(open, ask);
        assert_eq!(answer, Ok(WebAnswer { status: 101, ..WebAnswer::default() }));
        assert!(request.starts_with("get /websocket http/1.1\r\n"), "{request}");
        for header in
            ["connection: upgrade", "upgrade: websocket", "sec-websocket-version: 13", "sec-websocket-key: dghl"]
        {
            assert!(request.contains(header), "{header}: {request}");
        }
        for (closed, why) in [
            ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: other\r\n", "does not fit the key"),
            ("Upgrade: websocket\r\nConnection: Upgrade\r\n", "does not fit the key"),
            ("Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", "Connection: Upgrade"),
            ("Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", "Upgrade: websocket"),
        ] {
            let closed = format!("HTTP/1.1 101 Switching Protocols\r\n{closed}\r\n");
            let answer = asked(closed.leak(), ask).0.unwrap();
            assert!(answer.status == 101 && answer.body.contains(why), "{answer:?}");
        }
        let tokens = "HTTP/1.1 101 Switching Protocols\r\nConnection: keep-alive, upgrade\r\nUpgrade: WebSocket\r\n\
                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        assert_eq!(asked(tokens, ask).0.unwrap().body, "");
        let (answer, _) = asked("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno", ask);
        assert_eq!(answer.map(|answer| answer.status), Ok(400));
    }

    #[test]
    fn an_answer_tells_who_gave_it() {
        let named =
            "HTTP/1.1 200 OK\r\nServer: nginx/1.24.0\r\nVia: 1.1 edge\r\nVia: 1.1 varnish\r\nContent-Length: 0\r\n\r\n";
        let ask = |web: &Web, address: &str| web.fetch(&format!("http://{address}/"), &String::new);
        let (answer, request) = asked(named, ask);
        assert_eq!(answer.unwrap().answered_by.as_deref(), Some("nginx/1.24.0, via 1.1 edge, 1.1 varnish"));
        assert!(!request.contains("upgrade"), "{request}");
        let (answer, _) = asked("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ask);
        assert_eq!(answer.unwrap().answered_by, None);
        let elsewhere = "HTTP/1.1 301 Moved\r\nLocation: https://chat.example.com/\r\nContent-Length: 0\r\n\r\n";
        let (answer, _) = asked(elsewhere, ask);
        assert_eq!(answer, Err(HostError::Redirected("https://chat.example.com".to_owned())));
        let encoded = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\u{1f}x";
        let answer = asked(encoded, ask).0.unwrap();
        assert_eq!((answer.status, answer.encoding.as_deref(), answer.body.as_str()), (200, Some("gzip"), ""));
    }

    #[test]
    fn a_certificate_that_signed_itself_is_not_trusted() {
        let other = |text: &str| {
            let error = std::sync::Arc::new(std::io::Error::other(text.to_owned()));
            rustls::Error::InvalidCertificate(CertificateError::Other(rustls::OtherError(error)))
        };
        assert_eq!(tls_trouble(&other("CaUsedAsEndEntity"), true), TlsTrouble::Untrusted);
        // The authority that was named may be this very certificate.
        assert!(matches!(tls_trouble(&other("CaUsedAsEndEntity"), false), TlsTrouble::Other(_)));
        assert!(matches!(tls_trouble(&other("else"), true), TlsTrouble::Other(_)));
    }

    proptest! {
        #[test]
        fn a_certificate_never_panics(der: Vec<u8>) {
            let _ = last_day(&der);
        }
    }
}
