//! What `rampcheck reach` says: which ports are listened on, and which of them others can reach.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::time::Duration;

use serde::Serialize;

use super::text::{Style, Tone, columns, padded, paragraph};
use crate::facts::{Port, Protocol};
use crate::report::Tool;

/// What became of a test. The words are a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Result {
    /// Every port of every host answered.
    Reached,
    /// Somewhere nothing answered with the token, or a port could not be tested. None is known to be closed.
    Undetermined,
    /// A port is closed.
    NotReached,
}

/// What became of a port. The words are a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The listener answered, with proof of the token.
    Open,
    /// TCP: another program accepts connections.
    OpenWithoutProof,
    /// Refused.
    Refused,
    /// An ICMP error, or no route.
    Unreachable,
    /// No answer.
    NoAnswer,
    /// The listener could not listen on it.
    NotTested,
}

/// A test of some hosts, as programs read it.
#[derive(Clone, Debug, Serialize)]
pub struct Test {
    schema: &'static str,
    tool: Tool,
    product: String,
    result: Result,
    hosts: Vec<HostTested>,
}

/// A host.
#[derive(Clone, Debug, Serialize)]
pub struct HostTested {
    /// As it was named.
    pub host: String,
    /// The address that was asked; null if none was found.
    pub address: Option<IpAddr>,
    /// Something answered with proof of the token. If not, nothing is known of its ports that did not answer.
    pub answered: bool,
    /// Why it could not be asked; null if it was.
    pub why: Option<String>,
    /// Path MTU in bytes; null if it could not be found.
    pub mtu: Option<u32>,
    /// The ports of the pack; none if the host could not be asked.
    pub ports: Vec<PortTested>,
}

/// A port of a host.
#[derive(Clone, Debug, Serialize)]
pub struct PortTested {
    /// Number.
    pub port: u16,
    /// Protocol.
    pub protocol: Protocol,
    /// What it is for, in the words of the pack.
    pub purpose: String,
    /// What became of it.
    pub state: State,
    /// The message of the system; null if there is none.
    pub why: Option<String>,
    /// Median of the round-trip times in milliseconds; null without an answer.
    pub rtt_ms: Option<f64>,
    /// UDP packets that were lost, in percent; null without an answer, and for TCP.
    pub loss_percent: Option<f64>,
}

impl Test {
    /// What became of some hosts.
    pub fn of(product: &str, hosts: Vec<HostTested>) -> Self {
        let is_closed = |host: &HostTested| host.ports.iter().any(|port| host.answered && port.state.is_closed());
        let is_unclear =
            |host: &HostTested| !host.answered || host.ports.iter().any(|port| port.state == State::NotTested);
        let result = match (hosts.iter().any(is_closed), hosts.iter().any(is_unclear)) {
            (true, _) => Result::NotReached,
            (false, true) => Result::Undetermined,
            (false, false) => Result::Reached,
        };
        Self { schema: "urn:rampcheck:reach:1", tool: Tool::default(), product: product.to_owned(), result, hosts }
    }

    /// What became of all of it.
    pub fn result(&self) -> Result {
        self.result
    }
}

impl State {
    fn is_closed(self) -> bool {
        matches!(self, Self::Refused | Self::Unreachable | Self::NoAnswer)
    }

    fn words(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::OpenWithoutProof => "open, but another program uses it: not authenticated",
            Self::Refused => "refused: by a firewall, or nothing listens",
            Self::Unreachable => "unreachable",
            Self::NoAnswer => "no answer: a firewall may drop it",
            Self::NotTested => "not tested: the listener could not use this port",
        }
    }
}

