r"""release-lock: release the lock of this instance.

Guarantee: afterwards this execution does not hold the lock, and no other owner lost it. With KeepUntilReboot the lock stays until
the next boot, so that nothing starts on an instance about to be stopped. An execution that does not know its generation
gives 0; its name is proof enough. Delivered again, the step prints the same answer.
Changes: the lock. Prints {"released":bool,"serving":"<release, or empty>","unconfirmed":bool}; released is false when the lock
was not this execution's, or free already, unconfirmed is true when the dead-man switch may still roll back.

Timeout 60
Uses fence.py release.py
"""

from __future__ import annotations

import os

from robothost import answers, lock, releases
from robothost.lock import UnderLock
from robothost.release import release_with
from robothost.step import Host, as_json

# It checks the owner itself, under the lock's flock.
FENCED = False


def run(host: Host) -> str:
    owner, generation = host.request.text("Owner"), host.request.number("Generation")
    # Read while no other execution can have taken the lock.
    serving = releases.linked(host.layout)
    unconfirmed = os.path.isfile(host.layout.armed) or os.path.isfile(host.layout.firing)
    with UnderLock(host.layout):
        held = lock.read(host.layout)
        if held and held.owner == owner and generation in (0, held.generation):
            answer = as_json({"released": True, "serving": serving, "unconfirmed": unconfirmed})
            release_with(host, held, answer)
            return answer
        earlier = answers.same(host.layout, owner, host.name, host.request.number("Phase"))
        if earlier and generation in (0, earlier[-1].generation):
            return earlier[-1].answer
        return as_json({"released": False, "serving": serving, "unconfirmed": unconfirmed})
