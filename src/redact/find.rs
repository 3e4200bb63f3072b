//! What in a text is a name, an id or an address, by its form and by what stands beside it.
//!
//! Texts are in lower case here.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::iter;
use std::net::{AddrParseError, IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::names::{Names, stand_ins};
use super::{MARK, Redaction, Sort};
use crate::facts::{Privacy, repository};

/// Directories whose entries are called like users.
const HOMES: [&str; 7] =
    ["/home/", "/users/", "/export/home/", "/run/media/", "/media/", "/run/user/", "/var/spool/cron/crontabs/"];

/// Ends of names that are hosts wherever they stand, if two labels or more come before. Names of facts, files and labels of
/// images have dots, too.
const ENDS_OF_HOSTS: [&str; 10] =
    [".internal", ".corp", ".local", ".lan", ".intra", ".intranet", ".private", ".com", ".net", ".org"];

/// Beginnings of names of network interfaces that a MAC address follows: systemd.net-naming-scheme(7).
const INTERFACES: [&str; 3] = ["enx", "wlx", "wwx"];

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub range: Range<usize>,
    /// What it is, and the original; an IP address in its shortest form. `None` if it stays as it is.
    pub is: Option<(Sort, String)>,
}

/// Everything in a text that its form tells, in order and without overlaps. In a text that was `received` redacted, what
/// looks like a stand-in is one. `public` are hosts and image repositories that everybody knows.
pub(super) fn spans(
    text: &str,
    privacy: Privacy,
    level: Redaction,
    received: bool,
    public: &HashSet<String>,
) -> Vec<Span> {
    // A stand-in is for letters that are gone, and no part of anything longer.
    let done: Vec<_> = stand_ins(text).filter(|_| received).collect();
    let mut blanked = Cow::Borrowed(text);
    for range in &done {
        blanked.to_mut().replace_range(range.clone(), &MARK.to_string().repeat(range.len()));
    }
    let spans = done.into_iter().map(|range| Span { range, is: None }).collect();
    let mut found = Found { text: &blanked, spans };
    found.words(public);
    found.ids_and_macs();
    found.authorities();
    found.homes();
    found.servers();
    match privacy {
        Privacy::Image => found.registry(public),
        Privacy::Address => found.server(),
        _ => {}
    }
    if level == Redaction::Strict {
        found.addresses();
    }
    apart(found.spans)
}

/// The hosts in a text whose domain is known.
pub(super) fn members(text: &str, names: &Names) -> Vec<Span> {
    let mut found = Found { text, spans: Vec::new() };
    for word in words(text).filter(|word| domains(word).any(|domain| names.get(Sort::Domain, domain).is_some())) {
        found.push(word, Sort::Host, word);
    }
    found.spans
}

/// Spans in order. Of those that overlap or touch, the first takes the place of all, unless it stays as it is.
pub(super) fn apart(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.range.start, Reverse(span.range.end), span.is.is_some()));
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for mut span in spans {
        if let Some(last) = out.last_mut().filter(|last| span.range.start <= last.range.end) {
            if last.is.is_some() {
                last.range.end = last.range.end.max(span.range.end);
                continue;
            }
            span.range.start = last.range.end;
        }
        if span.range.start < span.range.end {
            out.push(span);
        }
    }
    out
}

/// Whether it names nobody in particular.
pub(super) fn is_nobodys(sort: Sort, name: &str) -> bool {
    const LOCAL: [&str; 5] = ["localhost", "localhost.localdomain", "localhost4", "localhost6", "ip6-localhost"];
    !name.contains(char::is_alphanumeric)
        || (sort == Sort::Host && (name == "(none)" || LOCAL.contains(&name)))
        || (sort == Sort::User && name == "root")
}

/// The longest name in bytes: a host has up to 253, a user or a file up to 255. What is longer is replaced where its form
/// tells it, and not searched for.
pub(super) const LONGEST: usize = 255;

