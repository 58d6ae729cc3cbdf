"""own_changes: the changes of a release that the deployer did not make.

git names each change by a letter and a path, each with a NUL behind it. Persistent paths have become links to shared/.
"""

from __future__ import annotations

import os

from robothost.layout import Layout
from robothost.persistent_paths import file_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List, Tuple

# What the deployer writes into a release.
OWN = (".env", "venv", "release.json", ".deployer-env-base")


def is_own(path: str, persistent: Iterable[str], secrets: Iterable[str]) -> bool:
    return path in OWN or path in secrets or any(path == one or path.startswith(one + "/") for one in persistent)


def target_of(link: str) -> str:
    """Where a link leads, by its own text: what is in shared/ is not asked."""
    target = os.readlink(link) if os.path.islink(link) else ""
    return os.path.normpath(os.path.join(os.path.dirname(link), target))


def changes(layout: Layout, release: str, persistent: List[str], text: str, secrets: Iterable[str] = ()) -> List[Tuple[str, str]]:
    """secrets are the files of the release that are secrets."""
    words = text.split("\0")[:-1]
    found = [(kind, path) for kind, path in zip(words[::2], words[1::2]) if not is_own(path, persistent, secrets)]
    for path in persistent:
        if target_of(os.path.join(layout.release(release), path)) not in (os.path.join(layout.shared, path), file_place(layout.application, path)):
            found.append(("T", path))
    return [(kind, path.replace("\n", "?")) for kind, path in sorted(found, key=lambda change: change[1])]