/// A test for people: a table for each host, and the result in a sentence.
pub fn table(test: &Test, style: Style) -> String {
    let mut out = String::new();
    for host in &test.hosts {
        let address = host.address.map(|address| address.to_string()).filter(|address| *address != host.host);
        let address = address.map(|address| format!(" ({address})")).unwrap_or_default();
        let _ = writeln!(out, "{}", style.bold(&style.plain(&format!("{}{address}", host.host))));
        if let Some(why) = &host.why {
            paragraph(&mut out, style, "  ", 2, why);
        }
        let widest = host.ports.iter().map(|port| columns(&port.name())).max().unwrap_or(0);
        for port in &host.ports {
            port_line(&mut out, port, host.answered, widest, style);
        }
        if let Some(mtu) = host.mtu {
            paragraph(&mut out, style, "    ", 4, &format!("path MTU: {mtu} bytes"));
        }
        out.push('\n');
    }
    let (tone, word) = match test.result {
        Result::Reached => (Tone::Good, "REACHED"),
        Result::Undetermined => (Tone::Unknown, "UNDETERMINED"),
        Result::NotReached => (Tone::Bad, "NOT REACHED"),
    };
    let label = format!("{}: ", style.paint(word, tone));
    paragraph(&mut out, style, &label, word.len() + 2, &sentence(test));
    out
}

fn port_line(out: &mut String, port: &PortTested, answered: bool, widest: usize, style: Style) {
    let (sign, tone) = match port.state {
        State::Open | State::OpenWithoutProof => (style.sign("\u{2713}", "+"), Tone::Good),
        state if state.is_closed() && answered => (style.sign("\u{2717}", "x"), Tone::Bad),
        _ => ("?", Tone::Unknown),
    };
    let why = port.why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    let rtt = port.rtt_ms.map(|rtt| format!(", {rtt} ms")).unwrap_or_default();
    let loss = port.loss_percent.map(|loss| format!(", {loss} % lost")).unwrap_or_default();
    let purpose = if port.state.is_closed() { format!("; for {}", port.purpose) } else { String::new() };
    let label = format!("  {} {}  ", style.paint(sign, tone), padded(&port.name(), widest));
    paragraph(out, style, &label, widest + 6, &format!("{}{why}{rtt}{loss}{purpose}", port.state.words()));
}

impl PortTested {
    fn name(&self) -> String {
        Port { number: self.port, protocol: self.protocol }.to_string()
    }
}

fn sentence(test: &Test) -> String {
    let names = |hosts: &mut dyn Iterator<Item = &HostTested>| {
        hosts.map(|host| host.host.clone()).collect::<Vec<_>>().join(", ")
    };
    let closed = |host: &&HostTested| host.answered && host.ports.iter().any(|port| port.state.is_closed());
    let silent = names(&mut test.hosts.iter().filter(|host| !host.answered));
    let mut parts = Vec::new();
    if test.result == Result::Reached {
        parts.push("every port of every host answers.".to_owned());
    }
    for host in test.hosts.iter().filter(closed) {
        let ports = host.ports.iter().filter(|port| port.state.is_closed()).map(PortTested::name);
        parts.push(format!("{} on {}.", ports.collect::<Vec<_>>().join(", "), host.host));
    }
    if !silent.is_empty() {
        parts.push(format!(
            "Nothing answered with the token on {silent}: start `rampcheck reach listen` there with the same token, and \
             ask again within its minute. If it runs, a firewall keeps all of its ports from here."
        ));
    } else if test.result == Result::Undetermined {
        parts.push("A UDP port that another program uses cannot be tested: stop that program for the test.".to_owned());
    }
    parts.join(" ")
}

/// Which ports are listened on, and which not.
pub fn listening(free: &[Port], unavailable: &[(Port, String)], time: Duration, style: Style) -> String {
    let names = |ports: &mut dyn Iterator<Item = &Port>| ports.map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut out = String::new();
    if !free.is_empty() {
        let text = format!("listening for {} s: {}", time.as_secs_f32(), names(&mut free.iter()));
        paragraph(&mut out, style, "", 2, &text);
    }
    for (port, why) in unavailable {
        let tested = match port.protocol {
            Protocol::Tcp => "it is tested without proof",
            Protocol::Udp => "it cannot be tested",
        };
        paragraph(&mut out, style, "", 2, &format!("not listening on {port} ({why}): {tested}"));
    }
    out
}

