#!/usr/bin/env bash
# End to end: the release binary against real engines, a hung file system, signals, a full disk. Needs root and Debian's archive.
# usage: tests/e2e/run.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
work=$(mktemp -d)
started=()
. "$here/parts.sh"

cleanup() {
  set +e
  stop_started
  unmount
  { losetup --detach "${device:-}"; losetup --detach "${above:-}"; dmsetup remove rampcheck-slow; losetup --detach "${below:-}"; } 2> /dev/null
  remove_work
}
trap cleanup EXIT

# check NAME WANTED_EXIT [ENV=VALUE...] -- ARGUMENTS: a run with a scrubbed environment; its report is $work/NAME.json
check() {
  local name=$1 wanted=$2; shift 2
  local environment=()
  while [ "$1" != "--" ]; do environment+=("$1"); shift; done
  shift
  local code=0
  env -i "${environment[@]}" timeout 60 "$rampcheck" check "$@" --format json > "$work/$name.json" 2> "$work/$name.err" || code=$?
  [ -s "$work/$name.err" ] && cat "$work/$name.err"
  expect "$name: exit code" "$code" "$wanted"
}
# finding NAME ID MEMBER and fact NAME FACT MEMBER: what the report of a run says
finding() { jq -r --arg id "$2" '.findings[] | select(.id == $id) | .'"$3" "$work/$1.json"; }
fact() { jq -r --arg name "$2" '.facts[$name] | .'"$3" "$work/$1.json"; }

echo "== fetching engines"
unpack bookworm "$work/debian12" docker.io containerd runc libdevmapper1.02.1
unpack trixie "$work/debian13" docker.io docker-cli docker-compose containerd runc
unpack bookworm "$work/podman" podman conmon libgpgme11 libassuan0 libsubid4 libdevmapper1.02.1 golang-github-containers-common
engine old "$work/debian12"
engine new "$work/debian13"
mkdir -p "$work/config/cli-plugins"
ln -s "$work/debian13/usr/libexec/docker/cli-plugins/docker-compose" "$work/config/cli-plugins/docker-compose"

echo "== engine 20.10.24: too old, whatever the client says"
check old 3 DOCKER_HOST="unix://$work/old/docker.sock" -- cometchat --tier qa
expect "engine fails" "$(finding old docker-engine status)" failed
expect "found is the engine's version" "$(finding old docker-engine found.text)" "20.10.24+dfsg1"
expect "needed" "$(finding old docker-engine needed.text)" "24 or newer"
expect "operating system is judged" "$(finding old os-supported status)" failed
expect "operating system is named" "$(finding old os-supported found.text)" "$(. /etc/os-release; echo "$PRETTY_NAME")"
expect "CPUs are counted" "$(fact old cpu.online value)" "$(getconf _NPROCESSORS_ONLN)"
expect "memory is MemTotal" "$(fact old memory.total value)" "$(awk '/^MemTotal/ { printf "%.0f", $2 * 1024 }' /proc/meminfo)"
expect "data root is the engine's" "$(fact old docker.engine.data_root value)" "$work/old/data"
client=$(command -v docker || true)
if [ -z "$client" ]; then
  mkdir -p /usr/local/bin && cp "$work/debian13/usr/bin/docker" /usr/local/bin/docker
fi
client_version=$(docker --version | sed 's/^Docker version \([^,]*\),.*/\1/')
expect "client is another version" "$(env -i DOCKER_HOST="unix://$work/old/docker.sock" "$rampcheck" facts --format json |
  jq -r '.facts["docker.client.version"].value')" "$client_version"
expect "client is not run where no check reads its version" "$(fact old docker.client.version value)" null
expect "client is newer than the floor" "$([ "${client_version%%.*}" -ge 24 ] && echo yes)" yes

echo "== engine 26.1.5 with Compose 2.26.1: new enough"
check new 3 DOCKER_HOST="unix://$work/new/docker.sock" DOCKER_CONFIG="$work/config" -- cometchat --tier qa
expect "engine passes" "$(finding new docker-engine status) $(finding new docker-engine found.text)" "passed 26.1.5+dfsg1"
expect "it is Docker's own" "$(finding new docker-engine-flavor status)" passed
expect "Compose passes" "$(finding new compose status)" passed
expect "Compose is the plugin" "$(fact new compose.version value) $(fact new compose.kind value)" "2.26.1-4 plugin"
expect "its line has ended" "$(finding new docker-engine-maintained status)" warning

echo "== podman answers as docker"
podman_root="$work/podman"
PATH="$podman_root/usr/bin:$work/debian12/usr/sbin:$PATH" LD_LIBRARY_PATH="$(libraries "$podman_root")" setsid \
  "$podman_root/usr/bin/podman" --root "$work/pod/storage" --runroot "$work/pod/run" --storage-driver vfs \
  system service --time=0 "unix://$work/podman.sock" > "$work/podman.log" 2>&1 &
