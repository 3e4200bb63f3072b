//! Listening TCP sockets, from the kernel over netlink: sock_diag(7).
//!
//! The tables in /proc/net hold every connection, and the kernel walks its whole hash table for each read. That takes 4 ms of
//! CPU on an idle machine with 24 GB, and far more on a busy chat server. A request for sockets in state LISTEN takes a tenth
//! of a millisecond. It works on the running machine only. A tree below `--root` has the tables.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsRawFd as _, OwnedFd};

use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, setsockopt, socket, sockopt::ReceiveTimeout,
};
use nix::sys::time::{TimeVal, TimeValLike as _};
use serde::{Deserialize, Serialize};

use super::{HostError, Result};

/// A listening TCP socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// Address that it is bound to. An IPv4-mapped IPv6 address is given as IPv4.
    pub address: IpAddr,
    /// Port.
    pub port: u16,
    /// Owner of the socket.
    pub uid: u32,
    /// Inode, as in `socket:[INODE]` of /proc/PID/fd.
    pub inode: u64,
    /// An IPv6 socket that does not hold IPv4. The tables in /proc/net do not show it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub v6_only: bool,
}

/// `SOCK_DIAG_BY_FAMILY`, `NLM_F_REQUEST | NLM_F_DUMP`, `NLMSG_ERROR` and `NLMSG_DONE` of linux/netlink.h and linux/sock_diag.h.
const BY_FAMILY: u16 = 20;
const DUMP: u16 = 0x301;
const ERROR: u16 = 2;
const DONE: u16 = 3;
/// Sizes of `struct nlmsghdr`, of `struct inet_diag_msg`, and of `struct nlattr`.
const HEADER: usize = 16;
const MESSAGE: usize = 72;
const ATTRIBUTE: usize = 4;
/// `INET_DIAG_SKV6ONLY` of linux/inet_diag.h. The kernel sends it for every listening IPv6 socket, without being asked.
const SKV6ONLY: u16 = 11;
const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;
/// `1 << TCP_LISTEN`.
const LISTEN: u32 = 1 << 10;

/// All listening sockets of this network namespace.
pub(super) fn listeners() -> Result<Vec<Listener>> {
    let mut found = Vec::new();
    for family in [AF_INET, AF_INET6] {
        dump(family, &mut found)?;
    }
    Ok(found)
}

fn dump(family: u8, found: &mut Vec<Listener>) -> Result<()> {
    let socket: OwnedFd =
        socket(AddressFamily::Netlink, SockType::Datagram, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkSockDiag)
            .map_err(std::io::Error::from)?;
    setsockopt(&socket, ReceiveTimeout, &TimeVal::seconds(1)).map_err(std::io::Error::from)?;
    send(socket.as_raw_fd(), &request(family), MsgFlags::empty()).map_err(std::io::Error::from)?;
    let mut buffer = vec![0; 32 << 10];
    loop {
        let length = recv(socket.as_raw_fd(), &mut buffer, MsgFlags::empty()).map_err(std::io::Error::from)?;
        if read(buffer.get(..length).unwrap_or_default(), found)? {
            return Ok(());
        }
    }
}

/// `struct nlmsghdr` and `struct inet_diag_req_v2`: all TCP sockets of a family in state LISTEN.
fn request(family: u8) -> Vec<u8> {
    let mut request = Vec::with_capacity(72);
    request.extend(72_u32.to_ne_bytes());
    request.extend(BY_FAMILY.to_ne_bytes());
    request.extend(DUMP.to_ne_bytes());
    request.extend([0; 8]);
    request.extend([family, 6, 0, 0]);
    request.extend(LISTEN.to_ne_bytes());
    request.resize(72, 0);
    request
}

