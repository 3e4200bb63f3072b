#!/usr/bin/env bash
# Metrics of the released program, read by promtool, by real node_exporters and by a real Prometheus with the rules and the
# queries of the dashboard that are shipped; the unit files, as systemd reads them; and what Compose makes of the override.
# usage: tests/e2e/monitoring.sh BINARY      needs prometheus, prometheus-node-exporter, systemd-analyze, curl, jq, openssl
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
packaging=$(realpath "$here/../../packaging")
hosts=$(realpath "$here/../hosts")
work=$(mktemp -d)
started=()
. "$here/parts.sh"
trap 'set +e; stop_started; rm -rf "$work"' EXIT

# until_true SECONDS COMMAND...
until_true() {
  local end=$((SECONDS + $1)); shift
  until "$@" > /dev/null 2>&1; do [ $SECONDS -lt $end ] || { echo "timed out: $*" >&2; return 1; }; sleep 0.5; done
}
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Compose is fetched while everything else is tested.
unpack trixie "$work/debian13" docker-compose > "$work/fetching.log" 2>&1 &
fetching=$!
started+=("$fetching")

echo "== promtool on the metrics of every recorded host"
for host in "$hosts"/*.toml; do
  for arguments in "cometchat --tier qa" "rocketchat --users 150 --concurrent 40"; do
    # shellcheck disable=SC2086
    env -i "$rampcheck" check $arguments --host "$host" --timeout 1s --format prometheus > "$work/metrics" || [ $? -lt 5 ]
    promtool check metrics < "$work/metrics" || { echo "FAIL $host $arguments"; exit 1; }
    expect "$(basename "$host") $arguments: one verdict" "$(grep -c '^rampcheck_verdict{.*} 1$' "$work/metrics")" 1
  done
done

echo "== rules"
promtool check rules "$packaging/prometheus/rules.yml"
promtool test rules "$packaging/prometheus/rules.test.yml"

echo "== the dashboard keeps the rules of Grafana's linter, and each rule can be broken"
dashboard="$packaging/prometheus/dashboard.json"
broken() { jq "$1" "$dashboard" | jq -r -f "$here/dashboard.jq" | head -1; }
expect "nothing is wrong" "$(broken .)" ""
expect "it cannot be edited" "$(broken '.editable = true')" "it can be edited"
expect "no data source is named" "$(broken '.panels[0].targets[0].datasource.uid = "prometheus-1"')" "a data source is named"
expect "a variable has its label" "$(broken '.templating.list[1].label = "J"')" "job: labelled J"
expect "a panel has a description" "$(broken 'del(.panels[1].description)')" "panel Supported, with warnings: no title or description"
expect "a panel has a unit" "$(broken 'del(.panels[1].fieldConfig.defaults.unit)')" "panel Supported, with warnings: unit null"
# shellcheck disable=SC2016  # these variables are the dashboard's
expect "a query asks for the job" "$(broken '.panels[0].targets[0].expr = "sum(rampcheck_verdict{instance=~\"$instance\", product=~\"$product\"})"')" \
  'panel Supported: without job: rampcheck_verdict{instance=~"$instance", product=~"$product"}'
expect "a metric is selected" "$(broken '.panels[0].targets[0].expr = "sum(rampcheck_verdict)"')" "panel Supported: A: a metric without selector"

echo "== a live Prometheus behind live node_exporters"
# A list as the vendor signs them, by which support ends within 30 days whatever the day is; signed by the tests' own site.
last_day=$(date -u -d '20 days' +%F)
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d =; }
signed="$(printf '{"alg":"RS256","typ":"JWT"}' | base64url)"
signed+=".$(printf '{"timestamp":"%s","versions":[{"version":"8.6.1","expiration":"%s"}]}' "$(date -u +%FT%TZ)" \
  "${last_day}T00:00:00Z" | base64url)"
echo "$signed.$(printf %s "$signed" | openssl dgst -sha256 -sign "$here/../keys/site.der" -keyform DER | base64url)" > "$work/list.jwt"

# report HOST RECORDED ARGUMENTS...: what the timer of a host leaves for its node_exporter
report() {
  mkdir -p "$work/$1"
  env -i "$rampcheck" check "${@:3}" --host "$hosts/$2.toml" --output "prometheus=$work/$1/rampcheck.prom" > /dev/null || [ $? -lt 5 ]
}
# sample HOST METRIC: the value that this host has of it
sample() { awk -v metric="$2{" 'index($1, metric) == 1 { printf "%.0f\n", $2; found = 1; exit } END { if (!found) print "none" }' "$work/$1/rampcheck.prom"; }
rocketchat=(rocketchat --users 150 --concurrent 40)
report chat-1 ubuntu-22.04 cometchat --tier qa
report chat-2 ubuntu-24.04 "${rocketchat[@]}"
report chat-3 debian-12 "${rocketchat[@]}" --server-version 8.6.1 --supported-versions "$work/list.jwt" --trust-key "$here/../keys/site.pub"
report chat-4 vm-16gb-virtio "${rocketchat[@]}"
mkdir "$work/chat-5" # it has no report, and chat-6 does not answer
report node-1 ubuntu-24.04 cometchat --tier baseline-10k
report node-2 ubuntu-22.04 cometchat --tier baseline-10k
expect "support ends with its last day" "$(sample chat-3 rampcheck_supported_until_timestamp_seconds)" "$(date -u -d "$last_day + 1 day" +%s)"
expect "nothing else lies in the directory" "$(ls -A "$work/chat-1")" rampcheck.prom
expect "another user can read it" "$(stat -c %a "$work/chat-1/rampcheck.prom")" 644
# node-2 has a directory of another user, in which there is a link.
mkdir "$work/of-prometheus"
ln -s "$work/node-2/rampcheck.prom" "$work/of-prometheus"
# The timer of chat-4 stopped three days ago.
sed -i "s/^\(rampcheck_last_run_timestamp_seconds{[^}]*}\) .*/\1 $(($(date +%s) - 3 * 86400))/" "$work/chat-4/rampcheck.prom"