started+=("$!")
answers "$work/podman.sock" || { cat "$work/podman.log"; exit 1; }
check podman 3 DOCKER_HOST="unix://$work/podman.sock" -- cometchat --tier qa
expect "flavor" "$(fact podman docker.engine.flavor value)" podman
expect "podman is not Docker Engine" "$(finding podman docker-engine-flavor status)" failed

echo "== an engine that accepts and never answers"
kill -STOP "$(cat "$work/new/pid")"
check hung 3 DOCKER_HOST="unix://$work/new/docker.sock" DOCKER_CONFIG="$work/config" -- cometchat --tier qa --timeout 1s
kill -CONT "$(cat "$work/new/pid")"
expect "state" "$(fact hung docker.engine.state value)" hung
expect "version is unknown" "$(fact hung docker.engine.version state) $(fact hung docker.engine.version why)" "unknown timed-out"
expect "the rest is read" "$(finding hung openssl status)" passed

echo "== no permission on the socket"
chmod 755 "$work" "$work/new"; chown root:users "$work/new/docker.sock"; chmod 660 "$work/new/docker.sock"
cp "$rampcheck" "$work/rampcheck"
code=0
setpriv --reuid=65534 --regid=65534 --clear-groups env -i DOCKER_HOST="unix://$work/new/docker.sock" "$work/rampcheck" check cometchat --tier qa --format json > "$work/nobody.json" || code=$?
expect "exit code as nobody" "$code" 3
expect "state" "$(fact nobody docker.engine.state value)" permission-denied
expect "engine is unknown" "$(finding nobody docker-engine status)" unknown
expect "says who may" "$(fact nobody docker.engine.version reason | grep -c 'root and the group users may use it')" 1

echo "== a stale socket"
kill -9 "$(cat "$work/old/pid")"; wait "${started[0]}" 2> /dev/null || true
check stale 3 DOCKER_HOST="unix://$work/old/docker.sock" -- cometchat --tier qa
expect "state" "$(fact stale docker.engine.state value)" stopped

echo "== a file system whose statfs hangs"
mkdir "$work/hung"
python3 "$here/hung_fs.py" "$work/hung" > "$work/hung.log" 2>&1 &
started+=("$!")
for _ in $(seq 50); do grep -q mounted "$work/hung.log" && break; sleep 0.1; done
grep -q mounted "$work/hung.log" || { cat "$work/hung.log"; exit 1; }
check statfs 3 -- cometchat --tier qa --data-dir "$work/hung" --timeout 1s
expect "size of the data is unknown" "$(fact statfs storage.data.size state) $(fact statfs storage.data.size why)" "unknown timed-out"
expect "the root file system is known" "$(fact statfs storage.root.size state)" known

# Its own peak, not its children's: read while it waits for the hung file system, when all else is done.
env -i DOCKER_HOST="unix://$work/new/docker.sock" "$rampcheck" check cometchat --tier qa --data-dir "$work/hung" --timeout 3s > /dev/null 2>&1 &
waiting=$!; sleep 2
resident=$(awk '/^VmHWM/ { print $2 }' "/proc/$waiting/status")
expect "$resident KiB resident are below 12 MiB" "$([ "$resident" -lt 12288 ] && echo yes)" yes
wait "$waiting" || true

echo "== Ctrl-C while it hangs"
mkdir "$work/out"
env -i "$rampcheck" check cometchat --tier qa --data-dir "$work/hung" --timeout 50s --output json="$work/out/report.json" > /dev/null 2>&1 &
interrupted=$!
# The file is open before it has a name.
for _ in $(seq 50); do ls -l "/proc/$interrupted/fd" | grep -qF "$work/out/" && break; sleep 0.1; done
kill -INT "$interrupted"; code=0; wait "$interrupted" || code=$?
expect "exit code of an interrupted run" "$code" 130
expect "nothing half-written stays" "$(ls -A "$work/out")" ""

echo "== a full disk"
mkdir "$work/full"; mount -t tmpfs -o size=16k tmpfs "$work/full"
code=0; env -i "$rampcheck" check cometchat --tier qa --output json="$work/full/report.json" > /dev/null 2> "$work/full.err" || code=$?
expect "exit code on a full disk" "$code" 1
expect "it says so" "$(grep -c 'No space left' "$work/full.err")" 1
expect "nothing half-written stays" "$(ls -A "$work/full")" ""
code=0; env -i "$rampcheck" facts > /dev/full 2> /dev/null || code=$?
expect "exit code when standard output is full" "$code" 1

echo "== nothing is written, nothing goes to the network"
strace -f -qq -e trace=openat,open,creat,connect,bind,sendto,unlink,rename,mkdir,mount -o "$work/trace" \
  env -i DOCKER_HOST="unix://$work/new/docker.sock" "$rampcheck" check cometchat --tier qa > /dev/null || true
expect "no file opened for writing" "$(grep -E 'O_WRONLY|O_RDWR|O_CREAT|creat\(|unlink\(|rename\(|mkdir\(|mount\(' "$work/trace" | grep -v -E '"/dev/(null|tty)"' | head -3)" ""
expect "no network address" "$(grep -E 'AF_INET' "$work/trace" | head -3)" ""
expect "the engine's socket was asked" "$(grep -c 'AF_UNIX.*docker.sock' "$work/trace" | sed 's/^[1-9][0-9]*$/yes/')" yes

