"""lock: who may change this instance: one file of JSON, read and changed only under flock.

owner is an execution, generation counts owners, phase is the highest one that a step of the owner has reached, lifetime is execution,
or boot: free after the next boot.
"""

from __future__ import annotations

import fcntl
import os
import re

from robothost import changes, files
from robothost.failures import Failure
from robothost.files import content
from robothost.layout import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

FORM = re.compile(r'\{"owner":"([^"]+)","generation":([0-9]+),"phase":([0-9]+),"since":"([^"]+)","lifetime":"([a-z]+)","boot_id":"([^"]+)"\}')


class Lock:
    def __init__(self, owner: str, generation: int, phase: int, since: str, lifetime: str) -> None:
        self.owner, self.generation, self.phase, self.since, self.lifetime = owner, generation, phase, since, lifetime


def read(layout: Layout) -> Optional[Lock]:
    """None when the lock is free."""
    if not os.path.isfile(layout.lock):
        return None
    text = content(layout.lock).rstrip("\n")
    found = FORM.fullmatch(text)
    if not found:
        raise Failure("StepFailed", "%s is not a lock (%d characters); look at it, then remove it" % (layout.lock, len(text)))
    owner, generation, phase, since, lifetime, boot = found.groups()
    # A lock that was to last until the next boot ended with it.
    if lifetime == "boot" and boot != boot_id(layout):
        return None
    return Lock(owner, int(generation), int(phase), since, lifetime)


def boot_id(layout: Layout) -> str:
    return content(os.path.join(layout.proc, "sys/kernel/random/boot_id")).strip()


def write(layout: Layout, lock: Lock) -> None:
    files.write(layout, layout.lock, '{"owner":"%s","generation":%d,"phase":%d,"since":"%s","lifetime":"%s","boot_id":"%s"}\n' % (
        lock.owner, lock.generation, lock.phase, lock.since, lock.lifetime, boot_id(layout)))


def free(layout: Layout) -> None:
    changes.unlink(layout.lock)


class Exclusive:
    """One process at a time is between enter and exit. The flock ends with the process, too."""

    def __init__(self, path: str) -> None:
        self._path, self._descriptor = path, -1

    def __enter__(self) -> None:
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


class UnderLock(Exclusive):
    """Nobody else reads or changes the lock meanwhile."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(os.path.join(layout.state, "fence.flock"))


class Publishing(Exclusive):
    """Nobody else changes what serves meanwhile."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(os.path.join(layout.state, "publish.flock"))
