"""environment_key: what identifies the requirements of an environment: the files that it is built from, and the local files that they name.

The builder installs from these files, so that releases with the same requirements share an environment only if the files are the same too.
For a requirements.txt alone, this is its content byte for byte. Where a project of the repository is installed, each file of the release
belongs to it.
"""

from __future__ import annotations

import hashlib
import os

from robothost import requirement_files
from robothost.installation import Chosen, Installation
from robothost.requirements import Invalid, decoded, local_files
from robothost.wanted import needs_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Set

# What the deployer has in a release beside the files of the commit.
OWN = {".env", ".env.new", ".deployer-env-base", "venv", "release.json"}


def digest(path: str) -> str:
    total = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            total.update(block)
    return total.hexdigest()


def local(folder: str, data: bytes) -> Iterator[str]:
    """The paths in the folder of the code, each once, in a fixed order."""
    found: Set[str] = set()
    for _, path, is_folder in local_files(decoded(data)):
        names = os.listdir(os.path.join(folder, path)) if is_folder else [""]
        found.update(os.path.normpath(os.path.join(path, name)) for name in names)
    yield from sorted(path for path in found if os.path.isfile(os.path.join(folder, path)))


def named(path: str, name: str) -> bytes:
    return b"\0%s\0%s" % (os.fsencode(name), digest(path).encode())


def tree(release: str) -> bytes:
    """Of each file and link of the commit."""
    total = hashlib.sha256()
    for folder, folders, names in os.walk(release):
        folders.sort()
        own = OWN if folder == release else set()
        for name in sorted([*names, *(one for one in folders if os.path.islink(os.path.join(folder, one)))]):
            path = os.path.join(folder, name)
            if name not in own and "__pycache__" not in path:
                content = os.readlink(path) if os.path.islink(path) else digest(path) if os.path.isfile(path) else ""
                total.update(os.fsencode("%s\0%s\0" % (os.path.relpath(path, release), content)))
    return b"\0tree\0" + total.hexdigest().encode()


def files_of(release: str, installation: Installation, chosen: Chosen) -> List[str]:
    """The files that the requirements are read from, by their paths in the release."""
    if chosen.kind != "requirements.txt":
        return chosen.files
    return requirement_files.listed(release, installation.directory, chosen.files).read


def key(release: str, installation: Installation, chosen: Chosen) -> bytes:
    """OSError where a file cannot be read."""
    with open(os.path.join(release, chosen.files[0]), "rb") as file:
        data = file.read()
    try:
        read = files_of(release, installation, chosen)
        found = data + b"".join(named(os.path.join(release, name), name) for name in read[1:])
        folder = os.path.join(release, installation.directory)
        if chosen.kind == "requirements.txt":
            for name in read:
                with open(os.path.join(release, name), "rb") as file:
                    found += b"".join(named(os.path.join(folder, one), one) for one in local(folder, file.read()))
        if needs_tree(release, installation, chosen):
            found += tree(release)
        return found + installation.key()
    except (Invalid, OSError):
        # Of a release that an earlier version built: no environment has this key, and the next deployment refuses it.
        return data + b"\0"
