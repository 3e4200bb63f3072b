//! Files that the operator names, and standard input as `-`: read whole, and never more of them than can make sense.
//!
//! Every report and facts document comes in here, whatever it is packed in: see [`unpack`].

use std::fs::File;
use std::io::{self, Read, stdin};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

use super::exit::Failure;
use crate::host::Token;
use crate::pack::{MOST_BYTES, Packs};
use crate::probe::MOST_MANIFEST_BYTES;
use crate::render::json::digest;
use crate::report::read::{self, Received, Sent};
use crate::report::unpack::{MOST_ARRIVED, Unpacked, unpack};
use crate::report::{Report, Tool};
use crate::signature::SigningKey;

/// Largest plan, key, certificate or signed list.
const LIMIT: u64 = 4 << 20;
/// Largest file in a folder that was named: of a pack, or named by a manifest.
const INSIDE: u64 = 1 << 20;
/// Files that a thread works on before their results are taken: few enough to be kept.
const BLOCK: usize = 32;
/// The name of standard input on the command line.
const STDIN: &str = "-";

fn failure(name: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{name}: {error}"))
}

/// What a file is called in messages.
fn name(path: &Path) -> String {
    if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() }
}

/// The content of a file, a pipe or standard input of at most `limit` bytes. A file that is too large is refused before it is
/// read.
fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let fail = |error: &dyn std::fmt::Display| failure(&name(path), error);
    let too_large = || fail(&format_args!("larger than {} MiB", limit >> 20));
    if is_stdin(path) {
        return content(stdin().lock(), 0, limit).map_err(|error| fail(&error))?.ok_or_else(too_large);
    }
    let file = File::open(path).map_err(|error| fail(&error))?;
    let meta = file.metadata().map_err(|error| fail(&error))?;
    if meta.is_dir() {
        return Err(fail(&"this is a directory: name the files in it"));
    }
    if meta.len() > limit {
        return Err(too_large());
    }
    content(file, meta.len(), limit).map_err(|error| fail(&error))?.ok_or_else(too_large)
}

/// What can be read, of which `expected` bytes are likely; `None` if it is more than `limit`.
fn content(from: impl Read, expected: u64, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut content = Vec::with_capacity(usize::try_from(expected).unwrap_or_default() + 1);
    from.take(limit + 1).read_to_end(&mut content)?;
    Ok((content.len() as u64 <= limit).then_some(content))
}

/// The text of a file that an option names.
pub fn text(option: &str, path: &Path) -> Result<String, Failure> {
    let bytes = bytes(path, LIMIT).map_err(|error| Failure::usage(format!("{option} {error}")))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A manifest that an option names: what it is called, and its text.
pub fn manifest(option: &str, path: &Path) -> Result<(String, String), Failure> {
    let bytes = bytes(path, MOST_MANIFEST_BYTES as u64).map_err(|error| Failure::usage(format!("{option} {error}")))?;
    Ok((name(path), String::from_utf8_lossy(&bytes).into_owned()))
}

/// The text of a file in a folder, whose path has no links, of at most 1 MiB. A link may lead to another place in the folder, as in a
/// volume of Kubernetes. Opening and reading never wait. `what` is put before the reason why it is none.
pub fn inside(path: &Path, folder: &Path, what: &str) -> io::Result<String> {
    let not_one = || io::Error::other(format!("{what}it is not a regular file in its folder, or larger than 1 MiB"));
    let path = path.canonicalize()?;
    if !path.starts_with(folder) {
        return Err(not_one());
    }
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOFOLLOW;
    let file = File::options().read(true).custom_flags(flags.bits()).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(not_one());
    }
    let mut text = String::new();
    file.take(INSIDE + 1).read_to_string(&mut text)?;
    if text.len() as u64 > INSIDE { Err(not_one()) } else { Ok(text) }
}

/// The token in a file that an option names.
pub fn token(option: &str, path: &Path) -> Result<Token, Failure> {
    let text = text(option, path)?;
    Token::new(&text).map_err(|error| Failure::usage(format!("{option} {}: {error}", name(path))))
}

