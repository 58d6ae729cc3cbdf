"""decision: what is open about the release that was activated last, one file of root's.

armed: the dead-man switch will roll it back. One rename decides: armed becomes confirming or firing, never both, and the process that
finds one of these two completes it. So each process may be ended anywhere. A decision is read back, and on the disk before anything is
done about it.
"""

from __future__ import annotations

import os
import re

from robothost import changes, files
from robothost.failures import Failure
from robothost.layout import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

FORM = re.compile(r'\{"release":"([^"]+)","previous":"([^"]*)","owner":"([^"]*)","at":"([^"]+)"(?:,"how":"(certificate)")?\}')
RESTART, CERTIFICATE = "restart", "certificate"


class Decision:
    """About a release: the good one to go back to, or nothing; the execution that activated it; the deadline; and how it is served, and
    so how the way back is served: restart, or certificate, where nothing but the certificate is another."""

    def __init__(self, release: str, previous: str, owner: str, at: str, how: str) -> None:
        self.release, self.previous, self.owner, self.at, self.how = release, previous, owner, at, how

    def line(self) -> str:
        how = ',"how":"certificate"' if self.how == CERTIFICATE else ""
        return '{"release":"%s","previous":"%s","owner":"%s","at":"%s"%s}\n' % (self.release, self.previous, self.owner, self.at, how)


def read(path: str) -> Optional[Decision]:
    """None when there is none, also when another process has just renamed it."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read().rstrip("\n")
    except FileNotFoundError:
        return None
    found = FORM.fullmatch(text)
    if not found:
        raise Failure("RollBackFailed", "%s is not a decision (%d characters)" % (path, len(text)))
    release, previous, owner, at, how = found.groups()
    return Decision(release, previous, owner, at, how or RESTART)


def is_open(layout: Layout) -> bool:
    return any(os.path.isfile(path) for path in (layout.confirming, layout.firing, layout.armed))


def write(layout: Layout, decision: Decision) -> None:
    """The switch is armed when this returns. The caller has put on the disk what the switch needs."""
    files.write(layout, layout.armed, decision.line())
    changes.sync(layout.state)
    written = read(layout.armed)
    if written is None or written.line() != decision.line():
        raise Failure("ActivationFailed", "%s is not what was written to it" % layout.armed)


def take(layout: Layout, path: str) -> Optional[Decision]:
    """The decision for confirming or firing, that is path: the one that this call has made, or that was made before. None when the other
    one was made, or none is open."""
    take_now(layout, path)
    return read(path)


def take_now(layout: Layout, path: str) -> bool:
    """Whether this call has made the decision."""
    try:
        changes.rename(layout.armed, path)
    except FileNotFoundError:
        return False
    changes.sync(layout.state)
    return True


def close(path: str) -> None:
    """Everything that was decided is done, and on the disk."""
    changes.unlink(path)
    changes.sync(os.path.dirname(path))
