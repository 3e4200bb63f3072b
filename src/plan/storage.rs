//! The storage that a plan needs: the data of a day, for as long as it is kept, with room for growth and for backups.
//!
//! The operator says how much is added a day. What else is not said is assumed from the guidance in the pack.

use serde::{Deserialize, Serialize};

use crate::facts::{Facts, Value};
use crate::pack::StorageGuidance;

use super::said;

/// Fact: the size to provide for the data and its backups.
pub const STORAGE_NEEDED: &str = "plan.storage.needed";

/// Bytes in a GB, as storage is sold.
const GB: f64 = 1e9;

/// Least and most that can be added a day, GB.
const DAILY_GB: (f64, f64) = (0.001, 10_000.0);

/// Least and most days that data is kept: ten years.
pub const RETENTION_DAYS: (u64, u64) = (1, 3_650);
/// Least and most growth, percent.
pub const GROWTH_PERCENT: (u64, u64) = (0, 1_000);
/// Least and most copies that backups keep.
pub const BACKUP_COPIES: (u64, u64) = (0, 20);

/// How much data there will be, and how it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct StoragePlan {
    /// Data that is added a day, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily: Option<u64>,
    /// Days that data is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u64>,
    /// Room for growth, percent of the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth_percent: Option<u64>,
    /// Copies of the data that backups keep on the same storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_copies: Option<u64>,
}

impl StoragePlan {
    /// Whether nothing is said of storage.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// This, and what `base` says where this says nothing.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        Self {
            daily: self.daily.or(base.daily),
            retention_days: self.retention_days.or(base.retention_days),
            growth_percent: self.growth_percent.or(base.growth_percent),
            backup_copies: self.backup_copies.or(base.backup_copies),
        }
    }

    /// What does not fit the guidance of the pack of a product, if it has any.
    pub(super) fn problem(&self, product: &str, guidance: Option<&StorageGuidance>) -> Option<String> {
        const OPTIONS: &str = "--daily-gb, --retention-days, --growth and --backup-copies";
        if self.is_empty() {
            return None;
        }
        if guidance.is_none() {
            return Some(format!("the pack of {product} has no guidance for storage, so {OPTIONS} are not for it"));
        }
        if self.daily.is_none() {
            return Some("the plan of storage does not say how much data is added a day: add --daily-gb N".to_owned());
        }
        let is_within = |number: Option<u64>, (least, most)| number.is_none_or(|n| (least..=most).contains(&n));
        let is_daily = self.daily.is_none_or(|bytes| daily_bytes(bytes as f64 / GB).is_ok());
        let fits = is_daily
            && is_within(self.retention_days, RETENTION_DAYS)
            && is_within(self.growth_percent, GROWTH_PERCENT)
            && is_within(self.backup_copies, BACKUP_COPIES);
        (!fits)
            .then(|| format!("the plan of storage is out of bounds; `rampcheck check --help` has those of {OPTIONS}"))
    }

    /// Fills in what was not said, and gives back the names of these members.
    pub(super) fn assume(&mut self, guidance: Option<&StorageGuidance>) -> Vec<String> {
        let (Some(guidance), Some(_)) = (guidance, self.daily) else { return Vec::new() };
        let members = [
            ("retention_days", &mut self.retention_days, guidance.retention_days),
            ("growth_percent", &mut self.growth_percent, guidance.growth_percent),
            ("backup_copies", &mut self.backup_copies, guidance.backup_copies),
        ];
        let mut assumed = Vec::new();
        for (name, said, (_, most)) in members {
            if said.is_none() {
                *said = Some(most);
                assumed.push(format!("storage.{name}"));
            }
        }
        assumed
    }

    /// This without what was assumed.
    pub(super) fn without(&self, assumed: &[String]) -> Self {
        let said = |name: &str, number: Option<u64>| number.filter(|_| said(assumed, &format!("storage.{name}")));
        Self {
            daily: self.daily,
            retention_days: said("retention_days", self.retention_days),
            growth_percent: said("growth_percent", self.growth_percent),
            backup_copies: said("backup_copies", self.backup_copies),
        }
    }

    /// The size of the data with its growth, and the size to provide for it and its backups, bytes. None if nothing is planned.
    pub fn sizes(&self) -> Option<(u64, u64)> {
        let kept = self.daily?.saturating_mul(self.retention_days?);
        let data = u128::from(kept).saturating_mul(100 + u128::from(self.growth_percent?)) / 100;
        let data = u64::try_from(data).unwrap_or(u64::MAX);
        Some((data, data.saturating_mul(self.backup_copies?.saturating_add(1))))
    }

    /// It as facts.
    pub(super) fn values(&self) -> [(&'static str, Option<Value>); 6] {
        let count = |number: Option<u64>| number.map(Value::Count);
        let (data, needed) = self.sizes().unzip();
        [
            ("plan.storage.daily", count(self.daily)),
            ("plan.storage.retention", count(self.retention_days)),
            ("plan.storage.growth", count(self.growth_percent)),
            ("plan.storage.backup_copies", count(self.backup_copies)),
            ("plan.storage.data", count(data)),
            (STORAGE_NEEDED, count(needed)),
        ]
    }

    /// The plan that facts tell.
    pub fn of_facts(facts: &Facts) -> Self {
        let count = |name: &str| match facts.get(name)?.value()? {
            Value::Count(count) => Some(*count),
            _ => None,
        };
        Self {
            daily: count("plan.storage.daily"),
            retention_days: count("plan.storage.retention"),
            growth_percent: count("plan.storage.growth"),
            backup_copies: count("plan.storage.backup_copies"),
        }
    }
}