/// How many askers have finished, and of how many if that is known.
pub fn finished(done: usize, of: Option<usize>) -> String {
    let hosts = if done == 1 { "host has" } else { "hosts have" };
    match of {
        Some(of) if done < of => format!("the time is over: {done} of {of} hosts have finished\n"),
        _ => format!("{done} {hosts} finished\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::text::Detail;

    const STYLE: Style = Style { width: 100, color: false, unicode: false, detail: Detail::Screen };

    fn port(port: u16, protocol: Protocol, state: State) -> PortTested {
        let rtt_ms = (state == State::Open).then_some(0.42);
        let loss_percent = rtt_ms.filter(|_| protocol == Protocol::Udp).map(|_| 2.0);
        PortTested { port, protocol, purpose: "overlay traffic".to_owned(), state, why: None, rtt_ms, loss_percent }
    }

    fn host(host: &str, answered: bool, ports: Vec<PortTested>) -> HostTested {
        let mtu = answered.then_some(1500);
        HostTested { host: host.to_owned(), address: "10.0.0.2".parse().ok(), answered, why: None, mtu, ports }
    }

    #[test]
    fn a_closed_port_decides_and_silence_does_not() {
        let open = || port(2377, Protocol::Tcp, State::Open);
        let udp = |state| port(4789, Protocol::Udp, state);
        let result = |hosts| Test::of("thing", hosts).result();
        assert_eq!(result(vec![host("a", true, vec![open(), udp(State::Open)])]), Result::Reached);
        let held = port(443, Protocol::Tcp, State::OpenWithoutProof);
        assert_eq!(result(vec![host("a", true, vec![held, udp(State::Open)])]), Result::Reached);
        assert_eq!(result(vec![host("a", true, vec![open(), udp(State::NotTested)])]), Result::Undetermined);
        assert_eq!(result(vec![host("a", false, vec![udp(State::NoAnswer)])]), Result::Undetermined);
        assert_eq!(result(vec![host("a", false, vec![])]), Result::Undetermined);
        for state in [State::NoAnswer, State::Refused, State::Unreachable] {
            let hosts = vec![host("a", false, vec![]), host("b", true, vec![open(), udp(state)])];
            assert_eq!(result(hosts), Result::NotReached);
        }
    }

    #[test]
    fn a_table_says_what_is_closed_and_what_it_is_for() {
        let test = Test::of(
            "thing",
            vec![
                host(
                    "app-2",
                    true,
                    vec![port(2377, Protocol::Tcp, State::Open), port(4789, Protocol::Udp, State::NoAnswer)],
                ),
                host("10.0.0.2", false, vec![port(2377, Protocol::Tcp, State::Refused)]),
            ],
        );
        insta::assert_snapshot!(table(&test, STYLE), @"
        app-2 (10.0.0.2)
          + 2377/tcp  open, 0.42 ms
          x 4789/udp  no answer: a firewall may drop it; for overlay traffic
            path MTU: 1500 bytes

        10.0.0.2
          ? 2377/tcp  refused: by a firewall, or nothing listens; for overlay traffic

        NOT REACHED: 4789/udp on app-2. Nothing answered with the token on 10.0.0.2: start `rampcheck reach
                     listen` there with the same token, and ask again within its minute. If it runs, a
                     firewall keeps all of its ports from here.
        ");
    }

    #[test]
    fn a_listener_says_what_it_cannot_test() {
        let port = |number, protocol| Port { number, protocol };
        let unavailable =
            [(port(443, Protocol::Tcp), "in use".to_owned()), (port(4789, Protocol::Udp), "in use".to_owned())];
        let text = listening(&[port(2377, Protocol::Tcp)], &unavailable, Duration::from_secs(60), STYLE);
        insta::assert_snapshot!(text, @"
        listening for 60 s: 2377/tcp
        not listening on 443/tcp (in use): it is tested without proof
        not listening on 4789/udp (in use): it cannot be tested
        ");
        assert_eq!(finished(1, None), "1 host has finished\n");
        assert_eq!(finished(2, Some(2)), "2 hosts have finished\n");
        assert_eq!(finished(1, Some(2)), "the time is over: 1 of 2 hosts have finished\n");
    }
}
