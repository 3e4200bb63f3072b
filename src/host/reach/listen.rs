//! The side that answers: sockets on the ports that are free, for a limited time.

use std::io::{ErrorKind, IoSlice, IoSliceMut, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::cmsg_space;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{
    AddressFamily, Backlog, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, SockaddrStorage, bind,
    recvmsg, sendmsg, setsockopt, socket, sockopt,
};

use super::message::{Answering, REQUEST};
use super::{Port, Token, nonce};
use crate::host::{HostError, Result};

/// Connections at the same time. Others wait.
const MOST_CONNECTIONS: usize = 64;
/// How long a connection may last, and how many requests it may bring.
const CONNECTION_TIME: Duration = Duration::from_secs(3);
const CONNECTION_REQUESTS: usize = 16;
/// Packets that are read of one socket before the others have their turn.
const AT_A_TIME: usize = 64;
/// How often the time is looked at.
const TURN: Duration = Duration::from_millis(100);
/// The largest packet of UDP.
const LARGEST: usize = 65_535;
const BACKLOG: i32 = 128;

/// A port on which nobody listens for us, and why.
type Unavailable = (Port, HostError);

/// A listener that has its sockets, and has answered nothing yet.
pub struct Listening {
    sockets: Vec<(Port, Socket)>,
    unavailable: Vec<Unavailable>,
    answering: Answering,
}

enum Socket {
    Tcp(TcpListener),
    Udp(UdpSocket),
}

struct Connection {
    port: Port,
    stream: TcpStream,
    since: Instant,
    requests: usize,
    received: Vec<u8>,
}

/// Takes the ports that are free, on one address or on all.
///
/// # Errors
/// When the system gives no random bytes.
pub fn listen(ports: &[Port], address: Option<IpAddr>, token: &Token) -> Result<Listening> {
    let addresses: &[IpAddr] = match &address {
        Some(address) => std::slice::from_ref(address),
        None => &[IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)],
    };
    let (mut sockets, mut unavailable) = (Vec::new(), Vec::new());
    for port in ports {
        let opened: std::result::Result<Vec<_>, _> = addresses
            .iter()
            .map(|address| Socket::open(*port, *address))
            // A machine without IPv6 is none where the port is in use.
            .filter(|opened| address.is_some() || !matches!(opened, Err(Errno::EAFNOSUPPORT | Errno::EADDRNOTAVAIL)))
            .collect();
        match opened {
            Ok(opened) => sockets.extend(opened.into_iter().map(|socket| (*port, socket))),
            Err(error) => unavailable.push((*port, std::io::Error::from(error).into())),
        }
    }
    let names = unavailable.iter().map(|(port, _)| *port).collect();
    let answering = Answering::new(token.clone(), nonce()?, names);
    Ok(Listening { sockets, unavailable, answering })
}

impl Listening {
    /// The ports that it could not take, and why.
    pub fn unavailable(&self) -> &[Unavailable] {
        &self.unavailable
    }

    /// Answers until so many askers have finished, or the time is over. Returns how many have.
    ///
    /// # Errors
    /// When the sockets cannot be waited for.
    pub fn answer(mut self, time: Duration, askers: Option<usize>) -> Result<usize> {
        let end = Instant::now() + time;
        let mut connections: Vec<Connection> = Vec::new();
        let mut buffer = vec![0; LARGEST];
        while askers.is_none_or(|askers| self.answering.done() < askers) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let (sockets, waiting) = self.wait(&connections, left.min(TURN))?;
            for (number, connection) in connections.iter_mut().enumerate() {
                if waiting.contains(&number) && !connection.serve(&mut self.answering) {
                    connection.requests = CONNECTION_REQUESTS;
                }
            }
            connections.retain(|connection| {
                connection.requests < CONNECTION_REQUESTS && connection.since.elapsed() < CONNECTION_TIME
            });
            for number in sockets {
                let Some((port, socket)) = self.sockets.get(number) else { continue };
                match socket {
                    Socket::Tcp(listener) => accept(listener, *port, &mut connections),
                    Socket::Udp(socket) => serve(socket, *port, &mut self.answering, &mut buffer),
                }
            }
        }
        Ok(self.answering.done())
    }

    /// Waits until something can be read. Returns which sockets and which connections.
    fn wait(&self, connections: &[Connection], time: Duration) -> Result<(Vec<usize>, Vec<usize>)> {
        let is_full = connections.len() >= MOST_CONNECTIONS;
        let mut waiting: Vec<PollFd<'_>> = self
            .sockets
            .iter()
            .map(|(_, socket)| {
                let flags = if is_full && socket.is_tcp() { PollFlags::empty() } else { PollFlags::POLLIN };
                PollFd::new(socket.fd(), flags)
            })
            .collect();
        waiting.extend(connections.iter().map(|connection| PollFd::new(connection.stream.as_fd(), PollFlags::POLLIN)));
        match poll(&mut waiting, PollTimeout::try_from(time).unwrap_or(PollTimeout::ZERO)) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(std::io::Error::from(error).into()),
        }
        let ready = |part: &[PollFd<'_>]| -> Vec<usize> {
            let is_ready = |at: &PollFd<'_>| at.any().unwrap_or(true);
            part.iter().enumerate().filter(|(_, at)| is_ready(at)).map(|(number, _)| number).collect()
        };
        let (sockets, connections) = waiting.split_at(self.sockets.len());
        Ok((ready(sockets), ready(connections)))
    }
}

