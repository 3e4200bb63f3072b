//! `rampcheck completions`.

use std::io::Read as _;

use flate2::read::GzDecoder;

use super::arguments::{CompletionsArguments, Shell};
use super::exit::{Exit, Failure};
use super::output::say;

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
    let mut text = String::new();
    GzDecoder::new(compressed).read_to_string(&mut text).map_err(Failure::tool)?;
    say(&text)?;
    Ok(Exit::Success)
}
