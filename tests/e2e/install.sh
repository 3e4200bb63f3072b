#!/usr/bin/env bash
# packaging/install.sh as users run it: from a web server that works or does not, and from a folder, under three shells.
# usage: tests/e2e/install.sh BINARY      needs curl, wget, busybox, dash, ssh-keygen, openssl, python3, setpriv, unshare; root
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
packaging=$(realpath "$here/../../packaging")
work=$(mktemp -d)
chmod 755 "$work"
started=()
. "$here/parts.sh"
trap 'set +e; stop_started; rm -rf "$work"' EXIT
case $(uname -m) in x86_64) arch=x86_64 ;; aarch64) arch=aarch64 ;; armv7*) arch=armv7 ;; *) echo "no release is for this machine" >&2; exit 1 ;; esac

# keygen NAME; sign NAMESPACE KEY FILE
keygen() { ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$work/$1"; }
sign() { rm -f "$3.sig"; ssh-keygen -q -Y sign -n "$1" -f "$work/$2" "$3" 2> "$work/log"; }
# sums FOLDER: checksums and signature of what lies there.
sums() { (cd "$1" && sha256sum -- *.tar.gz *.sh > SHA256SUMS); sign rampcheck-release key "$1/SHA256SUMS"; }

# release FOLDER VERSION PROGRAM: what a release has of install.sh's, made as packaging/release makes it.
release() {
  local folder=$1 version=$2 top="rampcheck-$2-$arch-linux"
  mkdir -p "$folder" "$work/stage/$top"
  cp "$3" "$work/stage/$top/rampcheck"
  cp "$packaging/../README.md" "$packaging"/licenses/* "$work/stage/$top"
  cp -r "$packaging/man" "$packaging/completions" "$work/stage/$top"
  tar -C "$work/stage" --owner=0 --group=0 -c "$top" | gzip -1 > "$folder/$top.tar.gz"
  rm -r "$work/stage"
  "$packaging/fill-install" "$version" "$work/allowed_signers" < "$packaging/install.sh" > "$folder/install.sh"
  sums "$folder"
}
# small FOLDER VERSION: the same with a program that says its version and nothing more.
small() { printf '#!/bin/sh\necho "rampcheck %s"\n' "$2" > "$work/program"; chmod 755 "$work/program"; release "$1" "$2" "$work/program"; }

keygen key
keygen other
echo "release@rampcheck namespaces=\"rampcheck-release\" $(cut -d' ' -f1,2 "$work/key.pub")" > "$work/allowed_signers"
echo "release@rampcheck $(cut -d' ' -f1,2 "$work/other.pub")" > "$work/other_signers"
version=$("$rampcheck" --version | sed -n '1s/^rampcheck \([^ ]*\).*/\1/p')
release "$work/web/real" "$version" "$rampcheck"
small "$work/web/old" 9.9.7
small "$work/web/new" 9.9.8
script="$work/web/new/install.sh"

python3 "$here/web_server.py" "$work/web" > "$work/port" & started+=($!)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
  -keyout "$work/tls.key" -out "$work/tls.pem" 2> "$work/log"
python3 "$here/web_server.py" "$work/web" "$work/tls.pem" "$work/tls.key" > "$work/tls-port" & started+=($!)
for _ in $(seq 50); do [ -s "$work/port" ] && [ -s "$work/tls-port" ] && break; sleep 0.1; done
web="http://127.0.0.1:$(cat "$work/port")" tls="https://localhost:$(cat "$work/tls-port")"

# path NAME PROGRAM...: a search path with these programs alone. Its sleep does not, so that further attempts cost no time.
path() {
  local name=$1 tool; shift
  mkdir -p "$work/$name"
  for tool in "$@"; do ln -sf "$(command -v "$tool")" "$work/$name/$tool"; done
  ln -sf "$(command -v true)" "$work/$name/sleep"
}
base=(awk cat chmod cp cut dirname find grep gzip head id mkdir mktemp mv rm sed sha256sum sh tail tar tr uname bash dash busybox env)
path only-curl "${base[@]}" curl ssh-keygen
path only-wget "${base[@]}" wget ssh-keygen
path no-ssh "${base[@]}" curl
path no-download "${base[@]}" ssh-keygen
path old-ssh "${base[@]}" curl
printf '#!/bin/sh\necho "unknown option -- Y" >&2; echo "usage: ssh-keygen [-q] [-b bits]" >&2; exit 1\n' > "$work/old-ssh/ssh-keygen"
chmod 755 "$work/old-ssh/ssh-keygen"
mkdir "$work/busybox-only"
busybox --install -s "$work/busybox-only"
path busybox-only busybox ssh-keygen bash dash

shell=dash tools=only-curl
# install ARGUMENT...: runs the script; $code and $work/log say how it went. It may leave nothing in the temporary folder.
install() {
  code=0
  # shellcheck disable=SC2086
  env -i PATH="$work/$tools" HOME="$work/home" TMPDIR="$work/tmp" RAMPCHECK_TIMEOUT=2 RAMPCHECK_INSTALL_DIR="$work/bin" ${more:-} $shell "$script" "$@" \
    > "$work/log" 2>&1 < /dev/null || code=$?
  [ -z "$(ls -A "$work/tmp")" ] || { echo "FAIL left in the temporary folder: $(ls -A "$work/tmp")"; exit 1; }
}
fresh() { rm -rf "${work:?}/bin" "$work/tmp"; mkdir -p "$work/bin" "$work/tmp" "$work/home"; }
# What lies in the temporary folder and in the place of the program.
left() { find "$work/tmp" "$work/bin" -mindepth 1; }
# says WHAT TEXT: the last run had this in its output.
says() { expect "$1" "$(grep -cF -e "$2" "$work/log" | sed 's/^[1-9].*/said/')" said; }
# refused WHAT TEXT: the last run failed with this text, and changed nothing.
refused() { expect "$1: refused" "$code" 1; says "$1: the reason" "$2"; expect "$1: nothing installed" "$(ls -A "$work/bin")" ""; }
installed() { "$work/bin/rampcheck" --version | head -n 1; }

echo "== shellcheck"
shellcheck "$packaging/install.sh" "$packaging/fill-install" "$work/web/new/install.sh"
expect "a script that is not filled in is refused by the filler" "$(echo | "$packaging/fill-install" 1.0.0 "$work/allowed_signers" > /dev/null 2>&1 || echo $?)" 1

echo "== what packaging/airgap.md tells people to type"
code=0
(cd "$work/web/new" && ssh-keygen -Y verify -f ../../allowed_signers -I release@rampcheck -n rampcheck-release -s SHA256SUMS.sig < SHA256SUMS &&
  sha256sum --check SHA256SUMS) > "$work/log" 2>&1 || code=$?
expect "verifies" "$code $(grep -c -e '^Good "rampcheck-release" signature for release@rampcheck' -e ': OK$' "$work/log")" "0 3"
expect "comments are no keys" "$("$packaging/fill-install" 1.0.0 "$packaging/allowed_signers" < "$packaging/install.sh" | grep -c "^release_keys='#")" 0

for shell in dash "bash --posix" "busybox sh"; do
  for tools in only-curl only-wget; do
    echo "== $shell, $tools"
    fresh
    install --mirror "$web/whole/real"
    expect "installs" "$code" 0
    says "the signature is verified" "Verified: signature and checksum"
    says "what was installed" "Installed rampcheck $version as $work/bin/rampcheck."
    says "how to find it" "is not in PATH"
    says "how to uninstall it" "To uninstall: rm $work/bin/rampcheck"
    expect "the program" "$(installed)" "rampcheck $version"
    expect "its mode" "$(stat -c '%a %u' "$work/bin/rampcheck")" "755 0"
    expect "nothing beside it" "$(ls -A "$work/bin")" rampcheck
    install --mirror "$web/whole/real"
    says "the same again" "rampcheck $version is already in $work/bin."
    install --mirror "$web/whole/old"
    says "another version" "Installed rampcheck 9.9.7 as $work/bin/rampcheck, in the place of rampcheck $version."
    expect "it is there" "$code $(installed)" "0 rampcheck 9.9.7"
    fresh
    install --mirror "$web/cut/new"; refused "a cut download" "rampcheck-9.9.8-$arch-linux.tar.gz"
    install --mirror "$web/missing/new"; refused "a missing archive" 404
    install --mirror "$web/nothing/there"; refused "no release" "SHA256SUMS could not be fetched from $web/nothing/there"
    install --mirror "$web/unsigned/new"; refused "a missing signature" "SHA256SUMS.sig"
    install --mirror "$web/hung/new"; refused "a server that hangs" "could not be fetched"
    install --mirror "$web/moved/new"; refused "a redirect to http" "could not be fetched"
    install --mirror "$web/moved/new" --allow-http; expect "a redirect to http that was allowed" "$code" 0
    cp -r "$work/web/new" "$work/web/again-${shell%% *}-$tools"
    install --mirror "$web/again/again-${shell%% *}-$tools"; expect "a server that answers at the second attempt" "$code" 0
    fresh
    install --mirror "$tls/whole/new"; refused "a certificate of nobody" "SHA256SUMS could not be fetched"
    echo "ca_certificate=$work/tls.pem" > "$work/wgetrc"
    more="CURL_CA_BUNDLE=$work/tls.pem WGETRC=$work/wgetrc"
    install --mirror "$tls/whole/new"; expect "https" "$code" 0
    install --mirror "$tls/moved/old"; expect "a redirect to https" "$code $(installed)" "0 rampcheck 9.9.7"
    fresh
    install --mirror "$tls/elsewhere/$web/whole/new"; refused "a redirect from https to http" "could not be fetched"
    more=""
  done
done

shell=dash tools=only-curl
echo "== addresses"
fresh
for address in http://example.invalid/x http://127.0.0.1.example.invalid/x http://localhost@example.invalid/x "http://127.0.0.1:1@example.invalid/x"; do
  install --mirror "$address"; refused "$address" "without encryption"
done
for address in ftp://127.0.0.1/x file:///tmp 127.0.0.1/x /tmp; do install --mirror "$address"; refused "$address" "is not an https address"; done
install --mirror "http://name:secret@127.0.0.1:${web##*:}/whole/new"
expect "a password is not shown" "$(grep -c secret "$work/log") $(installed)" "0 rampcheck 9.9.8"

echo "== the project's own address: a version, the script's version, and the latest"
mkdir -p "$work/web/download" "$work/web/latest"
cp -r "$work/web/old" "$work/web/download/v9.9.7"; cp -r "$work/web/new" "$work/web/download/v9.9.8"; cp -r "$work/web/new" "$work/web/latest/download"
sed -i "s|^downloads=.*|downloads='$tls/whole'|" "$work/web/new/install.sh"
more="CURL_CA_BUNDLE=$work/tls.pem"
mv "$work/web/new/install.sh" "$work/piped.sh"; script="$work/piped.sh"
fresh; install; expect "the script's own version" "$code $(installed)" "0 rampcheck 9.9.8"
install --version v9.9.7; expect "a version" "$code $(installed)" "0 rampcheck 9.9.7"
install --version latest; expect "the latest" "$code $(installed)" "0 rampcheck 9.9.8"
more="$more RAMPCHECK_VERSION=9.9.7"; install; expect "a version of the environment" "$code $(installed)" "0 rampcheck 9.9.7"
more="$more RAMPCHECK_MIRROR=$tls/whole/new"; fresh; install; refused "a mirror without this version" "has no rampcheck 9.9.7 for $arch"
says "what it has" "It has: 9.9.8"
fresh; install --version=9.9.8; expect "an argument overrides the environment" "$code $(installed)" "0 rampcheck 9.9.8"
more=""
sed "s/^release_version=.*/release_version=''/; s/^release_keys=.*/release_keys=''/" "$work/piped.sh" > "$work/unfilled.sh"; script="$work/unfilled.sh"
more="CURL_CA_BUNDLE=$work/tls.pem"; fresh; install; expect "a script of the source takes the latest" "$code $(installed)" "0 rampcheck 9.9.8"
says "and has no keys" "Verified: checksum only, not the signature: no public key of a release is known to this script"
more="" script="$work/piped.sh"
code=0; env -i PATH="$work/only-curl" TMPDIR="$work/tmp" CURL_CA_BUNDLE="$work/tls.pem" sh -s -- --version 9.9.7 --dir "$work/bin" < "$script" > "$work/log" || code=$?
expect "piped into a shell" "$code $(installed)" "0 rampcheck 9.9.7"
mv "$work/piped.sh" "$work/web/new/install.sh"; script="$work/web/new/install.sh"

for shell in dash "bash --posix" "busybox sh"; do
  for tools in no-download busybox-only; do
    echo "== from a folder: $shell, $tools"
    script="$work/unfilled.sh"
    fresh; install --from "$work/web/new" --allowed-signers "$work/allowed_signers"
    expect "installs" "$code $(installed)" "0 rampcheck 9.9.8"
    script="$work/web/new/install.sh"
    fresh; install
    expect "the script's own folder" "$code $(installed)" "0 rampcheck 9.9.8"
    says "says so" "Taking rampcheck from the folder of install.sh, $work/web/new"
    says "and verifies it" "Verified: signature and checksum"
    fresh; install --version 9.9.7; refused "a version that is not there, without a way to download" "copy rampcheck-VERSION-airgap.tar.gz to this machine"
    fresh; install --prefix "$work/bin/usr"
    expect "a prefix" "$code $("$work/bin/usr/bin/rampcheck" --version)" "0 rampcheck 9.9.8"
    expect "manual pages" "$(find "$work/bin/usr/share/man/man1" -name 'rampcheck*.1' -perm 644 | wc -l)" "$(find "$packaging/man" -name '*.1' | wc -l)"
    expect "completions" "$(cd "$work/bin/usr/share" && find . -path ./man -prune -o -type f -print | sort | xargs)" \
      "./bash-completion/completions/rampcheck ./fish/vendor_completions.d/rampcheck.fish ./zsh/site-functions/_rampcheck"
    sh -c "$(sed -n 's/^To uninstall: //p' "$work/log")"
    expect "the line to uninstall removes all of it" "$(find "$work/bin" -type f)" ""

    # damaged WHAT TEXT COMMAND...: the command is run in a copy of the release; the script refuses what it made.
    damaged() {
      local what=$1 text=$2; shift 2
      rm -rf "$work/damaged"; cp -r "$work/web/new" "$work/damaged"; script="$work/damaged/install.sh"
      (cd "$work/damaged" && "$@")
      fresh; install --from "$work/damaged"; refused "$what" "$text"
    }
    archive="rampcheck-9.9.8-$arch-linux.tar.gz" top="rampcheck-9.9.8-$arch-linux"
    alter() { printf 'x' | dd of="$archive" bs=1 seek=100 conv=notrunc status=none; }
    again() { sums .; }
    damaged "an altered archive" "is damaged or was altered" alter
    damaged "a truncated archive" "is damaged or was altered" truncate -s 100 "$archive"
    damaged "an empty archive" "is damaged or was altered" truncate -s 0 "$archive"
    damaged "an altered archive with its checksum" "the signature of SHA256SUMS is wrong" sh -c "printf x >> $archive; sha256sum *.tar.gz *.sh > SHA256SUMS"
    damaged "no signature" "SHA256SUMS.sig" rm SHA256SUMS.sig
    damaged "no checksums" "SHA256SUMS could not be fetched" rm SHA256SUMS
    damaged "no archive" "$archive could not be fetched" rm "$archive"
    damaged "an empty signature" "the signature of SHA256SUMS is wrong" truncate -s 0 SHA256SUMS.sig
    damaged "a signature of another key" "the signature of SHA256SUMS is wrong" sign rampcheck-release other SHA256SUMS
    damaged "a signature for reports" "the signature of SHA256SUMS is wrong" sign rampcheck key SHA256SUMS
    damaged "signed garbage" "cannot be unpacked" eval "truncate -s 100 $archive; again"
    damaged "two checksums" "several versions" eval "sed p -i SHA256SUMS; sign rampcheck-release key SHA256SUMS"
    # tampered WHAT PYTHON: a signed archive with one more member.
    tampered() {
      damaged "$1" "holds what does not belong there" eval "python3 - $archive $top << 'END'
import io, sys, tarfile
archive, top = sys.argv[1:]
with tarfile.open(archive) as old:
    members = [(member, old.extractfile(member) and old.extractfile(member).read()) for member in old]
with tarfile.open(archive, 'w:gz') as new:
    for member, content in members:
        new.addfile(member, content and io.BytesIO(content))
    one = tarfile.TarInfo(top + '/more')
    $2
    new.addfile(one, io.BytesIO(b'x' * one.size))
END
again"
    }
    tampered "a path to above" "one.name, one.size = top + '/../../evil', 1"
    tampered "an absolute path" "one.name, one.size = '/tmp/evil', 1"
    tampered "another folder" "one.name, one.size = 'evil', 1"
    tampered "a symbolic link" "one.type, one.linkname = tarfile.SYMTYPE, '/etc/passwd'"
    tampered "a hard link" "one.type, one.linkname = tarfile.LNKTYPE, top + '/rampcheck'"
    tampered "a device" "one.type, one.devmajor, one.devminor = tarfile.CHRTYPE, 1, 3"
    tampered "a name with control characters" "one.name, one.size = top + '/a\\x1b[31m', 1"
    damaged "a program of another version" 'the new program says that it is "rampcheck 9.9.7"' eval \
      "tar -xzf ../web/old/rampcheck-9.9.7-$arch-linux.tar.gz; mv rampcheck-9.9.7-$arch-linux $top; tar -czf $archive $top; again"
    # The header of a program, and no machine in it.
    damaged "a program for another machine" "the new program does not run" eval \
      "tar -xzf $archive; printf '\\177ELF\\2\\1\\1' > $top/rampcheck; head -c 57 /dev/zero >> $top/rampcheck; tar -czf $archive $top; again"
    script="$work/web/new/install.sh"
  done
done

shell=dash tools=only-curl
echo "== what can be verified"
fresh; install --from "$work/web/new" --allowed-signers "$work/other_signers"; refused "keys that did not sign" "the signature of SHA256SUMS is wrong"
install --from "$work/web/new" --allowed-signers "$work/none"; refused "no file of keys" "there is no file $work/none"
echo "# none" > "$work/empty"
install --from "$work/web/new" --allowed-signers "$work/empty"; refused "a file without keys" "the signature cannot be verified"
for tools in no-ssh old-ssh; do
  fresh; install --from "$work/web/new"; expect "$tools: installs" "$code" 0
  says "$tools: says what was not verified" "Verified: checksum only, not the signature"
  fresh; install --from "$work/web/new" --require-signature; refused "$tools: a required signature" "the signature cannot be verified"
done
tools=only-curl
fresh; install --from "$work/web/new" --require-signature; expect "a required signature" "$code" 0

echo "== places"
fresh; install --from "$work/web/new" --dry-run; says "a trial" "Would install rampcheck 9.9.8 in $work/bin."
expect "a trial installs nothing" "$code $(ls -A "$work/bin")" "0 "
install --from "$work/web/new" --dir "$work/bin/a/new folder"; expect "a new folder with a space" "$code $("$work/bin/a/new folder/rampcheck" --version)" "0 rampcheck 9.9.8"
fresh; mkdir "$work/bin/rampcheck"; install --from "$work/web/new"; says "a folder in the place of the program" "$work/bin/rampcheck is a folder"
fresh; echo kept > "$work/kept"; ln -s "$work/kept" "$work/bin/rampcheck"; install --from "$work/web/new"
expect "a link is replaced, not followed" "$code $(cat "$work/kept") $(stat -c %F "$work/bin/rampcheck")" "0 kept regular file"
fresh; printf '#!/bin/sh\ntouch %s\n' "$work/ran" > "$work/bin/rampcheck"; chmod 755 "$work/bin/rampcheck"; chown 65534 "$work/bin/rampcheck"; install --from "$work/web/new"
expect "root does not run another user's program" "$code $(ls "$work/ran" 2> /dev/null)" "0 "
fresh; printf 'x' > "$work/file"; install --from "$work/web/new" --dir "$work/file/bin"; refused "a folder below a file" "$work/file is not a folder"
install --from "$work/web/new/install.sh"; refused "a file instead of a folder" "Unpack it first: tar -xzf"
install --from "$work/nothing"; refused "no folder" "there is no folder $work/nothing"
more="TMPDIR=$work/nothing"; install --from "$work/web/new"; refused "no temporary folder" "Set TMPDIR"; more=""
more="PATH=$work/bin:$work/only-curl"; install --from "$work/web/new"; expect "a folder of PATH is not spoken of" "$(grep -c PATH "$work/log")" 0
mkdir "$work/first"; cp "$work/program" "$work/first/rampcheck"
fresh; more="PATH=$work/first:$work/bin:$work/only-curl"; install --from "$work/web/new"; says "another program comes first in PATH" "runs $work/first/rampcheck"; more=""
for arguments in --nothing extra --version --dir "--version 1/2" "--from"; do
  # shellcheck disable=SC2086
  install $arguments; expect "wrong usage: $arguments" "$code" 2
done
install --help; expect "help" "$code $(head -n 1 "$work/log")" "0 Installs rampcheck 9.9.8."
fresh
code=0
# shellcheck disable=SC2016
unshare -m sh -c 'mount -t tmpfs -o noexec none "$1/tmp" && TMPDIR=$1/tmp dash "$1/web/new/install.sh" --dir "$1/bin"' sh "$work" > "$work/log" 2>&1 || code=$?
expect "a temporary folder without programs" "$code $(installed)" "0 rampcheck 9.9.8"
fresh
code=0
# shellcheck disable=SC2016
unshare -m sh -c 'mount -t tmpfs -o noexec none "$1/bin" && dash "$1/web/new/install.sh" --dir "$1/bin"; code=$?; ls -A "$1/bin"; exit $code' sh "$work" > "$work/log" 2>&1 || code=$?
refused "a folder without programs" "If that folder is mounted noexec"

echo "== machines"
# machine SYSTEM NAME: what uname says.
# shellcheck disable=SC2016
machine() { path fake "${base[@]}" curl ssh-keygen; rm -f "$work/fake/uname"; printf '#!/bin/sh\ncase $1 in -s) echo %s;; *) echo %s;; esac\n' "$1" "$2" > "$work/fake/uname"; chmod 755 "$work/fake/uname"; tools=fake; }
fresh
for pair in armv6l:none i686:none riscv64:none; do machine Linux "${pair%:*}"; install --from "$work/web/new"; refused "${pair%:*}" "there is no build of rampcheck for ${pair%:*}"; done
for pair in armv7l:armv7 armv8l:armv7 aarch64:aarch64 arm64:aarch64 amd64:x86_64; do
  machine Linux "${pair%:*}"; [ "${pair#*:}" != "$arch" ] || continue
  install --from "$work/web/new"; refused "${pair%:*}" "has no rampcheck for ${pair#*:}"
done
machine Darwin arm64; install --from "$work/web/new"; refused "another system" "rampcheck runs on Linux"
tools=only-curl

echo "== as an ordinary user"
mkdir -p "$work/alice"; chown 65534:65534 "$work/alice"
as_alice() { env -i PATH="$work/only-curl" HOME="$work/alice" TMPDIR="$work/alice" setpriv --reuid 65534 --regid 65534 --clear-groups dash "$script" "$@" > "$work/log" 2>&1; }
ln -sf "$(command -v setpriv)" "$work/only-curl/setpriv"
as_alice --dir "$work/alice/.local/bin" && expect "into a home folder" "$(stat -c '%a %u' "$work/alice/.local/bin/rampcheck")" "755 65534"
fresh; code=0; as_alice --dir "$work/bin" || code=$?
refused "a folder of root" "cannot write to $work/bin"
says "what to type instead" "for all users:    sudo sh $script"

echo "== a script that was cut off"
fresh
cp "$work/web/new/install.sh" "$work/whole.sh"
lines=$(wc -l < "$work/whole.sh")
for shell in dash "bash --posix" "busybox sh"; do
  for line in $(seq 1 $((lines - 1))); do head -n "$line" "$work/whole.sh" > "$work/cuts.$line"; done
  last=$(tail -n 1 "$work/whole.sh")
  for byte in $(seq 1 $((${#last} - 1))); do { head -n $((lines - 1)) "$work/whole.sh"; printf '%s' "${last:0:byte}"; } > "$work/cuts.last-$byte"; done
  did=""
  for cut in "$work"/cuts.*; do
    # shellcheck disable=SC2086
    output=$(env -i PATH="$work/only-curl" TMPDIR="$work/tmp" RAMPCHECK_MIRROR="$web/whole/new" RAMPCHECK_INSTALL_DIR="$work/bin" $shell < "$cut" 2> /dev/null) || :
    [ -z "$output$(left)" ] || did="$did ${cut##*.}"
  done
  expect "$shell: no cut does anything" "$did" ""
done
env -i PATH="$work/only-curl" TMPDIR="$work/tmp" RAMPCHECK_MIRROR="$web/whole/new" RAMPCHECK_INSTALL_DIR="$work/bin" dash < "$work/whole.sh" > "$work/log"
expect "the whole one does" "$(installed)" "rampcheck 9.9.8"

echo "== interrupted"
for signal in TERM INT HUP; do
  fresh
  # A shell starts its background jobs with INT ignored.
  env --default-signal=INT -i PATH="$work/only-curl" TMPDIR="$work/tmp" RAMPCHECK_TIMEOUT=3 "$(command -v dash)" "$work/unfilled.sh" --mirror "$web/hung/new" --dir "$work/bin" > "$work/log" 2>&1 &
  running=$!; started+=("$running")
  for _ in $(seq 50); do [ -z "$(find "$work/tmp" -name SHA256SUMS)" ] || break; sleep 0.1; done
  expect "$signal: it is at work" "$(find "$work/tmp" -name SHA256SUMS | wc -l)" 1
  kill -s "$signal" "$running"
  wait "$running" || :
  expect "$signal: nothing is left" "$(left)" ""
done

echo "$passed passed, 0 failed"
