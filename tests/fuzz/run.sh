#!/usr/bin/env bash
# Runs every fuzz target for some seconds: tests/fuzz/run.sh [SECONDS [TARGET...]]. Needs cargo-fuzz and a C++ compiler; with a
# stable toolchain the sanitizer's flags are let through by RUSTC_BOOTSTRAP. Findings land in tests/fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-30}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || targets=(report pack os_release version mountinfo docker jwt)
export RUSTC_BOOTSTRAP=1 CARGO_TERM_COLOR=never
cargo build --quiet --bin seed
for target in "${targets[@]}"; do
  corpus=target/corpus/$target
  cargo run --quiet --bin seed -- "$target" "$corpus"
  echo "=== $target, ${seconds} s"
  cargo fuzz run --fuzz-dir . "$target" "$corpus" -- -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 2>&1 | grep -E '^(stat::|SUMMARY|ERROR|#[0-9]+.*DONE|thread)' || { echo "$target failed"; exit 1; }
done
