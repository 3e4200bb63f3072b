//! A pack as it travels: an archive with a signature beside it, and what its installation leaves in the folder.
//!
//! The archive is a tar, compressed with gzip or not, of `PRODUCT/*.toml` and of the shared checks that it takes from,
//! `PRODUCT/common/*.toml`. It may come from a stranger: whatever else is in it is refused, and it is read within bounds. This
//! module makes files of bytes. It knows no folder.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::io::{self, Read};

use flate2::read::GzDecoder;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::builtin::{COMMON, PackFiles};
use super::validate::is_kebab;
use crate::signature::{RELEASES, SignatureError, Signer};

/// Largest file of a pack, bytes.
pub const MOST_FILE_BYTES: usize = 1 << 20;
/// Most files of a pack.
pub const MOST_FILES: usize = 1000;
/// Largest pack, and largest archive of one, bytes.
pub const MOST_BYTES: usize = 8 << 20;
/// Name of the file in an installed pack's folder that holds [`Installed`].
pub const RECORD: &str = "INSTALLED";

/// Most entries of an archive: files and their two folders, which some programs name twice.
const MOST_ENTRIES: usize = MOST_FILES + 10;
/// Most bytes that come out of an archive: files, and what tar puts around them.
const MOST_UNPACKED: usize = 2 * MOST_BYTES;
/// The keys that the project signs its packs with, as allowed signers.
const RELEASE_KEYS: &str = include_str!("../../packaging/allowed_signers");

/// Why an archive is not installed. Messages are fragments that read after its name.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// There is no key to verify it with.
    #[error(
        "not installed: this rampcheck was built without a release key, so it cannot tell who signed the pack. Name the public key \
         of whoever you trust: --trust-key FILE"
    )]
    NoKey,
    /// The signature is none, or not of this archive.
    #[error("not installed: its signature is {0}")]
    Signature(#[from] SignatureError),
    /// Somebody else signed it.
    #[error(
        "not installed: signed with the key {0}, which is not trusted. If you know whose key it is, name the file that holds it: \
         --trust-key FILE"
    )]
    Untrusted(String),
    /// It cannot be unpacked.
    #[error("not the archive of a pack, or not copied whole ({0})")]
    Damaged(io::Error),
    /// It is beyond a bound.
    #[error("not the archive of a pack: more than 1000 files or 8 MiB, or a file of more than 1 MiB")]
    TooLarge,
    /// Something else is in it.
    #[error("not the archive of a pack: it holds {0:?}, and a pack is PRODUCT/*.toml and PRODUCT/common/*.toml")]
    Entry(String),
    /// A file is in it twice.
    #[error("not the archive of a pack: it holds {0} twice")]
    Twice(String),
    /// A file in it is not text.
    #[error("not the archive of a pack: {0} is not text in UTF-8")]
    NotText(String),
    /// It holds more than one pack.
    #[error("not the archive of one pack: it holds {0} and {1}")]
    Several(String, String),
    /// It holds nothing.
    #[error("not the archive of a pack: it is empty")]
    Empty,
    /// Its version has no order.
    #[error("not installed: its version is `{0}`, and only numbers with dots between them can be compared")]
    Version(String),
    /// What is in use is newer.
    #[error("not installed: version {new} is older than {old}, which is {place}")]
    Older {
        /// Version of the archive.
        new: String,
        /// Version in use.
        old: String,
        /// Where it is.
        place: String,
    },
    /// What is in use has the same version.
    #[error(
        "not installed: it is version {version}, as the pack that is {place}, but its content differs; ask for a newer version"
    )]
    Differs {
        /// The version of both.
        version: String,
        /// Where the other one is.
        place: String,
    },
}

/// Who signed an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedBy {
    /// The principals of the key, or its comment.
    pub name: String,
    /// Fingerprint of the key, as ssh shows it.
    pub key: String,
}

/// What `packs install` leaves in the folder of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    /// The day.
    pub on: Date,
    /// Who signed the archive.
    pub signed_by: SignedBy,
    /// Of all files, as [`PackFiles::sha256`] tells it.
    pub sha256: String,
}

