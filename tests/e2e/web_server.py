"""Serves a folder on the loopback interface, well or badly. The first part of the path says how; the rest is the file.

usage: web_server.py FOLDER [CERTIFICATE KEY]      prints its port; with a certificate it speaks https
whole/        the file
cut/          archives and SHA256SUMS.sig end in the middle, though their length is announced
missing/      archives are not there
unsigned/     signatures are not there
hung/         archives never come
again/        archives come at the second attempt
moved/        a redirect to whole/
elsewhere/URL a redirect to that address
"""

import contextlib
import http.server
import pathlib
import ssl
import sys
import time

folder = pathlib.Path(sys.argv[1])
asked: set[str] = set()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def redirect(self, address):
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        way, _, name = self.path.lstrip("/").partition("/")
        archive = name.endswith(".tar.gz")
        file = folder / name
        if way == "moved":
            return self.redirect(f"/whole/{name}")
        if way == "elsewhere":
            return self.redirect(name.replace("http:/", "http://").replace("https:/", "https://").replace(":///", "://"))
        first = self.path not in asked
        asked.add(self.path)
        if way == "again" and archive and first:
            return self.send_error(503)
        if way == "missing" and archive or way == "unsigned" and name.endswith(".sig") or not file.is_file():
            return self.send_error(404)
        if way == "hung" and archive:
            time.sleep(30)
        content = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # a client that gave up
            self.wfile.write(content[: len(content) // 2] if way == "cut" and archive else content)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