declare -A directory=([node-2]=of-prometheus)
targets=()
for host in chat-{1..6} node-{1,2}; do
  port=$(free_port)
  targets+=("{ targets: [\"127.0.0.1:$port\"], labels: { instance: $host } }")
  [ -d "$work/$host" ] || continue
  prometheus-node-exporter --web.listen-address="127.0.0.1:$port" --collector.disable-defaults --collector.textfile \
    --collector.textfile.directory="$work/${directory[$host]:-$host}" > "$work/$host.log" 2>&1 &
  started+=($!)
done
server=$(free_port)
sed -E 's/^( +for:) .*/\1 0s/' "$packaging/prometheus/rules.yml" > "$work/rules.yml"
(IFS=,; cat > "$work/prometheus.yml" << END
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [$work/rules.yml]
scrape_configs:
  - { job_name: node, static_configs: [${targets[*]}] }
  - { job_name: prometheus, static_configs: [{ targets: ["127.0.0.1:$server"] }] }
END
)
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" --web.listen-address="127.0.0.1:$server" \
  > "$work/prometheus.log" 2>&1 &
started+=($!)
api() { curl -fsS "http://127.0.0.1:$server/api/v1/$1" "${@:2}"; }
# ask QUERY: what it returns, a line for each series: its labels in the order of their names, and its value
ask() {
  api query --data-urlencode "query=$1" |
    jq -r '.data.result[] | [(.metric | to_entries | sort_by(.key)[].value), .value[1]] | join(" ")' | LC_ALL=C sort
}
is() { [ "$(ask "$1")" = "$2" ]; }
until_true 60 is 'count(up)' 9
until_true 60 is 'sum(up)' 8
until_true 60 is 'count(rampcheck_pack_info)' 6
expect "every collector took its file" "$(ask 'sum(node_textfile_scrape_error)')" 0

alerts() { api alerts | jq -r '.data.alerts[] | select(.state == "firing") | .labels | "\(.alertname) \(.instance)"' | sort -u; }
wanted_alerts="RampcheckCheckFailing chat-2
RampcheckCheckFailing chat-3
RampcheckCheckFailing chat-4
RampcheckCheckFailing node-1
RampcheckHostWithoutReport chat-5
RampcheckReportStale chat-4
RampcheckSupportEnds chat-3
RampcheckUndetermined chat-4
RampcheckUnsupported chat-3
RampcheckUnsupported node-1"
all_fire() { [ "$(alerts)" = "$wanted_alerts" ]; }
until_true 30 all_fire || true
expect "these alerts fire, that on the end of support among them, and no other" "$(alerts)" "$wanted_alerts"

