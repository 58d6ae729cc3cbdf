"""told: what was last reported about this instance, one file for each operation of the watch, so that a change is reported once."""

import os

from robothost.files import content, make_folder, write
from robothost.layout import Layout


def last(layout: Layout, operation: str) -> str:
    return content(os.path.join(layout.told, operation)).rstrip("\n")


def remember(layout: Layout, operation: str, text: str) -> None:
    make_folder(layout.state, 0o700)
    make_folder(layout.told, 0o700)
    write(layout, os.path.join(layout.told, operation), text + "\n", 0o600)
