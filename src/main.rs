//! The `rampcheck` program: arguments to exit code, nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    rampcheck::cli::main()
}