/// The domains that a name is in, the nearest first. A last label alone is none.
pub(super) fn domains(name: &str) -> impl Iterator<Item = &str> {
    let is_name = name.len() <= LONGEST && name.parse::<IpAddr>().is_err();
    let dots = name.match_indices('.').filter(move |_| is_name);
    dots.map(|(dot, _)| &name[dot + 1..]).filter(|domain| domain.contains('.'))
}

fn is_of_name(sign: char) -> bool {
    is_letter(sign) || sign == '.' || sign == '-'
}

/// A letter or digit, also one of a stand-in.
fn is_letter(sign: char) -> bool {
    sign.is_alphanumeric() || sign == MARK
}

/// Words that can be names of hosts.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign| !is_of_name(sign)).map(|word| word.trim_matches(['.', '-'])).filter(|word| !word.is_empty())
}

struct Found<'a> {
    text: &'a str,
    spans: Vec<Span>,
}

impl<'a> Found<'a> {
    /// Where a part of the text stands in it.
    fn range(&self, part: &'a str) -> Range<usize> {
        let start = part.as_ptr().addr() - self.text.as_ptr().addr();
        start..start + part.len()
    }

    fn push(&mut self, part: &'a str, sort: Sort, original: &str) {
        if !is_nobodys(sort, original) && !original.contains(MARK) {
            self.spans.push(Span { range: self.range(part), is: Some((sort, original.to_owned())) });
        }
    }

    fn stays(&mut self, part: &'a str) {
        self.spans.push(Span { range: self.range(part), is: None });
    }

    /// A host at the beginning of a part of the text, with or without a port. Addresses are told by their own form.
    fn host(&mut self, part: &'a str) {
        let name = part.split(|sign| !is_of_name(sign) && sign != '_').next().unwrap_or_default();
        let name = name.trim_matches(['.', '-']);
        if name.contains(char::is_alphabetic) {
            self.push(name, Sort::Host, name);
        }
    }

    /// Public names, and names with an address in them (`ip-10-20-0-15`), as providers and DHCP servers give them.
    fn words(&mut self, public: &HashSet<String>) {
        for word in words(self.text) {
            if word.contains('.') && public.contains(word) {
                self.stays(word);
            } else if has_address(word) || is_host(word) {
                self.push(word, Sort::Host, word);
            }
        }
    }

    /// Machine ids (32 hexadecimal digits, or a UUID) and MAC addresses.
    fn ids_and_macs(&mut self) {
        let text = self.text;
        let words = text.split(|sign| !is_letter(sign)).filter(|word| !word.is_empty());
        let words: Vec<_> = words.map(|word| (self.range(word), word)).collect();
        type Word<'a> = (Range<usize>, &'a str);
        let is_hex = |word: &Word<'_>, length| word.1.len() == length && word.1.bytes().all(|b| b.is_ascii_hexdigit());
        let between = |a: &Word<'_>, b: &Word<'_>| &text[a.0.end..b.0.start];
        for word in words.iter().filter(|word| is_hex(word, 32)) {
            self.push(word.1, Sort::Id, word.1);
        }
        for parts in words.chunk_by(|a, b| between(a, b) == "-") {
            for uuid in parts.windows(5).filter(|uuid| iter::zip(*uuid, [8, 4, 4, 4, 12]).all(|(a, b)| is_hex(a, b))) {
                let id = &text[uuid[0].0.start..uuid[4].0.end];
                self.push(id, Sort::Id, id);
            }
        }
        let colons = |digits: &str| {
            let pairs: Vec<_> = (0..6).filter_map(|pair| digits.get(2 * pair..2 * pair + 2)).collect();
            pairs.join(":")
        };
        // In the name of an interface, and in three groups as switches write it.
        for (_, word) in &words {
            let digits = INTERFACES.iter().find_map(|start| word.strip_prefix(start));
            if let Some(digits) =
                digits.filter(|digits| digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
            {
                self.push(digits, Sort::Mac, &colons(digits));
            }
        }
        for groups in words.chunk_by(|a, b| is_hex(a, 4) && is_hex(b, 4) && between(a, b) == ".") {
            if let [first, _, last] = groups {
                let mac = &text[first.0.start..last.0.end];
                self.push(mac, Sort::Mac, &colons(&mac.replace('.', "")));
            }
        }
        // Six pairs and no more: a fingerprint has twenty.
        for pairs in words.chunk_by(|a, b| is_hex(a, 2) && is_hex(b, 2) && matches!(between(a, b), ":" | "-")) {
            if pairs.len() == 6 {
                let mac = &text[pairs[0].0.start..pairs[5].0.end];
                self.push(mac, Sort::Mac, &mac.replace('-', ":"));
            }
        }
    }

