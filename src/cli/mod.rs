//! The command line: a command a file, no logic. It alone sees every module, the clock, the terminal and exit codes.

#![allow(clippy::disallowed_methods, reason = "reads its own arguments, plans and packs, and the clock")]

pub mod arguments;
mod bundle;
mod check;
mod completions;
mod delivery;
mod diff;
mod evaluate;
pub mod exit;
mod explain;
mod facts;
mod fleet;
mod folder;
mod input;
mod install;
mod intent;
mod manifests;
#[cfg(test)]
mod manual;
mod module;
mod output;
mod packs;
mod reach;
mod redaction;
mod releases;
mod schema;
mod several;
mod show;
mod source;
mod tiers;
mod usage;
mod verify;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;
use jiff::Timestamp;
use jiff::civil::Date;
use nix::sys::signal::{SigSet, Signal};

use crate::facts::utc_day;
use crate::probe::is_probe_thread;
use crate::render::json::json;
use crate::render::nagios::{self, ServiceState};
use crate::render::text::{Detail, Style, use_color};
use arguments::{Arguments, Command, When};
use exit::{Exit, Failure};

/// Runs rampcheck with the arguments of this process.
pub fn main() -> ExitCode {
    end_cleanly_on_signals();
    keep_panics_of_probes_quiet();
    if let Some(task) = module::task(std::env::args_os()) {
        let exit = task.run();
        end_cleanly();
        return exit;
    }
    let form = FailureForm::of(std::env::args_os());
    let arguments = match Arguments::try_parse().map_err(|error| usage::explained(error, &words())) {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() && form.is_for_programs() => {
            let message = error.to_string();
            let message = message.strip_prefix("error: ").unwrap_or(&message);
            return form.unable(&Failure::usage(message), style(When::Never));
        }
        Err(error) => error.exit(),
    };
    let style = style(arguments.color);
    let result = match &arguments.command {
        Command::Check(arguments) => check::run(arguments, style),
        Command::Facts(arguments) => facts::run(arguments, style),
        Command::Tiers(arguments) => tiers::run(arguments, style),
        Command::Releases(arguments) => releases::run(arguments, style),
        Command::Explain(arguments) => explain::run(arguments, style),
        Command::Evaluate(arguments) => evaluate::run(arguments, style),
        Command::Fleet(arguments) => fleet::run(arguments, style),
        Command::Bundle(arguments) => bundle::run(arguments),
        Command::Show(arguments) => show::run(arguments, style),
        Command::Diff(arguments) => diff::run(arguments, style),
        Command::Verify(arguments) => verify::run(arguments, style),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Completions(arguments) => completions::run(arguments),
        Command::Packs(command) => packs::run(command, style),
        Command::Reach(command) => reach::run(command, style),
    };
    end_cleanly();
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => form.unable(&failure, style),
    }
}

/// Leaves no temporary file and no child behind.
fn end_cleanly() {
    output::remove_pending();
    source::stop_children();
}

/// The arguments of this process, to be quoted.
fn words() -> Vec<String> {
    std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect()
}

/// This moment.
fn now() -> Timestamp {
    Timestamp::now()
}

/// Today, in UTC.
fn today() -> Date {
    utc_day(now())
}

/// The facts of a probe that panicked say so; the standard words would only spoil the operator's terminal.
fn keep_panics_of_probes_quiet() {
    let standard = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !is_probe_thread() {
            standard(panic);
        }
    }));
}

/// The form in which it is told that there is no result: that of the format that the arguments ask for. Programs read standard
/// output only, also when the arguments cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FailureForm {
    /// `--format nagios`.
    Nagios,
    /// `--format json`.
    Json,
    /// Any other, or none.
    Other,
}

impl FailureForm {
    fn of(arguments: impl Iterator<Item = OsString>) -> Self {
        let arguments: Vec<_> = arguments.collect();
        let asks = |name: &str| {
            arguments.iter().any(|argument| *argument == *format!("--format={name}"))
                || arguments.windows(2).any(|pair| pair[0] == "--format" && pair[1] == *name)
        };
        match (asks("nagios"), asks("json")) {
            (true, _) => Self::Nagios,
            (_, true) => Self::Json,
            _ => Self::Other,
        }
    }

    fn is_for_programs(self) -> bool {
        self != Self::Other
    }

    /// Tells that there is no result, and why. When standard output cannot be written either, the exit code is all that is
    /// left to say.
    fn unable(self, failure: &Failure, style: Style) -> ExitCode {
        let message = failure.to_string();
        match self {
            Self::Nagios => {
                let _ = output::say(&nagios::unable(&message, style));
                return Exit::Plugin(ServiceState::Unknown).into();
            }
            Self::Json => {
                let _ = json(&failure.document()).map(|text| output::say(&text));
            }
            Self::Other => {}
        }
        output::complain(message.trim_end());
        failure.exit().into()
    }
}

/// What the terminal, the environment and `--color` allow.
fn style(when: When) -> Style {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let terminal = std::io::stdout().is_terminal();
    let color = match when {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && set("NO_COLOR").is_none() && set("TERM").is_none_or(|term| term != "dumb"),
    };
    use_color(color);
    let locale =
        set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default().to_ascii_lowercase();
    let columns = set("COLUMNS").and_then(|columns| columns.parse().ok());
    let width =
        columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).unwrap_or(100);
    let unicode = locale.contains("utf-8") || locale.contains("utf8");
    Style { width: width.clamp(40, 120), color, unicode, detail: Detail::Screen }
}

/// On Ctrl-C, SIGTERM and the like: children are killed, temporary files removed, and the exit code is the shell's, 128 + signal.
fn end_cleanly_on_signals() {
    let endings = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT, Signal::SIGUSR1, Signal::SIGUSR2];
    let signals: SigSet = endings.into_iter().collect();
    // Blocked here, so in every thread that follows; children get a clean mask from the standard library. With SIGXFSZ
    // blocked, a file that grows too large is an error of the write.
    let mut blocked = signals;
    blocked.add(Signal::SIGXFSZ);
    if blocked.thread_block().is_err() {
        return;
    }
    let waiting = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        if let Ok(signal) = signals.wait() {
            source::stop_children();
            output::remove_pending_for_good();
            std::process::exit(128 + signal as i32);
        }
    });
    drop(waiting);
}
