//! What is a signed list, and every way to pass off what is none.

use std::sync::LazyLock;

use jiff::civil::date;
use proptest::prelude::*;
use ring::hmac;

use super::*;

use super::super::signing::{HEADER, OTHER, SITE, SITE_PUBLIC, encoded, list, token as signed_token};

const PAYLOAD: &str =
    r#"{"timestamp":"2026-11-01T00:00:00Z","versions":[{"version":"8.6.1","expiration":"2027-01-31T00:00:00Z"}]}"#;

fn keys() -> Vec<TrustKey> {
    vec![TrustKey::from_pem(SITE_PUBLIC).unwrap()]
}

fn refused(token: &str) -> String {
    match verify(token, &keys()) {
        Err(reason) => reason,
        Ok(list) => panic!("accepted: {list:?}"),
    }
}

#[test]
fn a_list_signed_by_a_trusted_key_is_read() {
    let exceptions = r#","exceptions":{"domain":"chat.example.com","uniqueId":"w1","versions":[{"version":"6.4.0","expiration":"2025-01-01T00:00:00Z"}]}"#;
    let versions = [
        ("8.6.1", "2027-01-31T23:59:59.999999999Z"),
        ("8.5.0", "2027-06-30T00:00:00Z"),
        ("8.4.0", "2026-10-31T23:30:00-02:00"),
    ];
    let token = list("2026-11-01T10:20:30.123456789Z", &versions, exceptions);
    let list = verify(&token, &keys()).unwrap();
    assert_eq!(list.timestamp.to_string(), "2026-11-01T10:20:30.123456789Z");
    assert_eq!(list.key, TrustKey::from_pem(SITE_PUBLIC).unwrap().fingerprint);
    let days: Vec<_> = list.releases.iter().map(|release| (release.until, release.lts)).collect();
    assert_eq!(days, [(date(2027, 1, 31), false), (date(2027, 6, 30), true), (date(2026, 11, 1), false)]);
    let exceptions = list.exceptions.unwrap();
    assert_eq!((exceptions.domain.as_deref(), exceptions.unique_id.as_deref()), (Some("chat.example.com"), Some("w1")));
    assert_eq!(exceptions.releases.len(), 1);
    assert!(exceptions.releases[0].exception && list.releases.iter().all(|release| !release.exception));
}

#[test]
fn the_newest_releases_are_kept_and_builds_stand_before_their_release() {
    let versions: Vec<(String, &str)> = (0..MOST_RELEASES + 5)
        .map(|patch| format!("8.6.{patch}"))
        .chain(
            ["8.6.4-rc.1", "8.10.0", "8.9.0-rc.0", "8.9.0", "8.11.0-develop", "8.6.7-alpha", "newest"]
                .map(str::to_owned),
        )
        .map(|version| (version, "2027-01-31T00:00:00Z"))
        .collect();
    let versions: Vec<_> = versions.iter().map(|(version, until)| (version.as_str(), *until)).collect();
    let exceptions = r#","exceptions":{"versions":[{"version":"8.9.0","expiration":"2028-01-01T00:00:00Z"},
        {"version":"6.4.0","expiration":"2027-01-01T00:00:00Z"}]}"#;
    let list = verify(&list("2026-11-01T00:00:00Z", &versions, exceptions), &keys()).unwrap();
    let names = |releases: &[SupportedRelease]| -> Vec<_> {
        releases.iter().map(|release| (release.version.clone(), release.exception)).collect()
    };
    let own = |version: &str| (version.to_owned(), false);
    let without = names(&list.supported(None));
    assert_eq!((without.len(), &without[0]), (MOST_RELEASES, &own("8.6.9")));
    let last = ["8.6.404", "8.9.0-rc.0", "8.9.0", "8.10.0", "8.11.0-develop"].map(own);
    assert_eq!(without[MOST_RELEASES - 5..], last);
    let with = names(&list.supported(list.exceptions.as_ref()));
    let exception = |version: &str| (version.to_owned(), true);
    assert_eq!(with[..2], [exception("6.4.0"), own("8.6.9")], "an exception is kept, however old its release");
    assert_eq!(with[with.len() - 4..with.len() - 1], [own("8.9.0"), exception("8.9.0"), own("8.10.0")]);
}

#[test]
fn optional_parts_may_be_missing_or_empty() {
    for more in ["", r#","exceptions":{}"#, r#","exceptions":null"#, r#","exceptions":{"domain":"a"},"more":[1]"#] {
        let payload = format!("{}{more}}}", PAYLOAD.strip_suffix('}').unwrap());
        for header in [HEADER, r#"{"alg":"RS256"}"#] {
            assert!(verify(&signed_token(SITE, header, &payload), &keys()).is_ok(), "{header} {more}");
        }
    }
}

#[test]
fn other_algorithms_are_refused() {
    for alg in ["none", "None", "HS256", "RS384", "RS512", "PS256", "ES256", "EdDSA", "", "rs256"] {
        let header = format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#);
        // Rightly signed all the same: the header alone is reason enough.
        assert!(refused(&signed_token(SITE, &header, PAYLOAD)).contains("only RS256 is accepted"), "{alg}");
    }
    let unsigned = format!("{}.{}.", encoded(r#"{"alg":"none"}"#), encoded(PAYLOAD));
    assert!(refused(&unsigned).contains("`none`"));
    let unsigned = format!("{}.{}.", encoded(HEADER), encoded(PAYLOAD));
    assert!(refused(&unsigned).contains("not signed with a trusted key"));
}

#[test]
fn the_public_key_is_no_secret_to_sign_with() {
    for header in [r#"{"alg":"HS256","typ":"JWT"}"#, HEADER] {
        let signed = format!("{}.{}", encoded(header), encoded(PAYLOAD));
        for secret in [SITE_PUBLIC, SITE_PUBLIC.trim_end()] {
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), signed.as_bytes());
            refused(&format!("{signed}.{}", encoded(tag)));
        }
    }
}

