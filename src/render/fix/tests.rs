use jiff::civil::date;

use super::*;
use crate::judge::{Comparison, Condition, Requirement, Waived};
use crate::pack::{Level, Outcome, Packs, Source};
use crate::plan::Plan;
use crate::report::{Collection, Observation};

fn finding(id: &str, fix: Option<Fix>) -> Finding {
    Finding {
        id: id.to_owned(),
        title: format!("Title of {id}"),
        group: "Group".to_owned(),
        level: Level::Required,
        outcome: Outcome::Fail,
        because: None,
        found: vec!["os.pretty_name".to_owned()],
        decided: Vec::new(),
        needed: Requirement::Condition(Condition::new("os.pretty_name", Comparison::Is, Some("this".into()))),
        needed_words: None,
        why: String::new(),
        fix,
        source: Source { title: "Page".to_owned(), url: "https://example.net/".to_owned(), read: date(2026, 11, 20) },
        waiver: None,
    }
}

fn fix(text: &str, run: &[&str], destructive: &[&str]) -> Fix {
    let owned = |list: &[&str]| list.iter().map(|&command| command.to_owned()).collect();
    Fix { text: text.to_owned(), run: owned(run), destructive: owned(destructive), ..Fix::default() }
}

fn report(host: &str, system: &str, findings: Vec<Finding>) -> Report {
    let facts = [("os.id", "debian"), ("os.version_id", "12"), ("os.pretty_name", system), ("host.name", host)];
    let known = facts.into_iter().map(|(name, text)| (name.to_owned(), Fact::known(text, "test")));
    let collection =
        Collection { started: jiff::Timestamp::UNIX_EPOCH, duration_ms: 0, view: "test".to_owned(), uid: Some(0) };
    let observed = Observation { collection, facts: known.collect(), redaction: Redaction::None, token: None };
    let packs = Packs::built_in().read_all().unwrap();
    let plan = Plan { product: "cometchat".to_owned(), ..Plan::default() };
    let report = Report::judge(&packs[0], plan, Vec::new(), observed, date(2026, 11, 20));
    Report { findings, ..report }
}

/// The lines of a plan that are no comments.
fn code(plan: &str) -> Vec<&str> {
    plan.lines().filter(|line| !line.trim_start().starts_with('#') && !line.is_empty()).collect()
}

fn both(report: &Report) -> [String; 2] {
    [script::report(report), playbook::report(report).unwrap()]
}

#[test]
fn commands_stand_in_order_and_what_was_just_done_is_not_done_again() {
    let update = "sudo apt-get update";
    let findings = vec![
        finding("curl", Some(fix("", &[update, "sudo apt-get install -y curl"], &[]))),
        finding("git", Some(fix("", &[update, "sudo apt-get install -y git"], &[]))),
        finding(
            "engine",
            Some(fix("", &[update, "sudo add repository", update, "sudo apt-get install -y engine"], &[])),
        ),
    ];
    let text = script::report(&report("host", "Debian", findings));
    let commands: Vec<_> =
        code(&text).into_iter().filter(|line| line.starts_with("apt") || line.starts_with("add")).collect();
    assert_eq!(
        commands,
        [
            "apt-get update",
            "apt-get install -y curl",
            "apt-get install -y git",
            "add repository",
            "apt-get update",
            "apt-get install -y engine"
        ]
    );
}

#[test]
fn what_takes_something_away_is_not_run() {
    let engine = finding("engine", Some(fix("Replace it.", &["sudo true"], &["sudo apt-get remove engine"])));
    let [script, playbook] = both(&report("host", "Debian", vec![engine]));
    assert!(script.contains("\n#DESTRUCTIVE# apt-get remove engine\n"), "{script}");
    assert!(script.contains("'Commented out as destructive: engine'"), "{script}");
    let task = playbook.split("- name: ").find(|task| task.contains("apt-get remove engine")).unwrap();
    assert!(task.contains("when: rampcheck_destructive | bool\n"), "{task}");
}

#[test]
fn a_command_of_root_needs_no_sudo() {
    for (command, plain) in [
        ("sudo apt-get update", "apt-get update"),
        ("echo x | sudo tee /etc/x", "echo x | tee /etc/x"),
        ("[ -s /x ] || echo '{}' | sudo tee /x", "[ -s /x ] || echo '{}' | tee /x"),
        ("a && sudo b; sudo c", "a && b; c"),
        ("echo pseudo sudoers", "echo pseudo sudoers"),
    ] {
        assert_eq!(as_root(command), plain);
    }
}

