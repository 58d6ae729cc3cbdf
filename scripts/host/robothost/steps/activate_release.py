r"""activate-release: make a finished release the one that serves, with the dead-man switch armed.

Guarantee: before anything changes a timer on disk stands ready to undo it, unless the release is merely restarted. Then the
old robot is stopped, links and units change each in one piece, and the new processes start; when only the certificate is
another, the robot that runs continues. Ended anywhere and run again it ends in the same state; never run again, the dead-man
switch undoes it. check-health decides whether the release is healthy.
With Containers replace it takes over from the containers of a prepared migration: they are stopped, their data is copied into
shared/, and what the switch goes back to is them. Without, a release with keys is refused while they run.
Changes: current, venv, certificates/<hostname>, the units; in a takeover the containers and shared/. Prints {"release","previous",
"dead_man_at","restarted":[…],"carried":{…}|null}.

Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release to activate.
Parameter DeadManSeconds ^[1-9][0-9]{0,4}$ After how long without a confirmation the instance rolls back by itself.
Parameter Operation ^[a-z-]{1,20}$ The operation asked for; restart arms nothing, rotate-certificate spares the robot.
Parameter Containers ^(keep|replace)$ Whether the containers of a migration go on, or this takes over from them.
Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.
Timeout 2100
Uses fence.py
"""

from __future__ import annotations

import json
import os

from robothost import containers, deadline, decision, durable, releases
from robothost.dead_man import arm
from robothost.decision import CERTIFICATE, RESTART, Decision
from robothost.failures import Failure
from robothost.history import record
from robothost.lock import Publishing
from robothost.manifest import read_manifest
from robothost.rules import Refused, persistent_paths
from robothost.serve import serve
from robothost.step import Host, as_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List


def prepare(host: Host, release: str, how: str) -> Decision:
    """What is to be undone, and the switch armed for it. Of a mere restart nothing is: the deadline is empty."""
    layout, operation = host.layout, host.request.text("Operation")
    armed = decision.read(layout.armed)
    if armed and armed.release == release:
        # This step was ended half way.
        return armed
    previous = releases.linked(layout)
    if operation == "restart" and previous == release:
        host.log.write("restarting %s, nothing to undo" % release)
        return Decision(release, previous, "", "", how)
    # Only a good release is worth coming back to.
    if previous and previous not in releases.good(layout):
        previous = releases.good_before(layout, release)
    # Behind a takeover are the containers, not what ran beside them.
    if takes_over(host):
        previous = ""
    return arm(host, release, previous, deadline.seconds(layout, release, previous, host.request.number("DeadManSeconds")), how)


def takes_over(host: Host) -> bool:
    return host.request.text("Containers") == "replace" and containers.do_serve(host.layout)


def persistent_paths_of(host: Host) -> List[str]:
    try:
        return persistent_paths(json.loads(host.request.text("PersistentPaths")))
    except (ValueError, RecursionError, Refused) as problem:
        raise Failure("InvalidParameter", "PersistentPaths: %s" % problem) from None


def activate(host: Host, release: str) -> str:
    layout, operation = host.layout, host.request.text("Operation")
    how = CERTIFICATE if operation == "rotate-certificate" else RESTART
    is_takeover = takes_over(host)
    undo = prepare(host, release, how)
    if undo.at and not undo.previous and containers.are_held(layout):
        is_takeover = True
    if operation != "restart":
        record(layout, host.system, host.request.text("Owner"), "activated", release, undo.previous, releases.revision(layout, release), operation)
    carried = containers.take_over(host, persistent_paths_of(host), release) if is_takeover else None
    restarted = serve(host, release, how)
    # With the switch armed, a power cut undoes it all.
    if not undo.at:
        durable.sync(host)
    serving = releases.linked(layout)
    if serving != release:
        raise Failure("ActivationFailed", "current points to %s instead of %s" % (serving, release))
    return as_json({"release": release, "previous": undo.previous, "dead_man_at": undo.at, "restarted": restarted, "carried": carried})


def run(host: Host) -> str:
    layout, release = host.layout, host.request.text("Release")
    if not releases.is_finished(layout, release):
        raise Failure("ReleaseNotFound", "release %s is not finished on this instance" % release)
    if os.path.isfile(layout.firing):
        raise Failure("DeadManFired", "a rollback has begun on this instance; this release is not activated any more")
    try:
        manifest = read_manifest(layout, release)
    except Refused as problem:
        raise Failure("ReleaseNotFound", str(problem)) from None
    # At a restart of the instance, what serves gets back what it had before this execution changed it, see settle.py.
    is_own = host.request.text("Operation") == "restart" or manifest["execution"] == host.request.text("Owner")
    if releases.linked(layout) == release and not is_own:
        raise Failure("ReleaseNotFound", "release %s is not as this execution finished it: the instance was restarted since; start the operation"
                                         " again" % release)
    containers.check(host, manifest["mode"], host.request.text("Containers"))
    with Publishing(layout):
        return activate(host, release)
