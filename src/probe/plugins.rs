//! Plugins of the operator: programs that answer like a plugin for Nagios.
//!
//! The contract is in packaging/plugins/README.md: a file in [`PLUGINS`] that root alone can change, run without arguments, whose
//! exit code is the state and whose first line of output is the text. Only those that the operator named are run. What may be
//! run at all, and for how long, [`Host::run`] decides.

use std::path::Path;
use std::thread;

use super::tools::complaint;
use super::{Questions, Sink, unanswered};
use crate::facts::{Fact, Why};
use crate::host::{FileKind, Host, HostError, Output, PLUGINS};

/// States by their exit codes. The next one says that the plugin could not determine the state.
const STATES: [&str; 3] = ["ok", "warning", "critical"];
const UNKNOWN: i32 = 3;

/// Runs the named plugins, all at once.
pub(crate) fn probe(host: &dyn Host, questions: &Questions, sink: &Sink) {
    thread::scope(|scope| {
        for name in &questions.plugins {
            if questions.named_plugins.contains(name) {
                scope.spawn(move || put(sink, name, run(host, name)));
            } else {
                let reason = format!("the plugin {name} is not named; --plugin {name} runs it");
                put(sink, name, Err(Fact::unknown(Why::NotAsked, reason, "")));
            }
        }
    });
}

/// Reports the state and the text, or that both are unknown.
fn put(sink: &Sink, name: &str, answer: Result<[Fact; 2], Fact>) {
    let [status, text] = answer.unwrap_or_else(|unknown| [unknown.clone(), unknown]);
    sink.put(format!("plugin.{name}.status"), status);
    sink.put(format!("plugin.{name}.text"), text);
}

fn run(host: &dyn Host, name: &str) -> Result<[Fact; 2], Fact> {
    let path = Path::new(PLUGINS).join(name);
    let place = path.display().to_string();
    let output = host.run(&path, &[]).map_err(|error| match error {
        HostError::NotPermitted if !is_executable(host, &path) => {
            unanswered(&HostError::Failed("not an executable file; chmod 755 makes it one".to_owned()), &place)
        }
        error => unanswered(&error, &place),
    })?;
    let unknown = |why, what: String| Fact::unknown(why, format!("{place}: {what}"), &place);
    let state = output.code.and_then(|code| STATES.get(usize::try_from(code).ok()?));
    match (state, said(&output.stdout)) {
        (Some(state), Some(text)) => Ok([Fact::known(*state, &place), Fact::known(text, &place)]),
        (None, Some(text)) if output.code == Some(UNKNOWN) => {
            Err(unknown(Why::NotDetermined, format!("reports UNKNOWN: {text}")))
        }
        (_, said) => Err(unknown(Why::Unreadable, wrong(&output, said))),
    }
}

/// What is wrong with an output that is no answer.
fn wrong(output: &Output, said: Option<&str>) -> String {
    match output.code {
        Some(code) if said.is_none() && (0..=UNKNOWN).contains(&code) => {
            format!("exit code {code}, but nothing on standard output")
        }
        Some(_) => format!("{} (a plugin ends with 0 to 3)", complaint(output)),
        None => complaint(output),
    }
}

/// The text of an answer: the first line that holds something, without performance data.
pub(super) fn said(stdout: &str) -> Option<&str> {
    let line = stdout.lines().map(str::trim).find(|line| !line.is_empty())?;
    let text = line.split('|').next().unwrap_or_default().trim_end();
    (!text.is_empty()).then_some(text)
}

