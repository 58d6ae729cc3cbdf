"""The result of a phase of the migration from containers, as lines. See docs/migration.md."""

from __future__ import annotations

from typing import Any

from client.screen import detail

PHASES = ("prepare", "parallel", "cutover", "cleanup", "undo", "status")


def migration_lines(output: dict[str, Any]) -> list[str]:
    """For the output of an execution of the migrate machine; empty for other machines."""
    report, lines = output.get("report") or {}, []

    def add(name: str, text: str) -> None:
        lines.append(detail(name, text))

    for one in report.get("containers") or []:
        add("container", _container(one))
    for warning in report.get("warnings") or []:
        add("warning", warning)
    if report.get("file"):
        add("inventory", report["file"])
    if report.get("archive"):
        add("archive", f"{report['archive']}, {report.get('files', 0)} files")
        for kind, names in (report.get("removed") or {}).items():
            add("removed", f"{kind} {_names(names)}")
        add("kept", f"volumes {_names(report.get('kept_volumes') or [])}")
    if report.get("kept"):
        add("kept", f"{report['kept']} has the data written since then")
    if output.get("migration"):
        _progress(output["migration"], add)
    return lines


def _progress(migration: dict[str, Any], add: Any) -> None:
    add("phase", f"{migration.get('phase', '')}, {'healthy' if migration.get('well') else 'not healthy'}")
    for one in migration.get("containers") or []:
        add("container", f"{one['name']} {'runs' if one['running'] else 'is stopped'}")
    for one in migration.get("container_health") or []:
        add("container", f"{one['url']} answered {one['status']} in {one['milliseconds']} ms")
    python = migration.get("python") or {}
    if python.get("release"):
        health = "healthy" if python.get("healthy") else "not healthy"
        add("python", f"release {python['release']}, {python.get('mode')}, {health}, answered in {python.get('milliseconds')} ms")


def _container(one: Any) -> str:
    """Phase prepare describes a container; undo has only its name."""
    if isinstance(one, str):
        return f"{one} runs again"
    content = (one.get("environment") or {}).get("env_content") or {}
    state = "runs" if one.get("running") else "is stopped"
    return f"{one['name']} of {one['image']}, {state}, restart {one['restart']}" + (", has ENV_CONTENT" if content.get("present") else "")


def _names(names: list[str]) -> str:
    return " ".join(names) or "none"
