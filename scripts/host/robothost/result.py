"""result: takes a folder from the user that made it.

accept judges what a unit has made. Refused where something in the folder could harm: a set-id file, a device, a socket, a pipe, a file
of another user, a hard link to a file outside, or a process of the unit that still runs. Otherwise all of the folder becomes the
owner's, readable by everyone and writable by no other user, and its top folder root's. former takes what an earlier version left to
the application's user, but for the files that stay that user's. No link is followed: each entry is looked at and changed through the
opened folder that holds it.
"""

from __future__ import annotations

import os
import pwd
import stat

from robothost import changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

# Of a release: what the application's user reads and nobody else.
KEPT = (".env", ".deployer-env-base")
NOT_FOLLOWED = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Refused(Exception):
    """What stands against the result."""


def entries(folder: int, path: str = "") -> Iterator[tuple[int, str, str, os.stat_result]]:
    """(opened folder, name, path, status) of everything below; the content of a folder comes after the folder itself."""
    for name in sorted(os.listdir(folder)):
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        below = os.path.join(path, name)
        yield folder, name, below, status
        if stat.S_ISDIR(status.st_mode):
            inner = os.open(name, NOT_FOLLOWED, dir_fd=folder)
            try:
                yield from entries(inner, below)
            finally:
                os.close(inner)


def problem(status: os.stat_result, maker: int) -> str:
    """What is wrong with one entry, or nothing."""
    if status.st_uid != maker:
        return "belongs to another user"
    if status.st_mode & (stat.S_ISUID | stat.S_ISGID):
        return "has a set-id bit"
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode) or stat.S_ISLNK(status.st_mode)):
        return "is neither a file nor a folder nor a link"
    return ""


def judge(folder: int, maker: int) -> None:
    """Refused with the first entry that could harm."""
    wanted: dict[tuple[int, int], tuple[str, int]] = {}
    seen: dict[tuple[int, int], int] = {}
    for _, _, path, status in entries(folder):
        found = problem(status, maker)
        if found:
            raise Refused("%r in the result %s" % (path, found))
        if not stat.S_ISDIR(status.st_mode):
            file = (status.st_dev, status.st_ino)
            wanted[file] = (path, status.st_nlink)
            seen[file] = seen.get(file, 0) + 1
    for file, (path, links) in wanted.items():
        if seen[file] != links:
            raise Refused("%r in the result is a hard link to a file outside" % path)


def readable(mode: int) -> int:
    """A mode by which everyone may do what the owner may, except write."""
    user = mode & 0o500
    return (mode & 0o700) | user >> 3 | user >> 6


def taken(folder: int, maker: int, kept: tuple[str, ...] = ()) -> Iterator[tuple[int, str, int | None]]:
    """(opened folder, name, new mode) of what changes hands. A folder comes before its content: from then on no other user changes what is
    in it. A link has no mode: nothing here is one but for those, and no other user can put one here any more."""
    for parent, name, path, status in entries(folder):
        if status.st_uid == maker and path not in kept:
            yield parent, name, None if stat.S_ISLNK(status.st_mode) else readable(status.st_mode)


def processes(unit: str, proc: str = "/proc") -> list[str]:
    """The processes in units whose name starts so."""
    found = []
    for pid in filter(str.isdigit, os.listdir(proc)):
        try:
            with open(os.path.join(proc, pid, "cgroup"), encoding="utf-8") as file:
                if "/" + unit in file.read():
                    found.append(pid)
        except OSError:
            continue
    return found


def accept(path: str, maker: str, owner: str, unit: str, proc: str = "/proc") -> None:
    """unit is how the names of the units begin whose processes must be gone."""
    left = processes(unit, proc)
    if left:
        raise Refused("process %s of the unit that made the result still runs" % left[0])
    made, new = pwd.getpwnam(maker), pwd.getpwnam(owner)
    folder = os.open(path, NOT_FOLLOWED)
    try:
        judge(folder, made.pw_uid)
        # Root's, whose process this is.
        changes.take_folder(folder, os.geteuid(), os.getegid())
        changes.take_entries(taken(folder, made.pw_uid), new.pw_uid, new.pw_gid)
    finally:
        os.close(folder)


def former(path: str, maker: str, owner: str, top: str) -> None:
    of_top, new = pwd.getpwnam(top), pwd.getpwnam(owner)
    folder = os.open(path, NOT_FOLLOWED)
    try:
        changes.take_folder(folder, of_top.pw_uid, of_top.pw_gid)
        changes.take_entries(taken(folder, pwd.getpwnam(maker).pw_uid, KEPT), new.pw_uid, new.pw_gid)
    finally:
        os.close(folder)
