"""Writes the reports of many hosts: recorded hosts under names and machine ids of their own, every 40th of them edited.
usage: fleet_reports.py RAMPCHECK DIRECTORY COUNT HOST... -- ARGUMENTS OF check..."""
import hashlib, json, os, subprocess, sys


def plain(value):
    """Numbers as the digest spells them."""
    if isinstance(value, float) and value == int(value) and abs(value) < 2**53:
        return int(value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value


def sealed(report):
    """The report with the digest that fits it."""
    body = {name: value for name, value in plain(report).items() if name != "digest"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {**report, "digest": hashlib.sha256(text.encode()).hexdigest()}


rampcheck, directory, count, *rest = sys.argv[1:]
hosts, arguments = rest[: rest.index("--")], rest[rest.index("--") + 1 :]
seeds = []
for host in hosts:
    command = [rampcheck, "check", *arguments, "--host", f"tests/hosts/{host}.toml", "--format", "json"]
    seeds.append(json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout))
os.makedirs(directory, exist_ok=True)
for number in range(int(count)):
    # Most hosts of many are alike, as they are in a fleet.
    seed = seeds[number % len(seeds) if number % 5 == 0 or int(count) < 10 else 0]
    name, machine = f"chat-{number + 1:04}", hashlib.sha256(str(number).encode()).hexdigest()[:16]
    facts = dict(seed["facts"])
    for fact, value in (("host.id", machine), ("host.name", name)):
        facts[fact] = {**facts[fact], "value": value}
    report = sealed({**seed, "host": {"id": machine, "name": name}, "facts": facts})
    if number % 40 == 39:
        report["facts"] = {**facts, "kernel.release": {**facts["kernel.release"], "value": "9.9.9"}}
    with open(os.path.join(directory, f"{name}.json"), "w", encoding="utf-8") as file:
        # As rampcheck writes it.
        json.dump(report, file, indent=2, ensure_ascii=False)
