#!/usr/bin/env bash
# Packs as they are released, installed in /etc/rampcheck/packs.d by root, and what ends an installation before its time. The real
# /etc is not touched: everything runs in a mount namespace of its own.
# usage: tests/e2e/packs.sh BINARY      needs root, ssh-keygen, unshare, setpriv, jq, shellcheck
set -euo pipefail
if [ "${RAMPCHECK_INSIDE:-}" != yes ]; then
  exec env RAMPCHECK_INSIDE=yes unshare --mount --propagation private -- "$(realpath "$0")" "$(realpath "$1")"
fi
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$1
work=$(mktemp -d)
. "$here/parts.sh"
made=''
cleanup() { set +e; umount /etc/rampcheck; [ -z "$made" ] || rmdir /etc/rampcheck; umount "$work/small" 2> /dev/null; rm -rf "$work"; }
trap cleanup EXIT
chmod 755 "$work"
[ -d /etc/rampcheck ] || { mkdir /etc/rampcheck; made=yes; }
mount -t tmpfs none /etc/rampcheck
site=/etc/rampcheck/packs.d

shellcheck "$here/../../packaging/packs"
shellcheck -x -P "$here" "$here/packs.sh"
ssh-keygen -q -t ed25519 -N '' -C packs@example.net -f "$work/key"
cp -r "$here/../../packaging" "$here/../../checks" "$work"

# archive VERSION: packs as a release makes them, with the version of CometChat's replaced. Gives the archive's path.
archive() {
  sed -i "s/^version = .*/version = \"$1\"/" "$work/checks/cometchat/pack.toml"
  SOURCE_DATE_EPOCH=1700000000 "$work/packaging/packs" "$work/out" --key "$work/key" | grep cometchat
}
install() { "$rampcheck" packs install "$1" --trust-key "$work/key.pub" "${@:2}" > "$work/log" 2>&1; }
installed() { "$rampcheck" packs list --format json | jq -r '.[] | select(.product == "cometchat" and .used) | .version'; }
built_in=$(installed)
first=$(archive 2999.1.1) second=$(archive 2999.1.2)

echo "== as root, where every run finds it"
install "$first"
expect "the folder was made" "$(stat -c '%U %a' "$site/cometchat")" "root 755"
expect "the pack is used" "$(installed)" 2999.1.1
expect "another user uses it, too" "$(cd / && setpriv --reuid 65534 --regid 65534 --clear-groups "$rampcheck" packs list --format json | jq -r '.[0].version')" 2999.1.1
expect "a report says so" "$("$rampcheck" check cometchat --tier qa --format json | jq -r '.pack.version + " " + .pack.origin')" "2999.1.1 $site/cometchat"
expect "another user cannot install" "$(cd / && setpriv --reuid 65534 --regid 65534 --clear-groups "$rampcheck" packs install "$second" 2>&1 | grep -c 'only root can install packs')" 1
chmod 777 "$site"
install "$second" && code=0 || code=$?
expect "root writes to no folder that others can change" "$code $(grep -c 'can change this folder' "$work/log")" "2 1"
chmod 755 "$site"
install "$second"
expect "a newer one replaces it" "$(installed)" 2999.1.2
expect "nothing else is left" "$(ls -A "$site")" cometchat
umask 077; rm -r "$site/cometchat"; install "$first"; umask 022
expect "others can read it, whatever the umask is" "$(find "$site/cometchat" ! -perm -444 | wc -l)" 0

echo "== a pack of the site's own"
sed -i "s/2999.1.1/2001.1.1/" "$site/cometchat/pack.toml"
expect "what was changed counts as the site's own" "$(installed)" 2001.1.1
rm -r "$site/cometchat"
expect "without it the built-in one is used" "$(installed)" "$built_in"

