"""kept_changes: what a commit changes below persistent paths. It is not used: shared/ keeps its own files, which a robot may have changed."""

from __future__ import annotations

import hashlib
import os
import stat

from robothost.persistent_paths import kept
from robothost.rules import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Tuple

SHOWN = 5
# A larger file is not read: it counts as another one.
LARGEST = 64 << 20
WORDS = {"A": "new", "D": "removed"}


def differences(raw: str) -> Iterator[Tuple[str, str, str]]:
    """(git's letter, path, id of the new blob) of `git diff-tree -z`: `:<mode> <mode> <id> <id> <letter>`, and the path."""
    fields = raw.split("\0")
    for head, path in zip(fields[::2], fields[1::2]):
        words = head.split(" ")
        if len(words) == 5 and path:
            yield words[4][:1], path, words[3]


def place_of(application: str, paths: List[str], path: str) -> str:
    """Where shared/ keeps a file of the commit; nothing when that persistent path is not there yet: its first content is the commit's."""
    for one in paths:
        if path != one and not path.startswith(one + "/"):
            continue
        try:
            place = kept(application, one)
        except Refused:
            return ""
        return os.path.join(place, path[len(one):].lstrip("/")).rstrip("/") if os.path.lexists(place) else ""
    return ""


def blob(place: str) -> str:
    """The id that git gives to this file. Another user may have exchanged it: no link is followed and nothing is waited for."""
    try:
        if os.path.islink(place):
            data = os.fsencode(os.readlink(place))
        else:
            descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
                    return "another"
                data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return ""
    except OSError:
        return "another"
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def unused(application: str, paths: List[str], raw: str) -> List[Tuple[str, str]]:
    """(path, what the commit does to it) of what is kept otherwise than the commit has it."""
    found = []
    for letter, path, wanted in differences(raw):
        place = place_of(application, paths, path)
        if place and blob(place) != (wanted if letter != "D" else ""):
            found.append((path, WORDS.get(letter, "changed")))
    return found


def sentences(application: str, paths: List[str], raw: str) -> List[str]:
    """One, or none. raw has the differences between the commit that serves and the new one, as repository.py prints them."""
    found = unused(application, paths, raw)
    if not found:
        return []
    shown = ", ".join("%s (%s)" % one for one in found[:SHOWN])
    more = " and %d more" % (len(found) - SHOWN) if len(found) > SHOWN else ""
    return ["the robot does not get %s%s of this commit: persistent paths keep the files that they have. Copy these by hand to shared/, or keep "
            "them outside the persistent paths" % (shown, more)]
