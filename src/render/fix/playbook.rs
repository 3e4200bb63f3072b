//! The fix plan as an Ansible playbook.

use std::fmt::Write as _;

use super::{FixPlan, about_step, head, quoted, system};
use crate::report::Report;

/// The whole playbook.
pub fn report(report: &Report) -> Result<String, serde_json::Error> {
    let plan = FixPlan::of(report);
    let mut out = "---\n# yamllint disable rule:line-length\n".to_owned();
    out.push_str(&head(
        report,
        &plan,
        "rampcheck has only written this plan. Read it, then run it: ansible-playbook -i INVENTORY FILE. It can be run again. \
         -e rampcheck_hosts=GROUP chooses hosts, --tags ID chooses steps.",
        "Tasks that remove something, or stop what runs, need -e rampcheck_destructive=true.",
    ));
    let _ = writeln!(out, "\n- name: {}", text(&format!("Fix plan for {}", crate::render::words::subject(report)))?);
    out.push_str(
        "  hosts: \"{{ rampcheck_hosts | default('all') }}\"\n  become: true\n  gather_facts: false\n  vars:\n    \
         rampcheck_destructive: false\n  environment:\n    DEBIAN_FRONTEND: noninteractive\n  tasks:\n",
    );
    if let Some(system) = system(report) {
        let _ = writeln!(out, "    - name: {}", text(&format!("Make sure that the system is {system}"))?);
        let test = format!("test \"$ID ${{VERSION_ID:-}}\" = {}", quoted(&system));
        shell(&mut out, &[". /etc/os-release".to_owned(), test]);
        out.push_str("      changed_when: false\n      check_mode: false\n      tags: always\n");
    }
    for step in &plan.steps {
        let finding = step.finding;
        let mut comments = String::new();
        about_step(&mut comments, report, step);
        out.push('\n');
        comments.lines().for_each(|line| _ = writeln!(out, "    {line}"));
        let name = format!("Fix {}: {}", finding.id, finding.title);
        if !step.run.is_empty() {
            let _ = writeln!(out, "    - name: {}", text(&name)?);
            shell(&mut out, &step.run);
            let _ = writeln!(out, "      changed_when: true\n      tags: {}", text(&finding.id)?);
        }
        if !step.destructive.is_empty() {
            let _ = writeln!(out, "    - name: {}", text(&format!("{name} (destructive)"))?);
            shell(&mut out, &step.destructive);
            // Who asks for this has answered what package managers ask.
            out.push_str("        stdin: \"y\"\n      when: rampcheck_destructive | bool\n      changed_when: true\n");
            let _ = writeln!(out, "      tags: {}", text(&finding.id)?);
        }
    }
    Ok(out)
}

/// A text as a YAML string that Ansible takes as it is.
fn text(text: &str) -> Result<String, serde_json::Error> {
    serde_json::to_string(&literal(&super::inert(text)))
}

/// The lines of a script as the arguments of a task. Each is one line and stands deeper than what follows, so that it cannot
/// end the block.
fn shell(out: &mut String, lines: &[String]) {
    out.push_str("      ansible.builtin.shell:\n        cmd: |\n          set -euo pipefail\n");
    for line in lines {
        let _ = writeln!(out, "          {}", literal(line));
    }
    out.push_str("        executable: /bin/bash\n");
}

/// A text without templates: Ansible would run what is written between their brackets.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match (sign, signs.peek()) {
            ('{', Some('{' | '%' | '#')) => out.push_str("{{ '{' }}"),
            _ => out.push(sign),
        }
    }
    out
}
