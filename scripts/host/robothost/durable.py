"""durable: puts changes on the disk, once for each decision.

A power cut loses every change that was not synced, and may keep later ones. Two rules hold, see docs/faults.md: what a decision relies on
is on the disk before the decision, and the decision is on the disk before anything is done about it. sync is for the first rule: changes
in several folders, and what other programs have changed. For the second, changes.sync of one folder is enough.

The names of one folder reach the disk in the order of their changes: the journals of ext4 and XFS keep it. So a decision needs no sync
between two changes of its own folder. A file that replaces another one is on the disk before its rename, see files.write.
"""

from __future__ import annotations

import os

from robothost import changes
from robothost.failures import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict

    from robothost.step import Host


def sync(host: Host) -> None:
    """Everything that this step and the programs that it ran have changed is on the disk when this returns: one call for each file system
    that the deployer uses."""
    layout = host.layout
    systems: Dict[int, str] = {}
    for place in (layout.state, layout.application, layout.units, layout.store):
        try:
            systems.setdefault(os.stat(place).st_dev, place)
        except FileNotFoundError:
            continue
    with changes.WAITS:
        done = host.system.run("sync", "--file-system", *systems.values())
    if done.code:
        raise Failure("StepFailed", "the changes cannot be written to the disk: sync ended with status %d: %s"
                      % (done.code, (done.errors.splitlines() or [""])[-1]))
