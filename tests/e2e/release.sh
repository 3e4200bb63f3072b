#!/usr/bin/env bash
# What packaging/release has built, installed and run as a user would: on this machine, in a fresh Debian 11 (the glibc of Ubuntu
# 20.04), with dpkg and rpm, and foreign programs under qemu. Needs root and Debian's archive.
# usage: tests/e2e/release.sh DIST
set -euo pipefail
# Mounts and the network of a namespace of its own cannot be left behind.
[ -n "${RAMPCHECK_OWN_MOUNTS:-}" ] || RAMPCHECK_OWN_MOUNTS=yes exec unshare --mount --propagation private "$0" "$@"
here=$(cd "$(dirname "$0")" && pwd)
dist=$(realpath "$1")
work=$(mktemp -d)
root="$work/root"
started=()
. "$here/parts.sh"

cleanup() {
  set +e
  stop_started
  unmount
  remove_work
}
trap cleanup EXIT

version=$(version_in "$here/../../Cargo.toml")
# code COMMAND...: its exit code; what it prints is in $work/log
code() { local code=0; "$@" > "$work/log" 2>&1 || code=$?; echo "$code"; }
# inside COMMAND...: runs it below $root
inside() { chroot "$root" env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
# there PATH...: which of these stand below $root
there() { local path; for path in "$@"; do [ ! -e "$root$path" ] || echo "$path"; done | paste -sd' '; }
has() { if grep -qF -- "$1"; then echo yes; else echo no; fi; }

echo "--- what there is"
names() {
  local arch
  for arch in x86_64 aarch64 armv7; do echo "rampcheck-$version-$arch-linux.tar.gz"; done
  for arch in amd64 arm64 armhf; do echo "rampcheck_$version-1_$arch.deb"; done
  for arch in x86_64 aarch64 armv7hl; do echo "rampcheck-$version-1.$arch.rpm"; done
  for arch in amd64 arm64; do echo "rampcheck-$version-image-$arch.tar.gz"; done
  for arch in cometchat rocketchat; do
    pack=rampcheck-pack-$arch-$(version_in "$here/../../checks/$arch/pack.toml").tar.gz
    echo "$pack"; echo "$pack.sig"
  done
  printf '%s\n' "rampcheck-rampcheck-$version.tar.gz" "rampcheck-$version.cdx.json" "rampcheck-$version-airgap.tar.gz" install.sh allowed_signers SHA256SUMS SHA256SUMS.sig
}
expect "every file, and no other" "$(cd "$dist" && find . -mindepth 1 -printf '%f\n' | sort)" "$(names | sort)"
expect "checksums of all" "$(cd "$dist" && code sha256sum -c --quiet --strict SHA256SUMS)" 0
expect "and of every file" "$(awk 'END { print NR }' "$dist/SHA256SUMS")" "$(($(names | wc -l) - 2))"
verified() { ssh-keygen -Y verify -n rampcheck-release -I release@rampcheck -f "$dist/allowed_signers" -s "$1.sig" < "$1" > "$work/log" 2>&1 && echo yes || echo no; }
expect "SHA256SUMS is signed" "$(verified "$dist/SHA256SUMS")" yes
tar -C "$work" -xzf "$dist/rampcheck-$version-airgap.tar.gz"
airgap="$work/rampcheck-$version-airgap"
expect "the air-gap bundle: checksums" "$(cd "$airgap" && code sha256sum -c --quiet --strict SHA256SUMS)" 0
expect "the air-gap bundle: signed" "$(verified "$airgap/SHA256SUMS")" yes
expect "SBOM: CycloneDX with the crates" \
  "$(jq -r '[.bomFormat, ([.components[].name] | contains(["serde_json", "rustls", "ring"]))] | join(" ")' "$dist/rampcheck-$version.cdx.json")" "CycloneDX true"
for arch in x86_64 aarch64 armv7; do tar -C "$work" -xzf "$dist/rampcheck-$version-$arch-linux.tar.gz"; done
program() { echo "$work/rampcheck-$version-$1-linux/rampcheck"; }
expect "no path of the machine that built it" "$(strings "$(program x86_64)" | grep -cF -e "${CARGO_HOME:-$HOME/.cargo}" -e "$(realpath "$here/../..")" -e packaging/source || true)" 0
expect "programs name their crates" "$(for arch in x86_64 aarch64 armv7; do readelf -S --wide "$(program "$arch")" | grep -o '\.dep-v0'; done | paste -sd' ')" ".dep-v0 .dep-v0 .dep-v0"
expect "the static programs need nothing" "$(for arch in x86_64 aarch64; do readelf -d "$(program "$arch")" | grep -c NEEDED || true; done | paste -sd' ')" "0 0"
expect "the 32-bit one needs glibc 2.28 at most" \
  "$(readelf --version-info --wide "$(program armv7)" | grep -o 'GLIBC_2\.[0-9]*' | sort -uV | tail -1 | awk -F. '{ print ($2 <= 28) ? "yes" : $0 }')" yes

echo "--- foreign programs, under qemu"
foreign=armhf unpack bookworm "$work/armhf" libc6:armhf
program_of() {
  case $1 in
    aarch64) qemu-aarch64-static "$(program aarch64)" "${@:2}" ;;
    armv7) qemu-arm-static -L "$work/armhf" "$(program armv7)" "${@:2}" ;;
  esac
}
host="$here/../hosts/debian-12.toml"
"$(program x86_64)" check cometchat --tier qa --host "$host" --today 2026-11-20 --format json > "$work/own.json" || true
for arch in aarch64 armv7; do
  expect "$arch: --version" "$(program_of "$arch" --version | head -1)" "rampcheck $version"
  expect "$arch: check --host" "$(code program_of "$arch" check cometchat --tier qa --host "$host")" 3
  program_of "$arch" check cometchat --tier qa --host "$host" --today 2026-11-20 --format json > "$work/$arch.json" || true
  expect "$arch: the same findings" "$(jq -c '[.verdict, .findings]' "$work/$arch.json" | sha256sum)" "$(jq -c '[.verdict, .findings]' "$work/own.json" | sha256sum)"
  expect "$arch: facts" "$(code program_of "$arch" facts --format json)" 0
  expect "$arch: facts of this machine" "$(jq -r '.facts["os.id"].value' "$work/log")" "$(. /etc/os-release; echo "$ID")"
