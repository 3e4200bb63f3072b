//! What the operator says of the server and its release.

use serde::{Deserialize, Serialize};

use crate::facts::Version;

/// The server, the release intended, and who may be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ServerPlan {
    /// Address of the running server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The release intended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Files that hold a signed list of supported releases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub supported_versions: Vec<String>,
    /// The vendor's services may be asked.
    pub online: bool,
    /// Where the signed list is fetched, if not at the vendor's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_url: Option<String>,
    /// Files that hold a public key trusted besides the vendor's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trust_key: Vec<String>,
    /// File of certificate authorities trusted besides the system's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
}

impl ServerPlan {
    /// Whether nothing is said of a server.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// This, and what `base` says where this says nothing; files are added up.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        let both = |own: Vec<String>, further: Vec<String>| own.into_iter().chain(further).collect();
        Self {
            url: self.url.or(base.url),
            version: self.version.or(base.version),
            supported_versions: both(self.supported_versions, base.supported_versions),
            online: self.online || base.online,
            list_url: self.list_url.or(base.list_url),
            trust_key: both(self.trust_key, base.trust_key),
            ca_file: self.ca_file.or(base.ca_file),
        }
    }
}

/// Reads an address as people write it; `chat.example.com` means `https://`. Returned without a slash at the end.
///
/// # Errors
/// Says what an address looks like, and that it must not hold a password: reports are handed on.
pub fn parse_base(text: &str) -> Result<String, String> {
    // What stands before an `@` may be a password.
    let shown = text.rsplit('@').next().unwrap_or_default();
    let wrong = |why: &str| format!("`{shown}` {why}; write an address such as https://chat.example.com");
    let text_with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = reqwest::Url::parse(&text_with_scheme).map_err(|_| wrong("is not an address"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address must not contain a user name or password".to_owned());
    }
    if !["https", "http"].contains(&url.scheme()) {
        return Err(wrong("begins with neither https nor http"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or fragment"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Reads a release such as `8.6.1`, `8.5` or `8.6.0-rc.2`.
///
/// # Errors
/// When it does not name at least major and minor.
pub fn parse_release(text: &str) -> Result<String, String> {
    let version = Version::parse(text).map_err(|error| error.to_string())?;
    if version.is_on_line(&format!("{}.{}", version.major(), version.minor())) {
        Ok(version.to_string().trim_start_matches(['v', 'V']).to_owned())
    } else {
        Err(format!("`{text}` is not a release: write at least two numbers, as in 8.5"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        for (text, url) in [
            ("https://chat.example.com", "https://chat.example.com"),
            ("chat.example.com/", "https://chat.example.com"),
            ("HTTPS://Chat.Example.com:8443/Team/", "https://chat.example.com:8443/Team"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("chat.example.com:443", "https://chat.example.com"),
        ] {
            assert_eq!(parse_base(text).as_deref(), Ok(url));
        }
        for wrong in [
            "",
            "https://",
            "ftp://chat",
            "https://a b",
            "https://:443",
            "https://u:p@chat",
            "https://chat/?q",
            "x://",
            "https://chat/#f",
        ] {
            assert!(parse_base(wrong).is_err(), "{wrong}");
        }
        for secret in
            ["https://user:secret@chat", "https://user:se/secret@chat", "ftp://user:secret@chat", "//u:secret@"]
        {
            assert!(!parse_base(secret).unwrap_err().contains("secret"));
        }
    }

    #[test]
    fn releases_have_two_numbers() {
        for (text, release) in [("8.6.1", "8.6.1"), ("v8.5", "8.5"), ("8.6.0-rc.2", "8.6.0-rc.2")] {
            assert_eq!(parse_release(text).as_deref(), Ok(release));
        }
        for wrong in ["", "8", "latest", "-8.5"] {
            assert!(parse_release(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text: String) {
            let _ = (parse_base(&text), parse_release(&text));
        }
    }
}
