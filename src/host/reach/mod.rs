//! Ports of other machines, tested from both sides: [`listen`] answers on the ports that are free, and [`reach`] asks.
//!
//! Both are used only when the operator asks for it, and are bounded: in time, connections, packets and memory. Who cannot prove
//! that he has the token gets no answer. What a port is for is not known here.

mod ask;
mod listen;
mod message;

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};

pub use ask::reach;
pub use listen::{Listening, listen};
use message::Nonce;

use super::{HostError, Result};

/// How long [`reach`] takes at most beyond its timeout: for round trips, loss, and the path MTU.
pub const MEASURING_PATHS: Duration = Duration::from_secs(15);

/// The least number of characters of a token. That is too short for words, and enough for characters chosen at random.
const LEAST_TOKEN: usize = 16;

/// A port of TCP or UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port {
    /// Its number.
    pub number: u16,
    /// It is one of UDP, not of TCP.
    pub is_udp: bool,
}

impl Port {
    fn bytes(self) -> [u8; 3] {
        let [high, low] = self.number.to_be_bytes();
        [if self.is_udp { 17 } else { 6 }, high, low]
    }

    /// `None` for what is no port: a place that is not used.
    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [protocol @ (6 | 17), high, low] => {
                Some(Self { number: u16::from_be_bytes([high, low]), is_udp: protocol == 17 })
            }
            _ => None,
        }
    }
}

/// What both sides know and nobody else. It is never shown, and it never travels.
#[derive(Clone)]
pub struct Token(hmac::Key);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

impl Token {
    /// A token, without the white space around it.
    ///
    /// # Errors
    /// Says how to make one, when it is too short.
    pub fn new(text: &str) -> std::result::Result<Self, String> {
        let text = text.trim();
        if text.chars().count() < LEAST_TOKEN {
            return Err(format!(
                "the token has fewer than {LEAST_TOKEN} characters; make one with: openssl rand -hex 16"
            ));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes())))
    }
}

/// What became of a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortState {
    /// The listener answered, with proof.
    Open,
    /// TCP: something accepts connections, and has not the token: another program.
    OpenToOther,
    /// A reset, or ICMP port unreachable.
    Refused,
    /// Another ICMP error, or no route. The text is the message of the system.
    Unreachable(String),
    /// Nothing came back.
    Silent,
    /// The listener answers on other ports, and says that it could not listen on this one.
    NotListening,
}

/// A port, what became of it, and how the way there is.
#[derive(Clone, Debug, PartialEq)]
pub struct PortReached {
    /// What became of it.
    pub state: PortState,
    /// Median of the round-trip times. `None` without an answer.
    pub rtt: Option<Duration>,
    /// UDP: packets that were lost there or back, in percent. `None` without an answer.
    pub loss: Option<f64>,
}

/// What became of the ports of a machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// The address that was asked: the first that the name has.
    pub address: IpAddr,
    /// The ports, in the order in which they were asked for.
    pub ports: Vec<PortReached>,
    /// The largest IP packet that arrives whole, in bytes. `None` if no UDP port was open.
    pub mtu: Option<u32>,
}

impl Reached {
    /// Whether a listener with the token is there. Otherwise a port that does not answer says nothing.
    pub fn is_answered(&self) -> bool {
        self.ports.iter().any(|port| port.state == PortState::Open)
    }
}

/// Bytes that nobody can guess.
fn nonce() -> Result<Nonce> {
    let mut nonce = Nonce::default();
    SystemRandom::new()
        .fill(&mut nonce)
        .map_err(|_| HostError::Failed("the system gives no random bytes".to_owned()))?;
    Ok(nonce)
}

#[cfg(test)]
mod tests;
