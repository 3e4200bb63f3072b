//! Signed lists of the tests' own, and tokens that are none.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

/// Key pair of the site that the tests trust, PKCS #8.
pub const SITE: &[u8] = include_bytes!("../keys/site.der");
/// Its public half.
pub const SITE_PUBLIC: &str = include_str!("../keys/site.pub");
/// A key pair that nobody trusts.
pub const OTHER: &[u8] = include_bytes!("../keys/other.der");

/// The header that the vendor's lists have.
pub const HEADER: &str = r#"{"alg":"RS256","typ":"JWT"}"#;

/// base64url without padding.
pub fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token with this header and payload, signed with this key.
pub fn token(key: &[u8], header: &str, payload: &str) -> String {
    let signed = format!("{}.{}", encoded(header), encoded(payload));
    let pair = RsaKeyPair::from_pkcs8(key).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", encoded(signature))
}

/// A list as the vendor makes them, signed by the site: versions and their expirations, and other members of the payload.
pub fn list(timestamp: &str, versions: &[(&str, &str)], more: &str) -> String {
    let entry = |(version, expiration): &(&str, &str)| {
        let sort = if version.starts_with("8.5") { r#","releaseType":"LTS""# } else { "" };
        format!(
            r#"{{"version":"{version}","security":false,"infoUrl":"https://example.com/{version}","expiration":"{expiration}"{sort}}}"#
        )
    };
    let versions: Vec<_> = versions.iter().map(entry).collect();
    let payload = format!(
        r#"{{"signed":"","timestamp":"{timestamp}","messages":[{{"remainingDays":30,"title":"t","params":{{}}}}],"versions":[{}],"i18n":{{"en":{{}}}},"enforcementStartDate":"2023-12-15T00:00:00Z"{more}}}"#,
        versions.join(",")
    );
    token(SITE, HEADER, &payload)
}
