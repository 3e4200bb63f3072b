//! What in a text is a name, an id or an address, by its form and its neighbours.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use super::{Redaction, Sort};
use crate::check::builtin;
use crate::facts::catalogue::CATALOGUE;

/// Where home directories stand.
const HOMES: [&str; 5] = ["/home/", "/users/", "/export/home/", "/run/media/", "/var/spool/cron/crontabs/"];

/// Names that are also words of paths, services and roles, beside those of the packs and the catalogue.
const WORDS: &str = "
    root home data srv var lib etc usr bin opt tmp mnt media run proc sys dev boot export volumes
    web www app api mail proxy cache files backup server host node main primary master worker manager default
    admin user guest nobody test stage staging prod production local internal lan localdomain
    nginx caddy traefik haproxy mysql mariadb postgres rabbitmq minio elasticsearch rancher swarm
    this host tree below recorded facts container process pid owner attested operator example waived";

/// A thing found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub start: usize,
    pub end: usize,
    pub sort: Sort,
    /// Lower case; an IP address in its shortest form.
    pub original: String,
}

/// The words that a report needs: the built-in packs, the catalogue, the report's own schema.
static VOCABULARY: LazyLock<String> = LazyLock::new(|| {
    let mut text = WORDS.to_owned();
    for file in builtin() {
        file.files.values().for_each(|content| text += content);
    }
    for row in CATALOGUE {
        text += &format!(" {} {} {:?}", row.name, row.doc, row.kind);
    }
    text += include_str!("../../../packaging/schemas/report-v1.schema.json");
    text.to_ascii_lowercase()
});

/// Whether an original, in lower case, is also a word, so that it is replaced only where it stands as a name.
pub(super) fn is_common(original: &str) -> bool {
    original.len() < 4
        || original.bytes().all(|byte| byte.is_ascii_digit())
        || !occurrences(&VOCABULARY, original, false).is_empty()
}

/// Whether it names nobody in particular.
pub(super) fn is_nobodys(sort: Sort, original: &str) -> bool {
    let first = original.split('.').next().unwrap_or_default();
    original.is_empty() || (sort == Sort::Host && ["localhost", "localhost4", "localhost6", "(none)"].contains(&first))
}

/// Where `wanted` stands in `text`, both in lower case: with no letter or digit beside it, or when `loose` with no digit
/// beside a digit.
pub(super) fn occurrences(text: &str, wanted: &str, loose: bool) -> Vec<usize> {
    let (bytes, own) = (text.as_bytes(), wanted.as_bytes());
    let (Some(first), Some(last)) = (own.first(), own.last()) else { return Vec::new() };
    let apart = |own: &u8, beside: Option<&u8>| match beside {
        None => true,
        Some(beside) if loose => !(own.is_ascii_digit() && beside.is_ascii_digit()),
        Some(beside) => !beside.is_ascii_alphanumeric() || !own.is_ascii_alphanumeric(),
    };
    let fits = |start: &usize| {
        let before = start.checked_sub(1).and_then(|before| bytes.get(before));
        apart(first, before) && apart(last, bytes.get(start + own.len()))
    };
    text.match_indices(wanted).map(|(start, _)| start).filter(fits).collect()
}

/// Hosts of these domains that a text in lower case names in full.
pub(super) fn members(text: &str, domains: &[String]) -> BTreeSet<String> {
    let domains: Vec<_> = domains.iter().filter(|domain| !is_common(domain)).map(String::as_str).collect();
    let is_member = |word: &&str| {
        let before = |domain: &&str| word.strip_suffix(*domain).and_then(|before| before.strip_suffix('.'));
        domains.iter().filter_map(before).any(|before| !before.is_empty())
    };
    let words = text.split(|sign: char| !is_of_name(sign)).map(|word| word.trim_matches(['.', '-']));
    words.filter(is_member).map(str::to_owned).collect()
}

fn is_of_name(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '.' || sign == '-'
}

/// Everything in a text that its form or its neighbours tell, in order and without overlaps.
pub(super) fn spans(text: &str, level: Redaction) -> Vec<Span> {
    let lower = text.to_ascii_lowercase();
    let mut all = Vec::new();
    runs(&lower, |byte| byte.is_ascii_hexdigit() || byte == b':' || byte == b'-', &mut all, id_or_mac);
    authorities(&lower, &mut all);
    homes(&lower, &mut all);
    servers(&lower, &mut all);
    runs(&lower, |byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-', &mut all, dashed);
    if level == Redaction::Strict {
        runs(&lower, |byte| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.', &mut all, address);
    }
    all.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    all.retain(|span| {
        let apart = span.start >= end && span.start < span.end;
        if apart {
            end = span.end;
        }
        apart
    });
    all
}

/// Looks at every longest run of such bytes that no letter or digit touches.
fn runs(
    text: &str,
    of: impl Fn(u8) -> bool,
    into: &mut Vec<Span>,
    look: impl Fn(&str) -> Option<(usize, Sort, String)>,
) {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let length = bytes[start..].iter().take_while(|byte| of(**byte)).count();
        let end = start + length;
        let touched = start.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphanumeric())
            || bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
        if length > 0
            && !touched
            && let Some((length, sort, original)) = look(&text[start..end])
        {
            into.push(Span { start, end: start + length, sort, original });
        }
        start = end.max(start + 1);
    }
}

