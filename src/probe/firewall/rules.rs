//! The rules that are loaded, and what they do with a new TCP connection from a public address: `nft --terse list ruleset`, which
//! shows the tables of iptables-nft too. The older tables of iptables it does not show. Sets are left out, which can hold
//! thousands of banned addresses.
//!
//! Only what is clear is said. A condition that is not known here may hold or not, and then both ends are possible.

use std::cell::Cell;
use std::net::IpAddr;

use crate::host::{Host, HostError, OUTPUT_LIMIT};
use crate::probe::private::is_private;
use crate::probe::read_line;
use crate::probe::tools::{complaint, success};

/// What may become of a connection; several are possible.
const ACCEPTED: u8 = 1;
const DROPPED: u8 = 2;
/// The chain's end is reached, or left by `return`.
const LEFT: u8 = 4;
const UNCLEAR: u8 = 8;

/// Rules that one answer may cost: the chains of a broken or hostile listing can call each other without end.
const MOST_STEPS: u32 = 100_000;
/// Words of one rule.
const MOST_WORDS: usize = 1000;
/// The kernel's own limit for chains that call each other, NFT_JUMP_STACK_SIZE.
const MOST_JUMPS: u32 = 16;

/// Tables of the older kind that are loaded, one a line. For root only; without the file none ever was.
pub(super) const OLDER_TABLES: [&str; 2] = ["/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"];

/// Loaded rules.
#[derive(Debug, Default)]
pub(in crate::probe) struct Rules {
    chains: Vec<Chain>,
    /// There are tables of iptables-legacy, which are not read.
    older: bool,
}

#[derive(Debug)]
struct Chain {
    family: String,
    table: String,
    name: String,
    /// It filters what comes in; whether its policy is to drop.
    drops: Option<bool>,
    rules: Vec<Vec<String>>,
}

/// What the rules do with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::probe) enum Fate {
    Passes,
    Blocked,
    Unclear,
}

/// A new TCP connection from a public address; to any port if none is named.
#[derive(Clone, Copy)]
struct Connection {
    port: Option<u16>,
    v6: bool,
}

/// Whether a rule concerns a connection.
#[derive(Clone, Copy, PartialEq)]
enum Match {
    Yes,
    No,
    Perhaps,
}

