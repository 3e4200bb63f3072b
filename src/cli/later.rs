//! Declaring a command's arguments only when it is the one used.

use std::ops::Deref;

use clap::builder::{Resettable, StyledStr};
use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

/// Arguments of a command, declared to clap when the command is used: most of them never are, at every run.
#[derive(Debug)]
pub struct Later<T>(Box<T>);

impl<T> Deref for Later<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Args> Args for Later<T> {
    fn augment_args(command: Command) -> Command {
        command.defer(|command| described_as(&command.clone(), T::augment_args(command)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        command.defer(|command| described_as(&command.clone(), T::augment_args_for_update(command)))
    }
}

/// The command that took on its arguments, still with its own description and not with theirs.
fn described_as(own: &Command, command: Command) -> Command {
    let same = |text: Option<&StyledStr>| text.cloned().map_or(Resettable::Reset, Resettable::Value);
    command.about(same(own.get_about())).long_about(same(own.get_long_about()))
}

impl<T: FromArgMatches> FromArgMatches for Later<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(|arguments| Self(Box::new(arguments)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}