fn is_executable(host: &dyn Host, path: &Path) -> bool {
    host.stat(path).is_ok_and(|stat| stat.kind == FileKind::File && stat.mode & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::{Facts, Subject};
    use crate::host::Recorded;
    use crate::probe::testing::{self, reason, why};

    /// What is known of these plugins, all of which are named, on a host that answers like that.
    fn asked(names: &[&str], answers: &str) -> Facts {
        let mut questions = Questions::default();
        names.iter().for_each(|name| questions.ask(&format!("plugin.{name}.status")));
        questions.named_plugins.clone_from(&questions.plugins);
        testing::ask_with(&questions, Subject::Plugins, &Recorded::default().answering(answers).unwrap())
    }

    /// What is known of a plugin that ends like that.
    fn ended(end: &str) -> Facts {
        asked(&["x"], &format!("[[command]]\nrun = '/usr/lib/rampcheck/plugins.d/x'\n{end}"))
    }

    #[test]
    fn the_exit_code_is_the_state_and_the_first_line_the_text() {
        let place = "/usr/lib/rampcheck/plugins.d/x";
        for (end, state, text) in [
            (
                "stdout = 'DISK OK - free space: / 5 GiB (50%);| /=5GB;;;0;10'",
                "ok",
                "DISK OK - free space: / 5 GiB (50%);",
            ),
            ("code = 1\nstdout = \"LOAD WARNING\\nsecond line\\n\"", "warning", "LOAD WARNING"),
            ("code = 2\nstdout = \"\\n  CRITICAL\\r\\n\"\nstderr = 'noise'", "critical", "CRITICAL"),
        ] {
            let facts = ended(end);
            assert_eq!(facts["plugin.x.status"], Fact::known(state, place), "{end}");
            assert_eq!(facts["plugin.x.text"], Fact::known(text, place), "{end}");
        }
    }

    #[test]
    fn what_is_no_state_is_unknown_with_the_reason() {
        for (end, class, expected) in [
            ("code = 3\nstdout = 'no answer | a=1'", Why::NotDetermined, "reports UNKNOWN: no answer"),
            ("", Why::Unreadable, "exit code 0, but nothing on standard output"),
            ("stdout = \" \\n\"\nstderr = 'x'", Why::Unreadable, "exit code 0, but nothing on standard output"),
            ("stdout = '| a=1'", Why::Unreadable, "exit code 0, but nothing on standard output"),
            ("code = 3", Why::Unreadable, "exit code 3, but nothing on standard output"),
            (
                "code = 127\nstderr = \"x: 2: check_disk: not found\\n\"",
                Why::Unreadable,
                "exit code 127: x: 2: check_disk: not found (a plugin ends with 0 to 3)",
            ),
            ("code = 4\nstdout = 'DEPENDENT'", Why::Unreadable, "exit code 4: DEPENDENT (a plugin ends with 0 to 3)"),
            ("killed = true\nstdout = 'OK'", Why::Unreadable, "ended by a signal"),
        ] {
            let facts = ended(end);
            let fact = &facts["plugin.x.status"];
            assert_eq!(reason(fact), format!("/usr/lib/rampcheck/plugins.d/x: {expected}"), "{end}");
            assert_eq!((why(fact), fact), (Some(class), &facts["plugin.x.text"]), "{end}");
        }
    }

    #[test]
    fn a_plugin_that_is_not_run_is_unknown_with_the_reason() {
        const RUN: &str = "'run /usr/lib/rampcheck/plugins.d/x'";
        const STAT: &str = "stat.'/usr/lib/rampcheck/plugins.d/x' = { kind = 'file', uid = 0, gid = 0";
        for (answers, class, expected) in [
            ("".to_owned(), Why::NotAsked, "`/usr/lib/rampcheck/plugins.d/x` was not recorded"),
            (
                format!("errors = {{ {RUN} = 'not-found' }}"),
                Why::Unreadable,
                "/usr/lib/rampcheck/plugins.d/x: not found",
            ),
            (
                format!("errors = {{ {RUN} = 'timed-out' }}"),
                Why::TimedOut,
                "/usr/lib/rampcheck/plugins.d/x: no answer within 5 s",
            ),
            (
                format!("errors = {{ {RUN} = 'not-permitted' }}\n[files]\n'/usr/lib/rampcheck/plugins.d/x' = ''"),
                Why::Unreadable,
                "/usr/lib/rampcheck/plugins.d/x: not an executable file; chmod 755 makes it one",
            ),
            (
                format!(
                    "errors = {{ {RUN} = 'not-permitted' }}\n{STAT}, mode = 0o750 }}\n[files]\n'/usr/lib/rampcheck/plugins.d/x' = ''"
                ),
                Why::NotPermitted,
                "/usr/lib/rampcheck/plugins.d/x: permission denied",
            ),
            (
                format!("errors = {{ {RUN} = {{ not-asked = 'everybody can change it' }} }}"),
                Why::NotAsked,
                "everybody can change it",
            ),
        ] {
            let facts = asked(&["x"], &answers);
            let fact = &facts["plugin.x.status"];
            assert_eq!((why(fact), reason(fact)), (Some(class), expected), "{answers}");
            assert_eq!(fact, &facts["plugin.x.text"], "{answers}");
        }
    }

    #[test]
    fn a_plugin_that_nobody_named_is_not_run() {
        let mut questions = Questions::default();
        questions.ask("plugin.x.text");
        let host =
            Recorded::default().answering("errors = { 'run /usr/lib/rampcheck/plugins.d/x' = 'hangs' }").unwrap();
        let facts = testing::ask_with(&questions, Subject::Plugins, &host);
        assert_eq!(reason(&facts["plugin.x.status"]), "the plugin x is not named; --plugin x runs it");
        assert_eq!(why(&facts["plugin.x.text"]), Some(Why::NotAsked));
    }

    #[test]
    fn a_plugin_that_hangs_costs_only_its_own_facts() {
        let answers = "errors = { 'run /usr/lib/rampcheck/plugins.d/hung' = 'hangs' }\n\
            command = [{ run = '/usr/lib/rampcheck/plugins.d/quick', stdout = 'OK' }]";
        let host = Recorded::default().answering(answers).unwrap();
        let names = ["hung", "quick"].map(str::to_owned);
        let questions =
            Questions { plugins: names.clone().into(), named_plugins: names.into(), ..Questions::default() };
        let deadlines = crate::probe::Deadlines { probe: std::time::Duration::from_millis(300), ..Default::default() };
        let facts = crate::probe::collect(std::sync::Arc::new(host), questions, &deadlines, &mut |_| {});
        assert_eq!(facts["plugin.quick.status"].text(), Some("ok"));
        assert_eq!(reason(&facts["plugin.hung.status"]), "plugins: no answer within 0.3 s");
        assert_eq!(why(&facts["plugin.hung.text"]), Some(Why::TimedOut));
    }

    proptest! {
        #[test]
        fn a_text_is_one_line_without_performance_data(stdout in any::<String>()) {
            if let Some(text) = said(&stdout) {
                prop_assert!(!text.is_empty() && !text.contains(['|', '\n']) && stdout.contains(text));
            }
        }
    }
}