/// The rules of this network namespace.
pub(in crate::probe) fn loaded(host: &dyn Host) -> Result<Rules, HostError> {
    if host.user()?.uid != 0 {
        return Err(HostError::NotPermitted);
    }
    let mut older = false;
    for file in OLDER_TABLES {
        match read_line(host, file) {
            Ok(tables) => older |= !tables.is_empty(),
            Err(HostError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    let program = host.tool("nft").map_err(|_| HostError::Failed("there is no program nft to list them".to_owned()))?;
    let output = host.run(&program, &["--terse", "list", "ruleset"])?;
    let text = success(&output).ok_or_else(|| HostError::Failed(complaint(&output)))?;
    if text.len() >= OUTPUT_LIMIT {
        return Err(HostError::TooLarge(OUTPUT_LIMIT));
    }
    Ok(Rules { older, ..Rules::parse(text) })
}

impl Rules {
    /// Reads a listing. Of tables it keeps the chains; sets, maps and other objects are passed over.
    fn parse(text: &str) -> Self {
        let mut rules = Self::default();
        let (mut depth, mut in_chain) = (0_i32, false);
        let (mut family, mut table) = (String::new(), String::new());
        let mut pending = Vec::new();
        for line in text.lines() {
            pending.extend(words(line));
            // A set in braces can span lines. The braces of tables, chains and objects stand at the ends of lines.
            let open = |words: &[String]| {
                words.iter().map(|word| i32::from(word == "{") - i32::from(word == "}")).sum::<i32>()
            };
            let (opens, closes) = (pending.last().is_some_and(|word| word == "{"), pending.as_slice() == ["}"]);
            if in_chain && !closes && pending.len() < MOST_WORDS && open(&pending) > 0 {
                continue;
            }
            let line = std::mem::take(&mut pending);
            depth += open(&line);
            match line.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["table", of, name, ..] if opens && depth == 1 => {
                    (family, table) = ((*of).to_owned(), (*name).to_owned());
                }
                ["chain", name, ..] if opens && depth == 2 => {
                    let (family, table, name) = (family.clone(), table.clone(), (*name).to_owned());
                    rules.chains.push(Chain { family, table, name, drops: None, rules: Vec::new() });
                    in_chain = true;
                }
                ["type", kind, "hook", hook, rest @ ..] if in_chain => {
                    let incoming = *kind == "filter" && ["input", "prerouting", "ingress"].contains(hook);
                    let policy = rest.windows(2).any(|pair| pair[0] == "policy" && pair[1].starts_with("drop"));
                    if let Some(chain) = rules.chains.last_mut().filter(|_| incoming) {
                        chain.drops = Some(policy);
                    }
                }
                [] | ["policy", ..] => {}
                _ if closes => in_chain = false,
                _ => {
                    if let Some(chain) = rules.chains.last_mut().filter(|_| in_chain) {
                        chain.rules.push(line);
                    }
                }
            }
        }
        rules
    }

    /// Whether anything that comes in is dropped; `None` if that is not clear.
    pub(super) fn filter(&self) -> Option<bool> {
        let all = [false, true].map(|v6| self.outcomes(Connection { port: None, v6 }));
        let all = all.concat();
        if all.iter().any(|outcomes| outcomes & DROPPED != 0) {
            return Some(true);
        }
        let unclear = self.older || all.iter().any(|outcomes| outcomes & UNCLEAR != 0);
        (!unclear).then_some(false)
    }

    /// What becomes of a connection to a port.
    pub(super) fn fate(&self, port: u16, v6: bool) -> Fate {
        let outcomes = self.outcomes(Connection { port: Some(port), v6 });
        // Every chain has to let it pass.
        if outcomes.contains(&DROPPED) {
            Fate::Blocked
        } else if !self.older && outcomes.iter().all(|outcomes| *outcomes == ACCEPTED) {
            Fate::Passes
        } else {
            Fate::Unclear
        }
    }

    /// The possible ends in each chain that filters what comes in.
    fn outcomes(&self, connection: Connection) -> Vec<u8> {
        let families = ["inet", "netdev", if connection.v6 { "ip6" } else { "ip" }];
        let steps = Cell::new(0);
        let bases = self.chains.iter().filter(|chain| families.contains(&chain.family.as_str()));
        let end = |chain: &Chain| {
            let policy = if chain.drops? { DROPPED } else { ACCEPTED };
            let outcomes = self.walk(chain, connection, 0, &steps);
            Some(if outcomes & LEFT == 0 { outcomes } else { outcomes & !LEFT | policy })
        };
        bases.filter_map(end).collect()
    }

    fn walk(&self, chain: &Chain, connection: Connection, jumps: u32, steps: &Cell<u32>) -> u8 {
        let mut outcomes = 0;
        for rule in &chain.rules {
            steps.set(steps.get().saturating_add(1));
            if jumps > MOST_JUMPS || steps.get() > MOST_STEPS {
                return outcomes | UNCLEAR;
            }
            let called = |name: &str| {
                let same =
                    |other: &&Chain| other.family == chain.family && other.table == chain.table && other.name == name;
                let chain = self.chains.iter().find(same);
                chain.map_or(UNCLEAR, |chain| self.walk(chain, connection, jumps + 1, steps))
            };
            let (matches, verdict) = judge(rule, connection);
            let ends = match (matches, verdict.as_slice()) {
                (Match::No, _) | (_, [] | ["continue", ..]) => continue,
                (_, ["accept", ..]) => ACCEPTED,
                (_, ["drop" | "reject", ..]) => DROPPED,
                (_, ["return", ..]) => LEFT,
                (_, ["goto", name, ..]) => called(name),
                (_, ["jump", name, ..]) => {
                    let ends = called(name);
                    outcomes |= ends & !LEFT;
                    if ends & LEFT == 0 && matches == Match::Yes {
                        return outcomes;
                    }
                    continue;
                }
                _ => {
                    outcomes |= UNCLEAR;
                    continue;
                }
            };
            outcomes |= ends;
            if matches == Match::Yes {
                return outcomes;
            }
        }
        outcomes | LEFT
    }
}

/// The words of a line, without commas. What is quoted is one word that keeps its first quote. A set in braces stays as it is.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('"').enumerate() {
        match index % 2 {
            0 => words.extend(
                part.split_whitespace()
                    .map(|word| word.trim_end_matches([',', ';']))
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned),
            ),
            _ => words.push(format!("\"{part}")),
        }
    }
    words
}

