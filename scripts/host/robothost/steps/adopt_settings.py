r"""adopt-settings: check that the containers of the inventory can be taken over from, and make their ENV_CONTENT the base of .env.

Guarantee: no container is touched. What would end a takeover half way is refused here: no inventory, a container that could not
come back, data under one path in two places, no room for it. ENV_CONTENT goes from docker to root's env-base, 0600, and to nothing else;
every release built from then on has it as its .env instead of the repository's.
Changes: env-base. Prints {"env_content":{"from","names"},"bytes":N}; bytes is what will be copied.

Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.
Parameter MigrationPhase ^(parallel|cutover)$ What it is for.
Timeout 120
Uses fence.py
"""

from __future__ import annotations

import json

from robothost import carry_plan, containers, env_base
from robothost.docker import NotDone, inventory_file, read
from robothost.failures import Failure
from robothost.step import Host, as_json


def run(host: Host) -> str:
    layout, phase = host.layout, host.request.text("MigrationPhase")
    if not containers.is_prepared(layout):
        raise Failure("HostUnfit", "no migration is prepared on this instance; run phase prepare first")
    if containers.are_held(layout):
        if phase != "cutover":
            raise Failure("HostUnfit", "the containers were taken over from already; undo that to have both side by side")
        # A takeover that is requested again: what it needs was adopted the first time.
        return as_json({"env_content": {"from": "", "names": []}, "bytes": 0})
    inventory = read(inventory_file(layout))
    lost = [one["name"] for one in inventory["containers"] if one["auto_remove"]] if not inventory["units"] else []
    if lost and phase != "parallel":
        raise Failure("HostUnfit", "%s would be gone once stopped (--rm), and no unit starts it: it could not come back; start it without"
                                   " --rm, then prepare again" % ", ".join(lost))
    try:
        needed = carry_plan.check(host, json.loads(host.request.text("PersistentPaths")))
        return as_json({"env_content": env_base.adopt(host), "bytes": needed})
    except NotDone as problem:
        raise Failure("HostUnfit", str(problem)) from problem
