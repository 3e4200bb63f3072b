//! How long a release is supported, as of several days, by the pack's calendar and by the vendor's signed list.

use std::fmt::Write as _;

use crate::server::VERSIONS;
use crate::support::signing::{SITE_PUBLIC, list};
use crate::support::{Check, Report, expected, in_parallel, scratch};

/// Releases before, at and past the ends of their lines; candidates, and one that nobody knows.
const RELEASES: [&str; 10] =
    ["6.5.0", "7.10.4", "7.13.0", "8.3.2", "8.4.0", "8.5.3", "8.6.0-rc.2", "8.6.1", "8.9.0", "9.9.0"];

const DAYS: [&str; 5] = ["2026-07-15", "2026-11-15", "2026-12-01", "2027-01-31", "2027-07-01"];

/// `pass until 2027-01-31, 200 days left, signed-list`, and what else the checks of the window say.
fn row(report: &Report) -> String {
    let mut out = report.outcome("server-version");
    if report.release("state").is_null() {
        return out + ": " + report.fact("release.state")["reason"].as_str().unwrap_or_default();
    }
    let text = |name: &str| report.release(name).as_str().unwrap_or_default().to_owned();
    if text("state") == "unlisted" {
        return out + ": not on the list, " + &text("authority");
    }
    let lts = if report.release("lts") == true { " lts" } else { "" };
    let left = report.release("days_left").as_f64().unwrap();
    let _ = write!(out, " until {}, {left} days left, {}{lts}", text("until"), text("authority"));
    if report.release("until_possible").is_string() {
        let _ = write!(out, ", possibly until {}", text("until_possible"));
    }
    let upgrade = report.lines("upgrade");
    if left <= 30.0 && !upgrade.is_empty() {
        let _ = write!(out, ", go to {}", upgrade.join(" "));
    }
    let open = ["server-release-build", "server-version-ending", "support-source-fresh"];
    for id in open.into_iter().filter(|id| report.outcome(id) == "fail") {
        let _ = write!(out, ", {id}");
    }
    out
}

#[test]
fn every_release_on_every_day_by_either_source() {
    let dir = scratch("windows");
    let key = dir.write("site.pub", SITE_PUBLIC);
    let signed = dir.write("list.jwt", list("2026-07-10T08:00:00.123456789Z", &VERSIONS, r#","exceptions":{}"#));
    let by_list = ["--supported-versions", &signed, "--trust-key", &key];
    let mut cases = Vec::new();
    for release in RELEASES {
        for (source, arguments) in [("calendar", &[][..]), ("list", &by_list)] {
            cases.extend(DAYS.map(|day| (release, source, arguments, day)));
        }
    }
    let rows = in_parallel(&cases, |(release, source, arguments, day)| {
        let check = Check::of("rocketchat").tier("vps-minimal").on("ubuntu-22.04").with(&["--server-version", release]);
        (format!("{release}, {source}\n"), format!("  {day}  {}\n", row(&check.with(arguments).today(day).report())))
    });
    let mut out = "Support windows of Rocket.Chat: release and source, then a line for each day.\n".to_owned();
    let mut last = "";
    for (head, row) in &rows {
        if head != last {
            let _ = write!(out, "\n{head}");
        }
        last = head;
        out += row;
    }
    expected("tests/it/expected/windows.txt", &out);
}
