//! Ports of the other nodes of a cluster: can they be reached from here, and how good is the way?
//!
//! Asked only if the operator names the nodes (`--reach`). On each of them `rampcheck reach listen` runs with the same token. A
//! port that does not answer on a node where something else did is closed. Of a node that does not answer at all nothing is
//! known: it may be that nothing listens.

use std::thread;

use super::{Questions, Sink};
use crate::facts::catalogue::REACH_PEERS;
use crate::facts::{Fact, Port, Protocol, Why};
use crate::host::{self, Host, HostError, PortState, Reached};

/// How many nodes are asked at the same time. Each takes a thread for each port.
pub const AT_ONCE: usize = 32;

/// What could be learnt of a node.
pub type Answer = Result<Reached, HostError>;

/// Ports in the words of the host, in the same order.
pub fn asked_ports<'p>(ports: impl IntoIterator<Item = &'p Port>) -> Vec<host::Port> {
    let asked = |port: &Port| host::Port { number: port.number, is_udp: port.protocol == Protocol::Udp };
    ports.into_iter().map(asked).collect()
}

pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    let peers = &questions.reach.peers;
    if peers.is_empty() {
        return sink.absent(REACH_PEERS, "");
    }
    sink.known(REACH_PEERS, peers.clone(), "--reach");
    let ports: Vec<Port> = questions.reach.ports.iter().copied().collect();
    if ports.is_empty() {
        for name in ["reach.tested", "reach.closed", "reach.rtt", "reach.loss", "reach.mtu"] {
            sink.unknown(name, Why::NotAsked, "the pack names no ports between nodes", "");
        }
        return;
    }
    let asked = asked_ports(&ports);
    report(&ask_nodes(peers, |peer| host.reach(peer, &asked)), &ports, sink);
}

/// Asks nodes with `ask`, a number of them at the same time. Their answers come in the order of the nodes.
pub fn ask_nodes(peers: &[String], ask: impl Fn(&str) -> Answer + Sync) -> Vec<(&str, Answer)> {
    let (ask, mut answers) = (&ask, Vec::with_capacity(peers.len()));
    for some in peers.chunks(AT_ONCE) {
        thread::scope(|scope| {
            let threads: Vec<_> = some.iter().map(|peer| (peer, scope.spawn(move || ask(peer)))).collect();
            answers.extend(threads.into_iter().map(|(peer, thread)| {
                let failed = |_| Err(HostError::Failed("the test of this node failed".to_owned()));
                (peer.as_str(), thread.join().unwrap_or_else(failed))
            }));
        });
    }
    answers
}

