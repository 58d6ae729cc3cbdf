"""seed_paths: what the repository keeps in a persistent path becomes the first content of shared/, and never touches it again.

Runs as the application's user, who owns shared/.
"""

from __future__ import annotations

import os
import shutil

from robothost.persistent_paths import FILES, file_place, has_content, inside_of, kept
from robothost.rules import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List


def seed(application: str, release: str, path: str) -> None:
    inside = inside_of(release, path)
    is_link = os.path.islink(inside)
    is_file, is_folder = os.path.isfile(inside) and not is_link, os.path.isdir(inside) and not is_link
    place = kept(application, path)
    folder, file = os.path.join(application, "shared", path), file_place(application, path)
    if is_file and place == folder:
        if has_content(folder):
            raise Refused("'%s' is a file in the commit, and %s is a folder with files in it; move one of them" % (path, folder))
        place = file
    if is_folder and place == file:
        own = os.path.dirname(file)
        if has_content(own):
            raise Refused("'%s' is a folder in the commit, and the robot keeps a file of this name, %s; move one of them" % (path, file))
        if os.path.isdir(own):
            # A robot that never wrote its file: the name only looked like one.
            os.rmdir(own)
        place = folder
    if place == file:
        keep_file(inside if is_file else "", file, os.path.join(application, "shared", FILES, path))
    elif not os.path.lexists(folder):
        keep_folder(inside if is_folder else "", folder)


def keep_file(source: str, place: str, own: str) -> None:
    """In a folder of its own, which the robot can write to before the file exists. Half a copy must not pass for all of it."""
    os.makedirs(own, exist_ok=True)
    if source and not os.path.lexists(place):
        fresh = place + ".new"
        shutil.copy2(source, fresh)
        os.rename(fresh, place)


def keep_folder(source: str, place: str) -> None:
    fresh = place + ".new"
    os.makedirs(os.path.dirname(place), exist_ok=True)
    shutil.rmtree(fresh, ignore_errors=True)
    if source:
        shutil.copytree(source, fresh, symlinks=True)
    else:
        os.mkdir(fresh)
    os.rename(fresh, place)


def seed_all(application: str, release: str, paths: List[str]) -> None:
    """Raises Refused."""
    for path in paths:
        seed(os.path.realpath(application), os.path.realpath(release), path)
