"""lock: who may change this instance: one file of JSON, changed only under flock; see lib/lock.sh, which writes it."""

from __future__ import annotations

import os
import re

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
