//! What asker and listener say to each other: requests and replies, each with a proof of the token.
//!
//! A proof is HMAC-SHA256 with the token as its key, over the direction, the port that the listener got it on, and every other
//! byte of the message. So the token never travels, a message that is sent back or on to another port proves nothing, and
//! nothing can be changed in it. A request carries a nonce of the asker, and all but the first one also the session, which is a
//! nonce of the listener. A reply repeats both. A reply is always smaller than its request. This module knows no sockets.

use std::collections::HashSet;

use ring::hmac;

use super::{Port, Token};

/// Bytes of a nonce, of a session, and of the name of an asker.
pub(super) type Nonce = [u8; 16];

/// What every message begins with, so that somebody who finds it in a log knows what it is.
const MAGIC: &[u8; 16] = b"rampcheck-reach1";
/// The session of a request that asks for the session.
const NO_SESSION: Nonce = [0; 16];
const PROOF: usize = 32;
/// Ports that a reply can name.
const MOST_PORTS: usize = 16;
/// Number and protocol.
const PORT: usize = 3;

/// Bytes of a request before the zeros that fill it up: magic, kind, nonce, session, asker, proof.
const HEAD: usize = 16 + 1 + 3 * 16 + PROOF;
/// Bytes of a reply: magic, kind, nonce, session, ports, proof.
pub(super) const REPLY: usize = 16 + 1 + 2 * 16 + MOST_PORTS * PORT + PROOF;
/// Bytes of a request, unless it is larger to try how much fits.
pub(super) const REQUEST: usize = 144;
const _: () = assert!(HEAD <= REQUEST && REPLY < REQUEST);

/// A listener answers no more requests: 256 askers with 7 ports send fewer.
const MOST_REQUESTS: usize = 1 << 17;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// Asks for the session.
    Hello = 1,
    /// Tries the way there and back.
    Probe = 2,
    /// Says that the asker has finished.
    Done = 3,
}

/// Who sends a message.
#[derive(Clone, Copy)]
enum Sender {
    Asker,
    Listener,
}

/// What an asker sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub kind: Kind,
    /// Never used twice.
    pub nonce: Nonce,
    /// The listener's nonce, zeros in a `Hello`.
    pub session: Nonce,
    /// Tells the askers apart. They choose it.
    pub asker: Nonce,
}

/// What a listener answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// The request's.
    pub nonce: Nonce,
    /// The listener's nonce.
    pub session: Nonce,
    /// Ports that it was asked to listen on, and could not.
    pub unavailable: Vec<Port>,
}

/// What a message is made of in a fixed order, up to the proof.
struct Fields(Vec<u8>);

impl Fields {
    fn of(kind: u8) -> Self {
        let mut bytes = Vec::with_capacity(REQUEST);
        bytes.extend(MAGIC);
        bytes.push(kind);
        Self(bytes)
    }

    fn with(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }
}

/// Takes a message apart.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(taken)
    }
}

/// What a proof is over.
fn proven(sender: Sender, port: Port, before: &[u8], after: &[u8]) -> Vec<u8> {
    let direction: &[u8] = match sender {
        Sender::Asker => b"to the listener\0",
        Sender::Listener => b"to the asker\0",
    };
    [direction, &port.bytes(), before, after].concat()
}

fn proof(token: &Token, sender: Sender, port: Port, before: &[u8], after: &[u8]) -> hmac::Tag {
    hmac::sign(&token.0, &proven(sender, port, before, after))
}

/// Compares in constant time.
fn is_proven(token: &Token, sender: Sender, port: Port, before: &[u8], proof: &[u8], after: &[u8]) -> bool {
    hmac::verify(&token.0, &proven(sender, port, before, after), proof).is_ok()
}

impl Request {
    /// The message of `length` bytes; [`REQUEST`] is the least.
    pub fn to_bytes(self, token: &Token, port: Port, length: usize) -> Vec<u8> {
        let fields = Fields::of(self.kind as u8).with(&self.nonce).with(&self.session).with(&self.asker);
        let zeros = vec![0; length.max(REQUEST) - HEAD];
        let proof = proof(token, Sender::Asker, port, &fields.0, &zeros);
        fields.with(proof.as_ref()).with(&zeros).0
    }

    /// Reads a message that came in on a port; `None` if it is not a request with a proof.
    fn read(message: &[u8], token: &Token, port: Port) -> Option<Self> {
        if message.len() < REQUEST || !message.starts_with(MAGIC) {
            return None;
        }
        let (before, rest) = message.split_at_checked(HEAD - PROOF)?;
        let (proof, after) = rest.split_at_checked(PROOF)?;
        if !is_proven(token, Sender::Asker, port, before, proof, after) {
            return None;
        }
        let mut reader = Reader(before.get(MAGIC.len()..)?);
        let kind = match reader.take::<1>()? {
            [1] => Kind::Hello,
            [2] => Kind::Probe,
            [3] => Kind::Done,
            _ => return None,
        };
        Some(Self { kind, nonce: *reader.take()?, session: *reader.take()?, asker: *reader.take()? })
    }
}

