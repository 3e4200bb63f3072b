//! Signatures of reports, packs and releases: SSHSIG of OpenSSH over the bytes of a file, with Ed25519 keys, in a file beside it.
//!
//! They are what `ssh-keygen -Y sign -n NAMESPACE` makes and `ssh-keygen -Y verify` checks. The formats are those of
//! OpenSSH's PROTOCOL.sshsig, PROTOCOL.key, ssh-keygen(1) (allowed signers) and sshd(8) (known hosts). It knows no files.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use ring::{digest, hmac};

/// The namespace of reports. A signature that was made for another namespace does not count.
pub const REPORTS: &str = "rampcheck";
/// The namespace of what the project publishes: packs, and the checksums of a release.
pub const RELEASES: &str = "rampcheck-release";

const MAGIC: &[u8] = b"SSHSIG";
const KIND: &str = "ssh-ed25519";
const SIGNATURE: [&str; 2] = ["-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"];
const PRIVATE_KEY: [&str; 2] = ["-----BEGIN OPENSSH PRIVATE KEY-----", "-----END OPENSSH PRIVATE KEY-----"];
/// Characters of a line of Base64.
const LINE: usize = 70;

/// Why a key or a signature does not count. Messages are fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not a private key of OpenSSH.
    #[error("not a private key of OpenSSH")]
    NoKey,
    /// Its key has a passphrase.
    #[error("the key has a passphrase; use one without, such as /etc/ssh/ssh_host_ed25519_key")]
    Encrypted,
    /// A key of another kind.
    #[error("not an Ed25519 key, the one kind that is used here")]
    Kind,
    /// Not a signature.
    #[error("not an ssh signature")]
    NoSignature,
    /// It is for something else than this namespace.
    #[error("made for another purpose than `{0}`")]
    Namespace(&'static str),
    /// It is not of these bytes.
    #[error("not of this file, or the file was changed after it was signed")]
    Wrong,
}

/// A private key.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: Vec<u8>,
}

/// Who signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The public key, as ssh writes it before Base64.
    key: Vec<u8>,
}

/// What a file of known hosts says of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownHost {
    /// It is the key of this host.
    Own,
    /// It is the key of others.
    Other(String),
    /// It must not be used any more.
    Revoked,
    /// Nothing.
    Unknown,
}

impl SigningKey {
    /// Reads a private key of OpenSSH that has no passphrase.
    ///
    /// # Errors
    /// When it is none, or of another kind.
    pub fn parse(text: &str) -> Result<Self, SignatureError> {
        let bytes = unarmored(text, PRIVATE_KEY).ok_or(SignatureError::NoKey)?;
        let mut key = Reader(bytes.strip_prefix(b"openssh-key-v1\0").ok_or(SignatureError::NoKey)?);
        let cipher = key.string().ok_or(SignatureError::NoKey)?;
        if cipher != b"none" {
            return Err(SignatureError::Encrypted);
        }
        let mut private = || {
            let (_kdf, _options, keys) = (key.string()?, key.string()?, key.number()?);
            let (public, mut private) = (key.string()?, Reader(key.string()?));
            let checks = (private.number()?, private.number()?);
            (keys == 1 && checks.0 == checks.1).then_some((public, private))
        };
        let (public, mut private) = private().ok_or(SignatureError::NoKey)?;
        if private.string() != Some(KIND.as_bytes()) {
            return Err(SignatureError::Kind);
        }
        let (own, secret) = private.string().zip(private.string()).ok_or(SignatureError::NoKey)?;
        let seed = secret.get(..32).ok_or(SignatureError::NoKey)?;
        let pair = Ed25519KeyPair::from_seed_and_public_key(seed, own).map_err(|_| SignatureError::NoKey)?;
        if ed25519(public) != Some(own) {
            return Err(SignatureError::NoKey);
        }
        Ok(Self { pair, public: public.to_owned() })
    }

    /// The signature of a message for a namespace, as ssh-keygen writes it.
    pub fn sign(&self, message: &[u8], namespace: &str) -> String {
        let mut signature = Vec::new();
        put(&mut signature, KIND.as_bytes());
        put(&mut signature, self.pair.sign(&signed(message, namespace, b"", &digest::SHA512)).as_ref());
        let mut out = MAGIC.to_vec();
        out.extend(1_u32.to_be_bytes());
        for part in [&self.public, namespace.as_bytes(), b"", b"sha512", &signature] {
            put(&mut out, part);
        }
        let text = STANDARD.encode(out);
        let lines: Vec<_> = text.as_bytes().chunks(LINE).map(String::from_utf8_lossy).collect();
        format!("{}\n{}\n{}\n", SIGNATURE[0], lines.join("\n"), SIGNATURE[1])
    }
}

