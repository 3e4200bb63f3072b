//! `rampcheck reach`: the ports between the nodes of a cluster.

use std::sync::Arc;

use super::arguments::{Format, ListenArguments, ReachCommand, ToArguments, TokenArguments};
use super::exit::{Exit, Failure};
use super::output::say;
use super::{input, packs, source};
use crate::facts::{Port, Subject};
use crate::host::{HostError, PortReached, PortState, Token, listen, reach};
use crate::pack::{NodePort, Pack};
use crate::probe::{Answer, ask_nodes, asked_ports};
use crate::render::json::json;
use crate::render::reach::{HostTested, PortTested, Result as Tested, State, Test, finished, listening, table};
use crate::render::text::Style;

/// Runs `reach listen` and `reach to`.
pub fn run(command: &ReachCommand, style: Style) -> Result<Exit, Failure> {
    match command {
        ReachCommand::Listen(arguments) => answer(arguments, style),
        ReachCommand::To(arguments) => test(arguments, style),
    }
}

/// The pack of the product, if it names ports between nodes.
fn pack(arguments: &super::arguments::PackArguments, product: &str) -> Result<Arc<Pack>, Failure> {
    let pack = packs::find(&arguments.packs)?.read(product).map_err(Failure::usage)?;
    if pack.node_ports.is_empty() {
        return Err(Failure::usage(format!("the pack of {product} names no ports between nodes")));
    }
    Ok(pack)
}

fn ports(pack: &Pack) -> Vec<Port> {
    pack.node_ports.iter().map(|node| node.port).collect()
}

fn token(arguments: &TokenArguments) -> Result<Token, Failure> {
    match (&arguments.token_file, &arguments.token) {
        (Some(file), _) => input::token("--token-file", file),
        (None, Some(text)) => Token::new(text).map_err(|error| Failure::usage(format!("--token: {error}"))),
        // Clap asks for one of them.
        (None, None) => Err(Failure::usage("--token-file FILE is missing")),
    }
}

fn answer(arguments: &ListenArguments, style: Style) -> Result<Exit, Failure> {
    let token = token(&arguments.token)?;
    let pack = pack(&arguments.packs, &arguments.product)?;
    let ports = ports(&pack);
    let asked = asked_ports(&ports);
    let open = listen(&asked, arguments.bind, &token).map_err(Failure::tool)?;
    let unavailable: Vec<(Port, String)> = open
        .unavailable()
        .iter()
        .filter_map(|(port, error)| Some((*ports.get(asked.iter().position(|other| other == port)?)?, why(error))))
        .collect();
    let free: Vec<Port> =
        ports.iter().filter(|port| !unavailable.iter().any(|(other, _)| other == *port)).copied().collect();
    say(&listening(&free, &unavailable, arguments.for_time, style))?;
    if free.is_empty() {
        return Ok(Exit::Undetermined);
    }
    let done = open.answer(arguments.for_time, arguments.peers).map_err(Failure::tool)?;
    say(&finished(done, arguments.peers))?;
    Ok(if arguments.peers.is_some_and(|peers| done < peers) { Exit::Undetermined } else { Exit::Success })
}

/// Why a port is not listened on.
fn why(error: &HostError) -> String {
    match error {
        HostError::NotPermitted => "not permitted: run it as root".to_owned(),
        error => error.to_string(),
    }
}

fn test(arguments: &ToArguments, style: Style) -> Result<Exit, Failure> {
    let token = token(&arguments.token)?;
    let pack = pack(&arguments.packs, &arguments.product)?;
    let asked = asked_ports(&ports(&pack));
    let mut progress = source::progress();
    progress(&[Subject::Reach]);
    let answers = ask_nodes(&arguments.hosts, |host| reach(host, &asked, &token, arguments.timeout));
    progress(&[]);
    let hosts = answers.into_iter().map(|(host, answer)| host_tested(host, answer, &pack.node_ports)).collect();
    let test = Test::of(&pack.product, hosts);
    match arguments.format {
        Format::Human => say(&table(&test, style))?,
        Format::Json => say(&json(&test).map_err(Failure::tool)?)?,
    }
    Ok(match test.result() {
        Tested::Reached => Exit::Success,
        Tested::NotReached => Exit::Unsupported,
        Tested::Undetermined => Exit::Undetermined,
    })
}

fn host_tested(host: &str, answer: Answer, node_ports: &[NodePort]) -> HostTested {
    let host = host.to_owned();
    match answer {
        Ok(reached) => HostTested {
            host,
            address: Some(reached.address),
            answered: reached.is_answered(),
            why: None,
            mtu: reached.mtu,
            ports: node_ports.iter().zip(reached.ports).map(|(node, became)| port_tested(node, became)).collect(),
        },
        Err(error) => HostTested {
            host,
            address: None,
            answered: false,
            why: Some(error.to_string()),
            mtu: None,
            ports: Vec::new(),
        },
    }
}

fn port_tested(node: &NodePort, became: PortReached) -> PortTested {
    let (state, why) = match became.state {
        PortState::Open => (State::Open, None),
        PortState::OpenToOther => (State::OpenWithoutProof, None),
        PortState::Refused => (State::Refused, None),
        PortState::Unreachable(error) => (State::Unreachable, Some(error)),
        PortState::Silent => (State::NoAnswer, None),
        PortState::NotListening => (State::NotTested, None),
    };
    PortTested {
        port: node.port.number,
        protocol: node.port.protocol,
        purpose: node.why.clone(),
        state,
        why,
        rtt_ms: became.rtt.map(|rtt| (rtt.as_secs_f64() * 100_000.0).round() / 100.0),
        loss_percent: became.loss,
    }
}
