"""The web application of a robot: what serves it, its port, whether others reach it, and whether it speaks https."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Optional

from client.robot import reach
from client.robot.dependencies import Dependencies
from client.robot.command_line import Program
from client.robot.files import Files
from client.robot.facts import Facts, Listener

_HEALTH = ("/health", "/healthz", "/api/health", "/api/v1/ping", "/ping", "/api/ping", "/status", "/api/status", "/")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_DEFAULT_PORTS = {
    "gunicorn": 8000,
    "uvicorn": 8000,
    "hypercorn": 8000,
    "streamlit": 8501,
    "flask": 5000,
    "waitress-serve": 8080,
    "daphne": 8000,
    "fastapi": 8000,
    "panel": 5006,
}


@dataclass
class Web:
    program: Optional[Program] = None  # None: the robot's own process serves it
    command: str = ""
    port: int = 5000  # the deployer's default
    health_path: str = ""
    https: bool = False
    reasons: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def serves(files: Files, facts: dict[str, Facts], program: Program) -> tuple[str, Optional[Listener]]:
    """The file in which a program listens, and how. The entry file counts before what it imports."""
    for path in reach.reached(files, facts, program.file):
        if facts[path].listeners:
            return path, facts[path].listeners[0]
    return "", None


def of(files: Files, facts: dict[str, Facts], program: Program, dependencies: Dependencies, own_process: bool = False) -> Web:
    web = Web(None if own_process else program, program.command)
    path, listener = serves(files, facts, program)
    if program.server and not own_process:
        _of_server(web, program)
    elif listener:
        _of_listener(web, facts, program, dependencies, path, listener)
    _health(web, files, facts, program)
    return web


def _of_server(web: Web, program: Program) -> None:
    words = program.command.split(" ")
    host, port = _bound(words)
    if program.server == "streamlit":
        words = [words[0], "run", program.file]
        web.port = port or 8501
        web.command = " ".join([*words, "--server.headless", "true", "--server.address", "0.0.0.0", "--server.port", str(web.port)])
        web.reasons["port"] = "Streamlit listens there, as its command requests"
        return
    usual = _DEFAULT_PORTS.get(program.server, 8000)
    web.port = usual if port is None else port
    web.reasons["port"] = f"{program.source} binds it" if port else f"the default of {program.server}"
    web.https = any(word.startswith(("--certfile", "--ssl-certfile", "--ssl-keyfile", "--keyfile")) for word in words)
    if host is None and program.server in ("gunicorn", "uvicorn", "hypercorn", "flask") or host in _LOOPBACK:
        binds = program.server in ("gunicorn", "hypercorn")
        web.command = re.sub(r" (-b|--bind)[ =]\S+" if binds else r" (-h|--host|-p|--port)[ =]\S+", "", program.command)
        web.command += f" --bind 0.0.0.0:{web.port}" if binds else f" --host 0.0.0.0 --port {web.port}"
        web.reasons["command"] = (
            f"{program.source}; with the address 0.0.0.0, because {program.server} would listen on 127.0.0.1, where nobody outside reaches it"
        )


def _bound(words: list[str]) -> tuple[Optional[str], Optional[int]]:
    text = " ".join(words)
    bind = re.search(r"(?:-b|--bind|--listen)[ =]([\w.\[\]-]*?):(\d{2,5})\b", text)
    if bind:
        return bind.group(1), int(bind.group(2))
    host, port = re.search(r"(?:--host|--server\.address|-h)[ =](\S+)", text), re.search(r"(?:--port|--server\.port|-p)[ =](\d{2,5})\b", text)
    return host.group(1) if host else None, int(port.group(1)) if port else None


def _of_listener(web: Web, facts: dict[str, Facts], program: Program, dependencies: Dependencies, path: str, listener: Listener) -> None:
    where = f"{path}:{listener.line}"
    web.https = listener.https
    if listener.port is not None:
        web.port = listener.port
        if listener.variable == "PORT":
            web.reasons["port"] = f"{where} reads PORT, which the deployer sets, with this default"
        elif listener.variable:
            web.reasons["port"] = f"{where} reads {listener.variable}, which the deployer does not set, with this default"
        else:
            web.reasons["port"] = f"{where} listens there"
    elif listener.variable == "PORT":
        web.reasons["port"] = f"{where} reads PORT, which the deployer sets to this value"
    else:
        web.unknown.append(f'the port: {where} computes it. Set "port" to the value that it uses')
    if listener.host in _LOOPBACK:
        served = _served_by_gunicorn(facts, path, dependencies)
        if served and web.program and program.file == path:
            web.command = f"gunicorn --bind 0.0.0.0:{web.port} {served}"
            web.reasons["command"] = (
                f"{where} listens on 127.0.0.1, where nobody outside reaches it; requirements.txt has gunicorn, which serves {served} on every address"
            )
        else:
            web.problems.append(
                f"{where} listens on 127.0.0.1: the health check passes, and nobody outside the instance reaches the page. Change the host to "
                "0.0.0.0 in the code"
            )
    elif listener.host == "*":
        web.unknown.append(f"the address: {where} computes it. On 127.0.0.1 nobody outside the instance reaches the page")
    if not (listener.port is None or listener.port in (80, 443) or 1024 <= listener.port <= 65535):
        web.problems.append(f"{where} listens on port {listener.port}; a web application can have 80, 443 or a port from 1024 to 65535. Change it in the code")
        web.port = 5000


def _served_by_gunicorn(facts: dict[str, Facts], path: str, dependencies: Dependencies) -> str:
    name = next((name for name, kind in facts[path].apps.items() if kind in ("flask", "dash")), "")
    if "gunicorn" not in dependencies.names or not name or "/" in path:
        return ""
    return f"{path[:-3]}:{name}" + (".server" if facts[path].apps[name] == "dash" else "")


def _health(web: Web, files: Files, facts: dict[str, Facts], program: Program) -> None:
    if program.server == "streamlit":
        web.health_path = "/_stcore/health"
        web.reasons["health_path"] = "Streamlit answers 200 there"
        return
    if next((one.framework for one in [serves(files, facts, program)[1]] if one), "") in ("dash", "gradio", "nicegui"):
        web.health_path, web.reasons["health_path"] = "/", "the page itself answers 200"
        return
    start = program.file or next((path for path, one in facts.items() if one.apps), "")
    reached = reach.reached(files, facts, start)
    routes = {route: path for path in reversed(reached) for route in facts[path].routes}
    found = next(
        (one for one in _HEALTH if one in routes), next((one for one in sorted(routes) if re.search(r"/(health|ping|status|alive|ready)\w*/?$", one)), "")
    )
    if found:
        web.health_path = found
        web.reasons["health_path"] = f"{routes[found]} has this route; it must answer 200 without a login"
    else:
        web.health_path = "/"
        web.reasons["health_path"] = "no route for health was found"
        web.unknown.append(
            'a path that answers 200 without a login when the page is healthy. Set "health_path" to it'
            + (f"; the code has {', '.join(sorted(routes)[:5])}" if routes else "")
        )