/// The options of a task of Ansible.
pub fn task(path: &Path) -> Result<Vec<u8>, Failure> {
    bytes(path, LIMIT)
}

/// The archive of a pack.
pub fn archive(path: &Path) -> Result<Vec<u8>, Failure> {
    bytes(path, MOST_BYTES as u64)
}

/// The content of rampcheck's own file of stand-ins.
pub fn document(path: &Path) -> Result<Vec<u8>, Failure> {
    bytes(path, read::MOST_BYTES as u64)
}

fn unpacked(path: &Path) -> Result<Unpacked, Failure> {
    unpack(bytes(path, MOST_ARRIVED as u64)?).map_err(|error| failure(&name(path), &error))
}

/// Reads a private key to sign with. Like ssh, it does not use a key that others can read.
pub fn signing_key(path: &Path) -> Result<SigningKey, Failure> {
    let text = text("--sign", path)?;
    let fail = |error: &dyn std::fmt::Display| failure(&name(path), error);
    let mode = std::fs::metadata(path).map_err(|error| fail(&error))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(fail(&"others can read or write this key; run chmod 600 on it, and consider it known"));
    }
    SigningKey::parse(&text).map_err(|error| Failure::usage(format!("--sign {}: {error}", path.display())))
}

/// A document that arrived, not read yet.
pub struct Arrived<'a> {
    /// What it is called in messages: its file, and its place if there are several in it.
    pub name: String,
    /// Its file.
    pub path: &'a Path,
    /// The document: what a signature of it signs.
    pub bytes: &'a [u8],
    /// The signature that arrived with it.
    pub signature: Option<&'a str>,
    /// It is the only one of its file.
    pub is_alone: bool,
    /// The result is a list.
    pub is_list: bool,
}

impl Arrived<'_> {
    /// Exit code 2, with its name before the reason.
    pub fn failure(&self, error: &dyn std::fmt::Display) -> Failure {
        failure(&self.name, error)
    }

    /// A failure, with its name before the reason if there are others.
    pub fn named(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Usage(message) if self.is_list => self.failure(&message),
            failure => failure,
        }
    }

    /// Reads a report.
    pub fn report(&self) -> Result<Received, Failure> {
        self.facts_of_report().map(looked_through)
    }

    /// Reads a report for its facts and its plan: of its findings nothing is used, and nothing is compared.
    pub fn facts_of_report(&self) -> Result<Received, Failure> {
        read::report(self.bytes).map_err(|error| self.failure(&error))
    }

    /// Reads a report and judges it anew, as it says that it was judged.
    pub fn judged_anew(&self, packs: &Packs) -> Result<Report, Failure> {
        let received = self.report()?;
        let pack = packs.read(&received.report.pack.product).map_err(|error| self.failure(&error))?;
        received.judged_anew(&pack).map_err(|error| self.failure(&error))
    }

    /// Reads a report with the members that this version does not know.
    pub fn json(&self) -> Result<serde_json::Value, Failure> {
        read::document(self.bytes).map_err(|error| self.failure(&error))
    }
}

/// Whether a path is standard input.
pub fn is_stdin(path: &Path) -> bool {
    path == Path::new(STDIN)
}

/// A document, or a whole file, that cannot be used.
pub struct Unusable {
    /// What it is called in messages.
    pub name: String,
    /// The message, which begins with that name.
    pub message: String,
}

