//! `rampcheck completions`.

use super::arguments::{CompletionsArguments, Shell};
use super::exit::{Exit, Failure};
use super::output::say_compressed;

/// The files of `packaging/completions/`, compressed by the build script.
const BASH: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rampcheck.bash.gz"));
const ZSH: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/_rampcheck.gz"));
const FISH: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rampcheck.fish.gz"));

/// Runs it.
pub fn run(arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let compressed = match arguments.shell {
        Shell::Bash => BASH,
        Shell::Zsh => ZSH,
        Shell::Fish => FISH,
    };
    say_compressed(compressed)?;
    Ok(Exit::Success)
}
