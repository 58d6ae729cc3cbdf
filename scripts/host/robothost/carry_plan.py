"""carry_plan: which data of the containers belongs to a persistent path, and whether there is room for a copy of it."""

from __future__ import annotations

import os

from robothost.docker import NotDone, attempt, containers, inventory_file, name_of, names_of, read
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Tuple

# Bytes that must stay free beside what is copied.
FREE = 512 << 20


def sources(host: Host, one: Dict[str, Any], paths: List[str]) -> Iterator[Tuple[str, Optional[str], str]]:
    """Where a container keeps each path: (path, folder of this machine or None for the container's own layer, path inside)."""
    home = one["Config"].get("WorkingDir") or "/"
    mounts = sorted((mount for mount in one["Mounts"] if mount.get("RW") and mount.get("Source")),
                    key=lambda mount: len(mount["Destination"]), reverse=True)
    changed = (attempt(host, "docker", "diff", name_of(one)) or "").splitlines()
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


def plan(host: Host, paths: List[str]) -> List[Tuple[str, str, Optional[str], str]]:
    """What is to be carried, each path once; NotDone when two containers keep different things under one path."""
    names = names_of(read(inventory_file(host.layout)))
    chosen: Dict[str, Tuple[str, str, Optional[str], str]] = {}
    for one in containers(host, names):
        for path, place, inside in sources(host, one, paths):
            kept = (os.path.realpath(place) if place else "container " + name_of(one), name_of(one), place, inside)
            if path in chosen and chosen[path][0] != kept[0]:
                raise NotDone("%s and %s both keep %s, in different places; name one of them in the request's containers"
                              % (chosen[path][1], kept[1], path))
            chosen[path] = kept
    return [(path, name, place, inside) for path, (_, name, place, inside) in sorted(chosen.items())]


def size_of(root: str) -> int:
    return sum(os.lstat(os.path.join(folder, name)).st_size for folder, _, files in os.walk(root) for name in files)


def check(host: Host, paths: List[str]) -> int:
    """The bytes that will be copied; NotDone when there is no room for them."""
    application = host.layout.application
    needed = sum(size_of(place) for _, _, place, _ in plan(host, paths) if place)
    folder = application
    while not os.path.isdir(folder):
        # The first deployment makes it.
        folder = os.path.dirname(folder)
    left = host.system.free_bytes(folder)
    if left < needed + FREE:
        raise NotDone("the containers keep %d MB and %s has %d MB left; 512 MB must stay free" % (needed >> 20, application, left >> 20))
    return needed
