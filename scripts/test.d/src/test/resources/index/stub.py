"""A package index over TLS that requires a login: the wheels of a folder, and one package that only it has.

stub.py <folder of wheels> <certificate and key> <login as name:password> <report>

Each request with the login looks for the password where a robot could find it: in the arguments and variables of every process,
and in the copy that pip reads, with the rights of ec2-user. What is found is written to the report.
"""

import base64
import glob
import html
import http.server
import os
import re
import ssl
import subprocess
import sys
import urllib.parse
import zipfile

FOLDER, CERTIFICATE, LOGIN, REPORT = sys.argv[1:]
OWN = "only_in_the_index"


def make_own_wheel():
    info = f"{OWN}-1.0.dist-info"
    with zipfile.ZipFile(os.path.join(FOLDER, f"{OWN}-1.0-py3-none-any.whl"), "w") as wheel:
        wheel.writestr(f"{OWN}.py", "HERE = True\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {OWN}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: stub\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def look_for_the_password():
    secret = LOGIN.split(":")[1].encode()
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline") + glob.glob("/proc/[0-9]*/environ"):
        try:
            with open(path, "rb") as file:
                if secret in file.read() and path.split("/")[2] != str(os.getpid()):
                    found.append(path)
        except OSError:
            continue
    copies = glob.glob("/run/crypto-robot-step-deploy-release/netrc")
    for path in copies + ["/etc/crypto-robot-index.netrc"]:
        as_robot = ["setpriv", "--reuid=ec2-user", "--regid=ec2-user", "--init-groups", "cat", path]
        if secret in subprocess.run(as_robot, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout:
            found.append(path)
    with open(REPORT, "a", encoding="utf-8") as report:
        report.write(f"looked at {len(copies)} copies, found {found}\n")


class Index(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        wanted = "Basic " + base64.b64encode(LOGIN.encode()).decode()
        if self.headers["Authorization"] != wanted:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="stub"')
            self.end_headers()
            return
        look_for_the_password()
        name = urllib.parse.unquote(self.path).rstrip("/").rsplit("/", 1)[1]
        if self.path.startswith("/files/") and os.path.isfile(os.path.join(FOLDER, name)):
            with open(os.path.join(FOLDER, name), "rb") as file:
                self.answer("application/octet-stream", file.read())
            return
        wheels = [wheel for wheel in sorted(os.listdir(FOLDER))
                  if re.sub(r"[-_.]+", "-", wheel.split("-")[0]).lower() == name]
        if not wheels:
            self.send_error(404)
            return
        links = "".join(f'<a href="/files/{html.escape(wheel)}">{html.escape(wheel)}</a>\n' for wheel in wheels)
        self.answer("text/html", f"<!DOCTYPE html><html><body>\n{links}</body></html>\n".encode())

    do_HEAD = do_GET

    def answer(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


make_own_wheel()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 8444), Index)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