done

echo "--- a fresh Debian 11"
debootstrap --variant=minbase bullseye "$root" "$(archive)" > "$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
mount -t proc proc "$root/proc"; mount --rbind /sys "$root/sys"; mount --make-rslave "$root/sys"; mount -t tmpfs tmpfs "$root/run"; mount --bind /dev "$root/dev"
cp "$(program x86_64)" "$root/usr/local/bin/rampcheck"
judged="inside rampcheck check cometchat --tier qa --format json"
$judged > "$work/judged.json" || true
expect "the static program judges it" "$(jq -r '[.verdict, .facts["os.version_id"].value, .facts["os.id"].value] | join(" ")' "$work/judged.json")" "unsupported 11 debian"
expect "it reads every subject" "$(jq '[.facts[] | select(.state == "known")] | length > 60' "$work/judged.json")" true
rm "$root/usr/local/bin/rampcheck"

echo "--- names and TLS in it"
# What is asked here is answered by this machine alone: a name server and a chat server on loopback, in a network of their own.
mkdir -p "$root/etc/ssl/certs"
printf 'hosts: files myhostname dns\n' > "$root/etc/nsswitch.conf"
printf 'nameserver 127.0.0.1\n' > "$root/etc/resolv.conf"
printf '127.0.0.1 localhost\n127.0.0.1 in-hosts.example\n' > "$root/etc/hosts"
install -m755 "$(program x86_64)" "$root/usr/local/bin/rampcheck"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=test authority' -keyout "$work/ca.key" -out "$work/ca.pem" 2> /dev/null
openssl req -newkey rsa:2048 -nodes -subj '/CN=chat.example' -keyout "$work/chat.key" -out "$work/chat.csr" 2> /dev/null
printf 'subjectAltName=DNS:chat.example,DNS:in-hosts.example\n' > "$work/names"
openssl x509 -req -in "$work/chat.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 2 -extfile "$work/names" -out "$work/chat.pem" 2> /dev/null
cat "$work/ca.pem" > "$root/etc/ssl/certs/ca-certificates.crt"
cat > "$work/answers.py" <<'PYTHON'
import http.server, json, pathlib, socket, ssl, sys, threading
work = pathlib.Path(sys.argv[1])

def names():
    """Every name has the address 127.0.0.1, and no other."""
    asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asked.bind(("127.0.0.1", 53))
    (work / "ready").touch()
    while True:
        query, sender = asked.recvfrom(512)
        end = query.index(b"\0", 12) + 5
        is_a = query[end - 4:end - 2] == b"\0\1"
        head = query[:2] + b"\x81\x80\0\1" + (b"\0\1" if is_a else b"\0\0") + b"\0\0\0\0"
        answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1" if is_a else b""
        asked.sendto(head + query[12:end] + answer, sender)

