#!/usr/bin/env bash
# Compose files as Docker Compose reads them: of each folder in tests/compose, rampcheck must say the same of its files as of the
# one file that Compose makes of them. `files` names them in order if there are several, and `differs` says what is not yet the same.
# Needs Debian's archive.
# usage: tests/e2e/compose.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
work=$(mktemp -d)
. "$here/parts.sh"
trap remove_work EXIT
unpack trixie "$work/debian13" docker-compose
compose=$work/debian13/usr/libexec/docker/cli-plugins/docker-compose

# facts FILE...: what a deployment's facts say, without the lines that say it: services of one anchor share them. Which verdict it
# has is up to the host.
facts() {
  local file manifests=()
  for file in "$@"; do manifests+=(--manifest "$file"); done
  env -i "$rampcheck" check rocketchat "${manifests[@]}" --deployment compose --host "$here/../hosts/vm-16gb-virtio.toml" \
    --format json 2> "$work/log" > "$work/report.json" || case $? in 3 | 4) ;; *) return 1 ;; esac
  jq -S '.facts | with_entries(select(.key | startswith("deployment.")))
    | map_values({state, value: (.value | if type == "array" then map(.text) | unique | length else . end)})' "$work/report.json"
}

for folder in "$here"/../compose/*/; do
  name=$(basename "$folder")
  cd "$folder"
  read -ra files < <(cat files 2> /dev/null || echo f.yml)
  env -i HOME="$work" "$compose" "${files[@]/#/--file=}" config --format json 2> "$work/log" |
    jq 'del(.services[].profiles)' > "$work/whole.yml"
  facts "${files[@]}" > "$work/read.json"
  facts "$work/whole.yml" > "$work/expected.json"
  if difference=$(diff "$work/expected.json" "$work/read.json"); then same=same; else same=different; fi
  wanted=same
  [ ! -e differs ] || wanted=different
  [ "$same" = "$wanted" ] || echo "$difference" > "$work/log"
  expect "$name: ${wanted/different/not yet the same}" "$same" "$wanted"
done
echo "$passed checks passed"
