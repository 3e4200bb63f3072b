//! What is said of arguments that cannot be used: hints that clap cannot know, and no passwords.

use clap::CommandFactory as _;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::arguments::Arguments;
use super::packs;
use crate::render::ReportFormat;

/// The error with hints at what was probably meant. `arguments` are those of the process, without its name.
pub fn explained(mut error: clap::Error, arguments: &[String]) -> clap::Error {
    let tip = match (error.kind(), error.get(ContextKind::InvalidArg), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::UnknownArgument, Some(ContextValue::String(argument)), _) => format_option(argument, arguments),
        (ErrorKind::InvalidSubcommand, _, Some(ContextValue::String(word))) => product(word, arguments),
        _ => return without_passwords(error),
    };
    if let Some(tip) = tip {
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
    } else if error.kind() == ErrorKind::UnknownArgument {
        // That it can be passed as a value helps nobody: no value of ours begins with a hyphen.
        error.remove(ContextKind::Suggested);
    }
    without_passwords(error)
}

/// `--json` where a command has `--format json`.
fn format_option(argument: &str, arguments: &[String]) -> Option<String> {
    let format = ReportFormat::named(argument.strip_prefix("--")?)?.name();
    let rampcheck = Arguments::command();
    let command = arguments.iter().find_map(|word| rampcheck.find_subcommand(word))?;
    let option = command.get_arguments().find(|option| option.get_long() == Some("format"))?;
    let takes = option.get_possible_values().iter().any(|value| value.get_name() == format);
    takes.then(|| format!("did you mean '--format {format}'?"))
}

/// `rampcheck cometchat` where `rampcheck check cometchat` was meant.
fn product(word: &str, arguments: &[String]) -> Option<String> {
    let packs = packs::find(&[]).ok()?;
    packs.products().any(|product| product == word).then(|| {
        let hidden = arguments.iter().map(|argument| without_password(argument).unwrap_or_else(|| argument.clone()));
        format!("did you mean 'rampcheck check {}'?", hidden.collect::<Vec<_>>().join(" "))
    })
}

/// The message quotes the argument that cannot be used. A user name and password in an address are left out of it: messages
/// end up in logs.
fn without_passwords(mut error: clap::Error) -> clap::Error {
    let quoted = error.context().filter_map(|(kind, value)| match value {
        ContextValue::String(text) => Some((kind, without_password(text)?)),
        _ => None,
    });
    for (kind, text) in quoted.collect::<Vec<_>>() {
        error.insert(kind, ContextValue::String(text));
    }
    error
}

/// The text without what stands between `://`, if it is there, and the last `@`. `None` if there is none.
fn without_password(text: &str) -> Option<String> {
    let (before, host) = text.rsplit_once('@')?;
    let scheme = before.split_once("://").map_or(String::new(), |(scheme, _)| format!("{scheme}://"));
    Some(format!("{scheme}***@{host}"))
}
