#!/usr/bin/env bash
# `rampcheck reach` between three machines: network namespaces on a bridge in a fourth one, with firewalls, a path of 1400 bytes,
# and packets that are lost. Nothing outside of these namespaces is touched.
# usage: tests/e2e/reach.sh BINARY      needs root, ip, nft, jq, openssl, python3
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
work=$(mktemp -d)
net=rampcheck-$$
started=()
. "$here/parts.sh"

clean_up() {
  set +e
  stop_started
  local name
  for name in switch a b c; do ip netns delete "$net-$name" 2> /dev/null; done
  rm -rf "$work"
}
trap clean_up EXIT

# on NAME COMMAND...: runs a command on one of the machines.
on() { local name=$1; shift; ip netns exec "$net-$name" "$@"; }

ip netns add "$net-switch"
on switch ip link add bridge type bridge
on switch ip link set bridge up
number=0
for name in a b c; do
  number=$((number + 1))
  ip netns add "$net-$name"
  ip link add name "port-$name" netns "$net-switch" type veth peer name eth0 netns "$net-$name"
  on switch ip link set dev "port-$name" master bridge up
  on "$name" ip address add "10.99.0.$number/24" dev eth0
  on "$name" ip address add "fd99::$number/64" dev eth0 nodad
  on "$name" ip link set eth0 up
  on "$name" ip link set lo up
done
token="$work/token"
openssl rand -hex 16 > "$token"
use=(--for cometchat --token-file "$token")

# listen NAME [ARGUMENTS]: starts a listener and waits until it has its sockets. $listener is its process.
listen() {
  local name=$1; shift
  : > "$work/listen-$name"
  ip netns exec "$net-$name" "$rampcheck" reach listen "${use[@]}" "$@" > "$work/listen-$name" 2>&1 &
  listener=$!
  started+=("$listener")
  for _ in $(seq 50); do
    ! grep -q listening "$work/listen-$name" || return 0
    sleep 0.1
  done
  echo "no listener on $name: $(cat "$work/listen-$name")" >&2
  return 1
}

# reach NAME HOST... : asks the others; the result is $work/to.json, the exit code $code.
reach() {
  local name=$1; shift
  code=0
  on "$name" "$rampcheck" reach to "$@" "${use[@]}" --timeout 2s --format json > "$work/to.json" 2> "$work/log" || code=$?
}
# states: the ports of the first host, and what became of them.
states() { jq -r ".hosts[0].ports | map(\"\(.port)/\(.protocol) \(.state)\") | join(\", \")" "$work/to.json"; }
field() { jq -r ".hosts[0].$1" "$work/to.json"; }
rules() { local name=$1; shift; on "$name" nft -f - <<< "flush ruleset; table inet test { chain in { type filter hook input priority 0; $*; }; }"; }

all_open="80/tcp open, 443/tcp open, 2377/tcp open, 4789/udp open, 7946/tcp open, 7946/udp open"

# What travels is kept, to look for the token in it.
ip netns exec "$net-b" python3 - "$work/wire" "$work/sniffing" > /dev/null 2>&1 <<'P' &
import pathlib, socket, sys
packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
pathlib.Path(sys.argv[2]).touch()
with open(sys.argv[1], "wb", buffering=0) as wire:
    while True:
        wire.write(packets.recv(65535))
P
started+=("$!")
for _ in $(seq 50); do [ ! -e "$work/sniffing" ] || break; sleep 0.1; done

listen b --peers 1
reach a 10.99.0.2
expect "every port answers" "$code $(jq -r .result "$work/to.json")" "0 reached"
expect "on every port the listener" "$(states)" "$all_open"
expect "the path takes 1500 bytes" "$(field mtu)" 1500
expect "nothing is lost" "$(field 'ports | map(.loss_percent // 0) | max')" 0
expect "round trips are timed" "$(field 'ports | map(.rtt_ms) | all(. >= 0 and . < 1000)')" true
wait "$listener"
expect "the listener ends when its peer has finished" "$(tail -1 "$work/listen-b")" "1 host has finished"
expect "the token does not travel" "$(grep -c -a -F "$(cat "$token")" "$work/wire")$(grep -c -a rampcheck-reach1 "$work/wire" | sed 's/^[1-9].*/+/')" "0+"

listen b --peers 1
reach a fd99::2
expect "IPv6" "$code $(states) $(field mtu)" "0 $all_open 1500"

# A reply comes from the address that was asked, also if it is not the first one of the host.
on b ip address add 10.99.0.22/24 dev eth0
listen b --peers 1
reach a 10.99.0.22
expect "a second address" "$code $(states)" "0 $all_open"

# Linux sends few such answers to one host in a second, unless it is told otherwise.
on b sh -c 'echo 0 > /proc/sys/net/ipv4/icmp_ratelimit'
rules b 'tcp dport 443 drop; udp dport 4789 drop; tcp dport 2377 reject with tcp reset; tcp dport 7946 reject with icmpx admin-prohibited; udp dport 7946 reject'
listen b --for-time 60s
reach a 10.99.0.2
expect "dropped, reset and rejected ports" "$code $(states)" \
  "3 80/tcp open, 443/tcp no-answer, 2377/tcp refused, 4789/udp no-answer, 7946/tcp unreachable, 7946/udp refused"
