#!/usr/bin/env bash
# What every command does to the machine, seen by strace: programs that are started, sockets, connections, and every change of a
# file. Each command has a list of what it may do. Anything else fails.
# usage: tests/e2e/system_calls.sh BINARY      needs root, strace, python3, openssl, ssh-keygen, unshare
set -euo pipefail
rampcheck=$(realpath "$1")
checks=$(realpath "$(dirname "$0")/../../checks")
limit=$(command -v timeout) strace=$(command -v strace) unshare=$(command -v unshare)
work=$(mktemp -d)
cleanup() {
  set +e
  [ -z "${services:-}" ] || kill "$services"
  rm -f "$plugins/$plugin"
  [ ${#made[@]} -eq 0 ] || rmdir "${made[@]}"
  rm -rf "$work"
}
# A plugin is there all the time.
plugins=/usr/lib/rampcheck/plugins.d plugin=e2e-calls made=()
trap cleanup EXIT
for above in /usr/lib/rampcheck "$plugins"; do
  [ -d "$above" ] || { mkdir -m 755 "$above"; made=("$above" "${made[@]}"); }
done
printf '#!/bin/sh\necho OK\n' > "$plugins/$plugin"; chmod 755 "$plugins/$plugin"

# An engine on a socket and a server on a port. Both answer the same to everything.
python3 -c '
import http.server, socketserver, threading, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"{\"version\":\"8.5.1\",\"Version\":\"28.0.1\",\"ApiVersion\":\"1.48\"}"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
    def address_string(self): return ""
class Engine(socketserver.ThreadingMixIn, socketserver.UnixStreamServer): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
engine = Engine(sys.argv[1] + "/docker.sock", Answer)
threading.Thread(target=engine.serve_forever, daemon=True).start()
open(sys.argv[1] + "/port", "w").write(str(server.server_address[1]))
server.serve_forever()' "$work" &
services=$!
for _ in $(seq 100); do [ ! -s "$work/port" ] || break; sleep 0.1; done
port=$(cat "$work/port")

# What strace shows, a line for each kind of deed: `exec PROGRAM ARGUMENTS`, `socket FAMILY KIND`, `connect ADDRESS`, `write FILE`,
# `link FILE`. A deed without a rule here is shown as it is, and no list allows it.
deeds() {
  sed -nE '
    / = -1 ENOENT/d; /^(---|\+\+\+)/d
    # strace has let go of a thread that ended, between two of its calls.
    /^\?\?\?\( <detached \.\.\.>$/d
    /^execve\(/{ / = 0$/!d; s/^execve\("([^"]*)", \[("[^"]*"(, )?)(.*)\], .*/exec \1 \4/; s/[",]//g; s/ +$//; p; d }
    s/^socket\((AF_NETLINK), [^,]*, ([A-Z0-9_]+).*/socket \1 \2/p; t
    s/^socket\((AF_[A-Z0-9]+), (SOCK_[A-Z]+).*/socket \1 \2/p; t
    s/^connect\([^{]*\{sa_family=AF_UNIX, sun_path="([^"]*)".*/connect unix \1/p; t
    s/^connect\([^{]*\{sa_family=AF_INET, sin_port=htons\(([0-9]+)\), sin_addr=inet_addr\("([^"]*)"\).*/connect \2:\1/p; t
    /^sendto\([^{]*\{nlmsg_/d; /^(sendto|sendmsg|sendmmsg)\(.*(, NULL, 0\)|msg_name=NULL).*/d
    /^(open|openat|openat2)\(/{ /O_(WRONLY|RDWR|CREAT|TMPFILE|TRUNC)/!d }
    s/^openat2?\([^<]*<[^>]*>, "(\/[^"]*)".*/write \1/p; t
    s/^openat2?\([^<]*<([^>]*)>, "([^"]*)".*/write \1\/\2/p; t
    s/^open\("([^"]*)".*/write \1/p; t
    s/^linkat\([^,]*, "[^"]*", [^<]*<([^>]*)>, "([^"]*)".*/link \1\/\2/p; t
    s/^renameat2?\([^,]*, "([^"]*)", [^<]*<([^>]*)>, "([^"]*)".*/rename \1 to \2\/\3/p; t
    s/^(fchown|fchmod)\([0-9]+<([^>]*)>.*/own \2/p; t
    /\(/p' "$@" | sort -u
}
calls=execve,execveat,socket,connect,bind,listen,sendto,sendmsg,sendmmsg,open,openat,openat2,creat,truncate,ftruncate
calls+=,link,linkat,symlink,symlinkat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,mknod,mknodat
calls+=,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,utimensat,setxattr,fsetxattr,lsetxattr,removexattr
calls+=,mount,umount2,pivot_root,chroot,init_module,finit_module,delete_module,bpf,ptrace,sethostname,settimeofday,clock_settime,reboot

# Lists of what is allowed: a regular expression a line, for the whole line of a deed.
host="exec (/usr|/usr/local|/snap)?/s?bin/((git|jq|curl|netstat|docker) --version|openssl version|nft --terse list ruleset)
exec /usr(/local)?/(s?bin|lib(exec)?/docker/cli-plugins)/docker-compose version --short
socket AF_NETLINK (NETLINK_SOCK_DIAG|NETLINK_NETFILTER)
socket AF_UNIX SOCK_STREAM
connect unix $work/docker.sock
write /dev/null"
# One file that is written whole, with a name only when it is, or in the place of the file that was there.
file() {
  local folder; folder=$(dirname "$1")
  printf '%s\n' "write $folder/\\." "own $folder/#[0-9]+" "link $1" \
    "link $folder/\\.rampcheck-[0-9]+-0" "rename \\.rampcheck-[0-9]+-0 to $1"
}
# A folder that is put in its place whole, or in the place of the one that was there.
folder() {
  local site; site=$(dirname "$1")
  printf '%s\n' "write $site/\.rampcheck-(lock|new/.*)" "own $site/\.rampcheck-new/.*" ".*\"[^\"]*/\.rampcheck-(new|lock)(/[^\"]*)?\".*" \
    "unlinkat\([0-9]+<$site/\.rampcheck-new.*" "rename \.rampcheck-new to $1"
}
# A server of the operator: this one and no other, by its number.
server="socket AF_INET SOCK_STREAM
connect 127\.0\.0\.1:$port"
# What resolving a name does; which services are asked is announced on standard error.
names="socket AF_INET6? SOCK_(STREAM|DGRAM)
socket AF_NETLINK NETLINK_ROUTE
connect unix /(var/)?run/(nscd/socket|systemd/resolve/.*)
connect $(awk '$1 == "nameserver" { print $2 }' /etc/resolv.conf | sed 's/\./\\./g' | paste -sd '|' | sed 's/.*/(&|127\\.0\\.0\\.1)/'):53"
# A plugin, which is a script here.
named="exec $plugins/$plugin"
nothing='nothing is allowed'

passed=0
# What the run is inside of.
inside=()
# odd ALLOWED ARGUMENTS...: what a run does that the list does not allow. Its exit code is in $work/code, its output in $work/out.
odd() {
  local allowed=$1; shift
  rm -rf "$work/trace"; mkdir "$work/trace"
  local code=0
  (cd "$work" && env -i DOCKER_HOST="unix://$work/docker.sock" "${inside[@]}" "$strace" -ff -qq -y -s 300 -e trace="$calls" -o "$work/trace/of" \
    "$limit" 60 "$rampcheck" "$@" > "$work/out" 2> "$work/err" < /dev/null) || code=$?
  echo "$code" > "$work/code"
  cat "$work"/trace/of.* > "$work/trace/all"
  # The first two programs are timeout and rampcheck.
  deeds "$work/trace/all" | grep -vxF -e "exec $limit 60 $rampcheck $*" -e "exec $rampcheck $*" \
    | grep -vxE "$allowed" || true
}
# only ALLOWED CODES ARGUMENTS...: the run does nothing but what is allowed, and ends with one of these codes.
only() {
  local allowed=$1 codes=$2; shift 2
  local found; found=$(odd "$allowed" "$@")
  [ -z "$found" ] || { printf 'FAIL rampcheck %s\n%s\n' "$*" "$found"; exit 1; }
  [[ " $codes " == *" $(cat "$work/code") "* ]] || { echo "FAIL rampcheck $*: exit code $(cat "$work/code")"; cat "$work/err"; exit 1; }
  passed=$((passed + 1)); echo "ok   rampcheck ${*//$work\//}"
}
both() { printf '%s\n' "$@"; }

cd "$work"
ssh-keygen -q -t ed25519 -N '' -C host -f key
echo "host $(cut -d' ' -f1,2 key.pub)" > allowed
mkdir -p data packs pack/cometchat/common
cp "$checks"/cometchat/*.toml pack/cometchat
cp "$checks"/common/*.toml pack/cometchat/common
sed -i 's/^version = .*/version = "2999.1.1"/' pack/cometchat/pack.toml
tar -C pack -czf pack.tar.gz cometchat
ssh-keygen -q -Y sign -n rampcheck-release -f key pack.tar.gz

echo "== commands that read this host"
verdict="0 3 4"
only "$host" "$verdict" check cometchat --tier qa
only "$(both "$host" "$(file "$work/r.json")" "$(file "$work/r.html")")" "$verdict" check cometchat --tier qa --output json=r.json --output html=r.html
only "$(both "$host" "$(file "$work/r.json")")" "$verdict" check cometchat --tier qa --output json=r.json
only "$(both "$host" "$(file "$work/s.json")" "$(file "$work/s.json.sig")")" "$verdict" check cometchat --tier qa --output json=s.json --sign key
only "$(both "$host" "$(file "$work/map.json")")" "$verdict" check cometchat --tier qa --redact strict --redact-map map.json
only "$(both "$host" "$server")" "$verdict" check rocketchat --server "http://127.0.0.1:$port" --users 100
only "$host" "$verdict" check cometchat --tier qa --measure --data-dir "$work/data"
only "$host" 0 facts
only "$(both "$host" "$(file "$work/host.toml")")" 0 facts --record host.toml
only "$(both "$host" "write $work/data")" 0 facts --measure writes --data-dir "$work/data"
only "$host" 0 tiers cometchat
only "$(both "$host" "$(file "$work/b.tar.gz")")" "0 3 4" bundle cometchat --tier qa --output b.tar.gz
only "$(both "$host" "$named")" "$verdict" check cometchat --tier qa --plugin "$plugin"
only "$(both "$host" "$named")" 0 facts --plugin "$plugin"
inside=("$unshare" --net)
only "$(both "$host" "$names")" "$verdict" check rocketchat --online --users 100
inside=()

echo "== commands that read files"
only "$nothing" "$verdict" check cometchat --tier qa --host host.toml
only "$nothing" "$verdict" check cometchat --tier qa --facts r.json
only "$nothing" 0 facts --host host.toml
only "$nothing" "$verdict" check cometchat --tier qa --host host.toml --plugin "$plugin"
only "$nothing" "$verdict" evaluate r.json --tier qa
only "$nothing" "$verdict" evaluate r.json --plugin "$plugin"
only "$nothing" "$verdict" show r.json
only "$nothing" 0 diff r.json r.json
only "$nothing" "0 2" verify s.json --allowed-signers allowed
only "$nothing" 0 packs validate "$checks/cometchat"

echo "== commands that read nothing"
only "$nothing" 0 explain docker-engine
only "$nothing" 0 releases rocketchat
only "$nothing" 0 schema report
only "$nothing" 0 packs list
only "$(folder "$work/packs/cometchat")" 0 packs install pack.tar.gz --trust-key key.pub --dir packs
only "$nothing" 0 --version
only "$nothing" 0 check --help

echo "== and what is not allowed is seen"
# seen DEED ALLOWED ARGUMENTS...
seen() {
  local deed=$1 allowed=$2; shift 2
  odd "$allowed" "$@" | grep -qE "^$deed" || { echo "FAIL \`$deed\` was not seen"; exit 1; }
  passed=$((passed + 1)); echo "ok   \`$deed\` is seen"
}
seen "connect 127.0.0.1:$port" "$host" check rocketchat --server "http://127.0.0.1:$port" --users 100
seen "connect unix $work/docker.sock" "$nothing" facts
seen "link $work/other.json" "$host" check cometchat --tier qa --output json=other.json
seen "write $work/data$" "$host" facts --measure writes --data-dir "$work/data"
seen "exec /usr/bin/openssl version" "$nothing" facts
seen "exec $plugins/$plugin" "$host" facts --plugin "$plugin"
echo "$passed checks passed"
