//! Public keys that signed lists are verified with.

use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject as _;
use sha2::{Digest, Sha256};

use crate::facts::hex;
use crate::host::der;

/// rsaEncryption, 1.2.840.113549.1.1.1: RFC 8017, A.1.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// An RSA public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustKey {
    /// RSAPublicKey, DER.
    key: Vec<u8>,
    /// SHA-256 of its SubjectPublicKeyInfo, hexadecimal.
    pub fingerprint: String,
}

impl TrustKey {
    /// Reads the one `PUBLIC KEY` of a PEM file.
    ///
    /// # Errors
    /// If there is none, if there are several, or if it is not an RSA key.
    pub fn from_pem(pem: &str) -> Result<Self, String> {
        let keys: Result<Vec<_>, _> = SubjectPublicKeyInfoDer::pem_slice_iter(pem.as_bytes()).collect();
        let keys = keys.map_err(|error| format!("is not readable as PEM: {error}"))?;
        let [spki] = keys.as_slice() else {
            return Err(format!("holds {} sections `BEGIN PUBLIC KEY` instead of one", keys.len()));
        };
        let key = rsa_key(spki).ok_or("its public key is not an RSA key")?.to_vec();
        let fingerprint = hex(&Sha256::digest(spki));
        Ok(Self { key, fingerprint })
    }

    /// Whether this key signed the message: RSASSA-PKCS1-v1_5 with SHA-256, 2048 to 8192 bits, and nothing else.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.key).verify(message, signature).is_ok()
    }
}

/// RSAPublicKey in a SubjectPublicKeyInfo: RFC 5280, 4.1.
fn rsa_key(spki: &[u8]) -> Option<&[u8]> {
    let (info, rest) = der::tagged(spki, der::SEQUENCE)?;
    let (algorithm, key) = der::tagged(info, der::SEQUENCE)?;
    let (identifier, _) = der::tagged(algorithm, der::OBJECT_IDENTIFIER)?;
    let (bits, _) = der::tagged(key, der::BIT_STRING)?;
    let whole_bytes = bits.strip_prefix(&[0])?;
    (identifier == RSA && rest.is_empty()).then_some(whole_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SITE: &str = include_str!("../../../tests/keys/site.pub");

    #[test]
    fn a_key_has_the_fingerprint_of_its_subject_public_key_info() {
        // openssl pkey -pubin -in tests/keys/site.pub -outform DER | sha256sum
        let expected = "70426ef4a45bc7004dd03c39d1ab4544fc519140292b183df769cd282c6b8d52";
        let with_others = format!("the site's key\n-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n{SITE}");
        for pem in [SITE, &with_others] {
            assert_eq!(TrustKey::from_pem(pem).unwrap().fingerprint, expected);
        }
    }

    #[test]
    fn what_is_not_one_rsa_key_says_so() {
        let ec = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        let mut lines: Vec<&str> = SITE.lines().collect();
        lines.remove(lines.len() - 2);
        let cut = lines.join("\n");
        for (pem, words) in [
            ("", "holds 0 sections"),
            ("-----BEGIN RSA PUBLIC KEY-----\nMIIB\n-----END RSA PUBLIC KEY-----\n", "holds 0 sections"),
            (&SITE.repeat(2), "holds 2 sections"),
            (&SITE.replace("-----END", "----"), "is not readable as PEM"),
            (&SITE.replace("MIIB", "M!IB"), "is not readable as PEM"),
            (&cut, "not an RSA key"),
            (ec, "not an RSA key"),
        ] {
            let error = TrustKey::from_pem(pem).unwrap_err();
            assert!(error.contains(words), "{pem}: {error}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(pem: String, spki: Vec<u8>) {
            let _ = TrustKey::from_pem(&pem);
            let _ = rsa_key(&spki);
        }
    }
}
