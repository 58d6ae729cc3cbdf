"""persistent_paths: links each path that outlives a release from the release to shared/.

persistent_paths seed <application> <folder of the release> <JSON array of paths> runs as the application's user: what the
repository keeps in a path becomes the first content of shared/. persistent_paths link … runs as root and replaces the path in the
release, which nobody else can change, by the link.
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


def places(application, release, path):
    """(path in the release, path in shared/); sys.exit where a link leads out of the release."""
    inside = os.path.join(release, path)
    folder = os.path.dirname(inside)
    if os.path.realpath(folder) != folder and os.path.exists(folder):
        sys.exit("'%s' leads through a symbolic link" % path)
    return inside, os.path.join(application, "shared", path)


def seed(application, release, path):
    """Half a copy must not pass for all of it."""
    inside, shared = places(application, release, path)
    os.makedirs(os.path.dirname(shared), exist_ok=True)
    if os.path.lexists(shared):
        return
    fresh = shared + ".new"
    if os.path.isdir(inside) and not os.path.islink(inside):
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(inside, fresh, symlinks=True)
        os.rename(fresh, shared)
    elif os.path.isfile(inside) and not os.path.islink(inside):
        shutil.copy2(inside, fresh)
        os.rename(fresh, shared)
    else:
        os.makedirs(shared)


def link(application, release, path):
    inside, shared = places(application, release, path)
    folder = os.path.dirname(inside)
    os.makedirs(folder, exist_ok=True)
    if os.path.isdir(inside) and not os.path.islink(inside):
        shutil.rmtree(inside)
    elif os.path.lexists(inside):
        os.unlink(inside)
    os.symlink(os.path.relpath(shared, folder), inside)


def main(action, application, release, text):
    for path in checked(text):
        {"seed": seed, "link": link}[action](os.path.realpath(application), os.path.realpath(release), path)
