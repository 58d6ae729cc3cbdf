"""reserve: room for a rollback on a disk that fills up, on both file systems that it writes to.

acquire-lock sets it aside. What goes back uses it before it writes anything.
"""

import os

from robothost import changes
from robothost.layout import Layout


def use(layout: Layout) -> None:
    for folder in (layout.state, layout.fresh):
        changes.unlink(os.path.join(folder, "reserve"))
