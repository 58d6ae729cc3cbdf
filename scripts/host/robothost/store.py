"""store: files that root keeps by their sha256, read-only for all others: wheels that an index vouched for, and uv.

A file comes from a unit of the build user that has ended, and is kept only with the hash that was wanted. What a build made is never kept.
Together they have at most LARGEST bytes; what was not used for the longest time goes first.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat

from robothost import changes, files
from robothost.layout import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List

LARGEST = 3 << 30
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.!+-]{0,250}\.whl")


def folder(layout: Layout) -> str:
    return os.path.join(layout.cache, "wheels")


def path_of(layout: Layout, sha256: str) -> str:
    """Of a file that is kept; empty for one that is not."""
    place = os.path.join(folder(layout), sha256)
    try:
        names = [name for name in os.listdir(place) if NAME.fullmatch(name)]
    except OSError:
        return ""
    return os.path.join(place, names[0]) if names else ""


def used(layout: Layout, sha256: str) -> None:
    changes.touch(os.path.join(folder(layout), sha256))


def digest(descriptor: int) -> str:
    total = hashlib.sha256()
    while True:
        block = os.read(descriptor, 1 << 20)
        if not block:
            return total.hexdigest()
        total.update(block)


def keep(layout: Layout, brought: str, wanted: Dict[str, str]) -> List[str]:
    """Of a folder that a unit has filled; wanted has the sha256 of each name. The names of those with another content, or none."""
    files.make_folders(folder(layout), 0o755)
    wrong = []
    for name, sha256 in wanted.items():
        path = os.path.join(brought, name)
        if not NAME.fullmatch(name) or not is_kept(layout, path, name, sha256):
            wrong.append(name)
    return wrong


def is_kept(layout: Layout, path: str, name: str, sha256: str) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1 or status.st_mode & (stat.S_ISUID | stat.S_ISGID):
            return False
        # No process of the maker is left; from here on nobody else can open it for writing.
        changes.take_file(descriptor, os.geteuid(), os.getegid(), 0o444)
        if digest(descriptor) != sha256:
            return False
    finally:
        os.close(descriptor)
    place = os.path.join(folder(layout), sha256)
    changes.remove_tree(place)
    changes.make_folder(place, 0o755)
    changes.rename(path, os.path.join(place, name))
    return True


def bound(layout: Layout, spared: List[str]) -> None:
    """spared are the hashes that are in use now."""
    found = []
    top = folder(layout)
    for sha256 in os.listdir(top) if os.path.isdir(top) else []:
        path = path_of(layout, sha256)
        size = os.path.getsize(path) if path else 0
        found.append((sha256 in spared, os.stat(os.path.join(top, sha256)).st_mtime, sha256, size))
    total = sum(size for *_, size in found)
    for is_spared, _, sha256, size in sorted(found):
        if total > LARGEST and not is_spared:
            changes.remove_tree(os.path.join(top, sha256))
            total -= size
