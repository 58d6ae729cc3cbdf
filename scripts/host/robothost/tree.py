"""tree: refuses a commit whose files cannot become a release."""

from __future__ import annotations

import os
import re

# https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: a pointer is smaller than 1024 bytes.
POINTER, LARGEST_POINTER = b"version https://git-lfs.github.com/spec/v1\n", 1023

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable

# What the deployer itself writes into a release, see fetch, build and inject-keys.
OWN = re.compile(r"(venv|release\.json|\.env\.new|\.deployer[^/]*)(/|\Z)")


def problem(entries: Iterable[str]) -> str | None:
    """What stands against the tree, or nothing. An entry is `<mode> <type> <object>\\t<path>`."""
    for entry in entries:
        head, _, path = entry.partition("\t")
        mode = head.split(" ")[0]
        own = OWN.match(path)
        if mode == "160000":
            return "uses git submodules (%r), which are not supported; vendor them or name them in requirements.txt" % path
        if own:
            return "holds '%s', a name the deployer keeps for itself in every release; rename it or take it out" % own.group(1)
        if path == ".env" and mode == "120000":
            return "holds '.env' as a symbolic link; it must be a plain file"
        if path.startswith(".env/"):
            return "holds '.env' as a folder; it must be a plain file"
    return None


def pointer(folder: str, entries: Iterable[str]) -> str | None:
    """What stands against the files of a commit: Git LFS keeps the content elsewhere, and a robot would read the pointer for it."""
    for entry in entries:
        head, _, path = entry.partition("\t")
        place = os.path.join(folder, path)
        if not head.startswith("100") or not os.path.isfile(place) or os.path.getsize(place) > LARGEST_POINTER:
            continue
        with open(place, "rb") as file:
            if file.read(len(POINTER)) == POINTER:
                return ("holds '%s' as a pointer of Git LFS, which is not supported: the file itself is not in the commit; commit the file itself"
                        % path)
    return None
