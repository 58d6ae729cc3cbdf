"""migration_status: how far the migration is, from the files and containers of this instance and not from what was requested."""

from __future__ import annotations

import os

from robothost import decision, docker
from robothost.containers import are_held, is_prepared, removed_file
from robothost.docker import answer, inventory_file, name_of, names_of, read
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


def phase_of(layout: Layout, current: str) -> str:
    if not is_prepared(layout):
        return "cleaned-up" if os.path.exists(removed_file(layout)) else "none"
    if are_held(layout):
        return "taking-over" if decision.is_open(layout) else "cutover"
    return "parallel" if current else "prepared"


def status(host: Host, ours: Ours) -> Dict[str, Any]:
    layout = host.layout
    known = read(inventory_file(layout)) if is_prepared(layout) else {"containers": [], "health": []}
    names = names_of(known)
    found = {name_of(one): one["State"]["Running"] for one in docker.containers(host, names)} if names else {}
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
