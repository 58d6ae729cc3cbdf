"""release: releases the lock together with the answer of a step.

Parameter KeepUntilReboot ^(true|false)$ Whether a lock that is released ends with the next boot instead of now.
"""

from __future__ import annotations

from robothost import answers, changes, durable, lock
from robothost.fence import Fence
from robothost.lock import Lock, UnderLock
from robothost.step import Host


def keep_answer(host: Host, held: Lock, how: str, answer: str) -> None:
    """For a second delivery; how is HELD or RELEASED of answers.py. A full disk is no failure. The caller is under the lock's flock."""
    try:
        answers.keep(host.layout, held.owner, held.generation, host.request.number("Phase"), host.name, how, answer)
    except OSError:
        host.log.write("the answer is not kept for a second delivery")


def release_with(host: Host, held: Lock, answer: str) -> None:
    """The answer is kept first. The caller is under the lock's flock."""
    keep_answer(host, held, answers.RELEASED, answer)
    if host.request.text("KeepUntilReboot") == "true":
        lock.write(host.layout, Lock(held.owner, held.generation, held.phase, held.since, "boot"))
    else:
        lock.free(host.layout)
    changes.sync(host.layout.state)


def answer_and_release(host: Host, answer: str) -> str:
    """How a step ends after which its execution does not need the lock. What it has done is on the disk before. LockLost when the lock is
    no longer this owner's."""
    durable.sync(host)
    with UnderLock(host.layout):
        answered = Fence(host.name, host.request, host.layout, host.system).check(record=False)
        held = lock.read(host.layout)
        if held and not answered:
            release_with(host, held, answer)
    return answer
