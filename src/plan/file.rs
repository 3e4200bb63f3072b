//! A plan file: what the operator intends, written down.
//!
//! ```toml
//! product = "cometchat"
//! tier = "qa"                      # or: numbers = { mau = 25000, pcc = 1250 }
//! phase = "upgrade"
//! timeout = "10s"
//! strict = true
//! plugins = ["disk-space"]
//! storage = { daily_gb = 5, retention_days = 90, growth = 50, backup_copies = 2 }
//! server = { url = "https://chat.example.com", online = true }
//! [[waiver]]
//! id = "storage-media"
//! reason = "all-flash array, confirmed by the data centre"
//! until = 2027-03-31
//! [[attestation]]
//! fact = "storage.data.media"
//! value = "ssd"
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::storage::daily_bytes;
use super::{
    Attestation, BACKUP_COPIES, GROWTH_PERCENT, Intent, RETENTION_DAYS, ServerPlan, StoragePlan, Waiver, attestable,
    can_be_attested, parse_base, parse_plugin, parse_release, words,
};
use crate::facts::catalogue::nearest;
use crate::facts::{Kind, Value, Version, parse_count};
use crate::pack::{At, Day, Literal, Places, Problem, Problems, read};

/// A plan file as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PlanFile {
    product: Option<String>,
    tier: Option<String>,
    numbers: BTreeMap<String, Number>,
    phase: Option<At<String>>,
    nodes: Option<At<u64>>,
    instances: Option<u64>,
    deployment: Option<At<String>>,
    microservices: bool,
    manifests: Vec<String>,
    mongodb: Option<At<String>>,
    mongodb_version: Option<At<String>>,
    data_dir: Option<At<String>>,
    storage: StorageEntry,
    server: ServerEntry,
    only: Vec<String>,
    plugins: Vec<At<String>>,
    strict: bool,
    timeout: Option<At<String>>,
    waiver: Vec<WaiverEntry>,
    attestation: Vec<AttestationEntry>,
}

/// A number as it is, or as a text such as `"25k"`.
#[derive(Deserialize)]
#[serde(try_from = "Literal")]
struct Number(u64);

impl TryFrom<Literal> for Number {
    type Error = String;

