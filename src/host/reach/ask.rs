//! The side that asks: every port of a machine at the same time, then the path MTU.

use std::collections::HashMap;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _, UdpSocket};
use std::sync::mpsc::channel;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::net::sockopt::{Ipv4PathMtuDiscovery, Ipv6PathMtuDiscovery, set_ip_mtu_discover, set_ipv6_mtu_discover};

use super::message::{Kind, Nonce, REPLY, REQUEST, Reply, Request};
use super::{Port, PortReached, PortState, Reached, Token, nonce};
use crate::host::{HostError, Result};

/// How long a refusal stands before it is asked again: the listener may be about to start.
const AGAIN: Duration = Duration::from_millis(200);
/// The longest wait for the proof of an open TCP port, which another program may never send.
const PROOF_TIME: Duration = Duration::from_secs(2);
/// Round trips that are timed on a TCP connection, and packets of UDP that are counted, one after another.
const TCP_TRIPS: usize = 5;
const UDP_TRIPS: usize = 50;
const BETWEEN_TRIPS: Duration = Duration::from_millis(10);
/// How long the last of them is waited for.
const LAST_WAIT: Duration = Duration::from_secs(1);
/// How long a packet that may be too large is waited for: four round trips, but between these two.
const LEAST_WAIT: Duration = Duration::from_millis(100);
const MOST_WAIT: Duration = Duration::from_millis(500);
/// The largest IP packet that is tried: interfaces with jumbo frames have 9000 to 9216 bytes.
const LARGEST_PACKET: u32 = 9216;
/// Sizes that many paths have, and the next one, so that most paths take two steps.
const LIKELY_PACKETS: [u32; 4] = [1500, 1501, 9000, 9001];
/// How often a size is tried, because a packet may be lost for other reasons.
const TRIES: usize = 4;
/// How long the path MTU is looked for.
const MTU_TIME: Duration = Duration::from_secs(10);

/// Tests ports of a machine: one that is named, or an address. Takes no longer than `timeout` for the ports, and then
/// [`MEASURING_PATHS`](super::MEASURING_PATHS).
///
/// # Errors
/// When the name has no address, or the system gives no socket.
pub fn reach(machine: &str, ports: &[Port], token: &Token, timeout: Duration) -> Result<Reached> {
    let end = Instant::now() + timeout;
    let asking = Asking {
        address: resolve(machine, timeout)?,
        token: token.clone(),
        asker: nonce()?,
        end,
        listener: Mutex::default(),
    };
    let mut tested: Vec<Tested> = thread::scope(|scope| {
        let test = |port: Port| {
            scope.spawn({
                let asking = &asking;
                move || asking.test(port)
            })
        };
        let threads: Vec<_> = ports.iter().copied().map(test).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Tested::of(PortState::Silent))).collect()
    });
    for (port, tested) in ports.iter().zip(&mut tested) {
        if asking.is_unavailable(*port) && tested.state.is_listeners_matter(*port) {
            tested.state = PortState::NotListening;
        }
    }
    let open = || ports.iter().zip(&tested).filter(|(_, tested)| tested.state == PortState::Open);
    let mtu = open().find(|(port, _)| port.is_udp).and_then(|(port, tested)| asking.mtu(*port, tested.rtt()));
    if let Some((port, _)) = open().min_by_key(|(port, _)| port.is_udp) {
        asking.say_done(*port);
    }
    let ports =
        tested.into_iter().map(|tested| PortReached { rtt: tested.rtt(), loss: tested.loss, state: tested.state });
    Ok(Reached { address: asking.address, ports: ports.collect(), mtu })
}

/// The first address of a name. A name server that does not answer is not waited for longer than `timeout`.
fn resolve(machine: &str, timeout: Duration) -> Result<IpAddr> {
    let name = machine.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(machine).to_owned();
    if let Ok(address) = name.parse() {
        return Ok(address);
    }
    let (send, receive) = channel();
    let asked = name.clone();
    thread::spawn(move || {
        let found = (asked.as_str(), 0).to_socket_addrs().ok().and_then(|mut found| found.next());
        // Nobody waits for it after the timeout.
        let _ = send.send(found.map(|found| found.ip()));
    });
    match receive.recv_timeout(timeout) {
        Ok(Some(address)) => Ok(address),
        Ok(None) => Err(HostError::Dns(name)),
        Err(_) => Err(HostError::TimedOut(timeout)),
    }
}

