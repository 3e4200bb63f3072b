//! What the operator says of the server: `server = { ... }` of a plan file, and the arguments of the same names.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::document::Table;
use crate::facts::Version;

/// Where the vendor's releases service is.
pub const RELEASES_SERVICE: &str = "https://releases.rocket.chat";

/// Path of the signed list below the releases service.
const LIST_PATH: &str = "/v2/server/supportedVersions";

/// The server, the release intended, and what may be asked of whom.
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
    /// Files that hold a signed list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub supported_versions: Vec<PathBuf>,
    /// Services of the vendor may be asked.
    pub online: bool,
    /// Base address of the releases service, when not the vendor's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub releases_url: Option<String>,
    /// Files that hold a public key trusted besides the vendor's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trust_key: Vec<PathBuf>,
    /// File of certificate authorities trusted besides the system's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

impl ServerPlan {
    /// Nothing is said of a server.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Where the list is fetched.
    pub fn list_url(&self) -> String {
        format!("{}{LIST_PATH}", self.releases_url.as_deref().unwrap_or(RELEASES_SERVICE))
    }
}

/// Reads an address as people write it; `chat.example.com` means `https://`. Returned without a slash at the end.
///
/// # Errors
/// Says what an address looks like, and that it must not hold a password: reports are handed on.
pub fn parse_base(text: &str) -> Result<String, String> {
    let wrong = |why: &str| Err(format!("`{text}` {why}; write an address such as https://chat.example.com"));
    let url = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let Some((scheme, rest)) = url.split_once("://") else { return wrong("is no address") };
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "https" && scheme != "http" {
        return wrong("is neither https nor http");
    }
    let rest = rest.trim_end_matches('/');
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return Err("an address must not hold a name or password".to_owned());
    }
    let plain = rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\\\"<>`{}|^".contains(&byte));
    if authority.is_empty() || authority.starts_with(':') || !plain {
        return wrong("is no address");
    }
    Ok(format!("{scheme}://{}{}", authority.to_ascii_lowercase(), &rest[authority.len()..]))
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
        Err(format!("`{text}` names no release: at least two numbers, as in 8.5"))
    }
}

/// Reads `server = { ... }`.
pub(super) fn read_server(table: Table<'_, '_>) -> ServerPlan {
    let text = |key, read: fn(&str) -> Result<String, String>| {
        let at = table.text(key)?;
        read(&at.value).map_err(|message| table.document.problem(at.span, message)).ok()
    };
    let paths = |key| table.texts(key).map(|at| at.value.into_iter().map(PathBuf::from).collect()).unwrap_or_default();
    let server = ServerPlan {
        url: text("url", parse_base),
        version: text("version", parse_release),
        supported_versions: paths("supported_versions"),
        online: table.flag("online").unwrap_or(false),
        releases_url: text("releases_url", parse_base),
        trust_key: paths("trust_key"),
        ca_file: table.text("ca_file").map(|at| PathBuf::from(at.value)),
    };
    table.finish();
    server
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
        ] {
            assert_eq!(parse_base(text).as_deref(), Ok(url));
        }
        for wrong in
            ["", "https://", "ftp://chat", "https://a b", "https://:443", "https://u:p@chat", "https://chat/?q", "x://"]
        {
            assert!(parse_base(wrong).is_err(), "{wrong}");
        }
        assert!(!parse_base("https://user:secret@chat").unwrap_err().contains("secret"));
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
