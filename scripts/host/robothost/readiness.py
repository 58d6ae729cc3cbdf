"""readiness: whether a service has reported that its start is complete.

A service that notifies is active for systemd only afterwards. A file counts when it was written, and a line when it was printed, since the
process was started.
"""

from __future__ import annotations

import os
import stat

from robothost.problem import Problem
from robothost.services import UnitState
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

NOTIFY = "notify"
# Seconds by which the time of a file may be behind: the kernel counts in ticks there.
TICK = 0.05


def readiness_problem(host: Host, name: str, ready: Any, state: UnitState) -> Optional[Problem]:
    """Of a service that runs."""
    if ready == NOTIFY:
        return None
    if "file" in ready:
        if is_written(host, ready["file"], state):
            return None
        return Problem(name, "runs and is not ready: it has not written %s since it was started" % ready["file"])
    if is_printed(host, name, ready["log_line"], state):
        return None
    return Problem(name, "runs and is not ready: it has printed no line with '%s' since it was started" % ready["log_line"])


def is_written(host: Host, file: str, state: UnitState) -> bool:
    started = state.started_at(host.system)
    try:
        found = os.lstat(os.path.join(host.layout.shared, file))
    except OSError:
        return False
    return started is not None and stat.S_ISREG(found.st_mode) and found.st_mtime >= started - TICK


def is_printed(host: Host, name: str, line: str, state: UnitState) -> bool:
    """By the unit's own processes, in this run of it."""
    wanted = line.encode("utf-8")
    printed = host.system.lines("journalctl", "--no-pager", "-q", "--all", "-o", "cat", "_SYSTEMD_UNIT=%s.service" % name,
                                "_UID=%d" % host.layout.user_id(), "_SYSTEMD_INVOCATION_ID=" + state.invocation)
    return any(wanted in one for one in printed)
