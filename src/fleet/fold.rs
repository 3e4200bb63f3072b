//! Findings of many hosts, a check each: what is the same on several hosts is kept once.

use std::collections::BTreeMap;

use super::MOST_NAMES;
use crate::facts::Facts;
use crate::judge::{Finding, HostGroup, Reason, Status};
use crate::pack::{Level, Outcome};

/// Most groups of hosts that are told apart for a check; the others are told by their status alone.
const MOST_GROUPS: usize = 50;

/// Findings of hosts by check.
#[derive(Default)]
pub(super) struct Folds(BTreeMap<String, Vec<Group>>);

/// Hosts on which a check came out alike.
struct Group {
    finding: Finding,
    found: Facts,
    /// Places of the hosts.
    hosts: Vec<usize>,
}

impl Group {
    fn is_like(&self, finding: &Finding, found: &Facts) -> bool {
        self.has_status_of(finding)
            && self.finding.because == finding.because
            && self.finding.waiver == finding.waiver
            && self.found == *found
    }

    fn has_status_of(&self, finding: &Finding) -> bool {
        self.finding.status() == finding.status() && self.finding.level == finding.level
    }
}

/// How much a finding decides: what makes the verdict worst comes first.
fn weight(finding: &Finding) -> u8 {
    match (finding.status(), finding.level) {
        (Status::Failed, _) => 0,
        (Status::Unknown, Level::Required) => 1,
        (Status::Warning, _) => 2,
        (Status::Unknown, Level::Recommended) => 3,
        (Status::Waived, _) => 4,
        (Status::Passed, _) => 5,
        (Status::Skipped, _) => 6,
    }
}

impl Folds {
    /// Adds the finding of a host, with the facts that it shows.
    pub(super) fn add(&mut self, mut finding: Finding, mut found: Facts, host: usize) {
        // Nobody asks why a check passed on each of many hosts.
        if finding.outcome == Outcome::Pass {
            finding.because = None;
            found.clear();
        }
        for fact in found.values_mut() {
            // Where it was read differs between hosts, and is told by their own reports.
            fact.place.clear();
        }
        let groups = match self.0.get_mut(&finding.id) {
            Some(groups) => groups,
            None => self.0.entry(finding.id.clone()).or_default(),
        };
        if let Some(group) = groups.iter_mut().find(|group| group.is_like(&finding, &found)) {
            return group.hosts.push(host);
        }
        if groups.len() >= MOST_GROUPS {
            found.clear();
            finding.because = None;
            if let Some(group) = groups.iter_mut().find(|group| group.is_like(&finding, &found)) {
                return group.hosts.push(host);
            }
        }
        groups.push(Group { finding, found, hosts: vec![host] });
    }

    /// A finding for each check over the hosts that count.
    pub(super) fn finish<'n>(
        self,
        counts: &dyn Fn(usize) -> bool,
        name: &dyn Fn(usize) -> &'n str,
    ) -> BTreeMap<String, Finding> {
        let fold = |(id, mut groups): (String, Vec<Group>)| {
            groups.iter_mut().for_each(|group| group.hosts.retain(|host| counts(*host)));
            groups.retain(|group| !group.hosts.is_empty());
            groups.sort_by_key(|group| (weight(&group.finding), usize::MAX - group.hosts.len()));
            Some((id, folded(groups, name)?))
        };
        self.0.into_iter().filter_map(fold).collect()
    }
}

/// The finding that decides, with the hosts on which the check did not pass.
fn folded<'n>(groups: Vec<Group>, name: &dyn Fn(usize) -> &'n str) -> Option<Finding> {
    let first = groups.first()?;
    let mut finding = first.finding.clone();
    if matches!(finding.outcome, Outcome::Fail | Outcome::Unknown) {
        let open = groups.into_iter().filter(|group| matches!(group.finding.outcome, Outcome::Fail | Outcome::Unknown));
        let groups = open.map(|group| HostGroup {
            status: group.finding.status(),
            hosts: group.hosts.iter().take(MOST_NAMES).map(|host| name(*host).to_owned()).collect(),
            count: group.hosts.len(),
            found: group.found,
            because: group.finding.because.map(Box::new),
        });
        finding.because = Some(Reason::OnHosts { groups: groups.collect() });
    }
    Some(finding)
}
