#!/usr/bin/env bash
# How long a fleet takes: wall time and resident size for 100, 1,000 and 10,000 reports, with the time that each report adds.
# usage: tests/bench/fleet.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$here/../.."
python3 - "$rampcheck" "$work" <<'PYTHON'
import json, os, statistics, subprocess, sys, time
rampcheck, work = sys.argv[1:]
hosts = ["ubuntu-22.04", "ubuntu-24.04", "debian-12", "rhel-9.6", "vm-14gib"]
for size in (100, 1000, 10000):
    folder = f"{work}/{size}"
    make = ["python3", "tests/e2e/fleet_reports.py", rampcheck, folder, str(size), *hosts, "--", "cometchat", "--tier", "baseline-200k"]
    subprocess.run(make, check=True)
    total = sum(file.stat().st_size for file in os.scandir(folder))
    runs = []
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.Popen([rampcheck, "fleet", "--reports-from", folder, "--format", "json"], stdout=open(f"{work}/out", "w"))
        _, status, usage = os.wait4(done.pid, 0)
        runs.append((time.perf_counter() - start, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime))
    wall, resident, cpu = (statistics.median(run[at] for run in runs) for at in range(3))
    fleet = json.load(open(f"{work}/out"))["fleet"]["hosts"]
    # Every 40th report was edited. It is read and judged like the others.
    judged = sum(host["state"] == "judged" for host in fleet)
    assert judged == size - size // 40, (judged, size, fleet[0])
    print(f"{size:6} reports of {total / size / 1024:.0f} KiB: {wall:6.2f} s, {1000 * wall / size:.2f} ms a report, {cpu:6.2f} s of CPU, {resident:.0f} MiB")
PYTHON
