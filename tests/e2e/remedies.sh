#!/usr/bin/env bash
# The remedies, done: in a fresh Debian 13 without Docker and tools, what rampcheck says to type puts the findings right. Needs
# root and Debian's archive. Docker's own repository cannot be reached from everywhere: of its steps, only the first are done.
# usage: tests/e2e/remedies.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
work=$(mktemp -d)
root="$work/root"
passed=0
. "$here/parts.sh"
trap 'rm -rf --one-file-system "$work"' EXIT

# expect WHAT ACTUAL WANTED
expect() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1)); echo "ok   $1"
  else
    echo "FAIL $1: got '$2', wanted '$3'"; exit 1
  fi
}

# report [ARGUMENTS]: judges the system below $root.
report() { env -i "$rampcheck" check cometchat --tier qa --deployment compose --root "$root" "$@" --format json > "$work/report.json" || [ $? -lt 5 ]; }
# finding ID MEMBER
finding() { jq -r --arg id "$1" '.findings[] | select(.id == $id) | .'"$2" "$work/report.json"; }
# inside COMMANDS: types them below $root; whatever asks is told yes.
inside() {
  chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive \
    sh -ec "$1" < <(yes 2> /dev/null) > "$work/log" 2>&1
}
# type_fix ID: types what the finding says.
type_fix() { inside "$(finding "$1" 'fix.run | join("\n")')" || { tail -20 "$work/log" >&2; return 1; }; }
# version PACKAGE: empty if it is not installed.
version() { chroot "$root" dpkg-query -W -f '${db:Status-Status} ${Version}' "$1" 2> /dev/null | sed -n 's/^installed //p'; }

debootstrap --variant=minbase trixie "$root" "$(archive)" > "$work/log" || { tail -20 "$work/log" >&2; exit 1; }
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d" # no service starts below the root
printf '#!/bin/sh\nexec "$@"\n' > "$root/usr/bin/sudo"
chmod 755 "$root/usr/sbin/policy-rc.d" "$root/usr/bin/sudo"

echo "== tools"
chroot "$root" dpkg --purge --force-depends openssl > "$work/log" 2>&1
report
for id in openssl git jq curl net-tools; do
  expect "$id is missing" "$(finding "$id" status)" failed
  type_fix "$id"
done
report
for id in git jq curl net-tools; do expect "$id is there" "$(finding "$id" status)" passed; done
# A system that is only looked at runs no program, so that the version is unknown.
expect "openssl is there, and not run" "$(finding openssl status)" unknown
expect "its version is enough" "$(chroot "$root" openssl version | cut -d. -f1)" "OpenSSL 3"

echo "== Docker's repository"
steps=$(finding docker-installed 'fix.run | map(select(contains("docker.sources") or contains("keyrings")) | select(contains("download.docker.com/linux/debian/gpg") or contains("chmod") | not)) | join("\n")')
inside "$steps" || { cat "$work/log" >&2; exit 1; }
expect "apt-get reads the repository" "$(chroot "$root" apt-get update --print-uris | grep -o 'https://download.docker.com[^ ]*InRelease')" \
  https://download.docker.com/linux/debian/dists/trixie/InRelease
rm "$root/etc/apt/sources.list.d/docker.sources"
expect "each step can be read" "$(finding docker-installed 'fix.run | join("\n")' | shellcheck --shell=sh --exclude=SC1091 - 2>&1)" ""

echo "== Debian's engine and Compose"
inside "apt-get install --no-install-recommends docker.io" || { tail -20 "$work/log" >&2; exit 1; }
packaged=(--attest docker.engine.state=running --attest docker.engine.packaging=distribution --attest docker.engine.version=20.10.24)
report "${packaged[@]}" --attest compose.version=1.29.2
type_fix compose
expect "Compose is the second generation" "$(chroot "$root" docker compose version --short | cut -d. -f1)" 2
report "${packaged[@]}" --attest os.family=ubuntu
type_fix docker-engine
expect "nothing was removed" "$([ -n "$(version docker.io)" ] && echo yes)" yes
report "${packaged[@]}"
expect "the removal is said" "$(finding docker-engine fix.text | grep -c 'The last command removes the engine')" 1
# Without an engine, what shows the containers finds none.
inside "$(finding docker-engine 'fix.run[-1]')" || { tail -20 "$work/log" >&2; exit 1; }
expect "the engine is removed" "$(version docker.io)$(version containerd)$(version runc)" ""
echo "$passed passed, 0 failed"
