//! The vendors' rules, a row each: what is planned on which host, and what the vendor would say of it. A row reads like the
//! sentence of the rule it stands for.

use crate::support::{Check, in_parallel};

mod checks;
mod clock;
mod deployment;
mod measure;
mod plan;
mod ports;
mod releases;
mod sizes;

/// A rule, a host with a plan, and what comes out.
struct Row {
    /// What the vendor, or REQUIREMENTS, says.
    rule: &'static str,
    /// Product and arguments of `check`, as they are typed.
    plan: &'static str,
    /// The recorded host.
    host: &'static str,
    /// The verdict; empty where it depends on more than the rule.
    verdict: &'static str,
    /// Findings: `id status`, by commas.
    findings: &'static str,
    /// What the finding says of it, in part; empty where the status says all.
    says: &'static str,
}

/// The row of a rule.
const fn row(
    rule: &'static str,
    plan: &'static str,
    host: &'static str,
    verdict: &'static str,
    findings: &'static str,
    says: &'static str,
) -> Row {
    Row { rule, plan, host, verdict, findings, says }
}

/// Every row comes out as it says.
#[track_caller]
fn hold(rows: &[Row]) {
    let wrong = in_parallel(rows, |row| {
        let mut words = row.plan.split(' ');
        let product = words.next().unwrap();
        let report = Check::of(product).on(row.host).with(&words.collect::<Vec<_>>()).report();
        let mut wrong = Vec::new();
        if !row.verdict.is_empty() && report.verdict() != row.verdict {
            wrong.push(format!("the verdict is {}, failed {:?}", report.verdict(), report.ids("failed")));
        }
        for (id, status) in row.findings.split(", ").filter_map(|finding| finding.split_once(' ')) {
            let finding = report.finding(id);
            if finding.status != status {
                wrong.push(format!("{id} is {}: {}; {}", finding.status, finding.found, finding.because));
            } else if !finding.because.contains(row.says) && !finding.found.contains(row.says) {
                wrong.push(format!("{id} says: {}; {}", finding.found, finding.because));
            }
        }
        (!wrong.is_empty()).then(|| format!("{}\n  {} on {}\n  {}", row.rule, row.plan, row.host, wrong.join("\n  ")))
    });
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