/// Reads how much is added a day, in GB such as `5` or `0.5`, as bytes.
///
/// # Errors
/// When it is not such a number, or out of bounds.
pub fn parse_daily_gb(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not a number of GB such as 5 or 0.5");
    daily_bytes(text.parse().map_err(|_| wrong())?).map_err(|why| format!("`{text}` {why}"))
}

/// GB a day in bytes.
pub(super) fn daily_bytes(gb: f64) -> Result<u64, String> {
    let (least, most) = DAILY_GB;
    if (least..=most).contains(&gb) {
        Ok((gb * GB).round() as u64)
    } else {
        Err(format!("is not between {least} and {most} GB a day"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_follows_from_the_data_of_a_day() {
        let plan = |retention, growth, copies| StoragePlan {
            daily: Some(5_000_000_000),
            retention_days: Some(retention),
            growth_percent: Some(growth),
            backup_copies: Some(copies),
        };
        assert_eq!(plan(90, 50, 0).sizes(), Some((675_000_000_000, 675_000_000_000)));
        assert_eq!(plan(90, 50, 2).sizes(), Some((675_000_000_000, 2_025_000_000_000)));
        assert_eq!(plan(1, 0, 1).sizes(), Some((5_000_000_000, 10_000_000_000)));
        assert_eq!(StoragePlan { growth_percent: None, ..plan(90, 50, 0) }.sizes(), None);
        // A plan in somebody's report can say anything.
        assert_eq!(plan(u64::MAX, u64::MAX, u64::MAX).sizes(), Some((u64::MAX, u64::MAX)));
        let most = StoragePlan { daily: Some(10_000_000_000_000), ..plan(3_650, 1_000, 20) };
        assert!(most.sizes().unwrap().1 < i64::MAX as u64);
    }

    #[test]
    fn gigabytes_of_a_day_have_bounds() {
        for (text, bytes) in
            [("5", 5_000_000_000), ("0.5", 500_000_000), ("0.001", 1_000_000), ("10000", 10_000_000_000_000)]
        {
            assert_eq!(parse_daily_gb(text), Ok(bytes));
        }
        assert_eq!(parse_daily_gb("5 GB").unwrap_err(), "`5 GB` is not a number of GB such as 5 or 0.5");
        for wrong in ["0", "-1", "0.0001", "10001", "1e9", "inf", "NaN"] {
            let error = parse_daily_gb(wrong).unwrap_err();
            assert_eq!(error, format!("`{wrong}` is not between 0.001 and 10000 GB a day"));
        }
    }
}
