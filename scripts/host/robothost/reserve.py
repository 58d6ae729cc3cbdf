"""reserve: room for a rollback on a disk that fills up, on both file systems that it writes to.

acquire-lock sets it aside. What goes back uses it before it writes anything.
"""

import os

from robothost import changes
from robothost.layout import Layout

BYTES = 4 << 20


def use(layout: Layout) -> None:
    for folder in (layout.state, layout.fresh):
        changes.unlink(os.path.join(folder, "reserve"))


def set_aside(layout: Layout) -> None:
    """Where there is no room even now, deploy-release reports it."""
    for folder in (layout.state, layout.fresh):
        if os.path.isdir(folder):
            path = os.path.join(folder, "reserve")
            try:
                changes.allocate(path, BYTES)
            except OSError:
                changes.unlink(path)
