//! Files that the operator names: read whole, and never more of them than can make sense.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::packs;
use crate::render::json::digest;
use crate::report::Report;
use crate::report::Tool;
use crate::report::read::{self, MOST_BYTES, Received, Sent};
use crate::report::signature::SigningKey;

/// Largest plan, key, certificate or signed list.
const LIMIT: u64 = 4 << 20;

fn failure(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {error}", path.display()))
}

/// The content of a file or a pipe of at most `limit` bytes. A file that is too large is refused before it is read.
pub fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let too_large = || failure(path, &format!("larger than {} MiB", limit >> 20));
    let file = File::open(path).map_err(|error| failure(path, &error))?;
    let length = file.metadata().map(|meta| meta.len()).unwrap_or_default();
    if length > limit {
        return Err(too_large());
    }
    let mut content = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    file.take(limit + 1).read_to_end(&mut content).map_err(|error| failure(path, &error))?;
    if content.len() as u64 > limit { Err(too_large()) } else { Ok(content) }
}

/// The text of a file that an option names.
pub fn text(option: &str, path: &Path) -> Result<String, Failure> {
    let bytes = bytes(path, LIMIT).map_err(|error| Failure::usage(format!("{option} {error}")))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The content of a document that somebody sent.
pub fn document(path: &Path) -> Result<Vec<u8>, Failure> {
    bytes(path, MOST_BYTES as u64)
}

/// Reads a report.
pub fn report(path: &Path) -> Result<Received, Failure> {
    document(path).and_then(|bytes| report_in(path, &bytes))
}

/// Reads a report from the content of a file.
pub fn report_in(path: &Path, bytes: &[u8]) -> Result<Received, Failure> {
    read::report(bytes).map_err(|error| failure(path, &error)).map(looked_through)
}

/// Reads a private key to sign with. Like ssh, it does not use a key that others can read.
pub fn signing_key(path: &Path) -> Result<SigningKey, Failure> {
    let text = text("--sign", path)?;
    let mode = std::fs::metadata(path).map_err(|error| failure(path, &error))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(failure(path, &"others can read or write this key; run chmod 600 on it, and consider it known"));
    }
    SigningKey::parse(&text).map_err(|error| Failure::usage(format!("--sign {}: {error}", path.display())))
}

/// A report of this version says nothing but what this version would write.
fn looked_through(mut received: Received) -> Received {
    if received.report.tool == Tool::default() {
        received.consistent &= digest(&received.report).is_ok_and(|digest| digest == received.content);
    }
    received
}

/// Reads a report and judges it anew, as it says that it was judged.
pub fn judged_anew(path: &Path, named: &[PathBuf]) -> Result<Report, Failure> {
    let received = report(path)?;
    let pack = packs::find(named)?.read(&received.report.pack.product).map_err(|error| failure(path, &error))?;
    received.judged_anew(&pack).map_err(|error| failure(path, &error))
}

/// Reads a report with the members that this version does not know.
pub fn json(path: &Path) -> Result<serde_json::Value, Failure> {
    document(path).and_then(|bytes| read::document(&bytes).map_err(|error| failure(path, &error)))
}

/// Reads the facts of a facts document or a report.
pub fn facts(path: &Path) -> Result<Sent, Failure> {
    let view = format!("facts {}", path.display());
    let sent = document(path).and_then(|bytes| read::sent(&bytes).map_err(|error| failure(path, &error)))?;
    Ok(match sent {
        Sent::Facts(mut observation) => {
            observation.collection.view = view;
            Sent::Facts(observation)
        }
        Sent::Report(received) => {
            let mut received = looked_through(*received);
            received.report.collection.view = view;
            Sent::Report(Box::new(received))
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::fd::AsRawFd as _;

    use super::*;

    #[test]
    fn a_file_and_a_pipe_are_read_up_to_the_limit() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"12345").unwrap();
        for (limit, fits) in [(6, true), (5, true), (4, false), (3, false)] {
            assert_eq!(bytes(file.path(), limit).ok(), fits.then(|| b"12345".to_vec()), "{limit}");
            let (reader, mut writer) = std::io::pipe().unwrap();
            writer.write_all(b"12345").unwrap();
            drop(writer);
            let pipe = PathBuf::from(format!("/proc/self/fd/{}", reader.as_raw_fd()));
            assert_eq!(bytes(&pipe, limit).ok(), fits.then(|| b"12345".to_vec()), "{limit}");
        }
    }

    #[test]
    fn a_key_or_a_plan_may_have_4_mib() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for (length, fits) in [(4 << 20, true), ((4 << 20) + 1, false)] {
            file.as_file().set_len(length).unwrap();
            assert_eq!(text("--plan", file.path()).is_ok(), fits, "{length}");
        }
    }
}
