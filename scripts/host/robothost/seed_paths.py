"""seed_paths: what the repository keeps in a persistent path becomes the first content of shared/, and never touches it again.

seed_paths <application> <folder of the release> <JSON array of paths>. Runs as the application's user, who owns shared/.
"""

from __future__ import annotations

import os
import shutil

from robothost.persistent_paths import FILES, inside_of, kept
from robothost.rules import checked, persistent_paths


def seed(application: str, release: str, path: str) -> None:
    """Half a copy must not pass for all of it."""
    inside, place = inside_of(release, path), kept(application, path)
    if os.path.lexists(place):
        return
    if os.path.isfile(inside) and not os.path.islink(inside):
        place = os.path.join(application, "shared", FILES, path)
    fresh = place + ".new"
    os.makedirs(os.path.dirname(place), exist_ok=True)
    shutil.rmtree(fresh, ignore_errors=True)
    if os.path.isdir(inside) and not os.path.islink(inside):
        shutil.copytree(inside, fresh, symlinks=True)
    else:
        os.mkdir(fresh)
        if os.path.isfile(inside) and not os.path.islink(inside):
            shutil.copy2(inside, os.path.join(fresh, os.path.basename(path)))
    os.rename(fresh, place)


def main(application: str, release: str, text: str) -> None:
    for path in checked(text, persistent_paths):
        seed(os.path.realpath(application), os.path.realpath(release), path)
