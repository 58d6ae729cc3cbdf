"""environment_seal: one line that changes when a file of a virtual environment or its interpreter changes.

It reads names, sizes, times and where links lead. It opens no file, follows no link out of the
environment but bin/python's, and runs no program: the environment's own interpreter is a file that a dependency may have brought.
"""

from __future__ import annotations

import hashlib
import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

# Also the first word of the line. A seal of another format says nothing about the environment.
FORMAT = "seal-2"


def state(path: str) -> str:
    """What identifies a file without reading it."""
    status = os.lstat(path)
    target = os.readlink(path) if os.path.islink(path) else ""
    return "%s\0%d\0%d\0%s\n" % (path, status.st_size, status.st_mtime_ns, target)


def files(folder: str) -> Iterator[str]:
    """Each file and link below, in a fixed order. Python writes what lies in __pycache__ when it likes."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from files(entry.path)
        elif not entry.name.endswith(".pyc"):
            yield entry.path


def seal(environment: str) -> str:
    """OSError when the interpreter is gone. The seal itself lies in .complete."""
    total = hashlib.sha256()
    interpreter = os.path.realpath(os.path.join(environment, "bin", "python"))
    own = os.path.join(environment, ".complete")
    for path in [interpreter, *(path for path in files(environment) if path != own)]:
        total.update(state(path).encode("utf-8", "surrogateescape"))
    return "%s %s" % (FORMAT, total.hexdigest())


def is_sound(environment: str) -> bool:
    """Whether the environment was finished and is byte for byte (by size and time) what pip left, with the same interpreter."""
    known = kept_seal(environment)
    try:
        return bool(known) and known == seal(environment)
    except OSError:
        return False


def has_earlier_seal(environment: str) -> bool:
    """Whether an earlier version of the deployer sealed it. Only the environment's own interpreter could compare that seal; the next
    deployment builds the environment again."""
    return re.fullmatch("[0-9a-f]{64}", kept_seal(environment)) is not None


def kept_seal(environment: str) -> str:
    try:
        with open(os.path.join(environment, ".complete"), encoding="utf-8", errors="replace") as file:
            return file.read().rstrip("\n")
    except OSError:
        return ""