    /// Hosts and users of addresses such as `ssh://alice@chat.example.com:22/`, and of `alice@chat.example.com`.
    fn authorities(&mut self) {
        let text = self.text;
        let ends = |sign: char| sign.is_whitespace() || sign.is_control() || "/?#\"'`<>()[]{},;|\\".contains(sign);
        for (at, _) in text.match_indices("://") {
            let authority = text[at + 3..].split(ends).next().unwrap_or_default();
            let (credentials, host) = authority.rsplit_once('@').unwrap_or(("", authority));
            match credentials.split_once(':') {
                // A password goes with its user, whoever that is.
                Some((user, _)) => {
                    let is = Some((Sort::User, user.to_owned()));
                    self.spans.push(Span { range: self.range(credentials), is });
                }
                None => self.push(credentials, Sort::User, credentials),
            }
            self.host(host);
            // Whatever a query holds may be a secret.
            let address =
                text[at + 3..].split(|sign: char| sign.is_whitespace() || "\"'`<>()[]{}|\\".contains(sign)).next();
            if let Some((_, query)) = address.and_then(|address| address.split_once('?')) {
                let query = query.trim_end_matches(['.', ',', ';', ':']);
                self.push(query, Sort::Id, query);
            }
        }
        const UNITS: [&str; 7] = [".service", ".socket", ".timer", ".mount", ".slice", ".scope", ".target"];
        for (at, _) in text.match_indices('@') {
            let local = |sign| is_of_name(sign) || "_+'%&=".contains(sign);
            let user =
                text[text[..at].trim_end_matches(local).len()..at].trim_start_matches(['\'', '=', '&', '.', '-']);
            let host = text[at + 1..].split(|sign| !is_of_name(sign)).next().unwrap_or_default();
            let host = host.trim_end_matches(['.', '-']);
            if host.contains('.') && !UNITS.iter().any(|unit| host.ends_with(unit)) && host.parse::<IpAddr>().is_err() {
                self.push(user, Sort::User, user);
                self.host(host);
            }
        }
    }

    /// Users of home directories.
    fn homes(&mut self) {
        let ends = |sign: char| sign.is_whitespace() || sign.is_control() || "/:;,'\"()[]".contains(sign);
        for (at, home) in HOMES.iter().flat_map(|home| self.text.match_indices(home)) {
            let user = self.text[at + home.len()..].split(ends).next().unwrap_or_default().trim_end_matches('.');
            // Below /run/user it is the number of one.
            if user.contains(|sign: char| !sign.is_ascii_digit()) {
                self.push(user, Sort::User, user);
            }
        }
    }

    /// Servers of network file systems: `nas-1:/export`, `mon1:6789,mon2:6789:/`, `//nas-1/share`.
    fn servers(&mut self) {
        let text = self.text;
        for (at, _) in text.match_indices(":/").filter(|(at, _)| !text[at + 2..].starts_with('/')) {
            let start = text[..at].trim_end_matches(|sign| is_of_name(sign) || sign == ',' || sign == ':').len();
            if start == 0 || text[..start].ends_with([' ', ';', '(', '[']) {
                for server in text[start..at].split(',') {
                    let (name, port) = server.split_once(':').unwrap_or((server, ""));
                    if port.bytes().all(|byte| byte.is_ascii_digit()) {
                        self.host(name);
                    }
                }
            }
        }
        if let Some(server) = text.strip_prefix("//") {
            self.host(server);
        }
    }

