"""containers: the containers that served before this deployer, while a migration from them is under way.

The folder migration is root's own: inventory.json (what prepare found; while it exists the containers count), held.json (they are
stopped, and how they were; see hold.py), carried (their data is in shared/), cleaned-up (what was removed in the end).
"""

from __future__ import annotations

import json
import os

from robothost import carry, changes, docker, durable, files, hold
from robothost.docker import NotDone, held_file, inventory_file, names_of
from robothost.failures import Failure
from robothost.files import content
from robothost.layout import Layout
from robothost.services import installed, stop
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List


def is_prepared(layout: Layout) -> bool:
    return os.path.isfile(inventory_file(layout))


def do_serve(layout: Layout) -> bool:
    """A migration is prepared and the containers were not stopped by it."""
    return is_prepared(layout) and not are_held(layout)


def are_held(layout: Layout) -> bool:
    return os.path.isfile(held_file(layout))


def carried_file(layout: Layout) -> str:
    """What was copied out of the containers."""
    return os.path.join(layout.migration, "carried")


def removed_file(layout: Layout) -> str:
    """The answer of the step that has removed them."""
    return os.path.join(layout.migration, "cleaned-up")


def names(layout: Layout) -> List[str]:
    """Of the inventory's containers."""
    return names_of(docker.read(inventory_file(layout)))


def running(host: Host) -> List[str]:
    """The names of the inventory's containers that run; none without docker. HostUnfit when the engine does not answer."""
    if not host.system.which("docker"):
        return []
    try:
        found = docker.containers(host, names(host.layout))
    except NotDone as problem:
        raise Failure("HostUnfit", "whether containers run on this instance cannot be seen: %s" % problem) from problem
    return [docker.name_of(one) for one in found if one["State"]["Running"]]


def check(host: Host, mode: str, wanted: str) -> None:
    """HostUnfit where a release must not be activated: while the containers run, none gets keys; and only what was prepared is replaced.
    wanted is the parameter Containers, keep or replace."""
    if wanted == "replace":
        if not is_prepared(host.layout):
            raise Failure("HostUnfit", "no migration is prepared on this instance; run phase prepare first")
    elif mode == "live" and do_serve(host.layout):
        found = running(host)
        if found:
            raise Failure("HostUnfit", "containers run on this instance (%s), and a second robot would have keys beside theirs; migrate with"
                                       " phase cutover, or deploy with simulate" % " ".join(found))


def take_over(host: Host, persistent_paths: List[str], release: str) -> Any:
    """What wrote to shared/ beside the containers ends, they end, and what they kept is what the release finds. What was carried."""
    layout, file = host.layout, carried_file(host.layout)
    is_carried = os.path.isfile(file)
    if not is_carried:
        stop(host.system, installed(layout))
    try:
        hold.hold(host)
    except NotDone as problem:
        raise Failure("ActivationFailed", "the containers do not stop: %s" % problem) from problem
    if not is_carried:
        try:
            carried = carry.copy(host, persistent_paths, release)
        except NotDone as problem:
            raise Failure("ActivationFailed", "the containers' data is not carried over: %s" % problem) from problem
        durable.sync(host)
        files.write(layout, file, json.dumps(carried) + "\n", 0o600)
    return json.loads(content(file))


def release(host: Host) -> None:
    """They run again, as before, seen healthy. No unit of ours may run any more."""
    try:
        hold.release(host)
    except NotDone as problem:
        raise Failure("RollBackFailed", "the containers are not back: %s" % problem) from problem
    changes.unlink(carried_file(host.layout))
