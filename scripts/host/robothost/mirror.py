"""mirror: the copy of a repository on this instance, from which releases are checked out. It is crypto-robot-fetch's."""

from __future__ import annotations

import hashlib
import os

from robothost import changes, files
from robothost.layout import FETCH_USER, Layout

# What git init writes, and nothing else: a mirror needs no settings of its own.
CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
# Settings and hooks that were left there would decide what the next fetch brings.
OTHERS = ("hooks", "info", "commondir", "config.worktree")


def mirror_of(layout: Layout, url: str) -> str:
    """The folder, which need not exist, without settings of its own."""
    mirror = os.path.join(layout.mirrors, hashlib.sha256(url.encode()).hexdigest()[:16] + ".git")
    if os.path.isdir(mirror):
        for name in OTHERS:
            if os.path.lexists(os.path.join(mirror, name)):
                changes.remove_tree(os.path.join(mirror, name))
        if plain_content(os.path.join(mirror, "config")) != CONFIG:
            files.write(layout, os.path.join(mirror, "config"), CONFIG, 0o644, layout.account(FETCH_USER))
    return mirror


def plain_content(path: str) -> str:
    from robothost.redact import content

    return content(path)


def make(layout: Layout, mirror: str) -> None:
    if not os.path.isdir(mirror):
        changes.make_folder(mirror, 0o755)
        changes.set_owner(mirror, *layout.account(FETCH_USER))
