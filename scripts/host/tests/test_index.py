"""What keeps a package index from answering, found by real requests."""

import base64
import http.server
import json
import os
import socket
import ssl
import subprocess
import threading
from typing import Any, Dict

from robothost import index
from robothost.system import System
from tests.fixture import FolderTest

AUTHORITY = "Inspecting Proxy of Example Ltd"
LOGIN = "machine localhost\nlogin reader\npassword s3cret\n"
MAKE = """
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key -out ca.pem -subj "/CN=$1"
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj /CN=localhost
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem -extfile <(echo subjectAltName=DNS:localhost)
"""


class Answers(http.server.BaseHTTPRequestHandler):
    """An index that wants a login."""

    def do_GET(self) -> None:
        known = self.headers.get("Authorization") == "Basic " + base64.b64encode(b"reader:s3cret").decode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


class Index(http.server.HTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A client that does not trust the certificate."""


class IndexTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.netrc = os.path.join(self.root, "netrc")

    def state(self, settings: str) -> Dict[str, Any]:
        return index.state(System(), self.write(os.path.join(self.root, "pip.conf"), "[global]\n" + settings), self.netrc)

    def why(self, settings: str) -> str:
        return str(self.state(settings)["why"])

    def closed_port(self) -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return int(free.getsockname()[1])

    def tls_index(self) -> str:
        """The address of an index whose certificate a private authority issued: ca.pem."""
        subprocess.run(["bash", "-euc", MAKE, "make", AUTHORITY], cwd=self.root, check=True, stderr=subprocess.DEVNULL)
        server = Index(("127.0.0.1", 0), Answers)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(self.root, "server.pem"), os.path.join(self.root, "server.key"))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return "https://localhost:%d/simple" % server.server_port

    def test_a_name_does_not_resolve(self) -> None:
        self.assertEqual("no package index answers: https://index.invalid/simple: the name index.invalid does not resolve",
                         self.why("index-url = https://index.invalid/simple\n"))

    def test_a_connection_is_refused(self) -> None:
        port = self.closed_port()
        self.assertEqual("no package index answers: http://127.0.0.1:%d/simple: no connection to 127.0.0.1, port %d: connection refused" % (port, port),
                         self.why("index-url = http://127.0.0.1:%d/simple\n" % port))

    def test_the_proxy_refuses_the_connection(self) -> None:
        port = self.closed_port()
        why = self.why("index-url = https://index.invalid/simple\nproxy = http://127.0.0.1:%d" % port)
        self.assertTrue(why.endswith("no connection to the proxy 127.0.0.1, port %d: connection refused" % port), why)

    def test_the_issuer_of_a_certificate_that_is_not_trusted_is_named(self) -> None:
        why = self.why("index-url = %s\n" % self.tls_index())
        self.assertIn("its certificate is not trusted (", why)
        self.assertTrue(why.endswith("issued by CN=" + AUTHORITY), why)

    def test_trusts_whom_pip_trusts_and_reports_that_a_login_is_wanted(self) -> None:
        settings = "index-url = %s\ncert = %s/ca.pem\n" % (self.tls_index(), self.root)
        self.assertTrue(self.why(settings).endswith("it wants a login (status 401)"), self.why(settings))
        self.write(self.netrc, LOGIN)
        self.assertEqual("", self.why(settings))

    def test_one_index_of_two_is_enough(self) -> None:
        self.write(self.netrc, LOGIN)
        settings = "index-url = http://127.0.0.1:%d/simple\n" % self.closed_port()
        self.assertNotEqual("", self.why(settings))
        self.assertEqual("", self.why("%sextra-index-url = %s\ncert = %s/ca.pem" % (settings, self.tls_index(), self.root)))

    def test_a_login_is_never_repeated(self) -> None:
        self.assertNotIn("s3cret", self.why("index-url = http://reader:s3cret@127.0.0.1:%d/simple\n" % self.closed_port()))

    def test_the_file_alone_gives_the_same(self) -> None:
        """As offer-wheels.sh runs it on an instance that has no program yet."""
        settings = "index-url = http://127.0.0.1:%d/simple\n" % self.closed_port()
        expected = self.state(settings)
        with open(index.__file__, "rb") as file:
            done = subprocess.run(["/usr/bin/python3", "-IS", "-", os.path.join(self.root, "pip.conf"), self.netrc], stdin=file, stdout=subprocess.PIPE,
                                  check=True)
        self.assertEqual(expected, json.loads(done.stdout))

    def test_the_wheels_and_why_they_are_used_are_named(self) -> None:
        wheels = os.path.dirname(self.write(os.path.join(self.root, "wheels/Flask-2.2.2-py3-none-any.whl"), ""))
        self.write(os.path.join(wheels, "no-index.txt"), "no package index answers: it is down\n")
        found = self.state("no-index = true\nfind-links = %s\n" % wheels)
        self.assertEqual(("no package index answers: it is down", wheels, ["Flask 2.2.2"]), (found["why"], found["wheels"], found["offered"]))
