//! The kernel's tables of sockets and addresses: /proc/net/tcp, tcp6, fib_trie and if_inet6, proc_net(5).

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::host::Listener;

/// State LISTEN, `TCP_LISTEN` of the kernel's include/net/tcp_states.h.
const LISTEN: &str = "0A";

/// The listening sockets of /proc/net/tcp or tcp6. A line that is not understood is an error, because it may be
/// a listener.
pub(super) fn listeners(text: &str, big_endian: bool) -> Result<Vec<Listener>, String> {
    let mut found = Vec::new();
    for line in text.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        match socket(line, big_endian) {
            Some(Some(listener)) => found.push(listener),
            Some(None) => {}
            None => {
                return Err(format!(
                    "the line `{}` is not understood",
                    line.trim().chars().take(60).collect::<String>()
                ));
            }
        }
    }
    Ok(found)
}

/// The socket of a line, if it listens; `None` if the line is not an entry of the table.
///
/// ```text
///   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
///    0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 23651 1 ...
/// ```
fn socket(line: &str, big_endian: bool) -> Option<Option<Listener>> {
    let mut fields = line.split_whitespace();
    let local = fields.nth(1)?;
    let state = fields.nth(1)?;
    if state != LISTEN {
        return Some(None);
    }
    let uid = fields.nth(3)?.parse().ok()?;
    let inode = fields.nth(1)?.parse().ok()?;
    let (address, port) = local.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    Some(Some(Listener { address: table_address(address, big_endian)?, port, uid, inode, v6_only: false }))
}

/// An address as the socket tables print it: 32 bits at a time, each as a number of the machine, so that 127.0.0.1 is
/// `0100007F` on x86 and `7F000001` on s390x. An IPv4 address within IPv6 is that IPv4 address.
fn table_address(hex: &str, big_endian: bool) -> Option<IpAddr> {
    let word = |index: usize| {
        let word = u32::from_str_radix(hex.get(index * 8..index * 8 + 8)?, 16).ok()?;
        Some(if big_endian { word } else { word.swap_bytes() })
    };
    match hex.len() {
        8 => Some(Ipv4Addr::from(word(0)?).into()),
        32 => {
            let high = (u64::from(word(0)?) << 32) | u64::from(word(1)?);
            let low = (u64::from(word(2)?) << 32) | u64::from(word(3)?);
            Some(Ipv6Addr::from((u128::from(high) << 64) | u128::from(low)).to_canonical())
        }
        _ => None,
    }
}

/// The host's own IPv4 addresses: in /proc/net/fib_trie a leaf `|-- 192.0.2.2` is followed by its entries, of which
/// `/32 host LOCAL` says that the address is one of the host's.
pub(super) fn own_ipv4(text: &str) -> BTreeSet<IpAddr> {
    let mut leaf = None;
    let mut own = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if let Some(address) = line.strip_prefix("|-- ") {
            leaf = address.parse::<Ipv4Addr>().ok();
        } else if line == "/32 host LOCAL" {
            own.extend(leaf.map(IpAddr::V4));
        }
    }
    own
}

/// The host's own IPv6 addresses: the first column of /proc/net/if_inet6, in network order on every machine.
pub(super) fn own_ipv6(text: &str) -> BTreeSet<IpAddr> {
    text.lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|hex| hex.len() == 32)
        .filter_map(|hex| u128::from_str_radix(hex, 16).ok())
        .map(|bits| IpAddr::V6(bits.into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    fn line(local: &str, state: &str, uid: u32, inode: u64) -> String {
        format!(
            "   0: {local} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000 {uid:5}        0 {inode} 1 0\n"
        )
    }

    #[test]
    fn sockets_of_both_tables() {
        for (local, big_endian, address, port) in [
            ("0100007F:0CEA", false, "127.0.0.1", 3306),
            ("00000000:0050", false, "0.0.0.0", 80),
            ("7F000001:01BB", true, "127.0.0.1", 443),
            ("00000000000000000000000000000000:01BB", false, "::", 443),
            ("00000000000000000000000001000000:18EB", false, "::1", 6379),
            ("00000000000000000000000000000001:18EB", true, "::1", 6379),
            ("0000000000000000FFFF00000200000A:6989", false, "10.0.0.2", 27017),
            ("B80D0120000000000000000001000000:01BB", false, "2001:db8::1", 443),
        ] {
            let expected = Listener { address: address.parse().unwrap(), port, uid: 33, inode: 23651, v6_only: false };
            assert_eq!(
                listeners(&format!("{HEADER}{}", line(local, "0A", 33, 23651)), big_endian),
                Ok(vec![expected]),
                "{local}"
            );
        }
    }

    #[test]
    fn connections_are_no_listeners_and_broken_lines_no_free_ports() {
        let established = line("0100007F:0050", "01", 0, 7);
        assert_eq!(listeners(&format!("{HEADER}{established}\n"), false), Ok(Vec::new()));
        for broken in [
            "nonsense",
            "0: 0100007F:0050",
            "0: 010000:0050 0:0 0A 0:0 0:0 0 0 0 7",
            "0: é00007F:0050 0 0A 0 0 0 0 0 7",
        ] {
            assert!(listeners(&format!("{HEADER}{broken}"), false).is_err(), "{broken}");
        }
    }

    #[test]
    fn own_addresses() {
        let trie = "Local:\n  +-- 127.0.0.0/8 2 0 2\n     |-- 127.0.0.1\n        /32 host LOCAL\n     \
            |-- 127.255.255.255\n        /32 link BROADCAST\n  +-- 192.0.2.0/24 2 0 2\n     |-- 192.0.2.0\n        \
            /24 link UNICAST\n     |-- 192.0.2.2\n        /32 host LOCAL\n";
        let own: Vec<String> = own_ipv4(trie).iter().map(IpAddr::to_string).collect();
        assert_eq!(own, ["127.0.0.1", "192.0.2.2"]);
        let inet6 = "00000000000000000000000000000001 01 80 10 80       lo\n\
            fe80000000000000021122fffe334455 02 40 20 80     eth0\n\
            20010db8000000000000000000000007 02 40 00 80     eth0\n";
        let own: Vec<String> = own_ipv6(inet6).iter().map(IpAddr::to_string).collect();
        assert_eq!(own, ["::1", "2001:db8::7", "fe80::211:22ff:fe33:4455"]);
    }

    /// An address as the kernel prints it: `%08X` of each 32 bits in the machine's order.
    fn printed(address: IpAddr, big_endian: bool) -> String {
        let bytes = match address {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        };
        bytes
            .chunks(4)
            .map(|word| {
                let word: [u8; 4] = word.try_into().unwrap();
                let number = if big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) };
                format!("{number:08X}")
            })
            .collect()
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), big_endian: bool) {
            let _ = listeners(&format!("\n{text}"), big_endian);
            let _ = table_address(&text, big_endian);
            let _ = (own_ipv4(&text), own_ipv6(&text));
        }

        #[test]
        fn what_the_kernel_prints_is_read_back(
            address: IpAddr, port: u16, uid: u32, inode: u64, big_endian: bool
        ) {
            let local = format!("{}:{port:04X}", printed(address, big_endian));
            let expected = Listener { address: address.to_canonical(), port, uid, inode, v6_only: false };
            let table = format!("{HEADER}{}", line(&local, "0A", uid, inode));
            prop_assert_eq!(listeners(&table, big_endian), Ok(vec![expected]));
        }
    }
}