impl Socket {
    fn open(port: Port, address: IpAddr) -> nix::Result<Self> {
        let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
        let kind = if port.is_udp { SockType::Datagram } else { SockType::Stream };
        let socket: OwnedFd = socket(family, kind, SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK, None)?;
        if address.is_ipv6() {
            setsockopt(&socket, sockopt::Ipv6V6Only, &true)?;
        }
        match (port.is_udp, address.is_ipv4()) {
            // The reply has to come from the address that was asked.
            (true, true) => setsockopt(&socket, sockopt::Ipv4PacketInfo, &true)?,
            (true, false) => setsockopt(&socket, sockopt::Ipv6RecvPacketInfo, &true)?,
            // Connections of an earlier run that wait for their end do not hold the port.
            (false, _) => setsockopt(&socket, sockopt::ReuseAddr, &true)?,
        }
        bind(socket.as_raw_fd(), &SockaddrStorage::from(SocketAddr::new(address, port.number)))?;
        if port.is_udp {
            return Ok(Self::Udp(socket.into()));
        }
        nix::sys::socket::listen(&socket, Backlog::new(BACKLOG)?)?;
        Ok(Self::Tcp(socket.into()))
    }

    fn is_tcp(&self) -> bool {
        matches!(self, Self::Tcp(_))
    }

    fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(listener) => listener.as_fd(),
            Self::Udp(socket) => socket.as_fd(),
        }
    }
}

fn accept(listener: &TcpListener, port: Port, connections: &mut Vec<Connection>) {
    while connections.len() < MOST_CONNECTIONS {
        let Ok((stream, _)) = listener.accept() else { return };
        if stream.set_nonblocking(true).is_ok() && stream.set_nodelay(true).is_ok() {
            connections.push(Connection { port, stream, since: Instant::now(), requests: 0, received: Vec::new() });
        }
    }
}

impl Connection {
    /// Reads what is there, and answers. False when the connection is over: it ended, or what it brought proves nothing.
    fn serve(&mut self, answering: &mut Answering) -> bool {
        let mut buffer = [0; REQUEST];
        loop {
            let room = REQUEST - self.received.len();
            match self.stream.read(buffer.get_mut(..room).unwrap_or_default()) {
                Ok(0) => return false,
                Ok(count) => self.received.extend(buffer.iter().take(count)),
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
            if self.received.len() == REQUEST {
                let Some(reply) = answering.answer(&self.received, self.port) else { return false };
                self.received.clear();
                self.requests += 1;
                // A reply always fits an empty buffer.
                if !matches!(self.stream.write(&reply), Ok(count) if count == reply.len()) {
                    return false;
                }
                if self.requests >= CONNECTION_REQUESTS {
                    return false;
                }
            }
        }
    }
}

/// Answers the packets that are there.
fn serve(socket: &UdpSocket, port: Port, answering: &mut Answering, buffer: &mut [u8]) {
    for _ in 0..AT_A_TIME {
        let mut space = cmsg_space!(nix::libc::in6_pktinfo);
        let mut parts = [IoSliceMut::new(buffer)];
        let Ok(received) =
            recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut parts, Some(&mut space), MsgFlags::MSG_DONTWAIT)
        else {
            return;
        };
        let (from, length) = (received.address, received.bytes);
        let own = received.cmsgs().ok().and_then(|mut messages| messages.next());
        let Some(reply) = answering.answer(buffer.get(..length).unwrap_or_default(), port) else { continue };
        let parts = [IoSlice::new(&reply)];
        // Which interface is left to the routes.
        let (mut v4, mut v6);
        let own = match own {
            Some(ControlMessageOwned::Ipv4PacketInfo(info)) => {
                v4 = info;
                v4.ipi_ifindex = 0;
                vec![ControlMessage::Ipv4PacketInfo(&v4)]
            }
            Some(ControlMessageOwned::Ipv6PacketInfo(info)) => {
                v6 = info;
                if !Ipv6Addr::from(v6.ipi6_addr.s6_addr).is_unicast_link_local() {
                    v6.ipi6_ifindex = 0;
                }
                vec![ControlMessage::Ipv6PacketInfo(&v6)]
            }
            _ => Vec::new(),
        };
        // A reply that is lost is counted by who asked.
        let _ = sendmsg(socket.as_raw_fd(), &parts, &own, MsgFlags::MSG_DONTWAIT, from.as_ref());
    }
}
