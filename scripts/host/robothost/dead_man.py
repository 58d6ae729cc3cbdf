"""dead_man: the switch that rolls a release back when it is not confirmed in time.

Arming leaves files only: the decision that is open, a timer for the deadline, a unit that settles the decision at boot before the
application's units start, and the program that both run. So the switch needs no controller, no network and no parameter.
"""

from __future__ import annotations

import os
import shlex
import time

from robothost import changes, containers, decision, durable, files, former_state, program
from robothost.decision import Decision
from robothost.failures import Failure
from robothost.history import ROLLED_BACK, is_confirmed_since_activation, last_event, record
from robothost.layout import Layout
from robothost.lock import Publishing
from robothost.releases import linked, revision
from robothost.serve import BOOT, required, serve, unblock
from robothost.step import Host
from robothost.system import stamp

SETTLE, SERVICE, TIMER = "crypto-robot-settle.service", "crypto-robot-dead-man.service", "crypto-robot-dead-man.timer"
NEVER = "OnCalendar=2099-01-01 00:00:00 UTC"


def arm(host: Host, release: str, previous: str, seconds: int, how: str) -> Decision:
    """how is decision.RESTART or CERTIFICATE."""
    layout, deadline = host.layout, host.system.now() + seconds
    timer = program.template(TIMER).replace(NEVER, time.strftime("OnCalendar=%Y-%m-%d %H:%M:%S UTC", time.gmtime(deadline)))
    texts = {os.path.join(layout.units, name): program.template(name) for name in (SETTLE, SERVICE)}
    for path, text, mode in ((layout.settle, launcher(layout), 0o755), *((path, text, 0o644) for path, text in texts.items()),
                             (os.path.join(layout.units, TIMER), timer, 0o644)):
        if files.content(path) != text:
            files.write(layout, path, text, mode)
    if not os.path.islink(os.path.join(layout.units, "multi-user.target.wants", SETTLE)):
        required(host, "systemctl", "enable", "--quiet", "--no-reload", SETTLE)
    durable.sync(host)
    required(host, "systemctl", "daemon-reload")
    # One that waits for its next try would roll back this release.
    host.system.run("systemctl", "stop", SERVICE)
    required(host, "systemctl", "restart", TIMER)
    # Last: the process that finds it, also after a power cut, may rely on the switch. A timer without it does nothing.
    armed = Decision(release, previous, host.request.text("Owner"), stamp(deadline), how)
    decision.write(layout, armed)
    return armed


def launcher(layout: Layout) -> str:
    """The program of the timer and of the boot unit, of this version."""
    places = {"state": layout.state, "application": layout.application, "unsettled": layout.unsettled, "program": program.FOLDER}
    lines = ["readonly %s=%s\n" % (name, shlex.quote(path)) for name, path in places.items()]
    head = "#!/bin/sh\n# Written by the crypto robot deployer when a release is activated. settle fire|boot\n"
    return head + "".join(lines) + files.content(os.path.join(program.FOLDER, "launchers", "settle.sh"))


def disarm(host: Host) -> None:
    unblock(host.layout)
    timer = os.path.join(host.layout.units, TIMER)
    if os.path.isfile(timer):
        changes.unlink(timer)
        host.system.run("systemctl", "stop", TIMER)


def settle_decision(host: Host, reason: str, owner: str) -> None:
    """Ends what is still open: a confirmation that was decided stands, anything else is rolled back, for this reason."""
    layout = host.layout
    if os.path.isfile(layout.confirming):
        with Publishing(layout):
            finish_confirmation(host, owner)
    elif decision.take(layout, layout.firing):
        fire(host, "rolled-back", reason, owner)
    else:
        # A timer whose decision was never written, or is done.
        disarm(host)


def fire(host: Host, event: str, reason: str, owner: str = "", at_boot: bool = False) -> None:
    """Rolls back what was decided. Another process may have completed it meanwhile."""
    layout = host.layout
    with Publishing(layout):
        firing = decision.read(layout.firing)
        if firing is None:
            return
        # Keys that were written into a release that already served are taken out again.
        former_state.restore(host, firing.release)
        # Another certificate and nothing else: the robot has read nothing of it, and continues.
        serve(host, firing.previous, BOOT if at_boot else firing.how)
        if linked(layout) != firing.previous:
            raise Failure("RollBackFailed", "current does not point to %s" % firing.previous)
        if not firing.previous and containers.are_held(layout):
            if at_boot:
                # Their engine starts after this: the unit of the switch runs again until they are back.
                host.system.run("systemctl", "start", "--no-block", SERVICE)
                return
            containers.release(host)
        durable.sync(host)
        # A process that was ended after this line has recorded it.
        if last_event(layout, firing.release) not in ROLLED_BACK:
            record(layout, host.system, owner, event, firing.release, firing.previous, revision(layout, firing.release), reason)
        decision.close(layout.firing)
        disarm(host)


def finish_confirmation(host: Host, owner: str) -> None:
    """Completes a confirmation that was decided, if there is one. The caller holds Publishing."""
    layout = host.layout
    confirming = decision.read(layout.confirming)
    if confirming is None:
        return
    if not is_confirmed_since_activation(layout, confirming.release):
        record(layout, host.system, owner, "confirmed", confirming.release, confirming.previous, revision(layout, confirming.release))
    former_state.drop(host, confirming.release)
    decision.close(layout.confirming)
    disarm(host)
