"""result: takes a folder from the user that made it.

result accept <folder> <maker> <owner> <start of the unit's name> judges what a unit has made. Exits with 1 and one sentence where something in the folder could harm:
a set-id file, a device, a socket, a pipe, a file of another user, a hard link to a file outside, or a process of the unit that still
runs. Otherwise all of the folder becomes the owner's, readable by everyone and writable by nobody else, and its top folder root's.
result former <folder> <maker> <owner> <owner of the top folder> takes what an earlier version left to the application's user, but
for the files that stay that user's. No link is followed: each entry is looked at and changed through the opened folder that holds it.
"""

from __future__ import annotations

import os
import pwd
import stat
import sys

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


def take(folder: int, maker: int, owner: pwd.struct_passwd, kept: tuple[str, ...] = ()) -> None:
    """A folder changes hands before its content: from then on nobody else changes what is in it."""
    for parent, name, path, status in entries(folder):
        if status.st_uid != maker or path in kept:
            continue
        os.chown(name, owner.pw_uid, owner.pw_gid, dir_fd=parent, follow_symlinks=False)
        if not stat.S_ISLNK(status.st_mode):
            # Nothing here is a link, and nobody can put one here any more.
            os.chmod(name, readable(status.st_mode), dir_fd=parent)


def take_top(folder: int, owner: pwd.struct_passwd) -> None:
    os.fchown(folder, owner.pw_uid, owner.pw_gid)
    os.fchmod(folder, 0o755)


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


def accept(path: str, maker: str, owner: str, unit: str) -> None:
    left = processes(unit)
    if left:
        sys.exit("process %s of the unit that made the result still runs" % left[0])
    made, taken = pwd.getpwnam(maker), pwd.getpwnam(owner)
    folder = os.open(path, NOT_FOLLOWED)
    try:
        judge(folder, made.pw_uid)
    except Refused as refusal:
        sys.exit(str(refusal))
    take_top(folder, pwd.getpwuid(0))
    take(folder, made.pw_uid, taken)


def former(path: str, maker: str, owner: str, top: str) -> None:
    folder = os.open(path, NOT_FOLLOWED)
    take_top(folder, pwd.getpwnam(top))
    take(folder, pwd.getpwnam(maker).pw_uid, pwd.getpwnam(owner), KEPT)


def main(action: str, *arguments: str) -> None:
    {"accept": accept, "former": former}[action](*arguments)