    fn try_from(literal: Literal) -> Result<Self, Self::Error> {
        match (literal.value(Kind::Count), literal.value(Kind::Text)) {
            (Ok(Value::Count(number)), _) => Ok(Self(number)),
            (_, Ok(Value::Text(text))) => parse_count(&text).map(Self),
            _ => Err("must be a whole number, or a text such as \"25k\"".to_owned()),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct StorageEntry {
    daily_gb: Option<At<Gigabytes>>,
    retention_days: Option<At<u64>>,
    growth: Option<At<u64>>,
    backup_copies: Option<At<u64>>,
}

/// A number of GB, whole or not, in bytes.
#[derive(Deserialize)]
#[serde(try_from = "f64")]
struct Gigabytes(u64);

impl TryFrom<f64> for Gigabytes {
    type Error = String;

    fn try_from(gb: f64) -> Result<Self, Self::Error> {
        daily_bytes(gb).map(Self).map_err(|why| format!("`{gb}` {why}"))
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ServerEntry {
    url: Option<At<String>>,
    version: Option<At<String>>,
    supported_versions: Vec<String>,
    online: bool,
    list_url: Option<At<String>>,
    trust_key: Vec<String>,
    ca_file: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaiverEntry {
    id: String,
    reason: String,
    who: Option<String>,
    until: Option<Day>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttestationEntry {
    fact: At<String>,
    value: At<Literal>,
}

/// Reads a plan file.
///
/// # Errors
/// All that is wrong with it.
pub fn read_plan(file: &str, text: &str) -> Result<Intent, Problems> {
    let plan: PlanFile = read(file, text).map_err(|problem| Problems(vec![problem]))?;
    let mut check = Check { places: Places::new(file, text), problems: Vec::new() };
    let intent = Intent {
        product: plan.product,
        tier: plan.tier,
        numbers: plan.numbers.into_iter().map(|(name, Number(number))| (name, number)).collect(),
        phase: check.word("plan.phase", plan.phase),
        nodes: check.nodes(plan.nodes),
        instances: plan.instances,
        deployment: check.word("plan.deployment", plan.deployment),
        microservices: plan.microservices,
        manifests: plan.manifests,
        mongodb: check.word("plan.mongodb", plan.mongodb),
        mongodb_version: check.text(plan.mongodb_version, |text| {
            Version::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
        }),
        data_dir: check.text(plan.data_dir, |path| match path.starts_with('/') {
            true => Ok(path.to_owned()),
            false => Err(format!("`{path}` must be an absolute path")),
        }),
        storage: StoragePlan {
            daily: plan.storage.daily_gb.map(|at| at.value.0),
            retention_days: check.within(plan.storage.retention_days, RETENTION_DAYS),
            growth_percent: check.within(plan.storage.growth, GROWTH_PERCENT),
            backup_copies: check.within(plan.storage.backup_copies, BACKUP_COPIES),
        },
        server: ServerPlan {
            url: check.text(plan.server.url, parse_base),
            version: check.text(plan.server.version, parse_release),
            supported_versions: plan.server.supported_versions,
            online: plan.server.online,
            list_url: check.text(plan.server.list_url, parse_base),
            trust_key: plan.server.trust_key,
            ca_file: plan.server.ca_file,
        },
        only: plan.only,
        plugins: plan.plugins.into_iter().filter_map(|name| check.text(Some(name), parse_plugin)).collect(),
        strict: plan.strict,
        timeout: check.text(plan.timeout, parse_duration),
        waivers: plan
            .waiver
            .into_iter()
            .map(|waiver| Waiver {
                id: waiver.id,
                reason: waiver.reason,
                who: waiver.who,
                until: waiver.until.map(|Day(until)| until),
            })
            .collect(),
        attestations: plan.attestation.into_iter().filter_map(|entry| check.attestation(entry)).collect(),
    };
    if check.problems.is_empty() { Ok(intent) } else { Err(Problems(check.problems)) }
}

/// Reads a duration such as `5s`, `500ms`, `2m` or plain seconds.
///
/// # Errors
/// Says what a duration looks like.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let seconds = seconds(text).ok_or_else(|| format!("`{text}` is not a duration such as 5s, 500ms or 2m"))?;
    if (0.001..=3600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(format!("`{text}` is not between 1ms and 60m"))
    }
}

/// The age of a report: a number and its unit, such as `24h` or `7d`.
///
/// # Errors
/// When it is none, or more than ten years.
pub fn parse_age(text: &str) -> Result<Duration, String> {
    let seconds = seconds(text).ok_or_else(|| format!("`{text}` is not an age such as 24h, 7d or 30m"))?;
    if (1.0..=315_360_000.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(format!("`{text}` is not between 1s and 3650d"))
    }
}

/// A time with its unit, in seconds.
fn seconds(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let factor = match text[end..].trim() {
        "" | "s" => 1.0,
        "ms" => 0.001,
        "m" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        _ => return None,
    };
    Some(number * factor)
}

/// Checks what only the meaning of a value tells, and keeps the problems.
struct Check<'a> {
    places: Places<'a>,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn text<T>(&mut self, at: Option<At<String>>, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let at = at?;
        parse(&at.value).map_err(|message| self.problems.push(self.places.problem(at.span, message, None))).ok()
    }

    fn nodes(&mut self, at: Option<At<u64>>) -> Option<u64> {
        let at = at?;
        if at.value == 0 {
            self.problems.push(self.places.problem(at.span, "a cluster has at least one node", None));
        }
        Some(at.value)
    }

    fn within(&mut self, at: Option<At<u64>>, (least, most): (u64, u64)) -> Option<u64> {
        let at = at?;
        if !(least..=most).contains(&at.value) {
            let message = format!("`{}` is not between {least} and {most}", at.value);
            self.problems.push(self.places.problem(at.span, message, None));
        }
        Some(at.value)
    }

    fn word(&mut self, fact: &str, at: Option<At<String>>) -> Option<String> {
        let at = at?;
        let words = words(fact);
        if words.contains(&at.value.as_str()) {
            return Some(at.value);
        }
        let message = format!("`{}` is not one of {}", at.value, words.join(", "));
        let meant = nearest(&at.value, words.iter().copied());
        self.problems.push(self.places.problem(at.span, message, meant));
        None
    }

    fn attestation(&mut self, entry: AttestationEntry) -> Option<Attestation> {
        let AttestationEntry { fact, value } = entry;
        let Some(kind) = can_be_attested(&fact.value) else {
            let message = format!("there is no fact `{}`", fact.value);
            self.problems.push(self.places.problem(fact.span, message, nearest(&fact.value, attestable())));
            return None;
        };
        match value.value.value(kind) {
            Ok(known) => Some(Attestation { fact: fact.value, value: known }),
            Err(misfit) => {
                self.problems.push(self.places.problem(value.span, misfit.message, misfit.suggestion.as_deref()));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_file_holds_what_the_command_line_does() {
        let text = r#"
            product = "cometchat"
            numbers = { mau = "25k", pcc = 1_250 }
            phase = "upgrade"
            timeout = "500ms"
            strict = true
            plugins = ["ntp-offset"]
            data_dir = "/srv"
            storage = { daily_gb = 0.5, retention_days = 30, backup_copies = 0 }
            server = { url = "chat.example.com", online = true }
            [[waiver]]
            id = "storage-media"
            reason = "array"
            until = 2027-03-31
            [[attestation]]
            fact = "storage.data.media"
            value = "ssd"
            [[attestation]]
            fact = "memory.installed"
            value = "16 GB"
        "#;
        let intent = read_plan("plan.toml", text).unwrap();
        assert_eq!(intent.numbers, [("mau".to_owned(), 25_000), ("pcc".to_owned(), 1250)].into());
        assert_eq!(
            (intent.phase.as_deref(), intent.timeout, intent.strict),
            (Some("upgrade"), Some(Duration::from_millis(500)), true)
        );
        let storage = StoragePlan {
            daily: Some(500_000_000),
            retention_days: Some(30),
            growth_percent: None,
            backup_copies: Some(0),
        };
        assert_eq!(intent.storage, storage);
        assert_eq!(intent.plugins, ["ntp-offset"]);
        assert_eq!(intent.server.url.as_deref(), Some("https://chat.example.com"));
        assert_eq!(intent.waivers[0].until, Some(jiff::civil::date(2027, 3, 31)));
        assert_eq!(intent.attestations[1].value, Value::Count(16 << 30));
    }

    #[test]
    fn every_problem_of_a_plan_is_reported() {
        let text = "phase = \"instal\"\ntimeout = \"soon\"\ndata_dir = \"data\"\nserver = { version = \"8\" }\n\
                    [[attestation]]\nfact = \"storage.data.medium\"\nvalue = 1\n\
                    [[attestation]]\nfact = \"storage.data.media\"\nvalue = \"floppy\"\n";
        let problems = read_plan("plan.toml", text).unwrap_err().to_string();
        for part in [
            "plan.toml:1:9: `instal` is not one of install, upgrade, run (did you mean `install`?)",
            "plan.toml:2:11: `soon` is not a duration such as 5s, 500ms or 2m",
            "plan.toml:3:12: `data` must be an absolute path",
            "plan.toml:4:22: `8` is not a release",
            "there is no fact `storage.data.medium` (did you mean `storage.data.media`?)",
            "`floppy` is not one of ssd, hdd, sd-card",
        ] {
            assert!(problems.contains(part), "{problems}");
        }
        let problems =
            read_plan("plan.toml", "storage = { retention_days = 0, growth = 1001 }").unwrap_err().to_string();
        assert_eq!(
            problems,
            "plan.toml:1:30: `0` is not between 1 and 3650\nplan.toml:1:42: `1001` is not between 0 and 1000"
        );
        for daily in ["0", "10001", "inf"] {
            let problems =
                read_plan("plan.toml", &format!("storage = {{ daily_gb = {daily} }}")).unwrap_err().to_string();
            assert!(problems.contains("is not between 0.001 and 10000 GB a day"), "{problems}");
        }
        let problems = read_plan("plan.toml", "plugins = [\"ok\", \"NTP\"]").unwrap_err().to_string();
        assert!(problems.starts_with("plan.toml:1:18: `NTP` is not the name of a plugin: "), "{problems}");
        let problems = read_plan("plan.toml", "prodct = \"x\"").unwrap_err().to_string();
        assert_eq!(problems, "plan.toml:1:1: `prodct` is not a key here (did you mean `product`?)");
    }

    #[test]
    fn durations_have_units_and_bounds() {
        assert_eq!(parse_duration("5"), Ok(Duration::from_secs(5)));
        assert_eq!(parse_duration("2m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "s", "-1s", "0", "2h", "61m", "1d", "1e9"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_age("24h"), Ok(Duration::from_secs(86_400)));
        assert_eq!(parse_age("7d"), Ok(Duration::from_secs(604_800)));
        for wrong in ["", "0", "500ms", "-1d", "4000d", "1w"] {
            assert!(parse_age(wrong).is_err(), "{wrong}");
        }
    }
}