expect "no UDP port, no path MTU" "$(field mtu)" null
code=0; on a "$rampcheck" reach to 10.99.0.2 "${use[@]}" --timeout 1s > "$work/human" || code=$?
expect "people read which ports are closed" "$code $(tail -1 "$work/human")" \
  "3 NOT REACHED: 443/tcp, 2377/tcp, 4789/udp, 7946/tcp, 7946/udp on 10.99.0.2."
code=0
on a "$rampcheck" check cometchat --mau 1000 --reach 10.99.0.2 --reach-token-file "$token" --timeout 2s --only network --format json \
  > "$work/report.json" 2> "$work/log" || code=$?
expect "the report has them, too" "$(jq -r '.facts["reach.closed"].value | join(", ")' "$work/report.json")" \
  "10.99.0.2 443/tcp: no answer, 10.99.0.2 2377/tcp: refused, 10.99.0.2 4789/udp: no answer, 10.99.0.2 7946/tcp: unreachable (No route to host (os error 113)), 10.99.0.2 7946/udp: refused"
expect "as a warning" "$(jq -r '.findings[] | select(.id == "node-ports").status' "$work/report.json")" warning
kill "$listener"; wait "$listener" 2> /dev/null || true

rules b 'ip saddr 10.99.0.1 drop'
listen b --for-time 10s
reach a 10.99.0.2
expect "all of it dropped: nobody knows" "$code $(jq -r .result "$work/to.json") $(field answered)" "4 undetermined false"
kill "$listener"; wait "$listener" 2> /dev/null || true
rules b 'accept'
reach a 10.99.0.2
expect "no listener: nobody knows" "$code $(states | tr ',' '\n' | grep -c refused)" "4 6"
reach a 10.99.0.9
expect "no such host: nobody knows" "$code $(field answered)" "4 false"

# The bridge drops what does not fit, and says nothing.
on switch ip link set dev port-c mtu 1400
listen c --peers 2
reach a 10.99.0.3
expect "a path of 1400 bytes" "$code $(field mtu)" "0 1400"
on a "$rampcheck" check cometchat --mau 1000 --reach 10.99.0.3 --reach-token-file "$token" --only network --format json \
  > "$work/report.json" 2> "$work/log" || true
expect "a warning" "$(jq -r '(.findings[] | select(.id == "node-mtu").status), .facts["reach.mtu"].value' "$work/report.json" | xargs)" "warning 1400"
on switch ip link set dev port-c mtu 1500

# Three of ten packets are lost on their way.
if rules c 'meta l4proto udp numgen random mod 10 < 3 drop' 2> /dev/null; then
  listen c --peers 1
  reach a 10.99.0.3
  expect "lost packets are counted" "$code $(field 'ports | map(.loss_percent // 0) | max | . > 5 and . < 70')" "0 true"
  expect "and do not make the path look smaller" "$(field mtu)" 1500
  rules c accept
else
  echo "skip lost packets: this kernel cannot drop at random"
fi

# Ports that the real services hold.
ip netns exec "$net-b" python3 - "$work/held" > /dev/null 2>&1 <<'P' &
import pathlib, socket, sys, time
web = socket.create_server(("0.0.0.0", 443))
overlay = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
overlay.bind(("0.0.0.0", 4789))
pathlib.Path(sys.argv[1]).touch()
while True:
    connection, _ = web.accept()
    connection.recv(10)
    connection.close()
P
holder=$!
started+=("$holder")
for _ in $(seq 50); do [ ! -e "$work/held" ] || break; sleep 0.1; done
listen b --peers 1
reach a 10.99.0.2
expect "ports that others hold" "$code $(states)" \
  "4 80/tcp open, 443/tcp open-without-proof, 2377/tcp open, 4789/udp not-tested, 7946/tcp open, 7946/udp open"
expect "the listener says which" "$(grep -c 'not listening on \(443/tcp\|4789/udp\) (.*in use' "$work/listen-b")" 2
kill "$holder"; wait "$holder" 2> /dev/null || true

# From each to all others, as the playbook does it.
for name in a b c; do listen "$name" --peers 2; done
asking=()
for pair in a:2,3 b:1,3 c:1,2; do
  name=${pair%%:*} others=${pair##*:}
  on "$name" "$rampcheck" check cometchat --mau 1000 --reach "10.99.0.${others%,*},10.99.0.${others#*,}" --reach-token-file "$token" \
    --only network --format json > "$work/$name.json" 2> "$work/log" &
  asking+=("$!")
done
for process in "${asking[@]}"; do wait "$process" || true; done
expect "from each to all others" \
  "$(jq -r '[(.facts["reach.tested"].value | length), .facts["reach.closed"].state, .facts["reach.mtu"].value] | join(" ")' "$work"/[abc].json | sort -u)" \
  "12 absent 1500"
expect "all listeners have ended" "$(for name in a b c; do tail -1 "$work/listen-$name"; done | sort -u)" "2 hosts have finished"

echo "$passed passed"