/// Whether a rule concerns a connection, and the words of its verdict; none if it has none.
fn judge(rule: &[String], connection: Connection) -> (Match, Vec<&str>) {
    let words: Vec<&str> = rule.iter().map(String::as_str).collect();
    if words.contains(&"vmap") {
        // What each state leads to: a new connection is not among them, or has a verdict of its own.
        let by_state = words.starts_with(&["ct", "state", "vmap"]) && !words.contains(&"new");
        return if by_state { (Match::No, Vec::new()) } else { (Match::Perhaps, vec!["vmap"]) };
    }
    let mut matches = Match::Yes;
    let mut rest = words.as_slice();
    loop {
        let (condition, after) = match rest {
            [] => return (matches, Vec::new()),
            ["accept" | "drop" | "reject" | "return" | "continue" | "jump" | "goto" | "queue", ..] => {
                return (matches, rest.to_vec());
            }
            // What older versions of nft do not understand of iptables-nft, they hide behind this sign.
            ["#", ..] => return (Match::Perhaps, rest.to_vec()),
            ["xt", "target", name, ..] if ["LOG", "NFLOG", "MARK", "CONNMARK"].contains(&name.trim_matches('"')) => {
                return (matches, Vec::new());
            }
            ["xt", "target", ..] => return (matches, rest.to_vec()),
            ["counter", "packets", _, "bytes", _, after @ ..]
            | ["comment" | "prefix" | "level" | "flags" | "group", _, after @ ..] => (Match::Yes, after),
            ["counter" | "log", after @ ..] => (Match::Yes, after),
            ["udp" | "icmp" | "icmpv6" | "igmp" | "sctp" | "dccp" | "esp" | "ah", ..] | ["fib", "saddr", ..] => {
                (Match::No, rest)
            }
            ["ip", ..] if connection.v6 => (Match::No, rest),
            ["ip6", ..] if !connection.v6 => (Match::No, rest),
            ["meta", "iifname" | "iif", after @ ..] | ["iifname" | "iif", after @ ..] => holds(after, &interface),
            ["ct", "state", after @ ..] => holds(after, &|state| (state == "new").into()),
            ["ct", "status", "dnat", ..] => (Match::No, rest),
            ["tcp" | "th", "dport", after @ ..] => holds(after, &|ports| port(ports, connection)),
            ["meta", "l4proto", after @ ..] | ["ip", "protocol", after @ ..] | ["ip6", "nexthdr", after @ ..] => {
                holds(after, &|protocol| (protocol == "tcp" || protocol == "6").into())
            }
            // What is no first packet of a connection.
            ["tcp", "flags", "!=", "syn", "/", ..] | ["tcp", "flags", "&", _, "!=", "syn", ..] => (Match::No, rest),
            ["meta", "nfproto", after @ ..] => holds(after, &|family| ((family == "ipv6") == connection.v6).into()),
            ["meta", "pkttype", after @ ..] => holds(after, &|kind| (kind == "host" || kind == "unicast").into()),
            ["fib", "daddr", "type", after @ ..] => holds(after, &|kind| (kind == "local").into()),
            ["ip" | "ip6", "saddr" | "daddr", after @ ..] => holds(after, &address),
            [_, after @ ..] => (Match::Perhaps, after),
        };
        match condition {
            Match::No => return (Match::No, Vec::new()),
            Match::Perhaps => matches = Match::Perhaps,
            Match::Yes => {}
        }
        rest = after;
    }
}

impl From<bool> for Match {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// Whether a condition holds: with `!=` or without it, one value, several in braces, or several with commas between them.
/// Gives what follows it, too.
fn holds<'w, 's>(words: &'w [&'s str], of_value: &dyn Fn(&str) -> Match) -> (Match, &'w [&'s str]) {
    let (negated, words) = match words {
        ["!=", after @ ..] => (true, after),
        words => (false, words),
    };
    let (values, after) = match words {
        ["{", set @ ..] => {
            let end = set.iter().position(|word| *word == "}").unwrap_or(set.len());
            (set.get(..end).unwrap_or_default(), set.get(end + 1..).unwrap_or_default())
        }
        words => words.split_at(words.len().min(1)),
    };
    let mut result = Match::No;
    for value in values.iter().flat_map(|value| value.split(',')) {
        match of_value(value) {
            Match::Yes => result = Match::Yes,
            Match::Perhaps if result == Match::No => result = Match::Perhaps,
            _ => {}
        }
    }
    let result = match (negated, result) {
        (true, Match::Yes) => Match::No,
        (true, Match::No) => Match::Yes,
        (_, result) => result,
    };
    (result, after)
}

/// Nothing from elsewhere comes in over loopback, or from the containers and machines on this host.
fn interface(name: &str) -> Match {
    let own = ["\"docker", "\"br-", "\"veth", "\"virbr", "\"cni"].iter().any(|own| name.starts_with(own));
    if name == "\"lo" || own { Match::No } else { Match::Perhaps }
}