impl Installed {
    /// As [`RECORD`] holds it.
    ///
    /// # Errors
    /// Never for what `packs install` makes.
    pub fn to_text(&self) -> Result<String, String> {
        const HEAD: &str = "# Written by `rampcheck packs install`. If the pack's files no longer fit it, the pack counts as changed.\n";
        Ok(format!("{HEAD}{}", toml::to_string(self).map_err(|error| error.to_string())?))
    }

    /// Reads [`RECORD`]; `None` if it is something else.
    pub fn read(text: &str) -> Option<Self> {
        toml::from_str(text).ok()
    }
}

/// Who signed an archive: the owner of a release key, or of one of the keys in `trusted`.
///
/// # Errors
/// When the signature is not of these bytes, or of nobody who is trusted.
pub fn signed_by(archive: &[u8], signature: &str, trusted: Option<&str>) -> Result<SignedBy, ArchiveError> {
    let is_key = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    if trusted.is_none() && !RELEASE_KEYS.lines().any(is_key) {
        return Err(ArchiveError::NoKey);
    }
    let signer = Signer::of(signature, archive, RELEASES)?;
    let key = signer.fingerprint();
    let name = [Some(RELEASE_KEYS), trusted].into_iter().flatten().find_map(|keys| signer.trusted(keys, RELEASES));
    name.map_or_else(|| Err(ArchiveError::Untrusted(key.clone())), |name| Ok(SignedBy { name, key: key.clone() }))
}

/// The files in an archive. `origin` is what it is called in messages.
///
/// # Errors
/// When it holds anything but one pack, or is beyond a bound.
pub fn unpack(archive: &[u8], origin: &str) -> Result<PackFiles, ArchiveError> {
    if archive.len() > MOST_BYTES {
        return Err(ArchiveError::TooLarge);
    }
    let gzip = archive.starts_with(b"\x1f\x8b");
    let bytes: Box<dyn Read> = if gzip { Box::new(GzDecoder::new(archive)) } else { Box::new(archive) };
    let mut archive = tar::Archive::new(bytes.take(MOST_UNPACKED as u64));
    let files = entries(&mut archive, origin);
    if archive.into_inner().limit() == 0 { Err(ArchiveError::TooLarge) } else { files }
}

fn entries(archive: &mut tar::Archive<impl Read>, origin: &str) -> Result<PackFiles, ArchiveError> {
    let mut pack = PackFiles { origin: origin.to_owned(), ..PackFiles::default() };
    let mut total = 0;
    for (number, entry) in archive.entries().map_err(ArchiveError::Damaged)?.enumerate() {
        let mut entry = entry.map_err(ArchiveError::Damaged)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        let Some((product, name)) = place(&path, kind.is_dir(), kind.is_file()) else {
            return Err(ArchiveError::Entry(path));
        };
        if number >= MOST_ENTRIES {
            return Err(ArchiveError::TooLarge);
        }
        match product {
            Some(product) if pack.name.is_empty() => product.clone_into(&mut pack.name),
            Some(product) if pack.name != product => return Err(ArchiveError::Several(pack.name, product.to_owned())),
            _ => {}
        }
        let Some(Name { is_common, file }) = name else { continue };
        let mut bytes = Vec::new();
        entry.by_ref().take(MOST_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(ArchiveError::Damaged)?;
        total += bytes.len();
        if bytes.len() > MOST_FILE_BYTES || total > MOST_BYTES || pack.files.len() + pack.common.len() >= MOST_FILES {
            return Err(ArchiveError::TooLarge);
        }
        let text = String::from_utf8(bytes).map_err(|_| ArchiveError::NotText(path.clone()))?;
        let files = if is_common { &mut pack.common } else { &mut pack.files };
        if files.insert(file.to_owned(), Cow::Owned(text)).is_some() {
            return Err(ArchiveError::Twice(path));
        }
    }
    if pack.files.is_empty() { Err(ArchiveError::Empty) } else { Ok(pack) }
}

/// A file of a pack.
struct Name<'p> {
    is_common: bool,
    file: &'p str,
}

