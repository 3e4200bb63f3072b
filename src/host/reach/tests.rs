//! Both sides over loopback.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use super::*;

const TIME: Duration = Duration::from_secs(20);
const TIMEOUT: Duration = Duration::from_secs(1);

fn token() -> Token {
    Token::new("a token of the tests").unwrap()
}

/// A TCP and a UDP port that are free on every address, for now.
fn free_ports() -> Vec<Port> {
    let tcp = TcpListener::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port();
    let udp = UdpSocket::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port();
    vec![Port { number: tcp, is_udp: false }, Port { number: udp, is_udp: true }]
}

fn states(reached: &Reached) -> Vec<PortState> {
    reached.ports.iter().map(|port| port.state.clone()).collect()
}

#[test]
fn the_listener_answers_and_ends_when_all_have_finished() {
    let ports = free_ports();
    let open = listen(&ports, None, &token()).unwrap();
    assert!(open.unavailable().is_empty(), "{:?}", open.unavailable());
    let started = Instant::now();
    let listener = thread::spawn(move || open.answer(TIME, Some(2)));
    for address in ["127.0.0.1", "localhost"] {
        let reached = reach(address, &ports, &token(), TIMEOUT).unwrap();
        assert_eq!(states(&reached), [PortState::Open, PortState::Open], "{address}");
        assert!(reached.is_answered() && reached.ports.iter().all(|port| port.rtt.is_some()));
        assert_eq!((reached.ports[0].loss, reached.ports[1].loss), (None, Some(0.0)));
        // Loopback takes 65,536 bytes.
        assert_eq!(reached.mtu, Some(9216));
    }
    assert_eq!(listener.join().unwrap(), Ok(2));
    assert!(started.elapsed() < TIME, "{:?}", started.elapsed());
}

#[test]
fn another_token_gets_no_answer() {
    let ports = free_ports();
    let open = listen(&ports, None, &token()).unwrap();
    let listener = thread::spawn(move || open.answer(Duration::from_secs(4), Some(1)));
    let reached = reach("127.0.0.1", &ports, &Token::new("a token of another test").unwrap(), TIMEOUT).unwrap();
    assert_eq!(states(&reached), [PortState::OpenToOther, PortState::Silent]);
    assert!(!reached.is_answered() && reached.mtu.is_none());
    assert_eq!(listener.join().unwrap(), Ok(0));
}

#[test]
fn ports_of_other_programs_are_told() {
    let ports = free_ports();
    let tcp = TcpListener::bind((Ipv4Addr::UNSPECIFIED, ports[0].number)).unwrap();
    let other = thread::spawn(move || tcp.accept().map(|(mut stream, _)| stream.write_all(b"HTTP/1.1 400\r\n\r\n")));
    let _udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, ports[1].number)).unwrap();
    let more = free_ports();
    let ports = [ports, more].concat();
    let open = listen(&ports, None, &token()).unwrap();
    let names: Vec<_> = open.unavailable().iter().map(|(port, _)| *port).collect();
    assert_eq!(names, ports[..2]);
    let listener = thread::spawn(move || open.answer(TIME, Some(1)));
    let reached = reach("127.0.0.1", &ports, &token(), TIMEOUT).unwrap();
    let expected = [PortState::OpenToOther, PortState::NotListening, PortState::Open, PortState::Open];
    assert_eq!(states(&reached), expected);
    assert_eq!(listener.join().unwrap(), Ok(1));
    other.join().unwrap().unwrap().unwrap();
}

#[test]
fn where_nothing_listens_a_port_is_refused() {
    let reached = reach("127.0.0.1", &free_ports(), &token(), TIMEOUT).unwrap();
    assert_eq!(states(&reached), [PortState::Refused, PortState::Refused]);
}

#[test]
fn a_listener_that_starts_late_is_waited_for() {
    let ports = free_ports();
    let later = ports.clone();
    let listener = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        listen(&later, None, &token())?.answer(TIME, Some(1))
    });
    let reached = reach("127.0.0.1", &ports, &token(), Duration::from_secs(5)).unwrap();
    assert_eq!(states(&reached), [PortState::Open, PortState::Open]);
    assert_eq!(listener.join().unwrap(), Ok(1));
}

#[test]
fn one_address_is_listened_on_alone_and_ipv6_works() {
    let ports = free_ports();
    let open = listen(&ports, Some(Ipv4Addr::new(127, 0, 0, 2).into()), &token()).unwrap();
    let listener = thread::spawn(move || open.answer(TIME, Some(1)));
    let elsewhere = reach("127.0.0.1", &ports, &token(), Duration::from_millis(300)).unwrap();
    assert_eq!(states(&elsewhere), [PortState::Refused, PortState::Refused]);
    let there = reach("127.0.0.2", &ports, &token(), TIMEOUT).unwrap();
    assert_eq!(states(&there), [PortState::Open, PortState::Open]);
    assert_eq!(listener.join().unwrap(), Ok(1));
    if UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        return;
    }
    let open = listen(&ports, None, &token()).unwrap();
    let listener = thread::spawn(move || open.answer(TIME, Some(1)));
    let reached = reach("[::1]", &ports, &token(), TIMEOUT).unwrap();
    assert_eq!((states(&reached), reached.mtu), (vec![PortState::Open, PortState::Open], Some(9216)));
    assert_eq!(listener.join().unwrap(), Ok(1));
}

#[test]
fn strangers_are_not_answered_and_hold_nobody_up() {
    let ports = free_ports();
    let open = listen(&ports, None, &token()).unwrap();
    let listener = thread::spawn(move || open.answer(TIME, Some(1)));
    let address = |port: &Port| SocketAddr::from((Ipv4Addr::LOCALHOST, port.number));
    // Some say nothing, some say something else.
    let quiet: Vec<_> = (0..20).map(|_| TcpStream::connect(address(&ports[0])).unwrap()).collect();
    let mut loud = TcpStream::connect(address(&ports[0])).unwrap();
    loud.write_all(&[b'x'; 200]).unwrap();
    loud.set_read_timeout(Some(TIMEOUT)).unwrap();
    assert!(!matches!(loud.read(&mut [0; 1]), Ok(1..)), "an answer to a stranger");
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    udp.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    for length in [0, 1, 144, 9000] {
        udp.send_to(&vec![b'x'; length], address(&ports[1])).unwrap();
    }
    assert!(udp.recv(&mut [0; 1]).is_err(), "an answer to a stranger");
    let reached = reach("127.0.0.1", &ports, &token(), TIMEOUT).unwrap();
    assert_eq!(states(&reached), [PortState::Open, PortState::Open]);
    assert_eq!(listener.join().unwrap(), Ok(1));
    drop(quiet);
}

#[test]
fn a_token_is_long_enough_and_never_shown() {
    assert!(Token::new(" 0123456789abcde\n").unwrap_err().contains("openssl rand -hex 16"));
    assert_eq!(format!("{:?}", Token::new("0123456789abcdef").unwrap()), "Token");
}
