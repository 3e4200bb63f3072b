#!/bin/sh
# Installs rampcheck: takes the program from a release on the web, a mirror or a folder, verifies it, and puts it in place.
# `sh install.sh --help` has the options.
#
# POSIX sh. Everything is in functions, and the last line calls them, so a download that was cut off does nothing. There is
# no sudo in here: run it as the user who may write to the folder.
set -eu

# Filled in by packaging/fill-install: the version of the release, and the lines of packaging/allowed_signers.
release_version=''
release_keys=''

downloads='https://github.com/rampcheck/rampcheck/releases'

usage() {
  cat << END
Installs rampcheck${release_version:+ $release_version}.

usage: sh install.sh [OPTION...]      in brackets: the environment variable that says the same; the default

Where the files come from:
  --version VERSION       this version, or "latest" [RAMPCHECK_VERSION; ${release_version:-latest}]
  --mirror URL            the folder on a web server that has the release's files [RAMPCHECK_MIRROR]
  --allow-http            let the mirror use http (a mirror on this machine always may)
  --from DIR              a folder that has the release's files: an unpacked rampcheck-VERSION-airgap.tar.gz.
                          If install.sh itself lies in such a folder, that one is the default

Where the program goes:
  --dir DIR               the folder for the program [RAMPCHECK_INSTALL_DIR; /usr/local/bin]
  --prefix DIR            the program goes to DIR/bin, manual pages and completions to DIR/share

What is verified (the SHA-256 checksum always is):
  --require-signature     stop if the signature cannot be verified
  --allowed-signers FILE  verify with the keys of this file, and require the signature

  --dry-run               download and verify, but install nothing
  --help                  print this text

Needs tar, gzip and sha256sum; curl or GNU Wget 1 to download; ssh-keygen of OpenSSH 8.1 or newer to verify the signature.
RAMPCHECK_TIMEOUT is the number of seconds without data after which a download is given up [30].

To uninstall, remove the program: rm /usr/local/bin/rampcheck
END
}

say() { printf '%s\n' "$*"; }

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit 1
}

wrong_usage() {
  printf 'install.sh: %s. --help shows the options.\n' "$1" >&2
  exit 2
}

has() { command -v "$1" > /dev/null 2>&1; }

