"""persistent_paths: links each path that outlives a release from the release to shared/.

persistent_paths <application> <release> <JSON array of paths>; runs as the application's user.
"""

import json
import os
import shutil
import sys

from robothost.rules import Refused, persistent_paths


def checked(text):
    """The paths of a JSON array; sys.exit with what is wrong about them."""
    try:
        return persistent_paths(json.loads(text))
    except ValueError as error:
        sys.exit("not JSON: %s" % error)
    except Refused as problem:
        sys.exit(str(problem))


def link(application, release, path):
    shared = os.path.join(application, "shared", path)
    inside = os.path.join(application, "releases", release, path)
    folder = os.path.dirname(inside)
    if os.path.realpath(folder) != folder and os.path.exists(folder):
        sys.exit("'%s' leads through a symbolic link" % path)
    os.makedirs(folder, exist_ok=True)
    os.makedirs(os.path.dirname(shared), exist_ok=True)
    if os.path.isdir(inside) and not os.path.islink(inside):
        if not os.path.lexists(shared):
            # First sight: what git keeps here is where the data starts. Half a copy must not pass for all of it.
            seed = shared + ".new"
            shutil.rmtree(seed, ignore_errors=True)
            shutil.copytree(inside, seed, symlinks=True)
            os.rename(seed, shared)
        shutil.rmtree(inside)
    elif os.path.isfile(inside) and not os.path.islink(inside):
        if not os.path.lexists(shared):
            shutil.copy2(inside, shared + ".new")
            os.rename(shared + ".new", shared)
        os.unlink(inside)
    elif os.path.lexists(inside):
        os.unlink(inside)
    if not os.path.lexists(shared):
        os.makedirs(shared)
    os.symlink(os.path.relpath(shared, folder), inside)


def main(application, release, text):
    for path in checked(text):
        link(os.path.realpath(application), release, path)
