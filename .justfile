# The task list. `just` shows it, and `just TASK` runs a task: https://just.systems

_list:
    @{{just_executable()}} --list --unsorted

# Run the tests, or those named: `just test --test it verdicts::`
test *arguments:
    cargo test {{arguments}}

# Check the format, and everything that clippy finds
lint:
    .ci/run lints

# Rewrite every generated file and snapshot; needs cargo-insta
renew:
    RAMPCHECK_BLESS=1 cargo insta test --accept
    @git status --short

# Run all parts of CI, or those named: `just ci tests lints`
ci *parts:
    .ci/run {{parts}}

# Measure a full run against its slowest child; needs hyperfine
bench:
    cargo build --release
    tests/bench/speed.sh target/release/rampcheck

# Look for changes of the judgement that no test notices; needs cargo-mutants
mutants *arguments:
    cargo mutants --file 'src/judge/*.rs' --file 'src/plan/*.rs' --file 'src/pack/tier.rs' --file 'src/pack/predicate.rs' {{arguments}}

# Fuzz every target for ten minutes, or as told: `just fuzz 30 jwt`; needs cargo-fuzz
fuzz *arguments:
    tests/fuzz/run.sh {{arguments}}
