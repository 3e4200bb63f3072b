//! What the vendor's service says of one release: the MongoDB lines that it runs with.
//!
//! The release is all that the service is told. Its answer is not signed, and decides nothing but this.

use serde_json::Value;

use super::successful;
use crate::facts::releases::{line, with_patch};
use crate::facts::{ServerQuestions, Version, Why};
use crate::host::Host;
use crate::probe::{Sink, unanswered};

const VERSION: &str = "release_info.version";
const MONGODB: &str = "release_info.mongodb";

/// Most lines that an answer may name. The vendor's name one to four.
const MOST_LINES: usize = 20;

/// Asks about this release, if the operator allows it.
pub(super) fn report(host: &dyn Host, server: &ServerQuestions, release: Option<&str>, sink: &Sink) {
    let url = server.release_url.as_deref().filter(|_| server.online);
    let asked = release.and_then(with_patch);
    let (Some(url), Some(asked)) = (url, asked) else {
        return [VERSION, MONGODB].iter().for_each(|name| sink.absent(*name, "--online"));
    };
    let place = url.replace("VERSION", &asked);
    sink.known(VERSION, asked.as_str(), place.as_str());
    match host.fetch(&place).and_then(successful).map(|answer| lines(&answer.body, &asked)) {
        Ok(Ok(Some(lines))) => sink.known(MONGODB, lines, place),
        Ok(Ok(None)) => sink.absent(MONGODB, place),
        Ok(Err(reason)) => sink.unknown(MONGODB, Why::Unreadable, reason, place),
        Err(error) => sink.put(MONGODB, unanswered(&error, place)),
    }
}

/// The lines in an answer about a release, oldest first; none if it does not say.
fn lines(body: &str, asked: &str) -> Result<Option<Vec<String>>, String> {
    let value: Value = serde_json::from_str(body).map_err(|error| format!("the answer is not JSON: {error}"))?;
    if value.get("tag").and_then(Value::as_str).is_some_and(|tag| tag != asked) {
        return Err("the answer is about another release".to_owned());
    }
    let entries = match value.get("compatibleMongoVersions") {
        Some(Value::Array(entries)) if entries.len() <= MOST_LINES => entries,
        None | Some(Value::Null) => return Ok(None),
        Some(_) => return Err("the answer names no list of MongoDB versions".to_owned()),
    };
    let mut lines = Vec::new();
    for entry in entries {
        // The answer for 7.13 says 5, 6, 7 and 8, and means the major releases, whose minor number is 0.
        let text = entry.as_str().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
        let line = text.and_then(|text| line(text).or_else(|| line(&format!("{text}.0"))));
        let line = line.ok_or("the answer names what is no version of MongoDB")?;
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.sort_by_key(|line| Version::parse(line).map(|line| (line.major(), line.minor())).unwrap_or_default());
    Ok(Some(lines).filter(|lines| !lines.is_empty()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn answers_of_every_shape() {
        let read = |list: &str| lines(&format!(r#"{{"tag":"8.5.1","compatibleMongoVersions":{list}}}"#), "8.5.1");
        let ok = |lines: &[&str]| Ok(Some(lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>()));
        assert_eq!(read(r#"["8.0"]"#), ok(&["8.0"]));
        assert_eq!(read(r#"["8","5","10","6.0","5.0"]"#), ok(&["5.0", "6.0", "8.0", "10.0"]));
        assert_eq!(read(r#"["8.0.4"]"#), ok(&["8.0"]));
        assert_eq!(read("[]"), Ok(None));
        assert_eq!(read("null"), Ok(None));
        assert_eq!(lines("{}", "8.5.1"), Ok(None));
        let many = format!("[{}]", vec![r#""8.0""#; MOST_LINES + 1].join(","));
        for hostile in [r#""8.0""#, "[8]", r#"["newest"]"#, r#"["8.0\u001b[31m"]"#, r#"[""]"#, r#"["8..0"]"#, &many] {
            assert!(read(hostile).is_err(), "{hostile}");
        }
        assert!(lines("<html>", "8.5.1").is_err() && lines(r#"{"tag":"9.0.0"}"#, "8.5.1").is_err());
    }

    proptest! {
        #[test]
        fn never_panics(body: String, list in "\\[(\"[0-9.a]{0,6}\",?){0,3}\\]") {
            let _ = lines(&body, "8.5.1");
            let _ = lines(&format!(r#"{{"compatibleMongoVersions":{list}}}"#), "8.5.1");
        }
    }
}
