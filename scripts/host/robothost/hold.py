"""hold: stops the containers of the inventory so that nothing starts them again, and starts them again as they were.

held.json has what was stopped and what had started it. It is written before anything is stopped and removed when all of it runs again,
so that both can be ended at any point and run again.
"""

from __future__ import annotations

import os

from robothost import changes, files
from robothost.docker import NotDone, answer, attempt, command, containers, held_file, inventory_file, name_of, names_of, read, write
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

# Seconds that the containers have to run and answer again.
TO_COME_BACK = 60


def drop_in(host: Host, unit: str) -> str:
    return os.path.join(host.layout.run, "systemd/system", unit + ".d", "crypto-robot-migration.conf")


def unit_is(host: Host, state: str, unit: str) -> bool:
    return attempt(host, "systemctl", "is-" + state, unit) is not None


def policy(container: Dict[str, Any]) -> str:
    restart = container["HostConfig"].get("RestartPolicy") or {}
    name, most = restart.get("Name") or "no", restart.get("MaximumRetryCount") or 0
    return "%s:%d" % (name, most) if name == "on-failure" and most else name


def what_is_held(host: Host, inventory: Dict[str, Any]) -> Dict[str, Any]:
    return {
        "containers": [{"name": name_of(one), "restart": policy(one), "running": one["State"]["Running"],
                        "auto_remove": one["HostConfig"].get("AutoRemove", False)} for one in containers(host, names_of(inventory))],
        "units": [{"name": unit, "enabled": unit_is(host, "enabled", unit), "active": unit_is(host, "active", unit)}
                  for unit in inventory["units"]],
        "health": [url for url in inventory["health"] if answer(host, url)[0] == 200],
    }


def hold(host: Host) -> None:
    """Each part may have been done before. NotDone for what does not stop."""
    layout = host.layout
    if not os.path.exists(held_file(layout)):
        write(layout, held_file(layout), what_is_held(host, read(inventory_file(layout))))
        changes.sync(layout.migration)
    held = read(held_file(layout))
    # A unit's own way to stop may remove the containers (docker compose down): it is ended without it, after them.
    for unit in held["units"]:
        path = drop_in(host, unit["name"])
        files.make_folders(os.path.dirname(path), 0o755)
        files.write(layout, path, "[Service]\nRestart=no\nExecStop=\nExecStopPost=\n")
        attempt(host, "systemctl", "disable", "--quiet", unit["name"])
    if held["units"]:
        command(host, "systemctl", "daemon-reload")
    known = {name_of(one): one for one in held_containers(host, held)}
    for name, one in known.items():
        if not one["HostConfig"].get("AutoRemove"):
            command(host, "docker", "update", "--restart", "no", name)
    if known:
        command(host, "docker", "stop", "-t", "30", *known)
    for unit in held["units"]:
        command(host, "systemctl", "stop", unit["name"])
    still = running(host, held)
    if still:
        raise NotDone("still running after docker stop: " + ", ".join(still))


def held_containers(host: Host, held: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Those that exist."""
    return containers(host, names_of(held)) if held["containers"] else []


def running(host: Host, held: Dict[str, Any]) -> List[str]:
    return [name_of(one) for one in held_containers(host, held) if one["State"]["Running"]]


def release(host: Host) -> None:
    """Each part may have been done before. NotDone for what does not run again."""
    if not os.path.exists(held_file(host.layout)):
        return
    held = read(held_file(host.layout))
    for unit in held["units"]:
        changes.unlink(drop_in(host, unit["name"]))
    if held["units"]:
        command(host, "systemctl", "daemon-reload")
    known = {name_of(one) for one in held_containers(host, held)}
    # The engine completes a stop whose caller has ended, and would stop what was started in the meantime: wait for it.
    still = running(host, held)
    if still:
        command(host, "docker", "stop", "-t", "30", *still)
    for one in held["containers"]:
        if one["name"] in known:
            if not one["auto_remove"]:
                command(host, "docker", "update", "--restart", one["restart"], one["name"])
            if one["running"]:
                command(host, "docker", "start", one["name"])
    for unit in held["units"]:
        if unit["enabled"]:
            command(host, "systemctl", "enable", "--quiet", unit["name"])
        if unit["active"]:
            command(host, "systemctl", "start", unit["name"])
    wait_until_healthy(host, held)
    changes.unlink(held_file(host.layout))


def wait_until_healthy(host: Host, held: Dict[str, Any]) -> None:
    """They run as before, and answer where they answered before; NotDone after a minute."""
    until = host.system.uptime() + TO_COME_BACK
    while True:
        now = running(host, held)
        bad = [one["name"] + " does not run" for one in held["containers"] if one["running"] and one["name"] not in now]
        for url in held["health"]:
            status = answer(host, url)[0]
            if status != 200:
                bad.append("%s answers %d" % (url, status))
        if not bad:
            return
        if host.system.uptime() > until:
            raise NotDone("the containers are not healthy: " + "; ".join(bad))
        host.system.sleep(0.5)