impl Signer {
    /// Who made this signature of this message for this namespace.
    ///
    /// # Errors
    /// When it is none, or not of this message, or for another namespace.
    pub fn of(signature: &str, message: &[u8], namespace: &'static str) -> Result<Self, SignatureError> {
        let bytes = unarmored(signature, SIGNATURE).ok_or(SignatureError::NoSignature)?;
        let mut parts = Reader(bytes.strip_prefix(MAGIC).ok_or(SignatureError::NoSignature)?);
        let mut read = || {
            let version = parts.number()?;
            let read = [parts.string()?, parts.string()?, parts.string()?, parts.string()?, parts.string()?];
            (version == 1 && parts.0.is_empty()).then_some(read)
        };
        let [key, made_for, reserved, hash, signature] = read().ok_or(SignatureError::NoSignature)?;
        if made_for != namespace.as_bytes() {
            return Err(SignatureError::Namespace(namespace));
        }
        let hash = match hash {
            b"sha512" => &digest::SHA512,
            b"sha256" => &digest::SHA256,
            _ => return Err(SignatureError::NoSignature),
        };
        let mut signature = Reader(signature);
        let public = ed25519(key).ok_or(SignatureError::Kind)?;
        if signature.string() != Some(KIND.as_bytes()) {
            return Err(SignatureError::Kind);
        }
        let signature = signature.string().ok_or(SignatureError::NoSignature)?;
        let key_of = UnparsedPublicKey::new(&ED25519, public);
        key_of.verify(&signed(message, namespace, reserved, hash), signature).map_err(|_| SignatureError::Wrong)?;
        Ok(Self { key: key.to_owned() })
    }

    /// The fingerprint of the key, as ssh shows it.
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", STANDARD_NO_PAD.encode(digest::digest(&digest::SHA256, &self.key)))
    }

    /// The principals of the line of a file of allowed signers that names this key for a namespace. A line with other options
    /// than `namespaces` does not count: what it limits is not looked at here.
    pub fn allowed(&self, allowed_signers: &str, namespace: &str) -> Option<String> {
        allowed_signers.lines().find_map(|line| {
            let fields = fields(line);
            let (principals, rest) = fields.split_first()?;
            let at = rest.iter().position(|field| is_kind(field)).filter(|at| *at <= 1)?;
            let for_namespace = rest[..at].iter().all(|options| {
                let names = options.strip_prefix("namespaces=\"").and_then(|names| names.strip_suffix('"'));
                names.is_some_and(|names| !names.contains('"') && matches(names, namespace))
            });
            let is_it = for_namespace && self.is(rest.get(at + 1)?);
            (is_it && !principals.starts_with('#')).then(|| principals.clone())
        })
    }

    /// Whom a file names as the owner of this key: allowed signers as in [`Signer::allowed`], or public keys, whose comments
    /// name them.
    pub fn trusted(&self, keys: &str, namespace: &str) -> Option<String> {
        let public_key = |line: &str| {
            let fields = fields(line);
            let [kind, key, comment @ ..] = fields.as_slice() else { return None };
            let name = if comment.is_empty() { self.fingerprint() } else { comment.join(" ") };
            (kind == KIND && self.is(key)).then_some(name)
        };
        self.allowed(keys, namespace).or_else(|| keys.lines().find_map(public_key))
    }

    /// What a file of known hosts says of this key, for a report on `host`.
    pub fn known_host(&self, known_hosts: &str, host: &str) -> KnownHost {
        let mut found = KnownHost::Unknown;
        for line in known_hosts.lines() {
            let fields = fields(line);
            let (marker, entry) = match fields.split_first() {
                Some((first, rest)) if first.starts_with('@') => (first.as_str(), rest),
                Some((first, _)) if !first.starts_with('#') => ("", fields.as_slice()),
                _ => continue,
            };
            let [names, kind, key, ..] = entry else { continue };
            if kind != KIND || !self.is(key) {
                continue;
            }
            match marker {
                "@revoked" => return KnownHost::Revoked,
                "" if is_host(names, host) => found = KnownHost::Own,
                "" if found == KnownHost::Unknown => found = KnownHost::Other(names.clone()),
                _ => {}
            }
        }
        found
    }

    fn is(&self, base64: &str) -> bool {
        STANDARD.decode(base64).is_ok_and(|key| key == self.key)
    }
}