/// A machine id (32 hexadecimal digits, or a UUID) or a MAC address.
fn id_or_mac(run: &str) -> Option<(usize, Sort, String)> {
    let run = run.trim_end_matches([':', '-']);
    let parts: Vec<_> = run.split('-').map(str::len).collect();
    let is_hex = run.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if is_hex && (parts == [32] || parts == [8, 4, 4, 4, 12]) {
        return Some((run.len(), Sort::Id, run.to_owned()));
    }
    let groups: Vec<_> = run.split([':', '-']).collect();
    let is_mac = groups.len() == 6 && groups.iter().all(|group| group.len() == 2);
    is_mac.then(|| (run.len(), Sort::Mac, run.replace('-', ":")))
}

/// A name with an IPv4 address in it, as providers and DHCP servers give them: `ip-10-20-0-15`.
fn dashed(run: &str) -> Option<(usize, Sort, String)> {
    let run = run.trim_end_matches(['.', '-']);
    let label = run.split('.').next()?;
    let parts: Vec<_> = label.split('-').collect();
    let is_octet = |part: &&str| part.parse::<u8>().is_ok();
    let has_address = parts.windows(4).any(|window| window.iter().all(is_octet));
    let is_name = label.starts_with(|sign: char| sign.is_ascii_alphabetic());
    (has_address && is_name).then(|| (run.len(), Sort::Host, run.to_owned()))
}

/// An IP address, with or without a port behind it. Loopback, wildcard and masks are nobody's.
fn address(run: &str) -> Option<(usize, Sort, String)> {
    let trimmed = run.trim_end_matches(['.', ':']);
    let (text, address) = match trimmed.split_once(':') {
        None => (trimmed, trimmed.parse().ok()?),
        Some((before, port)) if !port.contains(':') => (before, before.parse::<Ipv4Addr>().ok()?.into()),
        Some(_) => (trimmed, IpAddr::V6(trimmed.parse::<Ipv6Addr>().ok()?)),
    };
    let address = address.to_canonical();
    let is_mask = matches!(address, IpAddr::V4(address) if address.octets()[0] == 255);
    let nobodys = address.is_loopback() || address.is_unspecified() || is_mask;
    (!nobodys).then(|| (text.len(), Sort::Ip, address.to_string()))
}

/// Hosts and users of addresses such as `ssh://alice@chat.example.com:22/` and of `alice@chat.example.com`.
fn authorities(text: &str, into: &mut Vec<Span>) {
    let ends = |sign: char| !is_of_name(sign) && sign != ':' && sign != '@' && sign != '_';
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let end = text[start..].find(ends).map_or(text.len(), |length| start + length);
        let (user, host) = match text[start..end].rfind('@') {
            Some(at) => (start..start + at, start + at + 1..end),
            None => (start..start, start..end),
        };
        let user = &text[user.start..user.start + text[user.clone()].find(':').unwrap_or(user.len())];
        push(into, start, user, Sort::User);
        let name = text[host.clone()].split(':').next().unwrap_or_default();
        push_host(into, host.start, name);
    }
    for (at, _) in text.match_indices('@') {
        let start = text[..at]
            .rfind(|sign: char| !is_of_name(sign) && sign != '_')
            .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
        let end = text[at + 1..].find(|sign: char| !is_of_name(sign)).map_or(text.len(), |length| at + 1 + length);
        let host = text[at + 1..end].trim_end_matches(['.', '-']);
        const UNITS: [&str; 7] = [".service", ".socket", ".timer", ".mount", ".slice", ".scope", ".target"];
        if host.contains('.') && !UNITS.iter().any(|unit| host.ends_with(unit)) && host.parse::<IpAddr>().is_err() {
            push(into, start, &text[start..at], Sort::User);
            push_host(into, at + 1, host);
        }
    }
}

/// Users of home directories.
fn homes(text: &str, into: &mut Vec<Span>) {
    for home in HOMES {
        for (at, _) in text.match_indices(home) {
            let start = at + home.len();
            let ends = |sign: char| sign.is_whitespace() || sign.is_control() || "/:;,'\"()[]".contains(sign);
            let end = text[start..].find(ends).map_or(text.len(), |length| start + length);
            push(into, start, text[start..end].trim_end_matches('.'), Sort::User);
        }
    }
}

/// Servers of network file systems: `nas-1:/export`, `//nas-1/share`.
fn servers(text: &str, into: &mut Vec<Span>) {
    for (at, _) in text.match_indices(":/").filter(|(at, _)| !text[at + 2..].starts_with('/')) {
        let start = text[..at]
            .rfind(|sign: char| !is_of_name(sign))
            .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
        let fresh = start == 0 || text[..start].ends_with([' ', ';', ',', '(', '[']);
        if fresh {
            push_host(into, start, &text[start..at]);
        }
    }
    if let Some(rest) = text.strip_prefix("//") {
        push_host(into, 2, rest.split('/').next().unwrap_or_default());
    }
}