echo "== --measure on files, and what it leaves"
mkdir "$work/measured"; head -c 104857600 /dev/urandom > "$work/measured/large"
# What the disk has still to write would make the measurement wait.
sync
strace -f -qq -e trace=openat,open,creat,unlink,rename,mkdir,mount -o "$work/trace" \
  env -i "$rampcheck" facts --measure --data-dir "$work/measured" > /dev/null
expect "no file opened for writing" "$(grep -E 'O_WRONLY|O_RDWR|O_CREAT|creat\(|unlink\(|rename\(|mkdir\(|mount\(' "$work/trace" | grep -v -E '"/dev/(null|tty)"' | head -3)" ""
# measured NAME DIR: the facts of a run that measures, without their names' beginning
measured() { env -i "$rampcheck" facts --measure writes --data-dir "$2" --format json | jq '.facts | with_entries(select(.key | startswith("storage.data.")) | .key |= ltrimstr("storage.data."))' > "$work/$1.json"; }
of() { jq -r ".$2" "$work/$1.json"; }
measured first "$work/measured"; measured second "$work/measured"
echo "     median of reads $(of first read_latency_p50.value) ms, then $(of second read_latency_p50.value) ms; media $(of first media.value) $(of first media.reason)"
expect "reads and writes have figures" "$(of first '| [.read_latency_p99, .write_latency_p99] | map(.value > 0) | all')" true
# Unknown beside a conclusion is no contradiction: others use this disk, too.
expect "a second run does not contradict the first" "$(jq -s 'map(.media.value | values) | unique | length < 2' "$work/first.json" "$work/second.json")" true
expect "nothing is left behind" "$(ls -A "$work/measured")" large
env -i "$rampcheck" facts --measure writes --data-dir "$work/measured" > /dev/null 2>&1 &
interrupted=$!; sleep 0.3; kill -INT "$interrupted" 2> /dev/null || true; wait "$interrupted" || true
expect "nor after Ctrl-C" "$(ls -A "$work/measured")" large

echo "== --measure on a device"
# A loop device can be opened where the machine's own disk may not. Its free space holds data, so that it counts.
# loop FILE: the loop device over a file or device
loop() { losetup --find --show "$1"; }
# file_system DEVICE DIR
file_system() { mkfs.ext4 -q -E nodiscard,lazy_itable_init=0 "$1" && mkdir "$2" && mount "$1" "$2"; }
if device=$(loop "$work/measured/large") && file_system "$device" "$work/disk"; then
  measured device "$work/disk"
  expect "the device was read" "$(of device read_latency_method.value) $(of device read_latency_method.place)" "device random reads of $device"
  umount "$work/disk"; losetup --detach "$device"
else
  echo "not available here: loop devices"
fi
if command -v dmsetup > /dev/null && { modprobe dm-delay 2> /dev/null || true; dmsetup targets 2> /dev/null | grep -q '^delay'; }; then
  head -c 134217728 /dev/urandom > "$work/platter"; below=$(loop "$work/platter")
  # Reads that differ as those of a platter do: a delay of its own, 5 to 12 ms, for each of eight parts.
  for part in 0 1 2 3 4 5 6 7; do echo "$((part * 32768)) 32768 delay $below $((part * 32768)) $((part + 5))"; done | dmsetup create rampcheck-slow
  above=$(loop /dev/mapper/rampcheck-slow); file_system "$above" "$work/slow"
  sync; echo 3 > /proc/sys/vm/drop_caches; blockdev --flushbufs /dev/mapper/rampcheck-slow
  measured slow "$work/slow"
  umount "$work/slow"; losetup --detach "$above"; dmsetup remove rampcheck-slow; losetup --detach "$below"
  expect "a disk that turns" "$(of slow media.value)" hdd
else
  echo "not available here: dm-delay"
fi

echo "== a host mounted elsewhere"
mkdir "$work/host"; code=0
# In a mount namespace of its own, so that nothing of it can stay.
unshare -m sh -ec 'mount --bind / "$1/host"; mount --bind /proc "$1/host/proc"; mount --bind /sys "$1/host/sys"
  env -i "$2" check cometchat --tier qa --root "$1/host" --format json > "$1/root.json"' sh "$work" "$rampcheck" || code=$?
expect "exit code" "$code" 3
expect "operating system below the root" "$(finding root os-supported found.text)" "$(. /etc/os-release; echo "$PRETTY_NAME")"
expect "memory below the root" "$(fact root memory.total value)" "$(awk '/^MemTotal/ { printf "%.0f", $2 * 1024 }' /proc/meminfo)"
expect "no command was run: the package tells" "$(fact root openssl.version place)" "/var/lib/dpkg/status: openssl"

echo "== small"
size=$(stat -c %s "$rampcheck")
expect "binary of $size bytes is below 9 MB" "$([ "$size" -lt 9000000 ] && echo yes)" yes
echo "$passed passed, 0 failed"
