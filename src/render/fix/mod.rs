//! The fix plan: the remedies of all failures and warnings as one file for a person to read and to run.
//!
//! rampcheck runs nothing of it. Commands come from packs and nowhere else. What comes from a host or a report stands in
//! comments and in quoted words, made inert.

pub mod playbook;
pub mod script;

use super::text::{Detail, Style, inert, options};
use super::words::{self, because, found, needed};
use crate::facts::Fact;
use crate::judge::{Finding, Fix, Status};
use crate::redact::Redaction;
use crate::report::Report;

/// How comments are written: a terminal of a rescue system shows them, too.
const COMMENTS: Style = Style { width: 100, color: false, unicode: false, detail: Detail::All };

/// What is to be done, in the order of doing it.
struct FixPlan<'r> {
    /// Failures and warnings that commands put right, or that are right when others are.
    steps: Vec<Step<'r>>,
    /// Those that need a person.
    by_hand: Vec<&'r Finding>,
}

/// The part of a plan that puts one finding right.
struct Step<'r> {
    finding: &'r Finding,
    text: &'r str,
    run: Vec<String>,
    destructive: Vec<String>,
}

impl<'r> FixPlan<'r> {
    fn of(report: &'r Report) -> Self {
        let mut plan = Self { steps: Vec::new(), by_hand: Vec::new() };
        let mut done: Vec<String> = Vec::new();
        for finding in report.findings.iter().filter(|finding| is_fixed(finding)) {
            match finding.fix.as_ref().filter(|fix| has_step(fix)) {
                None => plan.by_hand.push(finding),
                Some(fix) => {
                    let step = Step::of(finding, fix, &done);
                    done.extend(step.run.iter().cloned());
                    plan.steps.push(step);
                }
            }
        }
        plan
    }

    /// Whether it has commands that are not run unless a person wants it.
    fn is_destructive(&self) -> bool {
        self.steps.iter().any(|step| !step.destructive.is_empty())
    }

    /// What the plan, as it is written, leaves to a person: why, and the ids of the findings.
    fn left(&self) -> Vec<(&'static str, String)> {
        let ids = |findings: Vec<&Finding>| {
            findings.into_iter().map(|finding| finding.id.as_str()).collect::<Vec<_>>().join(", ")
        };
        let is_destructive = |step: &&Step<'_>| !step.destructive.is_empty();
        let destructive = self.steps.iter().filter(is_destructive).map(|step| step.finding).collect();
        let left = [("By hand", ids(self.by_hand.clone())), ("Commented out as destructive", ids(destructive))];
        left.into_iter().filter(|(_, ids)| !ids.is_empty()).collect()
    }
}

/// Whether a plan puts it right: what is unknown may be right already, and what is waived is accepted.
fn is_fixed(finding: &Finding) -> bool {
    matches!(finding.status(), Status::Failed | Status::Warning)
}

/// Whether commands put it right, its own or those of the checks that come first.
fn has_step(fix: &Fix) -> bool {
    let is_covered = fix.by_hand.is_empty() && !fix.after.is_empty();
    !fix.run.is_empty() || !fix.destructive.is_empty() || is_covered
}

impl<'r> Step<'r> {
    /// `done` is what the steps before it run. Commands that a step begins with and that are done already are left out: a
    /// list of packages that was just fetched need not be fetched again.
    fn of(finding: &'r Finding, fix: &'r Fix, done: &[String]) -> Self {
        let commands = |list: &[String]| list.iter().map(|command| as_root(command)).collect::<Vec<_>>();
        let run = commands(&fix.run).into_iter().skip_while(|command| done.contains(command)).collect();
        // What comes first stands first, and need not be named.
        Self { finding, text: &fix.text, run, destructive: commands(&fix.destructive) }
    }
}

/// A command for root, on one line.
fn as_root(command: &str) -> String {
    let command = inert(command);
    let mut text = command.strip_prefix("sudo ").unwrap_or(&command).to_owned();
    for before in ["| ", "&& ", "; "] {
        text = text.replace(&format!("{before}sudo "), before);
    }
    text
}