arguments() {
  version=${RAMPCHECK_VERSION-} mirror=${RAMPCHECK_MIRROR-} dir=${RAMPCHECK_INSTALL_DIR-} timeout=${RAMPCHECK_TIMEOUT:-30}
  from='' prefix='' signers='' allow_http='' require_signature='' dry_run=''
  while [ $# -gt 0 ]; do
    case $1 in
      --version=* | --mirror=* | --from=* | --dir=* | --prefix=* | --allowed-signers=*)
        option=${1%%=*} value=${1#*=}
        shift
        set -- "$option" "$value" "$@"
        ;;
    esac
    case $1 in
      --version | --mirror | --from | --dir | --prefix | --allowed-signers)
        [ -n "${2-}" ] || wrong_usage "$1 needs a value"
        case $1 in
          --version) version=$2 ;;
          --mirror) mirror=$2 from='' ;;
          --from) from=$2 mirror='' ;;
          --dir) dir=$2 prefix='' ;;
          --prefix) prefix=${2%/} dir=${2%/}/bin ;;
          --allowed-signers) signers=$2 require_signature=yes ;;
        esac
        shift
        ;;
      --allow-http) allow_http=yes ;;
      --require-signature) require_signature=yes ;;
      --dry-run) dry_run=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) wrong_usage "there is no option $1" ;;
    esac
    shift
  done
  dir=${dir:-/usr/local/bin} dir=${dir%/} version=${version#v} mirror=${mirror%/}
  case $dir in /*) ;; *) dir=$PWD/$dir prefix=${prefix:+$PWD/$prefix} ;; esac
  case $version in *[!0-9A-Za-z.+-]*) wrong_usage "$version is not a version" ;; esac
  case $timeout in '' | *[!0-9]* | 0) wrong_usage "RAMPCHECK_TIMEOUT is a number of seconds" ;; esac
  [ -z "$signers" ] || [ -f "$signers" ] || fail "there is no file $signers"
}

tools() {
  for tool in awk grep gzip mktemp sed sha256sum tar uname; do
    has "$tool" || fail "the command $tool is missing. Install it first."
  done
}

# The program for this machine. On x86_64 and aarch64 it needs nothing but the kernel, so it also runs under a 32-bit user
# space.
architecture() {
  [ "$(uname -s)" = Linux ] || fail "rampcheck runs on Linux, and this is $(uname -s)."
  machine=$(uname -m)
  case $machine in
    x86_64 | amd64) arch=x86_64 ;;
    aarch64 | arm64) arch=aarch64 ;;
    armv7* | armv8l) arch=armv7 ;;
    *) fail "there is no build of rampcheck for $machine, only for x86_64, aarch64 and armv7." \
      "To build it from source: cargo install --locked --path ." ;;
  esac
}

# Where the files come from: the folder $from, or the address $base.
origin() {
  if [ -n "$from" ]; then
    [ ! -f "$from" ] || fail "$from is not a folder. Unpack it first: tar -xzf $from"
    [ -d "$from" ] || fail "there is no folder $from"
    from_text="the folder $from"
  elif [ -n "$mirror" ]; then
    base=$mirror
    may_fetch "$base"
  elif beside_script; then
    from=$beside from_text="the folder of install.sh, $from"
  else
    version=${version:-${release_version:-latest}}
    if [ "$version" = latest ]; then base=$downloads/latest/download; else base=$downloads/download/v$version; fi
  fi
  [ "$version" != latest ] || version=''
  if [ -z "$from" ]; then
    # Without a name and password that the address may hold.
    from_text=$(printf '%s\n' "$base" | sed 's|//[^/]*@|//|')
    downloader
  fi
  say "Taking rampcheck from $from_text"
}

# Whether install.sh lies among a release's files. A script that is piped into a shell lies nowhere.
beside_script() {
  [ "${0##*/}" = install.sh ] && [ -f "$0" ] || return 1
  beside=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || return 1
  wanted=$version
  [ "$wanted" != latest ] || wanted=''
  [ -f "$beside/SHA256SUMS" ] || return 1
  for file in "$beside/rampcheck-${wanted:-}"*"-$arch-linux.tar.gz"; do [ -f "$file" ] && return 0; done
  return 1
}

# Stops unless this address may be fetched: https, or http from this machine, or http that was allowed.
may_fetch() {
  host=${1#*://} host=${host%%[/?#]*} host=${host##*@}
  case $host in '['*) host=${host%%]*}] ;; *) host=${host%%:*} ;; esac
  case $1 in
    https://?*) return 0 ;;
    http://?*)
      [ -z "$allow_http" ] || return 0
      case $host in
        localhost | '[::1]') return 0 ;;
        127.*) case $host in *[!0-9.]*) ;; *) return 0 ;; esac ;;
      esac
      fail "$1 would be fetched without encryption." "Use https. --allow-http lets a mirror that you trust use http."
      ;;
    *) fail "$1 is not an https address. For a folder of this machine, use --from." ;;
  esac
}

# BusyBox's wget does not verify certificates everywhere, and Wget 2 takes half a file for a whole one.
downloader() {
  if has curl; then
    download=with_curl
  elif has wget && wget --version 2> /dev/null | grep -q '^GNU Wget 1\.'; then
    download=with_wget
  else
    fail "curl or GNU Wget is needed to download. Install one of them, or" \
      "copy rampcheck-VERSION-airgap.tar.gz to this machine, unpack it, and run install.sh in its folder."
  fi
}

