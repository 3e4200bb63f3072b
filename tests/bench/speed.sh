#!/usr/bin/env bash
# How fast a full local run is: wall time against the slowest of its children in one session, own CPU time, resident size.
# Needs hyperfine and a C compiler. usage: tests/bench/speed.sh BINARY   (DOCKER_HOST and DOCKER_CONFIG are passed on)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

# The children are those that the facts name: "PROGRAM ARGUMENTS" as the source of a version.
"$rampcheck" facts --format json > "$work/facts.json"
mapfile -t children < <(python3 -c '
import json, sys
facts = json.load(open(sys.argv[1]))["facts"].values()
print("\n".join(sorted({fact["source"] for fact in facts if fact.get("source", "").startswith("/") and " " in fact["source"] and "version" in fact["source"]})))
' "$work/facts.json")

# All of them at once, and nothing else: what the machine's cores allow.
printf '%s & ' "${children[@]}" > "$work/children.sh"; echo wait >> "$work/children.sh"
hyperfine -N -i -w 5 -r 40 --export-json "$work/times.json" "$rampcheck check cometchat --tier qa" "sh $work/children.sh" "${children[@]}" > /dev/null 2>&1
cc -shared -fPIC -o "$work/own_usage.so" "$here/own_usage.c"
for _ in $(seq 30); do OWN_USAGE="$work/usage" LD_PRELOAD="$work/own_usage.so" "$rampcheck" check cometchat --tier qa > /dev/null || true; done
python3 - "$work" "$rampcheck" <<'PYTHON'
import json, os, statistics, sys
work, binary = sys.argv[1:]
runs = json.load(open(f"{work}/times.json"))["results"]
own, together, children = runs[0], runs[1], sorted(runs[2:], key=lambda run: -run["median"])
print(f"full run               {own['median'] * 1e3:6.1f} ms wall (median of {len(own['times'])})")
for child in children:
    print(f"  {child['command']:<50} {child['median'] * 1e3:6.1f} ms")
print(f"  all children at once, alone                        {together['median'] * 1e3:6.1f} ms on {os.cpu_count()} cores")
print(f"ratio to all children at once {own['median'] / together['median']:.2f}")
print(f"ratio to the slowest child    {own['median'] / children[0]['median']:.2f}")
usage = [line.split() for line in open(f"{work}/usage")]
print(f"own CPU time           {statistics.median(float(cpu) for cpu, _ in usage):6.1f} ms (median), {min(float(cpu) for cpu, _ in usage):.1f} ms (least)")
print(f"resident               {statistics.median(int(size) for _, size in usage) / 1024:6.1f} MiB")
print(f"binary                 {os.path.getsize(binary) / 1e6:6.1f} MB")
PYTHON
