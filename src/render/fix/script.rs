//! The fix plan as a shell script.

use std::fmt::Write as _;

use super::{FixPlan, about_step, again, head, host, quoted, system};
use crate::report::Report;

/// What stands before a command that is commented out.
const DESTRUCTIVE: &str = "#DESTRUCTIVE#";

/// The whole script.
pub fn report(report: &Report) -> String {
    let plan = FixPlan::of(report);
    let mut out = "#!/bin/sh\n# shellcheck disable=SC1091\n".to_owned();
    out.push_str(&head(
        report,
        &plan,
        "rampcheck has only written this plan. Read it, then run it as root: sudo sh FILE. It stops at the first command that \
         fails, and it can be run again.",
        "Commands behind #DESTRUCTIVE# remove something, or stop what runs. To run them, take that mark away.",
    ));
    let _ = writeln!(out, "\nset -eu\n\nrefuse() {{ printf '%s\\n' \"$1\" >&2; exit 1; }}");
    let _ = writeln!(out, "[ \"$(id -u)\" -eq 0 ] || refuse 'This plan needs root: sudo sh FILE'");
    guards(&mut out, report);
    let _ = writeln!(out, "export DEBIAN_FRONTEND=noninteractive");
    for step in &plan.steps {
        out.push('\n');
        about_step(&mut out, report, step);
        if step.run.is_empty() && step.destructive.is_empty() {
            continue;
        }
        let title = format!("{}: {}", step.finding.id, step.finding.title);
        let _ = writeln!(out, "printf '\\n== %s\\n' {}", quoted(&title));
        for command in &step.run {
            let _ = writeln!(out, "{command}");
        }
        for command in &step.destructive {
            let _ = writeln!(out, "{DESTRUCTIVE} {command}");
        }
    }
    out.push('\n');
    let _ = writeln!(out, "printf '\\n== The end of the plan\\n'");
    for (why, ids) in plan.left() {
        let _ = writeln!(out, "printf '%s\\n' {}", quoted(&format!("{why}: {ids}")));
    }
    let _ = writeln!(out, "printf '%s\\n' {}", quoted(&format!("Now judge the host again: {}", again(report))));
    out
}

/// A plan for one system harms another.
fn guards(out: &mut String, report: &Report) {
    if let Some(system) = system(report) {
        let refusal = format!("This plan is for another operating system: {system}");
        let _ =
            writeln!(out, "[ \"$(. /etc/os-release && echo \"$ID ${{VERSION_ID:-}}\")\" = {} ] ||", quoted(&system));
        let _ = writeln!(out, "  refuse {}", quoted(&refusal));
    }
    if let Some(host) = host(report) {
        let refusal = format!("This plan is for {host}. If this host is meant, begin the command with ANY_HOST=yes");
        let _ = writeln!(out, "[ \"$(uname -n)\" = {} ] || [ \"${{ANY_HOST:-no}}\" = yes ] ||", quoted(host));
        let _ = writeln!(out, "  refuse {}", quoted(&refusal));
    }
}
