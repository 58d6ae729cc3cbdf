"""carry: copies what the containers keep into shared/, checked, and overwrites nothing.

carry check | copy <application> <user> <JSON array of persistent paths> <stamp>. Where shared/ holds something else, that is moved to
before-migration/<stamp>/ first. copy is for containers that have stopped. Prints {"carried": […], "moved_aside": […], "bytes": N}.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import pwd
import shutil
import sys
import tempfile

from robothost import persistent_paths
from robothost.docker import INVENTORY, attempt, command, containers, name_of, read
from robothost.persistent_paths import FILES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Tuple


def sources(one: Dict[str, Any], paths: List[str]) -> Iterator[Tuple[str, Optional[str], str]]:
    """Where a container keeps each path: (path, folder of this machine or None for the container's own layer, path inside)."""
    home = one["Config"].get("WorkingDir") or "/"
    mounts = sorted((mount for mount in one["Mounts"] if mount.get("RW") and mount.get("Source")),
                    key=lambda mount: len(mount["Destination"]), reverse=True)
    changed = (attempt("docker", "diff", name_of(one)) or "").splitlines()
    for path in paths:
        inside = os.path.join(home, path)
        for mount in mounts:
            relative = os.path.relpath(inside, mount["Destination"])
            if relative == "." or not relative.startswith(".."):
                place = os.path.normpath(os.path.join(mount["Source"], relative))
                if os.path.lexists(place):
                    yield path, place, inside
                break
        else:
            below = [mount for mount in mounts if mount["Destination"].startswith(inside + "/")]
            for mount in below:
                yield os.path.join(path, os.path.relpath(mount["Destination"], inside)), mount["Source"], mount["Destination"]
            if not below and any(line[2:] == inside or line[2:].startswith(inside + "/") for line in changed):
                yield path, None, inside


def plan(names: List[str], paths: List[str]) -> List[Tuple[str, str, Optional[str], str]]:
    """What is to be carried, each path once; sys.exit when two containers keep different things under one path."""
    chosen: Dict[str, Tuple[str, str, Optional[str], str]] = {}
    for one in containers(names):
        for path, place, inside in sources(one, paths):
            kept = (os.path.realpath(place) if place else "container " + name_of(one), name_of(one), place, inside)
            if path in chosen and chosen[path][0] != kept[0]:
                sys.exit("%s and %s both keep %s, in different places; name one of them in the request's containers"
                         % (chosen[path][1], kept[1], path))
            chosen[path] = kept
    return [(path, name, place, inside) for path, (_, name, place, inside) in sorted(chosen.items())]


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


def size_of(root: str) -> int:
    return sum(os.lstat(os.path.join(folder, name)).st_size for folder, _, files in os.walk(root) for name in files)


def folder_of(shared: str, path: str, user: str) -> int:
    """The opened folder below shared/ that holds the last part of a path, made where it is missing. It is reached through no link:
    the application's user may have put one there."""
    owner = pwd.getpwnam(user)
    folder = os.open(shared, os.O_RDONLY | os.O_DIRECTORY)
    for part in path.split("/")[:-1]:
        try:
            os.mkdir(part, 0o755, dir_fd=folder)
            os.chown(part, owner.pw_uid, owner.pw_gid, dir_fd=folder, follow_symlinks=False)
        except FileExistsError:
            pass
        try:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        except OSError:
            sys.exit("%s leads through something in shared/ that is not a folder" % path)
        os.close(folder)
        folder = below
    return folder


def is_there(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def fetch(name: str, place: Optional[str], inside: str, target: str) -> None:
    if place is None:
        command("docker", "cp", "--archive", "%s:%s" % (name, inside), target)
    else:
        command("cp", "--archive", place, target)
        if digest(place)[0] != digest(target)[0]:
            sys.exit("the copy of %s is not what it was made from; something still writes there" % place)


def copy(application: str, user: str, paths: List[str], stamp: str, names: List[str]) -> Dict[str, Any]:
    carried, moved, total = [], [], 0
    # What a copy that was cut short has left.
    for left in glob.glob(os.path.join(glob.escape(application), "shared", ".carried-*")):
        command("rm", "-rf", left)
    for path, name, place, inside in plan(names, paths):
        # Root's alone, under a name that nobody can foresee.
        work = tempfile.mkdtemp(prefix=".carried-", dir=os.path.join(application, "shared"))
        fresh = os.path.join(work, "copy")
        fetch(name, place, inside, fresh)
        checksum, size = digest(fresh)
        # A file is kept in a folder of its own, see persistent_paths.py.
        is_file = os.path.isfile(fresh) and not os.path.islink(fresh)
        kept = os.path.join(FILES, path, os.path.basename(path)) if is_file else path
        shared, last = os.path.join(application, "shared", kept), os.path.basename(path)
        folder = folder_of(os.path.join(application, "shared"), kept, user)
        if is_there(last, folder) and digest(shared)[0] != checksum:
            try:
                os.rmdir(last, dir_fd=folder)
            except OSError:
                aside = os.path.join(application, "before-migration", stamp, path)
                os.makedirs(os.path.dirname(aside), exist_ok=True)
                os.rename(last, aside, src_dir_fd=folder)
                moved.append(aside)
        if not is_there(last, folder):
            command("chown", "--recursive", "--no-dereference", user + ":", fresh)
            os.rename(fresh, last, dst_dir_fd=folder)
        command("rm", "-rf", work)
        os.close(folder)
        release = os.path.join(application, "releases", stamp)
        if is_file and os.path.isdir(release):
            # The release was made when nothing said that this is a file.
            persistent_paths.link(application, release, path)
        total += size
        carried.append({"path": path, "from": place or "%s:%s" % (name, inside), "sha256": checksum, "bytes": size})
    return {"carried": carried, "moved_aside": moved, "bytes": total}


def check(application: str, paths: List[str], names: List[str]) -> Dict[str, Any]:
    needed = sum(size_of(place) for _, _, place, _ in plan(names, paths) if place)
    left = shutil.disk_usage(application).free
    if left < needed + (512 << 20):
        sys.exit("the containers keep %d MB and %s has %d MB left; 512 MB must stay free" % (needed >> 20, application, left >> 20))
    return {"bytes": needed}


def main(what: str, folder: str, owner: str, listed: str, at: str) -> None:
    known = [one["name"] for one in read(INVENTORY)["containers"]]
    wanted = json.loads(listed)
    if what == "check":
        print(json.dumps(check(folder, wanted, known)))
    else:
        print(json.dumps(copy(folder, owner, wanted, at, known)))
