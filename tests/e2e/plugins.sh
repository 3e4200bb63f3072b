#!/usr/bin/env bash
# Plugins in their real directory: those of Debian's monitoring-plugins-basic, and plugins that misbehave.
# usage: tests/e2e/plugins.sh BINARY      needs root, monitoring-plugins-basic, jq, setpriv
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
packaging=$(realpath "$here/../../packaging")
work=$(mktemp -d)
chmod 755 "$work"
# Another user runs it, too.
install -m 755 "$1" "$work/rampcheck"
rampcheck="$work/rampcheck"
. "$here/parts.sh"

# The names of plugins here begin with `e2e-`, so that those of the machine are left alone.
directory=/usr/lib/rampcheck/plugins.d
debian=/usr/lib/nagios/plugins
made=()
for above in /usr/lib/rampcheck "$directory"; do
  [ -d "$above" ] || { mkdir -m 755 "$above"; made=("$above" "${made[@]}"); }
done
mode=$(stat -c %a "$directory")
cleanup() {
  set +e
  chmod "$mode" "$directory"
  rm -f "$directory"/e2e-*
  [ ${#made[@]} -eq 0 ] || rmdir "${made[@]}"
  rm -rf "$work"
}
trap cleanup EXIT

# plugin NAME: puts standard input there as a script.
plugin() {
  { echo '#!/bin/sh'; cat; } > "$directory/e2e-$1"
  chmod 755 "$directory/e2e-$1"
}
# check NAME PLUGIN... [-- ARGUMENTS]: a run; its report is $work/NAME.json, its exit code $code.
check() {
  local name=$1; shift
  local plugins=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do plugins+=(--plugin "e2e-$1"); shift; done
  [ $# -eq 0 ] || shift
  code=0
  env -i timeout 60 ${as[@]+"${as[@]}"} "$rampcheck" check cometchat --only plugins "${plugins[@]}" --format json "$@" \
    > "$work/$name.json" 2> "$work/log" || code=$?
}
as=()
# status NAME PLUGIN, found NAME PLUGIN: what the report of a run says.
status() { jq -r --arg id "plugin-e2e-$2" '.findings[] | select(.id == $id) | .status' "$work/$1.json"; }
found() { jq -r --arg id "plugin-e2e-$2" '.findings[] | select(.id == $id) | .found.text' "$work/$1.json"; }
gone() { for _ in $(seq 50); do kill -0 "$1" 2> /dev/null || { echo gone; return; }; sleep 0.1; done; echo alive; }

echo "== plugins of monitoring-plugins-basic"
echo "exec $debian/check_disk -w 0% -c 0% -p /" | plugin ok
echo "exec $debian/check_disk -w 100% -c 0% -p /" | plugin warning
echo "exec $debian/check_procs -c 1:1 -C e2e-no-such-program" | plugin critical
echo "exec $debian/check_load" | plugin unknown
check states ok warning critical unknown
expect "exit code" "$code" 3
expect "check_disk: OK" "$(status states ok) $(found states ok | cut -d' ' -f1-3)" "passed OK; DISK OK"
expect "check_disk: WARNING" "$(status states warning) $(found states warning | cut -d' ' -f1-3)" "warning WARNING; DISK WARNING"
expect "check_procs: CRITICAL" "$(status states critical) $(found states critical | cut -d' ' -f1-3)" "failed CRITICAL; PROCS CRITICAL:"
expect "check_load without arguments: UNKNOWN" "$(status states unknown)" unknown
expect "and it says so" "$(found states unknown | grep -c "^unknown: $directory/e2e-unknown: reports UNKNOWN: ")" 1
expect "no performance data" "$(grep -c '|' "$work/states.json")" 0
check warning ok warning
expect "a warning does not fail" "$code" 0
check strict ok warning -- --strict
expect "unless it is strict" "$code $(status strict warning)" "3 failed"
check unknown ok unknown
expect "unknown is undetermined" "$code" 4

echo "== the example, installed as its guide says"
install -D -m 755 "$packaging/plugins/disk-space" "$directory/e2e-disk-space"
check example disk-space
expect "it reports a state" "$(found example disk-space | grep -cE '^(OK|WARNING|CRITICAL); DISK (OK|WARNING|CRITICAL) ')" 1
expect "the guide shows it" "$(grep -cxF "$(tail -1 "$packaging/plugins/disk-space")" "$packaging/plugins/README.md")" 1

echo "== only by name"
echo "touch $work/ran; echo OK" | plugin marker
check none ok
"$rampcheck" facts --host "$here/../hosts/debian-12.toml" > /dev/null
"$rampcheck" facts > /dev/null
"$rampcheck" bundle cometchat -o "$work/bundle.tar.gz" > /dev/null 2>&1 || true
"$rampcheck" evaluate "$work/none.json" --plugin e2e-marker > /dev/null || true
check host marker -- --host "$here/../hosts/debian-12.toml"
expect "a recorded host" "$(found host marker)" "unknown: \`$directory/e2e-marker\` was not recorded"
check root marker -- --root "$packaging"
expect "a tree" "$(found root marker)" "unknown: not asked below --root: commands are not run there"
expect "nothing ran it" "$([ -e "$work/ran" ] || echo none)" none
check marker marker
expect "its name does" "$(status marker marker) $([ -e "$work/ran" ] && echo ran)" "passed ran"

echo "== how it is called"
cat << 'PLUGIN' | plugin called
read -r line && input=some
echo "arguments $#, input ${input:-none}, user $(id -u), $LC_ALL, ${SECRET:-no secret}, $PATH"
PLUGIN
SECRET=x check called called
expect "no arguments, no input, a fixed environment" "$(found called called)" \
  "OK; arguments 0, input none, user 0, C, no secret, /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin"
for number in 1 2 3; do echo "sleep 1; echo OK" | plugin "slow-$number"; done
began=$(date +%s%N)
check parallel slow-1 slow-2 slow-3
expect "all at once" "$code $((($(date +%s%N) - began) / 2500000000))" "0 0"

echo "== plugins that misbehave"
# A grandchild keeps the pipe in both.
echo "sleep 1000 & echo \$! > $work/pid-of-hung; echo \$\$ > $work/leader; exec sleep 1000" | plugin hung
echo "sleep 1000 & echo \$! > $work/pid-of-daemon; echo OK" | plugin daemon
check hung hung daemon ok -- --timeout 1s
expect "one that hangs is unknown" "$(found hung hung)" "unknown: $directory/e2e-hung: no answer within 0.9 s"
expect "the others are known" "$(status hung daemon) $(status hung ok)" "passed passed"
for process in pid-of-hung leader pid-of-daemon; do expect "$process is killed" "$(gone "$(cat "$work/$process")")" gone; done
printf '%s\n' 'yes y | head -c 50000000 | tr -d "\n"; exit 1' | plugin megabytes
check megabytes megabytes
expect "the first line is cut" "$(status megabytes megabytes) $(found megabytes megabytes | wc -c | awk '{ print ($1 < 2100) }')" "warning 1"
printf '%s\n' 'printf "\033[2J\007 <b>DISK</b> \033]0;title\007\n"' | plugin control
check control control
expect "control characters pass" "$(status control control)" passed
env -i "$rampcheck" check cometchat --only plugins --plugin e2e-control -v > "$work/screen" || true
expect "and steer no terminal" "$(grep -c 'DISK' "$work/screen") $(grep -c "$(printf '[\007\033]')" "$work/screen")" "1 0"
echo 'echo "disk: not found" >&2; exit 127' | plugin code
echo 'kill -9 $$' | plugin signal
echo 'exit 0' | plugin silent
echo 'echo OK' | plugin plain; chmod 644 "$directory/e2e-plain"
printf '#!/nonexistent/shell\n' > "$directory/e2e-orphan"; chmod 755 "$directory/e2e-orphan"
check odd code signal silent plain orphan missing
expect "another exit code" "$(found odd code)" "unknown: $directory/e2e-code: exit code 127: disk: not found (a plugin ends with 0 to 3)"
expect "a signal" "$(found odd signal)" "unknown: $directory/e2e-signal: ended by a signal"
expect "no output" "$(found odd silent)" "unknown: $directory/e2e-silent: exit code 0, but nothing on standard output"
expect "not executable" "$(found odd plain)" "unknown: $directory/e2e-plain: not an executable file; chmod 755 makes it one"
expect "no interpreter" "$(found odd orphan)" "unknown: $directory/e2e-orphan: its interpreter or loader is missing"
expect "missing" "$(found odd missing)" "unknown: $directory/e2e-missing: not found"
expect "none of them is passed over" "$code" 4

echo "== only root can change it, whoever runs it"
rm -f "$work/ran"
# What another user could change would run this.
victim="touch $work/ran; echo OK"
for name in writable owned; do echo "$victim" | plugin "$name"; done
chmod 777 "$directory/e2e-writable"; chown 65534 "$directory/e2e-owned"
printf '#!/bin/sh\n%s\n' "$victim" > "$work/target"; chmod 755 "$work/target"; chown 65534 "$work/target"
ln -s "$work/target" "$directory/e2e-link"
ln -s "$debian/check_procs" "$directory/e2e-link-of-root"
only='only root may be able to change a plugin and the directories above it'
for user in 0 65534; do
  as=(setpriv "--reuid=$user" "--regid=$user" --clear-groups)
  check "user-$user" ok writable owned link link-of-root
  expect "user $user: a plugin of root" "$(status "user-$user" ok) $(status "user-$user" link-of-root)" "passed passed"
  expect "user $user: everybody's" "$(found "user-$user" writable)" \
    "unknown: $directory/e2e-writable was not run, because everybody can change it; $only"
  for name in owned link; do
    expect "user $user: another user's $name" "$(found "user-$user" "$name")" \
      "unknown: $directory/e2e-$name was not run, because user 65534 can change it; $only"
  done
  chmod 777 "$directory"
  check "open-$user" ok
  expect "user $user: everybody's directory" "$(found "open-$user" ok)" \
    "unknown: $directory/e2e-ok was not run, because everybody can change it; $only"
  chmod "$mode" "$directory"
done
as=()
expect "nothing of another user ran" "$([ -e "$work/ran" ] || echo none)" none
chmod 700 "$directory/e2e-ok"
as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
check private ok
as=()
expect "one that only root may run" "$(jq -r '.next[].step.kind' "$work/private.json" | head -1)" run-as-root
chmod 755 "$directory/e2e-ok"

echo "== recorded and replayed"
"$rampcheck" facts --plugin e2e-critical --plugin e2e-hung --timeout 1s --record "$work/host.toml" > /dev/null
check replayed critical hung -- --host "$work/host.toml"
expect "a state" "$(found replayed critical | cut -d' ' -f1-3)" "CRITICAL; PROCS CRITICAL:"
expect "one that hung" "$(status replayed hung)" unknown
expect "the recording holds no performance data" "$(grep -A3 plugins.d/e2e-critical "$work/host.toml" | grep -c '|')" 0
echo "$passed checks passed"
