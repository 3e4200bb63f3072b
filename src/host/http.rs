//! HTTP GET over a Unix socket or a loopback port, without TLS.
//!
//! Nothing here leaves the machine: no names are resolved, no proxy is used, no redirect is followed. What is requested, and
//! what a response means, is the probes' business.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::blocking::Client;
use reqwest::redirect;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use super::client::{body, explain};
use super::{Endpoint, HostError, Response, Result};

/// Longest path of a Unix socket: `sun_path` of unix(7) has 108 bytes, and the last one is a zero.
const SOCKET_PATH_LIMIT: usize = 107;

/// A client for each endpoint that has been asked. Each costs a thread.
pub(super) struct Http {
    deadline: Duration,
    clients: Mutex<BTreeMap<Endpoint, Client>>,
}

impl Http {
    /// The headers of a response must arrive within `deadline`, and its body within twice that time.
    pub(super) fn new(deadline: Duration) -> Self {
        Self { deadline, clients: Mutex::default() }
    }

    pub(super) fn get(&self, endpoint: &Endpoint, target: &str) -> Result<Response> {
        let authority = match endpoint {
            Endpoint::Unix(path) => {
                let length = path.as_os_str().as_bytes().len();
                if length > SOCKET_PATH_LIMIT {
                    return Err(HostError::Failed(format!(
                        "the path of the socket has {length} bytes, more than the {SOCKET_PATH_LIMIT} that a Unix socket can have"
                    )));
                }
                // Without a socket, a client would report the same error, at the cost of a thread.
                path.metadata()?;
                "localhost".to_owned()
            }
            Endpoint::Loopback(address) if address.ip().is_loopback() => address.to_string(),
            Endpoint::Loopback(address) => {
                return Err(HostError::NotAsked(format!("{address} is not a loopback address")));
            }
        };
        let started = Instant::now();
        let mut response = self
            .client(endpoint)?
            .get(format!("http://{authority}{target}"))
            .send()
            .map_err(|error| explain(&error, self.deadline))?;
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let status = response.status().as_u16();
        let body = body(&mut response, started, self.deadline)?;
        Ok(Response { status, headers, body: String::from_utf8_lossy(&body).into_owned() })
    }

    fn client(&self, endpoint: &Endpoint) -> Result<Client> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(endpoint) {
            return Ok(client.clone());
        }
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .timeout(self.deadline)
            // By default, the client reads every root certificate of the system, even for connections without TLS.
            .tls_backend_preconfigured(without_authorities()?);
        if let Endpoint::Unix(path) = endpoint {
            builder = builder.unix_socket(path.clone());
        }
        let client = builder.build().map_err(|error| explain(&error, self.deadline))?;
        clients.insert(endpoint.clone(), client.clone());
        Ok(client)
    }
}

