//! Who can reach a listener, as far as addresses show it. Firewalls, routers and address translation are not considered.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::probe::private::is_private;

/// Who can reach it; a later one is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exposure {
    /// Nobody: nothing listens.
    None,
    /// This host.
    Loopback,
    /// Networks with private addresses.
    Private,
    /// Every address of a host that has only private ones, or whose addresses are not known.
    All,
    /// A public address.
    Public,
}

impl Exposure {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::All => "all",
            Self::Public => "public",
        }
    }
}

/// An address listened on, and whether it is `::` for IPv6 alone.
pub(super) type Listened = (IpAddr, bool);

/// The worst exposure of the addresses listened on, on a host with these addresses of its own.
pub(super) fn exposure<'a>(listened: impl IntoIterator<Item = &'a Listened>, own: &BTreeSet<IpAddr>) -> Exposure {
    listened.into_iter().map(|listened| of_address(listened, own)).max().unwrap_or(Exposure::None)
}

fn of_address(listened: &Listened, own: &BTreeSet<IpAddr>) -> Exposure {
    let (address, _) = listened;
    if !address.is_unspecified() {
        specific(address)
    } else if public(listened, own).next().is_some() {
        Exposure::Public
    } else {
        Exposure::All
    }
}

/// The public addresses at which a listener is reached.
pub(super) fn public<'a>(
    (address, v6_only): &'a Listened,
    own: &'a BTreeSet<IpAddr>,
) -> impl Iterator<Item = &'a IpAddr> {
    // `::` holds IPv4 too unless the socket forbids it; `0.0.0.0` never holds IPv6.
    let reached = own.iter().filter(move |own| match own {
        IpAddr::V4(_) => address.is_ipv4() || !v6_only,
        IpAddr::V6(_) => address.is_ipv6(),
    });
    let itself = (!address.is_unspecified()).then_some(address);
    let reached = reached.filter(|_| address.is_unspecified());
    itself.into_iter().chain(reached).filter(|address| specific(address) == Exposure::Public)
}

fn specific(address: &IpAddr) -> Exposure {
    match address {
        _ if address.is_loopback() => Exposure::Loopback,
        _ if is_private(address) => Exposure::Private,
        _ => Exposure::Public,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use proptest::prelude::*;

    use super::*;

    fn addresses(text: &str) -> BTreeSet<IpAddr> {
        text.split_whitespace().map(|address| address.parse().unwrap()).collect()
    }

    #[test]
    fn the_worst_address_decides() {
        const PRIVATE: &str = "127.0.0.1 ::1 10.0.0.5 172.17.0.1 fe80::1";
        for (listened, own, expected) in [
            ("", PRIVATE, Exposure::None),
            ("127.0.0.1 127.8.8.8 ::1", PRIVATE, Exposure::Loopback),
            ("127.0.0.1 10.0.0.5", PRIVATE, Exposure::Private),
            ("172.31.255.255", PRIVATE, Exposure::Private),
            ("172.32.0.1", PRIVATE, Exposure::Public),
            ("192.168.1.1", PRIVATE, Exposure::Private),
            ("169.254.1.1", PRIVATE, Exposure::Private),
            ("100.127.255.255", PRIVATE, Exposure::Private),
            ("100.128.0.1", PRIVATE, Exposure::Public),
            ("fd12::1 fe80::1", PRIVATE, Exposure::Private),
            ("198.51.100.7 127.0.0.1", PRIVATE, Exposure::Public),
            ("2001:db8::1", PRIVATE, Exposure::Public),
            ("0.0.0.0", PRIVATE, Exposure::All),
            ("::", PRIVATE, Exposure::All),
            ("0.0.0.0", "", Exposure::All),
            ("0.0.0.0", "10.0.0.5 198.51.100.7", Exposure::Public),
            ("0.0.0.0", "10.0.0.5 2001:db8::7", Exposure::All),
            ("::", "10.0.0.5 2001:db8::7", Exposure::Public),
            ("::", "198.51.100.7 fe80::1", Exposure::Public),
        ] {
            let listened: Vec<Listened> = addresses(listened).into_iter().map(|address| (address, false)).collect();
            assert_eq!(exposure(&listened, &addresses(own)), expected, "{listened:?} on {own}");
        }
    }

    #[test]
    fn a_listener_for_ipv6_alone_is_not_on_the_hosts_ipv4_addresses() {
        for (own, expected) in [
            ("10.0.0.5 198.51.100.7 fe80::1", Exposure::All),
            ("10.0.0.5 2001:db8::7", Exposure::Public),
            ("198.51.100.7", Exposure::All),
        ] {
            assert_eq!(exposure(&[(Ipv6Addr::UNSPECIFIED.into(), true)], &addresses(own)), expected, "{own}");
        }
    }

    proptest! {
        #[test]
        fn one_more_address_never_exposes_less(mut listened: BTreeSet<Listened>, own: BTreeSet<IpAddr>, more: Listened) {
            let before = exposure(&listened, &own);
            listened.insert(more);
            prop_assert!(exposure(&listened, &own) >= before);
        }
    }
}
