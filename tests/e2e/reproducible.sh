#!/usr/bin/env bash
# A second build, of the same commit in another, gives the same bytes.
# usage: tests/e2e/reproducible.sh DIST KEY      DIST was built of what is committed here, and signed with KEY
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
dist=$(realpath "$1") key=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
. "$repository/tests/e2e/parts.sh"
version=$(version_in "$repository/Cargo.toml")
git clone -q "$repository" "$work/another"
# The tools are the same, and nothing else is.
export RAMPCHECK_TOOLS="${CARGO_TARGET_DIR:-$repository/target}/packaging/tools"
CARGO_TARGET_DIR="$work/built" "$work/another/packaging/release" "$version" --key "$key" --only x86_64 --out "$work/dist" > "$work/log" 2>&1 ||
  { tail -20 "$work/log" >&2; exit 1; }
for file in "$work"/dist/*; do
  # These hold all architectures.
  case ${file##*/} in SHA256SUMS* | *-airgap.tar.gz) continue ;; esac
  expect "${file##*/}" "$(sha256sum < "$file")" "$(sha256sum < "$dist/${file##*/}")"
done
echo "ok   $passed files"
