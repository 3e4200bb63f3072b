#!/usr/bin/env bash
# Fix plans, linted and run: in a fresh Debian 13 without Docker and tools, the plan of a report puts its findings right. Needs
# root, Debian's archive and PyPI. Docker's own repository cannot be reached from everywhere: a stand-in on this machine has
# packages of the same names, made from Debian's.
# usage: tests/e2e/fix.sh BINARY
set -euo pipefail
# Mounts of a namespace of its own cannot be left behind.
[ -n "${RAMPCHECK_OWN_MOUNTS:-}" ] || RAMPCHECK_OWN_MOUNTS=yes exec unshare --mount --propagation private "$0" "$@"
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
work=$(mktemp -d)
root="$work/root"
started=()
. "$here/parts.sh"

cleanup() {
  set +e
  stop_engine
  stop_started
  unmount
  remove_work
}
trap cleanup EXIT

# inside COMMAND...: runs it below $root; whatever asks is told yes.
inside() { chroot "$root" env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@" < <(yes 2> /dev/null) > "$work/log" 2>&1; }
# judge NAME ARGUMENT...: judges the system below $root, and prints the exit code; its report is NAME.json, its plan /root/NAME.sh.
judge() {
  local name=$1 code=0; shift
  inside rampcheck check "$@" --output "json=/root/$name.json" --output "fix=/root/$name.sh" || code=$?
  cp "$root/root/$name.json" "$work/$name.json"
  echo "$code"
}
# run_plan NAME: prints the exit code.
run_plan() { local code=0; inside sh "/root/$1.sh" || code=$?; echo "$code"; }
# statuses NAME ID...: what the report says of these checks, each once
statuses() { local name=$1; shift; jq -r '.findings[] | select(.id | IN($ARGS.positional[])) | .status' --args "$@" < "$work/$name.json" | sort -u | paste -sd' '; }
# version PACKAGE: empty if it is not installed.
version() { chroot "$root" dpkg-query -W -f '${db:Status-Status} ${Version}' "$1" 2> /dev/null | sed -n 's/^installed //p'; }

start_engine() {
  chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin setsid dockerd --iptables=false --ip6tables=false --bridge=none --userland-proxy=false \
    --storage-driver=vfs > "$work/engine.log" 2>&1 &
  started+=("$!")
  answers "$root/run/docker.sock" || { tail -20 "$work/engine.log" >&2; return 1; }
}
stop_engine() {
  local pid; pid=$(cat "$root/run/docker.pid" 2> /dev/null) || return 0
  kill "$pid"
  for _ in $(seq 50); do kill -0 "$pid" 2> /dev/null || return 0; sleep 0.2; done
}

# package NAME CONFLICTS DEPENDS FILE...: a package of Docker's, with files of Debian's
package() {
  local name=$1 conflicts=$2 depends=$3 folder="$work/packages/$1" file; shift 3
  mkdir -p "$folder/DEBIAN"
  for file in "$@"; do (cd "$work/debian13" && cp -a --parents "$file" "$folder"); done
  printf 'Package: %s\nVersion: 5:29.0.0-1\nArchitecture: amd64\nMaintainer: Nobody <nobody@example.net>\nDepends: %s\nConflicts: %s\nDescription: stand-in\n' \
    "$name" "$depends" "$conflicts" > "$folder/DEBIAN/control"
  dpkg-deb --root-owner-group -Znone -b "$folder" "$site/pool/$name.deb" > /dev/null
  dpkg-deb -f "$site/pool/$name.deb" >> "$packages"
  printf 'Filename: pool/%s.deb\nSize: %s\nSHA256: %s\n\n' "$name" "$(stat -c %s "$site/pool/$name.deb")" \
    "$(sha256sum < "$site/pool/$name.deb" | cut -d' ' -f1)" >> "$packages"
}

echo "== plans of every recorded host"
for host in "$here"/../hosts/*.toml; do
  for plan in "cometchat --tier qa" "rocketchat --tier vps-recommended" "cometchat --tier qa --attest docker.engine.state=not-installed"; do
    name="$work/plans/$(basename "$host" .toml)-$(echo "$plan" | tr -c 'a-z0-9\n' -)"
    mkdir -p "$work/plans"
    # shellcheck disable=SC2086
    env -i "$rampcheck" check $plan --host "$host" --timeout 1s --output "fix=$name.sh" --output "fix-ansible=$name.yml" > /dev/null || [ $? -lt 5 ]
    sh -n "$name.sh"; bash -n "$name.sh"
  done
done
shellcheck "$work"/plans/*.sh
expect "$(find "$work/plans" -name '*.sh' | wc -l) scripts are ones that shellcheck has nothing to say of" yes yes
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet ansible-lint==26.10.1 > "$work/log" 2>&1 || { tail "$work/log"; exit 1; }
(cd "$work/plans" && PATH="$work/venv/bin:$PATH" ansible-lint --offline --profile production -q debian-12-*.yml ubuntu-22.04-*.yml rhel-9.6-*.yml amazon-*.yml > "$work/log" 2>&1) || { cat "$work/log"; exit 1; }
expect "playbooks are fit for production, says ansible-lint" yes yes
env -i "$rampcheck" check cometchat --tier qa --output "fix-ansible=$work/here.yml" > /dev/null || [ $? -lt 5 ]
# playbook FILE: prints the exit code; nothing is changed, and the system is looked at.
playbook() {
  local code=0
  "$work/venv/bin/ansible-playbook" --check --inventory localhost, --connection local -e ansible_become=false \
    -e "ansible_python_interpreter=$work/venv/bin/python3" "$1" > "$work/log" 2>&1 || code=$?
  echo "$code"
}
expect "a playbook for this system begins" "$(playbook "$work/here.yml")" 0
expect "one for another does not" "$(playbook "$(ls "$work"/plans/rhel-9.6-*.yml | head -1)")" 2

echo "== a fresh Debian, and Docker's repository"
debootstrap --variant=minbase trixie "$root" "$(archive)" > "$work/log" || { tail -20 "$work/log" >&2; exit 1; }
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d" # no service starts below the root
chmod 755 "$root/usr/sbin/policy-rc.d"
cp "$rampcheck" "$root/usr/local/bin/rampcheck"
mount -t proc proc "$root/proc"; mount --rbind /sys "$root/sys"; mount --rbind /dev "$root/dev"
unpack trixie "$work/debian13" docker.io docker-cli docker-compose containerd runc
site="$work/site/linux/debian" dists="$work/site/linux/debian/dists/trixie"
packages="$dists/stable/binary-amd64/Packages"
mkdir -p "$site/pool" "$(dirname "$packages")"
package docker-ce docker.io "libc6, libsystemd0, containerd.io, docker-ce-cli" usr/sbin/dockerd
package docker-ce-cli docker-cli libc6 usr/bin/docker
package containerd.io "containerd, runc" "libc6, libseccomp2" usr/bin/containerd usr/bin/containerd-shim-runc-v2 usr/sbin/runc
package docker-compose-plugin docker-compose libc6 usr/libexec/docker/cli-plugins/docker-compose
package docker-buildx-plugin docker-buildx libc6
(cd "$dists" && printf 'Origin: Docker\nSuite: trixie\nCodename: trixie\nDate: %s\nArchitectures: amd64\nComponents: stable\nSHA256:\n %s %s stable/binary-amd64/Packages\n' \
  "$(date -Ru)" "$(sha256sum < "$packages" | cut -d' ' -f1)" "$(stat -c %s "$packages")" > Release)
export GNUPGHOME="$work/gnupg"
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-gen-key 'Stand-in <nobody@example.net>' rsa3072 sign never
gpg --batch --quiet --armor --export > "$site/gpg"
gpg --batch --quiet --clearsign -o "$dists/InRelease" "$dists/Release"
gpgconf --kill all
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=download.docker.com -addext subjectAltName=DNS:download.docker.com \
  -keyout "$work/key.pem" -out "$work/certificate.pem" 2> /dev/null
mkdir -p "$root/usr/local/share/ca-certificates"
cp "$work/certificate.pem" "$root/usr/local/share/ca-certificates/stand-in.crt"
echo "127.0.0.1 download.docker.com localhost" > "$root/etc/hosts"
cat > "$work/serve.py" << 'END'
import functools, http.server, ssl, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1] + "/site")
http.server.SimpleHTTPRequestHandler.protocol_version = "HTTP/1.1"
server = http.server.ThreadingHTTPServer(("127.0.0.1", 443), handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1] + "/certificate.pem", sys.argv[1] + "/key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
END
# The repository holds port 443 only while a plan runs: the port is judged, too.
repository() {
  python3 "$work/serve.py" "$work" > "$work/site.log" 2>&1 & started+=("$!"); serving=$!
  for _ in $(seq 50); do curl -sf --cacert "$work/certificate.pem" --resolve download.docker.com:443:127.0.0.1 https://download.docker.com/linux/debian/gpg > /dev/null && return; sleep 0.1; done
  cat "$work/site.log" >&2; return 1
}

echo "== from unsupported to supported"
chroot "$root" dpkg --purge --force-depends openssl > "$work/log" 2>&1 || true
fixed=(openssl git jq curl net-tools docker-installed compose)
plan=(cometchat --tier qa --attest storage.data.media=ssd)
expect "exit code before" "$(judge all "${plan[@]}")" 3
# What needs another machine or system is waived for the rest of the test.
elsewhere=()
for id in os-supported cpu memory storage-size; do
  [ "$(statuses all "$id")" != failed ] || { elsewhere+=("$id"); plan+=(--waive "$id=needs another machine"); }
done
echo "     needs another machine or system: ${elsewhere[*]}"
expect "they are by hand" "$(grep -c "^# \($(IFS='|'; echo "${elsewhere[*]}" | sed 's/|/\\|/g')\): " "$root/root/all.sh")" "${#elsewhere[@]}"
expect "exit code before, without them" "$(judge before "${plan[@]}")" 3
expect "what the plan puts right fails" "$(statuses before "${fixed[@]}")" failed
expect "nothing else does" "$(jq -r --arg ids "${fixed[*]}" '.summary.failed - ($ids | split(" ")) | join(" ")' "$work/before.json")" ""
repository
expect "the plan runs" "$(run_plan before)" 0
kill "$serving"; wait "$serving" 2> /dev/null || true
start_engine
expect "exit code after" "$(judge after "${plan[@]}")" 0
expect "what the plan puts right passes" "$(statuses after "${fixed[@]}" docker-engine docker-engine-flavor)" passed
expect "the verdict" "$(jq -r .verdict "$work/after.json")" supported_with_warnings
echo "     warnings: $(jq -r '.summary.warning | join(" ")' "$work/after.json"); waived: $(jq -r '.summary.waived | join(" ")' "$work/after.json")"
expect "Rocket.Chat, with nothing waived" "$(judge rocketchat rocketchat --tier vps-minimal --mongodb remote --attest storage.data.media=ssd)" 0

echo "== once more"
installed() { chroot "$root" dpkg-query -W; }
before=$(installed; md5sum "$root"/etc/apt/sources.list.d/* "$root"/etc/apt/keyrings/*)
repository
expect "the plan runs again" "$(run_plan before)" 0
expect "nothing has changed" "$(installed; md5sum "$root"/etc/apt/sources.list.d/* "$root"/etc/apt/keyrings/*)" "$before"

echo "== the limit of open files"
judge limit "${plan[@]}" --attest docker.limits.nofile=1024 > /dev/null
expect "it is too low" "$(statuses limit nofile)" warning
expect "the plan runs" "$(run_plan limit)" 0
expect "the limit is set" "$(jq -c '."default-ulimits".nofile | [.Soft, .Hard]' "$root/etc/docker/daemon.json")" "[500000,500000]"
stop_engine; start_engine
judge limit "${plan[@]}" > /dev/null
expect "it passes" "$(statuses limit nofile)" passed
stop_engine

echo "== where it does not belong"
code=0; chroot --userspec=65534:65534 "$root" sh < "$root/root/before.sh" > "$work/log" 2>&1 || code=$?
expect "not as root" "$code $(grep -c 'needs root' "$work/log")" "1 1"
expect "not on another host" "$(unshare --uts sh -c 'hostname other; chroot "$1" sh /root/before.sh 2>&1; echo $?' sh "$root" | sed 's/ for .*//')" $'This plan is\n1'
sed -i 's/^VERSION_ID=.*/VERSION_ID="12"/' "$root/etc/os-release"
expect "not on another release" "$(run_plan before) $(grep -c 'another operating system: debian 13' "$work/log")" "1 1"
sed -i 's/^VERSION_ID=.*/VERSION_ID="13"/' "$root/etc/os-release"

echo "== Debian's engine instead of Docker's"
inside apt-get remove docker-ce docker-ce-cli containerd.io docker-buildx-plugin docker-compose-plugin
inside apt-get install --no-install-recommends docker.io || { tail -20 "$work/log" >&2; exit 1; }
expect "Docker's does not push it out" "$([ "$(run_plan before)" -ne 0 ] && version docker.io)" "$(version docker.io)"
old=(--attest docker.engine.state=running --attest docker.engine.flavor=docker --attest docker.engine.packaging=distribution)
judge compose "${plan[@]}" "${old[@]}" --attest docker.engine.version=26.1.5 --attest compose.version=1.29.2 > /dev/null
expect "the plan runs" "$(run_plan compose)" 0
expect "Compose is Debian's second generation" "$(chroot "$root" docker compose version --short | cut -d. -f1)" 2
# Debian 12, whose engine is too old, has no packages of these names.
inside apt-get remove docker-compose docker-cli docker-buildx
judge old "${plan[@]}" "${old[@]}" --attest docker.engine.version=20.10.24 --attest compose.version=1.29.2 > /dev/null
expect "the plan runs as it is" "$(run_plan old)" 0
expect "and removes nothing" "$([ -n "$(version docker.io)" ] && [ -z "$(version docker-ce)" ] && echo nothing)" nothing
sed -i 's/^#DESTRUCTIVE# //' "$root/root/old.sh"
expect "the plan runs with what is destructive" "$(run_plan old)" 0
expect "Docker's engine is there" "$(version docker.io)$(version docker-compose) $(version docker-ce)" " 5:29.0.0-1"
echo "$passed passed, 0 failed"