# Redirects lead to https alone, unless http was allowed.
with_curl() {
  from_protocols='=https' to_protocols='=https'
  case $1 in http://*) from_protocols='=http' ;; esac
  [ -z "$allow_http" ] || to_protocols='=http,https'
  curl -fsSL --proto "$from_protocols" --proto-redir "$to_protocols" --max-redirs 5 --connect-timeout "$timeout" \
    --speed-time "$timeout" --speed-limit 1 --max-time 1800 -o "$2" "$1"
}

# Wget follows redirects to any protocol, so each is followed here.
with_wget() {
  address=$1 hops=0
  until wget -q -S --max-redirect=0 --tries=1 --timeout="$timeout" -O "$2" "$address" 2> "$work/wget"; do
    target=$(sed -n 's/^ *[Ll]ocation: *\([^ ]*\).*/\1/p' "$work/wget" | tr -d '\r' | tail -n 1)
    if [ -z "$target" ]; then
      { grep -E '^ *HTTP/|^wget:' "$work/wget" || echo "$address: no answer, or only a part of it"; } | tail -n 1 >&2
      return 1
    fi
    hops=$((hops + 1))
    [ "$hops" -le 5 ] || { echo "$1: more than 5 redirects" >&2; return 1; }
    case $target in
      *://*) address=$target ;;
      //*) address=${address%%:*}:$target ;;
      /*) address=$(printf '%s\n' "$address" | sed 's|^\([a-z]*://[^/]*\).*|\1|')$target ;;
      *) address=${address%/*}/$target ;;
    esac
    case $address in
      https://*) ;;
      http://*) [ -n "$allow_http" ] || { echo "redirected to $address, which is not https" >&2; return 1; } ;;
      *) echo "redirected to $address" >&2; return 1 ;;
    esac
  done
}

# fetch NAME: puts the file into the temporary folder, at the third attempt at the latest. Says why not in $work/why.
fetch() {
  if [ -n "$from" ]; then
    [ -f "$from/$1" ] || { echo "there is no such file" > "$work/why"; return 1; }
    cp -- "$from/$1" "$work/$1" 2> "$work/why"
    return
  fi
  for attempt in 1 2 3; do
    ! "$download" "$base/$1" "$work/$1" 2> "$work/why" || return 0
    rm -f "$work/$1"
    [ "$attempt" -eq 3 ] || sleep "$attempt"
  done
  return 1
}

because() { tr -cd '[:print:]\n' < "$work/why" | head -n 1 | cut -c 1-300; }

# The keys to verify with, in $work/signers. Without one, false.
keys() {
  if [ -n "$signers" ]; then cat -- "$signers"; else printf '%s\n' "$release_keys"; fi > "$work/signers"
  grep -q '^[^#[:space:]]' "$work/signers"
}

# Verifies SHA256SUMS, which covers every other file, by its signature.
signature() {
  if ! keys; then
    unsigned "no public key of a release is known to this script"
  elif ! has ssh-keygen; then
    unsigned "ssh-keygen is missing"
  elif ! ssh-keygen -Y verify 2>&1 < /dev/null | grep -q verify; then
    unsigned "this ssh-keygen cannot verify signatures: OpenSSH 8.1 or newer can"
  else
    fetch SHA256SUMS.sig || fail "SHA256SUMS.sig, the signature of the release, could not be fetched: nothing was installed." "$(because)"
    ssh-keygen -Y verify -f "$work/signers" -I release@rampcheck -n rampcheck-release -s "$work/SHA256SUMS.sig" \
      < "$work/SHA256SUMS" > "$work/why" 2>&1 ||
      fail "the signature of SHA256SUMS is wrong: nothing was installed." "$(because)" \
        "The files were altered, or signed with a key that is not trusted."
    verified="signature and checksum"
  fi
}

unsigned() {
  [ -z "$require_signature" ] || fail "the signature cannot be verified: $1." "Nothing was installed."
  verified="checksum only, not the signature: $1"
}

# Which version of the program SHA256SUMS has for this machine.
choose() {
  found=$(awk -v arch="$arch" 'NF == 2 {
      name = $2; sub(/^\*/, "", name); ending = "-" arch "-linux.tar.gz"; from = length(name) - length(ending) + 1
      if (name ~ /^rampcheck-[0-9][0-9A-Za-z._+-]*$/ && from > 11 && substr(name, from) == ending) print substr(name, 11, from - 11)
    }' "$work/SHA256SUMS")
  if [ -n "$version" ]; then
    printf '%s\n' "$found" | grep -qxF -e "$version" ||
      fail "$from_text has no rampcheck $version for $arch." "It has: ${found:-none}"
  else
    case $found in
      '') fail "$from_text has no rampcheck for $arch." ;;
      *[!0-9A-Za-z.+-]*) fail "$from_text has several versions for $arch. Choose one with --version:" "$found" ;;
    esac
    version=$found
  fi
  folder=rampcheck-$version-$arch-linux archive=$folder.tar.gz
}