    /// The server of an address without a scheme: `chat.acme.example:8443/team`. With more colons it is an IPv6 address.
    fn server(&mut self) {
        let server = self.text.split('/').next().unwrap_or_default();
        if !self.text.contains("://") && !server.contains(' ') && server.matches(':').count() < 2 {
            self.host(server);
        }
    }

    /// The registry of an image reference: `registry.acme.example:5000/team/app:1.2`. Repositories of vendors stay.
    fn registry(&mut self, public: &HashSet<String>) {
        let repository = repository(self.text);
        if public.contains(repository) {
            self.stays(repository);
        }
        if let Some((registry, _)) = self.text.split_once('/').filter(|(registry, _)| registry.contains(['.', ':'])) {
            self.host(registry);
        }
    }

    /// IP addresses, with or without a port behind them.
    fn addresses(&mut self) {
        for run in self.text.split(|sign: char| !sign.is_ascii_digit() && sign != '.') {
            let part = run.trim_matches('.');
            self.address(part, part.parse::<Ipv4Addr>().map(IpAddr::V4));
        }
        for run in self.text.split(|sign: char| !sign.is_ascii_hexdigit() && sign != ':' && sign != '.') {
            // One colon before or behind it is not its own, as in `addr:2001:db8::1`.
            let part = run.trim_end_matches('.');
            let part = part.strip_prefix(':').filter(|rest| !rest.starts_with(':')).unwrap_or(part);
            let part = part.strip_suffix(':').filter(|rest| !rest.ends_with(':')).unwrap_or(part);
            self.address(part, part.parse::<Ipv6Addr>().map(IpAddr::V6));
        }
    }

    /// Loopback, wildcard and masks are nobody's.
    fn address(&mut self, part: &'a str, parsed: Result<IpAddr, AddrParseError>) {
        let Ok(address) = parsed.map(|address| address.to_canonical()) else { return };
        let range = self.range(part);
        let is_touched = self.text[..range.start].ends_with(is_letter) || self.text[range.end..].starts_with(is_letter);
        let is_mask = matches!(address, IpAddr::V4(address) if address.octets()[0] == 255);
        if !(is_touched || is_mask || address.is_loopback() || address.is_unspecified()) {
            self.push(part, Sort::Ip, &address.to_string());
        }
    }
}

/// Whether a name can only be a host's, by its end.
fn is_host(name: &str) -> bool {
    name.matches('.').count() > 1 && ENDS_OF_HOSTS.iter().any(|end| name.ends_with(end))
}