echo "== a full disk"
install "$first"
mkdir "$work/small"
mount -t tmpfs -o size=800k none "$work/small"
install "$first" --dir "$work/small"
cat /dev/zero > "$work/small/full" 2> /dev/null || true
install "$second" --dir "$work/small" && code=0 || code=$?
expect "is a failure" "$code $(grep -c 'No space left' "$work/log")" "1 1"
expect "leaves the old pack" "$(sed -n 's/^version = //p' "$work/small/cometchat/pack.toml")" '"2999.1.1"'
expect "and nothing else" "$(ls -A "$work/small")" $'cometchat\nfull'
rm "$work/small/full"
install "$second" --dir "$work/small"
expect "and passes" "$(sed -n 's/^version = //p' "$work/small/cometchat/pack.toml")" '"2999.1.2"'

echo "== ended before its time"
hashes() { (cd "$1" && find . -type f ! -name INSTALLED -exec sha256sum {} + | sort); }
mkdir "$work/a" "$work/b"
install "$first" --dir "$work/a"
install "$second" --dir "$work/b"
hashes "$work/a/cometchat" > "$work/first"
hashes "$work/b/cometchat" > "$work/second"
# Delays from none to twice what an installation takes, seconds.
cp -r "$work/a" "$work/dir"; began=$(date +%s%N); install "$second" --dir "$work/dir"; took=$(($(date +%s%N) - began))
mapfile -t delays < <(awk -v took="$took" 'BEGIN { for (n = 1; n <= 40; n++) printf "%.4f\n", took * n / 20 / 1e9 }')
for signal in KILL INT TERM; do
  old=0 new=0 other=0 left=0
  for delay in "${delays[@]}"; do
    rm -rf "$work/dir"; cp -r "$work/a" "$work/dir"
    timeout --foreground --signal="$signal" "$delay" "$rampcheck" packs install "$second" --trust-key "$work/key.pub" \
      --dir "$work/dir" > /dev/null 2>&1 || true
    hashes "$work/dir/cometchat" > "$work/now"
    if cmp -s "$work/now" "$work/first"; then old=$((old + 1))
    elif cmp -s "$work/now" "$work/second"; then new=$((new + 1))
    else other=$((other + 1)); fi
    [ "$(ls -A "$work/dir")" = cometchat ] || left=$((left + 1))
    install "$second" --dir "$work/dir"
    [ "$(ls -A "$work/dir")" = cometchat ] || { echo "FAIL the next run leaves $(ls -A "$work/dir")"; exit 1; }
  done
  expect "SIG$signal leaves the old pack ($old times) or the new one ($new times)" "$other" 0
  [ "$signal" = KILL ] || expect "SIG$signal leaves nothing else" "$left" 0
done

echo "== several at the same time"
rm -rf "$work/dir"; cp -r "$work/a" "$work/dir"
touch "$work/refused"
for _ in $(seq 8); do
  (said=$("$rampcheck" packs install "$second" --trust-key "$work/key.pub" --dir "$work/dir" 2>&1) || echo "$said" >> "$work/refused") &
done
wait
hashes "$work/dir/cometchat" > "$work/now"
expect "one of them installs the pack" "$(cmp "$work/now" "$work/second" && ls -A "$work/dir")" cometchat
expect "and no other fails but for the lock" "$(grep -vc 'another rampcheck installs a pack' "$work/refused" || true)" 0

echo "== read while it is replaced"
archives=("$first" "$second")
for number in $(seq 3 12); do archives+=("$(archive "2999.1.$number")"); done
rm -rf "${site:?}/cometchat"; install "$first"
(for newer in "${archives[@]:1}"; do "$rampcheck" packs install "$newer" --trust-key "$work/key.pub" > /dev/null; done) &
writer=$! reads=0 torn=0
while kill -0 "$writer" 2> /dev/null; do
  "$rampcheck" packs list --format json > "$work/list" 2>&1 &&
    [ "$(jq -r '.[0] | "\(.changed) \(.installed.signed_by.name)"' "$work/list")" = "false packs@example.net" ] || torn=$((torn + 1))
  reads=$((reads + 1))
done
wait "$writer"
expect "$reads reads, each of a whole pack" "$torn" 0
expect "the last one is used" "$(installed)" 2999.1.12
echo "$passed checks passed"
