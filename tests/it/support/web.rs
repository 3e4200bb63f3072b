//! A web server on loopback with a certificate authority of its own, and a proxy that leads to it.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Certificate and times of a server.
pub struct Identity {
    /// Names in the certificate.
    pub names: Vec<String>,
    /// First and last moment, in days from now.
    pub days: (i64, i64),
}

impl Default for Identity {
    fn default() -> Self {
        Self { names: vec!["127.0.0.1".to_owned()], days: (-10, 300) }
    }
}

/// A running server.
pub struct Server {
    pub address: SocketAddr,
    ca_file: PathBuf,
}

impl Server {
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Path of the file with its authority's certificate.
    pub fn ca_file(&self) -> String {
        self.ca_file.to_str().unwrap().to_owned()
    }
}

/// What is written back: all of it at once, slowly, or until nobody listens.
pub enum Answer {
    Whole(Vec<u8>),
    /// This, and then nothing for a long time.
    Stalls(Vec<u8>),
    /// This, and then this many megabytes of `x`.
    Floods(Vec<u8>, usize),
}

/// An HTTP answer with these headers.
pub fn http(status: u16, headers: &str, body: &str) -> Answer {
    let head = format!("HTTP/1.1 {status} x\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    Answer::Whole([head.as_bytes(), body.as_bytes()].concat())
}

/// An answer of status 200.
pub fn ok(body: &str) -> Answer {
    http(200, "Content-Type: application/json\r\n", body)
}

/// Serves HTTPS; `handler` gets the target of each GET. The authority's certificate is written to `folder`.
pub fn serve(
    folder: &std::path::Path,
    identity: &Identity,
    handler: impl Fn(&str) -> Answer + Send + Sync + 'static,
) -> Server {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::default();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(rcgen::DnType::CommonName, "rampcheck tests");
    let ca_certificate = ca.self_signed(&ca_key).unwrap();
    let ca_file = folder.join("ca.pem");
    std::fs::write(&ca_file, ca_certificate.pem()).unwrap();

    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(identity.names.clone()).unwrap();
    let day = |days: i64| {
        let day = jiff::Timestamp::now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date()
            .saturating_add(jiff::Span::new().days(days));
        rcgen::date_time_ymd(i32::from(day.year()), day.month() as u8, day.day() as u8)
    };
    (params.not_before, params.not_after) = (day(identity.days.0), day(identity.days.1));
    let certificate = params.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
    let config = ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let (config, handler) = (Arc::new(config), Arc::new(handler));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (config, handler) = (Arc::clone(&config), Arc::clone(&handler));
            std::thread::spawn(move || {
                let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
                let target = {
                    let mut reader = BufReader::new(&mut stream);
                    match head(&mut reader) {
                        Some(line) => line.split(' ').nth(1).unwrap_or_default().to_owned(),
                        None => return,
                    }
                };
                let _ = answer(&mut stream, handler(&target));
                stream.conn.send_close_notify();
                let _ = stream.flush();
            });
        }
    });
    Server { address, ca_file }
}

/// The request line, once the whole head is there.
fn head(reader: &mut impl BufRead) -> Option<String> {
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
    let mut line = String::new();
    while reader.read_line(&mut line).ok()? > 2 {
        line.clear();
    }
    Some(first)
}

fn answer(stream: &mut impl Write, answer: Answer) -> std::io::Result<()> {
    match answer {
        Answer::Whole(bytes) => stream.write_all(&bytes)?,
        Answer::Stalls(bytes) => {
            stream.write_all(&bytes)?;
            stream.flush()?;
            std::thread::sleep(Duration::from_secs(30));
        }
        Answer::Floods(bytes, megabytes) => {
            stream.write_all(&bytes)?;
            for _ in 0..megabytes {
                stream.write_all(&vec![b'x'; 1 << 20])?;
            }
        }
    }
    stream.flush()
}

/// A proxy that leads every `CONNECT` to one server, and remembers what it was asked; `refuse` are hosts it does not.
pub fn proxy(to: SocketAddr, refuse: &'static [&'static str]) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let seen = Arc::clone(&seen);
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let Some(line) = head(&mut reader) else { return };
                seen.lock().unwrap().push(line.trim().to_owned());
                if refuse.iter().any(|host| line.contains(host)) {
                    let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                    return;
                }
                let Ok(mut server) = TcpStream::connect(to) else { return };
                let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
                let mut back = (server.try_clone().unwrap(), stream.try_clone().unwrap());
                std::thread::spawn(move || std::io::copy(&mut back.0, &mut back.1));
                // What the client sent behind its request is in the reader.
                let _ = std::io::copy(&mut reader, &mut server);
            });
        }
    });
    (address, asked)
}