/// Whether a label of a name begins with a letter and holds an IPv4 address.
fn has_address(name: &str) -> bool {
    name.split('.').filter(|label| label.starts_with(char::is_alphabetic)).any(|label| {
        let octets: Vec<_> = label.split('-').map(|part| part.parse::<u8>().is_ok()).collect();
        octets.windows(4).any(|four| four.iter().all(|is_octet| *is_octet))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, privacy: Privacy, level: Redaction) -> String {
        let public = ["www.cometchat.com", "registry.rocket.chat", "mongo"].map(str::to_owned).into();
        let words = spans(&text.to_lowercase(), privacy, level, false, &public).into_iter().filter_map(|span| span.is);
        words.map(|(sort, original)| format!("{sort:?} {original}")).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn names_are_told_by_where_they_stand() {
        for (text, wanted) in [
            ("/home/alice/.docker/run/docker.sock", "User alice"),
            ("permission denied on /home/Bob: root may", "User bob"),
            ("/home/root/x and /home/*", ""),
            ("ssh://alice@build-7.acme.example:22/x", "User alice, Host build-7.acme.example"),
            ("proxy http://alice:pa%ss@proxy.acme.example:3128", "User alice, Host proxy.acme.example"),
            ("https://chat.acme.example/api/info", "Host chat.acme.example"),
            ("https://root:pw@10.0.0.5 https://:pw@10.0.0.6", "User root, Ip 10.0.0.5, User , Ip 10.0.0.6"),
            ("see (https://zürich.example).", "Host zürich.example"),
            ("unix:///var/run/docker.sock /info", ""),
            ("tcp://127.0.0.1:2375 http://localhost:80", ""),
            ("tcp://10.1.2.3:2375", "Ip 10.1.2.3"),
            ("https://www.cometchat.com/docs/on-premise-deployment", ""),
            ("https://www.cometchat.com.acme.example/", "Host www.cometchat.com.acme.example"),
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
            ("/home/-fe80::5", "User -fe80"),
        ] {
            assert_eq!(found(text, Privacy::FreeText, Redaction::Strict), wanted, "{text}");
        }
    }

    #[test]
    fn hosts_of_a_known_domain_are_found_wherever_they_stand() {
        let mut names = Names::default();
        names.insert(Sort::Domain, "corp.example", "domain-1");
        let text = "from db-1.eu.corp.example. corp.example xcorp.example db.corp.example.net";
        let found: Vec<_> = members(text, &names).into_iter().map(|span| &text[span.range]).collect();
        assert_eq!(found, ["db-1.eu.corp.example"]);
    }

    #[test]
    fn registries_and_servers_are_hosts() {
        for (text, privacy, wanted) in [
            ("registry.acme.example:5000/team/app:1.2", Privacy::Image, "Host registry.acme.example"),
            ("registry:5000/rocket.chat", Privacy::Image, "Host registry"),
            ("registry.rocket.chat/rocketchat/rocket.chat:8.5.1", Privacy::Image, ""),
            ("localhost:5000/mongo", Privacy::Image, ""),
            ("rocketchat/rocket.chat:8.5.1", Privacy::Image, ""),
            ("mongo:8.0", Privacy::Image, ""),
            ("chat.acme.example:8443", Privacy::Address, "Host chat.acme.example"),
            ("fe80::1%eth0", Privacy::Address, ""),
            ("0.0.0.0", Privacy::Address, ""),
        ] {
            assert_eq!(found(text, privacy, Redaction::Identifiers), wanted, "{text}");
        }
    }

    #[test]
    fn ids_and_addresses_are_told_by_their_form() {
        for (text, wanted) in [
            ("eth0 52:54:00:AB:cd:01 up", "Mac 52:54:00:ab:cd:01"),
            ("52-54-00-ab-cd-01", "Mac 52:54:00:ab:cd:01"),
            ("mac:52:54:00:ab:cd:01", "Mac 52:54:00:ab:cd:01"),
            ("aa:bb:cc:dd:ee:ff:00", ""),
            ("4c4c4544-0042-3510-8052-b4c04f564332", "Id 4c4c4544-0042-3510-8052-b4c04f564332"),
            ("luks-4c4c4544-0042-3510-8052-b4c04f564332", "Id 4c4c4544-0042-3510-8052-b4c04f564332"),
            ("b5f696cdee6540efb5f696cdee6540ef", "Id b5f696cdee6540efb5f696cdee6540ef"),
            ("sha256:5e127408dfbbc7610615de9761a3c4088eb06254207e1ca8e65f80298b9b0292", ""),
            ("0.0.0.0, ::, 127.0.0.1:80, [::1]:443, 255.255.255.0", ""),
            ("10.0.0.5:443 and 10.0.0.50.", "Ip 10.0.0.5, Ip 10.0.0.50"),
            ("[2001:DB8:0:0::1]:443", "Ip 2001:db8::1"),
            ("addr:10.0.0.5 addr:2001:db8::1: x", "Ip 10.0.0.5, Ip 2001:db8::1"),
            ("::ffff:10.0.0.5", "Ip 10.0.0.5"),
            ("fe80::1%eth0", "Ip fe80::1"),
            ("10.0.0.0/8", "Ip 10.0.0.0"),
            ("12:30:45, 1.2.3, 300.1.1.1, v1.2.3.4x", ""),
        ] {
            assert_eq!(found(text, Privacy::FreeText, Redaction::Strict), wanted, "{text}");
        }
        assert_eq!(found("10.0.0.5", Privacy::FreeText, Redaction::Identifiers), "");
    }
}