/// A port or a range of ports. Sets with names, and services, are not looked up.
fn port(ports: &str, connection: Connection) -> Match {
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    match (first.parse::<u16>(), last.parse::<u16>(), connection.port) {
        (Ok(first), Ok(last), Some(port)) => (first <= port && port <= last).into(),
        _ => Match::Perhaps,
    }
}

/// An address or network: nothing that comes from a public address to a public one has a private one.
fn address(network: &str) -> Match {
    let (address, prefix) = network.split_once('/').unwrap_or((network, "128"));
    let first = address.split('-').next().unwrap_or_default();
    match (first.parse::<IpAddr>(), prefix.parse::<u8>()) {
        (_, Ok(0)) => Match::Yes,
        (Ok(ip), Ok(8..)) if is_private(&ip) || ip.is_loopback() || ip.is_multicast() => Match::No,
        _ => Match::Perhaps,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What ufw loads by iptables-nft, shortened: 22 is open to all, 443 too, 3306 to a private network.
    const UFW: &str = r#"
table ip filter {
	chain ufw-before-input {
		iifname "lo" counter packets 10 bytes 2000 accept
		ct state related,established counter packets 0 bytes 0 accept
		ct state invalid counter packets 0 bytes 0 jump ufw-logging-deny
		ct state invalid counter packets 0 bytes 0 drop
		meta l4proto icmp icmp type echo-request counter packets 0 bytes 0 accept
		udp sport 67 udp dport 68 counter packets 0 bytes 0 accept
		counter packets 0 bytes 0 jump ufw-not-local
		ip daddr 224.0.0.251 udp dport 5353 counter packets 0 bytes 0 accept
		counter packets 0 bytes 0 jump ufw-user-input
	}
	chain ufw-not-local {
		fib daddr type local counter packets 0 bytes 0 return
		fib daddr type multicast counter packets 0 bytes 0 return
		limit rate 3/minute burst 10 packets counter packets 0 bytes 0 jump ufw-logging-deny
		counter packets 0 bytes 0 drop
	}
	chain ufw-user-input {
		meta l4proto tcp tcp dport 22 counter packets 0 bytes 0 accept
		tcp dport { 80, 443 } counter packets 0 bytes 0 accept comment "drop in"
		ip saddr 10.20.0.0/24 tcp dport 3306 counter packets 0 bytes 0 accept
	}
	chain ufw-logging-deny {
		limit rate 3/minute burst 10 packets counter packets 0 bytes 0 log prefix "[UFW BLOCK] accept "
	}
	chain INPUT {
		type filter hook input priority filter; policy drop;
		counter packets 0 bytes 0 jump ufw-before-input
	}
	chain FORWARD {
		type filter hook forward priority filter; policy drop;
	}
}
table ip6 filter {
	chain INPUT {
		type filter hook input priority filter; policy drop;
	}
}
"#;
    /// What Docker loads on a host without a firewall.
    const DOCKER: &str = r#"
table ip raw {
	chain PREROUTING {
		type filter hook prerouting priority raw; policy accept;
		ip daddr 172.17.0.2 iifname != "docker0" counter packets 0 bytes 0 drop
	}
}
table ip filter {
	chain DOCKER {
		iifname != "docker0" oifname "docker0" counter packets 0 bytes 0 drop
	}
	chain FORWARD {
		type filter hook forward priority filter; policy drop;
		counter packets 0 bytes 0 jump DOCKER
	}
	chain INPUT {
		type filter hook input priority filter; policy accept;
	}
}
table ip nat {
	chain PREROUTING {
		type nat hook prerouting priority dstnat; policy accept;
		fib daddr type local counter packets 0 bytes 0 jump DOCKER
	}
}
"#;
    const FIREWALLD: &str = r#"
table inet firewalld {
	chain filter_INPUT {
		type filter hook input priority filter + 10; policy accept;
		ct state { established, related } accept
		ct status dnat accept
		iifname "lo" accept
		ct state invalid drop
		jump filter_INPUT_ZONES
		reject with icmpx admin-prohibited
	}
	chain filter_INPUT_ZONES {
		iifname "eth0" goto filter_IN_public
		goto filter_IN_public
	}
	chain filter_IN_public {
		jump filter_IN_public_allow
		meta l4proto { icmp, ipv6-icmp } accept
	}
	chain filter_IN_public_allow {
		tcp dport 22 ct state { new, untracked } accept
		ip6 daddr fe80::/64 udp dport 546 ct state { new, untracked } accept
	}
	chain filter_PREROUTING {
		type filter hook prerouting priority mangle + 10; policy accept;
		icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept
		meta nfproto ipv6 fib saddr . mark . iif oif missing drop
	}
}
"#;
    /// A configuration by hand, with a set over several lines, and an object that is no chain.
    const BY_HAND: &str = r#"
table inet filter {
	set open {
		type inet_service
		elements = { 8443,
			     9443 }
	}
	chain input {
		type filter hook input priority 0; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		iif "lo" accept
		tcp dport { 22, 80,
			    443 } accept
		tcp dport @open accept
		tcp dport 5000-5010 drop
	}
}
"#;

    fn input(rules: &str) -> String {
        format!("table inet f {{\n chain i {{\n type filter hook input priority 0; policy accept;\n {rules}\n }}\n}}\n")
    }

    #[test]
    fn what_becomes_of_a_new_connection() {
        let open = input("");
        let banned = input("tcp dport 22 ip saddr @f2b-sshd reject with icmp port-unreachable");
        let unknown = input("tcp dport vmap { 27017 : accept, 22 : accept }\n drop");
        for (rules, port, expected) in [
            ("", 27017, Fate::Passes),
            (DOCKER, 27017, Fate::Passes),
            (open.as_str(), 27017, Fate::Passes),
            (UFW, 22, Fate::Passes),
            (UFW, 443, Fate::Passes),
            (UFW, 3306, Fate::Blocked),
            (UFW, 27017, Fate::Blocked),
            (FIREWALLD, 22, Fate::Passes),
            (FIREWALLD, 27017, Fate::Blocked),
            (BY_HAND, 443, Fate::Passes),
            (BY_HAND, 27017, Fate::Unclear),
            (&banned, 27017, Fate::Passes),
            (&banned, 22, Fate::Unclear),
            (&unknown, 27017, Fate::Unclear),
            (&input("tcp dport 27017 drop"), 27017, Fate::Blocked),
            (&input("tcp dport != 22 drop"), 27017, Fate::Blocked),
            (&input("tcp dport != 22 drop"), 22, Fate::Passes),
            (&input("iifname \"eth1\" drop"), 27017, Fate::Unclear),
            (&input("xt target \"NFQUEUE\""), 27017, Fate::Unclear),
            (&input("# xt_geoip counter drop"), 27017, Fate::Unclear),
            (&input("goto nowhere"), 27017, Fate::Unclear),
            (&input("tcp flags != syn / fin,syn,rst,ack ct state new drop"), 27017, Fate::Passes),
            (&input("tcp flags & (fin|syn|rst|ack) != syn ct state new drop"), 27017, Fate::Passes),
            (&input("tcp dport 27017 ct state new xt match recent counter packets 0 bytes 0"), 27017, Fate::Passes),
            (&input("meta pkttype != host drop"), 27017, Fate::Passes),
        ] {
            assert_eq!(Rules::parse(rules).fate(port, false), expected, "{port} {rules}");
        }
        assert_eq!(Rules::parse(UFW).fate(22, true), Fate::Blocked, "IPv6 has its own rules");
        let older = Rules { older: true, ..Rules::parse(DOCKER) };
        assert_eq!((older.fate(27017, false), older.filter()), (Fate::Unclear, None));
    }

    #[test]
    fn whether_anything_is_filtered() {
        for (rules, expected) in [
            ("", Some(false)),
            (DOCKER, Some(false)),
            (UFW, Some(true)),
            (FIREWALLD, Some(true)),
            (BY_HAND, Some(true)),
            (&input("ct state established,related accept"), Some(false)),
            (&input("tcp dport 22 ip saddr @f2b-sshd reject"), Some(true)),
            (&input("xt target \"NFQUEUE\""), None),
        ] {
            assert_eq!(Rules::parse(rules).filter(), expected, "{rules}");
        }
    }

    #[test]
    fn chains_that_call_each_other_come_to_an_end() {
        let chains: String =
            (0..12).map(|n| format!("chain c{n} {{\n{}}}\n", format!("jump c{}\n", n + 1).repeat(9))).collect();
        let text = format!(
            "table inet f {{\n{chains}chain i {{\ntype filter hook input priority 0; policy accept;\njump c0\n}}\n}}\n"
        );
        assert_eq!(Rules::parse(&text).fate(1, false), Fate::Unclear);
        let own = "table inet f {\nchain i {\ntype filter hook input priority 0; policy accept;\njump i\n}\n}\n";
        assert_eq!(Rules::parse(own).fate(1, false), Fate::Unclear);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), line in "[a-z{} ,!=0-9\"/.-]{0,60}") {
            for text in [text, input(&line)] {
                let rules = Rules::parse(&text);
                let _ = (rules.filter(), rules.fate(80, true));
            }
        }
    }
}
