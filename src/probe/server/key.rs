//! Public keys that signed lists are verified with: the vendor's, and those that a site adds for mirrors that sign anew.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use sha2::{Digest, Sha256};

use crate::facts::hex;
use crate::host::der;

/// The key published with the vendor's desktop and mobile clients.
const VENDOR: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvZ/T/RHOr6+yo/iMLUlf
agMiMLFxQR/5Qtc85ykMBvKZqbBGb9zU68VB9n54alrbZG5FdcHkSJXgJIBXF2bk
TGTfBi58JmltZirSWzvXoXnT4ieGNZv+BqnP9zzj9HXOVhVncbRmJPEIJOZfL9AQ
beix3rPgZx3ZepAaoMQnz11dZKDGzkMN75WkTdf324X3DeFgLVmjsYuAcLl/AJMA
uPKSSt0XOQUsfrT7rEqXIrj8rIJcWxIHICMRrwfjw2Qh+3pfIrh7XSzxlW4zCKBN
RpavrrCnpOFRfkC5T9eMKLgyapjufOtbjuzu25N3urBsg6oRFNzsGXWp1C7DwUO2
kwIDAQAB
-----END PUBLIC KEY-----
";

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
    /// When there is none, more than one, or it is no RSA key.
    pub fn from_pem(pem: &str) -> Result<Self, String> {
        const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
        let parts: Vec<&str> = pem.split(BEGIN).collect();
        let [_, rest] = parts.as_slice() else { return Err(format!("does not hold one `{BEGIN}`")) };
        let (text, _) = rest.split_once("-----END PUBLIC KEY-----").ok_or("its public key does not end")?;
        let text: String = text.split_whitespace().collect();
        let spki = STANDARD.decode(text).map_err(|error| format!("its public key is not base64: {error}"))?;
        let key = rsa_key(&spki).ok_or("its public key is not an RSA key")?.to_vec();
        let fingerprint = hex(&Sha256::digest(&spki));
        Ok(Self { key, fingerprint })
    }

    /// The vendor's key, and those of the site.
    pub(super) fn all(site: &[String]) -> Vec<Self> {
        // Those of the site were read once before, to complain of them.
        std::iter::once(VENDOR)
            .chain(site.iter().map(String::as_str))
            .filter_map(|pem| Self::from_pem(pem).ok())
            .collect()
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

    #[test]
    fn the_vendors_key_is_the_published_one() {
        let [vendor] = TrustKey::all(&[]).try_into().unwrap();
        assert_eq!(vendor.fingerprint, "f632d009ce2ac775e9b6872544a60ba36a692abdfc49298fd6b641d78700eca2");
    }

    #[test]
    fn what_is_no_rsa_key_says_so() {
        let ec = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        for (pem, words) in [
            ("", "does not hold one"),
            ("-----BEGIN RSA PUBLIC KEY-----\nMIIB\n-----END RSA PUBLIC KEY-----\n", "does not hold one"),
            (&VENDOR.repeat(2), "does not hold one"),
            (&VENDOR.replace("-----END", "----"), "does not end"),
            (&VENDOR.replace("MIIB", "M!IB"), "not base64"),
            (&VENDOR.replace("\nkwIDAQAB", ""), "not an RSA key"),
            (ec, "not an RSA key"),
        ] {
            assert!(TrustKey::from_pem(pem).unwrap_err().contains(words), "{pem}");
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
