"""persistent_paths: links each path that outlives a release from the release to shared/.

link replaces the path in the release, which nobody else can change, by the link. seed_paths.py brings the first content.

A path is a file if the commit has a file there, or if its name has an extension, such as trades.db; where the commit has a folder there
it is a folder. What is kept already decides first. A folder is shared/PATH. A file is in a folder of its own,
shared/.deployer-files/PATH/, because a program also writes beside its file and must not get the rest of shared/ with it. What may be
written is never derived from what is in shared/, see units.py; and a link there is refused, because systemd follows it.
"""

from __future__ import annotations

import os
import re
import stat

from robothost import changes, files
from robothost.rules import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable

# Below shared/; a name that no request can use.
FILES = ".deployer-files"
# A name with an extension, also with a number behind it, as of a log that is rotated. conf.d is a folder, and so is v1.2.
FILE_NAME = re.compile(r"\.?[^.].*\.(?!d\Z)[A-Za-z][A-Za-z0-9_-]*(?:\.[0-9]+)?")


def kind(shared: str, path: str) -> str:
    """What shared/ has at a path: folder, file, or nothing. Refused where a part of the path is a link."""
    status = None
    folder = os.open(shared, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in path.split("/"):
            try:
                status = os.stat(part, dir_fd=folder, follow_symlinks=False)
                if stat.S_ISLNK(status.st_mode):
                    raise Refused("'%s' in %s is a symbolic link or leads through one; remove it" % (path, shared))
                if not stat.S_ISDIR(status.st_mode):
                    return "file" if part == path.split("/")[-1] else ""
                below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            except FileNotFoundError:
                return ""
            os.close(folder)
            folder = below
    finally:
        os.close(folder)
    return "folder"


def is_file_name(path: str) -> bool:
    return bool(FILE_NAME.fullmatch(path.rsplit("/", 1)[-1]))


def has_content(folder: str) -> bool:
    """Whether a folder in shared/ has anything in it; one that is missing has not. kind() has judged the way to it."""
    try:
        return bool(os.listdir(folder))
    except FileNotFoundError:
        return False


def kept(application: str, path: str) -> str:
    """Where a path is kept; its folder or file need not exist. Refused for what systemd must not follow or make writable."""
    shared = os.path.join(application, "shared")
    if not os.path.isdir(shared):
        return file_place(application, path) if is_file_name(path) else os.path.join(shared, path)
    if kind(shared, os.path.join(FILES, path)) == "folder":
        return file_place(application, path)
    if kind(shared, path) == "file":
        raise Refused("'%s' in %s is a file beside other data, as an earlier version kept it; see 'Persistent files' in"
                      " docs/operations.md" % (path, shared))
    # An earlier version made a folder of each path that the first commit did not have.
    if is_file_name(path) and not has_content(os.path.join(shared, path)):
        return file_place(application, path)
    return os.path.join(shared, path)


def file_place(application: str, path: str) -> str:
    return os.path.join(application, "shared", FILES, path, os.path.basename(path))


def inside_of(release: str, path: str) -> str:
    """The path in the release; Refused where a link leads out of the release."""
    inside = os.path.join(release, path)
    folder = os.path.dirname(inside)
    if os.path.realpath(folder) != folder and os.path.exists(folder):
        raise Refused("'%s' leads through a symbolic link" % path)
    return inside


def link(application: str, release: str, path: str) -> None:
    inside, place = inside_of(release, path), kept(application, path)
    folder = os.path.dirname(inside)
    files.make_folders(folder, 0o755)
    changes.remove_tree(inside)
    changes.make_link(os.path.relpath(place, folder), inside)


def link_all(application: str, release: str, paths: Iterable[str]) -> None:
    """Paths that rules.persistent_paths has judged, in the release or in the folder that becomes it."""
    for path in paths:
        link(os.path.realpath(application), os.path.realpath(release), path)