checksum() {
  wanted=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$work/SHA256SUMS")
  case $wanted in *[!0-9a-f]*) fail "SHA256SUMS does not have one checksum for $archive." ;; esac
  actual=$(sha256sum < "$work/$archive")
  actual=${actual%% *}
  [ "$actual" = "$wanted" ] || fail "$archive is damaged or was altered: nothing was installed." \
    "Its SHA-256 is  $actual" "SHA256SUMS has   $wanted"
}

# Unpacks the archive, if all it holds is files and folders below $folder.
unpack() {
  tar -tzf "$work/$archive" > "$work/names" 2> "$work/why" || fail "$archive cannot be unpacked: nothing was installed." "$(because)"
  tar -tvzf "$work/$archive" > "$work/list" 2> "$work/why" || fail "$archive cannot be unpacked: nothing was installed." "$(because)"
  strange=$(
    grep -vE "^$(printf '%s' "$folder" | sed 's/[.+]/\\&/g')(/[0-9A-Za-z_][0-9A-Za-z._-]*){0,2}/?\$" "$work/names" || :
    grep -v '^[-d]' "$work/list" || :
    # A hard link, which the tar of BusyBox lists as a file.
    grep -E ' (->|link to) ' "$work/list" || :
  )
  [ -z "$strange" ] || fail "$archive holds what does not belong there: nothing was installed." "$(printf '%s\n' "$strange" | head -n 1 | tr -cd '[:print:]')"
  tar -xzf "$work/$archive" -o -C "$work" 2> "$work/why" || fail "$archive cannot be unpacked: nothing was installed." "$(because)"
  [ -f "$work/$folder/rampcheck" ] || fail "$archive has no program: nothing was installed."
}

# Stops before anything is downloaded if the folder cannot be written.
writable() {
  [ ! -d "$dir/rampcheck" ] || fail "$dir/rampcheck is a folder. Choose another place with --dir."
  above=$dir
  until [ -e "$above" ] || [ -z "$above" ]; do above=${above%/*}; done
  above=${above:-/}
  [ -d "$above" ] || fail "$above is not a folder."
  [ ! -w "$above" ] || return 0
  case ${0##*/} in install.sh) pipe='' again="sh $0" ;; *) pipe='... | ' again='sh -s --' ;; esac
  fail "$(id -un 2> /dev/null || id -u) cannot write to $above. Use one of these, with the options you gave:" \
    "for all users:    ${pipe}sudo $again" \
    "for you alone:    $pipe$again --dir \"\$HOME/.local/bin\""
}