impl Reply {
    fn to_bytes(&self, token: &Token, port: Port) -> Vec<u8> {
        let mut ports: Vec<u8> = self.unavailable.iter().take(MOST_PORTS).flat_map(|port| port.bytes()).collect();
        ports.resize(MOST_PORTS * PORT, 0);
        let fields = Fields::of(0).with(&self.nonce).with(&self.session).with(&ports);
        let proof = proof(token, Sender::Listener, port, &fields.0, &[]);
        fields.with(proof.as_ref()).0
    }

    /// Reads a message that came from a port of the listener; `None` if it is not a reply with a proof.
    pub fn read(message: &[u8], token: &Token, port: Port) -> Option<Self> {
        if message.len() != REPLY || !message.starts_with(MAGIC) {
            return None;
        }
        let (before, proof) = message.split_at_checked(REPLY - PROOF)?;
        if !is_proven(token, Sender::Listener, port, before, proof, &[]) {
            return None;
        }
        let mut reader = Reader(before.get(MAGIC.len()..)?);
        let ([0], nonce, session) = (reader.take()?, *reader.take()?, *reader.take()?) else { return None };
        let ports = reader.0.chunks_exact(PORT).filter_map(Port::of_bytes);
        Some(Self { nonce, session, unavailable: ports.collect() })
    }
}

/// What a listener remembers of one run, and how it answers.
pub(super) struct Answering {
    token: Token,
    session: Nonce,
    unavailable: Vec<Port>,
    seen: HashSet<Nonce>,
    done: HashSet<Nonce>,
}

impl Answering {
    pub fn new(token: Token, session: Nonce, unavailable: Vec<Port>) -> Self {
        Self { token, session, unavailable, seen: HashSet::new(), done: HashSet::new() }
    }

    /// The reply to a message that came in on a port: `None` unless it is a request with a proof, for this session, and seen for
    /// the first time.
    pub fn answer(&mut self, message: &[u8], port: Port) -> Option<Vec<u8>> {
        let request = Request::read(message, &self.token, port)?;
        let session = if request.kind == Kind::Hello { NO_SESSION } else { self.session };
        if request.session != session || self.seen.len() >= MOST_REQUESTS || !self.seen.insert(request.nonce) {
            return None;
        }
        if request.kind == Kind::Done {
            self.done.insert(request.asker);
        }
        let reply = Reply { nonce: request.nonce, session: self.session, unavailable: self.unavailable.clone() };
        Some(reply.to_bytes(&self.token, port))
    }