#[test]
fn headers_that_say_more_or_less_are_refused() {
    for header in [
        "{}",
        r#"{"typ":"JWT"}"#,
        r#"{"alg":"RS256","alg":"RS256"}"#,
        r#"{"alg":"none","alg":"RS256"}"#,
        r#"{"alg":"RS256","kid":"1"}"#,
        r#"{"alg":"RS256","jwk":{"kty":"RSA"}}"#,
        r#"{"alg":"RS256","jku":"https://example.com"}"#,
        r#"{"alg":"RS256","crit":["b64"],"b64":false}"#,
        r#"{"alg":"RS256","typ":"JWE"}"#,
        r#"{"alg":["RS256"]}"#,
        r#"["RS256"]x"#,
        "",
    ] {
        refused(&signed_token(SITE, header, PAYLOAD));
    }
}

#[test]
fn another_key_is_refused() {
    assert!(refused(&signed_token(OTHER, HEADER, PAYLOAD)).contains("not signed with a trusted key"));
    let good = signed_token(SITE, HEADER, PAYLOAD);
    assert!(verify(&good, &[]).is_err(), "without any key");
}

#[test]
fn altered_and_cut_tokens_are_refused() {
    let good = signed_token(SITE, HEADER, PAYLOAD);
    let [header, _, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let longer = PAYLOAD.replace("2027-01-31", "2037-01-31");
    refused(&format!("{header}.{}.{signature}", encoded(longer)));
    for cut in 0..good.len() {
        refused(&good[..cut]);
    }
    for more in [".", ".x", "A", "=", "\n", " "] {
        refused(&format!("{good}{more}"));
    }
    refused(&good.replace('.', ".."));
    refused(&"a".repeat(TOKEN_LIMIT + 1));
}

#[test]
fn base64url_is_strict() {
    let good = signed_token(SITE, HEADER, PAYLOAD);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    for other in [format!("{signature}=="), signature.replace(['-', '_'], "+"), format!(" {signature}")] {
        if other != signature {
            refused(&format!("{signed}.{other}"));
        }
    }
    // 256 bytes leave four spare bits in the last letter; set, they would be a second way to write the same.
    let (rest, last) = signature.split_at(signature.len() - 1);
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for letter in letters.chars().filter(|letter| !last.contains(*letter)) {
        refused(&format!("{signed}.{rest}{letter}"));
    }
}

#[test]
fn what_is_signed_and_makes_no_sense_is_refused() {
    for payload in [
        "",
        "[]",
        "{}",
        r#"{"versions":[]}"#,
        r#"{"timestamp":"2026-11-01T00:00:00Z"}"#,
        r#"{"timestamp":"soon","versions":[]}"#,
        r#"{"timestamp":"2026-11-01","versions":[]}"#,
        r#"{"timestamp":"2026-11-01T00:00:00Z","timestamp":"2027-11-01T00:00:00Z","versions":[]}"#,
        r#"{"timestamp":"2026-11-01T00:00:00Z","versions":[{"version":"8.6.1"}]}"#,
        r#"{"timestamp":"2026-11-01T00:00:00Z","versions":[{"expiration":"2027-01-31T00:00:00Z"}]}"#,
        r#"{"timestamp":"2026-11-01T00:00:00Z","versions":[{"version":8,"expiration":"2027-01-31T00:00:00Z"}]}"#,
    ] {
        assert!(refused(&signed_token(SITE, HEADER, payload)).contains("signed, but it is not a list"), "{payload}");
    }
}

#[test]
fn tokens_stand_in_documents_of_several_forms() {
    for document in [
        "a.b.c\n",
        "\"a.b.c\"",
        r#"{"signed":"a.b.c","versions":[]}"#,
        r#"{"version":"8.5","supportedVersions":{"signed":"a.b.c"}}"#,
        r#"{"supportedVersions":"a.b.c"}"#,
    ] {
        assert_eq!(token(document).as_deref(), Some("a.b.c"), "{document}");
    }
    for document in ["", "  ", "{}", "{", r#"{"signed":""}"#, r#"{"signed":7}"#, r#"{"versions":[]}"#] {
        assert_eq!(token(document), None, "{document}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn never_panics(text: String, parts in proptest::collection::vec("[A-Za-z0-9_-]{0,40}", 0..5)) {
        let _ = token(&text);
        let _ = verify(&text, &keys());
        let _ = verify(&parts.join("."), &keys());
    }

    /// Whatever byte of a good token is changed, and however, it is refused.
    #[test]
    fn no_byte_can_be_changed(at: prop::sample::Index, byte in 0x21u8..0x7f) {
        static GOOD: LazyLock<String> = LazyLock::new(|| signed_token(SITE, HEADER, PAYLOAD));
        let mut bytes = GOOD.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        prop_assert!(verify(&String::from_utf8(bytes).unwrap(), &keys()).is_err());
    }
}