# Puts the program beside its place, tries it there, and renames it, so that there is a whole program at any time. Tried in
# the temporary folder it would fail where /tmp is mounted noexec.
place() {
  target=$dir/rampcheck
  mkdir -p -- "$dir" || fail "$dir cannot be made."
  if [ -f "$target" ] && [ "$(sha256sum < "$target")" = "$(sha256sum < "$work/$folder/rampcheck")" ]; then
    say "rampcheck $version is already in $dir."
    return
  fi
  staged=$(mktemp "$dir/.rampcheck.XXXXXX") || fail "no file can be made in $dir."
  cp -- "$work/$folder/rampcheck" "$staged" || fail "the program cannot be written to $dir."
  chmod 0755 "$staged"
  if ! answer=$("$staged" --version 2> "$work/why" < /dev/null); then
    fail "the new program does not run in $dir: nothing was changed." "$(because)" \
      "If that folder is mounted noexec, choose another with --dir. On armv7, glibc 2.28 or newer is needed."
  fi
  answer=$(printf '%s\n' "$answer" | head -n 1)
  case "$answer " in "rampcheck $version "*) ;; *) fail "the new program says that it is \"$answer\": nothing was changed." ;; esac
  old=''
  if [ -e "$target" ] || [ -h "$target" ]; then
    # A program of another user is not run, even for its version.
    [ -z "$(find "$target" -prune -user "$(id -u)" 2> /dev/null)" ] || old=$("$target" --version 2> /dev/null < /dev/null | head -n 1) || :
    old=${old:-another file}
  fi
  mv -f -- "$staged" "$target"
  staged=''
  say "Installed rampcheck $version as $target${old:+, in the place of $old}."
}

# Manual pages and completions, with --prefix.
extras() {
  share=$prefix/share
  extra completions/rampcheck.bash bash-completion/completions/rampcheck
  extra completions/_rampcheck zsh/site-functions/_rampcheck
  extra completions/rampcheck.fish fish/vendor_completions.d/rampcheck.fish
  for page in "$work/$folder"/man/*.1; do extra "man/${page##*/}" "man/man1/${page##*/}"; done
  installed="$target $share/man/man1/rampcheck*.1 $share/bash-completion/completions/rampcheck"
  installed="$installed $share/zsh/site-functions/_rampcheck $share/fish/vendor_completions.d/rampcheck.fish"
  say "Manual pages and completions are in $share."
}

# extra FILE PLACE: a file of the archive, and its place below share.
extra() {
  [ -f "$work/$folder/$1" ] || return 0
  to=$share/$2
  mkdir -p -- "${to%/*}" || fail "${to%/*} cannot be made."
  rm -f -- "$to"
  cp -- "$work/$folder/$1" "$to" || fail "$to cannot be written."
  chmod 0644 "$to"
}

last_words() {
  case :$PATH: in
    *":$dir:"*)
      first=$(command -v rampcheck) || first=''
      [ "$first" = "$target" ] || say "Note: \`rampcheck\` runs $first, because its folder comes first in PATH."
      ;;
    *) say "$dir is not in PATH. Add it: export PATH=\"$dir:\$PATH\"" ;;
  esac
  say "To uninstall: rm $installed"
}

cleanup() {
  [ -z "$staged" ] || rm -f -- "$staged"
  [ -z "$work" ] || rm -rf -- "$work"
}

main() {
  umask 022
  arguments "$@"
  tools
  architecture
  origin
  [ -n "$dry_run" ] || writable
  work='' staged=''
  trap cleanup EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  work=$(mktemp -d "${TMPDIR:-/tmp}/rampcheck.XXXXXX") || fail "no temporary folder can be made. Set TMPDIR to a folder that you can write to."
  fetch SHA256SUMS || fail "SHA256SUMS could not be fetched from $from_text." "$(because)"
  signature
  choose
  fetch "$archive" || fail "$archive could not be fetched from $from_text." "$(because)"
  checksum
  unpack
  say "Verified: $verified"
  if [ -n "$dry_run" ]; then
    say "Would install rampcheck $version in $dir."
    return
  fi
  place
  installed=$target
  [ -z "$prefix" ] || extras
  last_words
}

{ main "$@"; }