/// What is known of the listener, from whichever port it answered on first.
#[derive(Clone, Default)]
struct Listener {
    session: Option<Nonce>,
    unavailable: Vec<Port>,
}

/// The test of one machine.
struct Asking {
    address: IpAddr,
    token: Token,
    asker: Nonce,
    /// When ports that have not answered are given up.
    end: Instant,
    listener: Mutex<Listener>,
}

/// What became of a port.
struct Tested {
    state: PortState,
    trips: Vec<Duration>,
    loss: Option<f64>,
}

impl Tested {
    fn of(state: PortState) -> Self {
        Self { state, trips: Vec::new(), loss: None }
    }

    fn rtt(&self) -> Option<Duration> {
        let mut trips = self.trips.clone();
        trips.sort_unstable();
        trips.get(trips.len() / 2).copied()
    }
}

impl PortState {
    /// Whether it may be so because the listener could not take the port. A TCP port that is silent is not: a program that
    /// holds it would answer, and so would the system if nothing did. Nor is a port that a firewall names.
    fn is_listeners_matter(&self, port: Port) -> bool {
        match self {
            Self::Refused => true,
            Self::Silent => port.is_udp,
            _ => false,
        }
    }
}

/// What an error says of the way to a port; `None` if it says nothing.
fn verdict(error: &std::io::Error) -> Option<PortState> {
    match error.kind() {
        ErrorKind::ConnectionRefused => Some(PortState::Refused),
        ErrorKind::TimedOut | ErrorKind::WouldBlock | ErrorKind::Interrupted => None,
        _ => Some(PortState::Unreachable(error.to_string())),
    }
}