class Chat(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"version": "8.4.0", "success": True}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

server = http.server.ThreadingHTTPServer(("127.0.0.1", 443), Chat)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(work / "chat.pem", work / "chat.key")
server.socket = tls.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
names()
PYTHON
cat > "$work/ask.sh" <<'SHELL'
# ask.sh WORK ROOT URL...: what the program in ROOT learns of the server at each URL
work=$1 root=$2; shift 2
ip link set lo up
rm -f "$work/ready"
python3 "$work/answers.py" "$work" 2> /dev/null & pid=$!
for _ in $(seq 50); do [ ! -e "$work/ready" ] || break; sleep 0.1; done
for url in "$@"; do
  chroot "$root" env -i HOME=/root PATH=/usr/local/bin:/usr/bin:/bin rampcheck check rocketchat --tier vps-minimal --server "$url" --format json 2> /dev/null |
    jq -r '.facts["server.version"] | if .state == "known" then .value else "\(.state): \(.reason)" end'
done
kill $pid
SHELL
asked() { unshare --net bash "$work/ask.sh" "$work" "$root" "$@" 2>&1 | paste -sd'|'; }
expect "a name by DNS, one of /etc/hosts; TLS by the system's authorities" "$(asked https://chat.example https://in-hosts.example)" "8.4.0|8.4.0"
expect "a certificate for another name is refused" "$(asked https://other.example | has 8.4.0)" no
rm "$root/etc/ssl/certs/ca-certificates.crt"
expect "without authorities nothing is believed" "$(asked https://chat.example | has 8.4.0)" no
rm "$root/usr/local/bin/rampcheck"

echo "--- Debian packages"
for arch in amd64 arm64 armhf; do
  expect "lintian: $arch" "$(lintian --fail-on error,warning --tag-display-limit 0 "$dist/rampcheck_$version-1_$arch.deb" > "$work/log" 2>&1; echo $?; grep -c '^[EW]:' "$work/log")" "$(printf '0\n0')"
done
owned=(/usr/bin/rampcheck /usr/share/man/man1/rampcheck-check.1.gz /usr/share/bash-completion/completions/rampcheck.bash
  /usr/share/zsh/vendor-completions/_rampcheck /usr/share/fish/vendor_completions.d/rampcheck.fish /lib/systemd/system/rampcheck.service
  /lib/systemd/system/rampcheck.timer /etc/rampcheck/plan.example.toml /etc/rampcheck/packs.d /usr/lib/rampcheck/plugins.d
  /usr/share/doc/rampcheck/copyright /usr/share/doc/rampcheck/changelog.Debian.gz)
cp "$dist/rampcheck_$version-1_amd64.deb" "$root/rampcheck.deb"
expect "dpkg -i" "$(code inside dpkg -i /rampcheck.deb)" 0
# Debian leaves documents and manuals out of a system only if it is told to; this one is whole.
expect "it is all there" "$(there "${owned[@]}")" "${owned[*]}"
expect "the program runs" "$(inside rampcheck --version | head -1)" "rampcheck $version"
expect "it judges" "$(code inside rampcheck check cometchat --tier qa)" 3
expect "the example plan can be used" "$(code inside rampcheck check --plan /etc/rampcheck/plan.example.toml | grep -cx '[034]')" 1
expect "service and timer are disabled" "$(find "$root/etc/systemd" -name 'rampcheck*' | wc -l)" 0
# A later version, with another example plan.
dpkg-deb -R "$dist/rampcheck_$version-1_amd64.deb" "$work/later"
sed -i 's/^Version:.*/Version: 99.0-1/' "$work/later/DEBIAN/control"
echo '# later' >> "$work/later/etc/rampcheck/plan.example.toml"
dpkg-deb --root-owner-group -b "$work/later" "$root/later.deb" > "$work/log"
echo '# mine' >> "$root/etc/rampcheck/plan.example.toml"
echo 'product = "cometchat"' > "$root/etc/rampcheck/plan.toml"
mkdir -p "$root/var/lib/rampcheck"; touch "$root/var/lib/rampcheck/report.json"
expect "upgrade, keeping what was changed" "$(code inside dpkg --force-confold -i /later.deb; tail -1 "$root/etc/rampcheck/plan.example.toml")" "$(printf '0\n# mine')"
expect "remove: the program goes, configuration and reports stay" \
  "$(code inside dpkg -r rampcheck; there /usr/bin/rampcheck /etc/rampcheck/plan.example.toml /etc/rampcheck/plan.toml /var/lib/rampcheck/report.json)" \
  "$(printf '0\n/etc/rampcheck/plan.example.toml /etc/rampcheck/plan.toml /var/lib/rampcheck/report.json')"
