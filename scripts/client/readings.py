"""Readings of an environment, as lines for people: drift, certificate, crashes, logs."""

from __future__ import annotations

from typing import Any, Callable


def drift_lines(reading: dict[str, Any], command: Callable[[str], str]) -> list[str]:
    """`command` converts a command from the instance to one that can be typed here."""
    lines = [reading.get("said", "")]
    for one in reading.get("drift") or []:
        lines.append(f"  {one['what']}: {one['said']}")
        lines.append(f"    fix: {command(one['mend'])}")
    return lines


def certificate_lines(reading: dict[str, Any], command: Callable[[str], str]) -> list[str]:
    lines = [reading.get("said", "")]
    if reading.get("next", "nothing") != "nothing":
        lines.append(f"  next: {command(reading['next'])}")
    return lines


def crash_lines(report: dict[str, Any]) -> list[str]:
    if not report.get("count"):
        return ["no crash bundle on the instance"]
    lines = [f"crash bundles in {report['folder']} on the instance: {report['count']}"]
    for crash in report.get("crashes") or []:
        lines.append(f"  {crash['id']}  {crash['reason']}: {crash['evidence']}")
    for bundle in report.get("bundles") or []:
        lines.extend(_bundle(bundle))
    return lines


def _bundle(bundle: dict[str, Any]) -> list[str]:
    uncounted = bundle.get("uncounted_before") or 0
    memory = ", ".join(f"{name} {value}" for name, value in (bundle.get("memory_mb") or {}).items())
    lines = [
        "",
        f"{bundle['id']}: {bundle['reason']}, release {bundle['release']}, {bundle['restarts']} restarts before"
        + (f", {uncounted} more without a bundle" if uncounted else ""),
        f"  memory {memory} MB; disk {bundle['disk_free_mb']} MB free; load {bundle['load']}",
    ]
    lines.extend(f"  health  {answer}" for answer in bundle.get("health") or [])
    if bundle.get("left_out"):
        lines.append(f"  the {bundle['left_out']} oldest lines are omitted; they are in {bundle['id']}.json")
    lines.extend(f"  {line}" for line in bundle.get("journal") or [])
    return lines


def log_lines(logs: dict[str, Any], most: int) -> list[str]:
    """The number of older lines, then the newest `most` lines."""
    found = logs.get("lines") or []
    hidden = max(0, len(found) - most)
    older = (logs.get("left_out") or 0) + hidden
    note = [f"… {older} older lines; use --lines to print more, --since to read fewer"] if older else []
    return note + found[hidden:]
