"""The page of a robot: its command, port, address, health path and protocol."""

from __future__ import annotations

import unittest

from client.tests.robots import ROBOT, about, command, looked, page

FLASK = "from flask import Flask\napp = Flask(__name__)\n@app.route('/health')\ndef health():\n    return 'ok'\n"
FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/healthz')\ndef health():\n    return {}\n"


class WebTest(unittest.TestCase):
    def test_flask_on_every_address(self) -> None:
        found = looked({"main.py": ROBOT, "app.py": FLASK + "if __name__ == '__main__':\n    app.run(host='0.0.0.0', port=8080)\n"})
        self.assertEqual(("python main.py", "python app.py"), (command(found), page(found)))
        self.assertEqual((8080, "/health", "http"), tuple(found.values[name] for name in ("port", "health_path", "protocol")))

    def test_flask_on_loopback_is_explained_or_served_by_gunicorn(self) -> None:
        app = FLASK + "app.run()\n"
        found = looked({"main.py": ROBOT, "app.py": app}, "flask\n")
        self.assertEqual(("python app.py", 5000), (page(found), found.values["port"]))
        self.assertIn("Change the host to 0.0.0.0", about(found.problems, "app.py:6", "127.0.0.1"))
        found = looked({"main.py": ROBOT, "app.py": app}, "flask\ngunicorn==22.0\n")
        self.assertEqual("gunicorn --bind 0.0.0.0:5000 app:app", page(found))
        self.assertEqual("", about(found.problems, "127.0.0.1"))

    def test_a_port_comes_from_PORT_or_another_variable_or_is_computed(self) -> None:
        for port, number, text in (("int(os.environ.get('PORT', 8000))", 8000, "reads PORT, which the deployer sets"), ("int(os.environ['PORT'])", 5000, "reads PORT"),
                                   ("int(os.getenv('WEB_PORT', '8123'))", 8123, "WEB_PORT, which the deployer does not set"), ("NUMBER", 9000, "listens there")):  # fmt: skip
            with self.subTest(port):
                found = looked({"app.py": f"import os\nNUMBER = 9000\n{FLASK}app.run('0.0.0.0', {port})\n"})
                self.assertEqual(number, found.values["port"])
                self.assertIn(text, found.reasons["port"])
        self.assertIn("computes it", about(looked({"app.py": FLASK + "app.run(host='0.0.0.0', port=args.port)\n"}).unknown, "the port"))
        program = FLASK + "p.add_argument('--port', type=int, default=8077)\nargs = p.parse_args()\napp.run(host='0.0.0.0', port=args.port)\n"
        self.assertEqual(8077, looked({"app.py": program}).values["port"])

    def test_fastapi_with_uvicorn(self) -> None:
        found = looked({"main.py": ROBOT, "api.py": FASTAPI}, "fastapi\nuvicorn[standard]\n")
        self.assertEqual("uvicorn api:app --host 0.0.0.0 --port 8000", page(found))
        self.assertEqual((8000, "/healthz"), (found.values["port"], found.values["health_path"]))
        found = looked({"main.py": ROBOT, "api.py": "import uvicorn\n" + FASTAPI + "uvicorn.run('api:app', host='0.0.0.0', port=8001)\n"}, "fastapi\nuvicorn\n")
        self.assertEqual(("python api.py", 8001), (page(found), found.values["port"]))

    def test_a_server_that_is_bound_to_loopback_is_bound_to_every_address(self) -> None:
        for line, expected in (
            ("gunicorn -w 2 -b 127.0.0.1:7000 app:app", "gunicorn -w 2 app:app --bind 0.0.0.0:7000"),
            ("gunicorn app:app", "gunicorn app:app --bind 0.0.0.0:8000"),
            ("uvicorn app:app --host 127.0.0.1 --port 7000", "uvicorn app:app --host 0.0.0.0 --port 7000"),
            ("gunicorn --bind 0.0.0.0:$PORT app:app", "gunicorn --bind 0.0.0.0:5000 app:app"),
        ):
            with self.subTest(line):
                self.assertEqual(expected, page(looked({"app.py": FLASK, "Procfile": f"web: {line}\n"})))

    def test_streamlit(self) -> None:
        for more in ({}, {"Dockerfile": "CMD streamlit run board.py\n"}):
            found = looked({"board.py": "import streamlit\nstreamlit.title('x')\n", **more}, "streamlit\n")
            self.assertEqual("streamlit run board.py --server.headless true --server.address 0.0.0.0 --server.port 8501", page(found))
            self.assertEqual((8501, "/_stcore/health"), (found.values["port"], found.values["health_path"]))
            self.assertEqual("", command(found))

    def test_other_servers(self) -> None:
        for text, port in (
            ("from dash import Dash\napp = Dash(__name__)\napp.run_server(host='0.0.0.0', port=8051)\n", 8051),
            ("from aiohttp import web\nweb.run_app(x)\n", 8080), ("from waitress import serve\nserve(x, host='0.0.0.0', port=8082)\n", 8082),
            ("from http.server import HTTPServer\nHTTPServer(('0.0.0.0', 8083), X).serve_forever()\n", 8083),
            ("from flask_socketio import SocketIO\nsocketio = SocketIO(x)\nsocketio.run(x, host='0.0.0.0', port=8084)\n", 8084),
        ):  # fmt: skip
            with self.subTest(text):
                self.assertEqual(("python app.py", port), (page(found := looked({"app.py": text})), found.values["port"]))

    def test_a_certificate_of_the_deployer_leaves_the_protocol_to_it(self) -> None:
        found = looked({"app.py": "import os\n" + FLASK + "app.run(host='0.0.0.0', ssl_context=(os.environ['SSL_CERT_PATH'], os.environ['SSL_KEY_PATH']))\n"})
        self.assertNotIn("protocol", found.values)
        found = looked({"app.py": FLASK + "app.run(host='0.0.0.0', ssl_context=('cert.pem', 'key.pem'))\n"})
        self.assertNotIn("protocol", found.values)
        self.assertIn("SSL_CERT_PATH", about(found.problems, "certificate of its own"))

    def test_a_page_in_the_robots_own_process_is_named(self) -> None:
        found = looked({"main.py": "import page\n" + ROBOT, "page.py": FLASK + "def start():\n    app.run(host='0.0.0.0', port=8090)\n"})
        self.assertEqual(("python main.py", ""), (command(found), page(found)))
        self.assertIn("page.py:7 listens in the robot's own process, on port 8090", about(found.unknown, "the page of the robot"))

    def test_a_port_that_no_web_application_can_have_is_explained(self) -> None:
        self.assertIn("80, 443 or a port from 1024", about(looked({"app.py": FLASK + "app.run('0.0.0.0', 81)\n"}).problems, "port 81"))

    def test_without_a_route_for_health_the_routes_are_named(self) -> None:
        found = looked({"app.py": FLASK.replace("/health", "/trades") + "app.run('0.0.0.0')\n"})
        self.assertEqual("/", found.values["health_path"])
        self.assertIn("/trades", about(found.unknown, "health_path"))
