"""former_owner: what an owner of the lock that ended without cleaning up has left behind.

former_owner <application> <owner> <file>: for acquire-lock. Exits with 1 after a failure, which is in the file then: its code, and a line
of JSON.
"""

from __future__ import annotations

import os
import sys

from robothost import decision, former_state, releases, retention
from robothost.dead_man import settle_decision
from robothost.failures import Failure
from robothost.layout import Layout
from robothost.log import StepLog
from robothost.other_steps import stop_others
from robothost.parameters import Request
from robothost.step import Host, as_json
from robothost.system import System


def settle(host: Host, owner: str) -> None:
    """Steps that still run are ended, a release that is not confirmed is rolled back, what never became good is removed. Each part may be
    repeated."""
    layout = host.layout
    stop_others(host)
    # A switch that this execution armed continues to wait.
    armed = decision.read(layout.armed)
    is_own = armed is not None and armed.owner == owner and not any(map(os.path.isfile, (layout.confirming, layout.firing)))
    if not is_own:
        settle_decision(host, "the execution that activated it ended without confirming it", owner)
    former_state.restore_all(host)
    stay = [releases.linked(layout), *releases.good(layout)]
    retention.remove_releases(host, [release for release in retention.present(layout) if release not in stay])
    retention.remove_unfinished_parts(host)


def main(application: str, owner: str, file: str) -> None:
    os.umask(0o022)
    layout, system = Layout(application), System()
    log = StepLog("acquire-lock", system, sys.stderr.buffer)
    log.open(layout)
    host = Host("acquire-lock", Request({}, {}), layout, system, log, os.environ)
    try:
        settle(host, owner)
    except Failure as problem:
        with open(file, "w", encoding="utf-8") as failed:
            failed.write("%d\n%s\n" % (problem.code, as_json({"failure": problem.name, "message": host.redacted(problem.message)[:4000]})))
        sys.exit(1)
