//! What a server says of itself: its version, and the signed list it passes on.
//!
//! Anonymous callers get `version` as major.minor. A server that trusts the caller adds `info` with the whole version.
//! A member of another type counts as missing, because servers of every age are asked.

use serde_json::Value;

use super::signed_list::signed;
use crate::facts::Version;

/// What a server says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ApiInfo {
    pub version: Option<String>,
    /// Token of the signed list.
    pub list: Option<String>,
}

/// Reads an answer.
pub(super) fn read(body: &str) -> Result<ApiInfo, String> {
    let value: Value = serde_json::from_str(body).map_err(|error| format!("is not the JSON of a server: {error}"))?;
    let text = |value: Option<&Value>| {
        let text = value?.as_str()?;
        Version::parse(text).is_ok().then(|| text.trim().to_owned())
    };
    let whole = text(value.get("info").and_then(|info| info.get("version")));
    let version = whole.or_else(|| text(value.get("version")));
    Ok(ApiInfo { version, list: value.get("supportedVersions").and_then(signed) })
}

/// The workspace's id in an answer with public settings.
pub(super) fn unique_id(body: &str) -> Option<String> {
    let value: Value = serde_json::from_str(body).ok()?;
    let settings = value.get("settings")?.as_array()?;
    let setting = settings.iter().find(|setting| setting.get("_id").and_then(Value::as_str) == Some("uniqueID"))?;
    setting.get("value")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn servers_of_every_age() {
        for (body, version, list) in [
            (r#"{"version":"8.5","success":true,"supportedVersions":{"signed":"a.b.c"}}"#, Some("8.5"), Some("a.b.c")),
            (r#"{"version":"6.5","supportedVersions":"a.b.c","success":true}"#, Some("6.5"), Some("a.b.c")),
            (r#"{"version":"8.5","info":{"version":"8.5.3"},"success":true}"#, Some("8.5.3"), None),
            (r#"{"version":"5.4","success":true}"#, Some("5.4"), None),
            (r#"{"version":"8.5","supportedVersions":{}}"#, Some("8.5"), None),
            (r#"{"version":"8.5","supportedVersions":""}"#, Some("8.5"), None),
            (r#"{"version":"8.5","supportedVersions":7,"info":"x"}"#, Some("8.5"), None),
            (r#"{"version":85}"#, None, None),
            (r#"{"version":"newest"}"#, None, None),
            ("[]", None, None),
        ] {
            let info = read(body).unwrap();
            assert_eq!((info.version.as_deref(), info.list.as_deref()), (version, list), "{body}");
        }
        assert!(read("<html>").is_err() && read("").is_err());
    }

    #[test]
    fn the_workspaces_id() {
        let body = r#"{"settings":[{"_id":"Site_Url","value":"x"},{"_id":"uniqueID","value":"w1"}],"success":true}"#;
        assert_eq!(unique_id(body).as_deref(), Some("w1"));
        for other in ["", "{}", r#"{"settings":[{"_id":"uniqueID","value":1}]}"#, r#"{"settings":{}}"#] {
            assert_eq!(unique_id(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(body: String) {
            let _ = read(&body);
            let _ = unique_id(&body);
        }
    }
}