    /// How many askers have finished.
    pub fn done(&self) -> usize {
        self.done.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TCP: Port = Port { number: 2377, is_udp: false };
    const UDP: Port = Port { number: 4789, is_udp: true };
    const SESSION: Nonce = [9; 16];

    fn token(text: &str) -> Token {
        Token::new(text).unwrap()
    }

    fn ours() -> Token {
        token("0123456789abcdef")
    }

    fn listener() -> Answering {
        Answering::new(ours(), SESSION, vec![TCP])
    }

    fn request(kind: Kind, nonce: u8) -> Request {
        let session = if kind == Kind::Hello { NO_SESSION } else { SESSION };
        Request { kind, nonce: [nonce; 16], session, asker: [7; 16] }
    }

    #[test]
    fn who_has_the_token_is_answered() {
        let mut listener = listener();
        for (number, kind) in [Kind::Hello, Kind::Probe, Kind::Done].into_iter().enumerate() {
            let request = request(kind, number as u8 + 1);
            let reply = listener.answer(&request.to_bytes(&ours(), UDP, REQUEST), UDP).unwrap();
            let reply = Reply::read(&reply, &ours(), UDP).unwrap();
            assert_eq!(reply, Reply { nonce: request.nonce, session: SESSION, unavailable: vec![TCP] });
        }
        assert_eq!(listener.done(), 1);
        let again = request(Kind::Done, 77).to_bytes(&ours(), UDP, REQUEST);
        listener.answer(&again, UDP).unwrap();
        assert_eq!(listener.done(), 1, "one asker");
    }

    #[test]
    fn a_reply_is_smaller_than_its_request() {
        for length in [0, REQUEST, REQUEST + 1, 9000] {
            let request = request(Kind::Hello, 1).to_bytes(&ours(), UDP, length);
            assert_eq!(request.len(), length.max(REQUEST));
            assert!(listener().answer(&request, UDP).unwrap().len() < request.len());
        }
    }

    #[test]
    fn nobody_else_is_answered() {
        let good = request(Kind::Probe, 1);
        let mut other_kind = good.to_bytes(&ours(), UDP, REQUEST);
        other_kind[16] = Kind::Done as u8;
        let mut other_filling = good.to_bytes(&ours(), UDP, REQUEST);
        *other_filling.last_mut().unwrap() = 1;
        let whole = good.to_bytes(&ours(), UDP, 200);
        for (what, message) in [
            ("another token", good.to_bytes(&token("0123456789abcdeF"), UDP, REQUEST)),
            ("another port", good.to_bytes(&ours(), Port { number: 7946, is_udp: true }, REQUEST)),
            ("another protocol", good.to_bytes(&ours(), Port { number: 4789, is_udp: false }, REQUEST)),
            ("an older session", Request { session: [8; 16], ..good }.to_bytes(&ours(), UDP, REQUEST)),
            ("no session", Request { session: NO_SESSION, ..good }.to_bytes(&ours(), UDP, REQUEST)),
            ("a session where none belongs", {
                Request { session: SESSION, ..request(Kind::Hello, 1) }.to_bytes(&ours(), UDP, REQUEST)
            }),
            ("another kind than proven", other_kind),
            ("another filling than proven", other_filling),
            ("a part", whole[..180].to_vec()),
            ("more than the whole", [whole, vec![0]].concat()),
            ("too short", good.to_bytes(&ours(), UDP, REQUEST)[..REQUEST - 1].to_vec()),
            ("nothing", Vec::new()),
        ] {
            assert_eq!(listener().answer(&message, UDP), None, "{what}");
        }
    }

    #[test]
    fn a_proof_counts_once() {
        let mut listener = listener();
        let message = request(Kind::Hello, 1).to_bytes(&ours(), UDP, REQUEST);
        assert!(listener.answer(&message, UDP).is_some());
        assert_eq!(listener.answer(&message, UDP), None);
        // Another run has another session, so that what was recorded cannot end it.
        let done = request(Kind::Done, 2).to_bytes(&ours(), UDP, REQUEST);
        let mut next = Answering::new(ours(), [8; 16], Vec::new());
        assert_eq!((next.answer(&done, UDP), next.done()), (None, 0));
    }

    #[test]
    fn a_message_that_comes_back_proves_nothing() {
        let request = request(Kind::Hello, 1).to_bytes(&ours(), UDP, REQUEST);
        let reply = listener().answer(&request, UDP).unwrap();
        assert_eq!(Reply::read(&request, &ours(), UDP), None);
        assert_eq!(Reply::read(&request[..REPLY], &ours(), UDP), None);
        assert_eq!(listener().answer(&reply, UDP), None);
        let filled = [reply.clone(), vec![0; REQUEST - REPLY]].concat();
        assert_eq!(listener().answer(&filled, UDP), None);
        assert_eq!(Reply::read(&reply, &ours(), TCP), None, "of another port");
        assert_eq!(Reply::read(&reply, &token("0123456789abcdeF"), UDP), None);
    }

    #[test]
    fn a_listener_answers_no_more_than_it_can_remember() {
        let mut listener = listener();
        listener.seen = (0..MOST_REQUESTS as u128).map(|number| (number + (1 << 64)).to_le_bytes()).collect();
        assert_eq!(listener.answer(&request(Kind::Hello, 1).to_bytes(&ours(), UDP, REQUEST), UDP), None);
    }

    proptest! {
        #[test]
        fn garbage_is_never_answered(message: Vec<u8>, filling in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut listener = listener();
            prop_assert_eq!(listener.answer(&message, UDP), None);
            prop_assert_eq!(listener.answer(&[MAGIC.as_slice(), &filling].concat(), UDP), None);
            prop_assert_eq!(Reply::read(&message, &ours(), UDP), None);
            let exact: Vec<u8> = MAGIC.iter().chain(&filling).copied().chain([0; REPLY]).take(REPLY).collect();
            prop_assert_eq!(Reply::read(&exact, &ours(), UDP), None);
        }

        #[test]
        fn no_byte_of_a_message_can_be_changed(at in 0..REQUEST, bit in 0..8u8) {
            let mut message = request(Kind::Hello, 1).to_bytes(&ours(), UDP, REQUEST);
            let mut reply = listener().answer(&message, UDP).unwrap();
            message[at] ^= 1 << bit;
            prop_assert_eq!(listener().answer(&message, UDP), None);
            let at = at % REPLY;
            reply[at] ^= 1 << bit;
            prop_assert_eq!(Reply::read(&reply, &ours(), UDP), None);
        }
    }
}
