#!/usr/bin/env bash
# End to end: the HTML report in headless Chromium. Needs Debian's archive and npm's registry, or chromium, node and poppler's tools on the machine.
# usage: tests/e2e/html.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

missing=()
for tool in chromium:chromium python3:python3 node:nodejs npm:npm pdftotext:poppler-utils; do command -v "${tool%%:*}" > /dev/null || missing+=("${tool##*:}"); done
if [ ${#missing[@]} -gt 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q > /dev/null; apt-get install -qy --no-install-recommends "${missing[@]}" > /dev/null
fi
mkdir "$work/node" "$work/pages"
(cd "$work/node" && npm install --silent --no-audit --no-fund --prefix . playwright-core@1.65.1 axe-core@4.14.1 > /dev/null)

# page NAME VERDICT ARGUMENTS...: a report of a recorded host or a tree
page() {
  local name=$1 verdict=$2; shift 2
  (cd "$here/../.." && env -i LANG=C.UTF-8 "$rampcheck" check "$@" --today 2026-11-20 --format html > "$work/pages/$name.html") || true
  echo "$verdict" > "$work/pages/$name.verdict"
}
page failing "UNSUPPORTED" cometchat --tier qa --host tests/hosts/vm-14gib.toml
page passing "SUPPORTED" cometchat --tier qa --host tests/hosts/ubuntu-22.04.toml
page undetermined "UNDETERMINED" cometchat --tier qa --host tests/hosts/vm-16gb-virtio.toml
page warned "SUPPORTED, WITH WARNINGS" rocketchat --tier vps-recommended --mongodb remote --host tests/hosts/debian-12.toml \
  --attest storage.data.media=ssd --waive 'compose=comes next week'

page many "UNSUPPORTED" rocketchat --tier vps-recommended --host tests/hosts/debian-12.toml --waive "port-80=the proxy's"
page denied "UNDETERMINED" rocketchat --tier vps-recommended --host tests/hosts/permission-denied.toml

# A host whose files hold markup and escapes.
mkdir -p "$work/tree/etc"
hostile=$'<script>alert(1)</script><img src=x onerror=alert(2)>"]]>&lt;\e]0;owned\a\u202e'
printf 'ID=debian\nVERSION_ID="<script>alert(3)</script>"\nPRETTY_NAME='"'%s'"'\n' "$hostile" > "$work/tree/etc/os-release"
printf '%s\n' '<b>host</b>' > "$work/tree/etc/hostname"
page hostile "UNSUPPORTED" cometchat --tier qa --root "$work/tree" --waive "memory=$hostile" --data-dir "/$hostile"
grep -q 'alert(1)' "$work/pages/hostile.html" || { echo "FAIL the hostile text is not in the page"; exit 1; }

# fleet NAME VERDICT COUNT TIER: so many hosts, some of them with a report that was edited, and two without one
fleet() {
  local name=$1 verdict=$2 count=$3 tier=$4 host
  (cd "$here/../.." && python3 tests/e2e/fleet_reports.py "$rampcheck" "$work/$name" "$count" \
    ubuntu-22.04 debian-12 vm-14gib permission-denied rhel-9.6 ubuntu-24.04 vm-16gb-virtio -- cometchat --tier "$tier")
  for ((host = 1; host <= count + 2; host++)); do printf 'chat-%04d\n' "$host"; done > "$work/$name/hosts"
  "$rampcheck" fleet --reports-from "$work/$name" --hosts "$work/$name/hosts" --today 2026-11-20 --output "html=$work/pages/$name.html" -q \
    > /dev/null || true
  echo "$verdict" > "$work/pages/$name.verdict"
}
fleet fleet-of-6 "UNSUPPORTED" 6 baseline-10k
fleet fleet-of-1000 "UNSUPPORTED" 1000 baseline-200k

cd "$work/node" && node "$here/html.mjs" "$work/pages"
