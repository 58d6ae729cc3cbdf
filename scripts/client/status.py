"""The status of an environment, for programs and for people; the same on AWS and on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional


@dataclass(frozen=True)
class Instance:
    """The instance of an environment; state is pending, running, stopping or stopped."""

    environment: str
    id: str
    state: str
    address: str
    agent_online: bool = False


def web_url(protocol: str, address: str, port: Any) -> str:
    """The URL of the web application; empty if there is none or the address is unknown."""
    return f"{protocol}://{address}:{port}" if protocol and address and port else ""


def document(instance: Instance, host: Optional[dict[str, Any]]) -> dict[str, Any]:
    """For programs. `host` is the report of the instance; None if it does not run or does not answer."""
    report = host or {}
    return {
        "environment": instance.environment,
        "instance_id": instance.id,
        "state": instance.state,
        "address": instance.address,
        "url": web_url(report.get("protocol", ""), instance.address, report.get("port", "")),
        "release": report.get("release") or "",
        "revision": report.get("revision") or "",
        "mode": report.get("mode") or "",
        "sets_mode": report.get("sets_mode", True),
        "protocol": report.get("protocol") or "",
        "health": report.get("health") or "unknown",
        "reason": report.get("reason") or "",
        "crashes": report.get("crashes") or {"count": 0, "newest": "", "reason": ""},
        "locked_by": report.get("locked_by"),
        "drift": report.get("drift"),
        "units": report.get("units") or {},
        "certificate_not_after": report.get("certificate_not_after") or "",
        "armed": report.get("armed"),
    }


def lines(status: dict[str, Any], drift_command: str) -> list[str]:
    """For people."""
    found = ["", status["environment"]]

    def add(name: str, value: str) -> None:
        if value:
            found.append(f"  {name:<13} {value}")

    add("instance", " ".join(part for part in (status["instance_id"], status["state"], status["address"]) if part))
    add("release", status["release"] or "none")
    add("commit", status["revision"])
    # A release without variables for its mode has none.
    mode = status["mode"] if status["sets_mode"] else ""
    add("mode" if mode else "serves", ", ".join(part for part in (mode, status["protocol"], status["health"]) if part))
    add("keys", {"live": "given", "simulation": "none given"}.get(status["mode"], ""))
    add("unhealthy", status["reason"])
    add("url", status["url"])
    add("certificate", f"until {status['certificate_not_after']}" if status["certificate_not_after"] else "")
    for unit, state in status["units"].items():
        add(unit, state)
    if status["crashes"]["count"]:
        add("crashes", f"{status['crashes']['count']}, the newest {status['crashes']['newest']}: {status['crashes']['reason']}")
    if status["drift"]:
        add("drift", f"{status['drift']} differences from what was deployed; {drift_command}")
    if status["locked_by"]:
        add("locked by", f"{status['locked_by']['owner']} since {status['locked_by']['since']}")
    if status["armed"]:
        add("rolls back", f"{status['armed']['release']} at {status['armed']['at']} unless it is confirmed")
    return found