fn report(answers: &[(&str, Answer)], ports: &[Port], sink: &Sink) {
    let place = "rampcheck reach";
    let (mut tested, mut closed, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for (peer, answer) in answers {
        let reached = match answer {
            Ok(reached) if reached.is_answered() => reached,
            Ok(_) => {
                let what = "no answer with proof of the token; is rampcheck reach listen running there?";
                unknown.push((Why::NotDetermined, format!("{peer}: {what}")));
                continue;
            }
            Err(error) => {
                let why = if matches!(error, HostError::NotAsked(_)) { Why::NotAsked } else { Why::NotDetermined };
                unknown.push((why, format!("{peer}: {error}")));
                continue;
            }
        };
        for (port, became) in ports.iter().zip(&reached.ports) {
            let name = format!("{peer} {port}");
            match &became.state {
                PortState::Open | PortState::OpenToOther => tested.push(name),
                PortState::Refused => closed.push(format!("{name}: refused")),
                PortState::Unreachable(error) => closed.push(format!("{name}: unreachable ({error})")),
                PortState::Silent => closed.push(format!("{name}: no answer")),
                PortState::NotListening => {
                    unknown.push((Why::NotDetermined, format!("{name}: another program uses the port there")));
                }
            }
        }
    }
    sink.known("reach.tested", tested, place);
    let doubt = |unknown: &[(Why, String)]| {
        let why = unknown.first().map_or(Why::NotDetermined, |(why, _)| *why);
        let reasons: Vec<_> = unknown.iter().map(|(_, reason)| reason.as_str()).collect();
        Fact::unknown(why, reasons.join("; "), place)
    };
    sink.put(
        "reach.closed",
        match (closed.is_empty(), unknown.is_empty()) {
            (false, _) => Fact::known(closed, place),
            (true, true) => Fact::absent(place),
            (true, false) => doubt(&unknown),
        },
    );
    // The worst of all that were asked is unknown as long as one of them is.
    let worst = |name: &str, worst: Option<f64>| match worst {
        Some(worst) => sink.known(name, worst, place),
        None if unknown.is_empty() => sink.unknown(name, Why::NotDetermined, "no UDP port of a node answers", place),
        None => sink.put(name, doubt(&unknown)),
    };
    let of_all = |of: &dyn Fn(&Reached) -> Option<f64>, choose: fn(f64, f64) -> f64| {
        let values: Option<Vec<f64>> = answers.iter().map(|(_, answer)| answer.as_ref().ok().and_then(of)).collect();
        values.and_then(|values| values.into_iter().reduce(choose))
    };
    let rtt = |reached: &Reached| {
        let trips = reached.ports.iter().filter_map(|port| Some(port.rtt?.as_secs_f64() * 1000.0));
        trips.reduce(f64::max)
    };
    let loss = |reached: &Reached| reached.ports.iter().filter_map(|port| port.loss).reduce(f64::max);
    worst("reach.rtt", of_all(&rtt, f64::max).map(|rtt| (rtt * 100.0).round() / 100.0));
    worst("reach.loss", of_all(&loss, f64::max));
    worst("reach.mtu", of_all(&|reached| reached.mtu.map(f64::from), f64::min));
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use super::*;
    use crate::facts::{FactState, Facts, Subject, Value};
    use crate::host::{PortReached, Recorded};
    use crate::probe::Sink;
    use crate::probe::testing::ask_with;

    const TCP: Port = Port { number: 2377, protocol: Protocol::Tcp };
    const UDP: Port = Port { number: 4789, protocol: Protocol::Udp };

    fn port(state: PortState, ms: u64) -> PortReached {
        let is_open = state == PortState::Open;
        let rtt = is_open.then(|| Duration::from_millis(ms));
        PortReached { state, rtt, loss: is_open.then_some(ms as f64) }
    }

    fn node(tcp: PortReached, udp: PortReached, mtu: Option<u32>) -> Answer {
        Ok(Reached { address: Ipv4Addr::LOCALHOST.into(), ports: vec![tcp, udp], mtu })
    }

    fn told(answers: &[(&str, Answer)]) -> Facts {
        let (send, receive) = std::sync::mpsc::channel();
        report(answers, &[TCP, UDP], &Sink::new(send));
        receive.try_iter().collect()
    }

    fn open(ms: u64) -> PortReached {
        port(PortState::Open, ms)
    }

    fn value(facts: &Facts, name: &str) -> String {
        match &facts[name].state {
            FactState::Known(Value::List(list)) => list.join(", "),
            FactState::Known(value) => format!("{value:?}"),
            FactState::Absent => "absent".to_owned(),
            FactState::Unknown { reason, .. } => format!("unknown: {reason}"),
        }
    }

    #[test]
    fn the_worst_of_all_nodes_is_told() {
        let answers = [("app-2", node(open(1), open(2), Some(1500))), ("app-3", node(open(30), open(4), Some(1400)))];
        let facts = told(&answers);
        assert_eq!(value(&facts, "reach.tested"), "app-2 2377/tcp, app-2 4789/udp, app-3 2377/tcp, app-3 4789/udp");
        assert_eq!(value(&facts, "reach.closed"), "absent");
        assert_eq!(facts["reach.rtt"].value(), Some(&Value::Number(30.0)));
        assert_eq!(facts["reach.loss"].value(), Some(&Value::Number(30.0)));
        assert_eq!(facts["reach.mtu"].value(), Some(&Value::Number(1400.0)));
    }

    #[test]
    fn a_port_is_closed_only_where_something_answers() {
        let silent = || port(PortState::Silent, 0);
        let facts = told(&[("app-2", node(open(1), silent(), None))]);
        assert_eq!(value(&facts, "reach.closed"), "app-2 4789/udp: no answer");
        assert_eq!(value(&facts, "reach.mtu"), "unknown: no UDP port of a node answers");
        let refused = || port(PortState::Refused, 0);
        let nothing = "no answer with proof of the token; is rampcheck reach listen running there?";
        let facts = told(&[("app-2", node(refused(), silent(), None))]);
        assert_eq!(value(&facts, "reach.tested"), "");
        assert_eq!(value(&facts, "reach.closed"), format!("unknown: app-2: {nothing}"));
        // A TCP port that another program holds proves nothing of the others.
        let facts = told(&[("app-2", node(port(PortState::OpenToOther, 0), silent(), None))]);
        assert_eq!(value(&facts, "reach.closed"), format!("unknown: app-2: {nothing}"));
        let facts = told(&[("app-2", node(open(1), open(1), Some(1500))), ("x", Err(HostError::Dns("x".to_owned())))]);
        assert_eq!(value(&facts, "reach.closed"), "unknown: x: no address was found for x");
        assert_eq!(value(&facts, "reach.mtu"), "unknown: x: no address was found for x");
        let facts = told(&[("a", node(open(1), port(PortState::NotListening, 0), None))]);
        assert_eq!(value(&facts, "reach.closed"), "unknown: a 4789/udp: another program uses the port there");
        let held = port(PortState::OpenToOther, 0);
        assert_eq!(value(&told(&[("a", node(held, open(1), Some(1500)))]), "reach.closed"), "absent");
    }

    #[test]
    fn nothing_is_asked_unless_the_operator_names_nodes() {
        let mut questions = Questions::default();
        questions.reach.ports.insert(TCP);
        let facts = ask_with(&questions, Subject::Reach, &Recorded::default());
        assert_eq!(facts.into_iter().collect::<Vec<_>>(), [(REACH_PEERS.to_owned(), Fact::absent(""))]);
        questions.reach.peers = vec!["app-2".to_owned()];
        let facts = ask_with(&questions, Subject::Reach, &Recorded::default());
        assert_eq!(facts.len(), 6);
        assert_eq!(value(&facts, "reach.closed"), "unknown: app-2: a recorded host reaches nothing");
        questions.reach.ports.clear();
        let facts = ask_with(&questions, Subject::Reach, &Recorded::default());
        assert_eq!(value(&facts, "reach.closed"), "unknown: the pack names no ports between nodes");
    }
}
