//! What a fact holds.

use std::collections::BTreeMap;

use crate::facts::catalogue::lookup;
use crate::facts::{
    Excerpt, Fact, FactState, Kind, Provenance, SupportedRelease, Value, format_bytes, format_count, format_number,
};

/// Most entries of a list that are shown whole.
pub(super) const MOST_ENTRIES: usize = 12;

/// A time in its largest unit: `30 h`.
pub(super) fn duration(seconds: i64) -> String {
    match seconds {
        i64::MIN..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// A count and its noun: `1 check`, `3 checks`.
pub fn number_of(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Numbers of a plan: `9,000 mau and 400 pcc`.
pub fn numbers(numbers: &BTreeMap<String, u64>) -> String {
    let parts: Vec<_> = numbers.iter().map(|(name, number)| format!("{} {name}", format_count(*number))).collect();
    parts.join(" and ")
}

/// A value by its kind.
pub fn value(known: &Value, kind: Kind) -> String {
    match (known, kind) {
        (Value::Bool(true), _) => "yes".to_owned(),
        (Value::Bool(false), _) => "no".to_owned(),
        (Value::Count(bytes), Kind::Memory | Kind::Storage) => format_bytes(*bytes, kind),
        (Value::Count(count), _) if *count >= i64::MAX as u64 => "unlimited".to_owned(),
        // A number that is whole may have been written without its point since.
        (Value::Count(count), Kind::Number(_)) => value(&Value::Number(*count as f64), kind),
        (Value::Count(count), _) => format_count(*count),
        (Value::Number(number), Kind::Number("days")) => days(*number as i64),
        // A disk answers within tenths of a millisecond.
        (Value::Number(number), Kind::Number("ms")) if *number < 10.0 => format!("{number:.2} ms"),
        (Value::Number(number), Kind::Number(unit)) => format!("{} {unit}", format_number(*number)),
        (Value::Number(number), _) => format_number(*number),
        (Value::Text(text), Kind::Choice(words)) => choice(text, words),
        (Value::Text(text), _) => text.clone(),
        (Value::List(list), _) => listed(list.iter().cloned()),
        (Value::Releases(releases), _) => listed(releases.iter().map(release)),
        (Value::Excerpts(excerpts), _) => places_of(excerpts, excerpts.len(), None),
    }
}

/// A word of a choice for people; `words` is the choice. Most need nothing but spaces for hyphens.
fn choice(word: &str, words: &[&str]) -> String {
    let among = |other: &str| words.contains(&other);
    let text = match word {
        "all" => "on every address",
        "boringssl" => "BoringSSL",
        "critical" => "CRITICAL",
        "compose" => "Compose",
        "desktop" => "Docker Desktop",
        "distribution" => "the distribution's package",
        "docker" => "Docker Engine",
        "docker-ce" => "Docker's own package",
        "hdd" => "hard disk",
        "elsewhere" if among("plain") => "redirects to HTTPS of another host or port",
        "https" => "redirects to HTTPS",
        "hung" => "not answering",
        "kubernetes" => "Kubernetes",
        "libressl" => "LibreSSL",
        "loopback" => "from this host only",
        "nomad" => "Nomad",
        "ok" => "OK",
        "none" if among("loopback") => "not reachable",
        "openshift" => "OpenShift",
        "openssl" => "OpenSSL",
        "other" if among("libressl") => "another library",
        "other" if among("nomad") => "another method",
        "other" if among("podman") => "another engine",
        "other" if among("off") => "something else answers",
        "permission-denied" => "not answering this user",
        "off" => "WebSocket is off",
        "plain" => "answers without HTTPS",
        "podman" => "Podman",
        "private" => "from private networks",
        "process" => "plain processes",
        "public" => "on a public address",
        "rancher" => "Rancher",
        "sd-card" => "SD card",
        "snap" => "a snap",
        "ssd" => "SSD",
        "swarm" => "Docker Swarm",
        "v1" => "the first generation",
        "warning" => "WARNING",
        "websocket" => "WebSocket is on",
        "wrong-name" => "for another name",
        word => return word.replace('-', " "),
    };
    text.to_owned()
}

pub(super) fn release(release: &SupportedRelease) -> String {
    let lts = if release.lts { " LTS" } else { "" };
    format!("{}{lts} until {}", release.version, release.until)
}

/// Entries of a list, or the first of them and how many more there are.
pub fn listed(entries: impl ExactSizeIterator<Item = String>) -> String {
    let count = entries.len();
    if count == 0 {
        return "none".to_owned();
    }
    let shown = if count > MOST_ENTRIES { MOST_ENTRIES - 2 } else { count };
    let list = entries.take(shown).collect::<Vec<_>>().join(", ");
    if count > shown { format!("{list} and {} more", count - shown) } else { list }
}

/// Places of a manifest, the first of `count`: at most so many, or as many as a list shows. With none, the first is told
/// without what stands there.
fn places_of(excerpts: &[Excerpt], count: usize, most: Option<usize>) -> String {
    let most = most.unwrap_or(if count > MOST_ENTRIES { MOST_ENTRIES - 2 } else { count });
    let shown: Vec<_> = match (most, excerpts) {
        (0, [Excerpt { place, line: Some(line), .. }, ..]) => vec![format!("{place}:{line}")],
        _ => excerpts.iter().take(most.max(1)).map(ToString::to_string).collect(),
    };
    let (more, shown) = (count.saturating_sub(shown.len()), shown.join(", "));
    if more == 0 { shown } else { format!("{shown}, and {} more", format_count(more as u64)) }
}

pub(super) fn days(days: i64) -> String {
    let sign = if days < 0 { "-" } else { "" };
    let count = days.unsigned_abs();
    format!("{sign}{} {}", format_count(count), if count == 1 { "day" } else { "days" })
}

/// What comes before the reason of what is unknown.
pub(super) const UNKNOWN: &str = "unknown: ";

/// A fact: its value, `not found`, or why it is unknown.
pub fn fact(name: &str, fact: Option<&Fact>) -> String {
    fact_in(name, fact, None)
}

/// The same, with at most so many places of a manifest.
pub(super) fn fact_in(name: &str, fact: Option<&Fact>, places: Option<usize>) -> String {
    let Some(fact) = fact else {
        return if name.starts_with("plan.") { "not given".to_owned() } else { "unknown: not collected".to_owned() };
    };
    match &fact.state {
        FactState::Known(known) => {
            let attested = if fact.provenance == Provenance::Attested { " (attested)" } else { "" };
            let text = match known {
                Value::Excerpts(excerpts) => places_of(excerpts, fact.excerpts(), places),
                known => value(known, kind(name)),
            };
            format!("{text}{attested}")
        }
        FactState::Absent => "not found".to_owned(),
        FactState::Unknown { reason, .. } => format!("{UNKNOWN}{reason}"),
    }
}

pub(super) fn kind(name: &str) -> Kind {
    lookup(name).map_or(Kind::Text, |row| row.kind)
}

/// A size of storage, in the unit in which a check compares it.
pub(super) fn storage(bytes: u64) -> String {
    format_bytes(bytes, Kind::Storage)
}

/// A number with up to three decimals below 100, none above.
pub(super) fn format_decimals(number: f64) -> String {
    if number >= 100.0 {
        return format_number(number);
    }
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
