"""carry: copies what the containers keep into shared/, checked, and overwrites nothing.

Where shared/ holds something else, that is moved to before-migration/<stamp>/ first.
"""

from __future__ import annotations

import glob
import hashlib
import os

from robothost import changes, files, persistent_paths
from robothost.carry_plan import plan
from robothost.docker import NotDone, command
from robothost.layout import USER
from robothost.persistent_paths import FILES
from robothost.rules import Refused
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple


def digest(root: str) -> Tuple[str, int]:
    """One checksum of all names and contents below, with the number of bytes."""
    total, size = hashlib.sha256(), 0
    if not os.path.isdir(root) or os.path.islink(root):
        entries = [root]
    else:
        entries = sorted(os.path.join(folder, name) for folder, folders, files in os.walk(root) for name in folders + files)
    for entry in entries:
        total.update(os.fsencode(os.path.relpath(entry, root)) + b"\0")
        if os.path.islink(entry):
            total.update(os.fsencode(os.readlink(entry)))
        elif os.path.isfile(entry):
            with open(entry, "rb") as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    total.update(block)
                    size += len(block)
    return total.hexdigest(), size


def folder_of(shared: str, path: str, owner: Tuple[int, int]) -> int:
    """The opened folder below shared/ that holds the last part of a path, made where it is missing. It is reached through no link:
    the application's user may have put one there."""
    folder = os.open(shared, os.O_RDONLY | os.O_DIRECTORY)
    for part in path.split("/")[:-1]:
        if not is_in(folder, part):
            changes.make_folder_in(folder, part, 0o755, owner)
        try:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        except OSError:
            raise NotDone("%s leads through something in shared/ that is not a folder" % path) from None
        os.close(folder)
        folder = below
    return folder


def is_in(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def fetch(host: Host, name: str, place: Optional[str], inside: str, target: str) -> None:
    if place is None:
        command(host, "docker", "cp", "--archive", "%s:%s" % (name, inside), target)
    else:
        command(host, "cp", "--archive", place, target)
        if digest(place)[0] != digest(target)[0]:
            raise NotDone("the copy of %s is not what it was made from; something still writes there" % place)


def copy(host: Host, paths: List[str], stamp: str) -> Dict[str, Any]:
    """For containers that have stopped. {"carried": […], "moved_aside": […], "bytes": N}"""
    import tempfile

    layout = host.layout
    carried, moved, total = [], [], 0
    # What a copy that was cut short has left.
    for left in glob.glob(os.path.join(glob.escape(layout.shared), ".carried-*")):
        changes.remove_tree(left)
    for path, name, place, inside in plan(host, paths):
        # Root's alone, under a name that nobody can foresee.
        work = tempfile.mkdtemp(prefix=".carried-", dir=layout.shared)
        fresh = os.path.join(work, "copy")
        fetch(host, name, place, inside, fresh)
        checksum, size = digest(fresh)
        # A file is kept in a folder of its own, see persistent_paths.py.
        is_file = os.path.isfile(fresh) and not os.path.islink(fresh)
        aside = put(host, fresh, path, os.path.join(FILES, path, os.path.basename(path)) if is_file else path, checksum, stamp)
        moved += [aside] if aside else []
        changes.remove_tree(work)
        release = layout.release(stamp)
        if is_file != persistent_paths.is_file_name(path) and os.path.isdir(release):
            # The release was made when only the name showed whether this is a file.
            own = os.path.join(layout.shared, FILES, path)
            if not is_file and not persistent_paths.has_content(own):
                changes.remove_tree(own)
            try:
                persistent_paths.link(layout.application, release, path)
            except Refused as problem:
                raise NotDone(str(problem)) from problem
        total += size
        carried.append({"path": path, "from": place or "%s:%s" % (name, inside), "sha256": checksum, "bytes": size})
    return {"carried": carried, "moved_aside": moved, "bytes": total}


def put(host: Host, fresh: str, path: str, kept: str, checksum: str, stamp: str) -> str:
    """A copy becomes what shared/ keeps for a path, unless that is the same. Where something else was moved to, or nothing."""
    layout, last, aside = host.layout, os.path.basename(path), ""
    folder = folder_of(layout.shared, kept, layout.account(USER))
    try:
        if is_in(folder, last) and digest(os.path.join(layout.shared, kept))[0] != checksum:
            try:
                changes.remove_folder_in(folder, last)
            except OSError:
                aside = os.path.join(layout.application, "before-migration", stamp, path)
                files.make_folders(os.path.dirname(aside), 0o755)
                changes.move_from(folder, last, aside)
        if not is_in(folder, last):
            command(host, "chown", "--recursive", "--no-dereference", USER + ":", fresh)
            changes.move_into(folder, last, fresh)
    finally:
        os.close(folder)
    return aside
