#!/usr/bin/env bash
# Metrics of the released program, read by promtool, by a real node_exporter and by a real Prometheus with the rules that are
# shipped; and the unit files, as systemd reads them.
# usage: tests/e2e/monitoring.sh BINARY      needs prometheus, prometheus-node-exporter, systemd-analyze, curl, jq
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

echo "== a live Prometheus behind a live node_exporter"
mkdir "$work/textfile"
# Support of 8.6 ends on 2027-01-31 by the calendar: so this one ends within 30 days, whatever the day is.
until=$(env -i "$rampcheck" check rocketchat --users 150 --concurrent 40 --host "$hosts/ubuntu-22.04.toml" --server-version 8.6.1 --format json |
  jq -r '.facts["release.until"].value')
expect "the release has a last day" "$(date -d "$until" +%F)" "$until"
env -i "$rampcheck" check rocketchat --users 150 --concurrent 40 --host "$hosts/debian-12.toml" --server-version 8.6.1 \
  --output "prometheus=$work/textfile/rampcheck.prom" > /dev/null || [ $? -lt 5 ]
expect "nothing else lies in the directory" "$(ls -A "$work/textfile")" rampcheck.prom
expect "another user can read it" "$(stat -c %a "$work/textfile/rampcheck.prom")" 644
ends=$(awk '/^rampcheck_supported_until_timestamp_seconds/ { printf "%d", $2 }' "$work/textfile/rampcheck.prom")
expect "support ends with that day" "$ends" "$(date -u -d "$until + 1 day" +%s)"
# What it will say on a day 20 days before its end.
sed -i "s/^\(rampcheck_supported_until_timestamp_seconds{[^}]*}\) .*/\1 $(($(date +%s) + 20 * 86400))/" "$work/textfile/rampcheck.prom"
exporter=$(free_port) server=$(free_port)
prometheus-node-exporter --web.listen-address="127.0.0.1:$exporter" --collector.disable-defaults --collector.textfile \
  --collector.textfile.directory="$work/textfile" > "$work/exporter.log" 2>&1 &
started+=($!)
sed -E 's/^( +for:) .*/\1 0s/' "$packaging/prometheus/rules.yml" > "$work/rules.yml"
cat > "$work/prometheus.yml" << END
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [$work/rules.yml]
scrape_configs: [{ job_name: node, static_configs: [{ targets: ["127.0.0.1:$exporter"] }] }]
END
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" --web.listen-address="127.0.0.1:$server" \
  > "$work/prometheus.log" 2>&1 &
started+=($!)
alerts() { curl -fsS "http://127.0.0.1:$server/api/v1/alerts" | jq -r '.data.alerts[] | select(.state == "firing") | .labels.alertname' | sort -u; }
fires() { alerts | grep -qx "$1"; }
until_true 60 fires RampcheckSupportEnds
expect "the alert on the end of support fires" "$(alerts | grep -x RampcheckSupportEnds)" RampcheckSupportEnds
until_true 30 fires RampcheckCheckFailing
expect "what fails is told" "$(curl -fsS "http://127.0.0.1:$server/api/v1/query" --data-urlencode 'query=count(rampcheck_check_status == 1)' |
  jq -r '.data.result[0].value[1]')" "$(grep -c '^rampcheck_check_status{.*} 1$' "$work/textfile/rampcheck.prom")"
expect "the collector took the file" "$(curl -fsS "http://127.0.0.1:$exporter/metrics" | awk '/^node_textfile_scrape_error/ { print $2 }')" 0
expect "no other alert fires" "$(alerts | grep -cvx -e RampcheckSupportEnds -e RampcheckCheckFailing -e RampcheckUndetermined -e RampcheckUnsupported)" 0

echo "== units"
exposure=$(systemd-analyze security --offline=true --no-pager "$packaging/systemd/rampcheck.service" 2> /dev/null | sed -n 's/.*exposure level for rampcheck.service: \([0-9.]*\).*/\1/p')
expect "the service is exposed by less than 2.5" "$(awk -v is="$exposure" 'BEGIN { print (is != "" && is < 2.5) }')" 1
sed "s|/usr/bin/rampcheck|$rampcheck|; /^Documentation=/d" "$packaging/systemd/rampcheck.service" > "$work/rampcheck.service"
sed '/^Documentation=/d' "$packaging/systemd/rampcheck.timer" > "$work/rampcheck.timer"
expect "systemd reads them without a word" "$(systemd-analyze verify "$work/rampcheck.service" "$work/rampcheck.timer" 2>&1)" ""

echo "$passed passed, 0 failed"
