//! What both HTTP clients need: reading a body within its limits, and telling what an error means.

use std::error::Error;
use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use super::{BODY_LIMIT, HostError, Result};

/// Reads a whole body. The client's own timeout holds for each read alone, so a body that trickles needs a clock.
pub(super) fn body(response: &mut impl Read, started: Instant, deadline: Duration) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let mut buffer = vec![0; 32 << 10];
    loop {
        if started.elapsed() > deadline {
            return Err(HostError::TimedOut(deadline));
        }
        let read = match response.read(&mut buffer) {
            Ok(0) => return Ok(body),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(explain(&error, deadline)),
        };
        body.extend(buffer.iter().take(read));
        if body.len() > BODY_LIMIT {
            return Err(HostError::TooLarge(BODY_LIMIT));
        }
    }
}

/// What an error means: the system's own error if there is one below the client's layers, otherwise the innermost message.
pub(super) fn explain(error: &(dyn Error + 'static), deadline: Duration) -> HostError {
    let mut message = String::new();
    for layer in layers(error) {
        if layer.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_timeout) {
            return HostError::TimedOut(deadline);
        }
        let system = layer.downcast_ref::<std::io::Error>().and_then(std::io::Error::raw_os_error);
        match system.map(std::io::Error::from_raw_os_error) {
            Some(error) if error.kind() == ErrorKind::TimedOut => return HostError::TimedOut(deadline),
            Some(error) => return error.into(),
            None => message = layer.to_string(),
        }
    }
    // Where to read of it is for programmers.
    let message = message.split(": https://docs.rs").next().unwrap_or_default();
    HostError::Failed(format!("no usable HTTP answer: {message}"))
}

/// An error and those below it. An `io::Error` does not give the error it wraps as its source, so it is unwrapped here.
pub(super) fn layers<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error: &&'e (dyn Error + 'static)| {
        match error.downcast_ref::<std::io::Error>() {
            Some(error) => error.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

/// The message of the innermost error, which is the most telling one.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    layers(error).last().unwrap_or(error).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINE: Duration = Duration::from_millis(300);

    #[test]
    fn a_body_is_read_up_to_its_limit_and_its_time() {
        let long = Duration::from_secs(60);
        for (length, fits) in [(4 << 20, true), ((4 << 20) + 1, false), (5 << 20, false)] {
            let read = body(&mut std::io::repeat(b'x').take(length), Instant::now(), long);
            assert_eq!(
                read.map(|body| body.len() as u64),
                if fits { Ok(length) } else { Err(HostError::TooLarge(4 << 20)) }
            );
        }
        let short = Duration::from_millis(1);
        let started = Instant::now();
        std::thread::sleep(2 * short);
        assert_eq!(body(&mut &b"x"[..], started, short), Err(HostError::TimedOut(short)));
    }

    #[test]
    fn a_refusal_of_the_system_is_found_below_any_layer() {
        let eacces = || std::io::Error::from_raw_os_error(libc::EACCES);
        assert_eq!(explain(&eacces(), DEADLINE), HostError::NotPermitted);
        assert_eq!(explain(&std::io::Error::other(std::io::Error::other(eacces())), DEADLINE), HostError::NotPermitted);
        let late = std::io::Error::from_raw_os_error(libc::ETIMEDOUT);
        assert_eq!(explain(&late, DEADLINE), HostError::TimedOut(DEADLINE));
        let closed = std::io::Error::other("peer closed connection: https://docs.rs/rustls/latest/manual#eof");
        let said = HostError::Failed("no usable HTTP answer: peer closed connection".to_owned());
        assert_eq!(explain(&closed, DEADLINE), said);
    }
}
