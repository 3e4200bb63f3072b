#!/usr/bin/env bash
# Renews corpus/TARGET: the few small inputs that reach what the samples of this tree do not. tests/fuzz/keep.sh TARGET...
# An input whose name does not begin with `found-` is a regression, and stays.
set -euo pipefail
cd "$(dirname "$0")"
# Inputs of a target's corpus, and bytes of an input. Both keep the repository small.
inputs=30 most=2000
if rustup toolchain list 2> /dev/null | grep -q '^nightly'; then export RUSTUP_TOOLCHAIN=nightly; else export RUSTC_BOOTSTRAP=1; fi
export CARGO_TERM_COLOR=never
cargo build --quiet --bin seed
for target in "$@"; do
  seeds=$(mktemp -d) small=$(mktemp -d) new=$(mktemp -d)
  trap 'rm -rf "$seeds" "$small" "$new"' EXIT
  target/debug/seed "$target" "$seeds"
  mkdir -p "corpus/$target"
  find "target/corpus/$target" "corpus/$target" -type f -size "-${most}c" ! -name 'seed-*' -exec cp -t "$small" {} +
  # What adds nothing to the samples is left out, then what adds nothing to the rest.
  cp -r "$seeds/." "$new"
  cargo fuzz run --fuzz-dir . --sanitizer none --codegen-units 16 "$target" "$new" "$small" -- -set_cover_merge=1 -use_counters=0 -timeout=10 > /dev/null 2>&1
  find "$new" -name 'seed-*' -delete
  find "corpus/$target" -name 'found-*' -delete
  # Of all sizes.
  mapfile -t found < <(find "$new" -type f -printf '%s %p\n' | sort -n | cut -d' ' -f2-)
  for ((at = 0; at < ${#found[@]}; at += (${#found[@]} + inputs - 1) / inputs)); do
    cp "${found[at]}" "corpus/$target/found-$(sha256sum "${found[at]}" | cut -c1-12)"
  done
  rm -rf "$seeds" "$small" "$new"
  echo "$target: $(find "corpus/$target" -type f | wc -l) inputs, $(du -sb "corpus/$target" | cut -f1) bytes"
done
