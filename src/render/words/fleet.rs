//! The hosts that a report is about.

use std::borrow::Cow;

use jiff::Timestamp;

use super::values::{duration, number_of};
use crate::report::Report;
use crate::report::fleet::{Fleet, FleetHost, Standing};

/// Most names of hosts that a finding tells.
pub(super) const MOST_HOSTS: usize = 3;

/// The name of a host, or what stands for it; of a fleet, how many hosts were judged.
pub fn host(report: &Report) -> Cow<'_, str> {
    match &report.fleet {
        Some(fleet) => Cow::Owned(hosts(fleet)),
        None => Cow::Borrowed(report.host.name.as_deref().unwrap_or("a host without a name")),
    }
}

/// How many hosts of a fleet count.
pub fn counted(fleet: &Fleet) -> usize {
    fleet.hosts.iter().filter(|host| host.standing == Standing::Judged).count()
}

/// How many hosts of a fleet count, and of how many: `6 hosts`, `5 of 6 hosts`.
pub fn hosts(fleet: &Fleet) -> String {
    let counted = counted(fleet);
    let known = counted + fleet.hosts.iter().filter(|host| host.standing.is_gap()).count();
    if counted == known { number_of(known, "host") } else { format!("{counted} of {}", number_of(known, "host")) }
}

/// What the verdict is about, and whether it is several: `this host`, `the 6 hosts`.
pub(super) fn judged(report: &Report) -> (String, bool) {
    match report.fleet.as_ref().map(counted) {
        None => ("this host".to_owned(), false),
        Some(0) => ("this fleet".to_owned(), false),
        Some(count) => (format!("the {}", number_of(count, "host")), count > 1),
    }
}

/// When the first and the last host of a fleet that counts was read.
pub fn read(fleet: &Fleet) -> Option<(Timestamp, Timestamp)> {
    let judged = fleet.hosts.iter().filter(|host| host.standing == Standing::Judged);
    let read: Vec<_> = judged.filter_map(|host| Some(host.said.as_ref()?.read)).collect();
    Some((*read.iter().min()?, *read.iter().max()?))
}

/// Why a host of a fleet does not count; nothing if it does.
pub fn standing(host: &FleetHost) -> Option<String> {
    Some(match &host.standing {
        Standing::Judged => return None,
        Standing::Missing => "there is no report of it".to_owned(),
        Standing::Stale { age } => format!("it was read {} ago", duration(*age)),
        Standing::Edited => "the report was edited or damaged: its digest does not fit its content".to_owned(),
        Standing::Unsigned { problem } => format!("signed by {problem}"),
        Standing::Unreadable { problem } => problem.clone(),
        Standing::OtherProduct { product } => format!("the report is of {product}"),
        Standing::Superseded { by } => format!("{by} is newer"),
        Standing::SameHost { by } => format!("it has the same machine id as the host of {by}"),
        Standing::Unexpected => "it is not on the list of hosts".to_owned(),
    })
}

/// The first names of many: `app-3, app-4 and 10 more`.
pub fn names(hosts: &[String], count: usize, most: usize) -> String {
    let shown: Vec<_> = hosts.iter().take(most).map(String::as_str).collect();
    match (count - shown.len().min(count), shown.as_slice()) {
        (0, [rest @ .., last]) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        (0, shown) => shown.concat(),
        (more, shown) => format!("{} and {more} more", shown.join(", ")),
    }
}
