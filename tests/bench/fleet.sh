#!/usr/bin/env bash
# How long a fleet takes: wall time and resident size for 100, 1,000 and 10,000 reports, with the time that each report adds.
# usage: tests/bench/fleet.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$here/../.."
python3 - "$rampcheck" "$work" <<'PYTHON'
import json, os, resource, statistics, subprocess, sys, time
rampcheck, work = sys.argv[1:]
# Real reports of recorded hosts, as 10,000 machines: the digest is computed anew as the schema says.
import hashlib
def plain(value):
    if isinstance(value, float) and value == int(value) and abs(value) < 2**53: return int(value)
    if isinstance(value, list): return [plain(one) for one in value]
    if isinstance(value, dict): return {name: plain(one) for name, one in value.items()}
    return value
def sealed(report):
    body = {name: value for name, value in plain(report).items() if name != "digest"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {**report, "digest": hashlib.sha256(text.encode()).hexdigest()}
hosts = ["ubuntu-22.04", "ubuntu-24.04", "debian-12", "rhel-9.6", "vm-14gib"]
seeds = [json.loads(subprocess.run([rampcheck, "check", "cometchat", "--tier", "baseline-200k", "--host", f"tests/hosts/{host}.toml",
                                    "--format", "json"], stdout=subprocess.PIPE).stdout) for host in hosts]
for size in (100, 1000, 10000):
    os.mkdir(f"{work}/{size}")
    total = 0
    for number in range(size):
        seed = dict(seeds[number % len(seeds)])
        name, id = f"node-{number:05}", hashlib.sha256(str(number).encode()).hexdigest()[:16]
        seed["host"] = {"id": id, "name": name}
        seed["facts"] = {**seed["facts"], "host.id": {**seed["facts"]["host.id"], "value": id}, "host.name": {**seed["facts"]["host.name"], "value": name}}
        text = json.dumps(sealed(seed), indent=2, ensure_ascii=False)
        total += len(text)
        open(f"{work}/{size}/{name}.json", "w").write(text)
    runs = []
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.Popen([rampcheck, "fleet", "--reports-from", f"{work}/{size}", "--format", "json"], stdout=open(f"{work}/out", "w"))
        _, status, usage = os.wait4(done.pid, 0)
        runs.append((time.perf_counter() - start, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime))
    wall, resident, cpu = (statistics.median(run[at] for run in runs) for at in range(3))
    fleet = json.load(open(f"{work}/out"))["fleet"]["hosts"]
    judged = sum(host["state"] == "judged" for host in fleet)
    assert judged == size, (judged, size, fleet[0])
    print(f"{size:6} reports of {total / size / 1024:.0f} KiB: {wall:6.2f} s, {1000 * wall / size:.2f} ms a report, {cpu:6.2f} s of CPU, {resident:.0f} MiB")
PYTHON
