"""lock: who may change this instance: one file of JSON, changed only under fence.flock; lib/lock.sh reads and writes it too."""

from __future__ import annotations

import os
import re

from robothost import files
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


def write(layout: Layout, held: Lock) -> None:
    files.write(layout, layout.lock, '{"owner":"%s","generation":%d,"phase":%d,"since":"%s","lifetime":"%s","boot_id":"%s"}\n' % (
        held.owner, held.generation, held.phase, held.since, held.lifetime, boot_id(layout)))


def boot_id(layout: Layout) -> str:
    return content(os.path.join(layout.proc, "sys/kernel/random/boot_id")).strip()