/// Reads the messages of one datagram. True when the dump is complete.
fn read(mut datagram: &[u8], found: &mut Vec<Listener>) -> Result<bool> {
    let broken = || HostError::Failed("the kernel's answer over netlink has an unexpected format".to_owned());
    while !datagram.is_empty() {
        let length = u32::from_ne_bytes(bytes(datagram, 0).ok_or_else(broken)?) as usize;
        let kind = u16::from_ne_bytes(bytes(datagram, 4).ok_or_else(broken)?);
        let body = datagram.get(HEADER..length).ok_or_else(broken)?;
        match kind {
            DONE => return Ok(true),
            ERROR => {
                let code = i32::from_ne_bytes(bytes(body, 0).ok_or_else(broken)?);
                return Err(std::io::Error::from_raw_os_error(code.wrapping_neg()).into());
            }
            BY_FAMILY => found.push(message(body).ok_or_else(broken)?),
            _ => {}
        }
        datagram = datagram.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(false)
}

/// `struct inet_diag_msg`: family, state, timer, retrans, then the id of the socket with ports and addresses in network order.
fn message(body: &[u8]) -> Option<Listener> {
    if body.len() < MESSAGE {
        return None;
    }
    let address = match *body.first()? {
        AF_INET => IpAddr::V4(Ipv4Addr::from(bytes::<4>(body, 8)?)),
        AF_INET6 => Ipv6Addr::from(bytes::<16>(body, 8)?).to_canonical(),
        _ => return None,
    };
    Some(Listener {
        address,
        port: u16::from_be_bytes(bytes(body, 4)?),
        uid: u32::from_ne_bytes(bytes(body, 64)?),
        inode: u32::from_ne_bytes(bytes(body, 68)?).into(),
        v6_only: is_v6_only(body.get(MESSAGE..)?),
    })
}

/// Reads the attributes after a message: length with this header, type, and the value, at multiples of 4.
fn is_v6_only(mut attributes: &[u8]) -> bool {
    while let (Some(length), Some(kind)) = (bytes(attributes, 0), bytes(attributes, 2)) {
        let length = usize::from(u16::from_ne_bytes(length));
        if u16::from_ne_bytes(kind) == SKV6ONLY {
            return attributes.get(ATTRIBUTE).is_some_and(|value| *value != 0);
        }
        attributes = attributes.get(length.max(ATTRIBUTE).next_multiple_of(4)..).unwrap_or_default();
    }
    false
}

fn bytes<const N: usize>(from: &[u8], at: usize) -> Option<[u8; N]> {
    from.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_socket_that_listens_is_found() {
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(socket) = TcpListener::bind(address) else {
                assert!(address.starts_with('['), "a machine may be without IPv6, not without IPv4");
                continue;
            };
            let address = socket.local_addr().unwrap();
            let found = listeners().unwrap();
            let own = found.iter().find(|listener| listener.port == address.port() && listener.address == address.ip());
            assert!(own.is_some_and(|own| own.inode > 0 && own.uid == nix::unistd::geteuid().as_raw()), "{found:?}");
        }
    }

    #[test]
    fn a_socket_for_ipv6_alone_is_told_from_one_for_both() {
        // What a kernel 6.1 adds to a socket: shutdown state, class, IPV6_V6ONLY.
        let attribute = |kind: u16, value: u8| {
            let [low, high] = kind.to_ne_bytes();
            [5_u16.to_ne_bytes()[0], 5_u16.to_ne_bytes()[1], low, high, value, 0, 0, 0]
        };
        for (v6_only, expected) in [(1, true), (0, false)] {
            let attributes = [attribute(8, 1), attribute(6, 1), attribute(SKV6ONLY, v6_only)].concat();
            assert_eq!(is_v6_only(&attributes), expected);
        }
        assert!(!is_v6_only(&attribute(8, 1)) && !is_v6_only(&[]));

        let Ok(socket) = TcpListener::bind("[::]:0") else { return };
        let port = socket.local_addr().unwrap().port();
        let default = std::fs::read_to_string("/proc/sys/net/ipv6/bindv6only").unwrap();
        let found = listeners().unwrap();
        let own = found.iter().find(|listener| listener.port == port).unwrap();
        assert_eq!(own.v6_only, default.trim() == "1", "{own:?}");
    }

    #[test]
    fn errors_of_the_kernel_are_told_apart() {
        let mut datagram = Vec::new();
        datagram.extend(36_u32.to_ne_bytes());
        datagram.extend(ERROR.to_ne_bytes());
        datagram.extend([0; 10]);
        datagram.extend((-libc::EPERM).to_ne_bytes());
        datagram.resize(36, 0);
        assert_eq!(read(&datagram, &mut Vec::new()), Err(HostError::NotPermitted));
    }

    proptest! {
        #[test]
        fn never_panics(datagram: Vec<u8>) {
            let _ = read(&datagram, &mut Vec::new());
            let _ = is_v6_only(&datagram);
        }
    }
}
