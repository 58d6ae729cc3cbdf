r"""confirm-release: declare the activated release good, disarm the dead-man switch, remove what is no longer needed, release the lock.

Guarantee: one rename decides between this and the dead-man switch, and the answer has the decision; confirming again gives
the same answer, also after the lock is released. Of the good releases the newest KeepReleases stay, always with the one that serves and
the good one before it; releases never confirmed go. Environments and certificates no release refers to go with them.
Changes: history.jsonl, the timer, old releases, the lock. Prints {"confirmed":true,"release","kept":[…],"removed":[…]}. Fails as
DeadManFired when the instance had rolled back before. The switch ends a step that it finds when it fires: that one has no answer, and
confirming again gives DeadManFired.

Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release to confirm.
Parameter KeepReleases ^[1-9][0-9]{0,2}$ How many good releases to keep.
Timeout 300
Uses fence.py release.py
"""

from __future__ import annotations

import os

from robothost import decision, durable, releases
from robothost.dead_man import finish_confirmation
from robothost.failures import Failure
from robothost.lock import Publishing
from robothost.release import answer_and_release
from robothost.retention import retain
from robothost.step import Host, as_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List


def confirm(host: Host, release: str) -> None:
    layout = host.layout
    armed = decision.read(layout.armed)
    if armed and armed.release == release:
        durable.sync(host)
        decision.take_now(layout, layout.confirming)
    confirming = decision.read(layout.confirming)
    if confirming and confirming.release == release:
        finish_confirmation(host, host.request.text("Owner"))
    # Read back, not inferred.
    serving = releases.linked(layout)
    if os.path.isfile(layout.firing) or serving != release:
        raise Failure("DeadManFired", "release %s was rolled back before it was confirmed; %s serves" % (release, serving or "nothing"))
    if release not in releases.good(layout):
        raise Failure("ActivationFailed", "release %s serves but was not activated by this deployment: nothing was armed for it" % release)


def forget_former_keys(host: Host, former: List[str]) -> None:
    """No rollback goes to one of these without being given the current keys: what was rotated is nowhere else."""
    from robothost.forget_keys import problems_of

    files = [os.path.join(host.layout.release(release), ".env") for release in former]
    for problem in problems_of(host.layout, [path for path in files if os.path.isfile(path)]):
        host.log.write("keys are left in an older release: " + host.redacted(problem))


def run(host: Host) -> str:
    release = host.request.text("Release")
    with Publishing(host.layout):
        confirm(host, release)
        kept, removed = retain(host, release, host.request.number("KeepReleases"))
        forget_former_keys(host, [one for one in kept if one != release])
    return answer_and_release(host, as_json({"confirmed": True, "release": release, "kept": kept, "removed": removed}))
