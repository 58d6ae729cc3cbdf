"""Where a Python file listens: the call that starts a web server, and the routes of its application."""

from __future__ import annotations

import ast
import re

from client.robot.expressions import UNKNOWN, Expressions, name_of
from client.robot.facts import Facts, Listener

# Web frameworks by the module that is imported: what starts the server in the program itself, and where it listens by default.
FRAMEWORKS = {
    "flask": ("127.0.0.1", 5000), "quart": ("127.0.0.1", 5000), "fastapi": ("127.0.0.1", 8000), "starlette": ("127.0.0.1", 8000),
    "uvicorn": ("127.0.0.1", 8000), "waitress": ("0.0.0.0", 8080), "aiohttp": ("0.0.0.0", 8080), "dash": ("127.0.0.1", 8050),
    "gradio": ("127.0.0.1", 7860), "nicegui": ("0.0.0.0", 8080), "sanic": ("127.0.0.1", 8000), "bottle": ("127.0.0.1", 8080),
    "tornado": ("0.0.0.0", None), "http.server": ("0.0.0.0", None), "streamlit": ("0.0.0.0", 8501), "flask_socketio": ("127.0.0.1", 5000),
}  # fmt: skip


class Servers:
    """Adds what a call shows to the facts of its file."""

    def __init__(self, facts: Facts, values: Expressions) -> None:
        self._facts = facts
        self._values = values

    def add(self, node: ast.Call, name: str, last: str) -> None:
        self._listens(node, name, last)
        self._routes(node, last)

    def _listens(self, node: ast.Call, name: str, last: str) -> None:
        framework = self._server(node, name, last)
        if not framework:
            return
        options = {one.arg: one.value for one in node.keywords if one.arg}
        host, port = options.get("host") or options.get("server_name"), options.get("port") or options.get("server_port")
        positions = {"run": (0, 1), "run_app": (None, None), "TCPSite": (1, 2), "listen": (1, 0), "serve": (None, None), "start_http_server": (1, 0)}
        if last in ("HTTPServer", "ThreadingHTTPServer", "TCPServer", "make_server"):
            place = node.args[0] if node.args else None
            if isinstance(place, ast.Tuple) and len(place.elts) == 2:
                host, port = place.elts
            elif last == "make_server" and len(node.args) > 1:
                host, port = node.args[0], node.args[1]
        elif not (last == "run" and framework in ("uvicorn", "flask_socketio", "nicegui")):
            for which, at in zip(("host", "port"), positions.get(last, (None, None))):
                if at is not None and at < len(node.args):
                    host, port = (host or node.args[at], port) if which == "host" else (host, port or node.args[at])
        given = FRAMEWORKS.get(framework, ("0.0.0.0", None))
        number = self._values.number(port) if port is not None else given[1]
        secure = any(isinstance(options.get(one), ast.AST) and not _is_none(options[one])
                     for one in ("ssl_context", "ssl_certfile", "certfile", "keyfile", "ssl"))  # fmt: skip
        where = given[0] if host is None else self._values.text(host)
        self._facts.listeners.append(Listener(framework, where, number, self._values.variable(port), secure, node.lineno))

    def _server(self, node: ast.Call, name: str, last: str) -> str:
        """The framework whose server this call starts; empty for another call."""
        owner = name.rsplit(".", 1)[0] if "." in name else ""
        if last == "run" and owner:
            if owner in self._facts.apps:
                return self._facts.apps[owner]
            if owner == "uvicorn" or owner == "ui" and self._facts.imported("nicegui"):
                return "uvicorn" if owner == "uvicorn" else "nicegui"
            if re.fullmatch(r"(self\.)?_?(flask_)?(app|application|server|socketio|webapp)", owner):
                return next((one for one in ("flask_socketio", "flask", "quart", "sanic", "bottle", "dash") if self._facts.imported(one)), "")
        if name == "uvicorn.Config":
            return "uvicorn"
        if last == "run_server" and self._facts.imported("dash"):
            return "dash"
        if last == "serve" and self._facts.imported("waitress"):
            return "waitress"
        if last in ("run_app", "TCPSite") and self._facts.imported("aiohttp"):
            return "aiohttp"
        if last == "launch" and self._facts.imported("gradio"):
            return "gradio"
        if last == "listen" and self._facts.imported("tornado"):
            return "tornado"
        if last in ("HTTPServer", "ThreadingHTTPServer") or last == "make_server" and self._facts.imported("werkzeug", "wsgiref"):
            return "http.server"
        return ""

    def _routes(self, node: ast.Call, last: str) -> None:
        if last in ("route", "get", "add_url_rule", "add_get", "websocket_route") and node.args and isinstance(node.func, ast.Attribute):
            path = self._values.text(node.args[1] if last == "add_get" and len(node.args) > 2 else node.args[0])
            owner = name_of(node.func.value)
            web = owner in self._facts.apps or bool(re.search(r"(app|router|server|blueprint|bp|api|web|routes?)$", owner))
            if web and path.startswith("/") and UNKNOWN not in path and re.fullmatch(r"/[A-Za-z0-9._~/-]*", path):
                self._facts.routes.append(path)


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, False)