/// Appends a text as comments.
fn comment(out: &mut String, indent: &str, text: &str) {
    let line = format!("#{indent}");
    let text = COMMENTS.plain(text);
    for line in textwrap::wrap(&text, options(COMMENTS.width).initial_indent(&line).subsequent_indent(&line)) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// Appends a command as a comment, whole and on one line.
fn command_comment(out: &mut String, command: &str) {
    out.push_str(&format!("#     {}\n", COMMENTS.plain(command)));
}

/// What a plan says before anything else: of which report it is, how it is run (if need be with what is destructive), and what
/// it leaves to a person.
fn head(report: &Report, plan: &FixPlan<'_>, usage: &str, destructive: &str) -> String {
    let mut out = String::new();
    comment(&mut out, " ", &format!("Fix plan for {}", words::subject(report)));
    out.push_str("#\n");
    let system = report.facts.get("os.pretty_name").and_then(Fact::text).unwrap_or("unknown system");
    let tool = format!("{} {}, pack {}", report.tool.name, report.tool.version, words::pack(report));
    let verdict = format!("{}: {}", words::verdict_word(report.verdict), words::verdict_sentence(report));
    for (name, text) in [
        ("Host", format!("{}, {system}", words::host(report))),
        ("Judged", format!("as of {}, phase {}, by {tool}", report.today, report.plan.phase)),
        ("Verdict", verdict),
    ] {
        comment(&mut out, " ", &format!("{name}: {text}"));
    }
    for doubt in words::doubts(report) {
        comment(&mut out, " ", &format!("ATTENTION: {doubt}"));
    }
    out.push_str("#\n");
    comment(&mut out, " ", usage);
    if plan.is_destructive() {
        comment(&mut out, " ", destructive);
    }
    comment(&mut out, " ", &format!("Then judge the host again: {}", again(report)));
    let of = |status| report.findings.iter().filter(move |finding| finding.status() == status);
    for (status, what) in [(Status::Unknown, "Unknown"), (Status::Waived, "Waived")] {
        let ids: Vec<_> = of(status).map(|finding| finding.id.as_str()).collect();
        if !ids.is_empty() {
            comment(&mut out, " ", &format!("{what}, and so not in this plan: {}.", ids.join(", ")));
        }
    }
    if !plan.by_hand.is_empty() {
        out.push_str("#\n");
        comment(
            &mut out,
            " ",
            "BY HAND. No script can do this. Begin here: if the host or its system changes, so does the plan.",
        );
    }
    for finding in &plan.by_hand {
        let fix = finding.fix.as_ref();
        out.push_str("#\n");
        about(&mut out, report, finding, &fix.map(words::fix).unwrap_or_default());
        if fix.is_none_or(|fix| fix.text.is_empty()) && !finding.source.url.is_empty() {
            comment(&mut out, "   ", &format!("See {}", finding.source.url));
        }
        fix.into_iter().flat_map(Fix::commands).for_each(|command| command_comment(&mut out, command));
    }
    out
}

/// What a finding is about, and what to do, as comments.
fn about(out: &mut String, report: &Report, finding: &Finding, text: &str) {
    let level = words::level(finding.level);
    comment(out, " ", &format!("{}: {} ({level})", finding.id, finding.title));
    comment(out, "   ", &format!("Found: {}", found(finding, &report.facts)));
    let because = because(finding, &report.facts).map(|because| format!(" ({because})")).unwrap_or_default();
    comment(out, "   ", &format!("Needed: {}{because}", needed(finding)));
    if !text.is_empty() {
        comment(out, "   ", text);
    }
}

/// What a plan says before the commands of a step.
fn about_step(out: &mut String, report: &Report, step: &Step<'_>) {
    about(out, report, step.finding, step.text);
    for command in step.finding.fix.iter().flat_map(|fix| &fix.by_hand) {
        command_comment(out, command);
    }
}

/// `ID` and `VERSION_ID` of the operating system that a plan is for, as `debian 12`. None if unknown: no command fits then.
fn system(report: &Report) -> Option<String> {
    let text = |name: &str| report.facts.get(name).and_then(Fact::text);
    Some(format!("{} {}", text("os.id")?, text("os.version_id").unwrap_or_default()))
}

/// The name of the host that a plan is for. A stand-in is nobody's name.
fn host(report: &Report) -> Option<&str> {
    report.host.name.as_deref().filter(|_| report.redaction == Redaction::None)
}

/// The command that judges the host again.
fn again(report: &Report) -> String {
    let plan = &report.plan;
    let is_said = |member: &str| plan.has_said(member);
    let mut words = vec!["rampcheck".to_owned(), "check".to_owned(), plan.product.clone()];
    let mut option = |member: &str, option: &str, value: Option<&String>| {
        if let Some(value) = value.filter(|_| is_said(member)) {
            words.extend([option.to_owned(), value.clone()]);
        }
    };
    option("tier", "--tier", plan.tier.as_ref());
    for (name, number) in &plan.numbers {
        option("numbers", "--number", Some(&format!("{name}={number}")));
    }
    option("nodes", "--nodes", plan.nodes.map(|nodes| nodes.to_string()).as_ref());
    option("phase", "--phase", Some(&plan.phase));
    option("deployment", "--deployment", plan.deployment.as_ref());
    option("mongodb", "--mongodb", plan.mongodb.as_ref());
    for manifest in &plan.manifests {
        option("manifests", "--manifest", Some(manifest));
    }
    if plan.microservices && is_said("microservices") {
        words.push("--microservices".to_owned());
    }
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "-_.=/".contains(sign);
    let word = |word: &String| if word.chars().all(is_plain) { word.clone() } else { quoted(word) };
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", inert(text).replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
