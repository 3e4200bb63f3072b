//! The `rampcheck` program: arguments to exit code, nothing else.

use std::process::ExitCode;

/// The static program brings an allocator: musl's is slow.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    rampcheck::cli::main()
}
