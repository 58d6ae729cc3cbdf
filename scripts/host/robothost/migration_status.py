"""migration_status: how far the migration is, from the files and containers of this instance and not from what was requested."""

from __future__ import annotations

import os

from robothost.docker import answer, containers, held_file, inventory_file, name_of, names_of, read
from robothost.layout import Layout
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

MOST_URLS, MOST_NAMES = 10, 50


class Ours:
    """What serves instead of the containers, or beside them."""

    def __init__(self, release: str, mode: str, is_healthy: bool, milliseconds: int) -> None:
        self.release, self.mode, self.is_healthy, self.milliseconds = release, mode, is_healthy, milliseconds


def removed_file(layout: Layout) -> str:
    """The answer of the step that has removed the containers."""
    return os.path.join(layout.migration, "cleaned-up")


def open_decision(layout: Layout) -> str:
    """The name of the file that shows that a takeover is not confirmed yet, or nothing."""
    return next((name for name in ("armed", "confirming", "firing") if os.path.isfile(os.path.join(layout.state, name))), "")


def phase_of(layout: Layout, current: str) -> str:
    if not os.path.exists(inventory_file(layout)):
        return "cleaned-up" if os.path.exists(removed_file(layout)) else "none"
    if os.path.exists(held_file(layout)):
        return "taking-over" if open_decision(layout) else "cutover"
    return "parallel" if current else "prepared"


def status(host: Host, ours: Ours) -> Dict[str, Any]:
    layout = host.layout
    known = read(inventory_file(layout)) if os.path.exists(inventory_file(layout)) else {"containers": [], "health": []}
    names = names_of(known)
    found = {name_of(one): one["State"]["Running"] for one in containers(host, names)} if names else {}
    health = []
    for url in known["health"][:MOST_URLS]:
        status_code, took = answer(host, url) if any(found.values()) else (0, 0)
        health.append({"url": url, "status": status_code, "milliseconds": took})
    phase = phase_of(layout, ours.release)
    running = [found.get(one["name"], False) for one in known["containers"] if one["running"]]
    serve = all(running) and all(one["status"] == 200 for one in health)
    well = {"none": not ours.release or ours.is_healthy, "prepared": serve, "parallel": serve and ours.is_healthy, "taking-over": False,
            "cutover": ours.is_healthy and not any(found.values()), "cleaned-up": ours.is_healthy}[phase]
    return {
        "phase": phase,
        "well": well,
        "containers_well": bool(names) and serve,
        "containers": [{"name": name, "running": found.get(name, False)} for name in names[:MOST_NAMES]],
        "container_health": health,
        "python": {"release": ours.release, "mode": ours.mode, "healthy": ours.is_healthy, "milliseconds": ours.milliseconds},
        "env_base": os.path.exists(layout.env_base),
    }
