"""packaging/refresh, on answers in the shape of the real ones. Offline; needs Python 3.11, git and openssl.

usage: python3 -B -m unittest discover tests/refresh
"""

import base64
import datetime
import hashlib
import http.server
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import tomllib
import unittest
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SITE_PUBLIC = (ROOT / "tests/keys/site.pub").read_text()

SETTINGS = """
[lines.engine]
product = "engine"
differs = { "25" = 2026-12-31, "26.1" = "missing" }
[lines.ubuntu]
product = "ubuntu"
month = true
[lines.ubuntu-esm]
product = "ubuntu"
phase = "eoes"
month = true
lts = true
differs = { "24.04" = 2036-05-31 }
[releases.chat]
published = "https://api.example.com/tags/VERSION"
"""

LINES = """\
# The last day of each line.
[engine]
fact = "docker.engine.version"
reviewed = 2026-11-20

[engine.until]
"24" = 2024-06-08
"25" = 2026-12-04  # announced by mail
"26.1" = 2025-02-17
"28" = 2026-05-13
"29" = "maintained"

# Interim releases get nine months.
[ubuntu]
reviewed = 2026-11-20

[ubuntu.until]
"22.04" = 2027-04-30
"24.04" = 2029-05-31
"26.04" = 2031-04-30

[ubuntu-esm]
reviewed = 2026-11-20

[ubuntu-esm.until]
"22.04" = 2032-04-30
"24.04" = 2034-04-30
"""

ENGINE = {"24.0": "2024-06-08", "25.0": "2026-12-31", "28": "2026-05-13", "29": None, "23.0": "2025-05-19"}

RELEASES = f'''\
# Oldest first.
source = "releases"
reviewed = 2026-11-20

[policy]
months = 6
list_url = "https://releases.example.com/list"
release_url = "https://releases.example.com/VERSION/info"
keys = ["""
{SITE_PUBLIC}"""]

[[release]]
line = "8.4"
released = 2026-04-30
until = 2026-10-31
until_possible = 2026-11-30
mongodb = ["8.0"]

[[release]]
line = "8.5"  # the long one
lts = true
released = 2026-06-10
until = 2027-06-30
mongodb = ["8.0"]

[[release]]
line = "8.8"
released = 2026-09-08
until = 2027-03-31
mongodb = ["8.0"]
'''.replace('"8.5"  # the long one', '"8.5"')

PACK = """\
product = "chat"
version = "2026.11.20"
reviewed = 2026-11-20

[source.requirements]
title = "Requirements"
url = "https://docs.example.com/docs/requirements"
read = 2026-11-20

[source.baseline]
title = "Our own"
read = 2026-11-20
"""

PAGE = """<!doctype html><html><head><title>Requirements</title><style>p { color: red }</style></head><body><nav>Home Docs</nav>
<h1>Requirements</h1><p>A host needs <b>4&nbsp;CPUs</b> and 8 GB of memory.</p><table><tr><th>Users</th><th>CPUs</th></tr>
<tr><td>500</td><td>4</td></tr></table><script>track("now")</script><p>%s</p></body></html>"""
LONG = "The rest of this page is long enough to be one that people read. " * 4


def der(data):
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start])
    return data[start : start + length], data[start + length :]


def private_key(name):
    """Modulus and private exponent of a key of tests/keys (PKCS #8)."""
    content, _ = der((ROOT / f"tests/keys/{name}.der").read_bytes())
    _, rest = der(content)
    _, rest = der(rest)
    octets, _ = der(rest)
    content, _ = der(octets)
    numbers = []
    while content:
        number, content = der(content)
        numbers.append(int.from_bytes(number))
    return numbers[1], numbers[3]


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def token(payload, key="site", algorithm="RS256"):
    signed = f"{encoded(json.dumps({'alg': algorithm, 'typ': 'JWT'}).encode())}.{encoded(json.dumps(payload).encode())}"
    modulus, exponent = private_key(key)
    hashed = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(signed.encode()).digest()
    padded = b"\x00\x01" + b"\xff" * (253 - len(hashed)) + b"\x00" + hashed
    return f"{signed}.{encoded(pow(int.from_bytes(padded), exponent, modulus).to_bytes(256))}"


