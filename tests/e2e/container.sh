#!/usr/bin/env bash
# The container image, loaded and run by real engines: with a view of the host it judges the host as the program does there, and
# without one it judges nothing. Needs root and Debian's archive.
# usage: tests/e2e/container.sh BINARY
set -euo pipefail
# Mounts of a namespace of its own cannot be left behind, and its /run is its own: the engines listen there.
[ -n "${RAMPCHECK_OWN_MOUNTS:-}" ] || RAMPCHECK_OWN_MOUNTS=yes exec unshare --mount --propagation private "$0" "$@"
here=$(cd "$(dirname "$0")" && pwd)
packaging=$(realpath "$here/../../packaging")
rampcheck=$(realpath "$1")
work=$(mktemp -d)
started=()
. "$here/parts.sh"

cleanup() {
  set +e
  stop_started
  unmount
  remove_work
}
trap cleanup EXIT
mount -t tmpfs tmpfs /run

docker() { env -i PATH=/usr/bin:/bin "HOME=$work" DOCKER_HOST=unix:///run/docker.sock "$work/debian13/usr/bin/docker" "$@"; }

# judge NAME WANTED_EXIT DOCKER_OPTION... -- ARGUMENT...: a run in a container; its report is $work/NAME.json
judge() {
  local name=$1 wanted=$2 code=0 options=(); shift 2
  while [ "$1" != "--" ]; do options+=("$1"); shift; done
  shift
  docker run --rm "${options[@]}" rampcheck:0.0.0 check "$@" --format json > "$work/$name.json" 2> "$work/log" || code=$?
  expect "$name: exit code" "$code" "$wanted"
}
# directly NAME WANTED_EXIT ARGUMENT...: the same on the host itself
directly() {
  local name=$1 wanted=$2 code=0; shift 2
  env -i HOME=/root "$rampcheck" check "$@" --format json > "$work/$name.json" 2> "$work/log" || code=$?
  expect "$name: exit code" "$code" "$wanted"
}
finding() { jq -r --arg id "$2" '.findings[] | select(.id == $id) | .'"$3" "$work/$1.json"; }
fact() { jq -r --arg name "$2" '.facts[$name] | .'"$3" "$work/$1.json"; }
# What a report says of the host, but for what another run on the host itself would not say again, and for what a container does
# not show: owners of ports, limits of programs like rampcheck, and what the host's own nft or iptables tell of its firewall.
judged() {
  jq -r '.verdict, (.findings[] | "\(.id) \(.status)")' "$work/$1.json"
  jq -r '.facts | to_entries[] | select(.key | test("^limits[.]|available|inodes_free|^memory.available|^host.(name|load|uptime)|^ports.*[.](owner|holder|firewall)|^firewall[.]|^clock.max_error") | not)
    | "\(.key) \(.value.state) \(.value.value)"' "$work/$1.json"
}
same() { expect "$2 is judged as on the host" "$(diff <(judged "$1") <(judged "$2"))" ""; }

echo "== the image, from the program alone"
# A program that is not static takes its loader and its libraries with it.
libraries=()
if ldd "$rampcheck" > "$work/ldd" 2>&1 && grep -q / "$work/ldd"; then
  grep -o '/[^ ]*' "$work/ldd" | while read -r file; do install -D "$file" "$work/libraries$file"; done
  libraries=("$work/libraries")
  code=0; "$packaging/container/image" "$rampcheck" amd64 0.0.0 "$work/x.tar.gz" 2> "$work/log" || code=$?
  expect "without its loader it is refused" "$code $(grep -c 'is not static: name a FOLDER that holds /lib' "$work/log")" "1 1"
fi
image() { SOURCE_DATE_EPOCH=1795000000 "$packaging/container/image" "$rampcheck" "$1" 0.0.0 "$2" "${libraries[@]}"; }
mkdir "$work/one" "$work/other"
image amd64 "$work/one/image.tar.gz"
(cd / && image amd64 "$work/other/image.tar.gz")
expect "two builds are the same bytes" "$(cmp "$work/one/image.tar.gz" "$work/other/image.tar.gz" && echo yes)" yes
code=0; image arm64 "$work/x.tar.gz" 2> "$work/log" || code=$?
expect "another architecture is refused" "$code $(grep -c 'the binary is not for arm64' "$work/log")" "1 1"
expect "and nothing half-written stays" "$(ls "$work"/x.tar.gz* 2> /dev/null)" ""

echo "== fetching engines"
unpack bookworm "$work/debian12" docker.io containerd runc libdevmapper1.02.1
unpack trixie "$work/debian13" docker.io docker-cli containerd
unpack bookworm "$work/podman" podman conmon libgpgme11 libassuan0 libsubid4 libdevmapper1.02.1 golang-github-containers-common
# One runc for both, whose C library is no newer than that of the machine.
cp "$work/debian12/usr/sbin/runc" "$work/debian13/usr/sbin/runc"

echo "== containerd and podman read it, too"
engine old "$work/debian12"
gunzip -c "$work/one/image.tar.gz" | LD_LIBRARY_PATH="$(libraries "$work/debian12")" "$work/debian12/usr/bin/ctr" \
  --address "$work/old/exec/containerd/containerd.sock" --namespace test images import - > "$work/log" 2>&1 || true
expect "containerd has it under its name" "$("$work/debian12/usr/bin/ctr" --address "$work/old/exec/containerd/containerd.sock" \
  --namespace test images list --quiet)" docker.io/library/rampcheck:0.0.0
podman() {
  PATH="$work/podman/usr/bin:$work/debian12/usr/sbin:$PATH" LD_LIBRARY_PATH="$(libraries "$work/podman")" "$work/podman/usr/bin/podman" \
    --root "$work/pod/storage" --runroot "$work/pod/run" --storage-driver vfs --cgroup-manager cgroupfs "$@" 2> "$work/log"
}
podman load -q --signature-policy "$work/podman/etc/containers/policy.json" -i "$work/one/image.tar.gz" > /dev/null
expect "podman has its entry point" "$(podman inspect --format '{{.Config.Entrypoint}}' rampcheck:0.0.0)" "[/usr/bin/rampcheck]"

# Something that listens: for everybody, and for IPv6 alone.
python3 - << 'END' > "$work/ports" &
import signal, socket
four = socket.create_server(("0.0.0.0", 443))
six = socket.socket(socket.AF_INET6)
six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
six.bind(("::", 9100))
six.listen()
print("listening", flush=True)
signal.pause()
END
started+=("$!")
for _ in $(seq 50); do grep -q listening "$work/ports" && break; sleep 0.2; done
expect "ports are in use" "$(cat "$work/ports")" listening

view=(--net=host --pid=host -v /:/host:ro)
cometchat=(cometchat --tier qa)
for engine in old new; do
  [ "$engine" = old ] || engine new "$work/debian13"
  ln -sfn "$work/$engine/docker.sock" /run/docker.sock
  echo "== engine $(docker version --format '{{.Server.Version}}')"
  docker load -q -i "$work/one/image.tar.gz" > "$work/log"
  expect "its labels" "$(docker inspect --format '{{index .Config.Labels "org.opencontainers.image.version"}} {{.Created}}' rampcheck:0.0.0)" \
    "0.0.0 $(date -u -d @1795000000 +%FT%TZ)"

  echo "== no view of the host"
  for limits in "" "--memory=256m --cpus=0.5"; do
    # shellcheck disable=SC2086
    judge plain 4 --net=none $limits -- "${cometchat[@]}"
    expect "it is a container" "$(fact plain host.container value)" docker
    expect "no check of the host is judged" "$(jq -r '[.findings[] | select(.status | IN("failed", "warning")) | .id] | join(" ")' "$work/plain.json")" ""
    expect "with one reason" "$(jq -r '[.facts[] | select(.place == "host.container") | .reason] | unique | join(",")' "$work/plain.json")" \
      "inside a container (docker): mount the host's root and use --root /host"
    for id in os-supported openssl port-443 cpu memory storage-size docker-engine; do
      expect "$id is unknown" "$(finding plain $id status)" unknown
    done
  done
  judge plain 4 --net=host --pid=host -v /:/host:ro -v /run/docker.sock:/var/run/docker.sock -- "${cometchat[@]}"
  expect "also where the host is mounted and --root was forgotten" "$(finding plain os-supported status) $(finding plain docker-engine status)" "unknown unknown"

  echo "== a view of the host"
  directly host 3 "${cometchat[@]}"
  judge full 3 "${view[@]}" -- "${cometchat[@]}" --root /host
  same host full
  expect "it says so" "$(jq -r .collection.view "$work/full.json")" "this host, below /host"
  expect "its engine was asked" "$(fact full docker.engine.version value)" "$(docker version --format '{{.Server.Version}}')"
  expect "its package tells the version of openssl" "$(fact full openssl.version place)" "/var/lib/dpkg/status: openssl"
  judge limited 3 "${view[@]}" --memory=256m --cpus=0.5 -- "${cometchat[@]}" --root /host
  same host limited
done

echo "== with less"
hardened=(--read-only --cap-drop=ALL --security-opt=no-new-privileges)
judge hardened 3 "${view[@]}" "${hardened[@]}" -- "${cometchat[@]}" --root /host
same host hardened
judge processes 3 --net=host -v /:/host:ro -- "${cometchat[@]}" --root /host
same host processes
judge network 3 --net=none -v /:/host:ro -- "${cometchat[@]}" --root /host
expect "in another network, the tables of the host's tell who listens" "$(fact network ports.tcp.443.state value) $(fact network ports.tcp.443.addresses value)" \
  "in-use $(fact host ports.tcp.443.addresses value)"
expect "and the same fails" "$(jq -r '.summary.failed | join(" ")' "$work/network.json")" "$(jq -r '.summary.failed | join(" ")' "$work/host.json")"
expect "owners take a capability" "$(fact full ports.tcp.443.owner reason)" "it takes CAP_SYS_PTRACE (for a container: --cap-add=SYS_PTRACE) to see who listens (uid 0)"
judge owners 3 --cap-add=SYS_PTRACE --net=host -v /:/host:ro -- "${cometchat[@]}" --root /host
expect "with it they are known" "$(fact owners ports.tcp.443.owner value)" "$(fact host ports.tcp.443.owner value)"
mount --make-shared /
judge slave 3 --net=host --pid=host -v /:/host:ro,rslave -- "${cometchat[@]}" --root /host
same host slave
mount --make-private /
mkdir "$work/out"
docker run --rm "${view[@]}" "${hardened[@]}" -v "$work/out:/out" rampcheck:0.0.0 facts --root /host --record /out/host.toml > "$work/log" 2>&1
directly replayed 3 "${cometchat[@]}" --host "$work/out/host.toml"
expect "a recording that was made there is judged in the same way" "$(diff <(judged full) <(judged replayed))" ""

if [ ${#libraries[@]} -eq 0 ]; then
  mkdir "$work/context"; cp "$rampcheck" "$work/context/rampcheck"
  docker build -q -f "$packaging/container/Dockerfile" -t own "$work/context" > "$work/log" 2>&1
  expect "the Dockerfile makes the same of a static program" "$(docker run --rm --net=none own --version)" "$("$rampcheck" --version)"
  docker run --rm "${view[@]}" own check "${cometchat[@]}" --root /host --format json > "$work/own.json" 2> "$work/log" || true
  same host own
fi

echo "== a root that is not that of this machine"
mkdir -p "$work/foreign"/{etc,proc,sys,run}
printf 'ID=ubuntu\nVERSION_ID="24.04"\n' > "$work/foreign/etc/os-release"
# The kernel's files and the disk are those of this machine, as below a folder that was made ready for chroot.
judge foreign 3 --net=host --pid=host -v "$work/foreign:/host:ro" -v /proc:/host/proc:ro -v /sys:/host/sys:ro -- "${cometchat[@]}" --root /host
expect "it is a tree" "$(jq -r .collection.view "$work/foreign.json")" "tree below /host"
expect "its system is judged" "$(finding foreign os-supported status)" passed
for id in cpu memory storage-size port-443 storage-media; do expect "$id is unknown" "$(finding foreign $id status)" unknown; done
expect "because that is another machine" "$(fact foreign cpu.online reason | grep -c 'whose root it is not')" 1
mount --rbind /proc "$work/foreign/proc"
directly chroot 3 "${cometchat[@]}" --root "$work/foreign"
expect "nor without a container" "$(finding chroot cpu status) $(finding chroot os-supported status)" "unknown passed"
docker run -d --name other --net=none --entrypoint /usr/bin/rampcheck rampcheck:0.0.0 check rocketchat --only docker-installed --wait 5m > /dev/null
other=$(docker inspect --format '{{.State.Pid}}' other)
directly other 3 "${cometchat[@]}" --root "/proc/$other/root"
expect "nor the root of another container" "$(jq -r .collection.view "$work/other.json") $(finding other cpu status)" "tree below /proc/$other/root unknown"
directly self 3 "${cometchat[@]}" --root /proc/self/root
same host self
docker rm -f other > /dev/null

echo "== a server, by the network and the authorities of the host"
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=Authority of a site" -keyout "$work/authority.key" -out "$work/authority.pem" 2> "$work/log"
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout "$work/key.pem" -out "$work/request.pem" 2> "$work/log"
echo subjectAltName=DNS:localhost > "$work/extensions"
openssl x509 -req -days 30 -in "$work/request.pem" -CA "$work/authority.pem" -CAkey "$work/authority.key" -CAcreateserial \
  -extfile "$work/extensions" -out "$work/certificate.pem" 2> "$work/log"
python3 - "$work" << 'END' > "$work/server" 2>&1 &
import http.server, ssl, sys
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1] + "/certificate.pem", sys.argv[1] + "/key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
print("port", server.server_port, flush=True)
server.serve_forever()
END
started+=("$!")
for _ in $(seq 50); do grep -q '^port' "$work/server" && break; sleep 0.2; done
server="https://localhost:$(awk '/^port/ { print $2 }' "$work/server")"
rocketchat=(rocketchat --tier vps-recommended --server "$server" --root /host)
judge untrusted 3 "${view[@]}" -- "${rocketchat[@]}"
expect "an authority that the host does not know is not trusted" "$(fact untrusted server.tls.version state)" unknown
mount --bind "$work/authority.pem" /etc/ssl/certs/ca-certificates.crt
judge trusted 3 "${view[@]}" -- "${rocketchat[@]}"
expect "one that it knows is" "$(fact trusted server.tls.version value)" 1.3
judge elsewhere 3 --net=none -v /:/host:ro -- "${rocketchat[@]}"
expect "another network is not asked" "$(fact elsewhere server.tls.version reason)" \
  "not asked below --root: the network here is that of the container; run it with --net=host"

echo "$passed passed, 0 failed"
