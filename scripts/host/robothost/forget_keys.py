"""forget_keys: takes the exchange keys out of the .env of releases that do not serve.

A release that is rolled back to is given the current keys. Without keys a robot must not read that it is live.
"""

from __future__ import annotations

import os

from robothost import files
from robothost.env_file import edited
from robothost.keys import KEYS
from robothost.layout import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Sequence


def forget(layout: Layout, path: str) -> None:
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        owner, text = os.fstat(file.fileno()), file.read()
    if edited(text, dict.fromkeys(KEYS)) != text:
        fresh = edited(text, dict(dict.fromkeys(KEYS), ROBOT_MODE="simulation"))
        files.write(layout, path, fresh.decode("utf-8", "surrogateescape"), 0o600, owner.st_uid)


def problems_of(layout: Layout, paths: Sequence[str]) -> List[str]:
    """What is wrong with the files that still have their keys."""
    problems = []
    for path in paths:
        try:
            forget(layout, path)
        except OSError as error:
            problems.append("%s: %s" % (path, error.strerror))
    return problems
