"""environment_key: what identifies the requirements of an environment: requirements.txt and the local files that it names.

pip installs from these files, so that releases with the same requirements.txt share an environment only if the files are the same too.
Without local files, this is requirements.txt byte for byte.
"""

from __future__ import annotations

import hashlib
import os

from robothost.requirements import Invalid, decoded, local_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Set


def digest(path: str) -> str:
    total = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            total.update(block)
    return total.hexdigest()


def files(release: str, data: bytes) -> Iterator[str]:
    """The paths in the release, each once, in a fixed order."""
    found: Set[str] = set()
    for _, path, is_folder in local_files(decoded(data)):
        names = os.listdir(os.path.join(release, path)) if is_folder else [""]
        found.update(os.path.normpath(os.path.join(path, name)) for name in names)
    yield from sorted(path for path in found if os.path.isfile(os.path.join(release, path)))


def key(path: str) -> bytes:
    with open(path, "rb") as file:
        data = file.read()
    release = os.path.dirname(path)
    try:
        return data + b"".join(
            b"\0%s\0%s" % (os.fsencode(name), digest(os.path.join(release, name)).encode()) for name in files(release, data))
    except (Invalid, OSError):
        # Of a release that an earlier version built: no environment has this key, and the next deployment refuses it.
        return data + b"\0"
