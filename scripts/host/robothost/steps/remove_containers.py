r"""remove-containers: remove the containers that a good takeover has replaced, with their images and networks, and archive their files.

Guarantee: refused unless the takeover was confirmed and what serves runs now; after it there is no way back. The files (compose
files, Dockerfiles, env files, units that started containers, the inventory) are in root's archive/containers.tar, 0600, with a manifest
of their checksums, before anything is removed. Volumes and bind mounts stay: they hold data. It can be ended at any point and run again;
run after its end it prints the same answer.
Changes: containers, images, networks, the archived files. Prints {"archive","files":N,"removed":{"containers","images","networks"},
"kept_volumes":[…]}.

Timeout 300
Uses fence.py
"""

from __future__ import annotations

import json

from robothost import changes, containers, decision, files, releases
from robothost.clean_up import clean_up
from robothost.docker import NotDone, held_file, inventory_file
from robothost.failures import Failure
from robothost.files import content
from robothost.health import Serving, how_it_ended, serving, unit_problem
from robothost.history import confirmed
from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.rules import Refused
from robothost.services import UnitState, states
from robothost.step import Host


def run(host: Host) -> str:
    layout = host.layout
    earlier = content(containers.removed_file(layout)).strip()
    if earlier:
        forget(layout)
        return earlier
    if not containers.is_prepared(layout):
        raise Failure("HostUnfit", "no migration is under way on this instance")
    if not containers.are_held(layout):
        raise Failure("HostUnfit", "the containers still serve; cut over first")
    if decision.is_open(layout):
        raise Failure("HostUnfit", "the takeover is not confirmed yet")
    check_what_serves(host, releases.current(layout))
    try:
        answer = json.dumps(clean_up(host))
    except NotDone as problem:
        raise Failure("StepFailed", str(problem)) from problem
    files.write(layout, containers.removed_file(layout), answer + "\n", 0o600)
    forget(layout)
    return answer


def check_what_serves(host: Host, release: str) -> None:
    if release not in confirmed(host.layout):
        raise Failure("HostUnfit", "no release that was confirmed healthy serves; undo the takeover or deploy a good one")
    try:
        subject = serving(read_manifest(host.layout, release))
    except Refused as problem:
        raise Failure("HostUnfit", str(problem)) from problem
    for name, state in states(host.system, subject.units).items():
        reason = reason_of(host, subject, name, state)
        if reason:
            raise Failure("HostUnfit", "%s %s; nothing was removed" % (name, reason))


def reason_of(host: Host, subject: Serving, name: str, state: UnitState) -> str:
    """Why the unit does not count as one that runs and has never ended since it was started, or nothing."""
    problem = unit_problem(host, subject, name, state)
    if problem:
        return problem.reason
    return "%s, restarted %d times" % (how_it_ended(state), state.restarts) if state.restarts else ""


def forget(layout: Layout) -> None:
    for path in (held_file(layout), containers.carried_file(layout), inventory_file(layout)):
        changes.unlink(path)