/// The text that is signed for a message and a namespace.
fn signed(message: &[u8], namespace: &str, reserved: &[u8], hash: &'static digest::Algorithm) -> Vec<u8> {
    let name: &[u8] = if *hash == digest::SHA512 { b"sha512" } else { b"sha256" };
    let mut out = MAGIC.to_vec();
    for part in [namespace.as_bytes(), reserved, name, digest::digest(hash, message).as_ref()] {
        put(&mut out, part);
    }
    out
}

/// The 32 bytes of an Ed25519 key that ssh wrote.
fn ed25519(key: &[u8]) -> Option<&[u8]> {
    let mut parts = Reader(key);
    let is_kind = parts.string()? == KIND.as_bytes();
    let public = parts.string()?;
    (is_kind && public.len() == 32 && parts.0.is_empty()).then_some(public)
}

/// Base64 between two lines.
fn unarmored(text: &str, [begin, end]: [&str; 2]) -> Option<Vec<u8>> {
    let inside = text.trim().strip_prefix(begin)?.strip_suffix(end)?;
    let base64: String = inside.chars().filter(|sign| !sign.is_ascii_whitespace()).collect();
    STANDARD.decode(base64).ok()
}

fn put(out: &mut Vec<u8>, part: &[u8]) {
    // Nothing here is near 4 GiB.
    out.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(part);
}

/// Reads what ssh writes: numbers of four bytes, and strings with their length before them.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*number))
    }

    fn string(&mut self) -> Option<&'b [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (string, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }
}

/// The fields of a line, with spaces between them that stand in no quotes.
fn fields(line: &str) -> Vec<String> {
    let mut quoted = false;
    let parts = line.split(|sign: char| {
        quoted ^= sign == '"';
        !quoted && sign.is_whitespace()
    });
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn is_kind(field: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-"].iter().any(|start| field.starts_with(start))
}

/// Whether the names of a line of known hosts are those of a host: patterns, or `|1|salt|hash` of one name.
fn is_host(names: &str, host: &str) -> bool {
    let Some(hashed) = names.strip_prefix("|1|") else { return matches(names, host) };
    let decoded = hashed
        .split_once('|')
        .and_then(|(salt, hash)| Some((STANDARD.decode(salt).ok()?, STANDARD.decode(hash).ok()?)));
    decoded.is_some_and(|(salt, hash)| {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &salt);
        hmac::verify(&key, host.to_ascii_lowercase().as_bytes(), &hash).is_ok()
    })
}

/// Whether a text fits a list of patterns with `*` and `?`, of which one with `!` excludes it.
fn matches(patterns: &str, text: &str) -> bool {
    let (mut fits, text) = (false, text.to_ascii_lowercase());
    for pattern in patterns.split(',') {
        let pattern = pattern.to_ascii_lowercase();
        match pattern.strip_prefix('!') {
            Some(pattern) if glob(pattern.as_bytes(), text.as_bytes()) => return false,
            Some(_) => {}
            None => fits |= glob(pattern.as_bytes(), text.as_bytes()),
        }
    }
    fits
}

/// Goes back to the last `*` only, so the time is bounded by the product of the lengths.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(sign) if *sign == b'?' || *sign == text[from] => (at, from) = (at + 1, from + 1),
            _ => match star {
                Some((back, taken)) => {
                    star = Some((back, taken + 1));
                    (at, from) = (back + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at.min(pattern.len())..].iter().all(|sign| *sign == b'*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_of_hosts() {
        for (patterns, host, fits) in [
            ("chat.example.net", "chat.example.net", true),
            ("Chat.Example.net,10.0.0.1", "chat.example.net", true),
            ("*.example.net", "chat.example.net", true),
            ("*.example.net,!chat.*", "chat.example.net", false),
            ("chat-?.example.net", "chat-1.example.net", true),
            ("chat", "chat.example.net", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxa", false),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(patterns, host), fits, "{patterns} {host}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text: String, bytes: Vec<u8>) {
            let _ = (SigningKey::parse(&text), Signer::of(&text, &bytes, REPORTS), fields(&text), matches(&text, &text));
            let armored = |lines: [&str; 2]| format!("{}\n{}\n{}\n", lines[0], STANDARD.encode(&bytes), lines[1]);
            let _ = (SigningKey::parse(&armored(PRIVATE_KEY)), Signer::of(&armored(SIGNATURE), &bytes, RELEASES));
            let signer = Signer { key: bytes };
            let _ = (signer.allowed(&text, REPORTS), signer.trusted(&text, RELEASES), signer.known_host(&text, "host"), signer.fingerprint());
        }
    }
}
