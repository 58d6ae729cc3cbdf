"""hold: stops the containers of the inventory so that nothing starts them again, and gives them back.

hold hold | release. held.json says what was stopped and what had started it. It is written before anything is stopped and
removed when all of it runs again, so that either way may be cut short anywhere and be taken up again.
"""

from __future__ import annotations

import os
import sys
import time

from robothost.docker import HELD, INVENTORY, answer, attempt, command, containers, name_of, read, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

DROP_IN = "/run/systemd/system/%s.d/crypto-robot-migration.conf"


def unit_is(state: str, unit: str) -> bool:
    return attempt("systemctl", "is-" + state, unit) is not None


def policy(container: Dict[str, Any]) -> str:
    restart = container["HostConfig"].get("RestartPolicy") or {}
    name, most = restart.get("Name") or "no", restart.get("MaximumRetryCount") or 0
    return "%s:%d" % (name, most) if name == "on-failure" and most else name


def what_is_held(inventory: Dict[str, Any]) -> Dict[str, Any]:
    found = containers([container["name"] for container in inventory["containers"]])
    return {
        "containers": [{"name": name_of(one), "restart": policy(one), "running": one["State"]["Running"],
                        "auto_remove": one["HostConfig"].get("AutoRemove", False)} for one in found],
        "units": [{"name": unit, "enabled": unit_is("enabled", unit), "active": unit_is("active", unit)}
                  for unit in inventory["units"]],
        "health": [url for url in inventory["health"] if answer(url)[0] == 200],
    }


def hold() -> None:
    """Every step may have been done before."""
    if not os.path.exists(HELD):
        write(HELD, what_is_held(read(INVENTORY)))
    held = read(HELD)
    # A unit's own way to stop may remove the containers (docker compose down): it is ended without it, after them.
    for unit in held["units"]:
        path = DROP_IN % unit["name"]
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write("[Service]\nRestart=no\nExecStop=\nExecStopPost=\n")
        attempt("systemctl", "disable", "--quiet", unit["name"])
    if held["units"]:
        command("systemctl", "daemon-reload")
    there = {name_of(one): one for one in containers([one["name"] for one in held["containers"]])} if held["containers"] else {}
    for name, one in there.items():
        if not one["HostConfig"].get("AutoRemove"):
            command("docker", "update", "--restart", "no", name)
    if there:
        command("docker", "stop", "-t", "30", *there)
    for unit in held["units"]:
        command("systemctl", "stop", unit["name"])
    if running(held):
        sys.exit("still running after docker stop: " + ", ".join(running(held)))


def running(held: Dict[str, Any]) -> List[str]:
    names = [one["name"] for one in held["containers"]]
    return [name_of(one) for one in containers(names) if one["State"]["Running"]] if names else []


def release() -> None:
    if not os.path.exists(HELD):
        return
    held = read(HELD)
    for unit in held["units"]:
        path = DROP_IN % unit["name"]
        if os.path.exists(path):
            os.unlink(path)
    if held["units"]:
        command("systemctl", "daemon-reload")
    there = {name_of(one) for one in containers([one["name"] for one in held["containers"]])} if held["containers"] else set()
    # The engine goes on with a stop whose caller is gone, and would stop what was started meanwhile: it is waited for.
    if running(held):
        command("docker", "stop", "-t", "30", *running(held))
    for one in held["containers"]:
        if one["name"] in there:
            if not one["auto_remove"]:
                command("docker", "update", "--restart", one["restart"], one["name"])
            if one["running"]:
                command("docker", "start", one["name"])
    for unit in held["units"]:
        if unit["enabled"]:
            command("systemctl", "enable", "--quiet", unit["name"])
        if unit["active"]:
            command("systemctl", "start", unit["name"])
    wait_until_well(held)
    os.unlink(HELD)


def wait_until_well(held: Dict[str, Any]) -> None:
    """Running as before, and answering where they answered before; sys.exit after a minute says what does not."""
    until = time.monotonic() + 60
    while True:
        now = running(held)
        bad = [one["name"] + " does not run" for one in held["containers"] if one["running"] and one["name"] not in now]
        bad += ["%s answers %d" % (url, answer(url)[0]) for url in held["health"] if answer(url)[0] != 200]
        if not bad:
            return
        if time.monotonic() > until:
            sys.exit("the containers are not well: " + "; ".join(bad))
        time.sleep(0.5)


def main(what: str) -> None:
    {"hold": hold, "release": release}[what]()