expect "purge: only the administrator's own plan stays" \
  "$(code inside dpkg -P rampcheck; there /etc/rampcheck/plan.example.toml /etc/rampcheck/plan.toml /var/lib/rampcheck /usr/lib/rampcheck /usr/share/rampcheck)" \
  "$(printf '0\n/etc/rampcheck/plan.toml')"
rm "$root/etc/rampcheck/plan.toml"; rmdir "$root/etc/rampcheck"

echo "--- RPM packages"
# Files are put below $root, scripts run in it, and the database is a new one, which does not know that there is a /bin/sh.
rpm_there() { rpm --root "$root" --dbpath /var/lib/rpm-test "$@"; }
for arch in x86_64 aarch64 armv7hl; do
  expect "rpmlint: $arch" "$(rpmlint -c "$here/../../packaging/rpm/rpmlint.toml" "$dist/rampcheck-$version-1.$arch.rpm" > "$work/log" 2>&1; echo $?; grep -cE ': [EW]: ' "$work/log")" "$(printf '0\n0')"
done
expect "rpm -i" "$(code rpm_there -i --nodeps "$dist/rampcheck-$version-1.x86_64.rpm")" 0
expect "rpm -V finds nothing changed" "$(code rpm_there -V --nodeps rampcheck; wc -c < "$work/log")" "$(printf '0\n0')"
expect "the program runs" "$(inside rampcheck --version | head -1)" "rampcheck $version"
expect "it judges" "$(code inside rampcheck check cometchat --tier qa)" 3
expect "the configuration is marked" "$(rpm_there -qc rampcheck)" /etc/rampcheck/plan.example.toml
expect "every command has a manual" "$(rpm_there -ql rampcheck | grep -c /man1/)" "$(find "$here/../../packaging/man" -name '*.1' | wc -l)"
echo '# mine' >> "$root/etc/rampcheck/plan.example.toml"
expect "upgrade by the same package, keeping what was changed" \
  "$(code rpm_there -U --nodeps --force "$dist/rampcheck-$version-1.x86_64.rpm"; tail -1 "$root/etc/rampcheck/plan.example.toml")" "$(printf '0\n# mine')"
expect "erase: what was changed is kept" "$(code rpm_there -e rampcheck; there /usr/bin/rampcheck /etc/rampcheck/plan.example.toml /etc/rampcheck/plan.example.toml.rpmsave)" \
  "$(printf '0\n/etc/rampcheck/plan.example.toml.rpmsave')"

echo "--- the container image"
unpack bookworm "$work/engine" docker.io containerd runc libdevmapper1.02.1
engine docker "$work/engine"
docker() { env -i PATH=/usr/bin:/bin "HOME=$work" "DOCKER_HOST=unix://$work/docker/docker.sock" "$work/engine/usr/bin/docker" "$@"; }
expect "docker load" "$(docker load -q -i "$dist/rampcheck-$version-image-amd64.tar.gz")" "Loaded image: rampcheck:$version"
expect "it runs" "$(docker run --rm "rampcheck:$version" --version | head -1)" "rampcheck $version"
docker run --rm --net=host --pid=host -v /:/host:ro "rampcheck:$version" check cometchat --tier qa --root /host --format json > "$work/judged.json" || true
expect "it judges this host" "$(jq -r '.facts["os.id"].value' "$work/judged.json")" "$(. /etc/os-release; echo "$ID")"
docker run --rm "rampcheck:$version" check cometchat --tier qa --format json > "$work/judged.json" || true
expect "and nothing of it where it does not see it" "$(jq -r '.facts["os.id"].state, .verdict' "$work/judged.json" | paste -sd' ')" "unknown undetermined"

echo "--- the install script and the packs"
expect "install.sh from the bundle" "$(code "$airgap/install.sh" --from "$airgap" --dir "$work/bin" --require-signature)" 0
expect "it is this version" "$("$work/bin/rampcheck" --version | head -1)" "rampcheck $version"
expect "the program has the key that this release is signed with" \
  "$(for pack in "$dist"/rampcheck-pack-*.tar.gz; do code "$work/bin/rampcheck" packs install "$pack" --dir "$work/packs.d"; done | paste -sd' ')" "0 0"
echo "ok   $passed expectations"
