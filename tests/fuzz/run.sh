#!/usr/bin/env bash
# Runs fuzz targets: tests/fuzz/run.sh [SECONDS [TARGET...]]. Without arguments every target runs for ten minutes.
# Needs cargo-fuzz and a C++ compiler. The program is safe Rust, where a panic or a hang is the finding, so no sanitizer slows
# it down. Without a nightly toolchain, RUSTC_BOOTSTRAP lets the flags for coverage through.
# It begins with real samples of this tree and with corpus/TARGET, and keeps what it finds in target/corpus/TARGET until
# keep.sh takes the best of it into corpus/TARGET. What fails is in artifacts/TARGET.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-600}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(sed -n 's|^path = "targets/\(.*\)\.rs"|\1|p' Cargo.toml | grep -vx seed)
if rustup toolchain list 2> /dev/null | grep -q '^nightly'; then export RUSTUP_TOOLCHAIN=nightly; else export RUSTC_BOOTSTRAP=1; fi
export CARGO_TERM_COLOR=never
cargo build --quiet --bin seed
for target in "${targets[@]}"; do
  found=target/corpus/$target
  mkdir -p "corpus/$target"
  target/debug/seed "$target" "$found"
  echo "=== $target, ${seconds} s"
  cargo fuzz run --fuzz-dir . --sanitizer none --codegen-units 16 "$target" "$found" "corpus/$target" -- -max_total_time="$seconds" -max_len=16384 -timeout=10 \
    -rss_limit_mb=2048 -print_final_stats=1 2>&1 | grep -E '^(stat::|SUMMARY|ERROR|#[0-9]+.*DONE|thread|==[0-9]+==ERROR|.*panicked)' \
    || { echo "$target failed"; exit 1; }
done
