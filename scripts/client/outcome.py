"""The outcome of an execution: exit code and text. outcomes.json has names and codes; tests compare it with the state machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from client.executions import Execution
from client.exits import DONE, FAILED, PERSON_NEEDED
from client.migration import migration_lines
from client.screen import detail, seconds

TABLE = json.loads((Path(__file__).parent / "outcomes.json").read_text(encoding="utf-8"))

# What the deployer did. It does not know what the robot does.
KEYS = {"live": "keys given", "simulation": "no keys given"}

# Outcomes after which a release serves.
SERVING = ("deployed", "nothing_to_do")


def exit_code(ended: Execution) -> int:
    """The exit code; -1 if the execution could not report what serves, so that it must be read from the instance."""
    if ended.status == "SUCCEEDED":
        return DONE
    return TABLE["failed"].get(ended.error, -1) if ended.status == "FAILED" else -1


def outcome_name(ended: Execution) -> str:
    if ended.status == "SUCCEEDED":
        return str(ended.output.get("outcome", "succeeded"))
    return ended.error or ended.status


def failure_lines(ended: Execution) -> list[str]:
    lines = [f"{ended.error}: {ended.cause}" if ended.error else f"{ended.status} {ended.cause}".strip()]
    if ended.status != "FAILED" and ended.error:
        lines = [f"{ended.status}: {lines[0]}"]
    return lines


def success_lines(ended: Execution) -> list[str]:
    """The outcome, then the facts about the release that serves."""
    output = ended.output
    host = output.get("host") or {}
    lines = [f"{_headline(output)}, {seconds(ended.seconds)}"]

    def add(name: str, value: Any) -> None:
        if value not in (None, "", [], {}):
            lines.append(detail(name, str(value)))

    add("release", output.get("release"))
    add("commit", output.get("revision") or host.get("revision"))
    given = KEYS.get(output.get("mode") or "", "")
    if output.get("sets_mode", True):
        add("mode", _because({**output, "mode_reason": output.get("mode_reason") or given}, "mode", "mode_reason"))
    else:
        add("keys", output.get("mode_reason") or given)
    add("protocol", _because(output, "protocol", "protocol_reason"))
    add("health", _because({"health": output.get("health") or host.get("health"), "reason": host.get("reason")}, "health", "reason"))
    add("sudo", output.get("sudo"))
    for change in output.get("changes") or []:
        add("service", change)
    add("keeps", ", ".join(output.get("kept") or []) + " (outlive each release)" if output.get("kept") else "")
    for package in output.get("packages") or []:
        add("package", package)
    for warning in output.get("warnings") or []:
        add("warning", warning)
    add("power", output.get("power_problem"))
    add("robot", _robot(output.get("services") or {}))
    lines.extend(migration_lines(output))
    return lines


def _headline(output: dict[str, Any]) -> str:
    outcome = output.get("outcome", "")
    if outcome == "planned":
        if output.get("nothing_to_do"):
            return f"Planned for {output.get('environment', '')}: nothing to do"
        return f"Planned for {output.get('environment', '')}: a deploy would change " + ", ".join(output.get("differences") or [])
    if outcome == "status" and "migration" in output:
        return f"The migration of {output.get('environment', '')}"
    return TABLE["succeeded"].get(outcome, "Done: {environment}").format(environment=output.get("environment", ""))


def _because(output: dict[str, Any], what: str, why: str) -> str:
    value, reason = output.get(what) or "", output.get(why) or ""
    return f"{value} ({reason})" if value and reason else str(value)


def _robot(services: dict[str, Any]) -> str:
    """How the robot stopped before its instance was stopped."""
    if "problem" in services:
        return f"stopped with the instance: {services['problem']}"
    if not services.get("stopped"):
        return ""
    took = f"{services.get('robot_seconds')} s"
    killed = services.get("killed") or []
    return f"had to be killed after {took}: {', '.join(killed)}" if killed else f"stopped in {took}"


def unknown_code(readable: bool) -> int:
    """For an execution that could not report what serves: 1 if the instance answered, otherwise 3."""
    return FAILED if readable else PERSON_NEEDED