#[test]
fn what_needs_a_person_is_waived_or_unknown_has_no_commands() {
    let mut look = fix("Find out.", &[], &[]);
    look.by_hand = vec!["sudo ss -ltnp".to_owned()];
    let mut covered = fix("The steps of engine do it.", &[], &[]);
    covered.after = vec!["engine".to_owned()];
    let waived = Waived { reason: "agreed".to_owned(), who: None, until: None, expired: false, wrong_clock: false };
    let findings = vec![
        finding("port", Some(look)),
        finding("nothing", None),
        finding("compose", Some(covered)),
        Finding { waiver: Some(waived), ..finding("waived", Some(fix("", &["sudo touch /waived"], &[]))) },
        Finding { outcome: Outcome::Unknown, ..finding("unknown", Some(fix("", &["sudo touch /unknown"], &[]))) },
    ];
    let [script, playbook] = both(&report("host", "Debian", findings));
    for plan in [&script, &playbook] {
        let (by_hand, steps) = plan.split_once("# BY HAND.").unwrap().1.split_once("\n\n").unwrap();
        assert!(by_hand.contains("#   Find out.\n#     sudo ss -ltnp\n"), "{plan}");
        assert!(by_hand.contains("See https://example.net/"), "{plan}");
        assert!(steps.contains("#   The steps of engine do it."), "{plan}");
        assert!(!plan.contains("touch"), "{plan}");
        assert!(
            plan.contains("# Unknown, and so not in this plan: unknown.\n# Waived, and so not in this plan: waived.\n"),
            "{plan}"
        );
    }
    assert!(script.contains("'By hand: port, nothing'"), "{script}");
}

#[test]
fn texts_of_a_host_are_never_code() {
    const HOSTILE: &str = "x'\n\ntouch /pwned\r\u{2028}$(touch /pwned)`touch /pwned`\"; touch /pwned #\u{1b}[2J{{ lookup('pipe', 'touch /pwned') }}{% raw %}";
    let findings = vec![finding("curl", Some(fix("", &["sudo true"], &["sudo false"])))];
    let mut report = report(HOSTILE, HOSTILE, findings);
    for name in ["os.id", "os.version_id"] {
        report.facts.insert(name.to_owned(), Fact::known(HOSTILE, "test"));
    }
    report.plan.product = HOSTILE.to_owned();
    report.plan.tier = Some(HOSTILE.to_owned());
    report.findings[0].title = HOSTILE.to_owned();
    report.findings[0].id = HOSTILE.to_owned();
    let [script, playbook] = both(&report);
    for plan in [&script, &playbook] {
        assert!(!plan.contains(['\r', '\u{1b}', '\u{2028}']), "{plan}");
        assert!(!plan.lines().any(|line| line.trim_start().starts_with("touch")), "{plan}");
    }
    // Outside of quotes the shell sees none of it.
    for line in code(&script).into_iter().filter(|line| line.contains("pwned")) {
        let outside: String = line.replace(r"'\''", "").split('\'').step_by(2).collect();
        assert!(!outside.contains("pwned"), "{line}\n{outside}");
    }
    // Ansible sees templates of ours alone.
    let templates: Vec<_> = code(&playbook).into_iter().flat_map(|line| line.split("{{").skip(1)).collect();
    assert!(
        templates.iter().all(|rest| rest.starts_with(" '{' }}") || rest.starts_with(" rampcheck_hosts ")),
        "{playbook}"
    );
    assert!(!code(&playbook).into_iter().any(|line| line.contains("{%")), "{playbook}");
}

#[test]
fn the_host_is_judged_again_by_what_was_said_of_the_plan() {
    let mut report = report("host", "Debian", Vec::new());
    report.plan = Plan {
        product: "cometchat".to_owned(),
        tier: Some("baseline-10k".to_owned()),
        numbers: [("mau".to_owned(), 9000)].into(),
        phase: "run".to_owned(),
        deployment: Some("a b".to_owned()),
        assumed: vec!["tier".to_owned()],
        ..Plan::default()
    };
    assert_eq!(again(&report), "rampcheck check cometchat --number mau=9000 --phase run --deployment 'a b'");
}

#[test]
fn a_stand_in_is_no_name_of_a_host() {
    let mut report = report("host-1", "Debian", Vec::new());
    assert!(script::report(&report).contains("uname -n"));
    report.redaction = Redaction::Identifiers;
    let script = script::report(&report);
    assert!(!script.contains("uname -n") && script.contains("= 'debian 12' ]"), "{script}");
}