/// Works on every document of every file, one after the other, so that none has to be kept. Where the result is a list
/// (`is_list`), because several files are named, one holds several documents, or it always is, what cannot be used costs no
/// more than itself and comes back. Otherwise it is the failure.
pub fn each(
    paths: &[PathBuf],
    is_list: bool,
    mut work: impl FnMut(&Arrived<'_>) -> Result<(), Failure>,
) -> Result<Vec<Unusable>, Failure> {
    if paths.iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(Failure::usage("standard input (`-`) can be named only once"));
    }
    let is_list = is_list || paths.len() > 1;
    let mut unusable = Vec::new();
    for path in paths {
        let unpacked = match unpacked(path) {
            Err(Failure::Usage(message)) if is_list => {
                unusable.push(Unusable { name: name(path), message });
                continue;
            }
            unpacked => unpacked?,
        };
        for arrived in arrived(path, &unpacked, is_list) {
            match work(&arrived) {
                Err(Failure::Usage(message)) if arrived.is_list => {
                    unusable.push(Unusable { name: arrived.name, message });
                }
                worked => worked?,
            }
        }
    }
    Ok(unusable)
}

/// The documents of a file.
fn arrived<'a>(path: &'a Path, unpacked: &'a Unpacked, is_list: bool) -> impl Iterator<Item = Arrived<'a>> {
    let is_alone = unpacked.documents().len() == 1;
    unpacked.documents().enumerate().map(move |(number, bytes)| {
        let place = if is_alone { String::new() } else { format!(", report {}", number + 1) };
        let name = format!("{}{place}", name(path));
        let signature = unpacked.signature.as_deref();
        Arrived { name, path, bytes, signature, is_alone, is_list: is_list || !is_alone }
    })
}

/// Works on every document of many files, on as many at a time as there are processors, and takes the results in the order of
/// the files. Of a file that cannot be read, `work` gets its name and why.
pub fn all<T: Send>(
    paths: &[PathBuf],
    work: impl Fn(Result<&Arrived<'_>, (&Path, &Failure)>) -> T + Sync,
    mut take: impl FnMut(T),
) {
    let of_file = |path: &PathBuf| match unpacked(path) {
        Ok(unpacked) => arrived(path, &unpacked, true).map(|arrived| work(Ok(&arrived))).collect::<Vec<_>>(),
        Err(failure) => vec![work(Err((path, &failure)))],
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    for block in paths.chunks(BLOCK * threads) {
        std::thread::scope(|scope| {
            let parts = block.chunks(block.len().div_ceil(threads));
            let of_file = &of_file;
            let running: Vec<_> =
                parts.map(|part| scope.spawn(move || part.iter().flat_map(of_file).collect::<Vec<_>>())).collect();
            for part in running {
                // A panic goes on in this thread.
                part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).into_iter().for_each(&mut take);
            }
        });
    }
}

/// A report of this version says nothing but what this version would write.
fn looked_through(mut received: Received) -> Received {
    if received.report.tool == Tool::default() {
        received.consistent &= digest(&received.report).is_ok_and(|digest| digest == received.content);
    }
    received
}

/// Reads the earlier report of a file as it was written; `None` if there is no such file. It is not judged anew: what it said
/// then is what a later report is compared with, also if a newer pack would say otherwise.
pub fn earlier(path: &Path) -> Result<Option<Report>, Failure> {
    if path.symlink_metadata().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let mut reports = Vec::new();
    each(&[path.to_owned()], false, |arrived| {
        let received = arrived.report()?;
        if !received.is_intact() {
            return Err(arrived.failure(&"edited or damaged: its digest does not fit its content"));
        }
        reports.push(received.report);
        Ok(())
    })?;
    match (reports.pop(), reports.is_empty()) {
        (Some(report), true) => Ok(Some(report)),
        _ => Err(failure(&name(path), &"several reports: name one")),
    }
}

/// Reads the facts of a facts document or a report.
pub fn facts(path: &Path) -> Result<Sent, Failure> {
    let name = name(path);
    let unpacked = unpacked(path)?;
    let mut documents = unpacked.documents();
    let (Some(bytes), None) = (documents.next(), documents.next()) else {
        return Err(failure(&name, &"several reports, and --facts takes one: `rampcheck evaluate` judges them all"));
    };
    let view = format!("facts {name}");
    Ok(match read::sent(bytes).map_err(|error| failure(&name, &error))? {
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
