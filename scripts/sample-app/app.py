"""The robot's web page: what it is doing, and /health for whoever watches it.

Speaks HTTPS when `.env` names a certificate (SSL_CERT_PATH, SSL_KEY_PATH), HTTP when it does not. The port is PORT,
5000 unless something else is set.
"""

import json
import os
import ssl
import sys
from pathlib import Path

from dotenv import load_dotenv
from flask import Flask, jsonify
from humanize import intcomma
from werkzeug.serving import WSGIRequestHandler, make_server

from counter import Counter

HERE = Path(__file__).resolve().parent
COUNTER = Counter("data/counter")

app = Flask(__name__)


def release():
    """What the deployer wrote about the release that runs here; nothing when there was no deployer."""
    try:
        return json.loads((HERE / "release.json").read_text())
    except FileNotFoundError:
        return {}


def mode():
    return os.environ.get("ROBOT_MODE", "simulation")


@app.get("/health")
def health():
    return jsonify(
        status="ok",
        mode=mode(),
        release=release().get("release"),
        revision=release().get("revision"),
        counter=COUNTER.value(),
    )


@app.get("/")
def page():
    revision = release().get("revision") or "no release"
    return f"<h1>Crypto robot</h1><p>{mode()}, tick {intcomma(COUNTER.value())}, {revision[:7]}</p>\n"


class Requests(WSGIRequestHandler):
    """Gives up on a silent client."""

    timeout = 20

    def log_request(self, code="-", size="-"):
        if str(code) != "200":
            super().log_request(code, size)


def serve():
    port = int(os.environ.get("PORT") or 5000)
    server = make_server("0.0.0.0", port, app, threaded=True, request_handler=Requests)
    certificate, key = os.environ.get("SSL_CERT_PATH"), os.environ.get("SSL_KEY_PATH")
    if certificate and key:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        # The handshake belongs to the connection's own thread: a client that never speaks must not stop the others.
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.ssl_context = tls
    print(f"web application listens on port {port}, {'https' if server.ssl_context else 'http'}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    load_dotenv()
    sys.exit(serve())
