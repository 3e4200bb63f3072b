//! Which addresses are private: RFC 1918, 3927, 4193, 4291 and 6598.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is not routed on the Internet, and not this host's own loopback.
pub(super) fn is_private(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local() || is_shared(v4),
        IpAddr::V6(v6) => is_unique_local(v6) || v6.is_unicast_link_local(),
    }
}

/// 100.64.0.0/10, behind a provider's address translation: RFC 6598.
fn is_shared(address: &Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && second & 0b1100_0000 == 64
}

/// fc00::/7: RFC 4193.
fn is_unique_local(address: &Ipv6Addr) -> bool {
    let [first, ..] = address.octets();
    first & 0b1111_1110 == 0xfc
}