fn push(into: &mut Vec<Span>, start: usize, name: &str, sort: Sort) {
    if !name.is_empty() && name != "*" {
        into.push(Span { start, end: start + name.len(), sort, original: name.to_owned() });
    }
}

/// A host by its name. Addresses are found by their form, and names of the vendors' registries and pages are words.
fn push_host(into: &mut Vec<Span>, start: usize, name: &str) {
    let is_name = name.bytes().any(|byte| byte.is_ascii_alphabetic()) && name.parse::<IpAddr>().is_err();
    let is_vendors = name.contains('.') && is_common(name);
    if is_name && !is_vendors && !is_nobodys(Sort::Host, name) {
        push(into, start, name, Sort::Host);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, level: Redaction) -> Vec<(Sort, String)> {
        spans(text, level).into_iter().map(|span| (span.sort, span.original)).collect()
    }

    fn one(text: &str) -> String {
        let found = found(text, Redaction::Strict);
        let words: Vec<_> = found.into_iter().map(|(sort, original)| format!("{sort:?} {original}")).collect();
        words.join(", ")
    }

    #[test]
    fn names_are_told_by_where_they_stand() {
        for (text, wanted) in [
            ("/home/alice/.docker/run/docker.sock", "User alice"),
            ("permission denied on /home/Bob: root may", "User bob"),
            ("ssh://alice@build-7.acme.example:22/x", "User alice, Host build-7.acme.example"),
            ("https://chat.acme.example/api/info", "Host chat.acme.example"),
            ("unix:///var/run/docker.sock /info", ""),
            ("tcp://127.0.0.1:2375", ""),
            ("tcp://10.1.2.3:2375", "Ip 10.1.2.3"),
            ("https://www.cometchat.com/docs/on-premise-deployment", ""),
            ("nas-1.example.net:/export/docker", "Host nas-1.example.net"),
            ("ssd; nas:/export/docker", "Host nas"),
            ("//filer/share", "Host filer"),
            ("/etc/docker/daemon.json: /srv/docker", ""),
            ("Docker's default: /var/lib/docker", ""),
            ("mail alice@acme.example now", "User alice, Host acme.example"),
            ("getty@tty1.service", ""),
            ("rocketchat/rocket.chat@sha256:aabbcc", ""),
            ("read on dhcp-192-168-0-66.lan", "Host dhcp-192-168-0-66.lan"),
            ("ip-10-20-0-15.ec2.internal", "Host ip-10-20-0-15.ec2.internal"),
            ("5-15-0-91", ""),
        ] {
            assert_eq!(one(text), wanted, "{text}");
        }
    }

    #[test]
    fn ids_and_addresses_are_told_by_their_form() {
        for (text, wanted) in [
            ("eth0 52:54:00:AB:cd:01 up", "Mac 52:54:00:ab:cd:01"),
            ("52-54-00-ab-cd-01", "Mac 52:54:00:ab:cd:01"),
            ("4c4c4544-0042-3510-8052-b4c04f564332", "Id 4c4c4544-0042-3510-8052-b4c04f564332"),
            ("b5f696cdee6540efb5f696cdee6540ef", "Id b5f696cdee6540efb5f696cdee6540ef"),
            ("sha256:5e127408dfbbc7610615de9761a3c4088eb06254207e1ca8e65f80298b9b0292", ""),
            ("0.0.0.0, ::, 127.0.0.1:80, [::1]:443, 255.255.255.0", ""),
            ("10.0.0.5:443 and 10.0.0.50.", "Ip 10.0.0.5, Ip 10.0.0.50"),
            ("[2001:DB8:0:0::1]:443", "Ip 2001:db8::1"),
            ("::ffff:10.0.0.5", "Ip 10.0.0.5"),
            ("fe80::1%eth0", "Ip fe80::1"),
            ("10.0.0.0/8", "Ip 10.0.0.0"),
            ("12:30:45, 1.2.3, 300.1.1.1, v1.2.3.4x", ""),
        ] {
            assert_eq!(one(text), wanted, "{text}");
        }
        assert_eq!(found("10.0.0.5", Redaction::Identifiers), []);
    }

    #[test]
    fn words_are_common_and_names_are_not() {
        for word in
            ["web", "docker", "data", "root", "chat", "ubuntu", "supported", "rocket.chat", "docker-engine", "1234"]
        {
            assert!(is_common(word), "{word}");
        }
        for name in ["chat-2", "acmeweb", "example.org", "alice", "web-17.acme.example"] {
            assert!(!is_common(name), "{name}");
        }
    }

    #[test]
    fn neighbours_decide_whether_a_name_stands_in_a_text() {
        assert_eq!(occurrences("chat-2 chat-25 xchat-2 chat-2-db-1", "chat-2", false), [0, 23]);
        assert_eq!(occurrences("acmewebdata acmeweb2", "acmewebd", true), [0]);
        assert_eq!(occurrences("acmehost1 acmehost12", "acmehost1", true), [0]);
        assert_eq!(occurrences("anything", "", true), Vec::<usize>::new());
    }
}
