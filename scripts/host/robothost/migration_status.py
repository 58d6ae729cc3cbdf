"""migration_status: how far the migration is, from what is the case.

migration_status <current release, or empty> <its mode> <healthy> <milliseconds> <open decision, or empty>
"""

from __future__ import annotations

import json
import os

from robothost.docker import FOLDER, HELD, INVENTORY, LAYOUT, answer, containers, name_of, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict


def phase_of(held: bool, current: str, decision: str) -> str:
    if not os.path.exists(INVENTORY):
        return "cleaned-up" if os.path.exists(os.path.join(FOLDER, "cleaned-up")) else "none"
    if held:
        return "taking-over" if decision else "cutover"
    return "parallel" if current else "prepared"


def status(current: str, mode: str, healthy: str, milliseconds: str, decision: str) -> Dict[str, Any]:
    held = os.path.exists(HELD)
    known = read(INVENTORY) if os.path.exists(INVENTORY) else {"containers": [], "health": []}
    names = [one["name"] for one in known["containers"]]
    there = {name_of(one): one["State"]["Running"] for one in containers(names)} if names else {}
    health = []
    for url in known["health"][:10]:
        answered, took = answer(url) if any(there.values()) else (0, 0)
        health.append({"url": url, "status": answered, "milliseconds": took})
    phase = phase_of(held, current, decision)
    running = [there.get(one["name"], False) for one in known["containers"] if one["running"]]
    serve = all(running) and all(one["status"] == 200 for one in health)
    ours = healthy == "true"
    well = {"none": not current or ours, "prepared": serve, "parallel": serve and ours,
            "taking-over": False, "cutover": ours and not any(there.values()), "cleaned-up": ours}[phase]
    return {
        "phase": phase,
        "well": well,
        "containers_well": bool(names) and serve,
        "containers": [{"name": name, "running": there.get(name, False)} for name in names[:50]],
        "container_health": health,
        "python": {"release": current, "mode": mode, "healthy": ours, "milliseconds": int(milliseconds)},
        "env_base": os.path.exists(LAYOUT.env_base),
    }


def main(*words: str) -> None:
    print(json.dumps(status(*words)))