impl Asking {
    fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    fn listener(&self) -> Listener {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_unavailable(&self, port: Port) -> bool {
        self.listener().unavailable.contains(&port)
    }

    fn request(&self, kind: Kind) -> Result<Request> {
        let session = if kind == Kind::Hello { None } else { self.listener().session };
        Ok(Request { kind, nonce: nonce()?, session: session.unwrap_or_default(), asker: self.asker })
    }

    /// Takes a message for a reply, and keeps what it says of the listener. Returns the nonce of its request.
    fn accept(&self, message: &[u8], port: Port) -> Option<Nonce> {
        let reply = Reply::read(message, &self.token, port)?;
        let mut listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if *listener.session.get_or_insert(reply.session) != reply.session {
            return None;
        }
        listener.unavailable = reply.unavailable;
        Some(reply.nonce)
    }

    fn test(&self, port: Port) -> Tested {
        let mut last = PortState::Silent;
        loop {
            // Once the listener has answered on one port, it has taken all that it can take.
            let is_final = self.listener().session.is_some();
            let tested = if port.is_udp { self.udp(port) } else { self.tcp(port) };
            match tested {
                // The system refuses only some packets of UDP each second. One refusal says it.
                Ok(Tested { state: PortState::Silent, .. }) => return Tested::of(last),
                Ok(tested) => return tested,
                Err(error) => last = verdict(&error).unwrap_or(last),
            }
            if is_final || self.left().is_zero() {
                return Tested::of(last);
            }
            thread::sleep(AGAIN.min(self.left()));
        }
    }

    fn tcp(&self, port: Port) -> std::io::Result<Tested> {
        // Zero would be an error of its own.
        let left = self.left().max(Duration::from_millis(1));
        let mut stream = TcpStream::connect_timeout(&SocketAddr::new(self.address, port.number), left)?;
        let mut trips = Vec::new();
        let talk = |stream: &mut TcpStream, trips: &mut Vec<Duration>| -> std::io::Result<()> {
            stream.set_nodelay(true)?;
            for number in 0..TCP_TRIPS {
                let kind = if number == 0 { Kind::Hello } else { Kind::Probe };
                trips.push(self.talk(stream, port, kind)?);
            }
            Ok(())
        };
        // What connects is open. Only the listener can prove that it is ours.
        let _ = talk(&mut stream, &mut trips);
        let state = if trips.is_empty() { PortState::OpenToOther } else { PortState::Open };
        Ok(Tested { state, trips, loss: None })
    }

    /// One request and its reply on a connection, and how long they took.
    fn talk(&self, stream: &mut TcpStream, port: Port, kind: Kind) -> std::io::Result<Duration> {
        let request = self.request(kind).map_err(std::io::Error::other)?;
        let started = Instant::now();
        let limit = Some(PROOF_TIME.min(self.left().max(LEAST_WAIT)));
        stream.set_write_timeout(limit)?;
        stream.set_read_timeout(limit)?;
        stream.write_all(&request.to_bytes(&self.token, port, REQUEST))?;
        let mut reply = [0; REPLY];
        let mut filled = 0;
        while let Some(room @ [_, ..]) = reply.get_mut(filled..) {
            match stream.read(room)? {
                0 => return Err(ErrorKind::UnexpectedEof.into()),
                count => filled += count,
            }
            if started.elapsed() > PROOF_TIME {
                return Err(ErrorKind::TimedOut.into());
            }
        }
        match self.accept(&reply, port) {
            Some(nonce) if nonce == request.nonce => Ok(started.elapsed()),
            _ => Err(ErrorKind::InvalidData.into()),
        }
    }

    fn udp(&self, port: Port) -> std::io::Result<Tested> {
        let socket = self.socket(port)?;
        let mut sent = HashMap::new();
        loop {
            self.send(&socket, port, Kind::Hello, REQUEST, &mut sent)?;
            if self.receive(&socket, port, &mut sent, AGAIN.min(self.left().max(LEAST_WAIT)))?.is_some() {
                break;
            }
            if self.left().is_zero() || self.is_unavailable(port) {
                return Ok(Tested::of(PortState::Silent));
            }
        }
        sent.clear();
        let mut trips = Vec::new();
        for _ in 0..UDP_TRIPS {
            let next = Instant::now() + BETWEEN_TRIPS;
            // One that cannot be sent is lost. One that comes back refused says it of the one before.
            let _ = self.send(&socket, port, Kind::Probe, REQUEST, &mut sent);
            self.collect(&socket, port, &mut sent, next, &mut trips);
        }
        let end = Instant::now() + LAST_WAIT;
        while !sent.is_empty() && Instant::now() < end {
            self.collect(&socket, port, &mut sent, end.min(Instant::now() + BETWEEN_TRIPS), &mut trips);
        }
        let loss = 100.0 * (UDP_TRIPS - trips.len()) as f64 / UDP_TRIPS as f64;
        Ok(Tested { state: PortState::Open, trips, loss: Some(loss) })
    }

    /// A socket that only packets of this port reach, and the ICMP errors of those that are sent to it.
    fn socket(&self, port: Port) -> std::io::Result<UdpSocket> {
        let any: IpAddr =
            if self.address.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let socket = UdpSocket::bind((any, 0))?;
        socket.connect((self.address, port.number))?;
        Ok(socket)
    }

    fn send(
        &self,
        socket: &UdpSocket,
        port: Port,
        kind: Kind,
        length: usize,
        sent: &mut HashMap<Nonce, Instant>,
    ) -> std::io::Result<()> {
        let request = self.request(kind).map_err(std::io::Error::other)?;
        let message = request.to_bytes(&self.token, port, length);
        sent.insert(request.nonce, Instant::now());
        socket.send(&message)?;
        Ok(())
    }

    /// Waits for a reply to something that was sent. Returns how long it took; `None` if none comes within `time`.
    fn receive(
        &self,
        socket: &UdpSocket,
        port: Port,
        sent: &mut HashMap<Nonce, Instant>,
        time: Duration,
    ) -> std::io::Result<Option<Duration>> {
        let end = Instant::now() + time;
        let mut message = [0; REPLY + 1];
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            socket.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
            match socket.recv(&mut message) {
                Ok(length) => {
                    let nonce = message.get(..length).and_then(|message| self.accept(message, port));
                    if let Some(started) = nonce.and_then(|nonce| sent.remove(&nonce)) {
                        return Ok(Some(started.elapsed()));
                    }
                }
                Err(error) if verdict(&error).is_none() => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Collects replies until a moment has come.
    fn collect(
        &self,
        socket: &UdpSocket,
        port: Port,
        sent: &mut HashMap<Nonce, Instant>,
        end: Instant,
        trips: &mut Vec<Duration>,
    ) {
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.receive(socket, port, sent, left) {
                Ok(Some(trip)) => trips.push(trip),
                Ok(None) => return,
                // An ICMP error of one packet: the others are still awaited.
                Err(_) => {}
            }
        }
    }

    /// The largest packet that arrives whole; `None` if it is not found in time.
    fn mtu(&self, port: Port, rtt: Option<Duration>) -> Option<u32> {
        let end = Instant::now() + MTU_TIME;
        let headers = if self.address.is_ipv4() { 20 + 8 } else { 40 + 8 };
        let wait = (4 * rtt.unwrap_or_default()).clamp(LEAST_WAIT, MOST_WAIT);
        let fits = |packet: u32| {
            let length = usize::try_from(packet.saturating_sub(headers)).unwrap_or_default();
            Instant::now() < end && self.fits(port, length, wait).is_ok_and(|fits| fits)
        };
        let found = largest(REQUEST as u32 + headers, LARGEST_PACKET, &LIKELY_PACKETS, fits);
        (Instant::now() < end).then_some(found)
    }

    /// Whether a message arrives whole. It is sent with the flag that forbids fragments, whatever the system believes of the
    /// path. Each size has a socket of its own, because the ICMP error of one would be reported for the next.
    fn fits(&self, port: Port, length: usize, wait: Duration) -> std::io::Result<bool> {
        let socket = self.socket(port)?;
        if self.address.is_ipv4() {
            set_ip_mtu_discover(&socket, Ipv4PathMtuDiscovery::PROBE)?;
        } else {
            set_ipv6_mtu_discover(&socket, Ipv6PathMtuDiscovery::PROBE)?;
        }
        let mut sent = HashMap::new();
        for number in 1..=TRIES {
            self.send(&socket, port, Kind::Probe, length, &mut sent)?;
            let wait = if number == TRIES { wait } else { wait / TRIES as u32 };
            if self.receive(&socket, port, &mut sent, wait)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Tells the listener that this asker has finished. It need not be heard: the listener ends anyway.
    fn say_done(&self, port: Port) {
        if port.is_udp {
            let Ok(socket) = self.socket(port) else { return };
            let mut sent = HashMap::new();
            for _ in 0..TRIES {
                let _ = self.send(&socket, port, Kind::Done, REQUEST, &mut sent);
                if let Ok(Some(_)) = self.receive(&socket, port, &mut sent, LEAST_WAIT) {
                    return;
                }
            }
        } else if let Ok(mut stream) =
            TcpStream::connect_timeout(&SocketAddr::new(self.address, port.number), PROOF_TIME)
        {
            let _ = self.talk(&mut stream, port, Kind::Done);
        }
    }
}

/// The largest size that arrives, by bisection: `least` does, and none above `most` is tried. Likely sizes are tried first.
fn largest(least: u32, most: u32, likely: &[u32], mut arrives: impl FnMut(u32) -> bool) -> u32 {
    let (mut arrived, mut lost) = (least, most + 1);
    let mut likely = likely.iter().copied();
    while lost - arrived > 1 {
        let next = likely.by_ref().find(|size| (arrived + 1..lost).contains(size));
        let size = next.unwrap_or(arrived + (lost - arrived) / 2);
        if arrives(size) { arrived = size } else { lost = size }
    }
    arrived
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_likely_path_takes_two_steps() {
        let mut tried = Vec::new();
        let found = largest(172, LARGEST_PACKET, &LIKELY_PACKETS, |size| {
            tried.push(size);
            size <= 1500
        });
        assert_eq!((found, tried), (1500, vec![1500, 1501]));
    }

    proptest! {
        #[test]
        fn the_largest_packet_is_found(path in 172..20_000_u32) {
            let found = largest(172, LARGEST_PACKET, &LIKELY_PACKETS, |size| size <= path);
            prop_assert_eq!(found, path.min(LARGEST_PACKET));
        }
    }

    #[test]
    fn a_name_without_address_says_so() {
        let port = [Port { number: 9, is_udp: true }];
        let token = Token::new("0123456789abcdef").unwrap();
        let answer = reach("rampcheck.invalid", &port, &token, Duration::from_secs(5));
        assert!(matches!(&answer, Err(HostError::Dns(_) | HostError::TimedOut(_))), "{answer:?}");
    }
}
