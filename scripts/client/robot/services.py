"""The services of the environment's file, with what belongs to them: port, health path and protocol."""

from __future__ import annotations

import re
from typing import Any, Optional

from client.robot import container, entry, known_robots, reach, web
from client.robot import project as projects
from client.robot.command_line import Program
from client.robot.dependencies import Dependencies
from client.robot.facts import Facts
from client.robot.files import Files
from client.robot.findings import Findings

OTHERS = {"package.json": "Node.js", "go.mod": "Go", "Cargo.toml": "Rust", "pom.xml": "Java"}
ROBOT, PAGE = "crypto-robot", "crypto-webapp"


def of_known(found: Findings, known: known_robots.Known) -> None:
    found.set("services", known.services, known.reasons["services"])
    for name, value in known.values.items():
        found.set(name, value, known.reasons[name])
    if "protocol" not in found.values:
        found.set("protocol", "http", "no service is a web application, so no certificate is needed")
    found.problems += known.problems


def of_programs(
    found: Findings, files: Files, facts: dict[str, Facts], containers: container.Containers, project: projects.Project, needs: Dependencies
) -> list[str]:
    """Sets the services; returns the files that they reach."""
    programs, problems, misnamed = entry.found(files, containers, project, facts)
    pages = [one for one in programs if _is_page(files, facts, one)]
    robots = [one for one in programs if one.file not in [page.file for page in pages] and entry.is_robot_name(one.command) and one.kind != "web"]
    robots = [one for one in robots if "streamlit" not in facts.get(one.file, Facts("")).imports]
    if not pages:
        pages = _page_without_command(files, facts, needs)
        robots = [one for one in robots if one.file not in [page.file for page in pages]]
    # A program that is named as a page and trades as well is the only one there is.
    robot = robots[0] if robots else None
    found.problems += problems if robot is None or not robots[0].source.startswith(("Procfile", "Dockerfile", "docker-compose", "compose")) else []
    services = []
    if robot:
        services.append({"name": ROBOT, "type": "trading_robot", "command": robot.command, "enabled": True})
        found.reasons["services"] = f"{ROBOT}: {robot.source}"
        others = list(dict.fromkeys(one.command for one in robots[1:] if one.file != robot.file))
        if others:
            found.unknown.append(
                "which program trades: "
                + ", ".join(others[:4])
                + f" {'start' if len(others) > 1 else 'starts'} as well. A service for each that must run at all times"
            )
    _page(found, files, facts, needs, pages, robot, services)
    if services:
        found.values["services"] = services
    else:
        found.problems.insert(0, _no_program(files))
    reached = dict.fromkeys(path for one in [robot, pages[0] if pages else None] if one for path in reach.reached(files, facts, one.file))
    _entry_problems(found, facts, robot)
    return list(reached) or reach.reached(files, facts, misnamed) or sorted(facts)


def _no_program(files: Files) -> str:
    other = next(
        (f" The repository is a {language} project ({path}); the deployer runs Python programs." for path, language in OTHERS.items() if path in files), ""
    )
    there = sorted(path for path in files if path.endswith(".py") and "/" not in path)
    named = f" Python files in the top folder: {', '.join(there[:8])}." if there else ""
    return (
        f"no program that can be a service was found.{other}{named} "
        'Add "services" to the file, such as [{"name": "crypto-robot", "type": "trading_robot", "command": "python FILE.py"}]'
    )


def _is_page(files: Files, facts: dict[str, Facts], program: Program) -> bool:
    """A server's command, or a program whose own file listens or is named as a page."""
    if program.server:
        return True
    path, listener = web.serves(files, facts, program)
    named = program.kind == "web" or re.search(r"(^|[/_.-])(web\w*|app|api\w*|dashboard|server|gui|ui|page)([/_.-]|$)", program.command)
    return listener is not None and (path == program.file or bool(named))


def _page_without_command(files: Files, facts: dict[str, Facts], needs: Dependencies) -> list[Program]:
    """An application in the code that no command starts, and that a server among the requirements can serve."""
    for path, one in sorted(facts.items(), key=lambda each: each[0].count("/")):
        for name, kind in one.apps.items():
            module = path[: -len("/__init__.py")] if path.endswith("/__init__.py") else path[:-3]
            application = f"{module.replace('/', '.')}:{name}"
            if kind in ("fastapi", "starlette", "quart") and "uvicorn" in needs.names:
                return [Program(f"uvicorn {application}", path, path, "uvicorn", application, "web")]
            if kind == "flask" and "gunicorn" in needs.names:
                return [Program(f"gunicorn {application}", path, path, "gunicorn", application, "web")]
        if "streamlit" in one.imports and "/" not in path and not path.startswith("_"):
            return [Program(f"streamlit run {path}", path, path, "streamlit", kind="web")]
    return []


def _page(
    found: Findings, files: Files, facts: dict[str, Facts], needs: Dependencies, pages: list[Program], robot: Optional[Program], services: list[dict[str, Any]]
) -> None:
    if not pages:
        found.set("protocol", "http", "no service is a web application, so no certificate is needed")
        if robot and web.serves(files, facts, robot)[1]:
            where, listener = web.serves(files, facts, robot)
            assert listener
            port = f", on port {listener.port}" if listener.port else ""
            found.unknown.append(f"the page of the robot: {where}:{listener.line} listens in the robot's own process{port}. The health check does not read it")
        return
    page = web.of(files, facts, pages[0], needs)
    services.append({"name": PAGE, "type": "web_application", "command": page.command, "enabled": True})
    reason = page.reasons.pop("command", pages[0].source)
    found.reasons["services"] = "; ".join(filter(None, [found.reasons.get("services"), f"{PAGE}: {reason}"]))
    found.set("port", page.port, page.reasons.get("port", "the default"))
    found.set("health_path", page.health_path, page.reasons["health_path"])
    given = any("SSL_CERT_PATH" in one.variables for one in facts.values())
    if given:
        found.notes.append("protocol is not set: the code reads SSL_CERT_PATH, so the page serves the certificate of the deployer")
    elif page.https:
        found.problems.append("the page serves https with a certificate of its own. Take the deployer's: SSL_CERT_PATH and SSL_KEY_PATH in .env are the files")
    else:
        found.set(
            "protocol",
            "http",
            "the code has no TLS with SSL_CERT_PATH and SSL_KEY_PATH. Everybody on the way can read and change the page: let only your own "
            "address reach it (WebCidr)",
        )
    found.problems += page.problems
    found.unknown += page.unknown
    if len(pages) > 1 and pages[1].file != pages[0].file:
        found.unknown.append(f"which page is wanted: {', '.join(dict.fromkeys(one.command for one in pages[1:4]))} as well. One port is checked")
    if robot is None:
        found.unknown.append("whether this program also trades. If it does, its type must be trading_robot, which never runs twice at a time")


def _entry_problems(found: Findings, facts: dict[str, Facts], robot: Optional[Program]) -> None:
    if not robot or robot.file not in facts:
        return
    one = facts[robot.file]
    if one.problem:
        found.problems.append(
            f"{robot.file} cannot be parsed as Python 3 ({one.problem}). If it is Python 2, convert it (2to3); if it is newer than this "
            "machine's Python, ignore this"
        )
    lacking = [name for name in one.needs if name not in robot.command.split(" ")]
    if lacking and len(robot.command.split(" ")) < 3:
        found.unknown.append(f"the arguments of {robot.file}, which requires {', '.join(lacking[:5])}: add them to the command")
