"""settle: the program of the dead-man switch, at the deadline and at boot.

settle <application> fire|boot. launchers/settle.sh starts it, in the version that has armed the switch.
"""

from __future__ import annotations

import os
import signal
import sys

from robothost import dead_man, decision, former_state, reserve, step
from robothost.files import check_application, hold_application_folder
from robothost.layout import Layout
from robothost.lock import Publishing
from robothost.log import StepLog
from robothost.other_steps import stop_others
from robothost.parameters import Request
from robothost.releases import linked
from robothost.step import Host
from robothost.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

NAME = "dead-man"


def settle(host: Host, at_boot: bool) -> None:
    layout = host.layout
    reserve.use(layout)
    # Of a step that was ended. One that runs has Publishing until it is done.
    with Publishing(layout):
        dead_man.finish_confirmation(host, "")
    if at_boot:
        if decision.take(layout, layout.firing):
            dead_man.fire(host, "dead-man", "the instance restarted before the release was confirmed", at_boot=True)
        else:
            # What serves starts now: not on keys that nothing has activated.
            former_state.restore(host, linked(layout))
        return
    # The process whose rename wins may end a step that hangs; a rollback that already runs is waited for.
    if decision.take_now(layout, layout.firing):
        stop_others(host)
    dead_man.fire(host, "dead-man", "nobody confirmed the release in time")


def run(event: str, layout: Layout, system: System, errors: IO[bytes]) -> int:
    """The exit code."""
    log = StepLog(NAME, system, errors)
    host = Host(NAME, Request({}, {}), layout, system, log, {})
    try:
        check_application(layout)
        hold_application_folder(layout)
        log.open(layout)
        settle(host, event == "boot")
        step.report_waits(log)
        return 0
    except (Exception, step.Stopped) as problem:
        return step.report(problem, NAME, layout, system, log, host, errors)


def main(application: str, event: str) -> None:
    os.umask(0o022)
    signal.signal(signal.SIGTERM, step.stop)
    sys.exit(run(event, Layout(application), System(), sys.stderr.buffer))