/// A TLS configuration that trusts no certificate.
fn without_authorities() -> Result<ClientConfig> {
    ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
        .map_err(|error| HostError::Failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::os::unix::net::{UnixListener, UnixStream};
    use std::path::{Path, PathBuf};

    use super::super::BODY_LIMIT;
    use super::*;

    const DEADLINE: Duration = Duration::from_millis(300);
    /// A bound against hanging, not a measurement.
    const HANGS: Duration = Duration::from_secs(5);

    /// Listens at `socket`; once a connection has brought its request, `answer` gets it.
    fn serve(socket: &Path, answer: impl Fn(&mut UnixStream) + Send + 'static) {
        let listener = UnixListener::bind(socket).unwrap();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 1024]);
                answer(&mut stream);
            }
        });
    }

    /// Listens at `socket`, answers with these bytes, and closes the connection.
    fn serve_bytes(socket: &Path, answer: &'static [u8]) {
        serve(socket, move |stream| {
            let _ = stream.write_all(answer);
        });
    }

    fn ask(socket: &Path) -> Result<Response> {
        let started = Instant::now();
        let answer = Http::new(DEADLINE).get(&Endpoint::Unix(socket.to_owned()), "/version");
        assert!(started.elapsed() < HANGS, "{:?}", started.elapsed());
        answer
    }

    #[test]
    fn an_answer_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        serve_bytes(&socket, b"HTTP/1.1 302 Found\r\nServer: Docker/28\r\nLocation: /x\r\nContent-Length: 2\r\n\r\n{}");
        let http = Http::new(DEADLINE);
        let endpoint = Endpoint::Unix(socket);
        for target in ["/version", "/info"] {
            let answer = http.get(&endpoint, target).unwrap();
            assert_eq!((answer.status, answer.body.as_str()), (302, "{}"));
            assert_eq!(answer.headers.get("server").map(String::as_str), Some("Docker/28"));
        }
        assert_eq!(http.clients.lock().unwrap().len(), 1);
    }

    #[test]
    fn a_loopback_port_is_asked_and_no_other() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = Endpoint::Loopback(listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let _ = stream.read(&mut request);
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
        });
        let http = Http::new(DEADLINE);
        assert_eq!(http.get(&endpoint, "/").map(|answer| answer.body), Ok("ok".to_owned()));
        let elsewhere = Endpoint::Loopback("192.0.2.1:2375".parse().unwrap());
        assert!(matches!(http.get(&elsewhere, "/"), Err(HostError::NotAsked(_))));
    }

    #[test]
    fn a_socket_that_is_not_served_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        assert_eq!(ask(&socket), Err(HostError::NotFound));
        drop(UnixListener::bind(&socket).unwrap());
        assert_eq!(ask(&socket), Err(HostError::Refused));
        let long = folder.path().join("x".repeat(108));
        assert!(matches!(ask(&long), Err(HostError::Failed(words)) if words.contains("more than the 107")));
        let of_length = |length: usize| PathBuf::from(format!("/{}", "x".repeat(length - 1)));
        assert_eq!(ask(&of_length(107)), Err(HostError::NotFound));
        assert!(matches!(ask(&of_length(108)), Err(HostError::Failed(_))));
    }

    #[test]
    fn silence_and_half_an_answer_time_out() {
        let folder = tempfile::tempdir().unwrap();
        for (name, answer) in [
            ("silent", &b""[..]),
            ("no-headers", b"HTTP/1.1 200 OK\r\n"),
            ("half-body", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
        ] {
            let socket = folder.path().join(name);
            serve(&socket, move |stream| {
                let _ = stream.write_all(answer);
                // The connection stays open until the client closes it.
                let _ = stream.read(&mut [0]);
            });
            assert_eq!(ask(&socket), Err(HostError::TimedOut(DEADLINE)), "{name}");
        }
    }

    #[test]
    fn a_body_without_end_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        serve(&socket, |stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            let chunk = [b"1000\r\n".to_vec(), vec![b'x'; 0x1000], b"\r\n".to_vec()].concat();
            while stream.write_all(&chunk).is_ok() {}
        });
        // Which of the two comes first depends on the speed of the machine.
        assert!(matches!(ask(&socket), Err(HostError::TooLarge(BODY_LIMIT) | HostError::TimedOut(_))));
    }

    #[test]
    fn a_body_that_trickles_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        serve(&socket, |stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            while stream.write_all(b"x").is_ok() {
                std::thread::sleep(DEADLINE / 10);
            }
        });
        assert_eq!(ask(&socket), Err(HostError::TimedOut(DEADLINE)));
    }

    #[test]
    fn what_is_not_http_says_so() {
        let folder = tempfile::tempdir().unwrap();
        for (name, answer) in [
            ("ssh", &b"SSH-2.0-OpenSSH_9.6\r\n"[..]),
            ("binary", b"\x16\x03\x01\x00\xff\xfe"),
            ("cut", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
        ] {
            let socket = folder.path().join(name);
            serve_bytes(&socket, answer);
            let answer = ask(&socket);
            assert!(
                matches!(&answer, Err(HostError::Failed(words)) if words.starts_with("no usable HTTP answer: ")),
                "{name}: {answer:?}"
            );
        }
        let socket = folder.path().join("headers");
        serve(&socket, |stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
            while stream.write_all(b"x: y\r\n").is_ok() {}
        });
        assert!(matches!(ask(&socket), Err(HostError::Failed(_) | HostError::TimedOut(_))));
    }
}