/// The product and the file that the path of an entry names, as far as it is that of a folder; `None` if no pack has it.
fn place(path: &str, is_folder: bool, is_file: bool) -> Option<(Option<&str>, Option<Name<'_>>)> {
    let inside = path.strip_prefix("./").unwrap_or(path);
    if is_folder {
        return match inside.strip_suffix('/').unwrap_or(inside).split('/').collect::<Vec<_>>().as_slice() {
            [""] if path != "/" => Some((None, None)),
            [product] | [product, COMMON] if is_product(product) => Some((Some(product), None)),
            _ => None,
        };
    }
    let (product, is_common, file) = match inside.split('/').collect::<Vec<_>>().as_slice() {
        [product, file] => (*product, false, *file),
        [product, COMMON, file] => (*product, true, *file),
        _ => return None,
    };
    let is_one = is_file && is_product(product) && file.strip_suffix(".toml").is_some_and(is_name);
    is_one.then_some((Some(product), Some(Name { is_common, file })))
}

fn is_product(name: &str) -> bool {
    is_name(name) && name != COMMON
}

fn is_name(text: &str) -> bool {
    is_kebab(text) && !text.starts_with('.')
}

/// The order of two versions of packs, which are numbers with dots between them; `None` if one of them is something else.
pub fn order(one: &str, other: &str) -> Option<Ordering> {
    let numbers = |version: &str| version.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>();
    Some(numbers(one)?.cmp(&numbers(other)?))
}

