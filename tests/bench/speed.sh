#!/usr/bin/env bash
# How fast a full local run is: wall time against its slowest child, own CPU time, resident size, all in one session.
# The runs take turns, because a machine is seldom equally fast for a minute. Needs hyperfine and a C compiler.
# usage: tests/bench/speed.sh BINARY   (DOCKER_HOST and DOCKER_CONFIG are passed on)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
run="$rampcheck check cometchat --tier qa"

# The children are those that the facts name: "PROGRAM ARGUMENTS" as the place of a version.
$run --format json > "$work/report.json" || true
mapfile -t children < <(python3 -c '
import json, sys
facts = json.load(open(sys.argv[1]))["facts"].values()
print("\n".join(sorted({fact["place"] for fact in facts if fact.get("place", "").startswith("/") and " " in fact["place"] and "version" in fact["place"]})))
' "$work/report.json")
[ ${#children[@]} -gt 0 ] || { echo "no program was run here: install openssl or Docker Compose" >&2; exit 1; }

# All of them at once, and nothing else: what the machine's cores allow.
printf '%s & ' "${children[@]}" > "$work/children.sh"; echo wait >> "$work/children.sh"
for round in $(seq 12); do
  hyperfine -N -i -w 2 -r 12 --export-json "$work/times.$round.json" "$run" "sh $work/children.sh" "${children[@]}" > /dev/null 2>&1
done
cc -shared -fPIC -o "$work/own_usage.so" "$here/own_usage.c"
for _ in $(seq 40); do OWN_USAGE="$work/usage" LD_PRELOAD="$work/own_usage.so" $run > /dev/null || true; done
python3 - "$work" "$rampcheck" <<'PYTHON'
import glob, json, os, statistics, sys
work, binary = sys.argv[1:]
rounds = [json.load(open(name))["results"] for name in glob.glob(f"{work}/times.*.json")]
median = lambda at: statistics.median(time for results in rounds for time in results[at]["times"]) * 1e3
slowest = max(range(2, len(rounds[0])), key=median)
ratios = lambda at: sorted(results[0]["median"] / results[at]["median"] for results in rounds)
def ratio(words, at):
    all = ratios(at)
    print(f"{words:<34} {median(0) / median(at):.2f}   ({all[0]:.2f} to {all[-1]:.2f} in {len(all)} rounds)")
print(f"full run, wall                     {median(0):5.1f} ms")
for at in range(2, len(rounds[0])):
    print(f"  {rounds[0][at]['command']:<60} {median(at):5.1f} ms")
print(f"  all children at once, alone, {os.cpu_count()} cores {median(1):31.1f} ms")
ratio("ratio to the slowest child", slowest)
ratio("ratio to all children at once", 1)
usage = [line.split() for line in open(f"{work}/usage")]
cpu = [float(cpu) for cpu, _ in usage]
print(f"own CPU time                       {statistics.median(cpu):5.1f} ms (median), {min(cpu):.1f} ms (least)")
print(f"resident                           {statistics.median(int(size) for _, size in usage) / 1024:5.1f} MiB")
print(f"binary                             {os.path.getsize(binary) / 1e6:5.2f} MB")
PYTHON