echo "== every panel of the dashboard, by its queries"
job=.+ instance=.+ product=.+ asked=()
# variable NAME: the choices that Grafana offers
variable() {
  local query; query=$(substituted "$(jq -r --arg name "$1" '.templating.list[] | select(.name == $name) | .definition' "$dashboard")")
  [[ $query =~ ^label_values\((.*),\ ([a-z]+)\)$ ]] || return 1
  api "label/${BASH_REMATCH[2]}/values" -G --data-urlencode "match[]=${BASH_REMATCH[1]}" | jq -r '.data | join(" ")'
}
substituted() { local text=${1//\$job/$job}; text=${text//\$instance/$instance}; echo "${text//\$product/$product}"; }
# panel TITLE [QUERY]: what it shows
panel() {
  ask "$(substituted "$(jq -r --arg title "$1" --arg id "${2:-A}" '.panels[] | select(.title == $title) | .targets[] | select(.refId == $id) | .expr' "$dashboard")")"
}
# shows WHAT-IS-EXPECTED TITLE [QUERY]
shows() { expect "$2${3:+ $3}" "$(panel "$2" "${3:-A}")" "$1"; asked+=("$2 ${3:-A}"); }

expect "jobs" "$(variable job)" node
expect "instances" "$(job=node variable instance)" "chat-1 chat-2 chat-3 chat-4 chat-5 chat-6 node-1 node-2"
expect "products" "$(variable product)" "cometchat rocketchat"
shows 2 "Supported"
shows 1 "Supported, with warnings"
shows 1 "Undetermined"
shows 2 "Unsupported"
shows 2 "Not reporting"
shows 1 "Not judged for two days"
shows "chat-1 cometchat qa supported 1
chat-2 rocketchat vps-minimal supported_with_warnings 1
chat-3 rocketchat vps-minimal unsupported 1
chat-4 rocketchat vps-minimal undetermined 1
node-1 cometchat baseline-10k unsupported 1
node-2 cometchat baseline-10k supported 1" "Verdict of each host"
for host in chat-{1..4} node-{1,2}; do
  sed -nE "s/^rampcheck_check_status\{product=\"(.*)\",check=\"(.*)\",status=\"(failed|warning|unknown)\"\} 1$/\2 $host \1 \3 1/p" "$work/$host/rampcheck.prom"
done | LC_ALL=C sort > "$work/wanted"
expect "some checks fail, and some are unknown" "$(awk '{ print $4 }' "$work/wanted" | sort -u | tr '\n' ' ')" "failed unknown warning "
shows "$(cat "$work/wanted")" "Checks that do not pass"
# sizes METRIC HOST...: the line of each host
sizes() { local host; for host in "${@:2}"; do echo "$host $(sed -n 's/^rampcheck_verdict{product="\([a-z]*\)".*/\1/p;T;q' "$work/$host/rampcheck.prom") $(sample "$host" "$1")"; done; }
everywhere=(chat-{1..4} node-{1,2}) alone=(chat-{1..4})
shows "$(sizes rampcheck_host_cpus "${everywhere[@]}")" "Sizes of each host" A
shows "$(sizes rampcheck_required_cpus "${alone[@]}")" "Sizes of each host" B
shows "$(sizes rampcheck_host_memory_bytes "${everywhere[@]}")" "Sizes of each host" C
shows "$(sizes rampcheck_required_memory_bytes "${alone[@]}")" "Sizes of each host" D
shows "$(sizes rampcheck_host_storage_bytes "${everywhere[@]}")" "Sizes of each host" E
shows "$(sizes rampcheck_required_storage_bytes "${alone[@]}")" "Sizes of each host" F
shows "$(sizes rampcheck_storage_free_bytes "${everywhere[@]}")" "Sizes of each host" G
# sums METRIC NODE: of the two nodes (or only what the cluster needs), of the one host of the tier qa, and of three hosts
sums() {
  echo "cometchat baseline-10k $2"
  echo "cometchat qa $(sample chat-1 "$1")"
  echo "rocketchat vps-minimal $(($(sample chat-2 "$1") + $(sample chat-3 "$1") + $(sample chat-4 "$1")))"
}
nodes() { echo $(($(sample node-1 "$1") + $(sample node-2 "$1"))); }
shows $'cometchat baseline-10k 2\ncometchat qa 1\nrocketchat vps-minimal 3' "Sizes of all hosts together" A
shows "$(sums rampcheck_host_cpus "$(nodes rampcheck_host_cpus)")" "Sizes of all hosts together" B
shows "$(sums rampcheck_required_cpus "$(sample node-1 rampcheck_required_cpus)")" "Sizes of all hosts together" C
shows "$(sums rampcheck_host_memory_bytes "$(nodes rampcheck_host_memory_bytes)")" "Sizes of all hosts together" D
shows "$(sums rampcheck_required_memory_bytes "$(sample node-1 rampcheck_required_memory_bytes)")" "Sizes of all hosts together" E
shows "$(sums rampcheck_host_storage_bytes "$(nodes rampcheck_host_storage_bytes)")" "Sizes of all hosts together" F
shows "$(sums rampcheck_required_storage_bytes "$(sample node-1 rampcheck_required_storage_bytes)")" "Sizes of all hosts together" G
expect "Age of the last report, in hours" "$(panel "Age of the last report" | awk '{ print $1, $2, int($3 / 3600) }')" \
  $'chat-1 cometchat 0\nchat-2 rocketchat 0\nchat-3 rocketchat 0\nchat-4 rocketchat 72\nnode-1 cometchat 0\nnode-2 cometchat 0'
asked+=("Age of the last report A")
shows "chat-3 rocketchat 20" "Days until support ends"
shows $'supported 2\nsupported_with_warnings 1\nundetermined 1\nunsupported 2' "Hosts by verdict"
shows "$(env -i "$rampcheck" --version | awk '{ print $2; exit }') 6" "Versions of rampcheck"
reviewed() { sed -n 's/^rampcheck_pack_info{.*version="\([^"]*\)",reviewed="\([^"]*\)"} 1$/\2 \1/p' "$work/$1/rampcheck.prom"; }
shows "cometchat $(reviewed chat-1) 3
rocketchat $(reviewed chat-2) 3" "Versions of packs"
expect "no query was left out" "$(printf '%s\n' "${asked[@]}" | sort)" "$(jq -r '.panels[] | "\(.title) \(.targets[].refId)"' "$dashboard" | sort)"
instance='chat-4|chat-5'
expect "of two hosts: none is supported" "$(panel Supported)" 0
expect "of two hosts: one is undetermined" "$(panel Undetermined)" 1
instance=chat-5
expect "of the one without a report: it does not report" "$(panel "Not reporting")" 1
instance=chat-1
expect "of one that reports: none does not" "$(panel "Not reporting")" 0
expect "of one that reports: it is not late" "$(panel "Not judged for two days")" 0
job=prometheus instance=.+
expect "a job without any report has no hosts that should report" "$(panel "Not reporting")" 0

echo "== units"
exposure=$(systemd-analyze security --offline=true --no-pager "$packaging/systemd/rampcheck.service" 2> /dev/null | sed -n 's/.*exposure level for rampcheck.service: \([0-9.]*\).*/\1/p')
expect "the service is exposed by less than 2.5" "$(awk -v is="$exposure" 'BEGIN { print (is != "" && is < 2.5) }')" 1
sed "s|/usr/bin/rampcheck|$rampcheck|; /^Documentation=/d" "$packaging/systemd/rampcheck.service" > "$work/rampcheck.service"
sed '/^Documentation=/d' "$packaging/systemd/rampcheck.timer" > "$work/rampcheck.timer"
expect "systemd reads them without a word" "$(systemd-analyze verify "$work/rampcheck.service" "$work/rampcheck.timer" 2>&1)" ""

echo "== the command of the service, on this machine"
mkdir "$work/state"
echo 'product = "cometchat"
tier = "qa"' > "$work/plan.toml"
command=$(sed -n "s|/usr/bin/rampcheck|$rampcheck|; s|/etc/rampcheck|$work|g; s|/var/lib/rampcheck|$work/state|g; s/^ExecStart=//p" "$packaging/systemd/rampcheck.service")
allowed=$(sed -n 's/^SuccessExitStatus=/0 /p' "$packaging/systemd/rampcheck.service")
# service: runs it, and keeps what it says in "$work/out" and "$work/err"
service() { local code=0; env -i PATH="$PATH" sh -c "$command" > "$work/out" 2> "$work/err" || code=$?; [[ " $allowed " == *" $code "* ]] && echo good; }
expect "it succeeds" "$(service)" good
expect "it says that this is the first report" "$(cut -d' ' -f1-7 "$work/err")" "rampcheck: there is no earlier report in"
expect "it says one line" "$(wc -l < "$work/out")" 1
expect "it keeps the report and the metrics" "$(cd "$work/state" && echo *)" "rampcheck.prom report.json"
expect "it succeeds again" "$(service)" good
expect "nothing has changed" "$(cat "$work/err")" ""

echo "== Rocket.Chat's monitoring stack with the override, as Compose merges them"
wait "$fetching" || { cat "$work/fetching.log" >&2; exit 1; }
started=("${started[@]:1}") # it has ended
compose=("$work/debian13/usr/libexec/docker/cli-plugins/docker-compose")
mkdir "$work/stack"
cp "$packaging/prometheus/compose.rampcheck.yml" "$work/stack"
# What concerns us of the stack's files of the same names.
cat > "$work/stack/compose.monitoring.yml" << 'END'
services:
  prometheus:
    image: docker.io/prom/prometheus:v3.4.2
    volumes: ["./files/prometheus:/etc/prometheus:Z"]
  node-exporter:
    image: docker.io/prom/node-exporter:${NODE_EXPORTER_VERSION:-v1.9.1}
    privileged: true
    network_mode: host
    pid: host
    volumes: ["/sys:/host/sys:ro", "/proc:/host/proc:ro", "/dev:/host/dev:ro"]
    command:
      - --path.procfs=/host/proc
      - --path.sysfs=/host/sys
      - --collector.filesystem.mount-points-exclude=^/(sys|proc|dev|host|etc)($$|/)
  grafana:
    image: docker.io/grafana/grafana:12.0.2
    volumes: ["./files/grafana/dashboards:/dashboards:Z"]
END
# merged FILE...: the stack as Compose understands it; it needs no engine for that
merged() { (cd "$work/stack" && env -i HOME="$work" PATH="$PATH" "${compose[@]}" "${@/#/-f}" config --format json); }
merged compose.monitoring.yml > "$work/before.json"
merged compose.monitoring.yml compose.rampcheck.yml > "$work/after.json"
exporter='.services["node-exporter"]'
expect "node-exporter has its arguments and one more" "$(jq -c "$exporter.command - input$exporter.command" "$work/after.json" "$work/before.json")" \
  '["--collector.textfile.directory=/host/rampcheck"]'
expect "none is lost" "$(jq -c "$exporter.command - input$exporter.command" "$work/before.json" "$work/after.json")" "[]"
expect "it sees the folder of the service, and cannot write there" \
  "$(jq -c "$exporter.volumes - input$exporter.volumes | map([.type, .source, .target, .read_only])" "$work/after.json" "$work/before.json")" \
  '[["bind","/var/lib/rampcheck","/host/rampcheck",true]]'
expect "no other folder is lost" "$(jq -c "$exporter.volumes - input$exporter.volumes" "$work/before.json" "$work/after.json")" "[]"
expect "nothing else differs" "$(jq -c "del($exporter.command, $exporter.volumes)" "$work/after.json")" \
  "$(jq -c "del($exporter.command, $exporter.volumes)" "$work/before.json")"
expect "the service writes there" "$(grep -c -- '--output prometheus=/var/lib/rampcheck/rampcheck.prom' "$packaging/systemd/rampcheck.service")" 1

echo "$passed passed, 0 failed"