/// Whether a pack can take the place of another one: yes if it is newer; no, because nothing is to be done, if they are the same.
/// Each is its version and a digest of its content, and `place` says where the other one is.
///
/// # Errors
/// When it is older, has the same version and other content, or its version has no order.
pub fn replaces(new: (&str, &str), old: (&str, &str), place: &str) -> Result<bool, ArchiveError> {
    let ((new, new_content), (old, old_content)) = (new, old);
    match order(new, old) {
        Some(Ordering::Greater) => Ok(true),
        Some(Ordering::Equal) if new_content == old_content => Ok(false),
        Some(Ordering::Equal) => Err(ArchiveError::Differs { version: new.to_owned(), place: place.to_owned() }),
        Some(Ordering::Less) => {
            Err(ArchiveError::Older { new: new.to_owned(), old: old.to_owned(), place: place.to_owned() })
        }
        None => Err(ArchiveError::Version(new.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use tar::{EntryType, Header};

    use super::*;
    use crate::signature::{REPORTS, SigningKey};

    type Entry<'e> = (&'e str, EntryType, &'e [u8]);

    /// Paths are written as they are, also those that tar would refuse.
    fn tar(entries: &[Entry<'_>]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (path, kind, content) in entries {
            let mut header = Header::new_ustar();
            header.as_ustar_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(content.len() as u64);
            header.set_cksum();
            archive.append(&header, *content).unwrap();
        }
        archive.into_inner().unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    fn refused(entries: &[Entry<'_>]) -> String {
        unpack(&tar(entries), "x").unwrap_err().to_string()
    }

    const FILE: EntryType = EntryType::Regular;
    const FOLDER: EntryType = EntryType::Directory;

    #[test]
    fn a_pack_comes_out_with_the_shared_checks_that_it_brings() {
        let entries = [
            ("./", FOLDER, &b""[..]),
            ("./thing/", FOLDER, b""),
            ("./thing/pack.toml", FILE, b"a"),
            ("thing/common", FOLDER, b""),
            ("thing/common/lines.toml", FILE, b"b"),
            ("thing/os-8.toml", FILE, "\u{fc}".as_bytes()),
        ];
        for archive in [tar(&entries), gzip(&tar(&entries))] {
            let pack = unpack(&archive, "x.tar.gz").unwrap();
            assert_eq!((pack.name.as_str(), pack.origin.as_str()), ("thing", "x.tar.gz"));
            assert_eq!(pack.files.keys().collect::<Vec<_>>(), ["os-8.toml", "pack.toml"]);
            assert_eq!(pack.common["lines.toml"], "b");
            assert_eq!(pack.files["os-8.toml"], "\u{fc}");
        }
    }

    #[test]
    fn what_is_in_an_archive_and_is_no_file_of_a_pack_is_refused() {
        for path in [
            "/thing/pack.toml",
            "/etc/passwd",
            "../pack.toml",
            "thing/../pack.toml",
            "thing/common/../../x.toml",
            "thing/./pack.toml",
            "thing//pack.toml",
            "thing/common/more/x.toml",
            "thing/.x.toml",
            "thing/..toml",
            "thing/.toml",
            "thing/INSTALLED",
            "thing/pack.toml/x.toml",
            "thing/x y.toml",
            "thing/x\u{1b}[2J.toml",
            "common/lines.toml",
            ".thing/pack.toml",
            "pack.toml",
            "thing/common.toml/",
        ] {
            let said = refused(&[("thing/pack.toml", FILE, b""), (path, FILE, b"")]);
            assert!(said.starts_with("not the archive of a pack: it holds \""), "{path}: {said}");
            assert!(!said.contains('\u{1b}'), "{said}");
        }
        for kind in [
            EntryType::Symlink,
            EntryType::Link,
            EntryType::Char,
            EntryType::Block,
            EntryType::Fifo,
            EntryType::GNUSparse,
            EntryType::Continuous,
        ] {
            assert!(unpack(&tar(&[("thing/pack.toml", kind, b"")]), "x").is_err(), "{kind:?}");
        }
        for folder in ["../", "/", "thing/more/", "thing/common/more/", "common/", "thing/../"] {
            assert!(refused(&[(folder, FOLDER, b"")]).contains("it holds"), "{folder}");
        }
        let twice = [("thing/a.toml", FILE, &b""[..]), ("./thing/a.toml", FILE, b"")];
        assert_eq!(refused(&twice), "not the archive of a pack: it holds ./thing/a.toml twice");
        let several = [("thing/a.toml", FILE, &b""[..]), ("other/", FOLDER, b"")];
        assert_eq!(refused(&several), "not the archive of one pack: it holds thing and other");
        let binary = [("thing/a.toml", FILE, &b"\xff"[..])];
        assert_eq!(refused(&binary), "not the archive of a pack: thing/a.toml is not text in UTF-8");
        for nothing in [vec![], vec![("thing/", FOLDER, &b""[..])], vec![("thing/common/a.toml", FILE, b"")]] {
            assert_eq!(refused(&nothing), "not the archive of a pack: it is empty");
        }
        assert!(unpack(b"not an archive at all", "x").is_err());
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let is_too_large = |archive: &[u8]| matches!(unpack(archive, "x"), Err(ArchiveError::TooLarge));
        let most = vec![b'#'; MOST_FILE_BYTES];
        let more = vec![b'#'; MOST_FILE_BYTES + 1];
        assert!(unpack(&tar(&[("thing/a.toml", FILE, &most)]), "x").is_ok());
        assert!(is_too_large(&tar(&[("thing/a.toml", FILE, &more)])));
        let names: Vec<_> = (0..=MOST_FILES).map(|number| format!("thing/{number}.toml")).collect();
        let files: Vec<Entry<'_>> = names.iter().map(|name| (name.as_str(), FILE, &b""[..])).collect();
        assert!(unpack(&tar(&files[1..]), "x").is_ok());
        assert!(is_too_large(&tar(&files)));
        assert!(is_too_large(&tar(&vec![("thing/", FOLDER, &b""[..]); MOST_ENTRIES + 1])));
        // Zeros, which take no place in the archive.
        let zeros = vec![0; MOST_FILE_BYTES];
        let bomb: Vec<Entry<'_>> = names.iter().take(9).map(|name| (name.as_str(), FILE, &zeros[..])).collect();
        assert!(is_too_large(&gzip(&tar(&bomb))));
        assert!(unpack(&gzip(&tar(&bomb[1..])), "x").is_ok());
        // The name of an entry, which tar reads before the entry.
        let name = vec![b'x'; MOST_UNPACKED];
        assert!(is_too_large(&gzip(&tar(&[("././@LongLink", EntryType::GNULongName, &name)]))));
        assert!(is_too_large(&vec![0; MOST_BYTES + 1]));
    }

    #[test]
    fn a_signature_counts_only_of_the_archive_by_a_trusted_key_and_for_releases() {
        let key = SigningKey::parse(include_str!("../../tests/keys/ssh")).unwrap();
        let public = include_str!("../../tests/keys/ssh.pub").trim();
        let signature = key.sign(b"archive", RELEASES);
        let by = |archive: &[u8], signature: &str, trusted: &str| {
            signed_by(archive, signature, Some(trusted)).map_err(|error| error.to_string())
        };
        let fields: Vec<_> = public.split(' ').collect();
        for (trusted, name) in [
            (public.to_owned(), fields[2]),
            (format!("# keys\n\n{public}"), fields[2]),
            (format!("ada@example.net {public}"), "ada@example.net"),
            (format!("ada@example.net namespaces=\"rampcheck-release\" {public}"), "ada@example.net"),
        ] {
            assert_eq!(by(b"archive", &signature, &trusted).unwrap().name, name, "{trusted}");
        }
        let without_comment = by(b"archive", &signature, &format!("{} {}", fields[0], fields[1])).unwrap();
        assert!(without_comment.name == without_comment.key && without_comment.key.starts_with("SHA256:"));
        for trusted in [
            String::new(),
            format!("#{public}"),
            format!("ada@example.net namespaces=\"rampcheck\" {public}"),
            format!("ada@example.net valid-before=\"20200101\" {public}"),
        ] {
            let said = by(b"archive", &signature, &trusted).unwrap_err();
            assert!(said.starts_with("not installed: signed with the key SHA256:"), "{trusted}: {said}");
        }
        let altered = by(b"Archive", &signature, public).unwrap_err();
        assert_eq!(
            altered,
            "not installed: its signature is not of this file, or the file was changed after it was signed"
        );
        let of_report = by(b"archive", &key.sign(b"archive", REPORTS), public).unwrap_err();
        assert_eq!(of_report, "not installed: its signature is made for another purpose than `rampcheck-release`");
        assert_eq!(by(b"archive", "", public).unwrap_err(), "not installed: its signature is not an ssh signature");
    }

    #[test]
    fn only_a_newer_version_takes_the_place_of_another() {
        for (new, old, expected) in [
            ("2026.12.1", "2026.11.20", Some(true)),
            ("2026.11.20.1", "2026.11.20", Some(true)),
            ("2026.10.2", "2026.9.30", Some(true)),
            ("2026.11.20", "2026.11.20", Some(false)),
            ("2026.9.30", "2026.10.2", None),
            ("2026.11.20-rc1", "2026.11.1", None),
            ("", "1", None),
            ("99999999999999999999", "1", None),
        ] {
            assert_eq!(replaces((new, "a"), (old, "a"), "built in").ok(), expected, "{new} {old}");
        }
        let differs = replaces(("1", "a"), ("1", "b"), "built in").unwrap_err().to_string();
        assert!(differs.contains("its content differs"), "{differs}");
    }

    proptest! {
        #[test]
        fn never_panics(path in "(/|\\.|thing|common|\\.toml|[a-z]){0,8}", kind: u8, bytes: Vec<u8>) {
            for archive in [bytes.clone(), gzip(&bytes), tar(&[(&path, EntryType::new(kind), &bytes)])] {
                let Ok(pack) = unpack(&archive, "x") else { continue };
                prop_assert!(pack.files.keys().chain(pack.common.keys()).all(|name| !name.contains('/')));
            }
        }
    }
}