def supported(versions, timestamp="2026-12-20T08:00:00.123456789Z"):
    """The payload of a signed list: version -> last day, with "lts" behind it or not."""
    entries = []
    for version, day in versions.items():
        entry = {"version": version, "security": False, "infoUrl": "https://example.com", "expiration": f"{day[:10]}T00:00:00Z"}
        entries.append({**entry, "releaseType": "LTS"} if day.endswith("lts") else entry)
    return {"timestamp": timestamp, "messages": [], "versions": entries, "i18n": {"en": {}}}


def product(name, lines):
    releases = [
        {"name": line, "isLts": False, "isEol": bool(day), "eolFrom": day, "isMaintained": not day, "latest": {"name": f"{line}.1"}}
        for line, day in lines.items()
    ]
    return {"schema_version": "1.2.0", "result": {"name": name, "label": name, "releases": releases}}


SAME = {"8.4.0": "2026-11-30", "8.4.2": "2026-11-30", "8.5.0": "2027-06-30 lts", "8.8.0": "2027-03-31", "8.8.1-rc.0": "2030-01-01"}


class Refresh(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.write("packaging/refresh.toml", SETTINGS)
        shutil.copy(ROOT / "packaging/refresh", self.folder / "packaging/refresh")
        self.write("checks/common/lines.toml", LINES)
        self.write("checks/chat/releases.toml", RELEASES)
        self.write("checks/chat/pack.toml", PACK)
        # What agrees with all of that.
        self.engine(ENGINE)
        ubuntu = json.loads((HERE / "endoflife-date-ubuntu.json").read_text())
        ubuntu["result"]["releases"] = [release for release in ubuntu["result"]["releases"] if release["name"] != "26.10"]
        for release in ubuntu["result"]["releases"]:
            if release["name"] == "24.04":
                release["eolFrom"] = "2029-05-02"
            if release["name"] == "26.04":
                release["isEoes"] = release["eoesFrom"] = None
                release["isLts"] = False
        self.answer("endoflife.date-api-v1-products-ubuntu", ubuntu)
        self.list(SAME)
        self.write("checks/chat/releases.toml", self.read("checks/chat/releases.toml").replace(
            "until = 2026-10-31\nuntil_possible = 2026-11-30\n", "until = 2026-11-30\n"))

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def read(self, name):
        return (self.folder / name).read_text()

    def answer(self, name, value):
        self.write(f"answers/{name}", value if isinstance(value, str) else json.dumps(value))

    def engine(self, lines):
        self.answer("endoflife.date-api-v1-products-engine", product("engine", lines))

    def list(self, versions, **more):
        self.answer("releases.example.com-list", {"signed": token(supported(versions), **more)})

    def page(self, text):
        self.answer("docs.example.com-docs-requirements", PAGE % text)

    def refresh(self, *arguments):
        command = [sys.executable, "packaging/refresh", "--from", "answers", *arguments]
        return subprocess.run(command, check=False, cwd=self.folder, capture_output=True, text=True, timeout=60)

    def expect(self, code, *arguments):
        done = self.refresh(*arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def changes(self, *arguments):
        """The lines that the diff takes and adds."""
        lines = self.expect(3, *arguments).stdout.splitlines()
        return [line for line in lines if line[:1] in "+-" and not line.startswith(("+++", "---"))]

    def test_nothing_changed(self):
        done = self.expect(0)
        self.assertEqual((done.stdout, done.stderr), ("", ""))

    def test_another_last_day_keeps_the_comment(self):
        self.engine({**ENGINE, "28": "2026-08-01", "25.0": "2027-01-31"})
        self.assertEqual(self.changes(), [
            '-"25" = 2026-12-04  # announced by mail', '+"25" = 2027-01-31  # announced by mail',
            '-"28" = 2026-05-13', '+"28" = 2026-08-01',
        ])

    def test_a_maintained_line_ends(self):
        self.engine({**ENGINE, "29": "2027-02-01"})
        self.assertEqual(self.changes(), ['-"29" = "maintained"', '+"29" = 2027-02-01'])

    def test_new_lines_stand_in_their_order_and_old_ones_stay_out(self):
        self.engine({**ENGINE, "30": None, "27": "2025-05-03"})
        self.assertEqual(self.changes(), ['+"27" = 2025-05-03', '+"30" = "maintained"'])
        lines = self.read("checks/common/lines.toml")
        self.assertEqual(lines, LINES, "nothing is written without --apply")
        self.refresh("--apply")
        table = tomllib.loads(self.read("checks/common/lines.toml"))["engine"]["until"]
        self.assertEqual(list(table), ["24", "25", "26.1", "27", "28", "29", "30"])

    def test_what_is_gone_is_told_and_kept(self):
        self.engine({line: day for line, day in ENGINE.items() if line != "28"})
        done = self.expect(3, "--apply")
        self.assertEqual(done.stdout, "")
        self.assertIn("checks/common/lines.toml [engine]: 28 is not at endoflife.date (here: 2026-05-13)", done.stderr)
        self.assertEqual(self.read("checks/common/lines.toml"), LINES)

    def test_a_day_that_is_gone_is_told_and_kept(self):
        self.engine({**ENGINE, "28": None})
        self.assertIn("28 has no end at endoflife.date (here: 2026-05-13)", self.expect(3, "--apply").stderr)
        self.assertEqual(self.read("checks/common/lines.toml"), LINES)

    def test_a_difference_that_changed_again_is_told(self):
        self.engine({**ENGINE, "26.1": "2025-03-01"})
        self.assertEqual(self.changes(), ['-"26.1" = 2025-02-17', '+"26.1" = 2025-03-01'])

    def test_months(self):
        shutil.copy(HERE / "endoflife-date-ubuntu.json", self.folder / "answers/endoflife.date-api-v1-products-ubuntu")
        self.assertEqual(self.changes(), [
            '-"24.04" = 2029-05-31', '+"24.04" = 2029-06-30', '+"26.10" = 2027-07-31', '+"26.04" = 2036-04-30',
        ])

    def test_the_diff_can_be_applied(self):
        self.engine({**ENGINE, "30": None, "28": "2026-08-01"})
        self.list({**SAME, "8.8.0": "2027-04-30"})
        diff = self.expect(3).stdout
        subprocess.run(["git", "apply", "-"], input=diff, text=True, cwd=self.folder, check=True)
        by_git = [self.read("checks/common/lines.toml"), self.read("checks/chat/releases.toml")]
        self.expect(0)
        self.write("checks/common/lines.toml", LINES)
        self.write("checks/chat/releases.toml", by_git[1].replace("2027-04-30", "2027-03-31"))
        self.assertEqual(self.expect(3, "--apply").stdout, diff)
        self.assertEqual([self.read("checks/common/lines.toml"), self.read("checks/chat/releases.toml")], by_git)

    def test_answers_that_are_none(self):
        for broken in ["", "<html>", "[]", "{}", '{"result": {"releases": []}}', '{"result": {"releases": [{"name": 5}]}}',
                       '{"result": {"releases": [{"name": "1", "eolFrom": "soon"}]}}']:
            self.answer("endoflife.date-api-v1-products-engine", broken)
            with self.subTest(broken):
                done = self.expect(1, "--apply")
                self.assertIn("products/engine/", done.stderr)
                self.assertNotIn("Traceback", done.stderr)

    def test_one_failure_does_not_hide_the_rest(self):
        (self.folder / "answers/releases.example.com-list").unlink()
        self.engine({**ENGINE, "28": "2026-08-01"})
        done = self.expect(1)
        self.assertIn('+"28" = 2026-08-01', done.stdout)
        self.assertIn("https://releases.example.com/list", done.stderr)

    def test_a_table_that_nobody_compares(self):
        self.write("checks/common/lines.toml", LINES + '\n[other]\nreviewed = 2026-11-20\n[other.until]\n"1" = 2030-01-01\n')
        self.assertIn("[other]: refresh.toml does not say what to compare it with", self.expect(1).stderr)

    def test_a_release_with_another_last_day(self):
        self.list({**SAME, "8.8.0": "2027-04-30", "8.8.1": "2027-04-30"})
        self.assertEqual(self.changes(), ["-until = 2027-03-31", "+until = 2027-04-30"])

    def test_two_possible_days_become_one(self):
        for listed, change in [("2026-11-30", ["-until = 2026-10-31", "-until_possible = 2026-11-30", "+until = 2026-11-30"]),
                               ("2026-10-31", ["-until_possible = 2026-11-30"])]:
            self.write("checks/chat/releases.toml", RELEASES)
            self.list({**SAME, "8.4.0": listed, "8.4.2": listed})
            self.assertEqual(self.changes(), change)

    def test_a_release_becomes_long_term(self):
        self.list({**SAME, "8.8.0": "2027-03-31 lts"})
        self.assertEqual(self.changes(), ["+lts = true"])
        self.refresh("--apply")
        self.assertIs(tomllib.loads(self.read("checks/chat/releases.toml"))["release"][2]["lts"], True)

    def test_new_releases_are_added_in_their_order(self):
        self.list({**SAME, "8.10.0": "2027-05-31", "8.9.1": "2027-10-31 lts", "8.9.0": "2027-10-31 lts", "7.13.2": "2026-06-30"})
        for line, day, mongodb in [("8.9", "2026-10-06", ["8", "5.0", "8.0.4"]), ("8.10", "2026-11-30", ["8.0"])]:
            self.answer(f"api.example.com-tags-{line}.0", {"tag_name": f"{line}.0", "published_at": f"{day}T23:10:00Z"})
            self.answer(f"releases.example.com-{line}.0-info", {"tag": f"{line}.0", "compatibleMongoVersions": mongodb})
        self.assertEqual(self.changes(), [
            "+", "+[[release]]", '+line = "8.9"', "+lts = true", "+released = 2026-10-06", "+until = 2027-10-31", '+mongodb = ["5.0", "8.0"]',
            "+", "+[[release]]", '+line = "8.10"', "+released = 2026-11-30", "+until = 2027-05-31", '+mongodb = ["8.0"]',
        ])
        self.refresh("--apply")
        self.assertEqual([release["line"] for release in tomllib.loads(self.read("checks/chat/releases.toml"))["release"]],
                         ["8.4", "8.5", "8.8", "8.9", "8.10"])
        self.expect(0)

    def test_a_new_release_of_which_too_little_is_known(self):
        self.list({**SAME, "8.9.0": "2027-10-31"})
        self.assertIn("8.9 is new (until 2027-10-31), but was not added", self.expect(1).stderr)
        self.answer("api.example.com-tags-8.9.0", {"tag_name": "8.9.0", "published_at": "2026-10-06T23:10:00Z"})
        self.answer("releases.example.com-8.9.0-info", {"compatibleMongoVersions": ["newest"]})
        self.assertIn("no MongoDB versions are in the answer", self.expect(1).stderr)

    def test_the_day_of_a_release_is_learnt(self):
        self.write("checks/chat/releases.toml", self.read("checks/chat/releases.toml").replace("released = 2026-09-08", 'released = "2026-09"'))
        self.assertIn("the day on which 8.8 came out is still unknown", self.expect(3).stderr)
        self.answer("api.example.com-tags-8.8.0", {"tag_name": "8.8.0", "published_at": "2026-09-08T12:00:00Z"})
        self.assertEqual(self.changes(), ['-released = "2026-09"', "+released = 2026-09-08"])

    def test_a_release_that_is_gone(self):
        self.list({version: day for version, day in SAME.items() if not version.startswith("8.8")})
        self.assertIn("8.8 is not on the signed list (here until 2027-03-31)", self.expect(3, "--apply").stderr)
        self.assertIn('"8.8"', self.read("checks/chat/releases.toml"))
        # One that is over may leave the list.
        self.list({version: day for version, day in SAME.items() if not version.startswith("8.4")})
        self.expect(0)

    def test_patches_that_disagree(self):
        self.list({**SAME, "8.8.1": "2027-04-30"})
        self.assertIn("the patches of 8.8 end on different days on the signed list: 2027-03-31, 2027-04-30", self.expect(3).stderr)

    def test_lists_that_are_not_to_be_believed(self):
        good = token(supported(SAME))
        header, payload, signature = good.split(".")
        more = encoded(json.dumps(supported({**SAME, "8.8.0": "2040-01-01"})).encode())
        for text, reason in [
            (token(supported(SAME), key="other"), "was not signed with a key of the pack"),
            (f"{header}.{more}.{signature}", "was not signed with a key of the pack"),
            (f"{header}.{payload}.", "was not signed with a key of the pack"),
            (token(supported(SAME), algorithm="none"), "not signed with RS256"),
            (token(supported(SAME, timestamp="2026-11-19T00:00:00Z")), "is older than the review of 2026-11-20"),
            (token({"timestamp": "2026-12-20T00:00:00Z", "versions": []}), "the list has no releases"),
            (token({"versions": []}), "is not a date"),
            (token(["8.8"]), "not a signed list"),
            ("", "not a signed list"), ("{}", "not a signed list"), ('{"signed": ""}', "not a signed list"), ("a.b.c", "not a signed list"),
        ]:
            with self.subTest(reason):
                self.answer("releases.example.com-list", text)
                done = self.expect(1)
                self.assertIn(reason, done.stderr)
                self.assertEqual(done.stdout, "")
        for text in [good, json.dumps(good), json.dumps({"supportedVersions": {"signed": good}})]:
            self.answer("releases.example.com-list", text)
            self.expect(0)

    def test_pages(self):
        self.page(LONG)
        self.assertIn("there is no copy of the last review", self.expect(3, "--pages", "pages").stderr)
        self.assertFalse((self.folder / "pages").exists(), "nothing is stored without --keep")
        self.expect(3, "--pages", "pages", "--keep")
        self.assertEqual(self.read("pages/docs.example.com-docs-requirements.txt"), f"""\
Requirements
Requirements
A host needs 4 CPUs and 8 GB of memory.
Users | CPUs
500 | 4
{LONG.strip()}
""")
        self.expect(0, "--pages", "pages")
        self.page(LONG + "</p><p>And a fast disk.\x1b[31m")
        done = self.expect(3, "--pages", "pages")
        self.assertIn("--- https://docs.example.com/docs/requirements (last review)", done.stdout)
        self.assertIn("+And a fast disk. [31m\n", done.stdout)
        self.expect(3, "--pages", "pages")
        self.expect(0)

    def test_a_page_without_text(self):
        self.page("")
        self.expect(3, "--pages", "pages", "--keep")
        self.assertIn("hardly any text", self.expect(3, "--pages", "pages").stderr)

    def test_the_day_of_review_is_set_by_a_person(self):
        self.page(LONG)
        self.expect(3, "--pages", "pages", "--keep")
        self.engine({**ENGINE, "28": "2026-08-01"})
        self.expect(3, "--apply")
        self.assertEqual(self.read("checks/chat/pack.toml"), PACK)
        self.expect(3, "--apply", "--reviewed", "2026-12-21")
        pack = tomllib.loads(self.read("checks/chat/pack.toml"))
        day = datetime.date(2026, 12, 21)
        self.assertEqual((pack["version"], pack["reviewed"]), ("2026.12.21", day))
        self.assertEqual(pack["source"]["requirements"]["read"], datetime.date(2026, 11, 20), "the pages were not compared")
        self.assertEqual(tomllib.loads(self.read("checks/chat/releases.toml"))["reviewed"], day)
        self.assertEqual({table["reviewed"] for table in tomllib.loads(self.read("checks/common/lines.toml")).values()}, {day})
        self.list(SAME)
        self.answer("releases.example.com-list", token(supported(SAME, timestamp="2026-12-21T00:00:00Z")))
        self.expect(3, "--apply", "--reviewed", "2026-12-21", "--pages", "pages")
        sources = tomllib.loads(self.read("checks/chat/pack.toml"))["source"]
        self.assertEqual((sources["requirements"]["read"], sources["baseline"]["read"]), (day, datetime.date(2026, 11, 20)))
        self.expect(0, "--apply", "--reviewed", "2026-12-21", "--pages", "pages")

    def test_no_review_of_what_could_not_be_compared(self):
        (self.folder / "answers/releases.example.com-list").unlink()
        self.assertIn("the day of review stays as it is", self.expect(1, "--apply", "--reviewed", "2026-12-21").stderr)
        self.assertEqual(self.read("checks/chat/pack.toml"), PACK)

    def test_answers_are_saved(self):
        self.expect(0, "--save", "saved")
        self.assertEqual(sorted(path.name for path in (self.folder / "saved").iterdir()),
                         ["endoflife.date-api-v1-products-engine", "endoflife.date-api-v1-products-ubuntu", "releases.example.com-list"])

    def test_wrong_usage(self):
        for arguments in [["--keep"], ["--reviewed", "today"], ["--from", "nowhere"], ["extra"]]:
            self.assertEqual(self.refresh(*arguments).returncode, 2, arguments)

    def test_the_settings_fit_the_packs(self):
        """Answers that agree with every table of the repository, and with the differences that are recorded, change nothing."""
        shutil.rmtree(self.folder / "checks")
        shutil.copytree(ROOT / "checks", self.folder / "checks")
        shutil.copy(ROOT / "packaging/refresh.toml", self.folder / "packaging/refresh.toml")
        settings = tomllib.loads((ROOT / "packaging/refresh.toml").read_text())
        products = {}
        for path in sorted((ROOT / "checks").glob("*/lines.toml")):
            for table, content in tomllib.loads(path.read_text()).items():
                compared = settings["lines"][table]
                phase, differs = compared.get("phase", "eol"), compared.get("differs", {})
                self.assertLessEqual(set(differs), set(content["until"]), table)
                for line, day in content["until"].items():
                    day = differs.get(line, day)
                    if day == "missing":
                        continue
                    release = products.setdefault(compared["product"], {}).setdefault(line, {"name": line, "isLts": False, "isEoes": None, "eoesFrom": None})
                    release["isLts"] |= compared.get("lts", False)
                    release["is" + phase.capitalize()] = False
                    release[phase + "From"] = None if day == "maintained" else str(day)
        for name, releases in products.items():
            self.answer(f"endoflife.date-api-v1-products-{name}", {"result": {"releases": list(releases.values())}})
        for path in (ROOT / "checks").glob("*/releases.toml"):
            self.assertIn(path.parent.name, settings["releases"])
        done = self.refresh()
        # The vendor's own list cannot be signed here, and is all that fails.
        failed = [line for line in done.stderr.splitlines() if line.startswith("failed:")]
        self.assertEqual((done.stdout, len(failed)), ("", 1), done.stderr)
        self.assertIn("releases.toml", failed[0])


class Server(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        there = {"/good": b"good", "/large": b"x" * 2000, "/cut": b"cut"}.get(self.path)
        self.send_response(302 if "http" in self.path else 200 if there else 404)
        if "http" in self.path:
            self.send_header("Location", self.path[1:])
        self.send_header("Content-Length", "9" if self.path == "/cut" else str(len(there or b"")))
        self.end_headers()
        self.wfile.write(there or b"")


class Fetching(unittest.TestCase):
    """The same answers from an https server."""

    @classmethod
    def setUpClass(cls):
        loader = importlib.machinery.SourceFileLoader("refresh", str(ROOT / "packaging/refresh"))
        cls.module = importlib.util.module_from_spec(importlib.util.spec_from_loader("refresh", loader))
        sys.modules["refresh"] = cls.module
        with unittest.mock.patch.object(sys, "dont_write_bytecode", True):
            loader.exec_module(cls.module)
        folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.certificate, key = f"{folder}/tls.pem", f"{folder}/tls.key"
        make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost"
        command = [*make.split(), "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cls.certificate]
        subprocess.run(command, check=True, capture_output=True)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cls.certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        cls.url = f"https://localhost:{server.server_port}"

    def fetch(self, url, trusted=True):
        environment = {"SSL_CERT_FILE": self.certificate} if trusted else {}
        with unittest.mock.patch.dict(os.environ, {**environment, "no_proxy": "localhost"}):
            return self.module.Answers(None, None).read(url)

    def refused(self, url, reason, **more):
        with self.assertRaisesRegex(self.module.Trouble, reason):
            self.fetch(url, **more)

    def test_what_is_fetched(self):
        self.assertEqual(self.fetch(f"{self.url}/good"), b"good")
        self.assertEqual(self.fetch(f"{self.url}/{self.url}/good"), b"good", "a redirect")

    def test_what_is_refused(self):
        self.refused(f"{self.url}/missing", "404")
        self.refused(f"{self.url}/cut", "the answer was cut off")
        self.refused(f"{self.url}/good", "certificate verify failed", trusted=False)
        self.refused(f"{self.url}/http://localhost:1/good", "which is not https")
        self.refused("http://localhost:1/good", "is not an https address")
        self.refused("file:///etc/passwd", "is not an https address")
        with unittest.mock.patch.object(self.module, "LARGEST", 1000):
            self.refused(f"{self.url}/large", "larger than 1000 bytes")


if __name__ == "__main__":
    unittest.main()
